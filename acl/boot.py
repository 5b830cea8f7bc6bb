"""Brings the image up.  Modules that declare operators are imported when one of their operators is first used.

`acl/_index.py`, made by `make index` and kept in step by a test, says which module declares what.  At start the symbols
are made; in the place of a function stands an `Autoload`, of a macro a stub, of a variable a cell without a value.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable
from typing import Any

from acl.types.cons import lisp_list
from acl.types.function import FUNCTIONS, Autoload, UndefinedFunction
from acl.types.symbol import PACKAGES, AutoloadCell, Symbol, cl, function_key

_FOLDERS = ("builtins", "mp", "socket", "ssl", "toplevel", "testing/lisp")
CORE = ("acl.runtime.support", "acl.streams", "acl.printer.writer", "acl.reader")
"""Modules that every start needs."""

_done = False
_all = False


def modules() -> list[str]:
    """Return the names of the modules that declare operators, in a fixed order."""
    root = os.path.dirname(__file__)
    names = []
    for folder in _FOLDERS:
        for path, folders, files in os.walk(os.path.join(root, folder)):
            folders[:] = sorted(f for f in folders if not f.startswith("_"))
            relative = os.path.relpath(path, root).replace(os.sep, ".")
            names += [f"acl.{relative}.{f[:-3]}" for f in sorted(files) if f.endswith(".py") and f[0] != "_"]
    return names


def boot() -> None:
    """Make all operators known.  Does nothing the second time."""
    global _done
    if _done:
        return
    _done = True
    _tune_collector()
    try:
        _index: Any = importlib.import_module("acl._index")
    except ImportError:
        load_all()
        return
    for name in CORE:
        importlib.import_module(name)
    entries = [line.split() for line in _index.INDEX.splitlines()]
    for module, *items in entries:
        if module not in sys.modules:
            _enter(module, items)
    from acl.clos.base import set_missing_class_hook

    set_missing_class_hook(load_all)


def _tune_collector() -> None:
    """Have Python look for cyclic garbage less often: conses are many, and counted references free nearly all."""
    import gc

    if gc.get_threshold()[0] <= 2000:  # what Python starts with, in all its versions
        gc.set_threshold(20_000, 20, 20)


def grow_stack() -> None:
    """Let the kernel grow the main thread's stack as far as deep recursion through C (apply, sort) may need it."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_STACK)
    wanted = 120 << 20
    if soft != resource.RLIM_INFINITY and soft < wanted and (hard == resource.RLIM_INFINITY or hard >= wanted):
        resource.setrlimit(resource.RLIMIT_STACK, (wanted, hard))


def load_all() -> bool:
    """Import every module; return True if that was not done before."""
    global _all
    if _all:
        return False
    _all = True
    for name in (*CORE, *modules()):
        importlib.import_module(name)
    return True


def _enter(module: str, items: list[str]) -> None:
    """Enter what *module* declares; an item is kind:package:name, the kind in upper case for internal symbols.

    Kind `a` is a:package:home:name, a symbol of the package *home* that *package* exports as well.
    """
    def load() -> None:
        importlib.import_module(module)

    for item in items:
        kind, package_name, name = item.split(":", 2)
        package = PACKAGES[package_name]
        if kind == "a":
            home, _, name = name.partition(":")
            package.external[name] = PACKAGES[home].intern(name)
            continue
        symbol = package.external.get(name)
        if symbol is None and package.find(name)[1] == "INHERITED":  # the package has its own symbol of that name
            symbol = package.shadowing[name] = Symbol(name, package)
            (package.external if kind.islower() else package.internal)[name] = symbol
        if symbol is None:
            symbol = package.export(name) if kind.islower() else package.intern(name)
        _ENTER[kind.lower()](symbol, load)


def _function(symbol: Symbol, load: Callable[[], None]) -> None:
    key = function_key(symbol)
    if key not in FUNCTIONS:
        FUNCTIONS[key] = Autoload(symbol, key, load)


def _setf_function(symbol: Symbol, load: Callable[[], None]) -> None:
    key = f"(setf {function_key(symbol)})"
    if key not in FUNCTIONS:
        FUNCTIONS[key] = Autoload(lisp_list(cl("SETF"), symbol), key, load)


def _macro(symbol: Symbol, load: Callable[[], None]) -> None:
    if symbol.macro is not None:
        return

    def expand(form: Any, env: Any) -> Any:
        load()
        assert symbol.macro is not None and symbol.macro is not expand
        return symbol.macro(form, env)

    expand.load = load  # type: ignore[attr-defined]
    symbol.macro = expand


def _variable(symbol: Symbol, load: Callable[[], None]) -> None:
    if symbol.special is None:
        symbol.special = "special"
        symbol.make_cell(AutoloadCell(symbol, load))


def _constant(symbol: Symbol, load: Callable[[], None]) -> None:
    if symbol.special is None:
        symbol.special = "constant"
        symbol.make_cell(AutoloadCell(symbol, load))


_ENTER: dict[str, Callable[[Symbol, Callable[[], None]], None]] = {
    "f": _function, "s": _setf_function, "m": _macro, "v": _variable, "c": _constant,
    "x": lambda symbol, load: None,
}


# ------------------------------------------------------------------------------------------------- making the index


def make_index() -> str:
    """Import all modules one after the other and return the text of the index."""
    lines = []
    known: set[str] = set()
    for name in (*CORE, *modules()):
        importlib.import_module(name)
        items = sorted(_entries() - known)
        known.update(items)
        if items and name not in CORE:
            lines.append(" ".join([name, *items]))
    return "\n".join(lines)


def _entries() -> set[str]:
    """Return the items for all that is declared now."""
    items = set()
    for package in {id(p): p for p in PACKAGES.values()}.values():
        for symbol in package.symbols():
            if package.name in ("KEYWORD", "COMMON-LISP-USER"):
                continue
            if symbol.package is not package:
                if symbol.package is not None and symbol.name in package.external:
                    items.add(f"a:{package.name}:{symbol.package.name}:{symbol.name}")
                continue
            external = symbol.name in package.external
            key = symbol.key
            if " " in symbol.name:  # a helper that a definition made
                continue
            kinds = []
            if key in FUNCTIONS and not isinstance(FUNCTIONS[key], UndefinedFunction):
                kinds.append("f")
            if f"(setf {key})" in FUNCTIONS and not isinstance(FUNCTIONS[f"(setf {key})"], UndefinedFunction):
                kinds.append("s")
            if symbol.macro is not None:
                kinds.append("m")
            if symbol.special is not None:
                kinds.append("c" if symbol.special == "constant" else "v")
            if not kinds and external and package.name != "COMMON-LISP":
                kinds.append("x")  # the name of a class, a restart, an option
            items.update(f"{k if external else k.upper()}:{package.name}:{symbol.name}" for k in kinds)
    return items


def write_index() -> None:
    """Write `acl/_index.py`."""
    path = os.path.join(os.path.dirname(__file__), "_index.py")
    index = make_index()  # before the old one is overwritten: a module with a fault leaves that
    with open(path, "w", encoding="utf-8") as file:
        file.write(f'"""Which module declares what; made by `make index`."""\n\nINDEX = """\\\n{index}\n"""\n')


if __name__ == "__main__":
    from acl import boot as this_module

    this_module.write_index()
