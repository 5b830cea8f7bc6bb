"""Exponentials, logarithms, roots, trigonometric and hyperbolic functions.

Everything is computed in double precision and rounded to a single-float unless an argument was a double; a real
function outside its real domain gives the principal complex value.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from acl.builtins.declare import builtin, inline_names
from acl.builtins.numbers.errors import arithmetic_error
from acl.runtime.calls import UNSUPPLIED
from acl.types.base import wrong_type
from acl.types.number import (
    NUMBER_TYPES,
    Complex,
    Ratio,
    divide,
    need_number,
    need_real,
    single,
)


def _is_double(x: Any) -> bool:
    return type(x) is float or (type(x) is Complex and type(x.re) is float)


def _result(value: float, double: bool, name: str, *operands: Any) -> Any:
    """Return *value* in the format of the result; overflow and underflow are signalled."""
    if double:
        return value
    try:
        result = single(value)
    except OverflowError:
        arithmetic_error("FLOATING-POINT-OVERFLOW", name, *operands)
    if result == 0.0 and value != 0.0:
        arithmetic_error("FLOATING-POINT-UNDERFLOW", name, *operands)
    return result


def _complex_result(value: complex, double: bool) -> Complex:
    if double:
        return Complex(value.real, value.imag)
    return Complex(single(value.real), single(value.imag))


def python_complex(x: Any) -> complex:
    """Return a Lisp number as a Python complex."""
    return complex(float(x.re), float(x.im)) if type(x) is Complex else complex(float(x))


def _complex_function(name: str, x: Complex) -> Complex:
    import cmath

    try:
        return _complex_result(getattr(cmath, name)(python_complex(x)), _is_double(x))
    except OverflowError:
        arithmetic_error("FLOATING-POINT-OVERFLOW", name.upper(), x)
    except ValueError:
        arithmetic_error("DIVISION-BY-ZERO", name.upper(), x)


def _real_function(name: str, function: Callable[[float], float], x: Any) -> Any:
    """Apply a function that is real for every real."""
    kind = type(x)
    if kind is float:
        try:
            return function(x)
        except OverflowError:
            arithmetic_error("FLOATING-POINT-OVERFLOW", name, x)
    if kind is Complex:
        return _complex_function(_PYTHON_NAMES[name], x)
    if kind not in NUMBER_TYPES:
        wrong_type(x, "NUMBER")
    try:
        value = function(float(x))
    except OverflowError:
        arithmetic_error("FLOATING-POINT-OVERFLOW", name, x)
    return _result(value, False, name, x)


_PYTHON_NAMES = {name.upper(): name for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp")}
_PYTHON_NAMES.update(ATAN="atan", ASINH="asinh")


# ---------------------------------------------------------------- exponentials and powers


@builtin("EXP", "number")
def exp(number: Any) -> Any:
    """Return e raised to the power NUMBER."""
    result = _real_function("EXP", math.exp, number)
    if result == 0.0 and isinstance(result, float):
        arithmetic_error("FLOATING-POINT-UNDERFLOW", "EXP", number)
    return result


@builtin("EXPT", "base-number power-number")
def expt(base_number: Any, power_number: Any) -> Any:
    """Return BASE-NUMBER raised to POWER-NUMBER: exact if the one is rational and the other an integer."""
    need_number(base_number)
    need_number(power_number)
    if type(power_number) is int:
        return _integer_power(base_number, power_number)
    double = _is_double(base_number) or _is_double(power_number)
    if power_number == 0:
        one: Any = 1.0 if double else single(1.0)
        if type(base_number) is Complex or type(power_number) is Complex:
            return Complex(one, 0.0 * one)
        return one
    if base_number == 0:
        return _zero_power(base_number, power_number)
    if type(base_number) is not Complex and type(power_number) is not Complex:
        base, power = float(base_number), float(power_number)
        if base > 0 or power.is_integer():
            return _real_power(base, power, double, base_number, power_number)
    import cmath

    try:
        value = cmath.exp(python_complex(power_number) * cmath.log(python_complex(base_number)))
        return _complex_result(value, double)
    except OverflowError:
        arithmetic_error("FLOATING-POINT-OVERFLOW", "EXPT", base_number, power_number)


inline_names(number_expt=expt)


def _integer_power(base: Any, power: int) -> Any:
    kind = type(base)
    if kind is int or kind is Ratio:
        if power >= 0:
            return base**power if kind is int else Ratio(base.num**power, base.den**power) if power else 1
        if base == 0:
            arithmetic_error("DIVISION-BY-ZERO", "EXPT", base, power)
        return divide(1, _integer_power(base, -power))
    if kind is Complex:
        if power < 0:
            return divide(1, _integer_power(base, -power))
        result: Any = base * 0 + 1 if power == 0 else 1
        while power:
            if power & 1:
                result = result * base
            power >>= 1
            if power:
                base = base * base
        return result
    if power == 2 and kind is float and 1e-300 < base * base < 1e300:
        return base * base  # as compiled code has it
    try:
        return _real_power(float(base), power, kind is float, base, power)
    except ZeroDivisionError:
        arithmetic_error("DIVISION-BY-ZERO", "EXPT", base, power)


def _real_power(base: float, power: float, double: bool, *operands: Any) -> Any:
    try:
        value = base**power
    except OverflowError:
        arithmetic_error("FLOATING-POINT-OVERFLOW", "EXPT", *operands)
    if value == 0.0 and base != 0.0:
        arithmetic_error("FLOATING-POINT-UNDERFLOW", "EXPT", *operands)
    return _result(value, double, "EXPT", *operands)


def _zero_power(base: Any, power: Any) -> Any:
    real = power.re if type(power) is Complex else power
    if real <= 0:
        arithmetic_error("DIVISION-BY-ZERO", "EXPT", base, power)
    return base * power


# ---------------------------------------------------------------- logarithms and roots


def _log(x: Any) -> Any:
    """Return the natural logarithm of a number as a Python float or complex."""
    if x == 0:
        arithmetic_error("DIVISION-BY-ZERO", "LOG", x)
    if type(x) is Complex:
        import cmath

        return cmath.log(python_complex(x))
    if x < 0:
        return complex(_log(-x), math.pi)
    if type(x) is Ratio:
        try:
            value = x.num / x.den
            if value != 0.0:
                return math.log(value)
        except OverflowError:
            pass
        return math.log(x.num) - math.log(x.den)
    return math.log(x)


@builtin("LOG", "number &optional base")
def log(number: Any, base: Any = None) -> Any:
    """Return the logarithm of NUMBER to BASE, the natural one if there is no BASE."""
    need_number(number)
    double = _is_double(number)
    if base is None:
        value = _log(number)
    else:
        need_number(base)
        double = double or _is_double(base)
        if base == 0:
            return 0.0 if double else single(0.0) if isinstance(base, float) or isinstance(number, float) else 0
        value = _log_in_base(number, base)
    return _complex_result(value, double) if type(value) is complex else _result(value, double, "LOG", number)


def _log_in_base(number: Any, base: Any) -> Any:
    if type(number) is int and type(base) is int and number > 0 and base == 2:
        return math.log2(number)
    divisor = _log(base)
    if divisor == 0:
        arithmetic_error("DIVISION-BY-ZERO", "LOG", number, base)
    return _log(number) / divisor


@builtin("SQRT", "number",
         expr="math_sqrt({0}) if type({0}) is float and {0} >= 0.0 else number_sqrt({0})")
def sqrt(number: Any) -> Any:
    """Return the principal square root of NUMBER, always a float or a complex number of floats."""
    kind = type(number)
    if kind is Complex:
        return _complex_function("sqrt", number)
    need_number(number)
    double = kind is float
    try:
        if number < 0:
            root = _result(math.sqrt(-number), double, "SQRT", number)
            return Complex(0.0 if double else single(0.0), root)
        return _result(math.sqrt(number), double, "SQRT", number)
    except OverflowError:
        arithmetic_error("FLOATING-POINT-OVERFLOW", "SQRT", number)


inline_names(math_sqrt=math.sqrt, number_sqrt=sqrt)


@builtin("ISQRT", "natural")
def isqrt(natural: Any) -> int:
    """Return the greatest integer whose square is at most NATURAL."""
    if type(natural) is not int or natural < 0:
        wrong_type(natural, "UNSIGNED-BYTE")
    return math.isqrt(natural)


# ---------------------------------------------------------------- trigonometry


@builtin("SIN", "radians")
def sin(radians: Any) -> Any:
    """Return the sine of RADIANS."""
    return _real_function("SIN", math.sin, radians)


@builtin("COS", "radians")
def cos(radians: Any) -> Any:
    """Return the cosine of RADIANS."""
    return _real_function("COS", math.cos, radians)


@builtin("TAN", "radians")
def tan(radians: Any) -> Any:
    """Return the tangent of RADIANS."""
    return _real_function("TAN", math.tan, radians)


@builtin("SINH", "number")
def sinh(number: Any) -> Any:
    """Return the hyperbolic sine of NUMBER."""
    return _real_function("SINH", math.sinh, number)


@builtin("COSH", "number")
def cosh(number: Any) -> Any:
    """Return the hyperbolic cosine of NUMBER."""
    return _real_function("COSH", math.cosh, number)


@builtin("TANH", "number")
def tanh(number: Any) -> Any:
    """Return the hyperbolic tangent of NUMBER."""
    return _real_function("TANH", math.tanh, number)


@builtin("ASINH", "number")
def asinh(number: Any) -> Any:
    """Return the inverse hyperbolic sine of NUMBER."""
    return _real_function("ASINH", math.asinh, number)


def _partial(name: str, x: Any, low: float, high: float) -> Any:
    """Apply a function that is real between *low* and *high* and complex outside, to a number.

    On the real axis beyond 1 the values of ASIN and ACOS are those continuous with the fourth quadrant; all other
    values are those continuous with the half plane above the axis.
    """
    if type(x) is Complex:
        return _complex_function(name, x)
    need_number(x)
    double = type(x) is float
    value = float(x)
    if low <= value <= high:
        try:
            return _result(getattr(math, name)(value), double, name.upper(), x)
        except ValueError:
            arithmetic_error("DIVISION-BY-ZERO", name.upper(), x)
    import cmath

    below = value > 1 and name in ("asin", "acos")
    return _complex_result(getattr(cmath, name)(complex(value, -0.0 if below else 0.0)), double)


@builtin("ASIN", "number")
def asin(number: Any) -> Any:
    """Return the arc sine of NUMBER: complex for a real beyond 1 or -1."""
    return _partial("asin", number, -1.0, 1.0)


@builtin("ACOS", "number")
def acos(number: Any) -> Any:
    """Return the arc cosine of NUMBER: complex for a real beyond 1 or -1."""
    return _partial("acos", number, -1.0, 1.0)


@builtin("ACOSH", "number")
def acosh(number: Any) -> Any:
    """Return the inverse hyperbolic cosine of NUMBER: complex for a real below 1."""
    return _partial("acosh", number, 1.0, math.inf)


@builtin("ATANH", "number")
def atanh(number: Any) -> Any:
    """Return the inverse hyperbolic tangent of NUMBER: complex for a real beyond 1 or -1."""
    return _partial("atanh", number, -1.0, 1.0)


@builtin("ATAN", "number-1 &optional number-2")
def atan(number_1: Any, number_2: Any = UNSUPPLIED) -> Any:
    """Return the arc tangent of NUMBER-1, or of NUMBER-1 divided by NUMBER-2 in the quadrant of the two."""
    if number_2 is UNSUPPLIED:
        return _real_function("ATAN", math.atan, number_1)
    need_real(number_1)
    need_real(number_2)
    value = math.atan2(float(number_1), float(number_2))
    return value if type(number_1) is float or type(number_2) is float else single(value)


@builtin("CIS", "radians")
def cis(radians: Any) -> Complex:
    """Return the complex number cos(RADIANS) + i sin(RADIANS)."""
    need_real(radians)
    return Complex(cos(radians), sin(radians))


@builtin("PHASE", "number")
def phase(number: Any) -> Any:
    """Return the angle of the polar form of NUMBER, in radians."""
    need_number(number)
    double = _is_double(number)
    if type(number) is Complex:
        value = math.atan2(float(number.im), float(number.re))
    else:
        value = math.pi if number < 0 else 0.0
    return value if double else single(value)
