"""A process is interrupted in code without loops and waits, where CPython lets one thread trace another."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from acl.runtime import pressing

CASES = Path(__file__).with_name("pressing.cl")


@pytest.mark.skipif(pressing._set_trace is None, reason="this CPython does not export _PyEval_SetTrace")
def test_pressing() -> None:
    done = subprocess.run([sys.executable, "-m", "acl.testing.cases", str(CASES)], capture_output=True, text=True,
                          timeout=600, check=False, cwd=CASES.parent.parent.parent)
    assert done.returncode == 0, done.stdout + done.stderr
