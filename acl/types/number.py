"""Numbers that Python has not: single floats, ratios, complex numbers.

Integers are `int`, double floats `float`.  A `SingleFloat` is a `float` whose every result is rounded
to single precision; `type(x) is float` therefore means double-float.

Compiled code uses Python's operators on all of them, so contagion, rounding and type errors happen here.
`(= a b)` is compiled to `+a == +b`: the unary operator signals for what is no number.
"""

from __future__ import annotations

from math import gcd
from struct import Struct
from typing import Any

from .base import wrong_type

_single = Struct("<f")  # with a byte order it checks for overflow
_pack, _unpack = _single.pack, _single.unpack
_new = float.__new__
_add, _sub, _rsub, _mul = float.__add__, float.__sub__, float.__rsub__, float.__mul__
_div, _rdiv = float.__truediv__, float.__rtruediv__


def single(x: Any) -> SingleFloat:
    """Return the real *x* as a single float; OverflowError if it is too large."""
    return _new(SingleFloat, _unpack(_pack(x))[0])


def float_from_ratio(num: int, den: int = 1) -> float:
    """Return num/den as a double float, correctly rounded; OverflowError if it is too large."""
    return num / den


def single_from_ratio(num: int, den: int = 1) -> SingleFloat:
    """Return num/den as a single float, correctly rounded; OverflowError if it is too large."""
    from math import inf, nextafter

    value = num / den
    result = _unpack(_pack(value))[0]
    error = abs(value - result)
    if error and error * 2 == _single_step(value):
        # In the middle of two singles: the part that the first rounding took away decides.
        n, d = value.as_integer_ratio()
        rest = num * d - n * den
        if rest:
            result = _unpack(_pack(nextafter(value, inf if (rest > 0) == (den > 0) else -inf)))[0]
    return _new(SingleFloat, result)


def _single_step(x: float) -> float:
    """Return the distance of the single floats around *x*."""
    from math import frexp, ldexp

    return ldexp(1.0, max(frexp(x)[1] - 24, -149))


class SingleFloat(float):
    """A single-float: contagion with integers and ratios gives a single, with a double a double."""

    # A double has more than twice the digits of a single, so rounding the double result of one operation on
    # singles is exact; an integer has to be rounded to a single before.

    __slots__ = ()

    def __add__(self, other: Any) -> Any:
        if type(other) is SingleFloat:
            return SingleFloat(*_unpack(_pack(self.real + other.real)))
        if type(other) is int:
            return single(_add(self, single(other)))
        return _add(self, other)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        if type(other) is SingleFloat:
            return SingleFloat(*_unpack(_pack(self.real - other.real)))
        if type(other) is int:
            return single(_sub(self, single(other)))
        return _sub(self, other)

    def __rsub__(self, other: Any) -> Any:
        if type(other) is int:
            return single(_rsub(self, single(other)))
        return _rsub(self, other)

    def __mul__(self, other: Any) -> Any:
        if type(other) is SingleFloat:
            return SingleFloat(*_unpack(_pack(self.real * other.real)))
        if type(other) is int:
            return single(_mul(self, single(other)))
        return _mul(self, other)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        if type(other) is SingleFloat:
            return SingleFloat(*_unpack(_pack(self.real / other.real)))
        if type(other) is int:
            return single(_div(self, single(other)))
        return _div(self, other)

    def __rtruediv__(self, other: Any) -> Any:
        if type(other) is int:
            return single(_rdiv(self, single(other)))
        return _rdiv(self, other)

    def __neg__(self) -> SingleFloat:
        return _new(SingleFloat, float.__neg__(self))

    def __abs__(self) -> SingleFloat:
        return _new(SingleFloat, float.__abs__(self))


