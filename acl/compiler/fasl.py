"""Compiled files: units written with `marshal`, their constants in a form of our own.

A file is a header (versions of acl and of CPython), a checksum, a size, and one marshalled tuple of units, so files
may be put together as Allegro's are, one after the other.  A unit is (code, code for all values, constants, function
names, specials, infos).  Constants are nested tuples whose first element is a one-letter tag; an object that occurs
more than once in a file is written once and keeps its identity.  Lists and vectors that nest deeply are made empty at
first and filled afterwards, since neither `marshal` nor recursion goes deep.
"""

from __future__ import annotations

import binascii
import importlib
import importlib.util
import marshal
import os
import sys
from collections.abc import Callable, Iterable
from functools import cache, partial
from types import CodeType
from typing import Any

from acl import __version__
from acl.clos.base import LispClass, find_class
from acl.compiler.recovery import Origin, form_of
from acl.compiler.unit import LoadTimeForm, Unit
from acl.expand import chain
from acl.runtime.condition_classes import ConditionSite
from acl.runtime.conditions import error
from acl.runtime.control import Cluster, RestartForm
from acl.runtime.functions import coerce_function
from acl.types.array import GeneralArray, SimpleString, SimpleVector, SpecializedVector
from acl.types.character import CHAR, Char
from acl.types.cons import Cons
from acl.types.function import FUNCTIONS
from acl.types.hashtable import HashTable
from acl.types.number import Complex, Ratio, SingleFloat
from acl.types.pathname import LogicalPathname, Pathname, Pattern
from acl.types.symbol import KEYWORD, NIL_SYMBOL, Package, Symbol, find_package, function_key, make_package

VERSION = 4
HEADER = b"acl fasl %d %s " % (VERSION, __version__.encode()) + importlib.util.MAGIC_NUMBER
_CHECKSUM_LENGTH, _SIZE_LENGTH = 4, 8
_DEEPEST = 60
"""How deep constants nest before the rest is put off."""


