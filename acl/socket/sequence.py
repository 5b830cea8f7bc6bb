"""`view:sequence` and the command `:sequence`: record the traffic of sockets and show it as a sequence chart."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin
from acl.socket import recording
from acl.types.array import SimpleString, string
from acl.types.symbol import VIEW, Symbol, T, cl, keyword

_CHOICES = ("ON", "OFF", "CLEAR", "TEXT", "SVG", "HTML")


@builtin("SEQUENCE", "&optional (what :text) file", package=VIEW)
def sequence(what: Any = None, file: Any = None) -> Any:
    """Record the traffic of sockets, or show it as a message sequence chart; WHAT says what to do.

    :ON and :OFF switch recording, :CLEAR forgets what was recorded; :TEXT prints the chart on `*standard-output*`;
    :SVG and :HTML write a picture or a page with it to FILE.  Returns the name of the file, or true while recording.
    """
    name = what.name if type(what) is Symbol else "TEXT" if what is None else str(what).upper()
    if name not in _CHOICES:
        from acl.runtime.conditions import type_fault
        from acl.types.cons import lisp_list

        type_fault(what, lisp_list(cl("MEMBER"), *map(keyword, _CHOICES)))
    if name in ("ON", "OFF"):
        (recording.start if name == "ON" else recording.stop)()
    elif name == "CLEAR":
        recording.clear()
    elif name == "TEXT" and file is None:
        _print_chart()
    else:
        return string(write(name.lower(), _filename(file, name.lower())))
    return T if recording.on else None


def _print_chart() -> None:
    from acl.socket.charts import chart, text_chart

    out = cl("*STANDARD-OUTPUT*").value
    width = out.resolve().line_length() or 100
    out.fresh_line()
    out.write_str(text_chart(chart(recording.events()), max(60, width - 1)) + "\n")


def _filename(file: Any, kind: str) -> str:
    if file is None:
        return f"sequence.{kind}"
    if type(file) is SimpleString:
        return file.text()
    from acl.printer.writer import princ_to_string

    return princ_to_string(file)


def write(kind: str, name: str) -> str:
    """Write what was recorded as *kind* (text, svg or html) to the file *name*; return its full name."""
    import os

    from acl.socket.charts import chart, html_chart, svg_chart, text_chart

    make = {"text": text_chart, "svg": svg_chart, "html": html_chart}[kind]
    name = os.path.abspath(os.path.expanduser(name))
    with open(name, "w", encoding="utf-8") as file:
        file.write(make(chart(recording.events())))
    return name
