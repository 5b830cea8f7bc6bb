"""What Python type the value of a node has: found from the forms, never from declarations, which may be wrong.

A kind is the name of a Python type that templates test for, or `NATURAL`, an `int` that is not negative (`INDEX` if
templates may leave it to Python whether it is too large), or `NUMBER`, or `FUNCTION` for local functions, or `SOME`,
anything but NIL; None is no knowledge.  A variable has the kind that its initial value and all that is assigned to it
have in common, found by iteration, for `(setq s (+ s i))` depends on itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from acl.compiler import nodes as n
from acl.types.function import key_of
from acl.types.symbol import SYSTEM, Symbol

NATURAL, INDEX, NUMBER, SOME, FUNCTION = "natural", "index", "number", "some", "function"

INTEGER_KINDS = frozenset([NATURAL, "int"])
OBJECT_KINDS = frozenset(["Cons", "SimpleVector", "SimpleString", "Symbol", "Char", "HashTable"])
NUMBER_KINDS = INTEGER_KINDS | {"float", NUMBER}
_PLAIN = INTEGER_KINDS | {"float"}
_ANYTHING = ""
"""The kind, during the iteration, of a variable of which nothing has been seen yet: it goes with every other."""


def join(a: str | None, b: str | None) -> str | None:
    """Return the kind of a value that has one of two kinds."""
    if a == b or b == _ANYTHING:
        return a
    if a == _ANYTHING:
        return b
    if a in INTEGER_KINDS and b in INTEGER_KINDS:
        return "int"
    if a in NUMBER_KINDS and b in NUMBER_KINDS:
        return NUMBER
    return SOME if a is not None and b is not None else None


def kind_of(node: Any) -> str | None:
    """Return the kind of the primary value of *node*."""
    rule = _RULES.get(type(node))
    return rule(node) if rule is not None else None


def variable_kind(variable: Any) -> str | None:
    """Return the kind that all values of *variable* have."""
    if variable.kind is not n.UNKNOWN:
        return variable.kind  # type: ignore[no-any-return]
    global _pending
    if _pending is not None:
        variable.kind = _ANYTHING
        _pending.append(variable)
        return _ANYTHING
    _pending = [variable]
    variable.kind = _ANYTHING
    try:
        while True:
            seen = len(_pending)
            changed = False
            for v in list(_pending):
                kind = _kind_of_values(v)
                if kind != v.kind:
                    v.kind = kind
                    changed = True
            if not changed and len(_pending) == seen:
                break
    finally:
        _pending = None
    return variable.kind  # type: ignore[no-any-return]


_pending: list[Any] | None = None
"""The variables whose kinds are being found together."""


def _kind_of_values(variable: Any) -> str | None:
    if variable.kind is None or variable.initial is None:
        return None
    initial = variable.initial
    kind: str | None
    if type(initial) is n.ForRange:
        kind = NATURAL if kind_of(initial.start) == NATURAL else "int"
    else:
        kind = join(variable.kind, kind_of(initial))
    for value in variable.assignments:
        if kind is None:
            break
        kind = join(kind, kind_of(value))
    return kind


# ----------------------------------------------------------------------------------------------------------- calls


def _sum(kinds: list[Any]) -> str | None:
    """The kind of a sum or a product: a number, or there is an error."""
    if all(k == NATURAL for k in kinds):
        return NATURAL
    if all(k in INTEGER_KINDS for k in kinds):
        return "int"
    return "float" if "float" in kinds and all(k in _PLAIN for k in kinds) else NUMBER


def _difference(kinds: list[Any]) -> str | None:
    kind = _sum(kinds) if kinds else None
    return "int" if kind == NATURAL else kind


def _remainder(kinds: list[Any]) -> str | None:
    """Of MOD: it has the sign of the divisor, and a float divisor is left alone."""
    return kinds[1] if len(kinds) == 2 and all(k in INTEGER_KINDS for k in kinds) else None


def _truncated(kinds: list[Any]) -> str | None:
    return kinds[0] if len(kinds) == 2 and all(k in INTEGER_KINDS for k in kinds) else None


def _rounded(kinds: list[Any]) -> str | None:
    """Of FLOOR and TRUNCATE with integers."""
    if not 1 <= len(kinds) <= 2 or not all(k in INTEGER_KINDS for k in kinds):
        return None
    return NATURAL if all(k == NATURAL for k in kinds) else "int"


def _intersection(kinds: list[Any]) -> str | None:
    return NATURAL if NATURAL in kinds else "int"


def _union(kinds: list[Any]) -> str | None:
    return NATURAL if all(k == NATURAL for k in kinds) else "int"


def _extreme(kinds: list[Any]) -> str | None:
    kind = kinds[0] if kinds else None
    for k in kinds[1:]:
        kind = join(kind, k)
    return kind if kind in _PLAIN else None


def _absolute(kinds: list[Any]) -> str | None:
    return NATURAL if kinds and kinds[0] in INTEGER_KINDS else "float" if kinds == ["float"] else None


def _quotient(kinds: list[Any]) -> str | None:
    return "float" if len(kinds) == 2 and "float" in kinds and all(k in _PLAIN for k in kinds) else None


def _always(kind: str) -> Callable[[list[Any]], str | None]:
    return lambda kinds: kind


def _list(kinds: list[Any]) -> str | None:
    return "Cons" if kinds else None


_RESULTS: dict[str, Callable[[list[Any]], str | None]] = {
    "+": _sum, "*": _sum, "1+": _sum, "-": _difference, "1-": _difference, "/": _quotient, "MOD": _remainder,
    "REM": _truncated, "FLOOR": _rounded, "TRUNCATE": _rounded, "MAX": _extreme, "MIN": _extreme, "ABS": _absolute,
    "LOGAND": _intersection, "LOGIOR": _union, "LOGXOR": _union, "LOGNOT": _always("int"), "ASH": _always("int"),
    "LENGTH": _always(NATURAL), "CHAR-CODE": _always(NATURAL), "ARRAY-DIMENSION": _always(NATURAL),
    "INTEGER-LENGTH": _always(NATURAL), "LOGCOUNT": _always(NATURAL), "HASH-TABLE-COUNT": _always(NATURAL),
    "GCD": _always(NATURAL), "CONS": _always("Cons"), "ACONS": _always("Cons"), "LIST": _list,
    "BIT": _always(NATURAL), "SBIT": _always(NATURAL),
    **dict.fromkeys(("CHAR", "SCHAR", "CHAR-UPCASE", "CHAR-DOWNCASE"), _always("Char")),
    "VECTOR": _always("SimpleVector"), "MAKE-STRING-OUTPUT-STREAM": _always("StringOutputStream"),
}
"""By name of a function of COMMON-LISP: the kind of its value from the kinds of its arguments."""

_STANDARD_TESTS = ("COMMON-LISP:EQ", "COMMON-LISP:EQL", "COMMON-LISP:EQUAL")


def _call(node: Any) -> str | None:
    if not node.inline or type(node.name) is not Symbol:
        return None
    package, _, name = node.name.key.partition(":")
    if package != "COMMON-LISP":
        return "int" if name == "%LOOP-LIMIT" else None
    if name == "FORMAT":
        plain = bool(node.args) and type(node.args[0]) is n.Constant and node.args[0].value is None
        return "SimpleString" if plain else None
    if name == "MAKE-HASH-TABLE":
        return _hash_table(node.args)
    if name == "MAKE-ARRAY":
        return _array(node.args)
    rule = _RESULTS.get(name)
    if rule is None:
        return None
    kinds = [kind_of(a) for a in node.args]
    return _ANYTHING if _ANYTHING in kinds else rule(kinds)


def _hash_table(args: list[Any]) -> str | None:
    """A table that is an ordinary `HashTable` whatever the keys: none of its own kind, no EQUALP one."""
    if not args:
        return "HashTable"
    if len(args) == 2 and _keyword(args[0]) == "TEST" and _designated(args[1]) in _STANDARD_TESTS:
        return "HashTable"
    return None


def _array(args: list[Any]) -> str | None:
    """A vector of a known number of elements of any type, neither adjustable nor displaced."""
    plain = len(args) % 2 == 1 and kind_of(args[0]) in INTEGER_KINDS
    return "SimpleVector" if plain and all(_keyword(a) in ("INITIAL-ELEMENT", "INITIAL-CONTENTS")
                                           for a in args[1::2]) else None


def _keyword(node: Any) -> str | None:
    return node.value.name if type(node) is n.Constant and type(node.value) is Symbol else None


def _designated(node: Any) -> str | None:
    name = node.name if type(node) is n.FunctionRef else node.value if type(node) is n.Constant else None
    return key_of(name) if type(name) is Symbol else None


def _constant(node: Any) -> str | None:
    value = node.value
    if type(value) is int:
        return NATURAL if value >= 0 else "int"
    return None if value is None else _CONSTANTS.get(type(value).__name__, SOME)


_CONSTANTS = {x: x for x in ("float", "Symbol", "Char", "SimpleString", "Cons", "SimpleVector")}


def _either(*nodes: Any) -> str | None:
    kind: str | None = _ANYTHING
    for node in nodes:
        kind = join(kind, kind_of(node))
    return kind


_RULES: dict[type, Callable[[Any], str | None]] = {
    n.Constant: _constant,
    n.Emitted: lambda node: node.kind,
    n.Local: lambda node: variable_kind(node.variable),
    n.SetLocal: lambda node: kind_of(node.value),
    n.Call: _call,
    n.If: lambda node: _either(node.then, node.otherwise),
    n.Progn: lambda node: kind_of(node.forms[-1]) if node.forms else None,
    n.Let: lambda node: kind_of(node.body),
    n.MvProg1: lambda node: kind_of(node.first),
    n.Lambda: lambda node: SOME,
    n.FunctionRef: lambda node: SOME,
}


# ----------------------------------------------------------------------------------------------------------- tests

_TRUE_OF = {"CONSP": "Cons", "INTEGERP": "int", "CHARACTERP": "Char", "SIMPLE-VECTOR-P": "SimpleVector"}
_TAKEN = {**dict.fromkeys(("<", ">", "<=", ">=", "="), NUMBER), **dict.fromkeys(
    ("CHAR=", "CHAR/=", "CHAR<", "CHAR>", "CHAR<=", "CHAR>=", "CHAR-EQUAL", "ALPHA-CHAR-P", "ALPHANUMERICP",
     "UPPER-CASE-P", "LOWER-CASE-P"), "Char")}
"""What the arguments of a function must be, lest it signal."""
_FALSE_OF = {"NULL": SOME, "NOT": SOME, "ATOM": "Cons"}


def established(node: Any) -> dict[Any, str]:
    """Return the kinds that variables have once *node* has been evaluated: that of a list that is destructured."""
    if type(node) is n.Call and node.name is _DESTRUCTURE and len(node.args) == 5 and (
            type(node.args[1]) is n.Constant and node.args[1].value and type(node.args[0]) is n.Local
            and not node.args[0].variable.assigned):
        return {node.args[0].variable: "Cons"}
    return {}


_DESTRUCTURE = SYSTEM.intern("%DESTRUCTURE")


def learned(test: Any, truth: bool) -> dict[Any, str]:
    """Return the kinds that variables have where the condition *test* is true (or false); only of unassigned ones."""
    kind = type(test)
    if kind is n.Local:
        return {test.variable: SOME} if truth and not test.variable.assigned else {}
    facts: dict[Any, str] = {}
    if kind is n.And or kind is n.Or:
        if (kind is n.And) is truth:
            for form in test.forms:
                facts.update(learned(form, truth))
        else:
            other = learned(test.forms[0], not truth)  # what holds whatever the outcome
            facts = {v: k for v, k in learned(test.forms[0], truth).items() if other.get(v) == k}
        return facts
    if kind is n.Call and test.inline and type(test.name) is Symbol:
        package, _, name = test.name.key.partition(":")
        taken = _TAKEN.get(name) if package == "COMMON-LISP" else None
        if taken is not None:
            return {x.variable: taken for x in test.args if type(x) is n.Local and not x.variable.assigned}
        if package == "COMMON-LISP" and len(test.args) == 1:
            if name in ("NOT", "NULL") and type(test.args[0]) is not n.Local:
                return learned(test.args[0], not truth)
            found = (_TRUE_OF if truth else _FALSE_OF).get(name)
            if found is not None and type(test.args[0]) is n.Local and not test.args[0].variable.assigned:
                return {test.args[0].variable: found}
    return {}
