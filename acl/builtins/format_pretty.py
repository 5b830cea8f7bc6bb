"""CLHS 22.2: the functions and macros of the pretty printer."""

from __future__ import annotations

from typing import Any, NoReturn

from acl.printer import variables as v
from acl.printer.blocks import logical_block
from acl.printer.directives import text_of
from acl.printer.dispatch import STANDARD, Cursor, DispatchTable, lay_out
from acl.printer.pretty import as_pretty
from acl.printer.writer import Printer, write_object
from acl.runtime.dynamic import bind
from acl.streams.base import output_stream
from acl.types.array import SimpleString
from acl.types.base import wrong_type
from acl.types.cons import Cons, lisp_list, to_list
from acl.types.symbol import SYSTEM, Symbol, T, cl

from .declare import builtin, macro, program_error, variable

variable("*PRINT-PPRINT-DISPATCH*", STANDARD, "The table that says how objects are laid out.")


def _type_fault(datum: Any, *names: str) -> NoReturn:
    from acl.runtime.conditions import type_fault
    from acl.types.symbol import keyword

    type_fault(datum, lisp_list(cl("MEMBER"), *(keyword(name) for name in names)))
    raise AssertionError


def _kind(x: Any, *names: str) -> str:
    if type(x) is Symbol and x.name in names and x.package is not None and x.package.name == "KEYWORD":
        return x.name
    _type_fault(x, *names)


# Layout in the current block


@builtin("PPRINT-NEWLINE", "kind &optional stream")
def pprint_newline(kind: Any, stream: Any = None) -> None:
    """Put a conditional newline of KIND (:linear, :fill, :miser or :mandatory) into the logical block of STREAM."""
    name = _kind(kind, "LINEAR", "FILL", "MISER", "MANDATORY")
    pretty = as_pretty(output_stream(stream))
    if pretty is not None:
        pretty.newline(name.lower())


@builtin("PPRINT-INDENT", "relative-to n &optional stream")
def pprint_indent(relative_to: Any, n: Any, stream: Any = None) -> None:
    """Set the indentation in the logical block of STREAM to N columns from :block start or :current column."""
    name = _kind(relative_to, "BLOCK", "CURRENT")
    if type(n) is not int:
        from acl.types.function import FUNCTIONS

        if FUNCTIONS["COMMON-LISP:REALP"](n) is None:
            wrong_type(n, "REAL")
        n = round(float(n))
    pretty = as_pretty(output_stream(stream))
    if pretty is not None:
        pretty.indent(name == "CURRENT", n)


@builtin("PPRINT-TAB", "kind colnum colinc &optional stream")
def pprint_tab(kind: Any, colnum: Any, colinc: Any, stream: Any = None) -> None:
    """Tabulate in the logical block of STREAM as ~T does; KIND is :line, :section or one of them with -relative."""
    name = _kind(kind, "LINE", "SECTION", "LINE-RELATIVE", "SECTION-RELATIVE")
    pretty = as_pretty(output_stream(stream))
    if pretty is not None:
        pretty.tab(name.startswith("SECTION"), name.endswith("RELATIVE"), colnum, colinc)


# Lists


def _simple_list(stream: Any, x: Any, colon: Any, body: Any) -> None:
    opening, closing = ("(", ")") if colon is not None else ("", "")
    logical_block(output_stream(stream), x, opening, False, closing, body)


def _elements(kind: str) -> Any:
    def body(stream: Any, cursor: Cursor) -> None:
        while cursor.rest is not None and cursor.more():
            write_object(cursor.pop(), stream)
            if cursor.rest is None:
                break
            stream.write_str(" ")
            pretty = as_pretty(stream)
            if pretty is not None:
                pretty.newline(kind)

    return body


@builtin("PPRINT-FILL", "stream object &optional (colon? t) at-sign?")
def pprint_fill(stream: Any, object: Any, colon: Any = T, at_sign: Any = None) -> None:
    """Print the list OBJECT on STREAM with as many elements on a line as fit; in parentheses if COLON?."""
    _simple_list(stream, object, colon, _elements("fill"))


