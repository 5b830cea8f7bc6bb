"""Rules of Allegro's documentation that the other files do not come upon, one by one."""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509.oid import NameOID

from acl.ssl.certificates import from_cryptography, key_text
from acl.ssl.operators import (
    get_ssl_peer_certificate,
    get_ssl_peer_certificate_chain,
    get_ssl_verify_result,
    make_ssl_client_stream,
    make_ssl_server_context,
    ssl_do_handshake,
    ssl_protocol,
    ssl_server_name,
)
from acl.testing.authority import Authority
from acl.types.array import string
from acl.types.cons import to_list
from acl.types.function import call_values
from acl.types.symbol import T, keyword

from .peers import KEYWORDS, Pair, arguments, peer_context
from .test_arguments import condition, lisp


def result(stream: Any) -> tuple[int, str]:
    code, text = call_values(get_ssl_verify_result, stream)
    return code, text.text()


# Streams

def test_nothing_is_sent_before_output_is_forced(files: Any) -> None:
    """Making the stream does no handshake, nor does output that stays in the buffer; `force-output` does."""
    pair = Pair(False, peer_context(files.server), verify=None)
    pair.stream.write_str("hello\n")
    with pytest.raises(BlockingIOError):
        pair.wire.recv(1)
    assert result(pair.stream) == (0, "ok") and ssl_protocol(pair.stream) == (None, None)
    assert ssl_server_name(pair.stream) is None
    pair.stream.write_timeout = 0.05
    assert condition(pair.stream.force_output).identifier is keyword("WRITE-TIMEOUT")
    assert pair.wire.recv(1) == b"\x16"  # a handshake has begun
    pair.close()


def test_accessors_of_sockets() -> None:
    """An SSL stream answers for its socket, in both roles, and is no `socket:socket`."""
    answer = lisp("""
      (let* ((folder (concatenate 'string (sys:make-temp-file-name "acl") "/"))
             (pem (excl::make-certificate "localhost" folder))
             (p (socket:make-socket :connect :passive :local-host "127.0.0.1"))
             (c (socket:make-socket :remote-host "127.0.0.1" :remote-port (socket:local-port p)))
             (client (socket:make-ssl-client-stream c :verify nil))
             (server (socket:make-ssl-server-stream (socket:accept-connection p) :certificate pem))
             (shaking (mp:process-run-function "server" #'socket:ssl-do-handshake server)))
        (prog1 (prin1-to-string (list (socket:ssl-do-handshake client)
                                       (eql (socket:remote-port client) (socket:local-port server))
                                       (eql (socket:local-port client) (socket:remote-port server))
                                       (socket:ipaddr-to-dotted (socket:remote-host client))
                                       (socket:ipaddr-to-dotted (socket:local-host server))
                                       (typep server 'excl::ssl-server-stream) (typep client 'excl::ssl-client-stream)
                                       (typep client 'socket:socket) (null (socket:get-ssl-peer-certificate server))
                                       (multiple-value-list (socket:get-ssl-verify-result server))))
          (mp:process-join shaking)
          (mapc #'close (list client server p))
          (excl:delete-directory-and-files folder)))""")[0]
    assert str(answer) == '(T T T "127.0.0.1" "127.0.0.1" T T NIL T (0 "ok"))'


def test_peer_certificate_needs_the_handshake(files: Any) -> None:
    """Asking for the certificate, or for the chain, does the handshake."""
    for function in (get_ssl_peer_certificate, get_ssl_peer_certificate_chain, ssl_do_handshake):
        pair = Pair(False, peer_context(files.server), verify=None)
        pair.stream.read_timeout = 0.05
        assert condition(function, pair.stream).identifier is keyword("READ-TIMEOUT")
        assert pair.wire.recv(1) == b"\x16"
        pair.stream.close()
        assert type(condition(ssl_do_handshake, pair.stream)).__name__ == "STREAM-CLOSED-ERROR"
        pair.close()


def test_synonyms_and_streams_that_are_taken_over(files: Any) -> None:
    """A synonym stream stands for the SSL stream; a connection can be taken over only once."""
    pair = Pair(False, peer_context(files.server), verify=None)
    pair.shake()
    function, = lisp("""
      (lambda (stream)
        (defvar *ssl-of-the-test* stream)
        (list (socket:ssl-do-handshake (make-synonym-stream '*ssl-of-the-test*))
              (type-of (socket:get-ssl-peer-certificate (make-synonym-stream '*ssl-of-the-test*)))))""")
    found, = call_values(function, pair.stream)
    assert found.car is T and found.cdr.car.name == "X509-CERTIFICATE"
    problem = condition(make_ssl_client_stream, pair.stream.base_socket)
    assert "has been taken over" in str(problem) and pair.stream.is_open
    assert type(condition(make_ssl_client_stream, pair.stream)).__name__ == "TYPE-ERROR"  # nor SSL over SSL
    pair.close()


