"""How Lisp objects are copied by `copy` and pickled: what has an identity in Lisp keeps it.

Symbols, packages, characters and classes are pickled by name, the rest by contents.  A list is pickled as a whole, lest
a long one take a deep stack: a tail that two lists share is there twice afterwards.
"""

from __future__ import annotations

import copyreg
from collections.abc import Callable
from copy import copy, deepcopy
from typing import Any
from weakref import WeakValueDictionary

from acl.builtins.numbers.random import RandomState, state_from
from acl.clos.base import BuiltInClass, FuncallableStandardClass, StandardClass, StructureClass, find_class
from acl.clos.generic import generic_of
from acl.python.functions import DOT
from acl.runtime.condition_classes import Condition
from acl.runtime.fault_frames import lisp_name
from acl.streams.base import Stream
from acl.types.array import GeneralArray, SimpleString, SimpleVector, SpecializedVector
from acl.types.character import Char, code_char
from acl.types.cons import Cons, from_iterable
from acl.types.hashtable import HashTable, UserHashTable, WeakHashTable
from acl.types.number import Complex, Ratio, SingleFloat
from acl.types.symbol import Package, Symbol, denil, find_package

# ----------------------------------------------------------------------------------------------------------- by name


def symbol_of(package: str | None, name: str) -> Any:
    """Return the symbol *name* of a package, a new one without a package if that is None."""
    return Symbol(name) if package is None else denil(package_of(package).intern(name))


def package_of(name: str) -> Package:
    """Return the package called *name*; LookupError if this Lisp has none."""
    found = find_package(name)
    if found is None:
        raise LookupError(f"there is no Lisp package {name}; load what defines it first")
    return found


def class_of(name: Symbol) -> Any:
    """Return the class called *name*; LookupError if this Lisp has none."""
    found = find_class(name, False)
    if found is None:
        raise LookupError(f"there is no Lisp class {name!r}; load what defines it first")
    return found


def _reduce_class(cls: Any) -> Any:
    name = cls._lisp.name
    if name is None or find_class(name, False) is not cls:
        raise TypeError(f"cannot pickle {cls!r}, which is not the class of its name")
    return class_of, (name,)


# ------------------------------------------------------------------------------------------------------------- lists


def _copy_list(first: Cons, element: Callable[[Any], Any], memo: dict[int, Any]) -> Cons:
    """Return a copy of the conses of a list; *memo* has those that are copied already."""
    new = result = memo[id(first)] = Cons(None, None)
    x = first
    while True:
        new.car = element(x.car)
        x = x.cdr
        if type(x) is not Cons:
            new.cdr = element(x)
            return result
        known = memo.get(id(x))
        new.cdr = following = Cons(None, None) if known is None else known
        if known is not None:
            return result
        memo[id(x)] = new = following


def _copy_shallow(first: Cons) -> Cons:
    return _copy_list(first, lambda x: x, {})


def _copy_deep(first: Cons, memo: dict[int, Any]) -> Cons:
    return _copy_list(first, lambda x: deepcopy(x, memo), memo)


def _reduce_list(first: Cons) -> Any:
    """Give the elements up to the end, or to where the list comes back to one of its conses, and what is there."""
    places: dict[int, int] = {}
    conses: list[Cons] = []
    x: Any = first
    while type(x) is Cons and id(x) not in places:
        places[id(x)] = len(conses)
        conses.append(x)
        x = x.cdr
    if type(x) is Cons:
        del conses[places[id(x)] or len(conses):]
    return Cons, (None, None), ([c.car for c in conses], x)


def _set_list(first: Cons, state: tuple[list[Any], Any]) -> None:
    elements, end = state
    first.car = elements[0]
    first.cdr = from_iterable(elements[1:], end)


# ------------------------------------------------------------------------------------------------ arrays, hash tables


def _set_vector(vector: SimpleVector, elements: list[Any]) -> None:
    vector.data.extend(elements)


def _reduce_array(array: GeneralArray) -> Any:
    state = (array.dimensions, copy(array.storage), array.offset, array.displaced_to, array.fill_pointer,
             array.adjustable)
    return GeneralArray, ((), None), state


def _set_array(array: GeneralArray, state: tuple[Any, ...]) -> None:
    (array.dimensions, array.storage, array.offset, array.displaced_to, array.fill_pointer, array.adjustable) = state
    array.settle()


