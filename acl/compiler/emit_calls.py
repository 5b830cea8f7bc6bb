"""Calls that the compiler emits in a way of their own: `funcall`, `apply`, `values`, `eq`, `list`, arithmetic."""

from __future__ import annotations

import ast
from collections.abc import Callable
from importlib import import_module
from itertools import pairwise
from typing import Any

from acl.builtins.declare import declaration as find_declaration
from acl.compiler import nodes as n
from acl.compiler import pyast as p
from acl.compiler.emit import CALLS, CONDITIONS, TRUTHS, VALUES_CALLS, Emitter, declared_key, is_spread
from acl.compiler.infer import INTEGER_KINDS, NUMBER_KINDS, OBJECT_KINDS
from acl.compiler.inline import first_evaluated, is_atomic, is_part, paste
from acl.compiler.single import KNOWN_SINGLE
from acl.types.character import Char
from acl.types.cons import Cons
from acl.types.symbol import KEYWORD, SYSTEM, Symbol, cl

Maker = Callable[[Emitter, Any], Any]


def _for(table: dict[Symbol, Maker], *names: str) -> Callable[[Maker], Maker]:
    def register(function: Maker) -> Maker:
        for name in names:
            table[cl(name)] = function
        return function

    return register


def _arguments(e: Emitter, node: Any) -> list[Any]:
    args = e.args(node.args)
    if node.line:
        p.set_line(node.line)
    return args


@_for(CALLS, "FUNCALL")
def _funcall(e: Emitter, node: Any) -> Any:
    if not node.args:
        return None
    function, *args = _arguments(e, node)
    return p.call(function, *args)


@_for(VALUES_CALLS, "FUNCALL")
def _funcall_values(e: Emitter, node: Any) -> Any:
    if not node.args:
        return None
    known = _known_function(node.args[0])
    if known is not None:
        return e.call_values(n.Call(name=known, args=node.args[1:], line=node.line))
    function, *args = _arguments(e, node)
    return p.call("%call_values", function, *args)


def _known_function(node: Any) -> Any:
    return node.name if type(node) is n.FunctionRef else None


@_for(CALLS, "APPLY")
def _apply(e: Emitter, node: Any) -> Any:
    if len(node.args) < 2:
        return None
    return p.call(*_applied(e, node))


@_for(VALUES_CALLS, "APPLY")
def _apply_values(e: Emitter, node: Any) -> Any:
    if len(node.args) < 2:
        return None
    return p.call("%call_values", *_applied(e, node))


def _applied(e: Emitter, node: Any) -> list[Any]:
    """Return the function and the arguments of a call of `apply`, the last one spread."""
    last = node.args[-1]
    if is_spread(last):
        return [*e.args(node.args[:-1]), p.star(p.name(last.variable.name))]
    args = _arguments(e, node)
    return [*args[:-1], p.star(_spread(args[-1]))]


def _spread(argument: Any) -> Any:
    return p.call("%spread", argument)


@_for(CALLS, "VALUES")
def _values(e: Emitter, node: Any) -> Any:
    args = _arguments(e, node)
    if not args:
        return p.const(None)
    return args[0] if len(args) == 1 else p.item(p.tuple_of(*args), 0)


@_for(VALUES_CALLS, "VALUES")
def _all_values(e: Emitter, node: Any) -> Any:
    return p.tuple_of(*_arguments(e, node))


@_for(VALUES_CALLS, "VALUES-LIST")
def _values_list(e: Emitter, node: Any) -> Any:
    return p.call("tuple", _spread(e.value(node.args[0]))) if len(node.args) == 1 else None


@_for(CONDITIONS, "NOT", "NULL")
def _not(e: Emitter, node: Any) -> Any:
    if len(node.args) != 1:
        return None
    return p.not_(e.condition(node.args[0]))


@_for(CONDITIONS, "EQ")
def _eq(e: Emitter, node: Any) -> Any:
    """Equal integers are EQ, as Allegro's fixnums: programs written for it count on that."""
    if len(node.args) != 2:
        return None
    kinds = [e.kind(x) for x in node.args]
    if any(_identity(x) for x in node.args) or any(k in OBJECT_KINDS for k in kinds):
        return p.is_(*_arguments(e, node))
    return _same_integer(e, node, kinds) or e.paste(_EQ, node.args)


