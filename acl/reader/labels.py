"""Labels: #n= and #n#, also for circular objects."""

from __future__ import annotations

from typing import Any

from acl.types.array import GeneralArray, SimpleVector
from acl.types.base import LispObject
from acl.types.cons import Cons
from acl.types.symbol import Package, Symbol

from .faults import reader_error
from .reader import context, read_inner


class Placeholder(LispObject):
    """Stands for the object of a label while that is being read."""

    __slots__ = ("used",)

    def __init__(self) -> None:
        self.used = False


def read_label(stream: Any, number: int) -> Any:
    """Read the object that gets the label *number*."""
    outer = context()
    labels = outer.labels
    if labels is None:
        labels = outer.labels = {}
    if type(labels.get(number)) is Placeholder:  # a label that is complete may be given again, as in Allegro
        reader_error(stream, "the label #~d= is defined inside of what it labels", number)
    placeholder = labels[number] = Placeholder()
    value = read_inner(stream, "a label")
    if value is placeholder:
        reader_error(stream, "#~d= labels only itself", number)
    labels[number] = value
    if placeholder.used:
        replace(value, placeholder, value)
    return value


def read_reference(stream: Any, number: int) -> Any:
    """Return the object of the label *number*."""
    labels = context().labels
    if labels is None or number not in labels:
        reader_error(stream, "the label #~d# is not defined", number)
    value = labels[number]
    if type(value) is Placeholder:
        value.used = True
    return value


def replace(root: Any, old: Any, new: Any) -> None:
    """Put *new* wherever *old* stands within *root*: in conses, arrays and instances."""
    seen: set[int] = set()
    pending = [root]
    while pending:
        x = pending.pop()
        if id(x) in seen:
            continue
        kind = type(x)
        if kind is Cons:
            seen.add(id(x))
            if x.car is old:
                x.car = new
            elif isinstance(x.car, LispObject):
                pending.append(x.car)
            if x.cdr is old:
                x.cdr = new
            elif isinstance(x.cdr, LispObject):
                pending.append(x.cdr)
        elif kind is SimpleVector:
            seen.add(id(x))
            data = x.data
            for i, item in enumerate(data):
                if item is old:
                    data[i] = new
                elif isinstance(item, LispObject):
                    pending.append(item)
        elif kind is GeneralArray:
            seen.add(id(x))
            pending.append(x.storage)
        elif isinstance(x, LispObject) and kind is not Symbol and kind is not Package:
            seen.add(id(x))
            _replace_in_instance(x, old, new, pending)


def _replace_in_instance(x: Any, old: Any, new: Any, pending: list[Any]) -> None:
    """The same for the attributes of an instance, in which its slots are kept."""
    names = list(getattr(x, "__dict__", ()))
    for cls in type(x).__mro__:
        slots = cls.__dict__.get("__slots__", ())
        names.extend((slots,) if isinstance(slots, str) else slots)
    for name in names:
        value = getattr(x, name, None) if not name.startswith("__") else None
        if value is old:
            setattr(x, name, new)
        elif isinstance(value, (Cons, SimpleVector, GeneralArray)) or hasattr(type(value), "_lisp"):
            pending.append(value)
