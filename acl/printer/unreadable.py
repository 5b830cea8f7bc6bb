"""How text with unreadable objects, `#<...>`, is broken into lines, as in published sessions of Allegro."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable

from acl.runtime.dynamic import bind
from acl.runtime.messages import MARGIN
from acl.streams.base import Stream
from acl.types.symbol import cl

from . import variables as v
from .pretty import Layout, PrettyStream

_ENCAPSULATING = re.compile(r"#<(\S+) (for \S+ fd )(#<.*>)(?: (@ \S+))?>")
_FILE = re.compile(r'#<(\S+) (#[pP]"(?:[^"\\]|\\.)*".*)>')
_PIECE = re.compile(r'#[pP]"(?:[^"\\]|\\.)*"|@ #x\w+|#<|>| +|\n|(?:(?!#<)[^ \n>])+|.')


class _Tokens(PrettyStream):
    """Keeps the tokens of a block that has no stream to go to."""

    def end_block(self) -> None:
        """End the innermost block; the tokens stay."""
        self.depth += 1  # so that the outermost block is not written
        super().end_block()
        self.depth -= 1


def write_unreadable(stream: PrettyStream, text: str) -> bool:
    """Write *text*, `#<...>` of a stream over another one or over a file, with its places to break.

    Returns False, and writes nothing, for other objects.
    """
    if found := _ENCAPSULATING.fullmatch(text):
        name, use, inner, address = found.groups()
        stream.start_block("#<", suffix=">")
        stream.write_str(name + " ")
        stream.indent(False, 1)
        stream.newline("linear")
        stream.write_str(use)
        if not write_unreadable(stream, inner):
            stream.write_str(inner)
        if address:
            stream.write_str(" ")
            stream.indent(False, 0)
            stream.newline("linear")
            stream.write_str(address)
    elif found := _FILE.fullmatch(text):
        name, rest = found.groups()
        stream.start_block("#<", suffix=">")
        stream.write_str(name + " ")
        stream.newline("linear")
        _write_words(stream, rest)
    else:
        return False
    stream.end_block()
    return True


def headed(head: str, report: Callable[[], str]) -> str:
    """Return *head* and what *report* returns, continuation lines indented by the width of *head*.

    Forms in it are laid out as elsewhere if they fit then, else broken like words.
    """
    longest = margin()
    width = longest - len(head)
    with bind(v.PRINT_RIGHT_MARGIN, width):
        text = report()
    if max(map(len, text.split("\n"))) > width:
        with bind(v.PRINT_RIGHT_MARGIN, sys.maxsize):
            text = report()
    return paragraph(head + text, len(head), longest)


def margin() -> int:
    """Return the longest line of a message: that of published sessions of Allegro, less on a narrow terminal."""
    terminal = cl("*TERMINAL-IO*").value
    width = terminal.resolve().line_length() if isinstance(terminal, Stream) else None
    return min(MARGIN, width - 1) if width and width > _NARROWEST else MARGIN


_NARROWEST = 30
"""Columns below which the terminal breaks lines itself: there is no room for an indentation."""


def paragraph(text: str, indent: int, width: int) -> str:
    """Return *text* broken at *width* columns, continuation lines indented by *indent*; a blank is a place to break.

    An object that does not fit on a line is broken in its own way, or at the blanks in it.
    """
    if len(text) <= width and "\n" not in text:
        return text
    stream = _Tokens(Stream())
    stream.start_block("")
    stream.indent(False, indent)
    _write_words(stream, text)
    stream.end_block()
    with bind(v.PRINT_LINES, None, v.PRINT_MISER_WIDTH, None):
        return Layout(stream.tokens, 0, width).text()


def _write_words(stream: PrettyStream, text: str) -> None:
    """Write *text* with a fill newline at each blank outside of objects."""
    at, fresh = 0, False
    while at < len(text):
        end = _object_end(text, at) if text.startswith("#<", at) else at
        if end > at:
            span = re.sub(r"\s*\n\s*", " ", text[at:end])  # it was laid out for another column
            if not write_unreadable(stream, span):
                stream.start_block("#<", suffix=">")
                _write_words(stream, span[2:-1])
                stream.end_block()
            at, fresh = end, False
            continue
        piece = _PIECE.match(text, at)[0]  # type: ignore[index]
        at += len(piece)
        if piece == "\n":
            stream.newline("mandatory")
        else:
            stream.write_str(piece)
            if piece[0] == " " and not fresh:
                stream.newline("fill")
        fresh = piece == "\n"


def _object_end(text: str, start: int) -> int:
    """Return where the object that begins at *start* ends, *start* if it does not."""
    depth = 0
    for found in re.finditer(r"#<|>", text[start:]):
        depth += 1 if found[0] == "#<" else -1
        if depth == 0:
            return start + found.end()
    return start
