"""acl: a Common Lisp that runs on CPython and speaks Allegro CL.

    import acl
    acl.eval("(+ 1 2)")                    # 3
    acl.load("program.cl")
    square = acl.function("square")        # a Lisp function as a Python callable
    acl.define("PY-UPPER", str.upper)      # and the other way round
    try: acl.eval('(error "no")')
    except acl.Error as e: print(e)        # Lisp conditions are Python exceptions

Nothing of Lisp is imported before it is used.
"""

from __future__ import annotations

import sys
from typing import Any

__version__ = "0.1.0"

if sys.dont_write_bytecode:
    from acl.bytecode import install

    install()

_API = ("eval", "load", "function", "define", "to_lisp", "to_python", "Error", "Condition", "Warning")


def __getattr__(name: str) -> Any:
    if name in _API:
        from acl.python import bridge

        return getattr(bridge, name)
    raise AttributeError(f"module 'acl' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_API])
