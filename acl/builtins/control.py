"""Control structure macros: conditionals, iteration, prog and its kin (CLHS 5.3, 6)."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin, macro
from acl.expand.declarations import parse_body
from acl.expand.lambda_list import gensym
from acl.expand.mentions import assigns, mentions
from acl.expand.template import template
from acl.runtime.conditions import error
from acl.types.cons import Cons, from_iterable, lisp_list, to_list
from acl.types.symbol import SYSTEM, Symbol, T, cl, function_key

_IF, _PROGN, _COND, _QUOTE, _OR, _LET, _SETQ = (cl(n) for n in ("IF", "PROGN", "COND", "QUOTE", "OR", "LET", "SETQ"))
_EQL, _MEMBER, _DECLARE, _OTHERWISE, _TAGBODY = (cl(n) for n in ("EQL", "MEMBER", "DECLARE", "OTHERWISE", "TAGBODY"))


def progn(forms: Any) -> Any:
    """Return one form for a list of forms."""
    if type(forms) is Cons and forms.cdr is None:
        return forms.car
    return Cons(_PROGN, forms) if forms is not None else None


@macro("WHEN", "test &body forms")
def _when(form: Any, env: Any) -> Any:
    """Evaluate FORMS if TEST is true."""
    return lisp_list(_IF, form.cdr.car, progn(form.cdr.cdr), None)


@macro("UNLESS", "test &body forms")
def _unless(form: Any, env: Any) -> Any:
    """Evaluate FORMS if TEST is false."""
    return lisp_list(_IF, form.cdr.car, None, progn(form.cdr.cdr))


@macro("AND", "&rest forms")
def _and(form: Any, env: Any) -> Any:
    """Evaluate FORMS until one is false; return the values of the last one evaluated."""
    if form.cdr is None:
        return T
    if form.cdr.cdr is None:
        return form.cdr.car
    return lisp_list(_IF, form.cdr.car, Cons(form.car, form.cdr.cdr), None)


@macro("OR", "&rest forms")
def _or(form: Any, env: Any) -> Any:
    """Evaluate FORMS until one is true; return its value, all values of the last form."""
    if form.cdr is None or form.cdr.cdr is None:
        return form.cdr.car if form.cdr is not None else None
    first = gensym("FIRST")
    return lisp_list(_LET, lisp_list(lisp_list(first, form.cdr.car)),
                     lisp_list(_IF, first, first, Cons(form.car, form.cdr.cdr)))


_values_bind = template("(multiple-value-call (lambda (&optional ,@variables &rest #:more) ,@body) ,values)")
_values_list = template("(multiple-value-call (function list) ,form)")


@macro("MULTIPLE-VALUE-BIND", "variables values-form &body forms")
def _multiple_value_bind(form: Any, env: Any) -> Any:
    """Evaluate FORMS with VARIABLES bound to the values of VALUES-FORM."""
    return _values_bind(variables=form.cdr.car, values=form.cdr.cdr.car, body=form.cdr.cdr.cdr)


@macro("MULTIPLE-VALUE-LIST", "form")
def _multiple_value_list(form: Any, env: Any) -> Any:
    """Return a list of the values of FORM."""
    return _values_list(form=form.cdr.car)


@macro("COND", "&rest clauses")
def _cond(form: Any, env: Any) -> Any:
    """Evaluate the forms of the first of CLAUSES (test form...) whose test is true."""
    result: Any = None
    for clause in reversed(to_list(form.cdr)):
        if type(clause) is not Cons:
            error("PROGRAM-ERROR", "COND clause is not a list: ~s.", clause)
        if clause.cdr is None:
            # A clause without forms gives the one value of its test, even at the end.
            test = lisp_list(cl("VALUES"), clause.car) if result is None else clause.car
            result = test if result is None else lisp_list(_OR, test, result)
        elif clause.car is T:
            result = progn(clause.cdr)
        else:
            result = lisp_list(_IF, clause.car, progn(clause.cdr), result)
    return result


def case_test(variable: Any, keys: Any) -> Any:
    """Return the test whether *variable* is one of *keys* (a list or an atom)."""
    items = to_list(keys) if type(keys) is Cons else [keys]
    if not items:
        return None
    if len(items) == 1:
        return lisp_list(_EQL, variable, lisp_list(_QUOTE, items[0]))
    if len(items) <= 4:
        return Cons(_OR, from_iterable([lisp_list(_EQL, variable, lisp_list(_QUOTE, k)) for k in items]))
    return lisp_list(_MEMBER, variable, lisp_list(_QUOTE, keys))


def case_clauses(form: Any, test: Any, default: Any, variable: Any, otherwise: bool = True) -> Any:
    """Return the `cond` of a case form: *test* makes a clause's test, *default* is what happens if none fits."""
    clauses = []
    items = to_list(form.cdr.cdr)
    for i, clause in enumerate(items):
        if type(clause) is not Cons:
            error("PROGRAM-ERROR", "~s clause is not a list: ~s.", form.car, clause)
        key = clause.car
        if otherwise and (key is T or key is _OTHERWISE) and i == len(items) - 1:
            clauses.append(Cons(T, clause.cdr if clause.cdr is not None else lisp_list(None)))
            default = None
        elif otherwise and (key is _OTHERWISE or (key is T and test is not _type_test)):
            error("PROGRAM-ERROR", "~s: the clause ~s must be the last.", form.car, key)
        elif key is not None:
            clauses.append(Cons(test(variable, key), clause.cdr if clause.cdr is not None else lisp_list(None)))
    if default is not None:
        clauses.append(lisp_list(T, default))
    return lisp_list(_LET, lisp_list(lisp_list(variable, form.cdr.car)), Cons(_COND, from_iterable(clauses)))


