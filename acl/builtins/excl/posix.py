"""The package EXCL.OSI: lists of users, groups, services; identities, descriptors, locks of files, as C has them."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

from acl.builtins.declare import builtin, macro, predicate
from acl.builtins.excl.osi import descriptor, done, system_call
from acl.builtins.pathnames import native_namestring, to_pathname
from acl.builtins.streams.files import os_fault
from acl.clos.base import StandardObject
from acl.expand.template import template
from acl.reader.designators import string_text
from acl.runtime.conditions import error
from acl.types.array import SimpleString
from acl.types.base import UNIX_EPOCH, wrong_type
from acl.types.cons import from_iterable, lisp_list, to_list
from acl.types.symbol import OSI, T, cl

# ------------------------------------------------------------------------------------------------------------- entries


class Pwent(StandardObject, lisp="PWENT", package=OSI):
    """An entry of the list of users."""

    fields: dict[str, Any]


class Grent(StandardObject, lisp="GRENT", package=OSI):
    """An entry of the list of groups."""

    fields: dict[str, Any]


class Servent(StandardObject, lisp="SERVENT", package=OSI):
    """An entry of the list of services."""

    fields: dict[str, Any]


class Protoent(StandardObject, lisp="PROTOENT", package=OSI):
    """An entry of the list of protocols."""

    fields: dict[str, Any]


class Spwd(StandardObject, lisp="SPWD", package=OSI):
    """An entry of the list of passwords, which not everybody may read."""

    fields: dict[str, Any]


_FIELDS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "PWENT": (Pwent, ("NAME", "PASSWD", "UID", "GID", "GECOS", "DIR", "SHELL")),
    "GRENT": (Grent, ("NAME", "PASSWD", "GID", "MEM")),
    "SPWD": (Spwd, ("NAME", "PASSWD", "LAST-CHANGE", "MIN", "MAX", "WARN", "INACT", "EXPIRE")),
    "SERVENT": (Servent, ("NAME", "ALIASES", "PORT", "PROTO")), "PROTOENT": (Protoent, ("NAME", "ALIASES", "PROTO"))}


def _lisp(value: Any) -> Any:
    if isinstance(value, list):
        return from_iterable([_lisp(x) for x in value])
    return SimpleString(value) if isinstance(value, str) else value


def _entry(kind: str, values: Any) -> Any:
    cls, names = _FIELDS[kind]
    made = cls.__new__(cls)
    made.fields = dict(zip(names, map(_lisp, values), strict=False))
    return made


def _accessors(kind: str, cls: Any, name: str, called: str | None = None) -> None:
    def fields(entry: Any) -> dict[str, Any]:
        if not isinstance(entry, cls):
            wrong_type(entry, f"EXCL.OSI:{kind}")
        return entry.fields  # type: ignore[no-any-return]

    def reader(entry: Any) -> Any:
        return fields(entry)[name]

    def writer(new: Any, entry: Any) -> Any:
        fields(entry)[name] = new
        return new

    reader.__doc__ = f"Return the field {name.lower()} of ENTRY, a {kind.lower()}."
    writer.__doc__ = f"Set the field {name.lower()} of ENTRY, a {kind.lower()}; the system's list stays as it is."
    builtin(f"{kind}-{called or name}", "entry", package=OSI)(reader)
    builtin(f"{kind}-{called or name}", "new entry", package=OSI, setf=True)(writer)


def _recognizer(kind: str, cls: Any) -> None:
    def recognizer(object: Any) -> bool:
        return isinstance(object, cls)

    recognizer.__doc__ = f"Return true if OBJECT is a {kind.lower()}."
    predicate(f"{kind}-P", "object", package=OSI)(recognizer)


for _kind, (_cls, _names) in _FIELDS.items():
    _recognizer(_kind, _cls)
    for _name in _names:
        _accessors(_kind, _cls, _name)
_accessors("PWENT", Pwent, "GECOS", "GCOS")


def _look_up(kind: str, find: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a function from a name or number to an entry; NIL if there is none."""

    def look_up(key: Any) -> Any:
        try:
            return _entry(kind, find(key if type(key) is int else string_text(key)))
        except KeyError:
            return None

    return look_up


