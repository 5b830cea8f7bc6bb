"""The functions of section 11 of Allegro's socket documentation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from acl.builtins.declare import builtin, predicate
from acl.clos.generic import standard_generic
from acl.socket.addresses import address_text
from acl.socket.streams import SocketStream
from acl.ssl import library
from acl.ssl.certificates import from_cryptography, peer_certificate, printable
from acl.ssl.contexts import Parameters, SSLContext, new_context, stream_context, text_argument
from acl.ssl.errors import argument_error
from acl.ssl.streams import SSLClientStream, SSLServerStream, SSLStream
from acl.types.array import string
from acl.types.base import wrong_type
from acl.types.cons import from_iterable
from acl.types.symbol import ACL_SOCKET, EXCL, T, keyword

_COMMON = ("method certificate key certificate-password verify max-depth ca-file ca-directory ciphers ciphersuites "
           "crl-check crl-file")
_TWO_WAYS = frozenset("\u00df\u03c2\u200c\u200d")
"""The characters that the two rules for names in other letters treat differently: sharp s, final sigma, joiners."""
_CLOSE_NOTIFY = {keyword("REQUIRED"): False, keyword("OPTIONAL"): True}


@builtin("MAKE-SSL-CLIENT-CONTEXT", f"&key {_COMMON} prefer-server-cipher-order", package=ACL_SOCKET)
def make_ssl_client_context(**keys: Any) -> SSLContext:
    """Return an object that holds parameters for `make-ssl-client-stream`.

    See there for them.  Streams made with the same context resume the sessions of earlier ones with the same server.
    """
    return _made(False, keys)


@builtin("MAKE-SSL-SERVER-CONTEXT", f"&key {_COMMON} (prefer-server-cipher-order t) server-name", package=ACL_SOCKET)
def make_ssl_server_context(**keys: Any) -> SSLContext:
    """Return an object that holds parameters for `make-ssl-server-stream`; CERTIFICATE is needed.

    With PREFER-SERVER-CIPHER-ORDER the server's ciphers are tried in its order, not in the client's.  SERVER-NAME has
    no effect.
    """
    return _made(True, keys)


def _made(server: bool, keys: dict[str, Any]) -> SSLContext:
    context = new_context(server, keys)
    context.openssl_context(context.parameters)  # signals what is wrong with the arguments now
    context.resumes = not server
    return context


@builtin("MAKE-SSL-CLIENT-STREAM", f"socket &key context {_COMMON} server-name verify-host (close-notify :required)",
         package=ACL_SOCKET)
def make_ssl_client_stream(socket: Any, **keys: Any) -> SSLClientStream:
    """Return the client's end of an SSL connection: a stream over SOCKET, a connected stream, which it takes over.

    The handshake happens with the first input or output, or by `ssl-do-handshake`.

    METHOD: which protocols, a keyword such as :TLSV1.2+ or a list of keywords; TLS 1.2 and 1.3 if not given.
    VERIFY: :OPTIONAL (the default) or :REQUIRED, the server's certificate must be signed by somebody trusted; NIL, it
    need not.  Trusted are the certificates in CA-FILE and CA-DIRECTORY, or without these the system's.  MAX-DEPTH
    limits the length of the chain.  VERIFY-HOST: the name that the certificate must be for, T for SERVER-NAME or the
    address of SOCKET; if NIL, the default as in Allegro, the program has to compare names itself.
    CRL-CHECK: T, the certificate, or :ALL, it and those of its chain must not be revoked by the lists in CRL-FILE.
    CERTIFICATE, KEY and CERTIFICATE-PASSWORD: a PEM file with the client's own certificate, one with its key (by
    default the same), and the key's password.  CIPHERS (TLS 1.2) and CIPHERSUITES (TLS 1.3) are strings for OpenSSL.
    SERVER-NAME is told the server, which may have several.  CLOSE-NOTIFY :OPTIONAL: a peer that closes the connection
    without saying so is at the end of file; :REQUIRED, that is an error.
    CONTEXT holds all this; METHOD, VERIFY, MAX-DEPTH, CIPHERS and CIPHERSUITES given besides take precedence.
    """
    base = _connected(socket)
    lax, expected = _lax(keys), keys.get("verify_host")
    name = _host(keys.get("server_name"), "server-name")
    context, parameters = stream_context(False, keys)
    if expected is not None and parameters.verify is None:
        argument_error(":verify-host is of no use with :verify nil.")
    wanted = _expected_host(expected, name, base)
    if wanted is None and parameters.verify is not None and context.trust.is_the_systems:
        _warn_about_names()
    connection = _connection(context, parameters, base)
    connection.set_connect_state()
    if name is not None and library.address_octets(name) is None:
        connection.set_tlsext_host_name(library.host_octets(name))
    if wanted is not None:
        _expect_host(connection, wanted)
    stream = SSLClientStream(base, context, connection, lax)
    stream.server_name, stream.expected = name, wanted
    if context.resumes:
        context.resume(stream.session_key, connection)
    return stream


@builtin("MAKE-SSL-SERVER-STREAM", f"socket &key context {_COMMON} prefer-server-cipher-order server-name "
         "(close-notify :required)", package=ACL_SOCKET)
def make_ssl_server_stream(socket: Any, **keys: Any) -> SSLServerStream:
    """Return the server's end of an SSL connection: a stream over SOCKET, a connected stream, which it takes over.

    The handshake happens with the first input or output, or by `ssl-do-handshake`.  CERTIFICATE (or a CONTEXT that has
    one) is needed.  VERIFY: NIL (the default), the client is not asked for a certificate; :OPTIONAL, one that it sends
    must be signed by somebody trusted; :REQUIRED, it must send one.  PREFER-SERVER-CIPHER-ORDER, true by default, tries
    the server's ciphers in its order.  SERVER-NAME has no effect.  The other arguments, and what CONTEXT does, are
    those of `make-ssl-client-stream`.
    """
    base = _connected(socket)
    lax = _lax(keys)
    context, parameters = stream_context(True, keys)
    connection = _connection(context, parameters, base)
    connection.set_accept_state()
    return SSLServerStream(base, context, connection, lax)


_warned = False


def _warn_about_names() -> None:
    """Say, once, what is dangerous with the system's authorities: they sign for everybody who owns some domain."""
    from acl.runtime.conditions import warn

    global _warned
    if not _warned:
        _warned = True
        warn("SIMPLE-WARNING", "Nobody compares the name in the server's certificate: see :verify-host.")


