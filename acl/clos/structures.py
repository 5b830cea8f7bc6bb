"""Structures: instances of Python classes with metaclass `StructureClass`, or lists and vectors (:type).

The attribute for a slot belongs to the structure that defines it (`FOO's slot A` is "USER:A of USER:FOO"), so an
accessor that is applied to another structure finds nothing and signals a `type-error`.
"""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from acl.clos.base import (
    CLASSES,
    StandardEffectiveSlotDefinition,
    StructureClass,
    StructureObject,
    find_class,
    make_class,
)
from acl.clos.generic import invalidate_all
from acl.clos.inline import inline_accessor, inline_writer
from acl.clos.slots import SlotAttribute, python_spelling
from acl.runtime.conditions import error, make_condition
from acl.runtime.faults import _TRANSLATIONS, on_exception
from acl.types.cons import Cons, lisp_list
from acl.types.function import FUNCTIONS, set_fdefinition
from acl.types.symbol import EXCL, SYSTEM, Symbol, T, cl, function_key, keyword

_attribute_error = _TRANSLATIONS[AttributeError]


def _wrong_structure(e: Any) -> Any:
    """An attribute of a structure was asked of another object: that is a `type-error`."""
    _key, of, owner = (e.name or "").partition(" of ")
    if of and owner in OWNERS:
        return make_condition("TYPE-ERROR", datum=e.obj, expected_type=OWNERS[owner])
    return _attribute_error(e)


on_exception(AttributeError, _wrong_structure)

OWNERS: dict[str, Symbol] = {}
"""Key of the symbol that names a structure, as it stands in the attributes of its slots, to the symbol."""

STRUCT_ACCESSORS: dict[Symbol, tuple[Any, str]] = {}
"""Accessor function to (class, attribute): the compiler may read the attribute itself."""

STRUCTURES: dict[Symbol, Structure] = {}
"""The structures by name, those of :type list and vector included."""


class StructureSlot:
    """A slot of a structure: `function` computes its default value; `index` counts in lists and vectors."""

    __slots__ = ("accessor", "form", "function", "index", "key", "name", "read_only", "type")

    def __init__(self, name: Symbol, form: Any, function: Any, type_: Any, read_only: bool) -> None:
        self.name = name
        self.form = form
        self.function = function
        self.type = type_
        self.read_only = read_only
        self.key = ""
        self.index = 0
        self.accessor: Any = None


class Structure:
    """What a `defstruct` form defined."""

    def __init__(self, name: Symbol, slots: list[StructureSlot], options: dict[str, Any]) -> None:
        self.name = name
        self.slots = slots
        self.include: Any = options.get("INCLUDE")
        self.type: Any = options.get("TYPE")
        self.named: bool = options.get("NAMED") is not None
        self.offset: int = options.get("INITIAL-OFFSET") or 0
        self.constructor: Any = options.get("DEFAULT-CONSTRUCTOR")
        self.conc_name: Any = options.get("CONC-NAME")
        self.documentation: Any = options.get("DOCUMENTATION")
        self.length = 0
        self.name_index = -1
        self.cls: Any = None

    def layout(self) -> list[Any]:
        """What must not change when a structure is defined again."""
        return [self.type, self.include, self.length, self.named, *((s.name, s.index, s.key) for s in self.slots)]


def find_structure(name: Any) -> Any:
    """Return the description of the structure *name*, None if there is none."""
    if name is not None and name not in STRUCTURES:
        find_class(name, False)  # one of the system's own may have to be loaded
    return STRUCTURES.get(name)


