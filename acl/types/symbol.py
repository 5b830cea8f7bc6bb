"""Symbols, their cells, and packages.

A symbol does not hold its function.  Functions live in one dict, `FUNCTIONS` of `acl.types.function`,
which is `__globals__` of all compiled code; `Symbol.key` is the symbol's key there.  The cell of a special
variable is an attribute of the thread's state, see `acl.runtime.dynamic`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .base import LispObject
from .casemode import converted
from .standard_names import STANDARD_NAMES

_on_unbound: Callable[[UnboundCell], Any] | None = None


def set_unbound_hook(hook: Callable[[UnboundCell], Any]) -> None:
    """Install the function that signals `unbound-variable`; what it returns is used as the value."""
    global _on_unbound
    _on_unbound = hook


_add_special: Callable[[str, Any], None] = lambda key, cell: None  # noqa: E731
_replace_cell: Callable[[Symbol, Any, Any], None] = lambda symbol, old, new: None  # noqa: E731
_state: Callable[[], Any]


def on_new_special(add: Callable[[str, Any], None], replace: Callable[[Symbol, Any, Any], None]) -> None:
    """Install what tells the threads of a new special variable, and of a cell that takes another's place."""
    global _add_special, _replace_cell
    _add_special, _replace_cell = add, replace


def set_state_function(current: Callable[[], Any]) -> None:
    """Install the function that returns the calling thread's state (see `acl.runtime.dynamic`)."""
    global _state
    _state = current


FUNCTION_TABLE: dict[str, Any] = {}
"""The global functions, `FUNCTIONS` of `acl.types.function`: a symbol is called as its global function."""

_undefined: Callable[[Any], Any]


def set_undefined_function(make: Callable[[Any], Any]) -> None:
    """Install the maker of what stands for an undefined function."""
    global _undefined
    _undefined = make


GLOBAL_CELLS: dict[str, Any] = {}
"""The global cell of each special variable, by symbol key: a one-element list or an `UnboundCell`."""


class UnboundCell:
    """A cell without a value.  Reading it signals `unbound-variable`; writing puts a list in its place.

    Whoever still holds it afterwards (a binding that will be undone) is forwarded to that list.
    """

    __slots__ = ("symbol", "target")

    def __init__(self, symbol: Symbol) -> None:
        self.symbol = symbol
        self.target: list[Any] | None = None

    def __getitem__(self, index: int) -> Any:
        if self.target is not None:
            return self.target[0]
        if _on_unbound is None:
            raise NameError(f"unbound variable {self.symbol!r}")
        return _on_unbound(self)

    def __setitem__(self, index: int, value: Any) -> None:
        if self.target is not None:
            self.target[0] = value
        else:
            self.target = [value]
            _replace_cell(self.symbol, self, self.target)

    def __len__(self) -> int:
        return 0 if self.target is None else 1


class AutoloadCell(UnboundCell):
    """The cell of a variable whose module has not been imported: using it imports the module, which sets it."""

    __slots__ = ("loader",)

    def __init__(self, symbol: Symbol, loader: Callable[[], None]) -> None:
        self.symbol = symbol
        self.target = None
        self.loader: Callable[[], None] | None = loader

    def _load(self) -> None:
        loader, self.loader = self.loader, None
        if loader is not None:
            loader()

    def __getitem__(self, index: int) -> Any:
        self._load()
        return UnboundCell.__getitem__(self, index)

    def __setitem__(self, index: int, value: Any) -> None:
        self._load()  # else the module's import would undo the assignment
        UnboundCell.__setitem__(self, index, value)

    def __len__(self) -> int:
        self._load()
        return UnboundCell.__len__(self)


