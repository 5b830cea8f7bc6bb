"""Generated programs whose printed results the standard decides, compared with what another Lisp prints."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

STORED = Path(__file__).parent / "sample.json"
"""Programs, and what SBCL prints for them; see `python -m tests.differential --help`."""

COMMANDS = {"acl": [sys.executable, "-m", "acl", "-q"], "sbcl": ["sbcl", "--script"], "clisp": ["clisp", "-q", "-q"],
            "ecl": ["ecl", "--shell"]}

_NOTHING = "(nothing)"

# Everything is read, compiled and printed under the same variables, and a program that fails costs itself only.
_PRELUDE = r"""
#+sbcl (declaim (sb-ext:muffle-conditions warning sb-ext:compiler-note))
(setq *print-pretty* nil *print-circle* nil *compile-print* nil *compile-verbose* nil)
(defvar *dynamic* 0)
(defvar *shown* '())
(defun show (x)
  (push (with-standard-io-syntax
          (let ((*print-readably* nil) (*package* (find-package "COMMON-LISP-USER"))) (prin1-to-string x)))
        *shown*))
(defun run (number text)
  (setq *shown* '())
  (handler-bind ((warning (lambda (c) (when (find-restart 'muffle-warning c) (muffle-warning c)))))
    (handler-case
        (with-input-from-string (s text)
          (loop for form = (read s nil s) until (eq form s)
                do (funcall (compile nil (list 'lambda '() form)))))
      (error () (push "ERROR" *shown*))))
  (format t "~&ANSWER ~d ~s~%" number (format nil "~{~a~^ ; ~}" (reverse *shown*))))
"""


def lisp_answers(sources: list[str], lisp: str = "acl") -> list[str]:
    """Return what *lisp* prints for each program; all that its `show` was called with."""
    lines = [_PRELUDE]
    for number, source in enumerate(sources):
        lines.append(f"(run {number} {_lisp_string(source)})")
    with tempfile.NamedTemporaryFile("w", suffix=".lisp", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        done = subprocess.run([*COMMANDS[lisp], file.name], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                              timeout=1200, check=False)
    answers = [_NOTHING] * len(sources)
    for part in ("\n" + done.stdout).split("\nANSWER ")[1:]:
        number, _, text = part.partition(" ")
        answers[int(number)] = text.rstrip("\n")
    if _NOTHING in answers:
        sys.stderr.write(done.stderr[-2000:])
    return answers


def _lisp_string(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def compare(sources: list[str], expected: list[str]) -> list[tuple[int, str, str, str]]:
    """Return number, source, expected and actual answer of the programs for which `acl` prints something else.

    So are those that one of the two gives no answer for: a Lisp that stops has not printed the same.
    """
    actual = lisp_answers(sources)
    return [(n, source, wanted, got)
            for n, (source, wanted, got) in enumerate(zip(sources, expected, actual, strict=True))
            if wanted != got or got == _NOTHING]


def read_sample() -> tuple[list[str], list[str]]:
    """Return the stored programs and answers."""
    pairs = json.loads(STORED.read_text(encoding="utf-8"))
    return [p for p, _ in pairs], [a for _, a in pairs]


def write_sample(sources: list[str], expected: list[str]) -> None:
    """Store programs and answers, a line each."""
    lines = ",\n".join(json.dumps([p, a], ensure_ascii=False) for p, a in zip(sources, expected, strict=True))
    STORED.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
