"""Make `_tokens.py`, the regular expressions of the runtime reader, of `grammar/tokens.lark`.

Run `python -m acl.reader.build` after a change of the grammar.  Lark is needed here and in tests, never when a
program is read: importing it takes longer than all of a start-up.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

GRAMMAR = Path(__file__).resolve().parent.parent.parent / "grammar"
OUTPUT = Path(__file__).with_name("_tokens.py")

TOKEN_KINDS = ("INTEGER", "RATIO", "FLOAT", "DOTS", "KEYWORD", "EXTERNAL", "INTERNAL", "NAME")
"""The alternatives of `TOKEN`, the first that matches counts."""

_TEMPLATE = '''"""Generated from grammar/tokens.lark by `python -m acl.reader.build`.  Do not edit."""

GRAMMAR_HASH = "{hash}"

TOKEN = (
{token}
)
"""Matches a whole token in base 10; `lastgroup` is its kind."""

POTENTIAL_NUMBER = (
{potential}
)
'''


def grammar_text(name: str) -> str:
    """Return the text of a grammar in `grammar/`."""
    return (GRAMMAR / name).read_text(encoding="utf-8")


def grammar_hash() -> str:
    """Return the hash of the token grammar that the generated module carries."""
    return hashlib.sha256(grammar_text("tokens.lark").encode()).hexdigest()[:16]


def terminals() -> dict[str, str]:
    """Return the regular expression of each terminal of the token grammar."""
    from lark.load_grammar import load_grammar

    text = grammar_text("tokens.lark") + "\nstart: " + " | ".join((*TOKEN_KINDS, "POTENTIAL_NUMBER")) + "\n"
    load: Any = load_grammar
    grammar: Any = load(text, "tokens.lark", [], False)[0]
    compiled, _, _ = grammar.compile(["start"], "*")
    return {each.name: each.pattern.to_regexp() for each in compiled}


def module_text() -> str:
    """Return the text of the generated module."""
    found = terminals()
    token = "|".join(f"(?P<{kind}>{found[kind]})" for kind in TOKEN_KINDS)
    return _TEMPLATE.format(hash=grammar_hash(), token=_literal(token), potential=_literal(found["POTENTIAL_NUMBER"]))


def _literal(text: str, width: int = 100) -> str:
    """Return *text* as adjacent Python literals of limited width."""
    return "\n".join(f"    {text[i:i + width]!r}" for i in range(0, len(text), width))


def main() -> None:
    """Write the generated module."""
    OUTPUT.write_text(module_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
