"""What the tests of SSL share: files of a test authority, and a Lisp stream with a pyOpenSSL peer in the same thread.

`Pair` moves the octets itself, so a handshake needs no second thread, and can be cut at any octet.
"""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

from OpenSSL import SSL

from acl.runtime.conditions import UnhandledCondition
from acl.socket.streams import SocketStreamFileActive
from acl.ssl.operators import make_ssl_client_stream, make_ssl_server_stream
from acl.types.array import string
from acl.types.symbol import keyword

KEYWORDS = {None: None, "optional": keyword("OPTIONAL"), "required": keyword("REQUIRED"), True: keyword("T")}


def arguments(options: dict[str, Any]) -> dict[str, Any]:
    """Return keyword arguments of the makers of streams from Python values: paths and texts are strings."""
    return {name: string(str(value)) if isinstance(value, (str, Path)) else value for name, value in options.items()}


def peer_context(pem: Path | None = None, verify: bool = False, weak: bool = True, version: Any = None) -> SSL.Context:
    """Return a context of pyOpenSSL that trusts everybody and presents anything."""
    context = SSL.Context(SSL.TLS_METHOD)
    if weak:
        context.set_cipher_list(b"DEFAULT:@SECLEVEL=0")
    if version is not None:
        context.set_min_proto_version(version)
        context.set_max_proto_version(version)
    if pem is not None:
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
        from cryptography.x509 import load_pem_x509_certificates

        octets = pem.read_bytes()
        chain = load_pem_x509_certificates(octets)
        context.use_certificate(chain[0])
        for each in chain[1:]:
            context.add_extra_chain_cert(each)
        context.use_privatekey(load_pem_private_key(octets, None))
    if verify:
        context.set_verify(SSL.VERIFY_PEER, lambda *_: True)
    return context


class Pair:
    """A Lisp SSL stream, `server` or client, and `peer`, a pyOpenSSL connection; `wire` is the peer's plain socket."""

    def __init__(self, server: bool, context: SSL.Context, /, **options: Any) -> None:
        ours, self.wire = socket.socketpair()
        self.wire.setblocking(False)
        base = SocketStreamFileActive(ours)
        make = make_ssl_server_stream if server else make_ssl_client_stream
        try:
            self.stream = make(base, **arguments(options))
        except BaseException:
            base.close(True)
            self.wire.close()
            raise
        self.peer = SSL.Connection(context, None)
        if server:
            self.peer.set_connect_state()
        else:
            self.peer.set_accept_state()
        self.sent = 0
        self.report = ""

    def peer_says(self, limit: int | None = None) -> bool:
        """Send what the peer has to say, up to *limit* octets in all; true if the limit is reached."""
        try:
            while limit is None or self.sent < limit:
                data = self.peer.bio_read(65536 if limit is None else limit - self.sent)
                self.wire.sendall(data)
                self.sent += len(data)
        except SSL.WantReadError:
            pass
        return limit is not None and self.sent >= limit

    def peer_hears(self) -> None:
        """Give the peer what has come."""
        try:
            while data := self.wire.recv(65536):
                self.peer.bio_write(data)
        except (BlockingIOError, ConnectionResetError):
            pass

    def shake(self, limit: int | None = None) -> bool:
        """Do the handshake; false if it was cut after *limit* octets of the peer, which then closes.

        An error of the Lisp side is raised as `UnhandledCondition`; the peer's are ignored: it will not go on.
        """
        done = [False, False]
        for _ in range(20):
            try:
                self.peer.do_handshake()
                done[0] = True
            except SSL.WantReadError:
                pass
            except SSL.Error:
                done[0] = True
            if self.peer_says(limit):
                self.wire.close()
                self.stream.handshake()
                return True
            done[1] = self.stream._until(self.stream.engine.handshake, "shaking hands", wait=False)
            self.peer_hears()
            if all(done):
                return True
        raise AssertionError("the handshake does not end")

    def outcome(self) -> str | None:
        """Return the identifier of the condition that the handshake signals, None if it succeeds; keep its `report`."""
        try:
            self.shake()
        except UnhandledCondition as unhandled:
            self.report = str(unhandled.condition)
            return str(unhandled.condition.identifier.name)
        return None

    def close(self) -> None:
        """Close both ends without ceremony."""
        self.stream.close(True)
        self.wire.close()
