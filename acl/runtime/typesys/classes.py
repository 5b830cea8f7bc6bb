"""Which classes can have no common instance."""

from __future__ import annotations

from typing import Any

from acl.clos.base import CLASSES, BuiltInClass, StructureClass, find_class

_ROOTS = ("FUNCTION", "HASH-TABLE", "PACKAGE", "PATHNAME", "STREAM", "RANDOM-STATE", "READTABLE", "RESTART",
          "CONDITION", "STRUCTURE-OBJECT")
_OPEN = ("FUNCTION", "STREAM")
"""Roots that classes of programs may have beside others: funcallable instances, Gray streams."""


def _roots(cls: Any) -> set[str]:
    return {c._lisp.name.name for c in cls.__mro__
            if getattr(c, "_lisp", None) is not None and c._lisp.name is not None and c._lisp.name.name in _ROOTS
            and find_class(c._lisp.name, False) is c}


def disjoint(a: Any, b: Any) -> bool:
    """True if no object can be an instance of both classes."""
    if a in b.__mro__ or b in a.__mro__:
        return False
    roots_a, roots_b = _roots(a), _roots(b)
    if roots_a and roots_b and not roots_a & roots_b:
        return not _common_subclass(a, b)
    if isinstance(a, StructureClass) and isinstance(b, StructureClass):
        return True
    if isinstance(a, BuiltInClass) and isinstance(b, BuiltInClass):
        return not _common_subclass(a, b)
    if (roots_a and not roots_a & set(_OPEN) and not roots_b) or (roots_b and not roots_b & set(_OPEN) and not roots_a):
        return not _common_subclass(a, b)
    return False


def _common_subclass(a: Any, b: Any) -> bool:
    return any(a in c.__mro__ and b in c.__mro__ for c in list(CLASSES.values()))
