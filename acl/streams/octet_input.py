"""Input of octet streams: octets, and characters decoded of them.

There are two layers.  `ibuf[ipos:iend]` are octets that nobody has looked at.  When characters are asked for, a run of
them is decoded at once into `text`; `ibuf[cstart:ipos]` are then the octets of `text`.  A request for octets gives
those of the characters not yet read back (`_sync_input`), so that switching is exact.

One process at a time may read.  But its interrupts may too, and another process may ask whether anything has come: what
gets input and decodes it, waits included, is done by whoever has claimed the stream (`_claim`).
"""

from __future__ import annotations

from _thread import allocate_lock
from collections.abc import Callable
from typing import Any

from acl.runtime.waiting import mailbox, wake_waiters

from .base import WOULD_BLOCK
from .formats import ExternalFormat
from .strings import TextSource

FIRST_SIZE = 4096
"""Size of a new input buffer: many streams carry little.  It grows to FULL_SIZE when a read fills it."""
FULL_SIZE = 1 << 16
_KEPT = 8
"""Octets before `ipos` that survive making room in the buffer, so that the last character can be unread."""
_MOMENT = 0.05
"""How many seconds a reader waits for one who only asks whether something has come."""
_FIRST_RUN = 128
"""Octets decoded after a switch back to characters; each following run is four times as long."""


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


