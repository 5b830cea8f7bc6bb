"""The dynamic state of one process: special bindings, handlers, restarts, catch tags, and who it is.

Each Python thread that runs Lisp has one `ThreadState`, reached by `current()` (a C call, 12 ns).  Its
attributes whose names contain a colon are the cells of special variables, by symbol key: one-element
lists.  A variable that the thread has not bound is the *global* cell, shared by all threads; binding it is

    state = current(); old = state.KEY; state.KEY = [value]
    try: ...
    finally: state.KEY = old

so a binding is its thread's own, and reading is `current().KEY[0]` whether bound or not.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from acl.types.symbol import GLOBAL_CELLS, Symbol, UnboundCell, on_new_special, set_state_function

F = TypeVar("F", bound=Callable[..., Any])


class ThreadState:
    """What a process has of its own.

    `handlers` and `restarts` are linked pairs `(cluster, outer)` or None, newest first; `catches` is
    linked pairs `(tag, outer)`.  Code that pushes saves the old value and restores it in a `finally`.
    `process` is its `mp:process` object, `mailbox` what `acl.runtime.waiting` has for it, `break_level` the depth of
    debuggers.
    """

    handlers: Any
    restarts: Any
    catches: Any
    process: Any
    mailbox: Any
    break_level: int
    properties: dict[str, Any]

    def __init__(self) -> None:
        fields = self.__dict__
        fields.update(handlers=None, restarts=None, catches=None, process=None, mailbox=None, break_level=0,
                      properties={})
        with _lock:
            fields.update(GLOBAL_CELLS)
            _states.add(self)


_lock = threading.Lock()
_states: weakref.WeakSet[ThreadState] = weakref.WeakSet()


class _Unregistered:
    """Stands for the state of a thread that has not run Lisp yet: its first use makes the real one."""

    def __getattr__(self, name: str) -> Any:
        return getattr(register_thread(), name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(register_thread(), name, value)


_UNREGISTERED = _Unregistered()
_STATE: ContextVar[Any] = ContextVar("acl-state", default=_UNREGISTERED)
current: Callable[[], Any] = _STATE.get
"""Return the calling thread's `ThreadState`."""


def register_thread() -> ThreadState:
    """Return the calling thread's state, making it if the thread has none."""
    state = _STATE.get()
    if isinstance(state, ThreadState):
        return state
    state = ThreadState()
    _STATE.set(state)
    return state


def forget_thread() -> None:
    """Let the calling thread have a new state when it needs one: what ran in it has ended, another process begins."""
    _STATE.set(_UNREGISTERED)


def _add_special(key: str, cell: Any) -> None:
    with _lock:
        for state in list(_states):
            state.__dict__.setdefault(key, cell)


def _replace_cell(symbol: Symbol, old: Any, new: Any) -> None:
    """Put *new* wherever *old* is the cell of *symbol*: in this thread, and in all if it is the global one."""
    key = symbol.key
    with _lock:
        if GLOBAL_CELLS.get(key) is old:
            GLOBAL_CELLS[key] = new
            for state in list(_states):
                if state.__dict__.get(key) is old:
                    state.__dict__[key] = new
        else:
            register_thread().__dict__[key] = new


on_new_special(_add_special, _replace_cell)
set_state_function(current)
register_thread()


def reading(**specials: Symbol) -> Callable[[F], F]:
    """Decorate a function that reads special variables as attributes of a thread's state: their names in its code.

    `state.BASE[0]` in a function decorated with `@reading(BASE=cl("*PRINT-BASE*"))` is the value of that variable, at
    the cost of an attribute with a fixed name.
    """
    keys = {name: symbol.special_key() for name, symbol in specials.items()}

    def change(function: F) -> F:
        code = function.__code__
        function.__code__ = code.replace(co_names=tuple([keys.get(name, name) for name in code.co_names]))
        return function

    return change


@contextmanager
def bind(*pairs: Any) -> Iterator[None]:
    """Bind specials around a `with` block: `with bind(symbol, value, symbol, value): ...`."""
    state = current()
    undo = []
    for symbol, value in zip(pairs[::2], pairs[1::2], strict=True):
        key = symbol.special_key()
        undo.append((key, getattr(state, key)))
        setattr(state, key, [value])
    try:
        yield
    finally:
        for key, old in reversed(undo):
            setattr(state, key, old)


def unbound_cell(symbol: Symbol) -> Any:
    """Return a cell without a value, for `progv` with too few values."""
    return UnboundCell(symbol)
