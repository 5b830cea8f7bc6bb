"""Condition variables, barriers and sharable locks (Allegro's module SMPUTIL)."""

from __future__ import annotations

import threading
from collections import deque
from contextlib import suppress
from typing import Any

from acl.builtins.declare import builtin, macro
from acl.clos.base import StandardObject
from acl.expand.options import macro_options
from acl.expand.template import template
from acl.mp.locks import Lock, ProcessLock
from acl.mp.process import cased, current_process, seconds_deadline
from acl.runtime.conditions import type_fault
from acl.runtime.functions import coerce_function
from acl.runtime.waiting import Waiters
from acl.types.array import string
from acl.types.base import wrong_type
from acl.types.cons import lisp_list
from acl.types.symbol import MP, T, cl, keyword


def _error(control: str, *args: Any) -> Any:
    from acl.runtime.conditions import error

    return error("SIMPLE-ERROR", control, *args)


# Condition variables

class _Ticket:
    """Of one process that waits for a condition variable: whether it has been signalled."""

    signalled = False


class ConditionVariable(StandardObject, lisp="CONDITION-VARIABLE", package=MP):
    """A condition variable; `tickets` are those that wait, oldest first.

    Every change of `tickets` is one step for other threads.
    """

    def __init__(self, name: Any) -> None:
        self.name = name
        self.tickets: deque[_Ticket] = deque()
        self.waiters = Waiters()

    def signal(self) -> bool:
        """Let the process go on that has waited longest; false if none waits."""
        try:
            self.tickets.popleft().signalled = True
        except IndexError:
            return False
        self.waiters.wake_all()
        return True

    def forget(self, ticket: _Ticket) -> None:
        """A process waits no longer: its ticket is no good to others."""
        with suppress(ValueError):  # it has been signalled
            self.tickets.remove(ticket)


@builtin("MAKE-CONDITION-VARIABLE", "&key name", package=MP)
def make_condition_variable(*, name: Any = None) -> ConditionVariable:
    """Return a new condition variable."""
    return ConditionVariable(name)


def _variable(x: Any) -> Any:
    if not isinstance(x, ConditionVariable):
        wrong_type(x, "MULTIPROCESSING:CONDITION-VARIABLE")
    return x


@builtin("CONDITION-VARIABLE-WAIT", "condition-variable lock &key timeout", package=MP)
def condition_variable_wait(variable: Any, lock: Any, *, timeout: Any = None) -> Any:
    """Release LOCK, wait until CONDITION-VARIABLE is signalled, take LOCK again and return true.

    NIL if TIMEOUT seconds passed before.  LOCK is a process lock or an exclusively held sharable lock, or NIL.
    """
    _variable(variable)
    _check_held(lock)
    deadline = seconds_deadline(timeout)
    ticket = _Ticket()
    variable.tickets.append(ticket)
    returned = False
    try:
        _release(lock)
        try:
            variable.waiters.wait(lambda: ticket.signalled, deadline, string("condition variable"))
        finally:
            _take(lock)
        returned = True
    finally:
        variable.forget(ticket)
        if ticket.signalled and not returned:  # who is unwound must not take a signal with it
            variable.signal()
    return T if ticket.signalled else None


def _check_held(lock: Any) -> None:
    holder = lock.locker if isinstance(lock, ProcessLock) else lock.owner if isinstance(lock, SharableLock) else None
    if lock is not None and holder is not current_process():
        _error("~s does not hold ~s.", current_process(), lock)


def _release(lock: Any) -> None:
    if isinstance(lock, ProcessLock):
        lock.release()
    elif lock is not None:
        lock.unlock(True)


def _take(lock: Any) -> None:
    if isinstance(lock, ProcessLock):
        lock.seize(current_process())
    elif lock is not None:
        lock.lock(True, None)


@builtin("CONDITION-VARIABLE-SIGNAL", "condition-variable", package=MP)
def condition_variable_signal(variable: Any) -> Any:
    """Let the process go on that has waited longest for CONDITION-VARIABLE."""
    _variable(variable).signal()
    return None


@builtin("CONDITION-VARIABLE-BROADCAST", "condition-variable", package=MP)
def condition_variable_broadcast(variable: Any) -> Any:
    """Let all processes go on that wait for CONDITION-VARIABLE."""
    for _ in range(len(_variable(variable).tickets)):
        variable.signal()
    return None


# Barriers

class Barrier(StandardObject, lisp="BARRIER", package=MP):
    """A barrier: `generation` counts its releases."""

    def __init__(self, count: Any, options: dict[str, Any]) -> None:
        self.count = count
        self.options = options
        self.arrived = 0
        self.generation = 0
        self.enabled = True
        self.mutex = threading.Lock()
        self.waiters = Waiters()

    def release(self) -> None:
        """Let those that wait go on."""
        with self.mutex:
            self.arrived = 0
            self.generation += 1
        self.waiters.wake_all()

    def option(self, given: dict[str, Any], name: str) -> Any:
        """Return an option of one wait, or the barrier's."""
        value = given.get(name, False)
        return self.options.get(name) if value is False else value


