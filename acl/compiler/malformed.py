"""Forms that cannot be compiled: what surrounds them is, and evaluating one is an error when the code runs."""

from __future__ import annotations

import os
from typing import Any

from acl.compiler import nodes as n
from acl.runtime.condition_classes import class_named
from acl.runtime.conditions import signal_error, warn
from acl.runtime.control import Transfer
from acl.runtime.dynamic import bind
from acl.runtime.faults import condition_of
from acl.runtime.sources import line_start, location
from acl.types.array import string
from acl.types.cons import Cons, lisp_list
from acl.types.symbol import SYSTEM, Symbol, cl

_FUNCTION = cl("FUNCTION")
_NOT_COMPILED = SYSTEM.intern("%NOT-COMPILED")


def replacement(recovery: Any, analyzer: Any, form: Any, env: Any, leaving: BaseException) -> Any:
    """Return the node that stands for *form*, whose analysis *leaving* has ended; raise that if it is no error.

    In a function, or a file that is compiled, there is a warning, and evaluating it is a `program-error`; in a form
    that is about to run just once, evaluating it signals the condition itself.
    """
    if type(leaving) is Transfer:
        if leaving.args[0] is not recovery.token:
            raise leaving
        problem = leaving.args[2]
    else:
        problem = condition_of(leaving)
        if (type(leaving) is RecursionError or not isinstance(problem, class_named("ERROR"))
                or "unhandled" in leaving.__dict__):
            raise leaving
    state = recovery.state
    state.handlers = recovery.outer
    try:
        if recovery.into_file or len(analyzer.open_lambdas) > 1:
            args = _warned(recovery, analyzer, form, string(str(problem)))
            if form.car is _FUNCTION:  # calling it is the error
                call = Cons(_NOT_COMPILED, lisp_list(*args))
                return analyzer.function(lisp_list(cl("&REST"), Symbol("ARGUMENTS")), lisp_list(call), env)
        elif form is recovery.whole:
            signal_error(problem)
        else:
            args = [None, problem]
    finally:
        state.handlers = recovery.token
    return n.Call(name=_NOT_COMPILED, args=[n.Constant(value=x) for x in args], inline=False, line=analyzer.line)


def _warned(recovery: Any, analyzer: Any, form: Any, problem: Any) -> list[Any]:
    """Warn of the text *problem* of *form*; return the arguments for the call that stands for it."""
    what = string(shortened(form))
    if analyzer.stepping is None:
        name = next((f.name for f in reversed(analyzer.open_lambdas) if f.name != "LAMBDA"), None)
        complain(analyzer, "SIMPLE-WARNING", name, analyzer.line,
                 string(f"{problem.text()}\nEvaluating {what.text()} will be an error."))
    return [what, problem]


def complain(analyzer: Any, kind: str, name: Any, line: int, text: Any) -> None:
    """Warn by a condition of *kind* of what was found at *line* in the function *name*."""
    place = f" ({os.path.basename(analyzer.recovery.filename)}:{line})" if line else ""
    warn(kind, "While compiling ~:[a form~;~:*~s~]~a: ~a", name, string(place), text,
         plist=location(line_start(analyzer.recovery.filename, line)))


def shortened(form: Any) -> str:
    """Return the beginning of *form* as it is printed, on one line."""
    from acl.printer.writer import prin1_to_string

    with bind(cl("*PRINT-LENGTH*"), 3, cl("*PRINT-LEVEL*"), 3, cl("*PRINT-PRETTY*"), None):
        return str(prin1_to_string(form))
