"""Lambda lists: ordinary ones as data, destructuring ones as `let*` bindings."""

from __future__ import annotations

from typing import Any

from acl.runtime.conditions import error
from acl.types.cons import Cons, from_iterable, lisp_list
from acl.types.symbol import SYSTEM, Symbol, cl, keyword

_MARKERS = {cl(n): n for n in ("&OPTIONAL", "&REST", "&BODY", "&KEY", "&ALLOW-OTHER-KEYS", "&AUX",
                               "&ENVIRONMENT", "&WHOLE")}


class LambdaList:
    """An ordinary lambda list, parsed.

    `optional` holds (variable, default form, supplied-p or None), `keys` (keyword, variable, default form,
    supplied-p or None), `aux` (variable, form).  Variables may be patterns in a destructuring list.
    """

    __slots__ = ("allow", "aux", "environment", "has_key", "keys", "optional", "required", "rest", "whole")

    def __init__(self) -> None:
        self.required: list[Any] = []
        self.optional: list[tuple[Any, Any, Any]] = []
        self.rest: Any = None
        self.keys: list[tuple[Any, Any, Any, Any]] = []
        self.has_key = False
        self.allow = False
        self.aux: list[tuple[Any, Any]] = []
        self.whole: Any = None
        self.environment: Any = None


def _parts(x: Any) -> list[Any]:
    return list(x) if type(x) is Cons else [x]


def parse(form: Any, destructuring: bool = False) -> LambdaList:
    """Parse *form*; `program-error` if it is malformed.  *destructuring* admits patterns, &whole, dotted ends."""
    result = LambdaList()
    state = "required"
    rest = form
    while type(rest) is Cons:
        item = rest.car
        marker = _MARKERS.get(item) if type(item) is Symbol else None
        if marker is not None:
            if marker in ("&REST", "&BODY", "&WHOLE", "&ENVIRONMENT"):
                rest = rest.cdr
                if type(rest) is not Cons:
                    _bad(f"{marker.lower()} is not followed by a variable", form)
                if marker == "&WHOLE":
                    result.whole = rest.car
                elif marker == "&ENVIRONMENT":
                    result.environment = rest.car
                else:
                    result.rest = rest.car
                    state = "rest"
            elif marker == "&ALLOW-OTHER-KEYS":
                result.allow = True
            else:
                state = marker
                result.has_key = result.has_key or marker == "&KEY"
        else:
            _parameter(result, state, item, destructuring, form)
        rest = rest.cdr
    if rest is not None:
        if not destructuring or result.rest is not None:
            _bad("it is a dotted list", form)
        result.rest = rest
    return result


def _parameter(result: LambdaList, state: str, item: Any, destructuring: bool, form: Any) -> None:
    if not destructuring and type(item) is not Symbol and state in ("required", "rest"):
        _bad(f"Non-symbol used as a lambda argument name: {item!r}", form)
    if state == "required":
        result.required.append(item)
    elif state == "&OPTIONAL":
        parts = [*_parts(item), None, None]
        result.optional.append((parts[0], parts[1], parts[2]))
    elif state == "&KEY":
        parts = [*_parts(item), None, None]
        name = parts[0]
        key: Any
        if type(name) is Cons:
            key, variable = name.car, name.cdr.car
        else:
            key, variable = keyword(name.name), name
        result.keys.append((key, variable, parts[1], parts[2]))
    elif state == "&AUX":
        parts = [*_parts(item), None]
        result.aux.append((parts[0], parts[1]))
    else:
        _bad(f"{item!r} is out of place", form)


def _bad(message: str, form: Any) -> None:
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
