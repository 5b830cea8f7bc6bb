"""Making, initializing and changing instances.

`make_instance` looks up a constructor by class and the keywords given.  If no program's methods interfere, it is
generated code that stores the slots straight away; otherwise it calls `initialize-instance`.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any

from acl.clos.base import (
    CLASS,
    BuiltInClass,
    ForwardReferencedClass,
    FuncallableStandardClass,
    LispClass,
    Metaobject,
    Specializer,
    StandardClass,
    StandardObject,
    StructureClass,
    StructureObject,
    class_of,
    find_class,
    metaobject_of,
)
from acl.clos.classes import CONSTRUCTED, finalize
from acl.clos.generic import EqlSpecializer, FuncallableStandardObject, customised, generic, make_funcallable
from acl.clos.slots import bound, find_descriptor
from acl.runtime.conditions import error
from acl.types.array import SimpleString
from acl.types.base import wrong_type
from acl.types.cons import Cons, from_iterable
from acl.types.function import FUNCTIONS
from acl.types.symbol import Symbol, T, cl, keyword

_QUOTE = cl("QUOTE")
_ALLOW = keyword("ALLOW-OTHER-KEYS")
_NONE: Any = object()


def the_class(x: Any) -> Any:
    """Return the class that *x*, a class or the name of one, designates."""
    return x if isinstance(x, LispClass) else find_class(x)


def make_instance(x: Any, *initargs: Any) -> Any:
    """Return a new instance of the class *x*, a class or its name: what `make-instance` does by default."""
    cls = x if isinstance(x, LispClass) else find_class(x)
    constructor = cls._lisp.constructors.get(initargs[::2])
    if constructor is None:
        constructor = make_constructor(cls, initargs)
    return constructor(*initargs[1::2])


def new_epoch() -> None:
    """Let call sites of `make-instance` look their constructor up again."""
    FUNCTIONS["CLASS-EPOCH"] = object()


class MakeSite:
    """A call site of `make-instance` with a constant class name and constant keywords.

    `make` is the constructor it found; it is right as long as `epoch` is the global CLASS-EPOCH.
    """

    __slots__ = ("epoch", "keys", "make", "name")

    def __init__(self, name: Any, keys: tuple[Any, ...]) -> None:
        self.name = name
        self.keys = keys
        self.epoch: Any = None
        self.make: Any = None

    def renew(self, *values: Any) -> Any:
        """Find the constructor and make an instance."""
        epoch = FUNCTIONS["CLASS-EPOCH"]
        cls = find_class(self.name)
        initargs: list[Any] = []
        for pair in zip(self.keys, values, strict=True):
            initargs += pair
        if customised("COMMON-LISP:MAKE-INSTANCE", type(cls)):
            return FUNCTIONS["COMMON-LISP:MAKE-INSTANCE"](self.name, *initargs)
        made = make_instance(cls, *initargs)
        self.make = cls._lisp.constructors.get(self.keys)
        self.epoch = epoch if self.make is not None and FUNCTIONS["CLASS-EPOCH"] is epoch else None
        return made


new_epoch()


def make_constructor(cls: Any, initargs: tuple[Any, ...]) -> Callable[..., Any]:
    """Return a function of the values that go with the keywords in *initargs*, and remember it."""
    keys = initargs[::2]
    if len(initargs) % 2:
        error("PROGRAM-ERROR", "MAKE-INSTANCE got an odd number of initialization arguments: ~s.",
              from_iterable(initargs))
    if isinstance(cls, (BuiltInClass, ForwardReferencedClass)) or cls is StandardObject.__mro__[1]:
        error("SIMPLE-ERROR", "MAKE-INSTANCE cannot make instances of ~s.", cls)
    _check_makeable(cls)
    finalize(cls)
    for key in keys:
        if type(key) is not Symbol and key is not None:
            error("PROGRAM-ERROR", "~s is not the name of an initialization argument.", key)
    defaults = [(k, f) for k, _, f in cls._lisp.default_initargs if k not in keys]
    allow = next((v for k, v in zip(keys, initargs[1::2], strict=True) if k is _ALLOW), None)
    if _ALLOW not in keys:
        allow = next((f() for k, f in defaults if k is _ALLOW), None)
    if allow is None:
        check_initargs(cls, (*keys, *(k for k, _ in defaults)))
    custom = any(customised("COMMON-LISP:" + name, cls) for name in ("INITIALIZE-INSTANCE", "SHARED-INITIALIZE"))
    if plain_class(cls) and not custom and not issubclass(cls, Metaobject):
        constructor = generated_constructor(cls, keys, defaults)
    else:
        constructor = _general_constructor(cls, keys, defaults)
    cls._lisp.instantiated = True
    if _ALLOW not in keys:
        cls._lisp.constructors[keys] = constructor
        CONSTRUCTED.add(cls)
    return constructor


def plain_class(cls: Any) -> bool:
    """True if instances are made by calling the Python class's `__new__`."""
    return not (issubclass(cls, (type, FuncallableStandardObject, Specializer)) or isinstance(cls, StructureClass)
                or customised("COMMON-LISP:ALLOCATE-INSTANCE", type(cls)))