def make_slots(name: Symbol, own: list[StructureSlot], overrides: list[StructureSlot],
               options: dict[str, Any]) -> Structure:
    """Return the description of a structure: inherited slots, with what :include overrides, and its own."""
    parent = find_structure(options.get("INCLUDE"))
    if options.get("INCLUDE") is not None and parent is None:
        error("PROGRAM-ERROR", "DEFSTRUCT ~s: there is no structure ~s to include.", name, options["INCLUDE"])
    slots: list[StructureSlot] = []
    position = 0
    if parent is not None:
        position = parent.length
        for slot in parent.slots:
            copy = StructureSlot(slot.name, slot.form, slot.function, slot.type, slot.read_only)
            copy.key, copy.index = slot.key, slot.index
            for new in overrides:
                if new.name.name == slot.name.name:
                    copy.form, copy.function = new.form, new.function
                    copy.read_only = slot.read_only or new.read_only
                    copy.type = new.type if new.type is not T else slot.type
            slots.append(copy)
        for new in overrides:
            if not any(new.name.name == s.name.name for s in slots):
                error("PROGRAM-ERROR", "DEFSTRUCT ~s: the included structure has no slot ~s.", name, new.name)
    result = Structure(name, slots, options)
    position += result.offset
    if result.named and result.type is not None:
        result.name_index = position
        position += 1
    OWNERS[function_key(name)] = name
    for slot in own:
        if any(slot.name.name == s.name.name for s in slots):
            error("PROGRAM-ERROR", "DEFSTRUCT ~s: there are two slots named ~s.", name, slot.name)
        slot.key = f"{function_key(slot.name)} of {function_key(name)}"
        slot.index = position
        position += 1
        slots.append(slot)
    result.length = position
    return result


def define_structure(structure: Structure) -> None:
    """Make the class of a structure, or keep that of an earlier definition with the same slots."""
    name = structure.name
    old = STRUCTURES.get(name)
    if structure.type is None:
        if old is not None and old.cls is not None and old.layout() == structure.layout() and (
                CLASSES.get(name) is old.cls):
            structure.cls = old.cls
        else:
            structure.cls = _make_structure_class(structure)
        fill_class(structure)
    STRUCTURES[name] = structure


def _make_structure_class(structure: Structure) -> Any:
    parent = STRUCTURES[structure.include].cls if structure.include is not None else StructureObject
    cls = make_class(structure.name, (parent,), StructureClass)
    CLASSES[structure.name] = cls
    from acl.printer.writer import CIRCULAR

    CIRCULAR.add(cls)
    return cls


def fill_class(structure: Structure) -> None:
    """Describe the slots to the metaobject protocol, and define the function that makes instances."""
    cls = structure.cls
    info = cls._lisp
    info.structure = structure
    info.documentation = structure.documentation
    info.slots, info.valid = {}, {}
    for slot in structure.slots:
        effective = StandardEffectiveSlotDefinition(slot.name, (keyword(slot.name.name),), slot.form, slot.function,
                                                    type_=slot.type)
        effective.key, effective.owner = slot.key, None
        info.slots[slot.name] = effective
        info.valid[function_key(slot.name)] = effective
        alias_slot(cls, slot)
    info.direct_slots = [s for s in info.slots.values() if s.key.endswith(" of " + function_key(structure.name))]
    info.finalized = True
    set_fdefinition(maker_name(structure.name), maker(structure))


def alias_slot(cls: Any, slot: StructureSlot) -> None:
    """Let a slot be read and set by its Lisp name (`slot-value`) and by Python's spelling of it, too."""
    key = slot.key

    def put(structure: Any, value: Any) -> None:
        setattr(structure, key, value)

    alias = property(attrgetter(key) if "." not in key else lambda structure: getattr(structure, key), put)
    type.__setattr__(cls, function_key(slot.name), alias)
    spelling = python_spelling(slot.name)
    if not hasattr(object, spelling):
        type.__setattr__(cls, spelling, SlotAttribute(slot.name))


def maker_name(name: Symbol) -> Symbol:
    """Return the name of the function that makes a structure from the values of all its slots."""
    return SYSTEM.intern(f"MAKE {function_key(name)}")


def maker(structure: Structure) -> Any:
    """Return a function of the values of all slots."""
    count = len(structure.slots)
    parameters = ", ".join(f"a{i}" for i in range(count))
    stores = "".join(f" o.s{i} = a{i}\n" for i in range(count))
    space: dict[str, Any] = {"__builtins__": __builtins__, "new": structure.cls.__new__, "cls": structure.cls}
    exec(compile(f"def make({parameters}):\n o = new(cls)\n{stores} return o\n", "<structure>", "exec"), space)
    function = space["make"]
    names = {f"s{i}": slot.key for i, slot in enumerate(structure.slots)}
    code = function.__code__
    function.__code__ = code.replace(co_names=tuple(names.get(n, n) for n in code.co_names))
    return function