def _connection(context: SSLContext, parameters: Parameters, base: SocketStream) -> Any:
    made = context.openssl_context(parameters)
    base.check_open()
    return library.ssl().Connection(made)


def _connected(x: Any) -> SocketStream:
    if not isinstance(x, SocketStream):
        wrong_type(x, "EXCL:SOCKET-SIMPLE-STREAM")
    if x.heir is not None:
        argument_error("The connection of ~s has been taken over by ~s already.", x, x.heir)
    x.check_open()
    return x


def _lax(keys: dict[str, Any]) -> bool:
    value = keys.get("close_notify", keyword("REQUIRED"))
    if value not in _CLOSE_NOTIFY:
        argument_error("~s is not a valid value of :close-notify: :required or :optional.", value)
    return _CLOSE_NOTIFY[value]


def _host(x: Any, what: str) -> str | None:
    """Return a host's name as text; an error if it cannot be one."""
    if x is None:
        return None
    text = text_argument(x)
    if not _TWO_WAYS.isdisjoint(text):
        argument_error("~s, the value of :~a, is one host by the old rules for such letters and another by the new "
                       "ones (IDNA 2003, 2008): give its name in the DNS, which begins with xn--.", x, string(what))
    try:
        library.host_octets(text)
    except ValueError:
        _no_host(x, what)
    return text


def _no_host(x: Any, what: str) -> NoReturn:
    argument_error("~s, the value of :~a, is not the name of a host.", x, string(what))


def _expect_host(connection: Any, name: str) -> None:
    try:
        library.expect_host(connection, name)
    except ValueError:
        _no_host(string(name), "verify-host")


def _expected_host(x: Any, server_name: str | None, base: SocketStream) -> str | None:
    """Return the name that the peer's certificate must be for."""
    if x is None:
        return None
    if x is not T:
        return _host(x, "verify-host")
    if server_name is None and base.remote_address is None:
        argument_error(":verify-host t needs :server-name: the socket has no address.")
    return server_name or address_text(base.remote_address)


