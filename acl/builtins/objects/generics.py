"""The generic functions of the standard, with their default methods."""

from __future__ import annotations

from typing import Any

from acl.clos import instances, slots
from acl.clos.base import LispClass, class_of, find_class, metaobject_of
from acl.clos.dispatch import class_names
from acl.clos.generic import (
    StandardMethod,
    add_method,
    applicable_methods,
    customised,
    find_method,
    generic_of,
    remove_method,
    standard_generic,
)
from acl.runtime.conditions import error
from acl.types.array import string
from acl.types.base import wrong_type
from acl.types.cons import from_iterable, lisp_list, to_list
from acl.types.function import FUNCTIONS
from acl.types.symbol import CLOS, Symbol, cl

_QUOTE = cl("QUOTE")


# Making instances


@standard_generic("MAKE-INSTANCE", "class &rest initargs &key &allow-other-keys")
def make_instance(cls: Any, *initargs: Any) -> Any:
    """Return a new instance of CLASS, a class or its name, initialized by INITARGS."""
    if type(cls) is Symbol:
        cls = find_class(cls)
        if customised("COMMON-LISP:MAKE-INSTANCE", type(cls)):
            return FUNCTIONS["COMMON-LISP:MAKE-INSTANCE"](cls, *initargs)
    return instances.make_instance(cls, *initargs)


@standard_generic("ALLOCATE-INSTANCE", "class &rest initargs &key &allow-other-keys", ("CLASS",))
def allocate_instance(cls: Any, *initargs: Any) -> Any:
    """Return a new instance of CLASS whose slots are unbound."""
    return instances.allocate(cls)


@standard_generic("INITIALIZE-INSTANCE", "instance &rest initargs &key &allow-other-keys")
def initialize_instance(instance: Any, *initargs: Any) -> Any:
    """Initialize the new INSTANCE from INITARGS and the initforms of its slots; return it."""
    return shared_initialize(instance, cl("T"), *initargs)


@standard_generic("REINITIALIZE-INSTANCE", "instance &rest initargs &key &allow-other-keys")
def reinitialize_instance(instance: Any, *initargs: Any) -> Any:
    """Change the slots of INSTANCE that INITARGS give values for; return it."""
    if not isinstance(type(metaobject_of(instance)), LispClass):
        wrong_type(instance, "STANDARD-OBJECT")
    instances.check_keys(type(metaobject_of(instance)), initargs, ("REINITIALIZE-INSTANCE", "SHARED-INITIALIZE"),
                         "reinitialize-instance")
    return shared_initialize(instance, None, *initargs)


@standard_generic("SHARED-INITIALIZE", "instance slot-names &rest initargs &key &allow-other-keys")
def shared_initialize(instance: Any, names: Any, *initargs: Any) -> Any:
    """Fill slots of INSTANCE from INITARGS, and unbound ones among SLOT-NAMES (T: all) from their initforms."""
    if names is not None and names is not cl("T"):
        names = to_list(names)
    return instances.shared_initialize(instance, names, initargs)


@standard_generic("CHANGE-CLASS", "instance new-class &rest initargs &key &allow-other-keys")
def change_class(instance: Any, new: Any, *initargs: Any) -> Any:
    """Make INSTANCE an instance of NEW-CLASS, a class or its name; return it."""
    return instances.change_class(instance, new, initargs)


@standard_generic("UPDATE-INSTANCE-FOR-DIFFERENT-CLASS",
                  "previous current &rest initargs &key &allow-other-keys")
def update_instance_for_different_class(previous: Any, current: Any, *initargs: Any) -> Any:
    """Initialize the slots that CURRENT got when its class was changed; PREVIOUS is a copy as it was before."""
    instances.check_keys(class_of(current), initargs,
                         ("UPDATE-INSTANCE-FOR-DIFFERENT-CLASS", "SHARED-INITIALIZE"),
                         "update-instance-for-different-class")
    return shared_initialize(current, instances.added_slots(previous, current), *initargs)


@standard_generic("UPDATE-INSTANCE-FOR-REDEFINED-CLASS",
                  "instance added-slots discarded-slots property-list &rest initargs &key &allow-other-keys")
def update_instance_for_redefined_class(instance: Any, added: Any, discarded: Any, plist: Any,
                                        *initargs: Any) -> Any:
    """Initialize the slots that INSTANCE got when its class was redefined."""
    instances.check_keys(class_of(instance), initargs,
                         ("UPDATE-INSTANCE-FOR-REDEFINED-CLASS", "SHARED-INITIALIZE"),
                         "update-instance-for-redefined-class")
    return shared_initialize(instance, added, *initargs)


@standard_generic("MAKE-INSTANCES-OBSOLETE", "class")
def make_instances_obsolete(cls: Any) -> Any:
    """Have all instances of CLASS, a class or its name, updated as after a redefinition; return CLASS."""
    target = instances.the_class(cls)
    if not isinstance(target, LispClass):
        wrong_type(cls, "CLASS")
    instances.make_obsolete(target)
    return cls


# Slots


@standard_generic("SLOT-UNBOUND", "class instance slot-name")
def slot_unbound(cls: Any, instance: Any, name: Any) -> Any:
    """Called when the slot SLOT-NAME of INSTANCE is read and has no value: signals `unbound-slot`."""
    from acl.clos.recovery import unbound_slot

    return unbound_slot(instance, name)


@standard_generic("SLOT-MISSING", "class object slot-name operation &optional new-value")
def slot_missing(cls: Any, instance: Any, name: Any, operation: Any, new_value: Any = None) -> Any:
    """Called when OPERATION is asked for a slot that OBJECT does not have: signals an error."""
    from acl.clos.recovery import missing_slot

    return missing_slot(cls, instance, name, operation)


