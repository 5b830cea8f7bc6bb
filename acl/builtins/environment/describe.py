"""`describe` and `inspect`: telling about objects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from acl.builtins.declare import builtin, operator_declaration
from acl.clos.base import LispClass, class_of, class_precedence, direct_superclasses, find_class, metaobject_of
from acl.clos.generic import generic_of
from acl.clos.slots import bound
from acl.compiler.unit import function_info
from acl.printer.writer import prin1_to_string
from acl.runtime.typesys import type_of
from acl.types.array import Array, dimensions, element_type
from acl.types.casemode import converted
from acl.types.character import Char
from acl.types.cons import Cons, from_iterable
from acl.types.function import FUNCTIONS, fdefinition
from acl.types.hashtable import HashTable
from acl.types.pathname import Pathname
from acl.types.symbol import CL, EXCL, SYSTEM, Package, Symbol, T, cl

from .documentation import documentation_of


@builtin("DESCRIBE", "object &optional stream", values=True)
def _describe(object: Any, stream: Any = None) -> tuple[Any, ...]:
    """Describe OBJECT on STREAM, by `describe-object`; return no values."""
    from acl.streams.base import output_stream

    out = output_stream(stream)
    FUNCTIONS["COMMON-LISP:DESCRIBE-OBJECT"](object, out)
    out.fresh_line()
    return ()


def describe(x: Any, stream: Any) -> None:
    """Describe an object of any class on the stream object *stream*."""
    cls = class_of(x)
    if isinstance(type(metaobject_of(x)), LispClass):
        stream.write_str(f"{prin1_to_string(x)} is an instance of {prin1_to_string(cls)}:\n")
    else:
        name = prin1_to_string(cls._lisp.name if isinstance(x, (Symbol, Package, Cons, HashTable)) or x is None or
                               _is_function(x) else type_of(x))
        article = "an" if name.lstrip("(")[:1] in "AEIOUaeiou" else "a"
        stream.write_str(f"{prin1_to_string(x)} is {article} {name}\n")
    for kind, facts in _FACTS:
        if kind(x) if not isinstance(kind, (type, tuple)) else isinstance(x, kind):
            for fact in facts(x):
                stream.write_str(f"  {fact}\n")
            break
    if isinstance(type(metaobject_of(x)), LispClass):
        _describe_slots(metaobject_of(x), cls, stream.write_str)


def slots_of_class(cls: Any) -> list[Any]:
    """Return the slots that instances of *cls* have a place for."""
    if not cls._lisp.finalized and isinstance(type(cls), LispClass):
        from acl.clos.classes import finalize

        finalize(cls)
    return [s for s in cls._lisp.slots.values() if getattr(s, "key", None) is not None]


def _describe_slots(x: Any, cls: Any, out: Callable[[str], Any]) -> None:
    """Show the slots of an instance with their values, by allocation."""
    slots = slots_of_class(cls)
    for allocation in dict.fromkeys(s.allocation for s in slots):
        group = [s for s in slots if s.allocation is allocation]
        width = max(len(prin1_to_string(s.slot_name)) for s in group)
        out(f" The following slots have {prin1_to_string(allocation)} allocation:\n")
        for slot in group:
            value = prin1_to_string(getattr(x, slot.key)) if bound(x, slot) else "<unbound>"
            out(f"  {prin1_to_string(slot.slot_name):<{width}} {value}\n")


def lambda_list_text(symbol: Symbol | None, function: Any) -> str:
    """Return the lambda list of a function or macro function as text."""
    declared = operator_declaration(symbol) if symbol is not None else None
    if declared is not None and declared.kind != "variable":
        return f"({declared.lambda_list})"
    found = lambda_list_of(function)
    return f"({found})" if type(found) is str else prin1_to_string(found)


def lambda_list_of(function: Any) -> Any:
    """Return the lambda list of *function*, a str if it is declared in Python; of a macro function, the macro's."""
    gf, info = generic_of(function), function_info(function)
    if gf is not None:
        return gf.lambda_list
    return getattr(function, "lambda_list", info.lambda_list if info is not None else None)


@builtin("ARGLIST", "function", package=EXCL, values=True)
def _arglist(function: Any) -> tuple[Any, ...]:
    """Return the lambda list of FUNCTION, a function or the name of a function or macro, and true."""
    from acl.runtime.functions import undefined_function

    named = function if type(function) is Symbol else None
    found = (named.macro if named is not None else None) or (
        fdefinition(function) if type(function) in (Symbol, Cons) else function)
    if not callable(found) or isinstance(found, type):
        return (undefined_function(function),)
    return arglist(found, named)[1], T


