"""`type-of`: the most useful specifier of an object's type."""

from __future__ import annotations

from typing import Any

from acl.clos.base import class_of, metaobject_of
from acl.types.array import Array, SimpleString, SimpleVector, dimensions, is_simple, type_of_elements
from acl.types.character import Char
from acl.types.cons import Cons, from_iterable, lisp_list
from acl.types.number import Complex, Ratio, SingleFloat
from acl.types.symbol import KEYWORD, Symbol, T, cl

from .predicates import MOST_NEGATIVE_FIXNUM, MOST_POSITIVE_FIXNUM

_NAMES: dict[type, Symbol] = {
    Cons: cl("CONS"), type(None): cl("NULL"), float: cl("DOUBLE-FLOAT"), SingleFloat: cl("SINGLE-FLOAT"),
    Ratio: cl("RATIO"), Char: cl("STANDARD-CHAR")}


def type_of(x: Any) -> Any:
    """Return the type specifier that `type-of` gives for *x*."""
    kind = type(x)
    if kind is int:
        if x == 0 or x == 1:
            return cl("BIT")
        return cl("FIXNUM" if MOST_NEGATIVE_FIXNUM <= x <= MOST_POSITIVE_FIXNUM else "BIGNUM")
    if kind is Symbol:
        return cl("BOOLEAN" if x is T else "KEYWORD" if x.package is KEYWORD else "SYMBOL")
    if kind is Char:
        return cl("STANDARD-CHAR" if 32 <= ord(x) <= 126 or ord(x) == 10 else "CHARACTER")
    name = _NAMES.get(kind)
    if name is not None:
        return name
    if kind is Complex:
        return lisp_list(cl("COMPLEX"), cl("DOUBLE-FLOAT" if type(x.re) is float else
                                           "SINGLE-FLOAT" if type(x.re) is SingleFloat else "RATIONAL"))
    if isinstance(x, Array):
        return _array_type(x)
    cls = class_of(metaobject_of(x))
    name = cls._lisp.name
    from acl.clos.base import CLASSES

    if name is None or (CLASSES.get(name) is not cls and CLASSES.get(name) is not None):
        return cls
    return name if CLASSES.get(name) is cls else cls


def _array_type(x: Any) -> Any:
    kind, dims = type(x), dimensions(x)
    if kind is SimpleString:
        return lisp_list(cl("SIMPLE-STRING"), dims[0])
    if kind is SimpleVector:
        return lisp_list(cl("SIMPLE-VECTOR"), dims[0])
    element, simple = type_of_elements(x).spec, is_simple(x)
    if len(dims) == 1:
        if element is cl("BIT"):
            return lisp_list(cl("SIMPLE-BIT-VECTOR" if simple else "BIT-VECTOR"), dims[0])
        if element is cl("CHARACTER"):
            return lisp_list(cl("SIMPLE-STRING" if simple else "STRING"), dims[0])
        if not simple:
            return lisp_list(cl("VECTOR"), element, dims[0])
    return lisp_list(cl("SIMPLE-ARRAY" if simple else "ARRAY"), element, from_iterable(dims))
