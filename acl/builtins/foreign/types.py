"""Foreign types: what `def-foreign-type` defines, and how large things are in C.

A specifier is a primitive (`:int`), a name, `(* type)`, `(& type)`, `(:struct (slot type)...)`, `(:union ...)`,
`(:class ...)`, `(:array type dimension...)`, `(:function ...)`, `(:bit n)` in a structure, or `(type lisp-type)`.
"""

from __future__ import annotations

import struct
from typing import Any

from acl.builtins.declare import builtin, macro, predicate
from acl.builtins.definitions import check_definition
from acl.clos.base import CLASSES, LispClass, StandardClass, TClass, builtin_class, make_class, set_find_class
from acl.expand.template import template
from acl.printer.writer import Printer, prin1_to_string, write_structure, writer
from acl.runtime.conditions import error
from acl.types.base import LispObject, wrong_type
from acl.types.cons import Cons, from_iterable, lisp_list, to_list
from acl.types.symbol import FF, KEYWORD, SYSTEM, Symbol, T, cl, keyword

PRIMITIVES = {
    "CHAR": "b", "SIGNED-CHAR": "b", "UNSIGNED-CHAR": "B", "SHORT": "h", "UNSIGNED-SHORT": "H", "INT": "i",
    "UNSIGNED-INT": "I", "LONG": "l", "UNSIGNED-LONG": "L", "LONG-LONG": "q", "UNSIGNED-LONG-LONG": "Q", "NAT": "n",
    "UNSIGNED-NAT": "N", "FLOAT": "f", "DOUBLE": "d", "LONG-DOUBLE": "g", "FOREIGN-ADDRESS": "N", "ALIGNED": "n",
    "BOOLEAN": "i", "LISP": "N", "FIXNUM": "n", "VOID": "x"}
"""The primitive types, and their codes: those of `struct`, and g for a long double, x for what has no value."""
_LONG_DOUBLE = 16
POINTER_SIZE = struct.calcsize("P")


class ForeignType(LispObject):
    """A type of C: `kind` is :PRIM, :STRUCT, :UNION, :ARRAY, :POINTER, :FUNCTION or :BIT (the name of the keyword).

    `code` is that of a primitive, `target` what a pointer points at (a specifier, since it may be defined later) or
    the type of an array's elements, `slots` those of a structure, `lisp` the Lisp type that goes with it.
    """

    lisp_class = builtin_class(FF.intern("SIZED-FTYPE"), (TClass,))

    __slots__ = ("align", "code", "ctype", "dimensions", "kind", "lisp", "name", "size", "slots", "spec", "target")

    def __init__(self, kind: str, spec: Any, size: int, align: int, **more: Any) -> None:
        self.kind, self.spec, self.size, self.align = kind, spec, size, align
        self.code: str = more.get("code", "N")
        self.target = more.get("target")
        self.dimensions: tuple[int, ...] = more.get("dimensions", ())
        self.slots: list[ForeignSlot] = more.get("slots", [])
        self.lisp: Any = more.get("lisp")
        self.name: Any = None
        self.ctype: Any = None
        """What `memory` has made of it."""

    @property
    def composite(self) -> bool:
        """True of what is not a value: a structure, an array."""
        return self.kind in ("STRUCT", "UNION", "ARRAY")

    def pointed(self) -> ForeignType:
        """Return the type of what a pointer points at, or an array's elements."""
        if type(self.target) is not ForeignType:
            self.target = foreign_type(self.target)
        return self.target

    def slot(self, name: Any) -> ForeignSlot | None:
        """Return the slot that a symbol of that name names, also inside a structure without name."""
        for slot in self.slots:
            if slot.name is None:
                inner = slot.type.slot(name) if slot.type.slots else None
                if inner is not None:
                    return ForeignSlot(name, inner.type, slot.offset + inner.offset, inner.bits, inner.shift)
            elif slot.name is name or slot.name.name == name.name:
                return slot
        return None


class ForeignSlot:
    """A slot of a structure: `offset` in octets; a field of `bits` bits begins `shift` bits into the word there."""

    __slots__ = ("bits", "name", "offset", "shift", "type")

    def __init__(self, name: Any, type: ForeignType, offset: int, bits: int = 0, shift: int = 0) -> None:
        self.name, self.type, self.offset, self.bits, self.shift = name, type, offset, bits, shift


