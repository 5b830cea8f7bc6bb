"""The base class of every Lisp object that is not a Python number or function.

Compiled code adds, compares and multiplies with Python's own operators.  That is exact only if no
Lisp object but a number answers them, so this class answers all of them with a Lisp `type-error`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

UNIX_EPOCH = 2208988800
"""Unix's time 0 as a universal time (CLHS 25.1.4.2): the seconds from 1900 to 1970."""

_report: Callable[[Any, str], Any] | None = None


def set_wrong_type_hook(hook: Callable[[Any, str], Any]) -> None:
    """Install the function that signals a `type-error`: called with datum and name of the expected type."""
    global _report
    _report = hook


def wrong_type(datum: Any, expected: str) -> NoReturn:
    """Signal a Lisp `type-error` for *datum*, which is not of the type named *expected* (a CL symbol name)."""
    if _report is None:
        raise TypeError(f"{datum!r} is not of type {expected}")
    _report(datum, expected)
    raise AssertionError("a type-error returned")


def _not_number(self: Any, *_: Any) -> Any:
    return wrong_type(self, "NUMBER")


def _not_real(self: Any, *_: Any) -> Any:
    return wrong_type(self, "REAL")


class LispObject:
    """Root of symbols, conses, characters, arrays, instances: everything but numbers and functions."""

    __slots__ = ()

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _not_number
    __truediv__ = __rtruediv__ = __neg__ = __pos__ = __abs__ = _not_number
    __pow__ = __rpow__ = _not_number
    __mod__ = __rmod__ = __floordiv__ = __rfloordiv__ = __divmod__ = __rdivmod__ = _not_real
    __lt__ = __le__ = __gt__ = __ge__ = _not_real

    def _not_integer(self, *_: Any) -> Any:
        return wrong_type(self, "INTEGER")

    __and__ = __rand__ = __or__ = __ror__ = __xor__ = __rxor__ = _not_integer
    __lshift__ = __rlshift__ = __rshift__ = __rrshift__ = __invert__ = _not_integer
