"""Figures of the top level at a terminal: processor time to the prompt, echo of a key, Ctrl-C to a break level.

    python bench/terminal.py

Each is measured on a pseudo-terminal; times are medians in milliseconds.
"""

from __future__ import annotations

import os
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

import pexpect

WAITS = {"busy loop": "(loop)", "blocked read": "(read-line)", "sleep": "(sleep 1000)",
         "blocked lock": "(let ((l (mp:make-process-lock)) (g (mp:make-gate nil))) (mp:process-run-function \"h\" "
                         "(lambda () (mp:with-process-lock (l) (mp:open-gate g) (sleep 1000)))) "
                         "(mp:process-wait \"g\" #'mp:gate-open-p g) (mp:process-lock l))",
         "printing an endless list": "(let ((l (list 1))) (setf (cdr l) l) (write l :circle nil :length nil))"}
NOISE = ('(mp:process-run-function "noise" (lambda () (loop (dotimes (i 20) (format t "line ~d of a noisy server~%" i))'
         ' (sleep 0.02))))')


def start(home: str, *options: str) -> pexpect.spawn:
    """Start a top level and wait for its prompt."""
    env = {**os.environ, "HOME": home, "XDG_STATE_HOME": home, "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"}
    child = pexpect.spawn(sys.executable, ["-m", "acl", "-q", *options], env=env, encoding="utf-8", timeout=60,
                          dimensions=(40, 100))
    child.delaybeforesend = None
    child.expect(r"USER\(1\):")
    return child


def cpu(pid: int) -> float:
    """Return the processor time that the process has used, in milliseconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def show(name: str, values: list[float]) -> None:
    """Print the median and the largest of some times."""
    print(f"{name:40} {statistics.median(values):7.1f} ms  (largest {max(values):.1f})")


def prompts(home: str) -> None:
    """Processor time to the first prompt."""
    times = []
    for _ in range(7):
        child = start(home)
        times.append(cpu(child.pid))
        child.close(force=True)
    show("processor time to the prompt", times)


def echo(home: str, noise: bool) -> None:
    """From a key to its echo."""
    child = start(home)
    if noise:
        child.send(NOISE + "\r")
        child.expect(r"USER\(2\):")
        child.expect("line 19 of a noisy server")
    times = []
    for letter in "abcdefghijklmnopqrstuvwxyz" * 3:
        time.sleep(0.03)
        while True:  # take what has come so far
            try:
                child.read_nonblocking(65536, 0)
            except pexpect.TIMEOUT:
                break
        begin = time.perf_counter()
        child.send(letter)
        seen = ""
        while letter not in re.sub(r"line \d+ of a noisy server|\x1b\[[0-9;?]*[A-Za-z]|USER\(\d+\):", "", seen):
            seen += child.read_nonblocking(65536, 10)
        times.append((time.perf_counter() - begin) * 1000)
        child.send("\x7f")
    show("key to echo" + (", 1,000 lines a second above" if noise else ""), times)
    child.close(force=True)


def interrupts(home: str) -> None:
    """From Ctrl-C to the message of the break level."""
    child = start(home)
    for name, form in WAITS.items():
        times = []
        for _ in range(5):
            child.send(f'(progn (format t "at ~a~%" :work) {form})\r')
            child.expect("at WORK")
            time.sleep(0.2)
            begin = time.perf_counter()
            child.send("\x03")
            child.expect("INTERRUPT-SIGNAL")
            times.append((time.perf_counter() - begin) * 1000)
            child.expect(r"\[1c\] USER\(\d+\):")
            child.send(":res\r")
            child.expect(r"USER\(\d+\):")
        show(f"Ctrl-C to a break level: {name}", times)
    child.close(force=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        prompts(folder)
        echo(folder, False)
        echo(folder, True)
        interrupts(folder)
