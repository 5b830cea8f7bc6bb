"""Programs of the operating system: `run-shell-command`, `shell`, `command-output` (EXCL, EXCL.OSI)."""

from __future__ import annotations

import os
from functools import wraps
from typing import Any

from acl.builtins.declare import builtin, macro
from acl.expand.template import template
from acl.reader.designators import string_text
from acl.runtime.conditions import error
from acl.types.array import SimpleString, is_string, is_vector, string, vector_items
from acl.types.cons import Cons, from_iterable, to_list
from acl.types.symbol import EXCL, OSI, SYSTEM, Symbol, keyword

_STREAM = keyword("STREAM")
_RUNNING: dict[int, Any] = {}
"""Programs that were not waited for, by process id."""


def _words(command: Any) -> dict[str, Any]:
    """Return Python's arguments for a command: a string for the shell, or a vector.

    A vector is the file to run and its arguments, beginning with argument 0, the name that the program is called by.
    """
    if is_vector(command) and not is_string(command) and vector_items(command):
        file, *words = [string_text(x) for x in vector_items(command)]
        return {"args": words or [file], "executable": file}
    return {"args": string_text(command), "shell": True}


def _end(x: Any, write: bool, if_exists: Any = None) -> Any:
    """Return what Python connects the program to for an :input or :output argument; None is what Lisp has itself."""
    import subprocess

    if x is None:
        return None
    if x is _STREAM:
        return subprocess.PIPE
    if isinstance(x, Symbol) and x is not _STREAM:
        error("SIMPLE-ERROR", "~s is not :stream, a file or nil.", x)
    from acl.builtins.pathnames import native_namestring

    name = str(native_namestring(x))
    if not write:
        return os.open(name, os.O_RDONLY)
    kind = if_exists.name if isinstance(if_exists, Symbol) else "ERROR"
    flags = {"SUPERSEDE": os.O_TRUNC, "APPEND": os.O_APPEND, "ERROR": os.O_EXCL}.get(kind, os.O_EXCL)
    return os.open(name, os.O_WRONLY | os.O_CREAT | flags, 0o666)


def wait_for_program(program: Any) -> int:
    """Wait until a program of `subprocess` ends, and return its status; interrupts of the waiting process run."""
    from acl.runtime.waiting import wait_io, wait_until

    try:
        fd = os.pidfd_open(program.pid)
    except (OSError, AttributeError):
        wait_until(lambda: program.poll() is not None, None, "waiting for a program")
        return int(program.wait())
    try:
        wait_io(fd, False, None, "waiting for a program")
    finally:
        os.close(fd)
    return int(program.wait())


@builtin("RUN-SHELL-COMMAND", "command &key (wait t) input output error-output separate-streams "
         "if-input-does-not-exist (if-output-exists :error) (if-error-output-exists :error) environment directory "
         "show-window", package=EXCL, values=True)
def run_shell_command(command: Any, *, wait: Any = True, input: Any = None, output: Any = None,
                      error_output: Any = None, separate_streams: Any = None, if_input_does_not_exist: Any = None,
                      if_output_exists: Any = None, if_error_output_exists: Any = None, environment: Any = None,
                      directory: Any = None, show_window: Any = None) -> tuple[Any, ...]:
    """Run COMMAND, a string for the shell or a vector of words; return its exit status.

    INPUT, OUTPUT and ERROR-OUTPUT are NIL for Lisp's own, a file, or :STREAM; with :OUTPUT, error output goes where
    output goes.  If WAIT is NIL return at once: the stream to COMMAND (or NIL), the stream of its error output (or NIL)
    and its process id; if SEPARATE-STREAMS is true its input and its output are two streams, and the first two values.
    ENVIRONMENT is an alist of variables to set, DIRECTORY where COMMAND is to run.
    """
    import subprocess

    ends = [_end(input, False), _end(output, True, if_output_exists)]
    same = isinstance(error_output, Symbol) and error_output is keyword("OUTPUT")
    ends.append(subprocess.STDOUT if same else _end(error_output, True, if_error_output_exists))
    try:
        program = subprocess.Popen(**_words(command), stdin=ends[0], stdout=ends[1], stderr=ends[2],
                                   **_surroundings(environment, directory))
    finally:
        for end in ends:
            if type(end) is int and end >= 0:
                os.close(end)
    if wait is not None:
        return (wait_for_program(program),)
    _RUNNING[program.pid] = program
    return *_streams(program, separate_streams is not None), program.pid


def _streams(program: Any, separate: bool) -> tuple[Any, ...]:
    """Return Lisp streams for the pipes to *program*; they own the descriptors from now on."""
    from acl.streams.descriptors import FdStream

    put, get, err = (os.dup(p.fileno()) if p is not None else None
                     for p in (program.stdin, program.stdout, program.stderr))
    for pipe in (program.stdin, program.stdout, program.stderr):
        if pipe is not None:
            pipe.close()
    errors = FdStream(err) if err is not None else None
    if separate:
        return FdStream(None, put) if put is not None else None, FdStream(get) if get is not None else None, errors
    return FdStream(get, put) if get is not None or put is not None else None, errors


