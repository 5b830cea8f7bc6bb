"""CAR, CDR and their combinations of up to four, with their SETF functions."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

from acl.builtins.declare import builtin
from acl.types.base import wrong_type
from acl.types.cons import Cons


@builtin("CAR", "list", expr="{0}.car if {0} is not None else None")
def car(list: Any) -> Any:
    """Return the car of LIST, NIL for NIL."""
    if type(list) is Cons:
        return list.car
    if list is None:
        return None
    wrong_type(list, "LIST")


@builtin("CDR", "list", expr="{0}.cdr if {0} is not None else None")
def cdr(list: Any) -> Any:
    """Return the cdr of LIST, NIL for NIL."""
    if type(list) is Cons:
        return list.cdr
    if list is None:
        return None
    wrong_type(list, "LIST")


@builtin("CAR", "new-value cons", setf=True, store=(("type({1}) is Cons", "{1}.car = {0}"),))
def set_car(new_value: Any, cons: Any) -> Any:
    """Make NEW-VALUE the car of CONS."""
    if type(cons) is not Cons:
        wrong_type(cons, "CONS")
    cons.car = new_value
    return new_value


@builtin("CDR", "new-value cons", setf=True, store=(("type({1}) is Cons", "{1}.cdr = {0}"),))
def set_cdr(new_value: Any, cons: Any) -> Any:
    """Make NEW-VALUE the cdr of CONS."""
    if type(cons) is not Cons:
        wrong_type(cons, "CONS")
    cons.cdr = new_value
    return new_value


@builtin("CADR", "list")
def cadr(list: Any) -> Any:
    """Return the car of the cdr of LIST."""
    if type(list) is Cons:
        list = list.cdr
        if type(list) is Cons:
            return list.car
    if list is None:
        return None
    wrong_type(list, "LIST")


@builtin("CADDR", "list")
def caddr(list: Any) -> Any:
    """Return the car of the cdr of the cdr of LIST."""
    if type(list) is Cons:
        list = list.cdr
        if type(list) is Cons:
            list = list.cdr
            if type(list) is Cons:
                return list.car
    if list is None:
        return None
    wrong_type(list, "LIST")


@builtin("CDDR", "list")
def cddr(list: Any) -> Any:
    """Return the cdr of the cdr of LIST."""
    if type(list) is Cons:
        list = list.cdr
        if type(list) is Cons:
            return list.cdr
    if list is None:
        return None
    wrong_type(list, "LIST")


def _compose(outer: Callable[[Any], Any], inner: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda list: outer(inner(list))


def _setter(store: Callable[[Any, Any], Any], inner: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda new_value, list: store(new_value, inner(list))


def _declare_combinations() -> None:
    """Declare each c[ad]{2,4}r as its first letter applied to the accessor that the others name."""
    accessors: dict[str, Callable[[Any], Any]] = {"A": car, "D": cdr, "AD": cadr, "DD": cddr, "ADD": caddr}
    words = {"A": "car", "D": "cdr"}
    for count in (2, 3, 4):
        for letters in product("AD", repeat=count):
            path = "".join(letters)
            inner = accessors[path[1:]]
            of = " of the ".join(words[c] for c in path)
            if path not in accessors:
                two, deeper = accessors.get(path[:2]), accessors.get(path[2:])
                get = _compose(two, deeper) if two and deeper else _compose(accessors[path[0]], inner)
                get.__doc__ = f"Return the {of} of LIST."
                accessors[path] = builtin(f"C{path}R", "list")(get)
            put = _setter(set_car if path[0] == "A" else set_cdr, inner)
            put.__doc__ = f"Make NEW-VALUE the {of} of LIST."
            builtin(f"C{path}R", "new-value list", setf=True)(put)


_declare_combinations()
