"""Pathnames (CLHS chapter 19)."""

from __future__ import annotations

import os
from typing import Any

from acl.builtins.declare import builtin, predicate, variable
from acl.streams.arrays import string_text
from acl.streams.base import Stream
from acl.types.array import GeneralArray, SimpleString, string, type_error
from acl.types.base import wrong_type
from acl.types.cons import Cons, from_iterable, lisp_list, to_list
from acl.types.pathname import (
    ABSOLUTE,
    BACK,
    LOGICAL_HOSTS,
    NEWEST,
    RELATIVE,
    UNSPECIFIC,
    UP,
    WILD,
    WILD_INFERIORS,
    LogicalPathname,
    NamestringError,
    Pathname,
    Pattern,
    component,
    is_wild,
    native,
    parse_logical,
    parse_namestring,
)
from acl.types.pathname_match import matches, merge, translate
from acl.types.symbol import Symbol, T, cl, keyword

_UNGIVEN: Any = object()

DEFAULTS = variable("*DEFAULT-PATHNAME-DEFAULTS*", Pathname(), "What supplies the missing components of a pathname.")


def _parse(text: str, host: str | None = None, fail: str = "PARSE-ERROR") -> Pathname:
    try:
        return parse_namestring(text, host)
    except NamestringError as e:
        from acl.runtime.conditions import error

        if fail == "TYPE-ERROR":
            error("SIMPLE-TYPE-ERROR", "~a", string(str(e)), datum=string(text), expected_type=cl("LOGICAL-PATHNAME"))
        error(fail, "~a", string(str(e)))
        raise AssertionError from e


def to_pathname(x: Any) -> Pathname:
    """Return the pathname that a designator means: a pathname (also a Python one), a string, or a file stream."""
    if isinstance(x, Pathname):
        return x
    if type(x) is SimpleString:
        return _parse(x.text())
    if type(x) is str:
        return _parse(x)
    if type(x) is GeneralArray and x.is_string():
        return _parse(string_text(x))
    if isinstance(x, Stream):
        path = getattr(x.resolve(), "pathname", None)
        if path is not None:
            return path  # type: ignore[no-any-return]
    if isinstance(x, os.PathLike):  # a Path of a Python program
        from acl.types.pathname import parse_native

        return parse_native(os.fsdecode(x))
    type_error(x, lisp_list(cl("OR"), cl("STRING"), cl("PATHNAME"), cl("FILE-STREAM")))


def defaults() -> Pathname:
    """Return the value of *default-pathname-defaults*."""
    return to_pathname(DEFAULTS.value)


def physical(x: Any) -> Pathname:
    """Return the physical pathname for a designator, merged with the defaults."""
    path = to_pathname(x)
    if isinstance(path, LogicalPathname):
        path = translate_logical(path)
    base = defaults()
    return merge(path, translate_logical(base) if isinstance(base, LogicalPathname) else base, None)


def file_error(path: Any, control: str, *args: Any) -> Any:
    """Signal a file-error about *path*."""
    from acl.runtime.conditions import error

    error("FILE-ERROR", control, *args, pathname=path)


def native_namestring(x: Any) -> str:
    """Return the operating system's name of the file that a designator means; a file-error if it is wild."""
    path = physical(x)
    if any(map(is_wild, (path.name, path.type, *(path.directory or ())))):
        file_error(path, "~s is wild: it does not name one file.", path)
    return native(path)


# Components


def to_lisp(x: Any) -> Any:
    """Return a component as Lisp has it."""
    return SimpleString(str(x)) if isinstance(x, str) else x


_CASE_COMMON = keyword("COMMON")


def _common_case(x: Any) -> Any:
    if isinstance(x, str):
        changed = x.lower() if x.isupper() else x.upper() if x.islower() else x
        return type(x)(changed)
    return x


