"""Commands of the top level.

A command is declared once, by a Python function of the listener and the arguments: the function's parameters are the
command's (defaults make &optional, `*rest` &rest, keyword-only ones &key), its docstring is the help text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from acl.runtime.conditions import error
from acl.types.array import SimpleString
from acl.types.cons import to_list
from acl.types.symbol import KEYWORD, Symbol

_MODULES = ("debugging", "files", "frames", "general", "objects", "processes", "references")


class Command(NamedTuple):
    """A command: `least` is its shortest accepted form, `arguments` as :help shows them.

    `reads` says what becomes of the rest of the line: "forms" (read, not evaluated), "words", or "line".
    `run` is called with the listener and the arguments; `is_alias` is true for one that the user has made.
    """

    name: str
    least: str
    arguments: str
    help: str
    reads: str
    run: Callable[..., None]
    is_alias: bool = False


COMMANDS: dict[str, Command] = {}
_loaded = False


def command(name: str, least: str = "", reads: str = "forms") -> Callable[[Any], Any]:
    """Declare a command."""
    def register(function: Any) -> Any:
        doc = (function.__doc__ or "").strip()
        COMMANDS[name] = Command(name, least or name, parameters_text(function), doc, reads, function)
        return function

    return register


def table() -> dict[str, Command]:
    """Return all commands by name."""
    global _loaded
    if not _loaded:
        _loaded = True
        from importlib import import_module

        for module in _MODULES:
            import_module(f"acl.toplevel.commands.{module}")
    return COMMANDS


def _lisp_name(parameter: str) -> str:
    return parameter.rstrip("_").replace("_", "-")


def _parameters(function: Any) -> tuple[list[str], list[tuple[str, Any]], bool, str, list[str]]:
    """Return the parameters behind the listener: required, optional with defaults, whether &rest, its name, keys."""
    code = function.__code__
    names = list(code.co_varnames[1:code.co_argcount])
    defaults = list(function.__defaults__ or ())
    split = len(names) - len(defaults)
    keys = list(code.co_varnames[code.co_argcount:code.co_argcount + code.co_kwonlyargcount])
    has_rest = bool(code.co_flags & 4)
    rest = code.co_varnames[code.co_argcount + code.co_kwonlyargcount] if has_rest else ""
    return names[:split], list(zip(names[split:], defaults, strict=True)), has_rest, rest, keys


def parameters_text(function: Any) -> str:
    """Return the parameters of a command's function as a Lisp lambda list without parentheses."""
    required, optional, has_rest, rest, keys = _parameters(function)
    parts = [_lisp_name(r) for r in required]
    if optional:
        parts.append("&optional")
        parts += [_lisp_name(o) if d is None else f"({_lisp_name(o)} {d})" for o, d in optional]
    if has_rest:
        parts += ["&rest", _lisp_name(rest)]
    if keys:
        parts += ["&key", *(_lisp_name(k) for k in keys)]
    return " ".join(parts)


def call(listener: Any, found: Command, args: list[Any]) -> None:
    """Call a command with arguments that are Lisp objects (str for one that takes words or a line)."""
    if found.is_alias or found.reads != "forms":
        _check_count(found, args)
        found.run(listener, *args)
        return
    required, optional, has_rest, _, keys = _parameters(found.run)
    most = len(required) + len(optional)
    at = len(args)
    if keys and not has_rest:
        at = next((i for i, a in enumerate(args) if i >= len(required) and _key(a) in keys), len(args))
    given: dict[str, Any] = {}
    rest = args[at:]
    for i in range(0, len(rest), 2):
        key = _key(rest[i])
        if key not in keys or i + 1 == len(rest):
            _wrong(found)
        given.setdefault(key or "", rest[i + 1])
    _check_count(found, args[:at], len(required), None if has_rest else most)
    numbers = [found.run.__annotations__.get(name) == "int" for name in (*required, *(name for name, _ in optional))]
    if any(number and type(arg) is not int for number, arg in zip(numbers, args[:at], strict=False)):
        _wrong(found)
    found.run(listener, *args[:at], **given)