# Arguments

def test_key_in_a_file_of_its_own(files: Any) -> None:
    """With a password it does not need as well; a password that is no string is refused."""
    identity = files.authority.issue(["localhost"])
    alone = files.write("alone.pem", identity.certificates())
    for name, octets, password in (("key.pem", identity.private_key(), None), ("key.pem", identity.private_key(), "x"),
                                   ("locked.pem", identity.private_key("sesame"), "sesame")):
        pair = Pair(True, peer_context(), certificate=alone, key=files.write(name, octets),
                    certificate_password=password)
        assert pair.outcome() is None
        pair.close()
    assert "no private key" in str(condition(make_ssl_server_context, **arguments({"certificate": alone})))
    assert "must be a string" in str(condition(make_ssl_server_context, certificate=string(str(files.server)),
                                               certificate_password=5))


def test_chain_of_a_server(files: Any) -> None:
    """The certificates behind the first in the file of :certificate are sent along."""
    between = files.authority.authority("between")
    pair = Pair(True, peer_context(), certificate=files.write("chain.pem", between.issue(["localhost"]).pem()))
    pair.shake()
    assert [c.subject.rfc4514_string() for c in pair.peer.get_peer_cert_chain(as_cryptography=True)] == [
        "CN=localhost", "CN=between"]
    pair.close()


def test_files_that_cannot_be_read(files: Any, tmp_path: Path) -> None:
    """A folder instead of a file; a broken list; a key that the level of security forbids."""
    problem = condition(make_ssl_server_context, certificate=string(str(tmp_path)))
    assert type(problem).__name__ == "FILE-ERROR" and str(tmp_path) in str(problem)
    broken = files.write("broken-crl.pem", b"-----BEGIN X509 CRL-----\nMIIB\n-----END X509 CRL-----\n")
    problem = condition(make_ssl_server_context, **arguments({"certificate": files.server, "crl_check": T,
                                                              "crl_file": broken}))
    assert "cannot be read" in str(problem) and "broken-crl.pem" in str(problem)
    from acl.testing.authority import new_key

    weak = files.write("weak.pem", Authority.new("weak").issue(["x"], key=new_key("rsa", 1024)).pem())
    assert "key too small" in str(condition(make_ssl_server_context, certificate=string(str(weak))))


@pytest.mark.parametrize("depth", [None, 2])
def test_max_depth(depth: int | None, files: Any) -> None:
    """So many certificates may be between the peer's and the root: 10 if not given."""
    most = 10 if depth is None else depth
    authority = files.authority
    for number in range(most + 1):
        leaf = authority.issue(["localhost"])
        if number in (most, most - 1):
            pair = Pair(False, peer_context(files.write("deep.pem", leaf.pem())), ca_file=files.ca, max_depth=depth)
            assert pair.outcome() is None, number
            pair.close()
        authority = authority.authority(f"number {number + 1}")
    pair = Pair(False, peer_context(files.write("deep.pem", authority.issue(["localhost"]).pem())), ca_file=files.ca,
                max_depth=depth)
    assert pair.outcome() == "CERTIFICATE-VERIFY-FAILED" and result(pair.stream)[0] == 22
    pair.close()


@pytest.mark.parametrize(("given", "expected"), [
    ({"ciphersuites": "TLS_CHACHA20_POLY1305_SHA256"}, "TLS_CHACHA20_POLY1305_SHA256"),
    ({"ciphersuites": None}, "TLS_AES_128_GCM_SHA256"), ({"max_depth": 1}, "TLS_AES_128_GCM_SHA256"),
    ({"verify": KEYWORDS["required"]}, None), ({"method": keyword("TLSV1.2")}, "ECDHE-ECDSA-AES128-GCM-SHA256"),
    ({"method": keyword("TLSV1.2"), "prefer_server_cipher_order": None}, "ECDHE-ECDSA-AES256-GCM-SHA384"),
    ({"method": keyword("TLSV1.2"), "ciphers": "ECDHE-ECDSA-CHACHA20-POLY1305"}, "ECDHE-ECDSA-CHACHA20-POLY1305")])