def _accessor(name: str, attribute: str, doc: str, cased: bool) -> None:
    def get(pathname: Any, *, case: Any = None) -> Any:
        path = to_pathname(pathname)
        x = getattr(path, attribute)
        if case is _CASE_COMMON and not isinstance(path, LogicalPathname):
            x = tuple(map(_common_case, x)) if type(x) is tuple else _common_case(x)
        return from_iterable(map(to_lisp, x)) if type(x) is tuple else to_lisp(x)

    get.__doc__ = doc
    builtin(name, "pathname &key (case :local)")(get)


_accessor("PATHNAME-HOST", "host", "Return the host of PATHNAME: the name of a logical host, or NIL.", True)
_accessor("PATHNAME-DEVICE", "device", "Return the device of PATHNAME.", True)
_accessor("PATHNAME-DIRECTORY", "directory",
          "Return the directory of PATHNAME: a list that begins with :ABSOLUTE or :RELATIVE, or NIL.", True)
_accessor("PATHNAME-NAME", "name", "Return the name of PATHNAME: a string, :WILD or NIL.", True)
_accessor("PATHNAME-TYPE", "type", "Return the type of PATHNAME: a string, :WILD or NIL.", True)


@builtin("PATHNAME-VERSION", "pathname")
def pathname_version(pathname: Any) -> Any:
    """Return the version of PATHNAME."""
    return to_pathname(pathname).version


@predicate("PATHNAMEP", "object")
def pathnamep(x: Any) -> bool:
    """Return true if OBJECT is a pathname."""
    return isinstance(x, Pathname)


@builtin("PATHNAME", "pathspec")
def pathname_function(pathspec: Any) -> Any:
    """Return the pathname that PATHSPEC, a string, pathname or file stream, denotes."""
    return to_pathname(pathspec)


def _component_from_lisp(x: Any, common: bool, logical: bool) -> Any:
    """Return a name, type or element of a directory that a program gave."""
    if x is None or type(x) is Symbol or type(x) is int:
        return x
    text = string_text(x)
    if logical:
        text = text.upper()
        return WILD if text == "*" else Pattern(text) if "*" in text else text
    if common:
        text = _common_case(text)
    found = component(text) if "*" in text or "?" in text else text
    return found if found is WILD or isinstance(found, Pattern) else text


_DIRECTORY_SYMBOLS = {keyword(k) for k in ("UP", "BACK", "WILD", "WILD-INFERIORS", "HOME")}


def _directory_from_lisp(x: Any, common: bool, logical: bool) -> Any:
    if x is None or x is UNSPECIFIC:
        return None
    if x is WILD:
        return ABSOLUTE, WILD_INFERIORS
    if type(x) is not Cons:
        return ABSOLUTE, _component_from_lisp(x, common, logical)
    head, *rest = to_list(x)
    if head is not ABSOLUTE and head is not RELATIVE:
        type_error(head, lisp_list(cl("MEMBER"), ABSOLUTE, RELATIVE))
    parts = [head]
    for item in rest:
        if type(item) is Symbol:
            if item not in _DIRECTORY_SYMBOLS:
                type_error(item, cl("STRING"))
            if item in (UP, BACK) and parts[-1] in (ABSOLUTE, WILD_INFERIORS):
                file_error(Pathname(directory=tuple(parts)), "~s cannot follow ~s in a directory.", item, parts[-1])
            parts.append(item)
        else:
            parts.append(_component_from_lisp(item, common, logical))
    return tuple(parts)


def _host_from_lisp(host: Any) -> str | None:
    """Return the logical host that a program named, None for the host of the file system."""
    if host is None or host is UNSPECIFIC:
        return None
    name = string_text(host).upper()
    if not name:
        return None
    if name not in LOGICAL_HOSTS:
        from acl.runtime.conditions import error

        error("SIMPLE-ERROR", "~s is not a logical host.", host)
    return name