@macro("CASE", "keyform &rest clauses")
def _case(form: Any, env: Any) -> Any:
    """Evaluate the forms of the clause among whose keys the value of KEYFORM is (by EQL)."""
    return case_clauses(form, case_test, None, gensym("KEY"))


def _type_test(variable: Any, type_: Any) -> Any:
    return lisp_list(cl("TYPEP"), variable, lisp_list(_QUOTE, type_))


@macro("TYPECASE", "keyform &rest clauses")
def _typecase(form: Any, env: Any) -> Any:
    """Evaluate the forms of the first clause whose type the value of KEYFORM has."""
    return case_clauses(form, _type_test, None, gensym("KEY"))


def _keys_of(form: Any, types: bool) -> Any:
    result: list[Any] = []
    for clause in to_list(form.cdr.cdr):
        key = clause.car
        result.extend(to_list(key) if type(key) is Cons and not types else [] if key is None and not types else [key])
    return from_iterable(result)


_case_failure = template("(%case-failure ,variable ',types)")


def _failing(form: Any, test: Any, types: bool) -> Any:
    variable = gensym("KEY")
    kind = cl("OR") if types else cl("MEMBER")
    failure = _case_failure(variable=variable, types=Cons(kind, _keys_of(form, types)))
    return case_clauses(form, test, failure, variable, otherwise=False)


@macro("ECASE", "keyform &rest clauses")
def _ecase(form: Any, env: Any) -> Any:
    """As CASE, but a `type-error` if no clause fits."""
    return _failing(form, case_test, types=False)


@macro("ETYPECASE", "keyform &rest clauses")
def _etypecase(form: Any, env: Any) -> Any:
    """As TYPECASE, but a `type-error` if no clause fits."""
    return _failing(form, _type_test, types=True)


_correctable = template("""(block #:case (tagbody #:again (return-from #:case
    (,operator ,place ,@clauses (,otherwise (setf ,place (%correct-case ,place ',types ',place)) (go #:again))))))""")


def _correct(form: Any, operator: str, types: bool) -> Any:
    kind = cl("OR") if types else cl("MEMBER")
    return _correctable(operator=SYSTEM.intern(operator), place=form.cdr.car, clauses=form.cdr.cdr,
                        otherwise=SYSTEM.intern("%OTHERWISE"), types=Cons(kind, _keys_of(form, types)))


@macro("CCASE", "keyplace &rest clauses")
def _ccase(form: Any, env: Any) -> Any:
    """As ECASE, with a STORE-VALUE restart that stores a new value in KEYPLACE and tries again."""
    return _correct(form, "%CASE", types=False)


@macro("CTYPECASE", "keyplace &rest clauses")
def _ctypecase(form: Any, env: Any) -> Any:
    """As ETYPECASE, with a STORE-VALUE restart that stores a new value in KEYPLACE and tries again."""
    return _correct(form, "%TYPECASE", types=True)


def _marked_case(form: Any, test: Any) -> Any:
    """CASE whose last clause, marked %OTHERWISE, is the default: T and OTHERWISE are ordinary keys."""
    *clauses, last = to_list(form.cdr.cdr)
    shorter = Cons(form.car, Cons(form.cdr.car, from_iterable(clauses)))
    return case_clauses(shorter, test, progn(last.cdr), gensym("KEY"), otherwise=False)


@macro("%CASE", "keyform &rest clauses", package=SYSTEM)
def _internal_case(form: Any, env: Any) -> Any:
    """CASE with a marked default clause."""
    return _marked_case(form, case_test)


