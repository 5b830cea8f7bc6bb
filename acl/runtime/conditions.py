"""Signalling conditions.

    error("TYPE-ERROR", None, datum=x, expected_type=spec)      # report made from the slots
    error("PROGRAM-ERROR", "Illegal keyword given: ~s.", key)   # report made from the format control

Lisp code and builtins do not raise conditions: `error` runs the handlers in force while the stack is intact, then calls
the debugger, and never returns.  Names of classes given as text are looked up in COMMON-LISP, EXCL, ACL-SOCKET, PYTHON.

Handlers are `current().handlers`, linked triples `(cluster, functions, outer)`: a `Cluster` has the types of the
clauses, and for each there is a function of the condition; no functions are those of a `handler-case`, which is left by
a `Transfer` with the triple as its token.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import FunctionType
from typing import Any, NoReturn

from acl.clos.base import find_class, make_class
from acl.types.array import SimpleString
from acl.types.base import set_wrong_type_hook, wrong_type
from acl.types.cons import Cons, from_iterable
from acl.types.function import set_undefined_hook
from acl.types.symbol import PACKAGES, Symbol, cl, keyword, set_unbound_hook

from . import messages
from .condition_classes import (
    ARGUMENTS_KEY,
    CONTROL_KEY,
    Condition,
    class_named,
    format_text,
    make_instance,
)
from .control import ControlTransfer, Transfer
from .dynamic import bind, current, reading

__all__ = ["Condition", "UnhandledCondition", "cerror", "class_named", "condition_class", "designated", "enter_break",
           "error", "format_text", "handler_test", "invoke_debugger", "make_condition", "make_instance",
           "print_warning", "set_debugger", "signal_condition", "signal_continuable", "signal_error",
           "signal_warning", "type_fault", "warn"]

DEBUGGER_HOOK, BREAK_ON_SIGNALS = cl("*DEBUGGER-HOOK*"), cl("*BREAK-ON-SIGNALS*")
for _variable in (DEBUGGER_HOOK, BREAK_ON_SIGNALS):
    _variable.set_global(None)
    _variable.special = "special"


class UnhandledCondition(ControlTransfer):
    """Carries a condition that nobody handled out of Lisp: `condition`.  Raised when there is no debugger."""

    def __init__(self, condition: Any) -> None:
        super().__init__(condition)
        self.condition = condition

    def __str__(self) -> str:
        return f"{type(self.condition).__name__}: {self.condition}"


_debugger: Callable[[Any], Any] | None = None


def set_debugger(function: Callable[[Any], Any] | None) -> None:
    """Install the debugger: a function of the condition that leaves by a transfer of control."""
    global _debugger
    _debugger = function


# Making


def make_condition(name: Any, control: Any = None, /, *args: Any, **slots: Any) -> Any:
    """Return a condition: *name* a str, symbol or class; format control and arguments; slots in Python spelling."""
    if isinstance(name, Condition):
        return name
    cls = name if isinstance(name, type) else class_named(name) if type(name) is str else condition_class(name)
    initargs: list[Any] = []
    for slot, value in slots.items():
        initargs += (keyword(slot.upper().replace("_", "-")), value)
    condition = make_instance(cls, initargs)
    if control is not None:
        fields = condition.__dict__
        fields[CONTROL_KEY] = SimpleString(control) if type(control) is str else control
        fields[ARGUMENTS_KEY] = from_iterable(args)
    return condition


def condition_class(name: Any) -> Any:
    """Return the class of conditions named by a symbol, or a class; `type-error` if it is none."""
    cls = find_class(name, False) if type(name) is Symbol else name
    if isinstance(cls, type) and issubclass(cls, Condition):
        return cls
    if type(name) is Cons:
        return _compound_class(name)
    return error("SIMPLE-TYPE-ERROR", messages.NOT_A_CONDITION_TYPE, name, datum=name,
                 expected_type=cl("CONDITION"))


def _compound_class(spec: Any) -> Any:
    """Return a class for (or ...), the first of them, or for (and ...), a class below all of them."""
    parts = [condition_class(x) for x in spec.cdr]
    if spec.car is cl("OR") and parts:
        return parts[0]
    if spec.car is cl("AND") and parts:
        least = [p for p in parts if not any(q is not p and issubclass(q, p) for q in parts)]
        return least[0] if len(least) == 1 else make_class(None, tuple(least))
    return error("SIMPLE-TYPE-ERROR", messages.NOT_A_CONDITION_TYPE, spec, datum=spec, expected_type=cl("CONDITION"))


_SIMPLE_ERROR = class_named("SIMPLE-ERROR")
_SIMPLE_CONDITION = class_named("SIMPLE-CONDITION")
_SIMPLE_WARNING = class_named("SIMPLE-WARNING")
WARNING = class_named("WARNING")


def designated(datum: Any, args: Sequence[Any], simple: Any) -> Any:
    """Return the condition that *datum* and *args* designate (CLHS 9.1.2.1), of class *simple* for a format control."""
    kind = type(datum)
    if kind is SimpleString:
        condition = simple.__new__(simple)
        condition.__dict__.update({CONTROL_KEY: datum, ARGUMENTS_KEY: from_iterable(args)})
        return condition
    if kind is Symbol:
        return make_instance(condition_class(datum), args)
    if isinstance(datum, Condition):
        if args:
            error("SIMPLE-TYPE-ERROR", "Arguments given together with a condition: ~s.", from_iterable(args),
                  datum=from_iterable(args), expected_type=cl("NULL"))
        return datum
    if isinstance(datum, type) and issubclass(datum, Condition):
        return make_instance(datum, args)
    if kind is Cons or datum is None:
        return make_instance(condition_class(datum), args)
    if not callable(datum) and getattr(datum, "dimensions", None) is None:
        wrong_type(datum, "CONDITION")
    condition = simple.__new__(simple)
    condition.__dict__.update({CONTROL_KEY: datum, ARGUMENTS_KEY: from_iterable(args)})
    return condition


# Signalling


def lisp_error(datum: Any, *args: Any) -> NoReturn:
    """Signal the condition that DATUM and ARGUMENTS designate; enter the debugger if no handler takes it.

    DATUM is a condition, the name of a condition type (ARGUMENTS are initargs), or a format control.
    """
    raise error_exit(datum, *args)


def error_exit(datum: Any, *args: Any) -> Any:
    """Signal as `error` does; return the exit to the clause of a `handler-case` if that is the handler.

    Compiled code raises it itself: every Python frame that an exit unwinds costs a fifth of a microsecond.
    """
    return exit_of(designated(datum, args, _SIMPLE_ERROR))


@reading(BREAK_ON_SIGNALS=BREAK_ON_SIGNALS)
def exit_of(condition: Any, needed: bool = True) -> Any:
    """Call the handlers for *condition*, newest first; return the exit that one of them chooses.

    A handler that compiled code has made of a lambda expression returns the exit that it ends in, to be raised by the
    caller.  If all decline, call the debugger, or return None if an exit is not *needed*.
    """
    state = current()
    if state.BREAK_ON_SIGNALS[0] is not None:
        _break_on_signals(condition)
    saved = link = state.handlers
    kind = type(condition)
    while link is not None:
        cluster, handlers, outer = link
        chosen = cluster.get(kind)
        if chosen is None:
            chosen = cluster.choose(condition, outer)
        if chosen:
            if handlers is None:
                return Transfer(link, chosen[0], condition)
            state.handlers = outer
            try:
                for i in chosen:
                    leaving = handlers[i](condition)
                    if type(leaving) is Transfer:
                        return leaving
            finally:
                state.handlers = saved
        link = outer
    return invoke_debugger(condition) if needed else None


def signal_condition(condition: Any) -> None:
    """Call the handlers for *condition*, newest first; return if all of them decline."""
    leaving = exit_of(condition, False)
    if leaving is not None:
        try:
            raise leaving
        finally:
            leaving = None  # no cycle of exception, traceback and frame


def handler_test(specifier: Any) -> Any:
    """Return what a handler cluster tests conditions with for the type *specifier*: a class or a predicate."""
    if type(specifier) is Symbol:
        cls = find_class(specifier, False)
        if isinstance(cls, type) and issubclass(cls, Condition):
            return cls
    elif (isinstance(specifier, type) and issubclass(specifier, Condition)) or type(specifier) is FunctionType:
        return specifier
    from .typesys import type_predicate

    return type_predicate(specifier)


def _break_on_signals(condition: Any) -> None:
    from .typesys import typep

    specifier = BREAK_ON_SIGNALS.value
    if typep(condition, specifier):
        with bind(BREAK_ON_SIGNALS, None):
            enter_break(messages.BREAK_ON_SIGNALS, condition)


def error(name: Any, control: Any = None, /, *args: Any, **slots: Any) -> NoReturn:
    """Signal an error and never return (see the module for what to give)."""
    signal_error(make_condition(name, control, *args, **slots))


def signal_error(condition: Any) -> NoReturn:
    """Signal *condition*, then call the debugger."""
    signal_condition(condition)
    invoke_debugger(condition)


def _enclosed(condition: Any) -> bool:
    """True for errors, but not for what *print-readably* demands."""
    return isinstance(condition, class_named("ERROR")) and not isinstance(condition, class_named("PRINT-NOT-READABLE"))


def invoke_debugger(condition: Any) -> NoReturn:
    """Call the debugger hook, then the debugger; an error in a program's printing function leaves that instead."""
    properties = current().properties
    printing = properties.get("printing")
    if printing is not None and _enclosed(condition):
        raise Transfer(printing, condition, None)
    properties["printing"] = None  # what happens in the debugger is no matter of the printer
    try:
        hook = DEBUGGER_HOOK.value
        if hook is not None:
            from .functions import coerce_function

            with bind(DEBUGGER_HOOK, None):
                coerce_function(hook)(condition, hook)
        debugger = properties.get("debugger", _debugger)  # a background process has its own
        if debugger is not None:
            debugger(condition)
    finally:
        properties["printing"] = printing
    raise UnhandledCondition(condition)


