"""The top level as a person sees it, on a terminal that can do nothing but print."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pexpect = pytest.importorskip("pexpect")

PROMPT = r"\r\n(?:\[\d+[ci]*\] )?[A-Za-z][\w-]*\(\d+\): "
SECONDS = 90


class Terminal:
    """A Lisp on a terminal, with what it printed since the last input."""

    def __init__(self, *args: str) -> None:
        self.child = pexpect.spawn(sys.executable, ["-m", "acl", "-q", *args], encoding="utf-8", timeout=SECONDS,
                                   dimensions=(60, 120), env={**os.environ, "TERM": "dumb"})

    def prompt(self) -> str:
        """Wait for the prompt; return what came before it, and it, with plain newlines."""
        self.child.expect(PROMPT)
        return (self.child.before + self.child.after).replace("\r\n", "\n")

    def type(self, line: str) -> str:
        """Type *line*; return what is printed up to the next prompt."""
        self.child.sendline(line)
        return self.prompt()

    def start(self, form: str) -> None:
        """Type a form that does not return: it has to say when it is at work, by printing `:ready`."""
        self.child.sendline(form)
        self.child.expect(r"\n:ready ?")

    def interrupt(self) -> str:
        """Press Ctrl-C."""
        self.child.sendcontrol("c")
        return self.prompt()

    def ends(self) -> int:
        """Wait for the end; return the exit status."""
        self.child.expect(pexpect.EOF)
        self.child.close()
        return int(self.child.exitstatus)


@contextmanager
def lisp(*args: str) -> Iterator[Terminal]:
    """A Lisp whose prompt is there."""
    terminal = Terminal(*args)
    try:
        terminal.greeting = terminal.prompt()  # type: ignore[attr-defined]
        yield terminal
    finally:
        terminal.child.close(force=True)


READY = '(write-line ":ready") (finish-output)'
WAITS = {
    "busy": f"(let ((n 0)) {READY} (loop (incf n)))",
    "busy in the library": f"(let ((x (make-list 1000))) {READY} (loop (mapcar #'list x)))",
    "sleep": f"(progn {READY} (sleep 1000))",
    "read": f"(let ((p (make-socket :connect :passive))) {READY} (unwind-protect (accept-connection p) (close p)))",
    "stream": "(let* ((p (make-socket :connect :passive))"
              f" (s (make-socket :remote-host \"127.0.0.1\" :remote-port (local-port p)))) {READY} (read-line s))",
    "lock": "(let ((lock (mp:make-process-lock)) (gate (mp:make-gate nil))) (mp:process-run-function \"holder\""
            " (lambda () (mp:with-process-lock (lock) (mp:open-gate gate) (sleep 1000))))"
            f" (mp:process-wait \"gate\" #'mp:gate-open-p gate) {READY} (mp:with-process-lock (lock) 1))",
    "gate": f"(let ((gate (mp:make-gate nil))) {READY} (mp:process-wait \"gate\" #'mp:gate-open-p gate))",
    "typed": f"(progn {READY} (read-line))",
}


def test_interrupt_of_anything() -> None:
    """Ctrl-C opens a break level wherever Lisp is; from there one can go on, or back."""
    with lisp() as t:
        for name, form in WAITS.items():
            t.start(form)
            shown = t.interrupt()
            assert "Error: Received signal number 2 (Keyboard interrupt)" in shown, name
            assert "[condition type: INTERRUPT-SIGNAL]" in shown, name
            assert " 0: continue computation" in shown, name
            assert "[1c] USER(" in shown, name
            for _ in range(5):
                # The terminal forgets a `:continue` that was not read yet; then the Ctrl-C is one at the prompt.
                t.child.send(":continue\n\x03")
                t.child.expect(" 0: continue computation")
                t.prompt()
            assert "\nUSER(" in t.type(":reset"), name
        assert "\n42\n" in t.type("(* 6 7)")


def test_interrupt_of_an_input() -> None:
    """Ctrl-C at the prompt gives a break level; what was typed is dropped."""
    with lisp() as t:
        t.child.send("(list 1 ")
        shown = t.interrupt()
        assert "[1c] USER(" in shown
        assert "\nUSER(" in t.type(":pop")
        assert "\n3\n" in t.type("(+ 1 2)")


def test_unfinished_form() -> None:
    """An incomplete form just goes on, on the next line; no prompt comes in between."""
    with lisp() as t:
        t.child.sendline("(list 1")
        t.child.sendline('"a')
        t.child.sendline('b" #|')
        t.child.sendline("comment |#")
        shown = t.type("2)")
        assert '\n(1 "a\nb"\n 2)\n' in shown
        assert shown.endswith("\nUSER(2): ")


def test_break_levels() -> None:
    """Levels are numbered and nest; :zoom and :bt show the calls, :pop, :reset and :continue leave."""
    with lisp() as t:
        t.type("(defun inner (x) (car x))")
        t.type("(defun outer (x) (list (inner x)))")
        shown = t.type("(outer 5)")
        assert "Error: Attempt to take the car of 5 which is not listp." in shown
        assert " 0: Return to Top Level (an \"abort\" restart)." in shown
        assert shown.endswith("\n[1] USER(4): ")
        zoomed = t.type(":zoom")
        assert " ->(INNER 5)" in zoomed
        assert "   (OUTER 5)" in zoomed
        assert "INNER <- OUTER <- " in t.type(":bt")
        shown = t.type('(cerror "Go on anyway." "Second ~a." :thing)')
        assert " 0: Go on anyway." in shown
        assert shown.endswith("\n[2c] USER(7): ")
        assert "\nNIL\n[1] USER(8): " in t.type(":continue")
        assert t.type("(no-such-function 3)").endswith("\n[2] USER(9): ")
        assert t.type(":pop").endswith("\n[1] USER(10): ")
        assert t.type("no-such-variable").endswith("\n[2] USER(11): ")
        assert t.type(":reset").endswith("\nUSER(12): ")
        t.type("(restart-case (error \"Which?\") (use-value (v) :report \"Use a value.\""
               " :interactive (lambda () (list 7)) (* v 6)))")
        assert "\n42\n" in t.type(":continue 0")


def test_endless_recursion() -> None:
    """Running out of stack is a storage condition with restarts; Lisp lives, many times over."""
    with lisp() as t:
        t.type("(defun deep (x) (+ 1 (deep x)))")
        for _ in range(3):
            shown = t.type("(deep 1)")
            assert "Stack overflow" in shown
            assert "(an \"abort\" restart)" in shown
            t.type(":reset")
        t.type("(defun deeper (x) (mapcar #'deeper (list x)))")
        assert "Stack overflow" in t.type("(deeper 1)")
        t.type(":reset")
        shown = t.type("(handler-case (deep 1) (storage-condition (c) (list :caught (typep c 'error))))")
        assert "\n(:CAUGHT NIL)\n" in shown or "\n(:CAUGHT T)\n" in shown
        assert "\n42\n" in t.type("(* 6 7)")


def test_end_of_file() -> None:
    """Ctrl-D leaves a break level; at the top level it asks, and a second one is a yes."""
    with lisp() as t:
        t.type("(car 1)")
        t.child.sendcontrol("d")
        assert t.prompt().endswith("\nUSER(2): ")
        t.child.sendcontrol("d")
        t.child.expect(r"Really exit lisp \[n\]\? ")
        assert t.type("n").endswith("\nUSER(2): ")
        t.child.sendcontrol("d")
        t.child.expect(r"Really exit lisp \[n\]\? ")
        t.child.sendcontrol("d")
        assert t.ends() == 0


def test_command_line_on_a_terminal(tmp_path: Path) -> None:
    """An error under -e or -L opens a break level; what else the command line says is not done."""
    with lisp("-e", "(car 1)", "-e", "(print :never)", "-kill") as t:
        assert t.greeting.endswith("\n[1] USER(1): ")  # type: ignore[attr-defined]
        shown = t.type(":reset")
        assert ":NEVER" not in shown
        assert shown.endswith("\nUSER(2): ")
        t.child.sendline(":exit 7")
        assert t.ends() == 7
    file = tmp_path / "broken.cl"
    file.write_text("(defun f (x) (car x))\n(print\n (f 3))\n(print :after)\n")
    with lisp("-L", str(file), "-e", "(print :next)") as t:
        assert f"[while loading {file}:3]" in t.greeting  # type: ignore[attr-defined]
        assert " 1: skip loading" in t.greeting  # type: ignore[attr-defined]
        assert ":NEXT" in t.type(":continue 1")
    terminal = Terminal("-batch", "-e", "(car 1)")
    terminal.child.expect("Attempt to take the car of 1")
    assert terminal.ends() == 1


def test_background_error() -> None:
    """An error in another process is printed, and the prompt shown again."""
    with lisp() as t:
        t.type("(setq gate nil listener mp:*current-process*)")
        t.child.sendline('(mp:process-run-function "bad" (lambda () (mp:process-wait "prompt" (lambda () (and gate'
                         ' (equal (mp:process-whostate listener) "waiting for input")))) (car 5)))')
        assert t.prompt().endswith("\nUSER(3): ")
        t.child.sendline("(setq gate t)")
        t.child.expect(r"USER\(4\): ")
        t.child.expect("Process bad")
        assert t.prompt().endswith("\nUSER(4): ")
        assert "\n3\n" in t.type("(+ 1 2)")


def test_narrow_terminal() -> None:
    """Messages and restarts are broken at blanks where the terminal is narrower than Allegro's lines, as in a lab."""
    with lisp() as terminal:
        terminal.child.setwinsize(40, 40)
        shown = terminal.type("(no-such-operator 3)")
        assert shown.endswith("""\
Error: attempt to call
       `NO-SUCH-OPERATOR' which is an
       undefined function.
  [condition type: UNDEFINED-FUNCTION]

Restart actions (select using :continue):
 0: Try calling NO-SUCH-OPERATOR again.
 1: Return a value instead of calling
    NO-SUCH-OPERATOR.
 2: Try calling a function other than
    NO-SUCH-OPERATOR.
 3: Setf the symbol-function of
    NO-SUCH-OPERATOR and call it again.
 4: Return to Top Level (an "abort"
    restart).
 5: Abort entirely from this (lisp)
    process.
[1] USER(2): """)
