"""Commands of the top level: one table of names, shortest forms, arguments, effects and help."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, NamedTuple

from acl.runtime.conditions import error
from acl.runtime.dynamic import bind
from acl.toplevel import variables as v
from acl.toplevel.display import error_text, package_name
from acl.toplevel.frames import frame_text
from acl.types.array import string
from acl.types.symbol import cl, find_package

_PACKAGE = cl("*PACKAGE*")


class Command(NamedTuple):
    """A command: `least` is its shortest accepted form, `arguments` as :help shows them."""

    name: str
    least: str
    arguments: str
    help: str
    run: Callable[[Any, str], None]


COMMANDS: dict[str, Command] = {}


def command(name: str, least: str = "", arguments: str = "") -> Callable[[Any], Any]:
    """Declare a command; the docstring is its help."""
    def register(function: Any) -> Any:
        COMMANDS[name] = Command(name, least or name, arguments, function.__doc__ or "", function)
        return function

    return register


def find_command(word: str) -> Command | None:
    """Return the command that *word* (without the colon) means: whole, or at least its shortest form."""
    word = word.lower()
    if word in COMMANDS:
        return COMMANDS[word]
    for each in COMMANDS.values():
        if each.name.startswith(word) and len(word) >= len(each.least):
            return each
    return None


def split(line: str) -> tuple[str, str]:
    """Return the command word, without its colon, and the rest of the line."""
    word, _, rest = line.strip()[1:].partition(" ")
    return word, rest.strip()


def is_command(line: str) -> bool:
    """True if *line* is a command, known or a number of the history."""
    word, _ = split(line)
    return bool(word) and (find_command(word) is not None or _history_number(word) is not None)


def _history_number(word: str) -> int | None:
    try:
        return int(word)
    except ValueError:
        return None


def run_command(listener: Any, line: str) -> None:
    """Run a command line."""
    word, rest = split(line)
    number = _history_number(word)
    if number is not None:
        _again(listener, number, word[0] in "+-")
        return
    found = find_command(word)
    if found is None:
        error("SIMPLE-ERROR", "There is no command :~a.", string(word))
        return
    found.run(listener, rest)


def _again(listener: Any, number: int, relative: bool) -> None:
    """Run an input of the history again."""
    wanted = listener.number - 1 + number if relative else number
    for each, text, form in listener.history:
        if each == wanted:
            listener.say(text)
            if form is None and text.startswith(":"):
                run_command(listener, text)
            else:
                listener.evaluate(text, form)
            return
    listener.say(f"There is no input number {wanted} in the history.")


def _count(rest: str, default: int) -> int:
    try:
        return int(rest.split()[0]) if rest else default
    except ValueError:
        return default


@command("continue", "cont", "&optional (n 0)")
def _continue(listener: Any, rest: str) -> None:
    """Invoke restart N of the current break level."""
    if listener.levels[-1].number == 0:
        listener.say("There is no error to continue from.")
        return
    listener.continue_with(_count(rest, 0))


@command("pop", "po", "&optional (n 1)")
def _pop(listener: Any, rest: str) -> None:
    """Leave N break levels, unwinding."""
    listener.pop(_count(rest, 1))


@command("reset", "res")
def _reset(listener: Any, rest: str) -> None:
    """Return to the outermost level, unwinding."""
    listener.reset()


@command("exit", "ex", "&optional status")
def _exit(listener: Any, rest: str) -> None:
    """Leave Lisp with STATUS."""
    from acl.toplevel.listener import ExitLisp

    raise ExitLisp(_count(rest, 0))


@command("error", "err")
def _error(listener: Any, rest: str) -> None:
    """Show the error of the current break level and its restarts again; set * to the condition."""
    level = listener.levels[-1]
    if level.condition is None:
        listener.say("There is no error.")
        return
    listener.say(error_text(level.condition, level.restarts))
    v.shift(v.STARS, level.condition)


@command("zoom", "zo", "&key count all")
def _zoom(listener: Any, rest: str) -> None:
    """Show the stack around the current frame, newest call first."""
    level = listener.levels[-1]
    listener.say("Evaluation stack:\n")
    shown = v.ZOOM_DISPLAY.value if ":all" not in rest.lower() else len(level.frames)
    with bind(cl("*PRINT-LENGTH*"), v.ZOOM_PRINT_LENGTH.value, cl("*PRINT-LEVEL*"), v.ZOOM_PRINT_LEVEL.value):
        first = max(0, level.current - shown // 2)
        if first:
            listener.say(f"... {first} more newer frames ...")
        for index in range(first, min(len(level.frames), first + shown)):
            mark = " ->" if index == level.current else "   "
            listener.say(mark + frame_text(level.frames[index]))
        if first + shown < len(level.frames):
            listener.say("... more older frames ...")
    _current(listener)


def _current(listener: Any) -> None:
    level = listener.levels[-1]
    if level.frames:
        v.shift(v.STARS, level.frames[level.current].expression())


@command("bt", "bt")
def _bt(listener: Any, rest: str) -> None:
    """Show the names of the functions on the stack."""
    from acl.printer.writer import prin1_to_string
    from acl.toplevel.display import fill

    names = [prin1_to_string(f.name) for f in listener.levels[-1].frames]
    listener.say("Evaluation stack:\n")
    listener.say(fill("  " + " <- ".join(names), 2))


def _move(listener: Any, distance: int) -> None:
    level = listener.levels[-1]
    if level.frames:
        level.current = max(0, min(len(level.frames) - 1, level.current + distance))
        listener.say(frame_text(level.frames[level.current]))
        _current(listener)


@command("dn", "dn", "&optional (n 1)")
def _dn(listener: Any, rest: str) -> None:
    """Move to an older frame."""
    _move(listener, _count(rest, 1))


@command("up", "up", "&optional (n 1)")
def _up(listener: Any, rest: str) -> None:
    """Move to a newer frame."""
    _move(listener, -_count(rest, 1))


@command("local", "loc", "&optional name")
def _local(listener: Any, rest: str) -> None:
    """Show the local variables of the current frame."""
    from acl.printer.writer import prin1_to_string

    level = listener.levels[-1]
    if not level.frames:
        listener.say("There is no frame.")
        return
    for name, value in level.frames[level.current].variables():
        if not rest or rest.lower() == name:
            listener.say(f"{name}: {prin1_to_string(value)}")


@command("help", "he", "&optional command")
def _help(listener: Any, rest: str) -> None:
    """Show the commands, or the help of one command."""
    if rest:
        found = find_command(rest.lstrip(":"))
        if found is None:
            listener.say(f"There is no command :{rest.lstrip(':')}.")
            return
        listener.say(f":{found.name} {found.arguments}".rstrip())
        listener.say(f"  {found.help}")
        return
    listener.say("COMMAND       ABBR  DESCRIPTION")
    for each in sorted(COMMANDS.values()):
        abbreviation = each.least if each.least != each.name else ""
        listener.say(f":{each.name:<12} {abbreviation:<5} {each.help.splitlines()[0]}")


@command("package", "pa", "&optional name")
def _package(listener: Any, rest: str) -> None:
    """Change the current package, or show it."""
    if not rest:
        listener.say(f"The {package_name(_PACKAGE.value)} package is current.")
        return
    package = find_package(rest.lstrip(":").upper()) or find_package(rest.strip('":'))
    if package is None:
        listener.say(f"There is no package named {rest}.")
        return
    _PACKAGE.value = package


def _files(listener: Any, rest: str, kind: str) -> list[str]:
    files = [part.strip('"') for part in rest.split()]
    if files:
        listener.last_files[kind] = files
    return files or listener.last_files.get(kind, [])


@command("ld", "ld", "&rest files")
def _ld(listener: Any, rest: str) -> None:
    """Load files; their names are taken as they are.  Without names, the last ones again."""
    from acl.builtins.loading import load
    from acl.types.symbol import T

    for name in _files(listener, rest, "load"):
        load(string(os.path.expanduser(name)), verbose=T)


@command("cf", "cf", "&rest files")
def _cf(listener: Any, rest: str) -> None:
    """Compile files.  Without names, the last ones again."""
    from acl.builtins.loading import compile_file

    for name in _files(listener, rest, "compile"):
        compile_file(string(os.path.expanduser(name)))


@command("cload", "cl", "&rest files")
def _cload(listener: Any, rest: str) -> None:
    """Compile files that are newer than their compiled form, then load them."""
    from acl.builtins.loading import compile_file, compiled_name, find_file, load
    from acl.types.symbol import T

    for name in _files(listener, rest, "compile"):
        path = os.path.expanduser(name)
        source = find_file(path) or path
        target = compiled_name(source)
        if source != target and (not os.path.exists(target) or os.path.getmtime(target) < os.path.getmtime(source)):
            compile_file(string(source))
        load(string(target), verbose=T)


@command("cd", "cd", "&optional directory")
def _cd(listener: Any, rest: str) -> None:
    """Change the working directory (without argument: to the home directory) and show it."""
    try:
        os.chdir(os.path.expanduser(rest or "~"))
    except OSError as fault:
        listener.say(f"{rest}: {fault.strerror}")
        return
    from acl.builtins.pathnames import to_pathname

    cl("*DEFAULT-PATHNAME-DEFAULTS*").value = to_pathname(os.getcwd() + "/")
    listener.say(os.getcwd() + "/")


@command("pwd", "pw")
def _pwd(listener: Any, rest: str) -> None:
    """Show the working directory."""
    listener.say(os.getcwd() + "/")


@command("history", "his", "&optional n")
def _history(listener: Any, rest: str) -> None:
    """Show the inputs so far, numbered."""
    for number, text, _ in listener.history[-_count(rest, len(listener.history)) - 1:-1]:
        listener.say(f"{number:>4} {text}")


def _call(name: str, *args: Any) -> Any:
    from acl.types.function import FUNCTIONS

    return FUNCTIONS[name](*args)


def _read(rest: str) -> Any:
    from acl.reader import EOF, TextSource, read_form

    form = read_form(TextSource(rest, "<command>"), EOF)
    return None if form is EOF else form


@command("describe", "des", "form")
def _describe(listener: Any, rest: str) -> None:
    """Describe the value of FORM."""
    from acl.session import evaluate

    _call("COMMON-LISP:DESCRIBE", evaluate(_read(rest)))


@command("macroexpand", "ma", "form")
def _macroexpand(listener: Any, rest: str) -> None:
    """Expand a macro form once and print the expansion."""
    _call("COMMON-LISP:PPRINT", _call("COMMON-LISP:MACROEXPAND-1", _read(rest)))


@command("processes", "pro")
def _processes(listener: Any, rest: str) -> None:
    """Show the processes: number, priority, state, name, whostate."""
    from acl.mp import process_table

    for line in process_table():
        listener.say(line)


