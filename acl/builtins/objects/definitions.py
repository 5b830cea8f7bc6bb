"""The defining macros: defclass, defgeneric, defmethod, define-method-combination, with-slots, with-accessors."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin, macro
from acl.expand.template import template
from acl.runtime.conditions import error
from acl.runtime.sources import OPERATOR, TYPE, here, record
from acl.types.array import SimpleString
from acl.types.cons import Cons, from_iterable, lisp_list, to_list
from acl.types.symbol import SYSTEM, Symbol, cl, keyword

_LIST, _QUOTE, _FUNCTION, _LAMBDA, _SETF = cl("LIST"), cl("QUOTE"), cl("FUNCTION"), cl("LAMBDA"), cl("SETF")


def quote(x: Any) -> Any:
    """Return the form (quote x)."""
    return lisp_list(_QUOTE, x)


def list_form(items: Any) -> Any:
    """Return a form that makes a list of the values of the forms *items*."""
    return Cons(_LIST, from_iterable(items)) if items else None


def thunk(form: Any) -> Any:
    """Return the form #'(lambda () form)."""
    return lisp_list(_FUNCTION, lisp_list(_LAMBDA, None, form))


# defclass

_defclass = template("""(progn (eval-when (:compile-toplevel) (%note-class ',name ',supers))
    (%defclass ',name ',supers ,slots ,initargs ',metaclass ',documentation ',options))""")


@macro("DEFCLASS", "name superclasses slots &rest options")
def _defclass_macro(form: Any, env: Any) -> Any:
    """Define the class NAME with the given SUPERCLASSES and SLOTS; return it.

    OPTIONS are (:default-initargs ...), (:documentation ...), (:metaclass ...) and what the metaclass knows.
    """
    parts = to_list(form.cdr)
    if len(parts) < 3:
        error("PROGRAM-ERROR", "DEFCLASS needs a name, superclasses and slots: ~s.", form)
    name, supers, slots, *options = parts
    if type(name) is not Symbol:
        error("PROGRAM-ERROR", "~s cannot name a class.", name)
    metaclass = documentation = None
    initargs: list[Any] = []
    others: list[Any] = []
    seen = set()
    for option in options:
        if type(option) is not Cons or type(option.car) is not Symbol:
            error("PROGRAM-ERROR", "~s is not an option of DEFCLASS.", option)
        key = option.car
        if key in seen:
            error("PROGRAM-ERROR", "The option ~s of DEFCLASS ~s occurs twice.", key, name)
        seen.add(key)
        if key is keyword("METACLASS"):
            metaclass = option.cdr.car
        elif key is keyword("DOCUMENTATION"):
            documentation = option.cdr.car
        elif key is keyword("DEFAULT-INITARGS"):
            initargs = _default_initargs(name, option.cdr)
        else:
            others += [key, option.cdr]
    if others and metaclass in (None, cl("STANDARD-CLASS")):
        error("PROGRAM-ERROR", "DEFCLASS ~s: unknown class option ~s.", name, others[0])
    names = set()
    forms = []
    for slot in to_list(slots):
        forms.append(_slot_form(name, slot, metaclass))
        slot_name = slot.car if type(slot) is Cons else slot
        if slot_name in names:
            error("PROGRAM-ERROR", "DEFCLASS ~s: there are two slots ~s.", name, slot_name)
        names.add(slot_name)
    return _defclass(name=name, supers=supers, slots=list_form(forms), initargs=list_form(initargs),
                     metaclass=metaclass, documentation=documentation, options=from_iterable(others))


def _default_initargs(name: Any, items: Any) -> list[Any]:
    pairs = to_list(items)
    if len(pairs) % 2:
        error("PROGRAM-ERROR", "DEFCLASS ~s: :DEFAULT-INITARGS has an odd number of elements.", name)
    keys = pairs[::2]
    if len(set(keys)) != len(keys):
        error("PROGRAM-ERROR", "DEFCLASS ~s: an initarg occurs twice in :DEFAULT-INITARGS.", name)
    return [lisp_list(_LIST, quote(k), quote(v), thunk(v)) for k, v in zip(keys, pairs[1::2], strict=True)]


_ONCE = {"INITFORM", "ALLOCATION", "TYPE", "DOCUMENTATION"}
_KNOWN = _ONCE | {"INITARG", "READER", "WRITER", "ACCESSOR"}