@builtin("PPRINT-LINEAR", "stream object &optional (colon? t) at-sign?")
def pprint_linear(stream: Any, object: Any, colon: Any = T, at_sign: Any = None) -> None:
    """Print the list OBJECT on STREAM, all on one line or every element on its own; in parentheses if COLON?."""
    _simple_list(stream, object, colon, _elements("linear"))


@builtin("PPRINT-TABULAR", "stream object &optional (colon? t) at-sign? (tabsize 16)")
def pprint_tabular(stream: Any, object: Any, colon: Any = T, at_sign: Any = None, tabsize: Any = 16) -> None:
    """Print the list OBJECT on STREAM in columns that are TABSIZE wide; in parentheses if COLON?."""
    size = 16 if tabsize is None else tabsize

    def body(out: Any, cursor: Cursor) -> None:
        while cursor.rest is not None and cursor.more():
            write_object(cursor.pop(), out)
            if cursor.rest is None:
                break
            out.write_str(" ")
            pretty = as_pretty(out)
            if pretty is not None:
                pretty.tab(True, True, 0, size)
                pretty.newline("fill")

    _simple_list(stream, object, colon, body)


# Logical blocks


@builtin("%LOGICAL-BLOCK", "stream object prefix per-line suffix function", package=SYSTEM, export=False)
def logical_block_1(stream: Any, object: Any, prefix: Any, per_line: Any, suffix: Any, function: Any) -> None:
    """Do the work of `pprint-logical-block`: FUNCTION gets the stream and the cursor over the list OBJECT."""
    logical_block(output_stream(stream), object, text_of(prefix), per_line is not None, text_of(suffix), function)


@builtin("%PPRINT-MORE", "cursor", package=SYSTEM, export=False)
def pprint_more(cursor: Cursor) -> Any:
    """Return true if an element can be taken; else write what stands for the rest of the list."""
    return T if cursor.more() else None


@builtin("%PPRINT-NEXT", "cursor", package=SYSTEM, export=False)
def pprint_next(cursor: Cursor) -> Any:
    """Take the next element of the list."""
    return cursor.pop()


@builtin("%PPRINT-EXHAUSTED", "cursor", package=SYSTEM, export=False)
def pprint_exhausted(cursor: Cursor) -> Any:
    """Return true at the end of the list."""
    return T if cursor.rest is None else None


@macro("PPRINT-LOGICAL-BLOCK", "(stream object &key prefix per-line-prefix suffix) &body body")
def pprint_logical_block(form: Any, env: Any) -> Any:
    """Print the list OBJECT in a logical block on the stream named by the symbol STREAM.

    In BODY, STREAM is a stream that understands layout, (pprint-pop) takes the next element, and
    (pprint-exit-if-list-exhausted) leaves the block at the end of the list.
    """
    from acl.expand.template import template

    head = to_list(form.cdr.car)
    if len(head) < 2:
        program_error("PPRINT-LOGICAL-BLOCK", "PPRINT-LOGICAL-BLOCK needs a stream and an object.")
    stream, x, *options = head
    if len(options) % 2:
        program_error("PPRINT-LOGICAL-BLOCK", "Odd number of keyword arguments.")
    given: dict[str, Any] = {}
    bindings = []
    for key, value in zip(options[::2], options[1::2], strict=True):
        if type(key) is not Symbol or key.name not in ("PREFIX", "PER-LINE-PREFIX", "SUFFIX"):
            program_error("PPRINT-LOGICAL-BLOCK", f"Illegal keyword given: {key!r}.")
        variable = Symbol(key.name)
        bindings.append(lisp_list(variable, value))
        given.setdefault(key.name, variable)
    if "PREFIX" in given and "PER-LINE-PREFIX" in given:
        return template("(error \":PREFIX and :PER-LINE-PREFIX exclude each other.\")")()
    if stream is None or stream is T:
        name: Any = cl("*STANDARD-OUTPUT*") if stream is None else cl("*TERMINAL-IO*")
    elif type(stream) is Symbol:
        name = stream
    else:
        wrong_type(stream, "SYMBOL")
    cursor, block, function = Symbol("CURSOR"), Symbol("BLOCK"), Symbol("STREAM")
    expansion = template("""
        (let* ((#:object ,object) ,@bindings)
          (%logical-block ,stream #:object ,prefix ,per-line ,suffix
            #'(lambda (,parameter ,cursor)
                (let ((,name ,parameter))
                  (block ,block
                    (macrolet ((pprint-pop ()
                                 '(if (%pprint-more ,cursor) (%pprint-next ,cursor) (return-from ,block nil)))
                               (pprint-exit-if-list-exhausted ()
                                 '(if (%pprint-exhausted ,cursor) (return-from ,block nil))))
                      ,@body))))))""")
    per_line, empty = given.get("PER-LINE-PREFIX"), SimpleString("")
    return expansion(object=x, bindings=bindings, stream=stream, prefix=per_line or given.get("PREFIX", empty),
                     per_line=T if per_line else None, suffix=given.get("SUFFIX", empty), name=name,
                     parameter=function, cursor=cursor, block=block, body=form.cdr.cdr)


