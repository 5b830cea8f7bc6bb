"""The cache folder; keeps the byte code of our modules there where Python keeps none (PYTHONDONTWRITEBYTECODE).

Compiling them costs twice as much as all the rest of a start.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Sequence
from functools import cache
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from itertools import count
from types import CodeType, ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Buffer


def cache_directory() -> str | None:
    """Return the folder of all that acl keeps from run to run, made if need be; None if there is no safe place for it.

    It is `acl` in `$XDG_CACHE_HOME` or `~/.cache`.  It holds code that will be run, so it must be the user's own, and
    nobody else may write in it.
    """
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):
        home = os.path.expanduser("~")
        if not (os.path.isabs(home) and os.path.isdir(home)):
            return None
        base = os.path.join(home, ".cache")
    return _own_folder(os.path.join(base, "acl"))


@cache
def _own_folder(folder: str) -> str | None:
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        link, status = os.lstat(folder), os.stat(folder)
    except OSError:
        return None
    own = link.st_uid == status.st_uid == os.geteuid() and not stat.S_IMODE(status.st_mode) & 0o022
    return folder if own else None


def write_file(path: str, octets: bytes, mode: int = 0o666) -> None:
    """Make the file *path*, or replace it as a whole; OSError, with *path*, if there is no way.

    Nobody sees a part of it, and of one that cannot be written nothing is left.
    """
    if os.path.exists(path) and not os.path.isfile(path):  # a device, a pipe
        with open(path, "wb") as file:
            file.write(octets)
        return
    try:
        descriptor, temporary = _new_file(path, mode)
        try:
            with open(descriptor, "wb") as file:
                file.write(octets)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as problem:
        raise OSError(problem.errno, problem.strerror, path) from None


def _new_file(path: str, mode: int) -> tuple[int, str]:
    """Open a new file beside *path*; return its descriptor and name."""
    for number in count():
        temporary = f"{path}.{os.getpid()}-{number}.new"
        try:
            return os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), temporary
        except FileExistsError:  # another thread's, or left by a process that was killed
            continue
    raise AssertionError


class Loader(SourceFileLoader):
    """Loads a module of ours, with its byte code in the cache."""

    def get_code(self, fullname: str) -> CodeType | None:
        """Return the code of the module, as Python would if it were to write byte code below another folder."""
        folder = cache_directory()
        if folder is None:
            return super().get_code(fullname)
        given = sys.pycache_prefix, sys.dont_write_bytecode
        sys.pycache_prefix, sys.dont_write_bytecode = os.path.join(folder, "python"), False
        try:
            return super().get_code(fullname)
        except (EOFError, ValueError, TypeError):  # a damaged file
            return self.source_to_code(self.get_data(self.path), self.path)
        finally:
            sys.pycache_prefix, sys.dont_write_bytecode = given

    def set_data(self, path: str, data: Buffer, *, _mode: int = 0o600) -> None:
        """Write byte code, the whole or, if there is no room for it, nothing: Python's own way may write a part."""
        try:
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
            write_file(path, bytes(data), mode=0o600)
        except OSError:
            return


class Finder:
    """Finds our modules where Python does, and has them loaded by `Loader` unless Python has their byte code."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Return the spec of a module of ours, None for others."""
        if not name.startswith("acl."):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and type(spec.loader) is SourceFileLoader and not _is_compiled(spec):
            spec.loader = Loader(name, spec.loader.path)
        return spec


def _is_compiled(spec: ModuleSpec) -> bool:
    try:
        assert spec.origin is not None and spec.cached is not None
        return os.stat(spec.cached).st_mtime >= os.stat(spec.origin).st_mtime
    except OSError:
        return False


def install() -> None:
    """Use the cache from now on."""
    if Finder not in sys.meta_path:
        sys.meta_path.insert(0, Finder)
