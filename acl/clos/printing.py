"""How classes, generic functions, methods, instances and structures are printed and described."""

from __future__ import annotations

from types import FunctionType
from typing import Any

from acl.clos.base import LispClass, SlotDefinition, StructureObject, class_of
from acl.clos.generic import EqlSpecializer, Method, customised, generic, generic_of
from acl.printer.writer import (
    WRITERS,
    Printer,
    class_text,
    not_readable,
    prin1_to_string,
    unreadable_text,
    write_default,
    write_structure,
    writer,
)
from acl.types.cons import from_iterable, lisp_list
from acl.types.symbol import cl

PRINT_OBJECT = "COMMON-LISP:PRINT-OBJECT"


def print_by_method(x: Any, stream: Any) -> bool:
    """Print *x* by a program's method on `print-object`, or as a generic function; False if it is neither."""
    if customised(PRINT_OBJECT, class_of(x)):
        generic("PRINT-OBJECT")(x, stream)
        return True
    if type(x) is FunctionType and hasattr(x, "gf"):
        p = Printer(stream, stream.write_str)
        p.out(_metaobject_text(p, x, x.gf.__dict__.get("name")))
        return True
    return False


def print_default(x: Any, stream: Any) -> None:
    """Print *x* as if there were no methods on `print-object`."""
    p = Printer(stream, stream.write_str)
    if type(x) is FunctionType and hasattr(x, "gf"):
        p.out(_metaobject_text(p, x, x.gf.__dict__.get("name")))
        return
    for base in type(x).__mro__:
        write = WRITERS.get(base)
        if write is not None:
            write(p, x)
            return
    write_default(p, x)


def _metaobject_text(p: Printer, x: Any, name: Any) -> str:
    if p.readably:
        not_readable(x)
    if generic_of(x) is None and type(x) is FunctionType:
        return unreadable_text(p, x)
    return f"#<{class_text(p, x)} {prin1_to_string(name)}>"


@writer(LispClass)
def _write_class(p: Printer, x: Any) -> None:
    """Write a class."""
    p.out(_metaobject_text(p, x, x._lisp.name))


@writer(Method)
def _write_method(p: Printer, x: Any) -> None:
    """Write a method: name, qualifiers and specializers."""
    if p.readably:
        not_readable(x)
    name = prin1_to_string(x.gf.name) if x.gf is not None else "(unnamed)"
    qualifiers = "".join(prin1_to_string(q) + " " for q in x.qualifiers)
    p.out(f"#<{class_text(p, x)} {name} {qualifiers}{prin1_to_string(specializer_names(x))}>")


def specializer_names(method: Any) -> Any:
    """Return the specializers of a method as a list of names and (eql object)s."""
    return from_iterable([lisp_list(cl("EQL"), s.value) if isinstance(s, EqlSpecializer) else s._lisp.name
                          for s in method.specializers])


@writer(SlotDefinition)
def _write_slot_definition(p: Printer, x: Any) -> None:
    """Write a slot definition."""
    p.out(_metaobject_text(p, x, x.slot_name))


@writer(EqlSpecializer)
def _write_eql_specializer(p: Printer, x: Any) -> None:
    """Write an eql specializer."""
    p.out(_metaobject_text(p, x, x.value))


@writer(StructureObject)
def _write_structure(p: Printer, x: Any) -> None:
    """Write a structure as #S(NAME :SLOT value ...)."""
    slots = type(x)._lisp.slots.values()
    write_structure(p, type(x)._lisp.name, [(slot.slot_name.name, getattr(x, slot.key)) for slot in slots])