def _users() -> Any:
    import pwd

    return pwd


def _groups() -> Any:
    import grp

    return grp


def _shadow(name: str) -> list[Any]:
    """Return the fields of the line for *name* in the list of passwords."""
    for fields in _shadow_entries():
        if fields[0] == name:
            return fields
    raise KeyError(name)


SERVICES, PROTOCOLS = "/etc/services", "/etc/protocols"


def _listed(path: str) -> Iterator[list[str]]:
    """Yield the fields of each line of a list of the system; there are none if there is no list."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            for line in file:
                fields = line.partition("#")[0].split()
                if len(fields) > 1:
                    yield fields
    except FileNotFoundError:
        return


def _service(name: Any, port: Any, protocol: Any) -> Any:
    """Return the entry of the service that has *name*, or *port*, over *protocol* if that is given; None without."""
    wanted = None if protocol is None else string_text(protocol)
    for first, aliases, number, over in _service_entries():
        if wanted in (None, over) and (name in (first, *aliases) or port == number):
            return _entry("SERVENT", (first, aliases, number, over))
    return None


def _protocol(key: Any) -> Any:
    """Return the entry of a protocol that is given by name or number; None if there is none."""
    for name, aliases, number in _protocol_entries():
        if key in (name, *aliases, number):
            return _entry("PROTOENT", (name, aliases, number))
    return None


class _Walk:
    """Goes through a list of the system, one entry for each call, as C's `getpwent` and kin do."""

    def __init__(self, kind: str, entries: Callable[[], Any]) -> None:
        self.kind = kind
        self.entries = entries
        self.left: Any = None

    def next(self) -> Any:
        """Return the next entry; None at the end."""
        if self.left is None:
            self.left = iter(list(self.entries()))
        found = next(self.left, None)
        return None if found is None else _entry(self.kind, found)

    def restart(self) -> None:
        """Begin anew with the next call."""
        self.left = None


def _shadow_entries() -> Iterator[list[Any]]:
    with open("/etc/shadow", encoding="utf-8", errors="replace") as file:
        for line in file:
            fields = line.rstrip("\n").split(":")
            yield fields[:2] + [int(x) if x else -1 for x in fields[2:8]]


def _service_entries() -> Iterator[tuple[Any, ...]]:
    for first, at, *aliases in _listed(SERVICES):
        number, _, over = at.partition("/")
        yield first, aliases, int(number), over


def _protocol_entries() -> Iterator[tuple[Any, ...]]:
    for name, number, *aliases in _listed(PROTOCOLS):
        yield name, aliases, int(number)


for _name, _what, _walk in (
        ("PW", "users", _Walk("PWENT", lambda: _users().getpwall())),
        ("GR", "groups", _Walk("GRENT", lambda: _groups().getgrall())),
        ("SP", "passwords", _Walk("SPWD", _shadow_entries)),
        ("SERV", "services", _Walk("SERVENT", _service_entries)),
        ("PROTO", "protocols", _Walk("PROTOENT", _protocol_entries))):
    system_call(f"GET{_name}ENT", "", _walk.next, f"Return the next entry of the list of {_what}; NIL after the last.")
    for _verb, _done in (("SET", "Begin anew with"), ("END", "Have done with")):
        system_call(f"{_verb}{_name}ENT", "", done(_walk.restart), f"{_done} the list of {_what}.")


def _swap(size: int) -> Callable[[int], int]:
    """Return the function that turns an integer of *size* octets from this machine's order into the net's, or back."""

    def swap(number: int) -> int:
        if type(number) is not int or number >> 8 * size:
            wrong_type(number, lisp_list(cl("UNSIGNED-BYTE"), 8 * size))
        return int.from_bytes(number.to_bytes(size, sys.byteorder), "big")

    return swap


def _crypt(key: Any, salt: Any) -> Any:
    import ctypes
    import ctypes.util

    library = ctypes.util.find_library("crypt")
    if library is None:
        return error("OSI-NOT-SUPPORTED", "This system has no library for ~s.", OSI.external["CRYPT"])
    function = ctypes.CDLL(library).crypt
    function.restype = ctypes.c_char_p
    made = function(string_text(key).encode(), string_text(salt).encode())
    return SimpleString(made.decode()) if made is not None else None


