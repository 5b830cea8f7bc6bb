"""The package DEBUGGER: the frames of a stack as objects for programs, such as editors with a debugger of their own."""

from __future__ import annotations

import sys
from typing import Any

from acl.builtins.declare import builtin
from acl.clos.base import StandardObject
from acl.runtime.conditions import error, invoke_debugger
from acl.runtime.control import FrameExit
from acl.toplevel.context import in_frame
from acl.toplevel.frames import Frame, collect, frame_text, is_hidden
from acl.types.base import wrong_type
from acl.types.cons import from_iterable
from acl.types.function import call_values
from acl.types.symbol import DEBUGGER, EXCL, T, keyword


class StackFrame(StandardObject, lisp="STACK-FRAME", package=DEBUGGER):
    """A frame, and those that are newer and older than it."""

    frames: list[Frame]
    index: int

    @property
    def frame(self) -> Frame:
        """The frame itself."""
        return self.frames[self.index]

    def describe(self) -> str:
        """Return the text for the printer."""
        return f"stack-frame {frame_text(self.frame)}"


def _made(frames: list[Frame], index: int) -> StackFrame | None:
    if not 0 <= index < len(frames):
        return None
    made = StackFrame.__new__(StackFrame)
    made.frames, made.index = frames, index
    return made


def _frame(x: Any) -> Frame:
    return x.frame if isinstance(x, StackFrame) else wrong_type(x, "DEBUGGER:STACK-FRAME")


def stack(process: Any) -> list[Frame]:
    """Return the frames of *process*, newest first, without those of this module.

    Those that an error has unwound stand where it was signalled, if it is being debugged.
    """
    return [each for each in _stack(process) if each.frame.f_code.co_filename != __file__]


def _stack(process: Any) -> list[Frame]:
    from acl.mp.process import current_process

    if process is not current_process():
        thread = process.thread
        return collect(sys._current_frames().get(thread.ident)) if thread is not None else []
    newest = start = sys._getframe(1)
    frame: Any = newest
    while frame is not None and frame.f_code is not invoke_debugger.__code__:
        frame = frame.f_back
    if frame is None:
        return collect(start)
    below = collect(frame.f_back)
    above = collect(start)
    traceback = getattr(frame.f_locals["condition"], "__traceback__", None)
    return [*above[:len(above) - len(below)], *collect(frame.f_back, traceback)]


@builtin("CURRENT-THREAD", "", package=EXCL, export=False)
def _current_thread() -> Any:
    """Return the current process, for `excl::int-newest-frame`."""
    from acl.mp.process import current_process

    return current_process()


@builtin("INT-NEWEST-FRAME", "thread", package=EXCL, export=False)
def _newest_of(thread: Any) -> Any:
    """Return the newest frame of the process THREAD."""
    from acl.mp.process import Process

    return _made(stack(thread), 0) if isinstance(thread, Process) else wrong_type(thread, "MULTIPROCESSING:PROCESS")


@builtin("NEWEST-FRAME", "", package=DEBUGGER)
def _newest_frame() -> Any:
    """Return the newest frame of the current process."""
    return _made(stack(_current_thread()), 0)


@builtin("OLDEST-FRAME", "", package=DEBUGGER)
def _oldest_frame() -> Any:
    """Return the oldest frame of the current process."""
    frames = stack(_current_thread())
    return _made(frames, len(frames) - 1)


@builtin("NEXT-OLDER-FRAME", "frame", package=DEBUGGER)
def _next_older(frame: Any) -> Any:
    """Return the frame of the caller of FRAME, NIL if it is the oldest one."""
    _frame(frame)
    return _made(frame.frames, frame.index + 1)


builtin("INT-NEXT-OLDER-FRAME", "frame", package=EXCL, export=False)(_next_older)


@builtin("NEXT-NEWER-FRAME", "frame", package=DEBUGGER)
def _next_newer(frame: Any) -> Any:
    """Return the frame that FRAME has called, NIL if it is the newest one."""
    _frame(frame)
    return _made(frame.frames, frame.index - 1)


@builtin("FRAME-NAME", "frame", package=DEBUGGER)
def _frame_name(frame: Any) -> Any:
    """Return the name of the function of FRAME."""
    return _frame(frame).name


@builtin("FRAME-FUNCTION", "frame", package=DEBUGGER)
def _frame_function(frame: Any) -> Any:
    """Return the function of FRAME."""
    return _frame(frame).function()


@builtin("FRAME-EXPRESSION", "frame", package=DEBUGGER)
def _frame_expression(frame: Any) -> Any:
    """Return FRAME as a call: a list of the name of its function and its arguments."""
    return _frame(frame).expression()


@builtin("FRAME-TYPE", "frame", package=DEBUGGER)
def _frame_type(frame: Any) -> Any:
    """Return what FRAME is: a :FUNCTION."""
    _frame(frame)
    return keyword("FUNCTION")


