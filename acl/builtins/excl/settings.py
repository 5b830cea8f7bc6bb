"""Variables that initialization files of Allegro set, and that nothing in acl depends on: setting them is no error."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import variable
from acl.types.symbol import COMPILER, EXCL, T, keyword

# The compiler's switches: in Allegro T, NIL, or a function of safety, space, speed and debug that returns one of them.
_SWITCHES: tuple[tuple[str, Any, str], ...] = (
    ("COMPILE-FORMAT-STRINGS", T, "constant control strings of `format` are compiled; most are"),
    ("DECLARED-FIXNUMS-REMAIN-FIXNUMS", None, "sums of declared fixnums are fixnums; acl's integers do not overflow"),
    ("GENERATE-INLINE-CALL-TESTS", None, "calls of inline functions are checked; they are"),
    ("GENERATE-INTERRUPT-CHECKS", T, "loops can be interrupted; they can"),
    ("INTERNAL-OPTIMIZE", T, "the compiler optimizes; it does"),
    ("OPTIMIZE-FSLOT-VALUE", T, "accesses to foreign slots are compiled inline; they are calls"),
    ("PEEPHOLE-OPTIMIZE", T, "instructions are improved one by one; CPython does that"),
    ("SAVE-ARGLIST", T, "lambda lists are kept; they are"),
    ("SAVE-LOCAL-NAMES", T, "names of local variables are kept; they are"),
    ("SAVE-LOCAL-SCOPES", None, "extents of local variables are kept; the debugger finds them without"),
    ("TAIL-CALL-NON-SELF-MERGE", None, "a call in the tail of a function of another one is a jump; it is a call"),
    ("TAIL-CALL-SELF-MERGE", T, "a call in the tail of a function of itself is a jump; the compiler decides"),
    ("TRUST-DECLARATIONS", None, "declared types are not checked; the compiler decides by `safety` and `speed`"),
    ("TRUST-DYNAMIC-EXTENT-DECLARATIONS", T, "objects of dynamic extent are on the stack; Python has none"),
    ("TRUST-TABLE-CASE-ARGUMENT", None, "keys of a table of cases are not checked; they are"),
    ("VERIFY-ARGUMENT-COUNT", T, "functions count their arguments; they do"),
    ("VERIFY-CAR-CDR", T, "`car` and `cdr` check for lists; they do"),
    ("VERIFY-FUNCALLS", T, "what is called is checked to be a function; it is"),
    ("VERIFY-NON-GENERIC", T, "arguments of operations on one type are checked; they are"),
    ("VERIFY-STACK", T, "the end of the stack is looked for; it is"),
    ("VERIFY-SYMBOL-VALUE-IS-BOUND", T, "variables are checked to be bound; they are"))
for _name, _value, _doc in _SWITCHES:
    variable(f"{_name}-SWITCH", _value, f"Whether {_doc}, whatever this is.", package=COMPILER)

_SETTINGS: tuple[tuple[str, Any, str], ...] = (
    ("*RECORD-XREF-INFO*", None, "Whether it is noted who calls whom; acl notes nothing of the kind."),
    ("*LOAD-XREF-INFO*", None, "Whether `load` takes in who calls whom; acl notes nothing of the kind."),
    ("*LOAD-LOCAL-NAMES-INFO*", T, "Whether `load` takes in the names of local variables; it does."),
    ("*LOAD-DOCUMENTATION*", T, "Whether `load` takes in docstrings; it does."),
    ("*SAVE-FUNCTION-LAMBDA-EXPRESSION*", None, "Whether functions keep their lambda expressions, whatever this is."),
    ("*REDEFINITION-WARNINGS*", None, "What kinds of redefinition are warned of; acl warns of none."),
    ("*COMPILE-ADVICE*", None, "Whether pieces of advice are compiled; all code is."),
    ("*GLOBAL-GC-BEHAVIOR*", keyword("AUTO"), "When old objects are collected; Python decides."),
    ("*TENURED-BYTES-LIMIT*", None, "How many octets grow old before they are collected; Python decides."),
    ("*GC-AFTER-HOOK*", None, "A function to call after a collection of garbage; acl calls none."),
    ("*PRINT-STARTUP-MESSAGE*", T, "Whether a new image announces itself; the option -q of the command line decides."),
    ("*READ-INIT-FILES*", T, "Whether a new image loads ~/.clinit.cl; the option -q of the command line decides."),
    ("*RESTART-ACTIONS*", None, "Functions to call when a saved image starts; acl saves none."),
    ("*CLEAR-INPUT-ON-ERROR*", None, "Whether a new break level drops what has been typed ahead; it does not."),
    ("*CLTL1-IN-PACKAGE-COMPATIBILITY-P*", None, "Whether `in-package` makes packages; it does not."))
for _name, _value, _doc in _SETTINGS:
    variable(_name, _value, _doc, package=EXCL)