@builtin("MAKE-PATHNAME", "&key host device directory name type version defaults (case :local)")
def make_pathname(*, host: Any = _UNGIVEN, device: Any = _UNGIVEN, directory: Any = _UNGIVEN, name: Any = _UNGIVEN,
                  type: Any = _UNGIVEN, version: Any = _UNGIVEN, defaults: Any = _UNGIVEN, case: Any = None) -> Any:
    """Return a pathname of the components given, the others taken from DEFAULTS."""
    common = case is _CASE_COMMON
    if defaults is _UNGIVEN or defaults is None:
        base = to_pathname(DEFAULTS.value)
        base = (LogicalPathname if isinstance(base, LogicalPathname) else Pathname)(host=base.host)
    else:
        base = to_pathname(defaults)
    new_host = base.host if host is _UNGIVEN else _host_from_lisp(host)
    logical = new_host is not None
    common = common and not logical
    parts: dict[str, Any] = {"host": new_host, "device": base.device if device is _UNGIVEN else to_device(device)}
    if logical and parts["device"] is None:
        parts["device"] = UNSPECIFIC
    elif not logical and device is _UNGIVEN and isinstance(base, LogicalPathname):
        parts["device"] = None
    parts["directory"] = (base.directory if directory is _UNGIVEN
                          else _directory_from_lisp(directory, common, logical))
    for key, value in (("name", name), ("type", type)):
        parts[key] = getattr(base, key) if value is _UNGIVEN else _component_from_lisp(value, common, logical)
    parts["version"] = version
    if version is _UNGIVEN:
        parts["version"] = base.version if name is _UNGIVEN or base.version is not None else None
    return (LogicalPathname if logical else Pathname)(**parts)


def to_device(x: Any) -> Any:
    """Return a device as a pathname keeps it."""
    return x if x is None or type(x) is Symbol else string_text(x)


# Namestrings


@builtin("NAMESTRING", "pathname")
def namestring(pathname: Any) -> Any:
    """Return PATHNAME as a string."""
    return SimpleString(to_pathname(pathname).namestring())


@builtin("FILE-NAMESTRING", "pathname")
def file_namestring(pathname: Any) -> Any:
    """Return name, type and version of PATHNAME as a string."""
    return SimpleString(to_pathname(pathname).file_namestring())


@builtin("DIRECTORY-NAMESTRING", "pathname")
def directory_namestring(pathname: Any) -> Any:
    """Return the directory of PATHNAME as a string."""
    return SimpleString(to_pathname(pathname).directory_namestring())


@builtin("HOST-NAMESTRING", "pathname")
def host_namestring(pathname: Any) -> Any:
    """Return the host of PATHNAME as a string."""
    return SimpleString(to_pathname(pathname).host or "")


@builtin("ENOUGH-NAMESTRING", "pathname &optional (defaults *default-pathname-defaults*)")
def enough_namestring(pathname: Any, default: Any = None) -> Any:
    """Return a string that, merged with DEFAULTS, gives PATHNAME again, and is no longer than necessary."""
    path = to_pathname(pathname)
    base = to_pathname(default) if default is not None else defaults()
    return SimpleString(enough(path, base).namestring() if type(path) is Pathname else path.namestring())


def enough(path: Pathname, base: Pathname) -> Pathname:
    """Return *path* without what *base* supplies."""
    directory = path.directory
    if directory is not None and base.directory is not None and directory[:len(base.directory)] == base.directory:
        rest = directory[len(base.directory):]
        directory = (RELATIVE, *rest) if rest else None
    return path.replace(directory=directory)


@builtin("PARSE-NAMESTRING", "thing &optional host (default-pathname *default-pathname-defaults*) "
                             "&key (start 0) end junk-allowed", values=True)
