"""String streams."""

from __future__ import annotations

from typing import Any

from acl.clos.base import CLASSES, symbol_named
from acl.types.array import CHARACTER
from acl.types.base import wrong_type
from acl.types.symbol import EXCL

from .arrays import append_text, string_text
from .base import SimpleStream, Stream


class TextSource(Stream):
    """Character input from `text`, from `pos` on.  A subclass that gets its text piecewise defines `refill`."""

    input_p = True

    def refill(self, wait: bool = True) -> Any:
        """Get more text once all of it is read: True, None at end of file, WOULD_BLOCK if told not to wait."""
        self.check_open()
        return None

    def read_char(self) -> str | None:
        """Read a character."""
        try:
            c = self.text[self.pos]
        except IndexError:
            if not self.refill():
                return None
            c = self.text[self.pos]
        self.pos += 1
        return c

    def unread_char(self, c: str) -> None:
        """Put the last character back."""
        if self.pos > 0:
            self.pos -= 1
        else:
            self.text = c + self.text

    def peek_char(self) -> str | None:
        """Return the next character."""
        try:
            return self.text[self.pos]
        except IndexError:
            return self.text[self.pos] if self.refill() else None

    def read_char_no_hang(self) -> Any:
        """Read a character if there is one."""
        if self.pos >= len(self.text):
            got = self.refill(wait=False)
            if got is not True:
                return got
        c = self.text[self.pos]
        self.pos += 1
        return c

    def listen(self) -> bool:
        """Return true if a character is there."""
        return self.pos < len(self.text) or self.refill(wait=False) is True

    def read_line(self) -> tuple[str, bool] | None:
        """Read a line."""
        text, pos = self.text, self.pos
        end = text.find("\n", pos)
        if end < 0:
            return self.whole(self._read_long_line)  # type: ignore[no-any-return]
        self.pos = end + 1
        return text[pos:end], False

    def _read_long_line(self) -> tuple[str, bool] | None:
        """Read a line that is not in `text` up to its end."""
        read = ""
        while (end := self.text.find("\n", self.pos)) < 0:
            read += self.text[self.pos:]
            self.pos = len(self.text)
            if not self.refill():
                return (read, True) if read else None
        line = read + self.text[self.pos:end]
        self.pos = end + 1
        return line, False

    def read_text(self, limit: int, partial: bool = False) -> str:
        """Read up to *limit* characters; less only at end of file, or with *partial* once there are some."""
        pos = self.pos
        if pos + limit <= len(self.text):
            self.pos = pos + limit
            return self.text[pos:self.pos]
        return self.whole(lambda: self._read_long_text(limit, partial))  # type: ignore[no-any-return]

    def _read_long_text(self, limit: int, partial: bool) -> str:
        """Read text that is not wholly in `text`."""
        parts: list[str] = []
        wanted = limit
        while wanted > 0:
            piece = self.text[self.pos:self.pos + wanted]
            if piece:
                parts.append(piece)
                self.pos += len(piece)
                wanted -= len(piece)
            elif self.refill(wait=not (partial and parts)) is not True:
                break
        return "".join(parts)

    def read_into(self, buffer: Any, start: int, end: int, partial: bool = False) -> int:
        """Fill buffer[start:end]."""
        if isinstance(buffer, bytearray):
            return self.read_octets_into(buffer, start, end, partial)
        piece = self.read_text(end - start, partial)
        buffer[start:start + len(piece)] = piece
        return start + len(piece)


class TextSink(Stream):
    """Character output collected in the list `pieces`; a subclass says what happens to it."""

    output_p = True
    pieces: list[str]
    base_column: int = 0
    """Column before the first piece not yet measured."""
    measured: int = 0
    """Number of pieces that `base_column` includes."""
    pending: int = 0
    """Characters in `pieces`, where that matters."""

    def column(self) -> int | None:
        """Return the column, looking at each piece once at most."""
        pieces = self.pieces
        count = len(pieces)
        if count != self.measured:
            last = pieces[-1]
            self._measure(last if count == self.measured + 1 else "".join(pieces[self.measured:count]))
            self.measured = count
        return self.base_column

    def _measure(self, text: str) -> None:
        """Let `base_column` include *text*."""
        newline = text.rfind("\n")
        self.base_column = len(text) - newline - 1 + (self.base_column if newline < 0 else 0)

    def gather(self) -> str:
        """Return the text of all pieces, which are removed."""
        pieces = self.pieces
        count = len(pieces)  # another process may be adding
        text = pieces[0] if count == 1 else "".join(pieces[:count])
        if self.measured:
            self.column()
            self.measured = 0
        else:
            self._measure(text)
        del pieces[:count]
        self.pending = 0
        return text


