"""Dispatch tables: which function lays out which object (CLHS 22.2.1.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from acl.runtime.functions import coerce_function
from acl.runtime.typesys.specifiers import is_type_specifier
from acl.runtime.waiting import poll_interrupts
from acl.types.array import GeneralArray, SimpleVector, row_major_items
from acl.types.base import LispObject
from acl.types.cons import Cons
from acl.types.equality import equal
from acl.types.function import FUNCTIONS
from acl.types.symbol import Symbol

from . import variables as v
from .arrays import needs_form, rows
from .pretty import PrettyStream
from .writer import COMMAS, Printer, abbreviation, write_comma_tail


class DispatchTable(LispObject):
    """A pprint dispatch table: the standard's entries, and those of the program.

    `entries` are lists [type specifier, function, priority], the highest priority first.
    """

    lisp_class = "PPRINT-DISPATCH-TABLE"
    __slots__ = ("entries",)

    def __init__(self, entries: list[tuple[Any, Any, Any]] | None = None) -> None:
        self.entries = entries or []

    def describe(self) -> str:
        """Return what is printed of the table."""
        return "pprint-dispatch-table"

    def find(self, x: Any) -> Any:
        """Return the function of the program's entry for *x*, or None.

        A name that does not name a type yet fits nothing: printing goes on.
        """
        typep = FUNCTIONS["COMMON-LISP:TYPEP"]
        for specifier, function, _ in self.entries:
            if (type(specifier) is not Symbol or is_type_specifier(specifier)) and typep(x, specifier) is not None:
                return function
        return None

    def set(self, specifier: Any, function: Any, priority: Any) -> None:
        """Make *function* the entry for *specifier*, an error if that can be no type; None removes it."""
        if function is not None and type(specifier) is not Symbol:
            FUNCTIONS["COMMON-LISP:TYPEP"](None, specifier)
        kept = [entry for entry in self.entries if not equal(entry[0], specifier)]
        if function is not None:
            at = 0
            while at < len(kept) and kept[at][2] >= priority:
                at += 1
            kept.insert(at, (specifier, function, priority))
        self.entries = kept


STANDARD = DispatchTable()
v.PRINT_PPRINT_DISPATCH.set_global(STANDARD)

FORMS: dict[Any, Callable[[Printer, Cons], None]] = {}
"""How forms are laid out, by operator; `codeforms` fills it."""


def pretty_write(p: Printer, x: Any) -> bool:
    """Lay *x* out; false if it is written as without pretty printing."""
    if p.custom:
        function = v.PRINT_PPRINT_DISPATCH.value.find(x)
        if function is not None:
            if p.circle is not None:
                p.circle.current = x
            p.call(x, coerce_function(function), p.stream, x)
            return True
    return lay_out(p, x)


def lay_out(p: Printer, x: Any) -> bool:
    """Lay *x* out as the standard's entries say."""
    if not isinstance(p.stream, PrettyStream):
        p.stream = PrettyStream(p.stream)
        p.out = p.stream.write_str
    kind = type(x)
    if kind is Cons:
        _lay_out_list(p, x)
        return True
    if kind is SimpleVector and p.array:
        if not p.too_deep():
            _fill_vector(p, x.data)
        return True
    if kind is GeneralArray and p.array and len(x.dimensions) > 1 and not (p.readably and needs_form(x)):
        _lay_out_array(p, x)
        return True
    return False


def _lay_out_list(p: Printer, x: Cons) -> None:
    prefix = abbreviation(p, x)
    if prefix is not None:
        p.out(prefix)
        if prefix == "," and getattr(x.cdr.car, "name", "")[:1] in ("@", "."):
            p.out(" ")
        p.write(x.cdr.car)
        return
    if p.too_deep():
        return
    from . import codeforms

    codeforms.write_form(p, x)


class Cursor:
    """What is left to print of a list in a logical block."""

    __slots__ = ("count", "p", "rest")

    def __init__(self, p: Printer, x: Any) -> None:
        self.p = p
        self.rest = x
        self.count = 0

    def more(self) -> bool:
        """Check before the next element: false, after writing what stands for the rest, if none can be taken."""
        p, rest = self.p, self.rest
        poll_interrupts()  # the list may be endless
        if type(rest) is not Cons and rest is not None:
            p.out(". ")
            p.write(rest)
            return False
        if p.length is not None and self.count >= p.length:
            p.out("...")
            return False
        if self.count and p.circle is not None and rest is not None and p.circle.is_reference_tail(rest):
            p.out(". ")
            p.write(rest)
            return False
        return True

    def pop(self) -> Any:
        """Take the next element."""
        rest = self.rest
        self.count += 1
        if rest is None:
            return None
        self.rest = rest.cdr
        return rest.car

    def comma_tail(self) -> bool:
        """Write the rest as ` . ,form` and return true if it is that."""
        rest = self.rest
        return (type(rest) is Cons and rest.car in COMMAS if type(rest) is Cons and isinstance(rest.car, LispObject)
                else False) and write_comma_tail(self.p, rest)


def begin(p: Printer, prefix: str, suffix: str) -> None:
    """Start a logical block for a list or vector."""
    p.stream.start_block(prefix, False, suffix)
    p.depth += 1


def end(p: Printer) -> None:
    """End the logical block."""
    p.depth -= 1
    p.stream.end_block()


def write_list(p: Printer, x: Any, kind: str, opening: str = "(", closing: str = ")") -> None:
    """Write a list with newlines of one kind between its elements."""
    begin(p, opening, closing)
    write_rest(p, Cursor(p, x), kind)
    end(p)


def write_rest(p: Printer, cursor: Cursor, kind: str) -> None:
    """Write the elements that are left, with newlines of one kind between them."""
    stream = p.stream
    while cursor.rest is not None and cursor.more():
        p.write(cursor.pop())
        if cursor.rest is None or cursor.comma_tail():
            break
        p.out(" ")
        stream.newline(kind)


def _fill_vector(p: Printer, data: Any, opening: str = "#(") -> None:
    begin(p, opening, ")")
    for i, item in enumerate(data):
        if i:
            p.out(" ")
            p.stream.newline("fill")
        if p.length is not None and i >= p.length:
            p.out("...")
            break
        p.write(item)
    end(p)


def _lay_out_array(p: Printer, x: GeneralArray) -> None:
    p.out(f"#{len(x.dimensions)}A")
    _dimensions(p, row_major_items(x), x.dimensions)


def _dimensions(p: Printer, items: list[Any], sizes: tuple[int, ...]) -> None:
    if p.too_deep():
        return
    if len(sizes) == 1:
        _fill_vector(p, items, "(")
        return
    begin(p, "(", ")")
    for i, part in enumerate(rows(items, sizes[0])):
        if i:
            p.out(" ")
            p.stream.newline("linear")
        if p.length is not None and i >= p.length:
            p.out("...")
            break
        _dimensions(p, part, sizes[1:])
    end(p)
