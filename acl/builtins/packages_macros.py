"""Packages (CLHS 11): definition and iteration."""

from __future__ import annotations

from itertools import takewhile
from typing import Any

from acl.builtins.declare import builtin, macro
from acl.expand.lambda_list import gensym
from acl.expand.template import template
from acl.reader import packages as core
from acl.reader.designators import as_package, as_symbol, name_text, packages_of, stored_name, stored_names
from acl.reader.reader import intern
from acl.reader.variables import PACKAGE
from acl.runtime.conditions import error
from acl.types.array import SimpleString
from acl.types.cons import Cons, from_iterable, lisp_list, to_list
from acl.types.symbol import CL, EXCL, NIL_SYMBOL, PACKAGES, SYSTEM, Package, Symbol, cl, denil, keyword

_QUOTE, _DECLARE, _LOCALLY = cl("QUOTE"), cl("DECLARE"), cl("LOCALLY")


def _quoted(x: Any) -> Any:
    return lisp_list(_QUOTE, x)


def _portable(name: Any) -> Any:
    """Return the designator *name* as it may stand in a compiled file: a symbol's package need not exist there."""
    if name is None or type(name) is Symbol:
        return Symbol(as_symbol(name).name)
    return name if type(name) is Package else SimpleString(name_text(name))


# in-package, defpackage

_in_package = template("(eval-when (:compile-toplevel :load-toplevel :execute) (setq *package* (%the-package ,name)))")


@macro("IN-PACKAGE", "name")
def _in_package_macro(form: Any, env: Any) -> Any:
    """Make the package NAME, a string designator that is not evaluated, the current package."""
    if type(form.cdr) is not Cons or form.cdr.cdr is not None:
        error("PROGRAM-ERROR", "Malformed in-package form: ~s.", form)
    name = form.cdr.car
    return _in_package(name=_quoted(_portable(name)))


@builtin("%THE-PACKAGE", "name", package=SYSTEM)
def _the_package(name: Any) -> Any:
    """Return the package named NAME; `package-error` if there is none."""
    return as_package(name)


_defpackage = template("""(eval-when (:compile-toplevel :load-toplevel :execute)
    (%defpackage ,name ,options))""")

_LISTS = ("NICKNAMES", "USE", "SHADOW", "INTERN", "EXPORT", "IMPLEMENT", "ALTERNATE-NAME", "FLAT")
_FROM = ("IMPORT-FROM", "SHADOWING-IMPORT-FROM")
_ONCE = ("SIZE", "DOCUMENTATION")


@macro("DEFPACKAGE", "defined-package-name &rest options")
def _defpackage_macro(form: Any, env: Any) -> Any:
    """Define the package DEFINED-PACKAGE-NAME, or change it to agree with the definition; return it.

    OPTIONS are (:nicknames name...), (:use package...), (:shadow name...), (:shadowing-import-from package name...),
    (:import-from package name...), (:export name...), (:intern name...), (:local-nicknames (nickname package)...),
    (:documentation string), (:size integer).
    """
    if type(form.cdr) is not Cons:
        error("PROGRAM-ERROR", "Malformed defpackage form: ~s.", form)
    options = [_option(option) for option in to_list(form.cdr.cdr)]
    for name in _ONCE:
        if sum(1 for kind, _ in options if kind == name) > 1:
            error("PROGRAM-ERROR", "The option ~s is given twice in ~s.", keyword(name), form)
    _check_disjoint(options, form)
    name = form.cdr.car
    return _defpackage(name=_quoted(_portable(name)),
                       options=_quoted(from_iterable([Cons(keyword(kind), values) for kind, values in options])))


def _option(option: Any) -> tuple[str, Any]:
    """Return an option's name and its arguments, names as strings."""
    if type(option) is not Cons or type(option.car) is not Symbol:
        error("PROGRAM-ERROR", "Invalid option for defpackage: ~s.", option)
    kind, rest = option.car.name, to_list(option.cdr)
    if kind in _LISTS:
        return kind, from_iterable(map(_portable, rest))
    if kind in _FROM and rest:
        return kind, from_iterable(map(_portable, rest))
    if kind in _ONCE and len(rest) == 1:
        return kind, option.cdr
    if kind == "LOCAL-NICKNAMES":
        pairs = [to_list(pair) if type(pair) is Cons else [] for pair in rest]
        if all(len(pair) == 2 for pair in pairs):
            return kind, from_iterable([lisp_list(*map(_portable, pair)) for pair in pairs])
    error("PROGRAM-ERROR", "Invalid option for defpackage: ~s.", option)


