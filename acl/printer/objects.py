"""Printed forms of hash tables, random states, pathnames and functions."""

from __future__ import annotations

from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from acl.types.cons import Cons
from acl.types.function import FUNCTIONS
from acl.types.symbol import Symbol

from .symbols import case_name
from .writer import Printer, address, class_text, not_readable, string_repr

FUNCTION_TYPES = (FunctionType, BuiltinFunctionType, MethodType)


def function_text(p: Printer, x: Any) -> str:
    """Return the printed form of a function."""
    name = getattr(x, "lisp_name", None)
    compiled = getattr(x, "__globals__", None) is FUNCTIONS
    if name is None and (compiled or not hasattr(x, "__globals__")):
        name = x.__name__
    closure = compiled and x.__closure__ is not None
    kind = "Closure" if closure else "Function"
    if name is None:
        name = getattr(x, "__qualname__", "(unnamed)")
    elif name == "(LAMBDA)":
        name = "(unnamed)"
    elif type(name) is str:
        name = case_name(name, p.case, p.print_case)
    elif type(name) is Symbol or type(name) is Cons:
        name = _name_text(name)
    if closure or name == "(unnamed)":
        return f"#<{kind} {name} @ {address(x)}>"
    return f"#<{kind} {name}>"


def _name_text(name: Any) -> str:
    from acl.runtime.dynamic import bind

    from . import variables as v
    from .writer import prin1_to_string

    with bind(v.PRINT_READABLY, None, v.PRINT_PRETTY, None):
        return prin1_to_string(name)


def _hash_table(p: Printer, x: Any) -> str:
    test = x.test.name if type(x.test) is Symbol else "user-defined"
    count = x.count()
    return f"#<{case_name(test, p.case, p.print_case)} hash-table with {count} entr{'y' if count == 1 else 'ies'} " \
           f"@ {address(x)}>"


def _random_state(p: Printer, x: Any) -> str:
    if not p.readably:
        return f"#<{class_text(p, x)} @ {address(x)}>"
    words = x.generator.getstate()
    digits = "".join([f"{word:08x}" for word in words])
    return f'#.(SYSTEM::RANDOM-STATE-FROM "{digits}")'


def _pathname(p: Printer, x: Any) -> str:
    """`#P` and the namestring, the namestring alone without *print-escape*."""
    text = x.namestring()
    if p.readably:
        from acl.types.pathname import NamestringError, parse_namestring

        try:
            same = parse_namestring(text) == x
        except NamestringError:
            same = False
        if not same:
            not_readable(x)
    return "#P" + string_repr(text) if p.escape or p.readably else text


_READABLE = frozenset({"RandomState", "Pathname", "LogicalPathname"})
_TEXTS = {"HashTable": _hash_table, "UserHashTable": _hash_table, "WeakHashTable": _hash_table,
          "RandomState": _random_state, "Pathname": _pathname, "LogicalPathname": _pathname}
"""By the name of the Python class: these modules need not be loaded to print."""


def object_text(p: Printer, x: Any) -> str | None:
    """Return the printed form of an object of one of these types, or None."""
    name = type(x).__name__
    text = _TEXTS.get(name)
    if text is None:
        return None
    if p.readably and name not in _READABLE:
        not_readable(x)
    return text(p, x)
