"""What streams need of strings that are not simple: their text, and adding to them."""

from __future__ import annotations

from typing import Any

from acl.types.array import GeneralArray, SimpleString, SpecializedVector
from acl.types.base import wrong_type


def string_text(x: Any) -> str:
    """Return the text of a Lisp string, up to its fill pointer."""
    if type(x) is SimpleString or type(x) is GeneralArray:
        return x.text()
    if type(x) is SpecializedVector and x.element_type is None and not x.data:
        return ""  # a vector that can have no elements is a string too
    wrong_type(x, "STRING")


def append_text(array: Any, s: str) -> None:
    """Append *s* at the fill pointer of a string, extending it as `vector-push-extend` would."""
    fill = array.fill_pointer
    end = fill + len(s)
    storage, offset = array.locate()
    if end > array.dimensions[0]:
        if not array.adjustable and array.displaced_to is not None:
            wrong_type(array, "ARRAY")
        size = max(end, 2 * array.dimensions[0], 16)
        text = list(storage.s[offset:offset + fill])
        text += ["\0"] * (size - fill)
        storage = SimpleString("")
        storage.s = text
        array.storage, array.offset, array.displaced_to, array.dimensions = storage, 0, None, (size,)
        array.settle()
        offset = 0
    if type(storage.s) is str:
        storage.s = list(storage.s)
    storage.s[offset + fill:offset + end] = s
    array.fill_pointer = end
