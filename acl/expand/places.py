"""Places: setf expansions (CLHS 5.1) and the macros that read and write them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from acl.expand.environment import NULL_ENVIRONMENT, Environment, SymbolMacro
from acl.expand.lambda_list import gensym
from acl.expand.macroexpand import SYMBOL_MACROS, macroexpand_1
from acl.runtime.conditions import error
from acl.types.cons import Cons, from_iterable, lisp_list, to_list
from acl.types.symbol import KEYWORD, NIL_SYMBOL, SYSTEM, Symbol, cl, function_key

_QUOTE, _SETF, _SETQ, _LET_STAR, _FUNCALL, _FUNCTION = (
    cl(x) for x in ("QUOTE", "SETF", "SETQ", "LET*", "FUNCALL", "FUNCTION"))
_PROGN, _MVB, _VALUES, _THE, _APPLY = (cl(x) for x in ("PROGN", "MULTIPLE-VALUE-BIND", "VALUES", "THE", "APPLY"))

PUT = SYSTEM.intern("%PUTF")


class Expansion(NamedTuple):
    """The five values of `get-setf-expansion`, as Python lists."""

    temps: list[Any]
    values: list[Any]
    stores: list[Any]
    writer: Any
    reader: Any


SETF_EXPANDERS: dict[Symbol, Callable[[Any, Any], Expansion]] = {}
"""By the operator of the place: (form, env) -> Expansion."""


def setf_expander(name: str) -> Callable[[Any], Any]:
    """Register the expander of places whose operator is the CL symbol *name*."""
    def register(function: Any) -> Any:
        SETF_EXPANDERS[cl(name)] = function
        return function

    return register


def expansion(place: Any, env: Environment | None = None) -> Expansion:
    """Return the setf expansion of *place*; `program-error` if it is none."""
    environment = env or NULL_ENVIRONMENT
    while True:
        if type(place) is Symbol:
            expanded, again = macroexpand_1(place, environment)
            if again:
                place = expanded
                continue
            store = gensym("NEW")
            return Expansion([], [], [store], lisp_list(_SETQ, place, store), place)
        if type(place) is Cons and place.car is None:  # (nil ...), which may be a local function
            place = Cons(NIL_SYMBOL, place.cdr)
        if type(place) is not Cons or type(place.car) is not Symbol:
            error("PROGRAM-ERROR", "~s: illegal atomic form for get-setf-expansion.", place)
        operator = place.car
        local = environment.functions.get(function_key(operator)) if environment.functions else None
        if local is None and operator in SETF_EXPANDERS:
            return SETF_EXPANDERS[operator](place, environment)
        expanded, again = macroexpand_1(place, environment)
        if not again:
            setter = lisp_list(_FUNCTION, lisp_list(_SETF, operator))
            return call_expansion(place, _Caller(setter))
        place = expanded


class ShortSetf:
    """The expander of a short `defsetf`: the operator *updater* is called with the place's arguments and the value."""

    def __init__(self, updater: Any) -> None:
        self.updater = updater

    def __call__(self, place: Any, env: Any) -> Expansion:
        return call_expansion(place, lambda store, args: Cons(self.updater, from_iterable([*args, store])))


class _Caller:
    """Writes by calling a setf function."""

    def __init__(self, setter: Any) -> None:
        self.setter = setter

    def __call__(self, store: Any, args: list[Any]) -> Any:
        return Cons(_FUNCALL, Cons(self.setter, Cons(store, from_iterable(args))))


def needs_temporary(form: Any) -> bool:
    """True unless *form* is a constant, which may be written twice."""
    if type(form) is Cons:
        return form.car is not _QUOTE
    return type(form) is Symbol and form.package is not KEYWORD


def call_expansion(place: Any, write: Callable[[Any, list[Any]], Any]) -> Expansion:
    """Return the expansion of a place that evaluates all its arguments; *write* makes the storing form."""
    temps, values, args = [], [], []
    for argument in to_list(place.cdr):
        if needs_temporary(argument):
            temp = gensym("A")
            temps.append(temp)
            values.append(argument)
            args.append(temp)
        else:
            args.append(argument)
    store = gensym("NEW")
    return Expansion(temps, values, [store], write(store, args), Cons(place.car, from_iterable(args)))


def bindings(e: Expansion) -> list[Any]:
    """Return the `let*` bindings of an expansion's temporaries."""
    return [lisp_list(t, v) for t, v in zip(e.temps, e.values, strict=True)]


def let_star(pairs: list[Any], *body: Any) -> Any:
    """Return `(let* pairs . body)`, or the body alone if there is nothing to bind."""
    if not pairs:
        return body[0] if len(body) == 1 else Cons(_PROGN, from_iterable(body))
    return Cons(_LET_STAR, Cons(from_iterable(pairs), from_iterable(body)))


