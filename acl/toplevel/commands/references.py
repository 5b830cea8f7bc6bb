"""Commands that tell who uses what, read off the compiled code of the functions, and where things are defined."""

from __future__ import annotations

import os
from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import Any

from acl.builtins.declare import builtin
from acl.builtins.environment.sources import definitions
from acl.builtins.pathnames import native_namestring
from acl.clos.slots import symbol_of
from acl.compiler.unit import FunctionInfo, function_info
from acl.printer.writer import prin1_to_string
from acl.runtime.conditions import error
from acl.streams.base import output_stream
from acl.toplevel.commands import command
from acl.types.base import wrong_type
from acl.types.cons import to_list
from acl.types.function import FUNCTIONS, fdefinition
from acl.types.hashtable import equal_key
from acl.types.symbol import CROSS_REFERENCE, Symbol, function_key


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


def called(code: CodeType) -> list[Any]:
    """Return the names of the global functions that *code* mentions."""
    names = dict.fromkeys(name.removesuffix(" mv").removesuffix(" kw") for part in code_parts(code)
                          for name in part.co_names)
    return [symbol_of(name) for name in names if name in FUNCTIONS and ":" in name and name[0] not in "(%"]


def called_by(name: Any) -> list[Any]:
    """Return the names of the functions that the function *name* calls; none if it is not compiled Lisp."""
    function = fdefinition(name)
    return called(function.__code__) if function is not None and function_info(function) is not None else []


def _in_files(name: Any, files: list[Any]) -> bool:
    wanted = {os.path.realpath(native_namestring(file)) for file in files}
    return any(os.path.realpath(found.place.file) in wanted for _, found in definitions(name))


def report(kinds: set[str], name: Any, inverse: Any, in_files: Any, in_functions: Any) -> str:
    """Return the text that `xref:who-calls` and its kin print.

    It is of the functions that use the symbol *name* in one of the ways *kinds*, or, if *inverse*, that the function of
    that name calls; only of those that are in the lists *in_functions* and defined in the files *in_files*, if given.
    """
    if type(name) is not Symbol:
        wrong_type(name, "SYMBOL")
    if inverse is not None and kinds != {"calls"}:
        error("SIMPLE-ERROR", "What a function uses is known of the functions that it calls only.")
    found = called_by(name) if inverse is not None else user_names(name, kinds)
    if in_functions is not None:
        wanted = [equal_key(each) for each in to_list(in_functions)]
        found = [each for each in found if equal_key(each) in wanted]
    if in_files is not None:
        found = [each for each in found if _in_files(each, to_list(in_files))]
    return "\n".join(sorted({prin1_to_string(each) for each in found})) or "No function that is compiled and named."


_CALLS, _BINDS, _REFERENCES, _SETS = {"calls"}, {"binds"}, {"references"}, {"sets"}
_QUESTIONS = (
    ("who-calls", "who-c", _CALLS, "Show the functions that call the function NAME; with :inverse t those it calls."),
    ("who-directly-calls", "", _CALLS, "Show what `who-calls` does: calls in macros and by designators are not kept."),
    ("who-binds", "who-b", _BINDS, "Show the functions that bind the variable NAME."),
    ("who-references", "who-r", _REFERENCES, "Show the functions that take the value of the variable NAME."),
    ("who-sets", "who-s", _SETS, "Show the functions that set the variable NAME."),
    ("who-uses", "who-u", _BINDS | _REFERENCES | _SETS,
     "Show the functions that bind, set or take the value of the variable NAME."))
"""Names of commands and of functions in XREF, shortest forms, what is asked for, help."""


def _declare(word: str, least: str, kinds: set[str], doc: str) -> None:
    def ask(name: Any, *, inverse: Any = None, in_files: Any = None, in_functions: Any = None,
            stream: Any = None) -> tuple[Any, ...]:
        text = report(kinds, name, inverse, in_files, in_functions)
        output_stream(stream).write_str(text + "\n")
        return ()

    ask.__doc__ = f"{doc}\n\nIN-FILES and IN-FUNCTIONS, lists, say of which functions only; NIL is all."
    builtin(word.upper(), "name &key inverse in-files in-functions stream", package=CROSS_REFERENCE, values=True)(ask)
    if not least:
        return

    def run(listener: Any, name: Any, *, inverse: Any = None, in_files: Any = None, in_functions: Any = None) -> None:
        listener.say(report(kinds, name, inverse, in_files, in_functions))

    run.__doc__ = doc
    command(word, least)(run)


for _question in _QUESTIONS:
    _declare(*_question)


@command("where", "whe")
def _where(listener: Any, name: Any) -> None:
    """Show in which files, and at which lines, NAME is defined as a function, variable, type ..."""
    from acl.builtins.environment.sources import place_lines

    lines = place_lines(name)
    listener.say("\n".join(lines) if lines else f"It is not known where {prin1_to_string(name)} is defined.")
