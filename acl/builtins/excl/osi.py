"""The package EXCL.OSI: what programs ask the operating system for, beside files and sockets."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from typing import Any

from acl.builtins.declare import builtin, macro
from acl.builtins.excl.programs import program_options, start_program
from acl.builtins.pathnames import native_namestring, to_pathname
from acl.builtins.streams.files import os_fault
from acl.expand.lambda_list import gensym
from acl.expand.template import template
from acl.reader.designators import string_text
from acl.runtime.conditions import error
from acl.streams.base import Stream
from acl.types.array import SimpleString, string
from acl.types.base import UNIX_EPOCH
from acl.types.cons import Cons, from_iterable
from acl.types.function import FUNCTIONS
from acl.types.symbol import OSI, SYSTEM, T, keyword


@builtin("COMMAND-OUTPUT", "command &key input whole directory environment uid gid initgroups-user show-window",
         package=OSI, values=True)
def command_output(command: Any, *, input: Any = None, whole: Any = None, directory: Any = None,
                   environment: Any = None, uid: Any = None, gid: Any = None, initgroups_user: Any = None,
                   show_window: Any = None) -> tuple[Any, ...]:
    """Run COMMAND as `run-shell-command` does; return what it writes, what it writes to error output, and its status.

    INPUT is a string for it to read.  Output is a list of lines, or with WHOLE one string.  The other arguments are
    as for that function.
    """
    import subprocess
    import threading

    from acl.runtime.waiting import wait_until

    pipe = subprocess.PIPE
    program = start_program(command, [pipe if input is not None else None, pipe, pipe],
                            **program_options(directory, environment, uid, gid, initgroups_user))
    outputs: list[bytes] = []

    def talk() -> None:  # in a thread of its own, so that the process of Lisp waits as it always does
        outputs.extend(program.communicate(string_text(input).encode() if input is not None else None))

    thread = threading.Thread(target=talk, daemon=True)
    try:
        thread.start()
        wait_until(lambda: not thread.is_alive(), None, "waiting for a program")
    except BaseException:
        program.kill()  # nobody wants its output any more
        raise
    return *(_output(data.decode("utf-8", "replace"), whole) for data in outputs), program.returncode


def _output(text: str, whole: Any) -> Any:
    return SimpleString(text) if whole is not None else from_iterable(SimpleString(s) for s in text.splitlines())


_with_output = template("""
(let ((,output (,command_output ,command ,@options)))
  (dolist (,var (if (listp ,output) ,output (list ,output))) ,@body))""")


@macro("WITH-COMMAND-OUTPUT", "(var command &key whole directory environment) &body forms", package=OSI)
def _with_command_output(form: Any, env: Any) -> Any:
    """Evaluate FORMS with VAR bound to each line that COMMAND prints, one after the other; with WHOLE to all of it.

    The other arguments are as for `command-output`.
    """
    head = form.cdr.car
    return _with_output(var=head.car, command=head.cdr.car, options=head.cdr.cdr, output=gensym("OUTPUT"),
                        command_output=OSI.export("COMMAND-OUTPUT"), body=form.cdr.cdr)


# What the operating system knows of this process and its user: name, lambda list, function, docstring.



def _user(uid: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return error("SIMPLE-ERROR", "No user has the number ~d.", uid)


def _getenv(name: Any) -> Any:
    value = os.environ.get(string_text(name))
    return string(value) if value is not None else None


def _setenv(name: Any, value: Any, overwrite: Any = True) -> None:
    if overwrite is not None or string_text(name) not in os.environ:
        os.environ[string_text(name)] = string_text(value)


def _unsetenv(name: Any) -> None:
    os.environ.pop(string_text(name), None)


def _environment() -> Any:
    return from_iterable(Cons(SimpleString(k), SimpleString(v)) for k, v in os.environ.items())


def _declare(name: str, lambda_list: str, function: Any, doc: str) -> None:
    @wraps(function)
    def call(*args: Any) -> Any:
        result = function(*args)
        return SimpleString(result) if type(result) is str else result

    call.__doc__ = doc
    builtin(name, lambda_list, package=OSI)(call)


for _row in (
        ("GETPID", "", os.getpid, "Return the process id of Lisp."),
        ("GETPPID", "", os.getppid, "Return the process id of the parent of Lisp."),
        ("GETUID", "", os.getuid, "Return the real user id."),
        ("GETEUID", "", os.geteuid, "Return the effective user id."),
        ("GETGID", "", os.getgid, "Return the real group id."),
        ("GETEGID", "", os.getegid, "Return the effective group id."),
        ("GETCWD", "", os.getcwd, "Return the working directory."),
        ("GETHOSTNAME", "", lambda: os.uname().nodename, "Return the name of this machine."),
        ("GETLOGIN", "", lambda: _user(os.getuid()), "Return the name of the user."),
        ("GETENV", "name", _getenv, "Return the value of the environment variable NAME, or NIL."),
        ("ENVIRONMENT", "", _environment, "Return the environment as an alist of strings."),
        ("SETENV", "name value &optional (overwrite t)", _setenv,
         "Set the environment variable NAME to VALUE; if OVERWRITE is NIL only if it is not set."),
        ("UNSETENV", "name", _unsetenv, "Remove the environment variable NAME."),
        ("STRERROR", "errno", os.strerror, "Return the text for the code ERRNO."),
        ("UNIX-TO-UNIVERSAL-TIME", "time", lambda time: time + UNIX_EPOCH, "Return Unix's TIME as a universal time."),
        ("UNIVERSAL-TO-UNIX-TIME", "time", lambda time: time - UNIX_EPOCH,
         "Return the universal TIME as Unix has it.")):
    _declare(*_row)


DONE = object()


def done(call: Callable[..., None]) -> Callable[..., Any]:
    """Return *call* with a value that `system_call` takes for T."""

    @wraps(call)
    def calling(*args: Any) -> Any:
        call(*args)
        return DONE

    return calling


def system_call(name: str, lambda_list: str, call: Any, doc: str) -> None:
    """Declare an operator of EXCL.OSI: *call*, with what the operating system reports signalled.

    For a call made by `done` Lisp sees T.
    """

    @wraps(call)
    def operator(*args: Any) -> Any:
        try:
            value = call(*args)
        except OSError as problem:
            error("SYSCALL-ERROR", "~a: ~a", string(name.lower()), string(os.strerror(problem.errno or 0)),
                  errno=problem.errno)
        return T if value is DONE else value

    operator.__doc__ = doc
    builtin(name, lambda_list, package=OSI)(operator)


def descriptor(stream: Any) -> int:
    """Return the descriptor of STREAM, which may be one; what is buffered has been written."""
    if type(stream) is int:
        return stream
    resolved = stream.resolve()
    if resolved.output_p:
        resolved.force_output()
    fd = getattr(resolved, "out_fd", None)
    return int(fd if fd is not None else resolved.in_fd)


@builtin("USER-NAME", "&optional uid", package=SYSTEM)
def user_name(uid: Any = None) -> Any:
    """Return the name of the user with the number UID, of Lisp's user without."""
    return SimpleString(_user(os.getuid() if uid is None else uid))


