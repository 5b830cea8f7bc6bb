"""`subtypep`: types as sets (see `sets`), decided for all of the standard's type specifiers.

A specifier becomes a pair of sets, a lower and an upper bound of the type; they are the same set unless the specifier
contains something that nobody can know (`satisfies`, an unknown name, a function's arguments).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import inf, isfinite
from struct import pack, unpack
from typing import Any, NamedTuple

from acl.clos.base import BuiltInClass, LispClass, find_class
from acl.runtime.sequencetypes import UPGRADED, upgrade
from acl.types.array import CHARACTER_TYPE, ELEMENT_TYPES, NIL_TYPE, Array, dimensions, is_simple, type_of_elements
from acl.types.character import Char
from acl.types.cons import Cons, to_list
from acl.types.equality import eql
from acl.types.number import Complex, Ratio, SingleFloat, need_real
from acl.types.symbol import KEYWORD, Symbol, T, cl

from .sets import (
    Arrays,
    Bits,
    Cuts,
    Instances,
    Mixed,
    Op,
    Products,
    Shapes,
    combine_cuts,
    cuts_hold,
    intersection_op,
    subtract_cuts,
    union_op,
)
from .specifiers import STAR, TYPE_EXPANDERS, expand_type, on_type_change, standard_name

INTEGER, RATIO, SINGLE, DOUBLE, CHARACTER, COMPLEX, SYMBOL, CONS, ARRAY, INSTANCE = range(10)
_ORDERED = 5
"""Regions before this one are ordered: their sets are cuts."""


class LispType:
    """A set of Lisp objects: one set in each region.

    EVERYTHING contains itself, as the type of cars; so it and NOTHING are never taken apart.
    """

    __slots__ = ("regions",)

    def __init__(self, regions: list[Any]) -> None:
        self.regions = regions

    def _combine(self, other: LispType, op: Op) -> LispType:
        return LispType([combine_cuts(a, b, op) if i < _ORDERED else a.combine(b, op)
                         for i, (a, b) in enumerate(zip(self.regions, other.regions, strict=True))])

    def union(self, other: LispType) -> LispType:
        """Return the union."""
        if self is NOTHING or other is EVERYTHING:
            return other
        if other is NOTHING or self is EVERYTHING:
            return self
        return self._combine(other, union_op)

    def intersect(self, other: LispType) -> LispType:
        """Return the intersection."""
        if self is NOTHING or other is EVERYTHING:
            return self
        if other is NOTHING or self is EVERYTHING:
            return other
        return self._combine(other, intersection_op)

    def complement(self) -> LispType:
        """Return the complement."""
        if self is EVERYTHING:
            return NOTHING
        if self is NOTHING:
            return EVERYTHING
        return LispType([subtract_cuts(_FULL_CUTS[i], a) if i < _ORDERED else a.complement()
                         for i, a in enumerate(self.regions)])

    def empty(self) -> bool:
        """True if nothing is in it."""
        return not any(r if i < _ORDERED else not r.empty() for i, r in enumerate(self.regions))

    def inhabited(self) -> bool:
        """True if there is surely something in it; two classes, say, may or may not get a common subclass."""
        return any(r if i < _ORDERED else r.inhabited() if isinstance(r, (Instances, Mixed)) else not r.empty()
                   for i, r in enumerate(self.regions))

    def holds(self, x: Any) -> bool:
        """True if *x* is in it."""
        if self is EVERYTHING:
            return True
        region = region_of(x)
        if region < _ORDERED:
            return cuts_hold(self.regions[region], _cut_before(region, x))
        return bool(self.regions[region].holds_key(_key(x), x))


# Places on the ordered regions


def float_key(x: float, single: bool) -> int:
    """Return the place of a float among all floats of its format in ascending order; -0.0 is just below 0.0."""
    bits: int = unpack("<i", pack("<f", x))[0] if single else unpack("<q", pack("<d", x))[0]
    if bits >= 0:
        return bits
    return -1 - (bits + (1 << (31 if single else 63)))


_FULL_CUTS: tuple[Cuts, ...] = (
    (-inf,), ((-inf, 0),), (float_key(-inf, True), float_key(inf, True) + 1),
    (float_key(-inf, False), float_key(inf, False) + 1), (0, 0x110000))


def _cut_before(region: int, x: Any) -> Any:
    if region == RATIO:
        return (Fraction(x.num, x.den), 0)
    if region == SINGLE or region == DOUBLE:
        return float_key(x, region == SINGLE)
    return ord(x) if region == CHARACTER else x


def _point(region: int, x: Any) -> Cuts:
    cut = _cut_before(region, x)
    return (cut, (cut[0], 1)) if region == RATIO else (cut, cut + 1)


def region_of(x: Any) -> int:
    """Return the region that *x* belongs to."""
    kind = type(x)
    region = _REGION_OF.get(kind)
    if region is not None:
        return region
    return ARRAY if isinstance(x, Array) else INSTANCE


_REGION_OF = {int: INTEGER, Ratio: RATIO, SingleFloat: SINGLE, float: DOUBLE, Char: CHARACTER, Complex: COMPLEX,
              Symbol: SYMBOL, type(None): SYMBOL, Cons: CONS}


def _key(x: Any) -> Any:
    if type(x) is Complex:
        return (type(x.re), repr(x.re), repr(x.im))
    return id(x)


# Sets of the unordered regions

_COMPLEX_ATOMS = frozenset({"RATIONAL", "SINGLE", "DOUBLE"})
_SYMBOL_ATOMS = frozenset({"NULL", "KEYWORD", "OTHER"})
_COMPLEX_PARTS = {"RATIONAL": frozenset({int, Ratio}), "SINGLE": frozenset({SingleFloat}), "DOUBLE": frozenset({float})}


def _complex_atom(x: Any) -> str:
    return "DOUBLE" if type(x.re) is float else "SINGLE" if type(x.re) is SingleFloat else "RATIONAL"


def _symbol_atom(x: Any) -> str:
    return "NULL" if x is None else "KEYWORD" if x.package is KEYWORD else "OTHER"


def _complexes(atoms: Any) -> Mixed:
    return Mixed(Bits(frozenset(atoms), _COMPLEX_ATOMS, _complex_atom), {})


def _symbols(atoms: Any) -> Mixed:
    return Mixed(Bits(frozenset(atoms), _SYMBOL_ATOMS, _symbol_atom), {})


def _classify_array(x: Any) -> tuple[Any, tuple[int, ...]]:
    return (type_of_elements(x), is_simple(x)), dimensions(x)


_NO_SHAPE, _ANY_SHAPE = Shapes(False, {}), Shapes(True, {})


def _arrays(elements: Any = ELEMENT_TYPES, simple: Any = (True, False), shape: Shapes = _ANY_SHAPE) -> Mixed:
    kinds = {(e, s): shape if e in elements and s in simple else _NO_SHAPE
             for e in ELEMENT_TYPES for s in (True, False)}
    return Mixed(Arrays(kinds, _classify_array), {})


def _empty_regions() -> list[Any]:
    return [(), (), (), (), (), _complexes(()), _symbols(()), Mixed(Products(()), {}), _arrays(()),
            Mixed(Instances([]), {})]


def _only(**regions: Any) -> LispType:
    """Return the type with the given regions, named in lower case, and nothing in the others."""
    result = _empty_regions()
    for name, value in regions.items():
        result[globals()[name.upper()]] = value
    return LispType(result)


NOTHING = LispType(_empty_regions())
EVERYTHING = LispType([*_FULL_CUTS, _complexes(_COMPLEX_ATOMS), _symbols(_SYMBOL_ATOMS), Mixed(Products(()), {}),
                       _arrays(), Mixed(Instances([(frozenset(), frozenset())]), {})])
EVERYTHING.regions[CONS] = Mixed(Products(((EVERYTHING, EVERYTHING),)), {})


def single_object(x: Any) -> LispType:
    """Return the type (eql x)."""
    regions = _empty_regions()
    region = region_of(x)
    if region < _ORDERED:
        if isinstance(x, float) and x != x:
            return NOTHING
        regions[region] = _point(region, x)
    elif x is None:
        regions[SYMBOL] = _symbols(["NULL"])
    else:
        regions[region] = Mixed(regions[region].base, {_key(x): (x, True)})
    return LispType(regions)


# Bounds of numeric types


class Bound(NamedTuple):
    """A bound of a numeric type: its value (infinite for *), and whether it is itself outside."""

    value: Any
    exclusive: bool


def _bound(x: Any, missing: float) -> Bound:
    if x is STAR:
        return Bound(missing, False)
    bound = Bound(x.car, True) if type(x) is Cons else Bound(x, False)
    need_real(bound.value)
    return bound


def _exact(x: Any) -> Any:
    """Return a number as an int or Fraction, infinities as they are."""
    if type(x) is Ratio:
        return Fraction(x.num, x.den)
    if isinstance(x, float):
        return Fraction(float(x)) if isfinite(x) else float(x)
    return x


def _integer_cuts(low: Bound, high: Bound) -> Cuts:
    from math import ceil, floor

    a, b = _exact(low.value), _exact(high.value)
    start = a if a == -inf else inf if a == inf else ceil(a) + (1 if low.exclusive and ceil(a) == a else 0)
    end = b if abs(b) == inf else floor(b) - (1 if high.exclusive and floor(b) == b else 0)
    return _interval(start, end if end == inf else end + 1)


def _ratio_cuts(low: Bound, high: Bound) -> Cuts:
    a, b = _exact(low.value), _exact(high.value)

    def cut(x: Any, after: int) -> Any:
        # No ratio is an integer, so there the two sides of a point are the same place.
        if isinstance(x, float) or x == int(x):
            return (x, 0)
        return (Fraction(x), after)

    return _interval(cut(a, 1 if low.exclusive else 0), None if b == inf else cut(b, 0 if high.exclusive else 1))


def _interval(start: Any, end: Any) -> Cuts:
    if end is None or end == inf:
        return (start,)
    return (start, end) if start < end else ()


def _float_cuts(low: Bound, high: Bound, single: bool) -> Cuts:
    start = _float_place(low, single, 1)
    end = _float_place(high, single, 0)
    full = _FULL_CUTS[SINGLE if single else DOUBLE]
    return _interval(max(start, full[0]), min(end, full[1]))


def _float_place(bound: Bound, single: bool, lower: int) -> int:
    """Return the cut that a bound makes among the floats of a format."""
    value = _exact(bound.value)
    if isinstance(value, float):  # an infinity; written as a bound it may be exclusive
        key = float_key(value, single)
        if lower:
            return key + 1 if bound.exclusive and bound.value is not STAR else key
        return key if bound.exclusive else key + 1
    nearest = _nearest(value, single)
    exact = Fraction(nearest) if isfinite(nearest) else nearest
    if exact == value and value != 0:
        key = float_key(nearest, single)
        inside_from, outside_from = key, key + 1
    elif value == 0:  # both zeros are equal to the bound
        inside_from, outside_from = -1, 1
    else:
        key = float_key(nearest, single)
        return key if exact > value else key + 1
    if lower:
        return outside_from if bound.exclusive else inside_from
    return inside_from if bound.exclusive else outside_from


def _nearest(value: Any, single: bool) -> float:
    try:
        x = float(value)
        return float(unpack("<f", pack("<f", x))[0]) if single else x
    except OverflowError:
        return inf if value > 0 else -inf


def _numeric(regions: tuple[int, ...], low: Any, high: Any) -> LispType:
    bottom, top = _bound(low, -inf), _bound(high, inf)
    result = _empty_regions()
    for region in regions:
        if region == INTEGER:
            result[region] = _integer_cuts(bottom, top)
        elif region == RATIO:
            result[region] = _ratio_cuts(bottom, top)
        else:
            result[region] = _float_cuts(bottom, top, region == SINGLE)
    return LispType(result)


_NUMERIC = {"INTEGER": (INTEGER,), "RATIONAL": (INTEGER, RATIO), "REAL": (INTEGER, RATIO, SINGLE, DOUBLE),
            "FLOAT": (SINGLE, DOUBLE), "SINGLE-FLOAT": (SINGLE,), "SHORT-FLOAT": (SINGLE,), "DOUBLE-FLOAT": (DOUBLE,),
            "LONG-FLOAT": (DOUBLE,), "RATIO": (RATIO,)}

# Specifiers to types


class Approximation(NamedTuple):
    """Bounds of a type: everything in `lower` is of it, nothing outside `upper` is."""

    lower: LispType
    upper: LispType


def _exactly(x: LispType) -> Approximation:
    return Approximation(x, x)


_UNKNOWN = Approximation(NOTHING, EVERYTHING)
_cache: dict[Any, Approximation] = {}
on_type_change(_cache.clear)
on_type_change(UPGRADED.clear)


def parse(spec: Any) -> Approximation:
    """Return what *spec* means."""
    spec = expand_type(spec)
    if spec is None:
        return _exactly(NOTHING)
    if isinstance(spec, LispClass):
        return _exactly(_class_type(spec))
    name = standard_name(spec)
    if name is not None:
        found = _cache.get(name)
        if found is None:
            named = _named_type(name)
            if named is None:
                return _by_class(spec)
            found = _cache[name] = _exactly(named)
        return found
    if type(spec) is Symbol:
        return _by_class(spec)
    if type(spec) is Cons:
        maker = _COMPOUND.get(standard_name(spec.car) or "")
        if maker is not None:
            try:
                return maker(*to_list(spec.cdr))
            except TypeError as problem:
                if "positional argument" not in str(problem):
                    raise
    from .specifiers import unknown_type

    unknown_type(spec)
    raise AssertionError


def _by_class(name: Any) -> Approximation:
    cls = find_class(name, False)
    return _UNKNOWN if cls is None else _exactly(_class_type(cls))


def _class_type(cls: Any) -> LispType:
    name = standard_name(cls._lisp.name)
    if name is not None and find_class(cls._lisp.name, False) is cls:
        named = _named_type(name)
        if named is not None:
            return named
    return _instances(cls)


def _instances(cls: Any) -> LispType:
    return _only(instance=Mixed(Instances([(frozenset([cls]), frozenset())]), {}))


_VECTOR_SHAPE = Shapes(False, {1: (((0,),),)})


_STRING_ELEMENTS = (CHARACTER_TYPE, NIL_TYPE)
"""Strings are the vectors whose element type is a subtype of CHARACTER, and NIL is one."""


def _vector_elements(name: str) -> Any:
    """Return the element types of the vectors that *name* says: T, BIT, BASE-CHAR, or CHARACTER for all strings."""
    return _STRING_ELEMENTS if name == "CHARACTER" else (upgrade(cl(name)),)


def _named_type(name: str) -> LispType | None:
    """Return the type that COMMON-LISP's symbol *name* names, None if it can only be a class."""
    if name in _NUMERIC:
        return _numeric(_NUMERIC[name], STAR, STAR)
    maker = _NAMED.get(name)
    return maker() if maker is not None else None


