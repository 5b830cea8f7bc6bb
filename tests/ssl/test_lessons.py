"""`acl cert` and what makes its certificates: files, modes, and errors that name what is wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from acl.testing.authority import Authority, folder_authority, issue_into
from acl.testing.cert import main

from .peers import Pair, peer_context


def test_folder_is_private(tmp_path: Path) -> None:
    """Keys are for the owner only, and the authority is used again."""
    for arguments in (["localhost"], ["--client", "Alice"], ["--revoke", str(tmp_path / "client.pem")]):
        assert main(["-d", str(tmp_path), *arguments]) == 0
    modes = {p.name: p.stat().st_mode & 0o777 for p in tmp_path.iterdir()}
    assert modes == {"ca.pem": 0o644, "ca-key.pem": 0o600, "server.pem": 0o600, "client.pem": 0o600, "crl.pem": 0o644}


@pytest.mark.parametrize(("change", "arguments", "told"), [
    (None, ["--revoke", "none.pem"], "none.pem: No such file"), (None, ["--revoke", __file__], "no certificate in PEM"),
    (None, ["-o", "none/x.pem", "x"], "none/x.pem: No such file"), (None, ["--days", "-1", "x"], "0 to 36500 days"),
    (None, ["--days", "1e9", "x"], "0 to 36500 days"), (None, ["--days", "nan", "x"], "0 to 36500 days"),
    (lambda f: (f / "ca-key.pem").unlink(), ["x"], "ca-key.pem is missing"),
    (lambda f: (f / "ca.pem").unlink(), ["x"], "ca.pem is missing"),
    (lambda f: (f / "ca-key.pem").write_bytes(Authority.new().identity.private_key()), ["x"],
     "is not that of the authority in"),
    (lambda f: (f / "ca-key.pem").write_text("?"), ["x"], "no private key in PEM format"),
    (lambda f: (f / "ca.pem").write_text("?"), ["x"], "no certificate in PEM format"),
    (lambda f: (f / "crl.pem").write_text("?"), ["--revoke", "server.pem"], "no list of revoked certificates"),
    (lambda f: (f / "ca.pem").write_bytes(Authority.new(days=0).identity.certificates()), ["x"],
     "has expired; delete")])
def test_what_goes_wrong(change: object, arguments: list[str], told: str, tmp_path: Path,
                         capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said in a line, and no file is changed or left behind."""
    monkeypatch.chdir(tmp_path)
    assert main(["localhost"]) == 0
    if callable(change):
        change(tmp_path)
    before = {name: (tmp_path / name).read_bytes() for name in os.listdir(tmp_path)}
    assert main(arguments) == 1
    error = capsys.readouterr().err
    assert told in error and error.startswith("acl cert: ") and error.count("\n") == 1
    assert {name: (tmp_path / name).read_bytes() for name in os.listdir(tmp_path)} == before


def test_certificate_that_has_expired(tmp_path: Path) -> None:
    """For a lesson: its end is past, and its report says since when."""
    name = issue_into(str(tmp_path), ["localhost"], days=0)
    pair = Pair(False, peer_context(Path(name)), ca_file=tmp_path / "ca.pem")
    assert pair.outcome() == "CERTIFICATE-VERIFY-FAILED"
    assert "The certificate of CN=localhost was valid until 2" in pair.report
    pair.close()


def test_clients_have_no_names_of_hosts(tmp_path: Path) -> None:
    from cryptography import x509

    made = x509.load_pem_x509_certificate(
        Path(issue_into(str(tmp_path), ["Zo\u00eb Doe"], client=True)).read_bytes())
    assert made.subject.rfc4514_string() == "CN=Zo\u00eb Doe"
    with pytest.raises(x509.ExtensionNotFound):
        made.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert folder_authority(str(tmp_path)).identity.certificate.subject == made.issuer
