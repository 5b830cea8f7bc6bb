"""The bits of floats, sixteen at a time, as Allegro gives them to programs."""

from __future__ import annotations

from struct import Struct
from typing import Any

from acl.builtins.declare import builtin
from acl.types.base import wrong_type
from acl.types.cons import lisp_list
from acl.types.number import SingleFloat, single
from acl.types.symbol import EXCL, cl

_SINGLE, _TWO = Struct(">f"), Struct(">2H")
_DOUBLE, _FOUR = Struct(">d"), Struct(">4H")


def _check(*shorts: Any) -> None:
    for x in shorts:
        if type(x) is not int or not 0 <= x < 65536:
            wrong_type(x, lisp_list(cl("UNSIGNED-BYTE"), 16))


@builtin("SINGLE-FLOAT-TO-SHORTS", "single-float", package=EXCL, values=True)
def _single_to_shorts(x: Any) -> tuple[int, ...]:
    """Return the upper and the lower sixteen bits of SINGLE-FLOAT."""
    if type(x) is not SingleFloat:
        wrong_type(x, "SINGLE-FLOAT")
    return _TWO.unpack(_SINGLE.pack(x))


@builtin("SHORTS-TO-SINGLE-FLOAT", "high low", package=EXCL)
def _shorts_to_single(high: Any, low: Any) -> SingleFloat:
    """Return the single-float whose upper and lower sixteen bits are HIGH and LOW."""
    _check(high, low)
    return single(_SINGLE.unpack(_TWO.pack(high, low))[0])


@builtin("DOUBLE-FLOAT-TO-SHORTS", "double-float", package=EXCL, values=True)
def _double_to_shorts(x: Any) -> tuple[int, ...]:
    """Return the bits of DOUBLE-FLOAT as four values of sixteen, the uppermost first."""
    if type(x) is not float:
        wrong_type(x, "DOUBLE-FLOAT")
    return _FOUR.unpack(_DOUBLE.pack(x))


@builtin("SHORTS-TO-DOUBLE-FLOAT", "s3 s2 s1 s0", package=EXCL)
def _shorts_to_double(s3: Any, s2: Any, s1: Any, s0: Any) -> float:
    """Return the double-float whose bits, sixteen each, are S3 to S0, the uppermost first."""
    _check(s3, s2, s1, s0)
    return float(_DOUBLE.unpack(_FOUR.pack(s3, s2, s1, s0))[0])