# --------------------------------------------------------------------------------------------------------- operations


def _initgroups(name: Any, gid: int) -> None:
    os.initgroups(string_text(name), gid)


def _utime(file: Any, access: int, modification: int) -> None:
    os.utime(native_namestring(file), (access - UNIX_EPOCH, modification - UNIX_EPOCH))


def _stream(fd: int, flags: int) -> Any:
    from acl.streams.descriptors import FdStream

    mode = flags & os.O_ACCMODE
    return FdStream(fd if mode != os.O_WRONLY else None, fd if mode != os.O_RDONLY else None)


def _os_open(file: Any, flags: int, mode: int = 0o666) -> Any:
    return _stream(os.open(native_namestring(file), flags, mode), flags)


def _lock(stream: Any, wait: Any = T) -> Any:
    import fcntl

    try:
        fcntl.lockf(descriptor(stream), fcntl.LOCK_EX | (0 if wait is not None else fcntl.LOCK_NB))
    except BlockingIOError:
        return None
    return T


def _unlock(stream: Any) -> None:
    import fcntl

    fcntl.lockf(descriptor(stream), fcntl.LOCK_UN)


def _temporary(template: Any) -> tuple[str, str]:
    """Return prefix and folder for `tempfile`, which replaces the last letters X of *template*."""
    folder, name = os.path.split(native_namestring(template))
    return name.rstrip("X"), folder or "."


def _mkdtemp(template: Any) -> Any:
    import tempfile

    prefix, folder = _temporary(template)
    return SimpleString(tempfile.mkdtemp(prefix=prefix, dir=folder))


def _syslog(priority: int, control: Any, *arguments: Any) -> None:
    import syslog

    from acl.types.function import FUNCTIONS

    if type(priority) is not int:
        wrong_type(priority, "INTEGER")
    syslog.syslog(priority, FUNCTIONS["COMMON-LISP:FORMAT"](None, control, *arguments).text())


def _closelog() -> None:
    import syslog

    syslog.closelog()


def _openlog(name: Any, options: int = 0, facility: int = 8) -> None:
    import syslog

    syslog.openlog(string_text(name), options, facility)


