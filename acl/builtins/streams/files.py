"""Opening files; positions and lengths."""

from __future__ import annotations

import os
from typing import Any

from acl.builtins.declare import builtin
from acl.builtins.pathnames import file_error, native_namestring, to_pathname
from acl.clos.base import LispClass
from acl.runtime.typesys import expand_type
from acl.streams.arrays import string_text
from acl.streams.base import Stream, any_stream
from acl.streams.composed import BroadcastStream
from acl.streams.files import BinaryFileStream, FileStream, MappedFileStream, ProbeStream
from acl.types.array import is_string, type_error
from acl.types.base import wrong_type
from acl.types.character import Char
from acl.types.cons import Cons, lisp_list, to_list
from acl.types.pathname import NEWEST, Pathname
from acl.types.symbol import Symbol, T, cl, keyword

_UNGIVEN: Any = object()
_INPUT, _OUTPUT, _IO, _PROBE = (keyword(k) for k in ("INPUT", "OUTPUT", "IO", "PROBE"))
_ERROR, _CREATE, _DEFAULT = keyword("ERROR"), keyword("CREATE"), keyword("DEFAULT")
_APPEND, _ALWAYS_APPEND, _OVERWRITE, _RENAME = (keyword(k) for k in ("APPEND", "ALWAYS-APPEND", "OVERWRITE", "RENAME"))
_REPLACE = tuple(keyword(k) for k in ("SUPERSEDE", "NEW-VERSION", "RENAME-AND-DELETE"))
_TRUNCATE = keyword("TRUNCATE")
_CHARACTER = cl("CHARACTER")
_UNSIGNED, _SIGNED, _INTEGER = cl("UNSIGNED-BYTE"), cl("SIGNED-BYTE"), cl("INTEGER")


def os_fault(problem: OSError, path: Any) -> Any:
    """Signal the file-error for a system call that failed."""
    from acl.runtime.conditions import error
    from acl.types.array import string

    kind = "FILE-DOES-NOT-EXIST-ERROR" if isinstance(problem, FileNotFoundError) else "FILE-ERROR"
    error(kind, "~s: ~a [errno=~d].", path, string(os.strerror(problem.errno or 0)), problem.errno or 0, pathname=path,
          errno=problem.errno or 0)


@builtin("OPEN", "filespec &key (direction :input) (element-type 'character) if-exists if-does-not-exist "
                 "(external-format :default) mapped")
def open_(filespec: Any, *, direction: Any = _INPUT, element_type: Any = _CHARACTER, if_exists: Any = _UNGIVEN,
          if_does_not_exist: Any = _UNGIVEN, external_format: Any = None, mapped: Any = None) -> Any:
    """Open the file FILESPEC and return a stream to it.

    DIRECTION is :INPUT, :OUTPUT, :IO or :PROBE.  IF-EXISTS says what to do with an existing file that is to be
    written: :ERROR, :SUPERSEDE, :NEW-VERSION, :RENAME, :RENAME-AND-DELETE, :OVERWRITE, :APPEND, :TRUNCATE, or NIL for
    returning NIL; a replaced file changes when the stream is closed.  IF-DOES-NOT-EXIST is :ERROR, :CREATE or NIL.
    With MAPPED the file, opened with direction :INPUT or :IO, keeps its length.
    """
    if direction not in (_INPUT, _OUTPUT, _IO, _PROBE):
        type_error(direction, lisp_list(cl("MEMBER"), _INPUT, _OUTPUT, _IO, _PROBE))
    if mapped is not None and (direction not in (_INPUT, _IO) or integer_width(element_type) is not None):
        file_error(to_pathname(filespec), "A file is mapped with direction :input or :io and without an element type: "
                                          "~s cannot be opened.", to_pathname(filespec))
    given = to_pathname(filespec)
    name = native_namestring(filespec)
    if os.path.isdir(name) and direction is not _PROBE:
        file_error(given, "File ~s is a DIRECTORY type file and cannot reasonably be opened as a Lisp stream.", given)
    if mapped is not None:  # it is used as it is, and must be there
        if_exists = _OVERWRITE if if_exists is _UNGIVEN else if_exists
        if_does_not_exist = _ERROR if if_does_not_exist is _UNGIVEN else if_does_not_exist
    if if_exists is _UNGIVEN:
        if_exists = keyword("NEW-VERSION") if given.version is NEWEST else _ERROR
    if if_does_not_exist is _UNGIVEN:
        if_does_not_exist = (
            None if direction is _PROBE
            else _ERROR if direction is _INPUT or if_exists is _OVERWRITE or if_exists is _APPEND else _CREATE)
    cls = FileStream if mapped is None else MappedFileStream
    return _open(given, name, direction, element_type, if_exists, if_does_not_exist, external_format, cls)


