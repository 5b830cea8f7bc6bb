"""The macros that read and write places: `setf` and its kin (CLHS 5.1, 5.3)."""

from __future__ import annotations

from typing import Any

from acl.builtins.conses_search import put_property, remove_property
from acl.builtins.declare import builtin, macro
from acl.builtins.definitions import check_definition
from acl.expand.environment import NULL_ENVIRONMENT
from acl.expand.lambda_list import gensym
from acl.expand.places import (
    SETF_EXPANDERS,
    Expansion,
    ShortSetf,
    bindings,
    call_expansion,
    expansion,
    let_star,
    modify,
    setf,
)
from acl.expand.template import template
from acl.runtime.conditions import error
from acl.runtime.sources import SETF_METHOD, record
from acl.types.cons import Cons, from_iterable, lisp_list, to_list
from acl.types.symbol import SYSTEM, Symbol, T, cl

_PROGN, _SETQ, _CONS, _CAR, _CDR = cl("PROGN"), cl("SETQ"), cl("CONS"), cl("CAR"), cl("CDR")


@macro("SETF", "&rest pairs")
def _setf(form: Any, env: Any) -> Any:
    """Store values in places: PAIRS are alternating places and forms, stored one after the other."""
    items = to_list(form.cdr)
    if len(items) % 2:
        error("PROGRAM-ERROR", "SETF with an odd number of arguments: ~s.", form)
    forms = [setf(place, value, env) for place, value in zip(items[::2], items[1::2], strict=True)]
    return forms[0] if len(forms) == 1 else Cons(_PROGN, from_iterable(forms)) if forms else None


@macro("PSETQ", "&rest pairs")
def _psetq(form: Any, env: Any) -> Any:
    """Assign variables in parallel: PAIRS are alternating variables and forms."""
    items = to_list(form.cdr)
    if any(type(s) is not Symbol for s in items[::2]):
        error("PROGRAM-ERROR", "PSETQ of something that is not a variable: ~s.", form)
    return Cons(cl("PSETF"), form.cdr)


@macro("PSETF", "&rest pairs")
def _psetf(form: Any, env: Any) -> Any:
    """Store values in places in parallel: all forms are evaluated before anything is stored."""
    items = to_list(form.cdr)
    if len(items) % 2:
        error("PROGRAM-ERROR", "PSETF with an odd number of arguments: ~s.", form)
    pairs = [(expansion(p, env), v) for p, v in zip(items[::2], items[1::2], strict=True)]
    return _store_all(pairs, None)


_mv_bind = template("(multiple-value-bind ,stores ,value ,body)")


def _store_all(pairs: list[tuple[Expansion, Any]], result: Any) -> Any:
    """Evaluate subforms and values from left to right, then write all places."""
    writers = [e.writer for e, _ in pairs]
    body: Any = Cons(_PROGN, from_iterable([*writers, result]))
    for e, value in reversed(pairs):
        if len(e.stores) == 1:
            body = let_star([*bindings(e), lisp_list(e.stores[0], value)], body)
        else:
            body = let_star(bindings(e), _mv_bind(stores=from_iterable(e.stores), value=value, body=body))
    return body


@macro("ROTATEF", "&rest places")
def _rotatef(form: Any, env: Any) -> Any:
    """Give each of PLACES the value of the next one, the last that of the first; NIL."""
    places = [expansion(p, env) for p in to_list(form.cdr)]
    if not places:
        return None
    body: Any = Cons(_PROGN, from_iterable([*[e.writer for e in places], None]))
    # Each place's store variables take the values of the next place, read when its subforms are evaluated.
    stores = [places[-1].stores, *[e.stores for e in places[:-1]]]
    for e, targets in reversed(list(zip(places, stores, strict=True))):
        body = let_star(bindings(e), _mv_bind(stores=from_iterable(targets), value=e.reader, body=body))
    return body


@macro("SHIFTF", "place &rest more")
def _shiftf(form: Any, env: Any) -> Any:
    """Shift values leftwards: each place gets the value of the next, the last argument's value is new."""
    *places, value = to_list(form.cdr)
    expansions = [expansion(p, env) for p in places]
    if not expansions:
        error("PROGRAM-ERROR", "SHIFTF needs a place and a value: ~s.", form)
    old = [gensym("OLD") for _ in expansions[0].stores]
    result: Any = Cons(cl("VALUES"), from_iterable(old))
    body: Any = Cons(_PROGN, from_iterable([*[e.writer for e in expansions], result]))
    body = _mv_bind(stores=from_iterable(expansions[-1].stores), value=value, body=body)
    stores = [old, *[e.stores for e in expansions[:-1]]]
    for e, targets in reversed(list(zip(expansions, stores, strict=True))):
        body = let_star(bindings(e), _mv_bind(stores=from_iterable(targets), value=e.reader, body=body))
    return body