class Symbol(LispObject):
    """A Lisp symbol.  `name` is the name it is stored under, see `acl.types.casemode`.

    `key` is the name of its function in `FUNCTIONS` and of its cell in a thread's state; `special` is
    None, "special", "constant" or "global"; `macro` its global macro function `(form, env) -> form`.
    Everything rarer (setf expanders, type expanders, compiler macros, documentation) is kept in tables
    keyed by the symbol.
    """

    __slots__ = ("__weakref__", "has_cell", "key", "macro", "name", "package", "plist", "special")

    def __init__(self, name: str, package: Package | None = None) -> None:
        self.name = name
        self.package = package
        self.plist: Any = None
        self.key = _new_key(name, package)
        self.has_cell = False
        self.special: str | None = None
        self.macro: Callable[..., Any] | None = None

    def __repr__(self) -> str:
        if self.package is None:
            return "#:" + self.name
        if self.package is KEYWORD:
            return ":" + self.name
        return f"{self.package.name}::{self.name}"

    @property
    def print_name(self) -> str:
        """The name that Lisp sees, what `symbol-name` returns: `name` in the present case mode."""
        return converted(self.name)

    def __call__(self, *args: Any) -> Any:
        function = FUNCTION_TABLE.get(function_key(self))
        return (function if function is not None else _undefined(self))(*args)

    def special_key(self) -> str:
        """Return the key of the variable's cell, making the cell (without a value) if there is none."""
        if not self.has_cell:
            self.make_cell(UnboundCell(self))
        return function_key(self)

    def make_cell(self, cell: Any) -> None:
        """Give the variable *cell* as its global cell, unless it has one."""
        key = function_key(self)
        if key not in GLOBAL_CELLS:
            GLOBAL_CELLS[key] = cell
        self.has_cell = True
        _add_special(key, GLOBAL_CELLS[key])

    def set_cell(self, cell: Any) -> None:
        """Make *cell* the global cell in place of the one there is: its item 0 is the value, its length 1."""
        if not self.has_cell:
            self.make_cell(cell)
            return
        old = GLOBAL_CELLS[self.key]
        if isinstance(old, UnboundCell):
            old.target = cell
        if type(old) is AutoloadCell:
            old.loader = None
        _replace_cell(self, old, cell)

    def set_global(self, value: Any) -> None:
        """Set the global value, whatever the calling process has bound."""
        if not self.has_cell:
            self.make_cell([value])
        else:
            cell = GLOBAL_CELLS[self.key]
            if type(cell) is AutoloadCell:
                cell.loader = None  # this is the declaration that it stands for
            cell[0] = value

    @property
    def value(self) -> Any:
        """The value in the current process; signals `unbound-variable` if there is none."""
        if self.has_cell:
            return getattr(_state(), self.key)[0]
        return getattr(_state(), self.special_key())[0]

    @value.setter
    def value(self, new: Any) -> None:
        getattr(_state(), self.special_key())[0] = new

    @property
    def bound(self) -> bool:
        """True if the variable has a value in the current process."""
        return self.has_cell and len(getattr(_state(), self.key)) == 1

    def make_unbound(self) -> None:
        """Take the value away (`makunbound`)."""
        key = self.special_key()
        cell = getattr(_state(), key)
        if len(cell):
            _replace_cell(self, cell, UnboundCell(self))


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

    __slots__ = (
        "__weakref__",
        "external",
        "internal",
        "local_nicknames",
        "locked",
        "name",
        "nicknames",
        "properties",
        "shadowing",
        "system",
        "used_by",
        "uses",
    )

    def __init__(self, name: str, nicknames: tuple[str, ...] = ()) -> None:
        self.name = name
        self.nicknames: list[str] = list(nicknames)
        self.uses: list[Package] = []
        self.used_by: list[Package] = []
        self.internal: dict[str, Symbol] = {}
        self.external: dict[str, Symbol] = {}
        self.shadowing: dict[str, Symbol] = {}
        self.locked = False
        self.system = False
        self.local_nicknames: dict[str, Package] = {}
        self.properties: dict[Any, Any] = {}

    def __repr__(self) -> str:
        return f"#<The {self.print_name} package>" if self.name else "#<deleted package>"

    @property
    def print_name(self) -> str:
        """The name that Lisp sees, what `package-name` returns: `name` in the present case mode."""
        return converted(self.name)

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
                symbol.set_global(symbol)
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
FF = make_package("FOREIGN-FUNCTIONS", ("FF",), (CL, EXCL))
TPL = make_package("TOP-LEVEL", ("TPL",), (CL, EXCL))
TPL_DEBUG = make_package("TOP-LEVEL.DEBUG", (), (CL, EXCL, TPL))
COMPILER = make_package("COMPILER", ("COMP",), (CL, EXCL))
CLOS = make_package("CLOS", ("MOP", "ACLMOP"), (CL,))
PYTHON = make_package("PYTHON", ("PY",), (CL,))
OSI = make_package("EXCL.OSI", ("OSI",), (CL, EXCL))
UTIL_STRING = make_package("UTIL.STRING", (), (CL,))
UTIL_DATE_TIME = make_package("UTIL.DATE-TIME", (), (CL,))
NET_SASL = make_package("NET.SASL", (), (CL,))
DEFSYSTEM = make_package("DEFSYSTEM", ("DEFSYS", "DS"), (CL, EXCL))
ACL_TESTING = make_package("ACL-TESTING", ("TESTING",), (CL,))
PROFILER = make_package("PROFILER", ("PROF",), (CL, EXCL))
DEBUGGER = make_package("DEBUGGER", ("DEBUG",), (CL, EXCL))
CROSS_REFERENCE = make_package("CROSS-REFERENCE", ("XREF",), (CL, EXCL))
SCM = make_package("SCM", (), (CL, EXCL))
INSPECT = make_package("INSPECT", (), (CL, EXCL))
VIEW = make_package("VIEW", (), (CL, EXCL))
VIEW.shadowing["SEQUENCE"] = VIEW.external["SEQUENCE"] = Symbol("SEQUENCE", VIEW)  # not the type
USER = make_package("COMMON-LISP-USER", ("CL-USER", "USER"), (CL, EXCL, ACL_SOCKET))
"""The prompt shows USER, the nickname of the documentation's sessions."""


for _package in (CL, SYSTEM, EXCL, ACL_SOCKET, MP, OSI, FF, DEFSYSTEM, TPL, TPL_DEBUG, COMPILER, CLOS, PYTHON,
                 ACL_TESTING, VIEW):
    _package.system = True


def keyword(name: str) -> Symbol:
    """Return the keyword named *name* (upper case)."""
    return KEYWORD.external.get(name) or KEYWORD.intern(name)


def cl(name: str) -> Symbol:
    """Return the symbol of COMMON-LISP named *name* (upper case), external if the standard knows it."""
    return CL.external.get(name) or CL.intern(name)


def find_package(name: str) -> Package | None:
    """Return the package with this name or nickname."""
    return PACKAGES.get(name)


for _standard in STANDARD_NAMES.split():
    CL.external[_standard] = Symbol(_standard, CL)
T = cl("T")
T.set_global(T)
T.special = "constant"
_nil = cl("NIL")
_nil.set_global(None)
_nil.special = "constant"
NIL_SYMBOL = _nil
"""The symbol that package tables hold for NIL.  The Lisp object NIL is Python's None: whoever takes a
symbol out of a package must pass it through `denil`."""


def denil(symbol: Symbol | None) -> Symbol | None:
    """Return *symbol*, but None for the table entry of NIL."""
    return None if symbol is NIL_SYMBOL else symbol