def _primitive(name: str) -> ForeignType:
    code = PRIMITIVES[name]
    size = _LONG_DOUBLE if code == "g" else 1 if code == "x" else struct.calcsize(code)
    kind = name if name in ("VOID", "LISP") else "PRIM"
    return ForeignType(kind, keyword(name), size, size, code=code, lisp=cl("BOOLEAN") if name == "BOOLEAN" else None)


_primitives = {keyword(name): _primitive(name) for name in PRIMITIVES}
_compiled: dict[int, tuple[Any, ForeignType]] = {}
"""Types of specifiers that are lists, by the list's id; the list is kept so that the id stays its own."""


class ForeignStructure(LispClass, metaclass=StandardClass, lisp="FOREIGN-STRUCTURE", package=FF, export=False):  # type: ignore[call-arg]
    """The metaclass of the classes that `def-foreign-type` defines."""

    foreign_type: Any = None


class ForeignObject(TClass, metaclass=ForeignStructure, lisp="FOREIGN-OBJECT", package=FF, export=False):  # type: ignore[metaclass, call-arg]
    """Memory that knows its type and lives as long as somebody refers to it: what :FOREIGN allocates.

    `memory` is what Python allocated, `address` where it begins, `type` the type it was allocated for.
    """

    __slots__ = ("__weakref__", "address", "memory", "type")

    def __init__(self, type: ForeignType, memory: Any, address: int) -> None:
        self.type, self.memory, self.address = type, memory, address


@writer(ForeignObject)
def _write_object(p: Printer, x: Any) -> None:
    """Write a foreign object: #<foreign object of class my-point>."""
    spec = type(x)._lisp.name if type(x) is not ForeignObject else x.type.spec
    p.out(f"#<foreign object of class {prin1_to_string(spec)}>")


_INTERNAL_NAMES = ("KIND", "WIDTH", "OFFSET", "PAD", "ALIGN", "CANON", "SLOTS")


@writer(ForeignType)
def _write_type(p: Printer, x: Any) -> None:
    """Write a type as Allegro writes the structure that it is there."""
    kind = "STRUCT" if x.kind == "UNION" else x.kind
    write_structure(p, FF.intern(f"SIZED-FTYPE-{kind}"), list(zip(_INTERNAL_NAMES, _parts(x), strict=True)))


def _parts(x: ForeignType) -> list[Any]:
    slots = from_iterable(lisp_list(s.name, s.offset, s.type.spec) for s in x.slots)
    return [keyword(x.kind), x.size, 0, 0, x.align, x.spec, slots]


# ----------------------------------------------------------------------------------------------------------- specifiers


def foreign_type(spec: Any) -> ForeignType:
    """Return the type that *spec* specifies; signals an error if it specifies none."""
    found = _find(spec)
    if found is None:
        return error("ERROR", "~s is not a foreign type.", spec)
    return found


def _find(spec: Any, pack: int = 0) -> ForeignType | None:
    kind = type(spec)
    if kind is Symbol:
        found = _primitives.get(spec)
        if found is None:
            found = getattr(CLASSES.get(spec), "foreign_type", None)
        if found is None and spec.package is not KEYWORD and keyword(spec.name) in _primitives and (
                spec not in CLASSES and spec.package is not cl("T").package):
            found = _primitives[keyword(spec.name)]
        return found
    if kind is Cons:
        known = _compiled.get(id(spec))
        if known is not None and not pack:
            return known[1]
        found = _compile(spec, pack)
        if found is not None and not pack:
            if len(_compiled) > 1000:
                _compiled.clear()
            _compiled[id(spec)] = (spec, found)
        return found
    if kind is ForeignType:
        return spec  # type: ignore[no-any-return]
    return getattr(spec, "foreign_type", None) if isinstance(spec, ForeignStructure) else None


