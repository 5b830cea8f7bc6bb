"""Writing arrays.  `writer` loads this module when the first array other than a simple string is written."""

from __future__ import annotations

from typing import Any

from acl.types.array import (
    GeneralArray,
    SimpleVector,
    SpecializedVector,
    active_dimensions,
    element_type,
    is_string,
    row_major_items,
)
from acl.types.cons import from_iterable, lisp_list
from acl.types.symbol import T, cl, keyword

from .writer import Printer, not_readable, string_repr, unreadable_text, writer

_BIT, _QUOTE = cl("BIT"), cl("QUOTE")


@writer(SimpleVector, SpecializedVector, GeneralArray)
def write_array(p: Printer, x: Any) -> None:
    """Write an array on one line."""
    if is_string(x):
        text = x.text()
        p.out(string_repr(text) if p.escape else text)
    elif not p.array:
        p.out(unreadable_text(p, x))
    elif p.readably and needs_form(x):
        _write_as_form(p, x)
    else:
        items, sizes = row_major_items(x), active_dimensions(x)
        if len(sizes) != 1:
            p.out(f"#{len(sizes)}A")
            _write_dimensions(p, items, sizes)
        elif element_type(x) is _BIT:
            p.out("#*" + "".join(["1" if bit else "0" for bit in items]))
        else:
            write_elements(p, items, "#(")


def write_elements(p: Printer, items: list[Any], opening: str) -> None:
    """Write a vector or one dimension of an array."""
    if p.level is not None and p.too_deep():
        return
    p.depth += 1
    p.out(opening)
    length = p.length
    for i, item in enumerate(items):
        if i:
            p.out(" ")
        if length is not None and i >= length:
            p.out("...")
            break
        p.write(item)
    p.out(")")
    p.depth -= 1


def _write_dimensions(p: Printer, items: list[Any], sizes: tuple[int, ...]) -> None:
    if not sizes:
        p.write(items[0])
        return
    if len(sizes) == 1:
        write_elements(p, items, "(")
        return
    if p.level is not None and p.too_deep():
        return
    p.depth += 1
    p.out("(")
    for i, part in enumerate(rows(items, sizes[0])):
        if i:
            p.out(" ")
        if p.length is not None and i >= p.length:
            p.out("...")
            break
        _write_dimensions(p, part, sizes[1:])
    p.out(")")
    p.depth -= 1


def rows(items: list[Any], count: int) -> list[list[Any]]:
    """Return *items*, the elements of an array in row-major order, in *count* parts of the same length."""
    step = len(items) // count if count else 0
    return [items[i * step:(i + 1) * step] for i in range(count)]


def needs_form(x: Any) -> bool:
    """True if the syntax of arrays would lose the element type or dimensions of *x*, which is no string."""
    kind, sizes = element_type(x), active_dimensions(x)
    if len(sizes) == 1:
        return kind is not T and kind is not _BIT
    return kind is not T or (0 in sizes and any(sizes[sizes.index(0):]))


def _write_as_form(p: Printer, x: Any) -> None:
    """Write *x* as `#.(make-array ...)`."""
    if cl("*READ-EVAL*").value is None:
        not_readable(x)
    sizes = active_dimensions(x)
    p.out("#.")
    p.write(lisp_list(cl("MAKE-ARRAY"), lisp_list(_QUOTE, from_iterable(sizes)),
                      keyword("ELEMENT-TYPE"), lisp_list(_QUOTE, element_type(x)),
                      keyword("INITIAL-CONTENTS"), lisp_list(_QUOTE, _nested(row_major_items(x), sizes))))


def _nested(items: list[Any], sizes: tuple[int, ...]) -> Any:
    """Return elements in row-major order as the nested lists that `:initial-contents` takes."""
    if not sizes:
        return items[0]
    if len(sizes) == 1:
        return from_iterable(items)
    return from_iterable([_nested(part, sizes[1:]) for part in rows(items, sizes[0])])
