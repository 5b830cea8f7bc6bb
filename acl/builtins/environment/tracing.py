"""`trace` and `untrace`: a traced function is replaced by one that reports its calls on `*trace-output*`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from acl.builtins.declare import builtin, macro, variable
from acl.expand.template import template
from acl.printer.secrets import without_secrets
from acl.printer.writer import prin1_to_string
from acl.runtime.conditions import enter_break, error
from acl.runtime.dynamic import bind, current
from acl.types.cons import Cons, from_iterable, lisp_list, to_list
from acl.types.function import FUNCTIONS, UndefinedFunction, call_values, key_of, set_fdefinition
from acl.types.symbol import EXCL, SYSTEM, Symbol, cl

_LENGTH = variable("*TRACE-PRINT-LENGTH*", 10, "The value of *print-length* while `trace` reports.", package=EXCL)
_LEVEL = variable("*TRACE-PRINT-LEVEL*", 5, "The value of *print-level* while `trace` reports.", package=EXCL)

_METHOD, _LAMBDA = cl("METHOD"), cl("LAMBDA")
_OPTIONS = ("CONDITION", "BREAK-BEFORE", "BREAK-AFTER", "BREAK-ALL", "INSIDE", "NOT-INSIDE", "PRINT-BEFORE",
            "PRINT-AFTER", "PRINT-ALL", "SHOW-STACK")

_trace = template("(%trace ',specs)")
_untrace = template("(%untrace ',names)")


@macro("TRACE", "&rest specs")
def _trace_macro(form: Any, env: Any) -> Any:
    """Report the calls of functions and what they return; without SPECS list the functions that are traced.

    A spec is a function's name, (method name qualifier... (specializer...)), or a list of one of these and options:
    :condition FORM: report a call if FORM is true; :inside NAME or :not-inside NAME (or lists of names): if it comes
    from a call of NAME, or not; :break-before, :break-after, :break-all FORM: stop there if FORM is true;
    :print-before, :print-after, :print-all (FORM...): show these values, too; :show-stack N: show N frames.
    """
    return _trace(specs=form.cdr)


@macro("UNTRACE", "&rest function-names")
def _untrace_macro(form: Any, env: Any) -> Any:
    """Stop reporting the calls of FUNCTION-NAMES; without names, of all traced functions."""
    return _untrace(names=form.cdr)


class Tracer:
    """What is traced: its name, the function it was, the function that reports, and how to put the old one back."""

    def __init__(self, name: Any, function: Any, options: dict[str, Any]) -> None:
        self.name = name
        self.function = function
        self.condition = _thunk(options.get("CONDITION"))
        self.inside, self.not_inside = (_names(options.get(key)) for key in ("INSIDE", "NOT-INSIDE"))
        everywhere = options.get("BREAK-ALL")
        self.breaks = [_thunk(options.get(key, everywhere)) for key in ("BREAK-BEFORE", "BREAK-AFTER")]
        everywhere = options.get("PRINT-ALL")
        self.prints = [_thunks(options.get(key, everywhere)) for key in ("PRINT-BEFORE", "PRINT-AFTER")]
        self.frames: Any = options.get("SHOW-STACK") or 0
        self.reporter = self._function_that_reports()
        self.restore: Callable[[], None] = lambda: None

    def _function_that_reports(self) -> Any:
        def primary(*args: Any) -> Any:
            values = self.call(args)
            return values[0] if values else None

        reporter: Any = primary
        reporter.mv = lambda *args: self.call(args)
        reporter.lisp_name = self.name
        for attribute in ("lambda_list", "gf"):  # so that methods can be added to it meanwhile
            if hasattr(self.function, attribute):
                setattr(reporter, attribute, getattr(self.function, attribute))
        return reporter

    def call(self, args: tuple[Any, ...], function: Any = None) -> tuple[Any, ...]:
        """Call the function with *args* and report it; return all its values."""
        function = function or self.function
        state = current()
        depth = state.properties.get("trace depth", 0)
        if depth is None or not self.wanted():  # None: while something is reported
            return call_values(function, *args)
        blanks = " " * (2 * depth + 1)
        head = f"{blanks}{depth}[{getattr(state.process, 'sequence', 2) or 2}]: "
        state.properties["trace depth"] = depth + 1
        finished = False
        try:
            _say(state, head, [without_secrets(Cons(self.name, from_iterable(args)))])
            self._around(state, 0, f"{blanks}{depth}* ")
            values = call_values(function, *args)
            finished = True
        finally:
            state.properties["trace depth"] = depth
            if not finished:
                _say(state, head + "returned-by-throwing", [])
        _say(state, head + "returned ", [without_secrets(value) for value in values])
        self._around(state, 1, f"{blanks}{depth}* ")
        return values

    def wanted(self) -> bool:
        """True if the options want this call reported."""
        if self.condition is not None and _quietly(self.condition) is None:
            return False
        if not self.inside and not self.not_inside:
            return True
        callers = _callers()
        return (not self.inside or not self.inside.isdisjoint(callers)) and self.not_inside.isdisjoint(callers)

    def _around(self, state: Any, when: int, head: str) -> None:
        for form in self.prints[when]:
            _say(state, head, [_quietly(form)])
        if self.frames and when == 0:
            _say_stack(state, self.frames, head)
        stop = self.breaks[when]
        if stop is not None and _quietly(stop) is not None:
            enter_break("traced call to ~s" if when == 0 else "traced return from ~s", self.name)


TRACED: dict[Any, Tracer] = {}
"""By the key of a function's name, or the method."""