@macro("%TYPECASE", "keyform &rest clauses", package=SYSTEM)
def _internal_typecase(form: Any, env: Any) -> Any:
    """TYPECASE with a marked default clause."""
    return _marked_case(form, _type_test)


@builtin("%CASE-FAILURE", "datum type", package=SYSTEM)
def _case_failure_function(datum: Any, type_: Any) -> Any:
    """Signal that no clause of an `ecase` or `etypecase` fits."""
    error("CASE-FAILURE", None, datum=datum, expected_type=type_)


# ------------------------------------------------------------------------------------------------ prog and friends


@macro("RETURN", "&optional result")
def _return(form: Any, env: Any) -> Any:
    """Leave the innermost block named NIL with the value of RESULT."""
    return Cons(cl("RETURN-FROM"), Cons(None, form.cdr))


@macro("PROG1", "first &rest forms")
def _prog1(form: Any, env: Any) -> Any:
    """Evaluate all forms in order; return the value of FIRST."""
    temp = gensym("FIRST")
    return lisp_list(_LET, lisp_list(lisp_list(temp, form.cdr.car)), Cons(_PROGN, form.cdr.cdr), temp)


@macro("PROG2", "first second &rest forms")
def _prog2(form: Any, env: Any) -> Any:
    """Evaluate all forms in order; return the value of SECOND."""
    return lisp_list(_PROGN, form.cdr.car, Cons(cl("PROG1"), form.cdr.cdr))


_prog_form = template("(block nil (,let ,bindings ,@declarations (tagbody ,@body)))")


def _prog(form: Any, let: str) -> Any:
    declarations, _, body = parse_body(form.cdr.cdr)
    declare = [Cons(_DECLARE, from_iterable(declarations.forms))] if declarations.forms else []
    return _prog_form(let=cl(let), bindings=form.cdr.car, declarations=declare, body=body)


@macro("PROG", "bindings &body forms")
def _prog_macro(form: Any, env: Any) -> Any:
    """A block named NIL around a LET of BINDINGS around a TAGBODY of FORMS."""
    return _prog(form, "LET")


@macro("PROG*", "bindings &body forms")
def _prog_star(form: Any, env: Any) -> Any:
    """A block named NIL around a LET* of BINDINGS around a TAGBODY of FORMS."""
    return _prog(form, "LET*")


@macro("NTH-VALUE", "n form")
def _nth_value(form: Any, env: Any) -> Any:
    """Return value number N (from 0) of FORM."""
    n, value = form.cdr.car, form.cdr.cdr.car
    if type(n) is int and 0 <= n < 20:
        variables = [gensym("V") for _ in range(n + 1)]
        ignore = lisp_list(_DECLARE, Cons(cl("IGNORE"), from_iterable(variables[:-1])))
        return lisp_list(cl("MULTIPLE-VALUE-BIND"), from_iterable(variables), value, ignore, variables[-1])
    return lisp_list(cl("NTH"), n, lisp_list(cl("MULTIPLE-VALUE-LIST"), value))


# ------------------------------------------------------------------------------------------------------- iteration


_dotimes_constant = template("""(block nil
    (%for-range (,var 0 ,count) ,@declarations (tagbody ,@body)) ,result)""")
_dotimes_general = template("""(block nil (let ((#:n ,count)) (let ((,var 0)) ,@declarations
    (%while (< ,var #:n) (tagbody ,@body) (setq ,var (1+ ,var))) ,result)))""")


def _split(body: Any) -> tuple[list[Any], Any]:
    declarations, _, forms = parse_body(body)
    return [Cons(_DECLARE, from_iterable(declarations.forms))] if declarations.forms else [], forms


@macro("DOTIMES", "(var count &optional result) &body forms")
def _dotimes(form: Any, env: Any) -> Any:
    """Evaluate FORMS with VAR bound to the integers from 0 below COUNT; return RESULT."""
    spec = to_list(form.cdr.car)
    if not 2 <= len(spec) <= 3 or type(spec[0]) is not Symbol:
        error("PROGRAM-ERROR", "Malformed DOTIMES: ~s.", form.cdr.car)
    var, count = spec[0], spec[1]
    declarations, body = _split(form.cdr.cdr)
    result = spec[2] if len(spec) == 3 else None
    if assigns(var, body):
        return _dotimes_general(var=var, count=count, declarations=declarations, body=body, result=result)
    special = _special(declarations)
    if mentions(var, result):
        # Behind the loop VAR is the number of turns.
        end = gensym("END")
        inner = _dotimes_constant(var=var, count=end, declarations=declarations, body=body,
                                  result=_with_end(var=var, end=end, special=special, result=result))
        return lisp_list(_LET, lisp_list(lisp_list(end, count)), inner)
    if special and isinstance(result, (Cons, Symbol)):
        result = _locally(special=special, result=result)
    return _dotimes_constant(var=var, count=count, declarations=declarations, body=body, result=result)


