"""The process that Lisp runs in: `exit`, command line, environment variables (EXCL and SYSTEM)."""

from __future__ import annotations

import os
from typing import Any

from acl.builtins.declare import builtin, variable
from acl.types.array import string
from acl.types.cons import from_iterable
from acl.types.function import FUNCTIONS
from acl.types.symbol import EXCL, SYSTEM, TPL, keyword

ARGUMENTS: list[str] = ["acl"]
"""The command line as Lisp sees it: the file or program first."""


EXIT_CLEANUP_FORMS = variable("*EXIT-CLEANUP-FORMS*", None, "Forms that are evaluated when Lisp is left.",
                              package=SYSTEM)


def run_exit_cleanup_forms() -> None:
    """Evaluate the forms of `sys:*exit-cleanup-forms*`, each once; an error in one does not keep the others from it."""
    from acl.mp.running import guarded
    from acl.runtime.conditions import UnhandledCondition
    from acl.session import evaluate

    while EXIT_CLEANUP_FORMS.value is not None:
        form, EXIT_CLEANUP_FORMS.value = EXIT_CLEANUP_FORMS.value.car, EXIT_CLEANUP_FORMS.value.cdr
        try:
            guarded(evaluate, (form,))
        except (SystemExit, UnhandledCondition):
            pass  # the debugger of a script has told of the error


@builtin("EXIT", "&optional (code 0) &key no-unwind quiet", package=EXCL)
def _exit(code: Any = 0, *, no_unwind: Any = None, quiet: Any = None) -> Any:
    """Leave Lisp with status CODE; cleanup forms, and `sys:*exit-cleanup-forms*`, run unless NO-UNWIND is true.

    At a terminal `; Exiting` is written at the end unless QUIET is true.
    """
    from acl.toplevel.listener import ExitLisp

    status = code if type(code) is int else 0
    if no_unwind is not None:
        os._exit(status)
    from acl.mp import in_main_process

    leaving = ExitLisp(status)
    leaving.quiet = quiet is not None
    in_main_process(leaving)
    return None


@builtin("EXIT-COMMAND", "&optional (code 0) &key no-unwind quiet", package=TPL, export=False)
def _exit_command(code: Any = 0, *, no_unwind: Any = None, quiet: Any = None) -> Any:
    """Leave Lisp, as the command :exit does by this function; programs wrap it to keep others from leaving."""
    keywords = (keyword("NO-UNWIND"), no_unwind, keyword("QUIET"), quiet)
    return FUNCTIONS["EXCL:EXIT"](code, *keywords)


@builtin("COMMAND-LINE-ARGUMENTS", "&key application", package=SYSTEM)
def _arguments(*, application: Any = None) -> Any:
    """Return the command line as a list of strings; without the program's name if APPLICATION is true."""
    return from_iterable([string(a) for a in ARGUMENTS])


@builtin("COMMAND-LINE-ARGUMENT", "n", package=SYSTEM)
def _argument(n: int) -> Any:
    """Return argument N of the command line, or NIL."""
    return string(ARGUMENTS[n]) if 0 <= n < len(ARGUMENTS) else None


@builtin("COMMAND-LINE-ARGUMENT-COUNT", "", package=SYSTEM)
def _argument_count() -> int:
    """Return the number of command line arguments."""
    return len(ARGUMENTS)


@builtin("GETENV", "name", package=SYSTEM)
def _getenv(name: Any) -> Any:
    """Return the value of the environment variable NAME, or NIL."""
    value = os.environ.get(name.text())
    return string(value) if value is not None else None


@builtin("GETENV", "value name", package=SYSTEM, setf=True)
def _setf_getenv(value: Any, name: Any) -> Any:
    """Set the environment variable NAME; NIL removes it."""
    if value is None:
        os.environ.pop(name.text(), None)
    else:
        os.environ[name.text()] = value.text()
    return value
