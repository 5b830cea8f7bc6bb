"""Generic functions and methods.

A generic function is a Python function whose code is made for what it dispatches on (see `dispatch`) and is
replaced when its methods change; the function stays the same object.  Its metaobject is its attribute `gf`; both
share one attribute dict, so a slot of the metaobject is an attribute of the function as well.

A method has a `function` of the generic function's arguments or, if its body uses `call-next-method`, a
`maker`: called with the next method (a function) it returns the function.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from types import FunctionType
from typing import Any, NamedTuple

from acl.builtins.declare import DECLARATIONS, Declaration, keyword_entry, keyword_function, own_code, parse_symbol
from acl.clos.base import (
    CLASSES,
    ClassInfo,
    LispClass,
    Metaobject,
    Specializer,
    StandardClass,
    TClass,
    class_of,
    find_class,
)
from acl.clos.precedence import change_bases
from acl.runtime.conditions import error
from acl.types.cons import Cons, from_iterable, lisp_list
from acl.types.function import FUNCTIONS, Autoload, UndefinedFunction, call_values, key_of, set_fdefinition
from acl.types.symbol import CL, CLOS, Package, Symbol, cl, function_key, keyword


class Shape(NamedTuple):
    """What congruence looks at in a lambda list."""

    required: int
    optional: int
    rest: bool
    keys: tuple[Any, ...] | None
    """Keywords; None without &key."""
    allow: bool

    @property
    def more(self) -> bool:
        """True if there can be arguments after the required ones."""
        return self.optional > 0 or self.rest or self.keys is not None


def shape_of(lambda_list: Any) -> Shape:
    """Return the shape of an unspecialized lambda list."""
    from acl.expand.lambda_list import parse

    parsed = parse(lambda_list)
    keys = tuple(k[0] for k in parsed.keys) if parsed.has_key else None
    return Shape(len(parsed.required), len(parsed.optional), parsed.rest is not None, keys, parsed.allow)


class FuncallableStandardObject(Metaobject, lisp="FUNCALLABLE-STANDARD-OBJECT", package=CLOS):
    """The class of instances that can be called: `function` is what Lisp sees of one."""

    function: Any


class GenericFunction(Metaobject, lisp="GENERIC-FUNCTION"):
    """The class GENERIC-FUNCTION."""

    name: Any
    lambda_list: Any
    shape: Shape | None
    methods: list[Any]
    combination: Any
    method_class: Any
    declarations: Any
    documentation: Any
    precedence: tuple[int, ...] | None
    effective: dict[Any, Any]
    function: Any


class StandardGenericFunction(GenericFunction, lisp="STANDARD-GENERIC-FUNCTION"):
    """The class STANDARD-GENERIC-FUNCTION."""


def _make_funcallable() -> None:
    from acl.clos.base import FuncallableStandardClass, StandardObject

    change_bases(FuncallableStandardObject, (StandardObject, find_class("FUNCTION")))
    change_bases(GenericFunction, (Metaobject, FuncallableStandardObject))
    cls: Any
    for cls in (FuncallableStandardObject, GenericFunction, StandardGenericFunction):
        cls.__class__ = FuncallableStandardClass


_make_funcallable()


class Method(Metaobject, lisp="METHOD"):
    """The class METHOD."""

    def __init__(self, qualifiers: tuple[Any, ...] = (), specializers: tuple[Any, ...] = (), lambda_list: Any = None,
                 function: Any = None, maker: Any = None, documentation: Any = None) -> None:
        self.qualifiers = qualifiers
        self.specializers = specializers
        self.lambda_list = lambda_list
        self.function = function
        self.maker = maker
        self.documentation = documentation
        self.gf: Any = None
        self.system = False
        self.shape: Shape | None = None
        self.slot: Any = None
        self.defined_at: Any = None

    def instantiate(self, next_method: Any) -> Any:
        """Return the function of this method, to be followed by *next_method*."""
        return self.function if self.maker is None else self.maker(next_method)

    def parsed(self) -> Shape:
        """Return the shape of the lambda list, parsed when first wanted."""
        if self.shape is None:
            self.shape = shape_of(self.lambda_list)
        return self.shape


class StandardMethod(Method, lisp="STANDARD-METHOD"):
    """The class STANDARD-METHOD."""


class StandardAccessorMethod(StandardMethod, lisp="STANDARD-ACCESSOR-METHOD", package=CLOS):
    """The class of the methods that `defclass` makes; `slot` is the direct slot definition."""


class StandardReaderMethod(StandardAccessorMethod, lisp="STANDARD-READER-METHOD", package=CLOS):
    """The class STANDARD-READER-METHOD."""


class StandardWriterMethod(StandardAccessorMethod, lisp="STANDARD-WRITER-METHOD", package=CLOS):
    """The class STANDARD-WRITER-METHOD."""


class EqlSpecializer(Specializer, lisp="EQL-SPECIALIZER", package=CLOS):
    """Specializes on one object; one specializer for all objects that are `eql`, see `eql_specializer`."""

    def __init__(self, value: Any) -> None:
        self.value = value
        self.direct_methods: list[Any] = []


_eql_specializers: dict[Any, EqlSpecializer] = {}


def eql_key(x: Any) -> Any:
    """Return what is equal (and hashes alike) just for objects that are `eql`."""
    kind = type(x)
    if kind is int or isinstance(x, float):
        return kind, repr(x)
    if kind.__name__ in ("Ratio", "Complex"):
        return kind, repr(x)
    return kind, id(x)


def eql_specializer(value: Any) -> EqlSpecializer:
    """Return the specializer for *value*."""
    key = eql_key(value)
    found = _eql_specializers.get(key)
    if found is None:
        found = _eql_specializers[key] = EqlSpecializer(value)
    return found


# Making generic functions

ALL_GENERICS: weakref.WeakSet[Any] = weakref.WeakSet()
"""The metaobjects of all generic functions."""

STANDARD = (cl("STANDARD"), None)
"""The method combination STANDARD, as (name, options)."""


def _initial(*args):  # type: ignore[no-untyped-def]
    return first_call(gf, args, False)  # type: ignore[name-defined]  # noqa: F821


def _initial_mv(*args):  # type: ignore[no-untyped-def]
    return first_call(gf, args, True)  # type: ignore[name-defined]  # noqa: F821


_INITIAL, _INITIAL_MV = _initial.__code__, _initial_mv.__code__


def _first_call(gf: Any, args: tuple[Any, ...], values: bool) -> Any:
    from acl.clos.dispatch import install

    install(gf)
    return gf.function.mv(*args) if values else gf.function(*args)


def make_funcallable(cls: Any, code: Any, mv_code: Any, space: dict[str, Any], title: str) -> Any:
    """Return the metaobject, of class *cls*, of a new Python function whose globals are *space*."""
    function = FunctionType(code, space, title)
    function.__qualname__ = title
    entry = FunctionType(mv_code, space, title)
    entry.__qualname__ = title
    metaobject = cls.__new__(cls)
    metaobject.__dict__ = function.__dict__
    space["gf"] = metaobject
    function.__dict__.update(gf=metaobject, function=function, mv=entry)
    return metaobject


def make_generic(name: Any, lambda_list: Any, shape: Shape | None, cls: Any = StandardGenericFunction) -> Any:
    """Return a new generic function's metaobject; `.function` is the function."""
    space: dict[str, Any] = {"__builtins__": __builtins__, "first_call": _first_call}
    gf = make_funcallable(cls, _INITIAL, _INITIAL_MV, space, name_text(name))
    gf.__dict__.update(name=name, lisp_name=name_text(name), lambda_list=lambda_list, shape=shape, methods=[],
                       combination=STANDARD, method_class=StandardMethod, declarations=None, documentation=None,
                       precedence=None, effective={}, dependents=[])
    ALL_GENERICS.add(gf)
    return gf


