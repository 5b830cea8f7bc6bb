"""Streams over pipes of the system: what one process of Lisp writes another reads."""

from __future__ import annotations

import os
from typing import Any

from acl.types.cons import lisp_list
from acl.types.symbol import EXCL, cl

from .descriptors import FdStream


def _ends() -> tuple[int, int]:
    ends = os.pipe()
    for fd in ends:
        os.set_blocking(fd, False)
    return ends


class _Octets:
    """Mixed in: programs make buffers of the element type, and what goes through a pipe are octets first."""

    element_type: Any = lisp_list(cl("UNSIGNED-BYTE"), 8)


class PipeStream(_Octets, FdStream, lisp="PIPE-STREAM", package=EXCL):
    """A stream from which can be read what was written to it."""

    what = "pipe-stream"

    def __init__(self, format: Any = None) -> None:
        super().__init__(*_ends(), format, blocking=False)

    def device_read_into(self, view: memoryview, wait: bool = True) -> int | None:
        """Read, what is buffered for writing having been sent."""
        self.force_output()
        return super().device_read_into(view, wait)


class FunctionInputStream(_Octets, FdStream, lisp="FUNCTION-INPUT-STREAM", package=EXCL):
    """Reads what a function writes, in a process of its own; an error that ended it is signalled at the end."""

    what = "function-input-stream"
    failure: Any = None

    def device_read_into(self, view: memoryview, wait: bool = True) -> int | None:
        """Read what the function has written."""
        got = super().device_read_into(view, wait)
        if got == 0 and self.failure is not None:
            from acl.runtime.conditions import signal_error

            failure, self.failure = self.failure, None
            signal_error(failure)
        return got


class FunctionOutputStream(_Octets, FdStream):
    """What the function writes to."""

    what = "function-output-stream"
    abandoned = False
    """True once the reader has closed its side, so that nobody misses what the function still does."""

    def device_fault(self, action: str, error: OSError, size: int) -> int:
        """Remember that nobody reads any more, then signal."""
        self.abandoned = isinstance(error, BrokenPipeError)
        return super().device_fault(action, error, size)


def function_streams(format: Any = None) -> tuple[FunctionInputStream, FunctionOutputStream]:
    """Return both sides of a new pipe."""
    get, put = _ends()
    return (FunctionInputStream(get, None, format, blocking=False),
            FunctionOutputStream(None, put, format, blocking=False))
