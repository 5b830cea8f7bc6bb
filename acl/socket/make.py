"""`make-socket`."""

from __future__ import annotations

import errno
import os
import socket as system
from typing import Any, NoReturn

from acl.builtins.declare import builtin
from acl.runtime.waiting import wait_io
from acl.socket import classes, hosts, recording, reserve
from acl.socket.addresses import IPv6Address, address_text, parse_address, text_of, the_scope
from acl.socket.errors import socket_error
from acl.socket.names import IPV6, port_number, resolve
from acl.socket.options import octets_of, set_md5_key, set_option
from acl.types.base import wrong_type
from acl.types.symbol import ACL_SOCKET, keyword

_STREAM, _DATAGRAM, _HIPER = keyword("STREAM"), keyword("DATAGRAM"), keyword("HIPER")
_INTERNET, _FILE = keyword("INTERNET"), keyword("FILE")
_ACTIVE, _PASSIVE = keyword("ACTIVE"), keyword("PASSIVE")

LAMBDA_LIST = ("&key (type :stream) format (connect :active) (address-family :internet) eol ipv6 scope-id "
               "tcp-md5-sig-key tcp-md5-sig-key-ef local-host local-port remote-host remote-port local-filename "
               "remote-filename backlog reuse-address broadcast keepalive nodelay oob-inline receive-buffer-size "
               "send-buffer-size &allow-other-keys")
_OPTIONS = ("reuse_address", "broadcast", "keepalive", "nodelay", "oob_inline", "receive_buffer_size",
            "send_buffer_size")


@builtin("MAKE-SOCKET", LAMBDA_LIST, package=ACL_SOCKET)
def make_socket(**keys: Any) -> Any:
    """Return a new socket; an active stream socket is connected, and is a stream.

    TYPE is :STREAM or :DATAGRAM, ADDRESS-FAMILY :INTERNET or :FILE, CONNECT :ACTIVE or :PASSIVE.  An internet socket
    has LOCAL-HOST and LOCAL-PORT, and if it is active REMOTE-HOST and REMOTE-PORT; hosts are names, addresses or
    their texts, ports numbers or names of services.  A file socket has LOCAL-FILENAME, REMOTE-FILENAME.  A passive
    one lets BACKLOG connections wait.  See `set-socket-options` for the other arguments.
    """
    kind = _choice(keys, "type", _STREAM, (_STREAM, _DATAGRAM, _HIPER))
    family = _choice(keys, "address_family", _INTERNET, (_INTERNET, _FILE))
    connect = _choice(keys, "connect", _ACTIVE, (_ACTIVE, _PASSIVE))
    if family is _FILE:
        return _file_socket(kind, connect, keys)
    if keys.get("scope_id") is not None:
        the_scope(keys["scope_id"])
    if kind is _DATAGRAM:
        return _internet_datagram(keys)
    return _internet_passive(keys) if connect is _PASSIVE else _internet_active(keys)


def _choice(keys: dict[str, Any], name: str, default: Any, possible: tuple[Any, ...]) -> Any:
    value = keys.get(name, default)
    if value not in possible:
        from acl.runtime.conditions import error

        error("SIMPLE-ERROR", f"~s is not a valid value of :{name.replace('_', '-')} for make-socket.", value)
    return value


def _addresses(keys: dict[str, Any], name: str) -> list[Any]:
    """Return the addresses that the argument *name* means, none if it is not given."""
    host = keys.get(name)
    return resolve(host, keys.get("ipv6", IPV6.value)) if host is not None else []


def _family(keys: dict[str, Any], *addresses: Any) -> Any:
    """Return AF_INET6 if an address is IPv6 or the arguments ask for it, else AF_INET."""
    if any(type(a) is IPv6Address for a in addresses):
        return system.AF_INET6
    if any(type(a) is int for a in addresses):
        return system.AF_INET
    return system.AF_INET6 if keys.get("ipv6", IPV6.value) is not None else system.AF_INET


def python_name(address: Any, port: int, family: Any, scope_id: Any = None) -> tuple[Any, ...]:
    """Return what Python's calls take as the name of a socket."""
    if type(address) is IPv6Address:
        if scope_id is not None:
            address.scope_id = scope_id
        text = IPv6Address(address.number).text()
        return text, port, 0, address.scope_id
    if family == system.AF_INET6:
        return ("::ffff:" + address_text(address) if address is not None else "::"), port, 0, scope_id or 0
    return (address_text(address) if address is not None else ""), port


def _new(family: Any, kind: Any, keys: dict[str, Any], action: str) -> system.socket:
    """Return a new Python socket with the options of the arguments."""
    if not reserve.complete and not reserve.refill():
        socket_error(errno.EMFILE, action)
    try:
        sock = system.socket(family, kind)
    except OSError as problem:
        socket_error(problem, action)
    sock.setblocking(False)
    try:
        for name in _OPTIONS:
            if name in keys and (keys[name] is not None or name == "nodelay"):
                set_option(sock, name, keys[name])
    except BaseException:
        sock.close()
        raise
    return sock


