"""Active stream sockets: connections as Lisp streams of characters and octets."""

from __future__ import annotations

import socket as system
from contextlib import suppress
from time import monotonic
from typing import Any, NoReturn

from acl.clos.base import CLASSES, symbol_named
from acl.runtime.waiting import POLLIN, POLLOUT, mailbox
from acl.socket import recording
from acl.socket.classes import FileSocket, InternetSocket, Socket
from acl.socket.errors import closed_error, socket_error, timeout_error, write_error
from acl.streams.base import stream_fault
from acl.streams.devices import DualChannelSimpleStream, OwnDevice
from acl.streams.octets import OctetStream
from acl.types.array import string
from acl.types.symbol import ACL_SOCKET, EXCL

_LITTLE = 8192
"""Fewer octets than this are a message; of a transfer in bulk more is on the way when all that had come is taken."""
_BULK, _WINDOW = 32768, 524288
"""Who asks for as many octets as the first reads in bulk; then Linux is told to make room for the second."""
_INPUT, _OUTPUT = string("waiting for input"), string("waiting for output")


class SocketSimpleStream(OwnDevice, DualChannelSimpleStream, lisp="SOCKET-SIMPLE-STREAM", package=EXCL):
    """A stream over a connection."""

    sent_back = True
    base_socket: Any = None
    """The socket whose connection the stream has taken over, if it is none itself."""

    def shut_down(self, direction: str) -> None:
        """Close one half of the connection, "input" or "output"."""
        raise NotImplementedError


class SocketStream(Socket, SocketSimpleStream):
    """A connected socket and stream.

    Reads and writes try first, and wait when the system says that they would block.
    """

    shut_input = shut_output = False
    heir: Any = None
    """The stream that has taken the connection over."""
    drained = False
    """True if the last read took all that had come, and it was little: the next one will probably have to wait."""

    bulk = False
    """True once the stream was read in bulk."""

    def __init__(self, sock: system.socket, remote_name: Any = None, format: Any = None) -> None:
        sock.setblocking(False)
        self.sock = sock
        self.in_fd = self.out_fd = sock.fileno()
        OctetStream.__init__(self, format)
        self.set_defaults()
        with suppress(OSError):  # a connection that is over already may have lost its name
            self.note_local()
        if remote_name is not None:
            self.note_remote(remote_name)

    def set_defaults(self) -> None:
        """Set the options that every new connection has."""

    def widen(self) -> None:
        """Get ready for being read in bulk."""

    def device_read_into(self, view: memoryview, wait: bool = True) -> int | None:
        """Receive."""
        fills = self.fills
        if len(view) >= _BULK and not self.bulk:
            self.bulk = True
            self.widen()
        if self.drained and wait:
            self._wait(POLLIN, self.read_timeout, "read", _INPUT)
        while self.fills == fills:
            try:
                got = self.sock.recv_into(view)
                if recording.on:
                    recording.note("receive" if got else "end", self, view[:got])
                self.drained = got < _LITTLE and got < len(view)
                return got
            except BlockingIOError:
                if not wait:
                    return None
            except OSError as problem:
                if self.closed:
                    closed_error(self)
                socket_error(problem, "reading from a socket", self)
            self._wait(POLLIN, self.read_timeout, "read", _INPUT)
        return None

    def device_write(self, view: Any) -> int:
        """Send."""
        while True:
            try:
                if not recording.on:
                    return self.sock.send(view)
                begun = monotonic()  # the peer may have answered before this thread goes on
                sent = self.sock.send(view)
                recording.note("send", self, view[:sent], begun=begun)
                return sent
            except BlockingIOError:
                self._wait(POLLOUT, self.write_timeout, "write", _OUTPUT)
                if self.unsent is not view:
                    return 0
            except OSError as problem:
                if self.closed:
                    closed_error(self)
                write_error(problem, self)

    def _wait(self, mask: int, timeout: float | None, what: str, whostate: Any) -> None:
        fd = self.in_fd
        deadline = None if timeout is None else monotonic() + timeout
        if not mailbox().poll(fd * 8 + mask, ((fd, mask),), deadline, whostate, self):
            timeout_error(what, timeout, self)
        if self.closed:
            closed_error(self)

    def input_is_ready(self) -> bool:
        """True if reading will not block."""
        return not self.is_open or self.octets_ready()

    def device_close(self, abort: bool) -> None:
        """Close the descriptor."""
        self.shut()

    def close(self, abort: bool = False) -> bool:
        """Send what is buffered and close; after a failure to send, the stream is closed nevertheless."""
        if self.heir is not None:
            return bool(self.heir.close(abort))
        if self.closed:
            self.is_open = False
            return False
        return OctetStream.close(self, abort)

    def hand_over(self, heir: Any) -> bytes:
        """Give the connection to the stream *heir*: send what is buffered, and return the octets read too early.

        This stream is closed for everybody; closing it closes the heir.
        """
        self.check_open()
        self.finish_output()
        octets = self.unread_octets()
        self.end()
        self.heir = heir
        return octets

    def closed_operation(self) -> NoReturn:
        """Signal `stream-closed-error`."""
        if self.heir is not None and self.heir.is_open:
            stream_fault("STREAM-CLOSED-ERROR", "The connection of ~s has been taken over by ~s.", self, self.heir,
                         stream=self)
        super().closed_operation()

    def shut_down(self, direction: str) -> None:
        """Close one half of the connection, without sending what is buffered; after both, the descriptor."""
        if self.heir is not None:
            self.heir.shut_down(direction)
            return
        self.check_socket()
        try:
            self.sock.shutdown(system.SHUT_RD if direction == "input" else system.SHUT_WR)
        except OSError as problem:
            socket_error(problem, "shutting down a socket", self)
        if recording.on and direction == "output":
            recording.note("shutdown", self)
        if direction == "input":
            self.shut_input = True
        else:
            self.shut_output = True
        if self.shut_input and self.shut_output:
            OctetStream.close(self, True)

    describe = Socket.describe


class SocketStreamInternetActive(SocketStream, InternetSocket, lisp="SOCKET-STREAM-INTERNET-ACTIVE",
                                 package=ACL_SOCKET):
    """A TCP connection."""

    def set_defaults(self) -> None:
        """Send small messages at once, as Allegro's sockets do."""
        try:
            self.sock.setsockopt(system.IPPROTO_TCP, system.TCP_NODELAY, 1)
        except OSError:
            pass  # the peer is gone already; reading will tell

    def widen(self) -> None:
        """Let the receive window grow at once: Linux may keep it at one segment, so that each has to be waited for.

        A low water mark makes it grow unless `:receive-buffer-size` is given; it must not stay, or `poll` would wait
        for so much.
        """
        with suppress(OSError):
            for mark in (_WINDOW, 1):
                self.sock.setsockopt(system.SOL_SOCKET, system.SO_RCVLOWAT, mark)


class SocketStreamFileActive(SocketStream, FileSocket, lisp="SOCKET-STREAM-FILE-ACTIVE", package=ACL_SOCKET):
    """A connection between processes of one machine."""


CLASSES[ACL_SOCKET.intern("HIPER-SOCKET-STREAM-INTERNET-ACTIVE")] = SocketStreamInternetActive
CLASSES[symbol_named("SOCKET-BASE-SIMPLE-STREAM", EXCL)] = SocketSimpleStream
