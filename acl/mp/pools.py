"""Pools of processes that run one function after the other (Allegro's module PROCESS-POOL, new in 10.1)."""

from __future__ import annotations

from collections import deque
from threading import Lock
from time import monotonic
from typing import Any

from acl.builtins.declare import builtin, variable
from acl.clos.base import StandardObject
from acl.mp.operators import run_function
from acl.mp.process import Process, cased, current_process
from acl.runtime.calls import UNSUPPLIED
from acl.runtime.functions import coerce_function
from acl.runtime.waiting import Waiters
from acl.types.array import string
from acl.types.base import wrong_type
from acl.types.cons import from_iterable, to_list
from acl.types.function import call_values
from acl.types.symbol import MP, T, cl, keyword


class WorkItem(StandardObject, lisp="PROCESS-POOL-WORK-ITEM", package=MP):
    """Something for a pool to do."""

    def __init__(self) -> None:
        self.name: Any = None
        self.function: Any = None
        self.arguments: Any = None
        self.data: Any = None
        self.report_start: Any = None
        self.report_end: Any = None
        self.active = False

    def run(self, pool: ProcessPool) -> None:
        """Call the function, and those that want to know of it (in a process of the pool).

        An error is given to the `report-end` function; if there is none it is one of the process, as of any other.
        """
        from acl.python.control import handler_case

        report_start, report_end = self.report_start or pool.report_start, self.report_end or pool.report_end
        try:
            if report_start is not None:
                coerce_function(report_start)(self)
            arguments = to_list(self.arguments)
            if report_end is None:
                call_values(coerce_function(self.function), *arguments)
                return
            values, condition = handler_case(lambda: (call_values(coerce_function(self.function), *arguments), None),
                                             (cl("ERROR"), lambda condition: ((), condition)))
        finally:
            self.active = False
        coerce_function(report_end)(self, from_iterable(values), condition)

    def describe(self) -> str:
        """What is printed between `#<` and ` @ #x...>`."""
        return f"{cased('MULTIPROCESSING:PROCESS-POOL-WORK-ITEM')}{'' if self.name is None else f' {self.name}'}"


class ProcessPool(StandardObject, lisp="PROCESS-POOL", package=MP):
    """Processes that wait for work; a new one is made when all are busy and there are fewer than `active_limit`."""

    def __init__(self, name: Any) -> None:
        self.name = name
        self.active_limit: Any = None
        self.idle_limit: Any = None
        self.idle_timeout: Any = None
        self.work_limit: Any = None
        self.report_start: Any = None
        self.report_end: Any = None
        self.items: deque[WorkItem] = deque()
        self.idle = 0
        self.processes: list[Process] = []
        self.lock = Lock()
        self.waiters = Waiters()

    def submit(self, item: WorkItem, may_queue: bool) -> str | None:
        """Have a process of the pool run *item*; return a word for what happens: created, started, queued, None."""
        with self.lock:
            self.processes = [p for p in self.processes if p.state != "dead"]
            waiting = len(self.items)
            if self.idle > waiting:
                result = "STARTED"
            elif self.active_limit is None or len(self.processes) < self.active_limit:
                result = "CREATED"
            elif may_queue and (self.work_limit is None or waiting - self.idle < self.work_limit):
                result = "QUEUED"
            else:
                return None
            if result == "CREATED":
                self.start(item)
                return result
            item.active = True
            self.items.append(item)
        self.waiters.wake_one()
        return result

    def start(self, item: WorkItem | None) -> None:
        """Make a process that runs *item*, or waits for one (the caller has the lock)."""
        if item is not None:
            item.active = True  # before the process may say that it has done it
        try:
            process = run_function(string(f"{self.name} worker"), self._work, (item,))
        except BaseException:  # the system has no thread left
            if item is not None:
                item.active = False
            raise
        if item is None:
            self.idle += 1
        process.keeps_lisp_alive = None
        self.processes.append(process)

    def _work(self, item: WorkItem | None) -> None:
        try:
            self._serve(item)
        except BaseException:  # killed, or left by a restart: what waited for this process has to get another one
            with self.lock:
                self.processes = [p for p in self.processes if p is not current_process()]
                if len(self.items) > self.idle:
                    self.start(self.items.popleft())
            raise

    def _serve(self, item: WorkItem | None) -> None:
        while True:
            if item is not None:
                item.run(self)
                with self.lock:
                    if not self.items and self.idle_limit is not None and self.idle >= self.idle_limit:
                        return
                    self.idle += 1
            deadline = None if self.idle_timeout is None else monotonic() + self.idle_timeout
            try:
                item = self.waiters.wait(self._take, deadline, string("waiting for work"))
            except BaseException:
                with self.lock:
                    self.idle -= 1
                raise
            if item is None:
                item = self._leave()
                if item is None:
                    return

    def _take(self) -> WorkItem | None:
        with self.lock:
            if not self.items:
                return None
            self.idle -= 1
            return self.items.popleft()

    def _leave(self) -> WorkItem | None:
        """Be idle no longer; return an item that was given to the idle processes when this was one of them."""
        with self.lock:
            self.idle -= 1
            return self.items.popleft() if len(self.items) > self.idle else None

    def describe(self) -> str:
        """What is printed between `#<` and ` @ #x...>`."""
        return f"{cased('MULTIPROCESSING:PROCESS-POOL')} {self.name}"


