"""SSL streams keep the contract of plain connections: text and octets, chunks, time-outs, interrupts, ends."""

from __future__ import annotations

import socket
import threading
from typing import Any

import pytest
from OpenSSL import SSL

from acl.runtime.conditions import UnhandledCondition
from acl.socket.operators import accept_connection, shutdown, socket_control
from acl.socket.streams import SocketStreamFileActive
from acl.ssl.operators import make_ssl_client_stream, make_ssl_server_stream
from acl.streams.base import WOULD_BLOCK
from acl.types.symbol import T, keyword

from .peers import Pair, arguments, peer_context
from .test_handshake import lisp

TEXT = "aä€😀\r\nz" * 20


@pytest.fixture(params=["plain", "ssl"])
def ends(request: Any, files: Any) -> Any:
    """Two Lisp streams connected with each other, plain or over SSL with the handshake done."""
    one, two = (SocketStreamFileActive(s) for s in socket.socketpair())
    result: tuple[Any, Any] = one, two
    if request.param == "ssl":
        server = make_ssl_server_stream(one, **arguments({"certificate": files.server}))
        client = make_ssl_client_stream(two, **arguments({"ca_file": files.ca}))
        result = server, client
        thread = threading.Thread(target=server.handshake)
        thread.start()
        client.handshake()
        thread.join()
    yield result
    for stream in result:
        stream.close(True)


@pytest.fixture
def pair(files: Any) -> Any:
    """A Lisp client and a pyOpenSSL server that have shaken hands."""
    made = Pair(False, peer_context(files.server), verify=None)
    made.shake()
    yield made
    made.close()


def condition(function: Any, *args: Any) -> Any:
    with pytest.raises(UnhandledCondition) as caught:
        function(*args)
    return caught.value.condition


def test_text_and_octets_both_ways(ends: Any) -> None:
    one, two = ends
    for here, there in ((one, two), (two, one)):
        here.write_str(TEXT)
        here.write_byte(200)
        here.write_from(b"\0\1\2")
        here.force_output()
        assert "".join(there.read_char() for _ in TEXT) == TEXT
        assert [there.read_byte() for _ in range(4)] == [200, 0, 1, 2]
        assert there.bytes_read == here.bytes_written == len(TEXT.encode()) + 4


def test_nothing_there_yet(ends: Any) -> None:
    one, two = ends
    assert one.read_char_no_hang() is WOULD_BLOCK and not one.listen() and not one.input_is_ready()
    two.write_str("x")
    two.force_output()
    while not one.input_is_ready():
        pass
    assert one.listen() and one.read_char_no_hang() == "x" and not one.input_is_ready()
    two.close()
    while not one.input_is_ready():
        pass
    assert not one.listen() and one.read_char() is None and one.read_char() is None and one.input_is_ready()


def test_end_of_file_both_ways(ends: Any) -> None:
    one, two = ends
    two.write_str("last")
    two.close()
    assert one.read_line() == ("last", True)
    assert one.read_line() is None and one.read_byte() is None
    assert one.read_octets_into(bytearray(5), 0, 5, False) == 0


def test_half_close(ends: Any) -> None:
    one, two = ends
    two.write_str("are you ok?\n")
    two.force_output()
    shutdown(two, direction=keyword("OUTPUT"))
    assert one.read_line() == ("are you ok?", False) and one.read_line() is None
    one.write_str("yes\n")
    one.force_output()
    assert two.read_line() == ("yes", False)


def test_chunking(ends: Any) -> None:
    one, two = ends
    socket_control(one, output_chunking=T)
    socket_control(two, input_chunking=T)
    for word in ("one ", "two ", "three"):
        one.write_str(word)
        one.force_output()
    socket_control(one, output_chunking_eof=T)
    one.write_str("plain\n")
    one.force_output()
    text = ""
    while (c := two.read_char()) is not None:
        text += c
    assert text == "one two three"
    socket_control(two, input_chunking=None)
    assert two.read_line() == ("plain", False)


