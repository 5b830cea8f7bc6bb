"""The generic functions of Gray streams, in package EXCL.

A program that defines a class of streams must define stream-read-char and stream-unread-char, or stream-write-char and
stream-line-column, or stream-read-byte, or stream-write-byte; the others are made of these.
"""

from __future__ import annotations

from typing import Any

from acl.builtins.streams.sequences import bounds
from acl.clos.generic import standard_generic
from acl.streams.base import WOULD_BLOCK, Stream, any_stream
from acl.streams.gray import EOF, FundamentalStream, call
from acl.types.array import SimpleString, is_string, is_vector, set_items, vector_items, vector_length
from acl.types.character import CHAR, Char
from acl.types.cons import to_list
from acl.types.symbol import EXCL, Symbol, T

_NEWLINE = CHAR["\n"]


def system_stream(stream: Any) -> Any:
    """Return *stream* if it is one of the system's own; None if a program defined it."""
    return None if isinstance(stream, FundamentalStream) else any_stream(stream)


def _character(c: Any) -> Any:
    return EOF if c is None else None if c is WOULD_BLOCK else CHAR[c]


@standard_generic("STREAM-READ-CHAR", "stream", package=EXCL)
def _read_char(stream: Any) -> Any:
    """Read a character of STREAM; return :EOF at the end of the file."""
    if (system := system_stream(stream)) is not None:
        return _character(system.read_char())
    return stream.no_input()


@standard_generic("STREAM-UNREAD-CHAR", "stream character", package=EXCL)
def _unread_char(stream: Any, character: Any) -> Any:
    """Put CHARACTER back at the front of STREAM."""
    if (system := system_stream(stream)) is not None:
        return system.unread_char(str(character))
    return stream.no_input()


@standard_generic("STREAM-READ-CHAR-NO-HANG", "stream", package=EXCL)
def _read_char_no_hang(stream: Any) -> Any:
    """Read a character of STREAM if there is one; return :EOF at the end of the file, else NIL."""
    if (system := system_stream(stream)) is not None:
        return _character(system.read_char_no_hang())
    return call("STREAM-READ-CHAR", stream)


@standard_generic("STREAM-PEEK-CHAR", "stream", package=EXCL)
def _peek_char(stream: Any) -> Any:
    """Return the next character of STREAM without reading it, or :EOF."""
    if (system := system_stream(stream)) is not None:
        return _character(system.peek_char())
    c = call("STREAM-READ-CHAR", stream)
    if c is not EOF:
        call("STREAM-UNREAD-CHAR", stream, c)
    return c


@standard_generic("STREAM-LISTEN", "stream", package=EXCL)
def _listen(stream: Any) -> Any:
    """Return true if STREAM has a character.

    Of a socket or descriptor, return true if reading from it (or accepting) will not block; the end of file counts.
    """
    own = getattr(type(stream), "input_is_ready", Stream.input_is_ready)
    if type(stream) is int or own is not Stream.input_is_ready:
        from acl.mp.waits import input_ready

        return T if input_ready(stream) else None
    if (system := system_stream(stream)) is not None:
        return T if system.listen() else None
    c = call("STREAM-READ-CHAR-NO-HANG", stream)
    if c is None or c is EOF:
        return None
    call("STREAM-UNREAD-CHAR", stream, c)
    return T


@standard_generic("STREAM-READ-LINE", "stream", package=EXCL, values=True)
def _read_line(stream: Any) -> Any:
    """Read a line of STREAM: return it, and true if the file ended before a newline."""
    parts: list[str] = []
    while (c := call("STREAM-READ-CHAR", stream)) is not EOF:
        if c is _NEWLINE:
            return SimpleString("".join(parts)), None
        parts.append(c)
    return SimpleString("".join(parts)), T


@standard_generic("STREAM-CLEAR-INPUT", "stream", package=EXCL)
def _clear_input(stream: Any) -> Any:
    """Drop the input of STREAM that has come."""
    if (system := system_stream(stream)) is not None:
        system.clear_input()


@standard_generic("STREAM-READ-BYTE", "stream", package=EXCL)
def _read_byte(stream: Any) -> Any:
    """Read an integer of STREAM; return :EOF at the end of the file."""
    if (system := system_stream(stream)) is not None:
        octet = system.read_byte()
        return EOF if octet is None else octet
    return stream.no_input()


@standard_generic("STREAM-WRITE-CHAR", "stream character", package=EXCL)
def _write_char(stream: Any, character: Any) -> Any:
    """Write CHARACTER to STREAM."""
    if (system := system_stream(stream)) is not None:
        system.write_char(character)
        return character
    return stream.no_output()


@standard_generic("STREAM-LINE-COLUMN", "stream", package=EXCL)
def _line_column(stream: Any) -> Any:
    """Return the column of STREAM, NIL if it is not known."""
    system = system_stream(stream)
    return None if system is None else system.column()


