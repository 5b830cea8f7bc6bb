"""Allegro's older module `regexp`: a basic syntax, in which groups are written with backslashes."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from acl.builtins.declare import builtin
from acl.builtins.excl.regexp import STRING, RegularExpression, pattern_of, search, search_result
from acl.reader.designators import string_text
from acl.types.array import SimpleString
from acl.types.cons import from_iterable
from acl.types.symbol import EXCL, T

_ESCAPED = {"(": "(", ")": ")", "|": "|", "b": "[ \\t\\r\\n\\f\\v]", "B": "[^ \\t\\r\\n\\f\\v]", "<": r"\b(?=\w)",
            ">": r"\b(?<=\w)", "w": r"\w", "W": r"\W", "d": r"\d", "D": r"\D", "n": r"\n", "t": r"\t"}
"""What a backslash and a letter are in the syntax of Perl; before anything else it quotes."""


@lru_cache(maxsize=500)
def perl_syntax(text: str) -> str:
    """Return a regular expression of the old syntax in that of Perl."""
    import re

    result = []
    i = 0
    while i < len(text):
        c = text[i]
        i += 1
        if c == "\\" and i < len(text):
            following = text[i]
            i += 1
            quoted = f"\\{following}" if following.isdigit() else re.escape(following)
            result.append(_ESCAPED.get(following, quoted))
        elif c == "[":
            end = text.find("]", i + (2 if text[i:i + 2] == "^]" else text[i:i + 1] == "]"))
            end = len(text) if end < 0 else end
            result.append("[" + text[i:end].replace("\\", "\\\\").replace("[", "\\[") + "]")
            i = end + 1
        else:
            result.append(f"\\{c}" if c in "(){}|" else c)
    return "".join(result)


def _compiled(regexp: Any, case_fold: Any, newlines_special: Any) -> Any:
    if type(regexp) is RegularExpression:
        return regexp.pattern
    special = newlines_special is not None  # else . matches a newline, and ^ and $ do not see any
    return pattern_of(perl_syntax(string_text(regexp)), (case_fold is not None, not special, special, False))


@builtin("COMPILE-REGEXP", "string &key case-fold (newlines-special t)", package=EXCL)
def compile_regexp(string: Any, *, case_fold: Any = None, newlines_special: Any = T) -> Any:
    r"""Return the compiled form of the regular expression STRING, in the old syntax.

    Groups are \( and \), alternatives are parted by \|, \b and \B are white space and anything else.
    """
    return RegularExpression(_compiled(string, case_fold, newlines_special), STRING)


@builtin("MATCH-REGEXP", "regexp input &key (newlines-special t) case-fold (return :string) (start 0) end shortest",
         package=EXCL, values=True)
def match_regexp(regexp: Any, input: Any, *, newlines_special: Any = T, case_fold: Any = None, start: Any = 0,
                 end: Any = None, shortest: Any = None, return_: Any = STRING) -> tuple[Any, ...]:
    """Search INPUT from START to END for REGEXP of the old syntax, see `compile-regexp`; return as `match-re` does.

    RETURN is :STRING, :INDEX or NIL.  With SHORTEST it is enough that there is a match: its end is the earliest.
    """
    pattern = _compiled(regexp, case_fold, newlines_special)
    text = string_text(input)
    if shortest is not None:
        end = next((e for e in range(start, len(text) + 1) if pattern.search(text, start, e)), end)
    return search_result(search(pattern, text, start, end), return_)


@builtin("REPLACE-REGEXP", "string regexp replacement &key (newlines-special t) case-fold", package=EXCL)
def replace_regexp(string: Any, regexp: Any, replacement: Any, *, newlines_special: Any = T,
                   case_fold: Any = None) -> Any:
    r"""Return a copy of STRING with the matches of REGEXP replaced by REPLACEMENT, where \& and \1 ... are matches."""
    from acl.builtins.excl.regexp import replace_re

    return replace_re(string, RegularExpression(_compiled(regexp, case_fold, newlines_special), STRING), replacement)


@builtin("SPLIT-REGEXP", "regexp string &key (newlines-special t) case-fold", package=EXCL)
def split_regexp(regexp: Any, string: Any, *, newlines_special: Any = T, case_fold: Any = None) -> Any:
    """Return a list of the parts of STRING between matches of REGEXP, empty ones too."""
    pattern = _compiled(regexp, case_fold, newlines_special)
    text = string_text(string)
    parts, last = [], 0
    for found in pattern.finditer(text):
        parts.append(text[last:found.start()])
        last = found.end()
    return from_iterable(SimpleString(part) for part in [*parts, text[last:]])
