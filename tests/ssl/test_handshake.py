"""Handshakes that are cut, refused, silent, or slow."""

from __future__ import annotations

import gc
import os
import socket
import struct
import threading
from time import monotonic, sleep
from typing import Any

import pytest
from OpenSSL import SSL

from acl.runtime.conditions import UnhandledCondition
from acl.session import evaluate
from acl.socket.operators import shutdown
from acl.socket.streams import SocketStreamInternetActive
from acl.ssl.operators import make_ssl_client_stream, make_ssl_server_stream
from acl.streams.base import WOULD_BLOCK
from acl.types.array import string
from acl.types.symbol import keyword

from .peers import KEYWORDS, Pair, arguments, peer_context


def descriptors() -> int:
    gc.collect()
    return len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0


@pytest.mark.parametrize("version", [SSL.TLS1_2_VERSION, SSL.TLS1_3_VERSION], ids=["TLS1.2", "TLS1.3"])
@pytest.mark.parametrize("server", [False, True], ids=["client", "server"])
def test_cut_at_every_octet(server: bool, version: int, files: Any) -> None:
    """The peer is gone after N octets of its handshake, for every N: an ssl-error that says so, and nothing is lost."""
    options: dict[str, Any] = {"ca_file": files.ca, "verify": KEYWORDS["required"]}
    if server:
        options["certificate"] = files.server
    context = peer_context(files.client if server else files.server, version=version)
    whole = Pair(server, context, **options)
    assert whole.shake()
    total = whole.sent
    whole.close()
    before = descriptors()
    cut = 0
    for limit in range(total + 1):
        pair = Pair(server, context, **options)
        try:
            pair.shake(limit)
        except UnhandledCondition as unhandled:
            assert type(unhandled.condition).__name__ == "SSL-ERROR"
            assert unhandled.condition.identifier.name == "UNEXPECTED-EOF"
            assert not pair.stream.engine.ready
            cut += 1
        else:  # what was cut off were session tickets, which the handshake does not wait for
            assert pair.stream.engine.ready
        pair.close()
        assert pair.stream.base_socket.sock.fileno() < 0
    del pair, whole
    assert cut > total / 3 and total > 300
    assert descriptors() <= before + 1


@pytest.mark.parametrize("server", [False, True], ids=["client", "server"])
def test_reset_during_the_handshake(server: bool, files: Any) -> None:
    """A reset is a socket-error with its identifier."""
    listener = socket.create_server(("127.0.0.1", 0))
    peer = socket.create_connection(listener.getsockname())
    sock, name = listener.accept()
    listener.close()
    base = SocketStreamInternetActive(sock, name)
    stream: Any = make_ssl_server_stream(base, **arguments({"certificate": files.server})) if server else \
        make_ssl_client_stream(base)
    stream._until(stream.engine.handshake, "shaking hands", wait=False)
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()
    with pytest.raises(UnhandledCondition) as caught:
        stream.handshake()
    assert type(caught.value.condition).__name__ == "SOCKET-ERROR"
    assert caught.value.condition.identifier.name == "CONNECTION-RESET"
    with pytest.raises(UnhandledCondition):  # and again: it does not come back
        stream.read_char()
    with pytest.raises(UnhandledCondition) as caught:
        shutdown(stream, direction=keyword("INPUT"))
    assert type(caught.value.condition).__name__ == "SOCKET-ERROR"
    stream.close()
    assert base.closed


def test_peer_that_does_not_speak_ssl(files: Any) -> None:
    pair = Pair(True, peer_context(), certificate=files.server)
    pair.wire.sendall(b"GET / HTTP/1.0\r\n\r\n")
    with pytest.raises(UnhandledCondition) as caught:
        pair.stream.read_char()
    assert caught.value.condition.identifier.name == "HTTP-REQUEST"
    pair.close()


def test_silent_peer_and_deadline(files: Any) -> None:
    """The read time-out covers the handshake, and octets that lead nowhere do not prolong it."""
    pair = Pair(True, peer_context(), certificate=files.server)
    pair.stream.read_timeout = 0.3
    stop = threading.Event()

    def dribble() -> None:
        hello = b"\x16\x03\x01\x40\x00\x01\x00\x3f\xfc\x03\x03" + bytes(16_000)  # takes longer than anybody waits
        for octet in hello:
            if stop.wait(0.02):
                return
            pair.wire.sendall(bytes([octet]))

    for quiet in (True, False):
        thread = threading.Thread(target=dribble)
        if not quiet:
            thread.start()
        start = monotonic()
        with pytest.raises(UnhandledCondition) as caught:
            pair.stream.handshake()
        assert caught.value.condition.identifier.name == "READ-TIMEOUT"
        assert 0.3 <= monotonic() - start < 60
        if not quiet:
            stop.set()
            thread.join()
    pair.close()


def lisp(text: str) -> Any:
    from acl.reader import read_from_text
    from acl.runtime.dynamic import bind
    from acl.types.symbol import USER, cl

    with bind(cl("*PACKAGE*"), USER):
        return evaluate(read_from_text(text))