def _fail(sock: system.socket, problem: OSError, action: str) -> NoReturn:
    sock.close()
    # Python itself refuses a file name that does not fit into a socket's name, without an errno.
    socket_error(problem if problem.errno else errno.ENAMETOOLONG, action)


def _with_name(cls: Any, sock: system.socket, action: str) -> Any:
    """Return a socket object of *cls* that knows the name which the system gave *sock*."""
    result = cls(sock)
    try:
        result.note_local()
    except OSError as problem:
        _fail(sock, problem, action)
    return result


def _backlog(keys: dict[str, Any]) -> int:
    """Return how many connections may wait for `accept-connection`."""
    backlog = keys.get("backlog")
    if backlog is None:
        return 5
    if type(backlog) is not int:
        wrong_type(backlog, "INTEGER")
    return min(max(backlog, 0), 0x7FFFFFFF)


def _missing(kind: str, name: str) -> NoReturn:
    from acl.runtime.conditions import error

    error("PROGRAM-ERROR", f"make-socket: {kind} socket needs the argument :{name}.")
    raise AssertionError


def _bind(sock: system.socket, keys: dict[str, Any], family: Any, local: Any, port: int, action: str) -> bool:
    """Bind to the local address; return true if it is no particular one."""
    anywhere = local is None
    if anywhere and hosts.LOCAL_ADDRESS is not None:
        own = parse_address(hosts.LOCAL_ADDRESS)
        if type(own) is int and family == system.AF_INET:
            local = own
    try:
        if family == system.AF_INET6 and anywhere:
            sock.setsockopt(system.IPPROTO_IPV6, system.IPV6_V6ONLY, 0)
        sock.bind(python_name(local, port, family, keys.get("scope_id")))
    except OSError as problem:
        _fail(sock, problem, action)
    return anywhere


def _text(x: Any) -> str:
    """Return a host or port as the caller gave it, for a message."""
    if type(x) is int:
        return address_text(x) if x > 65535 else str(x)
    if type(x) is IPv6Address:
        return x.text()
    return text_of(x) or str(x)


def _internet_passive(keys: dict[str, Any]) -> Any:
    local_host, local_port = keys.get("local_host"), keys.get("local_port")
    where = _text(local_host) if local_host is not None else "*"
    what = f"port {_text(local_port)}" if local_port is not None else 'port "(any)" '
    action = f"creating a passive socket on {where} {what}"
    local = (_addresses(keys, "local_host") or [None])[0]
    port = port_number(local_port, "tcp") if local_port is not None else 0
    family, backlog = _family(keys, local), _backlog(keys)
    _md5_key(keys)  # who connects is given one by `set-tcp-md5-sig`; a wrong one is an error here too
    sock = _new(family, system.SOCK_STREAM, keys, action)
    anywhere = _bind(sock, keys, family, local, port, action)
    try:
        sock.listen(backlog)
    except OSError as problem:
        _fail(sock, problem, action)
    result = _with_name(classes.SocketStreamInternetPassive, sock, action)
    result.anywhere = anywhere
    result.backlog = backlog
    if result.anywhere and family == system.AF_INET:
        result.local_address = 0
    return result


def _internet_active(keys: dict[str, Any]) -> Any:
    host, port = keys.get("remote_host"), keys.get("remote_port")
    for name, value in (("remote-host", host), ("remote-port", port)):
        if value is None:
            _missing("an active stream", name)
    action = (f"creating a local socket and connecting to a remote host {_text(host)} on port "
              f"{_text(port)}")
    remote_port = port_number(port, "tcp")
    addresses = _addresses(keys, "remote_host")
    local = (_addresses(keys, "local_host") or [None])[0]
    for address in addresses[:-1]:
        sock = _connected(keys, address, remote_port, local, action, True)
        if sock is not None:
            return _active_stream(sock, address, remote_port, keys)
    address = addresses[-1]
    sock = _connected(keys, address, remote_port, local, action, False)
    assert sock is not None
    return _active_stream(sock, address, remote_port, keys)


def _active_stream(sock: system.socket, address: Any, port: int, keys: dict[str, Any]) -> Any:
    from acl.socket.streams import SocketStreamInternetActive

    stream = SocketStreamInternetActive(sock, python_name(address, port, sock.family))
    stream.remote_address = address
    if recording.on:
        recording.note("connect", stream)
    if "nodelay" in keys and keys["nodelay"] is None:
        set_option(sock, "nodelay", None, stream)
    return stream


def _connected(keys: dict[str, Any], address: Any, port: int, local: Any, action: str,
               another: bool) -> system.socket | None:
    """Return a socket connected to *address*; None if it failed and *another* address can be tried."""
    family, key, local_port = _family(keys, address), _md5_key(keys), keys.get("local_port")
    own_port = port_number(local_port, "tcp") if local_port is not None else 0
    sock = _new(family, system.SOCK_STREAM, keys, action)
    if key is not None:
        try:
            set_md5_key(sock, address, key)
        except BaseException:
            sock.close()
            raise
    if local is not None or local_port is not None or _needs_own_address(address):
        _bind(sock, keys, family, local, own_port, action)
    try:
        code = wait_connect(sock, python_name(address, port, family, keys.get("scope_id")))
    except OSError as problem:  # a name that the system does not take
        _fail(sock, problem, action)
    if code:
        if recording.on:
            recording.note_between("refused", "", python_name(address, port, family), text=os.strerror(code))
        sock.close()
        if another:
            return None
        socket_error(code, action)
    return sock


