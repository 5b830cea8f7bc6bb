"""Parameters across the bridge: a lambda list as a signature of Python, a signature as a lambda list."""

from __future__ import annotations

import inspect
import keyword as python_words
from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Any, NoReturn

from acl.builtins.environment.describe import arglist
from acl.clos.generic import generic_of
from acl.expand.lambda_list import LambdaList, parse
from acl.printer.variables import PRINT_PRETTY
from acl.printer.writer import prin1_to_string
from acl.runtime.conditions import error
from acl.runtime.dynamic import bind
from acl.runtime.fault_frames import lisp_name
from acl.types.array import string
from acl.types.casemode import token_name
from acl.types.cons import from_iterable, lisp_list
from acl.types.number import is_number
from acl.types.symbol import Package, Symbol, T, cl, keyword


def python_name(name: str) -> str:
    """Return the Python spelling of a Lisp name: `foo-bar` is `foo_bar`, `class` is `class_`."""
    text = "".join([c if c.isalnum() else "_" for c in name.lower()])
    if not text.isidentifier():
        text = f"_{text}"
    return f"{text}_" if python_words.iskeyword(text) else text


def lisp_keyword(name: str) -> Symbol:
    """Return the keyword that the name of a Python parameter stands for: `foo_bar` is `:foo-bar`."""
    return keyword(token_name(name.replace("_", "-")))


class Face:
    """What Python's `inspect` finds under a Lisp function's callable, as its `__wrapped__`; made on demand."""

    def __init__(self, function: Any, to_python: Callable[[Any], Any]) -> None:
        self.function = function
        self._to_python = to_python
        self._parsed: tuple[Any, LambdaList] | None = None

    def __call__(self, *args: Any) -> Any:
        """Call the Lisp function with Lisp's values."""
        return self.function(*args)

    @property
    def parsed(self) -> tuple[Any, LambdaList] | None:
        """The lambda list, and its parts; None if it is not known."""
        if self._parsed is None:
            known, written = arglist(self.function)
            if not known:
                return None
            self._parsed = written, parse(written)
        return self._parsed

    @property
    def __signature__(self) -> Signature:
        """The signature for `inspect`: a default that is not constant is shown as its form."""
        found = self.parsed
        if found is None:
            return Signature([Parameter("args", Parameter.VAR_POSITIONAL),
                              Parameter("keywords", Parameter.VAR_KEYWORD)])
        parts = found[1]
        taken: set[str] = set()
        result = [Parameter(_free(p, taken), Parameter.POSITIONAL_ONLY) for p in parts.required]
        result += [Parameter(_free(p, taken), Parameter.POSITIONAL_ONLY, default=self._to_python(default))
                   for p, default, _ in parts.optional]
        if parts.rest is not None:
            result.append(Parameter(_free(parts.rest, taken), Parameter.VAR_POSITIONAL))
        result += [Parameter(_free(key, taken), Parameter.KEYWORD_ONLY, default=self._to_python(default))
                   for key, _, default, _ in parts.keys]
        if parts.allow or (parts.has_key and generic_of(self.function) is not None):  # methods have keys of their own
            result.append(Parameter(_free(cl("KEYWORDS"), taken), Parameter.VAR_KEYWORD))
        return Signature(result)

    def keyword_arguments(self, positional: int, given: dict[str, Any]) -> list[Any]:
        """Return the arguments for *given* after so many *positional* ones: keywords and their values.

        A function that has neither &key nor &rest takes none, and they come after all other arguments:
        `program-error`.  Those for &rest alone are what `make-condition`, `error` and their kin call initargs.
        """
        found = self.parsed
        own: dict[str, Any] = {}
        if found is not None:
            written, parts = found
            name = lisp_name(self.function, getattr(self.function, "__name__", "The function"))
            shown = string(name) if type(name) is str else name
            if not parts.has_key and parts.rest is None:
                self._refuse("~a takes no keyword arguments, got ~a; its lambda list is ~a.", shown, given, written)
            if positional < len(parts.required) + len(parts.optional):
                self._refuse("~a takes the keyword arguments ~a after all its positional ones; its lambda list is ~a.",
                             shown, given, written)
            own = {python_name(key.name): key for key, *_ in parts.keys}
        result = []
        for word, value in given.items():
            result += [own.get(word) or lisp_keyword(word), value]
        return result

    @staticmethod
    def _refuse(text: str, name: Any, given: dict[str, Any], written: Any) -> NoReturn:
        words = ", ".join([f"{word}=" for word in given])
        with bind(PRINT_PRETTY, None):
            shown = prin1_to_string(written) if written is not None else "()"
        error("PROGRAM-ERROR", text, name, string(words), string(shown))


def _free(name: Symbol, taken: set[str]) -> str:
    """Return the Python name of a parameter, with a _ more for each that has it already."""
    text = python_name(name.name)
    while text in taken:
        text += "_"
    taken.add(text)
    return text


class Signed:
    """What Lisp knows of the parameters of a Python callable.

    `named` are those that are taken by name only, by their Lisp keywords; `most` is how many it takes by position, None
    if that is not known or not limited.
    """

    def __init__(self, function: Callable[..., Any], home: Package, to_lisp: Callable[[Any], Any]) -> None:
        self.named: dict[Any, str] = {}
        self.most: int | None = None
        try:
            parameters = inspect.signature(function).parameters.values()
        except (TypeError, ValueError):  # a builtin that does not tell
            self.lambda_list: Any = from_iterable([cl("&REST"), home.intern("ARGUMENTS")])
            return
        self.named = {lisp_keyword(p.name): p.name for p in parameters if p.kind is p.KEYWORD_ONLY}
        sections: dict[str, list[Any]] = {"": [], "&OPTIONAL": [], "&REST": [], "&KEY": []}
        for p in parameters:
            if p.kind is not p.VAR_KEYWORD:  # Lisp has no way to give those
                section = ("&REST" if p.kind is p.VAR_POSITIONAL else "&KEY" if p.kind is p.KEYWORD_ONLY
                           else "" if p.default is p.empty else "&OPTIONAL")
                variable = home.intern(lisp_keyword(p.name).name)
                shown = p.default is not p.empty and p.default is not None and _constant(to_lisp(p.default))
                sections[section].append(lisp_list(variable, to_lisp(p.default)) if shown else variable)
        if not sections["&REST"]:
            self.most = len(sections[""]) + len(sections["&OPTIONAL"])
        self.lambda_list = from_iterable([x for marker, own in sections.items() if own
                                          for x in ([cl(marker)] if marker else []) + own])


def _constant(x: Any) -> bool:
    """True for what a lambda list can show as a default: a number, a string, T, a keyword."""
    return is_number(x) or type(x) is type(string("")) or x is T or (type(x) is Symbol and x.package is not None and
                                                                     x.package.name == "KEYWORD")