def _general_constructor(cls: Any, keys: tuple[Any, ...], defaults: list[tuple[Any, Any]]) -> Callable[..., Any]:
    """A constructor that goes through `allocate-instance` and `initialize-instance`."""
    plain = plain_class(cls)
    initialize = generic("INITIALIZE-INSTANCE")
    new = cls.__new__
    init = python_init(cls)

    def construct(*values: Any) -> Any:
        args: list[Any] = []
        for pair in zip(keys, values, strict=True):
            args += pair
        for key, function in defaults:
            args += (key, function())
        instance = new(cls) if plain else generic("ALLOCATE-INSTANCE")(cls, *args)
        if init is not None:
            instance.__init__(**{init[k]: v for k, v in zip(args[::2], args[1::2], strict=True) if k in init})
        initialize(instance, *args)
        return instance

    return construct


def python_init(cls: Any) -> dict[Symbol, str] | None:
    """Return the initargs that a class written in Python takes by its `__init__`, with the parameters' names.

    None if there is no `__init__`, or one that cannot do without arguments, which then is not called.
    """
    function: Any = cls.__init__
    if type(function) is not FunctionType or issubclass(cls, (Metaobject, BaseException)):
        return None
    code, defaults = function.__code__, function.__kwdefaults__ or {}
    count = code.co_argcount
    names = code.co_varnames[1:count + code.co_kwonlyargcount]
    if count - 1 > len(function.__defaults__ or ()) or len(defaults) < code.co_kwonlyargcount:
        return None
    return {keyword(name.rstrip("_").replace("_", "-").upper()): name for name in names}


def _check_makeable(cls: Any) -> None:
    """Signal an error if instances of *cls*, which is written in Python, need what its own operators give them."""
    function: Any = cls.__init__
    if type(function) is FunctionType and python_init(cls) is None and not issubclass(cls, (Metaobject, BaseException)):
        error("SIMPLE-ERROR", "Instances of ~s are made by operators of their own, not by MAKE-INSTANCE.", cls)


def constant_value(form: Any) -> tuple[bool, Any]:
    """Return whether a form is a constant whose value may be shared, and the value."""
    if form is None or form is T or isinstance(form, (int, float, SimpleString)):
        return True, form
    if type(form) is Symbol and form.package is not None and form.package.name == "KEYWORD":
        return True, form
    if type(form) is Cons and form.car is _QUOTE:
        return True, form.cdr.car
    return isinstance(form, str), form


