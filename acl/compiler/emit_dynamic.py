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
from acl.compiler.emit_control import carried, fault_handler, guarded
from acl.compiler.single import single


def _swapped(e: Emitter, attribute: str, new: Callable[[str], Any], body: Callable[[], None]) -> None:
    """Emit *body* with an attribute of the thread's state changed: *new* gets the name of the old value."""
    old = e.temporary()
    e.add(p.assign(old, p.attr(e.state(), attribute)))
    e.add(p.assign(p.attr_store(e.state(), attribute), new(old)))
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
        inner = guarded(e, lambda: e.emit(node.body, dest))

        def caught() -> None:
            e.add(p.if_(p.is_not(p.item(p.attr(p.name("%e"), "args"), 0), tag), [p.raise_()], []))
            if e.wants_all(dest):
                e.deliver_all(p.call("%all", p.name("%e")), dest)
            else:
                e.deliver(p.call("%primary", p.name("%e")), dest)

        e.add(p.try_(inner, [p.handler("%Throw", "%e", e.block(caught))], []))

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
    clauses = [p.tuple_of(p.const(e.unit.handler_test(specifier)), e.value(function))
               for specifier, function in node.clauses]
    _swapped(e, "handlers", lambda old: p.tuple_of(p.tuple_of(*clauses), p.name(old)),
             lambda: e.body.extend(guarded(e, lambda: e.emit(node.body, dest))))


@statement(n.HandlerCase)
def _handler_case(e: Emitter, node: Any, dest: Dest) -> None:
    """The clauses run behind the `try`, when the handlers are those of outside again."""
    token, chosen = node.token.name, e.temporary()
    line = p.line
    e.add(p.assign(token, p.list_of()))
    e.add(p.assign(chosen, p.const(-1)))
    exits = [p.tuple_of(p.const(e.unit.handler_test(specifier)), p.call("%Exit", p.name(token), p.const(index)))
             for index, (specifier, _, _) in enumerate(node.clauses)]
    conditions = e.temporary()

    def body() -> None:
        inner = guarded(e, lambda: e.emit(node.form, dest))
        args = p.attr(p.name("%e"), "args")
        caught = [p.if_(p.is_not(p.item(args, 0), p.name(token)), [p.raise_()], []),
                  p.assign(chosen, p.item(args, 1)), p.assign(conditions, p.item(args, 2))]
        e.add(p.try_(inner, [p.handler("%Transfer", "%e", caught)], []))

    _swapped(e, "handlers", lambda old: p.tuple_of(p.tuple_of(*exits), p.name(old)), body)
    for index, (_, variable, clause) in enumerate(node.clauses):
        def emit_clause(variable: Any = variable, clause: Any = clause) -> None:
            e.bind_variable(variable, p.name(conditions))
            e.emit(clause, dest)

        statements = e.block(emit_clause)
        p.set_line(line)
        e.add(p.if_(p.compare(p.name(chosen), ast.Eq(), p.const(index)), statements, []))


@statement(n.RestartCase)
def _restart_case(e: Emitter, node: Any, dest: Dest) -> None:
    """As `handler-case`: the clause of the restart that was invoked runs behind the `try`."""
    token, chosen, arguments = node.token.name, e.temporary(), e.temporary()
    line = p.line
    e.add(p.assign(token, p.list_of()))
    e.add(p.assign(chosen, p.const(-1)))
    restarts = []
    for index, (name, options, _) in enumerate(node.clauses):
        leave = p.call("%RestartExit", p.name(token), p.const(index))
        restarts.append(p.call("%Restart", e.constant(name), leave, *[e.value(o) for o in options]))

    def body() -> None:
        inner = guarded(e, lambda: e.emit(node.form, dest))
        args = p.attr(p.name("%e"), "args")
        caught = [p.if_(p.is_not(p.item(args, 0), p.name(token)), [p.raise_()], []),
                  p.assign(chosen, p.item(args, 1)), p.assign(arguments, p.item(args, 2))]
        e.add(p.try_(inner, [p.handler("%Transfer", "%e", caught)], []))

    _swapped(e, "restarts", lambda old: p.tuple_of(p.tuple_of(*restarts), p.name(old)), body)
    for index, (_, _, function) in enumerate(node.clauses):
        def emit_clause(function: Any = function) -> None:
            callee = e.value(function)
            if e.wants_all(dest) and not single(function.body):
                e.deliver_all(p.call("%call_values", callee, p.star(p.name(arguments))), dest)
            else:
                e.deliver(p.call(callee, p.star(p.name(arguments))), dest)

        statements = e.block(emit_clause)
        p.set_line(line)
        e.add(p.if_(p.compare(p.name(chosen), ast.Eq(), p.const(index)), statements, []))


@statement(n.WithRestarts)
def _with_restarts(e: Emitter, node: Any, dest: Dest) -> None:
    cluster = p.call("%spread", e.value(node.restarts))
    _swapped(e, "restarts", lambda old: p.tuple_of(cluster, p.name(old)),
             lambda: e.body.extend(guarded(e, lambda: e.emit(node.body, dest))))
