"""Strings, lists and kinds of numbers: small operators of EXCL."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin, macro, predicate
from acl.printer.writer import princ_to_string
from acl.reader.designators import name_text, string_text
from acl.runtime.conditions import error
from acl.types.array import SimpleString, is_vector, vector_items
from acl.types.character import Char
from acl.types.cons import Cons, from_iterable, lisp_list, to_list
from acl.types.equality import eql
from acl.types.number import Ratio, SingleFloat
from acl.types.symbol import EXCL, UTIL_STRING, Symbol, cl

_FIXNUM = 1 << 60  # most-positive-fixnum is one less


@builtin("STRING+", "&rest things", package=UTIL_STRING)
def string_plus(*things: Any) -> Any:
    """Return a string of what `princ` prints of THINGS, one after the other; NIL is nothing."""
    return SimpleString("".join(princ_to_string(x) for x in things if x is not None))


@builtin("DELIMITED-STRING-TO-LIST", "string separator", package=EXCL)
def delimited_string_to_list(string: Any, separator: Any) -> Any:
    """Return a list of the parts of STRING between occurrences of SEPARATOR, a character or a string."""
    between = name_text(separator)
    if not between:
        error("SIMPLE-ERROR", "The separator is empty.")
    return from_iterable(SimpleString(part) for part in string_text(string).split(between))


@builtin("LIST-TO-DELIMITED-STRING", "list separator", package=EXCL)
def list_to_delimited_string(list: Any, separator: Any) -> Any:
    """Return a string of what `princ` prints of the elements of LIST, with SEPARATOR between them."""
    return SimpleString(name_text(separator).join(princ_to_string(x) for x in to_list(list)))


@predicate("WHITESPACE-CHAR-P", "char", package=EXCL)
def whitespace_char_p(char: Any) -> bool:
    """True if CHAR is white space to the standard readtable."""
    return type(char) is Char and str(char) in " \t\n\r\f\v"


@predicate("PREFIXP", "sequence-1 sequence-2", package=EXCL)
def prefixp(sequence_1: Any, sequence_2: Any) -> bool:
    """True if SEQUENCE-2 begins with the elements of SEQUENCE-1."""
    first, second = (vector_items(x) if is_vector(x) else to_list(x) for x in (sequence_1, sequence_2))
    return len(first) <= len(second) and all(map(eql, first, second))


@builtin("PUTPROP", "symbol value indicator", package=EXCL)
def putprop(symbol: Any, value: Any, indicator: Any) -> Any:
    """Make VALUE the INDICATOR property of SYMBOL; return VALUE."""
    from acl.types.function import FUNCTIONS

    return FUNCTIONS["(setf COMMON-LISP:GET)"](value, symbol, indicator)


@predicate("FIXNUMP", "object", package=EXCL)
def fixnump(object: Any) -> bool:
    """True if OBJECT is a fixnum."""
    return type(object) is int and -_FIXNUM <= object < _FIXNUM


@predicate("BIGNUMP", "object", package=EXCL)
def bignump(object: Any) -> bool:
    """True if OBJECT is an integer that is no fixnum."""
    return type(object) is int and not -_FIXNUM <= object < _FIXNUM


@predicate("RATIOP", "object", package=EXCL)
def ratiop(object: Any) -> bool:
    """True if OBJECT is a ratio."""
    return isinstance(object, Ratio)


@predicate("SINGLE-FLOAT-P", "object", package=EXCL)
def single_float_p(object: Any) -> bool:
    """True if OBJECT is a single float."""
    return type(object) is SingleFloat


@predicate("DOUBLE-FLOAT-P", "object", package=EXCL)
def double_float_p(object: Any) -> bool:
    """True if OBJECT is a double float."""
    return type(object) is float


@predicate("FUNCTION-NAME-P", "object", package=EXCL)
def function_name_p(object: Any) -> bool:
    """True if OBJECT may name a function: a symbol, or a list (setf symbol)."""
    if type(object) is Cons:
        rest = object.cdr
        return object.car is cl("SETF") and type(rest) is Cons and rest.cdr is None and function_name_p(rest.car)
    return object is None or type(object) is Symbol


@macro("NAMED-FUNCTION", "name lambda-expression", package=EXCL)
def _named_function(form: Any, env: Any) -> Any:
    """Return the function of LAMBDA-EXPRESSION, which NAME, not evaluated, names in backtraces."""
    name, (_, lambda_list, *body) = form.cdr.car, to_list(form.cdr.cdr.car)
    function = cl("FUNCTION")
    if type(name) is not Symbol:
        return lisp_list(function, form.cdr.cdr.car)
    definition = Cons(name, Cons(lambda_list, from_iterable(body)))
    return lisp_list(cl("FLET"), lisp_list(definition), lisp_list(function, name))
