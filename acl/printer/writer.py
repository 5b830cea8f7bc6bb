"""Writing objects.

A `Printer` is a snapshot of the printer's variables together with where the text goes.  `WRITERS` says how objects
of a type are written; modules that define types add to it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from operator import attrgetter
from typing import Any

from acl.runtime.control import Transfer
from acl.runtime.dynamic import current, register_thread
from acl.runtime.waiting import poll_interrupts
from acl.streams.strings import StringOutputStream
from acl.types import casemode
from acl.types.array import GeneralArray, SimpleString, SimpleVector, SpecializedVector
from acl.types.base import LispObject
from acl.types.character import Char
from acl.types.cons import Cons
from acl.types.function import FUNCTIONS
from acl.types.number import Complex, Ratio, SingleFloat
from acl.types.symbol import SYSTEM, Package, Symbol, T, cl

from . import variables as v
from .characters import char_text
from .numbers import float_text, integer_text, radix_prefix
from .symbols import case_name, name_text, readtable_case, symbol_text

DEPTH: ContextVar[int] = ContextVar("print-depth", default=0)
"""Depth of the object in which the calling code prints: functions of the user print below it."""

CIRCLE: ContextVar[Any] = ContextVar("print-circle", default=None)
"""The `Circle` of the print operation in progress."""

WRITERS: dict[type, Callable[[Printer, Any], None]] = {}
"""How to write the objects of exactly this type."""

UNREADABLE: list[tuple[type, Callable[[Any], str]]] = []
"""Types, and functions that give the text between `#<` and `>` for objects without a better form."""


def writer(*types: type) -> Callable[[Any], Any]:
    """Declare the function that writes objects of these types."""

    def declare(function: Any) -> Any:
        for each in types:
            WRITERS[each] = function
        return function

    return declare


def standard_table(table: Any) -> bool:
    """True if *table*, a value of *print-pprint-dispatch*, has no entries but the standard's."""
    return table is None or not table.entries


class NeedsPretty(Exception):
    """Raised when an object cannot be printed on one line without the pretty printer."""


# Keys of the variables' cells: reading them all is most of the cost of printing something small.
(_ESCAPE, _READABLY, _BASE, _RADIX, _READTABLE, _CASE, _GENSYM, _ARRAY, _LEVEL, _LENGTH, _PRETTY, _DISPATCH, _PACKAGE,
 _FLOAT_FORMAT, _CIRCLE) = [symbol.special_key() for symbol in (
     v.PRINT_ESCAPE, v.PRINT_READABLY, v.PRINT_BASE, v.PRINT_RADIX, v.READTABLE, v.PRINT_CASE, v.PRINT_GENSYM,
     v.PRINT_ARRAY, v.PRINT_LEVEL, v.PRINT_LENGTH, v.PRINT_PRETTY, v.PRINT_PPRINT_DISPATCH, v.PACKAGE, v.FLOAT_FORMAT,
     v.PRINT_CIRCLE)]


def _limit(value: Any) -> Any:
    return value if type(value) is int else None


