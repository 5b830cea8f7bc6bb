"""What `defmethod` expands to: specialized lambda lists, and the function of a method.

A method whose body uses `call-next-method` or `next-method-p` becomes a maker, `(lambda (next) (lambda ...))`; inside,
both names are local macros that stand for functions where #' takes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from acl.builtins.declare import builtin
from acl.clos.base import LispClass, Specializer, find_class
from acl.clos.generic import applicable_methods, eql_specializer, generic_of
from acl.compiler.specials import special
from acl.expand.declarations import OPTIMIZE, parse_body
from acl.expand.environment import LocalMacro
from acl.expand.template import template
from acl.runtime.conditions import error
from acl.types.array import SimpleString
from acl.types.cons import Cons, from_iterable, lisp_list, to_list
from acl.types.function import call_values
from acl.types.symbol import CL, SYSTEM, Symbol, cl, function_key

_CNM, _NMP, _FUNCTION, _QUOTE = cl("CALL-NEXT-METHOD"), cl("NEXT-METHOD-P"), cl("FUNCTION"), cl("QUOTE")
_SETF, _EQL, _T, _DECLARE, _SAFETY = cl("SETF"), cl("EQL"), cl("T"), cl("DECLARE"), cl("SAFETY")
_KEY, _REST, _AUX, _ALLOW = cl("&KEY"), cl("&REST"), cl("&AUX"), cl("&ALLOW-OTHER-KEYS")
_MARKERS = frozenset(cl(m) for m in ("&OPTIONAL", "&REST", "&KEY", "&AUX", "&ALLOW-OTHER-KEYS", "&BODY"))
_NAMED_LAMBDA, _WITH_NEXT = SYSTEM.intern("%NAMED-LAMBDA"), SYSTEM.intern("%WITH-NEXT-METHOD")
_METHOD_FUNCTION = SYSTEM.intern("%METHOD-FUNCTION")


class MethodForm:
    """A `defmethod` form, or a :method option, taken apart."""

    def __init__(self, name: Any, rest: Any) -> None:
        qualifiers: list[Any] = []
        while type(rest) is Cons and type(rest.car) is not Cons and rest.car is not None:
            qualifiers.append(rest.car)
            rest = rest.cdr
        if type(rest) is not Cons:
            error("PROGRAM-ERROR", "The method definition of ~s has no lambda list.", name)
        self.name = name
        self.qualifiers = from_iterable(qualifiers)
        self.parameters, self.specializers, self.rest = split_lambda_list(rest.car)
        self.specialized = from_iterable(_specialized(rest.car))
        self.body = rest.cdr

    @property
    def lambda_list(self) -> Any:
        """The unspecialized lambda list."""
        return from_iterable(self.parameters, self.rest)

    def documentation(self) -> Any:
        """The documentation string, or None."""
        return parse_body(self.body, documentation=True)[1]

    def specializer_forms(self) -> Any:
        """Forms for the specializers, to be given to `specializer_of`."""
        forms = []
        for s in self.specializers:
            if type(s) is Cons and s.car is _EQL:
                forms.append(lisp_list(cl("LIST"), lisp_list(_QUOTE, _EQL), s.cdr.car))
            else:
                forms.append(lisp_list(_QUOTE, s))
        return Cons(cl("LIST"), from_iterable(forms))


def _specialized(form: Any) -> Iterator[Any]:
    """Give the parameters of a lambda list that have a specializer."""
    while type(form) is Cons and form.car not in _MARKERS:
        if type(form.car) is Cons:
            yield form.car.car
        form = form.cdr


def split_lambda_list(form: Any) -> tuple[list[Any], list[Any], Any]:
    """Return required parameters, their specializers (T where there is none) and the rest of the list."""
    parameters, specializers = [], []
    while type(form) is Cons and form.car not in _MARKERS:
        item = form.car
        if type(item) is Cons:
            if type(item.cdr) is not Cons or item.cdr.cdr is not None:
                error("PROGRAM-ERROR", "~s is not a specialized parameter.", item)
            parameters.append(item.car)
            specializers.append(item.cdr.car)
        else:
            parameters.append(item)
            specializers.append(_T)
        form = form.cdr
    return parameters, specializers, form


def specializer_of(x: Any) -> Any:
    """Return the specializer that *x* stands for: a class or its name, a specializer, or a list (eql object)."""
    if isinstance(x, (LispClass, Specializer)):
        return x
    if type(x) is Cons and x.car is _EQL:
        return eql_specializer(x.cdr.car)
    if x is None:
        x = CL.find("NIL")[0]
    return find_class(x)


def allow_other_keys(rest: Any) -> Any:
    """Return the tail of a lambda list with &allow-other-keys if it has &key: the generic function checks them."""
    items = to_list(rest)
    if _KEY not in items or _ALLOW in items:
        return rest
    at = items.index(_AUX) if _AUX in items else len(items)
    return from_iterable([*items[:at], _ALLOW, *items[at:]])


_maker = template("(%maker (function (lambda (,next) (declare (ignorable ,next)) ,function)))")
_as_function = template("(lambda (&rest #:args) (if #:args (apply ,next #:args) ,call))")
_next_p = template("(lambda () (%next-method-p ,next))")


def method_function(method: MethodForm) -> Any:
    """Return a form for the function of a method, or the `Maker` of it.

    A parameter with a specializer counts as used (CLHS, `defmethod`).
    """
    parameters = lisp_list(from_iterable(method.parameters), allow_other_keys(method.rest))
    body = method.body
    if method.specialized is not None:
        body = Cons(lisp_list(_DECLARE, Cons(cl("IGNORABLE"), method.specialized)), body)
    return Cons(_METHOD_FUNCTION, Cons(method.name, Cons(parameters, body)))


class Maker(NamedTuple):
    """What the form of a method's function gives if it needs the next method, a function, to make the function."""

    make: Any


