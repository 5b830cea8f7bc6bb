"""Non-local control transfer as Python exceptions.

All derive from `ControlTransfer`, a BaseException: `except Exception` sees faults and conditions, never
a transfer.
"""

from __future__ import annotations

from typing import Any


class ControlTransfer(BaseException):
    """Root of the exceptions that carry control: they unwind, nobody handles them as errors."""


class Throw(ControlTransfer):
    """A `throw`: args are (tag, primary value, tuple of all values or None)."""


class Transfer(ControlTransfer):
    """An exit to a block, tagbody, handler-case or restart-case that is on the stack.

    args are (token, primary value, tuple of all values or None); the token is the object that the
    receiving frame made for this entry, compared with `is`.
    """


class Exit:
    """Where a clause of `handler-case` continues: the token of its frame and the number of the clause."""

    __slots__ = ("token", "index")

    def __init__(self, token: Any, index: int) -> None:
        self.token = token
        self.index = index