def arglist(function: Any, named: Symbol | None = None) -> tuple[bool, Any]:
    """Return whether the lambda list of *function*, an operator of that name, is known, and the list."""
    from acl.reader import read_from_text
    from acl.runtime.dynamic import bind

    written = lambda_list_of(function)
    if type(written) is not str and (written is not None or function_info(function) is not None):
        return True, written
    text = lambda_list_text(named, function)
    with bind(cl("*PACKAGE*"), SYSTEM):
        return written is not None or text != "NIL", read_from_text(text)


def _documented(doc: Any, label: str = "Documentation") -> Iterator[str]:
    if doc is not None:
        yield f"{label}:"
        for line in doc.text().split("\n"):
            yield f"  {line}"


def _defined(x: Any) -> Iterator[str]:
    """Tell in which files, and at which lines, *x* is defined."""
    from .sources import place_lines

    lines = place_lines(x)
    if len(lines) == 1 and type(x) is not Symbol:
        yield f"It was defined in {lines[0].split(': ', 1)[1]}"
    elif lines:
        yield "Its definitions:"
        for line in lines:
            yield f"  {line}"


# What there is to tell of an object, a line each


def _of_symbol(x: Any) -> Iterator[str]:
    symbol = cl("NIL") if x is None else x
    home = symbol.package
    if home is None:
        yield "It is uninterned"
    else:
        yield f"It is {(home.find(symbol.name)[1] or 'internal').lower()} in the {home.print_name} package"
    if symbol.special == "constant":
        yield f"It is a constant; its value is {prin1_to_string(symbol.value)}"
    elif symbol.bound:
        yield f"Its value is {prin1_to_string(symbol.value)}"
    elif symbol.special:
        yield "It is a special variable without a value"
    function = None if symbol.macro is not None else fdefinition(symbol)
    if symbol.macro is not None:
        yield "It names a macro"
        yield f"  Its lambda list is {lambda_list_text(symbol, symbol.macro)}"
    elif _is_special_operator(symbol):
        yield "It names a special operator"
        yield f"  Its form is ({prin1_to_string(x)} {lambda_list_text(symbol, None)[1:]}"
    elif function is not None:
        yield f"Its function binding is {prin1_to_string(function)}"
        yield f"  The function takes arguments {lambda_list_text(symbol, function)}"
    if find_class(symbol, False) is not None:
        yield f"It names the class {prin1_to_string(find_class(symbol))}"
    yield from _defined(x)
    for kind in ("FUNCTION", "VARIABLE", "TYPE", "STRUCTURE", "SETF"):
        yield from _documented(documentation_of(x, kind), f"{kind.capitalize()} documentation")
    if symbol.plist is not None:
        yield f"Its property list is {prin1_to_string(symbol.plist)}"


def _is_special_operator(symbol: Symbol) -> bool:
    return symbol.package is CL and FUNCTIONS["COMMON-LISP:SPECIAL-OPERATOR-P"](symbol) is not None


def _of_array(x: Any) -> Iterator[str]:
    yield f"Its dimensions are {prin1_to_string(from_iterable(dimensions(x)))}"
    yield f"Its element type is {prin1_to_string(element_type(x))}"
    if getattr(x, "fill_pointer", None) is not None:
        yield f"Its fill pointer is {x.fill_pointer}"
    if getattr(x, "displaced_to", None) is not None:
        yield f"It is displaced to {prin1_to_string(x.displaced_to)} from index {x.offset} on"


def _of_list(x: Any) -> Iterator[str]:
    length, rest = 0, x
    seen: set[int] = set()
    while type(rest) is Cons and id(rest) not in seen:
        seen.add(id(rest))
        length, rest = length + 1, rest.cdr
    if rest is None:
        yield f"It begins a list of {length} element{'s' if length > 1 else ''}"
    elif type(rest) is Cons:
        yield f"It begins a circular list of {length} conses"
    else:
        yield f"It begins a dotted list: {length} cons{'es' if length > 1 else ''}, then {prin1_to_string(rest)}"