_EQ = "{0} is {1} or type({0}) is int and {0} == {1} and type({1}) is int"


@_for(CONDITIONS, "EQL")
def _eql(e: Emitter, node: Any) -> Any:
    if len(node.args) != 2:
        return None
    if any(_identity(x) for x in node.args):
        return p.is_(*_arguments(e, node))
    kinds = [e.kind(x) for x in node.args]
    if any(k in OBJECT_KINDS for k in kinds):
        return p.is_(*_arguments(e, node))
    return _same_integer(e, node, kinds) or e.paste(_EQL, node.args)


_EQL = "{0} is {1} or ({0} == {1} or {0} != {0}) and lisp_eql({0}, {1})"
"""The last test but one is for NaNs."""
_EQL_INTEGER = ("{0} == {1} and type({0}) is int", "{1} == {0} and type({1}) is int")


def _same_integer(e: Emitter, node: Any, kinds: list[Any]) -> Any:
    """Return the comparison with an argument that is an integer, None if there is none.

    The car of a variable is looked at twice, and not at all if there is no cons.
    """
    if not (kinds[0] in INTEGER_KINDS or kinds[1] in INTEGER_KINDS):
        return None
    first = kinds[0] in INTEGER_KINDS
    args = _arguments(e, node)
    integer, other = args if first else reversed(args)
    part = other.body if p.or_none(other) else other
    if not (is_part(part) and is_atomic(integer)):
        return paste(_EQL_INTEGER[first], args, e.temporary)
    tests = [p.compare(part, ast.Eq(), integer), p.is_(p.call("type", part), p.name("int"))]
    return p.and_([other.test, *tests] if part is not other else tests)


def _identity(node: Any) -> bool:
    """True if *node* is a constant for which EQL is EQ."""
    return type(node) is n.Constant and (node.value is None or type(node.value) in (Symbol, Char))


@_for(CALLS, "LIST")
def _list(e: Emitter, node: Any) -> Any:
    if not node.args:
        return p.const(None)
    if len(node.args) > 8:
        return None
    args = _arguments(e, node)
    result = p.const(None)
    for argument in reversed(args):  # Cons(a, Cons(b, None)) evaluates a before b
        result = p.call("Cons", argument, result)
    return result


@_for(TRUTHS, "MEMBER")
def _is_member(e: Emitter, node: Any) -> Any:
    """Whether something is one of a few constant symbols or characters."""
    if len(node.args) != 2 or type(node.args[1]) is not n.Constant:
        return None
    items: list[Any] = []
    rest = node.args[1].value
    while type(rest) is Cons and len(items) < 9:
        items.append(rest.car)
        rest = rest.cdr
    if rest is not None or not 0 < len(items) < 9 or not all(x is None or type(x) in (Symbol, Char) for x in items):
        return None
    item = e.value(node.args[0])
    if len(items) > 1 and not is_atomic(item):
        name = e.temporary()
        return p.or_([p.is_(p.walrus(name, item), e.constant(items[0])),
                      *[p.is_(p.name(name), e.constant(x)) for x in items[1:]]])
    return p.or_([p.is_(item, e.constant(x)) for x in items])


@_for(CALLS, "MAX", "MIN")
def _extreme(e: Emitter, node: Any) -> Any:
    if len(node.args) < 3:
        return None
    *others, last = node.args
    return e.call(n.Call(name=node.name, args=[n.Call(name=node.name, args=others, line=node.line), last],
                         line=node.line))


@_for(CALLS, "EXPT")
def _square(e: Emitter, node: Any) -> Any:
    if len(node.args) != 2 or type(node.args[1]) is not n.Constant or type(node.args[1].value) is not int:
        return None
    declaration = find_declaration(declared_key(node.name))  # loads the module, which makes the name known
    if declaration is None or node.args[1].value != 2:
        return None
    e.unit.modules.add(declaration.module)
    return e.paste(_SQUARE, [node.args[0]])


