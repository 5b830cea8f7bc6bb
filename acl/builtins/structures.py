"""Structures (CLHS 8): defstruct, copy-structure."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin, macro
from acl.clos.base import StructureObject
from acl.clos.inline import inline_constructor
from acl.clos.structures import (
    STRUCTURES,
    Structure,
    StructureSlot,
    define_accessor,
    define_structure,
    make_slots,
    maker_name,
    structure_copier,
    structure_predicate,
)
from acl.expand.template import template
from acl.reader.designators import name_text
from acl.runtime.conditions import error
from acl.runtime.sources import OPERATOR, TYPE, here, record_at
from acl.types.array import SimpleString
from acl.types.base import wrong_type
from acl.types.casemode import converted
from acl.types.cons import Cons, from_iterable, lisp_list, to_list
from acl.types.function import set_fdefinition
from acl.types.symbol import SYSTEM, Symbol, T, cl, keyword

_QUOTE, _LIST, _FUNCTION, _LAMBDA, _DEFUN = cl("QUOTE"), cl("LIST"), cl("FUNCTION"), cl("LAMBDA"), cl("DEFUN")
_KEY, _AUX, _OPTIONAL, _SETF, _X = cl("&KEY"), cl("&AUX"), cl("&OPTIONAL"), cl("SETF"), SYSTEM.intern("STRUCTURE")


class _Form:
    """A `defstruct` form taken apart."""

    def __init__(self, form: Any) -> None:
        head, *body = to_list(form.cdr)
        self.name, *options = to_list(head) if type(head) is Cons else [head]
        if type(self.name) is not Symbol:
            error("PROGRAM-ERROR", "DEFSTRUCT: ~s cannot name a structure.", self.name)
        self.documentation = body.pop(0) if body and type(body[0]) is SimpleString else None
        self.slots = [self.slot(s) for s in body]
        self.conc_name: tuple[Any, ...] | None = (self.name, "-")
        self.constructors: list[tuple[Any, Any]] = []
        self.copier: Any = self._symbol("COPY-", self.name)
        self.predicate: Any = self._symbol(self.name, "-P")
        self.include: Any = None
        self.overrides: list[Any] = []
        self.printer: Any = None
        self.type: Any = None
        self.named = False
        self.offset = 0
        self.no_constructor = self.copier_given = self.predicate_given = False
        for option in options:
            self.option(option)
        if not self.constructors and not self.no_constructor:
            self.constructors.append((self._symbol("MAKE-", self.name), False))
        if self.type is not None and not self.named:
            if self.predicate_given and self.predicate is not None:
                error("SIMPLE-ERROR", "DEFSTRUCT ~s: a predicate needs :NAMED.", self.name)
            self.predicate = None
        representation: Any = self.type
        if isinstance(representation, Cons) and self.named and type(representation.cdr) is Cons:
            element = representation.cdr.car
            if element not in (T, cl("SYMBOL"), cl("*"), cl("ATOM")):
                error("SIMPLE-ERROR", "DEFSTRUCT ~s: a vector of ~s cannot hold the name.", self.name, element)

    def _symbol(self, *parts: Any) -> Any:
        """Intern the name that *parts* make together: string designators of the program, and pieces of stored names."""
        name = "".join([converted(x) if type(x) is str else name_text(x) for x in parts])
        return cl("*PACKAGE*").value.intern(converted(name))

    def slot(self, x: Any) -> tuple[Any, Any, Any, bool]:
        """Return name, default form, type and read-only flag of a slot description."""
        if type(x) is not Cons:
            return self.slot_name(x), None, T, False
        parts = to_list(x)
        name, form, rest = parts[0], parts[1] if len(parts) > 1 else None, parts[2:]
        if len(rest) % 2:
            error("PROGRAM-ERROR", "DEFSTRUCT: bad slot description ~s.", x)
        settings = dict(zip(rest[::2], rest[1::2], strict=True))
        for key in settings:
            if key not in (keyword("TYPE"), keyword("READ-ONLY")):
                error("PROGRAM-ERROR", "DEFSTRUCT: unknown slot option ~s in ~s.", key, x)
        return (self.slot_name(name), form, settings.get(keyword("TYPE"), T),
                settings.get(keyword("READ-ONLY")) is not None)

    def slot_name(self, name: Any) -> Any:
        """Return *name* if it can name a slot; NIL can."""
        if name is None:
            return cl("NIL")
        if type(name) is not Symbol:
            error("PROGRAM-ERROR", "DEFSTRUCT: ~s cannot name a slot.", name)
        return name

    def option(self, x: Any) -> None:
        """Take in one option."""
        key, *args = to_list(x) if type(x) is Cons else [x]
        name = key.name if type(key) is Symbol else ""
        if not args and name in ("INCLUDE", "TYPE", "INITIAL-OFFSET"):
            error("PROGRAM-ERROR", "DEFSTRUCT ~s: the option ~s needs an argument.", self.name, key)
        if name == "CONC-NAME":
            self.conc_name = (args[0],) if args and args[0] is not None else None
        elif name == "CONSTRUCTOR":
            self._constructor(args)
        elif name == "COPIER":
            if args:
                self.copier = args[0]
        elif name == "PREDICATE":
            if args:
                self.predicate, self.predicate_given = args[0], True
        elif name == "INCLUDE":
            self.include, *overrides = args
            self.overrides = [self.slot(s) for s in overrides]
        elif name in ("PRINT-FUNCTION", "PRINT-OBJECT"):
            self.printer = (name, args[0] if args else None)
        elif name == "TYPE":
            self.type = args[0]
        elif name == "NAMED":
            self.named = True
        elif name == "INITIAL-OFFSET":
            self.offset = args[0]
        else:
            error("PROGRAM-ERROR", "DEFSTRUCT ~s: unknown option ~s.", self.name, key)

    def _constructor(self, args: list[Any]) -> None:
        if not args:
            self.constructors.append((self._symbol("MAKE-", self.name), False))
        elif args[0] is None:
            self.no_constructor = True
        else:
            self.constructors.append((args[0], args[1] if len(args) > 1 else False))

    def options(self) -> dict[str, Any]:
        """Return what the description of the structure keeps."""
        default = next((n for n, lambda_list in self.constructors if lambda_list is False), None)
        return {"INCLUDE": self.include, "TYPE": self.type, "NAMED": T if self.named else None,
                "INITIAL-OFFSET": self.offset, "DEFAULT-CONSTRUCTOR": default, "DOCUMENTATION": self.documentation}


def _quote(x: Any) -> Any:
    return lisp_list(_QUOTE, x)


def _slot_forms(slots: list[Any]) -> Any:
    forms = []
    for name, form, type_, read_only in slots:
        thunk = lisp_list(_FUNCTION, lisp_list(_LAMBDA, None, form))
        forms.append(lisp_list(_LIST, _quote(name), _quote(form), thunk, _quote(type_), T if read_only else None))
    return Cons(_LIST, from_iterable(forms)) if forms else None


_defstruct = template("""(progn (eval-when (:compile-toplevel :load-toplevel :execute)
      (%defstruct ',name ,slots ,overrides ',options ',accessors ',copier ',predicate))
    ,@definitions ,@notes ',name)""")


@macro("DEFSTRUCT", "name-and-options &rest slots")
def _defstruct_macro(form: Any, env: Any) -> Any:
    """Define a structure with SLOTS, and the functions that make, access, copy and recognize it; return its name."""
    f = _Form(form)
    structure = make_slots(f.name, [StructureSlot(n, v, None, t, r) for n, v, t, r in f.slots],
                           [StructureSlot(n, v, None, t, r) for n, v, t, r in f.overrides], f.options())
    parent = STRUCTURES.get(f.include) if f.include is not None else None
    if parent is not None and (parent.type is None) != (f.type is None):
        error("PROGRAM-ERROR", "DEFSTRUCT ~s: ~s has another representation and cannot be included.", f.name,
              f.include)
    accessors = [s.name if f.conc_name is None else f._symbol(*f.conc_name, s.name) for s in structure.slots]
    definitions = [_constructor_form(f, structure, *c) for c in f.constructors]
    if f.type is not None:
        definitions += _typed_functions(f, structure, accessors, parent)
    if f.printer is not None:
        definitions.append(_printer_form(f))
    items: list[Any] = []
    for key, value in f.options().items():
        items += (keyword(key), value)
    return _defstruct(name=f.name, slots=_slot_forms(f.slots), overrides=_slot_forms(f.overrides),
                      options=from_iterable(items), accessors=from_iterable(accessors),
                      copier=f.copier if f.type is None else None,
                      predicate=f.predicate if f.type is None else None, definitions=from_iterable(definitions),
                      notes=_notes(f))


def _notes(f: _Form) -> Any:
    """Return forms that tell the compiler of the keyword constructors."""
    if f.type is not None:
        return None
    return from_iterable([lisp_list(SYSTEM.intern("%NOTE-CONSTRUCTOR"), _quote(name), _quote(f.name))
                          for name, lambda_list in f.constructors if lambda_list is False])


@builtin("%NOTE-CONSTRUCTOR", "constructor name", package=SYSTEM)
def _note_constructor(constructor: Any, name: Any) -> Any:
    """Tell the compiler that CONSTRUCTOR is the keyword constructor of the structure NAME."""
    structure = STRUCTURES[name]
    inline_constructor(constructor, maker_name(name), [keyword(s.name.name) for s in structure.slots],
                       [s.form for s in structure.slots])
    return name


_print_object = template("(defmethod print-object ((#:object ,name) #:stream) (funcall ,function #:object #:stream))")
_print_function = template(
    "(defmethod print-object ((#:object ,name) #:stream) (funcall ,function #:object #:stream 0))")
_print_default = template("(defmethod print-object ((#:object ,name) #:stream) (%print-structure #:object #:stream))")


def _printer_form(f: _Form) -> Any:
    option, function = f.printer
    if function is None:
        return _print_default(name=f.name)
    make = _print_object if option == "PRINT-OBJECT" else _print_function
    return make(name=f.name, function=lisp_list(_FUNCTION, function))


@builtin("%PRINT-STRUCTURE", "object stream", package=SYSTEM)
def _print_structure(x: Any, stream: Any) -> Any:
    """Print the structure OBJECT as if it had no method on `print-object`."""
    from acl.clos.printing import print_default

    print_default(x, stream)
    return x


# Constructors


def _constructor_form(f: _Form, structure: Structure, name: Any, lambda_list: Any) -> Any:
    if lambda_list is False:
        values = [Symbol(s.name.name) for s in structure.slots]
        keys = [lisp_list(lisp_list(keyword(s.name.name), v), s.form)
                for s, v in zip(structure.slots, values, strict=True)]
        return lisp_list(_DEFUN, name, Cons(_KEY, from_iterable(keys)) if keys else None,
                         _construct(f, structure, values))
    return _boa_form(f, structure, name, lambda_list)


def _construct(f: _Form, structure: Structure, values: list[Any]) -> Any:
    """Return a form that makes an instance from forms for the values of all slots."""
    if structure.type is None:
        return Cons(maker_name(f.name), from_iterable(values))
    items: list[Any] = [None] * structure.length
    here: Any = structure
    while here is not None:
        if here.name_index >= 0:
            items[here.name_index] = _quote(here.name)
        here = STRUCTURES.get(here.include) if here.include is not None else None
    for slot, value in zip(structure.slots, values, strict=True):
        items[slot.index] = value
    if f.type is cl("LIST"):
        return Cons(_LIST, from_iterable(items))
    if f.type is cl("VECTOR"):
        return Cons(cl("VECTOR"), from_iterable(items))
    element = f.type.cdr.car if type(f.type.cdr) is Cons else T
    return lisp_list(cl("MAKE-ARRAY"), structure.length, keyword("ELEMENT-TYPE"), _quote(element),
                     keyword("INITIAL-CONTENTS"), Cons(_LIST, from_iterable(items)))


def _boa_form(f: _Form, structure: Structure, name: Any, lambda_list: Any) -> Any:
    """A constructor with a lambda list of its own: its variables fill the slots of the same names."""
    by_name = {s.name.name: s for s in structure.slots}
    items: list[Any] = []
    bound: dict[str, Any] = {}
    state = ""
    for item in to_list(lambda_list):
        if type(item) is Symbol and item.name[:1] == "&" and item.name in _MARKERS:
            state = item.name
            items.append(item)
            continue
        variable = item
        while type(variable) is Cons:
            variable = variable.car if type(variable.car) is not Cons else variable.car.cdr
        slot = by_name.get(variable.name)
        if slot is not None:
            bound[variable.name] = variable
        if state in ("&OPTIONAL", "&KEY") and slot is not None:
            if type(item) is not Cons:
                item = lisp_list(item, _default(f, structure, slot, bound))
            elif item.cdr is None:
                item = lisp_list(item.car, _default(f, structure, slot, bound))
        elif state == "&AUX" and slot is not None and (type(item) is not Cons or item.cdr is None):
            item = lisp_list(variable, None)
        if type(item) is Cons and type(item.cdr) is Cons and type(item.cdr.cdr) is Cons:
            supplied = item.cdr.cdr.car
            if supplied.name in by_name:
                bound[supplied.name] = supplied
        items.append(item)
    values = [bound[s.name.name] if s.name.name in bound else _default(f, structure, s, bound)
              for s in structure.slots]
    return lisp_list(_DEFUN, name, from_iterable(items), _construct(f, structure, values))


_MARKERS = {"&OPTIONAL", "&REST", "&KEY", "&AUX", "&ALLOW-OTHER-KEYS", "&BODY"}


def _default(f: _Form, structure: Structure, slot: StructureSlot, bound: dict[str, Any]) -> Any:
    """Return a form for the default of *slot*: its form, or a call if the parameters could capture its variables."""
    if not bound or (type(slot.form) is not Cons and type(slot.form) is not Symbol):
        return slot.form
    if type(slot.form) is Cons and slot.form.car is _QUOTE:
        return slot.form
    return lisp_list(SYSTEM.intern("%SLOT-DEFAULT"), _quote(f.name), structure.slots.index(slot))


@builtin("%SLOT-DEFAULT", "structure index", package=SYSTEM)
def _slot_default(name: Any, index: int) -> Any:
    """Return the default value of slot number INDEX of the structure named STRUCTURE."""
    return STRUCTURES[name].slots[index].function()


# Structures that are lists or vectors


def _typed_functions(f: _Form, structure: Structure, accessors: list[Any], parent: Any) -> list[Any]:
    """Return definitions of the accessors, copier and predicate of a structure with :type."""
    access = cl("NTH") if f.type is cl("LIST") else cl("AREF")
    inherited = set()
    if parent is not None:
        inherited = {s.name.name for s in parent.slots if s.accessor is not None}
    definitions = []
    for slot, name in zip(structure.slots, accessors, strict=True):
        if slot.name.name in inherited and STRUCTURES_ACCESSORS.get(name) is not None:
            continue
        place = lisp_list(access, slot.index, _X) if f.type is cl("LIST") else lisp_list(access, _X, slot.index)
        definitions.append(lisp_list(_DEFUN, name, lisp_list(_X), place))
        if not slot.read_only:
            value = SYSTEM.intern("VALUE")
            definitions.append(lisp_list(_DEFUN, lisp_list(_SETF, name), lisp_list(value, _X),
                                         lisp_list(_SETF, place, value)))
    if f.copier is not None:
        definitions.append(lisp_list(_DEFUN, f.copier, lisp_list(_X), lisp_list(cl("COPY-SEQ"), _X)))
    if f.predicate is not None:
        definitions.append(lisp_list(_DEFUN, f.predicate, lisp_list(_X), lisp_list(
            SYSTEM.intern("%TYPED-STRUCTURE-P"), _X, _quote(f.name), structure.name_index,
            _quote(cl("LIST") if f.type is cl("LIST") else cl("VECTOR")))))
    return definitions


STRUCTURES_ACCESSORS: dict[Any, Any] = {}
"""Accessors of structures with :type, by name."""


@builtin("%TYPED-STRUCTURE-P", "object name index type", package=SYSTEM)
def _typed_structure_p(x: Any, name: Any, index: int, type_: Any) -> Any:
    """True if OBJECT is a list or vector whose element INDEX is NAME."""
    if type_ is cl("LIST"):
        while index and type(x) is Cons:
            x = x.cdr
            index -= 1
        return T if type(x) is Cons and x.car is name else None
    data = getattr(x, "data", None)
    return T if isinstance(data, list) and len(data) > index and data[index] is name else None


# What the expansion calls


def _slots(x: Any) -> list[StructureSlot]:
    result = []
    for each in to_list(x):
        name, form, function, type_, read_only = to_list(each)
        result.append(StructureSlot(cl("NIL") if name is None else name, form, function, type_,
                                    read_only is not None))
    return result


@builtin("%DEFSTRUCT", "name slots overrides options accessors copier predicate", package=SYSTEM)
def _define(name: Any, slots: Any, overrides: Any, options: Any, accessors: Any, copier: Any, predicate: Any) -> Any:
    """Define the structure NAME with its accessors, copier and predicate."""
    from acl.builtins.definitions import check_definition

    check_definition(name, "STRUCTURE")
    for function in {*to_list(accessors), copier, predicate} - {None}:
        check_definition(function, "FUNCTION")
    items = to_list(options)
    settings = {k.name: v for k, v in zip(items[::2], items[1::2], strict=True)}
    structure = make_slots(name, _slots(slots), _slots(overrides), settings)
    define_structure(structure)
    place = here()
    if place is not None:
        record_at(place, name, TYPE)
        for function in (*to_list(accessors), copier, predicate):
            if function is not None:
                record_at(place, function, OPERATOR)
    if structure.cls is None:
        for slot, accessor in zip(structure.slots, to_list(accessors), strict=True):
            slot.accessor = accessor
            STRUCTURES_ACCESSORS[accessor] = structure
        return name
    for slot, accessor in zip(structure.slots, to_list(accessors), strict=True):
        define_accessor(structure, slot, accessor)
    if copier is not None:
        set_fdefinition(copier, structure_copier(structure.cls, copier))
    if predicate is not None:
        set_fdefinition(predicate, structure_predicate(structure.cls, predicate))
    return name


@builtin("COPY-STRUCTURE", "structure")
def _copy_structure(x: Any) -> Any:
    """Return a shallow copy of STRUCTURE."""
    if not isinstance(x, StructureObject):
        wrong_type(x, "STRUCTURE-OBJECT")
    copy = type(x).__new__(type(x))
    copy.__dict__.update(x.__dict__)
    return copy