def cerror(continue_control: Any, name: Any, control: Any = None, /, *args: Any, **slots: Any) -> bool:
    """Signal a continuable error; return True if the restart `continue` was taken."""
    return signal_continuable(make_condition(name, control, *args, **slots), continue_control, args)


def signal_continuable(condition: Any, continue_control: Any, args: Sequence[Any]) -> bool:
    """Signal *condition* as an error with a `continue` restart, whose report is the control with *args*."""
    from .restarts import restart_case

    def signal() -> Any:
        signal_error(condition)

    restart_case(signal, ("CONTINUE", lambda: None, lambda: format_text(continue_control, *args)), condition=condition)
    return True


def warn(name: Any, control: Any = None, /, *args: Any, **slots: Any) -> None:
    """Signal a warning; if nobody muffles it, print it on `*error-output*`.  Arguments as for `error`."""
    signal_warning(make_condition(name, control, *args, **slots))


def signal_warning(condition: Any) -> None:
    """Signal the warning *condition* and print it unless it is muffled."""
    from .restarts import restart_case

    def signal() -> None:
        signal_condition(condition)
        print_warning(condition)

    restart_case(signal, ("MUFFLE-WARNING", lambda: None, lambda: messages.SKIP_WARNING), condition=condition)


def print_warning(condition: Any) -> None:
    """Print `Warning: ` and the report, continuation lines indented to stand below its first."""
    text = "Warning: " + str(condition).replace("\n", "\n         ") + "\n"
    stream = getattr(cl("*ERROR-OUTPUT*"), "value", None) if cl("*ERROR-OUTPUT*").bound else None
    if stream is None:
        import sys

        sys.stderr.write(text)
        return
    stream.fresh_line()
    stream.write_str(text)


