"""Arrays.  `data` is a Python list (bytearray for octets and bits) or, for strings, see `SimpleString`."""

from __future__ import annotations

from math import inf
from typing import Any, NoReturn

from .base import LispObject, wrong_type
from .character import CHAR, Char
from .cons import Cons, lisp_list
from .number import SingleFloat, single
from .record import Struct
from .symbol import T, cl

ARRAY_RANK_LIMIT = 65536


class Array(LispObject):
    """Root of all arrays."""

    __slots__ = ()


class SimpleVector(Array, Struct, eq=False, weakref=True):
    """A `simple-vector`: elements of any type in the list `data`."""

    data: Any


class SimpleString(Array, Struct, eq=False, weakref=True):
    """A simple string.

    `s` is a Python str until somebody writes a character into it, then a list of characters; `text`
    turns it back.  `CHAR[x.s[i]]` is the i-th character in both states.
    """

    s: Any

    def __repr__(self) -> str:
        return '"' + self.text() + '"'

    def __str__(self) -> str:
        return self.text()

    def text(self) -> str:
        """Return the contents as a Python str."""
        s = self.s
        if type(s) is not str:
            s = self.s = "".join(s)
        return s

    def set_char(self, index: int, char: Char) -> None:
        """Store *char* at *index*, which the caller has checked."""
        s = self.s
        if type(s) is str:
            s = self.s = list(s)
        s[index] = char


class SpecializedVector(Array):
    """A simple vector of numbers.

    `element_type` is the upgraded element type as Lisp has it: the symbol BIT, or a list such as
    (UNSIGNED-BYTE 8), or the symbol SINGLE-FLOAT, and `elements` what is known of it; `data` is a bytearray for
    BIT and (UNSIGNED-BYTE 8), else a list.
    """

    __slots__ = ("__weakref__", "data", "element_type", "elements")

    def __init__(self, data: Any, element_type: Any) -> None:
        self.data = data
        self.element_type = element_type
        self.elements = _BY_SPEC.get(element_type) or element_type_named(element_type)


class GeneralArray(Array):
    """Everything else: several dimensions, fill pointers, adjustable or displaced arrays.

    Element i in row-major order is element `offset + i` of `storage`, which is a simple vector, a
    simple string or a specialized vector, or, if `displaced_to` is not None, that array's elements.
    `fill_pointer` is None or an int; `dimensions` a tuple of ints.  Who changes `storage`, `dimensions` or
    `displaced_to` says `settle`: of an array of two dimensions with elements of its own, not characters, `table` are
    these, of `rows` by `columns`; else `rows` is 0.  Of a vector with elements of its own, of any type, they are
    `items`; else there are none.
    """

    __slots__ = ("__weakref__", "adjustable", "columns", "dimensions", "displaced_to", "fill_pointer", "items",
                 "offset", "rows", "storage", "table")

    def __init__(self, dimensions: tuple[int, ...], storage: Any, *, offset: int = 0, displaced_to: Any = None,
                 fill_pointer: int | None = None, adjustable: bool = False) -> None:
        self.dimensions = dimensions
        self.storage = storage
        self.offset = offset
        self.displaced_to = displaced_to
        self.fill_pointer = fill_pointer
        self.adjustable = adjustable
        self.settle()

    def settle(self) -> None:
        """Note where the elements of a vector or a table are, so that compiled code finds them at once."""
        storage = self.storage
        own = len(self.dimensions) == 1 and self.displaced_to is None and type(storage) is SimpleVector
        self.items: Any = storage.data if own else ()
        if len(self.dimensions) == 2 and self.displaced_to is None and storage is not None and (
                type(storage) is not SimpleString):
            self.rows, self.columns = self.dimensions
            self.table = storage.data
        else:
            self.rows = self.columns = 0
            self.table = None

    def locate(self, index: int = 0) -> tuple[Any, int]:
        """Return the simple vector that holds element *index*, and its index there."""
        x: Any = self
        while type(x) is GeneralArray:
            if x.displaced_to is None:
                return x.storage, index
            index += x.offset
            x = x.displaced_to
        return x, index

    def length(self) -> int:
        """Return the number of elements, up to the fill pointer if there is one."""
        return self.total_size() if self.fill_pointer is None else self.fill_pointer

    def total_size(self) -> int:
        """Return the number of elements whatever the fill pointer."""
        size = 1
        for n in self.dimensions:
            size *= n
        return size

    def is_string(self) -> bool:
        """Return true for a vector of characters, or of nothing: its element type NIL is one of characters too."""
        if len(self.dimensions) != 1:
            return False
        storage = self.locate()[0]
        return type(storage) is SimpleString or (type(storage) is SpecializedVector and storage.element_type is None)

    def text(self) -> str:
        """Return the contents of a string, up to its fill pointer, as a Python str."""
        storage, start = self.locate()
        if type(storage) is not SimpleString or len(self.dimensions) != 1:
            if self.is_string() and not self.length():
                return ""
            wrong_type(self, "STRING")
        part = storage.s[start:start + self.length()]
        return part if type(part) is str else "".join(part)


