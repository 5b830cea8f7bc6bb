"""Forms to nodes: macro expansion, scopes, closures, blocks.  Special operators are in `specials`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from acl.builtins.declare import declaration as find_declaration
from acl.compiler import nodes as n
from acl.expand.declarations import GLOBAL_NOTINLINE, Declarations, live_frames, parse_body, warn_of_unknown
from acl.expand.environment import Environment, LocalMacro, SymbolMacro
from acl.expand.lambda_list import parse
from acl.expand.macroexpand import SYMBOL_MACROS, call_macro
from acl.runtime.condition_classes import class_named
from acl.runtime.conditions import error
from acl.runtime.control import Cluster, Transfer
from acl.runtime.dynamic import current
from acl.types.array import SimpleString
from acl.types.cons import Cons, from_iterable, lisp_list
from acl.types.symbol import KEYWORD, NIL_SYMBOL, SYSTEM, Symbol, T, cl, function_key

SPECIAL_OPERATORS: dict[Symbol, Callable[[Analyzer, Any, Environment], Any]] = {}
"""The one table of what the compiler knows natively: symbol to method (analyzer, form, env) -> node."""

_LAMBDA, _FUNCALL, _APPLY, _LIST, _DECLARE = (cl(x) for x in ("LAMBDA", "FUNCALL", "APPLY", "LIST", "DECLARE"))
_COMPILE_FILE, _CONSTANT_STRING = cl("*COMPILE-FILE-TRUENAME*"), SYSTEM.intern("%CONSTANT-STRING")
_MAX_NESTING = 16
"""CPython compiles 20 nested blocks in a function; its `except ... as` takes one more than meets the eye."""
TRY, LOOP = 3, 1
"""How many blocks a form with `try` statements takes, and one with a loop."""


class Analyzer:
    """Analyzes one top-level form.  `positions` maps id(cons) to (line, column)."""

    def __init__(self, positions: dict[int, tuple[int, int]] | None = None) -> None:
        self.positions = dict(positions) if positions else {}
        self.kept: list[Any] = []  # expansions with a position: their ids must stay theirs
        self.scope = n.Scope(None)
        self.line = 0
        self.first_line = 0
        self.count = 0
        self.nesting = 0
        self.lambdas = 0
        self.open_lambdas: list[n.Lambda] = []
        self.undeclared: list[Symbol] = []  # variables that nobody binds or declares
        self.ignored: dict[n.Variable, Symbol] = {}  # variables declared so, for `advice`
        self.recovery: Any = None  # the `Recovery` for errors in forms
        self.stepping: Any = None  # an `acl.compiler.stepping.Stepping` while forms are compiled for the stepper

    # ------------------------------------------------------------------ names

    def next_index(self) -> int:
        """Number the functions of the unit."""
        self.lambdas += 1
        return self.lambdas

    def variable(self, symbol: Symbol | None, hint: str = "t") -> n.Variable:
        """Make a lexical variable with a Python name of its own."""
        self.count += 1
        base = local_name(symbol) if symbol is not None and symbol.package is not None else "%" + hint
        return n.Variable(symbol, f"{base}.{self.count}", self.scope, self.count)

    def refer(self, variable: n.Variable) -> n.Variable:
        """Note a reference to *variable* from the current scope."""
        if variable.scope is not self.scope:
            variable.captured = True
            for function in reversed(self.open_lambdas):
                if function.scope is variable.scope:
                    break
                function.free.add(variable)
        return variable

    # ------------------------------------------------------------------ forms

    def form(self, form: Any, env: Environment) -> Any:
        """Return the node of *form*."""
        if type(form) is Cons:
            outer = self.line
            position = self.positions.get(id(form))
            if position is not None:
                self.line = position[0]
                self.first_line = self.first_line or self.line
            try:
                return self.cons_form(form, env)
            except (Transfer, Exception) as leaving:
                from acl.compiler.malformed import replacement

                return replacement(self.recovery, self, form, env, leaving)
            finally:
                self.line = outer
        if type(form) is Symbol:
            return self.symbol(form, env)
        return n.Constant(value=form)

    def symbol(self, symbol: Symbol, env: Environment) -> Any:
        """Return the node of a variable reference."""
        entry = env.variables.get(symbol)
        if entry is None:
            if symbol.special == "constant":
                return self.constant_reference(symbol)
            if symbol in SYMBOL_MACROS:
                return self.form(SYMBOL_MACROS[symbol], env)
            self.free_reference(symbol)
            return n.Special(symbol=symbol, line=self.line)
        if isinstance(entry, n.Variable):
            return n.Local(variable=self.refer(entry), line=self.line)
        if isinstance(entry, SymbolMacro):
            return self.form(entry.expansion, env)
        return n.Special(symbol=symbol, line=self.line)

    def free_reference(self, symbol: Symbol) -> None:
        """Note that *symbol*, which nothing here binds or declares special, is used as a variable."""
        if symbol.special is None and symbol not in self.undeclared:
            self.undeclared.append(symbol)

    def constant_reference(self, symbol: Symbol) -> Any:
        """Constants whose value is a number, character or symbol are taken now, others when the code runs.

        A string in a file may be that of a constant which only exists while the file is compiled, so it is kept for
        the case that the constant is not there when the file is loaded.
        """
        if symbol.bound:
            value = symbol.value
            if value is None or isinstance(value, (int, float, str, Symbol)):
                return n.Constant(value=value)
            if type(value) is SimpleString and _COMPILE_FILE.value is not None:
                return n.LoadTime(form=lisp_list(_CONSTANT_STRING, lisp_list(cl("QUOTE"), symbol), value),
                                  line=self.line)
        return n.Special(symbol=symbol, line=self.line)

    def cons_form(self, form: Any, env: Environment) -> Any:
        """Return the node of a compound form."""
        if self.stepping is not None and self.stepping.stops_at(form):
            return self.stepping.node(self, form, env)
        operator = form.car
        if operator is None:
            operator = NIL_SYMBOL
        if type(operator) is Symbol:
            local = env.functions.get(function_key(operator)) if env.functions else None
            if local is not None:
                if isinstance(local, LocalMacro):
                    return self.form(self.expand(local.function, form, env), env)
                return n.CallLocal(variable=self.refer(local), args=self.args(form.cdr, env), line=self.line)
            handler = SPECIAL_OPERATORS.get(operator)
            if handler is not None:
                return handler(self, form, env)
            if operator.macro is not None:
                return self.form(self.expand(operator.macro, form, env), env)
            return self.call(form, env)
        if type(operator) is Cons and operator.car is _LAMBDA:
            return self.direct_lambda(operator, form.cdr, env)
        error("PROGRAM-ERROR", "Illegal function object: ~s.", operator)
        return None

    def expand(self, function: Any, form: Any, env: Environment) -> Any:
        """Call a macro function through `*macroexpand-hook*`."""
        expansion = call_macro(function, form, env)
        if type(expansion) is Cons and id(expansion) not in self.positions:
            position = self.positions.get(id(form))
            if position is not None:
                self.positions[id(expansion)] = position
                self.kept.append(expansion)
        return expansion

    def call(self, form: Any, env: Environment) -> Any:
        """A call of a global function, after its compiler macro."""
        operator = form.car
        inline = operator not in env.notinline and operator not in GLOBAL_NOTINLINE
        if inline:
            expander = COMPILER_MACROS.get(function_key(operator))
            if expander is not None:
                expansion = expander(form, env)
                if expansion is not form:
                    return self.form(expansion, env)
        args = self.args(form.cdr, env)
        if operator is _APPLY and inline and len(args) > 1:
            last = _elements(args[-1])
            if last is not None:
                args = [*args[:-1], *last]
                if type(args[0]) is n.FunctionRef:
                    return n.Call(name=args[0].name, args=args[1:], inline=False, line=self.line)
                operator = _FUNCALL
        if operator is _FUNCALL and inline and args and type(args[0]) is n.FunctionRef:
            return n.Call(name=args[0].name, args=args[1:], inline=args[0].name not in env.notinline, line=self.line)
        if inline and operator in SEQUENCE_CALLS:
            node = sequence_call(operator, args, self.line)
            if node is not None:
                return node
        return n.Call(name=operator, args=args, inline=inline, line=self.line)

    def args(self, forms: Any, env: Environment) -> list[Any]:
        """Return the nodes of a list of argument forms."""
        result = []
        while type(forms) is Cons:
            result.append(self.form(forms.car, env))
            forms = forms.cdr
        if forms is not None:
            error("PROGRAM-ERROR", "A form ends in ~s, which is not a list.", forms)
        return result

    def progn(self, forms: Any, env: Environment) -> Any:
        """Return one node for a list of forms."""
        result = self.args(forms, env)
        if len(result) == 1:
            return result[0]
        return n.Progn(forms=result) if result else n.Constant(value=None)

    # ---------------------------------------------------------------- binding

    def body(self, body: Any, env: Environment, bound: set[Symbol] | None = None) -> Any:
        """A body with declarations; free special declarations take effect."""
        declarations, _, forms = parse_body(body)
        return self.progn(forms, self.declare(declarations, env, bound or set()))

    def declare(self, declarations: Declarations, env: Environment, bound: set[Symbol]) -> Environment:
        """Return *env* with the free declarations in force."""
        if declarations.forms:
            warn_of_unknown(declarations.forms)
            if self.recovery.into_file:
                from acl.compiler.advice import note_use

                note_use(self, declarations.forms, env)
        free = {s: "special" for s in declarations.special if s not in bound}
        if free:
            env = env.with_variables(free)
        if declarations.notinline:
            env = env.with_notinline(frozenset(declarations.notinline))
        return env.with_declarations(declarations.forms) if declarations.forms else env

    def is_special(self, symbol: Any, declarations: Declarations) -> bool:
        """True if a binding of *symbol* is a dynamic one."""
        if type(symbol) is not Symbol:
            error("PROGRAM-ERROR", "~s is not a symbol and cannot be bound.", symbol)
        if symbol.special == "constant":
            error("PROGRAM-ERROR", "~s is a constant and cannot be bound.", symbol)
        if symbol.special == "global":
            error("PROGRAM-ERROR", "~s is a global variable and cannot be bound.", symbol)
        return symbol.special is not None or symbol in declarations.special

    def bind(self, pairs: list[tuple[Any, Any]], sequential: bool, body: Any, env: Environment) -> Any:
        """`let` and `let*`: *pairs* are (symbol, form)."""
        declarations, _, forms = parse_body(body)
        if sequential:
            names = {s for s, _ in pairs}
            return self._bind_sequential(pairs, 0, names, declarations, forms, env)
        lexical: list[tuple[n.Variable, Any]] = []
        special: list[Symbol] = []
        temps: list[Any] = []
        entries: dict[Any, Any] = {}
        for symbol, form in pairs:
            value = self.form(form, env)
            dynamic = self.is_special(symbol, declarations)
            variable = self.variable(None if dynamic else symbol)
            lexical.append((variable, value))
            if symbol in entries:
                error("PROGRAM-ERROR", "~s is bound twice by the same form.", symbol)
            if dynamic:
                special.append(symbol)
                temps.append(n.Local(variable=variable))
                entries[symbol] = "special"
            else:
                entries[symbol] = variable
        inner = self.declare(declarations, env.with_variables(entries), set(entries))
        if special:
            def make() -> Any:
                # Inside a function of its own the values are free variables of that function.
                for temp in temps:
                    self.refer(temp.variable)
                return n.BindSpecial(symbols=special, values=temps, body=self.progn(forms, inner), line=self.line)

            node = self.nested(make)
        else:
            node = self.progn(forms, inner)
        # The values were analyzed outside; the variables are distinct Python names, so binding one after the
        # other is the same as binding them together.
        for variable, value in reversed(lexical):
            node = n.Let(variable=variable, value=value, body=node, line=self.line)
        return node

    def _bind_sequential(self, pairs: list[tuple[Any, Any]], index: int, names: set[Any], declarations: Declarations,
                         forms: Any, env: Environment) -> Any:
        if index == len(pairs):
            return self.progn(forms, self.declare(declarations, env, names))
        symbol, form = pairs[index]
        value = self.form(form, env)
        if not self.is_special(symbol, declarations):
            variable = self.variable(symbol)
            inner = env.with_variables({symbol: variable})
            return n.Let(variable=variable, value=value, line=self.line,
                         body=self._bind_sequential(pairs, index + 1, names, declarations, forms, inner))
        temp = self.variable(None)
        inner = env.with_variables({symbol: "special"})
        node = self.nested(lambda: n.BindSpecial(
            symbols=[symbol], values=[n.Local(variable=self.refer(temp))], line=self.line,
            body=self._bind_sequential(pairs, index + 1, names, declarations, forms, inner)))
        return n.Let(variable=temp, value=value, body=node, line=self.line)

    # -------------------------------------------------------------- functions

    def function(self, lambda_list: Any, body: Any, env: Environment, name: Any = None, block: Any = None) -> n.Lambda:
        """Return the Lambda node of a function; *block* is the name of the implicit block, if any."""
        parsed = parse(lambda_list, function=name)
        declarations, doc, forms = parse_body(body, documentation=True)
        outer_scope, outer_nesting = self.scope, self.nesting
        scope = self.scope = n.Scope(outer_scope)
        self.nesting = 0 if name is None else LOOP
        node = n.Lambda(scope=scope, index=self.next_index(), name=name or "LAMBDA", required=[], optional=[],
                        rest=None, keys=None, allow=parsed.allow, body=None, lambda_list=lambda_list, doc=doc,
                        line=self.line)
        node.live = name is not None and live_frames(declarations.forms)
        self.open_lambdas.append(node)
        try:
            node.body = self._function_body(node, parsed, declarations, forms, env, block)
        finally:
            self.open_lambdas.pop()
            self.scope, self.nesting = outer_scope, outer_nesting
        return node

    def _function_body(self, node: n.Lambda, parsed: Any, declarations: Declarations, forms: Any, env: Environment,
                       block: Any) -> Any:
        names = {*parsed.required, *(o[0] for o in parsed.optional), *(o[2] for o in parsed.optional),
                 *(k[1] for k in parsed.keys), *(k[3] for k in parsed.keys), *(a[0] for a in parsed.aux), parsed.rest}
        steps: list[tuple[Any, Any]] = []  # (symbol, how to get its value): what is bound inside, in order

        def parameter(symbol: Any) -> n.Variable:
            """A required or &rest parameter; a special one is bound from the Python parameter."""
            if self.is_special(symbol, declarations):
                variable = self.variable(None)
                steps.append((symbol, lambda env: n.Local(variable=self.refer(variable))))
                return variable
            variable = self.variable(symbol)
            steps.append((symbol, variable))
            return variable

        node.required = [parameter(s) for s in parsed.required]
        if len(set(node.required)) != len({*parsed.required}):
            error("PROGRAM-ERROR", "A parameter occurs twice in the lambda list ~s.", node.lambda_list)
        for symbol, default, supplied in parsed.optional:
            node.optional.append(self._optional(symbol, default, supplied, None, steps, declarations))
        if parsed.rest is not None:
            node.rest = parameter(parsed.rest)
        if parsed.has_key:
            node.keys = [self._optional(symbol, default, supplied, key, steps, declarations)
                         for key, symbol, default, supplied in parsed.keys]
        steps.extend((symbol, lambda env, form=form: self.form(form, env)) for symbol, form in parsed.aux)
        return self._parameters(steps, 0, names, declarations, env,
                                lambda inner: self.block(block, forms, inner) if block is not None
                                else self.progn(forms, inner))

    def _parameters(self, steps: list[tuple[Any, Any]], index: int, names: set[Any], declarations: Declarations,
                    env: Environment, body: Callable[[Environment], Any]) -> Any:
        """Bind what *steps* say, one after the other, around the body."""
        if index == len(steps):
            return body(self.declare(declarations, env, names))
        symbol, value_of = steps[index]
        if isinstance(value_of, n.Variable):
            return self._parameters(steps, index + 1, names, declarations, env.with_variables({symbol: value_of}), body)
        value = value_of(env)
        if not self.is_special(symbol, declarations):
            variable = self.variable(symbol)
            return n.Let(variable=variable, value=value, line=self.line, body=self._parameters(
                steps, index + 1, names, declarations, env.with_variables({symbol: variable}), body))
        temp = self.variable(None)
        inner = env.with_variables({symbol: "special"})
        return n.Let(variable=temp, value=value, line=self.line, body=self.nested(lambda: n.BindSpecial(
            symbols=[symbol], values=[n.Local(variable=self.refer(temp))], line=self.line,
            body=self._parameters(steps, index + 1, names, declarations, inner, body))))

    def _optional(self, symbol: Any, default: Any, supplied: Any, key: Any, steps: list[tuple[Any, Any]],
                  declarations: Declarations) -> n.Parameter:
        """An optional or keyword parameter: the Python parameter holds the value or the mark of "not given"."""
        if supplied is None and not self.is_special(symbol, declarations) and _self_evaluating(default):
            variable = self.variable(symbol)
            steps.append((symbol, variable))
            return n.Parameter(variable, n.Constant(value=default), None, key)
        raw = self.variable(None, "o")

        def given() -> Any:
            return n.Given(variable=self.refer(raw))

        steps.append((symbol, lambda env: n.If(test=given(), then=n.Local(variable=self.refer(raw)),
                                               otherwise=self.form(default, env), line=self.line)))
        if supplied is not None:
            steps.append((supplied, lambda env: n.If(test=given(), then=n.Constant(value=cl("T")),
                                                     otherwise=n.Constant(value=None), line=self.line)))
        return n.Parameter(raw, None, None, key)

    def direct_lambda(self, operator: Any, arguments: Any, env: Environment) -> Any:
        """((lambda ...) args): `let` if the lambda list has required parameters only."""
        parsed = parse(operator.cdr.car)
        plain = not (parsed.optional or parsed.rest is not None or parsed.has_key or parsed.aux)
        args = list(arguments or ())
        if plain and len(args) == len(parsed.required):
            declarations, _, forms = parse_body(operator.cdr.cdr, documentation=True)
            body = Cons(Cons(_DECLARE, from_iterable(declarations.forms)), forms)
            return self.bind(list(zip(parsed.required, args, strict=True)), False, body, env)
        function = self.function(operator.cdr.car, operator.cdr.cdr, env)
        return n.Funcall(function=function, args=[self.form(a, env) for a in args], line=self.line)

    # ----------------------------------------------------------------- blocks

    def block(self, name: Any, forms: Any, env: Environment) -> Any:
        """Return the node of a block around *forms*."""
        def make() -> Any:
            node = n.Block(name=name, token=self.variable(None, "block"), scope=self.scope, line=self.line)
            node.body = self.progn(forms, env.with_block(name, node))
            return node if node.used else node.body

        return self.nested(make, LOOP)

    def nested(self, make: Callable[[], Any], blocks: int = TRY) -> Any:
        """Make a node that costs CPython nested *blocks*; too deep a nest goes on in a function of its own."""
        self.nesting += blocks
        try:
            if self.nesting <= _MAX_NESTING:
                return make()
            return self.in_function(make, blocks)
        finally:
            self.nesting -= blocks

    def in_function(self, make: Callable[[], Any], blocks: int) -> Any:
        """Return a call of a local function whose body *make* gives, of as many nested *blocks*."""
        outer_scope, outer_nesting = self.scope, self.nesting
        scope = self.scope = n.Scope(outer_scope)
        self.nesting = blocks
        node = n.Lambda(scope=scope, index=self.next_index(), name="LAMBDA", required=[], optional=[], rest=None,
                        keys=None, allow=False, body=None, line=self.line)
        self.open_lambdas.append(node)
        try:
            node.body = make()
        finally:
            self.open_lambdas.pop()
            self.scope, self.nesting = outer_scope, outer_nesting
        return n.Funcall(function=node, args=[], line=self.line)


_ERRORS = Cluster(class_named("ERROR"))


class Recovery:
    """The handler in force while the form *whole* is analyzed: an error leaves the innermost `Analyzer.form`.

    What is signalled goes first to handlers that are established meanwhile, those of a macro function for example.
    """

    def __init__(self, whole: Any, filename: str, into_file: bool) -> None:
        self.whole = whole
        self.filename = filename
        self.into_file = into_file
        self.state = current()
        self.outer = self.state.handlers
        self.token = (_ERRORS, None, self.outer)

    def analyzed(self, analyzer: Analyzer, env: Environment) -> Any:
        """Return the node of the form."""
        self.state.handlers = self.token
        try:
            return analyzer.form(self.whole, env)
        finally:
            self.state.handlers = self.outer


def local_name(symbol: Symbol) -> str:
    """Return the name of *symbol* as locals have it: in lower case if it is in upper case; see `local_symbol_name`."""
    name = symbol.name
    return name.lower() if name == name.upper() and name.lower().upper() == name else f"|{name}|"


def local_symbol_name(local: str) -> str | None:
    """Return the name of the symbol that the Python local *local* holds the value of; None for one of our own."""
    base, dot, number = local.rpartition(".")
    if not dot or not number.isdigit() or base.startswith("%"):
        return None
    return base[1:-1] if base.startswith("|") else base.upper()


_APPLYING = ("MAPCAR", "MAPC", "REMOVE-IF", "REMOVE-IF-NOT", "FIND-IF", "FIND-IF-NOT", "POSITION-IF",
             "POSITION-IF-NOT", "COUNT-IF", "COUNT-IF-NOT", "SOME", "EVERY", "NOTANY", "NOTEVERY")
_SEARCHING = ("MEMBER", "ASSOC", "RASSOC")
_COMPARING = ("FIND", "POSITION", "COUNT", "REMOVE", *_SEARCHING)
SEQUENCE_CALLS: dict[Symbol, int] = {cl("MAP"): 1, **dict.fromkeys(map(cl, (*_APPLYING, *_COMPARING)), 0)}
"""Functions that can be emitted as loops over a sequence: the place of the function or item, which that follows."""
_ITEMS, _MAPPING = frozenset(map(cl, _COMPARING)), (cl("MAP"), cl("MAPCAR"))
_IN_LISTS = frozenset(map(cl, _SEARCHING))
_TEST, _KEY, _EQL = KEYWORD.intern("TEST"), KEYWORD.intern("KEY"), cl("EQL")
_FUNCTIONS = (n.Lambda, n.FunctionRef, n.Local)


def _designated(node: Any) -> Any:
    """Return the reference to a function of the standard that a quoted symbol designates, any other *node* itself."""
    if type(node) is n.Constant and type(node.value) is Symbol and node.value.package is T.package:
        declaration = find_declaration(function_key(node.value))
        if declaration is not None and declaration.kind in ("function", "predicate"):
            return n.FunctionRef(name=node.value)
    return node


def sequence_call(name: Symbol, args: list[Any], line: int) -> Any:
    """Return the `n.SequenceCall` for a call, None if it has arguments that loops do not know."""
    place = SEQUENCE_CALLS[name]
    if len(args) < place + 2:
        return None
    function, sequences, options = _designated(args[place]), args[place + 1:place + 2], args[place + 2:]
    if name in _MAPPING:
        sequences, options = args[place + 1:], []
    keys = {a.value if type(a) is n.Constant else None: _designated(x)
            for a, x in zip(options[::2], options[1::2], strict=False)}
    compares = name in _ITEMS
    if compares:
        function = args[place]
    known = {_TEST, _KEY} if compares else {_KEY}
    if (len(options) != 2 * len(keys) or len(sequences) > 2 or not keys.keys() <= known
            or any(type(x) is not n.FunctionRef for x in keys.values())
            or (keys and type(function) is n.Lambda and not compares)):
        return None
    if (not compares and type(function) not in _FUNCTIONS) or (name in _IN_LISTS and not keys):
        return None
    import acl.compiler.emit_consumers  # noqa: F401  # a start does without it

    if compares:
        return n.SequenceCall(name=name, args=args, sequences=sequences, item=function, key=keys.get(_KEY),
                              test=keys.get(_TEST) or n.FunctionRef(name=_EQL), line=line)
    return n.SequenceCall(name=name, args=args, sequences=sequences, function=function, key=keys.get(_KEY), line=line)


def _elements(node: Any) -> list[Any] | None:
    """Return the nodes of the elements of the list that *node* makes, None if that is not known."""
    if type(node) is n.Constant and node.value is None:
        return []
    return node.args if type(node) is n.Call and node.inline and node.name is _LIST else None


def _self_evaluating(form: Any) -> bool:
    return type(form) is not Cons and (type(form) is not Symbol or form.package is KEYWORD or form is T)


COMPILER_MACROS: dict[str, Callable[[Any, Any], Any]] = {}
"""By function key: (form, env) -> form."""


def quote(x: Any) -> Any:
    """Return a form that evaluates to *x*."""
    return lisp_list(cl("QUOTE"), x)
