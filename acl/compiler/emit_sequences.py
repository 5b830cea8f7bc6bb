"""Emission of sequence functions with a known function: as Python loops, the function's body written in.

`(find-if (lambda (x) ...) seq)` becomes a `while` over the conses of a list and a `for` over anything else.  The body
of the lambda expression is emitted in the function around it, so only simple ones are taken: no closures, no blocks.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from acl.compiler import nodes as n
from acl.compiler import pyast as p
from acl.compiler.emit import EFFECT, EXPRESSION_RULES, Dest, Emitter, expression, statement
from acl.compiler.infer import FUNCTION, INTEGER_KINDS, OBJECT_KINDS, SOME
from acl.compiler.inline import is_atomic
from acl.types.symbol import SYSTEM, Symbol, cl

_SIMPLE = (n.Constant, n.Local, n.Special, n.FunctionRef, n.LoadTime, n.SetLocal, n.If, n.And, n.Or, n.Progn, n.Let,
           n.Call, n.CallLocal, n.Funcall)
"""The nodes of which the body of a function may be made to be written into a loop."""


def _is_simple(node: Any) -> bool:
    if isinstance(node, n.Node):
        return type(node) in _SIMPLE and all(_is_simple(getattr(node, f)) for f in node.__struct_fields__
                                             if f not in ("line", "expression", "variable", "name", "inline"))
    return all(_is_simple(x) for x in node) if isinstance(node, list) else True


def applicable(function: Any, count: int) -> bool:
    """Return whether calls of the node *function* with *count* arguments can be written into a loop."""
    if type(function) is n.FunctionRef:
        return type(function.name) is Symbol
    if type(function) is n.Local:
        return bool(function.variable.kind == FUNCTION)
    return (type(function) is n.Lambda and len(function.required) == count and not function.optional
            and function.rest is None and function.keys is None and _is_simple(function.body)
            and not any(v.captured or v.assigned for v in function.scope.variables))


def applied(e: Emitter, function: Any, args: list[Any]) -> Any:
    """Return the node of a call of *function* with the nodes *args*: of a lambda expression its body."""
    if type(function) is n.FunctionRef:
        return n.Call(name=function.name, args=args, line=function.line)
    if type(function) is n.Local:
        return n.CallLocal(variable=function.variable, args=args, line=function.line)
    e.scopes.add(function.scope)
    return function.body


_PARTS = frozenset(map(cl, ("CAR", "FIRST", "CDR", "REST")))
_COMPARISONS = frozenset(map(cl, ("EQ", "EQL", "=", "<", ">", "<=", ">=")))


def _looks_at_part(body: Any, element: Any) -> bool:
    """True if the node *body* is the car or cdr of *element*, or compares it with what is there: without any effect."""
    if type(body) is not n.Call or not body.inline:
        return False
    if body.name in _PARTS:
        return len(body.args) == 1 and type(body.args[0]) is n.Local and body.args[0].variable is element
    looks = [_looks_at_part(x, element) for x in body.args]
    return body.name in _COMPARISONS and any(looks) and all(
        look or type(x) in (n.Constant, n.Emitted) or (type(x) is n.Local and x.variable is not element)
        for x, look in zip(body.args, looks, strict=True))


class Loop:
    """A loop over one sequence, to be emitted: `element` is the variable, `place` what is left of a list.

    `body` is the node of what the function gives for the element.  For a comparison with an item of unknown kind there
    is one for integers too, `of_integer`.  `passed`: the sequence is a Python list of elements, see `items_of`.
    """

    def __init__(self, e: Emitter, sequence: Any, element: Any, body: Any, lists_only: bool = False,
                 passed: bool = False) -> None:
        self.e = e
        self.passed = passed
        self.element = element
        self.body = body
        self.of_integer: Any = None
        self.lists_only = lists_only
        self.place = e.temporary()
        e.add(p.assign(self.place, sequence))

    def emit(self, body: Callable[[], None], finish: Callable[[], None] | None = None,
             instead: list[Any] | None = None) -> None:
        """Add the loop with *body*; *finish* follows if nothing breaks out.  Each is emitted for both kinds of loop.

        *instead* are statements for what is no list.
        """
        if self.passed:
            self.over_rest(body, finish)
            return
        if self.lists_only:
            self.over_list(body, finish)
            return
        lists = self.e.block(lambda: self.over_list(body, finish))
        rest = instead if instead is not None else self.e.block(lambda: self.over_rest(body, finish))
        self.e.add(p.if_(self.is_list(), lists, rest))

    def for_both_kinds(self, make: Callable[[], None]) -> None:
        """Add what *make* emits: with `of_integer` once for an item that is an integer, once for any other."""
        if self.of_integer is None:
            make()
            return
        e, general = self.e, self.body
        others = e.block(make)
        self.body = self.of_integer
        integers = e.block(make)
        self.body = general
        e.add(p.if_(p.is_(p.call("type", self.body.args[0].value), p.name("int")), integers, others))

    def over_list(self, body: Callable[[], None], finish: Callable[[], None] | None = None) -> None:
        """Add the loop over a list; the car of what is no list is a type-error by itself.

        A body that just looks at the car or cdr of the elements takes them for conses until it meets NIL.
        """
        if not _looks_at_part(self.body, self.element):
            self.walk(body, finish, self.only_compares())
            return
        e = self.e
        with e.knowing_all({self.element: SOME}):
            quickly = e.block(lambda: self.walk(body, finish, True))
        slowly = e.block(lambda: self.walk(body, finish))
        e.add(p.try_(quickly, [p.located(ast.ExceptHandler(p.name("AttributeError"), None, slowly))], []))

    def walk(self, body: Callable[[], None], finish: Callable[[], None] | None, in_place: bool = False) -> None:
        """Add the loop over a list; *in_place*: the element is not kept in its variable, which would cost more."""
        e, place = self.e, p.name(self.place)
        car = p.attr(place, "car")
        if in_place:
            e.substituted[self.element] = car
            inner = e.block(body)
            del e.substituted[self.element]
        else:
            inner = [p.assign(self.element.name, car), *e.block(body)]
        inner.append(p.assign(self.place, p.attr(place, "cdr")))
        e.add(p.while_(p.is_not(place, p.const(None)), inner, e.block(finish) if finish else []))

    def only_compares(self) -> bool:
        """True if each element is just compared with an integer."""
        body = self.body
        if type(body) is not n.Call or body.name is not _EQL or type(body.args[0]) is not n.Emitted:
            return False
        item, element = body.args
        return item.kind in INTEGER_KINDS and type(element) is n.Local and element.variable is self.element

    def over_rest(self, body: Callable[[], None], finish: Callable[[], None] | None = None) -> None:
        """Add the loop over what is no cons; what looks at parts of the elements is treated as in `over_list`."""
        e, element = self.e, self.element.name

        def over(items: Any) -> Any:
            inner = e.block(body) or [p.pass_()]
            return p.located(ast.For(p.store(element), items, inner, e.block(finish) if finish else []))

        if not _looks_at_part(self.body, self.element):
            e.add(over(self.items()))
            return
        left = e.temporary()
        e.add(p.assign(left, p.call("iter", self.items())))
        with e.knowing_all({self.element: SOME}):
            quickly = over(p.name(left))
        slowly = over(p.list_of(p.name(element), p.located(ast.Starred(p.name(left), ast.Load()))))
        e.add(p.try_([quickly], [p.located(ast.ExceptHandler(p.name("AttributeError"), None, [slowly]))], []))

    def is_list(self) -> Any:
        """Return the test whether the sequence is a cons."""
        return p.is_(p.call("type", p.name(self.place)), p.name("Cons"))

    def items(self) -> Any:
        """Return the elements of what is no cons, to be iterated over."""
        place = p.name(self.place)
        if self.passed:
            return place
        vector = p.is_(p.call("type", place), p.name("SimpleVector"))
        return p.if_exp(vector, p.attr(place, "data"), p.call("%items", place))

    def collect(self) -> str:
        """Add what collects the value of the body for each element; return the Python list."""
        e, result = self.e, self.e.temporary()

        def turn() -> None:
            e.evaluate(p.call(p.attr(p.name(result), "append"), e.value(self.body)))

        made = [p.assign(result, p.list_of()), *e.block(lambda: self.over_list(turn))]
        if self.lists_only and not self.passed:
            e.body.extend(made)
            return result
        items = self.comprehension(lambda: e.value(self.body), None)
        if items is None:
            rest = [p.assign(result, p.list_of()), *e.block(lambda: self.over_rest(turn))]
        else:
            rest = [p.assign(result, items)]
        e.body.extend(rest) if self.passed else e.add(p.if_(self.is_list(), made, rest))
        return result

    def filtered(self, test: Callable[[], Any]) -> str:
        """Add what collects the elements for which what *test* emits is true; return the Python list."""
        e, result = self.e, self.e.temporary()

        def turn() -> None:
            append = p.call(p.attr(p.name(result), "append"), e.local(self.element))
            e.add(p.if_(test(), [p.expr(append)], []))

        def rest() -> None:
            items = self.comprehension(lambda: e.local(self.element), test)
            e.add(p.assign(result, p.list_of() if items is None else items))
            if items is None:
                self.over_rest(turn)

        def walk() -> None:
            e.add(p.assign(result, p.list_of()))
            self.over_list(turn)

        self.for_both_kinds(rest if self.passed else lambda: e.add(p.if_(self.is_list(), e.block(walk), e.block(rest))))
        return result

    def comprehension(self, value: Callable[[], Any], test: Callable[[], Any] | None) -> Any:
        """Return a list comprehension over what is no cons, None if that would need statements."""
        parts: list[Any] = []

        def make() -> None:
            if test is not None:
                parts.append(test())
            parts.append(value())

        if self.e.block(make):
            return None
        generator = ast.comprehension(p.store(self.element.name), self.items(), parts[:-1], 0)
        return p.located(ast.ListComp(parts[-1], [generator]))


# ------------------------------------------------------------------------------------------------------- the functions

_Work = Callable[[Emitter, Any, Dest], None]
WORKS: dict[Symbol, _Work] = {}
"""By function: what emits the call as a loop."""


def _works(*names: str) -> Callable[[_Work], _Work]:
    def register(work: _Work) -> _Work:
        for name in names:
            WORKS[cl(name)] = work
        return work

    return register


def is_inline(node: Any) -> bool:
    """Return whether the sequence call *node* is emitted as a loop."""
    if node.loops is None:
        node.loops = ((node.function is None or applicable(node.function, len(node.sequences)))
                      and (node.name is not _MAP or _result_type(node) is not None))
    return bool(node.loops)


_MAP, _MAPCAR, _EQL, _EQL_ITEM = cl("MAP"), cl("MAPCAR"), cl("EQL"), SYSTEM.intern("%EQL-ITEM")
_RESULTS = {None: "", cl("LIST"): "%list_of", cl("VECTOR"): "SimpleVector", cl("SIMPLE-VECTOR"): "SimpleVector",
            cl("STRING"): "%string_of", cl("SIMPLE-STRING"): "%string_of"}


def _result_type(node: Any) -> str | None:
    """Return what makes the result of MAP from a Python list, "" if there is none, None if that is not known."""
    return _RESULTS.get(node.args[0].value) if type(node.args[0]) is n.Constant else None


def as_call(node: Any) -> Any:
    """Return the call of the function that a sequence call is."""
    return n.Call(name=node.name, args=node.args, line=node.line)


@statement(n.SequenceCall)
def _sequence_call(e: Emitter, node: Any, dest: Dest) -> None:
    if is_inline(node):
        WORKS[node.name](e, node, dest)
    else:
        e.emit(as_call(node), dest)


@expression(n.SequenceCall)
def _sequence_value(e: Emitter, node: Any) -> Any:
    return e.value(as_call(node))


EXPRESSION_RULES[n.SequenceCall] = lambda e, node: not is_inline(node) and e.all_expressions(node.args)


def _loop(e: Emitter, node: Any, lists_only: bool = False, part: Any = None, conses: bool = False) -> Loop:
    """Evaluate the arguments; return a loop over the sequence.

    An item is compared with the variable *part* if that is given, not with the element.  *conses*: the sequence itself
    is wanted, its elements are not enough.
    """
    function = node.function
    passed = not conses and is_passed(node.sequences[0], lists_only)
    if function is None:
        if passed:
            item = e.value(node.item)
            sequence = None
        else:
            item, sequence = e.args([node.item, *node.sequences])
        if not (is_atomic(item) and e.stable(node.item)):
            item = e.keep(item)
        if passed:
            sequence = p.name(items_of(e, node.sequences[0], lists_only))
        element = n.Variable(None, e.temporary(), e.scope)
        value = n.Local(variable=part or element)
        kind = e.kind(node.item)
        other = n.Emitted(value=item, kind=kind)
        keyed = value if node.key is None else applied(e, node.key, [value])
        if node.test.name is not _EQL or kind in INTEGER_KINDS or kind in OBJECT_KINDS:
            return Loop(e, sequence, element, applied(e, node.test, [other, keyed]), lists_only, passed)
        not_a_number = n.Emitted(value=e.keep(p.compare(item, ast.NotEq(), item)), kind=None)
        loop = Loop(e, sequence, element, applied(e, n.FunctionRef(name=_EQL_ITEM), [other, keyed, not_a_number]),
                    lists_only, passed)
        loop.of_integer = applied(e, node.test, [n.Emitted(value=item, kind="int"), keyed])
        return loop
    sequence = p.name(items_of(e, node.sequences[0], lists_only)) if passed else e.value(node.sequences[0])
    element = function.required[0] if type(function) is n.Lambda else n.Variable(None, e.temporary(), e.scope)
    value = n.Local(variable=element)
    keyed = value if node.key is None else applied(e, node.key, [value])
    return Loop(e, sequence, element, applied(e, function, [keyed]), lists_only, passed)


def _test(loop: Loop, negate: bool) -> Callable[[], Any]:
    """Return what emits the condition that the body of *loop* is true, or false."""
    return lambda: p.not_(loop.e.condition(loop.body)) if negate else loop.e.condition(loop.body)


def _two(e: Emitter, node: Any, wanted: bool = True) -> str:
    """Emit MAPCAR or MAP over two sequences; return the variable of the list of results, if they are *wanted*."""
    function = node.function
    first, second = [e.keep(x) for x in e.args(node.sequences)]
    elements = (list(function.required) if type(function) is n.Lambda
                else [n.Variable(None, e.temporary(), e.scope) for _ in (1, 2)])
    body = applied(e, function, [n.Local(variable=v) for v in elements])
    result = e.temporary()
    pairs = p.call("zip", p.call("%items", first), p.call("%items", second))
    target = p.located(ast.Tuple([p.store(v.name) for v in elements], p.STORE))
    if not wanted:
        e.add(p.located(ast.For(target, pairs, e.block(lambda: e.emit(body, EFFECT)) or [p.pass_()], [])))
        return result
    values: list[Any] = []
    statements = e.block(lambda: values.append(e.value(body)))
    add = [*statements, p.expr(p.call(p.attr(p.name(result), "append"), values[0]))]
    if node.name is _MAP:
        if statements:
            e.add(p.assign(result, p.list_of()))
            e.add(p.located(ast.For(target, pairs, add, [])))
        else:
            made = p.located(ast.ListComp(values[0], [ast.comprehension(target, pairs, [], 0)]))
            e.add(p.assign(result, made))
        return result
    e.add(p.assign(result, p.list_of()))
    places = [e.temporary(), e.temporary()]
    steps: list[Any] = []
    for place, given, variable in zip(places, (first, second), elements, strict=True):
        e.add(p.assign(place, given))
        steps.append(p.assign(variable.name, p.attr(p.name(place), "car")))
    add += [p.assign(x, p.attr(p.name(x), "cdr")) for x in places]
    test = p.and_([p.is_not(p.name(x), p.const(None)) for x in places])
    e.add(p.while_(test, [*steps, *add], []))
    return result


def collected(e: Emitter, node: Any) -> str:
    """Emit MAPCAR or MAP; return the variable of the list of results."""
    if len(node.sequences) == 2:
        return _two(e, node)
    loop = _loop(e, node, node.name is not _MAP)
    return loop.collect()


def is_passed(node: Any, lists_only: bool = False) -> bool:
    """True if *node* makes a fresh sequence in a loop, so that a Python list will do where only its elements matter.

    *lists_only*: who uses it takes no other sequence than a list.
    """
    if type(node) is not n.SequenceCall or node.name not in _FRESH or not is_inline(node):
        return False
    return node.name is not _MAP or (_result_type(node) == "%list_of" if lists_only else bool(_result_type(node)))


_FRESH = frozenset(map(cl, ("MAPCAR", "MAP", "REMOVE", "REMOVE-IF", "REMOVE-IF-NOT")))


def items_of(e: Emitter, node: Any, lists_only: bool = False) -> str:
    """Emit a node that `is_passed`; return the variable of the Python list of the elements: nobody sees a sequence."""
    if node.name in (_MAP, _MAPCAR):
        return collected(e, node)
    loop = _loop(e, node, lists_only)
    return loop.filtered(_test(loop, node.name.name != "REMOVE-IF-NOT"))


def maker_of(node: Any) -> str | None:
    """Return the function that makes the sequence of a node that `is_passed` from its elements, None if unknown."""
    if node.name is _MAP:
        return _result_type(node)
    source = node.sequences[0]
    return "%list_of" if node.name is _MAPCAR else maker_of(source) if is_passed(source) else None


@_works("MAPCAR")
def _mapcar(e: Emitter, node: Any, dest: Dest) -> None:
    e.deliver(p.call("%list_of", p.name(collected(e, node))), dest)


@_works("MAP")
def _map(e: Emitter, node: Any, dest: Dest) -> None:
    maker = _result_type(node)
    if maker:
        e.deliver(p.call(maker, p.name(collected(e, node))), dest)
        return
    if len(node.sequences) == 2:
        _two(e, node, wanted=False)
    else:
        loop = _loop(e, node)
        loop.emit(lambda: e.emit(loop.body, EFFECT))
    e.deliver(p.const(None), dest)


@_works("MAPC")
def _mapc(e: Emitter, node: Any, dest: Dest) -> None:
    loop = _loop(e, node, lists_only=True, conses=dest.kind != "effect")
    kept = e.keep(p.name(loop.place)) if dest.kind != "effect" else p.const(None)
    loop.emit(lambda: e.emit(loop.body, EFFECT))
    e.deliver(kept, dest)


@_works("REMOVE-IF", "REMOVE-IF-NOT", "REMOVE")
def _remove_if(e: Emitter, node: Any, dest: Dest) -> None:
    """A list shares with the result what is behind the last element that is removed."""
    maker = maker_of(node) if is_passed(node.sequences[0]) else None
    if maker is not None:
        e.deliver(p.call(maker, p.name(items_of(e, node))), dest)
        return
    loop = _loop(e, node, conses=True)
    goes = _test(loop, node.name.name == "REMOVE-IF-NOT")
    result, items, kept, tail = e.temporary(), e.temporary(), e.temporary(), e.temporary()

    def walk() -> None:
        e.add(p.assign(tail, p.name(loop.place)))
        e.add(p.assign(kept, p.const(0)))
        e.add(p.assign(items, p.list_of()))
        loop.over_list(turn)
        head = p.item(p.name(items), p.located(ast.Slice(None, p.name(kept))))
        e.add(p.assign(result, p.call("%list_of", head, p.name(tail))))

    def turn() -> None:
        stays = [p.expr(p.call(p.attr(p.name(items), "append"), e.local(loop.element)))]
        size = p.call("len", p.name(items))
        e.add(p.if_(goes(), [p.assign(kept, size), p.assign(tail, p.attr(p.name(loop.place), "cdr"))], stays))

    def rest() -> None:
        sequence = e.keep(p.name(loop.place))
        items = loop.comprehension(lambda: e.local(loop.element), lambda: p.not_(goes()))
        if items is None:
            items = e.keep(p.list_of())
            stays = [p.expr(p.call(p.attr(items, "append"), e.local(loop.element)))]
            loop.over_rest(lambda: e.add(p.if_(goes(), [p.pass_()], stays)))
        e.add(p.assign(result, p.call("%like", sequence, items)))

    def both() -> None:
        lists, others = e.block(walk), e.block(rest)
        e.add(p.if_(loop.is_list(), lists, others))

    loop.for_both_kinds(both)
    e.deliver(p.name(result), dest)


def _python_search(e: Emitter, node: Any, loop: Loop, result: str) -> list[Any] | None:
    """Return the call of FIND or POSITION itself if it is the plain one: in vectors Python searches faster."""
    if node.function is not None or node.key is not None or node.test.name is not _EQL or loop.passed:
        return None
    item = loop.body.args[0].value
    return [p.assign(result, p.call(e.global_function(node.name), item, p.name(loop.place)))]


@_works("FIND", "FIND-IF", "FIND-IF-NOT", "SOME", "EVERY", "NOTANY", "NOTEVERY")
def _first(e: Emitter, node: Any, dest: Dest) -> None:
    """The searches that an element ends: what they give then, and if none does."""
    name = node.name.name
    loop = _loop(e, node)
    test = _test(loop, name in ("FIND-IF-NOT", "EVERY", "NOTEVERY"))
    result = e.temporary()
    true, false = e.true_name(), p.const(None)

    def turn() -> None:
        if name == "SOME" and not e.is_boolean(loop.body):
            e.add(p.assign(result, e.value(loop.body)))
            e.add(p.if_(p.is_not(p.name(result), p.const(None)), [p.break_()], []))
        else:
            found = {"SOME": true, "NOTEVERY": true, "EVERY": false, "NOTANY": false}.get(name)
            condition = test()
            e.add(p.if_(condition, [p.assign(result, found or e.local(loop.element)), p.break_()], []))

    def finish() -> None:
        e.add(p.assign(result, true if name in ("EVERY", "NOTANY") else false))

    loop.for_both_kinds(lambda: loop.emit(turn, finish, _python_search(e, node, loop, result)))
    e.deliver(p.name(result), dest)


@_works("MEMBER")
def _member(e: Emitter, node: Any, dest: Dest) -> None:
    loop = _loop(e, node, lists_only=True, conses=True)
    test = _test(loop, False)
    loop.for_both_kinds(lambda: loop.emit(lambda: e.add(p.if_(test(), [p.break_()], []))))
    e.deliver(p.name(loop.place), dest)


@_works("ASSOC", "RASSOC")
def _assoc(e: Emitter, node: Any, dest: Dest) -> None:
    part = n.Variable(None, e.temporary(), e.scope)
    loop = _loop(e, node, True, part, conses=True)
    test, pair = _test(loop, False), p.name(loop.element.name)

    def look() -> None:
        e.add(p.assign(part.name, p.attr(pair, "car" if node.name.name == "ASSOC" else "cdr")))
        e.add(p.if_(test(), [p.break_()], []))

    def turn() -> None:
        e.add(p.if_(p.is_not(pair, p.const(None)), e.block(look), []))

    loop.for_both_kinds(lambda: loop.emit(turn, lambda: e.add(p.assign(loop.element.name, p.const(None)))))
    e.deliver(pair, dest)


@_works("POSITION", "POSITION-IF", "POSITION-IF-NOT", "COUNT", "COUNT-IF", "COUNT-IF-NOT")
def _counted(e: Emitter, node: Any, dest: Dest) -> None:
    name = node.name.name
    loop = _loop(e, node)
    test = _test(loop, name.endswith("NOT"))
    counter = e.temporary()
    more = p.assign(counter, p.binop(p.name(counter), ast.Add(), p.const(1)))
    e.add(p.assign(counter, p.const(0)))

    def turn() -> None:
        condition = test()
        if name.startswith("COUNT"):
            e.add(p.if_(condition, [more], []))
        else:
            e.add(p.if_(condition, [p.break_()], []))
            e.add(more)

    def finish() -> None:
        if not name.startswith("COUNT"):
            e.add(p.assign(counter, p.const(None)))

    search = _python_search(e, node, loop, counter)
    loop.for_both_kinds(lambda: loop.emit(turn, finish, search))
    e.deliver(p.name(counter), dest)