def string(s: str) -> SimpleString:
    """Return a fresh Lisp string with the contents of *s*."""
    return SimpleString(s)


def chars(s: str) -> list[Char]:
    """Return the characters of *s*."""
    return [CHAR[c] for c in s]


class ElementType:
    """What the elements of an array may be: `spec` is the upgraded element type as Lisp has it.

    Numbers are of the Python type `kind` and lie from `low` to `high`.
    """

    __slots__ = ("default", "high", "kind", "low", "spec")

    def __init__(self, spec: Any, kind: Any, low: float = 0, high: float = 0, default: Any = 0) -> None:
        self.spec = spec
        self.kind = kind
        self.low = low
        self.high = high
        self.default = default

    def accepts(self, x: Any) -> bool:
        """Return true if *x* may be an element."""
        kind = self.kind
        if kind is object:
            return True
        if type(x) is not kind:
            return False
        return kind is not int or self.low <= x <= self.high

    def check(self, x: Any) -> Any:
        """Return *x* if it may be an element; `type-error` otherwise."""
        if not self.accepts(x):
            type_error(x, self.spec)
        return x

    def check_all(self, items: list[Any]) -> None:
        """Signal a `type-error` for the first of *items* that may not be an element."""
        kind = self.kind
        if kind is object or not items or (set(map(type, items)) == {kind} and (
                kind is not int or (self.low <= min(items) and max(items) <= self.high))):
            return
        for x in items:
            self.check(x)

    def make(self, items: Any) -> Any:
        """Return a simple vector of *items*, a Python list that is not used again."""
        kind = self.kind
        if kind is object:
            return SimpleVector(items)
        self.check_all(items)
        if kind is Char:
            return SimpleString("".join(items))
        return SpecializedVector(bytearray(items) if self.octets else items, self.spec)

    def fill(self, count: int, x: Any) -> Any:
        """Return a simple vector of *count* elements *x*."""
        if count:
            self.check(x)
        if self.kind is object:
            return SimpleVector([x] * count)
        if self.kind is Char:
            return SimpleString((str(x) if count else "") * count)
        if self.octets:
            return SpecializedVector(bytearray([x]) * count if count else bytearray(), self.spec)
        return SpecializedVector([x] * count, self.spec)

    @property
    def octets(self) -> bool:
        """True if a vector of this type keeps its elements in a bytearray."""
        return self.kind is int and self.low == 0 and self.high < 256


BIT, CHARACTER, FIXNUM = cl("BIT"), cl("CHARACTER"), cl("FIXNUM")
SINGLE_FLOAT, DOUBLE_FLOAT = cl("SINGLE-FLOAT"), cl("DOUBLE-FLOAT")
_INTEGER, _UNSIGNED_BYTE, _SIGNED_BYTE = cl("INTEGER"), cl("UNSIGNED-BYTE"), cl("SIGNED-BYTE")

