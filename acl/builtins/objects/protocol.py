"""The metaobject protocol (package CLOS, nicknames MOP and ACLMOP)."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin, parse_keywords
from acl.clos import classes, slots
from acl.clos.base import (
    BuiltInClass,
    LispClass,
    all_builtin_classes,
    class_of,
    class_precedence,
    direct_superclasses,
    find_class,
)
from acl.clos.combination import COMBINATIONS, MethodCombination
from acl.clos.generic import (
    EqlSpecializer,
    Method,
    StandardMethod,
    applicable_using_classes,
    eql_specializer,
    generic_of,
    standard_generic,
)
from acl.clos.metaobjects import (
    UNGIVEN,
    configure_generic,
    effective_form,
    function_from_protocol,
    method_function,
    protocol_of,
    set_funcallable_function,
)
from acl.runtime.conditions import error
from acl.types.base import wrong_type
from acl.types.cons import from_iterable, lisp_list, to_list
from acl.types.function import call_values
from acl.types.symbol import CLOS, Symbol, T, cl, keyword


def bool_value(x: bool) -> Any:
    """Return T or NIL."""
    return T if x else None


# Readers of classes


def _finalized(cls: Any) -> Any:
    if not cls._lisp.redefined:
        classes.finalize(cls)
    return cls._lisp


@standard_generic("CLASS-DIRECT-SUPERCLASSES", "class", ("CLASS",), package=CLOS)
def _class_direct_superclasses(cls: Any) -> Any:
    """Return the direct superclasses of CLASS."""
    return from_iterable(direct_superclasses(cls))


@standard_generic("CLASS-DIRECT-SUBCLASSES", "class", ("CLASS",), package=CLOS)
def _class_direct_subclasses(cls: Any) -> Any:
    """Return the direct subclasses of CLASS."""
    if isinstance(cls, BuiltInClass) or cls._lisp.name is T:
        all_builtin_classes()
    return from_iterable([c for c in type.__subclasses__(cls) if isinstance(c, LispClass)])


@standard_generic("CLASS-PRECEDENCE-LIST", "class", ("CLASS",), package=CLOS)
def _class_precedence_list(cls: Any) -> Any:
    """Return the class precedence list of CLASS."""
    _finalized(cls)
    return from_iterable(class_precedence(cls))


@standard_generic("CLASS-DIRECT-SLOTS", "class", ("CLASS",), package=CLOS)
def _class_direct_slots(cls: Any) -> Any:
    """Return the direct slot definitions of CLASS."""
    return from_iterable(cls._lisp.direct_slots)


@standard_generic("CLASS-SLOTS", "class", ("CLASS",), package=CLOS)
def _class_slots(cls: Any) -> Any:
    """Return the effective slot definitions of CLASS."""
    return from_iterable(_finalized(cls).slots.values())


@standard_generic("CLASS-DIRECT-DEFAULT-INITARGS", "class", ("CLASS",), package=CLOS)
def _class_direct_default_initargs(cls: Any) -> Any:
    """Return the direct default initargs of CLASS: lists (key form function)."""
    return from_iterable([lisp_list(*x) for x in cls._lisp.direct_default_initargs])


@standard_generic("CLASS-DEFAULT-INITARGS", "class", ("CLASS",), package=CLOS)
def _class_default_initargs(cls: Any) -> Any:
    """Return the default initargs of CLASS: lists (key form function)."""
    return from_iterable([lisp_list(*x) for x in _finalized(cls).default_initargs])


@standard_generic("CLASS-FINALIZED-P", "class", ("CLASS",), package=CLOS)
def _class_finalized_p(cls: Any) -> Any:
    """True if the slots of CLASS have been computed."""
    return bool_value(cls._lisp.finalized or cls._lisp.redefined or isinstance(cls, BuiltInClass))


@standard_generic("CLASS-PROTOTYPE", "class", ("CLASS",), package=CLOS)
def _class_prototype(cls: Any) -> Any:
    """Return an instance of CLASS, always the same, whose slots are unbound."""
    info = _finalized(cls)
    if info.prototype is None:
        from acl.clos.instances import allocate

        info.prototype = allocate(cls)
    return info.prototype


@standard_generic("FINALIZE-INHERITANCE", "class", ("CLASS",), package=CLOS)
def _finalize_inheritance(cls: Any) -> Any:
    """Compute the slots and default initargs of CLASS."""
    classes.finalize_default(cls)
    return None


@standard_generic("COMPUTE-CLASS-PRECEDENCE-LIST", "class", ("CLASS",), package=CLOS)
def _compute_class_precedence_list(cls: Any) -> Any:
    """Return the class precedence list of CLASS."""
    return from_iterable(class_precedence(cls))


@standard_generic("COMPUTE-SLOTS", "class", ("CLASS",), package=CLOS)
def _compute_slots(cls: Any) -> Any:
    """Return the effective slot definitions that CLASS shall have."""
    return from_iterable(classes.compute_slots(cls))


@standard_generic("COMPUTE-EFFECTIVE-SLOT-DEFINITION", "class name direct-slots", ("CLASS",), package=CLOS)
def _compute_effective_slot_definition(cls: Any, name: Any, directs: Any) -> Any:
    """Return the effective slot definition NAME of CLASS, made of DIRECT-SLOTS, most specific first."""
    return classes.effective_slot(cls, name, to_list(directs))


@standard_generic("COMPUTE-DEFAULT-INITARGS", "class", ("CLASS",), package=CLOS)
def _compute_default_initargs(cls: Any) -> Any:
    """Return the default initargs that CLASS shall have."""
    return from_iterable([lisp_list(*x) for x in classes.compute_default_initargs(cls)])


@standard_generic("DIRECT-SLOT-DEFINITION-CLASS", "class &rest initargs &key &allow-other-keys", ("CLASS",),
                  package=CLOS)
def _direct_slot_definition_class(cls: Any, *initargs: Any) -> Any:
    """Return the class for a direct slot definition of CLASS with INITARGS."""
    return find_class(CLOS.find("STANDARD-DIRECT-SLOT-DEFINITION")[0])


@standard_generic("EFFECTIVE-SLOT-DEFINITION-CLASS", "class &rest initargs &key &allow-other-keys", ("CLASS",),
                  package=CLOS)
def _effective_slot_definition_class(cls: Any, *initargs: Any) -> Any:
    """Return the class for an effective slot definition of CLASS with INITARGS."""
    return find_class(CLOS.find("STANDARD-EFFECTIVE-SLOT-DEFINITION")[0])


@standard_generic("VALIDATE-SUPERCLASS", "class superclass", ("CLASS", "CLASS"), package=CLOS)
def _validate_superclass(cls: Any, superclass: Any) -> Any:
    """True if SUPERCLASS may be a superclass of CLASS."""
    return bool_value(classes.valid_superclass(cls, superclass))


# Defining classes


@standard_generic("READER-METHOD-CLASS", "class direct-slot &rest initargs", ("CLASS",), package=CLOS)
def _reader_method_class(cls: Any, slot: Any, *initargs: Any) -> Any:
    """Return the class for methods that read the slot DIRECT-SLOT of CLASS."""
    return find_class(CLOS.find("STANDARD-READER-METHOD")[0])


@standard_generic("WRITER-METHOD-CLASS", "class direct-slot &rest initargs", ("CLASS",), package=CLOS)
def _writer_method_class(cls: Any, slot: Any, *initargs: Any) -> Any:
    """Return the class for methods that write the slot DIRECT-SLOT of CLASS."""
    return find_class(CLOS.find("STANDARD-WRITER-METHOD")[0])


@builtin("ENSURE-CLASS", "name &rest initargs", package=CLOS)
def _ensure_class(name: Any, *initargs: Any) -> Any:
    """Define or redefine the class NAME."""
    from acl.types.function import FUNCTIONS

    existing = find_class(name, False)
    return FUNCTIONS["CLOS:ENSURE-CLASS-USING-CLASS"](existing, name, *initargs)


@standard_generic("ENSURE-CLASS-USING-CLASS", "class name &rest initargs &key &allow-other-keys", package=CLOS)
def _ensure_class_using_class(cls: Any, name: Any, *initargs: Any) -> Any:
    """Define the class NAME, or redefine CLASS."""
    parse_keywords(initargs, 0, {}, True, "ENSURE-CLASS-USING-CLASS")  # an odd number is an error
    given = {k.name if type(k) is Symbol else wrong_type(k, "SYMBOL"): v
             for k, v in zip(initargs[::2], initargs[1::2], strict=True)}
    metaclass = given.pop("METACLASS", None)
    options = {keyword(k): v for k, v in given.items() if k not in _CLASS_KEYS}
    return classes.ensure_class(
        name, to_list(given.get("DIRECT-SUPERCLASSES")), [classes.slot_dict(s) for s in to_list(
            given.get("DIRECT-SLOTS"))], metaclass=metaclass,
        default_initargs=[tuple(to_list(x)) for x in to_list(
            given.get("DIRECT-DEFAULT-INITARGS"))],
        documentation=given.get("DOCUMENTATION"), options=options)


_CLASS_KEYS = frozenset(("NAME", "DIRECT-SUPERCLASSES", "DIRECT-SLOTS", "DIRECT-DEFAULT-INITARGS", "DOCUMENTATION",
                         "LOCATION", "SAFE-P"))


# Slot definitions


def _slot_reader(name: str, attribute: str, doc: str, is_list: bool = False) -> None:
    def reader(slot: Any) -> Any:
        value: Any = getattr(slot, attribute, None)
        return from_iterable(value) if is_list else value

    reader.__doc__ = doc
    standard_generic(name, "slot", ("SLOT-DEFINITION",), package=CLOS)(reader)


for _name, _attribute, _doc, _is_list in (
        ("SLOT-DEFINITION-NAME", "slot_name", "Return the name of SLOT.", False),
        ("SLOT-DEFINITION-INITFORM", "initform", "Return the initform of SLOT.", False),
        ("SLOT-DEFINITION-INITFUNCTION", "initfunction", "Return the function of the initform of SLOT.", False),
        ("SLOT-DEFINITION-ALLOCATION", "allocation", "Return the allocation of SLOT.", False),
        ("SLOT-DEFINITION-TYPE", "slot_type", "Return the type of SLOT.", False),
        ("SLOT-DEFINITION-INITARGS", "initargs", "Return the initargs of SLOT.", True),
        ("SLOT-DEFINITION-READERS", "readers", "Return the names of the readers of SLOT.", True),
        ("SLOT-DEFINITION-WRITERS", "writers", "Return the names of the writers of SLOT.", True)):
    _slot_reader(_name, _attribute, _doc, _is_list)


@standard_generic("SLOT-DEFINITION-LOCATION", "slot", ("SLOT-DEFINITION",), package=CLOS)
def _slot_definition_location(slot: Any) -> Any:
    """Return what `standard-instance-access` takes for SLOT."""
    return slot.slot_name


def _initialize_slot(slot: Any, *initargs: Any) -> Any:
    """Initialize a slot definition: its own properties, then the slots of a program's class."""
    values = {k.name.lower(): v for k, v in reversed(list(zip(initargs[::2], initargs[1::2], strict=True)))}
    for key in ("initargs", "readers", "writers"):
        values[key] = to_list(values.get(key))
    classes.fill_slot(slot, values)
    return _shared_initialize(slot, T, *initargs)


