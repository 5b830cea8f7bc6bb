"""What happens inside a process: its initial bindings, its function, its exit actions, an error nobody handles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from itertools import chain
from typing import Any

from acl.builtins.declare import variable
from acl.runtime.control import ControlTransfer
from acl.runtime.dynamic import current
from acl.runtime.functions import coerce_function
from acl.types.base import wrong_type
from acl.types.cons import Cons, from_iterable, lisp_list, to_list
from acl.types.function import call_values
from acl.types.symbol import EXCL, USER, Symbol, cl

_QUOTE = cl("QUOTE")

_STANDARD_VARIABLES = (
    "*READ-BASE* *READ-DEFAULT-FLOAT-FORMAT* *READ-EVAL* *READ-SUPPRESS* *PRINT-ARRAY* *PRINT-BASE* *PRINT-CASE* "
    "*PRINT-CIRCLE* *PRINT-ESCAPE* *PRINT-GENSYM* *PRINT-LENGTH* *PRINT-LEVEL* *PRINT-LINES* *PRINT-MISER-WIDTH* "
    "*PRINT-PPRINT-DISPATCH* *PRINT-PRETTY* *PRINT-RADIX* *PRINT-READABLY* *PRINT-RIGHT-MARGIN* "
    "*RANDOM-STATE* *READTABLE*").split()


def _quoted(x: Any) -> Any:
    return lisp_list(_QUOTE, x)


def _binding(name: str) -> Any:
    symbol = cl(name)
    return Cons(symbol, lisp_list(cl("SYMBOL-VALUE"), _quoted(symbol)))


DEFAULT_BINDINGS = variable(
    "*CL-DEFAULT-SPECIAL-BINDINGS*",
    from_iterable([Cons(cl("*PACKAGE*"), _quoted(USER)), *(_binding(name) for name in _STANDARD_VARIABLES)]),
    "Alist of the standard's variables and the forms for their values, for the initial bindings of a process.",
    package=EXCL)

REQUIRED_BINDINGS = variable(
    "*REQUIRED-TOP-LEVEL-BINDINGS*",
    from_iterable([Cons(cl("*PACKAGE*"), _quoted(USER)), _binding("*READTABLE*")]),
    "Alist of the variables, and the forms for their values, that code of the top level needs to have bound.",
    package=EXCL)


THREAD_BINDINGS = variable(
    "*REQUIRED-THREAD-BINDINGS*", None,
    "Alist of variables, and the forms for their values, that every process binds before its initial bindings.",
    package=EXCL)


def _form_value(form: Any) -> Any:
    """Evaluate the form of an initial binding; the usual kinds without the compiler."""
    if type(form) is Cons:
        if form.car is _QUOTE:
            return form.cdr.car
    elif type(form) is not Symbol:
        return form
    from acl.session import evaluate

    return evaluate(form)


def bindings(alist: Any) -> Iterator[tuple[Symbol, Any]]:
    """Yield symbol and value of each initial binding."""
    for entry in to_list(alist):
        if type(entry) is Cons:
            yield entry.car, _form_value(entry.cdr)
        else:
            yield entry, None


def _variable(symbol: Any) -> str:
    """Return the key of the variable *symbol*, which must be one that can be bound."""
    if type(symbol) is not Symbol:
        wrong_type(symbol, "SYMBOL")
    if symbol.special in ("constant", "global"):
        from acl.runtime.conditions import error

        kind = "constant" if symbol.special == "constant" else "global variable"
        error("PROGRAM-ERROR", f"~s is a {kind} and cannot be bound.", symbol)
    return symbol.special_key()


def call_initial_function(process: Any) -> None:
    """Call the process's function inside its initial bindings and an `abort` restart (in the process)."""
    state = current()
    undo = []
    try:
        for symbol, value in chain(bindings(THREAD_BINDINGS.value), bindings(process.initial_bindings)):
            key = _variable(symbol)
            undo.append((key, getattr(state, key)))
            setattr(state, key, [value])
        process.results = with_abort_restart(lambda: guarded(partial(call_values, coerce_function(process.function)),
                                                             process.args))
    finally:
        for key, cell in reversed(undo):
            setattr(state, key, cell)


def guarded(function: Any, args: tuple[Any, ...]) -> Any:
    """Call *function*; a Python exception that escapes becomes a condition here."""
    try:
        return function(*args)
    except Exception as problem:
        from acl.runtime.faults import signal_fault

        return signal_fault(problem)


def with_abort_restart(function: Any) -> Any:
    """Call *function* with a restart `abort` in force, which returns None; return what it returns."""
    from acl.runtime.restarts import restart_case

    return restart_case(function, ("ABORT", lambda: None, "Abort entirely from this (lisp) process."))


def run_exit_actions(process: Any) -> None:
    """Call the exit actions, each `(function . args)`; one that fails does not keep the others from running."""
    actions, process.exit_actions = process.exit_actions, None

    def call(action: Any) -> None:
        if type(action) is not Cons:
            wrong_type(action, "CONS")
        coerce_function(action.car)(*to_list(action.cdr))

    rest = actions
    while type(rest) is Cons:
        with suppress(ControlTransfer, SystemExit):
            reporting(process, partial(call, rest.car))
        rest = rest.cdr


def reporting(process: Any, function: Callable[[], Any]) -> Any:
    """Call *function* and return its value; report an error that nobody handles, and return None."""
    from acl.runtime.conditions import UnhandledCondition

    try:
        return guarded(function, ())
    except UnhandledCondition as unhandled:
        with suppress(ControlTransfer):  # the process may be killed meanwhile
            report_error(process, unhandled.condition)
    return None


def flush_terminal() -> None:
    """Send what stands in the buffer of the terminal: the process that has written it ends."""
    stream = EXCL.external["*INITIAL-TERMINAL-IO*"].value
    if stream.is_open and stream.interactive:
        stream.force_output()


def background_debugger(condition: Any) -> None:
    """The debugger of a process without a listener: it waits to be looked at if a person sits at the initial one."""
    import sys

    if "acl.toplevel.background" in sys.modules:
        from acl.toplevel.background import debug

        debug(condition)


def report_error(process: Any, condition: Any) -> None:
    """Print an error that nobody handled in *process*, which it ends, on `*error-output*`."""
    from acl.streams.base import output_stream
    from acl.toplevel.background import prompt_again
    from acl.toplevel.display import error_head

    text = f"; Process {process.name} ended by an error:\n{error_head(condition)}"
    stream = output_stream(cl("*ERROR-OUTPUT*").value)
    stream.fresh_line()
    stream.write_str(text + "\n")
    stream.force_output()
    prompt_again()
