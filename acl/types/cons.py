"""Conses.  NIL is None, so a list ends with None."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from .base import LispObject, wrong_type
from .record import Struct


class Cons(LispObject, Struct, eq=False, weakref=True):
    """A cons.  msgspec makes and initialises it in C, at half the cost of a class with slots."""

    car: Any
    cdr: Any

    def __repr__(self) -> str:
        parts: list[str] = []
        x: Any = self
        while type(x) is Cons and len(parts) < 20:
            parts.append(repr(x.car))
            x = x.cdr
        return "(" + " ".join(parts) + ("" if x is None else f" . {x!r}") + ")"

    def __iter__(self) -> Iterator[Any]:
        x: Any = self
        while x is not None:
            if type(x) is not Cons:
                wrong_type(x, "LIST")
            yield x.car
            x = x.cdr


def from_iterable(items: Iterable[Any], tail: Any = None) -> Any:
    """Return a fresh list of *items*, ended by *tail*."""
    if not isinstance(items, (list, tuple)):
        items = list(items)
    if len(items) > 8:
        # In C: each cons is put into the list that the next one takes its cdr from.
        conses = [tail]
        conses.extend(map(Cons, reversed(items), conses))
        return conses[-1]
    result = tail
    for item in reversed(items):
        result = Cons(item, result)
    return result


def lisp_list(*items: Any) -> Any:
    """Return a fresh list of the arguments."""
    result: Any = None
    for item in reversed(items):
        result = Cons(item, result)
    return result


def to_list(x: Any) -> list[Any]:
    """Return a Python list of the elements of the proper list *x*; `type-error` for a dotted one."""
    items: list[Any] = []
    while type(x) is Cons:
        items.append(x.car)
        x = x.cdr
    if x is not None:
        wrong_type(x, "LIST")
    return items