class Writer:
    """Encodes the constants of one file.  `load_forms(object)` gives (creation form, initialization form)."""

    def __init__(self, compile_unit: Callable[[Any], tuple[Any, ...]],
                 load_forms: Callable[[Any], tuple[Any, Any]]) -> None:
        self.compile_unit = compile_unit
        self.load_forms = load_forms
        self.numbers: dict[int, int] = {}
        self.alive: list[Any] = []
        self.depth = 0
        self.pending: list[tuple[Any, int]] = []

    def unit(self, unit: Unit, origin: Origin | None = None) -> tuple[Any, ...]:
        """Return what is written of a compiled unit; if that fails it is as if nothing had been tried.

        *origin* is where the form is found again that it was compiled from.
        """
        known = len(self.alive)
        try:
            return (*self._unit(unit), None if origin is None else tuple(origin))
        except BaseException:
            for x in self.alive[known:]:
                self.numbers.pop(id(x), None)
            del self.alive[known:]
            self.pending.clear()
            self.depth = 0
            raise

    def _unit(self, unit: Unit) -> tuple[Any, ...]:
        unit.compile_all()
        assert unit.code is not None
        code_all = marshal.dumps(unit.code_all) if unit.code_all is not None else None
        functions = tuple((self.encode(name), all_values) for name, all_values in unit.functions.values())
        specials = tuple((key, self.encode(symbol)) for key, symbol in unit.specials.items())
        slots = tuple((key, self.encode(symbol)) for key, symbol in unit.slots.items())
        keys = tuple(unit.functions)
        infos = tuple((index, self.encode(name), self.encode(lambda_list), self.encode(doc), several)
                      for index, (name, lambda_list, doc, several) in unit.infos.items())
        objects = tuple([self.encode(x) for x in unit.objects])
        return (unit.code, code_all, objects, functions, keys, specials, slots, infos, unit.filename,
                tuple(sorted(unit.modules)), self.fillings())

    def fillings(self) -> tuple[Any, ...]:
        """Return the contents of the lists and vectors that were put off."""
        result = []
        while self.pending:
            x, number = self.pending.pop()
            result.append(self.cons(x, number) if type(x) is Cons else _vector(self, x, number))
        return tuple(result)

    def encode(self, x: Any) -> Any:
        """Return the written form of *x*."""
        kind = type(x)
        if x is None or kind is int or kind is float:
            return x
        if kind is Symbol:
            return self.symbol(x)
        if kind is Char:
            return ("c", str(x))
        if kind is SingleFloat:
            return ("f", float(x))
        if kind is Ratio:
            return ("q", x.num, x.den)
        if kind is Complex:
            return ("x", self.encode(x.re), self.encode(x.im))
        if isinstance(x, LispClass) and x._lisp.name is not None:
            return ("C", self.encode(x._lisp.name))
        if callable(x) and (name := global_name(x)) is not None:
            return ("F", self.encode(name))
        if kind.__name__ == "MakeSite":
            return ("i", self.encode(x.name), tuple(self.encode(k) for k in x.keys))
        if kind is Package:
            return ("p", x.name)
        if kind is ConditionSite:
            return ("o", self.encode(x.name), tuple([self.encode(k) for k in x.keys]))
        if kind is Cluster:
            return ("h", tuple([self.encode(s) for s in x.specifiers]))
        if kind is RestartForm:
            return ("R", tuple([self.encode(name) for name in x.names]))
        known = self.numbers.get(id(x))
        if known is not None:
            return ("r", known)
        number = self.number(x)
        if self.depth > _DEEPEST and (kind is Cons or kind is SimpleVector):
            self.pending.append((x, number))
            return ("d" if kind is Cons else "D", number)
        self.depth += 1
        try:
            if kind is Cons:
                return self.cons(x, number)
            return _ENCODERS.get(kind, Writer.instance)(self, x, number)
        finally:
            self.depth -= 1

    def number(self, x: Any) -> int:
        """Number an object that is written for the first time."""
        number = self.numbers[id(x)] = len(self.numbers)
        self.alive.append(x)
        return number

    def symbol(self, x: Symbol) -> Any:
        if x is NIL_SYMBOL:
            return ("n",)
        if x.package is KEYWORD:
            return ("k", x.name)
        if x.package is not None:
            return ("s", x.package.name, x.name)
        known = self.numbers.get(id(x))
        if known is None:
            known = self.number(x)
        return ("u", known, x.name)

    def cons(self, x: Any, number: int) -> Any:
        items = []
        numbers = [number]
        rest = x
        while True:
            items.append(self.encode(rest.car))
            rest = rest.cdr
            if type(rest) is not Cons or id(rest) in self.numbers:
                break
            numbers.append(self.number(rest))
        return ("l", tuple(numbers), tuple(items), self.encode(rest))

    def instance(self, x: Any, number: int) -> Any:
        """An object with a load form (`make-load-form`)."""
        creation, initialization = self.load_forms(x)
        made = self.compile_unit(creation)
        if initialization is not None:
            # The initialization form mentions the object: it is encoded as a reference by now.
            return ("m", number, made, self.compile_unit(initialization))
        return ("m", number, made, None)


def global_name(function: Any) -> Symbol | None:
    """Return the symbol whose global function *function* is: a literal function is written as that, as in Allegro."""
    for key, value in FUNCTIONS.items():
        if value is function:
            prefix, _, name = key.partition(":")
            package = find_package(prefix)
            symbol = package.find(name)[0] if package is not None else None
            if symbol is not None and FUNCTIONS.get(function_key(symbol)) is function:
                return symbol
    return None


def _string(w: Writer, x: Any, number: int) -> Any:
    return ("t", number, x.text())


def _vector(w: Writer, x: Any, number: int) -> Any:
    return ("v", number, tuple(w.encode(e) for e in x.data))


