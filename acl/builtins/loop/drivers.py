"""The clauses that drive an iteration: what they bind, and how they get to the first turn and to the next."""

from __future__ import annotations

from typing import Any

from acl.expand.mentions import assigns, mentions
from acl.types.cons import Cons, lisp_list
from acl.types.symbol import CL, SYSTEM, Symbol, cl, keyword

from .model import Level, Loop, Pair, Step, destructure, variables_of
from .types import initial_pairs

_FUNCTION, _FUNCALL, _LAMBDA = cl("FUNCTION"), cl("FUNCALL"), cl("LAMBDA")
_CLOSERS = (_LAMBDA, _FUNCTION, cl("FLET"), cl("LABELS"))
_CDR, _CONSP, _PLUS, _MINUS, _LESS = cl("CDR"), cl("CONSP"), cl("+"), cl("-"), cl("<")
_LIMIT, _LIMIT_TO = SYSTEM.intern("%LOOP-LIMIT"), SYSTEM.intern("%LOOP-LIMIT-TO")
_LOOP_CAR, _LOOP_CDR = SYSTEM.intern("%LOOP-CAR"), SYSTEM.intern("%LOOP-CDR")
_LENGTH, _ELEMENT = SYSTEM.intern("%LOOP-LENGTH"), SYSTEM.intern("%LOOP-ELEMENT")
_FOR_RANGE, _FOR_ELEMENTS, _FOR_LIST = (SYSTEM.intern(x) for x in ("%FOR-RANGE", "%FOR-ELEMENTS", "%FOR-LIST"))
_ENTRIES, _SYMBOLS = SYSTEM.intern("%LOOP-ENTRIES"), SYSTEM.intern("%LOOP-SYMBOLS")


class Driver:
    """An iteration clause.

    `movable` says that stepping has no effect but on the clause's own variable, so that it may happen
    earlier than the tests of clauses before it.
    """

    movable = False

    def __init__(self, pattern: Any, type_: Any, source: list[Any]) -> None:
        self.pattern = pattern
        self.type = type_
        self.source = source
        self.level = Level([], [])

    def prepare(self, loop: Loop, before: list[Any]) -> None:
        """Decide, when the whole loop is known and with it the source of the clauses *before*, what to bind."""

    def steps(self) -> tuple[Step, Step]:
        """Return how to get to the first turn and how to the next; the same object twice if there is no difference."""
        raise NotImplementedError

    def iteration(self, loop: Loop, bindings: list[Any]) -> tuple[Any, list[Any]] | None:
        """Return how this clause, the first one, makes the turns: operator and specification, and how a turn begins.

        *bindings* are the forms whose values the other variables get.  None: it does not, and has to be prepared.
        """
        return None

    def in_turns_only(self, loop: Loop, bindings: list[Any]) -> bool:
        """True if nobody but the turns may see the variable, so that each can have one of its own."""
        variable = self.pattern
        return not (assigns(variable, loop.source) or _closed_over(variable, loop.source)
                    or any(mentions(variable, x) for x in [*loop.initially, *loop.finally_, *bindings]))


    def by_items(self, loop: Loop, bindings: list[Any], operator: Any, items: Any) -> tuple[Any, list[Any]]:
        """Return the `iteration` over *items* by *operator*; others than the turns see a variable that these set."""
        if type(self.pattern) is Symbol and self.in_turns_only(loop, bindings):
            return lisp_list(operator, lisp_list(self.pattern, items)), []
        self.level.then += initial_pairs(self.pattern, self.type)
        element = Symbol("ELEMENT")
        return lisp_list(operator, lisp_list(element, items)), destructure(self.pattern, element)


class Equals(Driver):
    """`for x = form` and `for x = form then form`."""

    def __init__(self, pattern: Any, type_: Any, source: list[Any], first: Any, then: Any = None,
                 has_then: bool = False) -> None:
        super().__init__(pattern, type_, source)
        self.first, self.then, self.has_then = first, then, has_then
        self.level.then += initial_pairs(pattern, type_)

    def steps(self) -> tuple[Step, Step]:
        first = Step(sets=[(self.pattern, self.first)])
        return first, Step(sets=[(self.pattern, self.then)]) if self.has_then else first


