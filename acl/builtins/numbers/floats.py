"""Floats: conversion, their parts, limits; rationals made of them."""

from __future__ import annotations

import math
from typing import Any

from acl.builtins.declare import builtin, variable
from acl.types.number import (
    Ratio,
    SingleFloat,
    need_float,
    need_integer,
    need_rational,
    need_real,
    ratio,
    single,
    single_from_ratio,
)
from acl.types.symbol import EXCL


def to_single(x: Any) -> SingleFloat:
    """Return the real *x* as a single-float."""
    if type(x) is SingleFloat:
        return x
    if type(x) is int:
        return single(x) if -1 << 53 < x < 1 << 53 else single_from_ratio(x)
    if type(x) is Ratio:
        return single_from_ratio(x.num, x.den)
    need_real(x)
    return single(x)


def to_double(x: Any) -> float:
    """Return the real *x* as a double-float."""
    if type(x) is Ratio:
        return x.num / x.den
    need_real(x)
    return float(x)


@builtin("FLOAT", "number &optional prototype")
def float_(number: Any, prototype: Any = None) -> Any:
    """Return NUMBER as a float of the format of PROTOTYPE; without it a float as it is, or a single-float."""
    if prototype is not None:
        need_float(prototype)
        return to_double(number) if type(prototype) is float else to_single(number)
    return number if isinstance(number, float) else to_single(number)


@builtin("RATIONAL", "number")
def rational(number: Any) -> Any:
    """Return the rational that is exactly equal to NUMBER."""
    if isinstance(number, float):
        num, den = number.as_integer_ratio()
        return num if den == 1 else Ratio(num, den)
    need_real(number)
    return number


@builtin("RATIONALIZE", "number")
def rationalize(number: Any) -> Any:
    """Return the simplest rational that is NUMBER within the precision of floats."""
    if not isinstance(number, float):
        need_real(number)
        return number
    if number < 0:
        return -rationalize(-number)
    mantissa, exponent, _ = decode(number)
    if exponent >= 0 or mantissa == 0:
        return rational(number)
    # The float stands for what is nearer to it than to its neighbours; below a power of two they are denser.
    den = 1 << (2 - exponent)
    digits = 24 if type(number) is SingleFloat else 53
    low = 4 * mantissa - (1 if mantissa == 1 << (digits - 1) else 2)
    return ratio(*_simplest(low, den, 4 * mantissa + 2, den))


def _simplest(a: int, b: int, c: int, d: int) -> tuple[int, int]:
    """Return the simplest fraction strictly between a/b and c/d, both at least 0."""
    whole = a // b
    if (whole + 1) * d < c:
        return whole + 1, 1
    # No integer lies strictly between: go on with the reciprocals of the fractional parts.
    if whole * b == a:
        # a/b is whole: the simplest is whole + 1/k with the least k for which 1/k < c/d - whole.
        k = d // (c - whole * d) + 1
        return whole * k + 1, k
    den, num = _simplest(d, c - whole * d, b, a - whole * b)
    return whole * den + num, den


@builtin("NUMERATOR", "rational")
def numerator(rational: Any) -> Any:
    """Return the numerator of RATIONAL in lowest terms."""
    need_rational(rational)
    return rational.num if type(rational) is Ratio else rational


@builtin("DENOMINATOR", "rational")
def denominator(rational: Any) -> Any:
    """Return the denominator of RATIONAL in lowest terms, positive."""
    need_rational(rational)
    return rational.den if type(rational) is Ratio else 1


# ---------------------------------------------------------------- parts of floats


def decode(x: float) -> tuple[int, int, int]:
    """Return integer significand, exponent and sign of a float."""
    digits, lowest = (24, -149) if type(x) is SingleFloat else (53, -1074)
    sign = -1 if math.copysign(1.0, x) < 0 else 1
    fraction, exponent = math.frexp(abs(x))
    if fraction == 0.0:
        return 0, lowest, sign
    shift = max(exponent - digits, lowest)
    return int(math.ldexp(fraction, exponent - shift)), shift, sign


def _like(value: float, x: Any) -> Any:
    return value if type(x) is float else single(value)


