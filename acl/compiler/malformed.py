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
from acl.types.array import string
from acl.types.symbol import SYSTEM, cl

_NOT_COMPILED = SYSTEM.intern("%NOT-COMPILED")


def replacement(recovery: Any, analyzer: Any, form: Any, leaving: BaseException) -> Any:
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
        place = f" ({os.path.basename(recovery.filename)}:{analyzer.line})" if analyzer.line else ""
        warn("SIMPLE-WARNING", "While compiling ~:[a form~;~:*~s~]~a: ~a~%Evaluating ~a will be an error.", name,
             string(place), problem, what)
    return [what, problem]


def shortened(form: Any) -> str:
    """Return the beginning of *form* as it is printed, on one line."""
    from acl.printer.writer import prin1_to_string

    with bind(cl("*PRINT-LENGTH*"), 3, cl("*PRINT-LEVEL*"), 3, cl("*PRINT-PRETTY*"), None):
        return str(prin1_to_string(form))
