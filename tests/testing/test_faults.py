"""The fault proxy does what it is told, from Python and from Lisp; leaks are found."""

from __future__ import annotations

import os
import socket
import threading
from time import monotonic

import pytest

from acl.testing.faults import FaultProxy, Faults
from acl.testing.leaks import no_leaks, open_descriptors


class Echo:
    """A server that sends back what it gets."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.remote = self.listener.getsockname()
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.echo, args=(connection,), daemon=True).start()

    @staticmethod
    def echo(connection):
        with connection:
            try:
                while data := connection.recv(65536):
                    connection.sendall(data)
            except OSError:
                pass

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()


@pytest.fixture
def echo():
    server = Echo()
    yield server
    server.close()


def converse(proxy, data):
    """Send *data*, shut down, and return what comes back and how it ends: b"" or the error."""
    got = bytearray()
    try:
        with socket.create_connection(("127.0.0.1", proxy.port), timeout=30) as sock:
            sock.sendall(data)
            sock.shutdown(socket.SHUT_WR)
            while part := sock.recv(65536):
                got += part
    except OSError as problem:
        return bytes(got), problem
    return bytes(got), b""


DATA = bytes(range(256)) * 20


@pytest.mark.parametrize("faults", [Faults(), Faults(slice=7), Faults(delay=0.05), Faults(rate=50_000),
                                    Faults(slice=1000, delay=0.01, rate=1e6)])
def test_nothing_is_lost(echo, faults):
    with FaultProxy(echo.remote, faults) as proxy:
        assert converse(proxy, DATA) == (DATA, b"")
        assert proxy.accepted == 1


def test_delay_and_rate_take_time(echo):
    start = monotonic()
    with FaultProxy(echo.remote, Faults(delay=0.1)) as proxy:
        converse(proxy, b"x")
    assert monotonic() - start >= 0.2
    start = monotonic()
    with FaultProxy(echo.remote, Faults(rate=10_000, slice=100)) as proxy:
        converse(proxy, b"x" * 2000)
    assert monotonic() - start >= 0.15


@pytest.mark.parametrize("direction", ["both", "to-client", "to-server"])
@pytest.mark.parametrize("n", [0, 1, 999])
def test_cut(echo, n, direction):
    with FaultProxy(echo.remote, Faults(cut_after=n, direction=direction)) as proxy:
        got, end = converse(proxy, DATA)
        assert end == b"" and DATA.startswith(got)
        assert len(got) == n if direction == "to-client" else len(got) <= n
        proxy.faults = Faults(cut_after=n, direction=direction, cut="rst")
        got, end = converse(proxy, DATA)
        assert isinstance(end, OSError) and len(got) <= n


def test_large_transfers_with_a_reader_that_stops(echo):
    data = os.urandom(3_000_000)
    with FaultProxy(echo.remote, Faults(slice=10_000)) as proxy, \
            socket.create_connection(("127.0.0.1", proxy.port), timeout=60) as sock:
        thread = threading.Thread(target=lambda: (sock.sendall(data), sock.shutdown(socket.SHUT_WR)))
        thread.start()
        got = bytearray()
        while part := sock.recv(65536):
            got += part
        thread.join()
        assert bytes(got) == data


def test_stall(echo):
    with FaultProxy(echo.remote, Faults(stall_after=3)) as proxy, \
            socket.create_connection(("127.0.0.1", proxy.port), timeout=30) as sock:
        sock.sendall(b"abcdef")
        sock.settimeout(0.2)
        with pytest.raises(TimeoutError):
            sock.recv(10)


def test_refuse(echo):
    with FaultProxy(echo.remote, Faults(refuse=True)) as proxy, pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", proxy.port), timeout=30)


def test_leaks_are_found():
    assert open_descriptors() > 2
    with no_leaks(patience=60):
        socket.socket().close()
    kept = []
    with pytest.raises(AssertionError, match="1 descriptors and 0 threads"), no_leaks(patience=0.1):
        kept.append(socket.socket())
    kept.pop().close()
    event = threading.Event()
    with pytest.raises(AssertionError, match="0 descriptors and 1 threads"), no_leaks(patience=0.1):
        threading.Thread(target=event.wait, daemon=True).start()
    event.set()


def test_the_proxy_leaves_nothing(echo):
    with no_leaks(patience=60):
        for faults in (Faults(), Faults(cut_after=5), Faults(cut_after=5, cut="rst"), Faults(stall_after=1)):
            with FaultProxy(echo.remote, faults) as proxy:
                sock = socket.create_connection(("127.0.0.1", proxy.port), timeout=30)
                sock.sendall(b"0123456789")
                sock.close()
