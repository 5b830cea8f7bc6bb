"""The top level at a terminal: editing, history, completion, output of other processes, Ctrl-C."""

from __future__ import annotations

import os
import signal
import termios
import time
from pathlib import Path

import pexpect
import pytest

from tests.toplevel.pty import person
from tests.toplevel.vanishing import HANGUPS, SIDES, STATES, TERMS, Case, outcome

pytest.importorskip("prompt_toolkit")


def test_forms_are_edited(tmp_path: Path) -> None:
    """A form goes on until the reader has all of it, indented; history brings the whole form back."""
    with person(tmp_path, "-q") as me:
        me.see(r"USER\(1\):")
        me.type("(defun twice (x)\n(* 2\nx))\n")
        me.see(r"^TWICE$")
        me.see(r"USER\(2\):")
        me.type("(twice 21)\n")
        me.see(r"^42$")
        me.type("\x1b[A\x1b[A")  # up, up: the definition
        me.see(r"defun twice")
        me.type("\n")
        me.see(r"^TWICE$")
        me.type("(list 1) (list 2)\n")  # two forms on a line
        me.see(r"^\(1\)$")
        me.see(r"^\(2\)$")
        me.type("#\\( \n")
        me.see(r"^#\\\($")
        me.type('"a\nb"\n')
        me.see('^b"\n')


def test_history_is_kept(tmp_path: Path) -> None:
    """The next session recalls the forms of this one."""
    with person(tmp_path, "-q") as me:
        me.see(r"USER\(1\):")
        me.type("(list :first\n:session)\n")
        me.see(r"^\(:FIRST :SESSION\)$")
    with person(tmp_path, "-q") as me:
        me.see(r"USER\(1\):")
        me.type("\x1b[A\n")
        me.see(r"^\(:FIRST :SESSION\)$")


def test_several_forms_at_once(tmp_path: Path) -> None:
    """Of what is pasted, each input is shown at a prompt of its own, and is an entry of the history of its own."""
    with person(tmp_path, "-q") as me:
        me.see(r"USER\(1\):")
        pasted = "(defun pasted (x)\r  (list :pasted x))\r(pasted 1) ; one\r:history\r(pasted 2)"
        me.child.send(f"\x1b[200~{pasted}\x1b[201~")
        me.see(r"^ +\(pasted 2\)")
        me.type("\n")
        me.see(r"^USER\(2\): \(pasted 1\)\n\(:PASTED 1\)$")
        me.see(r"^USER\(3\): :history\n +1 \(defun pasted \(x\)")
        me.see(r"^USER\(4\): \(pasted 2\)\n\(:PASTED 2\)$")
        me.see(r"^USER\(5\):")
        me.type("\x1b[A\x1b[A\x1b[A\n")
        me.see(r"^USER\(5\): \(pasted 1\)\n\(:PASTED 1\)$")


def test_killed_in_order(tmp_path: Path) -> None:
    """A signal that ends Lisp while something is typed leaves the terminal as it was."""
    with person(tmp_path, "-q") as me:
        before = termios.tcgetattr(me.child.child_fd)
        me.see(r"USER\(1\):")
        me.type("(half")
        me.see(r"\(half")
        assert termios.tcgetattr(me.child.child_fd) != before
        terminal = os.dup(me.child.child_fd)
        os.kill(me.child.pid, signal.SIGTERM)
        me.child.expect_exact(pexpect.EOF)
        assert termios.tcgetattr(terminal) == before
        os.close(terminal)
        me.child.close()
        assert me.child.signalstatus == signal.SIGTERM


def test_completion_and_call(tmp_path: Path) -> None:
    """Tab completes symbols, keywords of the called function, commands; the call being typed is shown."""
    with person(tmp_path, "-q") as me:
        me.see(r"USER\(1\):")
        me.type("(list 'multiple-value-b\t)\n")
        me.see(r"^\(MULTIPLE-VALUE-BIND\)$")
        me.type("(make-socket :remote-h\t")
        me.see(r":remote-host")
        me.see(r"Return a new socket")
        me.type("\x03(let ((")
        me.see(r"^\(let bindings &body forms\)$")
        me.type("\x03(loop ")
        me.see(r"^\(loop &rest forms\)$")
        me.type("\x03:histo\t\n")
        me.see(r":history$")
        me.see(r"   1 \(list 'multiple-value-bind\)$")


