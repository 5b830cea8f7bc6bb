"""Reading characters, lines and octets."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin, predicate
from acl.printer.variables import READTABLE
from acl.reader.readtable import WHITESPACE
from acl.streams.base import WOULD_BLOCK, input_stream
from acl.streams.gray import FundamentalStream
from acl.types.array import SimpleString
from acl.types.base import wrong_type
from acl.types.character import CHAR, Char
from acl.types.symbol import T

_ENDING = "&optional (input-stream *standard-input*) (eof-error-p t) eof-value recursive-p"


@builtin("READ-CHAR", _ENDING)
def read_char(stream: Any = None, eof_error_p: Any = T, eof_value: Any = None, recursive_p: Any = None) -> Any:
    """Read the next character of INPUT-STREAM.

    At the end of the file signal END-OF-FILE if EOF-ERROR-P, else return EOF-VALUE.
    """
    try:
        pos = stream.pos
        c = stream.text[pos]
    except (AttributeError, IndexError):
        stream = input_stream(stream)
        c = stream.read_char()
        if c is None:
            return eof_value if eof_error_p is None else stream.end_of_file()
    else:
        stream.pos = pos + 1
    return CHAR[c]


@builtin("READ-CHAR-NO-HANG", _ENDING)
def read_char_no_hang(stream: Any = None, eof_error_p: Any = T, eof_value: Any = None,
                      recursive_p: Any = None) -> Any:
    """Read the next character of INPUT-STREAM if there is one already; otherwise return NIL at once.

    At the end of the file signal END-OF-FILE if EOF-ERROR-P, else return EOF-VALUE.
    """
    stream = input_stream(stream)
    c = stream.read_char_no_hang()
    if c is None:
        return eof_value if eof_error_p is None else stream.end_of_file()
    return None if c is WOULD_BLOCK else CHAR[c]


@builtin("PEEK-CHAR", "&optional peek-type (input-stream *standard-input*) (eof-error-p t) eof-value recursive-p")
def peek_char(peek_type: Any = None, stream: Any = None, eof_error_p: Any = T, eof_value: Any = None,
              recursive_p: Any = None) -> Any:
    """Return the next character of INPUT-STREAM without reading it.

    With PEEK-TYPE T skip whitespace first, with a character skip whatever comes before that character.
    """
    stream = input_stream(stream)
    if peek_type is None:
        c = stream.peek_char()
    elif peek_type is T:
        syntax = READTABLE.value.syntax
        while (c := stream.peek_char()) is not None and syntax.get(c) == WHITESPACE:
            stream.read_char()
    elif type(peek_type) is Char:
        while (c := stream.peek_char()) is not None and c != peek_type:
            stream.read_char()
    else:
        wrong_type(peek_type, "CHARACTER")
    if c is None:
        return eof_value if eof_error_p is None else stream.end_of_file()
    return CHAR[c]


@builtin("UNREAD-CHAR", "character &optional (input-stream *standard-input*)")
def unread_char(character: Any, stream: Any = None) -> Any:
    """Put CHARACTER, which was read last, back at the front of INPUT-STREAM."""
    if type(character) is not Char:
        wrong_type(character, "CHARACTER")
    input_stream(stream).unread_char(str(character))


def _read_line(stream: Any = None, eof_error_p: Any = T, eof_value: Any = None, recursive_p: Any = None) -> Any:
    try:
        text, pos = stream.text, stream.pos
        end = text.find("\n", pos)
        if end >= 0:
            stream.pos = end + 1
            return SimpleString(text[pos:end])
        read = stream.read_line
    except AttributeError:
        read = input_stream(stream).read_line
    got = read()
    if got is None:
        return eof_value if eof_error_p is None else input_stream(stream).end_of_file()
    return SimpleString(got[0])


@builtin("READ-LINE", _ENDING, values=True, primary=_read_line)
def read_line(stream: Any = None, eof_error_p: Any = T, eof_value: Any = None,
              recursive_p: Any = None) -> tuple[Any, ...]:
    """Read a line of INPUT-STREAM: return it without the newline, and whether the newline was missing.

    At the end of the file signal END-OF-FILE if EOF-ERROR-P, else return EOF-VALUE.
    """
    stream = input_stream(stream)
    got = stream.read_line()
    if got is None:
        return (eof_value, T) if eof_error_p is None else (stream.end_of_file(),)
    line, missing = got
    return SimpleString(line), T if missing else None


@builtin("READ-BYTE", "stream &optional (eof-error-p t) eof-value")
def read_byte(stream: Any, eof_error_p: Any = T, eof_value: Any = None) -> Any:
    """Read the next element of the binary STREAM, an integer.

    At the end of the file signal END-OF-FILE if EOF-ERROR-P, else return EOF-VALUE.
    """
    try:
        read = stream.read_byte
    except AttributeError:
        read = None
    if read is None:
        wrong_type(stream, "STREAM")
    octet = read()
    if octet is None:
        return eof_value if eof_error_p is None else stream.end_of_file()
    return octet


@predicate("LISTEN", "&optional (input-stream *standard-input*)")
def listen(stream: Any = None) -> bool:
    """Return true if a character can be read from INPUT-STREAM without waiting."""
    return bool(input_stream(stream).listen())


@builtin("CLEAR-INPUT", "&optional (input-stream *standard-input*)")
def clear_input(stream: Any = None) -> Any:
    """Drop the input of INPUT-STREAM that has come but was not read, if the stream is interactive."""
    stream = input_stream(stream)
    if stream.interactive or isinstance(stream, FundamentalStream):
        stream.clear_input()
