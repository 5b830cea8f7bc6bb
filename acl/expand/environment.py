"""Lexical environments: values that are passed down, never changed once made.

A macro function gets one as its `env` argument.  Entries are what the analyzer put there; only macros
and symbol macros have a meaning for the expander.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from acl.types.base import LispObject
from acl.types.symbol import Symbol


class LocalMacro:
    """A `macrolet` definition; `designated` is the form that #'name stands for, None if the name is no function."""

    __slots__ = ("designated", "function")

    def __init__(self, function: Callable[[Any, Any], Any], designated: Any = None) -> None:
        self.function = function
        self.designated = designated


class SymbolMacro:
    """A `symbol-macrolet` definition."""

    __slots__ = ("expansion",)

    def __init__(self, expansion: Any) -> None:
        self.expansion = expansion


class Declared:
    """Declaration specifiers, and the bindings of the names that they are about."""

    __slots__ = ("functions", "specifiers", "variables")

    def __init__(self, specifiers: list[Any], variables: dict[Any, Any], functions: dict[Any, Any]) -> None:
        self.specifiers = specifiers
        self.variables = variables
        self.functions = functions


class Environment(LispObject):
    """Variables, functions, blocks and tags in scope, as dicts that are copied when a scope adds to them.

    `variables` maps symbols to compiler variables, `SymbolMacro`s or the string "special";
    `functions` maps function keys to compiler functions or `LocalMacro`s; `blocks` and `tags` map names to
    nodes; `notinline` holds symbols declared so, `declarations` what was declared, the innermost last.
    """

    __slots__ = ("blocks", "declarations", "functions", "notinline", "tags", "variables")
    lisp_class = "AUGMENTABLE-ENVIRONMENT"

    def __init__(self, variables: dict[Any, Any], functions: dict[Any, Any], blocks: dict[Any, Any],
                 tags: dict[Any, Any], notinline: frozenset[Symbol], declarations: tuple[Declared, ...] = ()) -> None:
        self.variables = variables
        self.functions = functions
        self.blocks = blocks
        self.tags = tags
        self.notinline = notinline
        self.declarations = declarations

    def with_variables(self, new: dict[Any, Any]) -> Environment:
        """Return this environment with more variables."""
        return Environment({**self.variables, **new}, self.functions, self.blocks, self.tags, self.notinline,
                           self.declarations)

    def with_functions(self, new: dict[Any, Any]) -> Environment:
        """Return this environment with more functions or macros (by function key)."""
        return Environment(self.variables, {**self.functions, **new}, self.blocks, self.tags, self.notinline,
                           self.declarations)

    def with_block(self, name: Any, block: Any) -> Environment:
        """Return this environment with one more block."""
        return Environment(self.variables, self.functions, {**self.blocks, name: block}, self.tags, self.notinline,
                           self.declarations)

    def with_tags(self, new: dict[Any, Any]) -> Environment:
        """Return this environment with more tags."""
        return Environment(self.variables, self.functions, self.blocks, {**self.tags, **new}, self.notinline,
                           self.declarations)

    def only_macros(self) -> Environment:
        """Return the part of this environment that exists at compile time, for the bodies of local macros."""
        macros = {k: f for k, f in self.functions.items() if isinstance(f, LocalMacro)}
        symbol_macros = {s: v for s, v in self.variables.items() if isinstance(v, SymbolMacro)}
        return Environment(symbol_macros, macros, {}, {}, self.notinline, self.declarations)

    def with_notinline(self, symbols: frozenset[Symbol]) -> Environment:
        """Return this environment with more functions declared `notinline`."""
        return Environment(self.variables, self.functions, self.blocks, self.tags, self.notinline | symbols,
                           self.declarations)

    def with_declarations(self, specifiers: list[Any]) -> Environment:
        """Return this environment with declarations that concern what is bound in it now."""
        return Environment(self.variables, self.functions, self.blocks, self.tags, self.notinline,
                           (*self.declarations, Declared(specifiers, self.variables, self.functions)))


NULL_ENVIRONMENT = Environment({}, {}, {}, {}, frozenset())
"""The null lexical environment, which NIL designates."""
