"""System construction: `load` and `compile-file` (CLHS 24)."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any

from acl.builtins.declare import builtin, variable
from acl.compiler.recovery import Origin, checksum
from acl.compiler.references import UNIT, CompilationUnit
from acl.compiler.toplevel import check_code
from acl.expand import chain
from acl.expand.environment import NULL_ENVIRONMENT
from acl.reader import TextSource
from acl.reader.octets import source_text
from acl.runtime.condition_classes import class_named
from acl.runtime.conditions import error, signal_error, warn
from acl.runtime.control import Cluster
from acl.runtime.dynamic import bind, current
from acl.runtime.faults import caught, signal_fault
from acl.runtime.interaction import attended
from acl.runtime.messages import MARGIN
from acl.runtime.sources import LOAD_PATHNAME, LOAD_RECORDS, PARTIAL_FILE, RECORD, SOURCE_PATHNAME, location
from acl.types.array import string
from acl.types.cons import Cons, from_iterable, lisp_list, to_list
from acl.types.function import call_values, key_of
from acl.types.symbol import EXCL, SYSTEM, Symbol, T, cl, keyword

LOAD_TRUENAME = variable("*LOAD-TRUENAME*", None, "The truename of the file being loaded.")
LOAD_PRINT = variable("*LOAD-PRINT*", None, "Default of the :PRINT argument of `load`.")
_TELL = T if attended else None
LOAD_VERBOSE = variable("*LOAD-VERBOSE*", _TELL, "Default of the :VERBOSE argument of `load`.")
COMPILE_FILE_PATHNAME = variable("*COMPILE-FILE-PATHNAME*", None, "The file being compiled, as it was given.")
COMPILE_FILE_TRUENAME = variable("*COMPILE-FILE-TRUENAME*", None, "The truename of the file being compiled.")
COMPILE_PRINT = variable("*COMPILE-PRINT*", None, "Default of the :PRINT argument of `compile-file`.")
COMPILE_VERBOSE = variable("*COMPILE-VERBOSE*", _TELL, "Default of the :VERBOSE argument of `compile-file`.")
SOURCE_TYPES = variable("*SOURCE-FILE-TYPES*", from_iterable([string("cl"), string("lisp"), string("lsp")]),
                        "Types of source files, tried in this order; NIL means no type.", package=SYSTEM)
FASL_TYPE = variable("*FASL-DEFAULT-TYPE*", string("fasl"), "Type of the compiled files that `compile-file` writes.",
                     package=EXCL)
FOREIGN_TYPES = variable("*LOAD-FOREIGN-TYPES*", from_iterable([string("so"), string("dylib")]),
                         "Types of files that `load` takes for libraries of C.", package=EXCL)
_PACKAGE, _READTABLE = cl("*PACKAGE*"), cl("*READTABLE*")
_DEPTH = variable("*LOAD-DEPTH*", 0, "How many calls of `load` are inside one another.", package=SYSTEM)
_UNGIVEN, _AGAIN = object(), object()
WARNING, STYLE_WARNING = class_named("WARNING"), class_named("STYLE-WARNING")


def _native(designator: Any) -> str:
    """Return the operating system's name of the file that *designator* names, merged with the default."""
    from acl.builtins.pathnames import native_namestring

    return str(native_namestring(designator))


def _is_stream(x: Any) -> bool:
    from acl.streams.base import Stream

    return isinstance(x, Stream)


def _source(stem: str) -> str | None:
    """Return the first file that is named *stem* with one of the types of source files."""
    names = (stem if t is None else f"{stem}.{t.text()}" for t in to_list(SOURCE_TYPES.value))
    return next(filter(os.path.isfile, names), None)


def find_file(name: str) -> str | None:
    """Return the file that `load` means by *name*: itself, or with the type of a compiled or source file."""
    if os.path.exists(name) and not os.path.isdir(name):  # a pipe, too
        return name
    compiled = f"{name}.{FASL_TYPE.value.text()}"
    source = _source(name)
    if os.path.isfile(compiled) and (source is None or os.path.getmtime(compiled) >= os.path.getmtime(source)):
        return compiled
    return source


def named_outside(name: str) -> Any:
    """Return what `load` takes for a file that somebody outside Lisp has named: its `*` and `[` are no wild cards."""
    from acl.types.pathname import parse_native

    special = any(c in name for c in "*?[\\~:;") and find_file(name) is not None
    return parse_native(name) if special else string(name)


