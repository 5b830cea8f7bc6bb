"""The one join of the stages: evaluation of forms and of text."""

from __future__ import annotations

from typing import Any

from acl.compiler import compile_thunk
from acl.compiler.toplevel import TopLevel
from acl.expand.environment import NULL_ENVIRONMENT, Environment
from acl.runtime import support
from acl.types.cons import Cons

del support


def run_form(form: Any, env: Environment, filename: str = "<lisp>",
             positions: dict[int, tuple[int, int]] | None = None) -> tuple[Any, ...]:
    """Compile and run one form that is not to be taken apart; return the tuple of its values."""
    return compile_thunk(form, env, filename, positions)()  # type: ignore[no-any-return]


def evaluate_values(form: Any, env: Environment | None = None, filename: str = "<lisp>",
                    positions: dict[int, tuple[int, int]] | None = None) -> tuple[Any, ...]:
    """Evaluate *form* as a top-level form: the parts of a `progn` one after the other; return all values."""
    if type(form) is not Cons:
        return run_form(form, env or NULL_ENVIRONMENT, filename, positions)
    top = TopLevel(lambda x, e: run_form(x, e, filename, top.positions), None, positions)
    return top.whole(form, env or NULL_ENVIRONMENT)  # type: ignore[no-any-return]


def evaluate(form: Any) -> Any:
    """Evaluate *form* in the null lexical environment; return its primary value."""
    values = evaluate_values(form)
    return values[0] if values else None


def evaluate_in(form: Any, env: Environment) -> Any:
    """The same with the macros of *env* in force."""
    values = run_form(form, env)
    return values[0] if values else None

