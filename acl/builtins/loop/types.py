"""The types LOOP's variables may be declared of: what matters is the value a variable begins with."""

from __future__ import annotations

from typing import Any

from acl.types.cons import Cons
from acl.types.number import single
from acl.types.symbol import Symbol

from .model import Pair

_INTEGRAL = ("FIXNUM", "INTEGER", "BIT", "UNSIGNED-BYTE", "SIGNED-BYTE", "MOD", "BIGNUM", "RATIONAL", "RATIO", "REAL",
             "NUMBER", "COMPLEX")
_SINGLE = ("FLOAT", "SINGLE-FLOAT", "SHORT-FLOAT")
_DOUBLE = ("DOUBLE-FLOAT", "LONG-FLOAT")


def zero(type_: Any) -> Any:
    """Return the zero of a type specifier, None if it has none."""
    name = type_.car if type(type_) is Cons else type_
    if type(name) is not Symbol:
        return None
    if name.name in _SINGLE:
        return single(0.0)
    if name.name in _DOUBLE:
        return 0.0
    return 0 if name.name in _INTEGRAL else None


def initial_pairs(pattern: Any, type_: Any) -> list[Pair]:
    """Return each variable of *pattern* with the value it begins with, *type_* being a type or a tree of types."""
    if pattern is None:
        return []
    if type(pattern) is not Cons:
        return [(pattern, zero(type_))]
    if type(type_) is Cons:
        return initial_pairs(pattern.car, type_.car) + initial_pairs(pattern.cdr, type_.cdr)
    return initial_pairs(pattern.car, type_) + initial_pairs(pattern.cdr, type_)
