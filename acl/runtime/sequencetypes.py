"""Type specifiers of arrays' elements and of sequences, made into what can be built."""

from __future__ import annotations

from typing import Any

from acl.types.array import (
    BIT_TYPE,
    CHARACTER_TYPE,
    DOUBLE_TYPE,
    FIXNUM_TYPE,
    NIL_TYPE,
    OBJECT_TYPE,
    SIGNED,
    SINGLE_TYPE,
    UNSIGNED,
    ElementType,
    type_error,
)
from acl.types.cons import Cons, from_iterable, lisp_list, to_list
from acl.types.symbol import SYSTEM, Symbol, T, cl

STAR = cl("*")
_NAMED: dict[str, ElementType] = {
    "T": OBJECT_TYPE, "CHARACTER": CHARACTER_TYPE, "BASE-CHAR": CHARACTER_TYPE, "STANDARD-CHAR": CHARACTER_TYPE,
    "EXTENDED-CHAR": CHARACTER_TYPE, "BIT": BIT_TYPE, "FIXNUM": FIXNUM_TYPE, "SINGLE-FLOAT": SINGLE_TYPE,
    "SHORT-FLOAT": SINGLE_TYPE, "DOUBLE-FLOAT": DOUBLE_TYPE, "LONG-FLOAT": DOUBLE_TYPE, "*": OBJECT_TYPE,
}
_INTEGER_TYPES = (BIT_TYPE, UNSIGNED[8], SIGNED[8], UNSIGNED[16], SIGNED[16], UNSIGNED[32], SIGNED[32], FIXNUM_TYPE,
                  UNSIGNED[64], SIGNED[64])
"""Smallest first: an integer type is upgraded to the first that holds it."""


def upgrade(spec: Any) -> ElementType:
    """Return the element type that an array made with this :ELEMENT-TYPE has."""
    if spec is T:
        return OBJECT_TYPE
    if spec is None:
        return NIL_TYPE
    spec = type_name(spec)
    if type(spec) is Symbol and spec.package is T.package:
        found = _NAMED.get(spec.name)
        if found is not None:
            return found
    bounds = _integer_bounds(spec)
    if bounds is not None:
        return next((t for t in _INTEGER_TYPES if t.low <= bounds[0] and bounds[1] <= t.high), OBJECT_TYPE)
    return _upgrade_other(spec)


UPGRADED: dict[Symbol, ElementType] = {}
"""Of types that programs have defined, until one is defined anew (see `define_type`)."""


def _upgrade_other(spec: Any) -> ElementType:
    """Upgrade a defined type, or one that the type system has to be asked about."""
    found = UPGRADED.get(spec) if type(spec) is Symbol else None
    if found is None:
        from acl.runtime.typesys import expand_type

        expansion = expand_type(spec)
        found = _upgrade_by_subtypes(spec) if expansion is spec else upgrade(expansion)
        if type(spec) is Symbol:
            UPGRADED[spec] = found
    return found


def type_name(spec: Any) -> Any:
    """Return *spec*, of a class its name."""
    info = getattr(spec, "_lisp", None) if isinstance(spec, type) else None
    return info.name if info is not None else spec


def _integer_bounds(spec: Any) -> tuple[Any, Any] | None:
    """Return the bounds of a bounded integer type; infinities if it has none; None for other types."""
    if type(spec) is not Cons or type(spec.car) is not Symbol:
        return None
    name, args = spec.car.name, to_list(spec.cdr)
    n = args[0] if args else STAR
    if name == "MOD" and type(n) is int:
        return 0, n - 1
    if name == "UNSIGNED-BYTE" and type(n) is int:
        return 0, (1 << n) - 1
    if name == "SIGNED-BYTE" and type(n) is int:
        return -1 << (n - 1), (1 << (n - 1)) - 1
    if name == "INTEGER" and len(args) == 2:
        return _bound(args[0], 1, float("-inf")), _bound(args[1], -1, float("inf"))
    return None


def _bound(x: Any, step: int, infinity: float) -> Any:
    if x is STAR:
        return infinity
    return x.car + step if type(x) is Cons else x


def _upgrade_by_subtypes(spec: Any) -> ElementType:
    from acl.runtime.typesys import subtypep

    if _is_subtype(subtypep, spec, None):
        return NIL_TYPE
    for candidate in (CHARACTER_TYPE, *_INTEGER_TYPES, SINGLE_TYPE, DOUBLE_TYPE):
        if _is_subtype(subtypep, spec, candidate.spec):
            return candidate
    return OBJECT_TYPE


def _is_subtype(subtypep: Any, a: Any, b: Any) -> bool:
    result = subtypep(a, b)
    return bool(result[0]) if isinstance(result, tuple) else bool(result)


class SequenceType:
    """A type of sequences: lists if `elements` is None, else vectors; `least` and `most` bound the length."""

    __slots__ = ("elements", "exact", "least", "most", "spec")

    def __init__(self, spec: Any, elements: ElementType | None, least: int = 0, most: int | None = None,
                 exact: bool = True) -> None:
        self.spec = spec
        self.elements = elements
        self.least = least
        self.most = most
        self.exact = exact


