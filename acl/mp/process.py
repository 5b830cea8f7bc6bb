"""Processes: Python threads that run Lisp, which can be stopped, interrupted, reset and killed.

What is done to a process is a function posted to its mailbox; see `acl.runtime.waiting`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from itertools import count
from time import monotonic, thread_time
from typing import Any

from acl.clos.base import StandardObject
from acl.mp.workers import run_in_thread
from acl.runtime.control import ControlTransfer
from acl.runtime.dynamic import current, forget_thread, register_thread
from acl.runtime.pressing import Presser
from acl.runtime.waiting import Mailbox, Waiters, has_main_thread, mailbox, nudge
from acl.types.array import SimpleString, is_string
from acl.types.base import wrong_type
from acl.types.cons import from_iterable
from acl.types.function import FUNCTIONS
from acl.types.symbol import MP, SYSTEM, Symbol, T, keyword


class Leave(ControlTransfer):
    """Unwinds a whole process: args are (process, "kill" or "reset")."""


def share(symbol: Symbol) -> Symbol:
    """Make *symbol*, whose home is SYSTEM, external in MULTIPROCESSING as well."""
    MP.external[symbol.name] = symbol
    return symbol


def cased(name: str) -> str:
    """Return the name of a class in the case that symbols are printed in at present."""
    return FUNCTIONS["COMMON-LISP:PRINC-TO-STRING"](keyword(name)).text()  # type: ignore[no-any-return]


class _Computed:
    """The global cell of a variable whose value is found when it is read; a program cannot change it."""

    __slots__ = ("function",)

    def __init__(self, function: Callable[[], Any]) -> None:
        self.function = function

    def __len__(self) -> int:
        return 1

    def __getitem__(self, index: int) -> Any:
        return self.function()

    def __setitem__(self, index: int, value: Any) -> None:
        """Do nothing."""


class _Own(list[Any]):
    """The cell of a process's own `*current-process*`, which a program cannot change."""

    __slots__ = ()

    def __setitem__(self, index: Any, value: Any) -> None:
        from acl.runtime.conditions import error

        error("SIMPLE-ERROR", "~s cannot be set.", CURRENT_PROCESS)


def _computed_variable(name: str, function: Callable[[], Any]) -> Symbol:
    symbol = share(SYSTEM.export(name))
    symbol.set_cell(_Computed(function))
    symbol.special = "special"
    return symbol


# A thread that Lisp did not make becomes a process when it looks at this.
CURRENT_PROCESS = _computed_variable("*CURRENT-PROCESS*", lambda: current_process())
ALL_PROCESSES = _computed_variable("*ALL-PROCESSES*", lambda: current_process() and from_iterable(all_processes()))
ENABLE = keyword("ENABLE")

_numbers = count(2)  # Allegro's initial listener is number 2
_lock = threading.RLock()
_processes: dict[int, Process] = {}


