"""Pathnames, and the syntax of namestrings.

A component is None, a symbol (:WILD, :UNSPECIFIC, :NEWEST), a str, which is meant literally, or a `Pattern`, a
str with wildcards `*` and `?` in it; versions are also numbers.  The directory is None or a tuple that
begins with :ABSOLUTE or :RELATIVE and goes on with components, :WILD-INFERIORS, :UP, :BACK and :HOME.

In a Unix namestring a backslash takes the meaning of a wildcard away; `**/` is any number of directories,
`..` is :UP.  The type is what follows the last dot, unless that is the first character.
"""

from __future__ import annotations

from typing import Any

from .base import LispObject
from .symbol import keyword

ABSOLUTE, RELATIVE, UP, BACK, HOME = (keyword(k) for k in ("ABSOLUTE", "RELATIVE", "UP", "BACK", "HOME"))
WILD, WILD_INFERIORS = keyword("WILD"), keyword("WILD-INFERIORS")
UNSPECIFIC, NEWEST = keyword("UNSPECIFIC"), keyword("NEWEST")
_NO_VERSION = (None, UNSPECIFIC, NEWEST)


class NamestringError(ValueError):
    """A namestring is malformed; `position` is where."""

    def __init__(self, message: str, position: int = 0) -> None:
        super().__init__(message)
        self.position = position


class Pattern(str):
    """A component with wildcards."""

    __slots__ = ()


class Pathname(LispObject):
    """A pathname of the file system."""

    __slots__ = ("__weakref__", "device", "directory", "host", "name", "type", "version")

    def __init__(self, host: Any = None, device: Any = None, directory: Any = None, name: Any = None, type: Any = None,
                 version: Any = None) -> None:
        self.host = host
        self.device = device
        self.directory = directory
        self.name = name
        self.type = type
        self.version = version

    def equal_key(self) -> Any:
        """Return what two pathnames that are `equal` have in common.  The file system knows no versions."""
        version = None if self.version in _NO_VERSION else self.version
        return self.host, self.device or None, self.directory, self.name, self.type, version

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self.equal_key() == other.equal_key()

    def __hash__(self) -> int:
        return hash(self.equal_key())

    def __repr__(self) -> str:
        return f"#P{self.namestring()!r}"

    def replace(self, **components: Any) -> Pathname:
        """Return a pathname that differs in some components."""
        new = {name: getattr(self, name) for name in ("host", "device", "directory", "name", "type", "version")}
        new.update(components)
        return type(self)(**new)

    def namestring(self) -> str:
        """Return the namestring."""
        return self.directory_namestring() + self.file_namestring()

    def directory_namestring(self) -> str:
        """Return the namestring of the directory."""
        if self.directory is None:
            return ""
        head, *rest = self.directory
        if head is RELATIVE and not rest:
            return "./"
        return ("/" if head is ABSOLUTE else "") + "".join(_unparse(x) + "/" for x in rest)

    def file_namestring(self) -> str:
        """Return the namestring of name and type."""
        text = _unparse(self.name)
        if self.type is not None and self.type is not UNSPECIFIC:
            text += "." + _unparse(self.type)
        return text


_SYMBOLS = {WILD: "*", WILD_INFERIORS: "**", UP: "..", BACK: "..", HOME: "~", UNSPECIFIC: "", None: ""}


def _unparse(x: Any) -> str:
    if isinstance(x, Pattern):
        return str(x)
    if isinstance(x, str):
        if any(c in "*?\\[" for c in x):
            return "".join("\\" + c if c in "*?\\[" else c for c in x)
        return x
    return _SYMBOLS.get(x, "")


class LogicalPathname(Pathname):
    """A logical pathname: `host` is a str in upper case."""

    __slots__ = ()

    def directory_namestring(self) -> str:
        """Return the namestring of the directory."""
        if self.directory is None:
            return ""
        head, *rest = self.directory
        return (";" if head is RELATIVE else "") + "".join(_unparse(x) + ";" for x in rest)

    def file_namestring(self) -> str:
        """Return the namestring of name, type and version."""
        text = _unparse(self.name)
        if self.type is not None and self.type is not UNSPECIFIC:
            text += "." + _unparse(self.type)
        version = self.version
        if version is not None and version is not UNSPECIFIC:
            text += "." + ("NEWEST" if version is NEWEST else "*" if version is WILD else str(version))
        return text

    def namestring(self) -> str:
        """Return the namestring."""
        return f"{self.host}:{super().namestring()}"

    def equal_key(self) -> Any:
        """Return what two pathnames that are `equal` have in common."""
        return self.host, self.directory, self.name, self.type, self.version


# Unix namestrings


def component(text: str) -> Any:
    """Return the component that *text*, a part of a Unix namestring, stands for."""
    if "*" in text or "?" in text or "[" in text:
        if text == "*":
            return WILD
        plain = False
        if "\\" in text:
            rest = text
            for escaped in ("\\\\", "\\*", "\\?", "\\["):
                rest = rest.replace(escaped, "")
            plain = not any(c in "*?[" for c in rest)
        if not plain:
            return Pattern(text)
    return _unescape(text) if "\\" in text else text


def _unescape(text: str) -> str:
    result = []
    position = 0
    while position < len(text):
        if text[position] == "\\":
            position += 1
            if position == len(text):
                raise NamestringError("A backslash ends the namestring.", position - 1)
        result.append(text[position])
        position += 1
    return "".join(result)


