"""What Lisp runs on (CLHS 25.1.3), and what it knows of a function's source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from acl.builtins.declare import builtin
from acl.expand.declarations import parse_body
from acl.types.array import string
from acl.types.base import wrong_type
from acl.types.cons import Cons, from_iterable, lisp_list
from acl.types.symbol import SYSTEM, T, cl

_LAMBDA, _NAMED_LAMBDA, _QUOTE = cl("LAMBDA"), SYSTEM.intern("%NAMED-LAMBDA"), cl("QUOTE")


@builtin("LISP-IMPLEMENTATION-TYPE", "")
def _lisp_implementation_type() -> Any:
    """Return the name of this Lisp."""
    return string("acl")


@builtin("LISP-IMPLEMENTATION-VERSION", "")
def _lisp_implementation_version() -> Any:
    """Return the version of this Lisp and of the Python it runs on."""
    import sys

    import acl

    version = getattr(acl, "__version__", "0")
    python = ".".join(map(str, sys.version_info[:3]))
    return string(f"{version} [Python {python}, {sys.platform}]")


@builtin("MACHINE-TYPE", "")
def _machine_type() -> Any:
    """Return the kind of processor."""
    import platform

    return string(platform.machine())


@builtin("MACHINE-VERSION", "")
def _machine_version() -> Any:
    """Return the version of the processor, or NIL."""
    import platform

    return string(platform.processor() or platform.machine())


@builtin("MACHINE-INSTANCE", "")
def _machine_instance() -> Any:
    """Return the name of the computer."""
    import platform

    return string(platform.node())


@builtin("SOFTWARE-TYPE", "")
def _software_type() -> Any:
    """Return the name of the operating system."""
    import platform

    return string(platform.system())


@builtin("SOFTWARE-VERSION", "")
def _software_version() -> Any:
    """Return the version of the operating system."""
    import platform

    return string(platform.release())


@builtin("SHORT-SITE-NAME", "")
def _short_site_name() -> Any:
    """Return the name of the computer without its domain: as in Allegro, that is all that is known of the site."""
    import platform

    return string(platform.node().partition(".")[0])


@builtin("LONG-SITE-NAME", "")
def _long_site_name() -> Any:
    """Return the name of the computer, as in Allegro."""
    import platform

    return string(platform.node())


@builtin("FUNCTION-LAMBDA-EXPRESSION", "function", values=True)
def _function_lambda_expression(function: Any) -> tuple[Any, ...]:
    """Return the lambda expression of FUNCTION, T and its name.

    The first is NIL for functions of the system, for methods, for those that a macro wrote inside a form, and where the
    source file of a compiled one is not there or has changed.
    """
    from acl.clos.generic import generic_of
    from acl.compiler.fasl import global_name
    from acl.compiler.unit import function_info
    from acl.runtime.typesys.predicates import functionp

    if not functionp(function):
        wrong_type(function, "FUNCTION")
    info = function_info(function)
    described = info or generic_of(function)
    name = described.name if described is not None else getattr(function, "lisp_name", None)
    return _lambda_expression(info), T, name if type(name) is not str else global_name(function)


def _lambda_expression(info: Any) -> Any:
    """Return the lambda expression that the function with *info* was compiled from, None if it cannot be found."""
    from acl.compiler.unit import Lost
    from acl.types.equality import equal

    if info is None or info.unit is None or not info.unit.has_origin:
        return None
    try:
        form, _, _ = info.unit.origin()
    except Lost:
        return None
    found = []
    for each in _functions_in(form):
        named = each.car is _NAMED_LAMBDA
        name, parameters, body = (each.cdr.car, each.cdr.cdr.car, each.cdr.cdr.cdr) if named else (
            None, each.cdr.car, each.cdr.cdr)
        if parameters is info.lambda_list and parameters is not None:
            return _as_lambda(name, parameters, body)
        if equal(parameters, info.lambda_list) and equal(name, info.name):
            found.append((name, parameters, body))
    return _as_lambda(*found[0]) if len(found) == 1 else None


def _functions_in(form: Any) -> Iterator[Any]:
    """Give the parts of *form* that look like lambda expressions."""
    todo = [form] if type(form) is Cons else []
    while todo:
        rest = todo.pop()
        if rest.car in (_LAMBDA, _NAMED_LAMBDA) and type(rest.cdr) is Cons and type(rest.cdr.cdr) is Cons:
            yield rest
        while type(rest) is Cons and rest.car is not _QUOTE:
            if type(rest.car) is Cons:
                todo.append(rest.car)
            rest = rest.cdr


def _as_lambda(name: Any, parameters: Any, body: Any) -> Any:
    """Return the lambda expression of a function, with the block that a named one has."""
    if name is None:
        return Cons(_LAMBDA, Cons(parameters, body))
    declarations, doc, forms = parse_body(body, documentation=True)
    block = lisp_list(Cons(cl("BLOCK"), Cons(name.cdr.car if type(name) is Cons else name, forms)))
    if declarations.forms:
        block = Cons(Cons(cl("DECLARE"), from_iterable(declarations.forms)), block)
    if doc is not None:
        block = Cons(doc, block)
    return Cons(_LAMBDA, Cons(parameters, block))
