"""Sequences: length, elements, parts, copies, reversal."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin, inline_names
from acl.runtime.calls import UNSUPPLIED
from acl.types.array import SimpleString, SimpleVector, SpecializedVector, set_items, type_of_elements, vector_items
from acl.types.base import wrong_type
from acl.types.cons import Cons, from_iterable
from acl.types.sequence import (
    all_items,
    bounds,
    element,
    is_sequence,
    items_between,
    length,
    like,
    set_element,
    store_items,
)

builtin("LENGTH", "sequence", expr="len({0}.s) if type({0}) is SimpleString else "
        "len({0}.data) if type({0}) is SimpleVector else sequence_length({0})")(length)


inline_names(SimpleVector=SimpleVector, sequence_element=element)


@builtin("ELT", "sequence index", expr="{0}.data[{1}] if type({0}) is SimpleVector and type({1}) is int and "
         "0 <= {1} < len({0}.data) else sequence_element({0}, {1})")
def elt(sequence: Any, index: Any) -> Any:
    """Return element INDEX of SEQUENCE."""
    return element(sequence, index)


@builtin("ELT", "new-value sequence index", setf=True, store=((
    "type({1}) is SimpleVector and type({2}) is int and 0 <= {2} < len({1}.data)", "{1}.data[{2}] = {0}"),))
def set_elt(new_value: Any, sequence: Any, index: Any) -> Any:
    """Make NEW-VALUE element INDEX of SEQUENCE."""
    set_element(sequence, index, new_value)
    return new_value


_SUBSTRING = ("SimpleString({{0}}.s[{{1}}:{}]) if type({{0}}) is SimpleString and type({{0}}.s) is str and "
              "type({{1}}) is int and ")


@builtin("SUBSEQ", "sequence start &optional end", expr=(
    _SUBSTRING.format("") + "{1} >= 0 and {1} <= len({0}.s) else sequence_part({0}, {1})",
    _SUBSTRING.format("{2}") + "type({2}) is int and {1} >= 0 and {1} <= {2} <= len({0}.s) else "
    "sequence_part({0}, {1}, {2})"))
def subseq(sequence: Any, start: Any, end: Any = None) -> Any:
    """Return a copy of the part of SEQUENCE from START to END, or to its end."""
    kind = type(sequence)
    if kind is SimpleString:
        s = sequence.s
        if not (type(start) is int and 0 <= start <= len(s) and end is None):
            start, end = bounds(start, end, len(s), sequence)
        part = s[start:end]
        return SimpleString(part if type(part) is str else "".join(part))
    if kind is Cons or sequence is None:
        return _sublist(sequence, start, end)
    start, end = bounds(start, end, length(sequence), sequence)
    if kind is SimpleVector:
        return SimpleVector(sequence.data[start:end])
    if kind is SpecializedVector:
        return SpecializedVector(sequence.data[start:end], sequence.element_type)
    return like(sequence, vector_items(sequence, start, end))


inline_names(SimpleString=SimpleString, sequence_part=subseq)


def _sublist(x: Any, start: Any, end: Any) -> Any:
    if type(start) is int and type(end) is int and 0 <= start <= end:  # does not walk on behind END
        items: Any = []
        n, place = 0, x
        while n < end and type(place) is Cons:
            if n >= start:
                items.append(place.car)
            place = place.cdr
            n += 1
        if n == end:
            return from_iterable(items)
    return from_iterable(items_between(x, start, end))


@builtin("SUBSEQ", "new-value sequence start &optional end", setf=True)
def set_subseq(new_value: Any, sequence: Any, start: Any, end: Any = None) -> Any:
    """Replace the elements of SEQUENCE from START to END by those of NEW-VALUE, as many as there are."""
    start, end = bounds(start, end, length(sequence), sequence)
    store_items(sequence, start, all_items(new_value)[:end - start])
    return new_value


@builtin("COPY-SEQ", "sequence")
def copy_seq(sequence: Any) -> Any:
    """Return a copy of SEQUENCE."""
    kind = type(sequence)
    if kind is SimpleString:
        return SimpleString(sequence.text())
    if kind is SpecializedVector:
        return SpecializedVector(sequence.data[:], sequence.element_type)
    return like(sequence, all_items(sequence))


@builtin("REVERSE", "sequence")
def reverse(sequence: Any) -> Any:
    """Return the elements of SEQUENCE in reverse order."""
    if type(sequence) is Cons:
        result: Any = None
        while type(sequence) is Cons:
            result = Cons(sequence.car, result)
            sequence = sequence.cdr
        if sequence is not None:
            wrong_type(sequence, "LIST")
        return result
    if type(sequence) is SimpleString:
        return SimpleString(sequence.text()[::-1])
    items = all_items(sequence)
    items.reverse()
    return like(sequence, items)


@builtin("NREVERSE", "sequence")
def nreverse(sequence: Any) -> Any:
    """Return the elements of SEQUENCE in reverse order, changing SEQUENCE."""
    if type(sequence) is Cons:
        result: Any = None
        while type(sequence) is Cons:
            rest = sequence.cdr
            sequence.cdr = result
            result = sequence
            sequence = rest
        if sequence is not None:
            wrong_type(sequence, "LIST")
        return result
    if sequence is None:
        return None
    if type(sequence) is SimpleString:
        sequence.s = sequence.s[::-1]
        return sequence
    items = all_items(sequence)
    items.reverse()
    set_items(sequence, 0, items)
    return sequence


@builtin("FILL", "sequence item &key (start 0) end")
def fill(sequence: Any, item: Any, *, start: Any = 0, end: Any = None) -> Any:
    """Make ITEM each element of SEQUENCE from START to END, and return SEQUENCE."""
    start, end = bounds(start, end, length(sequence), sequence)
    store_items(sequence, start, [item] * (end - start))
    return sequence


@builtin("REPLACE", "sequence-1 sequence-2 &key (start1 0) end1 (start2 0) end2")
def replace(sequence_1: Any, sequence_2: Any, *, start1: Any = 0, end1: Any = None, start2: Any = 0,
            end2: Any = None) -> Any:
    """Store elements of SEQUENCE-2 into SEQUENCE-1, as many as both parts have, and return SEQUENCE-1."""
    start1, end1 = bounds(start1, end1, length(sequence_1), sequence_1)
    start2, end2 = bounds(start2, end2, length(sequence_2), sequence_2)
    count = min(end1 - start1, end2 - start2)
    if type(sequence_1) is SpecializedVector and type(sequence_2) is SpecializedVector and (
            type_of_elements(sequence_1) is type_of_elements(sequence_2)):
        sequence_1.data[start1:start1 + count] = sequence_2.data[start2:start2 + count]
    else:
        store_items(sequence_1, start1, items_between(sequence_2, start2, start2 + count))
    return sequence_1


@builtin("MAKE-SEQUENCE", "result-type size &key initial-element")
def make_sequence(result_type: Any, size: Any, *, initial_element: Any = UNSUPPLIED) -> Any:
    """Return a sequence of RESULT-TYPE with SIZE elements, each INITIAL-ELEMENT if that is given."""
    from acl.builtins.conses import check_count
    from acl.runtime.sequencetypes import make_sequence_of, sequence_type

    check_count(size)
    wanted = sequence_type(result_type)
    if initial_element is UNSUPPLIED:
        initial_element = wanted.elements.default if wanted.elements is not None else None
    return make_sequence_of(wanted, [initial_element] * size)


def check_sequence(x: Any) -> None:
    """Signal a `type-error` unless *x* is a sequence."""
    if not is_sequence(x):
        wrong_type(x, "SEQUENCE")