def generated_constructor(cls: Any, keys: tuple[Any, ...], defaults: list[tuple[Any, Any]]) -> Callable[..., Any]:
    """A constructor in Python code of its own: one store for each slot."""
    space: dict[str, Any] = {"__builtins__": __builtins__, "cls": cls, "new": cls.__new__}
    names: dict[str, str] = {}
    sources: dict[Any, str] = {}
    for i, key in enumerate(keys):
        sources.setdefault(key, f"a{i}")
    lines = [" o = new(cls)"]
    for i, (key, function) in enumerate(defaults):
        space[f"d{i}"] = function
        lines.append(f" v{i} = d{i}()")
        sources[key] = f"v{i}"
    order = list(sources)
    init = python_init(cls)
    if init is not None:
        space["init"] = cls.__init__
        lines.append(f" init(o, {', '.join(f'{init[k]}={sources[k]}' for k in order if k in init)})")
    for i, slot in enumerate(cls._lisp.slots.values()):
        given = next((k for k in order if k in slot.initargs), _NONE)
        if given is not _NONE:
            value = sources[given]
        elif slot.initfunction is None or slot.allocation is CLASS:
            continue
        else:
            constant, space[f"c{i}"] = constant_value(slot.initform)
            if slot.initform is None:  # Python code gives functions without a form
                constant = getattr(slot.initfunction, "__globals__", None) is FUNCTIONS
            value = f"c{i}" if constant else f"f{i}()"
            space[f"f{i}"] = slot.initfunction
        names[f"s{i}"] = slot.key
        lines.append(f" o.s{i} = {value}")
    parameters = ", ".join(f"a{i}" for i in range(len(keys)))
    text = f"def construct({parameters}):\n" + "\n".join(lines) + "\n return o\n"
    exec(compile(text, f"<make-instance {cls.__name__}>", "exec"), space)
    function = space["construct"]
    code = function.__code__
    function.__code__ = code.replace(co_names=tuple(names.get(n, n) for n in code.co_names))
    return function  # type: ignore[no-any-return]


# Which initialization arguments are valid


def valid_initargs(cls: Any, *operations: str) -> frozenset[Any] | None:
    """Return the keywords that slots and the methods of *operations* accept; None if they accept any."""
    found = {i for slot in cls._lisp.slots.values() for i in slot.initargs}
    found.update(python_init(cls) or ())
    for name in operations:
        gf = getattr(FUNCTIONS.get("COMMON-LISP:" + name), "gf", None)
        if gf is None:
            continue
        target = type(cls) if name in ("ALLOCATE-INSTANCE", "MAKE-INSTANCE") else cls
        for method in gf.methods:
            s = method.specializers[0]
            if method.system or isinstance(s, EqlSpecializer) or s not in target.__mro__:
                continue
            shape = method.parsed()
            if shape.allow:
                return None
            found.update(shape.keys or ())
    return frozenset(found)


_MAKING = ("MAKE-INSTANCE", "ALLOCATE-INSTANCE", "INITIALIZE-INSTANCE", "SHARED-INITIALIZE")


def check_initargs(cls: Any, keys: tuple[Any, ...]) -> None:
    """Signal a `program-error` if one of *keys* is no valid initarg for `make-instance`."""
    if issubclass(cls, (Metaobject, FuncallableStandardObject)):
        return
    valid = cls._lisp.initargs
    if valid is None:
        valid = cls._lisp.initargs = (valid_initargs(cls, *_MAKING),)
    if valid[0] is not None:
        report_invalid(cls, keys, valid[0], "make-instance")


def report_invalid(cls: Any, keys: tuple[Any, ...], valid: frozenset[Any], operation: str) -> None:
    """Signal a `program-error` if one of *keys* is not among the *valid* ones."""
    bad = [k for k in dict.fromkeys(keys) if k not in valid and k is not _ALLOW]
    if bad:
        order = [i for slot in cls._lisp.slots.values() for i in slot.initargs]
        order += sorted((k for k in valid if k not in order), key=lambda k: str(k.name))
        text = "is an invalid initarg" if len(bad) == 1 else "are invalid initargs"
        error("PROGRAM-ERROR", f"~{{~s~^ ~}} {text} to {operation} of class ~s. The valid initargs are~{{ ~a~}}.",
              from_iterable(bad), cls, from_iterable(order))


