"""The run-time part of `define-condition`."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin
from acl.builtins.definitions import check_definition
from acl.clos.base import CLASSES, StandardDirectSlotDefinition, find_class, make_class
from acl.clos.precedence import change_bases
from acl.runtime.condition_classes import Condition, Layout, forget_layouts, shared_owner
from acl.runtime.conditions import condition_class
from acl.runtime.control import forget_clusters
from acl.runtime.sources import TYPE, record
from acl.types.array import SimpleString
from acl.types.cons import to_list
from acl.types.symbol import SYSTEM, function_key, keyword

_CLASS = keyword("CLASS")


@builtin("%DEFINE-CONDITION", "name parents slots report defaults documentation", package=SYSTEM, export=False)
def _define_condition(name: Any, parents: Any, slots: Any, report: Any, defaults: Any, documentation: Any) -> Any:
    """Define or redefine the condition class NAME."""
    check_definition(name, "CLASS")
    bases = tuple(condition_class(p) for p in to_list(parents)) or (Condition,)
    cls = find_class(name, False)
    if isinstance(cls, type) and issubclass(cls, Condition):
        if cls.__bases__ != bases:
            change_bases(cls, bases)
    else:
        cls = make_class(name, bases)
        CLASSES[name] = cls
    info = cls._lisp
    info.direct_slots = [_slot(*to_list(s)) for s in to_list(slots)]
    info.direct_default_initargs = [tuple(to_list(d)) for d in to_list(defaults)]
    info.documentation = documentation
    info.finalized = False
    cls._has_shared = any(s.allocation is _CLASS for s in info.direct_slots) or any(
        b._has_shared for b in bases)
    _set_report(cls, report)
    forget_layouts()
    forget_clusters()
    _start_shared(cls)
    record(name, TYPE)
    return name


def _slot(name: Any, initargs: Any, form: Any, function: Any, allocation: Any, doc: Any) -> Any:
    return StandardDirectSlotDefinition(name, tuple(to_list(initargs)), form, function, allocation, documentation=doc)


def _set_report(cls: Any, report: Any) -> None:
    if type(report) is SimpleString:
        cls._report_function = lambda condition, stream: stream.write_str(report.text())
    elif report is not None:
        cls._report_function = report
    elif "_report_function" in cls.__dict__:
        del cls._report_function


def _start_shared(cls: Any) -> None:
    """Give the shared slots that *cls* holds their initial values."""
    if not cls._has_shared:
        return
    for slot in Layout(cls).slots.values():
        key = function_key(slot.slot_name)
        if slot.initfunction is not None and shared_owner(cls, key) is cls and key not in cls.__dict__:
            setattr(cls, key, slot.initfunction())
