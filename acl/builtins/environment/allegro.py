"""What Allegro's own programs and portable libraries ask of an Allegro image, beyond the standard."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin, macro, variable
from acl.compiler.fasl import cache_name
from acl.runtime.conditions import error
from acl.types.array import string
from acl.types.cons import Cons, from_iterable, to_list
from acl.types.symbol import COMPILER, EXCL, SYSTEM, T, cl, keyword

variable("*COMMON-LISP-VERSION-NUMBER*", string(cache_name()),
         "What compiled files are valid for: the versions of acl and of Python.", package=EXCL, export=False)
variable("*WARN-ON-NESTED-READER-CONDITIONALS*", None, "Nested #+ and #- are never warned of, whatever this is.",
         package=EXCL)
_MODULES = {"URI": ("NET.URI",), "ASERVE": ("NET.ASERVE", "NET.ASERVE.CLIENT", "NET.HTML.GENERATOR"),
            "IMAP": ("NET.POST-OFFICE",), "RFC2822": ("NET.MAIL",), "PHTML": ("NET.HTML.PARSER",),
            "INFLATE": ("UTIL.ZIP",), "TESTER": ("UTIL.TEST",)}
variable("*AUTOLOAD-PACKAGE-NAME-ALIST*",
         from_iterable([Cons(string(name), keyword(module)) for module, names in _MODULES.items() for name in names]),
         "Packages whose mention loads a module, if there is none and the module can be found: (name . module).",
         package=EXCL, export=False)
variable("SAVE-SOURCE-LEVEL-DEBUG-INFO-SWITCH", T, "Whether compiled code is to know its source; acl's always does.",
         package=COMPILER)
variable("*DRIBBLE-BUG-HOOKS*", None, "Functions of a stream that tell what programs are loaded, for reports of bugs; "
         "acl calls none of them.", package=EXCL)
variable("REAL-CHAR-CODE-LIMIT", 0x110000, "One more than the greatest code of a character.", package=EXCL,
         constant=True)
variable(".FUNCTIONS-DEFINED.", None, "Functions defined in other processes' compilation units, as programs give it.",
         package=EXCL, export=False)
variable(".FUNCTIONS-CALLED.", None, "Functions called in other processes' compilation units, as programs give it.",
         package=EXCL, export=False)


@macro("ICS-TARGET-CASE", "&rest clauses", package=EXCL)
def _ics_target_case(form: Any, env: Any) -> Any:
    """Evaluate the forms of the clause :+ICS, for a Lisp whose characters are those of Unicode; this is one."""
    for clause in to_list(form.cdr):
        if clause.car is keyword("+ICS"):
            return Cons(cl("PROGN"), clause.cdr)
    return None


@builtin("GC", "&optional action", package=EXCL, values=True)
def _gc(action: Any = None) -> tuple[Any, ...]:
    """Collect garbage: with ACTION NIL that of young objects, else all of it.  Return no values."""
    import gc

    gc.collect(0 if action is None else 2)
    return ()


@builtin("RESIZE-AREAS", "&key &allow-other-keys", package=SYSTEM)
def _resize_areas(**options: Any) -> Any:
    """Collect all garbage; Python sizes its memory by itself."""
    import gc

    gc.collect()
    return None


@builtin("DUMPLISP", "&key name &allow-other-keys", package=EXCL)
def _dumplisp(*, name: Any = None, **options: Any) -> Any:
    """Signal an error: an image cannot be saved; compiled files load quickly instead."""
    return error("ERROR", "~s: a running acl cannot be saved; load compiled files instead.", EXCL.intern("DUMPLISP"))
