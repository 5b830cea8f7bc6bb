"""Emission of blocks, tagbodies and loops.

Inside one Python function an exit is `return`, `break` or `continue`.  Python has no labels, so an exit
out of several loops sets `%x` to the number of its target and breaks; behind each loop that such exits
cross, `%x` is tested.  Exits out of closures are exceptions.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import partial
from typing import Any

from acl.compiler import nodes as n
from acl.compiler import pyast as p
from acl.compiler.emit import EFFECT, EXPRESSIONS, Dest, Emitter, is_spread, one, statement
from acl.compiler.infer import NUMBER, NUMBER_KINDS
from acl.compiler.single import single
from acl.types.symbol import SYSTEM, cl


class Loop:
    """A Python loop that is being emitted; `crossing` are targets outside that exits through it go to."""

    __slots__ = ("crossing",)

    def __init__(self) -> None:
        self.crossing: list[Target] = []


class Target:
    """Where an exit goes: `break` or `continue` of a loop."""

    __slots__ = ("action", "dest", "loop", "number")

    def __init__(self, loop: Loop, action: str, number: int, dest: Dest | None = None) -> None:
        self.loop = loop
        self.action = action
        self.number = number
        self.dest = dest


def _jump(e: Emitter, target: Target) -> None:
    """Emit the exit to *target* from the current place."""
    if e.loops[-1] is target.loop:
        e.add(p.break_() if target.action == "break" else p.continue_())
        return
    e.uses_exit = True
    e.add(p.assign("%x", p.const(target.number)))
    e.add(p.break_())
    for loop in reversed(e.loops):
        if loop is target.loop:
            break
        if target not in loop.crossing:
            loop.crossing.append(target)


def _after(e: Emitter, loop: Loop) -> None:
    """Behind a loop: send on the exits that crossed it."""
    for target in loop.crossing:
        test = p.compare(p.name("%x"), ast.Eq(), p.const(target.number))
        if e.loops[-1] is target.loop:
            jump = p.break_() if target.action == "break" else p.continue_()
            e.add(p.if_(test, [p.assign("%x", p.const(0)), jump], []))
        else:
            e.add(p.if_(test, [p.break_()], []))


def _number(e: Emitter) -> int:
    e.unit.targets += 1
    return e.unit.targets  # type: ignore[no-any-return]


def _once(e: Emitter, make: Callable[[Loop], None]) -> None:
    """Emit `while True: ...; break`, a place to break out of."""
    loop = Loop()
    e.loops.append(loop)
    try:
        body = e.block(lambda: make(loop))
    finally:
        e.loops.pop()
    if not body or not isinstance(body[-1], (ast.Return, ast.Raise, ast.Break, ast.Continue)):
        body.append(p.break_())
    e.add(p.while_(p.const(True), body, []))
    _after(e, loop)


# -------------------------------------------------------------------------------------------------------- blocks


@statement(n.Block)
def _block(e: Emitter, node: Any, dest: Dest) -> None:
    if node.nonlocal_exit:
        _catching_block(e, node, dest)
    else:
        _local_block(e, node, dest)


def _local_block(e: Emitter, node: Any, dest: Dest) -> None:
    if dest.kind == "return":
        e.exits[id(node)] = dest
        e.emit(node.body, dest)
        return

    if _loop_block(e, node, dest):
        return

    def make(loop: Loop) -> None:
        e.exits[id(node)] = Target(loop, "break", _number(e), dest)
        e.emit(node.body, dest)

    if any(exit_.local for exit_ in node.exits):
        _once(e, make)
    else:
        e.emit(node.body, dest)


def _loop_block(e: Emitter, node: Any, dest: Dest) -> bool:
    """A block that ends in its only loop: an exit is the loop's `break`, what follows its `else`."""
    forms = node.body.forms if type(node.body) is n.Progn else [node.body]
    lets: list[Any] = []
    inner = node.body
    while type(inner) is n.Let:
        lets.append(inner)
        inner = inner.body
    if lets:
        forms = inner.forms if type(inner) is n.Progn else [inner]
    at = next((i for i, f in enumerate(forms) if type(f) in (n.While, n.ForRange, n.ForItems, n.ForList)), None)
    if at is None or node.nonlocal_exit:
        return False
    loop_node = forms[at]
    bounds = ([loop_node.start, loop_node.end] if type(loop_node) is n.ForRange else
              [] if type(loop_node) is n.While else [loop_node.items])
    if any(_contains_exit(x, node) for x in [*forms[:at], *bounds, *forms[at + 1:], *[x.value for x in lets]]):
        return False
    for let in lets:
        if not let.variable.boxed and type(let.value) not in EXPRESSIONS:
            e.emit(let.value, one(let.variable.name))
        else:
            e.bind_variable(let.variable, e.value(let.value))
    for form in forms[:at]:
        e.emit(form, EFFECT)

    def register(loop: Loop) -> None:
        e.exits[id(node)] = Target(loop, "break", _number(e), dest)

    rest = n.Progn(forms=[*forms[at + 1:]] or [n.Constant(value=None)], line=node.line)
    make = _emit_while if type(loop_node) is n.While else _emit_for
    make(e, loop_node, register, lambda: e.emit(rest, dest))
    return True