def _empty_like(table: HashTable) -> HashTable:
    new = HashTable(table.test, table.plain if isinstance(table, WeakHashTable) else table.wrap)
    if isinstance(table, WeakHashTable):
        new = WeakHashTable(new, table.weak_keys, table.values)
    elif isinstance(table, UserHashTable):
        new.__class__ = UserHashTable
    new.size, new.rehash_size, new.rehash_threshold = table.size, table.rehash_size, table.rehash_threshold
    return new


def _copy_table(table: HashTable) -> HashTable:
    new = _empty_like(table)
    for key, value in table.entries():
        new.put(key, value)
    return new


def _deepcopy_table(table: HashTable, memo: dict[int, Any]) -> HashTable:
    new = memo[id(table)] = _empty_like(table)
    for key, value in table.entries():
        new.put(deepcopy(key, memo), deepcopy(value, memo))
    return new


def _reduce_table(table: HashTable) -> Any:
    if type(table) is not HashTable:
        raise TypeError(f"cannot pickle {table!r}: it is weak, or has a test of its own")
    return HashTable, (table.test,), list(table.entries())


def _fill_table(table: HashTable, entries: list[tuple[Any, Any]]) -> None:
    for key, value in entries:
        table.put(key, value)


# ---------------------------------------------------------------------------------------------------------- functions

_wrappers: WeakValueDictionary[int, Any] = WeakValueDictionary()
"""By id of a Lisp function: the callable that stands for it in Python, and keeps it."""
_LOOKUP = "acl.python.functions"


def wrapper_of(function: Any, make: Callable[[Any], Any], called: Symbol | None = None) -> Any:
    """Return the callable that stands for *function*, the same one as long as somebody has it.

    If it is *called* something that is what it is pickled as, or else its name.
    """
    known = _wrappers.get(id(function))
    if known is None:
        known = _wrappers[id(function)] = make(function)
    if known.__module__ != _LOOKUP:
        gf = generic_of(function)
        name = called or (lisp_name(function, "") if gf is None else gf.name)
        if type(name) is Symbol and name.package is not None:
            known.__module__ = _LOOKUP
            known.__qualname__ = f"{name.package.name}::{name.name}".replace(".", DOT)
    return known


# --------------------------------------------------------------------------------------------------------- the methods


def _itself(x: Any, memo: Any = None) -> Any:
    return x


def _refuse(x: Any, protocol: Any = None) -> Any:
    raise TypeError(f"cannot pickle or copy {x!r}")


def _give(kind: type, **methods: Callable[..., Any]) -> None:
    for name, method in methods.items():
        setattr(kind, f"__{name}__", method)


_give(Symbol, copy=_itself, deepcopy=_itself,
      reduce=lambda x: (symbol_of, (x.package.name if x.package is not None else None, x.name)))
_give(Package, copy=_itself, deepcopy=_itself, reduce=lambda x: (package_of, (x.name,)))
_give(Char, copy=_itself, deepcopy=_itself, reduce=lambda x: (code_char, (ord(x),)))
for _number in (Ratio, Complex, SingleFloat):
    _give(_number, copy=_itself, deepcopy=_itself)
_give(Cons, copy=_copy_shallow, deepcopy=_copy_deep, reduce=_reduce_list, setstate=_set_list)
_give(SimpleString, copy=lambda x: SimpleString(x.text()), reduce=lambda x: (SimpleString, (x.text(),)))
_give(SimpleVector, copy=lambda x: SimpleVector(list(x.data)),
      reduce=lambda x: (SimpleVector, ([],), list(x.data)), setstate=_set_vector)
_give(SpecializedVector, reduce=lambda x: (SpecializedVector, (x.data[:], x.element_type)))
_give(GeneralArray, reduce=_reduce_array, setstate=_set_array)
_give(HashTable, copy=_copy_table, deepcopy=_deepcopy_table, reduce=_reduce_table, setstate=_fill_table)
_give(RandomState, reduce=lambda x: (state_from, (x.generator.getstate(),)))
_give(Stream, reduce_ex=_refuse)
_give(Condition, reduce=lambda x: (copyreg.__newobj__, (type(x),), {  # type: ignore[attr-defined]
    key: value for key, value in x.__dict__.items() if key not in ("unhandled", "stands_for")}))
for _metaclass in (StandardClass, StructureClass, FuncallableStandardClass, BuiltInClass):
    copyreg.pickle(_metaclass, _reduce_class)
