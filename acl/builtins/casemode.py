"""Allegro's case modes: ANSI (`:case-insensitive-upper`) and modern (`:case-sensitive-lower`).

The symbols of the image keep their upper-case names in both.  In modern mode the readtable inverts the case of
what is written in one case: `car` is the symbol CAR and prints as `car`, and `Foo` keeps its case.
"""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin, variable
from acl.runtime.conditions import error
from acl.types.symbol import EXCL, cl, keyword

ANSI, MODERN = keyword("CASE-INSENSITIVE-UPPER"), keyword("CASE-SENSITIVE-LOWER")
CURRENT = variable("*CURRENT-CASE-MODE*", ANSI, "The case mode; set by `set-case-mode` only.", package=EXCL)


@builtin("SET-CASE-MODE", "new-mode &key (adjust-readtables-case t)", package=EXCL)
def set_case_mode(new_mode: Any, *, adjust_readtables_case: Any = True) -> Any:
    """Set the case mode to NEW-MODE and return the previous one."""
    if new_mode not in (ANSI, MODERN):
        error("SIMPLE-ERROR", "~s is not a case mode that is supported: ~s and ~s are.", new_mode, ANSI, MODERN)
    old = CURRENT.value
    CURRENT.set_global(new_mode)
    if adjust_readtables_case is not None:
        cl("*READTABLE*").value.case = keyword("UPCASE") if new_mode is ANSI else keyword("INVERT")
    return old
