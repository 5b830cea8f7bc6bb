"""The arguments of the makers, their rules, and what must never be shown."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from OpenSSL import SSL

from acl.printer.writer import prin1_to_string
from acl.runtime import conditions
from acl.runtime.conditions import UnhandledCondition
from acl.runtime.dynamic import bind
from acl.session import evaluate_values
from acl.ssl import contexts, operators
from acl.ssl.certificates import from_cryptography
from acl.ssl.operators import (
    get_ssl_peer_certificate,
    get_ssl_peer_certificate_chain,
    make_ssl_client_context,
    make_ssl_server_context,
    ssl_protocol,
    ssl_server_name,
    ssl_session_reused_p,
)
from acl.testing.authority import Authority
from acl.types.array import string
from acl.types.cons import Cons, from_iterable, to_list
from acl.types.symbol import EXCL, T, cl, keyword

from .peers import KEYWORDS, Pair, arguments, peer_context

PASSWORD = "xyzzy-plugh-42"


def condition(function: Any, *args: Any, **keys: Any) -> Any:
    with pytest.raises(UnhandledCondition) as caught:
        function(*args, **keys)
    return caught.value.condition


def lisp(text: str) -> tuple[Any, ...]:
    from acl.reader import read_from_text
    from acl.types.symbol import USER

    with bind(cl("*PACKAGE*"), USER):
        return evaluate_values(read_from_text(text))


# Methods

def negotiated(method: Any, files: Any, server: bool, version: int) -> str | None:
    """Return the protocol that a Lisp stream agrees upon with a peer that speaks only *version*; None if none."""
    made = Pair(server, peer_context(files.server if not server else None, version=version), method=method,
                **({"certificate": files.server} if server else {"verify": None}))
    try:
        return str(call(ssl_protocol, made)) if made.outcome() is None else None
    finally:
        made.close()


def call(function: Any, made: Pair) -> Any:
    result = function(made.stream)
    return result[0] if isinstance(result, tuple) else result


VERSIONS = {"TLSv1": SSL.TLS1_VERSION, "TLSv1.1": SSL.TLS1_1_VERSION, "TLSv1.2": SSL.TLS1_2_VERSION,
            "TLSv1.3": SSL.TLS1_3_VERSION}


@pytest.mark.parametrize("server", [False, True], ids=["client", "server"])
@pytest.mark.parametrize(("method", "expected"), [
    (None, "TLSv1.2 TLSv1.3"), ("tlsv1+", "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3"), ("sslv3+", "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3"),
    ("tlsv1.1+", "TLSv1.1 TLSv1.2 TLSv1.3"), ("tlsv1.2+", "TLSv1.2 TLSv1.3"), ("tlsv1.3+", "TLSv1.3"),
    ("sslv23", "TLSv1"), ("tlsv1", "TLSv1"), ("tlsv1.1", "TLSv1.1"), ("tlsv1.2", "TLSv1.2"), ("tlsv1.3", "TLSv1.3"),
    ("tlsv1 tlsv1.2", "TLSv1 TLSv1.2"), ("sslv2 sslv3 tlsv1 tlsv1.2 tlsv1.3", "TLSv1 TLSv1.2 TLSv1.3")])
def test_method(method: str | None, expected: str, server: bool, files: Any) -> None:
    """Each method lets exactly its protocols through; a client with a gap in them those above the gap."""
    if not server and method is not None and " " in method:
        expected = expected.removeprefix("TLSv1 ")
    if method is None:
        value = None
    elif " " in method:
        value = from_iterable([keyword(m.upper()) for m in method.split()])
    else:
        value = keyword(method.upper())
    got = [name for name, version in VERSIONS.items() if negotiated(value, files, server, version) == name]
    assert got == expected.split()


@pytest.mark.parametrize("method", ["sslv2", "sslv3", "quic", "tlsv1.4"])
def test_methods_that_there_are_not(method: str) -> None:
    problem = condition(make_ssl_client_context, method=keyword(method.upper()))
    assert type(problem).__name__ == "SIMPLE-ERROR" and method in str(problem).lower()


# Rules

def test_server_needs_a_certificate(tmp_path: Path, files: Any) -> None:
    assert "certificate" in str(condition(make_ssl_server_context))
    missing = condition(make_ssl_server_context, certificate=string(str(tmp_path / "none.pem")))
    assert type(missing).__name__ == "FILE-DOES-NOT-EXIST-ERROR" and "none.pem" in str(missing)
    (tmp_path / "empty.pem").write_text("nothing\n")
    assert "empty.pem" in str(condition(make_ssl_server_context, certificate=string(str(tmp_path / "empty.pem"))))
    other = condition(make_ssl_server_context, certificate=string(str(files.server)), key=string(str(files.client)))
    assert "does not belong" in str(other)
    with pytest.raises(UnhandledCondition):
        Pair(True, peer_context())


def test_original_survives_bad_arguments(files: Any) -> None:
    """A stream that cannot be made does not take the socket."""
    base = lisp("""(let* ((p (socket:make-socket :connect :passive :local-host "127.0.0.1"))
                          (c (socket:make-socket :remote-host "127.0.0.1" :remote-port (socket:local-port p)))
                          (s (socket:accept-connection p)))
                     (ignore-errors (socket:make-ssl-server-stream s :certificate "/nonexistent.pem"))
                     (ignore-errors (socket:make-ssl-client-stream s :verify :perhaps))
                     (write-line "still here" s) (close s) (close p)
                     (prog1 (read-line c) (close c)))""")
    assert str(base[0]) == "still here"


def test_context_and_other_arguments(files: Any) -> None:
    """The context's own cannot be given again; the others take precedence for one connection."""
    context = make_ssl_client_context(**arguments({"ca_file": files.ca, "verify": keyword("REQUIRED")}))
    for name, value in (("certificate", files.client), ("key", files.client), ("ca_file", files.ca),
                        ("ca_directory", files.folder), ("certificate_password", "x"), ("crl_file", files.ca),
                        ("crl_check", T)):
        with pytest.raises(UnhandledCondition) as caught:
            Pair(False, peer_context(files.server), context=context, **{name: value})
        assert "together with :context" in str(caught.value.condition)
    strange = peer_context(files.write("stranger.pem", Authority.new("stranger").issue(["localhost"]).pem()))
    for options, outcome in (({}, "CERTIFICATE-VERIFY-FAILED"), ({"verify": None}, None),
                             ({"certificate": None, "crl_check": None}, "CERTIFICATE-VERIFY-FAILED")):
        made = Pair(False, strange, context=context, **options)
        assert made.outcome() == outcome
        made.close()
    made = Pair(False, peer_context(files.server), context=context, method=keyword("TLSV1.2"), max_depth=3,
                ciphers="ECDHE-ECDSA-CHACHA20-POLY1305")
    assert made.outcome() is None
    assert tuple(map(str, ssl_protocol(made.stream))) == ("TLSv1.2", "ECDHE-ECDSA-CHACHA20-POLY1305")
    made.close()


