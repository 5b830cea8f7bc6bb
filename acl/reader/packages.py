"""Operations on packages that look for conflicts and respect locks (CLHS 11); `acl.types.symbol` has the structure.

Arguments are Python's: `Package` and `Symbol` objects (NIL as `NIL_SYMBOL`) and `str`.

A program in COMMON-LISP-USER gets symbols of its own for what it defines.  USER inherits the interfaces of EXCL and
ACL-SOCKET, which are large: a program that defines, say, a function `shutdown` does not mean `socket:shutdown`.
Symbols are found when a form is read, also in calls that stand before the definition, so it would be too late to act
when the `defun` runs.  Therefore `read_form` looks ahead: before it reads the first form of a text in USER,
`shadow_definitions` finds the names that the text defines, and shadows those that are inherited.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from acl.types.casemode import converted, token_name
from acl.types.cons import Cons
from acl.types.symbol import CL, EXCL, KEYWORD, PACKAGES, USER, Package, Symbol

ENABLE_LOCKED_ERRORS = EXCL.export("*ENABLE-PACKAGE-LOCKED-ERRORS*")
ENABLE_LOCKED_ERRORS.set_global(CL.external["T"])
ENABLE_LOCKED_ERRORS.special = "special"

IGNORE_NAME_CASE = EXCL.export("*IGNORE-PACKAGE-NAME-CASE*")
IGNORE_NAME_CASE.set_global(None)
IGNORE_NAME_CASE.special = "special"

CL.locked = True
CL.properties["package-lock"] = True


def package_named(name: str, current: Any = None) -> Package | None:
    """Return the package with this name or nickname, a local nickname of the package *current* first.

    A name that begins with dots is relative to *current*, as Allegro has it: see `relative_package`.
    """
    if type(current) is Package and current.local_nicknames:
        found = current.local_nicknames.get(name)
        if found is not None:
            return found
    found = PACKAGES.get(name)
    if found is None and name[:1] == "." and type(current) is Package:
        return relative_package(name, current)
    return found


def package_seen_as(name: str, current: Any = None) -> Package | None:
    """Return the package with *name* as Lisp sees it; in either case if `excl:*ignore-package-name-case*` is true."""
    found = package_named(converted(name), current)
    if found is None and IGNORE_NAME_CASE.value is not None:
        found = package_named(name.upper(), current) or package_named(name.lower(), current)
    return found


def parent_package(package: Package) -> Package | None:
    """Return the package whose name is that of *package* up to its last dot; None if there is none."""
    name, dot, _ = package.name.rpartition(".")
    return PACKAGES.get(name) if dot else None


def relative_package(name: str, current: Package) -> Package | None:
    """Return what *name* means in *current*: `.` itself, `..` its parent, `.A` its child, `..A` its parent's child."""
    rest = name.lstrip(".")
    package: Package | None = current
    for _ in range(len(name) - len(rest) - 1):
        package = parent_package(package) if package is not None else None
    if package is None or not rest:
        return package
    return PACKAGES.get(f"{package.name}.{rest}")


_loading: set[str] = set()


def autoloaded(name: str) -> Package | None:
    """Return the package *name* after its module was loaded: that which `excl::*autoload-package-name-alist*` says."""
    from acl.types.cons import to_list
    from acl.types.symbol import EXCL

    for pair in to_list(EXCL.intern("*AUTOLOAD-PACKAGE-NAME-ALIST*").value):
        if pair.car.text() == name and name not in _loading:
            from acl.builtins.modules import require_if_there

            _loading.add(name)
            try:
                require_if_there(pair.cdr)
            finally:
                _loading.discard(name)
    return PACKAGES.get(name)


def package_fault(package: Any, control: str, *args: Any,
                  restarts: Iterable[tuple[str, Callable[..., Any], str]] = ()) -> Any:
    """Signal a `package-error`; return the value of the restart that was chosen."""
    from acl.runtime.conditions import make_condition, signal_error
    from acl.runtime.restarts import restart_case

    condition = make_condition("PACKAGE-ERROR", control, *args, package=package)
    return restart_case(lambda: signal_error(condition), *restarts, condition=condition)


# Locks


