"""Writing characters, strings and octets."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin, inline_names, predicate
from acl.streams.arrays import string_text
from acl.streams.base import Stream, output_stream
from acl.streams.gray import FundamentalStream
from acl.streams.strings import StringOutputStream
from acl.types.array import SimpleString, type_error
from acl.types.base import wrong_type
from acl.types.character import Char
from acl.types.cons import lisp_list
from acl.types.function import FUNCTIONS
from acl.types.symbol import cl


@builtin("WRITE-CHAR", "character &optional (output-stream *standard-output*)",
         expr="({1}.pieces.append({0}) or {0}) if type({0}) is Char and type({1}) is StringOutputStream "
              "else write_char({0}, {1})")
def write_char(character: Any, stream: Any = None) -> Any:
    """Write CHARACTER to OUTPUT-STREAM and return it."""
    if type(character) is not Char:
        wrong_type(character, "CHARACTER")
    try:
        write = stream.write_char
    except AttributeError:
        write = output_stream(stream).write_char
    write(character)
    return character


inline_names(Char=Char, StringOutputStream=StringOutputStream, write_char=write_char)


def bounded_text(string: Any, start: Any, end: Any) -> str:
    """Return the part of a Lisp string between two bounds; `type-error` if they are wrong."""
    text = string.text() if type(string) is SimpleString else string_text(string)
    size = len(text)
    if end is None:
        end = size
    elif type(end) is not int or not 0 <= end <= size:
        type_error(end, lisp_list(cl("INTEGER"), 0, size))
    if type(start) is not int or not 0 <= start <= end:
        type_error(start, lisp_list(cl("INTEGER"), 0, end))
    return text[start:end]


def write_whole_string(string: Any, stream: Any) -> Any:
    """Do WRITE-STRING without keywords."""
    try:
        s = string.s
        write = stream.write_str
    except AttributeError:
        return write_string(string, stream)
    write(s if type(s) is str else string.text())
    return string


inline_names(write_whole_string=write_whole_string)


@builtin("WRITE-STRING", "string &optional (output-stream *standard-output*) &key (start 0) end",
         expr="({1}.pieces.append({0}.text()) or {0}) if type({1}) is StringOutputStream and type({0}) is SimpleString "
              "else write_whole_string({0}, {1})")
def write_string(string: Any, stream: Any = None, *, start: Any = 0, end: Any = None) -> Any:
    """Write the characters of STRING from START to END to OUTPUT-STREAM; return STRING."""
    text = bounded_text(string, start, end)
    stream = output_stream(stream)
    if isinstance(stream, FundamentalStream) and (start or end is not None):
        FUNCTIONS["EXCL:STREAM-WRITE-STRING"](stream, string, start, end)
    else:
        stream.write_str(text)
    return string


def write_whole_line(string: Any, stream: Any) -> Any:
    """Do WRITE-LINE without keywords."""
    try:
        s = string.s
        write = stream.write_str
    except AttributeError:
        return write_line(string, stream)
    write((s if type(s) is str else string.text()) + "\n")
    return string


inline_names(write_whole_line=write_whole_line)


@builtin("WRITE-LINE", "string &optional (output-stream *standard-output*) &key (start 0) end",
         expr="write_whole_line({0}, {1})")
def write_line(string: Any, stream: Any = None, *, start: Any = 0, end: Any = None) -> Any:
    """Write the characters of STRING from START to END and a newline to OUTPUT-STREAM; return STRING."""
    text = bounded_text(string, start, end)
    output_stream(stream).write_str(text + "\n")
    return string


@builtin("TERPRI", "&optional (output-stream *standard-output*)",
         expr="{0}.pieces.append('\\n') if type({0}) is StringOutputStream else write_newline({0})")
def terpri(stream: Any = None) -> Any:
    """Write a newline to OUTPUT-STREAM."""
    try:
        stream.write_char("\n")
    except AttributeError:
        output_stream(stream).write_char("\n")


inline_names(write_newline=terpri)


@predicate("FRESH-LINE", "&optional (output-stream *standard-output*)")
def fresh_line(stream: Any = None) -> bool:
    """Write a newline to OUTPUT-STREAM unless it is at the start of a line; return true if it did."""
    return bool(output_stream(stream).fresh_line())


@builtin("WRITE-BYTE", "byte stream")
def write_byte(byte: Any, stream: Any) -> Any:
    """Write the integer BYTE to the binary STREAM and return it."""
    if not isinstance(stream, Stream):
        wrong_type(stream, "STREAM")
    if type(byte) is not int:
        wrong_type(byte, "INTEGER")
    try:
        stream.write_byte(byte)
    except (ValueError, OverflowError):
        type_error(byte, stream.element_type)
    return byte


@builtin("FINISH-OUTPUT", "&optional (output-stream *standard-output*)")
def finish_output(stream: Any = None) -> Any:
    """Send everything that is buffered in OUTPUT-STREAM and wait until it is out."""
    try:
        finish = stream.finish_output
    except AttributeError:
        finish = output_stream(stream).finish_output
    finish()


@builtin("FORCE-OUTPUT", "&optional (output-stream *standard-output*)")
def force_output(stream: Any = None) -> Any:
    """Start sending everything that is buffered in OUTPUT-STREAM."""
    try:
        force = stream.force_output
    except AttributeError:
        force = output_stream(stream).force_output
    force()


@builtin("CLEAR-OUTPUT", "&optional (output-stream *standard-output*)")
def clear_output(stream: Any = None) -> Any:
    """Drop what is buffered in OUTPUT-STREAM, if possible."""
    output_stream(stream).clear_output()
