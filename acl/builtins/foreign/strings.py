"""Strings of C: characters in an external format, with a null character behind them."""

from __future__ import annotations

import ctypes
from typing import Any

from acl.builtins.declare import builtin, macro
from acl.builtins.foreign.memory import address_of, aligned_address, checked, malloc
from acl.builtins.streams.buffers import octets_to_string
from acl.builtins.streams.output import bounded_text
from acl.expand.options import macro_options
from acl.expand.template import template
from acl.runtime.conditions import error
from acl.streams.formats import external_format as the_format
from acl.types.array import SimpleString, make_octets, string
from acl.types.base import wrong_type
from acl.types.cons import Cons, from_iterable, lisp_list, to_list
from acl.types.function import FUNCTIONS, call_values
from acl.types.symbol import EXCL, FF, SYSTEM, Symbol, T, cl


def _format(designator: Any) -> Any:
    """Return the external format, for the default one that of the names of files: what C programs expect."""
    return the_format(designator)


def encoded(text: str, designator: Any = None) -> bytes:
    """Return *text* in the external format, with a null character behind it."""
    octets: bytes = _format(designator).encode(text + "\0")
    return octets


def c_string(address: int, designator: Any = None) -> SimpleString:
    """Return the string of C at *address*."""
    text, _, _ = _format(designator).decode(ctypes.string_at(checked(address)), None, True)
    return string(text)


@builtin("STRING-TO-NATIVE", "string &key (start 0) end address (external-format :default) aligned (null-terminate t) "
                             "result-vector", package=EXCL, values=True)
def string_to_native(string: Any, *, start: Any = 0, end: Any = None, address: Any = None, external_format: Any = None,
                     aligned: Any = None, null_terminate: Any = T, result_vector: Any = None) -> tuple[Any, ...]:
    """Copy STRING from START to END to ADDRESS or fresh memory of C; return the address and how many octets that is.

    The octets are those of EXTERNAL-FORMAT, and of a null character, unless NULL-TERMINATE is NIL.  Fresh memory is the
    program's to give back, by `aclfree`.  RESULT-VECTOR, an octet vector or T, is filled and returned instead.
    """
    text = bounded_text(string, start, end)
    octets = _format(external_format).encode(text + ("\0" if null_terminate is not None else ""))
    if result_vector is not None:
        if result_vector is T:
            return make_octets(octets), len(octets)
        if type(getattr(result_vector, "data", None)) is not bytearray:
            wrong_type(result_vector, "VECTOR")
        if len(octets) > len(result_vector.data):
            error("ERROR", "~s has ~d octets, ~s needs ~d.", result_vector, len(result_vector.data), string,
                  len(octets))
        result_vector.data[:len(octets)] = octets
        return result_vector, len(octets)
    if address is None:
        place = malloc(len(octets))
    else:
        place = checked(aligned_address(address) if aligned is not None else address_of(address))
    ctypes.memmove(place, octets, len(octets))
    return (place >> 3 if aligned is not None else place if address is None else address), len(octets)


@builtin("NATIVE-TO-STRING", "address &key string make-string? length (external-format :default) truncate "
                             "(string-start 0) string-end aligned", package=EXCL, values=True)
def native_to_string(address: Any, *, string: Any = None, make_string_p: Any = None, length: Any = None,
                     external_format: Any = None, truncate: Any = None, string_start: Any = 0, string_end: Any = None,
                     aligned: Any = None) -> tuple[Any, ...]:
    """Return the string of C at ADDRESS, the number of characters, and that of the octets used.

    It ends at a null character, or after LENGTH octets.  STRING is filled from STRING-START to STRING-END, if it is
    given, unless it is too short and MAKE-STRING? true.  TRUNCATE leaves an incomplete character at the end.
    """
    place = checked(aligned_address(address) if aligned is not None else address_of(address))
    form = _format(external_format)
    octets = ctypes.string_at(place, length) if length is not None else _terminated(form, place)
    if string is not None and make_string_p is not None:
        needed = len(form.decode(octets, None, True)[0])
        if string_end is None and needed > len(string.text()) - string_start:
            string, string_start = None, 0
    vector = make_octets(octets)
    return octets_to_string(vector, string=string, end=len(octets), external_format=form,
                            truncate=truncate, string_start=string_start, string_end=string_end)


def _terminated(form: Any, place: int) -> bytes:
    """Return the octets at *place* before the null character of the format."""
    null = form.encode("\0")
    if len(null) == 1:
        return ctypes.string_at(place)
    size = 0
    while ctypes.string_at(place + size, len(null)) != null:
        size += len(null)
    return ctypes.string_at(place, size)


builtin("NATIVE-TO-STRING", "address &key string make-string? length (external-format :default) truncate "
                            "(string-start 0) string-end aligned", package=FF, values=True)(native_to_string)


@builtin("OCTETS-TO-NATIVE", "octets &key (start 0) end address aligned", package=EXCL, values=True)
def _octets_to_native(octets: Any, *, start: Any = 0, end: Any = None, address: Any = None,
                      aligned: Any = None) -> tuple[Any, ...]:
    """Copy the octet vector OCTETS from START to END to ADDRESS or fresh memory of C; return address and number."""
    data = getattr(octets, "data", None)
    if type(data) is not bytearray:
        wrong_type(octets, "VECTOR")
    part = bytes(data[start:end])
    if address is None:
        place = malloc(len(part))
    else:
        place = checked(aligned_address(address) if aligned is not None else address_of(address))
    ctypes.memmove(place, part, len(part))
    return (place >> 3 if aligned is not None else place), len(part)


