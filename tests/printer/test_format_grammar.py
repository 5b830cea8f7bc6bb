"""The parser of control strings and `grammar/format.lark` agree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import lark
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acl.printer.control import parse
from acl.runtime.conditions import UnhandledCondition

GRAMMAR = lark.Lark((Path(__file__).parents[2] / "grammar" / "format.lark").read_text(), parser="lalr")


def merged(items: list[Any]) -> list[Any]:
    """Join neighbouring text; leave empty text out."""
    out: list[Any] = []
    for item in items:
        if item == "":
            continue
        if type(item) is str and out and type(out[-1]) is str:
            out[-1] += item
        else:
            out.append(item)
    return out


def of_parser(items: list[Any], control: str) -> list[Any]:
    """What the hand-written parser found, as plain data."""
    def one(d: Any) -> Any:
        if type(d) is str:
            return d
        head = control[d.start:d.end]
        if not d.clauses:
            return (head,)
        return (head, [of_parser(c, control) for c in d.clauses],
                [control[s.start:s.end] for s in d.separators], control[d.closer.start:d.closer.end])

    return merged([one(d) for d in items])


def of_grammar(children: list[Any]) -> list[Any]:
    """What Lark found, as plain data."""
    def one(node: Any) -> Any:
        if isinstance(node, lark.Tree):
            head, *inner, closer = node.children
            return (str(head), [of_grammar(c.children) for c in inner if isinstance(c, lark.Tree)],
                    [str(s) for s in inner if isinstance(s, lark.Token)], str(closer))
        if node.type == "TEXT":
            return str(node)
        if node.type.startswith("NEWLINE"):
            return "\n" if "@" in node.partition("\n")[0].replace("'@", "") else ""
        return (str(node),)

    return merged([one(c) for c in children])


def compare(control: str) -> None:
    """Both accept *control* and see the same in it, or both reject it."""
    try:
        expected: Any = of_grammar(GRAMMAR.parse(control).children)
    except lark.exceptions.LarkError:
        expected = None
    try:
        found: Any = of_parser(parse(control), control)
    except UnhandledCondition:
        found = None
    assert found == expected


@pytest.mark.parametrize("control", [
    "", "text", "~a", "~10,2,'xF", "~,,'*:@D", "~v,#<a~;b~>", "~'~,'':@r", "~{~a~^, ~}", "~[a~;b~:;c~]",
    "~:<(~;~@{~W~^ ~_~}~;)~:>", "a~\n   b", "a~:\n   b", "a~@\n   b", "~/foo:bar/ x", "~-3d~+4d", "~(x~)y~)", "~{",
    "~", "~5", "~z", "~;", "~{a~;b~}", "~[~{~]~}", "~::a", "~/foo", "~<~<~>~:>",
])
def test_samples(control: str) -> None:
    """Samples of every construct."""
    compare(control)


PIECES = ["~", "a", "A", "x", "~a", "~5,'~:@d", "~v", "#", ",", "'", ":", "@", "(", ")", "~(", "~)", "~[", "~;", "~:;",
          "~]", "~{", "~}", "~:}", "~<", "~>", "~:>", "~^", "~%", "\n", " ", "~\n", "~:\n", "~@\n ", "~/f/", "12", "-",
          "text"]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_random(control: str) -> None:
    """Random strings of pieces."""
    compare(control)
