"""What expansions of macros and `destructuring-bind` call to check a list against a lambda list."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin, macro, macro_arity
from acl.types.cons import Cons
from acl.types.symbol import SYSTEM, Symbol, keyword


def _mismatch(message: str, datum: Any) -> Any:
    from acl.runtime.conditions import error

    error("PROGRAM-ERROR", message, datum)


@builtin("%DESTRUCTURE", "list least most name whole", package=SYSTEM)
def _destructure(x: Any, least: int, most: int | None, name: Any, whole: Any) -> Any:
    """Signal a `program-error` unless LIST has from LEAST to MOST elements (any number if MOST is NIL)."""
    count = 0
    rest = x
    while type(rest) is Cons and count <= least + (most or 0):
        count += 1
        rest = rest.cdr
    proper = rest is None or type(rest) is Cons or most is None
    if count < least or (most is not None and count > most) or not proper:
        if type(name) is Symbol and type(whole) is Cons:
            macro_arity(name, least, most, whole)
        _mismatch("The list ~s does not match its destructuring lambda list.", x)
    return None


_ALLOW = keyword("ALLOW-OTHER-KEYS")


@builtin("%DESTRUCTURE-KEYS", "list keys allow", package=SYSTEM)
def _destructure_keys(x: Any, keys: Any, allow: Any) -> Any:
    """Signal a `program-error` unless LIST is a list of pairs whose keywords are among KEYS, or ALLOW."""
    known = set(keys or ())
    unknown: list[Any] = []
    permitted: Any = None
    rest = x
    while type(rest) is Cons:
        if type(rest.cdr) is not Cons:
            _mismatch("Keyword argument ~s has no value.", rest.car)
        if rest.car is _ALLOW and permitted is None:
            permitted = (rest.cdr.car,)
        elif rest.car not in known and rest.car is not _ALLOW:
            unknown.append(rest.car)
        rest = rest.cdr.cdr
    if rest is not None:
        _mismatch("The keyword part ~s is not a proper list.", x)
    if unknown and allow is None and (permitted is None or permitted[0] is None):
        _mismatch("Illegal keyword given: ~s.", unknown[0])
    return None


@builtin("%DESTRUCTURE-KEY", "list key", package=SYSTEM)
def _destructure_key(x: Any, key: Any) -> Any:
    """Return the tail of LIST that begins with the value of KEY, or NIL."""
    while x is not None:
        if x.car is key:
            return x.cdr
        x = x.cdr.cdr
    return None


@macro("DESTRUCTURING-BIND", "lambda-list expression &body forms")
def _destructuring_bind(form: Any, env: Any) -> Any:
    """Bind the variables of LAMBDA-LIST to the parts of the list that EXPRESSION gives, around FORMS."""
    from acl.expand.macros import destructuring_bind

    return destructuring_bind(form.cdr.car, form.cdr.cdr.car, form.cdr.cdr.cdr)
