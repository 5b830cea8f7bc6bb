"""One thread that calls functions at given times: the clock behind `with-timeout`."""

from __future__ import annotations

import threading
from collections.abc import Callable
from heapq import heapify, heappop, heappush
from itertools import count
from time import monotonic
from typing import Any


class Timer:
    """A function to be called at a time; `cancel` takes it back."""

    __slots__ = ("function",)

    def __init__(self, function: Callable[[], Any] | None) -> None:
        self.function = function

    def cancel(self) -> None:
        """Do not call the function any more."""
        global _cancelled
        if self.function is not None:
            self.function = None
            _cancelled += 1


_heap: list[tuple[float, int, Timer]] = []
_numbers = count()
_changed = threading.Condition(threading.RLock())  # reentrant: a signal handler may start a timer too
_thread: threading.Thread | None = None
_next: float = 0.0
"""When the thread will look again, if nobody wakes it."""
_cancelled = 0


def call_at(when: float, function: Callable[[], Any]) -> Timer:
    """Call *function* in the timer thread at monotonic time *when*; it must be short and must not wait."""
    global _thread, _next
    timer = Timer(function)
    with _changed:
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_run, name="timers", daemon=True)
            _thread.start()  # if there can be none, there is no timer either
            _next = 0.0
        heappush(_heap, (when, next(_numbers), timer))
        if when < _next or _littered():
            _changed.notify()
    return timer


def renew() -> None:
    """Forget the timers, and the thread, which a child that has just been forked does not have."""
    global _changed, _thread, _cancelled
    _changed, _thread, _cancelled = threading.Condition(threading.RLock()), None, 0
    _heap.clear()


def call_after(seconds: float, function: Callable[[], Any]) -> Timer:
    """Call *function* in the timer thread after *seconds*."""
    return call_at(monotonic() + seconds, function)


def _littered() -> bool:
    """True if there are many timers that were taken back."""
    return _cancelled > 100 and _cancelled > len(_heap) // 2


def _sweep() -> None:
    """Forget timers that were taken back, if they are many.

    Only the timer thread does: a signal handler, which runs in the main thread, may start a timer at any moment.
    """
    global _cancelled
    if _littered():
        _heap[:] = [entry for entry in _heap if entry[2].function is not None]
        heapify(_heap)
        _cancelled = 0


def _run() -> None:
    global _next
    while True:
        due = []
        with _changed:
            _sweep()
            now = monotonic()
            while _heap and (_heap[0][0] <= now or _heap[0][2].function is None):
                due.append(heappop(_heap)[2])
            if not due:
                _next = _heap[0][0] if _heap else float("inf")
                _changed.wait(min(_next - now, 1e6))
                _next = 0.0
        for timer in due:
            function = timer.function
            if function is not None:
                function()