@builtin("%MAKER", "function", package=SYSTEM)
def _maker_of(function: Any) -> Maker:
    """Return a method maker that calls FUNCTION with the next method."""
    return Maker(function)


@special("%METHOD-FUNCTION", 2)
def _method_function(a: Any, form: Any, env: Any) -> Any:
    """(%method-function name (parameters rest) . body): a method's function, or its maker if the body needs one.

    What macros expand to is known only after the body has been analyzed.
    """
    name, (parameters, rest), body = form.cdr.car, to_list(form.cdr.cdr.car), form.cdr.cdr.cdr
    if not _mentions(body):
        used: list[Any] = []

        def note(form: Any, env: Any) -> Any:
            used.append(form)
            return None

        local = LocalMacro(note, lisp_list(_CNM))
        plain = Cons(_NAMED_LAMBDA, Cons(name, Cons(from_iterable(to_list(parameters), rest), body)))
        node = a.form(plain, env.with_functions({function_key(_CNM): local, function_key(_NMP): local}))
        if not used:
            return node
    return a.form(_maker_form(name, to_list(parameters), rest, body), env)


def _mentions(x: Any) -> bool:
    """True if *x* contains `call-next-method` or `next-method-p`, as far as can be told before macros are expanded."""
    while type(x) is Cons:
        if x.car is _CNM or x.car is _NMP or (type(x.car) is Cons and _mentions(x.car)):
            return True
        x = x.cdr
    return False


def _maker_form(name: Any, parameters: list[Any], rest: Any, body: Any) -> Any:
    """Return the form of a maker: `(lambda (next) (lambda ...))`, its inner parameters bound anew for the body."""
    next_method = Symbol("NEXT")
    names = [Symbol(p.name) for p in parameters]
    more = Symbol("MORE") if rest is not None and rest.car is not _AUX else None
    outer = from_iterable(names, lisp_list(_REST, more) if more is not None else None)
    _, _, forms = parse_body(body, documentation=True)
    declarations = _declarations(body)
    if more is None:
        bindings = [lisp_list(p, n) for p, n in zip(parameters, names, strict=True)]
        aux = to_list(rest.cdr) if rest is not None else []
        inner = Cons(cl("LET") if not aux else cl("LET*"), Cons(from_iterable(
            [*bindings, *(b if type(b) is Cons else lisp_list(b, None) for b in aux)]),
            from_iterable([*declarations, *to_list(forms)])))
    else:
        function = Cons(cl("LAMBDA"), Cons(from_iterable(parameters, rest),
                                           from_iterable([*declarations, *to_list(forms)])))
        inner = Cons(cl("APPLY"), Cons(lisp_list(_FUNCTION, function), from_iterable([*names, more])))
    checked = name if _is_safe(declarations) else None
    wrapped = lisp_list(_WITH_NEXT, lisp_list(next_method, from_iterable(names), more, checked), inner)
    return _maker(next=next_method, function=lisp_list(_NAMED_LAMBDA, name, outer, wrapped))


