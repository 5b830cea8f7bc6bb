"""EQL, EQUAL and EQUALP of two objects, as Python functions that return a bool."""

from __future__ import annotations

from math import copysign
from typing import Any

from .array import (
    BIT,
    Array,
    GeneralArray,
    SimpleString,
    SimpleVector,
    SpecializedVector,
    active_dimensions,
    element_type,
    is_base_string,
    row_major_items,
    vector_items,
)
from .casing import downcase as fold
from .character import Char
from .cons import Cons
from .number import NUMBER_TYPES, Complex, Ratio, SingleFloat
from .symbol import Symbol


def eq(a: Any, b: Any) -> bool:
    """Return true if *a* and *b* are the same object; equal integers are (as Allegro's fixnums)."""
    return a is b or (type(a) is int and type(b) is int and a == b)


def eql(a: Any, b: Any) -> bool:
    """Return true if *a* and *b* are the same object, or numbers of one type and value."""
    if a is b:
        return True
    kind = type(a)
    if kind is not type(b):
        return False
    if kind is int:
        return bool(a == b)
    if kind is float or kind is SingleFloat:
        if a == b:
            return bool(a) or copysign(1.0, a) == copysign(1.0, b)
        return bool(a != a and b != b)
    if kind is Ratio:
        return bool(a == b)
    if kind is Complex:
        return eql(a.re, b.re) and eql(a.im, b.im)
    return False


def equal(a: Any, b: Any) -> bool:
    """Return true if *a* and *b* are similar: conses, strings, bit vectors and pathnames by contents."""
    while True:
        if a is b:
            return True
        kind = type(a)
        if kind is Cons:
            if type(b) is not Cons or not equal(a.car, b.car):
                return False
            a, b = a.cdr, b.cdr
            continue
        if kind is Symbol or a is None or kind is Char:
            return False
        if kind is int:
            return type(b) is int and bool(a == b)
        if kind is SimpleString and type(b) is SimpleString:
            return bool(a.text() == b.text())
        if kind in NUMBER_TYPES:
            return eql(a, b)
        return _equal_rare(a, b)


def _equal_rare(a: Any, b: Any) -> bool:
    if isinstance(a, Array):
        if not isinstance(b, Array):
            return False
        text = string_contents(a)
        if text is not None:
            return text == string_contents(b)
        bits = bit_contents(a)
        return bits is not None and bits == bit_contents(b)
    key = getattr(type(a), "equal_key", None)
    return key is not None and type(b) is type(a) and bool(key(a) == key(b))


def string_contents(x: Any) -> str | None:
    """Return the text of a string, up to its fill pointer; None for anything else."""
    if type(x) is SimpleString:
        return x.text()
    if type(x) is GeneralArray and x.is_string() and (is_base_string(x) or not x.length()):
        return x.text()
    return None


def bit_contents(x: Any) -> bytes | None:
    """Return the bits of a bit vector, up to its fill pointer; None for anything else."""
    if isinstance(x, (SpecializedVector, GeneralArray)) and element_type(x) is BIT:
        if type(x) is SpecializedVector:
            return bytes(x.data)
        if len(x.dimensions) == 1:  # type: ignore[union-attr]
            return bytes(vector_items(x))
    return None


def equalp(a: Any, b: Any) -> bool:
    """Return true if *a* and *b* are EQUAL but for case, number types; arrays, structures, tables by contents."""
    while True:
        if a is b:
            return True
        kind = type(a)
        if kind is Cons:
            if type(b) is not Cons or not equalp(a.car, b.car):
                return False
            a, b = a.cdr, b.cdr
            continue
        if kind is Symbol or a is None:
            return False
        if kind is Char:
            return type(b) is Char and fold(a) == fold(b)
        if kind in NUMBER_TYPES:
            return type(b) in NUMBER_TYPES and bool(a == b)
        if isinstance(a, Array):
            return isinstance(b, Array) and _equalp_arrays(a, b)
        return _equalp_rare(a, b)


def _equalp_arrays(a: Any, b: Any) -> bool:
    if type(a) is SimpleString and type(b) is SimpleString:
        return fold(a.text()) == fold(b.text())
    if active_dimensions(a) != active_dimensions(b):
        return False
    if type(a) is SimpleVector and type(b) is SimpleVector:
        return all(map(equalp, a.data, b.data))
    return all(map(equalp, row_major_items(a), row_major_items(b)))


def _equalp_rare(a: Any, b: Any) -> bool:
    kind = type(a)
    if kind is not type(b):
        return False
    compare = getattr(kind, "equalp_contents", None)
    if compare is not None:
        return bool(compare(a, b))
    info = kind.__dict__.get("_lisp")
    if info is not None and info.structure:
        keys = a.__dict__
        return all(key in b.__dict__ and equalp(value, b.__dict__[key]) for key, value in keys.items())
    return _equal_rare(a, b)
