"""How the basic nodes are emitted: constants, variables, calls, conditionals, bindings, multiple values."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from acl.builtins.declare import declaration as find_declaration
from acl.compiler import nodes as n
from acl.compiler import pyast as p
from acl.compiler.emit import EFFECT, EXPRESSIONS, Dest, Emitter, declared_key, expression, one, statement
from acl.compiler.infer import established
from acl.compiler.inline import is_atomic
from acl.compiler.single import single
from acl.types.symbol import cl

# ---------------------------------------------------------------------------------------- simple expressions


@expression(n.Constant)
def _constant(e: Emitter, node: Any) -> Any:
    return e.constant(node.value)


@expression(n.Emitted)
def _emitted(e: Emitter, node: Any) -> Any:
    return node.value


@expression(n.LoadTime)
def _load_time(e: Emitter, node: Any) -> Any:
    return p.const(e.unit.load_time(node.form))


@expression(n.Local)
def _local(e: Emitter, node: Any) -> Any:
    return e.local(node.variable)


@expression(n.Given)
def _given(e: Emitter, node: Any) -> Any:
    return p.if_exp(e.condition(node), e.true_name(), p.const(None))


@expression(n.Special)
def _special(e: Emitter, node: Any) -> Any:
    return p.item(p.attr(e.state(), e.unit.special(node.symbol)), 0)


@expression(n.FunctionRef)
def _function_ref(e: Emitter, node: Any) -> Any:
    reference = e.global_function(node.name)
    if find_declaration(declared_key(node.name)) is not None:
        return reference
    return p.call("%function", reference, e.constant(node.name))


@expression(n.Call)
def _call(e: Emitter, node: Any) -> Any:
    return e.call(node)


@expression(n.CallLocal)
def _call_local(e: Emitter, node: Any) -> Any:
    args = e.args(node.args)
    return p.call(e.local(node.variable), *args)


@expression(n.Funcall)
def _funcall(e: Emitter, node: Any) -> Any:
    function, *args = e.args([node.function, *node.args])
    return p.call(function, *args)


@expression(n.MvList)
def _mv_list(e: Emitter, node: Any) -> Any:
    return p.call("%rest", e.values(node.value))


@expression(n.If)
def _if_expression(e: Emitter, node: Any) -> Any:
    test = e.condition(node.test)
    with e.knowing(node.test, True):
        then = e.value(node.then)
    with e.knowing(node.test, False):
        return p.if_exp(test, then, e.value(node.otherwise))


@expression(n.And)
def _and_expression(e: Emitter, node: Any) -> Any:
    *tests, last = node.forms
    condition = p.and_([e.condition(t) for t in tests])
    if e.is_boolean(last):
        return p.if_exp(p.and_([condition, e.condition(last)]), e.true_name(), p.const(None))
    return p.if_exp(condition, e.value(last), p.const(None))


@expression(n.Or)
def _or_expression(e: Emitter, node: Any) -> Any:
    first, *rest = node.forms
    tail = _or_expression(e, n.Or(forms=rest)) if len(rest) > 1 else None
    if e.is_boolean(first):
        test = e.condition(first)
        return p.if_exp(test, e.true_name(), tail if tail is not None else e.value(rest[0]))
    temp = e.temporary()
    test = p.is_not(p.walrus(temp, e.value(first)), p.const(None))
    return p.if_exp(test, p.name(temp), tail if tail is not None else e.value(rest[0]))


@expression(n.SetLocal)
def _set_local_expression(e: Emitter, node: Any) -> Any:
    variable = node.variable
    if variable.scope not in e.scopes:
        e.nonlocals.add(variable.name)
    return p.walrus(variable.name, e.value(node.value))


# -------------------------------------------------------------------------------------------- simple statements


@statement(n.SetLocal)
def _set_local(e: Emitter, node: Any, dest: Dest) -> None:
    e.assign_variable(node.variable, e.value(node.value))
    if dest.kind != "effect":
        e.deliver(e.local(node.variable), dest)


@statement(n.SetAll)
def _set_all(e: Emitter, node: Any, dest: Dest) -> None:
    """One assignment of tuples: Python evaluates all values before it stores the first."""
    values = p.tuple_of(*e.args(node.values))
    targets = []
    for variable in node.variables:
        if variable.boxed:
            targets.append(p.item_store(p.name(variable.name), 0))
        else:
            if variable.scope not in e.scopes:
                e.nonlocals.add(variable.name)
            targets.append(p.store(variable.name))
    e.add(p.assign(p.located(ast.Tuple(targets, p.STORE)), values))
    if dest.kind != "effect":
        e.deliver(p.const(None), dest)


@statement(n.SetSpecial)
def _set_special(e: Emitter, node: Any, dest: Dest) -> None:
    value = e.value(node.value)
    if dest.kind != "effect":
        value = e.keep(value)
    e.add(p.assign(p.item_store(p.attr(e.state(), e.unit.special(node.symbol)), 0), value))
    if dest.kind != "effect":
        e.deliver(value, dest)


@statement(n.Progn)
def _progn(e: Emitter, node: Any, dest: Dest) -> None:
    if not node.forms:
        e.deliver(p.const(None), dest)
        return
    for form in node.forms[:-1]:
        e.emit(form, EFFECT)
    e.emit(node.forms[-1], dest)


@statement(n.Let)
def _let(e: Emitter, node: Any, dest: Dest) -> None:
    variable = node.variable
    if type(node.body) is n.SetLocal and type(node.body.value) is n.Local and node.body.value.variable is variable:
        e.assign_variable(node.body.variable, e.value(node.value))  # (let ((temp value)) (setq x temp))
        if dest.kind != "effect":
            e.deliver(e.local(node.body.variable), dest)
        return
    if not variable.boxed and type(node.value) not in EXPRESSIONS:
        e.emit(node.value, one(variable.name))
    elif _is_alias(node):
        e.aliases[variable] = node.value
    elif _is_increment(e, node):
        value = e.value(node.value)
        if is_atomic(value) or any(isinstance(x, ast.NamedExpr) for x in ast.walk(value)):
            e.bind_variable(variable, value)
        else:
            e.substituted[variable] = value
    else:
        e.bind_variable(variable, e.value(node.value))
    with e.knowing_all(established(node.value)):
        e.emit(node.body, dest)


def _is_alias(node: Any) -> bool:
    """True if the variable of a macro's is just another name for a constant, or for a variable that never changes."""
    variable, value = node.variable, node.value
    if variable.assigned or variable.captured or (variable.symbol is not None and variable.symbol.package is not None):
        return False
    return type(value) is n.Constant or (type(value) is n.Local and not value.variable.assigned
                                         and not value.variable.spread)


