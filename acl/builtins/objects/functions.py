"""Functions on classes and slots, and what the defining macros expand to."""

from __future__ import annotations

from types import FunctionType
from typing import Any

from acl.builtins.declare import builtin, macro, predicate
from acl.builtins.definitions import check_definition
from acl.clos import printing, slots
from acl.clos.base import CLASSES, LispClass, class_of, find_class, metaobject_of, set_find_class
from acl.clos.combination import (
    _ARGS,
    COMBINATIONS,
    MOST_SPECIFIC_FIRST,
    MOST_SPECIFIC_LAST,
    LongCombination,
    ShortCombination,
    expand_call_method,
)
from acl.clos.generic import invalidate_all
from acl.runtime.conditions import error
from acl.types.array import is_string
from acl.types.base import wrong_type
from acl.types.cons import Cons, from_iterable, lisp_list, to_list
from acl.types.symbol import SYSTEM, Symbol, cl, keyword

_QUOTE = cl("QUOTE")


# Classes


@builtin("CLASS-OF", "object")
def _class_of(x: Any) -> Any:
    """Return the class of which OBJECT is a direct instance."""
    return class_of(x)


@builtin("FIND-CLASS", "symbol &optional (errorp t) environment")
def _find_class(symbol: Any, errorp: Any = True, environment: Any = None) -> Any:
    """Return the class named SYMBOL; if there is none, NIL or, if ERRORP, an error."""
    if type(symbol) is not Symbol and symbol is not None:
        wrong_type(symbol, "SYMBOL")
    return find_class(symbol, errorp is not None)


@builtin("FIND-CLASS", "new-class symbol &optional errorp environment", setf=True)
def _set_find_class(cls: Any, symbol: Any, errorp: Any = True, environment: Any = None) -> Any:
    """Make NEW-CLASS the class named SYMBOL; NIL takes the name from its class."""
    if cls is not None and not isinstance(cls, LispClass):
        wrong_type(cls, "CLASS")
    set_find_class(symbol, cls)
    return cls


# Slots


@builtin("SLOT-VALUE", "object slot-name")
def _slot_value(instance: Any, name: Any) -> Any:
    """Return the value of the slot SLOT-NAME of OBJECT."""
    if type(name) is Symbol:
        try:
            return getattr(instance, name.key)
        except AttributeError as fault:
            if fault.obj is not instance:  # of a method of slot-unbound or slot-missing
                raise
    return slots.slot_value(instance, name)


@builtin("SLOT-VALUE", "new-value object slot-name", setf=True)
def _set_slot_value(value: Any, instance: Any, name: Any) -> Any:
    """Store NEW-VALUE in the slot SLOT-NAME of OBJECT."""
    try:
        slot = type(instance)._lisp.slots[name]
    except (AttributeError, KeyError, TypeError):
        return slots.set_slot_value(instance, name, value)
    setattr(instance, slot.key, value)
    return value


@predicate("SLOT-BOUNDP", "instance slot-name")
def _slot_boundp(instance: Any, name: Any) -> bool:
    """True if the slot SLOT-NAME of INSTANCE has a value."""
    return slots.slot_boundp(instance, name)


@builtin("SLOT-MAKUNBOUND", "instance slot-name")
def _slot_makunbound(instance: Any, name: Any) -> Any:
    """Take the value of the slot SLOT-NAME of INSTANCE away; return INSTANCE."""
    return slots.slot_makunbound(instance, name)


@predicate("SLOT-EXISTS-P", "object slot-name")
def _slot_exists_p(instance: Any, name: Any) -> bool:
    """True if OBJECT has a slot SLOT-NAME."""
    return slots.slot_exists_p(instance, name)