# Calls that cannot be made


@standard_generic("NO-APPLICABLE-METHOD", "generic-function &rest arguments")
def no_applicable_method(function: Any, *args: Any) -> Any:
    """Called when GENERIC-FUNCTION has no method for ARGUMENTS: signals an error."""
    from acl.clos.recovery import no_applicable

    return no_applicable(function, args)[0]


@standard_generic("NO-NEXT-METHOD", "generic-function method &rest arguments")
def no_next_method(function: Any, method: Any, *args: Any) -> Any:
    """Called when METHOD calls the next method and there is none: signals an error."""
    return error("PROGRAM-ERROR", "No next method for method ~s of generic function ~s with args ~s", method,
                 function, from_iterable(args))


# Generic functions and methods


@standard_generic("ADD-METHOD", "generic-function method", ("GENERIC-FUNCTION", "METHOD"))
def _add_method(function: Any, method: Any) -> Any:
    """Add METHOD to GENERIC-FUNCTION, in place of one with the same qualifiers and specializers; return it."""
    add_method(generic_of(function), method)
    return function


@standard_generic("REMOVE-METHOD", "generic-function method", ("GENERIC-FUNCTION", "METHOD"))
def _remove_method(function: Any, method: Any) -> Any:
    """Remove METHOD from GENERIC-FUNCTION if it is one of its methods; return the generic function."""
    remove_method(generic_of(function), method)
    return function


@standard_generic("FIND-METHOD", "generic-function qualifiers specializers &optional errorp",
                  ("GENERIC-FUNCTION",))
def _find_method(function: Any, qualifiers: Any, specializers: Any, errorp: Any = cl("T")) -> Any:
    """Return the method of GENERIC-FUNCTION with QUALIFIERS and SPECIALIZERS; an error or NIL if there is none."""
    from acl.clos.methods import specializer_of

    gf = generic_of(function)
    wanted = tuple(specializer_of(s) for s in to_list(specializers))
    if gf.shape is not None and len(wanted) != gf.shape.required:
        error("SIMPLE-ERROR", "~s has ~d required arguments, but there are ~d specializers.", function,
              gf.shape.required, len(wanted))
    method = find_method(gf, tuple(to_list(qualifiers)), wanted)
    if method is None and errorp is not None:
        error("SIMPLE-ERROR", "There is no method on ~s with qualifiers ~s and specializers ~s.", function,
              qualifiers, specializers)
    return method


@standard_generic("COMPUTE-APPLICABLE-METHODS", "generic-function arguments", ("GENERIC-FUNCTION",))
def _compute_applicable_methods(function: Any, arguments: Any) -> Any:
    """Return the methods of GENERIC-FUNCTION that apply to the list ARGUMENTS, most specific first."""
    gf = generic_of(function)
    args = tuple(to_list(arguments))
    n = gf.shape.required if gf.shape is not None else 0
    if len(args) < n:
        error("PROGRAM-ERROR", "~s needs at least ~d arguments, got ~s.", function, n, arguments)
    return from_iterable(applicable_methods(gf, args[:n]))


@standard_generic("METHOD-QUALIFIERS", "method", ("METHOD",))
def _method_qualifiers(method: Any) -> Any:
    """Return the list of qualifiers of METHOD."""
    return from_iterable(method.qualifiers)


@standard_generic("FUNCTION-KEYWORDS", "method", ("METHOD",), values=True)
def _function_keywords(method: Any) -> Any:
    """Return the keywords of METHOD's lambda list, and whether it allows others."""
    shape = method.parsed()
    return from_iterable(shape.keys or ()), cl("T") if shape.allow else None


# Classes


@standard_generic("CLASS-NAME", "class", ("CLASS",))
def _class_name(cls: Any) -> Any:
    """Return the name of CLASS."""
    return cls._lisp.name


@standard_generic("CLASS-NAME", "new-value class", ("T", "CLASS"), setf=True)
def _set_class_name(new: Any, cls: Any) -> Any:
    """Change the name of CLASS."""
    cls._lisp.name = new
    type.__setattr__(cls, "__name__", new.name if type(new) is Symbol else "NIL")
    return new


# Printing, describing, dumping


@standard_generic("PRINT-OBJECT", "object stream")
def print_object(x: Any, stream: Any) -> Any:
    """Print OBJECT on STREAM; the printer calls this for instances, structures and conditions."""
    from acl.clos.printing import print_default

    print_default(x, stream)
    return x


@standard_generic("DESCRIBE-OBJECT", "object stream")
def describe_object(x: Any, stream: Any) -> Any:
    """Describe OBJECT on STREAM; called by `describe`."""
    from acl.builtins.environment.describe import describe

    describe(x, stream)
    return None


@standard_generic("MAKE-LOAD-FORM", "object &optional environment")
def make_load_form(x: Any, environment: Any = None) -> Any:
    """Return forms that make and initialize OBJECT, a literal in compiled code, when that code is loaded."""
    target = metaobject_of(x)
    if isinstance(target, LispClass):
        if target._lisp.name is not None and find_class(target._lisp.name, False) is target:
            return lisp_list(cl("FIND-CLASS"), lisp_list(_QUOTE, target._lisp.name))
    return error("SIMPLE-ERROR", "~s cannot be a literal in a compiled file: there is no method on ~s for it.", x,
                 cl("MAKE-LOAD-FORM"))


__all__ = ["CLOS", "StandardMethod", "class_names", "slots", "string"]