def _simple_types() -> dict[str, SequenceType]:
    vectors = {"VECTOR": OBJECT_TYPE, "SIMPLE-VECTOR": OBJECT_TYPE, "ARRAY": OBJECT_TYPE, "SIMPLE-ARRAY": OBJECT_TYPE,
               "STRING": CHARACTER_TYPE, "SIMPLE-STRING": CHARACTER_TYPE, "BASE-STRING": CHARACTER_TYPE,
               "SIMPLE-BASE-STRING": CHARACTER_TYPE, "BIT-VECTOR": BIT_TYPE, "SIMPLE-BIT-VECTOR": BIT_TYPE}
    table = {name: SequenceType(cl(name), elements) for name, elements in vectors.items()}
    table["LIST"] = SequenceType(cl("LIST"), None)
    table["CONS"] = SequenceType(cl("CONS"), None, 1)
    table["NULL"] = SequenceType(cl("NULL"), None, 0, 0)
    return table


_SIMPLE = _simple_types()


def plain_sequence_type(spec: Any) -> SequenceType | None:
    """Return the sequence type that a symbol of the standard names, None for any other type specifier."""
    return _SIMPLE.get(spec.name) if type(spec) is Symbol and spec.package is T.package else None


def sequence_type(spec: Any) -> SequenceType:
    """Return the sequence type named by a type specifier; `type-error` if it names none."""
    found = find_sequence_type(spec)
    if found is None:
        type_error(spec, lisp_list(cl("SATISFIES"), SYSTEM.intern("SEQUENCE-TYPE-P")))
    return found


def find_sequence_type(spec: Any) -> SequenceType | None:
    """Return the sequence type named by a type specifier, None if it names none, or vectors of several types."""
    name = type_name(spec)
    if type(name) is Symbol:
        found = _SIMPLE.get(name.name) if name.package is T.package else None
        return found if found is not None else _expanded(spec, name)
    if type(name) is Cons and type(name.car) is Symbol:
        return _compound(name)
    return None


def _compound(spec: Any) -> SequenceType | None:
    name, args = spec.car.name, to_list(spec.cdr)
    if name in ("VECTOR", "ARRAY", "SIMPLE-ARRAY"):
        elements = OBJECT_TYPE if not args or args[0] is STAR else upgrade(args[0])
        lengths = _length_of(args[1] if len(args) > 1 else STAR, name)
    elif name in _SIMPLE and name not in ("LIST", "CONS", "NULL"):
        elements = _SIMPLE[name].elements  # type: ignore[assignment]
        lengths = _length_of(args[0] if args else STAR, "VECTOR")
    elif name == "CONS":
        return SequenceType(spec, None, 1, None, False)
    else:
        return _expanded(spec, spec)
    return SequenceType(spec, elements, *lengths) if lengths is not None else None


def _length_of(size: Any, name: str) -> tuple[int, int | None] | None:
    """Return the least and greatest length that a dimension says; None if it is not that of a vector."""
    if name != "VECTOR" and size is not STAR:
        if type(size) is int and size == 1:
            return 0, None
        if type(size) is not Cons or size.cdr is not None:
            return None
        size = size.car
    return (0, None) if size is STAR else (size, size)


def _expanded(spec: Any, name: Any) -> SequenceType | None:
    """Handle a defined type, and unions and the like, by asking the type system."""
    from acl.runtime.typesys import expand_type, subtypep

    expansion = expand_type(name)
    if expansion is not name:
        return find_sequence_type(expansion)
    if type(name) is Cons and name.car is cl("OR"):
        parts = [find_sequence_type(part) for part in to_list(name.cdr) if part is not None]
        elements = {part.elements if part is not None else None for part in parts}
        if None in parts or len(elements) != 1:  # 17.3: an error, since the element type cannot be determined
            return None
        return SequenceType(spec, elements.pop(), 0, None, False)
    for kind in ("LIST", "STRING", "BIT-VECTOR", "VECTOR"):
        if name is not None and _is_subtype(subtypep, name, cl(kind)):
            return SequenceType(spec, _SIMPLE[kind].elements, 0, None, False)
    return None


def make_sequence_of(wanted: SequenceType, items: list[Any]) -> Any:
    """Return a fresh sequence of type *wanted* of *items* (a list not used again); `type-error` if they do not fit."""
    elements = wanted.elements
    size = len(items)
    if elements is None:
        result = from_iterable(items)
    else:
        result = elements.make(items)
    if size < wanted.least or (wanted.most is not None and size > wanted.most):
        type_error(result, wanted.spec)
    if not wanted.exact:
        from acl.runtime.typesys import typep

        if not typep(result, wanted.spec):
            type_error(result, wanted.spec)
    return result


def coerce_sequence(x: Any, spec: Any) -> Any:
    """Return the sequence *x* as one of the type *spec*, for `coerce`; the caller knows that it is not one yet."""
    from acl.types.sequence import all_items

    return make_sequence_of(sequence_type(spec), all_items(x))
