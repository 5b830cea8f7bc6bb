"""Lisp called in threads and tasks that Python made."""

from __future__ import annotations

import asyncio
import contextvars
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import acl
from acl.runtime.dynamic import enter_thread

SECONDS = 100


def in_thread(function: Callable[[], Any], name: str = "of Python") -> Any:
    """Return what *function* returns in a thread of its own."""
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.append(function()), name=name)
    thread.start()
    thread.join(SECONDS)
    return found[0]


def process_names() -> list[str]:
    """Return the names of all processes."""
    return [name.text() for name in acl.eval("(mapcar #'mp:process-name mp:*all-processes*)")]


def test_thread_is_a_process() -> None:
    """A thread of Python is a process as soon as it looks, always the same one, and ends with the thread."""
    form = """(let ((me mp:*current-process*))
                (list (mp:process-name me) (eq me mp:*current-process*) (mp:process-active-p me)
                      (not (member me mp:*all-processes*))))"""
    assert in_thread(lambda: repr(acl.eval(form)), "guest") == '("guest" T T NIL)'
    assert "guest" not in process_names()
    process = in_thread(lambda: acl.eval("mp:*current-process*"))
    assert acl.function("mp:process-state")(process) is not None
    assert acl.function("mp:process-active-p")(process) is None


def test_processes_work_in_threads() -> None:
    """Locks, time-outs and interrupts work in threads of Python."""
    acl.eval("""(defvar *guest-lock* (mp:make-process-lock)) (defvar *guest-count* 0)
                (defun guest-bump ()
                  (dotimes (i 50)
                    (mp:with-process-lock (*guest-lock*)
                      (let ((n *guest-count*)) (sleep 0) (setq *guest-count* (1+ n))))))""")
    with ThreadPoolExecutor(3) as pool:
        for future in [pool.submit(acl.function("guest-bump")) for _ in range(4)]:
            future.result(SECONDS)
        assert acl.eval("*guest-count*") == 200
        assert pool.submit(acl.eval, "(sys:with-timeout (0.05 :over) (loop))").result(SECONDS) is acl.eval(":over")
        assert pool.submit(acl.eval, "(sys:with-timeout (0.05 :over) (sleep 90))").result(SECONDS) is acl.eval(":over")


WAITS = "(unwind-protect (progn (guest-ready) (mp:process-wait \"for ever\" (lambda () nil))) (guest-clean))"


def test_kill_and_interrupt() -> None:
    """A killed thread of Python runs Lisp's cleanup forms and has SystemExit; its next call is a new process."""
    ready, cleaned, interrupted = threading.Event(), threading.Event(), threading.Event()
    acl.define("guest-ready", ready.set)
    acl.define("guest-clean", cleaned.set)
    processes: list[Any] = []

    def work() -> Any:
        processes.append(acl.eval("mp:*current-process*"))
        with pytest.raises(SystemExit):
            acl.eval(WAITS)
        return acl.eval("(list mp:*current-process* (mp:process-active-p mp:*current-process*))")

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(work)
        assert ready.wait(SECONDS)
        acl.function("mp:process-interrupt")(processes[0], interrupted.set)
        assert interrupted.wait(SECONDS)
        acl.function("mp:process-kill")(processes[0], wait=True)
        fresh, active = future.result(SECONDS)
    assert cleaned.is_set()
    assert fresh is not processes[0]
    assert active is not None


def test_interrupt_between_calls() -> None:
    """What others want of a thread while it is Python's is done when it calls Lisp again."""
    known, go = threading.Event(), threading.Event()
    processes: list[Any] = []

    def work() -> list[Any]:
        processes.append(acl.eval("mp:*current-process*"))
        known.set()
        assert go.wait(SECONDS)
        return [acl.eval("1"), told]

    told: list[int] = []
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(work)
        assert known.wait(SECONDS)
        acl.function("mp:process-interrupt")(processes[0], lambda: told.append(threading.get_ident()))
        assert not told
        go.set()
        assert future.result(SECONDS) == [1, told]
    assert len(told) == 1
    assert told[0] != threading.get_ident()


