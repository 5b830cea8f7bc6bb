"""The package EXCL.OSI: reading folders entry by entry, temporary files, and what else C has for files."""

from __future__ import annotations

import os
from typing import Any

from acl.builtins.declare import macro
from acl.builtins.excl.osi import descriptor, done, system_call
from acl.builtins.pathnames import native_namestring
from acl.clos.base import StandardObject
from acl.expand.lambda_list import gensym
from acl.expand.options import macro_options
from acl.expand.template import template
from acl.reader.designators import string_text
from acl.runtime.conditions import error
from acl.types.array import SimpleString
from acl.types.base import wrong_type
from acl.types.symbol import OSI, T


class Dir(StandardObject, lisp="DIR", package=OSI, export=False):
    """A folder that is being read; `entries` are the names to come, None once it is closed."""

    entries: Any


def _folder(x: Any) -> Any:
    if not isinstance(x, Dir):
        wrong_type(x, "EXCL.OSI:DIR")
    if x.entries is None:
        error("SIMPLE-ERROR", "~s has been closed.", x)
    return x


def _opendir(folder: Any) -> Any:
    names = [".", "..", *sorted(os.listdir(native_namestring(folder)))]
    made = Dir.__new__(Dir)
    made.entries = iter(names)
    return made


def _readdir(folder: Any) -> Any:
    name = next(_folder(folder).entries, None)
    return None if name is None else SimpleString(name)


def _closedir(folder: Any) -> None:
    _folder(folder).entries = None


def _putenv(setting: Any) -> None:
    name, equals, value = string_text(setting).partition("=")
    if equals:
        os.environ[name] = value
    else:
        os.environ.pop(name, None)


def _domain() -> Any:
    with open("/proc/sys/kernel/domainname", encoding="utf-8") as file:
        return SimpleString(file.read().strip())


def _remove(file: Any) -> None:
    name = native_namestring(file)
    (os.rmdir if os.path.isdir(name) and not os.path.islink(name) else os.unlink)(name)


for _row in (
        ("OPENDIR", "directory", _opendir, "Begin to read DIRECTORY; return what `readdir` and `closedir` take."),
        ("READDIR", "directory", _readdir,
         "Return the name of the next entry of DIRECTORY, which `opendir` returned; NIL after the last."),
        ("CLOSEDIR", "directory", done(_closedir), "End reading DIRECTORY, which `opendir` returned."),
        ("OS-REMOVE", "file", done(_remove), "Remove FILE, or an empty directory."),
        ("CHGRP", "file gid", done(lambda file, gid: os.chown(native_namestring(file), -1, gid)),
         "Give FILE to the group with the number GID."),
        ("FCHGRP", "stream gid", done(lambda stream, gid: os.fchown(descriptor(stream), -1, gid)),
         "Give the file of STREAM to the group with the number GID."),
        ("PUTENV", "setting", done(_putenv),
         "Set an environment variable: SETTING is a string NAME=VALUE; without = the variable is removed."),
        ("GETDOMAINNAME", "", _domain, "Return the name of this machine's NIS domain."),
        ("DETACH-FROM-TERMINAL-SUPPORTED-P", "", lambda: T, "Return true: `detach-from-terminal` works here.")):
    system_call(*_row)


_WITH_TEMPORARY = template("""
    (multiple-value-bind (,stream ,filename) (,make ,template)
      (declare (ignorable ,filename))
      (unwind-protect (progn ,@body) (close ,stream))
      ,filename)""")


@macro("WITH-OPEN-TEMP-FILE", "(stream template &key filename) &body body", package=OSI)
def with_open_temp_file(form: Any, env: Any) -> Any:
    """Evaluate BODY with STREAM bound to a stream to a new file, which is then closed; return the file's name.

    The name is TEMPLATE and some letters, which are put in place of X's at its end; FILENAME is a variable that is
    bound to it.  Nobody deletes the file.
    """
    stream, rest = form.cdr.car.car, form.cdr.car.cdr
    filename = macro_options(rest.cdr).get("FILENAME")
    return _WITH_TEMPORARY(stream=stream, filename=filename if filename is not None else gensym("FILENAME"),
                           make=OSI.external["MKSTEMP"], template=rest.car, body=form.cdr.cdr)