@macro("PPRINT-POP", "")
def pprint_pop(form: Any, env: Any) -> Any:
    """Take the next element of the list that the surrounding `pprint-logical-block` prints, minding *print-length*."""
    return _outside("PPRINT-POP")


@macro("PPRINT-EXIT-IF-LIST-EXHAUSTED", "")
def pprint_exit_if_list_exhausted(form: Any, env: Any) -> Any:
    """Leave the surrounding `pprint-logical-block` if all elements of its list are taken."""
    return _outside("PPRINT-EXIT-IF-LIST-EXHAUSTED")


def _outside(name: str) -> Any:
    from acl.expand.template import template

    return template("(error \"~s is used outside of pprint-logical-block.\" ',name)")(name=cl(name))


# Dispatch tables


_CURRENT: Any = object()


def _table(x: Any) -> DispatchTable:
    if x is _CURRENT:
        x = v.PRINT_PPRINT_DISPATCH.value
    if x is None:
        return STANDARD
    if type(x) is not DispatchTable:
        from acl.clos.base import native_class
        from acl.runtime.conditions import type_fault

        type_fault(x, native_class(DispatchTable.lisp_class)._lisp.name)
    return x


@builtin("COPY-PPRINT-DISPATCH", "&optional (table *print-pprint-dispatch*)")
def copy_pprint_dispatch(table: Any = _CURRENT) -> DispatchTable:
    """Return a copy of the dispatch table TABLE; NIL means the standard's own."""
    return DispatchTable(list(_table(table).entries))


def _lay_out(stream: Any, x: Any) -> Any:
    """Lay an object out as the standard's entries say."""
    out = output_stream(stream)
    p = Printer(out, out.write_str)
    if not lay_out(p, x):
        _print_plainly(stream, x)


def _print_plainly(stream: Any, x: Any) -> Any:
    """Print an object for which no entry says otherwise."""
    with bind(v.PRINT_PRETTY, None):
        write_object(x, output_stream(stream))


@builtin("PPRINT-DISPATCH", "object &optional (table *print-pprint-dispatch*)", values=True)
def pprint_dispatch(object: Any, table: Any = _CURRENT) -> tuple[Any, Any]:
    """Return the function that lays OBJECT out under the dispatch table TABLE, and whether an entry was found."""
    function = _table(table).find(object)
    if function is not None:
        return function, T
    return (_lay_out, T) if type(object) is Cons else (_print_plainly, None)


@builtin("SET-PPRINT-DISPATCH", "type-specifier function &optional (priority 0) (table *print-pprint-dispatch*)")
def set_pprint_dispatch(type_specifier: Any, function: Any, priority: Any = 0, table: Any = _CURRENT) -> None:
    """Make FUNCTION lay out objects of TYPE-SPECIFIER; NIL removes the entry.

    The entry with the highest PRIORITY counts if an object is of several types.
    """
    from acl.types.function import FUNCTIONS

    if FUNCTIONS["COMMON-LISP:REALP"](priority) is None:
        wrong_type(priority, "REAL")
    _table(table).set(type_specifier, function, priority)