def _check_disjoint(options: list[tuple[str, Any]], form: Any) -> None:
    """Signal a `program-error` if a name is in two options that exclude each other."""
    seen: dict[str, str] = {}
    exported: set[str] = set()
    interned: set[str] = set()
    for kind, values in options:
        if kind in ("SHADOW", "INTERN", *_FROM):
            names = stored_names(values)[1:] if kind in _FROM else stored_names(values)
            for name in dict.fromkeys(names):
                if name in seen and not (seen[name] == kind == "SHADOW" or seen[name] == kind == "INTERN"):
                    error("PROGRAM-ERROR", "The name ~s is given to two options in ~s.", core.seen_name(name), form)
                seen[name] = kind
        if kind == "INTERN":
            interned.update(stored_names(values))
        elif kind == "EXPORT":
            exported.update(stored_names(values))
    for name in interned & exported:
        error("PROGRAM-ERROR", "The name ~s is given to :intern and to :export in ~s.", core.seen_name(name), form)


@builtin("%DEFPACKAGE", "name options", package=SYSTEM)
def define_package(name: Any, options: Any) -> Any:
    """Make or change the package NAME as the OPTIONS of its `defpackage` form say; return it."""
    given: dict[str, list[Any]] = {}
    for option in to_list(options):
        given.setdefault(option.car.name, []).append(option.cdr)
    text = name.name if type(name) is Package else stored_name(name)
    nicknames = [n for names in given.get("NICKNAMES", []) for n in stored_names(names)]
    package = PACKAGES.get(text)
    if package is None:
        package = core.create_package(text, nicknames, [])
    else:
        _add_nicknames(package, nicknames)
    for names in given.get("SHADOW", []):
        for each in stored_names(names):
            core.shadow_name(each, package)
    for values in given.get("SHADOWING-IMPORT-FROM", []):
        for symbol in _imported(values):
            core.shadowing_import_symbol(symbol, package)
    _use(package, [p for used in given["USE"] for p in packages_of(used)] if "USE" in given else None)
    for values in given.get("IMPORT-FROM", []):
        for symbol in _imported(values):
            core.import_symbol(symbol, package)
    for names in given.get("INTERN", []):
        for each in stored_names(names):
            intern(each, package)
    for names in given.get("EXPORT", []):
        for each in stored_names(names):
            core.export_symbol(intern(each, package), package)
    for pairs in given.get("LOCAL-NICKNAMES", []):
        for pair in to_list(pairs):
            package.local_nicknames[stored_name(pair.car)] = as_package(pair.cdr.car)
    for doc in given.get("DOCUMENTATION", []):
        package.properties["documentation"] = doc.car
    return package


def _add_nicknames(package: Package, nicknames: list[str]) -> None:
    for each in nicknames:
        if not core.check_new_name(each, package):
            continue
        if each != package.name and each not in package.nicknames:
            package.nicknames.append(each)
        PACKAGES[each] = package


def _use(package: Package, uses: list[Package] | None) -> None:
    """Have *package* use more packages: as in Allegro, a second definition takes away nothing that the first gave."""
    if uses is None:
        uses = [] if package.uses else [CL]
    for used in uses:
        core.use_package(used, package)


def _imported(values: Any) -> list[Symbol]:
    """Return the symbols of (package name...); a missing one is a correctable `package-error`."""
    source = as_package(values.car)
    symbols = []
    for name in stored_names(values.cdr):
        symbol, _ = source.find(name)
        if symbol is None:
            core.package_fault(source, "There is no symbol ~s in ~s.", core.seen_name(name), source,
                               restarts=[("CONTINUE", lambda: None, f"Intern it in {source.print_name}.")])
            symbol = intern(name, source)
        symbols.append(symbol)
    return symbols


# Iteration

_iteration = template("(dolist (,var (%package-symbols ,package ,kind) ,result) ,@body)")


def _iterate(form: Any, kind: str, package: bool) -> Any:
    spec = to_list(form.cdr.car) if type(form.cdr) is Cons and type(form.cdr.car) is Cons else []
    if not 1 <= len(spec) <= (3 if package else 2):
        error("PROGRAM-ERROR", "Malformed ~s form: ~s.", form.car, form)
    var, rest = spec[0], spec[1:]
    where = rest.pop(0) if package and rest else PACKAGE
    result, body = rest[0] if rest else None, form.cdr.cdr
    declarations = takewhile(lambda f: type(f) is Cons and f.car is _DECLARE, to_list(body))
    if result is not None:  # the declarations are about the result form too
        result = Cons(_LOCALLY, from_iterable([*declarations, result]))
    return _iteration(var=var, package=where, kind=keyword(kind), result=result, body=body)