@builtin("NATIVE-TO-OCTETS", "address &key length octets (start 0) aligned", package=EXCL, values=True)
def _native_to_octets(address: Any, *, length: Any = None, octets: Any = None, start: Any = 0,
                      aligned: Any = None) -> tuple[Any, ...]:
    """Return LENGTH octets at ADDRESS, or those before a null one, as a vector, and their number.

    OCTETS is filled from START on, if it is given.
    """
    place = checked(aligned_address(address) if aligned is not None else address_of(address))
    data = ctypes.string_at(place) if length is None else ctypes.string_at(place, length)
    if octets is None:
        return make_octets(data), len(data)
    if type(getattr(octets, "data", None)) is not bytearray or start + len(data) > len(octets.data):
        error("ERROR", "~s cannot hold ~d octets from ~d on.", octets, len(data), start)
    octets.data[start:start + len(data)] = data
    return octets, len(data)


@builtin("NATIVE-CHARACTER-SIZEOF", "&key (external-format :default)", package=EXCL)
def _native_character_sizeof(*, external_format: Any = None) -> int:
    """Return how many octets a null character is in EXTERNAL-FORMAT."""
    return len(_format(external_format).encode("\0"))


_with_string = template("""(let ((,variable 0) (,size 0))
    (declare (ignorable ,size))
    (unwind-protect
        (progn (multiple-value-setq (,variable ,size) (%native-string ,string ,@options)) ,@body)
      (,release ,variable)))""")
_RELEASE = EXCL.export("ACLFREE")


@builtin("%NATIVE-STRING", "string &rest options", package=SYSTEM, values=True)
def _native_string(string: Any, *options: Any) -> tuple[Any, ...]:
    """Return what `string-to-native` does; for NIL a null pointer, as programs expect it."""
    if string is None:
        return 0, 0
    return call_values(FUNCTIONS[_CONVERT.key], string, *options)


_CONVERT = EXCL.export("STRING-TO-NATIVE")


def _with_native(binding: Any, body: Any) -> Any:
    variable, string, *options = to_list(binding)
    settings = macro_options(from_iterable(options))
    size = settings.get("NATIVE-LENGTH-VAR", Symbol("SIZE"))
    kept = [x for pair in zip(options[::2], options[1::2], strict=True)
            if pair[0].name != "NATIVE-LENGTH-VAR" for x in pair]
    return _with_string(variable=variable, size=size, string=string, options=kept, body=body,
                        release=_RELEASE)


@macro("WITH-NATIVE-STRING", "(var string &key start end external-format native-length-var) &body forms", package=EXCL)
def _with_native_string(form: Any, env: Any) -> Any:
    """Evaluate FORMS with VAR bound to the address of STRING as a string of C, which goes afterwards; 0 for NIL.

    NATIVE-LENGTH-VAR is a variable for the number of its octets, the null character included.
    """
    return _with_native(form.cdr.car, form.cdr.cdr)


@macro("WITH-NATIVE-STRINGS*", "bindings &body forms", package=EXCL)
def _with_native_strings(form: Any, env: Any) -> Any:
    """Evaluate FORMS with several strings of C, each binding as that of `with-native-string`, one after the other."""
    body = form.cdr.cdr
    for binding in reversed(to_list(form.cdr.car)):
        body = lisp_list(_with_native(binding, body))
    return body.car if form.cdr.car is not None else Cons(cl("PROGN"), body)


# ----------------------------------------------------------------------------------------------------- the older names


@builtin("STRING-TO-CHAR*", "string &optional address", package=FF)
def _string_to_chars(string: Any, address: Any = None) -> Any:
    """Copy STRING to ADDRESS or fresh memory of C, with a null character behind it; return the address."""
    return string_to_native(string, address=address)[0]


@builtin("CHAR*-TO-STRING", "address &optional string", package=FF)
def _chars_to_string(address: Any, into: Any = None) -> Any:
    """Return the string of C at ADDRESS, with STRING filled by it and returned if given."""
    return native_to_string(address, string=into)[0]


@builtin("CHAR*-STRING-LENGTH", "address", package=FF)
def _chars_length(address: Any) -> int:
    """Return how many characters the string of C at ADDRESS has."""
    return len(c_string(address_of(address)).text())


@builtin("FOREIGN-STRLEN", "address", package=FF)
def _foreign_strlen(address: Any) -> int:
    """Return how many octets the string of C at ADDRESS has."""
    return len(ctypes.string_at(checked(address_of(address))))


@builtin("STRING-TO-WCHAR*", "string &optional address", package=FF)
def _string_to_wide(string: Any, address: Any = None) -> Any:
    """Copy STRING as wide characters of C to ADDRESS or fresh memory; return the address."""
    buffer = ctypes.create_unicode_buffer(bounded_text(string, 0, None))
    size = ctypes.sizeof(buffer)
    place = malloc(size) if address is None else checked(address_of(address))
    ctypes.memmove(place, buffer, size)
    return place


@builtin("WCHAR*-TO-STRING", "address", package=FF)
def _wide_to_string(address: Any) -> Any:
    """Return the string of wide characters of C at ADDRESS."""
    return string(ctypes.wstring_at(checked(address_of(address))))


@builtin("WCHAR*-STRING-LENGTH", "address", package=FF)
def _wide_length(address: Any) -> int:
    """Return how many wide characters the string of C at ADDRESS has."""
    return len(ctypes.wstring_at(checked(address_of(address))))