def _slot_form(class_name: Any, slot: Any, metaclass: Any) -> Any:
    """Return a form that makes the property list of a direct slot."""
    name, *options = to_list(slot) if type(slot) is Cons else [slot]
    if type(name) is not Symbol or name.special == "constant":
        error("PROGRAM-ERROR", "DEFCLASS ~s: ~s cannot name a slot.", class_name, name)
    if len(options) % 2:
        error("PROGRAM-ERROR", "DEFCLASS ~s: the options of slot ~s are not in pairs.", class_name, name)
    parts = [keyword("NAME"), quote(name)]
    lists: dict[str, list[Any]] = {}
    seen = set()
    extra: dict[Any, list[Any]] = {}
    for key, value in zip(options[::2], options[1::2], strict=True):
        option = key.name if type(key) is Symbol else ""
        if option not in _KNOWN:
            if metaclass in (None, cl("STANDARD-CLASS")):
                error("PROGRAM-ERROR", "DEFCLASS ~s: unknown option ~s of slot ~s.", class_name, key, name)
            extra.setdefault(key, []).append(value)
            continue
        if option in _ONCE and option in seen:
            error("PROGRAM-ERROR", "DEFCLASS ~s: option ~s of slot ~s occurs twice.", class_name, key, name)
        seen.add(option)
        if option == "INITFORM":
            parts += [keyword("INITFORM"), quote(value), keyword("INITFUNCTION"), thunk(value)]
        elif option in _ONCE:
            parts += [key, quote(value)]
        elif option == "ACCESSOR":
            lists.setdefault("READERS", []).append(value)
            lists.setdefault("WRITERS", []).append(lisp_list(_SETF, value))
        else:
            if option != "INITARG" and not _function_name(value):
                error("PROGRAM-ERROR", "DEFCLASS ~s: ~s is not the name of a function.", class_name, value)
            if option == "INITARG" and type(value) is not Symbol and value is not None:
                error("PROGRAM-ERROR", "DEFCLASS ~s: the initarg ~s is not a symbol.", class_name, value)
            lists.setdefault(option + "S", []).append(value)
    for option, values in lists.items():
        parts += [keyword(option), quote(from_iterable(values))]
    for key, values in extra.items():
        parts += [key, quote(values[0] if len(values) == 1 else from_iterable(values))]
    return list_form(parts)


def _function_name(x: Any) -> bool:
    return type(x) is Symbol or (type(x) is Cons and x.car is _SETF)


@builtin("%DEFCLASS", "name superclasses slots default-initargs metaclass documentation options", package=SYSTEM)
def _define_class(name: Any, supers: Any, slots: Any, initargs: Any, metaclass: Any, documentation: Any,
                  options: Any) -> Any:
    """Define the class NAME and return it."""
    from acl.builtins.definitions import check_definition
    from acl.clos.classes import ensure_class, slot_dict

    check_definition(name, "CLASS")
    items = to_list(options)
    cls = ensure_class(name, to_list(supers), [slot_dict(s) for s in to_list(slots)], metaclass=metaclass,
                       default_initargs=[tuple(to_list(x)) for x in to_list(initargs)],
                       documentation=documentation, options=dict(zip(items[::2], items[1::2], strict=True)))
    record(name, TYPE)
    return cls


@builtin("%NOTE-CLASS", "name superclasses", package=SYSTEM)
def _note_class(name: Any, supers: Any) -> Any:
    """Tell the file compiler that NAME will be a class."""
    return name


# defmethod

_defmethod = template("""(progn (eval-when (:compile-toplevel) (%note-function ',name))
    (%defmethod ',name ',qualifiers ,specializers ',lambda-list ,function ',documentation))""")


@macro("DEFMETHOD", "name &rest method")
def _defmethod_macro(form: Any, env: Any) -> Any:
    """Define a method of the generic function NAME, which is made if there is none; return the method.

    METHOD is qualifiers, a specialized lambda list and the body.
    """
    return _method_form(form.cdr.car, form.cdr.cdr, env)


def _method_form(name: Any, rest: Any, env: Any) -> Any:
    from acl.clos.methods import MethodForm, method_function
    from acl.expand.macros import function_name

    function_name(name, "DEFMETHOD")
    method = MethodForm(name, rest)
    return _defmethod(name=name, qualifiers=method.qualifiers, specializers=method.specializer_forms(),
                      lambda_list=method.lambda_list, function=method_function(method),
                      documentation=method.documentation())


