"""Proofs that code depends on nothing but the text it was compiled from: what the cache of loaded files rests on.

`decided` holds of the code of a top-level form if running it calls only functions that compute their results from their
arguments, or that define something as told by constants of the form: then what it defines follows from the text.  It
also holds if the form defines no more than functions and variables, and what it calls besides cannot define anything:
the values of variables, whatever they are, make no difference to what other forms are compiled to.
`pure` holds of a macro function if it only computes, and changes nothing but the form it is given, so that leaving the
expansion out changes nothing either.  Both look at the names that the code mentions, and say no when in doubt.
"""

from __future__ import annotations

import dis
from collections.abc import Iterator
from types import CodeType
from typing import Any

from acl.builtins.declare import declaration
from acl.compiler.unit import LoadTimeForm, function_info
from acl.types.cons import Cons
from acl.types.function import FUNCTIONS
from acl.types.symbol import Symbol

_COMPUTING = frozenset(f"acl.builtins.{name}" for name in (
    "arrays arrays_bits arrays_make characters conses conses_accessors conses_mapping conses_search conses_sets "
    "conses_trees destructuring equality hashtables loop.support numbers.arithmetic numbers.bits numbers.complexes "
    "numbers.division numbers.floats numbers.irrational numbers.parse sequences.basic sequences.mapping "
    "sequences.removing sequences.searching sequences.sorting strings strings_compare").split())
"""Modules whose functions compute from their arguments and change, if anything, their arguments."""

_MAKING = frozenset(f"COMMON-LISP:{name}" for name in (
    "EQL EQUAL EQUALP LIST VECTOR SYMBOL-NAME MAKE-SYMBOL GENSYM SYMBOLP KEYWORDP SYMBOL-PACKAGE INTERN "
    "FIND-SYMBOL").split())

_DEFINING = frozenset([
    *(f"SYSTEM:{name}" for name in (
        "%DEFUN %DEFMACRO %DEFINE-COMPILER-MACRO %DEFINE-SYMBOL-MACRO %DEFCONSTANT %DEFVAR %BOUNDP %SET-GLOBAL "
        "%DOCUMENT %NOTE-FUNCTION %DEFINE-CONDITION %DEFCLASS %NOTE-CLASS %DEFMETHOD %MAKER %DEFGENERIC "
        "%GENERIC-METHODS %DEFSTRUCT %NOTE-CONSTRUCTOR %SLOT-DEFAULT %DEFTYPE %SET-SETF-EXPANDER %SET-SHORT-SETF "
        "%SET-LONG-SETF %THE-PACKAGE %DEFPACKAGE").split()),
    *(f"COMMON-LISP:{name}" for name in "PROCLAIM EXPORT IMPORT SHADOW USE-PACKAGE PROVIDE LOAD".split())])
"""Functions that define by their arguments; `load` keeps account of what it loads itself."""

_HOLDING = frozenset(f"SYSTEM:{name}" for name in "%DEFUN %DEFVAR %BOUNDP %SET-GLOBAL %DOCUMENT".split())
"""Those of them that define functions and variables."""

_MINDLESS = frozenset([
    *(f"COMMON-LISP:{name}" for name in (
        "GET-UNIVERSAL-TIME GET-DECODED-TIME GET-INTERNAL-REAL-TIME GET-INTERNAL-RUN-TIME RANDOM MAKE-RANDOM-STATE "
        "MAKE-STRING-OUTPUT-STREAM MAKE-STRING-INPUT-STREAM GET-OUTPUT-STREAM-STRING PATHNAME MAKE-PATHNAME "
        "MERGE-PATHNAMES NAMESTRING TRUENAME PROBE-FILE DIRECTORY-NAMESTRING FILE-NAMESTRING PATHNAME-NAME "
        "PATHNAME-TYPE PATHNAME-DIRECTORY USER-HOMEDIR-PATHNAME FIND-PACKAGE PACKAGE-NAME MACHINE-INSTANCE "
        "LISP-IMPLEMENTATION-TYPE LISP-IMPLEMENTATION-VERSION SYMBOL-VALUE BOUNDP FBOUNDP FINISH-OUTPUT FRESH-LINE "
        "TERPRI WRITE-LINE WRITE-STRING WRITE-CHAR GET").split()),
    "write_text", "sequence_length", "(setf COMMON-LISP:GET)", "COMMON-LISP:REMHASH", "SYSTEM:GETENV",
    "EXCL:CURRENT-DIRECTORY",
    *(f"MULTIPROCESSING:{name}" for name in "MAKE-PROCESS-LOCK MAKE-GATE MAKE-SHARABLE-LOCK".split())])
"""Functions that define nothing and call nothing of a program's; what they return may depend on more than a text.
(Methods of a program's own streams may be called; a program that defines macros by printing is not thought of.)"""

_EXPANDING = frozenset(f"SYSTEM:{name}" for name in (
    "%DEFTYPE %SET-SETF-EXPANDER %SET-LONG-SETF %DEFINE-COMPILER-MACRO").split())
"""Those of them whose functions the compiler calls without telling `acl.expand.chain`."""

_READING = frozenset(f"COMMON-LISP:{name}" for name in (
    "*PACKAGE* *READTABLE* *READ-BASE* *READ-DEFAULT-FLOAT-FORMAT* *READ-EVAL* *READ-SUPPRESS* *FEATURES* *MODULES* "
    "*MACROEXPAND-HOOK*").split())
"""Variables whose values do make a difference to what forms are compiled to."""

