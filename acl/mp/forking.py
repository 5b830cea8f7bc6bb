"""`fork`, Lisp's and Python's: another operating system process that goes on with the calling Lisp process alone.

In the child the other threads do not exist.  So their locks must be free at that moment, what stands for them has to
go, and the mailbox gets a descriptor of its own, which the parent would otherwise wake.
"""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from typing import Any

from acl.builtins.declare import builtin
from acl.mp import atomic, process, workers
from acl.runtime import dynamic, timers, waiting
from acl.runtime.conditions import error
from acl.streams.base import Stream
from acl.types.array import string
from acl.types.symbol import OSI, T, cl

_held: list[Any] = []
"""The locks that the thread which forks has taken."""


@builtin("FORK", "", package=OSI)
def fork() -> int:
    """Double this operating system process; return 0 in the child, and the number of the child in the parent.

    The child has only the calling process, which must be the initial one, and what is open is open in both.
    """
    if threading.current_thread() is not threading.main_thread():
        error("ERROR", "~s is only possible in the initial process: others are threads.", OSI.external["FORK"])
    for name in ("*TERMINAL-IO*", "*STANDARD-OUTPUT*", "*ERROR-OUTPUT*"):
        stream = cl(name).value
        if isinstance(stream, Stream):
            stream.resolve().force_output()  # else both would write what is buffered
    watch()
    try:
        return os.fork()
    except OSError as problem:
        return error("SYSCALL-ERROR", "fork: ~a", string(os.strerror(problem.errno or 0)), errno=problem.errno)


_watched = False


def watch() -> bool:
    """Take care from now on of whoever forks; false if that has been done before."""
    global _watched
    if _watched:
        return False
    _watched = True
    os.register_at_fork(before=_hold, after_in_parent=_release, after_in_child=_become_child)
    return True


def about_to_fork() -> None:
    """Be what a program that is not Lisp's own does first of all when it forks."""
    if watch():  # too late for this fork
        _hold()


def _hold() -> None:
    for lock in (timers._changed, workers._lock, process._lock, dynamic._lock, atomic._lock):
        lock.acquire()
        _held.append(lock)


def _release() -> None:
    while _held:
        _held.pop().release()


def _become_child() -> None:
    """Forget what ran in the parent's other threads."""
    _release()
    for each in list(process._processes.values()):
        if each is not dynamic.current().process:
            each.state = "dead"
            del process._processes[each.sequence]
    workers._idle.clear()
    timers.renew()
    waiting.renew_wakeup()


@builtin("DETACH-FROM-TERMINAL", "&key output-stream error-output-stream", package=OSI)
def detach(*, output_stream: Any = None, error_output_stream: Any = None) -> Any:
    """Begin a session without a terminal: nothing can be read, and what is written goes to the streams, or nowhere.

    OUTPUT-STREAM is for standard output, ERROR-OUTPUT-STREAM for what goes to standard error.
    """
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number, stream in ((0, None), (1, output_stream), (2, error_output_stream)):
        fd = getattr(stream.resolve(), "out_fd", None) if isinstance(stream, Stream) else None
        os.dup2(nowhere if fd is None else fd, number)
    os.close(nowhere)
    with suppress(PermissionError):  # it leads one already
        os.setsid()
    return T
