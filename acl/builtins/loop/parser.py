"""The parser of the extended LOOP: the clauses, one method each, found by the name of their keyword."""

from __future__ import annotations

from typing import Any

from acl.types.cons import Cons, lisp_list
from acl.types.symbol import Symbol, T, cl

from .accumulation import KINDS, Accumulation, Accumulations
from .drivers import Across, Arithmetic, Driver, Equals, Group, InList, OnList, hash_entries, package_symbols
from .model import Level, Loop, Test, destructuring_pairs, let, malformed, progn
from .types import initial_pairs

_IF, _NOT = cl("IF"), cl("NOT")
_SIMPLE_TYPES = ("FIXNUM", "FLOAT", "T")
_UP, _DOWN = "up", "down"
_PREPOSITIONS: dict[str, tuple[str, str | None, bool]] = {
    # keyword: part of the clause, direction it demands, is the limit exclusive
    "FROM": ("start", None, False), "UPFROM": ("start", _UP, False), "DOWNFROM": ("start", _DOWN, False),
    "TO": ("limit", None, False), "UPTO": ("limit", _UP, False), "DOWNTO": ("limit", _DOWN, False),
    "BELOW": ("limit", _UP, True), "ABOVE": ("limit", _DOWN, True), "BY": ("step", None, False),
}
_HASH = {"HASH-KEY": "KEY", "HASH-KEYS": "KEY", "HASH-VALUE": "VALUE", "HASH-VALUES": "VALUE"}
_PACKAGE = {kind + plural: kind for kind in ("SYMBOL", "PRESENT-SYMBOL", "EXTERNAL-SYMBOL") for plural in ("", "S")}


