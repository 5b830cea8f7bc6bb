"""What the compiler does with structures: an accessor is an attribute, a constructor with constant keywords a call of
the function that takes the values of all slots."""

from __future__ import annotations

import ast
from typing import Any

from acl.compiler import pyast as p
from acl.compiler.analyze import COMPILER_MACROS
from acl.compiler.emit import CALLS, STORES
from acl.types.cons import Cons, from_iterable, lisp_list
from acl.types.function import FUNCTIONS
from acl.types.symbol import KEYWORD, Symbol, cl, function_key

_QUOTE = cl("QUOTE")


def inline_accessor(name: Symbol, key: str) -> None:
    """Let the compiler read the attribute *key* in place of a call of the structure accessor *name*."""
    function = FUNCTIONS[function_key(name)]

    def accessor(e: Any, node: Any) -> Any:
        if len(node.args) != 1 or FUNCTIONS.get(function_key(name)) is not function:
            return None
        return p.attr(e.args(node.args)[0], key)

    CALLS[name] = accessor


def _has_just_read(statement: Any, target: Any, key: str) -> bool:
    """True if *statement* assigns an arithmetic expression in which the attribute *key* of *target* is an operand."""
    if not isinstance(statement, ast.Assign) or not isinstance(target, ast.Name):
        return False
    pending = [statement.value]
    while pending:
        x = pending.pop()
        if isinstance(x, ast.BinOp):
            pending += [x.left, x.right]
        elif isinstance(x, ast.Attribute) and x.attr == key and isinstance(x.value, ast.Name):
            return x.value.id == target.id
    return False


def inline_writer(name: Symbol, cls: Any, key: str) -> None:
    """Let the compiler store in the attribute *key* of structures of class *cls* for (setf (NAME x) value)."""
    setter = f"(setf {function_key(name)})"
    function = FUNCTIONS[setter]

    def store(e: Any, node: Any, dest: Any) -> bool:
        if len(node.args) != 2 or FUNCTIONS.get(setter) is not function:
            return False
        value, target = [e.keep(a) if not isinstance(a, ast.Name) else a for a in e.args(node.args)]
        stored = p.assign(p.attr_store(target, key), value)
        if e.body and _has_just_read(e.body[-1], target, key):
            e.add(stored)  # INCF and its kin: whatever has the attribute is such a structure
        else:
            called = p.expr(p.call(e.global_function(node.name), value, target))
            e.add(p.if_(p.is_(p.call("type", target), e.constant(cls)), [stored], [called]))
        if dest.kind != "effect":
            e.deliver(value, dest)
        return True

    STORES[setter] = store


def _constant_keyword(form: Any) -> Any:
    """Return the keyword that *form* is, quoted or not; None if it is none."""
    if type(form) is Cons and form.car is _QUOTE:
        form = form.cdr.car
    return form if type(form) is Symbol and form.package is KEYWORD else None


def inline_constructor(constructor: Symbol, maker: Symbol, keys: list[Symbol], defaults: list[Any]) -> None:
    """Let the compiler call *maker* for a call of the structure *constructor* with constant keywords."""
    key = function_key(constructor)
    function = FUNCTIONS.get(key)

    def expand(form: Any, env: Any) -> Any:
        parts = list(form.cdr) if form.cdr is not None else []
        given = [_constant_keyword(x) for x in parts[::2]]
        if FUNCTIONS.get(key) is not function or len(parts) % 2 or len(set(given)) != len(given):
            return form
        if any(k not in keys for k in given):
            return form
        rest = [d for k, d in zip(keys, defaults, strict=True) if k not in given]
        if any((type(d) is Cons and d.car is not _QUOTE) or (type(d) is Symbol and d.special != "constant")
               for d in rest):
            return form
        variables = {k: Symbol(k.name) for k in given}
        bindings = [lisp_list(variables[k], value) for k, value in zip(given, parts[1::2], strict=True)]
        values = [variables.get(k, d) for k, d in zip(keys, defaults, strict=True)]
        return lisp_list(cl("LET"), from_iterable(bindings), Cons(maker, from_iterable(values)))

    COMPILER_MACROS[key] = expand
