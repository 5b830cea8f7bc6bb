"""The four operations, comparison, extremes, common divisors."""

from __future__ import annotations

import math
from typing import Any, cast

from acl.builtins.declare import builtin, inline_names, predicate
from acl.builtins.numbers.errors import arithmetic_error
from acl.types.base import wrong_type
from acl.types.number import (
    FLOAT_TYPES,
    NUMBER_TYPES,
    REAL_TYPES,
    Complex,
    Ratio,
    SingleFloat,
    divide,
    need_integer,
    need_number,
    need_real,
    ratio,
    single,
)

_INFINITE = (math.inf, -math.inf)


def _check_finite(result: Any, operation: str, a: Any, b: Any) -> Any:
    """Return *result*; an infinity that did not come from one is an overflow."""
    if type(result) is float and result in _INFINITE and not (_infinite(a) or _infinite(b)):
        arithmetic_error("FLOATING-POINT-OVERFLOW", operation, a, b)
    return result


def _infinite(x: Any) -> bool:
    return isinstance(x, float) and x in _INFINITE


@builtin("+", "&rest numbers", expr="{0} + {1}")
def add(*numbers: Any) -> Any:
    """Return the sum of NUMBERS: 0 if there are none."""
    if len(numbers) == 2:
        a, b = numbers
        return _check_finite(a + b, "+", a, b)
    if not numbers:
        return 0
    total = numbers[0]
    need_number(total)
    for x in numbers[1:]:
        total = _check_finite(total + x, "+", total, x)
    return total


@builtin("*", "&rest numbers", expr="{0} * {1}")
def multiply(*numbers: Any) -> Any:
    """Return the product of NUMBERS: 1 if there are none."""
    if len(numbers) == 2:
        a, b = numbers
        return _check_finite(a * b, "*", a, b)
    if not numbers:
        return 1
    total = numbers[0]
    need_number(total)
    for x in numbers[1:]:
        total = _check_finite(total * x, "*", total, x)
    return total


@builtin("-", "number &rest more", expr="{0} - {1}")
def subtract(number: Any, *more: Any) -> Any:
    """Subtract MORE numbers from NUMBER; negate NUMBER if there are none."""
    if not more:
        return -number
    for x in more:
        number = _check_finite(number - x, "-", number, x)
    return number


def quotient(a: Any, b: Any) -> Any:
    """The quotient of two numbers; signals `division-by-zero` with the operands."""
    if type(a) is int and type(b) is int and b:
        result, rest = divmod(a, b)
        return ratio(a, b) if rest else result
    try:
        return _check_finite(divide(a, b), "/", a, b)
    except ZeroDivisionError:
        return arithmetic_error("DIVISION-BY-ZERO", "/", a, b)


inline_names(number_quotient=quotient)


@builtin("/", "number &rest more",
         expr="{0} / {1} if (type({0}) is float and (type({1}) is float or type({1}) is int) "
              "or type({1}) is float and type({0}) is int) and {1} "
              "else number_quotient({0}, {1})")
def quotients(number: Any, *more: Any) -> Any:
    """Divide NUMBER by MORE numbers; return the reciprocal of NUMBER if there are none."""
    if not more:
        return quotient(1, number)
    for x in more:
        number = quotient(number, x)
    return number


@builtin("1+", "number", expr="{0} + 1")
def add_one(number: Any) -> Any:
    """Return NUMBER plus 1."""
    return number + 1


@builtin("1-", "number", expr="{0} - 1")
def subtract_one(number: Any) -> Any:
    """Return NUMBER minus 1."""
    return number - 1


# ---------------------------------------------------------------- comparison


def number_equal(a: Any, b: Any) -> bool:
    """`=` of two numbers."""
    if type(a) not in NUMBER_TYPES or type(b) not in NUMBER_TYPES:
        need_number(a)
        need_number(b)
    return bool(a == b)


inline_names(number_equal=number_equal)


@predicate("=", "number &rest more", test="+{0} == +{1}")
def equal_numbers(number: Any, *more: Any) -> bool:
    """True if NUMBER and MORE numbers are all equal in value, whatever their types."""
    need_number(number)
    result = True
    for x in more:
        if not number_equal(number, x):
            result = False
    return result


@predicate("/=", "number &rest more", test="+{0} != +{1}")
def different_numbers(number: Any, *more: Any) -> bool:
    """True if no two of NUMBER and MORE numbers are equal."""
    if len(more) == 1:
        return not number_equal(number, more[0])
    numbers = (number, *more)
    for x in numbers:
        need_number(x)
    return not any(a == b for i, a in enumerate(numbers) for b in numbers[i + 1:])


def _check_reals(numbers: tuple[Any, ...]) -> None:
    for x in numbers:
        if type(x) not in REAL_TYPES:
            wrong_type(x, "REAL")


@predicate("<", "number &rest more", test="{0} < {1}")
def less(number: Any, *more: Any) -> bool:
    """True if each of the reals NUMBER and MORE is less than the next."""
    _check_reals((number, *more))
    for x in more:
        if not number < x:
            return False
        number = x
    return True


