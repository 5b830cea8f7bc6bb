"""The system's own bidirectional streams keep the contract; a stream that does not is found out."""

from __future__ import annotations

import signal
import socket

import pytest

from acl.runtime.conditions import UnhandledCondition
from acl.socket.streams import SocketStreamFileActive, SocketStreamInternetActive
from acl.streams.descriptors import FdStream
from acl.testing.contract import CONTRACT, SocketPeer, characters_and_octets_mix, check, failures


def tcp():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        peer = socket.create_connection(listener.getsockname())
        sock, name = listener.accept()
    return SocketStreamInternetActive(sock, name), SocketPeer(peer)


def local():
    here, there = socket.socketpair()
    return SocketStreamFileActive(here, ""), SocketPeer(there)


def descriptor():
    here, there = socket.socketpair()
    here.setblocking(False)
    fd = here.detach()
    return FdStream(fd, fd, blocking=False), SocketPeer(there)


@pytest.mark.parametrize("pair", [tcp, local, descriptor], ids=lambda p: p.__name__)
@pytest.mark.parametrize("clause", CONTRACT, ids=lambda c: c.__name__)
def test_contract(clause, pair):
    check(clause, pair)


def test_contract_in_a_storm_of_signals():
    """No call of the system that a signal interrupts is seen by anybody."""
    came = []
    old = signal.signal(signal.SIGALRM, lambda *_: came.append(1))
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
    try:
        for clause in CONTRACT:
            check(clause, tcp)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)
    assert came


def test_a_broken_stream_is_found():
    class Forgetful(SocketStreamFileActive):
        def read_byte(self):
            if self.text:
                self.text = ""  # forgets characters read ahead,
                self.read_timeout = 0.1  # and would wait for them
            return super().read_byte()

    def pair():
        here, there = socket.socketpair()
        return Forgetful(here, ""), SocketPeer(there)

    with pytest.raises((AssertionError, UnhandledCondition)):
        check(characters_and_octets_mix, pair)
    assert [line.split(":")[0] for line in failures(pair)] == ["characters_and_octets_mix", "unread_and_peek"]
