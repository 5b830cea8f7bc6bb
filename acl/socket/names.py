"""Names of hosts and services: looked up in a thread of their own, so that only the asking process waits."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from time import monotonic
from typing import Any

from acl.builtins.declare import builtin, variable
from acl.runtime.waiting import Waiters
from acl.socket import hosts
from acl.socket.addresses import (
    IPv6Address,
    address_text,
    coerced,
    from_python,
    is_address,
    parse_address,
    text_of,
)
from acl.socket.errors import plain_error
from acl.types.array import string
from acl.types.base import wrong_type
from acl.types.cons import Cons, from_iterable, lisp_list, to_list
from acl.types.symbol import ACL_SOCKET, Symbol, keyword

IPV6 = variable("*IPV6*", None, """Default of the argument :IPV6 of `make-socket`, `lookup-hostname` and `send-to`.

NIL: IPv4, unless an address says otherwise; :IPV6: only IPv6; T: IPv6 if there is a choice.""", package=ACL_SOCKET)
DNS_MODE = variable("*DNS-MODE*", lisp_list(keyword("ACLDNS"), keyword("CLIB")),
                    """Which resolvers are asked for names: :ACLDNS (see `dns-query`), :CLIB (the C library), or a list.

If both are in it the first is asked first.  What stands in /etc/hosts is known to both.""", package=ACL_SOCKET)
_V6_ONLY = keyword("IPV6")

_LIFETIME = 300.0
_MOST = 10000
_cache: dict[Any, tuple[float, Any]] = {}

_WELL_KNOWN = {"echo": 7, "discard": 9, "systat": 11, "daytime": 13, "netstat": 15, "qotd": 17, "chargen": 19,
               "ftp-data": 20, "ftp": 21, "ssh": 22, "telnet": 23, "smtp": 25, "time": 37, "domain": 53, "gopher": 70,
               "tftp": 69, "finger": 79, "http": 80, "www": 80, "pop3": 110, "nntp": 119, "ntp": 123, "imap": 143,
               "imap2": 143, "snmp": 161, "https": 443, "imaps": 993, "pop3s": 995}
"""For systems without /etc/services."""


def in_background(function: Callable[[], Any], deadline: float | None = None,
                  whostate: str = "waiting for name lookup") -> Any:
    """Call *function* in another thread while this process waits, interruptible; None if it lasts beyond *deadline*.

    An exception of *function* is raised here.
    """
    waiters = Waiters()
    outcome: list[Any] = []

    def run() -> None:
        try:
            outcome.append((function(), None))
        except Exception as problem:
            outcome.append((None, problem))
        waiters.wake_all()

    threading.Thread(target=run, name="Domain Name Server Client", daemon=True).start()
    if not waiters.wait(lambda: outcome, deadline, whostate):
        return None
    value, problem = outcome[0]
    if problem is not None:
        raise problem
    return value


def _cached(key: Any, ignore_cache: bool, function: Callable[[], Any]) -> Any:
    now = monotonic()
    entry = _cache.get(key)
    if entry is not None and entry[0] > now and not ignore_cache:
        return entry[1]
    value = function()
    _remember(key, value)
    return value


def _remember(key: Any, value: Any) -> None:
    if len(_cache) >= _MOST:
        _cache.clear()
    _cache[key] = monotonic() + _LIFETIME, value


def _getaddrinfo(name: str, family: int) -> list[Any]:
    found = socket.getaddrinfo(name, None, family, socket.SOCK_STREAM)
    names: list[tuple[Any, ...]] = list(dict.fromkeys(entry[4] for entry in found))
    return [from_python(name[0], name[3] if len(name) > 3 else 0) for name in names]


def lookup(name: str, ipv6: Any, ignore_cache: bool = False) -> list[Any]:
    """Return the addresses of the host *name*, the preferred one first; a `socket-error` if there is none."""
    own = hosts.host_address(name)
    if own is not None:
        return [parse_address(own)]
    family = socket.AF_INET if ipv6 is None else socket.AF_INET6 if ipv6 is _V6_ONLY else socket.AF_UNSPEC
    try:
        found = _cached((name.lower(), family), ignore_cache, lambda: _ask(name, ipv6, family, ignore_cache))
    except socket.gaierror as problem:
        plain_error("Unknown host ~s: ~a.", string(name), string(problem.strerror or "no answer"))
    except OSError as problem:
        plain_error("Unknown host ~s: ~a.", string(name), string(problem.strerror or "no answer"))
    except ValueError:  # no characters, too many, or such as no name has
        plain_error("Unknown host ~s: this is no name that a host can have.", string(name))
    own_copies = [IPv6Address(a.number, a.scope_id) if type(a) is IPv6Address else a for a in found]
    return sorted(own_copies, key=lambda a: type(a) is not IPv6Address)


def _ask(name: str, ipv6: Any, family: int, ignore_cache: bool) -> list[Any]:
    """Ask the resolvers that `*dns-mode*` says; `gaierror` if the host is unknown."""
    plain = name.lower().rstrip(".")
    if plain.rpartition(".")[2] == "invalid":  # no such names exist (RFC 6761), so nobody is asked
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    loopback = plain.rpartition(".")[2] == "localhost"
    found: list[Any]
    if not loopback and plain not in _known_hosts()[0] and "ACLDNS" in _modes():
        from acl.socket.dns import lookup_addresses

        found = lookup_addresses(plain, ipv6, ignore_cache)
        if found:
            return found
        if "CLIB" not in _modes():
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    try:
        found = in_background(lambda: _getaddrinfo(name, family))
    except socket.gaierror:
        if not loopback:
            raise
        found = []
    if loopback:  # whatever /etc/hosts has forgotten (RFC 6761)
        for kind, own in ((IPv6Address, "::1"), (int, "127.0.0.1")):
            if (ipv6 if kind is IPv6Address else ipv6 is not _V6_ONLY) and not any(type(a) is kind for a in found):
                found = [*found, parse_address(own)]
    return found


def _modes() -> list[str]:
    mode = DNS_MODE.value
    return [symbol.name for symbol in (to_list(mode) if type(mode) is Cons else [mode]) if symbol is not None]


def _known_hosts() -> tuple[set[str], set[str]]:
    """Return the names and the addresses in /etc/hosts."""
    names: set[str] = set()
    addresses: set[str] = set()
    try:
        with open("/etc/hosts", encoding="utf-8", errors="replace") as file:
            for words in (line.partition("#")[0].lower().split() for line in file):
                addresses.update(words[:1])
                names.update(words[1:])
    except OSError:
        pass
    return names, addresses


def resolve(host: Any, ipv6: Any = None, ignore_cache: bool = False) -> list[Any]:
    """Return the addresses that *host* means: an address, its text, or a name."""
    if is_address(host):
        return [host]
    text = text_of(host)
    if text is None:
        from acl.runtime.conditions import error

        error("SIMPLE-ERROR", "Illegal form for host name: ~s", host)
        raise AssertionError
    address = parse_address(text)
    return [address] if address is not None else lookup(text, ipv6, ignore_cache)


@builtin("LOOKUP-HOSTNAME", "host &key ignore-cache ipv6 all", package=ACL_SOCKET)
def lookup_hostname(host: Any, *, ignore_cache: Any = None, ipv6: Any = False, all: Any = None) -> Any:
    """Return the address of HOST, a name, the text of an address, or an address; an error if it is not found.

    IPV6, by default `*ipv6*`: NIL IPv4 only, :IPV6 IPv6 only, T IPv6 preferred.  If ALL is true return the list
    of all addresses.
    """
    found = resolve(host, IPV6.value if ipv6 is False else ipv6, ignore_cache is not None)
    return from_iterable(found) if all is not None else found[0]


def hostname_of(address: Any, ignore_cache: bool = False, deadline: float | None = None) -> str | None:
    """Return the name of the host with *address*, None if it has none or none was found by *deadline*."""
    text = address_text(address)
    own = hosts.host_name(text)
    if own is not None:
        return own
    now = monotonic()
    entry = _cache.get(text)
    if entry is not None and entry[0] > now and not ignore_cache:
        return entry[1]  # type: ignore[no-any-return]
    name = _ask_name(address, text, ignore_cache, deadline)
    _remember(text, name)
    return name


def _ask_name(address: Any, text: str, ignore_cache: bool, deadline: float | None) -> str | None:
    local = text.startswith(("127.", "0.")) or text in ("::1", "::") or text in _known_hosts()[1]
    if not local and "ACLDNS" in _modes():
        from acl.socket.dns import lookup_name

        name = lookup_name(address, ignore_cache, deadline)
        if name is not None or "CLIB" not in _modes():
            return name
    try:
        answer = in_background(lambda: socket.gethostbyaddr(text), deadline)
    except (OSError, UnicodeError):
        return "localhost" if text in ("127.0.0.1", "::1") else None
    return answer[0] if answer is not None else None


@builtin("IPADDR-TO-HOSTNAME", "ipaddr &key ignore-cache", package=ACL_SOCKET)
def ipaddr_to_hostname(ipaddr: Any, *, ignore_cache: Any = None) -> Any:
    """Return the name of the host with the address IPADDR, or its text; NIL if it has no name."""
    name = hostname_of(coerced(ipaddr), ignore_cache is not None)
    return string(name) if name is not None else None


def port_number(port: Any, protocol: str) -> int:
    """Return the port that *port* means: a number, or the name of a service."""
    if type(port) is int:
        if not 0 <= port < 65536:
            from acl.runtime.conditions import error

            error("TYPE-ERROR", None, datum=port,
                  expected_type=lisp_list(_cl("INTEGER"), 0, 65535))
        return port
    text = text_of(port)
    if text is None:
        from acl.runtime.conditions import type_fault

        type_fault(port, lisp_list(_cl("OR"), _cl("STRING"), _cl("INTEGER")))
    own = hosts.service_port(text, protocol)
    if own is not None:
        return own
    try:
        return socket.getservbyname(text, protocol)
    except (OSError, ValueError):
        known = _WELL_KNOWN.get(text.lower()) if protocol in ("tcp", "udp") else None
    if known is not None:
        return known
    if text.isascii() and text.isdigit() and int(text) < 65536:
        return int(text)
    plain_error("Unknown service ~s for protocol ~s.", string(text), string(protocol))


def _cl(name: str) -> Any:
    from acl.types.symbol import cl

    return cl(name)


@builtin("LOOKUP-PORT", "port protocol", package=ACL_SOCKET)
def lookup_port(port: Any, protocol: Any) -> int:
    """Return the number of the service named PORT for PROTOCOL, `"tcp"` or `"udp"`; an error if it is unknown."""
    name = protocol.name if type(protocol) is Symbol else text_of(protocol)
    if name is None:
        wrong_type(protocol, "STRING")
    return port_number(port, name.lower())


