"""The lists of services and protocols of the system, whatever this machine's contain."""

from __future__ import annotations

from pathlib import Path

import pytest

import acl
from acl.builtins.excl import posix


def _fields(form: str) -> str:
    return str(acl.eval(f"(format nil \"~s\" {form})"))


def test_services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Services are found by name, alias and port, over the protocol that is asked for; comments are none."""
    (tmp_path / "services").write_text("# of this test\ndomain 53/tcp\ndomain 53/udp  # dns\nhttp\t80/tcp www web\n")
    monkeypatch.setattr(posix, "SERVICES", str(tmp_path / "services"))
    everything = "(list (osi:servent-name e) (osi:servent-aliases e) (osi:servent-port e) (osi:servent-proto e))"
    for call, found in (('getservbyname "www"', '("http" ("www" "web") 80 "tcp")'),
                        ('getservbyname "domain" "udp"', '("domain" NIL 53 "udp")'),
                        ('getservbyport 53', '("domain" NIL 53 "tcp")'), ('getservbyport 80 "udp"', "NIL"),
                        ('getservbyname "of"', "NIL")):
        assert _fields(f"(let ((e (osi:{call}))) (and e {everything}))") == found


def test_protocols(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Protocols are found by name, alias and number; without a list there are none."""
    (tmp_path / "protocols").write_text("ip\t0\tIP\ntcp\t6\tTCP\n")
    monkeypatch.setattr(posix, "PROTOCOLS", str(tmp_path / "protocols"))
    assert _fields('(osi:protoent-proto (osi:getprotobyname "TCP"))') == "6"
    assert _fields("(osi:protoent-name (osi:getprotobynumber 0))") == '"ip"'
    assert _fields("(osi:getprotobynumber 7)") == "NIL"
    monkeypatch.setattr(posix, "PROTOCOLS", str(tmp_path / "nothing"))
    assert _fields('(osi:getprotobyname "tcp")') == "NIL"
