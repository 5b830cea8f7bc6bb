"""`acl` as a process: statuses, options, scripts, the listener on pipes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ACL = [sys.executable, "-m", "acl", "-q"]


def run(*args: str, text: str = "") -> subprocess.CompletedProcess[str]:
    """Run acl with *args*, *text* on its standard input."""
    return subprocess.run([*ACL, *args], input=text, capture_output=True, text=True, timeout=100, check=False)


@pytest.mark.parametrize("args", [["-e", "(exit 5)"], ["-e", "(mp:process-run-function \"a\" (lambda () (exit 5)))",
                                                     "-e", "(sleep 60)"]])
def test_exit(args: list[str]) -> None:
    """(exit n) gives the status, also from another process."""
    assert run(*args, "-kill").returncode == 5


def test_exit_from_listener() -> None:
    """(exit n) and :exit n at the prompt."""
    assert run(text="(exit 3)\n").returncode == 3
    assert run(text=":exit 4\n").returncode == 4
    assert run(text="(+ 1 2)\n").returncode == 0


def test_script(tmp_path: Path) -> None:
    """A script: #! line, arguments, cleanup forms, status."""
    script = tmp_path / "script.cl"
    script.write_text("#! /usr/bin/env acl\n"
                      "(unwind-protect (progn (print (rest (sys:command-line-arguments))) (exit 4))\n"
                      "  (print :cleanup))\n")
    done = run(str(script), "a", "b")
    assert done.returncode == 4
    assert done.stdout.split("\n")[1:] == ['("a" "b") ', ":CLEANUP "]


def test_unhandled_error_in_script(tmp_path: Path) -> None:
    """Status 1, report and backtrace with file and line on standard error; no Python traceback."""
    script = tmp_path / "broken.cl"
    script.write_text("(defun inner (x)\n  (car x))\n(defun outer (x)\n  (list\n    (inner x)))\n(outer 5)\n")
    done = run(str(script))
    assert done.returncode == 1
    assert "Attempt to take the car of 5 which is not listp." in done.stderr
    assert f"(INNER 5)  ; {script}:2" in done.stderr
    assert f"(OUTER 5)  ; {script}:5" in done.stderr
    assert "Traceback" not in done.stderr


def test_wrong_command_lines() -> None:
    """One clear line for an unknown option; status 1 for a missing file."""
    done = run("-nonsense")
    assert done.returncode == 2
    assert "unknown option -nonsense" in done.stderr
    done = run("/no/such/file.cl")
    assert done.returncode == 1
    assert "does not exist" in done.stderr
    assert "Traceback" not in done.stderr


def test_output_closed_early(tmp_path: Path) -> None:
    """A script whose reader goes away ends quietly."""
    script = tmp_path / "endless.cl"
    script.write_text("(loop (print 1))\n")
    with subprocess.Popen([*ACL, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        try:
            assert process.wait(100) == 141
        finally:
            process.kill()
        assert process.stderr.read() == b""


def test_break_levels() -> None:
    """Errors open levels, restarts continue, :pop and :reset go back, nothing is lost."""
    lines = ["(setq x 41)", "(car 1)", "(undefined-function-here 3)", ":pop", ":continue 0", '(cerror "go on" "bad")',
             ":continue", "(undefined-function-here 3)", ":continue 1", "(+ x 1)", "(list 1", " 2)",
             '(read-from-string "(")', ":res", "*"]
    done = run(text="\n".join(lines) + "\n")
    assert done.returncode == 0
    assert "[1] USER(3): " in done.stdout
    assert "[2] USER(4): " in done.stdout
    assert "[1c] USER(7): " in done.stdout
    assert "\n42\n" in done.stdout
    assert "\n(1 2)\n" in done.stdout
    assert "condition type: END-OF-FILE" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_endless_recursion() -> None:
    """Running out of stack is a condition; Lisp lives."""
    done = run(text="(defun f (x) (+ 1 (f x)))\n(f 1)\n:pop\n(* 6 7)\n")
    assert done.returncode == 0
    assert "Stack overflow" in done.stdout
    assert "\n42\n" in done.stdout
