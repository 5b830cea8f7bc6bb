"""The keyword arguments in macro forms."""

from __future__ import annotations

from typing import Any

from acl.runtime.conditions import error
from acl.types.cons import to_list
from acl.types.symbol import Symbol


def macro_options(rest: Any) -> dict[str, Any]:
    """Return the keyword arguments of a macro form by name."""
    options: dict[str, Any] = {}
    items = to_list(rest)
    if len(items) % 2 or not all(isinstance(key, Symbol) for key in items[::2]):
        error("PROGRAM-ERROR", "~s is not a list of keywords and values.", rest)
    for key, value in zip(items[::2], items[1::2], strict=True):
        options.setdefault(key.name, value)
    return options