@builtin("TEMPORARY-DIRECTORY", "", package=SYSTEM)
def temporary_directory() -> Any:
    """Return the folder for temporary files as a pathname."""
    import tempfile

    from acl.builtins.pathnames import to_pathname

    return to_pathname(tempfile.gettempdir() + "/")


@builtin("KILL", "pid signal", package=OSI)
def kill(pid: int, signal: Any) -> Any:
    """Send SIGNAL, a number or a keyword such as :SIGTERM, to the process PID; return true."""
    import signal as signals

    try:
        os.kill(pid, signal if type(signal) is int else signals.Signals[signal.name])
    except KeyError:
        error("ERROR", "There is no signal ~s.", signal)
    except OSError as problem:
        error("SYSCALL-ERROR", "kill of process ~d: ~a", pid, string(os.strerror(problem.errno or 0)),
              errno=problem.errno)
    return T


@builtin("COPY-FILE", "from to &key (overwrite t) force preserve-time", package=OSI)
def copy_file(source: Any, target: Any, *, overwrite: Any = T, force: Any = None, preserve_time: Any = None) -> Any:
    """Copy the file FROM to the file, or into the directory, TO; either may be a stream."""
    import shutil

    if isinstance(source, Stream) or isinstance(target, Stream):
        _copy_octets(source, target)
        return T
    name, to = native_namestring(source), native_namestring(target)
    if overwrite is None and force is None and os.path.exists(to):
        error("FILE-ERROR", "~s exists already.", target, pathname=target)
    try:
        (shutil.copy2 if preserve_time is not None else shutil.copyfile)(
            name, os.path.join(to, os.path.basename(name)) if os.path.isdir(to) else to)
    except OSError as problem:
        os_fault(problem, to_pathname(source))
    return T


def _copy_octets(source: Any, target: Any) -> None:
    """Copy what is left of a stream, or a file, to another, octet by octet."""
    opened = FUNCTIONS["COMMON-LISP:OPEN"]
    get = source if isinstance(source, Stream) else opened(source)
    put = target if isinstance(target, Stream) else opened(target, keyword("DIRECTION"), keyword("OUTPUT"),
                                                           keyword("IF-EXISTS"), keyword("SUPERSEDE"))
    try:
        part = bytearray(1 << 16)
        while (count := get.read_into(part, 0, len(part), True)) > 0:
            put.write_from(bytes(part[:count]))
    finally:
        for stream, given in ((get, source), (put, target)):
            if stream is not given:
                stream.close()


builtin("COPY-FILE", "from to &key (overwrite t) force preserve-time", package=SYSTEM)(copy_file)
