"""What a backquote template means (CLHS 2.4.6).

`(a ,b ,@c) is read as (BACKQUOTE (A (COMMA B) (COMMA-AT C))), symbols of SYSTEM, so that it can be printed as it was
written; the macro BACKQUOTE expands into calls of LIST, LIST*, APPEND and the like.  Parts without a comma are
constants that the results share.  A nested template is built by the outer one as such a form again, in
which the commas of deeper levels remain: they may then have several arguments or none (from ,,@x), each an element.
"""

from __future__ import annotations

from typing import Any

from acl.runtime.conditions import error
from acl.types.array import SimpleVector
from acl.types.cons import Cons, from_iterable, lisp_list, to_list
from acl.types.symbol import KEYWORD, Symbol, T, cl

from .macros import BACKQUOTE, COMMA, COMMA_AT, COMMA_DOT, FUNCTION, QUOTE

_LIST, _LIST_STAR, _CONS, _APPEND, _NCONC, _VECTOR, _APPLY = (
    cl(name) for name in ("LIST", "LIST*", "CONS", "APPEND", "NCONC", "VECTOR", "APPLY"))
_COMMAS = (COMMA, COMMA_AT, COMMA_DOT)


class _Constant:
    """A part of a template without a comma of the outermost level; the value is the part itself."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


def expand(template: Any) -> Any:
    """Return the form that makes the object which *template* describes."""
    return _form(_process(template, 1))


def _form(x: Any) -> Any:
    """Return a processed part as a form."""
    if type(x) is not _Constant:
        return x
    value = x.value
    if type(value) is Cons or (type(value) is Symbol and value.package is not KEYWORD and value is not T):
        return lisp_list(QUOTE, value)
    if type(value) is SimpleVector:
        return lisp_list(QUOTE, value)
    return value


def _process(x: Any, level: int) -> Any:
    """Return a form, or a `_Constant`, for the template *x* within *level* backquotes."""
    if type(x) is Cons:
        head = x.car
        if head is BACKQUOTE and _single(x):
            return _rebuilt(x, level + 1)
        if head in _COMMAS and type(x.cdr) is Cons:
            if level > 1:
                return _rebuilt(x, level - 1)
            if head is COMMA and _single(x):
                return x.cdr.car
            error("PROGRAM-ERROR", "~s is not in a list of its backquote template.", x)
        return _process_list(x, level)
    if type(x) is SimpleVector:
        return _process_vector(x, level)
    return _Constant(x)


def _single(x: Any) -> bool:
    return type(x.cdr) is Cons and x.cdr.cdr is None


def _rebuilt(x: Any, level: int) -> Any:
    """Process an inner backquote or comma: a list whose head stays."""
    rest = _process_list(x.cdr, level)
    if type(rest) is _Constant:
        return _Constant(x if rest.value is x.cdr else Cons(x.car, rest.value))
    return _prepend([lisp_list(QUOTE, x.car)], rest)


def _process_vector(x: SimpleVector, level: int) -> Any:
    items = _process_list(from_iterable(x.data), level)
    if type(items) is _Constant:
        rest = to_list(items.value)
        return _Constant(x if len(rest) == len(x.data) else SimpleVector(rest))
    if type(items) is Cons and items.car is _LIST:
        return Cons(_VECTOR, items.cdr)
    return lisp_list(_APPLY, lisp_list(FUNCTION, _VECTOR), items)


def _process_list(x: Any, level: int) -> Any:
    """Process a list element by element, then put it together from its end."""
    elements: list[tuple[Any, Any]] = []
    rest = x
    while type(rest) is Cons:
        if elements and (rest.car in _COMMAS or rest.car is BACKQUOTE) and _single(rest):
            break
        elements.append((rest, _element(rest.car, level)))
        rest = rest.cdr
    if rest is None:
        tail: Any = _Constant(None)
    elif type(rest) is Cons and rest.car in (COMMA_AT, COMMA_DOT) and level == 1:
        error("PROGRAM-ERROR", "~s follows a dot in a backquote template.", rest)
    else:
        tail = _process(rest, level)
        if type(tail) is _Constant:
            tail = _Constant(rest)
    run: list[Any] = []
    for cell, element in reversed(elements):
        if type(element) is _Constant and type(tail) is _Constant and not run:
            same = tail.value is cell.cdr and element.value is cell.car
            tail = _Constant(cell if same else Cons(element.value, tail.value))
        elif type(element) is list:
            if run:
                tail, run = _prepend(run, tail), []
            for operator, form in reversed(element):
                tail = _splice(operator, form, tail)
        else:
            run.insert(0, _form(element))
    return _prepend(run, tail) if run else tail


def _element(x: Any, level: int) -> Any:
    """Process an element of a list: a list of (operator, form) if it is spliced."""
    if level == 1 and type(x) is Cons and x.car in _COMMAS and (x.cdr is None or type(x.cdr) is Cons):
        if x.cdr is not None and x.car is COMMA and _single(x):
            return x.cdr.car
        operator = {COMMA: _LIST, COMMA_AT: _APPEND, COMMA_DOT: _NCONC}[x.car]
        return [(operator, form) for form in x.cdr or ()]
    return _process(x, level)


def _prepend(items: list[Any], tail: Any) -> Any:
    """Return a form for the list of *items* (forms) followed by *tail*."""
    if type(tail) is _Constant and tail.value is None:
        return Cons(_LIST, from_iterable(items))
    form = _form(tail)
    if type(tail) is not _Constant and type(form) is Cons and form.car is _LIST:
        return Cons(_LIST, from_iterable(items, form.cdr))
    return Cons(_CONS if len(items) == 1 else _LIST_STAR, from_iterable([*items, form]))


def _splice(operator: Symbol, form: Any, tail: Any) -> Any:
    if operator is _LIST:
        return _prepend([form], tail)
    if type(tail) is _Constant and tail.value is None:
        return form
    rest = _form(tail)
    if type(rest) is Cons and rest.car is operator and type(tail) is not _Constant:
        return Cons(operator, Cons(form, rest.cdr))
    return lisp_list(operator, form, rest)
