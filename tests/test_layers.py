"""A stage imports only what stands before it (docs/implementation.md); imports inside functions are free."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "acl"
ORDER = ["types", "clos.precedence", "clos.base", "runtime", "streams", "reader", "printer", "expand", "compiler",
         "clos", "mp", "socket", "ssl", "builtins", "session", "boot", "python", "toplevel", "testing", "lab", "cli"]
# Declarations are how every stage offers its operators: they belong to the objects.
# The cache folder uses nothing of acl.
ALIASES = {"builtins.declare": "types", "bytecode": "types"}


def stage(module: str) -> str:
    """Return the stage that the module (without `acl.`) belongs to."""
    for alias, name in ALIASES.items():
        if module == alias:
            return name
    for name in sorted(ORDER, key=len, reverse=True):
        if module == name or module.startswith(name + "."):
            return name
    return "cli"


def imports(path: Path) -> set[str]:
    """Return the modules of acl that *path* imports at its top level."""
    found = set()
    package = ["acl", *path.relative_to(ROOT).parts[:-1]]
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.ImportFrom):
            base = package[:len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            names = [f"{module}.{a.name}" for a in node.names]
            found.update(n if (ROOT.parent / (n.replace(".", "/") + ".py")).exists() else module for n in names)
        elif isinstance(node, ast.Import):
            found.update(a.name for a in node.names)
    return {m.removeprefix("acl.") for m in found if m.startswith("acl.")}


FILES = sorted(p for p in ROOT.rglob("*.py") if p.name not in ("__main__.py",) and p.parent != ROOT)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_go_left(path: Path) -> None:
    """Every import at the top of a module is of its own stage or of one before it."""
    own = str(path.relative_to(ROOT)).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    place = ORDER.index(stage(own))
    wrong = [m for m in imports(path) if ORDER.index(stage(m)) > place]
    assert not wrong, f"{own} ({ORDER[place]}) imports {wrong}"