def _contains_exit(node: Any, block: Any) -> bool:
    """True if *node* contains a `return-from` of *block*."""
    if isinstance(node, n.Node):
        if type(node) is n.ReturnFrom and node.block is block:
            return True
        if type(node) is n.Lambda:
            return False
        return any(_contains_exit(getattr(node, f), block) for f in node.__struct_fields__
                   if f not in ("line", "block", "token", "scope", "variable", "exits", "expression", "tag"))
    if isinstance(node, (list, tuple)):
        return any(_contains_exit(x, block) for x in node)
    return False


def _catching_block(e: Emitter, node: Any, dest: Dest) -> None:
    """A block that closures leave: a token of this entry, and an `except` for the transfer that carries it."""
    token = node.token
    _new_token(e, token)
    values = not all(single(x.value) for x in node.exits)
    received = receiving(e, lambda: _local_block(e, node, dest), "%Transfer", e.local(token),
                         lambda: deliver_carried(e, dest, values))
    e.add(p.try_([received], [], [_end_token(e, token)]))


def _new_token(e: Emitter, token: Any) -> None:
    """Make the token of a block or tagbody: a list whose element becomes 0 when it is left."""
    fresh = p.list_of(p.const(1))
    e.add(p.assign(token.name, p.list_of(fresh) if token.boxed else fresh))


def _end_token(e: Emitter, token: Any) -> Any:
    return p.assign(p.item_store(e.local(token), 0), p.const(0))


def deliver_carried(e: Emitter, dest: Dest, several: bool = True) -> None:
    """Deliver what the exception `%e` carries: one value for sure unless *several*."""
    values = p.item(p.attr(p.name("%e"), "args"), 2)
    value = p.item(p.attr(p.name("%e"), "args"), 1)
    if not several:
        e.deliver(value, dest)
    elif e.wants_all(dest):
        e.deliver_all(p.call("%all", p.name("%e")), dest)
    else:  # nearly always there is one value
        first = p.if_exp(values, p.item(values, 0), p.const(None))
        e.deliver(p.if_exp(p.is_(values, p.const(None)), value, first), dest)


def guarded(e: Emitter, body: Callable[[], None]) -> list[Any]:
    """Return *body* in a `try` that turns faults of CPython into conditions here."""
    statements = e.block(body)
    return [p.try_(statements, [fault_handler()], [])]


def fault_handler() -> Any:
    """Return `except Exception as %f: %fault(%f)`."""
    return p.handler("Exception", "%f", [p.expr(p.call("%fault", p.name("%f")))])


