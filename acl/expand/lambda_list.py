"""Lambda lists: ordinary ones as data, destructuring ones as `let*` bindings."""

from __future__ import annotations

from typing import Any, NoReturn

from acl.runtime.conditions import error
from acl.types.cons import Cons, from_iterable, lisp_list
from acl.types.symbol import SYSTEM, Symbol, cl, keyword

_MARKERS = {cl(n): n for n in ("&OPTIONAL", "&REST", "&BODY", "&KEY", "&ALLOW-OTHER-KEYS", "&AUX",
                               "&ENVIRONMENT", "&WHOLE")}
_RANKS = {"required": 0, "&OPTIONAL": 1, "&REST": 2, "&BODY": 2, "&KEY": 3, "&ALLOW-OTHER-KEYS": 4, "&AUX": 5}
"""Of the keywords that divide a lambda list: each may stand only after keywords of lower rank."""


class LambdaList:
    """An ordinary lambda list, parsed.

    `optional` holds (variable, default form, supplied-p or None), `keys` (keyword, variable, default form,
    supplied-p or None), `aux` (variable, form).  Variables may be patterns in a destructuring list.  `function` is the
    name of the function, if known.
    """

    __slots__ = ("allow", "aux", "environment", "function", "has_key", "keys", "optional", "required", "rest", "whole")

    def __init__(self, function: Any = None) -> None:
        self.function = function
        self.required: list[Any] = []
        self.optional: list[tuple[Any, Any, Any]] = []
        self.rest: Any = None
        self.keys: list[tuple[Any, Any, Any, Any]] = []
        self.has_key = False
        self.allow = False
        self.aux: list[tuple[Any, Any]] = []
        self.whole: Any = None
        self.environment: Any = None


def parse(form: Any, destructuring: bool = False, function: Any = None) -> LambdaList:
    """Parse *form*, of the function named *function*; `program-error` if it is malformed.

    *destructuring* admits patterns, &whole, dotted ends.
    """
    result = LambdaList(function)
    state = "required"
    rest = form
    while type(rest) is Cons:
        item = rest.car
        marker = _MARKERS.get(item) if type(item) is Symbol else None
        if marker is None:
            _parameter(result, state, item, destructuring, form)
        elif marker in _RANKS:
            if _RANKS[marker] <= _RANKS[state] or (marker == "&ALLOW-OTHER-KEYS" and state != "&KEY"):
                _bad(f"{marker.lower()} is out of place", form)
            state = marker
            if marker == "&KEY":
                result.has_key = True
            elif marker == "&ALLOW-OTHER-KEYS":
                result.allow = True
            elif marker in ("&REST", "&BODY"):
                rest, result.rest = _following(rest, form)
        else:
            if not destructuring or (rest is not form if marker == "&WHOLE" else result.environment is not None):
                _bad(f"{marker.lower()} is out of place", form)
            rest, variable = _following(rest, form)
            if marker == "&WHOLE":
                result.whole = variable
            else:
                result.environment = variable
        rest = rest.cdr
    if rest is not None:
        if not destructuring or result.rest is not None:
            _bad("it is a dotted list", form)
        result.rest = rest
    return result


def _following(rest: Any, form: Any) -> tuple[Any, Any]:
    """Return the tail of *form* after the keyword that *rest* begins with, and the variable that it begins with."""
    tail = rest.cdr
    if type(tail) is not Cons or (type(tail.car) is Symbol and tail.car in _MARKERS):
        _bad(f"{_MARKERS[rest.car].lower()} is not followed by a variable", form)
    return tail, tail.car


def _parameter(result: LambdaList, state: str, item: Any, destructuring: bool, form: Any) -> None:
    if not destructuring and type(item) is not Symbol and state in ("required", "&REST", "&BODY"):
        if result.function is None:
            _bad(f"Non-symbol used as a lambda argument name: {item!r}", form)
        error("PROGRAM-ERROR", "Non-symbol used as a lambda argument name in function ~s.", result.function)
    if state == "required":
        result.required.append(item)
    elif state == "&OPTIONAL":
        variable, default, supplied = _parts(item, 3, form)
        result.optional.append((variable, default, supplied))
    elif state == "&KEY":
        name, default, supplied = _parts(item, 3, form)
        if type(name) is Cons:
            if type(name.cdr) is not Cons:
                _bad(f"{name!r} is not a keyword and its variable", form)
            key, variable = _parts(name, 2, form)
        elif type(name) is Symbol:
            key, variable = keyword(name.name), name
        else:
            _bad(f"{name!r} is not a variable", form)
        result.keys.append((key, variable, default, supplied))
    elif state == "&AUX":
        variable, default = _parts(item, 2, form)
        result.aux.append((variable, default))
    else:
        _bad(f"{item!r} is out of place", form)


