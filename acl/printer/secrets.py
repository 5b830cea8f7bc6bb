"""What a shown call does not show, and files do not keep: the passwords and keys among its arguments."""

from __future__ import annotations

from collections import deque
from typing import Any

from acl.types.array import string
from acl.types.cons import Cons
from acl.types.symbol import Symbol, keyword

SECRET_NAMES = frozenset(("CERTIFICATE-PASSWORD", "PASSWORD", "TCP-MD5-SIG-KEY"))
SECRET_KEYWORDS = frozenset(map(keyword, SECRET_NAMES))
HIDDEN = string("********")
_MOST = 2000
"""How many conses of what is shown are looked at, the outer ones first."""


def without_secrets(x: Any) -> Any:
    """Return *x*, such as a call that is traced or in a backtrace, with what follows a secret's keyword hidden.

    Lists in it, such as what `apply` is given, are looked through too.  What has no secret is returned itself.
    """
    seen: dict[int, Cons] = {}
    secret: set[int] = set()
    rest = deque([x])
    while rest and len(seen) < _MOST:
        each = rest.popleft()
        if type(each) is Cons and id(each) not in seen:
            seen[id(each)] = each
            name, after = each.car, each.cdr
            rest += after, name
            if type(name) is Symbol and name in SECRET_KEYWORDS and type(after) is Cons and after.car is not None:
                secret.add(id(after))
    if not secret:
        return x
    copies = {number: Cons(None, None) for number in seen}
    for number, each in seen.items():
        copies[number].car = HIDDEN if number in secret else copies.get(id(each.car), each.car)
        copies[number].cdr = copies.get(id(each.cdr), each.cdr)
    return copies[id(x)]


def names_secret(text: str) -> bool:
    """Return true if *text*, typed by somebody, has a keyword that a secret follows."""
    folded = text.upper()
    return any(f":{name}" in folded for name in SECRET_NAMES)
