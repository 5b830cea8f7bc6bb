"""The one place where a process waits, and where its interrupts run.

Every process has a `Mailbox`: functions that others want it to run, and a descriptor that wakes it.
Whoever has to wait tries without blocking first; if it cannot go on, it polls what it waits for *and* the
wake-up.  When woken it runs the queued functions on top of the wait; they may throw out of it, or return,
and then the wait goes on, its deadline unchanged.  Kill, time-out, throw, arrest and Ctrl-C are all
a queued function and a wake-up.

Code that does not wait looks at one flag: loops of compiled code test `FUNCTIONS["INTERRUPTS-PENDING"]`
and call `FUNCTIONS["RUN-INTERRUPTS"]()` when it is true.

Deadlines are of `time.monotonic`; None is none.
"""

from __future__ import annotations

import errno
import os
import select
import threading
import weakref
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from math import ceil
from time import monotonic
from time import sleep as stop_thread
from typing import Any

from acl.runtime.dynamic import current
from acl.types.function import FUNCTIONS
from acl.types.symbol import T

POLLIN = select.POLLIN
POLLOUT = select.POLLOUT
_LONGEST = 1_000_000_000
"""The longest time-out of one poll, in milliseconds: a C int must hold it."""
_ONE = (1).to_bytes(8, "little")
FLAG = "INTERRUPTS-PENDING"

_mailboxes: dict[int, weakref.ref[Mailbox]] = {}
_free_wakeups: list[tuple[int, int]] = []
"""Descriptors of ended processes, for the next ones.  Who wakes a process has its mailbox in hand, so no wake-up comes
too late and hits another's."""
_MOST_FREE = 64
"""How many of them are kept: after a crowd the others are closed."""
_closes = 0
"""How many descriptors were announced closed; see `wake_waiters`."""