def check_lock(package: Package, operation: str, name: str) -> None:
    """Signal a `package-locked-error` if a lock forbids the operation; a restart goes on.

    An operation in upper case is the kind of a definition (FUNCTION, VARIABLE, ...) and subject to the definition
    lock, `Package.locked`; any other, such as "intern", changes the package and is subject to the package lock.
    """
    definition = operation.isupper()
    if not (package.locked if definition else package.properties.get("package-lock")):
        return
    if ENABLE_LOCKED_ERRORS.value is None:
        return
    from acl.runtime.conditions import make_condition, signal_error
    from acl.runtime.restarts import restart_case
    from acl.types.array import SimpleString

    text, home = seen_name(name), seen_name(package.name)
    if definition:
        control = ("Attempt to make a ~a definition for the name ~a.  This is a violation of the ~a package "
                   "definition lock.")
        args: tuple[Any, ...] = (SimpleString(operation), text, home)
        report = f"Set the {operation} definition of the name {converted(name)} anyway."
    else:
        control = "Attempt to ~a ~a in the package ~a.  This is a violation of its package lock."
        args = (SimpleString(operation), text, home)
        report = f"{operation} it anyway."
    condition = make_condition("PACKAGE-LOCKED-ERROR", control, *args, package=package, name=text,
                               operation=SimpleString(operation))
    restart_case(lambda: signal_error(condition), ("CONTINUE", lambda: None, report), condition=condition)


# Symbols of a package


def is_present(symbol: Symbol, package: Package) -> bool:
    """Return true if *symbol* is present in *package*."""
    return package.internal.get(symbol.name) is symbol or package.external.get(symbol.name) is symbol


def _remove(symbol: Symbol, package: Package) -> None:
    package.internal.pop(symbol.name, None)
    package.external.pop(symbol.name, None)
    package.shadowing.pop(symbol.name, None)
    if symbol.package is package:
        symbol.package = None


def _add(symbol: Symbol, package: Package) -> None:
    (package.external if package is KEYWORD else package.internal)[symbol.name] = symbol
    if symbol.package is None:
        symbol.package = package


def export_symbol(symbol: Symbol, package: Package) -> None:
    """Make *symbol*, which is accessible in *package*, external there."""
    name = symbol.name
    found, status = package.find(name)
    if found is symbol and status == "EXTERNAL":
        return
    check_lock(package, "export", name)
    if found is not symbol:
        package_fault(package, "~s cannot be exported from ~s, where it is not accessible.", symbol, package,
                      restarts=[("CONTINUE", lambda: import_symbol(symbol, package), "Import it first.")])
    for user in list(package.used_by):
        other, _ = user.find(name)
        if other is not None and other is not symbol and name not in user.shadowing:
            _export_conflict(symbol, package, user, other)
    package.internal.pop(name, None)
    package.external[name] = symbol


def _export_conflict(symbol: Symbol, package: Package, user: Package, other: Symbol) -> None:
    def keep() -> None:
        if not is_present(other, user):
            _add(other, user)
        user.shadowing[other.name] = other


    def take() -> None:
        if is_present(other, user):
            _remove(other, user)
        else:
            shadowing_import_symbol(symbol, user)

    package_fault(user, "Exporting ~s from ~s makes a conflict with ~s in ~s, which uses it.",
                  symbol, package, other, user,
                  restarts=[("CONTINUE", take, f"Take the exported symbol in {user.print_name}."),
                            ("KEEP-OLD", keep, f"Keep the old symbol in {user.print_name}, as a shadowing symbol.")])


def unexport_symbol(symbol: Symbol, package: Package) -> None:
    """Make *symbol* internal in *package*."""
    found, status = package.find(symbol.name)
    if found is not symbol:
        package_fault(package, "~s cannot be unexported from ~s, where it is not accessible.", symbol, package,
                      restarts=[("CONTINUE", lambda: None, "Go on without.")])
    elif status == "EXTERNAL":
        check_lock(package, "unexport", symbol.name)
        del package.external[symbol.name]
        package.internal[symbol.name] = symbol


def import_symbol(symbol: Symbol, package: Package) -> None:
    """Make *symbol* present in *package*."""
    found, status = package.find(symbol.name)
    if found is symbol and status != "INHERITED":
        if symbol.package is None:
            symbol.package = package
        return
    check_lock(package, "import", symbol.name)
    if found is not None and found is not symbol:
        package_fault(package, "Importing ~s into ~s makes a conflict with ~s.", symbol, package, found,
                      restarts=[("CONTINUE", lambda: shadowing_import_symbol(symbol, package),
                                 "Import it with shadowing-import."),
                                ("KEEP-OLD", lambda: None, "Keep the old symbol.")])
        return
    _add(symbol, package)


