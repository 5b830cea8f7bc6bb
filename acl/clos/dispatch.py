"""The code of generic functions: chosen by what their methods specialize on, made of Python text.

`install` gives the function code that looks its effective method up in a table keyed by the Python classes of
the specialized arguments; a miss computes it.  Three things are not decided by the Python class: `eql`
specializers (the key is then the object itself), built-in classes like FIXNUM that share a Python class with
others, and functions, whose class may be a class of generic functions.  Keys that do not decide are not kept.
"""

from __future__ import annotations

from types import FunctionType
from typing import Any

from acl.clos.base import BuiltInClass, TClass, class_of, class_of_type, varying
from acl.clos.generic import EqlSpecializer, StandardReaderMethod, applicable_methods, eql_key, generic
from acl.types.array import string
from acl.types.function import call_values, mv_entry
from acl.types.number import Complex, Ratio, SingleFloat
from acl.types.symbol import function_key

_UNEQUAL = (float, SingleFloat, Ratio, Complex)
"""Classes of numbers that Python finds equal to others although they are not `eql`."""

_codes: dict[str, Any] = {}


def _code(text: str) -> Any:
    code = _codes.get(text)
    if code is None:
        space: dict[str, Any] = {}
        exec(compile(text, "<generic function>", "exec"), space)
        code = _codes[text] = space["f"].__code__
    return code


def install(gf: Any) -> None:
    """Give the generic function the code for its present methods."""
    shape = gf.shape
    space = gf.function.__globals__
    n = shape.required if shape is not None else 0
    names = [f"p{i}" for i in range(n)]
    given = ", ".join([*names, "*rest"] if shape is None or shape.more else names)
    args = "(" + "".join(f"{name}, " for name in names) + ")" + (" + rest" if shape is None or shape.more else "")
    custom = gf.__dict__.get("protocol")
    if custom is None and _install_reader(gf, space):
        return
    keys: list[str] = []
    uncertain: dict[int, Any] = {}
    positions = specialized_positions(gf, n)
    for i in positions:
        values = [m.specializers[i].value for m in gf.methods if isinstance(m.specializers[i], EqlSpecializer)]
        plain = [v for v in values if not isinstance(v, _UNEQUAL)]
        if plain:
            space[f"e{i}"] = frozenset(type(v) for v in plain)
            space[f"v{i}"] = _Values(plain)
            keys.append(f"(p{i} if type(p{i}) in e{i} and p{i} in v{i} else type(p{i}))")
        else:
            keys.append(f"type(p{i})")
        uncertain[i] = values
    gf.dispatch = (positions, uncertain)
    discriminating = None if custom is None else custom.discriminating(gf)
    if discriminating is not None:
        space.update(discriminating=discriminating, call_values=call_values)
        gf.function.__code__ = _code("def f(*args):\n return discriminating(*args)\n")
        gf.function.mv.__code__ = _code("def f(*args):\n return call_values(discriminating, *args)\n")
        return
    space.update(miss=_miss, gf=gf, table={}, table_mv={})
    subscript = "None" if not keys else "][".join(keys) if len(keys) <= 2 else ", ".join(keys)
    for table, values_wanted, function in (("table", False, gf.function), ("table_mv", True, gf.function.mv)):
        function.__code__ = _code(
            f"def f({given}):\n"
            f" try:\n  m = {table}[{subscript}]\n"
            f" except KeyError:\n  m = miss(gf, {args}, {values_wanted})\n"
            f" return m({given})\n")


class _Values(set):  # type: ignore[type-arg]
    """The objects of eql specializers: members are compared by Python's equality, which is `eql` for these."""


def specialized_positions(gf: Any, n: int) -> list[int]:
    """Return the parameters for which some method has another specializer than T."""
    return [i for i in range(n) if any(m.specializers[i] is not TClass for m in gf.methods)]


