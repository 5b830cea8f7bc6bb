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
    debuggers.  `home` is the same object in all states of one thread; `inherited` has the cells, by key, that were
    bound for a context of Python (`binding_context`) and not for a call.
    """

    handlers: Any
    restarts: Any
    catches: Any
    process: Any
    mailbox: Any
    break_level: int
    properties: dict[str, Any]
    home: object
    inherited: dict[str, Any]

    def __init__(self, home: object) -> None:
        fields = self.__dict__
        fields.update(handlers=None, restarts=None, catches=None, process=None, mailbox=None, break_level=0,
                      properties={}, home=home, inherited={})
        with _lock:
            fields.update(GLOBAL_CELLS)
            _states.add(self)

    def derive(self, cells: dict[str, Any]) -> ThreadState:
        """Return a state of the same thread that has *cells* as well."""
        state = ThreadState.__new__(ThreadState)
        with _lock:
            state.__dict__.update(self.__dict__)
            state.__dict__.update(cells, inherited={**self.inherited, **cells})
            _states.add(state)
        return state


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


_thread = threading.local()
"""Of each thread `state`, the one that its contexts share."""


def register_thread() -> ThreadState:
    """Return the calling thread's state, making it if the thread has none."""
    state = _STATE.get()
    if isinstance(state, ThreadState):
        return state
    return enter_thread()


def enter_thread() -> ThreadState:
    """Return the calling thread's state, also in a context that another thread has made (Python may come from there).

    `asyncio.to_thread` and its like run a copy of their caller's context in a thread of their own: what was bound for
    the context goes along, the state of what the other thread is doing does not.
    """
    state = _STATE.get()
    own = getattr(_thread, "state", None)
    if own is None:
        own = _thread.state = ThreadState(object())
    if isinstance(state, ThreadState):
        if state.home is own.home:
            return state
        if state.inherited:
            own = own.derive({key: [cell[0]] for key, cell in state.inherited.items()})
    _STATE.set(own)
    return own


def forget_thread() -> None:
    """Let the calling thread have a new state when it needs one: what ran in it has ended, another process begins."""
    _thread.__dict__.clear()
    _STATE.set(_UNREGISTERED)


@contextmanager
def binding_context(cells: dict[str, Any]) -> Iterator[None]:
    """Bind the special variables with the keys of *cells* around a `with` block.

    Unlike those of `bind` the bindings belong to the context: with `await` in the block no other task sees them.
    """
    state = enter_thread()
    token = _STATE.set(state.derive(cells))
    try:
        yield
    finally:
        _STATE.reset(token)


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
