"""Lisp classes are Python classes: the metaclasses, the root classes, `class-of` and `find-class`.

This module is light and imports nothing of the rest of the object system: conditions, streams and processes
define their classes with it.

A class whose instances are made by Lisp is a Python class with metaclass `LispClass`; slot X of an instance is
the attribute named by `function_key(X)`, an unbound slot a missing attribute.  A built-in class (INTEGER, CONS)
is a stand-in: a class without instances, to which `class_of` maps Python's types.  A Python class that names
its Lisp class by an attribute `lisp_class = "HASH-TABLE"` is mapped by that.

What a class knows about itself is kept in one attribute, `_lisp`, because attributes of a Python class are seen
in its instances, whose attributes are slots.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from acl.clos.precedence import change_bases, new_type
from acl.types.array import GeneralArray, SimpleString, SimpleVector, SpecializedVector
from acl.types.base import LispObject
from acl.types.character import Char
from acl.types.cons import Cons
from acl.types.function import FUNCTIONS
from acl.types.number import Complex, Ratio, SingleFloat
from acl.types.symbol import CL, CLOS, EXCL, FF, PYTHON, Package, Symbol, cl, keyword


class ClassInfo:
    """What a Lisp class knows: names, direct and effective slots, initargs.  Kept as `cls._lisp`."""

    __slots__ = ("constructors", "default_initargs", "direct_default_initargs", "direct_methods", "direct_slots",
                 "documentation", "finalized", "initargs", "instantiated", "name", "options", "prototype", "pythonic",
                 "redefined", "slots", "structure", "valid", "version")

    def __init__(self, name: Symbol | None) -> None:
        self.name = name
        self.direct_slots: list[Any] = []
        self.slots: dict[Symbol, Any] = {}
        self.direct_default_initargs: list[tuple[Symbol, Any, Any]] = []
        self.default_initargs: list[tuple[Symbol, Any, Any]] = []
        self.documentation: Any = None
        self.finalized = False
        self.redefined = False  # its slots are those before, until the new ones are computed
        self.initargs: Any = None
        self.direct_methods: list[Any] = []
        self.constructors: dict[Any, Any] = {}
        self.prototype: Any = None
        self.instantiated = False
        self.structure: Any = None
        self.options: dict[Any, Any] = {}
        self.valid: dict[str, Any] = {}
        self.version = 0
        self.pythonic = False
        """True of a class of a `class` statement: its instances have attributes that are no slots."""


class _Seed(type):
    """Metaclass of the metaclasses while they are being made: a class can be its own class only by assignment."""


class TClass(LispObject, metaclass=_Seed):
    """The class T, root of all."""

    __slots__ = ()
    _lisp: ClassInfo


def missing_slot(self: Any, key: Any, *probed: str) -> Any:
    """Be the `__getattr__` of a class whose instances have slots: only unbound and unknown ones come here."""
    # Python's own probing.  `inspect`, and so `help`, calls METACLASS.__getattr__(class, name), which finds this bound,
    # since our metaclasses are instances of each other.
    if probed or key[0] == "_":
        raise AttributeError(probed[0] if probed else key)
    from acl.clos.slots import missing_attribute

    return missing_attribute(self, key)


class StandardObject(TClass, metaclass=_Seed):
    """The class STANDARD-OBJECT: its instances' attributes are slots.

    There is no `__getattr__` here, since CPython specialises attributes only of classes without one: `make_class`
    gives it to the classes that Lisp defines; streams and processes do not need it.
    """

    def __repr__(self) -> str:
        return f"#<{type(self).__name__} @ #x{id(self):x}>"


class Metaobject(StandardObject, metaclass=_Seed):
    """Root of classes, generic functions, methods, slot definitions."""

    __getattr__ = missing_slot


class Specializer(Metaobject, metaclass=_Seed):
    """A class or an `eql` specializer."""


class LispClass(Specializer, type, metaclass=_Seed):
    """The metaclass CLASS, and the Python metaclass of every Lisp class.

    `class Foo(StandardObject, lisp="FOO")` in Python makes the class FOO of the package given by `package`
    (COMMON-LISP if not), where it is external unless `export` is false; without `lisp` the class has a name, made
    from Python's, but `find-class` does not see it.
    """

    _lisp: ClassInfo

    def __new__(meta, name: str, bases: tuple[type, ...], namespace: dict[str, Any],
                lisp: str | None = None, package: Package | None = None, export: bool = True, **_: Any) -> Any:
        cls = new_type(meta, name, bases, namespace)
        if lisp is not None:
            symbol = symbol_named(lisp, package or CL) if export or package is None else package.intern(lisp)
            CLASSES[symbol] = cls
        else:
            symbol = Symbol(lisp_name(name), package or EXCL)
        cls._lisp = ClassInfo(symbol)
        cls._lisp.pythonic = True
        return cls

    def __init__(cls, *args: Any, **options: Any) -> None:
        pass

    def __dir__(cls) -> list[str]:
        """Return the names that Python code can write: the keys of slots are none, and `help` asks for all."""
        return [name for name in super().__dir__() if ":" not in name]

    def __repr__(cls) -> str:
        return f"#<{type(cls).__name__} {cls.__name__}>"


class SlotClass(LispClass, metaclass=_Seed):
    """Root of the metaclasses whose instances can have slots: STANDARD-CLASS, FUNCALLABLE-STANDARD-CLASS."""


class StandardClass(SlotClass, metaclass=_Seed):
    """The metaclass STANDARD-CLASS."""


class FuncallableStandardClass(SlotClass, metaclass=_Seed):
    """The metaclass FUNCALLABLE-STANDARD-CLASS, of generic functions and other callable instances."""


class StructureClass(LispClass, metaclass=_Seed):
    """The metaclass STRUCTURE-CLASS."""


class BuiltInClass(LispClass, metaclass=_Seed):
    """The metaclass BUILT-IN-CLASS."""


class ForwardReferencedClass(LispClass, metaclass=_Seed):
    """The metaclass of a class that so far is only named as somebody's superclass."""


