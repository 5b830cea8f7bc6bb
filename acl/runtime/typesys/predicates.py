"""`typep`: every type specifier becomes a Python predicate, kept for the next time."""

from __future__ import annotations

from collections.abc import Callable
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from acl.clos.base import CLASSES, BuiltInClass, LispClass, find_class, instance_of, metaobject_of
from acl.types.array import (
    Array,
    GeneralArray,
    SimpleVector,
    SpecializedVector,
    dimensions,
    is_base_string,
    is_simple,
    is_simple_string,
    is_string,
)
from acl.types.character import Char
from acl.types.cons import Cons, from_iterable, to_list
from acl.types.equality import eql
from acl.types.number import NUMBER_TYPES, Complex, Ratio, SingleFloat
from acl.types.symbol import KEYWORD, Symbol, T, cl

from .specifiers import STAR, TYPE_EXPANDERS, expand_type, on_type_change, standard_name, unknown_type

Predicate = Callable[[Any], bool]
MOST_POSITIVE_FIXNUM, MOST_NEGATIVE_FIXNUM = (1 << 60) - 1, -(1 << 60)
_REAL_TYPES = frozenset({int, float, SingleFloat, Ratio})
_FLOAT_TYPES = frozenset({float, SingleFloat})
_RATIONAL_TYPES = frozenset({int, Ratio})
_BIT = cl("BIT")
_STANDARD_CHARS = frozenset(map(chr, range(32, 127))) | {"\n"}


def typep(x: Any, spec: Any) -> bool:
    """True if *x* is of the type *spec*."""
    if type(spec) is Symbol:
        predicate = _ATOMIC.get(spec)
        if predicate is not None:
            return predicate(x)
    else:
        known = _COMPOUND.get(id(spec))
        if known is not None:
            return known[1](x)  # type: ignore[no-any-return]
    return type_predicate(spec)(x)


_ATOMIC: dict[Any, Predicate] = {}
_COMPOUND: dict[int, Any] = {}


def type_predicate(spec: Any) -> Predicate:
    """Return the predicate of the type *spec*; an error if it is no type specifier.

    Names of classes and of defined types are looked up when the predicate is called, so that it stays true.
    """
    if type(spec) is Cons:
        known = _COMPOUND.get(id(spec))
        if known is not None:
            return known[1]  # type: ignore[no-any-return]
        predicate = _compound(spec)
        if len(_COMPOUND) > 2000:
            _COMPOUND.clear()
        _COMPOUND[id(spec)] = (spec, predicate)  # the specifier is kept so that its id stays its own
        return predicate
    if spec is None:
        return _never
    if isinstance(spec, LispClass):
        return class_predicate(spec)
    if type(spec) is not Symbol:
        return unknown_type(spec)  # type: ignore[no-any-return]
    named = _ATOMIC.get(spec)
    if named is not None:
        return named
    if spec in TYPE_EXPANDERS:
        return lambda x: typep(x, expand_type(spec))
    cls = find_class(spec, False)
    if cls is None:
        return unknown_type(spec)  # type: ignore[no-any-return]
    if isinstance(cls, BuiltInClass):
        return class_predicate(cls)
    return lambda x: _in_named_class(x, spec)


def _in_named_class(x: Any, name: Symbol) -> bool:
    cls = CLASSES.get(name)
    if cls is None:
        return bool(unknown_type(name))
    return isinstance(x, cls) or instance_of(metaobject_of(x), cls)


def class_predicate(cls: Any) -> Predicate:
    """Return the predicate of a class."""
    name = cls._lisp.name
    if name in _ATOMIC and (CLASSES.get(name) is cls or isinstance(cls, BuiltInClass)):
        return _ATOMIC[name]
    return lambda x: isinstance(x, cls) or instance_of(metaobject_of(x), cls)


on_type_change(_COMPOUND.clear)

# Named types


def _never(x: Any) -> bool:
    return False


def functionp(x: Any) -> bool:
    """True for what can be called as a Lisp function."""
    return isinstance(x, (FunctionType, BuiltinFunctionType, MethodType)) or (
        callable(x) and type(x) is not Symbol and not isinstance(x, type))


def is_vector(x: Any) -> bool:
    """True for an array of one dimension."""
    return isinstance(x, Array) and (type(x) is not GeneralArray or len(x.dimensions) == 1)


def is_bit_vector(x: Any) -> bool:
    """True for a vector of bits."""
    if type(x) is GeneralArray:
        if len(x.dimensions) != 1:
            return False
        x = x.locate()[0]
    return type(x) is SpecializedVector and x.element_type is _BIT


def _is_simple_vector(x: Any) -> bool:
    return type(x) is SimpleVector or (
        type(x) is GeneralArray and len(x.dimensions) == 1 and is_simple(x) and type(x.locate()[0]) is SimpleVector)