@builtin("LOAD", "filespec &key verbose print (if-does-not-exist t) external-format foreign system-library")
def load(filespec: Any, *, verbose: Any = _UNGIVEN, print: Any = _UNGIVEN, if_does_not_exist: Any = T,
         external_format: Any = None, foreign: Any = None, system_library: Any = None) -> Any:
    """Load the source or compiled file FILESPEC, or the forms of a stream; true if it was there.

    Source text is in EXTERNAL-FORMAT, or what its byte order mark says, or `*default-external-format*`.
    A file without type is looked for with the types of compiled and source files.  A first line that begins with #! is
    skipped.  With FOREIGN or SYSTEM-LIBRARY, or a type that `*load-foreign-types*` has, it is a library of C, found
    also where the system has libraries.
    """
    if foreign is not None or system_library is not None or (
            not _is_stream(filespec) and os.path.splitext(_native(filespec))[1][1:] in _foreign_types()):
        return _load_foreign(filespec, (LOAD_VERBOSE.value if verbose is _UNGIVEN else verbose) is not None)
    show = (LOAD_PRINT.value if print is _UNGIVEN else print) is not None
    tell = (LOAD_VERBOSE.value if verbose is _UNGIVEN else verbose) is not None
    if _is_stream(filespec):
        if tell:
            from acl.printer.writer import princ_to_string as text

            _say_loading("Loading", text(filespec))
        with bind(_PACKAGE, _PACKAGE.value, _READTABLE, _READTABLE.value, LOAD_PATHNAME, None, LOAD_TRUENAME, None,
                  SOURCE_PATHNAME, None):
            load_stream(filespec, show)
        return T
    from acl.builtins.pathnames import to_pathname
    from acl.printer.writer import princ_to_string
    from acl.runtime.restarts import restart_case

    given = to_pathname(filespec)
    shown = princ_to_string(given)
    result: Any = _AGAIN
    while result is _AGAIN:
        result = restart_case(partial(_load_file, filespec, given, show, tell, if_does_not_exist is not None,
                                      external_format),
                              ("RETRY-LOAD", lambda: _AGAIN, f"retry the load of {shown}"),
                              ("SKIP-LOAD", lambda: None, f"skip loading {shown}"), *_recompile(filespec))
    return result


def _foreign_types() -> list[str]:
    return [x.text() for x in to_list(FOREIGN_TYPES.value)]


def _load_foreign(filespec: Any, tell: bool) -> Any:
    """Load a library of C."""
    from acl.builtins.foreign.libraries import load_library

    name = _native(filespec)
    if tell:
        _say_loading("Foreign loading", f"{name}.")
    load_library(filespec, name)
    return T


def _recompile(filespec: Any) -> list[tuple[Any, ...]]:
    """Return the restart that compiles the source again, if it is a compiled file that is loaded."""
    path = find_file(_native(filespec))
    stem, kind = os.path.splitext(path or "")
    if kind != f".{FASL_TYPE.value.text()}":
        return []
    source = _source(stem)
    if source is None:
        return []

    def again() -> Any:
        compile_file(string(source), output_file=string(path or ""))
        return _AGAIN

    return [("RECOMPILE-LOAD", again, f"recompile {os.path.basename(source)}")]


def _load_file(*args: Any) -> Any:
    """Load a file once, faults signalled inside the restarts."""
    try:
        return _load_once(*args)
    except Exception as fault:
        return signal_fault(fault)


def _load_once(filespec: Any, given: Any, show: bool, tell: bool, needed: bool, external_format: Any) -> Any:
    """Load a file; NIL if it is not there and not needed."""
    from acl.types.pathname import parse_native

    path = find_file(_native(filespec))
    if path is None:
        if needed:
            error("FILE-DOES-NOT-EXIST-ERROR", "~s does not exist, cannot load", given, pathname=given)
        return None
    with open(path, "rb") as file:
        data = file.read()
    pathname = parse_native(path)
    truename = parse_native(os.path.realpath(path))
    if tell:
        _say_loading("Fast loading" if data.startswith(b"acl fasl ") else "Loading", os.path.realpath(path))
    with bind(_PACKAGE, _PACKAGE.value, _READTABLE, _READTABLE.value, LOAD_PATHNAME, pathname,
              LOAD_TRUENAME, truename, SOURCE_PATHNAME, pathname, PARTIAL_FILE, None, _DEPTH, _DEPTH.value + 1):
        load_data(data, path, show, external_format)
    return T


