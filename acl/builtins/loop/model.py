"""What a LOOP form is made of, between its parsing and its expansion."""

from __future__ import annotations

from typing import Any, NoReturn

from acl.expand.mentions import mentions
from acl.runtime.conditions import error
from acl.types.cons import Cons, from_iterable, lisp_list
from acl.types.symbol import Symbol, T, cl

Pair = tuple[Any, Any]
"""A variable, or a pattern of variables, and the form whose value it gets."""

_CAR, _CDR, _LET, _LET_STAR, _SETQ = cl("CAR"), cl("CDR"), cl("LET"), cl("LET*"), cl("SETQ")
_IF, _PROGN, _AND, _RETURN_FROM = cl("IF"), cl("PROGN"), cl("AND"), cl("RETURN-FROM")

END = "LOOP-END"
"""The name of the uninterned symbols that name the blocks LOOP-FINISH leaves."""


def malformed(message: str, *args: Any) -> NoReturn:
    """Signal the `program-error` for a malformed LOOP."""
    error("PROGRAM-ERROR", "LOOP: " + message, *args)


def progn(forms: list[Any]) -> Any:
    """Return one form that evaluates *forms*."""
    return forms[0] if len(forms) == 1 else Cons(_PROGN, from_iterable(forms))


def let(pairs: list[Pair], forms: list[Any], sequential: bool = False) -> Any:
    """Return a `let` of *pairs* around *forms*."""
    bindings = from_iterable([lisp_list(variable, form) for variable, form in pairs])
    return Cons(_LET_STAR if sequential else _LET, Cons(bindings, from_iterable(forms)))


class Test:
    """A form in the flow of the loop that ends the loop if it is false."""

    __slots__ = ("form",)

    def __init__(self, form: Any) -> None:
        self.form = form

    def exit(self, end: Symbol) -> Any:
        """Return the form that leaves the block *end* if the test fails."""
        return lisp_list(_IF, self.form, None, lisp_list(_RETURN_FROM, end, None))


def conjunction(tests: list[Any]) -> Any:
    """Return a form that is true if all *tests* are."""
    if not tests:
        return T
    return tests[0] if len(tests) == 1 else Cons(_AND, from_iterable(tests))


class Step:
    """How iteration clauses get to a turn: tests, assignments in parallel, tests, more assignments."""

    __slots__ = ("after", "before", "more", "sets")

    def __init__(self, before: list[Any] | None = None, sets: list[Pair] | None = None,
                 after: list[Any] | None = None, more: list[Pair] | None = None) -> None:
        self.before = before or []
        self.sets = sets or []
        self.after = after or []
        self.more = more or []

    def tests(self) -> bool:
        """True if this step may end the loop."""
        return bool(self.before or self.after)

    def items(self) -> list[Any]:
        """Return the forms and `Test`s of this step."""
        return [*map(Test, self.before), *assign(self.sets), *map(Test, self.after),
                *(lisp_list(_SETQ, variable, form) for variable, form in self.more)]


def join(steps: list[Step]) -> Step:
    """Return the step of clauses that are joined by `and`."""
    if len(steps) == 1:
        return steps[0]
    return Step([t for s in steps for t in s.before], [p for s in steps for p in s.sets],
                [t for s in steps for t in s.after], [p for s in steps for p in s.more])


def variables_of(pattern: Any) -> list[Any]:
    """Return the variables of a destructuring pattern."""
    if pattern is None:
        return []
    if type(pattern) is not Cons:
        return [pattern]
    return variables_of(pattern.car) + variables_of(pattern.cdr)


def independent(pairs: list[Pair]) -> bool:
    """True if it makes no difference whether *pairs* are set in parallel or one after the other."""
    return not any(mentions(variable, form)
                   for i, (pattern, _) in enumerate(pairs) for variable in variables_of(pattern)
                   for _, form in pairs[i + 1:])