def _shared_initialize(x: Any, names: Any, *initargs: Any) -> Any:
    from acl.types.function import FUNCTIONS

    return FUNCTIONS["COMMON-LISP:SHARED-INITIALIZE"](x, names, *initargs)


# Slot access


@standard_generic("SLOT-VALUE-USING-CLASS", "class object slot", package=CLOS)
def _slot_value_using_class(cls: Any, x: Any, slot: Any) -> Any:
    """Return the value of the slot of OBJECT whose effective definition is SLOT."""
    return slots.raw_value(x, slot)


@standard_generic("SLOT-VALUE-USING-CLASS", "new-value class object slot", setf=True, package=CLOS)
def _set_slot_value_using_class(value: Any, cls: Any, x: Any, slot: Any) -> Any:
    """Store NEW-VALUE in the slot of OBJECT whose effective definition is SLOT."""
    return slots.set_raw_value(x, slot, value)


@standard_generic("SLOT-BOUNDP-USING-CLASS", "class object slot", package=CLOS)
def _slot_boundp_using_class(cls: Any, x: Any, slot: Any) -> Any:
    """True if the slot of OBJECT whose effective definition is SLOT has a value."""
    return bool_value(slots.raw_bound(x, slot))


@standard_generic("SLOT-MAKUNBOUND-USING-CLASS", "class object slot", package=CLOS)
def _slot_makunbound_using_class(cls: Any, x: Any, slot: Any) -> Any:
    """Take the value of the slot of OBJECT whose effective definition, or name as in Allegro, is SLOT away."""
    if type(slot) is Symbol:
        x, found = slots.find_slot(x, slot)
        if found is None:
            return slots.missing(x, slot, cl("SLOT-MAKUNBOUND"))
        slot = found
    slots.raw_unbind(x, slot)
    return x