@macro("PUSH", "item place")
def _push(form: Any, env: Any) -> Any:
    """Put ITEM in front of the list in PLACE; return the new list."""
    item, place = form.cdr.car, form.cdr.cdr.car
    if type(place) is Symbol:
        return lisp_list(cl("SETF"), place, lisp_list(_CONS, item, place))
    temp = gensym("ITEM")
    e = expansion(place, env)
    new = lisp_list(e.stores[0], lisp_list(_CONS, temp, e.reader))
    return let_star([lisp_list(temp, item), *bindings(e), new], e.writer)


@macro("PUSHNEW", "item place &key key test test-not")
def _pushnew(form: Any, env: Any) -> Any:
    """Put ITEM in front of the list in PLACE unless it is there already; return the list."""
    item, place, keys = form.cdr.car, form.cdr.cdr.car, form.cdr.cdr.cdr
    temp = gensym("ITEM")
    e = expansion(place, env)
    new = lisp_list(e.stores[0], Cons(cl("ADJOIN"), Cons(temp, Cons(e.reader, keys))))
    return let_star([lisp_list(temp, item), *bindings(e), new], e.writer)


@macro("POP", "place")
def _pop(form: Any, env: Any) -> Any:
    """Take the first element off the list in PLACE and return it."""
    e = expansion(form.cdr.car, env)
    old = gensym("LIST")
    return let_star([*bindings(e), lisp_list(old, e.reader), lisp_list(e.stores[0], lisp_list(_CDR, old))],
                    e.writer, lisp_list(_CAR, old))


def _increment(form: Any, env: Any, operator: str) -> Any:
    place = form.cdr.car
    delta = form.cdr.cdr.car if form.cdr.cdr is not None else 1
    if (type(place) is Symbol and type(delta) is not Cons) or type(delta) is int:
        if type(place) is Symbol:
            return lisp_list(cl("SETF"), place, lisp_list(cl(operator), place, delta))
        return modify(place, env, lambda reader: lisp_list(cl(operator), reader, delta))
    temp = gensym("DELTA")
    return modify(place, env, lambda reader: lisp_list(cl(operator), reader, temp), [lisp_list(temp, delta)])


@macro("INCF", "place &optional (delta 1)")
def _incf(form: Any, env: Any) -> Any:
    """Add DELTA to the number in PLACE; return the sum."""
    return _increment(form, env, "+")


@macro("DECF", "place &optional (delta 1)")
def _decf(form: Any, env: Any) -> Any:
    """Subtract DELTA from the number in PLACE; return the difference."""
    return _increment(form, env, "-")


@builtin("%PUTF", "plist indicator value", package=SYSTEM)
def _putf(plist: Any, indicator: Any, value: Any) -> Any:
    """Return PLIST with VALUE under INDICATOR: changed in place if INDICATOR is there, else with a new head."""
    return put_property(plist, indicator, value)


@builtin("%REMF", "plist indicator", package=SYSTEM, values=True)
def _remf_values(plist: Any, indicator: Any) -> tuple[Any, ...]:
    """Return PLIST without INDICATOR (cut in place), and T if it was there."""
    rest, found = remove_property(plist, indicator)
    return rest, T if found else None


_remf_form = template("(multiple-value-bind (,store #:found) (%remf ,reader ,indicator) ,writer #:found)")


@macro("REMF", "place indicator")
def _remf(form: Any, env: Any) -> Any:
    """Take the property INDICATOR off the property list in PLACE; true if it was there."""
    e = expansion(form.cdr.car, env)
    temp = gensym("INDICATOR")
    body = _remf_form(store=e.stores[0], reader=e.reader, indicator=temp, writer=e.writer)
    return let_star([*bindings(e), lisp_list(temp, form.cdr.cdr.car)], body)


@macro("MULTIPLE-VALUE-SETQ", "variables form")
def _multiple_value_setq(form: Any, env: Any) -> Any:
    """Assign the values of FORM to VARIABLES; return the first."""
    variables, value = form.cdr.car, form.cdr.cdr.car
    if variables is None:
        return lisp_list(cl("VALUES"), value)
    places = Cons(cl("VALUES"), variables)
    return lisp_list(cl("VALUES"), lisp_list(cl("SETF"), places, value))


@macro("DEFINE-MODIFY-MACRO", "name lambda-list function &optional documentation")
def _define_modify_macro(form: Any, env: Any) -> Any:
    """Define the macro NAME, which stores FUNCTION of a place and arguments by LAMBDA-LIST in the place."""
    name, lambda_list, function, *docs = to_list(form.cdr)
    from acl.expand.lambda_list import parse

    parsed = parse(lambda_list)
    args = [*parsed.required, *(o[0] for o in parsed.optional)]
    place, environment = gensym("PLACE"), gensym("ENV")
    whole_args = Cons(cl("LIST*"), from_iterable([*args, parsed.rest]))
    return _modify_macro(name=name, lambda_list=Cons(place, _append(lambda_list, lisp_list(
        cl("&ENVIRONMENT"), environment))), docs=docs, place=place, env=environment,
        function=lisp_list(cl("QUOTE"), function), args=whole_args)


