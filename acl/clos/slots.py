"""Slot access: an attribute where possible, and everything that is not one.

A slot of an instance is an attribute.  Others are data descriptors in the Python class: `SharedSlot` for
`:allocation :class`, `InstanceSlot` where a class makes an inherited shared slot local again, `CustomSlot` for
classes with methods on `slot-value-using-class`, `MetaSlot` for the slots of classes themselves.  Python programs get
at slots by `SlotAttribute`.
"""

from __future__ import annotations

from typing import Any

from acl.clos.base import CLASS, LispClass, class_of, metaobject_of
from acl.clos.generic import generic
from acl.types.base import wrong_type
from acl.types.symbol import Symbol, cl, find_package, function_key

_SLOT_VALUE, _SETF, _BOUNDP = cl("SLOT-VALUE"), cl("SETF"), cl("SLOT-BOUNDP")
_MAKUNBOUND = cl("SLOT-MAKUNBOUND")


class SharedSlot:
    """A slot with :allocation :class; its value is kept here."""

    def __init__(self, name: Any) -> None:
        self.slot_name = name
        self.values: list[Any] = []

    def __get__(self, instance: Any, owner: Any) -> Any:
        if instance is None:
            return self
        if self.values:
            return self.values[0]
        return unbound(instance, self.slot_name)

    def __set__(self, instance: Any, value: Any) -> None:
        self.values = [value]

    def __delete__(self, instance: Any) -> None:
        self.values = []


class InstanceSlot:
    """A local slot, where a superclass has a shared slot of the same name."""

    def __init__(self, key: str) -> None:
        self.key = key

    def __get__(self, instance: Any, owner: Any) -> Any:
        if instance is None:
            return self
        try:
            return instance.__dict__[self.key]
        except KeyError:
            raise AttributeError(self.key) from None

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.key] = value

    def __delete__(self, instance: Any) -> None:
        instance.__dict__.pop(self.key, None)


class MetaSlot:
    """A slot of a class: attributes of a Python class are inherited, slots of a metaobject are not."""

    def __init__(self, key: str) -> None:
        self.key = key

    def __get__(self, instance: Any, owner: Any) -> Any:
        if instance is None:
            return self
        try:
            return instance._lisp.options[self.key]
        except KeyError:
            raise AttributeError(self.key) from None

    def __set__(self, instance: Any, value: Any) -> None:
        instance._lisp.options[self.key] = value

    def __delete__(self, instance: Any) -> None:
        instance._lisp.options.pop(self.key, None)


class CustomSlot:
    """A slot that is accessed through `slot-value-using-class`."""

    def __init__(self, slot: Any) -> None:
        self.slot = slot

    def __get__(self, instance: Any, owner: Any) -> Any:
        if instance is None:
            return self
        return generic("SLOT-VALUE-USING-CLASS", "CLOS")(type(instance), instance, self.slot)

    def __set__(self, instance: Any, value: Any) -> None:
        setter = generic_setf("SLOT-VALUE-USING-CLASS")
        setter(value, type(instance), instance, self.slot)

    def __delete__(self, instance: Any) -> None:
        generic("SLOT-MAKUNBOUND-USING-CLASS", "CLOS")(type(instance), instance, self.slot)


class SlotAttribute:
    """A slot by Python's spelling of its name, for Python programs: values cross as they do in calls."""

    def __init__(self, name: Symbol) -> None:
        self.slot_name = name

    def __get__(self, instance: Any, owner: Any) -> Any:
        if instance is None:
            return self
        from acl.python.bridge import read_slot

        return read_slot(instance, self.slot_name)

    def __set__(self, instance: Any, value: Any) -> None:
        from acl.python.bridge import write_slot

        write_slot(instance, self.slot_name, value)


def python_spelling(name: Symbol) -> str:
    """Return what Python programs write for the slot or keyword *name*."""
    return name.name.lower().replace("-", "_")


def generic_setf(name: str) -> Any:
    """Return the generic function (setf clos:NAME)."""
    from acl.types.function import FUNCTIONS

    return FUNCTIONS[f"(setf CLOS:{name})"]


def unbound(instance: Any, name: Any) -> Any:
    """Call `slot-unbound`."""
    return generic("SLOT-UNBOUND")(class_of(instance), instance, name)


def missing(instance: Any, name: Any, operation: Any, *value: Any) -> Any:
    """Call `slot-missing`."""
    return generic("SLOT-MISSING")(class_of(instance), instance, name, operation, *value)


def missing_attribute(instance: Any, key: str) -> Any:
    """Return what reading the attribute *key*, which is not there, gives: see `missing_slot` in base.py."""
    cls = type(instance)
    info = cls._lisp
    if not info.finalized:
        from acl.clos.classes import finalize

        finalize(cls)
        if key in cls.__dict__:
            return getattr(instance, key)
    if ":" not in key:
        return _by_spelling(instance, info, key)
    slot = info.valid.get(key)
    if slot is None:
        return missing(instance, symbol_of(key), _SLOT_VALUE)
    if slot.key != key:
        return getattr(instance, slot.key)
    return unbound(instance, slot.slot_name)


