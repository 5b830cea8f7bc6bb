"""Python's own tools show Lisp: traceback, pdb, cProfile, coverage."""

from __future__ import annotations

import cProfile
import gc
import io
import linecache
import pdb
import pstats
import re
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

import acl

PROGRAM = """(defun tools-sum (n)
  (let ((sum 0))
    (dotimes (i n)
      (incf sum
            (* i i)))
    sum))

(defun tools-never (x)
  (list 1
        (car x)))

(defmacro tools-macro (x)
  `(car ,x))

(defun tools-inner (n)
  (list 1)
  (tools-macro
    n))

(defun tools-outer (n)
  (tools-sum n)
  (list (tools-inner n)))

(print
  (tools-sum 10))
"""


@pytest.fixture
def program(tmp_path: Path) -> str:
    """The name of the program's file."""
    path = tmp_path / "tools.cl"
    path.write_text(PROGRAM)
    return str(path)


def test_traceback(program: str) -> None:
    """Python's traceback of a condition shows each Lisp call with its line, and nothing of acl's inner parts."""
    acl.load(program)
    with pytest.raises(acl.Error) as caught:
        acl.function("tools-outer")(5)
    text = "".join(traceback.format_exception(caught.value))
    assert f'File "{program}", line 22, in TOOLS-OUTER\n    (list (tools-inner n)))\n' in text
    assert f'File "{program}", line 17, in TOOLS-INNER\n    (tools-macro\n' in text
    assert "Attempt to take the car of 5" in text
    assert "acl/runtime" not in text


def test_profile(program: str) -> None:
    """cProfile names Lisp functions, with file and line of their definition."""
    acl.load(program)
    profile = cProfile.Profile()
    profile.runcall(acl.function("tools-sum"), 1000)
    assert (program, 1, "TOOLS-SUM") in pstats.Stats(profile, stream=io.StringIO()).stats  # type: ignore[attr-defined]


def test_pdb(program: str) -> None:
    """A breakpoint on a Lisp line stops there; the list of lines and the stack are Lisp's."""
    acl.load(program)
    output = io.StringIO()
    debugger = pdb.Pdb(stdin=io.StringIO("continue\nwhere\nlist\nclear 1\ncontinue\n"), stdout=output, nosigint=True,
                       readrc=False)
    debugger.use_rawinput = False
    assert debugger.set_break(program, 5) is None
    assert debugger.runcall(acl.function("tools-sum").lisp_function, 3) == 5
    text = output.getvalue()
    assert f"> {program}(5)TOOLS-SUM()\n-> (* i i)))\n" in text
    assert "  5 B->\t            (* i i)))" in text
    assert "  8  \t(defun tools-never (x)" in text


def test_coverage(program: str, tmp_path: Path) -> None:
    """coverage.py reports the lines of Lisp files that have run, and those that have not."""
    pytest.importorskip("coverage")
    (tmp_path / ".coveragerc").write_text("[run]\nplugins = acl.python.coverage\n")
    for args in (["run", "--include=*.cl", "-m", "acl", program], ["report", "-m"]):
        done = subprocess.run([sys.executable, "-m", "coverage", *args], cwd=tmp_path, capture_output=True, text=True,
                              timeout=100, check=False, env=environment())
        assert done.returncode == 0, done.stderr + done.stdout
    [line] = [line for line in done.stdout.splitlines() if line.startswith("tools.cl")]
    missing = line.split("%")[1].strip()
    assert missing == "9-10, 16-17, 21-22"


def environment() -> dict[str, str]:
    """Return the environment for a Python that is started elsewhere."""
    import os

    return dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path))


def test_text_in_no_file() -> None:
    """Python's tools show the lines of what `acl.eval` was given, as long as it is in use, and no longer."""
    acl.eval("(defun typed-inner (x)\n  (list 1\n        (car x)))\n\n(defun typed-outer (x)\n  (typed-inner x)\n  1)")
    with pytest.raises(acl.Error) as caught:
        acl.function("typed-outer")(5)
    text = "".join(traceback.format_exception(caught.value))
    assert re.search(r'File "<python \d+>", line 6, in TYPED-OUTER\n    \(typed-inner x\)\n', text)
    assert re.search(r'File "<python \d+>", line 3, in TYPED-INNER\n    \(car x\)\)\)\n', text)
    del caught
    before = len(linecache.cache)
    for i in range(20):
        acl.eval(f"(defun typed-again (x) (flet ((f () (floor x {i + 1}))) (values (multiple-value-list (f)) 1)))")
        acl.eval("(multiple-value-list (typed-again 3))")
    gc.collect()
    assert len(linecache.cache) <= before + 1


def test_breakpoint_in_what_was_typed() -> None:
    """pdb, imported late, lists what stands on the command line and what is typed."""
    program = ("(defun f (x)\n  (list x\n    (here)))", "(f 5)")
    hooked = ("import acl, sys\nfrom acl.cli import main\nacl.define('here', lambda: breakpoint())\n"
              "sys.exit(main(sys.argv[1:]))")
    done = subprocess.run([sys.executable, "-c", hooked, "-q", "-batch", "-e", program[0], "-e", program[1]],
                          input="up\nup\nup\nlist\ncontinue\n", capture_output=True, text=True, timeout=100)
    assert re.search(r"<command line 1>\(3\)F\(\)\n-> \(here\)\)\)", done.stdout), done.stdout + done.stderr
