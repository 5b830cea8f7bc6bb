"""Characters: interned one-letter `str`s of a class of their own, so that `eq` is `is`."""

from __future__ import annotations

from .base import LispObject


class Char(LispObject, str):
    """A Lisp character.  Obtain one by `CHAR[s]` (from a one-letter str) or `code_char(n)`, never by calling."""

    __slots__ = ()

    __lt__ = LispObject.__lt__
    __hash__ = str.__hash__
    __eq__ = str.__eq__

    def __repr__(self) -> str:
        return "#\\" + str(self)


class _Table(dict[str, Char]):
    def __missing__(self, s: str) -> Char:
        if len(s) != 1:
            raise ValueError(f"not one character: {s!r}")
        char = self[str(s)] = str.__new__(Char, s)
        return char


CHAR = _Table()
"""One-letter str to character."""

for _code in range(256):
    CHAR[chr(_code)]


def code_char(code: int) -> Char:
    """Return the character with this code (0 to #x10FFFF)."""
    return CHAR[chr(code)]
