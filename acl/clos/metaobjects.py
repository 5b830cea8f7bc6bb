"""Metaobjects made by programs: generic functions and methods as instances, and the hooks of the protocol."""

from __future__ import annotations

from typing import Any

from acl.clos.base import LispClass, class_of, find_class
from acl.clos.classes import with_defaults
from acl.clos.combination import COMBINATIONS, effective_method, find_combination
from acl.clos.generic import (
    STANDARD,
    FuncallableStandardObject,
    GenericFunction,
    Method,
    StandardGenericFunction,
    StandardMethod,
    add_method,
    adopt_function,
    applicable_methods,
    applicable_using_classes,
    check_not_ordinary,
    customised,
    ensure_generic,
    generic,
    generic_of,
    invalidate,
    make_funcallable,
    make_generic,
    remove_method,
    shape_of,
)
from acl.runtime.conditions import error
from acl.types.cons import Cons, from_iterable, lisp_list, to_list
from acl.types.function import call_values, fdefinition, set_fdefinition
from acl.types.symbol import Symbol, T, cl, keyword

# Funcallable instances


def _call(*args):  # type: ignore[no-untyped-def]
    return target(*args)  # type: ignore[name-defined]  # noqa: F821


def _call_mv(*args):  # type: ignore[no-untyped-def]
    return call_values(target, *args)  # type: ignore[name-defined]  # noqa: F821


def allocate_funcallable(cls: Any) -> Any:
    """Return a new instance, a function, of a class of funcallable objects."""
    if issubclass(cls, GenericFunction):
        return make_generic(None, None, None, cls).function
    space: dict[str, Any] = {"__builtins__": __builtins__, "call_values": call_values}
    instance = make_funcallable(cls, _call.__code__, _call_mv.__code__, space, cls.__name__)

    def target(*args: Any) -> Any:
        return error("SIMPLE-ERROR", "The function of the funcallable instance ~s has not been set.",
                     instance.function)

    space["target"] = target
    return instance.function


def set_funcallable_function(instance: Any, function: Any) -> None:
    """Make *function* what is called when the funcallable *instance* is."""
    from acl.runtime.functions import coerce_function

    holder = getattr(instance, "gf", None)
    if not isinstance(holder, FuncallableStandardObject):
        error("SIMPLE-ERROR", "~s is not a funcallable instance.", instance)
    space = instance.__globals__
    space["call_values"] = call_values
    space["target"] = coerce_function(function)
    instance.__code__ = _call.__code__
    instance.mv.__code__ = _call_mv.__code__


# Generic functions


def define_generic(name: Any, lambda_list: Any, settings: dict[str, Any], from_defgeneric: bool = False) -> Any:
    """Define or redefine the generic function *name* (`defgeneric`, `ensure-generic-function`); return it."""
    cls = settings.get("generic_function_class")
    if cls is not None and not isinstance(cls, LispClass):
        cls = find_class(cls)
    function = fdefinition(name)
    gf = generic_of(function)
    if gf is None:
        if function is not None:
            check_not_ordinary(name)
        elif type(name) is Symbol:
            _check_not_macro(name)
        if lambda_list is not UNGIVEN and not _lambda_list_ok(lambda_list):
            error("PROGRAM-ERROR", "~s is not a lambda list of a generic function.", lambda_list)
        shape = shape_of(lambda_list) if lambda_list is not UNGIVEN else None
        gf = _new_generic(name, None if lambda_list is UNGIVEN else lambda_list, shape, cls, settings)
        configure_generic(gf, UNGIVEN, settings)
        if function is not None:
            adopt_function(gf, function)
        set_fdefinition(name, gf.function)
        return gf.function
    if from_defgeneric:
        for method in gf.__dict__.pop("initial_methods", ()):
            if method.gf is gf:
                remove_method(gf, method)
    if cls is not None and type(gf) is not cls:
        gf.__class__ = cls
    configure_generic(gf, lambda_list, settings)
    return gf.function


def _check_not_macro(name: Symbol) -> None:
    from acl.compiler.analyze import SPECIAL_OPERATORS

    if name in SPECIAL_OPERATORS or name.macro is not None:
        error("PROGRAM-ERROR", "~s is a macro or a special operator and cannot name a generic function.", name)


