"""Pools of processes that run one function after the other (Allegro's module PROCESS-POOL, new in 10.1)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Lock, RLock
from typing import Any

from acl.builtins.declare import builtin, variable
from acl.clos.base import StandardObject, find_class
from acl.clos.generic import keyword_generic, standard_generic
from acl.mp.operators import process_kill, run_function
from acl.mp.process import Process, cased, current_process, seconds_deadline
from acl.runtime.calls import UNSUPPLIED
from acl.runtime.conditions import error
from acl.runtime.functions import coerce_function
from acl.runtime.waiting import Waiters
from acl.types.array import string
from acl.types.base import wrong_type
from acl.types.cons import from_iterable, lisp_list, to_list
from acl.types.function import FUNCTIONS, call_values
from acl.types.number import Ratio
from acl.types.symbol import MP, Symbol, T, cl, keyword


class PoolProcess(Process, lisp="POOL-PROCESS", package=MP):
    """A process of a pool; `:process-class` of `make-process-pool` is a subclass."""


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
        self.queued_time: Any = None
        self.start_time: Any = None
        self.end_time: Any = None
        self.values: Any = None
        self.error: Any = None

    def begin(self) -> None:
        """Be given to a pool."""
        self.active = True
        self.queued_time = _now()
        self.start_time = self.end_time = self.values = self.error = None

    def run(self, pool: ProcessPool) -> None:
        """Call the function, and those that want to know of it (in a process of the pool).

        An error is given to the `report-end` function; if there is none it is one of the process, as of any other.
        """
        from acl.python.control import handler_case

        report_start, report_end = self.report_start or pool.report_start, self.report_end or pool.report_end
        self.start_time = _now()
        try:
            if report_start is not None:
                coerce_function(report_start)(self)
            arguments = to_list(self.arguments)
            if report_end is None:
                self.values = from_iterable(call_values(coerce_function(self.function), *arguments))
                return
            values, self.error = handler_case(lambda: (call_values(coerce_function(self.function), *arguments), None),
                                              (cl("ERROR"), lambda condition: ((), condition)))
            self.values = from_iterable(values)
        finally:
            self.end_time = _now()
            self.active = False
        coerce_function(report_end)(self, self.values, self.error)

    def describe(self) -> str:
        """What is printed between `#<` and ` @ #x...>`."""
        return f"{cased('MULTIPROCESSING:PROCESS-POOL-WORK-ITEM')}{'' if self.name is None else f' {self.name}'}"


def _now() -> Any:
    return FUNCTIONS["COMMON-LISP:GET-INTERNAL-REAL-TIME"]()


class ProcessPool(StandardObject, lisp="PROCESS-POOL", package=MP):
    """Processes that wait for work; a new one is made when all are busy and there are fewer than `active_limit`."""

    def __init__(self) -> None:
        self.name: Any = None
        self.active_limit: Any = None
        self.process_limit: Any = None
        self.idle_limit: Any = None
        self.idle_timeout: Any = None
        self.work_limit: Any = None
        self.report_start: Any = None
        self.report_end: Any = None
        self.process_class: Any = PoolProcess
        self.stack_allocation: Any = None
        self.items: deque[WorkItem] = deque()
        self.idle = 0
        self.processes: list[Process] = []
        self.discarded = False
        self.counts = dict.fromkeys(("new", "reused", "saved", "discarded"), 0)
        self.max_active = self.max_work = 0
        self.lock = Lock()
        self.waiters = Waiters()

    def status(self) -> tuple[int, int, int]:
        """Return how many items wait for a process, and how many processes are idle and at work (the caller locks)."""
        self.processes = [p for p in self.processes if p.state != "dead"]
        taken = min(len(self.items), self.idle)  # the items that idle processes are just about to take
        idle = self.idle - taken
        return len(self.items) - taken, idle, len(self.processes) - idle

    def submit(self, item: WorkItem, may_queue: bool) -> str | None:
        """Have a process of the pool run *item*; return a word for what happens: created, started, queued, None."""
        with self.lock:
            waiting, idle, active = self.status()
            limits = [x for x in (self.active_limit, self.process_limit) if x is not None]
            if idle:
                result = "STARTED"
            elif not limits or active < min(limits):
                result = "CREATED"
            elif may_queue and (self.work_limit is None or waiting < self.work_limit):
                result = "QUEUED"
            else:
                return None
            if result == "CREATED":
                self.start(item)
            else:
                item.begin()
                self.items.append(item)
            waiting, _, active = self.status()
            self.max_active = max(self.max_active, active)
            self.max_work = max(self.max_work, waiting)
        if result != "CREATED":
            self.waiters.wake_one()
        return result

    def start(self, item: WorkItem | None) -> None:
        """Make a process that runs *item*, or waits for one (the caller has the lock)."""
        if item is not None:
            item.begin()  # before the process may say that it has done it
        options = lisp_list(keyword("NAME"), string(f"{self.name or 'Process pool'} worker"), keyword("CLASS"),
                            self.process_class, keyword("STACK-ALLOCATION"), self.stack_allocation)
        try:
            process = run_function(options, self._work, (item,))
        except BaseException:  # the system has no thread left
            if item is not None:
                item.active = False
            raise
        if item is None:
            self.idle += 1
        process.keeps_lisp_alive = None
        self.counts["new"] += 1
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
                    if self.discarded or (not self.items and self.idle_limit is not None
                                          and self.idle >= self.idle_limit):
                        self.counts["discarded"] += 1
                        return
                    self.idle += 1
                    self.counts["saved"] += 1
            deadline = None if self.idle_timeout is None else seconds_deadline(self.idle_timeout)
            try:
                taken = self.waiters.wait(self._take, deadline, string("waiting for work"))
            except BaseException:
                with self.lock:
                    self.idle -= 1
                raise
            if taken is None:
                taken = self._leave()
            if not isinstance(taken, WorkItem):
                return
            item = taken

    def _take(self) -> WorkItem | bool | None:
        """Be idle no longer, if there is an item for this process, or true if the pool is discarded; else None."""
        with self.lock:
            if not self.items and not self.discarded:
                return None
            self.idle -= 1
            return self._reuse() or True

    def _leave(self) -> WorkItem | None:
        """Be idle no longer; return an item that was given to the idle processes when this was one of them."""
        with self.lock:
            self.idle -= 1
            return self._reuse() if len(self.items) > self.idle else None

    def _reuse(self) -> WorkItem | None:
        if not self.items:
            return None
        self.counts["reused"] += 1
        return self.items.popleft()

    def discard(self, kill: bool) -> None:
        """Forget the items in the queue; the processes end when they are idle, with *kill* at once."""
        with self.lock:
            self.discarded = True
            for item in self.items:
                item.active = False
            self.items.clear()
            self.status()
            processes = list(self.processes)
        self.waiters.wake_all()
        if kill:
            for process in sorted(processes, key=lambda p: p is current_process()):  # itself at last
                process_kill(process)


_default: list[ProcessPool] = []
_default_lock = RLock()
ACTIVE_LIMIT = variable("*PROCESS-POOL-DEFAULT-ACTIVE-LIMIT*", None,
                        "How many processes a new pool may have; NIL: any number.", package=MP)
_LEAST = {"active_limit": 1, "process_limit": 1, "idle_limit": 0, "work_limit": 0}
_CREATE = keyword("CREATE")
_SET = "work-limit process-limit active-limit idle-limit idle-timeout name report-start report-end"


def _change(pool: ProcessPool, parameters: dict[str, Any]) -> ProcessPool:
    """Give *pool* what is supplied of *parameters*, all or nothing."""
    for name, value in parameters.items():
        if name in _LEAST and value not in (None, UNSUPPLIED) and (type(value) is not int or value < _LEAST[name]):
            wrong_type(value, "UNSIGNED-BYTE")
        if name == "idle_timeout" and value not in (None, UNSUPPLIED) and not isinstance(value, (int, float, Ratio)):
            wrong_type(value, "REAL")
    for name, value in parameters.items():
        if value is not UNSUPPLIED:
            setattr(pool, name, value)
    return pool


def _subclass(x: Any, base: Any) -> Any:
    """Return the class that *x* names or is, which has to be one below *base*."""
    cls = find_class(x) if type(x) is Symbol else x
    if not (isinstance(cls, type) and issubclass(cls, base)):
        error("SIMPLE-ERROR", "~s is not a subclass of ~s.", x, base)
    return cls


@builtin("MAKE-PROCESS-POOL", "&key (active-limit mp:*process-pool-default-active-limit*) idle-limit idle-timeout name"
         " report-start report-end (class 'mp:process-pool) (process-class 'mp:pool-process) prime stack-allocation",
         package=MP)
def make_process_pool(*, active_limit: Any = UNSUPPLIED, idle_limit: Any = None, idle_timeout: Any = None,
                      name: Any = None, report_start: Any = None, report_end: Any = None, class_: Any = ProcessPool,
                      process_class: Any = PoolProcess, prime: Any = None, stack_allocation: Any = None) -> ProcessPool:
    """Return a new pool of processes, which are made when they are needed.

    ACTIVE-LIMIT: how many there may be; IDLE-LIMIT: how many wait for more work; IDLE-TIMEOUT: after how many seconds
    without work one ends; NIL means no limit.  REPORT-START and REPORT-END are for work items that have none of their
    own, see `process-pool-run`.  PRIME processes are made at once, IDLE-LIMIT if it is T.  The pool is an instance of
    CLASS, below `process-pool`, its processes of PROCESS-CLASS, below `pool-process`; they are made with
    STACK-ALLOCATION, see `make-process`.
    """
    pool_class, process_class = _subclass(class_, ProcessPool), _subclass(process_class, PoolProcess)
    pool: ProcessPool = FUNCTIONS["COMMON-LISP:MAKE-INSTANCE"](pool_class)
    _change(pool, {"active_limit": ACTIVE_LIMIT.value if active_limit is UNSUPPLIED else active_limit,
                   "idle_limit": idle_limit, "idle_timeout": idle_timeout,
                   "name": string("Process pool") if name is None else name,
                   "report_start": report_start, "report_end": report_end})
    pool.process_class, pool.stack_allocation = process_class, stack_allocation
    with pool.lock:
        for _ in range(prime if type(prime) is int else (idle_limit or 0) if prime is not None else 0):
            pool.start(None)
    return pool


@keyword_generic("SET-PROCESS-POOL", f"pool &key {_SET}", package=MP)
def set_process_pool(pool: Any, **parameters: Any) -> ProcessPool:
    """Change the parameters of POOL (NIL: the default one) that are given; return it.

    WORK-LIMIT is how many work items may wait for a process, PROCESS-LIMIT another limit to the number of processes;
    `make-process-pool` tells the others.
    """
    return _change(_pool(pool), parameters)


@builtin("ENSURE-DEFAULT-PROCESS-POOL", f"&key if-exists (if-does-not-exist :create) forget kill {_SET} class"
         " process-class prime stack-allocation", package=MP)
def ensure_default_process_pool(*, if_exists: Any = None, if_does_not_exist: Any = _CREATE, forget: Any = None,
                                kill: Any = None, **parameters: Any) -> ProcessPool | None:
    """Return the default pool of processes, which all programs of this Lisp share and which NIL stands for.

    If there is one, IF-EXISTS says what to do: :SUPERSEDE discards it (FORGET, KILL: see `discard-process-pool`) and
    makes another; :CERROR signals an error that can be continued so, :ERROR one that cannot; NIL gives it the other
    arguments as `set-process-pool` does.  If there is none, IF-DOES-NOT-EXIST: :CREATE makes one, the other arguments
    being those of `make-process-pool`, :ERROR signals an error, NIL returns NIL.
    """
    rest = [x for name, value in parameters.items() if value is not UNSUPPLIED
            for x in (keyword(name.rstrip("_").replace("_", "-").upper()), value)]
    if _default and if_exists is keyword("ERROR"):
        error("SIMPLE-ERROR", "There is a default process pool already: ~s.", _default[0])
    if _default and if_exists is keyword("CERROR"):
        FUNCTIONS["COMMON-LISP:CERROR"](string("Discard it and make another."),
                                        string("There is a default process pool already: ~s."), _default[0])
        if_exists = keyword("SUPERSEDE")
    if not _default and if_does_not_exist is not _CREATE:
        return None if if_does_not_exist is None else _pool(None)
    if _default and if_exists is not keyword("SUPERSEDE"):
        return FUNCTIONS["MULTIPROCESSING:SET-PROCESS-POOL"](None, *rest)  # type: ignore[no-any-return]
    if _default:
        discard_process_pool(None, forget=forget, kill=kill)
    with _default_lock:
        if not _default:
            name = keyword("NAME")
            if name not in rest[::2]:
                rest += [name, string("Default process pool")]
            _default.append(FUNCTIONS["MULTIPROCESSING:MAKE-PROCESS-POOL"](*rest))
        return _default[0]


@builtin("DISCARD-PROCESS-POOL", "pool &key forget kill", package=MP)
def discard_process_pool(pool: Any, *, forget: Any = None, kill: Any = None) -> None:
    """End POOL (NIL: the default one, which then is no more): its processes end as soon as they have nothing to do.

    If work items wait in its queue that is an error, which can be continued, unless FORGET is true.  With KILL
    processes at work are killed.
    """
    pool = _pool(pool)
    if pool.items and forget is None:
        FUNCTIONS["COMMON-LISP:CERROR"](string("Forget them."), string("Work items wait for a process of ~s."), pool)
    if pool in _default:
        _default.remove(pool)
    pool.discard(kill is not None)


def _pool(x: Any) -> ProcessPool:
    if x is None:
        return _default[0] if _default else error("SIMPLE-ERROR", "There is no default process pool.")
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


@keyword_generic("PROCESS-POOL-RUN", f"pool &key work {_ITEM} (queue-p t)", package=MP, values=True)
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
    if pool.discarded:
        error("SIMPLE-ERROR", "~s has been discarded.", pool)
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
    ("PROCESS-POOL-", _pool, _SET),
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


def _reader(name: str, argument: str, what: str, value: Callable[[Any], Any]) -> None:
    def reader(x: Any) -> Any:
        return value(x)

    reader.__doc__ = f"Return {what}."
    standard_generic(name, argument, package=MP)(reader)


def _status(index: int) -> Callable[[Any], int]:
    def value(x: Any) -> int:
        pool = _pool(x)
        with pool.lock:
            return pool.status()[index]
    return value


def _count(key: str) -> Callable[[Any], Any]:
    return lambda x: _pool(x).counts[key]


def _part(check: Callable[[Any], Any], attribute: str) -> Callable[[Any], Any]:
    return lambda x: getattr(check(x), attribute)


for _index, _name, _what in ((0, "WAITING", "how many work items wait for a process of a pool"),
                             (1, "IDLE-COUNT", "how many processes of a pool have nothing to do"),
                             (2, "ACTIVE-COUNT", "how many processes of a pool are at work")):
    _reader(f"PROCESS-POOL-{_name}", "pool", _what, _status(_index))
for _name, _what in (("NEW", "how many processes a pool has made"),
                     ("REUSED", "how often an idle process of a pool was given a work item"),
                     ("SAVED", "how often a process of a pool became idle after a work item"),
                     ("DISCARDED", "how many processes of a pool ended after a work item since enough were idle")):
    _reader(f"PROCESS-POOL-{_name}-COUNT", "pool", _what, _count(_name.lower()))
for _name, _what in (("MAX-ACTIVE", "how many processes of a pool were at work at the same time at most"),
                     ("MAX-WORK", "how many work items waited for a process of a pool at most"),
                     ("PROCESS-CLASS", "the class of a pool's processes"),
                     ("STACK-ALLOCATION", "what a pool's processes are made with, see `make-process`")):
    _reader(f"PROCESS-POOL-{_name}", "pool", _what, _part(_pool, _name.lower().replace("-", "_")))
for _name, _what in (("QUEUED-TIME", "when a work item was given to a pool"),
                     ("START-TIME", "when a process of a pool began with a work item"),
                     ("END-TIME", "when it was done with it"),
                     ("VALUES", "the list of the values of its function"),
                     ("ERROR", "the condition that its function ended by, if there was a `report-end`")):
    _reader(f"PROCESS-POOL-WORK-ITEM-{_name}", "item", _what + ("" if _name in ("VALUES", "ERROR") else
            ", in internal time units; NIL before"), _part(_item, _name.lower().replace("-", "_")))


@builtin("PROCESS-POOL-WORK-ITEM-ACTIVE-P", "item", package=MP)
def process_pool_work_item_active_p(item: Any) -> Any:
    """True while ITEM waits for a process of its pool, or is being run."""
    return T if _item(item).active else None


@builtin("QUERY-PROCESS-POOL", "pool &key (stream *standard-output*)", package=MP)
def query_process_pool(pool: Any, *, stream: Any = UNSUPPLIED) -> Any:
    """Print on STREAM how POOL (NIL: the default one) is doing; if STREAM is NIL return a string."""
    pool = _pool(pool)
    with pool.lock:
        waiting, idle, active = pool.status()
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