class Printer:
    """The printer's variables, read once for an object and everything in it."""

    __slots__ = (
        "array",
        "base",
        "case",
        "circle",
        "custom",
        "depth",
        "escape",
        "flat",
        "float_format",
        "gensym",
        "length",
        "level",
        "out",
        "package",
        "pretty",
        "print_case",
        "radix",
        "readably",
        "stream",
    )

    def __init__(self, stream: Any, out: Callable[[str], Any]) -> None:
        self.stream = stream
        self.out = out
        cells = register_thread().__dict__
        readably = self.readably = cells[_READABLY][0] is not None
        self.escape = readably or cells[_ESCAPE][0] is not None
        self.base = cells[_BASE][0]
        self.radix = cells[_RADIX][0] is not None
        self.case = readtable_case(cells[_READTABLE][0])
        self.print_case = cells[_CASE][0].name
        standard = "PRESERVE" if casemode.modern else "UPCASE"
        if readably and self.case != standard:  # the standard readtable must read it, and the current one may
            self.print_case = "DOWNCASE" if self.case == "INVERT" else "UPCASE"
            self.case = standard
        self.gensym = readably or cells[_GENSYM][0] is not None
        self.array = readably or cells[_ARRAY][0] is not None
        self.level = None if readably else _limit(cells[_LEVEL][0])
        self.length = None if readably else _limit(cells[_LENGTH][0])
        self.pretty = cells[_PRETTY][0] is not None
        self.custom = self.pretty and not standard_table(cells[_DISPATCH][0])
        self.package = cells[_PACKAGE][0]
        self.float_format = cells[_FLOAT_FORMAT][0]
        self.circle: Any = None if cells[_CIRCLE][0] is None else CIRCLE.get()
        self.depth = DEPTH.get()
        self.flat = False

    def write(self, x: Any) -> None:
        """Write *x*, an object or a part of one."""
        kind = type(x)
        write = WRITERS.get(kind)
        if self.circle is not None and kind in CIRCULAR and self.circle.reference(self, x):
            return
        if self.pretty and (self.custom or kind not in PLAIN):
            from .dispatch import pretty_write

            if pretty_write(self, x):
                return
        if write is not None:
            write(self, x)
        else:
            write_other(self, x)

    def too_deep(self) -> bool:
        """Write `#` and return true if the depth is that of *print-level*."""
        if self.level is not None and self.depth >= self.level:
            self.out("#")
            return True
        return False

    def call(self, x: Any, function: Callable[..., Any], *args: Any) -> Any:
        """Call a function of a program that writes *x*; true if an error that nobody handled is written instead."""
        if self.flat:
            raise NeedsPretty
        properties = current().properties
        outer = properties.get("printing")
        printing: Any = [] if v.ENCLOSE_ERRORS.value is not None else None
        properties["printing"] = printing
        token = DEPTH.set(self.depth)
        try:
            return function(*args)
        except Transfer as transfer:
            if printing is None or transfer.args[0] is not printing:
                raise
            self.out(printer_error_text(x, transfer.args[1]))
            return True
        finally:
            DEPTH.reset(token)
            properties["printing"] = outer


PLAIN = frozenset({int, float, Symbol, type(None), SimpleString, Char, SingleFloat, Ratio, Complex})
"""Types of which pretty printing makes nothing else, unless a program put them into the dispatch table."""

CIRCULAR: set[type] = {Cons, SimpleVector, GeneralArray}
"""Types whose objects may be part of a circle."""


# Numbers, characters, symbols, strings


@writer(int)
def write_integer(p: Printer, x: int) -> None:
    """Write an integer."""
    p.out(integer_repr(x, p.base, p.radix))


def integer_repr(x: int, base: int, radix: bool) -> str:
    """Return an integer in *base*, with a radix specifier if asked."""
    if not radix:
        return str(x) if base == 10 else integer_text(x, base)
    return f"{x}." if base == 10 else radix_prefix(base) + integer_text(x, base)


@writer(Ratio)
def write_ratio(p: Printer, x: Ratio) -> None:
    """Write a ratio."""
    prefix = radix_prefix(p.base) if p.radix else ""
    p.out(f"{prefix}{integer_text(x.num, p.base)}/{integer_text(x.den, p.base)}")


@writer(float, SingleFloat)
def write_float(p: Printer, x: float) -> None:
    """Write a float."""
    p.out(float_text(x, p.float_format))


@writer(Complex)
def write_complex(p: Printer, x: Complex) -> None:
    """Write a complex number."""
    p.out("#C(")
    p.write(x.re)
    p.out(" ")
    p.write(x.im)
    p.out(")")


@writer(Char)
def write_character(p: Printer, x: Char) -> None:
    """Write a character."""
    p.out(char_text(x) if p.escape else str(x))