_TABLE: tuple[tuple[str, str, Callable[..., Any], str], ...] = (
    ("GETPWNAM", "name", _look_up("PWENT", lambda key: _users().getpwnam(key)),
     "Return the entry of the user NAME, see `pwent-uid` and so on; NIL if there is none."),
    ("GETPWUID", "uid", _look_up("PWENT", lambda key: _users().getpwuid(key)),
     "Return the entry of the user with the number UID, or NIL."),
    ("GETGRNAM", "name", _look_up("GRENT", lambda key: _groups().getgrnam(key)),
     "Return the entry of the group NAME, see `grent-gid` and so on; NIL if there is none."),
    ("GETGRGID", "gid", _look_up("GRENT", lambda key: _groups().getgrgid(key)),
     "Return the entry of the group with the number GID, or NIL."),
    ("GETSPNAM", "name", _look_up("SPWD", _shadow),
     "Return the entry of the user NAME in the list of passwords, see `spwd-passwd`; NIL if there is none."),
    ("SHADOW-PASSWD-SUPPORTED-P", "", lambda: T if os.path.exists("/etc/shadow") else None,
     "Return true if the system keeps passwords in a list of their own."),
    ("CRYPT", "key salt", _crypt, "Return the string KEY encrypted with the string SALT, as passwords are."),
    ("SETUID", "uid", done(lambda uid: os.setuid(uid)), "Become the user with the number UID."),
    ("SETEUID", "uid", done(lambda uid: os.seteuid(uid)), "Act as the user with the number UID."),
    ("SETGID", "gid", done(lambda gid: os.setgid(gid)), "Become a member of the group with the number GID."),
    ("SETEGID", "gid", done(lambda gid: os.setegid(gid)), "Act as a member of the group with the number GID."),
    ("GETGROUPS", "", lambda: from_iterable(os.getgroups()), "Return the numbers of the groups of this process."),
    ("SETGROUPS", "gids", done(lambda gids: os.setgroups(to_list(gids))), "Become a member of the groups GIDS only."),
    ("GETPGRP", "", os.getpgrp, "Return the number of the group of this process."),
    ("SETPGRP", "", done(os.setpgrp), "Begin a new group of processes."),
    ("GETPGID", "pid", lambda pid: os.getpgid(pid), "Return the number of the group of the process PID."),
    ("SETPGID", "pid pgid", done(lambda pid, pgid: os.setpgid(pid, pgid)), "Put the process PID into the group PGID."),
    ("GETSID", "pid", lambda pid: os.getsid(pid), "Return the number of the session of the process PID."),
    ("SETREUID", "ruid euid", done(lambda ruid, euid: os.setreuid(ruid, euid)), "Set the real and effective user."),
    ("SETREGID", "rgid egid", done(lambda rgid, egid: os.setregid(rgid, egid)), "Set the real and effective group."),
    ("GETSERVBYNAME", "name &optional protocol",
     lambda name, protocol=None: _service(string_text(name), None, protocol),
     "Return the entry of the service NAME, see `servent-port` and so on; NIL if there is none."),
    ("GETSERVBYPORT", "port &optional protocol", lambda port, protocol=None: _service(None, port, protocol),
     "Return the entry of the service that listens at PORT, or NIL."),
    ("GETPROTOBYNAME", "name", lambda name: _protocol(string_text(name)),
     "Return the entry of the protocol NAME, see `protoent-proto` and so on; NIL if there is none."),
    ("GETPROTOBYNUMBER", "number", lambda number: _protocol(number),
     "Return the entry of the protocol NUMBER, or NIL."),
    ("HTONL", "number", _swap(4), "Return NUMBER, of four octets in this machine's order, in that of the net."),
    ("HTONS", "number", _swap(2), "Return NUMBER, of two octets in this machine's order, in that of the net."),
    ("NTOHL", "number", _swap(4), "Return NUMBER, of four octets in the order of the net, in this machine's."),
    ("NTOHS", "number", _swap(2), "Return NUMBER, of two octets in the order of the net, in this machine's."),
    ("LCHOWN", "file uid gid", done(lambda file, uid, gid: os.lchown(native_namestring(file), uid, gid)),
     "Give FILE, itself if it is a symbolic link, to a user and a group."),
    ("FCHOWN", "stream uid gid", done(lambda stream, uid, gid: os.fchown(descriptor(stream), uid, gid)),
     "Give the file of STREAM to a user and a group."),
    ("TTYNAME", "stream", lambda stream: SimpleString(os.ttyname(descriptor(stream))),
     "Return the name of the terminal of STREAM."),
    ("CTERMID", "", lambda: SimpleString(os.ctermid()), "Return the name that means the terminal of any process."),
    ("SETSID", "", done(lambda: os.setsid()), "Begin a new session."),
    ("INITGROUPS", "name gid", done(_initgroups), "Become a member of all groups of the user NAME, and of GID."),
    ("CHROOT", "directory", done(lambda directory: os.chroot(native_namestring(directory))),
     "Make DIRECTORY the root."),
    ("CHOWN", "file uid gid", done(lambda file, uid, gid: os.chown(native_namestring(file), uid, gid)),
     "Give FILE to a user and a group."),
    ("FCHMOD", "stream mode", done(lambda stream, mode: os.fchmod(descriptor(stream), mode)),
     "Set the permissions of the file of STREAM."),
    ("UTIME", "file access-time modification-time", done(_utime), "Set both times of FILE, universal times."),
    ("OS-OPEN", "file flags &optional (mode #o666)", _os_open,
     "Open FILE as open(2) does with FLAGS, such as `*o-rdwr*`, and MODE; return a stream."),
    ("OS-CLOSE", "stream", lambda stream: stream.close() or T, "Close STREAM, which `os-open` returned."),
    ("OS-TRUNCATE", "file length", done(lambda file, length: os.truncate(native_namestring(file), length)),
     "Make FILE LENGTH octets long."),
    ("OS-FTRUNCATE", "stream length", done(lambda stream, length: os.ftruncate(descriptor(stream), length)),
     "Make the file of STREAM LENGTH octets long."),
    ("LOCK-STREAM", "stream &optional (wait t)", _lock,
     "Lock the file of STREAM against other programs; NIL if that is not possible at once and WAIT is NIL."),
    ("UNLOCK-STREAM", "stream", done(_unlock), "Undo what `lock-stream` did."),
    ("STREAM-TO-FD", "stream", lambda stream: descriptor(stream), "Return the descriptor of STREAM."),
    ("ISATTY", "stream", lambda stream: T if os.isatty(descriptor(stream)) else None,
     "Return true if STREAM is that of a terminal."),
    ("REALPATH", "file", lambda file: SimpleString(os.path.realpath(native_namestring(file))),
     "Return the name of FILE without symbolic links."),
    ("MKDTEMP", "template", _mkdtemp,
     "Make a new directory; return its name, TEMPLATE, in which the last letters X are replaced."),
    ("SYNC", "", done(lambda: os.sync()), "Have everything that was written put on the disk."),
    ("OPENLOG", "name &optional (options 0) (facility 8)", done(_openlog), "Say who writes to the log of the system."),
    ("SYSLOG", "priority control &rest arguments", done(_syslog),
     "Write what CONTROL and ARGUMENTS are formatted to into the log of the system."),
    ("CLOSELOG", "", done(_closelog), "Close the log of the system."),
    ("ACCESS", "file mode", lambda file, mode: T if os.access(native_namestring(file), mode) else None,
     "Return true if the process may do with FILE what MODE says, a sum of `*r-ok*` and its kin."),
    ("CUSERID", "", lambda: SimpleString(getpass.getuser()), "Return the name of the user of the process."),
    ("GETPRIORITY", "which who", lambda which, who: os.getpriority(which, who),
     "Return the priority of the processes that WHICH and WHO tell, as getpriority(2) has them."),
    ("SETPRIORITY", "which who priority", done(lambda which, who, priority: os.setpriority(which, who, priority)),
     "Set the priority of the processes that WHICH and WHO tell."))