def name_text(name: Any) -> str:
    """Return the name of a function as text."""
    if type(name) is Symbol:
        return name.name
    if type(name) is Cons:
        return f"(SETF {name.cdr.car.name})"
    return "NIL" if name is None else str(name)


def invalidate(gf: Any) -> None:
    """Forget what *gf* knows of effective methods; the next call makes its code anew."""
    gf.effective = {}
    function = gf.function
    function.__code__ = _INITIAL
    function.mv.__code__ = _INITIAL_MV


def invalidate_all() -> None:
    """The same for all generic functions: the class precedence list of some class has changed."""
    for gf in list(ALL_GENERICS):
        if gf.effective:
            invalidate(gf)


def generic_of(function: Any) -> Any:
    """Return the metaobject of a generic function, given as function or metaobject; None if it is none."""
    if isinstance(function, GenericFunction):
        return function
    gf = getattr(function, "gf", None) if type(function) is FunctionType else None
    return gf if isinstance(gf, GenericFunction) else None


def generic(name: str, package: str = "COMMON-LISP") -> Any:
    """Return the generic function of the system with this name, to be called from Python."""
    return FUNCTIONS[f"{package}:{name}"]


def customised(key: str, *classes: Any) -> bool:
    """True if a program has defined methods on a generic function of the system that apply to *classes*."""
    gf = getattr(FUNCTIONS.get(key), "gf", None)
    if gf is None or not gf.customised:
        return False
    for method in gf.methods:
        if not method.system and all(
                isinstance(s, EqlSpecializer) or s in c.__mro__
                for s, c in zip(method.specializers, classes, strict=False)):
            return True
    return False