@writer(Symbol, type(None))
def write_symbol(p: Printer, x: Symbol | None) -> None:
    """Write a symbol."""
    if p.escape:
        if x is not None and x.package is None and p.gensym and p.circle is not None and p.circle.reference(p, x):
            return
        p.out(symbol_text(x, p.case, p.print_case, p.base, p.package, p.gensym))
    else:
        p.out(case_name("NIL" if x is None else x.name, p.case, p.print_case))


def string_repr(s: str) -> str:
    """Return *s* between quotes, with the escapes it needs."""
    if '"' in s or "\\" in s:
        s = s.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{s}"'


@writer(SimpleString)
def write_string(p: Printer, x: SimpleString) -> None:
    """Write a simple string."""
    s = x.text()
    p.out(string_repr(s) if p.escape else s)


# Lists

QUOTE, FUNCTION = cl("QUOTE"), cl("FUNCTION")
BACKQUOTE, COMMA = SYSTEM.intern("BACKQUOTE"), SYSTEM.intern("COMMA")
COMMA_AT, COMMA_DOT = SYSTEM.intern("COMMA-AT"), SYSTEM.intern("COMMA-DOT")
ABBREVIATIONS = {QUOTE: "'", FUNCTION: "#'", BACKQUOTE: "`", COMMA: ",", COMMA_AT: ",@", COMMA_DOT: ",."}


def abbreviation(p: Printer, x: Cons) -> str | None:
    """Return the prefix by which the form *x* is abbreviated, such as `'`; None if it is not such a form."""
    car = x.car
    if type(car) is Symbol and car in ABBREVIATIONS:
        rest = x.cdr
        if type(rest) is Cons and rest.cdr is None and (p.circle is None or not p.circle.shared_tail(rest)):
            return ABBREVIATIONS[car]
    return None


@writer(Cons)
def write_cons(p: Printer, x: Cons) -> None:
    """Write a list on one line."""
    prefix = abbreviation(p, x)
    if prefix is not None:
        p.out(prefix)
        if prefix == "," and _needs_space(x.cdr.car):
            p.out(" ")
        p.write(x.cdr.car)
        return
    if p.level is not None and p.too_deep():
        return
    p.depth += 1
    out, write, length, circle = p.out, p.write, p.length, p.circle
    count = 0
    item: Any = x
    out("(")
    while True:
        if length is not None and count >= length:
            out("...")
            break
        write(item.car)
        count += 1
        item = item.cdr
        if item is None:
            break
        if FUNCTIONS["INTERRUPTS-PENDING"] is not None:  # the list may be endless
            poll_interrupts()
        if type(item) is not Cons or (circle is not None and circle.is_reference_tail(item)):
            out(" . ")
            write(item)
            break
        if type(item.car) is Symbol and item.car in COMMAS and write_comma_tail(p, item):
            break
        out(" ")
    out(")")
    p.depth -= 1


COMMAS = frozenset({COMMA, COMMA_AT, COMMA_DOT})


def write_comma_tail(p: Printer, x: Cons) -> bool:
    """Write the rest *x* of a list as ` . ,form` if it is such a form; return true if so."""
    prefix = abbreviation(p, x)
    if prefix is None:
        return False
    p.out(" . " + prefix)
    p.write(x.cdr.car)
    return True


def _needs_space(x: Any) -> bool:
    return type(x) is Symbol and x.name[:1] in ("@", ".")


def _write_first_array(p: Printer, x: Any) -> None:
    """Load the functions that write arrays, which replace this one."""
    from . import arrays

    arrays.write_array(p, x)


WRITERS.update(dict.fromkeys((SimpleVector, SpecializedVector, GeneralArray), _write_first_array))


# Everything else


def address(x: Any) -> str:
    """Return the address of *x* as it appears in `#<... @ #x...>`."""
    return f"#x{id(x) & 0xFFFFFFFFFFF:x}"


