"""Inline templates of builtins: Python expressions with holes, pasted in place of a call.

`{0}`, `{1}` are the arguments, `{*PRINT-BASE*}` is the value of that special variable of COMMON-LISP.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from typing import Any

from acl.compiler import pyast as p
from acl.compiler.infer import FUNCTION, INDEX, NATURAL, NUMBER, SOME
from acl.types.array import SimpleString

MARKED_TYPES = {"s": "Symbol", "t": "SimpleString", "c": "Char"}
"""By the last letter of an object's placeholder (see `acl.compiler.unit`): its Python type."""

_cache: dict[str, tuple[Any, int]] = {}
_specialized: dict[tuple[str, tuple[str | None, ...]], Any] = {}
_hole_kinds: dict[str, str] = {}
"""The kinds (see `acl.compiler.infer`) of the holes of the template that is being specialized."""
_hole = re.compile(r"\{(\d)\}")
_special = re.compile(r"\{\*([A-Z-]+)\*\}")


def _parse(template: str) -> tuple[Any, int]:
    found = _cache.get(template)
    if found is None:
        count = 1 + max((int(d) for d in _hole.findall(template)), default=-1)
        text = _hole.sub(lambda m: f"_hole{m.group(1)}", template)
        text = _special.sub(lambda m: "_special_" + m.group(1).replace("-", "_"), text)
        tree = ast.parse(text, mode="eval").body
        found = _cache[template] = (tree, count)
    return found


def special_names(template: str) -> dict[str, str]:
    """Return the special variables that *template* mentions, by the names that stand for them in its tree."""
    return {"_special_" + x.replace("-", "_"): f"*{x}*" for x in _special.findall(template)}


def hole_count(template: str) -> int:
    """Return the number of arguments of *template*."""
    return _parse(template)[1]


def _copy(node: Any, fill: Any) -> Any:
    """Copy a template's tree with the current line, asking *fill* for what stands for a name."""
    if isinstance(node, ast.Name):
        return fill(node.id) or p.name(node.id)
    new = node.__class__.__new__(node.__class__)  # the constructor of 3.13 complains of missing fields
    for field in node._fields:
        value = getattr(node, field, None)
        if isinstance(value, list):
            value = [_copy(v, fill) if isinstance(v, ast.AST) else v for v in value]
        elif isinstance(value, ast.AST) and not isinstance(value, ast.expr_context):
            value = _copy(value, fill)
        setattr(new, field, value)
    return simplified(p.located(new)) if isinstance(new, (ast.expr, ast.keyword, ast.arg)) else new


def _tree(template: str, kinds: tuple[str | None, ...]) -> Any:
    """Return the tree of *template* for arguments of *kinds*."""
    if not any(kinds):
        return _parse(template)[0]
    found = _specialized.get((template, kinds))
    if found is None:
        _hole_kinds.clear()
        _hole_kinds.update({f"_hole{i}": kind for i, kind in enumerate(kinds) if kind})
        found = _specialized[template, kinds] = _copy(_parse(template)[0], {}.get)
        _hole_kinds.clear()
    return found


def simplified(node: Any) -> Any:
    """Return *node* without tests whose result is known: of the type of a constant, of the kind of a hole."""
    if isinstance(node, ast.Compare):
        known = _type_test(node)
        if known is None:
            known = _nil_test(node)
        if known is None:
            known = _number_test(node)
        return (_sign_test(node) or node) if known is None else p.const(known)
    if isinstance(node, ast.BoolOp) and all(_is_test(v) for v in node.values):
        conjunction = isinstance(node.op, ast.And)
        rest = [v for v in node.values if not (isinstance(v, ast.Constant) and bool(v.value) is conjunction)]
        if not rest:
            return p.const(conjunction)
        if any(isinstance(v, ast.Constant) for v in rest) and not any(
                isinstance(x, ast.NamedExpr) for v in rest for x in ast.walk(v)):
            return p.const(not conjunction)  # the other tests have no effect
        node.values = rest
        return rest[0] if len(rest) == 1 else node
    if isinstance(node, ast.BoolOp):
        neutral = isinstance(node.op, ast.And)
        node.values = [v for v in node.values[:-1]
                       if not (isinstance(v, ast.Constant) and v.value is neutral)] + node.values[-1:]
        return node.values[0] if len(node.values) == 1 else node
    if isinstance(node, ast.IfExp) and isinstance(node.test, ast.BoolOp) and isinstance(node.test.op, ast.And):
        rest = [v for v in node.test.values if not (isinstance(v, ast.Constant) and type(v.value) in (int, float)
                                                    and v.value)]
        if len(rest) < len(node.test.values):  # a divisor that is not 0
            node.test = p.and_(rest) if rest else p.const(True)
    if isinstance(node, ast.IfExp) and isinstance(node.test, ast.Constant):
        return node.body if node.test.value else node.orelse
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "text":
        literal = getattr(node.func.value, "literal", None)
        if type(literal) is SimpleString and not literal.text().startswith("\0"):
            return p.const(literal.text())
    return node