def _specialized(w: Writer, x: Any, number: int) -> Any:
    data = bytes(x.data) if isinstance(x.data, bytearray) else tuple(w.encode(e) for e in x.data)
    return ("b", number, w.encode(x.element_type), data)


def _general(w: Writer, x: Any, number: int) -> Any:
    return ("a", number, x.dimensions, w.encode(x.storage), x.offset, w.encode(x.displaced_to), x.fill_pointer,
            x.adjustable)


def _component(w: Writer, x: Any) -> Any:
    """The written form of a pathname's component, whose strings are Python's."""
    if type(x) is tuple:
        return ("T", tuple([_component(w, e) for e in x]))
    if isinstance(x, Pattern):
        return ("W", str(x))
    return ("S", x) if type(x) is str else w.encode(x)


def _pathname(w: Writer, x: Any, number: int) -> Any:
    parts = (x.host, x.device, x.directory, x.name, x.type, x.version)
    return ("L" if type(x) is LogicalPathname else "P", number, tuple([_component(w, e) for e in parts]))


def _table(w: Writer, x: Any, number: int) -> Any:
    return ("H", number, w.encode(x.test), tuple([(w.encode(k), w.encode(v)) for k, v in x.entries()]))


def _load_time(w: Writer, x: Any, number: int) -> Any:
    return ("e", number, w.compile_unit(x.form))


_ENCODERS: dict[type, Callable[[Writer, Any, int], Any]] = {
    SimpleString: _string, SimpleVector: _vector, SpecializedVector: _specialized, GeneralArray: _general,
    LoadTimeForm: _load_time, Pathname: _pathname, LogicalPathname: _pathname,
    HashTable: _table,
}


class LoadedUnit(Unit):
    """A unit read from a file: its constants are decoded, its second variant is unmarshalled when it is wanted."""

    def __init__(self, filename: str) -> None:
        super().__init__(filename)
        self.marshalled: bytes | None = None
        self.recover: Callable[[], tuple[Any, Any, str]] | None = None
        self.renamed: dict[str, str] = {}

    @property
    def has_origin(self) -> bool:
        """True if the source is known."""
        return self.recover is not None

    def origin(self) -> tuple[Any, Any, str]:
        """Return form, environment and file name, found again in the source."""
        return super().origin() if self.recover is None else self.recover()

    def compile_all(self) -> None:
        """Unmarshal the second variant."""
        if self.code_all is None and self.marshalled is not None:
            self.code_all = _rename(marshal.loads(self.marshalled), self.renamed)


def _rename(code: CodeType, renamed: dict[str, str]) -> CodeType:
    """Put the keys that symbols have in this image in place of those they had where the file was written."""
    if not renamed:
        return code
    consts = tuple(_rename(c, renamed) if type(c) is CodeType else c for c in code.co_consts)
    return code.replace(co_names=tuple(renamed.get(x, x) for x in code.co_names), co_consts=consts)


