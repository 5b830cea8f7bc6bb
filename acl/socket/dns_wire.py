"""DNS messages: from Lisp's point of view to octets and back, by dnspython; the classes of what comes back."""

from __future__ import annotations

from typing import Any

from acl.clos.base import StandardObject
from acl.socket.addresses import IPv6Address, address_text, from_python
from acl.types.array import string
from acl.types.cons import from_iterable, lisp_list
from acl.types.symbol import ACL_SOCKET, Symbol, keyword

MAX_SIZE = 65535
_FLAGS = (("QR", "RESPONSE"), ("AA", "AUTHORITATIVE-ANSWER"), ("TC", "TRUNCATED"), ("RD", "RECURSION-DESIRED"),
          ("RA", "RECURSION-AVAILABLE"))
_CODES = {1: "FORMAT-ERROR", 2: "NAMESERVER-INTERNAL-ERROR", 3: "NO-SUCH-DOMAIN", 4: "NOT-IMPLEMENTED", 5: "REFUSED"}


class NameServer(StandardObject, lisp="DNS-NAMESERVER", package=ACL_SOCKET):
    """A name server, and how many queries were sent to it and answers received."""

    def __init__(self, address: Any, port: int = 53) -> None:
        self.address = address
        self.port = port
        self.sent = self.received = 0

    def describe(self) -> str:
        """What is printed between `#<` and ` @ #x...>`."""
        return f"dns-nameserver {address_text(self.address)}"


class Record(StandardObject, lisp="DNS-RR", package=ACL_SOCKET):
    """A resource record.  `type` is a keyword or number; `answer` a Lisp value, the plainest for the type."""

    def __init__(self, name: str, type_: Any, class_: int, ttl: int, answer: Any) -> None:
        self.name = name
        self.type = type_
        self.rr_class = class_
        self.ttl = ttl
        self.answer = answer

    def describe(self) -> str:
        """What is printed between `#<` and ` @ #x...>`."""
        return f"dns-rr {self.name}"


class Response(StandardObject, lisp="DNS-RESPONSE", package=ACL_SOCKET):
    """The answer of a name server: `flags` are keywords, the sections lists of `Record`."""

    def __init__(self, message: Any, size: int) -> None:
        self.id: int = message.id
        self.size = size
        self.truncated = bool(message.flags & 0x200)
        self.flags_value = int(message.flags)
        self.code = int(message.rcode())
        self.flags = _flag_keywords(message.flags, self.code)
        self.answer, self.authority, self.additional = (
            [_record(rrset, data) for rrset in section for data in rrset]
            for section in (message.answer, message.authority, message.additional))

    def describe(self) -> str:
        """What is printed between `#<` and ` @ #x...>`."""
        return f"dns-response {self.id}"


def _flag_keywords(value: int, code: int) -> list[Symbol]:
    import dns.flags

    names = [lisp for flag, lisp in _FLAGS if value & getattr(dns.flags, flag)]
    if code:
        names.append(_CODES.get(code, "NAMESERVER-INTERNAL-ERROR"))
    return [keyword(name) for name in names]


def _record(rrset: Any, data: Any) -> Record:
    import dns.rdatatype

    text = dns.rdatatype.to_text(data.rdtype)
    kind = int(data.rdtype) if text.startswith("TYPE") else keyword(text)
    return Record(plain_name(rrset.name), kind, int(data.rdclass), rrset.ttl, _value(text, data))


def plain_name(name: Any) -> str:
    """Return a name of dnspython as text, without the last dot."""
    return str(name.to_text(omit_final_dot=True))


def _value(kind: str, data: Any) -> Any:
    """Return the Lisp value of a record's data."""
    if kind in ("A", "AAAA"):
        return from_python(data.address)
    if kind in ("PTR", "CNAME", "NS", "DNAME"):
        return string(plain_name(data.target))
    if kind == "MX":
        return lisp_list(string(plain_name(data.exchange)), None, int(data.preference))
    if kind == "SRV":
        return lisp_list(string(plain_name(data.target)), int(data.port), int(data.priority), int(data.weight))
    if kind == "TXT":
        return from_iterable([string(part.decode("latin-1")) for part in data.strings])
    return string(data.to_text())


def query_octets(name: str, kind: str, number: int) -> bytes | None:
    """Return the query number *number* for the records *kind* of *name*; None if that is no name."""
    import dns.exception
    import dns.message

    try:
        return bytes(dns.message.make_query(_wire_name(name), kind, id=number).to_wire())
    except (dns.exception.DNSException, UnicodeError):
        return None


def _wire_name(name: str) -> Any:
    import dns.name

    return dns.name.from_text(name, idna_codec=dns.name.IDNA_2003)


def parse(octets: bytes, name: str, kind: str, number: int) -> Response | None:
    """Return the response that *octets* are to the query; None if they are something else."""
    import dns.exception
    import dns.message
    import dns.rdatatype

    try:
        message = dns.message.from_wire(octets, ignore_trailing=True, raise_on_truncation=False)
    except (dns.exception.DNSException, ValueError, IndexError):
        return None
    if message.id != number or not message.flags & 0x8000:
        return None
    question = message.question
    if question and (question[0].name != _wire_name(name) or dns.rdatatype.to_text(question[0].rdtype) != kind):
        return None
    return Response(message, len(octets))


def reverse_name(address: Any) -> str:
    """Return the name under which an address is asked for: `1.0.0.127.in-addr.arpa`."""
    if type(address) is IPv6Address:
        digits = f"{address.number:032x}"
        return ".".join(reversed(digits)) + ".ip6.arpa"
    return ".".join(reversed(address_text(address).split("."))) + ".in-addr.arpa"


def same_address(a: Any, b: Any) -> bool:
    """True if two addresses are the same, IPv4 in IPv6 clothes included."""
    def plain(x: Any) -> Any:
        if type(x) is IPv6Address:
            return x.number & 0xFFFFFFFF if x.number >> 32 == 0xFFFF else x.number | 1 << 200
        return x

    return bool(plain(a) == plain(b))
