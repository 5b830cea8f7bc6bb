"""Numbers as text."""

from __future__ import annotations

import sys
from typing import Any

from acl.types.number import SingleFloat, single
from acl.types.symbol import Symbol, cl

sys.set_int_max_str_digits(0)

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_POWER_FORMATS = {2: "b", 8: "o", 10: "d"}


def integer_text(n: int, base: int = 10) -> str:
    """Return the digits of *n* in *base* (2 to 36), with its sign."""
    if base == 10:
        return str(n)
    if base == 16:
        return format(n, "X")
    code = _POWER_FORMATS.get(base)
    if code is not None:
        return format(n, code)
    return "-" + _digits(-n, base) if n < 0 else _digits(n, base)


def _digits(n: int, base: int) -> str:
    if n < 1 << 256:
        digits = []
        while n >= base:
            n, digit = divmod(n, base)
            digits.append(DIGITS[digit])
        digits.append(DIGITS[n])
        return "".join(reversed(digits))
    # Halving keeps the cost of large numbers below quadratic in Python steps.
    size = n.bit_length() * 100 // ((base - 1).bit_length() * 200) or 1
    high, low = divmod(n, base ** size)
    return _digits(high, base) + _digits(low, base).rjust(size, "0") if high else _digits(low, base)


def radix_prefix(base: int) -> str:
    """Return the `#b`, `#o`, `#x` or `#nr` that announces *base*."""
    return {2: "#b", 8: "#o", 16: "#x"}.get(base) or f"#{base}r"


def float_repr(x: float) -> str:
    """Return the shortest decimal text, in any of Python's notations, that reads as *x* in its own precision."""
    if type(x) is not SingleFloat:
        return float.__repr__(x)
    size = abs(x)
    first = 1 if size < 1.1754944e-38 else 6
    for precision in range(first, 9):
        text = f"{x:.{precision}g}"
        try:
            if float.__eq__(single(float(text)), x):
                return text
        except OverflowError:
            continue
    return f"{x:.9g}"


def float_digits(x: float) -> tuple[str, int]:
    """Return the shortest digits of the finite float |x|, without zeros at the ends, and k: |x| is 0.DIGITS times 10^k.

    Zero is ("0", 0)... as `("", 0)`.
    """
    text = float_repr(abs(x))
    mantissa, _, exponent = text.partition("e")
    whole, _, fraction = mantissa.partition(".")
    k = int(exponent or 0) + len(whole)
    digits = whole + fraction
    stripped = digits.lstrip("0")
    k -= len(digits) - len(stripped)
    stripped = stripped.rstrip("0")
    return (stripped, k) if stripped else ("", 0)


def exact_digits(x: float) -> tuple[str, int]:
    """The same for all digits of the exact binary value."""
    numerator, denominator = abs(x).as_integer_ratio()
    places = denominator.bit_length() - 1
    digits = str(numerator * 5 ** places)
    k = len(digits) - places
    digits = digits.rstrip("0")
    return (digits, k) if digits else ("", 0)


_DOUBLE, _LONG, _SINGLE, _SHORT = cl("DOUBLE-FLOAT"), cl("LONG-FLOAT"), cl("SINGLE-FLOAT"), cl("SHORT-FLOAT")


def exponent_marker(x: float, default: Symbol) -> str:
    """Return the letter that makes *x* read as its own type when *default* is the type of a float without one."""
    if type(x) is SingleFloat:
        return "e" if default is _SINGLE or default is _SHORT else "f"
    return "e" if default is _DOUBLE or default is _LONG else "d"


def special_float_text(x: float) -> str:
    """Return the text of an infinity or a NaN, which reads as it."""
    kind = "single" if type(x) is SingleFloat else "double"
    name = "nan" if x != x else "infinity" if x > 0 else "negative-infinity"
    return f"#.excl:*{name}-{kind}*"


def is_finite(x: float) -> bool:
    """True unless *x* is an infinity or a NaN."""
    return float.__eq__(float.__sub__(x, x), 0.0)


def float_text(x: float, default: Any) -> str:
    """Return the printed form of a float when *default* is *read-default-float-format*."""
    if not is_finite(x):
        return special_float_text(x)
    marker = exponent_marker(x, default)
    size = abs(x)
    if 1e-3 <= size < 1e7:
        text = float_repr(x)
        if "e" in text:
            text = _positional(x)
        elif "." not in text:
            text += ".0"
        return text if marker == "e" else f"{text}{marker}0"
    if size == 0:
        text = "-0.0" if float.__repr__(x)[0] == "-" else "0.0"
        return text if marker == "e" else f"{text}{marker}0"
    digits, k = float_digits(x)
    sign = "-" if x < 0 else ""
    return f"{sign}{digits[0]}.{digits[1:] or '0'}{marker}{k - 1:+d}" if k > 0 \
        else f"{sign}{digits[0]}.{digits[1:] or '0'}{marker}{k - 1}"


def _positional(x: float) -> str:
    digits, k = float_digits(x)
    sign = "-" if x < 0 else ""
    if k <= 0:
        return f"{sign}0.{'0' * -k}{digits}"
    return f"{sign}{digits[:k].ljust(k, '0')}.{digits[k:] or '0'}"
