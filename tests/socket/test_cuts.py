"""A sample of connections that are cut; all of them: `python -m tests.socket.cuts`."""

from __future__ import annotations

from tests.socket.cuts import PROTOCOLS, FaultProxy, Server, cut, run


def test_a_sample():
    lines = []
    assert run(5, lines.append) > 400
    assert len(lines) == 4


def test_whole_conversations():
    for protocol in PROTOCOLS:
        server = Server(protocol)
        with FaultProxy(server.remote) as proxy:
            assert cut(protocol, server, proxy, 10_000, "fin") == ":done"
        server.close()
