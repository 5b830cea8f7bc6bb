"""Where things are defined: the definers record file and line, `excl:source-file` and `:where` tell them.

The place is read off the Python stack: the code of a top-level form of a file has the file's name and lines, whether
it was just compiled or comes from a compiled or cached file.  So recording costs a definition next to nothing, and
compiled files hold nothing for it.  The value of `excl:*source-pathname*` goes before if it is another file: an editor
that sends definitions says by it where they stand.
"""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any, NamedTuple

from acl.builtins.declare import variable
from acl.types.cons import Cons, lisp_list
from acl.types.function import FUNCTIONS
from acl.types.hashtable import equal_key
from acl.types.symbol import EXCL, Symbol, T, keyword

LOAD_PATHNAME = variable("*LOAD-PATHNAME*", None, "The file being loaded, as `load` was given it.")
SOURCE_PATHNAME = variable("*SOURCE-PATHNAME*", None, "The file being loaded or compiled, as it was given.",
                           package=EXCL)
PARTIAL_FILE = variable("*PARTIAL-SOURCE-FILE-P*", None, "Where an editor has sent a part of `*source-pathname*`: what "
                        "is added to a position in what it has sent to get that in the file.", package=EXCL,
                        export=False)
RECORD = variable("*RECORD-SOURCE-FILE-INFO*", T, "If true, definitions record the files that they stand in.",
                  package=EXCL)
LOAD_RECORDS = variable("*LOAD-SOURCE-FILE-INFO*", T, "If true, loading a compiled file records the source file of "
                        "its definitions.", package=EXCL)

OPERATOR, VARIABLE, SPECIAL = keyword("OPERATOR"), keyword("VARIABLE"), keyword("SPECIAL-DECLARATION")
COMPILER_MACRO, SETF_METHOD, TYPE = keyword("COMPILER-MACRO"), keyword("SETF-METHOD"), keyword("TYPE")
SYMBOL_MACRO = keyword("SYMBOL-MACRO")


class Place(NamedTuple):
    """A file, and a line in it counted from 1; line 0 is one that is not known, file "" what is in no file."""

    file: str
    line: int


class Definition(NamedTuple):
    """What was defined: the name as it was given, a symbol or a list, and where."""

    name: Any
    place: Place


RECORDS: dict[Any, dict[Symbol, Definition]] = {}
"""By the name's normal form under EQUAL, and by the type of the definition."""


def line_start(file: str, line: int) -> int | None:
    """Return the number of characters before *line* of *file*; None if it is not there."""
    try:
        with open(file, encoding="utf-8", errors="replace", newline="") as text:
            lines = text.readlines()
    except OSError:
        return None
    return sum(map(len, lines[:line - 1])) if 0 < line <= len(lines) else None


def source_position(start: int) -> tuple[str, int]:
    """Return the file in which the character *start* of what is being compiled stands, and its number there.

    That file is `excl:*source-pathname*`, which need not be the one that is compiled: an editor may send a part of it.
    """
    from acl.builtins.pathnames import native_namestring

    source = SOURCE_PATHNAME.value
    return native_namestring(source) if source is not None else "", start + (PARTIAL_FILE.value or 0)


def location(start: int | None) -> Any:
    """Return the PLIST of a warning about what begins at the character *start*: (:loc (FILE START END)), or NIL."""
    if start is None or SOURCE_PATHNAME.value is None:
        return None
    _, position = source_position(start)
    return lisp_list(keyword("LOC"), lisp_list(SOURCE_PATHNAME.value, position, position))


def of_file(frame: FrameType) -> bool:
    """True if *frame* runs a top-level form of a file."""
    code = frame.f_code
    return code.co_name == "%toplevel" and frame.f_globals is FUNCTIONS and not code.co_filename.startswith("<")


def here() -> Place | None:
    """Return the place of the definition that is being evaluated; None if it is not to be recorded."""
    if RECORD.value is None:
        return None
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and not of_file(frame):
        frame = frame.f_back
    place = Place(frame.f_code.co_filename, frame.f_lineno) if frame is not None else Place("", 0)
    source = SOURCE_PATHNAME.value
    if source is not None and source is not LOAD_PATHNAME.value:
        from acl.builtins.pathnames import native_namestring

        file = native_namestring(source)
        if file != place.file:
            return Place(file, 0)
    return place


def record(name: Any, *types: Symbol) -> None:
    """Record that *name*, a symbol or a list like (setf f), is defined here as each of *types*."""
    place = here()
    if place is not None:
        record_at(place, name, *types)


def record_at(place: Place, name: Any, *types: Symbol) -> None:
    """Record that *name* is defined at *place* as each of *types*; names that nobody can ask for are left out."""
    symbol = name.cdr.car if type(name) is Cons and type(name.cdr) is Cons else name
    if type(symbol) is Symbol and symbol.package is None:
        return
    known = RECORDS.setdefault(equal_key(name), {})
    definition = Definition(name, place)
    for each in types:
        known[each] = definition