_SQUARE = "{0} * {0} if type({0}) is int or type({0}) is float and 1e-300 < {0} * {0} < 1e300 else number_expt({0}, 2)"


@_for(CALLS, "SLOT-VALUE")
def _slot_value(e: Emitter, node: Any) -> Any:
    """A slot is an attribute; what is none (unbound, missing, shared slots) is the business of the class."""
    if len(node.args) != 2 or not _constant_symbol(node.args[1]):
        return None
    return p.attr(_arguments(e, node)[0], e.unit.slot(node.args[1].value))


def _constant_symbol(node: Any) -> bool:
    return type(node) is n.Constant and type(node.value) is Symbol


@_for(CALLS, "MAKE-INSTANCE")
def _make_instance(e: Emitter, node: Any) -> Any:
    """With a constant class name and keywords: a call site that keeps the constructor it found."""
    names = [*node.args[:1], *node.args[1::2]]
    if len(node.args) % 2 == 0 or not all(_constant_symbol(a) for a in names):
        return None
    keys = tuple(a.value for a in node.args[1::2])
    if len(set(keys)) < len(keys) or any(k.package is not KEYWORD or k.name == "ALLOW-OTHER-KEYS" for k in keys):
        return None
    args = e.args(node.args[2::2])
    site = e.unit.make_site(node.args[0].value, keys)
    current = p.is_(p.attr(p.const(site), "epoch"), p.name("CLASS-EPOCH"))
    maker = p.if_exp(current, p.attr(p.const(site), "make"), p.attr(p.const(site), "renew"))
    return p.call(maker, *args)


_OPERATORS: dict[str, Any] = {"+": ast.Add(), "-": ast.Sub(), "*": ast.Mult()}


def _fold(name: str) -> Maker:
    operator = _OPERATORS[name]

    def make(e: Emitter, node: Any) -> Any:
        if not node.args:
            return p.const(0 if name == "+" else 1) if name != "-" else None
        args = _arguments(e, node)
        folded = all(isinstance(a, ast.Constant) for a in args[:2])
        if folded and any(type(a.value) is str for a in args[:2]):
            return _call_anyway(e, node, args)
        if len(args) == 1:
            return p.unary(ast.USub(), args[0]) if name == "-" else _call_anyway(e, node, args)
        result = args[0]
        for argument in args[1:]:
            result = p.binop(result, operator, argument)
        return result

    return make


def _call_anyway(e: Emitter, node: Any, args: list[Any]) -> Any:
    """Call the function: CPython would fold an operation on the placeholders of constants."""
    return p.call(e.global_function(node.name), *args)


def _true_anyway(e: Emitter, node: Any, args: list[Any]) -> Any:
    return p.is_not(_call_anyway(e, node, args), p.const(None))


for _name in _OPERATORS:
    CALLS[cl(_name)] = _fold(_name)

_COMPARISONS: dict[str, Any] = {"<": ast.Lt(), ">": ast.Gt(), "<=": ast.LtE(), ">=": ast.GtE()}


def _number(node: Any) -> bool:
    """True if *node* is a constant real number."""
    return type(node) is n.Constant and type(node.value) in (int, float)


def _comparison(name: str) -> Maker:
    operator = _COMPARISONS[name]

    def make(e: Emitter, node: Any) -> Any:
        if len(node.args) < 2:
            return None
        args = _arguments(e, node)
        if any(isinstance(a, ast.Constant) and type(a.value) is str for a in args):
            return _true_anyway(e, node, args)
        # Python's chain stops at the first false comparison: of what follows the second only numbers may be skipped.
        if all(map(_number, node.args[2:])):
            return p.compare(args[0], operator, *args[1:])
        tests, values = first_evaluated(args, e.temporary)
        orders = [p.compare(a, operator, b) for a, b in pairwise(values)]
        result = orders[0]
        for order in orders[1:]:  # all of them, lest one with what is no number be skipped
            result = p.binop(result, ast.BitAnd(), order)
        return p.and_([*tests, result])

    return make


