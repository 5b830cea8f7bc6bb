"""What loads programs: modules in folders, compiled files put together, and a doubled process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def run(folder: Path, *forms: str, **environment: str) -> str:
    """Return what a Lisp in *folder* prints that evaluates *forms*."""
    words = [word for form in forms for word in ("-e", form)]
    done = subprocess.run([sys.executable, "-m", "acl", "-q", "-batch", *words, "-kill"], cwd=folder, text=True,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False,
                          env={**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(folder / "cache"),
                               **environment})
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_modules_in_folders(tmp_path: Path) -> None:
    """`require` finds a file in a folder of another name, and the loading file of a folder of the module's name."""
    (tmp_path / "pair").mkdir()
    (tmp_path / "pair" / "left.cl").write_text('(defpackage :left (:export #:side)) (defun left:side () "l")')
    (tmp_path / "whole").mkdir()
    (tmp_path / "whole" / "load.cl").write_text('(require :left) (defvar *whole* (left:side))')
    assert run(tmp_path, "(require :whole)", "(print *whole*)", ACL_MODULES=str(tmp_path)).strip() == '"l"'


def test_mentioning_a_package_loads_its_module(tmp_path: Path) -> None:
    """Packages of Franz's modules are there when they are first mentioned, as in Allegro."""
    (tmp_path / "uri").mkdir()
    (tmp_path / "uri" / "uri.cl").write_text("(defpackage :net.uri (:use :cl) (:export #:here)) "
                                             "(in-package :net.uri) (defun here () :yes)")
    assert run(tmp_path, "(print (net.uri:here))", ACL_MODULES=str(tmp_path)).strip() == ":YES"


def test_compiled_files_put_together(tmp_path: Path) -> None:
    """The contents of two compiled files, one after the other, are a compiled file."""
    (tmp_path / "a.cl").write_text("(defun a () '(1 2))")
    (tmp_path / "b.cl").write_text("(defun b () (cons (a) '(1 2)))")
    run(tmp_path, '(compile-file "a.cl")', '(compile-file-if-needed "b.cl")')
    (tmp_path / "ab.fasl").write_bytes((tmp_path / "a.fasl").read_bytes() + (tmp_path / "b.fasl").read_bytes())
    assert run(tmp_path, '(load "ab.fasl")', "(print (b))").strip() == "((1 2) 1 2)"
    (tmp_path / "bad.fasl").write_bytes((tmp_path / "ab.fasl").read_bytes()[:-3])
    assert "is damaged" in run(tmp_path, '(handler-case (load "bad.fasl") (error (c) (princ c)))')


def test_a_constant_that_only_the_compiler_has(tmp_path: Path) -> None:
    """A compiled file keeps the string of a constant, and uses the constant itself where it is defined."""
    (tmp_path / "k.cl").write_text('(eval-when (compile) (defconstant +gone+ "gone")) (defconstant +here+ "here")\n'
                                   "(defun f () (list +gone+ (eq +here+ (symbol-value '+here+)) #.#'car))")
    run(tmp_path, '(compile-file "k.cl")')
    assert run(tmp_path, '(load "k.fasl")', "(print (funcall (third (f)) (f)))", "(print (second (f)))").split() == [
        '"gone"', "T"]


def test_fork(tmp_path: Path) -> None:
    """The child has the calling process alone; its time-outs and new processes work; the parent can wait for it."""
    (tmp_path / "fork.cl").write_text("""
        (mp:process-run-function "other" (lambda () (mp:process-wait "for ever" (lambda () nil))))
        (let ((pid (excl.osi:fork)))
          (cond ((plusp pid) (print (list :reaped (= pid (excl.osi:waitpid pid)))))
                (t (print (length mp:*all-processes*))
                   (print (sys:with-timeout (0.05 :late) (mp:process-wait "for ever" (lambda () nil))))
                   (mp:process-join (mp:process-run-function "new" (lambda () (print :new))))
                   (finish-output)
                   (exit 0 :no-unwind t))))""")
    assert run(tmp_path, '(load "fork.cl")').split() == ["1", ":LATE", ":NEW", "(:REAPED", "T)"]
