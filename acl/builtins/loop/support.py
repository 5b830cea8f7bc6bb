"""Functions that expansions of LOOP call: accumulation in Python lists, limits, elements of vectors."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from acl.builtins.arrays import aref_1
from acl.builtins.declare import builtin, inline_names
from acl.reader.designators import as_package
from acl.reader.packages import accessible_symbols
from acl.types.array import GeneralArray, SimpleString, SimpleVector, SpecializedVector, is_vector, vector_length
from acl.types.base import wrong_type
from acl.types.character import CHAR
from acl.types.cons import Cons, from_iterable
from acl.types.hashtable import HashTable
from acl.types.number import Ratio
from acl.types.symbol import SYSTEM, denil


class _Tail:
    """The end of a dotted list that was appended."""

    __slots__ = ("object",)

    def __init__(self, object: Any) -> None:
        self.object = object


def loop_limit(limit: Any) -> int:
    """Return the least integer that is not below the real *limit*."""
    if isinstance(limit, (int, float)):
        return math.ceil(limit)
    if type(limit) is Ratio:
        return -(-limit.num // limit.den)
    wrong_type(limit, "REAL")


def loop_limit_to(limit: Any) -> int:
    """Return the least integer above the real *limit*."""
    if isinstance(limit, (int, float)):
        return math.floor(limit) + 1
    if type(limit) is Ratio:
        return int(limit.num // limit.den) + 1
    wrong_type(limit, "REAL")


inline_names(CHAR=CHAR, SimpleString=SimpleString, SimpleVector=SimpleVector, loop_limit=loop_limit,
             loop_limit_to=loop_limit_to, aref_1=aref_1)


@builtin("%LOOP-LIMIT", "limit", package=SYSTEM, expr="{0} if type({0}) is int else loop_limit({0})")
def _limit(limit: Any) -> Any:
    """Return the integer below which the integers below the real LIMIT are."""
    return loop_limit(limit)


@builtin("%LOOP-LIMIT-TO", "limit", package=SYSTEM, expr="{0} + 1 if type({0}) is int else loop_limit_to({0})")
def _limit_to(limit: Any) -> Any:
    """Return the integer below which the integers up to the real LIMIT are."""
    return loop_limit_to(limit)


@builtin("%LOOP-CAR", "cons", package=SYSTEM, expr="{0}.car")
def _car(cons: Any) -> Any:
    """Return the car of CONS, a `type-error` for what is none."""
    return cons.car


@builtin("%LOOP-CDR", "cons", package=SYSTEM, expr="{0}.cdr")
def _cdr(cons: Any) -> Any:
    """Return the cdr of CONS, a `type-error` for what is none."""
    return cons.cdr


@builtin("%LOOP-LENGTH", "vector", package=SYSTEM,
         expr="len({0}.data) if type({0}) is SimpleVector else SYSTEM_loop_length({0})")
def loop_length(vector: Any) -> Any:
    """Return the length of VECTOR, a `type-error` for what is none."""
    if not is_vector(vector):
        wrong_type(vector, "VECTOR")
    return vector_length(vector)


inline_names(SYSTEM_loop_length=loop_length)


@builtin("%LOOP-ELEMENT", "vector index", package=SYSTEM,
         expr="{0}.data[{1}] if type({0}) is SimpleVector else CHAR[{0}.s[{1}]] if type({0}) is SimpleString "
              "else aref_1({0}, {1})")
def _element(vector: Any, index: Any) -> Any:
    """Return the element of VECTOR at INDEX, which is in its bounds."""
    return aref_1(vector, index)


def loop_elements(vector: Any) -> Iterable[Any]:
    """Return what gives the elements of VECTOR one by one, each as it is when its turn comes."""
    if type(vector) is SpecializedVector:
        return vector.data  # type: ignore[no-any-return]
    length = loop_length(vector)
    if type(vector) is GeneralArray and vector.items:
        return islice(vector.items, length)
    return _characters(vector, length) if type(vector) is SimpleString else _elements(vector, length)


def _characters(string: SimpleString, length: int) -> Iterator[Any]:
    for index in range(length):
        yield CHAR[string.s[index]]


def _elements(vector: Any, length: int) -> Iterator[Any]:
    for index in range(length):
        yield aref_1(vector, index)


inline_names(loop_elements=loop_elements)


@builtin("%LOOP-ELEMENTS", "vector", package=SYSTEM,
         expr="{0}.data if type({0}) is SimpleVector else loop_elements({0})")
def _loop_elements(vector: Any) -> Any:
    """Return what gives the elements of VECTOR to a Python loop."""
    return loop_elements(vector)


@builtin("%LOOP-ENTRIES", "table what", package=SYSTEM)
def _entries(table: Any, what: Any) -> Any:
    """Return a list of the keys, the values or the pairs of a hash table; WHAT is :key, :value or :both."""
    if not isinstance(table, HashTable):
        wrong_type(table, "HASH-TABLE")
    if what.name == "KEY":
        return from_iterable([key for key, _ in table.entries()])
    if what.name == "VALUE":
        return from_iterable([value for _, value in table.entries()])
    return from_iterable([Cons(key, value) for key, value in table.entries()])


@builtin("%LOOP-SYMBOLS", "package kind", package=SYSTEM)
def _symbols(package: Any, kind: Any) -> Any:
    """Return a list of the symbols of a package; KIND is :symbol, :present-symbol or :external-symbol."""
    found = as_package(package)
    if kind.name == "SYMBOL":
        return from_iterable([denil(s) for s in accessible_symbols(found)])
    symbols = found.external.values() if kind.name == "EXTERNAL-SYMBOL" else found.symbols()
    return from_iterable([denil(s) for s in symbols])


# ---------------------------------------------------------------------------------------------- lists being collected


@builtin("%MAKE-COLLECTOR", "", package=SYSTEM, expr="[]")
def _make_collector() -> Any:
    """Return a new collector, which is a Python list."""
    return []


@builtin("%COLLECT", "collector object", package=SYSTEM, expr="{0}.append({1})")
def _collect(collector: Any, object: Any) -> Any:
    """Add OBJECT to a collector."""
    collector.append(object)


@builtin("%COLLECT-LIST", "collector list", package=SYSTEM)
def _collect_list(collector: Any, list: Any) -> Any:
    """Add the elements of LIST to a collector, and the end of a dotted list for as long as nothing follows it."""
    if list is not None and collector and type(collector[-1]) is _Tail:
        collector.pop()
    while type(list) is Cons:
        collector.append(list.car)
        list = list.cdr
    if list is not None:
        collector.append(_Tail(list))


@builtin("%COLLECTED", "collector", package=SYSTEM)
def _collected(collector: Any) -> Any:
    """Return the list of what was collected."""
    return from_iterable(collector)


@builtin("%APPENDED", "collector", package=SYSTEM)
def _appended(collector: Any) -> Any:
    """Return the list of what was collected, if lists were appended."""
    result: Any = None
    if collector and type(collector[-1]) is _Tail:
        result = collector.pop().object
    for x in reversed(collector):
        if type(x) is not _Tail:
            result = Cons(x, result)
    return result


@builtin("%LOOP-LINK", "tail list", package=SYSTEM)
def _link(tail: Any, list: Any) -> Any:
    """Append LIST behind the cons TAIL, if that is not NIL; return the new last cons."""
    if list is None:
        return tail
    if tail is not None:
        tail.cdr = list
    if type(list) is not Cons:
        return tail
    while type(list.cdr) is Cons:
        list = list.cdr
    return list
