"""Stack frames as Lisp sees them: calls of compiled functions, without Python's own."""

from __future__ import annotations

from types import CodeType, FrameType, TracebackType
from typing import Any

from acl.compiler.unit import FunctionInfo
from acl.types.cons import Cons, from_iterable
from acl.types.function import FUNCTIONS
from acl.types.symbol import Symbol, cl


class Frame:
    """One call: its function's name, its arguments, where it stands."""

    __slots__ = ("frame", "line", "name")

    def __init__(self, frame: FrameType, line: int, name: Any) -> None:
        self.frame = frame
        self.line = line
        self.name = name

    def arguments(self) -> list[Any]:
        """Return the values of the parameters."""
        code = self.frame.f_code
        own = LISTENER_FRAMES.get(code)
        if own is not None:
            return [self.frame.f_locals[name] for name in own[1]]
        values = self.frame.f_locals
        names = code.co_varnames[:code.co_argcount]
        result = [values.get(n) for n in names]
        if code.co_flags & 4:  # *args
            rest = values.get(code.co_varnames[code.co_argcount + code.co_kwonlyargcount])
            result.extend(rest if isinstance(rest, tuple) else _elements(rest))
        return [unboxed(v) for v in result]

    def expression(self) -> Any:
        """Return the call as a list."""
        return Cons(self.name, from_iterable(self.arguments()))

    def variables(self) -> list[tuple[str, Any]]:
        """Return the local variables that the Lisp source names, with their values."""
        result = []
        for name, value in self.frame.f_locals.items():
            base, _, number = name.rpartition(".")
            if base and number.isdigit() and base != "t":
                result.append((base, unboxed(value)))
        return result

    def place(self) -> str:
        """Return `file:line`, or an empty string for what was typed."""
        filename = self.frame.f_code.co_filename
        return "" if filename.startswith("<") or self.frame.f_globals is not FUNCTIONS else f"{filename}:{self.line}"


def unboxed(value: Any) -> Any:
    """Return what a Python local holds for Lisp."""
    if type(value) is list and len(value) == 1:
        return value[0]
    return value


def _elements(x: Any) -> list[Any]:
    items = []
    while type(x) is Cons:
        items.append(x.car)
        x = x.cdr
    return items


def code_name(code: CodeType, frame: FrameType) -> Any:
    """Return the Lisp name of the function whose code this is, or None if Lisp does not show it."""
    if code.co_consts and type(code.co_consts[-1]) is FunctionInfo:
        name = code.co_consts[-1].name
        return name if name is not None else cl("LAMBDA")
    return None


def python_frame_name(frame: FrameType) -> Any:
    """Return the Lisp name of a builtin that *frame* runs, or None."""
    code = frame.f_code
    own = LISTENER_FRAMES.get(code)
    if own is not None:
        return own[0]
    if "/acl/builtins/" not in code.co_filename and "/acl/socket/" not in code.co_filename:
        return None
    from acl.builtins.declare import DECLARATIONS

    global _by_code
    if _by_code is None:
        _by_code = {}
        for declaration in DECLARATIONS.values():
            inner = getattr(declaration.function, "__code__", None)
            if inner is not None:
                _by_code[inner] = declaration.symbol
    return _by_code.get(code)


_by_code: dict[CodeType, Symbol] | None = None
LISTENER_FRAMES: dict[CodeType, tuple[Symbol, tuple[str, ...]]] = {}
"""Frames of the listener that Lisp shows: the name, and which local variables are the arguments."""


def collect(start: FrameType | None, traceback: TracebackType | None = None) -> list[Frame]:
    """Return the Lisp frames, newest first: those of *traceback* (a fault that has unwound), then from *start* on."""
    frames: list[Frame] = []
    chain: list[tuple[FrameType, int]] = []
    entry = traceback
    while entry is not None:
        chain.append((entry.tb_frame, entry.tb_lineno))
        entry = entry.tb_next
    seen = {id(f) for f, _ in chain}
    frame = start
    outer: list[tuple[FrameType, int]] = []
    while frame is not None:
        if id(frame) not in seen:
            outer.append((frame, frame.f_lineno))
        frame = frame.f_back
    for each, line in [*reversed(chain), *outer]:
        name = code_name(each.f_code, each)
        if name is None:
            name = python_frame_name(each)
            if name is None:
                continue
        frames.append(Frame(each, line, name))
    return frames


def frame_text(frame: Frame) -> str:
    """Return one line that shows the call, under the limits in force."""
    from acl.printer.writer import prin1_to_string

    text = prin1_to_string(frame.expression())
    place = frame.place()
    return f"{text}  ; {place}" if place else text


