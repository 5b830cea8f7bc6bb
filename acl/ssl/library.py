"""Loading OpenSSL, as far as Allegro's rules have a meaning here: there is one OpenSSL, the one of pyOpenSSL.

Allegro loads two files of OpenSSL and a glue library of its own, found by four variables and their environment
variables.  Settings that ask for another OpenSSL than there is signal `openssl-load-error`, those that ask for a glue
library that does not go with it `aclssl-load-error`.

The names of pyOpenSSL that are not public are used in this module only.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from acl.builtins.declare import builtin, variable
from acl.types.array import string
from acl.types.cons import Cons, from_iterable, lisp_list, to_list
from acl.types.symbol import EXCL, keyword

if TYPE_CHECKING:
    from OpenSSL import SSL

UNSET = keyword("UNSET")
GLUE = "pyOpenSSL"

LIBRARY_NAMES = variable("*SSL-LIBRARY-NAMES*", UNSET, """The files of OpenSSL to load, a list of two; :UNSET or NIL.

A list, here or in the environment variable ACL_SSL_LIBRARY_NAMES, asks for another OpenSSL than the one that acl
brings along, and loading signals `openssl-load-error`.""", package=EXCL)
GLUE_NAME = variable("*ACLSSL-NAME*", None, """The library between Lisp and OpenSSL: "pyOpenSSL" when it is loaded.""",
                     package=EXCL)
WANTED_VERSION = variable("*ACLSSL-VERSION*", None, """The version of OpenSSL that is wanted, (MAJOR MINOR), or NIL.

Loading any other signals `openssl-load-error`.  NIL: what ACL_OPENSSL_VERSION ("40" for 4.0) says.""", package=EXCL)
VERBOSE = variable("*ACLSSL-VERBOSE*", None, """If true, loading OpenSSL says what it does.  :QUIET is false.

NIL: what the environment variable ACLSSL_VERBOSE says.""", package=EXCL)
variable("*SSL-FEATURES*", lisp_list(keyword("SNI")), "What the SSL module can do: :SNI, indication of server names.",
         package=EXCL, export=False)

_loaded: Any = None


def ssl() -> Any:
    """Return the module `OpenSSL.SSL`, loading it the first time."""
    return _loaded if _loaded is not None else load()


def load() -> Any:
    """Load OpenSSL by Allegro's rules."""
    global _loaded
    _check_library_names()
    try:
        from OpenSSL import SSL
    except ImportError as problem:
        _fail("OPENSSL-LOAD-ERROR", "pyOpenSSL, which brings OpenSSL along, cannot be imported: ~a.  Install it with "
              "`pip install pyOpenSSL`.", string(str(problem)))
    _silence()
    _load_names()
    numbers = version_numbers(_lib.OpenSSL_version_num())
    _check_version(numbers)
    GLUE_NAME.value = string(GLUE)
    if _verbose():
        _say(f"; OpenSSL {'.'.join(map(str, numbers[:3]))} loaded by pyOpenSSL\n")
    _loaded = SSL
    return SSL


def _silence() -> None:
    """Do not let cryptography print its opinion of the certificates of strangers."""
    import warnings

    from cryptography.utils import CryptographyDeprecationWarning

    warnings.filterwarnings("ignore", category=CryptographyDeprecationWarning, module=r"acl\.ssl|OpenSSL")


def _fail(kind: str, control: str, *args: Any) -> None:
    from acl.runtime.conditions import error

    error(kind, control, *args)


def _check_library_names() -> None:
    """Signal that the library files asked for cannot be loaded."""
    names, origin, cure = LIBRARY_NAMES.value, "*ssl-library-names*", "Set it to nil"
    if names in (None, UNSET):
        text = os.environ.get("ACL_SSL_LIBRARY_NAMES")
        if not text:
            return
        names = from_iterable([string(x) for x in text.split()])
        origin, cure = "The environment variable ACL_SSL_LIBRARY_NAMES", "Unset it"
    glue = GLUE_NAME.value
    if glue is None:
        text = os.environ.get("ACL_ACLISSL_NAME") or os.environ.get("ACL_ACLSSL_NAME")
        if text is None:
            _fail("ACLSSL-LOAD-ERROR", "~a is set, so *aclssl-name* must be set too; but acl can only use the OpenSSL "
                  "that pyOpenSSL carries.  ~a.", string(origin), string(cure))
        glue = string(text or "")
    files = names if type(names) is Cons else lisp_list(names)
    _fail("OPENSSL-LOAD-ERROR", "~a asks for the OpenSSL libraries ~{~s~^ and ~}, with ~a; acl can only use the "
          "OpenSSL that pyOpenSSL carries.  ~a.", string(origin), files, glue, string(cure))


