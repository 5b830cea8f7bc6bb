"""Emission of `format` with a constant control string: its simple directives become a Python f-string.

A call is compiled if all its directives are simple and take just the arguments that are there.  The texts are made
first; if one of them cannot be made so (see `acl.printer.quick`), the function is called as usual.
"""

from __future__ import annotations

import ast
from typing import Any, NoReturn

from acl.compiler import nodes as n
from acl.compiler import pyast as p
from acl.compiler.emit import CALLS, Emitter
from acl.compiler.infer import INTEGER_KINDS, NATURAL
from acl.compiler.inline import first_evaluated
from acl.printer.control import Directive, Parser
from acl.types.array import SimpleString
from acl.types.character import Char
from acl.types.symbol import cl

_TEXTS = {"A": "princ_text", "S": "prin1_text", "D": "decimal_text", "C": "character_text"}
_RADIXES = {"X": 16, "O": 8, "B": 2}

Part = tuple[str, tuple[Any, ...]]
"""A function of `acl.printer.quick`, and its arguments behind the first."""


class _MalformedError(Exception):
    """A control string is malformed: an error when the call is evaluated, not now."""


class _QuietParser(Parser):
    def fault(self, position: int, message: str) -> NoReturn:
        raise _MalformedError


class Plan:
    """What a control string comes to: texts and parts in `items`; `fresh` if it begins with ~&."""

    def __init__(self, control: str) -> None:
        self.items: list[str | Part] = []
        self.fresh = False
        self.known = True
        directives = _QuietParser(control).parse()
        if directives and _is_plain(directives[0], "&"):
            self.fresh = True
            del directives[0]
        for d in directives:
            item = d if type(d) is str else _item(d)
            if item is None:
                self.known = False
                return
            self.items.append(item)


_WIDEST = 10_000
"""Parameters from here on, and negative ones, are left to FORMAT."""


def _is_plain(d: Any, char: str) -> bool:
    return type(d) is Directive and d.char == char and not d.params and not d.colon and not d.at


def _item(d: Directive) -> str | Part | None:
    """Return the text or part that the directive *d* comes to, None if it is not simple."""
    char, params = d.char, d.params
    if any(not (x is None or type(x) is Char or (type(x) is int and 0 <= x < _WIDEST)) for x in params):
        return None
    if char == "P" and d.colon and not d.at and not params:
        return "plural_text", ()
    if d.colon or (d.at and char != "A"):
        return None
    if char in "%~" and len(params) <= 1 and (not params or type(params[0]) is int):
        return ("\n" if char == "%" else "~") * (params[0] if params else 1)
    if char in _TEXTS and not params and not d.at:
        return _TEXTS[char], ()
    if char in "AS" and len(params) == 1 and type(params[0]) is int:
        return "padded_text", (_Name(_TEXTS[char]), params[0], " ", d.at)
    if char == "F" and len(params) == 2 and params[0] is None and type(params[1]) is int and 0 <= params[1] <= 9:
        return "fixed_text", (f".{params[1]}f", 10.0 ** params[1], float(2 << params[1]))
    if char in "DXOB" and len(params) <= 2:
        width, pad = (*params, *[None] * 2)[:2]
        if type(width) in (int, type(None)) and type(pad) in (Char, type(None)):
            rest = (width or 0, str(pad or " "))
            return ("padded_decimal", rest) if char == "D" else ("radix_text", (_RADIXES[char], *rest))
    if char == "{" and not params and d.closer is not None and not d.closer.colon:
        return _iteration(d.clauses[0])
    return None


class _Name(str):
    """The name of a function as an argument of a part."""


def _iteration(items: list[Any]) -> Part | None:
    """One simple directive with text around it, and perhaps text behind a ~^."""
    texts, found, between = ["", ""], None, None
    for d in items:
        if type(d) is str:
            if between is None:
                texts[found is not None] += d
            else:
                between += d
        elif _is_plain(d, "^") and between is None and found is not None:
            between = ""
        else:
            item = _item(d)
            if type(item) is str and between is None:
                texts[found is not None] += item
            elif type(item) is tuple and not item[1] and item[0] in _TEXTS.values() and found is None:
                found = item[0]
            else:
                return None
    return None if found is None else ("iterated_text", (_Name(found), *texts, between))


