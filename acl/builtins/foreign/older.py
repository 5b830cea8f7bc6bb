"""The operators that older programs use: `defforeign`, `def-c-type`, `defcstruct`, `make-cstruct`.

They are written on `def-foreign-type` and what makes the functions of `def-foreign-call`.
"""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin, macro
from acl.builtins.foreign import libraries
from acl.builtins.foreign.calls import call_type, make_call
from acl.builtins.foreign.objects import allocate, free_fobject
from acl.expand.template import template
from acl.runtime.conditions import error
from acl.types.base import wrong_type
from acl.types.cons import Cons, from_iterable, lisp_list, to_list
from acl.types.function import set_fdefinition
from acl.types.symbol import FF, Package, Symbol, T, cl, keyword

# ------------------------------------------------------------------------------------------------------------ functions

_RESULTS = {"INTEGER": "INT", "FIXNUM": "NAT", "DOUBLE-FLOAT": "DOUBLE", "SINGLE-FLOAT": "FLOAT", "CHARACTER": "CHAR",
            "VOID": "VOID", "BOOLEAN": "BOOLEAN", "UNSIGNED-INTEGER": "UNSIGNED-INT"}
"""What Lisp's types, of arguments and results, are in C; any other is an address."""


def _type(spec: Any) -> Any:
    return call_type(keyword(_RESULTS.get(getattr(spec, "name", ""), "FOREIGN-ADDRESS")))


@builtin("DEFFOREIGN", "name &key entry-point unconverted-entry-name (arguments t) pass-types arg-checking prototype "
                       "(return-type :integer) language convert-symbol print address remember-address call-direct "
                       "callback (strings-convert t)", package=FF)
def _defforeign(name: Any, *, entry_point: Any = None, unconverted_entry_name: Any = None, arguments: Any = T,
                return_type: Any = None, language: Any = None, strings_convert: Any = T, **ignored: Any) -> Any:
    """Define NAME as a function that calls C's function ENTRY-POINT: the older form of `def-foreign-call`."""
    if type(name) is not Symbol:
        wrong_type(name, "SYMBOL")
    entry = libraries.foreign_name(name, entry_point or unconverted_entry_name, language)
    kinds = None if arguments is T else [_type(a) for a in to_list(arguments)]
    result = _type(keyword("INTEGER") if return_type is None else return_type)
    set_fdefinition(name, make_call(entry, kinds, result, convert=strings_convert is not None))
    return T


@builtin("DEFFOREIGN-LIST", "definitions &key print", package=FF)
def _defforeign_list(definitions: Any, *, print: Any = None) -> Any:
    """Define a function for each of DEFINITIONS, a list of the arguments of `defforeign`."""
    for definition in to_list(definitions):
        name, *options = to_list(definition)
        keys = {k.name.lower().replace("-", "_"): v for k, v in zip(options[::2], options[1::2], strict=True)}
        _defforeign(name, **keys)
    return T


# ----------------------------------------------------------------------------------------------------------- structures

_PRIMITIVES = {"BYTE": "CHAR", "UNSIGNED-BYTE": "UNSIGNED-CHAR", "SHORT-FLOAT": "FLOAT", "LONG-FLOAT": "DOUBLE",
               "SINGLE-FLOAT": "FLOAT", "DOUBLE-FLOAT": "DOUBLE"}
_ALLOCATIONS: dict[Symbol, Symbol] = {}
"""Where instances of a type are made."""


def _spec(items: list[Any]) -> Any:
    """Return the foreign type that an older one says: `10 :char` is an array, `* :char` a pointer."""
    first, *rest = items
    if type(first) is int:
        return lisp_list(keyword("ARRAY"), _spec(rest), first)
    if type(first) is Symbol and first.name == "*" and rest:
        return lisp_list(cl("*"), _spec(rest))
    if type(first) is Symbol and first.name in ("STRUCT", "UNION"):
        return Cons(first, from_iterable(_slot(s) for s in rest))
    if rest:
        error("PROGRAM-ERROR", "~s is not a type of a slot.", from_iterable(items))
    return keyword(_PRIMITIVES[first.name]) if type(first) is Symbol and first.name in _PRIMITIVES else first


def _slot(slot: Any) -> Any:
    if type(slot) is not Cons or type(slot.car) is not Symbol or slot.cdr is None:
        error("PROGRAM-ERROR", "~s is not a slot: a list of a name and a type.", slot)
    return lisp_list(slot.car, _spec(to_list(slot.cdr)))


