"""Lisp's control operators for Python and Hy programs, as functions of thunks.

    from acl.python.control import catch, throw, handler_case, handler_bind, restart_case, invoke_restart
    catch("found", lambda: search(tree))          # (throw "found" node) somewhere below
    handler_case(lambda: risky(), (acl.Error, lambda c: str(c)))

`acl.python.macros` (Hy) gives them their Lisp syntax.  Condition types are classes, or types as `acl.eval` reads them;
of Python's exception classes, `handler_case` passes the exception itself to its clause.  Restarts are named as
`acl.eval` reads names, or without their package; values cross as they do in calls of functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import acl.boot
from acl.clos.base import find_class
from acl.python.bridge import read_name, to_lisp, to_python
from acl.runtime import restarts
from acl.runtime.condition_classes import Condition, class_named
from acl.runtime.conditions import UnhandledCondition, make_condition, signal_condition, signal_error
from acl.runtime.control import Cluster, Throw, Transfer, check_catch, check_token, primary
from acl.runtime.dynamic import enter_thread
from acl.runtime.faults import as_exception, signal_fault
from acl.types.cons import Cons
from acl.types.symbol import Symbol

acl.boot.boot()

Thunk = Callable[[], Any]
_tags: dict[Any, Any] = {}


def _tag(tag: Any) -> Any:
    """Return the one object that stands for *tag*: tags are compared by identity, and 'x' == 'x' should match."""
    try:
        return _tags.setdefault(tag, tag)
    except TypeError:
        return tag


def _call(thunk: Thunk) -> Any:
    """Call *thunk*; a Python exception becomes a condition here, and goes on as itself if no handler takes that."""
    try:
        return thunk()
    except UnhandledCondition as unhandled:
        leaving = as_exception(unhandled)
    except Exception as fault:
        try:
            signal_fault(fault)
            return None
        except UnhandledCondition as unhandled:
            leaving = fault if unhandled.condition.__cause__ is fault else as_exception(unhandled)
    _raise(leaving)


def _raise(leaving: BaseException) -> NoReturn:
    """Raise what nobody has handled; an exception of a Python program keeps its own cause and context."""
    if isinstance(leaving, Condition):
        raise leaving from None
    raise leaving


@contextmanager
def _signalling() -> Iterator[None]:
    """Raise the condition that nobody has handled as an exception."""
    enter_thread()
    try:
        yield
        return
    except UnhandledCondition as unhandled:
        leaving = as_exception(unhandled)
    _raise(leaving)


def catch(tag: Any, thunk: Thunk) -> Any:
    """Return the value of *thunk*, or what is thrown to *tag* meanwhile (CLHS CATCH)."""
    tag = _tag(tag)
    state = enter_thread()
    saved = state.catches
    state.catches = (tag, saved)
    try:
        return _call(thunk)
    except Throw as transfer:
        if transfer.args[0] is not tag:
            raise
        return primary(transfer)
    finally:
        state.catches = saved


def throw(tag: Any, value: Any = None) -> Any:
    """Leave the innermost `catch` for *tag* with *value*; `control-error` if there is none."""
    tag = _tag(tag)
    with _signalling():
        check_catch(tag)
    raise Throw(tag, value, None)


def block(function: Callable[[Callable[..., Any]], Any]) -> Any:
    """Call *function* with a function that returns from this call with its argument (CLHS BLOCK, RETURN-FROM)."""
    token: list[Any] = [1]

    def leave(value: Any = None) -> Any:
        with _signalling():
            check_token(token, 0, None)
        raise Transfer(token, value, None)

    try:
        return _call(lambda: function(leave))
    except Transfer as transfer:
        if transfer.args[0] is not token:
            raise
        return primary(transfer)
    finally:
        token[0] = 0


def unwind_protect(thunk: Thunk, cleanup: Thunk) -> Any:
    """Return the value of *thunk*; call *cleanup* however it is left."""
    try:
        return _call(thunk)
    finally:
        cleanup()


def _class(kind: Any) -> Any:
    """Return the class of conditions *kind*: itself, or the one with that name; LookupError if there is none."""
    if not isinstance(kind, str):
        return kind
    name = read_name(kind)
    found = find_class(name, False) if type(name) is Symbol else None
    return found if found is not None else class_named(kind.upper())


def _is_python(kind: Any) -> bool:
    """True if *kind* is an exception class of Python, not one of Lisp's conditions."""
    return isinstance(kind, type) and not issubclass(kind, Condition)


