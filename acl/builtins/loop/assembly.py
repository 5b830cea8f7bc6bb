"""The expansion of a parsed LOOP.

    (block name
      (let* bindings
        (block end
          initially prelude
          (%while test head body tail))
        finally result))

A turn is what the clauses say, in their order.  Each group of iteration clauses says how it gets to the first turn
and how to the next.  Where both are the same, that is done at its place.  Where they differ but for a test, the step
goes to the tail and the test stays.  Before any test, the first step goes to the prelude and the next to the tail.
If nothing else serves, a flag tells the first turn from the others.
"""

from __future__ import annotations

from typing import Any

from acl.expand.mentions import mentions
from acl.expand.template import template
from acl.types.cons import Cons, from_iterable, lisp_list
from acl.types.symbol import SYSTEM, Symbol, T, cl

from .drivers import Driver, Group
from .model import Level, Loop, Step, Test, assign, bind, conjunction, join, progn

_BLOCK, _IF, _SETQ = cl("BLOCK"), cl("IF"), cl("SETQ")
_WHILE = SYSTEM.intern("%WHILE")


_LOOP_FINISH = cl("LOOP-FINISH")
_finishing = template("(macrolet ((loop-finish () '(return-from ,end nil))) ,@forms)")


class _Flow:
    """Where the steps of the iteration clauses have gone to."""

    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self.tested = False  # do tests come before all that follows?
        self.prelude: list[Any] = []
        self.head: list[Any] = []
        self.tail: list[Any] = []
        self.first: Symbol | None = None

    def add(self, group: Group, before: list[Any]) -> None:
        """Place the steps of *group*; *before* is the source of the groups before it."""
        pairs = [driver.steps() for driver in group.drivers]
        first, following = join([p[0] for p in pairs]), join([p[1] for p in pairs])
        if all(p[0] is p[1] for p in pairs):
            self.head += first.items()
        elif self._only_tests(first, following) and self._movable(group, before):
            self.tail += assign(following.sets)
            self.head += map(Test, following.after)
        elif not (self.tested or self.head or first.tests() or following.tests() or first.more or following.more):
            self.prelude += assign(first.sets)
            self.tail += assign(following.sets)
        else:
            if self.first is None:
                self.first = Symbol("FIRST")
            self.head.append(lisp_list(_IF, self.first, self._forms(first), self._forms(following)))

    def _only_tests(self, first: Step, following: Step) -> bool:
        """True if the first step is what the next ends with, a test or nothing."""
        return not (first.sets or first.more or following.before or following.more) and len(
            first.before) == len(following.after)

    def _movable(self, group: Group, before: list[Any]) -> bool:
        """True if *group* may be stepped before the tests and steps of the groups before it."""
        if not before:
            return True
        if not all(driver.movable for driver in group.drivers):
            return False
        return not any(mentions(v, x) for v in group.variables() for x in [*before, *self.loop.finally_])

    def _forms(self, step: Step) -> Any:
        items = step.items()
        return progn([x.exit(self.loop.end) if type(x) is Test else x for x in items]) if items else None


def expand(loop: Loop) -> Any:
    """Return the form a parsed LOOP stands for."""
    flow = _Flow(loop)
    operator = _place(loop, flow)
    items = [*flow.head, *flow.tail]
    tests = []
    if operator is None:
        while items and type(items[0]) is Test:
            tests.append(items.pop(0).form)
    forms = [x.exit(loop.end) if type(x) is Test else x for x in items]
    if flow.first is not None:
        forms.append(lisp_list(_SETQ, flow.first, None))
        loop.levels.append(Level([], [(flow.first, T)]))
    iteration = from_iterable([*(operator or (_WHILE, conjunction(tests))), *forms])
    turns = [*loop.initially, *flow.prelude, iteration]
    if any(mentions(_LOOP_FINISH, x) for x in turns):  # the global macro would do, but not for code walkers
        turns = [_finishing(end=loop.end, forms=turns)]
    body = Cons(_BLOCK, Cons(loop.end, from_iterable(turns)))
    return Cons(_BLOCK, Cons(loop.name, from_iterable(bind(_levels(loop), [body, *loop.finally_, loop.result]))))


def _levels(loop: Loop) -> list[Level]:
    return [x.level() if isinstance(x, Group) else x for x in loop.levels]


def _place(loop: Loop, flow: _Flow) -> Any:
    """Put the steps and the forms of a turn in order; return how the first clause makes the turns, None if not."""
    parts = loop.parts
    before: list[Any] = []
    sources: list[list[Any]] = []
    first = parts[0].drivers if parts and isinstance(parts[0], Group) else []
    for part in parts:
        sources.append(list(before))
        if not isinstance(part, Group):
            before.append(part.form if type(part) is Test else part)
            continue
        if part.drivers is not first:
            for driver in part.drivers:
                driver.prepare(loop, before)
        before += part.source()
    iteration = _iteration(loop, first)
    if iteration is not None:
        flow.tested = True
        flow.head += iteration[1]
    else:
        for driver in first:
            driver.prepare(loop, [])
    for part, source in zip(parts, sources, strict=True):
        if not isinstance(part, Group):
            flow.head.append(part)
        elif iteration is None or part.drivers is not first:
            flow.add(part, source)
    return None if iteration is None else iteration[0]


def _iteration(loop: Loop, drivers: list[Driver]) -> tuple[Any, list[Any]] | None:
    """Return how *drivers*, the first clause, make the turns, None if they do not."""
    if len(drivers) != 1:
        return None
    bindings = [form for level in _levels(loop) for pair in (*level.pairs, *level.then) for form in pair[1:]]
    return drivers[0].iteration(loop, bindings)
