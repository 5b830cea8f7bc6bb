"""Vectors that do not keep their elements alive."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from typing import Any

from acl.builtins.declare import builtin
from acl.types.array import SimpleVector
from acl.types.base import wrong_type
from acl.types.symbol import EXCL


class WeakList(list[Any]):
    """The elements of a weak vector: what can be referred to weakly is, and reads as NIL once it is garbage."""

    @staticmethod
    def _target(x: Any) -> Any:
        return x() if type(x) is weakref.ref else x

    @staticmethod
    def _reference(x: Any) -> Any:
        try:
            return weakref.ref(x)
        except TypeError:
            return x  # a number or a character

    def __getitem__(self, index: Any) -> Any:
        found = super().__getitem__(index)
        return [self._target(x) for x in found] if type(index) is slice else self._target(found)

    def __setitem__(self, index: Any, value: Any) -> None:
        super().__setitem__(index, [self._reference(x) for x in value] if type(index) is slice else
                            self._reference(value))

    def __iter__(self) -> Iterator[Any]:
        return map(self._target, super().__iter__())

    def __contains__(self, x: Any) -> bool:
        return x in list(self)

    def index(self, x: Any, *bounds: Any) -> int:
        return list(self).index(x, *bounds)

    def copy(self) -> list[Any]:
        return list(self)


@builtin("WEAK-VECTOR", "size", package=EXCL)
def _weak_vector(size: Any) -> Any:
    """Return a simple vector of SIZE elements that does not keep them alive: one that is garbage becomes NIL."""
    if type(size) is not int or size < 0:
        wrong_type(size, "UNSIGNED-BYTE")
    return SimpleVector(WeakList([None] * size))