def _lambda_list_ok(lambda_list: Any) -> bool:
    from acl.expand.lambda_list import parse

    parsed = parse(lambda_list)
    names = [*parsed.required, *(o[0] for o in parsed.optional), *([parsed.rest] if parsed.rest is not None else []),
             *(k[1] for k in parsed.keys)]
    return (len(set(names)) == len(names) and not parsed.aux and all(o[1] is None and o[2] is None for o in
            parsed.optional) and all(k[2] is None and k[3] is None for k in parsed.keys))


def _new_generic(name: Any, lambda_list: Any, shape: Any, cls: Any, settings: dict[str, Any]) -> Any:
    if cls is None or cls is StandardGenericFunction:
        return make_generic(name, lambda_list, shape)
    gf = make_generic(name, lambda_list, shape, cls)
    args = [keyword("NAME"), name]
    if lambda_list is not None:
        args += [keyword("LAMBDA-LIST"), lambda_list]
    generic("INITIALIZE-INSTANCE")(gf.function, *with_defaults(cls, args))
    gf.name = name
    return gf


class _Ungiven:
    """Stands for an argument that was not given."""


UNGIVEN: Any = _Ungiven()


def configure_generic(gf: Any, lambda_list: Any, settings: dict[str, Any]) -> None:
    """Change the lambda list (unless not given) and the settings of a generic function."""
    if lambda_list is not UNGIVEN:
        shape = shape_of(lambda_list)
        if not _lambda_list_ok(lambda_list):
            error("PROGRAM-ERROR", "~s is not a lambda list of a generic function.", lambda_list)
        for method in gf.methods:
            m = method.parsed()
            if (m.required, m.optional, m.rest or m.keys is not None) != (
                    shape.required, shape.optional, shape.rest or shape.keys is not None):
                error("PROGRAM-ERROR", "The lambda list ~s is not congruent with that of the method ~s.",
                      lambda_list, method)
        gf.lambda_list, gf.shape = lambda_list, shape
    combination = settings.get("method_combination")
    if combination is not None:
        if hasattr(combination, "combination_name"):
            combination = Cons(combination.combination_name, combination.options)
        gf.combination = find_combination(combination.car, combination.cdr)
    elif "declarations" in settings:
        gf.combination = STANDARD
    order = settings.get("argument_precedence_order")
    if order is not None:
        gf.precedence = precedence_of(gf, to_list(order))
    elif "declarations" in settings:
        gf.precedence = None
    if settings.get("documentation") is not None:
        gf.documentation = settings["documentation"]
    if settings.get("method_class") is not None:
        cls = settings["method_class"]
        gf.method_class = cls if isinstance(cls, LispClass) else find_class(cls)
    if "declarations" in settings:
        gf.declarations = settings["declarations"]
    protocol_of(gf)
    invalidate(gf)


def precedence_of(gf: Any, order: list[Any]) -> tuple[int, ...] | None:
    """Return the positions of the required parameters in the order in which they take precedence."""
    required = to_list(gf.lambda_list)[:gf.shape.required]
    if len(order) != len(required) or set(order) != set(required):
        error("PROGRAM-ERROR", "The argument precedence order ~s does not name each required parameter of ~s once.",
              from_iterable(order), gf.lambda_list)
    positions = tuple(required.index(p) for p in order)
    return None if positions == tuple(range(len(positions))) else positions


# Methods


def make_method(gf: Any, qualifiers: tuple[Any, ...], specializers: tuple[Any, ...], lambda_list: Any,
                function: Any, maker: Any, documentation: Any) -> Any:
    """Return a method of the class that *gf* wants."""
    cls = gf.method_class
    if cls is StandardMethod:
        return StandardMethod(qualifiers, specializers, lambda_list, function, maker, documentation)
    method = cls.__new__(cls)
    Method.__init__(method, qualifiers, specializers, lambda_list, function, maker, documentation)
    generic("INITIALIZE-INSTANCE")(method, *with_defaults(cls, _method_initargs(method)))
    method.function, method.maker = function, maker
    return method


