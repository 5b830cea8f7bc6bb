"""`describe`, `apropos`, `inspect`: telling about objects and names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from acl.builtins.declare import DECLARATIONS, builtin
from acl.clos.base import find_class
from acl.printer.writer import prin1_to_string, princ_to_string
from acl.runtime.typesys import type_of
from acl.types.array import Array
from acl.types.cons import Cons, from_iterable
from acl.types.function import FUNCTIONS, UndefinedFunction, fdefinition
from acl.types.symbol import PACKAGES, Package, Symbol, cl, denil, function_key


@builtin("DESCRIBE", "object &optional stream", values=True)
def _describe(object: Any, stream: Any = None) -> tuple[Any, ...]:
    """Describe OBJECT on STREAM, by `describe-object`; return no values."""
    from acl.streams.base import output_stream

    out = output_stream(stream)
    FUNCTIONS["COMMON-LISP:DESCRIBE-OBJECT"](object, out)
    out.fresh_line()
    return ()


def describe_other(x: Any, stream: Any) -> None:
    """Describe an object that is not an instance with slots."""
    out = stream.write_str
    if type(x) is Symbol or x is None:
        _describe_symbol(x, out)
    elif isinstance(x, Array):
        _describe_array(x, out)
    elif type(x) is Cons:
        out(f"{prin1_to_string(x)} is a CONS\n")
    elif type(x) is Package:
        _describe_package(x, out)
    elif callable(x) and not isinstance(x, type):
        _describe_function(x, out)
    else:
        name = prin1_to_string(type_of(x))
        out(f"{prin1_to_string(x)} is {_article(name)} {name}\n")


def _article(name: str) -> str:
    return "an" if name[:1] in "AEIOUaeiou" else "a"


def _describe_symbol(x: Any, out: Any) -> None:
    from .documentation import documentation_of

    symbol = cl("NIL") if x is None else x
    home = symbol.package
    out(f"{prin1_to_string(x)} is a SYMBOL\n")
    out(f"  It is {_status(symbol)}\n" if home is not None else "  It is uninterned\n")
    if symbol.special == "constant":
        out(f"  It is a constant; its value is {prin1_to_string(symbol.value)}\n")
    elif symbol.bound:
        out(f"  Its value is {prin1_to_string(symbol.value)}\n")
    elif symbol.special:
        out("  It is a special variable without a value\n")
    function = None if symbol.macro is not None else fdefinition(symbol)
    if symbol.macro is not None:
        out(f"  It names a macro\n    Its lambda list is {lambda_list_text(symbol, symbol.macro)}\n")
    elif function is not None:
        out(f"  Its function binding is {prin1_to_string(function)}\n"
            f"    The function takes arguments {lambda_list_text(symbol, function)}\n")
    if find_class(symbol, False) is not None:
        out(f"  It names the class {prin1_to_string(find_class(symbol))}\n")
    for kind in ("FUNCTION", "VARIABLE", "TYPE", "STRUCTURE", "SETF"):
        doc = documentation_of(x, kind)
        if doc is not None:
            out(f"  {kind.capitalize()} documentation:\n    " + doc.text().replace("\n", "\n    ") + "\n")
    if symbol.plist is not None:
        out(f"  Its property list is {prin1_to_string(symbol.plist)}\n")


def _status(symbol: Symbol) -> str:
    _, status = symbol.package.find(symbol.name)  # type: ignore[union-attr]
    return f"{(status or 'internal').lower()} in the {symbol.package.name} package"  # type: ignore[union-attr]


def lambda_list_text(symbol: Symbol | None, function: Any) -> str:
    """Return the lambda list of a function or macro function as text."""
    from acl.compiler.unit import function_info

    declared = DECLARATIONS.get(function_key(symbol)) if symbol is not None else None
    if declared is not None and declared.kind != "variable":
        return f"({declared.lambda_list})"
    info = function_info(function)
    found = info.lambda_list if info is not None else getattr(getattr(function, "gf", function), "lambda_list", None)
    if type(found) is str:
        return f"({found})"
    return prin1_to_string(found)


def _describe_array(x: Any, out: Any) -> None:
    from acl.types.array import dimensions, element_type

    name = prin1_to_string(type_of(x))
    out(f"{prin1_to_string(x)} is {_article(name[1:])} {name}\n")
    out(f"  Its dimensions are {prin1_to_string(from_iterable(dimensions(x)))}\n"
        f"  Its element type is {prin1_to_string(element_type(x))}\n")


def _describe_package(x: Package, out: Any) -> None:
    out(f"{prin1_to_string(x)} is a PACKAGE\n")
    if x.nicknames:
        out(f"  Its nicknames are {', '.join(x.nicknames)}\n")
    out(f"  It uses {', '.join(p.name for p in x.uses) or 'no packages'}\n"
        f"  It has {len(x.external)} external and {len(x.internal)} internal symbols\n")


def _describe_function(x: Any, out: Any) -> None:
    from .documentation import documentation_of

    out(f"{prin1_to_string(x)} is a FUNCTION\n  It takes arguments {lambda_list_text(None, x)}\n")
    doc = documentation_of(x, "T")
    if doc is not None:
        out("  Documentation:\n    " + doc.text().replace("\n", "\n    ") + "\n")


# Names


def _matching(string: Any, package: Any) -> Iterator[Symbol]:
    """Yield the symbols whose names contain *string*, in any case, each once."""
    wanted = princ_to_string(string).upper()
    if package is None:
        packages = list(dict.fromkeys(PACKAGES.values()))
    else:
        from acl.reader.designators import as_package

        chosen = as_package(package)
        packages = [chosen, *chosen.uses]
    seen: set[Symbol] = set()
    for p in packages:
        inherited = package is not None and p is not packages[0]
        for symbol in list(p.external.values()) if inherited else list(p.symbols()):
            if symbol not in seen and wanted in symbol.name.upper():
                seen.add(symbol)
                yield symbol


@builtin("APROPOS-LIST", "string &optional package")
def _apropos_list(string: Any, package: Any = None) -> Any:
    """Return a list of the symbols (accessible in PACKAGE) whose names contain STRING, whatever the case."""
    return from_iterable([denil(s) for s in _matching(string, package)])


@builtin("APROPOS", "string &optional package", values=True)
def _apropos(string: Any, package: Any = None) -> tuple[Any, ...]:
    """Print the symbols (accessible in PACKAGE) whose names contain STRING, and what they name; return no values."""
    out = cl("*STANDARD-OUTPUT*").value
    for symbol in sorted(_matching(string, package), key=lambda s: (s.name, s.package.name if s.package else "")):
        notes = []
        if symbol.macro is not None:
            notes.append("[macro] " + lambda_list_text(symbol, symbol.macro))
        elif isinstance(FUNCTIONS.get(symbol.key), UndefinedFunction):
            if fdefinition(symbol) is not None:
                notes.append("[function] " + lambda_list_text(symbol, fdefinition(symbol)))
        elif symbol.key in FUNCTIONS:
            notes.append("[function] " + lambda_list_text(symbol, FUNCTIONS[symbol.key]))
        if symbol.special != "constant" and symbol.bound:
            notes.append("value: " + prin1_to_string(symbol.value))
        elif symbol.special == "constant" and symbol.package is not cl("T").package:
            notes.append("constant")
        text = f"{prin1_to_string(denil(symbol)):<20}" + (" " + "; ".join(notes) if notes else "")
        out.write_str(text.rstrip() + "\n")
    return ()


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
