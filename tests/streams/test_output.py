"""Output of octet streams when a write is left by an exit, or interrupted by another write."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from acl.socket.chunking import ChunkWriter
from acl.streams.octets import OctetStream
from acl.streams.strings import StringOutputStream


class Leave(BaseException):
    """What throws out of a wait."""


class Narrow(OctetStream):
    """A device that takes seven octets at a time; before each `waits` happens: a wait, in which interrupts run."""

    def __init__(self) -> None:
        super().__init__()
        self.written = bytearray()
        self.waits: list[Callable[[], Any]] = []

    def device_write(self, view: Any) -> int:
        if self.waits:
            self.waits.pop(0)()
            if self.unsent is not view:
                return 0
        self.written += view[:7]
        return min(len(view), 7)


def leave() -> None:
    """Throw out of the wait."""
    raise Leave


def nothing() -> None:
    """Return from the wait."""


@pytest.mark.parametrize("place", range(1, 7))
@pytest.mark.parametrize("chunked", [False, True])
def test_what_an_exit_left_goes_first(place: int, chunked: bool) -> None:
    """Each octet goes out once and in order, and a chunk stays one chunk, wherever the exit happens."""
    stream = Narrow()
    stream.output_filter = ChunkWriter(stream) if chunked else None
    stream.write_str("the first of two lines that are sent\n")
    stream.waits = [nothing] * (place - 1) + [leave]
    with pytest.raises(Leave):
        stream.finish_output()
    assert len(stream.written) == 7 * (place - 1)
    stream.write_str("the second\n")
    stream.finish_output()
    expected = b"the first of two lines that are sent\nthe second\n"
    if chunked:
        expected = b"25\r\nthe first of two lines that are sent\n\r\nb\r\nthe second\n\r\n"
    assert stream.written == expected
    assert stream.bytes_written == len(expected)
    stream.finish_output()
    assert stream.written == expected


def test_rest_is_sent_without_more_output() -> None:
    """What an exit left is sent by `finish_output` alone."""
    stream = Narrow()
    stream.waits = [nothing, leave]
    with pytest.raises(Leave):
        stream.write_from(bytes(range(100)) * 200)
    stream.finish_output()
    assert stream.written == bytes(range(100)) * 200


@pytest.mark.parametrize("chunked", [False, True])
def test_a_write_in_an_interrupt_does_not_split_another(chunked: bool) -> None:
    """What an interrupt writes during the wait of a write goes out behind it, before the interrupt returns."""
    stream = Narrow()
    stream.output_filter = ChunkWriter(stream) if chunked else None
    sent = []

    def interrupt() -> None:
        stream.write_str("interrupt\n")
        stream.finish_output()
        sent.append(bytes(stream.written))

    stream.write_str("a line that is long enough\n")
    stream.waits = [nothing, interrupt]
    stream.finish_output()
    expected = b"a line that is long enough\ninterrupt\n"
    if chunked:
        expected = b"1b\r\na line that is long enough\n\r\na\r\ninterrupt\n\r\n"
    assert stream.written == expected
    assert sent == [expected]
    assert stream.bytes_written == len(expected)


@pytest.mark.parametrize("make", [Narrow, StringOutputStream])
def test_closed_streams_are_freed_at_once(make: Callable[[], Any]) -> None:
    """Nothing in a closed stream refers to it: a server has no garbage of its connections to collect."""
    gc.disable()
    try:
        stream = make()
        reference = weakref.ref(stream)
        stream.close()
        del stream
        assert reference() is None
    finally:
        gc.enable()
