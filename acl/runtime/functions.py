"""Function designators."""

from __future__ import annotations

from collections.abc import Callable
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from acl.types.base import wrong_type
from acl.types.function import FUNCTIONS, UndefinedFunction
from acl.types.symbol import NIL_SYMBOL, Symbol, function_key

PLAIN = (FunctionType, BuiltinFunctionType, MethodType)


def coerce_function(x: Any) -> Callable[..., Any]:
    """Return the function that *x* designates: a function itself, or a symbol's global function."""
    if isinstance(x, PLAIN):
        return x
    if x is None:
        x = NIL_SYMBOL
    if type(x) is Symbol:
        function = FUNCTIONS.get(function_key(x))
        if function is None:
            function = FUNCTIONS[x.key] = UndefinedFunction(x)
        return function
    if callable(x):
        return x  # type: ignore[no-any-return]
    wrong_type(x, "FUNCTION")


def undefined_function(name: Any) -> Any:
    """Signal `undefined-function` for a reference to the function *name*; return what a restart supplies."""
    from acl.runtime.undefined import undefined_reference

    return undefined_reference(name)
