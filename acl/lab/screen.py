"""The lab's screen: a pane for each host, with what it printed and a line to type at."""

from __future__ import annotations

import asyncio
import os
from typing import Any

from prompt_toolkit.application import Application
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.layout import HSplit, Layout, VSplit, Window
from prompt_toolkit.layout.containers import DynamicContainer
from prompt_toolkit.layout.controls import BufferControl, FormattedTextControl
from prompt_toolkit.layout.dimension import Dimension
from prompt_toolkit.layout.processors import BeforeInput, HighlightMatchingBracketProcessor
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.styles import Style

from acl.lab.lesson import Lesson
from acl.lab.session import Lab, LabHost
from acl.toplevel.completion import completions, word_before
from acl.toplevel.editing import indentation, is_complete

_KEYS = ("F2 or Ctrl-O: next host   F3: next form   F4: panes beside or below   F5: save   F6: picture   "
         "Ctrl-C: interrupt   F10 or Ctrl-Q: leave")
_LINES = 3000
_STYLE = Style.from_dict({"title": "reverse", "title.active": "reverse bold", "status": "ansibrightblack",
                          "before": "bold", "matching-bracket.cursor": "bold underline",
                          "matching-bracket.other": "bold underline"})


class Pane:
    """What is seen of a host: title, output, input."""

    def __init__(self, screen: Screen, host: LabHost) -> None:
        self.host = host
        self.output = Buffer(read_only=True)
        self.input = Buffer(multiline=True, history=InMemoryHistory())
        prompt = BeforeInput(lambda: host.prompt, style="class:before")
        self.control = BufferControl(self.input, input_processors=[
            prompt, HighlightMatchingBracketProcessor(chars="()", max_cursor_distance=4000)])
        self.input_window = Window(self.control, height=Dimension(min=1, max=12), dont_extend_height=True,
                                   wrap_lines=True)
        style = Condition(lambda: screen.active is self)

        def title() -> Any:
            name = f" on {host.name}: "
            state = "" if host.prompt else " (ended)" if host.ended else " (busy)"
            return FormattedText([("class:title.active" if style() else "class:title",
                                   name + host.lab.network.addresses[host.name] + state + " " * 200)])

        self.window = Window(BufferControl(self.output, focusable=False), wrap_lines=True, dont_extend_height=True)
        self.container = HSplit([Window(FormattedTextControl(title), height=1), self.window, self.input_window,
                                 Window()])
        self.shown = ""

    def refresh(self) -> None:
        """Show what the host has printed since, the end of it in sight."""
        if self.host.text is not self.shown:
            self.shown = self.host.text
            text = "\n".join(self.shown.rstrip("\n").split("\n")[-_LINES:])
            self.output.set_document(Document(text, len(text)), bypass_readonly=True)


