"""Bad certificates × verify × role: refused or accepted as documented, with OpenSSL's code and text."""

from __future__ import annotations

from typing import Any

import pytest

from acl.ssl.operators import get_ssl_peer_certificate, get_ssl_peer_certificate_chain, get_ssl_verify_result
from acl.types.function import call_values

from .bad_certificates import CASES, EXPLAINED, Maker
from .peers import KEYWORDS, Pair, peer_context


@pytest.fixture(scope="module", params=["server", "client"])
def maker(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Maker:
    """Makes certificates of servers for Lisp clients, or of clients for Lisp servers."""
    return Maker(request.param, tmp_path_factory.mktemp("bad"))


def test_there_are_enough() -> None:
    """For each role."""
    assert sum(code != 0 and both for code, _, both in CASES.values()) >= 40


@pytest.mark.parametrize("name", CASES)
def test_certificate(name: str, maker: Maker) -> None:
    """The peer presents it; with verification it is refused for the reason, without it is accepted."""
    code, function, both = CASES[name]
    lisp_is_server = maker.purpose == "client"
    if lisp_is_server and not both:
        pytest.skip("names of hosts are not looked for in certificates of clients")
    identity, options = function(maker)
    pem = maker.file("peer.pem", identity.pem())
    if lisp_is_server:
        options["certificate"] = maker.file("own.pem", maker.leaf(purposes=("server",)).pem())
    for verify in (None, "optional", "required"):
        extra = {"ca_file": maker.ca, **options}
        if verify is None:
            extra.pop("verify_host", None)
        pair = Pair(lisp_is_server, peer_context(pem), verify=KEYWORDS[verify], **extra)
        try:
            outcome = pair.outcome()
            found, text = call_values(get_ssl_verify_result, pair.stream)
            if verify is None:  # a server then asks for no certificate; a client looks at it all the same
                expected = 0 if lisp_is_server or "verify_host" in options else code
                assert (outcome, found) == (None, expected), (name, text.text())
            elif code == 0:
                assert (outcome, found, text.text()) == (None, 0, "ok"), name
            else:
                assert (outcome, found) == ("CERTIFICATE-VERIFY-FAILED", code), (name, verify, text.text())
                assert text.text() != "ok"
                assert get_ssl_peer_certificate(pair.stream).serial_number == identity.certificate.serial_number
                assert get_ssl_peer_certificate_chain(pair.stream).car.serial_number == \
                    identity.certificate.serial_number
                assert EXPLAINED[code] in pair.report and pair.report.endswith("."), pair.report
        finally:
            pair.close()