for _name in _COMPARISONS:
    CONDITIONS[cl(_name)] = _comparison(_name)


@_for(CONDITIONS, "=")
def _equal(e: Emitter, node: Any) -> Any:
    """`a == b` would be false for what is no number; `+a == +b` signals, and costs the same."""
    if len(node.args) != 2:
        return None
    args = _arguments(e, node)
    left, right = [x if e.kind(arg) in NUMBER_KINDS else p.unary(ast.UAdd(), x)
                   for arg, x in zip(node.args, args, strict=True)]
    if p.or_none(args[0]) and is_atomic(right):  # the car of a list: one jump less
        part, none = p.unary(ast.UAdd(), args[0].body), p.unary(ast.UAdd(), args[0].orelse)
        return p.if_exp(args[0].test, p.compare(part, ast.Eq(), right), p.compare(none, ast.Eq(), right))
    return p.compare(left, ast.Eq(), right)


@_for(VALUES_CALLS, "FLOOR", "TRUNCATE")
def _quotient_and_remainder(e: Emitter, node: Any) -> Any:
    from acl.builtins.numbers.inline import VALUES_TEMPLATES

    if len(node.args) != 2:
        return None
    e.unit.modules.add("acl.builtins.numbers.division")
    find_declaration(declared_key(node.name))  # loads the module, which makes the names of the template known
    return e.paste(VALUES_TEMPLATES[node.name.name], node.args)


@_for(CALLS, "LDB", "DPB")
def _constant_byte(e: Emitter, node: Any) -> Any:
    """A byte of constant size and position is taken, or replaced, by shifts and masks."""
    index = 0 if node.name.name == "LDB" else 1
    if len(node.args) != index + 2:
        return None
    byte = node.args[index]
    if type(byte) is not n.Call or byte.name is not cl("BYTE") or not byte.inline or len(byte.args) != 2:
        return None
    if any(type(x) is not n.Constant or type(x.value) is not int or not 0 <= x.value <= 4096 for x in byte.args):
        return None
    size, position = (x.value for x in byte.args)
    mask = (1 << size) - 1
    if index == 0:
        text = f"{{0}} >> {position} & {mask}"
    else:
        text = f"({{0}} & {mask}) << {position} | {{1}} & {~(mask << position)}"
    others = [x for x in node.args if x is not byte]
    return e.paste(text, others)


def _has_parts(e: Emitter, node: Any) -> Any:
    """The check of the length of a list that is destructured: a few required parts, and a rest or none."""
    if len(node.args) != 5 or any(type(x) is not n.Constant for x in node.args[1:3]):
        return None
    source, count, at_most = node.args[0], node.args[1].value, node.args[2].value
    if type(source) is not n.Local or count > 4 or at_most not in (None, count):
        return None
    args = e.args(node.args)
    if not is_atomic(args[0]):
        return None
    place, tests = args[0], []
    for _ in range(count):
        tests.append(p.is_(p.call("type", place), p.name("Cons")))
        place = p.attr(place, "cdr")
    if at_most is not None:
        tests.append(p.is_(place, p.const(None)))
    if not tests:
        return p.const(None)
    return p.if_exp(p.and_(tests), p.const(None), p.call(e.global_function(node.name), *args))


CALLS[SYSTEM.intern("%DESTRUCTURE")] = _has_parts

_LATER = {cl("FORMAT"): "acl.compiler.emit_format", cl("SORT"): "acl.compiler.emit_consumers",
          cl("STABLE-SORT"): "acl.compiler.emit_consumers"}
"""Functions whose emitters are in modules that a start does without."""


def _emitted_later(e: Emitter, node: Any) -> Any:
    """Import the module, which registers the emitter of the function."""
    import_module(_LATER[node.name])
    return CALLS[node.name](e, node)


CALLS.update(dict.fromkeys(_LATER, _emitted_later))
KNOWN_SINGLE.update(CONDITIONS)
KNOWN_SINGLE.update(cl(x) for x in (*_OPERATORS, "LIST", "SLOT-VALUE"))
