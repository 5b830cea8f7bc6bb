"""What compiled code calls to pass arguments and values."""

from __future__ import annotations

from typing import Any

from acl.types.base import wrong_type
from acl.types.cons import Cons
from acl.types.symbol import keyword


class _Unsupplied:
    """The mark of a parameter that was not given."""

    def __repr__(self) -> str:
        return "#<unsupplied>"


UNSUPPLIED = _Unsupplied()
_ALLOW = keyword("ALLOW-OTHER-KEYS")


def parse_keys(args: tuple[Any, ...], keywords: tuple[Any, ...], allow: bool, defaults: tuple[Any, ...],
               start: int = 0) -> list[Any]:
    """Return the values for *keywords* from the keyword arguments *args*, with *defaults* for those not given.

    `program-error` for an odd number of arguments, and for an unknown keyword unless *allow* or
    `:allow-other-keys` permits it (CLHS 3.4.1.4).
    """
    values = list(defaults)
    seen = 0
    n = len(args)
    if n & 1:
        from acl.runtime.conditions import error

        error("PROGRAM-ERROR", "Keyword argument ~s has no value.", args[-1])
    unknown: Any = None
    for i in range(0, n, 2):
        key = args[i]
        for j, k in enumerate(keywords):
            if k is key:
                if not seen >> j & 1:
                    seen |= 1 << j
                    values[j] = args[i + 1]
                break
        else:
            if key is not _ALLOW and unknown is None:
                unknown = (key,)
    if unknown is not None and not allow:
        for i in range(0, n, 2):
            if args[i] is _ALLOW:
                if args[i + 1] is not None:
                    return values
                break
        bad_keyword(unknown[0])
    return values


def given(*args: Any) -> tuple[Any, ...]:
    """Return the arguments up to the first that was not given."""
    return args[:args.index(UNSUPPLIED)] if UNSUPPLIED in args else args


def bad_keyword(key: Any) -> None:
    """Signal the `program-error` for an unknown keyword."""
    from acl.runtime.conditions import error

    error("PROGRAM-ERROR", "Illegal keyword given: ~s.", key)


def rest_list(args: tuple[Any, ...]) -> Any:
    """Return the arguments of a &rest parameter as a fresh list."""
    result: Any = None
    for x in reversed(args):
        result = Cons(x, result)
    return result


def spread(x: Any) -> list[Any]:
    """Return the elements of the last argument of `apply`."""
    items: list[Any] = []
    append = items.append
    while type(x) is Cons:
        append(x.car)
        x = x.cdr
    if x is not None:
        wrong_type(x, "LIST")
    return items


def pad(values: tuple[Any, ...], count: int) -> tuple[Any, ...]:
    """Return exactly *count* values: missing ones are NIL, extra ones dropped."""
    n = len(values)
    return values[:count] if n >= count else values + (None,) * (count - n)


def first_value(values: tuple[Any, ...]) -> Any:
    """Return the primary one of *values*."""
    return values[0] if values else None
