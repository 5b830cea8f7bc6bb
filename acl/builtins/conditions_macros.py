"""Macros that handle conditions and offer restarts (CLHS 9)."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import macro
from acl.expand.lambda_list import gensym
from acl.expand.macroexpand import macroexpand
from acl.expand.template import template
from acl.runtime.conditions import error
from acl.types.array import SimpleString
from acl.types.cons import Cons, from_iterable, lisp_list, to_list
from acl.types.symbol import EXCL, SYSTEM, Symbol, cl, keyword

_LAMBDA, _FUNCTION, _LIST, _QUOTE = cl("LAMBDA"), cl("FUNCTION"), cl("LIST"), cl("QUOTE")
_HANDLER_CASE = SYSTEM.intern("%HANDLER-CASE")
_MAKE_RESTART = SYSTEM.intern("%MAKE-RESTART")
_NO_ERROR = keyword("NO-ERROR")


def malformed(what: str, form: Any) -> Any:
    """Signal that a part of a macro form has not the shape it must have."""
    return error("PROGRAM-ERROR", "~a: malformed ~s.", SimpleString(what), form)


# Handlers

_no_error = template("""(block #:failed
    (multiple-value-call (lambda ,lambda-list ,@body)
      (block #:normal (return-from #:failed (%handler-case (return-from #:normal ,form) ,@clauses)))))""")


@macro("HANDLER-CASE", "form &rest clauses")
def _handler_case(form: Any, env: Any) -> Any:
    """Evaluate FORM; if a condition of a clause's type is signalled, leave FORM and evaluate that clause instead.

    CLAUSES are (type ([variable]) form...), and at the end perhaps (:no-error lambda-list form...), whose forms are
    evaluated with the values of FORM.
    """
    clauses = to_list(form.cdr.cdr)
    for clause in clauses:
        if type(clause) is not Cons or type(clause.cdr) is not Cons:
            malformed("HANDLER-CASE", clause)
        elif clause.car is not _NO_ERROR and clause.cdr.car is not None and (
                type(clause.cdr.car) is not Cons or clause.cdr.car.cdr is not None):
            malformed("HANDLER-CASE", clause)
    if clauses and clauses[-1].car is _NO_ERROR:
        last = clauses.pop()
        return _no_error(lambda_list=last.cdr.car, body=last.cdr.cdr, form=form.cdr.car, clauses=clauses)
    if not clauses:
        return form.cdr.car
    return Cons(_HANDLER_CASE, Cons(form.cdr.car, from_iterable(clauses)))


_ignore = template("(%handler-case (progn ,@forms) (error (#:c) (values nil #:c)))")


@macro("IGNORE-ERRORS", "&body forms")
def _ignore_errors(form: Any, env: Any) -> Any:
    """Evaluate FORMS; if an error is signalled, return NIL and the condition instead."""
    return _ignore(forms=form.cdr)


_errorset = template("""(%handler-case (multiple-value-call (function list) t ,form)
    (error (#:c) (when ,announce (%announce-error #:c)) nil))""")


@macro("ERRORSET", "form &optional announce catch-breaks", package=EXCL)
def _errorset_macro(form: Any, env: Any) -> Any:
    """Return T and the values of FORM as multiple values, NIL if an error is signalled; ANNOUNCE true prints it."""
    announce = form.cdr.cdr.car if form.cdr.cdr is not None else None
    return lisp_list(cl("VALUES-LIST"), Cons(cl("OR"), lisp_list(_errorset(form=form.cdr.car, announce=announce),
                                                                 lisp_list(_LIST, None))))


# Restarts


@macro("RESTART-BIND", "bindings &body forms")
def _restart_bind(form: Any, env: Any) -> Any:
    """Evaluate FORMS with restarts in force: BINDINGS are (name function &key interactive- report- test-function)."""
    made = []
    for binding in to_list(form.cdr.car):
        if type(binding) is not Cons or type(binding.cdr) is not Cons:
            malformed("RESTART-BIND", binding)
        options = _options(binding.cdr.cdr, ("INTERACTIVE-FUNCTION", "REPORT-FUNCTION", "TEST-FUNCTION"), binding)
        made.append(_restart(binding.car, binding.cdr.car, options.get("REPORT-FUNCTION"),
                             options.get("INTERACTIVE-FUNCTION"), options.get("TEST-FUNCTION")))
    return _with_restarts(restarts=made, forms=form.cdr.cdr)


_with_restarts = template("(%with-restarts (list ,@restarts) ,@forms)")


def _restart(name: Any, function: Any, report: Any, interactive: Any, test: Any) -> Any:
    return lisp_list(_MAKE_RESTART, lisp_list(_QUOTE, name), function, report, interactive, test)


def _options(rest: Any, names: tuple[str, ...], whole: Any) -> dict[str, Any]:
    """Return the options at the start of *rest*, by name; each at most once."""
    found: dict[str, Any] = {}
    while type(rest) is Cons:
        key = rest.car
        if type(key) is not Symbol or key.name not in names or type(rest.cdr) is not Cons:
            malformed("restart options", whole)
        found[key.name] = rest.cdr.car
        rest = rest.cdr.cdr
    return found


@macro("RESTART-CASE", "restartable-form &rest clauses")
def _restart_case(form: Any, env: Any) -> Any:
    """Evaluate RESTARTABLE-FORM with restarts in force; invoking one leaves it and evaluates its clause.

    CLAUSES are (name lambda-list [:interactive f] [:report r] [:test f] form...).  If the form signals directly, by
    ERROR, CERROR, SIGNAL or WARN, the restarts are associated with the condition.
    """
    clauses = []
    for clause in to_list(form.cdr.cdr):
        if type(clause) is not Cons or type(clause.cdr) is not Cons:
            malformed("RESTART-CASE", clause)
        options, body = _clause_options(clause.cdr.cdr)
        report = options.get("REPORT")
        clauses.append(lisp_list(
            clause.car, Cons(_LAMBDA, Cons(clause.cdr.car, body)),
            report if type(report) is SimpleString else _function(report),
            _function(options.get("INTERACTIVE")), _function(options.get("TEST"))))
    if not clauses:
        return form.cdr.car
    return Cons(_RESTART_CASE, Cons(_associating(form.cdr.car, env), from_iterable(clauses)))


_LAMBDA, _RESTART_CASE = cl("LAMBDA"), SYSTEM.intern("%RESTART-CASE")


def _clause_options(rest: Any) -> tuple[dict[str, Any], Any]:
    options: dict[str, Any] = {}
    while type(rest) is Cons and type(rest.car) is Symbol and rest.car.package is keyword("REPORT").package and (
            rest.car.name in ("REPORT", "INTERACTIVE", "TEST")) and type(rest.cdr) is Cons:
        options[rest.car.name] = rest.cdr.car
        rest = rest.cdr.cdr
    return options, rest


def _function(x: Any) -> Any:
    return lisp_list(_FUNCTION, x) if x is not None else None


_SIGNALLERS = tuple(cl(n) for n in ("ERROR", "SIGNAL", "WARN", "CERROR"))
_signalling = template("""(let* ((#:datum ,datum) (#:args (list ,@args))
                                 (#:c (%coerce-condition #:datum #:args ',operator)) (#:rs (%newest-restarts)))
    (%associate #:c #:rs)
    (unwind-protect (,operator #:c) (%dissociate #:c #:rs)))""")
_signalling_cerror = template("""(let* ((#:control ,control) (#:datum ,datum) (#:args (list ,@args))
                                        (#:c (%coerce-condition #:datum #:args 'cerror)) (#:rs (%newest-restarts)))
    (%associate #:c #:rs)
    (unwind-protect (apply (function cerror) #:control #:c #:args) (%dissociate #:c #:rs)))""")


def _associating(form: Any, env: Any) -> Any:
    """Return *form*, made to associate the newest restarts with what it signals if it just signals."""
    if type(form) is not Cons and type(form) is not Symbol:
        return form
    expanded, _ = macroexpand(form, env)
    if type(expanded) is not Cons or expanded.car not in _SIGNALLERS or type(expanded.cdr) is not Cons:
        return form
    operator, args = expanded.car, expanded.cdr
    if operator.name == "CERROR":
        if type(args.cdr) is not Cons:
            return form
        return _signalling_cerror(control=args.car, datum=args.cdr.car, args=args.cdr.cdr)
    return _signalling(operator=operator, datum=args.car, args=args.cdr)


_simple_restart = template("""(restart-case (progn ,@forms)
    (,name () :report (lambda (#:stream) (format #:stream ,control ,@args)) (values nil t)))""")


@macro("WITH-SIMPLE-RESTART", "(name format-control &rest format-arguments) &body forms")
def _with_simple_restart(form: Any, env: Any) -> Any:
    """Evaluate FORMS with a restart NAME in force; if it is invoked return NIL and T."""
    spec = form.cdr.car
    if type(spec) is not Cons or type(spec.cdr) is not Cons:
        malformed("WITH-SIMPLE-RESTART", spec)
    return _simple_restart(forms=form.cdr.cdr, name=spec.car, control=spec.cdr.car, args=spec.cdr.cdr)


_condition_restarts = template("""(let ((#:c ,condition) (#:rs ,restarts))
    (%associate #:c #:rs)
    (unwind-protect (progn ,@forms) (%dissociate #:c #:rs)))""")


@macro("WITH-CONDITION-RESTARTS", "condition restarts &body forms")
def _with_condition_restarts(form: Any, env: Any) -> Any:
    """Evaluate FORMS while the list RESTARTS is associated with CONDITION."""
    return _condition_restarts(condition=form.cdr.car, restarts=form.cdr.cdr.car, forms=form.cdr.cdr.cdr)


# Checks

_check = template("""(tagbody #:again
    (unless (typep ,place ',type)
      (setf ,place (%check-type-failed ,place ',place ',type ,description))
      (go #:again)))""")


@macro("CHECK-TYPE", "place type &optional description")
def _check_type(form: Any, env: Any) -> Any:
    """Signal a correctable `type-error` unless the value of PLACE is of TYPE; return NIL."""
    rest = form.cdr.cdr.cdr
    return _check(place=form.cdr.car, type=form.cdr.cdr.car, description=rest.car if rest is not None else None)


_assertion = template("""(tagbody #:again
    (unless ,test
      (let ((,new (%assert-failed ',test ',places ,given ,datum (list ,@args))))
        (when ,new ,@stores))
      (go #:again)))""")


@macro("ASSERT", "test &optional places datum &rest arguments")
def _assert(form: Any, env: Any) -> Any:
    """Signal a correctable error unless TEST is true; PLACES may get new values; return NIL.

    DATUM and ARGUMENTS designate the condition, as in ERROR.
    """
    rest = form.cdr.cdr
    places = rest.car if rest is not None else None
    designator = rest.cdr if rest is not None else None
    new = gensym("NEW")
    stores = [lisp_list(cl("SETF"), p, lisp_list(cl("POP"), new)) for p in to_list(places)]
    return _assertion(test=form.cdr.car, places=places, given=keyword("GIVEN") if designator is not None else None,
                      datum=designator.car if designator is not None else None,
                      args=designator.cdr if designator is not None else None, new=new, stores=stores)


# Definition

_define = template("""(progn
    (%define-condition ',name ',parents (list ,@slots) ,report (list ,@defaults) ,doc)
    ,@accessors
    ',name)""")
_reader = template("(defmethod ,reader ((#:c ,name)) (slot-value #:c ',slot))")
_writer = template("(defmethod ,writer (#:new (#:c ,name)) (setf (slot-value #:c ',slot) #:new))")


@macro("DEFINE-CONDITION", "name (&rest parent-types) (&rest slot-specifiers) &rest options")
def _define_condition(form: Any, env: Any) -> Any:
    """Define the condition type NAME below PARENT-TYPES, with slots as in DEFCLASS; return NAME.

    OPTIONS are (:report text-or-function), (:default-initargs ...) and (:documentation string).
    """
    name, parents, slot_specifiers = form.cdr.car, form.cdr.cdr.car, form.cdr.cdr.cdr
    if type(name) is not Symbol:
        malformed("DEFINE-CONDITION", name)
    report = doc = None
    defaults: list[Any] = []
    for option in to_list(slot_specifiers.cdr if slot_specifiers is not None else None):
        kind = option.car.name if type(option) is Cons and type(option.car) is Symbol else ""
        if kind == "REPORT":
            report = option.cdr.car if type(option.cdr.car) is SimpleString else _function(option.cdr.car)
        elif kind == "DOCUMENTATION":
            doc = option.cdr.car
        elif kind == "DEFAULT-INITARGS":
            items = to_list(option.cdr)
            for key, value in zip(items[::2], items[1::2], strict=True):
                defaults.append(lisp_list(_LIST, lisp_list(_QUOTE, key), lisp_list(_QUOTE, value), _thunk(value)))
        else:
            malformed("DEFINE-CONDITION", option)
    slots, accessors = [], []
    for specifier in to_list(slot_specifiers.car if slot_specifiers is not None else None):
        slot, methods = _slot(specifier, name)
        slots.append(slot)
        accessors += methods
    return _define(name=name, parents=parents, slots=slots, report=report, defaults=defaults, doc=doc,
                   accessors=accessors)


def _thunk(value: Any) -> Any:
    return lisp_list(_FUNCTION, lisp_list(_LAMBDA, None, value))


def _slot(specifier: Any, class_name: Any) -> tuple[Any, list[Any]]:
    """Return the form that describes a slot to %DEFINE-CONDITION, and the definitions of its accessors."""
    name, rest = (specifier.car, specifier.cdr) if type(specifier) is Cons else (specifier, None)
    if type(name) is not Symbol:
        malformed("slot of DEFINE-CONDITION", specifier)
    initargs: list[Any] = []
    methods: list[Any] = []
    function = form = allocation = doc = None
    items = to_list(rest)
    if len(items) % 2:
        malformed("slot of DEFINE-CONDITION", specifier)
    for key, value in zip(items[::2], items[1::2], strict=True):
        option = key.name if type(key) is Symbol else ""
        if option == "INITARG":
            initargs.append(value)
        elif option == "INITFORM":
            form, function = value, _thunk(value)
        elif option == "ALLOCATION":
            allocation = value
        elif option == "DOCUMENTATION":
            doc = value
        elif option == "READER":
            methods.append(_reader(reader=value, name=class_name, slot=name))
        elif option == "WRITER":
            methods.append(_writer(writer=value, name=class_name, slot=name))
        elif option == "ACCESSOR":
            methods.append(_reader(reader=value, name=class_name, slot=name))
            methods.append(_writer(writer=lisp_list(cl("SETF"), value), name=class_name, slot=name))
        elif option != "TYPE":
            malformed("slot of DEFINE-CONDITION", specifier)
    described = [lisp_list(_QUOTE, x) for x in (name, from_iterable(initargs), form)]
    return lisp_list(_LIST, *described, function, allocation, doc), methods
