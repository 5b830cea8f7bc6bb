"""The reader's variables, and fast access to them.

They are declared with their documentation in `acl.builtins.reader`; here they get their initial values, so that the
reader works before any builtin is loaded.  `getattr(state, PACKAGE_KEY)[0]` is the fastest way to read one.
"""

from __future__ import annotations

from os import uname
from sys import byteorder, maxsize, platform
from typing import Any

from acl.types.cons import from_iterable
from acl.types.symbol import CL, GLOBAL_CELLS, USER, Symbol, T, cl, keyword


def _special(name: str, value: Any) -> Symbol:
    symbol = CL.external.get(name) or CL.export(name)
    if not symbol.has_cell:
        symbol.set_global(value)
    symbol.special = "special"
    return symbol


def global_value(symbol: Symbol) -> Any:
    """Return the global value of one of these variables, whatever the calling process has bound.

    The modules that declare them are imported late, and must not change what a program has set.
    """
    return GLOBAL_CELLS[symbol.special_key()][0]


_PROCESSORS = {"x86_64": ("X86-64",), "aarch64": ("AARCH64", "ARM64")}

PACKAGE = _special("*PACKAGE*", USER)
READ_BASE = _special("*READ-BASE*", 10)
READ_DEFAULT_FLOAT_FORMAT = _special("*READ-DEFAULT-FLOAT-FORMAT*", cl("SINGLE-FLOAT"))
READ_EVAL = _special("*READ-EVAL*", T)
READ_SUPPRESS = _special("*READ-SUPPRESS*", None)
FEATURES = _special("*FEATURES*", from_iterable([keyword(name) for name in (
    "ALLEGRO", "ALLEGRO-V10.1", "ALLEGRO-VERSION>=",
    "FRANZ-INC", "EXCL", "ANSI-CL", "COMMON-LISP", "X3J13", "DRAFT-ANSI-CL-2",
    "CLOS", "IEEE", "IEEE-FLOATING-POINT", "MULTIPROCESSING", "ACL-SOCKET", "HIPER-SOCKET",
    "OS-THREADS", "SMP", "SMP-MACROS", "ICS", "IPV6", "RELATIVE-PACKAGE-NAMES",
    "IO-TIMEOUT", "SSL-SUPPORT", "PYTHON", f"{byteorder.upper()}-ENDIAN",
    *_PROCESSORS.get(uname().machine, ()), "64BIT" if maxsize > 1 << 32 else "32BIT",
    *(("MSWINDOWS",) if platform == "win32" else ("UNIX", "MACOSX") if platform == "darwin" else ("UNIX", "LINUX")))]))

PACKAGE_KEY = PACKAGE.special_key()
READ_BASE_KEY = READ_BASE.special_key()
READ_SUPPRESS_KEY = READ_SUPPRESS.special_key()
FLOAT_FORMAT_KEY = READ_DEFAULT_FLOAT_FORMAT.special_key()
READTABLE_KEY = "COMMON-LISP:*READTABLE*"
"""The variable itself is made by `acl.reader.standard`, which has the value."""
