"""Files (CLHS chapter 20), and Allegro's functions on directories."""

from __future__ import annotations

import os
from typing import Any

from acl.builtins.declare import builtin, predicate
from acl.builtins.pathnames import file_error, native_namestring, physical, to_pathname
from acl.builtins.streams.files import os_fault
from acl.streams.base import STANDARD_OUTPUT, Stream
from acl.types.array import SimpleString
from acl.types.base import UNIX_EPOCH
from acl.types.cons import from_iterable
from acl.types.pathname import (
    ABSOLUTE,
    BACK,
    UP,
    WILD,
    WILD_INFERIORS,
    LogicalPathname,
    Pathname,
    is_wild,
    native,
    parse_native,
)
from acl.types.pathname_match import match_component, merge
from acl.types.symbol import EXCL, OSI, SYSTEM, T


def _truename(name: str, like: Any = None) -> Pathname:
    """Return the truename of an existing file: in the form of a directory if *name* ends like one."""
    return parse_native(os.path.realpath(name), directory=name.endswith("/") or name in (".", "..", ""))


def _stream_path(x: Any) -> str | None:
    """Return the name of the file that a file stream really writes or reads."""
    if isinstance(x, Stream):
        stream = x.resolve()
        temporary = getattr(stream, "temporary", None)
        if stream.is_open and temporary is not None:
            return str(temporary)
        path = getattr(stream, "path", None)
        return None if path is None else str(path)
    return None


def _existing(x: Any) -> tuple[str, str] | None:
    """Return the names, as it is opened and as it is called, of the file that *x* designates; None if not there."""
    name = native_namestring(x)
    real = _stream_path(x) or name
    try:
        os.stat(real or ".")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as e:
        if isinstance(e, OSError):
            os_fault(e, to_pathname(x))
        return None
    return real, name


@builtin("PROBE-FILE", "pathspec &key follow-symlinks", values=False)
def probe_file(pathspec: Any, *, follow_symlinks: Any = T) -> Any:
    """Return the truename of the file PATHSPEC, NIL if there is none."""
    found = _existing(pathspec)
    return None if found is None else _truename(found[1] or "./")


@builtin("TRUENAME", "filespec &key follow-symlinks")
def truename(filespec: Any, *, follow_symlinks: Any = T) -> Any:
    """Return the absolute pathname of the existing file FILESPEC, symbolic links resolved."""
    found = _existing(filespec)
    if found is None:
        path = to_pathname(filespec)
        os_fault(FileNotFoundError(2, ""), path)
        raise AssertionError
    return _truename(found[1] or "./")


@builtin("PATHNAME-RESOLVE-SYMBOLIC-LINKS", "pathname", package=EXCL)
def _resolve_symbolic_links(pathname: Any) -> Any:
    """Return PATHNAME with symbolic links replaced by what they lead to; what does not exist stays as it is."""
    return _truename(native_namestring(pathname) or "./")


@builtin("FILE-WRITE-DATE", "pathspec")
def file_write_date(pathspec: Any) -> Any:
    """Return the universal time when the file PATHSPEC was last written."""
    name = _stream_path(pathspec) or native_namestring(pathspec)
    try:
        return int(os.stat(name).st_mtime) + UNIX_EPOCH
    except OSError as e:
        return os_fault(e, to_pathname(pathspec))


@builtin("FILE-AUTHOR", "pathspec")
def file_author(pathspec: Any) -> Any:
    """Return the name of the owner of the file PATHSPEC, NIL if it is not known."""
    import pwd

    name = _stream_path(pathspec) or native_namestring(pathspec)
    try:
        return SimpleString(pwd.getpwuid(os.stat(name).st_uid).pw_name)
    except KeyError:
        return None
    except OSError as e:
        return os_fault(e, to_pathname(pathspec))


