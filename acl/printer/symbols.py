"""Symbols as text: case, escapes and package prefixes."""

from __future__ import annotations

from typing import Any

from acl.types.casemode import char_downcase, char_upcase, converted, inverted
from acl.types.symbol import KEYWORD, NIL_SYMBOL, TPL, Package, Symbol

_ESCAPED = frozenset(" \t\n\r\f\b\x7f\"'(),;`|\\:")
"""Characters that end a token or mean something inside one."""


def readtable_case(readtable: Any) -> str:
    """Return the case of *readtable*: "UPCASE", "DOWNCASE", "PRESERVE" or "INVERT"."""
    case = getattr(readtable, "case", "UPCASE")
    return case.name if type(case) is Symbol else case.upper() if case else "UPCASE"


def case_name(name: str, case: str, print_case: str) -> str:
    """Return the stored *name* as it is written without escapes under a readtable case and *print-case*."""
    name = converted(name)
    if case == "UPCASE":
        if print_case == "UPCASE":
            return name
        if print_case == "DOWNCASE":
            return name.lower() if name.isascii() else "".join(map(char_downcase, name))
        return _capitalize(name, str.isupper, second=char_downcase)
    if case == "DOWNCASE":
        if print_case == "DOWNCASE":
            return name
        if print_case == "UPCASE":
            return name.upper() if name.isascii() else "".join(map(char_upcase, name))
        return _capitalize(name, str.islower, first=char_upcase)
    return inverted(name) if case == "INVERT" else name


def _capitalize(name: str, test: Any, first: Any = None, second: Any = None) -> str:
    """Convert the characters of the readtable's case: *first* those that begin a word, *second* the others."""
    out = []
    inside = False
    for c in name:
        convert = second if inside else first
        out.append(convert(c) if convert is not None and test(c) else c)
        inside = c.isalnum()
    return "".join(out)


def potential_number(name: str, base: int) -> bool:
    """True if *name*, as a token, has the syntax of a potential number in *base* (CLHS 2.3.1.1)."""
    if not name or name[-1] in "+-" or not (name[0].isdigit() or name[0] in "+-._^" or _digit(name[0], base)):
        return False
    if not any(_digit(c, base) for c in name):
        return False
    previous_letter = False
    length = len(name)
    for i, c in enumerate(name):
        if _digit(c, base) and not c.isalpha():
            previous_letter = False
        elif c.isalpha() and c.isascii():
            if not _digit(c, base):
                if previous_letter or (i + 1 < length and name[i + 1].isalpha() and not _digit(name[i + 1], base)):
                    return False
                previous_letter = True
        elif c in "+-/.^_":
            previous_letter = False
        else:
            return False
    return True


def _digit(c: str, base: int) -> bool:
    if "0" <= c <= "9":
        return ord(c) - 48 < max(base, 10)
    return c.isascii() and c.isalpha() and ord(c.upper()) - 55 < base


def needs_escape(name: str, case: str, base: int) -> bool:
    """True if *name* would not read as itself without escapes."""
    if not name or name[0] == "#" or name.strip(".") == "":
        return True
    for c in name:
        if c in _ESCAPED or (not c.isalnum() and (c.isspace() or not c.isprintable())):
            return True
    if case == "UPCASE":
        if name != name.upper() and any(char_upcase(c) != c for c in name):
            return True
    elif case == "DOWNCASE" and name != name.lower() and any(char_downcase(c) != c for c in name):
        return True
    first = name[0]
    if first.isdigit() or first in "+-._^" or base > 10:
        return potential_number(name, base)
    return False


def escape_name(name: str) -> str:
    """Return *name* between vertical bars."""
    if "\\" in name or "|" in name:
        name = name.replace("\\", "\\\\").replace("|", "\\|")
    return f"|{name}|"


_cache: dict[tuple[str, str, str, int], str] = {}
"""Texts of names in the present case mode; emptied when it changes."""


def name_text(name: str, case: str, print_case: str, base: int) -> str:
    """Return the stored *name* as `prin1` writes it."""
    key = (name, case, print_case, base)
    text = _cache.get(key)
    if text is None:
        seen = converted(name)
        text = escape_name(seen) if needs_escape(seen, case, base) else case_name(name, case, print_case)
        if len(_cache) > 20000:
            _cache.clear()
        _cache[key] = text
    return text


def forget_texts() -> None:
    """Forget the texts of names: the case mode has changed."""
    _cache.clear()


def symbol_text(symbol: Symbol | None, case: str, print_case: str, base: int, package: Any, gensym: bool) -> str:
    """Return *symbol* as `prin1` writes it when *package* is the current one."""
    if symbol is None:
        symbol = NIL_SYMBOL
    text = name_text(symbol.name, case, print_case, base)
    home = symbol.package
    if home is KEYWORD:
        return ":" + text
    if home is package:
        return text
    if home is None:
        return "#:" + text if gensym else text
    if type(package) is Package and package.find(symbol.name)[0] is symbol:
        return text
    external = home.external.get(symbol.name) is symbol
    prefix = name_text("TPL" if home is TPL else home.name, case, print_case, base)
    return f"{prefix}{':' if external else '::'}{text}"
