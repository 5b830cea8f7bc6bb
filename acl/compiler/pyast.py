"""Constructors of Python ast nodes that carry the line of the Lisp form being emitted.

`set_line` sets the line; every node made afterwards gets it.  Names need not be Python identifiers:
`compile` takes any str, so a Lisp function is the global named by its key and a local `x` is `x.3`.
"""

from __future__ import annotations

import ast
from typing import Any

LOAD, STORE = ast.Load(), ast.Store()

_IS, _IS_NOT = ast.Is(), ast.IsNot()
_NOT = ast.Not()
_AND, _OR = ast.And(), ast.Or()

line = 1


def set_line(number: int) -> None:
    """Make *number* the line of the nodes that follow."""
    global line
    line = number


def located(node: Any) -> Any:
    """Give *node* the current line, and no column, and return it."""
    node.lineno = node.end_lineno = line
    node.col_offset = node.end_col_offset = -1
    return node


def name(identifier: str) -> Any:
    """Return a reference to a variable."""
    return located(ast.Name(identifier, LOAD))


def store(identifier: str) -> Any:
    """Return a variable as the target of an assignment."""
    return located(ast.Name(identifier, STORE))


def const(value: Any) -> Any:
    """Return a constant (None, int, float, str or a tuple of such)."""
    return located(ast.Constant(value))


def call(function: Any, *args: Any) -> Any:
    """Return a call with positional arguments; a str names a global."""
    if type(function) is str:
        function = name(function)
    return located(ast.Call(function, list(args), []))


def call_with_keywords(function: Any, args: list[Any], keywords: list[tuple[str, Any]]) -> Any:
    """Return a call with positional and keyword arguments."""
    return located(ast.Call(function, args, [located(ast.keyword(name, value)) for name, value in keywords]))


def star(value: Any) -> Any:
    """Return `*value` for an argument list."""
    return located(ast.Starred(value, LOAD))


def attr(value: Any, attribute: str) -> Any:
    """Return `value.attribute`."""
    return located(ast.Attribute(value, attribute, LOAD))


def attr_store(value: Any, attribute: str) -> Any:
    """Return `value.attribute` as a target."""
    return located(ast.Attribute(value, attribute, STORE))


def item(value: Any, index: Any) -> Any:
    """Return `value[index]`; an int stands for itself."""
    return located(ast.Subscript(value, const(index) if type(index) is int else index, LOAD))


def item_store(value: Any, index: Any) -> Any:
    """Return `value[index]` as a target."""
    return located(ast.Subscript(value, const(index) if type(index) is int else index, STORE))


def tuple_of(*items: Any) -> Any:
    """Return a tuple display."""
    return located(ast.Tuple(list(items), LOAD))


def list_of(*items: Any) -> Any:
    """Return a list display."""
    return located(ast.List(list(items), LOAD))


def assign(target: Any, value: Any) -> Any:
    """Return an assignment; a str names a variable."""
    if type(target) is str:
        target = store(target)
    return located(ast.Assign([target], value))


def walrus(identifier: str, value: Any) -> Any:
    """Return `(identifier := value)`."""
    return located(ast.NamedExpr(store(identifier), value))


def expr(value: Any) -> Any:
    """Return an expression statement."""
    return located(ast.Expr(value))


def ret(value: Any) -> Any:
    """Return a return statement."""
    return located(ast.Return(value))


def raise_(value: Any = None) -> Any:
    """Return a raise statement."""
    return located(ast.Raise(value, None))


def if_(test: Any, body: list[Any], orelse: list[Any]) -> Any:
    """Return an if statement."""
    return located(ast.If(test, body or [pass_()], orelse))


def if_exp(test: Any, body: Any, orelse: Any) -> Any:
    """Return a conditional expression."""
    return located(ast.IfExp(test, body, orelse))


def while_(test: Any, body: list[Any], orelse: list[Any]) -> Any:
    """Return a while loop."""
    return located(ast.While(test, body or [pass_()], orelse))


