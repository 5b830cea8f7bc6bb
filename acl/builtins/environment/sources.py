"""Where definitions stand, for programs: `excl:source-file` and its kin (Allegro's source-file recording)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from acl.builtins.declare import builtin
from acl.clos.base import LispClass
from acl.clos.generic import EqlSpecializer, Method, generic_of
from acl.compiler.unit import function_info
from acl.runtime.conditions import error
from acl.runtime.sources import OPERATOR, RECORDS, SPECIAL, TYPE, VARIABLE, Definition, Place, here, record_at
from acl.types.array import string
from acl.types.cons import Cons, from_iterable, lisp_list, to_list
from acl.types.function import fdefinition
from acl.types.hashtable import equal_key
from acl.types.symbol import EXCL, Symbol, T, cl, keyword

_FUNCTION, _MACRO, _UNGIVEN = keyword("FUNCTION"), keyword("MACRO"), object()
_METHOD, _SETF = cl("METHOD"), cl("SETF")


def method_name(method: Any) -> Any:
    """Return the list that names *method*: (method NAME qualifiers... (specializers...))."""
    specializers = [lisp_list(cl("EQL"), s.value) if isinstance(s, EqlSpecializer) else s._lisp.name
                    for s in method.specializers]
    return lisp_list(_METHOD, method.gf.name, *method.qualifiers, from_iterable(specializers))


def _of_method(method: Any) -> Iterator[tuple[Symbol, Definition]]:
    """Yield where *method* is defined; one that a class made for a slot is where the class is."""
    place = method.defined_at
    if place is None and method.slot is not None:
        made = RECORDS.get(method.specializers[-1]._lisp.name, {}).get(TYPE)
        place = made.place if made is not None else None
    if place is not None:
        yield OPERATOR, Definition(method_name(method), place)


def _methods(function: Any) -> list[Any]:
    gf = generic_of(function)
    return list(gf.methods) if gf is not None else []


def definitions(of: Any) -> list[tuple[Symbol, Definition]]:
    """Return type and place of all definitions of a name, function, class or method; with a function's its methods'.

    A name is a symbol, (setf NAME), or (method NAME qualifiers... (specializers...)).
    """
    if isinstance(of, Method):
        return list(_of_method(of))
    if isinstance(of, LispClass):
        return [(kind, found) for kind, found in _recorded(of._lisp.name) if kind is TYPE]
    if type(of) is Cons and of.car is _METHOD:
        gf_name = of.cdr.car if type(of.cdr) is Cons else None
        key = equal_key(of)
        return [each for m in _methods(fdefinition(gf_name)) if m.gf is not None and equal_key(method_name(m)) == key
                for each in _of_method(m)]
    if callable(of) and type(of) is not Symbol:
        return _of_function(of)
    named = type(of) in (Symbol, type(None)) or (type(of) is Cons and of.car is _SETF)
    methods = _methods(fdefinition(of)) if named else []
    return [*_recorded(of), *(each for m in methods for each in _of_method(m))]


def _recorded(name: Any) -> list[tuple[Symbol, Definition]]:
    return list(RECORDS.get(equal_key(name), {}).items())


def _of_function(function: Any) -> list[tuple[Symbol, Definition]]:
    """Return where a function object is defined: its code knows, or it is what a name means."""
    gf, info = generic_of(function), function_info(function)
    if gf is not None:
        return [each for each in definitions(gf.name) if each[0] is OPERATOR]
    if info is None:
        return []
    code = function.__code__
    file = "" if code.co_filename.startswith("<") else code.co_filename
    return [(OPERATOR, Definition(info.name, Place(file, code.co_firstlineno if file else 0)))]


def file_of(place: Place) -> Any:
    """Return the pathname of the file of *place*; :TOP-LEVEL for what was typed."""
    from acl.builtins.pathnames import to_pathname

    return to_pathname(string(place.file)) if place.file else keyword("TOP-LEVEL")


@builtin("RECORD-SOURCE-FILE", "fspec &key (type :operator)", package=EXCL)
def _record_source_file(fspec: Any, *, type: Any = OPERATOR) -> Any:
    """Record that FSPEC, a symbol or list, is defined as a TYPE in the file being loaded; return FSPEC.

    Macros that define expand into calls of it; TYPE is any symbol.
    """
    place = here()
    if place is not None:
        record_at(place, fspec, type)
    return fspec


@builtin("DISCARD-ALL-SOURCE-FILE-INFO", "", package=EXCL)
def _discard() -> Any:
    """Forget what has been recorded of files that definitions stand in."""
    RECORDS.clear()
    return None


@builtin("FIND-SOURCE-FILE", "fspec", package=EXCL, export=False)
def _find_source_file(fspec: Any) -> Any:
    """Return a list of (NAME TYPE FILE TOP-LEVEL) for each definition of FSPEC; of generic functions' methods, too.

    FILE is a pathname, or :TOP-LEVEL for what was typed; TOP-LEVEL is NIL.
    """
    return from_iterable(lisp_list(found.name, kind, file_of(found.place), None) for kind, found in definitions(fspec))


@builtin("SOURCE-FILE", "object &optional type", package=EXCL, values=True)
def _source_file(of: Any, kind: Any = _UNGIVEN) -> tuple[Any, ...]:
    """Return the file where OBJECT, a name, function, class or method, is defined as a TYPE, and the line; or NIL.

    TYPE is :OPERATOR, :FUNCTION, :MACRO, :VARIABLE, :SPECIAL-DECLARATION, :COMPILER-MACRO, :SETF-METHOD, :TYPE or one
    that `record-source-file` was given; without it an operator comes first, and several others are an error.  With a
    list of types, or T for all, the value is a list of conses of type and file.  What was typed is in :TOP-LEVEL.
    """
    found = definitions(of)
    if kind is T or kind is None or type(kind) is Cons:
        wanted = None if kind is T else to_list(kind)
        return (from_iterable(Cons(k, file_of(d.place)) for k, d in found if wanted is None or k in wanted),)
    chosen = [each for each in found if each[0] is OPERATOR][:1] or found
    if kind is _UNGIVEN and len({d.place.file for _, d in chosen}) > 1:
        kind = _asked(of, found)
    if kind is not _UNGIVEN:
        recorded = _recorded_kind(of, kind)
        chosen = [each for each in found if each[0] is recorded]
    if not chosen:
        return (None,)
    place = chosen[0][1].place
    return file_of(place), place.line or None


def _recorded_kind(of: Any, kind: Any) -> Any:
    """Return the type under which *kind* is recorded; an error if *of* is no function, or no macro, as it says."""
    if kind not in (_FUNCTION, _MACRO):
        return kind
    macro = type(of) is Symbol and of.macro is not None
    known = macro or (fdefinition(of) is not None if type(of) in (Symbol, Cons, type(None)) else True)
    if not known or macro != (kind is _MACRO):
        error("SIMPLE-ERROR", "~s is no ~a.", of, string(kind.name.lower()))
    return OPERATOR


def _asked(of: Any, found: list[tuple[Symbol, Definition]]) -> Any:
    """Signal that *of* is defined in several files; return the type that is asked for if the program goes on."""
    from acl.types.function import FUNCTIONS

    types = from_iterable(dict.fromkeys(kind for kind, _ in found))
    FUNCTIONS["COMMON-LISP:CERROR"](string("Give the type."), string("~s is defined in several files, as ~{~s~^, ~}."),
                                    of, types)
    query = cl("*QUERY-IO*").value
    query.write_str("Type: ")
    query.force_output()
    return FUNCTIONS["COMMON-LISP:READ"](query)


def place_lines(of: Any) -> list[str]:
    """Return a line for each definition of *of*: what it is, and the file and line where it stands."""
    from acl.printer.writer import prin1_to_string

    lines: dict[str, None] = {}
    macro = type(of) is Symbol and of.macro is not None
    known = definitions(of)
    for kind, found in known:
        if kind is SPECIAL and (VARIABLE, found) in known:  # a `defvar` is both
            continue
        what = ("macro" if macro else "function") if kind is OPERATOR else kind.name.lower().replace("-", " ")
        if type(found.name) is Cons and found.name.car is _METHOD:
            what = f"method {prin1_to_string(found.name.cdr.cdr)[1:-1]}"
        file, line = found.place
        place = f"{file}, line {line}" if line else file or "no file: it was typed"
        lines[f"{what}: {place}"] = None
    return list(lines)


def existing_place(of: Any) -> Place | None:
    """Return the first place where *of* is defined that is a line of a file that is there."""
    return next((d.place for _, d in definitions(of) if d.place.line and os.path.exists(d.place.file)), None)
