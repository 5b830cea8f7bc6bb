"""EQ, EQL, EQUAL, EQUALP, NOT, and the functions that make or are trivial functions (CLHS chapter 5)."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin, inline_names, predicate
from acl.runtime.functions import coerce_function
from acl.types import equality
from acl.types.symbol import SYSTEM, T

inline_names(**{"%eql": equality.eql, "equal": equality.equal})


@predicate("%EQL-ITEM", "item object nan", package=SYSTEM, export=False,
           test="{0} is {1} or {0} == {1} and lisp_eql({0}, {1}) or {2} and lisp_eql({0}, {1})")
def eql_item(item: Any, object: Any, nan: Any) -> bool:
    """Return T if ITEM and OBJECT are EQL; NAN tells whether ITEM is not equal to itself."""
    return equality.eql(item, object)


@predicate("EQ", "x y", test="{0} is {1}")
def eq(x: Any, y: Any) -> bool:
    """Return true if X and Y are the same object.

    Equal integers are the same, as Allegro's fixnums are.
    """
    return equality.eq(x, y)


predicate("EQL", "x y")(equality.eql)
predicate("EQUAL", "x y", test="equal({0}, {1})")(equality.equal)
predicate("EQUALP", "x y")(equality.equalp)


@predicate("NOT", "x", test="{0} is None")
def not_(x: Any) -> bool:
    """Return T if X is NIL, else NIL."""
    return x is None


@predicate("NULL", "object", test="{0} is None")
def null(object: Any) -> bool:
    """Return T if OBJECT is the empty list."""
    return object is None


@builtin("IDENTITY", "object", expr="{0}")
def identity(object: Any) -> Any:
    """Return OBJECT."""
    return object


@builtin("CONSTANTLY", "value")
def constantly(value: Any) -> Any:
    """Return a function that takes any arguments and returns VALUE."""
    return lambda *args: value


@builtin("COMPLEMENT", "function")
def complement(function: Any) -> Any:
    """Return a function that returns true where FUNCTION returns false, and the other way round."""
    f = coerce_function(function)
    return lambda *args: T if f(*args) is None else None
