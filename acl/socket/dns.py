"""The DNS client: `dns-query` and its relations.

Queries go out from the process that asks; the answers of queued ones are taken by a process of its own, the "Domain
Name Server Client", which puts them into the cache, also when the one who asked waits no longer.  Nobody else waits.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from time import monotonic
from typing import Any

from acl.builtins.declare import builtin, variable
from acl.runtime.waiting import Waiters, wait_io
from acl.socket.addresses import IPv6Address, address_text, coerced, from_python, is_address, parse_address, text_of
from acl.socket.dns_wire import (
    MAX_SIZE,
    NameServer,
    Record,
    Response,
    parse,
    query_octets,
    reverse_name,
    same_address,
)
from acl.socket.errors import plain_error
from acl.socket.names import DNS_MODE
from acl.types.array import string
from acl.types.base import wrong_type
from acl.types.cons import Cons, from_iterable, to_list
from acl.types.symbol import ACL_SOCKET, Symbol, T, keyword

CONFIGURED = variable("*DNS-CONFIGURED*", None, "True once the DNS client knows a name server.", package=ACL_SOCKET)
DOMAIN = variable("*DNS-DOMAIN*", None, "The domain of this machine, a string or NIL.", package=ACL_SOCKET)
SEARCH_LIST = variable("*DOMAIN-SEARCH-LIST*", None,
                       "Domains that `dns-lookup-hostname` tries to append to a name without a period.",
                       package=ACL_SOCKET)
NAMESERVERS = variable("*NAMESERVERS*", None, "The name servers in use; `configure-dns` sets it.", package=ACL_SOCKET)

RESOLV_CONF = "/etc/resolv.conf"
_TYPES = ("A", "AAAA", "PTR", "MX", "SRV", "TXT", "CNAME", "NS", "SOA", "ANY")
_LONGEST_CHAIN = 8
_PATIENCE = 120.0
"""How long an answer that nobody waits for any more is still taken, in seconds."""
_WHOSTATE = "waiting for name lookup"

_MOST = 10000
_cache: dict[tuple[str, str], tuple[float, Response]] = {}


# Configuration

def _server(x: Any) -> NameServer:
    """Return the name server for an address, its text, or a cons of address and port."""
    port = 53
    if type(x) is Cons and type(x.cdr) is int:
        x, port = x.car, x.cdr
    return x if isinstance(x, NameServer) else NameServer(coerced(x), port)


def _servers(x: Any) -> list[NameServer]:
    if type(x) is Cons and type(x.cdr) is not int:
        return [_server(each) for each in to_list(x)]
    return [_server(x)] if x is not None else []


def _auto_configuration() -> tuple[list[NameServer], list[str]]:
    """Return name servers and search list of the system's resolv.conf."""
    servers: list[NameServer] = []
    search: list[str] = []
    try:
        with open(RESOLV_CONF, encoding="utf-8", errors="replace") as file:
            lines = [line.split("#")[0].split(";")[0].split() for line in file]
    except OSError:
        return servers, search
    for words in lines:
        if len(words) > 1 and words[0] == "nameserver":
            address = parse_address(words[1])
            if address is not None:
                servers.append(NameServer(address))
        elif len(words) > 1 and words[0] in ("search", "domain"):
            search = words[1:]
    return servers, search


@builtin("CONFIGURE-DNS", "&key nameserver search domain auto", package=ACL_SOCKET)
def configure_dns(*, nameserver: Any = None, search: Any = False, domain: Any = False, auto: Any = None) -> Any:
    """Tell the DNS client its NAMESERVER, an address or list of addresses, SEARCH list and DOMAIN.

    If AUTO is true they are those of the operating system, `/etc/resolv.conf`; the other arguments do not count then.
    An address may be a cons of address and port.  Returns true if there is a name server.
    """
    if auto is not None:
        servers, domains = _auto_configuration()
        SEARCH_LIST.value = from_iterable([string(d) for d in domains])
        DOMAIN.value = string(domains[0]) if domains else None
        if not servers:
            DNS_MODE.value = keyword("CLIB")
    else:
        servers = _servers(nameserver)
        if search is not False:
            SEARCH_LIST.value = search
        if domain is not False:
            DOMAIN.value = domain
    if servers or auto is not None:
        NAMESERVERS.value = from_iterable(servers)
    CONFIGURED.value = T if NAMESERVERS.value is not None else None
    _cache.clear()
    return CONFIGURED.value


