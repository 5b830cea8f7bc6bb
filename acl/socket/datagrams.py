"""Datagrams: `send-to` and `receive-from`."""

from __future__ import annotations

from time import monotonic
from typing import Any

from acl.clos.generic import keyword_generic
from acl.runtime.waiting import POLLIN, POLLOUT
from acl.socket import recording
from acl.socket.addresses import IPv6Address, from_python, text_of, the_scope
from acl.socket.errors import plain_error, socket_error
from acl.socket.make import filename, python_name
from acl.socket.names import IPV6, port_number, resolve
from acl.socket.options import wrong_octets
from acl.types.array import GeneralArray, SimpleString, SimpleVector, SpecializedVector, string
from acl.types.base import wrong_type
from acl.types.character import CHAR
from acl.types.cons import lisp_list
from acl.types.symbol import ACL_SOCKET, cl

_SUPPLIED_NOT: Any = False


def the_datagram_socket(x: Any) -> Any:
    """Return *x*, which must be a datagram socket."""
    if getattr(x, "kind", None) != "datagram":  # quicker than asking for the class
        wrong_type(x, "ACL-SOCKET:DATAGRAM-SOCKET")
    if x.closed:
        x.check_socket()
    return x


def raw_octets(buffer: Any) -> bytes | bytearray:
    """Return the octets of a string (in the default external format) or of a vector of octets."""
    if type(buffer) is SpecializedVector and type(buffer.data) is bytearray:
        return buffer.data
    text = text_of(buffer)
    if text is not None:
        from acl.streams.formats import external_format

        return external_format().encode(text)
    storage, start, end = _storage(buffer)
    if type(storage) is SpecializedVector and isinstance(storage.data, bytearray):
        return bytes(storage.data[start:end])
    from acl.streams.raw import element_width
    from acl.streams.raw import raw_octets as octets_of_numbers

    if element_width(buffer):
        return octets_of_numbers(buffer)
    if type(storage) in (SpecializedVector, SimpleVector):
        items = storage.data[start:end]
        if all(type(x) is int and -128 <= x < 256 for x in items):
            return bytes(x & 255 for x in items)
    wrong_octets(buffer)


def _storage(x: Any) -> tuple[Any, int, int]:
    """Return the simple vector that holds a vector's elements, and where."""
    if type(x) is not GeneralArray:
        data = getattr(x, "data", None)
        return x, 0, len(data) if data is not None else len(x.s) if type(x) is SimpleString else 0
    storage, start = x.locate()
    return storage, start, start + (x.dimensions[0] if x.fill_pointer is None else x.fill_pointer)


def _destination(sock: Any, remote_host: Any, remote_port: Any, ipv6: Any, scope_id: Any) -> Any:
    plain = type(remote_host) is int and type(remote_port) is int and scope_id is None
    if plain and sock.last_destination[:2] == (remote_host, remote_port):
        return sock.last_destination[2]
    if scope_id is not None:
        the_scope(scope_id)
    address = resolve(remote_host, IPV6.value if ipv6 is _SUPPLIED_NOT else ipv6)[0] if remote_host is not None \
        else sock.remote_address
    port = port_number(remote_port, "udp") if remote_port is not None else sock.remote_port
    if address is None or port is None:
        plain_error("send-to: ~s has no destination; give :remote-host and :remote-port.", sock)
    if type(address) is IPv6Address and not sock.is_ipv6:
        plain_error("send-to: ~s cannot send to an IPv6 address.", sock)
    name = python_name(address, port, sock.sock.family, scope_id)
    if plain:
        sock.last_destination = remote_host, remote_port, name
    return name


@keyword_generic("SEND-TO", "socket buffer size &key remote-host remote-port ipv6 scope-id remote-filename",
         package=ACL_SOCKET)
def send_to(socket: Any, buffer: Any, size: Any, *, remote_host: Any = None, remote_port: Any = None,
            ipv6: Any = _SUPPLIED_NOT, scope_id: Any = None, remote_filename: Any = None) -> int:
    """Send the first SIZE octets of BUFFER, a string or vector of octets, as one packet; return how many were sent.

    The destination is REMOTE-HOST and REMOTE-PORT, or REMOTE-FILENAME, or what `make-socket` was given.
    """
    the_datagram_socket(socket)
    if type(size) is not int or size < 0:
        wrong_type(size, "UNSIGNED-BYTE")
    if socket.family == "file":
        name: Any = filename(remote_filename) or socket.remote_filename
        if name is None:
            plain_error("send-to: ~s has no destination; give :remote-filename.", socket)
    else:
        name = _destination(socket, remote_host, remote_port, ipv6, scope_id)
    octets = raw_octets(buffer)
    if len(octets) > size:
        octets = octets[:size]
    while True:
        try:
            if not recording.on:
                return socket.sock.sendto(octets, name)  # type: ignore[no-any-return]
            begun = monotonic()
            sent = int(socket.sock.sendto(octets, name))
            recording.note_between("send", recording.ends(socket)[0], name, octets, begun=begun)
            return sent
        except BlockingIOError:
            socket.wait_io(POLLOUT, None, "waiting for output")
            socket.check_socket()
        except OSError as problem:
            what = f"the file {name}" if socket.family == "file" else f"{name[0]} on port {name[1]}"
            socket_error(problem, f"sending a datagram to {what}", socket)


