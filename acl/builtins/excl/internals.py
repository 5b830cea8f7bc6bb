"""Internals of Allegro that portable libraries use where they find Allegro: readtables, strings, switches."""

from __future__ import annotations

import os
import re
from typing import Any

from acl.builtins.declare import builtin, macro, predicate, variable
from acl.builtins.evaluation import constantp
from acl.clos.base import LispClass
from acl.expand.declarations import parse_body as parse
from acl.expand.template import template
from acl.reader.designators import as_package, string_text
from acl.reader.dispatch import read_dispatch
from acl.reader.faults import reader_error
from acl.reader.reader import collect_token, current_readtable, intern
from acl.reader.readtable import Readtable
from acl.runtime.conditions import error
from acl.types.array import GeneralArray, SimpleString, SimpleVector, is_string, is_vector, string
from acl.types.base import wrong_type
from acl.types.casemode import converted
from acl.types.character import CHAR
from acl.types.cons import from_iterable, lisp_list
from acl.types.function import FUNCTIONS, fdefinition, key_of
from acl.types.symbol import EXCL, SYSTEM, Symbol, T, cl, denil, keyword

# ---------------------------------------------------------------------------------------------------------- readtables

_NAMED: dict[Any, Any] = {}


@builtin("NAMED-READTABLE", "name &optional (error-p t)", package=EXCL)
def _named_readtable(name: Any, error_p: Any = T) -> Any:
    """Return the readtable that was given the name NAME; if there is none an error, or with ERROR-P NIL, NIL."""
    found = _NAMED.get(name)
    if found is None and error_p is not None:
        error("ERROR", "There is no readtable named ~s.", name)
    return found


@builtin("NAMED-READTABLE", "readtable name &optional error-p", package=EXCL, setf=True)
def _set_named_readtable(readtable: Any, name: Any, error_p: Any = None) -> Any:
    """Give READTABLE the name NAME; NIL takes the name away."""
    if readtable is None:
        _NAMED.pop(name, None)
    elif isinstance(readtable, Readtable):
        _NAMED[name] = readtable
    else:
        wrong_type(readtable, "READTABLE")
    return readtable


@builtin("READ-TOKEN", "stream char", package=EXCL, export=False)
def _read_token(stream: Any, char: Any) -> Any:
    """Read the number or symbol that begins with CHAR: what `readtable-macro-table` has for constituents."""
    from acl.reader import read

    stream.unread_char(char)
    return read(stream)


@builtin("UNDEFINED-MACRO-CHAR", "stream char", package=EXCL, export=False)
def _undefined_macro_char(stream: Any, char: Any) -> Any:
    """Signal that CHAR is no macro character."""
    reader_error(stream, "~s is no macro character", char)


@builtin("READ-DISPATCH-CHAR", "stream char", package=EXCL, export=False)
def _read_dispatch_char(stream: Any, char: Any) -> Any:
    """Read what the dispatching macro character CHAR begins."""
    return read_dispatch(stream, char)


@builtin("READTABLE-MACRO-TABLE", "readtable", package=EXCL, export=False)
def _readtable_macro_table(readtable: Any) -> Any:
    """Return a fresh list of one vector: by character code, the function that reads what the character begins."""
    functions = [FUNCTIONS["EXCL:READ-TOKEN"]] * 256
    for c, function in readtable.macros.items():
        if ord(c) < 256:
            dispatching = c in readtable.dispatch
            functions[ord(c)] = (FUNCTIONS["EXCL:READ-DISPATCH-CHAR"] if dispatching else
                                 FUNCTIONS[key_of(function)] if type(function) is Symbol else function)
    return lisp_list(SimpleVector(functions))


@builtin("READTABLE-DISPATCH-TABLES", "readtable", package=EXCL, export=False)
def _readtable_dispatch_tables(readtable: Any) -> Any:
    """Return fresh lists (character vector): by the code of its sub-characters, the functions that read them."""
    tables = []
    for c, entries in readtable.dispatch.items() or [("\b", {})]:
        functions = [entries.get(chr(code).upper()) for code in range(256)]
        tables.append(lisp_list(CHAR[c], SimpleVector(functions)))
    return from_iterable(tables)


