"""Socket options: `set-socket-options`, `set-tcp-md5-sig`."""

from __future__ import annotations

import socket as system
import struct
from typing import Any, NoReturn

from acl.builtins.declare import builtin
from acl.clos.generic import keyword_generic
from acl.socket.addresses import IPv6Address, address_text, coerced, text_of
from acl.socket.classes import Socket
from acl.socket.errors import plain_error, socket_error
from acl.types.array import SpecializedVector
from acl.types.base import wrong_type
from acl.types.cons import lisp_list
from acl.types.symbol import ACL_SOCKET, cl

_UNSUPPLIED: Any = object()


def the_socket(x: Any) -> Socket:
    """Return *x*, which must be a socket, or the socket that a stream has taken over from another (SSL)."""
    if isinstance(x, Socket):
        return x
    below = x.base_socket if hasattr(type(x), "base_socket") else None
    if below is None:
        wrong_type(x, "ACL-SOCKET:SOCKET")
    return below  # type: ignore[no-any-return]


_BOOLEAN = {"reuse_address": ("SOL_SOCKET", "SO_REUSEADDR"), "broadcast": ("SOL_SOCKET", "SO_BROADCAST"),
            "keepalive": ("SOL_SOCKET", "SO_KEEPALIVE"), "nodelay": ("IPPROTO_TCP", "TCP_NODELAY"),
            "oob_inline": ("SOL_SOCKET", "SO_OOBINLINE")}
_INTEGER = {"receive_buffer_size": ("SOL_SOCKET", "SO_RCVBUF"), "send_buffer_size": ("SOL_SOCKET", "SO_SNDBUF"),
            "tcp_keepalive_idle_time": ("IPPROTO_TCP", "TCP_KEEPIDLE"),
            "tcp_keepalive_probe_interval": ("IPPROTO_TCP", "TCP_KEEPINTVL"),
            "tcp_keepalive_max_probes": ("IPPROTO_TCP", "TCP_KEEPCNT"),
            "multicast_ttl": ("IPPROTO_IP", "IP_MULTICAST_TTL")}


def set_option(sock: system.socket, name: str, value: Any, owner: Any = None) -> None:
    """Set the option *name* (a keyword's name in Python spelling) to a Lisp value."""
    level, option = _BOOLEAN.get(name) or _INTEGER[name]
    if not hasattr(system, option):
        plain_error(f"The socket option {name.replace('_', '-')} is not supported on this system.")
    if name in _BOOLEAN:
        number = int(value is not None)
    elif type(value) is int:
        number = value
    else:
        wrong_type(value, "INTEGER")
    if option == "TCP_NODELAY" and (sock.type != system.SOCK_STREAM or sock.family == system.AF_UNIX):
        return
    try:
        sock.setsockopt(getattr(system, level), getattr(system, option), number)
    except (OSError, OverflowError, TypeError) as problem:
        if not isinstance(problem, OSError):  # Python's ways to say that the number is too large
            wrong_type(value, "FIXNUM")
        socket_error(problem, f"setting the socket option {name.replace('_', '-')}", owner)


@builtin("SET-SOCKET-OPTIONS", "socket &key reuse-address broadcast keepalive nodelay oob-inline receive-buffer-size "
         "send-buffer-size tcp-keepalive-idle-time tcp-keepalive-probe-interval tcp-keepalive-max-probes "
         "multicast-group multicast-interface multicast-ttl", package=ACL_SOCKET)
def set_socket_options(socket: Any, *, multicast_group: Any = None, multicast_interface: Any = None,
                       **options: Any) -> Any:
    """Set options of SOCKET, of any kind; those not given stay as they are.

    REUSE-ADDRESS, BROADCAST, KEEPALIVE, NODELAY and OOB-INLINE are on or off; the others are integers.  A datagram
    socket also receives what is sent to the address MULTICAST-GROUP; MULTICAST-INTERFACE is the address of the
    interface for that, and for sending to groups; MULTICAST-TTL is how many routers what it sends may pass.
    """
    target = the_socket(socket)
    target.check_socket()
    for name, value in options.items():
        set_option(target.sock, name, value, socket)
    if multicast_interface is not None or multicast_group is not None:
        _set_multicast(target, multicast_group, multicast_interface)
    return None


def _set_multicast(socket: Socket, group: Any, interface: Any) -> None:
    """Send to multicast groups by *interface*, and join *group* there; each is an address or None."""
    own = system.inet_aton(address_text(coerced(interface))) if interface is not None else bytes(4)
    address = coerced(group) if group is not None else None
    try:
        if type(address) is IPv6Address:
            name = address.number.to_bytes(16, "big") + struct.pack("@I", address.scope_id)
            socket.sock.setsockopt(system.IPPROTO_IPV6, system.IPV6_JOIN_GROUP, name)
            return
        if interface is not None:
            socket.sock.setsockopt(system.IPPROTO_IP, system.IP_MULTICAST_IF, own)
        if address is not None:
            socket.sock.setsockopt(system.IPPROTO_IP, system.IP_ADD_MEMBERSHIP,
                                   system.inet_aton(address_text(address)) + own)
    except OSError as problem:
        what = f"joining the group {address_text(address)}" if address is not None else "choosing an interface"
        socket_error(problem, what, socket)


_TCP_MD5SIG = 14
_LONGEST_KEY = 80


def octets_of(x: Any, external_format: Any = None) -> bytes:
    """Return the octets of a Lisp string (in an external format) or vector of octets."""
    text = text_of(x)
    if text is not None:
        from acl.streams.formats import external_format as find

        return find(external_format).encode(text)
    if type(x) is SpecializedVector and isinstance(x.data, bytearray):
        return bytes(x.data)
    wrong_octets(x)


def wrong_octets(x: Any) -> NoReturn:
    """Signal that *x* is no vector of octets or characters."""
    from acl.runtime.conditions import type_fault

    octets = lisp_list(cl("VECTOR"), lisp_list(cl("UNSIGNED-BYTE"), 8))
    type_fault(x, lisp_list(cl("OR"), cl("STRING"), octets))


def set_md5_key(sock: system.socket, address: Any, key: bytes, owner: Any = None) -> None:
    """Give the kernel the key for the TCP MD5 signatures of the connections with *address*."""
    text = address_text(address)
    if len(key) > _LONGEST_KEY:
        plain_error("A TCP MD5 signature key has at most ~d octets; this one has ~d.", _LONGEST_KEY, len(key))
    if type(address) is IPv6Address:
        name = struct.pack("=HHI16sI", system.AF_INET6, 0, 0, address.number.to_bytes(16, "big"), address.scope_id)
    else:
        name = struct.pack("=HH4s", system.AF_INET, 0, system.inet_aton(text))
    data = struct.pack("=128sHHI80s", name, 0, len(key), 0, key)
    try:
        sock.setsockopt(system.IPPROTO_TCP, _TCP_MD5SIG, data)
    except OSError as problem:
        socket_error(problem, f"setting the TCP MD5 signature key for {text}", owner)


@keyword_generic("SET-TCP-MD5-SIG", "socket address key &key (external-format :default)", package=ACL_SOCKET)
def set_tcp_md5_sig(socket: Any, address: Any, key: Any, *, external_format: Any = None) -> Any:
    """Set the key of the TCP MD5 signatures (RFC 2385) that the passive SOCKET uses with the peer at ADDRESS."""
    set_md5_key(the_socket(socket).sock, coerced(address), octets_of(key, external_format), socket)
    return None
