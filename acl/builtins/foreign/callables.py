"""Lisp functions that C can call: `defun-foreign-callable`, `register-foreign-callable`.

C cannot be unwound.  So what leaves such a function by a `throw`, a restart, an error that nobody handles, waits until
C has returned to Lisp, and goes on there; meanwhile C gets 0, also from other functions that it calls.
"""

from __future__ import annotations

import ctypes
import sys
import threading
from collections.abc import Callable
from typing import Any, NamedTuple

from acl.builtins.declare import builtin, macro
from acl.builtins.foreign.calls import PENDING, call_type, incoming
from acl.builtins.foreign.memory import FLOATS, address_of, c_type
from acl.builtins.foreign.types import ForeignType, foreign_type
from acl.expand.template import template
from acl.mp.process import current_process
from acl.mp.running import guarded, reporting, with_abort_restart
from acl.runtime.conditions import error
from acl.runtime.control import ControlTransfer
from acl.runtime.dynamic import enter_thread
from acl.types.base import wrong_type
from acl.types.character import Char
from acl.types.cons import Cons, from_iterable, lisp_list, to_list
from acl.types.symbol import FF, SYSTEM, Symbol, T, cl, keyword


class Definition(NamedTuple):
    """What `defun-foreign-callable` has defined."""

    function: Callable[..., Any]
    arguments: list[ForeignType]
    returning: ForeignType | None


class Entry(NamedTuple):
    """A place in the table of functions that C knows: `thunk` is what keeps the code at `address` there."""

    name: Symbol
    function: Any
    thunk: Any
    address: int
    convert: Any


_DEFINED: dict[Symbol, Definition] = {}
_TABLE: dict[int, Entry] = {}
_retired: list[Any] = []
"""Code of functions that were registered anew: C may still know the address."""
_OPTIONS = frozenset(["CONVENTION", "UNWIND", "RETURNING"])

_define = template("(progn (%define-foreign-callable ',name ',types ',returning"
                   " (%named-lambda ,name ,parameters ,@body)) ',name)")


@macro("DEFUN-FOREIGN-CALLABLE", "name arglist &body forms", package=FF)
def _defun_foreign_callable(form: Any, env: Any) -> Any:
    """Define NAME as a function that C can call, once `register-foreign-callable` has made an address for it.

    ARGLIST has arguments `name`, of the type :LONG, or (name type).  The first declaration may have (:convention :c),
    (:unwind value) and (:returning type); without the last what C gets is as the value: an integer or a float.
    """
    name, arglist = form.cdr.car, form.cdr.cdr.car
    body, options = _split(form.cdr.cdr.cdr)
    arguments = [lisp_list(a, keyword("LONG")) if type(a) is Symbol else a for a in to_list(arglist)]
    return _define(name=name, types=from_iterable(a.cdr.car if a.cdr.cdr is None else a.cdr for a in arguments),
                   returning=options.get("RETURNING"), parameters=from_iterable(a.car for a in arguments), body=body)


macro("DEFUN-C-CALLABLE", "name arglist &body forms", package=FF)(_defun_foreign_callable)


def _split(body: Any) -> tuple[Any, dict[str, Any]]:
    """Return *body* without what its declarations say of the call, and that."""
    forms, options = [], {}
    rest = body
    while type(rest) is Cons and type(rest.car) is Cons and rest.car.car is cl("DECLARE"):
        kept = []
        for item in to_list(rest.car.cdr):
            if type(item) is Cons and type(item.car) is Symbol and item.car.name in _OPTIONS:
                options[item.car.name] = item.cdr and item.cdr.car
            else:
                kept.append(item)
        if kept:
            forms.append(Cons(cl("DECLARE"), from_iterable(kept)))
        rest = rest.cdr
    return from_iterable([*forms, *to_list(rest)]), options


@builtin("%DEFINE-FOREIGN-CALLABLE", "name types returning function", package=SYSTEM)
def _define_foreign_callable(name: Any, types: Any, returning: Any, function: Any) -> Any:
    """Define NAME as the FUNCTION of C's arguments of TYPES, with a result of the type RETURNING if it is not NIL."""
    _DEFINED[name] = Definition(function, [_older(t) for t in to_list(types)],
                                None if returning is None else call_type(returning))
    return name


_OLDER = {"SIGNED-BYTE": "CHAR", "UNSIGNED-BYTE": "UNSIGNED-CHAR", "SIGNED-WORD": "SHORT",
          "UNSIGNED-WORD": "UNSIGNED-SHORT", "SIGNED-LONG": "INT", "SIGNED-NATURAL": "NAT",
          "UNSIGNED-NATURAL": "UNSIGNED-NAT", "SINGLE-FLOAT": "FLOAT", "DOUBLE-FLOAT": "DOUBLE"}


