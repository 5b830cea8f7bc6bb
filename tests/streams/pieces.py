"""A stream whose device gives what it is told to give."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from acl.streams.octets import OctetStream


class Pieces(OctetStream):
    """A stream whose device gives one piece at a time, and then the end of file."""

    def __init__(self, pieces: Iterable[bytes], format: Any = None) -> None:
        super().__init__(format, output_p=False)
        self.left = list(pieces)

    def device_read_into(self, view: memoryview, wait: bool = True) -> int | None:
        if not self.left:
            return 0
        piece = self.left.pop(0)
        part = piece[:len(view)]
        view[:len(part)] = part
        if len(part) < len(piece):
            self.left.insert(0, piece[len(part):])
        return len(part)
