"""The text of a source file: what its octets are in its external format."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Any

from acl.streams.formats import external_format
from acl.types.array import string
from acl.types.symbol import keyword

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
          (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_BAD = re.compile("[\\udc80-\\udcff]")
_BAD_OR_NUL = re.compile("[\\udc80-\\udcff\\0]")
_SKIPPED = re.compile(r""";[^\n]*|"(?:[^"\\]|\\.)*(?:"|\Z)|\|(?:[^|\\]|\\.)*(?:\||\Z)|\\.|\#\|""", re.DOTALL)
_BLOCK = re.compile(r"\#\||\|\#")


def source_text(data: bytes, path: str, designator: Any = None) -> str:
    """Return the text of the source file *path*, whose octets are *data*; a line that begins with #! is a comment.

    It is in the external format *designator*; NIL means what the byte order mark says, or the default.  What is no
    character of that format may stand in comments; elsewhere it is a `file-error`, with restarts that take another
    format or replace it.
    """
    format = external_format(designator)
    codec = format.codec
    given = designator not in (None, keyword("DEFAULT"))
    mark, marked = next(((m, c) for m, c in _MARKS if data.startswith(m)), (b"", ""))
    if mark and (not given or marked.startswith(codec)):
        codec = marked
        data = data[len(mark):]
    elif codec in ("utf-16", "utf-32"):
        codec += "-le"
    try:
        text = data.decode(codec, "surrogateescape")
    except UnicodeDecodeError as problem:
        before = data[:problem.start].decode(codec, "replace")
        return _undecodable(data, mark, problem.start, before, path, codec, data[problem.start:problem.end])
    bad = _BAD if given or mark else _BAD_OR_NUL
    if bad.search(text):
        for found in bad.finditer(text):
            if not _in_comment(text, found.start()):
                before = text[:found.start()]
                at = len(before.encode(codec, "surrogateescape"))
                return _undecodable(data, mark, at, before, path, codec, data[at:at + 1])
        text = _BAD.sub("\ufffd", text)
    if format.newline != "\n":
        text = text.replace(format.newline, "\n")
    return ";" + text[1:] if text.startswith("#!") else text


def _in_comment(text: str, at: int) -> bool:
    """True if the character at *at* stands in a comment; a NUL may stand in a string as well."""
    for start, end in _skips(text):
        if start <= at < end:
            return text[start] in ";#" or (text[at] == "\0" and text[start] == '"')
        if start > at:
            break
    return False


def _skips(text: str) -> Iterator[tuple[int, int]]:
    """Generate where comments, strings, and symbols in bars begin and end; also each escaped character."""
    at = 0
    while (found := _SKIPPED.search(text, at)) is not None:
        at = found.end()
        depth = 1 if found.group() == "#|" else 0
        while depth:
            inner = _BLOCK.search(text, at)
            if inner is None:
                at = len(text)
                break
            depth += 1 if inner.group() == "#|" else -1
            at = inner.end()
        yield found.start(), at


def _undecodable(data: bytes, mark: bytes, at: int, before: str, path: str, codec: str, octets: bytes) -> str:
    """Signal that *octets*, at the index *at* of *data*, are no character; return the text that a restart makes."""
    from acl.runtime.conditions import error
    from acl.runtime.interaction import ask_value
    from acl.runtime.restarts import restart_case

    whole, name = mark + data, string(path)
    what = "in a program" if octets == b"\0" else f"of {codec}"
    shown = " ".join(f"#x{octet:02X}" for octet in octets[:4])
    line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1)

    def signal() -> Any:
        return error("FILE-ERROR", "Line ~d, column ~d of ~a (octet ~d: ~a) is no character ~a.  The external "
                     "format of the file may be another one.", line, column, name, at + len(mark), string(shown),
                     string(what), pathname=name)

    return restart_case(  # type: ignore[no-any-return]
        signal,
        ("USE-VALUE", lambda format: source_text(whole, path, format), "read the file in another external format.",
         lambda: ask_value("External format: ")),
        ("CONTINUE", lambda: _replaced(data, codec), "put the replacement character for what is no character."))


def _replaced(data: bytes, codec: str) -> str:
    text = data.decode(codec, "replace").replace("\0", "\ufffd")
    return ";" + text[1:] if text.startswith("#!") else text


__all__ = ["source_text"]