@keyword_generic("RECEIVE-FROM", "socket size &key buffer extract", package=ACL_SOCKET, values=True)
def receive_from(socket: Any, size: Any, *, buffer: Any = None, extract: Any = None) -> tuple[Any, ...]:
    """Wait for a packet; return a buffer with it, its size in octets, and the address and port it came from.

    At most SIZE octets are taken, the rest is lost.  BUFFER is a string or vector of octets to put them in; by
    default a new string.  If EXTRACT is true the first value is a new vector with just the data.  For a file
    socket the third and last value is the name of the sender's file.
    """
    the_datagram_socket(socket)
    if type(size) is not int or size < 0:
        wrong_type(size, "UNSIGNED-BYTE")
    if buffer is not None:
        _check_buffer(buffer)
    octets, name = _receive(socket, size)
    if recording.on:
        recording.note_between("receive", recording.ends(socket)[0], name, octets)
    data = _stored(octets, buffer, size, extract is not None)
    if socket.family == "file":
        return data, len(octets), string(_file_of(name))
    return data, len(octets), from_python(name[0], name[3] if len(name) > 3 else 0), name[1]


def _check_buffer(buffer: Any) -> None:
    """A buffer that cannot take a packet is an error before one is taken."""
    if type(buffer) is not SpecializedVector:
        storage = _storage(buffer)[0]
        if type(storage) not in (SimpleString, SpecializedVector):
            wrong_octets(buffer)


def _file_of(name: Any) -> str:
    import os

    return os.fsdecode(name) if name else ""


_WAITS = 16
"""After one that had to wait, so many receives wait at once: that they would have to is more likely than not."""


def _receive(socket: Any, size: int) -> tuple[bytes, Any]:
    wait = socket.waits > 0
    if wait:
        socket.waits -= 1
    while True:
        if wait:
            socket.wait_io(POLLIN, None, "waiting for input")
            socket.check_socket()
        try:
            return socket.sock.recvfrom(size)  # type: ignore[no-any-return]
        except BlockingIOError:
            wait, socket.waits = True, _WAITS
        except OSError as problem:
            socket_error(problem, "receiving a datagram", socket)


def _stored(octets: bytes, buffer: Any, size: int, extract: bool) -> Any:
    """Put the octets in *buffer*, or a new string of *size* characters; return that, or only the data if *extract*."""
    if buffer is None:
        text = _decoded(octets)
        return string(text if extract else text + "\0" * (size - len(text)))
    if type(buffer) is SpecializedVector and type(buffer.data) is bytearray and len(octets) <= len(buffer.data):
        buffer.data[:len(octets)] = octets
        return SpecializedVector(bytearray(octets), buffer.element_type) if extract else buffer
    storage, start, end = _storage(buffer)
    if type(storage) is SimpleString:
        text = _decoded(octets)
        _check_room(len(text), end - start, buffer)
        for i, c in enumerate(text):
            storage.set_char(start + i, CHAR[c])
        return string(text) if extract else buffer
    if type(storage) is not SpecializedVector:
        wrong_octets(buffer)
    from acl.streams.raw import element_width, store_raw

    _check_room(len(octets), (end - start) * max(element_width(buffer), 1), buffer)
    if isinstance(storage.data, bytearray):
        storage.data[start:start + len(octets)] = octets
    elif element_width(buffer):
        store_raw(buffer, 0, octets)
    else:
        wrong_octets(buffer)
    if not extract:
        return buffer
    element_type = storage.element_type if isinstance(storage.data, bytearray) else lisp_list(cl("UNSIGNED-BYTE"), 8)
    return SpecializedVector(bytearray(octets), element_type)


def _check_room(needed: int, room: int, buffer: Any) -> None:
    if needed > room:
        plain_error("receive-from: the buffer ~s is too short for a packet of ~d octets.", buffer, needed)


def _decoded(octets: bytes) -> str:
    from acl.streams.formats import external_format

    return external_format().decode(octets, 0, True)[0]