@builtin("FRAME-ARGLIST", "frame", package=DEBUGGER)
def _frame_arglist(frame: Any) -> Any:
    """Return the arguments of FRAME."""
    return from_iterable(_frame(frame).arguments())


@builtin("FRAME-NUMBER-ACTUALS", "frame", package=DEBUGGER)
def _frame_number_actuals(frame: Any) -> int:
    """Return the number of the arguments of FRAME."""
    return len(_frame(frame).arguments())


@builtin("FRAME-NUMBER-VARS", "frame", package=DEBUGGER)
def _frame_number_vars(frame: Any) -> int:
    """Return the number of the local variables of FRAME."""
    return len(_frame(frame).variables())


def _variable(frame: Any, n: Any) -> Any:
    found = _frame(frame).variables()
    if type(n) is not int or not 0 <= n < len(found):
        error("SIMPLE-ERROR", "~s has no variable number ~s.", frame, n)
    return found[n]


@builtin("FRAME-VAR-NAME", "frame n", package=DEBUGGER)
def _frame_var_name(frame: Any, n: Any) -> Any:
    """Return the name of the local variable number N of FRAME."""
    return _variable(frame, n).symbol


@builtin("FRAME-VAR-VALUE", "frame n", package=DEBUGGER)
def _frame_var_value(frame: Any, n: Any) -> Any:
    """Return the value of the local variable number N of FRAME."""
    return _variable(frame, n).shown


@builtin("FRAME-VAR-VALUE", "value frame n", package=DEBUGGER, setf=True)
def _set_frame_var_value(value: Any, frame: Any, n: Any) -> Any:
    """Set the local variable number N of FRAME."""
    _frame(frame).set_variable(_variable(frame, n), value)
    return value


@builtin("FRAME-VISIBLE-P", "frame", package=DEBUGGER)
def _frame_visible_p(frame: Any) -> Any:
    """True if frames like FRAME are not hidden (`:hide`)."""
    return None if is_hidden(_frame(frame)) else T


@builtin("FRAME-RETURNABLE-P", "frame", package=DEBUGGER)
def _frame_returnable_p(frame: Any) -> Any:
    """True if FRAME can be returned from, and its function called again."""
    return T if _frame(frame).returnable else None


builtin("FRAME-RETRYABLE-P", "frame", package=DEBUGGER)(_frame_returnable_p)


def _leave(frame: Any, thunk: Any) -> None:
    if not _frame(frame).returnable:
        error("SIMPLE-ERROR", "~s cannot be returned from.", frame)
    raise FrameExit(frame.frame.frame, thunk)


@builtin("FRAME-RETURN", "frame &rest values", package=DEBUGGER)
def _frame_return(frame: Any, *values: Any) -> None:
    """Unwind to FRAME, whose call returns VALUES."""
    _leave(frame, lambda: values)


@builtin("FRAME-RETRY", "frame function &rest args", package=DEBUGGER)
def _frame_retry(frame: Any, function: Any, *args: Any) -> None:
    """Unwind to FRAME, whose call returns what FUNCTION returns for ARGS."""
    _leave(frame, lambda: call_values(function, *args))


@builtin("OUTPUT-FRAME", "stream frame &optional mode", package=DEBUGGER)
def _output_frame(stream: Any, frame: Any, mode: Any = None) -> None:
    """Print FRAME as a call on STREAM; MODE, :brief, :moderate or :verbose, makes it the name or the whole call."""
    from acl.printer.writer import prin1_to_string

    shown = _frame(frame)
    stream.resolve().write_str(prin1_to_string(shown.name) if mode is keyword("BRIEF") else frame_text(shown))


@builtin("ENVIRONMENT-OF-FRAME", "frame", package=DEBUGGER)
def _environment_of_frame(frame: Any) -> Any:
    """Return the environment of FRAME, for `eval-form-in-context`."""
    _frame(frame)
    return frame


@builtin("EVAL-FORM-IN-CONTEXT", "form environment", package=DEBUGGER, values=True)
def _eval_form_in_context(form: Any, environment: Any) -> Any:
    """Evaluate FORM with the local variables of the frame whose ENVIRONMENT that is, which it may set."""
    from acl.session import evaluate_values

    return evaluate_values(in_frame(form, _frame(environment)) if environment is not None else form)


@builtin("DYN-FD-ANALYZE", "frame", package=DEBUGGER, export=False, values=True)
def _dyn_fd_analyze(frame: Any) -> tuple[Any, ...]:
    """Return five values about FRAME, of which the second is its function, the last the place where that stands."""
    shown = _frame(frame)
    return None, shown.function(), None, None, LINE * shown.line


LINE = 16
"""What a line counts in such a place: more than the words of a machine, which programs take for a tolerance."""