def _known_servers() -> list[Any]:
    if CONFIGURED.value is None:
        configure_dns(auto=T)
    return to_list(NAMESERVERS.value)


# Asking

class _Question:
    """A query on its way: the servers asked, the response once it is there."""

    def __init__(self, name: str, kind: str) -> None:
        self.name, self.kind = name, kind
        self.number = int.from_bytes(os.urandom(2), "big")
        self.octets = query_octets(name, kind, self.number)
        self.servers: list[NameServer] = []
        self.server: NameServer | None = None
        self.response: Response | None = None
        self.since = monotonic()
        self.waiters = Waiters()

    def take(self, octets: bytes, sender: Any) -> bool:
        """Keep *octets* if they are the response, from a server that was asked."""
        address = from_python(sender[0])
        server = next((s for s in self.servers if same_address(s.address, address) and s.port == sender[1]), None)
        if server is None or (response := parse(octets, self.name, self.kind, self.number)) is None:
            return False
        server.received += 1
        self.server = server
        self.response = response
        return True


def _whole(question: _Question) -> Response:
    """Ask again by TCP, where there is room for any answer; return the truncated one if that fails."""
    from acl.socket.names import in_background

    response, server = question.response, question.server
    assert response is not None and server is not None

    def ask() -> Response | None:
        with socket.create_connection((address_text(server.address), server.port), timeout=5) as sock:
            assert question.octets is not None
            sock.sendall(len(question.octets).to_bytes(2, "big") + question.octets)
            with sock.makefile("rb") as file:
                octets = file.read(int.from_bytes(file.read(2), "big"))
        return parse(octets, question.name, question.kind, question.number)

    try:
        return in_background(ask, monotonic() + 6) or response
    except OSError:
        return response


def _python_name(server: NameServer) -> Any:
    if type(server.address) is IPv6Address:
        return IPv6Address(server.address.number).text(), server.port, 0, server.address.scope_id
    return address_text(server.address), server.port


def _ask_directly(question: _Question, servers: list[NameServer], attempts: int, seconds: float) -> None:
    """Ask the servers in turn and wait here; sets the question's response."""
    for attempt in range(attempts):
        server = servers[attempt % len(servers)]
        with socket.socket(_family(server), socket.SOCK_DGRAM) as sock:
            sock.setblocking(False)
            if not _send(question, server, sock):
                continue
            deadline = monotonic() + seconds
            while wait_io(sock.fileno(), False, deadline, _WHOSTATE):
                try:
                    octets, sender = sock.recvfrom(MAX_SIZE)
                except BlockingIOError:
                    continue
                if question.take(octets, sender):
                    return


def _family(server: NameServer) -> int:
    return socket.AF_INET6 if type(server.address) is IPv6Address else socket.AF_INET


def _send(question: _Question, server: NameServer, sock: socket.socket) -> bool:
    assert question.octets is not None
    if server not in question.servers:
        question.servers.append(server)
    try:
        sock.sendto(question.octets, _python_name(server))
    except OSError:
        return False
    server.sent += 1
    return True


