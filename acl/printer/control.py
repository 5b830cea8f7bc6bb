"""Parsing format control strings: text and directives, nested as their brackets are (`grammar/format.lark`)."""

from __future__ import annotations

from typing import Any, NoReturn

from acl.types.character import CHAR

CLOSERS = {"(": ")", "[": "]", "{": "}", "<": ">"}
_SIMPLE = frozenset("ASWDBOXRPCFEG$%&|~*?_IT^;)]}>\n/")


class Marker:
    """A parameter whose value comes when the directive runs: V or #."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


V, COUNT = Marker("V"), Marker("#")


class Directive:
    """A directive.

    `params` are None (omitted), an int, a character, V or COUNT; `start` and `end` its place in the control string.
    A bracketing one has `clauses`, lists of text and directives, `separators`, the ~; between them, and `closer`.
    """

    __slots__ = ("at", "char", "clauses", "closer", "colon", "end", "name", "params", "separators", "start")

    def __init__(self, char: str, params: list[Any], colon: bool, at: bool, start: int, end: int) -> None:
        self.char = char
        self.params = params
        self.colon = colon
        self.at = at
        self.start = start
        self.end = end
        self.name = ""
        self.clauses: list[list[Any]] = []
        self.separators: list[Directive] = []
        self.closer: Directive | None = None

    def __repr__(self) -> str:
        flags = (":" if self.colon else "") + ("@" if self.at else "")
        text = f"~{','.join(map(repr, self.params))}{flags}{self.char}{self.name}"
        return text + (repr(self.clauses) if self.clauses else "")


def format_error(control: str, position: int, message: str) -> NoReturn:
    """Signal a `format-error` that shows where in *control* it is."""
    from acl.runtime.condition_classes import class_named, define_class
    from acl.runtime.conditions import error
    from acl.types.array import SimpleString

    try:
        class_named("FORMAT-ERROR")
    except LookupError:
        define_class("FORMAT-ERROR", (class_named("ERROR"),))
    line_start = control.rfind("\n", 0, position) + 1
    line_end = control.find("\n", position)
    line = control[line_start:line_end if line_end >= 0 else len(control)]
    text = f"{message}\n  \"{line}\"\n   {' ' * (position - line_start)}^"
    error("FORMAT-ERROR", "~a", SimpleString(text))
    raise AssertionError("an error returned")


class Parser:
    """One pass over a control string."""

    def __init__(self, control: str) -> None:
        self.control = control
        self.at = 0

    def parse(self) -> list[Any]:
        """Return the text (str) and directives of the whole string."""
        items, closer = self.clause(None)
        if closer is not None:
            self.fault(closer.start, f"~{closer.char} has no matching opening directive.")
        return items

    def fault(self, position: int, message: str) -> NoReturn:
        """Signal an error at *position*."""
        format_error(self.control, position, message)

    def clause(self, opener: Directive | None) -> tuple[list[Any], Directive | None]:
        """Parse up to ~; or a closing directive, which is returned too, or the end of the string."""
        items: list[Any] = []
        control = self.control
        while True:
            tilde = control.find("~", self.at)
            if tilde < 0:
                if opener is not None:
                    self.fault(opener.start, f"~{opener.char} has no matching ~{CLOSERS[opener.char]}.")
                if self.at < len(control):
                    items.append(control[self.at:])
                self.at = len(control)
                return items, None
            if tilde > self.at:
                items.append(control[self.at:tilde])
            self.at = tilde
            directive = self.directive()
            char = directive.char
            if char in CLOSERS:
                self.bracketed(directive)
            elif char in ")]}>;":
                if char == ";" and opener is None:
                    self.fault(directive.start, "~; is not between brackets.")
                return items, directive
            elif char == "\n":
                if directive.at:
                    items.append("\n")
                continue
            items.append(directive)

    def bracketed(self, opener: Directive) -> None:
        """Parse the clauses of a bracketing directive."""
        expected = CLOSERS[opener.char]
        while True:
            items, stop = self.clause(opener)
            opener.clauses.append(items)
            assert stop is not None
            if stop.char == expected:
                opener.closer = stop
                return
            if stop.char != ";":
                self.fault(stop.start, f"~{stop.char} does not match ~{opener.char}.")
            if opener.char in "({":
                self.fault(stop.start, f"~; is not allowed in ~{opener.char}.")
            opener.separators.append(stop)

    def directive(self) -> Directive:
        """Parse one directive, without what it brackets."""
        control, start = self.control, self.at
        end = len(control)
        i = start + 1
        params: list[Any] = []
        while i < end:
            c = control[i]
            if c == "'":
                if i + 1 >= end:
                    break
                params.append(CHAR[control[i + 1]])
                i += 2
            elif c in "vV":
                params.append(V)
                i += 1
            elif c == "#":
                params.append(COUNT)
                i += 1
            elif c.isdecimal() or (c in "+-" and control[i + 1:i + 2].isdecimal()):
                j = i + 1
                while j < end and control[j].isdecimal():
                    j += 1
                params.append(int(control[i:j]))
                i = j
            elif c == ",":
                params.append(None)
                i += 1
                continue
            else:
                break
            if i < end and control[i] == ",":
                i += 1
            else:
                break
        colon = at = False
        while i < end and control[i] in ":@":
            if control[i] == ":":
                if colon:
                    self.fault(i, "Two colons in one directive.")
                colon = True
            else:
                if at:
                    self.fault(i, "Two at-signs in one directive.")
                at = True
            i += 1
        if i >= end:
            self.fault(start, "The control string ends inside a directive.")
        char = control[i].upper()
        if char not in _SIMPLE and char not in CLOSERS:
            self.fault(i, f"Unknown directive ~{control[i]}.")
        result = Directive(char, params, colon, at, start, i + 1)
        i += 1
        if char == "/":
            slash = control.find("/", i)
            if slash < 0:
                self.fault(start, "The function name of ~/ has no end.")
            result.name = control[i:slash]
            i = result.end = slash + 1
        elif char == "\n" and not colon:
            while i < end and control[i] in " \t\n\r\f\v":
                i += 1
        self.at = i
        return result


def parse(control: str) -> list[Any]:
    """Return the text (str) and directives of *control*; signals `format-error` if it is malformed."""
    return Parser(control).parse()
