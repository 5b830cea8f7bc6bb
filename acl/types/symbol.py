"""Symbols, their cells, and packages.

A symbol does not hold its function.  Functions live in one dict, `FUNCTIONS` of `acl.types.function`,
which is `__globals__` of all compiled code; `Symbol.key` is the symbol's key there.  A special
variable is a `ContextVar` of cells, made when it is first used: its default is the global cell, and a
process that binds the variable sets a cell of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

from .base import LispObject


class Cell:
    """The place a value of a special variable lives in: `v` is the value."""

    __slots__ = ("v", "symbol")
    v: Any
    symbol: Symbol

    def __init__(self, symbol: Symbol, value: Any) -> None:
        self.symbol = symbol
        self.v = value


_on_unbound: Callable[[UnboundCell], Any] | None = None


def set_unbound_hook(hook: Callable[[UnboundCell], Any]) -> None:
    """Install the function that signals `unbound-variable`; what it returns is used as the value."""
    global _on_unbound
    _on_unbound = hook


class UnboundCell(Cell):
    """A cell without a value.  Reading it signals, writing it makes it a plain `Cell`."""

    __slots__ = ()

    def __init__(self, symbol: Symbol) -> None:
        Cell.symbol.__set__(self, symbol)  # type: ignore[attr-defined]

    def __getattr__(self, name: str) -> Any:
        if name != "v" or _on_unbound is None:
            raise AttributeError(name)
        return _on_unbound(self)

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, "__class__", Cell)
        setattr(self, name, value)


class Symbol(LispObject):
    """A Lisp symbol.

    `key` is the name of its function in `FUNCTIONS`; `variable` its `ContextVar` (made by
    `special_variable`); `special` is None, "special" or "constant"; `macro` its global macro function
    `(form, env) -> form`.  Everything rarer (setf expanders, type expanders, compiler macros,
    documentation) is kept in tables keyed by the symbol.
    """

    __slots__ = ("name", "package", "plist", "key", "variable", "cell", "special", "macro", "__weakref__")

    def __init__(self, name: str, package: Package | None = None) -> None:
        self.name = name
        self.package = package
        self.plist: Any = None
        self.key = _new_key(name, package)
        self.variable: ContextVar[Cell] | None = None
        self.cell: Cell | None = None
        self.special: str | None = None
        self.macro: Callable[..., Any] | None = None

    def __repr__(self) -> str:
        if self.package is None:
            return "#:" + self.name
        if self.package is KEYWORD:
            return ":" + self.name
        return f"{self.package.name}::{self.name}"

    def special_variable(self) -> ContextVar[Cell]:
        """Return the variable's `ContextVar`, making it unbound if it does not exist."""
        variable = self.variable
        if variable is None:
            self.cell = UnboundCell(self)
            variable = self.variable = ContextVar(self.name, default=self.cell)
        return variable

    @property
    def value(self) -> Any:
        """The value in the current process; signals `unbound-variable` if there is none."""
        return (self.variable or self.special_variable()).get().v

    @value.setter
    def value(self, new: Any) -> None:
        (self.variable or self.special_variable()).get().v = new

    @property
    def bound(self) -> bool:
        """True if the variable has a value in the current process."""
        return self.variable is not None and not isinstance(self.variable.get(), UnboundCell)

    def make_unbound(self) -> None:
        """Take the value away (`makunbound`)."""
        make_unbound(self.special_variable().get())


def make_unbound(cell: Cell) -> None:
    """Turn *cell* into one without a value."""
    if not isinstance(cell, UnboundCell):
        del cell.v
        cell.__class__ = UnboundCell  # type: ignore[assignment]


_keys: dict[str, int] = {}


def _new_key(name: str, package: Package | None) -> str:
    base = f"{package.name if package is not None else '#'}:{name}"
    count = _keys.get(base, 0)
    if package is not None:
        _keys[base] = count + 1
        return base if count == 0 else f"{base}#{count}"
    return base  # uninterned symbols get a unique key when a function is stored, see `function_key`


_uninterned = 0


def function_key(symbol: Symbol) -> str:
    """Return the key of *symbol*'s function in `FUNCTIONS`, unique also for uninterned symbols."""
    global _uninterned
    if symbol.key.startswith("#:") and "#" not in symbol.key[1:]:
        _uninterned += 1
        symbol.key = f"{symbol.key}#{_uninterned}"
    return symbol.key


