"""An account of all that has been evaluated in this Lisp, for the cache of loaded files.

`digest` stands for it: two Lisps with the same digest have the same definitions.  It is empty at the start; `load`
extends it by the text of each form whose effects the text decides (`proof.decided`).  Everything else that is compiled
ends the account, unless it can define nothing: `digest` is None from then on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType
from typing import Any

digest: str | None = ""
used: list[Any] | None = None
"""While `load` compiles a form: the macro functions that were called for it, and the units that were compiled."""

_HARMLESS = frozenset(["COMMON-LISP:LOAD", "COMMON-LISP:LOAD kw", "COMMON-LISP:LOAD mv"])
"""All that code may mention which can change no definition; `load` keeps account of what it loads itself."""


def end() -> None:
    """End the account: something may have been defined that no text tells of."""
    global digest
    digest = None


def extend(text: str) -> None:
    """Take a form into the account, whose effects its *text* decides."""
    global digest
    if digest is not None:
        from hashlib import blake2b

        digest = blake2b(f"{digest}\0{text}".encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def note_compiled(unit: Any) -> None:
    """Take note of code that was compiled and is about to run."""
    if used is not None:
        used.append(unit)
    elif not _HARMLESS.issuperset(unit.code.co_names) or any(isinstance(c, CodeType) for c in unit.code.co_consts):
        end()


def note_expander(function: Any) -> None:
    """Take note of a macro function that is about to be called: a program's own may do anything."""
    if used is not None:
        used.append(function)
    elif not is_own(function):
        end()


def is_own(function: Any) -> bool:
    """True if *function* is Python code of acl."""
    return str(getattr(function, "__module__", "")).startswith("acl.")


@contextmanager
def compiling() -> Iterator[list[Any]]:
    """Collect what is used to compile a form of a file that is being loaded."""
    global used
    saved, used = used, []
    try:
        yield used
    finally:
        used = saved
