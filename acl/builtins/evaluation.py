"""Evaluation and calls: `eval`, `funcall`, `apply`, `values`, macro expansion, `compile` (CLHS 3, 5.3)."""

from __future__ import annotations

from types import FunctionType
from typing import Any

from acl.builtins.declare import builtin, inline_names, macro, predicate, program_error, variable
from acl.compiler.toplevel import check_code
from acl.expand.macroexpand import macroexpand, macroexpand_1
from acl.expand.template import template
from acl.runtime.calls import UNSUPPLIED, spread
from acl.runtime.conditions import error, signal_error
from acl.runtime.functions import PLAIN, coerce_function
from acl.types.cons import Cons, from_iterable, lisp_list, to_list
from acl.types.function import call_values, fdefinition, key_of
from acl.types.symbol import CL, EXCL, SYSTEM, Symbol, T, cl, keyword

LAMBDA_LIST_KEYWORDS = variable(
    "LAMBDA-LIST-KEYWORDS",
    from_iterable([cl(n) for n in ("&ALLOW-OTHER-KEYS", "&AUX", "&BODY", "&ENVIRONMENT", "&KEY", "&OPTIONAL", "&REST",
                                   "&WHOLE")]),
    "The keywords that may occur in lambda lists.", constant=True)
variable("CALL-ARGUMENTS-LIMIT", 65536, "Calls with fewer arguments than this work.", constant=True)
variable("LAMBDA-PARAMETERS-LIMIT", 65536, "Lambda lists with fewer parameters than this work.", constant=True)
variable("MULTIPLE-VALUES-LIMIT", 65536, "Forms may return fewer values than this.", constant=True)
variable("*MACROEXPAND-HOOK*", cl("FUNCALL"),
         "Calls macro functions: a function of the macro function, the form, the environment.")


@builtin("EVAL", "form", values=True)
def _eval(form: Any) -> tuple[Any, ...]:
    """Evaluate FORM in the current dynamic and the null lexical environment; return its values."""
    from acl.session import evaluate_values

    return evaluate_values(form)


def _funcall_values(function: Any, *args: Any) -> tuple[Any, ...]:
    return call_values(coerce_function(function), *args)


@builtin("FUNCALL", "function &rest arguments", values=True,
         primary=lambda function, *arguments: coerce_function(function)(*arguments))
def _funcall(function: Any, *arguments: Any) -> tuple[Any, ...]:
    """Call FUNCTION with ARGUMENTS."""
    return _funcall_values(function, *arguments)


@builtin("APPLY", "function argument &rest arguments", values=True,
         primary=lambda function, argument, *arguments: coerce_function(function)(*_spread(argument, *arguments)))
def _apply(function: Any, argument: Any, *arguments: Any) -> tuple[Any, ...]:
    """Call FUNCTION with the arguments given, the last of which is a list of further arguments."""
    return _funcall_values(function, *_spread(argument, *arguments))


def _spread(*arguments: Any) -> tuple[Any, ...]:
    return (*arguments[:-1], *spread(arguments[-1]))


@builtin("VALUES", "&rest objects", values=True)
def _values(*objects: Any) -> tuple[Any, ...]:
    """Return OBJECTS as multiple values."""
    return objects


@builtin("VALUES-LIST", "list", values=True)
def _values_list(x: Any) -> tuple[Any, ...]:
    """Return the elements of LIST as multiple values."""
    return tuple(spread(x))


def _is_special(form: Any) -> bool:
    """True if the compiler knows the operator of *form* natively, though it may be a macro."""
    from acl.compiler.analyze import SPECIAL_OPERATORS

    return type(form) is Cons and form.car in SPECIAL_OPERATORS


def _stops(name: str, given: Any) -> bool:
    """True if the third argument, which only Allegro has, was given; it must be true then."""
    if given is None:
        program_error(name, f"{name} got 3 args, wanted at most 2 args.")
    return given is not UNSUPPLIED


def _check_parts(form: Any) -> None:
    """Signal a `program-error` if *form* contains itself and its operator is a macro of the standard: it would hang."""
    if type(form) is Cons and type(form.car) is Symbol and form.car.package is CL:
        check_code(form)


@builtin("MACROEXPAND", "form &optional environment stop-on-special-forms", values=True)
def _macroexpand(form: Any, environment: Any = None, stop_on_special_forms: Any = UNSUPPLIED) -> tuple[Any, ...]:
    """Expand FORM until it is no macro form; the second value tells whether anything was expanded.

    With STOP-ON-SPECIAL-FORMS, Allegro's, macros that the compiler treats as special forms are not expanded.
    """
    _check_parts(form)
    if not _stops("MACROEXPAND", stop_on_special_forms):
        expansion, expanded = macroexpand(form, environment)
        return expansion, T if expanded else None
    expanded = False
    while not _is_special(form):
        form, again = macroexpand_1(form, environment)
        if not again:
            break
        expanded = True
    return form, T if expanded else None


@builtin("MACROEXPAND-1", "form &optional environment stop-on-special-forms", values=True)
def _macroexpand_1(form: Any, environment: Any = None, stop_on_special_forms: Any = UNSUPPLIED) -> tuple[Any, ...]:
    """Expand FORM once; the second value tells whether it was a macro form.  See `macroexpand`."""
    _check_parts(form)
    if _stops("MACROEXPAND-1", stop_on_special_forms) and _is_special(form):
        return form, None
    expansion, expanded = macroexpand_1(form, environment)
    return expansion, T if expanded else None


