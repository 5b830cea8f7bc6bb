"""Pools of processes that run one function after the other (Allegro's module PROCESS-POOL)."""

from __future__ import annotations

from collections import deque
from typing import Any

from acl.builtins.declare import builtin
from acl.clos.base import StandardObject
from acl.mp.operators import run_function
from acl.mp.process import Process, cased
from acl.mp.running import guarded
from acl.runtime.functions import coerce_function
from acl.runtime.waiting import Waiters
from acl.types.array import string
from acl.types.base import wrong_type
from acl.types.cons import to_list
from acl.types.function import call_values
from acl.types.symbol import MP, cl


class WorkItem(StandardObject, lisp="PROCESS-POOL-WORK-ITEM", package=MP):
    """Something for a pool to do: `outcome` is the tuple of values, or the condition it failed with."""

    def __init__(self, function: Any, arguments: tuple[Any, ...], data: Any, report_end: Any) -> None:
        self.function = function
        self.arguments = arguments
        self.data = data
        self.report_end = report_end
        self.outcome: Any = None
        self.waiters = Waiters()

    def run(self) -> None:
        """Call the function and keep what it gives (in a process of the pool)."""
        from acl.python.control import handler_case

        try:
            self.outcome = handler_case(lambda: call_values(self.function, *self.arguments),
                                        (cl("ERROR"), lambda condition: condition))
        finally:
            if self.outcome is None:  # unwound: killed, or left by a restart
                self.outcome = ()
            self.waiters.wake_all()
        if self.report_end is not None:
            guarded(coerce_function(self.report_end), (self,))


class ProcessPool(StandardObject, lisp="PROCESS-POOL", package=MP):
    """Processes that wait for work; a new one is made when all are busy and there are fewer than `size`."""

    def __init__(self, name: Any, size: int) -> None:
        self.name = name
        self.size = size
        self.items: deque[WorkItem] = deque()
        self.idle = 0
        self.processes: list[Process] = []
        self.waiters = Waiters()

    def submit(self, item: WorkItem) -> None:
        """Have a process of the pool run *item*."""
        self.items.append(item)
        self.processes = [p for p in self.processes if p.state != "dead"]
        if self.idle < len(self.items) and len(self.processes) < self.size:
            process = run_function(string(f"{self.name} worker"), self._work, ())
            process.keeps_lisp_alive = None
            self.processes.append(process)
        self.waiters.wake_one()

    def _work(self) -> None:
        while True:
            self.idle += 1
            try:
                item = self.waiters.wait(self._take, None, "waiting for work")
            finally:
                self.idle -= 1
            item.run()

    def _take(self) -> WorkItem | None:
        try:
            return self.items.popleft()
        except IndexError:
            return None

    def describe(self) -> str:
        """What is printed between `#<` and ` @ #x...>`."""
        return f"{cased('MULTIPROCESSING:PROCESS-POOL')} {self.name}"


_default: list[ProcessPool] = []


@builtin("MAKE-PROCESS-POOL", "&key (name \"Process pool\") (size 10)", package=MP)
def make_process_pool(*, name: Any = None, size: Any = 10) -> ProcessPool:
    """Return a new pool of at most SIZE processes, which are made when they are needed."""
    if type(size) is not int or size < 1:
        wrong_type(size, "INTEGER")
    return ProcessPool(name if name is not None else string("Process pool"), size)


@builtin("ENSURE-DEFAULT-PROCESS-POOL", "", package=MP)
def ensure_default_process_pool() -> ProcessPool:
    """Return the pool of processes that all programs of this Lisp share, made at the first call."""
    if not _default:
        _default.append(make_process_pool(name=string("Default process pool")))
    return _default[0]


@builtin("PROCESS-POOL-RUN", "pool &key function arguments data report-end", package=MP, values=True)
def process_pool_run(pool: Any, *, function: Any = None, arguments: Any = None, data: Any = None,
                     report_end: Any = None) -> tuple[Any, ...]:
    """Have a process of POOL (NIL: the default one) apply FUNCTION to the list ARGUMENTS; return its values.

    An error that FUNCTION does not handle is signalled here.  If REPORT-END is given nobody waits: the value is the
    work item, with which REPORT-END, a function, is called in the process of the pool when FUNCTION has ended.  DATA
    is for the caller; see `process-pool-work-item-data`.
    """
    if pool is None:
        pool = ensure_default_process_pool()
    elif not isinstance(pool, ProcessPool):
        wrong_type(pool, "MULTIPROCESSING:PROCESS-POOL")
    item = WorkItem(coerce_function(function), tuple(to_list(arguments)), data, report_end)
    pool.submit(item)
    if report_end is not None:
        return (item,)
    item.waiters.wait(lambda: item.outcome is not None, None, string("waiting for a pool"))
    if isinstance(item.outcome, tuple):
        return item.outcome
    from acl.runtime.conditions import signal_error

    signal_error(item.outcome)


def _item(x: Any) -> WorkItem:
    if not isinstance(x, WorkItem):
        wrong_type(x, "MULTIPROCESSING:PROCESS-POOL-WORK-ITEM")
    return x


@builtin("PROCESS-POOL-WORK-ITEM-DATA", "item", package=MP)
def process_pool_work_item_data(item: Any) -> Any:
    """Return the data that `process-pool-run` was given for ITEM."""
    return _item(item).data


@builtin("PROCESS-POOL-WORK-ITEM-VALUES", "item", package=MP, values=True)
def process_pool_work_item_values(item: Any) -> tuple[Any, ...]:
    """Return the values of the function of ITEM; none if it has not ended, or ended by an error."""
    outcome = _item(item).outcome
    return outcome if isinstance(outcome, tuple) else ()


