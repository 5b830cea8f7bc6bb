"""Runs Lisp in processes of its own."""

from __future__ import annotations

import subprocess
import sys
from typing import Any


def acl(*args: Any, text: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run `acl` with *args*."""
    return subprocess.run([sys.executable, "-m", "acl", *map(str, args)], capture_output=True, text=True, input=text,
                          check=False)


def form(text: str) -> tuple[str, ...]:
    """Return the options that evaluate *text* and end."""
    return ("-qq", "-batch", "-e", text)
