"""Runs the case files, each in a Lisp of its own: what a program gets that uses nothing else of the library."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

FILES = sorted((Path(__file__).parent / "cases").glob("*.cl"))


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_cases(path: Path) -> None:
    """Every case of the file gives what it says."""
    done = subprocess.run([sys.executable, "-m", "acl.testing.cases", str(path)], capture_output=True, text=True,
                          timeout=100, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_first_forms(path: Path) -> None:
    """The cases that use nothing else of their file also work as the first thing that a Lisp evaluates."""
    done = subprocess.run([sys.executable, "-m", "tests.fresh", str(path)], capture_output=True, text=True,
                          timeout=200, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
