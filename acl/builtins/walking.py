"""What the operators mean that the compiler knows beside the standard's: macros, for programs that walk code.

The compiler never expands them.  A code walker, such as iterate's, finds neither a special operator nor a function call
in what `dotimes` or `handler-case` expand to, but macros that lead to the standard's special operators.
"""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin, macro
from acl.expand.declarations import parse_body
from acl.expand.lambda_list import gensym
from acl.expand.template import template
from acl.runtime.control import Cluster
from acl.runtime.dynamic import current
from acl.runtime.faults import signal_fault
from acl.types.array import SimpleString
from acl.types.cons import Cons, from_iterable, lisp_list, to_list
from acl.types.function import call_values
from acl.types.symbol import SYSTEM, cl

_QUOTE, _FUNCTION, _LET, _DECLARE = (cl(x) for x in ("QUOTE", "FUNCTION", "LET", "DECLARE"))

_while = template("(tagbody #:top (unless ,test (go #:end)) (progn ,@body) (go #:top) #:end)")


@macro("%WHILE", "test &body forms", package=SYSTEM)
def _while_macro(form: Any, env: Any) -> Any:
    """Evaluate FORMS as long as TEST is true; NIL."""
    return _while(test=form.cdr.car, body=form.cdr.cdr)


_for_range = template("""(let ((#:i ,start) (#:end ,end))
    (tagbody #:top (unless (< #:i #:end) (go #:end))
      (let ((,var #:i)) ,@declarations ,@body)
      (setq #:i (1+ #:i)) (go #:top) #:end))""")


@macro("%FOR-RANGE", "(var start end) &body forms", package=SYSTEM)
def _for_range_macro(form: Any, env: Any) -> Any:
    """Evaluate FORMS with VAR bound to the integers from START below END; NIL."""
    var, start, end = to_list(form.cdr.car)
    declarations, _, body = parse_body(form.cdr.cdr)
    declare = [Cons(_DECLARE, from_iterable(declarations.forms))] if declarations.forms else []
    return _for_range(var=var, start=start, end=end, declarations=declare, body=body)


_for_items = template("""(let ((#:list ,list))
    (tagbody #:top (when (endp #:list) (go #:end))
      (let ((,var (car #:list))) ,@declarations ,@body)
      (setq #:list (cdr #:list)) (go #:top) #:end))""")


@macro("%FOR-LIST", "(var list) &body forms", package=SYSTEM)
@macro("%FOR-ITEMS", "(var list) &body forms", package=SYSTEM)
def _for_items_macro(form: Any, env: Any) -> Any:
    """Evaluate FORMS with VAR bound to the elements of LIST; NIL.  For %FOR-ITEMS the list is made for this alone."""
    var, list = to_list(form.cdr.car)
    declarations, _, body = parse_body(form.cdr.cdr)
    declare = [Cons(_DECLARE, from_iterable(declarations.forms))] if declarations.forms else []
    return _for_items(var=var, list=list, declarations=declare, body=body)


_for_elements = template("""(let* ((#:vector ,vector) (#:length (%loop-length #:vector)))
    (%for-range (#:index 0 #:length) (let ((,var (%loop-element #:vector #:index))) ,@declarations ,@body)))""")


@macro("%FOR-ELEMENTS", "(var vector) &body forms", package=SYSTEM)
def _for_elements_macro(form: Any, env: Any) -> Any:
    """Evaluate FORMS with VAR bound to the elements of VECTOR; NIL."""
    var, vector = to_list(form.cdr.car)
    declarations, _, body = parse_body(form.cdr.cdr)
    declare = [Cons(_DECLARE, from_iterable(declarations.forms))] if declarations.forms else []
    return _for_elements(var=var, vector=vector, declarations=declare, body=body)


# ---------------------------------------------------------------------------------------------- handlers and restarts


_handlers = template("(%call-with-handlers ',types (list ,@functions) (function (lambda () ,@body)))")


@macro("%WITH-HANDLERS", "bindings &body forms", package=SYSTEM)
def _with_handlers(form: Any, env: Any) -> Any:
    """Evaluate FORMS with handlers; BINDINGS are (type function)."""
    bindings = to_list(form.cdr.car)
    return _handlers(types=from_iterable(b.car for b in bindings), functions=[b.cdr.car for b in bindings],
                     body=form.cdr.cdr)