def class_text(p: Printer, x: Any) -> str:
    """Return the name of the class of *x* as the printer writes it."""
    from acl.clos.base import class_of

    name = class_of(x)._lisp.name
    if type(name) is Symbol:
        return symbol_text(name, p.case, p.print_case, p.base, p.package, p.gensym)
    return type(x).__name__.lower()


def printer_error_text(x: Any, condition: Any) -> str:
    """Return what stands for *x*, which could not be written because of *condition*, as Allegro shows it."""
    p = Printer(None, str)
    return f"#<Printer Error, obj={address(x)}: #<{class_text(p, condition)} @ {address(condition)}>>"


def not_readable(x: Any) -> Any:
    """Signal `print-not-readable`."""
    from acl.runtime.conditions import error

    return error("PRINT-NOT-READABLE", None, object=x)


def unreadable_text(p: Printer, x: Any) -> str:
    """Return `#<CLASS @ #x...>`; signals if *print-readably* is true."""
    if p.readably:
        not_readable(x)
    return f"#<{class_text(p, x)} @ {address(x)}>"


@writer(Package)
def write_package(p: Printer, x: Package) -> None:
    """Write a package."""
    if p.readably:
        not_readable(x)
    p.out(repr(x))


def write_other(p: Printer, x: Any) -> None:
    """Write an object of a type without a writer: by its method, as a structure, or unreadably."""
    kind = type(x)
    if p.flat:
        raise NeedsPretty
    from acl.clos.printing import print_by_method  # only here: it brings CLOS, and writers for its objects

    if p.call(x, print_by_method, x, p.stream):
        return
    for base in kind.__mro__:
        write = WRITERS.get(base)
        if write is not None and base is not float and base is not int:
            write(p, x)
            return
    write_default(p, x)


def write_default(p: Printer, x: Any) -> None:
    """Write an object unreadably, but a few that have a readable form."""
    from . import objects

    special = objects.object_text(p, x)
    if special is not None:
        p.out(special)
        return
    if p.readably:
        not_readable(x)
    if type(x) in objects.FUNCTION_TYPES:
        p.out(objects.function_text(p, x))
        return
    for cls, text in UNREADABLE:
        if isinstance(x, cls):
            p.out(f"#<{text(x)}>")
            return
    if not p.escape and hasattr(type(x), "_report"):
        from acl.runtime.condition_classes import write_report

        p.call(x, write_report, x, p.stream)
        return
    describe = getattr(type(x), "describe", None)
    if describe is not None:
        described(p, f"#<{describe(x)} @ {address(x)}>")
    elif isinstance(x, LispObject):
        p.out(unreadable_text(p, x))
    else:
        p.out(f"#<Python {type(x).__name__} {x!r}>")


def described(p: Printer, text: str) -> None:
    """Write *text*, `#<...>`, with the places to break that it may have."""
    if p.pretty:
        from .unreadable import write_unreadable

        if write_unreadable(p.stream, text):
            return
    p.out(text)


# Entry points


def write_object(x: Any, stream: Any) -> None:
    """Write *x* on *stream* (a `Stream`) under the current values of the printer's variables."""
    p = Printer(stream, stream.write_str)
    if p.circle is None and v.PRINT_CIRCLE.value is not None and (type(x) not in PLAIN or type(x) is Symbol):
        from .circle import write_circular

        write_circular(x, stream)
    elif p.pretty and (p.custom or type(x) not in PLAIN):
        from .pretty import write_pretty

        write_pretty(p, x)
    else:
        p.write(x)


def to_string(x: Any) -> str:
    """Return what `write_object` writes."""
    stream = StringOutputStream()
    write_object(x, stream)
    return stream.take()




def prin1_to_string(x: Any) -> str:
    """Return *x* as `prin1` writes it."""
    kind = type(x)
    if kind is SimpleString:
        return string_repr(x.text())
    if kind is int and v.PRINT_BASE.value == 10 and v.PRINT_RADIX.value is None:
        return str(x)
    return _with_escape(x, to_string)  # type: ignore[no-any-return]