def _directory_component(text: str) -> Any:
    if text == "**":
        return WILD_INFERIORS
    if text == "..":
        return UP
    return component(text)


def parse_unix(text: str) -> Pathname:
    """Return the pathname that a Unix namestring denotes."""
    cut = text.rfind("/") + 1
    directory: Any = None
    if cut:
        absolute = text[0] == "/"
        parts = [_directory_component(p) for p in text[:cut].split("/") if p and p != "."]
        directory = (ABSOLUTE if absolute else RELATIVE, *parts)
    file = text[cut:]
    if not file:
        return Pathname(directory=directory)
    dot = -1 if file == ".." else file.rfind(".")
    if dot <= 0:
        name, kind = component(file), None
    else:
        name, kind = component(file[:dot]), component(file[dot + 1:])
    return Pathname(directory=directory, name=name, type=kind, version=UNSPECIFIC)


def parse_native(text: str, directory: bool = False) -> Pathname:
    """Return the pathname of the file that the operating system calls *text*: no character is special.

    *directory*: it is a directory, and its name is to be in the directory component.
    """
    if directory and not text.endswith("/"):
        text += "/"
    head, _, file = text.rpartition("/")
    parts = None
    if head or text[:1] == "/":
        parts = (ABSOLUTE if text[0] == "/" else RELATIVE,
                 *(UP if p == ".." else p for p in head.split("/") if p and p != "."))
    if not file:
        return Pathname(directory=parts)
    dot = -1 if file == ".." else file.rfind(".")
    if dot <= 0:
        return Pathname(directory=parts, name=file, version=UNSPECIFIC)
    return Pathname(directory=parts, name=file[:dot], type=file[dot + 1:], version=UNSPECIFIC)


def native(pathname: Pathname) -> str:
    """Return the operating system's name of a pathname without wildcards: no escapes, `~/` expanded."""
    text = ""
    if pathname.directory is not None:
        head, *rest = pathname.directory
        if rest and (rest[0] == "~" or rest[0] is HOME):
            import os

            text = os.path.expanduser("~") + "/"
            rest = rest[1:]
        elif head is ABSOLUTE:
            text = "/"
        elif not rest:
            text = "./"
        text += "".join((x if isinstance(x, str) else _unparse(x)) + "/" for x in rest)
    if pathname.name is not None:
        text += pathname.name if isinstance(pathname.name, str) else _unparse(pathname.name)
    if pathname.type is not None and pathname.type is not UNSPECIFIC:
        text += "." + (pathname.type if isinstance(pathname.type, str) else _unparse(pathname.type))
    return text


# Logical namestrings

LOGICAL_HOSTS: dict[str, Any] = {}
"""Translations by logical host: a list of (pattern, target) pairs of pathnames."""


def _word(text: str, position: int) -> Any:
    word = text.upper()
    if not word.replace("*", "").replace("-", "").isalnum() and word.strip("*-"):
        raise NamestringError(f"{text!r} is not a word of a logical pathname.", position)
    if any(ord(c) > 127 for c in word):
        raise NamestringError(f"{text!r} is not a word of a logical pathname.", position)
    if word == "*":
        return WILD
    if word == "**":
        return WILD_INFERIORS
    return Pattern(word) if "*" in word else word


def parse_logical(host: str, text: str) -> LogicalPathname:
    """Return the logical pathname that *text*, without the host, denotes."""
    *directories, file = text.split(";")
    directory: Any = None
    if directories:
        relative = directories[0] == ""
        if relative:
            directories = directories[1:]
        if "" in directories:
            raise NamestringError("An empty directory in a logical pathname.")
        directory = (RELATIVE if relative else ABSOLUTE, *(_word(d, 0) for d in directories))
    fields = file.split(".")
    if len(fields) > 3:
        raise NamestringError("Too many dots in a logical pathname.", len(text) - len(file))
    name = _word(fields[0], 0) if fields[0] else None
    kind = _word(fields[1], 0) if len(fields) > 1 and fields[1] else None
    version: Any = None
    if len(fields) > 2:
        last = fields[2].upper()
        if last == "NEWEST":
            version = NEWEST
        elif last == "*":
            version = WILD
        elif last.isdigit():
            version = int(last)
        else:
            raise NamestringError(f"{fields[2]!r} is not a version.", len(text) - len(last))
    return LogicalPathname(host, UNSPECIFIC, directory, name, kind, version)


def logical_host(text: str) -> str | None:
    """Return the name of the defined logical host that *text* begins with, if it does."""
    colon = text.find(":")
    if colon > 0:
        name = text[:colon].upper()
        if name in LOGICAL_HOSTS:
            return name
    return None


def parse_namestring(text: str, host: str | None = None) -> Pathname:
    """Return the pathname that *text* denotes; a `NamestringError` if it is malformed.

    It is logical if it begins with a defined logical host and a colon, or if *host* is given.
    """
    prefix = logical_host(text)
    if prefix is not None:
        if host is not None and host != prefix:
            raise NamestringError(f"The host of {text!r} is not {host}.")
        return parse_logical(prefix, text[len(prefix) + 1:])
    if host is not None:
        return parse_logical(host, text)
    return parse_unix(text)


def is_wild(x: Any) -> bool:
    """Return true if a component is wild."""
    return x is WILD or x is WILD_INFERIORS or isinstance(x, Pattern)
