"""The listener: one read-eval-print loop on a stream, with its history and break levels."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

from acl.reader import EOF, TextSource, read, read_form
from acl.runtime.condition_classes import class_named
from acl.runtime.conditions import set_debugger
from acl.runtime.control import Transfer
from acl.runtime.dynamic import bind, current
from acl.runtime.faults import signal_fault
from acl.runtime.interaction import take_line_end
from acl.runtime.restarts import Restart, interactive_arguments
from acl.streams.base import Stream
from acl.toplevel import variables as v
from acl.toplevel.display import applicable, error_text, package_name, prompt
from acl.toplevel.frames import LISTENER_FRAMES, Frame, collect
from acl.types.array import SimpleString
from acl.types.cons import from_iterable
from acl.types.symbol import TPL, Symbol, T, cl

_TERMINAL, _PACKAGE = cl("*TERMINAL-IO*"), cl("*PACKAGE*")
_PRINT_LENGTH, _PRINT_LEVEL, _ABORT = cl("*PRINT-LENGTH*"), cl("*PRINT-LEVEL*"), cl("ABORT")


class ExitLisp(SystemExit):
    """Leaves Lisp with a status; unwinds, so cleanup forms run."""


class Level:
    """A break level: the condition that made it (None at the top), its restarts and its stack."""

    __slots__ = ("condition", "current", "frames", "number", "package", "reading", "restarts", "token")

    def __init__(self, number: int, condition: Any, restarts: list[Restart], frames: list[Frame]) -> None:
        self.number = number
        self.condition = condition
        self.restarts = restarts
        self.frames = frames
        self.current = 0
        self.reading = False
        self.package: Any = _PACKAGE.value
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
        self.ends = 0  # consecutive ends of file
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

    def show_prompt(self, level: Level | None = None) -> None:
        """Write the prompt (of *level*) on a fresh line."""
        stream = self.stream
        if level is None:
            level = self.levels[-1]
        level.package = _PACKAGE.value
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

    def typed(self) -> Any:
        """Read an input; the level is marked as reading meanwhile."""
        level = self.levels[-1]
        level.reading = True
        try:
            return self.read()
        finally:
            level.reading = False

    def extra_parenthesis(self) -> None:
        """Pass over a closing parenthesis that closes nothing."""
        self.stream.read_char()
        self.say("; Ignoring an extra closing parenthesis.")
        take_line_end(self.stream)
        self.show_prompt()

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
            if c == ")":
                self.extra_parenthesis()
            elif not c.isspace():
                break
            else:
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
        take_line_end(stream)
        from acl.printer.writer import prin1_to_string

        return ("form", prin1_to_string(form), form)

    def drop_line(self) -> None:
        """Drop what is left of a line whose beginning could not be read."""
        stream = self.stream
        while stream.listen():
            c = stream.read_char()
            if c is None or c == "\n":
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
        kind, text, form = self.typed()
        if kind == "eof":
            return False
        self.ends = 0
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
        if not stream.interactive:
            return True
        stream.write_char("\n")  # a terminal echoes no newline for it
        if level.number:
            self.pop(1)
        wanted = v.EXIT_ON_EOF.value
        if wanted is None:
            return self.really_exit()
        self.ends += 1
        return wanted is T or self.ends >= wanted

    def really_exit(self) -> bool:
        """Ask whether to leave Lisp; a second end of file is a yes."""
        stream = self.stream
        stream.write_str("Really exit lisp [n]? ")
        stream.finish_output()
        line = stream.read_line()
        if line is None:
            stream.write_char("\n")
            return True
        return line[0].strip().lower() in ("y", "yes")

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
        outer = self.levels[-2]
        if outer.reading and isinstance(level.condition, class_named("INTERRUPT-SIGNAL")) and level.continuable:
            if index == 0:  # what goes on is waiting for input
                self.show_prompt(outer)
        restart.function(*interactive_arguments(restart))

    def debug(self, condition: Any) -> None:
        """The debugger: show *condition* and open a break level; never returns by itself."""
        state = current()
        if state.properties.get("displaying"):
            # An error while an error is being shown: say so and go back to where things still work.
            self.say(f"Error: {type(condition).__name__} while displaying an error")
            raise Transfer(self.levels[-1].token, None, None)
        outer = self.levels[-1] if self.levels else None
        if outer is not None and outer.reading and not isinstance(condition, class_named("INTERRUPT-SIGNAL")):
            self.drop_line()
        restarts = applicable(condition)
        traceback = getattr(condition, "__traceback__", None)
        start: FrameType | None = sys._getframe(1)
        frames = collect(start, traceback)
        state.properties["displaying"] = True
        try:
            text = error_text(condition, restarts)
        finally:
            state.properties["displaying"] = False
        if isinstance(condition, class_named("INTERRUPT-SIGNAL")) and self.stream.interactive:
            self.stream.write_char("\n")  # behind the ^C that the terminal shows
        self.say(text)
        if outer is not None and outer.package is not _PACKAGE.value:
            self.say(f'[changing package from "{outer.package.name}" to "{_PACKAGE.value.name}"]')
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


LISTENER_FRAMES[Listener.evaluate.__code__] = (cl("EVAL"), ("form",))
LISTENER_FRAMES[Listener.run.__code__] = (TPL.export("TOP-LEVEL-READ-EVAL-PRINT-LOOP"), ())
