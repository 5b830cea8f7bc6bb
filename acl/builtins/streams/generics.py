"""The functions of the standard on streams for which programs may define methods."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import parse_keywords
from acl.clos.generic import standard_generic
from acl.streams.base import Stream, any_stream
from acl.types.symbol import T, keyword

_KEYS = {keyword("ABORT"): "abort"}


@standard_generic("INPUT-STREAM-P", "stream")
def input_stream_p(stream: Any) -> Any:
    """Return true if STREAM can be read."""
    return T if any_stream(stream).input_p else None


@standard_generic("OUTPUT-STREAM-P", "stream")
def output_stream_p(stream: Any) -> Any:
    """Return true if STREAM can be written."""
    return T if any_stream(stream).output_p else None


@standard_generic("INTERACTIVE-STREAM-P", "stream")
def interactive_stream_p(stream: Any) -> Any:
    """Return true if a person sits at the other end of STREAM."""
    return T if any_stream(stream).interactive else None


@standard_generic("OPEN-STREAM-P", "stream")
def open_stream_p(stream: Any) -> Any:
    """Return true if STREAM has not been closed."""
    if hasattr(type(stream), "shut"):  # sockets, also those that are no streams
        return None if stream.closed else T
    return T if any_stream(stream).is_open else None


@standard_generic("STREAM-ELEMENT-TYPE", "stream")
def stream_element_type(stream: Any) -> Any:
    """Return a type specifier for the objects that can be read from or written to STREAM."""
    return any_stream(stream).element_type


@standard_generic("CLOSE", "stream &key abort")
def close(stream: Any, *keys: Any) -> Any:
    """Close STREAM: send what is buffered and give the device back.  Return true if it was open.

    With ABORT drop what is buffered; a file that was being made is deleted, one being replaced stays as it was.
    """
    abort = parse_keywords(keys, 0, _KEYS, False, "CLOSE").get("abort")
    if not isinstance(stream, Stream) and not hasattr(type(stream), "shut"):  # sockets that are no streams have it
        any_stream(stream)
    return T if stream.close(abort is not None) else None