def say(text: str) -> None:
    """Write the line *text* to standard output, at the beginning of a line."""
    from acl.streams.base import output_stream

    stream = output_stream(None)
    stream.fresh_line()
    stream.write_str(text + "\n")


def _say_loading(action: str, path: str) -> None:
    """Tell which file is loaded: two blanks more for each `load` inside another, long names on the next line."""
    blanks = " " * (1 + 2 * _DEPTH.value)
    margin = cl("*PRINT-RIGHT-MARGIN*").value or MARGIN
    line = f";{blanks}{action} {path}"
    say(line if len(line) <= margin else f";{blanks}{action}\n;{blanks}   {path}")


def load_data(data: bytes, path: str, show: bool, external_format: Any) -> None:
    """Load the contents of a file: a compiled one of this version, or source text."""
    from acl.compiler import fasl

    name = string(path)
    if fasl.is_current(data):
        try:
            with bind(RECORD, LOAD_RECORDS.value):
                fasl.run(data, os.path.dirname(os.path.realpath(path)))
        except fasl.CorruptFile:
            error("FILE-ERROR", "~s is damaged: compile it again.", name, pathname=name)
        return
    if fasl.is_fasl(data):
        error("FILE-ERROR", "~s was compiled by another version of Lisp or Python.", name, pathname=name)
    if path.endswith(f".{FASL_TYPE.value.text()}"):
        error("FILE-ERROR", "~s is no compiled file.", name, pathname=name)
    load_text(source_text(data, path, external_format), path, show)


def load_text(text: str, path: str, show: bool = False) -> None:
    """Load the forms of *text*, the contents of the file *path*."""
    from acl.builtins import load_cache
    from acl.reader import EOF, TextSource, read_form
    from acl.session import evaluate_values

    source = TextSource(text, path)
    cache = load_cache.find(text, path) if chain.digest is not None else None
    if cache is None:
        while (form := read_form(source, EOF)) is not EOF:
            _show(evaluate_values(form, None, path, source.positions), show)
            source.forget()
        return
    for values in cache.replay(source):
        _show(values, show)
    while True:
        start, package = source.pos, _PACKAGE.value
        known = len(package.internal)
        form = read_form(source, EOF)
        if form is EOF:
            break
        if cache.recording:
            made = tuple((package.name, name) for name in list(package.internal)[known:])
            _show(cache.evaluate(form, source, start, made), show)
        else:
            chain.end()
            _show(evaluate_values(form, None, path, source.positions), show)
        source.forget()
    cache.save()


def _show(values: tuple[Any, ...], show: bool) -> None:
    if show:
        from acl.printer.writer import prin1_to_string

        for value in values:
            say(f"; {prin1_to_string(value)}")


def load_stream(stream: Any, show: bool) -> None:
    """Load the forms of a character stream."""
    from acl.reader import EOF, read
    from acl.session import evaluate_values

    while True:
        form = read(stream, EOF)
        if form is EOF:
            return
        _show(evaluate_values(form, None, "<stream>"), show)


# ---------------------------------------------------------------------------------------------------- compile-file


@builtin("COMPILE-FILE", "input-file &key output-file verbose print external-format load-after-compile",
         values=True)
def compile_file(input_file: Any, *, output_file: Any = None, verbose: Any = _UNGIVEN, print: Any = _UNGIVEN,
                 external_format: Any = None, load_after_compile: Any = None) -> tuple[Any, ...]:
    """Compile the source file INPUT-FILE; return the truename of the result, and whether there were problems.

    Its text is in EXTERNAL-FORMAT, as for `load`.  With LOAD-AFTER-COMPILE load the result, too.
    """
    from acl.builtins.pathnames import to_pathname
    from acl.bytecode import write_file

    path = source_file(input_file)
    target = _native(output_file) if output_file is not None else compiled_name(path)
    tell = (COMPILE_VERBOSE.value if verbose is _UNGIVEN else verbose) is not None
    show = (COMPILE_PRINT.value if print is _UNGIVEN else print) is not None
    if tell:
        say(f";;; Compiling file {path}")
    with open(path, "rb") as file:
        text = source_text(file.read(), path, external_format)
    with bind(_PACKAGE, _PACKAGE.value, _READTABLE, _READTABLE.value, COMPILE_FILE_PATHNAME, to_pathname(path),
              COMPILE_FILE_TRUENAME, to_pathname(os.path.realpath(path)), SOURCE_PATHNAME, to_pathname(path),
              PARTIAL_FILE, None):
        data, warned, failed = compile_text(text, path, show, external_format)
    if tell:
        say(f";;; Writing fasl file {target}")
    write_file(target, data)
    if tell:
        say(";;; Fasl write complete")
    result = to_pathname(os.path.realpath(target))
    if load_after_compile is not None:
        load(result)
    return result, T if warned else None, T if failed else None