_with_end = template("(let ((,var (max 0 ,end))) ,@special ,result)")
_locally = template("(locally ,@special ,result)")


def _special(declarations: list[Any]) -> list[Any]:
    """Return those of the declarations of a loop that matter for its result form too, which is in their scope."""
    specifiers = [s for d in declarations for s in d.cdr if type(s) is Cons and s.car is cl("SPECIAL")]
    return [Cons(_DECLARE, from_iterable(specifiers))] if specifiers else []


_dolist_form = template("(block nil (%for-list (,var ,list) ,@declarations (tagbody ,@body)) ,result)")
_with_nil = template("(let ((,var nil)) ,@special ,result)")


@macro("DOLIST", "(var list &optional result) &body forms")
def _dolist(form: Any, env: Any) -> Any:
    """Evaluate FORMS with VAR bound to each element of LIST; return RESULT, for which VAR is NIL."""
    spec = to_list(form.cdr.car)
    if not 2 <= len(spec) <= 3 or type(spec[0]) is not Symbol:
        error("PROGRAM-ERROR", "Malformed DOLIST: ~s.", form.cdr.car)
    var = spec[0]
    declarations, body = _split(form.cdr.cdr)
    result = spec[2] if len(spec) == 3 else None
    special = _special(declarations)
    if special or mentions(var, result):
        result = _with_nil(var=var, special=special, result=result)
    form = _dolist_fresh if _makes_list(spec[1], env) else _dolist_form
    return form(var=var, list=spec[1], declarations=declarations, body=body, result=result)


_dolist_fresh = template("""(block nil (%for-items (,var ,list) ,@declarations (tagbody ,@body)) ,result)""")
_MAKERS = frozenset([cl("MAPCAR"), cl("REMOVE-IF"), cl("REMOVE-IF-NOT"), cl("LIST")])


def _makes_list(form: Any, env: Any) -> bool:
    """True if *form* makes a list that nobody else will see: its conses need not be made."""
    return type(form) is Cons and form.car in _MAKERS and not env.functions.get(function_key(form.car))


_do_form = template("""(block nil (,let ,bindings ,@declarations
    (%while (not ,test) (tagbody ,@body) ,@step) ,@result))""")


def _do(form: Any, let: str, parallel: bool) -> Any:
    specs = []
    for s in to_list(form.cdr.car):
        parts = to_list(s) if type(s) is Cons else [s]
        if not 1 <= len(parts) <= 3:
            error("PROGRAM-ERROR", "Malformed variable in ~s: ~s.", form.car, s)
        specs.append(parts)
    end = to_list(form.cdr.cdr.car)
    declarations, body = _split(form.cdr.cdr.cdr)
    bindings = from_iterable([lisp_list(*s[:2]) if len(s) > 1 else s[0] for s in specs])
    steps: list[Any] = []
    for s in specs:
        if len(s) == 3:
            steps += [s[0], s[2]]
    step = [Cons(cl("PSETQ") if parallel and len(steps) > 2 else _SETQ, from_iterable(steps))] if steps else []
    if not end:
        error("PROGRAM-ERROR", "~s has no end test: ~s.", form.car, form)
    return _do_form(let=cl(let), bindings=bindings, declarations=declarations, test=end[0], body=body, step=step,
                    result=end[1:] or [None])


@macro("DO", "bindings (end-test &rest result-forms) &body forms")
def _do_macro(form: Any, env: Any) -> Any:
    """Iterate with variables that are bound, and stepped, in parallel, until END-TEST is true."""
    return _do(form, "LET", parallel=True)


@macro("DO*", "bindings (end-test &rest result-forms) &body forms")
def _do_star(form: Any, env: Any) -> Any:
    """Iterate with variables that are bound, and stepped, one after the other, until END-TEST is true."""
    return _do(form, "LET*", parallel=False)


_handler_bind = template("(%with-handlers ,bindings ,@forms)")


@macro("HANDLER-BIND", "bindings &body forms")
def _handler_bind_macro(form: Any, env: Any) -> Any:
    """Evaluate FORMS with handlers: BINDINGS are (type handler-function), run where a condition is signalled."""
    for b in to_list(form.cdr.car):
        if type(b) is not Cons or type(b.cdr) is not Cons or b.cdr.cdr is not None:
            error("PROGRAM-ERROR", "Malformed binding in HANDLER-BIND: ~s.", b)
    return _handler_bind(bindings=form.cdr.car, forms=form.cdr.cdr)
