"""Logical blocks as programs make them: `pprint-logical-block` and the ~<...~:> of `format`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from acl.types.cons import Cons

from . import variables as v
from .dispatch import Cursor
from .pretty import PrettyStream
from .writer import CIRCLE, DEPTH, Printer, write_object


def logical_block(stream: Any, x: Any, prefix: str, per_line: bool, suffix: str,
                  body: Callable[[Any, Cursor], Any]) -> None:
    """Print the list *x* in a logical block on *stream*: *body* gets the stream to write to and a cursor over *x*."""
    if type(x) is not Cons and x is not None:
        write_object(x, stream)
        return
    if v.PRINT_CIRCLE.value is not None and CIRCLE.get() is None:
        from .circle import begin

        circle = begin(lambda nowhere: _block(nowhere, x, prefix, per_line, suffix, body))
        token = CIRCLE.set(circle)
        try:
            _block(stream, x, prefix, per_line, suffix, body)
        finally:
            CIRCLE.reset(token)
    else:
        _block(stream, x, prefix, per_line, suffix, body)


def _block(stream: Any, x: Any, prefix: str, per_line: bool, suffix: str, body: Callable[[Any, Cursor], Any]) -> None:
    p = Printer(stream, stream.write_str)
    if p.circle is not None and x is not None:
        begun, p.circle.current = p.circle.current is x, None
        if not begun and p.circle.reference(p, x):
            return
    if p.too_deep():
        return
    if p.pretty and not isinstance(stream, PrettyStream):
        stream = p.stream = PrettyStream(stream)
        p.out = stream.write_str
    p.depth += 1
    token = DEPTH.set(p.depth)
    try:
        if not p.pretty:
            p.out(prefix)
            body(stream, Cursor(p, x))
            p.out(suffix)
            return
        stream.start_block(prefix, per_line, suffix)
        try:
            body(stream, Cursor(p, x))
        finally:
            stream.end_block()
    finally:
        DEPTH.reset(token)
