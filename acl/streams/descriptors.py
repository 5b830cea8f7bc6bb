"""Streams over file descriptors: pipes, terminals, and what `acl.socket` builds on."""

from __future__ import annotations

import errno
import os
import select
from collections.abc import Callable
from time import monotonic
from typing import Any

from acl.types.symbol import EXCL

from .base import DEBUG_IO, ERROR_OUTPUT, QUERY_IO, STANDARD_INPUT, STANDARD_OUTPUT, TERMINAL_IO, TRACE_OUTPUT
from .devices import OwnDevice, TerminalSimpleStream
from .octets import OctetStream


class FdStream(OctetStream, lisp="FD-STREAM", package=EXCL):
    """A stream that reads descriptor `in_fd` and writes `out_fd` (None: cannot).

    If the descriptors are non-blocking (`blocking` false) it tries first and waits when it must; one that other
    programs share, such as a terminal, must stay blocking, so there it waits first.
    """

    what = "fd-stream"

    def __init__(self, in_fd: int | None, out_fd: int | None = None, format: Any = None, *,
                 blocking: bool = True, owned: bool = True) -> None:
        self.in_fd = in_fd
        self.out_fd = out_fd
        self.blocking = blocking
        self.owned = owned
        super().__init__(format, in_fd is not None, out_fd is not None)

    def wait_for(self, write: bool) -> None:
        """Wait until the descriptor is ready; `timed_out` if the time of the stream is over first."""
        from acl.runtime.waiting import wait_io

        timeout = self.write_timeout if write else self.read_timeout
        fd = self.out_fd if write else self.in_fd
        assert fd is not None
        deadline = None if timeout is None else monotonic() + timeout
        if not wait_io(fd, write, deadline, "waiting for output" if write else "waiting for input"):
            self.timed_out("write" if write else "read")
        self.check_open()

    def device_read_into(self, view: memoryview, wait: bool = True) -> int | None:
        """Read from the descriptor."""
        assert self.in_fd is not None
        fills = self.fills
        if self.blocking:
            if wait:
                self.wait_for(False)
            elif not poll_input(self.in_fd):
                return None
        while self.fills == fills:
            try:
                return self.receive(view)
            except BlockingIOError:
                if not wait:
                    return None
                self.wait_for(False)
            except OSError as error:
                return self.device_fault("reading", error, 0)
        return None

    def receive(self, view: memoryview) -> int:
        """Read what there is; the descriptor was ready, or it is non-blocking."""
        assert self.in_fd is not None
        return os.readv(self.in_fd, [view])

    def device_write(self, view: Any) -> int:
        """Write to the descriptor."""
        assert self.out_fd is not None
        octets = view
        wait = self.blocking
        while True:
            if wait:
                self.wait_for(True)
                if self.unsent is not view:
                    return 0
                octets = view[:select.PIPE_BUF]  # a pipe that is ready takes so much without waiting
            try:
                return os.write(self.out_fd, octets)
            except BlockingIOError:
                wait = True
            except OSError as error:
                return self.device_fault("writing", error, len(view))

    def device_fault(self, action: str, error: OSError, size: int) -> int:
        """Signal what the system reported (or return what the operation, on *size* octets, is to return)."""
        stream_errno(self, action, error)
        return 0

    def device_close(self, abort: bool) -> None:
        """Close the descriptors, if the stream owns them."""
        fds = {self.in_fd, self.out_fd} - {None}
        if self.owned:
            from acl.runtime.waiting import wake_waiters

            for fd in fds:
                assert fd is not None
                os.close(fd)
                wake_waiters(fd)

    @property
    def interactive(self) -> bool:
        """True if a terminal is at the other end."""
        fd = self.in_fd if self.in_fd is not None else self.out_fd
        return self.is_open and fd is not None and os.isatty(fd)


def poll_input(fd: int) -> bool:
    """Return true if reading *fd* would not block."""
    poller = select.poll()
    poller.register(fd, select.POLLIN)
    return bool(poller.poll(0))


def stream_errno(stream: Any, action: str, error: OSError) -> None:
    """Signal the stream error for a failed system call."""
    from acl.runtime.conditions import error as signal
    from acl.types.array import string

    signal("STREAM-ERROR", "~s: ~a (errno ~d) occurred while ~a", stream,
           string(os.strerror(error.errno or 0)), error.errno or 0, string(action), stream=stream)


