"""Peers that mean harm: they flood, never read, show no certificate; and what threads might do to each other."""

from __future__ import annotations

import array
import fcntl
import socket
import termios
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from OpenSSL import SSL

from acl.runtime.waiting import POLLIN, POLLOUT
from acl.ssl import engine
from acl.ssl.operators import (
    get_ssl_peer_certificate,
    get_ssl_peer_certificate_chain,
    get_ssl_verify_result,
    make_ssl_client_context,
    ssl_protocol,
    ssl_server_name,
    ssl_session_reused_p,
)
from acl.streams.base import WOULD_BLOCK
from acl.types.symbol import keyword

from .peers import KEYWORDS, Pair, arguments, peer_context
from .test_arguments import condition

ROOM = engine._ROOM


class Updates:
    """Makes records that ask for new keys (RFC 8446, 4.6.3): no octets of the program, and each wants an answer."""

    def __init__(self, secret: bytes) -> None:
        self.secret = secret

    def _derive(self, label: bytes, length: int) -> bytes:
        full = b"tls13 " + label
        info = length.to_bytes(2, "big") + bytes([len(full)]) + full + b"\0"
        return HKDFExpand(SHA256(), length, info).derive(self.secret)

    def record(self, content: bytes, kind: int) -> bytes:
        """Return the first record under the present key."""
        head = b"\x17\x03\x03" + (len(content) + 17).to_bytes(2, "big")
        return head + AESGCM(self._derive(b"key", 16)).encrypt(self._derive(b"iv", 12), content + bytes([kind]), head)

    def take(self, count: int) -> bytes:
        """Return *count* records, each under a new key."""
        records = bytearray()
        for _ in range(count):
            records += self.record(b"\x18\0\0\1\1", 22)
            self.secret = self._derive(b"traffic upd", 32)
        return bytes(records)


@pytest.fixture
def flood(files: Any) -> Any:
    """A Lisp server that has shaken hands, and a maker of its client's records."""
    lines: list[bytes] = []
    context = peer_context(version=SSL.TLS1_3_VERSION)
    context.set_keylog_callback(lambda _, line: lines.append(line))
    pair = Pair(True, context, certificate=files.server, ciphersuites="TLS_AES_128_GCM_SHA256")
    pair.shake()
    secret = next(line.split()[2] for line in lines if line.startswith(b"CLIENT_TRAFFIC_SECRET_0"))
    yield pair, Updates(bytes.fromhex(secret.decode()))
    pair.close()


def waiting(sock: socket.socket) -> int:
    """Return how many octets have come that nobody has taken."""
    count = array.array("i", [0])
    fcntl.ioctl(sock, termios.FIONREAD, count)
    return count[0]


def fill(wire: socket.socket, octets: memoryview) -> memoryview:
    """Send what the system takes; return the rest."""
    try:
        while octets:
            octets = octets[wire.send(octets[:4096]):]
    except BlockingIOError:
        pass
    return octets


def drain(wire: socket.socket) -> None:
    """Take what has come."""
    try:
        while wire.recv(ROOM):
            pass
    except BlockingIOError:
        pass


def test_flood_does_not_prolong_a_read(flood: Any) -> None:
    """A call of the engine ends after a block of what leads nowhere, and the stream looks at its deadline."""
    pair, updates = flood
    stream, sock = pair.stream, pair.stream.base_socket.sock
    fill(pair.wire, memoryview(updates.take(8000)))
    before = waiting(sock)
    assert before > ROOM + 1000
    assert stream.engine.read(memoryview(bytearray(10))) is None
    assert before - waiting(sock) == ROOM
    stream.read_timeout = 0
    assert condition(stream.read_char).identifier is keyword("READ-TIMEOUT")
    assert waiting(sock) > 0


