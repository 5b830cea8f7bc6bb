"""The one join of the stages: evaluation of forms and of text."""

from __future__ import annotations

from typing import Any

from acl.compiler import compile_thunk
from acl.expand.environment import NULL_ENVIRONMENT, Environment
from acl.runtime import support

del support


def evaluate_values(form: Any, env: Environment | None = None) -> tuple[Any, ...]:
    """Compile and run *form*; return the tuple of its values."""
    return compile_thunk(form, env or NULL_ENVIRONMENT)()  # type: ignore[no-any-return]


def evaluate(form: Any) -> Any:
    """Compile and run *form* in the null lexical environment; return its primary value."""
    values = evaluate_values(form)
    return values[0] if values else None


def evaluate_in(form: Any, env: Environment) -> Any:
    """The same with the macros of *env* in force."""
    values = evaluate_values(form, env)
    return values[0] if values else None


eval_form = evaluate
