"""What Lisp runs on, and the lesser tools of CLHS 25: `room`, `disassemble`, `ed`, `dribble`."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin, macro
from acl.expand.template import template
from acl.types.array import string
from acl.types.base import wrong_type
from acl.types.cons import Cons
from acl.types.function import fdefinition
from acl.types.symbol import Symbol, cl


@builtin("LISP-IMPLEMENTATION-TYPE", "")
def _lisp_implementation_type() -> Any:
    """Return the name of this Lisp."""
    return string("acl")


@builtin("LISP-IMPLEMENTATION-VERSION", "")
def _lisp_implementation_version() -> Any:
    """Return the version of this Lisp and of the Python it runs on."""
    import sys

    import acl

    version = getattr(acl, "__version__", "0")
    python = ".".join(map(str, sys.version_info[:3]))
    return string(f"{version} [Python {python}, {sys.platform}]")


@builtin("MACHINE-TYPE", "")
def _machine_type() -> Any:
    """Return the kind of processor."""
    import platform

    return string(platform.machine())


@builtin("MACHINE-VERSION", "")
def _machine_version() -> Any:
    """Return the version of the processor, or NIL."""
    import platform

    return string(platform.processor() or platform.machine())


@builtin("MACHINE-INSTANCE", "")
def _machine_instance() -> Any:
    """Return the name of the computer."""
    import platform

    return string(platform.node())


@builtin("SOFTWARE-TYPE", "")
def _software_type() -> Any:
    """Return the name of the operating system."""
    import platform

    return string(platform.system())


@builtin("SOFTWARE-VERSION", "")
def _software_version() -> Any:
    """Return the version of the operating system."""
    import platform

    return string(platform.release())


@builtin("SHORT-SITE-NAME", "")
def _short_site_name() -> Any:
    """Return the name of the site, or NIL: none is known."""
    return None


@builtin("LONG-SITE-NAME", "")
def _long_site_name() -> Any:
    """Return the full name of the site, or NIL: none is known."""
    return None


@builtin("ROOM", "&optional x")
def _room(x: Any = None) -> Any:
    """Print how much memory Lisp uses; X true: also the objects that there are most of."""
    import gc
    import os
    from collections import Counter

    out = cl("*STANDARD-OUTPUT*").value
    out.fresh_line()
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            pages = file.read().split()
        size = os.sysconf("SC_PAGE_SIZE")
        out.write_str(f"Resident memory: {int(pages[1]) * size:,} bytes; "
                      f"address space: {int(pages[0]) * size:,} bytes\n")
    except (OSError, ValueError):
        pass
    out.write_str(f"Garbage collections by generation: {', '.join(str(s['collections']) for s in gc.get_stats())}\n")
    if x is cl("T"):
        for kind, count in Counter(type(o).__name__ for o in gc.get_objects()).most_common(15):
            out.write_str(f"  {count:>9,} {kind}\n")
    return None


@builtin("DISASSEMBLE", "fn")
def _disassemble(fn: Any) -> Any:
    """Print the Python byte code of the function FN, a function, its name, or a lambda expression."""
    import dis

    function = fn
    if type(fn) is Symbol or (type(fn) is Cons and fn.car is cl("SETF")):
        macro_function = fn.macro if type(fn) is Symbol else None
        function = macro_function or fdefinition(fn)
        if function is None:
            from acl.runtime.functions import undefined_function

            function = undefined_function(fn)
    elif type(fn) is Cons and fn.car is cl("LAMBDA"):
        from acl.runtime.functions import coerce_function
        from acl.types.function import FUNCTIONS

        function = coerce_function(FUNCTIONS["COMMON-LISP:EVAL"](Cons(cl("FUNCTION"), Cons(fn, None))))
    if not callable(function) or isinstance(function, type):
        wrong_type(fn, "FUNCTION")
    out = cl("*STANDARD-OUTPUT*").value
    code = getattr(function, "__code__", None) or getattr(getattr(function, "function", None), "__code__", None)
    out.write_str(f";; disassembly of {function!r}\n")
    if code is not None:
        out.write_str(dis.Bytecode(code).dis())
    return None


@builtin("FUNCTION-LAMBDA-EXPRESSION", "function", values=True)
def _function_lambda_expression(function: Any) -> tuple[Any, ...]:
    """Return NIL, T and the name of FUNCTION: the source of compiled functions is not kept."""
    from acl.runtime.typesys.predicates import functionp
    from acl.types.symbol import T

    if not functionp(function):
        wrong_type(function, "FUNCTION")
    name = getattr(function, "lisp_name", None)
    return None, T, name if type(name) is not str else cl(name)


@builtin("ED", "&optional x")
def _ed(x: Any = None) -> Any:
    """Edit X, a file or the name of a function, with the editor that the variable EDITOR of the environment names."""
    import os
    import subprocess

    from acl.runtime.conditions import error

    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if editor is None:
        return error("SIMPLE-ERROR", "There is no editor: the environment variable EDITOR is not set.")
    from acl.printer.writer import princ_to_string

    files = [] if x is None or type(x) is Symbol else [princ_to_string(x)]
    subprocess.run([*editor.split(), *files], check=False)
    return None


_dribbling: list[Any] = []


@builtin("DRIBBLE", "&optional pathname")
def _dribble(pathname: Any = None) -> Any:
    """Record what is printed on the terminal in the file PATHNAME, until called without argument."""
    from acl.types.function import FUNCTIONS

    out = cl("*STANDARD-OUTPUT*")
    if pathname is None:
        if _dribbling:
            old, file = _dribbling.pop()
            out.value = old
            FUNCTIONS["COMMON-LISP:CLOSE"](file)
        return None
    from acl.types.symbol import keyword

    file = FUNCTIONS["COMMON-LISP:OPEN"](pathname, keyword("DIRECTION"), keyword("OUTPUT"), keyword("IF-EXISTS"),
                                         keyword("SUPERSEDE"))
    _dribbling.append((out.value, file))
    out.value = FUNCTIONS["COMMON-LISP:MAKE-BROADCAST-STREAM"](out.value, file)
    return None


_step_call = template("(%step ',form)")


@macro("STEP", "form")
def _step(form: Any, env: Any) -> Any:
    """Evaluate FORM, stopping before each form in it to ask how to go on, and return its values.

    Inside a function, where FORM may need the function's variables, it is just evaluated: step the call from outside.
    """
    if env is not None and (env.variables or env.functions or env.blocks):
        return form.cdr.car
    return _step_call(form=form.cdr.car)