class Process(StandardObject, lisp="PROCESS", package=MP):
    """A process.

    It runs while it has a run reason and no arrest reason; else it is held, at the next point where
    interrupts run.  `state` is "new" until there is a thread, then "alive", at last "dead".
    """

    name: Any = SimpleString("Anonymous")
    state = "new"
    sequence = 0
    priority: Any = 0
    quantum: Any = 2
    plist: Any = None
    run_reasons: list[Any]
    arrest_reasons: list[Any]
    initial_bindings: Any = None
    function: Any = None
    args: tuple[Any, ...] = ()
    results: tuple[Any, ...] | None = None
    reset_action: Any = None
    resume_hook: Any = None
    suspend_hook: Any = None
    exit_actions: Any = None
    keeps_lisp_alive: Any = T
    interruptible: Any = T
    profiled: Any = None
    message_interrupt_function: Any = None
    immigrant = False
    wait_function: Any = None
    wait_args: tuple[Any, ...] = ()
    thread: Any = None
    os_id = 0
    own_whostate: Any = None
    clock: Any = None
    clock_start = 0.0
    resumed_before = 0
    changed: Waiters
    box: Mailbox

    def __init__(self, name: Any = None) -> None:
        if name is not None:
            if not is_string(name) and not isinstance(name, Symbol):
                wrong_type(name, "STRING")
            self.name = name
        self.run_reasons = []
        self.arrest_reasons = []
        self.changed = Waiters()
        self.box = Mailbox()
        with _lock:
            self.sequence = next(_numbers)
            _processes[self.sequence] = self

    # State

    def active(self) -> bool:
        """True if it may run: it has a run reason and no arrest reason."""
        return bool(self.run_reasons) and not self.arrest_reasons and self.state != "dead"

    def whostate(self) -> Any:
        """What it waits for, a str or Lisp string; empty if it does not."""
        if self.own_whostate is not None:
            return self.own_whostate
        return self.box.whostate or ""

    def state_name(self) -> str:
        """The state as the top level's table of processes shows it."""
        if self.state == "dead":
            return "dead"
        if self.arrest_reasons:
            return "arrested"
        if not self.run_reasons:
            return "inactive"
        return "waiting" if self.box.whostate is not None else "runnable"

    def update(self) -> None:
        """Act on changed reasons: start, go on, or hold the process."""
        if self.state == "dead":
            return
        if self.active():
            if self.state == "new":
                self.start()
            self.changed.wake_all()
        elif self.state == "alive":
            self.interrupt(self.hold)

    def hold(self) -> None:
        """Stay here until the process may run (called in it)."""
        if not self.active():
            self.changed.wait(self.active, None, "held")

    # What others do to it

    def interrupt(self, function: Callable[[], Any]) -> None:
        """Have the process call *function* on top of what it does; at once if it is the calling one."""
        if self.state == "dead":
            return
        if self.box is mailbox():
            if self.box.deferred:
                self.box.post(function)
            else:
                function()
            return
        self.box.post(function)
        if self.state == "new":
            self.start()

    def leave(self, how: str) -> None:
        """Unwind the process: `kill` ends it, `reset` starts it anew."""

        def unwind() -> None:
            raise Leave(self, how)

        if self.state == "new":
            if how == "kill":
                self._end()
            return
        self.interrupt(unwind)

    def start(self) -> None:
        """Have a thread run the process.  It holds until it is active."""
        with _lock:
            if self.state != "new":
                return
            self.state = "alive"
        try:
            run_in_thread(self)
        except RuntimeError as problem:  # the system has no more threads
            self._end()
            from acl.runtime.conditions import error

            error("SIMPLE-ERROR", "Cannot make a thread for ~s: ~a.", self, SimpleString(str(problem)))

    # Inside the thread

    def enter(self) -> None:
        """Tell the calling thread that it is this process."""
        state = register_thread()
        state.process = self
        state.mailbox = self.box
        if not self.immigrant:  # one may be killed, and its thread be another process then
            setattr(state, CURRENT_PROCESS.special_key(), _Own([self]))
        self.os_id = threading.get_native_id()

    def run_here(self) -> None:
        """Run in the calling thread, which has another process before and after."""
        forget_thread()
        self.enter()
        presser = self.box.press = Presser(self.box)
        if self.box.pending:
            presser()
        self.clock_start = thread_time()
        from acl.mp.running import background_debugger, flush_terminal

        current().properties["debugger"] = background_debugger
        again = True
        try:
            while again:
                again = self._once()
        finally:
            self.box.press = None
            presser.leave()
            self._end()
            with suppress(ControlTransfer):
                flush_terminal()

    def _once(self) -> bool:
        """Run the initial function; return true if it is to be run again."""
        from acl.mp.running import call_initial_function, report_error, reporting
        from acl.runtime.conditions import UnhandledCondition
        from acl.runtime.faults import signal_fault

        state = current()
        dynamic = state.handlers, state.restarts, state.catches, state.break_level
        try:  # with few frames: there may be thousands of processes
            self.hold()
            if self.function is None:
                return False
            call_initial_function(self)
            return self.reset_action is not None
        except Leave as leave:
            return leave.args[0] is self and leave.args[1] == "reset"
        except UnhandledCondition as unhandled:
            with suppress(ControlTransfer):  # it may be killed meanwhile
                report_error(self, unhandled.condition)
            return False
        except (ControlTransfer, SystemExit):
            return False
        except Exception as problem:  # in the initial bindings
            with suppress(ControlTransfer, SystemExit):
                reporting(self, partial(signal_fault, problem))
            return False
        finally:
            state.handlers, state.restarts, state.catches, state.break_level = dynamic

    def _end(self) -> None:
        if self.state == "alive" and self.exit_actions is not None:
            from acl.mp.running import run_exit_actions

            run_exit_actions(self)
        self.state = "dead"
        self.thread = None
        self.box.pending.clear()
        with _lock:
            _processes.pop(self.sequence, None)
        self.changed.wake_all()
        nudge()

    # Printing

    def describe(self) -> str:
        """What is printed between `#<` and ` @ #x...>`."""
        return f"{cased('MULTIPROCESSING:PROCESS')} {self.name}({self.sequence})"

    def __repr__(self) -> str:
        return f"#<{self.describe()} @ #x{id(self):x}>"


def all_processes() -> list[Process]:
    """Return all processes that are not dead, in the order of their making."""
    return list(_processes.values())


def current_process() -> Process:
    """Return the calling process; a thread that Lisp did not make becomes an immigrant."""
    process = current().process
    if process is None or (process.immigrant and process.state == "dead"):
        return _adopt()
    return process  # type: ignore[no-any-return]


_thread = threading.local()
"""Of each immigrant thread `stay`."""


class _Stay:
    """Lives as long as an immigrant's thread, and ends the process with it."""

    __slots__ = ("process",)

    def __init__(self, process: Process) -> None:
        self.process = process

    def __del__(self) -> None:
        self.process.exit_actions = None  # there is no Lisp left in the thread that could run them
        self.process._end()


def _adopt() -> Process:
    main = threading.current_thread() is threading.main_thread()
    stay = getattr(_thread, "stay", None)
    if stay is not None and stay.process.state != "dead":
        process: Process = stay.process  # another context of the thread has met it
    else:
        process = Process(SimpleString("Initial Lisp Listener" if main else threading.current_thread().name))
        process.immigrant = not main
        process.keeps_lisp_alive = T if main else None
        process.run_reasons = [ENABLE]
        process.state = "alive"
        process.box = mailbox()
        process.thread = threading.current_thread()
        if not main:
            _thread.stay = _Stay(process)
    process.enter()
    return process


def was_killed(leaving: BaseException) -> bool:
    """True if *leaving* unwinds the calling thread, which is not Lisp's: its process was killed or reset."""
    if not isinstance(leaving, Leave):
        return False
    process, how = leaving.args
    if how == "kill" and process.immigrant:
        process._end()
    return process.immigrant or not has_main_thread()


if threading.current_thread() is threading.main_thread():
    _adopt()


def seconds_deadline(seconds: Any) -> float | None:
    """Return the deadline *seconds* from now; None for NIL."""
    return None if seconds is None else monotonic() + float(seconds)


def the_process(x: Any) -> Process:
    """Return *x*, which must be a process."""
    if not isinstance(x, Process):
        wrong_type(x, "MULTIPROCESSING:PROCESS")
    return x
