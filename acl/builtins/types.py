"""Types: tests, relations, definitions, coercion (CLHS 4)."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin, macro, predicate
from acl.expand.template import template
from acl.runtime.sequencetypes import make_sequence_of, plain_sequence_type
from acl.runtime.sources import TYPE, record
from acl.runtime.typesys import define_type, subtypep, type_of, type_predicate, typep
from acl.types.array import Array, is_string
from acl.types.base import wrong_type
from acl.types.character import CHAR, Char
from acl.types.cons import Cons
from acl.types.number import NUMBER_TYPES, Complex, Ratio, SingleFloat, single
from acl.types.sequence import all_items
from acl.types.symbol import SYSTEM, Symbol, T, cl


@builtin("TYPEP", "object type-specifier &optional environment", predicate=True)
def _typep(object: Any, type_specifier: Any, environment: Any = None) -> bool:
    """True if OBJECT is of the type TYPE-SPECIFIER."""
    return typep(object, type_specifier)


@builtin("SUBTYPEP", "type-1 type-2 &optional environment", values=True)
def _subtypep(type_1: Any, type_2: Any, environment: Any = None) -> tuple[Any, Any]:
    """Return whether TYPE-1 is a subtype of TYPE-2, and whether that is certain."""
    is_it, sure = subtypep(type_1, type_2)
    return T if is_it else None, T if sure else None


@builtin("TYPE-OF", "object")
def _type_of(object: Any) -> Any:
    """Return a type specifier for a type that has OBJECT as an element."""
    return type_of(object)


_deftype = template("""(progn (eval-when (:compile-toplevel :load-toplevel :execute)
    (%deftype ',name ,expander ,doc)) ',name)""")


@macro("DEFTYPE", "name lambda-list &body forms")
def _deftype_macro(form: Any, env: Any) -> Any:
    """Define the type specifier NAME, which expands to the value of FORMS; return NAME.

    LAMBDA-LIST is one of a macro, but parameters without a default form are * if not given.
    """
    from acl.expand.declarations import parse_body
    from acl.expand.macros import macro_lambda
    from acl.runtime.typesys.specifiers import STAR
    from acl.types.cons import lisp_list

    name = form.cdr.car
    if type(name) is not Symbol:
        wrong_type(name, "SYMBOL")
    _, doc, _ = parse_body(form.cdr.cdr.cdr, documentation=True)
    star = lisp_list(cl("QUOTE"), STAR)
    return _deftype(name=name, expander=macro_lambda(name, form.cdr.cdr.car, form.cdr.cdr.cdr, default=star), doc=doc)


@builtin("%DEFTYPE", "name expander documentation", package=SYSTEM, export=False)
def _define_type(name: Any, expander: Any, documentation: Any) -> Any:
    """Make EXPANDER, a function of a type specifier and an environment, the meaning of the type NAME."""
    from acl.builtins.definitions import DOCUMENTATION, check_definition

    check_definition(name, "TYPE")
    define_type(name, lambda spec: expander(spec, None))
    record(name, TYPE)
    if documentation is not None:
        DOCUMENTATION[name, "TYPE"] = documentation
    return name


# Coercion


@builtin("COERCE", "object output-type-specifier")
def coerce(object: Any, output_type_specifier: Any) -> Any:
    """Return OBJECT as an object of the type OUTPUT-TYPE-SPECIFIER, converted if necessary."""
    spec = output_type_specifier
    simple = _SIMPLE.get(spec)
    if simple is not None:
        return simple(object)
    if type_predicate(spec)(object):
        return object
    plain = plain_sequence_type(spec)
    if plain is not None and (object is None or isinstance(object, (Cons, Array))):
        return make_sequence_of(plain, all_items(object))
    return _converted(object, spec)


def _converted(x: Any, spec: Any) -> Any:
    """Return *x*, which is not of the type *spec*, converted to it."""
    from acl.runtime.typesys import expand_type

    expanded = expand_type(spec)
    head = expanded.car if type(expanded) is Cons else expanded
    info = getattr(head, "_lisp", None) if isinstance(head, type) else None
    name = info.name if info is not None else head
    simple = _SIMPLE.get(name)
    if simple is not None:
        return _checked(simple(x), spec)
    if name is cl("COMPLEX"):
        return _to_complex(x, expanded) if type(x) in NUMBER_TYPES else _impossible(x, spec)
    if name is cl("AND") and type(expanded) is Cons:
        for part in expanded.cdr:
            try_ = _SIMPLE.get(part.car if type(part) is Cons else part)
            if try_ is not None or _is_sequence_type(part):
                return _checked(coerce(x, part), spec)
    if type(x) is Cons or x is None or isinstance(x, Array):
        from acl.runtime.sequencetypes import coerce_sequence

        return coerce_sequence(x, spec)
    return _impossible(x, spec)


@predicate("SEQUENCE-TYPE-P", "type", package=SYSTEM)
def _sequence_type_p(type_: Any) -> bool:
    """Return true if TYPE specifies sequences of one kind, so that `make-sequence`, `map` and `coerce` can make one."""
    from acl.runtime.sequencetypes import find_sequence_type

    return find_sequence_type(type_) is not None


def _is_sequence_type(spec: Any) -> bool:
    return subtypep(spec, cl("SEQUENCE"))[0]


def _checked(x: Any, spec: Any) -> Any:
    return x if typep(x, spec) else _impossible(x, spec)


def _impossible(x: Any, spec: Any) -> Any:
    from acl.runtime.conditions import error

    return error("TYPE-ERROR", "~s can not be coerced to the type ~s.", x, spec, datum=x, expected_type=spec)


def _to_float(x: Any) -> Any:
    if isinstance(x, float):
        return x
    return _to_single(x)


def _to_single(x: Any) -> Any:
    kind = type(x)
    if kind is SingleFloat:
        return x
    if kind is int or kind is float or kind is Ratio:
        return single(_number(x))
    return _impossible(x, cl("SINGLE-FLOAT"))


def _to_double(x: Any) -> Any:
    kind = type(x)
    if kind is float:
        return x
    if kind is int or kind is SingleFloat or kind is Ratio:
        return float(_number(x))
    return _impossible(x, cl("DOUBLE-FLOAT"))


def _number(x: Any) -> Any:
    return x.num / x.den if type(x) is Ratio else x


def _to_complex(x: Any, spec: Any) -> Any:
    from acl.types.number import make_complex

    part = spec.cdr.car if type(spec) is Cons and spec.cdr is not None else cl("*")
    re, im = (x.re, x.im) if type(x) is Complex else (x, 0)
    if part is not cl("*"):
        if subtypep(part, cl("FLOAT"))[0]:
            convert = _SIMPLE[cl("DOUBLE-FLOAT" if subtypep(part, cl("DOUBLE-FLOAT"))[0] else "SINGLE-FLOAT")]
            return Complex(convert(re), convert(im))
        return make_complex(re, im)
    return Complex(re, type(re)(0.0) if type(re) is float else single(0.0)) if (
        isinstance(re, float) and type(x) is not Complex) else make_complex(re, im)


def _to_character(x: Any) -> Any:
    if type(x) is Char:
        return x
    text = x.print_name if type(x) is Symbol else x.text() if is_string(x) else None
    return CHAR[text] if text is not None and len(text) == 1 else _impossible(x, cl("CHARACTER"))


def _to_function(x: Any) -> Any:
    from acl.runtime.functions import coerce_function
    from acl.types.function import UndefinedFunction, fdefinition

    if type(x) is Symbol or x is None:
        if x is None or x.macro is not None:
            return _undefined(x)
        function = fdefinition(x)
        return coerce_function(x) if function is not None and not isinstance(function, UndefinedFunction) else (
            _undefined(x))
    if type(x) is Cons and x.car is cl("LAMBDA"):
        from acl.types.function import FUNCTIONS

        return FUNCTIONS["COMMON-LISP:EVAL"](Cons(cl("FUNCTION"), Cons(x, None)))
    if type(x) is Cons and x.car is cl("SETF"):
        return fdefinition(x) or _undefined(x)
    return coerce_function(x)


def _undefined(name: Any) -> Any:
    from acl.runtime.functions import undefined_function

    return undefined_function(name)


_SIMPLE: dict[Any, Any] = {
    T: lambda x: x, cl("FLOAT"): _to_float, cl("SINGLE-FLOAT"): _to_single, cl("SHORT-FLOAT"): _to_single,
    cl("DOUBLE-FLOAT"): _to_double, cl("LONG-FLOAT"): _to_double, cl("CHARACTER"): _to_character,
    cl("FUNCTION"): _to_function,
}
