"""What can be typed here: symbols by package, keywords of the called function, characters, files, commands.

No terminal is needed for this; `acl.toplevel.terminal` shows it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from acl.toplevel.editing import open_parentheses
from acl.types import casemode
from acl.types.casemode import converted, inverted, token_name
from acl.types.symbol import KEYWORD, Package, Symbol, cl, find_package

_CHARACTERS = ("Backspace", "Linefeed", "Newline", "Null", "Page", "Return", "Rubout", "Space", "Tab")
_DELIMITERS = frozenset(" \t\n()'`,\"")


def symbol_named(text: str) -> Symbol | None:
    """Return the symbol that *text* names, in the current package or with a prefix; None if there is none."""
    text = text.strip().lstrip("'#")
    prefix, colon, name = text.partition(":")
    name = name.lstrip(":")
    if not colon:
        package: Any = cl("*PACKAGE*").value
        name = prefix
    else:
        package = _package(prefix) if prefix else KEYWORD
    if package is None or not name:
        return None
    found, _ = package.find(token_name(name))
    return found or package.find(converted(name))[0]  # type: ignore[no-any-return]


def _package(prefix: str) -> Package | None:
    return find_package(token_name(prefix)) or find_package(converted(prefix))


def word_before(text: str) -> str:
    """Return the symbol or file name that *text* ends in; what stands in an open string if it ends in one."""
    quote = open_string(text)
    if quote is not None:
        return text[quote + 1:]
    at = len(text)
    while at and (text[at - 1] not in _DELIMITERS or (text[at - 3:at - 1] == "#\\"[:2] and at >= 3)):
        at -= 1
    return text[at:]


def open_string(text: str) -> int | None:
    """Return where a string begins that is open at the end of *text*, None if none is."""
    start: int | None = None
    i = 0
    while i < len(text):
        c = text[i]
        if start is not None:
            if c == "\\":
                i += 1
            elif c == '"':
                start = None
        elif text.startswith("#\\", i):
            i += 2
        elif c == '"':
            start = i
        elif c == ";":
            i = text.find("\n", i)
            if i < 0:
                break
        i += 1
    return start


def enclosing_calls(text: str) -> list[str]:
    """Return the operators behind the open parentheses in *text*, innermost first; empty where none is."""
    found = []
    for at in reversed(open_parentheses(text)):
        end = at + 1
        while end < len(text) and text[end] not in _DELIMITERS:
            end += 1
        found.append(text[at + 1:end])
    return found


def completions(text: str) -> list[str]:
    """Return the words that the last word of *text* may be completed to, in the case in which it is written."""
    word = word_before(text)
    if open_string(text) is not None:
        return file_names(word)
    stripped = text.strip()
    if stripped == word and word.startswith(":") and "::" not in word:
        from acl.toplevel.commands import table

        names = [f":{name}" for name in table() if name.startswith(word[1:].lower())]
        if names:
            return sorted(names)
    if stripped.startswith((":ld ", ":cl ", ":cload ", ":cf ", ":cd ", ":pushd ", ":edit ")):
        return file_names(word)
    if word.startswith("#\\"):
        return [f"#\\{name}" for name in _CHARACTERS if name.lower().startswith(word[2:].lower()) and len(word) > 2]
    if not word:
        return []
    return sorted(set(_symbol_words(word, text)))


def _symbol_words(word: str, text: str) -> Iterator[str]:
    lead = len(word) - len(word.lstrip("#'"))
    head, word = word[:lead], word[lead:]
    prefix, colon, rest = word.partition(":")
    invert = casemode.modern or word == word.lower()

    def shown(name: str) -> str:
        return inverted(name) if invert and (casemode.modern or name == name.upper()) else name

    if not colon:
        package: Package = cl("*PACKAGE*").value
        for name in _names(package, word, True):
            yield head + shown(name)
        for each in _package_names(word):
            yield head + shown(each) + ":"
        return
    internal = rest.startswith(":")
    name_part = rest[1:] if internal else rest
    if not prefix:
        for key in keywords_of_call(text):
            if key.startswith(name_part.lower()):
                yield head + ":" + key
        if name_part:
            for name in _names(KEYWORD, name_part, True):
                yield head + ":" + shown(name)
        return
    found = _package(prefix)
    if found is not None:
        for name in _names(found, name_part, internal):
            yield head + prefix + (":: " if internal else ": ").strip() + shown(name)


def _names(package: Package, start: str, internal: bool) -> Iterator[str]:
    wanted = start.upper()
    tables = [package.external, package.internal] if internal else [package.external]
    if internal:
        tables += [used.external for used in package.uses]
    for each in tables:
        for name in list(each):
            if name.upper().startswith(wanted):
                yield name


def _package_names(start: str) -> Iterator[str]:
    from acl.types.symbol import PACKAGES

    for name in PACKAGES:
        if name.startswith(start.upper()):
            yield name


def keywords_of_call(text: str) -> list[str]:
    """Return the keywords, without colon and in lower case, that the function called around the end of *text* takes."""
    operators = enclosing_calls(text[:len(text) - len(word_before(text))])
    symbol = symbol_named(operators[0]) if operators else None
    if symbol is None:
        return []
    parts = lambda_list(symbol).lower().replace("(", " ( ").replace(")", " ) ").split()
    if "&key" not in parts:
        return []
    keys, depth = [], 0
    for i, part in enumerate(parts):
        if part == "(":
            depth += 1
        elif part == ")":
            depth -= 1
        elif i > parts.index("&key") and not part.startswith("&") and (
                depth == 1 or (depth == 2 and parts[i - 1] == "(")):
            keys.append(part)
    return keys


def lambda_list(symbol: Symbol) -> str:
    """Return the lambda list of what *symbol* names, with its parentheses; empty if it names nothing that is called."""
    from acl.builtins.declare import operator_declaration
    from acl.builtins.environment.describe import lambda_list_text
    from acl.types.function import fdefinition

    function = symbol.macro if symbol.macro is not None else fdefinition(symbol)
    if function is None and operator_declaration(symbol) is None:
        return ""
    return lambda_list_text(symbol, function)


def summary(text: str) -> tuple[str, str]:
    """Return the innermost call of something known that is being typed at the end of *text*: operator and parameters;
    and the first line of its documentation."""
    for operator in enclosing_calls(text):
        symbol = symbol_named(operator)
        parameters = lambda_list(symbol) if symbol is not None else ""
        if symbol is not None and parameters:
            return _summary(operator, symbol, parameters)
    return "", ""


def _summary(operator: str, symbol: Symbol, parameters: str) -> tuple[str, str]:
    from acl.builtins.environment.documentation import documentation_of

    doc = documentation_of(symbol, "FUNCTION")
    inside = parameters[1:-1] if parameters.startswith("(") else parameters
    line = doc.text().strip().splitlines()[0] if doc is not None and doc.text().strip() else ""
    return f"({operator} {inside}".rstrip().lower() + ")", line


def file_names(start: str) -> list[str]:
    """Return the names of files that begin with *start*; folders end in a slash."""
    folder, name = os.path.split(os.path.expanduser(start))
    try:
        entries = os.listdir(folder or ".")
    except OSError:
        return []
    shown = os.path.split(start)[0]
    result = []
    for each in sorted(entries):
        if each.startswith(name) and (name.startswith(".") or not each.startswith(".")):
            path = os.path.join(shown, each)
            result.append(path + "/" if os.path.isdir(os.path.join(folder, each)) else path)
    return result