def _of_package(x: Package) -> Iterator[str]:
    if x.nicknames:
        yield f"Its nicknames are {', '.join(map(converted, x.nicknames))}"
    yield f"It uses {', '.join(p.print_name for p in x.uses) or 'no packages'}"
    users = FUNCTIONS["COMMON-LISP:PACKAGE-USED-BY-LIST"](x)
    yield f"It is used by {', '.join(p.print_name for p in users or ()) or 'no packages'}"
    yield f"It has {len(x.external)} external and {len(x.internal)} internal symbols"
    yield from _documented(documentation_of(x, "T"))


def _is_function(x: Any) -> bool:
    return callable(x) and not isinstance(x, type)


def _of_function(x: Any) -> Iterator[str]:
    yield f"It takes arguments {lambda_list_text(None, x)}"
    gf = generic_of(x)
    if gf is not None:
        yield "It has the methods"
        for method in gf.methods:
            yield f"  {prin1_to_string(method)}"
    yield from _defined(x)
    yield from _documented(documentation_of(x, "T"))


def _of_class(x: Any) -> Iterator[str]:
    info = x._lisp
    yield f"Its direct superclasses are {_names(direct_superclasses(x))}"
    yield f"Its direct subclasses are {_names(FUNCTIONS['CLOS:CLASS-DIRECT-SUBCLASSES'](x) or ())}"
    if info.finalized or not info.slots:
        yield f"Its precedence list is {_names(class_precedence(x))}"
    if info.slots:
        yield f"Its slots are {' '.join(prin1_to_string(name) for name in info.slots)}"
    yield from _defined(x)
    yield from _documented(documentation_of(x, "T"))


def _names(classes: Any) -> str:
    return " ".join(prin1_to_string(c._lisp.name) for c in classes) or "none"


def _of_hash_table(x: Any) -> Iterator[str]:
    yield f"Its test is {prin1_to_string(x.test)}"
    yield f"It has {x.count()} entr{'y' if x.count() == 1 else 'ies'}"


def _of_character(x: Any) -> Iterator[str]:
    name = FUNCTIONS["COMMON-LISP:CHAR-NAME"](x)
    yield f"Its code is {ord(x)}" + (f", its name {name.text()}" if name is not None else "")


def _of_pathname(x: Any) -> Iterator[str]:
    for part in ("HOST", "DEVICE", "DIRECTORY", "NAME", "TYPE", "VERSION"):
        value = FUNCTIONS[f"COMMON-LISP:PATHNAME-{part}"](x)
        if value is not None:
            yield f"Its {part.lower()} is {prin1_to_string(value)}"


def _of_stream(x: Any) -> Iterator[str]:
    directions = [way for way, test in (("input", x.input_p), ("output", x.output_p)) if test]
    yield f"It is {'open' if x.is_open else 'closed'}, for {' and '.join(directions) or 'neither input nor output'}"
    yield f"Its element type is {prin1_to_string(x.element_type)}"
    format = getattr(x, "external_format", None)
    if format is not None:
        yield f"Its external format is {prin1_to_string(format)}"
    if _tells_facts(x):
        yield from x.facts()


def _tells_facts(x: Any) -> bool:
    return callable(getattr(type(x), "facts", None))


def _stream_class() -> type:
    from acl.streams.base import Stream

    return Stream


_FACTS: list[tuple[Any, Callable[[Any], Iterator[str]]]] = [
    ((Symbol, type(None)), _of_symbol), (Array, _of_array), (Cons, _of_list), (Package, _of_package),
    (LispClass, _of_class), (HashTable, _of_hash_table), (Char, _of_character), (Pathname, _of_pathname),
    (_stream_class(), _of_stream), (_is_function, _of_function),
    (_tells_facts, lambda x: x.facts())]
"""Python class or test of an object, and the function that tells about it; the first that fits counts."""


@builtin("INSPECT", "object", values=True)
def _inspect(object: Any) -> tuple[Any, ...]:
    """Show OBJECT and its components, numbered; in a listener, `:i N` and its kin go on from there.  No values."""
    from acl.toplevel import inspector
    from acl.toplevel.listener import current_listener

    listener = current_listener()
    if listener is not None:
        inspector.show(listener, inspector.start(listener, object))
        return ()
    alone = inspector.Inspector()
    alone.path.append((object, ""))
    out = cl("*STANDARD-OUTPUT*").value
    out.fresh_line()
    out.write_str("".join(f"{line}\n" for line in inspector.lines(alone)))
    return ()
