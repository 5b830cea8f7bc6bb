"""Feature expressions: `#+`, `#-`, `excl:featurep`."""

from __future__ import annotations

from typing import Any

from acl.types import casemode
from acl.types.cons import Cons, to_list
from acl.types.symbol import NIL_SYMBOL, Symbol

from .faults import reader_error
from .variables import FEATURES

VERSION = (10, 1)
"""The release of Allegro that programs are told when they ask with (version>= major minor)."""

_LEVELS = ("PRE-ALPHA", "ALPHA", "PRE-BETA", "BETA", "PRE-FINAL", "FINAL")


def is_proper(x: Any) -> bool:
    """Return true if *x* is a proper list (of less than a million elements)."""
    count = 0
    while type(x) is Cons and count < 1_000_000:
        x = x.cdr
        count += 1
    return x is None


def has_feature(feature: Any, stream: Any = None) -> bool:
    """Return true if the feature expression holds; `reader-error` on *stream* if it is none."""
    if type(feature) is Symbol or feature is None:
        symbol = NIL_SYMBOL if feature is None else feature
        features = to_list(FEATURES.value)
        if casemode.modern and symbol not in features:  # the reader has left the case as it was written
            return any(type(x) is Symbol and x.name.upper() == symbol.name.upper() for x in features)
        return any(x is symbol or x is feature for x in features)
    if type(feature) is Cons and type(feature.car) is Symbol and is_proper(feature):
        name = feature.car.name.upper()
        rest = to_list(feature.cdr)
        if name == "NOT" and len(rest) == 1:
            return not has_feature(rest[0], stream)
        if name == "AND":
            return all(has_feature(x, stream) for x in rest)
        if name == "OR":
            return any(has_feature(x, stream) for x in rest)
        if name in ("VERSION>=", "VERSION=") and rest and all(type(x) is int for x in rest[:2]):
            return _version(name, rest)
    reader_error(stream, "~s is no feature expression", feature)


def _version(operator: str, wanted: list[Any]) -> bool:
    """Compare the release with major, minor, level and number, of which all but the first may be missing."""
    level = wanted[2].name.upper() if len(wanted) > 2 and type(wanted[2]) is Symbol else "FINAL"
    rank = _LEVELS.index(level) if level in _LEVELS else len(_LEVELS)
    asked = (wanted[0], wanted[1] if len(wanted) > 1 else 0, rank)
    ours = (*VERSION, _LEVELS.index("FINAL"))
    if operator == "VERSION>=":
        return ours >= asked
    return ours[:len(wanted)] == asked[:len(wanted)]