def _the_stream(x: Any) -> Any:
    if isinstance(x, SSLStream):
        return x
    resolved = x.resolve() if hasattr(type(x), "resolve") else None
    if not isinstance(resolved, SSLStream):
        wrong_type(x, "EXCL:SSL-STREAM")
    return resolved


@standard_generic("SSL-DO-HANDSHAKE", "stream", package=ACL_SOCKET)
def ssl_do_handshake(stream: Any) -> Any:
    """Do the handshake of the SSL stream STREAM, if it has not been done; return T.

    An `excl::ssl-error` is signalled if it fails, for instance because the peer's certificate does not verify.
    """
    _the_stream(stream).handshake()
    return T


@standard_generic("GET-SSL-PEER-CERTIFICATE", "stream", package=ACL_SOCKET)
def get_ssl_peer_certificate(stream: Any) -> Any:
    """Return the certificate of the peer of the SSL stream STREAM, NIL if it has sent none.

    The handshake is done if needed.
    """
    ssl = _the_stream(stream)
    if ssl.certificate is None:
        ssl.certificate = _certificates(ssl, lambda connection: [peer_certificate(connection)])[0]
    return ssl.certificate


@builtin("GET-SSL-PEER-CERTIFICATE-CHAIN", "stream", package=ACL_SOCKET)
def get_ssl_peer_certificate_chain(stream: Any) -> Any:
    """Return the list of certificates that the peer of the SSL stream STREAM has sent, its own first.

    The handshake is done if needed.  Nothing in the list is verified unless the handshake has verified it.
    """
    return from_iterable(_certificates(_the_stream(stream), _sent_chain))


def _sent_chain(connection: Any) -> list[Any]:
    chain = connection.get_peer_cert_chain(as_cryptography=True) or []
    own = peer_certificate(connection)
    if own is not None and own not in chain:  # a server gets a client's own certificate apart from the chain
        chain = [own, *chain]
    return chain


def _certificates(stream: SSLStream, get: Callable[[Any], list[Any]]) -> list[Any]:
    """Return the Lisp objects for certificates that *get* gets from the connection, which has been established.

    If that failed, it may still be asked what was wrong.
    """
    from acl.runtime.conditions import error

    if stream.engine.failure is None:
        stream.handshake()
    try:
        return [each and from_cryptography(each) for each in stream.engine.ask(get)]
    except Exception as problem:  # of several kinds: cryptography's
        reason = string(printable(str(problem)))
    error("SSL-ERROR", "The certificate of the peer of ~s is malformed: ~a.", stream, reason, stream=stream,
          identifier=keyword("MALFORMED-CERTIFICATE"))


@standard_generic("GET-SSL-VERIFY-RESULT", "stream", package=ACL_SOCKET, values=True)
def get_ssl_verify_result(stream: Any) -> tuple[Any, Any]:
    """Return OpenSSL's number and text of how the certificate of the peer of the SSL stream STREAM verified.

    They are 0 and "ok" if it did, if there is none, and before the handshake.
    """
    code, text = _the_stream(stream).engine.ask(library.verify_result)
    return code, string(text)


# What Allegro does not have

@builtin("SSL-PROTOCOL", "stream", package=EXCL, export=False, values=True)
def ssl_protocol(stream: Any) -> tuple[Any, Any]:
    """Return the names of protocol and cipher of the SSL stream STREAM, such as "TLSv1.3"; NIL before the handshake."""
    engine = _the_stream(stream).engine
    if not engine.ready:
        return None, None
    names = engine.ask(lambda c: (c.get_protocol_version_name(), c.get_cipher_name() or ""))
    return string(names[0]), string(names[1])


@builtin("SSL-SERVER-NAME", "stream", package=EXCL, export=False)
def ssl_server_name(stream: Any) -> Any:
    """Return the name that the client of the SSL stream STREAM has asked for, NIL if it has named none."""
    name = _the_stream(stream).engine.ask(lambda c: c.get_servername())
    return string(name.decode("latin-1")) if name is not None else None


@predicate("SSL-SESSION-REUSED-P", "stream", package=EXCL, export=False)
def ssl_session_reused_p(stream: Any) -> bool:
    """Return true if the handshake of the SSL stream STREAM has resumed an earlier session."""
    return bool(_the_stream(stream).engine.ask(library.session_reused))
