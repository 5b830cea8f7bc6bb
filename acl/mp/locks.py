"""Process locks."""

from __future__ import annotations

import threading
from time import monotonic
from typing import Any

from acl.builtins.declare import builtin, macro, predicate
from acl.clos.base import StandardObject
from acl.expand.options import macro_options
from acl.expand.template import template
from acl.mp.process import cased, current_process, seconds_deadline
from acl.runtime.waiting import Waiters
from acl.types.array import string
from acl.types.base import wrong_type
from acl.types.symbol import MP, SYSTEM, Symbol, T, keyword


class Lock(StandardObject, lisp="LOCK", package=MP):
    """What process locks and sharable locks have in common: the class by which programs know either."""


class ProcessLock(Lock, lisp="PROCESS-LOCK", package=MP):
    """A lock that a process seizes; `locker` is who has it."""

    name: Any = None

    def __init__(self, name: Any = None) -> None:
        self.name = name
        self.locker: Any = None
        self.mutex = threading.Lock()  # only ever taken without blocking
        self.waiters = Waiters()

    def seize(self, locker: Any, deadline: float | None = None, whostate: Any = "Lock") -> bool:
        """Take the lock for *locker*; false if it was not free until *deadline*."""
        if not self.mutex.acquire(False) and not self._wait(deadline, whostate):
            return False
        self.locker = locker
        return True

    def _wait(self, deadline: float | None, whostate: Any) -> Any:
        if deadline is not None and deadline <= monotonic():
            return False
        return self.waiters.wait(lambda: self.mutex.acquire(False), deadline, whostate)

    def release(self) -> None:
        """Give the lock back."""
        self.locker = None
        self.mutex.release()
        if self.waiters.members:
            self.waiters.wake_one()

    def describe(self) -> str:
        """What is printed between `#<` and ` @ #x...>`."""
        return cased("MULTIPROCESSING:PROCESS-LOCK") + (f" {self.name}" if self.name is not None else "")


def the_lock(x: Any) -> ProcessLock:
    """Return *x*, which must be a lock."""
    if not isinstance(x, ProcessLock):
        wrong_type(x, "MULTIPROCESSING:PROCESS-LOCK")
    return x


@builtin("MAKE-PROCESS-LOCK", "&key name locker waiting", package=MP)
def make_process_lock(name: Any = None, locker: Any = None, waiting: Any = None) -> ProcessLock:
    """Return a new lock, which LOCKER holds, by default nobody; WAITING is Allegro's own and ignored."""
    lock = ProcessLock(name)
    if locker is not None:
        lock.seize(locker)
    return lock


@predicate("PROCESS-LOCK-P", "object", package=MP)
def process_lock_p(x: Any) -> bool:
    """Return true if OBJECT is a process lock."""
    return isinstance(x, ProcessLock)


@builtin("PROCESS-LOCK-LOCKER", "lock", package=MP)
def process_lock_locker(lock: Any) -> Any:
    """Return who holds LOCK: a process, or the value it was locked with; NIL if nobody."""
    return the_lock(lock).locker


@builtin("PROCESS-LOCK-NAME", "lock", package=MP)
def process_lock_name(lock: Any) -> Any:
    """Return the name of LOCK."""
    return the_lock(lock).name


@builtin("PROCESS-LOCK", "lock &optional lock-value (whostate \"Lock\") timeout", package=MP)
def process_lock(lock: Any, lock_value: Any = None, whostate: Any = None, timeout: Any = None) -> Any:
    """Seize LOCK for LOCK-VALUE, by default the calling process, waiting until it is free; return true.

    With TIMEOUT, a number of seconds, return NIL if it did not become free in time.  A process that holds
    the lock already waits for itself; `with-process-lock` does not.
    """
    locker = lock_value if lock_value is not None else current_process()
    return T if the_lock(lock).seize(locker, seconds_deadline(timeout), whostate or string("Lock")) else None


@builtin("PROCESS-UNLOCK", "lock &optional lock-value (error-p t)", package=MP)
def process_unlock(lock: Any, lock_value: Any = None, error_p: Any = T) -> Any:
    """Release LOCK, which LOCK-VALUE, by default the calling process, must hold, else signal an error."""
    locker = lock_value if lock_value is not None else current_process()
    if the_lock(lock).locker is not locker:
        if error_p is not None:
            from acl.runtime.conditions import error

            if lock.locker is None:
                error("SIMPLE-ERROR", "~s cannot be unlocked by ~s: it is not locked.", lock, locker)
            error("SIMPLE-ERROR", "~s cannot be unlocked by ~s: it is locked by ~s.", lock, locker, lock.locker)
        return None
    lock.release()
    return T


@builtin("%LOCK-FOR-FORM", "lock timeout norecursive whostate", package=SYSTEM, export=False)
def lock_for_form(lock: Any, timeout: Any, norecursive: Any, whostate: Any) -> Any:
    """Seize LOCK for a WITH-PROCESS-LOCK form: :LOCKED, :HELD if the process has it already, NIL on time-out."""
    me = current_process()
    if the_lock(lock).locker is me:
        if norecursive is not None:
            from acl.runtime.conditions import error

            error("SIMPLE-ERROR", "~s is already locked by ~s.", lock, me)
        return HELD
    return LOCKED if lock.seize(me, seconds_deadline(timeout), whostate or string("Lock")) else None


@builtin("%UNLOCK-FOR-FORM", "lock how", package=SYSTEM, export=False)
def unlock_for_form(lock: Any, how: Any) -> Any:
    """Release LOCK if the form that ends had seized it."""
    if how is LOCKED and lock.locker is current_process():
        lock.release()
    return None


LOCKED = keyword("LOCKED")
HELD = keyword("HELD")

_WITH_LOCK = template("""
    (let* ((#:lock ,lock) (,how nil))
      (unwind-protect
          (when (setq ,how (%lock-for-form #:lock ,timeout ,norecursive ,whostate))
            (let ,bindings ,@body))
        (%unlock-for-form #:lock ,how)))""")
_SEIZED = template("((,seized (%held-p ,how)))")


@predicate("%HELD-P", "how", package=SYSTEM, export=False)
def held_p(how: Any) -> bool:
    """Return true if LOCK-FOR-FORM found the lock seized already."""
    return how is HELD


@macro("WITH-PROCESS-LOCK", "(lock &key timeout norecursive seized whostate) &body body", package=MP)
def with_process_lock(form: Any, env: Any) -> Any:
    """Evaluate BODY while the calling process holds LOCK; return its values.

    If it holds the lock already just evaluate BODY, but signal an error if NORECURSIVE is true.  SEIZED names a
    variable that tells BODY whether that was so.  NIL if TIMEOUT seconds passed before the lock was free.
    """
    options = macro_options(form.cdr.car.cdr)
    how = Symbol("HOW")
    seized = options.get("SEIZED")
    return _WITH_LOCK(
        how=how, lock=form.cdr.car.car, timeout=options.get("TIMEOUT"), norecursive=options.get("NORECURSIVE"),
        whostate=options.get("WHOSTATE"), body=form.cdr.cdr,
        bindings=None if seized is None else _SEIZED(seized=seized, how=how))