# Accessors


def structure_reader(cls: Any, key: str, name: Any) -> Any:
    """Return the function that reads the slot with attribute *key* of instances of *cls*."""
    expected = cls._lisp.name

    def reader(x: Any) -> Any:
        try:
            return x.slot
        except AttributeError:
            return error("TYPE-ERROR", None, datum=x, expected_type=expected)

    code = reader.__code__
    reader.__code__ = code.replace(co_names=tuple(key if n == "slot" else n for n in code.co_names))
    return _named(reader, name, cls._lisp.name)


def structure_writer(cls: Any, key: str, name: Any) -> Any:
    """Return the function of a value and an instance of *cls* that stores the value."""
    expected = cls._lisp.name

    def writer(value: Any, x: Any) -> Any:
        if type(x) is not cls and not isinstance(x, cls):
            error("TYPE-ERROR", None, datum=x, expected_type=expected)
        x.slot = value
        return value

    code = writer.__code__
    writer.__code__ = code.replace(co_names=tuple(key if n == "slot" else n for n in code.co_names))
    return _named(writer, lisp_list(cl("SETF"), name), EXCL.intern("VALUE"), cls._lisp.name)


def structure_copier(cls: Any, name: Any) -> Any:
    """Return the function that copies an instance of *cls*."""
    expected = cls._lisp.name

    def copier(x: Any) -> Any:
        if not isinstance(x, cls):
            error("TYPE-ERROR", None, datum=x, expected_type=expected)
        kind: Any = type(x)
        copy = kind.__new__(kind)
        copy.__dict__.update(x.__dict__)
        return copy

    return _named(copier, name, cls._lisp.name)


def structure_predicate(cls: Any, name: Any) -> Any:
    """Return the function that tests for instances of *cls*."""
    def predicate(x: Any) -> Any:
        return T if isinstance(x, cls) else None

    return _named(predicate, name, EXCL.intern("OBJECT"))


def _named(function: Any, name: Any, *parameters: Any) -> Any:
    function.lisp_name = name
    function.lambda_list = lisp_list(*parameters)
    function.__qualname__ = name.name if type(name) is Symbol else f"(SETF {name.cdr.car.name})"
    return function


def define_accessor(structure: Structure, slot: StructureSlot, name: Symbol) -> None:
    """Define the accessor *name* of a slot, unless it is the inherited accessor of that very slot."""
    known = STRUCT_ACCESSORS.get(name)
    if known is not None and known[1] == slot.key and known[0] is not structure.cls and (
            issubclass(structure.cls, known[0])):
        return
    slot.accessor = name
    STRUCT_ACCESSORS[name] = (structure.cls, slot.key)
    set_fdefinition(name, structure_reader(structure.cls, slot.key, name))
    inline_accessor(name, slot.key)
    if not slot.read_only:
        set_fdefinition(lisp_list(cl("SETF"), name), structure_writer(structure.cls, slot.key, name))
        inline_writer(name, structure.cls, slot.key)
    else:
        FUNCTIONS.pop(f"(setf {function_key(name)})", None)


def structure_slots(cls: Any) -> list[str]:
    """Return the attributes of the slots of a structure class, in the order of the slots."""
    return [s.key for s in cls._lisp.slots.values()]


def make_from_reader(name: Any, plist: Any) -> Any:
    """Return the structure that #S(name . plist) denotes; slots may be named by any symbol or string."""
    structure = STRUCTURES.get(name)
    if structure is None or structure.cls is None:
        return error("SIMPLE-ERROR", "#S: ~s is not the name of a structure.", name)
    if structure.constructor is None:
        return error("SIMPLE-ERROR", "#S: the structure ~s has no keyword constructor.", name)
    args: list[Any] = []
    while type(plist) is Cons:
        if type(plist.cdr) is not Cons:
            return error("SIMPLE-ERROR", "#S(~s ...): the slot ~s has no value.", name, plist.car)
        key = plist.car.name if type(plist.car) is Symbol else str(plist.car)
        args += (keyword(key), plist.cdr.car)
        plist = plist.cdr.cdr
    return FUNCTIONS[function_key(structure.constructor)](*args)


__all__ = ["find_class", "invalidate_all"]
