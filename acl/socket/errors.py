"""From errors of the operating system to conditions."""

from __future__ import annotations

import errno
import os
from typing import Any, NoReturn

from acl.socket import recording, reserve
from acl.types.array import string
from acl.types.symbol import keyword

IDENTIFIERS: dict[int, tuple[str, str]] = {
    errno.EADDRINUSE: ("ADDRESS-IN-USE", "Local socket address already in use"),
    errno.EADDRNOTAVAIL: ("ADDRESS-NOT-AVAILABLE", "Local socket address not available"),
    errno.ENETDOWN: ("NETWORK-DOWN", "Network is down"),
    errno.ENETUNREACH: ("NETWORK-UNREACHABLE", "Network is unreachable"),
    errno.ENETRESET: ("NETWORK-RESET", "Network has been reset"),
    errno.ECONNABORTED: ("CONNECTION-ABORTED", "Connection aborted"),
    errno.ECONNRESET: ("CONNECTION-RESET", "Connection reset by peer"),
    errno.ENOBUFS: ("NO-BUFFER-SPACE", "No buffer space"),
    errno.ESHUTDOWN: ("SHUTDOWN", "Connection shut down"),
    errno.ETIMEDOUT: ("CONNECTION-TIMED-OUT", "Connection timed out"),
    errno.ECONNREFUSED: ("CONNECTION-REFUSED", "Connection refused"),
    errno.EHOSTDOWN: ("HOST-DOWN", "Host is down"),
    errno.EHOSTUNREACH: ("HOST-UNREACHABLE", "Host is unreachable"),
    errno.ENOPROTOOPT: ("PROTOCOL-NOT-AVAILABLE", "Protocol not available"),
}
"""errno to identifier and text."""

_CLOSED = (errno.EBADF, errno.ENOTSOCK)


def described(code: int) -> tuple[str, str]:
    """Return identifier and text of an errno."""
    return IDENTIFIERS.get(code) or ("UNKNOWN", os.strerror(code))


def socket_error(problem: OSError | int, action: str, socket: Any = None) -> NoReturn:
    """Signal the `socket-error` for an error that came while doing *action*.

    If the descriptor was closed meanwhile it is a `stream-closed-error`.
    """
    from acl.runtime.conditions import error

    code = problem if isinstance(problem, int) else problem.errno or 0
    if code in _CLOSED and socket is not None:
        closed_error(socket)
    if code in reserve.EXHAUSTED:
        reserve.release()
    identifier, text = described(code)
    if recording.on and socket is not None:
        recording.note("reset" if identifier == "CONNECTION-RESET" else "error", socket, text=text)
    error("SOCKET-ERROR", None, stream=socket, identifier=keyword(identifier), code=code, string=string(text),
          action=string(action))
    raise AssertionError


def write_error(problem: OSError, socket: Any) -> NoReturn:
    """Signal the error of a failed write: an `errno-stream-error`, which is what Allegro's programs expect."""
    from acl.runtime.conditions import error

    code = problem.errno or 0
    if code in _CLOSED:
        closed_error(socket)
    identifier, text = described(code)
    if recording.on:
        recording.note("reset" if code in (errno.EPIPE, errno.ECONNRESET) else "error", socket, text=text)
    error("ERRNO-STREAM-ERROR", None, stream=socket, identifier=keyword(identifier), code=code, string=string(text),
          action=string("writing to a socket"))
    raise AssertionError


def closed_error(socket: Any) -> NoReturn:
    """Signal `stream-closed-error`, after what others want of the process: who closes what it uses may kill it."""
    from acl.runtime.conditions import error
    from acl.runtime.waiting import poll_interrupts

    poll_interrupts()
    error("STREAM-CLOSED-ERROR", None, stream=socket)
    raise AssertionError


def timeout_error(kind: str, seconds: Any, socket: Any) -> NoReturn:
    """Signal that a read or write (*kind*) took longer than the stream's time-out."""
    from acl.runtime.conditions import error

    if recording.on:
        recording.note("timeout", socket, text=f"{kind} after {float(seconds):g} s")
    many = "" if seconds == 1 else "s"
    control = f"Timeout of ~a second{many} while {'reading from' if kind == 'read' else 'writing to'} ~s."
    error("SOCKET-ERROR", control, string(f"{float(seconds):g}"), socket, stream=socket,
          identifier=keyword(kind.upper() + "-TIMEOUT"),
          action=string("reading from a socket" if kind == "read" else "writing to a socket"))
    raise AssertionError


def plain_error(control: str, *args: Any) -> NoReturn:
    """Signal a `socket-error` that no errno stands behind, such as an unknown host."""
    from acl.runtime.conditions import error

    error("SOCKET-ERROR", control, *args, identifier=keyword("UNKNOWN"))
    raise AssertionError