class Mailbox:
    """What others can do to a process: queue functions for it (`post`) and wake it (`wake`).

    `deferred` counts the `without-interrupts` forms it is in; `whostate` says what it waits for, None if
    it does not; `resumed` counts its waits; `waiting` is what it polls: (descriptor, events) pairs.  `press` has an
    interrupt taken by code that neither waits nor has loops.
    """

    __slots__ = ("__weakref__", "deferred", "main", "pending", "pollers", "press", "resumed", "signalled", "waiting",
                 "wake_in", "wake_out", "whostate")

    def __init__(self) -> None:
        self.pending: deque[Callable[[], Any]] = deque()
        self.deferred = 0
        self.whostate: Any = None
        self.resumed = 0
        self.waiting: tuple[tuple[int, int], ...] = ()
        self.signalled = False
        self.main = False
        self.press: Callable[[], Any] | None = None
        self.wake_in = -1
        self.wake_out = -1
        self.pollers: dict[Any, select.poll] = {}
        _mailboxes[id(self)] = weakref.ref(self)

    def __del__(self) -> None:
        _mailboxes.pop(id(self), None)
        if self.wake_in >= 0 and not self.main:
            if self.signalled:
                self.drain()
            if len(_free_wakeups) < _MOST_FREE:
                _free_wakeups.append((self.wake_in, self.wake_out))
            else:
                _close_wakeup(self.wake_in, self.wake_out)

    def post(self, function: Callable[[], Any]) -> None:
        """Have the process call *function* as soon as it waits or passes a loop's test."""
        self.pending.append(function)
        if not self.deferred:
            FUNCTIONS[FLAG] = T
        self.wake()
        if not self.deferred and self.press is not None:
            self.press()

    def wake(self) -> None:
        """Make the process look again at what it waits for."""
        if not self.signalled:
            self.signalled = True
            if self.wake_out >= 0:
                os.write(self.wake_out, _ONE)

    def ready(self) -> bool:
        """True if an interrupt is to run now."""
        return bool(self.pending) and not self.deferred

    def use_pipe(self) -> int:
        """Wake by a pipe, into which a signal handler may write a byte; returns that end."""
        self.pollers.clear()
        self.wake_in, self.wake_out = _pipe()
        return self.wake_out

    def _open(self) -> None:
        try:
            self.wake_in, self.wake_out = _free_wakeups.pop()
        except IndexError:
            self.wake_in, self.wake_out = _new_wakeup()
        if self.signalled:  # somebody woke us before there was a descriptor
            os.write(self.wake_out, _ONE)

    def drain(self) -> None:
        """Forget that the process was woken; look at what it waits for after this, not before."""
        try:
            os.read(self.wake_in, 4096)
        except BlockingIOError:
            pass
        self.signalled = False

    def _poller(self, entries: Iterable[tuple[int, int]]) -> select.poll:
        """Make the poll object for *entries*.  It is not in the cache while in use: who interrupts us needs another."""
        if self.wake_in < 0:
            self._open()
        poller = select.poll()
        poller.register(self.wake_in, POLLIN)
        for fd, mask in entries:
            poller.register(fd, mask)
        return poller

    def poll(self, key: Any, entries: tuple[tuple[int, int], ...], deadline: float | None, whostate: Any,
             owner: Any = None) -> Any:
        """Wait until one of *entries* is ready; the list of (descriptor, events) that are, [] after the deadline.

        The list can name a descriptor that is not ready: when one was closed in the meantime the
        caller has to look again.  *owner*, if given, has an attribute `closed`, set before its descriptor is closed and
        `wake_waiters` called: then a close that comes just before the wait is not missed either.
        """
        outer = self.whostate, self.waiting
        self.whostate, self.waiting = whostate, entries
        closes = _closes
        poller = self.pollers.pop(key, None) or self._poller(entries)
        try:
            if owner is not None and owner.closed:
                return list(entries)
            while True:
                if self.pending and not self.deferred:
                    run_interrupts()
                if closes != _closes:
                    return list(entries)
                try:
                    events = poller.poll(None if deadline is None else _milliseconds(deadline))
                except OSError as problem:
                    events = _nothing(problem)
                woken = bool(events) and events[0][0] == self.wake_in  # the first that was registered
                if len(events) > woken:
                    if self.pending and not self.deferred:
                        run_interrupts()
                    return events[woken:] if woken else events
                if woken:
                    self.drain()
                elif deadline is not None and monotonic() >= deadline:
                    return events
        finally:
            self.whostate, self.waiting = outer
            self.resumed += 1
            self.pollers[key] = poller

    def pause(self, deadline: float | None) -> bool:
        """Sleep until woken (true) or until the deadline (false); runs no interrupts."""
        poller = self.pollers.pop(None, None) or self._poller(())
        try:
            while True:
                try:
                    woken = poller.poll(None if deadline is None else _milliseconds(deadline))
                except OSError as problem:
                    woken = _nothing(problem)
                if woken:
                    self.drain()
                    return True
                if deadline is not None and monotonic() >= deadline:
                    return False
        finally:
            self.pollers[None] = poller


def _nothing(problem: OSError) -> list[tuple[int, int]]:
    """Say that nothing is ready, a little later, when the system has no memory to tell; raise any other *problem*."""
    if problem.errno != errno.ENOMEM:
        raise problem
    stop_thread(0.01)
    return []


def _milliseconds(deadline: float) -> int:
    return max(0, min(_LONGEST, ceil((deadline - monotonic()) * 1000)))


def _pipe() -> tuple[int, int]:
    read_end, write_end = os.pipe()
    os.set_blocking(read_end, False)
    os.set_blocking(write_end, False)
    return read_end, write_end


def _new_wakeup() -> tuple[int, int]:
    if hasattr(os, "eventfd"):
        fd = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        return fd, fd
    return _pipe()


def _close_wakeup(*ends: int) -> None:
    for fd in set(ends) - {-1}:
        os.close(fd)


def mailbox() -> Mailbox:
    """Return the mailbox of the calling process."""
    box = current().mailbox
    if box is None:
        box = current().mailbox = Mailbox()
    return box  # type: ignore[no-any-return]


def wait_io(fd: int, write: bool = False, deadline: float | None = None,
            whostate: Any = "waiting for input") -> bool:
    """Wait until *fd* can be read (or written); false when *deadline* passed first.

    Try without blocking before, and try again after: true does not promise that the call will not block.
    """
    mask = POLLOUT if write else POLLIN
    return bool(mailbox().poll(fd * 8 + mask, ((fd, mask),), deadline, whostate))


