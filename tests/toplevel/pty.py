"""A top level on a pseudo-terminal, as a person has it."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pexpect
import pyte

SECONDS = 100


class Screen(pyte.HistoryScreen):  # type: ignore[misc]
    """A screen that answers what it is asked, such as where the cursor is."""

    def __init__(self, child: Any) -> None:
        super().__init__(100, 40, history=2000, ratio=1)
        self.child = child

    def write_process_input(self, data: str) -> None:
        """Answer."""
        self.child.send(data)

    def text(self) -> str:
        """Return all that was and is on the screen, without blanks at line ends."""
        gone = ["".join(line[x].data for x in range(self.columns)) for line in self.history.top]
        return "\n".join(line.rstrip() for line in [*gone, *self.display]).rstrip("\n")


class Person:
    """Types, and looks at the screen."""

    def __init__(self, home: Path, *options: str, **environment: str) -> None:
        env = {**os.environ, "HOME": str(home), "XDG_STATE_HOME": str(home), "TERM": "xterm", "NO_COLOR": "",
               **environment}
        self.child = pexpect.spawn(sys.executable, ["-m", "acl", *options], env=env, encoding="utf-8", timeout=SECONDS,
                                   dimensions=(40, 100))
        self.child.delaybeforesend = None
        self.raw = ""
        self.screen = Screen(self.child)
        self.stream = pyte.Stream(self.screen)

    def see(self, pattern: str, seconds: float = SECONDS) -> None:
        """Wait until *pattern* (a regular expression, ^ and $ at lines) is on the screen or above it."""
        deadline = time.monotonic() + seconds
        while not re.search(pattern, self.screen.text(), re.MULTILINE):
            try:
                data = self._read()
            except pexpect.TIMEOUT:
                assert time.monotonic() < deadline, f"{pattern!r} is not on the screen:\n{self.screen.text()}"
                continue
            except pexpect.EOF:
                raise AssertionError(f"{pattern!r} was not on the screen:\n{self.screen.text()}") from None
            self.raw += data
            self.stream.feed(data)

    def _read(self) -> str:
        """Return what is printed, of a flood the beginning and the end: the screen is slow."""
        data: str = self.child.read_nonblocking(65536, 1)
        try:
            while len(data) < 4_000_000:
                data += self.child.read_nonblocking(65536, 0)
        except (pexpect.TIMEOUT, pexpect.EOF):
            pass
        if len(data) < 100_000:
            return data
        return data[:20_000] + data[data.find("\n", len(data) - 20_000) + 1:]

    def type(self, text: str) -> None:
        """Type *text*; newlines are the Enter key."""
        self.child.send(text.replace("\n", "\r"))


@contextmanager
def person(home: Path, *options: str, **environment: str) -> Iterator[Any]:
    """Sit at a top level for a while."""
    someone = Person(home, *options, **environment)
    try:
        yield someone
    finally:
        someone.child.close(force=True)
