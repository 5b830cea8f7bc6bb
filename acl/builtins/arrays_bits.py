"""Logical operations on arrays of bits (CLHS chapter 15)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from acl.builtins.declare import builtin
from acl.types.array import BIT, BIT_TYPE, Array, GeneralArray, dimensions, element_type, set_items, type_error
from acl.types.cons import lisp_list
from acl.types.symbol import T, cl

Operation = Callable[[int, int], int]


def _bits(array: Any) -> list[int]:
    """Return all bits of a bit array, also those behind a fill pointer."""
    if not isinstance(array, Array) or element_type(array) is not BIT:
        type_error(array, lisp_list(cl("ARRAY"), BIT))
    if type(array) is GeneralArray:
        storage, offset = array.locate()
        return list(storage.data[offset:offset + array.total_size()])
    return list(array.data)  # type: ignore[attr-defined]


def _deliver(array: Any, bits: list[int], result: Any) -> Any:
    """Return *bits* in a new array like *array*, or in the one that the optional argument designates."""
    if result is None:
        storage = BIT_TYPE.make(bits)
        sizes = dimensions(array)
        return storage if len(sizes) == 1 else GeneralArray(sizes, storage)
    if result is T:
        result = array
    elif len(_bits(result)) != len(bits) or dimensions(result) != dimensions(array):
        _different(array, result)
    if type(result) is GeneralArray:
        storage, offset = result.locate()
        set_items(storage, offset, bits)
    else:
        set_items(result, 0, bits)
    return result


def _different(a: Any, b: Any) -> None:
    from acl.runtime.conditions import error

    error("ERROR", "~s and ~s have different dimensions.", a, b)


def _declare(name: str, operation: Operation, text: str) -> None:
    def combine(bit_array1: Any, bit_array2: Any, opt_arg: Any = None) -> Any:
        a, b = _bits(bit_array1), _bits(bit_array2)
        if dimensions(bit_array1) != dimensions(bit_array2):
            _different(bit_array1, bit_array2)
        return _deliver(bit_array1, list(map(operation, a, b)), opt_arg)

    combine.__doc__ = f"""Return the array of {text} of the bits of BIT-ARRAY1 and BIT-ARRAY2.

    The result goes into OPT-ARG, into BIT-ARRAY1 if that is T, into a new array if it is NIL.
    """
    builtin(name, "bit-array1 bit-array2 &optional opt-arg")(combine)


for _name, _operation, _text in (
    ("BIT-AND", lambda a, b: a & b, "the conjunction"),
    ("BIT-IOR", lambda a, b: a | b, "the inclusive disjunction"),
    ("BIT-XOR", lambda a, b: a ^ b, "the exclusive disjunction"),
    ("BIT-EQV", lambda a, b: 1 - (a ^ b), "the equivalence"),
    ("BIT-NAND", lambda a, b: 1 - (a & b), "the negated conjunction"),
    ("BIT-NOR", lambda a, b: 1 - (a | b), "the negated disjunction"),
    ("BIT-ANDC1", lambda a, b: (1 - a) & b, "the conjunction, the first negated,"),
    ("BIT-ANDC2", lambda a, b: a & (1 - b), "the conjunction, the second negated,"),
    ("BIT-ORC1", lambda a, b: (1 - a) | b, "the disjunction, the first negated,"),
    ("BIT-ORC2", lambda a, b: a | (1 - b), "the disjunction, the second negated,"),
):
    _declare(_name, _operation, _text)


@builtin("BIT-NOT", "bit-array &optional opt-arg")
def bit_not(bit_array: Any, opt_arg: Any = None) -> Any:
    """Return the array of the negated bits of BIT-ARRAY.

    The result goes into OPT-ARG, into BIT-ARRAY if that is T, into a new array if it is NIL.
    """
    return _deliver(bit_array, [1 - b for b in _bits(bit_array)], opt_arg)
