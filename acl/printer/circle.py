"""Circular and shared structure: *print-circle*.

An object is written twice: first to nowhere, to see which parts are met more than once, then for good.  So what
functions of the user print takes part.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from acl.clos.base import StructureObject
from acl.streams.base import Stream
from acl.types.array import SimpleVector
from acl.types.cons import Cons

from .writer import CIRCLE, Printer


class Circle:
    """What is known of the parts of one object."""

    __slots__ = ("counting", "current", "numbers", "seen", "shared")

    def __init__(self) -> None:
        self.counting = True
        self.seen: dict[int, Any] = {}
        self.shared: set[int] = set()
        self.numbers: dict[int, int] = {}
        self.current: Any = None
        """The object that a function of the user prints now: its logical block is not another occurrence."""

    def reference(self, p: Printer, x: Any) -> bool:
        """Note that *x* is about to be written: true if a reference stands for it, which is written."""
        key = id(x)
        if self.counting:
            if key in self.seen:
                self.shared.add(key)
                return True
            self.seen[key] = x
        elif key in self.shared:
            number = self.numbers.get(key)
            if number is not None:
                p.out(f"#{number}#")
                return True
            number = self.numbers[key] = len(self.numbers) + 1
            p.out(f"#{number}=")
        return False

    def is_reference_tail(self, x: Any) -> bool:
        """Note that the rest *x* of a list is next: true if it must be written behind a dot."""
        key = id(x)
        if self.counting:
            if key in self.seen:
                self.shared.add(key)
                return True
            self.seen[key] = x
            return False
        return key in self.shared

    def shared_tail(self, x: Any) -> bool:
        """True if the rest *x* of a form such as (quote x) is met elsewhere too."""
        key = id(x)
        if self.counting:
            if key in self.seen:
                return True
            self.seen[key] = x
            return False
        return key in self.shared


class Nowhere(Stream):
    """Drops what is written, for the first pass."""

    output_p = True

    def write_str(self, s: str) -> None:
        """Drop *s*."""

    def column(self) -> int | None:
        """Any column will do."""
        return 0

    def fresh_line(self) -> bool:
        """Drop a newline."""
        return False


def begin(scan: Any) -> Any:
    """Return the `Circle` for what *scan* (called with a stream) prints."""
    circle = Circle()
    token = CIRCLE.set(circle)
    try:
        scan(Nowhere())
    finally:
        CIRCLE.reset(token)
    circle.counting, circle.current = False, None
    return circle


def write_circular(x: Any, stream: Any) -> None:
    """Write *x* with its shared parts marked."""
    from .writer import write_object

    circle = begin(lambda nowhere: write_object(x, nowhere))
    token = CIRCLE.set(circle)
    try:
        write_object(x, stream)
    finally:
        CIRCLE.reset(token)


def is_circular(x: Any) -> bool:
    """True if the printed parts of *x* (of conses, simple vectors and structures) contain one that it is a part of."""
    inside: set[int] = set()
    done: set[int] = set()
    path: list[tuple[int, Iterator[Any]]] = [(0, iter((x,)))]
    while path:
        key, rest = path[-1]
        for part in rest:
            if id(part) in inside:
                return True
            if id(part) not in done and (parts := _parts(part)):
                inside.add(id(part))
                path.append((id(part), iter(parts)))
                break
        else:
            inside.discard(key)
            done.add(key)
            path.pop()
    return False


def _parts(x: Any) -> Any:
    """The objects, an iterable, that the printer writes inside of *x*."""
    if type(x) is Cons:
        return x.car, x.cdr
    if type(x) is SimpleVector:
        return x.data
    if isinstance(x, StructureObject):
        return [getattr(x, slot.key) for slot in type(x)._lisp.slots.values() if hasattr(x, slot.key)]
    return ()
