"""Which operators, arguments and documented values the case files exercise: `python -m tests.documented FILE...`.

Every operator of the packages ACL-SOCKET (but for SSL), MULTIPROCESSING and ACL-TESTING, and those of EXCL and SYSTEM
in documented.cl, have to be called by a form of some case file, with every optional and keyword argument; every value
mentioned in documented.cl has to be seen as well.  What is seen is what the Python functions get and return, so it does
not matter whether the call is written out, applied or made by a helper of the case file.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import acl.boot
from acl.builtins.declare import DECLARATIONS, Declaration, parse_lambda_list, python_name
from acl.clos.generic import SYSTEM_METHODS
from acl.reader import EOF, TextSource, read_form
from acl.runtime.typesys import typep
from acl.testing.cases import run_file
from acl.types.cons import Cons, from_iterable, to_list
from acl.types.function import FUNCTIONS, key_of
from acl.types.symbol import KEYWORD, PACKAGES, Symbol, T, function_key, keyword

HERE = Path(__file__).parent
_RESULT = "=>"


class Operator:
    """A declared operator and what was seen of it.

    `given` are the arguments for which some call had a value of its own; `values` what was seen that documented.cl asks
    for, as pairs of argument and index.
    """

    def __init__(self, declaration: Declaration) -> None:
        self.declaration = declaration
        self.called = False
        self.given: set[str] = set()
        self.documented: dict[str, list[Any]] = {}
        self.seen: set[tuple[str, int]] = set()
        self.options = declaration.lambda_list
        if declaration.kind == "macro" and self.options.startswith("("):
            self.options = self.options[1:self.options.index(")")]
        self.parsed = parse_lambda_list(self.options)
        self.names = [w.strip("()") for w in _parameters(self.options)]

    def note(self, arguments: dict[str, Any]) -> None:
        """Note a call with these *arguments*, by their names in Python."""
        self.called = True
        for name, value in arguments.items():
            self.given.add(name)
            self.note_value(name, value)

    def note_value(self, name: str, value: Any) -> None:
        """Note the value of an argument, or a result."""
        for index, wanted in enumerate(self.documented.get(name, ())):
            if (name, index) not in self.seen and _is(value, wanted):
                self.seen.add((name, index))

    def missing(self) -> Iterator[str]:
        """Yield what was not seen."""
        if not self.called:
            yield "never called"
            return
        optional = self.names[self.parsed.required:] if not self.parsed.rest else ()
        for name in optional:
            if name not in self.given and name not in self.documented:
                yield f"argument {name} never given"
        for name, values in self.documented.items():
            for index, value in enumerate(values):
                if (name, index) not in self.seen:
                    yield f"{name} never {FUNCTIONS['COMMON-LISP:PRIN1-TO-STRING'](value)}"


def _parameters(text: str) -> Iterator[str]:
    """Yield the Python names of a lambda list's parameters, in order."""
    depth, first = 0, False
    for token in text.replace("(", " ( ").replace(")", " ) ").split():
        if token in "()":
            depth += 1 if token == "(" else -1
            first = token == "("
        elif (depth == 0 or (depth == 1 and first)) and not token.startswith("&"):
            yield python_name(token)
        if token not in "()":
            first = False


def _is(value: Any, wanted: Any) -> bool:
    """True if *value* is what documented.cl calls *wanted*."""
    if wanted is None or wanted is T or (type(wanted) is Symbol and wanted.package is KEYWORD):
        return value is wanted
    if type(wanted) is Cons and type(wanted.car) is Symbol and wanted.car.package is KEYWORD:
        return type(value) is Cons and to_list(value) == to_list(wanted)
    return typep(value, wanted)


def operators() -> dict[str, Operator]:
    """Return the operators to look at, by key."""
    found = {}
    packages = [PACKAGES[name] for name in ("ACL-SOCKET", "MULTIPROCESSING", "ACL-TESTING")]
    for key, declaration in DECLARATIONS.items():
        name = declaration.symbol.name
        if declaration.kind != "variable" and name[0] != "%" and "SSL" not in name and "X509" not in name \
                and declaration.symbol.package in packages:
            found[key] = Operator(declaration)
    source = TextSource((HERE / "documented.cl").read_text(), "documented.cl")
    while (entry := read_form(source, EOF)) is not EOF:
        key = function_key(entry.car)
        operator = found.setdefault(key, Operator(DECLARATIONS[key]))
        for item in to_list(entry.cdr):
            name = item.car.name.lower()
            operator.documented[name if name == _RESULT else python_name(name)] = to_list(item.cdr)
    return found


