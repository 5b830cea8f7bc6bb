"""The reader (CLHS 23): its functions and variables, and the macro that backquotes are read as."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin, macro, predicate, variable
from acl.expand.template import template
from acl.printer.variables import STANDARD_NAMES
from acl.reader import backquote, variables
from acl.reader import reader as core
from acl.reader.designators import string_text
from acl.reader.dispatch import read_dispatch
from acl.reader.features import has_feature
from acl.reader.readtable import (
    CASES,
    CONSTITUENT,
    NON_TERMINATING,
    TERMINATING,
    WHITESPACE,
    Readtable,
)
from acl.reader.standard import READTABLE, STANDARD
from acl.runtime.conditions import error
from acl.streams.base import input_stream
from acl.streams.strings import StringInputStream
from acl.types.base import wrong_type
from acl.types.casemode import char_upcase
from acl.types.character import Char
from acl.types.cons import from_iterable, lisp_list
from acl.types.symbol import EXCL, SYSTEM, T, cl

for _symbol, _doc in (
    (READTABLE, "The current readtable."),
    (variables.READ_BASE, "The radix, 2 to 36, in which the reader reads integers and ratios."),
    (variables.READ_DEFAULT_FLOAT_FORMAT, "The type of floats that are read without an exponent marker, or with e."),
    (variables.FEATURES, "The list of the features that #+ and #- look at."),
    (variables.READ_EVAL, "If NIL, reading #. signals an error."),
    (variables.READ_SUPPRESS, "If true, the reader reads over things and gives NIL."),
):
    variable(_symbol.name, variables.global_value(_symbol), _doc)

_ABSENT: Any = object()


def _end(stream: Any, eof_error: Any, eof_value: Any) -> Any:
    if eof_error is not None:
        stream.end_of_file()
    return eof_value


@builtin("READ", "&optional input-stream (eof-error-p t) eof-value recursive-p")
def read(stream: Any = None, eof_error: Any = T, eof_value: Any = None, recursive: Any = None) -> Any:
    """Read an object from INPUT-STREAM.

    At the end of the file signal `end-of-file`, or return EOF-VALUE if EOF-ERROR-P is NIL.  RECURSIVE-P is true
    in reader macros.
    """
    stream = input_stream(stream)
    item = stream.whole(lambda: core.read(stream, core.EOF, recursive is not None))
    return item if item is not core.EOF else _end(stream, eof_error, eof_value)


@builtin("READ-PRESERVING-WHITESPACE", "&optional input-stream (eof-error-p t) eof-value recursive-p")
def read_preserving_whitespace(stream: Any = None, eof_error: Any = T, eof_value: Any = None,
                               recursive: Any = None) -> Any:
    """Read an object from INPUT-STREAM as `read` does, but leave the whitespace character that ends a token."""
    stream = input_stream(stream)
    item = stream.whole(lambda: core.read(stream, core.EOF, recursive is not None, preserving=True))
    return item if item is not core.EOF else _end(stream, eof_error, eof_value)


@builtin("READ-FROM-STRING", "string &optional (eof-error-p t) eof-value &key (start 0) end preserve-whitespace",
         values=True)
def read_from_string(string: Any, eof_error: Any = T, eof_value: Any = None, *, start: Any = 0, end: Any = None,
                     preserve_whitespace: Any = None) -> tuple[Any, ...]:
    """Read an object from the text of STRING between START and END.

    Two values: the object, and the index of the first character that was not read.
    """
    text = string_text(string)
    _check_bounds(start, end, len(text))
    stream = StringInputStream(text if end is None else text[:end])
    stream.pos = start or 0
    item = core.read(stream, core.EOF, preserving=preserve_whitespace is not None)
    if item is core.EOF:
        item = _end(stream, eof_error, eof_value)
    return item, stream.pos


def _check_bounds(start: Any, end: Any, length: int) -> None:
    from acl.types.array import bad_index

    if type(start) is not int or not 0 <= start <= length:
        bad_index(start, length + 1)
    if end is not None and (type(end) is not int or not start <= end <= length):
        bad_index(end, length + 1)


@builtin("READ-DELIMITED-LIST", "char &optional input-stream recursive-p")
def read_delimited_list(char: Any, stream: Any = None, recursive: Any = None) -> Any:
    """Read objects from INPUT-STREAM up to CHAR, which is dropped; return a list of them."""
    if type(char) is not Char:
        wrong_type(char, "CHARACTER")
    stream = input_stream(stream)
    if recursive is None:
        with core.outermost():
            return from_iterable(stream.whole(lambda: _delimited(stream, str(char))))
    return from_iterable(_delimited(stream, str(char)))


def _delimited(stream: Any, close: str) -> list[Any]:
    items: list[Any] = []
    while True:
        syntax = core.current_readtable().syntax
        c = stream.read_char()
        while c is not None and c != close and syntax.get(c, CONSTITUENT) == WHITESPACE:
            c = stream.read_char()
        if c is None:
            stream.end_of_file()
        if c == close:
            return items
        kind = syntax.get(c, CONSTITUENT)
        if kind == TERMINATING or kind == NON_TERMINATING:
            item = core.call_macro(core.current_readtable().macros[c], stream, c)
            if item is not core.NOTHING:
                items.append(item)
            continue
        stream.unread_char(c)
        items.append(core.read_inner(stream))


# Readtables


def _readtable(x: Any) -> Readtable:
    """Return the readtable that an argument designates: the current one if absent, the standard one if NIL."""
    if x is _ABSENT:
        x = READTABLE.value
    elif x is None:
        return STANDARD
    if type(x) is not Readtable:
        wrong_type(x, "READTABLE")
    return x


def _changeable(x: Any) -> Readtable:
    table = _readtable(x)
    if table.read_only:
        error("SIMPLE-ERROR", "The standard readtable cannot be changed.")
    return table


def _char(x: Any) -> str:
    if type(x) is not Char:
        wrong_type(x, "CHARACTER")
    return str(x)


@predicate("READTABLEP", "object")
def readtablep(x: Any) -> bool:
    """Return true if OBJECT is a readtable."""
    return type(x) is Readtable


@builtin("COPY-READTABLE", "&optional from-readtable to-readtable")
def copy_readtable(source: Any = _ABSENT, target: Any = None) -> Any:
    """Return a copy of FROM-READTABLE (of the standard readtable if NIL): TO-READTABLE, or a new one."""
    return _readtable(source).copy_into(Readtable() if target is None else _changeable(target))


@builtin("READTABLE-CASE", "readtable")
def readtable_case(table: Any) -> Any:
    """Return how READTABLE treats the case of symbols: :upcase, :downcase, :preserve or :invert."""
    if type(table) is not Readtable:
        wrong_type(table, "READTABLE")
    return table.case


@builtin("READTABLE-CASE", "mode readtable", setf=True)
def setf_readtable_case(mode: Any, table: Any) -> Any:
    """Set how READTABLE treats the case of symbols."""
    if type(table) is not Readtable:
        wrong_type(table, "READTABLE")
    if mode not in CASES:
        from acl.types.array import type_error

        type_error(mode, lisp_list(cl("MEMBER"), *CASES))
    _changeable(table).case = mode
    return mode


@builtin("SET-SYNTAX-FROM-CHAR", "to-char from-char &optional to-readtable from-readtable")
def set_syntax_from_char(to_char: Any, from_char: Any, to_table: Any = _ABSENT, from_table: Any = None) -> Any:
    """Give TO-CHAR in TO-READTABLE the syntax that FROM-CHAR has in FROM-READTABLE (NIL: the standard one)."""
    _changeable(to_table).copy_syntax(_char(to_char), _char(from_char), _readtable(from_table))
    return T


def _check_designator(function: Any) -> Any:
    from acl.runtime.functions import coerce_function

    coerce_function(function)
    return function


@builtin("SET-MACRO-CHARACTER", "char new-function &optional non-terminating-p readtable")
def set_macro_character(char: Any, function: Any, non_terminating: Any = None, table: Any = _ABSENT) -> Any:
    """Make CHAR a macro character of READTABLE with NEW-FUNCTION, which gets the stream and the character."""
    _changeable(table).set_macro(_char(char), _check_designator(function), non_terminating is not None)
    return T


@builtin("GET-MACRO-CHARACTER", "char &optional readtable", values=True)
def get_macro_character(char: Any, table: Any = _ABSENT) -> tuple[Any, ...]:
    """Return the function of the macro character CHAR (or NIL), and whether it is non-terminating."""
    found = _readtable(table)
    c = _char(char)
    function = found.macros.get(c)
    return function, (T if function is not None and found.syntax[c] == NON_TERMINATING else None)


@builtin("MAKE-DISPATCH-MACRO-CHARACTER", "char &optional non-terminating-p readtable")
def make_dispatch_macro_character(char: Any, non_terminating: Any = None, table: Any = _ABSENT) -> Any:
    """Make CHAR a dispatching macro character of READTABLE, without any sub-characters."""
    _changeable(table).set_dispatching(_char(char), read_dispatch, non_terminating is not None)
    return T


def _dispatch_table(found: Readtable, char: Any) -> dict[str, Any]:
    table = found.dispatch.get(_char(char))
    if table is None:
        error("SIMPLE-ERROR", "~s is not a dispatching macro character.", char)
    return table


@builtin("SET-DISPATCH-MACRO-CHARACTER", "disp-char sub-char new-function &optional readtable")
def set_dispatch_macro_character(char: Any, sub_char: Any, function: Any, table: Any = _ABSENT) -> Any:
    """Let NEW-FUNCTION read what DISP-CHAR and SUB-CHAR begin; it gets the stream, SUB-CHAR and the number or NIL."""
    entries = _dispatch_table(_changeable(table), char)
    c = char_upcase(_char(sub_char))
    if c in "0123456789":
        error("SIMPLE-ERROR", "~s cannot be a sub-character: it is a digit.", sub_char)
    entries[c] = _check_designator(function)
    return T


@builtin("GET-DISPATCH-MACRO-CHARACTER", "disp-char sub-char &optional readtable")
def get_dispatch_macro_character(char: Any, sub_char: Any, table: Any = _ABSENT) -> Any:
    """Return the function that reads what DISP-CHAR and SUB-CHAR begin, NIL if there is none."""
    c = char_upcase(_char(sub_char))
    return None if c in "0123456789" else _dispatch_table(_readtable(table), char).get(c)


# Features


@predicate("FEATUREP", "feature-expression", package=EXCL)
def featurep(feature: Any) -> bool:
    """Return true if FEATURE-EXPRESSION holds, which is what may follow #+."""
    return has_feature(feature)


