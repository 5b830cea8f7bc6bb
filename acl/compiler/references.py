"""Functions that compiled files call and nobody defines, told at the end of the unit, and undeclared variables."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import variable
from acl.expand.lambda_list import LambdaList, parse
from acl.runtime.conditions import make_condition, signal_warning, warn
from acl.runtime.faults import caught
from acl.runtime.sources import location, source_position
from acl.types.array import string
from acl.types.cons import Cons, from_iterable, lisp_list
from acl.types.function import FUNCTIONS, Autoload, UndefinedFunction, key_of
from acl.types.symbol import SYSTEM, Symbol, cl, keyword

UNIT = variable("*COMPILATION-UNIT*", None, "The `with-compilation-unit` in force.", package=SYSTEM)
_DEFUN = SYSTEM.intern("%DEFUN")
_QUOTE, _DEFCLASS = cl("QUOTE"), SYSTEM.intern("%DEFCLASS")
_ACCESSORS = (keyword("READERS"), keyword("WRITERS"))


class CompilationUnit:
    """The functions that were defined, and the calls whose function was not known when they were compiled."""

    def __init__(self) -> None:
        self.defined: set[str] = set()
        self.calls: dict[str, tuple[Any, dict[str, list[int]], list[tuple[str, int]]]] = {}
        self.undeclared: set[Symbol] = set()
        self.lambda_lists: dict[str, LambdaList] = {}

    def note_form(self, form: Any, unit: Any, file: str = "", position: int = 0) -> None:
        """Note what the compiled *unit* of the top-level form *form* defines and calls, at *position* of *file*."""
        for name, *_ in unit.infos.values():
            if name is not None:
                self.defined.add(key_of(name))
        if type(form) is Cons and form.car is _DEFUN and type(form.cdr.car) is Cons:
            function = form.cdr.cdr.car
            if type(function) is Cons and type(function.cdr) is Cons and type(function.cdr.cdr) is Cons:
                key, lambda_list = key_of(form.cdr.car.cdr.car), function.cdr.cdr.car
                caught(lambda: self.lambda_lists.__setitem__(key, parse(lambda_list)))
        if type(form) is Cons and form.car is _DEFCLASS:
            self._note_accessors(form.cdr.cdr.cdr.car)
        for symbol in unit.undeclared:
            if symbol.special is None and symbol not in self.undeclared:
                self.undeclared.add(symbol)
                warn("SIMPLE-WARNING", "Free reference to undeclared variable ~s assumed special.", symbol,
                     plist=location(position))
        for key, (name, _) in unit.functions.items():
            if _undefined(key):
                _, files, found = self.calls.setdefault(key, (name, {}, []))
                places = files.setdefault(file, [])
                if position not in places:
                    places.append(position)
                    found.append(source_position(position))

    def _note_accessors(self, form: Any) -> None:
        """Note the readers and writers in *form*, the list of slots of a `%defclass`."""
        while type(form) is Cons:
            if form.car in _ACCESSORS and type(form.cdr.car) is Cons and form.cdr.car.car is _QUOTE:
                self.defined.update(key_of(name) for name in form.cdr.car.cdr.car or ())
            elif type(form.car) is Cons:
                self._note_accessors(form.car)
            form = form.cdr

    def report(self) -> None:
        """Warn of the functions that are undefined still."""
        from acl.printer.writer import prin1_to_string

        lines, undefined = [], []
        for key, (name, files, found) in self.calls.items():
            if key in self.defined or not _undefined(key):
                continue
            places = []
            for file, positions in files.items():
                if not file:  # compiled in memory
                    continue
                word = "position" if len(positions) == 1 else "positions"
                places.append(f"{word} {', '.join(map(str, positions))} in {file}")
            undefined.append(Cons(name, from_iterable(
                lisp_list(start, start, string(file)) for file, start in found if file)))
            lines.append(prin1_to_string(name) + (f" from {' and '.join(places)}" if places else ""))
        if lines:
            text = "\n".join(["While compiling these undefined functions were referenced:", *lines]) + "."
            # As in Allegro, the first argument lists the functions, each with (START END FILE) for each call.
            signal_warning(make_condition("COMPILER-UNDEFINED-FUNCTIONS-CALLED-WARNING", "~*~a",
                                          from_iterable(undefined), string(text)))


def _undefined(key: str) -> bool:
    function = FUNCTIONS.get(key)
    return function is None or (isinstance(function, UndefinedFunction) and not isinstance(function, Autoload))
