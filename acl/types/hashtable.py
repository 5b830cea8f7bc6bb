"""Hash tables over Python dicts.

`data` maps the *normal form* of a key to the value: an object for which Python's `==` and `hash` are what the
table's test demands.  Of symbols, integers and most objects that is the key itself; of a string in an EQUAL table
its text; of floats, conses and whatever else Python would confuse, a tuple, since no Lisp object is one.
`wrap[type(key)]` is the function that makes the normal form, or None if it is the key.  `originals` keeps the
keys whose normal form is another object.

Plain tables are of the class `HashTable` itself, so that `type(x) is HashTable` admits the short way for symbols
and integers.  Tables with a user's test or with weak references are of subclasses.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from typing import Any

from .array import Array, GeneralArray, SimpleString, SpecializedVector, active_dimensions, row_major_items
from .base import LispObject
from .casing import downcase as fold
from .character import Char
from .cons import Cons
from .equality import bit_contents, string_contents
from .number import Complex, Ratio, SingleFloat
from .symbol import Symbol

Wrap = Callable[[Any], Any]


class _Identity:
    """The normal form of a Python object that hashes by its contents or not at all."""

    __slots__ = ("object",)

    def __init__(self, object: Any) -> None:
        self.object = object

    def __hash__(self) -> int:
        return id(self.object)

    def __eq__(self, other: Any) -> bool:
        return type(other) is _Identity and other.object is self.object


def _float_key(x: Any) -> Any:
    return type(x), float.__repr__(x)


def _ratio_key(x: Any) -> Any:
    return Ratio, x.num, x.den


def _complex_key(x: Any) -> Any:
    return Complex, eql_key(x.re), eql_key(x.im)


class _Wraps(dict[type, Any]):
    """For each type of key the function that makes its normal form; what is not in the table is found out once."""

    def __init__(self, find: Callable[[type], Wrap | None]) -> None:
        self.find = find
        self.update({int: None, Symbol: None, type(None): None})

    def __missing__(self, kind: type) -> Wrap | None:
        wrap = self[kind] = self.find(kind)
        return wrap


def _eql_wrap(kind: type) -> Wrap | None:
    if kind is float or kind is SingleFloat:
        return _float_key
    if kind is Ratio:
        return _ratio_key
    if kind is Complex:
        return _complex_key
    if issubclass(kind, LispObject) or kind.__hash__ is object.__hash__:
        return None
    return _Identity


def _text_or_identity(x: Any) -> Any:
    text = string_contents(x)
    if text is not None:
        return text
    bits = bit_contents(x)
    return x if bits is None else (SpecializedVector, bits)


def _character_key(x: Any) -> Any:
    return Char, x


def _equal_wrap(kind: type) -> Wrap | None:
    if kind is SimpleString:
        return TEXT
    if kind is Cons:
        return _cons_wrap(EQUAL_WRAPS)
    if kind is GeneralArray or kind is SpecializedVector:
        return _text_or_identity
    if kind is Char:
        return _character_key
    equal_key = getattr(kind, "equal_key", None)
    if equal_key is not None:
        return lambda x: (kind, equal_key(x))
    return _eql_wrap(kind)


TEXT = SimpleString.text
"""The function that makes the normal form of a string in an EQUAL table; who is in a hurry writes it in."""


def _cons_wrap(wraps: _Wraps) -> Wrap:
    def key(x: Any) -> Any:
        parts: list[Any] = [Cons]
        while type(x) is Cons:
            item = x.car
            if type(item) is int or type(item) is Symbol:
                parts.append(item)
            else:
                wrap = wraps[type(item)]
                parts.append(item if wrap is None else wrap(item))
            x = x.cdr
        if x is not None:
            wrap = wraps[type(x)]
            x = x if wrap is None else wrap(x)
        parts.append(x)
        return tuple(parts)

    return key


def _equalp_number(x: Any) -> Any:
    """Return one form for all numbers that are `=`."""
    if type(x) is Complex:
        return _equalp_number(x.re) if x.im == 0 else (Complex, _equalp_number(x.re), _equalp_number(x.im))
    if type(x) is Ratio:
        return Ratio, x.num, x.den
    if x - x != 0:  # an infinity or not a number
        return float, float.__repr__(x)
    num, den = x.as_integer_ratio()
    return num if den == 1 else (Ratio, num, den)


def _equalp_array(x: Any) -> Any:
    """Return the folded text for a vector of characters, whatever its type, else the normal forms of the elements."""
    text = string_contents(x)
    if text is not None:
        return fold(text)
    items = row_major_items(x)
    if type(x) is not GeneralArray or len(x.dimensions) == 1:
        if all(type(item) is Char for item in items):
            return fold("".join(items))
    return Array, active_dimensions(x), tuple([equalp_key(item) for item in items])


class _TableKey:
    """Stands for a hash table, which may contain itself, among keys that are compared by EQUALP."""

    __slots__ = ("table",)

    def __init__(self, table: HashTable) -> None:
        self.table = table

    def __hash__(self) -> int:
        return hash(self.table.test)  # what is in it may change

    def __eq__(self, other: object) -> bool:
        from .equality import equalp

        return isinstance(other, _TableKey) and equalp(self.table, other.table)


def _equalp_wrap(kind: type) -> Wrap | None:
    if kind in (float, SingleFloat, Ratio, Complex):
        return _equalp_number
    if kind is Char:
        return lambda x: (Char, fold(x))
    if kind is Cons:
        return _cons_wrap(EQUALP_WRAPS)
    if kind is SimpleString:
        return lambda x: fold(x.text())
    if issubclass(kind, Array):
        return _equalp_array
    if issubclass(kind, HashTable):
        return _TableKey
    info = kind.__dict__.get("_lisp")
    if info is not None and info.structure:
        return lambda x: (kind, tuple([(name, equalp_key(value)) for name, value in sorted(x.__dict__.items())]))
    return _equal_wrap(kind)


EQL_WRAPS = _Wraps(_eql_wrap)
EQUAL_WRAPS = _Wraps(_equal_wrap)
EQUALP_WRAPS = _Wraps(_equalp_wrap)


def eql_key(x: Any) -> Any:
    """Return the normal form of *x* under EQL."""
    wrap = EQL_WRAPS[type(x)]
    return x if wrap is None else wrap(x)


def equal_key(x: Any) -> Any:
    """Return the normal form of *x* under EQUAL: equal objects have equal (and hashable) forms."""
    wrap = EQUAL_WRAPS[type(x)]
    return x if wrap is None else wrap(x)


def equalp_key(x: Any) -> Any:
    """Return the normal form of *x* under EQUALP."""
    wrap = EQUALP_WRAPS[type(x)]
    return x if wrap is None else wrap(x)


WRAPS = {"EQ": EQL_WRAPS, "EQL": EQL_WRAPS, "EQUAL": EQUAL_WRAPS, "EQUALP": EQUALP_WRAPS}
"""By name of the test; numbers are compared by EQL in EQ tables too."""


class HashTable(LispObject):
    """A hash table.  `test` is the symbol EQ, EQL, EQUAL or EQUALP, or a user's function (in a subclass)."""

    __slots__ = ("__weakref__", "data", "originals", "rehash_size", "rehash_threshold", "size", "test", "wrap")
    lisp_class = "HASH-TABLE"
    weak_keys = False
    values: Any = True

    def __init__(self, test: Symbol, wrap: Any = None) -> None:
        self.data: dict[Any, Any] = {}
        self.originals: dict[Any, Any] = {}
        self.wrap = WRAPS[test.name] if wrap is None else wrap
        self.test: Any = test
        self.size: int = 0
        self.rehash_size: Any = 1.5
        self.rehash_threshold: Any = 0.75

    def normal(self, key: Any) -> Any:
        """Return the normal form of *key*."""
        wrap = self.wrap[type(key)]
        return key if wrap is None else wrap(key)

    def get(self, key: Any, default: Any = None) -> Any:
        """Return the value of *key*, *default* if it has none."""
        return self.data.get(self.normal(key), default)

    def put(self, key: Any, value: Any) -> None:
        """Make *value* the value of *key*."""
        normal = self.normal(key)
        if normal is not key and normal not in self.data:
            self.originals[normal] = key
        self.data[normal] = value

    def remove(self, key: Any) -> bool:
        """Remove the entry of *key*; return whether there was one."""
        normal = self.normal(key)
        if normal not in self.data:
            return False
        del self.data[normal]
        self.originals.pop(normal, None)
        return True

    def clear(self) -> None:
        """Remove all entries."""
        self.data.clear()
        self.originals.clear()

    def count(self) -> int:
        """Return the number of entries."""
        return len(self.data)

    def entries(self) -> Iterator[tuple[Any, Any]]:
        """Yield key and value of the entries there are now, skipping those removed meanwhile."""
        data, originals = self.data, self.originals
        for normal in list(data):
            if normal in data:
                yield originals.get(normal, normal), data[normal]

    def equalp_contents(self, other: HashTable) -> bool:
        """Return true if both tables have the same test, and EQUALP values for the same keys."""
        from .equality import equalp

        missing = object()
        if self.test is not other.test or self.count() != other.count():
            return False
        return all((found := other.get(key, missing)) is not missing and equalp(value, found)
                   for key, value in self.entries())


