"""Calling a Lisp function from Python code that has to go on when it signals an error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .condition_classes import class_named
from .control import Cluster
from .dynamic import current
from .faults import condition_of

_ERRORS = Cluster(class_named("ERROR"))


class _Failed(Exception):
    """Carries the condition from the handler to the caller."""


def _fail(condition: Any) -> None:
    raise _Failed(condition)


def attempt(function: Callable[..., Any], *args: Any) -> Any:
    """Call *function*; return None, or the condition of the error that ended it because no handler took it."""
    state = current()
    outer = state.handlers
    state.handlers = (_ERRORS, [_fail], outer)
    try:
        function(*args)
    except _Failed as failure:
        return failure.args[0]
    except Exception as fault:
        return condition_of(fault)
    finally:
        state.handlers = outer
    return None