def _is_test(node: Any) -> bool:
    """True for comparisons and known truth values: dropping one of them drops no effect."""
    return isinstance(node, (ast.Compare, ast.BoolOp)) or (isinstance(node, ast.Constant) and type(node.value) is bool)


def _type_test(node: Any) -> bool | None:
    """Decide `type(x) is T` where x is a constant or a variable of known type."""
    left, right = node.left, node.comparators[0]
    if not (len(node.ops) == 1 and isinstance(node.ops[0], ast.Is) and isinstance(left, ast.Call)
            and isinstance(left.func, ast.Name) and left.func.id == "type" and isinstance(right, ast.Name)
            and len(left.args) == 1):
        return None
    known = _known_type(left.args[0])
    return None if known is None else known == right.id


def _nil_test(node: Any) -> bool | None:
    """Decide `x is None` and `x is not None` where x is known to be something else."""
    left, relation, right = node.left, node.ops[0], node.comparators[0]
    if not (len(node.ops) == 1 and isinstance(relation, (ast.Is, ast.IsNot)) and isinstance(right, ast.Constant)
            and right.value is None and isinstance(left, ast.Name) and left.id in _hole_kinds):
        return None
    return isinstance(relation, ast.IsNot)


def _number_test(node: Any) -> bool | None:
    """Decide a comparison of constant integers."""
    sides = [node.left, *node.comparators]
    deciders = [_ORDERS.get(type(op)) for op in node.ops]
    if not all(isinstance(x, ast.Constant) and type(x.value) is int for x in sides):
        return None
    return all(decide(a.value, b.value) for decide, a, b in zip(deciders, sides, sides[1:], strict=False)
               if decide is not None) if None not in deciders else None


_ORDERS: dict[type, Callable[[int, int], bool]] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge}


def _sign_test(node: Any) -> Any:
    """Decide `i >= 0` for a natural number, and shorten `0 <= i < len(x)`: an INDEX too large is left to Python."""
    left, relation, right = node.left, node.ops[0], node.comparators[0]
    if len(node.ops) == 2:
        if _zero(left) and isinstance(relation, ast.LtE) and isinstance(node.comparators[1], ast.Call):
            kind = _hole_kinds.get(right.id) if isinstance(right, ast.Name) else None
            if kind == INDEX:
                return p.const(True)
            if kind == NATURAL:
                return p.compare(right, node.ops[1], node.comparators[1])
    elif isinstance(relation, ast.GtE) and _zero(right) and isinstance(left, ast.Name):
        return p.const(True) if _hole_kinds.get(left.id) in (NATURAL, INDEX) else None
    return None


def _zero(node: Any) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int and node.value == 0


def _known_type(expression: Any) -> str | None:
    """Return the name of the Python type that the value of *expression* has, if that is known."""
    if isinstance(expression, ast.Constant):
        value = expression.value
        if type(value) in (int, float):
            return type(value).__name__
        return MARKED_TYPES.get(value[-1]) if type(value) is str and value.startswith("\0acl") else None
    kind = _hole_kinds.get(expression.id) if isinstance(expression, ast.Name) else None
    return "int" if kind in (NATURAL, INDEX) else kind if kind not in (SOME, NUMBER, FUNCTION) else None


def _order(node: Any, certain: bool, out: list[tuple[str, bool]]) -> None:
    """List the holes in the order in which Python evaluates them, and whether it always does."""
    if isinstance(node, ast.Name):
        if node.id.startswith("_hole"):
            out.append((node.id, certain))
    elif isinstance(node, ast.IfExp):
        _order(node.test, certain, out)
        _order(node.body, False, out)
        _order(node.orelse, False, out)
    elif isinstance(node, ast.BoolOp):
        _order(node.values[0], certain, out)
        for value in node.values[1:]:
            _order(value, False, out)
    elif isinstance(node, ast.Compare):
        _order(node.left, certain, out)
        for index, value in enumerate(node.comparators):
            _order(value, certain and index == 0, out)
    else:
        for child in ast.iter_child_nodes(node):
            _order(child, certain, out)