_ONCE = frozenset([cl("+"), cl("-"), cl("*")])


def _is_increment(e: Emitter, node: Any) -> bool:
    """True for (let ((delta value)) (let ((new (+ x delta))) (setq x new))), what INCF and its like expand to.

    The value can be written in the sum, if x is not changed by it.
    """
    inner = node.body
    if node.variable.assigned or node.variable.captured or not e.is_expression(node.value) or type(inner) is not n.Let:
        return False
    new, call, store = inner.variable, inner.value, inner.body
    return (type(call) is n.Call and call.inline and call.name in _ONCE and len(call.args) == 2
            and all(type(a) is n.Local for a in call.args) and call.args[1].variable is node.variable
            and call.args[0].variable is not node.variable and not call.args[0].variable.captured
            and type(store) is n.SetLocal and type(store.value) is n.Local and store.value.variable is new)


@statement(n.If)
def _if(e: Emitter, node: Any, dest: Dest) -> None:
    line = p.line
    test = e.condition(node.test)
    if isinstance(test, ast.Constant) and type(test.value) is bool:
        e.emit(node.then if test.value else node.otherwise, dest)
        return
    with e.knowing(node.test, True):
        then = e.block(lambda: e.emit(node.then, dest))
    p.set_line(line)
    with e.knowing(node.test, False):
        if dest.kind == "return":
            # The then-branch has returned: a long COND stays flat.
            e.add(p.if_(test, then, []))
            e.emit(node.otherwise, dest)
            return
        otherwise = e.block(lambda: e.emit(node.otherwise, dest))
    p.set_line(line)
    if not then and otherwise:
        e.add(p.if_(p.not_(test), otherwise, []))
    elif then or otherwise:
        e.add(p.if_(test, then, otherwise))
    else:
        e.deliver(test, EFFECT)


