"""Designators of strings, symbols and packages."""

from __future__ import annotations

from typing import Any

from acl.types.array import GeneralArray, SimpleString
from acl.types.base import wrong_type
from acl.types.casemode import converted
from acl.types.character import Char
from acl.types.cons import Cons, to_list
from acl.types.symbol import NIL_SYMBOL, Package, Symbol

from .packages import no_package, package_seen_as
from .variables import PACKAGE


def string_text(x: Any) -> str:
    """Return the text of a string; `type-error` for anything else."""
    if type(x) is SimpleString or (type(x) is GeneralArray and x.is_string()):
        return x.text()
    wrong_type(x, "STRING")


def name_text(x: Any) -> str:
    """Return what a string designator says: a string, a symbol's name as Lisp sees it, or a character."""
    if type(x) is SimpleString:
        return x.text()
    if type(x) is Symbol:
        return converted(x.name)
    if x is None:
        return converted("NIL")
    if type(x) is Char:
        return str(x)
    if type(x) is GeneralArray and x.is_string():
        return x.text()
    from acl.types.array import type_error
    from acl.types.cons import lisp_list
    from acl.types.symbol import cl

    type_error(x, lisp_list(cl("OR"), cl("STRING"), cl("SYMBOL"), cl("CHARACTER")))


def stored_name(x: Any) -> str:
    """Return under which name what is named by a string designator is stored: see `acl.types.casemode`."""
    return converted(name_text(x))


def as_symbol(x: Any) -> Symbol:
    """Return the symbol *x* as an object with cells: NIL_SYMBOL for NIL."""
    if type(x) is Symbol:
        return x
    if x is None:
        return NIL_SYMBOL
    wrong_type(x, "SYMBOL")


def symbols_of(x: Any) -> list[Symbol]:
    """Return the symbols that a designator of a list of symbols means."""
    if x is None or type(x) is Cons:
        return [as_symbol(s) for s in to_list(x)]
    return [as_symbol(x)]


def stored_names(x: Any) -> list[str]:
    """Return the stored names that a designator of a list of string designators means."""
    if x is None or type(x) is Cons:
        return [stored_name(s) for s in to_list(x)]
    return [stored_name(x)]


def find_package(x: Any) -> Package | None:
    """Return the package that *x* designates, None if there is no such package."""
    if type(x) is Package:
        return x
    return package_seen_as(name_text(x), PACKAGE.value)


def as_package(x: Any) -> Package:
    """Return the package that *x* designates; `package-error` if there is none."""
    found = find_package(x)
    if found is None:
        from .packages import autoloaded

        found = autoloaded(stored_name(x))
    if found is None:
        no_package(stored_name(x))
    if not found.name:
        from .packages import package_fault

        package_fault(found, "~s has been deleted.", found)
    return found


def packages_of(x: Any) -> list[Package]:
    """Return the packages that a designator of a list of packages means."""
    if x is None or type(x) is Cons:
        return [as_package(p) for p in to_list(x)]
    return [as_package(x)]
