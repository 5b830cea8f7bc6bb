"""Compilation for the stepper: every form of the source is compiled as a call of `system::%step-form`."""

from __future__ import annotations

from types import FunctionType
from typing import Any

from acl.compiler import nodes as n
from acl.compiler.analyze import TRY, Analyzer
from acl.compiler.unit import FunctionInfo, Unit, function_info
from acl.expand.environment import NULL_ENVIRONMENT, Environment
from acl.types.cons import Cons
from acl.types.function import FUNCTIONS
from acl.types.symbol import SYSTEM, Symbol, cl

_UNSHOWN = frozenset(cl(name) for name in ("QUOTE", "FUNCTION", "DECLARE", "LAMBDA", "THE", "GO", "RETURN-FROM"))
_STEP_FORM = SYSTEM.intern("%STEP-FORM")
_FIRST_INDEX = 1_000_000
"""Functions made for stepping are numbered from here, so that the others have the numbers they have without."""


def conses_of(form: Any) -> dict[int, Any]:
    """Return all conses of *form*, by id."""
    found: dict[int, Any] = {}
    pending = [form]
    while pending:
        x = pending.pop()
        while type(x) is Cons and id(x) not in found:
            found[id(x)] = x
            pending.append(x.car)
            x = x.cdr
    return found


class SteppingAnalyzer(Analyzer):
    """Analyzes a form so that each form that stands in its source is announced before it is evaluated."""

    def __init__(self, source: Any) -> None:
        super().__init__()
        self.source = conses_of(source)
        self.stepped = _FIRST_INDEX

    def cons_form(self, form: Any, env: Environment) -> Any:
        """Return the node of a compound form; what macros have made is not shown."""
        if id(form) not in self.source or form.car in _UNSHOWN or type(form.car) is not Symbol:
            return super().cons_form(form, env)
        numbered, self.lambdas = self.lambdas, self.stepped

        def body() -> Any:
            self.stepped, self.lambdas = self.lambdas, numbered
            return super(SteppingAnalyzer, self).cons_form(form, env)

        thunk = self.in_function(body, TRY).function
        return n.Call(name=_STEP_FORM, args=[n.Constant(value=form), thunk], line=self.line)


def compile_stepping(form: Any, env: Environment = NULL_ENVIRONMENT, filename: str = "<step>") -> Unit:
    """Compile *form* for the stepper; return its unit, linked."""
    from acl.compiler import compile_form

    unit = compile_form(form, env, filename, analyzer=SteppingAnalyzer(form))
    unit.link()
    return unit  # type: ignore[no-any-return]


def stepping_function(function: Any) -> tuple[Any, Unit] | None:
    """Return *function* compiled for the stepper, and the unit it is in; None if its source is not at hand."""
    info = function_info(function)
    if info is None or info.unit.source is None:
        return None
    form, env, filename = info.unit.source
    unit = compile_stepping(form, env, filename)
    code = unit.codes.get(info.index)
    if code is None or not code.co_consts or type(code.co_consts[-1]) is not FunctionInfo:
        return None
    cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
    if code.co_consts[-1].name is not info.name or not set(code.co_freevars) <= set(cells):
        return None
    closure = tuple(cells[name] for name in code.co_freevars) if code.co_freevars else None
    return FunctionType(code, FUNCTIONS, function.__name__, function.__defaults__, closure), unit
