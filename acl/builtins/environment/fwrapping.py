"""Fwrappers: functions around a named function, each with an indicator, the newest outermost (EXCL)."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin, macro
from acl.expand.declarations import parse_body
from acl.expand.lambda_list import parse
from acl.expand.template import template
from acl.runtime.conditions import error
from acl.runtime.dynamic import current
from acl.types.cons import Cons, from_iterable, lisp_list, to_list
from acl.types.function import FUNCTIONS, UndefinedFunction, call_values, fdefinition, key_of, set_fdefinition
from acl.types.symbol import EXCL, SYSTEM, Symbol, T, cl

_CALL_NEXT = EXCL.export("CALL-NEXT-FWRAPPER")
_IGNORE, _IGNORABLE = cl("IGNORE"), cl("IGNORABLE")
_define = template("""
(progn
  (defun ,name ,lambda-list
    ,@documentation
    (declare ,@declarations)
    (let ((,next (%next-fwrapper)))
      (declare (ignorable ,next))
      (macrolet ((,call-next () '(apply ,next ,@arguments)))
        ,@body)))
  ',name)""")


@macro("DEF-FWRAPPER", "name lambda-list &body body", package=EXCL)
def _def_fwrapper(form: Any, env: Any) -> Any:
    """Define the function NAME of LAMBDA-LIST and BODY for use around others by `fwrap`.

    It is called in place of the function that it wraps; (call-next-fwrapper) in it calls that, or the fwrapper further
    in, with what the parameters are then, and returns its values.
    """
    name, lambda_list = form.cdr.car, form.cdr.cdr.car
    declared, doc, body = parse_body(form.cdr.cdr.cdr, documentation=True)
    # What the program ignores, `call-next-fwrapper` uses.
    declarations = [Cons(_IGNORABLE, d.cdr) if type(d) is Cons and d.car is _IGNORE else d for d in declared.forms]
    return _define(name=name, lambda_list=lambda_list, declarations=from_iterable(declarations),
                   documentation=None if doc is None else lisp_list(doc), next=Symbol("NEXT"), call_next=_CALL_NEXT,
                   arguments=_arguments(lambda_list), body=body)


def _arguments(lambda_list: Any) -> Any:
    """Return the forms, the last one for a list, that pass the parameters of *lambda_list* on."""
    parsed = parse(lambda_list)
    forms = [*parsed.required, *(o[0] for o in parsed.optional)]
    if parsed.rest is not None:
        return from_iterable([*forms, parsed.rest])
    for key, symbol, _, _ in parsed.keys:
        forms += [lisp_list(cl("QUOTE"), key), symbol]
    return from_iterable([*forms, None])


class Wrapped:
    """A function with fwrappers: `function` is the innermost, `wrappers` (indicator, name) with the newest last."""

    def __init__(self, name: Any, function: Any) -> None:
        self.name = name
        self.function = function
        self.wrappers: list[tuple[Any, Any]] = []
        self.entry = self._entry()

    def call(self, depth: int, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """Call the fwrapper *depth* from the inside, the function itself for 0; return all values."""
        if depth == 0:
            return call_values(self.function, *args)
        state = current()
        outer = state.properties.get("fwrapper")
        state.properties["fwrapper"] = self._next(depth - 1)
        try:
            return call_values(self.wrappers[depth - 1][1], *args)
        finally:
            state.properties["fwrapper"] = outer

    def _next(self, depth: int) -> Any:
        def all_values(*args: Any) -> tuple[Any, ...]:
            return self.call(min(depth, len(self.wrappers)), args)

        return _function(all_values)

    def _entry(self) -> Any:
        entry = _function(lambda *args: self.call(len(self.wrappers), args))
        entry.lisp_name = self.name
        return entry


def _function(all_values: Any) -> Any:
    """Return a Lisp function whose entry for all values is *all_values*."""
    def primary(*args: Any) -> Any:
        values = all_values(*args)
        return values[0] if values else None

    primary.mv = all_values  # type: ignore[attr-defined]
    return primary


WRAPPED: dict[str, Wrapped] = {}


def _wrapped(name: Any) -> Wrapped | None:
    """Return what *name* is wrapped as, None if it is not or was defined anew."""
    found = WRAPPED.get(key_of(name))
    return found if found is not None and FUNCTIONS.get(key_of(name)) is found.entry else None


@builtin("%NEXT-FWRAPPER", "", package=SYSTEM, export=False)
def _next_fwrapper() -> Any:
    """Return the function that the running fwrapper is around."""
    found = current().properties.get("fwrapper")
    if found is None:
        error("PROGRAM-ERROR", "A fwrapper was called, but not around a function.")
    return found


@builtin("FWRAP", "function-name indicator fwrapper", package=EXCL)
def _fwrap(function_name: Any, indicator: Any, fwrapper: Any) -> Any:
    """Put FWRAPPER, a name, around the function FUNCTION-NAME, in place of one with the same INDICATOR.

    The fwrapper that was put there last is called first.
    """
    wrapped = _wrapped(function_name)
    if wrapped is None:
        function = fdefinition(function_name)
        if function is None or isinstance(function, UndefinedFunction):
            from acl.runtime.functions import undefined_function

            undefined_function(function_name)
        wrapped = WRAPPED[key_of(function_name)] = Wrapped(function_name, function)
        set_fdefinition(function_name, wrapped.entry)
    wrapped.wrappers = [w for w in wrapped.wrappers if w[0] is not indicator] + [(indicator, fwrapper)]
    return function_name


@builtin("FUNWRAP", "function-name &optional indicator", package=EXCL)
def _funwrap(function_name: Any, indicator: Any = None) -> Any:
    """Take the fwrapper with INDICATOR (or all of them) from FUNCTION-NAME; return true if there was one."""
    wrapped = _wrapped(function_name)
    if wrapped is None:
        return None
    before = len(wrapped.wrappers)
    wrapped.wrappers = [w for w in wrapped.wrappers if indicator is not None and w[0] is not indicator]
    found = len(wrapped.wrappers) < before
    if not wrapped.wrappers:
        del WRAPPED[key_of(function_name)]
        set_fdefinition(function_name, wrapped.function)
    return T if found else None


@builtin("FWRAP-ORDER", "function-name &optional order", package=EXCL)
def _fwrap_order(function_name: Any, order: Any = None) -> Any:
    """Return the list of (indicator fwrapper) around FUNCTION-NAME, outermost first; set it to such a list ORDER."""
    wrapped = _wrapped(function_name)
    if wrapped is None:
        return None
    if order is not None:
        by_indicator = {id(i): (i, f) for i, f in wrapped.wrappers}
        wrapped.wrappers = [by_indicator[id(x.car if type(x) is Cons else x)] for x in reversed(to_list(order))]
    return from_iterable([lisp_list(i, f) for i, f in reversed(wrapped.wrappers)])
