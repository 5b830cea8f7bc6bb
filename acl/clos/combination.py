"""Method combination: from applicable methods to one Python function, the effective method.

STANDARD and the built-in operators are put together from closures.  What `define-method-combination` defines
gives a form, which the compiler turns into a function.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from acl.clos.base import Metaobject
from acl.clos.generic import Method, generic
from acl.runtime.conditions import error
from acl.types.cons import Cons, from_iterable, lisp_list, to_list
from acl.types.function import FUNCTIONS, call_values, mv_entry
from acl.types.symbol import SYSTEM, Symbol, cl, function_key, keyword

AROUND, BEFORE, AFTER = keyword("AROUND"), keyword("BEFORE"), keyword("AFTER")
MOST_SPECIFIC_FIRST, MOST_SPECIFIC_LAST = keyword("MOST-SPECIFIC-FIRST"), keyword("MOST-SPECIFIC-LAST")


class MethodCombination(Metaobject, lisp="METHOD-COMBINATION"):
    """A method combination with its options, as `find-method-combination` returns it."""

    def __init__(self, name: Any, options: Any) -> None:
        self.combination_name = name
        self.options = options


class ShortCombination:
    """What a short `define-method-combination` defines: an operator applied to the methods' values."""

    def __init__(self, operator: Any, identity: bool, documentation: Any = None) -> None:
        self.operator = operator
        self.identity = identity
        self.documentation = documentation


class LongCombination:
    """What a long `define-method-combination` defines: a function of gf, methods, options giving a form."""

    def __init__(self, function: Any, documentation: Any = None) -> None:
        self.function = function
        self.documentation = documentation


_IDENTITY = {"+": True, "AND": True, "OR": True, "APPEND": True, "LIST": False, "MAX": True, "MIN": True,
             "NCONC": True, "PROGN": True}
COMBINATIONS: dict[Symbol, Any] = {cl(name): ShortCombination(cl(name), one) for name, one in _IDENTITY.items()}
"""The method combinations but STANDARD, by name."""
_STANDARD = cl("STANDARD")


def find_combination(name: Any, options: Any = None) -> tuple[Any, Any]:
    """Return the pair (name, options) if there is such a method combination, else signal an error."""
    if name is not _STANDARD and name not in COMBINATIONS:
        error("SIMPLE-ERROR", "There is no method combination named ~s.", name)
    if name is _STANDARD and options is not None:
        error("SIMPLE-ERROR", "The method combination STANDARD takes no options, but ~s were given.", options)
    return name, options


def effective_method(gf: Any, methods: list[Any]) -> Callable[..., Any]:
    """Return the effective method of *gf* for the applicable *methods*, most specific first."""
    name, options = gf.combination
    if name is _STANDARD:
        function = _standard(gf, methods)
    else:
        combination = COMBINATIONS[name]
        if isinstance(combination, ShortCombination):
            function = _short(gf, name, combination, options, methods)
        else:
            form = combination.function(gf.function, from_iterable(methods), *to_list(options))
            function = compile_form(gf, form)
    return with_keyword_check(gf, methods, function)  # type: ignore[no-any-return]


# STANDARD


def _standard(gf: Any, methods: list[Any]) -> Any:
    if len(methods) == 1 and not methods[0].qualifiers and methods[0].maker is None:
        return methods[0].function
    around: list[Any] = []
    before: list[Any] = []
    primary: list[Any] = []
    after: list[Any] = []
    for method in methods:
        qualifiers = method.qualifiers
        if not qualifiers:
            primary.append(method)
        elif len(qualifiers) > 1:
            invalid_method(gf, method)
        elif qualifiers[0] is AROUND:
            around.append(method)
        elif qualifiers[0] is BEFORE:
            before.append(method)
        elif qualifiers[0] is AFTER:
            after.append(method)
        else:
            invalid_method(gf, method)
    if not primary:
        return _no_primary(gf)
    function = chain(gf, primary)
    if before or after:
        function = wrap(gf, [m.instantiate(None) for m in before], function,
                        [m.instantiate(None) for m in reversed(after)])
    return chain(gf, around, function) if around else function


def chain(gf: Any, methods: list[Any], inner: Any = None) -> Any:
    """Return the function of the first of *methods*, whose next methods are the others and then *inner*."""
    function = inner
    for method in reversed(methods):
        function = method.instantiate(function if function is not None or method.maker is None
                                      else no_next(gf, method))
    return function


def no_next(gf: Any, method: Any) -> Any:
    """Return what stands for the next method where there is none: it calls `no-next-method`."""

    def function(*args: Any) -> Any:
        return generic("NO-NEXT-METHOD")(gf.function, method, *args)

    function.mv = lambda *args: call_values(generic("NO-NEXT-METHOD"), gf.function, method, *args)  # type: ignore[attr-defined]
    function.no_next = True  # type: ignore[attr-defined]
    return function


