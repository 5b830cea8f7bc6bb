"""Allegro's module :streamp: streams of what a function writes, and pipes between processes."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin, macro
from acl.clos.base import StandardObject
from acl.expand.template import template
from acl.runtime.faults import caught
from acl.runtime.functions import coerce_function
from acl.streams.pipes import FunctionInputStream, FunctionOutputStream, PipeStream, function_streams
from acl.types.array import string
from acl.types.base import wrong_type
from acl.types.function import FUNCTIONS
from acl.types.symbol import EXCL


@builtin("MAKE-PIPE-STREAM", "&key external-format", package=EXCL)
def make_pipe_stream(*, external_format: Any = None) -> Any:
    """Return a stream from which can be read what is written to it; who reads waits for who writes."""
    return PipeStream(external_format)


@builtin("MAKE-FUNCTION-INPUT-STREAM", "function &rest arguments", package=EXCL)
def make_function_input_stream(function: Any, *arguments: Any) -> Any:
    """Return an input stream of what FUNCTION, in a process of its own, writes to the stream that it gets first.

    ARGUMENTS are its other arguments.  The file ends when it returns; who reads so far gets an error that ended it.
    """
    get, put = function_streams()
    FUNCTIONS["MULTIPROCESSING:PROCESS-RUN-FUNCTION"](string("function input stream"), _run, get, put,
                                                      coerce_function(function), arguments)
    return get


def _run(get: FunctionInputStream, put: FunctionOutputStream, function: Any, arguments: tuple[Any, ...]) -> None:
    try:
        failure = caught(lambda: function(put, *arguments))
        unsent = caught(put.finish_output)
        failure = unsent if failure is None else failure
        if not put.abandoned:
            get.failure = failure
    finally:
        put.close(True)


_WITH = template("""(let ((,stream (,make ,function ,@arguments)))
    (unwind-protect (progn ,@body) (close ,stream)))""")


@macro("WITH-FUNCTION-INPUT-STREAM", "(stream function &rest arguments) &body body", package=EXCL)
def _with_function_input_stream(form: Any, env: Any) -> Any:
    """Evaluate BODY with STREAM bound to what `make-function-input-stream` returns, which is closed at last."""
    stream, function = form.cdr.car.car, form.cdr.car.cdr.car
    return _WITH(stream=stream, make=EXCL.external["MAKE-FUNCTION-INPUT-STREAM"], function=function,
                 arguments=form.cdr.car.cdr.cdr, body=form.cdr.cdr)


class RestartableFunctionInputStream(StandardObject, lisp="RESTARTABLE-FUNCTION-INPUT-STREAM", package=EXCL):
    """A function of which a stream can be made again and again, each from the beginning."""

    function: Any
    arguments: tuple[Any, ...]


@builtin("MAKE-RESTARTABLE-FUNCTION-INPUT-STREAM", "function &rest arguments", package=EXCL)
def make_restartable(function: Any, *arguments: Any) -> Any:
    """Return what `create-new-rfis-stream` makes streams of; the arguments are as of `make-function-input-stream`."""
    made = RestartableFunctionInputStream.__new__(RestartableFunctionInputStream)
    made.function, made.arguments = function, arguments
    return made


@builtin("CREATE-NEW-RFIS-STREAM", "restartable", package=EXCL)
def create_new_stream(restartable: Any) -> Any:
    """Return a new stream of what the function of RESTARTABLE writes, from the beginning."""
    if not isinstance(restartable, RestartableFunctionInputStream):
        wrong_type(restartable, "EXCL:RESTARTABLE-FUNCTION-INPUT-STREAM")
    return make_function_input_stream(restartable.function, *restartable.arguments)
