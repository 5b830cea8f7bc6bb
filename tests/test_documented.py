"""Every operator on sockets and processes, every argument, every documented value is exercised by a case file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CASES = Path(__file__).parent / "cases"
FILES = ("sockets", "acl-socket", "socket-arguments", "processes", "process-arguments", "atomic", "dns", "devices",
         "testing")


def test_all_is_exercised():
    command = [sys.executable, "-m", "tests.documented", *(str(CASES / f"{name}.cl") for name in FILES)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, cwd=CASES.parent.parent)
    assert done.stdout.endswith("; 0 not seen\n"), done.stdout + done.stderr
