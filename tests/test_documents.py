"""Every session and every Python example in README, docs and examples is run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from acl.testing.doc import Runner

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "examples").glob("*.txt"))]


@pytest.mark.xdist_group("addresses")  # some pages use fixed ports; without private networks they would wait
@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_sessions(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The sessions of the page give what the page shows."""
    passed, total = Runner(page.read_text()).run()
    assert passed == total, capsys.readouterr().out


def test_sessions_are_found() -> None:
    """README and the examples do have sessions."""
    assert len(Runner((ROOT / "README.md").read_text()).examples) >= 3
    assert any(Runner(p.read_text()).examples for p in PAGES if p.suffix == ".txt")


def test_embedding_page() -> None:
    """The Python of docs/embedding.md runs, and gives what its comments say."""
    checked: list[tuple[str, str]] = []
    names: dict[str, object] = {"check": lambda value, text: checked.append((repr(value), text))}
    for code in re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "embedding.md").read_text(), re.DOTALL):
        lines = []
        for line in code.splitlines():
            source, _, comment = line.partition("  # ")
            indent = source[:len(source) - len(source.lstrip())]
            shown = comment and "=" not in source.split("(")[0]
            lines.append(f"{indent}check({source.strip()}, {comment.strip()!r})" if shown else source)
        exec("\n".join(lines), names)
    assert len(checked) >= 8
    assert all(value == text for value, text in checked), checked


def test_python_examples() -> None:
    """The Python of README runs, and gives what its comments say."""
    [code] = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    shown: list[str] = []
    names = {"print": lambda x: shown.append(str(x))}
    expected = []
    lines = []
    for line in code.splitlines():
        source, _, comment = line.partition("  # ")
        if comment and not source.startswith(" ") and not source.startswith("acl.eval(\"(defun"):
            lines.append(f"check({source.strip()}, {comment.strip()!r})")
        else:
            if comment:
                expected.append(comment.strip())
            lines.append(source)
    checked: list[tuple[str, str]] = []
    exec("\n".join(lines), {**names, "check": lambda value, text: checked.append((repr(value), text))})
    assert len(checked) >= 3
    assert all(value == text for value, text in checked), checked
    assert shown == expected