CLASSES: dict[Symbol, Any] = {}
"""The classes that have a proper name, by symbol.  Built-in classes come in when they are first asked for."""


def symbol_named(name: str, package: Package) -> Symbol:
    """Return the symbol *name* accessible in *package*, exported from it if it is new."""
    symbol, status = package.find(name)
    return package.export(name) if symbol is None or status == "INTERNAL" else symbol


def lisp_name(name: str) -> str:
    """Return the Lisp name for a Python class: BroadcastStream is BROADCAST-STREAM."""
    parts = "".join("-" + c if c.isupper() else c for c in name.lstrip("_"))
    return parts.lstrip("-").replace("_", "-").upper()


def class_precedence(cls: Any) -> tuple[Any, ...]:
    """Return the class precedence list: the Lisp classes in Python's resolution order."""
    return tuple(c for c in cls.__mro__ if isinstance(c, LispClass))


def direct_superclasses(cls: Any) -> tuple[Any, ...]:
    """Return the direct superclasses that are Lisp classes."""
    return tuple(c for c in cls.__bases__ if isinstance(c, LispClass))


# Slot definitions


class SlotDefinition(Metaobject, metaclass=_Seed):
    """A slot definition; its own properties are Python attributes with these names."""

    def __init__(self, name: Symbol, initargs: tuple[Any, ...] = (), initform: Any = None, initfunction: Any = None,
                 allocation: Any = None, type_: Any = None, readers: tuple[Any, ...] = (),
                 writers: tuple[Any, ...] = (), documentation: Any = None) -> None:
        self.slot_name = name
        self.initargs = initargs
        self.initform = initform
        self.initfunction = initfunction
        self.allocation = allocation if allocation is not None else INSTANCE
        self.slot_type = type_ if type_ is not None else cl("T")
        self.readers = readers
        self.writers = writers
        self.documentation = documentation


class StandardSlotDefinition(SlotDefinition, metaclass=_Seed):
    """The class STANDARD-SLOT-DEFINITION."""


class DirectSlotDefinition(SlotDefinition, metaclass=_Seed):
    """The class DIRECT-SLOT-DEFINITION."""


class EffectiveSlotDefinition(SlotDefinition, metaclass=_Seed):
    """The class EFFECTIVE-SLOT-DEFINITION."""


class StandardDirectSlotDefinition(StandardSlotDefinition, DirectSlotDefinition, metaclass=_Seed):
    """A slot as written in a `defclass` form."""


class StandardEffectiveSlotDefinition(StandardSlotDefinition, EffectiveSlotDefinition, metaclass=_Seed):
    """A slot as the instances have it.  `key` is the attribute, `owner` the class that holds a shared slot."""

    key: str
    owner: Any


INSTANCE, CLASS = keyword("INSTANCE"), keyword("CLASS")


