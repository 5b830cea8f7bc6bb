"""`excl::ssl-context`: all parameters of connections, and the contexts of OpenSSL made of them.

A context of OpenSSL cannot be changed once it is used, and costs some milliseconds; so there is one for each set of
parameters.  Makers of streams that are not given a context share contexts by their parameters, files included
(`shared_context`); one whose files have changed on disk is made anew.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterator
from threading import Lock
from time import monotonic
from typing import Any, NamedTuple

from acl.clos.base import StandardObject
from acl.socket.addresses import text_of
from acl.ssl import library
from acl.ssl.certificates import name_text, printable
from acl.ssl.credentials import (
    Credentials,
    check_directory,
    filename,
    load_credentials,
    load_revocation_lists,
    read_file,
)
from acl.ssl.errors import argument_error, plain_error, reason
from acl.ssl.methods import DEFAULT, Method, parse_method
from acl.types.array import string
from acl.types.base import wrong_type
from acl.types.cons import lisp_list
from acl.types.symbol import EXCL, T, cl, keyword

LIFETIME = 12 * 3600.0
"""Seconds after which a server's context of OpenSSL is made anew: the keys of its session tickets live no longer."""
_KEPT = 32
"""How many contexts without a name, and sessions of a client, are kept."""

_CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL"
"""The ciphers of TLS 1.2 (RFC 9325): OpenSSL's own choice has some whose traffic can be read by who gets the key later,
and some (CBC) that tell about the text by the time they take."""
_PARTIAL_WRITE = 1
"""SSL_MODE_ENABLE_PARTIAL_WRITE: a write makes one record.  Cleared, since memory takes any number of them."""

_VERIFY = {None: None, keyword("OPTIONAL"): "optional", keyword("REQUIRED"): "required"}
_CRL_CHECK = {None: None, T: "leaf", keyword("ALL"): "all"}


class Parameters(NamedTuple):
    """What may be given for a single connection too."""

    method: Method = DEFAULT
    verify: str | None = None
    max_depth: int = 10
    ciphers: str | None = None
    ciphersuites: str | None = None
    prefer_server: bool = True


class Trust(NamedTuple):
    """Whom to believe: files of certificates (None and None: the system's), revocation lists and what to look for."""

    ca_file: str | None = None
    ca_directory: str | None = None
    crl_check: str | None = None
    lists: tuple[Any, ...] = ()

    @property
    def is_the_systems(self) -> bool:
        """True if the system's authorities are believed."""
        return self.ca_file is None and self.ca_directory is None

    def check_files(self) -> None:
        """Signal `file-error` if the certificates cannot be read."""
        if self.ca_file is not None:
            read_file(self.ca_file)
        if self.ca_directory is not None:
            check_directory(self.ca_directory)


