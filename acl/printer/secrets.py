"""What a shown call does not show, and files do not keep: the passwords and keys among its arguments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from acl.types.array import string
from acl.types.symbol import Symbol, keyword

SECRET_KEYWORDS = frozenset(keyword(name) for name in ("CERTIFICATE-PASSWORD", "PASSWORD", "TCP-MD5-SIG-KEY"))


def without_secrets(arguments: Sequence[Any]) -> list[Any]:
    """Return *arguments*, of a call that is traced or in a backtrace, with what follows a secret's keyword hidden."""
    result = list(arguments)
    for i in range(1, len(result)):
        before = arguments[i - 1]
        if type(before) is Symbol and before in SECRET_KEYWORDS and result[i] is not None:
            result[i] = string("********")
    return result


def names_secret(text: str) -> bool:
    """Return true if *text*, typed by somebody, has a keyword that a secret follows."""
    folded = text.upper()
    return any(f":{symbol.name}" in folded for symbol in SECRET_KEYWORDS)