def pass_() -> Any:
    """Return a pass statement."""
    return located(ast.Pass())


def break_() -> Any:
    """Return a break statement."""
    return located(ast.Break())


def continue_() -> Any:
    """Return a continue statement."""
    return located(ast.Continue())


def is_(left: Any, right: Any) -> Any:
    """Return `left is right`; of what is None unless a condition holds, it is asked first."""
    if or_none(left) and isinstance(right, ast.Constant) and right.value is not None:
        return and_([left.test, is_(left.body, right)])
    return located(ast.Compare(left, [_IS], [right]))


def is_not(left: Any, right: Any) -> Any:
    """Return `left is not right`; whether what is None unless a condition holds is something, it is asked first."""
    if or_none(left) and isinstance(right, ast.Constant) and right.value is None:
        return and_([left.test, is_not(left.body, right)])
    return located(ast.Compare(left, [_IS_NOT], [right]))


def or_none(value: Any) -> bool:
    """True for `x if test else None`, as the car of a list is."""
    return isinstance(value, ast.IfExp) and isinstance(value.orelse, ast.Constant) and value.orelse.value is None


def compare(left: Any, operator: Any, *others: Any) -> Any:
    """Return a comparison by an ast operator, a chain if there are several *others*."""
    return located(ast.Compare(left, [operator] * len(others), list(others)))


def binop(left: Any, operator: Any, right: Any) -> Any:
    """Return an arithmetic operation."""
    return located(ast.BinOp(left, operator, right))


def unary(operator: Any, operand: Any) -> Any:
    """Return an operation of one operand."""
    return located(ast.UnaryOp(operator, operand))


def not_(test: Any) -> Any:
    """Return the negation of a condition, simplified."""
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        if type(test.ops[0]) is ast.Is:
            return compare(test.left, _IS_NOT, test.comparators[0])
        if type(test.ops[0]) is ast.IsNot:
            return compare(test.left, _IS, test.comparators[0])
    if isinstance(test, ast.UnaryOp) and type(test.op) is ast.Not:
        return test.operand
    if isinstance(test, ast.Constant):
        return const(not test.value)
    return located(ast.UnaryOp(_NOT, test))


def and_(tests: list[Any]) -> Any:
    """Return the conjunction of conditions."""
    return tests[0] if len(tests) == 1 else located(ast.BoolOp(_AND, tests))


def or_(tests: list[Any]) -> Any:
    """Return the disjunction of conditions."""
    return tests[0] if len(tests) == 1 else located(ast.BoolOp(_OR, tests))


def nonlocal_(names: list[str]) -> Any:
    """Return a nonlocal statement."""
    return located(ast.Nonlocal(names))


def handler(exception: str, variable: str, body: list[Any]) -> Any:
    """Return `except exception as variable:`."""
    return located(ast.ExceptHandler(name(exception), variable, body))


def try_(body: list[Any], handlers: list[Any], final: list[Any]) -> Any:
    """Return a try statement.

    A loop without a test may not be the first thing in it: CPython 3.11 and 3.12 take an exception that a signal raises
    at the jump back (KeyboardInterrupt) for one of the instruction before the loop, which has to be inside too.
    """
    if body and isinstance(body[0], ast.While) and isinstance(body[0].test, ast.Constant):
        body = [assign("%_", const(None)), *body]
    return located(ast.Try(body or [pass_()], handlers, [], final))


def function(identifier: str, required: list[str], defaults: list[tuple[str, Any]], rest: str | None,
             body: list[Any]) -> Any:
    """Return a function definition; all parameters are positional."""
    args = [located(ast.arg(a)) for a in required] + [located(ast.arg(a)) for a, _ in defaults]
    vararg = located(ast.arg(rest)) if rest is not None else None
    arguments = ast.arguments([], args, vararg, [], [], None, [d for _, d in defaults])
    return located(ast.FunctionDef(identifier, arguments, body or [pass_()], []))
