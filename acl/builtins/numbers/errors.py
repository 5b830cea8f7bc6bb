"""Arithmetic errors with their operation and operands."""

from __future__ import annotations

from typing import Any, NoReturn

from acl.types.cons import lisp_list
from acl.types.symbol import cl


def arithmetic_error(condition: str, operation: str, *operands: Any) -> NoReturn:
    """Signal the arithmetic error named *condition* for a call of the function *operation*."""
    from acl.runtime.conditions import error

    text = _TEXTS[condition]
    arguments = operands[:1] if "~s" in text else ()
    error(condition, text, *arguments, operation=cl(operation), operands=lisp_list(*operands))
    raise AssertionError("an arithmetic error returned")


_TEXTS = {
    "DIVISION-BY-ZERO": "Attempt to divide ~s by zero.",
    "FLOATING-POINT-OVERFLOW": "Floating point overflow.",
    "FLOATING-POINT-UNDERFLOW": "Floating point underflow.",
    "FLOATING-POINT-INVALID-OPERATION": "Invalid floating point operation.",
    "ARITHMETIC-ERROR": "Arithmetic error.",
}