def _call_under(chain: str, link: tuple[Any, ...], function: Any) -> tuple[Any, ...]:
    """Call *function* with *link* in front of the process's *chain*, "handlers" or "restarts"; return its values."""
    state = current()
    outer = getattr(state, chain)
    setattr(state, chain, (*link, outer))
    try:
        return call_values(function)
    except Exception as fault:
        signal_fault(fault)
        raise
    finally:
        setattr(state, chain, outer)


@builtin("%CALL-WITH-HANDLERS", "types functions function", package=SYSTEM, values=True)
def _call_with_handlers(types: Any, functions: Any, function: Any) -> tuple[Any, ...]:
    """Call FUNCTION with handlers: FUNCTIONS for conditions of TYPES; return its values."""
    from acl.runtime.functions import coerce_function

    handlers = tuple(coerce_function(f) for f in to_list(functions))
    return _call_under("handlers", (Cluster(*to_list(types)), handlers), function)


_case = template("(block ,block (let ((,received nil)) (tagbody ,form ,@clauses)))")
_return = template("(return-from ,block ,form)")
_receive = template("(function (lambda (,parameter) (setq ,received ,parameter) (go ,tag)))")
_with_handlers_form = template("(%with-handlers ,bindings ,form)")


@macro("%HANDLER-CASE", "form &rest clauses", package=SYSTEM)
def _handler_case(form: Any, env: Any) -> Any:
    """Evaluate FORM; a condition of a type of CLAUSES, (type ([variable]) form...), leaves it for that clause."""
    block, received = gensym("CASE"), gensym("CONDITION")
    bindings, clauses = [], []
    for clause in to_list(form.cdr.cdr):
        tag, parameter = gensym("CLAUSE"), gensym("C")
        bindings.append(lisp_list(clause.car, _receive(parameter=parameter, received=received, tag=tag)))
        variables = lisp_list(lisp_list(clause.cdr.car.car, received)) if clause.cdr.car is not None else None
        clauses += [tag, _return(block=block, form=Cons(_LET, Cons(variables, clause.cdr.cdr)))]
    guarded = _with_handlers_form(bindings=from_iterable(bindings), form=_return(block=block, form=form.cdr.car))
    return _case(block=block, received=received, form=guarded, clauses=clauses)


_restarts = template("(%call-with-restarts ,restarts (function (lambda () ,@body)))")


@macro("%WITH-RESTARTS", "restarts &body forms", package=SYSTEM)
def _with_restarts(form: Any, env: Any) -> Any:
    """Evaluate FORMS with the list RESTARTS in force."""
    return _restarts(restarts=form.cdr.car, body=form.cdr.cdr)


@builtin("%CALL-WITH-RESTARTS", "restarts function", package=SYSTEM, values=True)
def _call_with_restarts(restarts: Any, function: Any) -> tuple[Any, ...]:
    """Call FUNCTION with the list RESTARTS in force; return its values."""
    return _call_under("restarts", (to_list(restarts),), function)


_receive_all = template("(function (lambda (&rest ,parameter) (setq ,received ,parameter) (go ,tag)))")
_apply = template("(apply ,function ,received)")
_with_restarts_form = template("(%with-restarts (list ,@restarts) ,form)")
_write = template("(function (lambda (#:stream) (write-string ,text #:stream)))")


@macro("%RESTART-CASE", "form &rest clauses", package=SYSTEM)
def _restart_case(form: Any, env: Any) -> Any:
    """Evaluate FORM with restarts that leave it; CLAUSES are (name lambda report interactive test)."""
    block, received = gensym("CASE"), gensym("ARGUMENTS")
    restarts, clauses = [], []
    for clause in to_list(form.cdr.cdr):
        name, function, report, *options = to_list(clause)
        tag = gensym("CLAUSE")
        receive = _receive_all(parameter=gensym("A"), received=received, tag=tag)
        shown = _write(text=report) if type(report) is SimpleString else report
        restarts.append(lisp_list(SYSTEM.intern("%MAKE-RESTART"), lisp_list(_QUOTE, name), receive, shown, *options))
        clauses += [tag, _return(block=block, form=_apply(function=lisp_list(_FUNCTION, function), received=received))]
    guarded = _with_restarts_form(restarts=restarts, form=_return(block=block, form=form.cdr.car))
    return _case(block=block, received=received, form=guarded, clauses=clauses)
