"""Numbers that Python has not: single floats, ratios, complex numbers.

Integers are `int`, double floats `float`.  A `SingleFloat` is a `float` whose every result is rounded
to single precision; `type(x) is float` therefore means double-float.
"""

from __future__ import annotations

from math import gcd
from struct import Struct
from typing import Any

_single = Struct("f")
_pack, _unpack = _single.pack, _single.unpack


def single(x: Any) -> SingleFloat:
    """Return the real *x* as a single float; OverflowError if it is too large."""
    return float.__new__(SingleFloat, _unpack(_pack(x))[0])


class SingleFloat(float):
    """A single-float: contagion with integers and ratios gives a single, with a double a double."""

    __slots__ = ()

    def __add__(self, other: Any) -> Any:
        result = float.__add__(self, other)
        return _round(result, other) if type(result) is float else result

    def __sub__(self, other: Any) -> Any:
        result = float.__sub__(self, other)
        return _round(result, other) if type(result) is float else result

    def __rsub__(self, other: Any) -> Any:
        result = float.__rsub__(self, other)
        return _round(result, other) if type(result) is float else result

    def __mul__(self, other: Any) -> Any:
        result = float.__mul__(self, other)
        return _round(result, other) if type(result) is float else result

    def __truediv__(self, other: Any) -> Any:
        result = float.__truediv__(self, other)
        return _round(result, other) if type(result) is float else result

    def __rtruediv__(self, other: Any) -> Any:
        result = float.__rtruediv__(self, other)
        return _round(result, other) if type(result) is float else result

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self) -> SingleFloat:
        return float.__new__(SingleFloat, float.__neg__(self))

    def __pos__(self) -> SingleFloat:
        return self

    def __abs__(self) -> SingleFloat:
        return float.__new__(SingleFloat, float.__abs__(self))


def _round(result: float, other: Any) -> float:
    return result if type(other) is float else single(result)


class Ratio:
    """A ratio in lowest terms, denominator at least 2.  Make one with `ratio`."""

    __slots__ = ("num", "den")

    def __init__(self, num: int, den: int) -> None:
        self.num = num
        self.den = den

    def __repr__(self) -> str:
        return f"{self.num}/{self.den}"

    def __hash__(self) -> int:
        return hash((self.num, self.den))

    def __float__(self) -> float:
        return self.num / self.den

    def __eq__(self, other: Any) -> Any:
        if type(other) is Ratio:
            return self.num == other.num and self.den == other.den
        if isinstance(other, float):
            n, d = other.as_integer_ratio()
            return n == self.num and d == self.den
        return False

    def _pair(self, other: Any) -> tuple[int, int] | None:
        if type(other) is int:
            return other, 1
        if type(other) is Ratio:
            return other.num, other.den
        return None

    def __add__(self, other: Any) -> Any:
        pair = self._pair(other)
        if pair is not None:
            return ratio(self.num * pair[1] + pair[0] * self.den, self.den * pair[1])
        return _like(self, other) + other if isinstance(other, float) else NotImplemented

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        pair = self._pair(other)
        if pair is not None:
            return ratio(self.num * pair[1] - pair[0] * self.den, self.den * pair[1])
        return _like(self, other) - other if isinstance(other, float) else NotImplemented

    def __rsub__(self, other: Any) -> Any:
        pair = self._pair(other)
        if pair is not None:
            return ratio(pair[0] * self.den - self.num * pair[1], self.den * pair[1])
        return other - _like(self, other) if isinstance(other, float) else NotImplemented

    def __mul__(self, other: Any) -> Any:
        pair = self._pair(other)
        if pair is not None:
            return ratio(self.num * pair[0], self.den * pair[1])
        return _like(self, other) * other if isinstance(other, float) else NotImplemented

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        pair = self._pair(other)
        if pair is not None:
            return ratio(self.num * pair[1], self.den * pair[0])
        return _like(self, other) / other if isinstance(other, float) else NotImplemented

    def __rtruediv__(self, other: Any) -> Any:
        pair = self._pair(other)
        if pair is not None:
            return ratio(pair[0] * self.den, pair[1] * self.num)
        return other / _like(self, other) if isinstance(other, float) else NotImplemented

    def __neg__(self) -> Ratio:
        return Ratio(-self.num, self.den)

    def __pos__(self) -> Ratio:
        return self

    def __abs__(self) -> Ratio:
        return Ratio(abs(self.num), self.den)

    def __floor__(self) -> int:
        return self.num // self.den

    def __floordiv__(self, other: Any) -> Any:
        pair = self._pair(other)
        if pair is None:
            return NotImplemented
        return (self.num * pair[1]) // (self.den * pair[0])

    def __rfloordiv__(self, other: Any) -> Any:
        pair = self._pair(other)
        if pair is None:
            return NotImplemented
        return (pair[0] * self.den) // (pair[1] * self.num)

    def _compare(self, other: Any) -> tuple[int, int] | None:
        pair = self._pair(other)
        if pair is None:
            if not isinstance(other, float):
                return None
            pair = other.as_integer_ratio()
        return self.num * pair[1], pair[0] * self.den

    def __lt__(self, other: Any) -> Any:
        pair = self._compare(other)
        return NotImplemented if pair is None else pair[0] < pair[1]

    def __le__(self, other: Any) -> Any:
        pair = self._compare(other)
        return NotImplemented if pair is None else pair[0] <= pair[1]

    def __gt__(self, other: Any) -> Any:
        pair = self._compare(other)
        return NotImplemented if pair is None else pair[0] > pair[1]

    def __ge__(self, other: Any) -> Any:
        pair = self._compare(other)
        return NotImplemented if pair is None else pair[0] >= pair[1]


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
    num, den = num // divisor, den // divisor
    return num if den == 1 else Ratio(num, den)