def check_keys(cls: Any, initargs: tuple[Any, ...], operations: tuple[str, ...], operation: str) -> None:
    """The same for the initargs of another operation than `make-instance`, with `:allow-other-keys`."""
    if len(initargs) % 2:
        error("PROGRAM-ERROR", "An odd number of initialization arguments: ~s.", from_iterable(initargs))
    if issubclass(cls, (type, FuncallableStandardObject)):
        return
    keys = initargs[::2]
    if _ALLOW in keys and initargs[initargs.index(_ALLOW) + 1] is not None:
        return
    valid = valid_initargs(cls, *operations)
    if valid is not None:
        report_invalid(cls, keys, valid, operation)


# The default methods


def allocate(cls: Any) -> Any:
    """Return an instance of *cls* without slot values: what `allocate-instance` does."""
    _check_makeable(cls)
    if isinstance(cls, StructureClass):
        make: Any = cls.__new__
        instance = make(cls)
        for slot in cls._lisp.slots.values():
            setattr(instance, slot.key, None)
        return instance
    if not isinstance(cls, LispClass) or isinstance(cls, (BuiltInClass, ForwardReferencedClass)):
        error("SIMPLE-ERROR", "ALLOCATE-INSTANCE cannot make instances of ~s.", cls)
    finalize(cls)
    cls._lisp.instantiated = True
    if issubclass(cls, type):
        from acl.clos.classes import allocate_class

        return allocate_class(cls, None, (StandardObject,))
    if issubclass(cls, FuncallableStandardObject):
        from acl.clos.metaobjects import allocate_funcallable

        return allocate_funcallable(cls)
    return cls.__new__(cls)


def shared_initialize(instance: Any, names: Any, initargs: tuple[Any, ...]) -> Any:
    """Fill the slots from *initargs*; unbound ones among *names* (a list, or T for all) from their initforms."""
    if len(initargs) % 2:
        error("PROGRAM-ERROR", "An odd number of initialization arguments: ~s.", from_iterable(initargs))
    target = metaobject_of(instance)
    cls = type(target)
    if not isinstance(cls, LispClass):
        return instance
    finalize(cls)
    keys = initargs[::2]
    for key in keys:
        if type(key) is not Symbol and key is not None:
            error("PROGRAM-ERROR", "~s is not the name of an initialization argument.", key)
    wanted = () if names is None or names is T else set(names)
    for slot in cls._lisp.slots.values():
        for i, key in enumerate(keys):
            if key in slot.initargs:
                setattr(target, slot.key, initargs[2 * i + 1])
                break
        else:
            if slot.initfunction is not None and (names is T or slot.slot_name in wanted) and not bound(target, slot):
                setattr(target, slot.key, slot.initfunction())
    return instance


_PROTOCOL = {"MAKE-INSTANCE", "ALLOCATE-INSTANCE", "INITIALIZE-INSTANCE", "SHARED-INITIALIZE"}
_ACCESS = {"SLOT-VALUE-USING-CLASS", "SLOT-BOUNDP-USING-CLASS", "SLOT-MAKUNBOUND-USING-CLASS"}


def protocol_changed(gf: Any, method: Any) -> None:
    """A method was added to or removed from a generic function of the system: undo what relied on its absence."""
    symbol = gf.name.cdr.car if type(gf.name) is Cons else gf.name
    if symbol.name in _PROTOCOL:
        new_epoch()
        for cls in list(CONSTRUCTED):
            cls._lisp.constructors.clear()
            cls._lisp.initargs = None
    elif symbol.name in _ACCESS:
        from acl.clos.classes import all_subclasses, install_descriptors

        for cls in all_subclasses(StandardObject):
            if cls._lisp.finalized and type(cls) not in (StandardClass, FuncallableStandardClass):
                install_descriptors(cls)


# Change of class