def test_other_processes_print_above(tmp_path: Path) -> None:
    """What another process prints leaves what is being typed whole."""
    with person(tmp_path, "-q") as me:
        me.see(r"USER\(1\):")
        me.type('(defvar *go* (mp:make-gate nil))\n')
        me.see(r"USER\(2\):")
        me.type('(mp:process-run-function "w" (lambda () (mp:process-wait "go" #\'mp:gate-open-p *go*)'
                ' (dotimes (i 50) (format t "noise ~d~%" i))))\n')
        me.see(r"USER\(3\):")
        me.type("(mp:open-gate *go*)\n(list :ty")
        me.see(r"^noise 49$")
        me.type("ped)\n")
        me.see(r"^\(:TYPED\)$")


def test_other_processes_read_while_a_form_is_evaluated(tmp_path: Path) -> None:
    """What is typed at a prompt is the prompt's; who else wants to read is told of, and gets what is typed then."""
    with person(tmp_path, "-q") as me:
        me.see(r"USER\(1\):")
        me.type('(defvar *r* (mp:process-run-function "asks" (lambda () (format t "~&said ~a~%" (read-line)))))\n')
        me.see(r"^; Process asks waits to read the terminal\.")
        for number in range(2, 6):  # every key of them
            me.see(rf"USER\({number}\):")
            me.type(f"(list {number})\n")
            me.see(rf"^\({number}\)$")
        me.see(r"USER\(6\):")
        me.type("(progn (write-line (string :now)) (mp:process-join *r*))\n")
        me.see(r"^NOW$")
        me.child.send("joe\n")
        me.see(r"^said joe$")
        me.see(r"^\(NIL\)\nT$")


def test_error_in_another_process(tmp_path: Path) -> None:
    """It waits in the debugger; :focus looks at it, :continue goes on in it."""
    with person(tmp_path, "-q") as me:
        me.see(r"USER\(1\):")
        me.type('(mp:process-run-function "troubled" (lambda () (print (list :got (not-defined 1)))))\n')
        me.see(r"Process troubled stops at an error")
        me.type(":focus troubled\n")
        me.see(r"\[Current process focus: troubled\]")
        me.type(":continue 1\n")
        me.see(r"value to return:")
        me.type(":answer\n")
        me.see(r"\(:GOT :ANSWER\)")


INTERRUPTED = ["(loop)", "(read-line)", "(sleep 1000)", "(loop (print '(1 2 3)))",
               "(let ((g (mp:make-gate nil))) (mp:process-wait \"gate\" #'mp:gate-open-p g))",
               "(let ((l (circular))) (print l))"]


def test_ctrl_c(tmp_path: Path) -> None:
    """Ctrl-C drops what is typed; at an empty prompt and in every kind of evaluation it opens a break level."""
    with person(tmp_path, "-q") as me:
        me.see(r"USER\(1\):$")
        me.type("(list 1 2")
        me.see(r"\(list 1 2$")
        me.type("\x03(defun circular () (let ((l (list 1))) (setf (cdr l) l) l))\n")
        me.see(r"USER\(2\):$")
        me.type("\x03")
        me.see(r"^\[1c\] USER\(2\):$")
        me.type(":pop\n")
        me.see(r"^USER\(3\):$")
        me.type("(setq tpl:*print-length* nil *print-circle* nil)\n")
        for i, form in enumerate(INTERRUPTED):
            me.see(rf"^USER\({2 * i + 4}\):$")
            me.type(f'(progn (format t "now {i}~%") {form})\n')
            me.see(rf"^now {i}$")
            me.type("\x03")
            me.see(rf"^\[1c\] USER\({2 * i + 5}\):$")
            me.type(":res\n")
        assert "Traceback" not in me.screen.text()


def test_ctrl_c_behind_an_input(tmp_path: Path) -> None:
    """Ctrl-C typed at once behind an input interrupts what the input starts."""
    with person(tmp_path, "-q") as me:
        me.see(r"USER\(1\):$")
        me.type('(progn (format t "busy~%") (loop))\n')
        me.see(r"^busy$")
        me.type("\x03")
        for i in range(2, 12):
            me.see(rf"^\[1c\] USER\({i}\):$")
            me.type(":continue\n\x03")
        me.see(r"^\[1c\] USER\(12\):$")


def test_waiting_costs_nothing(tmp_path: Path) -> None:
    """A prompt that was interrupted, and woken by other processes, does not keep the processor busy."""
    with person(tmp_path, "-q") as me:
        me.see(r"USER\(1\):$")
        me.type('(progn (format t "busy~%") (loop))\n')
        me.see(r"^busy$")
        me.type("\x03")
        me.see(r"^\[1c\] USER\(2\):$")
        me.type('(mp:process-run-function "brief" (lambda () (car 1)))\n')
        me.see(r"Process brief stops at an error")
        me.see(r"^\[1c\] USER\(3\):$")
        for _ in range(10):  # what was printed may still have to be shown
            before, start = _processor_seconds(me.child.pid), time.monotonic()
            with pytest.raises(AssertionError, match="not on the screen"):
                me.see("will not come", 2)
            busy = (_processor_seconds(me.child.pid) - before) / (time.monotonic() - start)
            if busy < 0.02:
                break
        assert busy < 0.02


