"""`x509-certificate`: what Lisp sees of a certificate.

What a certificate says of itself is data from a stranger: the printed form shows no control characters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from acl.builtins.declare import builtin
from acl.clos.base import StandardObject
from acl.types.array import string
from acl.types.base import UNIX_EPOCH, wrong_type
from acl.types.cons import Cons, from_iterable
from acl.types.symbol import ACL_SOCKET, keyword

_MOST = 300
"""How many characters of a stranger's name are printed."""

_SHORT = {"2.5.4.3": "CN", "2.5.4.4": "SN", "2.5.4.5": "serialNumber", "2.5.4.6": "C", "2.5.4.7": "L", "2.5.4.8": "ST",
          "2.5.4.9": "street", "2.5.4.10": "O", "2.5.4.11": "OU", "2.5.4.12": "title", "2.5.4.17": "postalCode",
          "2.5.4.42": "GN", "1.2.840.113549.1.9.1": "emailAddress", "0.9.2342.19200300.100.1.1": "UID",
          "0.9.2342.19200300.100.1.25": "DC"}
"""OpenSSL's short names of the parts of a name; others are shown by their numbers."""


class X509Certificate(StandardObject, lisp="X509-CERTIFICATE", package=ACL_SOCKET):
    """A certificate; its attributes are Lisp objects, `text` is how it is printed."""

    version: Any = None
    serial_number: Any = None
    issuer: Any = None
    subject: Any = None
    subject_alt_name: Any = None
    not_before: Any = None
    not_after: Any = None
    signature_algorithm: Any = None
    public_key: Any = None
    fingerprint: Any = None
    text = ""
    said: tuple[str, ...] = ()

    def describe(self) -> str:
        """What is printed between `#<` and ` @ #x...>`."""
        return f"x509-certificate {self.text}".rstrip()

    def facts(self) -> Iterator[str]:
        """What the function `describe` tells: what the certificate says, whatever Lisp has stored since."""
        yield from self.said


def peer_certificate(connection: Any) -> Any:
    """Return the peer's own certificate, of `cryptography`, from a connection of pyOpenSSL; None if it has none.

    If it did not verify, only the chain that OpenSSL has tried to build still has it.
    """
    own = connection.get_peer_certificate(as_cryptography=True)
    return own or next(iter(connection.get_verified_chain(as_cryptography=True) or ()), None)


def from_cryptography(certificate: Any) -> X509Certificate:
    """Return the Lisp object for a certificate of `cryptography`; ValueError if it is malformed."""
    from cryptography.hazmat.primitives.hashes import SHA256

    result = X509Certificate()
    result.version = keyword(f"V{certificate.version.value + 1}")
    result.serial_number = certificate.serial_number
    result.issuer, result.subject = _name(certificate.issuer), _name(certificate.subject)
    result.subject_alt_name = from_iterable([_pair(*name) for name in certificate_names(certificate)])
    result.not_before = _universal(certificate.not_valid_before_utc)
    result.not_after = _universal(certificate.not_valid_after_utc)
    result.signature_algorithm = string(certificate.signature_algorithm_oid._name)
    result.public_key = string(key_text(certificate))
    result.fingerprint = string(certificate.fingerprint(SHA256()).hex())
    result.text = name_text(certificate.subject) if certificate.subject else f"number {certificate.serial_number:x}"
    result.said = tuple(_said(certificate))
    return result


def _said(certificate: Any) -> Iterator[str]:
    yield f"Its owner is {name_text(certificate.subject)}"
    names = ", ".join(f"{kind} {text}" for kind, text in certificate_names(certificate))
    if names:
        yield f"Its other names are {printable(names)}"
    yield f"It is signed by {name_text(certificate.issuer)}, with {certificate.signature_algorithm_oid._name}"
    yield f"It is valid from {time_text(certificate.not_valid_before_utc)}"
    yield f"           until {time_text(certificate.not_valid_after_utc)}"
    yield f"Its public key is {key_text(certificate)}"
    yield f"Its serial number is {certificate.serial_number:x} (hexadecimal)"


def time_text(time: Any) -> str:
    """Return a time as it is printed."""
    return time.strftime("%Y-%m-%d %H:%M:%S UTC")  # type: ignore[no-any-return]


