"""Processing of top-level forms (CLHS 3.2.3.1), the same for `eval`, `load` and `compile-file`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from acl.expand.declarations import parse_body, symbol_macros
from acl.expand.environment import NULL_ENVIRONMENT, Environment
from acl.expand.macroexpand import macroexpand_1
from acl.expand.macros import with_macros
from acl.types.cons import Cons
from acl.types.symbol import Symbol, cl

_PROGN, _EVAL_WHEN, _LOCALLY = cl("PROGN"), cl("EVAL-WHEN"), cl("LOCALLY")
_MACROLET, _SYMBOL_MACROLET = cl("MACROLET"), cl("SYMBOL-MACROLET")
_EXECUTE = frozenset(["EXECUTE", "EVAL"])
_COMPILE = frozenset(["COMPILE-TOPLEVEL", "COMPILE"])
_LOAD = frozenset(["LOAD-TOPLEVEL", "LOAD"])
_QUOTE, _MANY = cl("QUOTE"), 20_000


def check_code(form: Any) -> None:
    """Signal a `program-error` if *form*, to be evaluated, contains itself other than as quoted data.

    A walk that ends before `_MANY` conses has found none; only after a longer one is it looked for.
    """
    count = 0
    heads = [form]
    while heads:
        rest = heads.pop()
        while type(rest) is Cons:
            head = rest.car
            if type(head) is Cons:
                heads.append(head)
            elif head is _QUOTE:
                break
            count += 1
            rest = rest.cdr
            if count > _MANY:
                from acl.expand.circular import check

                check(form)
                return


class TopLevel:
    """Walks a top-level form.

    *run* is called with each form (and its environment) to be evaluated now, *keep* with each to be compiled
    into the file; `eval` and `load` have no *keep*.
    """

    def __init__(self, run: Callable[[Any, Environment], Any], keep: Callable[[Any, Environment], Any] | None = None,
                 positions: dict[int, tuple[int, int]] | None = None) -> None:
        self.run = run
        self.keep = keep
        self.expand: Callable[[Any, Environment], tuple[Any, bool]] = macroexpand_1
        self.positions = positions if positions is not None else {}
        self.kept: list[Any] = []

    def whole(self, form: Any, env: Environment = NULL_ENVIRONMENT) -> Any:
        """Process *form*, which has not been looked at."""
        check_code(form)
        return self.process(form, env)

    def process(self, form: Any, env: Environment = NULL_ENVIRONMENT, compile_too: bool = False) -> Any:
        """Process *form*; return what *run* returned for the last form (None if nothing was run)."""
        while type(form) is Cons and type(form.car) is Symbol:
            operator = form.car
            if operator is _PROGN:
                self.place_parts(form, form.cdr)
                return self.forms(form.cdr, env, compile_too)
            if operator is _EVAL_WHEN:
                self.place_parts(form, form.cdr.cdr)
                return self.eval_when(form, env, compile_too)
            if operator is _LOCALLY:
                declarations, _, body = parse_body(form.cdr)
                inner = env.with_variables(dict.fromkeys(declarations.special, "special"))
                inner = inner.with_notinline(frozenset(declarations.notinline)).with_declarations(declarations.forms)
                return self.forms(body, inner, compile_too)
            if operator is _MACROLET:
                return self.forms_of(form, with_macros(form, env), compile_too)
            if operator is _SYMBOL_MACROLET:
                new = symbol_macros(form)
                return self.forms_of(form, env.with_variables(new), compile_too)
            expansion, expanded = self.expand(form, env)
            if not expanded:
                break
            position = self.positions.get(id(form))
            if position is not None and type(expansion) is Cons and id(expansion) not in self.positions:
                self.positions[id(expansion)] = position
                self.kept.append(expansion)
            form = expansion
        if self.keep is None:
            return self.run(form, env)
        if compile_too:
            self.run(form, env)
        return self.keep(form, env)

    def place_parts(self, form: Any, part: Any) -> None:
        """Let the forms *part* of a form that a macro has made stand where the form stands that it was made for."""
        position = self.positions.get(id(form))
        if position is None:
            return
        while type(part) is Cons:
            if type(part.car) is Cons and id(part.car) not in self.positions:
                self.positions[id(part.car)] = position
                self.kept.append(part.car)
            part = part.cdr

    def forms(self, forms: Any, env: Environment, compile_too: bool) -> Any:
        """Process forms one after the other."""
        result: Any = (None,)
        while type(forms) is Cons:
            result = self.process(forms.car, env, compile_too)
            forms = forms.cdr
        return result

    def forms_of(self, form: Any, env: Environment, compile_too: bool) -> Any:
        """Process the body of a `macrolet` or `symbol-macrolet`."""
        declarations, _, body = parse_body(form.cdr.cdr)
        inner = env.with_variables(dict.fromkeys(declarations.special, "special"))
        return self.forms(body, inner.with_declarations(declarations.forms), compile_too)

    def eval_when(self, form: Any, env: Environment, compile_too: bool) -> Any:
        """The table of CLHS figure 3-7."""
        names = {s.name for s in form.cdr.car or () if type(s) is Symbol}
        compiles, loads, executes = bool(names & _COMPILE), bool(names & _LOAD), bool(names & _EXECUTE)
        body = form.cdr.cdr
        if self.keep is None:
            return self.forms(body, env, False) if executes else (None,)
        if loads:
            return self.forms(body, env, compiles or (executes and compile_too))
        if compiles or (executes and compile_too):
            runner = TopLevel(self.run, None, self.positions)
            return runner.forms(body, env, False)
        return (None,)