def receiving(e: Emitter, body: Callable[[], None], kind: str, token: Any, caught: Callable[[], None]) -> Any:
    """Return *body* in a `try` that receives exits of *kind* with *token*, and signals faults.

    *caught* emits what is done with an exit, `%e`.  Exits have their clause beside that for faults, not around it:
    an exception that goes through a `try` costs much more than one that is caught by it.
    """
    def handler() -> Any:
        mine = p.is_not(p.item(p.attr(p.name("%e"), "args"), 0), token)
        return p.handler(kind, "%e", [p.if_(mine, [p.raise_()], []), *e.block(caught)])

    statements = e.block(body)
    fault = p.try_([p.expr(p.call("%fault", p.name("%f")))], [handler()], [])
    return p.try_(statements, [handler(), p.handler("Exception", "%f", [fault])], [])


@statement(n.ReturnFrom)
def _return_from(e: Emitter, node: Any, dest: Dest) -> None:
    block = node.block
    if not node.local:
        _transfer(e, node, block, dest)
        return
    target = e.exits[id(block)]
    if isinstance(target, Dest):
        e.emit(node.value, target)
        return
    e.emit(node.value, target.dest)
    _jump(e, target)


def _transfer(e: Emitter, node: Any, block: Any, dest: Dest) -> None:
    first, rest = carried(e, node.value)
    token = e.local(block.token)
    _check_token(e, token, 0, block.name)
    leave = p.call("%Transfer", token, first, rest)
    e.add(p.ret(leave) if e.exits_by_return(dest) else p.raise_(leave))


def _check_token(e: Emitter, token: Any, is_tag: int, name: Any) -> None:
    left = p.call("%check_token", token, p.const(is_tag), e.constant(name))
    e.add(p.if_(p.not_(p.item(token, 0)), [p.expr(left)], []))


def carried(e: Emitter, node: Any) -> tuple[Any, Any]:
    """Return the expressions (value, all values or None) that a transfer carries."""
    if single(node):
        return e.keep(e.value(node)), p.const(None)
    return p.const(None), e.keep(e.values(node))


# ---------------------------------------------------------------------------------------------------------- loops


def _poll(body: list[Any]) -> list[Any]:
    """Let interrupts in at the head of each turn."""
    test = p.is_not(p.name("INTERRUPTS-PENDING"), p.const(None))
    return [p.if_(test, [p.expr(p.call("RUN-INTERRUPTS"))], []), *body]


@statement(n.While)
def _while(e: Emitter, node: Any, dest: Dest) -> None:
    _emit_while(e, node, None, None)
    e.deliver(p.const(None), dest)


def _emit_while(e: Emitter, node: Any, register: Callable[[Loop], None] | None,
                otherwise: Callable[[], None] | None) -> None:
    """Emit a loop; *register* learns the Python loop, *otherwise* emits what follows its normal end."""
    with e.knowing_all(_compared_once(e, node.test)):
        _emit_while_loop(e, node, register, otherwise)


def _compared_once(e: Emitter, test: Any) -> dict[Any, str]:
    """Check before a loop that what its test compares by `=` are numbers, as far as these are the same in every turn.

    Returns what is known of the variables then.
    """
    while type(test) is n.Call and test.inline and test.name in (_NOT, _NULL) and len(test.args) == 1:
        test = test.args[0]
    facts: dict[Any, str] = {}
    if type(test) is n.Call and test.inline and test.name is _EQUAL and len(test.args) == 2 and all(
            type(x) in (n.Local, n.Constant) for x in test.args):
        for x in test.args:
            if type(x) is n.Local and not x.variable.assigned and e.kind(x) not in NUMBER_KINDS:
                e.evaluate(p.unary(ast.UAdd(), e.local(x.variable)))
                facts[x.variable] = NUMBER
    return facts


_NOT, _NULL, _EQUAL = cl("NOT"), cl("NULL"), cl("=")


def _emit_while_loop(e: Emitter, node: Any, register: Callable[[Loop], None] | None,
                     otherwise: Callable[[], None] | None) -> None:
    loop = Loop()
    if register is not None:
        register(loop)
    with e.hoisting(node.outside):
        turns = _turns(e, node, loop, otherwise)
    e.add(p.while_(*turns))
    _after(e, loop)


