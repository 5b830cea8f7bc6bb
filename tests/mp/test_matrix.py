"""A round of every blocking operation with every way out; more rounds: `python -m tests.mp.matrix 100`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mp.matrix import OPERATIONS, WAYS, one_round

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("way", [way for way in WAYS if way != "ctrl-c"])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_way_out(operation, way):
    one_round(operation, way)


def test_ctrl_c():
    """In the initial process, which a signal interrupts: all but the nap, which might be over by then."""
    done = subprocess.run([sys.executable, "-m", "tests.mp.matrix", "1", "ctrl-c"], capture_output=True, text=True,
                          timeout=100, cwd=ROOT, env=dict(os.environ, PYTHONPATH=str(ROOT)))
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(OPERATIONS) - 1} rounds, 0 failed" in done.stdout