# What is not made by the statements above


def _adopt(cls: Any, name: str, package: Package = CL, meta: Any = StandardClass) -> None:
    cls.__class__ = meta
    symbol = symbol_named(name, package)
    cls._lisp = ClassInfo(symbol)
    CLASSES[symbol] = cls


_cls: Any
for _cls, _name in ((LispClass, "CLASS"), (StandardClass, "STANDARD-CLASS"), (StructureClass, "STRUCTURE-CLASS"),
                    (BuiltInClass, "BUILT-IN-CLASS"), (StandardObject, "STANDARD-OBJECT")):
    _adopt(_cls, _name)
for _cls, _name in ((Metaobject, "METAOBJECT"), (Specializer, "SPECIALIZER"), (SlotClass, "SLOT-CLASS"),
                    (FuncallableStandardClass, "FUNCALLABLE-STANDARD-CLASS"),
                    (ForwardReferencedClass, "FORWARD-REFERENCED-CLASS"), (SlotDefinition, "SLOT-DEFINITION"),
                    (StandardSlotDefinition, "STANDARD-SLOT-DEFINITION"),
                    (DirectSlotDefinition, "DIRECT-SLOT-DEFINITION"),
                    (EffectiveSlotDefinition, "EFFECTIVE-SLOT-DEFINITION"),
                    (StandardDirectSlotDefinition, "STANDARD-DIRECT-SLOT-DEFINITION"),
                    (StandardEffectiveSlotDefinition, "STANDARD-EFFECTIVE-SLOT-DEFINITION")):
    _adopt(_cls, _name, CLOS)
# T is in everybody's bases, and Python wants a metaclass that all others derive from.
_adopt(TClass, "T", meta=LispClass)


class StructureObject(TClass, metaclass=StructureClass, lisp="STRUCTURE-OBJECT"):  # type: ignore[metaclass, call-arg]
    """Root of the structures that `defstruct` makes; `acl.clos.structures` says how their slots are named.

    There is no `__getattr__` here: CPython specialises attributes only of classes without one.
    """

    __slots__ = ("__weakref__",)

    def __repr__(self) -> str:
        return f"#S({type(self).__name__} ...)"


# Built-in classes

BUILTINS: dict[str, tuple[str, ...]] = {
    "SYMBOL": ("T",), "SEQUENCE": ("T",), "LIST": ("SEQUENCE",), "CONS": ("LIST",), "NULL": ("SYMBOL", "LIST"),
    "ARRAY": ("T",), "SIMPLE-ARRAY": ("ARRAY",), "VECTOR": ("ARRAY", "SEQUENCE"), "STRING": ("VECTOR",),
    "SIMPLE-STRING": ("STRING", "SIMPLE-ARRAY"), "SIMPLE-VECTOR": ("VECTOR", "SIMPLE-ARRAY"),
    "BIT-VECTOR": ("VECTOR",), "SIMPLE-BIT-VECTOR": ("BIT-VECTOR", "SIMPLE-ARRAY"),
    "CHARACTER": ("T",), "NUMBER": ("T",), "COMPLEX": ("NUMBER",), "REAL": ("NUMBER",), "FLOAT": ("REAL",),
    "SINGLE-FLOAT": ("FLOAT",), "DOUBLE-FLOAT": ("FLOAT",), "RATIONAL": ("REAL",), "RATIO": ("RATIONAL",),
    "INTEGER": ("RATIONAL",), "FIXNUM": ("INTEGER",), "BIGNUM": ("INTEGER",),
    "FUNCTION": ("T",), "COMPILED-FUNCTION": ("FUNCTION",), "HASH-TABLE": ("T",), "PACKAGE": ("T",),
    "PATHNAME": ("T",), "LOGICAL-PATHNAME": ("PATHNAME",), "RANDOM-STATE": ("T",), "READTABLE": ("T",),
    "RESTART": ("T",),
}
"""The built-in classes of COMMON-LISP and their direct superclasses."""

_NATIVE_NAMES = {"HashTable": "HASH-TABLE", "Pathname": "PATHNAME", "LogicalPathname": "LOGICAL-PATHNAME",
                 "Readtable": "READTABLE", "RandomState": "RANDOM-STATE", "Restart": "RESTART"}

_CLASS_OF: dict[type, Any] = {LispClass: BuiltInClass}
"""T is the one direct instance of CLASS in Python's eyes; it is a built-in class."""
_VARYING: dict[type, Any] = {}


