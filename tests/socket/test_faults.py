"""Faults of the network, and what a program then sees: cuts, resets, stutter, full buffers, a storm of signals."""

from __future__ import annotations

import os
import signal
import socket
import struct
import subprocess
import sys
import threading
from time import monotonic

import pytest

from acl.runtime import waiting
from acl.runtime.conditions import UnhandledCondition
from acl.session import evaluate
from acl.socket.streams import SocketStreamInternetActive
from acl.testing.leaks import no_leaks
from acl.types.symbol import keyword

TEXT = "aä€😀\r\nz" * 20


@pytest.fixture
def pair():
    """A plain Python socket and the Lisp stream connected to it."""
    listener = socket.create_server(("127.0.0.1", 0))
    peer = socket.create_connection(listener.getsockname())
    sock, name = listener.accept()
    stream = SocketStreamInternetActive(sock, name)
    yield peer, stream
    stream.close(True)
    peer.close()
    listener.close()


def condition(function, *args):
    """Return the condition that the call signals."""
    with pytest.raises(UnhandledCondition) as caught:
        function(*args)
    return caught.value.condition


def reset(peer):
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
def test_any_split_gives_the_same_text(pair, size):
    peer, stream = pair
    octets = TEXT.encode()

    def send():
        for i in range(0, len(octets), size):
            peer.sendall(octets[i:i + size])
            threading.Event().wait(0.0005)
        peer.close()

    threading.Thread(target=send).start()
    got = []
    while (c := stream.read_char()) is not None:
        got.append(c)
    assert "".join(got) == TEXT


@pytest.mark.parametrize("n", [0, 1, 2, 10, 100])
def test_cut_after_n_octets(pair, n):
    peer, stream = pair
    peer.sendall(b"x" * n)
    peer.close()
    buffer = bytearray(50)
    end = stream.read_into(buffer, 0, 50)
    assert end == min(n, 50)
    assert stream.read_into(bytearray(100), 0, 100) == max(0, n - 50)
    assert stream.read_char() is None and stream.read_byte() is None


def test_reset_while_reading(pair):
    peer, stream = pair
    timer = threading.Timer(0.05, reset, (peer,))
    timer.start()
    problem = condition(stream.read_char)
    assert type(problem).__name__ == "SOCKET-ERROR"
    assert problem.identifier is keyword("CONNECTION-RESET") and problem.code == 104


def passive():
    return evaluate(read('(socket:make-socket :connect :passive :local-host "127.0.0.1")'))


def test_reset_before_accept():
    """The connection is dead when it is accepted: reading tells, and the next one is served."""
    server = passive()
    with socket.create_connection(server.sock.getsockname()) as peer:
        reset(peer)
    stream = server.accept(True)
    problem = condition(stream.read_char)
    assert type(problem).__name__ == "SOCKET-ERROR" and problem.identifier is keyword("CONNECTION-RESET")
    stream.close(True)
    with socket.create_connection(server.sock.getsockname()) as peer:
        stream = server.accept(True)
        peer.sendall(b"next")
        assert stream.read_char() == "n"
        stream.close()
    server.close()


def test_reset_after_a_half_close(pair):
    peer, stream = pair
    stream.write_str("question")
    stream.force_output()
    stream.shut_down("output")
    assert peer.recv(100) == b"question" and peer.recv(100) == b""
    reset(peer)
    assert condition(stream.read_char).identifier is keyword("CONNECTION-RESET")


def test_reset_with_what_nobody_has_read(pair):
    """What had arrived before a reset may be gone, but nothing is made up."""
    peer, stream = pair
    peer.sendall(b"answer")
    assert stream.read_char() == "a"
    reset(peer)
    got = ""
    try:
        while (c := stream.read_char()) is not None:
            got += c
    except UnhandledCondition as unhandled:
        assert unhandled.condition.identifier is keyword("CONNECTION-RESET")
    assert "nswer".startswith(got)


