"""Declarations and documentation strings at the head of a body."""

from __future__ import annotations

from typing import Any

from acl.expand.environment import SymbolMacro
from acl.types.array import SimpleString
from acl.types.cons import Cons
from acl.types.symbol import EXCL, Symbol, cl, keyword

_DECLARE, _SPECIAL = cl("DECLARE"), cl("SPECIAL")
_NOTINLINE, _INLINE = cl("NOTINLINE"), cl("INLINE")
_OPTIMIZE, _SPEED, _DEBUG = cl("OPTIMIZE"), cl("SPEED"), cl("DEBUG")


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
"""What `(declaim (declaration ...))` named; such a name cannot be that of a type too (CLHS, declaration TYPE)."""

OPTIMIZE: dict[Any, int] = {cl(quality): 1 for quality in ("SAFETY", "SPACE", "SPEED", "DEBUG", "COMPILATION-SPEED")}
"""The proclaimed optimization qualities; see `live_frames`."""


def live_frames(specifiers: list[Any]) -> bool:
    """Return whether a function's calls are to stay on the stack when a fault is signalled, for the debugger.

    So it is unless `speed` is greater than `debug`, by the declarations *specifiers* or what is proclaimed: every frame
    that can hold on to a fault makes an exit through it slower.
    """
    qualities = OPTIMIZE
    for specifier in specifiers:
        if type(specifier) is Cons and specifier.car is _OPTIMIZE:
            qualities = dict(qualities)
            _set_qualities(qualities, specifier)
    return qualities[_SPEED] <= qualities[_DEBUG]


def _set_qualities(qualities: dict[Any, int], specifier: Any) -> None:
    for quality in specifier.cdr or ():
        qualities[quality.car if type(quality) is Cons else quality] = (
            quality.cdr.car if type(quality) is Cons and type(quality.cdr) is Cons else 3)


_KNOWN = frozenset([*(cl(name) for name in ("DYNAMIC-EXTENT", "FTYPE", "IGNORABLE", "IGNORE", "INLINE", "NOTINLINE",
                                             "OPTIMIZE", "SPECIAL", "TYPE")),
                    EXCL.export("IGNORE-IF-UNUSED"), *(keyword(name) for name in ("EXPLAIN", "FBOUND", "FASLMODE"))])


def warn_of_unknown(specifiers: list[Any]) -> None:
    """Warn of declarations whose identifier is neither a declaration's nor a type's."""
    for specifier in specifiers:
        identifier = specifier.car if type(specifier) is Cons else specifier
        if identifier in _KNOWN or identifier in DECLARATION_NAMES:
            continue
        from acl.runtime.conditions import make_condition, signal_warning
        from acl.runtime.typesys import is_type_specifier

        if type(specifier) is not Cons or not is_type_specifier(identifier):
            signal_warning(make_condition("INEFFECTIVE-DECLARATION-WARNING", "Unknown declaration: ~s.", specifier))


def check_type_name(name: Any) -> None:
    """Signal an error if *name* is the name of a declaration, and so cannot become that of a type."""
    if name in DECLARATION_NAMES:
        from acl.runtime.conditions import error

        error("SIMPLE-ERROR", "~s is the name of a declaration and cannot name a type.", name)


def proclaim(specifier: Any) -> None:
    """Take note of a global declaration; `special` is the business of whoever calls this."""
    kind = specifier.car
    names = [s for s in (specifier.cdr or ()) if type(s) is Symbol]
    if kind is _NOTINLINE:
        GLOBAL_NOTINLINE.update(names)
    elif kind is _INLINE:
        GLOBAL_NOTINLINE.difference_update(names)
    elif kind is _OPTIMIZE:
        _set_qualities(OPTIMIZE, specifier)
    elif kind is cl("DECLARATION"):
        for name in names:
            _check_declaration_name(name)
        DECLARATION_NAMES.update(names)


def _check_declaration_name(name: Symbol) -> None:
    from acl.clos.base import find_class
    from acl.runtime.conditions import error
    from acl.runtime.typesys.specifiers import TYPE_EXPANDERS

    if name in TYPE_EXPANDERS or find_class(name, False) is not None:
        error("SIMPLE-ERROR", "~s is the name of a type and cannot name a declaration.", name)
