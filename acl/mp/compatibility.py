"""Names of package MULTIPROCESSING that matter on Windows, what waits until Lisp is idle or over."""

from __future__ import annotations

import threading
from time import monotonic
from typing import Any

from acl.builtins.declare import builtin, macro, variable
from acl.expand.template import template
from acl.mp.operators import live_processes, run_function
from acl.mp.process import all_processes, current_process, the_process
from acl.mp.timeouts import to_seconds
from acl.runtime.functions import coerce_function
from acl.runtime.waiting import Waiters, sleep, wait_until
from acl.types.array import string
from acl.types.function import call_values
from acl.types.symbol import EXCL, MP, SYSTEM

variable("*DEFAULT-MESSAGE-INTERRUPT-FUNCTION*", None,
         "What a process made without one has as `process-message-interrupt-function`.", package=MP)


@builtin("PROCESS-MESSAGE-INTERRUPT-FUNCTION", "process", package=MP)
def process_message_interrupt_function(process: Any) -> Any:
    """Return the message interrupt function of PROCESS, which only Windows would call."""
    return the_process(process).message_interrupt_function


@builtin("PROCESS-MESSAGE-INTERRUPT-FUNCTION", "new process", package=MP, setf=True)
def set_process_message_interrupt_function(new: Any, process: Any) -> Any:
    """Set the message interrupt function of PROCESS, which only Windows would call."""
    the_process(process).message_interrupt_function = new
    return new


_PROGN = template("(progn ,@body)")


@macro("WITH-MESSAGE-INTERRUPTS-DISABLED", "&body body", package=MP)
def with_message_interrupts_disabled(form: Any, env: Any) -> Any:
    """Return the values of BODY; there are no message interrupts, which belong to Windows."""
    return _PROGN(body=form.cdr)


@builtin("CAPTURE-CONSOLE-INTERRUPTS", "&optional (capture t)", package=MP)
def capture_console_interrupts(capture: Any = None) -> Any:
    """Do nothing: interrupts typed at the terminal always come to the initial process, and Windows is no platform."""
    return None


@builtin("PROCESS-IMPLEMENTATION", "", package=MP)
def process_implementation() -> Any:
    """Return how processes are made: :NATIVE-THREADS."""
    from acl.types.symbol import keyword

    return keyword("NATIVE-THREADS")


@builtin("%CALL-IN-PROCESS", "process function", package=SYSTEM, export=False, values=True)
def call_in_process(process: Any, function: Any) -> tuple[Any, ...]:
    """Have PROCESS call FUNCTION on top of what it does; wait for that and return the values."""
    if the_process(process) is current_process():
        return call_values(function)
    outcome: list[tuple[Any, ...]] = []
    ended = Waiters()

    def run() -> None:
        try:
            outcome.append(call_values(function))
        finally:
            outcome.append(())  # it was left by an exit: no values
            ended.wake_all()

    process.interrupt(run)
    ended.wait(lambda: outcome or process.state == "dead", None, string("waiting for a process"))
    return outcome[0] if outcome else ()


_IN_PROCESS = template("(%call-in-process ,process #'(lambda () ,@body))")


@macro("PROCESS-PROGN", "process &body body", package=MP)
def process_progn(form: Any, env: Any) -> Any:
    """Have PROCESS evaluate BODY on top of what it does, wait for that, and return the values."""
    return _IN_PROCESS(process=form.cdr.car, body=form.cdr.cdr)


@builtin("EXIT-FROM-INITIAL-LISTENER", "", package=MP)
def exit_from_initial_listener() -> Any:
    """End the initial listener: Lisp goes on until no process is left that keeps it alive, and then exits."""
    from acl.runtime.conditions import error
    from acl.toplevel.listener import ExitLisp

    if threading.current_thread() is not threading.main_thread():
        error("SIMPLE-ERROR", "~s is not the initial listener.", current_process())
    wait_until(lambda: not live_processes(), None, string("waiting for the other processes"))
    raise ExitLisp(0)


@builtin("USE-BACKGROUND-STREAMS", "", package=EXCL)
def use_background_streams() -> Any:
    """Have the emacs-lisp interface show errors of background processes in buffers of their own; return NIL.

    There is no such interface here, and then the function does nothing, as in Allegro.
    """
    return None


_LONGEST_LOOK = 0.25


def _activity(but: Any) -> tuple[bool, int]:
    """Return whether a process other than *but* is running, and how often the others have gone on after a wait."""
    others = [p for p in all_processes() if p is not but and p.state == "alive" and not p.immigrant]
    return any(p.box.whostate is None for p in others), sum(p.box.resumed for p in others)


@builtin("FUNCALL-AFTER-IDLE-TIMEOUT", "seconds function &rest args", package=SYSTEM)
def funcall_after_idle_timeout(seconds: Any, function: Any, *args: Any) -> Any:
    """Call FUNCTION with ARGS, once, when all processes have done nothing but wait for SECONDS; return a canceller.

    That is a function without arguments.  The call happens in a process of its own.
    """
    limit = to_seconds(seconds)
    step = min(max(limit / 10, 0.001), _LONGEST_LOOK)

    def watch() -> Any:
        me = current_process()
        seen, since = _activity(me)[1], monotonic()
        while True:
            busy, count = _activity(me)
            if busy or count != seen:
                seen, since = count, monotonic()
            elif monotonic() - since >= limit:
                return coerce_function(function)(*args)
            sleep(step, string("waiting until Lisp is idle"))

    process = run_function(string("Idle timeout"), watch, ())
    process.keeps_lisp_alive = None

    def cancel() -> Any:
        process.leave("kill")
        return None

    return cancel
