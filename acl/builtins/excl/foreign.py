"""Foreign types and calls (package FF), the part of Allegro's interface to C that needs no memory of Lisp's.

A type is a scalar (:int, :double ...), an address (`(* type)`, :foreign-address), or a structure; a foreign object is
the address of memory of C.
"""

from __future__ import annotations

import ctypes
from typing import Any

from acl.builtins.declare import builtin, macro, variable
from acl.expand.options import macro_options
from acl.expand.template import template
from acl.runtime.conditions import error
from acl.types.array import SimpleString, is_string, string
from acl.types.base import LispObject, wrong_type
from acl.types.cons import Cons, from_iterable, to_list
from acl.types.number import SingleFloat, single
from acl.types.symbol import FF, SYSTEM, Symbol, keyword

_SCALARS = {
    "CHAR": ctypes.c_byte, "UNSIGNED-CHAR": ctypes.c_ubyte, "SHORT": ctypes.c_short, "UNSIGNED-SHORT": ctypes.c_ushort,
    "INT": ctypes.c_int, "UNSIGNED-INT": ctypes.c_uint, "LONG": ctypes.c_long, "UNSIGNED-LONG": ctypes.c_ulong,
    "LONG-LONG": ctypes.c_longlong, "UNSIGNED-LONG-LONG": ctypes.c_ulonglong, "NAT": ctypes.c_ssize_t,
    "UNSIGNED-NAT": ctypes.c_size_t, "FLOAT": ctypes.c_float, "DOUBLE": ctypes.c_double,
    "FOREIGN-ADDRESS": ctypes.c_size_t, "VOID": None}
_TYPES: dict[Any, Any] = {}
variable("*DLL-TYPE*", string("so"), "The type of the files of shared libraries.", package=SYSTEM, export=False)
_BLOCKS: dict[int, Any] = {}
"""Memory of `allocate-fobject`, by address."""


def c_type(spec: Any) -> Any:
    """Return the ctypes type that a foreign type specifier means; None for :void."""
    if type(spec) is Symbol:
        if spec in _TYPES:
            return _TYPES[spec]
        if spec.name in _SCALARS:
            return _SCALARS[spec.name]
    if type(spec) is Cons and type(spec.car) is Symbol:
        operator = spec.car.name
        if operator == "*":
            return ctypes.c_size_t
        if operator in ("STRUCT", "UNION"):
            return _aggregate(ctypes.Structure if operator == "STRUCT" else ctypes.Union, spec.cdr)
        if operator == "ARRAY":
            size = 1
            for n in to_list(spec.cdr.cdr):
                size *= n
            return c_type(spec.cdr.car) * size
        if operator in _SCALARS:  # (:int fixnum): a C type and what Lisp takes it for
            return _SCALARS[operator]
    return error("ERROR", "~s is no foreign type.", spec)


def _aggregate(base: Any, slots: Any) -> Any:
    return type("Foreign", (base,), {"_fields_": [(slot.car.name, c_type(slot.cdr.car)) for slot in to_list(slots)]})


_def_type = template("""(progn
    (eval-when (:compile-toplevel :load-toplevel :execute) (%define-foreign-type ',name ',spec)) ',name)""")


@macro("DEF-FOREIGN-TYPE", "name spec", package=FF)
def _def_foreign_type(form: Any, env: Any) -> Any:
    """Define NAME as a foreign type."""
    return _def_type(name=form.cdr.car, spec=form.cdr.cdr.car)


@builtin("%DEFINE-FOREIGN-TYPE", "name spec", package=SYSTEM)
def _define_foreign_type(name: Any, spec: Any) -> Any:
    """Define NAME as a foreign type."""
    _TYPES[name] = c_type(spec)
    return name


# -------------------------------------------------------------------------------------------------------------- calls


_def_call = template("(progn (eval-when (:compile-toplevel) (%note-function ',name))"
                     " (setf (fdefinition ',name) (%foreign-call ',entry ',types ',returning)) ',name)")


@macro("DEF-FOREIGN-CALL", "name-and-options arglist &key &allow-other-keys", package=FF)
def _def_foreign_call(form: Any, env: Any) -> Any:
    """Define a function that calls one of C's, of the arguments (name type) in ARGLIST; :RETURNING is its type."""
    name, arglist, *_ = to_list(form.cdr)
    settings = macro_options(form.cdr.cdr.cdr)
    entry: Any = string(name.name.lower().replace("-", "_")) if type(name) is Symbol else name.cdr.car
    arguments = [] if arglist is None or arglist.car is keyword("VOID") else to_list(arglist)
    types = [a.cdr.car if type(a) is Cons and a.cdr is not None else keyword("INT") for a in arguments]
    return _def_call(name=name if type(name) is Symbol else name.car, entry=entry, types=from_iterable(types),
                     returning=settings.get("RETURNING", keyword("INT")))


