"""Break levels and inputs: what a listener keeps of each."""

from __future__ import annotations

from typing import Any, NamedTuple

from acl.runtime.condition_classes import class_named
from acl.runtime.restarts import Restart
from acl.toplevel.frames import SIGNALLING, Frame, is_hidden
from acl.types.symbol import Symbol, cl


class Input(NamedTuple):
    """An input of the history: a form, or (form None) a command."""

    number: int
    text: str
    form: Any
    is_command: bool


class Level:
    """A break level: the condition that made it (None at the top), its restarts and its stack.

    `frames` are those shown, `current` the index of the current one; `running` is the input being evaluated, `again`
    one to be evaluated next; `stepping` is true for the stepper's prompt, whose `answer` is what was chosen there.
    """

    __slots__ = ("again", "all_frames", "answer", "condition", "current", "frames", "number", "package", "python",
                 "reading", "restarts", "running", "stepping", "token")

    def __init__(self, number: int, condition: Any, restarts: list[Restart], frames: list[Frame],
                 python: Any = None, stepping: bool = False) -> None:
        self.number = number
        self.condition = condition
        self.restarts = restarts
        self.all_frames = frames
        self.python = python
        self.current = 0
        self.reading = False
        self.package: Any = cl("*PACKAGE*").value
        self.token: list[Any] = []
        self.running: Input | None = None
        self.again: Input | None = None
        self.stepping = stepping
        self.answer: Any = None
        self.refresh()
        if condition is not None:
            self.current = next((i for i, f in enumerate(self.frames) if f.name not in SIGNALLING), 0)

    def refresh(self) -> None:
        """Choose the frames to show anew."""
        self.frames = [f for f in self.all_frames if not is_hidden(f)]
        self.current = max(0, min(self.current, len(self.frames) - 1))

    @property
    def continuable(self) -> bool:
        """True if there is a restart to go on where the condition was signalled."""
        return bool(self.restarts) and isinstance(self.restarts[0].name, Symbol) and self.restarts[0].name.name in (
            "CONTINUE", "TRY-AGAIN-CALL")

    @property
    def interrupted(self) -> bool:
        """True if Ctrl-C made it."""
        return isinstance(self.condition, class_named("INTERRUPT-SIGNAL"))
