"""MAKE-ARRAY and ADJUST-ARRAY (CLHS chapter 15)."""

from __future__ import annotations

from itertools import product
from typing import Any

from acl.builtins.arrays import check_array, get_row_major
from acl.builtins.declare import builtin
from acl.runtime.calls import UNSUPPLIED
from acl.runtime.sequencetypes import upgrade
from acl.types.array import (
    NIL_TYPE,
    OBJECT_TYPE,
    ElementType,
    GeneralArray,
    SpecializedVector,
    bad_index,
    dimensions,
    is_simple,
    type_error,
    type_of_elements,
)
from acl.types.base import wrong_type
from acl.types.cons import lisp_list, to_list
from acl.types.sequence import all_items
from acl.types.symbol import T, cl

_LIMIT = 1 << 60
_OFF = lisp_list(cl("INTEGER"), 0, lisp_list(_LIMIT))


def _sizes(dimensions: Any) -> tuple[int, ...]:
    """Return the dimensions that a dimensions argument gives."""
    sizes = (dimensions,) if type(dimensions) is int else tuple(to_list(dimensions))
    for n in sizes:
        if type(n) is not int or not 0 <= n < _LIMIT:
            type_error(n, _OFF)
    return sizes


def _total(sizes: tuple[int, ...]) -> int:
    size = 1
    for n in sizes:
        size *= n
    return size


def _error(control: str, *args: Any) -> Any:
    from acl.runtime.conditions import error

    error("ERROR", control, *args)


def _flatten(contents: Any, sizes: tuple[int, ...]) -> list[Any]:
    """Return the elements of nested sequences in row-major order, checking their shape."""
    if not sizes:
        return [contents]
    level = [contents]
    for n in sizes:
        below: list[Any] = []
        for x in level:
            items = all_items(x)
            if len(items) != n:
                _error("The initial contents ~s do not have the dimensions ~s.", contents, lisp_list(*sizes))
            below += items
        level = below
    return level


def _fill_pointer(value: Any, sizes: tuple[int, ...]) -> int | None:
    if value is None:
        return None
    if len(sizes) != 1:
        _error("An array of ~d dimensions cannot have a fill pointer.", len(sizes))
    if value is T:
        return sizes[0]
    if type(value) is not int or not 0 <= value <= sizes[0]:
        bad_index(value, sizes[0] + 1)
    return value


def _storage(elements: ElementType, size: int, sizes: tuple[int, ...], element: Any, contents: Any) -> Any:
    """Return the simple vector that holds the elements of a new array."""
    if contents is not UNSUPPLIED:
        if element is not UNSUPPLIED:
            _error("Both :INITIAL-ELEMENT and :INITIAL-CONTENTS were given.")
        return elements.make(_flatten(contents, sizes))
    if element is UNSUPPLIED:
        if elements is NIL_TYPE:
            return SpecializedVector([None] * size, None)
        element = elements.default
    else:
        elements.check(element)
    return elements.fill(size, element)


@builtin("MAKE-ARRAY", "dimensions &key (element-type t) initial-element initial-contents adjustable fill-pointer "
                       "displaced-to (displaced-index-offset 0) allocation")
def make_array(dimensions: Any, *, element_type: Any = T, initial_element: Any = UNSUPPLIED,
               initial_contents: Any = UNSUPPLIED, adjustable: Any = None, fill_pointer: Any = None,
               displaced_to: Any = None, displaced_index_offset: Any = 0, allocation: Any = None) -> Any:
    """Return a fresh array of DIMENSIONS, an integer or a list of them.

    ELEMENT-TYPE is what it will hold.  FILL-POINTER is T or an integer.  With DISPLACED-TO the elements are those of
    another array, from DISPLACED-INDEX-OFFSET on.  ALLOCATION (:new, :static, :static-reclaimable...) is accepted; no
    array moves.
    """
    elements = OBJECT_TYPE if element_type is T else upgrade(element_type)
    if (type(dimensions) is int and adjustable is None and fill_pointer is None and displaced_to is None
            and elements is not NIL_TYPE):
        sizes = _sizes(dimensions)
        return _storage(elements, dimensions, sizes, initial_element, initial_contents)
    sizes = _sizes(dimensions)
    pointer = _fill_pointer(fill_pointer, sizes)
    if displaced_to is not None:
        _check_displacement(displaced_to, displaced_index_offset, _total(sizes), elements)
        return GeneralArray(sizes, None, offset=displaced_index_offset, displaced_to=displaced_to, fill_pointer=pointer,
                            adjustable=adjustable is not None)
    storage = _storage(elements, _total(sizes), sizes, initial_element, initial_contents)
    if len(sizes) == 1 and pointer is None and adjustable is None and elements is not NIL_TYPE:
        return storage
    return GeneralArray(sizes, storage, fill_pointer=pointer, adjustable=adjustable is not None)


