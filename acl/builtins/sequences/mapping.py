"""MAP, MAP-INTO, REDUCE, CONCATENATE, and EVERY, SOME, NOTANY, NOTEVERY."""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable, Iterator
from typing import Any

from acl.builtins.declare import builtin, predicate
from acl.runtime.calls import UNSUPPLIED
from acl.runtime.functions import coerce_function
from acl.runtime.predicates import function_of, key_function, truth
from acl.runtime.sequencetypes import make_sequence_of, sequence_type
from acl.types.array import GeneralArray, SimpleString, SimpleVector
from acl.types.base import wrong_type
from acl.types.cons import Cons, from_iterable
from acl.types.function import FUNCTIONS
from acl.types.sequence import all_items, items_between, length, store_items
from acl.types.symbol import cl


def _elements(x: Any) -> Iterator[Any]:
    """Yield the elements of a sequence; of a list, the end is seen only when it is reached."""
    return _walk(x) if type(x) is Cons else iter(all_items(x))


def _walk(x: Any) -> Iterator[Any]:
    while type(x) is Cons:
        yield x.car
        x = x.cdr
    if x is not None:
        wrong_type(x, "LIST")


def _results(f: Callable[..., Any], sequences: tuple[Any, ...]) -> Iterator[Any]:
    return map(f, *[_elements(x) for x in sequences])


_LIST = cl("LIST")


@builtin("MAP", "result-type function sequence &rest more-sequences")
def map_(result_type: Any, function: Any, sequence: Any, *more_sequences: Any) -> Any:
    """Return the sequence of RESULT-TYPE of what FUNCTION returns for the elements; nothing if that is NIL."""
    results = _results(coerce_function(function), (sequence, *more_sequences))
    if result_type is None:
        for _ in results:
            pass
        return None
    if result_type is _LIST:
        return from_iterable(list(results))
    wanted = sequence_type(result_type)
    return make_sequence_of(wanted, list(results))


@builtin("MAP-INTO", "result-sequence function &rest sequences")
def map_into(result_sequence: Any, function: Any, *sequences: Any) -> Any:
    """Store what FUNCTION returns for the elements of SEQUENCES into RESULT-SEQUENCE, and return that."""
    f = coerce_function(function)
    filled = type(result_sequence) is GeneralArray and result_sequence.fill_pointer is not None
    size = result_sequence.dimensions[0] if filled else length(result_sequence)
    if sequences:
        size = min(size, *[length(x) for x in sequences])
    columns = [items_between(x, 0, size) for x in sequences]
    if type(result_sequence) is Cons:
        place = result_sequence
        for i in range(size):  # one by one, since FUNCTION may look at what is stored
            place.car = f(*[column[i] for column in columns])
            place = place.cdr
        return result_sequence
    items = [f(*[column[i] for column in columns]) for i in range(size)]
    store_items(result_sequence, 0, items)
    if filled:
        result_sequence.fill_pointer = size
    return result_sequence


@builtin("REDUCE", "function sequence &key key from-end (start 0) end initial-value")
def reduce(function: Any, sequence: Any, *, key: Any = None, from_end: Any = None, start: Any = 0, end: Any = None,
           initial_value: Any = UNSUPPLIED) -> Any:
    """Combine the elements of SEQUENCE to one value by FUNCTION, from the left or, with FROM-END, from the right."""
    f = function_of(function)
    items = items_between(sequence, start, end)
    k = key_function(key)
    if from_end is not None:
        items.reverse()
    if k is not None:
        items = [k(x) for x in items]
    if initial_value is not UNSUPPLIED:
        items.insert(0, initial_value)
    elif not items:
        return f()
    if from_end is not None:
        return functools.reduce(lambda a, b: f(b, a), items)
    name = getattr(f, "lisp_name", None)
    direct = _INTEGER_OPERATIONS.get(name)
    if direct is not None and f is FUNCTIONS[f"COMMON-LISP:{name}"] and set(map(type, items)) == {int}:
        return direct(items)
    return functools.reduce(f, items)


_INTEGER_OPERATIONS: dict[Any, Callable[[list[int]], int]] = {
    "+": sum, "*": math.prod, "MAX": max, "MIN": min,
    **{name: functools.partial(functools.reduce, f) for name, f in (
        ("-", operator.sub), ("LOGAND", operator.and_), ("LOGIOR", operator.or_), ("LOGXOR", operator.xor))}}
"""What Python has for combining integers."""


@builtin("CONCATENATE", "result-type &rest sequences")
def concatenate(result_type: Any, *sequences: Any) -> Any:
    """Return a sequence of RESULT-TYPE of the elements of all SEQUENCES."""
    wanted = sequence_type(result_type)
    if wanted.elements is not None and wanted.exact and wanted.most is None and sequences and all(
            type(x) is SimpleString for x in sequences) and wanted.elements.spec is _CHARACTER:
        return SimpleString("".join([x.text() for x in sequences]))
    items: list[Any] = []
    for x in sequences:
        items += all_items(x)
    return make_sequence_of(wanted, items)


_CHARACTER = cl("CHARACTER")


def _first_true(f: Callable[..., Any], sequence: Any, more: tuple[Any, ...]) -> Any:
    if not more:
        if type(sequence) is Cons:
            x = sequence
            while type(x) is Cons:
                value = f(x.car)
                if value is not None:
                    return value
                x = x.cdr
            if x is not None:
                wrong_type(x, "LIST")
            return None
        for item in sequence.data if type(sequence) is SimpleVector else all_items(sequence):
            value = f(item)
            if value is not None:
                return value
        return None
    for value in _results(f, (sequence, *more)):
        if value is not None:
            return value
    return None


def _all(f: Callable[..., Any], sequence: Any, more: tuple[Any, ...]) -> bool:
    if not more and type(sequence) is Cons:
        x = sequence
        while type(x) is Cons:
            if not f(x.car):
                return False
            x = x.cdr
        if x is not None:
            wrong_type(x, "LIST")
        return True
    return all(_results(f, (sequence, *more)))


@builtin("SOME", "predicate sequence &rest more-sequences")
def some(predicate: Any, sequence: Any, *more_sequences: Any) -> Any:
    """Return the first true value that PREDICATE returns for the elements, or NIL."""
    return _first_true(coerce_function(predicate), sequence, more_sequences)


@predicate("EVERY", "predicate sequence &rest more-sequences")
def every(predicate: Any, sequence: Any, *more_sequences: Any) -> bool:
    """Return T if PREDICATE is true of all elements."""
    return _all(truth(predicate), sequence, more_sequences)


@predicate("NOTANY", "predicate sequence &rest more-sequences")
def notany(predicate: Any, sequence: Any, *more_sequences: Any) -> bool:
    """Return T if PREDICATE is true of no element."""
    return _first_true(coerce_function(predicate), sequence, more_sequences) is None


@predicate("NOTEVERY", "predicate sequence &rest more-sequences")
def notevery(predicate: Any, sequence: Any, *more_sequences: Any) -> bool:
    """Return T if PREDICATE is false of some element."""
    return not _all(truth(predicate), sequence, more_sequences)