class Package(LispObject):
    """A package: `internal` and `external` map names to the symbols present in it."""

    __slots__ = ("name", "nicknames", "uses", "used_by", "internal", "external", "shadowing", "locked",
                 "local_nicknames", "properties", "__weakref__")

    def __init__(self, name: str, nicknames: tuple[str, ...] = ()) -> None:
        self.name = name
        self.nicknames: list[str] = list(nicknames)
        self.uses: list[Package] = []
        self.used_by: list[Package] = []
        self.internal: dict[str, Symbol] = {}
        self.external: dict[str, Symbol] = {}
        self.shadowing: dict[str, Symbol] = {}
        self.locked = False
        self.local_nicknames: dict[str, Package] = {}
        self.properties: dict[Any, Any] = {}

    def __repr__(self) -> str:
        return f"#<The {self.name} package>"

    def find(self, name: str) -> tuple[Symbol | None, str | None]:
        """Return the symbol accessible as *name* and its status: "INTERNAL", "EXTERNAL", "INHERITED" or None."""
        symbol = self.external.get(name)
        if symbol is not None:
            return symbol, "EXTERNAL"
        symbol = self.internal.get(name)
        if symbol is not None:
            return symbol, "INTERNAL"
        for package in self.uses:
            symbol = package.external.get(name)
            if symbol is not None:
                return symbol, "INHERITED"
        return None, None

    def intern(self, name: str) -> Symbol:
        """Return the symbol accessible as *name*, making it (external and self-evaluating in KEYWORD)."""
        symbol, _ = self.find(name)
        if symbol is None:
            symbol = Symbol(name, self)
            if self is KEYWORD:
                self.external[name] = symbol
                symbol.special_variable().get().v = symbol
                symbol.special = "constant"
            else:
                self.internal[name] = symbol
        return symbol

    def export(self, name: str) -> Symbol:
        """Intern *name* and make it external, without looking for conflicts (`export` does)."""
        symbol = self.intern(name)
        self.internal.pop(name, None)
        self.external[name] = symbol
        return symbol

    def use(self, package: Package) -> None:
        """Use *package*, without looking for conflicts (`use-package` does)."""
        if package not in self.uses:
            self.uses.append(package)
            package.used_by.append(self)

    def symbols(self) -> Iterator[Symbol]:
        """All symbols present in the package."""
        yield from self.internal.values()
        yield from self.external.values()


PACKAGES: dict[str, Package] = {}


def make_package(name: str, nicknames: tuple[str, ...] = (), use: tuple[Package, ...] = ()) -> Package:
    """Make and register a package, without looking for conflicts (`make-package` does)."""
    package = Package(name, nicknames)
    for each in (name, *nicknames):
        PACKAGES[each] = package
    for used in use:
        package.use(used)
    return package


KEYWORD = make_package("KEYWORD")
CL = make_package("COMMON-LISP", ("CL", "LISP"))
SYSTEM = make_package("SYSTEM", ("SYS", "SI"), (CL,))
EXCL = make_package("EXCL", (), (CL,))
ACL_SOCKET = make_package("ACL-SOCKET", ("SOCKET", "IPC"), (CL, EXCL))
MP = make_package("MULTIPROCESSING", ("MP",), (CL, EXCL))
TPL = make_package("TOP-LEVEL", ("TPL",), (CL, EXCL))
CLOS = make_package("CLOS", ("MOP", "ACLMOP"), (CL,))
PYTHON = make_package("PYTHON", ("PY",), (CL,))
USER = make_package("COMMON-LISP-USER", ("CL-USER", "USER"), (CL, EXCL, ACL_SOCKET))
"""The prompt shows USER, the nickname of the documentation's sessions."""


def keyword(name: str) -> Symbol:
    """Return the keyword named *name* (upper case)."""
    return KEYWORD.external.get(name) or KEYWORD.intern(name)


def cl(name: str) -> Symbol:
    """Return the external symbol of COMMON-LISP named *name* (upper case)."""
    return CL.external.get(name) or CL.export(name)


def find_package(name: str) -> Package | None:
    """Return the package with this name or nickname."""
    return PACKAGES.get(name)


T = cl("T")
T.special_variable().get().v = T
T.special = "constant"
_nil = cl("NIL")
_nil.special_variable().get().v = None
_nil.special = "constant"
NIL_SYMBOL = _nil
"""The symbol that package tables hold for NIL.  The Lisp object NIL is Python's None: whoever takes a
symbol out of a package must pass it through `denil`."""


def denil(symbol: Symbol | None) -> Symbol | None:
    """Return *symbol*, but None for the table entry of NIL."""
    return None if symbol is NIL_SYMBOL else symbol
