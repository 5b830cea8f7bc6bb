"""Emission of what changes the dynamic environment: specials, catch, unwind-protect, handlers, restarts.

Each of these frames also turns faults of CPython that reach it into conditions: nothing dynamic lies
between it and the fault, so handlers see what the standard says.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from acl.compiler import nodes as n
from acl.compiler import pyast as p
from acl.compiler.emit import EFFECT, Dest, Emitter, statement
from acl.compiler.emit_control import carried, deliver_carried, fault_handler, guarded, receiving
from acl.compiler.single import single


def _swapped(e: Emitter, attribute: str, new: Callable[[str], Any], body: Callable[[], None],
             token: str | None = None) -> None:
    """Emit *body* with an attribute of the thread's state changed: *new* gets the name of the old value.

    *token* is a variable that is to hold the new value too.
    """
    old = e.temporary()
    e.add(p.assign(old, p.attr(e.state(), attribute)))
    value = new(old)
    if token is not None:
        e.add(p.assign(token, value))
        value = p.name(token)
    e.add(p.assign(p.attr_store(e.state(), attribute), value))
    line = p.line
    statements = e.block(body)
    p.set_line(line)
    restore = p.assign(p.attr_store(e.state(), attribute), p.name(old))
    e.add(p.try_(statements, [], [restore]))


@statement(n.BindSpecial)
def _bind_special(e: Emitter, node: Any, dest: Dest) -> None:
    keys = [e.unit.special(s) for s in node.symbols]
    olds = [e.temporary() for _ in keys]
    line = p.line
    for key, old in zip(keys, olds, strict=True):
        e.add(p.assign(old, p.attr(e.state(), key)))
    for key, value in zip(keys, node.values, strict=True):
        e.add(p.assign(p.attr_store(e.state(), key), p.list_of(e.value(value))))
    body = e.block(lambda: e.emit(node.body, dest))
    p.set_line(line)
    restore = [p.assign(p.attr_store(e.state(), key), p.name(old)) for key, old in zip(keys, olds, strict=True)]
    e.add(p.try_(body, [fault_handler()], restore[::-1]))


@statement(n.Progv)
def _progv(e: Emitter, node: Any, dest: Dest) -> None:
    undo = e.temporary()
    line = p.line
    e.add(p.assign(undo, p.list_of()))
    bind = p.expr(p.call("%progv", e.value(node.symbols), e.value(node.values), p.name(undo)))
    body = [bind, *e.block(lambda: e.emit(node.body, dest))]
    p.set_line(line)
    e.add(p.try_(body, [fault_handler()], [p.expr(p.call("%unprogv", p.name(undo)))]))


@statement(n.Catch)
def _catch(e: Emitter, node: Any, dest: Dest) -> None:
    tag = e.value(node.tag)

    def body() -> None:
        e.add(receiving(e, lambda: e.emit(node.body, dest), "%Throw", tag, lambda: deliver_carried(e, dest)))

    _swapped(e, "catches", lambda old: p.tuple_of(tag, p.name(old)), body)


@statement(n.Throw)
def _throw(e: Emitter, node: Any, dest: Dest) -> None:
    tag = e.keep(e.value(node.tag))
    first, rest = carried(e, node.value)
    e.add(p.expr(p.call("%check_catch", tag)))
    e.add(p.raise_(p.call("%Throw", tag, first, rest)))


@statement(n.UnwindProtect)
def _unwind_protect(e: Emitter, node: Any, dest: Dest) -> None:
    line = p.line
    body = e.block(lambda: e.emit(node.body, dest))
    cleanup = e.block(lambda: e.emit(node.cleanup, EFFECT))
    p.set_line(line)
    e.add(p.try_(body, [fault_handler()], cleanup or [p.pass_()]))


@statement(n.WithHandlers)
def _with_handlers(e: Emitter, node: Any, dest: Dest) -> None:
    cluster = p.const(e.unit.cluster([specifier for specifier, _ in node.clauses]))
    functions = p.tuple_of(*[e.value(function) for _, function in node.clauses])
    _swapped(e, "handlers", lambda old: p.tuple_of(cluster, functions, p.name(old)),
             lambda: e.body.extend(guarded(e, lambda: e.emit(node.body, dest))))


def _clauses(e: Emitter, form: Any, dest: Dest, token: str) -> tuple[str, str, Callable[[], None]]:
    """Return what a form with clauses that an exit chooses needs.

    These are the variables of the number of the clause, or -1, and of what comes with it, and what emits *form*.
    """
    chosen, carried_ = e.temporary(), e.temporary()
    e.add(p.assign(chosen, p.const(-1)))

    def caught() -> None:
        args = p.attr(p.name("%e"), "args")
        targets = p.located(ast.Tuple([p.store("%_"), p.store(chosen), p.store(carried_)], p.STORE))
        e.add(p.assign(targets, args))

    def body() -> None:
        e.add(receiving(e, lambda: e.emit(form, dest), "%Transfer", p.name(token), caught))

    return chosen, carried_, body


@statement(n.HandlerCase)
def _handler_case(e: Emitter, node: Any, dest: Dest) -> None:
    """The clauses run behind the `try`, when the handlers are those of outside again."""
    token = node.token.name
    line = p.line
    cluster = p.const(e.unit.cluster([specifier for specifier, _, _ in node.clauses]))
    chosen, condition, body = _clauses(e, node.form, dest, token)
    _swapped(e, "handlers", lambda old: p.tuple_of(cluster, p.const(None), p.name(old)), body, token)
    for index, (_, variable, clause) in enumerate(node.clauses):
        def emit_clause(variable: Any = variable, clause: Any = clause) -> None:
            e.bind_variable(variable, p.name(condition))
            e.emit(clause, dest)

        statements = e.block(emit_clause)
        p.set_line(line)
        e.add(p.if_(p.compare(p.name(chosen), ast.Eq(), p.const(index)), statements, []))


@statement(n.RestartCase)
def _restart_case(e: Emitter, node: Any, dest: Dest) -> None:
    """As `handler-case`: the clause of the restart that was invoked runs behind the `try`."""
    token = node.token.name
    line = p.line
    form = p.const(e.unit.restart_form([name for name, *_ in node.clauses]))
    options = p.tuple_of(*[e.value(o) for _, options, *_ in node.clauses for o in options])
    e.add(p.assign(token, p.call("%RestartPoint", form, options)))
    chosen, arguments, body = _clauses(e, node.form, dest, token)
    _swapped(e, "restarts", lambda old: p.tuple_of(p.name(token), p.name(old)), body)
    for index, (_, _, variables, clause) in enumerate(node.clauses):
        def emit_clause(variables: Any = variables, clause: Any = clause) -> None:
            if variables is None:
                _call_clause(e, clause, arguments, dest)
                return
            count = p.const(len(variables))
            wrong = p.compare(p.call("len", p.name(arguments)), ast.NotEq(), count)
            e.add(p.if_(wrong, [p.expr(p.call("%restart_count", p.name(arguments), count))], []))
            for i, variable in enumerate(variables):
                e.bind_variable(variable, p.item(p.name(arguments), i))
            e.emit(clause, dest)

        statements = e.block(emit_clause)
        p.set_line(line)
        e.add(p.if_(p.compare(p.name(chosen), ast.Eq(), p.const(index)), statements, []))


def _call_clause(e: Emitter, function: Any, arguments: str, dest: Dest) -> None:
    callee = e.value(function)
    if e.wants_all(dest) and not single(function.body):
        e.deliver_all(p.call("%call_values", callee, p.star(p.name(arguments))), dest)
    else:
        e.deliver(p.call(callee, p.star(p.name(arguments))), dest)


@statement(n.WithRestarts)
def _with_restarts(e: Emitter, node: Any, dest: Dest) -> None:
    cluster = p.call("%spread", e.value(node.restarts))
    _swapped(e, "restarts", lambda old: p.tuple_of(cluster, p.name(old)),
             lambda: e.body.extend(guarded(e, lambda: e.emit(node.body, dest))))