@builtin("DECODE-FLOAT", "float", values=True)
def decode_float(float: Any) -> tuple[Any, ...]:
    """Return significand (at least 1/2, below 1), exponent and sign (1.0 or -1.0) of FLOAT."""
    need_float(float)
    fraction, exponent = math.frexp(abs(float))
    return _like(fraction, float), exponent, _like(math.copysign(1.0, float), float)


@builtin("INTEGER-DECODE-FLOAT", "float", values=True)
def integer_decode_float(float: Any) -> tuple[Any, ...]:
    """Return significand as an integer, exponent and sign (1 or -1) of FLOAT."""
    need_float(float)
    return decode(float)


@builtin("SCALE-FLOAT", "float integer")
def scale_float(float: Any, integer: Any) -> Any:
    """Return FLOAT times 2 to the power INTEGER."""
    need_float(float)
    need_integer(integer)
    return _like(math.ldexp(float, max(integer, -5000)), float)


@builtin("FLOAT-RADIX", "float")
def float_radix(float: Any) -> int:
    """Return the radix of FLOAT: 2."""
    need_float(float)
    return 2


@builtin("FLOAT-DIGITS", "float")
def float_digits(float: Any) -> int:
    """Return how many binary digits the format of FLOAT has."""
    need_float(float)
    return 53 if type(float) is not SingleFloat else 24


@builtin("FLOAT-PRECISION", "float")
def float_precision(float: Any) -> int:
    """Return how many binary digits of FLOAT are significant: fewer than FLOAT-DIGITS for denormalized floats."""
    need_float(float)
    return decode(float)[0].bit_length()


@builtin("FLOAT-SIGN", "float-1 &optional (float-2 (float 1 float-1))")
def float_sign(float_1: Any, float_2: Any = None) -> Any:
    """Return a float with the sign of FLOAT-1 and the magnitude of FLOAT-2."""
    need_float(float_1)
    if float_2 is None:
        return _like(math.copysign(1.0, float_1), float_1)
    need_float(float_2)
    return _like(math.copysign(float_2, float_1), float_2)


# ---------------------------------------------------------------- limits

variable("MOST-POSITIVE-FIXNUM", (1 << 60) - 1, "The greatest fixnum.", constant=True)
variable("MOST-NEGATIVE-FIXNUM", -(1 << 60), "The least fixnum.", constant=True)
variable("PI", math.pi, "The ratio of a circle's circumference to its diameter, as a long-float.", constant=True)

_MAX_SINGLE, _MAX_DOUBLE = single((2 - 2.0**-23) * 2.0**127), math.ldexp(2 - 2.0**-52, 1023)
_MIN_SINGLE, _MIN_DOUBLE = single(2.0**-149), math.ldexp(1.0, -1074)
_NORMAL_SINGLE, _NORMAL_DOUBLE = single(2.0**-126), math.ldexp(1.0, -1022)
_EPSILON_SINGLE, _EPSILON_DOUBLE = single(2.0**-24 * (1 + 2.0**-23)), 2.0**-53 * (1 + 2.0**-52)

variable("MOST-POSITIVE-SHORT-FLOAT", _MAX_SINGLE, "The greatest short-float.", constant=True)
variable("MOST-POSITIVE-SINGLE-FLOAT", _MAX_SINGLE, "The greatest single-float.", constant=True)
variable("MOST-POSITIVE-DOUBLE-FLOAT", _MAX_DOUBLE, "The greatest double-float.", constant=True)
variable("MOST-POSITIVE-LONG-FLOAT", _MAX_DOUBLE, "The greatest long-float.", constant=True)
variable("MOST-NEGATIVE-SHORT-FLOAT", -_MAX_SINGLE, "The least short-float.", constant=True)
variable("MOST-NEGATIVE-SINGLE-FLOAT", -_MAX_SINGLE, "The least single-float.", constant=True)
variable("MOST-NEGATIVE-DOUBLE-FLOAT", -_MAX_DOUBLE, "The least double-float.", constant=True)
variable("MOST-NEGATIVE-LONG-FLOAT", -_MAX_DOUBLE, "The least long-float.", constant=True)
variable("LEAST-POSITIVE-SHORT-FLOAT", _MIN_SINGLE, "The least positive short-float.", constant=True)
variable("LEAST-POSITIVE-SINGLE-FLOAT", _MIN_SINGLE, "The least positive single-float.", constant=True)
variable("LEAST-POSITIVE-DOUBLE-FLOAT", _MIN_DOUBLE, "The least positive double-float.", constant=True)
variable("LEAST-POSITIVE-LONG-FLOAT", _MIN_DOUBLE, "The least positive long-float.", constant=True)
variable("LEAST-NEGATIVE-SHORT-FLOAT", -_MIN_SINGLE, "The negative short-float nearest to 0.", constant=True)
variable("LEAST-NEGATIVE-SINGLE-FLOAT", -_MIN_SINGLE, "The negative single-float nearest to 0.", constant=True)
variable("LEAST-NEGATIVE-DOUBLE-FLOAT", -_MIN_DOUBLE, "The negative double-float nearest to 0.", constant=True)
variable("LEAST-NEGATIVE-LONG-FLOAT", -_MIN_DOUBLE, "The negative long-float nearest to 0.", constant=True)
variable("LEAST-POSITIVE-NORMALIZED-SHORT-FLOAT", _NORMAL_SINGLE, "The least positive normalized short-float.",
         constant=True)