class OctetSource(TextSource):
    """The input side of an `OctetStream`.

    `input_filter` is None or an object with `read_into(view, wait)`, the protocol of `device_read_into`; see
    `set_input_filter`.
    """

    octets_p = True
    format: ExternalFormat
    state: Any
    """The decoder's, before `ibuf[ipos]`."""
    input_filter: Any = None
    fills = 0
    """How often octets have come.  A device that has waited and finds this changed returns None: look at the buffer."""
    claimant: Any = None
    """The mailbox of the process that has claimed the stream."""
    nested = 0
    """How many reads go on inside of the claimant's: those of its interrupts."""
    taken: _Taken | None = None
    """What `whole` is about to read; None while it waits, so that what an interrupt reads is not put back."""

    def set_up_input(self) -> None:
        """Begin with nothing read."""
        self.state = None
        self.ibuf = bytearray()
        self.ipos = self.iend = self.cstart = 0
        self.cstate: Any = None
        self.run = FULL_SIZE
        self.bytes_read = 0
        self.claim = allocate_lock()

    def device_read_into(self, view: memoryview, wait: bool = True) -> int | None:
        """Read some octets into *view*: how many, 0 at end of file; None if there are none and *wait* is false.

        With *wait* it is None if meanwhile an interrupt, or another process, has read; see `fills`.
        """
        raise NotImplementedError

    # Octets

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
        """Get octets into the buffer: True, None at end of file, WOULD_BLOCK if told not to wait.

        True may also mean that an interrupt or another process has read meanwhile, and has perhaps left nothing.
        """
        if self.text:
            self.text, self.pos = "", 0  # all read: what is decoded is gone whenever this is called
        ibuf, iend = self.ibuf, self.iend
        if iend >= len(ibuf) >> 2 and (iend == len(ibuf) or iend == self.ipos):
            self._make_room()
            ibuf, iend = self.ibuf, self.iend
        got = self._from_device(memoryview(ibuf)[iend:], wait)
        if not got:
            return None if got is not None else True if wait else WOULD_BLOCK
        self.iend = iend = iend + got
        if iend == len(ibuf) and iend < FULL_SIZE:
            self.ibuf = ibuf + bytes(FULL_SIZE - iend)
        return True

    def _claim(self, wait: bool) -> bool | None:
        """Claim the stream for the calling process: true; None if it goes on without, false if another process has it.

        It goes on without a claim of its own in an interrupt of the claimant, or if another process stays at reading:
        those have to take turns by themselves.
        """
        if self.claimant is not mailbox():
            if self.claim.acquire(False) or (wait and self.claim.acquire(timeout=_MOMENT)):
                self.claimant = mailbox()
                return True
            if not wait:
                return False
        self.nested += 1
        return None

    def _unclaim(self, claimed: bool | None) -> None:
        """End what `_claim` has begun."""
        if claimed:
            self.claimant = None
            self.claim.release()
        else:
            self.nested -= 1

    def _from_device(self, view: memoryview, wait: bool) -> int | None:
        """Read as `device_read_into`, through the filter if there is one."""
        if not (self.is_open and self.input_p):
            self.no_input()
        source = self.device_read_into if self.input_filter is None else self.input_filter.read_into
        nested = self.nested
        got = source(view, wait)
        if got:
            self.bytes_read += got
            self.fills += 1
            if nested:
                self.wake_reader()
        return got

    def wake_reader(self) -> None:
        """Have who waits for input look at the buffer: an interrupt or another process has read."""
        fd = getattr(self, "in_fd", None)
        if fd is not None:
            wake_waiters(fd)

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
            claimed = self._claim(True)
            try:
                while self.ipos >= self.iend or self.text:
                    if self.text:
                        self._sync_input()
                    elif not self._fill(True):
                        return None
            finally:
                self._unclaim(claimed)
            ipos = self.ipos
        self.ipos = ipos + 1
        return self.ibuf[ipos]

    def read_octets_into(self, buffer: Any, start: int, end: int, partial: bool) -> int:
        """Read octets, large amounts straight from the device into *buffer*."""
        index = start
        claimed = self._claim(True)
        try:
            while index < end:
                if self.text:
                    self._sync_input()
                buffered = min(self.iend - self.ipos, end - index)
                if buffered > 0:
                    buffer[index:index + buffered] = memoryview(self.ibuf)[self.ipos:self.ipos + buffered]
                    self.ipos += buffered
                    index += buffered
                    continue
                wait = not partial or index == start
                with memoryview(buffer) as view:
                    got = self._from_device(view[index:end], wait)
                if not got and not (got is None and wait):
                    break
                index += got or 0
        except BaseException:
            self.put_back(buffer[start:index])
            raise
        finally:
            self._unclaim(claimed)
        return index

    def peek_octets(self, count: int) -> bytes:
        """Return the next *count* octets without reading them, fewer at the end of the file."""
        claimed = self._claim(True)
        try:
            if self.text:
                self._sync_input()
            while self.iend - self.ipos < count and self._fill(True):
                pass
        finally:
            self._unclaim(claimed)
        return bytes(self.ibuf[self.ipos:min(self.iend, self.ipos + count)])

    def octets_ready(self) -> bool:
        """Return true if reading octets would not block (at end of file it does not)."""
        if self.pos < len(self.text) or self.ipos < self.iend:
            return True
        claimed = self._claim(False)
        if claimed is False:
            return False  # another process waits for input, so there is none
        try:
            return self.pos < len(self.text) or self.ipos < self.iend or self._fill(False) is not WOULD_BLOCK
        finally:
            self._unclaim(claimed)

    def input_is_ready(self) -> bool:
        """Return true if reading would not block."""
        return self.octets_ready()

    # Characters

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
        claimed = self._claim(wait)
        if claimed is False:
            return WOULD_BLOCK
        try:
            return True if self.pos < len(self.text) else self._refill(wait)
        finally:
            self._unclaim(claimed)

    def _refill(self, wait: bool) -> Any:
        """Do `refill`, the stream having been claimed."""
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
                if self.pos < len(self.text):  # by an interrupt
                    return True
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
                self.put_back(octets)
                self.state = state
            raise
        finally:
            self.taken = taken

    def put_back(self, octets: bytes | bytearray) -> None:
        """Give back octets that were read last."""
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
        claimed = self._claim(False)
        if claimed is False:
            return
        try:
            while self._fill(False) is True:
                self.ipos = self.iend = 0
        finally:
            self._unclaim(claimed)
