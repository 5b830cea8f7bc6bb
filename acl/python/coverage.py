"""A plugin of coverage.py, which reports Lisp files by their lines.  In `.coveragerc`:

    [run]
    plugins = acl.python.coverage

The tracer needs no help, since compiled Lisp code carries the lines of its file; what coverage.py cannot know is which
lines of a Lisp file could have run.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from types import CodeType
from typing import Any

from coverage import CoveragePlugin, FileReporter, FileTracer
from coverage.exceptions import ConfigError

TYPES = (".cl", ".lisp", ".lsp")


class LispTracer(FileTracer):
    """Says that a code file is its own source file."""

    def __init__(self, filename: str) -> None:
        self.filename = os.path.abspath(filename)

    def source_filename(self) -> str:
        """Return the absolute name of the source file."""
        return self.filename


class LispReporter(FileReporter):
    """Knows the lines of a Lisp file that have code."""

    def lines(self) -> set[int]:
        """Return the numbers of the lines that can run: the file is compiled for it."""
        return executable_lines(self.filename)


class LispPlugin(CoveragePlugin):
    """Traces and reports the files with a type of Lisp source."""

    def file_tracer(self, filename: str) -> FileTracer | None:
        """Return a tracer for a Lisp file, None for any other."""
        return LispTracer(filename) if filename.endswith(TYPES) else None

    def file_reporter(self, filename: str) -> FileReporter:
        """Return the reporter of a Lisp file."""
        return LispReporter(filename)

    def configure(self, config: Any) -> None:
        """Choose the tracer that asks plugins: the default on Python 3.14, by `sys.monitoring`, does not."""
        try:
            if config.get_option("run:core") is None:
                config.set_option("run:core", "ctrace")
        except ConfigError:  # an older coverage.py has no such option, and no other default
            pass


def executable_lines(filename: str) -> set[int]:
    """Return the lines of the Lisp file *filename* that have code; raises the condition of an error in it."""
    import acl.python.bridge  # starts Lisp
    from acl.builtins.loading import compile_text
    from acl.compiler import fasl

    with open(filename, encoding="utf-8", errors="replace") as file:
        text = file.read()
    data, _, _ = acl.python.bridge.in_user_package(lambda: compile_text(text, filename))
    return {line for code in _codes(fasl.contents(data)) for _, _, line in code.co_lines() if line}


def _codes(written: Any) -> Iterator[CodeType]:
    """Yield the code objects in the contents of a compiled file, those inside others too."""
    if isinstance(written, CodeType):
        yield written
        written = written.co_consts
    if isinstance(written, tuple):
        for part in written:
            yield from _codes(part)


def coverage_init(registry: Any, options: dict[str, str]) -> None:
    """Register the plugin: coverage.py calls this."""
    plugin = LispPlugin()
    registry.add_configurer(plugin)
    registry.add_file_tracer(plugin)