def _processor_seconds(pid: int) -> float:
    """Return the seconds that a process has run."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_end_of_file(tmp_path: Path) -> None:
    """Ctrl-D leaves a break level, then asks whether to leave Lisp."""
    with person(tmp_path, "-q") as me:
        me.see(r"USER\(1\):")
        me.type("(car 1)\n")
        me.see(r"\[1\] USER\(2\):")
        me.type("\x04")
        me.see(r"^USER\(2\):")
        me.type("\x04")
        me.see(r"Really exit lisp \[n\]\?")
        me.type("y\n")
        me.child.expect_exact(pexpect.EOF)


def test_initialization_file(tmp_path: Path) -> None:
    """~/.clinit.cl is loaded unless -q or -qq is given."""
    (tmp_path / ".clinit.cl").write_text("(defvar *from-init* :loaded)\n")
    for options, wanted in (((), r"^:LOADED\n"), (("-q",), r"unbound variable"), (("-qq",), r"unbound variable")):
        with person(tmp_path, *options) as me:
            me.see(r"USER\(1\):")
            me.type("*from-init*\n")
            me.see(wanted)


def test_plain_terminals(tmp_path: Path) -> None:
    """A dumb terminal gets no escape sequences; NO_COLOR no colours."""
    with person(tmp_path, "-q", TERM="dumb") as me:
        me.child.expect_exact("USER(1): ")
        me.type("(list 1\n2)\n")
        me.child.expect_exact("(1 2)\r\nUSER(2): ")
        assert "\x1b" not in me.child.before
    with person(tmp_path, "-q", NO_COLOR="1") as me:
        me.see(r"USER\(1\):")
        me.type('(list "text" :key)')
        me.type("\n")
        me.see(r'^\("text" :KEY\)$')
        assert "\x1b[0;3" not in me.raw


@pytest.mark.parametrize("kind", ["xterm", "dumb"])
def test_limited_reads(tmp_path: Path, kind: str) -> None:
    """`stream-input-timeout` of the terminal holds at the prompt, as Allegro's page has it; what was typed is kept."""
    with person(tmp_path, "-q", TERM=kind) as me:
        me.see(r"USER\(1\):")
        me.type("(progn (setf (stream-input-timeout *standard-output*) 1) (handler-case (read-line) "
                "(stream-error (c) (stream-error-identifier c))))\n")
        me.see(r"^:READ-TIMEOUT$")
        me.see(r"^Error: #<STREAM-ERROR @ #x[0-9a-f]+>$")
        me.see(r"^ *\[condition type: STREAM-ERROR\]$")
        me.see(r"^ 0: Return to Top Level \(an \"abort\" restart\)\.$")
        me.type("(setf (stream-input-timeout *standard-output*) nil)\n")  # levels may be opened while this is typed
        me.see(r"^NIL\n+(\[\d+\] )?USER\(\d+\):$")  # a dumb terminal shows what is typed before the prompt there
        me.type("(sys:with-timeout (0.5 :late) (read-line))\n")
        me.see(r"^:LATE$")
    if kind == "xterm":
        with person(tmp_path, "-q", TERM=kind) as me:
            me.see(r"USER\(1\):")
            me.type("(setf (stream-input-timeout *terminal-io*) 1)\n")
            me.see(r"^1$")
            me.type("(list (setf (stream-input-timeout *terminal-io*) nil) :ke")
            me.see(r"^Error: #<STREAM-ERROR")
            me.type("pt)\n")
            me.see(r"^\(NIL :KEPT\)$")


VANISHING = [Case(state, TERMS[i % 2], SIDES[i * 3 % 4], HANGUPS[i // 2 % 2], "uncontrolled" if i % 3 else "controlled")
             for i, state in enumerate(STATES)]
VANISHING += [Case(state, TERMS[(i + 1) % 2], "output", HANGUPS[i % 2], "uncontrolled")
              for i, state in enumerate(("printing", "typing", "sleeping", "troubled"))]


@pytest.mark.parametrize("case", VANISHING, ids="-".join)
def test_vanished_terminal(case: Case) -> None:
    """A top level whose terminal vanishes ends as soon as it has something to say, or waits, but never spins.

    `python -m tests.toplevel.vanishing` tries all 352 cases.
    """
    assert not outcome(case)
