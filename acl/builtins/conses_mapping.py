"""MAPCAR and its family (CLHS 14.2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from acl.builtins.conses import nconc
from acl.builtins.declare import builtin, inline_names
from acl.runtime.functions import coerce_function
from acl.types.base import wrong_type
from acl.types.cons import Cons, from_iterable


def _columns(lists: tuple[Any, ...]) -> Iterator[list[Any]]:
    """Yield the i-th elements of all lists, until the shortest ends."""
    for tails in _tails(lists):
        yield [x.car for x in tails]


def _tails(lists: tuple[Any, ...]) -> Iterator[list[Any]]:
    """Yield the i-th tails of all lists, until the shortest ends."""
    current = list(lists)
    while True:
        for x in current:
            if type(x) is not Cons:
                for other in current:
                    if other is not None and type(other) is not Cons:
                        wrong_type(other, "LIST")
                return
        yield current
        current = [x.cdr for x in current]


def _conses(list: Any) -> Iterator[Any]:
    """Yield the successive conses of a list."""
    while type(list) is Cons:
        yield list
        list = list.cdr
    if list is not None:
        wrong_type(list, "LIST")


@builtin("MAPCAR", "function list &rest more-lists")
def mapcar(function: Any, list: Any, *more_lists: Any) -> Any:
    """Return the list of what FUNCTION returns for successive elements of the lists."""
    if not more_lists:
        return from_iterable(mapcar_items(function, list))
    f = coerce_function(function)
    results: Any = []
    append = results.append
    if len(more_lists) == 1:
        other = more_lists[0]
        while type(list) is Cons and type(other) is Cons:
            append(f(list.car, other.car))
            list, other = list.cdr, other.cdr
        for x in (list, other):
            if x is not None and type(x) is not Cons:
                wrong_type(x, "LIST")
    else:
        for column in _columns((list, *more_lists)):
            append(f(*column))
    return from_iterable(results)


def mapcar_items(function: Any, list: Any) -> Any:
    """Return what MAPCAR does for one list, as a Python list."""
    f = coerce_function(function)
    results: Any = []
    append = results.append
    while list is not None:  # the car of what is no list is a type-error by itself
        append(f(list.car))
        list = list.cdr
    return results


inline_names(mapcar_items=mapcar_items)


@builtin("MAPC", "function list &rest more-lists")
def mapc(function: Any, list: Any, *more_lists: Any) -> Any:
    """Call FUNCTION for successive elements of the lists, and return LIST."""
    f = coerce_function(function)
    if not more_lists:
        x = list
        while type(x) is Cons:
            f(x.car)
            x = x.cdr
        if x is not None:
            wrong_type(x, "LIST")
    else:
        for column in _columns((list, *more_lists)):
            f(*column)
    return list


@builtin("MAPLIST", "function list &rest more-lists")
def maplist(function: Any, list: Any, *more_lists: Any) -> Any:
    """Return the list of what FUNCTION returns for the lists and their successive tails."""
    f = coerce_function(function)
    if not more_lists:
        return from_iterable([f(tail) for tail in _conses(list)])
    return from_iterable([f(*tails) for tails in _tails((list, *more_lists))])


@builtin("MAPL", "function list &rest more-lists")
def mapl(function: Any, list: Any, *more_lists: Any) -> Any:
    """Call FUNCTION for the lists and their successive tails, and return LIST."""
    f = coerce_function(function)
    for tails in _tails((list, *more_lists)) if more_lists else zip(_conses(list)):
        f(*tails)
    return list


@builtin("MAPCAN", "function list &rest more-lists")
def mapcan(function: Any, list: Any, *more_lists: Any) -> Any:
    """Join with NCONC what FUNCTION returns for successive elements of the lists."""
    if not more_lists:
        return nconc(*mapcar_items(function, list))
    f = coerce_function(function)
    return nconc(*[f(*column) for column in _columns((list, *more_lists))])


@builtin("MAPCON", "function list &rest more-lists")
def mapcon(function: Any, list: Any, *more_lists: Any) -> Any:
    """Join with NCONC what FUNCTION returns for the lists and their successive tails."""
    f = coerce_function(function)
    return nconc(*[f(*tails) for tails in _tails((list, *more_lists))])