SYSTEM_METHODS: dict[str, Any] = {}
"""The Python functions that are the methods of the system's generic functions, by the keys of those."""


def standard_generic(name: str, lambda_list: str, on: tuple[str, ...] = (), *, package: Package = CL,
                     setf: bool = False, values: bool = False, export: bool = True,
                     ) -> Callable[[Callable[..., Any]], Any]:
    """Declare a generic function of the system; the Python function is its one method.

    *on* names the specializers of the leading parameters, T for the rest.  The result is the generic function.
    """

    def declare(function: Callable[..., Any]) -> Any:
        symbol = parse_symbol(name, package, export)
        fname = lisp_list(cl("SETF"), symbol) if setf else symbol
        words = lambda_list.replace("(", " ").replace(")", " ").split()
        required = next((i for i, w in enumerate(words) if w[0] == "&"), len(words))
        keys = tuple(keyword(w.upper()) for w in _after(words, "&key")) if "&key" in words else None
        shape = Shape(required, len(_after(words, "&optional")), "&rest" in words, keys, "&allow-other-keys" in words)
        gf = make_generic(fname, None, shape)
        gf.lambda_list = from_iterable([cl(w.upper()) if w[0] == "&" else package.intern(w.upper()) for w in words])
        gf.customised = False
        key = key_of(fname)
        own_code(function, gf.lisp_name)
        function.__qualname__ = gf.lisp_name
        body = function
        if values:
            def primary(*args: Any) -> Any:
                return function(*args)[0]
            primary.mv = function  # type: ignore[attr-defined]
            body = primary
        method = StandardMethod((), (TClass,) * required, gf.lambda_list, body)
        method.specializers = tuple(_system_class(c) for c in on) + (TClass,) * (required - len(on))
        method.system = True
        method.shape = shape._replace(allow=True) if keys is not None else shape
        method.gf = gf
        gf.methods.append(method)
        DECLARATIONS[key] = Declaration(symbol, "function", lambda_list, function.__doc__ or "", gf.function, None,
                                        None, values, setf, module=function.__module__)
        SYSTEM_METHODS[key] = function
        gf.documentation = function.__doc__
        gf.function.__module__ = function.__module__
        FUNCTIONS[key] = gf.function
        if key + " mv" in FUNCTIONS:
            FUNCTIONS[key + " mv"] = gf.function.mv
        return gf.function

    return declare


def keyword_generic(name: str, lambda_list: str, *, package: Package = CL,
                    values: bool = False) -> Callable[[Callable[..., Any]], Any]:
    """Declare a generic function of the system whose keywords are parsed as those of a builtin.

    The Python function, which is returned unchanged, takes them as `@builtin` has them.
    """

    def declare(function: Callable[..., Any]) -> Any:
        entry = keyword_entry(function, lambda_list, name)
        own_code(function, name)
        entry.__doc__, entry.__module__ = function.__doc__, function.__module__
        plain = " ".join(_without_defaults(lambda_list))
        gf = standard_generic(name, plain, package=package, values=values)(entry).gf
        key = key_of(gf.name)
        DECLARATIONS[key] = DECLARATIONS[key]._replace(lambda_list=lambda_list)
        SYSTEM_METHODS[key] = function
        # While there is no other method compiled code calls the function at once, with Python's keywords.
        FUNCTIONS[key + " kw"] = gf.function.kw = function
        return function

    return declare