def _open(given: Pathname, name: str, direction: Any, element_type: Any, if_exists: Any, if_does_not_exist: Any,
          format: Any, cls: type[FileStream]) -> Any:
    writing = direction is _OUTPUT or direction is _IO
    exists = os.path.lexists(name) and (os.path.exists(name) or not writing)
    if direction is _INPUT and not os.path.exists(name):
        exists = False
    if exists and writing:
        if if_exists is None:
            return None
        if if_exists is _ERROR:
            file_error(given, "File ~s exists", given)
    if not exists:
        if if_does_not_exist is None:
            return None
        if if_does_not_exist is not _CREATE:
            os_fault(FileNotFoundError(2, "No such file or directory", name), given)
    if direction is _PROBE:
        if not exists:
            os.close(os.open(name, os.O_WRONLY | os.O_CREAT, 0o666))
        return ProbeStream(given, name)
    flags = (os.O_RDWR if direction is _IO else os.O_WRONLY if writing else os.O_RDONLY) | os.O_CLOEXEC
    target, temporary, backup = name, None, None
    if not exists:
        flags |= os.O_CREAT
    elif writing:
        if if_exists in _REPLACE:
            temporary = _temporary(name)
            if temporary is None:
                flags |= os.O_TRUNC
            else:
                target = temporary
                flags |= os.O_CREAT | os.O_EXCL
        elif if_exists is _RENAME:
            backup = name + ".old"
            os.replace(name, backup)
            flags |= os.O_CREAT
        elif if_exists is _ALWAYS_APPEND:
            flags |= os.O_APPEND
        elif if_exists is _TRUNCATE:
            flags |= os.O_TRUNC
        elif if_exists is not _APPEND and if_exists is not _OVERWRITE:
            type_error(if_exists, cl("KEYWORD"))
    try:
        fd = os.open(target, flags, 0o666)
    except OSError as e:
        os_fault(e, given)
    if temporary is not None:
        os.fchmod(fd, os.stat(name).st_mode & 0o7777)
    stream = _make_stream(fd, given, os.path.abspath(name), direction, element_type, format, cls)
    stream.temporary = None if temporary is None else os.path.abspath(temporary)
    stream.backup, stream.created = backup, not exists or backup is not None
    if exists and if_exists is _APPEND and writing:
        stream.set_file_position("end")
    return stream


def _temporary(name: str) -> str | None:
    """Return a new name beside the file *name*; None if it must be written in place."""
    if not os.path.isfile(name) or os.path.islink(name) or not os.access(name, os.W_OK):
        return None
    head, tail = os.path.split(name)
    if not os.access(head or ".", os.W_OK):
        return None
    number = 0
    while True:
        candidate = os.path.join(head, f".{tail}.{os.getpid()}-{number}~")
        if not os.path.lexists(candidate):
            return candidate
        number += 1


def _make_stream(fd: int, given: Pathname, path: str, direction: Any, element_type: Any, format: Any,
                 cls: type[FileStream]) -> Any:
    input_p, output_p = direction is not _OUTPUT, direction is not _INPUT
    element_type = expand_type(element_type)
    integers = integer_width(element_type)
    try:
        if integers is None:
            kind = _CHARACTER if element_type is _DEFAULT else element_type
            return cls(fd, given, path, input_p, output_p, format, kind)
        bits, signed = integers
        return BinaryFileStream(fd, given, path, input_p, output_p, format, element_type, bits=bits, signed=signed)
    except BaseException:
        os.close(fd)
        raise


