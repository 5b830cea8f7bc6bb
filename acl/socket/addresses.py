"""Internet addresses: integers, `ipv6-address` objects, and their texts."""

from __future__ import annotations

import socket
from functools import lru_cache
from typing import Any, NoReturn

from acl.builtins.declare import builtin, predicate
from acl.clos.base import StructureClass, StructureObject
from acl.clos.structures import STRUCTURES, StructureSlot, fill_class, make_slots
from acl.printer.writer import Printer, write_default, writer
from acl.types.array import GeneralArray, SimpleString, string
from acl.types.base import wrong_type
from acl.types.cons import Cons, from_iterable, lisp_list
from acl.types.symbol import ACL_SOCKET, T, cl


class IPv6Address(StructureObject, metaclass=StructureClass, lisp="IPV6-ADDRESS", package=ACL_SOCKET):  # type: ignore[call-arg]
    """An IPv6 address: a structure of a 128-bit number and the number of an interface, 0 for none."""

    number: int
    scope_id: int

    def __init__(self, number: int, scope_id: int = 0) -> None:
        self.number = number
        self.scope_id = scope_id

    def text(self) -> str:
        """Return the colon-hex text, with `%scope` if there is one."""
        text = socket.inet_ntop(socket.AF_INET6, self.number.to_bytes(16, "big"))
        return f"{text}%{self.scope_id}" if self.scope_id else text

    def describe(self) -> str:
        """What is printed between `#<` and ` @ #x...>`."""
        return "ipv6-address " + self.text()


def _make_structure() -> None:
    """Have `slot-value`, `equalp`, `copy-structure` and `describe` see the slots."""
    slots = [StructureSlot(ACL_SOCKET.intern(name), 0, lambda: 0, T, False) for name in ("NUMBER", "SCOPE-ID")]
    structure = make_slots(ACL_SOCKET.export("IPV6-ADDRESS"), slots, [], {})
    structure.cls = IPv6Address
    fill_class(structure)
    STRUCTURES[structure.name] = structure


_make_structure()


@writer(IPv6Address)
def _write_address(p: Printer, x: Any) -> None:
    """Write an address as `#<ipv6-address ::1 @ #x...>`."""
    write_default(p, x)


def text_of(x: Any) -> str | None:
    """Return the characters of a Lisp string, None for any other object."""
    if type(x) is SimpleString:
        return x.text()
    return x.text() if type(x) is GeneralArray and x.is_string() else None


@lru_cache(1000)
def parse_dotted(text: str) -> int | None:
    """Return the address for `a.b.c.d`, `a.b.c` or `a.b` (the last number fills what is left), None if malformed."""
    parts = text.split(".")
    if not 2 <= len(parts) <= 4 or not all(p.isascii() and p.isdigit() for p in parts):
        return None
    *first, last = (int(p) for p in parts)
    if any(p > 255 for p in first) or last >= 256 ** (4 - len(first)):
        return None
    number = last
    for i, p in enumerate(first):
        number |= p << (24 - 8 * i)
    return number


def parse_ipv6(text: str) -> IPv6Address | None:
    """Return the address for a colon-hex text, with `%` and number or name of an interface; None if malformed."""
    text, percent, scope = text.partition("%")
    if ":" not in text:
        return None
    try:
        number = int.from_bytes(socket.inet_pton(socket.AF_INET6, text), "big")
        if not percent:
            return IPv6Address(number)
        if not (scope.isascii() and scope.isdigit()):
            return IPv6Address(number, socket.if_nametoindex(scope))
    except (OSError, ValueError):  # not well formed, or no such interface
        return None
    return IPv6Address(number, int(scope)) if len(scope) <= 10 and int(scope) < 1 << 32 else None


def parse_address(text: str) -> Any:
    """Return the address for either kind of text, None if it is neither."""
    return parse_ipv6(text) if ":" in text else parse_dotted(text)


@lru_cache(1000)
def dotted(number: int) -> str:
    """Return `a.b.c.d`."""
    return f"{number >> 24}.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def is_address(x: Any) -> bool:
    """True for an IPv4 number or an IPv6 address."""
    return (type(x) is int and 0 <= x < 1 << 32) or type(x) is IPv6Address


def address_text(address: Any) -> str:
    """Return the text of an address."""
    return address.text() if type(address) is IPv6Address else dotted(address)


def from_python(host: str, scope_id: int = 0) -> Any:
    """Return the address for what Python's socket calls give."""
    if ":" in host:
        address = parse_ipv6(host.partition("%")[0])
        assert address is not None
        address.scope_id = scope_id
        return address
    return parse_dotted(host)


