"""The functions that read the slots of the standard's and Allegro's conditions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from acl.builtins.declare import builtin
from acl.runtime.conditions import class_named
from acl.types.base import wrong_type
from acl.types.symbol import CL, EXCL, Package


def _reader(class_name: str, slot: str, name: str, doc: str, package: Package) -> None:
    cls, key = class_named(class_name), EXCL.intern(slot).key
    builtin(name, "condition", package=package)(_make(cls, key, doc))


def _make(cls: Any, key: str, doc: str) -> Callable[[Any], Any]:
    def read(condition: Any) -> Any:
        if not isinstance(condition, cls):
            wrong_type(condition, cls._lisp.name)
        return getattr(condition, key)

    read.__doc__ = doc
    return read


_TABLE: tuple[tuple[str, str, str, str], ...] = (
    ("TYPE-ERROR", "DATUM", "TYPE-ERROR-DATUM", "Return the object that was of the wrong type from CONDITION."),
    ("TYPE-ERROR", "EXPECTED-TYPE", "TYPE-ERROR-EXPECTED-TYPE", "Return the type that CONDITION says was wanted."),
    ("PACKAGE-ERROR", "PACKAGE", "PACKAGE-ERROR-PACKAGE", "Return the package that CONDITION is about."),
    ("STREAM-ERROR", "STREAM", "STREAM-ERROR-STREAM", "Return the stream that CONDITION is about."),
    ("FILE-ERROR", "PATHNAME", "FILE-ERROR-PATHNAME", "Return the file name that CONDITION is about."),
    ("ARITHMETIC-ERROR", "OPERATION", "ARITHMETIC-ERROR-OPERATION", "Return the operation in which CONDITION arose."),
    ("ARITHMETIC-ERROR", "OPERANDS", "ARITHMETIC-ERROR-OPERANDS", "Return the operands for which CONDITION arose."),
    ("CELL-ERROR", "NAME", "CELL-ERROR-NAME", "Return the name of the cell that CONDITION is about."),
    ("UNBOUND-SLOT", "INSTANCE", "UNBOUND-SLOT-INSTANCE", "Return the instance whose slot had no value in CONDITION."),
    ("PRINT-NOT-READABLE", "OBJECT", "PRINT-NOT-READABLE-OBJECT", "Return the object that CONDITION could not print."),
    ("CONDITION", "FORMAT-CONTROL", "SIMPLE-CONDITION-FORMAT-CONTROL", "Return the format control of CONDITION."),
    ("CONDITION", "FORMAT-ARGUMENTS", "SIMPLE-CONDITION-FORMAT-ARGUMENTS",
     "Return the list of format arguments of CONDITION."),
)
_EXCL_TABLE: tuple[tuple[str, str, str, str], ...] = (
    ("STREAM-ERROR", "ACTION", "STREAM-ERROR-ACTION", "Return what was attempted when CONDITION arose."),
    ("STREAM-ERROR", "CODE", "STREAM-ERROR-CODE", "Return the number of the system's error in CONDITION, or NIL."),
    ("STREAM-ERROR", "IDENTIFIER", "STREAM-ERROR-IDENTIFIER", "Return the keyword that tells the error in CONDITION."),
    ("ERRNO-STREAM-ERROR", "STRING", "STREAM-ERROR-STRING", "Return the system's text for the error in CONDITION."),
    ("SYSCALL-ERROR", "ERRNO", "SYSCALL-ERROR-ERRNO", "Return the number of the system's error in CONDITION."),
    ("WINAPI-ERROR", "CODE", "WINAPI-ERROR-CODE", "Return the number of the system's error in CONDITION."),
    ("OPERATING-SYSTEM-SIGNAL", "NUMBER", "OPERATING-SYSTEM-SIGNAL-NUMBER", "Return the signal number of CONDITION."),
    ("OPERATING-SYSTEM-SIGNAL", "NAME", "OPERATING-SYSTEM-SIGNAL-NAME", "Return the signal name of CONDITION."),
)

for _entry in _TABLE:
    _reader(*_entry, CL)
for _entry in _EXCL_TABLE:
    _reader(*_entry, EXCL)

