"""Commands on objects: describe, inspect, macro expansion, tracing."""

from __future__ import annotations

from typing import Any

from acl.toplevel.commands import command
from acl.types.cons import Cons, from_iterable
from acl.types.function import FUNCTIONS
from acl.types.symbol import cl


@command("describe", "des")
def _describe(listener: Any, form: Any) -> None:
    """Describe the value of FORM."""
    values = listener.values_of(form)
    listener.call("COMMON-LISP:DESCRIBE", values[0] if values else None)


@command("inspect", "i")
def _inspect(listener: Any, *what: Any) -> None:
    """Inspect the value of a form, or steer the inspector; :i ? tells how.

    :i FORM starts, :i N goes into component N, :i - back, :i set N FORM changes a component, :i * inspects the
    value of *, :i + FORM pushes another object, :i skip N shows from component N on, :i raw shows the slots as they
    are kept, :i tree lists where you are, :i q ends.  Without arguments shows the object again.
    """
    from acl.toplevel.inspector import steer

    steer(listener, list(what))


@command("macroexpand", "ma")
def _macroexpand(listener: Any, form: Any, *, recursive: Any = None, walk: Any = None) -> None:
    """Expand a macro form once (with :recursive t until it is none, with :walk t inside too) and print it."""
    operator = "MACROEXPAND" if recursive is not None or walk is not None else "MACROEXPAND-1"
    expansion = listener.call(f"COMMON-LISP:{operator}", form)
    if walk is not None:
        expansion = _walk(expansion)
    listener.call("COMMON-LISP:PPRINT", expansion)
    listener.stream.write_str("\n")


def walked(form: Any) -> Any:
    """Return *form* with the macro calls in it expanded: it, and each list in it that stands as an argument."""
    return _walk(FUNCTIONS["COMMON-LISP:MACROEXPAND"](form))


def _walk(form: Any) -> Any:
    if type(form) is not Cons or form.car is cl("QUOTE"):
        return form
    parts, rest = [form.car], form.cdr
    while type(rest) is Cons:
        inner = rest.car
        parts.append(walked(inner) if type(inner) is Cons else inner)
        rest = rest.cdr
    return from_iterable(parts)


@command("boundp", "bou")
def _boundp(listener: Any, symbol: Any) -> None:
    """Say how SYMBOL is bound: as a variable, a function, a macro, a class."""
    listener.call("COMMON-LISP:DESCRIBE", symbol)


@command("trace", "tr")
def _trace(listener: Any, *names_and_options: Any) -> None:
    """Trace functions, as the macro TRACE does; without names show what is traced."""
    listener.show_values(listener.global_values(Cons(cl("TRACE"), from_iterable(names_and_options))))


@command("sequence", "seq", reads="words")
def _sequence(listener: Any, what: str = "text", file: str = "") -> None:
    """Record the traffic of sockets and show it: on, off, clear, text (a chart here), svg or html (into a FILE).

    The chart has a lane for each host and process, with times: connections, octets, ends of output, resets, time-outs.
    """
    from acl.types.array import string

    what = what.lstrip(":").lower()
    answer = listener.call("VIEW:SEQUENCE", string(what), string(file) if file else None)
    if what in ("on", "off"):
        listener.say(f"The traffic of sockets is {'recorded' if answer is not None else 'not recorded'}.")
    elif what in ("svg", "html"):
        listener.say(f"Written to {answer}")


@command("untrace", "untr")
def _untrace(listener: Any, *names: Any) -> None:
    """Stop tracing functions, as the macro UNTRACE does."""
    listener.show_values(listener.global_values(Cons(cl("UNTRACE"), from_iterable(names))))