def test_reset_in_the_middle_of_a_write(pair):
    """The write that waits for room ends with the error; the stream can be closed."""
    peer, stream = pair
    stream.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2048)
    timer = threading.Timer(0.1, reset, (peer,))
    timer.start()
    problem = condition(stream.write_from, bytes(10_000_000))
    assert type(problem).__name__ == "ERRNO-STREAM-ERROR" and problem.code in (32, 104)
    stream.close(True)
    assert stream.closed


def test_write_after_the_peer_has_gone(pair):
    peer, stream = pair
    reset(peer)

    def write():
        deadline = monotonic() + 60
        while monotonic() < deadline:
            stream.write_str("x")
            stream.force_output()
            threading.Event().wait(0.001)

    problem = condition(write)
    assert type(problem).__name__ == "ERRNO-STREAM-ERROR" and problem.code in (32, 104)
    fd = stream.in_fd
    try:
        stream.close()
    except UnhandledCondition:
        pass
    assert stream.closed
    with pytest.raises(OSError):
        os.fstat(fd)


def test_full_buffers_lose_nothing(pair):
    peer, stream = pair
    stream.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2048)
    data = os.urandom(1_000_000)
    received = bytearray()

    def receive():
        while (part := peer.recv(5000)):
            received.extend(part)

    reader = threading.Thread(target=receive)
    reader.start()
    stream.write_from(data)
    stream.close()
    reader.join(60)
    assert bytes(received) == data


def test_interrupted_write_loses_nothing(pair):
    """A time-out in the middle of a write leaves the rest in the buffer; the next flush sends it, once."""
    peer, stream = pair
    stream.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2048)
    stream.write_timeout = 0.05
    data = bytes(range(256)) * 20_000
    problem = condition(stream.write_from, data)
    assert problem.identifier is keyword("WRITE-TIMEOUT")
    received = bytearray()

    def receive():
        while (part := peer.recv(65536)):
            received.extend(part)

    reader = threading.Thread(target=receive)
    reader.start()
    stream.write_timeout = None
    stream.close()
    reader.join(60)
    assert bytes(received) == data


def test_signals_do_not_disturb_a_wait(pair):
    _, stream = pair
    old = signal.signal(signal.SIGALRM, lambda *_: None)
    signal.setitimer(signal.ITIMER_REAL, 0.002, 0.002)
    try:
        stream.read_timeout = 0.3
        start = monotonic()
        problem = condition(stream.read_char)
        assert problem.identifier is keyword("READ-TIMEOUT")
        assert monotonic() - start >= 0.3
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)


def test_two_processes_use_one_connection():
    """One reads while the other writes, both ways, a lot."""
    result = evaluate(read("""
      (let* ((p (socket:make-socket :connect :passive :local-host "127.0.0.1"))
             (a (socket:make-socket :remote-host "127.0.0.1" :remote-port (socket:local-port p)))
             (b (socket:accept-connection p)) (n 0))
        (mp:process-run-function "echo" (lambda () (do ((l (read-line b nil) (read-line b nil))) ((null l) (close b))
                                                     (write-line l b) (force-output b))))
        (mp:process-run-function "writer" (lambda () (dotimes (i 2000) (prin1 i a) (terpri a))
                                                     (force-output a) (socket:shutdown a :direction :output)))
        (do ((l (read-line a nil) (read-line a nil))) ((null l)) (assert (equal l (princ-to-string n))) (incf n))
        (close a) (close p) n)"""))
    assert result == 2000


def read(text):
    from acl.reader import read_from_text
    from acl.runtime.dynamic import bind
    from acl.types.symbol import USER, cl

    with bind(cl("*PACKAGE*"), USER):
        return read_from_text(text)