def _compile(spec: Cons, pack: int) -> ForeignType | None:
    head = spec.car
    operator = head.name if type(head) is Symbol else ""
    rest = to_list(spec.cdr)
    if operator in ("*", "&"):
        target = rest[0] if rest else keyword("VOID")
        return ForeignType("POINTER", spec, POINTER_SIZE, POINTER_SIZE, target=target)
    if operator in ("STRUCT", "UNION", "CLASS"):
        return _aggregate("UNION" if operator == "UNION" else "STRUCT", spec, rest, pack)
    if operator == "ARRAY" and rest:
        element = _find(rest[0], pack)
        dimensions = tuple(rest[1:])
        if element is None or not all(type(n) is int and n >= 0 for n in dimensions):
            return None
        count = 1
        for n in dimensions:
            count *= n
        return ForeignType("ARRAY", spec, element.size * count, element.align, target=element,
                           dimensions=dimensions or (1,))
    if operator == "FUNCTION":
        return ForeignType("FUNCTION", spec, POINTER_SIZE, POINTER_SIZE)
    if operator == "BIT" and len(rest) == 1 and type(rest[0]) is int and 0 < rest[0] <= 32:
        return ForeignType("BIT", spec, 4, 4, code="I")
    if operator == "ALIGNED" and rest:
        return _primitives[keyword("ALIGNED")]
    base = _find(head)
    if base is None or base.composite or not rest:
        return None
    # A type of C and what Lisp takes it for.
    return ForeignType(base.kind, spec, base.size, base.align, code=base.code, target=base.target, lisp=rest[0])


