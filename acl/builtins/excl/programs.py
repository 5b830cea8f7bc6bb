"""Other programs: `run-shell-command` and what belongs to it, as Allegro has them."""

from __future__ import annotations

import os
import subprocess
from typing import Any

from acl.builtins.declare import builtin
from acl.builtins.pathnames import native_namestring, to_pathname
from acl.builtins.streams.files import os_fault
from acl.reader.designators import string_text
from acl.runtime.conditions import error
from acl.types.array import is_string, is_vector, string, vector_items
from acl.types.cons import Cons, to_list
from acl.types.symbol import EXCL, SYSTEM, T, cl, keyword

STREAM = keyword("STREAM")
_RUNNING: dict[int, subprocess.Popen[bytes]] = {}
"""Programs started with :WAIT NIL that have not been reaped, by process id."""


# ------------------------------------------------------------------------------------------------ starting programs


def _command(command: Any) -> tuple[list[str], str | None]:
    """Return the arguments, and the file to execute if it is not named by the first of them."""
    if is_string(command):
        return ["/bin/sh", "-c", command.text()], None
    if is_vector(command) and vector_items(command):  # the file, then the arguments from argument 0 on
        file, *arguments = [x.text() for x in vector_items(command)]
        return arguments or [file], file
    if type(command) is Cons:
        return [x.text() for x in to_list(command)], None
    error("TYPE-ERROR", None, datum=command, expected_type=cl("STRING"))
    raise AssertionError


def _side(place: Any, output: bool, if_there: Any) -> Any:
    """Return what `Popen` takes for one of the standard streams; a file descriptor is to be closed afterwards."""
    if place is None:
        return None
    if place is STREAM:
        return subprocess.PIPE
    if place is keyword("OUTPUT"):
        return subprocess.STDOUT
    fd = getattr(place, "out_fd" if output else "in_fd", None)
    if fd is not None:
        place.finish_output() if output else None
        return fd
    name = native_namestring(place)
    flags = os.O_RDONLY
    if output:
        action = getattr(if_there, "name", None)
        flags = os.O_WRONLY | os.O_CREAT | {"APPEND": os.O_APPEND, "ERROR": os.O_EXCL}.get(str(action), os.O_TRUNC)
    try:
        return _Opened(os.open(name, flags, 0o666))
    except OSError as problem:
        return os_fault(problem, to_pathname(place))


class _Opened(int):
    """A descriptor opened for a program, closed here once the program has it."""


def _environment(alist: Any) -> dict[str, str] | None:
    if alist is None:
        return None
    return {**os.environ, **{pair.car.text(): pair.cdr.text() for pair in to_list(alist)}}


def program_options(directory: Any, environment: Any, uid: Any = None, gid: Any = None,
                    initgroups_user: Any = None) -> dict[str, Any]:
    """Return `Popen`'s arguments for the directory and the alist of variables that a program is to have.

    *uid*, *gid* are numbers (or names) of the user and group that it is to run as; *initgroups_user* names the user
    whose groups it is to have.
    """
    options: dict[str, Any] = {"cwd": native_namestring(directory) or None if directory is not None else None,
                               "env": _environment(environment)}
    for name, value in (("user", uid), ("group", gid)):
        if value is not None:
            options[name] = value if type(value) is int else string_text(value)
    if initgroups_user is not None:
        import pwd

        user = string_text(initgroups_user)
        try:
            options["extra_groups"] = os.getgrouplist(user, pwd.getpwnam(user).pw_gid)
        except KeyError:
            error("SIMPLE-ERROR", "There is no user ~s.", initgroups_user)
    return options


def start_program(command: Any, sides: list[Any], **keys: Any) -> subprocess.Popen[bytes]:
    """Start *command* with *sides* for its three standard streams; *keys* are `Popen`'s."""
    arguments, file = _command(command)
    try:
        return subprocess.Popen(arguments, executable=file, stdin=sides[0], stdout=sides[1], stderr=sides[2], **keys)
    except (KeyError, ValueError, OverflowError) as fault:  # of a user or group
        error("SIMPLE-ERROR", "The program cannot run as user ~s, group ~s: ~a.", _named(keys.get("user")),
              _named(keys.get("group")), string("no such name" if isinstance(fault, KeyError) else str(fault)))
        raise AssertionError from None
    except OSError as problem:
        return os_fault(problem, to_pathname(string(file or arguments[0])))  # type: ignore[no-any-return]
    finally:
        for side in sides:
            if isinstance(side, _Opened):
                os.close(side)


def _named(x: Any) -> Any:
    return string(x) if type(x) is str else x


