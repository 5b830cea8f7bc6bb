"""The lesser tools of CLHS 25: `room`, `disassemble`, `ed`, `dribble`, `step`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from acl.builtins.declare import builtin, macro
from acl.expand.template import template
from acl.printer.writer import prin1_to_string
from acl.runtime.conditions import error
from acl.types.array import SimpleString, SimpleVector
from acl.types.base import wrong_type
from acl.types.cons import Cons
from acl.types.function import FUNCTIONS, fdefinition
from acl.types.symbol import Symbol, T, cl, keyword

# Memory


@builtin("ROOM", "&optional (x :default)")
def _room(x: Any = keyword("DEFAULT")) -> Any:
    """Print how much memory Lisp uses and about how many conses and other common objects there are.

    With X true, print also how many there are of each kind that the collector knows; with NIL, memory only.
    """
    out = cl("*STANDARD-OUTPUT*").value
    out.fresh_line()
    for line in _memory(x):
        out.write_str(line + "\n")
    return None


def _memory(x: Any) -> Iterator[str]:
    import gc
    import os
    import sys
    from collections import Counter

    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            pages = file.read().split()
        size = os.sysconf("SC_PAGE_SIZE")
        yield f"Resident memory: {int(pages[1]) * size:,} bytes; address space: {int(pages[0]) * size:,} bytes"
    except (OSError, ValueError):
        pass
    if x is None:
        return
    # Each object refers to its class: the number of references tells of objects that the collector does not look at.
    kinds = ("conses", Cons), ("strings", SimpleString), ("simple vectors", SimpleVector), ("symbols", Symbol)
    yield "About " + ", ".join(f"{sys.getrefcount(kind):,} {name}" for name, kind in kinds)
    yield f"Objects of all kinds: {sys.getallocatedblocks():,}"
    yield f"Garbage collections by generation: {', '.join(str(s['collections']) for s in gc.get_stats())}"
    if x is T:
        for name, count in Counter(type(o).__name__ for o in gc.get_objects()).most_common(15):
            yield f"  {count:>9,} {name}"


# Code


@builtin("DISASSEMBLE", "fn")
def _disassemble(fn: Any) -> Any:
    """Print the Python byte code of the function FN, a function, its name, or a lambda expression."""
    import dis
    import io

    function = designated_function(fn)
    code = getattr(function, "__code__", None) or getattr(getattr(function, "function", None), "__code__", None)
    out = cl("*STANDARD-OUTPUT*").value
    out.fresh_line()
    out.write_str(f";; disassembly of {prin1_to_string(function)}\n")
    if code is None:
        out.write_str(";; It is written in C.\n")
        return None
    text = io.StringIO()
    dis.dis(code, file=text)
    out.write_str(text.getvalue())
    return None


def designated_function(fn: Any) -> Any:
    """Return the function that a function, its name or a lambda expression means."""
    if type(fn) is Symbol or (type(fn) is Cons and fn.car is cl("SETF")):
        function = (fn.macro if type(fn) is Symbol else None) or fdefinition(fn)
        if function is None:
            from acl.runtime.functions import undefined_function

            return undefined_function(fn)
        return function
    if type(fn) is Cons and fn.car is cl("LAMBDA"):
        return FUNCTIONS["COMMON-LISP:EVAL"](Cons(cl("FUNCTION"), Cons(fn, None)))
    if not callable(fn) or isinstance(fn, type):
        wrong_type(fn, "FUNCTION")
    return fn


# The editor


@builtin("ED", "&optional x")
def _ed(x: Any = None) -> Any:
    """Start the editor: on the file X, or on the definition of what X names.

    The editor is what the environment variables VISUAL or EDITOR name, else one that the system has.
    """
    import shlex
    import subprocess

    command = shlex.split(_editor())
    if x is not None:
        file, line = _place(x) if _is_name(x) else (_native(x), 0)
        command += [f"+{line}", file] if line else [file]
    try:
        subprocess.run(command, check=False)
    except OSError as problem:
        error("SIMPLE-ERROR", "The editor ~a cannot be started: ~a.", SimpleString(command[0]),
              SimpleString(problem.strerror or str(problem)))
    return None


def _editor() -> str:
    import os
    import shutil

    for name in ("VISUAL", "EDITOR"):
        if os.environ.get(name):
            return os.environ[name]
    found = next((name for name in ("sensible-editor", "vi", "nano", "emacs") if shutil.which(name)), None)
    return found or error("SIMPLE-ERROR", "There is no editor: set the environment variable EDITOR.")


def _is_name(x: Any) -> bool:
    return type(x) is Symbol or (type(x) is Cons and x.car is cl("SETF"))


def _native(x: Any) -> str:
    from acl.builtins.pathnames import native_namestring

    return native_namestring(x)


def _place(name: Any) -> tuple[str, int]:
    """Return the file and line where *name* is defined."""
    from .sources import existing_place

    place = existing_place(name)
    if place is None:
        error("SIMPLE-ERROR", "The source of ~s is in no file.", name)
    return place


# Dribbling


class _Dribble:
    """A terminal or other stream of octets whose traffic, both ways, is recorded in a file."""

    def __init__(self, stream: Any, file: Any) -> None:
        self.stream = stream
        self.file = file
        stream.force_output()
        read, write = stream.device_read_into, stream.device_write

        def device_read_into(view: memoryview, wait: bool = True) -> int | None:
            got: int | None = read(view, wait)
            if got:
                file.write(view[:got])
            return got

        def device_write(view: Any) -> int:
            count: int = write(view)
            file.write(memoryview(view)[:count])
            return count

        stream.device_read_into, stream.device_write, stream.transcript = device_read_into, device_write, file.write

    def stop(self) -> None:
        """End recording."""
        self.stream.force_output()
        del self.stream.device_read_into, self.stream.device_write, self.stream.transcript
        self.file.close()


_dribbling: list[_Dribble] = []


@builtin("DRIBBLE", "&optional pathname")
def _dribble(pathname: Any = None) -> Any:
    """Record what is typed and printed on the terminal in the file PATHNAME, until called without argument."""
    if pathname is None and not _dribbling:
        error("SIMPLE-ERROR", "Nothing is being recorded.")
    while _dribbling:
        _dribbling.pop().stop()
    if pathname is None:
        return None
    from acl.streams.octets import OctetStream

    terminal = cl("*TERMINAL-IO*").value.resolve()
    if not isinstance(terminal, OctetStream):
        error("SIMPLE-ERROR", "~s cannot be recorded: it is no terminal or socket.", terminal)
    try:
        file = open(_native(pathname), "wb", buffering=0)
    except OSError as problem:
        from acl.builtins.streams.files import os_fault

        os_fault(problem, pathname)
    _dribbling.append(_Dribble(terminal, file))
    return None


# Stepping

_stepped = template("(%stepped ,form)")


@macro("STEP", "form")
def _step(form: Any, env: Any) -> Any:
    """Evaluate FORM, stopping before each form in it to ask how to go on, and return its values.

    Functions and methods that FORM calls are stepped through too, if their source is at hand.  FORM may stand in a
    function; if nobody is there to ask, it is just evaluated.
    """
    import acl.compiler.stepping  # noqa: F401  # knows the operator

    return _stepped(form=form.cdr.car)
