"""Stack frames as Lisp sees them: calls of compiled functions and builtins, without Python's own."""

from __future__ import annotations

from types import CodeType, FrameType, FunctionType, TracebackType
from typing import Any, NamedTuple

from acl.compiler.analyze import local_symbol_name
from acl.compiler.unit import FunctionInfo
from acl.printer.secrets import HIDDEN, SECRET_NAMES, without_secrets
from acl.runtime.conditions import error_exit, lisp_error
from acl.types.array import SimpleString
from acl.types.cons import Cons, from_iterable, to_list
from acl.types.function import FUNCTIONS, fdefinition
from acl.types.symbol import Symbol, cl, keyword

_HAS_REST, _HAS_KEYWORDS = 4, 8
_LOAD = cl("LOAD")


class LocalVariable(NamedTuple):
    """A lexical variable of a frame: `local` is the Python local that holds it."""

    symbol: Symbol
    local: str
    value: Any

    @property
    def shown(self) -> Any:
        """What is printed of the value: no secret."""
        if self.symbol.name in SECRET_NAMES and self.value is not None:
            return HIDDEN
        return without_secrets(self.value)


class Frame:
    """One call: its function's name, where it stands; `live` is false if a fault has unwound it already.

    `form_place` of a `load` is where the form stands that it is at.
    """

    __slots__ = ("form_place", "frame", "line", "live", "name")

    def __init__(self, frame: FrameType, line: int, name: Any, live: bool = True, form_place: str = "") -> None:
        self.frame = frame
        self.line = line
        self.name = name
        self.live = live
        self.form_place = form_place

    @property
    def info(self) -> FunctionInfo | None:
        """What the compiler has noted of the function, None for a builtin."""
        consts = self.frame.f_code.co_consts
        return consts[-1] if consts and type(consts[-1]) is FunctionInfo else None

    @property
    def returnable(self) -> bool:
        """True if the debugger can return from it: a named function, compiled to be debugged, that is still there."""
        return self.live and "%leave_frame" in self.frame.f_code.co_names

    def definition(self) -> Any:
        """Return the global function of that name now, None if there is none."""
        return fdefinition(self.name) if type(self.name) in (Symbol, Cons) and self.name is not cl("LAMBDA") else None

    def function(self) -> Any:
        """Return the function that was called, None if it cannot be found any more."""
        found = self.definition()
        code = self.frame.f_code
        if self.info is None or getattr(found, "__code__", None) is code:
            return found
        import gc

        functions = [f for f in gc.get_referrers(code) if type(f) is FunctionType and f.__code__ is code]
        cells = {name: self.frame.f_locals.get(name) for name in code.co_freevars}
        for function in functions:  # of several closures that which has the variables of this call
            if all(cell_value(c) is cells[n]
                   for n, c in zip(code.co_freevars, function.__closure__ or (), strict=False)):
                return function
        return found

    def arguments(self) -> list[Any]:
        """Return the values of the parameters."""
        code = self.frame.f_code
        own = LISTENER_FRAMES.get(code)
        if own is not None:
            found = [self.frame.f_locals[name] for name in own[1]]
            return [*found[:-1], *found[-1]] if found and type(found[-1]) is tuple else found
        values = self.frame.f_locals
        names = code.co_varnames[:code.co_argcount]
        result = [values.get(n) for n in names]
        if code.co_flags & _HAS_REST:
            rest = values.get(code.co_varnames[code.co_argcount + code.co_kwonlyargcount])
            result.extend(rest if isinstance(rest, tuple) else _elements(rest))
        if code.co_flags & _HAS_KEYWORDS:
            index = code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & _HAS_REST)
            for name, value in values.get(code.co_varnames[index], {}).items():
                result += [keyword(name.replace("_", "-").upper()), value]
        from acl.runtime.calls import UNSUPPLIED

        # The builtins' mark for an argument that was not given is an `object()` of each module.
        return [unboxed(v) for v in result if v is not UNSUPPLIED and type(v) is not object]

    def expression(self) -> Any:
        """Return the call as a list."""
        return without_secrets(Cons(self.name, from_iterable(self.arguments())))

    def variables(self) -> list[LocalVariable]:
        """Return the local variables that the Lisp source names, with their values, outermost first."""
        result = []
        if self.info is None:
            return []
        from acl.runtime.calls import UNSUPPLIED

        for local, value in self.frame.f_locals.items():
            name = local_symbol_name(local)
            if name is not None and value is not UNSUPPLIED:
                shown = from_iterable(value) if type(value) is tuple else unboxed(value)
                result.append(LocalVariable(self._symbol(name), local, shown))
        return result

    def _symbol(self, name: str) -> Symbol:
        """Return the symbol of a local variable: that of the lambda list, else the current package's."""
        info = self.info
        rest = info.lambda_list if info is not None else None
        while type(rest) is Cons:
            each = rest.car.car if type(rest.car) is Cons else rest.car
            if type(each) is Symbol and each.name == name:
                return each
            rest = rest.cdr
        symbol: Symbol = cl("*PACKAGE*").value.intern(name)
        return symbol

    def set_variable(self, variable: LocalVariable, value: Any) -> None:
        """Give a local variable another value, in the call that is going on."""
        values = self.frame.f_locals
        old = values.get(variable.local)
        if type(old) is list and len(old) == 1:
            old[0] = value
            return
        values[variable.local] = tuple(to_list(value)) if type(old) is tuple else value
        import sys

        if sys.version_info < (3, 13):  # later f_locals writes through
            import ctypes

            ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(self.frame), ctypes.c_int(0))

    def place(self) -> str:
        """Return `file:line`, or an empty string for what was typed."""
        if self.form_place:
            return self.form_place
        filename = self.frame.f_code.co_filename
        return "" if filename.startswith("<") or self.frame.f_globals is not FUNCTIONS else f"{filename}:{self.line}"