def source_file(designator: Any) -> str:
    """Return the name of the existing file that `compile-file` means: itself, or with the type of a source file."""
    name = _native(designator)
    path = name if os.path.isfile(name) else _source(name)
    if path is None:
        error("FILE-DOES-NOT-EXIST-ERROR", "~s does not exist, cannot compile", designator, pathname=designator)
    return path


def compiled_name(path: str) -> str:
    """Return the name of the compiled file of the source *path*."""
    return f"{os.path.splitext(path)[0]}.{FASL_TYPE.value.text()}"


@builtin("COMPILE-FILE-PATHNAME", "input-file &key output-file &allow-other-keys")
def _compile_file_pathname(input_file: Any, *, output_file: Any = None) -> Any:
    """Return the pathname of the file that `compile-file` would write."""
    from acl.builtins.pathnames import merge_pathnames, to_pathname

    if output_file is not None:
        return merge_pathnames(output_file, to_pathname(compiled_name(_native(input_file))))
    return to_pathname(compiled_name(_native(input_file)))


def compile_text(text: str, path: str, show: bool = False, external_format: Any = None) -> tuple[bytes, bool, bool]:
    """Compile the forms of *text*; return the compiled file's contents, and whether there were warnings, failures.

    With *show* tell the name of each definition; the text was read in *external_format*, a designator or None.
    """
    return warned_of(lambda: _compile_forms(text, path, show, external_format))


def warned_of(function: Callable[[], Any]) -> tuple[Any, bool, bool]:
    """Call *function* in a compilation unit; return its value, and whether there were warnings, failures."""
    counts = [0, 0]
    state = current()
    outer = state.handlers
    state.handlers = (Cluster(WARNING), [partial(_count_warning, counts)], outer)
    try:
        result = in_compilation_unit(function)
    finally:
        state.handlers = outer
    return result, counts[0] > 0, counts[1] > 0


def _compile_forms(text: str, path: str, show: bool, external_format: Any) -> bytes:
    """Compile the forms of *text* in the compilation unit in force; return the compiled file's contents."""
    from acl.compiler import fasl
    from acl.reader import EOF, read_form

    source = TextSource(text, path)
    compiler = _FileCompiler(path, source, external_format)
    lines = [0, *[i + 1 for i, c in enumerate(text) if c == "\n"]]
    while True:
        form = read_form(source, EOF)
        if form is EOF:
            return fasl.dump(compiler.units)
        line, column = source.positions.get(id(form), (1, 0))
        compiler.begin(form, lines[line - 1] + column)
        if show:
            _say_compiling(form)
        compiler.process(form)
        source.forget()


