"""The operators on sockets: accept, shut down, control, accessors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from acl.builtins.declare import DECLARATIONS, Declaration, builtin, macro, variable
from acl.clos.generic import keyword_generic, standard_generic
from acl.expand.template import template
from acl.socket import datagrams, options  # noqa: F401
from acl.socket.chunking import ChunkReader, ChunkWriter
from acl.socket.classes import PRINT_HOSTNAME, PassiveSocket
from acl.socket.options import the_socket
from acl.socket.streams import SocketSimpleStream
from acl.streams.base import any_stream
from acl.streams.octets import OctetStream
from acl.types.array import string
from acl.types.base import wrong_type
from acl.types.cons import lisp_list
from acl.types.symbol import ACL_SOCKET, EXCL, T, cl, function_key, keyword

variable("*SOCKET-VERSION*", string("acl 1"), "The version of the socket library.", package=ACL_SOCKET)
DECLARATIONS["variable " + function_key(PRINT_HOSTNAME)] = Declaration(
    PRINT_HOSTNAME, "variable", "", """If true (the default), a socket prints with names of hosts, else with addresses.

To find the names may take time when a name server does not answer.""", None)


HIPER_IS_STREAM = variable("*HIPER-SOCKET-IS-STREAM-SOCKET*", T, "True: sockets of type :HIPER are stream sockets.",
                           package=EXCL, export=False)


@keyword_generic("ACCEPT-CONNECTION", "socket &key (wait t)", package=ACL_SOCKET)
def accept_connection(socket: Any, *, wait: Any = True) -> Any:
    """Wait until somebody connects to the passive SOCKET and return the stream for the connection.

    If WAIT is NIL and nobody has connected return NIL at once.
    """
    if not isinstance(socket, PassiveSocket):
        wrong_type(socket, "ACL-SOCKET:PASSIVE-SOCKET")
    return socket.accept(wait is not None)


_PROTECTED = template("(progn ,@body)")


@macro("WITH-PENDING-CONNECT", "&body body", package=ACL_SOCKET)
def with_pending_connect(form: Any, env: Any) -> Any:
    """Evaluate BODY; a `make-socket` in it that is left while it is still connecting gives its socket back.

    Here every `make-socket` does so.
    """
    return _PROTECTED(body=form.cdr)


@keyword_generic("SHUTDOWN", "socket &key direction", package=ACL_SOCKET)
def shutdown(socket: Any, *, direction: Any = None) -> Any:
    """Close one half of a connection, DIRECTION being :INPUT or :OUTPUT; what is buffered is not sent.

    The peer sees the end of file after :OUTPUT.  When both halves are closed the socket is.
    """
    if not isinstance(socket, SocketSimpleStream):
        wrong_type(the_socket(socket), "STREAM")
    if direction is keyword("INPUT"):
        socket.shut_down("input")
    elif direction is keyword("OUTPUT"):
        socket.shut_down("output")
    else:
        from acl.runtime.conditions import error

        error("SIMPLE-ERROR", "The direction for shutdown must be :input or :output, not ~s.", direction)
    return None


# Control

_UNSUPPLIED: Any = False  # not a Lisp object, so no caller gives it


@keyword_generic("SOCKET-CONTROL", "stream &key output-chunking output-chunking-eof input-chunking "
                 "read-timeout write-timeout", package=ACL_SOCKET)
def socket_control(stream: Any, *, output_chunking: Any = _UNSUPPLIED, output_chunking_eof: Any = None,
                   input_chunking: Any = _UNSUPPLIED, read_timeout: Any = _UNSUPPLIED,
                   write_timeout: Any = _UNSUPPLIED) -> Any:
    """Switch chunking (HTTP/1.1) of what goes out or comes in on STREAM on or off; set its time-outs.

    OUTPUT-CHUNKING-EOF sends what is buffered and the end of the chunks, and switches OUTPUT-CHUNKING off.  A time-out
    is the seconds that one read or write may wait, NIL for ever.
    """
    if not isinstance(stream, OctetStream):
        wrong_type(stream, "STREAM")
    stream.check_open()
    for attribute, given in (("read_timeout", read_timeout), ("write_timeout", write_timeout)):
        if given is not _UNSUPPLIED:
            setattr(stream, attribute, _seconds(given))
    if output_chunking is not _UNSUPPLIED:
        _set_output_chunking(stream, output_chunking is not None)
    if output_chunking_eof is not None:
        writer = stream.output_filter
        stream.force_output()
        (writer if writer is not None else ChunkWriter(stream)).end()
        stream.output_filter = None
    if input_chunking is not _UNSUPPLIED:
        _set_input_chunking(stream, input_chunking is not None)
    return None


def _set_output_chunking(stream: Any, on: bool) -> None:
    if on and stream.output_filter is None:
        stream.output_filter = ChunkWriter(stream)
    elif not on and stream.output_filter is not None:
        stream.force_output()
        stream.output_filter = None


def _set_input_chunking(stream: Any, on: bool) -> None:
    reader = stream.input_filter
    if on and (reader is None or reader.done):
        if reader is not None:
            stream.set_input_filter(None)
        stream.set_input_filter(ChunkReader(stream))
    elif not on and reader is not None:
        stream.set_input_filter(None)


def _seconds(x: Any) -> Any:
    """Return a time-out as a Python number, None for none."""
    if x is None:
        return None
    try:
        seconds = float(x)
    except (TypeError, ValueError):
        wrong_type(x, "REAL")
    if seconds < 0:
        wrong_type(x, lisp_list(cl("REAL"), 0))
    return x if type(x) is int else seconds


def _timeout_accessor(name: str, attribute: str, what: str, export: bool) -> None:
    def reader(stream: Any) -> Any:
        return getattr(_octet_stream(stream), attribute)

    def writer(new: Any, stream: Any) -> Any:
        setattr(_octet_stream(stream), attribute, _seconds(new))
        return new

    reader.__doc__ = f"Return how many seconds {what} STREAM may wait; NIL for ever."
    writer.__doc__ = f"Set how many seconds {what} STREAM may wait; NIL for ever."
    standard_generic(name, "stream", package=EXCL, export=export)(reader)
    standard_generic(name, "new stream", package=EXCL, setf=True, export=export)(writer)


def _octet_stream(x: Any) -> Any:
    resolve = getattr(x, "resolve", None)
    if resolve is not None:
        x = resolve()
    if not isinstance(x, OctetStream):
        wrong_type(x, "STREAM")
    return x


for _prefix, _export in (("STREAM-READ-TIMEOUT", False), ("STREAM-INPUT-TIMEOUT", True)):
    _timeout_accessor(_prefix, "read_timeout", "a read of", _export)
for _prefix, _export in (("STREAM-WRITE-TIMEOUT", False), ("STREAM-OUTPUT-TIMEOUT", True)):
    _timeout_accessor(_prefix, "write_timeout", "a write of", _export)


def _counter(name: str, attribute: str, what: str) -> None:
    def counter(stream: Any, new: Any = None) -> Any:
        target = any_stream(stream).resolve()
        if not isinstance(target, OctetStream):
            return new or 0
        if new is not None:
            setattr(target, attribute, new)
        return getattr(target, attribute)

    counter.__doc__ = (f"Return how many octets were {what} STREAM; with NEW set that number first.\n\n"
                       "It is 0 for streams without octets, such as those of strings.")
    standard_generic(name, "stream &optional new", package=EXCL, export=False)(counter)


_counter("SOCKET-BYTES-READ", "bytes_read", "read from")
_counter("SOCKET-BYTES-WRITTEN", "bytes_written", "written to")


# Accessors

def _accessor(name: str, get: Callable[[Any], Any], doc: str, family: str | None = None) -> None:
    def accessor(socket: Any) -> Any:
        target = the_socket(socket)
        if family is not None and target.family != family:
            wrong_type(socket, "ACL-SOCKET:INTERNET-SOCKET" if family == "internet" else "ACL-SOCKET:FILE-SOCKET")
        return get(target)

    accessor.__doc__ = doc
    standard_generic(name, "socket", package=ACL_SOCKET)(accessor)


def _file(name: Any) -> Any:
    return string(name) if name is not None else None


_accessor("LOCAL-HOST", lambda s: s.local_address, "Return the address of this end of SOCKET.", "internet")
_accessor("LOCAL-PORT", lambda s: s.local_port, "Return the port of this end of SOCKET.", "internet")
_accessor("REMOTE-HOST", lambda s: s.remote_address, "Return the address of the other end of SOCKET.", "internet")
_accessor("REMOTE-PORT", lambda s: s.remote_port, "Return the port of the other end of SOCKET.", "internet")
_accessor("LOCAL-FILENAME", lambda s: _file(s.local_filename), "Return the file that names this end of SOCKET.", "file")
_accessor("REMOTE-FILENAME", lambda s: _file(s.remote_filename), "Return the file that names the other end of SOCKET.",
          "file")
_accessor("IPV6", lambda s: T if s.is_ipv6 else None, "Return true if SOCKET is an IPv6 socket.", "internet")
_accessor("SOCKET-ADDRESS-FAMILY", lambda s: keyword(s.family.upper()), "Return :INTERNET or :FILE.")
_accessor("SOCKET-CONNECT", lambda s: keyword(s.connect.upper()), "Return :ACTIVE or :PASSIVE.")
_accessor("SOCKET-TYPE", lambda s: keyword(s.kind.upper()), "Return :STREAM or :DATAGRAM.")
_accessor("SOCKET-FORMAT", lambda s: keyword("MULTIVALENT"), "Return :MULTIVALENT, which every socket is.")


@standard_generic("SOCKET-OS-FD", "socket", package=ACL_SOCKET)
def socket_os_fd(socket: Any) -> int:
    """Return the descriptor of SOCKET."""
    target = the_socket(socket)
    target.check_socket()
    return target.fd


# Without effect in this release of Allegro

@builtin("INITIALIZE-SOCKET", "&key menup", package=ACL_SOCKET)
def initialize_socket(*, menup: Any = None) -> Any:
    """Do nothing: only Windows had to be prepared for sockets."""
    return None


@builtin("SET-SOCKET-FORMAT", "stream format", package=ACL_SOCKET)
def set_socket_format(stream: Any, format: Any) -> Any:
    """Do nothing: every socket is :MULTIVALENT."""
    the_socket(stream)
    return None


