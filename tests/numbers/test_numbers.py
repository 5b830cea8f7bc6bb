"""Numbers: rounding, contagion, division, against exact arithmetic."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acl import boot
from acl.builtins.numbers import division
from acl.builtins.numbers.floats import decode, rationalize, to_double, to_single
from acl.types.number import (
    Complex,
    Ratio,
    SingleFloat,
    divide,
    eql_key,
    make_complex,
    numbers_eql,
    ratio,
    single,
    single_from_ratio,
)

assert boot

integers = st.integers(-(10**30), 10**30)
ratios = st.builds(ratio, st.integers(-(10**12), 10**12), st.integers(1, 10**9))
doubles = st.floats(-1e200, 1e200, allow_nan=False)
singles = st.floats(-(2.0**100), 2.0**100, width=32).map(single)
reals = st.one_of(integers, ratios, doubles, singles)


def exact(x: Any) -> Fraction:
    """The value of a Lisp real."""
    return Fraction(x.num, x.den) if type(x) is Ratio else Fraction(x)


@given(st.integers(1, 1 << 80), st.integers(1, 1 << 60))
def test_singles_are_rounded_once(num: int, den: int) -> None:
    """No single float is nearer to the ratio; of two as near it is the even one."""
    try:
        result = single_from_ratio(num, den)
    except OverflowError:
        return
    step = math.ldexp(1.0, max(math.frexp(result)[1] - 24, -149))
    error = abs(Fraction(num, den) - Fraction(float(result)))
    for other in (float(result) + step, float(result) - step):
        distance = abs(Fraction(num, den) - Fraction(other))
        assert error < distance or (error == distance and int(float(result) / step) % 2 == 0)


@given(ratios, ratios)
def test_ratios(a: Any, b: Any) -> None:
    """The operations on rationals are exact and give lowest terms."""
    for result, expected in ((a + b, exact(a) + exact(b)), (a - b, exact(a) - exact(b)), (a * b, exact(a) * exact(b))):
        assert exact(result) == expected
        assert type(result) is int or (result.den > 1 and math.gcd(result.num, result.den) == 1)
    if b != 0:
        assert exact(divide(a, b)) == exact(a) / exact(b)


@given(reals, reals)
def test_comparison_is_exact(a: Any, b: Any) -> None:
    """Reals of any types compare as the rationals they are."""
    x, y = exact(a), exact(b)
    assert (a < b, a <= b, a > b, a >= b, a == b) == (x < y, x <= y, x > y, x >= y, x == y)
    if a == b:
        assert hash(a) == hash(b)


@given(reals, reals)
def test_contagion(a: Any, b: Any) -> None:
    """A double makes the result a double, else a single a single."""
    expected: Any = float if float in (type(a), type(b)) else SingleFloat if SingleFloat in (type(a), type(b)) else None
    try:
        results = (a + b, a - b, a * b)
    except OverflowError:
        return
    for result in results:
        assert type(result) is expected if expected else type(result) in (int, Ratio)


ROUNDERS = {"floor": math.floor, "ceiling": math.ceil, "truncate": math.trunc, "round_": round}


@pytest.mark.parametrize("name", ROUNDERS)
@given(st.one_of(st.integers(-(10**9), 10**9), ratios), st.one_of(st.integers(-50, 50), ratios).filter(bool))
def test_division(name: str, a: Any, b: Any) -> None:
    """Quotients of rationals are rounded right, and the remainder is what is left."""
    quotient, rest = getattr(division, name)(a, b)
    assert quotient == ROUNDERS[name](exact(a) / exact(b))
    assert exact(rest) == exact(a) - quotient * exact(b)


@pytest.mark.parametrize("name", ROUNDERS)
@given(st.one_of(singles, doubles), st.one_of(st.integers(1, 50), singles.filter(bool)))
def test_division_of_floats(name: str, a: Any, b: Any) -> None:
    """Quotients with floats are exact, however large."""
    quotient, rest = getattr(division, name)(a, b)
    assert quotient == ROUNDERS[name](exact(a) / exact(b))
    assert type(rest) is (float if type(a) is float else SingleFloat)


@given(st.one_of(singles, doubles))
def test_rationalize(x: Any) -> None:
    """The simplest rational is read back as the same float."""
    result = rationalize(x)
    assert (to_double(result) if type(x) is float else to_single(result)) == x


@given(st.one_of(singles, doubles))
def test_decode(x: Any) -> None:
    """Significand, exponent and sign make up the float."""
    significand, exponent, sign = decode(x)
    assert sign * Fraction(significand) * Fraction(2) ** exponent == exact(x)


def test_eql() -> None:
    """EQL looks at types and signs of zeros."""
    numbers = [0, 1, 0.0, -0.0, 1.0, single(0.0), single(-0.0), single(1.0), Ratio(1, 2), 0.5, Complex(1, 2),
               Complex(1.0, 2.0), Complex(1.0, -0.0), Complex(1.0, 0.0)]
    for i, a in enumerate(numbers):
        for j, b in enumerate(numbers):
            assert numbers_eql(a, b) == (i == j) == (eql_key(a) == eql_key(b)), (a, b)


def test_complex() -> None:
    """Complex rationals stay exact, and become real when the imaginary part vanishes."""
    i = Complex(0, 1)
    assert i * i == -1 and type(i * i) is int
    assert divide(1, i) == Complex(0, -1)
    assert divide(Complex(1, 2), Complex(3, 4)) == make_complex(ratio(11, 25), ratio(2, 25))
    assert type(make_complex(1, 2.0).re) is float
