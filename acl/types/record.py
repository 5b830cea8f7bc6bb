"""`Struct` and `field` of msgspec: classes whose instances are made and initialised in C.

For type hints that are never resolved here msgspec prefers typing_extensions, whose import costs more than the rest of
msgspec; while it is imported that module is out of sight, and msgspec takes what it needs from `typing`.
"""

from __future__ import annotations

import sys

_EXTENSIONS = "typing_extensions"
_hide = _EXTENSIONS not in sys.modules
if _hide:
    sys.modules[_EXTENSIONS] = None  # type: ignore[assignment]  # importing it raises ImportError
try:
    from msgspec import Struct, field
finally:
    if _hide:
        del sys.modules[_EXTENSIONS]

__all__ = ["Struct", "field"]
