"""Characters and octets mixed at will on one stream, against a model that decodes anew at every step."""

from __future__ import annotations

import random
from typing import Any

import pytest

from acl.streams.base import WOULD_BLOCK
from acl.streams.formats import ExternalFormat, external_format
from acl.streams.octets import OctetStream
from acl.types.cons import lisp_list
from acl.types.symbol import keyword


class Pieces(OctetStream):
    """A device that gives its octets in pieces of any size, and now and then has none yet."""

    def __init__(self, octets: bytes, format: Any, chance: random.Random) -> None:
        super().__init__(format)
        self.rest = octets
        self.chance = chance
        self.written = bytearray()

    def device_read_into(self, view: memoryview, wait: bool = True) -> int | None:
        if not wait and self.chance.random() < 0.3:
            return None
        count = min(len(view), len(self.rest), self.chance.choice([1, 1, 2, 3, 7, 100, 5000]))
        view[:count] = self.rest[:count]
        self.rest = self.rest[count:]
        return count

    def device_write(self, view: memoryview) -> int:
        count = min(len(view), self.chance.choice([1, 10, 100000]))
        self.written += view[:count]
        return count


FORMATS = {
    "utf-8": keyword("UTF-8"),
    "latin-1": keyword("LATIN-1"),
    "ascii": keyword("ASCII"),
    "utf-16-le": keyword("UTF-16-LE"),
    "utf-32-be": keyword("UTF-32-BE"),
    "shift_jis": keyword("SHIFTJIS"),
    "crlf": lisp_list(keyword("E-CRLF"), keyword("UTF-8")),
    "crlf-16": lisp_list(keyword("E-CRLF"), keyword("UTF-16-BE")),
}


def octets_for(format: ExternalFormat, chance: random.Random) -> bytes:
    """Return the octets of some text, with rubbish in it."""
    parts = []
    for _ in range(chance.choice([3, 50, 400])):
        if chance.random() < 0.15:
            rubbish = [b"\xff", b"\xe2\x82", b"\r", b"\n", b"\xf0\x9f\x98", b"\xc0\x80", b"\xed\xa0\x80"]
            parts.append(chance.choice(rubbish))
        else:
            parts.append(format.encode("".join(chance.choice("ab\né€😀\r") for _ in range(chance.randrange(1, 30)))))
    return b"".join(parts)


def first_character(format: ExternalFormat, octets: bytes) -> tuple[str, int] | None:
    """Return the first character of *octets*, and how many octets it is."""
    octets = octets[:24]
    text, _, _ = format.decode(octets, None, True)
    if not text:
        return None
    for length in range(1, len(octets) + 1):
        sofar, used, _ = format.decode(octets[:length], None, False)
        if len(sofar) == 1:
            return text[0], used
        if len(sofar) > 1:
            break
    best = len(octets)
    for length in range(1, len(octets) + 1):
        if len(format.decode(octets[:length], None, True)[0]) == 1 and (
                format.decode(octets[length:], None, True)[0] == text[1:]):
            best = length
    return text[0], best


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("seed", range(6))
def test_mixed_reading(name: str, seed: int) -> None:
    """Every operation gives what decoding from the exact octet position would give."""
    chance = random.Random(f"{name}{seed}")
    format = external_format(FORMATS[name])
    octets = octets_for(format, chance)
    stream = Pieces(octets, FORMATS[name], chance)
    rest = octets
    switches = chance.choice([0.5, 0.05, 0.005])
    step = 0
    while rest:
        step += 1
        if chance.random() < switches:
            if chance.random() < 0.5:
                assert stream.read_byte() == rest[0], step
                rest = rest[1:]
            else:
                buffer = bytearray(5)
                got = stream.read_into(buffer, 0, 5)
                assert buffer[:got] == rest[:5], step
                rest = rest[5:]
            continue
        expected = first_character(format, rest)
        operation = chance.randrange(4)
        if operation == 0:
            assert stream.peek_char() == (expected and expected[0]), step
            continue
        if operation == 1 and stream.listen():
            assert expected is not None
        c = stream.read_char() if operation != 2 else stream.read_char_no_hang()
        if c is WOULD_BLOCK:
            continue
        assert c == (expected and expected[0]), (step, rest[:12])
        if expected is None:
            break
        if chance.random() < 0.2:
            assert c is not None
            stream.unread_char(c)
            assert stream.read_char() == c
        rest = rest[expected[1]:]
    assert stream.read_char() is None


def test_mixed_writing() -> None:
    """Text and octets come out in the order in which they were written."""
    chance = random.Random(5)
    stream = Pieces(b"", None, chance)
    expected = bytearray()
    for _ in range(3000):
        kind = chance.randrange(4)
        if kind == 0:
            stream.write_byte(200)
            expected.append(200)
        elif kind == 1:
            stream.write_char("é")
            expected += "é".encode()
        elif kind == 2:
            text = "abc€" * chance.choice([1, 3000])
            stream.write_str(text)
            expected += text.encode()
        else:
            data = bytes(chance.choice([10, 30000]))
            stream.write_from(data)
            expected += data
    stream.finish_output()
    assert stream.written == expected


def test_column() -> None:
    """The column survives that text is sent."""
    stream = Pieces(b"", None, random.Random(1))
    stream.write_str("abc\nde")
    assert stream.column() == 2
    stream.finish_output()
    assert stream.column() == 2
    assert stream.fresh_line()
    assert not stream.fresh_line()
    stream.write_str("x" * 20000)
    assert stream.column() == 20000


def test_format_change() -> None:
    """The format may change between two reads."""
    stream = Pieces("é".encode() + "é\n".encode("latin-1") + "é".encode("utf-16-le"), None, random.Random(2))
    assert stream.read_char() == "é"
    stream.external_format = keyword("LATIN-1")
    assert stream.read_line() == ("é", False)
    stream.external_format = keyword("FAT-LITTLE")
    assert stream.read_line() == ("é", True)


class Upper:
    """A filter that takes the input to upper case."""

    pending = b""

    def __init__(self, stream: Any) -> None:
        self.stream = stream

    def read_into(self, view: memoryview, wait: bool) -> int | None:
        if not self.pending:
            space = bytearray(3)
            got = self.stream.device_read_into(memoryview(space), wait)
            if not got:
                return got
            self.pending = bytes(space[:got])
        count = min(len(view), len(self.pending))
        view[:count] = self.pending[:count].upper()
        self.pending = self.pending[count:]
        return count


def test_input_filter() -> None:
    """What was read ahead goes through a filter that is put in, and comes back when it is taken out."""
    stream = Pieces(b"abcdefghijklmnopqrstuvwxyz" * 10, None, random.Random(3))
    assert stream.read_char() == "a"
    filter_ = Upper(stream)
    stream.set_input_filter(filter_)
    assert stream.read_char() == "B"
    buffer = bytearray(10)
    assert stream.read_into(buffer, 0, 10) == 10
    assert buffer == b"CDEFGHIJKL"