def test_what_takes_precedence_over_a_context(given: dict[str, Any], expected: str | None, files: Any) -> None:
    context = make_ssl_server_context(**arguments({
        "certificate": files.server, "ciphersuites": "TLS_AES_128_GCM_SHA256",
        "ciphers": "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384"}))
    peer = peer_context()
    peer.set_cipher_list(b"ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305")
    for options, cipher in ((given, expected), ({}, "TLS_AES_128_GCM_SHA256")):  # and only for one connection
        pair = Pair(True, peer, context=context, **options)
        assert (pair.outcome() is None) is (cipher is not None)
        if cipher is not None:
            assert str(ssl_protocol(pair.stream)[1]) == cipher
        pair.close()


def test_all_documented_ciphersuites(files: Any) -> None:
    """Every token of TLS 1.3 is known, alone and together."""
    tokens = ("TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256",
              "TLS_AES_128_CCM_8_SHA256", "TLS_AES_128_CCM_SHA256")
    for text in (*tokens, ":".join(tokens)):
        make_ssl_server_context(**arguments({"certificate": files.server, "ciphersuites": text}))


# Certificates

def test_names_of_every_kind() -> None:
    """Types and texts of alternative names, short names of the parts of a name, algorithms and kinds of keys."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")])
    names = x509.SubjectAlternativeName([
        x509.DNSName("a.example"), x509.IPAddress(ip_address("127.0.0.1")), x509.IPAddress(ip_address("::1")),
        x509.RFC822Name("a@example"), x509.UniformResourceIdentifier("http://a.example/"), x509.DirectoryName(name),
        x509.RegisteredID(x509.ObjectIdentifier("1.2.3")), x509.OtherName(x509.ObjectIdentifier("1.2.4"), b"\5\0")])
    authority = Authority.new("root", "rsa")
    found = from_cryptography(authority.issue(["x"], "ed25519", alternative=False, extensions=((names, False),))
                              .certificate)
    assert [(str(p.car), str(p.cdr)) for p in to_list(found.subject_alt_name)] == [
        ("DNS", "a.example"), ("IP Address", "127.0.0.1"), ("IP Address", "::1"), ("email", "a@example"),
        ("URI", "http://a.example/"), ("DirName", "CN=x"), ("Registered ID", "1.2.3"), ("othername", "0500")]
    assert str(found.public_key) == "Ed25519" and str(found.signature_algorithm) == "sha256WithRSAEncryption"
    root = from_cryptography(authority.identity.certificate)
    assert root.subject_alt_name is None and str(root.public_key) == "RSA 2048"


def test_key_of_an_unknown_kind() -> None:
    """It is told by its number."""
    class Strange:
        public_key_algorithm_oid = x509.ObjectIdentifier("1.2.3.4")

        def public_key(self) -> None:
            raise UnsupportedAlgorithm("?")

    assert key_text(Strange()) == "1.2.3.4"


def test_accessors_can_be_set_without_effect(files: Any) -> None:
    """The object takes the new value; the connection's certificate stays what it is."""
    pair = Pair(False, peer_context(files.server), verify=None)
    pair.shake()
    function, = lisp("""
      (lambda (stream &aux (c (socket:get-ssl-peer-certificate stream)))
        (list (setf (socket:x509-certificate-version c) 1) (setf (socket:x509-certificate-serial-number c) 2)
              (setf (socket:x509-certificate-issuer c) 3) (setf (socket:x509-certificate-subject c) 4)
              (setf (socket:x509-certificate-subject-alt-name c) 5) (setf (socket:x509-certificate-not-before c) 6)
              (setf (socket:x509-certificate-not-after c) 7)
              (socket:x509-certificate-version c) (socket:x509-certificate-serial-number c)
              (socket:x509-certificate-issuer c) (socket:x509-certificate-subject c)
              (socket:x509-certificate-subject-alt-name c) (socket:x509-certificate-not-before c)
              (socket:x509-certificate-not-after c)))""")
    found, = call_values(function, pair.stream)
    assert to_list(found) == [*range(1, 8)] * 2
    chain = to_list(get_ssl_peer_certificate_chain(pair.stream))
    assert str(chain[0].subject.car.cdr) == "localhost"
    pair.close()


def test_dates_are_universal_times(files: Any) -> None:
    begin, end = datetime(2020, 1, 1, tzinfo=UTC), datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC)
    made = from_cryptography(files.authority.issue(["x"], begin=begin, end=end).certificate)
    times = lisp("(list (encode-universal-time 0 0 0 1 1 2020 0) (encode-universal-time 59 59 23 31 12 2049 0))")[0]
    assert [made.not_before, made.not_after] == to_list(times)