@builtin("MAKE-LOAD-FORM-SAVING-SLOTS", "object &key slot-names environment", values=True)
def _make_load_form_saving_slots(x: Any, *, slot_names: Any = False, environment: Any = None) -> tuple[Any, Any]:
    """Return forms that make an object like OBJECT and set its slots SLOT-NAMES, all if not given."""
    target = metaobject_of(x)
    if not isinstance(type(target), LispClass):
        wrong_type(x, "STANDARD-OBJECT")
    wanted = None if slot_names is False else to_list(slot_names)
    sets = []
    for name, slot in type(target)._lisp.slots.items():
        if (wanted is None and slot.allocation is not keyword("CLASS")) or (wanted is not None and name in wanted):
            place = lisp_list(cl("SLOT-VALUE"), x, lisp_list(_QUOTE, name))
            if slots.bound(target, slot):
                value = getattr(target, slot.key)
                sets.append(lisp_list(cl("SETF"), place, lisp_list(_QUOTE, value)))
            else:
                sets.append(lisp_list(cl("SLOT-MAKUNBOUND"), x, lisp_list(_QUOTE, name)))
    make = lisp_list(cl("ALLOCATE-INSTANCE"), lisp_list(cl("FIND-CLASS"), lisp_list(
        _QUOTE, class_of(x)._lisp.name)))
    return make, Cons(cl("PROGN"), from_iterable(sets))


# Generic functions

_SETTINGS = {"ARGUMENT-PRECEDENCE-ORDER", "DECLARE", "DOCUMENTATION", "GENERIC-FUNCTION-CLASS", "METHOD-CLASS",
             "METHOD-COMBINATION", "LAMBDA-LIST", "ENVIRONMENT", "NAME", "DECLARATIONS"}


@builtin("ENSURE-GENERIC-FUNCTION", "name &key argument-precedence-order declare documentation "
         "environment generic-function-class lambda-list method-class method-combination &allow-other-keys")
def _ensure_generic_function(name: Any, **keys: Any) -> Any:
    """Define or change the generic function NAME; return it."""
    from acl.clos.metaobjects import UNGIVEN, define_generic
    from acl.expand.macros import function_name

    function_name(name, "ENSURE-GENERIC-FUNCTION")
    settings = {k: v for k, v in keys.items() if k not in ("declare", "environment", "lambda_list")}
    if "declare" in keys:
        settings["declarations"] = keys["declare"]
    return define_generic(name, keys.get("lambda_list", UNGIVEN), settings)


# Method combinations


@builtin("%DEFINE-SHORT-COMBINATION", "name operator identity documentation", package=SYSTEM)
def _define_short(name: Any, operator: Any, identity: Any, documentation: Any) -> Any:
    """Define a method combination by an operator."""
    check_definition(name, "METHOD-COMBINATION")
    COMBINATIONS[name] = ShortCombination(operator, identity is not None, documentation)
    invalidate_all()
    return name


@builtin("%DEFINE-LONG-COMBINATION", "name function documentation", package=SYSTEM)
def _define_long(name: Any, function: Any, documentation: Any) -> Any:
    """Define a method combination by a function that computes a form."""
    check_definition(name, "METHOD-COMBINATION")
    COMBINATIONS[name] = LongCombination(function, documentation)
    invalidate_all()
    return name


@builtin("%GROUP-METHODS", "generic-function methods specifications", package=SYSTEM)
def _group_methods(gf: Any, methods: Any, specifications: Any) -> Any:
    """Return a list with the list of METHODS for each of the method group SPECIFICATIONS."""
    specs = [to_list(s) for s in to_list(specifications)]
    groups: list[list[Any]] = [[] for _ in specs]
    for method in to_list(methods):
        for group, spec in zip(groups, specs, strict=True):
            if any(_matches(p, method.qualifiers) for p in to_list(spec[1])):
                group.append(method)
                break
        else:
            error("PROGRAM-ERROR", "The method ~s fits no method group of the method combination of ~s.", method, gf)
    result = []
    for group, (name, _, order, required) in zip(groups, specs, strict=True):
        if required is not None and not group:
            error("PROGRAM-ERROR", "~s has no applicable method in the required group ~s.", gf, name)
        if order is MOST_SPECIFIC_LAST:
            group.reverse()
        elif order is not MOST_SPECIFIC_FIRST:
            error("PROGRAM-ERROR", "The order ~s of the method group ~s is not known.", order, name)
        result.append(from_iterable(group))
    return from_iterable(result)