def _is_safe(declarations: list[Any]) -> bool:
    """True if SAFETY is 3, by *declarations* or else by a proclamation."""
    safety = OPTIMIZE[_SAFETY]
    for specifier in (s for d in declarations for s in to_list(d.cdr)):
        for quality in to_list(specifier.cdr) if specifier.car is cl("OPTIMIZE") else ():
            if quality is _SAFETY or (type(quality) is Cons and quality.car is _SAFETY):
                safety = quality.cdr.car if type(quality) is Cons else 3
    return safety == 3


def _declarations(body: Any) -> list[Any]:
    found = []
    doc = False
    while type(body) is Cons:
        if type(body.car) is Cons and body.car.car is _DECLARE:
            found.append(body.car)
        elif type(body.car) is SimpleString and not doc and body.cdr is not None:
            doc = True
        else:
            break
        body = body.cdr
    return found


def call_next(next_method: Any, names: list[Any], more: Any) -> Any:
    """Return the form that calls the next method with the original arguments."""
    if more is None:
        return Cons(cl("FUNCALL"), Cons(next_method, from_iterable(names)))
    return Cons(cl("APPLY"), Cons(next_method, from_iterable([*names, more])))


_checked_call = template("(%call-next-checked ,next (function ,name) (list ,@names) (list ,@arguments))")


@builtin("%CALL-NEXT-CHECKED", "next-method generic-function original arguments", package=SYSTEM, values=True)
def _call_next_checked(next_method: Any, function: Any, original: Any, arguments: Any) -> tuple[Any, ...]:
    """Call NEXT-METHOD with ARGUMENTS; they must apply to the same methods as the ORIGINAL required arguments."""
    required, given = to_list(original), to_list(arguments)
    gf = generic_of(function)
    if applicable_methods(gf, tuple(given[:len(required)])) != applicable_methods(gf, tuple(required)):
        error("SIMPLE-ERROR", "CALL-NEXT-METHOD of ~s: the methods for the arguments ~s are not those for ~s.",
              function, arguments, original)
    return call_values(next_method, *given)


@special("%WITH-NEXT-METHOD", 1)
def _with_next_method(a: Any, form: Any, env: Any) -> Any:
    """(%with-next-method (next names more checked) . body): call-next-method and next-method-p are local macros.

    CHECKED is the name of the generic function if different arguments have to apply to the same methods (CLHS
    7.6.6.1.3), or NIL.
    """
    next_method, names, more, checked = to_list(form.cdr.car)
    call = call_next(next_method, to_list(names), more)

    def call_next_method(form: Any, env: Any) -> Any:
        if form.cdr is None:
            return call
        if checked is None:
            return Cons(cl("FUNCALL"), Cons(next_method, form.cdr))
        return _checked_call(next=next_method, name=checked, names=names, arguments=form.cdr)

    def next_method_p(form: Any, env: Any) -> Any:
        if form.cdr is not None:
            error("PROGRAM-ERROR", "NEXT-METHOD-P takes no arguments: ~s.", form)
        return lisp_list(SYSTEM.intern("%NEXT-METHOD-P"), next_method)

    return a.progn(form.cdr.cdr, env.with_functions({
        function_key(_CNM): LocalMacro(call_next_method, _as_function(next=next_method, call=call)),
        function_key(_NMP): LocalMacro(next_method_p, _next_p(next=next_method))}))