class InList(Driver):
    """`for x in list by function`, and `on` with a pattern."""

    def __init__(self, pattern: Any, type_: Any, source: list[Any], form: Any, by: Any = None,
                 tails: bool = False) -> None:
        super().__init__(pattern, type_, source)
        self.tails = tails
        self.plain = by is None and not tails
        self.list = Symbol("LIST")
        self.level.pairs.append((self.list, form))
        self.next = _next_form(self.list, by, self.level, _CDR if tails else _LOOP_CDR)

    def prepare(self, loop: Loop, before: list[Any]) -> None:
        self.level.then += initial_pairs(self.pattern, self.type)

    def iteration(self, loop: Loop, bindings: list[Any]) -> tuple[Any, list[Any]] | None:
        return self.by_items(loop, bindings, _FOR_LIST, self.list) if self.plain else None

    def steps(self) -> tuple[Step, Step]:
        test = lisp_list(_CONSP, self.list) if self.tails else self.list
        value = self.list if self.tails else lisp_list(_LOOP_CAR, self.list)
        sets: list[Pair] = [(self.pattern, value)] if self.pattern is not None else []
        step = Step([test], sets, [], [(self.list, self.next)])
        return step, step


class OnList(Driver):
    """`for x on list by function`, where x is the variable that is stepped."""

    def __init__(self, pattern: Any, type_: Any, source: list[Any], form: Any, by: Any = None) -> None:
        super().__init__(pattern, type_, source)
        self.level.pairs.append((pattern, form))
        self.next = _next_form(pattern, by, self.level, _CDR)
        self.movable = by is None

    def steps(self) -> tuple[Step, Step]:
        test = lisp_list(_CONSP, self.pattern)
        return Step([test]), Step([], [(self.pattern, self.next)], [test])


def _next_form(variable: Symbol, by: Any, level: Level, default: Symbol) -> Any:
    """Return the form that steps the list in *variable*; a function that is not known by name is bound."""
    if by is None:
        return lisp_list(default, variable)
    if type(by) is Cons and by.car is _FUNCTION and type(by.cdr.car) is Symbol and by.cdr.car.package is CL:
        return lisp_list(by.cdr.car, variable)
    function = Symbol("BY")
    level.pairs.append((function, by))
    return lisp_list(_FUNCALL, function, variable)


class Across(Driver):
    """`for x across vector`."""

    def __init__(self, pattern: Any, type_: Any, source: list[Any], form: Any) -> None:
        super().__init__(pattern, type_, source)
        self.vector, self.length, self.index = Symbol("VECTOR"), Symbol("LENGTH"), Symbol("INDEX")
        self.level.pairs.append((self.vector, form))

    def prepare(self, loop: Loop, before: list[Any]) -> None:
        self.level.then += [(self.length, lisp_list(_LENGTH, self.vector)), (self.index, 0),
                            *initial_pairs(self.pattern, self.type)]

    def iteration(self, loop: Loop, bindings: list[Any]) -> tuple[Any, list[Any]] | None:
        return self.by_items(loop, bindings, _FOR_ELEMENTS, self.vector)

    def steps(self) -> tuple[Step, Step]:
        element = lisp_list(_ELEMENT, self.vector, self.index)
        sets: list[Pair] = [(self.pattern, element)] if self.pattern is not None else []
        step = Step([lisp_list(_LESS, self.index, self.length)], sets, [],
                    [(self.index, lisp_list(_PLUS, self.index, 1))])
        return step, step


def hash_entries(pattern: Any, type_: Any, source: list[Any], table: Any, what: str, using: Any) -> Driver:
    """Return the driver for `being the hash-keys of` (*what* is "KEY") or `hash-values`, over a list."""
    if using is None:
        return InList(pattern, type_, source, lisp_list(_ENTRIES, table, keyword(what)))
    both = Cons(pattern, using) if what == "KEY" else Cons(using, pattern)
    types = Cons(type_, None) if what == "KEY" else Cons(None, type_)
    return InList(both, types, source, lisp_list(_ENTRIES, table, keyword("BOTH")))


def package_symbols(pattern: Any, type_: Any, source: list[Any], package: Any, kind: str) -> Driver:
    """Return the driver for `being the symbols of` and its kin."""
    return InList(pattern, type_, source, lisp_list(_SYMBOLS, package, keyword(kind)))


