"""Streams over a device that moves octets: characters and octets may be mixed at will, both ways.

Input has two layers.  `ibuf[ipos:iend]` are octets that nobody has looked at.  When characters are asked for,
a run of them is decoded at once into `text`; `ibuf[cstart:ipos]` are then the octets of `text`.  A request for
octets gives those of the characters not yet read back (`_sync_input`), so that switching is exact.

Output has two layers too: `pieces` of text, which are encoded in bulk when octets follow or enough has come
together, and `obuf`.  Below the filter there is `unsent`: what is being sent, and what an exit has left of it.

A subclass defines `device_read_into` and `device_write`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from acl.runtime.waiting import Turn
from acl.types.symbol import CL

from .base import WOULD_BLOCK, SimpleStream
from .formats import ExternalFormat, external_format
from .strings import TextSink, TextSource

FIRST_SIZE = 4096
"""Size of a new input buffer: many streams carry little.  It grows to FULL_SIZE when a read fills it."""
FULL_SIZE = 1 << 16
_KEPT = 8
"""Octets before `ipos` that survive making room in the buffer, so that the last character can be unread."""
_FIRST_RUN = 128
"""Octets decoded after a switch back to characters; each following run is four times as long."""
_TEXT_LIMIT = 8192


class _Taken:
    """What a reading operation in progress has taken of the stream: octets, the first *skip* characters left out."""

    __slots__ = ("octets", "skip", "state")

    def __init__(self, skip: int) -> None:
        self.octets = bytearray()
        self.skip = skip
        self.state: Any = None

    def add(self, octets: memoryview, state: Any) -> None:
        """Take *octets*, which were decoded beginning with *state*."""
        if not self.octets:
            self.state = state
        self.octets += octets


class OctetStream(TextSource, TextSink, SimpleStream):
    """A stream over a device of octets.

    Attributes for subclasses and for `acl.socket`: `read_timeout`, `write_timeout` (seconds or None),
    `bytes_read`, `bytes_written`; `input_filter` (an object with `read_into(view, wait)`, the
    protocol of `device_read_into`) and `output_filter` (an object with `write(view)`, which sends all),
    see `set_input_filter`.
    """

    input_p = True
    output_p = True
    octets_p = True
    what = "octet-stream"
    line_buffered = False
    read_timeout: float | None = None
    write_timeout: float | None = None
    input_filter: Any = None
    output_filter: Any = None
    taken: _Taken | None = None
    """What `whole` is about to read; None while it waits, so that what an interrupt reads is not put back."""

    def __init__(self, format: Any = None, input_p: bool = True, output_p: bool = True) -> None:
        self.input_p = input_p
        self.output_p = output_p
        self.format: ExternalFormat = external_format(format)
        self.state: Any = None
        self.ibuf = bytearray()
        self.ipos = self.iend = self.cstart = 0
        self.cstate: Any = None
        self.run = FULL_SIZE
        self.pieces = []
        self.pending = 0
        self.obuf = bytearray()
        self.unsent: Any = b""
        self.bytes_read = self.bytes_written = 0
        self.turn = Turn("waiting for output")
        if not output_p:
            not_output: Any = self._not_output
            self.write_str = self.write_char = self.write_byte = not_output  # type: ignore[method-assign]

    # The device

    def device_read_into(self, view: memoryview, wait: bool = True) -> int | None:
        """Read some octets into *view*: how many, 0 at end of file; None if there are none and *wait* is false."""
        raise NotImplementedError

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

    # Input: octets

    def set_input_filter(self, filter_: Any) -> None:
        """Put *filter_* (or None) between device and stream; octets read ahead go through it, or come back from it.

        A filter has an attribute `pending`: octets that it is to take before it asks `device_read_into`.
        """
        self._sync_input()
        old = self.input_filter
        rest = bytes(self.ibuf[self.ipos:self.iend])
        if old is not None:
            rest += bytes(old.pending)
        self.ipos = self.iend = 0
        self.input_filter = filter_
        if filter_ is not None:
            filter_.pending = rest
        else:
            self._push_octets(rest)

    def unread_octets(self) -> bytes:
        """Return the octets that have come from the device and not been read; filters are gone."""
        if self.input_filter is not None:
            self.set_input_filter(None)
        self._sync_input()
        return bytes(self.ibuf[self.ipos:self.iend])

    def _push_octets(self, octets: bytes | bytearray) -> None:
        rest = bytes(self.ibuf[self.ipos:self.iend])
        self.ibuf = bytearray(octets + rest) + bytes(FIRST_SIZE)
        self.ipos, self.iend = 0, len(octets) + len(rest)

    def _fill(self, wait: bool) -> Any:
        """Get octets into the buffer: True, None at end of file, WOULD_BLOCK if told not to wait."""
        if not (self.is_open and self.input_p):
            self.no_input()
        if self.text:
            self.text, self.pos = "", 0  # all read: what is decoded is gone whenever this is called
        ibuf, iend = self.ibuf, self.iend
        if iend >= len(ibuf) >> 2 and (iend == len(ibuf) or iend == self.ipos):
            self._make_room()
            ibuf, iend = self.ibuf, self.iend
        source = self.device_read_into if self.input_filter is None else self.input_filter.read_into
        got = source(memoryview(ibuf)[iend:], wait)
        if not got:
            return WOULD_BLOCK if got is None else None
        self.bytes_read += got
        self.iend = iend = iend + got
        if iend == len(ibuf) and iend < FULL_SIZE:
            self.ibuf = ibuf + bytes(FULL_SIZE - iend)
        return True

    def _make_room(self) -> None:
        """Move what is unread to the start of the buffer, into a larger one if it is much."""
        ibuf, ipos, iend = self.ibuf, self.ipos, self.iend
        keep = max(ipos - _KEPT, 0)
        rest = ibuf[keep:iend]
        if 2 * len(rest) >= len(ibuf):
            self.ibuf = rest + bytes(max(len(ibuf), FIRST_SIZE))
        else:
            ibuf[:len(rest)] = rest
        self.ipos, self.iend = ipos - keep, len(rest)

    def _sync_input(self) -> None:
        """Give the octets of characters not yet read back to the octet layer."""
        if self.text:
            if self.pos < len(self.text):
                octets = self.ibuf[self.cstart:self.ipos]
                used = self.format.octets_of_prefix(octets, self.text, self.pos, self.cstate)
                self.ipos = self.cstart + used
                if self.state is not None:
                    self.state = self.format.decode(octets[:used], self.cstate)[2]
                self.run = _FIRST_RUN
            self.text, self.pos = "", 0

    def read_byte(self) -> int | None:
        """Read an octet."""
        if self.text:
            self._sync_input()
        ipos = self.ipos
        if ipos >= self.iend:
            if not self._fill(True):
                return None
            ipos = self.ipos
        self.ipos = ipos + 1
        return self.ibuf[ipos]

    def read_octets_into(self, buffer: Any, start: int, end: int, partial: bool) -> int:
        """Read octets, large amounts straight from the device into *buffer*."""
        if self.text:
            self._sync_input()
        index = start
        buffered = min(self.iend - self.ipos, end - index)
        if buffered > 0:
            buffer[index:index + buffered] = memoryview(self.ibuf)[self.ipos:self.ipos + buffered]
            self.ipos += buffered
            index += buffered
        if index < end:
            if not (self.is_open and self.input_p):
                self.no_input()
            source = self.device_read_into if self.input_filter is None else self.input_filter.read_into
            try:
                with memoryview(buffer) as view:
                    while index < end:
                        got = source(view[index:end], not partial or index == start)
                        if not got:
                            break
                        self.bytes_read += got
                        index += got
            except BaseException:
                self._put_back(buffer[start:index])
                raise
        return index

    def peek_octets(self, count: int) -> bytes:
        """Return the next *count* octets without reading them, fewer at the end of the file."""
        if self.text:
            self._sync_input()
        while self.iend - self.ipos < count and self._fill(True):
            pass
        return bytes(self.ibuf[self.ipos:min(self.iend, self.ipos + count)])

    def octets_ready(self) -> bool:
        """Return true if reading octets would not block (at end of file it does not)."""
        return self.pos < len(self.text) or self.ipos < self.iend or self._fill(False) is not WOULD_BLOCK

    def input_is_ready(self) -> bool:
        """Return true if reading would not block."""
        return self.octets_ready()

    # Input: characters

    def whole(self, read: Callable[[], Any]) -> Any:
        """Call *read*; if control leaves it while it waits for input, the characters it has taken are put back."""
        if self.taken is not None or self.interactive:  # part of a larger whole, or somebody who typed starts anew
            return read()
        if self.pos >= len(self.text):
            self.text, self.pos = "", 0
        self.taken = _Taken(self.pos)
        try:
            return read()
        finally:
            self.taken = None

    def refill(self, wait: bool = True) -> Any:
        """Decode the next run of octets into `text`."""
        if self.taken is not None and self.text:
            self.taken.add(memoryview(self.ibuf)[self.cstart:self.ipos], self.cstate)
            self.text, self.pos = "", 0
        while True:
            ipos, iend = self.ipos, self.iend
            if ipos < iend:
                run = self.run
                if run < FULL_SIZE:
                    self.run = run * 4
                end = ipos + run if run < iend - ipos else iend
                text, used, state = self.format.decode(self.ibuf[ipos:end], self.state)
                if used:
                    self.cstart, self.cstate = ipos, self.state
                    self.ipos, self.state = ipos + used, state
                    if text:
                        self.text, self.pos = text, 0
                        return True
                    if self.taken is not None:
                        self.taken.add(memoryview(self.ibuf)[ipos:self.ipos], self.cstate)
                    continue
                if end < iend:
                    continue
            got = self._fill(wait) if self.taken is None else self._fill_for(self.taken, wait)
            if got is True:
                continue
            if got is None and self.ipos < self.iend:  # the file ends within a character
                text, used, state = self.format.decode(self.ibuf[self.ipos:self.iend], self.state, True)
                self.cstart, self.cstate = self.ipos, self.state
                self.ipos, self.state = self.iend, state
                if text:
                    self.text, self.pos = text, 0
                    return True
            return got

    def _fill_for(self, taken: _Taken, wait: bool) -> Any:
        """Do `_fill` for an operation that has taken something already, which is put back if the wait is left."""
        self.taken = None
        try:
            return self._fill(wait)
        except BaseException:
            octets, state = taken.octets, taken.state
            if octets:
                if taken.skip:
                    text, _, _ = self.format.decode(octets, state, True)
                    used = self.format.octets_of_prefix(octets, text, taken.skip, state)
                    octets, state = octets[used:], self.format.decode(octets[:used], state)[2]
                self._sync_input()
                self._put_back(octets)
                self.state = state
            raise
        finally:
            self.taken = taken

    def _put_back(self, octets: bytes | bytearray) -> None:
        if self.is_open:
            self._push_octets(octets)

    def unread_char(self, c: str) -> None:
        """Put the character read last back."""
        if self.pos > 0:
            self.pos -= 1
            return
        if not (self.is_open and self.input_p):
            self.no_input()
        octets = self.format.encode(c)
        if not self.text:
            self.cstart, self.cstate = self.ipos, self.state
        start = self.cstart - len(octets)
        if start < 0 or self.ibuf[start:self.cstart] != octets:
            self._sync_input()
            self._push_octets(octets)
            start, self.ipos = 0, len(octets)
        if self.taken is not None:
            self.taken.octets = self.taken.octets.removesuffix(octets)
        self.cstart = start
        self.text = c + self.text
        self.pos = 0

    def clear_input(self) -> None:
        """Drop what has come."""
        self.text, self.pos = "", 0
        self.ipos = self.iend = 0
        while self._fill(False) is True:
            self.ipos = self.iend = 0

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
        closed: Any = self.closed_operation
        self.write_str = self.write_char = self.write_byte = closed  # type: ignore[method-assign]