@predicate(">", "number &rest more", test="{0} > {1}")
def greater(number: Any, *more: Any) -> bool:
    """True if each of the reals NUMBER and MORE is greater than the next."""
    _check_reals((number, *more))
    for x in more:
        if not number > x:
            return False
        number = x
    return True


@predicate("<=", "number &rest more", test="{0} <= {1}")
def not_greater(number: Any, *more: Any) -> bool:
    """True if each of the reals NUMBER and MORE is at most the next."""
    _check_reals((number, *more))
    for x in more:
        if not number <= x:
            return False
        number = x
    return True


@predicate(">=", "number &rest more", test="{0} >= {1}")
def not_less(number: Any, *more: Any) -> bool:
    """True if each of the reals NUMBER and MORE is at least the next."""
    _check_reals((number, *more))
    for x in more:
        if not number >= x:
            return False
        number = x
    return True


@builtin("MAX", "number &rest more", expr="{1} if {1} > {0} else {0}")
def maximum(number: Any, *more: Any) -> Any:
    """Return the greatest of the reals NUMBER and MORE, as it is."""
    _check_reals((number, *more))
    for x in more:
        if x > number:
            number = x
    return number


@builtin("MIN", "number &rest more", expr="{1} if {1} < {0} else {0}")
def minimum(number: Any, *more: Any) -> Any:
    """Return the least of the reals NUMBER and MORE, as it is."""
    _check_reals((number, *more))
    for x in more:
        if x < number:
            number = x
    return number


# ---------------------------------------------------------------- signs, divisors


@builtin("ABS", "number", expr="abs({0})")
def absolute(number: Any) -> Any:
    """Return the absolute value of NUMBER; the magnitude if it is complex."""
    need_number(number)
    return abs(number)


@builtin("SIGNUM", "number")
def signum(number: Any) -> Any:
    """Return -1, 0 or 1 of the type of NUMBER; a complex number of magnitude 1 if it is complex."""
    kind = type(number)
    if kind is int or kind is Ratio:
        return (number > 0) - (number < 0)
    if kind is float:
        return number if number == 0 else math.copysign(1.0, number)
    if kind is SingleFloat:
        return number if number == 0 else single(math.copysign(1.0, number))
    if kind is not Complex:
        wrong_type(number, "NUMBER")
    return number if number == 0 else number / abs(number)


@builtin("GCD", "&rest integers")
def greatest_common_divisor(*integers: Any) -> int:
    """Return the greatest common divisor of INTEGERS: 0 if there are none."""
    for x in integers:
        need_integer(x)
    return math.gcd(*integers)


@builtin("LCM", "&rest integers")
def least_common_multiple(*integers: Any) -> int:
    """Return the least common multiple of INTEGERS: 1 if there are none."""
    for x in integers:
        need_integer(x)
    return math.lcm(*integers)


# ---------------------------------------------------------------- classification


@predicate("NUMBERP", "object")
def numberp(object: Any) -> bool:
    """True if OBJECT is a number."""
    return type(object) in NUMBER_TYPES


@predicate("REALP", "object")
def realp(object: Any) -> bool:
    """True if OBJECT is a real number."""
    return type(object) in REAL_TYPES


@predicate("RATIONALP", "object")
def rationalp(object: Any) -> bool:
    """True if OBJECT is an integer or a ratio."""
    return type(object) is int or type(object) is Ratio


@predicate("INTEGERP", "object", test="type({0}) is int")
def integerp(object: Any) -> bool:
    """True if OBJECT is an integer."""
    return type(object) is int


@predicate("FLOATP", "object")
def floatp(object: Any) -> bool:
    """True if OBJECT is a float."""
    return type(object) in FLOAT_TYPES


@predicate("COMPLEXP", "object")
def complexp(object: Any) -> bool:
    """True if OBJECT is a complex number."""
    return type(object) is Complex


@predicate("ZEROP", "number", test="+{0} == 0")
def zerop(number: Any) -> bool:
    """True if NUMBER is zero, of either sign."""
    need_number(number)
    return cast(bool, number == 0)


@predicate("PLUSP", "real", test="{0} > 0")
def plusp(real: Any) -> bool:
    """True if REAL is greater than zero."""
    need_real(real)
    return cast(bool, real > 0)


@predicate("MINUSP", "real", test="{0} < 0")
def minusp(real: Any) -> bool:
    """True if REAL is less than zero."""
    need_real(real)
    return cast(bool, real < 0)


# A float has % too, but only an integer has &.
@predicate("ODDP", "integer", test="{0} & 1 == 1")
def oddp(integer: Any) -> bool:
    """True if INTEGER is odd."""
    need_integer(integer)
    return cast(bool, integer % 2 == 1)


@predicate("EVENP", "integer", test="{0} & 1 == 0")
def evenp(integer: Any) -> bool:
    """True if INTEGER is even."""
    need_integer(integer)
    return cast(bool, integer % 2 == 0)