_METAOBJECTS = frozenset(
    "METACLASS GENERIC-FUNCTION-CLASS METHOD-CLASS STANDARD-OBJECT CLASS STANDARD-CLASS FUNCALLABLE-STANDARD-CLASS "
    "GENERIC-FUNCTION STANDARD-GENERIC-FUNCTION METHOD STANDARD-METHOD SLOT-DEFINITION METAOBJECT".split())
"""Names that stand in definitions by which a program can have a say in what definitions do."""

_SUPPORT = frozenset(
    "Cons %function %cur %U %rest %parse_keys %error %Leaving %leave_frame loop_limit_to type int float str len range "
    "loop_elements isinstance INTERRUPTS-PENDING RUN-INTERRUPTS HashTable SimpleVector SimpleString SpecializedVector "
    "Symbol Char %list_of".split())
"""What compiled code itself is made of; an error ends the load, and nothing is cached."""

_CHANGING = frozenset(["STORE_SUBSCR", "DELETE_ATTR", "DELETE_SUBSCR", "STORE_GLOBAL"])
_INDIRECT = frozenset(["PUSH_NULL", "CALL_FUNCTION_EX", "IMPORT_NAME", "LOAD_NAME"])
_ACCESS = frozenset(["LOAD_ATTR", "LOAD_METHOD", "STORE_ATTR"])
_ATTRIBUTES = frozenset(["car", "cdr"])
_CONTENTS = frozenset(["car", "cdr", "data", "s", "append"])


def decided(unit: Any) -> bool:
    """True if running the top-level code of *unit* defines and computes only what its text says."""
    if any(type(x) is LoadTimeForm or _mentions(x, _METAOBJECTS) for x in unit.objects):
        return False
    attributes = _CONTENTS.union(unit.specials)
    passed: list[str] = []
    called: list[str] = []
    looks = False  # whether the value of a variable is made use of
    before = ""
    for instruction in dis.get_instructions(unit.code):
        operation, name = instruction.opname, instruction.argval
        if operation in _INDIRECT or (operation in _ACCESS and name not in attributes):
            return False
        looks = looks or (operation in _ACCESS and name not in _ATTRIBUTES and name not in _READING)
        if operation == "LOAD_GLOBAL":
            (passed if before == "%function" else called).append(name)
            before = name
    if not _EXPANDING.isdisjoint(map(_key, called)) and not all(
            _pure_code(code, set()) and not code.co_freevars for code in _codes(unit.code) if code is not unit.code):
        return False
    others = [name for name in called if _key(name) not in _DEFINING]
    # A function that is passed on (#'f) is only called if something other than a definition is.
    used = others + passed if set(others) - _SUPPORT else others
    if {_key(name) for name in called} & _DEFINING <= _HOLDING and _READING.isdisjoint(unit.specials):
        return all(_computes(name, set(), True) for name in used)
    return not looks and all(_computes(name, set()) for name in used)


def _mentions(x: Any, names: frozenset[str]) -> bool:
    """True if a symbol with one of *names* stands in the constant *x*."""
    while type(x) is Cons:
        if _mentions(x.car, names):
            return True
        x = x.cdr
    return type(x) is Symbol and x.name in names


def pure(function: Any) -> bool:
    """True if the compiled Lisp *function* computes from its arguments alone, and changes at most these."""
    return _proved(function, set(), False)


def _proved(function: Any, visited: set[Any], mindless: bool) -> bool:
    """True if *function* is pure; with *mindless* it may also use variables and change their contents."""
    info = function_info(function)
    if function in visited:
        return True
    if info is None or info.unit is None or function.__closure__:
        return False
    if any(type(x) is LoadTimeForm for x in info.unit.objects) or not _READING.isdisjoint(info.unit.specials):
        return False
    visited.add(function)
    attributes = _CONTENTS.union(info.unit.specials) if mindless else _ATTRIBUTES
    return all(_pure_code(code, visited, attributes) for code in _codes(function.__code__))


def _pure_code(code: CodeType, visited: set[Any], attributes: frozenset[str] = _ATTRIBUTES) -> bool:
    mindless = attributes is not _ATTRIBUTES
    local_calls = False
    for instruction in dis.get_instructions(code):
        operation, name = instruction.opname, instruction.argval
        if (operation in _CHANGING and not mindless) or operation in ("CALL_FUNCTION_EX", "IMPORT_NAME", "LOAD_NAME"):
            return False
        local_calls = local_calls or operation == "PUSH_NULL"
        if operation == "LOAD_GLOBAL" and not _computes(name, visited, mindless):
            return False
        if operation in _ACCESS and name not in attributes:
            return False
    # What is called otherwise than by name may come from anywhere, but for the functions that stand in the code itself.
    return not local_calls


def _computes(name: str, visited: set[Any], mindless: bool = False) -> bool:
    """True if the global *name* is a function that only computes from its arguments; *mindless* as in `_proved`."""
    if name in _SUPPORT:
        return True
    key = _key(name)
    if key in _MAKING or (mindless and (key in _MINDLESS or key.startswith("SYSTEM:MAKE "))):
        return True
    function = FUNCTIONS.get(key)
    if function_info(function) is not None:
        return _proved(function, visited, mindless)
    declared = declaration(key)
    return declared is not None and declared.function.__module__ in _COMPUTING


def _key(name: str) -> str:
    return name.removesuffix(" mv").removesuffix(" kw")


def _codes(code: CodeType) -> Iterator[CodeType]:
    """Yield *code* and the code objects inside it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)
