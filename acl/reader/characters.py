"""Names of characters, as #\\ reads them."""

from __future__ import annotations

from typing import Any

from acl.types.array import SimpleString
from acl.types.character import CHAR
from acl.types.function import FUNCTIONS, UndefinedFunction

_STANDARD = {"SPACE": " ", "NEWLINE": "\n", "TAB": "\t", "PAGE": "\f", "RETURN": "\r", "LINEFEED": "\n",
             "BACKSPACE": "\b", "RUBOUT": "\x7f", "%SPACE": "\xa0"}


def character_named(name: str) -> Any:
    """Return the character named *name* (in any case), None if there is none.

    The standard's own names are known here; `name-char` knows the rest.
    """
    c = _STANDARD.get(name.upper())
    if c is not None:
        return CHAR[c]
    function = FUNCTIONS.get("COMMON-LISP:NAME-CHAR")
    if function is None or type(function) is UndefinedFunction:
        return None
    return function(SimpleString(name))
