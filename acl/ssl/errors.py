"""From OpenSSL's errors to conditions.

`excl::ssl-error` is a stream-error: its identifier is OpenSSL's reason as a keyword (:certificate-verify-failed), or
:unexpected-eof; its code is the code of `get-ssl-verify-result` when that is the reason, else NIL.
"""

from __future__ import annotations

from typing import Any, NoReturn

from acl.runtime.conditions import error
from acl.ssl import library
from acl.ssl.explanations import hint
from acl.types.array import string
from acl.types.symbol import keyword

UNEXPECTED_EOF = "unexpected eof"
VERIFY_FAILED = "certificate verify failed"


def reason(problem: BaseException) -> str:
    """Return what OpenSSL says is wrong; it never names keys or passwords."""
    queue = problem.args[0] if problem.args else None
    if isinstance(queue, list) and queue:
        texts = [str(text or library) for library, _, text in queue]
        return next((t for t in texts if t == VERIFY_FAILED), None) or texts[0] or "unknown error"
    if len(problem.args) > 1 and problem.args[0] == -1:
        return UNEXPECTED_EOF
    return "unknown error"


def ssl_error(problem: BaseException, action: str, stream: Any) -> NoReturn:
    """Signal the `ssl-error` for an exception of pyOpenSSL that came while doing *action* on an SSL stream."""
    text = reason(problem)
    if text == UNEXPECTED_EOF:
        error("SSL-ERROR", "The peer closed the connection of ~s without saying so (no close_notify), so what was "
              "received may be cut short.  It happened while ~a.", stream, string(action), stream=stream,
              identifier=keyword("UNEXPECTED-EOF"), action=string(action))
    code, explanation = None, hint(text)
    if explanation:
        explanation = f" ({explanation})."
    elif text == VERIFY_FAILED and (verified := stream.engine.ask(library.verify_result))[0]:
        code = verified[0]
        why = stream.explanation(code)
        explanation = f": {verified[1]} ({code}).{'  ' if why else ''}{why}"
    error("SSL-ERROR", "SSL error while ~a: ~a~a", string(action), string(text), string(explanation or "."),
          stream=stream, code=code, identifier=keyword(text.upper().replace(" ", "-")), action=string(action))


def plain_error(control: str, *args: Any) -> NoReturn:
    """Signal an `ssl-error` about the arguments of a function: a certificate or key that is of no use."""
    error("SSL-ERROR", control, *args, identifier=keyword("UNKNOWN"))


def argument_error(control: str, *args: Any) -> NoReturn:
    """Signal that arguments do not go together or have no meaning."""
    error("SIMPLE-ERROR", control, *args)
