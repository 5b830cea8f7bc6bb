"""Case of characters: the pairs of an upper-case and a lower-case character that Unicode maps to each other.

Characters whose partner is several characters, or has another partner, have no case in Lisp: so changing case never
changes the length of a string, and there and back is always the identity.  Nor have those that are not letters, such
as roman numerals.
"""

from __future__ import annotations

from collections.abc import Callable

from .character import CHAR, Char


class CharTable(dict[str, Char]):
    """A mapping of characters that remembers what *compute* says of each."""

    def __init__(self, compute: Callable[[str], str]) -> None:
        super().__init__()
        self.compute = compute

    def __missing__(self, c: str) -> Char:
        found = self[CHAR[c]] = CHAR[self.compute(c)]
        return found


def _upper(c: str) -> str:
    up = str.upper(c)
    return up if len(up) == 1 and c.isalpha() and str.lower(up) == c else c


def _lower(c: str) -> str:
    low = str.lower(c)
    return low if len(low) == 1 and c.isalpha() and str.upper(low) == c else c


UPPER = CharTable(_upper)
"""Each character in upper case, itself if it has no case."""
LOWER = CharTable(_lower)
"""Each character in lower case, itself if it has no case."""


def upcase(text: str) -> str:
    """Return *text* in upper case."""
    return str.upper(text) if text.isascii() else "".join(map(UPPER.__getitem__, text))


def downcase(text: str) -> str:
    """Return *text* in lower case."""
    return str.lower(text) if text.isascii() else "".join(map(LOWER.__getitem__, text))


def capitalize(text: str) -> str:
    """Return *text* with each run of letters and digits in lower case but for its first character, in upper case."""
    result = []
    inside = False
    for c in text:
        result.append(LOWER[c] if inside else UPPER[c])
        inside = c.isalnum()
    return "".join(result)
