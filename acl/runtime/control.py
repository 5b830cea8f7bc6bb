"""Non-local control transfer as Python exceptions.

All derive from `ControlTransfer`, a BaseException: `except Exception` sees faults and conditions, never
a transfer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn
from weakref import WeakSet

from acl.runtime.dynamic import current
from acl.types.record import Struct


class ControlTransfer(BaseException):
    """Root of the exceptions that carry control: they unwind, nobody handles them as errors."""


class Throw(ControlTransfer):
    """A `throw`: args are (tag, primary value, tuple of all values or None)."""


class Transfer(ControlTransfer):
    """An exit to a block, tagbody, handler-case or restart-case that is on the stack.

    args are (token, value, tuple of all values or None); the token is what the receiving frame made for this entry,
    compared with `is`: for blocks and tags a list whose element becomes 0 when the form is left.  For a `go` the value
    is the index of the tag, for a clause of `handler-case` or `restart-case` its number, with the condition or the
    arguments in the third place.
    """


class FrameExit(ControlTransfer):
    """Leaves one call of a compiled function, wherever it stands: args are (Python frame, thunk of all its values).

    The debugger raises it to return from a frame or to call its function again.
    """


LEAVING = (Exception, FrameExit)
"""What every named function catches: faults are signalled where they happen, while its frame can still go on."""


def leave_frame(leaving: BaseException, every_value: bool) -> Any:
    """Act on one of LEAVING that has reached the frame of a named function; return what its call returns."""
    import sys

    if not isinstance(leaving, FrameExit):
        if isinstance(leaving, RecursionError):
            raise leaving  # is signalled where there is stack again
        from acl.runtime.faults import signal_fault

        try:
            signal_fault(leaving)  # type: ignore[arg-type]
        except FrameExit as chosen:  # the debugger returns from a frame: perhaps from this one
            leaving = chosen
        else:
            return (None,) if every_value else None
    frame, thunk = leaving.args
    if sys._getframe(1) is not frame:
        raise leaving
    values = thunk()
    return values if every_value else values[0] if values else None


class Cluster(dict[type, tuple[int, ...]]):
    """The types of the clauses of a `handler-bind` or `handler-case`: class of a condition to the clauses it fits.

    What is in the dict is filled in as conditions are signalled, as far as their class decides it.  *specifiers* are
    type specifiers or condition classes.
    """

    __slots__ = ("__weakref__", "specifiers", "tests")
    __hash__ = object.__hash__  # type: ignore[assignment]

    def __init__(self, *specifiers: Any) -> None:
        self.specifiers = specifiers
        self.tests: list[Any] | None = None

    def choose(self, condition: Any, outer: Any) -> tuple[int, ...]:
        """Return the numbers of the clauses that *condition* fits, found with the handlers *outer* in force.

        Those of outside, because a faulty type in a clause must not signal to itself.
        """
        from acl.runtime.conditions import handler_test

        state = current()
        saved, state.handlers = state.handlers, outer
        try:
            tests = self.tests
            if tests is None:
                tests = self.tests = [handler_test(s) for s in self.specifiers]
            chosen = tuple([i for i, test in enumerate(tests)
                            if (isinstance(condition, test) if isinstance(test, type) else test(condition))])
        finally:
            state.handlers = saved
        if all(isinstance(test, type) for test in tests):
            self[type(condition)] = chosen
            _clusters.add(self)
        return chosen


_clusters: WeakSet[Cluster] = WeakSet()


def forget_clusters() -> None:
    """A condition class has changed: find out anew which clauses conditions fit."""
    for cluster in list(_clusters):
        cluster.clear()
        cluster.tests = None


class RestartForm:
    """What a `restart-case` is in the source: the `names` of its clauses; `numbers` says which has a name first."""

    __slots__ = ("names", "numbers")

    def __init__(self, names: tuple[Any, ...]) -> None:
        self.names = names
        self.numbers = {name: len(names) - 1 - i for i, name in enumerate(reversed(names))}


class RestartPoint(Struct, eq=False):
    """A `restart-case` that is being evaluated: a cluster of restarts that are made when somebody looks at them.

    `options` are report, interactive function and test of each clause.  A `Transfer` for it carries the number of the
    clause and the arguments.
    """

    form: RestartForm
    options: tuple[Any, ...]
    made: list[Any] | None = None

    def restarts(self) -> list[Any]:
        """Return the restarts, the same ones each time."""
        from acl.runtime.restarts import Restart

        if self.made is None:
            options = self.options
            self.made = [Restart(name, RestartExit(self, i), *options[3 * i:3 * i + 3])
                         for i, name in enumerate(self.form.names)]
        return self.made

    def __iter__(self) -> Iterator[Any]:
        return iter(self.restarts())


class RestartExit(Struct, eq=False):
    """The function of a restart that a clause of `restart-case` establishes: leaves for clause *index*."""

    token: Any
    index: int

    def __call__(self, *args: Any) -> NoReturn:
        raise Transfer(self.token, self.index, args)


def wrong_restart_arguments(arguments: tuple[Any, ...], count: int) -> None:
    """Signal that the clause of a restart, which takes *count* arguments, was given others."""
    from acl.runtime.faults import wrong_count

    wrong_count("(LAMBDA)", len(arguments), count)


def check_catch(tag: Any) -> None:
    """Signal `control-error` unless a `catch` for *tag* is in force."""
    entry = current().catches
    while entry is not None:
        if entry[0] is tag:
            return
        entry = entry[1]
    from acl.runtime.conditions import error

    error("CONTROL-ERROR", "Throw to tag ~s, which is not the tag of an active catch.", tag)


def check_token(token: Any, is_tag: int, name: Any) -> None:
    """Signal `control-error` if the block *name*, or the tagbody of the tag *name*, has been left already."""
    if not token[0]:
        from acl.runtime.conditions import error
        from acl.types.array import string

        operator = string("GO" if is_tag else "RETURN-FROM")
        error("CONTROL-ERROR", "~a ~s: the form it would leave has been left already.", operator, name)


def primary(transfer: Any) -> Any:
    """Return the primary value that *transfer* (a Throw or Transfer) carries."""
    args = transfer.args
    values = args[2]
    if values is None:
        return args[1]
    return values[0] if values else None


def all_values(transfer: Any) -> Any:
    """Return the tuple of values that *transfer* carries."""
    args = transfer.args
    return args[2] if args[2] is not None else (args[1],)
