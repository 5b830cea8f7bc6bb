"""The wait: readiness, deadlines, interrupts that return or throw, close under a waiter."""

from __future__ import annotations

import gc
import os
import socket
import subprocess
import sys
import threading
from functools import partial
from time import monotonic

import pytest

from acl.runtime import waiting
from acl.types.function import FUNCTIONS


class Target:
    """A thread that runs *body* and keeps its result or exception; `box` is its mailbox."""

    def __init__(self, body):
        self.box = None
        self.result = self.error = None
        started = threading.Event()

        def run():
            self.box = waiting.mailbox()
            started.set()
            try:
                self.result = body()
            except BaseException as e:
                self.error = e

        self.thread = threading.Thread(target=run, daemon=True)
        self.thread.start()
        started.wait()

    def blocked(self):
        """Wait until the thread waits."""
        assert waiting.wait_until(lambda: self.box.whostate is not None, monotonic() + 60)

    def join(self):
        self.thread.join(60)
        assert not self.thread.is_alive()
        return self.result


class Leave(BaseException):
    pass


def leave():
    raise Leave


@pytest.fixture
def pair():
    a, b = socket.socketpair()
    a.setblocking(False)
    b.setblocking(False)
    yield a, b
    a.close()
    b.close()


def test_ready_and_deadline(pair):
    a, b = pair
    start = monotonic()
    assert waiting.wait_io(a.fileno(), deadline=start + 0.05) is False
    assert monotonic() - start >= 0.05
    assert waiting.wait_io(a.fileno(), write=True) is True
    b.send(b"x")
    assert waiting.wait_io(a.fileno()) is True
    assert waiting.wait_any([a.fileno(), b.fileno()]) == [a.fileno()]


def test_interrupt_returns_then_wait_goes_on(pair):
    a, b = pair
    ran = []
    t = Target(lambda: waiting.wait_io(a.fileno()))
    t.blocked()
    for i in range(3):
        t.box.post(lambda i=i: ran.append((i, threading.current_thread())))
        assert waiting.wait_until(lambda i=i: len(ran) == i + 1, monotonic() + 60)
    assert t.thread.is_alive()
    b.send(b"x")
    assert t.join() is True
    assert ran == [(i, t.thread) for i in range(3)]
    assert FUNCTIONS["INTERRUPTS-PENDING"] is None


def test_interrupt_does_not_prolong_deadline(pair):
    a, _ = pair
    start = monotonic()
    t = Target(lambda: waiting.wait_io(a.fileno(), deadline=start + 0.3))
    while t.thread.is_alive():
        assert monotonic() - start < 60
        t.box.post(lambda: None)
        waiting.sleep(0.01)
    assert t.result is False
    assert monotonic() - start >= 0.3


@pytest.mark.parametrize("wait", [
    lambda fd: waiting.wait_io(fd),
    lambda fd: waiting.wait_any([fd]),
    lambda fd: waiting.sleep(100),
    lambda fd: waiting.wait_until(lambda: False),
    lambda fd: waiting.Waiters().wait(lambda: False),
])
def test_throw_leaves_every_wait(pair, wait):
    t = Target(lambda: wait(pair[0].fileno()))
    t.blocked()
    t.box.post(leave)
    t.join()
    assert isinstance(t.error, Leave)
    assert t.box.whostate is None and t.box.waiting == ()


def test_close_wakes_waiter():
    a, b = socket.socketpair()
    a.setblocking(False)

    def read():
        while True:
            try:
                return a.recv(1)
            except BlockingIOError:
                waiting.wait_io(a.fileno())

    t = Target(read)
    t.blocked()
    fd = a.fileno()
    a.close()
    waiting.wake_waiters(fd)
    t.join()
    assert isinstance(t.error, (OSError, ValueError))
    b.close()


def test_interrupt_may_wait_on_the_same_descriptor(pair):
    a, b = pair
    got = []

    def nested():
        waiting.wait_io(a.fileno())
        got.append(a.recv(1))

    t = Target(lambda: waiting.wait_io(a.fileno()))
    t.blocked()
    t.box.post(nested)
    assert waiting.wait_until(lambda: not t.box.pending, monotonic() + 60)
    b.send(b"1")
    assert waiting.wait_until(lambda: got, monotonic() + 60) == [b"1"]
    b.send(b"2")
    assert t.join() is True


def test_busy_loop_sees_flag():
    def busy():
        while True:
            if FUNCTIONS["INTERRUPTS-PENDING"] is not None:
                FUNCTIONS["RUN-INTERRUPTS"]()

    t = Target(busy)
    t.box.post(leave)
    t.join()
    assert isinstance(t.error, Leave)
    waiting.run_interrupts()
    assert FUNCTIONS["INTERRUPTS-PENDING"] is None


