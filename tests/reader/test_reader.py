"""The reader from Python: errors, positions, streams."""

from __future__ import annotations

import os
import re
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acl.reader import EOF, TextSource, read, read_form, read_from_text
from acl.reader.octets import source_text
from acl.reader.tokens import parse_number
from acl.runtime.conditions import UnhandledCondition
from acl.runtime.dynamic import bind
from acl.streams.strings import StringInputStream
from acl.types.symbol import USER, cl, keyword, make_package


def fails(text: str) -> str:
    """Return the name of the condition that reading *text* signals."""
    with pytest.raises(UnhandledCondition) as caught:
        while read_from_text(text) is EOF:
            pass
    return str(caught.value)


@pytest.mark.parametrize("text", [")", "(a . b c)", "(. a)", "(a . )", ".", "..", "a:b:c", "cl:zork", "no-package:x",
                                  ":", "#<foo>", "#)", "# x", "1/0", "1e400", "1d999", "#2(1 2 3)", "#*012", "#3()",
                                  "#:a:b", ",a", "`,@a", "#1#", "#1=#1#", "#2A(1 2)", "#c(1)", "#c(a b)", "#xyz", "#r1",
                                  "#37r1", "#\\Zork", "#@", "#P1", "#S(1 2)", "'.", "a\bb"])
def test_reader_errors(text: str) -> None:
    assert "READER-ERROR" in fails(text)


@pytest.mark.parametrize("text", ["(", "(a", "'", '"abc', "#|x", "|abc", "a\\", "#(1", "#", "#1", "(a .", "`(", "#+",
                                  "#+foo", "(a . b", "#\\", "#'", "#2A(", "#1="])
def test_incomplete_forms(text: str) -> None:
    assert "END-OF-FILE" in fails(text)


def test_errors_name_the_place() -> None:
    source = TextSource("(a b)\n  (c no-such:x)", "f.cl")
    read_form(source)
    with pytest.raises(UnhandledCondition) as caught:
        read_form(source)
    assert "line 2, column" in str(caught.value) and "f.cl" in str(caught.value)


def test_positions() -> None:
    source = TextSource("(a\n  (b c) '(d))", "f.cl")
    form = read_form(source)
    positions = source.positions
    assert positions[id(form)] == (1, 0)
    assert positions[id(form.cdr.car)] == (2, 2)
    assert positions[id(form.cdr.cdr.car.cdr.car)] == (2, 9)
    assert read_form(source) is EOF


def test_read_takes_no_more_than_it_should() -> None:
    stream = StringInputStream("abc  (d)e")
    read(stream)
    assert stream.pos == 4
    read(stream)
    assert stream.pos == 8
    stream = StringInputStream("abc  d")
    read(stream, preserving=True)
    assert stream.pos == 3


class Slow(StringInputStream):
    """A stream without a buffer that is visible to the reader."""

    def __init__(self, text: str) -> None:
        super().__init__("")
        self.rest = list(reversed(text))

    def read_char(self) -> str | None:
        return self.rest.pop() if self.rest else None

    def unread_char(self, c: str) -> None:
        self.rest.append(c)


def test_streams_without_buffer() -> None:
    stream = Slow("(a \"b\\\"c\" #(1 2) ; x\n . 1.5) foo bar")
    assert read(stream).car.name == "A"
    assert read(stream).name == "FOO"
    assert "".join(reversed(stream.rest)) == "bar"


def test_single_floats_are_rounded_once() -> None:
    # 1 + 2^-24 is a tie between two singles, which a digit far behind decides.
    tie = "1.000000059604644775390625"
    assert parse_number(tie, 10, "SINGLE-FLOAT") == 1.0
    assert parse_number(tie + "0" * 20 + "1", 10, "SINGLE-FLOAT") == 1.00000011920928955078125


def test_definitions_in_user_shadow_inherited_names() -> None:
    from acl.types.symbol import ACL_SOCKET

    inherited = ACL_SOCKET.export("ZZ-TEST-SHUTDOWN")
    with bind(cl("*PACKAGE*"), USER):
        source = TextSource("(f (zz-test-shutdown 1))\n(defun zz-test-shutdown (x) x)")
        call = read_form(source)
        definition = read_form(source)
    own = definition.cdr.car
    assert own is not inherited and own.package is USER and call.cdr.car.car is own
    USER.internal.pop(own.name)
    USER.shadowing.pop(own.name)
    ACL_SOCKET.external.pop(own.name)


SYNTAX = "()'\"`,;#|\\:. \n@ab1/+-2eXA=*"


