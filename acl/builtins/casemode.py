"""Allegro's case modes: ANSI (`:case-insensitive-upper`) and modern (`:case-sensitive-lower`).

`acl.types.casemode` says what the mode does to names; here readtables follow: what reads `car` as CAR in ANSI mode
(`:upcase`) takes it as it is in modern mode (`:preserve`).
"""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin, variable
from acl.printer.symbols import forget_texts
from acl.reader.packages import IGNORE_NAME_CASE
from acl.reader.readtable import PRESERVE, UPCASE, readtables
from acl.runtime.conditions import error
from acl.types.casemode import set_modern
from acl.types.symbol import EXCL, T, keyword

ANSI, MODERN = keyword("CASE-INSENSITIVE-UPPER"), keyword("CASE-SENSITIVE-LOWER")
CURRENT = variable("*CURRENT-CASE-MODE*", ANSI, "The case mode; set by `set-case-mode` only.", package=EXCL)


@builtin("SET-CASE-MODE", "new-mode &key (adjust-readtables-case t)", package=EXCL)
def set_case_mode(new_mode: Any, *, adjust_readtables_case: Any = T) -> Any:
    """Set the case mode to NEW-MODE, :case-insensitive-upper or :case-sensitive-lower, and return the previous one.

    In :case-sensitive-lower the names of all symbols and packages that were in upper case are in lower case, and
    the other way round; names of mixed case stay.  Unless ADJUST-READTABLES-CASE is NIL, readtables of the case
    :upcase get the case :preserve, and back.
    """
    if new_mode not in (ANSI, MODERN):
        error("SIMPLE-ERROR", "~s is not a case mode that is supported: ~s and ~s are.", new_mode, ANSI, MODERN)
    old = CURRENT.value
    if new_mode is not old:
        modern = new_mode is MODERN
        CURRENT.set_global(new_mode)
        set_modern(modern)
        forget_texts()
        IGNORE_NAME_CASE.set_global(T if modern else None)
        if adjust_readtables_case is not None:
            before, after = (UPCASE, PRESERVE) if modern else (PRESERVE, UPCASE)
            for readtable in list(readtables):
                if readtable.case is before:
                    readtable.case = after
    return old
