"""The standard macro characters but `(` and `#`."""

from __future__ import annotations

from typing import Any

from acl.types.array import SimpleString
from acl.types.cons import Cons
from acl.types.symbol import SYSTEM, cl

from .faults import end_of_file, reader_error
from .reader import NOTHING, Context, context, current_readtable, lisp_macro, read_inner
from .readtable import SINGLE_ESCAPE

QUOTE, FUNCTION = cl("QUOTE"), cl("FUNCTION")
BACKQUOTE, COMMA, COMMA_AT, COMMA_DOT = (
    SYSTEM.export(name) for name in ("BACKQUOTE", "COMMA", "COMMA-AT", "COMMA-DOT"))


def read_quote(stream: Any, char: Any) -> Any:
    """Read 'x."""
    return Cons(QUOTE, Cons(read_inner(stream), None))


def read_string(stream: Any, char: Any) -> Any:
    """Read a string up to the character that began it."""
    text, start = stream.text, stream.pos
    end = text.find(char, start)
    if end >= 0:
        body = text[start:end]
        if not any(c in body for c in current_readtable().escapes):
            stream.pos = end + 1
            return SimpleString(body)
    syntax = current_readtable().syntax
    read_char = stream.read_char
    chars: list[str] = []
    while True:
        c = read_char()
        if c == char:
            return SimpleString("".join(chars))
        if c is not None and syntax.get(c) == SINGLE_ESCAPE:
            c = read_char()
        if c is None:
            end_of_file(stream, "a string", start - 1)
        chars.append(c)


@lisp_macro
def read_comment(stream: Any, char: Any) -> Any:
    """Read the rest of the line."""
    read_char = stream.read_char
    while read_char() not in ("\n", None):
        pass
    return NOTHING


def read_close(stream: Any, char: Any) -> Any:
    """Signal that there is nothing to close."""
    reader_error(stream, "unmatched ~c", char)


def read_backquote(stream: Any, char: Any) -> Any:
    """Read a template; see `acl.reader.backquote` for what it means."""
    outer = context()
    outer.level += 1
    try:
        form = read_inner(stream, "a backquote")
    finally:
        outer.level -= 1
    if type(form) is Cons and (form.car is COMMA_AT or form.car is COMMA_DOT):
        reader_error(stream, "`~a stands in no list", SimpleString(",@" if form.car is COMMA_AT else ",."))
    return Cons(BACKQUOTE, Cons(form, None))


def read_comma(stream: Any, char: Any) -> Any:
    """Read ,x ,@x or ,.x."""
    outer = context()
    if outer.level <= 0:
        reader_error(stream, "a comma outside of a backquote")
    c = stream.read_char()
    if c is None:
        end_of_file(stream, "a comma")
    operator = COMMA_AT if c == "@" else COMMA_DOT if c == "." else COMMA
    if operator is COMMA:
        stream.unread_char(c)
    outer.level -= 1
    try:
        form = read_inner(stream, "a comma")
    finally:
        outer.level += 1
    return Cons(operator, Cons(form, None))


class NoCommas:
    """A `with` block in which commas are errors: the inside of #A, #S and the like."""

    __slots__ = ("context", "level")

    def __enter__(self) -> None:
        self.context: Context = context()
        self.level = self.context.level
        self.context.level = 0

    def __exit__(self, *_: Any) -> None:
        self.context.level = self.level
