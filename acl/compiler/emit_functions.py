"""Emission of functions: parameters, closures, local functions."""

from __future__ import annotations

import ast
from typing import Any

from acl.compiler import nodes as n
from acl.compiler import pyast as p
from acl.compiler.emit import ELEMENTS_OF, EMPTINESS, RETURN, Dest, Emitter, expression, statement
from acl.compiler.single import single
from acl.types.symbol import cl


def function_definition(unit: Any, node: Any, all_values: bool, identifier: str) -> Any:
    """Return the Python definition of a Lambda node, for one of its two entries."""
    line = node.line or p.line
    p.set_line(line)
    e = Emitter(unit, node.scope, all_values)
    e.handler = node.handler
    required = [v.name for v in node.required]
    defaults: list[tuple[str, Any]] = []
    for parameter in node.optional:
        default = parameter.default
        defaults.append((parameter.variable.name, p.name("%U") if default is None else e.constant(default.value)))
    rest: str | None = None
    if node.rest is None and node.keys and not node.allow and len(node.keys) <= _MOST_KEYS:
        rest = unit.temporary()
        defaults += [(name, p.name("%U")) for pair in _key_parameters(e, node, rest) for name in pair]
    elif node.rest is not None or node.keys is not None:
        rest = node.rest.name if node.rest is not None else unit.temporary()
        if node.keys is not None:
            _keywords(e, node, rest)
        if node.rest is not None:
            node.rest.spread = node.keys is None and _needs_no_list(node.rest, node.body)
            if not node.rest.spread:
                e.add(p.assign(rest, p.call("%rest", p.name(rest))))
    e.emit(node.body, RETURN)
    p.set_line(line)
    head: list[Any] = []
    if e.nonlocals:
        head.append(p.nonlocal_(sorted(e.nonlocals)))
    if e.uses_exit:
        head.append(p.assign("%x", p.const(0)))
    if e.uses_state:
        head.append(p.assign("%s", p.call("%cur")))
    body = e.body
    if node.live:
        leave = p.ret(p.call("%leave_frame", p.name("%g"), p.const(all_values)))
        body = [p.try_(body, [p.handler("%Leaving", "%g", [leave])], [])]
    return p.function(identifier, required, defaults, rest, head + body)


class _Uses:
    """How the value of a &rest parameter is used: as a `list` (twice if perhaps again and again), by its `parts`."""

    def __init__(self, variable: Any) -> None:
        self.variable = variable
        self.list = 0
        self.parts = 0

    def meets(self, node: Any) -> bool:
        """True for a reference to the parameter."""
        return type(node) is n.Local and node.variable is self.variable

    def visit(self, node: Any, again: bool = False) -> None:
        """Count the uses in *node*, which is evaluated *again* and again or at most once."""
        if isinstance(node, (list, tuple)):
            for x in node:
                self.visit(x, again)
        if isinstance(node, n.Node):
            self.visit_node(node, again)

    def visit_node(self, node: Any, again: bool) -> None:
        """Do `visit` for one node."""
        kind = type(node)
        skipped = _NOT_INSIDE
        if self.meets(node):
            self.list += 2 if again else 1
        elif kind is n.Call and node.inline and node.args and self.meets(node.args[-1]) and (
                node.name in _TAKE_PARTS if len(node.args) == 1 else node.name is _APPLY):
            self.parts += node.name not in EMPTINESS
            self.visit(node.args[:-1], again)
            return
        elif kind is n.SequenceCall:
            self.visit(node.args, again)
            return
        elif kind is n.If and self.meets(node.test):
            skipped = (*skipped, "test")
        elif kind is n.ForList and self.meets(node.items):
            self.parts += 1
            skipped = (*skipped, "items")
        again = again or kind in _REPEATING
        for field in node.__struct_fields__:
            if field not in skipped:
                self.visit(getattr(node, field), again)


_APPLY = cl("APPLY")
_TAKE_PARTS = frozenset([*EMPTINESS, *ELEMENTS_OF])
_REPEATING = (n.Lambda, n.While, n.ForRange, n.ForItems, n.ForList, n.Tagbody)
_NOT_INSIDE: tuple[str, ...] = ("line", "expression", "variable", "block", "tag", "scope", "token", "exits", "gos",
                                "tags", "free")


def _needs_no_list(variable: Any, body: Any) -> bool:
    """True if the tuple of the arguments will do: nobody sees a list, or one is made where the only use is."""
    if variable.assigned:
        return False
    uses = _Uses(variable)
    uses.visit(body)
    return uses.list == 0 or (uses.list == 1 and uses.parts == 0)


_MOST_KEYS = 4