class Screen:
    """The application."""

    def __init__(self, lab: Lab, lesson: Lesson | None) -> None:
        self.lab = lab
        self.lesson = lesson
        self.message = ""
        self.stepped: Pane | None = None  # where the lesson's last form was typed
        self.beside = len(lab.hosts) <= 3
        self.panes = [Pane(self, host) for host in lab.hosts]
        self.active = self.panes[0]
        containers = [p.container for p in self.panes]
        between = Window(width=1, char="│")
        columns: list[Any] = []
        for container in containers:
            columns += [container, between]
        beside, below = VSplit(columns[:-1]), HSplit(containers)
        status = Window(FormattedTextControl(self.status), height=2, style="class:status", wrap_lines=True)
        body = DynamicContainer(lambda: beside if self.beside else below)
        colours = ColorDepth.DEPTH_1_BIT if os.environ.get("NO_COLOR") else None
        self.app: Application[None] = Application(
            Layout(HSplit([body, status]), focused_element=self.active.input_window), key_bindings=self.keys(),
            full_screen=True, style=_STYLE, color_depth=colours)

    def status(self) -> Any:
        """Return the two lines at the bottom."""
        first = self.message or (self.lesson.hint() if self.lesson is not None else "")
        return FormattedText([("", f"{first}\n{_KEYS}")])

    def run(self) -> None:
        """Show the lab until it is left."""
        self.lab.changed = self.refresh
        self.app.run(pre_run=self.watch, handle_sigint=False)

    def watch(self) -> None:
        """Take what the hosts print, as soon as they do."""
        loop = asyncio.get_running_loop()

        def receive(host: LabHost) -> None:
            host.receive()
            if host.ended:
                loop.remove_reader(host.fd)

        for host in self.lab.hosts:
            loop.add_reader(host.fd, receive, host)
        self.refresh()

    def refresh(self) -> None:
        """Show all anew."""
        for pane in self.panes:
            pane.refresh()
        self.app.invalidate()

    def focus(self, pane: Pane) -> None:
        """Let the keys go to *pane*."""
        self.active = pane
        self.app.layout.focus(pane.input_window)

    def enter(self) -> None:
        """Send what is typed if it is complete, else begin a line."""
        buffer = self.active.input
        waiting = not self.active.host.prompt and self.active.host.early is None  # some form reads a line, perhaps
        if waiting or is_complete(buffer.text):
            text = buffer.text.strip() if not waiting else buffer.text
            buffer.append_to_history()
            buffer.reset()
            self.message = ""
            self.active.host.send(text)
        else:
            buffer.insert_text("\n" + " " * indentation(buffer.document.text_before_cursor))

    def step(self) -> None:
        """Type the next form of the lesson where it belongs, once what the last one does has settled."""
        self.app.create_background_task(self._step())

    async def _step(self) -> None:
        if self.stepped is not None:
            await self.stepped.host.settle()
        step = self.lesson.next() if self.lesson is not None else None
        if step is None or self.lesson is None:
            self.message = "There is no next form." if self.lesson is None else ""
            return
        pane = next((p for p in self.panes if p.host.name == self.lesson.host(step)), self.panes[0])
        self.focus(pane)
        self.stepped = pane
        pane.host.send(step.form)

    def write(self, kind: str, contents: str, hint: str) -> None:
        """Write *contents* to a new file; say so, and *hint*."""
        base, _, ending = kind.partition(".")
        number = 1
        while os.path.exists(name := f"{base}-{number}.{ending}"):
            number += 1
        try:
            with open(name, "w", encoding="utf-8") as file:
                file.write(contents)
            self.message = f"Saved as {name}; {hint.format(name)}"
        except OSError as fault:
            self.message = f"{name}: {fault.strerror}"

    def save(self) -> None:
        """Save the session in a new file."""
        self.write("session.txt", self.lab.transcript(), "`acl doc {}` replays it.")

    def picture(self) -> None:
        """Save a sequence chart of the traffic in a new file."""
        self.write("sequence.html", self.lab.sequence(), "a browser shows it.")

    def complete(self) -> None:
        """Complete the word before the cursor as far as it is clear; say what is possible."""
        buffer = self.active.input
        text = buffer.document.text_before_cursor
        found = completions(text)
        common = os.path.commonprefix(found)  # noqa: RUF071 - characters are meant
        word = word_before(text)
        if len(common) > len(word):
            buffer.insert_text(common[len(word):])
        elif found:
            self.message = "  ".join(found[:30])

    def keys(self) -> KeyBindings:
        """Return the key bindings."""
        bindings = KeyBindings()

        def bind(*names: str, action: Any) -> None:
            for name in names:
                bindings.add(name)(lambda event: action())

        def other() -> None:
            self.focus(self.panes[(self.panes.index(self.active) + 1) % len(self.panes)])

        def scroll(lines: int) -> None:
            output = self.active.output
            move = output.cursor_up if lines < 0 else output.cursor_down
            move(abs(lines))

        def interrupt() -> None:
            if self.active.input.text:
                self.active.input.reset()
            else:
                self.active.host.interrupt()

        def leave() -> None:
            self.app.exit()

        bind("f2", "c-o", action=other)
        bind("enter", action=self.enter)
        bind("f3", action=self.step)
        bind("f4", action=lambda: setattr(self, "beside", not self.beside))
        bind("f5", action=self.save)
        bind("f6", action=self.picture)
        bind("f10", "c-q", action=leave)
        bind("tab", action=self.complete)
        bind("c-c", action=interrupt)
        bind("pageup", action=lambda: scroll(-10))
        bind("pagedown", action=lambda: scroll(10))
        bind("up", action=lambda: self.active.input.auto_up())
        bind("down", action=lambda: self.active.input.auto_down())
        return bindings
