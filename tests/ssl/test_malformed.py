"""Certificates that OpenSSL reads and cryptography does not, or not gladly: conditions, and nothing printed."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from OpenSSL import SSL, crypto

from acl.printer.writer import prin1_to_string
from acl.ssl import library
from acl.ssl.operators import get_ssl_peer_certificate, get_ssl_peer_certificate_chain

from .peers import KEYWORDS, Pair, peer_context
from .test_arguments import condition

VERSION = b"\xa0\x03\x02\x01\x02"  # where the number of the version is; that of the certificate follows


def patch(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda der: der.replace(old, new)


def negative(der: bytes) -> bytes:
    first = der.index(VERSION) + len(VERSION) + 2
    return der[:first] + bytes([der[first] | 0x80]) + der[first + 1:]


CHANGES: dict[str, tuple[Callable[[bytes], bytes], str, str]] = {
    "version": (patch(VERSION, VERSION[:-1] + b"\x05"), "5 is not a valid X509 version", "malformed"),
    "twice": (patch(b"\x06\x03\x55\x1d\x0f", b"\x06\x03\x55\x1d\x11"), "Duplicate", "signed by CN=test root"),
    "names": (patch(b"\x82\x09localhost", b"\x8f\x09localhost"), "parsing asn1", "signed by CN=test root"),
    "date": (patch(b"\x17\x0d2", b"\x17\x0dx"), "validity", "malformed"),
    "null": (patch(b"\x0c\x09localhost", b"\x0c\x09loc\0lhost"), "", "CN=loc\\00lhost"),
    "number": (negative, "", "CN=localhost")}
"""What is changed, what the condition says when the certificate is asked for, and when it is verified."""


def context(change: Callable[[bytes], bytes], files: Any) -> SSL.Context:
    """Return a context of a server that shows a certificate that is changed so."""
    identity = files.authority.issue(["localhost"])
    der = change(identity.certificate.public_bytes(Encoding.DER))
    made = peer_context()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made.use_certificate(crypto.load_certificate(crypto.FILETYPE_ASN1, der))
        made.use_privatekey(identity.key)
    return made


@pytest.mark.parametrize("name", CHANGES)
def test_malformed(name: str, files: Any) -> None:
    change, asked, verified = CHANGES[name]
    server = context(change, files)
    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("always")
        library.load()  # makes its filter again
        for verify in (None, "required"):
            pair = Pair(False, server, ca_file=files.ca, verify=KEYWORDS[verify])
            assert pair.outcome() == (None if verify is None else "CERTIFICATE-VERIFY-FAILED")
            assert verify is None or verified in pair.report, pair.report
            for function in (get_ssl_peer_certificate, get_ssl_peer_certificate_chain):
                if asked:
                    problem = condition(function, pair.stream)
                    assert problem.identifier.name == "MALFORMED-CERTIFICATE" and asked in str(problem)
                else:
                    assert prin1_to_string(function(pair.stream)).isprintable()
            pair.close()
    assert not shown