def builtin_class(symbol: Symbol, supers: tuple[Any, ...]) -> Any:
    """Make the built-in class named *symbol* below the classes *supers*."""
    cls = new_type(BuiltInClass, symbol.name, supers, {"__slots__": ()})
    cls._lisp = ClassInfo(symbol)
    CLASSES[symbol] = cls
    return cls


def find_class(name: Any, errorp: bool = True) -> Any:
    """Return the class with the proper name *name* (a symbol, or the name of one of COMMON-LISP), or None."""
    if type(name) is str:
        name = cl(name)
    cls = CLASSES.get(name)
    if cls is not None:
        return cls
    if type(name) is Symbol and name.package is CL and name.name in BUILTINS:
        return builtin_class(name, tuple(find_class(s) for s in BUILTINS[name.name]))
    loader = LAZY_CLASSES.get(name)
    if loader is not None:
        loader()
        if name in CLASSES:
            return CLASSES[name]
    if _missing is not None and type(name) is Symbol and getattr(name.package, "system", False) and _missing():
        return find_class(name, errorp)
    if errorp:
        from acl.runtime.conditions import error

        return error("SIMPLE-ERROR", "No class named: ~s.", name)
    return None


_missing: Callable[[], bool] | None = None


def set_missing_class_hook(hook: Callable[[], bool]) -> None:
    """Install what imports the modules that have not been imported; it returns True if there were any."""
    global _missing
    _missing = hook


def set_find_class(name: Symbol, cls: Any) -> None:
    """Make *cls* the class that `find-class` returns for the symbol *name*; None takes the name away."""
    FUNCTIONS["CLASS-EPOCH"] = object()
    if cls is None:
        CLASSES.pop(name, None)
    else:
        CLASSES[name] = cls


LAZY_CLASSES: dict[Any, Any] = {FF.export("FOREIGN-POINTER"): partial(import_module, "acl.builtins.foreign.memory")}
"""Symbols whose classes a function makes when they are first asked for."""


def all_builtin_classes() -> None:
    """Make the built-in classes that nobody has asked for yet."""
    for name in BUILTINS:
        find_class(name)


def class_of(x: Any) -> Any:
    """Return the Lisp class of any object."""
    kind = type(x)
    cls = _CLASS_OF.get(kind)
    if cls is not None:
        return cls
    if isinstance(kind, LispClass):
        return kind
    varying = _VARYING.get(kind)
    if varying is not None:
        return varying(x)
    return class_of_type(kind)


def class_of_type(kind: type) -> Any:
    """Return the Lisp class of the direct instances of the Python class *kind*.

    For a class whose instances belong to several Lisp classes (see `varying`) it is the most general one.
    """
    if isinstance(kind, LispClass) and kind is not LispClass:
        return kind
    cls = _CLASS_OF.get(kind)
    if cls is None:
        name = _TYPE_NAMES.get(kind)
        if name is None:
            name = getattr(kind, "lisp_class", None) or _NATIVE_NAMES.get(kind.__name__)
        if isinstance(name, LispClass):
            cls = name
        elif name is not None:
            cls = native_class(name)
        elif issubclass(kind, type):
            cls = find_class("BUILT-IN-CLASS")
        elif callable(kind) and hasattr(kind, "__call__") and "__call__" in dir(kind):  # noqa: B004
            cls = find_class("FUNCTION")
        else:
            cls = python_object_class()
        if kind not in _VARYING:
            _CLASS_OF[kind] = cls
    return cls


def native_class(name: Any) -> Any:
    """Return the class that a Python class names as its `lisp_class`: a str (COMMON-LISP or EXCL) or a symbol."""
    if type(name) is not str:
        return find_class(name)
    if name in BUILTINS or name in CL.external:
        cls = find_class(cl(name), False)
        if cls is not None:
            return cls
    symbol = symbol_named(name, EXCL)
    return find_class(symbol, False) or builtin_class(symbol, (TClass,))


def python_object_class() -> Any:
    """Return the class of Python objects that are nothing to Lisp."""
    symbol = symbol_named("OBJECT", PYTHON)
    return CLASSES.get(symbol) or builtin_class(symbol, (TClass,))


def varying(kind: type) -> bool:
    """True if the Lisp class of an instance of the Python class *kind* depends on the instance."""
    return kind in _VARYING