class Parser:
    """Reads the clauses of one LOOP form."""

    def __init__(self, source: Any) -> None:
        self.items: list[Any] = []
        rest = source
        while type(rest) is Cons:
            self.items.append(rest.car)
            rest = rest.cdr
        self.at = 0
        self.loop = Loop(source)
        self.accumulations = Accumulations(self.loop)
        self.it: Symbol | None = None
        self.it_used = False

    # ------------------------------------------------------------------------------------------------- the source

    def peek(self) -> str | None:
        """Return the name of the next item if it is a symbol (a keyword of LOOP is known by its name)."""
        if self.at >= len(self.items):
            return None
        x = self.items[self.at]
        return x.name if type(x) is Symbol else None

    def accept(self, *names: str) -> bool:
        """Skip the next item if it is one of the keywords *names*."""
        if self.peek() in names:
            self.at += 1
            return True
        return False

    def take(self) -> Any:
        """Return the next item."""
        if self.at >= len(self.items):
            malformed("The form ends where more is expected.")
        self.at += 1
        return self.items[self.at - 1]

    def compound_forms(self, least: int = 1) -> list[Any]:
        """Return the compound forms that follow."""
        start = self.at
        while self.at < len(self.items) and type(self.items[self.at]) is Cons:
            self.at += 1
        if self.at - start < least:
            found = self.items[self.at] if self.at < len(self.items) else None
            malformed("A compound form is expected, not ~s.", found)
        return self.items[start:self.at]

    def type_spec(self) -> Any:
        """Return the type that may follow a variable, None if there is none."""
        if self.accept("OF-TYPE"):
            return self.take()
        if self.peek() in _SIMPLE_TYPES:
            return self.take()
        if self.at < len(self.items) and self.items[self.at] is None:
            self.at += 1
        return None

    # ---------------------------------------------------------------------------------------------------- clauses

    def parse(self) -> Loop:
        """Parse all clauses."""
        loop = self.loop
        if self.accept("NAMED"):
            loop.name = self.take()
            if loop.name is not None and type(loop.name) is not Symbol:
                malformed("~s cannot be the name of a loop.", loop.name)
        while self.at < len(self.items):
            name = self.peek()
            clause = _CLAUSES.get(name) if name is not None else None
            if clause is not None:
                self.at += 1
                clause(self)
            else:
                loop.parts += self.selectable()
        if isinstance(loop.result, Accumulation):
            loop.result = loop.result.result()
        return loop

    def with_clause(self) -> None:
        """`with var [type] [= form] {and var [type] [= form]}`."""
        level = Level([], [])
        while True:
            pattern = self.take()
            type_ = self.type_spec()
            self.loop.declare(pattern)
            if not self.accept("="):
                level.then += initial_pairs(pattern, type_)
            elif type(pattern) is Symbol:
                level.pairs.append((pattern, self.take()))
            else:
                value = Symbol("VALUE")
                level.pairs.append((value, self.take()))
                level.then += destructuring_pairs(pattern, value) if pattern is not None else []
            if not self.accept("AND"):
                break
        self.loop.levels.append(level)

    def for_clause(self) -> None:
        """`for` and `as`, with the clauses joined to it by `and`."""
        group: list[Driver] = []
        while True:
            start = self.at
            pattern = self.take()
            type_ = self.type_spec()
            self.loop.declare(pattern)
            name = self.peek()
            if name in _PREPOSITIONS:
                driver = self.arithmetic(pattern, type_)
            elif name in _SUBCLAUSES:
                self.at += 1
                driver = _SUBCLAUSES[name](self, pattern, type_)
            else:
                malformed("~s is unknown behind the variable of a FOR clause.", self.take())
            driver.source = self.items[start:self.at]
            group.append(driver)
            if not self.accept("AND"):
                break
        self.add_group(group)

    def add_group(self, group: list[Driver]) -> None:
        """Add clauses that are stepped in parallel."""
        made = Group(group)
        self.loop.parts.append(made)
        self.loop.levels.append(made)

    def arithmetic(self, pattern: Any, type_: Any) -> Driver:
        """`from`, `to`, `by` and their kin, in any order."""
        if pattern is not None and type(pattern) is not Symbol:
            malformed("~s cannot be stepped through numbers.", pattern)
        parts: dict[str, Any] = {}
        order: list[str] = []
        direction: str | None = None
        exclusive = False
        while self.peek() in _PREPOSITIONS:
            word = self.take().name
            part, demanded, excludes = _PREPOSITIONS[word]
            if part in parts or (demanded and direction and demanded != direction):
                malformed(f"{word} does not go with what is before it.")
            direction = direction or demanded
            exclusive = exclusive or excludes
            parts[part] = self.take()
            order.append(part)
        if direction == _DOWN and "start" not in parts:
            malformed("There is no FROM to step down from.")
        return Arithmetic(pattern, type_, [], parts, order, direction == _DOWN, exclusive)

    def in_list(self, pattern: Any, type_: Any) -> Driver:
        """`in list [by function]`."""
        form = self.take()
        return InList(pattern, type_, [], form, self.take() if self.accept("BY") else None)

    def on_list(self, pattern: Any, type_: Any) -> Driver:
        """`on list [by function]`."""
        form = self.take()
        by = self.take() if self.accept("BY") else None
        if type(pattern) is Symbol:
            return OnList(pattern, type_, [], form, by)
        return InList(pattern, type_, [], form, by, tails=True)

    def equals(self, pattern: Any, type_: Any) -> Driver:
        """`= form [then form]`."""
        first = self.take()
        if self.accept("THEN"):
            return Equals(pattern, type_, [], first, self.take(), has_then=True)
        return Equals(pattern, type_, [], first)

    def across(self, pattern: Any, type_: Any) -> Driver:
        """`across vector`."""
        return Across(pattern, type_, [], self.take())

    def being(self, pattern: Any, type_: Any) -> Driver:
        """`being {each | the} what {in | of} form`."""
        if not self.accept("EACH", "THE"):
            malformed("BEING must be followed by EACH or THE.")
        name = self.peek()
        if name in _HASH:
            self.at += 1
            if not self.accept("IN", "OF"):
                malformed(f"{name} must be followed by IN or OF.")
            table = self.take()
            using = self.using(_HASH[name]) if self.accept("USING") else None
            return hash_entries(pattern, type_, [], table, _HASH[name], using)
        if name in _PACKAGE:
            self.at += 1
            package = self.take() if self.accept("IN", "OF") else cl("*PACKAGE*")
            return package_symbols(pattern, type_, [], package, _PACKAGE[name])
        malformed("~s is unknown behind BEING THE.", self.take())

    def using(self, what: str) -> Any:
        """Return the pattern of `using (hash-value pattern)`, whose keyword must be the other than *what*."""
        x = self.take()
        if type(x) is not Cons or type(x.cdr) is not Cons or type(x.car) is not Symbol or (
                _HASH.get(x.car.name) in (None, what)):
            malformed("~s is not valid behind USING.", x)
        self.loop.declare(x.cdr.car)
        return x.cdr.car

    def repeat(self) -> None:
        """`repeat count`: as many turns as there are integers from 0 below the count."""
        form = self.take()
        self.add_group([Arithmetic(None, None, [form], {"limit": form}, ["limit"], down=False, exclusive=True)])

    def while_clause(self) -> None:
        """`while form`."""
        self.loop.parts.append(Test(self.take()))

    def until(self) -> None:
        """`until form`."""
        self.loop.parts.append(Test(lisp_list(_NOT, self.take())))

    def always(self) -> None:
        """`always form`."""
        self.accumulations.add_boolean()
        self.loop.parts.append(lisp_list(_IF, self.take(), None, self.loop.leave(None)))
        self.loop.result = T

    def never(self) -> None:
        """`never form`."""
        self.accumulations.add_boolean()
        self.loop.parts.append(lisp_list(_IF, self.take(), self.loop.leave(None)))
        self.loop.result = T

    def thereis(self) -> None:
        """`thereis form`."""
        self.accumulations.add_boolean()
        value = Symbol("VALUE")
        self.loop.parts.append(let([(value, self.take())], [lisp_list(_IF, value, self.loop.leave(value))]))

    def initially(self) -> None:
        """`initially form...`."""
        self.loop.initially += self.compound_forms()

    def finally_clause(self) -> None:
        """`finally form...`."""
        self.loop.finally_ += self.compound_forms()

    # --------------------------------------------------------------------------------- what conditionals may govern

    def selectable(self) -> list[Any]:
        """Parse a clause that may stand in a conditional; return its forms."""
        name = self.peek()
        if name in ("DO", "DOING"):
            self.at += 1
            return self.compound_forms()
        if name in ("IF", "WHEN", "UNLESS"):
            self.at += 1
            return [self.conditional(name == "UNLESS")]
        if name == "RETURN":
            self.at += 1
            return [self.loop.leave(self.form_or_it())]
        if name in KINDS:
            self.at += 1
            form = self.form_or_it()
            variable = None
            if self.accept("INTO"):
                variable = self.take()
                if type(variable) is not Symbol:
                    malformed("~s cannot be a variable.", variable)
            type_ = self.type_spec()
            return [self.accumulations.add(KINDS[name], form, variable, type_)]
        malformed("~s is found where a keyword of LOOP is expected.", self.take())

    def form_or_it(self) -> Any:
        """Return the next form; `it` is the value of the test, in the first clause behind it."""
        if self.it is not None and self.peek() == "IT":
            self.at += 1
            self.it_used = True
            return self.it
        return self.take()

    def conditional(self, negated: bool) -> Any:
        """Parse what follows `if`, `when` or `unless`."""
        test = self.take()
        it = Symbol("IT")
        used = [False]
        then = self.governed(it, used)
        otherwise = self.governed(it, used) if self.accept("ELSE") else []
        self.accept("END")
        if negated:
            then, otherwise = otherwise, then
        condition = it if used[0] else test
        form = lisp_list(_IF, condition, progn(then) if then else None, *([progn(otherwise)] if otherwise else []))
        return let([(it, test)], [form]) if used[0] else form

    def governed(self, it: Symbol, used: list[bool]) -> list[Any]:
        """Parse clauses joined by `and`; the first may say `it`."""
        outer = self.it, self.it_used
        self.it, self.it_used = it, False
        forms = self.selectable()
        used[0] = used[0] or self.it_used
        self.it, self.it_used = None, False
        while self.accept("AND"):
            forms += self.selectable()
        self.it, self.it_used = outer
        return forms


_CLAUSES = {
    "WITH": Parser.with_clause, "FOR": Parser.for_clause, "AS": Parser.for_clause, "REPEAT": Parser.repeat,
    "WHILE": Parser.while_clause, "UNTIL": Parser.until, "ALWAYS": Parser.always, "NEVER": Parser.never,
    "THEREIS": Parser.thereis, "INITIALLY": Parser.initially, "FINALLY": Parser.finally_clause,
}
_SUBCLAUSES = {"IN": Parser.in_list, "ON": Parser.on_list, "=": Parser.equals, "ACROSS": Parser.across,
               "BEING": Parser.being}
