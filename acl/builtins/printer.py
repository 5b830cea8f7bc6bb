"""CLHS 22: the printer's functions and variables."""

from __future__ import annotations

from typing import Any

from acl.printer import variables as v
from acl.printer import writer
from acl.reader.variables import global_value
from acl.runtime.conditions import error
from acl.runtime.dynamic import bind
from acl.streams.base import output_stream
from acl.types.array import SimpleString
from acl.types.symbol import EXCL, SYSTEM, Symbol, T

from .declare import builtin, inline_names, macro, variable


def _document(symbol: Symbol, doc: str) -> None:
    variable(symbol.name, global_value(symbol), doc)


_document(v.PRINT_ARRAY, "True if arrays are printed with their elements.")
_document(v.PRINT_BASE, "Radix in which rationals are printed, 2 to 36.")
_document(v.PRINT_RADIX, "True if rationals are printed with a prefix that tells their radix.")
_document(v.PRINT_CASE, "Case of letters in symbols: :upcase, :downcase or :capitalize.")
_document(v.PRINT_CIRCLE, "True if circular and shared structure is detected and printed by #n= and #n#.")
_document(v.PRINT_ESCAPE, "True if objects are printed so that they can be read again.")
_document(v.PRINT_GENSYM, "True if uninterned symbols are printed with the prefix #:.")
_document(v.PRINT_LENGTH, "Number of elements to which lists and vectors are abbreviated, or NIL.")
_document(v.PRINT_LEVEL, "Depth at which objects are abbreviated to #, or NIL.")
_document(v.PRINT_LINES, "Number of lines after which pretty printing stops, or NIL.")
_document(v.PRINT_MISER_WIDTH, "Width at and below which pretty printing is sparing with columns, or NIL.")
_document(v.PRINT_PRETTY, "True if output is laid out in lines.")
_document(v.PRINT_READABLY, "True if an object that cannot be printed readably is an error.")
_document(v.PRINT_RIGHT_MARGIN, "Width of a line for pretty printing, or NIL for that of the stream.")
variable("*STANDARD-CHARACTER-NAMES*", global_value(v.STANDARD_NAMES),
         "True if characters are printed by the names that `char-name` gives, and a space as itself.", package=EXCL,
         export=False)
variable("*ENCLOSE-PRINTER-ERRORS*", global_value(v.ENCLOSE_ERRORS),
         "True if an error in a program's printing function that nobody handles is printed in place of the object.",
         package=EXCL)

_UNSET: Any = object()
_KEYWORDS = ("&key array base case circle escape gensym length level lines miser-width pprint-dispatch pretty radix "
             "readably right-margin")


def _bindings(options: dict[str, Any]) -> list[Any]:
    pairs: list[Any] = []
    for name, value in options.items():
        if value is not _UNSET:
            pairs += [getattr(v, "PRINT_" + name.upper()), value]
    return pairs


@builtin("WRITE", "object " + _KEYWORDS + " stream")
def write(object: Any, *, stream: Any = None, **options: Any) -> Any:
    """Write OBJECT on STREAM and return it.

    Each of the other keywords binds the variable *PRINT-name* meanwhile.
    """
    out = output_stream(stream)
    if options:
        with bind(*_bindings(options)):
            writer.write_object(object, out)
    else:
        writer.write_object(object, out)
    return object


@builtin("WRITE-TO-STRING", "object " + _KEYWORDS)
def write_to_string(object: Any, **options: Any) -> SimpleString:
    """Return what `write` would write, as a string."""
    if not options:
        return SimpleString(writer.to_string(object))
    with bind(*_bindings(options)):
        return SimpleString(writer.to_string(object))


@builtin("PRIN1", "object &optional stream")
def prin1(object: Any, stream: Any = None) -> Any:
    """Write OBJECT on STREAM so that `read` can read it, and return it."""
    writer.prin1(object, output_stream(stream))
    return object