@builtin("%DEFMETHOD", "name qualifiers specializers lambda-list function documentation", package=SYSTEM)
def _define_method(name: Any, qualifiers: Any, specializers: Any, lambda_list: Any, function: Any,
                   documentation: Any) -> Any:
    """Add a method to the generic function NAME and return it; FUNCTION may be a `Maker` of its function."""
    from acl.clos.generic import ensure_generic
    from acl.clos.metaobjects import make_method
    from acl.clos.methods import Maker, specializer_of

    resolved = tuple(specializer_of(s) for s in to_list(specializers))
    gf = ensure_generic(name)
    method = make_method(gf, tuple(to_list(qualifiers)), resolved, lambda_list,
                         None if type(function) is Maker else function,
                         function.make if type(function) is Maker else None,
                         documentation)
    from acl.clos.metaobjects import call_add_method

    method.defined_at = here()
    call_add_method(gf, method)
    return method


@builtin("%NEXT-METHOD-P", "next-method", package=SYSTEM)
def _next_method_p(next_method: Any) -> Any:
    """True if NEXT-METHOD is a method, and not what stands for the lack of one."""
    return None if next_method is None or hasattr(next_method, "no_next") else cl("T")


# defgeneric

_defgeneric = template("""(progn (eval-when (:compile-toplevel) (%note-function ',name))
    (%defgeneric ',name ',lambda-list ',options)
    (%generic-methods #',name ,methods))""")


@macro("DEFGENERIC", "name lambda-list &rest options")
def _defgeneric_macro(form: Any, env: Any) -> Any:
    """Define the generic function NAME with LAMBDA-LIST; return it.

    OPTIONS are (:argument-precedence-order ...), (:method-combination ...), (:generic-function-class ...),
    (:method-class ...), (:documentation ...), (declare ...) and (:method ...).
    """
    from acl.expand.macros import function_name

    name, lambda_list, *options = to_list(form.cdr)
    function_name(name, "DEFGENERIC")
    methods = []
    kept: list[Any] = []
    seen = set()
    for option in options:
        if type(option) is not Cons:
            error("PROGRAM-ERROR", "DEFGENERIC ~s: ~s is not an option.", name, option)
        key = option.car
        if key is keyword("METHOD"):
            methods.append(_method_form(name, option.cdr, env))
            continue
        if key in seen and key is not cl("DECLARE"):
            error("PROGRAM-ERROR", "DEFGENERIC ~s: the option ~s occurs twice.", name, key)
        if key.name not in _GENERIC_OPTIONS:
            error("PROGRAM-ERROR", "DEFGENERIC ~s: unknown option ~s.", name, key)
        if key is keyword("DOCUMENTATION") and type(option.cdr.car) is not SimpleString:
            error("PROGRAM-ERROR", "DEFGENERIC ~s: the documentation ~s is not a string.", name, option.cdr.car)
        seen.add(key)
        kept.append(option)
    return _defgeneric(name=name, lambda_list=_without_specializers(lambda_list), options=from_iterable(kept),
                       methods=list_form(methods))


def _without_specializers(lambda_list: Any) -> Any:
    """Return the lambda list of a generic function as the standard has it: Allegro takes, and forgets, specializers."""
    names: list[Any] = []
    while type(lambda_list) is Cons:
        item = lambda_list.car
        name = item.car if type(item) is Cons and type(item.cdr) is Cons else item
        if type(name) is not Symbol or name.name.startswith("&"):
            break
        names.append(name)
        lambda_list = lambda_list.cdr
    return from_iterable(names, lambda_list)


_GENERIC_OPTIONS = {"ARGUMENT-PRECEDENCE-ORDER", "METHOD-COMBINATION", "GENERIC-FUNCTION-CLASS", "METHOD-CLASS",
                    "DOCUMENTATION", "DECLARE"}


