"""Nodes to Python ast: the emitter of one function.

Every node can be emitted as an expression (`value`: the primary value; `values`: a tuple of all) or as
statements that deliver to a destination (`emit`).  What needs statements in the middle of an expression
is emitted before it, with the arguments to its left saved first, so that the order of evaluation stays.
`emit_basic`, `emit_control`, `emit_dynamic` and `emit_functions` register the emitters of the other nodes.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from acl.builtins.declare import Declaration, parse_lambda_list
from acl.builtins.declare import declaration as find_declaration
from acl.compiler import nodes as n
from acl.compiler import pyast as p
from acl.compiler.infer import INDEX, NATURAL, kind_of, learned
from acl.compiler.inline import hole_count, is_atomic, is_volatile, paste, special_names
from acl.compiler.single import single, single_builtin
from acl.types.cons import Cons
from acl.types.function import FUNCTIONS
from acl.types.symbol import KEYWORD, Symbol, T, cl, function_key

_ERROR, _INVOKE = cl("ERROR"), cl("INVOKE-RESTART")


EMPTINESS = {cl("NULL"): False, cl("NOT"): False, cl("ENDP"): False, cl("ATOM"): False, cl("CONSP"): True}
ELEMENTS_OF = {cl("LENGTH"): -1, cl("CAR"): 0, cl("FIRST"): 0, cl("SECOND"): 1, cl("CADR"): 1, cl("THIRD"): 2,
               cl("CADDR"): 2}
"""What can be asked of a &rest parameter without making a list of it: whether it is one, and single elements."""


def is_spread(node: Any) -> bool:
    """True for the value of a &rest parameter that is kept as a tuple."""
    return type(node) is n.Local and node.variable.spread


class Dest:
    """Where a value goes: nowhere, to the caller, to a Python variable as one value or as the tuple of all."""

    __slots__ = ("kind", "name")

    def __init__(self, kind: str, name: str = "") -> None:
        self.kind = kind
        self.name = name


EFFECT, RETURN = Dest("effect"), Dest("return")


def one(name: str) -> Dest:
    """The primary value to the variable *name*."""
    return Dest("one", name)


def every(name: str) -> Dest:
    """The tuple of all values to the variable *name*."""
    return Dest("all", name)


STATEMENTS: dict[type, Callable[[Any, Any, Dest], None]] = {}
"""Emitters of nodes that need statements: (emitter, node, destination)."""

EXPRESSIONS: dict[type, Callable[[Any, Any], Any]] = {}
"""Emitters of nodes that are Python expressions: (emitter, node) -> ast."""

CALLS: dict[Symbol, Callable[[Any, Any], Any]] = {}
"""Emitters of calls of particular functions: (emitter, node) -> ast, or None to emit an ordinary call."""

CONDITIONS: dict[Symbol, Callable[[Any, Any], Any]] = {}
"""The same for calls in test position: a Python condition."""

TRUTHS: dict[Symbol, Callable[[Any, Any], Any]] = {}
"""The same for calls whose value is more than T or NIL, where only its truth counts."""

VALUES_CALLS: dict[Symbol, Callable[[Any, Any], Any]] = {}
"""The same where all values are wanted: a tuple."""


STORES: dict[str, Callable[[Any, Any, Dest], bool]] = {}
"""By key: emitters of calls of particular setf functions as assignments; they return whether they did it."""


def statement(kind: type) -> Callable[[Any], Any]:
    """Register the emitter of a node that needs statements."""
    def register(function: Any) -> Any:
        STATEMENTS[kind] = function
        return function

    return register


def expression(kind: type) -> Callable[[Any], Any]:
    """Register the emitter of a node that is an expression."""
    def register(function: Any) -> Any:
        EXPRESSIONS[kind] = function
        return function

    return register


class Emitter:
    """Emits one Python function.  `all_values` is the entry it is emitted for."""

    def __init__(self, unit: Any, scope: Any, all_values: bool) -> None:
        self.unit = unit
        self.scope = scope
        self.scopes = {scope}
        self.all_values = all_values
        self.body: list[Any] = []
        self.loops: list[Any] = []
        self.hoists: list[Any] = []
        self.nonlocals: set[str] = set()
        self.uses_state = False
        self.uses_exit = False
        self.exits: dict[int, Any] = {}
        self.facts: dict[Any, str] = {}
        self.handler = False
        self.substituted: dict[Any, Any] = {}
        self.aliases: dict[Any, Any] = {}

    # ------------------------------------------------------------ small things

    def add(self, statement: Any) -> None:
        """Append a statement."""
        self.body.append(statement)

    def temporary(self) -> str:
        """Return a fresh name of a Python local."""
        return str(self.unit.temporary())

    def block(self, make: Callable[[], None]) -> list[Any]:
        """Return the statements that *make* emits."""
        outer, self.body = self.body, []
        try:
            make()
            return self.body
        finally:
            self.body = outer

    @contextmanager
    def hoisting(self, outside: int) -> Iterator[None]:
        """While it lasts, the turns of a loop are emitted; then, what they need not look at again: see `hoist`."""
        from acl.compiler.hoist import Hoist  # here, since a start does without it

        hoist = Hoist(outside)
        self.hoists.append(hoist)
        try:
            yield
        finally:
            self.hoists.pop()
        self.body += hoist.before

    def hoisted(self, *access: Any) -> Any:
        """Return what `hoist` makes of the template, nodes, arguments and kinds of an access inside loops."""
        from acl.compiler.hoist import hoisted

        return hoisted(self, *access)

    def state(self) -> Any:
        """Return a reference to the thread's state, fetched once at the head of the function."""
        self.uses_state = True
        return p.name("%s")

    def constant(self, value: Any) -> Any:
        """Return a Lisp object as a constant."""
        if value is None or type(value) is int or type(value) is float:
            return p.const(value)
        constant = p.const(self.unit.constant(value))
        constant.literal = value
        return constant

    def assign_variable(self, variable: Any, value: Any) -> None:
        """Assign to a Lisp variable that is bound already."""
        if variable.boxed:
            self.add(p.assign(p.item_store(p.name(variable.name), 0), value))
        else:
            if variable.scope not in self.scopes:
                self.nonlocals.add(variable.name)
            self.add(p.assign(variable.name, value))

    def bind_variable(self, variable: Any, value: Any) -> None:
        """Bind a Lisp variable of this function."""
        self.add(p.assign(variable.name, p.list_of(value) if variable.boxed else value))

    def true_name(self) -> Any:
        """Return T."""
        return p.const(self.unit.constant(T))

    # ------------------------------------------------------------ destinations

    def deliver(self, value: Any, dest: Dest) -> None:
        """Deliver one value, a Python expression."""
        kind = dest.kind
        if kind == "effect":
            self.evaluate(value)
        elif kind == "return":
            self.add(p.ret(p.tuple_of(value) if self.all_values else value))
        elif kind == "one":
            if not (isinstance(value, ast.Name) and value.id == dest.name):
                self.add(p.assign(dest.name, value))
        else:
            self.add(p.assign(dest.name, p.tuple_of(value)))

    def evaluate(self, value: Any) -> None:
        """Add a statement that evaluates *value* for its effects: the branches of a conditional as statements."""
        if isinstance(value, (ast.Constant, ast.Name)):
            return
        if isinstance(value, ast.BoolOp) and isinstance(value.values[-1], (ast.Constant, ast.Name)):
            if len(value.values) == 2:
                self.evaluate(value.values[0])
                return
        elif isinstance(value, ast.IfExp):
            then = self.block(lambda: self.evaluate(value.body))
            otherwise = self.block(lambda: self.evaluate(value.orelse))
            if then or otherwise:
                self.add(p.if_(value.test, then, otherwise))
                return
        self.add(p.expr(value))

    def deliver_all(self, values: Any, dest: Dest) -> None:
        """Deliver a tuple of all values, a Python expression."""
        kind = dest.kind
        if kind == "effect":
            self.deliver(values, dest)
        elif kind == "return":
            self.add(p.ret(values if self.all_values else p.call("%first", values)))
        elif kind == "one":
            self.add(p.assign(dest.name, p.call("%first", values)))
        else:
            self.add(p.assign(dest.name, values))

    def wants_all(self, dest: Dest) -> bool:
        """True if *dest* takes all values."""
        return dest.kind == "all" or (dest.kind == "return" and self.all_values)

    # ------------------------------------------------------------------- nodes

    def emit(self, node: Any, dest: Dest) -> None:
        """Emit *node* as statements that deliver to *dest*."""
        if node.line:
            p.set_line(node.line)
        kind = type(node)
        make = STATEMENTS.get(kind)
        if make is not None and (dest.kind == "effect" or not self.is_expression(node)
                                 or (kind is n.If and dest.kind == "return")
                                 or (self.wants_all(dest) and not self.values_expression(node))):
            make(self, node, dest)
        elif self.wants_all(dest) and not single(node):
            self.deliver_all(self.values(node), dest)
        elif dest.kind == "effect" and isinstance(node, (n.Constant, n.Local, n.FunctionRef, n.Lambda)):
            return
        elif kind is n.Call and (type(node.name) is Cons or dest.kind == "effect") and self.store(node, dest):
            return
        elif kind is n.Call and node.name is _ERROR and node.inline and node.args:
            self.error(node)
        elif kind is n.Call and node.name is _INVOKE and node.inline and node.args and self.exits_by_return(dest):
            self.invoke_restart(node)
        else:
            self.deliver(self.value(node), dest)

    def error(self, node: Any) -> None:
        """Raise the exit that a call of `error` ends in: one frame less to unwind than if `error` did it."""
        names = [*node.args[:1], *node.args[1::2]]
        keys = tuple([a.value for a in names[1:] if type(a) is n.Constant])
        if (len(node.args) % 2 and all(type(a) is n.Constant and type(a.value) is Symbol for a in names)
                and len(set(keys)) == len(keys) and all(k.package is KEYWORD for k in keys)):
            values = self.args(node.args[2::2])
            site = p.attr(p.const(self.unit.condition_site(node.args[0].value, keys)), "make")
            self.add(p.raise_(p.call("%error_of", p.call(site, *values))))
        else:
            self.add(p.raise_(p.call("%error", *self.args(node.args))))

    def exits_by_return(self, dest: Dest) -> bool:
        """True if an exit that would be raised now can be returned: by a handler, for the signaller to raise it."""
        return self.handler and dest.kind == "return" and not self.all_values

    def invoke_restart(self, node: Any) -> None:
        """Return the exit to the clause of a `restart-case`; anything else is a call as usual."""
        name, *args = [self.keep(x) for x in self.args(node.args)]
        clause = self.keep(p.call("%restart_clause", name))
        leave = p.call("%Transfer", p.item(clause, 0), p.item(clause, 1), p.tuple_of(*args))
        self.add(p.if_(p.is_not(clause, p.const(None)), [p.ret(leave)], []))
        self.add(p.ret(p.call(self.global_function(node.name), name, *args)))

    def value(self, node: Any) -> Any:
        """Return an expression for the primary value of *node*; statements it needs are emitted before."""
        if node.line:
            p.set_line(node.line)
        kind = type(node)
        make = EXPRESSIONS.get(kind)
        if make is not None and (kind not in STATEMENTS or self.is_expression(node)):
            return make(self, node)
        temp = self.temporary()
        self.emit(node, one(temp))
        return p.name(temp)

    def values(self, node: Any) -> Any:
        """Return an expression for the tuple of all values of *node*."""
        if node.line:
            p.set_line(node.line)
        if single(node):
            return p.tuple_of(self.value(node))
        kind = type(node)
        if kind is n.Call:
            return self.call_values(node)
        if kind is n.CallLocal:
            return p.call("%call_values", self.local(node.variable), *self.args(node.args))
        if kind is n.Funcall:
            function, *args = self.args([node.function, *node.args])
            return p.call("%call_values", function, *args)
        if kind is n.MvCall:
            return self.mv_call(node, "%call_values")
        if kind is n.If and self.values_expression(node):
            return p.if_exp(self.condition(node.test), self.values(node.then), self.values(node.otherwise))
        temp = self.temporary()
        self.emit(node, every(temp))
        return p.name(temp)

    def condition(self, node: Any) -> Any:
        """Return a Python condition that is true where the value of *node* is."""
        if node.line:
            p.set_line(node.line)
        kind = type(node)
        if kind is n.Constant:
            return p.const(node.value is not None)
        if is_spread(node):
            return p.name(node.variable.name)
        if kind is n.Given:
            return p.is_not(self.local(node.variable), p.name("%U"))
        if kind is n.Call:
            truth = TRUTHS.get(node.name) if node.inline else None
            test = self.open_coded_test(node) if truth is None else truth(self, node)
            if test is not None:
                return test
        elif self.is_expression(node):
            if kind is n.And:
                return p.and_(self.conditions(node.forms, True))
            if kind is n.Or:
                return p.or_(self.conditions(node.forms, False))
            if kind is n.If:
                if isinstance(node.otherwise, n.Constant) and node.otherwise.value is None:
                    return p.and_([self.condition(node.test), self.condition(node.then)])
                return p.if_exp(self.condition(node.test), self.condition(node.then), self.condition(node.otherwise))
        return p.is_not(self.value(node), p.const(None))

    def conditions(self, forms: list[Any], truth: bool) -> list[Any]:
        """Return the conditions of *forms*, each of which is evaluated if those before it are of *truth*."""
        outer = self.facts
        result = []
        try:
            for form in forms:
                result.append(self.condition(form))
                self.facts = {**self.facts, **learned(form, truth)}
        finally:
            self.facts = outer
        return result

    def open_coded_test(self, node: Any) -> Any:
        """Return the condition that is emitted instead of a call, if there is one."""
        special = CONDITIONS.get(node.name) if node.inline else None
        if special is not None:
            result = special(self, node)
            if result is not None:
                return result
        if node.name in EMPTINESS and len(node.args) == 1 and is_spread(node.args[0]):
            there = p.name(node.args[0].variable.name)
            return there if EMPTINESS[node.name] else p.not_(there)
        template = self.template(node, "test")
        return None if template is None else self.paste(template, node.args)

    def is_boolean(self, node: Any) -> bool:
        """True if *node* gives T or NIL and is best emitted as a condition."""
        if type(node) is n.Given:
            return True
        if type(node) is not n.Call or not node.inline:
            return False
        return node.name in CONDITIONS or self.template(node, "test") is not None

    def paste(self, template: str, nodes: list[Any]) -> Any:
        """Return the inline *template* with the arguments *nodes*."""
        args = self.args(nodes)
        specials = {name: p.item(p.attr(self.state(), self.unit.special(cl(symbol))), 0)
                    for name, symbol in special_names(template).items()}
        kinds = self.kinds(nodes, args)
        if self.hoists:
            (template,), args, kinds = self.hoisted((template,), nodes, args, kinds)
        return paste(template, args, self.temporary, kinds, specials)

    def kinds(self, nodes: list[Any], args: list[Any]) -> tuple[str | None, ...]:
        """Return what is known of the arguments of a template, *nodes* emitted as *args*."""
        kinds = tuple([self.kind(x) for x in nodes])
        if NATURAL in kinds and all(isinstance(x, (ast.Name, ast.Constant)) for x in args):
            # The operands of an IndexError can be read off the frame.
            return tuple([INDEX if k == NATURAL else k for k in kinds])
        return kinds

    def kind(self, node: Any) -> str | None:
        """Return what is known here of the value of *node*, see `acl.compiler.infer`."""
        found = kind_of(node)
        return found if found is not None or type(node) is not n.Local else self.facts.get(node.variable)

    @contextmanager
    def knowing(self, test: Any, truth: bool) -> Iterator[None]:
        """While it lasts, what the outcome of the condition *test* tells of variables is known."""
        with self.knowing_all(learned(test, truth)):
            yield

    @contextmanager
    def knowing_all(self, new: dict[Any, str]) -> Iterator[None]:
        """While it lasts, variables are known to have the kinds *new*."""
        if not new:
            yield
            return
        outer, self.facts = self.facts, {**self.facts, **new}
        try:
            yield
        finally:
            self.facts = outer

    def args(self, nodes: list[Any]) -> list[Any]:
        """Return expressions for *nodes*, evaluated from left to right."""
        last = -1
        for i, node in enumerate(nodes):
            if not self.is_expression(node):
                last = i
        result = []
        for i, node in enumerate(nodes):
            value = self.value(node)
            if i < last and not self.stable(node):
                temp = self.temporary()
                self.add(p.assign(temp, value))
                value = p.name(temp)
            result.append(value)
        return result

    def stable(self, node: Any) -> bool:
        """True if nothing that is evaluated later can change the value of *node*."""
        kind = type(node)
        return (kind in (n.Constant, n.Lambda, n.LoadTime)
                or (kind is n.Local and not node.variable.assigned and not node.variable.looped))

    def is_expression(self, node: Any) -> bool:
        """True if *node* can be emitted without statements."""
        known = node.expression
        if known is None:
            rule = EXPRESSION_RULES.get(type(node))
            known = node.expression = bool(rule is not None and (rule is True or rule(self, node)))
        return bool(known)

    def values_expression(self, node: Any) -> bool:
        """True if `values(node)` needs no statements."""
        if single(node) or type(node) in (n.Call, n.CallLocal, n.Funcall):
            return self.is_expression(node)
        return (type(node) is n.If and self.is_expression(node.test) and self.values_expression(node.then)
                and self.values_expression(node.otherwise))

    def all_expressions(self, nodes: list[Any]) -> bool:
        """True if all *nodes* can be emitted without statements."""
        return all(self.is_expression(x) for x in nodes)

    # ------------------------------------------------------------------- calls

    def local(self, variable: Any) -> Any:
        """Return a reference to a Lisp variable."""
        if variable in self.substituted:
            return self.substituted[variable]
        if variable in self.aliases:
            node = self.aliases[variable]
            return self.local(node.variable) if type(node) is n.Local else self.constant(node.value)
        reference = p.name(variable.name)
        if variable.spread:
            return p.call("%rest", reference)
        if variable.boxed:
            return p.item(reference, 0)
        reference.volatile = variable.captured and variable.assigned
        return reference

    def global_function(self, name: Any) -> Any:
        """Return a reference to the global function *name* (a symbol or a setf list)."""
        return p.name(self.unit.function(name, False))

    def template(self, node: Any, kind: str) -> str | None:
        """Return the inline template of a call that fits its number of arguments, if there is one."""
        if not node.inline:
            return None
        declaration = find_declaration(declared_key(node.name))
        if declaration is None:
            return None
        if kind == "test":
            texts: tuple[str | None, ...] = (declaration.test,)
        else:
            texts = declaration.expr if isinstance(declaration.expr, tuple) else (declaration.expr,)
        found = next((t for t in texts if t is not None and hole_count(t) == len(node.args)), None)
        if found is not None:
            self.unit.modules.add(declaration.module)
        return found

    def call(self, node: Any) -> Any:
        """Return the primary value of a call of a global function."""
        if node.inline:
            if node.name in ELEMENTS_OF and len(node.args) == 1 and is_spread(node.args[0]):
                return self.of_arguments(p.name(node.args[0].variable.name), ELEMENTS_OF[node.name])
            special = CALLS.get(node.name)
            if special is not None:
                result = special(self, node)
                if result is not None:
                    return result
            test = self.open_coded_test(node)
            if test is not None:
                return p.if_exp(test, self.true_name(), p.const(None))
            template = self.template(node, "expr")
            if template is not None:
                return self.paste(template, node.args)
            direct = self.keyword_call(node, False)
            if direct is not None:
                return direct
        args = self.args(node.args)
        if node.line:
            p.set_line(node.line)
        return p.call(self.global_function(node.name), *args)

    def of_arguments(self, arguments: Any, index: int) -> Any:
        """Return element *index* of the tuple that a &rest parameter is kept as; of -1 how many there are."""
        count = p.call("len", arguments)
        if index < 0:
            return count
        there = p.compare(count, ast.Gt(), p.const(index)) if index else arguments
        return p.if_exp(there, p.item(arguments, index), p.const(None))

    def keyword_call(self, node: Any, values: bool) -> Any:
        """Return a call of a builtin's Python function with Python's keywords, None unless all of them are known."""
        key = declared_key(node.name)
        declaration = find_declaration(key)
        if declaration is None or (values and not declaration.values) or key + " kw" not in FUNCTIONS:
            return None
        positional, names = keyword_names(declaration.lambda_list, node.args)
        if names is None:
            return None
        self.unit.modules.add(declaration.module)
        args = self.args([*node.args[:positional], *node.args[positional + 1::2]])
        if node.line:
            p.set_line(node.line)
        function = p.name(self.unit.function(node.name, False) + " kw")
        call = p.call_with_keywords(function, args[:positional], list(zip(names, args[positional:], strict=True)))
        return p.item(call, 0) if declaration.values and not values else call

    def store(self, node: Any, dest: Dest) -> bool:
        """Emit a call that stores something as an assignment, if its declaration says how; return whether it does."""
        special = STORES.get(declared_key(node.name)) if node.inline else None
        if special is not None:
            return bool(special(self, node, dest))
        declaration = find_declaration(declared_key(node.name)) if node.inline else None
        templates = [] if declaration is None else _store_templates(declaration, len(node.args))
        if declaration is None or not templates:
            return False
        self.unit.modules.add(declaration.module)
        args = [a if is_atomic(a) and not is_volatile(a) else self.keep(a) for a in self.args(node.args)]
        kinds = self.kinds(node.args, args)
        otherwise = [p.expr(p.call(self.global_function(node.name), *args))]
        for texts in reversed(templates):
            (guard, assignments), holes, known = (
                self.hoisted(texts, node.args, args, kinds) if self.hoists else (texts, args, kinds))
            test = paste(guard, holes, self.temporary, known)
            if isinstance(test, ast.Constant) and not test.value:
                continue
            done = []
            for part in assignments.split("; "):
                target, _, value = part.partition(" = ")
                place = paste(target, holes, self.temporary)
                place.ctx = p.STORE
                done.append(p.assign(place, paste(value, holes, self.temporary)))
            otherwise = done if isinstance(test, ast.Constant) else [p.if_(test, done, otherwise)]
        self.body += otherwise
        if dest.kind != "effect":
            self.deliver(args[0], dest)
        return True

    def call_values(self, node: Any) -> Any:
        """Return all values of a call of a global function, as a tuple."""
        special = VALUES_CALLS.get(node.name)
        if special is not None and node.inline:
            result = special(self, node)
            if result is not None:
                return result
        if single_builtin(node.name):
            return p.tuple_of(self.call(node))
        direct = self.keyword_call(node, True) if node.inline else None
        if direct is not None:
            return direct
        args = self.args(node.args)
        if node.line:
            p.set_line(node.line)
        return p.call(p.name(self.unit.function(node.name, True)), *args)

    def mv_call(self, node: Any, through: str | None = None) -> Any:
        """`multiple-value-call`: every argument gives all its values."""
        function, *parts = self.spread_args(node.function, node.args)
        return p.call(through, function, *parts) if through else p.call(function, *parts)

    def spread_args(self, function: Any, nodes: list[Any]) -> list[Any]:
        """Return function and starred argument tuples, evaluated in order."""
        result = [self.keep(self.value(function))] if nodes else [self.value(function)]
        for node in nodes:
            if single(node):
                result.append(self.keep(self.value(node)))
            else:
                result.append(p.star(self.keep(self.values(node))))
        return result

    def keep(self, value: Any) -> Any:
        """Evaluate *value* now, into a local."""
        if isinstance(value, ast.Constant):
            return value
        temp = self.temporary()
        self.add(p.assign(temp, value))
        return p.name(temp)


