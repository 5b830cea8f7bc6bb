"""Type tests as Python expressions, for `typep` and `typecase` with a constant type."""

from __future__ import annotations

from types import FunctionType
from typing import Any

from acl.types.array import Array, SimpleString, SimpleVector, is_base_string, is_string
from acl.types.character import Char
from acl.types.cons import Cons, to_list
from acl.types.function import FUNCTIONS
from acl.types.number import NUMBER_TYPES, Complex, Ratio, SingleFloat
from acl.types.symbol import KEYWORD, Symbol, T

from .predicates import _FLOAT_TYPES, _RATIONAL_TYPES, _REAL_TYPES, functionp, is_vector, typep
from .specifiers import STAR, TYPE_EXPANDERS, standard_name


def _typep(object: Any, type_specifier: Any, environment: Any = None) -> bool:
    return typep(object, type_specifier)


_typep.__qualname__ = "TYPEP"
NAMES = {"Array": Array, "SimpleString": SimpleString, "SimpleVector": SimpleVector, "Char": Char, "Cons": Cons,
         "Complex": Complex, "Ratio": Ratio, "SingleFloat": SingleFloat, "Symbol": Symbol, "NUMBER_TYPES": NUMBER_TYPES,
         "FLOAT_TYPES": _FLOAT_TYPES, "RATIONAL_TYPES": _RATIONAL_TYPES, "REAL_TYPES": _REAL_TYPES,
         "KEYWORD_PACKAGE": KEYWORD, "FunctionType": FunctionType, "functionp": functionp, "T": T,
         "is_string": is_string, "is_base_string": is_base_string, "is_vector": is_vector, "%typep": _typep}
FUNCTIONS.update(NAMES)

_TEMPLATES = {
    "CONS": "type({0}) is Cons", "ATOM": "type({0}) is not Cons", "NULL": "{0} is None",
    "LIST": "({0} is None or type({0}) is Cons)", "SYMBOL": "({0} is None or type({0}) is Symbol)",
    "KEYWORD": "(type({0}) is Symbol and {0}.package is KEYWORD_PACKAGE)", "BOOLEAN": "({0} is None or {0} is T)",
    "INTEGER": "type({0}) is int", "SIGNED-BYTE": "type({0}) is int",
    "UNSIGNED-BYTE": "(type({0}) is int and {0} >= 0)", "BIT": "(type({0}) is int and 0 <= {0} <= 1)",
    "FIXNUM": f"(type({{0}}) is int and {-(1 << 60)} <= {{0}} <= {(1 << 60) - 1})",
    "RATIO": "type({0}) is Ratio", "RATIONAL": "type({0}) in RATIONAL_TYPES", "REAL": "type({0}) in REAL_TYPES",
    "NUMBER": "type({0}) in NUMBER_TYPES", "FLOAT": "type({0}) in FLOAT_TYPES",
    "SINGLE-FLOAT": "type({0}) is SingleFloat",
    "SHORT-FLOAT": "type({0}) is SingleFloat", "DOUBLE-FLOAT": "type({0}) is float",
    "LONG-FLOAT": "type({0}) is float", "COMPLEX": "type({0}) is Complex", "CHARACTER": "type({0}) is Char",
    "BASE-CHAR": "type({0}) is Char", "STRING": "(type({0}) is SimpleString or is_string({0}))",
    "BASE-STRING": "(type({0}) is SimpleString or is_base_string({0}))", "ARRAY": "isinstance({0}, Array)",
    "VECTOR": "is_vector({0})", "FUNCTION": "(type({0}) is FunctionType or functionp({0}))",
    "SEQUENCE": "({0} is None or type({0}) is Cons or is_vector({0}))", "T": "True", "NIL": "False",
}


def inline_type_test(spec: Any) -> str | None:
    """Return a Python condition that tests {0}, a name or constant, for the type *spec*; None if there is none."""
    if type(spec) is Symbol and spec in TYPE_EXPANDERS:
        return None  # the definition may change
    name = standard_name(spec)
    if name is not None:
        return _TEMPLATES.get(name)
    return _compound(spec) if type(spec) is Cons and spec.car not in TYPE_EXPANDERS else None


def _compound(spec: Any) -> str | None:
    name, args = standard_name(spec.car), to_list(spec.cdr)
    if name in ("AND", "OR") and args:
        parts = [inline_type_test(a) for a in args]
        return "(" + f" {name.lower()} ".join(p for p in parts if p) + ")" if all(parts) else None
    if name == "NOT" and len(args) == 1:
        inner = inline_type_test(args[0])
        return f"(not {inner})" if inner else None
    if name == "MOD" and len(args) == 1:
        return _integers(0, args[0] - 1)
    if name in ("UNSIGNED-BYTE", "SIGNED-BYTE") and len(args) == 1 and type(args[0]) is int:
        limit = 1 << (args[0] - (name[0] == "S"))
        return _integers(-limit if name[0] == "S" else 0, limit - 1)
    if name == "INTEGER" and len(args) <= 2 and all(type(a) is int or a is STAR for a in args):
        low, high = [*args, STAR, STAR][:2]
        return _integers(None if low is STAR else low, None if high is STAR else high)
    return None


def _integers(low: int | None, high: int | None) -> str:
    tests = ["type({0}) is int"]
    if low is not None and high is not None:
        tests.append(f"{low} <= {{0}} <= {high}")
    elif low is not None:
        tests.append(f"{{0}} >= {low}")
    elif high is not None:
        tests.append(f"{{0}} <= {high}")
    return "(" + " and ".join(tests) + ")"



