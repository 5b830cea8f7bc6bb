"""SSL streams: octet streams like those of plain connections, whose device is an `Engine`."""

from __future__ import annotations

import socket as system
from collections.abc import Callable, Iterator
from threading import RLock
from time import monotonic
from typing import Any, NoReturn

from acl.runtime.waiting import Waiters, mailbox
from acl.socket import recording
from acl.socket.classes import printed_format
from acl.socket.errors import closed_error, socket_error, timeout_error, write_error
from acl.socket.streams import SocketSimpleStream, SocketStream
from acl.ssl.certificates import name_text, peer_certificate, printable
from acl.ssl.contexts import SSLContext
from acl.ssl.engine import Engine
from acl.ssl.errors import ssl_error
from acl.ssl.explanations import Verification
from acl.ssl.library import verify_result
from acl.streams.octets import OctetStream
from acl.types.array import string
from acl.types.symbol import EXCL

_INPUT, _OUTPUT = string("waiting for input"), string("waiting for output")
_HANDSHAKE = string("waiting for SSL handshake")
_READING, _WRITING, _SHAKING = "reading from an SSL stream", "writing to an SSL stream", "shaking hands over SSL"
_GOODBYE = 5.0
"""Seconds that closing waits to get its last record into the socket, if the stream has no write time-out."""