def _key(x: Any) -> str | None:
    if type(x) is Symbol and x.package is KEYWORD:
        name = x.name.lower().replace("-", "_")
        return name + "_" if name in ("from", "all") else name
    return None


def _check_count(found: Command, args: list[Any], least: int | None = None, most: int | None = None) -> None:
    if found.is_alias:
        return
    if least is None:
        required, optional, has_rest, _, _ = _parameters(found.run)
        least, most = len(required), None if has_rest else len(required) + len(optional)
    if len(args) < least or (most is not None and len(args) > most):
        _wrong(found)


def _wrong(found: Command) -> None:
    call = f":{found.name} {found.arguments}".rstrip()
    error("PROGRAM-ERROR", "The command takes other arguments: ~a.", SimpleString(call))


def find_command(word: str) -> Command | None:
    """Return the command that *word* (without the colon) means: whole, or at least its shortest form."""
    commands = table()
    word = word.lower()
    if word in commands:
        return commands[word]
    fitting = [c for c in commands.values() if c.name.startswith(word) and len(word) >= len(c.least)]
    return next((c for c in fitting if c.is_alias), fitting[0] if fitting else None)


def split(line: str) -> tuple[str, str]:
    """Return the command word, without the character before it, and the rest of the line."""
    line = line.strip()[1:]
    end = next((i for i, c in enumerate(line) if c.isspace()), len(line))
    return line[:end], line[end:].strip()


def is_command(line: str) -> bool:
    """True if *line* is a command: a known one, a number of the history, or a search in it."""
    word, _ = split(line)
    return bool(word) and (word[0] == ":" or find_command(word) is not None or history_number(word) is not None)


def history_number(word: str) -> int | None:
    """Return the number that a command like `:7`, `:-1`, `:+2` means, None if it is none."""
    try:
        return int(word)
    except ValueError:
        return None


def run_command(listener: Any, line: str) -> None:
    """Run a command line."""
    word, rest = split(line)
    if word[0] == ":" or history_number(word) is not None:
        from acl.toplevel.commands.general import again

        again(listener, word)
        return
    found = find_command(word)
    if found is None:
        error("SIMPLE-ERROR", "There is no command :~a.", SimpleString(word))
        return
    call(listener, found, list(arguments(found.reads, rest)))


def arguments(reads: str, rest: str) -> Iterator[Any]:
    """Yield the arguments in the rest of a line."""
    if reads == "line":
        if rest:
            yield rest
        return
    if reads == "words":
        yield from words(rest)
        return
    from acl.reader import EOF, TextSource, read_form

    source = TextSource(rest, "<command>")
    while True:
        form = read_form(source, EOF)
        if form is EOF:
            return
        yield form


def words(text: str) -> Iterator[str]:
    """Yield the words of *text*; one in double quotes may contain blanks."""
    import re

    for match in re.finditer(r'"((?:[^"\\]|\\.)*)"|(\S+)', text):
        yield match[2] if match[2] is not None else re.sub(r"\\(.)", r"\1", match[1])


def do_command(listener: Any, name: str, args: list[Any]) -> None:
    """Run the command *name* from a program, with arguments that are Lisp objects."""
    found = find_command(name)
    if found is None:
        error("SIMPLE-ERROR", "There is no command :~a.", SimpleString(name))
        return
    if found.reads != "forms":
        from acl.printer.writer import princ_to_string

        texts = [princ_to_string(a) for a in args]
        args = texts if found.reads == "words" else [" ".join(texts)] if texts else []
    call(listener, found, args)


def define_alias(spec: Any, text: str, doc: str, function: Any) -> None:
    """Make a command of the user's; *spec* is a name or (name [index] [:case-sensitive])."""
    from acl.printer.writer import princ_to_string

    parts = to_list(spec) if spec.__class__.__name__ == "Cons" else [spec]
    name = princ_to_string(parts[0]).lower()
    index = next((p for p in parts[1:] if type(p) is int), len(name) - 1)

    def run(listener: Any, *args: Any) -> None:
        function(*args)

    table()[name] = Command(name, name[:index + 1], text, doc, "forms", run, True)