def divide(a: Any, b: Any) -> Any:
    """The Lisp `/` of two numbers: exact for rationals."""
    if type(a) is int and type(b) is int:
        return ratio(a, b)
    return a / b


class Complex:
    """A complex number with two rational, two single or two double parts.  Make one with `make_complex`."""

    __slots__ = ("re", "im")

    def __init__(self, re: Any, im: Any) -> None:
        self.re = re
        self.im = im

    def __repr__(self) -> str:
        return f"#C({self.re} {self.im})"

    def __hash__(self) -> int:
        return hash((self.re, self.im))

    def __eq__(self, other: Any) -> Any:
        re, im = _parts(other)
        return bool(re == self.re and im == self.im)

    # `(= a b)` is compiled to `a <= b and a >= b`; ordering proper is compiled to < and >, which
    # complex numbers have not.
    __le__ = __ge__ = __eq__

    def __add__(self, other: Any) -> Any:
        if not is_number(other):
            return NotImplemented
        re, im = _parts(other)
        return make_complex(self.re + re, self.im + im)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        if not is_number(other):
            return NotImplemented
        re, im = _parts(other)
        return make_complex(self.re - re, self.im - im)

    def __rsub__(self, other: Any) -> Any:
        return (-self) + other

    def __mul__(self, other: Any) -> Any:
        if not is_number(other):
            return NotImplemented
        if type(other) is not Complex:
            return make_complex(self.re * other, self.im * other)
        return make_complex(self.re * other.re - self.im * other.im, self.re * other.im + self.im * other.re)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        if not is_number(other):
            return NotImplemented
        if type(other) is not Complex:
            return make_complex(divide(self.re, other), divide(self.im, other))
        scale = other.re * other.re + other.im * other.im
        product = self * Complex(other.re, -other.im)
        re, im = _parts(product)
        return make_complex(divide(re, scale), divide(im, scale))

    def __rtruediv__(self, other: Any) -> Any:
        return Complex(other, 0 * other) / self

    def __neg__(self) -> Complex:
        return Complex(-self.re, -self.im)

    def __pos__(self) -> Complex:
        return self


def _parts(x: Any) -> tuple[Any, Any]:
    return (x.re, x.im) if type(x) is Complex else (x, 0)


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


def is_number(x: Any) -> bool:
    """True for a Lisp number."""
    return type(x) in NUMBER_TYPES