def parse_namestring_function(thing: Any, host: Any = None, default: Any = None, *, start: Any = 0, end: Any = None,
                              junk_allowed: Any = None) -> tuple[Any, ...]:
    """Return the pathname that THING, a string, pathname or file stream, denotes, and where parsing stopped.

    Only the part from START to END of a string is parsed.  HOST is a logical host that it must belong to.
    """
    from acl.builtins.streams.output import bounded_text

    logical = _host_from_lisp(host)
    if type(thing) is not SimpleString and not (type(thing) is GeneralArray and thing.is_string()):
        path = to_pathname(thing)
        if host is not None and path.host != logical:
            from acl.runtime.conditions import error

            error("SIMPLE-ERROR", "The host of ~s is not ~s.", thing, host)
        return path, start
    text = bounded_text(thing, start, end)
    if logical is None and host is None:
        base = to_pathname(default) if default is not None else defaults()
        logical = base.host if isinstance(base, LogicalPathname) else None
    stop = start + len(text)
    if junk_allowed is not None:
        try:
            return parse_namestring(text, logical), stop
        except NamestringError as e:
            return None, start + e.position
    return _parse(text, logical), stop


@builtin("MERGE-PATHNAMES", "pathname &optional (default-pathname *default-pathname-defaults*) "
                            "(default-version :newest)")
def merge_pathnames(pathname: Any, default: Any = None, version: Any = NEWEST) -> Any:
    """Return PATHNAME with the components that it lacks taken from DEFAULT-PATHNAME, relative directories put below."""
    base = to_pathname(default) if default is not None else defaults()
    if isinstance(base, LogicalPathname) and (type(pathname) is SimpleString or type(pathname) is GeneralArray):
        path = _parse(string_text(pathname), base.host)
    else:
        path = to_pathname(pathname)
    return merge(path, base, version)


# Wildcards


_FIELDS = {keyword(k): k.lower() for k in ("HOST", "DEVICE", "DIRECTORY", "NAME", "TYPE", "VERSION")}


@predicate("WILD-PATHNAME-P", "pathname &optional field-key")
def wild_pathname_p(pathname: Any, field: Any = None) -> bool:
    """Return true if PATHNAME, or its component FIELD-KEY, is wild."""
    path = to_pathname(pathname)
    if field is None:
        return any(_wild(getattr(path, name)) for name in _FIELDS.values())
    if field not in _FIELDS:
        type_error(field, Cons(cl("MEMBER"), from_iterable(_FIELDS)))
    return _wild(getattr(path, _FIELDS[field]))


def _wild(x: Any) -> bool:
    return any(map(is_wild, x)) if type(x) is tuple else is_wild(x)


@predicate("PATHNAME-MATCH-P", "pathname wildcard")
def pathname_match_p(pathname: Any, wildcard: Any) -> bool:
    """Return true if PATHNAME matches WILDCARD, whose missing components match everything."""
    return matches(to_pathname(pathname), to_pathname(wildcard))


@builtin("TRANSLATE-PATHNAME", "source from-wildcard to-wildcard &key")
def translate_pathname(source: Any, from_wildcard: Any, to_wildcard: Any) -> Any:
    """Return SOURCE translated: what matches the wildcards of FROM-WILDCARD takes the place of those of TO-WILDCARD."""
    path, pattern, target = to_pathname(source), to_pathname(from_wildcard), to_pathname(to_wildcard)
    result = translate(path, pattern, target)
    if result is None:
        from acl.runtime.conditions import error

        error("SIMPLE-ERROR", "~s does not match ~s.", path, pattern)
    return result


# Logical pathnames


@builtin("LOGICAL-PATHNAME", "pathspec")
def logical_pathname(pathspec: Any) -> Any:
    """Return the logical pathname that PATHSPEC, a string, logical pathname or stream, denotes."""
    if isinstance(pathspec, Pathname):
        path = pathspec
    elif type(pathspec) is SimpleString or type(pathspec) is GeneralArray:
        path = _parse(string_text(pathspec), None, "TYPE-ERROR")
    elif isinstance(pathspec, Stream):
        path = getattr(pathspec.resolve(), "pathname", None)  # type: ignore[assignment]
    else:
        wrong_type(pathspec, "LOGICAL-PATHNAME")
    if not isinstance(path, LogicalPathname):
        wrong_type(pathspec, "LOGICAL-PATHNAME")
    return path


