"""Sequences seen from Python: their length, their elements as a Python list, new ones of the same kind."""

from __future__ import annotations

from typing import Any, NoReturn

from .array import (
    GeneralArray,
    SimpleString,
    SimpleVector,
    SpecializedVector,
    bad_index,
    is_vector,
    set_items,
    simple_items,
    type_error,
    type_of_elements,
    vector_items,
)
from .base import wrong_type
from .cons import Cons, from_iterable, lisp_list, to_list
from .symbol import cl

_INTEGER = cl("INTEGER")


def is_sequence(x: Any) -> bool:
    """Return true if *x* is a list or a vector."""
    return x is None or type(x) is Cons or is_vector(x)


_LONG = 1 << 16


def _long_length(x: Any) -> int:
    """Return the length of the long list *x*; `type-error` for a circular one, which is found by Brent's method."""
    count, rest, met, renewed = 0, x, x, 1
    while type(rest) is Cons:
        count += 1
        rest = rest.cdr
        if rest is met:
            from acl.runtime.conditions import type_fault

            type_fault(x, lisp_list(cl("SATISFIES"), cl("LIST-LENGTH")))
        if count == renewed:
            met, renewed = rest, renewed * 2
    if rest is not None:
        wrong_type(rest, "LIST")
    return count


def length(x: Any) -> int:
    """Return the length of the sequence *x*."""
    kind = type(x)
    if kind is Cons:
        rest = x
        for count in range(_LONG):  # noqa: B007
            if type(rest) is not Cons:
                break
            rest = rest.cdr
        else:
            return _long_length(x)
        if rest is not None:
            wrong_type(rest, "LIST")
        return count
    if kind is SimpleString:
        return len(x.s)
    if kind is SimpleVector or kind is SpecializedVector:
        return len(x.data)
    if x is None:
        return 0
    if kind is GeneralArray and len(x.dimensions) == 1:
        return int(x.length())
    wrong_type(x, "SEQUENCE")


def all_items(x: Any) -> list[Any]:
    """Return the elements of the sequence *x* as a fresh Python list."""
    kind = type(x)
    if kind is Cons:
        return to_list(x)
    if kind is SimpleVector:
        return x.data[:]  # type: ignore[no-any-return]
    if x is None:
        return []
    if not is_vector(x):
        wrong_type(x, "SEQUENCE")
    return vector_items(x)


def items_between(x: Any, start: Any, end: Any) -> list[Any]:
    """Return the elements of *x* between the bounding indices as a fresh Python list; bad bounds are type-errors."""
    if end is None and start == 0 and type(start) is int:
        return all_items(x)
    if type(x) is Cons or x is None:
        items = to_list(x)
        start, end = bounds(start, end, len(items), x)
        return items[start:end]
    start, end = bounds(start, end, length(x), x)
    return vector_items(x, start, end)


def bounds(start: Any, end: Any, size: int, x: Any = None) -> tuple[int, int]:
    """Return checked bounding indices of a sequence of length *size*."""
    if type(start) is int and 0 <= start <= size and (end is None or (type(end) is int and start <= end <= size)):
        return start, size if end is None else end
    return bad_bounds(start, end, size)


def bad_bounds(start: Any, end: Any, size: int) -> NoReturn:
    """Signal the `type-error` for bounding indices that do not fit a length."""
    if end is not None and not (type(end) is int and 0 <= end <= size):
        type_error(end, lisp_list(cl("OR"), cl("NULL"), lisp_list(_INTEGER, 0, size)))
    type_error(start, lisp_list(_INTEGER, 0, size if end is None else end))


def like(x: Any, items: list[Any]) -> Any:
    """Return a fresh sequence of *items* (a list not used again) of the kind of the sequence *x*."""
    kind = type(x)
    if kind is Cons or x is None:
        return from_iterable(items)
    if kind is SimpleVector:
        return SimpleVector(items)
    if kind is SimpleString:
        return SimpleString("".join(items))
    return type_of_elements(x).make(items)


def element(x: Any, index: Any) -> Any:
    """Return element *index* of the sequence *x*; `type-error` if there is none."""
    kind = type(x)
    if kind is Cons or x is None:
        return nth_cons(x, index).car
    size = length(x)
    if type(index) is not int or not 0 <= index < size:
        bad_index(index, size)
    if kind is GeneralArray:
        x, index = x.locate(index)
    return x.data[index] if type(x) is not SimpleString else simple_items(x, index, index + 1)[0]


def set_element(x: Any, index: Any, value: Any) -> None:
    """Store *value* as element *index* of the sequence *x*."""
    if type(x) is Cons or x is None:
        nth_cons(x, index).car = value
        return
    size = length(x)
    if type(index) is not int or not 0 <= index < size:
        bad_index(index, size)
    set_items(x, index, [value])


def nth_cons(x: Any, index: Any) -> Any:
    """Return cons number *index* of the list *x*; `type-error` if it is not that long."""
    if type(index) is int and index >= 0:
        place, n = x, index
        while n and type(place) is Cons:
            place = place.cdr
            n -= 1
        if type(place) is Cons:
            return place
        if place is not None:
            wrong_type(place, "LIST")
    return bad_index(index, length(x))


def store_items(x: Any, start: int, items: list[Any]) -> None:
    """Store *items* into the sequence *x* from element *start* on; they must fit."""
    if type(x) is Cons or x is None:
        if items:
            place = nth_cons(x, start)
            for item in items:
                place.car = item
                place = place.cdr
    else:
        set_items(x, start, items)


def shrink(x: Any, items: list[Any]) -> Any:
    """Return *items*, some of the elements of *x* in order, in a sequence of its kind: what the DELETE family returns.

    Of a list the conses of *items* are linked anew.  The others stay as they are, so that a program goes on in a list
    whose elements are deleted while it walks over them.
    """
    if type(x) is not Cons:
        return like(x, items)
    first = last = None
    place: Any = x
    for item in items:
        while place.car is not item:
            place = place.cdr
        if last is None:
            first = place
        elif last.cdr is not place:
            last.cdr = place
        last, place = place, place.cdr
    if last is not None:
        last.cdr = None
    return first


