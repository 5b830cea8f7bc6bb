"""Variables of the top level (packages COMMON-LISP and TOP-LEVEL)."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import variable
from acl.types.array import string
from acl.types.symbol import EXCL, TPL, Symbol, T, cl

_AGES = ("evaluated last", "before the last", "two before the last")
STARS: list[Symbol] = [variable("*" * (i + 1), None, f"Primary value of the form {d}.") for i, d in enumerate(_AGES)]
SLASHES: list[Symbol] = [variable("/" * (i + 1), None, f"List of the values of the form {d}.")
                         for i, d in enumerate(_AGES)]
PLUSES: list[Symbol] = [variable("+" * (i + 1), None, f"The form {d}.") for i, d in enumerate(_AGES)]
MINUS = variable("-", None, "The form being evaluated by the top level.")

DEFAULT_PROMPT = string("~&~@[[Current process: ~a]~%~]~@[[Current process focus: ~a]~%~]"
                        "~:[~:[~2*~;~:*[~a~:[~;c~]~:[~;i~]] ~]~;[step] ~3*~]~a(~a): ")
PROMPT = variable(
    "*PROMPT*", DEFAULT_PROMPT,
    "The prompt: a format string of eight arguments (process focus stepping break-level continuable inspecting "
    "package-name number), or a function of a stream and these.", package=TPL)
for _own in ("*PRINT-LENGTH*", "*PRINT-LEVEL*"):  # TPL's own, not those it would inherit
    if _own not in TPL.external:
        TPL.shadowing[_own] = TPL.external[_own] = Symbol(_own, TPL)
PRINT_LENGTH = variable("*PRINT-LENGTH*", 10, "*print-length* for values that the top level prints.", package=TPL,
                        export=True)
PRINT_LEVEL = variable("*PRINT-LEVEL*", 4, "*print-level* for values that the top level prints.", package=TPL)
ZOOM_DISPLAY = variable("*ZOOM-DISPLAY*", 20, "How many frames :zoom shows.", package=TPL)
ZOOM_PRINT_LENGTH = variable("*ZOOM-PRINT-LENGTH*", 3, "*print-length* while :zoom prints.", package=TPL)
ZOOM_PRINT_LEVEL = variable("*ZOOM-PRINT-LEVEL*", 3, "*print-level* while :zoom prints.", package=TPL)
EXIT_ON_EOF = variable("*EXIT-ON-EOF*", None, "Whether end of file at the outermost level exits without asking.",
                       package=TPL)
ZOOM_PRINT_CIRCLE = variable("*ZOOM-PRINT-CIRCLE*", None, "*print-circle* while :zoom prints.", package=TPL)

ZOOM_PRINT_SPECIAL_BINDINGS = variable("*ZOOM-PRINT-SPECIAL-BINDINGS*", None,
                                       "Kept for programs that set it; :zoom shows no special bindings.", package=TPL)
AUTO_ZOOM = variable("*AUTO-ZOOM*", None, "Whether commands that move to another frame show the stack.", package=TPL)
HELP_PAGE_LENGTH = variable("*HELP-PAGE-LENGTH*", 40, "How many lines :help shows before it asks, or NIL.",
                            package=TPL)
HISTORY = variable("*HISTORY*", None, "List of the inputs so far, as strings, newest first.", package=TPL)
READ = variable("*READ*", None, "A function to read a form with: of a stream, eof-error-p, eof-value; or NIL.",
                package=TPL)
EVAL = variable("*EVAL*", None, "A function to evaluate a form with, or NIL.", package=TPL)
PRINT = variable("*PRINT*", None, "A function to print a value with, or NIL.", package=TPL)
TIME_THRESHOLD = variable("*TIME-THRESHOLD*", None,
                          "A number of seconds: a form that takes longer has its time printed; or NIL.", package=TPL)
LISTENER_BINDINGS = variable("*DEFAULT-LISP-LISTENER-BINDINGS*", None,
                             "Alist of variables, and the forms for their values, that each listener binds.",
                             package=TPL)
LOOP_WRAPPER = variable("*TOP-LEVEL-READ-EVAL-PRINT-LOOP-WRAPPER*", None,
                        "A function that is called with the function that runs a listener, or NIL.", package=TPL)
RESET_HOOK = variable("*RESET-HOOK*", None, "A function called by :reset, or NIL.", package=TPL)
COMMAND_CHAR = variable("*COMMAND-CHAR*", None, "The character that begins a command; NIL stands for a colon.",
                        package=TPL)
PRINT_NICKNAME = variable("*PRINT-NICKNAME*", T, "Whether the prompt shows a package's nickname.",
                          package=EXCL)


def shift(symbols: list[Symbol], new: Any) -> None:
    """Move the values of a row like * ** *** on by one."""
    a, b, c = symbols
    c.value = b.value
    b.value = a.value
    a.value = new


def zoom_bindings() -> tuple[Any, ...]:
    """Return the printer's variables that hold while a stack is shown, each with its value."""
    return (cl("*PRINT-LENGTH*"), ZOOM_PRINT_LENGTH.value, cl("*PRINT-LEVEL*"), ZOOM_PRINT_LEVEL.value,
            cl("*PRINT-CIRCLE*"), ZOOM_PRINT_CIRCLE.value)
