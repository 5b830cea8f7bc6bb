"""Modules: `require` and `provide` (CLHS 24), and where their files are found."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

from acl.builtins.declare import builtin, variable
from acl.builtins.loading import FASL_TYPE, compile_file, find_file, load
from acl.builtins.pathnames import native_namestring
from acl.compiler import fasl
from acl.runtime.conditions import error
from acl.types.array import string
from acl.types.cons import Cons, from_iterable, to_list
from acl.types.symbol import SYSTEM, T

MODULES = variable("*MODULES*", None, "Names of the modules that have been provided.")
SEARCH_LIST = variable("*REQUIRE-SEARCH-LIST*", None,
                       "Directories in which `require` looks for the file of a module; those of the environment "
                       "variable ACL_MODULES, separated by colons, come after them.", package=SYSTEM)

_BUILT_IN = frozenset(["SOCK", "PROCESS", "OSI", "LOOP", "FORMAT", "STREAMC", "SIMPLE-STREAMS", "EXCL", "ACLDNS",
                       "CLTL1", "MOP", "GRAY-COMPAT", "IODEFS", "REGEXP2", "REGEXP", "MD5", "SHA1", "BASE64",
                       "SMPUTIL", "PROCESS-POOL", "SMP", "ACL-TESTING", "UTIL-STRING", "FOREIGN", "FFCOMPAT", "DEFTYPE",
                       "LOCALE", "DATETIME", "UNICODE-CASE", "DEBUG", "INSPECT", "SHELL",
                       "SASL", "AUTOZOOM", "TRACE", "STREAMP", "PPRINT", "DISASM", "DEFSUBST", "SOCKET", "EFMACS",
                       "DEFSYS", "LLDB"])
_SYSTEM_FILES = {"ASDF": ("/usr/share/common-lisp/source/cl-asdf/build/asdf.lisp",
                          "/usr/local/share/common-lisp/source/asdf/build/asdf.lisp")}
"""Where systems keep the files of modules that did not come with acl."""


def _module_name(name: Any) -> str:
    from acl.reader.designators import name_text

    return name_text(name)


@builtin("PROVIDE", "module-name")
def provide(name: Any) -> Any:
    """Note that the module MODULE-NAME is there."""
    text = _module_name(name)
    modules = MODULES.value
    if not any(m.text() == text for m in to_list(modules)):
        MODULES.value = Cons(string(text), modules)
    return T


@builtin("REQUIRE", "module-name &optional pathnames")
def require(name: Any, pathnames: Any = None) -> Any:
    """Load the module MODULE-NAME, from PATHNAMES if they are given, unless it is there.

    Without PATHNAMES it is a part of acl, or a file in one of the directories of `sys:*require-search-list*` or in a
    folder in one of them: NAME.fasl or NAME.cl, the name in lower case, or the file load.cl of a folder called NAME; or
    the system's copy (of ASDF).  Sources but load.cl are compiled once, into the user's cache.
    """
    text = _module_name(name)
    key = text.upper()
    if any(m.text().upper() == key for m in to_list(MODULES.value)):
        return None
    if pathnames is not None:
        for each in to_list(pathnames) if type(pathnames) is Cons else [pathnames]:
            load(each)
        return T
    if key in _LOADERS:
        _LOADERS[key]()
    elif key not in _BUILT_IN:
        _load_file(name, text)
    provide(name)
    return T


def require_if_there(name: Any) -> None:
    """Load the module *name* unless that is done, if it can be found in the directories of modules."""
    text = _module_name(name).lower()
    if any(find_file(place) for directory in _directories() for place in _places(directory, text)):
        require(name)


def _directories() -> list[str]:
    """Return the names of the directories in which modules are looked for."""
    given = [native_namestring(directory) for directory in to_list(SEARCH_LIST.value)]
    return [*given, *filter(None, os.environ.get("ACL_MODULES", "").split(os.pathsep))]


def _places(directory: str, name: str) -> Iterator[str]:
    """Yield what may be the module *name* in *directory*, without type; the folder of that name comes first."""
    yield os.path.join(directory, name)
    yield os.path.join(directory, name, name)
    yield os.path.join(directory, name, "load")
    try:
        folders = sorted(os.listdir(directory))
    except OSError:
        return
    for folder in folders:
        yield os.path.join(directory, folder, name)


def _load_file(name: Any, text: str) -> None:
    module = text.lower()
    for directory in _directories():
        for place in _places(directory, module):
            path = find_file(place)
            if path is None:
                continue
            if path.endswith(f".{FASL_TYPE.value.text()}") or os.path.basename(place) == "load" != module:
                load(string(path))
            else:
                _load_compiled(path)
            return
    path = next(filter(os.path.isfile, _SYSTEM_FILES.get(text.upper(), ())), None)
    if path is None:
        error("FILE-ERROR", "There is no module ~s, neither in acl nor in the directories ~s.", name,
              from_iterable(string(x) for x in _directories()), pathname=string(module))
        return
    _load_compiled(path)


def _load_compiled(path: str) -> None:
    """Load the compiled file of the source *path* in the user's cache, made before if need be."""
    from binascii import crc32

    from acl.bytecode import cache_directory

    cache = cache_directory()
    if cache is None:
        load(string(path))
        return
    directory = os.path.join(cache, fasl.cache_name())
    stem, _ = os.path.splitext(os.path.basename(path))
    target = os.path.join(directory, f"{stem}-{crc32(os.path.abspath(path).encode()):08x}.fasl")
    try:
        if not _is_fresh(target, path):
            os.makedirs(directory, exist_ok=True)
            compile_file(string(path), output_file=string(target))
    except OSError:  # there is no place to write
        target = path
    load(string(target))


def _is_fresh(target: str, source: str) -> bool:
    """True if the compiled file *target* exists and is newer than *source*."""
    return os.path.isfile(target) and os.path.getmtime(target) >= os.path.getmtime(source)


def _load_ssl() -> None:
    from acl.ssl.library import ssl

    ssl()


_LOADERS: dict[str, Callable[[], None]] = {"SSL": _load_ssl}
"""How parts of acl are loaded that `require` has to load, by upper-case module name."""
