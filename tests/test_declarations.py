"""Every declared builtin has a docstring, and a lambda list that matches what it accepts."""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import acl.boot
from acl.builtins.declare import DECLARATIONS, Declaration, parse_lambda_list
from acl.runtime.faults import caught
from acl.types.array import string
from acl.types.cons import Cons, from_iterable
from acl.types.function import FUNCTIONS as FUNCTION_OF
from acl.types.function import call_values
from acl.types.symbol import cl, function_key, keyword

acl.boot.load_all()
FUNCTIONS = [d for d in DECLARATIONS.values() if d.kind in ("function", "predicate")]


@pytest.mark.parametrize("declaration", DECLARATIONS.values(), ids=lambda d: f"{d.symbol.name}-{d.kind}")
def test_docstring(declaration: Declaration) -> None:
    """The docstring begins with a summary that is a sentence."""
    summary = (declaration.doc or "").strip().split("\n")[0]
    assert summary, "no docstring"
    assert summary[0].isupper() or not summary[0].isalpha()


@pytest.mark.parametrize("declaration", FUNCTIONS, ids=lambda d: f"{d.symbol.name}{'-setf' if d.setf else ''}")
def test_lambda_list(declaration: Declaration) -> None:
    """The Python function takes the parameters that the lambda list announces."""
    parsed = parse_lambda_list(declaration.lambda_list)
    generic = getattr(declaration.function, "gf", None)
    # Other tests may have given a generic function methods in Lisp.
    functions = [m.function for m in generic.methods] if generic is not None else []
    own = [f for f in functions if f is not None and f.__code__.co_filename.endswith(".py")]
    function = own[-1] if own else declaration.function
    function = getattr(function, "mv", function)
    parameters = list(inspect.signature(function).parameters.values())
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    keywords = {p.name for p in parameters if p.kind is p.KEYWORD_ONLY}
    has_rest = any(p.kind is p.VAR_POSITIONAL for p in parameters)
    has_keywords = any(p.kind is p.VAR_KEYWORD for p in parameters)
    wanted = parsed.required + parsed.optional
    if parsed.keys is not None:  # a keyword parameter may be a Python parameter of either kind
        keywords.update(p.name for p in positional[wanted:])
        positional = positional[:wanted]
    required = [p for p in positional if p.default is p.empty]
    assert len(required) <= parsed.required
    if has_rest:
        assert parsed.rest or parsed.keys is not None or parsed.optional, "*args, but the lambda list is fixed"
    else:
        assert len(required) == parsed.required
        assert len(positional) == wanted
    if parsed.keys is not None and not has_rest and not has_keywords:
        assert set(parsed.keys.values()) == keywords


# Calls with wrong arguments

UNKNOWN = keyword("NO-SUCH-KEYWORD")
CHECKED_LATER = frozenset((  # what is wrong with their first argument they say first
    "MAKE-INSTANCE", "ALLOCATE-INSTANCE", "INITIALIZE-INSTANCE", "REINITIALIZE-INSTANCE", "SHARED-INITIALIZE",
    "CHANGE-CLASS", "UPDATE-INSTANCE-FOR-DIFFERENT-CLASS", "UPDATE-INSTANCE-FOR-REDEFINED-CLASS", "FIND-METHOD",
    "DEQUEUE", "DIRECT-SLOT-DEFINITION-CLASS", "EFFECTIVE-SLOT-DEFINITION-CLASS",
    "ENSURE-GENERIC-FUNCTION-USING-CLASS"))


def wrong_calls(declaration: Declaration, name: str) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Generate lists of arguments that the lambda list does not take, and what the message begins with."""
    parsed = parse_lambda_list(declaration.lambda_list)
    most = parsed.required + parsed.optional
    fixed = not parsed.rest and parsed.keys is None
    later = declaration.symbol.name in CHECKED_LATER
    for count in {0, parsed.required - 1, *((most + 1, most + 3) if fixed and not later else ())}:
        if 0 <= count < parsed.required or (fixed and count > most):
            given = f"{count} arg{'s' * (count != 1)}"
            exact = not (parsed.rest or parsed.keys or parsed.optional)
            kind = "" if exact else "at least " if count < parsed.required else "at most "
            wanted = parsed.required if count < parsed.required else most
            yield (None,) * count, f"{name} got {given}, wanted {kind}{wanted} arg{'s' * (wanted != 1)}."
    if parsed.keys is not None and not later:
        for last in (*list(parsed.keys)[:1], None):
            yield (*(None,) * most, last), f"{name} got an odd number of keyword arguments."
        if not parsed.allow_other_keys:
            for key in (UNKNOWN, 3):
                yield (*(None,) * most, key, None), f"Illegal keyword given: {key}."


def calls(declaration: Declaration, arguments: tuple[Any, ...]) -> Iterator[Callable[[], Any]]:
    """Generate ways to call the function: as Lisp's functions of functions do, for all values, in compiled code."""
    key = function_key(declaration.symbol)
    function = FUNCTION_OF[f"(setf {key})" if declaration.setf else key]
    yield lambda: function(*arguments)
    yield lambda: call_values(function, *arguments)
    if not declaration.setf:
        compiler = FUNCTION_OF["COMMON-LISP:COMPILE"]
        form = Cons(declaration.symbol, from_iterable(arguments))
        compiled = compiler(None, from_iterable((cl("LAMBDA"), None, form)))
        yield compiled
        yield lambda: call_values(compiled)


