"""Characters in every external format, octets and chunks in one stream, by every operation, in any split.

What is written is known, so what has to be read is: each part is a text in a format of its own, or octets, and is
written and read by operations that take just that part.
"""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from acl.runtime.waiting import poll_interrupts
from acl.socket.chunking import ChunkReader, ChunkWriter
from acl.streams.octets import OctetStream
from acl.types.array import SpecializedVector, string
from acl.types.character import CHAR
from acl.types.cons import lisp_list
from acl.types.function import FUNCTIONS
from acl.types.symbol import T, cl, keyword
from tests.streams.pieces import Pieces

FORMATS = ("UTF-8", "LATIN-1", "ASCII", "ISO8859-15", "CP1252", "KOI8-R", "UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32",
           "UTF-32LE", "UTF-32BE", "SHIFTJIS", "EUC-JP", "EUC-KR", "BIG5", "GB18030", "ISO-2022-JP")
NEWLINES = (None, "E-LF", "E-CRLF", "E-CR", "E-CRCRLF")
ALPHABET = {"LATIN-1": "aäÿ\n\t", "ASCII": "az\n\t", "ISO8859-15": "a€ž\n", "CP1252": "a€ß\n", "KOI8-R": "aяЖ\n",
            "SHIFTJIS": "a日本ｱ\n", "EUC-JP": "a日本語\n", "EUC-KR": "a한글\n", "BIG5": "a漢字\n",
            "ISO-2022-JP": "a日本\n"}
ANY = "aä€😀日\x00\n"


def designator(format: str, newline: str | None) -> Any:
    """Return the Lisp designator of a format."""
    return keyword(format) if newline is None else lisp_list(keyword(newline), keyword(format))


@st.composite
def parts(draw: Any) -> Any:
    """A text with its format, or octets; a stateful format ends in its initial state."""
    if draw(st.integers(0, 4)) == 0:
        return None, None, draw(st.binary(min_size=1, max_size=20))
    format, newline = draw(st.sampled_from(FORMATS)), draw(st.sampled_from(NEWLINES))
    text = draw(st.text(ALPHABET.get(format, ANY), min_size=1, max_size=30))
    return format, newline, text + "." if format == "ISO-2022-JP" else text


class LatePieces(Pieces):
    """A stream of pieces, whose device says once before each that there is nothing yet."""

    def __init__(self, pieces: list[bytes]) -> None:
        super().__init__(filter(None, pieces))
        self.late = True

    def device_read_into(self, view: memoryview, wait: bool = True) -> int | None:
        poll_interrupts()
        if self.left:
            self.late = not self.late
            if not (self.late or wait):
                return None
        return super().device_read_into(view, wait)


class Sink(OctetStream):
    """A stream whose device takes some octets at a time, as many as `most` says in turn."""

    def __init__(self, most: list[int]) -> None:
        super().__init__(None, input_p=False)
        self.most = most
        self.written = bytearray()

    def device_write(self, view: Any) -> int:
        self.most.append(self.most.pop(0))
        count = min(len(view), self.most[-1] + 1)
        self.written += view[:count]
        return count


def write_text(stream: Any, text: str, ways: Any) -> None:
    """Write *text*, by a way of writing for each step."""
    while text:
        way = next(ways)
        part, text = text[:way + 1], text[way + 1:]
        if way == 0:
            call("WRITE-CHAR", CHAR[part], stream)
        elif way == 1:
            call("WRITE-STRING", string("<" + part + ">"), stream, keyword("START"), 1, keyword("END"), len(part) + 1)
        elif way == 2:
            call("WRITE-SEQUENCE", string(part), stream)
        else:
            call("WRITE-STRING", string(part), stream)
            if way > 3:
                call("FORCE-OUTPUT", stream)


def write_octets(stream: Any, octets: bytes, ways: Any) -> None:
    """Write *octets*."""
    while octets:
        way = next(ways)
        part, octets = octets[:way + 1], octets[way + 1:]
        if way == 0:
            call("WRITE-BYTE", part[0], stream)
        else:
            vector = SpecializedVector(bytearray(part), lisp_list(cl("UNSIGNED-BYTE"), 8))
            call("WRITE-SEQUENCE" if way < 3 else "EXCL:WRITE-VECTOR", vector, stream)


