"""Restarts.

Those in force are `current().restarts`, linked pairs `(cluster, outer)` of iterables of `Restart`s, newest first.
Python code offers restarts with `restart_case`:

    restart_case(lambda: signal_error(c),
                 ("USE-VALUE", lambda v: v, "Use another value.", ask_for_value))
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from acl.types.array import SimpleString
from acl.types.base import LispObject, wrong_type
from acl.types.record import Struct
from acl.types.symbol import EXCL, Symbol, cl

from .control import RestartPoint, Transfer
from .dynamic import current


class Restart(LispObject, Struct, eq=False, weakref=True):
    """A restart.

    `function` takes the arguments of `invoke-restart`; `report` is a Lisp function of a stream, a Lisp string or None;
    `interactive` returns a list of arguments; `test` takes a condition or NIL.  `conditions` are those that it is
    associated with at present.
    """

    name: Any
    function: Any
    report: Any = None
    interactive: Any = None
    test: Any = None
    conditions: Any = ()
    lisp_class = "RESTART"

    def __str__(self) -> str:
        """Return the report, or the name if there is none."""
        report = self.report
        if report is None:
            return self.name.name if type(self.name) is Symbol else "NIL"
        if type(report) is SimpleString:
            return report.text()
        if type(report) is str:
            return report
        if isinstance(report, _Report):
            return report.text()
        from acl.streams.strings import StringOutputStream

        stream = StringOutputStream()
        report(stream)
        return str(stream.take())

    _report_function = None
    _report = __str__

    def applies(self, condition: Any) -> bool:
        """True if the restart may be used for *condition* (None: for any)."""
        if condition is not None and self.conditions and not any(c is condition for c in self.conditions):
            return False
        return self.test is None or self.test(condition) is not None


class _Report:
    """A report that a Python function makes as a str."""

    __slots__ = ("text",)

    def __init__(self, text: Callable[[], str]) -> None:
        self.text = text

    def __call__(self, stream: Any) -> None:
        stream.write_str(self.text())


def active_restarts(condition: Any = None) -> Iterator[Restart]:
    """Yield the restarts in force that apply to *condition*, newest first."""
    link = current().restarts
    while link is not None:
        cluster, link = link
        for restart in cluster:
            if restart.applies(condition):
                yield restart


def find_restart(name: Any, condition: Any = None) -> Restart | None:
    """Return the newest restart named *name* (a symbol, or the name of one of COMMON-LISP), or *name* if it is one."""
    if type(name) is str:
        name = cl(name)
    link = current().restarts
    if type(name) is Restart:
        while link is not None:
            cluster, link = link
            if any(restart is name for restart in cluster):
                return name
        return None
    while link is not None:
        cluster, link = link
        if type(cluster) is RestartPoint and name not in cluster.form.numbers:
            continue
        for restart in cluster:
            if restart.name is name and restart.applies(condition):
                return restart  # type: ignore[no-any-return]
    return None


def restart_clause(name: Any) -> tuple[RestartPoint, int] | None:
    """Return the clause that invoking the restart *name* leaves for, if its `restart-case` nobody has looked at."""
    link = current().restarts
    while link is not None:
        cluster, link = link
        if type(cluster) is not RestartPoint or cluster.made is not None:
            return None
        index = cluster.form.numbers.get(name)
        if index is not None:
            return (cluster, index) if cluster.options[3 * index + 2] is None else None
    return None


def invoke_restart(name: Any, *args: Any) -> Any:
    """Invoke a restart, given itself or by name; `control-error` if there is none."""
    restart = find_restart(name)
    if restart is None:
        no_restart(name)
    return restart.function(*args)  # type: ignore[union-attr]


def no_restart(name: Any) -> Any:
    """Signal the `control-error` that *name* designates no active restart."""
    from . import messages
    from .conditions import error

    return error("CONTROL-ERROR", messages.NO_RESTART, cl(name) if type(name) is str else name)


def interactive_arguments(restart: Restart) -> list[Any]:
    """Ask for the arguments of *restart* as it wants."""
    if restart.interactive is None:
        return []
    from .calls import spread

    result = restart.interactive()
    return result if type(result) is list else spread(result)


def associate(condition: Any, restarts: Any) -> None:
    """Associate *restarts* with *condition*, until `dissociate`; a type-error if one is none."""
    for restart in restarts:
        if not isinstance(restart, Restart):
            wrong_type(restart, "RESTART")
    for restart in restarts:
        restart.conditions = (condition, *restart.conditions)


def dissociate(condition: Any, restarts: Any) -> None:
    """Undo one `associate`."""
    for restart in restarts:
        rest = list(restart.conditions)
        for i, c in enumerate(rest):
            if c is condition:
                del rest[i]
                break
        restart.conditions = tuple(rest)


def restart_symbol(name: str) -> Symbol:
    """Return the symbol that names a restart: of COMMON-LISP if there is one, else of EXCL."""
    return _NAMES.get(name) or EXCL.export(name)


# Made at start, so that a program that is read before the first error means the same symbols.
_NAMES = {name: cl(name) for name in ("ABORT", "CONTINUE", "MUFFLE-WARNING", "STORE-VALUE", "USE-VALUE")}
_NAMES.update((name, EXCL.export(name))
              for name in ("KEEP-OLD", "RECOMPILE-LOAD", "RETRY-LOAD", "RETURN-VALUE", "SKIP-LOAD", "TRY-AGAIN"))


def restart_case(thunk: Callable[[], Any], *clauses: tuple[Any, ...], condition: Any = None) -> Any:
    """Call *thunk* with restarts in force; return its value, or that of the clause whose restart was invoked.

    A clause is (name, function, report, interactive): the function is called after the stack is unwound; the report is
    a str or a function without arguments that returns one; interactive, optional, returns a list of arguments.
    With *condition* the restarts are associated with it.
    """
    token: list[Any] = []
    cluster = [_clause(token, i, clause) for i, clause in enumerate(clauses)]
    state = current()
    saved = state.restarts
    state.restarts = (cluster, saved)
    if condition is not None:
        for restart in cluster:
            restart.conditions = (condition,)
    try:
        return thunk()
    except Transfer as transfer:
        if transfer.args[0] is not token:
            raise
        _, index, args = transfer.args
    finally:
        state.restarts = saved
    return clauses[index][1](*args)


def _clause(token: Any, index: int, clause: tuple[Any, ...]) -> Restart:
    def leave(*args: Any) -> None:
        raise Transfer(token, index, args)

    name, _, report = clause[:3]
    if type(name) is str:
        name = restart_symbol(name)
    return Restart(name, leave, _Report(report) if callable(report) else report,
                   clause[3] if len(clause) > 3 else None)
