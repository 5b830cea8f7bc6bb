"""A start imports only what it uses."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

HEAVY = {
    "acl.builtins.format", "acl.builtins.loading", "acl.builtins.loop", "acl.builtins.pathnames",
    "acl.clos.generic", "acl.mp", "acl.printer.pretty", "acl.socket", "argparse", "asyncio", "dataclasses",
    "fractions", "inspect", "json", "lark", "pathlib", "prompt_toolkit", "shutil", "socket", "ssl", "subprocess",
    "tempfile",
}
"""Modules that `(+ 1 2)` has no use for; each costs as much as a tenth of the start."""
MOST = 99
"""More modules of acl than this a start does not need; so many it has."""


def test_a_start_imports_little() -> None:
    """`acl -e '(+ 1 2)'` imports none of the heavy modules, and few of ours."""
    done = subprocess.run([sys.executable, "-X", "importtime", "-m", "acl", "-q", "-e", "(+ 1 2)"],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
    imported = {line.split("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert not HEAVY & imported
    assert "acl.compiler.emit" in imported  # what is looked for can be seen
    assert len([name for name in imported if name.startswith("acl.")]) <= MOST


def test_byte_code_is_kept_where_python_keeps_none(tmp_path: Path) -> None:
    """With PYTHONDONTWRITEBYTECODE it is in acl's own cache, made once and again when the source changes."""
    package, cache = tmp_path / "site" / "acl", tmp_path / "cache"
    shutil.copytree(Path(__file__).parent.parent / "acl", package, ignore=shutil.ignore_patterns("__pycache__"))

    def run(folder: Path | str) -> str:
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "XDG_CACHE_HOME": str(folder),
                       "PYTHONPATH": str(package.parent)}
        done = subprocess.run([sys.executable, "-m", "acl", "--help"], capture_output=True, text=True, check=True,
                              env=environment, cwd=tmp_path, stdin=subprocess.DEVNULL)
        assert not list(package.rglob("*.pyc"))
        return done.stdout

    text = run(cache)
    kept = [path for path in cache.rglob("*.pyc") if path.name.startswith("cli.")]
    assert len(kept) == 1
    before = kept[0].stat().st_mtime_ns
    assert run(cache) == text
    assert kept[0].stat().st_mtime_ns == before
    source = package / "cli.py"
    source.write_text(source.read_text().replace("print this text", "print all this text"))
    assert "print all this text" in run(cache)
    assert kept[0].stat().st_mtime_ns > before
    assert "print all this text" in run("/dev/null")  # no place to write
