"""From tokens to numbers and symbols.

The syntax of tokens in base 10 is in `grammar/tokens.lark`, of which `_tokens.py` is made.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from acl.types.number import SingleFloat, ratio, single
from acl.types.symbol import Symbol

sys.set_int_max_str_digits(0)

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_match: Callable[[str], Any] | None = None
_potential: Callable[[str], Any] | None = None


class BadNumber(Exception):
    """A token has the syntax of a number but denotes none: the message is a format control, the token its argument."""


def token_match(token: str) -> Any:
    """Match *token* with the alternatives of the grammar; `lastgroup` of the match is its kind."""
    global _match
    if _match is None:
        import re

        from ._tokens import TOKEN

        _match = re.compile(TOKEN, re.DOTALL).fullmatch
    return _match(token)


def is_potential_number(token: str, base: int = 10) -> bool:
    """Return true if *token* could be a number in some Lisp: such a name is printed with an escape."""
    global _potential
    if _potential is None:
        import re

        from ._tokens import POTENTIAL_NUMBER

        _potential = re.compile(POTENTIAL_NUMBER).fullmatch
    if _potential(token):
        return True
    return base != 10 and parse_number(token, base, "SINGLE-FLOAT") is not None


def parse_number(token: str, base: int, float_format: str) -> Any:
    """Return the number that *token* denotes, None if it has not the syntax of one.

    *float_format* is the name of the value of *read-default-float-format*.
    """
    if base != 10:
        number = rational_in_base(token, base)
        if number is not None:
            return number
    match = token_match(token)
    if match is None:
        return None
    kind = match.lastgroup
    if kind == "INTEGER":
        if token[-1] == ".":
            return int(token[:-1])
        return int(token) if base == 10 else None
    if kind == "FLOAT":
        return parse_float(token, float_format)
    if kind == "RATIO" and base == 10:
        num, _, den = token.partition("/")
        return _ratio(int(num), int(den))
    return None


def _ratio(num: int, den: int) -> Any:
    if den == 0:
        raise BadNumber("division by zero in the ratio ~a")
    return ratio(num, den)


def rational_in_base(token: str, base: int) -> Any:
    """Return the integer or ratio that *token* denotes in *base*, None if none."""
    num, slash, den = token.partition("/")
    n = integer_in_base(num, base)
    if n is None or not slash:
        return n
    d = integer_in_base(den, base) if den[:1] not in ("+", "-") else None
    return None if d is None else _ratio(n, d)


def integer_in_base(token: str, base: int) -> int | None:
    """Return the integer that *token* (sign and digits) denotes in *base*, None if none."""
    digits = token[1:] if token[:1] in ("+", "-") else token
    allowed = _DIGITS[:base]
    if not digits or not digits.isascii():
        return None
    for c in set(digits.upper()):
        if c not in allowed:
            return None
    return int(token, base)


def parse_float(token: str, float_format: str) -> Any:
    """Return the float that *token*, which has the syntax of one, denotes."""
    marker = ""
    mantissa = token
    for i, c in enumerate(token):
        if c.isalpha():
            marker = c.lower()
            mantissa = token[:i]
            token = mantissa + "e" + token[i + 1:]
            break
    if marker in ("", "e"):
        double = float_format in ("DOUBLE-FLOAT", "LONG-FLOAT")
    else:
        double = marker in ("d", "l")
    value = float(token)
    if value in (_INFINITY, -_INFINITY):
        raise BadNumber("floating-point overflow in ~a")
    if value == 0.0 and any(c in "123456789" for c in mantissa):
        raise BadNumber("floating-point underflow in ~a")
    if double:
        return value
    try:
        result = single(value)
    except OverflowError:
        raise BadNumber("floating-point overflow in ~a") from None
    if result == 0.0 and value != 0.0:
        raise BadNumber("floating-point underflow in ~a")
    if result != value:
        result = _round_once(result, value, token)
    return result


_INFINITY = float("inf")


def _round_once(result: SingleFloat, value: float, token: str) -> SingleFloat:
    """Return the single nearest to what *token* says.

    Rounding to a double first is wrong only if the double lies exactly between two singles and the text
    does not: then the text decides.
    """
    import math

    try:
        other = single(value + (value - result))
    except OverflowError:
        return result
    if math.fsum((result, other)) != 2 * value or other == result:
        return result
    mantissa, _, exponent = token.partition("e")
    whole, _, fraction = mantissa.partition(".")
    num, scale = int(whole + fraction), int(exponent or 0) - len(fraction)
    den = 1
    if scale >= 0:
        num *= 10 ** scale
    else:
        den = 10 ** -scale
    n, d = value.as_integer_ratio()
    if num * d == n * den:
        return result
    return max(result, other) if num * d > n * den else min(result, other)


def float_format_name(value: Any) -> str:
    """Return the name of a value of *read-default-float-format*."""
    return value.name if type(value) is Symbol else "SINGLE-FLOAT"
