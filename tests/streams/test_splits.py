"""The same octets in every split give the same characters, lines, octets and Lisp objects."""

from __future__ import annotations

import itertools
import random

import pytest

from acl.types.cons import lisp_list
from acl.types.function import FUNCTIONS
from acl.types.symbol import keyword
from tests.socket.test_chunking import Pieces

TEXT = "aä€😀\nz(1 2 \"ß\")\nlast"
FORMATS = ["UTF-8", "LATIN-1", "ASCII", "ISO8859-15", "UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE",
           "UTF-32BE", "SHIFTJIS", "EUC-JP", "EUC-KR", "BIG5", "GB18030", "ISO-2022-JP"]


def formats():
    for name in FORMATS:
        yield keyword(name)
        yield lisp_list(keyword("E-CRLF"), keyword(name))
        yield lisp_list(keyword("E-CR"), keyword(name))


def characters(stream):
    got = []
    while (c := stream.read_char()) is not None:
        got.append(c)
    return "".join(got)


def lines(stream):
    return list(iter(stream.read_line, None))


def octets_and_characters(stream):
    """Read a character and an octet in turn."""
    got = []
    while (c := stream.read_char()) is not None:
        got += [c, stream.read_byte()]
    return got


def objects(stream):
    """Read Lisp objects, and show them."""
    got = []
    while (x := FUNCTIONS["COMMON-LISP:READ"](stream, None, keyword("END"))) is not keyword("END"):
        got.append(str(FUNCTIONS["COMMON-LISP:PRIN1-TO-STRING"](x)))
    return got


WAYS = (characters, lines, octets_and_characters, objects)


def expected_text(format):
    """What of the text survives the encoding."""
    stream = Pieces([], format)
    return stream.format.encode(TEXT)


@pytest.mark.parametrize("way", WAYS, ids=lambda w: w.__name__)
@pytest.mark.parametrize("format", list(formats()), ids=str)
def test_every_split_in_two_and_three(format, way):
    octets = expected_text(format)
    whole = way(Pieces([octets], format))
    assert whole
    cuts = [(i,) for i in range(1, len(octets))]
    chosen = random.Random(1)
    cuts += chosen.sample(list(itertools.combinations(range(1, len(octets)), 2)), 150)
    cuts.append(tuple(range(1, len(octets))))  # one octet at a time
    for cut in cuts:
        pieces = [octets[i:j] for i, j in itertools.pairwise((0, *cut, len(octets)))]
        assert way(Pieces(pieces, format)) == whole, cut


@pytest.mark.parametrize("format", ["UTF-8", "UTF-16", "UTF-32LE"])
def test_the_characters_are_right(format):
    for newline in (None, "E-CRLF", "E-CR", "E-CRCRLF"):
        designator = keyword(format) if newline is None else lisp_list(keyword(newline), keyword(format))
        octets = expected_text(designator)
        assert characters(Pieces([octets], designator)) == TEXT
        assert characters(Pieces([bytes([o]) for o in octets], designator)) == TEXT


def test_malformed_utf8_in_every_split():
    octets = b"a\xffb\xe2\x82c\xf0\x9f\x98d\xc3\r\n\xed\xa0\x80\xf4\x90\x80\x80z"
    whole = characters(Pieces([octets]))
    for i, j in itertools.combinations(range(1, len(octets)), 2):
        assert characters(Pieces([octets[:i], octets[i:j], octets[j:]])) == whole


def test_crlf_cut_anywhere():
    octets = b"a\r\n\r\n\r\rb\r\n\nc\r"
    crlf = lisp_list(keyword("E-CRLF"), keyword("UTF-8"))
    for i, j in itertools.combinations(range(1, len(octets)), 2):
        assert characters(Pieces([octets[:i], octets[i:j], octets[j:]], crlf)) == "a\n\n\r\rb\n\nc\r"