def _vector(element: str | None = None, simple: Any = (True, False)) -> LispType:
    return _only(array=_arrays(ELEMENT_TYPES if element is None else _vector_elements(element), simple, _VECTOR_SHAPE))


def _integers(low: Any, high: Any) -> LispType:
    return _only(integer=_interval(low, high + 1))


def _list_type() -> LispType:
    return _only(symbol=_symbols(["NULL"]), cons=EVERYTHING.regions[CONS])


def _characters(*ranges: int) -> LispType:
    return _only(character=tuple(ranges))


_FIXNUM = (1 << 60)
_NAMED: dict[str, Callable[[], LispType]] = {
    "T": lambda: EVERYTHING, "NIL": lambda: NOTHING,
    "ATOM": lambda: _only(cons=EVERYTHING.regions[CONS]).complement(),
    "CONS": lambda: _only(cons=EVERYTHING.regions[CONS]), "LIST": _list_type,
    "NULL": lambda: _only(symbol=_symbols(["NULL"])), "SYMBOL": lambda: _only(symbol=_symbols(_SYMBOL_ATOMS)),
    "KEYWORD": lambda: _only(symbol=_symbols(["KEYWORD"])),
    "BOOLEAN": lambda: single_object(None).union(single_object(T)),
    "NUMBER": lambda: _numeric(_NUMERIC["REAL"], STAR, STAR).union(_only(complex=_complexes(_COMPLEX_ATOMS))),
    "COMPLEX": lambda: _only(complex=_complexes(_COMPLEX_ATOMS)),
    "SIGNED-BYTE": lambda: _numeric((INTEGER,), STAR, STAR), "UNSIGNED-BYTE": lambda: _numeric((INTEGER,), 0, STAR),
    "BIT": lambda: _integers(0, 1), "FIXNUM": lambda: _integers(-_FIXNUM, _FIXNUM - 1),
    "BIGNUM": lambda: _only(integer=subtract_cuts((-inf,), (-_FIXNUM, _FIXNUM))),
    "CHARACTER": lambda: _characters(0, 0x110000), "BASE-CHAR": lambda: _characters(0, 0x110000),
    "STANDARD-CHAR": lambda: _characters(10, 11, 32, 127), "EXTENDED-CHAR": lambda: NOTHING,
    "FUNCTION": lambda: _instances(find_class("FUNCTION")),
    "COMPILED-FUNCTION": lambda: _instances(find_class("FUNCTION")),
    "ARRAY": lambda: _only(array=_arrays()), "SIMPLE-ARRAY": lambda: _only(array=_arrays(simple=(True,))),
    "VECTOR": _vector, "STRING": lambda: _vector("CHARACTER"), "BASE-STRING": lambda: _vector("BASE-CHAR"),
    "SIMPLE-STRING": lambda: _vector("CHARACTER", (True,)),
    "SIMPLE-BASE-STRING": lambda: _vector("BASE-CHAR", (True,)), "SIMPLE-VECTOR": lambda: _vector("T", (True,)),
    "BIT-VECTOR": lambda: _vector("BIT"), "SIMPLE-BIT-VECTOR": lambda: _vector("BIT", (True,)),
    "SEQUENCE": lambda: _list_type().union(_vector()),
}