@builtin("DELETE-FILE", "filespec &key if-does-not-exist")
def delete_file(filespec: Any, *, if_does_not_exist: Any = T) -> Any:
    """Delete the file FILESPEC and return true; signal a FILE-ERROR if that is impossible."""
    name = native_namestring(filespec)
    if isinstance(filespec, Stream) and filespec.is_open:
        filespec.close()
    try:
        os.unlink(name)
    except OSError as e:
        if isinstance(e, FileNotFoundError) and if_does_not_exist is None:
            return None
        os_fault(e, to_pathname(filespec))
    return T


@builtin("RENAME-FILE", "filespec new-name &key (if-exists :overwrite)", values=True)
def rename_file(filespec: Any, new_name: Any, *, if_exists: Any = None) -> tuple[Any, ...]:
    """Rename the file FILESPEC to NEW-NAME, whose missing components are taken from it.

    Return the new name, and the truename before and after.
    """
    old = to_pathname(filespec)
    old_name = native_namestring(filespec)
    new = merge(to_pathname(new_name), old)
    if not isinstance(new, LogicalPathname):
        new = merge(new, physical(filespec), None)
    new_native = native_namestring(new)
    try:
        before = _truename(old_name)
        os.rename(old_name, new_native)
    except OSError as e:
        os_fault(e, old)
    return new, before, _truename(new_native)


@builtin("RENAME-FILE-RAW", "from to", package=EXCL)
def rename_file_raw(old: Any, new: Any) -> Any:
    """Give the file FROM exactly the name TO, in place of a file that has it; return true."""
    try:
        os.replace(native_namestring(old), native_namestring(new))
    except OSError as e:
        os_fault(e, to_pathname(old))
    return T


@builtin("ENSURE-DIRECTORIES-EXIST", "pathspec &key verbose mode", values=True)
def ensure_directories_exist(pathspec: Any, *, verbose: Any = None, mode: Any = 0o777) -> tuple[Any, ...]:
    """Make the directories of PATHSPEC that do not exist; return PATHSPEC, and whether any were made."""
    path = physical(pathspec)
    if any(map(is_wild, path.directory or ())):
        file_error(path, "~s has a wild directory.", path)
    name = native(path.replace(name=None, type=None)).rstrip("/")
    made = []
    while name and not os.path.isdir(name):
        made.append(name)
        name = os.path.dirname(name)
    for each in reversed(made):
        try:
            os.mkdir(each, mode if type(mode) is int else 0o777)
        except FileExistsError:
            pass
        except OSError as e:
            os_fault(e, parse_native(each, True))
        if verbose is not None:
            from acl.streams.base import output_stream

            output_stream().write_str(f";; Directory {each} created.\n")
    return pathspec, T if made else None


# Listing


@builtin("DIRECTORY", "pathspec &key (directories-are-files t) (follow-symbolic-links t) &allow-other-keys")
def directory(pathspec: Any, *, directories_are_files: Any = T, follow_symbolic_links: Any = T) -> Any:
    """Return the truenames of all files that match PATHSPEC.

    A PATHSPEC without name and type means all files of the directory.  Directories among the files are given in the
    form of files, or with DIRECTORIES-ARE-FILES NIL in that of directories.  With FOLLOW-SYMBOLIC-LINKS NIL
    the names of symbolic links are given, not what they point to.
    """
    path = physical(pathspec)
    name, kind = path.name, path.type
    if name is None and kind is None:
        name = kind = WILD
    found: dict[Any, None] = {}
    for folder in folders_of(path):
        _list_folder(folder, name, kind, directories_are_files is None, follow_symbolic_links is not None, found)
    return from_iterable(found)


def folders_of(path: Pathname) -> list[str]:
    """Return the operating system's names, each with a slash at the end, of the directories that *path* is in."""
    _check_directory(path)
    head, *parts = path.directory if path.directory is not None else ((ABSOLUTE, *_cwd_parts()))
    return _walk("/" if head is ABSOLUTE else "./", parts)


def _cwd_parts() -> list[str]:
    return [p for p in os.getcwd().split("/") if p]


def _check_directory(path: Pathname) -> None:
    previous: Any = None
    for part in path.directory or ():
        if (part is UP or part is BACK) and previous in (ABSOLUTE, WILD_INFERIORS):
            file_error(path, "~s cannot follow ~s in a directory.", part, previous)
        previous = part


