"""Errors in processes that have no listener: they wait in the debugger for the initial listener to look at them."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable
from typing import Any

from acl.runtime.dynamic import current
from acl.runtime.faults import caught
from acl.runtime.waiting import Waiters
from acl.toplevel.display import applicable, error_text
from acl.toplevel.frames import collect
from acl.toplevel.levels import Level

_main: Any = None
"""The initial listener, while somebody sits at it."""

_waiting: dict[Any, Stopped] = {}


class Stopped:
    """A process that waits in the debugger: its level, and what it is told to do."""

    __slots__ = ("actions", "level", "waiters")

    def __init__(self, level: Level) -> None:
        self.level = level
        self.actions: deque[Callable[[], Any]] = deque()
        self.waiters = Waiters()


def set_main_listener(listener: Any) -> None:
    """Tell which listener the processes in trouble are to turn to."""
    global _main
    _main = listener


def is_main_listener(listener: Any) -> bool:
    """True if *listener* is the initial one."""
    return listener is _main


def prompt_again() -> None:
    """Show the prompt again of a person at the initial listener: another process has printed something."""
    if _main is not None and _main.stream.interactive:
        _main.prompt_again()


def debug(condition: Any) -> None:
    """Wait to be looked at if a person sits at the initial listener; else return."""
    if _main is None or not _main.attended:
        return
    from acl.mp.process import current_process

    process = current_process()
    restarts = applicable(condition)
    frames = collect(sys._getframe(1), getattr(condition, "__traceback__", None))
    state = current()
    level = Level(state.break_level + 1, condition, restarts, frames, sys._getframe(1))
    stopped = _waiting[process] = Stopped(level)
    state.break_level += 1
    text = (f"; Process {process.name} stops at an error (:focus {process.sequence} to look at it, "
            f":kill {process.sequence} to end it):\n{error_text(condition, restarts)}")
    try:
        problem = caught(lambda: _main.announce(text))
        if problem is not None:
            _main.leave_lost_terminal(problem)
        while True:
            stopped.waiters.wait(lambda: bool(stopped.actions), None, "waiting in the debugger")
            stopped.actions.popleft()()
    finally:
        state.break_level -= 1
        _waiting.pop(process, None)


def reader_waits() -> None:
    """Tell the person at the prompt that the calling process wants to read what is typed, which the prompt gets."""
    from acl.mp.process import current_process

    process = current_process()
    if _main is not None and _main.attended and process not in _readers:
        _readers.append(process)
        caught(lambda: _main.announce(f"; Process {process.name} waits to read the terminal.  It can while a form is "
                                      f"evaluated, such as (sleep 60)."))


_readers: list[Any] = []
"""The processes of which it was told that they want to read."""


def waiting_processes() -> list[Any]:
    """Return the processes that wait in the debugger."""
    return list(_waiting)


def focus_level(process: Any) -> Level:
    """Return what there is to look at of *process*; it is arrested unless it waits in the debugger."""
    stopped = _waiting.get(process)
    if stopped is not None:
        return stopped.level
    from acl.toplevel.commands.processes import arrest

    arrest(process)
    frame = sys._current_frames().get(process.thread.ident) if process.thread is not None else None
    return Level(0, None, [], collect(frame), frame)


def tell(process: Any, action: Callable[[], Any]) -> None:
    """Have *process* do *action*: in its debugger, or on top of what it does."""
    stopped = _waiting.get(process)
    if stopped is not None:
        stopped.actions.append(action)
        stopped.waiters.wake_all()
        return
    from acl.toplevel.commands.processes import unarrest

    process.interrupt(action)
    unarrest(process)