def test_no_descriptor_is_lost():
    with no_leaks(patience=60):
        evaluate(read("""
      (let ((p (socket:make-socket :connect :passive :local-host "127.0.0.1")))
        (dotimes (i 20)
          (let* ((a (socket:make-socket :remote-host "127.0.0.1" :remote-port (socket:local-port p)))
                 (b (socket:accept-connection p)))
            (close a) (close b)
            (ignore-errors (socket:make-socket :remote-host "127.0.0.1" :remote-port 1))
            (ignore-errors (socket:make-socket :connect :passive :local-port (socket:local-port p)))))
        (close p))"""))
    assert waiting.mailbox().waiting == ()


HOSTS = """
(let* ((p (socket:make-socket :connect :passive :local-port "chargen" :reuse-address t))
       (a (socket:make-socket :remote-host "vapor" :remote-port "chargen"))
       (b (socket:accept-connection p)))
  (print (list (socket:ipaddr-to-dotted (socket:remote-host b)) (socket:ipaddr-to-hostname (socket:local-host b))
               (socket:lookup-port "chargen" "tcp")))
  (print (search "at */" (prin1-to-string p)))
  (print (search "from vapor/" (prin1-to-string b))))
"""


def test_hosts_of_the_session(tmp_path):
    file = tmp_path / "hosts.cl"
    file.write_text(HOSTS)
    with socket.socket() as reserved:  # bound but not listening: nobody else gets the port, who wants to reuse it may
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        reserved.bind(("127.0.0.2", 0))
        port = reserved.getsockname()[1]
        environment = dict(os.environ, ACL_HOSTS="vapor=127.0.0.2,frisky=127.0.0.3", ACL_LOCAL_ADDRESS="127.0.0.2",
                           ACL_SERVICES=f"chargen/tcp={port}", PYTHONPATH=os.getcwd())
        done = subprocess.run([sys.executable, "-m", "acl", str(file)], capture_output=True, text=True, timeout=100,
                              env=environment)
    assert f'("127.0.0.2" "vapor" {port})' in done.stdout, done.stdout + done.stderr
    assert "NIL" not in done.stdout


class ClosedInBetween(SocketStreamInternetActive):
    """Another process closes it just when it is about to wait; the descriptor is another connection's then."""

    heirs: tuple[socket.socket, ...] = ()

    def _wait(self, mask, timeout, what, whostate):
        fd = self.fd
        self.shut()
        self.heirs = socket.socketpair()
        if fd not in [heir.fileno() for heir in self.heirs]:
            self.heirs += (socket.socket(fileno=os.dup2(self.heirs[0].fileno(), fd)),)
        super()._wait(mask, timeout, what, whostate)


def test_closed_just_before_the_wait(pair):
    _, stream = pair
    stream.read_timeout = 5
    stream.__class__ = ClosedInBetween
    try:
        assert type(condition(stream.read_char)).__name__ == "STREAM-CLOSED-ERROR"
    finally:
        for heir in stream.heirs:
            heir.close()


def test_passive_socket_closed_just_before_the_wait():
    passive = evaluate(read('(socket:make-socket :connect :passive :local-host "127.0.0.1")'))
    sock = passive.sock

    class Closing:
        """The Python socket, closed by another process just when `accept` has found nothing."""

        fileno, close, shutdown = sock.fileno, sock.close, sock.shutdown

        def accept(self):
            try:
                return sock.accept()
            finally:
                passive.shut()

    passive.sock = Closing()
    assert type(condition(passive.accept, True)).__name__ == "STREAM-CLOSED-ERROR"


def test_passive_socket_that_is_being_closed():
    passive = evaluate(read('(socket:make-socket :connect :passive :local-host "127.0.0.1")'))
    sock = passive.sock

    class Closing:
        """The Python socket, which another process is closing: `accept` finds that it does not listen any more."""

        fileno, close, shutdown = sock.fileno, sock.close, sock.shutdown

        def accept(self):
            passive.closed = True
            sock.shutdown(2)
            try:
                return sock.accept()
            finally:
                sock.close()

    passive.sock = Closing()
    assert type(condition(passive.accept, True)).__name__ == "STREAM-CLOSED-ERROR"
