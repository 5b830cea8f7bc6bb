"""The names that compiled code uses of the run time: entered in `FUNCTIONS`, its globals."""

from __future__ import annotations

from typing import Any

from acl.runtime import calls
from acl.runtime.conditions import error_exit, exit_of
from acl.runtime.control import (
    LEAVING,
    RestartPoint,
    Throw,
    Transfer,
    all_values,
    check_catch,
    check_token,
    leave_frame,
    primary,
    wrong_restart_arguments,
)
from acl.runtime.dynamic import current, unbound_cell
from acl.runtime.restarts import restart_clause
from acl.types.array import CHARACTER_TYPE, SimpleString, SimpleVector
from acl.types.cons import from_iterable
from acl.types.equality import eql
from acl.types.function import FUNCTIONS, Autoload, UndefinedFunction, call_values
from acl.types.sequence import all_items, length, like
from acl.types.symbol import Symbol


def _fault(exception: Exception) -> None:
    from acl.runtime.faults import signal_fault

    signal_fault(exception)


def _function(function: Any, name: Any) -> Any:
    """The value of #'name: signals if there is no such function."""
    if isinstance(function, UndefinedFunction):
        if isinstance(function, Autoload):
            return function.load()
        from acl.runtime.functions import undefined_function

        return undefined_function(name)
    return function


def _progv(symbols: Any, values: Any, undo: list[Any]) -> None:
    """Bind *symbols*; what undoes it goes to *undo*."""
    state = current()
    rest = values
    for symbol in calls.spread(symbols):
        if type(symbol) is not Symbol:
            from acl.types.base import wrong_type

            wrong_type(symbol, "SYMBOL")
        key = symbol.special_key()
        undo.append((key, getattr(state, key)))
        if rest is None:
            setattr(state, key, unbound_cell(symbol))
        else:
            setattr(state, key, [rest.car])
            rest = rest.cdr


def _unprogv(undo: list[Any]) -> None:
    state = current()
    while undo:
        key, cell = undo.pop()
        setattr(state, key, cell)


FUNCTIONS.update({
    "%cur": current, "%fault": _fault, "%Transfer": Transfer, "%Throw": Throw,
    "%RestartPoint": RestartPoint, "%Leaving": LEAVING, "%leave_frame": leave_frame,
    "%primary": primary,
    "%all": all_values, "%check_catch": check_catch, "%check_token": check_token, "%U": calls.UNSUPPLIED,
    "%parse_keys": calls.parse_keys, "%rest": calls.rest_list, "%given": calls.given, "%spread": calls.spread,
    "%pad": calls.pad,
    "%first": calls.first_value, "%eql": eql, "lisp_eql": eql, "%call_values": call_values, "%function": _function,
    "%list_of": from_iterable, "%string_of": CHARACTER_TYPE.make, "%like": like, "%items": all_items,
    "sequence_length": length, "SimpleVector": SimpleVector, "SimpleString": SimpleString,
    "%restart_count": wrong_restart_arguments, "%error": error_exit,
    "%error_of": exit_of, "%restart_clause": restart_clause, "%progv": _progv, "%unprogv": _unprogv,
})
FUNCTIONS.setdefault("INTERRUPTS-PENDING", None)