class Ratio:
    """A ratio in lowest terms, denominator at least 2.  Make one with `ratio`."""

    __slots__ = ("den", "num")

    def __init__(self, num: int, den: int) -> None:
        self.num = num
        self.den = den

    def __repr__(self) -> str:
        return f"{self.num}/{self.den}"

    def __hash__(self) -> int:
        # The hash of a number that is equal in the sense of `=`, as Python's floats have it.
        try:
            inverse = pow(self.den, -1, _HASH_MODULUS)
        except ValueError:
            return 314159
        result = hash(hash(abs(self.num)) * inverse)
        return result if self.num >= 0 else -result

    def __float__(self) -> float:
        return self.num / self.den

    def __eq__(self, other: Any) -> Any:
        if type(other) is Ratio:
            return self.num == other.num and self.den == other.den
        if isinstance(other, float) and other - other == 0.0:
            n, d = other.as_integer_ratio()
            return n == self.num and d == self.den
        return NotImplemented

    def __add__(self, other: Any) -> Any:
        if type(other) is int:
            return Ratio(self.num + other * self.den, self.den)
        if type(other) is Ratio:
            return ratio(self.num * other.den + other.num * self.den, self.den * other.den)
        return _like(self, other) + other if isinstance(other, float) else NotImplemented

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        if type(other) is int:
            return Ratio(self.num - other * self.den, self.den)
        if type(other) is Ratio:
            return ratio(self.num * other.den - other.num * self.den, self.den * other.den)
        return _like(self, other) - other if isinstance(other, float) else NotImplemented

    def __rsub__(self, other: Any) -> Any:
        if type(other) is int:
            return Ratio(other * self.den - self.num, self.den)
        return other - _like(self, other) if isinstance(other, float) else NotImplemented

    def __mul__(self, other: Any) -> Any:
        if type(other) is int:
            return ratio(self.num * other, self.den)
        if type(other) is Ratio:
            return ratio(self.num * other.num, self.den * other.den)
        return _like(self, other) * other if isinstance(other, float) else NotImplemented

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        if type(other) is int:
            return ratio(self.num, self.den * other)
        if type(other) is Ratio:
            return ratio(self.num * other.den, self.den * other.num)
        return _like(self, other) / other if isinstance(other, float) else NotImplemented

    def __rtruediv__(self, other: Any) -> Any:
        if type(other) is int:
            return ratio(other * self.den, self.num)
        return other / _like(self, other) if isinstance(other, float) else NotImplemented

    def __neg__(self) -> Ratio:
        return Ratio(-self.num, self.den)

    def __pos__(self) -> Ratio:
        return self

    def __abs__(self) -> Ratio:
        return Ratio(abs(self.num), self.den)

    def __floor__(self) -> int:
        return self.num // self.den

    def _order(self, other: Any) -> Any:
        """Return a number that compares with 0 as self does with *other*; None if that is no real."""
        if type(other) is int:
            return self.num - other * self.den
        if type(other) is Ratio:
            return self.num * other.den - other.num * self.den
        if isinstance(other, float):
            if other - other != 0.0:
                return -other  # an infinity or a NaN
            n, d = other.as_integer_ratio()
            return self.num * d - n * self.den
        return None

    def __lt__(self, other: Any) -> Any:
        order = self._order(other)
        return NotImplemented if order is None else order < 0

    def __le__(self, other: Any) -> Any:
        order = self._order(other)
        return NotImplemented if order is None else order <= 0

    def __gt__(self, other: Any) -> Any:
        order = self._order(other)
        return NotImplemented if order is None else order > 0

    def __ge__(self, other: Any) -> Any:
        order = self._order(other)
        return NotImplemented if order is None else order >= 0


_HASH_MODULUS = (1 << 61) - 1


def _like(x: Ratio, other: float) -> float:
    value = x.num / x.den
    return single(value) if type(other) is SingleFloat else value


def ratio(num: int, den: int) -> int | Ratio:
    """Return num/den as an integer or a ratio in lowest terms; ZeroDivisionError if *den* is 0."""
    if den == 0:
        raise ZeroDivisionError(num)
    divisor = gcd(num, den)
    if den < 0:
        divisor = -divisor
    if divisor != 1:
        num, den = num // divisor, den // divisor
    return num if den == 1 else Ratio(num, den)


def divide(a: Any, b: Any) -> Any:
    """The Lisp `/` of two numbers: exact for rationals."""
    if type(a) is int and type(b) is int:
        return ratio(a, b)
    return a / b