def _aggregate(kind: str, spec: Any, items: list[Any], pack: int) -> ForeignType | None:
    """Return the structure or union with the slots *items*, laid out as C does it."""
    slots: list[ForeignSlot] = []
    offset = width = 0
    align = 1
    word, used = -1, 0  # where a field of bits stands, and how many of its bits are taken
    for item in items:
        if type(item) is not Cons or (item.car is not None and type(item.car) is not Symbol) or item.cdr is None:
            return None
        found = _find(item.cdr.car if item.cdr.cdr is None else item.cdr, pack)
        if found is None:
            return None
        if found.kind == "UNKNOWN":
            error("ERROR", "A foreign type cannot contain itself, as ~s does; it can point at itself.", spec)
        own = min(found.align, pack) if pack else found.align
        align = max(align, own)
        bits = found.spec.cdr.car if found.kind == "BIT" else 0
        if kind == "UNION":
            slots.append(ForeignSlot(item.car, found, 0, bits))
            width = max(width, found.size)
            continue
        if bits and word >= 0 and used + bits <= 32:
            slots.append(ForeignSlot(item.car, found, word, bits, used))
            used += bits
            offset = max(offset, word + (used + 7) // 8)
            continue
        if bits:
            # C puts a field where it does not cross a word, also into what a smaller slot left of one.
            word = offset // own * own
            used = (offset - word) * 8
            if used + bits > 32:
                word, used = word + own, 0
            slots.append(ForeignSlot(item.car, found, word, bits, used))
            used += bits
            offset = word + (used + 7) // 8
            continue
        word = -1
        offset = (offset + own - 1) // own * own
        slots.append(ForeignSlot(item.car, found, offset))
        offset += found.size
    width = max(width, offset)
    return ForeignType(kind, spec, (width + align - 1) // align * align, align, slots=slots)


# ---------------------------------------------------------------------------------------------------------- definitions


_def_type = template("(eval-when (:compile-toplevel :load-toplevel :execute)"
                     " (%define-foreign-type ',name ',attributes ',spec))")


@macro("DEF-FOREIGN-TYPE", "name definition", package=FF)
def _def_foreign_type(form: Any, env: Any) -> Any:
    """Define NAME, or (NAME (:pack n)), as a foreign type and a class; return the class.

    Instances are what `allocate-fobject` allocates; methods may specialize on the class.
    """
    name, spec, *_ = to_list(form.cdr)
    attributes = name.cdr if type(name) is Cons else None
    return _def_type(name=name.car if type(name) is Cons else name, attributes=attributes, spec=spec)


@builtin("%DEFINE-FOREIGN-TYPE", "name attributes definition", package=SYSTEM)
def _define_foreign_type(name: Any, attributes: Any, definition: Any) -> Any:
    """Define NAME as a foreign type with ATTRIBUTES; return its class."""
    if type(name) is not Symbol or name.package is KEYWORD:
        wrong_type(name, "SYMBOL")
    check_definition(name, "CLASS")
    pack = _pack(attributes)
    cls = CLASSES.get(name)
    if not isinstance(cls, ForeignStructure):
        cls = make_class(name, (ForeignObject,), ForeignStructure, {"__slots__": ()})
        cls.foreign_type = None
        cls._lisp.finalized = True
    before = cls.foreign_type
    set_find_class(name, cls)
    _compiled.clear()
    if before is None and type(definition) is Cons:  # so that the definition may point at itself
        cls.foreign_type = ForeignType("UNKNOWN", definition, 0, 1)
    found = _find(definition, pack) if pack else _find(definition)
    if found is None:
        cls.foreign_type = before
        if before is None:
            set_find_class(name, None)
        return error("ERROR", "~s is not a foreign type, so ~s cannot be one.", definition, name)
    more = ForeignType(found.kind, found.spec, found.size, found.align, code=found.code, target=found.target,
                       dimensions=found.dimensions, slots=found.slots, lisp=found.lisp)
    more.name = name
    cls.foreign_type = more
    _compiled.clear()
    return cls


def _pack(attributes: Any) -> int:
    for attribute in to_list(attributes):
        if type(attribute) is Cons and attribute.car is keyword("PACK") and type(attribute.cdr.car) is int:
            return attribute.cdr.car
        error("PROGRAM-ERROR", "~s is not an attribute of a foreign type; there is (:pack n).", attribute)
    return 0


@builtin("ENSURE-FOREIGN-TYPE", "&key name definition attributes", package=FF)
def _ensure_foreign_type(*, name: Any = None, definition: Any = None, attributes: Any = None) -> Any:
    """Define NAME as the foreign type DEFINITION, as `def-foreign-type` does; return the class."""
    return _define_foreign_type(name, attributes, definition)


@builtin("COMPILE-FOREIGN-TYPE", "definition &optional attributes (errorp t)", package=FF)
def _compile_foreign_type(definition: Any, attributes: Any = None, errorp: Any = T) -> Any:
    """Return the internal representation of the foreign type DEFINITION; NIL, if it is none and ERRORP is NIL."""
    found = _find(definition, _pack(attributes))
    return foreign_type(definition) if found is None and errorp is not None else found


@builtin("GET-FOREIGN-TYPE", "type", package=FF)
def _get_foreign_type(type: Any) -> Any:
    """Return the internal representation of the foreign TYPE, NIL if it is none."""
    return _find(type)


@builtin("CANONICAL-FTYPE", "type", package=FF)
def _canonical_ftype(type: Any) -> Any:
    """Return the symbol or list that describes the foreign TYPE or what it names, NIL if it is none."""
    found = _find(type)
    return None if found is None else found.spec


@predicate("FOREIGN-TYPE-P", "type", package=FF)
def _foreign_type_p(type: Any) -> bool:
    """True if TYPE specifies a foreign type."""
    return _find(type) is not None


@predicate("FOBJECTP", "object", package=FF)
def _fobjectp(object: Any) -> bool:
    """True of a foreign object that knows its type: one of the allocations :FOREIGN and :FOREIGN-STATIC-GC."""
    return isinstance(object, ForeignObject)


@builtin("SIZEOF-FOBJECT", "type", package=FF)
def sizeof(spec: Any) -> int:
    """Return how many octets an object of the foreign type TYPE has; TYPE may be such an object."""
    if isinstance(spec, ForeignObject):
        return spec.type.size
    return foreign_type(spec).size


@builtin("FOREIGN-TYPE-LISP-PRE-PADDING", "type &optional allocation", package=FF)
def _pre_padding(spec: Any, allocation: Any = None) -> int:
    """Return how many octets of a Lisp vector stand before an object of TYPE in it: none."""
    foreign_type(spec)
    return 0


# ------------------------------------------------------------------------------ what programs use of the representation


@builtin("IFOREIGN-TYPE-SFTYPE", "type", package=FF, export=False)
def _sftype(type: Any) -> Any:
    """Return the sized type of TYPE, the result of `get-foreign-type`: they are the same here."""
    return foreign_type(type)


@builtin("SIZED-FTYPE-PRIM-ALIGN", "type", package=FF, export=False)
def _alignment(type: Any) -> int:
    """Return the alignment in octets of the sized TYPE."""
    return foreign_type(type).align


builtin("SIZED-FTYPE-ALIGN", "type", package=FF, export=False)(_alignment)


@builtin("SIZED-FTYPE-WIDTH", "type", package=FF, export=False)
def _width(type: Any) -> int:
    """Return the size in octets of the sized TYPE."""
    return foreign_type(type).size


@builtin("SIZED-FTYPE-KIND", "type", package=FF, export=False)
def _kind(type: Any) -> Any:
    """Return the kind of the sized TYPE, such as :PRIM or :STRUCT."""
    return keyword(foreign_type(type).kind)
