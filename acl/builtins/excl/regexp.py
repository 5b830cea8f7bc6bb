"""Regular expressions, Allegro's module `regexp2`, by Python's `re`: Perl's syntax, which the two share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from acl.builtins.declare import builtin, macro
from acl.clos.base import StandardObject
from acl.expand.lambda_list import gensym
from acl.expand.template import template
from acl.printer.writer import Printer, writer
from acl.reader.designators import string_text
from acl.runtime.calls import UNSUPPLIED
from acl.runtime.conditions import error
from acl.runtime.functions import coerce_function
from acl.types.array import SimpleString, string
from acl.types.base import wrong_type
from acl.types.cons import Cons, from_iterable, lisp_list, to_list
from acl.types.symbol import EXCL, Symbol, T, cl, keyword

STRING, _INDEX, _MATCH = keyword("STRING"), keyword("INDEX"), keyword("MATCH")
_OPTIONS = "case-fold single-line multiple-lines ignore-whitespace start end back-end"


class RegularExpression(StandardObject, lisp="REGULAR-EXPRESSION", package=EXCL):
    """A compiled regular expression, and what its matches are returned as if a call does not say."""

    def __init__(self, pattern: Any, returns: Any) -> None:
        self.pattern = pattern
        self.returns = returns


class Match(StandardObject, lisp="REGULAR-EXPRESSION-MATCH", package=EXCL):
    """What `match-re` returns with `:return :match`; `re-submatch` takes it apart."""

    def __init__(self, found: Any) -> None:
        self.found = found


@writer(RegularExpression)
def _write_expression(p: Printer, x: RegularExpression) -> None:
    from acl.printer.writer import prin1_to_string, unreadable_text

    p.out(unreadable_text(p, x).replace(" @", f" {prin1_to_string(string(x.pattern.pattern))} @", 1))


@lru_cache(maxsize=500)
def pattern_of(text: str, flags: tuple[bool, ...]) -> Any:
    """Return Python's pattern for Perl's expression *text*; a Lisp error if there is none."""
    import re

    names = (re.IGNORECASE, re.DOTALL, re.MULTILINE, re.VERBOSE)
    value = sum((flag for flag, wanted in zip(names, flags, strict=True) if wanted), re.RegexFlag(0))
    try:
        # What Perl writes otherwise: \z, \Z, [[:alpha:]], named groups, \x with one digit.
        text = re.sub(r"(?<!\\)((?:\\\\)*)\\x([0-9A-Fa-f])(?![0-9A-Fa-f])", r"\1\\x0\2", text)
        text = text.replace(r"\Z", r"(?=\n?\z)").replace(r"\z", r"\Z").replace("(?<", "(?P<")
        text = text.replace("(?P<=", "(?<=").replace("(?P<!", "(?<!")
        for name, members in _CLASSES.items():
            text = text.replace(f"[:{name}:]", members)
        return re.compile(text, value)
    except re.error as fault:
        return error("PARSE-ERROR", "~s is not a regular expression: ~a.", string(text), string(str(fault)))


_CLASSES = {"alpha": "A-Za-z", "digit": "0-9", "alnum": "A-Za-z0-9", "upper": "A-Z", "lower": "a-z", "space": r"\s",
            "punct": r"!-/:-@\[-`{-~", "xdigit": "0-9A-Fa-f", "word": r"\w", "blank": r" \t", "cntrl": r"\x00-\x1f\x7f"}


def _compiled(regexp: Any, case_fold: Any = None, single_line: Any = None, multiple_lines: Any = None,
              ignore_whitespace: Any = None) -> Any:
    if type(regexp) is RegularExpression:
        return regexp.pattern
    flags = (case_fold is not None, single_line is not None, multiple_lines is not None, ignore_whitespace is not None)
    return pattern_of(string_text(regexp), flags)


@builtin("COMPILE-RE", "string &key case-fold single-line multiple-lines ignore-whitespace (return :string) back-end",
         package=EXCL)
def compile_re(string: Any, *, case_fold: Any = None, single_line: Any = None, multiple_lines: Any = None,
               ignore_whitespace: Any = None, back_end: Any = None, return_: Any = STRING) -> Any:
    """Return the compiled form of the regular expression STRING, in Perl's syntax.

    CASE-FOLD, SINGLE-LINE, MULTIPLE-LINES and IGNORE-WHITESPACE are Perl's flags i, s, m and x.  RETURN says what
    matches are returned as, see `match-re`.  BACK-END is accepted and has no effect.
    """
    pattern = _compiled(string, case_fold, single_line, multiple_lines, ignore_whitespace)
    return RegularExpression(pattern, return_)


def _value(found: Any, group: int, returns: Any) -> Any:
    start, end = found.span(group)
    if start < 0:
        return None
    return Cons(start, end) if returns is _INDEX else SimpleString(found.group(group))


def search_result(found: Any, returns: Any) -> tuple[Any, ...]:
    if found is None:
        return (None,)
    if returns is None:
        return (T,)
    if returns is _MATCH:
        return (Match(found),)
    if returns not in (STRING, _INDEX):
        error("SIMPLE-ERROR", "~s is not :string, :index, :match or nil.", returns)
    return T, *(_value(found, n, returns) for n in range(found.re.groups + 1))


@builtin("MATCH-RE", f"regexp input &key return {_OPTIONS}", package=EXCL, values=True)
def match_re(regexp: Any, input: Any, *, start: Any = None, end: Any = None, back_end: Any = None,
             case_fold: Any = None, single_line: Any = None, multiple_lines: Any = None, ignore_whitespace: Any = None,
             return_: Any = UNSUPPLIED) -> tuple[Any, ...]:
    """Search INPUT from START to END for REGEXP, a string or a compiled regular expression.

    Return NIL if there is no match; else T, the matched part and the parts that the groups matched.  RETURN tells what
    parts are: :STRING, :INDEX for a cons of its start and end, NIL for T alone, or :MATCH for a match object alone.
    """
    pattern = _compiled(regexp, case_fold, single_line, multiple_lines, ignore_whitespace)
    if return_ is UNSUPPLIED:
        return_ = regexp.returns if type(regexp) is RegularExpression else STRING
    return search_result(search(pattern, string_text(input), start, end), return_)


class Shifted:
    """A match in a part of a string, asked as one of Python's in the whole: ^ matches where the part begins."""

    def __init__(self, found: Any, string: str, offset: int) -> None:
        self.found, self.string, self.offset, self.re = found, string, offset, found.re

    def start(self, group: Any = 0) -> int:
        """Return the index where the group begins, -1 if it matched nothing."""
        at: int = self.found.start(group)
        return at if at < 0 else at + self.offset

    def end(self, group: Any = 0) -> int:
        """Return the index behind the group, -1 if it matched nothing."""
        at: int = self.found.end(group)
        return at if at < 0 else at + self.offset

    def span(self, group: Any = 0) -> tuple[int, int]:
        """Return start and end of the group."""
        return self.start(group), self.end(group)

    def group(self, group: Any = 0) -> Any:
        """Return the text of the group, None if it matched nothing."""
        return self.found.group(group)


