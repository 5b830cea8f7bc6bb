"""The wheel has everything, and runs from a folder that cannot be written to."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
pytest.importorskip("hatchling")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=ROOT, check=True,
                   capture_output=True, timeout=100)
    [path] = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Iterator[Path]:
    """A read-only folder with the contents of the wheel."""
    folder = wheel.parent / "site-packages"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    folders = [Path(each) for each, _, _ in os.walk(folder)]
    for each in folders:
        each.chmod(0o555)
    yield folder
    for each in folders:
        each.chmod(0o755)


def run(installed: Path, *args: str, text: str = "", **settings: str) -> str:
    """Run acl from the folder, writing no byte code there; return what it prints."""
    environment = {**os.environ, "PYTHONPATH": str(installed), "PYTHONDONTWRITEBYTECODE": "1",
                   "HOME": "/proc/nonexistent", **settings}
    done = subprocess.run([sys.executable, "-P", "-m", "acl", *args], input=text, capture_output=True, text=True,
                          cwd=installed, env=environment, timeout=100, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_contents(wheel: Path) -> None:
    """All of the package, the macros for Hy, the grammars, the command, the license; nothing else."""
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = {str(path.relative_to(ROOT)) for path in (ROOT / "acl").rglob("*")
              if path.is_file() and "__pycache__" not in path.parts}
    wanted |= {f"acl/{path.relative_to(ROOT)}" for path in (ROOT / "grammar").iterdir()}
    assert {name for name in names if ".dist-info/" not in name} == wanted
    assert {name.rpartition("/")[2] for name in names - wanted} == {"METADATA", "WHEEL", "RECORD", "entry_points.txt",
                                                                    "LICENSE"}
    [entry_points] = [name for name in names if name.endswith("entry_points.txt")]
    assert "acl = acl.cli:main" in zipfile.ZipFile(wheel).read(entry_points).decode()


def test_read_only(installed: Path) -> None:
    """A form, the listener, a documentation page, a compiled file."""
    assert run(installed, "-q", "-e", '(print (list (+ 1 2) (format nil "~r" 3)))', "-kill") == '\n(3 "three") '
    assert run(installed, "-q", text="(loop for i below 3 collect i)\n").startswith("USER(1): \n(0 1 2)\n")
    page = installed.parent / "page.txt"
    page.write_text("on vapor: USER(1): (+ 1 2)\n3\n")
    assert "1 of 1 examples pass" in run(installed, "doc", str(page))
    assert not list(installed.rglob("*.pyc"))
    assert not (installed.parent / "home").exists()


def test_byte_code_is_cached(installed: Path) -> None:
    """Where Python writes no byte code, by order or because it cannot, it is in the user's cache."""
    for name, settings in [("order", {}), ("cannot", {"PYTHONDONTWRITEBYTECODE": "",
                                                      "PYTHONPYCACHEPREFIX": "/dev/null/nowhere"})]:
        cache = installed.parent / name
        run(installed, "-q", "-e", "(+ 1 2)", XDG_CACHE_HOME=str(cache), **settings)
        files = list(cache.rglob("*.pyc"))
        assert len(files) > 50
        for file in files:  # as if the disk had been full
            os.truncate(file, 100)
        run(installed, "-q", "-e", "(+ 1 2)", XDG_CACHE_HOME=str(cache), **settings)