class _Client:
    """The process that takes the answers to queued questions, and its two sockets."""

    def __init__(self) -> None:
        from acl.mp.operators import run_function

        self.questions: dict[int, _Question] = {}
        self.sockets: dict[int, socket.socket] = {}
        for family, anywhere in ((socket.AF_INET, ""), (socket.AF_INET6, "::")):
            try:
                sock = socket.socket(family, socket.SOCK_DGRAM)
                sock.bind((anywhere, 0))
            except OSError:
                continue
            sock.setblocking(False)
            self.sockets[family] = sock
        self.process = run_function(string("Domain Name Server Client"), self._run, ())
        self.process.keeps_lisp_alive = None

    def ask(self, question: _Question, servers: list[NameServer], attempts: int, seconds: float) -> None:
        """Ask the servers in turn; wait until there is a response, or not."""
        for number, other in list(self.questions.items()):
            if other.since < monotonic() - _PATIENCE:
                self.questions.pop(number, None)
        while question.number in self.questions:
            question.number = (question.number + 1) & 0xFFFF
            question.octets = query_octets(question.name, question.kind, question.number)
        self.questions[question.number] = question
        for attempt in range(attempts):
            server = servers[attempt % len(servers)]
            sock = self.sockets.get(_family(server))
            if sock is not None and _send(question, server, sock) and question.waiters.wait(
                    lambda: question.response, monotonic() + seconds, _WHOSTATE):
                return

    def _run(self) -> None:
        from acl.runtime.waiting import wait_any

        try:
            while True:
                ready = wait_any([s.fileno() for s in self.sockets.values()])
                for sock in self.sockets.values():
                    if sock.fileno() in ready:
                        self._receive(sock)
        finally:  # somebody has killed the process
            for sock in self.sockets.values():
                sock.close()

    def _receive(self, sock: socket.socket) -> None:
        try:
            octets, sender = sock.recvfrom(MAX_SIZE)
        except OSError:  # nothing there after all, or a server that does not listen
            return
        question = self.questions.get(int.from_bytes(octets[:2], "big"))
        if question is not None and question.take(octets, sender):
            self.questions.pop(question.number, None)
            assert question.response is not None
            _remember(question.name, question.kind, question.response)
            question.waiters.wake_all()


_client: _Client | None = None
_client_lock = threading.Lock()


def _the_client() -> _Client:
    """Return the client, started anew if somebody killed it."""
    global _client
    with _client_lock:
        if _client is None or _client.process.state == "dead":
            _client = _Client()
        return _client


def _remember(name: str, kind: str, response: Response) -> None:
    """Keep a response that answers something as long as its records live."""
    if response.answer and not response.code and not response.truncated:
        ttl = min(record.ttl for record in response.answer)
        if len(_cache) >= _MOST:
            _cache.clear()
        _cache[name.lower(), kind] = monotonic() + ttl, response


class Asking:
    """How a query is made: the arguments of `dns-query` besides name and type."""

    def __init__(self, servers: list[NameServer], repeat: int = 5, timeout: float = 5, queue: bool = True,
                 ignore_cache: bool = False) -> None:
        self.servers = servers
        self.repeat = repeat
        self.timeout = timeout
        self.queue = queue
        self.ignore_cache = ignore_cache

    def response(self, name: str, kind: str) -> tuple[Response | None, float]:
        """Return the response to one question, and since when minus how long it lives; (None, 0) without one."""
        entry = _cache.get((name.lower(), kind))
        if entry is not None and self.queue and not self.ignore_cache and entry[0] > monotonic():
            return entry[1], entry[0]
        question = _Question(name, kind)
        if question.octets is None or not self.servers:
            return None, 0.0
        if self.queue:
            client = _the_client()
            client.ask(question, self.servers, self.repeat, self.timeout)
        else:
            _ask_directly(question, self.servers, self.repeat, self.timeout)
        response = question.response
        if response is None:
            return None, 0.0
        if response.truncated:
            response = _whole(question)
        ttl = min((record.ttl for record in response.answer), default=0)
        return response, monotonic() + ttl

    def answers(self, name: str, kind: str) -> tuple[list[Any], float, Response | None]:
        """Return the values of the records *kind* of *name*, aliases followed, until when they live, the response."""
        until = float("inf")
        response: Response | None = None
        for _ in range(_LONGEST_CHAIN):
            response, lives = self.response(name, kind)
            if response is None:
                break
            until = min(until, lives)
            found = [r for r in response.answer if kind == "ANY" or r.type is keyword(kind)]
            if found:
                return self._values(found, response, kind), until, response
            alias = _alias(name, response)
            if alias is None:
                break
            name = alias
        return [], 0.0, response

    def _values(self, records: list[Record], response: Response, kind: str) -> list[Any]:
        if kind != "MX":
            return [record.answer for record in records]
        records = sorted(records, key=lambda record: record.answer.cdr.cdr.car)
        for record in records:  # the address, which the server may have sent along
            name = str(record.answer.car)
            added = [r.answer for r in response.additional if r.name.lower() == name.lower() and type(r.answer) is int]
            record.answer.cdr.car = (added or self.answers(name, "A")[0] or [None])[0]
        return [record.answer for record in records]