def _by_spelling(instance: Any, info: Any, key: str) -> Any:
    """Be `SlotAttribute` where instances have Python attributes, which come first."""
    for symbol in info.slots:
        if python_spelling(symbol) == key:
            return SlotAttribute(symbol).__get__(instance, type(instance))
    raise AttributeError(key)


def symbol_of(key: str) -> Any:
    """Return the symbol whose key this is."""
    package_name, _, name = key.partition(":")
    package = find_package(package_name)
    symbol = package.find(name)[0] if package is not None else None
    return symbol if symbol is not None else Symbol(name)


def find_slot(x: Any, name: Any) -> tuple[Any, Any]:
    """Return the object that carries the slots of *x*, and its effective slot *name* or None."""
    if type(name) is not Symbol:
        if name is None:
            return x, None
        wrong_type(name, "SYMBOL")
    x = metaobject_of(x)
    cls = type(x)
    if not isinstance(cls, LispClass):
        return x, None
    if not cls._lisp.finalized:
        from acl.clos.classes import finalize

        finalize(cls)
    return x, cls._lisp.slots.get(name)


def slot_value(instance: Any, name: Any) -> Any:
    """Return the value of the slot *name* of *instance*."""
    if type(name) is Symbol and isinstance(type(instance), LispClass):
        try:
            return getattr(instance, function_key(name))
        except AttributeError as fault:
            if fault.obj is not instance:  # of a method of slot-unbound or slot-missing
                raise
    x, slot = find_slot(instance, name)
    if slot is None:
        return missing(instance, name, _SLOT_VALUE)
    return getattr(x, slot.key)


def set_slot_value(instance: Any, name: Any, value: Any) -> Any:
    """Store *value* in the slot *name* of *instance*; return the value."""
    x, slot = find_slot(instance, name)
    if slot is None:
        missing(instance, name, _SETF, value)
    else:
        setattr(x, slot.key, value)
    return value


def bound(x: Any, slot: Any) -> bool:
    """True if the effective slot *slot* of *x* has a value."""
    descriptor = find_descriptor(type(x), slot.key)
    if descriptor is None:
        return slot.key in x.__dict__
    if isinstance(descriptor, SharedSlot):
        return bool(descriptor.values)
    if isinstance(descriptor, CustomSlot):
        return generic("SLOT-BOUNDP-USING-CLASS", "CLOS")(type(x), x, descriptor.slot) is not None
    if isinstance(descriptor, MetaSlot):
        return slot.key in x._lisp.options
    return slot.key in x.__dict__


def find_descriptor(cls: Any, key: str) -> Any:
    """Return the descriptor of the attribute *key*, or None if it is a plain one."""
    for c in cls.__mro__:
        if key in c.__dict__:
            return c.__dict__[key]
    return None


def slot_boundp(instance: Any, name: Any) -> bool:
    """True if the slot *name* of *instance* has a value."""
    x, slot = find_slot(instance, name)
    if slot is None:
        return missing(instance, name, _BOUNDP) is not None
    return bound(x, slot)


def slot_makunbound(instance: Any, name: Any) -> Any:
    """Take the value of the slot *name* of *instance* away; return the instance."""
    x, slot = find_slot(instance, name)
    if slot is None:
        missing(instance, name, _MAKUNBOUND)
    else:
        make_unbound(x, slot)
    return instance


def make_unbound(x: Any, slot: Any) -> None:
    """Take the value of the effective slot *slot* of *x* away."""
    if find_descriptor(type(x), slot.key) is not None:
        delattr(x, slot.key)
    else:
        x.__dict__.pop(slot.key, None)


def slot_exists_p(instance: Any, name: Any) -> bool:
    """True if *instance* has a slot *name*."""
    return find_slot(instance, name)[1] is not None


# What the default methods of slot-value-using-class and its like do: past the descriptor.


def raw_value(x: Any, slot: Any) -> Any:
    """Return the stored value of *slot*, or what `slot-unbound` returns."""
    if slot.allocation is CLASS:
        values = _shared(x, slot).values
        return values[0] if values else unbound(x, slot.slot_name)
    storage = raw_storage(x)
    return storage[slot.key] if slot.key in storage else unbound(x, slot.slot_name)


def set_raw_value(x: Any, slot: Any, value: Any) -> Any:
    """Store a value."""
    if slot.allocation is CLASS:
        _shared(x, slot).values = [value]
    else:
        raw_storage(x)[slot.key] = value
    return value


def raw_bound(x: Any, slot: Any) -> bool:
    """True if there is a stored value."""
    return bool(_shared(x, slot).values) if slot.allocation is CLASS else slot.key in raw_storage(x)


def raw_unbind(x: Any, slot: Any) -> None:
    """Take the stored value away."""
    if slot.allocation is CLASS:
        _shared(x, slot).values = []
    else:
        raw_storage(x).pop(slot.key, None)


def raw_storage(x: Any) -> dict[str, Any]:
    """Return the dict in which the local slots of *x* are kept."""
    return x._lisp.options if isinstance(x, LispClass) else x.__dict__


def _shared(x: Any, slot: Any) -> SharedSlot:
    return slot.owner.__dict__["shared " + slot.key]  # type: ignore[no-any-return]