def matches(pattern: Any, text: str, start: Any, end: Any) -> Iterator[Any]:
    """Yield the matches of *pattern* in a part of *text*."""
    low, high = start or 0, len(text) if end is None else end
    if low == 0:
        yield from pattern.finditer(text, 0, high)
        return
    for found in pattern.finditer(text[low:high]):
        yield Shifted(found, text, low)


def search(pattern: Any, text: str, start: Any, end: Any) -> Any:
    """Return the first match of *pattern* in a part of *text*, or None."""
    if not start:
        return pattern.search(text, 0, len(text) if end is None else end)
    return next(matches(pattern, text, start, end), None)


@builtin("RE-SUBMATCH", "match &optional string replacement selector &key (type :string)", package=EXCL)
def re_submatch(match: Any, string: Any = None, replacement: Any = None, selector: Any = 0, *,
                type: Any = STRING) -> Any:
    """Return the part that group SELECTOR (a number, or a name) of MATCH matched; 0 is the whole.

    TYPE is :STRING, :INDEX, :BEFORE or :AFTER.  STRING and REPLACEMENT have no meaning here.
    """
    if not isinstance(match, Match):
        wrong_type(match, "EXCL:REGULAR-EXPRESSION-MATCH")
    found = match.found
    group = selector
    if not isinstance(selector, int):
        names = {name.upper(): number for name, number in found.re.groupindex.items()}
        group = names.get(string_text(selector).upper())
        if group is None:
            error("SIMPLE-ERROR", "The regular expression has no group named ~a.", selector)
    name = type.name if isinstance(type, Symbol) else ""
    if name == "BEFORE":
        return SimpleString(found.string[:found.start(group)])
    if name == "AFTER":
        return SimpleString(found.string[found.end(group):])
    return _value(found, group, type)


