"""Variables that the dialogue depends on are given sensible values where a program has left nonsense in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from acl.streams.base import DEBUG_IO, ERROR_OUTPUT, QUERY_IO, STANDARD_INPUT, STANDARD_OUTPUT, TERMINAL_IO, Stream
from acl.toplevel import variables as v
from acl.types.array import SimpleString
from acl.types.symbol import EXCL, USER, Package, Symbol, cl, keyword

Test = Callable[[Any], bool]
_CASES = [keyword(name) for name in ("UPCASE", "DOWNCASE", "CAPITALIZE")]


def _limit(x: Any) -> bool:
    return x is None or (type(x) is int and x >= 0)


def _top_limit(x: Any) -> bool:
    return _limit(x) or type(x) is Symbol


def _base(x: Any) -> bool:
    return type(x) is int and 2 <= x <= 36


def _readtable(x: Any) -> bool:
    from acl.reader.readtable import Readtable

    return isinstance(x, Readtable)


def _stream(x: Any) -> bool:
    return (isinstance(x, Stream) or hasattr(x, "write_str")) and getattr(x, "is_open", True)


def _synonym() -> Any:
    from acl.streams.composed import SynonymStream

    return SynonymStream(TERMINAL_IO)


def _prompt(x: Any) -> bool:
    return isinstance(x, (SimpleString, Symbol)) or callable(x)


def _new_readtable() -> Any:
    from acl.types.function import FUNCTIONS

    return FUNCTIONS["COMMON-LISP:COPY-READTABLE"](None)


def _checks() -> Iterator[tuple[Symbol, Test, Callable[[], Any]]]:
    """Yield variable, test of its value, and what gives it a sensible one."""
    yield TERMINAL_IO, _stream, lambda: EXCL.external["*INITIAL-TERMINAL-IO*"].value
    for symbol in (STANDARD_INPUT, STANDARD_OUTPUT, ERROR_OUTPUT, QUERY_IO, DEBUG_IO):
        yield symbol, _stream, _synonym
    yield cl("*PACKAGE*"), lambda x: isinstance(x, Package), lambda: USER
    yield cl("*READTABLE*"), _readtable, _new_readtable
    for name in ("*PRINT-BASE*", "*READ-BASE*"):
        yield cl(name), _base, lambda: 10
    for name in ("*PRINT-LENGTH*", "*PRINT-LEVEL*", "*PRINT-LINES*", "*PRINT-RIGHT-MARGIN*"):
        yield cl(name), _limit, lambda: None
    yield cl("*PRINT-CASE*"), lambda x: x in _CASES, lambda: _CASES[0]
    yield v.PRINT_LENGTH, _top_limit, lambda: 10
    yield v.PRINT_LEVEL, _top_limit, lambda: 4
    yield v.PROMPT, _prompt, lambda: v.DEFAULT_PROMPT


_CHECKS = list(_checks())


def fits(symbol: Symbol, value: Any) -> bool:
    """True if *value* is one that *symbol* can have, as far as is known here."""
    return all(test(value) for checked, test, _ in _CHECKS if checked is symbol)


def restore() -> list[str]:
    """Give sensible values to variables that have none; return the names of those that did not."""
    wrong = []
    for symbol, test, make in _CHECKS:
        if not test(symbol.value):
            symbol.value = make()
            wrong.append(symbol.name)
    return wrong