def _check_version(numbers: tuple[int, int, int, str, str]) -> None:
    """Signal that another version of OpenSSL is wanted than there is."""
    wanted, origin, cure = WANTED_VERSION.value, "*aclssl-version*", "Set it to nil"
    if wanted is None:
        text = os.environ.get("ACL_OPENSSL_VERSION")
        if not text:
            return
        origin, cure = "The environment variable ACL_OPENSSL_VERSION", "Unset it"
        found = [int(c) for c in text] if text.isdigit() else [string(text)]
    else:
        found = to_list(wanted) if type(wanted) is Cons else [wanted]
    if list(numbers[:2]) != found[:2]:
        _fail("OPENSSL-LOAD-ERROR", "~a asks for OpenSSL ~{~a~^.~}; acl can only use the OpenSSL that pyOpenSSL "
              "carries, ~a.~a.~a.  ~a.", string(origin), from_iterable(found), *numbers[:3], string(cure))


def _verbose() -> bool:
    value = VERBOSE.value
    if value is None:
        return bool(os.environ.get("ACLSSL_VERBOSE"))
    return value is not keyword("QUIET")


def _say(text: str) -> None:
    from acl.streams.base import output_stream

    output_stream().write_str(text)


def version_numbers(number: int) -> tuple[int, int, int, str, str]:
    """Return major, minor, fix, letter of the patch and release type of OpenSSL's version number."""
    major, minor = number >> 28, number >> 20 & 0xFF
    if major >= 3:  # since then there are no letters, and the patch is the third number
        return major, minor, number >> 4 & 0xFF, "", f"{number & 0xF:x}"
    patch = number >> 4 & 0xFF
    return major, minor, number >> 12 & 0xFF, chr(96 + patch) if patch else "", f"{number & 0xF:x}"


@builtin("OPENSSL-VERSION", "", package=EXCL, values=True)
def openssl_version() -> tuple[Any, ...]:
    """Return the version of the OpenSSL loaded, and the one that pyOpenSSL was built for.

    Each is a list (MAJOR MINOR FIX PATCH-LETTER RELEASE-TYPE), the last two strings.
    """
    ssl()
    lib = _lib
    versions = map(version_numbers, (lib.OpenSSL_version_num(), lib.OPENSSL_VERSION_NUMBER))
    return tuple(lisp_list(*numbers[:3], *map(string, numbers[3:])) for numbers in versions)


# What pyOpenSSL has no public name for

_lib: Any = None
_ffi: Any = None
_somewhere: Any = None
"""A place for a pointer that nobody looks at."""


def _load_names() -> None:
    global _lib, _ffi, _somewhere
    from OpenSSL._util import ffi, lib

    _lib, _ffi = lib, ffi
    _somewhere = ffi.new("char **")


def verify_result(connection: SSL.Connection) -> tuple[int, str]:
    """Return OpenSSL's code of how verifying the peer's certificate went, and its text."""
    lib = _lib
    code = lib.SSL_get_verify_result(connection._ssl)
    return code, _ffi.string(lib.X509_verify_cert_error_string(code)).decode()