def _barrier(x: Any) -> Any:
    if not isinstance(x, Barrier):
        wrong_type(x, "MULTIPROCESSING:BARRIER")
    return x


@builtin("MAKE-BARRIER", "count &key discount-on-abort discount-on-timeout callback disable-on-unblock name",
         package=MP)
def make_barrier(count: Any, **options: Any) -> Barrier:
    """Return a barrier for COUNT processes; T for any number, which `barrier-unblock` releases.

    CALLBACK is called with the barrier by the last to arrive, before the others go on.
    """
    if count is not T and (type(count) is not int or count < 1):
        type_fault(count, lisp_list(cl("OR"), lisp_list(cl("EQL"), T), lisp_list(cl("INTEGER"), 1)))
    return Barrier(count, options)


@builtin("BARRIER-WAIT", "barrier &key timeout (callback nil) pass-through (discount-on-abort nil) "
         "(discount-on-timeout nil) (disable-on-unblock nil)", package=MP)
def barrier_wait(barrier: Any, **given: Any) -> Any:
    """Wait until all have arrived at BARRIER: T, or :UNBLOCKED for the last.

    NIL if it is disabled; :PASSED-THROUGH if PASS-THROUGH, which only counts; :TIMEOUT after TIMEOUT seconds.
    """
    _barrier(barrier)
    if not barrier.enabled:
        return None
    with barrier.mutex:
        generation = barrier.generation
        barrier.arrived += 1
        last = barrier.count is not T and barrier.arrived >= barrier.count
    if last:
        callback = barrier.option(given, "callback")
        if callback is not None:
            coerce_function(callback)(barrier)
        if barrier.option(given, "disable_on_unblock") is not None:
            barrier.enabled = False
        barrier.release()
        return keyword("UNBLOCKED")
    if given.get("pass_through") is not None:
        return keyword("PASSED-THROUGH")
    return _wait_at(barrier, generation, given)


def _wait_at(barrier: Any, generation: int, given: dict[str, Any]) -> Any:
    discount = "discount_on_abort"
    try:
        passed = barrier.waiters.wait(lambda: barrier.generation != generation,
                                      seconds_deadline(given.get("timeout")), string("barrier"))
        discount = "" if passed else "discount_on_timeout"
    finally:
        if discount and barrier.option(given, discount) is not None:
            with barrier.mutex:
                if barrier.generation == generation:
                    barrier.arrived -= 1
    return T if passed else keyword("TIMEOUT")


@builtin("BARRIER-PASS-THROUGH", "barrier", package=MP)
def barrier_pass_through(barrier: Any) -> Any:
    """Arrive at BARRIER without waiting there."""
    return barrier_wait(barrier, pass_through=T)


@builtin("BARRIER-UNBLOCK", "barrier &key disable reset-count kill-waiting", package=MP)
def barrier_unblock(barrier: Any, *, disable: Any = None, reset_count: Any = None, kill_waiting: Any = None) -> Any:
    """Let the processes go on that wait at BARRIER, or kill them if KILL-WAITING.

    Disable it if DISABLE; RESET-COUNT, if given, is its new count.
    """
    if disable is not None:
        _barrier(barrier).enabled = False
    if reset_count is not None:
        _barrier(barrier).count = reset_count
    _finish(barrier, kill_waiting)
    return None


def _finish(barrier: Any, kill: Any) -> None:
    if kill is not None:
        from acl.mp.process import all_processes

        for process in all_processes():
            if process.box in _barrier(barrier).waiters.members:
                process.leave("kill")
    _barrier(barrier).release()


@builtin("BARRIER-DISABLE", "barrier &optional kill-waiting", package=MP)
def barrier_disable(barrier: Any, kill_waiting: Any = None) -> Any:
    """Disable BARRIER: nobody waits at it any more.  Kill those that do if KILL-WAITING, else let them go on."""
    _barrier(barrier).enabled = False
    _finish(barrier, kill_waiting)
    return None


# Sharable locks