def _method_initargs(method: Any) -> list[Any]:
    return [keyword("QUALIFIERS"), from_iterable(method.qualifiers), keyword("LAMBDA-LIST"), method.lambda_list,
            keyword("SPECIALIZERS"), from_iterable(method.specializers), keyword("FUNCTION"), method_function(method),
            keyword("DOCUMENTATION"), method.documentation]


def method_function(method: Any) -> Any:
    """Return the function of a method as the protocol has it: of a list of arguments and a list of next methods."""

    def function(args: Any, next_methods: Any = None, *_: Any) -> Any:
        from acl.clos.combination import call_method_function

        nexts = lisp_list(method, next_methods)
        return call_method_function(method.gf, to_list(nexts))(*to_list(args))

    return function


def function_from_protocol(method: Any, function: Any) -> None:
    """Take the `:function` initarg of a method made by a program: a function of arguments and next methods."""

    def maker(next_method: Any) -> Any:
        nexts = None
        if next_method is not None and not hasattr(next_method, "no_next"):
            following = StandardMethod((), method.specializers, method.lambda_list, next_method)
            following.gf = method.gf
            nexts = lisp_list(following)

        def call(*args: Any) -> Any:
            return function(from_iterable(args), nexts)

        call.mv = lambda *args: call_values(function, from_iterable(args), nexts)  # type: ignore[attr-defined]
        return call

    method.maker = maker


def call_add_method(gf: Any, method: Any) -> None:
    """Add a method, through `add-method` if a program has methods on it."""
    if customised("COMMON-LISP:ADD-METHOD", type(gf), type(method)):
        generic("ADD-METHOD")(gf.function, method)
    else:
        add_method(gf, method)


class Protocol:
    """The calls that a generic function of a program's own class makes where others take the short way."""

    def applicable(self, gf: Any, args: tuple[Any, ...]) -> list[Any]:
        """Return the applicable methods, through compute-applicable-methods-using-classes."""
        required = args[:gf.shape.required]
        if customised("CLOS:COMPUTE-APPLICABLE-METHODS-USING-CLASSES", type(gf)):
            methods, certain, *_ = (*call_values(
                generic("COMPUTE-APPLICABLE-METHODS-USING-CLASSES", "CLOS"), gf.function,
                from_iterable([class_of(a) for a in required])), None)
            if certain is not None:
                return to_list(methods)
        if customised("COMMON-LISP:COMPUTE-APPLICABLE-METHODS", type(gf)):
            return to_list(generic("COMPUTE-APPLICABLE-METHODS")(gf.function, from_iterable(args)))
        return applicable_methods(gf, required)

    def discriminating(self, gf: Any) -> Any:
        """Return what a program's method on compute-discriminating-function gives; None if there is none."""
        if not customised("CLOS:COMPUTE-DISCRIMINATING-FUNCTION", type(gf)):
            return None
        return generic("COMPUTE-DISCRIMINATING-FUNCTION", "CLOS")(gf.function)

    def effective(self, gf: Any, methods: list[Any]) -> Any:
        """Return the effective method, through compute-effective-method."""
        from acl.clos.combination import MethodCombination, compile_form, with_keyword_check

        if not customised("CLOS:COMPUTE-EFFECTIVE-METHOD", type(gf)):
            return effective_method(gf, methods)
        form = generic("COMPUTE-EFFECTIVE-METHOD", "CLOS")(
            gf.function, MethodCombination(*gf.combination), from_iterable(methods))
        return with_keyword_check(gf, methods, compile_form(gf, form))


def protocol_of(gf: Any) -> None:
    """Give *gf* a `protocol` if its class is a program's."""
    if type(gf) is not StandardGenericFunction:
        gf.protocol = Protocol()


def effective_form(gf: Any, methods: list[Any]) -> Any:
    """Return the effective method as a form: what the default `compute-effective-method` gives."""
    name, options = gf.combination
    combination = COMBINATIONS.get(name)
    if combination is not None and hasattr(combination, "function"):
        return combination.function(gf.function, from_iterable(methods), *to_list(options))
    function = effective_method(gf, methods)
    whole = StandardMethod((), (), gf.lambda_list, function)
    return lisp_list(cl("CALL-METHOD"), whole, None)


__all__ = ["T", "applicable_using_classes", "ensure_generic"]
