"""Pretty printing: text in nested logical blocks, broken into lines where it does not fit (CLHS 22.2).

A `PrettyStream` collects text and layout tokens until its outermost block ends; `Layout` then writes them.  The rules
are those of Waters' XP: a block that fits on the rest of the line, together with what follows up to the next place
where its surroundings may break, is written as it is; in one that does not, every linear newline breaks and a fill
newline breaks if what follows up to the next newline does not fit.
"""

from __future__ import annotations

from typing import Any

from acl.streams.base import Stream
from acl.types.symbol import EXCL

from . import variables as v
from .writer import NeedsPretty, Printer


class Block:
    """Start of a logical block."""

    __slots__ = ("depth", "per_line", "prefix", "suffix")

    def __init__(self, prefix: str, per_line: bool, suffix: str, depth: int) -> None:
        self.prefix = prefix
        self.per_line = per_line
        self.suffix = suffix
        self.depth = depth


class Newline:
    """A conditional newline: `kind` is "linear", "fill", "miser", "mandatory" or "literal"."""

    __slots__ = ("depth", "kind")

    def __init__(self, kind: str, depth: int) -> None:
        self.kind = kind
        self.depth = depth


class Indent:
    """A change of indentation, relative to the block's start or the current column."""

    __slots__ = ("current", "n")

    def __init__(self, current: bool, n: int) -> None:
        self.current = current
        self.n = n


class Tab:
    """A tabulation."""

    __slots__ = ("column", "increment", "relative", "section")

    def __init__(self, section: bool, relative: bool, column: int, increment: int) -> None:
        self.section = section
        self.relative = relative
        self.column = column
        self.increment = increment

    def size(self, column: int, section_start: int) -> int:
        """Return the number of blanks at *column*."""
        at = column - section_start if self.section else column
        target, increment = self.column, self.increment
        if self.relative:
            return target + (-(at + target) % increment if increment else 0)
        if at < target:
            return target - at
        return increment - (at - target) % increment if increment else 0


class _End:
    """End of a logical block."""


END = _End()
FORCED = ("mandatory", "literal")


class PrettyStream(Stream, lisp="XP-SIMPLE-STREAM", package=EXCL):
    """Collects the output of a logical block and all within, for the stream `target`."""

    output_p = True

    def __init__(self, target: Stream) -> None:
        self.target = target
        self.tokens: list[Any] = []
        self.depth = 0
        self.suffixes: list[str] = []

    def write_str(self, s: str) -> None:
        """Write text; a newline in it breaks the line."""
        if not self.depth:
            self.target.write_str(s)
        elif "\n" in s:
            first, *others = s.split("\n")
            self.tokens.append(first)
            for line in others:
                self.tokens.append(Newline("literal", self.depth))
                self.tokens.append(line)
        else:
            self.tokens.append(s if type(s) is str else str(s))

    def write_char(self, c: str) -> None:
        """Write a character."""
        self.write_str(str(c))

    def column(self) -> int | None:
        """Return the column, supposing that no conditional newline breaks."""
        width = 0
        for token in reversed(self.tokens):
            if type(token) is str:
                width += len(token)
            elif type(token) is Newline and token.kind in FORCED:
                return width
        start = self.target.column()
        return None if start is None else start + width

    def line_length(self) -> int | None:
        """Return the width of the device."""
        return self.target.line_length()

    def finish_output(self) -> None:
        """What is in a block stays there until it ends."""

    def start_block(self, prefix: str, per_line: bool = False, suffix: str = "") -> None:
        """Start a logical block; a newline in *prefix* or *suffix* is text."""
        self.tokens.append(Block(prefix, per_line, suffix, self.depth))
        self.depth += 1
        self.suffixes.append(suffix)

    def end_block(self) -> None:
        """End the innermost block; the end of the outermost one writes everything."""
        suffix = self.suffixes.pop()
        if suffix:
            self.write_str(suffix)
        self.tokens.append(END)
        self.depth -= 1
        if not self.depth:
            tokens, self.tokens = self.tokens, []
            self.target.write_str(Layout(tokens, self.target.column() or 0, right_margin(self.target)).text())

    def newline(self, kind: str) -> None:
        """Put a conditional newline here."""
        if self.depth:
            self.tokens.append(Newline(kind, self.depth))

    def indent(self, current: bool, n: int) -> None:
        """Set the indentation of the block's lines to come."""
        if self.depth:
            self.tokens.append(Indent(current, n))

    def tab(self, section: bool, relative: bool, column: int, increment: int) -> None:
        """Tabulate."""
        if self.depth:
            self.tokens.append(Tab(section, relative, column, increment))

    def describe(self) -> str:
        """Return what is printed of the stream."""
        return "pretty-printing-stream"