@builtin("STANDARD-INSTANCE-ACCESS", "instance location", package=CLOS)
def _standard_instance_access(x: Any, location: Any) -> Any:
    """Return the value of a slot of INSTANCE without looking at methods; LOCATION is from its definition."""
    target, slot = slots.find_slot(x, location)
    return slots.raw_value(target, slot)


@builtin("STANDARD-INSTANCE-ACCESS", "new-value instance location", package=CLOS, setf=True)
def _set_standard_instance_access(value: Any, x: Any, location: Any) -> Any:
    """Store a value in a slot of INSTANCE without looking at methods."""
    target, slot = slots.find_slot(x, location)
    return slots.set_raw_value(target, slot, value)


@builtin("FUNCALLABLE-STANDARD-INSTANCE-ACCESS", "instance location", package=CLOS)
def _funcallable_standard_instance_access(x: Any, location: Any) -> Any:
    """The same as `standard-instance-access` for a funcallable INSTANCE."""
    return _standard_instance_access(x, location)


@builtin("SET-FUNCALLABLE-INSTANCE-FUNCTION", "instance function", package=CLOS)
def _set_funcallable_instance_function(x: Any, function: Any) -> Any:
    """Make FUNCTION what is called when the funcallable INSTANCE is."""
    set_funcallable_function(x, function)
    return None


