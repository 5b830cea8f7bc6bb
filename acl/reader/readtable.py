"""Readtables: which character does what.

The reader does not look characters up one by one.  A readtable makes, when first asked after a change, a regular
expression that skips whitespace and line comments and takes the characters of a token at one go; only what
the expression cannot decide (macro characters, escapes, the end of the buffer) is done by hand.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

from acl.types import casemode
from acl.types.base import LispObject
from acl.types.casemode import char_downcase, char_upcase, inverted
from acl.types.symbol import Symbol, keyword

CONSTITUENT, WHITESPACE, TERMINATING, NON_TERMINATING, SINGLE_ESCAPE, MULTIPLE_ESCAPE = range(6)

INVALID = frozenset("\b\t\n\f\r \x7f")
"""Characters that no token may contain unescaped, whatever their syntax type (the trait `invalid`)."""

UPCASE, DOWNCASE, PRESERVE, INVERT = (keyword(name) for name in ("UPCASE", "DOWNCASE", "PRESERVE", "INVERT"))
CASES = (UPCASE, DOWNCASE, PRESERVE, INVERT)


_PREPARED = ("scan", "ends", "escapes")


readtables: weakref.WeakSet[Readtable] = weakref.WeakSet()
"""All there are, for `set-case-mode`."""


class Readtable(LispObject):
    """A readtable.

    `syntax` maps characters to their types, constituents left out; `macros` maps macro characters to functions
    (or symbols); `dispatch` maps dispatching macro characters to tables from sub-characters (upper case) to
    functions; `case` is one of four keywords.  After changing `syntax` or `macros` call `changed`.
    """

    __slots__ = ("__weakref__", "case", "comment", "dispatch", "ends", "escapes", "macros", "read_only", "scan",
                 "syntax")

    scan: Callable[..., Any]
    """`scan(text, pos)`: a match that ends after whitespace, comments and (group 1) constituents."""

    ends: frozenset[str]
    """The characters that end a token."""

    escapes: str
    """The single escape characters."""

    def __init__(self) -> None:
        self.syntax: dict[str, int] = {}
        self.macros: dict[str, Any] = {}
        self.dispatch: dict[str, dict[str, Any]] = {}
        self.case: Symbol = PRESERVE if casemode.modern else UPCASE
        self.comment: Any = None
        self.read_only = False
        readtables.add(self)

    def __getattr__(self, name: str) -> Any:
        # Reached only while what `_prepare` makes has no value: the readtable is new or was changed.
        if name in _PREPARED:
            self._prepare()
            return getattr(self, name)
        raise AttributeError(name)

    def changed(self) -> None:
        """Forget what was made of the syntax."""
        for name in _PREPARED:
            try:
                delattr(self, name)
            except AttributeError:
                pass

    def _prepare(self) -> None:
        import re

        special = INVALID.union(self.syntax)
        blank = "".join(map(re.escape, (c for c, kind in self.syntax.items() if kind == WHITESPACE)))
        skip = f"[{blank}]*" if blank else ""
        if self.macros.get(";") is self.comment and blank and self.syntax.get("\n") == WHITESPACE:
            skip = f"{skip}(?:;[^\\n]*\\n{skip})*"
        self.escapes = "".join(c for c, kind in self.syntax.items() if kind == SINGLE_ESCAPE)
        self.ends = frozenset(c for c, kind in self.syntax.items() if kind in (WHITESPACE, TERMINATING))
        self.scan = re.compile(f"{skip}([^{''.join(map(re.escape, special))}]*)").match

    def copy_into(self, other: Readtable) -> Readtable:
        """Make *other* a copy of this readtable."""
        other.syntax = dict(self.syntax)
        other.macros = dict(self.macros)
        other.dispatch = {c: dict(table) for c, table in self.dispatch.items()}
        other.case = self.case
        other.comment = self.comment
        other.changed()
        return other

    def set_syntax(self, char: str, kind: int) -> None:
        """Give *char* a syntax type that is not that of a macro character."""
        self._clear(char)
        if kind == CONSTITUENT:
            self.syntax.pop(char, None)
        else:
            self.syntax[char] = kind
        self.changed()

    def set_macro(self, char: str, function: Any, non_terminating: bool = False) -> None:
        """Make *char* a macro character."""
        self._clear(char)
        self.syntax[char] = NON_TERMINATING if non_terminating else TERMINATING
        self.macros[char] = function
        self.changed()

    def set_dispatching(self, char: str, function: Any, non_terminating: bool = False) -> None:
        """Make *char* a dispatching macro character with an empty table."""
        self.set_macro(char, function, non_terminating)
        self.dispatch[char] = {}

    def copy_syntax(self, to_char: str, from_char: str, source: Readtable) -> None:
        """Give *to_char* the syntax that *from_char* has in *source*."""
        kind = source.syntax.get(from_char, CONSTITUENT)
        function = source.macros.get(from_char)
        table = source.dispatch.get(from_char)
        table = None if table is None else dict(table)
        if function is None:
            self.set_syntax(to_char, kind)
            return
        self.set_macro(to_char, function, kind == NON_TERMINATING)
        if table is not None:
            self.dispatch[to_char] = table

    def _clear(self, char: str) -> None:
        self.macros.pop(char, None)
        self.dispatch.pop(char, None)


def fold_case(token: str, escaped: frozenset[int] | set[int], case: Symbol) -> str:
    """Return *token* with the case conversion of the reader; *escaped* are the indices that keep theirs.

    This is the one place where the reader converts case.  What it returns is the name that Lisp sees, see `converted`.
    """
    if case is UPCASE:
        if not escaped and token.isascii():
            return token.upper()
        return "".join(c if i in escaped else char_upcase(c) for i, c in enumerate(token))
    if case is PRESERVE:
        return token
    if case is DOWNCASE:
        return "".join(c if i in escaped else char_downcase(c) for i, c in enumerate(token))
    if not escaped:
        return inverted(token)
    upper = lower = False
    for i, c in enumerate(token):
        if i not in escaped:
            if char_downcase(c) != c:
                upper = True
            elif char_upcase(c) != c:
                lower = True
    if upper == lower:
        return token
    convert = char_downcase if upper else char_upcase
    return "".join(c if i in escaped else convert(c) for i, c in enumerate(token))