def test_contexts_have_a_side(files: Any) -> None:
    client, server = make_ssl_client_context(), make_ssl_server_context(certificate=string(str(files.server)))
    assert "for clients" in prin1_to_string(client) and "for servers" in prin1_to_string(server)
    for side, context in ((True, client), (False, server)):
        with pytest.raises(UnhandledCondition) as caught:
            Pair(side, peer_context(), context=context)
        assert "cannot be used" in str(caught.value.condition)
    with pytest.raises(UnhandledCondition) as caught:
        Pair(False, peer_context(), context=string("x"))
    assert type(caught.value.condition).__name__ == "TYPE-ERROR"


@pytest.mark.parametrize(("options", "kind", "text"), [
    ({"verify": keyword("YES")}, "SIMPLE-ERROR", ":verify: nil, :optional or :required"),
    ({"verify": T}, "SIMPLE-ERROR", "T is not a valid value of :verify"),
    ({"max_depth": -1}, "TYPE-ERROR", "(INTEGER 0 2147483647)"),
    ({"max_depth": keyword("A")}, "TYPE-ERROR", "(INTEGER 0 2147483647)"),
    ({"ciphers": "NONSENSE"}, "SIMPLE-ERROR", 'No cipher of OpenSSL matches :ciphers "NONSENSE"'),
    ({"ciphers": ""}, "SIMPLE-ERROR", "matches :ciphers"), ({"ciphers": 5}, "TYPE-ERROR", "STRING"),
    ({"ciphersuites": "TLS_NONE"}, "SIMPLE-ERROR", "TLS_NONE"), ({"crl_check": 5}, "SIMPLE-ERROR", ":crl-check"),
    ({"ca_file": "/proc/nonexistent"}, "FILE-DOES-NOT-EXIST-ERROR", "/proc/nonexistent"),
    ({"ca_file": "/dev"}, "FILE-ERROR", "/dev"), ({"ca_file": "/dev/null"}, "SSL-ERROR", "no certificates"),
    ({"ca_directory": "/proc/nonexistent"}, "FILE-DOES-NOT-EXIST-ERROR", "/proc/nonexistent"),
    ({"ca_directory": "/dev/null"}, "FILE-ERROR", "directory"), ({"key": "x"}, "SIMPLE-ERROR", "without :certificate"),
    ({"certificate_password": PASSWORD}, "SIMPLE-ERROR", ":certificate-password is given without :certificate"),
    ({"close_notify": None}, "SIMPLE-ERROR", ":required or :optional"), ({"verify_host": 5}, "TYPE-ERROR", "STRING"),
    ({"verify_host": "x", "verify": None}, "SIMPLE-ERROR", "of no use with :verify nil"),
    ({"verify_host": T}, "SIMPLE-ERROR", "needs :server-name"), ({"server_name": 17}, "TYPE-ERROR", "STRING"),
    ({"verify_host": "x"}, "SIMPLE-ERROR", "not the name of a host"),  # for OpenSSL a letter is none
    ({"verify_host": ".good.example"}, "SIMPLE-ERROR", "not the name of a host"),  # for OpenSSL all below it
    ({"verify_host": "stra\u00dfe.example"}, "SIMPLE-ERROR", "begins with xn--"),
    ({"server_name": "a\u200db.example"}, "SIMPLE-ERROR", "begins with xn--"),
    ({"verify_host": "a@b.example"}, "SIMPLE-ERROR", "not the name of a host"),
    ({"verify_host": ""}, "SIMPLE-ERROR", "not the name of a host"),
    ({"verify_host": T, "server_name": "-"}, "SIMPLE-ERROR", "not the name of a host"),
    ({"server_name": "a b"}, "SIMPLE-ERROR", "not the name of a host"),
    ({"server_name": "."}, "SIMPLE-ERROR", "not the name of a host"),
    ({"server_name": ""}, "SIMPLE-ERROR", "not the name of a host"),
    ({"context": 5}, "TYPE-ERROR", "`SSL-CONTEXT'")], ids=str)
