"""Which nodes give exactly one value: there the entry for all values costs nothing extra."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from acl.builtins.declare import declaration as find_declaration
from acl.compiler import nodes as n
from acl.types.cons import Cons
from acl.types.function import key_of
from acl.types.symbol import CL, EXCL, SYSTEM, Symbol, cl

KNOWN_SINGLE: set[Any] = set()
"""Functions that the compiler emits in a way of its own, of one value."""

_VALUES, _FUNCALL, _APPLY = cl("VALUES"), cl("FUNCALL"), cl("APPLY")


def single(node: Any) -> bool:
    """True if *node* is known to give exactly one value, or never to return."""
    rule = _RULES.get(type(node))
    return True if rule is None else rule(node)


def single_builtin(name: Any) -> bool:
    """True if the global function *name* is a builtin of one value."""
    symbol = name.cdr.car if type(name) is Cons else name
    if type(symbol) is Symbol and symbol.package in (CL, EXCL, SYSTEM):
        declaration = find_declaration(key_of(name))
        return (declaration is not None and declaration.kind in ("function", "predicate") and not declaration.values
                and not hasattr(declaration.function, "mv"))
    return False


def _call(node: Any) -> bool:
    if node.name is _VALUES:
        return len(node.args) == 1
    if node.name is _FUNCALL or node.name is _APPLY:
        return False
    if node.inline and node.name in KNOWN_SINGLE:
        return True
    return single_builtin(node.name)


def _block(node: Any) -> bool:
    return single(node.body) and all(single(e.value) for e in node.exits)


def _progn(node: Any) -> bool:
    return not node.forms or single(node.forms[-1])


_RULES: dict[type, Callable[[Any], bool]] = {
    n.Call: _call,
    n.CallLocal: lambda node: False,
    n.Funcall: lambda node: False,
    n.MvCall: lambda node: False,
    n.Catch: lambda node: False,
    n.Progv: lambda node: single(node.body),
    n.If: lambda node: single(node.then) and single(node.otherwise),
    n.And: lambda node: single(node.forms[-1]),
    n.Or: lambda node: single(node.forms[-1]),
    n.Progn: _progn,
    n.Let: lambda node: single(node.body),
    n.BindSpecial: lambda node: single(node.body),
    n.MvBind: lambda node: single(node.body),
    n.MvProg1: lambda node: single(node.first),
    n.Labels: lambda node: single(node.body),
    n.Block: _block,
    n.UnwindProtect: lambda node: single(node.body),
    n.WithHandlers: lambda node: single(node.body),
    n.WithRestarts: lambda node: single(node.body),
    n.RestartCase: lambda node: single(node.form) and all(
        single(c[3] if c[2] is not None else c[3].body) for c in node.clauses),
    n.HandlerCase: lambda node: single(node.form) and all(single(c[2]) for c in node.clauses),
}
