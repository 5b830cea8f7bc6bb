"""Octets and characters: conversion, and streams over vectors of octets."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin, macro
from acl.builtins.streams.macros import spec, split
from acl.builtins.streams.output import bounded_text
from acl.builtins.streams.sequences import bounds
from acl.expand.template import template
from acl.streams.buffers import BufferInputStream, BufferOutputStream
from acl.streams.formats import external_format as find_format
from acl.types.array import SimpleString, make_octets, set_items, vector_items, vector_length
from acl.types.base import wrong_type
from acl.types.character import CHAR
from acl.types.symbol import EXCL, T


def octets_of(vector: Any, start: Any, end: Any) -> bytes:
    """Return part of a vector of octets."""
    low, high = bounds(vector_length(vector), start, end)
    data = getattr(vector, "data", None)
    return bytes(data[low:high]) if type(data) is bytearray else bytes(x & 255 for x in vector_items(vector, low, high))


def _encoded(format: Any, text: str) -> bytes:
    """Return *text* as a whole in *format*; in :UNICODE, that is :UTF-16, it begins with a byte order mark."""
    octets: bytes = format.encode(text)
    return format.encode("\ufeff") + octets if format.codec == "utf-16" else octets


@builtin("STRING-TO-OCTETS", "string &key (null-terminate t) (start 0) end mb-vector (external-format :default)",
         package=EXCL, values=True)
def string_to_octets(string: Any, *, null_terminate: Any = T, start: Any = 0, end: Any = None, mb_vector: Any = None,
                     external_format: Any = None) -> tuple[Any, ...]:
    """Return the octets of STRING from START to END in EXTERNAL-FORMAT as a vector, and their number.

    A null character follows, and is counted, unless NULL-TERMINATE is NIL.  MB-VECTOR is filled, if it is given.
    """
    octets = _encoded(find_format(external_format),
                      bounded_text(string, start, end) + ("\0" if null_terminate is not None else ""))
    if mb_vector is not None:
        set_items(mb_vector, 0, list(octets[:vector_length(mb_vector)]))
        return mb_vector, min(len(octets), vector_length(mb_vector))
    return make_octets(octets), len(octets)


builtin("STRING-TO-MB", "string &key (null-terminate t) (start 0) end mb-vector (external-format :default)",
        package=EXCL, values=True)(string_to_octets)


@builtin("NATIVE-STRING-SIZEOF", "string &key (start 0) end (external-format :default)", package=EXCL)
def native_string_sizeof(string: Any, *, start: Any = 0, end: Any = None, external_format: Any = None) -> int:
    """Return how many octets STRING from START to END is in EXTERNAL-FORMAT, without a null character at its end."""
    return len(_encoded(find_format(external_format), bounded_text(string, start, end)))


def _before(raw: bytes, null: bytes) -> bytes:
    """Return the octets before the first *null*, which begins at a multiple of its length."""
    at = raw.find(null)
    while at > 0 and at % len(null):
        at = raw.find(null, at + 1)
    return raw if at < 0 else raw[:at]


@builtin("OCTETS-TO-STRING", "octets &key string (start 0) end (external-format :default) truncate (string-start 0) "
                             "string-end", package=EXCL, values=True)
def octets_to_string(octets: Any, *, string: Any = None, start: Any = 0, end: Any = None, external_format: Any = None,
                     truncate: Any = None, string_start: Any = 0, string_end: Any = None) -> tuple[Any, ...]:
    """Return the string whose octets in EXTERNAL-FORMAT are those of OCTETS from START to END.

    END is the position of the first null character, if not given.  The other values are the numbers of characters made
    and of octets used.  With TRUNCATE an incomplete character at the end is left.  STRING is filled from STRING-START
    to STRING-END, if it is given.
    """
    format = find_format(external_format)
    raw = octets_of(octets, start, end)
    if end is None:
        raw = _before(raw, format.encode("\0"))
    text, used, _ = format.decode(raw, None, truncate is None)
    if string is None:
        return SimpleString(text), len(text), used
    low, high = bounds(vector_length(string), string_start, string_end)
    if len(text) > high - low:
        used = format.octets_of_prefix(raw[:used], text, high - low, None)
        text = text[:high - low]
    set_items(string, low, [CHAR[c] for c in text])
    return string, len(text), used


builtin("MB-TO-STRING", "octets &key string (start 0) end (external-format :default) truncate (string-start 0) "
                        "string-end", package=EXCL, values=True)(octets_to_string)


@builtin("MAKE-BUFFER-INPUT-STREAM", "octets &optional (start 0) end external-format", package=EXCL)
def make_buffer_input_stream(octets: Any, start: Any = 0, end: Any = None, external_format: Any = None) -> Any:
    """Return a stream that reads the octets of the vector OCTETS from START to END."""
    return BufferInputStream(octets_of(octets, start, end), external_format)


@builtin("MAKE-BUFFER-OUTPUT-STREAM", "&optional octets external-format", package=EXCL)
def make_buffer_output_stream(octets: Any = None, external_format: Any = None) -> Any:
    """Return a stream that collects octets for GET-OUTPUT-STREAM-BUFFER."""
    return BufferOutputStream(external_format)


@builtin("GET-OUTPUT-STREAM-BUFFER", "buffer-output-stream", package=EXCL)
def get_output_stream_buffer(stream: Any) -> Any:
    """Return as a vector the octets written to BUFFER-OUTPUT-STREAM since the last time."""
    if not isinstance(stream, BufferOutputStream):
        wrong_type(stream, "STREAM")
    return make_octets(stream.take())


_BUFFER_OUTPUT = EXCL.external["MAKE-BUFFER-OUTPUT-STREAM"]
_BUFFER_INPUT = EXCL.external["MAKE-BUFFER-INPUT-STREAM"]
_GET = EXCL.external["GET-OUTPUT-STREAM-BUFFER"]
_collect = template("""
(let ((,var (,make ,octets ,format)))
  ,@declarations
  (unwind-protect (progn ,@body (,get ,var)) (close ,var)))""")
_read = template("""
(let ((,var (,make ,octets ,@bounds)))
  ,@declarations
  (unwind-protect (progn ,@body) (close ,var)))""")


@macro("WITH-OUTPUT-TO-BUFFER", "(var &optional octets &key external-format) &body forms", package=EXCL)
def with_output_to_buffer(form: Any, env: Any) -> Any:
    """Bind VAR to an output stream, evaluate FORMS, and return the octets written as a vector."""
    var, *rest = spec(form, 1)
    declarations, body = split(form.cdr.cdr)
    return _collect(var=var, make=_BUFFER_OUTPUT, octets=rest[0] if rest else None,
                    format=rest[2] if len(rest) > 2 else None, get=_GET, declarations=declarations, body=body)


@macro("WITH-INPUT-FROM-BUFFER", "(var octets &key start end external-format) &body forms", package=EXCL)
def with_input_from_buffer(form: Any, env: Any) -> Any:
    """Bind VAR to a stream that reads the vector OCTETS and evaluate FORMS."""
    var, octets, *rest = spec(form, 2)
    given = {key.name: value for key, value in zip(rest[::2], rest[1::2], strict=False)}
    declarations, body = split(form.cdr.cdr)
    arguments = [given.get("START", 0), given.get("END"), given.get("EXTERNAL-FORMAT")]
    return _read(var=var, make=_BUFFER_INPUT, octets=octets, bounds=arguments, declarations=declarations, body=body)