def test_arguments_that_mean_nothing(options: dict[str, Any], kind: str, text: str) -> None:
    with pytest.raises(UnhandledCondition) as caught:
        Pair(False, peer_context(), **options)
    problem = caught.value.condition
    assert type(problem).__name__ == kind and PASSWORD not in str(problem)
    with bind(cl("*PACKAGE*"), EXCL):
        assert text in str(problem)


@pytest.mark.parametrize(("ciphers", "accepted"), [
    ("ECDHE-RSA-AES128-GCM-SHA256", True), ("ECDHE-RSA-CHACHA20-POLY1305", True), ("ECDHE-RSA-AES256-SHA384", False),
    ("AES256-GCM-SHA384", False), ("AES128-SHA256", False), ("AES256-SHA", False), ("ECDHE-RSA-AES256-SHA", False)])
def test_default_ciphers_keep_secrets(ciphers: str, accepted: bool, files: Any) -> None:
    """No key exchange by RSA or DHE, no CBC, no SHA-1, unless :ciphers asks for it."""
    pem = files.write("rsa.pem", Authority.new("rsa root", "rsa").issue(["localhost"], "rsa").pem())
    for options in ({}, {"ciphers": "DEFAULT:@SECLEVEL=0"}):
        context = peer_context(version=SSL.TLS1_2_VERSION)
        context.set_cipher_list(f"{ciphers}:@SECLEVEL=0".encode())
        made = Pair(True, context, certificate=pem, **options)
        assert (made.outcome() is None) is (accepted or bool(options))
        made.close()
    made = Pair(False, peer_context())
    offered = [name for name in made.stream.engine.connection.get_cipher_list() if not name.startswith("TLS_")]
    assert len(offered) == 6 and all(name.startswith("ECDHE-") and "SHA1" not in name for name in offered)
    made.close()


