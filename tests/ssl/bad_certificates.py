"""Certificates with one thing wrong each, and what OpenSSL says about it.

`CASES` maps a name to a function of a `Maker`; it returns the identity that the peer presents and the options of the
Lisp side.  The codes are those of OpenSSL's manual (X509_STORE_CTX_get_error).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID
from OpenSSL import crypto

from acl.testing.authority import Authority, Identity, new_key
from acl.types.symbol import T, keyword

NOW = datetime.now(UTC)
PAST = {"begin": NOW - timedelta(days=20), "end": NOW - timedelta(days=1)}
FUTURE = {"begin": NOW + timedelta(days=1), "end": NOW + timedelta(days=20)}
ALL = keyword("ALL")
NAME = "good.example"
UNKNOWN = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.55555.1"), b"\5\0")


class Maker:
    """Makes the identities of one role: `purpose` is "server" or "client"."""

    def __init__(self, purpose: str, folder: Path) -> None:
        self.purpose = purpose
        self.other = "client" if purpose == "server" else "server"
        self.folder = folder
        self.root = Authority.new("root")
        self.ca = self.file("ca.pem", self.root.identity.certificates())
        self.numbers = 0

    def file(self, name: str, octets: bytes) -> Path:
        path = self.folder / f"{self.purpose}-{name}"
        path.write_bytes(octets)
        return path

    def leaf(self, authority: Authority | None = None, names: Any = (NAME,), kind: str = "ecdsa",
             **options: Any) -> Identity:
        """Issue a certificate that is good but for *options*."""
        return (authority or self.root).issue(names, kind, **{"purposes": (self.purpose,), **options})

    def revocations(self, *lists: bytes) -> dict[str, Any]:
        """Return the options for looking at revocation lists."""
        self.numbers += 1
        if not lists:
            return {"crl_check": T}
        return {"crl_check": T, "crl_file": self.file(f"crl{self.numbers}.pem", b"".join(lists))}


Result = tuple[Identity, dict[str, Any]]
CASES: dict[str, tuple[int, Callable[[Maker], Result], bool]] = {}
"""Name to code, function, and whether it makes sense for clients' certificates too."""


def case(code: int, both: bool = True) -> Callable[[Callable[[Maker], Result]], Callable[[Maker], Result]]:
    """Enter a function into `CASES`."""
    def enter(function: Callable[[Maker], Result]) -> Callable[[Maker], Result]:
        CASES[function.__name__] = code, function, both
        return function

    return enter


def simple(name: str, code: int, **options: Any) -> None:
    """Enter the case of a leaf with wrong *options*."""
    CASES[name] = code, lambda m: (m.leaf(**options), {}), True


def host(name: str, code: int, expected: str, **options: Any) -> None:
    """Enter the case of a leaf that is not for the host that is *expected*."""
    CASES[name] = code, lambda m: (m.leaf(**options), {"verify_host": expected}), False


def under(name: str, code: int, leaf: dict[str, Any] | None = None, **options: Any) -> None:
    """Enter the case of a good leaf below an intermediate authority with wrong *options*."""
    CASES[name] = code, lambda m: (m.leaf(m.root.authority("intermediate", **options), **(leaf or {})), {}), True


simple("good", 0)
simple("good_rsa", 0, kind="rsa")
simple("good_ed25519", 0, kind="ed25519")
under("good_below_an_intermediate", 0)
simple("expired", 10, **PAST)
simple("not_yet_valid", 9, **FUTURE)
under("expired_intermediate", 10, **PAST)
under("intermediate_not_yet_valid", 9, **FUTURE)
simple("purpose_email", 26, purposes=("email",))
simple("purpose_code", 26, purposes=("code",))
simple("signs_only_certificates", 26, uses=("key_cert_sign",))
simple("unknown_critical_extension", 34, extensions=((UNKNOWN, True),))
simple("unknown_extension_that_may_be_ignored", 0, extensions=((UNKNOWN, False),))
under("unknown_critical_extension_of_the_intermediate", 34, extensions=((UNKNOWN, True),))
simple("weak_rsa_key", 66, key=new_key("rsa", 1024))
under("weak_key_of_the_intermediate", 67, key=new_key("rsa", 1024))
under("weak_curve_of_the_intermediate", 67, key=ec.generate_private_key(ec.SECP192R1()))
under("intermediate_may_not_sign", 79, uses=("crl_sign",))
under("intermediate_for_email_only", 26,
      extensions=((x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), False),))