def _or(*specs: Any) -> Approximation:
    lower = upper = NOTHING
    for part in map(parse, specs):
        lower, upper = lower.union(part.lower), upper.union(part.upper)
    return Approximation(lower, upper)


def _and(*specs: Any) -> Approximation:
    lower = upper = EVERYTHING
    for part in map(parse, specs):
        lower, upper = lower.intersect(part.lower), upper.intersect(part.upper)
    return Approximation(lower, upper)


def _not(spec: Any) -> Approximation:
    part = parse(spec)
    return Approximation(part.upper.complement(), part.lower.complement())


def _member(*objects: Any) -> Approximation:
    result = NOTHING
    for x in objects:
        result = result.union(single_object(x))
    return _exactly(result)


def _satisfies(name: Any) -> Approximation:
    """Return the type that a standard predicate tests for; nothing is known of other predicates."""
    known = standard_name(name)
    spec = _PREDICATES.get(known) if known is not None else None
    return parse(cl(spec)) if spec is not None else _UNKNOWN


_PREDICATES = {"CONSP": "CONS", "LISTP": "LIST", "SYMBOLP": "SYMBOL", "KEYWORDP": "KEYWORD", "NULL": "NULL",
               "ATOM": "ATOM", "NUMBERP": "NUMBER", "INTEGERP": "INTEGER", "REALP": "REAL", "RATIONALP": "RATIONAL",
               "FLOATP": "FLOAT", "COMPLEXP": "COMPLEX", "CHARACTERP": "CHARACTER", "STRINGP": "STRING",
               "ARRAYP": "ARRAY", "VECTORP": "VECTOR", "FUNCTIONP": "FUNCTION", "STREAMP": "STREAM",
               "PACKAGEP": "PACKAGE", "PATHNAMEP": "PATHNAME", "HASH-TABLE-P": "HASH-TABLE"}