_TYPE_NAMES: dict[type, str] = {
    Cons: "CONS", Symbol: "SYMBOL", type(None): "NULL", float: "DOUBLE-FLOAT", SingleFloat: "SINGLE-FLOAT",
    Ratio: "RATIO", Complex: "COMPLEX", Char: "CHARACTER", SimpleString: "STRING", SimpleVector: "SIMPLE-VECTOR",
    BuiltinFunctionType: "FUNCTION", MethodType: "FUNCTION", FunctionType: "FUNCTION", Package: "PACKAGE",
    int: "INTEGER", GeneralArray: "ARRAY", SpecializedVector: "VECTOR",
}

_BIT = cl("BIT")


def _class_of_integer(x: Any) -> Any:
    return find_class("FIXNUM" if -0x1000000000000000 <= x <= 0xFFFFFFFFFFFFFFF else "BIGNUM")


def _class_of_array(x: Any) -> Any:
    if len(x.dimensions) != 1:
        return find_class("ARRAY")
    while type(x) is GeneralArray:
        x = x.storage if x.displaced_to is None else x.displaced_to
    if type(x) is SimpleString or (type(x) is SpecializedVector and x.element_type is None):
        return find_class("STRING")
    if type(x) is SpecializedVector and x.element_type is _BIT:
        return find_class("BIT-VECTOR")
    return find_class("VECTOR")


def _class_of_vector(x: Any) -> Any:
    return find_class("BIT-VECTOR" if x.element_type is _BIT else "VECTOR")


def _class_of_function(x: Any) -> Any:
    metaobject = getattr(x, "gf", None)
    return type(metaobject) if metaobject is not None else find_class("FUNCTION")


_VARYING.update({int: _class_of_integer, GeneralArray: _class_of_array, SpecializedVector: _class_of_vector,
                 FunctionType: _class_of_function})


def metaobject_of(x: Any) -> Any:
    """Return the metaobject of a generic function (a Python function); any other object itself."""
    if type(x) is FunctionType:
        return getattr(x, "gf", x)
    return x


def instance_of(x: Any, cls: Any) -> bool:
    """True if *x* is an instance of the Lisp class *cls* or of one below it."""
    return cls in class_of(x).__mro__


def make_class(name: Any, bases: tuple[Any, ...], metaclass: Any = StandardClass,
               namespace: dict[str, Any] | None = None) -> Any:
    """Make a class; unlike Python's statement also if the bases' metaclasses have nothing to do with *metaclass*."""
    text = name.name if type(name) is Symbol else "NIL"
    space = dict(namespace or {})
    if issubclass(metaclass, SlotClass) and not any("__getattr__" in c.__dict__ for b in bases for c in b.__mro__):
        space["__getattr__"] = missing_slot
    try:
        cls = new_type(metaclass, text, bases, space)
        if type(cls) is not metaclass:  # Python takes the most specific metaclass of the superclasses
            cls.__class__ = metaclass
    except TypeError as problem:
        if "metaclass conflict" not in str(problem):
            raise
        plain = tuple(b for b in bases if not isinstance(b, LispClass))
        cls = new_type(StandardClass, text, (StandardObject, *plain), space)
        cls.__class__ = metaclass
        change_bases(cls, bases)
    cls._lisp = ClassInfo(name)
    return cls


def intern_class(name: str, bases: tuple[Any, ...] = (), *, package: Package = CL, slots: tuple[Any, ...] = (),
                 namespace: dict[str, Any] | None = None, metaclass: Any = StandardClass) -> Any:
    """Return the class *name*, making it if there is none.

    A slot is the name of a symbol of *package*, which then also is its initarg, or a tuple (name, initarg) or
    (name, initarg, function of no arguments that gives its initial value).
    """
    symbol = symbol_named(name, package)
    cls = CLASSES.get(symbol)
    if cls is None:
        cls = make_class(symbol, bases or (StandardObject,), metaclass, namespace)
        CLASSES[symbol] = cls
        add_slots(cls, slots, package)
    return cls


def add_slots(cls: Any, slots: tuple[Any, ...], package: Package = CL) -> None:
    """Give *cls*, which has no instances yet, direct slots as described at `intern_class`."""
    for slot in slots:
        name, initarg, *initial = (slot, slot) if isinstance(slot, str) else slot
        cls._lisp.direct_slots.append(StandardDirectSlotDefinition(
            symbol_named(name, package), (keyword(initarg),) if initarg else (),
            initform=Cons(initial[0], None) if initial else None,  # any form but a constant
            initfunction=initial[0] if initial else None))


