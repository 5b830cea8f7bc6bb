"""Certificates for lessons and tests: a private authority that issues, and revokes.

    authority = Authority.new()
    server = authority.issue(["localhost", "127.0.0.1"])
    open("server.pem", "wb").write(server.pem())

Everything that a bad certificate may have wrong can be asked for; see `issue`.  Made with `cryptography`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from acl.bytecode import write_file

CA_DAYS = 365
DAYS = 30
MOST_DAYS = 36500
KEY_KINDS = ("ecdsa", "rsa", "ed25519")
_BEFORE = timedelta(minutes=5)
"""How far back certificates begin: clocks differ."""
_PURPOSES = {"server": ExtendedKeyUsageOID.SERVER_AUTH, "client": ExtendedKeyUsageOID.CLIENT_AUTH,
             "email": ExtendedKeyUsageOID.EMAIL_PROTECTION, "code": ExtendedKeyUsageOID.CODE_SIGNING}
_KEY_USES = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
             "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")


def new_key(kind: str = "ecdsa", size: int = 2048) -> Any:
    """Make a private key; *size* is the number of bits of an RSA key."""
    if kind == "rsa":
        return rsa.generate_private_key(65537, size)
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    return ec.generate_private_key(ec.SECP256R1())


class Identity(NamedTuple):
    """A certificate, its key, and the certificates between it and the authority that people trust."""

    certificate: x509.Certificate
    key: Any
    chain: tuple[x509.Certificate, ...] = ()

    def certificates(self) -> bytes:
        """Return certificate and chain in PEM format."""
        return b"".join(c.public_bytes(serialization.Encoding.PEM) for c in (self.certificate, *self.chain))

    def private_key(self, password: str | None = None) -> bytes:
        """Return the key in PEM format, encrypted if there is a *password*."""
        how: Any = serialization.NoEncryption()
        if password is not None:
            how = serialization.BestAvailableEncryption(password.encode())
        return self.key.private_bytes(  # type: ignore[no-any-return]
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, how)

    def pem(self, password: str | None = None) -> bytes:
        """Return all of it in PEM format, as `make-ssl-server-stream` takes it."""
        return self.certificates() + self.private_key(password)


class Authority:
    """One who signs certificates."""

    def __init__(self, identity: Identity, is_root: bool = True) -> None:
        self.identity = identity
        self.is_root = is_root

    @classmethod
    def new(cls, name: str = "acl lesson authority", kind: str = "ecdsa", **options: Any) -> Authority:
        """Make an authority that signs itself; options as for `issue`."""
        return cls(_make([name], new_key(kind), None, ca=True, **{"days": CA_DAYS, **options}))

    def authority(self, name: str, kind: str = "ecdsa", **options: Any) -> Authority:
        """Make an authority that this one vouches for; options as for `issue`."""
        return Authority(self.issue([name], kind, ca=True, **options), False)

    def issue(self, names: Sequence[str], kind: str = "ecdsa", *, key: Any = None, **options: Any) -> Identity:
        """Issue a certificate for *names*, hosts or addresses, the first of which is the owner's common name.

        Options: `days` it is valid; `begin`, `end` (datetime) instead; `purposes`, some of "server", "client", "email",
        "code" (None: no such extension); `ca`: it may sign others, `path_length` more authorities in a row; `uses`:
        names of key usages (None: no such extension); `alternative`: False for no alternative names; `permitted`,
        `excluded`: domains that an authority is constrained to; `extensions`: pairs of an extension and whether it is
        critical; `issuer_name`, `signing_key`: instead of the authority's own.
        """
        identity = _make(names, key or new_key(kind), self.identity, **options)
        return identity._replace(chain=() if self.is_root else (self.identity.certificate, *self.identity.chain))

    def revocation_list(self, revoked: Iterable[x509.Certificate | int], *, days: float = DAYS,
                        begin: datetime | None = None, signing_key: Any = None) -> bytes:
        """Return a list, in PEM format, of *revoked* certificates or their numbers, valid for *days*."""
        begin = begin or datetime.now(UTC) - _BEFORE
        builder = (x509.CertificateRevocationListBuilder().issuer_name(self.identity.certificate.subject)
                   .last_update(begin).next_update(begin + timedelta(days=days)))
        for each in revoked:
            number = each if isinstance(each, int) else each.serial_number
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder().serial_number(number).revocation_date(begin).build())
        key = signing_key or self.identity.key
        return builder.sign(key, _digest(key)).public_bytes(serialization.Encoding.PEM)


def _digest(key: Any) -> Any:
    return None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:64])])


def _alternative(names: Sequence[str]) -> x509.SubjectAlternativeName:
    result: list[x509.GeneralName] = []
    for name in names:
        try:
            result.append(x509.IPAddress(ip_address(name)))
        except ValueError:
            result.append(x509.DNSName(name.encode("idna").decode() if not name.isascii() else name))
    return x509.SubjectAlternativeName(result)


def _make(names: Sequence[str], key: Any, issuer: Identity | None, *, days: float = DAYS, begin: datetime | None = None,
          end: datetime | None = None, purposes: Sequence[str] | None = ("server",), ca: bool = False,
          path_length: int | None = None, uses: Sequence[str] | None = ("digital_signature",), alternative: bool = True,
          permitted: Sequence[str] = (), excluded: Sequence[str] = (),
          extensions: Sequence[tuple[x509.ExtensionType, bool]] = (), issuer_name: str | None = None,
          signing_key: Any = None) -> Identity:
    subject = _name(names[0])
    signer = signing_key or (issuer.key if issuer is not None else key)
    begin = begin or datetime.now(UTC) - _BEFORE
    builder = (x509.CertificateBuilder().subject_name(subject).public_key(key.public_key())
               .issuer_name(_name(issuer_name) if issuer_name else issuer.certificate.subject if issuer else subject)
               .serial_number(x509.random_serial_number())
               .not_valid_before(begin).not_valid_after(end or begin + timedelta(days=days))
               .add_extension(x509.BasicConstraints(ca, path_length), True)
               .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
               .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(
                   issuer.key.public_key() if issuer else key.public_key()), False))
    if ca and uses == ("digital_signature",):
        uses = ("key_cert_sign", "crl_sign")
    if uses is not None:
        builder = builder.add_extension(x509.KeyUsage(**{use: use in uses for use in _KEY_USES}), True)
    if not ca and purposes is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([_PURPOSES[p] for p in purposes]), False)
    if not ca and alternative:
        builder = builder.add_extension(_alternative(names), False)
    if permitted or excluded:
        builder = builder.add_extension(x509.NameConstraints([x509.DNSName(n) for n in permitted] or None,
                                                             [x509.DNSName(n) for n in excluded] or None), True)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return Identity(builder.sign(signer, _digest(signer)), key)


# A folder with an authority, for lessons

CA_FILE, CA_KEY_FILE, CRL_FILE = "ca.pem", "ca-key.pem", "crl.pem"


def folder_authority(folder: str, kind: str = "ecdsa") -> Authority:
    """Return the authority whose files are in *folder*; make it, with a key of that *kind*, if they are not there.

    ValueError if it cannot sign any more: one of the files is missing or broken, they do not belong together, or it
    has expired.
    """
    certificate, key = os.path.join(folder, CA_FILE), os.path.join(folder, CA_KEY_FILE)
    missing = [path for path in (certificate, key) if not os.path.exists(path)]
    if len(missing) == 1:
        raise ValueError(f"{missing[0]} is missing, without which the authority in {folder} cannot sign")
    if not missing:
        own = _load(certificate, x509.load_pem_x509_certificate, "certificate")
        if own.not_valid_after_utc < datetime.now(UTC):
            raise ValueError(f"the authority has expired; delete {certificate} and {key}, and a new one will be made")
        private = _load(key, lambda octets: serialization.load_pem_private_key(octets, None), "private key")
        if private.public_key() != own.public_key():
            raise ValueError(f"the key in {key} is not that of the authority in {certificate}")
        return Authority(Identity(own, private))
    authority = Authority.new(kind=kind)
    write_file(certificate, authority.identity.certificates())
    write_file(key, authority.identity.private_key(), mode=0o600)
    return authority


def _load(path: str, load: Callable[[bytes], Any], what: str) -> Any:
    with open(path, "rb") as file:
        octets = file.read()
    try:
        return load(octets)
    except (ValueError, TypeError):
        raise ValueError(f"there is no {what} in PEM format in {path}") from None


def issue_into(folder: str, names: Sequence[str], *, client: bool = False, file: str | None = None, days: float = DAYS,
               kind: str = "ecdsa") -> str:
    """Write a certificate for *names* with its key into *folder*, and return the name of the file.

    One that is valid for 0 *days* has expired five minutes ago, for a lesson.  A *client*'s name is not that of a host.
    """
    if not 0 <= days <= MOST_DAYS:
        raise ValueError(f"a certificate is valid for 0 to {MOST_DAYS} days")
    os.makedirs(folder, exist_ok=True)
    purposes = ("client",) if client else ("server",)
    identity = folder_authority(folder, kind).issue(names, kind, days=days, purposes=purposes,
                                                     alternative=not client)
    path = os.path.join(folder, file or ("client.pem" if client else "server.pem"))
    write_file(path, identity.pem(), mode=0o600)
    return path


def revoke_into(folder: str, files: Iterable[str]) -> str:
    """Write the list of revoked certificates of *folder* anew, those in *files* added; return the name of the list."""
    path = os.path.join(folder, CRL_FILE)
    numbers: set[int] = set()
    if os.path.exists(path):
        numbers = {entry.serial_number for entry in _load(path, x509.load_pem_x509_crl, "list of revoked certificates")}
    for name in files:
        numbers.add(_load(name, x509.load_pem_x509_certificate, "certificate").serial_number)
    write_file(path, folder_authority(folder).revocation_list(sorted(numbers)))
    return path
