"""Keeps the byte code of our modules in acl's own cache where Python keeps none (PYTHONDONTWRITEBYTECODE).

Compiling them costs twice as much as all the rest of a start.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType


def cache_directory() -> str:
    """Return the folder of all that acl keeps from run to run: `acl` in `$XDG_CACHE_HOME` or `~/.cache`."""
    return os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "acl")


class Loader(SourceFileLoader):
    """Loads a module of ours, with its byte code in the cache."""

    def get_code(self, fullname: str) -> CodeType | None:
        """Return the code of the module, as Python would if it were to write byte code below another folder."""
        given = sys.pycache_prefix, sys.dont_write_bytecode
        sys.pycache_prefix, sys.dont_write_bytecode = os.path.join(cache_directory(), "python"), False
        try:
            return super().get_code(fullname)
        finally:
            sys.pycache_prefix, sys.dont_write_bytecode = given


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
