"""Where `pickle` finds the callables that stand for global Lisp functions: as attributes, by package and name."""

from __future__ import annotations

from typing import Any

DOT = "\u00b7"
"""Stands for a dot in the names: `pickle` takes them apart there."""


def __getattr__(key: str) -> Any:
    package, colons, name = key.replace(DOT, ".").partition("::")
    if not colons:
        raise AttributeError(key)
    from acl.python.bridge import function_of
    from acl.types.symbol import find_package

    home = find_package(package)
    symbol = home.find(name)[0] if home is not None else None
    found = function_of(symbol) if symbol is not None else None
    if found is None:
        raise LookupError(f"there is no Lisp function {package}::{name}; load what defines it first")
    return found