def test_ciphersuites(files: Any) -> None:
    made = Pair(True, peer_context(), certificate=files.server,
                ciphersuites="TLS_AES_128_CCM_SHA256:TLS_CHACHA20_POLY1305_SHA256")
    made.shake()
    assert str(ssl_protocol(made.stream)[1]) == "TLS_CHACHA20_POLY1305_SHA256"  # the peer does not offer CCM
    made.close()


def test_warning_about_names(files: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once, and only if the system's authorities are believed and nobody looks at the name."""
    def told(**options: Any) -> bool:
        monkeypatch.setattr(operators, "_warned", False)
        context = peer_context(files.server)
        for _ in range(2):
            Pair(False, context, **options).close()
        return sum("see :verify-host" in text for text in warned) == 1

    warned: list[str] = []
    monkeypatch.setattr(conditions, "warn", lambda kind, text: warned.append(text))
    for options in ({"ca_file": files.ca}, {"verify": None}, {"verify_host": "x.example"},
                    {"ca_directory": files.folder}):
        assert not told(**options) and not warned
    assert told()


def test_server_cipher_order(files: Any) -> None:
    """The server's order wins unless told otherwise."""
    ours = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384"
    for options, expected in (({}, 128), ({"prefer_server_cipher_order": None}, 256)):
        context = peer_context(version=SSL.TLS1_2_VERSION)
        context.set_cipher_list(b"ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256")
        made = Pair(True, context, certificate=files.server, ciphers=ours, **options)
        made.shake()
        assert f"AES{expected}" in str(ssl_protocol(made.stream)[1])
        made.close()


def test_certificate_directory(files: Any, tmp_path: Path) -> None:
    from OpenSSL import crypto

    root = crypto.load_certificate(crypto.FILETYPE_PEM, files.ca.read_bytes())
    (tmp_path / f"{root.subject_name_hash():08x}.0").write_bytes(files.ca.read_bytes())
    (tmp_path / "empty").mkdir()
    for folder, outcome in ((tmp_path, None), (tmp_path / "empty", "CERTIFICATE-VERIFY-FAILED")):
        made = Pair(False, peer_context(files.server), ca_directory=folder)
        assert made.outcome() == outcome
        made.close()


def test_revocation_file_without_check_warns(files: Any) -> None:
    lists = files.write("unused-crl.pem", files.authority.revocation_list([]))
    text, = lisp(f"""(with-output-to-string (*error-output*)
                       (socket:make-ssl-client-context :ca-file "{files.ca}" :crl-file "{lists}"))""")
    assert ":crl-check is nil" in str(text)
    empty = files.write("no-crl.pem", b"")
    problem = condition(make_ssl_client_context, **arguments({"crl_file": empty, "crl_check": T}))
    assert "no certificate revocation list" in str(problem)


def test_changed_files_are_read_again(files: Any, tmp_path: Path) -> None:
    """Streams made without a context see a new certificate at once."""
    path = tmp_path / "server.pem"
    for name in ("first", "second"):
        path.write_bytes(files.authority.issue([name]).pem())
        os.utime(path, ns=(1, 1) if name == "first" else (2, 2))
        made = Pair(True, peer_context(), certificate=path)
        made.shake()
        assert made.peer.get_peer_certificate(as_cryptography=True).subject.rfc4514_string() == f"CN={name}"
        made.close()


# Certificates

def test_certificate_of_the_peer(files: Any) -> None:
    made = Pair(False, peer_context(files.server), ca_file=files.ca)
    made.shake()
    certificate = get_ssl_peer_certificate(made.stream)
    assert certificate is get_ssl_peer_certificate(made.stream)
    assert "CN=localhost" in prin1_to_string(certificate)
    pairs = [(str(p.car), str(p.cdr)) for p in to_list(certificate.subject_alt_name)]
    assert pairs == [("DNS", "localhost"), ("IP Address", "127.0.0.1")]
    assert [(str(p.car), str(p.cdr)) for p in to_list(certificate.issuer)] == [("CN", "test root")]
    assert certificate.version is keyword("V3") and certificate.serial_number > 0
    assert certificate.not_after - certificate.not_before == 30 * 86400
    assert len(str(certificate.fingerprint)) == 64 and str(certificate.public_key) == "EC secp256r1"
    assert len(to_list(get_ssl_peer_certificate_chain(made.stream))) == 1
    made.close()


def test_client_certificate(files: Any) -> None:
    alice = files.client
    for verify, pem, expected in ((None, alice, None), ("optional", None, None), ("optional", alice, "Alice"),
                                  ("required", alice, "Alice")):
        made = Pair(True, peer_context(pem), certificate=files.server, ca_file=files.ca, verify=KEYWORDS[verify])
        made.shake()
        certificate = get_ssl_peer_certificate(made.stream)
        found = str(certificate.subject.car.cdr) if certificate is not None else None
        assert found == expected
        assert len(to_list(get_ssl_peer_certificate_chain(made.stream))) == (1 if expected else 0)
        made.close()
    made = Pair(True, peer_context(), certificate=files.server, ca_file=files.ca, verify=KEYWORDS["required"])
    assert made.outcome() == "PEER-DID-NOT-RETURN-A-CERTIFICATE"
    made.close()


def test_control_characters_are_not_printed(files: Any) -> None:
    nasty = Authority.new("nasty\r\n\x1b[31mroot", uses=("digital_signature", "key_cert_sign"))
    made = Pair(False, peer_context(files.write("nasty.pem", nasty.identity.pem())), verify=None)
    made.shake()
    printed = prin1_to_string(get_ssl_peer_certificate(made.stream))
    assert "nasty" in printed and printed.isprintable()
    made.close()


def test_server_sees_the_name(files: Any) -> None:
    made = Pair(True, peer_context(), certificate=files.server, server_name="localhost")
    made.peer.set_tlsext_host_name(b"www.good.example")
    made.shake()
    assert str(ssl_server_name(made.stream)) == "www.good.example"
    made.close()


def test_dot_at_the_end_of_a_name(files: Any) -> None:
    """It is not sent (RFC 6066), nor compared."""
    made = Pair(False, peer_context(files.server), ca_file=files.ca, server_name="localhost.", verify_host=T)
    assert made.outcome() is None and made.peer.get_servername() == b"localhost"
    made.close()


@pytest.mark.parametrize("version", [SSL.TLS1_2_VERSION, SSL.TLS1_3_VERSION], ids=["TLS1.2", "TLS1.3"])
def test_client_resumes_sessions_of_its_context(files: Any, version: int) -> None:
    """With the same context, server and name; not with another name, nor without a context."""
    server = peer_context(files.server, version=version)
    server.set_session_id(b"test")
    context = make_ssl_client_context(**arguments({"ca_file": files.ca}))
    same, other = {"context": context}, {"ca_file": files.ca}
    for name, options, reused in (("localhost", same, False), ("localhost", same, True), ("127.0.0.1", same, False),
                                  ("localhost", other, False)):
        made = Pair(False, server, verify_host=name, **options)
        made.shake()
        made.peer.send(b"x")
        made.peer_says()
        assert made.stream.read_char() == "x"
        assert ssl_session_reused_p(made.stream) is reused
        assert "localhost" in prin1_to_string(get_ssl_peer_certificate(made.stream))
        made.stream.close()
        made.wire.close()


def test_servers_change_the_keys_of_tickets(files: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """After twelve hours, that is; the context of clients stays, and so do their sessions."""
    server = make_ssl_server_context(certificate=string(str(files.server)))
    client = make_ssl_client_context(ca_file=string(str(files.ca)))
    before = [context.openssl_context(context.parameters) for context in (server, client)]
    assert [context.openssl_context(context.parameters) for context in (server, client)] == before
    monkeypatch.setattr(contexts, "monotonic", lambda: monotonic() + contexts.LIFETIME + 60)
    after = [context.openssl_context(context.parameters) for context in (server, client)]
    assert after[0] is not before[0] and after[1] is before[1]


def test_sessions_are_not_hoarded() -> None:
    """Of many servers those of the last 32 are kept, each for one more connection."""
    context = make_ssl_client_context()
    for number in range(40):
        context.keep_session(number, object())
    context.keep_session(20, "again")
    offered: list[Any] = []

    class Connection:
        set_session = offered.append

    for key in (20, 20, 3):
        context.resume(key, Connection)
    assert offered == ["again"] and list(context.sessions) == [n for n in range(8, 40) if n != 20]


# Secrets

def test_passwords_and_keys_are_never_shown(files: Any) -> None:
    """Not in a printed form, a condition, a trace; wrong ones and missing ones included."""
    identity = files.authority.issue(["localhost"])
    pem = files.write("encrypted.pem", identity.pem(PASSWORD))
    shown = []
    context = make_ssl_server_context(**arguments({"certificate": pem, "certificate_password": PASSWORD}))
    shown.append(prin1_to_string(context))
    for password in ("wrong" + PASSWORD, None, 42, Cons(string(PASSWORD), None)):
        keys = {"certificate": pem, "certificate_password": password}
        problem = condition(make_ssl_server_context, **arguments(keys))
        shown.append(f"{problem} {problem!r} {vars(problem)}")
    made = Pair(True, peer_context(), certificate=pem, certificate_password=PASSWORD)
    made.shake()
    shown.append(prin1_to_string(made.stream))
    made.close()
    trace, = lisp(f"""(with-output-to-string (*trace-output*)
               (trace socket:make-ssl-server-context)
               (socket:make-ssl-server-context :certificate "{pem}" :certificate-password "{PASSWORD}")
               (ignore-errors
                 (socket:make-ssl-server-context :certificate "{pem}" :certificate-password "no{PASSWORD}"))
               (untrace))""")
    shown.append(str(trace))
    assert "encrypted.pem" in shown[-1] and "certificate-password" in shown[-1].lower()
    text = " ".join(shown)
    assert PASSWORD not in text and "PRIVATE KEY" not in text and "42" not in shown[3]


def test_passwords_in_lists_are_not_shown(tmp_path: Path) -> None:
    """Nor in a list that is an argument, the value of a variable, or the form that was typed, under no limits."""
    script = f"""
      (setf tpl:*zoom-print-length* nil tpl:*zoom-print-level* nil)
      (defun outer (&key certificate certificate-password)
        (inner (list :certificate certificate :certificate-password certificate-password)))
      (defun inner (keys) (list (apply #'socket:make-ssl-server-context keys)))
      (trace outer inner)
      (outer :certificate "{tmp_path}/none.pem" :certificate-password "{PASSWORD}")
      :zoom :verbose t
      :dn
      :args
      :args 0
      :current
      :dn
      :local
      :local certificate-password
      :pop
      (exit)"""
    done = subprocess.run([sys.executable, "-m", "acl", "-qq"], input=script, capture_output=True, text=True,
                          timeout=60, env=dict(os.environ, PYTHONPATH=os.getcwd()))
    assert done.stdout.count("none.pem") > 10 and done.stdout.count('"********"') > 10
    assert "CERTIFICATE-PASSWORD = " in done.stdout and PASSWORD not in done.stdout + done.stderr


def test_what_has_no_secret_is_shown_itself() -> None:
    """A list that is copied keeps its form, circles and shared parts included; what follows at the end is nothing."""
    from acl.printer.secrets import HIDDEN, without_secrets

    password = keyword("PASSWORD")
    for plain in (5, None, from_iterable([1, password]), from_iterable([password, None]), Cons(password, 5)):
        assert without_secrets(plain) is plain
    shared = from_iterable([1, 2])
    circle = from_iterable([shared, password, string(PASSWORD), shared])
    circle.cdr.cdr.cdr.cdr = circle
    copy = without_secrets(circle)
    assert copy.cdr.cdr.car is HIDDEN and copy.cdr.cdr.cdr.cdr is copy and copy.car is copy.cdr.cdr.cdr.car
    assert to_list(copy.car) == [1, 2] and str(circle.cdr.cdr.car) == PASSWORD
    large = from_iterable(range(100_000))
    assert without_secrets(from_iterable([large, password, string(PASSWORD)])).cdr.cdr.car is HIDDEN


def test_describe_tells_no_secret(files: Any) -> None:
    """What `describe` tells of a certificate and of contexts."""
    lists = files.write("crl.pem", files.authority.revocation_list([]))
    text, = lisp(f"""(with-output-to-string (s)
        (describe (socket:make-ssl-server-context :certificate "{files.server}" :certificate-password "{PASSWORD}"
                                                  :verify :required :ca-file "{files.ca}" :crl-check t
                                                  :crl-file "{lists}") s)
        (describe (socket:make-ssl-server-context :certificate "{files.server}") s)
        (describe (socket:make-ssl-client-context) s))""")
    for line in ("certificate is that of CN=localhost", "demands a certificate of clients", "does not verify",
                 "in 1 list", f"authorities of {files.ca}", "authorities of the system",
                 "verifies the certificates of servers", "protocols are TLSV1.2, TLSV1.3"):
        assert line in str(text)
    assert PASSWORD not in str(text)
    certificate = from_cryptography(Authority.new("x\ny").issue(["localhost", *["other.example"] * 1000]).certificate)
    told = list(certificate.facts())
    assert len(told) == 7 and all(line.isprintable() and len(line) < 350 for line in told)
    assert told[0] == "Its owner is CN=localhost" and "DNS localhost, DNS other.example" in told[1]
    assert next(from_cryptography(files.authority.identity.certificate).facts()) == "Its owner is CN=test root"


def test_describe_of_a_stream(files: Any) -> None:
    """Protocol, cipher and what is known of the peer."""
    def told(made: Pair) -> str:
        describe, = lisp("(lambda (x) (with-output-to-string (s) (describe x s)))")
        return str(describe(made.stream))

    for options, outcome, lines in (
            ({"ca_file": files.ca}, None, ("It speaks TLSv1.3, with TLS_AES_", "is that of CN=localhost; it verifies",
                                           "Nobody has compared the name in it: see :verify-host")),
            ({"ca_file": files.ca, "verify_host": "localhost"}, None, ("CN=localhost; it verifies",)),
            ({"verify": None}, None, ("CN=localhost; it does not verify: unable to get local issuer certificate",)),
            ({"verify_host": "x.example"}, "CERTIFICATE-VERIFY-FAILED", ("handshake has failed", "does not verify"))):
        made = Pair(False, peer_context(files.server), **options)
        assert "Its handshake has not been done" in told(made)
        assert made.outcome() == outcome
        assert all(line in told(made) for line in lines)
        assert ("Nobody" in told(made)) is ("verify_host" not in options)
        made.close()
    made = Pair(True, peer_context(), certificate=files.server)
    made.shake()
    assert "Its peer has sent no certificate" in told(made)
    made.close()


def test_pictures_show_no_octets(files: Any) -> None:
    """What is recorded for `:sequence` of a connection over SSL: nothing that was said."""
    from acl.socket import recording

    recording.clear()
    recording.start()
    try:
        made = Pair(True, peer_context(), certificate=files.server)
        made.shake()
        made.stream.handshake()
        made.peer.send(b"my secret\n")
        made.peer_says()
        assert made.stream.read_line() == ("my secret", False)
        made.stream.write_str("well kept\n")
        made.stream.close()
    finally:
        recording.stop()
    told = " ".join(f"{event.kind} {event.text}" for event in recording.events())
    recording.clear()
    made.close()
    assert "tls handshake" in told and "secret" not in told and "kept" not in told


def test_history_keeps_no_passwords(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file of the inputs at a terminal has no call with a password; the running Lisp remembers it."""
    from prompt_toolkit.history import FileHistory

    from acl.toplevel.terminal_parts import history_file, input_history

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    history = input_history()
    assert isinstance(history, FileHistory)
    for text in ("(list 1)", f'(socket:make-ssl-server-context :Certificate-Password "{PASSWORD}")'):
        history.append_string(text)
    assert len(history.get_strings()) == 2
    name = history_file()
    assert name is not None and "(list 1)" in Path(name).read_text() and PASSWORD not in Path(name).read_text()


def test_backtrace_of_a_script_shows_no_password(files: Any, tmp_path: Path) -> None:
    script = tmp_path / "script.cl"
    script.write_text(f'(socket:make-ssl-server-context :certificate "/none.pem" :certificate-password "{PASSWORD}")\n')
    done = subprocess.run([sys.executable, "-m", "acl", str(script)], capture_output=True, text=True, timeout=60,
                          env=dict(os.environ, PYTHONPATH=os.getcwd()))
    assert done.returncode == 1 and "none.pem" in done.stderr and "Traceback" not in done.stderr
    assert PASSWORD not in done.stderr + done.stdout


def test_nothing_is_deprecated(files: Any) -> None:
    """What pyOpenSSL means to drop is not used."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = Pair(True, peer_context(files.client), certificate=files.server, ca_file=files.ca,
                    verify=KEYWORDS["required"])
        made.shake()
        get_ssl_peer_certificate_chain(made.stream)
        made.stream.close()
        made.close()