def test_deferred_interrupts_run_when_outermost_ends():
    order = []
    with waiting.deferred_interrupts():
        with waiting.deferred_interrupts():
            waiting.mailbox().post(lambda: order.append("interrupt"))
            waiting.sleep(0.01)
            waiting.run_interrupts()
            order.append("inner")
        order.append("outer")
    assert order == ["inner", "outer", "interrupt"]


def test_waiters_pass_a_lost_wakeup_on():
    """Each item goes to one process, and none is left over when the chosen one is killed."""
    waiters = waiting.Waiters()
    items: list[int] = []
    take = lambda: items.pop(0) if items else None  # noqa: E731
    first = Target(lambda: waiters.wait(take))
    first.blocked()
    second = Target(lambda: waiters.wait(take))
    second.blocked()
    first.box.pending.append(leave)  # pending, but not woken: the next wake-up meets it
    items.append(7)
    waiters.wake_one()
    first.join()
    if isinstance(first.error, Leave):
        assert second.join() == 7
    else:
        second.box.post(leave)
        second.join()
        assert first.result == 7


def test_queue_stress():
    waiters = waiting.Waiters()
    items: list[int] = []
    take = lambda: items.pop() if items else None  # noqa: E731
    got: list[int] = []

    def consume():
        while (x := waiters.wait(take)) >= 0:
            got.append(x)

    workers = [Target(consume) for _ in range(4)]
    for i in range(1, 2001):
        items.append(i)
        waiters.wake_one()
    assert waiting.wait_until(lambda: len(got) == 2000, monotonic() + 60)
    for _ in workers:
        items.append(-1)
        waiters.wake_one()
    for w in workers:
        w.join()
    assert sorted(got) == list(range(1, 2001))


def test_timers():
    from acl.runtime.timers import call_after

    for _ in range(100):
        fired: list[str] = []
        start = monotonic()
        call_after(0.06, partial(fired.append, "b"))
        call_after(0.02, partial(fired.append, "a"))
        call_after(0.04, partial(fired.append, "no")).cancel()
        in_time = monotonic() - start < 0.02  # else the machine stopped us, and "b" or "no" may have come first
        assert waiting.wait_until(lambda fired=fired: {"a", "b"} <= set(fired), monotonic() + 60)
        if in_time:
            break
    assert fired == ["a", "b"]


MAIN = """
import os, signal, sys, threading, time
from acl.runtime import waiting
class Leave(BaseException): pass
def interrupt(): raise Leave
waiting.adopt_main_thread(interrupt)
def busy(n):  # no loop, no wait: only the signal handler can break it
    return n if n < 2 else busy(n - 1) + busy(n - 2)
for body in [lambda: waiting.sleep(60), lambda: waiting.wait_until(lambda: False), lambda: busy(90)]:
    try:
        threading.Timer(0.1, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        body()
    except Leave:
        print("left")
"""


def test_ctrl_c_in_the_main_thread():
    done = subprocess.run([sys.executable, "-c", MAIN], capture_output=True, text=True, timeout=60,
                          cwd=os.path.dirname(os.path.dirname(os.path.dirname(__file__))))
    assert done.stdout == "left\n" * 3, done.stderr


def test_turn_can_be_interrupted_and_is_passed_on():
    """Who waits for a turn can be thrown out of the wait; who waits longest gets it."""
    turn = waiting.Turn("waiting for the turn")
    order = []

    def take():
        with turn:
            order.append(threading.get_ident())

    with turn:
        with turn:  # its owner may enter it again
            first = Target(take)
            first.blocked()
        second = Target(take)
        second.blocked()
        third = Target(take)
        third.blocked()
        assert third.box.whostate == "waiting for the turn"
        second.box.post(leave)
        second.join()
        assert isinstance(second.error, Leave)
        assert order == []
    first.join()
    third.join()
    assert sorted(order) == sorted([first.thread.ident, third.thread.ident])
    assert turn.acquire(False)
    turn.release()


@pytest.mark.skipif(not hasattr(os, "eventfd"), reason="Linux has them")
def test_after_a_crowd_few_wakeups_are_kept():
    def wakeups():
        fds = [fd for fd in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{fd}")]
        return sum("eventfd" in os.readlink(f"/proc/self/fd/{fd}") for fd in fds)

    waiters, done = waiting.Waiters(), []
    crowd = [Target(lambda: waiters.wait(lambda: done)) for _ in range(200)]
    for one in crowd:
        one.blocked()
    assert waiting.wait_until(lambda: wakeups() >= 200, monotonic() + 60)
    done.append(True)
    waiters.wake_all()
    for one in crowd:
        one.join()
    one = crowd = None
    assert waiting.wait_until(lambda: gc.collect() is not None and wakeups() < 100, monotonic() + 60)