_modify_macro = template("(defmacro ,name ,lambda-list ,@docs (%modify ,place ,env ,function ,args))")


def _append(x: Any, tail: Any) -> Any:
    return from_iterable(to_list(x), tail)


@builtin("%MODIFY", "place env function args", package=SYSTEM)
def _modify(place: Any, env: Any, function: Any, args: Any) -> Any:
    """Return the form that stores FUNCTION of the value of PLACE and ARGS (forms) in PLACE."""
    temps = [(gensym("A"), a) for a in to_list(args)]
    before = [lisp_list(t, a) for t, a in temps]
    return modify(place, env, lambda reader: Cons(function, Cons(reader, from_iterable([t for t, _ in temps]))), before)


@builtin("GET-SETF-EXPANSION", "place &optional environment", values=True)
def _get_setf_expansion(place: Any, environment: Any = None) -> tuple[Any, ...]:
    """Return the five values of the setf expansion of PLACE: temporaries, their forms, stores, writer, reader."""
    e = expansion(place, environment or NULL_ENVIRONMENT)
    return (from_iterable(e.temps), from_iterable(e.values), from_iterable(e.stores), e.writer, e.reader)


_define_expander = template("""(eval-when (:compile-toplevel :load-toplevel :execute)
    (%set-setf-expander ',name ,function) ',name)""")


@macro("DEFINE-SETF-EXPANDER", "name lambda-list &body forms")
def _define_setf_expander(form: Any, env: Any) -> Any:
    """Define how places (NAME ...) are stored: FORMS return the five values of a setf expansion."""
    from acl.expand.macros import macro_lambda

    name, lambda_list = form.cdr.car, form.cdr.cdr.car
    return _define_expander(name=name, function=macro_lambda(name, lambda_list, form.cdr.cdr.cdr))


@builtin("%SET-SETF-EXPANDER", "name function", package=SYSTEM)
def _set_setf_expander(name: Any, function: Any) -> Any:
    """Make FUNCTION, of a form and an environment, the setf expander of NAME."""
    from acl.types.function import call_values

    check_definition(name, "SETF")

    def expander(form: Any, env: Any) -> Expansion:
        temps, values, stores, writer, reader = call_values(function, form, env)
        return Expansion(to_list(temps), to_list(values), to_list(stores), writer, reader)

    SETF_EXPANDERS[name] = expander
    record(name, SETF_METHOD)
    return name


_define_short = template("""(eval-when (:compile-toplevel :load-toplevel :execute)
    (%set-short-setf ',name ',updater) ',name)""")
_define_long = template("""(eval-when (:compile-toplevel :load-toplevel :execute)
    (%set-long-setf ',name ,count ,function) ',name)""")


@macro("DEFSETF", "access-function &rest definition")
def _defsetf(form: Any, env: Any) -> Any:
    """Define how places (ACCESS-FUNCTION ...) are stored: by an update function, or by a lambda list and forms."""
    name, second = form.cdr.car, form.cdr.cdr.car
    if type(second) is Symbol and second is not None and second.name != "NIL":
        return _define_short(name=name, updater=second)
    stores, body = form.cdr.cdr.cdr.car, form.cdr.cdr.cdr.cdr
    # The long form: a function of the stores and of the access form's arguments.
    from acl.expand.macros import macro_lambda

    store_list = to_list(stores)
    lambda_list = Cons(from_iterable(store_list), second)
    return _define_long(name=name, count=len(store_list), function=macro_lambda(name, lambda_list, body))


@builtin("%SET-SHORT-SETF", "name updater", package=SYSTEM)
def _set_short_setf(name: Any, updater: Any) -> Any:
    """Let (setf (NAME args...) value) be (UPDATER args... value)."""
    check_definition(name, "SETF")
    SETF_EXPANDERS[name] = ShortSetf(updater)
    record(name, SETF_METHOD)
    return name


@builtin("%SET-LONG-SETF", "name count function", package=SYSTEM)
def _set_long_setf(name: Any, count: int, function: Any) -> Any:
    """Let FUNCTION, a macro function whose form is (NAME stores . args), make the storing form."""
    check_definition(name, "SETF")

    def expander(place: Any, env: Any) -> Expansion:
        e = call_expansion(place, lambda store, args: None)
        stores = [gensym("NEW") for _ in range(count)]
        writer = function(Cons(name, Cons(from_iterable(stores), e.reader.cdr)), env)
        return Expansion(e.temps, e.values, stores, writer, e.reader)

    SETF_EXPANDERS[name] = expander
    record(name, SETF_METHOD)
    return name