@builtin("%FOREIGN-CALL", "entry types returning", package=SYSTEM)
def _foreign_call(entry: Any, types: Any, returning: Any) -> Any:
    """Return a function that calls C's function ENTRY."""
    call: Any = None
    kinds = [c_type(t) for t in to_list(types)]

    def foreign(*arguments: Any) -> Any:
        nonlocal call
        if call is None:
            call = _entry_point(entry.text())
            call.restype = _result_type(returning)
        if len(arguments) != len(kinds):
            error("PROGRAM-ERROR", "~a got ~d argument~:p, wanted ~d.", entry, len(arguments), len(kinds))
        result = call(*[_to_c(x, kind) for x, kind in zip(arguments, kinds, strict=True)])
        return single(result) if call.restype is ctypes.c_float else result

    return foreign


def _result_type(spec: Any) -> Any:
    return c_type(spec.car if type(spec) is Cons and spec.car.name != "*" else spec)


def _entry_point(name: str) -> Any:
    for library in _LIBRARIES:
        try:
            return library[name]
        except AttributeError:
            continue
    return error("ERROR", "There is no C function ~s.", string(name))


_LIBRARIES: list[Any] = [ctypes.CDLL(None)]


def _to_c(x: Any, kind: Any) -> Any:
    if is_string(x) and kind is ctypes.c_size_t:
        return ctypes.c_char_p(x.text().encode())
    if x is None:
        return kind(0)
    if type(x) is ForeignObject:
        return kind(x.address)
    if type(x) is not int and type(x) not in (float, SingleFloat):
        wrong_type(x, "NUMBER")
    return kind(x)


@builtin("LOAD-FOREIGN-LIBRARY", "file", package=FF)
def load_foreign_library(file: Any) -> Any:
    """Make the functions of the shared library FILE known to foreign calls."""
    from acl.builtins.pathnames import native_namestring

    try:
        _LIBRARIES.insert(0, ctypes.CDLL(native_namestring(file)))
    except OSError as problem:
        error("FILE-ERROR", "~s: ~a", file, string(str(problem)), pathname=file)
    return file


# ------------------------------------------------------------------------------------------------------------- objects


class ForeignObject(LispObject):
    """Memory of C that Python gives back when Lisp has dropped it: what :FOREIGN-STATIC-GC allocates."""

    __slots__ = ("address", "block")

    def __init__(self, block: Any) -> None:
        self.block = block
        self.address = ctypes.addressof(block)


_COLLECTED = frozenset([keyword("FOREIGN-STATIC-GC"), keyword("FOREIGN"), keyword("LISP")])


@builtin("ALLOCATE-FOBJECT", "type &optional (allocation :c) size", package=FF)
def _allocate_fobject(spec: Any, allocation: Any = None, size: Any = None) -> Any:
    """Return fresh memory of C, all zero, for an object of the foreign type TYPE.

    It is an address, and the memory is there until `free-fobject` gives it back; with the ALLOCATION
    :FOREIGN-STATIC-GC, :FOREIGN or :LISP an object whose memory is there as long as somebody refers to it.
    """
    kind = c_type(spec)
    block = ctypes.create_string_buffer(size if type(size) is int else ctypes.sizeof(kind))
    if allocation in _COLLECTED:
        return ForeignObject(block)
    address = ctypes.addressof(block)
    _BLOCKS[address] = block
    return address


def _address(object: Any) -> int:
    """Return the address of a foreign object."""
    if type(object) is ForeignObject:
        return object.address
    if type(object) is not int:
        wrong_type(object, "INTEGER")
    return object


@builtin("FREE-FOBJECT", "object", package=FF)
def _free_fobject(object: Any) -> Any:
    """Give the memory of OBJECT, an address that `allocate-fobject` returned, back."""
    if type(object) is ForeignObject:
        return None  # Python does
    if _BLOCKS.pop(object, None) is None:
        error("ERROR", "~s is not the address of a foreign object.", object)
    return None


@builtin("SIZEOF-FOBJECT", "type", package=FF)
def _sizeof_fobject(spec: Any) -> int:
    """Return how many octets an object of the foreign type TYPE has."""
    return ctypes.sizeof(c_type(spec))