@builtin("PRINC", "object &optional stream",
         expr="({1}.pieces.append(str({0})) or {0}) if type({0}) is int and type({1}) is StringOutputStream "
              "and {*PRINT-BASE*} == 10 and {*PRINT-RADIX*} is None else write_princ({0}, {1})")
def princ(object: Any, stream: Any = None) -> Any:
    """Write OBJECT on STREAM without escapes, as people like to read it, and return it."""
    try:
        write = stream.write_str
    except AttributeError:
        stream = output_stream(stream)
        write = stream.write_str
    if type(object) is int and writer.decimal():
        write(str(object))
    else:
        writer.princ(object, stream.resolve())
    return object


inline_names(write_princ=princ)


@builtin("PRINT", "object &optional stream")
def print_(object: Any, stream: Any = None) -> Any:
    """Write a newline, OBJECT as by `prin1`, and a space on STREAM; return OBJECT."""
    out = output_stream(stream)
    out.write_str("\n")
    writer.prin1(object, out)
    out.write_str(" ")
    return object


@builtin("PPRINT", "object &optional stream", values=True)
def pprint(object: Any, stream: Any = None) -> tuple[Any, ...]:
    """Write a newline and OBJECT on STREAM, laid out in lines; return no values."""
    out = output_stream(stream)
    out.write_str("\n")
    with bind(v.PRINT_PRETTY, T, v.PRINT_ESCAPE, T):
        writer.write_object(object, out)
    return ()


@builtin("PRIN1-TO-STRING", "object")
def prin1_to_string(object: Any) -> SimpleString:
    """Return what `prin1` would write, as a string."""
    return SimpleString(writer.prin1_to_string(object))


@builtin("PRINC-TO-STRING", "object")
def princ_to_string(object: Any) -> SimpleString:
    """Return what `princ` would write, as a string."""
    return SimpleString(writer.princ_to_string(object))


@builtin("%PRINT-UNREADABLE-OBJECT", "object stream type identity function", package=SYSTEM, export=False)
def print_unreadable_object_1(object: Any, stream: Any, type_: Any, identity: Any, function: Any) -> None:
    """Do the work of `print-unreadable-object`; FUNCTION prints the body or is NIL."""
    out = output_stream(stream)
    if v.PRINT_READABLY.value is not None:
        writer.not_readable(object)
    out.write_str("#<")
    if type_ is not None:
        out.write_str(writer.class_text(writer.Printer(out, out.write_str), object) + " ")
    if function is not None:
        function()
    if identity is not None:
        space = " " if function is not None or type_ is None else ""
        out.write_str(f"{space}@ {writer.address(object)}")
    out.write_str(">")


@macro("PRINT-UNREADABLE-OBJECT", "(object stream &key type identity) &body forms")
def print_unreadable_object(form: Any, env: Any) -> Any:
    """Write `#<`, what FORMS write, and `>` on STREAM.

    TYPE: the class of OBJECT is written before; IDENTITY: its address after.  Signals `print-not-readable` if
    *print-readably* is true.
    """
    from acl.expand.template import template
    from acl.types.cons import to_list

    head = to_list(form.cdr.car)
    options = dict(zip([k.name for k in head[2::2]], head[3::2], strict=True))
    body = form.cdr.cdr
    function = template("#'(lambda () ,@body)")(body=body) if body is not None else None
    return template("(%print-unreadable-object ,object ,stream ,type ,identity ,function)")(
        object=head[0], stream=head[1], type=options.get("TYPE"), identity=options.get("IDENTITY"), function=function)


@builtin("RANDOM-STATE-FROM", "words", package=SYSTEM, export=False)
def random_state_from(words: Any) -> Any:
    """Return the random state that is printed with the string WORDS."""
    from acl.builtins.numbers.random import state_from

    text = words.text()
    if set(text) - set("0123456789abcdef"):
        error("SIMPLE-ERROR", "~s is not the state of a generator of random numbers.", words)
    state = tuple([int(text[i:i + 8], 16) for i in range(0, len(text), 8)])
    return state_from(state)