@predicate("CONSTANTP", "form &optional environment")
def constantp(form: Any, environment: Any = None) -> bool:
    """True if FORM is known always to evaluate to the same value."""
    if type(form) is Symbol:
        return form.special == "constant"
    if type(form) is Cons:
        return form.car is cl("QUOTE")
    return True


@predicate("FUNCTIONP", "object", test="type({0}) is FunctionType or functionp({0})")
def functionp(x: Any) -> bool:
    """True if OBJECT is a function."""
    return isinstance(x, PLAIN) or (callable(x) and type(x) is not Symbol and not isinstance(x, type))


@predicate("COMPILED-FUNCTION-P", "object")
def _compiled_function_p(x: Any) -> bool:
    """True if OBJECT is a compiled function: all functions are."""
    return functionp(x)


@builtin("COMPILE", "name &optional definition", values=True)
def _compile(name: Any, definition: Any = None) -> tuple[Any, ...]:
    """Compile DEFINITION, a lambda expression, and make it the function NAME unless that is NIL.

    Functions are always compiled; without DEFINITION the global function or macro NAME is returned as it is.
    The other values are true if there were warnings, and if there were some that are no style warnings.
    """
    from acl.builtins.definitions import check_definition
    from acl.types.function import set_fdefinition

    if definition is None:
        if name is None:
            error("TYPE-ERROR", None, datum=definition, expected_type=cl("FUNCTION"))
        if type(name) is Symbol and name.macro is not None:
            return name, None, None
        if fdefinition(name) is None:
            from acl.runtime.functions import undefined_function

            undefined_function(name)
        return name, None, None
    warned = failed = False
    function = definition
    if not functionp(definition):
        from acl.builtins.loading import warned_of

        function, warned, failed = warned_of(lambda: _compiled(lisp_list(cl("FUNCTION"), definition), name))
    told = T if warned else None, T if failed else None
    if name is None:
        return function, *told
    macro = type(name) is Symbol and name.macro is not None
    check_definition(name, "MACRO" if macro else "FUNCTION")
    if macro:
        name.macro = function
    else:
        set_fdefinition(name, function)
    return name, *told


def _compiled(form: Any, name: Any) -> Any:
    """Return the function that *form* gives, compiled as for a file; *name* is what it will be, or NIL."""
    from acl.compiler import compile_form
    from acl.compiler.references import UNIT
    from acl.compiler.toplevel import check_code

    check_code(form)
    unit = compile_form(form, into_file=True)
    if name is not None:
        UNIT.value.defined.add(key_of(name))
    UNIT.value.note_form(form, unit)
    return unit.link()()[0]


@builtin("%NOT-COMPILED", "form problem", package=SYSTEM)
def _not_compiled(form: Any, problem: Any) -> Any:
    """Signal a PROGRAM-ERROR that tells FORM and PROBLEM, both texts; if FORM is NIL the condition PROBLEM."""
    if form is None:
        signal_error(problem)
    error("PROGRAM-ERROR", "~a could not be compiled: ~a", form, problem)


inline_names(FunctionType=FunctionType, functionp=functionp)


@macro("IF*", "test &rest clauses", package=EXCL)
def _if_star(form: Any, env: Any) -> Any:
    """Allegro's conditional: (if* test then form... [elseif test then form...]... [else form...])."""
    clauses: list[Any] = []
    rest = form.cdr
    while rest is not None:
        test = rest.car
        rest = rest.cdr
        body: list[Any] = []
        word = rest.car.name if rest is not None and type(rest.car) is Symbol else ""
        if word not in ("THEN", "THENRET"):
            error("PROGRAM-ERROR", "IF*: THEN or THENRET is missing after ~s.", test)
        rest = rest.cdr
        while rest is not None and not (type(rest.car) is Symbol and rest.car.name in ("ELSE", "ELSEIF")):
            body.append(rest.car)
            rest = rest.cdr
        clauses.append(Cons(test, from_iterable(body)))
        if rest is not None:
            if rest.car.name == "ELSE":
                clauses.append(Cons(T, rest.cdr if rest.cdr is not None else lisp_list(None)))
                break
            rest = rest.cdr
    return Cons(cl("COND"), from_iterable(clauses))


def _while_form(form: Any, negate: bool) -> Any:
    test = lisp_list(cl("NOT"), form.cdr.car) if negate else form.cdr.car
    loop = Cons(SYSTEM.intern("%WHILE"), Cons(test, lisp_list(Cons(cl("TAGBODY"), form.cdr.cdr))))
    return lisp_list(cl("BLOCK"), None, loop)


@macro("WHILE", "test &body forms", package=EXCL)
def _while(form: Any, env: Any) -> Any:
    """Evaluate FORMS as long as TEST is true, in a block named NIL."""
    return _while_form(form, negate=False)


@macro("UNTIL", "test &body forms", package=EXCL)
def _until(form: Any, env: Any) -> Any:
    """Evaluate FORMS as long as TEST is false, in a block named NIL."""
    return _while_form(form, negate=True)


_with_unit = template("(%call-in-compilation-unit #'(lambda () ,@forms) ,override)")


@macro("WITH-COMPILATION-UNIT", "options &body forms")
def _with_compilation_unit(form: Any, env: Any) -> Any:
    """Evaluate FORMS, putting off warnings about what is not defined yet to the end.

    OPTIONS is a list of keywords and values: with a true :OVERRIDE an outer unit does not count.
    """
    options = to_list(form.cdr.car)
    override = next((v for k, v in zip(options[::2], options[1::2], strict=False) if k is keyword("OVERRIDE")), None)
    return _with_unit(forms=form.cdr.cdr, override=override)
