"""Gray streams: streams that a program defines by methods on generic functions of EXCL.

The Python side of a stream calls the generic functions; the functions have methods for `fundamental-stream`s that
are made of the few that a program must define (see `acl.builtins.streams.gray`).
"""

from __future__ import annotations

from typing import Any

from acl.types.array import SimpleString, SimpleVector, make_octets
from acl.types.character import CHAR
from acl.types.function import FUNCTIONS
from acl.types.symbol import EXCL, cl, keyword

from .base import WOULD_BLOCK, Stream

EOF = keyword("EOF")


def call(name: str, *args: Any) -> Any:
    """Call the generic function *name* of EXCL."""
    return FUNCTIONS["EXCL:" + name](*args)


class FundamentalStream(Stream, lisp="FUNDAMENTAL-STREAM", package=EXCL):
    """Root of the streams that programs define."""

    @property
    def input_p(self) -> bool:  # type: ignore[override]
        """True for an input stream."""
        return isinstance(self, FundamentalInputStream)

    @property
    def output_p(self) -> bool:  # type: ignore[override]
        """True for an output stream."""
        return isinstance(self, FundamentalOutputStream)

    @property
    def characters_p(self) -> bool:  # type: ignore[override]
        """True for a character stream."""
        return isinstance(self, FundamentalCharacterStream)

    @property
    def element_type(self) -> Any:
        """The element type, if no method tells another."""
        return cl("CHARACTER") if self.characters_p else make_octets(b"").element_type

    def describe(self) -> str:
        """Return the text for the printer."""
        return str(type(self).__name__)

    def read_char(self) -> str | None:
        """Read a character."""
        c = call("STREAM-READ-CHAR", self)
        return None if c is EOF else c

    def unread_char(self, c: str) -> None:
        """Put the last character back."""
        call("STREAM-UNREAD-CHAR", self, CHAR[c])

    def peek_char(self) -> str | None:
        """Return the next character."""
        c = call("STREAM-PEEK-CHAR", self)
        return None if c is EOF else c

    def read_char_no_hang(self) -> Any:
        """Read a character if there is one."""
        c = call("STREAM-READ-CHAR-NO-HANG", self)
        return None if c is EOF else WOULD_BLOCK if c is None else c

    def listen(self) -> bool:
        """Return true if a character is there."""
        return call("STREAM-LISTEN", self) is not None

    def read_line(self) -> tuple[str, bool] | None:
        """Read a line."""
        from acl.types.function import call_values

        values = call_values(FUNCTIONS["EXCL:STREAM-READ-LINE"], self)
        line = values[0].text()
        missing = len(values) > 1 and values[1] is not None
        return None if missing and not line else (line, missing)

    def read_byte(self) -> int | None:
        """Read an element."""
        octet = call("STREAM-READ-BYTE", self)
        return None if octet is EOF else octet

    def read_into(self, buffer: Any, start: int, end: int, partial: bool = False) -> int:
        """Fill buffer[start:end]."""
        if isinstance(buffer, bytearray):
            vector: Any = make_octets(bytes(end - start))
        else:
            vector = SimpleVector([None] * (end - start))
        got: int = call("STREAM-READ-SEQUENCE", self, vector, 0, end - start)
        buffer[start:start + got] = vector.data[:got]
        return start + got

    def clear_input(self) -> None:
        """Drop waiting input."""
        call("STREAM-CLEAR-INPUT", self)

    def write_char(self, c: str) -> None:
        """Write a character."""
        if c == "\n":
            call("STREAM-TERPRI", self)
        else:
            call("STREAM-WRITE-CHAR", self, CHAR[c])

    def write_str(self, s: str) -> None:
        """Write text."""
        call("STREAM-WRITE-STRING", self, SimpleString(str(s)))

    def write_byte(self, octet: int) -> None:
        """Write an element."""
        call("STREAM-WRITE-BYTE", self, octet)

    def write_from(self, data: Any) -> None:
        """Write text or octets."""
        if isinstance(data, str):
            self.write_str(data)
        else:
            vector = make_octets(bytes(data))
            call("STREAM-WRITE-SEQUENCE", self, vector, 0, len(vector.data))

    def column(self) -> int | None:
        """Return the column."""
        return call("STREAM-LINE-COLUMN", self)  # type: ignore[no-any-return]

    def advance_to_column(self, column: int | None) -> bool:
        """Have the program's method write the blanks."""
        return column is not None and call("STREAM-ADVANCE-TO-COLUMN", self, column) is not None

    def fresh_line(self) -> bool:
        """Start a new line unless at the start of one."""
        return call("STREAM-FRESH-LINE", self) is not None

    def finish_output(self) -> None:
        """Send what is buffered and wait."""
        call("STREAM-FINISH-OUTPUT", self)

    def force_output(self) -> None:
        """Start sending."""
        call("STREAM-FORCE-OUTPUT", self)

    def clear_output(self) -> None:
        """Drop what is buffered."""
        call("STREAM-CLEAR-OUTPUT", self)

    def file_position(self) -> int | None:
        """Return the position."""
        return call("STREAM-FILE-POSITION", self)  # type: ignore[no-any-return]

    def set_file_position(self, position: int | str) -> bool:
        """Move to a position."""
        new = keyword(position.upper()) if isinstance(position, str) else position
        return call("STREAM-FILE-POSITION", self, new) is not None


class FundamentalInputStream(FundamentalStream, lisp="FUNDAMENTAL-INPUT-STREAM", package=EXCL):
    """Input."""


class FundamentalOutputStream(FundamentalStream, lisp="FUNDAMENTAL-OUTPUT-STREAM", package=EXCL):
    """Output."""


class FundamentalCharacterStream(FundamentalStream, lisp="FUNDAMENTAL-CHARACTER-STREAM", package=EXCL):
    """Characters."""


class FundamentalBinaryStream(FundamentalStream, lisp="FUNDAMENTAL-BINARY-STREAM", package=EXCL):
    """Integers."""


class FundamentalCharacterInputStream(FundamentalInputStream, FundamentalCharacterStream,
                                      lisp="FUNDAMENTAL-CHARACTER-INPUT-STREAM", package=EXCL):
    """Character input."""


class FundamentalCharacterOutputStream(FundamentalOutputStream, FundamentalCharacterStream,
                                       lisp="FUNDAMENTAL-CHARACTER-OUTPUT-STREAM", package=EXCL):
    """Character output."""


class FundamentalBinaryInputStream(FundamentalInputStream, FundamentalBinaryStream,
                                   lisp="FUNDAMENTAL-BINARY-INPUT-STREAM", package=EXCL):
    """Integer input."""


class FundamentalBinaryOutputStream(FundamentalOutputStream, FundamentalBinaryStream,
                                    lisp="FUNDAMENTAL-BINARY-OUTPUT-STREAM", package=EXCL):
    """Integer output."""