def cell_value(cell: Any) -> Any:
    """Return what a closure's cell holds, None if it is empty."""
    try:
        return cell.cell_contents
    except ValueError:
        return None


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


def code_name(code: CodeType) -> Any:
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
    return builtin_name(code)


def builtin_name(code: CodeType) -> Any:
    """Return the Lisp name of the builtin whose code this is, or None."""
    if "/acl/" not in code.co_filename:
        return None
    from acl.builtins.declare import DECLARATIONS
    from acl.clos.generic import SYSTEM_METHODS, generic_of

    if len(DECLARATIONS) != _known[0]:
        _known[0] = len(DECLARATIONS)
        for key, declaration in DECLARATIONS.items():
            # Of a generic function the method is shown: what chooses it is the same code for many of them.
            of_generic = generic_of(declaration.function) is not None
            function = SYSTEM_METHODS.get(key) if of_generic else declaration.function
            if of_generic and declaration.symbol in _COMPLAINTS:
                continue
            inner = getattr(function, "__code__", None)
            if inner is not None and not declaration.symbol.name.startswith("%") and inner is not lisp_error.__code__:
                _by_code[inner] = declaration.symbol
    return _by_code.get(code)


_COMPLAINTS = frozenset(map(cl, ("SLOT-UNBOUND", "SLOT-MISSING", "NO-APPLICABLE-METHOD", "NO-NEXT-METHOD")))
"""Generic functions that the system calls to signal an error: what led there is wanted, not they."""
_by_code: dict[CodeType, Symbol] = {}
_known = [0]
LISTENER_FRAMES: dict[CodeType, tuple[Symbol, tuple[str, ...]]] = {
    error_exit.__code__: (cl("ERROR"), ("datum", "args")),
}
"""Frames of the system that Lisp shows: the name, and which locals are the arguments; the last may be a tuple."""
SIGNALLING = frozenset(map(cl, ("ERROR", "CERROR", "SIGNAL", "WARN", "BREAK", "INVOKE-DEBUGGER")))
"""Functions whose callers are looked at first when they have led to the debugger."""

HIDDEN_FUNCTIONS: set[str] = set()
HIDDEN_PACKAGES: set[str] = set()


def hide(kind: str, names: list[str], hidden: bool) -> list[str]:
    """Hide or show frames of functions or packages; return lines that say what is hidden now."""
    for own, group in (("function", HIDDEN_FUNCTIONS), ("package", HIDDEN_PACKAGES)):
        if kind in (own, "") and (kind or not hidden):
            chosen = set(names) if names else set(group)
            group.difference_update(chosen)
            if hidden:
                group.update(names)
    return [f"Hidden {what}: {' '.join(sorted(group)) or 'none'}"
            for what, group in (("functions", HIDDEN_FUNCTIONS), ("packages", HIDDEN_PACKAGES))]


def is_hidden(frame: Frame) -> bool:
    """True if the user has hidden frames like this one."""
    name = frame.name
    if type(name) is not Symbol:
        return False
    return name.name in HIDDEN_FUNCTIONS or (name.package is not None and name.package.name in HIDDEN_PACKAGES)


