"""What an environment knows of a name: Allegro's access to environments, for macros of programs."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin
from acl.expand.environment import NULL_ENVIRONMENT, LocalMacro, SymbolMacro
from acl.expand.macroexpand import SYMBOL_MACROS
from acl.types.base import wrong_type
from acl.types.cons import lisp_list
from acl.types.function import FUNCTIONS, UndefinedFunction, key_of
from acl.types.symbol import SYSTEM, Symbol, T, keyword


@builtin("VARIABLE-INFORMATION", "symbol &optional environment all-declarations", package=SYSTEM, values=True)
def _variable_information(symbol: Any, environment: Any = None, all_declarations: Any = None) -> tuple[Any, ...]:
    """Return what kind of variable SYMBOL is in ENVIRONMENT: :SPECIAL, :LEXICAL, :CONSTANT, :SYMBOL-MACRO or NIL.

    Then a list of the constant's value or the macro's expansion, or NIL; a list of declarations, here empty, for
    types are not kept; and whether the binding is local.
    """
    if type(symbol) is not Symbol:
        wrong_type(symbol, "SYMBOL")
    local = (environment or NULL_ENVIRONMENT).variables.get(symbol)
    if isinstance(local, SymbolMacro):
        return keyword("SYMBOL-MACRO"), lisp_list(local.expansion), None, T
    if local is not None:
        return keyword("SPECIAL" if local == "special" else "LEXICAL"), None, None, T
    if symbol in SYMBOL_MACROS:
        return keyword("SYMBOL-MACRO"), lisp_list(SYMBOL_MACROS[symbol]), None, None
    if symbol.special is None:
        return None, None, None, None
    if symbol.special == "constant":
        return keyword("CONSTANT"), lisp_list(symbol.value), None, None
    return keyword("SPECIAL"), None, None, None


@builtin("FUNCTION-INFORMATION", "name &optional environment all-declarations", package=SYSTEM, values=True)
def _function_information(name: Any, environment: Any = None, all_declarations: Any = None) -> tuple[Any, ...]:
    """Return what kind of operator NAME is in ENVIRONMENT: :FUNCTION, :MACRO, :SPECIAL-OPERATOR or NIL.

    Then a list of the global function or the macro's function, or NIL; a list of declarations, here empty; and
    whether the binding is local.
    """
    from acl.compiler.analyze import SPECIAL_OPERATORS

    key = key_of(name)
    local = (environment or NULL_ENVIRONMENT).functions.get(key)
    if isinstance(local, LocalMacro):
        return keyword("MACRO"), lisp_list(local.function), None, T
    if local is not None:
        return keyword("FUNCTION"), None, None, T
    if type(name) is Symbol and name in SPECIAL_OPERATORS and name.macro is None:
        return keyword("SPECIAL-OPERATOR"), None, None, None
    if type(name) is Symbol and name.macro is not None:
        return keyword("MACRO"), lisp_list(name.macro), None, None
    function = FUNCTIONS.get(key)
    if function is None or isinstance(function, UndefinedFunction):
        return None, None, None, None
    return keyword("FUNCTION"), lisp_list(function), None, None
