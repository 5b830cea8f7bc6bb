"""Libraries of C, and the addresses of what they define."""

from __future__ import annotations

import ctypes
import os
from typing import Any, NamedTuple

from acl.builtins.declare import builtin, variable
from acl.runtime.conditions import error
from acl.types.array import is_string, set_items, string
from acl.types.base import wrong_type
from acl.types.cons import from_iterable
from acl.types.function import FUNCTIONS, key_of
from acl.types.sequence import all_items
from acl.types.symbol import EXCL, FF, SYSTEM, Symbol, T, keyword

variable("*DLL-TYPE*", string("so"), "The type of the files of shared libraries.", package=SYSTEM, export=False)


class Library(NamedTuple):
    """A library that `load` has loaded: what it was named, and what ctypes knows of it."""

    name: str
    shown: Any
    loaded: Any


_LIBRARIES: list[Library] = []
"""The newest first: it is asked first."""
_PROCESS = ctypes.CDLL(None)
epoch = 0
"""Changes whenever an address may be another than before."""


def load_library(file: Any, name: str) -> None:
    """Load the library of C in the file *name*, which a program gave as *file*; once more, if it was loaded before."""
    global epoch
    # A name without directory that is no file here is one that the system looks for.
    path = name if os.path.exists(name) or _has_directory(file) else os.path.basename(name)
    _forget(path)
    try:
        loaded = ctypes.CDLL(path)
    except OSError as problem:
        error("FILE-ERROR", "Foreign loading ~a failed: ~a", string(name), string(str(problem)), pathname=file)
    _LIBRARIES.insert(0, Library(path, string(path), loaded))
    epoch += 1


def _has_directory(file: Any) -> bool:
    from acl.builtins.pathnames import to_pathname

    return to_pathname(file).directory is not None


def _forget(name: str) -> bool:
    """Close the library *name*; return true if it was loaded."""
    global epoch
    from _ctypes import dlclose

    for library in _LIBRARIES:
        if library.name == name or os.path.basename(library.name) == name:
            _LIBRARIES.remove(library)
            dlclose(library.loaded._handle)
            epoch += 1
            return True
    return False


@builtin("UNLOAD-FOREIGN-LIBRARY", "library", package=FF)
def _unload_foreign_library(library: Any) -> Any:
    """Unload the foreign LIBRARY, named as it was loaded or as in `list-all-foreign-libraries`; its functions go."""
    from acl.builtins.pathnames import native_namestring

    if not _forget(library.text() if is_string(library) else native_namestring(library)) and not _forget(
            native_namestring(library)):
        error("FILE-ERROR", "~a is not a foreign library that is loaded.", library, pathname=library)
    return T


@builtin("LIST-ALL-FOREIGN-LIBRARIES", "&key return-structs", package=FF)
def _list_all_foreign_libraries(*, return_structs: Any = None) -> Any:
    """Return the names of the foreign libraries that are loaded, the newest first."""
    from acl.builtins.pathnames import to_pathname

    return from_iterable(to_pathname(library.shown) for library in _LIBRARIES)


def find_address(name: str) -> int:
    """Return the address of C's function or variable *name*, 0 if no library has it."""
    for loaded in (*(library.loaded for library in _LIBRARIES), _PROCESS):
        try:
            return ctypes.cast(loaded[name], ctypes.c_void_p).value or 0
        except AttributeError:
            continue
    return 0


def entry_point(name: str) -> int:
    """Return the address of C's function or variable *name*; signals an error if no library has it."""
    address = find_address(name)
    if not address:
        error("ERROR", "The foreign entry point ~s is not known; is its library loaded?", string(name))
    return address


def foreign_name(symbol: Any, converter: Any, language: Any) -> str:
    """Return C's name for the Lisp name *symbol*: *converter* if it is a string, else what the function makes of it."""
    if is_string(converter):
        return str(converter.text())
    if converter is not None:
        return str(FUNCTIONS[key_of(converter)](symbol, keyword("LANGUAGE"), language).text())
    if is_string(symbol):
        return str(symbol.text())
    if type(symbol) is not Symbol:
        wrong_type(symbol, "SYMBOL")
    return str(symbol.name.lower().replace("-", "_"))


@builtin("CONVERT-FOREIGN-NAME", "name &key (language :c)", package=FF)
def _convert_foreign_name(name: Any, *, language: Any = None) -> Any:
    """Return C's name for the Lisp NAME: in lower case, with _ for -; a string is one already."""
    return string(foreign_name(name, None, language))


builtin("CONVERT-TO-LANG", "name &key (language :c)", package=FF)(_convert_foreign_name)


@builtin("GET-ENTRY-POINT", "name &key note-shared-library-references", package=FF)
def _get_entry_point(name: Any, *, note_shared_library_references: Any = None) -> Any:
    """Return the address of C's function or variable NAME, a string; NIL if no library has it."""
    if not is_string(name):
        wrong_type(name, "STRING")
    return find_address(name.text()) or None


builtin("GET-EXTERN-CODE-ADDRESS", "name &key note-shared-library-references", package=FF)(_get_entry_point)
builtin("GET-EXTERN-DATA-ADDRESS", "name &key note-shared-library-references", package=FF)(_get_entry_point)


@builtin("GET-ENTRY-POINTS", "names addresses", package=FF)
def _get_entry_points(names: Any, addresses: Any) -> Any:
    """Store the addresses of the entry points NAMES, a sequence, in the vector ADDRESSES; true if all were found."""
    found = [find_address(n.text()) if is_string(n) else wrong_type(n, "STRING") for n in all_items(names)]
    set_items(addresses, 0, found)
    return T if all(found) else None


@builtin("REMOVE-ENTRY-POINT", "name", package=FF)
def _remove_entry_point(name: Any) -> Any:
    """Forget the address of the entry point NAME: the next call of it looks again."""
    global epoch
    epoch += 1


builtin("REMOVE-EXTERN-CODE-ADDRESS", "name", package=FF)(_remove_entry_point)
builtin("REMOVE-EXTERN-DATA-ADDRESS", "name", package=FF)(_remove_entry_point)


@builtin("GET-SHARED-LIBRARY-NAME", "", package=EXCL)
def _get_shared_library_name() -> Any:
    """Return the file name of the program that Lisp runs in, which holds it as Allegro's shared library does."""
    import sys

    return string(os.path.realpath(sys.executable))


@builtin("GET-SHARED-LIBRARY-HANDLE", "", package=EXCL)
def _get_shared_library_handle() -> int:
    """Return 0: Lisp is in the program itself."""
    return 0
