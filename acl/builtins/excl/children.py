"""Programs that Lisp has started, or forked: waiting for their end, and talking with them line by line."""

from __future__ import annotations

import os
import subprocess
import threading
from collections import deque
from typing import Any

from acl.builtins.declare import builtin, macro
from acl.builtins.excl.programs import (
    await_program,
    own_descriptor,
    program_options,
    program_stream,
    reap_os_subprocess,
    start_program,
)
from acl.expand.lambda_list import gensym
from acl.expand.template import template
from acl.runtime.conditions import error
from acl.runtime.faults import caught
from acl.runtime.waiting import Waiters, wait_until
from acl.types.array import SimpleString, string
from acl.types.cons import Cons, lisp_list, to_list
from acl.types.symbol import OSI, SYSTEM, Symbol, T, cl, keyword

_WHOSTATE = "waiting for a program"


def _wait(pid: int, wait: bool, options: int = 0) -> tuple[Any, ...]:
    """Wait for a child, any one if *pid* is -1: return its number, exit status and signal; NILs if none has ended."""
    came: list[tuple[int, int]] = []

    def ended() -> bool:
        found = os.waitpid(pid, os.WNOHANG | options)
        if found[0]:
            came.append(found)
        return found[0] != 0

    try:
        if not ended() and wait:
            wait_until(ended, None, string(_WHOSTATE))
    except OSError as problem:
        error("SYSCALL-ERROR", "waitpid: ~a", string(os.strerror(problem.errno or 0)), errno=problem.errno)
    if not came:
        return None, None, None
    number, status = came[0]
    code = os.waitstatus_to_exitcode(status) if not os.WIFSTOPPED(status) else -os.WSTOPSIG(status)
    return (number, code, None) if code >= 0 else (number, None, -code)


@builtin("WAITPID", "pid &key wnohang wuntraced", package=OSI, values=True)
def waitpid(pid: Any, *, wnohang: Any = None, wuntraced: Any = None) -> tuple[Any, ...]:
    """Wait until the child process PID has ended; return its number, its exit status, and the signal that ended it.

    With WNOHANG return NILs if it has not; with WUNTRACED a child that was stopped counts too.
    """
    return _wait(pid, wnohang is None, os.WUNTRACED if wuntraced is not None else 0)


@builtin("WAIT", "", package=OSI, values=True)
def wait() -> tuple[Any, ...]:
    """Wait until a child process has ended; return its number, its exit status, and the signal that ended it."""
    return _wait(-1, True)


@builtin("OS-WAIT", "&optional nohang (pid -1)", package=SYSTEM, values=True)
def os_wait(nohang: Any = None, pid: Any = -1) -> tuple[Any, ...]:
    """Do as `reap-os-subprocess`, which replaces it; with NOHANG do not wait."""
    return reap_os_subprocess(pid=pid, wait=T if nohang is None else None)


@builtin("EXECVE", "file arguments environment", package=OSI)
def execve(file: Any, arguments: Any, environment: Any) -> Any:
    """Become the program FILE with the list ARGUMENTS, its name first, and ENVIRONMENT, an alist; does not return."""
    from acl.builtins.pathnames import native_namestring
    from acl.reader.designators import string_text

    texts = [string_text(x) for x in to_list(arguments)]
    variables = {string_text(pair.car): string_text(pair.cdr) for pair in to_list(environment)}
    try:
        os.execve(native_namestring(file), texts, variables)
    except OSError as problem:
        error("SYSCALL-ERROR", "execve of ~a: ~a", file, string(os.strerror(problem.errno or 0)), errno=problem.errno)


# Talking with a program

class _Lines:
    """What a program writes to its output and its error output, in the order in which it comes."""

    def __init__(self, whole: bool) -> None:
        self.whole = whole
        self.items: deque[tuple[int, str]] = deque()
        self.begun = 0
        self.ended: list[int] = []
        self.waiters = Waiters()

    def follow(self, number: int, pipe: Any) -> None:
        """Have a thread read *pipe*: a program that is waited for must be able to write."""
        self.begun += 1

        def read() -> None:
            with pipe:
                if self.whole:
                    self.items.append((number, pipe.read().decode("utf-8", "replace")))
                for line in pipe:
                    self.items.append((number, line.decode("utf-8", "replace").removesuffix("\n")))
                    self.waiters.wake_all()
            self.ended.append(number)
            self.waiters.wake_all()

        threading.Thread(target=read, daemon=True).start()

    def next(self) -> tuple[int, str] | None:
        """Wait for the next line, or the whole text; None at the end."""
        self.waiters.wait(lambda: self.items or len(self.ended) == self.begun, None, string(_WHOSTATE))
        return self.items.popleft() if self.items else None


@builtin("%COMMAND-IO", "command put get get-errors &key whole directory environment uid gid initgroups-user "
         "show-window", package=SYSTEM, export=False)
def command_io(command: Any, put: Any, get: Any, get_errors: Any, *, whole: Any = None, directory: Any = None,
               environment: Any = None, uid: Any = None, gid: Any = None, initgroups_user: Any = None,
               show_window: Any = None) -> Any:
    """Run COMMAND for WITH-COMMAND-IO, whose clauses are the functions PUT, GET and GET-ERRORS, or NIL."""
    pipes = [subprocess.PIPE if f is not None else None for f in (put, get, get_errors)]
    program = start_program(command, list(pipes),
                            **program_options(directory, environment, uid, gid, initgroups_user))
    lines = _Lines(whole is not None)
    try:
        for number, pipe in ((1, program.stdout), (2, program.stderr)):
            if pipe is not None:
                lines.follow(number, pipe)
        if put is not None:
            stream = program_stream(None, own_descriptor(program.stdin), None)
            try:
                put(stream)
            finally:
                caught(stream.close)  # a program need not read all
        while (item := lines.next()) is not None:
            (get if item[0] == 1 else get_errors)(SimpleString(item[1]))
        return await_program(program)
    except BaseException:
        program.kill()  # nobody talks with it any more
        program.wait()
        raise


_WITH_IO = template("(%command-io ,command ,input ,output ,errors ,@options)")
_CLAUSES = ("INPUT", "OUTPUT", "ERROR-OUTPUT")


@macro("WITH-COMMAND-IO", "(command &key whole directory environment) &body clauses", package=OSI)
def with_command_io(form: Any, env: Any) -> Any:
    """Run COMMAND, as `run-shell-command` does, and talk with it; return its exit status.

    CLAUSES are (:INPUT (stream) form...), whose forms write to STREAM what the program reads; (:OUTPUT (line) form...)
    and (:ERROR-OUTPUT (line) form...), whose forms are evaluated for each line that it writes, or with WHOLE once for
    everything.  Without a clause the program has the stream that Lisp has.
    """
    head = form.cdr.car
    functions: dict[str, Any] = dict.fromkeys(_CLAUSES)
    for clause in to_list(form.cdr.cdr):
        kind = clause.car if type(clause) is Cons else clause
        if type(kind) is not Symbol or kind not in map(keyword, _CLAUSES):
            error("PROGRAM-ERROR", "~s is no clause of with-command-io; it begins with :input, :output or "
                                   ":error-output.", clause)
        parameters = clause.cdr.car if clause.cdr.car is not None else lisp_list(gensym("IGNORED"))
        functions[kind.name] = lisp_list(cl("FUNCTION"), Cons(cl("LAMBDA"), Cons(
            lisp_list(parameters.car), clause.cdr.cdr)))
    return _WITH_IO(command=head.car, input=functions["INPUT"], output=functions["OUTPUT"],
                    errors=functions["ERROR-OUTPUT"], options=head.cdr)