def test_silent_clients_block_only_their_processes(files: Any) -> None:
    """Twenty clients connect and say nothing; the twenty-first is served, and all the others can be got rid of.

    Its session may answer before the acceptor has put it on the list: the twenty before it are there by then.
    """
    answer = lisp(f"""
      (let* ((p (socket:make-socket :connect :passive :local-host "127.0.0.1" :backlog 50))
             (silent nil) (servers nil)
             (port (socket:local-port p))
             (acceptor (mp:process-run-function "acceptor" (lambda ()
               (loop (let ((s (socket:accept-connection p)))
                 (push (mp:process-run-function "session" (lambda ()
                   (setf s (socket:make-ssl-server-stream s :certificate "{files.server}"))
                   (unwind-protect (progn (write-line (read-line s) s) (force-output s)) (close s :abort t))))
                   servers)))))))
        (dotimes (i 20) (push (socket:make-socket :remote-host "127.0.0.1" :remote-port port) silent))
        (let ((c (socket:make-ssl-client-stream (socket:make-socket :remote-host "127.0.0.1" :remote-port port)
                                                :ca-file "{files.ca}" :server-name "localhost" :verify-host t)))
          (write-line "hello" c) (force-output c)
          (prog1 (list (read-line c) (>= (length servers) 20))
            (close c :abort t)
            (mp:process-kill acceptor :wait t)
            (dolist (each servers) (mp:process-kill each :wait t))
            (mapc #'close silent) (close p))))""")
    assert str(answer.car) == "hello" and answer.cdr.car is not None


def test_with_timeout_breaks_a_handshake() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    answer = lisp(f"""
      (let ((c (socket:make-ssl-client-stream
                (socket:make-socket :remote-host "127.0.0.1" :remote-port {listener.getsockname()[1]}))))
        (unwind-protect (sys:with-timeout (0.2 :too-slow) (socket:ssl-do-handshake c)) (close c :abort t)))""")
    assert answer.name == "TOO-SLOW"
    listener.close()


def test_one_process_may_read_while_another_writes_first(files: Any) -> None:
    """Both need the handshake; one of them does it for both."""
    pair = Pair(False, peer_context(files.server), verify=None)
    got: list[Any] = []
    reader = threading.Thread(target=lambda: got.append(pair.stream.read_line()))
    reader.start()
    writer = threading.Thread(target=lambda: (pair.stream.write_str("question\n"), pair.stream.force_output()))
    writer.start()
    pair.wire.setblocking(True)
    done = False
    while not done:
        try:
            pair.peer.do_handshake()
            done = True
        except SSL.WantReadError:
            pair.peer_says()
            pair.peer.bio_write(pair.wire.recv(65536))
    pair.peer_says()
    question = b""
    while not question.endswith(b"\n"):
        try:
            question += pair.peer.recv(100)
        except SSL.WantReadError:
            pair.peer.bio_write(pair.wire.recv(65536))
    pair.peer.send(b"answer\n")
    pair.peer_says()
    reader.join(60)
    writer.join(60)
    assert question == b"question\n" and got == [("answer", False)]
    pair.close()


def test_only_one_process_takes_octets_of_a_handshake(files: Any) -> None:
    """What a process waits for that is at the handshake, nobody else may read: it would wait for ever."""
    pair = Pair(False, peer_context(files.server), verify=None)
    stream = pair.stream
    assert not stream._until(stream.engine.handshake, "shaking hands", wait=False)
    pair.peer_hears()
    with pytest.raises(SSL.WantReadError):
        pair.peer.do_handshake()
    pair.peer_says()
    at_it, done = threading.Event(), threading.Event()

    def hold() -> None:
        with stream._driver:
            at_it.set()
            done.wait(60)

    thread = threading.Thread(target=hold)
    thread.start()
    at_it.wait(60)
    assert stream.read_char_no_hang() is WOULD_BLOCK and not stream.input_is_ready()
    assert stream.base_socket.sock.recv(1, socket.MSG_PEEK)  # all is still there
    done.set()
    thread.join()
    assert stream._until(stream.engine.handshake, "shaking hands", wait=False)
    pair.close()


def test_closing_ends_a_handshake_in_another_process(files: Any) -> None:
    pair = Pair(False, peer_context(files.server), verify=None)
    outcome: list[str] = []

    def shake() -> None:
        try:
            pair.stream.handshake()
        except UnhandledCondition as unhandled:
            outcome.append(type(unhandled.condition).__name__)

    thread = threading.Thread(target=shake)
    thread.start()
    while pair.stream.engine.connection.get_state_string() == b"before SSL initialization":
        sleep(0.001)
    pair.stream.close(True)
    thread.join(60)
    assert outcome == ["STREAM-CLOSED-ERROR"]
    pair.wire.close()


def test_local_name_is_told(files: Any) -> None:
    """The client's server-name goes out as SNI; an address does not, RFC 6066 forbids it."""
    for name, expected in (("www.good.example", b"www.good.example"), ("127.0.0.1", None)):
        pair = Pair(False, peer_context(files.server), verify=None, server_name=name)
        pair.shake()
        assert pair.peer.get_servername() == expected
        pair.close()
    with pytest.raises(UnhandledCondition):
        Pair(False, peer_context(files.server), server_name=string("x\0y"))


def test_deadline_while_another_process_shakes_hands(files: Any) -> None:
    """Who waits for the process that is at the handshake has a deadline of his own."""
    pair = Pair(False, peer_context(files.server), verify=None)
    stream = pair.stream
    at_it, done = threading.Event(), threading.Event()

    def hold() -> None:
        with stream._driver:
            stream._driving += 1
            at_it.set()
            done.wait(60)
            stream._driving -= 1

    thread = threading.Thread(target=hold)
    thread.start()
    at_it.wait(60)
    stream.read_timeout = 0.05
    with pytest.raises(UnhandledCondition) as caught:
        stream.read_char()
    assert caught.value.condition.identifier.name == "READ-TIMEOUT"
    done.set()
    thread.join()
    pair.close()
