"""Lisp's streams inside a Python program: its `sys.stdin`, `sys.stdout` and `sys.stderr`, as they are at the moment."""

from __future__ import annotations

import codecs
import sys
from typing import Any

from acl.streams.base import ERROR_OUTPUT, TERMINAL_IO
from acl.streams.descriptors import FdStream, TerminalStream


class PythonTerminal(TerminalStream):
    """Reads and writes through Python's own standard streams, so both languages' output keeps its order."""

    what = "bidirectional-terminal-stream of the Python program"

    def __init__(self) -> None:
        super().__init__()
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.typed = b""

    def device_write(self, view: Any) -> int:
        """Write to `sys.stdout`."""
        if sys.stdout is not None:
            sys.stdout.write(self.decoder.decode(bytes(view)))
        return len(view)

    def device_read_into(self, view: memoryview, wait: bool = True) -> int | None:
        """Read a line of `sys.stdin`; without *wait* only what is left of the last one."""
        if not self.typed:
            if not wait:
                return None
            self.force_output()
            if sys.stdout is not None:
                sys.stdout.flush()
            self.typed = sys.stdin.readline().encode() if sys.stdin is not None else b""
        size = min(len(view), len(self.typed))
        view[:size] = self.typed[:size]
        self.typed = self.typed[size:]
        return size

    @property
    def interactive(self) -> bool:
        """True if a terminal is at the other end of both."""
        return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


class PythonErrors(FdStream):
    """Writes to `sys.stderr`, each line at once, after what the terminal has to write."""

    what = "stream to the standard error of the Python program"

    def __init__(self, terminal: PythonTerminal) -> None:
        super().__init__(None, 2, owned=False)
        self.terminal = terminal
        self.line_buffered = True
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def device_write(self, view: Any) -> int:
        """Write to `sys.stderr`."""
        self.terminal.force_output()
        if sys.stderr is not None:
            sys.stderr.write(self.decoder.decode(bytes(view)))
        return len(view)

    def close(self, abort: bool = False) -> bool:
        """Send what is buffered and return false, as the terminal does."""
        if not abort:
            self.finish_output()
        return False


def install() -> tuple[PythonTerminal, PythonErrors]:
    """Make a `PythonTerminal` the global value of `*terminal-io*`, `PythonErrors` of `*error-output*`; return them."""
    terminal = PythonTerminal()
    errors = PythonErrors(terminal)
    TERMINAL_IO.set_global(terminal)
    ERROR_OUTPUT.set_global(errors)
    return terminal, errors
