"""`acl` as a process: statuses, options, scripts, the listener on pipes."""

from __future__ import annotations

import os
import signal
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


KILLED = '(unwind-protect (mp:process-kill mp:*current-process*) (print :cleanup)) (print :not-reached)'
FROM_OUTSIDE = ('(let ((p mp:*current-process*)) (mp:process-run-function "x" (lambda () ({} p))))'
                ' (loop (sleep 60))')


@pytest.mark.parametrize("form", [KILLED, FROM_OUTSIDE.format("mp:process-kill"),
                                  FROM_OUTSIDE.format("mp:process-reset")])
def test_script_that_is_killed(form: str, tmp_path: Path) -> None:
    """Who kills or resets the initial process ends the script, with cleanup forms and without a traceback."""
    script = tmp_path / "killed.cl"
    script.write_text(form)
    done = run(str(script))
    assert (done.returncode, done.stderr) == (1, "acl: the initial process was killed\n")
    assert (":CLEANUP" in done.stdout) == (form is KILLED)


def test_listener_that_is_killed_or_reset() -> None:
    """Killing the initial process ends Lisp, resetting it returns to the top level, out of all break levels."""
    done = run(text="(mp:process-kill mp:*current-process*)\n(print 11)\n")
    assert done.returncode == 1
    assert done.stderr == "acl: the initial process was killed\n"
    assert "11" not in done.stdout
    done = run(text="(car 1)\n(car 2)\n(mp:process-reset mp:*current-process* t)\n(print 11)\n")
    assert done.returncode == 0
    assert done.stderr == ""
    assert "[2] USER(3): \nUSER(4): \n11 \n11\nUSER(5): " in done.stdout


def test_script(tmp_path: Path) -> None:
    """A script: #! line, arguments, cleanup forms, status."""
    script = tmp_path / "script.cl"
    script.write_text("#! /usr/bin/env acl\n"
                      "(unwind-protect (progn (print (rest (sys:command-line-arguments))) (exit 4))\n"
                      "  (print :cleanup))\n")
    done = run(str(script), "a", "b")
    assert done.returncode == 4
    assert done.stdout.split("\n")[1:] == ['("a" "b") ', ":CLEANUP "]


def test_script_that_is_no_file(tmp_path: Path) -> None:
    """Standard input and pipes are loaded as well, to their end."""
    program = "(print (sys:command-line-arguments))\n(print *load-pathname*)\n"
    assert run("-", "a", text=program).stdout.split("\n")[1:3] == ['("-" "a") ', '#P"/dev/stdin" ']
    assert run("-L", "/dev/stdin", "-kill", text=program).stdout.split("\n")[2] == '#P"/dev/stdin" '
    failed = run("-", text="(print 1)\n(car 2)")
    assert failed.returncode == 1 and "; /dev/stdin:2" in failed.stderr
    assert run("-", text="").stdout == ""
    pipe = tmp_path / "a[b] pipe"
    os.mkfifo(pipe)
    with subprocess.Popen([*ACL, str(pipe)], stdout=subprocess.PIPE, text=True) as script:
        pipe.write_text("(print (1+ (random 1)))")
        assert script.communicate(timeout=100)[0].strip() == "1"


@pytest.mark.parametrize("name", ["a*.cl", "a[b].cl", "~a.cl", "sys:a.cl", "a?b", "a\\b.cl"])
def test_names_of_scripts(name: str, tmp_path: Path) -> None:
    """What a shell gives is the name of a file, not a Lisp namestring."""
    (tmp_path / name).write_text("(print (list :loaded (pathname-type *load-truename*)))")
    kind = '"cl"' if "." in name else "NIL"
    for args in ([name], ["-L", name, "-kill"]):
        done = subprocess.run([*ACL, *args], capture_output=True, text=True, cwd=tmp_path, timeout=100, check=False)
        assert (done.stdout.strip(), done.stderr) == (f"(:LOADED {kind})", "")


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
    """One clear line for an unknown option, an option without its argument, a file that is not there or no file."""
    for args, line in ((["-nonsense"], "acl: unknown option -nonsense"), (["-e"], "acl: -e needs an argument")):
        done = run(*args)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith(line + "\nusage: ")
    for name, reason in (("/no/such/file.cl", "No such file or directory"), ("/", "Is a directory")):
        done = run(name)
        assert (done.returncode, done.stdout, done.stderr) == (1, "", f"acl: {name}: {reason}\n")


@pytest.mark.parametrize(("form", "report"), [
    ('(load "/no/such/file.cl")', "does not exist, cannot load"),
    ('(make-socket :remote-host "no.such.host.invalid" :remote-port 7)', 'Unknown host "no.such.host.invalid"'),
    ('(make-socket :remote-host "localhost" :remote-port "no-such-service")', 'Unknown service "no-such-service"'),
    ("(car 1", "eof encountered on stream"),
    ("(list 1))", "unmatched ) at line 1, column 8 of <command line>"),
    ("(no-such-package:foo)", 'Package "NO-SUCH-PACKAGE" not found at line 1, column'),
    ("(defun f (x) (f (list x))) (f 1)", "Stack overflow"),
    ("(let ((*standard-output* t)) (print 1))", "`T' is not of the expected type `STREAM'"),
    ("(let ((*terminal-io* t)) (princ 3 t))", "`T' is not of the expected type `STREAM'"),
    ("(let ((*error-output* 7) (*terminal-io* 8)) (warn \"w\"))", "`7' is not of the expected type `STREAM'"),
])
def test_errors_of_forms(form: str, report: str) -> None:
    """Off a terminal an error under -e is reported, and ends Lisp with status 1."""
    done = run("-e", form, "-e", "(print :never)", "-kill")
    assert done.returncode == 1
    assert report in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_place_of_an_error(tmp_path: Path) -> None:
    """Each `load` of the backtrace names the line of the form it is at, also of one that cannot be expanded."""
    inner, outer = tmp_path / "inner.cl", tmp_path / "outer.cl"
    inner.write_text('(print 1)\n(defmacro bad () (error "no"))\n\n(progn\n (list 1\n (bad)))\n')
    outer.write_text(f'(print 0)\n\n(load "{inner}")\n')
    done = run(str(outer))
    assert f'(LOAD "{inner}")  ; {inner}:6\n' in done.stderr
    assert f'(LOAD "{outer}")  ; {outer}:3\n' in done.stderr


