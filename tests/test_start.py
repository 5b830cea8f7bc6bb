"""A start imports only what it uses."""

from __future__ import annotations

import subprocess
import sys

HEAVY = {
    "acl.builtins.format", "acl.builtins.loading", "acl.builtins.loop", "acl.builtins.pathnames",
    "acl.clos.generic", "acl.mp", "acl.printer.pretty", "acl.socket", "argparse", "asyncio", "dataclasses",
    "fractions", "inspect", "json", "lark", "pathlib", "prompt_toolkit", "shutil", "socket", "ssl", "subprocess",
    "tempfile",
}
"""Modules that `(+ 1 2)` has no use for; each costs as much as a tenth of the start."""
MOST = 95
"""More modules of acl than this a start does not need; it is 85."""


def test_a_start_imports_little() -> None:
    """`acl -e '(+ 1 2)'` imports none of the heavy modules, and few of ours."""
    done = subprocess.run([sys.executable, "-X", "importtime", "-m", "acl", "-q", "-e", "(+ 1 2)"],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
    imported = {line.split("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert not HEAVY & imported
    assert "acl.compiler.emit" in imported  # what is looked for can be seen
    assert len([name for name in imported if name.startswith("acl.")]) <= MOST
