"""FIND, POSITION and COUNT with their -IF and -IF-NOT, SEARCH and MISMATCH."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from acl.builtins.declare import builtin
from acl.runtime.predicates import key_function, matcher, satisfies, two_tests
from acl.types.array import SimpleString, SimpleVector
from acl.types.base import wrong_type
from acl.types.character import Char
from acl.types.cons import Cons
from acl.types.equality import eql
from acl.types.sequence import bounds, items_between
from acl.types.symbol import Symbol

Test = Callable[[Any], Any]


_COMPARABLE = frozenset({Symbol, Char, type(None), int})
"""Types of items that Python's `==` compares with others of their type as EQL does: its own searches can be used."""


def _index_of(item: Any, x: SimpleVector, from_end: Any, start: Any, end: Any) -> Any:
    data = x.data
    start, end = bounds(start, end, len(data), x)
    if from_end is not None:
        return next((i for i in range(end - 1, start - 1, -1) if data[i] is item or eql(data[i], item)), None)
    try:
        found = data.index(item, start, end)
        while type(data[found]) is not type(item):  # 1.0 is no 1
            found = data.index(item, found + 1, end)
        return found
    except ValueError:
        return None


def _locate(matches: Test, sequence: Any, from_end: Any, start: Any, end: Any) -> tuple[int, Any] | None:
    """Return index and value of the first (or last) element that matches."""
    if type(sequence) is Cons and end is None and from_end is None and type(start) is int and start == 0:
        index, x = 0, sequence
        while type(x) is Cons:
            if matches(x.car):
                return index, x.car
            x = x.cdr
            index += 1
        if x is not None:
            wrong_type(x, "LIST")
        return None
    items = items_between(sequence, start, end)
    if from_end is not None:
        for index in range(len(items) - 1, -1, -1):
            if matches(items[index]):
                return start + index, items[index]
        return None
    for index, item in enumerate(items, start):
        if matches(item):
            return index, item
    return None


@builtin("FIND", "item sequence &key from-end test test-not (start 0) end key")
def find(item: Any, sequence: Any, *, from_end: Any = None, test: Any = None, test_not: Any = None, start: Any = 0,
         end: Any = None, key: Any = None) -> Any:
    """Return the first element of SEQUENCE that satisfies the test with ITEM, or NIL."""
    if type(sequence) is SimpleVector and type(item) in _COMPARABLE and test is None and test_not is None and (
            key is None):
        index = _index_of(item, sequence, from_end, start, end)
        return None if index is None else sequence.data[index]
    if type(sequence) is SimpleString and type(item) is Char and test is None and test_not is None and key is None:
        text = sequence.text()
        start, end = bounds(start, end, len(text), sequence)
        return item if item in text[start:end] else None
    found = _locate(matcher(item, test, test_not, key), sequence, from_end, start, end)
    return None if found is None else found[1]


@builtin("FIND-IF", "predicate sequence &key from-end (start 0) end key")
def find_if(predicate: Any, sequence: Any, *, from_end: Any = None, start: Any = 0, end: Any = None,
            key: Any = None) -> Any:
    """Return the first element of SEQUENCE that satisfies PREDICATE, or NIL."""
    found = _locate(satisfies(predicate, key), sequence, from_end, start, end)
    return None if found is None else found[1]


@builtin("FIND-IF-NOT", "predicate sequence &key from-end (start 0) end key")
def find_if_not(predicate: Any, sequence: Any, *, from_end: Any = None, start: Any = 0, end: Any = None,
                key: Any = None) -> Any:
    """Return the first element of SEQUENCE that does not satisfy PREDICATE, or NIL."""
    found = _locate(satisfies(predicate, key, True), sequence, from_end, start, end)
    return None if found is None else found[1]


@builtin("POSITION", "item sequence &key from-end test test-not (start 0) end key")
def position(item: Any, sequence: Any, *, from_end: Any = None, test: Any = None, test_not: Any = None, start: Any = 0,
             end: Any = None, key: Any = None) -> Any:
    """Return the index of the first element of SEQUENCE that satisfies the test with ITEM, or NIL."""
    if type(sequence) is SimpleString and type(item) is Char and test is None and test_not is None and key is None:
        text = sequence.text()
        start, end = bounds(start, end, len(text), sequence)
        index = text.find(item, start, end) if from_end is None else text.rfind(item, start, end)
        return None if index < 0 else index
    if type(sequence) is SimpleVector and type(item) in _COMPARABLE and test is None and test_not is None and (
            key is None):
        return _index_of(item, sequence, from_end, start, end)
    found = _locate(matcher(item, test, test_not, key), sequence, from_end, start, end)
    return None if found is None else found[0]


@builtin("POSITION-IF", "predicate sequence &key from-end (start 0) end key")
def position_if(predicate: Any, sequence: Any, *, from_end: Any = None, start: Any = 0, end: Any = None,
                key: Any = None) -> Any:
    """Return the index of the first element of SEQUENCE that satisfies PREDICATE, or NIL."""
    found = _locate(satisfies(predicate, key), sequence, from_end, start, end)
    return None if found is None else found[0]