def test_answers_that_nobody_reads_do_not_pile_up(flood: Any) -> None:
    """When there are too many nothing is received until the peer has read some; then all goes on."""
    pair, updates = flood
    stream, sock = pair.stream, pair.stream.base_socket.sock
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    rest = memoryview(updates.take(16_000))
    assert len(rest) > engine._MOST_UNSENT + ROOM
    while stream.engine.mask() != POLLOUT:
        assert rest, "nothing stops it"
        rest = fill(pair.wire, rest)
        assert stream.engine.read(memoryview(bytearray(10))) is None
    rest = fill(pair.wire, rest)
    before = waiting(sock)
    assert before and stream.engine.read(memoryview(bytearray(10))) is None and waiting(sock) == before
    unsent = len(stream.engine.outgoing) + stream.engine.records.unsent()
    assert engine._MOST_UNSENT < unsent < engine._MOST_UNSENT + 2 * ROOM
    rest = memoryview(bytes(rest) + updates.record(b"hello\n", 23))
    text = ""
    while not text.endswith("\n"):
        drain(pair.wire)
        rest = fill(pair.wire, rest)
        c = stream.read_char_no_hang()
        text += c if c is not WOULD_BLOCK else ""
    assert text == "hello\n"
    while not stream.engine.flush():
        drain(pair.wire)
    assert stream.engine.mask() == POLLIN


@pytest.mark.parametrize("options", [{"method": keyword("TLSV1+"), "ciphers": "ALL"}, {"ciphers": "ALL:@SECLEVEL=0"},
                                     {"ciphers": "HIGH:@SECLEVEL=0"}], ids=str)
@pytest.mark.parametrize("server", [False, True], ids=["client", "server"])
def test_who_must_be_verified_shows_a_certificate(server: bool, options: dict[str, Any], files: Any) -> None:
    """Ciphers without certificates are left out then, also those that ask for all."""
    context = SSL.Context(SSL.TLS_METHOD)
    context.set_cipher_list(b"aNULL:@SECLEVEL=0")
    context.set_max_proto_version(SSL.TLS1_2_VERSION)
    role: dict[str, Any] = {"certificate": files.server} if server else {"verify_host": "localhost"}
    for verify in ("required", "optional"):
        pair = Pair(server, context, ca_file=files.ca, verify=KEYWORDS[verify], **role, **options)
        assert pair.outcome() is not None
        pair.close()
    role.pop("verify_host", None)
    pair = Pair(server, context, verify=None, **role, **options)  # who does not verify may have them
    assert pair.outcome() is None
    pair.close()


def test_level_of_security_that_is_asked_for(files: Any) -> None:
    """Old methods lower it only if :ciphers says nothing about it."""
    for ciphers, outcome in (("DEFAULT", None), ("DEFAULT:@SECLEVEL=1", "NO-SUITABLE-SIGNATURE-ALGORITHM")):
        pair = Pair(True, peer_context(version=SSL.TLS1_VERSION), certificate=files.server, method=keyword("TLSV1+"),
                    ciphers=ciphers)
        assert (pair.outcome() is None) is (outcome is None), pair.report
        pair.close()


def test_one_thread_at_a_time_in_a_connection(files: Any) -> None:
    """Who asks a connection something holds its lock: another process may be in a handshake or a read."""
    class Guarded:
        def __init__(self, of: engine.Engine) -> None:
            self.of, self.real, self.asked = of, of.connection, 0

        def __getattr__(self, name: str) -> Any:
            assert self.of.lock.locked(), name
            self.asked += 1
            return getattr(self.real, name)

    context = make_ssl_client_context(**arguments({"ca_file": files.ca}))
    pair = Pair(False, peer_context(files.server), context=context)
    pair.shake()
    guarded: Any = Guarded(pair.stream.engine)
    pair.stream.engine.connection = guarded
    for function in (get_ssl_peer_certificate, get_ssl_peer_certificate_chain, get_ssl_verify_result, ssl_protocol,
                     ssl_server_name, ssl_session_reused_p, lambda stream: list(stream.facts()),
                     lambda stream: stream.explanation(20), lambda stream: stream.close()):
        guarded.asked = 0
        function(pair.stream)
        assert guarded.asked, function
    assert context.sessions
    pair.close()


def test_trusted_certificates_that_have_gone(files: Any, tmp_path: Any) -> None:
    """A context for other parameters reads them anew: an error that names the file, and no connection."""
    ca = tmp_path / "ca.pem"
    ca.write_bytes(files.ca.read_bytes())
    context = make_ssl_client_context(**arguments({"ca_file": ca}))
    ca.unlink()
    Pair(False, peer_context(files.server), context=context).close()
    problem = condition(Pair, False, peer_context(files.server), context=context, max_depth=3)
    assert type(problem).__name__ == "FILE-DOES-NOT-EXIST-ERROR" and str(ca) in str(problem)