def _md5_key(keys: dict[str, Any]) -> bytes | None:
    key = keys.get("tcp_md5_sig_key")
    return None if key is None else octets_of(key, keys.get("tcp_md5_sig_key_ef"))


def _needs_own_address(address: Any) -> bool:
    """True if this session has an address of its own and the peer is of the same kind: on loopback."""
    return hosts.LOCAL_ADDRESS is not None and type(address) is int and address >> 24 == 127


def wait_connect(sock: system.socket, name: Any) -> int:
    """Connect, waiting as long as the system does; return the errno, 0 for success.

    If control leaves while it waits, the socket is closed.
    """
    code = sock.connect_ex(name)
    if code not in (errno.EINPROGRESS, errno.EAGAIN, errno.EINTR):
        return code
    try:
        if code == errno.EAGAIN:  # a local socket whose queue is full
            return _connect_local(sock, name)
        wait_io(sock.fileno(), True, None, "waiting for connection")
        return sock.getsockopt(system.SOL_SOCKET, system.SO_ERROR)
    except BaseException:
        sock.close()
        raise


def _connect_local(sock: system.socket, name: Any) -> int:
    """Connect to a local socket that has no room at present: there is nothing to wait for but time."""
    from acl.runtime.waiting import wait_until

    outcome = [errno.EAGAIN]

    def attempt() -> bool:
        outcome[0] = sock.connect_ex(name)
        return outcome[0] != errno.EAGAIN

    wait_until(attempt, None, "waiting for connection")
    return outcome[0]


def _internet_datagram(keys: dict[str, Any]) -> Any:
    action = "creating a datagram socket"
    local = (_addresses(keys, "local_host") or [None])[0]
    remote = (_addresses(keys, "remote_host") or [None])[0]
    local_port, remote_port = keys.get("local_port"), keys.get("remote_port")
    if local_port is not None:
        action += f" on port {_text(local_port)}"
    family = _family(keys, local, remote)
    port = port_number(local_port, "udp") if local_port is not None else 0
    default_port = port_number(remote_port, "udp") if remote_port is not None else None
    sock = _new(family, system.SOCK_DGRAM, keys, action)
    anywhere = _bind(sock, keys, family, local, port, action)
    result = _with_name(classes.SocketDatagramInternetActive, sock, action)
    result.anywhere = anywhere
    if result.anywhere and family == system.AF_INET:
        result.local_address = 0
    result.remote_address = remote
    result.remote_port = default_port
    return result


def filename(x: Any) -> str | None:
    if x is None:
        return None
    text = text_of(x)
    if text is not None:
        return os.path.expanduser(text)
    from acl.types.function import FUNCTIONS

    return str(FUNCTIONS["COMMON-LISP:NAMESTRING"](x))


def _file_socket(kind: Any, connect: Any, keys: dict[str, Any]) -> Any:
    local, remote = filename(keys.get("local_filename")), filename(keys.get("remote_filename"))
    if kind is _DATAGRAM:
        return _file_datagram(keys, local, remote)
    if connect is _PASSIVE:
        return _file_passive(keys, local)
    if remote is None:
        _missing("an active file", "remote-filename")
    from acl.socket.streams import SocketStreamFileActive

    action = f"creating a local socket and connecting to the file {remote}"
    sock = _new(system.AF_UNIX, system.SOCK_STREAM, keys, action)
    try:
        if local is not None:
            sock.bind(local)
        code = wait_connect(sock, remote)
    except OSError as problem:
        _fail(sock, problem, action)
    if code:
        sock.close()
        socket_error(code, action)
    stream = SocketStreamFileActive(sock, remote)
    if recording.on:
        recording.note("connect", stream)
    return stream


def _file_passive(keys: dict[str, Any], local: str | None) -> Any:
    if local is None:
        _missing("a passive file", "local-filename")
    action = f"creating a passive socket on the file {local}"
    backlog = _backlog(keys)
    sock = _new(system.AF_UNIX, system.SOCK_STREAM, keys, action)
    try:
        sock.bind(local)
        sock.listen(backlog)
    except OSError as problem:
        _fail(sock, problem, action)
    result = _with_name(classes.SocketStreamFilePassive, sock, action)
    result.backlog = backlog
    return result


def _file_datagram(keys: dict[str, Any], local: str | None, remote: str | None) -> Any:
    action = "creating a datagram socket" + (f" on the file {local}" if local is not None else "")
    sock = _new(system.AF_UNIX, system.SOCK_DGRAM, keys, action)
    if local is not None:
        try:
            sock.bind(local)
        except OSError as problem:
            _fail(sock, problem, action)
    result = _with_name(classes.SocketDatagramFileActive, sock, action)
    result.remote_filename = remote
    return result