def _range(name: str) -> Callable[..., Approximation]:
    return lambda low=STAR, high=STAR: _exactly(_numeric(_NUMERIC[name], low, high))


def _byte(signed: bool) -> Callable[..., Approximation]:
    def make(bits: Any = STAR) -> Approximation:
        if bits is STAR:
            return parse(cl("SIGNED-BYTE" if signed else "UNSIGNED-BYTE"))
        limit = 1 << (bits - 1 if signed else bits)
        return _exactly(_integers(-limit if signed else 0, limit - 1))

    return make


def complex_part_types(spec: Any) -> frozenset[type]:
    """Return the Python types of the parts of complex numbers of the type (complex spec)."""
    kinds: frozenset[type] = frozenset()
    for atom in _complex_atoms(spec):
        kinds |= _COMPLEX_PARTS[atom]
    return kinds


def _complex_atoms(spec: Any) -> frozenset[str]:
    """Return the kinds of complex numbers whose upgraded part type is that of *spec*."""
    regions = parse(spec).upper.regions
    atoms = set()
    if regions[INTEGER] or regions[RATIO]:
        atoms.add("RATIONAL")
    if regions[SINGLE]:
        atoms.add("SINGLE")
    if regions[DOUBLE]:
        atoms.add("DOUBLE")
    return frozenset(atoms)


