"""Interrupts for threads that run compiled code without loops and waits: a recursion, a search in a circular list.

The main thread is interrupted by a signal there.  To any other, CPython 3.11 lets a second thread give a trace
function, which is called between two of its instructions; that is how debuggers stop a program.  Ours runs the queued
interrupts, and is gone.  It is given only to a process that has not taken an interrupt for a tenth of a second.
CPython 3.12 and later has `sys.monitoring` for that, whose events come in all threads.
"""

from __future__ import annotations

import ctypes
import sys
import threading
from functools import partial
from typing import Any

from acl.runtime.timers import call_after
from acl.runtime.waiting import PATIENCE, PRESS_AFTER, Mailbox, mailbox, run_interrupts
from acl.types.function import FUNCTIONS

_lock = threading.Lock()
"""Held while a thread gets a trace function, and by one that is about to end: then its state is valid no more."""

_api = ctypes.pythonapi
_state_of_thread = _api.PyThreadState_Get
_state_of_thread.restype = ctypes.c_void_p
_set_trace = getattr(_api, "_PyEval_SetTrace", None)
"""What `sys.settrace` calls, with the thread state as first argument; CPython 3.12 does not export it."""
if _set_trace is not None:
    _set_trace.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.py_object]


class Presser:
    """Has the process of a mailbox, which runs in the calling thread until `leave`, take its interrupts when called."""

    __slots__ = ("address", "box", "scheduled", "urgent")

    def __init__(self, box: Mailbox) -> None:
        self.box = box
        self.address: int | None = _state_of_thread()
        self.scheduled = False
        self.urgent = False

    def leave(self) -> None:
        """The process leaves its thread."""
        with _lock:
            self.address = None
            _unwatch(self)

    def __call__(self) -> None:
        """See to it that the interrupts are taken."""
        if not self.scheduled:
            self.scheduled = True
            try:
                call_after(PRESS_AFTER, partial(self._press, 0))
            except RuntimeError:  # there can be no more threads, not even that of the timers
                self.scheduled = False

    def _press(self, tries: int) -> None:
        """Called in the timer thread."""
        self.scheduled = False
        if not self.box.ready():
            return
        self.urgent = tries >= PATIENCE
        with _lock:
            if self.address is None:
                return
            if _set_trace is not None:
                _set_trace(self.address, _first_event, self)
            else:
                _watch(self)
        self.scheduled = True
        call_after(PRESS_AFTER, partial(self._press, tries + 1))


def _begin(presser: Any, frame: Any, _what: int, _argument: Any) -> int:
    """The trace function that is given: no exception passes through it, so it is replaced by one of Python."""
    follow = partial(_event, presser)
    frame.f_trace = follow
    sys.settrace(follow)
    return 0


_first_event = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.py_object, ctypes.py_object, ctypes.c_int,
                                 ctypes.c_void_p)(_begin)


def _event(presser: Presser, frame: Any, event: str, _argument: Any) -> Any:
    """Run the interrupts, if any, unless code of our own is running: that is in the middle of something.

    Code of ours that takes long is interrupted nevertheless in the end.
    """
    ready = presser.box is mailbox() and presser.box.ready()
    if ready and event not in ("call", "line"):
        return None
    if ready and not (presser.urgent or frame.f_globals is FUNCTIONS):
        return partial(_event, presser)
    sys.settrace(threading.gettrace())  # None, or what a debugger or a coverage tool traces all threads with
    frame.f_trace = None
    if ready:
        run_interrupts()
    return None


# CPython 3.12 and later

_TOOL = 4
"""A number that `sys.monitoring` leaves to anybody."""
_watched: list[Presser] = []


def _watch(presser: Presser) -> None:
    """Have `_monitored` called at calls and jumps of all threads, until that of *presser* took its interrupts."""
    monitoring: Any = sys.monitoring  # type: ignore[attr-defined, unused-ignore]
    if presser in _watched or (not _watched and monitoring.get_tool(_TOOL) is not None):
        return  # somebody else's tool: the interrupts are taken at the next loop or wait
    if not _watched:
        events = monitoring.events.PY_START, monitoring.events.PY_RESUME, monitoring.events.JUMP
        monitoring.use_tool_id(_TOOL, "acl")
        for event in events:
            monitoring.register_callback(_TOOL, event, _monitored)
        monitoring.set_events(_TOOL, sum(events))
    _watched.append(presser)


def _unwatch(presser: Presser) -> None:
    if presser in _watched:
        _watched.remove(presser)
        if not _watched:
            sys.monitoring.set_events(_TOOL, 0)  # type: ignore[attr-defined, unused-ignore]
            sys.monitoring.free_tool_id(_TOOL)  # type: ignore[attr-defined, unused-ignore]


def _monitored(*_: Any) -> None:
    """Run the interrupts of the calling thread, as `_event` does; what they throw goes on in its code."""
    box = mailbox()
    presser = next((each for each in _watched if each.box is box), None)
    if presser is None:
        return
    ready = box.ready()
    if ready and not (presser.urgent or sys._getframe(1).f_globals is FUNCTIONS):
        return
    with _lock:
        _unwatch(presser)
    if ready:
        run_interrupts()