OBJECT_TYPE = ElementType(T, object, default=None)
CHARACTER_TYPE = ElementType(CHARACTER, Char, default=CHAR["\0"])
BIT_TYPE = ElementType(BIT, int, 0, 1)
NIL_TYPE = ElementType(None, NoReturn, default=None)
UNSIGNED = {n: ElementType(lisp_list(_UNSIGNED_BYTE, n), int, 0, (1 << n) - 1) for n in (8, 16, 32, 64)}
"""Element types (unsigned-byte n) by n."""
SIGNED = {n: ElementType(lisp_list(_SIGNED_BYTE, n), int, -1 << (n - 1), (1 << (n - 1)) - 1) for n in (8, 16, 32, 64)}
"""Element types (signed-byte n) by n."""
FIXNUM_TYPE = ElementType(FIXNUM, int, -1 << 60, (1 << 60) - 1)
SINGLE_TYPE = ElementType(SINGLE_FLOAT, SingleFloat, -inf, inf, single(0.0))
DOUBLE_TYPE = ElementType(DOUBLE_FLOAT, float, -inf, inf, 0.0)

ELEMENT_TYPES = (OBJECT_TYPE, CHARACTER_TYPE, BIT_TYPE, NIL_TYPE, *UNSIGNED.values(), *SIGNED.values(), FIXNUM_TYPE,
                 SINGLE_TYPE, DOUBLE_TYPE)
_BY_SPEC: dict[Any, ElementType] = {t.spec: t for t in ELEMENT_TYPES}


def element_type_named(spec: Any) -> ElementType:
    """Return the element type with exactly this upgraded type specifier."""
    found = _BY_SPEC.get(spec)
    if found is None and type(spec) is Cons:
        table = UNSIGNED if spec.car is _UNSIGNED_BYTE else SIGNED
        found = _BY_SPEC[spec] = table[spec.cdr.car]
    if found is None:
        raise LookupError(spec)
    return found


def type_of_elements(x: Any) -> ElementType:
    """Return the element type of the array *x*."""
    kind = type(x)
    if kind is GeneralArray:
        x = x.locate()[0]
        kind = type(x)
    if kind is SimpleVector:
        return OBJECT_TYPE
    if kind is SimpleString:
        return CHARACTER_TYPE
    if kind is SpecializedVector:
        return x.elements  # type: ignore[no-any-return]
    wrong_type(x, "ARRAY")


def element_type(x: Any) -> Any:
    """Return the upgraded element type of the array *x* as a type specifier."""
    return type_of_elements(x).spec


def type_error(datum: Any, expected: Any) -> NoReturn:
    """Signal a `type-error` for *datum*, which is not of the type *expected*, a Lisp type specifier."""
    from acl.runtime.conditions import error

    error("TYPE-ERROR", None, datum=datum, expected_type=expected)
    raise AssertionError("a type-error returned")


def bad_index(index: Any, limit: int) -> NoReturn:
    """Signal a `type-error` for *index*, which is not an integer from 0 to below *limit*."""
    type_error(index, lisp_list(_INTEGER, 0, lisp_list(limit)))


def make_octets(data: bytes | bytearray) -> SpecializedVector:
    """Return a fresh vector of octets."""
    return SpecializedVector(bytearray(data), UNSIGNED[8].spec)


def is_vector(x: Any) -> bool:
    """Return true if *x* is an array of one dimension."""
    kind = type(x)
    return kind is SimpleVector or kind is SimpleString or kind is SpecializedVector or (
        kind is GeneralArray and len(x.dimensions) == 1)


def is_string(x: Any) -> bool:
    """Return true if *x* is a string."""
    return type(x) is SimpleString or (type(x) is GeneralArray and x.is_string())


def is_base_string(x: Any) -> bool:
    """Return true if *x* is a vector of characters; a vector with the element type NIL is a string, but not this."""
    return type(x) is SimpleString or (
        type(x) is GeneralArray and len(x.dimensions) == 1 and type(x.locate()[0]) is SimpleString)


