"""Streams over a device that moves octets: characters and octets may be mixed at will, both ways.

Input is in `octet_input.py`.  Output has two layers: `pieces` of text, which are encoded in bulk when octets follow or
enough has come together, and `obuf`.  Below the filter there is `unsent`: what is being sent, and what an exit has left
of it.

A subclass defines `device_read_into` and `device_write`.
"""

from __future__ import annotations

from typing import Any

from acl.runtime.waiting import Turn
from acl.types.symbol import CL

from .base import SimpleStream
from .formats import external_format
from .octet_input import FULL_SIZE, OctetSource
from .strings import TextSink

_TEXT_LIMIT = 8192


class OctetStream(OctetSource, TextSink, SimpleStream):
    """A stream over a device of octets.

    Attributes for subclasses and for `acl.socket`: `read_timeout`, `write_timeout` (seconds or None),
    `bytes_read`, `bytes_written`; `input_filter`, and `output_filter` (an object with `write(view)`, which sends all).
    """

    input_p = True
    output_p = True
    what = "octet-stream"
    line_buffered = False
    read_timeout: float | None = None
    write_timeout: float | None = None
    output_filter: Any = None

    def __init__(self, format: Any = None, input_p: bool = True, output_p: bool = True) -> None:
        self.input_p = input_p
        self.output_p = output_p
        self.format = external_format(format)
        self.set_up_input()
        self.pieces = []
        self.pending = 0
        self.obuf = bytearray()
        self.unsent: Any = b""
        self.bytes_written = 0
        self.turn = Turn("waiting for output")
        if not output_p:
            not_output: Any = self._not_output
            self.write_str = self.write_char = self.write_byte = not_output  # type: ignore[method-assign]

    # The device

    def device_write(self, view: Any) -> int:
        """Write some octets of *view* (bytes or like them), waiting until at least one is out; return how many.

        After a wait, if `unsent` is not *view* any more, an interrupt has sent it: return 0 then.
        """
        raise NotImplementedError

    def device_close(self, abort: bool) -> None:
        """Give the device back."""

    def timed_out(self, direction: str) -> None:
        """Signal that `read_timeout` or `write_timeout` expired; *direction* is "read" or "write"."""
        from acl.runtime.conditions import error
        from acl.types.symbol import keyword

        error("STREAM-ERROR", None, stream=self, identifier=keyword(f"{direction.upper()}-TIMEOUT"))

    # Formats

    @property
    def external_format(self) -> Any:
        """The external format, an object; setting it takes any designator and works between two reads."""
        return self.format

    @external_format.setter
    def external_format(self, value: Any) -> None:
        """Change the format of what is read and written from now on."""
        new = external_format(value)
        self._sync_input()
        if self.pieces:
            self.drain()
        self.format, self.state = new, None

    @property
    def element_type(self) -> Any:
        """The element type."""
        return CL.external["CHARACTER"]

    # Output

    def write_str(self, s: str) -> None:
        """Write text."""
        pieces = self.pieces
        pieces.append(s)
        self.pending += len(s)
        if self.pending > _TEXT_LIMIT or len(pieces) > _TEXT_LIMIT:
            self.drain()
        elif self.line_buffered and "\n" in s:
            self.force_output()

    write_char = write_str  # type: ignore[assignment]

    def write_byte(self, octet: int) -> None:
        """Write an octet."""
        if self.pieces:
            self.drain()
        obuf = self.obuf
        obuf.append(octet)
        if len(obuf) >= FULL_SIZE:
            self.finish_output()

    def write_from(self, data: Any) -> None:
        """Write text, or octets: large amounts straight to the device."""
        if isinstance(data, str):
            self.write_str(data)
            return
        if len(data) + len(self.obuf) >= FULL_SIZE // 4:
            self.finish_output(data)
            return
        if not (self.is_open and self.output_p):
            self.no_output()
        if self.pieces:
            self.drain()
        self.obuf += data

    def drain(self) -> None:
        """Encode the pieces of text into the buffer of octets; send that if it is large."""
        if not (self.is_open and self.output_p):
            self.pieces.clear()
            self.no_output()
        with self.turn:
            self.obuf += self.format.encode(self.gather())
        if len(self.obuf) >= FULL_SIZE // 2:
            self.finish_output()

    def finish_output(self, data: Any = b"") -> None:
        """Send everything that is buffered, then *data*."""
        if not (self.pieces or self.obuf or self.unsent or data):
            self.check_open()
            return
        if not (self.is_open and self.output_p):
            self.pieces.clear()
            self.no_output()
        turn = self.turn
        if not turn.acquire(False):
            turn.wait()
        try:
            before: Any = self.obuf
            if before:
                self.obuf = bytearray()
            if self.pieces:
                text = self.format.encode(self.gather())
                before = before + text if before else text
            send = self.send if self.output_filter is None else self.output_filter.write
            if before:
                send(before)
            if data:
                send(data)
            elif self.unsent:
                self.send(b"")
        finally:
            turn.release()
            if turn.waiters.members:
                turn.pass_on()

    force_output = finish_output

    def send(self, data: Any) -> None:
        """Write all of *data* to the device (filters end here), after what an exit has left.

        Who sends in an interrupt of a call that waits sends the rest of that one first.
        """
        self.unsent = b"".join((self.unsent, data)) if self.unsent else data
        try:
            while self.unsent:
                view = self.unsent
                sent = self.device_write(view)
                self.bytes_written += sent
                if self.unsent is view:
                    self.unsent = memoryview(view)[sent:] if sent < len(view) else b""
        except BaseException:
            self.unsent = bytes(self.unsent) if self.is_open else b""  # what *data* is may change
            raise

    def clear_output(self) -> None:
        """Drop what is buffered."""
        self.pieces.clear()
        self.pending = self.measured = 0
        self.obuf.clear()
        self.unsent = b""

    def _not_output(self, *_: Any) -> None:
        self.no_output()

    # End

    def close(self, abort: bool = False) -> bool:
        """Send what is buffered (not if *abort*) and close the device."""
        if not self.is_open:
            return False
        try:
            if not abort and self.output_p:
                self.finish_output()
        finally:
            self.end()
            self.device_close(abort)
        return True

    def end(self) -> None:
        """Become closed, without doing anything to the device."""
        self.is_open = False
        self.text, self.pos = "", 0
        self.ipos = self.iend = 0
        self.ibuf = bytearray()
        self.pieces = []
        self.obuf = bytearray()
        self.unsent = b""
        closed = self.refusal()
        self.write_str = self.write_char = self.write_byte = closed  # type: ignore[method-assign]
