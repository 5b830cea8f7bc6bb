"""One TLS connection: OpenSSL with memory on its wire side, and the socket that the records come from and go to.

Nothing here waits.  Every method does what it can, moves records both ways as far as the socket takes and gives them,
and says whether it got anywhere; the stream above waits for `mask()`.  OpenSSL wants one thread at a time in a
connection: `lock` is held during a method, never during a wait, so one process may read while another writes.
"""

from __future__ import annotations

import errno
import os
import socket as system
from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar

from acl.runtime.waiting import POLLIN, POLLOUT
from acl.ssl import library

_Answer = TypeVar("_Answer")

_ROOM = 1 << 16
"""Octets asked of the socket at a time: four records of the largest size."""
_RECORD = 1 << 14
"""Octets of the program in the largest record."""
_RECORDS = 4
"""Records made before they are sent."""
_MOST_UNSENT = 1 << 18
"""Octets to send, more than those of a write, at which nothing is received any more: the peer makes us answer, and does
not read the answers."""
_DRAIN = 16
"""How many blocks that nobody will read are taken from the socket when it is closed."""


class Engine:
    """The state of a connection.

    A call takes `_ROOM` octets that lead nowhere at most: then it says that it got nowhere, for the stream to look at
    its deadline, and for others to have the lock.

    `ready`: the handshake is done.  `failure`: the exception (of pyOpenSSL, or OSError) that ended the connection.
    `dry`: OpenSSL is waiting for what has not come yet.  `lax`: to go without close_notify is no error.
    """

    __slots__ = ("at_end", "connection", "dry", "errors", "failure", "lax", "lock", "outgoing", "ready", "records",
                 "shut", "sock")

    def __init__(self, connection: Any, sock: system.socket, received: bytes, server: bool, lax: bool) -> None:
        self.errors = library.ssl()
        self.connection = connection
        self.records = library.Records(connection)
        self.sock = sock
        self.lock = Lock()
        self.outgoing = bytearray()
        self.ready = self.at_end = self.shut = False
        self.lax = lax
        self.failure: Exception | None = None
        self.dry = server and not received
        if received:
            self.records.give(received)

    def ask(self, question: Callable[[Any], _Answer]) -> _Answer:
        """Return what *question* returns for the connection of pyOpenSSL, which nobody else uses meanwhile."""
        with self.lock:
            return question(self.connection)

    def mask(self, write: bool = False) -> int:
        """Return the events of the socket to wait for in order to go on with a read or a write."""
        if (write and self.ready) or self._stuffed():
            return POLLOUT
        return POLLIN | POLLOUT if self.outgoing else POLLIN

    # Records between OpenSSL and the socket; the lock is held

    def _stuffed(self) -> bool:
        """True if so much is unsent that the peer gets no more answers."""
        return bool(self.outgoing) and len(self.outgoing) + self.records.unsent() > _MOST_UNSENT

    def _receive(self, most: int) -> int | None:
        """Give OpenSSL at most *most* octets that have come; how many, None if none have.

        At the end of all that comes it is *most*: there is nothing to be received after it.
        """
        if self._stuffed():
            return None
        try:
            data = self.sock.recv(most)
        except BlockingIOError:
            return None
        self.records.give(data)
        return len(data) or most

    def _send(self) -> bool:
        """Send what OpenSSL has to send, as far as the socket takes it; true if all is sent."""
        outgoing, records = self.outgoing, self.records
        try:
            while outgoing:
                del outgoing[:self.sock.send(outgoing)]
            while count := records.unsent():
                data = records.take(count)
                sent = 0
                try:
                    sent = self.sock.send(data)
                finally:
                    if sent < count:
                        outgoing += memoryview(data)[sent:]
                while outgoing:
                    del outgoing[:self.sock.send(outgoing)]
        except BlockingIOError:
            return False
        return True

    def _reply(self) -> bool:
        """Send what a read gave rise to; false if that is nothing.  If it fails, reading tells better what is wrong."""
        if not self.outgoing and not self.records.unsent():
            return False
        try:
            self._send()
        except OSError:
            pass
        return True

    def _go_on(self, step: Callable[[], _Answer | None]) -> _Answer | None:
        """Return what *step* returns when it gets somewhere with what comes; None if not enough has come."""
        room = _ROOM
        if self.dry:
            if self.outgoing:
                self._reply()
            came = self._receive(room)
            if came is None:
                return None
            room -= came
            self.dry = False
        while (got := step()) is None:
            # What has just been sent in a handshake cannot have been answered yet.
            answered = self._reply()
            came = None if room <= 0 or (answered and not self.ready) else self._receive(room)
            if came is None:
                self.dry = True
                return None
            room -= came
        return got

    def _fail(self, problem: Exception) -> None:
        """Remember the error that ends the connection, and tell the peer (OpenSSL has made an alert of it)."""
        self.failure = problem
        self._reply()

    # What streams call

    def handshake(self) -> bool:
        """Go on with the handshake; true when it is done.  Raises what went wrong.

        Its last message goes out with what is written next, before something is waited for, or by another call.
        """
        with self.lock:
            if self.ready:
                self._reply()
                return True
            return self._handshake()

    def _handshake(self) -> bool:
        if self.failure is not None:
            raise self.failure
        try:
            self.ready = self._go_on(self.records.handshake) is not None
            return self.ready
        except (self.errors.Error, OSError) as problem:
            self._fail(problem)
            raise

    def read(self, view: memoryview) -> int | None:
        """Read what has come into *view*: how many octets, 0 at the end of file, None if there are none yet.

        This and what follows is for after the handshake.
        """
        with self.lock:
            return self._input(lambda: self._take(view))

    def _take(self, view: memoryview) -> int | None:
        """Decrypt a record into *view*; more, if it is full and so probably not the last."""
        read = self.records.read
        got = done = read(view)
        total = len(view)
        while got == _RECORD and done is not None and done < total:
            try:
                got = read(view[done:])
            except self.errors.Error as problem:
                self._fail(problem)  # told next time: now there is something to give
                break
            done += got or 0
        return done

    def readable(self) -> bool:
        """True if `read` would do something at once: give octets, the end of file or an error."""
        with self.lock:
            try:
                return self._input(self.records.peek) is not None
            except (self.errors.Error, OSError):
                return True

    def _input(self, take: Callable[[], int | None]) -> int | None:
        """Return what *take* returns when it finds something; 0 at the end of file, None if nothing has come."""
        if self.failure is not None:
            raise self.failure
        if self.at_end:
            return 0
        try:
            got = self._go_on(take)
            if got is None:
                return None
        except (self.errors.Error, OSError) as problem:
            if not (self.lax and type(problem) is self.errors.SysCallError and problem.args[0] == -1):
                self._fail(problem)
                raise
            got = 0
        self.at_end = got == 0
        return got

    def write(self, view: memoryview) -> int | None:
        """Encrypt some of *view* and begin to send it; how many octets, None if earlier ones are still to be sent."""
        with self.lock:
            if self.failure is not None:
                raise self.failure
            if self.shut:
                raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))
            if self.outgoing and not self._send():
                return None
            try:
                done = self.records.write(view[:_RECORDS * _RECORD])
            except self.errors.Error as problem:
                self._fail(problem)
                raise
            self._send()
            return done

    def flush(self) -> bool:
        """Send what is left to send; true if all is."""
        with self.lock:
            return self._send()

    def say_goodbye(self) -> bool:
        """Tell the peer that nothing more will be written (close_notify); true if that is sent."""
        with self.lock:
            if self.ready and self.failure is None and not self.shut:
                self.shut = True
                self.records.shut()
            return self._send()

    def discard_input(self) -> None:
        """Take what nobody will read from the socket: closed with it, it would reset the connection, output and all."""
        try:
            for _ in range(_DRAIN):
                if not self.sock.recv(_ROOM):
                    return
        except OSError:
            pass