class _UserKey:
    """A key under a test that is not one of the four."""

    __slots__ = ("hash", "key", "test")

    def __init__(self, key: Any, hash: int, test: Callable[[Any, Any], Any]) -> None:
        self.key = key
        self.hash = hash
        self.test = test

    def __hash__(self) -> int:
        return self.hash

    def __eq__(self, other: Any) -> bool:
        return bool(self.test(other.key, self.key))


class _Always:
    """A table of wraps that has the same one for all types."""

    __slots__ = ("wrap",)

    def __init__(self, wrap: Wrap) -> None:
        self.wrap = wrap

    def __getitem__(self, kind: type) -> Wrap:
        return self.wrap


class UserHashTable(HashTable):
    """A hash table with a user's test, and perhaps a user's hash function."""

    __slots__ = ()

    def __init__(self, test: Any, same: Callable[[Any, Any], Any], hasher: Callable[[Any], int] | None) -> None:
        super().__init__(test, _Always(lambda key: _UserKey(key, 0 if hasher is None else hasher(key), same)))


class WeakHashTable(HashTable):
    """A hash table that does not keep its keys alive (`weak_keys`), or its values, or has keys only.

    `values` is T's True, "weak" or "none".  A key is held weakly if its normal form is itself and Python can
    refer to it weakly.
    """

    __slots__ = ("plain", "values", "weak_keys")

    def __init__(self, table: HashTable, weak_keys: bool, values: Any) -> None:
        super().__init__(table.test, table.wrap)
        self.weak_keys = weak_keys
        self.values = values
        self.plain = table.wrap
        if weak_keys:
            self.wrap = _Always(self._weak)

    def _weak(self, key: Any) -> Any:
        wrap = self.plain[type(key)]
        if wrap is not None:
            normal = wrap(key)
            if normal is not key:
                return normal
        try:
            return weakref.ref(key)
        except TypeError:
            return key

    def get(self, key: Any, default: Any = None) -> Any:
        """Return the value of *key*, *default* if it has none."""
        normal = self.normal(key)
        value = self.data.get(normal, self)
        if value is self:
            return default
        if self.values == "none":
            return self.originals.get(normal, key)
        return value() if type(value) is weakref.ref else value

    def put(self, key: Any, value: Any) -> None:
        """Make *value* the value of *key*."""
        normal = self.normal(key)
        data = self.data
        if normal not in data:
            if type(normal) is weakref.ref:
                normal = weakref.ref(key, lambda ref: data.pop(ref, None))
            elif normal is not key:
                self.originals[normal] = key
        if self.values == "weak":
            value = self._weak_value(normal, value)
        data[normal] = value

    def _weak_value(self, normal: Any, value: Any) -> Any:
        data, originals = self.data, self.originals

        def forget(ref: Any) -> None:
            if data.get(normal) is ref:
                del data[normal]
                originals.pop(normal, None)

        try:
            return weakref.ref(value, forget)
        except TypeError:
            return value

    def entries(self) -> Iterator[tuple[Any, Any]]:
        """Yield key and value of the entries whose objects are alive."""
        for normal, value in list(self.data.items()):
            key = self.originals.get(normal, normal)
            if type(key) is weakref.ref:
                key = key()
                if key is None:
                    continue
            if type(value) is weakref.ref:
                value = value()
                if value is None:
                    continue
            if normal in self.data:
                yield key, key if self.values == "none" else value
