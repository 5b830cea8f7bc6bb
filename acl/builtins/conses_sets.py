"""Lists as sets (CLHS 14.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from acl.builtins.declare import builtin, predicate
from acl.runtime.predicates import key_function, two_tests
from acl.types.cons import Cons, from_iterable, to_list
from acl.types.equality import eq, eql, equal
from acl.types.hashtable import eql_key, equal_key

Finder = Callable[[Any], Any]


def _finder(items: list[Any], test: Any, test_not: Any, key: Any, swap: bool = False) -> Finder:
    """Return a function that says whether an element (not yet passed through KEY) has a match in *items*.

    The test gets the argument first, then the member of *items*; the other way round if *swap*.  With the standard
    tests the answer comes from a hash table.
    """
    compare = two_tests(test, test_not)
    k = key_function(key)
    probes = items if k is None else [k(x) for x in items]
    if compare is eql or compare is eq or (compare is equal and len(probes) > 8):
        normal = equal_key if compare is equal else eql_key
        known = set(map(normal, probes))
        return (lambda x: normal(x) in known) if k is None else lambda x: normal(k(x)) in known

    def find(x: Any) -> bool:
        if k is not None:
            x = k(x)
        if swap:
            return any(compare(y, x) for y in probes)
        return any(compare(x, y) for y in probes)

    return find


@builtin("UNION", "list-1 list-2 &key test test-not key")
def union(list_1: Any, list_2: Any, *, test: Any = None, test_not: Any = None, key: Any = None) -> Any:
    """Return a list of everything that is in LIST-1 or LIST-2."""
    items_2 = to_list(list_2)
    found = _finder(items_2, test, test_not, key)
    result = list_2
    for x in to_list(list_1):
        if not found(x):
            result = Cons(x, result)
    return result


@builtin("INTERSECTION", "list-1 list-2 &key test test-not key")
def intersection(list_1: Any, list_2: Any, *, test: Any = None, test_not: Any = None, key: Any = None) -> Any:
    """Return a list of the elements of LIST-1 that are in LIST-2."""
    found = _finder(to_list(list_2), test, test_not, key)
    return from_iterable([x for x in to_list(list_1) if found(x)])


@builtin("SET-DIFFERENCE", "list-1 list-2 &key test test-not key")
def set_difference(list_1: Any, list_2: Any, *, test: Any = None, test_not: Any = None, key: Any = None) -> Any:
    """Return a list of the elements of LIST-1 that are not in LIST-2."""
    found = _finder(to_list(list_2), test, test_not, key)
    return from_iterable([x for x in to_list(list_1) if not found(x)])


@builtin("SET-EXCLUSIVE-OR", "list-1 list-2 &key test test-not key")
def set_exclusive_or(list_1: Any, list_2: Any, *, test: Any = None, test_not: Any = None, key: Any = None) -> Any:
    """Return a list of the elements that are in one of LIST-1 and LIST-2 but not in both."""
    items_1, items_2 = to_list(list_1), to_list(list_2)
    in_2 = _finder(items_2, test, test_not, key)
    in_1 = _finder(items_1, test, test_not, key, swap=True)
    return from_iterable([x for x in items_1 if not in_2(x)] + [x for x in items_2 if not in_1(x)])


def _declare_destructive(name: str, function: Callable[..., Any]) -> None:
    def destructive(list_1: Any, list_2: Any, *, test: Any = None, test_not: Any = None, key: Any = None) -> Any:
        return function(list_1, list_2, test=test, test_not=test_not, key=key)

    destructive.__doc__ = f"{(function.__doc__ or '').rstrip('.')}; the lists may be changed."
    builtin(name, "list-1 list-2 &key test test-not key")(destructive)


for _name, _function in (("NUNION", union), ("NINTERSECTION", intersection), ("NSET-DIFFERENCE", set_difference),
                         ("NSET-EXCLUSIVE-OR", set_exclusive_or)):
    _declare_destructive(_name, _function)


@predicate("SUBSETP", "list-1 list-2 &key test test-not key")
def subsetp(list_1: Any, list_2: Any, *, test: Any = None, test_not: Any = None, key: Any = None) -> bool:
    """Return true if every element of LIST-1 is in LIST-2."""
    found = _finder(to_list(list_2), test, test_not, key)
    return all(found(x) for x in to_list(list_1))