def _named() -> dict[str, Predicate]:
    def integer(low: Any, high: Any) -> Predicate:
        return lambda x: type(x) is int and low <= x <= high

    def single(x: Any) -> bool:
        return type(x) is SingleFloat

    def double(x: Any) -> bool:
        return type(x) is float

    def character(x: Any) -> bool:
        return type(x) is Char

    fixnum = integer(MOST_NEGATIVE_FIXNUM, MOST_POSITIVE_FIXNUM)
    return {
        "T": lambda x: True, "ATOM": lambda x: type(x) is not Cons, "CONS": lambda x: type(x) is Cons,
        "LIST": lambda x: x is None or type(x) is Cons, "NULL": lambda x: x is None,
        "SYMBOL": lambda x: type(x) is Symbol or x is None,
        "KEYWORD": lambda x: type(x) is Symbol and x.package is KEYWORD,
        "BOOLEAN": lambda x: x is None or x is T,
        "NUMBER": lambda x: type(x) in NUMBER_TYPES, "REAL": lambda x: type(x) in _REAL_TYPES,
        "RATIONAL": lambda x: type(x) in _RATIONAL_TYPES, "INTEGER": lambda x: type(x) is int,
        "SIGNED-BYTE": lambda x: type(x) is int, "UNSIGNED-BYTE": lambda x: type(x) is int and x >= 0,
        "BIT": integer(0, 1), "FIXNUM": fixnum, "BIGNUM": lambda x: type(x) is int and not fixnum(x),
        "RATIO": lambda x: type(x) is Ratio, "FLOAT": lambda x: type(x) in _FLOAT_TYPES, "SINGLE-FLOAT": single,
        "SHORT-FLOAT": single, "DOUBLE-FLOAT": double, "LONG-FLOAT": double, "COMPLEX": lambda x: type(x) is Complex,
        "CHARACTER": character, "BASE-CHAR": character, "EXTENDED-CHAR": _never,
        "STANDARD-CHAR": lambda x: type(x) is Char and x in _STANDARD_CHARS,
        "FUNCTION": functionp, "COMPILED-FUNCTION": functionp,
        "ARRAY": lambda x: isinstance(x, Array), "SIMPLE-ARRAY": is_simple, "VECTOR": is_vector, "STRING": is_string,
        "SIMPLE-STRING": is_simple_string, "BASE-STRING": is_base_string,
        "SIMPLE-BASE-STRING": lambda x: is_base_string(x) and is_simple(x),
        "SIMPLE-VECTOR": _is_simple_vector, "BIT-VECTOR": is_bit_vector,
        "SIMPLE-BIT-VECTOR": lambda x: is_bit_vector(x) and is_simple(x),
        "SEQUENCE": lambda x: x is None or type(x) is Cons or is_vector(x),
    }


_ATOMIC.update({cl(name): predicate for name, predicate in _named().items()})

# Compound types


def _compound(spec: Any) -> Predicate:
    name = standard_name(spec.car)
    maker = _MAKERS.get(name) if name is not None else None
    if maker is not None:
        args = to_list(spec.cdr)
        try:
            return maker(*args)  # type: ignore[no-any-return]
        except TypeError as problem:
            if "positional argument" not in str(problem):
                raise
            return unknown_type(spec)  # type: ignore[no-any-return]
    if type(spec.car) is Symbol and spec.car in TYPE_EXPANDERS:
        return type_predicate(expand_type(spec))
    return unknown_type(spec)  # type: ignore[no-any-return]


def _and(*specs: Any) -> Predicate:
    parts = [type_predicate(s) for s in specs]
    if len(parts) == 2:
        first, second = parts
        return lambda x: first(x) and second(x)
    return lambda x: all(p(x) for p in parts)


def _or(*specs: Any) -> Predicate:
    parts = [type_predicate(s) for s in specs]
    if len(parts) == 2:
        first, second = parts
        return lambda x: first(x) or second(x)
    return lambda x: any(p(x) for p in parts)


def _not(spec: Any) -> Predicate:
    predicate = type_predicate(spec)
    return lambda x: not predicate(x)


def _member(*objects: Any) -> Predicate:
    if all(o is None or type(o) is Symbol for o in objects):
        members = frozenset(objects)
        return lambda x: (x is None or type(x) is Symbol) and x in members
    return lambda x: any(eql(x, o) for o in objects)


def _eql(object: Any) -> Predicate:
    return lambda x: eql(x, object)


def _satisfies(name: Any) -> Predicate:
    from acl.runtime.functions import coerce_function

    return lambda x: coerce_function(name)(x) is not None


def _values(*specs: Any) -> Predicate:
    return unknown_type(Cons(cl("VALUES"), from_iterable(specs)))  # type: ignore[no-any-return]


