"""What restarts ask the user, on `*query-io*`."""

from __future__ import annotations

from typing import Any

from acl.types.function import FUNCTIONS, call_values
from acl.types.symbol import cl

attended = False
"""True if a person sits at the initial listener."""


def ask_form(prompt: str) -> Any:
    """Print *prompt*, read a form and return it."""
    stream = cl("*QUERY-IO*").value
    stream.fresh_line()
    stream.write_str(prompt)
    stream.finish_output()
    form = FUNCTIONS["COMMON-LISP:READ"](stream)
    take_line_end(stream)
    return form


def take_line_end(stream: Any) -> None:
    """Take the blanks and the newline behind a form that was typed: they belong to it."""
    while stream.listen():
        c = stream.peek_char()
        if c is None or c not in " \t\r\n":
            return
        stream.read_char()
        if c == "\n":
            return


def ask_values(prompt: str) -> list[Any]:
    """Print *prompt*, read and evaluate a form; return its values."""
    return list(call_values(FUNCTIONS["COMMON-LISP:EVAL"], ask_form(prompt)))


def ask_value(prompt: str) -> list[Any]:
    """The same for the primary value, as a list of arguments for a restart."""
    return [FUNCTIONS["COMMON-LISP:EVAL"](ask_form(prompt))]
