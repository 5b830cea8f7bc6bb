"""Program text as a stream that knows lines and columns."""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

from acl.streams.strings import TextSource as TextStream


class TextSource(TextStream):
    """The text of a program, read form by form with `read_form`.

    `positions` maps the `id` of each list that was read to its (line, column), both counted from 1 and 0 as
    Python does; `forget` empties it.  The lists are kept alive by `kept` meanwhile, so the ids stay valid.
    """

    def __init__(self, text: str, filename: str | None = None, first_line: int = 1) -> None:
        self.text = text
        self.pos = 0
        self.filename = filename
        self.first_line = first_line
        self.positions: dict[int, tuple[int, int]] = {}
        self.kept: list[Any] = []
        self.scanned = 0  # up to where `shadow_definitions` has looked
        self._starts: list[int] | None = None

    def line_column(self, offset: int) -> tuple[int, int]:
        """Return line (from `first_line`) and column (from 0) of the character at *offset*."""
        starts = self._starts
        if starts is None:
            starts = self._starts = [0]
            find = self.text.find
            at = find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = find("\n", at + 1)
        line = bisect_right(starts, offset)
        return line - 1 + self.first_line, offset - starts[line - 1]

    def record(self, cons: Any, offset: int) -> None:
        """Remember that the list *cons* begins at *offset*."""
        self.positions[id(cons)] = self.line_column(offset)
        self.kept.append(cons)

    def forget(self) -> None:
        """Forget the positions recorded so far, and let go of the lists."""
        self.positions.clear()
        self.kept.clear()

    def place(self, offset: int | None = None) -> str:
        """Return where the source stands (or *offset* is), as the end of an error message."""
        line, column = self.line_column(max(self.pos - 1, 0) if offset is None else offset)
        file = f" of {self.filename}" if self.filename else ""
        return f" at line {line}, column {column}{file}"

    def unread_char(self, c: str) -> None:
        """Put the last character back."""
        if self.pos > 0:
            self.pos -= 1
