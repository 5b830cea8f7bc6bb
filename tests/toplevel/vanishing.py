"""A top level whose terminal vanishes ends or waits; it never spins: `python -m tests.toplevel.vanishing [WORD...]`.

As a program it tries all cases, or those that have all the WORDs.
"""

from __future__ import annotations

import fcntl
import itertools
import os
import pty
import re
import select
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_PRINTER = '(mp:process-run-function "p" (lambda () (loop (print 12345))))'
STATES: dict[str, list[tuple[str, str]]] = {
    # What is typed, and what has to be seen before the next.
    "idle": [],
    "printing": [(_PRINTER + "\r", "12345")],
    "slowly": [('(mp:process-run-function "p" (lambda () (loop (print 12345) (sleep 0.02))))\r', "12345")],
    "typing": [(_PRINTER + "\r", "12345"), ("(list 1 ", "12345")],
    "level": [("(car 1)\r", r"\[1\]"), (_PRINTER + "\r", "12345")],
    "sleeping": [(_PRINTER + "\r", "12345"),
                 ("(progn (write-line (string-upcase \"asleep\")) (sleep 1000))\r", "ASLEEP")],
    "reading": [(_PRINTER + "\r", "12345"), ("(progn (write-line (string-upcase \"reads\")) (read-line))\r", "READS")],
    "asking": [(_PRINTER + "\r", "12345"), ("(y-or-n-p (string-upcase \"sure\"))\r", "SURE")],
    "troubled": [('(mp:process-run-function "p" (lambda () (loop (sleep 0.02)'
                  ' (mp:process-run-function "q" (lambda () (car 1))))))\r', "not listp")],
    "handled": [("(loop (ignore-errors (print 12345)) (sleep 0.02))\r", "12345")],
    "flood": [("(loop (print 12345))\r", "12345")],
}
TERMS = ("xterm", "dumb")
SIDES = ("output", "input", "both", "whole")  # both: of two terminals; whole: one for input and output
HANGUPS = ("default", "ignored")
CONTROLLED = ("uncontrolled", "controlled")  # a controlling terminal sends SIGHUP when it vanishes


class Case(NamedTuple):
    """What Lisp does, the kind of terminal, which side vanishes, what SIGHUP does, whether it comes."""

    state: str
    term: str
    side: str
    hangup: str
    controlled: str

    @property
    def busy(self) -> bool:
        """True if Lisp may go on at full speed: it prints to a terminal that is still there."""
        return self.side == "input" and self.state not in ("idle", "handled", "typing")

    @property
    def ends(self) -> bool:
        """True if Lisp has to end: it prints where nothing is, and nobody handles that."""
        return self.side != "input" and self.state not in ("idle", "handled")


def all_cases() -> Iterator[Case]:
    """Yield all cases."""
    for case in itertools.product(STATES, TERMS, SIDES, HANGUPS, CONTROLLED):
        yield Case(*case)


class Victim:
    """A Lisp at one terminal, or two."""

    def __init__(self, case: Case) -> None:
        self.home = tempfile.TemporaryDirectory()
        self.output, output = pty.openpty()
        self.input, given = (self.output, output) if case.side == "whole" else pty.openpty()
        for fd in (output, given):
            fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        script = ("import os, signal, sys; os.setsid();"
                  f"signal.signal(signal.SIGHUP, signal.{'SIG_IGN' if case.hangup == 'ignored' else 'SIG_DFL'});"
                  + (f"import fcntl, termios; fcntl.ioctl({0 if case.side == 'input' else 1}, termios.TIOCSCTTY, 0);"
                     if case.controlled == "controlled" else "")
                  + "os.execv(sys.executable, [sys.executable, '-m', 'acl', '-q'])")
        self.process = subprocess.Popen([sys.executable, "-c", script], stdin=given, stdout=output,
                                        stderr=subprocess.PIPE, env={**os.environ, "HOME": self.home.name,
                                                                     "XDG_STATE_HOME": self.home.name,
                                                                     "TERM": case.term})
        for fd in {given, output}:
            os.close(fd)
        self.seen = ""

    def see(self, pattern: str, seconds: float = 120) -> None:
        """Wait until *pattern* is printed behind what was seen before."""
        deadline = time.monotonic() + seconds
        found = None
        while found is None:
            assert time.monotonic() < deadline, f"{pattern} does not come: {self.seen[-500:]}"
            if select.select([self.output], [], [], 1)[0]:
                self.seen += os.read(self.output, 65536).decode("utf-8", "replace")
                if self.seen.endswith("\x1b[6n"):  # where is the cursor?
                    os.write(self.input, b"\x1b[1;1R")
            found = re.search(pattern, self.seen)
        self.seen = self.seen[found.end():]

    def type(self, text: str) -> None:
        """Type *text*; what is printed meanwhile is looked at, so that Lisp does not wait for that."""
        os.write(self.input, text.encode())

    def vanish(self, side: str) -> None:
        """Close a side of the terminal."""
        for name in ("output", "input"):
            if side in (name, "both", "whole"):
                self.close(name)

    def close(self, name: str) -> None:
        """Close our end of a terminal."""
        fd = getattr(self, name)
        if fd is not None:
            os.close(fd)
            for each in ("input", "output"):
                if getattr(self, each) == fd:
                    setattr(self, each, None)

    def processor_seconds(self) -> float:
        """Return how long it has run."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def drain(self, seconds: float) -> None:
        """Read what is printed for a while."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if self.output is None:
                try:
                    self.process.wait(left)
                    return
                except subprocess.TimeoutExpired:
                    return
            if select.select([self.output], [], [], left)[0]:
                try:
                    if not os.read(self.output, 65536):
                        return
                except OSError:
                    return

    def end(self) -> None:
        """End it, and close everything."""
        self.process.kill()
        self.process.communicate()
        for name in ("input", "output"):
            self.close(name)
        self.home.cleanup()


def outcome(case: Case) -> str:
    """Play *case*; return "" or what is wrong."""
    victim = Victim(case)
    try:
        victim.see(r"USER\(1\)")
        for text, pattern in STATES[case.state]:
            victim.type(text)
            victim.see(pattern)
        victim.vanish(case.side)
        busy = 1.0
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            if victim.process.poll() is not None:
                errors = victim.process.stderr.read().decode() if victim.process.stderr is not None else ""
                return "a traceback: " + errors if "Traceback" in errors else ""
            before, start = victim.processor_seconds(), time.monotonic()
            victim.drain(1)
            if victim.process.poll() is None:
                busy = (victim.processor_seconds() - before) / (time.monotonic() - start)
                if case.busy or (busy < 0.1 and not case.ends):
                    return ""
        return f"still there, busy {busy:.0%}"
    finally:
        victim.end()


if __name__ == "__main__":
    for each in all_cases():
        if all(word in each for word in sys.argv[1:]):
            print(*each, outcome(each) or "ok", flush=True)
