"""Packages (CLHS 11): the functions.  Conflicts and locks are in `acl.reader.packages`."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin, predicate, variable
from acl.reader import packages as core
from acl.reader.designators import (
    as_package,
    as_symbol,
    find_package,
    packages_of,
    stored_name,
    stored_names,
    string_text,
    symbols_of,
)
from acl.reader.reader import intern
from acl.reader.variables import PACKAGE, global_value
from acl.types.base import wrong_type
from acl.types.casemode import converted
from acl.types.cons import from_iterable
from acl.types.symbol import CL, EXCL, PACKAGES, Package, Symbol, T, denil, keyword

_ABSENT: Any = object()

variable("*PACKAGE*", global_value(PACKAGE), "The current package: where the reader looks symbols up.")
variable("*IGNORE-PACKAGE-NAME-CASE*", global_value(core.IGNORE_NAME_CASE),
         "If true, packages are found by their names in upper and lower case; true in modern mode.", package=EXCL)
variable("*ENABLE-PACKAGE-LOCKED-ERRORS*", global_value(core.ENABLE_LOCKED_ERRORS),
         "If NIL, package locks are not looked at.", package=EXCL)


def _current() -> Package:
    package = PACKAGE.value
    if type(package) is not Package:
        wrong_type(package, "PACKAGE")
    return package


def _package(x: Any) -> Package:
    """Return the package that an optional argument designates: the current one if it is absent."""
    return _current() if x is _ABSENT else as_package(x)


def _package_allowing_deleted(x: Any) -> Package:
    return x if type(x) is Package else as_package(x)


def _strings(names: Any) -> Any:
    return from_iterable([core.seen_name(n) for n in names])


@predicate("PACKAGEP", "object")
def packagep(x: Any) -> bool:
    """Return true if OBJECT is a package."""
    return type(x) is Package


@builtin("FIND-PACKAGE", "name")
def lisp_find_package(name: Any) -> Any:
    """Return the package with the name or nickname NAME (or NAME itself if it is a package), NIL if there is none."""
    return find_package(name)


@builtin("PACKAGE-NAME", "package")
def package_name(package: Any) -> Any:
    """Return the name of PACKAGE, a string, or NIL if it was deleted."""
    package = _package_allowing_deleted(package)
    return core.seen_name(package.name) if package.name else None


@builtin("PACKAGE-NICKNAMES", "package")
def package_nicknames(package: Any) -> Any:
    """Return the list of the nicknames of PACKAGE."""
    return _strings(_package_allowing_deleted(package).nicknames)


@builtin("PACKAGE-PARENT", "package", package=EXCL)
def package_parent(package: Any) -> Any:
    """Return the package with the name of PACKAGE up to its last dot; an error if there is none."""
    home = as_package(package)
    return core.parent_package(home) or core.package_fault(home, "The package ~s has no parent.", home)


@builtin("PACKAGE-CHILDREN", "package &key (recurse t)", package=EXCL)
def package_children(package: Any, *, recurse: Any = T) -> Any:
    """Return a list of the packages whose names are that of PACKAGE, a dot, and more: without RECURSE no second dot."""
    prefix = f"{as_package(package).name}."
    names = sorted({each.name for each in PACKAGES.values() if each.name.startswith(prefix)})
    return from_iterable(PACKAGES[name] for name in names if recurse is not None or "." not in name[len(prefix):])


@builtin("RELATIVE-PACKAGE-NAME-TO-PACKAGE", "name", package=EXCL)
def relative_package_name_to_package(name: Any) -> Any:
    """Return the package that NAME means in the current package, `..` its parent, `.A` its child A; NIL if none."""
    return find_package(name)


@builtin("PACKAGE-USE-LIST", "package")
def package_use_list(package: Any) -> Any:
    """Return the list of the packages that PACKAGE uses."""
    return from_iterable(_package_allowing_deleted(package).uses)


@builtin("PACKAGE-USED-BY-LIST", "package")
def package_used_by_list(package: Any) -> Any:
    """Return the list of the packages that use PACKAGE."""
    return from_iterable(_package_allowing_deleted(package).used_by)


@builtin("PACKAGE-SHADOWING-SYMBOLS", "package")
def package_shadowing_symbols(package: Any) -> Any:
    """Return the list of the shadowing symbols of PACKAGE."""
    return from_iterable([denil(s) for s in _package_allowing_deleted(package).shadowing.values()])


@builtin("LIST-ALL-PACKAGES", "")
def list_all_packages() -> Any:
    """Return a list of all packages."""
    return from_iterable(list(dict.fromkeys(PACKAGES.values())))


_ALLOWS_SYMBOL = variable("*INTERN-ALLOWS-SYMBOL*", T, "If true, `intern` takes a symbol for its name.", package=EXCL)
_STATUS = {name: keyword(name) for name in ("INTERNAL", "EXTERNAL", "INHERITED")}


@builtin("FIND-SYMBOL", "name &optional package", values=True)
def find_symbol(name: Any, package: Any = _ABSENT) -> tuple[Any, ...]:
    """Return the symbol accessible as NAME in PACKAGE, and :internal, :external or :inherited; two NILs if none."""
    text = converted(string_text(name))
    symbol, status = _package(package).find(text)
    return (denil(symbol), _STATUS[status]) if status is not None else (None, None)


@builtin("INTERN", "name &optional package", values=True)
def lisp_intern(name: Any, package: Any = _ABSENT) -> tuple[Any, ...]:
    """Return the symbol accessible as NAME in PACKAGE, making it if there is none.

    The second value is as that of `find-symbol`: NIL if the symbol is new.  NAME may be a symbol, whose name is
    meant, unless `excl:*intern-allows-symbol*` is NIL.
    """
    by_symbol = type(name) is Symbol and _ALLOWS_SYMBOL.value is not None
    text = name.name if by_symbol else converted(string_text(name))
    home = _package(package)
    symbol, status = home.find(text)
    if status is not None:
        return denil(symbol), _STATUS[status]
    return intern(text, home), None


@builtin("UNINTERN", "symbol &optional package")
def unintern(symbol: Any, package: Any = _ABSENT) -> Any:
    """Remove SYMBOL from PACKAGE; true if it was present there."""
    return T if core.unintern_symbol(as_symbol(symbol), _package(package)) else None


@builtin("EXPORT", "symbols &optional package")
def export(symbols: Any, package: Any = _ABSENT) -> Any:
    """Make SYMBOLS, a symbol or a list of symbols, external in PACKAGE."""
    home = _package(package)
    for symbol in symbols_of(symbols):
        core.export_symbol(symbol, home)
    return T


@builtin("UNEXPORT", "symbols &optional package")
def unexport(symbols: Any, package: Any = _ABSENT) -> Any:
    """Make SYMBOLS, a symbol or a list of symbols, internal in PACKAGE."""
    home = _package(package)
    for symbol in symbols_of(symbols):
        core.unexport_symbol(symbol, home)
    return T


@builtin("IMPORT", "symbols &optional package")
def import_(symbols: Any, package: Any = _ABSENT) -> Any:
    """Make SYMBOLS, a symbol or a list of symbols, present in PACKAGE."""
    home = _package(package)
    for symbol in symbols_of(symbols):
        core.import_symbol(symbol, home)
    return T


@builtin("SHADOWING-IMPORT", "symbols &optional package")
def shadowing_import(symbols: Any, package: Any = _ABSENT) -> Any:
    """Make SYMBOLS present in PACKAGE, shadowing whatever else has their names."""
    home = _package(package)
    for symbol in symbols_of(symbols):
        core.shadowing_import_symbol(symbol, home)
    return T


@builtin("SHADOW", "symbol-names &optional package")
def shadow(names: Any, package: Any = _ABSENT) -> Any:
    """Make sure that PACKAGE has symbols of its own named SYMBOL-NAMES, a string designator or a list of them."""
    home = _package(package)
    for name in stored_names(names):
        core.shadow_name(name, home)
    return T


@builtin("USE-PACKAGE", "packages-to-use &optional package")
def use_package(used: Any, package: Any = _ABSENT) -> Any:
    """Let PACKAGE inherit the external symbols of PACKAGES-TO-USE."""
    home = _package(package)
    for each in packages_of(used):
        core.use_package(each, home)
    return T


@builtin("UNUSE-PACKAGE", "packages-to-unuse &optional package")
def unuse_package(used: Any, package: Any = _ABSENT) -> Any:
    """Let PACKAGE no longer inherit the external symbols of PACKAGES-TO-UNUSE."""
    home = _package(package)
    for each in packages_of(used):
        core.unuse_package(each, home)
    return T


@builtin("MAKE-PACKAGE", "package-name &key nicknames (use '(common-lisp)) internal-symbols external-symbols size")
def make_package(name: Any, *, nicknames: Any = None, use: Any = _ABSENT, internal_symbols: Any = None,
                 external_symbols: Any = None, size: Any = None) -> Any:
    """Make a package named PACKAGE-NAME with these NICKNAMES, that uses the packages USE; return it."""
    uses = [CL] if use is _ABSENT else packages_of(use)
    return core.create_package(stored_name(name), stored_names(nicknames), uses)


@builtin("RENAME-PACKAGE", "package new-name &optional new-nicknames")
def rename_package(package: Any, name: Any, nicknames: Any = None) -> Any:
    """Give PACKAGE the name NEW-NAME and the nicknames NEW-NICKNAMES; return it."""
    home = as_package(package)
    core.rename_package(home, name.name if type(name) is Package else stored_name(name), stored_names(nicknames))
    return home


@builtin("DELETE-PACKAGE", "package")
def delete_package(package: Any) -> Any:
    """Delete PACKAGE; true unless it had been deleted already."""
    if type(package) is not Package:
        found = find_package(package)
        if found is None:
            core.package_fault(package, "Package ~s not found.", package,
                               restarts=[("CONTINUE", lambda: None, "Go on without deleting it.")])
            return None
        package = found
    return T if core.delete_package(package) else None


@builtin("FIND-ALL-SYMBOLS", "name")
def find_all_symbols(name: Any) -> Any:
    """Return a list of the symbols named NAME, a string designator, in all packages."""
    text = stored_name(name)
    found: dict[Symbol, None] = {}
    for package in dict.fromkeys(PACKAGES.values()):
        for table in (package.internal, package.external):
            if text in table:
                found[table[text]] = None
    return from_iterable([denil(s) for s in found])


# Local nicknames, locks (Allegro)


@builtin("PACKAGE-LOCAL-NICKNAMES", "package", package=EXCL)
def package_local_nicknames(package: Any) -> Any:
    """Return an alist of the local nicknames of PACKAGE and the packages they mean."""
    from acl.types.cons import Cons

    return from_iterable([Cons(core.seen_name(n), p) for n, p in as_package(package).local_nicknames.items()])


@builtin("ADD-PACKAGE-LOCAL-NICKNAME", "nickname actual-package &optional package", package=EXCL)
def add_package_local_nickname(nickname: Any, actual: Any, package: Any = _ABSENT) -> Any:
    """Let NICKNAME mean ACTUAL-PACKAGE while PACKAGE is the current package; return PACKAGE."""
    home, name, target = _package(package), stored_name(nickname), as_package(actual)
    old = home.local_nicknames.get(name)
    if old is not None and old is not target:
        core.package_fault(home, "~s is a local nickname of ~s in ~s already.", core.seen_name(name), old,
                           home, restarts=[("CONTINUE", lambda: None, "Change it.")])
    home.local_nicknames[name] = target
    return home


@builtin("REMOVE-PACKAGE-LOCAL-NICKNAME", "nickname &optional package", package=EXCL)
def remove_package_local_nickname(nickname: Any, package: Any = _ABSENT) -> Any:
    """Take the local NICKNAME from PACKAGE; true if it had it."""
    return T if _package(package).local_nicknames.pop(stored_name(nickname), None) is not None else None


@builtin("PACKAGE-LOCK", "package", package=EXCL)
def package_lock(package: Any) -> Any:
    """Return true if PACKAGE is locked against changes of its symbols."""
    return T if as_package(package).properties.get("package-lock") else None


@builtin("PACKAGE-LOCK", "value package", package=EXCL, setf=True)
def setf_package_lock(value: Any, package: Any) -> Any:
    """Lock PACKAGE against changes of its symbols, or unlock it."""
    as_package(package).properties["package-lock"] = value is not None
    return value


@builtin("PACKAGE-DEFINITION-LOCK", "package", package=EXCL)
def package_definition_lock(package: Any) -> Any:
    """Return true if PACKAGE is locked against definitions of its symbols."""
    return T if as_package(package).locked else None


@builtin("PACKAGE-DEFINITION-LOCK", "value package", package=EXCL, setf=True)
def setf_package_definition_lock(value: Any, package: Any) -> Any:
    """Lock PACKAGE against definitions of its symbols, or unlock it."""
    as_package(package).locked = value is not None
    return value