def _turns(e: Emitter, node: Any, loop: Loop, otherwise: Callable[[], None] | None) -> tuple[Any, list[Any], list[Any]]:
    """Return test, body and `else` of the Python loop."""
    line = p.line
    e.loops.append(loop)
    try:
        test_statements = e.block(lambda: setattr(loop_test, "value", e.condition(node.test)))
        test = loop_test.value
        if not test_statements:
            body = _poll(e.block(lambda: e.emit(node.body, EFFECT)))
            p.set_line(line)
            e.loops.pop()
            orelse = e.block(otherwise) if otherwise is not None else []
            e.loops.append(loop)
        else:
            # The end of the loop is in its middle: leave by `break`, after what follows the normal end.
            def finish() -> None:
                if otherwise is not None:
                    otherwise()
                if not e.body or not isinstance(e.body[-1], (ast.Return, ast.Raise)):
                    e.add(p.break_())

            finishing = e.block(finish)
            body = _poll([*test_statements, p.if_(p.not_(test), finishing, []),
                          *e.block(lambda: e.emit(node.body, EFFECT))])
            p.set_line(line)
            test, orelse = p.const(True), []
    finally:
        e.loops.pop()
    return test, body, orelse


class _Slot:
    value: Any = None


loop_test = _Slot()


@statement(n.ForRange)
@statement(n.ForItems)
@statement(n.ForList)
def _for(e: Emitter, node: Any, dest: Dest) -> None:
    _emit_for(e, node, None, None)
    e.deliver(p.const(None), dest)


_ELEMENTS = SYSTEM.intern("%LOOP-ELEMENTS")


def _emit_for(e: Emitter, node: Any, register: Callable[[Loop], None] | None,
              otherwise: Callable[[], None] | None) -> None:
    place = ""
    if type(node) is n.ForList:
        if is_spread(node.items):
            steps = p.name(node.items.variable.name)
        else:
            place = e.temporary()
            e.add(p.assign(place, e.value(node.items)))
    elif type(node) is n.ForItems and type(node.items) is n.Call and node.items.name is _ELEMENTS:
        steps = e.value(node.items)
    elif type(node) is n.ForItems:
        from acl.compiler.emit_consumers import elements  # here, since a start does without it

        steps = elements(e, node.items)
    else:
        start, end = e.args([node.start, node.end])
        from_zero = isinstance(start, ast.Constant) and start.value == 0
        steps = p.call("range", end) if from_zero else p.call("range", start, end)
    loop = Loop()
    if register is not None:
        register(loop)
    variable = node.variable
    counter = e.temporary() if variable.boxed else variable.name
    line = p.line
    e.loops.append(loop)
    try:
        with e.hoisting(node.outside):
            body = e.block(lambda: e.emit(node.body, EFFECT))
    finally:
        e.loops.pop()
    p.set_line(line)
    if variable.boxed:
        body.insert(0, p.assign(variable.name, p.list_of(p.name(counter))))
    orelse = e.block(otherwise) if otherwise is not None else []
    if place:  # the car of what is no list is a type-error by itself
        rest = p.name(place)
        body = [p.assign(counter, p.attr(rest, "car")), p.assign(place, p.attr(rest, "cdr")), *body]
        e.add(p.while_(p.is_not(rest, p.const(None)), _poll(body), orelse))
    else:
        e.add(p.located(ast.For(p.store(counter), steps, _poll(body), orelse)))
    _after(e, loop)


# ------------------------------------------------------------------------------------------------------- tagbodies


@statement(n.Tagbody)
def _tagbody(e: Emitter, node: Any, dest: Dest) -> None:
    intervals = None if any(t.nonlocal_exit for t in node.tags) else _structure(node)
    if intervals is None:
        _dispatch(e, node)
    else:
        with e.hoisting(node.outside):
            statements = e.block(lambda: _structured(e, node, 0, len(node.segments), intervals))
        e.body += statements
    e.deliver(p.const(None), dest)


