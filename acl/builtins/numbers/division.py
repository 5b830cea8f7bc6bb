"""Division with rounding: FLOOR, CEILING, TRUNCATE, ROUND, their float versions, MOD and REM.

All go through exact rational arithmetic unless both arguments are integers, or the number is a float and the
divisor 1; so quotients are never off by one.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from acl.builtins.declare import builtin, inline_names
from acl.builtins.numbers.errors import arithmetic_error
from acl.types.number import Ratio, SingleFloat, need_real, ratio, single, single_from_ratio

Rounder = Callable[[int, int], int]


def floor_int(num: int, den: int) -> int:
    """Round num/den down; *den* is not zero."""
    return num // den


def ceiling_int(num: int, den: int) -> int:
    """Round num/den up."""
    return -(-num // den)


def truncate_int(num: int, den: int) -> int:
    """Round num/den towards zero."""
    return num // den if (num >= 0) == (den > 0) else -(-num // den)


def round_int(num: int, den: int) -> int:
    """Round num/den to the nearest integer, to the even one if two are as near."""
    if den < 0:
        num, den = -num, -den
    result, rest = divmod(num, den)
    rest *= 2
    if rest > den or (rest == den and result & 1):
        result += 1
    return result


def exact(x: Any) -> tuple[int, int]:
    """Return numerator and denominator of a real."""
    if type(x) is int:
        return x, 1
    if type(x) is Ratio:
        return x.num, x.den
    return x.as_integer_ratio()  # type: ignore[no-any-return]


def _values(name: str, rounder: Rounder, a: Any, b: Any) -> tuple[Any, Any]:
    """Quotient and remainder of two reals."""
    if type(a) is int and type(b) is int and b:
        q = rounder(a, b)
        return q, a - q * b
    need_real(a)
    need_real(b)
    if b == 0:
        arithmetic_error("DIVISION-BY-ZERO", name, a, b)
    if isinstance(a, float) and type(b) is int and b == 1 and -1e300 < a < 1e300:
        q = _ROUND_FLOAT[rounder](a)
        return q, a - type(a)(q)
    if (isinstance(a, float) and a - a != 0.0) or (isinstance(b, float) and b - b != 0.0):
        arithmetic_error("FLOATING-POINT-INVALID-OPERATION", name, a, b)
    an, ad = exact(a)
    bn, bd = exact(b)
    q = rounder(an * bd, ad * bn)
    return q, _remainder(an * bd - q * bn * ad, ad * bd, a, b)


_ROUND_FLOAT: dict[Rounder, Callable[[float], int]] = {
    floor_int: math.floor, ceiling_int: math.ceil, truncate_int: math.trunc, round_int: round}


def _remainder(num: int, den: int, a: Any, b: Any) -> Any:
    """Return num/den in the type that contagion of *a* and *b* gives."""
    if type(a) is float or type(b) is float:
        return num / den
    if type(a) is SingleFloat or type(b) is SingleFloat:
        return single_from_ratio(num, den)
    return ratio(num, den)


def floor_values(number: Any, divisor: Any = 1) -> tuple[Any, Any]:
    """Both values of FLOOR."""
    return _values("FLOOR", floor_int, number, divisor)


def truncate_values(number: Any, divisor: Any = 1) -> tuple[Any, Any]:
    """Both values of TRUNCATE."""
    return _values("TRUNCATE", truncate_int, number, divisor)


def floor_quotient(number: Any, divisor: Any = 1) -> Any:
    """The first value of FLOOR."""
    if type(number) is int and type(divisor) is int and divisor:
        return number // divisor
    return _values("FLOOR", floor_int, number, divisor)[0]


def ceiling_quotient(number: Any, divisor: Any = 1) -> Any:
    """The first value of CEILING."""
    return _values("CEILING", ceiling_int, number, divisor)[0]


def truncate_quotient(number: Any, divisor: Any = 1) -> Any:
    """The first value of TRUNCATE."""
    return _values("TRUNCATE", truncate_int, number, divisor)[0]


def round_quotient(number: Any, divisor: Any = 1) -> Any:
    """The first value of ROUND."""
    return _values("ROUND", round_int, number, divisor)[0]


def modulo(number: Any, divisor: Any) -> Any:
    """The value of MOD."""
    if type(number) is int and type(divisor) is int and divisor:
        return number % divisor
    return _values("MOD", floor_int, number, divisor)[1]


def remainder(number: Any, divisor: Any) -> Any:
    """The value of REM."""
    return _values("REM", truncate_int, number, divisor)[1]


inline_names(number_floor=floor_quotient, number_ceiling=ceiling_quotient, number_truncate=truncate_quotient,
             number_mod=modulo, number_rem=remainder, number_floor_values=floor_values,
             number_truncate_values=truncate_values)


@builtin("FLOOR", "number &optional (divisor 1)", values=True, primary=floor_quotient,
         expr=("{0} if type({0}) is int else number_floor({0})",
               "{0} // {1} if type({0}) is int and type({1}) is int and {1} else number_floor({0}, {1})"))
def floor(number: Any, divisor: Any = 1) -> tuple[Any, Any]:
    """Divide NUMBER by DIVISOR and round down; return quotient and remainder."""
    return _values("FLOOR", floor_int, number, divisor)


@builtin("CEILING", "number &optional (divisor 1)", values=True, primary=ceiling_quotient,
         expr=("{0} if type({0}) is int else number_ceiling({0})",
               "-(-{0} // {1}) if type({0}) is int and type({1}) is int and {1} else number_ceiling({0}, {1})"))
def ceiling(number: Any, divisor: Any = 1) -> tuple[Any, Any]:
    """Divide NUMBER by DIVISOR and round up; return quotient and remainder."""
    return _values("CEILING", ceiling_int, number, divisor)


@builtin("TRUNCATE", "number &optional (divisor 1)", values=True, primary=truncate_quotient,
         expr=("{0} if type({0}) is int else number_truncate({0})",
               "{0} // {1} if type({0}) is int and type({1}) is int and {0} >= 0 and {1} > 0 "
               "else number_truncate({0}, {1})"))
def truncate(number: Any, divisor: Any = 1) -> tuple[Any, Any]:
    """Divide NUMBER by DIVISOR and round towards zero; return quotient and remainder."""
    return _values("TRUNCATE", truncate_int, number, divisor)


@builtin("ROUND", "number &optional (divisor 1)", values=True, primary=round_quotient)
def round_(number: Any, divisor: Any = 1) -> tuple[Any, Any]:
    """Divide NUMBER by DIVISOR and round to the nearest integer, half to even; return quotient and remainder."""
    return _values("ROUND", round_int, number, divisor)


@builtin("MOD", "number divisor",
         expr="{0} % {1} if type({0}) is int and type({1}) is int and {1} else number_mod({0}, {1})")
def mod(number: Any, divisor: Any) -> Any:
    """Return the remainder of FLOOR: it has the sign of DIVISOR."""
    return modulo(number, divisor)


@builtin("REM", "number divisor",
         expr="{0} % {1} if type({0}) is int and type({1}) is int and {0} >= 0 and {1} > 0 "
              "else number_rem({0}, {1})")
def rem(number: Any, divisor: Any) -> Any:
    """Return the remainder of TRUNCATE: it has the sign of NUMBER."""
    return remainder(number, divisor)


def _float_values(name: str, rounder: Rounder, a: Any, b: Any) -> tuple[Any, Any]:
    q, r = _values(name, rounder, a, b)
    result = float(q)
    if result == 0.0 and isinstance(a, float) and math.copysign(1.0, a) != math.copysign(1.0, b):
        result = -0.0
    return (result if type(a) is float or type(b) is float else single(result)), r


@builtin("FFLOOR", "number &optional (divisor 1)", values=True)
def ffloor(number: Any, divisor: Any = 1) -> tuple[Any, Any]:
    """Like FLOOR, but the quotient is a float."""
    return _float_values("FFLOOR", floor_int, number, divisor)


@builtin("FCEILING", "number &optional (divisor 1)", values=True)
def fceiling(number: Any, divisor: Any = 1) -> tuple[Any, Any]:
    """Like CEILING, but the quotient is a float."""
    return _float_values("FCEILING", ceiling_int, number, divisor)


@builtin("FTRUNCATE", "number &optional (divisor 1)", values=True)
def ftruncate(number: Any, divisor: Any = 1) -> tuple[Any, Any]:
    """Like TRUNCATE, but the quotient is a float."""
    return _float_values("FTRUNCATE", truncate_int, number, divisor)


@builtin("FROUND", "number &optional (divisor 1)", values=True)
def fround(number: Any, divisor: Any = 1) -> tuple[Any, Any]:
    """Like ROUND, but the quotient is a float."""
    return _float_values("FROUND", round_int, number, divisor)


