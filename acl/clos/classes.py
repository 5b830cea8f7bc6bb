"""Defining, finalizing and redefining classes.

    ensure_class(name, supers, slots, metaclass=..., default_initargs=..., documentation=...)

is what `defclass` and `define-condition` come to.  A slot is a dict of what `direct-slot` initargs are in the
metaobject protocol: `name`, `initargs`, `initform`, `initfunction`, `allocation`, `type`, `readers`, `writers`,
`documentation` (all but the name optional), other keys for slot definitions of a program's own metaclasses.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable
from typing import Any

from acl.clos.base import (
    CLASS,
    CLASSES,
    BuiltInClass,
    ForwardReferencedClass,
    FuncallableStandardClass,
    LispClass,
    StandardClass,
    StandardDirectSlotDefinition,
    StandardEffectiveSlotDefinition,
    StandardObject,
    StructureClass,
    class_precedence,
    direct_superclasses,
    find_class,
    make_class,
)
from acl.clos.generic import (
    FuncallableStandardObject,
    StandardReaderMethod,
    StandardWriterMethod,
    add_method,
    customised,
    ensure_generic,
    generic,
    invalidate_all,
    remove_method,
    shape_of,
)
from acl.clos.precedence import change_bases
from acl.clos.slots import (
    CustomSlot,
    InstanceSlot,
    MetaSlot,
    SharedSlot,
    SlotAttribute,
    find_descriptor,
    python_spelling,
)
from acl.runtime.conditions import error
from acl.types.array import string
from acl.types.cons import Cons, from_iterable, lisp_list, to_list
from acl.types.function import FUNCTIONS
from acl.types.symbol import CLOS, Symbol, cl, function_key, keyword

CONSTRUCTED: weakref.WeakSet[Any] = weakref.WeakSet()
"""The classes that have constructors, which depend on the methods of initialize-instance and its like."""


def ensure_class(name: Any, supers: Iterable[Any] = (), slots: Iterable[dict[str, Any]] = (), *,
                 metaclass: Any = None, default_initargs: Iterable[tuple[Any, Any, Any]] = (),
                 documentation: Any = None, options: dict[Any, Any] | None = None) -> Any:
    """Define or redefine the class *name*; *supers* are classes or their names."""
    existing = CLASSES.get(name) if name is not None else None
    if existing is None and name is not None:
        existing = find_class(name, False)
    if existing is not None and existing._lisp.name is not name:
        existing = None
    if existing is not None and isinstance(existing, (BuiltInClass, StructureClass)) and metaclass is None:
        error("SIMPLE-ERROR", "~s cannot be redefined by DEFCLASS.", existing)
    resolved = [super_class(s) for s in supers]
    if metaclass is None:
        metaclass = StandardClass
    elif not isinstance(metaclass, LispClass):
        metaclass = find_class(metaclass)
    args = {"supers": resolved, "slots": list(slots), "default_initargs": list(default_initargs),
            "documentation": documentation, "options": options or {}}
    if existing is None:
        cls = allocate_class(metaclass, name, _bases(metaclass, resolved))
        _initialize(cls, args, "INITIALIZE-INSTANCE")
        if name is not None:
            CLASSES[name] = cls
        return cls
    if type(existing) is not metaclass:
        existing.__class__ = metaclass
    _initialize(existing, args, "REINITIALIZE-INSTANCE")
    return existing


def super_class(x: Any) -> Any:
    """Return the class that *x*, a class or a symbol, designates as a superclass: if need be a forward reference."""
    if isinstance(x, LispClass):
        return x
    if type(x) is not Symbol:
        error("PROGRAM-ERROR", "~s is not a class or the name of one.", x)
    return find_class(x, False) or forward_class(x)


def forward_class(name: Symbol) -> Any:
    """Make the class that stands for *name* until it is defined."""
    cls = make_class(name, (StandardObject,))
    cls.__class__ = ForwardReferencedClass
    CLASSES[name] = cls
    return cls


def allocate_class(metaclass: Any, name: Any, bases: tuple[Any, ...]) -> Any:
    """Return a new class without slots."""
    try:
        return make_class(name, bases, metaclass)
    except TypeError as problem:
        if "layout" not in str(problem):
            raise
        return error("SIMPLE-ERROR", "~s cannot have the superclass~p ~{~s~^, ~}, of another kind.", name, len(bases),
                     from_iterable(bases))


def _bases(metaclass: Any, supers: list[Any]) -> tuple[Any, ...]:
    if supers:
        if len(set(supers)) != len(supers):
            error("PROGRAM-ERROR", "The superclasses ~s contain a class twice.", from_iterable(supers))
        return tuple(supers)
    if issubclass(metaclass, FuncallableStandardClass):
        return (FuncallableStandardObject,)
    return (StandardObject,)


def _initialize(cls: Any, args: dict[str, Any], operation: str) -> None:
    """Fill the class in, through the generic functions of the protocol if a program has methods on them."""
    metaclass = type(cls)
    if metaclass is StandardClass or not (
            customised("COMMON-LISP:" + operation, metaclass) or customised("COMMON-LISP:SHARED-INITIALIZE", metaclass)
            or metaclass._lisp.slots or metaclass._lisp.default_initargs or args["options"]):
        configure(cls, **args)
        return
    initargs = initargs_of(cls, args)
    if operation == "INITIALIZE-INSTANCE":
        initargs = with_defaults(metaclass, initargs)
    generic(operation)(cls, *initargs)


def with_defaults(cls: Any, initargs: list[Any]) -> list[Any]:
    """Return initialization arguments, and the default initargs of *cls* for those that are not given."""
    return initargs + [x for key, _, function in cls._lisp.default_initargs if key not in initargs[::2]
                       for x in (key, function())]


def initargs_of(cls: Any, args: dict[str, Any]) -> list[Any]:
    """Return initialization arguments for a class metaobject in the form of the metaobject protocol."""
    result = [keyword("NAME"), cls._lisp.name, keyword("DIRECT-SUPERCLASSES"), from_iterable(args["supers"]),
              keyword("DIRECT-SLOTS"), from_iterable([slot_plist(s) for s in args["slots"]]),
              keyword("DIRECT-DEFAULT-INITARGS"),
              from_iterable([lisp_list(*each) for each in args["default_initargs"]])]
    if args["documentation"] is not None:
        result += [keyword("DOCUMENTATION"), args["documentation"]]
    for key, value in args["options"].items():
        result += [key, value]
    return result


def slot_plist(slot: dict[str, Any]) -> Any:
    """Return a direct slot as a property list."""
    items: list[Any] = []
    for key, value in slot.items():
        items += [keyword(key.upper()), from_iterable(value) if key in _LISTS else value]
    return from_iterable(items)


_LISTS = ("initargs", "readers", "writers")


def slot_dict(plist: Any) -> dict[str, Any]:
    """Return a direct slot given as a property list, as a dict."""
    items = to_list(plist)
    slot: dict[str, Any] = {}
    for key, value in zip(items[::2], items[1::2], strict=True):
        slot.setdefault(key.name.lower(), to_list(value) if key.name.lower() in _LISTS else value)
    return slot


def configure(cls: Any, supers: list[Any] | None = None, slots: list[dict[str, Any]] | None = None,
              default_initargs: list[tuple[Any, Any, Any]] | None = None, documentation: Any = None,
              options: dict[Any, Any] | None = None) -> None:
    """Give a class (None: keep) superclasses, direct slots and default initargs, and update what depends on it."""
    info = cls._lisp
    first = not info.finalized and info.version == 0
    old = {} if first else {c: dict(c._lisp.slots) for c in all_subclasses(cls) if c._lisp.finalized}
    if supers is not None:
        bases = _bases(type(cls), supers)
        for s in bases:
            validate_superclass(cls, s)
        if bases != cls.__bases__:
            set_bases(cls, bases)
    if slots is not None:
        remove_accessors(cls)
        info.direct_slots = [make_direct_slot(cls, slot) for slot in slots]
    if default_initargs is not None:
        info.direct_default_initargs = default_initargs
    if documentation is not None:
        info.documentation = documentation
    info.version += 1
    for c in all_subclasses(cls):
        forget(c)
    for c in [cls, *(c for c in all_subclasses(cls) if c is not cls and c in old)]:
        if can_finalize(c):
            c._lisp.redefined = c in old
            try:
                finalize(c)
            finally:
                c._lisp.redefined = False
    if slots is not None:
        add_accessors(cls)
    if not first:
        from acl.clos.instances import update_instances

        update_instances(old)
        for dependent in list(info.options.get("dependents", ())):
            generic("UPDATE-DEPENDENT", "CLOS")(cls, dependent)


def set_bases(cls: Any, bases: tuple[Any, ...]) -> None:
    """Change the superclasses of a class."""
    try:
        change_bases(cls, bases)
    except TypeError as problem:
        error("SIMPLE-ERROR", "The superclasses of ~s cannot be changed to ~s: ~a.", cls, from_iterable(bases),
              string(str(problem)))
    invalidate_all()


def validate_superclass(cls: Any, superclass: Any) -> None:
    """Signal an error unless *superclass* may be a superclass of *cls*."""
    meta, other = type(cls), type(superclass)
    if customised("CLOS:VALIDATE-SUPERCLASS", meta, other):
        if generic("VALIDATE-SUPERCLASS", "CLOS")(cls, superclass) is not None:
            return
    elif valid_superclass(cls, superclass):
        return
    error("SIMPLE-ERROR", "~s, of class ~s, cannot be a superclass of ~s, of class ~s.", superclass, other, cls, meta)


def valid_superclass(cls: Any, superclass: Any) -> bool:
    """The default of `validate-superclass`."""
    meta, other = type(cls), type(superclass)
    return (meta is other or issubclass(meta, other) or superclass._lisp.name is cl("T")
            or isinstance(superclass, ForwardReferencedClass)
            or {meta, other} <= {StandardClass, FuncallableStandardClass}
            or (other is BuiltInClass and superclass._lisp.name in (cl("FUNCTION"), cl("STREAM"))
                and not isinstance(cls, StructureClass))
            or (other is FuncallableStandardClass and issubclass(meta, StandardClass)))


def all_subclasses(cls: Any) -> list[Any]:
    """Return *cls* and the classes below it, superclasses first."""
    result = [cls]
    for c in result:
        for s in type.__subclasses__(c):
            if s in result:
                result.remove(s)
            result.append(s)
    return [c for c in result if isinstance(c, LispClass)]


def forget(cls: Any) -> None:
    """Forget what was computed for a class."""
    info = cls._lisp
    info.finalized = False
    info.constructors = {}
    FUNCTIONS["CLASS-EPOCH"] = object()
    info.initargs = None
    info.prototype = None


# Finalization


def can_finalize(cls: Any) -> bool:
    """True if no superclass is still undefined."""
    return not any(isinstance(c, ForwardReferencedClass) for c in cls.__mro__)


def finalize(cls: Any) -> None:
    """Compute the effective slots and default initargs of a class."""
    info = cls._lisp
    if info.finalized:
        return
    for c in cls.__mro__:
        if isinstance(c, ForwardReferencedClass):
            error("SIMPLE-ERROR", "The class ~s cannot be finalized: its superclass ~s is not defined.",
                  cls, c._lisp.name)
    for s in direct_superclasses(cls):
        if not s._lisp.finalized:
            finalize(s)
    if type(cls) is not StandardClass and customised("CLOS:FINALIZE-INHERITANCE", type(cls)):
        generic("FINALIZE-INHERITANCE", "CLOS")(cls)
        if info.finalized:
            return
    finalize_default(cls)


def finalize_default(cls: Any) -> None:
    """What `finalize-inheritance` does."""
    info = cls._lisp
    if type(cls) is not StandardClass and customised("CLOS:COMPUTE-SLOTS", type(cls)):
        slots = to_list(generic("COMPUTE-SLOTS", "CLOS")(cls))
    else:
        slots = compute_slots(cls)
    info.slots = {s.slot_name: s for s in slots}
    info.redefined = False
    if info.structure is None:
        for s in slots:
            s.key = function_key(s.slot_name)
            if s.allocation is not CLASS:
                s.owner = None
    info.valid = {function_key(s.slot_name): s for s in slots}
    if type(cls) is not StandardClass and customised("CLOS:COMPUTE-DEFAULT-INITARGS", type(cls)):
        info.default_initargs = [tuple(to_list(x)) for x in to_list(
            generic("COMPUTE-DEFAULT-INITARGS", "CLOS")(cls))]
    else:
        info.default_initargs = compute_default_initargs(cls)
    info.finalized = True
    install_descriptors(cls)


def compute_slots(cls: Any) -> list[Any]:
    """Return the effective slots: those of superclasses first."""
    found: dict[Symbol, list[Any]] = {}
    for c in reversed(class_precedence(cls)):
        for direct in c._lisp.direct_slots:
            found.setdefault(direct.slot_name, []).insert(0, (direct, c))
    custom = type(cls) is not StandardClass and customised("CLOS:COMPUTE-EFFECTIVE-SLOT-DEFINITION", type(cls))
    result = []
    for name, pairs in found.items():
        if custom:
            slot = generic("COMPUTE-EFFECTIVE-SLOT-DEFINITION", "CLOS")(
                cls, name, from_iterable([direct for direct, _ in pairs]))
            if slot.allocation is CLASS:
                slot.owner = pairs[0][1]
        else:
            slot = effective_slot(cls, name, [direct for direct, _ in pairs])
            slot.owner = pairs[0][1]
        result.append(slot)
    return result


def effective_slot(cls: Any, name: Any, directs: list[Any]) -> Any:
    """Return the effective slot made of the direct slots *directs*, most specific first."""
    initargs: list[Any] = []
    for d in directs:
        initargs += [i for i in d.initargs if i not in initargs]
    source = next((d for d in directs if d.initfunction is not None), None)
    documentation = next((d.documentation for d in directs if d.documentation is not None), None)
    types: list[Any] = []
    for d in directs:
        if d.slot_type is not cl("T") and d.slot_type not in types:
            types.append(d.slot_type)
    slot_type = cl("T") if not types else types[0] if len(types) == 1 else Cons(cl("AND"), from_iterable(types))
    values: dict[str, Any] = {
        "name": name, "initargs": tuple(initargs), "initform": source.initform if source is not None else None,
        "initfunction": source.initfunction if source is not None else None,
        "allocation": directs[0].allocation, "type": slot_type, "documentation": documentation}
    if type(cls) is StandardClass or not customised("CLOS:EFFECTIVE-SLOT-DEFINITION-CLASS", type(cls)):
        slot = StandardEffectiveSlotDefinition.__new__(StandardEffectiveSlotDefinition)
        fill_slot(slot, values)
        return slot
    plist = to_list(slot_plist(values))
    kind = generic("EFFECTIVE-SLOT-DEFINITION-CLASS", "CLOS")(cls, *plist)
    return generic("MAKE-INSTANCE")(kind, *plist)


def fill_slot(slot: Any, values: dict[str, Any]) -> None:
    """Store the properties given in *values* in a slot definition."""
    slot.__init__(values["name"], tuple(values.get("initargs", ())), values.get("initform"),
                  values.get("initfunction"), values.get("allocation"), values.get("type"),
                  tuple(values.get("readers", ())), tuple(values.get("writers", ())), values.get("documentation"))


def make_direct_slot(cls: Any, values: dict[str, Any]) -> Any:
    """Return a direct slot definition."""
    if "name" not in values or type(values["name"]) is not Symbol:
        error("PROGRAM-ERROR", "A slot must be named by a symbol, not ~s.", values.get("name"))
    if type(cls) is StandardClass or not customised("CLOS:DIRECT-SLOT-DEFINITION-CLASS", type(cls)):
        extra = [k for k in values if k not in _SLOT_KEYS]
        if extra:
            error("PROGRAM-ERROR", "Slot option ~s of slot ~s is not known to the class ~s.",
                  keyword(extra[0].upper()), values["name"], type(cls))
        slot = StandardDirectSlotDefinition.__new__(StandardDirectSlotDefinition)
        fill_slot(slot, values)
        return slot
    plist = to_list(slot_plist(values))
    kind = generic("DIRECT-SLOT-DEFINITION-CLASS", "CLOS")(cls, *plist)
    return generic("MAKE-INSTANCE")(kind, *plist)


_SLOT_KEYS = frozenset(("name", "initargs", "initform", "initfunction", "allocation", "type", "readers", "writers",
                        "documentation"))


def compute_default_initargs(cls: Any) -> list[tuple[Any, Any, Any]]:
    """Return the default initargs (key, form, function) of all superclasses, the most specific for each key."""
    result: dict[Any, tuple[Any, Any, Any]] = {}
    for c in class_precedence(cls):
        for each in c._lisp.direct_default_initargs:
            result.setdefault(each[0], each)
    return list(result.values())


def install_descriptors(cls: Any) -> None:
    """Put the descriptors of the slots that are not plain attributes into the Python class."""
    info = cls._lisp
    if info.structure is not None:
        return
    custom = type(cls) is not StandardClass and _custom_access(type(cls))
    for slot in info.slots.values():
        key = slot.key
        present = cls.__dict__.get(key)
        if slot.allocation is CLASS:
            shared = _shared_slot(cls, slot)
            wanted: Any = CustomSlot(slot) if custom else shared if slot.owner is cls else None
        elif custom:
            wanted = CustomSlot(slot)
        elif issubclass(cls, type):
            wanted = present if isinstance(present, MetaSlot) else MetaSlot(key)
        else:
            above = next((c.__dict__[key] for c in cls.__mro__[1:] if key in c.__dict__), None)
            wanted = InstanceSlot(key) if above is not None else None
        if wanted is not None:
            setattr_plain(cls, key, wanted)
        elif present is not None:
            type.__delattr__(cls, key)
    for key in [k for k, v in cls.__dict__.items() if isinstance(v, (SharedSlot, InstanceSlot, CustomSlot, MetaSlot))
                and k not in info.valid and not k.startswith("shared ")]:
        type.__delattr__(cls, key)
    _install_spellings(cls)


def _install_spellings(cls: Any) -> None:
    """Give Python programs the slots as attributes, unless instances have attributes of their own."""
    above = class_precedence(cls)[:-2]  # T and STANDARD-OBJECT are Python's
    if any(c._lisp.pythonic for c in above):
        return
    slots = cls._lisp.slots
    for key in [k for k, v in cls.__dict__.items() if isinstance(v, SlotAttribute) and v.slot_name not in slots]:
        type.__delattr__(cls, key)
    for name in slots:
        spelling = python_spelling(name)
        if find_descriptor(cls, spelling) is None:
            setattr_plain(cls, spelling, SlotAttribute(name))


def setattr_plain(cls: Any, key: str, value: Any) -> None:
    """Set an attribute of the Python class itself."""
    type.__setattr__(cls, key, value)


def _shared_slot(cls: Any, slot: Any) -> SharedSlot:
    """Return the storage of a shared slot, made and initialized in its owner."""
    name = "shared " + slot.key
    owner = slot.owner
    storage = owner.__dict__.get(name)
    if storage is None:
        storage = SharedSlot(slot.slot_name)
        setattr_plain(owner, name, storage)
        if slot.initfunction is not None:
            storage.values = [slot.initfunction()]
    return storage  # type: ignore[no-any-return]


def _custom_access(metaclass: Any) -> bool:
    return any(customised(key, metaclass) for key in (
        "CLOS:SLOT-VALUE-USING-CLASS", "CLOS:SLOT-BOUNDP-USING-CLASS", "CLOS:SLOT-MAKUNBOUND-USING-CLASS")) or (
        customised("(setf CLOS:SLOT-VALUE-USING-CLASS)", object_class(), metaclass))


def object_class() -> Any:
    """Return a class to which only methods without a specializer apply."""
    return find_class("STANDARD-OBJECT")


# Accessors


def reader_function(key: str) -> Any:
    """Return a function that reads the attribute *key*."""
    def reader(x: Any) -> Any:
        return x.slot

    reader.__code__ = _reader_code.replace(co_names=(key,))
    return reader


def writer_function(key: str) -> Any:
    """Return a function of value and object that writes the attribute *key*."""
    def writer(value: Any, x: Any) -> Any:
        x.slot = value
        return value

    writer.__code__ = _writer_code.replace(co_names=(key,))
    return writer


def _inner_code(function: Any, name: str) -> Any:
    """Return the code of the function *name* in *function*: Python 3.14 has code for its annotations there too."""
    return next(c for c in function.__code__.co_consts if getattr(c, "co_name", "") == name)


_reader_code = _inner_code(reader_function, "reader")
_writer_code = _inner_code(writer_function, "writer")

_OBJECT, _NEW = CLOS.intern("OBJECT"), CLOS.intern("NEW-VALUE")
_READER_LIST, _WRITER_LIST = lisp_list(_OBJECT), lisp_list(_NEW, _OBJECT)


def add_accessors(cls: Any) -> None:
    """Define the reader and writer methods of the direct slots."""
    t = find_class("T")
    for slot in cls._lisp.direct_slots:
        key = function_key(slot.slot_name)
        for name in slot.readers:
            gf = ensure_generic(name, _READER_LIST, shape_of(_READER_LIST))
            add_method(gf, _accessor_method(StandardReaderMethod, cls, slot, (cls,), _READER_LIST,
                                            reader_function(key)))
        for name in slot.writers:
            gf = ensure_generic(name, _WRITER_LIST, shape_of(_WRITER_LIST))
            add_method(gf, _accessor_method(StandardWriterMethod, cls, slot, (t, cls), _WRITER_LIST,
                                            writer_function(key)))


def _accessor_method(kind: Any, cls: Any, slot: Any, specializers: tuple[Any, ...], lambda_list: Any,
                     function: Any) -> Any:
    """Return an accessor method for *slot*, of the class that the class's metaclass wants."""
    chooser = "READER-METHOD-CLASS" if kind is StandardReaderMethod else "WRITER-METHOD-CLASS"
    if type(cls) is not StandardClass and customised(f"CLOS:{chooser}", type(cls)):
        initargs = [keyword("QUALIFIERS"), None, keyword("SPECIALIZERS"), lisp_list(*specializers),
                    keyword("LAMBDA-LIST"), lambda_list, keyword("SLOT-DEFINITION"), slot]
        method = generic("MAKE-INSTANCE")(generic(chooser, "CLOS")(cls, slot, *initargs), *initargs)
        method.function = function
    else:
        method = kind((), specializers, lambda_list, function)
    method.slot = slot
    return method


def remove_accessors(cls: Any) -> None:
    """Remove the accessor methods that an earlier definition of *cls* made."""
    for method in list(cls._lisp.direct_methods):
        if isinstance(method, (StandardReaderMethod, StandardWriterMethod)) and method.gf is not None:
            remove_method(method.gf, method)


__all__ = ["find_descriptor"]
