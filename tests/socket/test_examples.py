"""The example programs print what their transcripts say."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
TRANSCRIPTS = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))


@pytest.mark.parametrize("transcript", TRANSCRIPTS, ids=lambda p: p.stem)
def test_example(transcript: Path) -> None:
    """The program runs to its end within two minutes and says the same."""
    program = ROOT / "examples" / (transcript.stem + ".cl")
    done = subprocess.run([sys.executable, "-m", "acl", str(program)], capture_output=True, text=True, timeout=100,
                          cwd=ROOT, env=dict(os.environ, PYTHONPATH=str(ROOT)))
    assert done.stdout == transcript.read_text(), done.stderr
    assert done.returncode == 0