@standard_generic("STREAM-START-LINE-P", "stream", package=EXCL)
def _start_line_p(stream: Any) -> Any:
    """Return true if STREAM is at the start of a line."""
    return T if call("STREAM-LINE-COLUMN", stream) == 0 else None


@standard_generic("STREAM-WRITE-STRING", "stream string &optional start end", package=EXCL)
def _write_string(stream: Any, string: Any, start: Any = None, end: Any = None) -> Any:
    """Write the characters of STRING from START to END to STREAM."""
    low, high = bounds(vector_length(string), start or 0, end)
    for c in vector_items(string, low, high):
        call("STREAM-WRITE-CHAR", stream, c)
    return string


@standard_generic("STREAM-TERPRI", "stream", package=EXCL)
def _terpri(stream: Any) -> Any:
    """Write a newline to STREAM."""
    call("STREAM-WRITE-CHAR", stream, _NEWLINE)


@standard_generic("STREAM-FRESH-LINE", "stream", package=EXCL)
def _fresh_line(stream: Any) -> Any:
    """Write a newline to STREAM unless it is at the start of a line; return true if it did."""
    if call("STREAM-START-LINE-P", stream) is not None:
        return None
    call("STREAM-TERPRI", stream)
    return T


@standard_generic("STREAM-FINISH-OUTPUT", "stream", package=EXCL)
def _finish_output(stream: Any) -> Any:
    """Send what is buffered in STREAM and wait until it is out."""
    if (system := system_stream(stream)) is not None:
        system.finish_output()


@standard_generic("STREAM-FORCE-OUTPUT", "stream", package=EXCL)
def _force_output(stream: Any) -> Any:
    """Start sending what is buffered in STREAM."""
    if (system := system_stream(stream)) is not None:
        system.force_output()


@standard_generic("STREAM-CLEAR-OUTPUT", "stream", package=EXCL)
def _clear_output(stream: Any) -> Any:
    """Drop what is buffered in STREAM."""
    if (system := system_stream(stream)) is not None:
        system.clear_output()


@standard_generic("STREAM-ADVANCE-TO-COLUMN", "stream column", package=EXCL)
def _advance_to_column(stream: Any, column: Any) -> Any:
    """Write spaces to STREAM until it is at COLUMN; return NIL if its column is not known."""
    here = call("STREAM-LINE-COLUMN", stream)
    if here is None:
        return None
    if column > here:
        stream.write_str(" " * (column - here))
    return T


@standard_generic("STREAM-WRITE-BYTE", "stream integer", package=EXCL)
def _write_byte(stream: Any, integer: Any) -> Any:
    """Write INTEGER to STREAM."""
    if (system := system_stream(stream)) is not None:
        system.write_byte(integer)
        return integer
    return stream.no_output()


@standard_generic("STREAM-READ-SEQUENCE", "stream sequence &optional start end", package=EXCL)
def _read_sequence(stream: Any, sequence: Any, start: Any = None, end: Any = None) -> Any:
    """Fill SEQUENCE from START to END from STREAM; return the index of the first element that was not stored."""
    size = vector_length(sequence) if is_vector(sequence) else len(to_list(sequence))
    low, high = bounds(size, start or 0, end)
    characters = is_string(sequence) or (stream.characters_p and not hasattr(sequence, "element_type"))
    name = "STREAM-READ-CHAR" if characters else "STREAM-READ-BYTE"
    items: list[Any] = []
    while len(items) < high - low and (item := call(name, stream)) is not EOF:
        items.append(item)
    if is_vector(sequence):
        set_items(sequence, low, items)
    else:
        cell = sequence
        for _ in range(low):
            cell = cell.cdr
        for item in items:
            cell.car = item
            cell = cell.cdr
    return low + len(items)


@standard_generic("STREAM-WRITE-SEQUENCE", "stream sequence &optional start end", package=EXCL)
def _write_sequence(stream: Any, sequence: Any, start: Any = None, end: Any = None) -> Any:
    """Write the elements of SEQUENCE from START to END to STREAM."""
    if is_string(sequence):
        call("STREAM-WRITE-STRING", stream, sequence, start, end)
        return sequence
    elements = vector_items(sequence) if is_vector(sequence) else to_list(sequence)
    low, high = bounds(len(elements), start or 0, end)
    for item in elements[low:high]:
        call("STREAM-WRITE-CHAR" if type(item) is Char else "STREAM-WRITE-BYTE", stream, item)
    return sequence


@standard_generic("STREAM-FILE-POSITION", "stream &optional position", package=EXCL)
def _file_position(stream: Any, position: Any = None) -> Any:
    """Return the position of STREAM, or move it to POSITION; NIL if that is impossible."""
    system = system_stream(stream)
    if system is None:
        return None
    if position is None:
        return system.file_position()
    return T if system.set_file_position(position.name.lower() if type(position) is Symbol else position) else None


