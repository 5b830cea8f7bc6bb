"""Macro functions from macro lambda lists."""

from __future__ import annotations

from typing import Any

from acl.expand.declarations import parse_body
from acl.expand.environment import Environment, LocalMacro
from acl.expand.lambda_list import destructure, gensym, parse
from acl.runtime.conditions import error
from acl.types.cons import Cons, from_iterable, lisp_list
from acl.types.function import key_of
from acl.types.symbol import SYSTEM, Symbol, cl

_NAMED_LAMBDA = SYSTEM.intern("%NAMED-LAMBDA")
_BLOCK, _DECLARE, _IGNORABLE, _LET_STAR, _CDR = cl("BLOCK"), cl("DECLARE"), cl("IGNORABLE"), cl("LET*"), cl("CDR")
_SETF = cl("SETF")


def function_name(name: Any, what: str) -> Any:
    """Return *name* if it can name a function, else signal a `program-error`; *what* defines it."""
    if not (name is None or type(name) is Symbol or (
            type(name) is Cons and name.car is _SETF and type(name.cdr) is Cons and name.cdr.cdr is None
            and (type(name.cdr.car) is Symbol or name.cdr.car is None))):
        error("PROGRAM-ERROR", f"{what}: ~s is not the name of a function.", name)
    return name


def local_definition(definition: Any, what: str) -> Any:
    """Return *definition*, of the form (name lambda-list . body) in a form of *what*, else signal a `program-error`."""
    if type(definition) is not Cons or type(definition.cdr) is not Cons:
        error("PROGRAM-ERROR", f"{what}: ~s is not a name with a lambda list.", definition)
    function_name(definition.car, what)
    return definition


def macro_lambda(name: Any, lambda_list: Any, body: Any, default: Any = None) -> Any:
    """Return the lambda expression, of (form environment), of a macro with this lambda list and body.

    *default* is the value of parameters without a default form (`deftype` has `*` there).
    """
    form, env = gensym("FORM"), gensym("ENV")
    parsed = parse(lambda_list, destructuring=True)
    args = gensym("ARGS")
    bindings: list[tuple[Any, Any]] = []
    if parsed.environment is not None:
        bindings.append((parsed.environment, env))
    bindings.append((args, lisp_list(_CDR, form)))
    bindings.extend(destructure(lambda_list, args, form, name=name, default=default))
    declarations, doc, forms = parse_body(body, documentation=True)
    declares = [Cons(_DECLARE, from_iterable(declarations.forms))] if declarations.forms else []
    lets = from_iterable([lisp_list(s, v) for s, v in bindings])
    inner = Cons(_LET_STAR, Cons(lets, from_iterable([*declares, Cons(_BLOCK, Cons(name, forms))])))
    docs = [doc] if doc is not None else []
    return lisp_list(_NAMED_LAMBDA, name, lisp_list(form, env), *docs, inner)


def destructuring_bind(lambda_list: Any, value: Any, body: Any) -> Any:
    """Return the expansion of `destructuring-bind`."""
    whole = gensym("WHOLE")
    bindings = [(whole, value), *destructure(lambda_list, whole, whole)]
    return Cons(_LET_STAR, Cons(from_iterable([lisp_list(s, v) for s, v in bindings]), body))


def with_macros(form: Any, env: Environment) -> Environment:
    """Return *env* with the macros that a `macrolet` form defines."""
    from acl.session import evaluate_in

    new: dict[Any, Any] = {}
    for definition in form.cdr.car or ():
        local_definition(definition, "MACROLET")
        expression = macro_lambda(definition.car, definition.cdr.car, definition.cdr.cdr)
        new[key_of(definition.car)] = LocalMacro(evaluate_in(expression, env.only_macros()))
    return env.with_functions(new)
