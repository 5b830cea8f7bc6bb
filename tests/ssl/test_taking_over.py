"""SSL begun in the middle of a conversation: an https client behind a proxy, mail's STARTTLS."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from OpenSSL import SSL

from acl.runtime.conditions import UnhandledCondition
from acl.socket.streams import SocketStreamFileActive
from acl.ssl.operators import make_ssl_client_stream, make_ssl_server_stream

from .peers import Pair, arguments, peer_context
from .test_arguments import condition, lisp

PROXY = """
(flet ((header (s)
         (loop for line = (string-right-trim '(#\\return) (read-line s)) until (string= line "") collect line))
       (reply (s &rest lines) (format s "~{~a~c~c~}" (loop for l in lines append (list l #\\return #\\newline)))
         (force-output s)))
  (let* ((web (socket:make-socket :connect :passive :local-host "127.0.0.1"))
         (proxy (socket:make-socket :connect :passive :local-host "127.0.0.1"))
         (server (mp:process-run-function "https" (lambda ()
           (let ((s (socket:make-ssl-server-stream (socket:accept-connection web) :certificate "{server}")))
             (let ((request (header s)))
               (reply s "HTTP/1.0 200 OK" "" (first request)) (close s))))))
         (middle (mp:process-run-function "proxy" (lambda ()
           (let* ((c (socket:accept-connection proxy)) (request (header c))
                  (s (socket:make-socket :remote-host "127.0.0.1" :remote-port (socket:local-port web))))
             (assert (search "CONNECT www.good.example:443" (first request)))
             (reply c "HTTP/1.1 200 Connection established" "Via: me" "")
             (flet ((pump (from to)
                      (let ((block (make-array 1000 :element-type '(unsigned-byte 8))))
                        (loop for end = (excl:read-vector block from) until (zerop end)
                              do (excl:write-vector block to :end end) (force-output to))
                        (ignore-errors (socket:shutdown to :direction :output)))))
               (let ((back (mp:process-run-function "back" #'pump s c)))
                 (pump c s) (mp:process-join back) (close c) (close s)))))))
         (s (socket:make-socket :remote-host "127.0.0.1" :remote-port (socket:local-port proxy))))
    (reply s "CONNECT www.good.example:443 HTTP/1.1" "Host: www.good.example:443" "")
    (let ((answer (header s)))
      (setf s (socket:make-ssl-client-stream s :server-name "www.good.example" :verify-host t :ca-file "{ca}"))
      (reply s "GET /page HTTP/1.0" "")
      (prog1 (list* (length answer) (header s) (loop for l = (read-line s nil) while l collect l))
        (close s) (mp:process-join middle) (mp:process-join server) (close web) (close proxy)))))
"""


def test_https_through_a_proxy(files: Any) -> None:
    """The proxy's answer is read from the plain stream, all else over SSL."""
    pem = files.write("good.pem", files.authority.issue(["www.good.example"]).pem())
    answer, = lisp(PROXY.replace("{server}", str(pem)).replace("{ca}", str(files.ca)))
    assert str(answer) == '(2 ("HTTP/1.0 200 OK") "GET /page HTTP/1.0\r")'


@pytest.mark.parametrize("split", range(0, 600, 40))
@pytest.mark.parametrize("version", [SSL.TLS1_2_VERSION, SSL.TLS1_3_VERSION], ids=["TLS1.2", "TLS1.3"])
def test_any_part_of_the_hello_may_be_read_too_early(split: int, version: int, files: Any) -> None:
    """Of what follows the line that announces SSL some is in the plain stream's buffer, as characters or octets."""
    ours, wire = socket.socketpair()
    base = SocketStreamFileActive(ours)
    peer = SSL.Connection(peer_context(version=version), None)
    peer.set_connect_state()
    with pytest.raises(SSL.WantReadError):
        peer.do_handshake()
    hello = peer.bio_read(65536)
    wire.sendall(b"STARTTLS\r\n" + hello[:split])
    if split % 80:
        assert base.read_line() == ("STARTTLS\r", False)
    else:
        assert bytes(base.read_byte() for _ in range(10)) == b"STARTTLS\r\n"
    base.write_str("220 go ahead\r\n")  # it is sent before SSL begins, though nobody has forced it out
    stream = make_ssl_server_stream(base, **arguments({"certificate": files.server}))
    assert wire.recv(100) == b"220 go ahead\r\n"
    wire.sendall(hello[split:])
    while not stream._until(stream.engine.handshake, "shaking hands", wait=False):
        peer.bio_write(wire.recv(65536))
        try:
            peer.do_handshake()
        except SSL.WantReadError:
            pass
        wire.sendall(peer.bio_read(65536))
    stream.write_str("over SSL\n")
    stream.force_output()
    got = b""
    while not got.endswith(b"\n"):
        peer.bio_write(wire.recv(65536))
        try:
            got += peer.recv(1000)
        except SSL.WantReadError:
            pass
    assert got == b"over SSL\n"
    stream.close(True)
    wire.close()


def test_the_plain_stream_says_who_has_its_connection(files: Any) -> None:
    """Using it is an error; shutting it down shuts the SSL stream down, which takes its leave first."""
    pair = Pair(False, peer_context(files.server), verify=None)
    pair.shake()
    base = pair.stream.base_socket
    for use in (base.read_char, lambda: base.write_str("x"), base.check_open):
        problem = condition(use)
        assert type(problem).__name__ == "STREAM-CLOSED-ERROR" and problem.stream is base
        assert "has been taken over by #<" in str(problem) and "ssl client stream" in str(problem)
    base.shut_down("output")
    pair.peer_hears()
    with pytest.raises(SSL.ZeroReturnError):  # close_notify
        pair.peer.recv(1)
    pair.close()
    assert "has been closed" in str(condition(base.read_char))


def test_plain_text_behind_the_answer_is_not_taken_for_the_server_s(files: Any) -> None:
    """Somebody between may have put it there (CVE-2011-0411): it is an error, never input over SSL."""
    ours, wire = socket.socketpair()
    base = SocketStreamFileActive(ours)
    wire.sendall(b"220 go ahead\r\n250 you may relay\r\n")
    assert base.read_line() == ("220 go ahead\r", False)
    stream = make_ssl_client_stream(base, **arguments({"ca_file": files.ca}))
    with pytest.raises(UnhandledCondition) as caught:
        stream.read_line()
    assert type(caught.value.condition).__name__ == "SSL-ERROR"
    stream.close(True)
    wire.close()
