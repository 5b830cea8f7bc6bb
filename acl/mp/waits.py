"""Waiting for a predicate, for time, for input and output."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any

from acl.builtins.declare import builtin, macro, predicate
from acl.expand.template import template
from acl.mp.gates import Gate
from acl.mp.process import current_process, seconds_deadline
from acl.runtime import waiting
from acl.runtime.functions import coerce_function
from acl.runtime.waiting import nudge, poll_interrupts, wait_any, wait_until
from acl.streams.base import Stream
from acl.types.array import string
from acl.types.base import wrong_type
from acl.types.cons import Cons, from_iterable, lisp_list, to_list
from acl.types.function import FUNCTIONS
from acl.types.number import Ratio
from acl.types.symbol import EXCL, MP, T, cl, keyword


def _wait(whostate: Any, function: Any, args: tuple[Any, ...], deadline: float | None) -> Any:
    predicate = coerce_function(function)
    process = current_process()
    outer = process.wait_function, process.wait_args
    process.wait_function, process.wait_args = function, args
    try:
        if predicate is FUNCTIONS["MULTIPROCESSING:GATE-OPEN-P"] and len(args) == 1 and isinstance(args[0], Gate):
            gate = args[0]
            return gate.waiters.wait(lambda: gate.is_open, deadline, whostate)
        fd = _descriptor(args[0]) if len(args) == 1 and predicate in _input_predicates() else None
        if fd is not None:
            return _wait_input(predicate, args[0], fd, deadline, whostate)
        return wait_until(lambda: predicate(*args) is not None, deadline, whostate)
    finally:
        process.wait_function, process.wait_args = outer


def _input_predicates() -> list[Any]:
    return [FUNCTIONS[name] for name in ("EXCL:STREAM-LISTEN", "EXCL:READ-NO-HANG-P", "COMMON-LISP:LISTEN")
            if name in FUNCTIONS]


def _wait_input(predicate: Callable[[Any], Any], x: Any, fd: int, deadline: float | None, whostate: Any) -> bool:
    """Wait for a predicate that can only become true by input on *fd*."""
    while predicate(x) is None:
        if not wait_any((fd,), (), deadline, whostate):
            return predicate(x) is not None
        if predicate(x) is None:  # input, but not enough, or the end of file
            return bool(wait_until(lambda: predicate(x) is not None, deadline, whostate))
    return True


@builtin("PROCESS-WAIT", "whostate function &rest args", package=MP)
def process_wait(whostate: Any, function: Any, *args: Any) -> Any:
    """Wait until FUNCTION called with ARGS returns true; WHOSTATE, a string, says what for.

    FUNCTION is called any number of times; it must not wait itself.  Waiting for `gate-open-p` costs nothing.
    """
    _wait(whostate, function, args, None)
    return None


@builtin("PROCESS-WAIT-WITH-TIMEOUT", "whostate seconds function &rest args", package=MP)
def process_wait_with_timeout(whostate: Any, seconds: Any, function: Any, *args: Any) -> Any:
    """Wait as PROCESS-WAIT, but at most SECONDS; return true if FUNCTION did, NIL if time ran out."""
    return T if _wait(whostate, function, args, seconds_deadline(seconds)) else None


@builtin("PROCESS-SLEEP", "seconds &optional (whostate \"Sleep\")", package=MP)
def process_sleep(seconds: Any, whostate: Any = None) -> Any:
    """Stop the calling process for SECONDS."""
    waiting.sleep(float(seconds), whostate or string("Sleep"))
    return None


@builtin("SLEEP", "seconds")
def lisp_sleep(seconds: Any) -> Any:
    """Stop the calling process for SECONDS, a non-negative real number."""
    if not isinstance(seconds, (int, float, Ratio)) or seconds < 0:
        wrong_type(seconds, lisp_list(cl("REAL"), 0))
    waiting.sleep(float(seconds), string("Sleep"))
    return None


@builtin("PROCESS-ALLOW-SCHEDULE", "&optional other-process", package=MP)
def process_allow_schedule(other_process: Any = None) -> Any:
    """Let other processes run."""
    poll_interrupts()
    nudge()
    waiting.mailbox().pause(monotonic() + 0.0005)
    poll_interrupts()
    return None


# Input and output

def _descriptor(x: Any, write: bool = False) -> int | None:
    """Return the descriptor behind a stream, socket or integer, None if there is none."""
    if type(x) is int:
        return x
    if isinstance(x, Stream):
        x = x.resolve()
        fd = getattr(x, "out_fd" if write else "in_fd", None)
    else:
        fd = getattr(x, "fd", None)
    return fd if type(fd) is int and fd >= 0 else None


def input_ready(x: Any) -> bool:
    """Return true if reading from a stream, socket or descriptor will not block; the end of file counts."""
    if type(x) is int:
        return bool(wait_any((x,), (), 0.0))
    ready = getattr(x, "input_is_ready", None)
    if ready is None:
        wrong_type(x, "STREAM")
    return bool(ready())


def output_ready(x: Any) -> bool:
    """Return true if writing to a stream or descriptor will not block."""
    fd = _descriptor(x, True)
    return fd is None or bool(wait_any((), (fd,), 0.0))


@predicate("READ-NO-HANG-P", "stream", package=EXCL)
def read_no_hang_p(stream: Any) -> bool:
    """Return true if a read from STREAM will not block."""
    return input_ready(stream)


@predicate("WRITE-NO-HANG-P", "stream", package=EXCL)
def write_no_hang_p(stream: Any) -> bool:
    """Return true if a write to STREAM will not block."""
    return output_ready(stream)


def _elements(x: Any) -> list[Any]:
    return [] if x is None else to_list(x) if type(x) is Cons else [x]


def _ready(elements: list[Any], test: Callable[[Any], Any]) -> list[Any]:
    return [x for x in elements if test(x)]


def _tester(function: Any, default: Callable[[Any], bool]) -> Callable[[Any], Any]:
    if function is None:
        return default
    f = coerce_function(function)
    return lambda x: f(x) is not None


@builtin("WAIT-FOR-INPUT-AVAILABLE", "stream-or-fds &key wait-function (whostate \"waiting for input\") timeout",
         package=MP)
def wait_for_input_available(stream_or_fds: Any, *, wait_function: Any = None, whostate: Any = None,
                             timeout: Any = None) -> Any:
    """Wait until one of STREAM-OR-FDS has input, and return the list of those that have; NIL after TIMEOUT seconds.

    An element is a stream, a socket or a descriptor; one that is not in a list will do.  It has input if reading
    (or accepting) will not block.  WAIT-FUNCTION, of one argument, is asked before the system is.
    """
    elements = _elements(stream_or_fds)
    if not elements:
        return None
    test = _tester(wait_function, input_ready)
    deadline = seconds_deadline(timeout)
    found = _ready(elements, test)
    who = whostate or string("waiting for input")
    while not found:
        fds = {fd: x for x in elements if (fd := _descriptor(x)) is not None}
        if not fds:
            wait_until(lambda: _ready(elements, test), deadline, who)
            return from_iterable(_ready(elements, test))
        hits = wait_any(list(fds), (), deadline, who)
        if not hits:
            return from_iterable(_ready(elements, test))
        if wait_function is None:
            found = [x for x in elements if _descriptor(x) in hits and not (_is_layered(x) and not test(x))]
            continue
        found = _ready(elements, test)
        if not found:  # the system sees input, the function does not: ask it from time to time
            wait_until(lambda: _ready(elements, test), deadline, who)
            return from_iterable(_ready(elements, test))
    return from_iterable(found)


def _is_layered(x: Any) -> bool:
    """True for an SSL stream: input of its socket may be less than a record, which nobody can read yet."""
    return isinstance(x, Stream) and getattr(x.resolve(), "base_socket", None) is not None


def _status(x: Any, test: Callable[[Any], Any], good: str, bad: str) -> Any:
    """Return `(x . status)`, or None if *x* is not ready."""
    from acl.python.control import handler_case

    status = handler_case(lambda: good if test(x) else None, (cl("ERROR"), lambda _: bad))
    return Cons(x, keyword(status)) if status is not None else None


@builtin("WAIT-FOR-IO-AVAILABLE", "input-streams output-streams &key input-wait-function output-wait-function "
         "(whostate \"waiting for i/o\") timeout", package=MP)
def wait_for_io_available(input_streams: Any, output_streams: Any, *, input_wait_function: Any = None,
                          output_wait_function: Any = None, whostate: Any = None, timeout: Any = None) -> Any:
    """Wait until one of INPUT-STREAMS can be read or one of OUTPUT-STREAMS written; NIL after TIMEOUT seconds.

    Return a list of `(stream . status)`, the status :IN, :OUT, or :IN-ERROR, :OUT-ERROR if its wait function failed.
    """
    reads, writes = _elements(input_streams), _elements(output_streams)
    if not reads and not writes:
        return None
    test_in = _tester(input_wait_function, input_ready)
    test_out = _tester(output_wait_function, output_ready)
    deadline = seconds_deadline(timeout)

    def ready() -> list[Any]:
        found = [_status(x, test_in, "IN", "IN-ERROR") for x in reads]
        found += [_status(x, test_out, "OUT", "OUT-ERROR") for x in writes]
        return [x for x in found if x is not None]

    who = whostate or string("waiting for i/o")
    found = ready()
    if not found:
        fds = [[fd for x in xs if (fd := _descriptor(x)) is not None] for xs in (reads, writes)]
        if any(fds) and not wait_any(fds[0], fds[1], deadline, who):
            return from_iterable(ready())
        found = ready() or wait_until(ready, deadline, who)
    return from_iterable(found or [])


_PROGN = template("(progn ,stream ,@body)")


@macro("WAITING-FOR-INPUT-AVAILABLE", "(stream-or-fd) &body body", package=MP)
def waiting_for_input_available(form: Any, env: Any) -> Any:
    """Evaluate BODY, in which waits may be for STREAM-OR-FD; here every wait finds its descriptors by itself."""
    return _PROGN(stream=form.cdr.car.car, body=form.cdr.cdr)