def _format(e: Emitter, node: Any) -> Any:
    if len(node.args) < 2 or type(node.args[1]) is not n.Constant or type(node.args[1].value) is not SimpleString:
        return None
    plan = _plan(node.args[1].value.text())
    if plan is None or sum(type(x) is tuple and x[0] != "plural_text" for x in plan.items) != len(node.args) - 2:
        return None
    import acl.printer.quick  # makes the names known

    e.unit.modules.add(acl.printer.quick.__name__)
    tests, (destination, control, *args) = first_evaluated(e.args(node.args), e.temporary)
    pieces: list[Any] = []
    used = 0
    for item in plan.items:
        if isinstance(item, str):
            pieces.append(p.const(item))
            continue
        used += item[0] != "plural_text"
        if not used:
            return None
        pieces.append(_known_piece(e, item, node.args[used + 1], args[used - 1], tests)
                      or _piece(e, item, args[used - 1], tests))
    whole = p.located(ast.JoinedStr(pieces)) if pieces else p.const("")
    if type(node.args[0]) is n.Constant and node.args[0].value is None:
        result = p.call("SimpleString", whole)
    else:
        result = p.call("write_text", destination, whole, p.const(plan.fresh))
    if not tests:
        return result
    return p.if_exp(p.and_(tests), result, p.call(e.global_function(node.name), destination, control, *args))


def _piece(e: Emitter, item: Part, arg: Any, tests: list[Any]) -> Any:
    """Return the part of the f-string that *item* makes of *arg*; that it can is added to *tests*."""
    name = e.temporary()
    constants = [p.name(str(x)) if type(x) is _Name else p.const(x) for x in item[1]]
    tests.append(p.is_not(p.walrus(name, p.call(item[0], arg, *constants)), p.const(None)))
    return p.located(ast.FormattedValue(p.name(name), -1, None))


def _known_piece(e: Emitter, item: Part, node: Any, arg: Any, tests: list[Any]) -> Any:
    """The same for an argument of known kind: literal strings are text, integers Python's affair."""
    name, params = item
    if type(node) is n.Constant and type(node.value) is SimpleString and "\0" not in node.value.text():
        text = node.value.text()
        if name == "princ_text":
            return p.const(text)
        if name == "padded_text" and params[0] == "princ_text":
            return p.const(text.rjust(params[1]) if params[3] else text.ljust(params[1]))
        return None
    kind = e.kind(node)
    if kind not in INTEGER_KINDS:
        return None
    spec = None
    if name == "princ_text":
        base, radix = (p.item(p.attr(e.state(), e.unit.special(cl(x))), 0) for x in ("*PRINT-BASE*", "*PRINT-RADIX*"))
        tests += [p.compare(base, ast.Eq(), p.const(10)), p.is_(radix, p.const(None))]
    elif name == "padded_decimal" and (params[1] == " " or (params[1] == "0" and kind == NATURAL)):
        spec = f"{'0' if params[1] == '0' else ''}{params[0] or ''}d"
    elif name == "radix_text" and (params[2] == " " or (params[2] == "0" and kind == NATURAL)):
        letter = {16: "X", 8: "o", 2: "b"}[params[0]]
        spec = f"{'0' if params[2] == '0' else ''}{params[1] or ''}{letter}"
    elif name != "decimal_text":
        return None
    format_spec = None if spec is None else p.located(ast.JoinedStr([p.const(spec)]))
    return p.located(ast.FormattedValue(arg, -1, format_spec))


def _plan(control: str) -> Plan | None:
    """Return the plan of a control string, None if there is none: it may be malformed, which is a run-time error."""
    if "\0" in control:
        return None
    try:
        plan = Plan(control)
    except _MalformedError:
        return None
    return plan if plan.known else None


CALLS[cl("FORMAT")] = _format
