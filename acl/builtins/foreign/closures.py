"""Functions for C whose values decide whether C gets an integer or a float.

Allegro leaves an integer in one register and a float in another; ctypes wants to know which beforehand.  The x86-64
convention returns a structure of an integer and a double in just these two registers, so libffi, which ctypes is made
of, can be asked for a function with such a result.  A single-float is what C finds in the low half of the other one.
"""

from __future__ import annotations

import ctypes
import platform
import struct
import sys
from collections.abc import Callable
from ctypes.util import find_library
from typing import TYPE_CHECKING, Any

from acl.types.number import SingleFloat

if TYPE_CHECKING:
    from acl.builtins.foreign.callables import Definition

_UNIX64 = 2
_STRUCT = 13
_CIF_SIZE = 256  # more than any version of libffi has
_CLOSURE_SIZE = 256
_NAMES: dict[Any, str] = {
    ctypes.c_byte: "sint8", ctypes.c_ubyte: "uint8", ctypes.c_short: "sint16", ctypes.c_ushort: "uint16",
    ctypes.c_int: "sint32", ctypes.c_uint: "uint32", ctypes.c_long: "sint64", ctypes.c_ulong: "uint64",
    ctypes.c_longlong: "sint64", ctypes.c_ulonglong: "uint64", ctypes.c_ssize_t: "sint64", ctypes.c_size_t: "uint64",
    ctypes.c_float: "float", ctypes.c_double: "double", ctypes.c_longdouble: "longdouble"}


class _Type(ctypes.Structure):
    """What libffi knows of a type."""

    _fields_ = (("size", ctypes.c_size_t), ("alignment", ctypes.c_ushort), ("kind", ctypes.c_ushort),
                ("elements", ctypes.c_void_p))


_Handler = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p), ctypes.c_void_p)
_libffi: Any = None


def _library() -> Any:
    """Return libffi with the types of what is called here; False if this machine is another or has none."""
    global _libffi
    if _libffi is None:
        _libffi = False
        name = find_library("ffi") if (
            sys.platform.startswith("linux") and platform.machine() == "x86_64") else None
        if name is not None:
            try:
                library = ctypes.CDLL(name)
                library.ffi_closure_alloc.restype = ctypes.c_void_p
                library.ffi_closure_alloc.argtypes = (ctypes.c_size_t, ctypes.POINTER(ctypes.c_void_p))
                library.ffi_prep_cif.argtypes = (ctypes.c_void_p, ctypes.c_int, ctypes.c_uint, ctypes.c_void_p,
                                                 ctypes.c_void_p)
                library.ffi_prep_closure_loc.argtypes = (ctypes.c_void_p, ctypes.c_void_p, _Handler, ctypes.c_void_p,
                                                         ctypes.c_void_p)
                _libffi = library
            except (OSError, AttributeError):
                pass
    return _libffi


def _type(library: Any, name: str) -> int:
    return ctypes.addressof(_Type.in_dll(library, f"ffi_type_{name}"))


def make(definition: Definition, argtypes: list[Any],
         converters: list[Callable[[Any], Any] | None]) -> tuple[Any, int] | None:
    """Return what keeps the code for the function alive, and its address; None if that cannot be made here."""
    library = _library()
    if not library or not all(t in _NAMES for t in argtypes):
        return None
    from acl.builtins.foreign.callables import number_for_c, run

    elements = (ctypes.c_void_p * 3)(_type(library, "sint64"), _type(library, "double"), None)
    both = _Type(0, 0, _STRUCT, ctypes.addressof(elements))
    types = (ctypes.c_void_p * max(len(argtypes), 1))(*[_type(library, _NAMES[t]) for t in argtypes])
    cif = ctypes.create_string_buffer(_CIF_SIZE)
    if library.ffi_prep_cif(ctypes.addressof(cif), _UNIX64, len(argtypes), ctypes.addressof(both),
                            ctypes.addressof(types)):
        return None

    def called(_cif: Any, result: Any, arguments: Any, _data: Any) -> None:
        values = tuple(t.from_address(arguments[i]).value for i, t in enumerate(argtypes))
        ctypes.memmove(result, _registers(run(definition, converters, values, number_for_c)), 16)

    handler = _Handler(called)
    code = ctypes.c_void_p()
    closure = library.ffi_closure_alloc(_CLOSURE_SIZE, ctypes.byref(code))
    if not closure or code.value is None or library.ffi_prep_closure_loc(closure, ctypes.addressof(cif), handler, None,
                                                                         code):
        return None
    return (elements, both, types, cif, handler, closure), code.value


def _registers(value: Any) -> bytes:
    """Return the sixteen octets of the two registers for a number."""
    if isinstance(value, SingleFloat):
        return struct.pack("=qfxxxx", 0, value)
    if isinstance(value, float):
        return struct.pack("=qd", 0, value)
    return ((value or 0) & (1 << 64) - 1).to_bytes(8, "little") + bytes(8)
