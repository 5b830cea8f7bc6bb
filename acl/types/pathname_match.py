"""Merging, matching and translating pathnames."""

from __future__ import annotations

from typing import Any

from .pathname import (
    BACK,
    NEWEST,
    RELATIVE,
    WILD,
    WILD_INFERIORS,
    LogicalPathname,
    Pathname,
    Pattern,
    is_wild,
)


def merge(path: Pathname, default: Pathname, version: Any = NEWEST) -> Pathname:
    """Return *path* with the components it lacks taken from *default* (`merge-pathnames`)."""
    host = path.host if path.host is not None else default.host
    logical = isinstance(path, LogicalPathname) or (path.host is None and isinstance(default, LogicalPathname))
    if logical and not isinstance(default, LogicalPathname):
        default = _as_logical(default)
    device = path.device if path.device is not None else default.device
    name = path.name if path.name is not None else default.name
    kind = path.type if path.type is not None else default.type
    new_version = path.version
    if new_version is None:
        if path.name is None and default.version is not None:
            new_version = default.version
        else:
            new_version = version
    directory = merge_directories(path.directory, default.directory)
    return (LogicalPathname if logical else Pathname)(host, device, directory, name, kind, new_version)


def _as_logical(path: Pathname) -> LogicalPathname:
    """Return a pathname with the components of *path* as a logical pathname has them: words in upper case."""
    def word(x: Any) -> Any:
        return type(x)(x.upper()) if isinstance(x, str) else x

    directory = None if path.directory is None else tuple(map(word, path.directory))
    return LogicalPathname(path.host, path.device, directory, word(path.name), word(path.type), path.version)


def merge_directories(directory: Any, default: Any) -> Any:
    """Return a directory, put below the default one if it is relative."""
    if directory is None:
        return default
    if directory[0] is RELATIVE and default is not None:
        result: list[Any] = []
        for part in (*default, *directory[1:]):
            if part is BACK and len(result) > 1 and (isinstance(result[-1], str) or result[-1] is WILD):
                result.pop()
            else:
                result.append(part)
        return tuple(result)
    return directory


def match_component(pattern: Any, x: Any) -> list[Any] | None:
    """Return what the wildcards of the component *pattern* stand for in *x*; None if it does not match.

    None in the pattern matches everything.
    """
    if pattern is None or pattern is WILD:
        return [x]
    if isinstance(pattern, Pattern):
        if not isinstance(x, str):
            return [x] if x is WILD and set(pattern) == {"*"} else None
        return _match_pattern(pattern, x)
    return [] if pattern == x else None


def _match_pattern(pattern: Pattern, text: str) -> list[Any] | None:
    import re

    if isinstance(text, Pattern) and text == pattern:
        return [text]
    found = re.fullmatch(pattern_regexp(pattern), text, re.DOTALL)
    return None if found is None else list(found.groups())


def pattern_regexp(pattern: str) -> str:
    """Return the regular expression of a pattern, with a group for each wildcard."""
    import re

    parts = []
    position = 0
    while position < len(pattern):
        c = pattern[position]
        position += 1
        if c == "*":
            parts.append("(.*)")
        elif c == "?":
            parts.append("(.)")
        elif c == "[" and "]" in pattern[position + 1:]:
            end = pattern.index("]", position + 1)
            body = pattern[position:end].replace("\\", "\\\\")
            parts.append("([" + ("^" + body[1:] if body[:1] in "!^" else body) + "])")
            position = end + 1
        elif c == "\\" and position < len(pattern):
            parts.append(re.escape(pattern[position]))
            position += 1
        else:
            parts.append(re.escape(c))
    return "".join(parts)


def match_directory(pattern: Any, directory: Any) -> list[Any] | None:
    """Return what the wildcards of a directory stand for (lists for :WILD-INFERIORS); None if it does not match."""
    if pattern is None:
        return [list(directory[1:]) if directory else []]
    if directory is None:
        return [[]] if pattern[1:] == (WILD_INFERIORS,) else None
    if pattern[0] is not directory[0]:
        return None
    return _match_parts(pattern[1:], directory[1:])


