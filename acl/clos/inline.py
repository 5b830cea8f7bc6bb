"""What the compiler does with calls of `slot-value`, `make-instance` and structure accessors when it knows enough.

    (slot-value x 'foo)              the attribute; `StandardObject.__getattr__` does what remains
    (make-instance 'foo :a x)        a call of a constructor for this class and these keywords, see `constructor`
    (foo-a x)                        the attribute
"""

from __future__ import annotations

from typing import Any

from acl.compiler import nodes as n
from acl.compiler import pyast as p
from acl.compiler.analyze import COMPILER_MACROS
from acl.compiler.emit import CALLS
from acl.types.cons import Cons, from_iterable, lisp_list
from acl.types.function import FUNCTIONS
from acl.types.symbol import KEYWORD, SYSTEM, Symbol, cl, function_key

_QUOTE = cl("QUOTE")
_CONSTRUCTOR = SYSTEM.intern("%CONSTRUCTOR")


def _slot_value(e: Any, node: Any) -> Any:
    if len(node.args) != 2 or type(node.args[1]) is not n.Constant:
        return None
    name = node.args[1].value
    if type(name) is not Symbol or name.package is None:
        return None
    return p.attr(e.args(node.args[:1])[0], function_key(name))


CALLS[cl("SLOT-VALUE")] = _slot_value


def inline_accessor(name: Symbol, key: str) -> None:
    """Let the compiler read the attribute *key* in place of a call of the structure accessor *name*."""
    function = FUNCTIONS[function_key(name)]

    def accessor(e: Any, node: Any) -> Any:
        if len(node.args) != 1 or FUNCTIONS.get(function_key(name)) is not function:
            return None
        return p.attr(e.args(node.args)[0], key)

    CALLS[name] = accessor


def _constant_keyword(form: Any) -> Any:
    """Return the keyword that *form* is, quoted or not; None if it is none."""
    if type(form) is Cons and form.car is _QUOTE:
        form = form.cdr.car
    return form if type(form) is Symbol and form.package is KEYWORD else None


def _make_instance(form: Any, env: Any) -> Any:
    """(make-instance 'class :key value ...) with constant class and keywords."""
    parts = list(form.cdr) if form.cdr is not None else []
    if not parts or len(parts) % 2 == 0 or type(parts[0]) is not Cons or parts[0].car is not _QUOTE:
        return form
    name = parts[0].cdr.car
    keys = [_constant_keyword(x) for x in parts[1::2]]
    if type(name) is not Symbol or name.package is None or None in keys or len(set(keys)) != len(keys):
        return form
    if any(k.name == "ALLOW-OTHER-KEYS" for k in keys):
        return form
    cell = lisp_list(cl("LOAD-TIME-VALUE"), lisp_list(
        _CONSTRUCTOR, parts[0], lisp_list(_QUOTE, from_iterable(keys))), cl("T"))
    return Cons(cl("FUNCALL"), Cons(cell, from_iterable(parts[2::2])))


COMPILER_MACROS[function_key(cl("MAKE-INSTANCE"))] = _make_instance


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
