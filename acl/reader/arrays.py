"""The contents of #nA as an array."""

from __future__ import annotations

from typing import Any

from acl.types.array import ARRAY_RANK_LIMIT, GeneralArray, SimpleVector, is_vector, vector_items
from acl.types.base import LispObject
from acl.types.cons import Cons

from .faults import reader_error


def sequence_items(x: Any) -> list[Any] | None:
    """Return the elements of a sequence, None for anything else."""
    if x is None:
        return []
    if type(x) is Cons:
        items = []
        while type(x) is Cons:
            items.append(x.car)
            x = x.cdr
        return items if x is None else None
    if is_vector(x):
        return vector_items(x)
    return None


def array_of_contents(stream: Any, rank: int, contents: Any) -> LispObject:
    """Return the array of *rank* dimensions with these nested sequences as contents."""
    if rank == 0:
        return GeneralArray((), SimpleVector([contents]))
    if rank >= ARRAY_RANK_LIMIT:
        reader_error(stream, "~d is more than array-rank-limit", rank)
    level = [contents]
    dimensions: list[int] = []
    for _ in range(rank):
        rows = [sequence_items(x) for x in level]
        if any(row is None for row in rows):
            reader_error(stream, "the contents of #~dA are not nested so deep: ~s", rank, contents)
        size = len(rows[0] or ()) if rows else 0
        if any(len(row or ()) != size for row in rows):
            reader_error(stream, "the rows in #~dA differ in length: ~s", rank, contents)
        dimensions.append(size)
        level = [x for row in rows for x in row or ()]
    if rank == 1:
        return SimpleVector(level)
    return GeneralArray(tuple(dimensions), SimpleVector(level))
