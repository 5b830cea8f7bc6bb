"""The listener: one read-eval-print loop on a stream, with its history and break levels."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

from acl.reader import EOF, TextSource, read, read_form
from acl.runtime.conditions import set_debugger
from acl.runtime.control import Transfer
from acl.runtime.dynamic import bind, current
from acl.runtime.faults import signal_fault
from acl.runtime.restarts import Restart, interactive_arguments
from acl.streams.base import Stream
from acl.toplevel import variables as v
from acl.toplevel.display import applicable, error_text, package_name, prompt
from acl.toplevel.frames import Frame, collect
from acl.types.array import SimpleString
from acl.types.cons import from_iterable
from acl.types.symbol import Symbol, T, cl

_TERMINAL, _PACKAGE = cl("*TERMINAL-IO*"), cl("*PACKAGE*")
_PRINT_LENGTH, _PRINT_LEVEL, _ABORT = cl("*PRINT-LENGTH*"), cl("*PRINT-LEVEL*"), cl("ABORT")


class ExitLisp(SystemExit):
    """Leaves Lisp with a status; unwinds, so cleanup forms run."""


class Level:
    """A break level: the condition that made it (None at the top), its restarts and its stack."""

    __slots__ = ("condition", "current", "frames", "number", "restarts", "token")

    def __init__(self, number: int, condition: Any, restarts: list[Restart], frames: list[Frame]) -> None:
        self.number = number
        self.condition = condition
        self.restarts = restarts
        self.frames = frames
        self.current = 0
        self.token: list[Any] = []

    @property
    def continuable(self) -> bool:
        """True if there is a restart to go on where the condition was signalled."""
        return bool(self.restarts) and isinstance(self.restarts[0].name, Symbol) and self.restarts[0].name.name in (
            "CONTINUE", "TRY-AGAIN-CALL")


class Listener:
    """A top level on *stream* (by default `*terminal-io*`)."""

    def __init__(self, stream: Stream | None = None) -> None:
        self.given = stream
        self.number = 1
        self.history: list[tuple[int, str, Any]] = []
        self.levels: list[Level] = []
        self.last_files: dict[str, list[str]] = {}

    @property
    def stream(self) -> Any:
        """The stream of the dialogue."""
        return self.given if self.given is not None else _TERMINAL.value

    # ----------------------------------------------------------------- writing

    def say(self, text: str) -> None:
        """Write *text* on a fresh line, and a newline."""
        stream = self.stream
        stream.fresh_line()
        stream.write_str(text + "\n")

    def show_prompt(self) -> None:
        """Write the prompt on a fresh line."""
        stream, level = self.stream, self.levels[-1]
        setting = v.PROMPT.value
        if setting is v.DEFAULT_PROMPT:
            stream.fresh_line()
            stream.write_str(prompt(self.number, level.number, level.continuable))
        else:
            args = (None, None, None, level.number or None, T if level.continuable else None, None,
                    SimpleString(package_name(_PACKAGE.value)), self.number)
            from acl.types.function import FUNCTIONS

            if isinstance(setting, SimpleString):
                FUNCTIONS["COMMON-LISP:FORMAT"](stream, setting, *args)
            else:
                setting(stream, *args)
        stream.finish_output()

    def show_values(self, values: tuple[Any, ...]) -> None:
        """Print each value on a fresh line, under the limits of the top level."""
        from acl.printer.writer import prin1_to_string

        length, level = v.PRINT_LENGTH.value, v.PRINT_LEVEL.value
        # A symbol (:follow) stands for the variable of COMMON-LISP.
        with bind(_PRINT_LENGTH, _PRINT_LENGTH.value if isinstance(length, Symbol) else length,
                  _PRINT_LEVEL, _PRINT_LEVEL.value if isinstance(level, Symbol) else level):
            for value in values:
                self.say(prin1_to_string(value))

    # ----------------------------------------------------------------- reading

    def read(self) -> Any:
        """Return ("form", text, form), ("command", line, None), ("empty", "", None) or ("eof", "", None)."""
        stream = self.stream
        while True:
            c = stream.peek_char()
            if c is None:
                return ("eof", "", None)
            if c == "\n":
                stream.read_char()
                return ("empty", "", None)
            if not c.isspace():
                break
            stream.read_char()
        if c == ":":
            line = stream.read_line()[0]
            from acl.toplevel.commands import is_command

            if is_command(line):
                return ("command", line, None)
            source = TextSource(line, "<terminal>")
            return ("form", line, read_form(source, EOF))
        form = read(stream, EOF)
        if form is EOF:
            return ("eof", "", None)
        self.rest_of_line()
        from acl.printer.writer import prin1_to_string

        return ("form", prin1_to_string(form), form)

    def rest_of_line(self) -> None:
        """Take the blanks and the newline behind a form: they belong to it."""
        stream = self.stream
        while stream.listen():
            c = stream.peek_char()
            if c is None or c not in " \t\r\n":
                return
            stream.read_char()
            if c == "\n":
                note = getattr(stream, "note_newline", None)
                if note is not None:
                    note()
                return

    # -------------------------------------------------------------- evaluation

    def evaluate(self, text: str, form: Any) -> None:
        """Evaluate a form, print its values and set the variables of the top level."""
        from acl.session import evaluate_values

        self.history.append((self.number, text, form))
        self.number += 1
        v.MINUS.value = form
        values = evaluate_values(form)
        v.shift(v.PLUSES, form)
        v.shift(v.SLASHES, from_iterable(values))
        v.shift(v.STARS, values[0] if values else None)
        self.show_values(values)

    def command(self, line: str) -> None:
        """Run a command line."""
        from acl.toplevel.commands import run_command

        self.history.append((self.number, line.strip(), None))
        self.number += 1
        run_command(self, line)

    def step(self) -> bool:
        """Prompt, read, run; return False at end of file."""
        self.show_prompt()
        kind, text, form = self.read()
        if kind == "eof":
            return False
        if kind == "form":
            self.evaluate(text, form)
        elif kind == "command":
            self.command(text)
        return True

    # ------------------------------------------------------------------ levels

    def run_level(self, level: Level) -> None:
        """Read, evaluate and print until something transfers control out of *level*, or end of file."""
        self.levels.append(level)
        state = current()
        saved, saved_level = state.restarts, state.break_level
        report = ('Return to Top Level (an "abort" restart).' if level.number == 0
                  else f'Return to Debug Level {level.number} (an "abort" restart).')
        state.break_level = level.number
        try:
            while True:
                token: list[Any] = []
                level.token = token

                def leave(*_: Any, token: list[Any] = token) -> None:
                    raise Transfer(token, None, None)

                abort = Restart(_ABORT, leave, report)
                state.restarts = ([abort], saved)
                try:
                    try:
                        if not self.step():
                            if self.end_of_file(level):
                                return
                            continue
                    except Exception as fault:
                        signal_fault(fault)
                except Transfer as transfer:
                    if transfer.args[0] is not token:
                        raise
        finally:
            state.restarts, state.break_level = saved, saved_level
            self.levels.pop()

    def end_of_file(self, level: Level) -> bool:
        """Act on an end of file: leave a break level, or Lisp.  Returns True to end the loop."""
        stream = self.stream
        if level.number and stream.interactive:
            self.pop(1)
        if stream.interactive:
            stream.fresh_line()
        return True

    def pop(self, count: int) -> None:
        """Leave *count* break levels."""
        target = self.levels[max(0, len(self.levels) - 1 - count)]
        if target is self.levels[-1]:
            return
        raise Transfer(target.token, None, None)

    def reset(self) -> None:
        """Return to the outermost level."""
        hook = v.RESET_HOOK.value
        if hook is not None:
            hook()
        if len(self.levels) > 1:
            raise Transfer(self.levels[0].token, None, None)

    def continue_with(self, index: int) -> None:
        """Invoke restart *index* of the current level."""
        level = self.levels[-1]
        if not 0 <= index < len(level.restarts):
            self.say(f"There is no restart number {index}.")
            return
        restart = level.restarts[index]
        restart.function(*interactive_arguments(restart))

    def debug(self, condition: Any) -> None:
        """The debugger: show *condition* and open a break level; never returns by itself."""
        state = current()
        if state.properties.get("displaying"):
            # An error while an error is being shown: say so and go back to where things still work.
            self.say(f"Error: {type(condition).__name__} while displaying an error")
            raise Transfer(self.levels[-1].token, None, None)
        restarts = applicable(condition)
        traceback = getattr(condition, "__traceback__", None)
        start: FrameType | None = sys._getframe(1)
        frames = collect(start, traceback)
        state.properties["displaying"] = True
        try:
            text = error_text(condition, restarts)
        finally:
            state.properties["displaying"] = False
        self.say(text)
        self.run_level(Level(current().break_level + 1, condition, restarts, frames))
        raise ExitLisp(0)

    def run(self) -> None:
        """Run the outermost level until end of file or exit."""
        set_debugger(self.debug)
        state = current()
        saved = state.restarts

        def abort_process(*_: Any) -> None:
            raise ExitLisp(0)

        state.restarts = ([Restart(_ABORT, abort_process, "Abort entirely from this (lisp) process.")], saved)
        try:
            self.run_level(Level(0, None, [], []))
        finally:
            state.restarts = saved