under("signature_of_the_intermediate_is_wrong", 7, signing_key=new_key())
under("address_excluded", 48, {"names": ["127.0.0.1"]},
      extensions=((x509.NameConstraints(None, [x509.IPAddress(ip_network("127.0.0.0/8"))]), True),))
under("name_not_permitted", 47, permitted=("other.example",))
under("name_excluded", 48, excluded=("good.example",))
under("name_permitted", 0, permitted=("good.example",))
host("right_host", 0, NAME)
host("right_host_by_wildcard", 0, "www.good.example", names=["*.good.example"])
host("right_address", 0, "127.0.0.1", names=["127.0.0.1"])
host("wrong_host", 62, "evil.example")
host("wrong_address", 64, "127.0.0.1", names=["127.0.0.2"])
host("no_alternative_names", 62, "evil.example", alternative=False)
host("common_name_does_not_count_beside_others", 62, "bank.example", names=["bank.example"], alternative=False,
     extensions=((x509.SubjectAlternativeName([x509.DNSName(NAME)]), False),))
host("common_name_alone_does_not_count", 62, NAME, alternative=False)
host("wildcard_of_two_levels", 62, "a.b.good.example", names=["*.good.example"])
host("wildcard_for_the_domain_itself", 62, NAME, names=["*.good.example"])
host("partial_wildcard", 62, "www.good.example", names=["w*.good.example"])
host("wildcard_of_a_top_level_domain", 62, NAME, names=["*.example"])
host("address_as_a_name", 64, "127.0.0.1", alternative=False,
     extensions=((x509.SubjectAlternativeName([x509.DNSName("127.0.0.1")]), False),))
host("null_octet_in_the_name", 62, NAME, names=[NAME + "\0.evil.example"])


def signed_with_sha1(identity: Identity, by: Authority) -> Identity:
    """Return *identity* with a signature that cryptography refuses to make."""
    certificate = crypto.X509.from_cryptography(identity.certificate)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        certificate.sign(crypto.PKey.from_cryptography_key(by.identity.key), "sha1")
    return identity._replace(certificate=certificate.to_cryptography())


@case(68)
def weak_digest(m: Maker) -> Result:
    return signed_with_sha1(m.leaf(), m.root), {}


@case(68)
def weak_digest_of_the_intermediate(m: Maker) -> Result:
    between = m.root.authority("intermediate")
    return m.leaf(Authority(signed_with_sha1(between.identity, m.root), False)), {}


@case(18)
def self_signed(m: Maker) -> Result:
    return Authority.new(NAME, uses=("digital_signature", "key_cert_sign")).identity, {}


@case(19)
def self_signed_in_the_chain(m: Maker) -> Result:
    stranger = Authority.new("stranger")
    return m.leaf(stranger)._replace(chain=(stranger.identity.certificate,)), {}


@case(20)
def untrusted_root(m: Maker) -> Result:
    return m.leaf(Authority.new("stranger")), {}


@case(20)
def incomplete_chain(m: Maker) -> Result:
    return m.leaf(m.root.authority("intermediate"))._replace(chain=()), {}


@case(0)
def chain_in_the_wrong_order(m: Maker) -> Result:
    """TLS 1.3 allows it."""
    identity = m.leaf(m.root.authority("first").authority("second"))
    return identity._replace(chain=identity.chain[::-1]), {}


@case(10)
def expired_root(m: Maker) -> Result:
    root = Authority.new("old root", **PAST)
    return m.leaf(root), {"ca_file": m.file("old-root.pem", root.identity.certificates())}


@case(26)
def purpose_of_the_other_role(m: Maker) -> Result:
    return m.leaf(purposes=(m.other,)), {}


@case(79)
def signed_by_somebody_who_is_no_authority(m: Maker) -> Result:
    return m.leaf(Authority(m.leaf(uses=None), False)), {}


@case(2)
def trusted_intermediate_without_its_root(m: Maker) -> Result:
    between = m.root.authority("intermediate").authority("trusted")
    return m.leaf(between)._replace(chain=()), {"ca_file": m.file("between.pem", between.identity.certificates())}


