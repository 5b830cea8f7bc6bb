"""What a form seems to do with a variable, as far as can be told before macros are expanded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from acl.types.cons import Cons
from acl.types.symbol import Symbol


def assigns(symbol: Any, x: Any) -> bool:
    """True if *x* may assign *symbol*, as far as can be told before macros are expanded."""
    if type(x) is not Cons:
        return False
    if type(x.car) is Symbol:
        places = _ASSIGNERS.get(x.car.name)
        if places is not None and any(_is_place(symbol, place) for place in places(_elements(x.cdr))):
            return True
    while type(x) is Cons:
        if assigns(symbol, x.car):
            return True
        x = x.cdr
    return False


def _is_place(symbol: Any, place: Any) -> bool:
    """True if storing in *place* sets the variable *symbol*."""
    if type(place) is not Cons:
        return place is symbol
    if type(place.car) is Symbol and place.car.name not in ("VALUES", "THE"):
        return False
    return any(_is_place(symbol, p) for p in _elements(place))


def _elements(x: Any) -> list[Any]:
    result = []
    while type(x) is Cons:
        result.append(x.car)
        x = x.cdr
    return result


def _even(args: list[Any]) -> list[Any]:
    return args[::2]


def _all(args: list[Any]) -> list[Any]:
    return args


_ASSIGNERS: dict[str, Callable[[list[Any]], list[Any]]] = {
    "SETQ": _even, "SETF": _even, "PSETQ": _even, "PSETF": _even, "INCF": lambda a: a[:1], "DECF": lambda a: a[:1],
    "POP": lambda a: a[:1], "PUSH": lambda a: a[1:2], "PUSHNEW": lambda a: a[1:2], "ROTATEF": _all, "SHIFTF": _all,
    "MULTIPLE-VALUE-SETQ": lambda a: _elements(a[0]) if a else [],
}


def mentions(symbol: Any, x: Any) -> bool:
    """True if *symbol* occurs anywhere in *x*."""
    while type(x) is Cons:
        if mentions(symbol, x.car):
            return True
        x = x.cdr
    return x is symbol
