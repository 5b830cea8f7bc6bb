"""Compiled files that are made when they are needed: what the loading files of Allegro's programs call."""

from __future__ import annotations

import os
from typing import Any

from acl.builtins.declare import builtin
from acl.builtins.loading import compile_file, compiled_name, load, source_file
from acl.builtins.pathnames import native_namestring, to_pathname
from acl.compiler import fasl
from acl.runtime.conditions import error
from acl.streams.base import Stream, rest_of
from acl.types.array import string
from acl.types.cons import from_iterable, lisp_list
from acl.types.symbol import EXCL, cl


def is_needed(source: str, target: str) -> bool:
    """True if *target* is missing, older than *source*, or was compiled by another acl or Python."""
    try:
        if os.path.getmtime(target) < os.path.getmtime(source):
            return True
        with open(target, "rb") as file:
            return not fasl.is_current(file.read(len(fasl.HEADER)))
    except OSError:
        return True


@builtin("COMPILE-FILE-IF-NEEDED", "input-file &key output-file fasl-circle force-compile &allow-other-keys",
         package=EXCL)
def compile_file_if_needed(input_file: Any, *, output_file: Any = None, fasl_circle: Any = None,
                           force_compile: Any = None, **options: Any) -> Any:
    """Compile INPUT-FILE unless its compiled file is newer; return the pathname of that.

    A file that another version of acl or Python compiled is compiled anew, and with FORCE-COMPILE any.
    """
    source = source_file(input_file)
    target = native_namestring(output_file) if output_file is not None else compiled_name(source)
    if force_compile is not None or is_needed(source, target):
        return compile_file(string(source), output_file=string(target), **options)[0]
    return to_pathname(string(os.path.realpath(target)))


@builtin("LOAD-COMPILED", "input-file &key output-file &allow-other-keys", package=EXCL)
def load_compiled(input_file: Any, *, output_file: Any = None, **options: Any) -> Any:
    """Compile the source file INPUT-FILE and load it; the compiled file stays only if OUTPUT-FILE is given."""
    if output_file is not None:
        return load(compile_file(input_file, output_file=output_file)[0])
    import tempfile

    with tempfile.TemporaryDirectory(prefix="acl-") as folder:
        name = os.path.basename(compiled_name(source_file(input_file)))
        return load(compile_file(input_file, output_file=string(os.path.join(folder, name)))[0])


# Data in the form of compiled files


@builtin("FASL-WRITE", "object target &optional circle", package=EXCL)
def fasl_write(object: Any, target: Any, circle: Any = None) -> Any:
    """Write OBJECT, as a constant of a compiled file would be, to TARGET, a file or a stream; `fasl-read` reads it.

    What OBJECT refers to twice is written once, whatever CIRCLE is.
    """
    from acl.builtins.loading import load_forms
    from acl.compiler import compile_form

    def unit(form: Any) -> tuple[Any, ...]:
        return writer.unit(compile_form(form))

    writer = fasl.Writer(unit, load_forms)
    data = fasl.dump([unit(lisp_list(cl("QUOTE"), object))])
    if isinstance(target, Stream):
        target.write_from(data)
        return object
    with open(native_namestring(target), "wb") as out:
        out.write(data)
    return object


@builtin("FASL-READ", "source", package=EXCL)
def fasl_read(source: Any) -> Any:
    """Return a list of the objects that `fasl-write` has written to SOURCE, a file or a stream."""
    if isinstance(source, Stream):
        data = rest_of(source)
    else:
        with open(native_namestring(source), "rb") as file:
            data = file.read()
    if not fasl.is_current(data):
        error("FILE-ERROR", "~s was not written by `fasl-write` of this acl.", source, pathname=source)
    try:
        return from_iterable([fasl.Reader().unit(written).link()()[0] for part in fasl.parts(data) for written in part])
    except fasl.CorruptFile:
        return error("FILE-ERROR", "~s is damaged.", source, pathname=source)
