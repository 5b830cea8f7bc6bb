"""Foreign objects: `allocate-fobject`, access to slots, objects for the time of a form."""

from __future__ import annotations

import ctypes
from typing import Any

from acl.builtins.declare import builtin, macro
from acl.builtins.foreign.memory import (
    address_of,
    aligned_address,
    checked,
    free,
    malloc,
    read_value,
    write_value,
)
from acl.builtins.foreign.types import ForeignObject, ForeignSlot, ForeignType, foreign_type
from acl.expand.options import macro_options
from acl.expand.template import template
from acl.runtime.conditions import error
from acl.types.array import SpecializedVector, make_octets, type_error
from acl.types.base import wrong_type
from acl.types.cons import Cons, from_iterable, lisp_list, to_list
from acl.types.symbol import FF, SYSTEM, Symbol, cl, keyword

_LISP, _C, _ALIGNED, _FOREIGN = keyword("LISP"), keyword("C"), keyword("ALIGNED"), keyword("FOREIGN")
_STATIC = keyword("FOREIGN-STATIC-GC")
ALLOCATIONS = {None: _FOREIGN, _FOREIGN: _FOREIGN, _STATIC: _FOREIGN, _LISP: _LISP, keyword("LISP-SHORT"): _LISP,
               _C: _C, _ALIGNED: _ALIGNED}
_STAR = "*"


def _allocation(x: Any) -> Symbol:
    found = ALLOCATIONS.get(x)
    if found is None:
        return error("ERROR", "~s is no allocation; there are ~{~s~^, ~}.", x,
                     from_iterable(a for a in ALLOCATIONS if a is not None))
    return found


def allocate(spec: Any, allocation: Symbol | None, size: int = 0) -> Any:
    """Return an object of the type *spec* where *allocation* says, of at least *size* octets."""
    kind = foreign_type(spec)
    size = max(size, kind.size)
    where = _allocation(allocation)
    if where is _LISP:
        return make_octets(bytes(size))
    if where is _FOREIGN:
        return typed_object(kind, size)
    address = malloc(size)
    return address if where is _C else address >> 3


def typed_object(kind: ForeignType, size: int = 0) -> ForeignObject:
    """Return a fresh object that knows that it is one of *kind*, all zero."""
    from acl.clos.base import CLASSES

    memory = ctypes.create_string_buffer(max(size, kind.size, 1))
    cls = CLASSES.get(kind.name, ForeignObject) if kind.name is not None else ForeignObject
    return cls(kind, memory, ctypes.addressof(memory))


@builtin("ALLOCATE-FOBJECT", "type &optional (allocation :foreign) size", package=FF)
def _allocate_fobject(spec: Any, allocation: Any = None, size: Any = None) -> Any:
    """Return fresh memory, all zero, for an object of the foreign type TYPE, at least SIZE octets.

    With the ALLOCATION :FOREIGN or :FOREIGN-STATIC-GC it is an object that knows its type, with :LISP an octet vector:
    both are there as long as somebody refers to them.  With :C it is an address, which `free-fobject` gives back, with
    :ALIGNED an aligned pointer.
    """
    if size is not None and (type(size) is not int or size < 0):
        wrong_type(size, "UNSIGNED-BYTE")
    return allocate(spec, allocation, size or 0)


@builtin("FREE-FOBJECT", "object", package=FF)
def free_fobject(object: Any) -> Any:
    """Give the memory of OBJECT, an address, back to C's heap; nothing for what Lisp reclaims by itself."""
    if not isinstance(object, (ForeignObject, SpecializedVector)):
        free(address_of(object))


@builtin("FREE-FOBJECT-ALIGNED", "object", package=FF)
def _free_fobject_aligned(object: Any) -> Any:
    """Give the memory that the aligned pointer OBJECT points to back to C's heap."""
    free(aligned_address(object))


@builtin("ALLOCATE-FOBJECT-C", "type &optional size", package=FF)
def _allocate_c(spec: Any, size: Any = None) -> Any:
    """Return the address of fresh memory of C for an object of TYPE."""
    return allocate(spec, _C, size or 0)


builtin("FREE-FOBJECT-C", "object", package=FF)(free_fobject)


# --------------------------------------------------------------------------------------------------------------- places


def _base(allocation: Any, object: Any) -> int:
    """Return where *object* begins."""
    if type(object) is int:
        return aligned_address(object) if allocation is _ALIGNED else object
    return address_of(object)


