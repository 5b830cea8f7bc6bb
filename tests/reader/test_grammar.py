"""The grammars and the runtime reader say the same."""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from lark import Lark, Token, Tree

from acl.reader import build, read_all
from acl.reader.tokens import parse_number, token_match
from acl.types.array import SimpleString, SimpleVector
from acl.types.character import Char
from acl.types.cons import Cons
from acl.types.symbol import Symbol


def test_generated_module_is_up_to_date() -> None:
    assert build.OUTPUT.read_text() == build.module_text(), "run python -m acl.reader.build"


@cache
def parser() -> Lark:
    return Lark(build.grammar_text("forms.lark"), parser="lalr", maybe_placeholders=False)


def from_lark(x: Any) -> Any:
    """Return a parse as nested tuples."""
    if x.data == "token":
        return atom(str(x.children[0]))
    if x.data == "string":
        return ("string", unescape(x.children[0][1:-1]))
    if x.data == "character":
        return ("character", x.children[0][2:])
    if x.data == "vector":
        return ("vector", tuple(from_lark(c) for c in x.children[1:]))
    if x.data in ("quote", "function", "backquote", "comma", "comma_at", "comma_dot"):
        name = x.data.upper().replace("_", "-")
        return (("symbol", name), (from_lark(x.children[-1]), ()))
    assert x.data == "list"
    children = list(x.children)
    tail: Any = ()
    if len(children) > 2 and isinstance(children[-2], Token) and children[-2].type == "DOT":
        tail = from_lark(children[-1])
        children = children[:-2]
    for c in reversed(children):
        tail = (from_lark(c), tail)
    return tail


def unescape(text: str) -> str:
    out, i = "", 0
    while i < len(text):
        i += text[i] == "\\"
        out += text[i]
        i += 1
    return out


def atom(text: str) -> Any:
    if "\\" not in text and "|" not in text:
        number = parse_number(text, 10, "SINGLE-FLOAT")
        if number is not None:
            return ("number", repr(number))
        return ("symbol", text.upper().lstrip(":"))
    name, i, inside = "", 0, False
    while i < len(text):
        c = text[i]
        if c == "\\":
            i += 1
            name += text[i]
        elif c == "|":
            inside = not inside
        else:
            name += c if inside else c.upper()
        i += 1
    return ("symbol", name)


def from_reader(x: Any) -> Any:
    """Return an object as nested tuples."""
    if x is None:
        return ()
    if type(x) is Cons:
        return (from_reader(x.car), from_reader(x.cdr))
    if type(x) is Symbol:
        return ("symbol", x.name)
    if type(x) is SimpleString:
        return ("string", x.text())
    if type(x) is SimpleVector:
        return ("vector", tuple(map(from_reader, x.data)))
    if type(x) is Char:
        return ("character", str(x))
    return ("number", repr(x))


atoms = st.one_of(
    st.sampled_from(["a", "foo-bar", "+", "1+", "42", "-7", "3/4", "1.5", ".5", "2.", "1d0", ":key", "|a b|", "x\\ y",
                     "a|B c|d", "a#b", "*x*", "<=", "...a", '"str"', '"a\\"b"', '""', "#\\a", "#\\(", "'x", "#'car"]))
gaps = st.sampled_from([" ", "\n", " ; a ( comment\n", " #| block #| nested |# ; ) |# "])


def texts(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    items = st.lists(st.tuples(children, gaps), max_size=4).map(lambda xs: "".join(a + g for a, g in xs))
    return st.one_of(
        st.builds("({})".format, items),
        st.builds("#({})".format, items),
        st.builds("({} . {})".format, children, children),
        st.builds("'{}".format, children),
        st.builds("`({} ,{} ,@{})".format, atoms, atoms, atoms))


forms = st.recursive(atoms, texts, max_leaves=12)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(forms, gaps), max_size=4).map(lambda xs: "".join(a + g for a, g in xs)))
def test_both_read_the_same(text: str) -> None:
    tree: Tree[Any] = parser().parse(text)
    assert [from_lark(x) for x in tree.children] == [from_reader(x) for x in read_all(text)]


def test_kinds_of_tokens() -> None:
    kinds = {"12": "INTEGER", "+5.": "INTEGER", "1/2": "RATIO", "1.e3": "FLOAT", "-.5": "FLOAT", "1e10": "FLOAT",
             "..": "DOTS", "a": "NAME", "1+": "NAME", "+": "NAME", ":a": "KEYWORD", "a:b": "EXTERNAL",
             "a::b": "INTERNAL", "1.2.3": "NAME", "1e": "NAME"}
    assert {t: token_match(t).lastgroup for t in kinds} == kinds
    assert not any(token_match(t) for t in (":", "a:", ":::a", "::", "a:::b", "a:b:c", ""))
