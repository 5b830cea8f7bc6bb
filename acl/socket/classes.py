"""The classes of sockets, and what all sockets answer.

    socket
      internet-socket (af-internet)   file-socket (af-file)   passive-socket   datagram-socket

An active stream socket is a Lisp stream as well; see `acl.socket.streams`.
"""

from __future__ import annotations

import errno
import os
import socket as system
from time import monotonic
from typing import TYPE_CHECKING, Any

from acl.clos.base import CLASSES, StandardClass, TClass
from acl.runtime.waiting import POLLIN, mailbox, wake_waiters
from acl.socket import recording, reserve
from acl.socket.addresses import address_text, from_python
from acl.socket.errors import closed_error, socket_error
from acl.types.symbol import ACL_SOCKET, T, keyword

PRINT_HOSTNAME = ACL_SOCKET.export("*PRINT-HOSTNAME-IN-STREAM*")
PRINT_HOSTNAME.set_global(T)
PRINT_HOSTNAME.special = "special"

_forked: list[int] = []
"""Not empty once there may be a process that has our sockets too."""
os.register_at_fork(before=lambda: _forked.append(os.getpid()))

_PRINTING_PATIENCE = 5.0
"""How long printing a socket waits for the name of a host."""


class Socket(TClass, metaclass=StandardClass, lisp="SOCKET", package=ACL_SOCKET):  # type: ignore[call-arg, metaclass]
    """Root of all sockets.  `sock` is the Python socket, non-blocking; `closed` tells that it is gone."""

    if TYPE_CHECKING:
        def __init_subclass__(cls, lisp: str | None = None, package: Any = None, export: bool = True) -> None: ...

    sock: system.socket
    kind = "stream"
    connect = "active"
    family = "internet"
    closed = False
    local_address: Any = None
    local_port: Any = None
    remote_address: Any = None
    remote_port: Any = None
    local_filename: Any = None
    remote_filename: Any = None
    anywhere = False
    """True if it is bound to no interface in particular."""

    def __init__(self, sock: system.socket) -> None:
        self.sock = sock

    @property
    def fd(self) -> int:
        """The descriptor, -1 if it is closed."""
        return self.sock.fileno()

    @property
    def is_ipv6(self) -> bool:
        """True for an IPv6 socket."""
        return self.sock.family == system.AF_INET6

    def note_local(self) -> None:
        """Ask the system for this end's name and keep it; OSError if it does not say."""
        name = self.sock.getsockname()
        if self.family == "file":
            self.local_filename = os.fsdecode(name) if name else ""
        else:
            self.local_address = from_python(name[0], name[3] if len(name) > 3 else 0)
            self.local_port = name[1]

    def note_remote(self, name: Any) -> None:
        """Keep the name of the other end."""
        if self.family == "file":
            self.remote_filename = os.fsdecode(name) if name else ""
        else:
            self.remote_address = from_python(name[0], name[3] if len(name) > 3 else 0)
            self.remote_port = name[1]

    def wait_io(self, mask: int, deadline: float | None, whostate: Any) -> bool:
        """Wait until the descriptor is ready, or closed; false after *deadline*."""
        fd = self.sock.fileno()
        return fd < 0 or bool(mailbox().poll(fd * 8 + mask, ((fd, mask),), deadline, whostate, self))

    def input_is_ready(self) -> bool:
        """True if a read, accept or receive will not block."""
        return self.closed or self.wait_io(POLLIN, 0.0, "waiting for input")

    def shut(self) -> None:
        """Close the descriptor and wake those who wait for it."""
        if not self.closed:
            self.closed = True
            if recording.on and self.connect == "active":
                recording.note("close", self)
            fd = self.sock.fileno()
            if self.connect == "passive" and not _forked:
                self._stop_listening()
            self.sock.close()
            wake_waiters(fd)

    def _stop_listening(self) -> None:
        """Refuse connections from now on: the system's wait of another process in `accept-connection` keeps the socket
        beyond `close`, until that process has been woken."""
        try:
            self.sock.shutdown(system.SHUT_RDWR)
        except OSError:  # some systems cannot
            pass

    def close(self, abort: bool = False) -> bool:
        """Close the socket; false if it was closed already."""
        was = not self.closed
        self.shut()
        return was

    def check_socket(self) -> None:
        """Signal `stream-closed-error` if the socket is closed."""
        if self.closed:
            closed_error(self)

    # Printing

    def describe(self) -> str:
        """What is printed between `#<` and ` @ #x...>`."""
        return f"{printed_format(self.kind)} {self.kind} socket {self.printed_state()}"

    def printed_state(self) -> str:
        """The end of the printed form."""
        if self.family == "file":
            names = self.local_filename, self.remote_filename
            here, there = (name if name else "(unnamed)" for name in names)
        else:
            here = self.printed_end(self.local_address, self.local_port, self.anywhere)
            there = self.printed_end(self.remote_address, self.remote_port)
        if self.kind == "datagram" or self.connect == "passive":
            return f"waiting for connection at {here}"
        return f"connected from {here} to {there}"

    def printed_end(self, address: Any, port: Any, anywhere: bool = False) -> str:
        """Return `HOST/PORT`."""
        if anywhere:
            return f"*/{port}"
        name = None
        if PRINT_HOSTNAME.value is not None and address is not None:
            from acl.socket.names import hostname_of

            name = hostname_of(address, deadline=monotonic() + _PRINTING_PATIENCE)
        return f"{name or (address_text(address) if address is not None else '?')}/{port}"


