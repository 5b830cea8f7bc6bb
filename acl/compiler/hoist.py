"""What accesses to an array look at again in every turn of a loop, found once before it.

The storage of a simple vector is the same Python object all its life.  So if `v` is bound outside a loop and never
assigned, `v.data[i] if type(v) is SimpleVector else ...` becomes `%1[i] if %1 is not None else ...`, and before the
loop stands `%1 = v.data if type(v) is SimpleVector else None`.  Of arrays whose storage may change only the test is
taken out.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from acl.compiler import nodes as n
from acl.compiler import pyast as p
from acl.compiler.infer import SOME
from acl.compiler.inline import paste

_TESTS = (
    (r"\(type\((\{\d\})\) is SimpleVector or type\(\1\) is SpecializedVector\)", ".data"),
    (r"type\((\{\d\})\) is SpecializedVector and \1\.element_type is BIT_TYPE", ".data"),
    (r"type\((\{\d\})\) is SimpleVector\b", ".data"),
    (r"type\((\{\d\})\) is SpecializedVector\b", ""),
    (r"type\((\{\d\})\) is GeneralArray\b", ""),
    (r"type\((\{\d\})\) is SimpleString\b", ""),
)
"""The first test of a template, and what is kept of an array that passes it."""


class Hoist:
    """A loop that is being emitted; what is kept of which variable in which Python local stands `before` it."""

    __slots__ = ("before", "line", "names", "outside")

    def __init__(self, outside: int) -> None:
        self.outside = outside
        self.line = p.line
        self.before: list[Any] = []
        self.names: dict[tuple[Any, str], str] = {}

    def name(self, e: Any, variable: Any, kept: str) -> str:
        """Return the local that has what is *kept* of a variable."""
        name = self.names.get((variable, kept))
        if name is None:
            name = self.names[variable, kept] = e.temporary()
            line = p.line
            p.set_line(self.line)
            self.before.append(p.assign(name, paste(kept, [e.local(variable)], None)))
            p.set_line(line)
        return name


def _holes(texts: tuple[str, ...]) -> int:
    return 1 + max((int(digit) for text in texts for digit in re.findall(r"\{(\d)\}", text)), default=-1)


@cache
def _rewritten(texts: tuple[str, ...], count: int) -> tuple[int, str, tuple[str, ...]] | None:
    """Return the hole of the array, what is to be kept of it, and the template that uses this in the hole *count*.

    A template is an expression, of which the first alternative counts, or the guard and the assignment of a store.
    """
    heads = [t.partition(" else ") for t in texts]
    if len(texts) == 1 and not heads[0][1]:
        return None
    for test, kept in _TESTS:
        found = re.search(test, heads[0][0])
        if found is None:
            continue
        hole, new = found[1], f"{{{count}}}"
        changed = [head.replace(found[0], f"{new} is not None").replace(hole + kept, new) if hole in head else head
                   for head, _, _ in heads]
        condition = found[0].replace(hole, "{0}")
        return int(hole[1]), f"{{0}}{kept} if {condition} else None", tuple(
            [head + other + rest for head, (_, other, rest) in zip(changed, heads, strict=True)])
    return None


def _source(variable: Any) -> Any:
    """Return the variable that *variable* only is another name of, such as SETF binds for its subforms."""
    while not variable.assigned and type(variable.initial) is n.Local and not variable.initial.variable.assigned:
        variable = variable.initial.variable
    return variable


def hoisted(e: Any, texts: tuple[str, ...], nodes: list[Any], args: list[Any],
            kinds: tuple[Any, ...]) -> tuple[tuple[str, ...], list[Any], tuple[Any, ...]]:
    """Return template, arguments and their kinds for an access inside loops: what can stand before a loop is there."""
    plan = _rewritten(texts, max(len(args), _holes(texts)))  # a template need not name all arguments
    if plan is None:
        return texts, args, kinds
    hole, kept, changed = plan
    node = nodes[hole]
    variable = _source(node.variable) if type(node) is n.Local else None
    if variable is None or variable.assigned or variable.spread or variable in e.substituted:
        return texts, args, kinds
    loop = next((h for h in e.hoists if variable.number <= h.outside), None)
    if loop is None:
        return texts, args, kinds
    kind = kinds[hole]
    if kind is not None and f"is {kind} " not in kept:
        return texts, args, kinds
    padding = _holes(changed) - 1 - len(args)
    return changed, [*args, *[p.const(None)] * padding, p.name(loop.name(e, variable, kept))], (
        *kinds, *[None] * padding, SOME if kind is not None else None)