def _install_reader(gf: Any, space: dict[str, Any]) -> bool:
    """Readers of one slot: the code tests the class and reads the attribute."""
    methods = gf.methods
    if not methods or gf.shape is None or gf.shape.required != 1 or gf.shape.more:
        return False
    names = {m.slot.slot_name if type(m) is StandardReaderMethod else None for m in methods}
    if len(names) != 1 or None in names:
        return False
    name: Any = names.pop()
    key = function_key(name)
    gf.dispatch = ([0], {0: []})
    space.update(miss=_miss_reader, gf=gf, ok=set(), table={}, table_mv={})
    code = _code("def f(p0):\n if type(p0) in ok:\n  return p0.slot\n return miss(gf, p0)\n")
    values = _code("def f(p0):\n if type(p0) in ok:\n  return (p0.slot,)\n return (miss(gf, p0),)\n")
    gf.function.__code__ = code.replace(co_names=tuple(key if n == "slot" else n for n in code.co_names))
    gf.function.mv.__code__ = values.replace(co_names=tuple(key if n == "slot" else n for n in values.co_names))
    return True


def _miss_reader(gf: Any, x: Any) -> Any:
    effective, _ = find_effective(gf, (x,))
    kind = type(x)
    if any(effective is m.function for m in gf.methods) and not varying(kind) and kind is class_of(x):
        gf.function.__globals__["ok"].add(kind)
    return effective(x)


def _miss(gf: Any, args: tuple[Any, ...], values: bool) -> Any:
    """Return the effective method for *args* and enter it in the table if the key decides."""
    effective, keep = find_effective(gf, args)
    result = mv_entry(effective) if values else effective
    positions, eqls = gf.dispatch
    if not keep:
        return result
    space = gf.function.__globals__
    keys: list[Any] = []
    for i in positions:
        x = args[i]
        kind = type(x)
        if kind in space.get(f"e{i}", ()) and x in space[f"v{i}"] and any(
                not isinstance(v, _UNEQUAL) for v in eqls[i]):
            keys.append(x)
            continue
        keys.append(kind)
        if not _decides(gf, i, kind) or any(type(v) is kind and isinstance(v, _UNEQUAL) for v in eqls[i]):
            return result
    table = space["table_mv" if values else "table"]
    if not keys:
        table[None] = result
    elif len(keys) == 1:
        table[keys[0]] = result
    elif len(keys) == 2:
        table.setdefault(keys[0], {})[keys[1]] = result
    else:
        table[tuple(keys)] = result
    return result


def _decides(gf: Any, position: int, kind: type) -> bool:
    """True if all instances of the Python class *kind* have the same methods at this position."""
    if not varying(kind):
        return True
    general = class_of_type(kind).__mro__
    for m in gf.methods:
        s = m.specializers[position]
        if s not in general and not isinstance(s, EqlSpecializer) and (
                general[0] in s.__mro__ or (kind is FunctionType and not isinstance(s, BuiltInClass))):
            return False
    return True


def find_effective(gf: Any, args: tuple[Any, ...]) -> tuple[Any, bool]:
    """Return the effective method for *args*, and whether it may be kept."""
    shape = gf.shape
    n = shape.required if shape is not None else 0
    if gf.shape is None or len(args) < n:
        return _no_applicable(gf), False
    key = tuple(_dispatch_key(gf, i, args[i]) for i in gf.dispatch[0])
    found = gf.effective.get(key)
    if found is not None:
        return found, True
    custom = gf.__dict__.get("protocol")
    methods = custom.applicable(gf, args) if custom is not None else applicable_methods(gf, args[:n])
    if not methods:
        return _no_applicable(gf), False
    from acl.clos.combination import effective_method

    found = custom.effective(gf, methods) if custom is not None else effective_method(gf, methods)
    gf.effective[key] = found
    return found, True


def _dispatch_key(gf: Any, position: int, x: Any) -> Any:
    for value in gf.dispatch[1][position]:
        if type(value) is type(x) and eql_key(value) == eql_key(x):
            return ("eql", eql_key(x))
    return class_of(x)


def _no_applicable(gf: Any) -> Any:
    def no_applicable(*args: Any) -> Any:
        return generic("NO-APPLICABLE-METHOD")(gf.function, *args)

    no_applicable.mv = lambda *args: call_values(  # type: ignore[attr-defined]
        generic("NO-APPLICABLE-METHOD"), gf.function, *args)
    return no_applicable


def class_names(args: tuple[Any, ...]) -> Any:
    """Return a Lisp list of the names of the arguments' classes, for messages."""
    from acl.types.cons import from_iterable

    return from_iterable([class_of(a)._lisp.name or string(class_of(a).__name__) for a in args])
