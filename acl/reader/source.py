"""Program text: a stream that knows lines and columns; names for texts that stand in no file.

Python's tools (traceback, pdb, inspect) find the lines of such a text in `linecache`, as long as some code that was
compiled from it lives.
"""

from __future__ import annotations

import sys
from bisect import bisect_right
from itertools import count
from typing import Any

from acl.streams.strings import TextSource as TextStream


class TextSource(TextStream):
    """The text of a program, read form by form with `read_form`.

    `positions` maps the `id` of each list that was read to its (line, column), both counted from 1 and 0 as
    Python does; `forget` empties it.  The lists are kept alive by `kept` meanwhile, so the ids stay valid.
    """

    def __init__(self, text: str, filename: str | None = None, first_line: int = 1) -> None:
        self.text = text
        self.pos = 0
        self.filename = filename
        self.first_line = first_line
        self.positions: dict[int, tuple[int, int]] = {}
        self.kept: list[Any] = []
        self.scanned = 0  # up to where `shadow_definitions` has looked
        self._starts: list[int] | None = None

    def line_column(self, offset: int) -> tuple[int, int]:
        """Return line (from `first_line`) and column (from 0) of the character at *offset*."""
        starts = self._starts
        if starts is None:
            starts = self._starts = [0]
            find = self.text.find
            at = find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = find("\n", at + 1)
        line = bisect_right(starts, offset)
        return line - 1 + self.first_line, offset - starts[line - 1]

    def record(self, cons: Any, offset: int) -> None:
        """Remember that the list *cons* begins at *offset*."""
        self.positions[id(cons)] = self.line_column(offset)
        self.kept.append(cons)

    def forget(self) -> None:
        """Forget the positions recorded so far, and let go of the lists."""
        self.positions.clear()
        self.kept.clear()

    def place(self, offset: int | None = None) -> str:
        """Return where the source stands (or *offset* is), as the end of an error message."""
        line, column = self.line_column(max(self.pos - 1, 0) if offset is None else offset)
        file = f" of {self.filename}" if self.filename else ""
        return f" at line {line}, column {column}{file}"

    def unread_char(self, c: str) -> None:
        """Put the last character back."""
        if self.pos > 0:
            self.pos -= 1


_numbers = count(1)
_entries: dict[str, tuple[int, None, list[str], str]] = {}
"""What `linecache` is to have in its cache, by name."""


class TypedName(str):
    """The file name of a text; when the last code object that has it is gone, the text is forgotten."""

    def __del__(self) -> None:
        _entries.pop(self, None)
        cache = _cache()
        if cache is not None:
            cache.pop(self, None)


def typed_name(text: str, what: str) -> str:
    """Return a new file name, `<what 1>`, for *text*, and let Python's tools know its lines."""
    number = f"<{what} {next(_numbers)}>"
    entry = (len(text), None, [line + "\n" for line in text.split("\n")], number)
    # The tables have an equal text for key: they are not to keep the name.
    _entries[number] = entry
    cache = _cache()
    if cache is not None:
        cache[number] = entry
    elif not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
    return TypedName(number)


def _cache() -> Any:
    return getattr(sys.modules.get("linecache"), "cache", None)


class _Finder:
    """Fills the cache of `linecache` when somebody imports that: it is too heavy for a start."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """Find `linecache` as the other finders do, and have its loader tell us."""
        if name != "linecache":
            return None
        sys.meta_path.remove(self)
        from importlib.util import find_spec

        spec = find_spec(name)
        loader: Any = spec.loader if spec is not None else None
        execute = getattr(loader, "exec_module", None)
        if execute is None:
            return spec

        def exec_module(module: Any) -> None:
            execute(module)
            module.cache.update(_entries)

        loader.exec_module = exec_module
        return spec
