"""SORT, STABLE-SORT and MERGE.  Python's sort is stable and asks only whether one element is less than another."""

from __future__ import annotations

from collections.abc import Callable
from functools import cmp_to_key, partial
from operator import attrgetter
from typing import Any

from acl.builtins.declare import builtin, inline_names
from acl.runtime.dynamic import current
from acl.runtime.predicates import function_of, key_function, truth
from acl.types.array import SimpleString
from acl.types.character import Char
from acl.types.cons import Cons, from_iterable, to_list
from acl.types.function import FUNCTIONS
from acl.types.sequence import all_items, store_items

_NUMBERS, _STRINGS, _CHARACTERS = ({int}, {float}), ({SimpleString},), ({Char},)
_DIRECT = {"<": (_NUMBERS, False), ">": (_NUMBERS, True), "STRING<": (_STRINGS, False), "STRING>": (_STRINGS, True),
           "CHAR<": (_CHARACTERS, False), "CHAR>": (_CHARACTERS, True)}
"""Predicates that Python's comparison decides if all elements are of one type: which types, whether reversed."""


def _sort_items(items: list[Any], predicate: Any, key: Any) -> None:
    f = function_of(predicate)
    k = key_function(key)
    name = getattr(f, "lisp_name", None)
    if name in _DIRECT and f is FUNCTIONS.get(f"COMMON-LISP:{name}") and _sort_directly(items, *_DIRECT[name], k):
        return
    python = getattr(f, "truth", None)
    if python is not None:
        order = cmp_to_key(lambda a, b: -1 if python(a, b) else 0)
    else:
        order = cmp_to_key(lambda a, b: 0 if f(a, b) is None else -1)
    _sort_in_order(items, order, k)


_DEEPEST = 1000
"""How many sorts may be at work in a thread, each called by the predicate of another: Python's takes five kilobytes
of the C stack, of which the recursion limit knows nothing and a thread that Lisp did not make has little."""


def _sort_in_order(items: list[Any], order: Callable[[Any], Any], k: Callable[[Any], Any] | None) -> None:
    properties = current().properties
    depth = properties.get("sorts", 0)
    if depth >= _DEEPEST:
        raise RecursionError
    properties["sorts"] = depth + 1
    try:
        if k is None:
            items.sort(key=order)
        else:
            keys = [order(k(x)) for x in items]
            items.sort(key=partial(next, iter(keys)))  # the n-th call is for the n-th item
    finally:
        properties["sorts"] = depth


def sort_by(sequence: Any, compare: Callable[[Any, Any], int], key: Any = None) -> Any:
    """Sort SEQUENCE by the Python comparison *compare*, which the compiler has made of a lambda expression."""
    items = all_items(sequence)
    _sort_in_order(items, cmp_to_key(compare), key_function(key))
    store_items(sequence, 0, items)
    return sequence


def sort_copy(list: Any, predicate: Any, key: Any = None) -> Any:
    """Return a sorted copy of LIST: what `(sort (copy-list list) ...)` is compiled to."""
    items = to_list(list)
    _sort_items(items, predicate, key)
    return from_iterable(items)


def sort_copy_by(list: Any, compare: Callable[[Any, Any], int], key: Any = None) -> Any:
    """Do `sort_copy` by a Python comparison."""
    items = to_list(list)
    _sort_in_order(items, cmp_to_key(compare), key_function(key))
    return from_iterable(items)


inline_names(sort_by=sort_by, sort_copy=sort_copy, sort_copy_by=sort_copy_by)


def _sort_directly(items: list[Any], types: Any, reverse: bool, k: Callable[[Any], Any] | None) -> bool:
    """Sort by Python's comparison if the keys are all of one of *types*; return whether done."""
    keys = items if k is None else _keys(items, k)
    kinds = set(map(type, keys))
    if kinds not in types or (kinds == {float} and any(x != x for x in keys)):
        return False
    if kinds == {SimpleString} or kinds == {Char}:
        keys = [str(x) for x in keys]
    if keys is items:
        items.sort(reverse=reverse)
    else:  # a reversed sort of Python's is stable too
        items.sort(key=partial(next, iter(keys)), reverse=reverse)
    return True


_PARTS = {"CAR": attrgetter("car"), "CDR": attrgetter("cdr")}


def _keys(items: list[Any], k: Callable[[Any], Any]) -> list[Any]:
    part = _PARTS.get(getattr(k, "lisp_name", ""))
    if part is not None and set(map(type, items)) == {Cons}:
        return list(map(part, items))
    return [k(x) for x in items]


@builtin("SORT", "sequence predicate &key key")
def sort(sequence: Any, predicate: Any, *, key: Any = None) -> Any:
    """Sort SEQUENCE, which is changed, so that PREDICATE holds for no element and an earlier one."""
    items = all_items(sequence)
    _sort_items(items, predicate, key)
    store_items(sequence, 0, items)
    return sequence


@builtin("STABLE-SORT", "sequence predicate &key key")
def stable_sort(sequence: Any, predicate: Any, *, key: Any = None) -> Any:
    """Sort SEQUENCE as `sort` does; elements of which neither is less keep their order."""
    return sort(sequence, predicate, key=key)


@builtin("MERGE", "result-type sequence-1 sequence-2 predicate &key key")
def merge(result_type: Any, sequence_1: Any, sequence_2: Any, predicate: Any, *, key: Any = None) -> Any:
    """Merge two sorted sequences into one of RESULT-TYPE; of equal elements those of SEQUENCE-1 come first."""
    from acl.runtime.sequencetypes import make_sequence_of, sequence_type

    wanted = sequence_type(result_type)
    a, b = all_items(sequence_1), all_items(sequence_2)
    less = truth(predicate)
    k = key_function(key)
    keys_a, keys_b = (a, b) if k is None else ([k(x) for x in a], [k(x) for x in b])
    result = []
    i = j = 0
    while i < len(a) and j < len(b):
        if less(keys_b[j], keys_a[i]):
            result.append(b[j])
            j += 1
        else:
            result.append(a[i])
            i += 1
    return make_sequence_of(wanted, result + a[i:] + b[j:])