@builtin("SPLIT-RE", f"regexp input &key (return :string) limit {_OPTIONS}", package=EXCL)
def split_re(regexp: Any, input: Any, *, limit: Any = None, start: Any = None, end: Any = None, back_end: Any = None,
             case_fold: Any = None, single_line: Any = None, multiple_lines: Any = None,
             ignore_whitespace: Any = None, return_: Any = STRING) -> Any:
    """Return a list of the parts of INPUT between matches of REGEXP, as Perl's `split` does.

    Groups of REGEXP are parts as well.  Empty parts at the end are dropped, unless LIMIT, the greatest number of parts,
    is given.  RETURN is :STRING or :INDEX.
    """
    pattern = _compiled(regexp, case_fold, single_line, multiple_lines, ignore_whitespace)
    text = string_text(input)
    low, high = start or 0, len(text) if end is None else end
    spans: list[tuple[int, int] | None] = []
    fields = 1
    last = low
    for found in matches(pattern, text, low, high):
        if found.end() == found.start() and found.start() in (low, high):
            continue  # an empty match at either end parts nothing
        if limit is not None and 0 < limit <= fields:
            break
        if found.end() == low:
            continue
        spans.append((last, found.start()))
        spans += [found.span(n) if found.start(n) >= 0 else None for n in range(1, pattern.groups + 1)]
        last = found.end()
        fields += 1
    spans.append((last, high))
    while limit is None and spans and (spans[-1] is None or spans[-1][0] == spans[-1][1]):
        spans.pop()
    return from_iterable([None if s is None else Cons(*s) if return_ is _INDEX else SimpleString(text[s[0]:s[1]])
                          for s in spans])


@builtin("REPLACE-RE", f"input regexp replacement &key count {_OPTIONS}", package=EXCL)
def replace_re(input: Any, regexp: Any, replacement: Any, *, count: Any = None, start: Any = None, end: Any = None,
               back_end: Any = None, case_fold: Any = None, single_line: Any = None, multiple_lines: Any = None,
               ignore_whitespace: Any = None) -> Any:
    r"""Return a copy of INPUT with the matches of REGEXP replaced, COUNT of them at most.

    In the string REPLACEMENT, \& or \0 is the match and \1 ... \9, \k<name> are the groups; a function is called with
    the match and the input and returns the string.
    """
    pattern = _compiled(regexp, case_fold, single_line, multiple_lines, ignore_whitespace)
    text = string_text(input)
    low, high = start or 0, len(text) if end is None else end
    parts: list[str] = []
    last = done = 0
    insert = _replacer(replacement)
    for found in matches(pattern, text, low, high):
        if count is not None and done >= count:
            break
        parts += [text[last:found.start()], insert(found)]
        last = found.end()
        done += 1
    return SimpleString("".join([*parts, text[last:]]))


def _replacer(replacement: Any) -> Callable[[Any], str]:
    """Return a function from a match of Python's to the text that replaces it."""
    if type(replacement) is not SimpleString and (type(replacement) is Symbol or callable(replacement)):
        function = coerce_function(replacement)
        return lambda found: string_text(function(Match(found), SimpleString(found.string)))
    import re

    template = string_text(replacement)
    part = re.compile(r"\\(?:([0-9&])|k<([^>]*)>|\{([^}]*)\}|(.))", re.DOTALL)

    def put(found: Any) -> str:
        def one(reference: Any) -> str:
            digit, name, braced, other = reference.groups()
            if other is not None:
                return str(other)
            group = 0 if digit == "&" else int(digit) if digit is not None else name or braced
            return found.group(int(group) if str(group).isdigit() else group) or ""

        return part.sub(one, template)

    return put


