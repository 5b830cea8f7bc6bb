"""Runs the case files."""

from __future__ import annotations

from pathlib import Path

import pytest

from acl.testing.cases import run_file

FILES = sorted((Path(__file__).parent / "cases").glob("*.cl"))


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_cases(path: Path) -> None:
    """Every case of the file gives what it says."""
    failures = run_file(path.read_text(), path.name)
    assert not failures, "\n".join(failures)