# with-standard-io-syntax

_STANDARD_VALUES = template("""(
    (*package* (%the-package "COMMON-LISP-USER"))
    (*print-array* t) (*print-base* 10) (*print-case* :upcase) (*print-circle* nil) (*print-escape* t)
    (*print-gensym* t) (*print-length* nil) (*print-level* nil) (*print-lines* nil) (*print-miser-width* nil)
    (*print-pprint-dispatch* (copy-pprint-dispatch nil)) (*print-pretty* nil) (*print-radix* nil)
    (*print-readably* t) (*print-right-margin* nil) (,standard_names t)
    (*read-base* 10) (*read-default-float-format* 'single-float) (*read-eval* t) (*read-suppress* nil)
    (*readtable* (%standard-readtable)))""")
_with_standard = template("(let ,bindings ,@body)")


@builtin("%STANDARD-READTABLE", "", package=SYSTEM)
def _standard_readtable() -> Any:
    """Return the standard readtable."""
    return STANDARD


@macro("WITH-STANDARD-IO-SYNTAX", "&body forms")
def _with_standard_io_syntax(form: Any, env: Any) -> Any:
    """Evaluate FORMS with the variables of reader and printer bound to their standard values."""
    return _with_standard(bindings=_STANDARD_VALUES(standard_names=STANDARD_NAMES), body=form.cdr)


# Backquote


@macro("BACKQUOTE", "template", package=SYSTEM)
def _backquote(form: Any, env: Any) -> Any:
    """Make the object that TEMPLATE describes; what the reader makes of a backquote."""
    if form.cdr is None or form.cdr.cdr is not None:
        error("PROGRAM-ERROR", "Malformed backquote: ~s.", form)
    return backquote.expand(form.cdr.car)


def _comma(form: Any, env: Any) -> Any:
    """Signal an error: a comma has a meaning only within a backquote."""
    error("PROGRAM-ERROR", "~s is not within a backquote.", form)


for _name in ("COMMA", "COMMA-AT", "COMMA-DOT"):
    macro(_name, "form", package=SYSTEM)(_comma)

