"""The dynamic state of one process: handlers, restarts, and who it is."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any


class Dynamic:
    """What a process (a Python thread that runs Lisp) has of its own.

    `handlers` and `restarts` are linked pairs `(cluster, outer)` or None, newest first; code that
    pushes saves the old value and restores it in a `finally`.  `process` is its `mp:process` (None
    until `acl.mp` made one).
    """

    __slots__ = ("handlers", "restarts", "process", "break_level", "properties")

    def __init__(self) -> None:
        self.handlers: Any = None
        self.restarts: Any = None
        self.process: Any = None
        self.break_level = 0
        self.properties: dict[str, Any] = {}


_DYNAMIC: ContextVar[Dynamic] = ContextVar("dynamic")


def dynamic() -> Dynamic:
    """Return the dynamic state of the calling thread, made at its first call."""
    try:
        return _DYNAMIC.get()
    except LookupError:
        state = Dynamic()
        _DYNAMIC.set(state)
        return state
