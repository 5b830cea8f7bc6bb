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

import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from acl.python.bridge import (
        Condition,
        Error,
        Warning,
        bind,
        define,
        eval,
        function,
        lisp_data,
        load,
        python_data,
        to_lisp,
        to_python,
    )

__version__ = "0.1.0"

if sys.dont_write_bytecode or not os.path.exists(__spec__.cached or ""):  # Python writes none, or cannot
    from acl.bytecode import install

    install()

__all__ = ["Condition", "Error", "Warning", "bind", "define", "eval", "function", "lisp_data", "load", "python_data",
           "to_lisp", "to_python"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from acl.python import bridge

        return getattr(bridge, name)
    raise AttributeError(f"module 'acl' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
