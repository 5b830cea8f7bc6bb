"""What goes wrong in a process is told by Lisp's words: in initial bindings, in the function, in exit actions."""

from __future__ import annotations

import subprocess
import sys

import pytest


def acl(form: str) -> str:
    """Return what acl prints for *form*, on one line."""
    done = subprocess.run([sys.executable, "-m", "acl", "-q", "-batch", "-e", form], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=100, check=True)
    assert not done.stderr
    return " ".join(done.stdout.split())


def ended(condition: str, kind: str) -> str:
    """Return what is told of a process that an error has ended."""
    return f"; Process x ended by an error: Error: {condition} [condition type: {kind}]"


@pytest.mark.parametrize(("bindings", "told"), [
    ("((3 . 4))", ended("`3' is not of the expected type `SYMBOL'", "TYPE-ERROR")),
    ("((*print-base* . (car 3)))", ended("Attempt to take the car of 3 which is not listp.", "TYPE-ERROR")),
    ("((pi . 3))", ended("PI is a constant and cannot be bound.", "PROGRAM-ERROR")),
    ("((*once* . 3))", ended("*ONCE* is a global variable and cannot be bound.", "PROGRAM-ERROR")),
    ("5", ended("`5' is not of the expected type `LIST'", "TYPE-ERROR"))])
def test_initial_bindings(bindings: str, told: str) -> None:
    """The function is not called."""
    form = f"""(progn (defvar-nonbindable *once* 1)
                 (let ((p (mp:make-process :name "x" :initial-bindings '{bindings})))
                   (mp:process-preset p (lambda () (print :called)))
                   (mp:process-enable p)
                   (mp:process-join p)
                   (princ *once*)))"""
    assert acl(form) == f"{told} 1"


def test_exit_actions() -> None:
    """One that fails, or leaves by an exit, does not keep the others from running."""
    said = acl("""
        (let ((p (mp:make-process :name "x")))
          (setf (mp:process-exit-actions p)
                (list (list 'car 3) 5 (list (lambda () (throw 'nowhere 1))) (list (lambda () (print :last)))))
          (mp:process-preset p (lambda () (print :function)))
          (mp:process-enable p)
          (mp:process-join p))""")
    assert said == " ".join([":FUNCTION",
                             ended("`3' is not of the expected type `LIST'", "TYPE-ERROR"),
                             ended("`5' is not of the expected type `CONS'", "TYPE-ERROR"),
                             ended("Throw to tag NOWHERE, which is not the tag of an active catch.",
                                   "CONTROL-ERROR"), ":LAST"])


def test_only_the_initial_process_may_do_some_things() -> None:
    """To fork, and to end the initial listener."""
    said = acl("""
        (progn (require :osi)
          (dolist (f '(excl.osi:fork mp:exit-from-initial-listener))
            (print (first (mp:process-join (mp:process-run-function "x"
              (lambda () (handler-case (funcall f)
                           (error (c) (substitute #\\space #\\newline (princ-to-string c))))))))))
          (mp:exit-from-initial-listener))""")
    assert "FORK is only possible in the initial process: others are threads." in said
    assert "is not the initial listener." in said