def _test(kind: Any) -> Any:
    """Return what the condition system tests conditions with: for Python's classes it looks at the exception behind."""
    if _is_python(kind):
        return lambda condition: isinstance(condition.__cause__, kind)
    if isinstance(kind, str) and type(specifier := read_name(kind)) is Cons:
        from acl.runtime.typesys.predicates import typep

        return lambda condition: typep(condition, specifier)
    return _class(kind)


def handler_case(thunk: Thunk, *clauses: tuple[Any, Callable[[Any], Any]]) -> Any:
    """Return the value of *thunk*, or of the first clause (type, function of the condition) that applies."""
    state = enter_thread()
    saved = state.handlers
    token = state.handlers = (Cluster(*[_test(kind) for kind, _ in clauses]), None, saved)
    try:
        return _call(thunk)
    except Transfer as transfer:
        if transfer.args[0] is not token:
            raise
        _, index, condition = transfer.args
    finally:
        state.handlers = saved
    kind, function = clauses[index]
    return function(condition.__cause__ if _is_python(kind) else condition)


def handler_bind(thunk: Thunk, *clauses: tuple[Any, Callable[[Any], Any]]) -> Any:
    """Return the value of *thunk*; the handlers run where a condition is signalled, before anything is unwound."""
    state = enter_thread()
    saved = state.handlers
    state.handlers = (Cluster(*[_test(kind) for kind, _ in clauses]), [handler for _, handler in clauses], saved)
    try:
        return _call(thunk)
    finally:
        state.handlers = saved


def restart_case(thunk: Thunk, *clauses: tuple[str, Callable[..., Any], str] | tuple[str, Callable[..., Any]]) -> Any:
    """Return the value of *thunk*, or of the clause (name, function, report) whose restart is invoked.

    Without a report the restart is shown by its name.
    """
    enter_thread()

    def crossing(function: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *args: function(*[to_python(each) for each in args])

    return restarts.restart_case(
        lambda: _call(thunk), *((read_name(name), crossing(function), report[0] if report else None)
                                for name, function, *report in clauses))


def compute_restarts(condition: Any = None) -> list[Any]:
    """Return the restarts in force, newest first, of *condition* if given: `str` reports one, `.name` is its symbol."""
    enter_thread()
    return list(restarts.active_restarts(condition))


def find_restart(name: str, condition: Any = None) -> Any:
    """Return the newest restart named *name* that applies to *condition*, None if there is none."""
    wanted = read_name(name)
    for restart in compute_restarts(condition):
        if restart.name is wanted or (":" not in name and getattr(restart.name, "name", None) == wanted.name):
            return restart
    return None


def invoke_restart(restart: Any, *args: Any) -> Any:
    """Invoke a restart, or the newest with that name (`control-error` if there is none)."""
    found = find_restart(restart) or read_name(restart) if isinstance(restart, str) else restart
    with _signalling():
        return restarts.invoke_restart(found, *[to_lisp(each) for each in args])


def _condition(kind: Any, message: str, args: tuple[Any, ...], slots: dict[str, Any]) -> Any:
    if isinstance(kind, Condition):
        return kind
    given = {name: to_lisp(value) for name, value in slots.items()}
    return make_condition(_class(kind), message or None, *[to_lisp(x) for x in args], **given)


def error(kind: Any, message: str = "", *args: Any, **slots: Any) -> Any:
    """Signal a condition as an error: *kind* itself, or one of that class or of the class of that name.

    *message* is a format control, for *args*.
    """
    enter_thread()
    with _signalling():
        signal_error(_condition(kind, message, args, slots))


def signal(kind: Any, message: str = "", *args: Any, **slots: Any) -> None:
    """Signal a condition, *kind* itself or made as `error` makes it; return if no handler takes it."""
    enter_thread()
    with _signalling():
        signal_condition(_condition(kind, message, args, slots))
