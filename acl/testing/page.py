"""Finds the example sessions in the text of a documentation page.

A session is made of prompts (`USER(1):`, `user(10):`, `[1] USER(2):`), each followed by a form and by what Lisp
printed.
`on vapor:` switches to another host.  Of the rest of the page nothing is assumed: what stands between is prose.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import NamedTuple

_PROMPT = re.compile(r"(?:\[(?P<level>step|\d+)[ci]*\] )?(?P<package>[A-Za-z][A-Za-z0-9-]*)\((?P<number>\d+)\):")
_HOST = re.compile(r"\bon (?P<host>[a-z][a-z0-9-]*):")
_MARK = re.compile(f"{_PROMPT.pattern}|{_HOST.pattern}")
_ANNOTATION = re.compile(r"\.\.+[^.()\"]*\.\.\.+")
_REMOTE = re.compile(r":remote-host\s+\"([^\"]+)\"")


class Step(NamedTuple):
    """One input of a session, or (form "") what a host prints later, on its own.

    `host` is "" if the page names none; `modern` is true for a prompt in lower case; `line` is where it stands.
    """

    host: str
    form: str
    expected: str
    number: int
    modern: bool
    line: int


class Example(NamedTuple):
    """Steps that belong together."""

    line: int
    steps: list[Step]


class _Text(HTMLParser):
    """Takes the text out of HTML; blocks end in a newline, table cells in a bar."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("pre", "p", "div", "table", "tr", "li", "h1", "h2", "h3", "td"):
            self.parts.append(" |\n")


def page_text(contents: str) -> str:
    """Return the text of a page, which may be HTML or Markdown (whose fences bound the examples)."""
    contents = re.sub(r"^\s*```.*$", " |", contents, flags=re.MULTILINE)
    if not re.search(r"<(html|body|pre|p|table|!doctype)\b", contents, re.IGNORECASE):
        return contents
    parser = _Text()
    parser.feed(contents)
    return "".join(parser.parts)


def form_end(text: str, start: int) -> int:
    """Return where the form that begins at *start* ends, by the reader; *start* if there is no form."""
    from acl.reader import EOF, TextSource, read_form
    from acl.runtime.conditions import UnhandledCondition

    at = start
    while at < len(text) and text[at].isspace():
        at += 1
    if at == len(text) or (text[at] not in "(:'#\"*+/-0123456789" and not _lonely(text, at)):
        return start
    if text[at] == ":":  # a command of the top level: to the end of its line, or its word
        end = at + len(re.match(r":\S+(?:[ \t]+[\w./:*-]+)*", text[at:]).group(0))  # type: ignore[union-attr]
        blanks = len(text[end:]) - len(text[end:].lstrip(" \t"))
        return form_end(text, end + blanks) if text[end + blanks:end + blanks + 1] == "(" else end
    source = TextSource(text, "<page>")
    source.pos = at
    try:
        form = read_form(source, EOF)
    except (UnhandledCondition, Exception):
        return start
    return start if form is EOF else source.pos


def _lonely(text: str, at: int) -> bool:
    """True if a symbol stands alone on its line: a variable that is evaluated, not a sentence."""
    return re.match(r"[^\s()]+[ \t]*(\n|$)", text[at:]) is not None


def parse(contents: str) -> list[Example]:
    """Return the examples of a page."""
    text = page_text(contents)
    marks = list(_MARK.finditer(text))
    examples: list[Example] = []
    steps: list[Step] = []
    host = ""
    last_end = 0

    def finish() -> None:
        if any(s.form for s in steps):
            examples.append(Example(steps[0].line, list(steps)))
        steps.clear()

    for i, mark in enumerate(marks):
        between = text[last_end:mark.start()]
        if steps and re.search(r"\|\s*\n", between):
            finish()
            host = ""
        end = marks[i + 1].start() if i + 1 < len(marks) else len(text)
        line = text.count("\n", 0, mark.start()) + 1
        last_end = mark.end()
        if mark.group("host"):
            host = mark.group("host")
            pending = _printed(text[mark.end():end])
            if pending and any(s.host == host and s.form for s in steps):
                steps.append(Step(host, "", pending, 0, False, line))
            continue
        stop = form_end(text, mark.end())
        if stop == mark.end():
            continue
        # A host's name belongs to the input that follows it, wherever the prompt stands.
        steps.append(Step(host, text[mark.end():stop].strip(), _printed(text[stop:end]), int(mark.group("number")),
                          mark.group("package").islower(), line))
        last_end = stop
    finish()
    return examples


def _printed(text: str) -> str:
    """Return what Lisp printed, from what stands behind a form up to the next mark."""
    text = re.split(r"\s\|\s*(?:\n|$)", text)[0]
    text = _ANNOTATION.sub(" ", text)
    text = re.sub(r"\bThen you see\s*$", "", text.rstrip())
    return text.strip()


def host_names(contents: str) -> list[str]:
    """Return the names of the hosts that a page speaks of."""
    text = page_text(contents)
    names = [m.group("host") for m in _HOST.finditer(text)]
    names += [n for n in _REMOTE.findall(text) if not re.fullmatch(r"[\d.]+|localhost", n)]
    return list(dict.fromkeys(names))