def invalid_method(gf: Any, method: Any) -> None:
    """Signal that the qualifiers of *method* mean nothing to the method combination of *gf*."""
    error("PROGRAM-ERROR", "The qualifiers of the method ~s are not allowed by the method combination ~s of ~s.",
          method, gf.combination[0], gf.function)


def _no_primary(gf: Any) -> Any:
    def function(*args: Any) -> Any:
        return error("PROGRAM-ERROR", "There is no primary method for ~s with arguments ~s.", gf.function,
                     from_iterable(args))

    return function


_wrappers: dict[tuple[int, bool, int, int], Any] = {}


def wrap(gf: Any, before: list[Any], function: Any, after: list[Any]) -> Any:
    """Return a function that calls the functions *before*, then *function* for its values, then those *after*."""
    shape = gf.shape
    key = (shape.required, shape.more, len(before), len(after))
    maker = _wrappers.get(key)
    if maker is None:
        maker = _wrappers[key] = _make_wrapper(*key)
    effective = maker(*before, function, *after)
    if after or getattr(function, "mv", None) is not None or hasattr(function, "__code__"):
        entries: list[Any] = []

        def values(*args: Any) -> Any:
            if not entries:
                entries.append(maker(*before, mv_entry(function), *after))
                effective.mv = entries[0]
            return entries[0](*args)

        effective.mv = values
    return effective


def _make_wrapper(n: int, more: bool, before: int, after: int) -> Any:
    args = ", ".join([f"x{i}" for i in range(n)] + (["*rest"] if more else []))
    names = [f"b{i}" for i in range(before)] + ["p"] + [f"a{i}" for i in range(after)]
    lines = [f"  b{i}({args})" for i in range(before)]
    lines += [f"  r = p({args})", *(f"  a{i}({args})" for i in range(after)), "  return r"] if after else [
        f"  return p({args})"]
    text = f"def make({', '.join(names)}):\n def effective({args}):\n" + "\n".join(lines) + "\n return effective\n"
    space: dict[str, Any] = {}
    exec(compile(text, "<effective method>", "exec"), space)
    return space["make"]


# Keyword arguments


def with_keyword_check(gf: Any, methods: list[Any], function: Any) -> Any:
    """Return *function*, guarded so that it refuses keywords which no method accepts (CLHS 7.6.5)."""
    shape = gf.shape
    if shape is None or not (shape.keys is not None or shape.rest):
        return function
    shapes = [shape, *(m.parsed() for m in methods)]
    if all(s.keys is None for s in shapes) or any(s.allow for s in shapes if s is shape or s.keys is not None):
        return function
    if any(s.allow for s in shapes):
        return function
    allowed = frozenset(k for s in shapes for k in s.keys or ())
    start = shape.required + shape.optional

    def checked(*args: Any) -> Any:
        if len(args) > start:
            check_keywords(gf, args, start, allowed)
        return function(*args)

    def checked_values(*args: Any) -> Any:
        if len(args) > start:
            check_keywords(gf, args, start, allowed)
        return call_values(function, *args)

    checked.mv = checked_values  # type: ignore[attr-defined]
    return checked


_ALLOW = keyword("ALLOW-OTHER-KEYS")


def check_keywords(gf: Any, args: tuple[Any, ...], start: int, allowed: frozenset[Any]) -> None:
    """Signal a `program-error` if the keyword arguments in *args* are malformed or not all allowed."""
    if (len(args) - start) % 2:
        error("PROGRAM-ERROR", "~s got an odd number of keyword arguments.", gf.function)
    bad = [k for k in args[start::2] if k not in allowed and k is not _ALLOW]
    if bad:
        for i in range(start, len(args), 2):
            if args[i] is _ALLOW:
                if args[i + 1] is not None:
                    return
                break
        error("PROGRAM-ERROR", "Illegal keyword given to ~s: ~s.", gf.function, bad[0])


# Short form


def _short(gf: Any, name: Any, combination: ShortCombination, options: Any, methods: list[Any]) -> Any:
    order = options.car if options is not None else MOST_SPECIFIC_FIRST
    if order not in (MOST_SPECIFIC_FIRST, MOST_SPECIFIC_LAST) or (options is not None and options.cdr is not None):
        error("PROGRAM-ERROR", "The options ~s do not fit the method combination ~s.", options, name)
    around = [m for m in methods if m.qualifiers == (AROUND,)]
    primary = [m for m in methods if m.qualifiers == (name,)]
    for m in methods:
        if m.qualifiers not in ((AROUND,), (name,)):
            invalid_method(gf, m)
    if not primary:
        return _no_primary(gf)
    if order is MOST_SPECIFIC_LAST:
        primary.reverse()
    if len(primary) == 1 and combination.identity:
        function = primary[0].instantiate(no_next(gf, primary[0]))
    else:
        builder = _OPERATORS.get(combination.operator.name) if type(combination.operator) is Symbol and (
            combination.operator is cl(combination.operator.name)) else None
        if builder is not None:
            function = builder([m.instantiate(no_next(gf, m)) for m in primary])
        else:
            calls = [lisp_list(_CALL_METHOD, m) for m in primary]
            function = compile_form(gf, Cons(combination.operator, from_iterable(calls)))
    return chain(gf, around, function) if around else function