def _parts(item: Any, most: int, form: Any) -> list[Any]:
    """Return the *most* parts of the parameter *item*, the missing ones as NIL."""
    parts = [item]
    if type(item) is Cons:
        parts = []
        while type(item) is Cons and len(parts) < most:
            parts.append(item.car)
            item = item.cdr
        if item is not None:
            _bad(f"{parts[0]!r} has more than {most} parts, or a dotted end", form)
    return parts + [None] * (most - len(parts))


def _bad(message: str, form: Any) -> NoReturn:
    error("PROGRAM-ERROR", "Bad lambda list ~s: ~a.", form, _lisp(message))


def _lisp(message: str) -> Any:
    from acl.types.array import string

    return string(message)


_gensym_count = 0


def gensym(prefix: str = "G") -> Symbol:
    """Return a fresh uninterned symbol for an expansion."""
    global _gensym_count
    _gensym_count += 1
    return Symbol(f"{prefix}{_gensym_count}")


_CAR, _CDR, _IF, _QUOTE, _T = cl("CAR"), cl("CDR"), cl("IF"), cl("QUOTE"), cl("T")
_PARTS = SYSTEM.intern("%DESTRUCTURE")
_FIND_KEY = SYSTEM.intern("%DESTRUCTURE-KEY")
_CHECK_KEYS = SYSTEM.intern("%DESTRUCTURE-KEYS")


def destructure(form: Any, source: Any, whole: Any, name: Any = None, default: Any = None) -> list[tuple[Any, Any]]:
    """Return `let*` bindings (variable, form) that destructure the value of *source* by the lambda list *form*.

    *source* is a variable that holds the list; *whole* is what errors show and &whole binds; *name* that of
    the macro, if it is one; *default* the default of parameters that give none.
    """
    parsed = parse(form, destructuring=True)
    bindings: list[tuple[Any, Any]] = []

    def bind(pattern: Any, value: Any) -> None:
        if type(pattern) is Symbol:
            bindings.append((pattern, value))
        elif type(pattern) is Cons or pattern is None:
            temp = gensym("D")
            bindings.append((temp, value))
            bindings.extend(destructure(pattern, temp, temp, default=default))
        else:
            _bad(f"{pattern!r} is not a variable", form)

    if parsed.whole is not None:
        bind(parsed.whole, whole)
    least = len(parsed.required)
    most = None if parsed.rest is not None or parsed.has_key else least + len(parsed.optional)
    # One check of the length, then plain CARs and CDRs.
    bindings.append((gensym("C"), lisp_list(_PARTS, source, least, most, lisp_list(_QUOTE, name), whole)))
    here = source
    patterns = [(p, None, None, True) for p in parsed.required] + [(*o, False) for o in parsed.optional]
    for index, (pattern, given_default, supplied, required) in enumerate(patterns):
        if required:
            bind(pattern, lisp_list(_CAR, here))
        else:
            if given_default is None and default is not None:
                given_default = default
            bind(pattern, lisp_list(_IF, here, lisp_list(_CAR, here), given_default))
            if supplied is not None:
                bindings.append((supplied, lisp_list(_IF, here, _T, None)))
        if index + 1 < len(patterns) or parsed.rest is not None or parsed.has_key:
            temp = gensym("R")
            bindings.append((temp, lisp_list(_CDR, here)))
            here = temp
    if parsed.rest is not None:
        bind(parsed.rest, here)
    if parsed.has_key:
        keys = lisp_list(_QUOTE, from_iterable([k for k, *_ in parsed.keys]))
        bindings.append((gensym("C"), lisp_list(_CHECK_KEYS, here, keys, _T if parsed.allow else None)))
        for key, pattern, given_default, supplied in parsed.keys:
            found = gensym("K")
            bindings.append((found, lisp_list(_FIND_KEY, here, lisp_list(_QUOTE, key))))
            if given_default is None and default is not None:
                given_default = default
            bind(pattern, lisp_list(_IF, found, lisp_list(_CAR, found), given_default))
            if supplied is not None:
                bindings.append((supplied, lisp_list(_IF, found, _T, None)))
    for variable, value in parsed.aux:
        bindings.append((variable, value))
    return bindings