def _locate(kind: ForeignType, address: int, path: tuple[Any, ...]) -> tuple[
        ForeignType, int, ForeignSlot | None, bool]:
    """Return the part of an object of *kind* at *address* that *path* of slot names and indices leads to.

    It is the part's type and address, the slot, if it is a field of bits, and true if no pointer was followed.
    """
    inside = True
    slot: ForeignSlot | None = None
    position = 0
    while position < len(path):
        step = path[position]
        position += 1
        slot = None
        star = type(step) is Symbol and step.name == _STAR
        if kind.kind == "ARRAY" and (star or type(step) is int):
            index = 0
            for i, size in enumerate(kind.dimensions):
                at = 0 if star else step
                if i and not star:
                    at = path[position] if position < len(path) else None
                    position += 1
                if type(at) is not int:
                    error("ERROR", "~s has ~d dimensions, so it takes as many indices.", kind.spec,
                          len(kind.dimensions))
                index = index * size + at
            kind = kind.pointed()
            address += index * kind.size
        elif kind.kind == "POINTER" and (star or type(step) is int):
            address = read_value(kind, address)
            inside = False
            kind = kind.pointed()
            if not star:
                address += step * kind.size
        elif kind.slots and type(step) is Symbol:
            slot = kind.slot(step)
            if slot is None:
                return error("ERROR", "~s is not a slot of the foreign type ~s, which has ~{~s~^, ~}.",
                             step, kind.name or kind.spec, from_iterable(s.name for s in kind.slots))
            address += slot.offset
            kind = slot.type
            if not slot.bits:
                slot = None
        else:
            error("ERROR", "~s does not lead into the foreign type ~s.", step, kind.name or kind.spec)
    return kind, address, slot, inside


def _check(object: Any, kind: ForeignType, base: int, address: int, path: tuple[Any, ...]) -> None:
    """Signal an error if the part is outside the memory that Lisp has allocated for *object*."""
    if isinstance(object, ForeignObject):
        size = len(object.memory)
    elif isinstance(object, SpecializedVector):
        size = len(object.data)
    else:
        return
    if not base <= address <= base + size - kind.size:
        error("ERROR", "~s lies outside ~s, which has ~d octets.", from_iterable(path), object, size)


def _part(kind: ForeignType, allocation: Any, object: Any, path: tuple[Any, ...]) -> tuple[
        ForeignType, int, ForeignSlot | None]:
    """Return what `_locate` does of *object*; signals if that is not in memory that Lisp knows the size of."""
    base = _base(allocation, object)
    if not path:
        _check(object, kind, base, base, path)
        return kind, base, None
    found, address, slot, inside = _locate(kind, base, path)
    if inside and type(object) is not int:
        _check(object, found, base, address, path)
    return found, address, slot


def get_part(kind: ForeignType, allocation: Any, object: Any, path: tuple[Any, ...]) -> Any:
    """Return the value of the part of *object* that *path* leads to; of a composite one its address."""
    if not path and type(object) is int and allocation is not _ALIGNED:
        return read_value(kind, object)
    found, address, slot = _part(kind, allocation, object, path)
    value = read_value(found, address)
    return value if slot is None else value >> slot.shift & (1 << slot.bits) - 1


def set_part(value: Any, kind: ForeignType, allocation: Any, object: Any, path: tuple[Any, ...]) -> Any:
    """Store *value* in the part of *object* that *path* leads to."""
    if not path and type(object) is int and allocation is not _ALIGNED:
        write_value(kind, object, value)
        return value
    found, address, slot = _part(kind, allocation, object, path)
    if slot is None:
        write_value(found, address, value)
    else:
        if type(value) is not int:
            wrong_type(value, "INTEGER")
        mask = (1 << slot.bits) - 1
        write_value(found, address, read_value(found, address) & ~(mask << slot.shift) | (value & mask) << slot.shift)
    return value


@builtin("FSLOT-VALUE-TYPED", "type allocation object &rest slots", package=FF)
def fslot_value_typed(spec: Any, allocation: Any, object: Any, *slots: Any) -> Any:
    """Return the value of the foreign type TYPE that OBJECT is, or of the part that SLOTS lead to.

    SLOTS are names of slots, indices of arrays, and `*`, which follows a pointer; a part that is a structure or an
    array is its address.  ALLOCATION is that of `allocate-fobject`.
    """
    return get_part(foreign_type(spec), allocation, object, slots)