def wait_any(reads: Iterable[int], writes: Iterable[int] = (), deadline: float | None = None,
             whostate: Any = "waiting for input") -> list[int]:
    """Wait until one of several descriptors is ready; the list of those, empty when *deadline* passed first."""
    masks: dict[int, int] = dict.fromkeys(reads, POLLIN)
    for fd in writes:
        masks[fd] = masks.get(fd, 0) | POLLOUT
    entries = tuple(masks.items())
    return [fd for fd, _ in mailbox().poll(entries, entries, deadline, whostate)]


def wake_waiters(fd: int) -> None:
    """Tell whoever waits for *fd* that it has just been closed, so that they look again and find out."""
    global _closes
    _closes += 1
    for reference in list(_mailboxes.values()):
        box = reference()
        if box is not None and box.waiting and fd in dict(box.waiting):
            box.wake()


class Waiters:
    """The processes that wait for something that other processes do: open a gate, release a lock, enqueue.

    Whoever makes the thing true calls `wake_one` or `wake_all`.  A process that was chosen by `wake_one` and
    leaves without success (killed, timed out) passes the wake-up on.
    """

    __slots__ = ("members",)

    def __init__(self) -> None:
        self.members: OrderedDict[Mailbox, None] = OrderedDict()

    def wait(self, test: Callable[[], Any], deadline: float | None = None, whostate: Any = "waiting") -> Any:
        """Wait until *test* returns something true, which is returned; its last false value after *deadline*."""
        value = test()
        if value:
            return value
        box = mailbox()
        outer = box.whostate
        box.whostate = whostate
        try:
            return self._wait(test, deadline, box)
        finally:
            box.whostate = outer
            box.resumed += 1

    def _wait(self, test: Callable[[], Any], deadline: float | None, box: Mailbox) -> Any:
        members = self.members
        done = False
        try:
            while True:
                members[box] = None
                value = test()
                if value:
                    done = True
                    return value
                if box.pending and not box.deferred:
                    if box not in members:
                        self.wake_one()
                    run_interrupts()
                elif not box.pause(deadline):
                    value = test()
                    done = bool(value)
                    return value
        finally:
            chosen = members.pop(box, False) is False
            if chosen and not done:
                self.wake_one()

    def wake_one(self) -> None:
        """Wake the process that has waited longest."""
        try:
            box, _ = self.members.popitem(last=False)
        except KeyError:
            pass
        else:
            box.wake()
        nudge()

    def wake_all(self) -> None:
        """Wake all of them."""
        for box in list(self.members):
            box.wake()
        nudge()


class Turn:
    """What only one process at a time may do, though it waits meanwhile.  Its owner may enter it again.

    Unlike that of a lock of Python the wait for it can be interrupted.  `with turn:` is `acquire(False) or wait()`, and
    at the end `release()` and, if there are `waiters.members`, `pass_on()`: who is in a hurry writes that.
    """

    __slots__ = ("acquire", "release", "waiters", "whostate")

    def __init__(self, whostate: Any) -> None:
        lock = threading.RLock()
        self.acquire, self.release = lock.acquire, lock.release
        self.waiters = Waiters()
        self.whostate = whostate

    def wait(self) -> bool:
        """Wait for the turn that another process has, and take it."""
        return bool(self.waiters.wait(lambda: self.acquire(False), None, self.whostate))

    def pass_on(self) -> None:
        """Wake who has waited longest."""
        self.waiters.wake_one()

    def __enter__(self) -> bool:
        return self.acquire(False) or self.wait()

    def __exit__(self, *_: Any) -> None:
        self.release()
        if self.waiters.members:
            self.pass_on()


_polling: dict[Mailbox, int] = {}


def nudge() -> None:
    """Have the processes that poll a predicate look at it now: something changed that it may depend on."""
    if _polling:
        for box in list(_polling):
            box.wake()


def wait_until(predicate: Callable[[], Any], deadline: float | None = None, whostate: Any = "waiting") -> Any:
    """Wait until *predicate*, which nobody announces, is true, and return its value; false after *deadline*.

    It is called again and again: at once when a gate, queue, lock or process changes, else every 1 to 50 ms.
    """
    value = predicate()
    if value:
        return value
    box = mailbox()
    outer = box.whostate
    box.whostate = whostate
    _polling[box] = _polling.get(box, 0) + 1
    delay = 0.001
    try:
        while True:
            if box.pending and not box.deferred:
                run_interrupts()
            now = monotonic()
            if deadline is not None and now >= deadline:
                return predicate()
            until = now + delay
            box.pause(until if deadline is None else min(until, deadline))
            value = predicate()
            if value:
                return value
            delay = min(delay * 1.5, 0.05)
    finally:
        box.whostate = outer
        box.resumed += 1
        _polling[box] -= 1
        if not _polling[box]:
            del _polling[box]


