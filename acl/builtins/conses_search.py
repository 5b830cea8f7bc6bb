"""MEMBER, ASSOC, RASSOC, ADJOIN and property lists (CLHS 14.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from acl.builtins.declare import builtin
from acl.runtime.predicates import key_function, matcher, satisfies, two_tests
from acl.types.base import wrong_type
from acl.types.cons import Cons, lisp_list, to_list
from acl.types.equality import eq
from acl.types.number import NUMBER_TYPES
from acl.types.symbol import T, cl

Test = Callable[[Any], Any]


def _member(matches: Test, list: Any) -> Any:
    while type(list) is Cons:
        if matches(list.car):
            return list
        list = list.cdr
    if list is not None:
        wrong_type(list, "LIST")
    return None


def _assoc(matches: Test, alist: Any) -> Any:
    while type(alist) is Cons:
        pair = alist.car
        if type(pair) is Cons:
            if matches(pair.car):
                return pair
        elif pair is not None:
            wrong_type(pair, "LIST")
        alist = alist.cdr
    if alist is not None:
        wrong_type(alist, "LIST")
    return None


def _rassoc(matches: Test, alist: Any) -> Any:
    while type(alist) is Cons:
        pair = alist.car
        if type(pair) is Cons:
            if matches(pair.cdr):
                return pair
        elif pair is not None:
            wrong_type(pair, "LIST")
        alist = alist.cdr
    if alist is not None:
        wrong_type(alist, "LIST")
    return None


@builtin("MEMBER", "item list &key test test-not key")
def member(item: Any, list: Any, *, test: Any = None, test_not: Any = None, key: Any = None) -> Any:
    """Return the tail of LIST that starts with the first element that satisfies the test with ITEM, or NIL."""
    if test is None and test_not is None and key is None and type(item) not in NUMBER_TYPES:
        while type(list) is Cons:
            if list.car is item:
                return list
            list = list.cdr
        if list is not None:
            wrong_type(list, "LIST")
        return None
    return _member(matcher(item, test, test_not, key), list)


@builtin("MEMBER-IF", "predicate list &key key")
def member_if(predicate: Any, list: Any, *, key: Any = None) -> Any:
    """Return the tail of LIST that starts with the first element that satisfies PREDICATE, or NIL."""
    return _member(satisfies(predicate, key), list)


@builtin("MEMBER-IF-NOT", "predicate list &key key")
def member_if_not(predicate: Any, list: Any, *, key: Any = None) -> Any:
    """Return the tail of LIST that starts with the first element that does not satisfy PREDICATE, or NIL."""
    return _member(satisfies(predicate, key, True), list)


@builtin("ASSOC", "item alist &key test test-not key")
def assoc(item: Any, alist: Any, *, test: Any = None, test_not: Any = None, key: Any = None) -> Any:
    """Return the first pair of ALIST whose car satisfies the test with ITEM, or NIL."""
    if test is None and test_not is None and key is None and type(item) not in NUMBER_TYPES:
        while type(alist) is Cons:
            pair = alist.car
            if type(pair) is Cons:
                if pair.car is item:
                    return pair
            elif pair is not None:
                wrong_type(pair, "LIST")
            alist = alist.cdr
        if alist is not None:
            wrong_type(alist, "LIST")
        return None
    return _assoc(matcher(item, test, test_not, key), alist)


@builtin("ASSOC-IF", "predicate alist &key key")
def assoc_if(predicate: Any, alist: Any, *, key: Any = None) -> Any:
    """Return the first pair of ALIST whose car satisfies PREDICATE, or NIL."""
    return _assoc(satisfies(predicate, key), alist)


@builtin("ASSOC-IF-NOT", "predicate alist &key key")
def assoc_if_not(predicate: Any, alist: Any, *, key: Any = None) -> Any:
    """Return the first pair of ALIST whose car does not satisfy PREDICATE, or NIL."""
    return _assoc(satisfies(predicate, key, True), alist)


@builtin("RASSOC", "item alist &key test test-not key")
def rassoc(item: Any, alist: Any, *, test: Any = None, test_not: Any = None, key: Any = None) -> Any:
    """Return the first pair of ALIST whose cdr satisfies the test with ITEM, or NIL."""
    return _rassoc(matcher(item, test, test_not, key), alist)


@builtin("RASSOC-IF", "predicate alist &key key")
def rassoc_if(predicate: Any, alist: Any, *, key: Any = None) -> Any:
    """Return the first pair of ALIST whose cdr satisfies PREDICATE, or NIL."""
    return _rassoc(satisfies(predicate, key), alist)


@builtin("RASSOC-IF-NOT", "predicate alist &key key")
def rassoc_if_not(predicate: Any, alist: Any, *, key: Any = None) -> Any:
    """Return the first pair of ALIST whose cdr does not satisfy PREDICATE, or NIL."""
    return _rassoc(satisfies(predicate, key, True), alist)


@builtin("ADJOIN", "item list &key test test-not key")
def adjoin(item: Any, list: Any, *, test: Any = None, test_not: Any = None, key: Any = None) -> Any:
    """Return LIST with ITEM in front, or LIST itself if an element satisfies the test with ITEM."""
    k = key_function(key)
    compare = two_tests(test, test_not)
    probe = item if k is None else k(item)
    matches = (lambda x: compare(probe, x)) if k is None else (lambda x: compare(probe, k(x)))
    return list if _member(matches, list) is not None else Cons(item, list)


def _bad_plist(plist: Any) -> Any:
    from acl.types.array import type_error

    type_error(plist, lisp_list(cl("OR"), cl("NULL"), lisp_list(cl("CONS"), T, cl("CONS"))))


@builtin("GETF", "plist indicator &optional default")
def getf(plist: Any, indicator: Any, default: Any = None) -> Any:
    """Return the value of INDICATOR in the property list PLIST, DEFAULT if it has none."""
    while type(plist) is Cons:
        rest = plist.cdr
        if type(rest) is not Cons:
            _bad_plist(rest if rest is not None else plist)
        if plist.car is indicator or (type(indicator) is int and eq(plist.car, indicator)):
            return rest.car
        plist = rest.cdr
    if plist is not None:
        _bad_plist(plist)
    return default


@builtin("GET-PROPERTIES", "plist indicator-list", values=True)
def get_properties(plist: Any, indicators: Any) -> Any:
    """Return indicator, value and tail of the first property of PLIST whose indicator is in INDICATOR-LIST, or NILs."""
    wanted = to_list(indicators)
    while type(plist) is Cons:
        rest = plist.cdr
        if type(rest) is not Cons:
            _bad_plist(rest if rest is not None else plist)
        for indicator in wanted:
            if eq(plist.car, indicator):
                return plist.car, rest.car, plist
        plist = rest.cdr
    if plist is not None:
        _bad_plist(plist)
    return None, None, None


def put_property(plist: Any, indicator: Any, value: Any) -> Any:
    """Return *plist* changed, or with a new property in front: what `(setf getf)` stores back."""
    x = plist
    while type(x) is Cons:
        rest = x.cdr
        if type(rest) is not Cons:
            _bad_plist(rest if rest is not None else plist)
        if eq(x.car, indicator):
            rest.car = value
            return plist
        x = rest.cdr
    if x is not None:
        _bad_plist(x)
    return Cons(indicator, Cons(value, plist))


def remove_property(plist: Any, indicator: Any) -> tuple[Any, bool]:
    """Return *plist* without its first property *indicator*, and whether there was one: what `remf` needs."""
    before: Any = None
    x = plist
    while type(x) is Cons:
        rest = x.cdr
        if type(rest) is not Cons:
            _bad_plist(rest if rest is not None else plist)
        if eq(x.car, indicator):
            if before is None:
                return rest.cdr, True
            before.cdr = rest.cdr
            return plist, True
        before = rest
        x = rest.cdr
    if x is not None:
        _bad_plist(x)
    return plist, False