def _locate(spec: Any, address: Any, path: tuple[Any, ...]) -> Any:
    """Return the ctypes object at *address*, or the part of it that *path* of slot names and indices leads to."""
    address = _address(address)
    kind = c_type(spec)
    for step in path:
        if type(step) is int:
            kind, address = kind._type_, address + step * ctypes.sizeof(kind._type_)
            continue
        field = dict(getattr(kind, "_fields_", ())).get(step.name)
        if field is None:
            error("ERROR", "~s is no slot of the foreign type ~s.", step, spec)
        address += getattr(kind, step.name).offset
        kind = field
    return kind.from_address(address)


@builtin("FSLOT-VALUE-TYPED", "type allocation object &rest slots", package=FF)
def _fslot_value_typed(spec: Any, allocation: Any, object: Any, *slots: Any) -> Any:
    """Return the value of the foreign type TYPE at the address OBJECT, or of the part that SLOTS name."""
    found = _locate(spec, object, slots)
    value = getattr(found, "value", None)
    if value is None:
        return ctypes.addressof(found)
    return single(value) if type(found) is ctypes.c_float else value


@builtin("FSLOT-VALUE-TYPED", "value type allocation object &rest slots", package=FF, setf=True)
def _set_fslot_value_typed(value: Any, spec: Any, allocation: Any, object: Any, *slots: Any) -> Any:
    """Set the value of the foreign type TYPE at the address OBJECT, or of the part that SLOTS name."""
    found = _locate(spec, object, slots)
    found.value = _to_c(value, type(found)).value
    return value


@builtin("FSLOT-ADDRESS-TYPED", "type allocation object &rest slots", package=FF)
def _fslot_address_typed(spec: Any, allocation: Any, object: Any, *slots: Any) -> int:
    """Return the address of OBJECT, of the foreign type TYPE, or of the part that SLOTS name."""
    return ctypes.addressof(_locate(spec, object, slots)) if slots else _address(object)


_MEMORY = {"CHARACTER": ctypes.c_ubyte, "UNSIGNED-BYTE": ctypes.c_ubyte, "SIGNED-BYTE": ctypes.c_byte,
           "UNSIGNED-WORD": ctypes.c_uint16, "SIGNED-WORD": ctypes.c_int16, "UNSIGNED-LONG": ctypes.c_uint32,
           "SIGNED-LONG": ctypes.c_int32, "UNSIGNED-LONG32": ctypes.c_uint32, "SIGNED-LONG32": ctypes.c_int32,
           "UNSIGNED-LONG64": ctypes.c_uint64, "SIGNED-LONG64": ctypes.c_int64, "UNSIGNED-NATURAL": ctypes.c_size_t,
           "SIGNED-NATURAL": ctypes.c_ssize_t, "SINGLE-FLOAT": ctypes.c_float, "DOUBLE-FLOAT": ctypes.c_double}
"""What the types of `sys:memref-int` are in C."""


def _memory(address: int, kind: Any) -> Any:
    ctype = _MEMORY.get(getattr(kind, "name", ""))
    if ctype is None:
        error("ERROR", "~s is no type of memory; there are ~{~s~^, ~}.", kind,
              from_iterable(keyword(name) for name in _MEMORY))
    return ctype.from_address(address)


@builtin("MEMREF-INT", "address offset-1 offset-2 type", package=SYSTEM)
def _memref_int(address: Any, offset_1: int, offset_2: int, type: Any) -> Any:
    """Return the number of TYPE, such as :UNSIGNED-BYTE, in the memory of C at the sum of ADDRESS and the offsets."""
    cell = _memory(_address(address) + offset_1 + offset_2, type)
    return single(cell.value) if isinstance(cell, ctypes.c_float) else cell.value


@builtin("MEMREF-INT", "value address offset-1 offset-2 type", package=SYSTEM, setf=True)
def _set_memref_int(value: Any, address: Any, offset_1: int, offset_2: int, type: Any) -> Any:
    """Store VALUE as a number of TYPE in the memory of C at the sum of ADDRESS and the offsets."""
    _memory(_address(address) + offset_1 + offset_2, type).value = value
    return value


@builtin("NATIVE-TO-STRING", "address", package=FF)
def _native_to_string(address: int) -> SimpleString:
    """Return the characters of the C string at ADDRESS."""
    return string((ctypes.string_at(address)).decode("utf-8", "replace"))
