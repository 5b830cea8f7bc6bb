"""What every stream answers, the standard streams' variables, and stream designators.

On this side of the fence characters are one-letter `str`s and text is `str`; the builtins convert.

Two attributes are the fast path of all character input: `text`, decoded characters, and `pos`, the next one.
A reader that wants speed takes `stream.text[stream.pos]` and counts `pos` up; on IndexError it calls
`read_char`, which refills.  Streams without such a buffer (compositions, Gray streams) keep `text` empty.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NoReturn

import acl.runtime.dynamic  # noqa: F401 - special variables need it
from acl.clos.base import StandardClass, StandardObject
from acl.types.base import wrong_type
from acl.types.symbol import CL, EXCL, T, keyword


class _WouldBlock:
    def __repr__(self) -> str:
        return "WOULD_BLOCK"


WOULD_BLOCK: Final = _WouldBlock()
"""What `read_char_no_hang` returns if there is no character yet."""


def stream_fault(kind: str, control: str | None, *args: Any, stream: Any) -> NoReturn:
    """Signal an error of the class named *kind* (a stream-error) about *stream*."""
    from acl.runtime.conditions import error

    error(kind, control, *args, stream=stream)
    raise AssertionError("an error returned")


def _refuse(closed: weakref.ref[Stream], *_: Any) -> None:
    stream = closed()
    if stream is not None:  # who calls this has it
        stream.closed_operation()


class Stream(StandardObject, metaclass=StandardClass, lisp="STREAM"):  # type: ignore[call-arg, metaclass]
    """Root of all streams; most operations are made of few primitives.

    An input stream defines `read_char` (and `unread_char`) or `read_byte`, an output stream `write_str` or
    `write_byte`, and what else it can do better.
    """

    input_p: bool = False
    output_p: bool = False
    is_open: bool = True
    octets_p: bool = False
    """True if octets can be moved in bulk: `read_into` and `write_from` take them."""
    characters_p: bool = True
    """False if the elements are integers."""
    text: str = ""
    pos: int = 0
    what: str = "stream"
    """What `#<...>` says."""

    if TYPE_CHECKING:  # the metaclass takes these
        def __init_subclass__(cls, lisp: str | None = None, package: Any = None, export: bool = True) -> None: ...

    # What the stream is

    @property
    def element_type(self) -> Any:
        """The element type, as a Lisp type specifier."""
        return CL.external["CHARACTER"]

    @property
    def external_format(self) -> Any:
        """The external format as Lisp names it."""
        return keyword("DEFAULT")

    @external_format.setter
    def external_format(self, value: Any) -> None:
        """Set the external format; ignored where there are no octets."""

    @property
    def interactive(self) -> bool:
        """True if a person sits at the other end."""
        return False

    sent_back = False
    """True if a listener on the stream sends back what it reads."""

    # Input

    def read_char(self) -> str | None:
        """Read a character; None at end of file."""
        self.no_input()

    def unread_char(self, c: str) -> None:
        """Put the character read last back."""
        self.no_input()

    def peek_char(self) -> str | None:
        """Return the next character without reading it; None at end of file."""
        c = self.read_char()
        if c is not None:
            self.unread_char(c)
        return c

    def read_char_no_hang(self) -> Any:
        """Read a character: None at end of file, WOULD_BLOCK if none has come yet."""
        return self.read_char()

    def listen(self) -> bool:
        """Return true if `read_char` would return a character at once."""
        c = self.read_char_no_hang()
        if c is None or c is WOULD_BLOCK:
            return False
        self.unread_char(c)
        return True

    def read_line(self) -> tuple[str, bool] | None:
        """Read up to the next newline: the line without it, and whether it was missing; None at end of file."""
        read_char = self.read_char
        parts: list[str] = []
        while (c := read_char()) is not None:
            if c == "\n":
                return "".join(parts), False
            parts.append(c)
        return ("".join(parts), True) if parts else None

    def read_byte(self) -> int | None:
        """Read an element of a binary stream; None at end of file."""
        self.no_input()

    def read_into(self, buffer: Any, start: int, end: int, partial: bool = False) -> int:
        """Fill buffer[start:end]; return the index after the last element stored.

        A `bytearray` gets octets, a list characters.  *partial*: wait for the first element only.
        """
        if isinstance(buffer, bytearray):
            return self.read_octets_into(buffer, start, end, partial)
        index = start
        while index < end:
            c = self.read_char() if not partial or index == start else self.read_char_no_hang()
            if c is None or c is WOULD_BLOCK:
                break
            buffer[index] = c
            index += 1
        return index

    def read_octets_into(self, buffer: Any, start: int, end: int, partial: bool) -> int:
        """Do `read_into` for octets."""
        index = start
        while index < end:
            octet = self.read_byte()
            if octet is None:
                break
            buffer[index] = octet
            index += 1
        return index

    def whole(self, read: Callable[[], Any]) -> Any:
        """Call *read*, which reads something of several characters from this stream.

        A stream that can gives back what was taken if control leaves *read* while it waits for the rest.
        """
        return read()

    def clear_input(self) -> None:
        """Drop input that has come but was not read, if that makes sense for the stream."""

    # Output

    def write_str(self, s: str) -> None:
        """Write text."""
        self.no_output()

    def write_char(self, c: str) -> None:
        """Write a character."""
        self.write_str(c)

    def write_byte(self, octet: int) -> None:
        """Write an element of a binary stream."""
        self.no_output()

    def write_from(self, data: Any) -> None:
        """Write a str as text, or any bytes-like object as octets."""
        if isinstance(data, str):
            self.write_str(data)
        else:
            for octet in memoryview(data):
                self.write_byte(octet)

    def column(self) -> int | None:
        """Return the column of the next character, None if unknown."""
        return None

    def fresh_line(self) -> bool:
        """Start a new line unless at the start of one; return true if a newline was written."""
        if self.column() == 0:
            return False
        self.write_char("\n")
        return True

    def advance_to_column(self, column: int | None) -> bool:
        """Write blanks up to *column* and return true, or false if the stream has no way of its own to do that."""
        return False

    def line_length(self) -> int | None:
        """Return the width of the device, if it has one."""
        return None

    def finish_output(self) -> None:
        """Send what is buffered and wait until it is out."""

    def force_output(self) -> None:
        """Start sending what is buffered."""
        self.finish_output()

    def clear_output(self) -> None:
        """Drop output that is buffered, if possible."""

    # The rest

    def close(self, abort: bool = False) -> bool:
        """Close the stream; return false if it was closed already."""
        was, self.is_open = self.is_open, False
        return was

    def file_position(self) -> int | None:
        """Return the position in the file, None if there is none."""
        return None

    def set_file_position(self, position: int | str) -> bool:
        """Move to a position: a number, "start" or "end"; return false if impossible."""
        return False

    def file_length(self) -> int:
        """Return the length of the file in elements."""
        wrong_type(self, "FILE-STREAM")

    def check_open(self) -> None:
        """Signal `stream-closed-error` if the stream is closed."""
        if not self.is_open:
            self.closed_operation()

    def refusal(self) -> Any:
        """Return what stands in for the operations of the stream once it is closed.

        A bound method in the stream itself would keep it until the collector comes.
        """
        return partial(_refuse, weakref.ref(self))

    def closed_operation(self) -> NoReturn:
        """Signal `stream-closed-error`."""
        stream_fault("STREAM-CLOSED-ERROR", None, stream=self)

    def no_input(self) -> NoReturn:
        """Signal that the stream cannot be read."""
        self.check_open()
        stream_fault("STREAM-ERROR", "~s is not an input stream for this operation.", self, stream=self)

    def no_output(self) -> NoReturn:
        """Signal that the stream cannot be written."""
        self.check_open()
        stream_fault("STREAM-ERROR", "~s is not an output stream for this operation.", self, stream=self)

    def end_of_file(self) -> NoReturn:
        """Signal `end-of-file`."""
        stream_fault("END-OF-FILE", None, stream=self)

    def input_is_ready(self) -> bool:
        """Return true if reading would not block: there is something, or the end of file."""
        c = self.read_char_no_hang()
        if c is WOULD_BLOCK:
            return False
        if c is not None:
            self.unread_char(c)
        return True

    def resolve(self) -> Stream:
        """Return the stream that this one stands for: itself, but for synonym streams."""
        return self

    def describe(self) -> str:
        """Return what is printed between `#<` and ` @ #x...>`."""
        return self.what


class SimpleStream(Stream, lisp="SIMPLE-STREAM", package=EXCL):
    """Root of the streams that the system makes of devices and strings, and of those defined at device level."""


def _variable(name: str, value: Any) -> Any:
    symbol = CL.export(name)
    symbol.set_global(value)
    symbol.special = "special"
    return symbol


TERMINAL_IO = _variable("*TERMINAL-IO*", None)
STANDARD_INPUT = _variable("*STANDARD-INPUT*", None)
STANDARD_OUTPUT = _variable("*STANDARD-OUTPUT*", None)
ERROR_OUTPUT = _variable("*ERROR-OUTPUT*", None)
TRACE_OUTPUT = _variable("*TRACE-OUTPUT*", None)
QUERY_IO = _variable("*QUERY-IO*", None)
DEBUG_IO = _variable("*DEBUG-IO*", None)


def output_stream(designator: Any = None) -> Any:
    """Return the output stream that *designator* means: a stream, NIL for *standard-output*, T for *terminal-io*."""
    if designator is None:
        designator = STANDARD_OUTPUT.value
    elif designator is T:
        designator = TERMINAL_IO.value
    if not isinstance(designator, Stream):
        wrong_type(designator, "STREAM")
    return designator.resolve()


def input_stream(designator: Any = None) -> Any:
    """Return the input stream that *designator* means: a stream, NIL for *standard-input*, T for *terminal-io*."""
    if designator is None:
        designator = STANDARD_INPUT.value
    elif designator is T:
        designator = TERMINAL_IO.value
    if not isinstance(designator, Stream):
        wrong_type(designator, "STREAM")
    return designator.resolve()


def any_stream(x: Any) -> Any:
    """Return *x* if it is a stream, else signal a `type-error`."""
    if not isinstance(x, Stream):
        wrong_type(x, "STREAM")
    return x


def rest_of(stream: Any, count: Any = None) -> bytes:
    """Return the octets that are left in a stream, COUNT of them at most."""
    source = any_stream(stream)
    chunks = []
    left = -1 if count is None else count
    part = bytearray(1 << 14)
    while left and (got := source.read_into(part, 0, len(part) if left < 0 else min(left, len(part)), True)) > 0:
        chunks.append(bytes(part[:got]))
        left -= got if left > 0 else 0
    return b"".join(chunks)