_DEF_TYPE, _TYPED = FF.export("DEF-FOREIGN-TYPE"), FF.export("FSLOT-VALUE-TYPED")
_accessor = template("""(progn
    (defun ,accessor (object &rest indices) (apply #',typed ',name nil object ',slot indices))
    (defun (setf ,accessor) (value object &rest indices)
      (apply #'(setf ,typed) value ',name nil object ',slot indices)))""")
_constructor = template("(defun ,constructor () (,make ',name))")
_definition = template("(progn (,define ,name ,spec) ,@forms ',name)")


def _define(name: Any, slots: list[Any], functions: bool, foreign: str) -> Any:
    """Return the definition of a type, with functions that make an instance and access its slots if that is wanted."""
    symbol, *options = to_list(name) if type(name) is Cons else [name]
    settings = {o.name for o in options}
    aggregate = slots[:1] and type(slots[0]) is Symbol and slots[0].name in ("STRUCT", "UNION")
    spec = _spec(slots) if aggregate or not all(type(s) is Cons for s in slots) else _spec([keyword("STRUCT"), *slots])
    forms = []
    package: Package = cl("*PACKAGE*").value
    if foreign in settings:
        forms.append(lisp_list(FF.intern("%ALLOCATED-IN-C"), lisp_list(cl("QUOTE"), symbol)))
    if functions and "NO-DEFUNS" not in settings:
        if "NO-CONSTRUCTOR" not in settings:
            forms.append(_constructor(constructor=package.intern(f"MAKE-{symbol.name}"), name=symbol,
                                      make=FF.export("MAKE-CSTRUCT")))
        for slot in (to_list(spec.cdr) if type(spec) is Cons and spec.car.name in ("STRUCT", "UNION") else []):
            forms.append(_accessor(accessor=package.intern(f"{symbol.name}-{slot.car.name}"), name=symbol,
                                   slot=slot.car, typed=_TYPED))
    return _definition(define=_DEF_TYPE, name=symbol, spec=spec, forms=forms)


@builtin("%ALLOCATED-IN-C", "name", package=FF, export=False)
def _allocated_in_c(name: Any) -> Any:
    """Have `make-cstruct` make objects of the type NAME in C's heap; return NAME."""
    _ALLOCATIONS[name] = keyword("C")
    return name


@macro("DEF-C-TYPE", "name &rest slots", package=FF)
def _def_c_type(form: Any, env: Any) -> Any:
    """Define NAME as a foreign type, with a function `make-NAME`, and for each slot one, `NAME-SLOT`, which is a place.

    NAME may be a list with :IN-FOREIGN-SPACE, :NO-DEFUNS or :NO-CONSTRUCTOR.  SLOTS may begin with :STRUCT or :UNION;
    a slot is (name type), (name size type) for an array, (name * type) for a pointer.
    """
    return _define(form.cdr.car, to_list(form.cdr.cdr), True, "IN-FOREIGN-SPACE")


@macro("DEFCSTRUCT", "name &rest slots", package=FF)
def _defcstruct(form: Any, env: Any) -> Any:
    """Define NAME, or (NAME :malloc), as a foreign structure, as `def-c-type` does."""
    return _define(form.cdr.car, to_list(form.cdr.cdr), True, "MALLOC")


@macro("DEF-C-TYPEDEF", "name &rest slots", package=FF)
def _def_c_typedef(form: Any, env: Any) -> Any:
    """Define NAME as a foreign type, as `def-c-type` does, without functions."""
    return _define(form.cdr.car, to_list(form.cdr.cdr), False, "IN-FOREIGN-SPACE")


@builtin("MAKE-CSTRUCT", "name &key initialize", package=FF)
def _make_cstruct(name: Any, *, initialize: Any = None) -> Any:
    """Return a fresh object of the foreign type NAME, all zero."""
    return allocate(name, _ALLOCATIONS.get(name))


@builtin("MALLOC-CSTRUCT", "name &key initialize", package=FF)
def _malloc_cstruct(name: Any, *, initialize: Any = None) -> Any:
    """Return the address of a fresh object of the foreign type NAME in C's heap, all zero."""
    return allocate(name, keyword("C"))


builtin("FREE-CSTRUCT", "object", package=FF)(free_fobject)
