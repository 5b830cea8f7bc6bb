"""The top level at a terminal: prompt_toolkit edits whole forms, what other processes print appears above the prompt.

Imported only when standard input is a terminal; `open_terminal` says whether it can be used.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from time import monotonic
from typing import Any

from acl.runtime.waiting import Mailbox, mailbox, run_interrupts
from acl.streams.descriptors import TerminalStream

_FLUSH_SECONDS = 0.04
_PARTIAL_SECONDS = 0.3
_BREAK, _CANCEL, _END, _INTERRUPT, _LATE = "break", "cancel", "end", "interrupt", "late"


_COLOURS = "\x1b\\[[0-9;]*m"


def wanted(stream: Any) -> bool:
    """True if *stream* is a terminal that forms can be edited at."""
    return (isinstance(stream, TerminalStream) and os.environ.get("TERM", "dumb") != "dumb"
            and os.isatty(0) and os.isatty(1))


def open_terminal(stream: Any) -> Terminal | None:
    """Return the editor for *stream*, None if it is no terminal or prompt_toolkit is not installed."""
    if not wanted(stream):
        return None
    try:
        import prompt_toolkit  # noqa: F401
    except ImportError:
        return None
    leave_in_order()
    return Terminal(stream)


def leave_in_order() -> None:
    """Have the signals that end Lisp put the terminal right first: while forms are edited it is in another mode."""
    import termios
    from contextlib import suppress

    modes = termios.tcgetattr(0)

    def end(number: int, _: Any) -> None:
        with suppress(OSError, termios.error):  # it may be gone
            os.write(1, b"\x1b[?2004l\r\n")  # no bracketed paste
            termios.tcsetattr(0, termios.TCSANOW, modes)
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, end)


class Above:
    """Output of Lisp while a prompt is shown: collected, and written above the prompt some times a second."""

    def __init__(self, stream: TerminalStream) -> None:
        from codecs import getincrementaldecoder

        self.stream = stream
        self.queue: deque[bytes] = deque()
        self.lock = threading.Lock()
        self.decoder = getincrementaldecoder("utf-8")("replace")
        self.partial = ""
        self.app: Any = None
        self.loop: Any = None
        self.scheduled = False

    def write(self, data: Any) -> int:
        """Take *data* that Lisp writes to the terminal, in any thread; return how many octets."""
        with self.lock:
            if self.stream.abandoned:  # nobody will show it
                self.queue.clear()
            elif self.loop is None:
                os.write(self.stream.out_fd or 1, data)
            else:
                self.queue.append(bytes(data))
                if not self.scheduled:
                    self.scheduled = True
                    self.loop.call_soon_threadsafe(self.loop.call_later, _FLUSH_SECONDS, self.flush)
        return len(data)

    def begin(self, app: Any) -> None:
        """Collect from now on; called in the event loop of the prompt."""
        import asyncio

        with self.lock:
            self.app, self.loop = app, asyncio.get_running_loop()
        self.stream.divert(self.write)

    def taken(self) -> str:
        """Return the text that has been collected."""
        with self.lock:
            self.scheduled = False
            data = b"".join(self.queue)
            self.queue.clear()
        return self.partial + self.decoder.decode(data)

    def flush(self, everything: bool = False) -> None:
        """Write the whole lines that have been collected above the prompt."""
        if self.loop is None:
            return
        text = self.taken()
        head, newline, self.partial = text.rpartition("\n")
        if everything and self.partial:
            head, newline, self.partial = text, "\n", ""
        if newline:
            app = self.app
            app.renderer.erase(leave_alternate_screen=False)
            app.output.write_raw((head + newline).replace("\n", "\r\n"))
            app.output.flush()
            app.renderer.reset()
            app._request_absolute_cursor_position()
            app.invalidate()
        if self.partial:
            self.loop.call_later(_PARTIAL_SECONDS, self.flush, True)

    def end(self) -> None:
        """Stop collecting; write what is left."""
        self.stream.divert(None)
        with self.lock:
            self.loop = None
        text, self.partial = self.taken(), ""
        if text:
            os.write(self.stream.out_fd or 1, text.encode())
        self.stream.base_column = 0 if not text or text.endswith("\n") else 1


class Terminal:
    """Reads inputs for a listener.  `session` is prompt_toolkit's, made at the first prompt."""

    def __init__(self, stream: TerminalStream) -> None:
        self.stream = stream
        self.above = Above(stream)
        self.rest = ""
        self.kept: tuple[str, int] = ("", 0)
        self.last_key = 0.0
        self._session: Any = None

    @property
    def session(self) -> Any:
        """The prompt session, with its history, keys, completion and colours."""
        if self._session is None:
            from acl.toplevel.terminal_parts import make_session

            self._session = make_session(self)
            self._session.app.key_processor.after_key_press += self.note_key
        return self._session

    def read(self, listener: Any) -> Any:
        """Let the user edit an input; return what `Listener.read` does."""
        if self.rest:
            return self.next_of_several(listener)
        self.stream.fresh_line()
        self.stream.finish_output()
        try:
            answer = self.edit(listener.prompt_string())
        except OSError as fault:
            listener.leave_lost_terminal(fault)
        if answer == _END:
            return ("eof", "", None)
        if answer == _LATE:
            self.stream.timed_out("read")
        if answer in (_CANCEL, _BREAK, _INTERRUPT):
            if answer == _BREAK:
                from acl.runtime.interrupts import keyboard_interrupt

                keyboard_interrupt()
            return self.read(listener) if answer == _INTERRUPT else ("again", "", None)
        return self.take(answer[1], listener)

    def next_of_several(self, listener: Any) -> Any:
        """Return the next of several inputs that were entered together, after a prompt and the text."""
        text, self.rest = self.rest, ""
        prompt = listener.prompt_string()
        self.stream.fresh_line()
        self.stream.write_str(prompt)
        answer = self.take(text, listener)
        margin = " " * len(prompt.rpartition("\n")[2])
        self.stream.write_str(answer[1].replace("\n", "\n" + margin) + "\n")
        return answer

    def take(self, text: str, listener: Any) -> Any:
        """Return the first input in *text*; what follows it on is kept for the next time."""
        from acl.reader import EOF, TextSource, read_form
        from acl.toplevel.commands import is_command
        from acl.toplevel.editing import after_comments

        text = after_comments(text)
        while text.startswith(")"):
            self.stream.write_str("; Ignoring an extra closing parenthesis.\n")
            text = after_comments(text[1:])
        if not text:
            return ("empty", "", None)
        if text.startswith(":"):
            line, _, rest = text.partition("\n")
            if is_command(line):
                self.rest = after_comments(rest)
                return ("command", line, None)
        source = TextSource(text, "<typed>")
        form = read_form(source, EOF)
        if form is EOF:
            return ("empty", "", None)
        self.rest = after_comments(text[source.pos:])
        listener.source = source
        return ("form", text[:source.pos].strip(), form)

    def edit(self, prompt: str) -> Any:
        """Show *prompt* and let the user edit; return how it ended, or ("text", what was typed).

        Raises OSError if the terminal has vanished.
        """
        import asyncio

        from prompt_toolkit.formatted_text import ANSI

        session = self.session
        box = mailbox()
        text, cursor = self.kept
        self.kept = ("", 0)
        wakeup = signal.set_wakeup_fd(-1)
        signal.set_wakeup_fd(wakeup, warn_on_full_buffer=False)
        outer, box.whostate = box.whostate, "waiting-for-input"
        session.app.erase_when_done = False

        def fail(loop: Any, context: dict[str, Any]) -> None:
            if session.app.is_running and not session.app.future.done():
                session.app.exit(exception=context.get("exception") or OSError(context["message"]))

        def begin() -> None:
            # What fails in a callback ends the prompt: the terminal is gone, and prompt_toolkit would tell it there.
            asyncio.get_running_loop().set_exception_handler(fail)
            self.above.begin(session.app)
            session.default_buffer.cursor_position = cursor or len(text)
            self.watch(box)
            self.limit()

        try:
            answer = session.prompt(ANSI(prompt), default=text, pre_run=begin, handle_sigint=False,
                                    set_exception_handler=False)
        except EOFError:
            return _END
        finally:
            self.above.end()
            signal.set_wakeup_fd(wakeup, warn_on_full_buffer=False)
            box.whostate = outer
            self.sort_out()
        if isinstance(answer, str):
            if self.stream.transcript is not None:  # `dribble` sees what passes through the stream, and this does not
                import re

                self.stream.transcript(f"{re.sub(_COLOURS, '', prompt)}{answer}\n".encode())
            return ("text", answer)
        if answer == (_INTERRUPT,):
            run_interrupts()
        return answer[0]

    def sort_out(self) -> None:
        """Act on a Ctrl-C that was typed behind the end of the input, before the terminal made signals again.

        It is a key then, among what was typed ahead; now it has to interrupt what the input starts.  As at any
        terminal, what stood before it is forgotten.
        """
        from prompt_toolkit.input.typeahead import get_typeahead, store_typeahead
        from prompt_toolkit.keys import Keys

        source = self.session.app.input
        ahead = get_typeahead(source) + self.typed_ahead()
        cut = max((i + 1 for i, press in enumerate(ahead) if press.key == Keys.ControlC), default=0)
        store_typeahead(source, ahead[cut:])
        if cut:
            signal.raise_signal(signal.SIGINT)

    def typed_ahead(self) -> list[Any]:
        """Return the keys that the terminal still has from the time when it was edited at."""
        from acl.streams.descriptors import poll_input

        if self.stream.in_fd is None or not poll_input(self.stream.in_fd):
            return []
        from prompt_toolkit.input.vt100_parser import Vt100Parser

        room, presses = bytearray(4096), list[Any]()
        try:
            size = self.stream.receive(memoryview(room))
        except OSError:
            return []
        parser = Vt100Parser(presses.append)
        parser.feed_and_flush(room[:size].decode("utf-8", "replace"))
        return presses

    def note_key(self, _: Any) -> None:
        """Note that something is typed."""
        self.last_key = monotonic()

    def limit(self) -> None:
        """Leave the prompt when nothing has been typed for as long as a read of the stream may wait."""
        import asyncio

        timeout = self.stream.read_timeout
        if timeout is None:
            return
        loop = asyncio.get_running_loop()
        app = self.session.app
        self.last_key = monotonic()

        def look() -> None:
            left = self.last_key + timeout - monotonic()
            if left > 0:
                loop.call_later(left, look)
            elif app.is_running and not app.future.done():
                self.kept = (self.session.default_buffer.text, self.session.default_buffer.cursor_position)
                app.exit(result=(_LATE,))

        loop.call_later(timeout, look)

    def watch(self, box: Mailbox) -> None:
        """Leave the prompt when another process wants this one to do something, or a signal says Ctrl-C."""
        import asyncio

        loop = asyncio.get_running_loop()
        session = self.session

        def look() -> None:
            box.drain()
            if box.ready() and session.app.is_running and not session.app.future.done():
                self.kept = (session.default_buffer.text, session.default_buffer.cursor_position)
                session.app.erase_when_done = True
                session.app.exit(result=(_INTERRUPT,))

        if box.wake_in < 0:
            box._open()
        # A signal wakes the loop by its own descriptor: look once a while, too.
        loop.add_reader(box.wake_in, look)
        look()

