"""What a stream is, and what it reads and writes."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin, predicate
from acl.streams.base import Stream, any_stream, output_stream
from acl.types.base import wrong_type
from acl.types.symbol import EXCL


@predicate("STREAMP", "object")
def streamp(x: Any) -> bool:
    """Return true if OBJECT is a stream."""
    return isinstance(x, Stream)


@builtin("CHARPOS", "&optional stream", package=EXCL)
def charpos(stream: Any = None) -> Any:
    """Return the column of the output STREAM, by default *standard-output*; NIL if it is not known."""
    return output_stream(stream).column()


@builtin("STREAM-INPUT-FN", "stream", package=EXCL)
def stream_input_fn(stream: Any) -> Any:
    """Return the descriptor that STREAM reads, NIL if it has none."""
    return getattr(any_stream(stream).resolve(), "in_fd", None)


@builtin("STREAM-OUTPUT-FN", "stream", package=EXCL)
def stream_output_fn(stream: Any) -> Any:
    """Return the descriptor that STREAM writes, NIL if it has none."""
    return getattr(any_stream(stream).resolve(), "out_fd", None)


def check_type(x: Any, kind: type, name: str) -> Any:
    """Return *x* if it is a stream of the Python class *kind*, else signal a `type-error` naming *name*."""
    if not isinstance(x, kind):
        wrong_type(x, name)
    return x
