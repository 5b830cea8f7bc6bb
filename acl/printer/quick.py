"""The texts of simple format directives, for calls of `format` that are compiled (`acl.compiler.emit_format`).

Each function returns what its directive writes for an argument, or None where that takes the general way: what depends
on the column, or calls a program's printing functions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from acl.printer import variables as v
from acl.printer.numbers import integer_text
from acl.printer.writer import prin1_to_string, princ_to_string
from acl.runtime.dynamic import current, reading
from acl.streams.base import output_stream
from acl.types.array import SimpleString, is_string
from acl.types.character import Char
from acl.types.cons import Cons
from acl.types.function import FUNCTIONS
from acl.types.symbol import Symbol, T

_PLAIN = (Symbol, float, type(None))
Text = Callable[[Any], str | None]


@reading(BASE=v.PRINT_BASE, RADIX=v.PRINT_RADIX)
def princ_text(x: Any) -> str | None:
    """Return what ~A writes."""
    kind = type(x)
    if kind is int:
        state = current()
        return str(x) if state.BASE[0] == 10 and state.RADIX[0] is None else princ_to_string(x)
    if kind is SimpleString:
        s = x.s
        return s if type(s) is str else x.text()
    if kind is Char:
        return str(x)
    return princ_to_string(x) if kind in _PLAIN else None


def prin1_text(x: Any) -> str | None:
    """Return what ~S writes."""
    kind = type(x)
    return prin1_to_string(x) if kind is int or kind is SimpleString or kind is Char or kind in _PLAIN else None


def decimal_text(x: Any) -> str | None:
    """Return what ~D writes."""
    return str(x) if type(x) is int else None


def character_text(x: Any) -> str | None:
    """Return what ~C writes."""
    return str(x) if type(x) is Char else None


def plural_text(x: Any) -> str | None:
    """Return what ~:P writes behind a directive for the same argument."""
    return ("" if x == 1 else "s") if type(x) is int else None


def padded_text(x: Any, text: Text, width: int, pad: str, left: bool) -> str | None:
    """Return what the directive of *text* writes with a column width, padded on the left or on the right."""
    found = text(x)
    return None if found is None else found.rjust(width, pad) if left else found.ljust(width, pad)


def padded_decimal(x: Any, width: int, pad: str) -> str | None:
    """Return what ~mincol,padcharD writes."""
    return str(x).rjust(width, pad) if type(x) is int else None


def radix_text(x: Any, base: int, width: int, pad: str) -> str | None:
    """Return what ~X, ~O, ~B write with a column width, 0 for none."""
    return integer_text(x, base).rjust(width, pad) if type(x) is int else None


def fixed_text(x: Any, spec: str, scale: float, tie: float) -> str | None:
    """Return what ~,placesF writes, where Python rounds the same: no tie, and no digit beyond the double's own.

    *spec* is Python's, *scale* 10 to the number of places, *tie* 2 to one more than that: times that, a number that is
    halfway between two others is odd.
    """
    if type(x) is not float or not -1e14 < x * scale < 1e14 or x * tie % 2.0 == 1.0:
        return None
    return format(x, spec)


def iterated_text(x: Any, text: Text, before: str, behind: str, between: str | None) -> str | None:
    """Return what ~{...~} writes with one directive between two texts; *between* stands behind a ~^ if there is one."""
    parts = []
    while type(x) is Cons:
        part = text(x.car)
        if part is None:
            return None
        parts.append(before + part + behind if before or behind else part)
        x = x.cdr
    return (between or "").join(parts) if x is None else None


def destination_stream(destination: Any) -> Any:
    """Return the stream that `format` writes to for a *destination* that is not NIL."""
    if destination is T or not is_string(destination):
        return output_stream(None if destination is T else destination)
    if getattr(destination, "fill_pointer", None) is None:
        from acl.types.base import wrong_type

        wrong_type(destination, "STREAM")
    from acl.streams.strings import FillPointerStream

    return FillPointerStream(destination)


def write_text(destination: Any, text: str, fresh: bool) -> Any:
    """Do what `format` does with the text it has made; *fresh* is for a ~& before it."""
    if destination is None:
        return SimpleString(text)
    stream = destination_stream(destination)
    if fresh:
        stream.fresh_line()
    stream.write_str(text)
    return None


FUNCTIONS.update({f.__name__: f for f in (
    princ_text, prin1_text, decimal_text, character_text, plural_text, padded_text, padded_decimal, radix_text,
    fixed_text, iterated_text, write_text)})