@builtin("FSLOT-VALUE-TYPED", "value type allocation object &rest slots", package=FF, setf=True)
def set_fslot_value_typed(value: Any, spec: Any, allocation: Any, object: Any, *slots: Any) -> Any:
    """Store VALUE in the part that SLOTS lead to of OBJECT, of the foreign type TYPE."""
    return set_part(value, foreign_type(spec), allocation, object, slots)


def _typed(object: Any) -> ForeignType:
    if not isinstance(object, ForeignObject):
        type_error(object, ForeignObject._lisp.name)
    return object.type


@builtin("FSLOT-VALUE", "object &rest slots", package=FF)
def _fslot_value(object: Any, *slots: Any) -> Any:
    """Return the value of the part that SLOTS lead to of OBJECT, which knows its type."""
    return get_part(_typed(object), None, object, slots)


@builtin("FSLOT-VALUE", "value object &rest slots", package=FF, setf=True)
def _set_fslot_value(value: Any, object: Any, *slots: Any) -> Any:
    """Store VALUE in the part that SLOTS lead to of OBJECT, which knows its type."""
    return set_part(value, _typed(object), None, object, slots)


@builtin("FSLOT-ADDRESS-TYPED", "type allocation object &rest slots", package=FF)
def _fslot_address_typed(spec: Any, allocation: Any, object: Any, *slots: Any) -> int:
    """Return the address of OBJECT, of the foreign type TYPE, or of the part that SLOTS lead to.

    Of an octet vector it is that of its elements, which stay there as long as Lisp refers to the vector.
    """
    kind = foreign_type(spec)
    return _locate(kind, _base(allocation, object), slots)[1]


@builtin("FSLOT-ADDRESS", "object &rest slots", package=FF)
def _fslot_address(object: Any, *slots: Any) -> int:
    """Return the address of the part that SLOTS lead to of OBJECT, which knows its type."""
    return _locate(_typed(object), object.address, slots)[1]


@builtin("FSLOT-ADDRESS-TYPE", "type allocation object &rest slots", package=FF)
def _fslot_address_type(spec: Any, allocation: Any, object: Any, *slots: Any) -> Any:
    """Return the foreign type of the part that SLOTS lead to of an object of the foreign type TYPE."""
    kind = foreign_type(spec)
    return _locate(kind, _base(allocation, object), slots)[0].spec


@builtin("FSLOT-VALUE-C", "type address &rest slots", package=FF)
def _fslot_value_c(spec: Any, address: Any, *slots: Any) -> Any:
    """Return the value of the part that SLOTS lead to of the object of TYPE at ADDRESS."""
    return get_part(foreign_type(spec), _C, address, slots)


@builtin("FSLOT-VALUE-C", "value type address &rest slots", package=FF, setf=True)
def _set_fslot_value_c(value: Any, spec: Any, address: Any, *slots: Any) -> Any:
    """Store VALUE in the part that SLOTS lead to of the object of TYPE at ADDRESS."""
    return set_part(value, foreign_type(spec), _C, address, slots)


@builtin("FSLOT-ADDRESS-C", "type address &rest slots", package=FF)
def _fslot_address_c(spec: Any, address: Any, *slots: Any) -> int:
    """Return the address of the part that SLOTS lead to of the object of TYPE at ADDRESS."""
    return _locate(foreign_type(spec), address_of(address), slots)[1]


@builtin("DESCRIBE-FOBJECT", "object &optional type (allocation :foreign)", package=FF, values=True)
def _describe_fobject(object: Any, spec: Any = None, allocation: Any = None) -> tuple[Any, ...]:
    """Print the slots of OBJECT, which knows its type or is one of TYPE, with their values."""
    from acl.printer.writer import prin1_to_string
    from acl.streams.base import output_stream

    kind = _typed(object) if spec is None else foreign_type(spec)
    stream = output_stream(cl("*STANDARD-OUTPUT*").value)
    base = checked(_base(allocation, object))
    stream.write_str(f"{prin1_to_string(object)} at #x{base:x}:\n")
    for label, value in _values(kind, base):
        stream.write_str(f"  {label}: {prin1_to_string(value)}\n")
    return ()


