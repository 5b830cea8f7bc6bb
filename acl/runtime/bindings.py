"""Binding of special variables from Python code (compiled code has its own inline form)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from acl.types.symbol import Cell, Symbol, UnboundCell


@contextmanager
def bind(*pairs: Any) -> Iterator[None]:
    """Bind specials around a `with` block: `with bind(symbol, value, symbol, value): ...`."""
    undo = [(s, s.special_variable().set(Cell(s, v))) for s, v in zip(pairs[::2], pairs[1::2])]
    try:
        yield
    finally:
        for symbol, token in reversed(undo):
            symbol.special_variable().reset(token)


def bind_unbound(symbol: Symbol) -> Any:
    """Bind *symbol* without a value (`progv` with too few values); return the token to reset with."""
    return symbol.special_variable().set(UnboundCell(symbol))
