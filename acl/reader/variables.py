"""The reader's variables, and fast access to them.

They are declared with their documentation in `acl.builtins.reader`; here they get their initial values, so that the
reader works before any builtin is loaded.  `getattr(state, PACKAGE_KEY)[0]` is the fastest way to read one.
"""

from __future__ import annotations

from typing import Any

from acl.types.symbol import CL, GLOBAL_CELLS, USER, Symbol, T, cl


def _special(name: str, value: Any) -> Symbol:
    symbol = CL.external.get(name) or CL.export(name)
    if not symbol.has_cell:
        symbol.set_global(value)
    symbol.special = "special"
    return symbol


def global_value(symbol: Symbol) -> Any:
    """Return the global value of one of these variables, whatever the calling process has bound.

    The modules that declare them are imported late, and must not change what a program has set.
    """
    return GLOBAL_CELLS[symbol.special_key()][0]


PACKAGE = _special("*PACKAGE*", USER)
READ_BASE = _special("*READ-BASE*", 10)
READ_DEFAULT_FLOAT_FORMAT = _special("*READ-DEFAULT-FLOAT-FORMAT*", cl("SINGLE-FLOAT"))
READ_EVAL = _special("*READ-EVAL*", T)
READ_SUPPRESS = _special("*READ-SUPPRESS*", None)
FEATURES = _special("*FEATURES*", None)

PACKAGE_KEY = PACKAGE.special_key()
READ_BASE_KEY = READ_BASE.special_key()
READ_SUPPRESS_KEY = READ_SUPPRESS.special_key()
FLOAT_FORMAT_KEY = READ_DEFAULT_FLOAT_FORMAT.special_key()
READTABLE_KEY = "COMMON-LISP:*READTABLE*"
"""The variable itself is made by `acl.reader.standard`, which has the value."""
