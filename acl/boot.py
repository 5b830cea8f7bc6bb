"""Brings the image up: imports every module that declares operators."""

from __future__ import annotations

import importlib
import os

_FOLDERS = ("builtins", "mp", "socket", "toplevel")
_done = False


def modules() -> list[str]:
    """Return the names of the modules that declare operators, in a fixed order."""
    root = os.path.dirname(__file__)
    names = []
    for folder in _FOLDERS:
        for path, folders, files in os.walk(os.path.join(root, folder)):
            folders[:] = sorted(f for f in folders if not f.startswith("_"))
            relative = os.path.relpath(path, root).replace(os.sep, ".")
            names += [f"acl.{relative}.{f[:-3]}" for f in sorted(files) if f.endswith(".py") and f[0] != "_"]
    return names


def boot() -> None:
    """Make all operators known.  Does nothing the second time."""
    global _done
    if _done:
        return
    _done = True
    import acl.runtime.support

    del acl
    for name in modules():
        importlib.import_module(name)