def _name(name: Any) -> Any:
    """Return a list of (type . value)."""
    return from_iterable([_pair(_SHORT.get(a.oid.dotted_string, a.oid.dotted_string), a.value) for a in name])


def _pair(kind: str, value: Any) -> Cons:
    return Cons(string(kind), string(value if isinstance(value, str) else value.hex()))


def certificate_names(certificate: Any) -> list[tuple[str, str]]:
    """Return the alternative names of a certificate of `cryptography`, kind and text of each."""
    from cryptography import x509

    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    kinds: dict[Any, tuple[str, Callable[[Any], str]]] = {
        x509.DNSName: ("DNS", str), x509.IPAddress: ("IP Address", str), x509.RFC822Name: ("email", str),
        x509.UniformResourceIdentifier: ("URI", str), x509.DirectoryName: ("DirName", lambda n: n.rfc4514_string()),
        x509.RegisteredID: ("Registered ID", lambda oid: oid.dotted_string)}
    pairs = []
    for each in names:
        kind, text = kinds.get(type(each), ("othername", lambda value: value.hex()))
        pairs.append((kind, text(each.value)))
    return pairs


def _universal(time: Any) -> int:
    return int(time.timestamp()) + UNIX_EPOCH


def key_text(certificate: Any) -> str:
    """Return kind and size of the public key: `RSA 2048`, `EC secp256r1`, `Ed25519`."""
    try:
        key = certificate.public_key()
    except Exception:  # of a kind that cryptography does not know
        return str(certificate.public_key_algorithm_oid.dotted_string)
    kind = type(key).__name__.removesuffix("PublicKey").lstrip("_")
    curve = getattr(key, "curve", None)
    if curve is not None:
        return f"EC {curve.name}"
    size = getattr(key, "key_size", None)
    return f"{kind} {size}" if size is not None else kind


def name_text(name: Any) -> str:
    """Return a name of `cryptography` as it is printed, `CN=localhost`."""
    return printable(name.rfc4514_string()) or "nobody"


def printable(text: str) -> str:
    """Return *text* with its control characters written as `\\xNN`, and no more of it than people read."""
    shown = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text[:_MOST])
    return shown if len(text) <= _MOST else f"{shown}..."


def _accessor(slot: str, what: str, standard: bool = True) -> None:
    attribute = slot.lower().replace("-", "_")

    def reader(certificate: Any) -> Any:
        return getattr(_the_certificate(certificate), attribute)

    reader.__doc__ = f"Return {what} of CERTIFICATE."
    builtin(f"X509-CERTIFICATE-{slot}", "certificate", package=ACL_SOCKET)(reader)
    if standard:
        def writer(new: Any, certificate: Any) -> Any:
            setattr(_the_certificate(certificate), attribute, new)
            return new

        writer.__doc__ = f"Store NEW as {what} of the Lisp object CERTIFICATE, which changes nothing else."
        builtin(f"X509-CERTIFICATE-{slot}", "new certificate", package=ACL_SOCKET, setf=True)(writer)


def _the_certificate(x: Any) -> X509Certificate:
    if not isinstance(x, X509Certificate):
        wrong_type(x, "ACL-SOCKET:X509-CERTIFICATE")
    return x


for _slot, _what in (
        ("VERSION", "the version, a keyword such as :V3,"), ("SERIAL-NUMBER", "the serial number, an integer,"),
        ("ISSUER", "the issuer's name, a list of pairs (TYPE . VALUE) of strings,"),
        ("SUBJECT", "the owner's name, a list of pairs (TYPE . VALUE) of strings,"),
        ("SUBJECT-ALT-NAME", "the owner's other names, a list of pairs (TYPE . VALUE) of strings, such as "
                             "(\"DNS\" . \"example.com\"),"),
        ("NOT-BEFORE", "the universal time from which on it is valid,"),
        ("NOT-AFTER", "the universal time up to which it is valid,")):
    _accessor(_slot, _what)
for _slot, _what in (
        ("SIGNATURE-ALGORITHM", "the name of the algorithm that the issuer signed with"),
        ("PUBLIC-KEY", "kind and size of the owner's public key, a string such as \"RSA 2048\","),
        ("FINGERPRINT", "the SHA-256 fingerprint, 64 hexadecimal digits,")):
    _accessor(_slot, _what, False)
