"""The form that a unit was compiled from, found again in the text of its source: the stepper compiles it anew."""

from __future__ import annotations

import os
from binascii import crc32
from typing import Any, NamedTuple

from acl.compiler.toplevel import TopLevel
from acl.compiler.unit import Lost
from acl.reader import TextSource, read_form
from acl.reader.octets import source_text
from acl.runtime.dynamic import bind
from acl.types.symbol import cl, find_package, keyword


class Origin(NamedTuple):
    """Where a unit of a compiled file comes from: part number *part* of the form from *start* to *end* of a source.

    *package* is the one that the form was read in, *check* a checksum of its text, *format* the name of the source's
    external format.
    """

    path: str
    start: int
    end: int
    check: int
    package: str
    part: int
    format: str | None = None


def checksum(text: str) -> int:
    """Return what tells whether the text of a form has changed."""
    return crc32(text.encode("utf-8", "surrogatepass"))


def form_of(origin: Origin, folder: str | None) -> tuple[Any, Any, str]:
    """Return form, environment and source file of *origin*; the file may have moved to *folder*.

    Raises `Lost`.
    """
    moved = [] if folder is None else [os.path.join(folder, os.path.basename(origin.path))]
    path = next((path for path in [origin.path, *moved] if os.path.isfile(path)), None)
    if path is None:
        raise Lost(f"its source file {origin.path} is not there")
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as fault:
        raise Lost(f"its source file {path} cannot be read ({fault.strerror})") from fault
    text = source_text(data, path, None if origin.format is None else keyword(origin.format))
    if checksum(text[origin.start:origin.end]) != origin.check:
        raise Lost(f"its source file {path} has changed: compile and load it again")
    return (*form_in(text, origin, compiled=True), path)


def form_in(text: str, origin: Origin, compiled: bool) -> tuple[Any, Any]:
    """Return the form *origin*, read from *text*, and its environment; *compiled*: as `compile-file` sees it."""
    source = TextSource(text, origin.path)
    source.pos = origin.start
    parts: list[tuple[Any, Any]] = []

    def note(form: Any, env: Any) -> None:
        parts.append((form, env))

    with bind(cl("*PACKAGE*"), find_package(origin.package) or cl("*PACKAGE*").value):
        form = read_form(source)
        (TopLevel(lambda *_: None, note) if compiled else TopLevel(note)).process(form)
    if origin.part >= len(parts):
        raise Lost("its macros have changed: compile and load its source file again")
    return parts[origin.part]
