"""The standard streams and their variables."""

from __future__ import annotations

from acl.builtins.declare import variable
from acl.streams.formats import DEFAULT_FORMAT
from acl.types.symbol import EXCL, GLOBAL_CELLS, Symbol


def _document(symbol: Symbol, doc: str) -> None:
    variable(symbol.name, GLOBAL_CELLS[symbol.key][0], doc, package=symbol.package or EXCL)


for _name, _doc in (
    ("*TERMINAL-IO*", "The stream to and from the user's terminal."),
    ("*STANDARD-INPUT*", "The stream that input functions read by default."),
    ("*STANDARD-OUTPUT*", "The stream that output functions write by default."),
    ("*ERROR-OUTPUT*", "The stream for warnings and error messages."),
    ("*TRACE-OUTPUT*", "The stream that TRACE and TIME write."),
    ("*QUERY-IO*", "The stream on which the user is asked questions."),
    ("*DEBUG-IO*", "The stream on which the debugger talks."),
):
    variable(_name, GLOBAL_CELLS["COMMON-LISP:" + _name][0], _doc)

_document(DEFAULT_FORMAT, "The external format of streams that are opened without one.")
_document(EXCL.external["*INITIAL-TERMINAL-IO*"], "The terminal stream that the program started with.")
