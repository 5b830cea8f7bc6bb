"""PARSE-INTEGER."""

from __future__ import annotations

from typing import Any, NoReturn

from acl.builtins.declare import builtin
from acl.types.array import SimpleString, bad_index, is_string
from acl.types.base import wrong_type

_WHITESPACE = " \t\n\r\f\x0b"


@builtin("PARSE-INTEGER", "string &key (start 0) end (radix 10) junk-allowed", values=True)
def parse_integer(string: Any, *, start: Any = 0, end: Any = None, radix: Any = 10,
                  junk_allowed: Any = None) -> tuple[Any, ...]:
    """Read an integer in RADIX from STRING between START and END; return it and where it ended.

    Whitespace around it is skipped.  Anything else is a `parse-error`, unless JUNK-ALLOWED: then the value is NIL
    if there is no integer.
    """
    if type(string) is SimpleString and (start, end, radix) == (0, None, 10) and type(start) is int:
        text = string.text()
        if text.isdigit() and text.isascii():
            return int(text), len(text)
    if not is_string(string):
        wrong_type(string, "STRING")
    if type(radix) is not int or not 2 <= radix <= 36:
        _wrong_radix(radix)
    text = string.text()
    start, end = bounds(start, end, len(text))
    at = start
    while at < end and text[at] in _WHITESPACE:
        at += 1
    first = at
    if at < end and text[at] in "+-":
        at += 1
    digits = at
    while at < end and 0 <= digit_weight(text[at]) < radix:
        at += 1
    if at == digits:
        if junk_allowed is not None:
            return None, at
        _junk(string, start, end)
    value = int(text[digits:at], radix)
    if text[first] == "-":
        value = -value
    if junk_allowed is None:
        while at < end and text[at] in _WHITESPACE:
            at += 1
        if at < end:
            _junk(string, start, end)
    return value, at


def digit_weight(c: str) -> int:
    """Return the weight of a digit, -1 for any other character."""
    if "0" <= c <= "9":
        return ord(c) - 48
    if "a" <= c <= "z":
        return ord(c) - 87
    if "A" <= c <= "Z":
        return ord(c) - 55
    if c > "\x7f" and c.isdecimal():
        import unicodedata

        return unicodedata.decimal(c)
    return -1


def bounds(start: Any, end: Any, length: int) -> tuple[int, int]:
    """Return checked bounding indices of a sequence of *length* elements."""
    if type(start) is not int or not 0 <= start <= length:
        bad_index(start, length + 1)
    if end is None:
        return start, length
    if type(end) is not int or not start <= end <= length:
        bad_index(end, length + 1)
    return start, end


def _wrong_radix(radix: Any) -> None:
    from acl.types.array import type_error
    from acl.types.cons import lisp_list
    from acl.types.symbol import cl

    type_error(radix, lisp_list(cl("INTEGER"), 2, 36))


def _junk(string: Any, start: int, end: int) -> NoReturn:
    from acl.runtime.conditions import error
    from acl.types.array import SimpleString

    part = string if (start, end) == (0, len(string.text())) else SimpleString(string.text()[start:end])
    error("PARSE-ERROR", "There's no integer in the string ~s.", part)
    raise AssertionError("a parse-error returned")