class _FileCompiler:
    """Compiles the forms of the file *path* to `units`; `form`, which begins at `position`, is the present one.

    `part` counts the forms to be compiled that it has, `package` is the one that it was read in.

    In the place of a form that cannot be compiled it puts, with a warning, one that signals an error when it is loaded.
    """

    def __init__(self, path: str, source: TextSource, external_format: Any) -> None:
        from acl.compiler import fasl
        from acl.compiler.toplevel import TopLevel
        from acl.session import run_form

        positions = source.positions
        self.path = path
        self.format = external_format.name if type(external_format) is Symbol else None
        self.source, self.full_path = source, os.path.realpath(path)
        self.form: Any = None
        self.position = self.part = 0
        self.package = ""
        self.units: list[Any] = []
        self.writer = fasl.Writer(lambda form: self.compiled(form, NULL_ENVIRONMENT)[1], load_forms)
        self.top = TopLevel(lambda form, env: run_form(form, env, path, positions), self.keep, positions)
        self.top.expand = self.expand

    def begin(self, form: Any, position: int) -> None:
        """Make *form*, which has just been read, the present one."""
        self.form, self.position, self.part, self.package = form, position, 0, _PACKAGE.value.name

    def process(self, form: Any) -> None:
        """Compile *form*, the present one, or what is to stand for it."""
        problem = caught(lambda: check_code(form))
        self.top.process(form if problem is None else self.failing(problem))

    def compiled(self, form: Any, env: Any, origin: Any = None) -> tuple[Any, tuple[Any, ...]]:
        """Compile *form*; return its unit, and what is written of it."""
        from acl.compiler import compile_form

        unit = compile_form(form, env, self.path, self.top.positions, into_file=True)
        return unit, self.writer.unit(unit, origin)

    def keep(self, form: Any, env: Any) -> None:
        """Compile *form* into the file."""
        made: list[Any] = []
        text = self.source.text[self.position:self.source.pos]
        origin = Origin(self.full_path, self.position, self.source.pos, checksum(text), self.package, self.part,
                        self.format)
        self.part += 1
        problem = caught(lambda: made.append(self.compiled(form, env, origin)))
        if problem is not None:
            made.append(self.compiled(self.failing(problem), NULL_ENVIRONMENT))
        unit, written = made[0]
        UNIT.value.note_form(form, unit, os.path.basename(self.path), self.position)
        self.units.append(written)

    def expand(self, form: Any, env: Any) -> tuple[Any, bool]:
        """Expand the macro call that *form* may be, as `macroexpand-1` does."""
        from acl.expand.macroexpand import macroexpand_1

        made: list[tuple[Any, bool]] = []
        problem = caught(lambda: made.append(macroexpand_1(form, env)))
        return made[0] if problem is None else (self.failing(problem), True)

    def failing(self, problem: Any) -> Any:
        """Warn that the form cannot be compiled, for the reason *problem*; return one that is to stand for it."""
        from acl.compiler.malformed import shortened

        if not isinstance(problem, class_named("ERROR")):  # the stack, or memory, is exhausted
            signal_error(problem)
        what = string(shortened(self.form))
        place = string(f"position {self.position} in {os.path.basename(self.path)}")
        why = string(str(problem))
        warn("SIMPLE-WARNING", "While compiling ~a (~a): ~a~%Loading it will be an error.", what, place, why,
             plist=location(self.position))
        text = string("~a (~a) could not be compiled: ~a")
        return lisp_list(cl("ERROR"), lisp_list(cl("QUOTE"), cl("PROGRAM-ERROR")), keyword("FORMAT-CONTROL"), text,
                         keyword("FORMAT-ARGUMENTS"), lisp_list(cl("LIST"), what, place, why))


def _say_compiling(form: Any) -> None:
    """Tell the name of a definition that is compiled."""
    from acl.printer.writer import prin1_to_string

    if type(form) is Cons and type(form.car) is Symbol and form.car.name.startswith("DEF") and type(form.cdr) is Cons:
        say(f"; Compiling {prin1_to_string(form.cdr.car)}")


def in_compilation_unit(function: Any, override: bool = False) -> Any:
    """Call *function* in a compilation unit, a new one if there is none or if *override*; return what it returns."""
    if UNIT.value is not None and not override:
        return function()
    unit = CompilationUnit()
    with bind(UNIT, unit):
        result = function()
    unit.report()
    return result


@builtin("%CALL-IN-COMPILATION-UNIT", "function override", values=True, package=SYSTEM)
def _call_in_compilation_unit(function: Any, override: Any) -> tuple[Any, ...]:
    """Call FUNCTION in a compilation unit, a new one if OVERRIDE is true; return its values."""
    return tuple(in_compilation_unit(partial(call_values, function), override is not None))


@builtin("%NOTE-FUNCTION", "name", package=SYSTEM)
def _note_function(name: Any) -> Any:
    """Tell the file compiler that NAME will be a function."""
    if UNIT.value is not None:
        UNIT.value.defined.add(key_of(name))
    return name


def _count_warning(counts: list[int], condition: Any) -> None:
    """Note a warning of the compiler: all count as warnings, all but style warnings as failures."""
    counts[0] += 1
    if not isinstance(condition, STYLE_WARNING):
        counts[1] += 1


def load_forms(x: Any) -> tuple[Any, Any]:
    """Return the creation and the initialization form of *x* (`make-load-form`)."""
    from acl.types.function import FUNCTIONS

    values = call_values(FUNCTIONS["COMMON-LISP:MAKE-LOAD-FORM"], x)
    return values[0], values[1] if len(values) > 1 else None