def _thunk(form: Any) -> Any:
    """Return a function that evaluates *form*, None for NIL."""
    if form is None:
        return None
    return FUNCTIONS["COMMON-LISP:EVAL"](lisp_list(cl("FUNCTION"), lisp_list(_LAMBDA, None, form)))


def _thunks(forms: Any) -> list[Any]:
    return [_thunk(lisp_list(cl("PROGN"), form)) for form in (to_list(forms) if type(forms) is Cons else [forms])
            if form is not None]


def _names(x: Any) -> frozenset[Any]:
    """Return the names in an option that takes a name or a list of them, as they can be compared."""
    names = [] if x is None else to_list(x) if type(x) is Cons and x.car is not cl("SETF") else [x]
    return frozenset(key_of(name) for name in names)


def _callers() -> set[str]:
    """Return the keys of the functions that are being called in this thread."""
    from acl.toplevel.frames import collect

    return {key_of(frame.name) for frame in collect(sys._getframe(1)) if type(frame.name) in (Symbol, Cons)
            } | {key for key, tracer in TRACED.items() if _active(tracer)}


def _active(tracer: Tracer) -> bool:
    frame: Any = sys._getframe(1)
    code = Tracer.call.__code__
    while frame is not None:
        if frame.f_code is code and frame.f_locals["self"] is tracer:
            return True
        frame = frame.f_back
    return False


def _quietly(function: Any) -> Any:
    """Call *function* while nothing is traced."""
    properties = current().properties
    depth = properties.get("trace depth", 0)
    properties["trace depth"] = None
    try:
        return function()
    finally:
        properties["trace depth"] = depth


def _say(state: Any, head: str, objects: list[Any]) -> None:
    def write() -> None:
        out = cl("*TRACE-OUTPUT*").value
        with bind(cl("*PRINT-LENGTH*"), _LENGTH.value, cl("*PRINT-LEVEL*"), _LEVEL.value):
            text = " ".join(prin1_to_string(x) for x in objects)
        out.fresh_line()
        out.write_str(f"{head}{text}\n")

    _quietly(write)


def _say_stack(state: Any, count: int, head: str) -> None:
    from acl.toplevel.frames import collect

    for frame in collect(sys._getframe(3))[:count]:
        _say(state, head, [frame.expression()])


# Starting and stopping


@builtin("%TRACE", "specs", package=SYSTEM, export=False)
def _start(specs: Any) -> Any:
    """Trace what SPECS say; return the list of the names of those traced now, or of all if SPECS is NIL."""
    if specs is None:
        return from_iterable([tracer.name for tracer in TRACED.values()])
    done = []
    for spec in to_list(specs):
        name, options = (spec.car, to_list(spec.cdr)) if _has_options(spec) else (spec, [])
        start_tracing(name, _given(name, options))
        done.append(name)
    return from_iterable(done)


def _has_options(spec: Any) -> bool:
    return type(spec) is Cons and spec.car not in (cl("SETF"), _METHOD)


def _given(name: Any, options: list[Any]) -> dict[str, Any]:
    """Return options that follow *name* by their names."""
    if len(options) % 2 or any(type(key) is not Symbol or key.name not in _OPTIONS for key in options[::2]):
        error("PROGRAM-ERROR", "TRACE ~s: ~s are not options and their values.", name, from_iterable(options))
    return dict(zip([key.name for key in options[::2]], options[1::2], strict=True))


