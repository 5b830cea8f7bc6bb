"""Commands on files and folders; their arguments are taken as they are written."""

from __future__ import annotations

import os
from typing import Any

from acl.toplevel.commands import command
from acl.types.array import string
from acl.types.symbol import T, cl


def _files(listener: Any, given: tuple[str, ...], kind: str) -> list[str]:
    """Return the files given, or those of the last time."""
    if given:
        listener.last_files[kind] = [os.path.expanduser(name) for name in given]
    return list(listener.last_files.get(kind, []))


@command("ld", "ld", reads="words")
def _ld(listener: Any, *files: str) -> None:
    """Load files; without names, the last ones again."""
    from acl.builtins.loading import load

    for name in _files(listener, files, "load"):
        load(string(name), verbose=T)


@command("cf", "cf", reads="words")
def _cf(listener: Any, *files: str) -> None:
    """Compile files; without names, the last ones again."""
    from acl.builtins.loading import compile_file

    for name in _files(listener, files, "compile"):
        compile_file(string(name), verbose=T)


@command("cload", "cl", reads="words")
def _cload(listener: Any, *files: str) -> None:
    """Compile files that are newer than their compiled form, then load them; without names, the last ones again."""
    from acl.builtins.loading import compile_file, compiled_name, find_file, load

    for name in _files(listener, files, "compile"):
        source = find_file(name) or name
        target = compiled_name(source)
        if source != target and (not os.path.exists(target) or os.path.getmtime(target) < os.path.getmtime(source)):
            compile_file(string(source), verbose=T)
        load(string(target), verbose=T)


def _change_to(listener: Any, directory: str) -> bool:
    """Change the working directory and show it; return whether that went well."""
    from acl.builtins.pathnames import to_pathname

    try:
        os.chdir(os.path.expanduser(directory))
    except OSError as fault:
        listener.say(f"{directory}: {fault.strerror}")
        return False
    cl("*DEFAULT-PATHNAME-DEFAULTS*").value = to_pathname(os.getcwd() + "/")
    return True


@command("cd", "cd", reads="words")
def _cd(listener: Any, directory: str = "~") -> None:
    """Change the working directory (without argument: to the home directory) and show it."""
    if _change_to(listener, directory):
        _pwd(listener)


@command("pwd", "pw")
def _pwd(listener: Any) -> None:
    """Show the working directory."""
    listener.say(os.path.join(os.getcwd(), ""))


@command("pushd", "pu", reads="words")
def _pushd(listener: Any, directory: str = "") -> None:
    """Change the working directory and remember the old one; without argument exchange the two last ones."""
    stack, here = listener.directories, os.getcwd()
    if not directory:
        if not stack:
            listener.say("The stack of directories is empty.")
            return
        directory = stack.pop()
    if _change_to(listener, directory):
        stack.append(here)
        _dirs(listener)


@command("popd", "popd")
def _popd(listener: Any) -> None:
    """Return to the working directory that was left by the last :pushd."""
    if not listener.directories:
        listener.say("The stack of directories is empty.")
    elif _change_to(listener, listener.directories.pop()):
        _dirs(listener)


@command("dirs", "dirs")
def _dirs(listener: Any) -> None:
    """Show the working directory and the remembered ones."""
    listener.say(" ".join(os.path.join(d, "") for d in [os.getcwd(), *reversed(listener.directories)]))


@command("edit", "ed", reads="words")
def _edit(listener: Any, name: str = "") -> None:
    """Edit a file, or the definition of a name, with the program in $EDITOR."""
    from acl.builtins.environment.sources import existing_place
    from acl.toplevel.completion import symbol_named

    line = 0
    symbol = symbol_named(name) if name else None
    place = existing_place(symbol) if symbol is not None else None
    if place is not None:
        name, line = place
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not editor:
        listener.say("The environment variable EDITOR does not say which editor to use." if not line
                     else f"{name}:{line}")
        return
    import shlex
    import subprocess

    subprocess.run([*shlex.split(editor), *([f"+{line}"] if line else []), *([name] if name else [])], check=False)
