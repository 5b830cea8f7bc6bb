"""Errors of the object system that a restart can repair."""

from __future__ import annotations

from typing import Any

from acl.clos.base import class_of
from acl.clos.slots import set_slot_value
from acl.runtime.conditions import error
from acl.types.cons import from_iterable
from acl.types.function import call_values


def unbound_slot(instance: Any, name: Any) -> Any:
    """Signal `unbound-slot`; return what the restarts use-value and store-value supply."""
    return error("UNBOUND-SLOT", None, instance=instance, name=name)


def no_applicable(function: Any, args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Signal that there is no method; the restart tries the call again."""
    classes = from_iterable([class_of(a)._lisp.name for a in args])
    error("PROGRAM-ERROR", "No methods applicable for generic function ~s with args ~s of classes ~s", function,
          from_iterable(args), classes)
    return call_values(function, *args)


__all__ = ["set_slot_value"]