def _key_parameters(e: Emitter, node: Any, rest: str) -> list[tuple[str, str]]:
    """Emit the parsing of keyword arguments that come as positional ones; return these, pairs of key and value.

    The last pair is looked at first, so that of two values for one key the first counts.  What is not simply known keys
    with their values goes the general way.
    """
    unit, keys = e.unit, node.keys
    pairs = [(unit.temporary(), unit.temporary()) for _ in keys]
    names = [k.variable.name for k in keys]
    defaults = [p.name("%U") if k.default is None else e.constant(k.default.value) for k in keys]
    plain = [p.assign(x, d) for x, d in zip(names, defaults, strict=True)]
    given = p.call("%given", *[p.name(x) for pair in pairs for x in pair], p.star(p.name(rest)))
    keywords = p.tuple_of(*[e.constant(k.keyword) for k in keys])
    parse = p.call("%parse_keys", given, keywords, p.const(False), p.tuple_of(*defaults))
    general = [p.assign(p.located(ast.List([p.store(x) for x in names], p.STORE)), parse)]
    unsupplied = p.name("%U")

    def assigned(at: int) -> Any:
        """The assignment of the value of pair number *at*; the usual order is that of the lambda list."""
        key, value = pairs[at]
        found: list[Any] = general
        for i in reversed([*range(at, len(keys)), *range(at)]):
            test = p.is_(p.name(key), e.constant(keys[i].keyword))
            found = [p.if_(test, [p.assign(names[i], p.name(value))], found)]
        return found[0]

    steps: list[Any] = []
    for at in reversed(range(len(pairs))):
        value = pairs[at][1]
        last = p.if_(p.is_(p.name(value), unsupplied), general, [assigned(at)])
        if at + 1 < len(pairs):  # the value of a pair before another is there
            following = p.name(pairs[at + 1][0])
            steps = [p.if_(p.is_(following, unsupplied), [last], [*steps, assigned(at)])]
        else:
            steps = [last]
    quick = p.if_(p.name(rest), general, [*plain, *steps])
    e.add(p.if_(p.is_(p.name(pairs[0][0]), unsupplied), plain, [quick]))
    return pairs


def _keywords(e: Emitter, node: Any, rest: str) -> None:
    """Emit the parsing of keyword arguments: nothing given, one or two in the usual order, or the general way."""
    keys = node.keys
    names = [k.variable.name for k in keys]
    defaults = [p.name("%U") if k.default is None else e.constant(k.default.value) for k in keys]
    general: list[Any] = []
    keywords = p.tuple_of(*[e.constant(k.keyword) for k in keys])
    parse = p.call("%parse_keys", p.name(rest), keywords, p.const(node.allow), p.tuple_of(*defaults))
    if names:
        targets = p.located(ast.List([p.store(x) for x in names], p.STORE))
        general.append(p.assign(targets, parse))
    else:
        general.append(p.expr(parse))
    plain = [p.assign(x, d) for x, d in zip(names, defaults, strict=True)]
    if names:
        count = p.compare(p.call("len", p.name(rest)), ast.Eq(), p.const(2))
        first = p.is_(p.item(p.name(rest), 0), e.constant(keys[0].keyword))
        quick = [p.assign(names[0], p.item(p.name(rest), 1)),
                 *[p.assign(x, d) for x, d in zip(names[1:], defaults[1:], strict=True)]]
        general = [p.if_(p.and_([count, first]), quick, general)]
    e.add(p.if_(p.not_(p.name(rest)), plain, general) if plain else p.if_(p.name(rest), general, []))


def _looped(e: Emitter, variables: Any) -> list[str]:
    """Return the names of those variables that each turn of a loop makes anew: closures must copy them."""
    return sorted({v.name for v in variables if v.looped and v.captured and v.scope in e.scopes})


def define(e: Emitter, node: Any, direct: bool = False) -> str:
    """Emit the definition of a function; return the local name that holds it."""
    all_values = e.unit.inner_all_values
    if direct:
        identifier = f"D{node.index}"
        all_values = direct and e.all_values
    else:
        identifier = e.unit.function_name(node)
    line = p.line
    definition = function_definition(e.unit, node, all_values, identifier)
    copied = _looped(e, node.free)
    p.set_line(line)
    if not copied:
        e.add(definition)
        return identifier
    factory = e.temporary()
    e.add(p.function(factory, copied, [], None, [definition, p.ret(p.name(identifier))]))
    e.add(p.assign(identifier, p.call(factory, *[p.name(c) for c in copied])))
    return identifier


@expression(n.Lambda)
def _lambda(e: Emitter, node: Any) -> Any:
    return p.name(define(e, node))


@statement(n.Labels)
def _labels(e: Emitter, node: Any, dest: Dest) -> None:
    """Local functions.  In a loop they are made by a factory, so that each turn has its own."""
    own = {v for v, _ in node.functions}
    free: set[Any] = set()
    for _, function in node.functions:
        free |= function.free
    copied = _looped(e, free - own)
    in_loop = bool(copied) or bool(_looped(e, own))

    def definitions() -> None:
        for variable, function in node.functions:
            identifier = e.unit.function_name(function)
            e.add(function_definition(e.unit, function, e.unit.inner_all_values, identifier))
            e.add(p.assign(variable.name, p.list_of(p.name(identifier)) if variable.boxed else p.name(identifier)))

    if in_loop:
        line = p.line
        factory = e.temporary()
        names = [v.name for v in sorted(own, key=lambda v: str(v.name))]
        body = e.block(definitions)
        result = p.tuple_of(*[p.name(x) for x in names])
        p.set_line(line)
        e.add(p.function(factory, copied, [], None, [*body, p.ret(result)]))
        target = p.located(ast.Tuple([p.store(x) for x in names], p.STORE))
        e.add(p.assign(target, p.call(factory, *[p.name(c) for c in copied])))
    else:
        definitions()
    e.emit(node.body, dest)


@statement(n.Funcall)
def _funcall(e: Emitter, node: Any, dest: Dest) -> None:
    """A call of a function value; one of a lambda form that is called just here is defined for what is wanted."""
    if type(node.function) is n.Lambda and not node.args and not node.function.required and node.function.keys is None:
        wanted = e.wants_all(dest)
        outer, e.all_values = e.all_values, wanted
        try:
            identifier = define(e, node.function, direct=True)
        finally:
            e.all_values = outer
        result = p.call(identifier)
        if wanted:
            e.deliver_all(result, dest)
        else:
            e.deliver(result, dest)
    elif e.wants_all(dest) and not single(node):
        e.deliver_all(e.values(node), dest)
    else:
        function, *args = e.args([node.function, *node.args])
        e.deliver(p.call(function, *args), dest)
