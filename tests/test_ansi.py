"""The script that runs the conformance suite, on a suite of three tests."""

from __future__ import annotations

from pathlib import Path

from tests.ansi import explained, run

TESTER = """
(make-package "REGRESSION-TEST" :use '("COMMON-LISP"))
(make-package "CL-TEST" :use '("COMMON-LISP"))
(in-package :regression-test)
(export '(rem-test pending-tests do-tests))
(defvar *entries* (list nil))
(defvar *failed* nil)
(defun rem-test (name) name)
(defun pending-tests () *failed*)
(defun do-tests ()
  (dolist (e (cdr *entries*))
    (unless (equal (ignore-errors (eval (second e))) (third e)) (push (car e) *failed*))))
(in-package :cl-test)
"""


def make_suite(folder: Path, *tests: str) -> Path:
    """Make a suite with one chapter in *folder*."""
    (folder / "sandbox").mkdir(parents=True)
    (folder / "files").mkdir()
    (folder / "gclload1.lsp").write_text(TESTER)
    (folder / "files" / "load.lsp").write_text(f"(setf (cdr regression-test::*entries*) '({' '.join(tests)}))")
    return folder


def test_counts_and_failures(tmp_path: Path) -> None:
    """All tests are counted, the failed ones named; the suite's folder stays as it is."""
    suite = make_suite(tmp_path / "suite", "(good (+ 1 1) 2)", "(bad (+ 1 1) 3)", '(worse (error "x") 4)')
    before = sorted(p.name for p in suite.rglob("*"))
    result = run(suite, "files", 100)
    assert (result.tests, sorted(result.failed)) == (3, ["BAD", "WORSE"])
    assert sorted(p.name for p in suite.rglob("*")) == before


def test_chapter_that_ends_early(tmp_path: Path) -> None:
    """It has no tests then, so it counts as failed."""
    assert run(make_suite(tmp_path / "suite", "(leaves (excl:exit 0) 1)"), "files", 100).tests == 0


def test_explained_failures() -> None:
    """Rows of the page name single tests, several, and ranges."""
    names = explained()
    assert {"SHIFTF.7", "LOOP.1.41", "SXHASH.18", "COMMON-LISP-USER-PACKAGE-NICKNAMES"} <= names
    assert "LOOP.1.44" not in names