integer_cells = attrgetter(v.PRINT_BASE.special_key(), v.PRINT_RADIX.special_key())


DECIMAL = ([10], [None])
"""What `integer_cells` gives while integers print as Python writes them."""


def decimal() -> bool:
    """True if integers print as Python writes them: *print-base* 10, *print-radix* NIL."""
    return bool(integer_cells(current()) == DECIMAL)


_symbol_cells = attrgetter(_READTABLE, _CASE, _PRETTY, _CIRCLE)


def plain_name(x: Symbol) -> str | None:
    """Return what `princ` writes for a symbol where nothing but the case matters, else None."""
    readtable, case, pretty, circle = _symbol_cells(register_thread())
    if circle[0] is not None or (pretty[0] is not None and not standard_table(v.PRINT_PPRINT_DISPATCH.value)):
        return None
    return case_name(x.name, readtable_case(readtable[0]), case[0].name)


def princ_to_string(x: Any) -> str:
    """Return *x* as `princ` writes it."""
    kind = type(x)
    if kind is SimpleString:
        return x.text()  # type: ignore[no-any-return]
    if kind is Char or (kind is int and decimal()):
        return str(x)
    if kind is Symbol:
        name = plain_name(x)
        if name is not None:
            return name
    return _without_escape(x, to_string)  # type: ignore[no-any-return]


def prin1(x: Any, stream: Any) -> None:
    """Write *x* on *stream* with escapes."""
    kind = type(x)
    if kind is int or kind is SimpleString:
        stream.write_str(prin1_to_string(x))
    else:
        _with_escape(x, write_object, stream)


def princ(x: Any, stream: Any) -> None:
    """Write *x* on *stream* without escapes."""
    kind = type(x)
    text = plain_name(x) if kind is Symbol else None
    if text is not None:
        stream.write_str(text)
    elif kind is SimpleString or kind is int or kind is Char:
        stream.write_str(princ_to_string(x))
    else:
        _without_escape(x, write_object, stream)


def _with_escape(x: Any, write: Callable[..., Any], *where: Any) -> Any:
    """Call *write* with *print-escape* true."""
    state = current()
    old = getattr(state, _ESCAPE)
    setattr(state, _ESCAPE, [T])
    try:
        return write(x, *where)
    finally:
        setattr(state, _ESCAPE, old)


def _without_escape(x: Any, write: Callable[..., Any], *where: Any) -> Any:
    """Call *write* with *print-escape* and *print-readably* false."""
    state = current()
    escape, readably = getattr(state, _ESCAPE), getattr(state, _READABLY)
    setattr(state, _ESCAPE, [None])
    setattr(state, _READABLY, [None])
    try:
        return write(x, *where)
    finally:
        setattr(state, _ESCAPE, escape)
        setattr(state, _READABLY, readably)


def write_structure(p: Printer, name: Any, slots: Any) -> None:
    """Write #S(NAME :SLOT value ...); *slots* are pairs of a slot's name and value."""
    if p.too_deep():
        return
    pretty = p.stream if p.pretty and hasattr(p.stream, "start_block") else None
    if pretty is not None:
        pretty.start_block("#S(", False, ")")
    else:
        p.out("#S(")
    p.depth += 1
    p.write(name)
    if pretty is not None:
        pretty.indent(False, 0)
    for i, (slot, value) in enumerate(slots):
        p.out(" ")
        if pretty is not None:
            pretty.newline("linear")
        if p.length is not None and i >= p.length:
            p.out("...")
            break
        p.out(":" + name_text(slot, p.case, p.print_case, p.base) + " ")
        p.write(value)
    p.depth -= 1
    if pretty is not None:
        pretty.end_block()
    else:
        p.out(")")
