"""What streams need of strings that are not simple: their text, and adding to them."""

from __future__ import annotations

from typing import Any

from acl.types.array import GeneralArray, SimpleString
from acl.types.base import wrong_type


def storage_of(array: GeneralArray) -> tuple[Any, int]:
    """Return the simple vector that holds the elements of *array*, and the index there of the first one."""
    offset = 0
    while type(array) is GeneralArray:
        offset += array.offset
        array = array.displaced_to if array.displaced_to is not None else array.storage
    return array, offset


def string_text(x: Any) -> str:
    """Return the text of a Lisp string, up to its fill pointer."""
    if type(x) is SimpleString:
        return x.text()
    if type(x) is GeneralArray and len(x.dimensions) == 1:
        storage, offset = storage_of(x)
        if type(storage) is SimpleString:
            count = x.dimensions[0] if x.fill_pointer is None else x.fill_pointer
            return "".join(storage.s[offset:offset + count])
    wrong_type(x, "STRING")


def append_text(array: Any, s: str) -> None:
    """Append *s* at the fill pointer of a string, extending it as `vector-push-extend` would."""
    count = len(s)
    fill = array.fill_pointer
    storage, offset = storage_of(array)
    if fill + count > array.dimensions[0]:
        size = max(fill + count, 2 * array.dimensions[0], 16)
        text = list(storage.s[offset:offset + fill])
        text += ["\0"] * (size - fill)
        storage = SimpleString("")
        storage.s = text
        offset = 0
        array.storage, array.offset, array.displaced_to, array.dimensions = storage, 0, None, (size,)
    if type(storage.s) is str:
        storage.s = list(storage.s)
    storage.s[offset + fill:offset + fill + count] = s
    array.fill_pointer = fill + count