@builtin("QUOTE-RE", "string", package=EXCL)
def quote_re(string: Any) -> Any:
    """Return a regular expression that matches just STRING."""
    import re

    return SimpleString(re.escape(string_text(string)))


# The macros: (variable group) or (variable group type) binds the variable to what a group matched.

_lambda = template("(lambda (,input) (,re_let ,regexp ,input ,bindings ,@body))")
_let = template("(let ((,match (,match_re ,regexp ,input :return :match))) (when ,match (let ,bindings ,@body)))")
_case = template("(let ((,input ,form) (,match nil)) (cond ,@clauses))")
_test = template("((funcall ,function ,input) ,@body)")
_testlet = template("((setq ,match (funcall ,function ,input)) (let ((,var ,match)) ,@body))")
_matched = template("((setq ,match (,match_re ,regexp ,input :return :match)) (let ,bindings ,@body))")
_MATCH_RE, _SUBMATCH, _RE_LET = (EXCL.export(name) for name in ("MATCH-RE", "RE-SUBMATCH", "RE-LET"))


def _bindings(bindings: Any, match: Any) -> Any:
    result = []
    for binding in to_list(bindings):
        name, group, kind = [*to_list(binding), None, None][:3] if type(binding) is Cons else (binding, None, None)
        if group is None:
            group = SimpleString(name.name)
        result.append(lisp_list(name, lisp_list(_SUBMATCH, match, None, None, lisp_list(cl("QUOTE"), group),
                                                keyword("TYPE"), kind or STRING)))
    return from_iterable(result)


@macro("RE-LET", "regexp string bindings &body forms", package=EXCL)
def _re_let(form: Any, env: Any) -> Any:
    """Match STRING with REGEXP; if it does, evaluate FORMS with BINDINGS and return their values, else NIL.

    A binding is (variable group [type]), or a variable that is the name of a group; type is :STRING, :INDEX, :BEFORE
    or :AFTER.
    """
    regexp, input, bindings, *body = to_list(form.cdr)
    match = gensym("MATCH")
    return _let(match_re=_MATCH_RE, match=match, regexp=regexp, input=input, bindings=_bindings(bindings, match),
                body=from_iterable(body))


@macro("RE-LAMBDA", "regexp bindings &body forms", package=EXCL)
def _re_lambda(form: Any, env: Any) -> Any:
    """Return a function of a string that does what `re-let` does with it."""
    regexp, bindings, *body = to_list(form.cdr)
    return _lambda(re_let=_RE_LET, input=gensym("INPUT"), regexp=regexp, bindings=bindings, body=from_iterable(body))


@macro("RE-CASE", "string &rest clauses", package=EXCL)
def _re_case(form: Any, env: Any) -> Any:
    """Evaluate the forms of the first of CLAUSES that matches STRING, else return NIL.

    A clause is (regexp bindings form...) as in `re-let`, (:test function form...),
    (:testlet function variable form...), or (t form...).
    """
    input = gensym("INPUT")
    match = gensym("MATCH")
    clauses = []
    for clause in to_list(form.cdr.cdr):
        test, *rest = to_list(clause)
        if test is T:
            clauses.append(clause)
        elif test is keyword("TEST"):
            clauses.append(_test(function=rest[0], input=input, body=rest[1:]))
        elif test is keyword("TESTLET"):
            clauses.append(_testlet(function=rest[0], input=input, match=match, var=rest[1], body=rest[2:]))
        else:
            clauses.append(_matched(match_re=_MATCH_RE, regexp=test, input=input, match=match,
                                    bindings=_bindings(rest[0], match), body=rest[1:]))
    return _case(match=match, input=input, form=form.cdr.car, clauses=from_iterable(clauses))

