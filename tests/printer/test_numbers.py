"""Numbers as text."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from acl.printer.cardinals import cardinal, ordinal, roman
from acl.printer.float_directives import fixed
from acl.printer.numbers import float_text, integer_text
from acl.types.number import single
from acl.types.symbol import cl

DOUBLE, SINGLE = cl("DOUBLE-FLOAT"), cl("SINGLE-FLOAT")
finite = st.floats(allow_nan=False, allow_infinity=False)


@settings(deadline=None)
@given(finite)
def test_doubles_read_back(x: float) -> None:
    """The text of a double is that of the same number."""
    assert float(float_text(x, DOUBLE)) == x
    assert float(float_text(x, SINGLE).replace("d", "e")) == x


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_singles_read_back(x: float) -> None:
    """The text of a single is that of the same number, in nine digits at most."""
    text = float_text(single(x), SINGLE)
    assert single(float(text)) == x
    assert len(text.partition("e")[0].strip("-").replace(".", "").strip("0")) <= 9


@settings(deadline=None)
@given(st.integers(), st.integers(2, 36))
def test_integers(n: int, base: int) -> None:
    """Digits in any base."""
    assert int(integer_text(n, base), base) == n
    big = n * 7 ** 500
    assert int(integer_text(big, base), base) == big


@settings(deadline=None)
@given(st.floats(-1e9, 1e9), st.integers(0, 8))
def test_fixed_rounds_exactly(x: float, places: int) -> None:
    """~,dF rounds the exact value, halves up, unless the shortest digits need no rounding."""
    shortest = abs(Decimal(repr(x)))
    unit = Decimal(1).scaleb(-places)
    expected = shortest if shortest == shortest.quantize(unit) else abs(Decimal(x)).quantize(unit, ROUND_HALF_UP)
    assert Decimal(fixed(x, None, places, 0, None, " ", False).strip("-")) == expected


def test_words() -> None:
    """Numbers in words."""
    assert cardinal(1234567) == "one million two hundred thirty-four thousand five hundred sixty-seven"
    assert [ordinal(n) for n in (1, 2, 3, 12, 20, 100)] == ["first", "second", "third", "twelfth", "twentieth",
                                                            "one hundredth"]
    assert roman(1994) == "MCMXCIV" and roman(9, old=True) == "VIIII"
