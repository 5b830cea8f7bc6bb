"""The contract of streams: what a bidirectional stream of characters and octets must do, whatever it runs over.

    def pair():                        # a stream and the other end of it
        ...
        return stream, SocketPeer(sock)

    @pytest.mark.parametrize("clause", CONTRACT, ids=lambda c: c.__name__)
    def test_my_stream(clause):
        check(clause, pair)

A clause gets the stream, by the Python protocol of `acl.streams.base.Stream`, and a `Peer`; it raises AssertionError
if the stream breaks it.  From Lisp: `testing:check-stream`.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import Any, Protocol

from acl.python.control import handler_case
from acl.runtime import waiting
from acl.runtime.conditions import UnhandledCondition
from acl.streams.base import WOULD_BLOCK
from acl.types.symbol import cl, keyword

TEXT = "aä€😀\nzß\n\nend" * 7


class Peer(Protocol):
    """The other end of a stream under test, in octets."""

    def send(self, octets: bytes) -> None:
        """Send all of *octets*."""

    def receive(self, count: int) -> bytes:
        """Wait for *count* octets; fewer at the end of what the stream sends."""

    def end(self) -> None:
        """Tell the stream that no more comes; receiving goes on."""

    def close(self) -> None:
        """Close."""


class SocketPeer:
    """A blocking Python socket as the other end."""

    def __init__(self, sock: Any) -> None:
        self.sock = sock
        sock.settimeout(60)

    def send(self, octets: bytes) -> None:
        """Send all."""
        self.sock.sendall(octets)

    def receive(self, count: int) -> bytes:
        """Receive *count* octets or up to the end."""
        parts = []
        while count > 0 and (part := self.sock.recv(min(count, 1 << 16))):
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def end(self) -> None:
        """Close the sending half."""
        import socket

        self.sock.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """Close."""
        self.sock.close()


Clause = Callable[[Any, Any], None]
CONTRACT: list[Clause] = []


def clause(function: Clause) -> Clause:
    """Add *function* to the contract."""
    CONTRACT.append(function)
    return function


def check(one: Clause, pair: Callable[[], tuple[Any, Any]], patience: float = 60) -> None:
    """Check one clause on a fresh stream, and close both ends afterwards.

    No read or write of the stream waits longer than *patience* seconds, so that what is broken does not hang.
    """
    stream, peer = pair()
    stream.read_timeout = stream.write_timeout = patience
    over = _checking.over = threading.Event()
    try:
        one(stream, peer)
    finally:
        over.set()
        stream.close(True)
        peer.close()


def failures(pair: Callable[[], tuple[Any, Any]], patience: float = 60) -> list[str]:
    """Return a line for each clause that the streams made by *pair* break."""
    lines = []
    for one in CONTRACT:
        reason = _reason(one, pair, patience)
        if reason is not None:
            lines.append(f"{one.__name__}: {one.__doc__} {reason}")
    return lines


def _reason(one: Clause, pair: Callable[[], tuple[Any, Any]], patience: float) -> Any:
    """Return what speaks against a clause, an exception or a condition; None if it is kept."""
    made = pair()
    try:
        return handler_case(lambda: check(one, lambda: made, patience), (cl("ERROR"), lambda condition: condition))
    except AssertionError as fault:
        return fault


def condition_of(function: Callable[..., Any], *args: Any) -> Any:
    """Return the condition that the call signals; AssertionError if it returns."""
    returned: list[Any] = []
    condition = handler_case(lambda: returned.append(function(*args)), (cl("ERROR"), lambda condition: condition))
    assert not returned, f"no condition, but {returned[0]!r}"
    return condition


class _Left(BaseException):
    """Thrown by interrupts."""


def _leave() -> None:
    raise _Left


_checking = threading.local()
"""Of the thread that checks a clause, `over`: an event for when it is over, so that no interrupt comes later."""


def _interrupting(function: Callable[[], Any]) -> Callable[[], None]:
    """Return a function that has this process call *function* as an interrupt, unless the clause is over then."""
    box, over = waiting.mailbox(), _checking.over
    return lambda: box.post(lambda: None if over.is_set() else function())


def _beside(action: Callable[[], Any]) -> threading.Thread:
    """Call *action* in a thread; if it fails the clause will find out by what is missing."""
    def run() -> None:
        with suppress(Exception, UnhandledCondition):
            action()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def _when_waiting(action: Callable[[], Any]) -> threading.Thread:
    """Call *action* in a thread once the calling process waits, unless the clause is over by then."""
    box, over = waiting.mailbox(), _checking.over

    def run() -> None:
        deadline = monotonic() + 30
        while not box.whostate and monotonic() < deadline:
            if over.wait(0.001):
                return
        action()

    return _beside(run)


def _read_all(stream: Any) -> str:
    characters = []
    while (c := stream.read_char()) is not None:
        characters.append(c)
    return "".join(characters)


# Input

@clause
def octets_arrive(stream: Any, peer: Any) -> None:
    """All 256 octets arrive as they are, then the end of file, again and again."""
    peer.send(bytes(range(256)))
    peer.end()
    assert [stream.read_byte() for _ in range(256)] == list(range(256))
    assert stream.read_byte() is None and stream.read_byte() is None and stream.read_char() is None


@clause
def characters_arrive(stream: Any, peer: Any) -> None:
    """Characters of one to four octets arrive."""
    peer.send(TEXT.encode())
    peer.end()
    assert _read_all(stream) == TEXT
    assert stream.read_char() is None


@clause
def split_anywhere(stream: Any, peer: Any) -> None:
    """Octets that come one at a time make the same characters."""
    octets = TEXT.encode()

    def send() -> None:
        for i in range(len(octets)):
            peer.send(octets[i:i + 1])
        peer.end()

    thread = _beside(send)
    assert _read_all(stream) == TEXT
    thread.join()


@clause
def lines_arrive(stream: Any, peer: Any) -> None:
    """`read-line` gives lines, the last one without a newline marked."""
    peer.send("eins\n\nzwö\ndrei".encode())
    peer.end()
    lines = [stream.read_line() for _ in range(5)]
    assert lines == [("eins", False), ("", False), ("zwö", False), ("drei", True), None]


@clause
def characters_and_octets_mix(stream: Any, peer: Any) -> None:
    """Reading characters and octets in turn loses nothing."""
    peer.send("ä€x😀yz\n".encode())
    got = [stream.read_char(), stream.read_byte(), stream.read_byte(), stream.read_byte(), stream.read_char()]
    assert got == ["ä", *"€".encode(), "x"]
    buffer = bytearray(4)
    assert stream.read_into(buffer, 0, 4) == 4 and bytes(buffer) == "😀".encode()
    assert stream.read_line() == ("yz", False)


@clause
def unread_and_peek(stream: Any, peer: Any) -> None:
    """A character can be put back, also before an octet is read."""
    peer.send("äöx".encode())
    c = stream.read_char()
    stream.unread_char(c)
    assert stream.peek_char() == "ä" and stream.read_char() == "ä" and stream.peek_char() == "ö"
    assert stream.read_char() == "ö"
    stream.unread_char("ö")
    assert stream.read_byte() == "ö".encode()[0]


@clause
def readiness(stream: Any, peer: Any) -> None:
    """`listen` and `read-char-no-hang` tell apart nothing yet, something, the end."""
    assert not stream.listen() and stream.read_char_no_hang() is WOULD_BLOCK and not stream.input_is_ready()
    peer.send(b"x")
    _until(stream.listen)
    assert stream.input_is_ready() and stream.read_char_no_hang() == "x"
    peer.end()
    _until(stream.input_is_ready)
    assert not stream.listen() and stream.read_char_no_hang() is None


def _until(test: Callable[[], Any]) -> None:
    assert waiting.wait_until(test, monotonic() + 30), "nothing comes"


@clause
def sequences_fill(stream: Any, peer: Any) -> None:
    """`read-sequence` waits for all it wants, with partial fill for the first element only."""
    buffer = bytearray(6)
    peer.send(b"abc")
    _until(stream.input_is_ready)
    assert stream.read_into(buffer, 0, 6, True) == 3
    _when_waiting(lambda: peer.send(b"def"))
    peer.send(b"ABC")
    assert stream.read_into(buffer, 0, 6) == 6 and bytes(buffer) == b"ABCdef"
    peer.send("äöü".encode())
    peer.end()
    characters: list[Any] = [None] * 5
    assert stream.read_into(characters, 1, 5) == 4 and characters == [None, "ä", "ö", "ü", None]


@clause
def formats_change_between_reads(stream: Any, peer: Any) -> None:
    """The external format can be changed between two characters, also the convention for newlines."""
    from acl.types.cons import lisp_list

    peer.send("ä".encode() + "ö".encode("latin-1") + "ü€".encode("utf-16-le") + b"x\r\ny\r\r\nz")
    got = [stream.read_char()]
    for name in ("LATIN-1", "UTF-16LE"):
        stream.external_format = keyword(name)
        got.append(stream.read_char())
    got.append(stream.read_char())
    stream.external_format = lisp_list(keyword("E-CRLF"), keyword("UTF-8"))
    assert got == list("äöü€")
    assert [stream.read_char() for _ in range(6)] == ["x", "\n", "y", "\r", "\n", "z"]


@clause
def malformed_input(stream: Any, peer: Any) -> None:
    """Malformed UTF-8 becomes replacement characters; what is around it stays."""
    peer.send(b"a\xffb\xe2\x82c\xc3")
    peer.end()
    assert _read_all(stream) == "a\ufffdb\ufffdc\ufffd"


# Output

@clause
def output_arrives(stream: Any, peer: Any) -> None:
    """What is written arrives in order: characters, octets, sequences of both."""
    stream.write_str("ä€")
    stream.write_byte(255)
    stream.write_char("x")
    stream.write_from(b"\x00\x01")
    stream.write_from("ö\n")
    stream.finish_output()
    expected = "ä€".encode() + b"\xffx\x00\x01" + "ö\n".encode()
    assert peer.receive(len(expected)) == expected


@clause
def output_formats(stream: Any, peer: Any) -> None:
    """The external format holds for what is written after it is set."""
    from acl.types.cons import lisp_list

    stream.write_str("ä\n")
    stream.external_format = lisp_list(keyword("E-CRLF"), keyword("LATIN-1"))
    stream.write_str("ä\n")
    stream.finish_output()
    assert peer.receive(6) == b"\xc3\xa4\n\xe4\r\n"


@clause
def both_ways_at_once(stream: Any, peer: Any) -> None:
    """A megabyte each way at the same time arrives whole."""
    data = os.urandom(1 << 20)
    got: list[bytes] = []
    threads = [_beside(lambda: got.append(peer.receive(len(data)))), _beside(lambda: peer.send(data))]
    stream.write_from(data)
    stream.finish_output()
    buffer = bytearray(len(data))
    assert stream.read_into(buffer, 0, len(data)) == len(data) and bytes(buffer) == data
    for thread in threads:
        thread.join(60)
    assert got == [data]


# Waiting

@clause
def an_interrupt_that_returns(stream: Any, peer: Any) -> None:
    """An interrupt runs during a wait for input, which then goes on."""
    ran: list[int] = []
    box = waiting.mailbox()

    def disturb() -> None:
        for i in range(3):
            box.post(partial(ran.append, i))
        deadline = monotonic() + 30
        while len(ran) < 3 and monotonic() < deadline:
            threading.Event().wait(0.001)
        peer.send(b"x")

    _when_waiting(disturb)
    assert stream.read_char() == "x" and ran == [0, 1, 2]


@clause
def an_interrupt_that_reads(stream: Any, peer: Any) -> None:
    """What an interrupt reads is gone, what it leaves is there for the read that it has interrupted."""
    buffer = bytearray(2)
    reads: list[tuple[Callable[[], Any], Any, str]] = [
        (stream.read_char, "b", "c\n"), (stream.read_byte, ord("b"), "c\n"), (stream.read_line, ("bc", False), ""),
        (lambda: (stream.read_into(buffer, 0, 2), bytes(buffer)), (2, b"bc"), "\n")]
    for read, value, rest in reads:
        got: list[str] = []
        interrupt = _interrupting(lambda got=got: got.append(stream.peek_char() + stream.read_char()))  # type: ignore[misc]
        _when_waiting(lambda interrupt=interrupt: (interrupt(), peer.send(b"abc\n")))  # type: ignore[misc]
        assert read() == value and got == ["aa"]
        assert "".join(stream.read_char() for _ in rest) == rest


@clause
def an_interrupt_that_throws(stream: Any, peer: Any) -> None:
    """An interrupt that throws ends a read; what has come stays, and the stream can be used."""
    box = waiting.mailbox()
    peer.send(b"ab")
    _when_waiting(_interrupting(_leave))
    buffer: list[Any] = [None] * 4
    try:
        stream.read_into(buffer, 0, 4)
    except _Left:
        pass
    else:
        raise AssertionError("the read was not left")
    assert box.whostate is None and box.waiting == ()
    peer.send(b"cd\n")
    assert stream.read_line() == ("abcd", False)
    stream.write_str("y")
    stream.finish_output()
    assert peer.receive(1) == b"y"


@clause
def a_read_that_is_left_takes_nothing(stream: Any, peer: Any) -> None:
    """What had come of a line, a form, a sequence is there again when the wait for the rest was left."""
    from acl.reader.reader import read

    words = "aä€😀" * 3000
    octets = words.encode()
    characters, buffer = [""] * len(words), bytearray(len(octets))
    peer.send(b"0")
    assert stream.read_char() == "0"
    for what, sent, value in (
        (stream.read_line, octets + b"\n", (words, False)),
        (lambda: stream.whole(lambda: read(stream)).text(), b'"' + octets + b'"', words),
        (lambda: stream.read_into(characters, 0, len(words)), octets, len(words)),
        (lambda: stream.read_into(buffer, 0, len(octets)), octets, len(octets)),
    ):
        half = len(sent) // 2 + 1  # within a character
        peer.send(b"x" + sent[:half])
        assert stream.read_char() == "x"
        for _ in range(2):
            _when_waiting(_interrupting(_leave))
            try:
                raise AssertionError(f"the read was not left, but gave {what()!r}")
            except _Left:
                pass
        peer.send(sent[half:])
        assert what() == value
    assert "".join(characters) == words and bytes(buffer) == octets


@clause
def a_read_times_out(stream: Any, peer: Any) -> None:
    """A read that takes longer than `read_timeout` signals; the stream stays open and works."""
    stream.read_timeout = 0.02
    start = monotonic()
    condition = condition_of(stream.read_char)
    assert monotonic() - start >= 0.02
    assert condition.identifier is keyword("READ-TIMEOUT") and stream.is_open
    peer.send(b"x")
    stream.read_timeout = 30
    assert stream.read_char() == "x"


@clause
def a_write_times_out(stream: Any, peer: Any) -> None:
    """A write to a peer that does not read signals after `write_timeout`; later all arrives, once."""
    stream.write_timeout = 0.05
    data = os.urandom(1 << 20) * 24
    condition = condition_of(stream.write_from, data)
    assert condition.identifier is keyword("WRITE-TIMEOUT") and stream.is_open
    stream.write_timeout = None
    got: list[bytes] = []
    thread = _beside(lambda: got.append(peer.receive(len(data))))
    stream.finish_output()
    thread.join(60)
    assert got == [data]


# The end

@clause
def close_sends(stream: Any, peer: Any) -> None:
    """`close` sends what is buffered; the second time it does nothing."""
    stream.write_str("last words")
    assert stream.close() is True
    assert stream.close() is False and not stream.is_open
    assert peer.receive(100) == b"last words"


@clause
def abort_drops(stream: Any, peer: Any) -> None:
    """`close` with :abort sends nothing of what is buffered."""
    stream.write_str("sent")
    stream.finish_output()
    stream.write_str("dropped")
    stream.close(True)
    try:
        assert peer.receive(100) == b"sent"
    except OSError:
        pass  # an end without a farewell may look like a fault to the peer


@clause
def closed_streams_say_so(stream: Any, peer: Any) -> None:
    """Operations on a closed stream signal `stream-closed-error`."""
    peer.send(b"x")
    stream.close()
    for operation in (stream.read_char, stream.read_byte, stream.peek_char, stream.read_line,
                      lambda: stream.write_str("x"), lambda: stream.write_byte(1), stream.read_char_no_hang,
                      lambda: stream.read_into(bytearray(3), 0, 3), lambda: stream.write_from(b"abc"),
                      stream.force_output, stream.finish_output):
        assert type(condition_of(operation)).__name__ == "STREAM-CLOSED-ERROR"


@clause
def close_wakes_a_reader(stream: Any, peer: Any) -> None:
    """A read that waits when another thread closes the stream signals `stream-closed-error`."""
    thread = _when_waiting(lambda: stream.close(True))
    assert type(condition_of(stream.read_char)).__name__ == "STREAM-CLOSED-ERROR"
    thread.join(30)