class Recorder:
    """A profile function that notes the calls of the operators, in all threads."""

    def __init__(self, found: dict[str, Operator]) -> None:
        self.by_code: dict[CodeType, Operator] = {}
        self.ids: set[int] = set()
        for number, operator in enumerate(found.values()):
            function = _implementation(operator.declaration.function)
            code = function.__code__.replace(co_name=f"{function.__name__}.{number}")  # closures share theirs
            function.__code__ = code
            self.by_code[code] = operator
            self.ids.add(id(code))

    def __call__(self, frame: FrameType, event: str, value: Any) -> None:
        """Note a call or return."""
        code = frame.f_code
        if id(code) not in self.ids or event not in ("call", "return"):
            return
        operator = self.by_code[code]
        if event == "call":
            arguments = (_macro_arguments if operator.declaration.kind == "macro" else _arguments)(operator, frame)
            operator.note(arguments)
            self._derive(operator, arguments)
        else:
            self._result(operator, value)

    def _derive(self, operator: Operator, arguments: dict[str, Any]) -> None:
        """Note what several arguments together mean: the kind of a socket."""
        if "kind" in operator.documented:
            kind = [arguments.get(name, keyword(default)) for name, default in (
                ("type", "STREAM"), ("address_family", "INTERNET"), ("connect", "ACTIVE"))]
            operator.note_value("kind", from_iterable(kind))

    def _result(self, operator: Operator, value: Any) -> None:
        if operator.declaration.values and type(value) is tuple and value:
            value = value[0]
        if type(value) is bool:
            value = T if value else None
        operator.note_value(_RESULT, value)
        if "status" in operator.documented:
            for pair in to_list(value):
                operator.note_value("status", pair.cdr)

    def run(self, files: list[Path]) -> list[str]:
        """Run case files; return what was wrong with them."""
        failures = []
        threading.setprofile(self)
        sys.setprofile(self)
        try:
            for file in files:
                failures += run_file(file.read_text(), file.name)
        finally:
            sys.setprofile(None)
            threading.setprofile(None)  # type: ignore[arg-type]
        return failures


def _implementation(function: Any) -> Any:
    """Return the Python function behind a declaration: for a generic function its system method's."""
    gf = getattr(function, "gf", None)
    if gf is None:
        return function
    return SYSTEM_METHODS[key_of(gf.name)]


def _arguments(operator: Operator, frame: FrameType) -> dict[str, Any]:
    """Return the arguments of a call, by their names in Python, those left out excepted."""
    code, local = frame.f_code, frame.f_locals
    count = code.co_argcount
    names = code.co_varnames
    function = _implementation(operator.declaration.function)
    positional = operator.parsed.required + operator.parsed.optional
    defaults = dict(zip(names[count - len(function.__defaults__ or ()):count], function.__defaults__ or (),
                        strict=True))
    defaults.update(function.__kwdefaults__ or {})
    values = [local[name] for name in names[:count]]
    rest = count + code.co_kwonlyargcount
    if code.co_flags & 4:  # *args: the rest, or keywords of a generic function
        values += local[names[rest]]
        rest += 1
    given = dict(zip(operator.names[:positional], values, strict=False))
    keys = operator.parsed.keys or {}
    for i in range(max(positional, count), len(values) - 1, 2):
        if values[i] in keys:
            given[keys[values[i]]] = values[i + 1]
    for name in names[positional:count]:
        given[name] = local[name]
    for name in names[count:count + code.co_kwonlyargcount]:
        given[name] = local[name]
    if code.co_flags & 8:
        given.update(local[names[rest]])
    for name, default in defaults.items():
        if name in given and given[name] is default:
            operator.note_value(name, given.pop(name))
    return given


def _macro_arguments(operator: Operator, frame: FrameType) -> dict[str, Any]:
    """Return the options of a macro form, NIL and constants as they are; anything else as a number."""
    form = frame.f_locals["form"].cdr
    if operator.declaration.lambda_list.startswith("("):
        form = form.car
    values = to_list(form) if type(form) is Cons else []
    given = dict(zip(operator.names[:operator.parsed.required + operator.parsed.optional], values, strict=False))
    keys = operator.parsed.keys or {}
    for i in range(operator.parsed.required, len(values) - 1, 2):
        if values[i] in keys:
            given[keys[values[i]]] = values[i + 1]
    return given


def main(files: list[str]) -> int:
    """Run the case files named, by default all; print a line for everything that was not seen."""
    acl.boot.boot()
    acl.boot.load_all()
    sys.setrecursionlimit(20_000)
    found = operators()
    recorder = Recorder(found)
    failures = recorder.run([Path(f) for f in files] or sorted((HERE / "cases").glob("*.cl")))
    missing = [f"{key}: {line}" for key, operator in sorted(found.items()) for line in operator.missing()]
    print(*failures, *missing, sep="\n")
    values = sum(len(v) for operator in found.values() for v in operator.documented.values())
    print(f"{len(found)} operators, {sum(len(o.names) for o in found.values())} arguments, {values} documented values; "
          f"{len(missing)} not seen")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
