"""Run the public conformance suite (pfdietz/ansi-test) with acl and show what fails, by chapter.

    python -m tests.ansi SUITE [--jobs N] [--limit SECONDS] [chapter ...]

SUITE is the folder of a checkout; nothing is fetched, and the folder is not written to: each chapter runs in a copy of
its own, in a Lisp of its own, under the suite's own regression tester.  The exit code is 1 if a test fails that
docs/conformance.md does not name, or a chapter ends before its time or takes longer than the limit.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
CHAPTERS = ("symbols", "eval-and-compile", "data-and-control-flow", "iteration", "objects", "conditions", "cons",
            "arrays", "hash-tables", "packages", "numbers", "sequences", "structures", "types-and-classes", "strings",
            "characters", "pathnames", "files", "streams", "printer", "reader", "system-construction", "environment",
            "misc")

PROGRAM = """
(setq excl:*enclose-printer-errors* nil)
(setq *default-pathname-defaults* (make-pathname :name nil :type nil :defaults *load-truename*))
(load "gclload1.lsp")
(in-package :cl-test)
(load "{chapter}/load.lsp")
(defun run ()
  (setf *default-pathname-defaults* (truename #p"sandbox/") *package* (find-package :cl-test))
  (regression-test:do-tests)
  (with-standard-io-syntax
    (let ((*print-readably* nil))
      (format t "~&##tests ~d~%" (length (cdr regression-test::*entries*)))
      (dolist (name (regression-test:pending-tests)) (format t "##failed ~a~%" name))
      (format t "##end~%"))))
"""


class Result(NamedTuple):
    """What became of a chapter: the number of its tests (0 if it did not come to its end), failed ones, seconds."""

    chapter: str
    tests: int
    failed: list[str]
    seconds: float


def run(suite: Path, chapter: str, limit: float) -> Result:
    """Run one chapter of *suite* for at most *limit* seconds."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="acl-ansi-") as folder:
        copy = Path(folder) / "suite"
        shutil.copytree(suite, copy, ignore=shutil.ignore_patterns(".git"))
        if chapter != "files":  # whose tests make the folder, for those that follow when all are run at once
            (copy / "sandbox" / "scratch").mkdir(exist_ok=True)
        (copy / "sandbox" / "sandbox").symlink_to(".")  # the tests of `load` name it, though they run in it
        program = copy / "run-chapter.lsp"
        program.write_text(PROGRAM.replace("{chapter}", chapter))
        try:  # the tests run behind `load`, whose variables some of them look at
            done = subprocess.run([sys.executable, "-m", "acl", "-q", "-L", str(program), "-e", "(cl-test::run)",
                                   "-kill"], cwd=copy, text=True, stdin=subprocess.DEVNULL, capture_output=True,
                                  timeout=limit, errors="replace", env={**os.environ, "PYTHONPATH": str(ROOT)},
                                  check=False)
            output = done.stdout
        except subprocess.TimeoutExpired:
            output = ""
    counted = re.search(r"^##tests (\d+)$", output, re.MULTILINE)
    complete = counted is not None and "##end" in output
    failed = re.findall(r"^##failed (\S+)$", output, re.MULTILINE)
    return Result(chapter, int(counted[1]) if counted and complete else 0, failed, time.monotonic() - started)


def explained() -> set[str]:
    """Return the names of the tests whose failure docs/conformance.md explains, in upper case."""
    names: set[str] = set()
    for row in re.findall(r"^\| (`.*?) \|", (ROOT / "docs" / "conformance.md").read_text(), re.MULTILINE):
        found = re.findall(r"`([^`]+)`", row)
        names.update(name.upper() for name in found)
        ends = re.fullmatch(r"`(.*\.)(\d+)` to `(.*\.)(\d+)`", row)
        if ends:
            names.update(f"{ends[1]}{n}".upper() for n in range(int(ends[2]), int(ends[4]) + 1))
    return names


def main() -> int:
    """Run the chapters that the arguments name; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("suite", type=Path)
    parser.add_argument("chapters", nargs="*", metavar="chapter", help=", ".join(CHAPTERS))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--limit", type=float, default=1800, help="seconds for a chapter")
    options = parser.parse_intermixed_args()
    if not set(options.chapters) <= set(CHAPTERS):
        parser.error(f"chapters are {', '.join(CHAPTERS)}")
    known = explained()
    wrong = tests = failures = 0
    with ThreadPoolExecutor(options.jobs) as pool:
        results = pool.map(lambda chapter: run(options.suite, chapter, options.limit), options.chapters or CHAPTERS)
        for result in results:
            news = [name for name in result.failed if name not in known]
            wrong += len(news) + (result.tests == 0)
            tests, failures = tests + result.tests, failures + len(result.failed)
            print(f"{result.chapter:24}{result.tests:6} tests {len(result.failed):4} failed {result.seconds:7.1f} s  "
                  f"{' '.join(result.failed) if result.tests else 'did not come to its end'}", flush=True)
    if tests:
        print(f"{'all':24}{tests:6} tests {failures:4} failed   {100 * (tests - failures) / tests:.2f} % passed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