def test_large_amounts_both_ways_at_once(ends: Any) -> None:
    one, two = ends
    data = bytes(range(256)) * 8192
    got: dict[str, bytes] = {}

    def write(stream: Any) -> None:
        stream.write_from(data)
        stream.write_str("end")
        stream.force_output()

    def read(stream: Any, name: str) -> None:
        buffer = bytearray(len(data) + 3)
        stream.read_into(buffer, 0, len(buffer))
        got[name] = bytes(buffer)

    threads = [threading.Thread(target=write, args=(s,)) for s in ends]
    threads += [threading.Thread(target=read, args=(s, n)) for s, n in ((one, "one"), (two, "two"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert got == {"one": data + b"end", "two": data + b"end"}


def test_read_time_out(ends: Any) -> None:
    one, two = ends
    one.read_timeout = 0.05
    problem = condition(one.read_char)
    assert type(problem).__name__ == "SOCKET-ERROR" and problem.identifier is keyword("READ-TIMEOUT")
    two.write_str("later")
    two.force_output()
    assert one.read_char() == "l"


def test_write_time_out_loses_nothing(ends: Any) -> None:
    one, two = ends
    below = one.base_socket or one
    below.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    one.write_timeout = 0.05
    data = bytes(range(256)) * 20_000
    problem = condition(one.write_from, data)
    assert problem.identifier is keyword("WRITE-TIMEOUT")
    received = bytearray()

    def receive() -> None:
        buffer = bytearray(1 << 16)
        while (n := two.read_into(buffer, 0, len(buffer), True)):
            received.extend(buffer[:n])

    reader = threading.Thread(target=receive)
    reader.start()
    one.write_timeout = None
    one.close()
    reader.join(60)
    assert bytes(received) == data


def test_closed(ends: Any) -> None:
    one, _ = ends
    one.close()
    assert not one.close()
    calls = (one.read_char, ()), (one.read_byte, ()), (one.write_str, ("x",)), (one.write_from, (b"x",))
    for function, args in calls:
        assert type(condition(function, *args)).__name__ == "STREAM-CLOSED-ERROR"


@pytest.mark.parametrize("size", [1, 2, 3, 5, 100, 16384])
def test_any_size_of_records_and_any_split_of_them(pair: Any, size: int) -> None:
    octets = TEXT.encode()
    for i in range(0, len(octets), size):
        pair.peer.send(octets[i:i + size])
    pair.peer.shutdown()
    records = b""
    try:
        while True:
            records += pair.peer.bio_read(65536)
    except SSL.WantReadError:
        pass
    text = ""
    step = max(1, len(records) // 97)
    for i in range(0, len(records), step):
        pair.wire.sendall(records[i:i + step])
        while (c := pair.stream.read_char_no_hang()) not in (WOULD_BLOCK, None):
            text += c
    assert text == TEXT and pair.stream.read_char() is None


def test_truncation_is_an_error(pair: Any) -> None:
    pair.peer.send(b"half a mess")
    pair.peer_says()
    pair.wire.close()
    assert "".join(pair.stream.read_char() for _ in range(11)) == "half a mess"
    for _ in range(2):
        problem = condition(pair.stream.read_char)
        assert type(problem).__name__ == "SSL-ERROR" and problem.identifier is keyword("UNEXPECTED-EOF")


def test_truncation_is_accepted_if_asked_for(files: Any) -> None:
    made = Pair(False, peer_context(files.server), verify=None, close_notify=keyword("OPTIONAL"))
    made.shake()
    made.peer.send(b"x")
    made.peer_says()
    made.wire.close()
    assert [made.stream.read_char() for _ in range(3)] == ["x", None, None]
    made.close()


def test_garbage_in_the_middle(pair: Any) -> None:
    """What came before is read, then there is an error, each time."""
    pair.peer.send(b"good")
    pair.peer_says()
    pair.wire.sendall(b"\x17\x03\x03\x00\x20" + bytes(32))
    assert "".join(pair.stream.read_char() for _ in range(4)) == "good"
    for _ in range(2):
        assert type(condition(pair.stream.read_char)).__name__ == "SSL-ERROR"
    pair.stream.close()
    assert pair.stream.base_socket.closed


def test_writing_to_a_peer_that_has_gone(pair: Any) -> None:
    pair.wire.close()
    pair.stream.write_str("x")
    problem = condition(pair.stream.force_output)
    assert type(problem).__name__ == "ERRNO-STREAM-ERROR" and problem.code == 32
    pair.stream.close(True)


def test_close_says_goodbye_unless_it_drops_something(files: Any) -> None:
    for abort, unsent in ((False, ""), (True, ""), (True, "cut off")):
        made = Pair(False, peer_context(files.server), verify=None)
        made.shake()
        made.stream.write_str(unsent)
        made.stream.close(abort)
        made.peer_hears()
        try:
            made.peer.recv(1)
        except SSL.ZeroReturnError:
            assert not unsent
        except SSL.WantReadError:
            assert unsent
        made.close()


def test_octets_read_too_early_belong_to_the_handshake(files: Any) -> None:
    """STARTTLS: the client's hello comes right behind the line that announces it, into the plain stream's buffer."""
    ours, wire = socket.socketpair()
    base = SocketStreamFileActive(ours)
    peer = SSL.Connection(peer_context(), None)
    peer.set_connect_state()
    with pytest.raises(SSL.WantReadError):
        peer.do_handshake()
    wire.sendall(b"STARTTLS\n" + peer.bio_read(65536))
    assert base.read_line() == ("STARTTLS", False)
    base.write_str("go ahead\n")
    stream = make_ssl_server_stream(base, **arguments({"certificate": files.server}))
    assert wire.recv(100) == b"go ahead\n"
    stream._until(stream.engine.handshake, "shaking hands", wait=False)
    peer.bio_write(wire.recv(65536))
    peer.do_handshake()
    wire.sendall(peer.bio_read(65536))
    stream.handshake()
    assert type(condition(base.read_char)).__name__ == "STREAM-CLOSED-ERROR"
    assert type(condition(base.write_str, "x")).__name__ == "STREAM-CLOSED-ERROR"
    base.close(True)  # an old cleanup form that has the plain stream closes the connection
    assert not stream.is_open and stream.base_socket.closed
    wire.close()


def test_renegotiation_is_refused(files: Any) -> None:
    made = Pair(True, peer_context(version=SSL.TLS1_2_VERSION), certificate=files.server)
    made.shake()
    made.peer.renegotiate()
    with pytest.raises(SSL.WantReadError):
        made.peer.do_handshake()
    made.peer_says()
    assert not made.stream.input_is_ready()
    made.peer_hears()
    with pytest.raises(SSL.Error, match="no renegotiation"):
        made.peer.do_handshake()
    made.close()


def test_lisp_processes_echo_over_ssl(files: Any) -> None:
    """One process reads while another writes, a lot, both ways."""
    assert lisp(f"""
      (let* ((p (socket:make-socket :connect :passive :local-host "127.0.0.1"))
             (echo (mp:process-run-function "echo" (lambda ()
                     (let ((b (socket:make-ssl-server-stream (socket:accept-connection p)
                                                             :certificate "{files.server}")))
                       (do ((l (read-line b nil) (read-line b nil))) ((null l) (close b))
                         (write-line l b) (force-output b))))))
             (a (socket:make-ssl-client-stream
                 (socket:make-socket :remote-host "127.0.0.1" :remote-port (socket:local-port p))
                 :ca-file "{files.ca}" :server-name "localhost" :verify-host t))
             (n 0))
        (mp:process-run-function "writer" (lambda () (dotimes (i 2000) (prin1 i a) (terpri a) (force-output a))
                                                     (socket:shutdown a :direction :output)))
        (do ((l (read-line a nil) (read-line a nil))) ((null l)) (assert (equal l (princ-to-string n))) (incf n))
        (mp:process-join echo)
        (assert (mp:wait-for-input-available a :timeout 60))
        (close a) (close p) n)""") == 2000


def test_kill_unwinds_a_read(files: Any) -> None:
    assert lisp(f"""
      (let* ((p (socket:make-socket :connect :passive :local-host "127.0.0.1")) (gate (mp:make-gate nil)) (cleaned nil)
             (reader (mp:process-run-function "reader" (lambda ()
                (let ((s (socket:make-ssl-server-stream (socket:accept-connection p) :certificate "{files.server}")))
                  (unwind-protect (progn (socket:ssl-do-handshake s) (mp:open-gate gate) (read-char s))
                    (setf cleaned t) (close s))))))
             (c (socket:make-ssl-client-stream (socket:make-socket :remote-host "127.0.0.1"
                                                                   :remote-port (socket:local-port p)) :verify nil)))
        (socket:ssl-do-handshake c)
        (mp:process-wait "gate" #'mp:gate-open-p gate)
        (mp:process-kill reader :wait t)
        (prog1 (list cleaned (read-char c nil :eof)) (close c) (close p)))""").cdr.car.name == "EOF"


def test_waiting_for_input_of_the_program(pair: Any) -> None:
    """Octets of a record that is not whole, and records without octets of the program, are no input."""
    from acl.mp.waits import input_ready, wait_for_input_available

    pair.peer.send(b"x")
    record = pair.peer.bio_read(65536)
    pair.wire.sendall(record[:-1])
    assert wait_for_input_available(pair.stream, timeout=0.05) is None and not input_ready(pair.stream)
    timer = threading.Timer(0.05, pair.wire.sendall, (record[-1:],))
    timer.start()
    assert wait_for_input_available(pair.stream, timeout=60).car is pair.stream
    assert pair.stream.read_char() == "x"


def test_accept_is_not_an_ssl_stream(pair: Any) -> None:
    assert type(condition(accept_connection, pair.stream)).__name__ == "TYPE-ERROR"


def test_writing_after_half_close(ends: Any) -> None:
    """It is an error like that of a plain connection, and reading goes on."""
    one, two = ends
    shutdown(two, direction=keyword("OUTPUT"))
    two.write_str("x")
    problem = condition(two.force_output)
    assert type(problem).__name__ == "ERRNO-STREAM-ERROR" and problem.code == 32
    two.clear_output()
    one.write_str("still there?\n")
    one.force_output()
    assert two.read_line() == ("still there?", False)


def test_half_close_of_input(ends: Any) -> None:
    one, two = ends
    shutdown(two, direction=keyword("INPUT"))
    two.write_str("x")
    two.force_output()
    assert one.read_char() == "x"


def test_close_ends_a_read_in_another_process(ends: Any) -> None:
    one, _ = ends
    outcome: list[str] = []
    reading = threading.Event()

    def read() -> None:
        reading.set()
        outcome.append(type(condition(one.read_char)).__name__)

    thread = threading.Thread(target=read)
    thread.start()
    reading.wait(20)
    one.close()
    thread.join(20)
    assert outcome == ["STREAM-CLOSED-ERROR"]


def test_what_a_time_out_has_left_goes_out_first(ends: Any) -> None:
    """`force-output` sends the rest of the records, and of the text, before anything else."""
    one, two = ends
    below = one.base_socket or one
    below.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    one.write_timeout = 0.05
    data = bytes(range(256)) * 8000
    assert condition(one.write_from, data).identifier is keyword("WRITE-TIMEOUT")
    received = bytearray(len(data))
    reader = threading.Thread(target=lambda: two.read_into(received, 0, len(data)))
    reader.start()
    one.write_timeout = None
    one.force_output()
    reader.join(60)
    assert received == data
    one.write_str("next")
    one.force_output()
    assert [two.read_char() for _ in range(4)] == list("next")


def test_leave_is_taken_only_so_long(pair: Any) -> None:
    """Saying goodbye waits no longer than the write time-out for a peer that does not read."""
    pair.stream.base_socket.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    pair.stream.write_timeout = 0.05
    assert condition(pair.stream.write_from, bytes(1 << 20)).identifier is keyword("WRITE-TIMEOUT")
    shutdown(pair.stream, direction=keyword("OUTPUT"))
    assert pair.stream.engine.outgoing


def test_garbage_behind_a_full_record(pair: Any) -> None:
    """The device gives what was good, the next read tells of the rest; a larger read loses nothing."""
    pair.peer.send(bytes(1 << 14))
    records = pair.peer.bio_read(1 << 16)
    pair.wire.setblocking(True)
    sender = threading.Thread(target=pair.wire.sendall, args=(records + b"\x17\x03\x03\x00\x20" + bytes(32),))
    sender.start()
    sender.join(20)  # they are not read before all are there
    buffer = bytearray(1 << 16)
    assert type(condition(pair.stream.read_into, buffer, 0, 1 << 16)).__name__ == "SSL-ERROR"
    assert pair.stream.read_into(buffer, 0, 1 << 14) == 1 << 14
    assert type(condition(pair.stream.device_read_into, memoryview(buffer))).__name__ == "SSL-ERROR"
    assert pair.stream.input_is_ready() and type(condition(pair.stream.read_char)).__name__ == "SSL-ERROR"
    pair.stream.write_str("x")
    assert type(condition(pair.stream.force_output)).__name__ == "SSL-ERROR"


def test_input_of_a_filter_and_of_a_failed_handshake(ends: Any, files: Any) -> None:
    one, two = ends
    socket_control(one, output_chunking=T)
    socket_control(two, input_chunking=T)
    assert not two.input_is_ready()
    one.write_str("x")
    one.force_output()
    while not two.input_is_ready():
        pass
    assert two.read_char() == "x"
    made = Pair(True, peer_context(), certificate=files.server)
    made.wire.sendall(b"what is this?\r\n")
    while not made.stream.input_is_ready():  # reading will tell
        pass
    assert type(condition(made.stream.read_char)).__name__ == "SSL-ERROR"
    made.close()
