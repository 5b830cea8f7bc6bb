"""Undefined functions and unbound variables: their conditions, and the restarts that supply what is missing."""

from __future__ import annotations

from typing import Any

from acl.types.cons import lisp_list
from acl.types.function import FUNCTIONS, UndefinedFunction, key_of, set_fdefinition
from acl.types.symbol import UnboundCell, keyword

from . import messages
from .conditions import format_text, make_condition, signal_error
from .functions import coerce_function
from .interaction import ask_value
from .restarts import restart_case


def undefined_call(function: UndefinedFunction, args: tuple[Any, ...]) -> Any:
    """Signal `undefined-function` for a call with *args*; return the value that a restart gives the call."""
    name = function.name
    condition = make_condition("UNDEFINED-FUNCTION", name=name)

    def text(control: str) -> Any:
        return lambda: format_text(control, name)

    def store(new: Any) -> Any:
        new = coerce_function(new)
        set_fdefinition(name, new)
        return new(*args)

    return restart_case(
        lambda: signal_error(condition),
        ("TRY-AGAIN", lambda: _current(name, function)(*args), text(messages.TRY_CALLING_AGAIN)),
        ("RETURN-VALUE", lambda value=None, *_: value, text(messages.RETURN_INSTEAD_OF_CALLING),
         lambda: ask_value("enter an expression which will evaluate to the value to return: ")),
        ("USE-VALUE", lambda new: coerce_function(new)(*args), text(messages.TRY_CALLING_OTHER),
         lambda: ask_value("enter an expression which will evaluate to a function: ")),
        ("STORE-VALUE", store, text(messages.SETF_FUNCTION),
         lambda: ask_value("enter an expression which will evaluate to a function: ")),
        condition=condition)


def _current(name: Any, function: Any) -> Any:
    return FUNCTIONS.get(key_of(name), function)


def undefined_reference(name: Any) -> Any:
    """Signal `undefined-function` for #'NAME or `fdefinition`; return the function that a restart gives."""
    condition = make_condition("UNDEFINED-FUNCTION", name=name)

    def again() -> Any:
        function = FUNCTIONS.get(key_of(name))
        return undefined_reference(name) if function is None or type(function) is UndefinedFunction else function

    def store(new: Any) -> Any:
        set_fdefinition(name, coerce_function(new))
        return coerce_function(new)

    def text(control: str) -> Any:
        return lambda: format_text(control, name)

    return restart_case(
        lambda: signal_error(condition),
        ("TRY-AGAIN", again, text(messages.TRY_CALLING_AGAIN)),
        ("RETURN-VALUE", lambda value=None, *_: value, text(messages.RETURN_INSTEAD_OF_CALLING),
         lambda: ask_value("enter an expression which will evaluate to the value to return: ")),
        ("USE-VALUE", coerce_function, text(messages.TRY_CALLING_OTHER),
         lambda: ask_value("enter an expression which will evaluate to a function: ")),
        ("STORE-VALUE", store, text(messages.SETF_FUNCTION),
         lambda: ask_value("enter an expression which will evaluate to a function: ")),
        condition=condition)


def unbound_variable(cell: UnboundCell) -> Any:
    """Signal `unbound-variable` for a read of *cell*; return the value that a restart gives."""
    symbol = cell.symbol
    condition = make_condition("UNBOUND-VARIABLE", name=symbol)

    def store(value: Any) -> Any:
        symbol.value = value
        return value

    return restart_case(
        lambda: signal_error(condition),
        ("TRY-AGAIN", lambda: symbol.value, lambda: format_text(messages.TRY_EVALUATING_AGAIN, symbol)),
        ("USE-VALUE", lambda value: value, lambda: format_text(messages.USE_INSTEAD, keyword(symbol.name)),
         lambda: lisp_list(keyword(symbol.name))),  # programs often forget the colon of a keyword
        ("STORE-VALUE", store, lambda: format_text(messages.SET_VALUE, symbol),
         lambda: ask_value(f"enter an expression which will evaluate to the value of {symbol.print_name}: ")),
        condition=condition)