# Specializers


@builtin("INTERN-EQL-SPECIALIZER", "object", package=CLOS)
def _intern_eql_specializer(x: Any) -> Any:
    """Return the specializer for objects that are `eql` to OBJECT."""
    return eql_specializer(x)


@builtin("EQL-SPECIALIZER-OBJECT", "specializer", package=CLOS)
def _eql_specializer_object(x: Any) -> Any:
    """Return the object of an eql SPECIALIZER."""
    return x.value


@standard_generic("SPECIALIZER-DIRECT-METHODS", "specializer", ("SPECIALIZER",), package=CLOS)
def _specializer_direct_methods(x: Any) -> Any:
    """Return the methods that specialize on SPECIALIZER."""
    return from_iterable(x.direct_methods if isinstance(x, EqlSpecializer) else x._lisp.direct_methods)


@standard_generic("SPECIALIZER-DIRECT-GENERIC-FUNCTIONS", "specializer", ("SPECIALIZER",), package=CLOS)
def _specializer_direct_generic_functions(x: Any) -> Any:
    """Return the generic functions with methods that specialize on SPECIALIZER."""
    methods = x.direct_methods if isinstance(x, EqlSpecializer) else x._lisp.direct_methods
    return from_iterable(dict.fromkeys(m.gf.function for m in methods if m.gf is not None))


# Generic functions


def _generic_reader(name: str, read: Any, doc: str) -> None:
    def reader(function: Any) -> Any:
        return read(generic_of(function))

    reader.__doc__ = doc
    standard_generic(name, "generic-function", ("GENERIC-FUNCTION",), package=CLOS)(reader)


def _precedence_order(gf: Any) -> Any:
    names = to_list(gf.lambda_list)[:gf.shape.required]
    return from_iterable([names[i] for i in gf.precedence] if gf.precedence else names)


for _gname, _read, _gdoc in (
        ("GENERIC-FUNCTION-NAME", lambda gf: gf.name, "Return the name of GENERIC-FUNCTION."),
        ("GENERIC-FUNCTION-LAMBDA-LIST", lambda gf: gf.lambda_list, "Return the lambda list of GENERIC-FUNCTION."),
        ("GENERIC-FUNCTION-METHODS", lambda gf: from_iterable(gf.methods), "Return the methods of GENERIC-FUNCTION."),
        ("GENERIC-FUNCTION-METHOD-CLASS", lambda gf: gf.method_class, "Return the class of new methods."),
        ("GENERIC-FUNCTION-METHOD-COMBINATION", lambda gf: MethodCombination(*gf.combination),
         "Return the method combination of GENERIC-FUNCTION."),
        ("GENERIC-FUNCTION-DECLARATIONS", lambda gf: gf.declarations, "Return the declarations of GENERIC-FUNCTION."),
        ("GENERIC-FUNCTION-ARGUMENT-PRECEDENCE-ORDER", _precedence_order,
         "Return the required parameters in their order of precedence.")):
    _generic_reader(_gname, _read, _gdoc)


