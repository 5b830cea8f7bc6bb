"""Type specifiers: `typep`, `subtypep`, `type-of`, types that programs define.

    typep(x, spec) -> bool                  type_predicate(spec) -> a Python predicate
    subtypep(a, b) -> (is it, is it sure)   type_of(x) -> a specifier
    expand_type(spec) -> spec               define_type(name, expander)

`subtypep` computes with sets (`algebra`, `sets`), which are loaded when it is first used.
"""

from __future__ import annotations

from typing import Any

from .predicates import type_predicate, typep
from .specifiers import define_type, expand_type, is_type_specifier

__all__ = ["define_type", "expand_type", "is_type_specifier", "subtypep", "type_of", "type_predicate", "typep"]


def subtypep(a: Any, b: Any) -> tuple[bool, bool]:
    """Return whether type *a* is a subtype of *b*, and whether that is certain."""
    from .algebra import subtypep as decide

    return decide(a, b)


def type_of(x: Any) -> Any:
    """Return the type specifier that `type-of` gives for *x*."""
    from .names import type_of as name

    return name(x)
