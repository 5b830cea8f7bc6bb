"""Making, finding, stopping and asking processes: the operators of package MULTIPROCESSING."""

from __future__ import annotations

import threading
from typing import Any

from acl.builtins.declare import DECLARATIONS, Declaration, builtin, predicate, variable
from acl.mp import accessors, timeouts, waits  # noqa: F401
from acl.mp.process import (
    ALL_PROCESSES,
    CURRENT_PROCESS,
    ENABLE,
    Process,
    all_processes,
    current_process,
    seconds_deadline,
    the_process,
)
from acl.mp.running import guarded
from acl.runtime.dynamic import _states
from acl.runtime.functions import coerce_function
from acl.types.array import string
from acl.types.base import wrong_type
from acl.types.cons import Cons, from_iterable, to_list
from acl.types.function import FUNCTIONS
from acl.types.symbol import GLOBAL_CELLS, MP, SYSTEM, Symbol, T, function_key, keyword

for _symbol, _doc in ((CURRENT_PROCESS, "The process that is running: in each process its own.  Do not set it."),
                      (ALL_PROCESSES, "A list of all processes that have not ended.  Do not change it.")):
    DECLARATIONS["variable " + function_key(_symbol)] = Declaration(_symbol, "variable", "", _doc, None)

DEFAULT_QUANTUM = variable("*DEFAULT-PROCESS-QUANTUM*", 2, "The quantum of processes made without one.", package=MP)
variable("*GENERAL-WAIT-DELAY*", 0.05, "How often, in seconds, a process-wait looks at its function at least.",
         package=MP)


# Making

@builtin("MAKE-PROCESS", "&key name class reset-action run-reasons arrest-reasons priority quantum resume-hook "
         "suspend-hook initial-bindings run-immediately stack-allocation message-interrupt-function", package=MP)
def make_process(name: Any = None, class_: Any = None, reset_action: Any = None, run_reasons: Any = None,
                 arrest_reasons: Any = None, priority: Any = 0, quantum: Any = None, resume_hook: Any = None,
                 suspend_hook: Any = None, initial_bindings: Any = None, run_immediately: Any = None,
                 stack_allocation: Any = None, message_interrupt_function: Any = None) -> Process:
    """Return a new process, which runs once it has a function (`process-preset`) and a run reason.

    INITIAL-BINDINGS is an alist of variables and forms, evaluated in the process.  If RESET-ACTION is true the
    process runs its function again when that returns; else it ends.
    """
    process = _instance(class_, name if name is not None else string("Anonymous"))
    process.reset_action = reset_action
    process.priority = priority
    process.quantum = quantum if quantum is not None else DEFAULT_QUANTUM.value
    process.resume_hook, process.suspend_hook = resume_hook, suspend_hook
    process.message_interrupt_function = message_interrupt_function
    process.initial_bindings = initial_bindings
    process.run_reasons = to_list(run_reasons)
    process.arrest_reasons = to_list(arrest_reasons)
    return process


def _instance(class_: Any, name: Any) -> Process:
    if class_ is None:
        return Process(name)
    from acl.clos.base import find_class

    cls = find_class(class_) if type(class_) is Symbol else class_
    if cls is Process:
        return Process(name)
    return the_process(FUNCTIONS["COMMON-LISP:MAKE-INSTANCE"](cls, keyword("NAME"), name))


@builtin("PROCESS-PRESET", "process function &rest args", package=MP)
def process_preset(process: Any, function: Any, *args: Any) -> Any:
    """Set the initial function of PROCESS; if it runs already unwind it and start anew with FUNCTION."""
    _not_immigrant(process)
    process.function = function
    process.args = args
    if process.state == "alive":
        process.leave("reset")
    else:
        process.update()
    return process


def _not_immigrant(process: Any) -> None:
    if the_process(process).immigrant:
        from acl.runtime.conditions import error

        error("SIMPLE-ERROR", "~s is a thread that Lisp did not make; it cannot be given a function.", process)
    if process.thread is threading.main_thread():
        from acl.runtime.conditions import error

        error("SIMPLE-ERROR", "~s is the initial process; it cannot be given a function.", process)


def _from_options(options: Any) -> Process:
    arguments = to_list(options) if type(options) is Cons or options is None else [keyword("NAME"), options]
    return FUNCTIONS["MULTIPROCESSING:MAKE-PROCESS"](*arguments)  # type: ignore[no-any-return]


def run_function(options: Any, function: Any, args: tuple[Any, ...], reset_action: bool = False) -> Process:
    """Make a process by *options*, a name or a plist, and have it call *function*."""
    process = _from_options(options)
    if reset_action:
        process.reset_action = T
    process.function = function
    process.args = args
    process_enable(process)
    return process