def _structure(node: Any) -> list[tuple[int, int, Any, str]] | None:
    """Return properly nested (start, end, tag, kind) intervals of segments, or None if there are none.

    A "loop" begins at a tag that is gone back to; a "block" ends at one that is gone forward to.
    """
    intervals: list[tuple[int, int, Any, str]] = []
    for tag in node.tags:
        origins = [g.origin for g in node.gos if g.tag is tag]
        back = [o for o in origins if o >= tag.index]
        forward = [o for o in origins if o < tag.index]
        if back:
            intervals.append((tag.index, max(back) + 1, tag, "loop"))
        if forward:
            intervals.append((min(forward), tag.index, tag, "block"))
    for i, (a, b, _, _) in enumerate(intervals):
        for c, d, _, _ in intervals[i + 1:]:
            if (a < c < b < d) or (c < a < d < b):
                return None
    if any(sum(a <= i < b for a, b, _, _ in intervals) > 3 for i in range(len(node.segments))):
        return None  # CPython limits how deep blocks nest
    return sorted(intervals, key=lambda x: (x[0], -x[1]))


def _structured(e: Emitter, node: Any, start: int, end: int, intervals: list[tuple[int, int, Any, str]]) -> None:
    at = start
    while at < end:
        found = next((x for x in intervals if x[0] == at and x[1] <= end), None)
        if found is None:
            for form in node.segments[at]:
                e.emit(form, EFFECT)
            at += 1
            continue
        _, stop, tag, kind = found
        rest = [x for x in intervals if x is not found]

        def make(loop: Loop, tag: Any = tag, kind: str = kind, at: int = at, stop: int = stop,
                 rest: list[tuple[int, int, Any, str]] = rest) -> None:
            outer = e.exits.get(id(tag))
            e.exits[id(tag)] = Target(loop, "continue" if kind == "loop" else "break", _number(e))
            if kind == "loop":
                e.body.extend(_poll([]))
            _structured(e, node, at, stop, rest)
            if outer is not None:
                e.exits[id(tag)] = outer

        _once(e, make)
        intervals = rest
        at = stop


def _effects(e: Emitter, forms: list[Any]) -> None:
    for form in forms:
        e.emit(form, EFFECT)


def _dispatch(e: Emitter, node: Any) -> None:
    """The general case: a loop around segments that begin with a test of where to go on."""
    position = e.temporary()
    token = node.token
    escapes = any(t.nonlocal_exit for t in node.tags)
    e.add(p.assign(position, p.const(0)))
    if escapes:
        _new_token(e, token)
    loop = Loop()
    for tag in node.tags:
        e.exits[id(tag)] = (Target(loop, "continue", _number(e)), position, tag.index)

    def segments() -> None:
        for index, forms in enumerate(node.segments):
            body = e.block(partial(_effects, e, forms))
            if body:
                e.add(p.if_(p.compare(p.name(position), ast.LtE(), p.const(index)), body, []))
        e.add(p.break_())

    def caught() -> None:
        e.add(p.assign(position, p.item(p.attr(p.name("%e"), "args"), 1)))

    e.loops.append(loop)
    try:
        if escapes:
            body = [receiving(e, segments, "%Transfer", e.local(token), caught)]
        else:
            body = e.block(segments)
    finally:
        e.loops.pop()
    whole = p.while_(p.const(True), _poll(body), [])
    if escapes:
        e.add(p.try_([whole], [], [_end_token(e, token)]))
    else:
        e.add(whole)
    _after(e, loop)


@statement(n.Go)
def _go(e: Emitter, node: Any, dest: Dest) -> None:
    tag = node.tag
    if not node.local:
        token = e.local(tag.tagbody.token)
        _check_token(e, token, 1, tag.name)
        e.add(p.raise_(p.call("%Transfer", token, p.const(tag.index), p.const(None))))
        return
    target = e.exits[id(tag)]
    if type(target) is tuple:
        target, position, index = target
        e.add(p.assign(position, p.const(index)))
    _jump(e, target)
