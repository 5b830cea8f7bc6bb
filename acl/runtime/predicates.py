"""Predicates, tests and keys that Lisp functions take as arguments, made ready to be called from Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from acl.runtime.functions import coerce_function
from acl.types.array import SimpleString
from acl.types.character import Char
from acl.types.equality import eq, eql, equal
from acl.types.function import FUNCTIONS, Autoload
from acl.types.number import NUMBER_TYPES
from acl.types.symbol import Symbol

Truth = Callable[..., Any]


def function_of(designator: Any) -> Callable[..., Any]:
    """Return the function that *designator* designates, loaded, so that it may be compared with others."""
    f = coerce_function(designator)
    return f.load() if type(f) is Autoload else f


def truth(designator: Any) -> Truth:
    """Return the predicate that *designator* names as a function whose result Python may test."""
    python = getattr(designator, "truth", None)
    if python is not None:
        return python  # type: ignore[no-any-return]
    f = function_of(designator)
    python = getattr(f, "truth", None)
    if python is not None:
        return python  # type: ignore[no-any-return]
    return lambda *args: f(*args) is not None


def negated(designator: Any) -> Truth:
    """Return the complement of the predicate that *designator* names, for -IF-NOT and :TEST-NOT."""
    f = coerce_function(designator)
    return lambda *args: f(*args) is None


def key_function(designator: Any) -> Callable[[Any], Any] | None:
    """Return the function of a :KEY argument, None for the identity."""
    if designator is None:
        return None
    f = function_of(designator)
    return None if f is FUNCTIONS.get("COMMON-LISP:IDENTITY") else f


def two_tests(test: Any, test_not: Any) -> Truth:
    """Return the comparison of two elements that :TEST and :TEST-NOT describe."""
    if test is not None:
        if test_not is not None:
            from acl.runtime.conditions import error

            error("PROGRAM-ERROR", ":TEST and :TEST-NOT were both given.")
        return truth(test)
    if test_not is not None:
        return negated(test_not)
    return eql


def is_identity(item: Any, test: Truth) -> bool:
    """Return true if comparing *item* by *test* is Python's `is`: no number, and EQ or EQL, or a symbol."""
    if test is equal:
        return item is None or type(item) is Symbol or type(item) is Char
    return (test is eql and type(item) not in NUMBER_TYPES) or (test is eq and type(item) is not int)


def matcher(item: Any, test: Any, test_not: Any, key: Any) -> Callable[[Any], Any]:
    """Return the predicate of an element that says whether *item* satisfies the test with it."""
    compare = eql if test is None and test_not is None else two_tests(test, test_not)
    k = key_function(key)
    if k is None and (compare is eql or compare is equal):
        if type(item) is int:
            return lambda x: x == item and type(x) is int
        if type(item) is SimpleString and compare is equal:
            text = item.text()
            return lambda x: x.text() == text if type(x) is SimpleString else equal(item, x)
    if is_identity(item, compare):
        if k is None:
            return lambda x: x is item
        return lambda x: k(x) is item
    if k is None:
        return lambda x: compare(item, x)
    return lambda x: compare(item, k(x))


def satisfies(predicate: Any, key: Any, negate: bool = False) -> Callable[[Any], Any]:
    """Return the predicate of an element that -IF and -IF-NOT functions use."""
    p = negated(predicate) if negate else truth(predicate)
    k = key_function(key)
    if k is None:
        return p
    return lambda x: p(k(x))