variable("LEAST-POSITIVE-NORMALIZED-SINGLE-FLOAT", _NORMAL_SINGLE, "The least positive normalized single-float.",
         constant=True)
variable("LEAST-POSITIVE-NORMALIZED-DOUBLE-FLOAT", _NORMAL_DOUBLE, "The least positive normalized double-float.",
         constant=True)
variable("LEAST-POSITIVE-NORMALIZED-LONG-FLOAT", _NORMAL_DOUBLE, "The least positive normalized long-float.",
         constant=True)
variable("LEAST-NEGATIVE-NORMALIZED-SHORT-FLOAT", -_NORMAL_SINGLE, "The normalized negative short-float nearest to 0.",
         constant=True)
variable("LEAST-NEGATIVE-NORMALIZED-SINGLE-FLOAT", -_NORMAL_SINGLE,
         "The normalized negative single-float nearest to 0.", constant=True)
variable("LEAST-NEGATIVE-NORMALIZED-DOUBLE-FLOAT", -_NORMAL_DOUBLE,
         "The normalized negative double-float nearest to 0.", constant=True)
variable("LEAST-NEGATIVE-NORMALIZED-LONG-FLOAT", -_NORMAL_DOUBLE, "The normalized negative long-float nearest to 0.",
         constant=True)
variable("SHORT-FLOAT-EPSILON", _EPSILON_SINGLE, "The least short-float that changes 1 when added.", constant=True)
variable("SINGLE-FLOAT-EPSILON", _EPSILON_SINGLE, "The least single-float that changes 1 when added.", constant=True)
variable("DOUBLE-FLOAT-EPSILON", _EPSILON_DOUBLE, "The least double-float that changes 1 when added.", constant=True)
variable("LONG-FLOAT-EPSILON", _EPSILON_DOUBLE, "The least long-float that changes 1 when added.", constant=True)
variable("SHORT-FLOAT-NEGATIVE-EPSILON", single(_EPSILON_SINGLE / 2.0),
         "The least short-float that changes 1 when subtracted.", constant=True)
variable("SINGLE-FLOAT-NEGATIVE-EPSILON", single(_EPSILON_SINGLE / 2.0),
         "The least single-float that changes 1 when subtracted.", constant=True)
variable("DOUBLE-FLOAT-NEGATIVE-EPSILON", _EPSILON_DOUBLE / 2,
         "The least double-float that changes 1 when subtracted.", constant=True)
variable("LONG-FLOAT-NEGATIVE-EPSILON", _EPSILON_DOUBLE / 2,
         "The least long-float that changes 1 when subtracted.", constant=True)

variable("*INFINITY-SINGLE*", single(math.inf), "Positive infinity as a single-float.", package=EXCL)
variable("*INFINITY-DOUBLE*", math.inf, "Positive infinity as a double-float.", package=EXCL)
variable("*NEGATIVE-INFINITY-SINGLE*", single(-math.inf), "Negative infinity as a single-float.", package=EXCL)
variable("*NEGATIVE-INFINITY-DOUBLE*", -math.inf, "Negative infinity as a double-float.", package=EXCL)
variable("*NAN-SINGLE*", single(math.nan), "Not a number, as a single-float.", package=EXCL)
variable("*NAN-DOUBLE*", math.nan, "Not a number, as a double-float.", package=EXCL)
