"""What can be asked of a process: readers, and the properties that can be set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from acl.builtins.declare import builtin
from acl.mp.process import Process, current_process, the_process
from acl.runtime.waiting import poll_interrupts
from acl.types.array import string
from acl.types.cons import from_iterable, lisp_list, to_list
from acl.types.symbol import MP


def _lisp_string(x: Any) -> Any:
    return string(x) if type(x) is str else x


@builtin("PROCESS-WHOSTATE", "process", package=MP)
def process_whostate(process: Any) -> Any:
    """Return a string that says what PROCESS waits for, empty if it does not wait."""
    return _lisp_string(the_process(process).whostate())


@builtin("PROCESS-WHOSTATE", "new process", package=MP, setf=True)
def set_process_whostate(new: Any, process: Any) -> Any:
    """Set the string that says what PROCESS waits for; NIL leaves it to the waits again."""
    the_process(process).own_whostate = new
    return new


@builtin("PROCESS-STATE", "process", package=MP)
def process_state(process: Any) -> Any:
    """Return the state of PROCESS: a string as in the top level's table of processes."""
    return string(the_process(process).state_name())


def _reader(name: str, get: Callable[[Process], Any], doc: str) -> None:
    def reader(process: Any) -> Any:
        return get(the_process(process))

    reader.__doc__ = doc
    builtin(name, "process", package=MP)(reader)


def _accessor(name: str, attribute: str, doc: str) -> None:
    def writer(new: Any, process: Any) -> Any:
        setattr(the_process(process), attribute, new)
        return new

    writer.__doc__ = "Set it: " + doc
    _reader(name, lambda process: getattr(process, attribute), doc)
    builtin(name, "new process", package=MP, setf=True)(writer)


_accessor("PROCESS-NAME", "name", "Return the name of PROCESS.")
_accessor("PROCESS-PROPERTY-LIST", "plist", "Return the property list of PROCESS, which is for the application.")
_accessor("PROCESS-PRIORITY", "priority",
          "Return the priority of PROCESS.  The system's scheduler does not look at it.")
_accessor("PROCESS-QUANTUM", "quantum", "Return the quantum of PROCESS.  The system's scheduler does not look at it.")
_accessor("PROCESS-EXIT-ACTIONS", "exit_actions",
          "Return the list of `(function . args)` that PROCESS calls at its end.")
_accessor("PROCESS-KEEPS-LISP-ALIVE-P", "keeps_lisp_alive", "Return true if PROCESS keeps Lisp from ending.")
_accessor("PROCESS-RESUME-HOOK", "resume_hook", "Return the resume hook of PROCESS, which is never called.")
_accessor("PROCESS-SUSPEND-HOOK", "suspend_hook", "Return the suspend hook of PROCESS, which is never called.")
_accessor("PROFILE-PROCESS-P", "profiled", "Return true if PROCESS may be profiled.")
_reader("PROCESS-RESET-ACTION", lambda p: p.reset_action,
        "Return true if PROCESS runs again when its function returns.")
_reader("PROCESS-INITIAL-BINDINGS", lambda p: p.initial_bindings,
        "Return the alist of the initial bindings of PROCESS.")
_reader("PROCESS-INITIAL-FORM", lambda p: lisp_list(p.function, *p.args) if p.function is not None else None,
        "Return `(function . args)` of what PROCESS runs.")
_reader("PROCESS-WAIT-FUNCTION", lambda p: p.wait_function, "Return the function that PROCESS waits for, if any.")
_reader("PROCESS-WAIT-ARGS", lambda p: from_iterable(p.wait_args),
        "Return the arguments of the wait function of PROCESS.")
_reader("PROCESS-SEQUENCE", lambda p: p.sequence, "Return the number of PROCESS.")
_reader("PROCESS-THREAD", lambda p: p.thread, "Return the Python thread that runs PROCESS, NIL if none does.")
_reader("PROCESS-OS-ID", lambda p: p.os_id, "Return the number that the operating system gave the thread of PROCESS.")
_reader("PROCESS-TIMES-RESUMED", lambda p: p.box.resumed, "Return how often PROCESS has gone on after a wait.")


def _resumed_lately(process: Process) -> int:
    before, process.resumed_before = process.resumed_before, process.box.resumed
    return process.resumed_before - before


_reader("PROCESS-TIMES-RESUMED-DELTA", _resumed_lately,
        "Return how often PROCESS has gone on after a wait since the last call.")


def cpu_msec(process: Process) -> int:
    """Return the CPU time of a process in ms."""
    import time

    thread = process.thread
    if thread is None or process.state == "dead" or not hasattr(time, "pthread_getcpuclockid"):
        return 0
    try:
        now = time.clock_gettime(time.pthread_getcpuclockid(thread.ident))
        return int((now - process.clock_start) * 1000)
    except OSError:
        return 0


def cpu_msec_delta(process: Process) -> int:
    now = cpu_msec(process)
    before, process.clock = process.clock or 0, now
    return now - int(before)


_reader("PROCESS-CPU-MSEC-USED", cpu_msec, "Return the CPU time that PROCESS used, in milliseconds.")
_reader("PROCESS-CPU-MSEC-USED-DELTA", cpu_msec_delta, "Return the CPU time that PROCESS used since the last call.")


def _reasons_accessor(name: str, attribute: str, doc: str) -> None:
    def writer(new: Any, process: Any) -> Any:
        setattr(the_process(process), attribute, to_list(new))
        process.update()
        return new

    writer.__doc__ = "Set it: " + doc
    _reader(name, lambda process: from_iterable(getattr(process, attribute)), doc)
    builtin(name, "new process", package=MP, setf=True)(writer)


_reasons_accessor("PROCESS-RUN-REASONS", "run_reasons", "Return the list of the run reasons of PROCESS.")
_reasons_accessor("PROCESS-ARREST-REASONS", "arrest_reasons", "Return the list of the arrest reasons of PROCESS.")


@builtin("PROCESS-INTERRUPTIBLE-P", "process", package=MP)
def process_interruptible_p(process: Any) -> Any:
    """Return true if interrupts of PROCESS run; NIL if they are held back."""
    return the_process(process).interruptible


@builtin("PROCESS-INTERRUPTIBLE-P", "new process", package=MP, setf=True)
def set_process_interruptible_p(new: Any, process: Any) -> Any:
    """Hold the interrupts of PROCESS back if NEW is NIL, else let them run again."""
    if (new is None) != (the_process(process).interruptible is None):
        process.box.deferred += 1 if new is None else -1
        process.interruptible = new
        process.box.wake()
        if process is current_process():
            poll_interrupts()
    return new