class SSLContext(StandardObject, lisp="SSL-CONTEXT", package=EXCL, export=False):
    """The parameters of SSL connections, of servers or of clients.

    `sessions` are those that a client may resume, by name and address of the server.
    """

    def __init__(self, server: bool, parameters: Parameters, credentials: Credentials | None, trust: Trust) -> None:
        self.server = server
        self.parameters = parameters
        self.credentials = credentials
        self.trust = trust
        self.sessions: OrderedDict[Any, Any] = OrderedDict()
        self.resumes = False
        self._made: dict[Parameters, tuple[float, Any]] = {}
        self._lock = Lock()

    def describe(self) -> str:
        """What is printed between `#<` and ` @ #x...>`: nothing secret."""
        return f"ssl-context for {'servers' if self.server else 'clients'}"

    def facts(self) -> Iterator[str]:
        """What the function `describe` tells: nothing secret."""
        parameters, trust = self.parameters, self.trust
        yield f"Its protocols are {', '.join(parameters.method.versions)}"
        if self.credentials is not None:
            yield f"Its certificate is that of {name_text(self.credentials.chain[0].subject)}"
        if parameters.verify is None:
            yield "It does not verify certificates of peers"
            return
        if not self.server:
            yield "It verifies the certificates of servers"
        elif parameters.verify == "optional":
            yield "It asks clients for a certificate, and verifies those that they send"
        else:
            yield "It demands a certificate of clients, and verifies it"
        places = [printable(name) for name in (trust.ca_file, trust.ca_directory) if name is not None]
        yield f"It trusts the authorities of {' and '.join(places) or 'the system'}"
        if trust.crl_check is not None:
            yield f"It looks for revoked certificates in {len(trust.lists)} list{'s' * (len(trust.lists) != 1)}"

    def openssl_context(self, parameters: Parameters) -> Any:
        """Return the context of OpenSSL for *parameters*."""
        with self._lock:
            found = self._made.get(parameters)
            now = monotonic()
            if found is None or (self.server and now - found[0] > LIFETIME):
                found = self._made[parameters] = now, self._make(parameters)
            return found[1]

    def keep_session(self, key: Any, session: Any) -> None:
        """Remember a session of OpenSSL for the next connection with this *key*."""
        with self._lock:
            self.sessions[key] = session
            self.sessions.move_to_end(key)
            while len(self.sessions) > _KEPT:
                self.sessions.popitem(last=False)

    def resume(self, key: Any, connection: Any) -> None:
        """Offer the server the session of the last connection with this *key*; each is offered once."""
        with self._lock:
            session = self.sessions.pop(key, None)
        if session is not None:
            connection.set_session(session)

    def _make(self, parameters: Parameters) -> Any:
        SSL: Any = library.ssl()
        context = SSL.Context(SSL.TLS_METHOD)
        context.set_options(SSL.OP_NO_COMPRESSION | SSL.OP_NO_RENEGOTIATION)
        context.clear_mode(_PARTIAL_WRITE)
        (parameters.method if self.server else parameters.method.for_client()).install(context)
        _set_ciphers(context, parameters)
        if self.server and parameters.prefer_server:
            context.set_options(SSL.OP_CIPHER_SERVER_PREFERENCE)
        modes = {None: SSL.VERIFY_NONE, "optional": SSL.VERIFY_PEER,
                 "required": SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT}
        context.set_verify(modes[parameters.verify])
        context.set_verify_depth(parameters.max_depth)
        context.set_session_id(b"acl")  # needed to resume a session in which the client had a certificate
        if not self.server or parameters.verify is not None:
            self._install_trust(context)
        if self.credentials is not None:
            try:
                self.credentials.install(context)
            except SSL.Error as problem:
                plain_error("OpenSSL does not accept the certificate or its key: ~a.", string(reason(problem)))
        return context

    def _install_trust(self, context: Any) -> None:
        from OpenSSL import SSL, crypto

        trust = self.trust
        if trust.is_the_systems:
            context.set_default_verify_paths()
        else:
            trust.check_files()  # they may have gone since the context was made
            try:
                context.load_verify_locations(trust.ca_file, trust.ca_directory)
            except SSL.Error:
                plain_error("There are no certificates in PEM format in the file ~s.", string(trust.ca_file or ""))
        if trust.ca_file is not None and self.server:
            context.load_client_ca(os.fsencode(trust.ca_file))
        store = context.get_cert_store()
        for each in trust.lists:
            store.add_crl(each)
        if trust.crl_check is not None:
            flags = crypto.X509StoreFlags.CRL_CHECK
            store.set_flags(flags | crypto.X509StoreFlags.CRL_CHECK_ALL if trust.crl_check == "all" else flags)


def _set_ciphers(context: Any, parameters: Parameters) -> None:
    from OpenSSL import SSL

    ciphers = parameters.ciphers
    if ciphers is None:
        ciphers = "DEFAULT" if parameters.method.is_old else _CIPHERS
    if parameters.method.is_old and "@SECLEVEL" not in ciphers:
        ciphers += ":@SECLEVEL=0"  # the handshakes of old ones are signed with SHA-1, which the usual level forbids
    if parameters.verify is not None:
        ciphers += ":!aNULL"  # with these a peer shows no certificate, whatever is demanded of it
    try:
        context.set_cipher_list(ciphers.encode())
    except SSL.Error:
        argument_error("No cipher of OpenSSL matches :ciphers ~s.", string(parameters.ciphers or ""))
    try:
        if parameters.ciphersuites is not None:
            context.set_tls13_ciphersuites(parameters.ciphersuites.encode())
    except SSL.Error:
        argument_error("OpenSSL does not know all of :ciphersuites ~s.", string(parameters.ciphersuites or ""))


# From Lisp arguments

_FIXED = ("certificate", "key", "ca_file", "ca_directory", "certificate_password", "crl_file", "crl_check")
"""The arguments that cannot be given together with a context."""