@builtin("RUN-SHELL-COMMAND", "command &key input output error-output separate-streams (wait t) directory environment "
                              "(if-input-does-not-exist :error) (if-output-exists :supersede) "
                              "(if-error-output-exists :supersede) external-format element-type uid gid effective "
                              "initgroups-user show-window (share-open-files t)",
         package=EXCL, values=True)
def run_shell_command(command: Any, *, input: Any = None, output: Any = None, error_output: Any = None,
                      separate_streams: Any = None, wait: Any = T, directory: Any = None, environment: Any = None,
                      if_input_does_not_exist: Any = None, if_output_exists: Any = None,
                      if_error_output_exists: Any = None, external_format: Any = None,
                      element_type: Any = None, uid: Any = None, gid: Any = None, effective: Any = None,
                      initgroups_user: Any = None, show_window: Any = None, share_open_files: Any = T
                      ) -> tuple[Any, ...]:
    """Run COMMAND, a string for the shell, or a vector of a file and its arguments (argument 0 first).

    INPUT, OUTPUT, ERROR-OUTPUT: a file, a file stream, :STREAM for a pipe to Lisp, NIL for what Lisp itself has.
    With WAIT the exit status is returned.  Without: the stream to and from the program (with SEPARATE-STREAMS: two
    values), the one for its error output, and the process id, which `sys:reap-os-subprocess` takes.

    UID, GID: the user and the group that the program runs as, numbers; INITGROUPS-USER: the user whose groups it has.
    EFFECTIVE, SHOW-WINDOW and SHARE-OPEN-FILES have no effect: a program has both ids and no files of Lisp's.
    """
    sides = [_side(input, False, None), _side(output, True, if_output_exists),
             _side(error_output, True, if_error_output_exists)]
    process = start_program(command, sides,
                            **program_options(directory, environment, uid, gid, initgroups_user))
    if wait is not None:
        return (await_program(process),)
    _RUNNING[process.pid] = process
    put, get, errors = (own_descriptor(pipe) for pipe in (process.stdin, process.stdout, process.stderr))
    error_stream = program_stream(errors, None, external_format)
    if separate_streams is not None:
        return (program_stream(None, put, external_format), program_stream(get, None, external_format), error_stream,
                process.pid)
    return program_stream(get, put, external_format), error_stream, process.pid


def own_descriptor(pipe: Any) -> int | None:
    """Return a descriptor for one end of a pipe, to be a stream's; None if there is no pipe."""
    if pipe is None:
        return None
    fd = os.dup(pipe.fileno())
    pipe.close()
    return fd


def program_stream(get: int | None, put: int | None, external_format: Any) -> Any:
    """Return a stream that reads *get* and writes *put*, NIL if there is neither."""
    from acl.streams.descriptors import FdStream

    return FdStream(get, put, external_format) if get is not None or put is not None else None


def await_program(process: subprocess.Popen[bytes]) -> int:
    """Wait for the end of a program, interruptibly; return its exit status."""
    fd = os.pidfd_open(process.pid)
    try:
        from acl.runtime.waiting import wait_io

        wait_io(fd, whostate="waiting for a program")
    finally:
        os.close(fd)
    return process.wait()


@builtin("REAP-OS-SUBPROCESS", "&key (pid -1) (wait t)", package=SYSTEM, values=True)
def reap_os_subprocess(*, pid: int = -1, wait: Any = T) -> tuple[Any, ...]:
    """Return exit status, process id and signal of a program that has ended; NILs if none has and WAIT is NIL."""
    while True:
        for each in [_RUNNING[pid]] if pid in _RUNNING else list(_RUNNING.values()) if pid == -1 else []:
            if wait is not None and pid != -1:
                await_program(each)
            status = each.poll()
            if status is not None:
                del _RUNNING[each.pid]
                return (status, each.pid, None) if status >= 0 else (None, each.pid, -status)
        if wait is None or not _RUNNING or (pid != -1 and pid not in _RUNNING):
            return (None, None, None) if pid == -1 or pid not in _RUNNING else (None, pid, None)
        _wait_for_any()


def _wait_for_any() -> None:
    from acl.runtime.waiting import wait_any

    descriptors = [os.pidfd_open(pid) for pid in _RUNNING]
    try:
        wait_any(descriptors, (), None, "waiting for a program")
    finally:
        for fd in descriptors:
            os.close(fd)


@builtin("SHELL", "&optional command", package=EXCL)
def shell(command: Any = None) -> Any:
    """Run COMMAND, or a shell to type at, and return its exit status."""
    return run_shell_command(command if command is not None else string(os.environ.get("SHELL", "/bin/sh")))[0]
