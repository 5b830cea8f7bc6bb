"""Names of characters, as #\\ reads them."""

from __future__ import annotations

from typing import Any

from acl.types.array import SimpleString


def character_named(name: str) -> Any:
    """Return the character named *name* (in any case), None if there is none; `name-char` decides."""
    from acl.builtins.characters import name_char

    return name_char(SimpleString(name))