class SSLStream(SocketSimpleStream, lisp="SSL-STREAM", package=EXCL, export=False):
    """A stream over an SSL connection; `base_socket` is the plain stream whose socket it has taken over.

    `certificate` is the peer's as Lisp sees it, made when somebody asks.
    """

    server = False
    expected: str | None = None
    """The name that the peer's certificate must have."""
    certificate: Any = None
    cut_off = False
    """True once it was closed with something unsent."""

    def __init__(self, base: SocketStream, context: SSLContext, connection: Any, lax: bool = False) -> None:
        """Take over the socket of *base*; *connection* is a new one of pyOpenSSL without a socket."""
        self.base_socket = base
        self.context = context
        OctetStream.__init__(self, base.format)
        self.in_fd = self.out_fd = base.in_fd
        self.read_timeout, self.write_timeout = base.read_timeout, base.write_timeout
        self.engine = Engine(connection, base.sock, base.hand_over(self), self.server, lax)
        try:
            base.sock.setsockopt(system.IPPROTO_TCP, system.TCP_NODELAY, 1)
        except OSError:
            pass  # a local socket, or the peer has gone already, which reading will tell
        self._driver = RLock()  # an interrupt may come upon a handshake of its own process
        self._driving = 0
        self._driven = Waiters()

    # The device

    def device_read_into(self, view: memoryview, wait: bool = True) -> int | None:
        """Decrypt what has come."""
        return self._until(self.engine.read, _READING, view, wait=wait)  # type: ignore[no-any-return]

    def device_write(self, view: Any) -> int:
        """Encrypt, and send as far as the system takes it; what is left goes first next time."""
        return self._until(self._encrypt, _WRITING, view)  # type: ignore[no-any-return]

    def _encrypt(self, view: Any) -> int | None:
        return self.engine.write(view) if self.unsent is view else 0  # an interrupt has sent it

    def _until(self, operation: Callable[..., Any], action: str, *args: Any, wait: bool = True) -> Any:
        """Call a method of the engine, after the handshake, waiting until it gets somewhere.

        The time-out is for all of it: octets of a record that never ends do not prolong it.
        """
        write = action is _WRITING
        timeout = self.write_timeout if write else self.read_timeout
        deadline = None if timeout is None else monotonic() + timeout
        fills = self.fills
        while write or self.fills == fills:
            if self.base_socket.closed:
                closed_error(self)
            if not self.engine.ready and not self._shake(write, deadline, wait):
                return None
            got = self._call(operation, action, *args)
            if (got is not None and got is not False) or not wait:
                return got
            if not self._poll(self.engine.mask(write), deadline, _OUTPUT if write else _INPUT):
                self._time_out(write)
        return None

    def _call(self, operation: Callable[..., Any], action: str, *args: Any) -> Any:
        """Call a method of the engine; its exceptions become conditions."""
        try:
            return operation(*args)
        except OSError as problem:
            self._fail_device(problem, action)
        except self.engine.errors.Error as problem:
            self._fail(problem, action)

    def _shake(self, write: bool, deadline: float | None, wait: bool) -> bool:
        """Do the handshake, or wait until the process that is at it has done it; true when it is done."""
        while not self.engine.ready:
            done = self._call(self._drive, _SHAKING, deadline, wait)
            if self.base_socket.closed:
                closed_error(self)
            if done:
                break
            if not wait:
                return False
            if done is None and not self._driven.wait(lambda: not self._driving, deadline, _HANDSHAKE):
                done = False
            if done is False:
                self._time_out(write)
        return True

    def _drive(self, deadline: float | None, wait: bool) -> bool | None:
        """Do the handshake unless another process is at it (None); false if there is no more time, or no *wait*.

        Only one process does it: who is not at it might take the octets that the one at it is waiting for.
        """
        if not self._driver.acquire(False):
            return None
        self._driving += 1
        try:
            while not self.engine.handshake():
                if not wait or not self._poll(self.engine.mask(), deadline, _HANDSHAKE) or self.base_socket.closed:
                    return False
            return True
        finally:
            self._driving -= 1
            self._driver.release()
            self._driven.wake_all()

    def _fail_device(self, problem: OSError, action: str) -> NoReturn:
        if self.base_socket.closed:
            closed_error(self)
        if action is _WRITING:
            write_error(problem, self)
        socket_error(problem, action, self)

    def _fail(self, problem: Exception, action: str) -> NoReturn:
        ssl_error(problem, action if self.engine.ready else _SHAKING, self)

    def explanation(self, code: int) -> str:
        """Return a sentence about the peer's certificate, which did not verify for OpenSSL's reason *code*."""
        ask = self.engine.ask
        try:
            chain = ask(lambda c: c.get_verified_chain(as_cryptography=True)) or []
            depth = ask(lambda c: c.get_context().get_verify_depth())
            role = "client" if self.server else "server"
            return Verification(code, chain, self.expected, depth, self.context.trust.lists, role).explain()
        except Exception as problem:  # of several kinds: what cryptography thinks of a malformed certificate
            return f"The certificate is malformed: {printable(str(problem))}."

    def _poll(self, mask: int, deadline: float | None, whostate: Any) -> Any:
        if deadline is not None and monotonic() >= deadline:  # else who sends without end could prolong it
            return []
        fd = self.in_fd
        return mailbox().poll(fd * 8 + mask, ((fd, mask),), deadline, whostate, self.base_socket)

    def _time_out(self, write: bool) -> None:
        timeout_error("write" if write else "read", self.write_timeout if write else self.read_timeout, self)

    def send(self, view: Any) -> None:
        """Write all of *view*, and wait until the last record is in the socket."""
        OctetStream.send(self, view)
        if self.engine.outgoing:
            self._flush_records()

    def finish_output(self, data: Any = b"") -> None:
        """Send everything, then *data*, also records that an interrupt has left behind."""
        OctetStream.finish_output(self, data)
        if self.engine.outgoing:
            self._flush_records()

    force_output = finish_output

    def _flush_records(self) -> None:
        self._until(self.engine.flush, _WRITING)

    def input_is_ready(self) -> bool:
        """True if reading will not block: octets of the program, the end of file or an error, not only records."""
        if not self.is_open or self.pos < len(self.text) or self.ipos < self.iend:
            return True
        if self.input_filter is not None:
            return self.octets_ready()
        try:
            return bool(self.engine.ready or self._drive(None, False)) and self.engine.readable()
        except (self.engine.errors.Error, OSError):
            return True  # reading will come upon it again

    # SSL

    def handshake(self) -> None:
        """Do the handshake, if it has not been done."""
        self.check_open()
        self._until(self.engine.handshake, _SHAKING)
        if recording.on:
            recording.note("tls", self, text="handshake")

    def shut_down(self, direction: str) -> None:
        """Close one half: :OUTPUT tells the peer with close_notify that nothing more will come."""
        self.check_open()
        if direction == "output":
            self._say_goodbye()
        try:
            self.base_socket.sock.shutdown(system.SHUT_RD if direction == "input" else system.SHUT_WR)
        except OSError as problem:
            socket_error(problem, "shutting down a socket", self)

    def _say_goodbye(self) -> None:
        deadline = monotonic() + (_GOODBYE if self.write_timeout is None else self.write_timeout)
        try:
            while not self.engine.say_goodbye():
                if not self._poll(self.engine.mask(True), deadline, _OUTPUT) or self.base_socket.closed:
                    return
        except (OSError, self.engine.errors.Error):
            pass  # who has gone needs no goodbye

    def close(self, abort: bool = False) -> bool:
        """Send what is buffered (not if *abort*) and close; the peer is not told of an end that cuts something off."""
        self.cut_off = abort and bool(any(self.pieces) or self.obuf or self.unsent)
        return super().close(abort)

    def device_close(self, abort: bool) -> None:
        """Take leave of the peer, unless what was to be sent is dropped, and close the descriptor.

        With *abort* it is not waited for: servers such as AllegroServe end all their connections so.
        """
        base = self.base_socket
        try:
            if abort and not self.cut_off and not base.closed:
                try:
                    self.engine.say_goodbye()
                except (OSError, self.engine.errors.Error):
                    pass
            if not abort and not base.closed:
                self._say_goodbye()
                self.keep_session()
                self.engine.discard_input()
        finally:
            base.shut()

    def keep_session(self) -> None:
        """Remember the session, if it is one that can be resumed."""

    # Printing

    def describe(self) -> str:
        """What is printed between `#<` and ` @ #x...>`."""
        role = "server" if self.server else "client"
        return f"{printed_format('stream')} ssl {role} stream {self.base_socket.printed_state()}"

    def facts(self) -> Iterator[str]:
        """What the function `describe` tells besides what it tells of every stream."""
        engine = self.engine
        if engine.ready:
            yield engine.ask(lambda c: f"It speaks {c.get_protocol_version_name()}, with {c.get_cipher_name()}")
        elif engine.failure is None:
            yield "Its handshake has not been done"
            return
        else:
            yield "Its handshake has failed"
        yield from self._peer_facts()

    def _peer_facts(self) -> Iterator[str]:
        try:
            certificate = self.engine.ask(peer_certificate)
        except Exception as problem:  # of several kinds: cryptography's
            yield f"The certificate of its peer is malformed: {printable(str(problem))}"
            return
        if certificate is None:
            yield "Its peer has sent no certificate"
            return
        code, text = self.engine.ask(verify_result)
        how = "it verifies" if code == 0 else f"it does not verify: {text} ({code})"
        yield f"The certificate of its peer is that of {name_text(certificate.subject)}; {how}"
        if not self.server and self.expected is None:
            yield "Nobody has compared the name in it: see :verify-host"


class SSLClientStream(SSLStream, lisp="SSL-CLIENT-STREAM", package=EXCL, export=False):
    """The client's end of an SSL connection."""

    server_name: str | None = None
    """The name of the server that was told it."""

    def keep_session(self) -> None:
        """Remember the session in the context, if that is a program's own."""
        if self.context.resumes and self.engine.ready and self.engine.failure is None:
            session = self.engine.ask(lambda c: c.get_session())
            if session is not None:
                self.context.keep_session(self.session_key, session)

    @property
    def session_key(self) -> Any:
        """What tells the servers of a client context apart: name, certificate's name, address, context of OpenSSL."""
        base = self.base_socket
        return (self.server_name, self.expected, str(base.remote_address), base.remote_port, base.remote_filename,
                self.engine.ask(lambda c: c.get_context()))


class SSLServerStream(SSLStream, lisp="SSL-SERVER-STREAM", package=EXCL, export=False):
    """The server's end of an SSL connection."""

    server = True