def _without_defaults(lambda_list: str) -> list[str]:
    """Return the words of a lambda list, of `(parameter default)` the parameter."""
    words, first = [], True
    depth = 0
    for token in lambda_list.replace("(", " ( ").replace(")", " ) ").split():
        if token in "()":
            depth += 1 if token == "(" else -1
            first = True
        elif depth == 0 or (depth == 1 and first):
            words.append(token)
            first = False
    return words


def _after(words: list[str], marker: str) -> list[str]:
    """Return the parameters after *marker*."""
    if marker not in words:
        return []
    rest = words[words.index(marker) + 1:]
    end = next((i for i, w in enumerate(rest) if w[0] == "&"), len(rest))
    return rest[:end]


def _system_class(name: Any) -> Any:
    if isinstance(name, LispClass):
        return name
    return CLASSES.get(CLOS.find(name)[0]) or find_class(name)  # type: ignore[arg-type]


# Adding and removing methods


def ensure_generic(name: Any, lambda_list: Any = None, shape: Shape | None = None) -> Any:
    """Return the metaobject of the generic function *name*, made without methods if there is none."""
    key = key_of(name)
    function = FUNCTIONS.get(key)
    if isinstance(function, Autoload):
        function = function.load()
    if function is not None and not isinstance(function, UndefinedFunction):
        gf = generic_of(function)
        if gf is not None:
            return gf
        check_not_ordinary(name)
        gf = make_generic(name, lambda_list, shape)
        adopt_function(gf, function)
    else:
        gf = make_generic(name, lambda_list, shape)
    set_fdefinition(name, gf.function)
    return gf


def check_not_operator(name: Any) -> None:
    """Signal if *name* is a macro or special operator."""
    from acl.compiler.analyze import SPECIAL_OPERATORS

    if type(name) is Symbol and (name in SPECIAL_OPERATORS or name.macro is not None):
        error("PROGRAM-ERROR", "~s is a macro or a special operator and cannot name a generic function.", name)


def check_not_ordinary(name: Any) -> None:
    """Signal if *name* is a macro or special operator, or an ordinary function of a program or of COMMON-LISP."""
    check_not_operator(name)
    symbol = name.cdr.car if type(name) is Cons else name
    if getattr(symbol, "package", None) is CL or key_of(name) not in DECLARATIONS:
        error("PROGRAM-ERROR", "~s names an ordinary function, not a generic function.", name)


def adopt_function(gf: Any, function: Any) -> None:
    """Make *function*, an ordinary function of the system, the method for everything of *gf*."""
    text = DECLARATIONS[key_of(gf.name)].lambda_list.split()
    required = next((i for i, w in enumerate(text) if w[0] == "&"), len(text))
    method = StandardMethod((), (TClass,) * required, gf.lambda_list, function)
    method.shape = gf.shape if gf.shape is not None else Shape(required, 0, True, None, True)
    method.system = True
    method.gf = gf
    gf.methods.append(method)
    gf.customised = False


def add_method(gf: Any, method: Any) -> None:
    """Add *method*, in place of one that agrees with it on specializers and qualifiers."""
    if method.gf is not None and method.gf is not gf:
        error("SIMPLE-ERROR", "The method ~s belongs to the generic function ~s already.", method,
              method.gf.function)
    check_congruence(gf, method)
    old = find_method(gf, method.qualifiers, method.specializers)
    if old is not None and old is not method:
        remove_method(gf, old)
    method.gf = gf
    if method not in gf.methods:
        gf.methods.append(method)
    if gf.lambda_list is None and gf.shape is None:
        gf.lambda_list = method.lambda_list
    if "customised" in gf.__dict__ and not method.system:
        gf.customised = True
    for s in method.specializers:
        _direct_methods(s).append(method)
    methods_changed(gf, method, "ADD-METHOD")