def test_wrong_arguments() -> None:
    """Too few, too many, odd and unknown arguments are a `program-error` that names the Lisp function."""
    bad = []
    for declaration in FUNCTIONS:
        name = f"(SETF {declaration.symbol.name})" if declaration.setf else declaration.symbol.name
        for arguments, message in wrong_calls(declaration, name):
            for call in calls(declaration, arguments):
                condition = caught(call)
                text = str(condition)
                if type(condition).__name__ != "PROGRAM-ERROR" or not text.startswith(message):
                    bad.append(f"{name} {arguments}: {type(condition).__name__} {text}, not {message}")
    assert not bad, "\n".join(bad)


# Arguments of wrong types

OBJECTS = ("nil", "42", '"s"', "#\\a", '(make-symbol "sym")', "(cons 1 2)", "#'list", "(make-hash-table)", "-1", "1.5",
           "1/2", "#c(1 2)", "(expt 10 30)", "(vector 1 2)", "(make-condition 'error)")
FILLER = "(list 3 1 2)"
NOT_CALLED = frozenset("""
EXIT EXIT-COMMAND HALT FORK KILL SLEEP WAIT WAITPID INVOKE-DEBUGGER BREAK GETPASS DO-COMMAND READ-CHAR READ-LINE READ
PEEK-CHAR READ-PRESERVING-WHITESPACE START-INTERACTIVE-TOP-LEVEL TOP-LEVEL-READ-EVAL-PRINT-LOOP Y-OR-N-P YES-OR-NO-P
ED DRIBBLE
PROCESS-WAIT PROCESS-WAIT-WITH-TIMEOUT PROCESS-SLEEP PROCESS-KILL PROCESS-ARREST WAIT-FOR-INPUT-AVAILABLE
WAIT-FOR-IO-AVAILABLE PROCESS-RUN-RESTARTABLE-FUNCTION LOOKUP-HOSTNAME DNS-QUERY MAKE-CERTIFICATE
SETUID SETGID SETEUID SETEGID SETREUID SETREGID CHROOT SETSID SETPGRP SETPGID DETACH-FROM-TERMINAL INITGROUPS SETGROUPS
UMASK CHDIR SYNC RUN-SHELL-COMMAND SHELL COMMAND-OUTPUT SET-PPRINT-DISPATCH DELETE-PACKAGE RENAME-PACKAGE SET-CASE-MODE
CLOSE MAKE-LIST EXPT
ACLFREE FREE ACLMALLOC MALLOC ACLMALLOC-ALIGNED MEMREF-INT FF-FUNCALL NATIVE-TO-STRING NATIVE-TO-OCTETS STRING-TO-NATIVE
OCTETS-TO-NATIVE""".split())
"""What ends Lisp or waits; what changes this process or all of Lisp; what has no bounds; what takes addresses."""
PYTHON_WORDS = re.compile("PYTHON-ERROR|NoneType|object has no|'str'|'int'|"
                          "(Type|Value|Attribute|Key|Assertion)Error|None|0x[0-9a-f]{6}")


def wrong_types(declaration: Declaration, seed: int) -> Iterator[tuple[str, ...]]:
    """Generate lists of arguments, as text: all are of one type, or one is, and the others are lists."""
    parsed = parse_lambda_list(declaration.lambda_list)
    positions = parsed.required + parsed.optional
    for text in OBJECTS[seed % 3::3] if positions else ():
        yield (text,) * max(parsed.required, 1)
    for i in range(positions if positions > 1 else 0):
        for k in range(2):
            yield tuple(OBJECTS[(seed + k * 5) % len(OBJECTS)] if j == i else FILLER
                        for j in range(max(parsed.required, i + 1)))


def call_with_wrong_types() -> None:
    """Call what may be called with arguments of many types; print what is said of them in words of Python's."""
    evaluate, read = FUNCTION_OF["COMMON-LISP:EVAL"], FUNCTION_OF["COMMON-LISP:READ-FROM-STRING"]
    make = {text: evaluate(read(string(f"(lambda () {text})"))) for text in (*OBJECTS, FILLER)}
    for seed, declaration in enumerate(FUNCTIONS):
        symbol = declaration.symbol
        home = symbol.package.name if symbol.package is not None else ""
        if symbol.name in NOT_CALLED or symbol.name[0] == "%" or home == "FOREIGN-FUNCTIONS":
            continue
        key = function_key(symbol)
        function = FUNCTION_OF[f"(setf {key})" if declaration.setf else key]
        for texts in wrong_types(declaration, seed):
            condition = caught(partial(function, *(make[text]() for text in texts)))
            said = f"{type(condition).__name__} {condition}"
            if condition is not None and PYTHON_WORDS.search(said):
                print(f"({symbol.name} {' '.join(texts)}): {said}")


def test_wrong_types(tmp_path: Path) -> None:
    """What a function says of an argument that it cannot take is said in words of Lisp."""
    child = subprocess.run([sys.executable, "-m", "tests.test_declarations"], cwd=tmp_path, stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                           env={**os.environ, "PYTHONPATH": os.getcwd(), "HOME": str(tmp_path)})
    assert child.returncode == 0, child.stdout[-2000:]
    assert not re.search(r"^\(.*\): \S", child.stdout, re.MULTILINE), child.stdout[-5000:]


if __name__ == "__main__":
    call_with_wrong_types()