@builtin("POSITION-IF-NOT", "predicate sequence &key from-end (start 0) end key")
def position_if_not(predicate: Any, sequence: Any, *, from_end: Any = None, start: Any = 0, end: Any = None,
                    key: Any = None) -> Any:
    """Return the index of the first element of SEQUENCE that does not satisfy PREDICATE, or NIL."""
    found = _locate(satisfies(predicate, key, True), sequence, from_end, start, end)
    return None if found is None else found[0]


def _count(matches: Test, sequence: Any, from_end: Any, start: Any, end: Any) -> int:
    items = items_between(sequence, start, end)
    if from_end is not None:
        items.reverse()
    count = 0
    for item in items:
        if matches(item):
            count += 1
    return count


@builtin("COUNT", "item sequence &key from-end test test-not (start 0) end key")
def count(item: Any, sequence: Any, *, from_end: Any = None, test: Any = None, test_not: Any = None, start: Any = 0,
          end: Any = None, key: Any = None) -> Any:
    """Return how many elements of SEQUENCE satisfy the test with ITEM."""
    if type(sequence) is SimpleString and type(item) is Char and test is None and test_not is None and key is None:
        text = sequence.text()
        start, end = bounds(start, end, len(text), sequence)
        return text.count(item, start, end)
    return _count(matcher(item, test, test_not, key), sequence, from_end, start, end)


@builtin("COUNT-IF", "predicate sequence &key from-end (start 0) end key")
def count_if(predicate: Any, sequence: Any, *, from_end: Any = None, start: Any = 0, end: Any = None,
             key: Any = None) -> Any:
    """Return how many elements of SEQUENCE satisfy PREDICATE."""
    return _count(satisfies(predicate, key), sequence, from_end, start, end)


@builtin("COUNT-IF-NOT", "predicate sequence &key from-end (start 0) end key")
def count_if_not(predicate: Any, sequence: Any, *, from_end: Any = None, start: Any = 0, end: Any = None,
                 key: Any = None) -> Any:
    """Return how many elements of SEQUENCE do not satisfy PREDICATE."""
    return _count(satisfies(predicate, key, True), sequence, from_end, start, end)


def _parts(sequence_1: Any, sequence_2: Any, start1: Any, end1: Any, start2: Any, end2: Any,
           key: Any) -> tuple[list[Any], list[Any]]:
    items_1, items_2 = items_between(sequence_1, start1, end1), items_between(sequence_2, start2, end2)
    k = key_function(key)
    if k is not None:
        items_1, items_2 = [k(x) for x in items_1], [k(x) for x in items_2]
    return items_1, items_2


@builtin("SEARCH", "sequence-1 sequence-2 &key from-end test test-not key (start1 0) (start2 0) end1 end2")
def search(sequence_1: Any, sequence_2: Any, *, from_end: Any = None, test: Any = None, test_not: Any = None,
           key: Any = None, start1: Any = 0, start2: Any = 0, end1: Any = None, end2: Any = None) -> Any:
    """Return the index where SEQUENCE-2 first contains the elements of SEQUENCE-1, or NIL."""
    same = two_tests(test, test_not)
    if same is eql and key is None and type(sequence_1) is SimpleString and type(sequence_2) is SimpleString:
        return _search_text(sequence_1.text(), sequence_2.text(), from_end, start1, end1, start2, end2)
    wanted, items = _parts(sequence_1, sequence_2, start1, end1, start2, end2, key)
    size = len(wanted)
    places: Any = range(len(items) - size + 1)
    for place in places if from_end is None else reversed(places):
        for i in range(size):
            if not same(wanted[i], items[place + i]):
                break
        else:
            return start2 + place
    return None


def _search_text(wanted: str, text: str, from_end: Any, start1: Any, end1: Any, start2: Any, end2: Any) -> Any:
    start1, end1 = bounds(start1, end1, len(wanted))
    start2, end2 = bounds(start2, end2, len(text))
    part = wanted[start1:end1]
    index = text.find(part, start2, end2) if from_end is None else text.rfind(part, start2, end2)
    return None if index < 0 else index


@builtin("MISMATCH", "sequence-1 sequence-2 &key from-end test test-not key (start1 0) (start2 0) end1 end2")
def mismatch(sequence_1: Any, sequence_2: Any, *, from_end: Any = None, test: Any = None, test_not: Any = None,
             key: Any = None, start1: Any = 0, start2: Any = 0, end1: Any = None, end2: Any = None) -> Any:
    """Return the index in SEQUENCE-1 where it first differs from SEQUENCE-2, NIL if they match."""
    same = two_tests(test, test_not)
    items_1, items_2 = _parts(sequence_1, sequence_2, start1, end1, start2, end2, key)
    size_1, size_2 = len(items_1), len(items_2)
    common = min(size_1, size_2)
    if from_end is None:
        for i in range(common):
            if not same(items_1[i], items_2[i]):
                return start1 + i
        return None if size_1 == size_2 else start1 + common
    for i in range(1, common + 1):
        if not same(items_1[-i], items_2[-i]):
            return start1 + size_1 - i + 1
    return None if size_1 == size_2 else start1 + size_1 - common