def collect(start: FrameType | None, traceback: TracebackType | None = None) -> list[Frame]:
    """Return the Lisp frames, newest first: those of *traceback* (a fault that has unwound), then from *start* on."""
    frames: list[Frame] = []
    faults: dict[int, tuple[FrameType, int]] = {}  # where it happened; such a frame stands in its `except` by now
    entry = traceback
    while entry is not None:  # a frame that has raised it again stands here again, farther out
        faults[id(entry.tb_frame)] = entry.tb_frame, entry.tb_lineno
        entry = entry.tb_next
    frame = start
    outer: dict[int, tuple[FrameType, int]] = {}
    while frame is not None:
        outer[id(frame)] = faults.get(id(frame)) or (frame, frame.f_lineno)
        frame = frame.f_back
    unwound = [faults[key] for key in reversed(faults) if key not in outer]
    names: dict[CodeType, Any] = {}  # there may be 100,000 frames, of a few functions
    form_place = ""
    for live, part in ((False, unwound), (True, outer.values())):
        for each, line in part:
            code = each.f_code
            if code not in names:
                names[code] = code_name(code) or python_frame_name(each)
            name = names[code]
            if not form_place and code.co_name in _LOADING and code_name(code) is None:
                form_place = _form_place(each, line)
            if name is _LOAD:
                frames.append(Frame(each, line, name, live, form_place))
                form_place = ""
            elif name is not None:
                frames.append(Frame(each, line, name, live))
    return frames


_LOADING = frozenset(("%toplevel", "load_text"))
"""What the Python functions are called whose frames tell which form of a file is being loaded."""


def _form_place(frame: FrameType, line: int) -> str:
    """Return `file:line` if *frame* runs a top-level form of a file, or is just reading or compiling one."""
    from acl.runtime.sources import of_file

    code = frame.f_code
    if of_file(frame):
        return f"{code.co_filename}:{line}"
    if code.co_name == "load_text" and code.co_filename.endswith("/acl/builtins/loading.py"):
        position = frame.f_locals["source"].positions.get(id(frame.f_locals.get("form")))
        return f"{frame.f_locals['path']}:{position[0]}" if position is not None else ""
    return ""


def loading_place(frames: list[Frame]) -> str:
    """Return `file:line` of the form that is being loaded, the innermost if several are; else an empty string."""
    return next((frame.form_place for frame in frames if frame.form_place), "")


def python_frames(start: FrameType | None) -> list[str]:
    """Return a line for each frame of the Python stack, newest first, Lisp's and the system's."""
    lines = []
    while start is not None:
        code = start.f_code
        name = code_name(code)
        shown = code.co_qualname if name is None else f"{name!r}"
        lines.append(f"{shown}  ; {code.co_filename}:{start.f_lineno}")
        start = start.f_back
    return lines


_LONGEST_STRING = 240
"""How much of a string a stack shows: buffers of programs have thousands of characters."""


def _cut_strings(expression: Any) -> Any:
    """Return the call with long strings among its arguments cut, unless nothing limits how much is printed."""
    if cl("*PRINT-LENGTH*").value is None or type(expression) is not Cons:
        return expression
    return from_iterable([SimpleString(f"{x.text()[:_LONGEST_STRING]}...")
                          if type(x) is SimpleString and len(x.text()) > _LONGEST_STRING else x
                          for x in _elements(expression)])


def frame_text(frame: Frame, width: int = 76) -> str:
    """Return the text of the call, under the limits in force; one longer than *width* has a line for each argument."""
    from acl.printer.writer import prin1_to_string
    from acl.runtime.dynamic import bind

    expression = _cut_strings(frame.expression())
    with bind(cl("*PRINT-PRETTY*"), None):
        text = prin1_to_string(expression)
        if len(text) > width:
            text = _in_lines(expression, width)
    place = frame.place()
    return f"{text}  ; {place}" if place else text


def _in_lines(expression: Any, width: int) -> str:
    """Return the text of a call with each argument on lines of its own."""
    from acl.printer.unreadable import paragraph
    from acl.printer.writer import prin1_to_string

    limit = cl("*PRINT-LENGTH*").value
    items = _elements(expression)
    shown = items if type(limit) is not int else items[:limit]
    lines = ["(" + prin1_to_string(shown[0])] if shown else ["("]
    for item in shown[1:]:
        lines.append("   " + paragraph(prin1_to_string(item), 2, width - 2).replace("\n", "\n   "))
    more = " ..." if len(shown) < len(items) else ""
    return "\n".join(lines) + more + ")"