@macro("DO-SYMBOLS", "(var &optional (package *package*) result) &body forms")
def _do_symbols(form: Any, env: Any) -> Any:
    """Evaluate FORMS with VAR bound to each symbol accessible in PACKAGE in turn; return RESULT."""
    return _iterate(form, "ACCESSIBLE", True)


@macro("DO-EXTERNAL-SYMBOLS", "(var &optional (package *package*) result) &body forms")
def _do_external_symbols(form: Any, env: Any) -> Any:
    """Evaluate FORMS with VAR bound to each external symbol of PACKAGE in turn; return RESULT."""
    return _iterate(form, "EXTERNAL", True)


@macro("DO-ALL-SYMBOLS", "(var &optional result) &body forms")
def _do_all_symbols(form: Any, env: Any) -> Any:
    """Evaluate FORMS with VAR bound to each symbol of every package in turn; return RESULT."""
    return _iterate(form, "ALL", False)


@builtin("%PACKAGE-SYMBOLS", "package kind", package=SYSTEM)
def _package_symbols(package: Any, kind: Any) -> Any:
    """Return a list of the symbols of PACKAGE: KIND is :accessible, :external, or :all (of all packages)."""
    if kind.name == "ALL":
        found: dict[Symbol, None] = {}
        for each in dict.fromkeys(PACKAGES.values()):
            found.update(dict.fromkeys(each.symbols()))
        symbols = list(found)
    elif kind.name == "EXTERNAL":
        symbols = list(as_package(package).external.values())
    else:
        symbols = core.accessible_symbols(as_package(package))
    return from_iterable([None if s is NIL_SYMBOL else s for s in symbols])


_KINDS = ("INTERNAL", "EXTERNAL", "INHERITED")
_iterator = template("""(let ((,next (%package-iterator ,packages ,kinds)))
    (macrolet ((,name () (quote (funcall ,next)))) ,@body))""")


@macro("WITH-PACKAGE-ITERATOR", "(name package-list &rest symbol-types) &body forms")
def _with_package_iterator(form: Any, env: Any) -> Any:
    """Evaluate FORMS with NAME as a local macro that gives the next symbol of PACKAGE-LIST.

    SYMBOL-TYPES are :internal, :external, :inherited.  A call of NAME returns true, the symbol, its type and
    the package, or NIL at the end.
    """
    spec = to_list(form.cdr.car) if type(form.cdr) is Cons else []
    kinds = spec[2:]
    if not kinds or any(type(k) is not Symbol or k.name not in _KINDS for k in kinds):
        error("PROGRAM-ERROR", "Malformed with-package-iterator form: ~s: the symbol types are ~s.", form,
              from_iterable([keyword(k) for k in _KINDS]))
    return _iterator(next=gensym("NEXT"), name=spec[0], packages=spec[1], kinds=_quoted(from_iterable(kinds)),
                     body=form.cdr.cdr)


@builtin("%PACKAGE-ITERATOR", "packages kinds", package=SYSTEM)
def _package_iterator(packages: Any, kinds: Any) -> Any:
    """Return a function that gives the symbols of PACKAGES, one at each call."""
    wanted = {k.name for k in to_list(kinds)}
    entries = iter([entry for package in packages_of(packages) for entry in _entries(package, wanted)])

    def values() -> tuple[Any, ...]:
        return next(entries, (None,))

    def primary() -> Any:
        return values()[0]

    primary.mv = values  # type: ignore[attr-defined]
    return primary


def _entries(package: Package, kinds: set[str]) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    for kind, table in (("INTERNAL", package.internal), ("EXTERNAL", package.external)):
        if kind in kinds:
            found += [(cl("T"), denil(s), keyword(kind), package) for s in table.values()]
    if "INHERITED" in kinds:
        for symbol in core.accessible_symbols(package):
            if not core.is_present(symbol, package):
                found.append((cl("T"), denil(symbol), keyword("INHERITED"), package))
    return found


# Locks

_unlocked = template("(let ((,variable nil)) ,@body)")


@macro("WITHOUT-PACKAGE-LOCKS", "&body forms", package=EXCL)
def _without_package_locks(form: Any, env: Any) -> Any:
    """Evaluate FORMS without regard to package locks."""
    return _unlocked(variable=core.ENABLE_LOCKED_ERRORS, body=form.cdr)