@case(25)
def path_too_long(m: Maker) -> Result:
    return m.leaf(m.root.authority("first", path_length=0).authority("second")), {}


@case(22)
def chain_longer_than_max_depth(m: Maker) -> Result:
    return m.leaf(m.root.authority("first").authority("second")), {"max_depth": 1}


@case(7)
def wrong_signature(m: Maker) -> Result:
    """Signed with another key than the issuer's, who is named."""
    return m.leaf(signing_key=new_key()), {}


@case(20)
def issuer_of_the_same_name(m: Maker) -> Result:
    """The issuer's name is the root's, its key is not."""
    return m.leaf(Authority.new("root")), {}


@case(20)
def issuer_unknown(m: Maker) -> Result:
    return m.leaf(issuer_name="nobody"), {}


@case(23)
def revoked(m: Maker) -> Result:
    leaf = m.leaf()
    return leaf, m.revocations(m.root.revocation_list([leaf.certificate]))


@case(0)
def not_revoked(m: Maker) -> Result:
    return m.leaf(), m.revocations(m.root.revocation_list([1, 2, 3]))


@case(0)
def empty_list(m: Maker) -> Result:
    return m.leaf(), m.revocations(m.root.revocation_list([]))


@case(3)
def no_list(m: Maker) -> Result:
    return m.leaf(), m.revocations()


@case(3)
def list_of_another_issuer(m: Maker) -> Result:
    return m.leaf(), m.revocations(Authority.new("stranger").revocation_list([]))


@case(12)
def expired_list(m: Maker) -> Result:
    return m.leaf(), m.revocations(m.root.revocation_list([], days=1, begin=NOW - timedelta(days=3)))


@case(11)
def list_not_yet_valid(m: Maker) -> Result:
    return m.leaf(), m.revocations(m.root.revocation_list([], begin=NOW + timedelta(days=3)))


@case(8)
def forged_list(m: Maker) -> Result:
    return m.leaf(), m.revocations(m.root.revocation_list([], signing_key=new_key()))


@case(23)
def revoked_intermediate(m: Maker) -> Result:
    between = m.root.authority("intermediate")
    lists = m.revocations(m.root.revocation_list([between.identity.certificate]), between.revocation_list([]))
    return m.leaf(between), {**lists, "crl_check": ALL}


@case(0)
def revoked_intermediate_that_nobody_looks_for(m: Maker) -> Result:
    between = m.root.authority("intermediate")
    return m.leaf(between), m.revocations(m.root.revocation_list([between.identity.certificate]),
                                          between.revocation_list([]))


@case(3)
def no_list_for_the_intermediate(m: Maker) -> Result:
    between = m.root.authority("intermediate")
    return m.leaf(between), {**m.revocations(between.revocation_list([])), "crl_check": ALL}


@case(12)
def expired_list_for_the_intermediate(m: Maker) -> Result:
    between = m.root.authority("intermediate")
    old = m.root.revocation_list([], days=1, begin=NOW - timedelta(days=3))
    lists = m.revocations(old, between.revocation_list([]))
    return m.leaf(between), {**lists, "crl_check": ALL}


@case(35)
def list_of_somebody_who_may_not_sign_lists(m: Maker) -> Result:
    between = m.root.authority("intermediate", uses=("key_cert_sign",))
    return m.leaf(between), m.revocations(between.revocation_list([]))


EXPLAINED = {
    2: "CN=intermediate is signed by CN=root, and neither", 3: "no list of revoked certificates of CN=",
    7: "not of that authority's key", 8: "signature of its list", 9: "is valid from 2", 10: "was valid until 2",
    11: "get a new one for :crl-file", 12: "get a new one for :crl-file", 18: "is signed by its owner",
    19: "leads to CN=stranger", 20: "and neither the trusted certificates nor", 22: "than :max-depth 1",
    23: "was taken back by CN=", 25: "may not sign authorities", 26: "is not for a ", 34: "unknown to OpenSSL",
    35: "may not sign such lists", 47: "may not sign for such a name", 48: "may not sign for such a name",
    62: "not for ", 64: "not for 127.0.0.1", 66: "CN=good.example: RSA 1024", 67: "CN=intermediate: ",
    68: "with-SHA1", 79: "may not sign certificates"}
"""What the report says besides, by code."""
