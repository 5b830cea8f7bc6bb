"""Handlers of signals, as Allegro has them: `add-signal-handler` and its kin."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from typing import Any

from acl.builtins.declare import builtin, macro, variable
from acl.expand.lambda_list import gensym
from acl.expand.template import template
from acl.runtime.conditions import error
from acl.runtime.functions import coerce_function
from acl.runtime.waiting import has_main_thread, mailbox, wait_until
from acl.types.array import string
from acl.types.base import wrong_type
from acl.types.cons import from_iterable, to_list
from acl.types.symbol import EXCL, T

for _signal in signal.Signals:
    variable(f"*{_signal.name}*", int(_signal), f"The number of the signal {_signal.name}.", package=EXCL, export=False)

_handlers: dict[int, list[Any]] = {}
"""The handlers of each signal, the newest first."""
_before: dict[int, Any] = {}
"""What Python did about a signal before it had a handler."""


def _number(x: Any) -> int:
    if type(x) is not int or x not in signal.valid_signals():
        wrong_type(x, "(INTEGER 1 64)")
    return x


def _in_main_thread(function: Callable[[], Any]) -> Any:
    """Call *function* in the main thread, which alone may change what is done about signals."""
    if threading.current_thread() is threading.main_thread():
        return function()
    if not has_main_thread():
        error("SIMPLE-ERROR", "What is done about a signal can only be changed in the main thread of a Python program.")
    from acl.mp.process import all_processes

    came: list[Any] = []
    main = next(p for p in all_processes() if p.thread is threading.main_thread())
    main.box.post(lambda: came.append(function()))
    wait_until(lambda: bool(came), None, string("waiting for the initial process"))
    return came[0]


def _came(number: int) -> None:
    """Ask the handlers, in a process at a safe point; do what was done before if none of them returns true."""
    for handler in list(_handlers.get(number, ())):
        if handler(number, T) is not None:
            return
    before = _before.get(number, signal.SIG_DFL)
    if callable(before):
        before(number, None)
    elif before == signal.SIG_DFL:
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
        if _handlers.get(number):  # a signal that ends nothing by itself
            _listen(number)


def _listen(number: int) -> None:
    box = mailbox()
    before = signal.signal(number, lambda *_: box.post(lambda: _came(number)))
    _before.setdefault(number, before)


def _change(number: int, handlers: list[Any]) -> None:
    """Make *handlers* those of the signal."""

    def change() -> bool:
        try:
            if handlers and number not in _before:
                _listen(number)
            elif not handlers and number in _before:
                signal.signal(number, _before.pop(number))
        except OSError as problem:
            error("SYSCALL-ERROR", "Signal ~d cannot be handled: ~a", number, string(os.strerror(problem.errno or 0)),
                  errno=problem.errno)
        _handlers[number] = handlers
        return True

    _in_main_thread(change)


@builtin("ADD-SIGNAL-HANDLER", "signal-number handler", package=EXCL)
def add_signal_handler(number: Any, handler: Any) -> Any:
    """Have HANDLER called when the signal comes, before the handlers that it has; return them.

    The initial process calls it with SIGNAL-NUMBER and T, where it waits or passes the test of a loop.  If it returns
    NIL the handler before it is called, and in the end is done what was done without a handler.
    """
    earlier = _handlers.get(_number(number), [])
    _change(number, [coerce_function(handler), *earlier])
    return from_iterable(earlier)


@builtin("SET-SIGNAL-HANDLER", "signal-number handler", package=EXCL)
def set_signal_handler(number: Any, handler: Any) -> Any:
    """Make HANDLER the only handler of the signal; return those that it had.  See `add-signal-handler`."""
    earlier = _handlers.get(_number(number), [])
    _change(number, [coerce_function(handler)])
    return from_iterable(earlier)


@builtin("REMOVE-SIGNAL-HANDLER", "signal-number", package=EXCL)
def remove_signal_handler(number: Any) -> Any:
    """Remove the handler of the signal that was added last; return it, or NIL if there is none."""
    earlier = _handlers.get(_number(number), [])
    if not earlier:
        return None
    _change(number, earlier[1:])
    return earlier[0]


_WITH = template("(let ((,n ,number)) (,add ,n ,handler) (unwind-protect (progn ,@body) (,remove ,n)))")


@macro("WITH-SIGNAL-HANDLER", "(signal-number handler) &body body", package=EXCL)
def _with_signal_handler(form: Any, env: Any) -> Any:
    """Evaluate BODY with HANDLER added to the handlers of the signal.  See `add-signal-handler`."""
    number, handler = to_list(form.cdr.car)
    return _WITH(add=EXCL.external["ADD-SIGNAL-HANDLER"], remove=EXCL.external["REMOVE-SIGNAL-HANDLER"],
                 n=gensym("NUMBER"), number=number, handler=handler, body=form.cdr.cdr)
