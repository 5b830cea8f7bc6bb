"""The accumulation clauses."""

from __future__ import annotations

from typing import Any

from acl.expand.template import template
from acl.types.cons import Cons, lisp_list
from acl.types.symbol import SYSTEM, Symbol, cl

from .model import Level, Loop, malformed
from .types import zero

KINDS = {
    "COLLECT": "COLLECT", "COLLECTING": "COLLECT", "APPEND": "APPEND", "APPENDING": "APPEND", "NCONC": "NCONC",
    "NCONCING": "NCONC", "COUNT": "COUNT", "COUNTING": "COUNT", "SUM": "SUM", "SUMMING": "SUM",
    "MAXIMIZE": "MAXIMIZE", "MAXIMIZING": "MAXIMIZE", "MINIMIZE": "MINIMIZE", "MINIMIZING": "MINIMIZE",
}
"""The accumulation keywords and what they mean."""

_FAMILY = {"COLLECT": "list", "APPEND": "list", "NCONC": "list", "COUNT": "number", "SUM": "number",
           "MAXIMIZE": "extreme", "MINIMIZE": "extreme"}

_sum = template("(setq ,variable (+ ,variable ,form))")
_count = template("(if ,form (setq ,variable (1+ ,variable)))")
_extreme = template("(let ((#:x ,form)) (if (or (null ,variable) (,operator #:x ,variable)) (setq ,variable #:x)))")
_collect = template("(%collect ,variable ,form)")
_append = template("(%collect-list ,variable ,form)")
_into_collect = template("""(let ((#:new (cons ,form nil)))
    (if ,tail (setf (cdr ,tail) #:new) (setq ,variable #:new)) (setq ,tail #:new))""")
_into_nconc = template("""(let ((#:new ,form))
    (if (null ,tail) (setq ,variable #:new)) (setq ,tail (%loop-link ,tail #:new)))""")
_copied = template("(copy-list ,form)")


class Accumulation:
    """What accumulation clauses with the same destination share: the variable, and how it is used."""

    def __init__(self, loop: Loop, family: str, variable: Any, type_: Any, python_list: bool) -> None:
        self.family = family
        self.python_list = python_list
        self.appended = False
        self.variable = Symbol("RESULT") if variable is None else variable
        self.tail: Symbol | None = None
        initial: Any = None
        if family == "number":
            initial = zero(type_)
            if initial is None:
                initial = 0
        elif python_list:
            initial = lisp_list(SYSTEM.intern("%MAKE-COLLECTOR"))
        pairs = [(self.variable, initial)]
        if family == "list" and not python_list:
            self.tail = Symbol("TAIL")
            pairs.append((self.tail, None))
        loop.levels.append(Level([], pairs))

    def result(self) -> Any:
        """Return the form for the value that was accumulated."""
        if not self.python_list:
            return self.variable
        return lisp_list(SYSTEM.intern("%APPENDED" if self.appended else "%COLLECTED"), self.variable)

    def clause(self, kind: str, form: Any) -> Any:
        """Return the form that accumulates the value of *form*."""
        variable, tail = self.variable, self.tail
        if kind == "SUM":
            return _sum(variable=variable, form=form)
        if kind == "COUNT":
            return _count(variable=variable, form=form)
        if kind in ("MAXIMIZE", "MINIMIZE"):
            return _extreme(variable=variable, form=form, operator=cl(">" if kind == "MAXIMIZE" else "<"))
        if self.python_list:
            self.appended = self.appended or kind == "APPEND"
            return (_append if kind == "APPEND" else _collect)(variable=variable, form=form)
        if kind == "COLLECT":
            return _into_collect(variable=variable, tail=tail, form=form)
        return _into_nconc(variable=variable, tail=tail, form=_copied(form=form) if kind == "APPEND" else form)


class Accumulations:
    """All the destinations of a loop's accumulation clauses, None being the value of the loop."""

    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self.table: dict[Any, Accumulation] = {}
        self.boolean = False
        # A Python list serves to collect, unless lists are to be made its parts.
        self.python_list = not any(type(x) is Symbol and KINDS.get(x.name) == "NCONC" for x in _items(loop.source))

    def add(self, kind: str, form: Any, variable: Any, type_: Any) -> Any:
        """Return the form of an accumulation clause."""
        found = self.table.get(variable)
        family = _FAMILY[kind]
        if found is None:
            if variable is not None:
                self.loop.declare(variable)
            elif self.boolean:
                self._mixed()
            found = self.table[variable] = Accumulation(
                self.loop, family, variable, type_, family == "list" and variable is None and self.python_list)
            if variable is None:
                self.loop.result = found
        elif found.family != family:
            if variable is None:
                malformed(f"{kind} cannot be mixed with what else accumulates the value of the loop.")
            malformed(f"{kind} cannot be mixed with what else accumulates in ~s.", variable)
        return found.clause(kind, form)

    def add_boolean(self) -> None:
        """Take note of `always`, `never` or `thereis`, which exclude accumulating the value of the loop."""
        self.boolean = True
        if None in self.table:
            self._mixed()

    def _mixed(self) -> None:
        malformed("ALWAYS, NEVER and THEREIS cannot be mixed with what accumulates the value of the loop.")


def _items(x: Any) -> Any:
    while type(x) is Cons:
        yield x.car
        x = x.cdr