class Complex:
    """A complex number with two rational, two single or two double parts.  Make one with `make_complex`."""

    __slots__ = ("im", "re")

    def __init__(self, re: Any, im: Any) -> None:
        self.re = re
        self.im = im

    def __repr__(self) -> str:
        return f"#C({self.re} {self.im})"

    def __hash__(self) -> int:
        return hash(self.re) if self.im == 0 else hash((self.re, self.im))

    def __eq__(self, other: Any) -> Any:
        if type(other) is Complex:
            return self.re == other.re and self.im == other.im
        return self.im == 0 and self.re == other

    def __lt__(self, other: Any) -> Any:
        return wrong_type(self, "REAL")

    __le__ = __gt__ = __ge__ = __lt__

    def __add__(self, other: Any) -> Any:
        if type(other) is Complex:
            return make_complex(self.re + other.re, self.im + other.im)
        return make_complex(self.re + other, self.im) if is_number(other) else NotImplemented

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        if type(other) is Complex:
            return make_complex(self.re - other.re, self.im - other.im)
        return make_complex(self.re - other, self.im) if is_number(other) else NotImplemented

    def __rsub__(self, other: Any) -> Any:
        return make_complex(other - self.re, -self.im) if is_number(other) else NotImplemented

    def __mul__(self, other: Any) -> Any:
        if type(other) is Complex:
            return make_complex(self.re * other.re - self.im * other.im, self.re * other.im + self.im * other.re)
        return make_complex(self.re * other, self.im * other) if is_number(other) else NotImplemented

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        if type(other) is Complex:
            return _complex_quotient(self.re, self.im, other.re, other.im)
        if not is_number(other):
            return NotImplemented
        return make_complex(divide(self.re, other), divide(self.im, other))

    def __rtruediv__(self, other: Any) -> Any:
        return _complex_quotient(other, 0, self.re, self.im) if is_number(other) else NotImplemented

    def __neg__(self) -> Complex:
        return Complex(-self.re, -self.im)

    def __pos__(self) -> Complex:
        return self

    def __abs__(self) -> Any:
        from math import hypot

        result = hypot(float(self.re), float(self.im))
        return result if type(self.re) is float else single(result)


def _complex_quotient(a: Any, b: Any, c: Any, d: Any) -> Any:
    """(a + bi) / (c + di)."""
    if isinstance(c, float) or isinstance(a, float) or isinstance(b, float):
        quotient = complex(float(a), float(b)) / complex(float(c), float(d))
        if type(a) is float or type(b) is float or type(c) is float:
            return Complex(quotient.real, quotient.imag)
        return Complex(single(quotient.real), single(quotient.imag))
    scale = c * c + d * d
    return make_complex(divide(a * c + b * d, scale), divide(b * c - a * d, scale))


def make_complex(re: Any, im: Any) -> Any:
    """Return the complex number re + im i, the parts made alike; a rational with imaginary part 0 is real."""
    if type(im) is int and im == 0 and not isinstance(re, float):
        return re
    if type(re) is float or type(im) is float:
        return Complex(float(re), float(im))
    if isinstance(re, float) or isinstance(im, float):
        return Complex(single(re), single(im))
    return Complex(re, im)


NUMBER_TYPES = frozenset({int, float, SingleFloat, Ratio, Complex})
REAL_TYPES = frozenset({int, float, SingleFloat, Ratio})
RATIONAL_TYPES = frozenset({int, Ratio})
FLOAT_TYPES = frozenset({float, SingleFloat})


def is_number(x: Any) -> bool:
    """True for a Lisp number."""
    return type(x) in NUMBER_TYPES


def need_number(x: Any) -> None:
    """Signal a type-error unless *x* is a number."""
    if type(x) not in NUMBER_TYPES:
        wrong_type(x, "NUMBER")


def need_real(x: Any) -> None:
    """Signal a type-error unless *x* is a real."""
    if type(x) not in REAL_TYPES:
        wrong_type(x, "REAL")


def need_rational(x: Any) -> None:
    """Signal a type-error unless *x* is a rational."""
    if type(x) not in RATIONAL_TYPES:
        wrong_type(x, "RATIONAL")


def need_integer(x: Any) -> None:
    """Signal a type-error unless *x* is an integer."""
    if type(x) is not int:
        wrong_type(x, "INTEGER")


def need_float(x: Any) -> None:
    """Signal a type-error unless *x* is a float."""
    if type(x) not in FLOAT_TYPES:
        wrong_type(x, "FLOAT")


def numbers_eql(a: Any, b: Any) -> bool:
    """EQL of two numbers: same type, same value, zeros of the same sign."""
    kind = type(a)
    if kind is not type(b):
        return False
    if kind is Complex:
        return numbers_eql(a.re, b.re) and numbers_eql(a.im, b.im)
    if kind is float or kind is SingleFloat:
        return bool((a == b and (a != 0.0 or str(a) == str(b))) or (a != a and b != b))
    return bool(a == b)


def eql_key(x: Any) -> Any:
    """Return something hashable that is equal for two numbers just if they are EQL."""
    kind = type(x)
    if kind is int:
        return x
    if kind is Complex:
        return (Complex, eql_key(x.re), eql_key(x.im))
    if kind is Ratio:
        return (x.num, x.den)
    return (kind, x.hex())
