"""The standard readtable, and the variable *readtable*."""

from __future__ import annotations

from typing import Any

from acl.types.symbol import CL

from .dispatch import STANDARD_DISPATCH, read_dispatch
from .macros import read_backquote, read_close, read_comma, read_comment, read_quote, read_string
from .reader import STANDARD_FUNCTIONS, read_list
from .readtable import MULTIPLE_ESCAPE, NON_TERMINATING, SINGLE_ESCAPE, TERMINATING, WHITESPACE, Readtable
from .variables import READTABLE_KEY

_MACROS: dict[str, Any] = {"(": read_list, ")": read_close, "'": read_quote, '"': read_string, ";": read_comment,
                           "`": read_backquote, ",": read_comma, "#": read_dispatch}


for _function in (*_MACROS.values(), *STANDARD_DISPATCH.values()):
    STANDARD_FUNCTIONS.setdefault(_function, _function)


def _standard() -> Readtable:
    table = Readtable()
    for c in " \t\n\f\r":
        table.syntax[c] = WHITESPACE
    table.syntax["\\"] = SINGLE_ESCAPE
    table.syntax["|"] = MULTIPLE_ESCAPE
    for c, function in _MACROS.items():
        table.syntax[c] = TERMINATING
        table.macros[c] = function
    table.syntax["#"] = NON_TERMINATING
    table.dispatch["#"] = dict(STANDARD_DISPATCH)
    table.comment = read_comment
    return table


STANDARD = _standard()
"""The standard readtable, which nobody may change."""
STANDARD.read_only = True

READTABLE = CL.export("*READTABLE*")
READTABLE.set_global(STANDARD.copy_into(Readtable()))
READTABLE.special = "special"
assert READTABLE.key == READTABLE_KEY