def _check_displacement(target: Any, offset: Any, size: int, elements: ElementType) -> None:
    check_array(target)
    if type_of_elements(target) is not elements:
        _error("~s cannot be displaced to, since its elements are of another type than ~s.", target, elements.spec)
    room = _total(dimensions(target))
    if type(offset) is not int or not 0 <= offset <= room:
        bad_index(offset, room + 1)
    if offset + size > room:
        _error("~s has not enough elements to displace ~d to it from ~d on.", target, size, offset)


@builtin("ADJUST-ARRAY", "array new-dimensions &key element-type initial-element initial-contents fill-pointer "
                         "displaced-to (displaced-index-offset 0)")
def adjust_array(array: Any, new_dimensions: Any, *, element_type: Any = UNSUPPLIED, initial_element: Any = UNSUPPLIED,
                 initial_contents: Any = UNSUPPLIED, fill_pointer: Any = None, displaced_to: Any = None,
                 displaced_index_offset: Any = 0) -> Any:
    """Return ARRAY with NEW-DIMENSIONS: ARRAY itself if it is adjustable, else a new array."""
    check_array(array)
    sizes = _sizes(new_dimensions)
    old = dimensions(array)
    elements = type_of_elements(array)
    if len(sizes) != len(old):
        _error("~s has ~d dimension~:p, which cannot become ~d.", array, len(old), len(sizes))
    if element_type is not UNSUPPLIED and upgrade(element_type) is not elements:
        _error("~s has not the element type ~s.", array, element_type)
    had_pointer = type(array) is GeneralArray and array.fill_pointer is not None
    if fill_pointer is not None and not had_pointer:
        wrong_type(array, "VECTOR") if len(old) != 1 else _error("~s has no fill pointer.", array)
    pointer = _adjusted_pointer(array, fill_pointer, sizes) if had_pointer else None
    if displaced_to is not None:
        _check_displacement(displaced_to, displaced_index_offset, _total(sizes), elements)
        return _become(array, sizes, None, pointer, displaced_to, displaced_index_offset)
    if initial_contents is not UNSUPPLIED:
        storage = _storage(elements, _total(sizes), sizes, initial_element, initial_contents)
    else:
        storage = _resized(array, old, sizes, elements, initial_element)
    return _become(array, sizes, storage, pointer, None, 0)


def _adjusted_pointer(array: Any, value: Any, sizes: tuple[int, ...]) -> int | None:
    if value is not None:
        return _fill_pointer(value, sizes)
    if array.fill_pointer > sizes[0]:
        _error("The fill pointer of ~s is beyond the new end ~d.", array, sizes[0])
    return int(array.fill_pointer)


def _resized(array: Any, old: tuple[int, ...], sizes: tuple[int, ...], elements: ElementType, element: Any) -> Any:
    """Return storage of the new dimensions with the elements whose subscripts both have."""
    size = _total(sizes)
    filler = elements.default if element is UNSUPPLIED else elements.check(element)
    items = [filler] * size
    if len(sizes) == 1:
        count = min(old[0], size)
        items[:count] = [get_row_major(array, i) for i in range(count)]
    else:
        for subscripts in product(*[range(min(a, b)) for a, b in zip(old, sizes, strict=True)]):
            source = target = 0
            for i, a, b in zip(subscripts, old, sizes, strict=True):
                source, target = source * a + i, target * b + i
            items[target] = get_row_major(array, source)
    return elements.make(items)


def _become(array: Any, sizes: tuple[int, ...], storage: Any, pointer: int | None, target: Any, offset: int) -> Any:
    """Change an adjustable array; otherwise make a new one."""
    if type(array) is GeneralArray and array.adjustable:
        array.dimensions, array.storage, array.fill_pointer = sizes, storage, pointer
        array.displaced_to, array.offset = target, offset
        array.settle()
        return array
    if target is None and pointer is None and len(sizes) == 1 and is_simple(array):
        return storage
    return GeneralArray(sizes, storage, offset=offset, displaced_to=target, fill_pointer=pointer)
