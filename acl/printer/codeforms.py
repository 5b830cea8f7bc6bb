"""How Lisp forms are broken into lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from acl.types.cons import Cons
from acl.types.function import FUNCTIONS, UndefinedFunction
from acl.types.symbol import CL, KEYWORD, Symbol, function_key

from .dispatch import FORMS, Cursor, begin, end, write_list, write_rest
from .symbols import symbol_text
from .writer import Printer

Part = Callable[[Printer, Any], None]


def write_form(p: Printer, x: Cons) -> None:
    """Lay out the list *x*, which is not too deep."""
    operator = x.car
    if type(operator) is not Symbol:
        write_list(p, x, "fill" if type(operator) is not Cons else "linear")
        return
    lay_out = FORMS.get(operator)
    if lay_out is not None and type(x.cdr) is Cons:
        lay_out(p, x)
    elif operator.package is not KEYWORD and type(x.cdr) is Cons and _is_operator(operator):
        _call(p, x)
    else:
        write_list(p, x, "fill")


def _is_operator(symbol: Symbol) -> bool:
    function = FUNCTIONS.get(function_key(symbol))
    return symbol.macro is not None or (function is not None and type(function) is not UndefinedFunction)


def _head(p: Printer, x: Cons) -> Cursor:
    """Begin a form: write the parenthesis, the operator and a space."""
    begin(p, "(", ")")
    cursor = Cursor(p, x)
    if cursor.more():
        p.write(cursor.pop())
        if cursor.rest is not None:
            p.out(" ")
    return cursor


def _call(p: Printer, x: Cons) -> None:
    """Arguments below each other: (foo a / b)."""
    cursor = _head(p, x)
    p.stream.newline("miser")
    p.stream.indent(True, 0)
    write_rest(p, cursor, "linear")
    end(p)


def _default(p: Printer, x: Any) -> None:
    p.write(x)


def _part(p: Printer, x: Any, kind: str) -> bool:
    """Write a list that is no form, such as a lambda list; false if it is not a list."""
    if type(x) is not Cons:
        p.write(x)
        return False
    if p.circle is not None and p.circle.reference(p, x):
        return False
    if not p.too_deep():
        write_list(p, x, kind)
    return True


def _lambda_list(p: Printer, x: Any) -> None:
    _part(p, x, "fill")


def _clause(p: Printer, x: Any) -> None:
    _part(p, x, "linear")


def _each(item: Part) -> Part:
    """A list whose elements are written by *item*, one a line."""

    def write(p: Printer, x: Any) -> None:
        if type(x) is not Cons:
            p.write(x)
            return
        if (p.circle is not None and p.circle.reference(p, x)) or p.too_deep():
            return
        begin(p, "(", ")")
        cursor = Cursor(p, x)
        while cursor.rest is not None and cursor.more():
            item(p, cursor.pop())
            if cursor.rest is None:
                break
            p.out(" ")
            p.stream.newline("linear")
        end(p)

    return write


_bindings = _each(_clause)


def _body(*parts: Part, item: Part = _default) -> Part:
    """Forms whose first arguments stay on the first line: (op part... / body...), the body indented by 2."""

    def lay_out(p: Printer, x: Any) -> None:
        cursor = _head(p, x)
        stream = p.stream
        stream.indent(False, 3)
        for i, part in enumerate(parts):
            if cursor.rest is None or not cursor.more():
                end(p)
                return
            if i:
                stream.newline("fill")
            else:
                stream.newline("miser")
            part(p, cursor.pop())
            if cursor.rest is not None:
                p.out(" ")
        stream.indent(False, 1)
        if not parts:
            stream.newline("linear")
        while cursor.rest is not None:
            if parts:
                stream.newline("linear")
            if not cursor.more():
                break
            item(p, cursor.pop())
            if cursor.rest is not None:
                p.out(" ")
                if not parts:
                    stream.newline("linear")
        end(p)

    return lay_out


def _definition(p: Printer, x: Any) -> None:
    """A local function definition: (name lambda-list / body...)."""
    if type(x) is Cons and type(x.cdr) is Cons:
        if (p.circle is None or not p.circle.reference(p, x)) and not p.too_deep():
            _body(_lambda_list)(p, x)
    else:
        p.write(x)


def _if(p: Printer, x: Cons) -> None:
    cursor = _head(p, x)
    p.stream.newline("miser")
    p.stream.indent(True, 0)
    write_rest(p, cursor, "linear")
    end(p)


def _cond(p: Printer, x: Cons) -> None:
    cursor = _head(p, x)
    stream = p.stream
    stream.newline("miser")
    stream.indent(True, 0)
    while cursor.rest is not None and cursor.more():
        _clause(p, cursor.pop())
        if cursor.rest is None:
            break
        p.out(" ")
        stream.newline("linear")
    end(p)


def _setq(p: Printer, x: Cons) -> None:
    """Pairs, one a line; a value that does not fit behind its variable goes below it."""
    cursor = _head(p, x)
    stream = p.stream
    stream.newline("miser")
    stream.indent(True, 0)
    margin = len(symbol_text(x.car, p.case, p.print_case, p.base, p.package, p.gensym)) + 1
    place = True
    while cursor.rest is not None and cursor.more():
        p.write(cursor.pop())
        if cursor.rest is None:
            break
        p.out(" ")
        stream.indent(False, margin + 2 if place else margin)
        stream.newline("fill" if place else "linear")
        place = not place
    end(p)


def _do(p: Printer, x: Cons) -> None:
    cursor = _head(p, x)
    stream = p.stream
    stream.indent(True, 0)
    for part in (_bindings, _clause):
        if cursor.rest is None or not cursor.more():
            end(p)
            return
        part(p, cursor.pop())
        if cursor.rest is not None:
            p.out(" ")
            if part is _bindings:
                stream.newline("linear")
    stream.indent(False, 1)
    if cursor.rest is not None:
        stream.newline("linear")
        write_rest(p, cursor, "linear")
    end(p)


def _tagbody(*parts: Part) -> Part:
    """Statements one a line, tags further left."""

    def lay_out(p: Printer, x: Any) -> None:
        cursor = _head(p, x)
        stream = p.stream
        for part in parts:
            if cursor.rest is None or not cursor.more():
                break
            part(p, cursor.pop())
            if cursor.rest is not None:
                p.out(" ")
        while cursor.rest is not None:
            statement = type(cursor.rest) is Cons and type(cursor.rest.car) is Cons
            stream.indent(False, 1 if statement else 0)
            stream.newline("linear")
            if not cursor.more():
                break
            p.write(cursor.pop())
            if cursor.rest is not None:
                p.out(" ")
        end(p)

    return lay_out


_LOOP_CLAUSES = frozenset(
    "NAMED WITH FOR AS INITIALLY FINALLY REPEAT WHILE UNTIL ALWAYS NEVER THEREIS DO DOING RETURN COLLECT COLLECTING "
    "APPEND APPENDING NCONC NCONCING COUNT COUNTING SUM SUMMING MAXIMIZE MAXIMIZING MINIMIZE MINIMIZING IF WHEN UNLESS "
    "ELSE END AND".split())


def _loop(p: Printer, x: Cons) -> None:
    """Clauses of an extended loop, one a line; forms of a simple one."""
    if type(x.cdr.car) is Cons:
        _body()(p, x)
        return
    cursor = _head(p, x)
    stream = p.stream
    stream.indent(True, 0)
    while cursor.rest is not None and cursor.more():
        p.write(cursor.pop())
        if cursor.rest is None:
            break
        p.out(" ")
        following = cursor.rest.car if type(cursor.rest) is Cons else None
        clause = type(following) is Symbol and following.name in _LOOP_CLAUSES
        stream.newline("linear" if clause else "fill")
    end(p)


def _define(names: str, lay_out: Part) -> None:
    for name in names.split():
        FORMS[CL.external.get(name) or CL.export(name)] = lay_out


_define("IF MULTIPLE-VALUE-PROG1 PROG1", _if)
_define("COND", _cond)
_define("SETQ PSETQ SETF PSETF", _setq)
_define("PROGN LOCALLY PROG2", _body())
_define("WHEN UNLESS BLOCK CATCH UNWIND-PROTECT RETURN-FROM EVAL-WHEN PROGV THE", _body(_default))
_define("LET LET* SYMBOL-MACROLET", _body(_bindings))
_define("LAMBDA", _body(_lambda_list))
_define("DOLIST DOTIMES DO-SYMBOLS DO-EXTERNAL-SYMBOLS DO-ALL-SYMBOLS WITH-OPEN-FILE WITH-OUTPUT-TO-STRING "
        "WITH-INPUT-FROM-STRING WITH-OPEN-STREAM WITH-SLOTS WITH-ACCESSORS PRINT-UNREADABLE-OBJECT "
        "PPRINT-LOGICAL-BLOCK WITH-HASH-TABLE-ITERATOR WITH-PACKAGE-ITERATOR", _body(_lambda_list))
_define("DEFUN DEFMACRO DEFTYPE DEFINE-COMPILER-MACRO DEFINE-MODIFY-MACRO DEFSETF DEFINE-SETF-EXPANDER "
        "DEFGENERIC", _body(_default, _lambda_list))
_define("DEFVAR DEFPARAMETER DEFCONSTANT DEFSTRUCT DEFPACKAGE", _body(_default))
_define("DEFCLASS DEFINE-CONDITION", _body(_default, _lambda_list, item=_clause))
_define("MULTIPLE-VALUE-BIND DESTRUCTURING-BIND MULTIPLE-VALUE-SETQ", _body(_lambda_list, _default))
_define("CASE ECASE CCASE TYPECASE ETYPECASE CTYPECASE HANDLER-CASE RESTART-CASE", _body(_default, item=_clause))
_define("HANDLER-BIND RESTART-BIND", _body(_bindings))
_define("FLET LABELS MACROLET", _body(_each(_definition)))
_define("DO DO*", _do)
_define("TAGBODY", _tagbody())
_define("PROG PROG*", _tagbody(_bindings))
_define("LOOP", _loop)


def _defmethod(p: Printer, x: Cons) -> None:
    """Any number of qualifiers before the lambda list."""
    parts: list[Part] = [_default]
    rest = x.cdr.cdr
    while type(rest) is Cons and type(rest.car) is Symbol:
        parts.append(_default)
        rest = rest.cdr
    _body(*parts, _lambda_list)(p, x)


_define("DEFMETHOD", _defmethod)