def shadowing_import_symbol(symbol: Symbol, package: Package) -> None:
    """Make *symbol* present in *package* as a shadowing symbol, whatever it had of that name."""
    check_lock(package, "shadowing-import", symbol.name)
    if not is_present(symbol, package):
        old = package.internal.get(symbol.name) or package.external.get(symbol.name)
        if old is not None:
            _remove(old, package)
        _add(symbol, package)
    package.shadowing[symbol.name] = symbol


def shadow_name(name: str, package: Package) -> Symbol:
    """Make sure that a symbol of this name is present in *package*, and shadowing; return it."""
    check_lock(package, "shadow", name)
    symbol = package.internal.get(name) or package.external.get(name)
    if symbol is None:
        symbol = package.internal[name] = Symbol(name, package)
    package.shadowing[name] = symbol
    return symbol


def unintern_symbol(symbol: Symbol, package: Package) -> bool:
    """Remove *symbol* from *package*; return false if it was not present."""
    if not is_present(symbol, package):
        return False
    name = symbol.name
    check_lock(package, "unintern", name)
    if package.shadowing.get(name) is symbol:
        inherited: list[Symbol] = []
        for used in package.uses:
            other = used.external.get(name)
            if other is not None and other not in inherited:
                inherited.append(other)
        if len(inherited) > 1:
            restarts = [("CONTINUE", lambda s=s: shadowing_import_symbol(s, package),
                         f"Take {s!r} as a shadowing symbol.") for s in inherited]
            package_fault(package, "Uninterning ~s from ~s makes a conflict between ~s and ~s.", symbol, package,
                          *inherited[:2], restarts=restarts)
            if symbol.package is package:
                symbol.package = None
            return True
    _remove(symbol, package)
    return True


# Packages


def use_package(used: Package, package: Package) -> None:
    """Let *package* inherit the external symbols of *used*."""
    if used in package.uses or used is package:
        return
    check_lock(package, "use a package", used.name)
    if used is KEYWORD:
        package_fault(used, "~s cannot be used by another package.", used)
    for name, symbol in list(used.external.items()):
        old, status = package.find(name)
        if old is not None and old is not symbol and name not in package.shadowing:
            _use_conflict(package, used, symbol, old, status == "INHERITED")
    package.use(used)


def _use_conflict(package: Package, used: Package, symbol: Symbol, old: Symbol, inherited: bool) -> None:
    def keep() -> None:
        if inherited:
            _add(old, package)
        package.shadowing[old.name] = old

    def take() -> None:
        shadowing_import_symbol(symbol, package)

    package_fault(package, "Using package `~a' results in name conflicts for these symbols: ~a",
                  seen_name(used.name), seen_name(old.name),
                  restarts=[("CONTINUE", keep, f"Keep the symbol {old!r}, as a shadowing symbol."),
                            ("TAKE-NEW", take, f"Take the symbol {symbol!r}, as a shadowing symbol.")])


def unuse_package(used: Package, package: Package) -> None:
    """Take the external symbols of *used* from *package* again."""
    if used in package.uses:
        check_lock(package, "unuse a package", used.name)
        package.uses.remove(used)
        used.used_by.remove(package)


def check_new_name(name: str, package: Package | None = None) -> bool:
    """Signal a `package-error` if another package than *package* has this name or nickname.

    Return true if the name is free, false if the restart that goes on without it was chosen.
    """
    other = PACKAGES.get(name)
    if other is None or other is package:
        return True
    package_fault(other, "There is a package named ~s already.", seen_name(name),
                  restarts=[("CONTINUE", lambda: None, f"Leave the name {converted(name)} to that package.")])
    return False


def create_package(name: str, nicknames: list[str], uses: list[Package]) -> Package:
    """Make and register a package."""
    if not check_new_name(name):
        return PACKAGES[name]
    nicknames = [n for n in nicknames if check_new_name(n)]
    package = Package(name, tuple(dict.fromkeys(n for n in nicknames if n != name)))
    for used in uses:
        use_package(used, package)
    for each in (name, *nicknames):
        PACKAGES[each] = package
    return package


