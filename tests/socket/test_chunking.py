"""Chunked input: what is right in any split, headers that lie, ends that do not come."""

from __future__ import annotations

import pytest

from acl.runtime.conditions import UnhandledCondition
from acl.socket.chunking import ChunkReader
from tests.streams.pieces import Pieces


def chunked(*pieces):
    stream = Pieces(pieces)
    stream.set_input_filter(ChunkReader(stream))
    return stream


def contents(stream):
    """Return what can be read, and the name of the condition at the end (None for the end of file)."""
    got = bytearray()
    try:
        while (octet := stream.read_byte()) is not None:
            got.append(octet)
    except UnhandledCondition as unhandled:
        return bytes(got), type(unhandled.condition).__name__
    return bytes(got), None


MESSAGE = b"5\r\nhello\r\n10 ; name=value\r\n, chunked world!\r\n0\r\nX-Trailer: 1\r\nY: 2\r\n\r\nafter"


def test_every_split():
    for i in range(len(MESSAGE) + 1):
        stream = chunked(*(p for p in (MESSAGE[:i], MESSAGE[i:]) if p))
        assert contents(stream) == (b"hello, chunked world!", None), i
        stream.set_input_filter(None)
        assert contents(stream) == (b"after", None), i
    stream = chunked(*(MESSAGE[i:i + 1] for i in range(len(MESSAGE))))
    assert contents(stream) == (b"hello, chunked world!", None)


def test_two_bodies():
    stream = chunked(b"1\r\na\r\n0\r\n\r\n2\r\nbc\r\n0\r\n\r\n")
    assert contents(stream) == (b"a", None)
    assert contents(stream) == (b"", None)
    stream.set_input_filter(None)
    stream.set_input_filter(ChunkReader(stream))
    assert contents(stream) == (b"bc", None)


@pytest.mark.parametrize("text, got", [
    (b"zz\r\nhello", b""), (b"-5\r\nhello", b""), (b"\r\nhello\r\n", b""), (b"0x5\r\nhello\r\n", b""),
    (b"5 5\r\nhello\r\n", b""), (b"+5\r\nhello\r\n", b""), (b"3\r\nhello\r\n0\r\n\r\n", b"hel"),
    (b"3\r\nhelabc\r\n0\r\n\r\n", b"hel"), (b"5" * 9000 + b"\r\n", b""), (b";" * 9000, b""),
    (b"1\r\na\r\n0\r\n" + b"x: y\r\n" * 2000, b"a"), (b"\xff\r\n", b""), (b"1" * 17 + b"\r\n", b"")])
def test_malformed(text, got):
    stream = chunked(text)
    assert contents(stream) == (got, "STREAM-ERROR")
    assert contents(stream) == (b"", "STREAM-ERROR")  # and remains so


@pytest.mark.parametrize("text, got", [
    (b"", b""), (b"5", b""), (b"5\r\nhel", b"hel"), (b"5\r\nhello", b"hello"), (b"5\r\nhello\r\n0\r\n", b"hello"),
    (b"ffffffffffffffff\r\nshort", b"short"), (b"5\r\nhello\r\n0\r\nX: y\r\n", b"hello")])
def test_cut_off(text, got):
    assert contents(chunked(text)) == (got, "END-OF-FILE")
