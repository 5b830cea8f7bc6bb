"""Digits for the float directives ~F, ~E, ~G and ~$ (CLHS 22.3.3).

Rounding looks at the exact binary value, halves away from zero; where no rounding is needed the digits are the
shortest ones that read as the same number.
"""

from __future__ import annotations

from typing import Any

from acl.types.number import Ratio, SingleFloat, single

from .numbers import exact_digits, exponent_marker, float_digits, float_repr, is_finite


def to_float(x: Any) -> Any:
    """Return the real *x* as a float for a float directive: a rational becomes a single-float if it can."""
    if isinstance(x, float):
        return x
    try:
        value = x.num / x.den if type(x) is Ratio else float(x)
    except OverflowError:
        return None
    try:
        return single(value)
    except OverflowError:
        return value


def round_at(x: float, digits: str, k: int, places: int) -> tuple[str, int]:
    """Round |x|, whose shortest digits are 0.DIGITS times 10^k, to *places* digits behind the point."""
    keep = k + places
    if keep >= len(digits):
        return digits, k
    exact, exact_k = exact_digits(x)
    keep += exact_k - k
    if keep < 0:
        return "", 0
    head, up = exact[:keep], keep < len(exact) and exact[keep] >= "5"
    if not up:
        head = head.rstrip("0")
        return (head, exact_k) if head else ("", 0)
    raised = str(int(head or "0") + 1)
    if len(raised) > len(head):
        exact_k += 1
    return raised.rstrip("0"), exact_k


class Scaled:
    """A float times a power of ten, kept exact: what ~F and ~E round."""

    __slots__ = ("digits", "k", "scale", "x")

    def __init__(self, x: float, scale: int) -> None:
        self.x = x
        self.scale = scale
        self.digits, self.k = float_digits(x)
        if self.digits:
            self.k += scale

    def rounded(self, places: int) -> tuple[str, int]:
        """Return digits and k of the value rounded to *places* digits behind the point."""
        if not self.digits:
            return "", 0
        digits, k = round_at(self.x, self.digits, self.k - self.scale, places + self.scale)
        return (digits, k + self.scale) if digits else ("", 0)


def split(digits: str, k: int) -> tuple[str, str]:
    """Return the digits before and behind the point of 0.DIGITS times 10^k, without superfluous zeros."""
    if k <= 0:
        return "", "0" * -k + digits if digits else ""
    return digits[:k].ljust(k, "0"), digits[k:]


def fixed(x: float, w: int | None, d: int | None, k: int, overflow: str | None, pad: str, plus: bool) -> str:
    """Return what ~F writes."""
    sign = "-" if float_repr(x)[0] == "-" else "+" if plus else ""
    value = Scaled(x, k)
    room = None if w is None else w - len(sign)
    if d is not None:
        whole, fraction = split(*value.rounded(d))
        fraction = fraction.ljust(d, "0")
    elif room is None:
        whole, fraction = split(value.digits, value.k)
        fraction = fraction or "0"
    else:
        whole, fraction = split(value.digits, value.k)
        places = max(room - len(whole) - 1, 0 if whole else 1)
        if len(fraction) > places:
            whole, fraction = split(*value.rounded(places))
        fraction = fraction or ("0" if room > len(whole) + 1 or len(whole) <= 1 else "")
    if not whole and (room is None or room > len(fraction) + 1 or not fraction):
        whole = "0"
    text = f"{sign}{whole}.{fraction}"
    if w is None:
        return text
    if len(text) > w and overflow is not None:
        return overflow * w
    return text.rjust(w, pad)


def exponential(x: float, w: int | None, d: int | None, e: int | None, k: int, overflow: str | None, pad: str,
                marker: str | None, plus: bool, default: Any) -> str:
    """Return what ~E writes; *default* is *read-default-float-format*."""
    sign = "-" if float_repr(x)[0] == "-" else "+" if plus else ""
    digits, exponent = float_digits(x)
    if not digits:
        exponent = k
    places = None if d is None else d if k <= 0 else max(d - k + 1, 0)
    value = Scaled(x, k - exponent)
    letter = marker or exponent_marker(x, default)

    def tail() -> str:
        power = exponent - k
        return f"{letter}{'-' if power < 0 else '+'}{str(abs(power)).rjust(e or 1, '0')}"

    if places is None and w is not None:
        room = w - len(sign) - 1 - len(tail()) - max(k, 0)
        if len(split(value.digits, value.k)[1]) > room:
            places = max(room, 1 if k > 0 else 1 - k)
    shown = (value.digits, value.k) if places is None else value.rounded(places)
    if shown[0] and shown[1] > k:  # rounding made a digit more
        exponent += 1
        value = Scaled(x, k - exponent)
        shown = value.rounded(places or 0)
    whole, fraction = split(*shown)
    fraction = fraction.ljust(places if d is not None and places is not None else 0, "0")
    if k > 0 and not whole:
        whole = "0"
    if not fraction and d is None:
        fraction = "0"
    text = tail()
    if w is not None and e is not None and len(text) > e + 2 and overflow is not None:
        return overflow * w
    if not whole and (w is None or w > len(sign) + 1 + len(fraction) + len(text)):
        whole = "0"
    text = f"{sign}{whole}.{fraction}{text}"
    if w is None:
        return text
    if len(text) > w and overflow is not None:
        return overflow * w
    return text.rjust(w, pad)


def general(x: float, w: int | None, d: int | None, e: int | None, k: int, overflow: str | None, pad: str,
            marker: str | None, plus: bool, default: Any) -> str:
    """Return what ~G writes."""
    digits, n = float_digits(x)
    extra = 4 if e is None else e + 2
    inner = None if w is None else w - extra
    if d is None:
        d = max(len(digits), min(n, 7), 1)
    rest = d - n
    if 0 <= rest <= d:
        return fixed(x, inner, rest, 0, overflow, pad, plus) + " " * extra
    return exponential(x, w, d, e, k, overflow, pad, marker, plus, default)


def dollars(x: float, d: int, n: int, w: int, pad: str, sign_first: bool, plus: bool) -> str:
    """Return what ~$ writes."""
    sign = "-" if float_repr(x)[0] == "-" else "+" if plus else ""
    whole, fraction = split(*Scaled(x, 0).rounded(d))
    text = f"{whole.rjust(n, '0')}.{fraction.ljust(d, '0')}"
    if sign_first:
        return sign + text.rjust(w - len(sign), pad)
    return (sign + text).rjust(w, pad)


__all__ = ["SingleFloat", "dollars", "exponential", "fixed", "general", "is_finite", "to_float"]
