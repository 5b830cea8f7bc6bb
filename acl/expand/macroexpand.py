"""Macro expansion, global and local, through `*macroexpand-hook*`."""

from __future__ import annotations

from typing import Any

from acl.expand import chain
from acl.expand.environment import NULL_ENVIRONMENT, Environment, LocalMacro, SymbolMacro
from acl.runtime.functions import coerce_function
from acl.types.cons import Cons
from acl.types.symbol import NIL_SYMBOL, Symbol, cl, function_key

_HOOK = cl("*MACROEXPAND-HOOK*")
_FUNCALL = cl("FUNCALL")
_HOOK.set_global(_FUNCALL)
_HOOK.special = "special"

SYMBOL_MACROS: dict[Symbol, Any] = {}
"""Global symbol macros (`define-symbol-macro`)."""


def macro_function(name: Any, env: Environment | None = None) -> Any:
    """Return the macro function of the symbol *name* in *env*, or None."""
    if type(name) is not Symbol:
        if name is not None:
            return None
        name = NIL_SYMBOL
    local = (env or NULL_ENVIRONMENT).functions.get(function_key(name))
    if local is not None:
        return local.function if isinstance(local, LocalMacro) else None
    return name.macro


def call_macro(function: Any, form: Any, env: Environment | None) -> Any:
    """Call a macro function as `*macroexpand-hook*` wants it called."""
    if chain.digest is not None:
        chain.note_expander(function)
    hook = _HOOK.value
    if hook is _FUNCALL:
        return function(form, env)
    if chain.digest is not None:
        chain.note_expander(coerce_function(hook))
    return coerce_function(hook)(function, form, env)


def macroexpand_1(form: Any, env: Environment | None = None) -> tuple[Any, bool]:
    """Expand *form* once; the second value tells whether it was a macro form or a symbol macro."""
    if type(form) is Cons:
        function = macro_function(form.car, env)
        if function is None:
            return form, False
        return call_macro(function, form, env), True
    if type(form) is Symbol:
        entry = (env or NULL_ENVIRONMENT).variables.get(form)
        if entry is not None:
            return (entry.expansion, True) if isinstance(entry, SymbolMacro) else (form, False)
        if form in SYMBOL_MACROS:
            return SYMBOL_MACROS[form], True
    return form, False


def macroexpand(form: Any, env: Environment | None = None) -> tuple[Any, bool]:
    """Expand *form* until it is no macro form any more."""
    expanded = False
    while True:
        form, again = macroexpand_1(form, env)
        if not again:
            return form, expanded
        expanded = True