@builtin("REAP-OS-SUBPROCESS", "&key pid (wait t)", package=SYSTEM, values=True)
def reap_os_subprocess(*, pid: Any = None, wait: Any = True) -> tuple[Any, ...]:
    """Return exit status, process id and signal number of a program that `run-shell-command` did not wait for.

    PID chooses the program, else it is any.  If WAIT is NIL and none has ended, return NIL.
    """
    from acl.runtime.waiting import wait_until

    chosen = [_RUNNING[pid]] if pid in _RUNNING else list(_RUNNING.values()) if pid is None else []
    if not chosen:
        return (None,)

    def ended() -> Any:
        return next((p for p in chosen if p.poll() is not None), None)

    done = ended() if wait is None else wait_until(ended, None, "waiting for a program")
    if done is None:
        return (None,)
    del _RUNNING[done.pid]
    status = done.returncode
    return (status, done.pid, None) if status >= 0 else (None, done.pid, -status)


@builtin("SHELL", "&optional command", package=EXCL)
def shell(command: Any = None) -> Any:
    """Run COMMAND, or a shell to type at, and return its exit status."""
    return run_shell_command(command if command is not None else string(os.environ.get("SHELL", "/bin/sh")))[0]


@builtin("COMMAND-OUTPUT", "command &key input (whole nil) directory environment", package=OSI, values=True)
def command_output(command: Any, *, input: Any = None, whole: Any = None, directory: Any = None,
                   environment: Any = None) -> tuple[Any, ...]:
    """Run COMMAND and return its output, its error output, and its exit status.

    The outputs are lists of lines, or strings if WHOLE is true; INPUT is a string that COMMAND reads.
    """
    import subprocess
    import threading

    from acl.runtime.waiting import wait_until

    pipe = subprocess.PIPE
    program = subprocess.Popen(**_words(command), stdin=pipe, stdout=pipe, stderr=pipe, text=True,
                               errors="replace", **_surroundings(environment, directory))
    outputs: list[str] = []

    def talk() -> None:
        outputs.extend(program.communicate(string_text(input) if input is not None else None))

    thread = threading.Thread(target=talk, daemon=True)
    thread.start()
    try:
        wait_until(lambda: not thread.is_alive(), None, "waiting for a program")
    except BaseException:
        program.kill()  # nobody wants its output any more
        raise
    return *(_shown(text, whole) for text in outputs), program.returncode


def _surroundings(environment: Any, directory: Any) -> dict[str, Any]:
    """Return Python's arguments for the variables and the folder that a program is to have."""
    variables = {string_text(c.car): string_text(c.cdr) for c in to_list(environment)}
    return {"env": {**os.environ, **variables} if variables else None,
            "cwd": string_text(directory) if directory is not None else None}


def _shown(text: str, whole: Any) -> Any:
    return SimpleString(text) if whole is not None else from_iterable(SimpleString(s) for s in text.splitlines())


_with_output = template("""
(dolist (,var (,command_output ,command)) ,@body)""")


@macro("WITH-COMMAND-OUTPUT", "(var command &key whole) &body forms", package=OSI)
def _with_command_output(form: Any, env: Any) -> Any:
    """Evaluate FORMS with VAR bound to each line that COMMAND prints, one after the other."""
    var, command, *_ = to_list(form.cdr.car)
    return _with_output(var=var, command=command, command_output=OSI.export("COMMAND-OUTPUT"), body=form.cdr.cdr)


# What the operating system knows of this process and its user: name, lambda list, function, docstring.

_EPOCH = 2208988800  # Unix's time 0 as a universal time


def _user(uid: int) -> str:
    import pwd

    return pwd.getpwuid(uid).pw_name


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
        ("KILL", "pid signal", os.kill, "Send the signal number SIGNAL to the process PID."),
        ("STRERROR", "errno", os.strerror, "Return the text for the code ERRNO."),
        ("UNIX-TO-UNIVERSAL-TIME", "time", lambda time: time + _EPOCH, "Return Unix's TIME as a universal time."),
        ("UNIVERSAL-TO-UNIX-TIME", "time", lambda time: time - _EPOCH, "Return the universal TIME as Unix has it.")):
    _declare(*_row)


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


@builtin("GC", "&optional kind", package=EXCL, values=True)
def gc(kind: Any = None) -> tuple[Any, ...]:
    """Collect garbage; KIND (T, :tenure ...) makes no difference here.  Return no values."""
    import gc as collector

    collector.collect()
    return ()