def rename_package(package: Package, name: str, nicknames: list[str]) -> None:
    """Give *package* another name and other nicknames."""
    check_lock(package, "rename", package.name)
    if not check_new_name(name, package):
        return
    nicknames = [n for n in nicknames if check_new_name(n, package)]
    for each in (package.name, *package.nicknames):
        PACKAGES.pop(each, None)
    package.name = name
    package.nicknames = list(dict.fromkeys(n for n in nicknames if n != name))
    for each in (name, *nicknames):
        PACKAGES[each] = package


def delete_package(package: Package) -> bool:
    """Delete *package*; return false if that has been done already."""
    if not package.name:
        return False
    check_lock(package, "delete", package.name)
    if package.used_by:
        from acl.types.cons import from_iterable

        package_fault(package, "~s cannot be deleted: it is used by~{ ~a~}.", package,
                      from_iterable([seen_name(p.name) for p in package.used_by]),
                      restarts=[("CONTINUE", lambda: None, "Let them use it no more, then delete it.")])
        for user in list(package.used_by):
            unuse_package(package, user)
    for used in list(package.uses):
        unuse_package(used, package)
    for symbol in list(package.symbols()):
        if symbol.package is package:
            symbol.package = None
    package.internal.clear()
    package.external.clear()
    package.shadowing.clear()
    for each in (package.name, *package.nicknames):
        PACKAGES.pop(each, None)
    for other in set(PACKAGES.values()):
        for nickname in [n for n, p in other.local_nicknames.items() if p is package]:
            del other.local_nicknames[nickname]
    package.nicknames = []
    package.name = None  # type: ignore[assignment]
    return True


def seen_name(name: str) -> Any:
    """Return what is stored as *name* as Lisp sees it, a string."""
    from acl.types.array import SimpleString

    return SimpleString(converted(name))


def no_package(name: str) -> NoReturn:
    """Signal that no package is stored under this name."""
    package_fault(seen_name(name), "Package ~s not found.", seen_name(name))
    raise AssertionError("a package-error returned")


def accessible_symbols(package: Package) -> list[Symbol]:
    """Return all symbols accessible in *package*, each once."""
    found = dict(package.internal)
    found.update(package.external)
    for used in package.uses:
        for name, symbol in used.external.items():
            found.setdefault(name, symbol)
    return list(found.values())


# Symbols that a program in USER defines


_DEFINITION = r"^[ \t]*\((defun|defmacro|defgeneric|defstruct|defclass|define-condition)\s+\(?([^\s()|\\:;\"']+)"
_IN_PACKAGE = r"^[ \t]*\((?:cl:|common-lisp:|lisp:)?in-package[\s)]"
_patterns: list[Any] = []


def shadow_definitions(text: str, start: int) -> int:
    """Shadow in USER the inherited names that *text* defines from *start* to the next `in-package`.

    Return the offset behind which to look again.
    """
    if not _patterns:
        import re

        _patterns.extend(re.compile(p, re.MULTILINE | re.IGNORECASE) for p in (_DEFINITION, _IN_PACKAGE))
    definition, in_package = _patterns
    stop = in_package.search(text, start)
    end = stop.start() if stop else len(text)
    for match in definition.finditer(text, start, end):
        symbol, _ = USER.find(token_name(match[2]))
        if symbol is not None:
            shadow_if_inherited(symbol, USER, match[1].lower() == "defgeneric")
    return end + 1


def shadow_if_inherited(symbol: Symbol | None, package: Package, generic: bool = False) -> Symbol | None:
    """Return the symbol that a definition of *symbol* in USER is about: one of USER's own if *symbol* is inherited
    from an extension package.

    *generic*: the definition is a `defgeneric`, which may add to a generic function that is there.  Who has read
    the form already calls `replace_symbol` on it.
    """
    if symbol is None or package is not USER or symbol.package in (CL, USER, None):
        return symbol
    found, status = package.find(symbol.name)
    if found is not symbol or status != "INHERITED":
        return symbol
    if generic:
        from acl.types.function import FUNCTIONS

        if hasattr(FUNCTIONS.get(symbol.key), "gf"):
            return symbol
    return shadow_name(symbol.name, package)


def replace_symbol(form: Any, old: Symbol, new: Symbol) -> None:
    """Put *new* in the place of *old* everywhere in *form*, which was just read."""
    pending = [form]
    while pending:
        x = pending.pop()
        while type(x) is Cons:
            if x.car is old:
                x.car = new
            elif type(x.car) is Cons:
                pending.append(x.car)
            if x.cdr is old:
                x.cdr = new
            x = x.cdr