def change_class(instance: Any, new: Any, initargs: tuple[Any, ...]) -> Any:
    """Make *instance* an instance of the class *new*."""
    cls = the_class(new)
    target = metaobject_of(instance)
    old: Any = type(target)
    if not isinstance(target, StandardObject) or isinstance(cls, (BuiltInClass, StructureClass)):
        error("SIMPLE-ERROR", "CHANGE-CLASS cannot make ~s an instance of ~s.", instance, cls)
    finalize(old)
    finalize(cls)
    previous = old.__new__(old)
    previous.__dict__.update(target.__dict__)
    kept = {}
    for name, slot in cls._lisp.slots.items():
        before = old._lisp.slots.get(name)
        if before is not None and slot.allocation is not CLASS and bound(target, before):
            kept[slot.key] = getattr(target, before.key)
    for slot in old._lisp.slots.values():
        target.__dict__.pop(slot.key, None)
    try:
        target.__class__ = cls
    except TypeError:
        target.__dict__.update(previous.__dict__)
        error("SIMPLE-ERROR", "CHANGE-CLASS cannot make ~s an instance of ~s.", instance, cls)
    for key, value in kept.items():
        target.__dict__[key] = value
    cls._lisp.instantiated = True
    generic("UPDATE-INSTANCE-FOR-DIFFERENT-CLASS")(previous, instance, *initargs)
    return instance


def added_slots(previous: Any, current: Any) -> Any:
    """Return the names of the local slots of *current* that the class of *previous* has not."""
    old = class_of(previous)._lisp.slots
    return from_iterable([n for n, s in class_of(current)._lisp.slots.items()
                          if n not in old and s.allocation is not CLASS])


# Redefinition of a class with instances


def update_instances(old: dict[Any, dict[Symbol, Any]]) -> None:
    """Bring the instances of redefined classes up to date; *old* is their slots before."""
    changed = {c: slots for c, slots in old.items() if c._lisp.instantiated and c._lisp.finalized
               and _layout(slots) != _layout(c._lisp.slots)}
    if changed:
        for instance in live_instances(set(changed)):
            update_instance(instance, changed[type(instance)])


def _layout(slots: dict[Symbol, Any]) -> dict[Symbol, Any]:
    return {name: slot.allocation for name, slot in slots.items()}


def live_instances(classes: set[Any]) -> list[Any]:
    """Return all direct instances of *classes*."""
    import gc

    return [x for x in gc.get_objects() if type(x) in classes]


def update_instance(instance: Any, old: dict[Symbol, Any]) -> None:
    """Call `update-instance-for-redefined-class` for an instance whose class had the slots *old*."""
    new = type(instance)._lisp.slots
    storage = instance.__dict__
    added = [n for n, s in new.items() if s.allocation is not CLASS and n not in old]
    discarded = [n for n, s in old.items() if s.allocation is not CLASS and n not in new]
    plist: list[Any] = []
    for name, slot in old.items():
        now = new.get(name)
        if slot.allocation is CLASS:
            storage_slot = slot.owner.__dict__.get("shared " + slot.key) if slot.owner is not None else None
            if storage_slot is not None and storage_slot.values:
                if now is None:
                    plist += [name, storage_slot.values[0]]
                elif now.allocation is not CLASS:
                    storage[now.key] = storage_slot.values[0]
        elif now is None or now.allocation is CLASS:
            if slot.key in storage:
                plist += [name, storage.pop(slot.key)]
    generic("UPDATE-INSTANCE-FOR-REDEFINED-CLASS")(
        getattr(instance, "function", instance) if isinstance(instance, FuncallableStandardObject) else instance,
        from_iterable(added), from_iterable(discarded), from_iterable(plist))


def make_obsolete(cls: Any) -> None:
    """Have all instances of *cls* and its subclasses updated."""
    from acl.clos.classes import all_subclasses

    classes = {c for c in all_subclasses(cls) if c._lisp.finalized and c._lisp.instantiated}
    for instance in live_instances(classes):
        update_instance(instance, type(instance)._lisp.slots)


def copy_instance(x: Any) -> Any:
    """Return a shallow copy of a structure or standard object."""
    if not isinstance(x, (StandardObject, StructureObject)):
        wrong_type(x, "STRUCTURE-OBJECT")
    cls: Any = type(x)
    copy = cls.__new__(cls)
    copy.__dict__.update(x.__dict__)
    return copy


__all__ = ["find_descriptor", "make_funcallable"]