_default: list[ProcessPool] = []
ACTIVE_LIMIT = variable("*PROCESS-POOL-DEFAULT-ACTIVE-LIMIT*", None,
                        "How many processes a new pool may have; NIL: any number.", package=MP)


def _limit(x: Any, least: int = 1) -> Any:
    if x is not None and (type(x) is not int or x < least):
        wrong_type(x, "UNSIGNED-BYTE")
    return x


@builtin("MAKE-PROCESS-POOL", "&key (active-limit mp:*process-pool-default-active-limit*) idle-limit idle-timeout name"
         " report-start report-end prime", package=MP)
def make_process_pool(*, active_limit: Any = UNSUPPLIED, idle_limit: Any = None, idle_timeout: Any = None,
                      name: Any = None, report_start: Any = None, report_end: Any = None,
                      prime: Any = None) -> ProcessPool:
    """Return a new pool of processes, which are made when they are needed.

    ACTIVE-LIMIT: how many there may be; IDLE-LIMIT: how many wait for more work; IDLE-TIMEOUT: after how many seconds
    without work one ends; NIL means no limit.  REPORT-START and REPORT-END are for work items that have none of their
    own, see `process-pool-run`.  PRIME processes are made at once, IDLE-LIMIT if it is T.
    """
    pool = ProcessPool(string("Process pool") if name is None else name)
    pool.active_limit = _limit(ACTIVE_LIMIT.value if active_limit is UNSUPPLIED else active_limit)
    pool.idle_limit = _limit(idle_limit, 0)
    pool.idle_timeout = idle_timeout
    pool.report_start, pool.report_end = report_start, report_end
    with pool.lock:
        for _ in range(prime if type(prime) is int else (idle_limit or 0) if prime is not None else 0):
            pool.start(None)
    return pool


@builtin("ENSURE-DEFAULT-PROCESS-POOL", "", package=MP)
def ensure_default_process_pool() -> ProcessPool:
    """Return the pool of processes that all programs of this Lisp share, made at the first call."""
    if not _default:
        _default.append(make_process_pool(name=string("Default process pool")))
    return _default[0]


def _pool(x: Any) -> ProcessPool:
    if x is None:
        return ensure_default_process_pool()
    if not isinstance(x, ProcessPool):
        wrong_type(x, "MULTIPROCESSING:PROCESS-POOL")
    return x


_ITEM = "name function arguments data report-start report-end"


@builtin("MAKE-PROCESS-POOL-WORK-ITEM", f"&key {_ITEM} work", package=MP)
def make_work_item(*, name: Any = UNSUPPLIED, function: Any = UNSUPPLIED, arguments: Any = UNSUPPLIED,
                   data: Any = UNSUPPLIED, report_start: Any = UNSUPPLIED, report_end: Any = UNSUPPLIED,
                   work: Any = None) -> WorkItem:
    """Return a new work item for `process-pool-run`, which says what the arguments are; or WORK, changed by them."""
    item = WorkItem() if work is None else _item(work)
    for attribute, value in (("name", name), ("function", function), ("arguments", arguments), ("data", data),
                             ("report_start", report_start), ("report_end", report_end)):
        if value is not UNSUPPLIED:
            setattr(item, attribute, value)
    return item


