"""Templates of forms, for macros that are written in Python.

    expansion = template("(block nil (let ,bindings (tagbody ,@body)))")
    form = expansion(bindings=..., body=...)

Symbols are read in COMMON-LISP, `%foo` in SYSTEM, `:foo` as keywords, `#:foo` as an uninterned symbol that is
the same throughout one expansion.  Integers, strings, `'x` and `#'x` are as in Lisp.  `,x` inserts the form
given as x (`-` is written `_` in Python), `,@x` splices a list (a Lisp list or a Python sequence).  The text is
parsed at its first use.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from acl.types.array import SimpleString
from acl.types.cons import Cons
from acl.types.symbol import SYSTEM, Symbol, cl, keyword

_QUOTE, _FUNCTION = cl("QUOTE"), cl("FUNCTION")


class _Hole:
    __slots__ = ("name", "splice")

    def __init__(self, name: str, splice: bool) -> None:
        self.name = name
        self.splice = splice


class _Fresh:
    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


def template(text: str) -> Callable[..., Any]:
    """Return a function of the holes' names that builds the form described by *text*."""
    parsed: list[Any] = []

    def expand(**holes: Any) -> Any:
        if not parsed:
            parsed.append(_Parser(text).form())
        return _build(parsed[0], holes, {})

    return expand


def _build(x: Any, holes: dict[str, Any], fresh: dict[str, Symbol]) -> Any:
    kind = type(x)
    if kind is list:
        result: Any = None
        items = x
        if len(items) >= 3 and items[-2] is _DOT:
            result = _build(items[-1], holes, fresh)
            items = items[:-2]
        for item in reversed(items):
            if type(item) is _Hole and item.splice:
                spliced = holes[item.name]
                elements = list(spliced) if spliced is not None else []
                if result is None and (type(spliced) is Cons or spliced is None):
                    result = spliced
                    continue
                for element in reversed(elements):
                    result = Cons(element, result)
            else:
                result = Cons(_build(item, holes, fresh), result)
        return result
    if kind is _Hole:
        return holes[x.name]
    if kind is _Fresh:
        symbol = fresh.get(x.name)
        if symbol is None:
            symbol = fresh[x.name] = Symbol(x.name)
        return symbol
    if kind is str:
        return SimpleString(x)
    return x


_DOT = object()


class _Parser:
    """A reader of just what templates contain."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def skip(self) -> str:
        text = self.text
        while self.at < len(text) and text[self.at].isspace():
            self.at += 1
        return text[self.at] if self.at < len(text) else ""

    def form(self) -> Any:
        c = self.skip()
        if c == "(":
            self.at += 1
            items = []
            while self.skip() != ")":
                items.append(self.form())
            self.at += 1
            return items if items else None
        if c == "'":
            self.at += 1
            return [_QUOTE, self.form()]
        if c == ",":
            splice = self.text.startswith(",@", self.at)
            self.at += 2 if splice else 1
            return _Hole(self.token().replace("-", "_"), splice)
        if c == '"':
            end = self.text.index('"', self.at + 1)
            string = self.text[self.at + 1:end]
            self.at = end + 1
            return string
        if self.text.startswith("#'", self.at):
            self.at += 2
            return [_FUNCTION, self.form()]
        if self.text.startswith("#:", self.at):
            self.at += 2
            return _Fresh(self.token().upper())
        return self.atom(self.token())

    def token(self) -> str:
        start = self.at
        text = self.text
        while self.at < len(text) and not text[self.at].isspace() and text[self.at] not in "()'\",":
            self.at += 1
        if start == self.at:
            raise ValueError(f"bad template at {start}: {text}")
        return text[start:self.at]

    @staticmethod
    def atom(token: str) -> Any:
        if token == ".":
            return _DOT
        if token.lower() == "nil":
            return None
        try:
            return int(token)
        except ValueError:
            pass
        if token[0] == ":":
            return keyword(token[1:].upper())
        if token[0] == "%":
            return SYSTEM.intern(token.upper())
        return cl(token.upper())
