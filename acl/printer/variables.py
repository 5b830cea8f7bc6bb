"""The printer's variables: their symbols, for the stages above to read."""

from __future__ import annotations

from typing import Any

from acl.types.symbol import CL, EXCL, USER, Symbol, T, cl, keyword


def _special(name: str, value: Any, symbol: Symbol | None = None) -> Symbol:
    symbol = symbol or cl(name)
    if not symbol.has_cell:
        symbol.set_global(value)
    symbol.special = "special"
    return symbol


PRINT_ARRAY = _special("*PRINT-ARRAY*", T)
PRINT_BASE = _special("*PRINT-BASE*", 10)
PRINT_RADIX = _special("*PRINT-RADIX*", None)
PRINT_CASE = _special("*PRINT-CASE*", keyword("UPCASE"))
PRINT_CIRCLE = _special("*PRINT-CIRCLE*", None)
PRINT_ESCAPE = _special("*PRINT-ESCAPE*", T)
PRINT_GENSYM = _special("*PRINT-GENSYM*", T)
PRINT_LENGTH = _special("*PRINT-LENGTH*", None)
PRINT_LEVEL = _special("*PRINT-LEVEL*", None)
PRINT_LINES = _special("*PRINT-LINES*", None)
PRINT_MISER_WIDTH = _special("*PRINT-MISER-WIDTH*", 40)
PRINT_PPRINT_DISPATCH = _special("*PRINT-PPRINT-DISPATCH*", None)
PRINT_PRETTY = _special("*PRINT-PRETTY*", T)
PRINT_READABLY = _special("*PRINT-READABLY*", None)
PRINT_RIGHT_MARGIN = _special("*PRINT-RIGHT-MARGIN*", None)
STANDARD_NAMES = _special("*STANDARD-CHARACTER-NAMES*", None, EXCL.intern("*STANDARD-CHARACTER-NAMES*"))
ENCLOSE_ERRORS = _special("*ENCLOSE-PRINTER-ERRORS*", T, EXCL.intern("*ENCLOSE-PRINTER-ERRORS*"))
FLOAT_FORMAT = _special("*READ-DEFAULT-FLOAT-FORMAT*", cl("SINGLE-FLOAT"))
PACKAGE = _special("*PACKAGE*", USER)
READTABLE = _special("*READTABLE*", None)

__all__ = [
    "CL", "ENCLOSE_ERRORS", "FLOAT_FORMAT", "PACKAGE",
    "PRINT_ARRAY", "PRINT_BASE", "PRINT_CASE", "PRINT_CIRCLE", "PRINT_ESCAPE",
    "PRINT_GENSYM", "PRINT_LENGTH", "PRINT_LEVEL", "PRINT_LINES", "PRINT_MISER_WIDTH", "PRINT_PPRINT_DISPATCH",
    "PRINT_PRETTY", "PRINT_RADIX", "PRINT_READABLY", "PRINT_RIGHT_MARGIN", "READTABLE",
    "STANDARD_NAMES",
]