@builtin("PROCESS-POOL-RUN", f"pool &key work {_ITEM} (queue-p t)", package=MP, values=True)
def process_pool_run(pool: Any, *, work: Any = None, name: Any = UNSUPPLIED, function: Any = UNSUPPLIED,
                     arguments: Any = UNSUPPLIED, data: Any = UNSUPPLIED, report_start: Any = UNSUPPLIED,
                     report_end: Any = UNSUPPLIED, queue_p: Any = T) -> tuple[Any, ...]:
    """Have a process of POOL (NIL: the default one) apply FUNCTION to the list ARGUMENTS, and do not wait for it.

    Two values: :CREATED if a new process does it, :STARTED if an idle one, :QUEUED if one will when it is free, or NIL
    if all are busy and QUEUE-P is NIL or the queue is full; and the work item, WORK or a new one.  The process calls
    REPORT-START with the item before, and REPORT-END after: with the item, the list of the values of FUNCTION, and the
    condition if it ended by an error, else NIL.  DATA is for the caller, see `process-pool-work-item-data`.
    """
    pool = _pool(pool)
    item = make_work_item(work=work, name=name, function=function, arguments=arguments, data=data,
                          report_start=report_start, report_end=report_end)
    coerce_function(item.function)  # what is no function is an error here, not there
    word = pool.submit(item, queue_p is not None)
    return (None if word is None else keyword(word), item)


def _item(x: Any) -> WorkItem:
    if not isinstance(x, WorkItem):
        wrong_type(x, "MULTIPROCESSING:PROCESS-POOL-WORK-ITEM")
    return x


_PARTS: tuple[tuple[str, Any, str], ...] = (
    ("PROCESS-POOL-", _pool, "name active-limit idle-limit idle-timeout work-limit report-start report-end"),
    ("PROCESS-POOL-WORK-ITEM-", _item, _ITEM),
)


def _accessors(prefix: str, check: Any, part: str) -> None:
    attribute = part.replace("-", "_")

    def reader(x: Any) -> Any:
        return getattr(check(x), attribute)

    def writer(new: Any, x: Any) -> Any:
        setattr(check(x), attribute, new)
        return new

    what = "work item" if check is _item else "process pool (NIL: the default one)"
    reader.__doc__ = f"Return the {part} of a {what}."
    writer.__doc__ = f"Set the {part} of a {what}."
    argument = "item" if check is _item else "pool"
    builtin(prefix + part.upper(), argument, package=MP)(reader)
    builtin(prefix + part.upper(), f"new {argument}", package=MP, setf=True)(writer)


for _prefix, _check, _names in _PARTS:
    for _name in _names.split():
        _accessors(_prefix, _check, _name)


@builtin("PROCESS-POOL-WORK-ITEM-ACTIVE-P", "item", package=MP)
def process_pool_work_item_active_p(item: Any) -> Any:
    """True while ITEM waits for a process of its pool, or is being run."""
    return T if _item(item).active else None


@builtin("QUERY-PROCESS-POOL", "pool &key (stream *standard-output*)", package=MP)
def query_process_pool(pool: Any, *, stream: Any = UNSUPPLIED) -> Any:
    """Print on STREAM how POOL (NIL: the default one) is doing; if STREAM is NIL return a string."""
    from acl.types.function import FUNCTIONS

    pool = _pool(pool)
    with pool.lock:
        pool.processes = [p for p in pool.processes if p.state != "dead"]
        waiting, idle = len(pool.items), pool.idle
        active = len(pool.processes) - idle
    kept = "forever" if pool.idle_timeout is None else f"for {pool.idle_timeout} seconds"
    rows = [(41, "Work items waiting for a process: ", waiting), (41, "Idle processes waiting to be re-used: ", idle),
            (41, "Active processes running: ", active), None,
            (61, "Limit to number of retained idle processes: ", pool.idle_limit),
            (61, "Limit to number of active processes running: ", pool.active_limit),
            (46, f"Idle processes retained {kept}", ""),
            (51, "Limit to number of queued work items: ", "none" if pool.work_limit is None else pool.work_limit)]
    lines = ["", f";;; Process Pool  {pool.name}  Status"]
    for row in rows:  # each in the column where Allegro has it
        if row is None:
            lines += ["", ";;;    Process Pool Parameters"]
        else:
            column, label, value = row
            lines.append(f";;{label:>{column + 2}}{'nil' if value is None else value}")
    text = string("\n".join(lines) + "\n")
    if stream is None:
        return text
    target = cl("*STANDARD-OUTPUT*").value if stream is UNSUPPLIED else stream
    FUNCTIONS["COMMON-LISP:WRITE-STRING"](text, target)
    return None
