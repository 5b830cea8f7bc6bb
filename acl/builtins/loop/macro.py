"""The macros LOOP and LOOP-FINISH."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import macro
from acl.expand.template import template
from acl.runtime.conditions import error
from acl.types.cons import Cons, lisp_list
from acl.types.symbol import Symbol, cl

from .model import END

_simple = template("(block nil (%while t ,@forms))")


@macro("LOOP", "&rest forms")
def _loop(form: Any, env: Any) -> Any:
    """Iterate: evaluate compound FORMS for ever, or as the clauses say if there is a keyword among them.

    Clauses bind variables (with, for, as, repeat), end the loop (while, until, always, never, thereis, return),
    accumulate (collect, append, nconc, count, sum, maximize, minimize), decide (if, when, unless), evaluate forms
    (do) or do so before and after all turns (initially, finally).  The value is what was accumulated, else NIL.
    """
    rest = form.cdr
    while type(rest) is Cons:
        if type(rest.car) is not Cons:
            from .assembly import expand
            from .parser import Parser

            return expand(Parser(form.cdr).parse())
        rest = rest.cdr
    return _simple(forms=form.cdr)


@macro("LOOP-FINISH", "")
def _loop_finish(form: Any, env: Any) -> Any:
    """End the innermost LOOP that has clauses normally: its epilogue is evaluated, its value returned."""
    for name in reversed(env.blocks if env is not None else {}):
        if type(name) is Symbol and name.name == END and name.package is None:
            return lisp_list(cl("RETURN-FROM"), name, None)
    error("PROGRAM-ERROR", "LOOP-FINISH outside of a LOOP: ~s.", form)
