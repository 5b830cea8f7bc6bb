"""The class precedence list (CLHS 4.3.5), which is the Python resolution order of the Lisp classes.

Nearly always Python's own order of superclasses is the same, and then it stays: CPython 3.14 neither caches nor
specialises the attributes of a class whose metaclass has a method `mro` when the class is made.  So `LispClass` gets
one only while a class is made or changed whose superclasses Python would order otherwise, or not at all.
"""

from __future__ import annotations

from _thread import RLock
from collections.abc import Callable
from typing import Any

_lock = RLock()
_users = 0


def new_type(metaclass: Any, name: str, bases: tuple[Any, ...], namespace: dict[str, Any]) -> Any:
    """Make a Lisp class as `type.__new__` does, with its class precedence list for resolution order."""
    namespace.setdefault("__module__", "acl")  # what a traceback of Python's shows before the name
    try:
        cls = type.__new__(metaclass, name, bases, namespace)
    except TypeError:  # perhaps since there is no such order as Python wants it
        return _in_own_order(lambda: type.__new__(metaclass, name, bases, namespace))
    if len(bases) > 1 and not _in_order(cls):
        _in_own_order(lambda: _assign_bases(cls, bases))
    return cls


def change_bases(cls: Any, bases: tuple[Any, ...]) -> None:
    """Give a Lisp class other superclasses; TypeError if Python cannot do that."""
    try:
        _assign_bases(cls, bases)
    except TypeError:
        _in_own_order(lambda: _assign_bases(cls, bases))
        return
    if not all(map(_in_order, _lisp_classes([cls, *_below(cls)]))):
        _in_own_order(lambda: _assign_bases(cls, bases))


def _assign_bases(cls: Any, bases: tuple[Any, ...]) -> None:
    cls.__bases__ = bases


def _in_own_order(change: Callable[[], Any]) -> Any:
    """Return what *change* does to classes, all of which are ordered by `resolution_order`."""
    global _users
    from acl.clos.base import LispClass

    with _lock:
        _users += 1
        if _users == 1:
            LispClass.mro = resolution_order  # type: ignore[method-assign, assignment]
        try:
            return change()
        finally:
            _users -= 1
            if _users == 0:
                del LispClass.mro


def _below(cls: Any) -> list[Any]:
    """Return the classes below *cls*."""
    found: dict[Any, None] = {}
    pending = [cls]
    while pending:
        for c in type.__subclasses__(pending.pop()):
            if c not in found:
                found[c] = None
                pending.append(c)
    return list(found)


def _lisp_classes(classes: Any) -> list[Any]:
    from acl.clos.base import LispClass

    return [c for c in classes if isinstance(c, LispClass)]


def _in_order(cls: Any) -> bool:
    """True if Python's order is that of the class precedence list."""
    return len(cls.__bases__) == 1 or _lisp_classes(cls.__mro__) == precedence_list(cls)


def resolution_order(cls: type) -> list[type]:
    """Return the Python resolution order of *cls*: its class precedence list, then Python's classes."""
    lisp = precedence_list(cls)
    try:
        order = type.mro(cls)
    except TypeError:
        order = []
    if [c for c in order if c is cls or c in lisp] == lisp:
        return order
    others: list[type] = []
    for base in cls.__bases__:
        for c in base.__mro__:
            if c not in lisp and c not in others and c is not object:
                others.append(c)
    return [*lisp, *others, object]


def precedence_list(cls: Any) -> list[Any]:
    """Return the class precedence list of *cls* by topological sorting; an error if there is none."""
    supers = _lisp_classes(cls.__bases__)
    if len(supers) == 1:
        return [cls, *_lisp_classes(supers[0].__mro__)]
    direct: dict[Any, list[Any]] = {cls: supers}
    pending = list(supers)
    while pending:
        c = pending.pop()
        if c not in direct:
            direct[c] = _lisp_classes(c.__bases__)
            pending.extend(direct[c])
    after: dict[Any, set[Any]] = {c: set() for c in direct}  # class to those that must come before it
    for c, below in direct.items():
        previous = c
        for s in below:
            after[s].add(previous)
            previous = s
    result: list[Any] = []
    while after:
        ready = [c for c, before in after.items() if not before]
        if not ready:
            _inconsistent(cls)
        chosen = ready[0] if len(ready) == 1 else _rightmost(ready, result, direct)
        del after[chosen]
        for before in after.values():
            before.discard(chosen)
        result.append(chosen)
    return result


def _rightmost(ready: list[Any], result: list[Any], direct: dict[Any, list[Any]]) -> Any:
    for c in reversed(result):
        for candidate in direct[c]:
            if candidate in ready:
                return candidate
    return ready[0]


def _inconsistent(cls: Any) -> None:
    from acl.runtime.conditions import error
    from acl.types.array import string

    error("PROGRAM-ERROR", "The superclasses of class ~a have an inconsistent order.", string(cls.__name__))