class Arithmetic(Driver):
    """`for x from start to limit by step`, and `repeat`.

    The variable is stepped itself, behind the body, and over the limit at last (as in all Lisps: programs that look at
    it in the epilogue count on it).  Where it must not be stepped before other clauses have made their tests, because
    these or the epilogue see it, it is set from a hidden counter instead.
    """

    movable = True

    def __init__(self, pattern: Any, type_: Any, source: list[Any], parts: dict[str, Any], order: list[str],
                 down: bool, exclusive: bool) -> None:
        super().__init__(Symbol("COUNT") if pattern is None else pattern, type_, source)
        self.down, self.exclusive = down, exclusive
        self.held: dict[str, Any] = {"step": 1}
        if "start" not in parts:
            order = ["start", *order]
        self.order = order
        self.parts = {"start": 0, "step": 1, **parts}
        self.counter: Any = None
        self.assigned = False

    def prepare(self, loop: Loop, before: list[Any]) -> None:
        variable = self.pattern
        self.assigned = assigns(variable, loop.source)
        visible = any(mentions(variable, x) for x in loop.finally_)
        early = any(mentions(variable, x) for x in before)
        if not self.assigned and (early or (visible and bool(before))):
            self.counter = Symbol("COUNTER")
            self.level.then.append((variable, 0))
        for part in self.order:
            form = self.parts[part]
            if part == "start":
                self.level.pairs.append((self.counter or variable, form))
            else:
                self.held[part] = self._hold(part.upper(), form)

    def _hold(self, name: str, form: Any) -> Any:
        """Return *form* if it is a number, else a variable bound to its value."""
        if isinstance(form, (int, float)):
            return form
        variable = Symbol(name)
        self.level.pairs.append((variable, form))
        return variable

    def _test(self, value: Any) -> list[Any]:
        if "limit" not in self.parts:
            return []
        operator = (">" if self.down else "<") + ("" if self.exclusive else "=")
        return [lisp_list(cl(operator), value, self.held["limit"])]

    def steps(self) -> tuple[Step, Step]:
        stepper = _MINUS if self.down else _PLUS
        if self.counter is not None:
            more = [(self.counter, lisp_list(stepper, self.counter, self.held["step"]))]
            step = Step([], [(self.pattern, self.counter)], self._test(self.pattern), more)
            return step, step
        following = lisp_list(stepper, self.pattern, self.held["step"])
        test = self._test(self.pattern)
        return Step(test), Step([], [(self.pattern, following)], test)

    def iteration(self, loop: Loop, bindings: list[Any]) -> tuple[Any, list[Any]] | None:
        start, limit = self.parts["start"], self.parts.get("limit")
        if type(start) is not int or self.down or self.parts["step"] != 1 or "limit" not in self.parts:
            return None
        if not self.in_turns_only(loop, bindings):
            return None
        if type(limit) is int:
            end: Any = limit if self.exclusive else limit + 1
        else:
            end = Symbol("END")
            self.level.pairs.append((end, lisp_list(_LIMIT if self.exclusive else _LIMIT_TO, limit)))
        return lisp_list(_FOR_RANGE, lisp_list(self.pattern, start, end)), []


def _closed_over(variable: Any, x: Any) -> bool:
    """True if a function in *x*, as far as can be seen, mentions *variable*: all turns must share it then."""
    if type(x) is not Cons:
        return False
    if any(x.car is closer for closer in _CLOSERS) and mentions(variable, x.cdr):
        return True
    while type(x) is Cons:
        if _closed_over(variable, x.car):
            return True
        x = x.cdr
    return False


class Group:
    """Clauses joined by `and`, which are stepped in parallel."""

    def __init__(self, drivers: list[Driver]) -> None:
        self.drivers = drivers

    def level(self) -> Level:
        """Return the bindings of all clauses, once they are prepared."""
        return Level([p for d in self.drivers for p in d.level.pairs], [p for d in self.drivers for p in d.level.then])

    def variables(self) -> list[Any]:
        """Return the variables of all clauses."""
        return [v for driver in self.drivers for v in variables_of(driver.pattern)]

    def source(self) -> list[Any]:
        """Return the text of all clauses."""
        return [x for driver in self.drivers for x in driver.source]