@pytest.mark.parametrize("text", ["(print 1)\n(print (list 2\n", '(print 1)\n(print "abc)\n', "(print 1)\n#|\n (a)\n"])
def test_unfinished_file(tmp_path: Path, text: str) -> None:
    """A file that ends inside something is an end-of-file error that says where that began."""
    file = tmp_path / "unfinished.cl"
    file.write_text(text)
    done = run(str(file))
    assert done.returncode == 1
    assert f"of {file}" in " ".join(done.stderr.split())
    assert "at line 2, column" in " ".join(done.stderr.split())


def test_closed_descriptors() -> None:
    """Lisp starts without standard output, input or error output."""
    for closed in ("<&-", ">&-", "2>&-"):
        done = subprocess.run(["sh", "-c", f"exec {sys.executable} -m acl -q -e '(print 1)' -kill {closed}"],
                              capture_output=True, text=True, timeout=100, check=False)
        assert (done.returncode, done.stderr) == (0, ""), closed


@pytest.mark.parametrize(("number", "status", "said"), [(signal.SIGINT, 130, "\n"), (signal.SIGTERM, 143, "")])
def test_interrupted_script(tmp_path: Path, number: int, status: int, said: str) -> None:
    """Ctrl-C ends a script with status 130, SIGTERM with 143; its cleanup forms run."""
    script = tmp_path / "script.cl"
    for wait in ("(loop (setq *x* 1))", "(sleep 1000)", "(accept-connection *p*)", "(read-line)"):
        script.write_text("(defvar *x* 0) (defvar *p* (make-socket :connect :passive))\n"
                          f"(unwind-protect (progn (print :ready) (finish-output) {wait}) (print :cleanup))\n")
        with subprocess.Popen([*ACL, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None and process.stderr is not None
            try:
                assert process.stdout.readline() + process.stdout.read(6) == "\n:READY"
                process.send_signal(number)
                assert process.wait(100) == status, wait
                assert ":CLEANUP" in process.stdout.read()
                assert process.stderr.read() == said
            finally:
                process.kill()


def test_second_sigterm(tmp_path: Path) -> None:
    """A cleanup form that does not end does not keep a second SIGTERM from ending the process."""
    script = tmp_path / "stuck.cl"
    script.write_text("(unwind-protect (progn (print :ready) (finish-output) (sleep 1000))"
                      " (print :cleanup) (finish-output) (sleep 1000))\n")
    with subprocess.Popen([*ACL, str(script)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() + process.stdout.read(6) == "\n:READY"
            process.send_signal(signal.SIGTERM)
            assert process.stdout.readline() + process.stdout.read(8) == " \n:CLEANUP"
            process.send_signal(signal.SIGTERM)
            assert process.wait(100) == -signal.SIGTERM
        finally:
            process.kill()


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


@pytest.mark.parametrize("args", [["-e", "(print 1)", "-kill"],
                                  ["-e", "(print 1)", "-e", "(finish-output)", "-kill"], []])
def test_output_that_cannot_be_written(args: list[str]) -> None:
    """Where standard output takes nothing (a full disk) acl says so once, and ends with status 1."""
    with open("/dev/full", "w") as full:
        done = subprocess.run([*ACL, *args], input="(print 1)\n", stdout=full, stderr=subprocess.PIPE, text=True,
                              timeout=100, check=False)
    assert done.returncode == 1
    assert "No space left on device" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_output_of_python_that_cannot_be_written() -> None:
    """The same of what a library of Python has printed and not yet sent."""
    program = "import sys; from acl.cli import main; print('held'); sys.exit(main(['-qq', '-e', '1', '-kill']))"
    with open("/dev/full", "w") as full:
        done = subprocess.run([sys.executable, "-c", program], stdin=subprocess.DEVNULL, stdout=full,
                              stderr=subprocess.PIPE, text=True, timeout=100, check=False)
    assert (done.returncode, done.stderr) == (1, "acl: [Errno 28] No space left on device\n")


def test_byte_order_mark(tmp_path: Path) -> None:
    """A byte order mark before a source, and a first line for the shell, are no Lisp."""
    script = tmp_path / "marked.cl"
    script.write_text("\ufeff#!/usr/bin/env acl\n(print :marked)\n", encoding="utf-8")
    assert ":MARKED" in run(str(script)).stdout
    compiled = run("-e", f'(load (compile-file "{script}"))', "-kill")
    assert ":MARKED" in compiled.stdout


def test_closed_standard_streams() -> None:
    """The dialogue goes on, and a program ends in order, when the standard streams have been closed."""
    done = run(text="(close *standard-output*)\n(print 1)\n(close *terminal-io*)\n(print 2)\n"
                    "(close *standard-input*)\n(read)\nfoo\n(* 6 7)\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert "\nFOO\n" in done.stdout and "\n42\n" in done.stdout
    done = run("-batch", "-e", "(close *standard-output*)", "-e", "(print 3 *terminal-io*)", "-kill")
    assert (done.returncode, done.stdout, done.stderr) == (0, "\n3 ", "")