@settings(max_examples=int(os.environ.get("ACL_READER_EXAMPLES", "300")), deadline=None)
@given(st.one_of(st.text(alphabet=SYNTAX, max_size=40), st.binary(max_size=40).map(lambda b: b.decode("latin-1"))))
def test_random_text_gives_only_conditions(text: str) -> None:
    package = make_package("READER-TEST-SCRATCH", (), (cl("CAR").package,))  # type: ignore[arg-type]
    source = TextSource(text)
    with bind(cl("*PACKAGE*"), package, cl("*READ-EVAL*"), None):
        try:
            for _ in range(100):
                if _read(source) is EOF:
                    break
        except UnhandledCondition:
            pass


FRAGMENTS = [" ", "\n", *r"""
    ( ) ' ` , ,@ #' #( #| |# " \ | : :: #\ #: #. #+ #- #b #o #x #36r #c( #a #s( #p" #* #1= #1# #2A nil t 1/2 1e5 1.5d0
    cl:car foo #< #! ; .. ... . - + 1. 1/0 #0A #S(HASH-TABLE 1e99999 #\Space #1=#1# a:b:c keyword:x #*102 #3(1 #, #$
""".split()]


def random_text(random: Random, kind: int) -> str:
    """Return octets as Latin-1, octets as UTF-8, or pieces of Lisp's syntax in a row."""
    if kind == 2:
        return "".join(random.choices(FRAGMENTS, k=random.randint(1, 25)))
    octets = random.randbytes(random.randint(0, 60))
    return octets.decode("latin-1") if kind == 0 else octets.decode("utf-8", "replace")


@pytest.mark.parametrize("batch", range(4))
def test_random_octets_give_only_conditions(batch: int) -> None:
    """Twenty thousand random texts, in four batches: reading ends with objects or with a Lisp condition."""
    package = make_package("READER-TEST-SCRATCH", (), (cl("CAR").package,))  # type: ignore[arg-type]
    for number in range(5_000):
        text = random_text(Random(5_000 * batch + number), number % 3)
        source = TextSource(text)
        with bind(cl("*PACKAGE*"), package, cl("*READ-EVAL*"), None):
            try:
                while _read(source) is not EOF:
                    pass
            except UnhandledCondition:
                continue
            except Exception as fault:
                raise AssertionError(f"seed {5_000 * batch + number}: {text!r}") from fault


def test_deep_nesting_is_a_storage_condition() -> None:
    """A text that nests deeper than the stack is a storage condition, and Lisp lives."""
    from acl.session import evaluate

    for opening in ("(", "'", "#(", "`(,", "#+("):
        form = read_from_text(f'''(handler-case (read-from-string
            (apply #'concatenate 'string (make-list 100000 :initial-element "{opening}")))
          (storage-condition () :deep) (end-of-file () :end))''')
        assert evaluate(form) is not None
    assert evaluate(read_from_text("(+ 1 2)")) == 3


def _read(source: Any) -> Any:
    return read(source)


@pytest.mark.parametrize(("octets", "format", "text"), [
    ("é".encode(), None, "é"), ("é".encode("utf-8-sig"), None, "é"), ("é".encode("utf-16"), None, "é"),
    ("é".encode("utf-32"), None, "é"), ("é".encode("utf-16"), "UNICODE", "é"),
    ("é".encode("utf-16-be"), "UTF-16BE", "é"),
    (b"\xe9", "LATIN1", "é"), (b";\xe9", None, ";\ufffd"), (b"#| #| |# \xe9 |#", None, "#| #| |# \ufffd |#"),
    (b'"\\";";\xe9', None, '"\\";";\ufffd'), (b"#\\;;\xe9", None, "#\\;;\ufffd"), (b'"\0"', None, '"\0"'),
    (b"a\r\nb\r\n", None, "a\r\nb\r\n"), (b"#!/x\n1", None, ";!/x\n1")])
def test_source_text(octets: bytes, format: str | None, text: str) -> None:
    """A source file is read in its external format; only comments may have what is no character."""
    assert source_text(octets, "a.cl", keyword(format) if format else None) == text


@pytest.mark.parametrize(("octets", "format", "place"), [
    (b"(a\n ;\xe9\n \xe9)", None, "Line 3, column 1 of a.cl (octet 8: #xE9)"), (b'";\xe9', None, "Line 1, column 2"),
    (b"a\0b", None, "(octet 1: #x00)"), (b"a\0b", "UTF-16LE", "(octet 2: #x62)"),
    (b"\xff\xfea", None, "(octet 2: #x61)")])
def test_undecodable_source(octets: bytes, format: str | None, place: str) -> None:
    """What is no character is a `file-error` that says where it stands."""
    with pytest.raises(UnhandledCondition, match=re.escape(place)) as caught:
        source_text(octets, "a.cl", keyword(format) if format else None)
    assert str(caught.value).startswith("FILE-ERROR")