def _values(kind: ForeignType, address: int, label: str = "") -> list[tuple[str, Any]]:
    from acl.printer.writer import prin1_to_string

    if kind.kind == "ARRAY":
        element = kind.pointed()
        count = kind.size // max(element.size, 1)
        if element.composite:
            return [x for i in range(count) for x in _values(element, address + i * element.size, f"{label}[{i}]")]
        return [(label or "elements", from_iterable(read_value(element, address + i * element.size)
                                                    for i in range(count)))]
    if not kind.composite:
        return [(label or "value", read_value(kind, address))]
    result = []
    for slot in kind.slots:
        name = f"{label}.{prin1_to_string(slot.name)}" if label else prin1_to_string(slot.name)
        if slot.bits:
            result.append((name, read_value(slot.type, address + slot.offset) >> slot.shift & (1 << slot.bits) - 1))
        else:
            result += _values(slot.type, address + slot.offset, name)
    return result


# ----------------------------------------------------------------------------------------------- for the time of a form


_ALLOCATE = FF.export("ALLOCATE-FOBJECT")


def _with(form: Any) -> Any:
    variable, kind, *options = to_list(form.cdr.car)
    settings = macro_options(from_iterable(options))
    allocation = settings.get("ALLOCATION", _FOREIGN)
    size = [settings["SIZE"]] if "SIZE" in settings else []
    call = lisp_list(_ALLOCATE, kind, allocation, *size)
    # What Lisp allocates goes when nobody refers to it, so the form does till its end: the body may use the address.
    return _released(variable=variable, call=call, allocation=allocation, body=form.cdr.cdr)


_released = template("(let ((,variable ,call)) (unwind-protect (progn ,@body) (%free-fobject ,variable ,allocation)))")


@builtin("%FREE-FOBJECT", "object allocation", package=SYSTEM)
def _release(object: Any, allocation: Any) -> Any:
    """Give the memory of OBJECT, allocated as ALLOCATION says, back."""
    where = _allocation(allocation)
    if where is _C:
        free(object)
    elif where is _ALIGNED:
        free(aligned_address(object))


@macro("WITH-STACK-FOBJECT", "(var type &key (allocation :foreign) size) &body forms", package=FF)
def with_stack_fobject(form: Any, env: Any) -> Any:
    """Evaluate FORMS with VAR bound to a fresh object of the foreign type TYPE; its memory goes afterwards."""
    return _with(form)


macro("WITH-STATIC-FOBJECT", "(var type &key (allocation :foreign) size) &body forms", package=FF)(with_stack_fobject)


@macro("WITH-STACK-FOBJECTS", "bindings &body forms", package=FF)
def _with_stack_fobjects(form: Any, env: Any) -> Any:
    """Evaluate FORMS with several objects, each binding as that of `with-stack-fobject`, all at once."""
    body = form.cdr.cdr
    for binding in reversed(to_list(form.cdr.car)):
        body = lisp_list(Cons(FF.export("WITH-STACK-FOBJECT"), Cons(binding, body)))
    return body.car if form.cdr.car is not None else Cons(cl("PROGN"), body)


macro("WITH-STATIC-FOBJECTS", "bindings &body forms", package=FF)(_with_stack_fobjects)


# ---------------------------------------------------------------------------------------- values that C knows by number


_REGISTERED: dict[int, Any] = {}


@builtin("REGISTER-LISP-VALUE", "value &optional index", package=FF, values=True)
def _register_lisp_value(value: Any, index: Any = None) -> tuple[Any, ...]:
    """Keep VALUE in the table of values at INDEX, or a free place; return the index and what was there before."""
    if index is None:
        index = next(i for i in range(len(_REGISTERED) + 1) if i not in _REGISTERED)
    elif type(index) is not int or index < 0:
        wrong_type(index, "UNSIGNED-BYTE")
    before = _REGISTERED.get(index)
    _REGISTERED[index] = value
    return index, before


@builtin("LISP-VALUE", "index", package=FF)
def _lisp_value(index: Any) -> Any:
    """Return the value at INDEX in the table of registered values, NIL if there is none."""
    return _REGISTERED.get(index)


@builtin("LISP-VALUE", "value index", package=FF, setf=True)
def _set_lisp_value(value: Any, index: Any) -> Any:
    """Keep VALUE at INDEX in the table of registered values."""
    _register_lisp_value(value, index)
    return value


@builtin("UNREGISTER-LISP-VALUE", "index", package=FF)
def _unregister_lisp_value(index: Any) -> Any:
    """Take the value at INDEX out of the table of registered values; return it."""
    return _REGISTERED.pop(index, None)


builtin("REGISTER-VALUE", "value &optional index", package=FF, values=True)(_register_lisp_value)
builtin("UNREGISTER-VALUE", "index", package=FF)(_unregister_lisp_value)
