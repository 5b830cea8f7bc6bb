"""Commands that tell who uses what, read off the compiled code of the functions, and where things are defined."""

from __future__ import annotations

from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import Any

from acl.compiler.unit import FunctionInfo
from acl.printer.writer import prin1_to_string
from acl.toplevel.commands import command
from acl.types.function import FUNCTIONS
from acl.types.symbol import Symbol, function_key


def code_parts(code: CodeType) -> Iterator[CodeType]:
    """Yield *code* and the code of the functions in it."""
    yield code
    for constant in code.co_consts:
        if type(constant) is CodeType:
            yield from code_parts(constant)


def _functions() -> Iterator[tuple[Any, FunctionType]]:
    """Yield name and function of all compiled Lisp functions that have a global name."""
    for key, function in list(FUNCTIONS.items()):
        if type(function) is FunctionType and not key.endswith((" mv", " kw")) and function.__code__.co_consts:
            info = function.__code__.co_consts[-1]
            if type(info) is FunctionInfo and info.name is not None:
                yield info.name, function


def uses(code: CodeType, key: str) -> set[str]:
    """Return what *code* does with the function or variable *key*: "calls", "references", "sets", "binds"."""
    import dis

    if not {key, key + " mv", key + " kw"} & set(code.co_names):
        return set()
    found: set[str] = set()
    instructions = [i for i in dis.get_instructions(code) if i.opname not in ("CACHE", "EXTENDED_ARG")]
    for i, each in enumerate(instructions):
        if each.argval in (key + " mv", key + " kw") or (each.argval == key and each.opname == "LOAD_GLOBAL"):
            found.add("calls")
        elif each.argval == key and each.opname == "STORE_ATTR":
            found.add("binds")
        elif each.argval == key and each.opname == "LOAD_ATTR":
            following = instructions[i + 1:i + 3]
            if any(x.opname == "STORE_SUBSCR" for x in following):
                found.add("sets")
            elif any(x.opname == "BINARY_SUBSCR" or x.argrepr == "[]" for x in following):  # Python 3.14: BINARY_OP
                found.add("references")
    return found


def user_names(symbol: Symbol, kinds: set[str]) -> list[Any]:
    """Return the names of the functions that use *symbol* in one of the ways *kinds*."""
    key = function_key(symbol)
    return [name for name, function in _functions()
            if any(uses(code, key) & kinds for code in code_parts(function.__code__))]


def users(symbol: Symbol, kinds: set[str]) -> list[str]:
    """Return the names as `user_names` does, as text in alphabetical order."""
    return sorted({prin1_to_string(name) for name in user_names(symbol, kinds)})


def _show(listener: Any, symbol: Any, kinds: set[str]) -> None:
    if type(symbol) is not Symbol:
        listener.say(f"{prin1_to_string(symbol)} is not a symbol.")
        return
    found = users(symbol, kinds)
    listener.say("\n".join(found) if found else "No function that is compiled and named.")


@command("who-calls", "who-c")
def _who_calls(listener: Any, name: Any) -> None:
    """Show the functions that call the function NAME."""
    _show(listener, name, {"calls"})


@command("who-binds", "who-b")
def _who_binds(listener: Any, name: Any) -> None:
    """Show the functions that bind the variable NAME."""
    _show(listener, name, {"binds"})


@command("who-references", "who-r")
def _who_references(listener: Any, name: Any) -> None:
    """Show the functions that take the value of the variable NAME."""
    _show(listener, name, {"references"})


@command("who-sets", "who-s")
def _who_sets(listener: Any, name: Any) -> None:
    """Show the functions that set the variable NAME."""
    _show(listener, name, {"sets"})


@command("who-uses", "who-u")
def _who_uses(listener: Any, name: Any) -> None:
    """Show the functions that call NAME, or bind, set or take the value of that variable."""
    _show(listener, name, {"calls", "binds", "references", "sets"})


@command("where", "whe")
def _where(listener: Any, name: Any) -> None:
    """Show in which files, and at which lines, NAME is defined as a function, variable, type ..."""
    from acl.builtins.environment.sources import place_lines

    lines = place_lines(name)
    listener.say("\n".join(lines) if lines else f"It is not known where {prin1_to_string(name)} is defined.")
