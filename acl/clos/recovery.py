"""Errors of the object system that a restart can repair."""

from __future__ import annotations

from typing import Any

from acl.clos.base import class_of
from acl.clos.slots import set_slot_value
from acl.runtime import messages
from acl.runtime.conditions import format_text, make_condition, signal_error
from acl.runtime.interaction import ask_value
from acl.runtime.restarts import restart_case
from acl.types.cons import from_iterable
from acl.types.function import call_values
from acl.types.symbol import cl


def unbound_slot(instance: Any, name: Any) -> Any:
    """Signal `unbound-slot`; return what the restarts use-value and store-value supply."""
    condition = make_condition("UNBOUND-SLOT", None, instance=instance, name=name)

    def store(value: Any) -> Any:
        set_slot_value(instance, name, value)
        return value

    return restart_case(
        lambda: signal_error(condition),
        ("USE-VALUE", lambda value: value, lambda: format_text(_USE_VALUE, name), _ask),
        ("STORE-VALUE", store, lambda: format_text("Set the slot ~s and use its value.", name), _ask),
        condition=condition)


_USE_VALUE = "Use a value for the slot ~s."


def _ask() -> list[Any]:
    return ask_value("enter an expression which will evaluate to the value of the slot: ")


def missing_slot(cls: Any, instance: Any, name: Any, operation: Any) -> Any:
    """Signal that *instance* has no slot *name*; if it was to be read, return what the restart use-value supplies."""
    condition = make_condition("SIMPLE-ERROR", messages.MISSING_SLOT, name, instance, cls, operation)
    if operation is not cl("SLOT-VALUE"):
        signal_error(condition)
    return restart_case(
        lambda: signal_error(condition),
        ("USE-VALUE", lambda value: value, lambda: format_text(_USE_VALUE, name), _ask), condition=condition)


def no_applicable(function: Any, args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Signal that there is no method; the restart tries the call again."""
    classes = from_iterable([class_of(a)._lisp.name for a in args])
    condition = make_condition("PROGRAM-ERROR", "No methods applicable for generic function ~s with args ~s of classes"
                               " ~s", function, from_iterable(args), classes)
    return restart_case(  # type: ignore[no-any-return]
        lambda: signal_error(condition),
        ("TRY-AGAIN-CALL", lambda: call_values(function, *args), "Try calling it again"), condition=condition)