@builtin("READ-EXTENDED-TOKEN", "stream", package=EXCL, export=False)
def _read_extended_token(stream: Any) -> SimpleString:
    """Read a token and return its characters, escapes taken away, as a string."""
    return string(collect_token(stream, current_readtable())[0])


@builtin("INTERNAL-READER-ERROR", "stream format-control &rest arguments", package=EXCL, export=False)
def _internal_reader_error(stream: Any, control: Any, *arguments: Any) -> Any:
    """Signal a `reader-error` on STREAM."""
    reader_error(stream, control.text(), *arguments)


# ------------------------------------------------------------------------------------------------- forms and evaluation


_compiler_let = template("(%compiler-let ,bindings ,@body)")


@macro("COMPILER-LET", "bindings &body forms", package=EXCL)
def _compiler_let_macro(form: Any, env: Any) -> Any:
    """Bind special variables by BINDINGS while FORMS are compiled, for the macros in them."""
    return _compiler_let(bindings=form.cdr.car, body=form.cdr.cdr)


@builtin("PARSE-BODY", "forms &optional environment", package=EXCL, export=False, values=True)
def _parse_body(forms: Any, environment: Any = None) -> tuple[Any, ...]:
    """Return the documentation string, the declarations, and the rest of FORMS, the body of a definition."""
    declarations, doc, rest = parse(forms, documentation=True)
    declared = lisp_list(lisp_list(cl("DECLARE"), *declarations.forms)) if declarations.forms else None
    return doc, declared, rest


@builtin("CONSTANT-VALUE", "form &optional environment", package=SYSTEM)
def _constant_value(form: Any, environment: Any = None) -> Any:
    """Return the value of FORM, for which `constantp` is true; an error if it is not constant."""
    if not constantp(form, environment):
        error("ERROR", "~s is not a constant form.", form)
    return fdefinition(cl("EVAL"))(form)


@builtin("NEWLINIFY-FORMAT-STRING", "control-string", package=EXCL, export=False)
def _newlinify(control: Any) -> Any:
    """Return CONTROL-STRING with a directive `~%` for each newline that is not itself part of a directive."""
    return SimpleString(re.sub(r"(~[:@]*\n|~~)|\n", lambda found: found[1] or "~%", control.text()))


_progn = template("(progn ,@body)")


@macro("WITHOUT-REDEFINITION-WARNINGS", "&body forms", package=EXCL)
def _without_redefinition_warnings(form: Any, env: Any) -> Any:
    """Evaluate FORMS; redefinitions are not warned of anyway."""
    return _progn(body=form.cdr)


@predicate("CLASSP", "object", package=EXCL)
def _classp(object: Any) -> bool:
    """Return true if OBJECT is a class."""
    return isinstance(object, LispClass)


# ------------------------------------------------------------------------------------------- symbols, clocks, signals


@builtin("INTERN*", "string length package", package=EXCL, export=False)
def _intern_part(string: Any, length: int, package: Any) -> Any:
    """Return the symbol of PACKAGE that the first LENGTH characters of STRING name, made if need be."""
    return denil(intern(converted(string_text(string)[:length]), as_package(package)))


variable("BASE-FOR-INTERNAL-REAL-TIME", 0, "What the seconds of `acl-internal-real-time` count from.", package=EXCL,
         export=False)