def parse_parameters(keys: dict[str, Any], base: Parameters) -> Parameters:
    """Return *base* with what the keyword arguments *keys* change."""
    changes: dict[str, Any] = {}
    if "verify" in keys:
        if keys["verify"] not in _VERIFY:
            argument_error("~s is not a valid value of :verify: nil, :optional or :required.", keys["verify"])
        changes["verify"] = _VERIFY[keys["verify"]]
    if keys.get("method") is not None:
        changes["method"] = parse_method(keys["method"])
    depth = keys.get("max_depth")
    if depth is not None:
        if type(depth) is not int or not 0 <= depth < 1 << 31:
            wrong_type(depth, lisp_list(cl("INTEGER"), 0, (1 << 31) - 1))
        changes["max_depth"] = depth
    for name in ("ciphers", "ciphersuites"):
        if keys.get(name) is not None:
            changes[name] = text_argument(keys[name])
    if "prefer_server_cipher_order" in keys:
        changes["prefer_server"] = keys["prefer_server_cipher_order"] is not None
    return base._replace(**changes) if changes else base


def text_argument(x: Any) -> str:
    """Return the characters of a Lisp string; signals a type-error."""
    text = text_of(x)
    if text is None:
        wrong_type(x, "STRING")
    return text


def new_context(server: bool, keys: dict[str, Any]) -> SSLContext:
    """Make the context that keyword arguments describe, reading its files."""
    library.ssl()
    parameters = parse_parameters(keys, Parameters(verify=None if server else "optional"))
    certificate, key = filename(keys.get("certificate")), filename(keys.get("key"))
    credentials = None
    if certificate is not None:
        credentials = load_credentials(certificate, key, keys.get("certificate_password"))
    elif server:
        argument_error("A server needs a certificate: give :certificate (`acl cert` makes one), or a :context that has "
                       "one.")
    for name in ("key", "certificate_password") if certificate is None else ():
        if keys.get(name) is not None:
            argument_error("The argument :~a is given without :certificate.", string(name.replace("_", "-")))
    return SSLContext(server, parameters, credentials, _trust(keys))


def _trust(keys: dict[str, Any]) -> Trust:
    check = keys.get("crl_check")
    if check not in _CRL_CHECK:
        argument_error("~s is not a valid value of :crl-check: nil, t (look for the certificate) or :all (those of "
                       "its chain too).", check)
    crl_file = filename(keys.get("crl_file"))
    if crl_file is not None and check is None:
        from acl.runtime.conditions import warn

        warn("SIMPLE-WARNING", "The revocation lists of ~s are not looked at: :crl-check is nil.", string(crl_file))
    lists = load_revocation_lists(crl_file) if crl_file is not None and check is not None else ()
    trust = Trust(filename(keys.get("ca_file")), filename(keys.get("ca_directory")), _CRL_CHECK[check], lists)
    trust.check_files()
    return trust


_shared: OrderedDict[Any, SSLContext] = OrderedDict()
_shared_lock = Lock()
_salt = os.urandom(16)


def shared_context(server: bool, keys: dict[str, Any]) -> SSLContext:
    """Return the context of all streams made with these arguments."""
    key = (server, *(_fingerprint(name, keys.get(name)) for name in _FIXED))
    with _shared_lock:
        found = _shared.get(key)
        if found is not None:
            _shared.move_to_end(key)
            return found
    fixed = {name: keys[name] for name in _FIXED if name in keys}
    found = new_context(server, fixed)
    with _shared_lock:
        _shared[key] = found
        while len(_shared) > _KEPT:
            _shared.popitem(last=False)
    return found


def _fingerprint(name: str, value: Any) -> Any:
    """Return what tells one value of an argument from another: for a file its state, for a password a digest."""
    if value is None:
        return None
    if name == "crl_check":
        return value
    if name == "certificate_password":
        from hashlib import blake2b

        return blake2b((text_of(value) or "").encode(), key=_salt).digest()
    path = filename(value)
    assert path is not None
    try:
        status = os.stat(path)
    except OSError:
        return path, None
    return path, status.st_mtime_ns, status.st_size, status.st_ino


def stream_context(server: bool, keys: dict[str, Any]) -> tuple[SSLContext, Parameters]:
    """Return context and parameters for a stream that is to be made with the keyword arguments *keys*."""
    context = keys.get("context")
    if len(keys) == 1 and type(context) is SSLContext and context.server is server:
        return context, context.parameters
    if context is None:
        context = shared_context(server, keys)
        return context, parse_parameters(keys, context.parameters)
    if not isinstance(context, SSLContext):
        wrong_type(context, "EXCL:SSL-CONTEXT")
    if context.server is not server:
        argument_error("~s cannot be used for a ~a.", context, string("server" if server else "client"))
    for name in _FIXED:
        if keys.get(name) is not None:
            argument_error("The argument :~a cannot be given together with :context.", string(name.replace("_", "-")))
    return context, parse_parameters(keys, context.parameters)
