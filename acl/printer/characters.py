"""Names of characters, as the printer writes and the reader accepts them."""

from __future__ import annotations

from .variables import PRINT_READABLY, STANDARD_NAMES

NAMES = {
    0: "Null", 7: "Bell", 8: "Backspace", 9: "Tab", 10: "Newline", 12: "Page", 13: "Return", 27: "Escape", 28: "Fs",
    32: "Space", 127: "Rubout", 160: "No-break_space",
}
"""Code to name."""


def char_name(c: str) -> str | None:
    """Return the name of the character *c*, None for a graphic one other than Space."""
    code = ord(c)
    if 33 <= code < 127:
        return None
    name = NAMES.get(code)
    if name is not None:
        return name
    if code < 32:
        return f"^{chr(code + 64)}".lower()
    if c.isprintable() and not 0xD800 <= code < 0xE000:
        return None
    return f"U+{code:04X}"


def char_text(c: str) -> str:
    """Return *c* as `prin1` writes it.

    Names are in lower case, as Allegro has them, unless the syntax is to be the standard's (CLHS 22.1.3.2): then they
    are those of `char-name`, and a space is graphic.
    """
    name = char_name(c)
    if STANDARD_NAMES.value is not None or PRINT_READABLY.value is not None:
        return f"#\\{c if name is None or c == ' ' else name}"
    return f"#\\{c if name is None else name.lower() if name[0] != 'U' else name}"
