"""Memory of C: addresses, reading and writing values, `malloc`, `sys:memref-int`.

What the other modules of this folder know of ctypes begins here.
"""

from __future__ import annotations

import ctypes
from typing import Any

from acl.builtins.declare import builtin, predicate, variable
from acl.builtins.foreign.types import ForeignObject, ForeignType, foreign_type
from acl.clos.base import intern_class
from acl.clos.instances import make_instance
from acl.runtime.conditions import error
from acl.types.array import type_error
from acl.types.base import wrong_type
from acl.types.character import Char, code_char
from acl.types.cons import from_iterable, lisp_list
from acl.types.number import Ratio, SingleFloat, single
from acl.types.symbol import EXCL, FF, SYSTEM, T, cl, keyword

_CODES: dict[str, Any] = {
    "b": ctypes.c_byte, "B": ctypes.c_ubyte, "h": ctypes.c_short, "H": ctypes.c_ushort, "i": ctypes.c_int,
    "I": ctypes.c_uint, "l": ctypes.c_long, "L": ctypes.c_ulong, "q": ctypes.c_longlong, "Q": ctypes.c_ulonglong,
    "n": ctypes.c_ssize_t, "N": ctypes.c_size_t, "f": ctypes.c_float, "d": ctypes.c_double, "g": ctypes.c_longdouble,
    "x": None}
FLOATS = (ctypes.c_float, ctypes.c_double, ctypes.c_longdouble)
ADDRESS_LIMIT = 1 << 8 * ctypes.sizeof(ctypes.c_void_p)
_PAGE = 4096

_libc = ctypes.CDLL(None, use_errno=True)
_calloc, _free = _libc.calloc, _libc.free
_calloc.restype, _calloc.argtypes = ctypes.c_size_t, (ctypes.c_size_t, ctypes.c_size_t)
_free.restype, _free.argtypes = None, (ctypes.c_size_t,)

variable("*MAX-STACK-FOBJECT-BYTES*", 4096, "How large an object may be that programs have on the stack.", package=FF)
variable("*PASS-STRUCTS-BY-VALUE*", None, "True if structures are arguments by value where a call does not say it.",
         package=FF)


