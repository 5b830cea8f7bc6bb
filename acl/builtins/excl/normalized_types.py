"""`excl:normalize-type`: one way to write a type, as Allegro has it."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin
from acl.clos.base import LispClass
from acl.runtime.conditions import error
from acl.runtime.typesys import expand_type, is_type_specifier, subtypep
from acl.runtime.typesys.predicates import MOST_NEGATIVE_FIXNUM, MOST_POSITIVE_FIXNUM
from acl.types.cons import Cons, lisp_list, to_list
from acl.types.symbol import EXCL, Symbol, cl

_ANY, _INTEGER, _ARRAY, _SIMPLE_ARRAY = cl("*"), cl("INTEGER"), cl("ARRAY"), cl("SIMPLE-ARRAY")
_RANGES = {cl(name) for name in ("INTEGER", "RATIONAL", "REAL", "FLOAT", "SHORT-FLOAT", "SINGLE-FLOAT", "DOUBLE-FLOAT",
                                 "LONG-FLOAT")}
_VECTORS: dict[Symbol, tuple[Symbol, Any]] = {
    cl("STRING"): (_ARRAY, cl("CHARACTER")), cl("BASE-STRING"): (_ARRAY, cl("CHARACTER")),
    cl("BIT-VECTOR"): (_ARRAY, cl("BIT")), cl("SIMPLE-STRING"): (_SIMPLE_ARRAY, cl("CHARACTER")),
    cl("SIMPLE-BASE-STRING"): (_SIMPLE_ARRAY, cl("CHARACTER")), cl("SIMPLE-BIT-VECTOR"): (_SIMPLE_ARRAY, cl("BIT")),
    cl("SIMPLE-VECTOR"): (_SIMPLE_ARRAY, cl("T"))}
"""Vectors with one parameter, their length: kind of array and element type."""


def _argument(parts: list[Any], index: int) -> Any:
    return parts[index] if index < len(parts) else _ANY


def _dimensions(x: Any) -> Any:
    return lisp_list(*[_ANY] * x) if type(x) is int else x


def _element(spec: Any) -> Any:
    return spec if spec is _ANY else normalized(spec)


def normalized(spec: Any) -> Any:
    """Return the normal form of a type specifier."""
    spec = expand_type(spec)
    if isinstance(spec, LispClass):
        return normalized(spec._lisp.name) if spec._lisp.name is not None else spec
    head, *parts = to_list(spec) if type(spec) is Cons else [spec]
    if head is cl("FIXNUM"):
        return lisp_list(_INTEGER, MOST_NEGATIVE_FIXNUM, MOST_POSITIVE_FIXNUM)
    if head is cl("BIT"):
        return lisp_list(_INTEGER, 0, 1)
    if head is cl("UNSIGNED-BYTE"):
        bits = _argument(parts, 0)
        return lisp_list(_INTEGER, 0, (1 << bits) - 1 if type(bits) is int else _ANY)
    if head is cl("SIGNED-BYTE"):
        bits = _argument(parts, 0)
        return lisp_list(_INTEGER, *((-1 << bits - 1, (1 << bits - 1) - 1) if type(bits) is int else (_ANY, _ANY)))
    if head is cl("MOD"):
        return lisp_list(_INTEGER, 0, parts[0] - 1)
    if head in _RANGES:
        low, high = _argument(parts, 0), _argument(parts, 1)
        if head is _INTEGER:
            low = low.car + 1 if type(low) is Cons else low
            high = high.car - 1 if type(high) is Cons else high
        return lisp_list(head, low, high)
    if head in _VECTORS:
        kind, element = _VECTORS[head]
        return lisp_list(kind, _element(element), lisp_list(_argument(parts, 0)))
    if head is cl("VECTOR"):
        return lisp_list(_ARRAY, _element(_argument(parts, 0)), lisp_list(_argument(parts, 1)))
    if head is _ARRAY or head is _SIMPLE_ARRAY:
        return lisp_list(head, _element(_argument(parts, 0)), _dimensions(_argument(parts, 1)))
    if head is cl("OR") or head is cl("AND"):
        if subtypep(spec, _INTEGER)[0] and subtypep(_INTEGER, spec)[0]:
            return lisp_list(_INTEGER, _ANY, _ANY)
        return parts[0] if len(parts) == 1 else lisp_list(head, *map(normalized, parts))
    if head is cl("NOT") or head is cl("CONS"):
        return lisp_list(head, *map(_element, parts)) if parts else head
    return spec


@builtin("NORMALIZE-TYPE", "type &key loud msg default environment", package=EXCL)
def normalize_type(type: Any, *, loud: Any = None, msg: Any = None, default: Any = None,
                   environment: Any = None) -> Any:
    """Return the normal form of TYPE: defined types expanded, ranges with both bounds, vectors as arrays.

    What is no type gives DEFAULT, or an error if LOUD, whose text begins with the string MSG.
    """
    if not is_type_specifier(type):
        if loud is not None:
            error("SIMPLE-ERROR", "~@[~a: ~]~s is not a type specifier.", msg, type)
        return default
    return normalized(type)
