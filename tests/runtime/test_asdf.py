"""`(require :asdf)` finds the system's ASDF, which loads systems from source and from compiled files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path("/usr/share/common-lisp/source/cl-asdf/build/asdf.lisp")

PROGRAM = """
(require :asdf)
(push (truename "{folder}/") asdf:*central-registry*)
(asdf:load-system "sample")
(format t "~&~s~%" (list (funcall (intern "AREA" "SAMPLE") 3 4) (require "ASDF")))
(format t "~s~%" (uiop:run-program '("echo" "a b") :output :string))
"""


@pytest.mark.timeout(600)  # ASDF itself is compiled
@pytest.mark.skipif(not SOURCE.exists(), reason="ASDF is not installed (Debian's package cl-asdf)")
def test_load_system(tmp_path: Path) -> None:
    """A system with two files in order, compiled into the cache; another program is run."""
    (tmp_path / "sample.asd").write_text(
        '(defsystem "sample" :serial t :components ((:file "package") (:file "area")))')
    (tmp_path / "package.lisp").write_text("(defpackage :sample (:use :cl) (:export #:area))")
    (tmp_path / "area.lisp").write_text("(in-package :sample) (defun area (a b) (* a b))")
    script = tmp_path / "run.cl"
    script.write_text(PROGRAM.format(folder=tmp_path))
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    done = subprocess.run([sys.executable, "-m", "acl", "-qq", "-batch", "-kill", "-L", str(script)], check=False,
                          capture_output=True, text=True, timeout=600, env=environment, stdin=subprocess.DEVNULL)
    assert done.stdout.splitlines()[-3:] == ["(12 NIL)", '"a b', '"'], done.stdout + done.stderr
    assert list((tmp_path / "cache").rglob("area.fasl"))