class StringStream(SimpleStream, lisp="STRING-STREAM"):
    """The class STRING-STREAM."""


class StringInputStream(TextSource, StringStream, lisp="STRING-INPUT-STREAM", package=EXCL):
    """Reads from a string; `offset` is the index in that string of `text[0]`."""

    what = "string-input-stream"

    def __init__(self, text: str, offset: int = 0) -> None:
        self.text = text
        self.offset = offset

    def close(self, abort: bool = False) -> bool:
        """Close the stream, which frees the text."""
        self.text, self.pos = "", 0
        return super().close(abort)

    def file_position(self) -> int | None:
        """Return the index in the string of the next character."""
        return self.pos + self.offset

    def set_file_position(self, position: int | str) -> bool:
        """Move to an index of the string."""
        if position == "start":
            position = self.offset
        elif position == "end":
            position = self.offset + len(self.text)
        if not isinstance(position, int):
            wrong_type(position, "INTEGER")
        if not 0 <= position - self.offset <= len(self.text):
            return False
        self.pos = position - self.offset
        return True


class StringOutputStream(TextSink, StringStream, lisp="STRING-OUTPUT-STREAM", package=EXCL):
    """Collects what is written; `write_str` and `write_char` are the list's own `append`."""

    what = "string-output-stream"

    def __init__(self, element_type: Any = CHARACTER) -> None:
        self.pieces = []
        append: Any = self.pieces.append
        self.write_str = self.write_char = append  # type: ignore[method-assign]
        self._element_type = element_type

    @property
    def element_type(self) -> Any:
        """The type of the characters."""
        return self._element_type

    def take(self) -> str:
        """Return what was written since the last `take`."""
        self.check_open()
        return self.gather()

    def fresh_line(self) -> bool:
        """Start a new line unless at the start of one."""
        pieces = self.pieces
        if (pieces and pieces[-1] and pieces[-1][-1] != "\n") or self.column():
            self.write_str("\n")
            return True
        return False

    def write_from(self, data: Any) -> None:
        """Write text."""
        self.write_str(data if isinstance(data, str) else bytes(data).decode("latin-1"))

    def close(self, abort: bool = False) -> bool:
        """Close the stream."""
        closed = self.refusal()
        self.write_str = self.write_char = closed  # type: ignore[method-assign]
        self.pieces = _ClosedPieces(self.pieces)  # compiled code appends to `pieces` itself
        self.pieces.append = closed  # type: ignore[method-assign]
        return super().close(abort)

    def file_position(self) -> int | None:
        """Return the number of characters written."""
        return sum(map(len, self.pieces))


class _ClosedPieces(list[str]):
    """The pieces of a closed stream: `append` signals."""


class FillPointerStream(StringStream, lisp="FILL-POINTER-OUTPUT-STREAM", package=EXCL):
    """Writes to the end of a string with a fill pointer, as `with-output-to-string` with a string does."""

    what = "fill-pointer-output-stream"
    output_p = True

    def __init__(self, target: Any) -> None:
        self.target = target

    def write_str(self, s: str) -> None:
        """Append *s* to the string, extending it if necessary."""
        self.check_open()
        append_text(self.target, s)

    def column(self) -> int | None:
        """Return the distance from the last newline."""
        text = string_text(self.target)
        return len(text) - text.rfind("\n") - 1

    def file_position(self) -> int | None:
        """Return the number of characters in the string."""
        return len(string_text(self.target))


for _lisp, _class in (("STRING-SIMPLE-STREAM", StringStream), ("STRING-INPUT-SIMPLE-STREAM", StringInputStream),
                      ("STRING-OUTPUT-SIMPLE-STREAM", StringOutputStream),
                      ("FILL-POINTER-OUTPUT-SIMPLE-STREAM", FillPointerStream)):
    CLASSES[symbol_named(_lisp, EXCL)] = _class