@standard_generic("COMPUTE-APPLICABLE-METHODS-USING-CLASSES", "generic-function classes", ("GENERIC-FUNCTION",),
                  package=CLOS, values=True)
def _compute_applicable_methods_using_classes(function: Any, given: Any) -> Any:
    """Return the methods for arguments of the list CLASSES, and whether the classes alone decide."""
    methods, certain = applicable_using_classes(generic_of(function), tuple(to_list(given)))
    return from_iterable(methods) if certain else None, bool_value(certain)


@standard_generic("COMPUTE-EFFECTIVE-METHOD", "generic-function method-combination methods", ("GENERIC-FUNCTION",),
                  package=CLOS)
def _compute_effective_method(function: Any, combination: Any, methods: Any) -> Any:
    """Return a form that calls METHODS as the method combination wants."""
    return effective_form(generic_of(function), to_list(methods))


@standard_generic("COMPUTE-DISCRIMINATING-FUNCTION", "generic-function", ("GENERIC-FUNCTION",), package=CLOS)
def _compute_discriminating_function(function: Any) -> Any:
    """Return the function that dispatches for GENERIC-FUNCTION."""
    from acl.clos.dispatch import find_effective, install

    gf = generic_of(function)

    def discriminate(*args: Any) -> Any:
        if "dispatch" not in gf.__dict__:
            install(gf)
        return find_effective(gf, args)[0](*args)

    discriminate.mv = lambda *args: call_values(find_effective(gf, args)[0], *args)  # type: ignore[attr-defined]
    return discriminate


@standard_generic("FIND-METHOD-COMBINATION", "generic-function name options", ("GENERIC-FUNCTION",), package=CLOS)
def _find_method_combination(function: Any, name: Any, options: Any) -> Any:
    """Return the method combination NAME with OPTIONS."""
    if name is not cl("STANDARD") and name not in COMBINATIONS:
        error("SIMPLE-ERROR", "There is no method combination named ~s.", name)
    return MethodCombination(name, options)


@standard_generic("ENSURE-GENERIC-FUNCTION-USING-CLASS", "generic-function name &rest keys &key &allow-other-keys",
                  package=CLOS)
def _ensure_generic_function_using_class(function: Any, name: Any, *keys: Any) -> Any:
    """Define the generic function NAME, or change GENERIC-FUNCTION."""
    from acl.types.function import FUNCTIONS

    return FUNCTIONS["COMMON-LISP:ENSURE-GENERIC-FUNCTION"](name, *keys)


# Methods


def _method_reader(name: str, read: Any, doc: str) -> None:
    def reader(method: Any) -> Any:
        return read(method)

    reader.__doc__ = doc
    standard_generic(name, "method", ("METHOD",), package=CLOS)(reader)


for _mname, _mread, _mdoc in (
        ("METHOD-GENERIC-FUNCTION", lambda m: m.gf.function if m.gf is not None else None,
         "Return the generic function of METHOD, or NIL."),
        ("METHOD-SPECIALIZERS", lambda m: from_iterable(m.specializers), "Return the specializers of METHOD."),
        ("METHOD-LAMBDA-LIST", lambda m: m.lambda_list, "Return the lambda list of METHOD."),
        ("METHOD-FUNCTION", method_function,
         "Return the function of METHOD: of a list of arguments and a list of next methods."),
        ("ACCESSOR-METHOD-SLOT-DEFINITION", lambda m: m.slot, "Return the slot definition of an accessor METHOD.")):
    _method_reader(_mname, _mread, _mdoc)


@builtin("EXTRACT-LAMBDA-LIST", "specialized-lambda-list", package=CLOS)
def _extract_lambda_list(form: Any) -> Any:
    """Return SPECIALIZED-LAMBDA-LIST without its specializers."""
    from acl.clos.methods import split_lambda_list

    parameters, _, rest = split_lambda_list(form)
    return from_iterable(parameters, rest)