@builtin("%DEFGENERIC", "name lambda-list options", package=SYSTEM)
def _define_generic(name: Any, lambda_list: Any, options: Any) -> Any:
    """Define the generic function NAME and return it."""
    from acl.builtins.definitions import check_definition
    from acl.clos.generic import check_not_operator
    from acl.clos.metaobjects import define_generic

    check_not_operator(name)
    check_definition(name, "FUNCTION")
    settings: dict[str, Any] = {"declarations": None}
    for option in to_list(options):
        key = option.car.name
        if key == "DECLARE":
            for d in to_list(option.cdr):
                if type(d) is not Cons or d.car is not cl("OPTIMIZE"):
                    error("PROGRAM-ERROR", "DEFGENERIC ~s: only OPTIMIZE can be declared, not ~s.", name, d)
            settings["declarations"] = from_iterable(to_list(settings["declarations"]) + to_list(option.cdr))
        elif key in ("METHOD-COMBINATION", "ARGUMENT-PRECEDENCE-ORDER"):
            settings[key.lower().replace("-", "_")] = option.cdr
        else:
            settings[key.lower().replace("-", "_")] = option.cdr.car
    function = define_generic(name, lambda_list, settings, from_defgeneric=True)
    record(name, OPERATOR)
    return function


@builtin("%GENERIC-METHODS", "generic-function methods", package=SYSTEM)
def _generic_methods(function: Any, methods: Any) -> Any:
    """Note that METHODS came with the `defgeneric` form, which replaces them when it is evaluated again."""
    function.gf.initial_methods = to_list(methods)
    return function


# define-method-combination

_long = template("""(%define-long-combination ',name
    #'(lambda (,gf #:methods &rest #:options)
        (declare (ignorable ,gf))
        (apply #'(lambda ,lambda-list
                   (let* ((,groups (%group-methods ,gf #:methods ,specs)) ,@variables)
                     ,@body))
               #:options))
    ',documentation)""")


@macro("DEFINE-METHOD-COMBINATION", "name &rest definition")
def _define_method_combination(form: Any, env: Any) -> Any:
    """Define the method combination NAME: by an operator and options, or by a form computed from method groups."""
    name, rest = form.cdr.car, form.cdr.cdr
    if type(name) is not Symbol:
        error("PROGRAM-ERROR", "~s cannot name a method combination.", name)
    if rest is None or (type(rest.car) is not Cons and rest.car is not None):
        return _short_form(name, to_list(rest))
    return _long_form(name, rest.car, rest.cdr.car, rest.cdr.cdr)


def _short_form(name: Any, options: list[Any]) -> Any:
    if len(options) % 2:
        error("PROGRAM-ERROR", "DEFINE-METHOD-COMBINATION ~s: no value for option ~s.", name, options[-1])
    settings = dict(zip(options[::2], options[1::2], strict=True))
    operator = settings.get(keyword("OPERATOR"), name)
    for key in settings:
        if type(key) is not Symbol or key.name not in ("OPERATOR", "DOCUMENTATION", "IDENTITY-WITH-ONE-ARGUMENT"):
            error("PROGRAM-ERROR", "DEFINE-METHOD-COMBINATION ~s: unknown option ~s.", name, key)
    return lisp_list(SYSTEM.intern("%DEFINE-SHORT-COMBINATION"), quote(name), quote(operator),
                     settings.get(keyword("IDENTITY-WITH-ONE-ARGUMENT")),
                     quote(settings.get(keyword("DOCUMENTATION"))))


def _long_form(name: Any, lambda_list: Any, groups: Any, body: Any) -> Any:
    gf = Symbol("GF")
    arguments = None
    while type(body) is Cons and type(body.car) is Cons and body.car.car in (
            keyword("ARGUMENTS"), keyword("GENERIC-FUNCTION")):
        if body.car.car is keyword("ARGUMENTS"):
            arguments = body.car.cdr
        else:
            gf = body.car.cdr.car
        body = body.cdr
    documentation = None
    forms = to_list(body)
    for i, form in enumerate(forms[:-1]):
        if type(form) is SimpleString:
            documentation = forms.pop(i)
            break
        if not (type(form) is Cons and form.car is cl("DECLARE")):
            break
    groups_symbol = Symbol("GROUPS")
    specs, variables = [], []
    for i, group in enumerate(to_list(groups)):
        variable, spec = _group_spec(name, group)
        specs.append(spec)
        variables.append(lisp_list(variable, lisp_list(cl("NTH"), i, groups_symbol)))
    return _long(name=name, gf=gf, lambda_list=lambda_list, specs=list_form(specs), variables=variables,
                 groups=groups_symbol, body=_with_arguments(arguments, forms), documentation=documentation)