def _matches(pattern: Any, qualifiers: tuple[Any, ...]) -> bool:
    """True if *qualifiers* fit a qualifier pattern, or satisfy the predicate that it names."""
    if type(pattern) is Symbol and pattern is not cl("*"):
        from acl.runtime.functions import coerce_function

        return coerce_function(pattern)(from_iterable(qualifiers)) is not None
    for q in qualifiers:
        if type(pattern) is not Cons:
            return pattern is cl("*")
        if pattern.car is not cl("*") and pattern.car is not q:
            return False
        pattern = pattern.cdr
    return pattern is None or pattern is cl("*")


@macro("%WITH-ARGUMENTS", "lambda-list form", package=SYSTEM)
def _with_arguments(form: Any, env: Any) -> Any:
    """Evaluate FORM with the parameters of LAMBDA-LIST bound to the arguments of the generic function."""
    from acl.expand.macroexpand import macroexpand_1

    names, rest, gf = to_list(macroexpand_1(_ARGS, env)[0])
    items = to_list(form.cdr.car)
    bindings = None
    if items and items[0] is cl("&WHOLE"):
        whole = Cons(cl("LIST*"), from_iterable([*to_list(names), rest]))
        bindings = lisp_list(lisp_list(items[1], whole))
        items = items[2:]
    tail = [] if cl("&REST") in items or cl("&KEY") in items else [cl("&REST"), Symbol("IGNORED")]
    if cl("&KEY") in items and cl("&ALLOW-OTHER-KEYS") not in items:
        items.append(cl("&ALLOW-OTHER-KEYS"))
    at = items.index(cl("&AUX")) if cl("&AUX") in items else len(items)
    required = 0
    while required < len(items) and items[required].__class__ is Symbol and items[required].name[:1] != "&":
        required += 1
    if required > gf.shape.required and cl("&OPTIONAL") not in items:
        items.insert(gf.shape.required, cl("&OPTIONAL"))
        at += 1
    lambda_list = from_iterable([*items[:at], *tail, *items[at:]])
    call = lisp_list(cl("APPLY"), lisp_list(cl("FUNCTION"), lisp_list(cl("LAMBDA"), lambda_list, form.cdr.cdr.car)))
    call = from_iterable([*to_list(call), *to_list(names), rest])
    return lisp_list(cl("LET"), bindings, call)


@macro("CALL-METHOD", "method &optional next-methods")
def _call_method(form: Any, env: Any) -> Any:
    """Call METHOD with the arguments of the generic function; NEXT-METHODS are what it may call in turn."""
    return expand_call_method(form, env)


def _check_control(control: Any) -> None:
    if not is_string(control) and type(control) is not FunctionType:
        wrong_type(control, lisp_list(cl("OR"), cl("STRING"), cl("FUNCTION")))


@builtin("METHOD-COMBINATION-ERROR", "format-control &rest arguments")
def _method_combination_error(control: Any, *args: Any) -> Any:
    """Signal an error in method combination."""
    _check_control(control)
    return error("SIMPLE-ERROR", control, *args)


@builtin("INVALID-METHOD-ERROR", "method format-control &rest arguments")
def _invalid_method_error(method: Any, control: Any, *args: Any) -> Any:
    """Signal that METHOD does not fit the method combination of its generic function."""
    _check_control(control)
    return error("SIMPLE-ERROR", "The method ~s is invalid: ~?", method, control, from_iterable(args))


__all__ = ["CLASSES", "printing"]
