"""`sys:with-command-line-arguments`: the options of a program's command line bound to variables."""

from __future__ import annotations

import sys
from typing import Any, NamedTuple

from acl.builtins.declare import builtin, macro
from acl.expand.options import macro_options
from acl.expand.template import template
from acl.reader.designators import string_text
from acl.reader.variables import PACKAGE
from acl.runtime.conditions import error
from acl.types.array import SimpleString, is_string
from acl.types.cons import Cons, from_iterable, lisp_list, to_list
from acl.types.symbol import SYSTEM, Symbol, T, keyword


class Option(NamedTuple):
    """An option: its name, whether it is a long one, what it takes ("", "required", "optional"), and how often."""

    name: str
    long: bool
    companion: str
    multiple: bool


def _getopt(text: str) -> list[Option]:
    """Return the options that the text of getopt means: a letter, a colon behind it if it takes a value."""
    return [Option(letter, False, "required" if text[i + 1:i + 2] == ":" else "", False)
            for i, letter in enumerate(text) if letter != ":"]


def _option(spec: Any) -> Option:
    name, kind, _, *rest = to_list(spec)
    words = {x.name for x in rest if type(x) is Symbol}
    companion = next((w for w in ("required", "optional") if f"{w.upper()}-COMPANION" in words), "")
    return Option(string_text(name), kind is keyword("LONG"), companion, "ALLOW-MULTIPLE-OPTIONS" in words)


def _declared(specs: Any) -> tuple[list[Option], list[Any]]:
    """Return the options of a form, and the variables of their values."""
    if is_string(specs.car):
        return _getopt(specs.car.text()), to_list(specs.cdr)
    listed = to_list(specs)
    return [_option(spec) for spec in listed], [spec.cdr.cdr.car for spec in listed]


_bind = template("""(destructuring-bind (,image ,rest ,@variables) (%parse-command-line ',specs ,arguments ,usage)
    ,@body)""")


@macro("WITH-COMMAND-LINE-ARGUMENTS", "options (rest &key command-line-arguments usage) &body body", package=SYSTEM)
def _with_arguments(form: Any, env: Any) -> Any:
    """Evaluate BODY with the options of the command line bound to variables, and what is no option to REST.

    OPTIONS is (string variable...), the string as for getopt, or a list of (name :short-or-long variable kind...),
    where a kind is :REQUIRED-COMPANION, :OPTIONAL-COMPANION or :ALLOW-MULTIPLE-OPTIONS.  A variable is NIL if its
    option is not there, T or its companion if it is.  The variable IMAGE is the first argument.  For a wrong command
    line USAGE is printed, and Lisp is left with status 1; without USAGE an error is signalled.
    """
    specs, rest = form.cdr.car, form.cdr.cdr.car.car
    given = macro_options(form.cdr.cdr.car.cdr)
    _, variables = _declared(specs)
    default = lisp_list(SYSTEM.external["COMMAND-LINE-ARGUMENTS"])
    arguments = given.get("COMMAND-LINE-ARGUMENTS", default)
    return _bind(image=PACKAGE.value.intern("IMAGE"), rest=rest, variables=variables, specs=specs,
                 arguments=arguments, usage=given.get("USAGE"), body=form.cdr.cdr.cdr)


class _Wrong(Exception):
    """What is wrong with a command line."""


@builtin("%PARSE-COMMAND-LINE", "specs arguments usage", package=SYSTEM, export=False)
def _parse(specs: Any, arguments: Any, usage: Any) -> Any:
    """Return a list of the image, the list of arguments that are no options, and the value of each option of SPECS."""
    options, _ = _declared(specs)
    image, *words = [string_text(x) for x in to_list(arguments)] or [""]
    try:
        values, rest = parse(options, words)
    except _Wrong as wrong:
        if usage is None:
            return error("ERROR", "~a", SimpleString(str(wrong)))
        from acl.types.function import FUNCTIONS

        sys.stderr.write(f"{wrong}\n{string_text(usage)}\n")
        return FUNCTIONS["EXCL:EXIT"](1)
    return from_iterable([SimpleString(image), from_iterable([SimpleString(w) for w in rest]), *values])


def parse(options: list[Option], words: list[str]) -> tuple[list[Any], list[str]]:
    """Return the values of *options* in *words*, and the words behind them."""
    short = {o.name: i for i, o in enumerate(options) if not o.long}
    long = {o.name: i for i, o in enumerate(options) if o.long}
    values: list[Any] = [None] * len(options)
    rest = list(words)

    def note(index: int, attached: str | None) -> None:
        option = options[index]
        value: Any = T
        if option.companion and attached:
            value = SimpleString(attached)
        elif option.companion == "required":
            if not rest:
                raise _Wrong(f"The option {option.name} wants a value.")
            value = SimpleString(rest.pop(0))
        elif option.companion and rest and not rest[0].startswith("-"):
            value = SimpleString(rest.pop(0))
        values[index] = Cons(value, values[index]) if option.multiple else value

    while rest and rest[0].startswith("-") and rest[0] != "-":
        word = rest.pop(0)
        if word == "--":
            break
        if word.startswith("--"):
            name, given, value = word[2:].partition("=")
            if name not in long:
                raise _Wrong(f"There is no option {word}.")
            note(long[name], value if given else None)
            continue
        letters = word[1:]
        while letters:
            letter, letters = letters[0], letters[1:]
            if letter not in short:
                raise _Wrong(f"There is no option -{letter}.")
            index = short[letter]
            note(index, letters if options[index].companion else None)
            if options[index].companion:
                break
    return values, rest
