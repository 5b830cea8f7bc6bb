"""Reading and writing whole sequences."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from acl.builtins.declare import builtin
from acl.streams.base import input_stream, output_stream
from acl.streams.gray import FundamentalStream
from acl.streams.raw import element_width, octet_length, raw_octets, store_raw, swap_mask, swapped
from acl.types.array import (
    SpecializedVector,
    is_string,
    is_vector,
    set_items,
    type_error,
    type_of_elements,
    vector_items,
    vector_length,
)
from acl.types.base import wrong_type
from acl.types.character import CHAR, Char
from acl.types.cons import Cons, lisp_list, to_list
from acl.types.function import FUNCTIONS
from acl.types.symbol import EXCL, T, cl


def bounds(size: int, start: Any, end: Any) -> tuple[int, int]:
    """Return the bounds of a part of a sequence of length *size*; `type-error` if they are wrong."""
    if end is None:
        end = size
    elif type(end) is not int or not 0 <= end <= size:
        type_error(end, lisp_list(cl("INTEGER"), 0, size))
    if type(start) is not int or not 0 <= start <= end:
        type_error(start, lisp_list(cl("INTEGER"), 0, end))
    return start, end


def _length(sequence: Any) -> int:
    if sequence is None:
        return 0
    if type(sequence) is Cons:
        return len(to_list(sequence))
    if is_vector(sequence):
        return vector_length(sequence)
    wrong_type(sequence, "SEQUENCE")


_ZERO = 0
"""The default of `start`: together with no `end` it means the whole sequence, whose bounds need no check."""


def _octet_buffer(x: Any) -> bytearray | None:
    """Return the octets of a simple vector of (unsigned-byte 8), None for anything else."""
    if type(x) is SpecializedVector and type(x.data) is bytearray and type(x.element_type) is Cons:
        return x.data
    return None


@builtin("READ-SEQUENCE", "sequence stream &key (start 0) end partial-fill")
def read_sequence(sequence: Any, stream: Any, *, start: Any = 0, end: Any = None, partial_fill: Any = None) -> Any:
    """Fill SEQUENCE from START to END with elements read from STREAM.

    Return the index of the first element that was not stored, which is less than END only at the end of the file.
    With PARTIAL-FILL return as soon as some elements have come and more would have to be waited for.
    """
    octets = _octet_buffer(sequence)
    if octets is None or start is not _ZERO or end is not None:
        start, end = bounds(len(octets) if octets is not None else _length(sequence), start, end)
    if stream is None or stream is T:
        wrong_type(stream, "STREAM")
    stream = input_stream(stream)
    if isinstance(stream, FundamentalStream):  # its methods may go by the sequence
        end = _length(sequence) if end is None else end
        return FUNCTIONS["EXCL:STREAM-READ-SEQUENCE"](stream, sequence, start, end)
    partial = partial_fill is not None
    if octets is not None and stream.octets_p:
        return stream.read_into(octets, start, len(octets) if end is None else end, partial)
    if end is None:
        end = _length(sequence)
    characters = _wants_characters(sequence, stream)
    items = _read_items(stream, end - start, characters, partial)
    with nullcontext() if characters else _kept(stream, items):
        _store(sequence, start, items)
    return start + len(items)


@contextmanager
def _kept(stream: Any, octets: Any) -> Iterator[None]:
    """Give *octets* back to *stream*, if it has octets, should the vector not be able to hold them."""
    try:
        yield
    except BaseException:
        put_back = getattr(stream, "put_back", None)  # of a stream over others its source would have it
        if put_back is not None and stream.octets_p:
            put_back(bytes(octets))
        raise


def _wants_characters(sequence: Any, stream: Any) -> bool:
    """Return true if the elements to move are characters: by the vector, if it tells, else by the stream."""
    if is_vector(sequence) and not _general(sequence):
        return is_string(sequence)
    return bool(stream.characters_p)


def _general(vector: Any) -> bool:
    return type_of_elements(vector).kind is object


def _read_items(stream: Any, count: int, characters: bool, partial: bool) -> list[Any]:
    if characters:
        buffer: list[Any] = [None] * count
        got = stream.read_into(buffer, 0, count, partial)
        return [CHAR[c] for c in buffer[:got]]
    if stream.octets_p:
        octets = bytearray(count)
        return list(octets[:stream.read_into(octets, 0, count, partial)])
    items: list[Any] = []
    while len(items) < count and (item := stream.read_byte()) is not None:
        items.append(item)
    return items


def _store(sequence: Any, start: int, items: list[Any]) -> None:
    if is_vector(sequence):
        if items:
            elements = type_of_elements(sequence)
            if elements.low == -128:  # octets into a vector of (signed-byte 8)
                items = [x - 256 if 127 < x < 256 else x for x in items]
            set_items(sequence, start, items)
        return
    cell = sequence
    for _ in range(start):
        cell = cell.cdr
    for item in items:
        cell.car = item
        cell = cell.cdr


@builtin("WRITE-SEQUENCE", "sequence stream &key (start 0) end")
def write_sequence(sequence: Any, stream: Any, *, start: Any = 0, end: Any = None) -> Any:
    """Write the elements of SEQUENCE from START to END to STREAM; return SEQUENCE."""
    octets = _octet_buffer(sequence)
    if octets is None or start is not _ZERO or end is not None:
        start, end = bounds(len(octets) if octets is not None else _length(sequence), start, end)
    if stream is None or stream is T:
        wrong_type(stream, "STREAM")
    stream = output_stream(stream)
    if isinstance(stream, FundamentalStream):
        end = _length(sequence) if end is None else end
        FUNCTIONS["EXCL:STREAM-WRITE-SEQUENCE"](stream, sequence, start, end)
    elif octets is not None and stream.octets_p:
        stream.write_from(octets if end is None else memoryview(octets)[start:end])
    elif is_string(sequence):
        stream.write_str(sequence.text()[start:end])
    else:
        items = vector_items(sequence, start, end) if is_vector(sequence) else to_list(sequence)[start:end]
        _write_items(stream, items, type_of_elements(sequence) if is_vector(sequence) else None)
    return sequence


def _write_items(stream: Any, items: list[Any], elements: Any) -> None:
    if elements is not None and elements.low == -128 and elements.high == 127 and stream.octets_p:
        stream.write_from(bytes(x & 255 for x in items))
        return
    for item in items:
        if type(item) is Char:
            stream.write_char(item)
        elif type(item) is int:
            try:
                stream.write_byte(item)
            except (ValueError, OverflowError):
                type_error(item, stream.element_type)
        else:
            type_error(item, stream.element_type)


@builtin("READ-VECTOR", "vector stream &key (start 0) end endian-swap", package=EXCL)
def read_vector(vector: Any, stream: Any, *, start: Any = 0, end: Any = None, endian_swap: Any = None) -> Any:
    """Fill VECTOR, a string or a vector of numbers, from octet START to END, waiting for the first octet only.

    Return the index after the last octet stored: START at the end of the file.  ENDIAN-SWAP says how octets are
    exchanged: :BYTE-16, :BYTE-32 or :BYTE-64 within so many bits, :NETWORK-ORDER within each element.
    """
    octets = _octet_buffer(vector)
    start, end = bounds(octet_length(vector), start, end)
    mask = _swap(endian_swap, vector)
    stream = input_stream(stream)
    if octets is not None and not mask:
        return stream.read_into(octets, start, end, True)
    buffer = bytearray(end - start)
    got = stream.read_into(buffer, 0, end - start, True)
    new = swapped(buffer[:got], start, mask)
    if is_string(vector):
        set_items(vector, start, [CHAR[chr(x)] for x in new])
    elif element_width(vector):
        store_raw(vector, start, new)
    else:
        with _kept(stream, buffer[:got]):
            _store(vector, start, list(new))
    return start + got


def _swap(designator: Any, vector: Any) -> int:
    mask = swap_mask(designator, vector)
    if mask < 0:
        wrong_type(designator, "KEYWORD")
    return mask


@builtin("WRITE-VECTOR", "vector stream &key (start 0) end endian-swap", package=EXCL)
def write_vector(vector: Any, stream: Any, *, start: Any = 0, end: Any = None, endian_swap: Any = None) -> Any:
    """Write octets START to END of VECTOR, a string or a vector of numbers; return the index after the last one.

    ENDIAN-SWAP is as for `read-vector`.
    """
    octets = _octet_buffer(vector)
    start, end = bounds(octet_length(vector), start, end)
    mask = _swap(endian_swap, vector)
    stream = output_stream(stream)
    if octets is not None:
        data: Any = memoryview(octets)[start:end]
    elif is_string(vector):
        data = vector.text()[start:end].encode("latin-1", "replace")
    elif element_width(vector):
        data = raw_octets(vector)[start:end]
    else:
        data = bytes(x & 255 for x in vector_items(vector, start, end))
    stream.write_from(swapped(data, start, mask) if mask else data)
    return end