def _match_parts(pattern: Any, parts: Any) -> list[Any] | None:
    if not pattern:
        return None if parts else []
    first = pattern[0]
    if first is WILD_INFERIORS:
        for count in range(len(parts) + 1):
            rest = _match_parts(pattern[1:], parts[count:])
            if rest is not None:
                return [list(parts[:count]), *rest]
        return None
    if not parts:
        return None
    if first is WILD and not isinstance(parts[0], str) and parts[0] is not WILD:
        return None
    here = match_component(first, parts[0])
    if here is None:
        return None
    rest = _match_parts(pattern[1:], parts[1:])
    return None if rest is None else [*here, *rest]


def matches(path: Pathname, wild: Pathname) -> bool:
    """Return true if *path* matches *wild* (`pathname-match-p`)."""
    if wild.host != path.host and not (wild.host is None or path.host is None):
        return False
    if isinstance(wild, LogicalPathname) != isinstance(path, LogicalPathname):
        return False
    if match_directory(wild.directory, path.directory) is None:
        return False
    if match_component(wild.name, path.name) is None or match_component(wild.type, path.type) is None:
        return False
    return not isinstance(wild, LogicalPathname) or wild.version in (None, WILD, NEWEST) or (
        path.version in (None, WILD) or wild.version == path.version)


def translate(source: Pathname, pattern: Pathname, target: Pathname) -> Pathname | None:
    """Return *source*, which matches *pattern*, translated to *target*; None if it does not match."""
    directory = match_directory(pattern.directory, source.directory)
    name = match_component(pattern.name, source.name)
    kind = match_component(pattern.type, source.type)
    if directory is None or name is None or kind is None:
        return None
    lower = isinstance(source, LogicalPathname) and not isinstance(target, LogicalPathname)
    version = source.version if target.version in (None, WILD) else target.version
    if not isinstance(target, LogicalPathname):
        version = source.version if target.version is None else target.version
    return type(target)(
        target.host if isinstance(target, LogicalPathname) or target.host is not None else None,
        target.device,
        _translate_directory(directory, source.directory, target.directory, lower),
        _translate_component(name, source.name, target.name, lower),
        _translate_component(kind, source.type, target.type, lower),
        version)


def _case(x: Any, lower: bool) -> Any:
    return x.lower() if lower and type(x) is str else x


def _translate_component(found: list[Any], source: Any, target: Any, lower: bool) -> Any:
    if target is None:
        return _case(source, lower)
    if target is WILD:
        if len(found) == 1:
            return _case(found[0], lower)
        return _case(source, lower)
    if isinstance(target, Pattern):
        return _fill(target, [_case(x, lower) for x in found])
    return target


def _fill(pattern: Pattern, found: list[Any]) -> Any:
    """Return *pattern* with its wildcards replaced by *found*, as far as they go."""
    result = []
    position = 0
    while position < len(pattern):
        c = pattern[position]
        if c in "*?" and found:
            item = found.pop(0)
            result.append(item if isinstance(item, str) else "*" if item is WILD else "")
        elif c == "\\" and position + 1 < len(pattern):
            position += 1
            result.append(pattern[position])
        else:
            result.append(c)
        position += 1
    text = "".join(result)
    return Pattern(text) if "*" in text or "?" in text else text


def _translate_directory(found: list[Any], source: Any, target: Any, lower: bool) -> Any:
    if target is None:
        return source if source is None else tuple(_case(x, lower) for x in source)
    result = [target[0]]
    for part in target[1:]:
        if part is WILD_INFERIORS:
            index = next((i for i, x in enumerate(found) if isinstance(x, list)), None)
            if index is not None:
                result += [_case(x, lower) for x in found.pop(index)]
        elif is_wild(part) and found:
            item = found.pop(0)
            if isinstance(item, list):
                result += [_case(x, lower) for x in item]
            elif part is WILD:
                result.append(_case(item, lower))
            else:
                result.append(_fill(part, [_case(item, lower)]))
        else:
            result.append(part)
    return tuple(result)