def cut(octets: bytes, places: list[int]) -> list[bytes]:
    """Return *octets* in pieces."""
    ends = sorted({place % (len(octets) + 1) for place in places} | {0, len(octets)})
    return [octets[i:j] for i, j in itertools.pairwise(ends)]


def call(name: str, *args: Any) -> Any:
    """Call a Lisp function."""
    return FUNCTIONS[name if ":" in name else "COMMON-LISP:" + name](*args)


def read_text(stream: Any, count: int, ways: Any) -> str:
    """Read *count* characters, by a way of reading for each step."""
    got: list[str] = []
    while len(got) < count:
        way = next(ways)
        if way == 0:
            got.append(call("READ-CHAR", stream))
        elif way == 1:
            c = call("PEEK-CHAR", None, stream)
            assert call("READ-CHAR", stream) is c
            call("UNREAD-CHAR", c, stream)
            assert call("LISTEN", stream) is not None
            got.append(call("READ-CHAR", stream))
        elif way == 2:
            c = call("READ-CHAR-NO-HANG", stream)
            got += [c] if c is not None else []
        elif way == 5:
            if stream.format.codec != "iso2022_jp":  # which would be in its initial state then
                stream.external_format = stream.external_format
        else:
            buffer = string("?" * (count - len(got) if way == 3 else min(5, count - len(got))))
            end = call("READ-SEQUENCE", buffer, stream, *((keyword("PARTIAL-FILL"), T) if way == 4 else ()))
            assert end == len(buffer.text()) if way == 3 else end > 0
            got += buffer.text()[:end]
    return "".join(map(str, got))


def read_octets(stream: Any, count: int, ways: Any) -> bytes:
    """Read *count* octets."""
    got = b""
    while len(got) < count:
        way = next(ways)
        if way % 3 == 0:
            got += bytes([call("READ-BYTE", stream)])
            continue
        buffer = SpecializedVector(bytearray(min(way + 1, count - len(got))), lisp_list(cl("UNSIGNED-BYTE"), 8))
        end = call("EXCL:READ-VECTOR" if way % 3 == 1 else "READ-SEQUENCE", buffer, stream)
        assert end > 0
        got += bytes(buffer.data[:end])
    return got


@given(st.lists(parts(), min_size=1, max_size=6), st.lists(st.integers(0, 400), max_size=30), st.booleans(),
       st.lists(st.integers(0, 5), min_size=1, max_size=20))
@example([("ISO-2022-JP", None, "日.")] * 3, [21], False, [0])  # a piece ends where a set of characters begins
@settings(max_examples=600, deadline=None)
def test_mixed(sent: Any, cuts: Any, chunked: bool, ways: Any) -> None:
    def endless() -> Any:
        while True:
            yield from ways
            yield 0

    sink, choose = Sink([*ways, 50]), endless()
    if chunked:
        sink.output_filter = ChunkWriter(sink)
    for format, newline, what in sent:
        if format is None:
            write_octets(sink, what, choose)
        else:
            sink.external_format = designator(format, newline)
            write_text(sink, what, choose)
            if format == "ISO-2022-JP":
                sink.force_output()
    if chunked:
        sink.force_output()
        sink.output_filter.end()
        sink.output_filter = None
        sink.external_format = keyword("UTF-8")
        sink.write_str("nächstes")
    sink.finish_output()
    choose = endless()
    wire = bytes(sink.written)
    stream = LatePieces(cut(wire, cuts))
    if chunked:
        stream.set_input_filter(ChunkReader(stream))
    for format, newline, what in sent:
        if format is None:
            assert read_octets(stream, len(what), choose) == what
        else:
            stream.external_format = designator(format, newline)
            assert read_text(stream, len(what), choose) == what
    assert call("READ-BYTE", stream, None) is None
    if chunked:
        stream.set_input_filter(None)
        stream.external_format = keyword("UTF-8")
        assert call("READ-LINE", stream).text() == "nächstes"


def _format(format: str, newline: str | None) -> Any:
    from acl.streams.formats import external_format

    return external_format(designator(format, newline))


@pytest.mark.parametrize("format", FORMATS)
def test_formats_that_are_tried_exist(format: str) -> None:
    assert _format(format, None) is not None
    assert _format(format, "E-CRLF").encode("a\n").decode(_format(format, None).encoder) == "a\r\n"