def enter_break(control: Any, *args: Any) -> None:
    """Call the debugger with a `simple-break`, whatever the handlers; return when continued."""
    from .restarts import restart_case

    condition = make_condition("SIMPLE-BREAK", control, *args)

    def stop() -> Any:
        with bind(DEBUGGER_HOOK, None):
            invoke_debugger(condition)

    restart_case(stop, ("CONTINUE", lambda: None, lambda: messages.RETURN_FROM_BREAK), condition=condition)


# Hooks of the lower stages


def _wrong_type(datum: Any, expected: Any) -> NoReturn:
    """Signal a `type-error`; *expected* is the name of a type or a specifier."""
    error("TYPE-ERROR", None, datum=datum, expected_type=type_named(expected) if type(expected) is str else expected)
    raise AssertionError


def type_named(name: str) -> Any:
    """Return the symbol of a type: `NAME` of COMMON-LISP, or `PACKAGE:NAME`."""
    package, _, rest = name.rpartition(":")
    return PACKAGES[package].intern(rest) if package in PACKAGES else cl(name)


def type_fault(datum: Any, expected: Any, control: Any = None, *args: Any) -> NoReturn:
    """Signal a `type-error` with datum and expected type (a str or a specifier), with a text of its own if given."""
    if type(expected) is str:
        expected = cl(expected)
    error("TYPE-ERROR", control, *args, datum=datum, expected_type=expected)
    raise AssertionError


def _undefined_call(function: Any, args: tuple[Any, ...]) -> Any:
    from .undefined import undefined_call

    return undefined_call(function, args)


def _unbound_variable(cell: Any) -> Any:
    from .undefined import unbound_variable

    return unbound_variable(cell)


set_wrong_type_hook(_wrong_type)
set_undefined_hook(_undefined_call)
set_unbound_hook(_unbound_variable)