def _complex(part: Any = STAR) -> Approximation:
    return _exactly(_only(complex=_complexes(_COMPLEX_ATOMS if part is STAR else _complex_atoms(part))))


def _cons(car: Any = STAR, cdr: Any = STAR) -> Approximation:
    first = _exactly(EVERYTHING) if car is STAR else parse(car)
    rest = _exactly(EVERYTHING) if cdr is STAR else parse(cdr)
    bounds = [_only(cons=Mixed(Products(((a, b),)), {})) for a, b in zip(first, rest, strict=True)]
    return Approximation(*bounds)


def _array(simple: Any) -> Callable[..., Approximation]:
    def make(element: Any = STAR, dims: Any = STAR) -> Approximation:
        return _exactly(_only(array=_arrays(_elements(element), simple, _shape(dims))))

    return make


def _elements(element: Any) -> Any:
    return ELEMENT_TYPES if element is STAR else (upgrade(element),)


def _shape(dims: Any) -> Shapes:
    if dims is STAR:
        return _ANY_SHAPE
    sizes = [STAR] * dims if type(dims) is int else to_list(dims)
    return Shapes(False, {len(sizes): (tuple((0,) if n is STAR else (n, n + 1) for n in sizes),)})


def _vector_of(element: Any = STAR, size: Any = STAR) -> Approximation:
    return _exactly(_only(array=_arrays(_elements(element), (True, False), _shape(Cons(size, None)))))


