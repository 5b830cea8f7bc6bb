"""The octets of vectors of numbers, as the machine stores their elements, and exchanging the order of octets."""

from __future__ import annotations

import struct
from sys import byteorder
from typing import Any

from acl.types.array import (
    SimpleString,
    SpecializedVector,
    is_vector,
    set_items,
    type_of_elements,
    vector_items,
    vector_length,
)
from acl.types.number import SingleFloat

_SWAPS = {"BYTE-8": 0, "BYTE-16": 1, "BYTE-32": 3, "BYTE-64": 7, "MACHINE-ORDER": 0}


def _format(vector: Any) -> tuple[str, int]:
    """Return the letter of `struct` for a vector's elements, and their width in octets; ("", 0) if there is none."""
    if not is_vector(vector) or type(vector) is SimpleString:
        return "", 0
    elements = type_of_elements(vector)
    if elements.kind is SingleFloat:
        return "f", 4
    if elements.kind is float:
        return "d", 8
    if elements.kind is not int:
        return "", 0
    for letter, width in (("b", 1), ("h", 2), ("i", 4), ("q", 8)):
        if (elements.low, elements.high) == (-(1 << 8 * width - 1), (1 << 8 * width - 1) - 1):
            return letter, width
        if (elements.low, elements.high) == (0, (1 << 8 * width) - 1):
            return letter.upper(), width
    return "", 0


def element_width(vector: Any) -> int:
    """Return how many octets an element of a vector of numbers takes, 0 if its elements are not stored so."""
    return _format(vector)[1]


def raw_octets(vector: Any) -> bytearray:
    """Return the octets of a vector for which `element_width` is not 0; its own ones if it is made of octets."""
    if type(vector) is SpecializedVector and type(vector.data) is bytearray and _format(vector)[0] == "B":
        return vector.data
    letter, _ = _format(vector)
    items = vector_items(vector)
    return bytearray(struct.pack(f"={len(items)}{letter}", *items))


def store_raw(vector: Any, first: int, octets: Any) -> None:
    """Put *octets* in the place of those of a vector from octet *first* on."""
    raw = raw_octets(vector)
    raw[first:first + len(octets)] = octets
    letter, width = _format(vector)
    if raw is getattr(vector, "data", None):
        return
    low, high = first // width, -(-(first + len(octets)) // width)
    items = struct.unpack(f"={high - low}{letter}", raw[low * width:high * width])
    set_items(vector, low, [SingleFloat(x) for x in items] if letter == "f" else list(items))


def swap_mask(designator: Any, vector: Any) -> int:
    """Return what an octet's index is to be exclusive-or'ed with for an :ENDIAN-SWAP argument; -1 if it is none."""
    if designator is None:
        return 0
    if type(designator) is int:
        return designator if designator in (0, 1, 3, 7) else -1
    name = getattr(designator, "name", "")
    if name == "NETWORK-ORDER":
        return max(element_width(vector), 1) - 1 if byteorder == "little" else 0
    return _SWAPS.get(name, -1)


def swapped(octets: Any, start: int, mask: int) -> bytes:
    """Return *octets*, which stand from index *start* on, with the octets of each group of `mask + 1` exchanged."""
    if not mask:
        return bytes(octets)
    size = len(octets)
    return bytes(octets[((start + i) ^ mask) - start] if 0 <= ((start + i) ^ mask) - start < size else octets[i]
                 for i in range(size))


def octet_length(vector: Any) -> int:
    """Return the length of a vector in octets (of a string, in characters)."""
    return vector_length(vector) * max(element_width(vector), 1)