class Records:
    """A connection of pyOpenSSL that has no socket, without pyOpenSSL's detours.

    "Not yet" is a value, not an exception, and nothing is copied by way of a buffer: a sixth of the time of bulk input,
    and some of that of a handshake.  Errors are pyOpenSSL's exceptions.
    """

    __slots__ = ("_connection", "_fail", "_input", "_output", "_ssl")

    def __init__(self, connection: SSL.Connection) -> None:
        self._connection: Any = connection
        self._fail: Callable[[Any, int], None] = connection._raise_ssl_error
        self._ssl, self._input, self._output = connection._ssl, connection._into_ssl, connection._from_ssl

    def _not_yet(self, result: int) -> bool:
        """Return true if OpenSSL waits for octets; raise what is wrong; false at the end that the peer announced."""
        kind = _lib.SSL_get_error(self._ssl, result)
        if kind == _lib.SSL_ERROR_WANT_READ:
            return True
        if kind != _lib.SSL_ERROR_ZERO_RETURN:
            self._fail(self._ssl, result)
        return False

    def handshake(self) -> bool | None:
        """Go on with the handshake: true when it is done, None if more has to come."""
        result = _lib.SSL_do_handshake(self._ssl)
        return None if result != 1 and self._not_yet(result) else True

    def read(self, view: memoryview) -> int | None:
        """Decrypt into *view*, at most one record: how many octets, 0 at the end, None if more has to come."""
        result: int = _lib.SSL_read(self._ssl, _ffi.from_buffer(view), len(view))
        if result > 0:
            return result
        return None if self._not_yet(result) else 0

    def peek(self) -> int | None:
        """Return 1 if there is something to read, 0 at the end, None if more has to come."""
        result: int = _lib.SSL_peek(self._ssl, _ffi.new("char[1]"), 1)
        if result > 0:
            return 1
        return None if self._not_yet(result) else 0

    def write(self, view: memoryview) -> int:
        """Encrypt all of *view*, not empty; return its length."""
        result: int = _lib.SSL_write(self._ssl, _ffi.from_buffer(view), len(view))
        if result <= 0:
            self._fail(self._ssl, result)
        return result

    def unsent(self) -> int:
        """Return how many octets there are to `take` and send."""
        return _lib.BIO_get_mem_data(self._output, _somewhere)  # type: ignore[no-any-return]

    def take(self, count: int) -> bytes:
        """Return *count* octets to send."""
        return self._connection.bio_read(count)  # type: ignore[no-any-return]

    def give(self, octets: bytes) -> None:
        """Give OpenSSL what has come; nothing means the end."""
        if not octets:
            self._connection.bio_shutdown()
        elif _lib.BIO_write(self._input, octets, len(octets)) != len(octets):
            raise MemoryError

    def shut(self) -> None:
        """Make the record that says that nothing more will come."""
        self._connection.shutdown()


def session_reused(connection: SSL.Connection) -> bool:
    """True if the handshake resumed an earlier session."""
    return bool(_lib.SSL_session_reused(connection._ssl))


def expect_host(connection: SSL.Connection, name: str) -> None:
    """Have OpenSSL check that the peer's certificate is for *name*, a host or the text of an address.

    ValueError if OpenSSL does not take it for one, such as names of a single letter.
    """
    lib = _lib
    parameters = lib.SSL_get0_param(connection._ssl)
    flags = lib.X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | lib.X509_CHECK_FLAG_NEVER_CHECK_SUBJECT  # as RFC 9525 wants it
    lib.X509_VERIFY_PARAM_set_hostflags(parameters, flags)
    packed = address_octets(name)
    if packed is None:
        text = host_octets(name)
        done = lib.X509_VERIFY_PARAM_set1_host(parameters, text, len(text))
    else:
        done = lib.X509_VERIFY_PARAM_set1_ip(parameters, packed, len(packed))
    if not done:
        raise ValueError(f"{name!r} is no host name")


def address_octets(text: str) -> bytes | None:
    """Return the octets of the IPv4 or IPv6 address that *text* writes; None if it writes none."""
    import socket

    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            return socket.inet_pton(family, text)
        except (OSError, ValueError):
            pass
    return None


def host_octets(name: str) -> bytes:
    """Return the octets of a host name on the wire, without the root's dot; ValueError if it cannot be one."""
    name = name.removesuffix(".")
    octets = name.encode("ascii") if name.isascii() else name.encode("idna")
    if not octets or len(octets) > 255 or min(octets) <= ord(" ") or octets[:1] == b".":
        raise ValueError(f"{name!r} is no host name")
    return octets