@builtin("EXTRACT-SPECIALIZER-NAMES", "specialized-lambda-list", package=CLOS)
def _extract_specializer_names(form: Any) -> Any:
    """Return the specializers in SPECIALIZED-LAMBDA-LIST."""
    from acl.clos.methods import split_lambda_list

    return from_iterable(split_lambda_list(form)[1])


# Dependents


def _dependents(x: Any) -> list[Any]:
    if isinstance(x, LispClass):
        options: dict[Any, Any] = x._lisp.options
        return options.setdefault("dependents", [])  # type: ignore[no-any-return]
    gf = generic_of(x)
    return gf.dependents if gf is not None else wrong_type(x, "CLOS:METAOBJECT")  # type: ignore[no-any-return]


@standard_generic("ADD-DEPENDENT", "metaobject dependent", package=CLOS)
def _add_dependent(x: Any, dependent: Any) -> Any:
    """Have `update-dependent` called with DEPENDENT when METAOBJECT changes."""
    if dependent not in _dependents(x):
        _dependents(x).append(dependent)
    return None


@standard_generic("REMOVE-DEPENDENT", "metaobject dependent", package=CLOS)
def _remove_dependent(x: Any, dependent: Any) -> Any:
    """Undo `add-dependent`."""
    if dependent in _dependents(x):
        _dependents(x).remove(dependent)
    return None


@standard_generic("MAP-DEPENDENTS", "metaobject function", package=CLOS)
def _map_dependents(x: Any, function: Any) -> Any:
    """Call FUNCTION with each dependent of METAOBJECT."""
    from acl.runtime.functions import coerce_function

    call = coerce_function(function)
    for dependent in list(_dependents(x)):
        call(dependent)
    return None


@standard_generic("UPDATE-DEPENDENT", "metaobject dependent &rest initargs", package=CLOS)
def _update_dependent(x: Any, dependent: Any, *initargs: Any) -> Any:
    """Called when METAOBJECT has changed."""
    return None


@standard_generic("ADD-DIRECT-METHOD", "specializer method", package=CLOS)
def _add_direct_method(specializer: Any, method: Any) -> Any:
    """Called when METHOD, which specializes on SPECIALIZER, is added to a generic function."""
    return None


@standard_generic("REMOVE-DIRECT-METHOD", "specializer method", package=CLOS)
def _remove_direct_method(specializer: Any, method: Any) -> Any:
    """Called when METHOD, which specializes on SPECIALIZER, is removed from its generic function."""
    return None


@standard_generic("ADD-DIRECT-SUBCLASS", "superclass subclass", package=CLOS)
def _add_direct_subclass(superclass: Any, subclass: Any) -> Any:
    """Called when SUBCLASS becomes a direct subclass of SUPERCLASS."""
    return None


@standard_generic("REMOVE-DIRECT-SUBCLASS", "superclass subclass", package=CLOS)
def _remove_direct_subclass(superclass: Any, subclass: Any) -> Any:
    """Called when SUBCLASS ceases to be a direct subclass of SUPERCLASS."""
    return None


# Initialization of metaobjects


def _class_arguments(initargs: tuple[Any, ...]) -> dict[str, Any]:
    given = {k.name: v for k, v in reversed(list(zip(initargs[::2], initargs[1::2], strict=True)))}
    args: dict[str, Any] = {}
    if "DIRECT-SUPERCLASSES" in given:
        args["supers"] = [classes.super_class(s) for s in to_list(given["DIRECT-SUPERCLASSES"])]
    if "DIRECT-SLOTS" in given:
        args["slots"] = [classes.slot_dict(s) for s in to_list(given["DIRECT-SLOTS"])]
    if "DIRECT-DEFAULT-INITARGS" in given:
        args["default_initargs"] = [tuple(to_list(x)) for x in to_list(given["DIRECT-DEFAULT-INITARGS"])]
    if "DOCUMENTATION" in given:
        args["documentation"] = given["DOCUMENTATION"]
    return args


