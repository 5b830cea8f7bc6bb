"""Arrays.  `data` is a Python list (bytearray for octets and bits) or, for strings, see `SimpleString`."""

from __future__ import annotations

from typing import Any

from .base import LispObject
from .character import CHAR, Char


class Array(LispObject):
    """Root of all arrays."""

    __slots__ = ("__weakref__",)


class SimpleVector(Array):
    """A `simple-vector`: elements of any type in the list `data`."""

    __slots__ = ("data",)

    def __init__(self, data: list[Any]) -> None:
        self.data = data


class SimpleString(Array):
    """A simple string.

    `s` is a Python str until somebody writes a character into it, then a list of characters; `text`
    turns it back.  `CHAR[x.s[i]]` is the i-th character in both states.
    """

    __slots__ = ("s",)
    s: str | list[str]

    def __init__(self, s: str) -> None:
        self.s = s

    def __repr__(self) -> str:
        return '"' + self.text() + '"'

    def __str__(self) -> str:
        return self.text()

    def text(self) -> str:
        """Return the contents as a Python str."""
        s = self.s
        if type(s) is not str:
            s = self.s = "".join(s)
        return s

    def set_char(self, index: int, char: Char) -> None:
        """Store *char* at *index*, which the caller has checked."""
        s = self.s
        if type(s) is str:
            s = self.s = list(s)
        s[index] = char  # type: ignore[index]


class SpecializedVector(Array):
    """A simple vector of numbers.

    `element_type` is the upgraded element type as Lisp has it: the symbol BIT, or a list such as
    (UNSIGNED-BYTE 8), or the symbol SINGLE-FLOAT; `data` is a bytearray for BIT and (UNSIGNED-BYTE 8),
    else a list.
    """

    __slots__ = ("data", "element_type")

    def __init__(self, data: Any, element_type: Any) -> None:
        self.data = data
        self.element_type = element_type


class GeneralArray(Array):
    """Everything else: several dimensions, fill pointers, adjustable or displaced arrays.

    Element i in row-major order is element `offset + i` of `storage`, which is a simple vector, a
    simple string or a specialized vector, or, if `displaced_to` is not None, that array's elements.
    `fill_pointer` is None or an int; `dimensions` a tuple of ints.
    """

    __slots__ = ("dimensions", "storage", "offset", "displaced_to", "fill_pointer", "adjustable")

    def __init__(self, dimensions: tuple[int, ...], storage: Any, *, offset: int = 0, displaced_to: Any = None,
                 fill_pointer: int | None = None, adjustable: bool = False) -> None:
        self.dimensions = dimensions
        self.storage = storage
        self.offset = offset
        self.displaced_to = displaced_to
        self.fill_pointer = fill_pointer
        self.adjustable = adjustable


def string(s: str) -> SimpleString:
    """Return a fresh Lisp string with the contents of *s*."""
    return SimpleString(s)


def chars(s: str) -> list[Char]:
    """Return the characters of *s*."""
    return [CHAR[c] for c in s]
