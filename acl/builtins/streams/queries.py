"""What a stream is; external formats."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin, predicate
from acl.streams.base import Stream, any_stream
from acl.streams.formats import ExternalFormat, external_format
from acl.types.base import wrong_type
from acl.types.symbol import EXCL, T


@predicate("STREAMP", "object")
def streamp(x: Any) -> bool:
    """Return true if OBJECT is a stream."""
    return isinstance(x, Stream)


@builtin("STREAM-EXTERNAL-FORMAT", "stream")
def stream_external_format(stream: Any) -> Any:
    """Return the external format of STREAM.  It can be changed by SETF at any time."""
    return any_stream(stream).external_format


@builtin("STREAM-EXTERNAL-FORMAT", "new stream", setf=True)
def set_stream_external_format(new: Any, stream: Any) -> Any:
    """Read and write STREAM in the external format NEW from now on."""
    any_stream(stream).external_format = new
    return new


@builtin("FIND-EXTERNAL-FORMAT", "name &key (errorp t)", package=EXCL)
def find_external_format(name: Any, *, errorp: Any = T) -> Any:
    """Return the external format called NAME: a keyword, or a list such as (:E-CRLF :UTF-8).

    If there is none signal an error, or return NIL if ERRORP is NIL.
    """
    from acl.streams.formats import find_format

    return external_format(name) if errorp is not None else find_format(name)


def _format(x: Any) -> ExternalFormat:
    return x if isinstance(x, ExternalFormat) else external_format(x)


@builtin("EF-NAME", "external-format", package=EXCL)
def ef_name(format: Any) -> Any:
    """Return the name of EXTERNAL-FORMAT."""
    return _format(format).designator


@builtin("CRLF-BASE-EF", "external-format", package=EXCL)
def crlf_base_ef(format: Any) -> Any:
    """Return EXTERNAL-FORMAT without its translation of newlines."""
    return external_format(_format(format).name)


@builtin("FIND-COMPOSED-EXTERNAL-FORMAT", "composer base", package=EXCL)
def find_composed_external_format(composer: Any, base: Any) -> Any:
    """Return the external format that does COMPOSER, such as :E-CRLF, on top of BASE."""
    from acl.types.cons import lisp_list

    return external_format(lisp_list(composer, _format(base).name))


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