class SharableLock(Lock, lisp="SHARABLE-LOCK", package=MP):
    """A lock that one process holds exclusively, or several share.  Writers that wait keep new readers out."""

    def __init__(self, name: Any, most: int, recursive: bool) -> None:
        self.name = name
        self.most = most
        self.recursive = recursive
        self.owner: Any = None
        self.depth = 0
        self.sharers: dict[Any, int] = {}
        self.writers = 0
        self.mutex = threading.Lock()
        self.waiters = Waiters()

    def lock(self, exclusive: bool, deadline: float | None) -> bool:
        """Take the lock; false if that was not possible until *deadline*."""
        me = current_process()
        if not self.recursive and (self.owner is me or me in self.sharers):
            _lock_error("~s holds ~s already, which is not recursive.", me, self)
        if not exclusive:
            return bool(self.waiters.wait(lambda: self._try_share(me), deadline, string("Lock")))
        with self.mutex:
            self.writers += 1
        try:
            return bool(self.waiters.wait(lambda: self._try_own(me), deadline, string("Lock")))
        finally:
            with self.mutex:
                self.writers -= 1
            self.waiters.wake_all()

    def _try_share(self, me: Any) -> bool:
        with self.mutex:
            if me not in self.sharers and self.owner is not me and (
                    self.owner is not None or self.writers or len(self.sharers) >= self.most):
                return False
            self.sharers[me] = self.sharers.get(me, 0) + 1
            return True

    def _try_own(self, me: Any) -> bool:
        with self.mutex:
            if self.owner is not me and (self.owner is not None or any(s is not me for s in self.sharers)):
                return False
            self.owner = me
            self.depth += 1
            return True

    def unlock(self, exclusive: bool) -> str | None:
        """Give back one exclusive or shared hold: "RECURSIVE" if the process has others, "UNLOCKED" if nobody has."""
        me = current_process()
        with self.mutex:
            if exclusive and self.owner is me:
                self.depth -= 1
                last = self.depth == 0
                if last:
                    self.owner = None
            elif not exclusive and me in self.sharers:
                self.sharers[me] -= 1
                last = self.sharers[me] == 0
                if last:
                    del self.sharers[me]
            else:
                last = None
            held = self.owner is me or me in self.sharers
            free = self.owner is None and not self.sharers
        if last is None:
            _lock_error("~s does not hold ~s.", me, self)
        self.waiters.wake_all()
        return "RECURSIVE" if held else "UNLOCKED" if free else None

    def describe(self) -> str:
        """What is printed between `#<` and ` @ #x...>`."""
        return cased("MULTIPROCESSING:SHARABLE-LOCK") + (f" {self.name}" if self.name is not None else "")


def _lock_error(control: str, *args: Any) -> Any:
    from acl.runtime.conditions import error

    return error("SHARABLE-LOCK-ERROR", control, *args)


def _sharable(x: Any) -> Any:
    if not isinstance(x, SharableLock):
        wrong_type(x, "MULTIPROCESSING:SHARABLE-LOCK")
    return x


@builtin("MAKE-SHARABLE-LOCK", "&key name (max-shared 20) (yield-rate 5) (recursive-p t) safe-p auto-unlock-p",
         package=MP)
def make_sharable_lock(*, name: Any = None, max_shared: Any = 20, yield_rate: Any = 5, recursive_p: Any = T,
                       safe_p: Any = None, auto_unlock_p: Any = None) -> SharableLock:
    """Return a lock that up to MAX-SHARED processes can share, or one hold exclusively.

    A process may take it again, unless RECURSIVE-P is NIL: then that is a `sharable-lock-error`.  YIELD-RATE, SAFE-P
    and AUTO-UNLOCK-P have no effect: every lock is safe, and the forms that take one give it back.
    """
    if type(max_shared) is not int or max_shared < 1:
        type_fault(max_shared, lisp_list(cl("INTEGER"), 1))
    return SharableLock(name, max_shared, recursive_p is not None)


def _exclusive(mode: Any) -> bool:
    if mode not in (keyword("SHARED"), keyword("EXCLUSIVE")):
        _error("The mode of a sharable lock is :shared or :exclusive, not ~s.", mode)
    return mode is keyword("EXCLUSIVE")


@builtin("SHARABLE-LOCK-LOCK", "lock mode &key timeout &allow-other-keys", package=MP)
def sharable_lock_lock(lock: Any, mode: Any, *, timeout: Any = None) -> Any:
    """Take LOCK in MODE, :SHARED or :EXCLUSIVE; return true, or NIL if that took more than TIMEOUT seconds."""
    return T if _sharable(lock).lock(_exclusive(mode), seconds_deadline(timeout)) else None


@builtin("SHARABLE-LOCK-UNLOCK", "lock mode", package=MP)
def sharable_lock_unlock(lock: Any, mode: Any) -> Any:
    """Give LOCK back, as it was taken in MODE.

    Return :RECURSIVE if the process holds it still, :UNLOCKED if nobody does, NIL if others share it.
    """
    how = _sharable(lock).unlock(_exclusive(mode))
    return keyword(how) if how is not None else None


_WITH = template("""
    (let ((#:lock ,lock) (#:held nil))
      (unwind-protect
          (when (setq #:held (funcall ,take #:lock ,mode :timeout ,timeout)) ,@body)
        (when #:held (funcall ,give #:lock ,mode))))""")


def _with(name: str, mode: str) -> None:
    def expand(form: Any, env: Any) -> Any:
        head = form.cdr.car
        take, give = (lisp_list(cl("FUNCTION"), MP.external["SHARABLE-LOCK-" + f]) for f in ("LOCK", "UNLOCK"))
        return _WITH(lock=head.car, mode=keyword(mode), take=take, give=give, body=form.cdr.cdr,
                     timeout=macro_options(head.cdr).get("TIMEOUT"))

    expand.__doc__ = f"""Evaluate BODY while the calling process holds LOCK in mode :{mode.lower()}.

    NIL if TIMEOUT seconds passed before.
    """
    macro(name, "(lock &key timeout &allow-other-keys) &body body", package=MP)(expand)


_with("WITH-SHARED-LOCK", "SHARED")
_with("WITH-EXCLUSIVE-LOCK", "EXCLUSIVE")