class Reader:
    """Decodes the constants of one file, which is in *folder*."""

    def __init__(self, folder: str | None = None) -> None:
        self.known: dict[int, Any] = {}
        self.folder = folder

    def unit(self, written: tuple[Any, ...]) -> LoadedUnit:
        """Return the unit that was written."""
        from acl.types.function import key_of

        code, code_all, objects, functions, keys, specials, slots, infos, filename, modules, fillings, origin = written
        for module in modules:  # inline templates use names that these make known
            if module not in sys.modules:
                importlib.import_module(module)
        unit = LoadedUnit(filename)
        if origin is not None:
            unit.recover = partial(form_of, Origin(*origin), self.folder)
        renamed = unit.renamed
        for old, (encoded, all_values) in zip(keys, functions, strict=True):
            name = self.decode(encoded)
            key = key_of(name)
            unit.functions[key] = (name, all_values)
            if key != old:
                renamed[old] = key
                renamed[old + " mv"] = key + " mv"
        for old, encoded in specials:
            symbol = self.decode(encoded)
            key = symbol.special_key()
            unit.specials[key] = symbol
            if key != old:
                renamed[old] = key
        for old, encoded in slots:
            key = function_key(self.decode(encoded))
            if key != old:
                renamed[old] = key
        unit.code = _rename(code, renamed)
        unit.marshalled = code_all
        for index, name, lambda_list, doc, several in infos:  # in the order in which they were encoded
            unit.infos[index] = (self.decode(name), self.decode(lambda_list), self.decode(doc), several)
        unit.objects = [self.decode(x) for x in objects]
        for filling in fillings:
            self.decode(filling)
        return unit

    def decode(self, x: Any) -> Any:
        """Return the object whose written form is *x*."""
        if type(x) is not tuple:
            return x
        return _DECODERS[x[0]](self, x)

    def symbol(self, x: Any) -> Any:
        package = find_package(x[1])
        if package is None:
            error("PACKAGE-ERROR", "The package ~a, which a compiled file refers to, does not exist.",
                  SimpleString(x[1]), package=SimpleString(x[1]))
        assert package is not None
        return package.intern(x[2])

    def list(self, x: Any) -> Any:
        _, numbers, items, tail = x
        known = self.known
        conses = [known.get(numbers[0]) or Cons(None, None), *[Cons(None, None) for _ in items[1:]]]
        for number, cons in zip(numbers, conses, strict=True):
            known[number] = cons
        for cons, item, following in zip(conses, items, [*conses[1:], None], strict=True):
            cons.car = self.decode(item)
            cons.cdr = following
        conses[-1].cdr = self.decode(tail)
        return conses[0]

    def uninterned(self, x: Any) -> Any:
        symbol = self.known.get(x[1])
        if symbol is None:
            symbol = self.known[x[1]] = Symbol(x[2])
        return symbol

    def vector(self, x: Any) -> Any:
        vector = self.known.get(x[1])
        if vector is None:
            vector = self.known[x[1]] = SimpleVector([])
        vector.data.extend([self.decode(e) for e in x[2]])
        return vector

    def specialized(self, x: Any) -> Any:
        data = bytearray(x[3]) if type(x[3]) is bytes else [self.decode(e) for e in x[3]]
        vector = self.known[x[1]] = SpecializedVector(data, self.decode(x[2]))
        return vector

    def general(self, x: Any) -> Any:
        array = self.known[x[1]] = GeneralArray(x[2], None, offset=x[4], fill_pointer=x[6], adjustable=x[7])
        array.storage = self.decode(x[3])
        array.displaced_to = self.decode(x[5])
        array.settle()
        return array

    def instance(self, x: Any) -> Any:
        _, number, creation, initialization = x
        values = self.unit(creation).link()()
        made = self.known[number] = values[0] if values else None
        if initialization is not None:
            self.unit(initialization).link()()
        return made

    def load_time(self, x: Any) -> Any:
        if x[1] not in self.known:
            values = self.unit(x[2]).link()()
            self.known[x[1]] = values[0] if values else None
        return self.known[x[1]]

    def string(self, x: Any) -> Any:
        made = self.known[x[1]] = SimpleString(x[2])
        return made

    def make_site(self, x: Any) -> Any:
        from acl.clos.instances import MakeSite

        return MakeSite(self.decode(x[1]), tuple(self.decode(k) for k in x[2]))

    def empty(self, x: Any) -> Any:
        """A list or vector that is filled later."""
        made = self.known[x[1]] = Cons(None, None) if x[0] == "d" else SimpleVector([])
        return made

    def pathname(self, x: Any) -> Any:
        kind = Pathname if x[0] == "P" else LogicalPathname
        made = self.known[x[1]] = kind(*[self.decode(e) for e in x[2]])
        return made

    def table(self, x: Any) -> Any:
        table = self.known[x[1]] = HashTable(self.decode(x[2]))
        for key, value in x[3]:
            table.put(self.decode(key), self.decode(value))
        return table

    def package(self, x: Any) -> Any:
        return find_package(x[1]) or make_package(x[1])


