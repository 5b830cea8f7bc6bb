"""Types that programs define, and what is a type specifier at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from acl.clos.base import CLASSES, LispClass, find_class
from acl.types.cons import Cons, lisp_list
from acl.types.symbol import CL, FF, Symbol, cl

_FOREIGN_ADDRESS = lisp_list(cl("OR"), lisp_list(cl("UNSIGNED-BYTE"), 64), FF.export("FOREIGN-POINTER"))
TYPE_EXPANDERS: dict[Symbol, Callable[[Any], Any]] = {FF.export("FOREIGN-ADDRESS"): lambda spec: _FOREIGN_ADDRESS}
"""What `deftype` defined: a function of the whole specifier, a list, that returns the expansion."""

STAR = cl("*")

ATOMIC = frozenset("""ARRAY ATOM BASE-CHAR BASE-STRING BIGNUM BIT BIT-VECTOR BOOLEAN CHARACTER COMPILED-FUNCTION COMPLEX
    CONS DOUBLE-FLOAT EXTENDED-CHAR FIXNUM FLOAT FUNCTION INTEGER KEYWORD LIST LONG-FLOAT NIL NULL NUMBER RATIO RATIONAL
    REAL SEQUENCE SHORT-FLOAT SIGNED-BYTE SIMPLE-ARRAY SIMPLE-BASE-STRING SIMPLE-BIT-VECTOR SIMPLE-STRING SIMPLE-VECTOR
    SINGLE-FLOAT STANDARD-CHAR STRING SYMBOL T UNSIGNED-BYTE VECTOR""".split())
"""Names of types of COMMON-LISP that the type system itself knows (others are classes)."""
COMPOUND = frozenset("""AND OR NOT MEMBER EQL SATISFIES MOD VALUES CONS ARRAY SIMPLE-ARRAY VECTOR SIMPLE-VECTOR STRING
    SIMPLE-STRING BASE-STRING SIMPLE-BASE-STRING BIT-VECTOR SIMPLE-BIT-VECTOR INTEGER RATIONAL REAL FLOAT SHORT-FLOAT
    SINGLE-FLOAT DOUBLE-FLOAT LONG-FLOAT SIGNED-BYTE UNSIGNED-BYTE COMPLEX FUNCTION""".split())
"""Operators of compound type specifiers."""


def standard_name(x: Any) -> str | None:
    """Return the name of a symbol of COMMON-LISP, None for everything else; NIL is a symbol."""
    if x is None:
        return "NIL"
    return x.name if type(x) is Symbol and x.package is CL else None


def _expand_once(spec: Any) -> Any:
    head = spec.car if type(spec) is Cons else spec
    expander = TYPE_EXPANDERS.get(head) if type(head) is Symbol else None
    if expander is None:
        return spec
    return expander(spec if type(spec) is Cons else Cons(spec, None))


def expand_type(spec: Any) -> Any:
    """Return *spec* with defined types at its head expanded."""
    while True:
        expansion = _expand_once(spec)
        if expansion is spec:
            return spec
        spec = expansion


_on_change: list[Callable[[], None]] = []


def on_type_change(function: Callable[[], None]) -> None:
    """Call *function* whenever a type is defined anew."""
    _on_change.append(function)


def define_type(name: Symbol, expander: Callable[[Any], Any] | None) -> None:
    """Define the type *name* (None takes the definition away)."""
    if expander is None:
        TYPE_EXPANDERS.pop(name, None)
    else:
        TYPE_EXPANDERS[name] = expander
    for function in _on_change:
        function()


def is_type_specifier(x: Any) -> bool:
    """True if *x* looks like a type specifier: known name, class, or list with a known operator."""
    if isinstance(x, LispClass):
        return True
    if type(x) is Cons:
        return standard_name(x.car) in COMPOUND or (type(x.car) is Symbol and x.car in TYPE_EXPANDERS)
    if standard_name(x) in ATOMIC:
        return True
    return type(x) is Symbol and (x in TYPE_EXPANDERS or x in CLASSES or find_class(x, False) is not None)


def unknown_type(spec: Any) -> Any:
    """Signal that *spec* is not a type specifier."""
    from acl.runtime import messages
    from acl.runtime.conditions import error

    return error("SIMPLE-ERROR", messages.UNKNOWN_TYPE, spec)