def integer_width(element_type: Any) -> tuple[int, bool] | None:
    """Return the bits and signedness of the integers of a type specifier; None for characters."""
    element_type = expand_type(element_type)
    if isinstance(element_type, LispClass):
        element_type = element_type._lisp.name
    if type(element_type) is Symbol:
        if element_type is _DEFAULT or element_type is T:
            return None
        simple = {"UNSIGNED-BYTE": (8, False), "SIGNED-BYTE": (8, True), "BIT": (1, False), "INTEGER": (64, True),
                  "FIXNUM": (64, True)}
        return simple.get(element_type.name)
    if type(element_type) is not Cons:
        return None
    head, *rest = to_list(element_type)
    if head is _UNSIGNED or head is _SIGNED:
        bits = rest[0] if rest and type(rest[0]) is int else 8
        return bits, head is _SIGNED
    if head is cl("MOD") and rest:
        return max((rest[0] - 1).bit_length(), 1), False
    if head is _INTEGER:
        low, high = (*rest, cl("*"), cl("*"))[:2]
        low = low.car + 1 if type(low) is Cons else low
        high = high.car - 1 if type(high) is Cons else high
        return _bits_for(low, high)
    if head is cl("MEMBER") and all(type(x) is int for x in rest):
        return _bits_for(min(rest), max(rest))
    if head is cl("OR") and rest:
        widths = [integer_width(x) for x in rest]
        if None in widths:
            return None
        signed = any(w[1] for w in widths if w)
        return max(w[0] + (signed and not w[1]) for w in widths if w), signed
    if head is cl("AND"):
        return next((w for w in map(integer_width, rest) if w is not None), None)
    return None


def _bits_for(low: Any, high: Any) -> tuple[int, bool]:
    if type(low) is not int or type(high) is not int:
        return (64, type(low) is not int or low < 0)
    if low >= 0:
        return max(high.bit_length(), 1), False
    return max(high.bit_length(), (~low).bit_length()) + 1, True


# Positions and lengths

_START, _END = keyword("START"), keyword("END")


@builtin("FILE-POSITION", "stream &optional position-spec")
def file_position(stream: Any, position: Any = _UNGIVEN) -> Any:
    """Return the position of STREAM in its file, or move it to POSITION-SPEC: a number, :START or :END.

    When it moves the value is true if that worked.
    """
    any_stream(stream)
    if position is _UNGIVEN or position is None:
        return stream.file_position()
    if position is _START or position is _END:
        return T if stream.set_file_position("start" if position is _START else "end") else None
    if type(position) is not int or position < 0:
        type_error(position, lisp_list(cl("OR"), lisp_list(_INTEGER, 0), lisp_list(cl("MEMBER"), _START, _END)))
    if position >= 1 << 63:
        from acl.runtime.conditions import error

        error("SIMPLE-ERROR", "~s is no position in a file.", position)
    return T if stream.set_file_position(position) else None


@builtin("FILE-LENGTH", "stream")
def file_length(stream: Any) -> Any:
    """Return the number of elements in the file of STREAM; of characters, the number of octets.

    As in Allegro STREAM may also be the name of an existing file.
    """
    if not isinstance(stream, Stream):
        if is_string(stream) or isinstance(stream, Pathname):
            name = native_namestring(stream)
            if os.path.isfile(name):
                return os.path.getsize(name)
        wrong_type(stream, "FILE-STREAM")
    return stream.file_length()


@builtin("FILE-STRING-LENGTH", "stream object")
def file_string_length(stream: Any, thing: Any) -> Any:
    """Return by how much the position of STREAM would advance if OBJECT, a character or string, were written."""
    text = str(thing) if type(thing) is Char else string_text(thing)
    stream = any_stream(stream).resolve()
    if isinstance(stream, BroadcastStream):
        return file_string_length(stream.streams[-1], thing) if stream.streams else 1
    measure = getattr(stream, "file_string_length", None)
    if measure is None:
        type_error(stream, cl("FILE-STREAM"))
    return measure(text)