def is_atomic(expression: Any) -> bool:
    """True for a name or constant, which may be written twice."""
    return isinstance(expression, (ast.Name, ast.Constant))


def is_part(expression: Any) -> bool:
    """True for an attribute of a variable, or of another such: looking at it twice is cheaper than keeping it."""
    while isinstance(expression, ast.Attribute):
        expression = expression.value
        if isinstance(expression, ast.Name):
            return True
    return False


def is_volatile(expression: Any) -> bool:
    """True for a variable that a call of a closure may change."""
    return getattr(expression, "volatile", False)


def paste(template: str, args: list[Any], temporary: Any, kinds: tuple[str | None, ...] = (),
          specials: dict[str, Any] | None = None) -> Any:
    """Return *template* with its holes filled by the expressions *args*, each evaluated once and in order.

    *temporary* makes the name of a Python local for an argument that is needed twice; *kinds* are those of the
    arguments; *specials* are the expressions of special variables (`special_names`).
    """
    tree = _tree(template, kinds)
    pending = {f"_hole{i}": a for i, a in enumerate(args)}
    if specials:
        pending.update(specials)
    if all(is_atomic(a) for a in args):
        return _copy(tree, pending.get)
    order: list[tuple[str, bool]] = []
    _order(tree, True, order)
    firsts: list[str] = []
    counts: dict[str, int] = {}
    certain = True
    for hole, sure in order:
        if hole not in counts:
            firsts.append(hole)
            certain = certain and (sure or is_atomic(pending[hole]))
        counts[hole] = counts.get(hole, 0) + 1
    needed = [h for h in firsts if not is_atomic(pending[h])]
    complex_args = [f"_hole{i}" for i, a in enumerate(args) if not is_atomic(a)]
    if certain and needed == complex_args and _names_stay(args):
        return _copy(tree, _Filler(pending, counts, temporary))
    tests, values = first_evaluated(args, temporary)
    pending.update({f"_hole{i}": value for i, value in enumerate(values)})
    return p.if_exp(p.and_(tests), _copy(tree, _Again(pending)), p.const(None))


def first_evaluated(args: list[Any], temporary: Any) -> tuple[list[Any], list[Any]]:
    """Return what evaluates *args* in order, and the names and constants that have their values then.

    The former are conditions that are always true: the cheapest way to evaluate one expression before another.
    """
    assigned = {x.target.id for a in args if not is_atomic(a) for x in ast.walk(a) if isinstance(x, ast.NamedExpr)}
    tests, values = [], []
    for argument in args:
        if not is_atomic(argument) or is_volatile(argument) or getattr(argument, "id", None) in assigned:
            name = temporary()
            tests.append(p.or_([p.is_(p.walrus(name, argument), p.const(None)), p.const(True)]))
            values.append(p.name(name))
        else:
            values.append(argument)
    return tests, values


def _names_stay(args: list[Any]) -> bool:
    """True unless an argument might change a variable that an earlier one has read."""
    return len(args) == 1 or not (any(map(is_volatile, args)) or any(
        isinstance(x, ast.NamedExpr) for a in args if not is_atomic(a) for x in ast.walk(a)))


class _Filler:
    """Fills each hole: a complex argument that is needed twice is kept in a local at its first use."""

    def __init__(self, pending: dict[str, Any], counts: dict[str, int], temporary: Any) -> None:
        self.pending, self.counts, self.temporary = pending, counts, temporary
        self.names: dict[str, str] = {}

    def __call__(self, identifier: str) -> Any:
        argument = self.pending.get(identifier)
        if argument is None or is_atomic(argument) or self.counts.get(identifier, 1) == 1:
            return argument
        name = self.names.get(identifier)
        if name is not None:
            return p.name(name)
        name = self.names[identifier] = self.temporary()
        return p.walrus(name, argument)


class _Again:
    """Fills holes with fresh references to locals."""

    def __init__(self, pending: dict[str, Any]) -> None:
        self.pending = pending

    def __call__(self, identifier: str) -> Any:
        argument = self.pending.get(identifier)
        return p.name(argument.id) if isinstance(argument, ast.Name) else argument