def start_tracing(name: Any, options: dict[str, Any]) -> None:
    """Trace the function or method *name*, anew if it is traced."""
    if type(name) is Cons and name.car is _METHOD:
        _trace_method(name, options)
        return
    key = key_of(name)
    stop_tracing(key)
    function = FUNCTIONS.get(key)
    if function is None or (isinstance(function, UndefinedFunction) and not hasattr(function, "load")):
        from acl.runtime.functions import undefined_function

        undefined_function(name)
    if isinstance(function, UndefinedFunction):
        function = function.load()  # type: ignore[attr-defined]
    tracer = TRACED[key] = Tracer(name, function, options)

    def restore() -> None:
        if FUNCTIONS.get(key) is tracer.reporter:  # else it has been defined anew meanwhile
            set_fdefinition(name, function)

    tracer.restore = restore
    set_fdefinition(name, tracer.reporter)


def _method_of(spec: Any) -> Any:
    """Return the method that (method name qualifier... (specializer...)) means."""
    from acl.clos.generic import find_method, generic_of
    from acl.clos.methods import specializer_of

    _, name, *qualifiers, specializers = to_list(spec)
    gf = generic_of(FUNCTIONS.get(key_of(name)))
    method = None if gf is None else find_method(
        gf, tuple(qualifiers), tuple(specializer_of(s) for s in to_list(specializers)))
    return method if method is not None else error("SIMPLE-ERROR", "There is no method ~s.", spec)


def _trace_method(spec: Any, options: dict[str, Any]) -> None:
    from acl.clos.generic import invalidate

    method = _method_of(spec)
    stop_tracing(method)
    tracer = TRACED[method] = Tracer(spec, None, options)
    plain = method.instantiate

    def instantiate(next_method: Any) -> Any:
        function = plain(next_method)

        def reporter(*args: Any) -> Any:
            values = tracer.call(args, function)
            return values[0] if values else None

        reporter.mv = lambda *args: tracer.call(args, function)  # type: ignore[attr-defined]
        return reporter

    def restore() -> None:
        del method.instantiate
        invalidate(method.gf)

    tracer.restore = restore
    method.instantiate = instantiate
    invalidate(method.gf)


def stop_tracing(key: Any) -> Any:
    """Stop tracing the function with *key*, or the method *key*; return its name, None if it was not traced."""
    tracer = TRACED.pop(key, None)
    if tracer is None:
        return None
    tracer.restore()
    return tracer.name


@builtin("%UNTRACE", "names", package=SYSTEM, export=False)
def _stop(names: Any) -> Any:
    """Stop tracing the functions NAMES and return the list of those that were traced; all, and return NIL, if NIL."""
    if names is None:
        for key in list(TRACED):
            stop_tracing(key)
        return None
    specs = [spec.car if _has_options(spec) else spec for spec in to_list(names)]
    keys = [_method_of(s) if type(s) is Cons and s.car is _METHOD else key_of(s) for s in specs]
    return from_iterable([name for name in map(stop_tracing, keys) if name is not None])


@builtin("FTRACE", "function-spec &key condition break-before break-after inside not-inside print-before print-after "
                   "show-stack", package=EXCL)
def _ftrace(function_spec: Any, **options: Any) -> Any:
    """Trace FUNCTION-SPEC, the name of a function or a function with a name; the other arguments as in `trace`."""
    name = _name_of(function_spec)
    start_tracing(name, {key.replace("_", "-").upper(): value for key, value in options.items()})
    return lisp_list(name)


@builtin("FUNTRACE", "function-spec", package=EXCL)
def _funtrace(function_spec: Any) -> Any:
    """Stop tracing FUNCTION-SPEC, the name of a function or a function with a name."""
    return _stop(lisp_list(_name_of(function_spec)))


def _name_of(x: Any) -> Any:
    """Return the name of a function, which must be what that name means."""
    if type(x) in (Symbol, Cons):
        return x
    from acl.compiler.unit import function_info

    for tracer in TRACED.values():
        if x in (tracer.function, tracer.reporter):
            return tracer.name
    info = function_info(x)
    name = info.name if info is not None else getattr(getattr(x, "gf", x), "name", getattr(x, "lisp_name", None))
    if type(name) not in (Symbol, Cons) or FUNCTIONS.get(key_of(name)) is not x:
        error("SIMPLE-ERROR", "~s cannot be traced: it is not what its name means.", x)
    return name
