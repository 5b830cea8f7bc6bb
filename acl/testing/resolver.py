"""A small name server on loopback, for tests of programs that look names up: no network, and faults on demand.

    with Resolver({"vapor.test": ["A 127.0.0.5", "MX 10 mail.test"]}) as resolver:
        ...a name server at 127.0.0.1, port resolver.port, over UDP and TCP...

From Lisp: `testing:make-resolver`; `(socket:configure-dns :nameserver (cons "127.0.0.1" port))` uses it.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping, Sequence
from time import monotonic
from typing import Any

FAULTS = ("drop", "truncate", "servfail", "refuse", "wrong-id", "garbage", "slow")


class Resolver:
    """Answers from *zone*: name to records, each a text of type and data; `ttl` is the life of all of them.

    An entry `"drop"`, `"truncate"` (UDP only), `"servfail"`, `"refuse"`, `"wrong-id"` (a false answer, then the right
    one), `"garbage"` (the same) or `"slow"` (`delay` seconds late) among the records of a name spoils its answers.
    `"first drop"` does so once.  `asked` counts the queries for each name.
    """

    def __init__(self, zone: Mapping[str, Sequence[str]], ttl: int = 300, delay: float = 0.3) -> None:
        self.set_zone(zone)
        self.ttl = ttl
        self.delay = delay
        self.asked: dict[str, int] = {}
        self.closing = threading.Event()
        self._udp, self._tcp = _two_sockets()
        self.port: int = self._udp.getsockname()[1]
        self._threads = [threading.Thread(target=serve, name="resolver", daemon=True)
                         for serve in (self._serve_udp, self._serve_tcp)]
        for thread in self._threads:
            thread.start()

    def set_zone(self, zone: Mapping[str, Sequence[str]]) -> None:
        """Answer from *zone* from now on."""
        self.zone = {name.lower().rstrip("."): list(entries) for name, entries in zone.items()}

    def close(self) -> None:
        """Stop serving."""
        self.closing.set()
        for sock in (self._udp, self._tcp):
            try:
                sock.shutdown(socket.SHUT_RDWR)  # wakes who waits for it
            except OSError:
                pass
        for thread in self._threads:
            thread.join()
        self._udp.close()
        self._tcp.close()

    def __enter__(self) -> Resolver:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def _serve_udp(self) -> None:
        while True:
            try:
                query, sender = self._udp.recvfrom(65535)
            except OSError:
                return
            if self.closing.is_set():
                return
            for at, octets in self._answers(query, False):
                self.closing.wait(max(0.0, at - monotonic()))
                self._udp.sendto(octets, sender)

    def _serve_tcp(self) -> None:
        while True:
            try:
                connection, _ = self._tcp.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as file:
                query = file.read(int.from_bytes(file.read(2), "big"))
                for _, octets in self._answers(query, True) if query else ():
                    file.write(len(octets).to_bytes(2, "big") + octets)

    def _answers(self, query: bytes, tcp: bool) -> list[tuple[float, bytes]]:
        """Return what is sent for *query*, each with the time to do so."""
        import dns.exception
        import dns.flags
        import dns.message
        import dns.rcode

        try:
            message = dns.message.from_wire(query)
        except dns.exception.DNSException:
            return []
        name = message.question[0].name.to_text(omit_final_dot=True).lower()
        self.asked[name] = self.asked.get(name, 0) + 1
        response = dns.message.make_response(message)
        response.flags |= dns.flags.AA
        faults = self._fill(response, name)
        now = monotonic()
        if "drop" in faults:
            return []
        for fault, code in (("servfail", dns.rcode.SERVFAIL), ("refuse", dns.rcode.REFUSED)):
            if fault in faults:
                response.set_rcode(code)
                response.answer.clear()
        if "truncate" in faults and not tcp:
            response.answer.clear()
            response.flags |= dns.flags.TC
        octets = response.to_wire()
        false = []
        if "wrong-id" in faults:
            false.append((now, bytes([octets[0] ^ 1]) + octets[1:]))
        if "garbage" in faults:
            false.append((now, octets[:2] + b"\x80\xff\xff"))
        return [*false, (now + self.delay if "slow" in faults else now, octets)]

    def _fill(self, response: Any, name: str) -> set[str]:
        """Put the records for the question into *response*; return the faults that apply."""
        import dns.rcode
        import dns.rdatatype
        import dns.rrset

        kind = dns.rdatatype.to_text(response.question[0].rdtype)
        entries = self.zone.get(name)
        if entries is None:
            response.set_rcode(dns.rcode.NXDOMAIN)
            return set()
        faults = set()
        for entry in list(entries):
            word = entry.split(" ", 1)
            if entry in FAULTS:
                faults.add(entry)
            elif word[0] == "first":
                entries.remove(entry)
                faults.add(word[1])
            elif word[0] in (kind, "CNAME") or kind == "ANY":
                response.answer.append(dns.rrset.from_text(name + ".", self.ttl, "IN", word[0], word[1]))
                if word[0] == "CNAME" and kind not in ("CNAME", "ANY"):
                    self._follow(response, word[1].rstrip(".").lower(), kind)
        return faults

    def _follow(self, response: Any, name: str, kind: str) -> None:
        """Add the records of the name that an alias stands for."""
        import dns.rrset

        for entry in self.zone.get(name, ()):
            word = entry.split(" ", 1)
            if word[0] == kind:
                response.answer.append(dns.rrset.from_text(name + ".", self.ttl, "IN", word[0], word[1]))


def _two_sockets() -> tuple[socket.socket, socket.socket]:
    """Return a UDP and a listening TCP socket with the same port."""
    while True:
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 0))
        tcp = socket.socket()
        try:
            tcp.bind(udp.getsockname())
        except OSError:
            udp.close()
            tcp.close()
            continue
        tcp.listen(8)
        return udp, tcp