def _alias(name: str, response: Response) -> str | None:
    """Return the end of the chain of aliases that the response gives for *name*, None if there is none."""
    aliases = {r.name.lower(): str(r.answer) for r in response.answer if r.type is keyword("CNAME")}
    end = name
    for _ in aliases:
        end = aliases.get(end.lower(), end)
    return end if end != name else None


# Operators

def _query_name(x: Any, kind: str) -> str:
    text = text_of(x)
    if kind == "PTR":
        address = x if is_address(x) else parse_address(text) if text is not None else None
        if address is not None:
            return reverse_name(address)
    if text is None:
        wrong_type(x, "STRING")
    return text


def _candidates(name: str, search: bool) -> list[str]:
    """Return the names to try."""
    if not search or "." in name:
        return [name]
    return [name, *(f"{name}.{text_of(domain) or domain}" for domain in to_list(SEARCH_LIST.value))]


def _count(x: Any, default: int) -> int:
    if x is None:
        return default
    if type(x) is not int or x < 0:
        wrong_type(x, "UNSIGNED-BYTE")
    return x


@builtin("DNS-QUERY", "name &key (type :a) nameserver (repeat 5) (timeout 5) (queue t) (decode t) search ignore-cache",
         package=ACL_SOCKET, values=True)
def dns_query(name: Any, *, type: Any = None, nameserver: Any = None, repeat: Any = 5, timeout: Any = 5,
              queue: Any = T, decode: Any = T, search: Any = None, ignore_cache: Any = None) -> tuple[Any, ...]:
    """Ask the domain name system for the records TYPE of NAME.

    Values: the answer, NIL if there is none; for how many seconds it holds; a list of the other answers; a list of
    the server's flags.  An answer is an address for :A and :AAAA, a name for :PTR, whose NAME may be an address,
    `(name address preference)` for :MX, `(name port priority weight)` for :SRV, a list of strings for :TXT.  The
    servers, or NAMESERVER, are asked REPEAT times and given TIMEOUT seconds each time.  With DECODE NIL the value is
    the `dns-response`.  SEARCH appends the domains of `*domain-search-list*` to a name without a period.
    """
    from acl.mp.timeouts import to_seconds

    kind = "A" if type is None else type.name if isinstance(type, Symbol) else ""
    if kind not in _TYPES:
        plain_error("dns-query: ~s is not a type of record that it knows.", type)
    servers = _servers(nameserver) if nameserver is not None else _known_servers()
    asking = Asking(servers, _count(repeat, 5), to_seconds(timeout) if timeout is not None else 5,
                    queue is not None and nameserver is None and decode is not None, ignore_cache is not None)
    response = None
    for candidate in _candidates(_query_name(name, kind), search is not None):
        if decode is None:
            response = asking.response(candidate, kind)[0]
            if response is not None and response.answer:
                break
            continue
        values, until, response = asking.answers(candidate, kind)
        if values:
            assert response is not None
            return values[0], round(until - monotonic()), from_iterable(values[1:]), from_iterable(response.flags)
    if decode is None:
        return (response,)
    return None, None, None, from_iterable(response.flags) if response is not None else None


@builtin("DNS-LOOKUP-HOSTNAME", "name &rest rest", package=ACL_SOCKET, values=True)
def dns_lookup_hostname(name: Any, *rest: Any) -> tuple[Any, ...]:
    """Return the address of the host NAME by `dns-query`, to which REST goes; values as there.

    A name without a period is tried with each domain of `*domain-search-list*` too.
    """
    return dns_query_values(name, "A", (*rest, keyword("SEARCH"), T))


