"""Functions.  A Lisp function is a Python function (or a callable Python object).

Protocol of multiple values ("two entries"): calling a function gives its primary value, always.  If it
may return other than one value it has an attribute `mv`: a function of the same arguments that
returns a tuple of all values.  No Lisp object is a tuple.

`FUNCTIONS` is the one dict of global functions and `__globals__` of all compiled code:
    FUNCTIONS["COMMON-LISP:CAR"]         the function of the symbol CAR
    FUNCTIONS["COMMON-LISP:CAR mv"]      its entry for all values (present once somebody asked for it)
    FUNCTIONS["COMMON-LISP:OPEN kw"]     of a declared function with keywords: called with Python's keywords
    FUNCTIONS["(setf COMMON-LISP:CAR)"]  the function (setf car); its mv entry as above
A key that compiled code names always exists: an undefined function is an `UndefinedFunction`, which
signals when it is called and can go on with what a restart supplies.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .cons import Cons
from .symbol import FUNCTION_TABLE, NIL_SYMBOL, Symbol, function_key, set_undefined_function

FUNCTIONS: dict[str, Any] = FUNCTION_TABLE
FUNCTIONS.update({"__name__": "acl.compiled", "__builtins__": __builtins__})

_on_undefined: Callable[[UndefinedFunction, tuple[Any, ...]], Any] | None = None


def set_undefined_hook(hook: Callable[[UndefinedFunction, tuple[Any, ...]], Any]) -> None:
    """Install the function that signals `undefined-function`; what it returns is the value of the call."""
    global _on_undefined
    _on_undefined = hook


class UndefinedFunction:
    """What stands in `FUNCTIONS` for a function that is not defined (yet)."""

    __slots__ = ("name",)

    def __init__(self, name: Any) -> None:
        self.name = name

    def __call__(self, *args: Any) -> Any:
        if _on_undefined is None:
            raise NameError(f"undefined function {self.name!r}")
        return _on_undefined(self, args)


set_undefined_function(UndefinedFunction)


class Autoload(UndefinedFunction):
    """A function whose module has not been loaded: the first call loads it."""

    __slots__ = ("key", "loader")

    def __init__(self, name: Any, key: str, loader: Callable[[], None]) -> None:
        self.name = name
        self.key = key
        self.loader = loader

    def __call__(self, *args: Any) -> Any:
        return self.load()(*args)

    def mv(self, *args: Any) -> tuple[Any, ...]:
        """Load the module, call the function and return all its values."""
        return call_values(self.load(), *args)

    def load(self) -> Any:
        """Load the module and return the function."""
        self.loader()
        return FUNCTIONS[self.key]


def key_of(name: Any) -> str:
    """Return the key in `FUNCTIONS` of a function name: a symbol or a list (setf symbol)."""
    if type(name) is Symbol:
        return function_key(name)
    if type(name) is Cons:
        return f"(setf {function_key(name.cdr.car or NIL_SYMBOL)})"
    return "COMMON-LISP:NIL"


def fdefinition(name: Any) -> Any:
    """Return the function named *name*, or None if it is undefined."""
    function = FUNCTIONS.get(key_of(name))
    if isinstance(function, UndefinedFunction):
        return function.load() if isinstance(function, Autoload) else None
    return function


def set_fdefinition(name: Any, function: Any) -> None:
    """Make *function* the global function *name*, in both entries."""
    key = key_of(name)
    FUNCTIONS[key] = function
    if key + " mv" in FUNCTIONS:
        FUNCTIONS[key + " mv"] = global_entry(key)
    if key + " kw" in FUNCTIONS:
        from acl.builtins.declare import keyword_function

        FUNCTIONS[key + " kw"] = keyword_function(key, function)


def undefine(name: Any) -> None:
    """Take the global function *name* away (`fmakunbound`)."""
    key = key_of(name)
    if key in FUNCTIONS:
        set_fdefinition(name, UndefinedFunction(name))


def reference(name: Any) -> str:
    """Return the key of *name* for compiled code to name, making sure that it exists."""
    key = key_of(name)
    if key not in FUNCTIONS:
        FUNCTIONS[key] = UndefinedFunction(name)
    return key


def reference_mv(name: Any) -> str:
    """The same for the entry of all values."""
    key = reference(name)
    if key + " mv" not in FUNCTIONS:
        FUNCTIONS[key + " mv"] = global_entry(key)
    return key + " mv"


def global_entry(key: str) -> Any:
    """Return the entry for all values of the global function at *key*; compiled at its first call if it must be."""
    function = FUNCTIONS[key]
    info = _info(function)
    if info is None or not info.several or hasattr(function, "mv"):
        return mv_entry(function)

    def entry(*args: Any) -> Any:
        real = info.entry_for_all(function)
        if FUNCTIONS.get(key) is function:
            FUNCTIONS[key + " mv"] = real
        function.mv = real
        return real(*args)

    return entry


def mv_entry(function: Any) -> Any:
    """Return the function that returns all values of *function* as a tuple."""
    entry = getattr(function, "mv", None)
    if entry is not None:
        return entry
    if isinstance(function, UndefinedFunction):
        return lambda *args: _undefined_values(function, args)
    info = _info(function)
    if info is not None and info.several:
        function.mv = info.entry_for_all(function)
        return function.mv
    return lambda *args: (function(*args),)


def _info(function: Any) -> Any:
    """Return the `FunctionInfo` that is the last constant of compiled code, or None."""
    code = getattr(function, "__code__", None)
    if code is None or not code.co_consts:
        return None
    last = code.co_consts[-1]
    return last if hasattr(last, "entry_for_all") else None


def _undefined_values(function: UndefinedFunction, args: tuple[Any, ...]) -> tuple[Any, ...]:
    return (function(*args),)


def call_values(function: Any, *args: Any) -> tuple[Any, ...]:
    """Call *function*, a function or a symbol, and return all its values as a tuple."""
    if type(function) is Symbol:
        function = FUNCTIONS.get(function_key(function)) or UndefinedFunction(function)
    entry = getattr(function, "mv", None)
    if entry is not None:
        return entry(*args)  # type: ignore[no-any-return]
    info = _info(function)
    if info is not None and info.several:
        function.mv = info.entry_for_all(function)
        return function.mv(*args)  # type: ignore[no-any-return]
    return (function(*args),)
