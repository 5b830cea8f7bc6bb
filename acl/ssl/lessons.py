"""What `acl cert` does, from Lisp: certificates for lessons and tests."""

from __future__ import annotations

from typing import Any, NoReturn

from acl.builtins.declare import builtin
from acl.socket.addresses import text_of
from acl.ssl.contexts import text_argument
from acl.ssl.credentials import filename
from acl.ssl.errors import argument_error
from acl.types.array import string
from acl.types.base import wrong_type
from acl.types.cons import Cons, lisp_list, to_list
from acl.types.number import Ratio
from acl.types.symbol import EXCL, Symbol, cl, keyword


@builtin("MAKE-CERTIFICATE", "names directory &key client file (days 30) (key :ecdsa)", package=EXCL, export=False)
def make_certificate(names: Any, directory: Any, *, client: Any = None, file: Any = None, days: Any = 30,
                     key: Any = keyword("ECDSA")) -> Any:
    """Write a certificate with its key into a file of DIRECTORY, and return the file's name: the command `acl cert`.

    NAMES is a host, an address, or a list of them.  The certificate is signed by the authority whose files ca.pem and
    ca-key.pem are in DIRECTORY; they are made if they are not there.  With CLIENT it is a client's.  FILE is the file's
    name instead of "server.pem" or "client.pem".  It is valid for DAYS; 0 makes one that has expired.  KEY is :ECDSA,
    :RSA or :ED25519.
    """
    from acl.testing.authority import MOST_DAYS, issue_into

    texts = [text_argument(name) for name in (to_list(names) if type(names) is Cons else [names])]
    if not isinstance(days, (int, float, Ratio)) or not 0 <= days <= MOST_DAYS:
        wrong_type(days, lisp_list(cl("REAL"), 0, MOST_DAYS))
    if type(key) is not Symbol or key.name not in ("ECDSA", "RSA", "ED25519"):
        argument_error("~s is not a valid value of :key: :ecdsa, :rsa or :ed25519.", key)
    folder = filename(directory) or wrong_type(directory, "STRING")
    try:
        return string(issue_into(folder, texts, client=client is not None, file=text_of(file), days=float(days),
                                 kind=key.name.lower()))
    except (OSError, ValueError) as problem:
        _failed("making a certificate", problem)


@builtin("REVOKE-CERTIFICATE", "files directory", package=EXCL, export=False)
def revoke_certificate(files: Any, directory: Any) -> Any:
    """Revoke the certificates in FILES, a file or a list of them; return the name of the list of revoked certificates.

    The authority in DIRECTORY signs the list, crl.pem; NIL for FILES makes one that revokes none.
    """
    from acl.testing.authority import revoke_into

    names = to_list(files) if type(files) is Cons or files is None else [files]
    folder = filename(directory) or wrong_type(directory, "STRING")
    try:
        return string(revoke_into(folder, [filename(name) or "" for name in names]))
    except (OSError, ValueError) as problem:
        _failed("revoking certificates", problem)


def _failed(what: str, problem: Exception) -> NoReturn:
    from acl.runtime.conditions import error

    error("SIMPLE-ERROR", f"Error while {what}: ~a.", string(str(problem)))
