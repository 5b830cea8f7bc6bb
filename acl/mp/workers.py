"""The threads that processes run in.  A thread whose process has ended waits a while for another one.

Making a thread with the stack that deep recursion needs costs as much as all the rest of a short process.
"""

from __future__ import annotations

import threading
from typing import Any

STACK_SIZE = 64 << 20
IDLE = "idle"
"""The name of a thread without a process."""
_PATIENCE = 5.0
"""How many seconds a thread waits for a process before it ends."""
_MOST = 16
"""How many threads wait at most."""

_idle: list[Worker] = []
_lock = threading.Lock()


class Worker:
    """A thread that runs processes one after the other, the first of them *process*."""

    __slots__ = ("process", "thread", "wake")

    def __init__(self, process: Any) -> None:
        self.thread = threading.Thread(target=self._work, name=IDLE, daemon=True)
        self.wake = threading.Lock()
        self.wake.acquire()
        self.give(process)

    def give(self, process: Any) -> None:
        """Let *process* be the next to run."""
        self.process = process
        process.thread = self.thread

    def _work(self) -> None:
        more = True
        while more:
            process, self.process = self.process, None
            self.thread.name = str(process.name)
            try:
                process.run_here()
            finally:
                self.thread.name = IDLE
            del process  # it may be garbage now
            more = self._rest()

    def _rest(self) -> bool:
        """Wait for another process; false if none comes, or if there are enough idle threads."""
        with _lock:
            if len(_idle) >= _MOST:
                return False
            _idle.append(self)
        if not self.wake.acquire(timeout=_PATIENCE):
            with _lock:
                if self in _idle:
                    _idle.remove(self)
                    return False
            self.wake.acquire()  # we have just been chosen
        return True


def run_in_thread(process: Any) -> None:
    """Have a thread, then `process.thread`, call `process.run_here()`; RuntimeError if there can be no more threads."""
    with _lock:
        worker = _idle.pop() if _idle else None
    if worker is not None:
        worker.give(process)
        worker.wake.release()
        return
    worker = Worker(process)
    with _lock:
        old = threading.stack_size(STACK_SIZE)
        try:
            worker.thread.start()
        finally:
            threading.stack_size(old)