def right_margin(stream: Stream) -> int:
    """Return the width of a line of *stream*."""
    margin = v.PRINT_RIGHT_MARGIN.value
    if type(margin) is int:
        return margin
    return stream.line_length() or 80


class _Open:
    """A block that is being laid out in several lines."""

    __slots__ = ("indent", "prefix", "section", "section_line", "start", "suffix")

    def __init__(self, start: int, prefix: str, line: int, suffix: str) -> None:
        self.start = start
        self.indent = start
        self.prefix = prefix
        self.section = start
        self.section_line = line
        self.suffix = suffix


class Layout:
    """Turns tokens into text."""

    def __init__(self, tokens: list[Any], column: int, margin: int) -> None:
        self.tokens = tokens
        self.margin = margin
        self.column = column
        miser = v.PRINT_MISER_WIDTH.value
        self.miser = miser if type(miser) is int else -1
        lines = v.PRINT_LINES.value
        readably = v.PRINT_READABLY.value is not None
        self.lines = lines if type(lines) is int and not readably else None
        self.line = 0
        self.done: list[str] = []
        self.current: list[str] = []
        self.blocks: list[_Open] = []
        self._measure()

    def _measure(self) -> None:
        """Compute what stands before each token (text width, forced newlines, tabs), and where sections end."""
        tokens = self.tokens
        count = len(tokens)
        width = forced = tabs = 0
        widths, forces, tabbed = [0] * (count + 1), [0] * (count + 1), [0] * (count + 1)
        for i, token in enumerate(tokens):
            kind = type(token)
            if kind is str:
                width += len(token)
            elif kind is Block:
                width += len(token.prefix)
            elif kind is Newline:
                forced += token.kind in FORCED
            elif kind is Tab:
                tabs += 1
            widths[i + 1], forces[i + 1], tabbed[i + 1] = width, forced, tabs
        ends = [count] * count
        closing = [0] * count
        next_newline: list[tuple[int, int]] = []  # (depth, index), depths falling towards the start: the next of each
        open_ends: list[int] = []
        for i in range(count - 1, -1, -1):
            token = tokens[i]
            kind = type(token)
            if token is END:
                open_ends.append(i)
            elif kind is Newline:
                ends[i] = self._section_end(next_newline, token.depth, count)
                while next_newline and next_newline[-1][0] >= token.depth:
                    next_newline.pop()
                next_newline.append((token.depth, i))
            elif kind is Block:
                closing[i] = open_ends.pop() if open_ends else count
                while next_newline and next_newline[-1][0] > token.depth:
                    next_newline.pop()
                ends[i] = self._section_end(next_newline, token.depth, count)
        self.widths, self.forces, self.tabbed, self.ends, self.closing = widths, forces, tabbed, ends, closing

    @staticmethod
    def _section_end(newlines: list[tuple[int, int]], depth: int, count: int) -> int:
        for newline_depth, index in reversed(newlines):
            if newline_depth <= depth:
                return index
        return count

    def fits(self, index: int) -> bool:
        """True if the section that starts with token *index* fits on the rest of the line.

        A tab at its end does not count: if the next newline breaks, nobody sees the blanks.
        """
        end = self.ends[index]
        if end and type(self.tokens[end - 1]) is Tab:
            end -= 1
        if self.forces[end] != self.forces[index + 1]:
            return False
        available = self.margin
        if self.lines is not None and self.line + 1 >= self.lines and end < len(self.tokens):
            available -= 3 + sum(len(block.suffix) for block in self._left_open(index, end))  # for " .."
        if self.tabbed[end] == self.tabbed[index]:
            return self.column + self.widths[end] - self.widths[index] <= available
        return self._flat_column(index, end) <= available

    def _left_open(self, index: int, end: int) -> list[_Open]:
        """Return the blocks that are open at token *index*, without those that end before the token *end*."""
        depth = lowest = 0
        for token in self.tokens[index + 1:end]:
            if token is END:
                depth -= 1
                lowest = min(lowest, depth)
            elif type(token) is Block:
                depth += 1
        return self.blocks[:len(self.blocks) + lowest]

    def _flat_column(self, index: int, end: int) -> int:
        column = self.column
        section = self.blocks[-1].section if self.blocks else 0
        for token in self.tokens[index:end]:
            kind = type(token)
            if kind is str:
                column += len(token)
            elif kind is Block:
                column += len(token.prefix)
                section = column
            elif kind is Newline:
                section = column
            elif kind is Tab:
                column += token.size(column, section)
        return column

    def text(self) -> str:
        """Return the text."""
        tokens = self.tokens
        count = len(tokens)
        i = 0
        while i < count:
            token = tokens[i]
            kind = type(token)
            if kind is str:
                self._put(token)
            elif kind is Newline:
                if self._breaks(token, i):
                    if not self._break(token.kind == "literal"):
                        return "".join(self.done)
                elif self.blocks:
                    self.blocks[-1].section = self.column
            elif kind is Block:
                if self.fits(i):
                    i = self._flat(i)
                else:
                    self._open(token)
            elif token is END:
                self.blocks.pop()
            elif kind is Indent:
                self._indent(token)
            elif kind is Tab:
                self._put(" " * token.size(self.column, self.blocks[-1].section if self.blocks else 0))
            i += 1
        return "".join(self.done) + "".join(self.current)

    def _put(self, s: str) -> None:
        self.current.append(s)
        self.column += len(s)

    def _flat(self, index: int) -> int:
        """Write the block that starts at *index* on the current line; return the index of its end."""
        end = self.closing[index]
        section = self.column
        for token in self.tokens[index:end]:
            kind = type(token)
            if kind is str:
                self._put(token)
            elif kind is Block:
                self._put(token.prefix)
                section = self.column
            elif kind is Newline:
                section = self.column
            elif kind is Tab:
                self._put(" " * token.size(self.column, section))
        return end

    def _open(self, token: Block) -> None:
        outer = self.blocks[-1].prefix if self.blocks else ""
        prefix = outer.ljust(self.column) + token.prefix if token.per_line else outer
        self._put(token.prefix)
        self.blocks.append(_Open(self.column, prefix, self.line, token.suffix))

    def _misering(self) -> bool:
        return self.miser >= 0 and bool(self.blocks) and self.margin - self.blocks[-1].start <= self.miser

    def _breaks(self, token: Newline, index: int) -> bool:
        kind = token.kind
        if kind == "fill":
            return self._misering() or self.line > self.blocks[-1].section_line or not self.fits(index)
        return kind != "miser" or self._misering()

    def _indent(self, token: Indent) -> None:
        if not self._misering():
            block = self.blocks[-1]
            block.indent = max((self.column if token.current else block.start) + token.n, len(block.prefix), 0)

    def _break(self, literal: bool) -> bool:
        """Start a new line; false if *print-lines* allows no more."""
        line = "".join(self.current)
        if not literal:
            line = line.rstrip(" ")
        self.done.append(line)
        self.line += 1
        if self.lines is not None and self.line >= self.lines:
            self.done.append(" ..")
            self.done.extend(block.suffix for block in reversed(self.blocks))
            return False
        self.done.append("\n")
        block = self.blocks[-1]
        start = block.prefix if literal else block.prefix.ljust(block.indent)
        self.current = [start]
        self.column = block.section = len(start)
        if not literal:  # a section goes on behind a newline in its text, and does not fit on one line then
            block.section_line = self.line
        return True


