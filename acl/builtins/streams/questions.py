"""Asking the user."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import predicate
from acl.streams.base import QUERY_IO


def _ask(control: Any, arguments: tuple[Any, ...], choices: str) -> Any:
    from acl.types.function import fdefinition
    from acl.types.symbol import cl

    stream = QUERY_IO.value
    stream.fresh_line()
    if control is not None:
        fdefinition(cl("FORMAT"))(stream, control, *arguments)
        stream.write_str(" ")
    stream.write_str(choices)
    stream.finish_output()
    return stream


@predicate("Y-OR-N-P", "&optional format-control &rest arguments")
def y_or_n_p(control: Any = None, *arguments: Any) -> bool:
    """Ask the question that FORMAT-CONTROL and ARGUMENTS make on *QUERY-IO*; return true for the answer y."""
    stream = _ask(control, arguments, "(y or n) ")
    while True:
        answer = _answer(stream)
        if answer[:1] in ("y", "Y"):
            return True
        if answer[:1] in ("n", "N"):
            return False
        stream.write_str('Please type "y" for yes or "n" for no: ')
        stream.finish_output()


@predicate("YES-OR-NO-P", "&optional format-control &rest arguments")
def yes_or_no_p(control: Any = None, *arguments: Any) -> bool:
    """Ask the question that FORMAT-CONTROL and ARGUMENTS make on *QUERY-IO*; return true for the answer yes."""
    stream = _ask(control, arguments, "(yes or no) ")
    while True:
        answer = _answer(stream).lower()
        if answer in ("yes", "no"):
            return answer == "yes"
        stream.write_str('Please type "yes" for yes or "no" for no: ')
        stream.finish_output()


def _answer(stream: Any) -> str:
    line = stream.read_line()
    if line is None:
        stream.resolve().end_of_file()
    return str(line[0]).strip()