def declared_key(name: Any) -> str:
    """Return the key of a function name in DECLARATIONS."""
    if type(name) is Symbol:
        return function_key(name)
    if type(name) is Cons:
        return f"(setf {function_key(name.cdr.car)})"
    return "COMMON-LISP:NIL"


def _store_templates(declaration: Declaration, count: int) -> list[tuple[str, str]]:
    """Return the guards and assignments of a function for *count* arguments."""
    found = []
    for guard, assignments in declaration.store:
        sides = [side for part in assignments.split("; ") for side in part.split(" = ")]
        holes = max(map(hole_count, [guard, *sides]))
        if holes == count or (holes < count and "&rest" not in declaration.lambda_list):
            found.append((guard, assignments))
    return found


def keyword_names(lambda_list: str, args: list[Any]) -> tuple[int, list[str] | None]:
    """Return how many of *args* come before the keywords, and the Python parameters that these mean.

    They are None if the call has wrong arguments, or not just different keywords that the lambda list has.
    """
    if "&key" not in lambda_list or "&rest" in lambda_list:
        return 0, None
    parsed = parse_lambda_list(lambda_list)
    positional = parsed.required + parsed.optional
    if len(args) <= positional:
        return positional, [] if len(args) >= parsed.required else None
    keys = [a.value if type(a) is n.Constant else None for a in args[positional::2]]
    table = parsed.keys or {}
    names = [table[k] for k in keys if type(k) is Symbol and k in table]
    if len(args[positional:]) % 2 or not len(names) == len(keys) == len(set(names)):
        return positional, None
    return positional, names


def _rule_args(e: Emitter, node: Any) -> bool:
    return e.all_expressions(node.args)


EXPRESSION_RULES: dict[type, Any] = {
    n.Constant: True, n.Emitted: True, n.Local: True, n.Special: True, n.Given: True, n.FunctionRef: True,
    n.LoadTime: True, n.Lambda: True,
    n.SetLocal: lambda e, node: not node.variable.boxed and e.is_expression(node.value),
    n.If: lambda e, node: e.all_expressions([node.test, node.then, node.otherwise]),
    n.And: lambda e, node: e.all_expressions(node.forms),
    n.Or: lambda e, node: e.all_expressions(node.forms),
    n.Call: _rule_args,
    n.CallLocal: _rule_args,
    n.Funcall: lambda e, node: e.is_expression(node.function) and e.all_expressions(node.args),
    n.MvList: lambda e, node: e.values_expression(node.value),
}
