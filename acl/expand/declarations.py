"""Declarations and documentation strings at the head of a body."""

from __future__ import annotations

from typing import Any

from acl.expand.environment import SymbolMacro
from acl.types.array import SimpleString
from acl.types.cons import Cons
from acl.types.symbol import Symbol, cl

_DECLARE, _SPECIAL = cl("DECLARE"), cl("SPECIAL")
_NOTINLINE, _INLINE = cl("NOTINLINE"), cl("INLINE")


class Declarations:
    """What the compiler makes use of: names declared special, functions declared notinline."""

    __slots__ = ("forms", "notinline", "special")

    def __init__(self) -> None:
        self.special: set[Symbol] = set()
        self.notinline: set[Symbol] = set()
        self.forms: list[Any] = []


def parse_body(body: Any, documentation: bool = False) -> tuple[Declarations, SimpleString | None, Any]:
    """Return declarations, documentation string and the remaining forms of *body*."""
    declarations = Declarations()
    doc: SimpleString | None = None
    while type(body) is Cons:
        form = body.car
        if type(form) is Cons and form.car is _DECLARE:
            _collect(declarations, form.cdr)
        elif documentation and doc is None and type(form) is SimpleString and body.cdr is not None:
            doc = form
        else:
            break
        body = body.cdr
    return declarations, doc, body


def _collect(declarations: Declarations, specifiers: Any) -> None:
    while type(specifiers) is Cons:
        specifier = specifiers.car
        declarations.forms.append(specifier)
        if type(specifier) is Cons:
            if specifier.car is _SPECIAL:
                declarations.special.update(specifier.cdr or ())
            elif specifier.car is _NOTINLINE:
                declarations.notinline.update(s for s in (specifier.cdr or ()) if type(s) is Symbol)
        specifiers = specifiers.cdr


def symbol_macros(form: Any) -> dict[Symbol, SymbolMacro]:
    """Return the symbol macros that a `symbol-macrolet` form defines; `program-error` if one is special."""
    from acl.runtime.conditions import error

    declarations, _, _ = parse_body(form.cdr.cdr)
    new: dict[Symbol, SymbolMacro] = {}
    for binding in form.cdr.car or ():
        symbol = binding.car
        if symbol in declarations.special or type(symbol) is not Symbol or symbol.special is not None:
            error("PROGRAM-ERROR", "~s is special and cannot be a symbol macro.", symbol)
        new[symbol] = SymbolMacro(binding.cdr.car)
    return new


GLOBAL_NOTINLINE: set[Symbol] = set()
DECLARATION_NAMES: set[Symbol] = set()


def proclaim(specifier: Any) -> None:
    """Take note of a global declaration; `special` is the business of whoever calls this."""
    kind = specifier.car
    names = [s for s in (specifier.cdr or ()) if type(s) is Symbol]
    if kind is _NOTINLINE:
        GLOBAL_NOTINLINE.update(names)
    elif kind is _INLINE:
        GLOBAL_NOTINLINE.difference_update(names)
    elif kind is cl("DECLARATION"):
        DECLARATION_NAMES.update(names)