def test_exit_is_the_thread_s() -> None:
    """`exit` in a Python program is SystemExit in the thread that calls it."""
    with ThreadPoolExecutor(1) as pool:
        leaving = pool.submit(acl.eval, "(excl:exit 3)").exception(SECONDS)
    assert isinstance(leaving, SystemExit)
    assert leaving.code == 3


def test_no_crash_in_a_small_stack() -> None:
    """Recursion through C runs into a storage condition, not into the end of the thread's stack."""

    def endless() -> None:
        with pytest.raises(acl.Condition, match="Stack overflow"):
            acl.eval("(labels ((f (x y) (sort (list x y) #'f))) (f 1 2))")

    in_thread(endless)


def test_copied_contexts() -> None:
    """A thread that runs in the context of another has the state of its own: handlers, restarts, bindings."""
    acl.eval("(defvar *guest-special* :global)")
    look = "(list *guest-special* (find-restart 'guest-restart))"
    seen = []

    def elsewhere() -> None:
        context = contextvars.copy_context()
        seen.append(in_thread(lambda: repr(context.run(acl.eval, look))))

    acl.define("guest-elsewhere", elsewhere)
    acl.eval("(let ((*guest-special* :bound)) (with-simple-restart (guest-restart \"x\") (guest-elsewhere)))")

    async def main() -> None:
        seen.append(repr(await asyncio.to_thread(acl.eval, look)))

    asyncio.run(main())
    assert seen == ["(:GLOBAL NIL)", "(:GLOBAL NIL)"]


def test_bindings_of_tasks() -> None:
    """Each task has the bindings of its own `with` block, across `await`, and takes them to a thread."""
    acl.eval("(defvar *guest-number* 0)")
    look = "(incf *guest-number* 0)"

    async def task(n: int) -> tuple[int, int]:
        with acl.bind({"*guest-number*": n}):
            await asyncio.sleep(0)
            acl.eval("(incf *guest-number* 10)")
            await asyncio.sleep(0)
            return acl.eval(look), await asyncio.to_thread(acl.eval, look)

    async def main() -> list[tuple[int, int]]:
        return await asyncio.gather(*[task(n) for n in range(1, 4)])

    assert asyncio.run(main()) == [(11, 11), (12, 12), (13, 13)]
    assert acl.eval(look) == 0


def test_keyboard_interrupt_in_a_loop_that_begins_a_form() -> None:
    """What Lisp has bound, established and promised to clean up is put in order when a signal stops it anywhere."""
    # On one line: code of another line before the loop would hide what CPython does.
    form = ("(let ((*threads-stopped* 2)) (catch 'out (handler-bind ((error #'print)) (setq *threads-looping* t)"
            " (restart-case (loop) (threads-restart () 1)))))")
    protected = "(progn (setq *threads-looping* t) (unwind-protect (loop) (setq *threads-cleaned* t)))"
    acl.eval("(defvar *threads-stopped* 1) (defvar *threads-looping* nil) (defvar *threads-cleaned* nil)")
    pause = threading.Event()

    def stop() -> None:
        while not acl.eval("*threads-looping*"):
            pause.wait(0.01)
        pause.wait(0.05)
        os.kill(os.getpid(), signal.SIGINT)

    old = signal.signal(signal.SIGINT, signal.default_int_handler)  # a program in the background ignores it
    for each in (form, protected):
        acl.eval("(setq *threads-looping* nil)")
        thread = threading.Thread(target=stop)
        thread.start()
        with pytest.raises(KeyboardInterrupt):
            acl.eval(each)
        thread.join(SECONDS)
    state = enter_thread()
    assert (state.handlers, state.restarts, state.catches) == (None, None, None)
    assert repr(acl.eval("(list *threads-stopped* *threads-cleaned*)")) == "(1 T)"
    assert acl.eval('(handler-case (error "x") (error () 3))') == 3
    signal.signal(signal.SIGINT, old)