def printed_format(kind: str) -> str:
    """Return the word MULTIVALENT, or TEXT for datagrams as the 10.1 documentation shows, in the case of symbols."""
    from acl.types.function import FUNCTIONS

    princ = FUNCTIONS.get("COMMON-LISP:PRINC-TO-STRING")
    word = "TEXT" if kind == "datagram" else "MULTIVALENT"
    return str(princ(keyword(word))) if princ is not None else word


class InternetSocket(Socket, lisp="INTERNET-SOCKET", package=ACL_SOCKET, export=False):
    """A socket named by address and port."""


class FileSocket(Socket, lisp="FILE-SOCKET", package=ACL_SOCKET, export=False):
    """A socket named by a file."""

    family = "file"


CLASSES[ACL_SOCKET.intern("AF-INTERNET")] = InternetSocket
CLASSES[ACL_SOCKET.intern("AF-FILE")] = FileSocket


class PassiveSocket(Socket, lisp="PASSIVE-SOCKET", package=ACL_SOCKET, export=False):
    """A socket that connections are made to."""

    connect = "passive"
    backlog: Any = 5

    def accept(self, wait: bool) -> Any:
        """Return a stream for the next connection; None if there is none and *wait* is false."""
        while True:
            self.check_socket()
            if not reserve.complete and not reserve.refill():
                socket_error(errno.EMFILE, "accepting a connection", self)
            try:
                sock, name = self.sock.accept()
                break
            except BlockingIOError:
                if not wait:
                    return None
                self.wait_io(POLLIN, None, "waiting for input")
            except OSError as problem:
                self.check_socket()  # one that is being closed says that it does not listen
                socket_error(problem, "accepting a connection", self)
        stream = self.accepted(sock, name)
        if recording.on:
            recording.note("accept", stream)
        return stream

    def accepted(self, sock: system.socket, name: Any) -> Any:
        """Return the stream for an accepted connection."""
        raise NotImplementedError


class SocketStreamInternetPassive(PassiveSocket, InternetSocket, lisp="SOCKET-STREAM-INTERNET-PASSIVE",
                                  package=ACL_SOCKET):
    """A passive TCP socket."""

    def accepted(self, sock: system.socket, name: Any) -> Any:
        """Return the stream for an accepted connection."""
        from acl.socket.streams import SocketStreamInternetActive

        return SocketStreamInternetActive(sock, name)


class SocketStreamFilePassive(PassiveSocket, FileSocket, lisp="SOCKET-STREAM-FILE-PASSIVE", package=ACL_SOCKET):
    """A passive local socket."""

    def accepted(self, sock: system.socket, name: Any) -> Any:
        """Return the stream for an accepted connection."""
        from acl.socket.streams import SocketStreamFileActive

        stream = SocketStreamFileActive(sock, name)
        stream.local_filename = self.local_filename
        return stream


CLASSES[ACL_SOCKET.intern("PF-PASSIVE-STREAM-INTERNET")] = SocketStreamInternetPassive


class DatagramSocket(Socket, lisp="DATAGRAM-SOCKET", package=ACL_SOCKET, export=False):
    """A socket for packets."""

    kind = "datagram"
    last_destination: tuple[Any, Any, Any] = None, None, None
    """Host and port, numbers, of the packet sent last, and Python's name for both."""
    waits = 0
    """So many of the next receives wait before they try."""


class SocketDatagramInternetActive(DatagramSocket, InternetSocket, lisp="SOCKET-DATAGRAM-INTERNET-ACTIVE",
                                   package=ACL_SOCKET):
    """A UDP socket; `remote_address` and `remote_port` are the default destination."""


class SocketDatagramFileActive(DatagramSocket, FileSocket, lisp="SOCKET-DATAGRAM-FILE-ACTIVE", package=ACL_SOCKET):
    """A local socket for packets."""


CLASSES[ACL_SOCKET.intern("INTERNET-DATAGRAM-SOCKET")] = SocketDatagramInternetActive
CLASSES[ACL_SOCKET.intern("FILE-DATAGRAM-SOCKET")] = SocketDatagramFileActive