def _progn(functions: list[Any]) -> Any:
    *firsts, last = functions

    def progn(*args: Any) -> Any:
        for f in firsts:
            f(*args)
        return last(*args)

    def values(*args: Any) -> Any:
        for f in firsts:
            f(*args)
        return call_values(last, *args)

    progn.mv = values  # type: ignore[attr-defined]
    return progn


def _and(functions: list[Any]) -> Any:
    *firsts, last = functions

    def conjunction(*args: Any) -> Any:
        for f in firsts:
            if f(*args) is None:
                return None
        return last(*args)

    def values(*args: Any) -> Any:
        for f in firsts:
            if f(*args) is None:
                return (None,)
        return call_values(last, *args)

    conjunction.mv = values  # type: ignore[attr-defined]
    return conjunction


def _or(functions: list[Any]) -> Any:
    *firsts, last = functions

    def disjunction(*args: Any) -> Any:
        for f in firsts:
            value = f(*args)
            if value is not None:
                return value
        return last(*args)

    def values(*args: Any) -> Any:
        for f in firsts:
            value = f(*args)
            if value is not None:
                return (value,)
        return call_values(last, *args)

    disjunction.mv = values  # type: ignore[attr-defined]
    return disjunction


def _applied(name: str) -> Any:
    def build(functions: list[Any]) -> Any:
        return lambda *args: FUNCTIONS[f"COMMON-LISP:{name}"](*[f(*args) for f in functions])

    return build


_OPERATORS: dict[str, Any] = {"PROGN": _progn, "AND": _and, "OR": _or}
for _name in ("+", "APPEND", "LIST", "MAX", "MIN", "NCONC"):
    _OPERATORS[_name] = _applied(_name)


# Forms as effective methods

_CALL_METHOD, _MAKE_METHOD = cl("CALL-METHOD"), cl("MAKE-METHOD")
_ARGS, _GF = SYSTEM.intern("%METHOD-ARGUMENTS"), SYSTEM.intern("%METHOD-GENERIC-FUNCTION")


def compile_form(gf: Any, form: Any) -> Any:
    """Return the function for an effective method given as a form with `call-method` and `make-method`."""
    from acl.session import evaluate

    if type(form) is Cons and form.car is _CALL_METHOD:
        return call_method_function(gf, to_list(form.cdr))
    shape = gf.shape
    names = [Symbol(f"A{i}") for i in range(shape.required)]
    rest = Symbol("REST") if shape.more else None
    parameters = from_iterable(names, lisp_list(cl("&REST"), rest) if rest is not None else None)
    arguments = lisp_list(from_iterable(names), rest, gf)
    body = lisp_list(cl("SYMBOL-MACROLET"), lisp_list(lisp_list(_ARGS, arguments)), form)
    return evaluate(lisp_list(cl("FUNCTION"), lisp_list(cl("LAMBDA"), parameters, body)))


def expand_call_method(form: Any, env: Any) -> Any:
    """Expand a `call-method` form in the effective method of the generic function that *env* knows."""
    from acl.expand.macroexpand import macroexpand_1

    arguments, found = macroexpand_1(_ARGS, env)
    if not found:
        error("PROGRAM-ERROR", "~s outside an effective method.", form.car)
    names, rest, gf = to_list(arguments)
    function = call_method_function(gf, to_list(form.cdr))
    quoted = lisp_list(cl("QUOTE"), function)
    if rest is None:
        return Cons(cl("FUNCALL"), Cons(quoted, names))
    return Cons(cl("APPLY"), Cons(quoted, from_iterable(to_list(names), lisp_list(rest))))


def call_method_function(gf: Any, parts: list[Any]) -> Any:
    """Return the function that `(call-method . parts)` calls: a method with its next methods."""
    method = parts[0]
    nexts = to_list(parts[1]) if len(parts) > 1 else []
    if type(method) is Cons and method.car is _MAKE_METHOD:
        return compile_form(gf, method.cdr.car)
    if not isinstance(method, Method):
        error("PROGRAM-ERROR", "~s is not a method.", method)
    if method.maker is None:
        return method.function
    if not nexts:
        return method.instantiate(no_next(gf, method))
    return method.instantiate(call_method_function(gf, [nexts[0], from_iterable(nexts[1:])]))


__all__ = ["function_key"]