def c_type(kind: ForeignType) -> Any:
    """Return the ctypes type for *kind*: a number for pointers, None for :void."""
    found = kind.ctype
    if found is None and kind.kind not in ("VOID", "LISP"):
        if kind.kind == "ARRAY":
            found = c_type(kind.pointed()) * (kind.size // max(kind.pointed().size, 1))
        elif kind.composite:
            found = _structure(kind)
        else:
            found = _CODES[kind.code]
        kind.ctype = found
    return found


def _structure(kind: ForeignType) -> Any:
    """Return a structure of ctypes with the layout of *kind*, for calls that pass it by value."""
    base: Any = ctypes.Union if kind.kind == "UNION" else ctypes.Structure
    fields = []
    offset = 0
    for i, slot in enumerate(kind.slots):
        if slot.bits and slot.shift:
            continue  # it is in the word of the one before
        inner = c_type(slot.type)
        if kind.kind != "UNION" and slot.offset < offset:
            error("ERROR", "The structure ~s with its fields of bits cannot be passed by value.", kind.spec)
        fields.append((f"s{i}", inner))
        offset = slot.offset + slot.type.size
    space: dict[str, Any] = {"_fields_": fields}
    unpacked = type("Probe", (base,), {"_fields_": fields})
    if ctypes.sizeof(unpacked) != kind.size:
        space["_pack_"] = kind.align
        space["_layout_"] = "ms"  # what 3.14 wants to be told of a structure that is packed
    return type("Structure", (base,), space)


# -------------------------------------------------------------------------------------------------------- addresses


ForeignPointer = intern_class("FOREIGN-POINTER", package=FF, slots=(("FOREIGN-ADDRESS", "FOREIGN-ADDRESS", lambda: 0),
                                                                    ("FOREIGN-TYPE", "FOREIGN-TYPE", lambda: None)))
_ADDRESS, _TYPE = FF.export("FOREIGN-ADDRESS").key, FF.export("FOREIGN-TYPE").key


@builtin("MAKE-FOREIGN-POINTER", "&key foreign-address foreign-type size aligned address type", package=FF)
def _make_foreign_pointer(*, foreign_address: Any = None, foreign_type: Any = None, size: Any = None,
                          aligned: Any = None, address: Any = None, type: Any = None) -> Any:
    """Return a foreign pointer to FOREIGN-ADDRESS, or to SIZE octets of fresh memory of C.

    It is an address that is no number, of a class that programs may extend; FOREIGN-TYPE is their affair.
    """
    given = foreign_address if foreign_address is not None else address
    if given is None and size is None:
        error("PROGRAM-ERROR", "A foreign pointer needs either :FOREIGN-ADDRESS or :SIZE.")
    place = malloc(size) if given is None else aligned_address(given) if aligned is not None else address_of(given)
    return make_instance(ForeignPointer, keyword("FOREIGN-ADDRESS"), place, keyword("FOREIGN-TYPE"),
                         foreign_type if foreign_type is not None else type)


@predicate("FOREIGN-POINTER-P", "object", package=FF)
def _foreign_pointer_p(object: Any) -> bool:
    """True of a foreign pointer."""
    return isinstance(object, ForeignPointer)


def _pointer(x: Any) -> Any:
    return x if isinstance(x, ForeignPointer) else type_error(x, ForeignPointer._lisp.name)


@builtin("FOREIGN-POINTER-ADDRESS", "pointer", package=FF)
def _pointer_address(pointer: Any) -> Any:
    """Return the address in the foreign POINTER."""
    return getattr(_pointer(pointer), _ADDRESS)


@builtin("FOREIGN-POINTER-ADDRESS", "address pointer", package=FF, setf=True)
def _set_pointer_address(address: Any, pointer: Any) -> Any:
    """Have the foreign POINTER point to ADDRESS."""
    setattr(_pointer(pointer), _ADDRESS, address_of(address))
    return address


@builtin("FOREIGN-POINTER-TYPE", "pointer", package=FF)
def _pointer_type(pointer: Any) -> Any:
    """Return the type that the foreign POINTER was given."""
    return getattr(_pointer(pointer), _TYPE)


@builtin("FOREIGN-POINTER-TYPE", "type pointer", package=FF, setf=True)
def _set_pointer_type(type: Any, pointer: Any) -> Any:
    """Give the foreign POINTER a TYPE."""
    setattr(_pointer(pointer), _TYPE, type)
    return type


@predicate("FOREIGN-ADDRESS-P", "object", package=FF)
def _foreign_address_p(object: Any) -> bool:
    """True of what can be an address of C: an unsigned integer of as many bits, or a foreign pointer."""
    return (type(object) is int and 0 <= object < ADDRESS_LIMIT) or isinstance(object, ForeignPointer)


def address_of(x: Any) -> int:
    """Return the address that *x* is or has."""
    if type(x) is int:
        return x
    if isinstance(x, ForeignObject):
        return x.address
    if isinstance(x, ForeignPointer):
        return address_of(getattr(x, _ADDRESS))
    data = getattr(x, "data", None)
    if type(data) is bytearray:
        return address_of_octets(data)
    return type_error(x, FF.export("FOREIGN-ADDRESS"))


def address_of_octets(data: bytearray) -> int:
    """Return where the elements of an octet vector are: it stays there as long as the vector and its size do."""
    return ctypes.addressof((ctypes.c_ubyte * len(data)).from_buffer(data)) if data else 0


@builtin("FOREIGN-ADDRESS", "object", package=FF)
def _foreign_address(object: Any) -> int:
    """Return the address of OBJECT: a foreign object or pointer, or an octet vector; of an integer itself."""
    return address_of(object)


@builtin("ADDRESS-TO-ALIGNED", "address", package=FF)
def _address_to_aligned(address: Any) -> int:
    """Return the aligned pointer to ADDRESS, its quotient by eight."""
    place = address_of(address)
    if place % 8:
        error("ERROR", "The address ~d is not a multiple of eight, so there is no aligned pointer to it.", place)
    return place >> 3


@builtin("ALIGNED-TO-ADDRESS", "aligned", package=FF)
def aligned_address(aligned: Any) -> int:
    """Return the address that the pointer ALIGNED points to."""
    if type(aligned) is not int:
        wrong_type(aligned, "FIXNUM")
    return aligned << 3


# ------------------------------------------------------------------------------------------------------------- values


def checked(address: int) -> int:
    """Return *address*, if it can be one; signals what the system would if it is that of no memory."""
    if not _PAGE <= address < ADDRESS_LIMIT:
        bad_address(address)
    return address


def bad_address(address: int) -> Any:
    """Signal that there is no memory at *address*, which C would die of."""
    return error("ERROR", "There is no memory at the address ~d~:[~; (a null pointer)~].", address,
                 T if address == 0 else None)


def read_value(kind: ForeignType, address: int) -> Any:
    """Return the value of *kind* at *address*; of a composite type its address."""
    if not _PAGE <= address < ADDRESS_LIMIT:
        bad_address(address)
    if kind.kind == "ARRAY" or kind.composite:
        return address
    found = kind.ctype or c_type(kind)
    if found is None:
        return error("ERROR", "There is no value of the foreign type ~s.", kind.spec)
    value = found.from_address(address).value
    return value if kind.lisp is None and kind.code != "f" else from_c(kind, value)


def write_value(kind: ForeignType, address: int, value: Any) -> None:
    """Store *value* at *address* as one of *kind*."""
    if not _PAGE <= address < ADDRESS_LIMIT:
        bad_address(address)
    if kind.composite or c_type(kind) is None:
        error("ERROR", "A whole ~s cannot be stored, only what it consists of.", kind.spec)
    found = kind.ctype or c_type(kind)
    found.from_address(address).value = to_number(kind, value)


def from_c(kind: ForeignType, value: Any) -> Any:
    """Return for Lisp the *value* that ctypes gives for *kind*, of the Lisp type that *kind* says."""
    if kind.code == "f":
        return single(value)
    name = getattr(kind.lisp, "name", None)
    if name == "BOOLEAN":
        return T if value else None
    if name == "CHARACTER":
        return code_char(value & 0xFF if kind.size == 1 else value)
    if name in ("STRING", "SIMPLE-STRING") and kind.code in "NQ":
        from acl.builtins.foreign.strings import c_string

        return None if value == 0 else c_string(value)
    return value


def to_number(kind: ForeignType, x: Any) -> Any:
    """Return the number for ctypes that *x* is as a value of *kind*; signals a type-error if it is none."""
    code = kind.code
    t = type(x)
    if code in "fdg":
        if t is float or t is SingleFloat or t is int:
            return float(x)
        return float(x) if t is Ratio else wrong_type(x, "REAL")
    if t is int:
        bits = 8 * kind.size
        return x if -1 << bits - 1 <= x < 1 << bits else type_error(x, lisp_list(
            cl("UNSIGNED-BYTE" if code.isupper() else "SIGNED-BYTE"), bits))
    if kind.kind in ("POINTER", "FUNCTION") or code == "N":
        if x is None:
            return 0
        return address_of(x)
    if getattr(kind.lisp, "name", None) == "BOOLEAN":
        return 0 if x is None else 1
    if t is Char:
        return ord(x)
    return wrong_type(x, "INTEGER")


# ----------------------------------------------------------------------------------------------------------- allocation


def malloc(size: int) -> int:
    """Return the address of *size* octets of C's heap, all zero."""
    if type(size) is not int or size < 0:
        wrong_type(size, "UNSIGNED-BYTE")
    address = _calloc(1, max(size, 1)) if size < 1 << 62 else 0
    if not address:
        error("STORAGE-CONDITION", "C has no ~d octets of memory.", size)
    return address


def free(address: int) -> None:
    """Give C's heap the memory at *address* back; nothing for 0."""
    if address:
        _free(checked(address))


@builtin("ACLMALLOC", "size", package=EXCL)
def aclmalloc(size: Any) -> int:
    """Return the address of SIZE octets of C's heap, all zero, which `aclfree` gives back."""
    return malloc(size)


@builtin("ACLFREE", "address", package=EXCL)
def aclfree(address: Any) -> Any:
    """Give memory at ADDRESS back to C's heap: that of `aclmalloc`, or what a C function has allocated."""
    free(address_of(address))


builtin("MALLOC", "size", package=EXCL, export=False)(aclmalloc)
builtin("FREE", "address", package=EXCL, export=False)(aclfree)


@builtin("ACLMALLOC-ALIGNED", "size", package=EXCL)
def _aclmalloc_aligned(size: Any) -> int:
    """Return an aligned pointer to SIZE octets of C's heap."""
    return malloc(size) >> 3


# ----------------------------------------------------------------------------------------------------------- memref-int


_MEMORY = {
    "CHARACTER": "B", "UNSIGNED-BYTE": "B", "SIGNED-BYTE": "b", "UNSIGNED-WORD": "H", "SIGNED-WORD": "h",
    "UNSIGNED-LONG": "I", "SIGNED-LONG": "i", "UNSIGNED-LONG32": "I", "SIGNED-LONG32": "i", "UNSIGNED-LONG64": "Q",
    "SIGNED-LONG64": "q", "UNSIGNED-NATURAL": "N", "SIGNED-NATURAL": "n", "SINGLE-FLOAT": "f", "DOUBLE-FLOAT": "d",
    "UNSIGNED-DOUBLE-WORD": "Q", "SIGNED-DOUBLE-WORD": "q", "FIXNUM": "n", "POSITIVE-FIXNUM": "N"}
"""What the types of `sys:memref-int` are in C."""
_kinds: dict[str, ForeignType] = {}


def memory_type(type: Any) -> ForeignType:
    """Return the foreign type for the access TYPE of `sys:memref-int`."""
    name = getattr(type, "name", "")
    code = _MEMORY.get(name)
    if code is None:
        error("ERROR", "~s is no type of memory; there are ~{~s~^, ~}.", type,
              from_iterable(keyword(name) for name in _MEMORY))
    kind = _kinds.get(name)
    if kind is None:
        size = ctypes.sizeof(_CODES[code])
        kind = _kinds[name] = ForeignType("PRIM", type, size, size, code=code)
    return kind


@builtin("MEMREF-INT", "address offset-1 offset-2 type", package=SYSTEM)
def memref_int(address: Any, offset_1: int, offset_2: int, type: Any) -> Any:
    """Return the number of TYPE, such as :UNSIGNED-BYTE, in the memory of C at the sum of ADDRESS and the offsets."""
    value = read_value(memory_type(type), address_of(address) + offset_1 + offset_2)
    return code_char(value) if getattr(type, "name", None) == "CHARACTER" else value


@builtin("MEMREF-INT", "value address offset-1 offset-2 type", package=SYSTEM, setf=True)
def set_memref_int(value: Any, address: Any, offset_1: int, offset_2: int, type: Any) -> Any:
    """Store VALUE as a number of TYPE in the memory of C at the sum of ADDRESS and the offsets."""
    write_value(memory_type(type), address_of(address) + offset_1 + offset_2, value)
    return value


__all__ = ["ADDRESS_LIMIT", "FLOATS", "ForeignPointer", "address_of", "address_of_octets", "c_type", "checked",
           "foreign_type", "free", "from_c", "malloc", "memory_type", "read_value", "to_number",
           "write_value"]
