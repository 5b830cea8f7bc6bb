"""What conditions tell people, beside OpenSSL's reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from OpenSSL import SSL

from acl.printer.writer import prin1_to_string
from acl.ssl.explanations import HINTS, Verification, hint
from acl.ssl.operators import get_ssl_peer_certificate
from acl.testing.authority import Authority
from acl.types.symbol import keyword

from .peers import KEYWORDS, Pair, peer_context
from .test_arguments import condition

ALERTS = {40: "alert handshake failure", 42: "alert bad certificate", 43: "alert unsupported certificate",
          44: "alert certificate revoked", 45: "alert certificate expired", 46: "alert certificate unknown",
          48: "alert unknown ca", 51: "alert decrypt error", 70: "alert protocol version", 112: "unrecognized name",
          116: "alert certificate required"}
"""Numbers of the alerts that have a hint."""


def said(server: bool, octets: bytes, files: Any) -> str:
    """Return the report of the condition that the handshake signals when the peer says only *octets*."""
    pair = Pair(server, peer_context(), **({"certificate": files.server} if server else {"verify": None}))
    pair.wire.sendall(octets)
    report = str(condition(pair.stream.handshake))
    pair.close()
    return report


@pytest.mark.parametrize(("number", "reason"), ALERTS.items(), ids=str)
def test_alerts_of_the_peer(number: int, reason: str, files: Any) -> None:
    assert f"{reason} ({hint(reason)})." in said(False, bytes([21, 3, 3, 0, 2, 2, number]), files)


@pytest.mark.parametrize(("server", "octets", "reason"), [
    (True, b"hello over there\n", "wrong version number"), (False, b"220 mail ready\r\n", "wrong version number"),
    (True, b"GET / HTTP/1.0\r\n\r\n", "http request"), (True, b"CONNECT x\r\n", "https proxy request")])
def test_peers_that_do_not_speak_ssl(server: bool, octets: bytes, reason: str, files: Any) -> None:
    """Older OpenSSL asks first how long the message would be."""
    report = said(server, octets, files)
    assert any(f"{each} ({hint(each)})." in report for each in (reason, "packet length too long"))


@pytest.mark.parametrize(("reason", "options"), [
    ("unsupported protocol", {"method": keyword("TLSV1.3")}),
    ("no shared cipher", {"ciphers": "ECDHE-ECDSA-AES256-GCM-SHA384"}),
    ("peer did not return a certificate", {"verify": KEYWORDS["required"]})])
def test_what_the_ends_do_not_agree_upon(reason: str, options: dict[str, Any], files: Any) -> None:
    context = peer_context(version=SSL.TLS1_2_VERSION)
    context.set_cipher_list(b"ECDHE-ECDSA-AES128-GCM-SHA256")
    pair = Pair(True, context, certificate=files.server, ca_file=files.ca, **options)
    assert pair.outcome() == reason.upper().replace(" ", "-") and f"({hint(reason)})." in pair.report
    pair.close()


def test_every_hint_is_tried() -> None:
    tried = {*ALERTS.values(), "wrong version number", "http request", "https proxy request", "packet length too long",
             "unsupported protocol", "no shared cipher", "peer did not return a certificate"}
    assert {end for end, _ in HINTS} == tried and hint("something else") == ""


def test_names_of_strangers(files: Any) -> None:
    """Control characters are escaped, endless names cut, and of many only some are told."""
    names = ["nasty\r\n\x1b[31mname", *(f"{i}.example" for i in range(1000))]
    long = Authority.new("long", extensions=())
    nasty = Authority.new(names[0]).issue(names[:1], alternative=False)
    many = long.issue(names[1:])
    for identity, count, text in ((nasty, 0, "nasty\\x0d\\x0a\\x1b"), (many, 996, "0.example, 1.example")):
        for name in ("bank.example", None):
            pem = files.write("nasty.pem", identity.pem())
            pair = Pair(False, peer_context(pem), ca_file=files.ca, **({"verify_host": name} if name else {}))
            assert pair.outcome() == "CERTIFICATE-VERIFY-FAILED"
            shown = Verification(62, [identity.certificate], "bank.example").explain()
            assert text in shown and (f"and {count} more" in shown) is bool(count)
            printed = prin1_to_string(get_ssl_peer_certificate(pair.stream))
            assert printed.startswith("#<x509-certificate CN=")
            for each in (pair.report, shown, printed):
                assert each.isprintable() and len(each) < 1000
            pair.close()


def test_what_cannot_be_explained(files: Any, tmp_path: Path) -> None:
    """No chain, a list that is not there, a code without a text of its own."""
    leaf = files.authority.issue(["localhost"]).certificate
    assert Verification(10, []).explain() == ""
    assert Verification(12, [leaf]).explain() == ""
    for code in (23, 50):
        assert Verification(code, [leaf]).explain() == "The certificate of CN=localhost is signed by CN=test root."
