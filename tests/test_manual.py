"""The manual: what is generated for it, and that it speaks of everything."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

from acl.cli import USAGE
from acl.toplevel.commands import table

DOCS = Path(__file__).parent.parent / "docs"


def generator() -> Any:
    """Return the module that makes the reference."""
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_reference(tmp_path: Path) -> None:
    """Every operator of the socket library, every command, is in the reference once, with its documentation."""
    generator().write_reference(tmp_path)
    sockets = (tmp_path / "acl-socket.md").read_text()
    for name in ("make-socket", "accept-connection", "receive-from", "shutdown"):
        assert sockets.count(f"\n## {name}\n") == 1
    assert "Return a new socket; an active stream socket is connected, and is a stream." in sockets
    commands = (tmp_path / "commands.md").read_text()
    for name in table():
        assert commands.count(f"\n## :{name}\n") == 1
    assert all(each.help for each in table().values())


def test_shortest_forms_are_unambiguous() -> None:
    """A shortest form means its command, and is no other's name."""
    for each in table().values():
        assert each.name.startswith(each.least)
        others = [c.name for c in table().values() if c is not each and c.least.startswith(each.least)
                  and each.name.startswith(c.least)]
        assert not others, (each.name, others)


def test_man_page() -> None:
    """The man page knows the options of the command line, and its commands."""
    page = (DOCS / "man.md").read_text()
    options = set(re.findall(r"^ +(--?\w+)", USAGE, re.MULTILINE))
    assert {"-e", "-L", "-batch", "-kill", "-q", "-qq", "--modern", "--version", "--help"} <= options
    for word in options | set(re.findall(r"^ +(acl \w+)", USAGE, re.MULTILINE)):
        assert word in page, word


def test_every_page_is_in_the_manual() -> None:
    """Each page under docs/ is reached from a table of contents."""
    for folder in (DOCS, DOCS / "tutorial"):
        contents = (folder / "index.md").read_text()
        for page in folder.glob("*.md"):
            assert page.name == "index.md" or re.search(rf"^{page.stem}$", contents, re.MULTILINE), page