@builtin("PROCESS-RUN-FUNCTION", "name-or-options function &rest args", package=MP)
def process_run_function(options: Any, function: Any, *args: Any) -> Process:
    """Make a process that calls FUNCTION with ARGS, and start it.

    NAME-OR-OPTIONS is its name or a list of keyword arguments for `make-process`.  If it is a process that is at work,
    that one itself calls FUNCTION, as after `process-interrupt`; one that is not begins with it.
    """
    if not isinstance(options, Process):
        return run_function(options, function, args)
    if options.state == "alive":
        process_interrupt(options, function, *args)
    else:
        process_preset(options, function, *args)
        process_enable(options)
    return options


@builtin("PROCESS-RUN-RESTARTABLE-FUNCTION", "name-or-options function &rest args", package=MP)
def process_run_restartable_function(options: Any, function: Any, *args: Any) -> Process:
    """Do as PROCESS-RUN-FUNCTION, but when FUNCTION returns the process calls it again."""
    return run_function(options, function, args, True)


# Reasons

@builtin("PROCESS-ENABLE", "process", package=MP)
def process_enable(process: Any) -> Any:
    """Make PROCESS able to run: its one run reason is :ENABLE, and it has no arrest reasons."""
    the_process(process).arrest_reasons = []
    process.run_reasons = [ENABLE]
    process.update()
    return process


@builtin("PROCESS-DISABLE", "process", package=MP)
def process_disable(process: Any) -> Any:
    """Take all run and arrest reasons of PROCESS away, so that it stops."""
    the_process(process).arrest_reasons = []
    process.run_reasons = []
    process.update()
    return process


def _reason_operator(name: str, kind: str, add: bool, doc: str) -> None:
    attribute = kind + "_reasons"

    def operator(process: Any, reason: Any) -> Any:
        reasons = [r for r in getattr(the_process(process), attribute) if r is not reason]
        setattr(process, attribute, [reason, *reasons] if add else reasons)
        process.update()
        return None

    operator.__doc__ = doc
    builtin(name, "process reason", package=MP)(operator)


_reason_operator("PROCESS-ADD-RUN-REASON", "run", True, "Give PROCESS the run reason REASON, any object.")
_reason_operator("PROCESS-REVOKE-RUN-REASON", "run", False, """Take the run reason REASON from PROCESS.

A process without run reasons stops; if it is the calling one, here.""")
_reason_operator("PROCESS-ADD-ARREST-REASON", "arrest", True, """Give PROCESS the arrest reason REASON, any object.

It stops until the last arrest reason is revoked; if it is the calling one, here.""")
_reason_operator("PROCESS-REVOKE-ARREST-REASON", "arrest", False, "Take the arrest reason REASON from PROCESS.")


# Stopping, interrupting

@builtin("PROCESS-INTERRUPT", "process function &rest args", package=MP)
def process_interrupt(process: Any, function: Any, *args: Any) -> Any:
    """Have PROCESS call FUNCTION with ARGS at once, also if it waits, and then go on with what it did.

    If FUNCTION leaves by a throw, what the process did is abandoned.
    """
    f = coerce_function(function)
    the_process(process).interrupt(lambda: guarded(f, args))
    return None


@builtin("PROCESS-KILL", "process &key wait", package=MP)
def process_kill(process: Any, *, wait: Any = None) -> Any:
    """End PROCESS: its cleanup forms and exit actions run.  If WAIT is true return only when it is gone."""
    if the_process(process).state != "dead":
        process.leave("kill")
        if wait is not None:
            join(process, None)
    return None


def join(process: Process, deadline: float | None) -> bool:
    """Wait until *process* has ended; false if it has not by *deadline*."""
    return bool(process.changed.wait(lambda: process.state == "dead", deadline, "waiting for a process to end"))


@builtin("PROCESS-JOIN", "process &key timeout", package=MP, values=True)
def process_join(process: Any, *, timeout: Any = None) -> tuple[Any, Any]:
    """Wait until PROCESS has ended; return the list of the values of its initial function, and true.

    The list is empty if the function did not return.  NIL and NIL if TIMEOUT seconds passed before.
    """
    if not join(the_process(process), seconds_deadline(timeout)):
        return None, None
    return from_iterable(process.results or ()), T


@builtin("PROCESS-TERMINATE", "process", package=MP)
def process_terminate(process: Any) -> Any:
    """End PROCESS without more ado.  Here it is a `process-kill`: a thread cannot be ended without unwinding."""
    return process_kill(process)