def _sized(element: str, simple: Any) -> Callable[..., Approximation]:
    return lambda size=STAR: _exactly(_only(array=_arrays(_vector_elements(element), simple, _shape(Cons(size, None)))))


def _function(args: Any = STAR, values: Any = STAR) -> Approximation:
    whole = parse(cl("FUNCTION"))
    if args is STAR and (values is STAR or values is T):
        return whole
    return Approximation(NOTHING, whole.upper)


_BOTH = (True, False)
_COMPOUND: dict[str, Callable[..., Approximation]] = {
    "OR": _or, "AND": _and, "NOT": _not, "MEMBER": _member, "EQL": _member, "SATISFIES": _satisfies,
    "COMPLEX": _complex, "CONS": _cons, "ARRAY": _array(_BOTH), "SIMPLE-ARRAY": _array((True,)), "VECTOR": _vector_of,
    "STRING": _sized("CHARACTER", _BOTH), "BASE-STRING": _sized("BASE-CHAR", _BOTH),
    "SIMPLE-STRING": _sized("CHARACTER", (True,)), "SIMPLE-BASE-STRING": _sized("BASE-CHAR", (True,)),
    "BIT-VECTOR": _sized("BIT", _BOTH), "SIMPLE-BIT-VECTOR": _sized("BIT", (True,)),
    "SIMPLE-VECTOR": _sized("T", (True,)), "FUNCTION": _function, "MOD": lambda n: _exactly(_integers(0, n - 1)),
    "SIGNED-BYTE": _byte(True), "UNSIGNED-BYTE": _byte(False),
    "VALUES": lambda *specs: _UNKNOWN,
    **{name: _range(name) for name in _NUMERIC},
}


def same_form(a: Any, b: Any) -> bool:
    """True if two specifiers are the same list structure of the same atoms; the objects of EQL and MEMBER are atoms."""
    objects = type(a) is Cons and standard_name(a.car) in ("EQL", "MEMBER")
    while type(a) is Cons and type(b) is Cons:
        if not (eql(a.car, b.car) if objects else same_form(a.car, b.car)):
            return False
        a, b = a.cdr, b.cdr
    return eql(a, b)


def subtypep(a: Any, b: Any) -> tuple[bool, bool]:
    """Return whether *a* is a subtype of *b*, and whether that is certain."""
    if a is b or b is T or same_form(a, b):
        return True, True
    if isinstance(a, type) and isinstance(b, type) and not isinstance(a, BuiltInClass) and issubclass(a, b):
        return True, True
    x, y = parse(a), parse(b)
    if x.upper.intersect(y.lower.complement()).empty():
        return True, True
    return False, x.lower.intersect(y.upper.complement()).inhabited()


def known(spec: Any) -> bool:
    """True if *spec* is a type that the system knows."""
    return type(spec) is not Symbol or spec in TYPE_EXPANDERS or parse(spec) is not _UNKNOWN