def sleep(seconds: float, whostate: Any = "Sleep") -> None:
    """Stop the calling process for *seconds*; its interrupts run."""
    Waiters().wait(_never, monotonic() + seconds, whostate)


def _never() -> bool:
    return False


# Interrupts

def run_interrupts() -> None:
    """Run the functions that are queued for the calling process."""
    box = mailbox()
    while box.pending and not box.deferred:
        try:
            function = box.pending.popleft()
        except IndexError:  # a signal handler was here first
            break
        _update_flag()
        function()
    _update_flag()


def _update_flag() -> None:
    # In this order, so that what is queued between the two lines is not forgotten.
    FUNCTIONS[FLAG] = None
    for reference in list(_mailboxes.values()):
        box = reference()
        if box is not None and box.pending and not box.deferred:
            FUNCTIONS[FLAG] = T
            return


def poll_interrupts() -> None:
    """Run queued interrupts, if any; for Python loops that may run long."""
    if FUNCTIONS[FLAG] is not None:
        run_interrupts()


@contextmanager
def deferred_interrupts() -> Iterator[None]:
    """Hold interrupts back during a `with` block; they run when the outermost one ends."""
    box = mailbox()
    box.deferred += 1
    try:
        yield
    finally:
        box.deferred -= 1
        if box.pending and not box.deferred:
            run_interrupts()


FUNCTIONS[FLAG] = None
FUNCTIONS["RUN-INTERRUPTS"] = run_interrupts


# The main thread: signals

PRESS_AFTER = 0.1
"""After how many seconds a process is pressed that has not taken its interrupts."""
PATIENCE = 5
"""How many times only where compiled code runs, before it is anywhere."""
_pressing = _urgent = False


def adopt_main_thread(on_interrupt: Callable[[], Any] | None = None) -> None:
    """Prepare the main thread: Ctrl-C queues *on_interrupt* for it, and signals wake its waits.

    An interrupt that the main thread has not taken after 0.1 s, because it is in code without
    loops or waits, is run by a signal handler, between two byte codes.
    """
    global _pressing
    import signal

    box = mailbox()
    box.main = True
    box.press = _press_main
    signal.set_wakeup_fd(box.use_pipe(), warn_on_full_buffer=False)
    signal.signal(signal.SIGURG, _pressed)
    _pressing = True
    if on_interrupt is not None:
        signal.signal(signal.SIGINT, lambda *_: box.post(on_interrupt))


def renew_wakeup() -> None:
    """Give the mailbox of the calling process descriptors of its own, in a child that `fork` has just made."""
    import signal

    box = mailbox()
    box.signalled = False
    _free_wakeups.clear()
    _close_wakeup(box.wake_in, box.wake_out)
    if box.main:
        signal.set_wakeup_fd(box.use_pipe(), warn_on_full_buffer=False)
    else:
        box.pollers.clear()
        box.wake_in = box.wake_out = -1


def has_main_thread() -> bool:
    """True if the process is Lisp's own: `adopt_main_thread` was called; else Lisp is a guest in a Python program."""
    return _pressing


def _press_main() -> None:
    if _pressing:
        from acl.runtime.timers import call_after

        call_after(PRESS_AFTER, lambda: _signal_main(0))


def _signal_main(tries: int) -> None:
    """Signal the main thread if it has not taken its interrupts (called in the timer thread)."""
    import signal

    from acl.runtime.timers import call_after

    global _urgent
    box = next((each for each in (ref() for ref in list(_mailboxes.values())) if each is not None and each.main), None)
    if box is not None and box.ready():
        _urgent = tries >= PATIENCE
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGURG)
        call_after(PRESS_AFTER, lambda: _signal_main(tries + 1))


def _pressed(_: int, frame: Any) -> None:
    """Run the interrupts if compiled code is running, not our own: that is in the middle of something.

    Code of ours that takes long is interrupted nevertheless in the end.
    """
    if _urgent or frame is None or frame.f_globals is FUNCTIONS:
        run_interrupts()
