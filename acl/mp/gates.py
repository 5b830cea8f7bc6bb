"""Gates and queues."""

from __future__ import annotations

import threading
from collections import deque
from typing import Any

from acl.builtins.declare import builtin, parse_keywords, predicate
from acl.clos.base import StandardDirectSlotDefinition, StandardObject, missing_slot
from acl.clos.generic import standard_generic
from acl.mp.process import cased, seconds_deadline
from acl.runtime.waiting import Waiters
from acl.types.array import string
from acl.types.base import wrong_type
from acl.types.number import Ratio
from acl.types.symbol import MP, T, keyword


class Gate(StandardObject, lisp="GATE", package=MP):
    """A gate is open or closed; a process can wait until it is open.  With `count` it is a semaphore."""

    def __init__(self, is_open: bool) -> None:
        self.is_open = is_open
        self.count = 0
        self.mutex = threading.Lock()
        self.waiters = Waiters()

    def describe(self) -> str:
        """What is printed between `#<` and ` @ #x...>`."""
        return f"{cased('MULTIPROCESSING:GATE')} " + ("open" if self.is_open else "closed")


def the_gate(x: Any) -> Gate:
    """Return *x*, which must be a gate."""
    if not isinstance(x, Gate):
        wrong_type(x, "MULTIPROCESSING:GATE")
    return x


@builtin("MAKE-GATE", "open-p", package=MP)
def make_gate(open_p: Any) -> Gate:
    """Return a new gate, open if OPEN-P is true."""
    return Gate(open_p is not None)


@builtin("OPEN-GATE", "gate", package=MP)
def open_gate(gate: Any) -> Any:
    """Open GATE: all processes that wait for it go on; it stays open."""
    the_gate(gate).is_open = True
    gate.waiters.wake_all()
    return T


@builtin("CLOSE-GATE", "gate", package=MP)
def close_gate(gate: Any) -> Any:
    """Close GATE."""
    the_gate(gate).is_open = False
    return T


@predicate("GATE-OPEN-P", "gate", package=MP)
def gate_open_p(gate: Any) -> bool:
    """Return true if GATE is open.  `process-wait` for this function and a gate costs nothing."""
    return the_gate(gate).is_open


@builtin("PUT-SEMAPHORE", "gate", package=MP)
def put_semaphore(gate: Any) -> int:
    """Count GATE's semaphore up, which opens the gate; return the count."""
    with the_gate(gate).mutex:
        gate.count += 1
        gate.is_open = True
        count: int = gate.count
    gate.waiters.wake_all()
    return count


@builtin("GET-SEMAPHORE", "gate", package=MP)
def get_semaphore(gate: Any) -> int:
    """Count GATE's semaphore down; at zero the gate closes.  Return the count."""
    with the_gate(gate).mutex:
        gate.count = max(0, gate.count - 1)
        gate.is_open = gate.count > 0
        return int(gate.count)


_DEQUEUE_KEYS = {keyword(name): name.lower().replace("-", "_") for name in ("WAIT", "EMPTY-QUEUE-RESULT", "WHOSTATE")}


class Queue(StandardObject, lisp="QUEUE", package=MP):
    """A queue between processes."""

    items: deque[Any]
    waiters: Waiters

    def __getattr__(self, key: str) -> Any:
        # Subclasses that Lisp defines and instantiates do not call a Python constructor.
        if key == "items":
            return self.__dict__.setdefault("items", deque())
        if key == "waiters":
            return self.__dict__.setdefault("waiters", Waiters())
        return missing_slot(self, key)

    def take(self) -> Any:
        """Return the oldest item in a tuple; None if there is none."""
        try:
            return (self.items.popleft(),)
        except IndexError:
            return None


# `(make-instance 'mp:queue :name "x")`
Queue._lisp.direct_slots.append(StandardDirectSlotDefinition(
    MP.intern("NAME"), (keyword("NAME"),), initfunction=lambda: None))
# Subclasses that keep their items themselves count them here, as they would in Allegro; our own are counted by `items`.
_COUNT = MP.intern("COUNT")
Queue._lisp.direct_slots.append(StandardDirectSlotDefinition(_COUNT, (), initfunction=lambda: 0))


def the_queue(x: Any) -> Queue:
    """Return *x*, which must be a queue."""
    if not isinstance(x, Queue):
        wrong_type(x, "MULTIPROCESSING:QUEUE")
    return x


@standard_generic("ENQUEUE", "queue item", package=MP)
def enqueue(queue: Any, item: Any) -> Any:
    """Put ITEM at the end of QUEUE; return it."""
    the_queue(queue).items.append(item)
    queue.waiters.wake_one()
    return item


@standard_generic("DEQUEUE", "queue &key wait empty-queue-result whostate", package=MP)
def dequeue(queue: Any, *keys: Any) -> Any:
    """Take the oldest item out of QUEUE and return it.

    If there is none: without WAIT signal an error; if WAIT is a number wait so many seconds for one, and then
    return EMPTY-QUEUE-RESULT; with any other true WAIT wait until there is one.
    """
    given = parse_keywords(keys, 0, _DEQUEUE_KEYS, True, "DEQUEUE") if keys else {}
    wait = given.get("wait")
    found = the_queue(queue).take()
    if found is None and wait is not None:
        deadline = seconds_deadline(wait) if isinstance(wait, (int, float, Ratio)) else None
        found = queue.waiters.wait(queue.take, deadline, given.get("whostate") or string("dequeue"))
        if found is None:
            return given.get("empty_queue_result")
    if found is None:
        from acl.runtime.conditions import error

        return error("SIMPLE-ERROR", "~s is empty.", queue)
    return found[0]


@standard_generic("QUEUE-LENGTH", "queue", package=MP)
def queue_length(queue: Any) -> int:
    """Return how many items are in QUEUE at this moment."""
    return len(the_queue(queue).items) + queue.__dict__.get(_COUNT.key, 0)  # type: ignore[no-any-return]


@standard_generic("QUEUE-EMPTY-P", "queue", package=MP)
def queue_empty_p(queue: Any) -> Any:
    """Return true if QUEUE is empty at this moment."""
    return None if the_queue(queue).items else T
