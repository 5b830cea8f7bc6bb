"""Compilation for the stepper: each form of the source becomes a call of `system::%step-form`."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any

from acl.compiler import nodes as n
from acl.compiler.analyze import TRY, Analyzer
from acl.compiler.specials import special
from acl.compiler.unit import FunctionInfo, Lost, Unit, function_info
from acl.expand.environment import NULL_ENVIRONMENT, Environment
from acl.types.cons import Cons
from acl.types.function import FUNCTIONS
from acl.types.symbol import SYSTEM, Symbol, cl

_UNSHOWN = frozenset(cl(name) for name in ("QUOTE", "FUNCTION", "DECLARE", "LAMBDA", "THE", "GO", "RETURN-FROM"))
_STEP_FORM, _STEP_HERE = SYSTEM.intern("%STEP-FORM"), SYSTEM.intern("%STEP-HERE")
_FIRST_INDEX = 1_000_000
"""Functions made for stepping are numbered from here, so that the others have the numbers they have without."""


_OTHER = Lost("what its source defines now is another function: load its source file again")


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


class Stepping:
    """Which forms an analyzer announces to the stepper: those of the source, not what macros have made of them."""

    def __init__(self, source: dict[int, Any]) -> None:
        self.source = source
        self.passed: Any = None
        self.lambdas = _FIRST_INDEX

    def stops_at(self, form: Any) -> bool:
        """True if the stepper is to stop before *form*."""
        if form is self.passed:
            self.passed = None
            return False
        return id(form) in self.source and type(form.car) is Symbol and form.car not in _UNSHOWN

    def node(self, a: Analyzer, form: Any, env: Environment) -> Any:
        """Return the node of *form* that stops before it."""
        def body() -> Any:
            self.passed = form
            return a.cons_form(form, env)

        return n.Call(name=_STEP_FORM, args=[n.Constant(value=form), self.thunk(a, body)], line=a.line)

    def thunk(self, a: Analyzer, make: Callable[[], Any]) -> Any:
        """Return the node of a function whose body *make* gives, numbered apart from the others."""
        numbered, a.lambdas = a.lambdas, self.lambdas

        def body() -> Any:
            self.lambdas, a.lambdas = a.lambdas, numbered
            return make()

        return a.in_function(body, TRY).function


@special("%STEPPED", 1, 1)
def _stepped(a: Analyzer, form: Any, env: Environment) -> Any:
    """(%stepped form): evaluate FORM under the stepper, wherever it stands."""
    inner = form.cdr.car
    if a.stepping is None:
        a.stepping = Stepping({})
    stepping = a.stepping
    if stepping.source:
        return a.form(inner, env)  # all of it is stepped through
    stepping.source = conses_of(inner)
    try:
        return n.Call(name=_STEP_HERE, args=[stepping.thunk(a, lambda: a.form(inner, env))], line=a.line)
    finally:
        stepping.source = {}


def compile_stepping(form: Any, env: Environment = NULL_ENVIRONMENT,
                     filename: str = "<step>") -> tuple[Unit, FunctionType]:
    """Compile *form* for the stepper; return its unit, and the function that runs it."""
    from acl.compiler import compile_form

    analyzer = Analyzer()
    analyzer.stepping = Stepping(conses_of(form))
    unit = compile_form(form, env, filename, analyzer=analyzer)
    return unit, unit.link()


def stepping_function(function: Any) -> tuple[Any, Unit]:
    """Return *function* compiled for the stepper, and the unit it is in.  Raises `Lost` if that is impossible."""
    info = function_info(function)
    if info is None or info.unit is None:
        raise Lost("it is no compiled function")
    form, env, filename = info.unit.origin()
    unit, _thunk = compile_stepping(form, env, filename)
    code = unit.codes[info.index]() if info.index in unit.codes else None
    if code is None or not code.co_consts or type(code.co_consts[-1]) is not FunctionInfo:
        raise _OTHER
    cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
    if code.co_consts[-1].name is not info.name or not set(code.co_freevars) <= set(cells):
        raise _OTHER
    closure = tuple(cells[name] for name in code.co_freevars) if code.co_freevars else None
    return FunctionType(code, FUNCTIONS, function.__name__, function.__defaults__, closure), unit
