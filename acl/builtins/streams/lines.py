"""Lines read into strings that the caller has, and questions asked on a given stream."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin
from acl.builtins.streams.sequences import bounds
from acl.clos.generic import standard_generic
from acl.runtime.dynamic import bind
from acl.streams.base import QUERY_IO, Stream, any_stream, input_stream
from acl.types.array import SimpleString, is_string, set_items, vector_length
from acl.types.base import wrong_type
from acl.types.character import CHAR
from acl.types.function import FUNCTIONS
from acl.types.symbol import EXCL, Symbol, T, cl, keyword


def _the_string(x: Any) -> Any:
    if not is_string(x):
        wrong_type(x, "STRING")
    return x


def _whole(stream: Any, read: Any) -> Any:
    """Call *read*; if it is left while *stream* waits, what it has taken is put back."""
    whole = getattr(stream, "whole", None)
    return read() if whole is None else whole(read)


@builtin("READ-LINE-INTO", "string &optional stream (eof-error-p t) eof-value &key (start 0) end", package=EXCL,
         values=True)
def read_line_into(string: Any, stream: Any = None, eof_error_p: Any = T, eof_value: Any = None, *, start: Any = 0,
                   end: Any = None) -> tuple[Any, ...]:
    """Read a line of STREAM, or as much of it as has room, into STRING from START to END.

    Return how many characters were stored, and why reading has stopped: NIL at a newline, which is read but not stored,
    :EOF at the end of the file, :SHORT if there was no more room.  If the file ends before the first character signal
    END-OF-FILE if EOF-ERROR-P, else return EOF-VALUE.
    """
    start, end = bounds(vector_length(_the_string(string)), start, end)
    stream = input_stream(stream)
    got: list[Any] = []

    def read() -> Any:
        while len(got) < end - start:
            c = stream.read_char()
            if c is None:
                return keyword("EOF")
            if c == "\n":
                return None
            got.append(CHAR[c])
        return keyword("SHORT")

    reason = _whole(stream, read)
    if reason is keyword("EOF") and not got:
        return (eof_value if eof_error_p is None else stream.end_of_file(), reason)
    set_items(string, start, got)
    return len(got), reason


@builtin("SIMPLE-STREAM-READ-LINE", "stream eof-error-p eof-value &optional given-string", package=EXCL, values=True)
def simple_stream_read_line(stream: Any, eof_error_p: Any, eof_value: Any, given_string: Any = None
                            ) -> tuple[Any, ...]:
    """Do as `read-line`, with GIVEN-STRING to put the line into if it is long enough.

    Then there is a third value, the length of the line.
    """
    room = 0 if given_string is None else vector_length(_the_string(given_string))
    stream = input_stream(stream)
    found = stream.read_line()
    if found is None:
        return eof_value if eof_error_p is None else stream.end_of_file(), T
    line, missing = found
    if given_string is None or len(line) > room:
        return SimpleString(line), T if missing else None
    set_items(given_string, 0, [CHAR[c] for c in line])
    return given_string, T if missing else None, len(line)


@standard_generic("STREAM-OUTPUT-WIDTH", "stream", package=EXCL)
def stream_output_width(stream: Any) -> Any:
    """Return the width of STREAM in characters, or NIL, as this method does for all streams."""
    any_stream(stream)
    return None


def _question(name: str, asked: Symbol) -> None:
    def ask(stream: Any, *arguments: Any) -> Any:
        if not isinstance(stream, Stream):
            wrong_type(stream, "STREAM")
        with bind(QUERY_IO, stream):
            return FUNCTIONS[asked.key](*arguments)

    ask.__doc__ = f"Do as `{asked.name.lower()}`, but ask on STREAM."
    standard_generic(name, "stream &optional format-string &rest arguments", package=EXCL)(ask)


_question("STREAM-Y-OR-N-P", cl("Y-OR-N-P"))
_question("STREAM-YES-OR-NO-P", cl("YES-OR-NO-P"))