def bounded(low: Any, high: Any, fits: Predicate) -> Predicate:
    """Return the predicate of numbers that satisfy *fits* between two bounds (* for none, a list for exclusive)."""
    if low is STAR and high is STAR:
        return fits
    open_low, open_high = type(low) is Cons, type(high) is Cons
    least, most = (low.car if open_low else low), (high.car if open_high else high)
    if high is STAR:
        if open_low:
            return lambda x: fits(x) and x > least
        return lambda x: fits(x) and x >= least
    if low is STAR:
        if open_high:
            return lambda x: fits(x) and x < most
        return lambda x: fits(x) and x <= most
    if not open_low and not open_high:
        return lambda x: fits(x) and least <= x <= most
    return lambda x: fits(x) and (x > least if open_low else x >= least) and (x < most if open_high else x <= most)


def _range(name: str) -> Callable[..., Predicate]:
    fits = _ATOMIC[cl(name)]
    return lambda low=STAR, high=STAR: bounded(low, high, fits)


def _mod(n: Any) -> Predicate:
    return lambda x: type(x) is int and 0 <= x < n


def _unsigned_byte(bits: Any = STAR) -> Predicate:
    if bits is STAR:
        return _ATOMIC[cl("UNSIGNED-BYTE")]
    limit = 1 << bits
    return lambda x: type(x) is int and 0 <= x < limit


def _signed_byte(bits: Any = STAR) -> Predicate:
    if bits is STAR:
        return _ATOMIC[cl("INTEGER")]
    limit = 1 << (bits - 1)
    return lambda x: type(x) is int and -limit <= x < limit


def _complex(part: Any = STAR) -> Predicate:
    if part is STAR:
        return _ATOMIC[cl("COMPLEX")]
    from .algebra import complex_part_types

    kinds = complex_part_types(part)
    return lambda x: type(x) is Complex and type(x.re) in kinds


def _cons(car: Any = STAR, cdr: Any = STAR) -> Predicate:
    first = None if car is STAR or car is T else type_predicate(car)
    rest = None if cdr is STAR or cdr is T else type_predicate(cdr)
    if first is None and rest is None:
        return lambda x: type(x) is Cons
    return lambda x: type(x) is Cons and (first is None or first(x.car)) and (rest is None or rest(x.cdr))


def _function(args: Any = STAR, values: Any = STAR) -> Predicate:
    if args is STAR and values is STAR:
        return functionp
    # Nobody can know the arguments of a function: such a type is for declarations only (CLHS typep).
    return unknown_type(Cons(cl("FUNCTION"), Cons(args, Cons(values, None))))  # type: ignore[no-any-return]


def _array(element: Any = STAR, dims: Any = STAR) -> Predicate:
    return _array_predicate(_ATOMIC[cl("ARRAY")], element, dims)


def _simple_array(element: Any = STAR, dims: Any = STAR) -> Predicate:
    return _array_predicate(is_simple, element, dims)


def _vector(element: Any = STAR, size: Any = STAR) -> Predicate:
    return _array_predicate(is_vector, element, STAR if size is STAR else Cons(size, None))


def _sized(name: str) -> Callable[..., Predicate]:
    fits = _ATOMIC[cl(name)]
    return lambda size=STAR: _array_predicate(fits, STAR, STAR if size is STAR else Cons(size, None))


def _array_predicate(fits: Predicate, element: Any, dims: Any) -> Predicate:
    """Return the predicate of arrays that satisfy *fits*, with an element type and dimensions (* for any)."""
    from acl.runtime.sequencetypes import upgrade
    from acl.types.array import type_of_elements

    wanted = None if element is STAR else upgrade(element)
    shape = None if dims is STAR else [STAR] * dims if type(dims) is int else to_list(dims)

    def test(x: Any) -> bool:
        if not fits(x) or (wanted is not None and type_of_elements(x) is not wanted):
            return False
        if shape is None:
            return True
        actual = dimensions(x)
        return len(actual) == len(shape) and all(s is STAR or s == n for s, n in zip(shape, actual, strict=True))

    return test


_MAKERS: dict[str, Callable[..., Any]] = {
    "AND": _and, "OR": _or, "NOT": _not, "MEMBER": _member, "EQL": _eql, "SATISFIES": _satisfies, "VALUES": _values,
    "MOD": _mod, "UNSIGNED-BYTE": _unsigned_byte, "SIGNED-BYTE": _signed_byte, "COMPLEX": _complex, "CONS": _cons,
    "FUNCTION": _function, "ARRAY": _array, "SIMPLE-ARRAY": _simple_array, "VECTOR": _vector,
    **{n: _range(n) for n in ("INTEGER", "RATIONAL", "REAL", "FLOAT", "SINGLE-FLOAT", "SHORT-FLOAT", "DOUBLE-FLOAT",
                              "LONG-FLOAT")},
    **{n: _sized(n) for n in ("SIMPLE-VECTOR", "STRING", "SIMPLE-STRING", "BASE-STRING", "SIMPLE-BASE-STRING",
                              "BIT-VECTOR", "SIMPLE-BIT-VECTOR")},
}