class TerminalStream(OwnDevice, FdStream, TerminalSimpleStream, lisp="TERMINAL-STREAM", package=EXCL):
    """Standard input and output of the process as one stream."""

    what = "bidirectional-terminal-stream [initial terminal io]"
    transcript: Callable[[bytes], Any] | None = None
    """Takes what was edited at a prompt; set while `dribble` records what is read and written."""

    def __init__(self, in_fd: int = 0, out_fd: int = 1) -> None:
        super().__init__(in_fd, out_fd, owned=False)
        self.line_buffered = os.isatty(out_fd)
        self.echoes = self.line_buffered and os.isatty(in_fd)
        self.abandoned = False
        self.diverted: Any = None
        """While a prompt is edited: the function that takes what is written, to show it above the prompt."""
        self.readers: Any = None
        """Other processes that want to read while a prompt is edited, which gets all that is typed."""

    def divert(self, take: Any) -> None:
        """Begin editing a prompt, *take* being the function for what is written, or end it, if that is None."""
        from acl.runtime.waiting import wake_waiters

        self.diverted = take
        if take is not None:
            wake_waiters(self.in_fd or 0)
        elif self.readers is not None:
            self.readers.wake_all()

    def wait_for(self, write: bool) -> None:
        """Wait until the descriptor is ready; who reads waits until no prompt is edited besides."""
        super().wait_for(write) if write or self.diverted is None else self.wait_for_prompt()
        while not write and (self.diverted is not None or not poll_input(self.in_fd or 0)):
            self.wait_for_prompt() if self.diverted is not None else super().wait_for(False)

    def wait_for_prompt(self) -> None:
        """Wait until no prompt is edited."""
        from acl.runtime.waiting import Waiters
        from acl.toplevel.background import reader_waits

        if self.readers is None:
            self.readers = Waiters()
        reader_waits()
        deadline = None if self.read_timeout is None else monotonic() + self.read_timeout
        if not self.readers.wait(lambda: self.diverted is None, deadline, "waiting for the prompt"):
            self.timed_out("read")

    def device_write(self, view: Any) -> int:
        """Write to the terminal; a process that prints without end lets interrupts in here."""
        if self.diverted is None:
            return super().device_write(view)
        from acl.runtime.waiting import poll_interrupts

        poll_interrupts()
        if self.diverted is None or self.unsent is not view:
            return 0
        try:
            return int(self.diverted(view))
        except OSError as error:
            return self.device_fault("writing", error, len(view))

    def finish_output(self, data: Any = b"") -> None:
        """Send what is buffered; nothing is waited for where nobody reads any more."""
        if self.abandoned:
            self.clear_output()  # whose turn it is may be a process that waits in the debugger
        else:
            super().finish_output(data)

    force_output = finish_output

    def close(self, abort: bool = False) -> bool:
        """Send what is buffered and return false: the dialogue needs its stream as long as Lisp lives."""
        if not abort:
            self.finish_output()
        return False

    def describe(self) -> str:
        """Return the text for the printer."""
        return f"{self.what} fd {self.in_fd}/{self.out_fd}"

    def line_length(self) -> int | None:
        """Return the width of the terminal."""
        try:
            return os.get_terminal_size(self.out_fd if self.out_fd is not None else 1).columns
        except OSError:
            return None

    def device_read_into(self, view: memoryview, wait: bool = True) -> int | None:
        """Read, what was written first; a line that was typed puts the column at 0 by the echo of its newline.

        What is typed while a prompt is edited belongs to that.
        """
        if self.diverted is not None and not wait:
            return None
        if wait:
            self.force_output()
        got = super().device_read_into(view, wait)
        if got and self.echoes and view[got - 1] == 10 and not self.pieces:
            self.base_column = 0
        return got

    def receive(self, view: memoryview) -> int:
        """Read what was typed, without waiting.

        Ctrl-C makes a terminal forget what was typed.  If that happens between the wait and the read, a read that
        waits is in the system where no signal handler runs, and the Ctrl-C is lost until the next key.
        """
        assert self.in_fd is not None
        if not os.isatty(self.in_fd):
            return super().receive(view)
        try:
            fd = os.open(os.ttyname(self.in_fd), os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
        except OSError:  # its name is that of another namespace, or not for us: borrow what other programs share
            os.set_blocking(self.in_fd, False)
            try:
                return super().receive(view)
            finally:
                os.set_blocking(self.in_fd, True)
        try:
            return os.readv(fd, [view])
        finally:
            os.close(fd)

    def device_fault(self, action: str, error: OSError, size: int) -> int:
        """Take a terminal that hung up for the end of file; where nobody reads any more, end Lisp as SIGPIPE does."""
        if action == "reading" and error.errno == errno.EIO:
            return 0
        if isinstance(error, BrokenPipeError):
            if not self.abandoned:
                self.abandoned = True  # what cleanup forms still write is dropped
                raise SystemExit(141)
        if action == "writing" and self.abandoned:
            return size
        return super().device_fault(action, error, size)


def make_standard_streams() -> TerminalStream:
    """Give the standard variables their streams: one terminal stream, and synonyms of *terminal-io*."""
    from .composed import SynonymStream

    terminal = TerminalStream()
    TERMINAL_IO.set_global(terminal)
    EXCL.export("*INITIAL-TERMINAL-IO*").set_global(terminal)
    errors = FdStream(None, 2, owned=False)
    errors.line_buffered = True
    stderr = EXCL.intern("*STDERR*")
    stderr.special = "special"
    stderr.set_global(errors)
    for symbol in (STANDARD_INPUT, STANDARD_OUTPUT, ERROR_OUTPUT, TRACE_OUTPUT, QUERY_IO, DEBUG_IO):
        symbol.set_global(SynonymStream(TERMINAL_IO))
    return terminal

