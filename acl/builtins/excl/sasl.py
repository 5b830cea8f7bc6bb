"""The module :SASL, its client: how a user proves to a server who he is (package NET.SASL).

Mechanisms are generators of answers: each is sent what the server said, octets, and yields what to say; the first that
it yields is nothing, for the server speaks first.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from acl.builtins.declare import builtin, predicate
from acl.builtins.streams.buffers import octets_of
from acl.clos.base import StandardObject
from acl.reader.designators import string_text
from acl.runtime.conditions import error
from acl.types.array import SimpleString, make_octets
from acl.types.base import wrong_type
from acl.types.cons import from_iterable, to_list
from acl.types.symbol import NET_SASL, keyword

Dialogue = Generator[bytes, bytes, None]
CONTINUE, OK = keyword("CONTINUE"), keyword("OK")


def _plain(user: str, password: str) -> Dialogue:
    yield b""
    yield f"\0{user}\0{password}".encode()


def _login(user: str, password: str) -> Dialogue:
    yield b""
    yield user.encode()
    yield password.encode()


def _cram_md5(user: str, password: str) -> Dialogue:
    import hmac

    challenge = yield b""
    yield f"{user} {hmac.new(password.encode(), challenge, 'md5').hexdigest()}".encode()


_MECHANISMS: dict[str, tuple[Callable[[str, str], Dialogue], int]] = {
    "CRAM-MD5": (_cram_md5, 1), "PLAIN": (_plain, 1), "LOGIN": (_login, 2)}
"""By name, best first: the dialogue, and how many answers it has."""


class Connection(StandardObject, lisp="SASL-CONN", package=NET_SASL):
    """The state of an authentication."""

    user: str
    password: str
    dialogue: Any
    left: int


def _the(connection: Any) -> Connection:
    if not isinstance(connection, Connection):
        wrong_type(connection, "NET.SASL:SASL-CONN")
    return connection


@builtin("SASL-CLIENT-NEW", "service server &key user pass &allow-other-keys", package=NET_SASL)
def sasl_client_new(service: Any, server: Any, *, user: Any = None, pass_: Any = None, **options: Any) -> Any:
    """Return what a client needs to authenticate as USER with the password PASS to SERVER, for SERVICE, "smtp" etc."""
    made = Connection.__new__(Connection)
    made.user, made.password = ("" if x is None else string_text(x) for x in (user, pass_))
    made.dialogue, made.left = None, 0
    return made


@builtin("SASL-CLIENT-START", "connection mechanisms", package=NET_SASL, values=True)
def sasl_client_start(connection: Any, mechanisms: Any) -> tuple[Any, ...]:
    """Choose the best of MECHANISMS, a string or a list of strings, each of names with blanks between them.

    Return :CONTINUE, the name of the mechanism, and NIL: nothing is said before the server has spoken.
    """
    conn = _the(connection)
    listed = [mechanisms] if type(mechanisms) is SimpleString else to_list(mechanisms)
    offered = {name.upper() for each in listed for name in string_text(each).split()}
    chosen = next((name for name in _MECHANISMS if name in offered), None)
    if chosen is None:
        error("ERROR", "The server offers ~s; acl knows the mechanisms ~{~a~^, ~}.", mechanisms,
              from_iterable([SimpleString(name) for name in _MECHANISMS]))
    dialogue, conn.left = _MECHANISMS[str(chosen)]
    conn.dialogue = dialogue(conn.user, conn.password)
    next(conn.dialogue)
    return CONTINUE, SimpleString(str(chosen)), None


@builtin("SASL-STEP", "connection server-says", package=NET_SASL, values=True)
def sasl_step(connection: Any, server_says: Any) -> tuple[Any, ...]:
    """Return :CONTINUE, or :OK if that is the last, and the octets that answer SERVER-SAYS, octets or NIL."""
    conn = _the(connection)
    if conn.left <= 0:
        error("ERROR", "~s: the server wants more than the mechanism has to say.", connection)
    conn.left -= 1
    answer = conn.dialogue.send(octets_of(server_says, 0, None) if server_says is not None else b"")
    return OK if conn.left == 0 else CONTINUE, make_octets(answer)


@predicate("SASL-CONN-AUTH-COMPLETE-P", "connection", package=NET_SASL)
def sasl_complete_p(connection: Any) -> bool:
    """True if everything that the mechanism has to say has been said."""
    conn = _the(connection)
    return conn.dialogue is not None and conn.left == 0


@predicate("SASL-CONN-SECURITY-LAYER-P", "connection", package=NET_SASL)
def sasl_security_layer_p(connection: Any) -> bool:
    """True if what follows is encrypted by the mechanism: none of those that acl has does that."""
    _the(connection)
    return False


@builtin("SASL-MAKE-STREAM", "connection stream &key close-base", package=NET_SASL)
def sasl_make_stream(connection: Any, stream: Any, *, close_base: Any = None) -> Any:
    """Return a stream that encrypts for STREAM what the mechanism wants encrypted: STREAM itself, it wants nothing."""
    _the(connection)
    return stream