@builtin("PROCESS-RESET", "process &optional no-unwind kill", package=MP)
def process_reset(process: Any, no_unwind: Any = None, kill: Any = None) -> Any:
    """Have PROCESS leave what it does and call its initial function again.

    Without NO-UNWIND, or with :UNLESS-CURRENT, the calling process is left alone.
    """
    if the_process(process) is current_process() and no_unwind in (None, keyword("UNLESS-CURRENT")):
        return None
    process.leave("kill" if kill is not None else "reset")
    return None


# Finding and asking

@predicate("PROCESS-P", "object", package=MP)
def process_p(x: Any) -> bool:
    """Return true if OBJECT is a process."""
    return isinstance(x, Process)


@predicate("PROCESS-ACTIVE-P", "process", package=MP)
def process_active_p(process: Any) -> bool:
    """Return true if PROCESS has a run reason and no arrest reason."""
    return the_process(process).active()


@predicate("PROCESS-RUNNABLE-P", "process", package=MP)
def process_runnable_p(process: Any) -> bool:
    """Return true if PROCESS is active and does not wait."""
    return the_process(process).state_name() == "runnable"


@predicate("PROCESS-ALIVE-P", "process", package=MP)
def process_alive_p(process: Any) -> bool:
    """Return true if PROCESS has not ended."""
    return the_process(process).state != "dead"


@builtin("PROCESS-NAME-TO-PROCESS", "name &key abbrev (error t)", package=MP)
def process_name_to_process(name: Any, *, abbrev: Any = None, error: Any = T) -> Any:
    """Return the process called NAME, of which with ABBREV the beginning will do; signal an error if there is none."""
    wanted = str(name)
    for process in all_processes():
        text = str(process.name)
        if text == wanted or (abbrev is not None and text.startswith(wanted)):
            return process
    if error is not None:
        from acl.runtime.conditions import error as signal_error

        signal_error("SIMPLE-ERROR", "There is no process named ~s.", name)
    return None


@builtin("FIND-PROCESS", "name", package=MP)
def find_process(name: Any) -> Any:
    """Return the process called NAME, or NIL."""
    return process_name_to_process(name, error=None)


# Variables of other processes

@builtin("SYMEVAL-IN-PROCESS", "symbol process", package=MP, values=True)
def symeval_in_process(symbol: Any, process: Any) -> tuple[Any, ...]:
    """Return the value that SYMBOL has in PROCESS.

    The second value is T if PROCESS has bound it, NIL if it has not (the value is the global one), :UNBOUND if
    there is no value.
    """
    if type(symbol) is not Symbol:
        wrong_type(symbol, "SYMBOL")
    key = symbol.special_key()
    cell = next((state.__dict__.get(key) for state in list(_states) if state.process is the_process(process)), None)
    shared = GLOBAL_CELLS.get(key)
    if cell is None:
        cell = shared
    if cell is None or not len(cell):
        return None, keyword("UNBOUND")
    return cell[0], None if cell is shared else T


@builtin("GLOBAL-SYMBOL-VALUE", "symbol", package=SYSTEM)
def global_symbol_value(symbol: Any) -> Any:
    """Return the global value of SYMBOL, whatever the process has bound."""
    if type(symbol) is not Symbol:
        wrong_type(symbol, "SYMBOL")
    symbol.special_key()
    return GLOBAL_CELLS[symbol.key][0]


@builtin("GLOBAL-SYMBOL-VALUE", "value symbol", package=SYSTEM, setf=True)
def set_global_symbol_value(value: Any, symbol: Any) -> Any:
    """Set the global value of SYMBOL, whatever the process has bound."""
    if type(symbol) is not Symbol:
        wrong_type(symbol, "SYMBOL")
    symbol.set_global(value)
    return value


# For compatibility

@builtin("START-SCHEDULER", "", package=MP)
def start_scheduler() -> Any:
    """Start multiprocessing; it always runs."""
    return None


@builtin("START-CUSTOMS", "&optional name", package=MP)
def start_customs(name: Any = None) -> Any:
    """Do as `start-scheduler`, which programs should call instead; NAME is ignored."""
    return start_scheduler()


@builtin("SCHEDULER-RUNNING-P", "", package=SYSTEM)
def scheduler_running_p() -> Any:
    """Return true: processes always run."""
    return T


def live_processes() -> list[Process]:
    """Return the processes that keep Lisp from ending."""
    me = threading.current_thread()
    return [p for p in all_processes() if p.thread is not me and p.keeps_lisp_alive is not None and p.active()]
