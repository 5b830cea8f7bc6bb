"""What can still be read off a frame that raised an exception: operands, callee, number of arguments.

CPython's messages name types, not objects.  The operands of the failing instruction are gone from the stack, but those
that were plain loads of variables or constants, or `car` and `cdr` of such, can be had again.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import FunctionType, TracebackType
from typing import Any

from acl.types.function import FUNCTIONS

_NOTHING = object()
_SKIPPED = ("CACHE", "PRECALL", "PUSH_NULL", "NOP", "RESUME", "EXTENDED_ARG", "KW_NAMES", "NOT_TAKEN")
_PURE_ATTRIBUTES = ("car", "cdr", "s", "data")


def _innermost(e: BaseException) -> TracebackType | None:
    tb = e.__traceback__
    while tb is not None and tb.tb_next is not None:
        tb = tb.tb_next
    return tb


class _Frame:
    """The instructions of the frame in which an exception was raised, up to the one that did it."""

    def __init__(self, tb: TracebackType) -> None:
        from dis import get_instructions

        self.frame = tb.tb_frame
        self.instructions = [i for i in get_instructions(tb.tb_frame.f_code)
                             if i.offset <= tb.tb_lasti and i.opname not in _SKIPPED]
        self.failing = self.instructions.pop() if self.instructions else None

    def operands(self, count: int) -> list[Any] | None:
        """Return the last *count* things loaded before the failing instruction, None if they are not plain loads."""
        values: list[Any] = []
        at = len(self.instructions) - 1
        while len(values) < count:
            found, at = self.load(at)
            if not found:
                return None
            values[:0] = found
        return values[-count:]

    def load(self, at: int) -> tuple[list[Any], int]:
        """Return what the instruction at *at* loaded, as a list (empty if unknown), and the place before it."""
        if at < 0:
            return [], at
        i = self.instructions[at]
        name = i.opname
        if name.startswith("LOAD_FAST") or name in ("LOAD_DEREF", "LOAD_CLOSURE", "LOAD_NAME"):
            names = i.argval if isinstance(i.argval, tuple) else (i.argval,)
            values = [self.frame.f_locals.get(n, _NOTHING) for n in names]
            return ([] if any(v is _NOTHING for v in values) else values), at - 1
        if name == "STORE_FAST_LOAD_FAST":  # the second of the two; what was stored came from elsewhere
            value = self.frame.f_locals.get(i.argval[1], _NOTHING)
            return ([] if value is _NOTHING else [value]), at - 1
        if name in ("LOAD_CONST", "LOAD_SMALL_INT"):
            return [i.argval], at - 1
        if name == "LOAD_GLOBAL":
            value = self.frame.f_globals.get(i.argval, _NOTHING)
            return ([] if value is _NOTHING else [value]), at - 1
        if name == "LOAD_ATTR" and i.argval in _PURE_ATTRIBUTES:
            inner, before = self.load(at - 1)
            if inner:
                inner[-1] = getattr(inner[-1], i.argval, None)
            return inner, before
        return [], at


def instruction_operands(e: BaseException, count: int) -> list[Any] | None:
    """Return the operands of the instruction that raised *e*, None if they cannot be read."""
    tb = _innermost(e)
    return _Frame(tb).operands(count) if tb is not None else None


def local_variables(e: BaseException) -> Iterator[tuple[str, Any]]:
    """Generate the names and values of local variables of our functions in which *e* was raised, innermost first."""
    frames = []
    tb = e.__traceback__
    while tb is not None:
        frames.append(tb.tb_frame)
        tb = tb.tb_next
    for frame in reversed(frames):
        module = frame.f_globals.get("__name__") or ""
        if not module.startswith("acl.") or module.startswith("acl.python"):
            return
        for name, value in list(frame.f_locals.items()):
            yield from ((name, v) for v in (value if type(value) is tuple else (value,)))


def passed_arguments(e: BaseException) -> int | None:
    """Return the number of arguments of the call instruction that raised *e*."""
    tb = _innermost(e)
    if tb is None:
        return None
    frame = _Frame(tb)
    failing = frame.failing
    if failing is not None and failing.opname == "CALL_FUNCTION_EX":
        spread = frame.operands(1 + ((failing.arg or 0) & 1))
        return len(spread[0]) if spread and type(spread[0]) is tuple else None
    return failing.arg if failing is not None and failing.opname == "CALL" else None


def called(e: BaseException) -> Any:
    """Return what the call instruction that raised *e* called."""
    tb = _innermost(e)
    if tb is None:
        return None
    frame = _Frame(tb)
    failing = frame.failing
    if failing is None or failing.opname not in ("CALL", "CALL_FUNCTION_EX"):
        return None
    arg = failing.arg or 0  # Python 3.14's CALL_FUNCTION_EX has none
    values = frame.operands(arg + 1 if failing.opname == "CALL" else 2 + (arg & 1))
    return values[0] if values else None


def function_called(e: BaseException, name: str) -> Any:
    """Return the function named *name* in a message about its arguments: the callee, or one of that name."""
    tb = _innermost(e)
    function = called(e) if tb is not None else None
    if isinstance(function, FunctionType) and function.__qualname__ == name:
        return function
    if tb is None:
        return None
    frame = tb.tb_frame
    for space in (frame.f_locals, frame.f_globals, FUNCTIONS):
        for value in list(space.values()):
            if isinstance(value, FunctionType) and value.__qualname__ == name:
                return value
    return None


def lisp_name(function: Any, qualified: str) -> Any:
    """Return the name to show for a function that Python calls *qualified*: a symbol, a list, or a str."""
    name = getattr(function, "lisp_name", None)
    if name is not None:
        return name
    code = getattr(function, "__code__", None)
    info = code.co_consts[-1] if code is not None and code.co_consts else None
    name = getattr(info, "name", None)
    if name is not None:
        return name
    return qualified.rpartition(".")[2].rpartition(":")[2]
