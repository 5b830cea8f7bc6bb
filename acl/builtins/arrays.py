"""Arrays: access and inquiry (CLHS chapter 15)."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin, inline_names, predicate, variable
from acl.types.array import (
    ARRAY_RANK_LIMIT,
    BIT,
    Array,
    GeneralArray,
    SimpleString,
    SimpleVector,
    SpecializedVector,
    bad_index,
    dimensions,
    element_type,
    is_simple,
    is_vector,
    simple_ref,
    simple_set,
    type_error,
    type_of_elements,
    vector_length,
)
from acl.types.base import wrong_type
from acl.types.character import CHAR
from acl.types.cons import from_iterable, lisp_list
from acl.types.symbol import cl


def _index(array: Any, subscripts: tuple[Any, ...]) -> int:
    """Return the row-major index of *subscripts*, checked."""
    sizes = dimensions(array)
    if len(sizes) != len(subscripts):
        from acl.runtime.conditions import error

        error("PROGRAM-ERROR", "~s has ~d dimension~:p, but ~d subscript~:p were given.", array, len(sizes),
              len(subscripts))
    index = 0
    for i, n in zip(subscripts, sizes, strict=True):
        if type(i) is not int or not 0 <= i < n:
            bad_index(i, n)
        index = index * n + i
    return index


def get_row_major(array: Any, index: int) -> Any:
    """Return element *index*, which is below the total size."""
    if type(array) is GeneralArray:
        array, index = array.locate(index)
    try:
        return simple_ref(array, index)
    except IndexError:  # what it is displaced to has shrunk
        bad_index(index, vector_length(array))


def set_row_major(array: Any, index: int, value: Any) -> None:
    """Store element *index*, which is below the total size."""
    if type(array) is GeneralArray:
        array, index = array.locate(index)
    try:
        simple_set(array, index, value)
    except IndexError:
        bad_index(index, vector_length(array))


def aref_1(array: Any, index: Any) -> Any:
    """Return element *index* of a vector: `aref` with one subscript."""
    kind = type(array)
    limit = -1
    if kind is GeneralArray:
        items = array.items
        if type(index) is int and 0 <= index < len(items):
            return items[index]
    if kind is GeneralArray and array.displaced_to is None and len(array.dimensions) == 1:
        limit = array.dimensions[0]
        array = array.storage
        kind = type(array)
    if kind is SimpleVector or kind is SpecializedVector:
        data = array.data
        if type(index) is int and 0 <= index < len(data):
            return data[index]
    elif kind is SimpleString:
        s = array.s
        if type(index) is int and 0 <= index < len(s):
            return CHAR[s[index]]
    if limit >= 0:
        bad_index(index, limit)
    return get_row_major(array, _index(array, (index,)))


def aref_2(array: Any, row: Any, column: Any) -> Any:
    """Return an element of an array of two dimensions: what the inline form calls if it does not see one at once."""
    return get_row_major(array, _index(array, (row, column)))


def svref_checked(vector: Any, index: Any) -> Any:
    """Return element *index* of a simple vector: what the inline form of `svref` calls for a bad one."""
    if type(vector) is not SimpleVector:
        wrong_type(vector, "SIMPLE-VECTOR")
    data = vector.data
    if type(index) is not int or not 0 <= index < len(data):
        bad_index(index, len(data))
    return data[index]


inline_names(SimpleVector=SimpleVector, SpecializedVector=SpecializedVector, GeneralArray=GeneralArray, BIT_TYPE=BIT,
             aref_1=aref_1, aref_2=aref_2, svref_checked=svref_checked)
_IN_RANGE = "type({1}) is int and 0 <= {1} < len({0}.data)"
_INLINE = f"{{0}}.data[{{1}}] if type({{0}}) is SimpleVector and {_IN_RANGE} else "
_INLINE_ANY = ("{0}.data[{1}] if (type({0}) is SimpleVector or type({0}) is SpecializedVector) and "
               f"{_IN_RANGE} else ")
_INLINE_ITEM = ("{0}.items[{1}] if type({0}) is GeneralArray and type({1}) is int and {1} >= 0 and "
                "{1} < len({0}.items) else ")
_INLINE_2 = ("{0}.table[{1} * {0}.columns + {2}] if type({0}) is GeneralArray and type({1}) is int and "
             "type({2}) is int and 0 <= {1} < {0}.rows and 0 <= {2} < {0}.columns else ")


@builtin("AREF", "array &rest subscripts",
         expr=(_INLINE_ANY + _INLINE_ITEM + "aref_1({0}, {1})", _INLINE_2 + "aref_2({0}, {1}, {2})"))
def aref(array: Any, *subscripts: Any) -> Any:
    """Return the element of ARRAY at SUBSCRIPTS."""
    if len(subscripts) == 1:
        return aref_1(array, subscripts[0])
    return get_row_major(array, _index(array, subscripts))


_STORE = ("type({1}) is SimpleVector and type({2}) is int and 0 <= {2} < len({1}.data)", "{1}.data[{2}] = {0}")
_STORE_NUMBER = ("type({1}) is SpecializedVector and type({0}) is {1}.elements.kind and "
                 "{1}.elements.low <= {0} <= {1}.elements.high and type({2}) is int and 0 <= {2} < len({1}.data)",
                 "{1}.data[{2}] = {0}")
_STORE_ITEM = ("type({1}) is GeneralArray and type({2}) is int and {2} >= 0 and {2} < len({1}.items)",
               "{1}.items[{2}] = {0}")
_STORE_2 = ("type({1}) is GeneralArray and type({1}.storage) is SimpleVector and type({2}) is int and type({3}) is int "
            "and 0 <= {2} < {1}.rows and 0 <= {3} < {1}.columns", "{1}.table[{2} * {1}.columns + {3}] = {0}")


@builtin("AREF", "new-value array &rest subscripts", setf=True,
         store=(_STORE, _STORE_NUMBER, _STORE_ITEM, _STORE_2))
def set_aref(new_value: Any, array: Any, *subscripts: Any) -> Any:
    """Make NEW-VALUE the element of ARRAY at SUBSCRIPTS."""
    if len(subscripts) == 1:
        simple, i = array, subscripts[0]
        if type(array) is GeneralArray and type(i) is int and 0 <= i < len(array.items):
            array.items[i] = new_value
            return new_value
        if type(array) is GeneralArray and array.displaced_to is None and len(array.dimensions) == 1:
            simple = array.storage
        kind = type(simple)
        if (kind is SimpleVector or kind is SpecializedVector) and type(i) is int and 0 <= i < len(simple.data):
            simple_set(simple, i, new_value)
            return new_value
    set_row_major(array, _index(array, subscripts), new_value)
    return new_value


@builtin("SVREF", "simple-vector index", expr=_INLINE + "svref_checked({0}, {1})")
def svref(vector: Any, index: Any) -> Any:
    """Return element INDEX of SIMPLE-VECTOR."""
    return svref_checked(vector, index)


@builtin("SVREF", "new-value simple-vector index", setf=True, store=(_STORE,))
def set_svref(new_value: Any, vector: Any, index: Any) -> Any:
    """Make NEW-VALUE element INDEX of SIMPLE-VECTOR."""
    if type(vector) is not SimpleVector:
        wrong_type(vector, "SIMPLE-VECTOR")
    data = vector.data
    if type(index) is not int or not 0 <= index < len(data):
        bad_index(index, len(data))
    data[index] = new_value
    return new_value


@builtin("ROW-MAJOR-AREF", "array index")
def row_major_aref(array: Any, index: Any) -> Any:
    """Return the element of ARRAY whose row-major index is INDEX."""
    size = array_total_size(array)
    if type(index) is not int or not 0 <= index < size:
        bad_index(index, size)
    return get_row_major(array, index)


@builtin("ROW-MAJOR-AREF", "new-value array index", setf=True)
def set_row_major_aref(new_value: Any, array: Any, index: Any) -> Any:
    """Make NEW-VALUE the element of ARRAY whose row-major index is INDEX."""
    size = array_total_size(array)
    if type(index) is not int or not 0 <= index < size:
        bad_index(index, size)
    set_row_major(array, index, new_value)
    return new_value


def _check_bits(array: Any, simple: bool) -> None:
    if not isinstance(array, Array) or element_type(array) is not BIT or (simple and not is_simple(array)):
        type_error(array, lisp_list(cl("SIMPLE-ARRAY" if simple else "ARRAY"), BIT))


def _bit(array: Any, *subscripts: Any) -> Any:
    """Return the bit of BIT-ARRAY at SUBSCRIPTS."""
    _check_bits(array, False)
    return aref(array, *subscripts)


def _sbit(array: Any, *subscripts: Any) -> Any:
    """Return the bit of SIMPLE-BIT-ARRAY at SUBSCRIPTS."""
    _check_bits(array, True)
    return aref(array, *subscripts)


inline_names(get_bit=_bit, get_sbit=_sbit)
_IS_BITS = "type({0}) is SpecializedVector and {0}.element_type is BIT_TYPE and "
_INLINE_BIT = f"{{0}}.data[{{1}}] if {_IS_BITS}{_IN_RANGE} else "
_STORE_BIT = ("type({1}) is SpecializedVector and {1}.element_type is BIT_TYPE and type({0}) is int and "
              "0 <= {0} < 2 and type({2}) is int and 0 <= {2} < len({1}.data)", "{1}.data[{2}] = {0}")
builtin("BIT", "bit-array &rest subscripts", expr=_INLINE_BIT + "get_bit({0}, {1})")(_bit)
builtin("SBIT", "simple-bit-array &rest subscripts", expr=_INLINE_BIT + "get_sbit({0}, {1})")(_sbit)


@builtin("BIT", "new-value bit-array &rest subscripts", setf=True, store=(_STORE_BIT,))
def set_bit(new_value: Any, array: Any, *subscripts: Any) -> Any:
    """Make NEW-VALUE the bit of BIT-ARRAY at SUBSCRIPTS."""
    _check_bits(array, False)
    return set_aref(new_value, array, *subscripts)


@builtin("SBIT", "new-value simple-bit-array &rest subscripts", setf=True, store=(_STORE_BIT,))
def set_sbit(new_value: Any, array: Any, *subscripts: Any) -> Any:
    """Make NEW-VALUE the bit of SIMPLE-BIT-ARRAY at SUBSCRIPTS."""
    _check_bits(array, True)
    return set_aref(new_value, array, *subscripts)


@builtin("ARRAY-DIMENSIONS", "array")
def array_dimensions(array: Any) -> Any:
    """Return the list of the dimensions of ARRAY."""
    return from_iterable(dimensions(array))


@builtin("ARRAY-DIMENSION", "array axis-number")
def array_dimension(array: Any, axis_number: Any) -> Any:
    """Return the dimension of ARRAY along axis AXIS-NUMBER."""
    sizes = dimensions(array)
    if type(axis_number) is not int or not 0 <= axis_number < len(sizes):
        bad_index(axis_number, len(sizes))
    return sizes[axis_number]


variable("ARRAY-RANK-LIMIT", ARRAY_RANK_LIMIT, "All ranks of arrays are below this.", constant=True)
variable("ARRAY-DIMENSION-LIMIT", 1 << 58, "All dimensions of arrays are below this.", constant=True)
variable("ARRAY-TOTAL-SIZE-LIMIT", 1 << 58, "All total sizes of arrays are below this.", constant=True)


@builtin("ARRAY-RANK", "array")
def array_rank(array: Any) -> Any:
    """Return the number of dimensions of ARRAY."""
    return len(dimensions(array))


@builtin("ARRAY-TOTAL-SIZE", "array")
def array_total_size(array: Any) -> Any:
    """Return the number of elements of ARRAY, whatever its fill pointer."""
    if type(array) is GeneralArray:
        return array.total_size()
    return dimensions(array)[0]


@builtin("ARRAY-ELEMENT-TYPE", "array")
def array_element_type(array: Any) -> Any:
    """Return the type of the elements that ARRAY can hold."""
    return element_type(array)


@builtin("UPGRADED-ARRAY-ELEMENT-TYPE", "typespec &optional environment")
def upgraded_array_element_type(typespec: Any, environment: Any = None) -> Any:
    """Return the element type that an array made for elements of TYPESPEC has."""
    from acl.runtime.sequencetypes import upgrade

    return upgrade(typespec).spec


@predicate("ARRAY-IN-BOUNDS-P", "array &rest subscripts")
def array_in_bounds_p(array: Any, *subscripts: Any) -> bool:
    """Return true if SUBSCRIPTS are valid for ARRAY."""
    sizes = dimensions(array)
    if len(sizes) != len(subscripts):
        _index(array, subscripts)
    for i in subscripts:
        if type(i) is not int:
            wrong_type(i, "INTEGER")
    return all(0 <= i < n for i, n in zip(subscripts, sizes, strict=True))


@builtin("ARRAY-ROW-MAJOR-INDEX", "array &rest subscripts")
def array_row_major_index(array: Any, *subscripts: Any) -> Any:
    """Return the row-major index of the element of ARRAY at SUBSCRIPTS."""
    return _index(array, subscripts)


@predicate("ARRAYP", "object")
def arrayp(object: Any) -> bool:
    """Return true if OBJECT is an array."""
    return isinstance(object, Array)


predicate("VECTORP", "object")(is_vector)


@predicate("SIMPLE-VECTOR-P", "object", test="type({0}) is SimpleVector")
def simple_vector_p(object: Any) -> bool:
    """Return true if OBJECT is a simple vector of elements of any type."""
    return type(object) is SimpleVector


@predicate("BIT-VECTOR-P", "object")
def bit_vector_p(object: Any) -> bool:
    """Return true if OBJECT is a vector of bits."""
    return is_vector(object) and element_type(object) is BIT


@predicate("SIMPLE-BIT-VECTOR-P", "object")
def simple_bit_vector_p(object: Any) -> bool:
    """Return true if OBJECT is a simple vector of bits."""
    return type(object) is SpecializedVector and object.element_type is BIT


def check_array(array: Any) -> None:
    """Signal a `type-error` unless *array* is an array."""
    if not isinstance(array, Array):
        wrong_type(array, "ARRAY")


@predicate("ADJUSTABLE-ARRAY-P", "array")
def adjustable_array_p(array: Any) -> bool:
    """Return true if `adjust-array` changes ARRAY itself."""
    check_array(array)
    return type(array) is GeneralArray and bool(array.adjustable)


@predicate("ARRAY-HAS-FILL-POINTER-P", "array")
def array_has_fill_pointer_p(array: Any) -> bool:
    """Return true if ARRAY has a fill pointer."""
    check_array(array)
    return type(array) is GeneralArray and array.fill_pointer is not None


@builtin("ARRAY-DISPLACEMENT", "array", values=True)
def array_displacement(array: Any) -> Any:
    """Return the array that ARRAY is displaced to and the offset there; NIL and 0 if it is not displaced."""
    check_array(array)
    if type(array) is GeneralArray and array.displaced_to is not None:
        return array.displaced_to, array.offset
    return None, 0


def _with_fill_pointer(vector: Any) -> Any:
    if type(vector) is not GeneralArray or vector.fill_pointer is None:
        type_error(vector, lisp_list(cl("AND"), cl("VECTOR"),
                                     lisp_list(cl("SATISFIES"), cl("ARRAY-HAS-FILL-POINTER-P"))))
    return vector


def get_fill_pointer(vector: Any) -> Any:
    """Return the fill pointer of VECTOR."""
    return _with_fill_pointer(vector).fill_pointer


inline_names(get_fill_pointer=get_fill_pointer)


builtin("FILL-POINTER", "vector", expr="{0}.fill_pointer if type({0}) is GeneralArray and "
        "{0}.fill_pointer is not None else get_fill_pointer({0})")(get_fill_pointer)


@builtin("FILL-POINTER", "new-value vector", setf=True)
def set_fill_pointer(new_value: Any, vector: Any) -> Any:
    """Make NEW-VALUE the fill pointer of VECTOR."""
    size = _with_fill_pointer(vector).dimensions[0]
    if type(new_value) is not int or not 0 <= new_value <= size:
        bad_index(new_value, size + 1)
    vector.fill_pointer = new_value
    return new_value


@builtin("VECTOR-PUSH", "new-element vector")
def vector_push(new_element: Any, vector: Any) -> Any:
    """Store NEW-ELEMENT at the fill pointer of VECTOR, advance it, and return its old value; NIL if it is full."""
    index = _with_fill_pointer(vector).fill_pointer
    if index >= vector.dimensions[0]:
        return None
    set_row_major(vector, index, new_element)
    vector.fill_pointer = index + 1
    return index


_HAS_ROOM = ("type({1}) is GeneralArray and {1}.fill_pointer is not None and {1}.fill_pointer < len({1}.items)",
             "{1}.items[{1}.fill_pointer] = {0}; {1}.fill_pointer = {1}.fill_pointer + 1")


@builtin("VECTOR-PUSH-EXTEND", "new-element vector &optional extension", store=(_HAS_ROOM,))
def vector_push_extend(new_element: Any, vector: Any, extension: Any = None) -> Any:
    """Store NEW-ELEMENT at the fill pointer of VECTOR and advance that; a full VECTOR grows, by EXTENSION if given."""
    index: Any = vector.fill_pointer if type(vector) is GeneralArray else None
    if index is None:
        index = _with_fill_pointer(vector).fill_pointer
    size = vector.dimensions[0]
    if index >= size:
        if not vector.adjustable:
            from acl.runtime.conditions import error

            error("ERROR", "~s is full and not adjustable.", vector)
        elements = type_of_elements(vector)
        elements.check(new_element)
        if extension is not None and (type(extension) is not int or extension <= 0):
            type_error(extension, lisp_list(cl("INTEGER"), 1))
        _grow(vector, size + (extension or max(size, 8)), elements)
    storage = vector.storage
    if type(storage) is SimpleVector:
        storage.data[index] = new_element
    else:
        set_row_major(vector, index, new_element)
    vector.fill_pointer = index + 1
    return index


def _grow(vector: Any, size: int, elements: Any) -> None:
    """Give a vector room for *size* elements, its own storage if it was displaced."""
    from acl.types.array import simple_items

    old = vector.dimensions[0]
    storage, offset = vector.locate()
    more = size - old
    if vector.displaced_to is not None:
        storage = elements.make(simple_items(storage, offset, offset + old))
        vector.displaced_to, vector.offset, vector.storage = None, 0, storage
        vector.settle()
    if type(storage) is SimpleString:
        storage.s = [*storage.s, *"\0" * more]
    else:
        storage.data.extend([elements.default] * more)
    vector.dimensions = (size,)


@builtin("VECTOR-POP", "vector")
def vector_pop(vector: Any) -> Any:
    """Decrease the fill pointer of VECTOR, and return the element there."""
    index: Any = vector.fill_pointer if type(vector) is GeneralArray else None
    if index and vector.items:
        index -= 1
        vector.fill_pointer = index
        return vector.items[index]
    if not index:
        _with_fill_pointer(vector)
        from acl.runtime.conditions import error

        error("ERROR", "~s is empty.", vector)
    index -= 1
    vector.fill_pointer = index
    return get_row_major(vector, index)


@builtin("VECTOR", "&rest objects")
def vector(*objects: Any) -> Any:
    """Return a fresh simple vector of OBJECTS."""
    return SimpleVector(list(objects))