def _initialize_class(cls: Any, *initargs: Any) -> Any:
    """Initialize a new class metaobject."""
    given = {k.name: v for k, v in reversed(list(zip(initargs[::2], initargs[1::2], strict=True)))}
    name = given.get("NAME", cls._lisp.name)
    cls._lisp.name = name
    type.__setattr__(cls, "__name__", name.name if type(name) is Symbol else "NIL")
    args = _class_arguments(initargs)
    args.setdefault("supers", [])
    args.setdefault("slots", [])
    _shared_initialize(cls, T, *initargs)  # methods on the protocol that `configure` follows may look at the slots
    classes.configure(cls, **args)
    return cls


def _reinitialize_class(cls: Any, *initargs: Any) -> Any:
    """Change a class metaobject."""
    if any(k.name == "NAME" for k in initargs[::2]):
        cls._lisp.name = dict(zip([k.name for k in initargs[::2]], initargs[1::2], strict=True))["NAME"]
    classes.configure(cls, **_class_arguments(initargs))
    return _shared_initialize(cls, None, *initargs)


def _generic_settings(initargs: tuple[Any, ...]) -> tuple[Any, dict[str, Any], dict[str, Any]]:
    given = {k.name: v for k, v in reversed(list(zip(initargs[::2], initargs[1::2], strict=True)))}
    settings = {key.lower().replace("-", "_"): given[key] for key in (
        "ARGUMENT-PRECEDENCE-ORDER", "METHOD-COMBINATION", "DOCUMENTATION", "METHOD-CLASS", "DECLARATIONS")
        if key in given}
    return given.get("LAMBDA-LIST", UNGIVEN), settings, given


def _initialize_generic(function: Any, *initargs: Any) -> Any:
    """Initialize a new generic function metaobject."""
    lambda_list, settings, given = _generic_settings(initargs)
    gf = generic_of(function)
    if "NAME" in given:
        gf.name = given["NAME"]
    configure_generic(gf, lambda_list, settings)
    protocol_of(gf)
    return _shared_initialize(function, T, *initargs)


def _reinitialize_generic(function: Any, *initargs: Any) -> Any:
    """Change a generic function metaobject."""
    lambda_list, settings, given = _generic_settings(initargs)
    gf = generic_of(function)
    if "NAME" in given:
        gf.name = given["NAME"]
    configure_generic(gf, lambda_list, settings)
    return _shared_initialize(function, None, *initargs)


def _initialize_method(method: Any, *initargs: Any) -> Any:
    """Initialize a new method metaobject."""
    given = {k.name: v for k, v in reversed(list(zip(initargs[::2], initargs[1::2], strict=True)))}
    Method.__init__(method, tuple(to_list(given.get("QUALIFIERS"))), tuple(to_list(given.get("SPECIALIZERS"))),
                    given.get("LAMBDA-LIST"), None, None, given.get("DOCUMENTATION"))
    if given.get("FUNCTION") is not None:
        function_from_protocol(method, given["FUNCTION"])
    method.slot = given.get("SLOT-DEFINITION")
    return _shared_initialize(method, T, *initargs)


def _system_method(name: str, on: str, function: Any, package: Any = None) -> None:
    """Give a generic function of the system one more method."""
    from acl.types.function import FUNCTIONS

    gf = FUNCTIONS["COMMON-LISP:" + name].gf
    first = find_class(CLOS.find(on)[0] if package is CLOS else cl(on))
    base = gf.methods[0]
    method = StandardMethod((), (first, *base.specializers[1:]), base.lambda_list, function)
    method.shape, method.system, method.gf = base.shape, True, gf
    gf.methods.append(method)


def _install() -> None:
    import acl.builtins.objects.generics  # noqa: F401 - defines the generic functions

    _system_method("INITIALIZE-INSTANCE", "CLASS", _initialize_class)
    _system_method("REINITIALIZE-INSTANCE", "CLASS", _reinitialize_class)
    _system_method("INITIALIZE-INSTANCE", "GENERIC-FUNCTION", _initialize_generic)
    _system_method("REINITIALIZE-INSTANCE", "GENERIC-FUNCTION", _reinitialize_generic)
    _system_method("INITIALIZE-INSTANCE", "METHOD", _initialize_method)
    _system_method("INITIALIZE-INSTANCE", "SLOT-DEFINITION", _initialize_slot, CLOS)


_install()

__all__ = ["class_of"]
