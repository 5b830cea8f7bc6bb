"""Functions that signal conditions and use restarts (CLHS 9)."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin, variable
from acl.runtime import messages
from acl.runtime import restarts as rt
from acl.runtime.conditions import (
    WARNING,
    Condition,
    condition_class,
    designated,
    enter_break,
    format_text,
    invoke_debugger,
    lisp_error,
    make_instance,
    signal_condition,
    signal_continuable,
    signal_error,
    signal_warning,
)
from acl.runtime.conditions import class_named as named
from acl.runtime.control import Transfer
from acl.runtime.dynamic import current
from acl.types.array import SimpleString
from acl.types.base import wrong_type
from acl.types.cons import from_iterable, to_list
from acl.types.function import call_values
from acl.types.symbol import EXCL, SYSTEM, cl

variable("*DEBUGGER-HOOK*", None, "Function of a condition and itself that `invoke-debugger` calls first.")
variable("*BREAK-ON-SIGNALS*", None, "A type specifier: signalling a condition of that type enters a break first.")
variable("*BREAK-ON-WARNINGS*", None, "If true, `warn` enters a break.", package=EXCL, export=False)

_SIMPLE_ERROR, _SIMPLE_CONDITION, _SIMPLE_WARNING = (
    named(n) for n in ("SIMPLE-ERROR", "SIMPLE-CONDITION", "SIMPLE-WARNING"))

# Signalling


builtin("ERROR", "datum &rest arguments")(lisp_error)


@builtin("SIGNAL", "datum &rest arguments")
def _signal(datum: Any, *arguments: Any) -> Any:
    """Signal the condition that DATUM and ARGUMENTS designate; return NIL if no handler takes it."""
    signal_condition(designated(datum, arguments, _SIMPLE_CONDITION))


@builtin("WARN", "datum &rest arguments")
def _warn(datum: Any, *arguments: Any) -> Any:
    """Signal the warning that DATUM and ARGUMENTS designate; print it unless a handler muffles it; return NIL."""
    condition = designated(datum, arguments, _SIMPLE_WARNING)
    if not isinstance(condition, WARNING):
        wrong_type(datum if isinstance(datum, Condition) else condition, "WARNING")
    breaking = EXCL.intern("*BREAK-ON-WARNINGS*")
    if breaking.bound and breaking.value is not None:
        enter_break("~a", SimpleString(str(condition)))
    signal_warning(condition)


@builtin("CERROR", "continue-format-control datum &rest arguments")
def _cerror(continue_format_control: Any, datum: Any, *arguments: Any) -> Any:
    """Signal an error with a restart CONTINUE, which makes it return NIL.

    CONTINUE-FORMAT-CONTROL with ARGUMENTS describes the restart, DATUM and ARGUMENTS the condition.
    """
    condition = datum if isinstance(datum, Condition) else designated(datum, arguments, _SIMPLE_ERROR)
    signal_continuable(condition, continue_format_control, arguments)


@builtin("BREAK", "&optional (format-control \"Break\") &rest format-arguments")
def _break(format_control: Any = None, *format_arguments: Any) -> Any:
    """Enter the debugger with the message of FORMAT-CONTROL and FORMAT-ARGUMENTS; return NIL when continued."""
    enter_break("Break" if format_control is None else format_control, *format_arguments)


@builtin("INVOKE-DEBUGGER", "condition")
def _invoke_debugger(condition: Any) -> Any:
    """Enter the debugger for CONDITION; never return."""
    if not isinstance(condition, Condition):
        wrong_type(condition, "CONDITION")
    invoke_debugger(condition)


@builtin("MAKE-CONDITION", "type &rest slot-initializations")
def _make_condition(type: Any, *slot_initializations: Any) -> Any:
    """Return a new condition of TYPE, its slots given by SLOT-INITIALIZATIONS, keywords and values."""
    return make_instance(condition_class(type), slot_initializations)


@builtin("%COERCE-CONDITION", "datum arguments operator", package=SYSTEM, export=False)
def _coerce_condition(datum: Any, arguments: Any, operator: Any) -> Any:
    """Return the condition that DATUM and the list ARGUMENTS designate in a call of OPERATOR."""
    simple = {"SIGNAL": _SIMPLE_CONDITION, "WARN": _SIMPLE_WARNING}.get(operator.name, _SIMPLE_ERROR)
    if isinstance(datum, Condition):
        return datum
    return designated(datum, to_list(arguments), simple)


# Restarts


@builtin("COMPUTE-RESTARTS", "&optional condition")
def _compute_restarts(condition: Any = None) -> Any:
    """Return a list of the restarts in force, newest first; with CONDITION only those that apply to it."""
    return from_iterable(rt.active_restarts(condition))


@builtin("FIND-RESTART", "identifier &optional condition")
def _find_restart(identifier: Any, condition: Any = None) -> Any:
    """Return the newest restart with the name IDENTIFIER that applies to CONDITION, or NIL."""
    return rt.find_restart(identifier, condition)


@builtin("RESTART-NAME", "restart")
def _restart_name(restart: Any) -> Any:
    """Return the name of RESTART, NIL if it has none."""
    if type(restart) is not rt.Restart:
        wrong_type(restart, "RESTART")
    return restart.name


def _invoke(restart: Any, *arguments: Any) -> Any:
    """INVOKE-RESTART for the primary value; the exit to a `restart-case` is raised here, to spare frames."""
    clause = rt.restart_clause(restart)
    if clause is not None:
        raise Transfer(*clause, arguments)
    found = rt.find_restart(restart)
    return rt.no_restart(restart) if found is None else found.function(*arguments)


@builtin("INVOKE-RESTART", "restart &rest arguments", values=True, primary=_invoke)
def _invoke_restart(restart: Any, *arguments: Any) -> Any:
    """Call the function of RESTART, a restart or the name of one in force, with ARGUMENTS."""
    found = rt.find_restart(restart)
    if found is None:
        return rt.no_restart(restart)
    return call_values(found.function, *arguments)


@builtin("INVOKE-RESTART-INTERACTIVELY", "restart", values=True)
def _invoke_restart_interactively(restart: Any) -> Any:
    """Call the function of RESTART with arguments that the user is asked for."""
    found = rt.find_restart(restart)
    if found is None:
        return rt.no_restart(restart)
    return call_values(found.function, *rt.interactive_arguments(found))


def _invoke_if_there(name: str, condition: Any, *arguments: Any) -> Any:
    restart = rt.find_restart(name, condition)
    return None if restart is None else restart.function(*arguments)


def _invoke_certainly(name: str, condition: Any) -> Any:
    restart = rt.find_restart(name, condition)
    if restart is None:
        return rt.no_restart(name)
    return restart.function()


@builtin("ABORT", "&optional condition")
def _abort(condition: Any = None) -> Any:
    """Invoke the newest restart ABORT that applies to CONDITION; `control-error` if there is none."""
    _invoke_certainly("ABORT", condition)
    return rt.no_restart("ABORT")


@builtin("MUFFLE-WARNING", "&optional condition")
def _muffle_warning(condition: Any = None) -> Any:
    """Invoke the newest restart MUFFLE-WARNING that applies to CONDITION; `control-error` if there is none."""
    return _invoke_certainly("MUFFLE-WARNING", condition)


@builtin("CONTINUE", "&optional condition")
def _continue(condition: Any = None) -> Any:
    """Invoke the newest restart CONTINUE that applies to CONDITION; return NIL if there is none."""
    return _invoke_if_there("CONTINUE", condition)


@builtin("STORE-VALUE", "value &optional condition")
def _store_value(value: Any, condition: Any = None) -> Any:
    """Invoke the newest restart STORE-VALUE that applies to CONDITION with VALUE; return NIL if there is none."""
    return _invoke_if_there("STORE-VALUE", condition, value)


@builtin("USE-VALUE", "value &optional condition")
def _use_value(value: Any, condition: Any = None) -> Any:
    """Invoke the newest restart USE-VALUE that applies to CONDITION with VALUE; return NIL if there is none."""
    return _invoke_if_there("USE-VALUE", condition, value)


@builtin("%MAKE-RESTART", "name function report interactive test", package=SYSTEM, export=False)
def _make_restart(name: Any, function: Any, report: Any, interactive: Any, test: Any) -> Any:
    """Return a restart made of its parts."""
    return rt.Restart(name, function, report, interactive, test)


@builtin("%ASSOCIATE", "condition restarts", package=SYSTEM, export=False)
def _associate(condition: Any, restarts: Any) -> Any:
    """Associate RESTARTS with CONDITION until `%dissociate`."""
    rt.associate(condition, to_list(restarts))


@builtin("%DISSOCIATE", "condition restarts", package=SYSTEM, export=False)
def _dissociate(condition: Any, restarts: Any) -> Any:
    """Undo `%associate`."""
    rt.dissociate(condition, to_list(restarts))


@builtin("%NEWEST-RESTARTS", "", package=SYSTEM, export=False)
def _newest_restarts() -> Any:
    """Return the list of the restarts of the newest cluster."""
    link = current().restarts
    return from_iterable(link[0]) if link is not None else None


# What the macros signal


@builtin("%CHECK-TYPE-FAILED", "value place type description", package=SYSTEM, export=False)
def _check_type_failed(value: Any, place: Any, type: Any, description: Any) -> Any:
    """Signal that VALUE of PLACE is not of TYPE; return the value to store instead."""
    control, last = ((messages.CHECK_TYPE_OF, type) if description is None else (messages.CHECK_TYPE, description))
    return _supply("SIMPLE-TYPE-ERROR", place, control, (place, value, last), {"datum": value, "expected_type": type})


@builtin("%CORRECT-CASE", "value type place", package=SYSTEM, export=False)
def _correct_case(value: Any, type: Any, place: Any) -> Any:
    """Signal that no clause fits VALUE of PLACE; return the value to store instead."""
    return _supply("CASE-FAILURE", place, None, (), {"datum": value, "expected_type": type})


def _supply(kind: str, place: Any, control: Any, args: tuple[Any, ...], slots: dict[str, Any]) -> Any:
    """Signal an error with a restart STORE-VALUE; return its argument."""
    from acl.runtime.conditions import make_condition
    from acl.runtime.interaction import ask_value

    condition = make_condition(kind, control, *args, **slots)
    report = format_text(messages.SUPPLY_NEW_VALUE, place)
    return rt.restart_case(lambda: signal_error(condition),
                           ("STORE-VALUE", lambda new: new, report, lambda: ask_value(
                               format_text(messages.FORM_FOR_PLACE, place))),
                           condition=condition)


@builtin("%ASSERT-FAILED", "form places given datum arguments", package=SYSTEM, export=False)
def _assert_failed(form: Any, places: Any, given: Any, datum: Any, arguments: Any) -> Any:
    """Signal that the assertion FORM failed; return a list of new values of PLACES, or NIL to leave them."""
    from acl.runtime.conditions import make_condition
    from acl.runtime.interaction import ask_value

    if given is None:
        condition = make_condition("SIMPLE-ERROR", messages.ASSERTION_FAILED, form)
    else:
        condition = designated(datum, to_list(arguments), _SIMPLE_ERROR)
    names = to_list(places)
    report = format_text(messages.RETRY_ASSERTION_WITH, places) if names else messages.RETRY_ASSERTION

    def ask() -> list[Any]:
        return [x for p in names for x in ask_value(format_text(messages.FORM_FOR_PLACE, p))]

    return rt.restart_case(lambda: signal_error(condition),
                           ("CONTINUE", lambda *values: from_iterable(values), report, ask), condition=condition)


@builtin("%ANNOUNCE-ERROR", "condition", package=SYSTEM, export=False)
def _announce_error(condition: Any) -> Any:
    """Print the report of CONDITION as an error, for `errorset`."""
    out = cl("*ERROR-OUTPUT*").value
    out.fresh_line()
    out.write_str("Error: " + str(condition).replace("\n", "\n       ") + "\n")