def _logical_host(host: Any) -> str:
    name = string_text(host).upper()
    if name not in LOGICAL_HOSTS:
        from acl.runtime.conditions import error

        error("SIMPLE-ERROR", "~s is not a logical host.", host)
    return name


@builtin("LOGICAL-PATHNAME-TRANSLATIONS", "host")
def logical_pathname_translations(host: Any) -> Any:
    """Return the translations of the logical HOST: a list of lists (pattern target).  SETF defines the host."""
    return from_iterable([lisp_list(*pair) for pair in LOGICAL_HOSTS[_logical_host(host)]])


@builtin("LOGICAL-PATHNAME-TRANSLATIONS", "new host", setf=True)
def set_logical_pathname_translations(new: Any, host: Any) -> Any:
    """Define the logical HOST with the translations NEW."""
    name = string_text(host).upper()
    if not name or not name.replace("-", "").isalnum():
        from acl.runtime.conditions import error

        error("SIMPLE-ERROR", "~s cannot be the name of a logical host.", host)
    old = LOGICAL_HOSTS.get(name)
    LOGICAL_HOSTS.setdefault(name, [])
    try:
        pairs: list[Any] = []
        for rule in to_list(new):
            source, target, *_ = [*to_list(rule), None, None]
            if target is None:
                from acl.runtime.conditions import error

                error("SIMPLE-ERROR", "~s is no translation: it is not a list of a pattern and a target.", rule)
            pattern = source if isinstance(source, Pathname) else _parse(string_text(source), name)
            pairs.append((pattern, to_pathname(target)))
        LOGICAL_HOSTS[name] = old = pairs
    finally:
        if old is None:
            del LOGICAL_HOSTS[name]
    return new


@builtin("LOAD-LOGICAL-PATHNAME-TRANSLATIONS", "host")
def load_logical_pathname_translations(host: Any) -> Any:
    """Define the logical HOST from its site file if it is not defined; return true if that was done.

    The file is `HOST.translations` in the directory ~/.acl/hosts; it holds one form, whose value are the translations.
    """
    name = string_text(host).upper()
    if name in LOGICAL_HOSTS:
        return None
    path = os.path.expanduser(f"~/.acl/hosts/{name.lower()}.translations")
    if not os.path.exists(path):
        from acl.runtime.conditions import error

        error("SIMPLE-ERROR", "There are no translations for the logical host ~s.", host)
    from acl.types.function import fdefinition

    with open(path, encoding="utf-8") as file:
        text = string(file.read())
    value = fdefinition(cl("EVAL"))(fdefinition(cl("READ-FROM-STRING"))(text))
    set_logical_pathname_translations(value, host)
    return T


def translate_logical(path: Pathname) -> Pathname:
    """Return the physical pathname of a logical one."""
    for _ in range(100):
        if not isinstance(path, LogicalPathname):
            return path
        for pattern, target in LOGICAL_HOSTS.get(path.host, ()):
            if matches(path, pattern):
                result = translate(path, pattern, target)
                assert result is not None
                path = result
                break
        else:
            file_error(path, "There is no translation for ~s.", path)
    file_error(path, "The translations of ~s do not end.", path)
    raise AssertionError


@builtin("TRANSLATE-LOGICAL-PATHNAME", "pathname &key")
def translate_logical_pathname(pathname: Any) -> Any:
    """Return the physical pathname for PATHNAME, by the translations of its logical host."""
    return translate_logical(to_pathname(pathname))


@builtin("USER-HOMEDIR-PATHNAME", "&optional host")
def user_homedir_pathname(host: Any = None) -> Any:
    """Return the pathname of the user's home directory."""
    from acl.types.pathname import parse_native

    return parse_native(os.path.expanduser("~"), directory=True)


__all__ = ["native_namestring", "parse_logical", "physical", "to_pathname"]
