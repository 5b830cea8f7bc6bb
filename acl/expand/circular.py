"""Code that contains itself: it would be compiled for ever, so it is an error at once."""

from __future__ import annotations

from typing import Any

from acl.runtime.conditions import error
from acl.types.array import string
from acl.types.cons import Cons
from acl.types.symbol import T, cl

_QUOTE = cl("QUOTE")


def check(form: Any) -> None:
    """Signal a `program-error` if *form* contains itself other than as quoted data."""
    if not _contains_itself(form):
        return
    from acl.printer.writer import prin1_to_string
    from acl.runtime.dynamic import bind

    with bind(cl("*PRINT-CIRCLE*"), T, cl("*PRINT-LENGTH*"), 5, cl("*PRINT-LEVEL*"), 3, cl("*PRINT-PRETTY*"), None):
        shown = string(prin1_to_string(form))
    error("PROGRAM-ERROR", "~a contains itself and cannot be evaluated.", shown)


def _contains_itself(form: Any) -> bool:
    """True if a cons of *form* is reached again from itself."""
    open_conses: set[int] = set()
    done: set[int] = set()
    todo: list[tuple[Any, bool]] = [(form, False)]
    while todo:
        cons, leaving = todo.pop()
        key = id(cons)
        if leaving:
            open_conses.discard(key)
            done.add(key)
        elif key in open_conses:
            return True
        elif key not in done:
            open_conses.add(key)
            todo.append((cons, True))
            if cons.car is not _QUOTE:
                todo.extend((part, False) for part in (cons.car, cons.cdr) if type(part) is Cons)
    return False