def _group_spec(name: Any, group: Any) -> tuple[Any, Any]:
    """Return the variable of a method group and a form for its specification."""
    variable, *rest = to_list(group)
    patterns: list[Any] = []
    while rest and (type(rest[0]) is not Symbol or rest[0].package is None or rest[0].package.name != "KEYWORD"):
        patterns.append(rest.pop(0))
    if not patterns or len(rest) % 2:
        error("PROGRAM-ERROR", "DEFINE-METHOD-COMBINATION ~s: bad method group ~s.", name, group)
    options = dict(zip(rest[::2], rest[1::2], strict=True))
    return variable, lisp_list(_LIST, quote(variable), quote(from_iterable(patterns)),
                               options.get(keyword("ORDER"), keyword("MOST-SPECIFIC-FIRST")),
                               options.get(keyword("REQUIRED")))


def _with_arguments(arguments: Any, forms: list[Any]) -> Any:
    """With (:arguments ...) the form names the arguments by fresh symbols, which %WITH-ARGUMENTS will bind."""
    if arguments is None:
        return from_iterable(forms)
    variables: dict[Symbol, Symbol] = {}

    def rename(x: Any, binding: bool) -> Any:
        if type(x) is Symbol and x.name[:1] != "&":
            return variables.setdefault(x, Symbol(x.name))
        if type(x) is Cons and binding:
            parts = to_list(x)
            if type(parts[0]) is Cons:
                first: Any = lisp_list(parts[0].car, rename(parts[0].cdr.car, True))
            else:
                first = rename(parts[0], True)
            return from_iterable([first, *parts[1:2], *(rename(p, True) for p in parts[2:3])])
        return x

    items: list[Any] = []
    state = ""
    for item in to_list(arguments):
        if type(item) is Symbol and item.name[:1] == "&":
            state = item.name
            items.append(item)
            continue
        if state == "&KEY" and (type(item) is Symbol or type(item.car) is Symbol):
            name, rest = (item, None) if type(item) is Symbol else (item.car, item.cdr)
            item = Cons(lisp_list(keyword(name.name), name), rest)
        items.append(rename(item, True))
    bindings = [lisp_list(v, quote(s)) for v, s in variables.items()]
    inner = Cons(cl("LET"), Cons(from_iterable(bindings), from_iterable(forms)))
    return lisp_list(lisp_list(_LIST, quote(SYSTEM.intern("%WITH-ARGUMENTS")), quote(from_iterable(items)), inner))


# with-slots, with-accessors

_with = template("(let ((,object ,instance)) (declare (ignorable ,object)) (symbol-macrolet ,bindings ,@body))")


def _accesses(form: Any, access: Any) -> Any:
    parts = form.cdr
    if type(parts) is not Cons or type(parts.cdr) is not Cons:
        error("PROGRAM-ERROR", "Malformed ~s form: ~s.", form.car, form)
    thing = Symbol("OBJECT")
    bindings = []
    for entry in to_list(parts.car):
        variable, name = (entry.car, entry.cdr.car) if type(entry) is Cons else (entry, entry)
        bindings.append(lisp_list(variable, access(thing, name)))
    return _with(object=thing, instance=parts.cdr.car, bindings=from_iterable(bindings), body=parts.cdr.cdr)


@macro("WITH-SLOTS", "slot-entries instance &body forms")
def _with_slots(form: Any, env: Any) -> Any:
    """Evaluate FORMS with the symbols of SLOT-ENTRIES standing for the slots of INSTANCE.

    An entry is the name of a slot, or a list (variable slot-name).
    """
    return _accesses(form, lambda thing, name: lisp_list(cl("SLOT-VALUE"), thing, quote(name)))


@macro("WITH-ACCESSORS", "entries instance &body forms")
def _with_accessors(form: Any, env: Any) -> Any:
    """Evaluate FORMS with symbols standing for calls of accessors of INSTANCE: ENTRIES are (variable accessor)."""
    for entry in to_list(form.cdr.car):
        if type(entry) is not Cons:
            error("PROGRAM-ERROR", "WITH-ACCESSORS: ~s is not a list of variable and accessor.", entry)
    return _accesses(form, lambda thing, name: lisp_list(name, thing))
