"""The file system below pathnames: what Franz's programs ask of files by internal names of EXCL, and by EXCL.OSI."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from typing import Any

from acl.builtins.declare import builtin, predicate, variable
from acl.builtins.excl.osi import descriptor, done, system_call
from acl.builtins.files import make_directory
from acl.builtins.pathnames import enough_namestring, native_namestring, to_pathname
from acl.builtins.streams.files import os_fault
from acl.clos.base import StandardObject
from acl.reader.designators import string_text
from acl.runtime.conditions import error
from acl.types.array import SimpleString, is_string, string
from acl.types.base import UNIX_EPOCH
from acl.types.pathname import ABSOLUTE
from acl.types.symbol import EXCL, OSI, SYSTEM, T, keyword

variable("*STRICT-PROBE-FILE*", None, "If true, `probe-file` is to signal what is wrong with the way to a file; acl "
         "always signals all but that there is none.", package=EXCL)
TILDE = variable("*TILDE-EXPAND-NAMESTRINGS*", T, "If true, programs may expand a ~ at the beginning of a namestring.",
                 package=SYSTEM)
_TYPES = ((stat.S_ISREG, "FILE"), (stat.S_ISDIR, "DIRECTORY"), (stat.S_ISSOCK, "SOCKET"), (stat.S_ISFIFO, "FIFO"),
          (stat.S_ISCHR, "CHARACTER-DEVICE"), (stat.S_ISBLK, "BLOCK-DEVICE"), (stat.S_ISLNK, "SYMBOLIC-LINK"))


def _stat(file: Any) -> os.stat_result:
    return os.stat(file if type(file) is int else native_namestring(file) or ".")


def _status(file: Any) -> os.stat_result | None:
    """Return the status of a file, given by name or descriptor; None if there is none."""
    try:
        return _stat(file)
    except OSError:
        return None


def _status_of(file: Any) -> os.stat_result:
    """Return the status of a file, and signal what is wrong if there is none."""
    try:
        return _stat(file)
    except OSError as problem:
        os_fault(problem, file if type(file) is int else to_pathname(file))
        raise


def _type_name(mode: int) -> Any:
    return next((keyword(name) for test, name in _TYPES if test(mode)), None)


@builtin("FILESYS-TYPE", "file", package=EXCL, export=False)
def filesys_type(file: Any) -> Any:
    """Return what FILE, a name or a descriptor, is: :FILE, :DIRECTORY, :SOCKET ...; NIL if there is none."""
    status = _status(file)
    return None if status is None else _type_name(status.st_mode)


@builtin("FILESYS-SIZE", "file", package=EXCL, export=False)
def filesys_size(file: Any) -> Any:
    """Return how many octets FILE, a name or a descriptor, has; NIL if there is none."""
    status = _status(file)
    return None if status is None else status.st_size


@builtin("FILESYS-WRITE-DATE", "file", package=EXCL, export=False)
def filesys_write_date(file: Any) -> Any:
    """Return the universal time of the last change of FILE, a name or a descriptor; NIL if there is none."""
    status = _status(file)
    return None if status is None else int(status.st_mtime) + UNIX_EPOCH


@builtin("TILDE-EXPAND-UNIX-NAMESTRING", "namestring", package=EXCL, export=False)
def tilde_expand(namestring: Any) -> Any:
    """Return NAMESTRING with ~ or ~user at its beginning replaced by the home directory."""
    return SimpleString(os.path.expanduser(string_text(namestring)))


@builtin("MERGE-TO-PHYSICAL", "pathname", package=EXCL, export=False)
def merge_to_physical(pathname: Any) -> Any:
    """Return the physical pathname that PATHNAME, merged with the default, means."""
    from acl.builtins.pathnames import merge_pathnames, translate_logical_pathname

    return translate_logical_pathname(merge_pathnames(pathname))


@builtin("UNIX-NAMESTRING", "pathname", package=EXCL, export=False)
def unix_namestring(pathname: Any) -> Any:
    """Return the name that the operating system has for PATHNAME."""
    return SimpleString(native_namestring(pathname))


@builtin("PATHNAME-SANS-FILE", "pathname", package=EXCL)
@builtin("PATH-PATHNAME", "pathname", package=EXCL)
def path_pathname(pathname: Any) -> Any:
    """Return PATHNAME without name, type and version: where it is."""
    from acl.builtins.pathnames import make_pathname

    return make_pathname(name=None, type=None, version=None, defaults=pathname)


@builtin("ENOUGH-PATHNAME", "pathname &optional (defaults *default-pathname-defaults*)", package=EXCL)
def enough_pathname(pathname: Any, default: Any = None) -> Any:
    """Return a pathname that, merged with DEFAULTS, gives PATHNAME again, and has no more than it needs for that."""
    return to_pathname(enough_namestring(pathname, default))


@builtin("FILE-OLDER-P", "file-1 file-2", package=EXCL)
def file_older_p(first: Any, second: Any) -> Any:
    """Return true if both files exist and FILE-1 was written before FILE-2."""
    try:
        return T if os.stat(native_namestring(first)).st_mtime_ns < os.stat(native_namestring(second)).st_mtime_ns \
            else None
    except FileNotFoundError:
        return None


@builtin("PATH-NAMESTRING", "pathname", package=EXCL)
def path_namestring(pathname: Any) -> Any:
    """Return the namestring of PATHNAME without name, type and version."""
    from acl.builtins.pathnames import namestring

    return namestring(path_pathname(pathname))


@predicate("ABSOLUTE-PATHNAME-P", "pathname &optional no-error", package=EXCL, export=False)
def absolute_pathname_p(pathname: Any, no_error: Any = None) -> bool:
    """True if PATHNAME begins at the root; with NO-ERROR also NIL for what is no pathname."""
    if no_error is not None and not is_string(pathname) and not hasattr(pathname, "directory"):
        return False
    directory = to_pathname(pathname).directory
    return bool(directory) and directory[0] is ABSOLUTE


@predicate("COMPARE-FILES", "file-1 file-2", package=EXCL, export=False)
def compare_files(file_1: Any, file_2: Any) -> bool:
    """True if FILE-1 and FILE-2 have the same contents."""
    import filecmp

    for each in (file_1, file_2):
        _status_of(each)
    return filecmp.cmp(native_namestring(file_1), native_namestring(file_2), shallow=False)


predicate("COMPARE-FILES", "file-1 file-2", package=OSI)(compare_files)


# ------------------------------------------------------------------------------------------------- EXCL.OSI: statuses


class Stat(StandardObject, lisp="STAT", package=OSI):
    """What the operating system knows of a file, as `excl.osi:stat` returns it."""

    result: os.stat_result


def _stat_object(result: os.stat_result) -> Stat:
    found = Stat.__new__(Stat)
    found.result = result
    return found


@builtin("STAT", "file", package=OSI)
def osi_stat(file: Any) -> Any:
    """Return what the system knows of FILE, a name, a descriptor or a file stream; see `excl.osi:stat-size` ..."""
    fd = getattr(file, "in_fd", None)
    return _stat_object(_status_of(fd if fd is not None else file))


def _field(name: str, doc: str, value: Any) -> None:
    def reader(stat: Any) -> Any:
        if not isinstance(stat, Stat):
            from acl.types.base import wrong_type

            wrong_type(stat, "EXCL.OSI:STAT")
        return value(stat.result)

    reader.__doc__ = f"Return {doc} from STAT, what `excl.osi:stat` returned."
    builtin(f"STAT-{name}", "stat", package=OSI)(reader)


for _row in (("SIZE", "the number of octets", lambda s: s.st_size), ("MODE", "the mode", lambda s: s.st_mode),
             ("UID", "the number of the owner", lambda s: s.st_uid),
             ("GID", "the number of the group", lambda s: s.st_gid),
             ("INO", "the number of the file", lambda s: s.st_ino), ("DEV", "the device", lambda s: s.st_dev),
             ("RDEV", "the device that it is, if it is one,", lambda s: s.st_rdev),
             ("NLINK", "the number of names", lambda s: s.st_nlink),
             ("ATIME", "the universal time of the last use", lambda s: int(s.st_atime) + UNIX_EPOCH),
             ("MTIME", "the universal time of the last change", lambda s: int(s.st_mtime) + UNIX_EPOCH),
             ("CTIME", "the universal time of the last change of status", lambda s: int(s.st_ctime) + UNIX_EPOCH),
             ("TYPE", "the kind of file, a keyword,", lambda s: _type_name(s.st_mode))):
    _field(*_row)


# ------------------------------------------------------------------------------------------------ EXCL.OSI: operations


def _find_in_path(name: Any) -> Any:
    import shutil

    found = shutil.which(string_text(name))
    return None if found is None else to_pathname(string(found))


def _ctime(time: Any = None) -> Any:
    import time as clock

    return SimpleString(clock.ctime(None if time is None else time - UNIX_EPOCH))


def _base_name(file: Any) -> SimpleString:
    return SimpleString(os.path.basename(native_namestring(file).rstrip("/")))


def _directory_name(file: Any) -> SimpleString:
    return SimpleString(os.path.dirname(native_namestring(file).rstrip("/")) or ".")


_TABLE: tuple[tuple[str, str, Callable[..., Any], str], ...] = (
    ("LSTAT", "file", lambda file: _stat_object(os.lstat(native_namestring(file))),
     "Return what the system knows of FILE as `stat` does, of the link itself if it is a symbolic one."),
    ("FSTAT", "stream", lambda stream: _stat_object(os.fstat(descriptor(stream))),
     "Return what the system knows of the file of STREAM, which may be a descriptor, as `stat` does."),
    ("SAME-FILE-P", "file-1 file-2", lambda one, other: T if os.path.samestat(_stat(one), _stat(other)) else None,
     "Return true if FILE-1 and FILE-2 are names of the same file."),
    ("SAME-FILESYSTEM-P", "file-1 file-2", lambda one, other: T if _stat(one).st_dev == _stat(other).st_dev else None,
     "Return true if FILE-1 and FILE-2 are on the same device."),
    ("FCHDIR", "stream", done(lambda stream: os.fchdir(descriptor(stream))),
     "Make the directory of STREAM, or of a descriptor, the directory of the process."),
    ("UNLINK", "file", done(lambda file: os.unlink(native_namestring(file))), "Remove the name FILE."),
    ("RENAME", "from to", done(lambda old, new: os.rename(native_namestring(old), native_namestring(new))),
     "Give the file FROM the name TO, in place of a file that has it."),
    ("LINK", "from to", done(lambda old, new: os.link(native_namestring(old), native_namestring(new))),
     "Give the file FROM another name, TO."),
    ("SYMLINK", "from to", done(lambda old, new: os.symlink(native_namestring(old), native_namestring(new))),
     "Make TO a symbolic link to FROM."),
    ("READLINK", "file", lambda file: SimpleString(os.readlink(native_namestring(file))),
     "Return what the symbolic link FILE points to, as a string."),
    ("CHMOD", "file mode", done(lambda file, mode: os.chmod(native_namestring(file), mode)),
     "Set the permissions of FILE."),
    ("RMDIR", "directory", done(lambda file: os.rmdir(native_namestring(file))), "Remove the empty DIRECTORY."),
    ("UMASK", "mask", lambda mask: os.umask(mask),
     "Set the permissions that new files do not get; return the old ones."),
    ("FSYNC", "stream", done(lambda stream: os.fsync(descriptor(stream))),
     "Have what was written to STREAM, or a descriptor, put on the disk."),
    ("FIND-IN-PATH", "name", _find_in_path, "Return the pathname of the program NAME of the search path, or NIL."),
    ("CTIME", "&optional time", _ctime, "Return the universal TIME, or now, as a string of the C library."),
    ("DIRNAME", "pathname", _directory_name, "Return the directory of PATHNAME as a string."),
    ("BASENAME", "pathname", _base_name, "Return the name and type of PATHNAME as a string."))
for _call in _TABLE:
    system_call(*_call)


@builtin("MKDIR", "directory &optional (mode #o777)", package=OSI)
def mkdir(directory: Any, mode: int = 0o777) -> Any:
    """Make DIRECTORY with the permissions MODE; return true."""
    return make_directory(directory, mode)


@builtin("MKDIR", "directory mode", package=EXCL, export=False)
def _mkdir(directory: Any, mode: int) -> Any:
    """Make DIRECTORY with the permissions MODE; return true."""
    return make_directory(directory, mode)


@builtin("PERROR", "errno control &rest arguments", package=OSI)
def perror(errno: int, control: Any, *arguments: Any) -> Any:
    """Signal a `syscall-error`: what CONTROL and ARGUMENTS are formatted to, and the text for ERRNO."""
    return error("SYSCALL-ERROR", f"{string_text(control)}: ~a", *arguments, string(os.strerror(errno)), errno=errno)


for _name in ("O_RDONLY", "O_WRONLY", "O_RDWR", "O_CREAT", "O_EXCL", "O_TRUNC", "O_APPEND", "O_NONBLOCK"):
    variable(f"*{_name.replace('_', '-')}*", getattr(os, _name), f"The flag {_name} of open(2).", package=OSI)
for _name in ("R_OK", "W_OK", "X_OK", "F_OK"):
    variable(f"*{_name.replace('_', '-')}*", getattr(os, _name), f"{_name} of access(2).", package=OSI)
for _name in ("S_IFMT", "S_IFSOCK", "S_IFLNK", "S_IFREG", "S_IFBLK", "S_IFDIR", "S_IFCHR", "S_IFIFO", "S_ISUID",
              "S_ISGID", "S_ISVTX"):
    for _package in (OSI, EXCL):
        _mask = 0o170000 if _name == "S_IFMT" else getattr(stat, _name)
        variable(f"*{_name.replace('_', '-')}*", _mask, f"The bits {_name} of the mode of a file.", package=_package,
                 export=_package is OSI)

