"""`with-timeout`, `without-interrupts` and their like."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic, process_time, thread_time
from typing import Any

from acl.builtins.declare import builtin, macro
from acl.expand.template import template
from acl.mp.process import share
from acl.runtime.conditions import type_fault
from acl.runtime.control import Transfer
from acl.runtime.dynamic import current
from acl.runtime.timers import Timer, call_after, call_at
from acl.runtime.waiting import mailbox, run_interrupts
from acl.types.base import wrong_type
from acl.types.cons import lisp_list
from acl.types.function import call_values
from acl.types.symbol import EXCL, MP, SYSTEM, Symbol, cl, keyword

_DEBUGGER_DELAY = 0.5
"""While the debugger has the process, an expired time-out asks again after so long."""


def to_seconds(x: Any) -> float:
    """Return a Lisp number of seconds as Python's."""
    if isinstance(x, (int, float)):
        return float(x)
    try:
        return float(x)
    except (TypeError, ValueError):
        wrong_type(x, "REAL")


class _Timeout:
    """One running `with-timeout`: posts an interrupt to its process that leaves the form."""

    __slots__ = ("box", "level", "measure", "seconds", "state", "timer", "token")

    def __init__(self, seconds: float) -> None:
        self.box = mailbox()
        self.state = current()
        self.level = self.state.break_level
        self.token: list[Any] = [self]
        self.timer: Timer = call_at(monotonic() + seconds, self.expired)

    def expired(self) -> None:
        """Called in the timer thread."""
        if self.state.break_level > self.level:
            self.timer = call_after(_DEBUGGER_DELAY, self.expired)
        else:
            self.box.post(self.leave)

    def leave(self) -> None:
        """Called in the process: leave the form, unless it has been left."""
        if self.token:
            raise Transfer(self.token, None, None)

    def end(self) -> None:
        """The form is being left."""
        self.token.clear()
        self.timer.cancel()


@builtin("%CALL-WITH-TIMEOUT", "seconds body timeout-body", package=SYSTEM, export=False, values=True)
def call_with_timeout(seconds: Any, body: Any, timeout_body: Any) -> tuple[Any, ...]:
    """Return the values of calling BODY, or those of TIMEOUT-BODY if BODY takes longer than SECONDS."""
    return _limited(to_seconds(seconds), _Timeout, body, timeout_body)


def _limited(limit: float, start: Callable[[float], _Timeout], body: Any, timeout_body: Any) -> tuple[Any, ...]:
    """Call *body* under the time-out that *start* makes for so many seconds; if it expires *timeout_body*."""
    if limit <= 0:
        return call_values(timeout_body)
    timeout = start(limit)
    token = timeout.token
    try:
        return call_values(body)
    except Transfer as transfer:
        if transfer.args[0] is not token:
            raise
    finally:
        timeout.end()
    return call_values(timeout_body)


_WITH_TIMEOUT = template("(%call-with-timeout ,seconds #'(lambda () ,@body) #'(lambda () ,@timeout))")


@macro("WITH-TIMEOUT", "(seconds &body timeout-forms) &body body", package=SYSTEM)
def with_timeout(form: Any, env: Any) -> Any:
    """Return the values of BODY, or, if it takes longer than SECONDS, leave it and return those of TIMEOUT-FORMS.

    Zero or less evaluates TIMEOUT-FORMS at once.  Time during which the debugger has the process does not count.
    """
    head = form.cdr.car
    return _WITH_TIMEOUT(seconds=head.car, timeout=head.cdr, body=form.cdr.cdr)


share(SYSTEM.external["WITH-TIMEOUT"])


class _VirtualTimeout(_Timeout):
    """A time-out in CPU time.  A thread's clock can be read only in the thread, so it is asked to look."""

    def __init__(self, seconds: float, clock: Any) -> None:
        self.measure = clock
        self.seconds = clock() + seconds
        super().__init__(seconds)

    def leave(self) -> None:
        if self.token:
            rest = self.seconds - self.measure()
            if rest > 0:
                self.timer = call_after(max(rest, 0.01), self.expired)
            else:
                super().leave()


@builtin("%CALL-WITH-VIRTUAL-TIMEOUT", "mode seconds body timeout-body", package=SYSTEM, export=False, values=True)
def call_with_virtual_timeout(mode: Any, seconds: Any, body: Any, timeout_body: Any) -> tuple[Any, ...]:
    """Return the values of calling BODY, or those of TIMEOUT-BODY if BODY takes more CPU time than SECONDS."""
    if mode not in (keyword("PROCESS"), keyword("THREAD")):
        type_fault(mode, lisp_list(cl("MEMBER"), keyword("PROCESS"), keyword("THREAD")))
    clock = process_time if mode is keyword("PROCESS") else thread_time
    return _limited(to_seconds(seconds), lambda limit: _VirtualTimeout(limit, clock), body, timeout_body)


_WITH_VIRTUAL = template("(%call-with-virtual-timeout ,mode ,seconds #'(lambda () ,@body) #'(lambda () ,@timeout))")


@macro("WITH-VIRTUAL-TIMEOUT", "(mode seconds &body timeout-forms) &body body", package=SYSTEM)
def with_virtual_timeout(form: Any, env: Any) -> Any:
    """Do as WITH-TIMEOUT, with CPU time of the Lisp (MODE :PROCESS) or of the process (:THREAD)."""
    head = form.cdr.car
    return _WITH_VIRTUAL(mode=head.car, seconds=head.cdr.car, timeout=head.cdr.cdr, body=form.cdr.cdr)


share(SYSTEM.external["WITH-VIRTUAL-TIMEOUT"])


# Holding interrupts back

@builtin("%DEFER-INTERRUPTS", "", package=SYSTEM, export=False)
def defer_interrupts() -> Any:
    """Hold the process's interrupts back until the matching call of ALLOW-INTERRUPTS."""
    mailbox().deferred += 1
    return None


@builtin("%ALLOW-INTERRUPTS", "", package=SYSTEM, export=False)
def allow_interrupts() -> Any:
    """Undo one DEFER-INTERRUPTS, and after the last one run the interrupts that came in between."""
    box = mailbox()
    box.deferred -= 1
    if box.pending and not box.deferred:
        run_interrupts()
    return None


_DEFERRED = template("(progn (%defer-interrupts) (unwind-protect (progn ,@body) (%allow-interrupts)))")


def _deferring(name: str, package: Any, doc: str) -> Symbol:
    def expand(form: Any, env: Any) -> Any:
        return _DEFERRED(body=form.cdr)

    expand.__doc__ = doc
    macro(name, "&body body", package=package)(expand)
    return package.external[name]  # type: ignore[no-any-return]


_deferring("WITH-DELAYED-INTERRUPTS", EXCL, """Evaluate BODY with the interrupts of this process held back.

Time-outs, kills and `process-interrupt`s happen when the outermost such form is left.""")
_deferring("WITHOUT-INTERRUPTS", EXCL, "Evaluate BODY with the interrupts of this process held back.")
share(_deferring("WITHOUT-SCHEDULING", SYSTEM, """Evaluate BODY with the interrupts of this process held back.

Other processes do run meanwhile, as in an Allegro with symmetric multiprocessing."""))
MP.external["WITHOUT-INTERRUPTS"] = EXCL.external["WITHOUT-INTERRUPTS"]
