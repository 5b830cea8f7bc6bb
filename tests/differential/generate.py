"""Makes programs from `grammar.txt` and its like: random, but each has one right result by the standard, and prints it.

The grammar: a line at the margin names a rule, an indented line is one of its productions (a deeper one goes on with
it).  In a production, ‹rule› stands for a production of the rule, ‹rule:x y› for one in the scope of the integer
variables x and y, ‹a|b› for one of the texts, ‹1..9› for a number, and ‹#› for the number of the program.  Where
productions may nest no deeper, those of the rule `name.` (with a dot) are taken.
"""

from __future__ import annotations

import random
import re
from pathlib import Path

GRAMMARS = sorted(Path(__file__).parent.glob("grammar*.txt"))
_HOLE = re.compile(r"‹([^‹›]*)›")
_DEPTH = 4


def read_grammar(text: str) -> dict[str, list[str]]:
    """Return the productions of each rule."""
    rules: dict[str, list[str]] = {}
    productions: list[str] = []
    for line in text.splitlines():
        if not line.strip() or line.startswith(";"):
            continue
        if not line.startswith(" "):
            productions = rules.setdefault(line.strip(), [])
        elif line.startswith("    "):
            productions[-1] += "\n" + line.strip()
        else:
            productions.append(line.strip())
    return rules


class Generator:
    """Expands rules; the same *seed* gives the same programs."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.rules = read_grammar("".join(path.read_text(encoding="utf-8") for path in GRAMMARS))
        self.scope: list[str] = []
        self.count = 0

    def program(self) -> str:
        """Return the next program, top-level forms on lines."""
        self.count += 1
        return self.expand("program", _DEPTH + 1)

    def expand(self, rule: str, depth: int) -> str:
        """Return a production of *rule* in which everything is expanded."""
        leaves = self.rules.get(rule + ".")
        if leaves is not None and (depth <= 0 or self.random.random() < 0.15):
            if rule == "int" and self.scope and self.random.random() < 0.5:
                return self.random.choice(self.scope)
            production = self.random.choice(leaves)
        else:
            production = self.random.choice(self.rules[rule])
        while _HOLE.search(production):  # the inner ones of ‹|:count ‹1..3›› first
            production = _HOLE.sub(lambda hole: self.fill(hole[1], depth - 1), production)
        return production

    def fill(self, hole: str, depth: int) -> str:
        """Return what stands for the text *hole* between ‹ and ›."""
        if hole == "#":
            return str(self.count)
        if "|" in hole:
            return self.random.choice(hole.split("|"))
        if ".." in hole:
            low, _, high = hole.partition("..")
            return str(self.random.randint(int(low), int(high)))
        rule, _, names = hole.partition(":")
        self.scope += names.split()
        text = self.expand(rule, depth)
        if names:
            del self.scope[-len(names.split()):]
        return text


def programs(count: int, seed: int) -> list[str]:
    """Return *count* programs."""
    generator = Generator(seed)
    return [generator.program() for _ in range(count)]
