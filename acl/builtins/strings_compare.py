"""Comparison of strings (CLHS 16.2.3): equality, and order with the index where they differ."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin, inline_names, predicate
from acl.reader.designators import name_text
from acl.types.array import SimpleString
from acl.types.casing import downcase
from acl.types.sequence import bounds

_KEYS = "string1 string2 &key (start1 0) end1 (start2 0) end2"


def _text(x: Any) -> str:
    """Return the text of a string designator."""
    return str(x.text()) if type(x) is SimpleString else name_text(x)


def _part(x: Any, start: Any, end: Any) -> tuple[str, int]:
    """Return the text of a string designator between bounds, and where it starts."""
    text = _text(x)
    if end is None and start == 0 and type(start) is int:
        return text, 0
    start, end = bounds(start, end, len(text))
    return text[start:end], start


def mismatch(a: str, b: str) -> int:
    """Return the index of the first character in which *a* and *b* differ, the shorter length if there is none."""
    size = min(len(a), len(b))
    i = 0
    while i < size and a[i] == b[i]:
        i += 1
        if i == 8 and a[:size] == b[:size]:
            return size
    return i


def same_text(a: Any, b: Any) -> bool:
    """Return true if the strings that *a* and *b* designate have the same characters."""
    return _text(a) == _text(b)


def same_text_folded(a: Any, b: Any) -> bool:
    """Return true if the strings that *a* and *b* designate have the same characters but for case."""
    return downcase(_text(a)) == downcase(_text(b))


inline_names(SimpleString=SimpleString, same_text=same_text, same_text_folded=same_text_folded)


@predicate("STRING=", _KEYS, test="{0}.text() == {1}.text() if type({0}) is SimpleString and "
           "type({1}) is SimpleString else same_text({0}, {1})")
def string_eq(string1: Any, string2: Any, *, start1: Any = 0, end1: Any = None, start2: Any = 0,
              end2: Any = None) -> bool:
    """Return true if STRING1 from START1 to END1 and STRING2 from START2 to END2 have the same characters.

    The strings are string designators.
    """
    a, _ = _part(string1, start1, end1)
    b, _ = _part(string2, start2, end2)
    return a == b


@predicate("STRING-EQUAL", _KEYS, test="same_text_folded({0}, {1})")
def string_equal(string1: Any, string2: Any, *, start1: Any = 0, end1: Any = None, start2: Any = 0,
                 end2: Any = None) -> bool:
    """Return true if STRING1 from START1 to END1 equals STRING2 from START2 to END2 but for case.

    The strings are string designators.
    """
    a, _ = _part(string1, start1, end1)
    b, _ = _part(string2, start2, end2)
    return a == b or downcase(a) == downcase(b)


_BEFORE, _EQUAL, _AFTER = -1, 0, 1
_FROM_START = 0


def _comparison(orders: tuple[int, ...], fold: bool) -> Any:
    """Return the function that gives the index of the mismatch if the strings stand in one of *orders*."""

    def compare(string1: Any, string2: Any, *, start1: Any = 0, end1: Any = None, start2: Any = 0,
                end2: Any = None) -> Any:
        if end1 is None and end2 is None and start1 is start2 is _FROM_START and (
                type(string1) is type(string2) is SimpleString):
            a, b, start = string1.text(), string2.text(), 0
        else:
            a, start = _part(string1, start1, end1)
            b, _ = _part(string2, start2, end2)
        if fold:
            a, b = downcase(a), downcase(b)
        order = _EQUAL if a == b else _BEFORE if a < b else _AFTER
        return start + mismatch(a, b) if order in orders else None

    return compare


_TABLE = (
    ("STRING/=", (_BEFORE, _AFTER), False, "differ from those of"),
    ("STRING<", (_BEFORE,), False, "come before those of"),
    ("STRING>", (_AFTER,), False, "come after those of"),
    ("STRING<=", (_BEFORE, _EQUAL), False, "come before or equal those of"),
    ("STRING>=", (_AFTER, _EQUAL), False, "come after or equal those of"),
    ("STRING-NOT-EQUAL", (_BEFORE, _AFTER), True, "differ, ignoring case, from those of"),
    ("STRING-LESSP", (_BEFORE,), True, "come, ignoring case, before those of"),
    ("STRING-GREATERP", (_AFTER,), True, "come, ignoring case, after those of"),
    ("STRING-NOT-GREATERP", (_BEFORE, _EQUAL), True, "come, ignoring case, before or equal those of"),
    ("STRING-NOT-LESSP", (_AFTER, _EQUAL), True, "come, ignoring case, after or equal those of"),
)


def _declare() -> None:
    for name, orders, fold, words in _TABLE:
        function = _comparison(orders, fold)
        function.__qualname__ = name
        function.__doc__ = (f"Return the index where the strings first differ if the characters of STRING1 {words} "
                            "STRING2, else NIL.\n\nThe strings are string designators, of which the parts from START1 "
                            "to END1 and START2 to END2 are compared; the index\nis one of STRING1.")
        builtin(name, _KEYS)(function)


_declare()
