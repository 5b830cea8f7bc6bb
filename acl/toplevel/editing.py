"""What an editor of Lisp forms has to know: whether a form is complete, and how its next line is indented."""

from __future__ import annotations

from acl.runtime.condition_classes import class_named
from acl.runtime.dynamic import bind
from acl.runtime.faults import caught
from acl.types.symbol import T, cl

_BODY_AT = {"DEFUN": 2, "DEFMACRO": 2, "DEFMETHOD": 2, "DEFGENERIC": 2, "DEFVAR": 1, "DEFPARAMETER": 1, "DEFCLASS": 2,
            "DEFSTRUCT": 1, "LET": 1, "LET*": 1, "LAMBDA": 1, "FLET": 1, "LABELS": 1, "MACROLET": 1, "BLOCK": 1,
            "CATCH": 1, "EVAL-WHEN": 1, "PROGV": 2, "UNWIND-PROTECT": 0, "LOCALLY": 0, "TAGBODY": 0, "PROGN": 0,
            "SYMBOL-MACROLET": 1, "HANDLER-CASE": 1, "CASE": 1, "ECASE": 1, "TYPECASE": 1, "ETYPECASE": 1, "IF*": 1}


def reads_completely(text: str) -> bool:
    """Ask the reader whether *text* is made of whole forms; what is wrong otherwise counts as whole."""
    from acl.reader import EOF, TextSource, read_form

    def read() -> None:
        source = TextSource(text, "<typed>")
        while read_form(source, EOF) is not EOF:
            pass

    with bind(cl("*READ-SUPPRESS*"), T):
        problem = caught(read)
    return not isinstance(problem, class_named("END-OF-FILE"))


def after_comments(text: str) -> str:
    """Return *text* without the blanks and comments that it begins with."""
    text = text.strip()
    while text.startswith((";", "#|")):
        _, _, text = text.partition("\n" if text[0] == ";" else "|#")
        text = text.strip()
    return text


def inputs_of(text: str) -> list[str]:
    """Return the inputs, forms and commands, that *text* is made of; the text itself if it cannot be read."""
    from acl.reader import EOF, TextSource, read_form
    from acl.toplevel.commands import is_command

    found: list[str] = []
    rest = after_comments(text)

    def read() -> None:
        nonlocal rest
        while rest:
            line, _, after = rest.partition("\n")
            if line.startswith(":") and is_command(line):
                found.append(line.rstrip())
                rest = after_comments(after)
                continue
            source = TextSource(rest, "<typed>")
            if read_form(source, EOF) is EOF:
                return
            found.append(rest[:source.pos].strip())
            rest = after_comments(rest[source.pos:])

    with bind(cl("*READ-SUPPRESS*"), T):
        problem = caught(read)
    return found if problem is None else [text]


def is_complete(text: str) -> bool:
    """Return true if *text*, a form or a command of the top level, can be entered."""
    from acl.toplevel.commands import is_command

    stripped = text.strip()
    if stripped.startswith(":") and is_command(stripped.splitlines()[0]):
        return True
    return not stripped or reads_completely(text)


def open_parentheses(text: str) -> list[int]:
    """Return the positions of the parentheses that are open at the end of *text*, outermost first."""
    opened: list[int] = []
    i = 0
    while i < len(text):
        c = text[i]
        if text.startswith("#\\", i):
            i += 2
        elif text.startswith("#|", i):
            end = text.find("|#", i)
            i = len(text) if end < 0 else end + 1
        elif c in '"|':
            i += 1
            while i < len(text) and text[i] != c:
                i += 2 if text[i] == "\\" else 1
        elif c == "\\":
            i += 1
        elif c == ";":
            end = text.find("\n", i)
            i = len(text) if end < 0 else end
        elif c == "(":
            opened.append(i)
        elif c == ")" and opened:
            opened.pop()
        i += 1
    return opened


def indentation(text: str) -> int:
    """Return the column at which a line that follows *text* begins."""
    opened = open_parentheses(text)
    if not opened:
        return 0
    at = opened[-1]
    column = at - (text.rfind("\n", 0, at) + 1)
    inside = text[at + 1:]
    end = next((i for i, c in enumerate(inside) if c in " \t\n()"), len(inside))
    operator = inside[:end]
    if not operator or (at and text[at - 1] in "'`#"):
        return column + 1
    distinguished = _distinguished(operator)
    given = _arguments(inside[end:])
    if distinguished is not None:
        return column + (2 if len(given) >= distinguished else 4)
    line = inside.split("\n", 1)[0]
    rest = line[end:]
    if rest.strip():
        return column + 1 + end + len(rest) - len(rest.lstrip())
    return column + 1


def _distinguished(operator: str) -> int | None:
    """Return how many arguments come before the body in a form of *operator*, None if it has no body."""
    from acl.toplevel.completion import lambda_list, symbol_named

    symbol = symbol_named(operator)
    if symbol is None:
        return 1 if operator.lower().startswith(("with-", "do-")) else 2 if operator.lower().startswith("def") else None
    known = _BODY_AT.get(symbol.name)
    if known is not None:
        return known
    if symbol.macro is None:
        return None
    parameters = lambda_list(symbol).lower().strip("()")
    before, body, _ = parameters.partition("&body")
    if not body:
        return 2 if symbol.name.startswith("DEF") else None
    return _count(before)


def _count(parameters: str) -> int:
    depth = count = 0
    for word in parameters.replace("(", " ( ").replace(")", " ) ").split():
        if word == "(":
            count += depth == 0
            depth += 1
        elif word == ")":
            depth -= 1
        elif depth == 0 and not word.startswith("&"):
            count += 1
    return count


def _arguments(text: str) -> list[str]:
    """Split *text*, what follows an operator, into arguments, roughly."""
    parts: list[str] = []
    depth = 0
    word = ""
    for c in text:
        if c == "(":
            depth += 1
        if c == ")":
            depth -= 1
        if c.isspace() and depth == 0:
            if word:
                parts.append(word)
            word = ""
        else:
            word += c
    return [*parts, word] if word else parts