def plain_variable(symbol: Symbol, env: Any) -> bool:
    """True unless *symbol* is a symbol macro in *env*."""
    entry = (env or NULL_ENVIRONMENT).variables.get(symbol)
    return not isinstance(entry, SymbolMacro) and (entry is not None or symbol not in SYMBOL_MACROS)


def setf(place: Any, value: Any, env: Any) -> Any:
    """Return the form that stores the value of *value* in *place*."""
    if type(place) is Symbol and plain_variable(place, env):
        return lisp_list(_SETQ, place, value)
    if type(place) is Cons and type(place.car) is Symbol and type(short := SETF_EXPANDERS.get(place.car)) is ShortSetf \
            and not (env and env.functions and function_key(place.car) in env.functions):
        return Cons(short.updater, from_iterable([*to_list(place.cdr), value]))  # as written: it may be a macro
    e = expansion(place, env)
    if len(e.stores) == 1:
        return let_star([*bindings(e), lisp_list(e.stores[0], value)], e.writer)
    return let_star(bindings(e), lisp_list(_MVB, from_iterable(e.stores), value, e.writer))


def modify(place: Any, env: Any, new: Callable[[Any], Any], before: list[Any] | None = None) -> Any:
    """Return the form that replaces the value of *place* by what *new* makes of the form that reads it.

    *before* are (variable form) bindings to be evaluated after the place's own subforms.
    """
    e = expansion(place, env)
    pairs = bindings(e)
    return let_star([*pairs, *(before or []), lisp_list(e.stores[0], new(e.reader))], e.writer)


@setf_expander("THE")
def _the(place: Any, env: Any) -> Expansion:
    type_, inner = to_list(place.cdr)
    e = expansion(inner, env)
    return Expansion(e.temps, e.values, e.stores, e.writer, lisp_list(_THE, type_, e.reader))


@setf_expander("VALUES")
def _values(place: Any, env: Any) -> Expansion:
    temps: list[Any] = []
    values: list[Any] = []
    stores: list[Any] = []
    writers: list[Any] = []
    readers: list[Any] = []
    for inner in to_list(place.cdr):
        e = expansion(inner, env)
        temps += e.temps
        values += e.values
        stores.append(e.stores[0] if e.stores else gensym("NEW"))
        for extra in e.stores[1:]:  # a nested (values ...) takes one value, the others are NIL
            temps.append(extra)
            values.append(None)
        writers.append(e.writer)
        readers.append(e.reader)
    return Expansion(temps, values, stores, Cons(_VALUES, from_iterable(writers)),
                     Cons(_VALUES, from_iterable(readers)))


@setf_expander("APPLY")
def _apply(place: Any, env: Any) -> Expansion:
    function, *args = to_list(place.cdr)
    if type(function) is not Cons or function.car is not _FUNCTION:
        error("PROGRAM-ERROR", "Only #'name may be applied in a place: ~s.", place)
    setter = lisp_list(_FUNCTION, lisp_list(_SETF, function.cdr.car))
    temps = [gensym("A") for _ in args]
    store = gensym("NEW")
    return Expansion(temps, args, [store], Cons(_APPLY, Cons(setter, Cons(store, from_iterable(temps)))),
                     Cons(_APPLY, Cons(function, from_iterable(temps))))


def _partial(place: Any, env: Any, inner_index: int, write: str) -> Expansion:
    """A place that is a part of another one: (ldb spec place), (getf place key default)."""
    args = to_list(place.cdr)
    e = expansion(args[inner_index], env)
    own_temps, own_values, own_args = [], [], []
    for i, argument in enumerate(args):
        if i != inner_index:
            temp = gensym("A")
            own_temps.append(temp)
            own_values.append(argument)
            own_args.append(temp)
    store = gensym("NEW")
    inner_store = e.stores[0]
    if inner_index == 0:
        new = lisp_list(PUT, e.reader, own_args[0], store)
        reader_args = [e.reader, *own_args]
        temps, values = [*e.temps, *own_temps], [*e.values, *own_values]
    else:
        new = lisp_list(cl(write), store, own_args[0], e.reader)
        reader_args = [*own_args, e.reader]
        temps, values = [*own_temps, *e.temps], [*own_values, *e.values]
    writer = let_star([lisp_list(inner_store, new)], e.writer, store)
    return Expansion(temps, values, [store], writer, Cons(place.car, from_iterable(reader_args)))


@setf_expander("LDB")
def _ldb(place: Any, env: Any) -> Expansion:
    return _partial(place, env, 1, "DPB")


@setf_expander("MASK-FIELD")
def _mask_field(place: Any, env: Any) -> Expansion:
    return _partial(place, env, 1, "DEPOSIT-FIELD")


@setf_expander("GETF")
def _getf(place: Any, env: Any) -> Expansion:
    return _partial(place, env, 0, "")
