"""Functions that are called when descriptors have input, at the signal SIGIO, as Allegro has them."""

from __future__ import annotations

import fcntl
import os
import select
import signal
from typing import Any

from acl.builtins.declare import builtin
from acl.builtins.excl.signals import add_signal_handler, remove_signal_handler
from acl.runtime.conditions import error
from acl.runtime.functions import coerce_function
from acl.types.array import string
from acl.types.base import wrong_type
from acl.types.symbol import SYSTEM, T

_ASYNC, _SET_OWNER = getattr(os, "O_ASYNC", 0o20000), getattr(fcntl, "F_SETOWN", 8)
_handlers: dict[int, Any] = {}
"""Functions, or symbols that name them, by descriptor."""
_listening: list[bool] = []
"""Not empty once the handler of the signal is there."""


def _came(number: Any, _: Any) -> Any:
    """Call the functions of the descriptors that have input; return true."""
    poll = select.poll()
    for fd in _handlers:
        poll.register(fd, select.POLLIN)
    for fd, events in poll.poll(0):
        if events & select.POLLIN and fd in _handlers:
            coerce_function(_handlers[fd])(fd)
    return T


def _switch(fd: Any, on: bool) -> None:
    """Have the system send SIGIO when *fd* has input, or no longer."""
    if type(fd) is not int or fd < 0:
        wrong_type(fd, "UNSIGNED-BYTE")
    try:
        flags = fcntl.fcntl(fd, fcntl.F_GETFL)
        fcntl.fcntl(fd, _SET_OWNER, os.getpid())
        fcntl.fcntl(fd, fcntl.F_SETFL, flags | _ASYNC if on else flags & ~_ASYNC)
    except OSError as problem:
        error("SYSCALL-ERROR", "fcntl of descriptor ~d: ~a", fd, string(os.strerror(problem.errno or 0)),
              errno=problem.errno)


@builtin("SIGIO-SUPPORTED-P", "", package=SYSTEM)
def sigio_supported_p() -> Any:
    """Return true if the system can tell by a signal that a descriptor has input."""
    return T if hasattr(signal, "SIGIO") else None


@builtin("INITIALIZE-SIGIO-HANDLING", "", package=SYSTEM)
def initialize_sigio_handling() -> Any:
    """Get ready for `set-sigio-handler`; return true."""
    if not _listening:
        _listening.append(True)
        add_signal_handler(int(signal.SIGIO), _came)
    return T


@builtin("SET-SIGIO-HANDLER", "fd function", package=SYSTEM)
def set_sigio_handler(fd: Any, function: Any) -> Any:
    """Have FUNCTION called with the descriptor FD when that has got input; return true.

    The initial process calls it, where it waits or passes the test of a loop.
    """
    coerce_function(function)
    initialize_sigio_handling()
    _switch(fd, True)
    _handlers[fd] = function
    return T


@builtin("REMOVE-SIGIO-HANDLER", "fd", package=SYSTEM)
def remove_sigio_handler(fd: Any) -> Any:
    """Undo `set-sigio-handler` for the descriptor FD; return true if it had a function."""
    had = _handlers.pop(fd, None)
    if had is None:
        return None
    _switch(fd, False)
    if not _handlers:
        _listening.clear()
        remove_signal_handler(int(signal.SIGIO))
    return T
