"""REMOVE, DELETE, SUBSTITUTE and NSUBSTITUTE with their -IF and -IF-NOT, and REMOVE-DUPLICATES."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from acl.builtins.declare import builtin
from acl.runtime.predicates import key_function, matcher, satisfies, two_tests
from acl.types.array import Array, GeneralArray
from acl.types.base import wrong_type
from acl.types.equality import eq, eql, equal, equalp
from acl.types.hashtable import eql_key, equal_key, equalp_key
from acl.types.sequence import all_items, bounds, like, shrink, store_items

Test = Callable[[Any], Any]


def _limit(count: Any) -> int:
    """Return how many elements a :COUNT argument admits."""
    if count is None:
        return 1 << 62
    if type(count) is not int:
        wrong_type(count, "INTEGER")
    return max(count, 0)


def _hits(items: list[Any], matches: Test, from_end: Any, start: int, end: int, count: Any) -> set[int]:
    """Return the indices of the elements to be removed or replaced."""
    left = _limit(count)
    hits: set[int] = set()
    if not left:
        return hits
    places: Any = range(start, end)
    for i in places if from_end is None else reversed(places):
        if matches(items[i]):
            hits.add(i)
            if len(hits) >= left:
                break
    return hits


def _kept(sequence: Any, matches: Test, from_end: Any, start: Any, end: Any, count: Any) -> list[Any] | None:
    """Return the elements that stay, or None if all do."""
    items = all_items(sequence)
    if count is None and end is None and from_end is None and type(start) is int and start == 0:
        kept = [x for x in items if not matches(x)]
        return kept if len(kept) < len(items) else None
    start, end = bounds(start, end, len(items), sequence)
    hits = _hits(items, matches, from_end, start, end, count)
    return [x for i, x in enumerate(items) if i not in hits] if hits else None


def _remove(sequence: Any, *args: Any) -> Any:
    kept = _kept(sequence, *args)
    if kept is None:
        return like(sequence, all_items(sequence)) if isinstance(sequence, Array) else sequence
    return like(sequence, kept)


def _delete(sequence: Any, *args: Any) -> Any:
    kept = _kept(sequence, *args)
    return sequence if kept is None and type(sequence) is not GeneralArray else (
        shrink(sequence, all_items(sequence) if kept is None else kept))


def _substitute(new: Any, sequence: Any, matches: Test, from_end: Any, start: Any, end: Any, count: Any) -> Any:
    items = all_items(sequence)
    start, end = bounds(start, end, len(items), sequence)
    if count is None and end - start == len(items) and from_end is None:
        return like(sequence, [new if matches(x) else x for x in items])
    for i in _hits(items, matches, from_end, start, end, count):
        items[i] = new
    return like(sequence, items)


def _nsubstitute(new: Any, sequence: Any, matches: Test, from_end: Any, start: Any, end: Any, count: Any) -> Any:
    items = all_items(sequence)
    start, end = bounds(start, end, len(items), sequence)
    hits = _hits(items, matches, from_end, start, end, count)
    if hits:
        for i in hits:
            items[i] = new
        store_items(sequence, 0, items)
    return sequence


def _declare_removal(name: str, work: Callable[..., Any], effect: str) -> None:
    """Declare REMOVE or DELETE, and the two variants with predicates."""
    what = {"": "satisfies the test with ITEM", "-IF": "satisfies PREDICATE", "-IF-NOT": "does not satisfy PREDICATE"}

    def plain(item: Any, sequence: Any, *, from_end: Any = None, test: Any = None, test_not: Any = None,
              start: Any = 0, end: Any = None, count: Any = None, key: Any = None) -> Any:
        return work(sequence, matcher(item, test, test_not, key), from_end, start, end, count)

    def when(predicate: Any, sequence: Any, *, from_end: Any = None, start: Any = 0, end: Any = None,
             count: Any = None, key: Any = None) -> Any:
        return work(sequence, satisfies(predicate, key), from_end, start, end, count)

    def unless(predicate: Any, sequence: Any, *, from_end: Any = None, start: Any = 0, end: Any = None,
               count: Any = None, key: Any = None) -> Any:
        return work(sequence, satisfies(predicate, key, True), from_end, start, end, count)

    for suffix, function in (("", plain), ("-IF", when), ("-IF-NOT", unless)):
        function.__doc__ = f"Return SEQUENCE without each element that {what[suffix]}{effect}."
        tests = "item sequence &key from-end test test-not" if not suffix else "predicate sequence &key from-end"
        builtin(name + suffix, tests + " (start 0) end count key")(function)


def _declare_substitution(name: str, work: Callable[..., Any], effect: str) -> None:
    """Declare SUBSTITUTE or NSUBSTITUTE, and the two variants with predicates."""
    what = {"": "satisfies the test with OLD", "-IF": "satisfies PREDICATE", "-IF-NOT": "does not satisfy PREDICATE"}

    def plain(new: Any, old: Any, sequence: Any, *, from_end: Any = None, test: Any = None, test_not: Any = None,
              start: Any = 0, end: Any = None, count: Any = None, key: Any = None) -> Any:
        return work(new, sequence, matcher(old, test, test_not, key), from_end, start, end, count)

    def when(new: Any, predicate: Any, sequence: Any, *, from_end: Any = None, start: Any = 0, end: Any = None,
             count: Any = None, key: Any = None) -> Any:
        return work(new, sequence, satisfies(predicate, key), from_end, start, end, count)

    def unless(new: Any, predicate: Any, sequence: Any, *, from_end: Any = None, start: Any = 0, end: Any = None,
               count: Any = None, key: Any = None) -> Any:
        return work(new, sequence, satisfies(predicate, key, True), from_end, start, end, count)

    for suffix, function in (("", plain), ("-IF", when), ("-IF-NOT", unless)):
        function.__doc__ = f"Return SEQUENCE with NEW in place of each element that {what[suffix]}{effect}."
        tests = "new old sequence &key from-end test test-not" if not suffix else "new predicate sequence &key from-end"
        builtin(name + suffix, tests + " (start 0) end count key")(function)


_declare_removal("REMOVE", _remove, "")
_declare_removal("DELETE", _delete, "; SEQUENCE may be changed")
_declare_substitution("SUBSTITUTE", _substitute, "")
_declare_substitution("NSUBSTITUTE", _nsubstitute, "; SEQUENCE is changed")

_NORMAL: dict[Any, Callable[[Any], Any]] = {eq: eql_key, eql: eql_key, equal: equal_key, equalp: equalp_key}


def _unique(sequence: Any, from_end: Any, test: Any, test_not: Any, start: Any, end: Any, key: Any) -> list[Any] | None:
    """Return the elements without duplicates, None if there are none."""
    items = all_items(sequence)
    start, end = bounds(start, end, len(items), sequence)
    same = two_tests(test, test_not)
    k = key_function(key)
    probes = items[start:end] if k is None else [k(x) for x in items[start:end]]
    normal = _NORMAL.get(same)
    if normal is not None:
        keep = _unique_by_table([normal(x) for x in probes], from_end)
    else:
        keep = _unique_by_test(probes, from_end, same)
    if len(keep) == len(probes):
        return None
    return items[:start] + [items[start + i] for i in keep] + items[end:]


def _unique_by_table(probes: list[Any], from_end: Any) -> list[int]:
    if from_end is not None:
        first: dict[Any, int] = {}
        for i, x in enumerate(probes):
            first.setdefault(x, i)
        return list(first.values())
    return sorted({x: i for i, x in enumerate(probes)}.values())


def _unique_by_test(probes: list[Any], from_end: Any, same: Callable[[Any, Any], Any]) -> list[int]:
    keep: list[int] = []
    if from_end is not None:
        for i, x in enumerate(probes):
            if not any(same(probes[j], x) for j in keep):
                keep.append(i)
        return keep
    size = len(probes)
    for i, x in enumerate(probes):
        if not any(same(x, probes[j]) for j in range(i + 1, size)):
            keep.append(i)
    return keep


@builtin("REMOVE-DUPLICATES", "sequence &key from-end test test-not (start 0) end key")
def remove_duplicates(sequence: Any, *, from_end: Any = None, test: Any = None, test_not: Any = None, start: Any = 0,
                      end: Any = None, key: Any = None) -> Any:
    """Return SEQUENCE without the elements that satisfy the test with a later one (with an earlier one if FROM-END)."""
    kept = _unique(sequence, from_end, test, test_not, start, end, key)
    if kept is None:
        return like(sequence, all_items(sequence)) if isinstance(sequence, Array) else sequence
    return like(sequence, kept)


@builtin("DELETE-DUPLICATES", "sequence &key from-end test test-not (start 0) end key")
def delete_duplicates(sequence: Any, *, from_end: Any = None, test: Any = None, test_not: Any = None, start: Any = 0,
                      end: Any = None, key: Any = None) -> Any:
    """Return SEQUENCE, which may be changed, without duplicates; see `remove-duplicates`."""
    kept = _unique(sequence, from_end, test, test_not, start, end, key)
    return sequence if kept is None else shrink(sequence, kept)
