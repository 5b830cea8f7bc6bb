"""The directives that enclose others, ~( ~[ ~{ ~<, and those of the pretty printer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from acl.types.base import wrong_type
from acl.types.cons import Cons, to_list

from .control import Directive, format_error
from .directives import (
    LEAVE_ALL,
    Call,
    Compiler,
    Op,
    capture,
    column_of,
    format_to,
    run_ops,
    with_parameters,
)

# Case


def _words(text: str, only_first: bool) -> str:
    out = []
    inside = done = False
    for c in text:
        if c.isalnum():
            out.append(c.lower() if inside or done else c.upper())
            inside = True
        else:
            done = done or (only_first and inside)
            inside = False
            out.append(c)
    return "".join(out)


def _make_case(compiler: Compiler, d: Directive) -> Op:
    ops = compiler.ops(d.clauses[0])
    convert: Callable[[str], str]
    if d.colon and d.at:
        convert = str.upper
    elif d.colon or d.at:
        def convert(text: str) -> str:
            return _words(text, d.at)
    else:
        convert = str.lower

    def op(call: Call) -> Any:
        text, code = capture(call, lambda: run_ops(ops, call))
        call.stream.write_str(convert(text))
        return code

    return op


# Choice


def _make_choice(compiler: Compiler, d: Directive) -> Op:
    clauses = [compiler.ops(clause) for clause in d.clauses]
    if d.colon and d.at:
        compiler.fault(d, "~[ takes either : or @, not both.")
    for separator in d.separators[:-1]:
        if separator.colon:
            compiler.fault(separator, "~:; must come before the last clause.")
    if d.at:
        if len(clauses) != 1:
            compiler.fault(d, "~@[ takes one clause.")
        only = clauses[0]

        def if_true(call: Call) -> Any:
            if call.next() is None:
                return None
            call.goto(call.position - 1)
            return run_ops(only, call)

        return if_true
    if d.colon:
        if len(clauses) != 2:
            compiler.fault(d, "~:[ takes two clauses.")
        false, true = clauses
        return lambda call: run_ops(false if call.next() is None else true, call)
    default = clauses.pop() if d.separators and d.separators[-1].colon else None

    def body(call: Call, n: Any) -> Any:
        if n is None:
            n = call.next()
            if type(n) is not int:
                wrong_type(n, "INTEGER")
        if 0 <= n < len(clauses):
            return run_ops(clauses[n], call)
        return None if default is None else run_ops(default, call)

    return with_parameters(d, (None,), body)


# Iteration


def _make_iteration(compiler: Compiler, d: Directive) -> Op:
    ops = compiler.ops(d.clauses[0])
    once = d.closer is not None and d.closer.colon
    control_text = compiler.control
    empty = d.closer is not None and d.closer.start == d.end  # and not ~{~newline~}, which prints nothing

    def body(call: Call, limit: int | None) -> Any:
        run: Callable[[Call], Any]
        if not empty:
            def run(inner: Call) -> Any:
                return run_ops(ops, inner)
        else:
            control = call.next()

            def run(inner: Call) -> Any:
                rest = format_to(inner.stream, control, inner.args[inner.position:])
                inner.position = len(inner.args) - len(rest)

        if d.colon:
            _iterate_sublists(call, run, limit, once, d.at, control_text)
            return None
        inner = call if d.at else Call(call.stream, to_list(call.next()), control_text)
        count = 0
        while (limit is None or count < limit) and not (inner.done() and not (once and count == 0)):
            count += 1
            before = inner.position if empty else None
            if run(inner) is not None or (before is not None and inner.position == before):
                break
        return None

    return with_parameters(d, (None,), body)


def _iterate_sublists(call: Call, run: Callable[[Call], Any], limit: int | None, once: bool, at: bool,
                      control: str) -> None:
    """Do ~:{ and ~:@{: one round for each sublist."""
    source = call if at else Call(call.stream, to_list(call.next()), control)
    count = 0
    while (limit is None or count < limit) and not (source.done() and not (once and count == 0)):
        count += 1
        sublist = None if source.done() else to_list(source.next())
        if run(Call(call.stream, sublist or [], control, source.left())) == LEAVE_ALL:
            break


# Justification


def _make_angle(compiler: Compiler, d: Directive) -> Op:
    assert d.closer is not None
    return _make_logical_block(compiler, d) if d.closer.colon else _make_justification(compiler, d)


def _make_justification(compiler: Compiler, d: Directive) -> Op:
    clauses = [compiler.ops(clause) for clause in d.clauses]
    overflow = d.separators[0] if d.separators and d.separators[0].colon else None
    for separator in d.separators[1:]:
        if separator.colon:
            compiler.fault(separator, "~:; must come behind the first clause.")
    before, after = d.colon, d.at
    line: Any = [None, None]

    def body(call: Call, mincol: int, colinc: int, minpad: int, padchar: str) -> None:
        segments = []
        first = ""
        for i, clause in enumerate(clauses):
            text, code = capture(call, lambda clause=clause: run_ops(clause, call))  # type: ignore[misc]
            if code is not None:
                break
            if i == 0 and overflow is not None:
                first = text
                if overflow_parameters is not None:
                    line[:] = overflow_parameters(call)
            else:
                segments.append(text)
        text = _justify(segments, mincol, colinc, minpad, f"{padchar}", before, after)
        if overflow is not None:
            spare, width = line
            if width is None:
                from .pretty import right_margin

                width = right_margin(call.stream)
            if column_of(call.stream) + len(text) + (spare or 0) > width:
                call.stream.write_str(first)
        call.stream.write_str(text)

    overflow_parameters: Any = None
    if overflow is not None:
        overflow_parameters = with_parameters(overflow, (0, None), lambda call, spare, width: (spare, width))
    return with_parameters(d, (0, 1, 0, " "), body)


def _justify(segments: list[str], mincol: int, colinc: int, minpad: int, pad: str, before: bool, after: bool) -> str:
    if not segments:
        if not mincol:
            return ""
        segments = [""]
    gaps = len(segments) - 1 + before + after
    if not gaps:  # a single text is right-justified, and there is nothing that *minpad* could be between
        gaps, before, minpad = 1, True, 0
    length = sum(map(len, segments)) + gaps * minpad
    width = max(mincol, 0)
    if length > width:
        width += -(-(length - width) // max(colinc, 1)) * max(colinc, 1)
    padding = width - length + gaps * minpad
    out = []
    slots = [True] * (len(segments) - 1)
    for i, has_gap in enumerate([before, *slots, after]):
        if has_gap:
            share = padding // gaps
            padding -= share
            gaps -= 1
            out.append(pad * share)
        if i < len(segments):
            out.append(segments[i])
    return "".join(out)


# Logical blocks


class _BlockEnd(Exception):
    """The list of a logical block has no more elements to take."""


class ListCall(Call):
    """The arguments of a logical block: elements of a list that may be long, dotted or circular."""

    __slots__ = ("cursor", "list")

    def __init__(self, stream: Any, x: Any, cursor: Any, control: str) -> None:
        super().__init__(stream, (), control)
        self.list = x
        self.cursor = cursor

    def next(self) -> Any:
        """Take the next element, or end the block after writing what stands for it."""
        if self.cursor.rest is None:
            format_error(self.control, len(self.control), "There are not enough arguments for the logical block.")
        if not self.cursor.more():
            raise _BlockEnd
        self.position += 1
        return self.cursor.pop()

    def left(self) -> int:
        """Return the number of elements left."""
        count = 0
        rest = self.cursor.rest
        while type(rest) is Cons and count < 100000:
            count += 1
            rest = rest.cdr
        return count

    def done(self) -> bool:
        """True at the end of the list."""
        return self.cursor.rest is None

    def goto(self, position: int) -> None:
        """Make element *position* the next one."""
        rest = self.list
        for _ in range(position):
            if type(rest) is not Cons:
                format_error(self.control, len(self.control), "There is no such argument to go to.")
            rest = rest.cdr
        if position < 0:
            format_error(self.control, len(self.control), "There is no such argument to go to.")
        self.cursor.rest = rest
        self.position = self.cursor.count = position

    def rest(self) -> Any:
        """Take all elements that are left."""
        rest = self.cursor.rest
        self.cursor.rest = None
        return rest


def _make_logical_block(compiler: Compiler, d: Directive) -> Op:
    assert d.closer is not None
    clauses, separators = list(d.clauses), d.separators
    if len(clauses) > 3:
        compiler.fault(d, "A logical block has at most three clauses.")
    prefix, suffix = ("(", ")") if d.colon else ("", "")
    per_line = bool(separators) and separators[0].at
    if len(clauses) > 1:
        prefix = _literal(compiler, d, clauses.pop(0))
    if len(clauses) > 1:
        suffix = _literal(compiler, d, clauses.pop())
    body = _with_fills(clauses[0]) if d.closer.at else clauses[0]
    ops = compiler.ops(body)
    whole, control = d.at, compiler.control

    def op(call: Call) -> None:
        from .blocks import logical_block

        x = call.rest() if whole else call.next()

        def run(stream: Any, cursor: Any) -> None:
            try:
                run_ops(ops, ListCall(stream, x, cursor, control))
            except _BlockEnd:
                pass

        logical_block(call.stream, x, prefix, per_line, suffix, run)

    return op


def _literal(compiler: Compiler, d: Directive, items: list[Any]) -> str:
    for item in items:
        if type(item) is not str:
            compiler.fault(item, "The prefix and the suffix of a logical block are plain text.")
    return "".join(items)


def _with_fills(items: list[Any]) -> list[Any]:
    """Return *items* with a fill newline after each group of blanks."""
    out: list[Any] = []
    for item in items:
        if type(item) is not str:
            if item.char in "({[":
                item.clauses = [_with_fills(clause) for clause in item.clauses]
            out.append(item)
            continue
        start = i = 0
        while i < len(item):
            if item[i] in " \t" and item[i + 1:i + 2] not in (" ", "\t"):
                out += [item[start:i + 1], Directive("_", [], True, False, 0, 0)]
                start = i + 1
            i += 1
        if start < len(item):
            out.append(item[start:])
    return out


def _make_newline(compiler: Compiler, d: Directive) -> Op:
    kind = {(False, False): "linear", (True, False): "fill", (False, True): "miser", (True, True): "mandatory"}[
        d.colon, d.at]

    def op(call: Call) -> None:
        from .pretty import as_pretty

        stream = as_pretty(call.stream)
        if stream is not None:
            stream.newline(kind)

    return op


def _make_indent(compiler: Compiler, d: Directive) -> Op:
    def body(call: Call, n: int) -> None:
        from .pretty import as_pretty

        stream = as_pretty(call.stream)
        if stream is not None:
            stream.indent(d.colon, n)

    return with_parameters(d, (0,), body)


def _is_pretty(d: Directive) -> bool:
    if d.char == "<":
        return d.closer is not None and d.closer.colon
    return d.char in "W_I" or (d.char == "T" and d.colon)


def check_mixture(control: str, items: list[Any]) -> None:
    """Signal an error if justification and pretty printing are mixed (CLHS 22.3.5.2, 22.3.6.2)."""
    pretty: list[Directive] = []
    justifying: list[Directive] = []

    def walk(items: list[Any], inside: bool) -> None:
        for item in items:
            if type(item) is str:
                continue
            justification = item.char == "<" and not _is_pretty(item)
            if _is_pretty(item):
                pretty.append(item)
                if inside:
                    format_error(control, item.start, "Pretty printing is not possible within ~<...~>.")
            if justification and item.separators and item.separators[0].colon:
                justifying.append(item)
            for clause in item.clauses:
                walk(clause, inside or justification)

    walk(items, False)
    if pretty and justifying:
        format_error(control, justifying[0].start, "~<...~:;...~> and pretty printing do not mix.")


MAKERS: dict[str, Callable[[Compiler, Directive], Op]] = {
    "(": _make_case, "[": _make_choice, "{": _make_iteration, "<": _make_angle, "_": _make_newline, "I": _make_indent,
}


