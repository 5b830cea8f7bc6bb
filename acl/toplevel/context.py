"""Evaluation in a frame: its local variables stand for places in the call that is going on."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin
from acl.toplevel.frames import Frame, LocalVariable, unboxed
from acl.types.cons import Cons, from_iterable, lisp_list
from acl.types.symbol import SYSTEM, Symbol, cl


def in_frame(form: Any, frame: Frame) -> Any:
    """Return a form that evaluates *form* with the local variables of *frame*."""
    chosen: dict[Symbol, LocalVariable] = {}
    for each in frame.variables():  # of several with one name the innermost counts
        if each.symbol.special is None:
            chosen[each.symbol] = each
    if not chosen:
        return form
    place = SYSTEM.intern("%FRAME-LOCAL")
    quote = cl("QUOTE")
    bindings = [lisp_list(symbol, lisp_list(place, lisp_list(quote, frame), lisp_list(quote, each)))
                for symbol, each in chosen.items()]
    return Cons(cl("SYMBOL-MACROLET"), lisp_list(from_iterable(bindings), form))


@builtin("%FRAME-LOCAL", "frame variable", package=SYSTEM, export=False)
def _frame_local(frame: Any, variable: Any) -> Any:
    """Return the value of the local VARIABLE of FRAME."""
    return unboxed(frame.frame.f_locals.get(variable.local))


@builtin("%FRAME-LOCAL", "value frame variable", package=SYSTEM, export=False, setf=True)
def _set_frame_local(value: Any, frame: Any, variable: Any) -> Any:
    """Set the local VARIABLE of FRAME."""
    frame.set_variable(variable, value)
    return value