def _clock(name: str) -> None:
    @builtin(name, "", package=EXCL, export=False, values=True)
    def clock() -> tuple[Any, ...]:
        """Return the time of the system: seconds, and microseconds."""
        import time

        return divmod(time.time_ns() // 1000, 1_000_000)


for _name in ("ACL-INTERNAL-REAL-TIME", "CL-INTERNAL-REAL-TIME"):
    _clock(_name)


@builtin("UNIX-SIGNAL", "number action", package=EXCL, export=False)
def _unix_signal(number: int, action: int) -> Any:
    """Have the signal NUMBER do what the system does by default, if ACTION is 0, or nothing, if it is 1."""
    import ctypes

    if action not in (0, 1):
        error("ERROR", "~s is no action for a signal; 0 is the system's, 1 none.", action)
    handler = ctypes.CDLL(None).signal  # Python's own works in the main thread only
    handler.restype, handler.argtypes = ctypes.c_void_p, (ctypes.c_int, ctypes.c_void_p)
    handler(number, action)
    return T


# ------------------------------------------------------------------------------------------------------ data, switches


_underlying = template("""(multiple-value-bind (,variable ,offset) (%underlying-simple-vector ,array)
    (declare (ignorable ,offset)) ,@body)""")


@macro("WITH-UNDERLYING-SIMPLE-VECTOR", "(array variable &optional offset) &body forms", package=EXCL)
def _with_underlying_simple_vector(form: Any, env: Any) -> Any:
    """Evaluate FORMS with VARIABLE bound to the simple vector that holds ARRAY's elements, from OFFSET on."""
    array, variable, *rest = form.cdr.car
    return _underlying(array=array, variable=variable, offset=rest[0] if rest else Symbol("OFFSET"), body=form.cdr.cdr)


@builtin("%UNDERLYING-SIMPLE-VECTOR", "array", package=SYSTEM, values=True)
def _underlying_simple_vector(array: Any) -> tuple[Any, ...]:
    """Return the simple vector that holds the elements of ARRAY, and the index of the first."""
    return array.locate() if type(array) is GeneralArray else (array, 0)


@builtin("MAYBE-PRINT-FAST", "stream object", package=EXCL, export=False)
def _maybe_print_fast(stream: Any, object: Any) -> Any:
    """Print OBJECT on STREAM as `princ` does; an integer in decimal."""
    from acl.printer.writer import princ_to_string

    stream.write_str(str(object) if type(object) is int else princ_to_string(object))
    return object


@builtin(".PRIMCALL", "operation &rest arguments", package=EXCL, export=False)
def _primcall(operation: Any, *arguments: Any) -> Any:
    """Call the primitive OPERATION with ARGUMENTS; `sys::shrink-svector` is the one there is."""
    if operation is not SYSTEM.intern("SHRINK-SVECTOR"):
        error("ERROR", "There is no primitive ~s.", operation)
    if len(arguments) != 2 or type(arguments[1]) is not int:
        error("PROGRAM-ERROR", "SYS::SHRINK-SVECTOR takes a vector and a size, got ~s.", lisp_list(*arguments))
    vector, size = arguments
    if is_string(vector):
        vector.s = vector.s[:size]
    elif is_vector(vector):
        del vector.data[size:]
    return vector


def _keyed(*pairs: tuple[str, Any]) -> dict[Any, Any]:
    return {keyword(name): value for name, value in pairs}


@builtin("GETPID", "", package=EXCL, export=False)
def _getpid() -> int:
    """Return the process id of Lisp, as `excl.osi:getpid` does."""
    return os.getpid()


_COLLECTOR = {
    "SWITCH": _keyed(("PRINT", None), ("STATS", None), ("VERBOSE", None), ("AUTO-STEP", T), ("HOOK-AFTER-GC", T),
                     ("NEXT-GC-IS-GLOBAL", None), ("GC-OLD-BEFORE-EXPAND", None)),
    "PARAMETER": _keyed(("GENERATION-SPREAD", 4), ("CURRENT-GENERATION", 4), ("TENURE-LIMIT", 0),
                        ("QUANTUM", 32), ("FREE-BYTES-NEW-OTHER", 131072), ("FREE-BYTES-NEW-PAGES", 131072),
                        ("FREE-PERCENT-NEW", 25), ("EXPANSION-FREE-PERCENT-NEW", 35),
                        ("EXPANSION-FREE-PERCENT-OLD", 35), ("OPEN-OLD-AREA-FENCE", 0),
                        ("HELPER-THREADS-REQUESTED", 0))}
"""The knobs of Allegro's garbage collector, by kind.  Python's has none of them: they keep what they are set to."""


def _knob(kind: str) -> None:
    table, what = _COLLECTOR[kind], kind.lower()

    def find(name: Any) -> Any:
        if name not in table:
            error("ERROR", f"There is no {what} ~s.", name)
        return table[name]

    def change(value: Any, name: Any) -> Any:
        find(name)
        table[name] = value
        return value

    find.__doc__ = f"Return the value of the {what} NAME of Allegro's garbage collector; Python's takes no notice."
    change.__doc__ = f"Set the {what} NAME of Allegro's garbage collector; Python's takes no notice."
    builtin(f"GSGC-{kind}", "name", package=SYSTEM)(find)
    builtin(f"GSGC-{kind}", "value name", package=SYSTEM, setf=True)(change)


for _kind in _COLLECTOR:
    _knob(_kind)