def _direct_methods(specializer: Any) -> list[Any]:
    if isinstance(specializer, LispClass):
        return specializer._lisp.direct_methods
    return specializer.direct_methods  # type: ignore[no-any-return]


def remove_method(gf: Any, method: Any) -> None:
    """Remove *method* if it is a method of *gf*."""
    if method in gf.methods:
        gf.methods.remove(method)
        method.gf = None
        for s in method.specializers:
            if method in _direct_methods(s):
                _direct_methods(s).remove(method)
        methods_changed(gf, method, "REMOVE-METHOD")


def methods_changed(gf: Any, method: Any, operation: str) -> None:
    """Forget everything that depends on the methods of *gf*, and tell its dependents of *operation*."""
    invalidate(gf)
    if hasattr(gf.function, "kw"):
        del gf.function.kw
        if FUNCTIONS.get(key_of(gf.name)) is gf.function:
            FUNCTIONS[key_of(gf.name) + " kw"] = keyword_function(key_of(gf.name), gf.function)
    if "customised" in gf.__dict__:
        from acl.clos.instances import protocol_changed

        protocol_changed(gf, method)
    for dependent in gf.__dict__.get("dependents", ()):
        generic("UPDATE-DEPENDENT", "CLOS")(gf.function, dependent, cl(operation), method)


def find_method(gf: Any, qualifiers: tuple[Any, ...], specializers: tuple[Any, ...]) -> Any:
    """Return the method of *gf* with these qualifiers and specializers, or None."""
    for method in gf.methods:
        if method.qualifiers == qualifiers and method.specializers == specializers:
            return method
    return None


def check_congruence(gf: Any, method: Any) -> None:
    """Signal a `program-error` unless the lambda lists are congruent (CLHS 7.6.4)."""
    new = method.parsed()
    old = gf.shape
    if old is None:
        gf.shape = new._replace(keys=() if new.keys is not None else None)
        return
    problem = None
    if new.required != old.required:
        problem = "required arguments"
    elif new.optional != old.optional:
        problem = "optional arguments"
    elif (new.rest or new.keys is not None) != (old.rest or old.keys is not None):
        problem = "&rest or &key arguments"
    elif old.keys and not new.allow and not (new.rest and new.keys is None) and (
            new.keys is None or any(k not in new.keys for k in old.keys)):
        problem = "keyword arguments"
    if problem is not None:
        from acl.types.array import string

        error("PROGRAM-ERROR", "The lambda list ~s of the method is not congruent with ~s of ~s: ~a.",
              method.lambda_list, gf.lambda_list, gf.function, string(problem))


# Applicable methods


def applicable_methods(gf: Any, args: tuple[Any, ...]) -> list[Any]:
    """Return the methods of *gf* that apply to the required arguments *args*, most specific first."""
    orders = [{c: i for i, c in enumerate(class_of(a).__mro__)} for a in args]
    return _sorted_methods(gf, orders, args)


def applicable_using_classes(gf: Any, classes: tuple[Any, ...]) -> tuple[list[Any], bool]:
    """Return the methods that apply to arguments of *classes*, and whether the classes alone decide."""
    orders = [{c: i for i, c in enumerate(cls.__mro__)} for cls in classes]
    certain = not any(isinstance(s, EqlSpecializer) and class_of(s.value) is c
                      for m in gf.methods for s, c in zip(m.specializers, classes, strict=False))
    return _sorted_methods(gf, orders, None), certain


def _sorted_methods(gf: Any, orders: list[dict[Any, int]], args: tuple[Any, ...] | None) -> list[Any]:
    found = []
    positions = gf.precedence
    for method in gf.methods:
        ranks: list[int] = []
        for i, specializer in enumerate(method.specializers):
            if isinstance(specializer, EqlSpecializer):
                if args is None or eql_key(args[i]) != eql_key(specializer.value):
                    break
                ranks.append(-1)
            else:
                rank = orders[i].get(specializer)
                if rank is None:
                    break
                ranks.append(rank)
        else:
            found.append((tuple([ranks[p] for p in positions]) if positions else tuple(ranks), method))
    found.sort(key=_rank)
    return [method for _, method in found]


def _rank(item: tuple[Any, Any]) -> Any:
    return item[0]


__all__ = ["ClassInfo", "StandardClass", "call_values", "function_key"]