def the_scope(x: Any) -> int:
    """Return *x*, which must be what the system takes as the number of an interface."""
    if type(x) is not int or not 0 <= x < 1 << 32:
        from acl.runtime.conditions import type_fault

        type_fault(x, lisp_list(cl("UNSIGNED-BYTE"), 32))
    return x


# Operators

@builtin("DOTTED-TO-IPADDR", "dotted &key (errorp t)", package=ACL_SOCKET)
def dotted_to_ipaddr(x: Any, *, errorp: Any = True) -> Any:
    """Return the address that the string DOTTED means: `"127.0.0.1"` or a short form of it, or an IPv6 address.

    For anything else signal an error, or return NIL if ERRORP is NIL.
    """
    text = text_of(x)
    if text is None:
        wrong_type(x, "STRING")
    address = parse_address(text)
    if address is None and errorp is not None:
        from acl.runtime.conditions import error

        error("SIMPLE-ERROR", "Illegal form for dotted address: ~s", x)
    return address


@predicate("DOTTED-ADDRESS-P", "object", package=ACL_SOCKET)
def dotted_address_p(x: Any) -> bool:
    """Return true if OBJECT is a string that is an internet address in dotted form."""
    text = text_of(x)
    return text is not None and parse_dotted(text) is not None


@predicate("IPADDRP", "object", package=ACL_SOCKET)
def ipaddrp(x: Any) -> bool:
    """Return true if OBJECT is an internet address: a 32-bit number or an IPv6 address."""
    return is_address(x)


@predicate("IPV6-ADDRESS-P", "object", package=ACL_SOCKET)
def ipv6_address_p(x: Any) -> bool:
    """Return true if OBJECT is an IPv6 address."""
    return type(x) is IPv6Address


def _no_address(x: Any) -> NoReturn:
    from acl.runtime.conditions import error

    error("SIMPLE-TYPE-ERROR", "~s is not an internet address.", x, datum=x, expected_type=None)
    raise AssertionError


@builtin("IPADDR-TO-DOTTED", "ipaddr &key values", package=ACL_SOCKET, values=True)
def ipaddr_to_dotted(address: Any, *, values: Any = None) -> tuple[Any, ...]:
    """Return the text of the address IPADDR: `"127.0.0.1"`; if VALUES is true the four numbers as values."""
    if not is_address(address):
        _no_address(address)
    if values is not None and type(address) is int:
        return address >> 24, address >> 16 & 255, address >> 8 & 255, address & 255
    return (string(address_text(address)),)


def coerced(x: Any) -> Any:
    """Return the address given as such or as text; an error if it is neither."""
    if is_address(x):
        return x
    text = text_of(x)
    address = parse_address(text) if text is not None else None
    return address if address is not None else _no_address(x)


@predicate("IPADDR-EQUALP", "addr1 addr2 &key compare-scope-id", package=ACL_SOCKET)
def ipaddr_equalp(addr1: Any, addr2: Any, *, compare_scope_id: Any = None) -> bool:
    """Return true if two addresses, or their texts, are the same; scopes count only if COMPARE-SCOPE-ID is true."""
    a, b = coerced(addr1), coerced(addr2)
    if type(a) is int or type(b) is int:
        return bool(type(a) is type(b) and a == b)
    return bool(a.number == b.number and (compare_scope_id is None or a.scope_id == b.scope_id))


@builtin("IPV6-ADDRESS-SCOPE-ID", "address", package=ACL_SOCKET)
def ipv6_address_scope_id(address: Any) -> int:
    """Return the number of the interface that ADDRESS belongs to, 0 for none."""
    if type(address) is not IPv6Address:
        wrong_type(address, "ACL-SOCKET:IPV6-ADDRESS")
    return address.scope_id


@builtin("IPV6-ADDRESS-SCOPE-ID", "new address", package=ACL_SOCKET, setf=True)
def set_ipv6_address_scope_id(new: Any, address: Any) -> Any:
    """Set the number of the interface that ADDRESS belongs to."""
    if type(address) is not IPv6Address:
        wrong_type(address, "ACL-SOCKET:IPV6-ADDRESS")
    address.scope_id = the_scope(new)
    return new


@builtin("GET-IP-INTERFACES", "", package=ACL_SOCKET)
def get_ip_interfaces() -> Any:
    """Return a list of `(number . name)` of this machine's network interfaces."""
    return from_iterable([Cons(number, string(name)) for number, name in socket.if_nameindex()])
