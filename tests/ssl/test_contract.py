"""SSL streams, of both roles, keep the contract of streams; the other end is pyOpenSSL's."""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Callable
from typing import Any

import pytest
from OpenSSL import SSL

from acl.socket.streams import SocketStreamFileActive
from acl.ssl.operators import make_ssl_client_stream, make_ssl_server_stream
from acl.testing.contract import CONTRACT, check

from .peers import arguments, peer_context


class SSLPeer:
    """A connection of pyOpenSSL as the other end; OpenSSL wants one thread at a time in it, and none that waits."""

    def __init__(self, connection: SSL.Connection, sock: socket.socket) -> None:
        self.connection = connection
        self.sock = sock
        self.lock = threading.Lock()
        sock.setblocking(False)

    def call(self, operation: Callable[..., Any], *args: Any) -> Any:
        """Call a method of the connection until it gets somewhere."""
        while True:
            try:
                with self.lock:
                    return operation(*args)
            except SSL.WantReadError:
                ready = select.select([self.sock], [], [], 60)
            except SSL.WantWriteError:
                ready = select.select([], [self.sock], [], 60)
            assert any(ready), "the stream does nothing"

    def send(self, octets: bytes) -> None:
        """Send all."""
        rest = memoryview(octets)
        while rest:
            rest = rest[self.call(self.connection.send, bytes(rest[:1 << 14])):]

    def receive(self, count: int) -> bytes:
        """Receive *count* octets or up to the end."""
        got = bytearray()
        try:
            while len(got) < count:
                got += self.call(self.connection.recv, min(count - len(got), 1 << 16))
        except (SSL.ZeroReturnError, SSL.SysCallError):
            pass
        return bytes(got)

    def end(self) -> None:
        """Say that no more comes."""
        self.call(self.connection.shutdown)

    def close(self) -> None:
        """Close, taking leave."""
        try:
            self.end()
        except SSL.Error:
            pass  # the stream has gone
        self.sock.close()


@pytest.mark.parametrize(("server", "version"), [(False, SSL.TLS1_3_VERSION), (True, SSL.TLS1_2_VERSION)],
                         ids=["client", "server"])
@pytest.mark.parametrize("clause", CONTRACT, ids=lambda c: c.__name__)
def test_contract(clause: Any, server: bool, version: int, files: Any) -> None:
    def pair() -> tuple[Any, SSLPeer]:
        here, there = socket.socketpair()
        connection = SSL.Connection(peer_context(None if server else files.server, version=version), there)
        base = SocketStreamFileActive(here)
        if server:
            connection.set_connect_state()
            stream: Any = make_ssl_server_stream(base, **arguments({"certificate": files.server}))
        else:
            connection.set_accept_state()
            stream = make_ssl_client_stream(base, **arguments({"ca_file": files.ca}))
        peer = SSLPeer(connection, there)
        other = threading.Thread(target=peer.call, args=(connection.do_handshake,))
        other.start()
        stream.handshake()
        other.join()
        return stream, peer

    check(clause, pair)
