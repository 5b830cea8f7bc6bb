"""Counters for descriptors and threads that a piece of code leaves behind.

    with no_leaks():
        ...

From Lisp: `testing:with-no-leaks`, `testing:open-descriptors`, `testing:live-threads`.
"""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep

from acl.mp.workers import IDLE

_OWN = ("anon_inode:[eventfd]", "anon_inode:[eventpoll]")
"""Wake-ups of processes: some are kept for the next ones."""


def open_descriptors() -> int:
    """Return the number of open descriptors of this program, without those that wake processes; 0 if unknown."""
    count = 0
    try:
        names = os.listdir("/proc/self/fd")
    except OSError:
        return 0
    for name in names:
        try:
            count += os.readlink(f"/proc/self/fd/{name}") not in _OWN
        except OSError:
            pass  # the descriptor of the listing itself
    return count


def live_threads() -> int:
    """Return the number of threads that Python knows, without the clock of time-outs and idle ones of processes."""
    return sum(thread.name not in ("timers", IDLE) for thread in threading.enumerate())


@contextmanager
def no_leaks(descriptors: int = 0, threads: int = 0, patience: float = 10.0) -> Iterator[None]:
    """Assert that the `with` block leaves no more than so many new descriptors and threads.

    What ends on its own has *patience* seconds to do so.
    """
    before = open_descriptors(), live_threads()
    yield
    deadline = monotonic() + patience
    while True:
        gc.collect()
        more = open_descriptors() - before[0], live_threads() - before[1]
        if more[0] <= descriptors and more[1] <= threads:
            return
        assert monotonic() < deadline, f"{more[0]} descriptors and {more[1]} threads are left"
        sleep(0.01)