def is_simple(x: Any) -> bool:
    """Return true if *x* is an array without fill pointer, neither adjustable nor displaced."""
    if type(x) is GeneralArray:
        return x.fill_pointer is None and not x.adjustable and x.displaced_to is None
    return isinstance(x, Array)


def is_simple_string(x: Any) -> bool:
    """Return true if *x* is a simple string."""
    return type(x) is SimpleString or (is_string(x) and is_simple(x))


def vector_length(x: Any) -> int:
    """Return the length of the vector *x*, its fill pointer if it has one."""
    kind = type(x)
    if kind is SimpleString:
        return len(x.s)
    if kind is SimpleVector or kind is SpecializedVector:
        return len(x.data)
    if kind is GeneralArray and len(x.dimensions) == 1:
        return int(x.length())
    wrong_type(x, "VECTOR")


def dimensions(x: Any) -> tuple[int, ...]:
    """Return the dimensions of the array *x*."""
    kind = type(x)
    if kind is SimpleString:
        return (len(x.s),)
    if kind is SimpleVector or kind is SpecializedVector:
        return (len(x.data),)
    if kind is GeneralArray:
        return x.dimensions  # type: ignore[no-any-return]
    wrong_type(x, "ARRAY")


def active_dimensions(x: Any) -> tuple[int, ...]:
    """Return the dimensions of the array *x*, of a vector with fill pointer the fill pointer."""
    if type(x) is GeneralArray and x.fill_pointer is not None:
        return (x.fill_pointer,)
    return dimensions(x)


_char = CHAR.__getitem__


def simple_items(x: Any, start: int, end: int) -> list[Any]:
    """Return elements *start* to *end* of a simple vector."""
    kind = type(x)
    if kind is SimpleVector:
        return x.data[start:end]  # type: ignore[no-any-return]
    if kind is SimpleString:
        return list(map(_char, x.s[start:end]))
    return list(x.data[start:end])


def vector_items(x: Any, start: int = 0, end: int | None = None) -> list[Any]:
    """Return the elements of a vector from *start* to *end* (its length) as a fresh Python list."""
    if end is None:
        end = vector_length(x)
    if type(x) is GeneralArray:
        x, offset = x.locate()
        return simple_items(x, start + offset, end + offset)
    return simple_items(x, start, end)


def row_major_items(x: Any) -> list[Any]:
    """Return all elements of an array (of a vector, up to the fill pointer) in row-major order."""
    if type(x) is GeneralArray:
        storage, offset = x.locate()
        return simple_items(storage, offset, offset + x.length())
    return vector_items(x)


def simple_ref(x: Any, index: int) -> Any:
    """Return element *index*, which is valid, of a simple vector."""
    if type(x) is SimpleString:
        return _char(x.s[index])
    return x.data[index]


def simple_set(x: Any, index: int, value: Any) -> None:
    """Store *value* as element *index*, which is valid, of a simple vector; `type-error` if its type is wrong."""
    kind = type(x)
    if kind is SimpleVector:
        x.data[index] = value
    elif kind is SimpleString:
        if type(value) is not Char:
            wrong_type(value, "CHARACTER")
        x.set_char(index, value)
    else:
        elements = x.elements
        if type(value) is not elements.kind or (elements.kind is int and not elements.low <= value <= elements.high):
            type_error(value, elements.spec)
        x.data[index] = value


def set_items(x: Any, start: int, items: list[Any]) -> None:
    """Store *items* into the vector *x* from *start* on; they must fit, their types are checked."""
    if type(x) is GeneralArray:
        x, start = x.locate(start)
    kind = type(x)
    end = start + len(items)
    if kind is SimpleVector:
        x.data[start:end] = items
        return
    type_of_elements(x).check_all(items)
    if kind is SpecializedVector:
        x.data[start:end] = items
    elif len(items) == len(x.s):
        x.s = "".join(items)
    else:
        if type(x.s) is str:
            x.s = list(x.s)
        x.s[start:end] = items