def _older(spec: Any) -> ForeignType:
    """Return the type of an argument; `defun-c-callable` has other names for some."""
    name = _OLDER.get(spec.name) if type(spec) is Symbol else None
    return foreign_type(keyword(name)) if name is not None else call_type(spec)


# ------------------------------------------------------------------------------------------------- what is called by C


def number_for_c(value: Any) -> int | float:
    """Return the number that C gets for the *value* of a function."""
    kind = type(value)
    if kind is int:
        return int(value)
    if isinstance(value, float):
        return value
    if value is None or value is T:
        return 0 if value is None else 1
    if kind is Char:
        return ord(value)
    return address_of(value)


def run(definition: Definition, converters: list[Callable[[Any], Any] | None], arguments: tuple[Any, ...],
        finish: Callable[[Any], Any]) -> Any:
    """Call the function for C; return what *finish* makes of its value, or None if it was left otherwise."""
    ident = threading.get_ident()
    if ident in PENDING:
        return None
    alone = sys._getframe(1).f_back is None  # a thread of C's, and nobody in it that the exit could go on to
    try:
        enter_thread()
        values = tuple(x if c is None else c(x) for c, x in zip(converters, arguments, strict=True))
        if alone:
            process = current_process()
            return finish(reporting(process, lambda: with_abort_restart(lambda: definition.function(*values))))
        return finish(guarded(definition.function, values))
    except BaseException as leaving:
        if not alone:
            PENDING[ident] = leaving
        elif not isinstance(leaving, (ControlTransfer, SystemExit, Exception)):
            raise
        return None


def make_thunk(definition: Definition) -> tuple[Any, int]:
    """Return what keeps the code for the function alive, and the code's address."""
    prepared = [incoming(kind) for kind in definition.arguments]
    converters = [c for _, c in prepared]
    returning = definition.returning
    if returning is None:
        from acl.builtins.foreign import closures

        dual = closures.make(definition, [t for t, _ in prepared], converters)
        if dual is not None:
            return dual
    restype = ctypes.c_ssize_t if returning is None else c_type(returning)
    if returning is not None and returning.composite:
        error("ERROR", "A function that C calls cannot return the foreign type ~s.", returning.spec)

    def finish(value: Any) -> Any:
        if restype is None:
            return None
        number = number_for_c(value)
        return float(number) if restype in FLOATS else int(number)

    def called(*arguments: Any) -> Any:
        number = run(definition, converters, arguments, finish)
        return 0 if number is None and restype is not None else number

    thunk = ctypes.CFUNCTYPE(restype, *[t for t, _ in prepared])(called)
    return thunk, ctypes.cast(thunk, ctypes.c_void_p).value or 0


@builtin("REGISTER-FOREIGN-CALLABLE", "name &optional index-or-reuse convert-to-c-types &rest more", package=FF,
         values=True)
def _register(name: Any, index_or_reuse: Any = None, convert_to_c_types: Any = None, *more: Any) -> tuple[Any, ...]:
    """Return the address at which C can call the function NAME that `defun-foreign-callable` has defined.

    The other values are its index in the table of such functions, and what was there before: function, address,
    CONVERT-TO-C-TYPES.  An INDEX is that place; :REUSE means the one where NAME already is.  The value is always
    converted, since C can do nothing with Lisp's.
    """
    definition = _DEFINED.get(name)
    if definition is None:
        return error("ERROR", "~s is not defined by ~s.", name,
                     FF.export("DEFUN-FOREIGN-CALLABLE"))
    if type(index_or_reuse) is int:
        index = index_or_reuse
    else:
        same = [i for i, entry in _TABLE.items() if entry.name is name]
        free = next(i for i in range(len(_TABLE) + 1) if i not in _TABLE)
        index = same[0] if same and index_or_reuse is not None else free
    before = _TABLE.get(index)
    if before is not None:
        _retired.append(before.thunk)
    thunk, address = make_thunk(definition)
    _TABLE[index] = Entry(name, definition.function, thunk, address, convert_to_c_types)
    if before is None:
        return address, index, None, None, None
    return address, index, before.function, before.address, before.convert


builtin("REGISTER-FUNCTION", "name &optional index-or-reuse convert-to-c-types &rest more", package=FF,
        values=True)(_register)


@builtin("UNREGISTER-FOREIGN-CALLABLE", "index", package=FF)
def _unregister(index: Any) -> Any:
    """Take the function at INDEX out of the table of those that C can call; C must not call it any more."""
    if type(index) is not int:
        wrong_type(index, "UNSIGNED-BYTE")
    return T if _TABLE.pop(index, None) is not None else None


builtin("UNREGISTER-FUNCTION", "index", package=FF)(_unregister)
