"""Processes that run in the same thread, one after the other, have nothing to do with each other."""

from __future__ import annotations

import threading
from time import monotonic
from typing import Any

import acl
from acl.mp import running, workers
from acl.runtime.dynamic import current, forget_thread
from acl.runtime.waiting import wait_until


class Job:
    """Stands for a process: `run_here` notes its thread and what *action* returns there."""

    name = "job"
    thread: Any = None

    def __init__(self, action: Any = None) -> None:
        self.action = action
        self.result: Any = None
        self.ident = 0
        self.done = threading.Event()

    def run_here(self) -> None:
        self.result = self.action() if self.action is not None else None
        self.ident = threading.get_ident()
        self.done.set()


def run(job: Job) -> Job:
    """Have a worker run *job*, and wait until there is an idle worker again."""
    workers.run_in_thread(job)
    assert job.done.wait(30)
    thread = job.thread
    assert wait_until(lambda: thread.name == workers.IDLE, monotonic() + 30)
    assert wait_until(lambda: any(w.thread is thread for w in list(workers._idle)) or not thread.is_alive(),
                      monotonic() + 30)
    return job


def test_a_thread_runs_one_process_after_the_other() -> None:
    """An idle thread is used again, by one process at a time."""
    first, second = run(Job()), run(Job())
    assert first.thread.name == workers.IDLE
    assert first.ident != threading.get_ident()
    gate = threading.Event()
    jobs = [Job(lambda: gate.wait(30)) for _ in range(5)]
    for job in jobs:
        workers.run_in_thread(job)
    gate.set()
    assert all(job.done.wait(30) for job in jobs)
    assert len({job.ident for job in jobs}) == 5
    assert second.done.is_set()


def test_idle_threads_are_few() -> None:
    """Of many threads only some stay."""
    gate = threading.Event()
    jobs = [Job(lambda: gate.wait(60)) for _ in range(2 * workers._MOST)]
    for job in jobs:
        workers.run_in_thread(job)
    gate.set()
    assert all(job.done.wait(60) for job in jobs)
    threads = [job.thread for job in jobs]
    assert wait_until(lambda: sum(t.is_alive() for t in threads) <= workers._MOST, monotonic() + 60)
    assert len(workers._idle) <= workers._MOST


def test_nothing_is_left_of_the_process_before() -> None:
    """Bindings, handlers and properties of one process do not reach the next one in its thread."""
    acl.eval("(defvar *worker-test* :global)")
    program = """
      (let* ((seen nil)
             (p (mp:process-run-function "worker test"
                  (lambda () (push *worker-test* seen)
                             (let ((*worker-test* :bound)) (handler-bind ((warning #'muffle-warning)) BODY))))))
        (mp:process-wait-with-timeout "its end" 30 (lambda () (not (mp:process-alive-p p))))
        (list (car seen) (mp:process-thread p)))"""
    for body in ("(throw :nobody 1)", "(mp:process-kill mp:*current-process*)", "(setq *worker-test* 5)", "(values)"):
        assert str(acl.eval(f"(prin1-to-string {program.replace('BODY', body)})")) == "(:GLOBAL NIL)"

    def spoil() -> Any:
        forget_thread()
        state = current()
        before = state.handlers, dict(state.properties)
        state.handlers = ((), None)
        state.properties["spoilt"] = True
        return before

    assert [run(Job(spoil)).result for _ in range(3)] == [(None, {})] * 3


def test_killed_while_its_error_is_reported(monkeypatch):
    """A process that is killed while it says what has ended it, to a terminal that takes nothing, ends in silence."""
    escaped = []
    monkeypatch.setattr(threading, "excepthook", escaped.append)
    monkeypatch.setattr(running, "report_error", lambda process, condition: wait_until(lambda: False, None, "stuck"))
    process = acl.eval('(mp:process-run-function "fails" (lambda () (error "Something.")))')
    assert wait_until(lambda: str(process.whostate()) == "stuck", monotonic() + 60)
    thread = process.thread
    acl.function("mp:process-kill")(process, wait=True)
    assert wait_until(lambda: thread.name == workers.IDLE or not thread.is_alive(), monotonic() + 60)
    assert not escaped
