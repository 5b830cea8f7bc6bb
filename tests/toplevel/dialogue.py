"""Dialogues with a top level on pipes."""

from __future__ import annotations

import os
import re
import subprocess
import sys

ACL = [sys.executable, "-m", "acl", "-q"]
PROMPT = re.compile(r"^(?:\[(?:step|\d+[ci]*)\] )?[A-Za-z][\w-]*\(\d+\): \n?", re.MULTILINE)


def talk(*items: str, options: tuple[str, ...] = (), last: str = "") -> list[str]:
    """Type *items*, each some lines, into one top level; return what is printed for each, without plain prompts.

    *last* is typed behind them, and ends Lisp.
    """
    text = "".join(f"{item}\n(quote |end {i}|)\n:reset\n" for i, item in enumerate(items)) + last
    done = subprocess.run([*ACL, *options], input=text, capture_output=True, text=True, timeout=300, check=False,
                          env={**os.environ, "NO_COLOR": "1"})
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr, done.stdout + done.stderr
    parts = re.split(r"\|end \d+\|\n", done.stdout)
    assert len(parts) == len(items) + 1, done.stdout
    return [PROMPT.sub("", part).strip("\n") for part in (parts if last else parts[:-1])]
