"""The listener: one read-eval-print loop on a stream, with its history and break levels."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NoReturn

from acl.reader import EOF, TextSource, read, read_form, typed_name
from acl.runtime.condition_classes import class_named
from acl.runtime.conditions import set_debugger
from acl.runtime.control import ControlTransfer, FrameExit, Transfer
from acl.runtime.dynamic import bind, current
from acl.runtime.faults import caught, signal_fault
from acl.runtime.interaction import take_line_end
from acl.runtime.restarts import Restart, interactive_arguments
from acl.streams.base import Stream
from acl.toplevel import variables as v
from acl.toplevel.display import applicable, error_text
from acl.toplevel.frames import LISTENER_FRAMES, Frame, collect, loading_place
from acl.toplevel.levels import Input, Level
from acl.toplevel.sanity import restore
from acl.toplevel.writing import Writer
from acl.types.array import SimpleString
from acl.types.cons import Cons, from_iterable
from acl.types.function import FUNCTIONS
from acl.types.symbol import TPL, T, cl

_TERMINAL, _PACKAGE = cl("*TERMINAL-IO*"), cl("*PACKAGE*")
_PRINT_LENGTH, _PRINT_LEVEL, _ABORT = cl("*PRINT-LENGTH*"), cl("*PRINT-LEVEL*"), cl("ABORT")


class ExitLisp(SystemExit):
    """Leaves Lisp with a status; unwinds, so cleanup forms run.  `quiet`: nothing is said about it."""

    quiet = False


def _is_reset(leaving: ControlTransfer) -> bool:
    from acl.mp import is_reset

    return is_reset(leaving)


class Listener(Writer):
    """A top level on *stream* (by default `*terminal-io*`)."""

    def __init__(self, stream: Stream | None = None) -> None:
        self.given = stream
        self.number = 1
        self.ends = 0  # consecutive ends of file
        self.history: list[Input] = []
        self.levels: list[Level] = []
        self.last_files: dict[str, list[str]] = {}
        self.directories: list[str] = []
        self.in_context = False
        self.stepping = False  # each form that is typed is stepped through
        self.inspector: Any = None
        self.focus: Any = None
        self.focused: Level | None = None
        self.first: Callable[[], None] | None = None
        self.terminal: Any = None
        self.attended = False  # somebody sat there when it began: a terminal that has vanished is none any more
        self.source: TextSource | None = None  # what the last form was read from, if that knows its places

    @property
    def stream(self) -> Any:
        """The stream of the dialogue."""
        return self.given if self.given is not None else _TERMINAL.value

    @property
    def level(self) -> Level:
        """The level that the debugging commands are about: of the focused process, else the newest of ours."""
        return self.focused if self.focused is not None else self.levels[-1]

    @property
    def process(self) -> Any:
        """The process that the listener runs in."""
        from acl.mp.process import current_process

        return current_process()

    # ----------------------------------------------------------------- reading

    def typed(self) -> Any:
        """Read an input; the level is marked as reading meanwhile."""
        level = self.levels[-1]
        level.reading = True
        try:
            return self.read() if self.terminal is None else self.terminal.read(self)
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
        if c == str(v.COMMAND_CHAR.value or ":"):
            line = stream.read_line()[0]
            if stream.resolve().sent_back:
                stream.write_str(line + "\n")
            from acl.toplevel.commands import is_command

            if is_command(line):
                return ("command", line, None)
            return ("form", line, read_form(TextSource(line, "<typed>"), EOF))
        form = self.read_from(stream)
        if form is EOF:
            return ("eof", "", None)
        take_line_end(stream)
        from acl.printer.circle import is_circular
        from acl.printer.writer import prin1_to_string

        with bind(cl("*PRINT-CIRCLE*"), is_circular(form) or None):
            return ("form", prin1_to_string(form), form)

    def read_from(self, stream: Any) -> Any:
        """Read a form; on a socket what is read is sent back, as Allegro does."""
        from acl.streams.composed import EchoStream

        sent_back = stream.resolve().sent_back
        source = EchoStream(stream, stream) if sent_back else stream
        form = v.READ.value(source, None, EOF) if v.READ.value is not None else read(source, EOF)
        if sent_back:
            stream.write_char("\n")
        return form

    def drop_line(self) -> None:
        """Drop what is left of a line whose beginning could not be read."""
        stream = self.stream.resolve()
        if stream.pos and stream.text[stream.pos - 1] == "\n":
            return  # the line has ended with what was read
        while stream.listen():
            c = stream.read_char()
            if c is None or c == "\n":
                return

    def read_text(self, text: str) -> Any:
        """Read a form from *text*."""
        form = read_form(TextSource(text, "<command>"), EOF)
        return None if form is EOF else form

    def ask_line(self, question: str) -> str | None:
        """Ask *question* and return the line that is typed, None at end of file."""
        stream = self.stream
        stream.fresh_line()
        stream.write_str(question)
        stream.finish_output()
        line = stream.read_line()
        if line is None:
            stream.write_char("\n")
            return None
        return str(line[0])

    def ask(self, question: str) -> bool:
        """Ask *question*; return true for a yes, and at end of file."""
        answer = self.ask_line(question)
        return answer is None or answer.strip().lower() in ("y", "yes")

    # -------------------------------------------------------------- evaluation

    def evaluate(self, text: str, form: Any, enter: bool = True) -> None:
        """Evaluate a form, print its values and set the variables of the top level."""
        if enter:
            self.enter(Input(self.number, text, form, False))
        self.levels[-1].running = Input(self.number, text, form, False)
        v.MINUS.value = form
        values = self.values_of(form, typed_name(text, "typed")) if v.EVAL.value is None else (v.EVAL.value(form),)
        v.shift(v.PLUSES, form)
        v.shift(v.SLASHES, from_iterable(values))
        v.shift(v.STARS, values[0] if values else None)
        self.show_values(values)

    def enter(self, new: Input) -> None:
        """Enter an input in the history."""
        self.history.append(new)
        self.number += 1
        v.HISTORY.value = Cons(SimpleString(new.text), v.HISTORY.value)

    def values_of(self, form: Any, name: str = "<typed>") -> tuple[Any, ...]:
        """Evaluate *form*, the text of which is known by *name*, where `:evalmode` says; return its values."""
        level = self.level
        if self.in_context and level.frames:
            from acl.toplevel.context import in_frame

            form = in_frame(form, level.frames[level.current])
        return self.global_values(form, name)

    def global_values(self, form: Any, name: str = "<typed>") -> tuple[Any, ...]:
        """Evaluate *form* in the global environment; say how long it took if that was longer than the threshold."""
        from acl.session import evaluate_values

        if self.stepping and not self.levels[-1].stepping:
            from acl.toplevel.stepper import step_form

            return step_form(form)
        threshold = v.TIME_THRESHOLD.value
        source, self.source = self.source, None
        positions = source.positions if source is not None else None
        if threshold is None:
            return evaluate_values(form, None, name, positions)
        from time import perf_counter

        start = perf_counter()
        values = evaluate_values(form, None, name, positions)
        if perf_counter() - start > threshold:
            self.say(f"; real time {perf_counter() - start:.3f} sec")
        return values

    def value_of(self, text: str) -> Any:
        """Return the primary value of the form that *text* is."""
        values = self.values_of(self.read_text(text))
        return values[0] if values else None

    def call(self, key: str, *args: Any) -> Any:
        """Call the function at *key* in FUNCTIONS."""
        return FUNCTIONS[key](*args)

    def command(self, line: str) -> None:
        """Run a command line."""
        from acl.toplevel.commands import run_command

        self.enter(Input(self.number, line.strip(), None, True))
        run_command(self, line)

    def step(self) -> bool:
        """Prompt, read, run; return False at end of file."""
        if self.first is not None:
            first, self.first = self.first, None
            first()
        if self.has_lost_its_stream():
            return False
        level = self.levels[-1]
        if level.again is not None:
            again, level.again = level.again, None
            self.say(again.text)
            self.evaluate(again.text, again.form, enter=False)
            return True
        for name in restore():
            self.say(f"; {name} had a value that it cannot have, and was given its standard one.")
        if self.terminal is None:
            self.show_prompt()
        kind, text, form = self.typed()
        if kind == "eof":
            return False
        self.ends = 0
        if kind == "form":
            self.evaluate(text, form)
        elif kind == "command":
            self.command(text)
        elif level.stepping and kind == "empty":
            self.step_with("step")
        return True

    def has_lost_its_stream(self) -> bool:
        """True if the stream has been closed, unless it is the initial listener, which goes on at the terminal."""
        from acl.toplevel.background import is_main_listener

        return not is_main_listener(self) and not self.stream.resolve().is_open

    # ------------------------------------------------------------------ levels

    def run_level(self, level: Level) -> None:
        """Read, evaluate and print until something transfers control out of *level*, or end of file."""
        self.levels.append(level)
        state = current()
        saved, saved_level = state.restarts, state.break_level
        report = ('Return to the stepper (an "abort" restart).' if level.stepping
                  else 'Return to Top Level (an "abort" restart).' if level.number == 0
                  else f'Return to Debug Level {level.number} (an "abort" restart).')
        state.break_level = level.number
        tracing = state.properties.get("trace depth", 0)
        state.properties["trace depth"] = tracing or 0  # None: the error is in an option of `trace`
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
                except ControlTransfer as transfer:
                    if transfer.args[0] is not token and not (level is self.levels[0] and _is_reset(transfer)):
                        raise
                if level.answer is not None:
                    return
        finally:
            state.restarts, state.break_level = saved, saved_level
            state.properties["trace depth"] = tracing
            self.levels.pop()

    def step_with(self, how: Any) -> None:
        """Answer the stepper: "step", "over", "continue", or a number of steps."""
        level = self.levels[-1]
        if not level.stepping:
            self.say("Nothing is being stepped through.")
            return
        level.answer = how

    def ask_step(self) -> Any:
        """Let the user choose how the stepper goes on."""
        level = Level(current().break_level, None, [], collect(sys._getframe(1)), sys._getframe(1), stepping=True)
        self.run_level(level)
        return level.answer

    def end_of_file(self, level: Level) -> bool:
        """Act on an end of file: leave a break level, or Lisp.  Returns True to end the loop."""
        stream = self.stream
        if not stream.interactive:
            return True
        if self.terminal is None:
            stream.write_char("\n")  # a terminal echoes no newline for it
        if level.number:
            self.pop(1)
        wanted = v.EXIT_ON_EOF.value
        if wanted is None:
            return self.ask("Really exit lisp [n]? ")
        self.ends += 1
        return wanted is T or self.ends >= wanted

    def pop(self, count: int) -> None:
        """Leave *count* break levels."""
        self.inspector = None
        if self.focused is not None and self.focused.condition is not None:
            restarts = self.focused.restarts
            self.tell_focused(lambda: _abort(restarts))
            return
        target = self.levels[max(0, len(self.levels) - 1 - count)]
        if target is self.levels[-1]:
            return
        raise Transfer(target.token, None, None)

    def reset(self) -> None:
        """Return to the outermost level."""
        hook = v.RESET_HOOK.value
        self.set_focus(None)
        if hook is not None:
            hook()
        if len(self.levels) > 1:
            raise Transfer(self.levels[0].token, None, None)

    def continue_with(self, level: Level, index: int) -> None:
        """Invoke restart *index* of *level*."""
        restart = level.restarts[index]
        if level is self.focused:
            args = interactive_arguments(restart)
            self.tell_focused(lambda: restart.function(*args))
            return
        outer = self.levels[-2]
        if outer.reading and level.interrupted and level.continuable and index == 0 and self.terminal is None:
            self.show_prompt(outer)  # what goes on is waiting for input
        restart.function(*interactive_arguments(restart))

    def leave_frame(self, frame: Frame, thunk: Callable[[], tuple[Any, ...]]) -> None:
        """Unwind to *frame*, whose call then returns the values of *thunk*."""
        if not frame.returnable:
            why = ("its call has ended by the error" if not frame.live else
                   "it is no named function, or compiled for speed")
            self.say(f"This frame cannot be returned from: {why}.")
            return

        def leave() -> None:
            raise FrameExit(frame.frame, thunk)

        if self.focused is not None and frame in self.focused.all_frames:
            self.tell_focused(leave)
        else:
            leave()

    # --------------------------------------------------------------- processes

    def set_focus(self, process: Any) -> None:
        """Look at *process*, which is arrested if it runs; None: at the listener again."""
        from acl.toplevel.background import focus_level

        self.focus = process
        self.focused = focus_level(process) if process is not None else None

    def unfocus(self, process: Any) -> None:
        """Look at the listener again if *process* is focused."""
        if self.focus is process and process is not None:
            self.set_focus(None)

    def tell_focused(self, action: Callable[[], Any]) -> None:
        """Have the focused process do *action* in its debugger."""
        from acl.toplevel.background import tell

        process = self.focus
        self.set_focus(None)
        tell(process, action)

    def waiting_processes(self) -> list[Any]:
        """Return the processes that wait in the debugger."""
        if "acl.toplevel.background" not in sys.modules:
            return []
        from acl.toplevel.background import waiting_processes

        return waiting_processes()

    # ------------------------------------------------------------------ debugger

    def debug(self, condition: Any) -> None:
        """The debugger: show *condition* and open a break level; never returns by itself."""
        state = current()
        if isinstance(condition, class_named("STREAM-ERROR")) and caught(self.stream.finish_output) is not None:
            self.leave_lost_terminal(condition)
        if state.properties.get("displaying"):
            # An error while an error is being shown: say so and go back to where things still work.
            self.say(f"Error: {type(condition).__name__} while displaying an error")
            raise Transfer(self.levels[-1].token, None, None)
        outer = self.levels[-1] if self.levels else None
        interrupted = isinstance(condition, class_named("INTERRUPT-SIGNAL"))
        if outer is not None and outer.reading and not interrupted:
            self.drop_line()
        restarts = applicable(condition)
        frames = collect(sys._getframe(1), getattr(condition, "__traceback__", None))
        state.properties["displaying"] = True
        try:
            text = error_text(condition, restarts, loading_place(frames))
        finally:
            state.properties["displaying"] = False
        if interrupted and self.stream.interactive and self.terminal is None:
            self.stream.write_char("\n")  # behind the ^C that the terminal shows
        self.say(text)
        if outer is not None and outer.package is not _PACKAGE.value:
            self.say(f'[changing package from "{outer.package.print_name}" to "{_PACKAGE.value.print_name}"]')
        self.run_level(Level(current().break_level + 1, condition, restarts, frames, sys._getframe(1)))
        raise ExitLisp(0)

    def leave_lost_terminal(self, reason: Any) -> NoReturn:
        """End Lisp, or the process of another listener: for *reason* nothing can be said, or asked, where it was."""
        from acl.mp import in_main_process
        from acl.toplevel.background import is_main_listener

        stream = self.stream.resolve()
        if not getattr(stream, "abandoned", False):
            stream.abandoned = True
            with suppress(OSError):
                sys.stderr.write(f"acl: the terminal is gone: {reason}\n")
        if is_main_listener(self):
            in_main_process(ExitLisp(1))
        raise ExitLisp(1)

    def looked_at(self) -> Level:
        """Return the level whose stack is to be shown; where nothing has happened, one that has the present stack."""
        level = self.level
        if level.all_frames or level is not self.levels[-1]:
            return level
        return Level(level.number, None, [], collect(sys._getframe(1)), sys._getframe(1))

    def open_on_stack(self) -> None:
        """Have a level whose frames are those of the present stack: for commands that a program runs."""
        frame = sys._getframe(1)
        self.levels.append(Level(0, None, [], collect(frame), frame))

    def announce(self, text: str) -> None:
        """Write *text* that another process has for the person; what is being typed stays in sight."""
        self.say(text)
        self.prompt_again()

    def prompt_again(self) -> None:
        """Show the prompt again, for another process, if an input is being read; an editor does that by itself."""
        if self.levels and self.levels[-1].reading and self.terminal is None:
            with bind(_PACKAGE, self.levels[-1].package):  # the other process has its own
                self.show_prompt()

    def run(self, first: Callable[[], None] | None = None) -> None:
        """Run the outermost level until end of file or exit, as the initial listener.

        *first* is called in it before the first prompt.
        """
        from acl.toplevel.background import set_main_listener

        set_debugger(self.debug)
        self.first = first
        set_main_listener(self)
        self.attended = self.stream.interactive
        if self.attended:
            from acl.toplevel.terminal import open_terminal

            self.terminal = open_terminal(self.stream)
        self.run_here(alone=True)

    def run_here(self, alone: bool = False) -> None:
        """Run the outermost level until end of file or exit, in the calling process.

        *alone*: the process has no other purpose, so that leaving it is leaving Lisp.
        """
        state = current()
        saved, before = state.restarts, dict(state.properties)

        def abort_process(*_: Any) -> None:
            raise ExitLisp(0)

        state.properties.update(debugger=self.debug, listener=self)
        if alone:
            state.restarts = ([Restart(_ABORT, abort_process, "Abort entirely from this (lisp) process.")], saved)
        try:
            self.run_level(Level(0, None, [], []))
        finally:
            state.restarts = saved
            for name in ("debugger", "listener"):
                if name in before:
                    state.properties[name] = before[name]
                else:
                    state.properties.pop(name, None)


def _abort(restarts: list[Restart]) -> None:
    """Invoke the first of *restarts* that is an `abort` restart."""
    next(r for r in restarts if r.name is _ABORT).function()


def current_listener() -> Listener | None:
    """Return the listener that the calling process runs, None if there is none."""
    found = current().properties.get("listener")
    return found if isinstance(found, Listener) else None


LISTENER_FRAMES[Listener.evaluate.__code__] = (cl("EVAL"), ("form",))
LISTENER_FRAMES[Listener.run.__code__] = (TPL.export("TOP-LEVEL-READ-EVAL-PRINT-LOOP"), ())