for _row in _TABLE:
    system_call(*_row)


@builtin("PIPE", "", package=OSI, values=True)
def pipe() -> tuple[Any, ...]:
    """Return two streams: what is written to the second can be read from the first."""
    read, write = os.pipe()
    return _stream(read, os.O_RDONLY), _stream(write, os.O_WRONLY)


@builtin("MKSTEMP", "template", package=OSI, values=True)
def mkstemp(template: Any) -> tuple[Any, ...]:
    """Return a stream to a new file and its name: TEMPLATE, in which the last letters X are replaced."""
    import tempfile

    prefix, folder = _temporary(template)
    try:
        fd, path = tempfile.mkstemp(prefix=prefix, dir=folder)
    except OSError as problem:
        return os_fault(problem, to_pathname(template))  # type: ignore[no-any-return]
    return _stream(fd, os.O_RDWR), SimpleString(path)


_WITH_FILE = template("(let ((,stream (,open ,@arguments))) (unwind-protect (progn ,@body) (close ,stream)))")
_WITH_LOCK = template("(progn (,lock ,@arguments) (unwind-protect (progn ,@body) (,unlock ,stream)))")


@macro("WITH-OS-OPEN-FILE", "(stream file flags &optional mode) &body body", package=OSI)
def _with_os_open_file(form: Any, env: Any) -> Any:
    """Evaluate BODY with STREAM bound to what `os-open` returns, which is closed at last."""
    return _WITH_FILE(stream=form.cdr.car.car, open=OSI.external["OS-OPEN"], arguments=form.cdr.car.cdr,
                      body=form.cdr.cdr)


@macro("WITH-STREAM-LOCK", "(stream &optional wait) &body body", package=OSI)
def _with_stream_lock(form: Any, env: Any) -> Any:
    """Evaluate BODY while the file of STREAM, a variable, is locked against other programs."""
    return _WITH_LOCK(stream=form.cdr.car.car, lock=OSI.external["LOCK-STREAM"], arguments=form.cdr.car,
                      unlock=OSI.external["UNLOCK-STREAM"], body=form.cdr.cdr)
