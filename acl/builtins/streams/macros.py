"""Macros that make a stream, run forms, and close it."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import macro
from acl.expand.template import template
from acl.types.cons import Cons, to_list
from acl.types.symbol import cl, keyword

_DECLARE = cl("DECLARE")
_INDEX, _START, _END, _ELEMENT_TYPE = (keyword(k) for k in ("INDEX", "START", "END", "ELEMENT-TYPE"))


def split(body: Any) -> tuple[list[Any], Any]:
    """Return the declarations at the start of *body*, and the forms after them."""
    declarations = []
    while type(body) is Cons and type(body.car) is Cons and body.car.car is _DECLARE:
        declarations.append(body.car)
        body = body.cdr
    return declarations, body


def _malformed(form: Any) -> None:
    from acl.runtime.conditions import error

    error("PROGRAM-ERROR", "Malformed ~s form: ~s.", form.car, form)


def spec(form: Any, least: int) -> list[Any]:
    """Return the elements of the list after the name of the macro; an error if there are fewer than *least*."""
    spec = form.cdr.car
    if spec is not None and type(spec) is not Cons:
        _malformed(form)
    items = to_list(spec)
    if len(items) < least:
        _malformed(form)
    return items


_open = template("""
(let ((,var (open ,@arguments)) (#:abort t))
  ,@declarations
  (unwind-protect
      (multiple-value-prog1 (progn ,@body) (setq #:abort nil))
    (when ,var (close ,var :abort #:abort))))""")


@macro("WITH-OPEN-FILE", "(stream filespec &rest options) &body forms")
def with_open_file(form: Any, env: Any) -> Any:
    """Open the file FILESPEC as by OPEN with OPTIONS, bind STREAM to it, evaluate FORMS and close it.

    If FORMS are left by a non-local exit the file is closed with :ABORT T.
    """
    var, *arguments = spec(form, 2)
    declarations, body = split(form.cdr.cdr)
    return _open(var=var, arguments=arguments, declarations=declarations, body=body)


_with_stream = template("""
(let ((,var ,stream) (#:abort t))
  ,@declarations
  (unwind-protect
      (multiple-value-prog1 (progn ,@body) (setq #:abort nil))
    (when ,var (close ,var :abort #:abort))))""")


@macro("WITH-OPEN-STREAM", "(var stream) &body forms")
def with_open_stream(form: Any, env: Any) -> Any:
    """Bind VAR to the value of STREAM, evaluate FORMS and close it, with :ABORT T after a non-local exit."""
    var, stream = spec(form, 2)
    declarations, body = split(form.cdr.cdr)
    return _with_stream(var=var, stream=stream, declarations=declarations, body=body)


_collect = template("""
(let ((,var (make-string-output-stream ,@options)))
  ,@declarations
  (unwind-protect
      (progn ,@body (get-output-stream-string ,var))
    (%close-string-output ,var)))""")

_append = template("""
(let ((,var (%output-to-string ,string ,@evaluated)))
  ,@declarations
  (unwind-protect (progn ,@body) (close ,var)))""")


@macro("WITH-OUTPUT-TO-STRING", "(var &optional string &key element-type) &body forms")
def with_output_to_string(form: Any, env: Any) -> Any:
    """Bind VAR to an output stream, evaluate FORMS, and return what was written as a string.

    If STRING is given, which must have a fill pointer, append to it and return the values of FORMS.
    """
    var, *rest = spec(form, 1)
    declarations, body = split(form.cdr.cdr)
    options = rest[1:]
    if not rest or rest[0] is None:
        return _collect(var=var, options=options, declarations=declarations, body=body)
    evaluated = [options[1]] if len(options) == 2 else []
    return _append(var=var, string=rest[0], declarations=declarations, body=body, evaluated=evaluated)


_read = template("""
(let ((,var (make-string-input-stream ,string ,@bounds)))
  ,@declarations
  (unwind-protect
      (multiple-value-prog1 (progn ,@body) ,@store)
    (close ,var)))""")
_store = template("(setf ,place (%string-stream-index ,var))")


@macro("WITH-INPUT-FROM-STRING", "(var string &key index start end) &body forms")
def with_input_from_string(form: Any, env: Any) -> Any:
    """Bind VAR to a stream that reads STRING from START to END and evaluate FORMS.

    The place INDEX is set to the index of the first character not read, if FORMS end normally.
    """
    var, string, *options = spec(form, 2)
    if len(options) % 2 or any(key not in (_INDEX, _START, _END) for key in options[::2]):
        _malformed(form)
    given: dict[Any, Any] = {}
    names: list[Any] = []
    for key, value in zip(options[::2], options[1::2], strict=True):
        if key not in given:
            given[key] = value
            names.append(key)
    declarations, body = split(form.cdr.cdr)
    store = [_store(place=given[_INDEX], var=var)] if _INDEX in given else []
    if _END in given and names.index(_END) < (names.index(_START) if _START in given else 0):
        return _read_reversed(var=var, string=string, end=given[_END], start=given[_START], declarations=declarations,
                              body=body, store=store)
    bounds = [given.get(_START, 0), given.get(_END)]
    return _read(var=var, string=string, bounds=bounds, declarations=declarations, body=body, store=store)


_read_reversed = template("""
(let ((,var (let* ((#:string ,string) (#:end ,end)) (make-string-input-stream #:string ,start #:end))))
  ,@declarations
  (unwind-protect
      (multiple-value-prog1 (progn ,@body) ,@store)
    (close ,var)))""")


