"""Symbols (CLHS 10): names, cells, property lists."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin, predicate, variable
from acl.reader.designators import as_package, as_symbol, string_text
from acl.reader.reader import intern
from acl.reader.variables import PACKAGE
from acl.runtime.conditions import error
from acl.types import casemode
from acl.types.array import SimpleString, is_string
from acl.types.base import wrong_type
from acl.types.casemode import converted
from acl.types.cons import Cons, lisp_list
from acl.types.function import FUNCTIONS, fdefinition, key_of, set_fdefinition, undefine
from acl.types.symbol import KEYWORD, NIL_SYMBOL, SYSTEM, Symbol, T, cl

GENSYM_COUNTER = variable("*GENSYM-COUNTER*", 1, "The number that the next symbol made by `gensym` has in its name.")

_NIL_NAME = SimpleString("NIL")
_ABSENT: Any = object()
_SETF, _DECLARE = cl("SETF"), cl("DECLARE")


@predicate("SYMBOLP", "object", test="({0} is None or type({0}) is Symbol)")
def symbolp(x: Any) -> bool:
    """Return true if OBJECT is a symbol."""
    return x is None or type(x) is Symbol


@predicate("KEYWORDP", "object")
def keywordp(x: Any) -> bool:
    """Return true if OBJECT is a keyword."""
    return type(x) is Symbol and x.package is KEYWORD


@builtin("SYMBOL-NAME", "symbol")
def symbol_name(symbol: Any) -> Any:
    """Return the name of SYMBOL, a string."""
    if type(symbol) is Symbol:
        return SimpleString(converted(symbol.name))
    if symbol is None:
        return SimpleString("nil") if casemode.modern else _NIL_NAME
    wrong_type(symbol, "SYMBOL")


@builtin("SYMBOL-PACKAGE", "symbol")
def symbol_package(symbol: Any) -> Any:
    """Return the home package of SYMBOL, NIL if it has none."""
    return as_symbol(symbol).package


@builtin("MAKE-SYMBOL", "name")
def make_symbol(name: Any) -> Any:
    """Return a fresh uninterned symbol named NAME."""
    return Symbol(converted(string_text(name)))


@builtin("COPY-SYMBOL", "symbol &optional copy-properties")
def copy_symbol(symbol: Any, copy_properties: Any = None) -> Any:
    """Return a fresh uninterned symbol with the name of SYMBOL.

    If COPY-PROPERTIES is true it also gets the value, the function and a copy of the property list.
    """
    old = as_symbol(symbol)
    new = Symbol(old.name)
    if copy_properties is not None:
        if old.bound:
            new.set_global(old.value)
        function = fdefinition(old) if old is not NIL_SYMBOL else None
        if function is not None:
            set_fdefinition(new, function)
        new.macro = old.macro
        new.plist = _copy_list(old.plist)
    return new


def _copy_list(x: Any) -> Any:
    items = []
    while type(x) is Cons:
        items.append(x.car)
        x = x.cdr
    for item in reversed(items):
        x = Cons(item, x)
    return x


@builtin("GENSYM", "&optional (x \"G\")")
def gensym(x: Any = _ABSENT) -> Any:
    """Return a fresh uninterned symbol whose name is a prefix and a number.

    X is the prefix, a string, or the number, a non-negative integer; otherwise the number is *gensym-counter*,
    which is counted up.
    """
    prefix = converted("G")
    if x is not _ABSENT:
        if type(x) is int and x >= 0:
            return Symbol(f"G{x}")
        if not is_string(x):
            from acl.types.array import type_error

            type_error(x, lisp_list(cl("OR"), cl("STRING"), cl("UNSIGNED-BYTE")))
        prefix = x.text()
    return Symbol(converted(f"{prefix}{_count()}"))


def _count() -> int:
    counter = GENSYM_COUNTER.value
    if type(counter) is not int or counter < 0:
        GENSYM_COUNTER.value = 0
        wrong_type(counter, "UNSIGNED-BYTE")
    GENSYM_COUNTER.value = counter + 1
    return counter


_gentemp_counter = 0


@builtin("GENTEMP", "&optional (prefix \"T\") package")
def gentemp(prefix: Any = _ABSENT, package: Any = _ABSENT) -> Any:
    """Return a new symbol interned in PACKAGE, whose name is PREFIX and a number."""
    global _gentemp_counter
    text = converted("T") if prefix is _ABSENT else string_text(prefix)
    home = PACKAGE.value if package is _ABSENT else as_package(package)
    while True:
        name = converted(f"{text}{_gentemp_counter}")
        _gentemp_counter += 1
        if home.find(name)[0] is None:
            return intern(name, home)


# Values


@builtin("%CONSTANT-STRING", "symbol string", package=SYSTEM, export=False)
def _constant_string(symbol: Any, string: Any) -> Any:
    """Return the value of the constant SYMBOL; STRING, which it had in the compiler, if it has none."""
    return symbol.value if symbol.bound else string


@builtin("SYMBOL-VALUE", "symbol")
def symbol_value(symbol: Any) -> Any:
    """Return the value of the variable SYMBOL; `unbound-variable` if it has none."""
    return as_symbol(symbol).value


def _check_settable(symbol: Symbol) -> None:
    if symbol.special == "constant":
        error("PROGRAM-ERROR", "Cannot set ~s: it is a constant.", None if symbol is NIL_SYMBOL else symbol)


@builtin("SET", "symbol value")
def set_value(symbol: Any, value: Any) -> Any:
    """Set the value of the variable SYMBOL to VALUE and return it."""
    symbol = as_symbol(symbol)
    _check_settable(symbol)
    symbol.value = value
    return value


@builtin("SYMBOL-VALUE", "value symbol", setf=True)
def setf_symbol_value(value: Any, symbol: Any) -> Any:
    """Set the value of the variable SYMBOL."""
    return set_value(symbol, value)


@predicate("BOUNDP", "symbol")
def boundp(symbol: Any) -> bool:
    """Return true if the variable SYMBOL has a value."""
    return as_symbol(symbol).bound


@builtin("MAKUNBOUND", "symbol")
def makunbound(symbol: Any) -> Any:
    """Take the value of the variable SYMBOL away; return SYMBOL."""
    _check_settable(as_symbol(symbol))
    as_symbol(symbol).make_unbound()
    return symbol


# Functions


def function_name(x: Any) -> Any:
    """Return the function name *x*: a symbol or a list (setf symbol); `type-error` otherwise."""
    if type(x) is Symbol or x is None:
        return x
    if (type(x) is Cons and x.car is _SETF and type(x.cdr) is Cons and x.cdr.cdr is None
            and (type(x.cdr.car) is Symbol or x.cdr.car is None)):
        return x if x.cdr.car is not None else lisp_list(_SETF, NIL_SYMBOL)
    from acl.types.array import type_error

    type_error(x, lisp_list(cl("OR"), cl("SYMBOL"), lisp_list(
        cl("CONS"), lisp_list(cl("EQL"), _SETF), lisp_list(cl("CONS"), cl("SYMBOL"), cl("NULL")))))


def _is_special_operator(symbol: Any) -> bool:
    from acl.compiler import specials  # so that all have been declared
    from acl.compiler.analyze import SPECIAL_OPERATORS

    del specials
    return symbol in SPECIAL_OPERATORS and symbol.macro is None and symbol is not _DECLARE


def _definition(name: Any) -> Any:
    """Return the function, or for a macro or special operator an object that stands for it; None if undefined."""
    if type(name) is Symbol:
        if name.macro is not None:
            return name.macro
        if _is_special_operator(name):
            return special_operator_object(name)
    return fdefinition(name)


_special_objects: dict[Symbol, Any] = {}


def special_operator_object(symbol: Symbol) -> Any:
    """Return the function object that stands for a special operator: calling it signals `undefined-function`."""
    found = _special_objects.get(symbol)
    if found is None:
        def found(*args: Any) -> Any:
            error("UNDEFINED-FUNCTION", "~s is a special operator, not a function.", symbol, name=symbol)

        found.__qualname__ = symbol.name
        _special_objects[symbol] = found
    return found


@builtin("FDEFINITION", "function-name")
def lisp_fdefinition(name: Any) -> Any:
    """Return the global function named FUNCTION-NAME; `undefined-function` if there is none."""
    name = function_name(name)
    found = _definition(name)
    return found if found is not None else _undefined(name)


def _undefined(name: Any) -> Any:
    """Signal `undefined-function` for *name*; the value of a restart that supplies a function is returned."""
    from acl.runtime.conditions import make_condition, signal_error
    from acl.runtime.interaction import ask_value
    from acl.runtime.restarts import restart_case

    condition = make_condition("UNDEFINED-FUNCTION", name=name)
    return restart_case(
        lambda: signal_error(condition),
        ("USE-VALUE", lambda function: function, "Use another function.",
         lambda: ask_value("enter an expression which will evaluate to a function: ")),
        ("CONTINUE", lambda: lisp_fdefinition(name), "Try again."), condition=condition)


@builtin("SYMBOL-FUNCTION", "symbol")
def symbol_function(symbol: Any) -> Any:
    """Return the global function of SYMBOL; `undefined-function` if it has none."""
    if type(symbol) is not Symbol and symbol is not None:
        wrong_type(symbol, "SYMBOL")
    return lisp_fdefinition(symbol)


def _check_function(x: Any) -> None:
    if isinstance(x, type) or not callable(x):
        wrong_type(x, "FUNCTION")


@builtin("FDEFINITION", "function function-name", setf=True)
def setf_fdefinition(function: Any, name: Any) -> Any:
    """Make FUNCTION the global function named FUNCTION-NAME."""
    name = function_name(name)
    _check_function(function)
    symbol = name.cdr.car if type(name) is Cons else name
    if symbol is not None and symbol.package is not None and symbol.package.locked:
        from acl.reader.packages import check_lock

        check_lock(symbol.package, "FUNCTION", symbol.name)
    if type(name) is Symbol:
        name.macro = None
    set_fdefinition(name if name is not None else NIL_SYMBOL, function)
    return function


@builtin("SYMBOL-FUNCTION", "function symbol", setf=True)
def setf_symbol_function(function: Any, symbol: Any) -> Any:
    """Make FUNCTION the global function of SYMBOL."""
    if type(symbol) is not Symbol and symbol is not None:
        wrong_type(symbol, "SYMBOL")
    return setf_fdefinition(function, symbol)


@predicate("FBOUNDP", "name")
def fboundp(name: Any) -> bool:
    """Return true if the symbol or (setf symbol) NAME has a global function, macro or special operator."""
    return _definition(function_name(name)) is not None


@builtin("FMAKUNBOUND", "name")
def fmakunbound(name: Any) -> Any:
    """Take the global function or macro NAME away; return NAME."""
    found = function_name(name)
    symbol = found.cdr.car if type(found) is Cons else found
    if symbol is not None and symbol.package is not None and symbol.package.locked:
        from acl.reader.packages import check_lock

        check_lock(symbol.package, "FUNCTION", symbol.name)
    if type(found) is Symbol:
        found.macro = None
    if found is not None and key_of(found) in FUNCTIONS:
        undefine(found)
    return name


@builtin("MACRO-FUNCTION", "symbol &optional environment")
def macro_function(symbol: Any, environment: Any = None) -> Any:
    """Return the macro function of SYMBOL in ENVIRONMENT, NIL if it is not a macro there."""
    if environment is not None:
        from acl.expand.environment import LocalMacro

        local = environment.functions.get(as_symbol(symbol).key)
        if local is not None:
            return local.function if type(local) is LocalMacro else None
    return as_symbol(symbol).macro


@builtin("MACRO-FUNCTION", "function symbol &optional environment", setf=True)
def setf_macro_function(function: Any, symbol: Any, environment: Any = None) -> Any:
    """Make SYMBOL a global macro with FUNCTION as its macro function."""
    _check_function(function)
    name = as_symbol(symbol)
    if name.key in FUNCTIONS:
        undefine(name)
    name.macro = function
    return function


@predicate("SPECIAL-OPERATOR-P", "symbol")
def special_operator_p(symbol: Any) -> bool:
    """Return true if SYMBOL names a special operator."""
    return _is_special_operator(as_symbol(symbol))


# Property lists


@builtin("SYMBOL-PLIST", "symbol")
def symbol_plist(symbol: Any) -> Any:
    """Return the property list of SYMBOL."""
    return as_symbol(symbol).plist


@builtin("SYMBOL-PLIST", "plist symbol", setf=True)
def setf_symbol_plist(plist: Any, symbol: Any) -> Any:
    """Make PLIST the property list of SYMBOL."""
    if plist is not None and type(plist) is not Cons:
        wrong_type(plist, "LIST")
    as_symbol(symbol).plist = plist
    return plist


def _same(a: Any, b: Any) -> bool:
    """Compare as `eq` does, integers by value as all Lisps do with small ones."""
    return a is b or (type(a) is int and type(b) is int and a == b)


def _find(plist: Any, indicator: Any) -> Any:
    """Return the cons whose car is *indicator* at an even place of *plist*; `type-error` if that is malformed."""
    rest = plist
    while type(rest) is Cons:
        if _same(rest.car, indicator):
            if type(rest.cdr) is not Cons:
                _malformed(rest, plist)
            return rest
        following = rest.cdr
        if type(following) is not Cons:
            _malformed(rest, plist)
        rest = following.cdr
    if rest is not None:
        _malformed(rest, plist)
    return None


def _malformed(tail: Any, plist: Any) -> None:
    expected = lisp_list(cl("OR"), cl("NULL"), lisp_list(cl("CONS"), T, cl("CONS")))
    error("SIMPLE-TYPE-ERROR", "~s is not a property list.", plist, datum=tail, expected_type=expected)


@builtin("GET", "symbol indicator &optional default")
def get(symbol: Any, indicator: Any, default: Any = None) -> Any:
    """Return the property INDICATOR of SYMBOL, DEFAULT if it has none."""
    found = _find(symbol.plist if type(symbol) is Symbol else as_symbol(symbol).plist, indicator)
    return default if found is None else found.cdr.car


@builtin("GET", "value symbol indicator &optional default", setf=True)
def setf_get(value: Any, symbol: Any, indicator: Any, default: Any = None) -> Any:
    """Set the property INDICATOR of SYMBOL to VALUE."""
    name = as_symbol(symbol)
    found = _find(name.plist, indicator)
    if found is None:
        name.plist = Cons(indicator, Cons(value, name.plist))
    else:
        found.cdr.car = value
    return value


@builtin("REMPROP", "symbol indicator")
def remprop(symbol: Any, indicator: Any) -> Any:
    """Take the property INDICATOR off SYMBOL; true if it had it."""
    name = as_symbol(symbol)
    previous: Any = None
    rest = name.plist
    while type(rest) is Cons:
        if _same(rest.car, indicator):
            if previous is None:
                name.plist = rest.cdr.cdr
            else:
                previous.cdr = rest.cdr.cdr
            return T
        previous = rest.cdr
        if type(previous) is not Cons:
            _malformed(rest, name.plist)
        rest = previous.cdr
    return None