_DECODERS: dict[str, Callable[[Reader, Any], Any]] = {
    "s": Reader.symbol, "k": lambda r, x: KEYWORD.intern(x[1]), "u": Reader.uninterned, "n": lambda r, x: NIL_SYMBOL,
    "c": lambda r, x: CHAR[x[1]], "f": lambda r, x: float.__new__(SingleFloat, x[1]),
    "q": lambda r, x: Ratio(x[1], x[2]), "x": lambda r, x: Complex(r.decode(x[1]), r.decode(x[2])),
    "r": lambda r, x: r.known[x[1]], "l": Reader.list, "t": Reader.string, "v": Reader.vector,
    "b": Reader.specialized, "a": Reader.general, "h": lambda r, x: Cluster(*map(r.decode, x[1])),
    "o": lambda r, x: ConditionSite(r.decode(x[1]), tuple(map(r.decode, x[2]))),
    "R": lambda r, x: RestartForm(tuple(map(r.decode, x[1]))),
    "m": Reader.instance, "e": Reader.load_time, "p": Reader.package, "i": Reader.make_site,
    "C": lambda r, x: find_class(r.decode(x[1])), "F": lambda r, x: coerce_function(r.decode(x[1])),
    "d": Reader.empty, "D": Reader.empty, "P": Reader.pathname, "L": Reader.pathname,
    "H": Reader.table, "S": lambda r, x: x[1], "W": lambda r, x: Pattern(x[1]),
    "T": lambda r, x: tuple([r.decode(e) for e in x[1]]),
}


class CorruptFile(Exception):
    """The contents of a compiled file are not what was written."""


def dump(units: Iterable[tuple[Any, ...]]) -> bytes:
    """Return the contents of a compiled file."""
    body = marshal.dumps(tuple(units))
    checksum = binascii.crc32(body).to_bytes(_CHECKSUM_LENGTH, "big")
    return HEADER + checksum + len(body).to_bytes(_SIZE_LENGTH, "big") + body


@cache
def cache_name() -> str:
    """Return a name for a folder of compiled files that this acl made: another one for each state of its sources."""
    root = os.path.dirname(os.path.dirname(__file__))
    newest = max(os.path.getmtime(os.path.join(folder, name)) for folder, _, names in os.walk(root) for name in names
                 if name.endswith(".py"))
    return f"{__version__}-{sys.implementation.cache_tag}-{int(newest):x}"


def is_fasl(data: bytes) -> bool:
    """True if *data* begins as a compiled file of any version does."""
    return data.startswith(b"acl fasl ")


def is_current(data: bytes) -> bool:
    """True if *data* was written by this version of acl for this CPython."""
    return data.startswith(HEADER)


def parts(data: bytes) -> list[tuple[Any, ...]]:
    """Return, for each of the compiled files that stand one after the other in *data*, what its units are written as.

    The first must be current.  Damaged code could crash CPython, so `CorruptFile` is raised unless the checksums are
    right.
    """
    found = []
    start = 0
    while start < len(data):
        sized = start + len(HEADER) + _CHECKSUM_LENGTH
        begin = sized + _SIZE_LENGTH
        end = begin + int.from_bytes(data[sized:begin], "big")
        body = memoryview(data)[begin:end]
        if data[start:start + len(HEADER)] != HEADER or end > len(data) \
                or binascii.crc32(body).to_bytes(_CHECKSUM_LENGTH, "big") != data[sized - _CHECKSUM_LENGTH:sized]:
            raise CorruptFile
        found.append(marshal.loads(body))
        start = end
    return found


def contents(data: bytes) -> tuple[Any, ...]:
    """Return what all units of *data* are written as."""
    return tuple([written for part in parts(data) for written in part])


def run(data: bytes, folder: str | None = None) -> None:
    """Run the units of a compiled file, or of several that stand one after the other; the contents must be current.

    *folder* is where the file is.
    """
    chain.end()
    for part in parts(data):
        reader = Reader(folder)
        for written in part:
            reader.unit(written).link()()
