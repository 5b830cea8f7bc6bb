"""What a listener writes: prompts, values, the stack."""

from __future__ import annotations

from typing import Any

from acl.runtime.dynamic import bind
from acl.runtime.faults import caught
from acl.toplevel import variables as v
from acl.toplevel.display import package_name, prompt
from acl.toplevel.frames import frame_text, python_frames
from acl.toplevel.levels import Level
from acl.types.array import SimpleString
from acl.types.function import FUNCTIONS
from acl.types.symbol import Symbol, T, cl

_PACKAGE, _PRINT_LENGTH, _PRINT_LEVEL = cl("*PACKAGE*"), cl("*PRINT-LENGTH*"), cl("*PRINT-LEVEL*")

_ENDS = 60
"""How many frames `:bt` names at each end of a stack, that of a recursion without end."""


class Writer:
    """The writing half of a listener."""

    number: int
    levels: list[Level]
    inspector: Any
    focus: Any
    stepping: bool
    stream: Any

    def ask_line(self, question: str) -> str | None:
        """Ask *question* and return the line that is typed, None at end of file."""
        raise NotImplementedError

    def say(self, text: str) -> None:
        """Write *text* on a fresh line, and a newline."""
        stream = self.stream
        stream.fresh_line()
        stream.write_str(text + "\n")

    def page(self, lines: list[str]) -> None:
        """Write lines; at a terminal ask for a key after each `tpl:*help-page-length*` of them."""
        size = v.HELP_PAGE_LENGTH.value
        for i, line in enumerate(lines):
            if self.stream.interactive and type(size) is int and i and i % size == 0:
                answer = self.ask_line("[more; q to stop] ")
                if answer is None or answer.strip().lower() == "q":
                    return
            self.say(line)

    def prompt_string(self) -> str:
        """Return the prompt as text."""
        from acl.streams.strings import StringOutputStream

        stream = StringOutputStream()
        self.show_prompt(None, stream)
        return str(stream.take())

    def default_prompt(self, level: Level) -> str:
        """Return the prompt of *level* as Allegro shows it."""
        focus = f"[Current process focus: {self.focus.name}]\n" if self.focus is not None else ""
        stepping = level.stepping or self.stepping
        return focus + prompt(self.number, level.number, level.continuable, self.inspector is not None, stepping)

    def show_prompt(self, level: Level | None = None, stream: Any = None) -> None:
        """Write the prompt (of *level*) on a fresh line."""
        if stream is None:
            stream = self.stream
        if level is None:
            level = self.levels[-1]
        level.package = _PACKAGE.value
        setting = v.PROMPT.value
        if setting is v.DEFAULT_PROMPT:
            stream.fresh_line()
            stream.write_str(self.default_prompt(level))
        else:
            args = (None, self.focus.name if self.focus is not None else None,
                    T if level.stepping or self.stepping else None,
                    level.number or None, T if level.continuable else None,
                    T if self.inspector is not None else None, SimpleString(package_name(_PACKAGE.value)), self.number)

            def show() -> None:
                if isinstance(setting, SimpleString):
                    FUNCTIONS["COMMON-LISP:FORMAT"](stream, setting, *args)
                else:
                    setting(stream, *args)

            problem = caught(show)
            if problem is not None:
                v.PROMPT.value = v.DEFAULT_PROMPT
                self.say(f"; The prompt could not be shown, and is the standard one again: {problem}")
                self.show_prompt(level, stream)
        stream.finish_output()

    def show_values(self, values: tuple[Any, ...]) -> None:
        """Print each value on a fresh line, under the limits of the top level."""
        from acl.printer.writer import prin1_to_string

        if v.PRINT.value is not None:
            for value in values:
                v.PRINT.value(value)
            return
        length, level = v.PRINT_LENGTH.value, v.PRINT_LEVEL.value
        # A symbol (:follow) stands for the variable of COMMON-LISP.
        with bind(_PRINT_LENGTH, _PRINT_LENGTH.value if isinstance(length, Symbol) else length,
                  _PRINT_LEVEL, _PRINT_LEVEL.value if isinstance(level, Symbol) else level):
            for value in values:
                self.say(prin1_to_string(value))

    def zoom(self, level: Level, everything: bool = False, locals_too: bool = False, functions: bool = False) -> None:
        """Show the stack of *level* around its current frame; with *everything* the whole Python stack."""
        from acl.printer.writer import prin1_to_string

        self.say("Evaluation stack:\n")
        if everything:
            for line in python_frames(level.python):
                self.say("   " + line)
            return
        limit = v.ZOOM_DISPLAY.value
        shown = limit if type(limit) is int else len(level.frames)
        with bind(*v.zoom_bindings()):
            first = max(0, level.current - shown // 2)
            if first:
                self.say(f"... {first} more newer frames ...")
            for index in range(first, min(len(level.frames), first + shown)):
                frame = level.frames[index]
                text = prin1_to_string(frame.function()) if functions else frame_text(frame)
                self.say((" ->" if index == level.current else "   ") + text.replace("\n", "\n   "))
                for each in frame.variables() if locals_too else []:
                    self.say(f"       {prin1_to_string(each.symbol)} = {prin1_to_string(each.shown)}")
            if first + shown < len(level.frames):
                self.say("... more older frames ...")
        self.set_star(level)

    def backtrace(self, level: Level) -> None:
        """Show the names of the functions on the stack of *level*."""
        from acl.printer.unreadable import margin, paragraph
        from acl.printer.writer import prin1_to_string

        frames = level.frames
        left = len(frames) - 2 * _ENDS
        names = [prin1_to_string(f.name) for f in (frames if left <= 0 else frames[:_ENDS] + frames[-_ENDS:])]
        if left > 0:
            names.insert(_ENDS, f"... {left} more frames ...")
        self.say("Evaluation stack:\n")
        words = "  " + "\0<- ".join(name.replace(" ", "\0") for name in names)
        self.say(paragraph(words, 2, margin()).replace("\0", " "))

    def set_star(self, level: Level) -> None:
        """Set `*` to the current frame as a call."""
        if level.frames:
            v.shift(v.STARS, level.frames[level.current].expression())
