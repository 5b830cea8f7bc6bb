"""Making string streams and streams composed of others, and their parts."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin
from acl.builtins.streams.output import bounded_text
from acl.builtins.streams.queries import check_type
from acl.streams.base import Stream
from acl.streams.composed import BroadcastStream, ConcatenatedStream, EchoStream, SynonymStream, TwoWayStream
from acl.streams.strings import FillPointerStream, StringInputStream, StringOutputStream
from acl.types.array import CHARACTER, GeneralArray, SimpleString, type_error
from acl.types.base import wrong_type
from acl.types.cons import from_iterable, lisp_list
from acl.types.function import FUNCTIONS
from acl.types.symbol import SYSTEM, Symbol, cl, keyword


@builtin("MAKE-STRING-INPUT-STREAM", "string &optional (start 0) end")
def make_string_input_stream(string: Any, start: Any = 0, end: Any = None) -> Any:
    """Return a stream that reads the characters of STRING from START to END."""
    return StringInputStream(bounded_text(string, start, end), start)


@builtin("MAKE-STRING-OUTPUT-STREAM", "&key (element-type 'character)")
def make_string_output_stream(*, element_type: Any = CHARACTER) -> Any:
    """Return a stream that collects what is written for GET-OUTPUT-STREAM-STRING."""
    return StringOutputStream(element_type)


@builtin("GET-OUTPUT-STREAM-STRING", "string-output-stream")
def get_output_stream_string(stream: Any) -> Any:
    """Return as a string what was written to STRING-OUTPUT-STREAM since the last time."""
    if not isinstance(stream, StringOutputStream):
        wrong_type(stream, "STRING-STREAM")
    text = stream.take()
    if stream.element_type is None and not text:
        return FUNCTIONS["COMMON-LISP:MAKE-ARRAY"](0, keyword("ELEMENT-TYPE"), None)
    return SimpleString(text)


@builtin("%CLOSE-STRING-OUTPUT", "stream", package=SYSTEM)
def close_string_output(stream: Any) -> Any:
    """Close STREAM, which `with-output-to-string` has made."""
    stream.close()


@builtin("%OUTPUT-TO-STRING", "string &optional element-type", package=SYSTEM)
def output_to_string(string: Any, element_type: Any = None) -> Any:
    """Return a stream that appends to STRING, which has a fill pointer; ELEMENT-TYPE makes no difference."""
    if type(string) is not GeneralArray or string.fill_pointer is None or not string.is_string():
        wrong_type(string, "STRING")
    return FillPointerStream(string)


@builtin("%STRING-STREAM-INDEX", "stream", package=SYSTEM)
def string_stream_index(stream: Any) -> Any:
    """Return the index in its string of the first character that STREAM has not read."""
    return stream.file_position()


@builtin("MAKE-SYNONYM-STREAM", "symbol")
def make_synonym_stream(symbol: Any) -> Any:
    """Return a stream that stands for whatever stream is the value of the variable SYMBOL at the time."""
    if type(symbol) is not Symbol:
        wrong_type(symbol, "SYMBOL")
    return SynonymStream(symbol)


@builtin("SYNONYM-STREAM-SYMBOL", "synonym-stream")
def synonym_stream_symbol(stream: Any) -> Any:
    """Return the symbol of SYNONYM-STREAM."""
    return check_type(stream, SynonymStream, "SYNONYM-STREAM").symbol


def _satisfies(stream: Any, attribute: str) -> Any:
    if not isinstance(stream, Stream):
        wrong_type(stream, "STREAM")
    if not getattr(stream, attribute):
        name = "INPUT-STREAM-P" if attribute == "input_p" else "OUTPUT-STREAM-P"
        type_error(stream, lisp_list(cl("SATISFIES"), cl(name)))
    return stream


@builtin("MAKE-TWO-WAY-STREAM", "input-stream output-stream")
def make_two_way_stream(source: Any, sink: Any) -> Any:
    """Return a stream that reads from INPUT-STREAM and writes to OUTPUT-STREAM."""
    return TwoWayStream(_satisfies(source, "input_p"), _satisfies(sink, "output_p"))


@builtin("TWO-WAY-STREAM-INPUT-STREAM", "two-way-stream")
def two_way_stream_input_stream(stream: Any) -> Any:
    """Return the stream that TWO-WAY-STREAM reads from."""
    return check_type(stream, TwoWayStream, "TWO-WAY-STREAM").source


@builtin("TWO-WAY-STREAM-OUTPUT-STREAM", "two-way-stream")
def two_way_stream_output_stream(stream: Any) -> Any:
    """Return the stream that TWO-WAY-STREAM writes to."""
    return check_type(stream, TwoWayStream, "TWO-WAY-STREAM").sink


@builtin("MAKE-ECHO-STREAM", "input-stream output-stream")
def make_echo_stream(source: Any, sink: Any) -> Any:
    """Return a stream that reads from INPUT-STREAM and writes what it has read to OUTPUT-STREAM."""
    return EchoStream(_satisfies(source, "input_p"), _satisfies(sink, "output_p"))


@builtin("ECHO-STREAM-INPUT-STREAM", "echo-stream")
def echo_stream_input_stream(stream: Any) -> Any:
    """Return the stream that ECHO-STREAM reads from."""
    return check_type(stream, EchoStream, "ECHO-STREAM").source


@builtin("ECHO-STREAM-OUTPUT-STREAM", "echo-stream")
def echo_stream_output_stream(stream: Any) -> Any:
    """Return the stream that ECHO-STREAM writes to."""
    return check_type(stream, EchoStream, "ECHO-STREAM").sink


@builtin("MAKE-BROADCAST-STREAM", "&rest streams")
def make_broadcast_stream(*streams: Any) -> Any:
    """Return a stream that writes to all STREAMS."""
    return BroadcastStream([_satisfies(s, "output_p") for s in streams])


@builtin("BROADCAST-STREAM-STREAMS", "broadcast-stream")
def broadcast_stream_streams(stream: Any) -> Any:
    """Return the list of streams that BROADCAST-STREAM writes to."""
    return from_iterable(check_type(stream, BroadcastStream, "BROADCAST-STREAM").streams)


@builtin("MAKE-CONCATENATED-STREAM", "&rest input-streams")
def make_concatenated_stream(*streams: Any) -> Any:
    """Return a stream that reads INPUT-STREAMS one after the other."""
    return ConcatenatedStream([_satisfies(s, "input_p") for s in streams])


@builtin("CONCATENATED-STREAM-STREAMS", "concatenated-stream")
def concatenated_stream_streams(stream: Any) -> Any:
    """Return the list of streams that CONCATENATED-STREAM has not read to their end."""
    return from_iterable(check_type(stream, ConcatenatedStream, "CONCATENATED-STREAM").streams)
