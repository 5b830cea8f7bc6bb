"""The chunked transfer coding of HTTP/1.1, as filters of an octet stream."""

from __future__ import annotations

from typing import Any

_HEX = frozenset(b"0123456789abcdefABCDEF")
_LINE_LIMIT = 8192
_MOST_DIGITS = 16
_TRAILER_LIMIT = 1000
"""Most lines of a trailer: a peer must not keep us busy with one that never ends."""


class ChunkWriter:
    """An output filter: what is flushed goes out as one chunk."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream

    def write(self, data: Any) -> None:
        """Send *data* as a chunk, if there is any."""
        if data:
            self.stream.send(b"%x\r\n%b\r\n" % (len(data), bytes(data)))

    def end(self) -> None:
        """Send the chunk that means the end."""
        self.stream.send(b"0\r\n\r\n")


class ChunkReader:
    """An input filter: gives the contents of the chunks, then end of file.

    `pending` is what was read from the device and not yet looked at; `left` the octets still to come of the
    chunk, None between chunks; `trailer` the lines of the trailer so far, None before it.  After a malformed header,
    which `malformed` keeps, nothing can be read any more.
    """

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.pending = b""
        self.left: int | None = None
        self.done = False
        self.trailer: int | None = None
        self.malformed: bytes | None = None

    def read_into(self, view: memoryview, wait: bool) -> int | None:
        """Read contents: how many octets, 0 at the end, None if there are none and *wait* is false."""
        if self.malformed is not None:
            self._malformed(self.malformed)
        while not self.done:
            if self.left:
                return self._contents(view, wait)
            line = self._line(wait)
            if line is None:
                return None
            self._header(line)
        return 0

    def _contents(self, view: memoryview, wait: bool) -> int | None:
        assert self.left is not None
        room = view[:min(len(view), self.left)]
        if self.pending:
            got = min(len(room), len(self.pending))
            room[:got] = self.pending[:got]
            self.pending = self.pending[got:]
        else:
            read = self.stream.device_read_into(room, wait)
            if read is None:
                return None
            if read == 0:
                self._truncated()
            got = read
        self.left -= got
        return got

    def _line(self, wait: bool) -> bytes | None:
        """Return the next line without its end; None if it has not come and *wait* is false."""
        while (end := self.pending.find(b"\n")) < 0:
            if len(self.pending) > _LINE_LIMIT:
                self._malformed(self.pending[:20])
            buffer = bytearray(4096)
            got = self.stream.device_read_into(memoryview(buffer), wait)
            if got is None:
                return None
            if got == 0:
                self._truncated()
            self.pending += buffer[:got]
        line, self.pending = self.pending[:end], self.pending[end + 1:]
        return line.rstrip(b"\r")

    def _header(self, line: bytes) -> None:
        """Take the line before or after a chunk, or one of the trailer."""
        if self.trailer is not None:
            self.trailer += 1
            if not line:
                self._end()
            elif self.trailer > _TRAILER_LIMIT:
                self._malformed(line)
        elif self.left == 0:
            if line:  # more than the chunk was to have
                self._malformed(line)
            self.left = None
        else:
            size = line.split(b";", 1)[0].strip()
            if not 0 < len(size) <= _MOST_DIGITS or not _HEX.issuperset(size):
                self._malformed(line)
            self.left = int(size, 16)
            if self.left == 0:
                self.left, self.trailer = None, 0

    def _end(self) -> None:
        from acl.runtime.conditions import make_condition, signal_condition

        self.done = True
        report = "The stream ~s had a chunking end of file"
        signal_condition(make_condition("SOCKET-CHUNKING-END-OF-FILE", report, self.stream))

    def _truncated(self) -> None:
        from acl.runtime.conditions import error

        self.done = True
        error("END-OF-FILE", "~s ended within a chunk.", self.stream, stream=self.stream)

    def _malformed(self, line: bytes) -> None:
        from acl.runtime.conditions import error
        from acl.types.array import string

        self.malformed = line
        error("STREAM-ERROR", "~s: malformed chunk header ~s.", self.stream, string(line.decode("latin-1")),
              stream=self.stream)
