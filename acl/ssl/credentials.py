"""Certificates, keys and revocation lists out of PEM files.

Keys are read by `cryptography`, which never asks a person for a password; no condition shows a password or a key.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from acl.ssl.errors import argument_error, plain_error
from acl.types.array import string

_Content = TypeVar("_Content")


class Credentials(NamedTuple):
    """A certificate chain, leaf first, and the private key of the leaf: objects of `cryptography`."""

    chain: tuple[Any, ...]
    key: Any

    def install(self, context: Any) -> None:
        """Give them to a pyOpenSSL context."""
        context.use_certificate(self.chain[0])
        for certificate in self.chain[1:]:
            context.add_extra_chain_cert(certificate)
        context.use_privatekey(self.key)


def filename(x: Any) -> str | None:
    """Return the operating system's name of the file or directory that *x* designates; None for NIL."""
    if x is None:
        return None
    from acl.builtins.pathnames import native_namestring

    return native_namestring(x)


def read_file(path: str) -> bytes:
    """Return what a file holds; signals `file-error`."""
    return _from_disk(path, "file", lambda: Path(path).read_bytes())


def check_directory(path: str) -> None:
    """Signal `file-error` if there is no directory of this name, or none that can be read."""
    _from_disk(path, "directory", lambda: os.listdir(path))


def _from_disk(path: str, what: str, read: Callable[[], _Content]) -> _Content:
    from acl.runtime.conditions import error

    try:
        return read()
    except FileNotFoundError:
        error("FILE-DOES-NOT-EXIST-ERROR", None, pathname=string(path))
    except OSError as problem:
        why = string(problem.strerror or "unknown error")
        error("FILE-ERROR", f"The {what} ~s cannot be read: ~a.", string(path), why, pathname=string(path))


def load_credentials(certificate: str, key: str | None, password: Any) -> Credentials:
    """Read a certificate chain from a PEM file and its key from another, by default the same."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization
    from cryptography.x509 import load_pem_x509_certificates

    try:
        chain = load_pem_x509_certificates(read_file(certificate))
    except ValueError:
        plain_error("There is no certificate in PEM format in the file ~s.", string(certificate))
    path = key or certificate
    octets = read_file(path)
    try:
        private = serialization.load_pem_private_key(octets, _password(password, octets))
    except TypeError:
        plain_error("The private key in the file ~s is encrypted: :certificate-password is needed.", string(path))
    except (ValueError, UnsupportedAlgorithm):
        if b"ENCRYPTED" in octets and password is not None:
            plain_error("The private key in the file ~s cannot be read: wrong :certificate-password?", string(path))
        plain_error("There is no private key in PEM format in the file ~s.", string(path))
    if private.public_key() != chain[0].public_key():
        plain_error("The private key in the file ~s does not belong to the first certificate in ~s.", string(path),
                    string(certificate))
    return Credentials(tuple(chain), private)


def _password(password: Any, octets: bytes) -> bytes | None:
    from acl.socket.addresses import text_of

    if password is None:
        return None
    text = text_of(password)
    if text is None:
        argument_error("The value of :certificate-password must be a string.")
    return text.encode() if b"ENCRYPTED" in octets else None  # it may be given for a key that needs none


def load_revocation_lists(path: str) -> tuple[Any, ...]:
    """Read all certificate revocation lists of a PEM file."""
    from cryptography.x509 import load_pem_x509_crl

    begin, end = b"-----BEGIN X509 CRL-----", b"-----END X509 CRL-----"
    lists = []
    for part in read_file(path).split(begin)[1:]:
        try:
            lists.append(load_pem_x509_crl(begin + part.partition(end)[0] + end + b"\n"))
        except ValueError:
            plain_error("A certificate revocation list in the file ~s cannot be read.", string(path))
    if not lists:
        plain_error("There is no certificate revocation list in PEM format in the file ~s.", string(path))
    return tuple(lists)
