"""The case of names: characters, and how a symbol's stored name and the name that Lisp sees belong together.

Names are stored as they are in ANSI mode (`CAR`): Python code, compiled files and the tables of the system know
symbols and packages by them in both modes.  In modern mode (`:case-sensitive-lower`) a name all in one case is seen
in the other one: what is stored as `CAR` is named "car", what is stored as `car` is named "CAR", and `Foo` is "Foo".
`converted` leads either way, so two symbols never get the same name, and a change of the mode costs nothing.
"""

from __future__ import annotations

modern = False
"""True in modern mode; set by `set-case-mode`."""


def set_modern(value: bool) -> None:
    """Enter modern mode, or leave it."""
    global modern
    modern = value


def char_upcase(c: str) -> str:
    """Return the upper-case partner of *c*, or *c* if it has none (of one character that leads back)."""
    upper = c.upper()
    return upper if len(upper) == 1 and upper.lower() == c else c


def char_downcase(c: str) -> str:
    """Return the lower-case partner of *c*, or *c* if it has none."""
    lower = c.lower()
    return lower if len(lower) == 1 and lower.upper() == c else c


def inverted(name: str) -> str:
    """Return *name* in the other case if all of it is in one, else as it is (CLHS 23.1.2, `:invert`)."""
    if name.isascii():
        return name.swapcase() if name.isupper() or name.islower() else name
    upper = any(char_downcase(c) != c for c in name)
    if upper == any(char_upcase(c) != c for c in name):
        return name
    convert = char_downcase if upper else char_upcase
    return "".join(map(convert, name))


def converted(name: str) -> str:
    """Return the name that Lisp sees of what is stored as *name*, and what is stored of a name that Lisp sees."""
    return inverted(name) if modern else name


def token_name(token: str) -> str:
    """Return what is stored as the name of the symbol that *token*, without escapes, is read as by default."""
    return inverted(token) if modern else token.upper() if token.isascii() else "".join(map(char_upcase, token))
