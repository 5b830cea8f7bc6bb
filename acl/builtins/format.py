"""CLHS 22.3: `format` and `formatter`."""

from __future__ import annotations

from typing import Any

from acl.printer.directives import Compiled, compiled, format_to, text_of
from acl.printer.quick import destination_stream
from acl.streams.base import output_stream
from acl.streams.strings import StringOutputStream
from acl.types.array import SimpleString
from acl.types.cons import from_iterable
from acl.types.symbol import SYSTEM

from .declare import builtin, macro


@builtin("FORMAT", "destination control-string &rest args")
def format(destination: Any, control_string: Any, *args: Any) -> Any:
    """Write ARGS under CONTROL-STRING, in which ~ begins a directive.

    DESTINATION is a stream, T for *standard-output*, a string with a fill pointer, which is extended, or NIL: then
    what was written is returned as a string.  CONTROL-STRING may be a function made by `formatter`.
    """
    if destination is None:
        stream: Any = StringOutputStream()
        format_to(stream, control_string, args)
        return SimpleString("".join(stream.pieces))
    format_to(destination_stream(destination), control_string, args)
    return None


@builtin("%FORMATTER", "control-string", package=SYSTEM, export=False)
def formatter_function(control_string: Any) -> Any:
    """Return a function of a stream and arguments that formats them under CONTROL-STRING."""
    code: Compiled = compiled(text_of(control_string))

    def formatter(stream: Any, *args: Any) -> Any:
        call = code.run(output_stream(stream), args)
        return from_iterable(call.args[call.position:]) if code.constant is None else from_iterable(args)

    formatter.__qualname__ = "FORMATTER"
    return formatter


@macro("FORMATTER", "control-string")
def formatter(form: Any, env: Any) -> Any:
    """Return a function of a stream and arguments that does what `format` does with CONTROL-STRING.

    The function returns the arguments that were not used.
    """
    from acl.expand.template import template

    control = form.cdr.car
    compiled(text_of(control))
    return template("(load-time-value (%formatter ,control) t)")(control=control)
