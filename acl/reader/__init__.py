"""From text to objects: `read`, `read_form` for programs, `read_from_text` for one form of a string.

The standard syntax of tokens is written down in `grammar/tokens.lark`, that of forms in `grammar/forms.lark`; the
reader itself (`acl.reader.reader`) is programmable by readtables and reads from any stream.
"""

from __future__ import annotations

from typing import Any

from acl.runtime.dynamic import bind
from acl.types.symbol import USER, Package, find_package

from . import standard as standard
from .reader import EOF, read
from .source import TextSource, typed_name
from .variables import PACKAGE

__all__ = ["EOF", "TextSource", "prepare", "read", "read_all", "read_form", "read_from_text",
           "typed_name"]


def read_form(source: TextSource, eof: Any = EOF) -> Any:
    """Read the next form of *source* with the current readtable and package; *eof* at the end."""
    prepare(source)
    return read(source, eof)


def prepare(source: TextSource) -> None:
    """Do what precedes the reading of a form of *source*: in USER, shadow inherited names that the text defines."""
    if PACKAGE.value is USER and source.pos >= source.scanned:
        from .packages import shadow_definitions

        source.scanned = shadow_definitions(source.text, source.pos)


def read_from_text(text: str, package: Package | str | None = None) -> Any:
    """Read the first form of *text*, in *package* if given; EOF if there is none."""
    source = TextSource(text)
    if package is None:
        return read(source)
    with bind(PACKAGE, find_package(package) if isinstance(package, str) else package):
        return read(source)


def read_all(text: str, package: Package | str | None = None) -> list[Any]:
    """Read all forms of *text*, in *package* if given."""
    source = TextSource(text)
    found = find_package(package) if isinstance(package, str) else package
    forms = []
    with bind(PACKAGE, found or PACKAGE.value):
        while (form := read(source)) is not EOF:
            forms.append(form)
    return forms
