"""Connections cut after n octets, by FIN and by RST, n over the whole conversation of four small protocols.

`python -m tests.socket.cuts [STEP]` makes every STEP-th cut; the clients are in cuts.cl.
"""

from __future__ import annotations

import socket
import sys
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import NamedTuple

import acl.boot

acl.boot.boot()
sys.setrecursionlimit(20_000)

from acl.runtime.dynamic import bind  # noqa: E402
from acl.runtime.waiting import wait_until  # noqa: E402
from acl.testing.faults import FaultProxy, Faults  # noqa: E402
from acl.testing.leaks import no_leaks  # noqa: E402
from acl.types.array import string  # noqa: E402
from acl.types.function import FUNCTIONS, call_values  # noqa: E402
from acl.types.symbol import PACKAGES, cl, make_package  # noqa: E402

PACKAGE = make_package("CUTS", (), (PACKAGES["COMMON-LISP"], PACKAGES["EXCL"], PACKAGES["ACL-SOCKET"]))
with bind(cl("*PACKAGE*"), PACKAGE):
    FUNCTIONS["COMMON-LISP:LOAD"](string(str(Path(__file__).with_name("cuts.cl"))))

BODY = bytes(range(256)) + b"\r\nend of the body"


class Protocol(NamedTuple):
    """What the server waits for and what it answers, in turn; what of the answers the client must log."""

    name: str
    turns: list[tuple[bytes, bytes]]
    logged: bytes


def _chunked(*parts: bytes) -> bytes:
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


_HTTP = b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY)
_SMTP = [(b"", b"220 vapor\r\n"), (b"HELO frisky\r\n", b"250 hello frisky\r\n"),
         (b"MAIL FROM:<a@b>\r\n", b"250 ok\r\n"), (b"RCPT TO:<c@d>\r\n", b"250 accepted\r\n"),
         (b"DATA\r\n", b"354 go on\r\n"),
         (b"Subject: x\r\n.\r\n", b"250 queued\r\n"), (b"QUIT\r\n", b"221 bye\r\n")]
_SIZES = (7, 107, 0, 200)
_PACKETS = [(b"\x00\x03" + bytes([65 + i]) * 3, size.to_bytes(2, "big") + bytes([97 + i]) * size)
            for i, size in enumerate(_SIZES)]
_CHUNKS = (b"a body in chunks, ", b"of which", b" some are short", b"x" * 100)

PROTOCOLS = (
    Protocol("HTTP", [(b"GET /some/where?x=1 HTTP/1.0\r\nHost: vapor\r\nAccept: */*\r\n\r\n", _HTTP)], _HTTP),
    Protocol("SMTP", _SMTP, b"".join(answer for _, answer in _SMTP)),
    Protocol("PACKETS", _PACKETS, b"".join(answer for _, answer in _PACKETS)),
    Protocol("CHUNKS", [(b"POST /x HTTP/1.1\r\n\r\n" + _chunked(b"some words"), _chunked(*_CHUNKS))],
             b"".join(_CHUNKS)),
)


class Server:
    """Plays the server's part of a protocol, connection after connection, and keeps what each received."""

    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol
        self.received: list[bytes] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.remote: tuple[str, int] = self.listener.getsockname()
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            received = bytearray()
            with connection:
                try:
                    for wanted, answer in self.protocol.turns:
                        end = len(received) + len(wanted)
                        while len(received) < end:
                            part = connection.recv(end - len(received))
                            if not part:
                                raise OSError
                            received += part
                        connection.sendall(answer)
                    connection.shutdown(socket.SHUT_WR)
                    connection.recv(1)
                except OSError:
                    pass
            self.received.append(bytes(received))

    def close(self) -> None:
        """Stop."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()


def _logged_prefix(protocol: Protocol, forwarded: int) -> bytes:
    """Return what the client logs of the first *forwarded* octets that were sent to it."""
    if protocol.name != "CHUNKS":
        return protocol.logged[:forwarded]
    octets, contents = protocol.turns[0][1][:forwarded], b""
    while b"\r\n" in octets:
        size, _, octets = octets.partition(b"\r\n")
        contents += octets[:int(size, 16)]
        octets = octets[int(size, 16) + 2:]
    return contents


def cut(protocol: Protocol, server: Server, proxy: FaultProxy, n: int, how: str) -> str:
    """Make a connection that is cut after *n* octets; return how it ended; AssertionError if it ends wrongly."""
    proxy.faults = Faults(cut_after=n, cut=how)
    proxy.forwarded = {"to-client": 0, "to-server": 0}
    end, log = call_values(FUNCTIONS["CUTS:CONVERSE"], FUNCTIONS["CUTS:" + protocol.name], proxy.port)
    ending = str(end).lower()
    got = log.text().encode("latin-1")
    where = f"{protocol.name}, cut by {how} after {n}: {ending}"
    assert protocol.logged.startswith(got), f"{where}: octets that nobody sent"
    total = sum(len(a) + len(b) for a, b in protocol.turns)
    if how == "fin":  # the proxy counts an octet a moment after the client may have it
        wait_until(lambda: got == _logged_prefix(protocol, proxy.forwarded["to-client"]), monotonic() + 60)
        wanted = _logged_prefix(protocol, proxy.forwarded["to-client"])
        assert got == wanted, f"{where}: {len(got)} octets instead of {len(wanted)}"
    if n >= total:
        assert ending == ":done" or how == "rst", f"{where}: not cut, but not done"
    assert ending in (":done", ":short", ":end-of-file", ":connection-reset", ":connection-aborted", "32", "104"), where
    assert ending != ":done" or got == protocol.logged, f"{where}: done too early"
    assert how == "rst" or ending in (":done", ":short", ":end-of-file"), where
    return ending


def run(step: int, report: Callable[[str], None] = print) -> int:
    """Make every *step*-th cut of all protocols; return how many; AssertionError for the first that goes wrong."""
    count = 0
    for protocol in PROTOCOLS:
        total = sum(len(a) + len(b) for a, b in protocol.turns)
        server = Server(protocol)
        endings: Counter[str] = Counter()
        with no_leaks(patience=60):
            with FaultProxy(server.remote) as proxy:
                for how in ("fin", "rst"):
                    for n in range(0, total + 1, step):
                        endings[f"{how} {cut(protocol, server, proxy, n, how)}"] += 1
                        count += 1
        server.close()
        request = b"".join(wanted for wanted, _ in protocol.turns)
        wrong = [received for received in server.received if not request.startswith(received)]
        assert not wrong, f"{protocol.name}: the server received what nobody sent"
        report(f"{protocol.name:8} {total + 1} octets: " + ", ".join(f"{k} {v}" for k, v in sorted(endings.items())))
    return count


if __name__ == "__main__":
    print(run(int(sys.argv[1]) if len(sys.argv) > 1 else 1), "cuts")
