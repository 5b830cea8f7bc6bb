"""What editors ask Allegro for besides documented operators, as SLIME's backend for Allegro does.

Cross references (package XREF) are read off compiled code; the inspector's components (INSPECT), the places of
definitions in a file (SCM) and of the lines of a function (`excl::function-source-debug-info`) come from where the top
level has them.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from acl.builtins.declare import builtin, variable
from acl.builtins.environment.sources import definitions
from acl.clos.base import StandardObject
from acl.compiler.unit import function_info
from acl.printer.characters import NAMES
from acl.runtime.conditions import error
from acl.runtime.sources import Place, line_start
from acl.toplevel.commands.references import called, called_by, code_parts, user_names
from acl.toplevel.debugger_frames import LINE
from acl.toplevel.inspector import UNBOUND, parts
from acl.types.array import SimpleVector, string
from acl.types.base import wrong_type
from acl.types.character import CHAR
from acl.types.cons import from_iterable
from acl.types.function import FUNCTIONS, call_values
from acl.types.hashtable import HashTable
from acl.types.symbol import CROSS_REFERENCE, EXCL, INSPECT, SCM, SYSTEM, Symbol, cl, keyword

variable("*BREAK-HOOK*", None, "Makes no difference: a break calls the debugger, and `*debugger-hook*`.", package=EXCL,
         export=False)
variable("*LOAD-SOURCE-DEBUG-INFO*", None, "Makes no difference: compiled code always knows its lines.", package=EXCL)


def _character_names() -> HashTable:
    table = HashTable(cl("EQUALP"))
    for code, name in NAMES.items():
        table.put(string(name), CHAR[chr(code)])
    return table


variable("*NAME-TO-CHAR-TABLE*", _character_names(), "The characters by name, those that have one of their own.",
         package=EXCL, export=False)

# Cross references

_WILD = keyword("WILD")
_RELATIONS = {"CALLS": {"calls"}, "DIRECT-CALLS": {"calls"}, "BINDS": {"binds"}, "SETS": {"sets"},
              "REFERENCES": {"references"}, "USES": {"references", "sets", "binds"}}


@builtin("GET-RELATION", "relation name1 name2", package=CROSS_REFERENCE)
def get_relation(relation: Any, name1: Any, name2: Any) -> Any:
    """Return the names for which NAME1 stands in RELATION to NAME2, one of which is :wild; or true or false.

    RELATION is :calls, :direct-calls, :binds, :sets, :references or :uses.
    """
    kinds = _RELATIONS.get(relation.name) if isinstance(relation, Symbol) else None
    if kinds is None:
        error("SIMPLE-ERROR", "acl keeps no relation ~s: it knows ~{~s~^, ~}.", relation,
              from_iterable(map(keyword, _RELATIONS)))
    if name2 is _WILD:
        return from_iterable(_used(name1, relation.name))
    users = user_names(name2, kinds)
    return from_iterable(users) if name1 is _WILD else cl("T") if name1 in users else None


def _used(name: Any, relation: str) -> list[Any]:
    """Return the names of what the function *name* calls."""
    if "CALLS" not in relation:
        error("SIMPLE-ERROR", "What a function uses is kept for the relation :calls only.")
    return called_by(name)


@builtin("OBJECT-TO-FUNCTION-NAME", "object", package=CROSS_REFERENCE, export=False)
def _object_to_function_name(x: Any) -> Any:
    """Return the name of the function OBJECT, NIL if it has none."""
    return call_values(FUNCTIONS["COMMON-LISP:FUNCTION-LAMBDA-EXPRESSION"], x)[2] if callable(x) else None


def _constants(function: Any) -> list[Any]:
    if not callable(function):
        wrong_type(function, "FUNCTION")
    return called(function.__code__) if function_info(function) is not None else []


@builtin("FUNCTION-CONSTANT-COUNT", "function", package=EXCL, export=False)
def _constant_count(function: Any) -> int:
    """Return how many names of functions FUNCTION mentions."""
    return len(_constants(function))


@builtin("FUNCTION-CONSTANT", "function n", package=EXCL, export=False)
def _constant(function: Any, n: Any) -> Any:
    """Return name number N of those that FUNCTION mentions."""
    found = _constants(function)
    if type(n) is not int or not 0 <= n < len(found):
        error("SIMPLE-ERROR", "~s has no constant number ~s.", function, n)
    return found[n]


# Places


@builtin("SECTION-FILE", "&key file", package=SCM)
def _section_file(*, file: Any = None) -> Any:
    """Return what stands for the definitions in FILE."""
    return file


@builtin("FIND-DEFINITION-IN-DEFINITION-GROUP", "fspec type group &key top-level", package=SCM, export=False)
def _find_definition(fspec: Any, kind: Any, group: Any, *, top_level: Any = None) -> Any:
    """Return how many characters stand before the definition of FSPEC in the file GROUP; NIL if that is not known."""
    for each, found in definitions(fspec):
        if each is kind and found.place.line:
            return line_start(*found.place)
    return None


@builtin("SOURCE-PART-START", "part", package=SCM, export=False)
def _source_part_start(part: Any) -> Any:
    """Return where PART, which `find-definition-in-definition-group` has found, starts."""
    return part


class CodeLine(StandardObject, lisp="LDB-CODE", package=EXCL):
    """A line of a function."""

    function: Any
    index: int
    place: Place


@builtin("FUNCTION-SOURCE-DEBUG-INFO", "function", package=EXCL, export=False)
def _debug_info(function: Any) -> Any:
    """Return a vector of the lines of FUNCTION; NIL if it does not stand in a file."""
    if function_info(function) is None or not os.path.isfile(function.__code__.co_filename):
        return None
    lines = sorted({line for part in code_parts(function.__code__) for _, _, line in part.co_lines() if line})
    made: list[Any] = []
    for line in lines:
        each = CodeLine.__new__(CodeLine)
        each.function, each.index = function, len(made)
        each.place = Place(function.__code__.co_filename, line)
        made.append(each)
    return SimpleVector(made) if made else None


def _reader(name: str, read: Callable[[CodeLine], Any], doc: str) -> None:
    """Declare the function `excl::ldb-code-NAME` of a line."""
    def reader(line: Any) -> Any:
        return read(line) if isinstance(line, CodeLine) else wrong_type(line, "EXCL::LDB-CODE")

    reader.__doc__ = doc
    builtin("LDB-CODE-" + name, "line", package=EXCL, export=False)(reader)


_reader("FUNC", lambda x: x.function, "Return the function that LINE is of.")
_reader("INDEX", lambda x: x.index, "Return the number of LINE in its function.")
_reader("PC", lambda x: LINE * x.place.line, "Return the place of LINE in the code of its function.")
_reader("START-CHAR", lambda x: line_start(*x.place), "Return how many characters stand before LINE in its file.")
_reader("SOURCE", lambda x: None, "Return the form of LINE: NIL, it is not kept.")


@builtin("NATURAL-WIDTH", "", package=SYSTEM, export=False)
def _natural_width() -> int:
    """Return the number of octets in a word."""
    return 8


@builtin("FROB-SOURCE-FILE", "file", package=SYSTEM, export=False)
def _frob_source_file(file: Any) -> Any:
    """Return how the name of the source FILE is recorded: as it is."""
    return file


# The inspector


class Field(StandardObject, lisp="FIELD-DEF", package=INSPECT):
    """A component of an object: its label and value."""

    label: Any
    value: Any


@builtin("INSPECT-CTL", "object", package=INSPECT, export=False)
def _inspect_ctl(x: Any) -> Any:
    """Return a list of the components of OBJECT."""
    made = []
    for part in parts(x):
        field = Field.__new__(Field)
        field.label = string(part.label)
        field.value = keyword("UNBOUND") if part.value is UNBOUND else part.value
        made.append(field)
    return from_iterable(made)


def _field(x: Any) -> Field:
    return x if isinstance(x, Field) else wrong_type(x, "INSPECT::FIELD-DEF")


@builtin("FIELD-DEF-NAME", "field", package=INSPECT, export=False)
def _field_name(field: Any) -> Any:
    """Return the label of FIELD."""
    return _field(field).label


@builtin("FIELD-DEF-TYPE", "field", package=INSPECT, export=False)
def _field_type(field: Any) -> Any:
    """Return the kind of FIELD: :LISP."""
    _field(field)
    return keyword("LISP")


@builtin("FIELD-DEF-ACCESS", "field", package=INSPECT, export=False)
def _field_access(field: Any) -> Any:
    """Return what `component-ref` takes for FIELD: itself."""
    return _field(field)


@builtin("COMPONENT-REF", "object access", package=INSPECT, export=False)
def _component_ref(x: Any, access: Any) -> Any:
    """Return the value of the component of OBJECT that ACCESS tells."""
    return _field(access).value


@builtin("WALK-FORM", "form", package=EXCL, export=False)
def _walk_form(form: Any) -> Any:
    """Return FORM with all macro calls in it expanded."""
    from acl.toplevel.commands.objects import walked

    return walked(form)