def write_pretty(p: Printer, x: Any) -> None:
    """Write *x*, which is more than an atom, with pretty printing."""
    if isinstance(p.stream, PrettyStream):
        p.write(x)
        return
    target = p.stream
    if p.circle is None and not p.custom and _write_flat(p, x):
        return
    p.stream = PrettyStream(target)
    p.out = p.stream.write_str
    p.write(x)


class _TooLong(Exception):
    pass


def _write_flat(p: Printer, x: Any) -> bool:
    """Write *x* without looking for places to break, if all of it fits and the standard's table is in force."""
    room = right_margin(p.stream) - (p.stream.column() or 0)
    pieces: list[str] = []
    depth = p.depth

    def put(s: str) -> None:
        nonlocal room
        room -= len(s)
        if room < 0 or "\n" in s:
            raise _TooLong
        pieces.append(s)

    out, p.out, p.pretty, p.flat = p.out, put, False, True
    try:
        p.write(x)
    except (_TooLong, NeedsPretty):
        return False
    finally:
        p.out, p.pretty, p.flat, p.depth = out, True, False, depth
    out("".join(pieces))
    return True


def as_pretty(stream: Any) -> Any:
    """Return *stream* if it takes layout now: a pretty stream while *print-pretty* is true; else None."""
    return stream if isinstance(stream, PrettyStream) and v.PRINT_PRETTY.value is not None else None
