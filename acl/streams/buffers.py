"""Streams over octets in memory."""

from __future__ import annotations

from typing import Any

from acl.types.symbol import EXCL

from .octets import OctetStream


class BufferInputStream(OctetStream, lisp="BUFFER-INPUT-SIMPLE-STREAM", package=EXCL):
    """Reads characters and octets from octets."""

    what = "buffer-input-simple-stream"

    def __init__(self, octets: bytes, format: Any = None) -> None:
        super().__init__(format, output_p=False)
        self.ibuf = bytearray(octets)
        self.iend = len(octets)

    def device_read_into(self, view: memoryview, wait: bool = True) -> int | None:
        """There is nothing more."""
        return 0

    def file_position(self) -> int | None:
        """Return the index of the next octet."""
        self._sync_input()
        return self.ipos


class BufferOutputStream(OctetStream, lisp="BUFFER-OUTPUT-SIMPLE-STREAM", package=EXCL):
    """Collects the octets of what is written."""

    what = "buffer-output-simple-stream"

    def __init__(self, format: Any = None) -> None:
        super().__init__(format, input_p=False)
        self.collected = bytearray()

    def device_write(self, view: Any) -> int:
        """Keep the octets."""
        self.collected += view
        return len(view)

    def take(self) -> bytes:
        """Return the octets written since the last time."""
        self.finish_output()
        octets = bytes(self.collected)
        self.collected.clear()
        return octets