@builtin("DNS-IPADDR-TO-HOSTNAME", "name &rest rest", package=ACL_SOCKET, values=True)
def dns_ipaddr_to_hostname(name: Any, *rest: Any) -> tuple[Any, ...]:
    """Return the name of the host with the address NAME by `dns-query`, to which REST goes; values as there."""
    return dns_query_values(name, "PTR", rest)


def dns_query_values(name: Any, kind: str, rest: tuple[Any, ...]) -> tuple[Any, ...]:
    """Call `dns-query` with keyword arguments as Lisp gives them."""
    from acl.types.function import FUNCTIONS, call_values

    return call_values(FUNCTIONS["ACL-SOCKET:DNS-QUERY"], name, keyword("TYPE"), keyword(kind), *rest)


# Accessors

def _reader(class_: type, prefix: str, name: str, get: Callable[[Any], Any], doc: str) -> None:
    def reader(object: Any) -> Any:
        if not isinstance(object, class_):
            wrong_type(object, prefix)
        return get(object)

    reader.__doc__ = doc
    builtin(f"{prefix}-{name}", "object", package=ACL_SOCKET)(reader)


for _name, _get, _doc in (
        ("NAME", lambda s: string(address_text(s.address)), "Return the name of a name server: its address as text."),
        ("IPADDR", lambda s: s.address, "Return the address of a name server."),
        ("SENT", lambda s: s.sent, "Return the number of queries sent to a name server."),
        ("RECEIVED", lambda s: s.received, "Return the number of answers received from a name server.")):
    _reader(NameServer, "DNS-NAMESERVER", _name, _get, _doc)
for _name, _get, _doc in (
        ("ID", lambda r: r.id, "Return the number of a DNS response."),
        ("FLAGS", lambda r: from_iterable(r.flags), "Return the flags of a DNS response, a list of keywords."),
        ("FLAGS-VALUE", lambda r: r.flags_value, "Return the flags of a DNS response as the number that was sent."),
        ("ANSWER", lambda r: from_iterable(r.answer), "Return the records that answer, a list of `dns-rr`."),
        ("AUTHORITY", lambda r: from_iterable(r.authority), "Return the records about authorities of a response."),
        ("ADDITIONAL", lambda r: from_iterable(r.additional), "Return the additional records of a response.")):
    _reader(Response, "DNS-RESPONSE", _name, _get, _doc)
for _name, _get, _doc in (
        ("NAME", lambda r: string(r.name), "Return the name that a record is about."),
        ("TYPE", lambda r: r.type, "Return the type of a record: a keyword, or a number if it has no name."),
        ("CLASS", lambda r: r.rr_class, "Return the class of a record: 1, the internet."),
        ("ANSWER", lambda r: r.answer, "Return what a record says, as `dns-query` gives it."),
        ("TIME-TO-LIVE", lambda r: r.ttl, "Return for how many seconds a record holds.")):
    _reader(Record, "DNS-RR", _name, _get, _doc)


# For lookup-hostname and ipaddr-to-hostname

def lookup_addresses(name: str, ipv6: Any, ignore_cache: bool) -> list[Any]:
    """Return the addresses of *name* by DNS, none if it is not found; *ipv6* as for `lookup-hostname`."""
    asking = Asking(_known_servers(), 2, 3, True, ignore_cache)
    kinds = ["A"] if ipv6 is None else ["AAAA"] if ipv6 is keyword("IPV6") else ["AAAA", "A"]
    for candidate in _candidates(name, True):
        found = [address for kind in kinds for address in asking.answers(candidate, kind)[0]]
        if found:
            return found
    return []


def lookup_name(address: Any, ignore_cache: bool, deadline: float | None = None) -> str | None:
    """Return the name of the host with *address* by DNS, None if it has none, or none was found by *deadline*."""
    seconds = 3.0 if deadline is None else max(0.0, min(3.0, deadline - monotonic()))
    asking = Asking(_known_servers(), 2 if deadline is None else 1, seconds, True, ignore_cache)
    values = asking.answers(reverse_name(address), "PTR")[0]
    return str(values[0]) if values else None