def _walk(folder: str, parts: list[Any]) -> list[str]:
    """Return the directories that *parts* mean below *folder*."""
    if not parts:
        return [folder]
    first, rest = parts[0], parts[1:]
    if first is WILD_INFERIORS:
        result = _walk(folder, rest)
        for name in _subfolders(folder):
            if not os.path.islink(folder + name):
                result += _walk(folder + name + "/", parts)
        return result
    if is_wild(first):
        result = []
        for name in _subfolders(folder):
            if match_component(first, name) is not None:
                result += _walk(folder + name + "/", rest)
        return result
    literal = ".." if first is UP or first is BACK else str(first) if isinstance(first, str) else "."
    if literal == "~":
        return _walk(os.path.expanduser("~") + "/", rest)
    below = folder + literal + "/"
    return _walk(below, rest) if os.path.isdir(below) else []


def _entries(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def _subfolders(folder: str) -> list[str]:
    return [name for name in _entries(folder) if os.path.isdir(folder + name)]


def _list_folder(folder: str, name: Any, kind: Any, as_folders: bool, follow: bool, found: dict[Any, None]) -> None:
    if not is_wild(name) and not is_wild(kind):
        file = native(Pathname(name=name, type=kind))
        candidates = [file] if os.path.lexists(folder + file) else []
    else:
        candidates = [entry for entry in _entries(folder) if entry_matches(entry, name, kind)]
    for entry in candidates:
        full = folder + entry
        real = os.path.realpath(full) if follow else os.path.join(os.path.realpath(folder), entry)
        found[parse_native(real, directory=as_folders and os.path.isdir(real))] = None


def entry_matches(entry: str, name: Any, kind: Any) -> bool:
    """True if the entry of a directory matches *name* and *kind*, the name and the type of a pathname."""
    path = parse_native(entry)
    if name is None and path.name is not None:
        return False
    if kind is None and path.type is not None:
        return False
    return match_component(name, path.name) is not None and match_component(kind, path.type) is not None


# Allegro's functions


def tell(line: str) -> None:
    """Write what is being done to *standard-output*."""
    STANDARD_OUTPUT.value.write_str(line + "\n")


@builtin("CURRENT-DIRECTORY", "", package=EXCL)
def current_directory() -> Any:
    """Return the pathname of the directory the process is in."""
    return parse_native(os.getcwd(), directory=True)


@builtin("CHDIR", "&optional directory", package=EXCL)
def chdir(directory: Any = None) -> Any:
    """Make DIRECTORY, the home directory if not given, the directory of the process; return its pathname."""
    name = os.path.expanduser("~") if directory is None else native_namestring(directory)
    try:
        os.chdir(name or ".")
    except OSError as e:
        os_fault(e, parse_native(name))
    return current_directory()


@builtin("MAKE-DIRECTORY", "pathname &optional mode", package=EXCL)
def make_directory(pathname: Any, mode: Any = 0o777) -> Any:
    """Make the directory PATHNAME; return true."""
    try:
        os.mkdir(native_namestring(pathname), mode)
    except OSError as e:
        os_fault(e, to_pathname(pathname))
    return T


@builtin("DELETE-DIRECTORY", "pathname &key quiet", package=EXCL)
def delete_directory(pathname: Any, *, quiet: Any = None) -> Any:
    """Delete the empty directory PATHNAME; return true."""
    try:
        os.rmdir(native_namestring(pathname))
    except OSError as e:
        if quiet is not None:
            return None
        os_fault(e, to_pathname(pathname))
    return T


@builtin("DELETE-DIRECTORY-AND-FILES", "pathname &key (if-does-not-exist :error) (quiet t) force", package=EXCL)
def delete_directory_and_files(pathname: Any, *, if_does_not_exist: Any = T, quiet: Any = T,
                               force: Any = None) -> Any:
    """Delete the directory PATHNAME and all that is in it; return true.

    With QUIET NIL it is told on *standard-output*.  FORCE makes no difference: that a file is read-only never matters.
    """
    import shutil

    name = native_namestring(pathname)
    if not os.path.isdir(name) and (if_does_not_exist is None or getattr(if_does_not_exist, "name", "") == "IGNORE"):
        return None
    if quiet is None:
        tell(f"; Deleting {name}")
    try:
        shutil.rmtree(name)
    except OSError as e:
        os_fault(e, to_pathname(pathname))
    return T


OSI.export("DELETE-DIRECTORY-AND-FILES")


@builtin("PROBE-DIRECTORY", "pathname", package=EXCL)
def probe_directory(pathname: Any) -> Any:
    """Return the truename of PATHNAME if it is an existing directory, else NIL."""
    name = native_namestring(pathname)
    return parse_native(os.path.realpath(name), directory=True) if os.path.isdir(name or ".") else None


@predicate("FILE-DIRECTORY-P", "pathname", package=EXCL)
def file_directory_p(pathname: Any) -> bool:
    """Return true if PATHNAME is an existing directory."""
    return os.path.isdir(native_namestring(pathname) or ".")


@predicate("SYMBOLIC-LINK-P", "pathname", package=EXCL)
def symbolic_link_p(pathname: Any) -> bool:
    """Return true if PATHNAME is a symbolic link."""
    return os.path.islink(native_namestring(pathname))


@builtin("PATHNAME-AS-DIRECTORY", "pathname", package=EXCL)
def pathname_as_directory(pathname: Any) -> Any:
    """Return PATHNAME in the form of a directory: its name at the end of the directory component."""
    path = to_pathname(pathname)
    if path.name is None and path.type is None:
        return path
    last = native(Pathname(name=path.name, type=path.type))
    base = path.directory if path.directory is not None else (parse_native("./x").directory)
    return path.replace(directory=(*base, last), name=None, type=None, version=None)


@builtin("PATHNAME-AS-FILE", "pathname", package=EXCL)
def pathname_as_file(pathname: Any) -> Any:
    """Return PATHNAME in the form of a file: the last element of its directory as its name."""
    path = to_pathname(pathname)
    parts = path.directory
    if path.name is not None or path.type is not None or not parts or len(parts) < 2 or not isinstance(parts[-1], str):
        return path
    file = parse_native(parts[-1])
    head = parts[:-1]
    return path.replace(directory=None if len(head) == 1 and head[0] is not ABSOLUTE else head, name=file.name,
                        type=file.type)


@builtin("FILE-CONTENTS", "file &key (external-format :default)", package=EXCL)
def file_contents(file: Any, *, external_format: Any = None) -> Any:
    """Return the contents of FILE as a string.  SETF writes the file."""
    from acl.streams.formats import external_format as find

    try:
        with open(native_namestring(file), "rb") as source:
            return SimpleString(find(external_format).decode(source.read(), None, True)[0])
    except OSError as e:
        return os_fault(e, to_pathname(file))


@builtin("FILE-CONTENTS", "new file &key (external-format :default)", package=EXCL, setf=True)
def set_file_contents(new: Any, file: Any, *, external_format: Any = None) -> Any:
    """Make the string NEW the contents of FILE."""
    from acl.streams.arrays import string_text
    from acl.streams.formats import external_format as find

    octets = find(external_format).encode(string_text(new))
    try:
        with open(native_namestring(file), "wb") as sink:
            sink.write(octets)
    except OSError as e:
        os_fault(e, to_pathname(file))
    return new


@builtin("MAKE-TEMP-FILE-NAME", '&optional (prefix "temp") (directory "/tmp/")', package=SYSTEM)
def make_temp_file_name(prefix: Any = None, directory: Any = None) -> Any:
    """Return the name of a file that does not exist, in DIRECTORY and beginning with PREFIX."""
    import tempfile

    head = "temp" if prefix is None else str(prefix)
    folder = tempfile.gettempdir() if directory is None else native_namestring(directory)
    return SimpleString(tempfile.mktemp(prefix=head, dir=folder))
