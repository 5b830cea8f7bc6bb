"""Non-local control transfer as Python exceptions.

All derive from `ControlTransfer`, a BaseException: `except Exception` sees faults and conditions, never
a transfer.
"""

from __future__ import annotations

from typing import Any, NoReturn

from acl.runtime.dynamic import current
from acl.types.record import Struct


class ControlTransfer(BaseException):
    """Root of the exceptions that carry control: they unwind, nobody handles them as errors."""


class Throw(ControlTransfer):
    """A `throw`: args are (tag, primary value, tuple of all values or None)."""


class Transfer(ControlTransfer):
    """An exit to a block, tagbody, handler-case or restart-case that is on the stack.

    args are (token, value, tuple of all values or None); the token is the list that the receiving frame
    made for this entry, compared with `is`, and emptied when the form is left.  For a `go` the value is the
    index of the tag, for a clause of `handler-case` its number, with the condition in the third place.
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


class Exit(Struct, eq=False):
    """The handler that a clause of `handler-case` establishes: leaves for clause *index* of the frame with *token*."""

    token: Any
    index: int

    def __call__(self, condition: Any) -> NoReturn:
        raise Transfer(self.token, self.index, condition)


class RestartExit(Struct, eq=False):
    """The function of a restart that a clause of `restart-case` establishes: leaves for clause *index*."""

    token: Any
    index: int

    def __call__(self, *args: Any) -> NoReturn:
        raise Transfer(self.token, self.index, args)


class HandlerTest:
    """The condition type of a handler clause, resolved at its first use: callable with a condition."""

    __slots__ = ("predicate", "specifier")

    def __init__(self, specifier: Any) -> None:
        self.specifier = specifier
        self.predicate: Any = None

    def __call__(self, condition: Any) -> Any:
        from acl.runtime.typesys import typep

        return typep(condition, self.specifier)


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
    if not token:
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