@statement(n.And)
def _and(e: Emitter, node: Any, dest: Dest) -> None:
    *tests, last = node.forms
    _nest_tests(e, tests, lambda: e.emit(last, dest), lambda: e.deliver(p.const(None), dest), dest)


def _nest_tests(e: Emitter, tests: list[Any], then: Callable[[], None], otherwise: Callable[[], None],
                dest: Dest) -> None:
    """Emit `if` statements one in the other; *otherwise* where a test fails."""
    if not tests:
        then()
        return
    count = 1
    while count < len(tests) and e.all_expressions(tests[1:count + 1]):
        count += 1
    test = p.and_([e.condition(t) for t in tests[:count]])
    inner = e.block(lambda: _nest_tests(e, tests[count:], then, otherwise, dest))
    failed = e.block(otherwise)
    e.add(p.if_(test, inner, failed if dest.kind != "effect" else []))


@statement(n.Or)
def _or(e: Emitter, node: Any, dest: Dest) -> None:
    first, *rest = node.forms
    if not rest:
        e.emit(first, dest)
        return
    remaining = n.Or(forms=rest, line=node.line) if len(rest) > 1 else rest[0]
    if dest.kind == "effect" or e.is_boolean(first):
        test = e.condition(first)
        found = e.block(lambda: e.deliver(e.true_name(), dest))
    else:
        temp = e.temporary()
        e.emit(first, one(temp))
        test = p.is_not(p.name(temp), p.const(None))
        found = e.block(lambda: e.deliver(p.name(temp), dest))
    tail = e.block(lambda: e.emit(remaining, dest))
    e.add(p.if_(test, found, tail) if found else p.if_(p.not_(test), tail, []))


@statement(n.MvBind)
def _mv_bind(e: Emitter, node: Any, dest: Dest) -> None:
    variables = node.variables
    names = [v.name if not v.boxed else e.temporary() for v in variables]
    if single(node.value):
        value = e.value(node.value)
        if names:
            e.add(p.assign(names[0], value))
            for name in names[1:]:
                e.add(p.assign(name, p.const(None)))
        else:
            e.deliver(value, EFFECT)
    else:
        _unpack(e, names, node.value)
    for variable, name in zip(variables, names, strict=True):
        if variable.boxed:
            e.bind_variable(variable, p.name(name))
    e.emit(node.body, dest)


def _unpack(e: Emitter, names: list[str], node: Any) -> None:
    values = e.values(node)
    if not names:
        e.deliver(values, EFFECT)
        return
    if isinstance(values, ast.Tuple) and len(values.elts) == len(names):
        e.add(p.assign(_targets(names), values))
        return
    temp = e.keep(values)
    padded = p.call("%pad", temp, p.const(len(names)))
    e.add(p.try_([p.assign(_targets(names), temp)],
                 [p.located(ast.ExceptHandler(p.name("ValueError"), None, [p.assign(_targets(names), padded)]))], []))


def _targets(names: list[str]) -> Any:
    return p.located(ast.Tuple([p.store(x) for x in names], p.STORE))


@statement(n.MvProg1)
def _mv_prog1(e: Emitter, node: Any, dest: Dest) -> None:
    if e.wants_all(dest) and not single(node.first):
        kept = e.keep(e.values(node.first))
        e.emit(node.rest, EFFECT)
        e.deliver_all(kept, dest)
    else:
        first = e.keep(e.value(node.first))
        e.emit(node.rest, EFFECT)
        e.deliver(first, dest)


@statement(n.MvCall)
def _mv_call(e: Emitter, node: Any, dest: Dest) -> None:
    if e.wants_all(dest):
        e.deliver_all(e.mv_call(node, "%call_values"), dest)
    else:
        e.deliver(e.mv_call(node), dest)