def assign(pairs: list[Pair]) -> list[Any]:
    """Return the forms that set patterns to the values of forms, in parallel."""
    if len(pairs) < 2 or independent(pairs):
        return [form for pattern, value in pairs for form in destructure(pattern, value)]
    temps = [Symbol("VALUE") for _ in pairs]
    forms = [form for temp, (pattern, _) in zip(temps, pairs, strict=True) for form in destructure(pattern, temp)]
    return [let([(temp, value) for temp, (_, value) in zip(temps, pairs, strict=True)], forms)]


def destructure(pattern: Any, value: Any) -> list[Any]:
    """Return the forms that set the variables of *pattern* to the parts of the value of a form."""
    if pattern is None:
        return [value] if type(value) is Cons else []
    if type(pattern) is not Cons:
        return [lisp_list(_SETQ, pattern, value)]
    rest = Symbol("PARTS")
    forms: list[Any] = []
    while type(pattern) is Cons:
        if variables_of(pattern.car):
            forms += destructure(pattern.car, lisp_list(_CAR, rest))
        pattern = pattern.cdr
        if type(pattern) is Cons and variables_of(pattern):
            forms.append(lisp_list(_SETQ, rest, lisp_list(_CDR, rest)))
        else:
            forms += destructure(pattern, lisp_list(_CDR, rest)) if type(pattern) is Symbol else []
            break
    return [let([(rest, value)], forms or [None])]


def destructuring_pairs(pattern: Any, value: Any) -> list[Pair]:
    """Return the `let*` bindings of the variables of *pattern* to the parts of the value of a form."""
    if type(pattern) is not Cons:
        return [(Symbol("IGNORED") if pattern is None else pattern, value)]
    rest = Symbol("PARTS")
    pairs = [(rest, value)]
    if variables_of(pattern.car):
        pairs += destructuring_pairs(pattern.car, lisp_list(_CAR, rest))
    if variables_of(pattern.cdr):
        pairs += destructuring_pairs(pattern.cdr, lisp_list(_CDR, rest))
    return pairs


class Level:
    """Bindings made at one time: *pairs* in parallel, *then* one after the other."""

    __slots__ = ("pairs", "then")

    def __init__(self, pairs: list[Pair], then: list[Pair] | None = None) -> None:
        self.pairs = pairs
        self.then = then or []


def bind(levels: list[Level], forms: list[Any]) -> list[Any]:
    """Return *forms* inside the bindings of *levels*; those that can be are in one `let*`."""
    segments: list[tuple[bool, list[Pair]]] = []
    for level in levels:
        for pairs, parallel in ((level.pairs, not independent(level.pairs)), (level.then, False)):
            if parallel or not segments or segments[-1][0]:
                segments.append((parallel, list(pairs)))
            else:
                segments[-1][1].extend(pairs)
    for parallel, pairs in reversed(segments):
        if pairs:
            forms = [let(pairs, forms, sequential=not parallel and len(pairs) > 1)]
    return forms


class Loop:
    """A parsed LOOP form."""

    def __init__(self, source: Any) -> None:
        self.source = source
        self.name: Any = None
        self.end = Symbol(END)
        self.levels: list[Any] = []
        self.parts: list[Any] = []  # of a turn: groups of iteration clauses, forms, tests
        self.initially: list[Any] = []
        self.finally_: list[Any] = []
        self.result: Any = None
        self.bound: set[Any] = set()

    def declare(self, pattern: Any) -> None:
        """Take note that the variables of *pattern* are bound; `program-error` for one bound twice."""
        for variable in variables_of(pattern):
            if type(variable) is not Symbol or variable.special == "constant":
                malformed("~s cannot be a variable.", variable)
            if variable in self.bound:
                malformed("The variable ~s is bound twice.", variable)
            self.bound.add(variable)

    def leave(self, form: Any) -> Any:
        """Return the form that returns the values of *form* from the loop, without its epilogue."""
        return lisp_list(_RETURN_FROM, self.name, form)
