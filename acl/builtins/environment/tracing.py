"""`trace` and `untrace`: a traced function is replaced by one that reports its calls on `*trace-output*`."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin, macro
from acl.expand.template import template
from acl.printer.writer import prin1_to_string
from acl.runtime.dynamic import current
from acl.types.cons import Cons, from_iterable, to_list
from acl.types.function import FUNCTIONS, UndefinedFunction, call_values, key_of, set_fdefinition
from acl.types.symbol import SYSTEM, cl

TRACED: dict[str, tuple[Any, Any, Any]] = {}
"""By key: name, traced function, the function that reports."""

_trace = template("(%trace ',names)")
_untrace = template("(%untrace ',names)")


@macro("TRACE", "&rest function-names")
def _trace_macro(form: Any, env: Any) -> Any:
    """Report the calls of the functions FUNCTION-NAMES and what they return; without names list the traced ones.

    A name may be a list (name option...), whose options are accepted and ignored, or (setf name).
    """
    return _trace(names=form.cdr)


@macro("UNTRACE", "&rest function-names")
def _untrace_macro(form: Any, env: Any) -> Any:
    """Stop reporting the calls of FUNCTION-NAMES; without names of all traced functions."""
    return _untrace(names=form.cdr)


def _plain_name(x: Any) -> Any:
    """Return the function's name in what TRACE was given."""
    if type(x) is Cons and x.car is not cl("SETF"):
        return x.car
    return x


@builtin("%TRACE", "names", package=SYSTEM, export=False)
def _start(names: Any) -> Any:
    """Trace the functions NAMES; return the list of those traced now, or of all if NAMES is NIL."""
    if names is None:
        return from_iterable([name for name, _, _ in TRACED.values()])
    done = []
    for name in map(_plain_name, to_list(names)):
        key = key_of(name)
        function = FUNCTIONS.get(key)
        if function is None or (isinstance(function, UndefinedFunction) and not hasattr(function, "load")):
            from acl.runtime.functions import undefined_function

            undefined_function(name)
        if isinstance(function, UndefinedFunction):
            function = function.load()  # type: ignore[attr-defined]
        if key not in TRACED or FUNCTIONS[key] is not TRACED[key][2]:
            reporter = reporting(name, function)
            TRACED[key] = (name, function, reporter)
            set_fdefinition(name, reporter)
        done.append(name)
    return from_iterable(done)


@builtin("%UNTRACE", "names", package=SYSTEM, export=False)
def _stop(names: Any) -> Any:
    """Stop tracing the functions NAMES, all if NIL; return the list of those that were traced."""
    keys = list(TRACED) if names is None else [key_of(_plain_name(n)) for n in to_list(names)]
    done = []
    for key in keys:
        entry = TRACED.pop(key, None)
        if entry is not None:
            name, function, reporter = entry
            if FUNCTIONS.get(key) is reporter:  # else it has been defined anew meanwhile
                set_fdefinition(name, function)
            done.append(name)
    return from_iterable(done)


def reporting(name: Any, function: Any) -> Any:
    """Return a function that calls *function* and reports the call and its values."""

    def report(*args: Any) -> tuple[Any, ...]:
        state = current()
        depth = state.properties.get("trace depth", 0)
        if depth is None:  # printing arguments has called a traced function
            return call_values(function, *args)
        head = f"{' ' * (depth + 1)}{depth}[{_process_number(state)}]: "
        _write(state, head, [Cons(name, from_iterable(args))])
        state.properties["trace depth"] = depth + 1
        finished = False
        try:
            values = call_values(function, *args)
            finished = True
        finally:
            state.properties["trace depth"] = depth
            if not finished:
                _write(state, head + "returned-by-throwing", [])
        _write(state, head + "returned ", list(values))
        return values

    def primary(*args: Any) -> Any:
        values = report(*args)
        return values[0] if values else None

    primary.mv = report  # type: ignore[attr-defined]
    primary.lisp_name = name  # type: ignore[attr-defined]
    lambda_list = getattr(function, "lambda_list", None)
    if lambda_list is not None:
        primary.lambda_list = lambda_list  # type: ignore[attr-defined]
    if hasattr(function, "gf"):  # so that methods can be added to it meanwhile
        primary.gf = function.gf  # type: ignore[attr-defined]
    return primary


def _process_number(state: Any) -> int:
    return getattr(state.process, "sequence", 2) or 2


def _write(state: Any, head: str, objects: list[Any]) -> None:
    depth = state.properties.get("trace depth", 0)
    state.properties["trace depth"] = None
    try:
        out = cl("*TRACE-OUTPUT*").value
        out.fresh_line()
        out.write_str(head + " ".join(prin1_to_string(x) for x in objects) + "\n")
    finally:
        state.properties["trace depth"] = depth

