"""The special operators: what the compiler knows natively, one function each, in one table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from acl.compiler import nodes as n
from acl.compiler.analyze import LOOP, SPECIAL_OPERATORS, TRY, Analyzer
from acl.compiler.infer import FUNCTION
from acl.expand.declarations import parse_body, symbol_macros
from acl.expand.environment import Environment, LocalMacro, SymbolMacro
from acl.expand.lambda_list import parse
from acl.expand.macroexpand import SYMBOL_MACROS
from acl.expand.macros import local_definition, with_macros
from acl.runtime.conditions import error
from acl.types.cons import Cons, lisp_list
from acl.types.function import key_of
from acl.types.symbol import SYSTEM, Symbol, T, cl

Handler = Callable[[Analyzer, Any, Environment], Any]

_SETF, _LAMBDA = cl("SETF"), cl("LAMBDA")
_PSETQ = cl("PSETQ")
_NAMED_LAMBDA = SYSTEM.intern("%NAMED-LAMBDA")


def special(name: str, least: int = 0, most: int | None = None) -> Callable[[Handler], Handler]:
    """Enter a function in the table, under *name* (of SYSTEM if it begins with %), with its number of arguments."""
    symbol = SYSTEM.intern(name) if name[0] == "%" else cl(name)

    def declare(function: Handler) -> Handler:
        def checked(a: Analyzer, form: Any, env: Environment) -> Any:
            count = 0
            rest = form.cdr
            while type(rest) is Cons:
                count += 1
                rest = rest.cdr
            if rest is not None or count < least or (most is not None and count > most):
                error("PROGRAM-ERROR", "Malformed ~s form: ~s.", symbol, form)
            return function(a, form, env)

        checked.__doc__ = function.__doc__
        SPECIAL_OPERATORS[symbol] = checked
        return function

    return declare


@special("QUOTE", 1, 1)
def _quote(a: Analyzer, form: Any, env: Environment) -> Any:
    return n.Constant(value=form.cdr.car)


@special("PROGN")
def _progn(a: Analyzer, form: Any, env: Environment) -> Any:
    return a.progn(form.cdr, env)


@special("IF", 2, 3)
def _if(a: Analyzer, form: Any, env: Environment) -> Any:
    rest = form.cdr
    test = a.form(rest.car, env)
    then = a.form(rest.cdr.car, env)
    otherwise = a.form(rest.cdr.cdr.car, env) if rest.cdr.cdr is not None else n.Constant(value=None)
    return n.If(test=test, then=then, otherwise=otherwise, line=a.line)


@special("AND")
def _and(a: Analyzer, form: Any, env: Environment) -> Any:
    forms = a.args(form.cdr, env)
    if not forms:
        return n.Constant(value=T)
    return forms[0] if len(forms) == 1 else n.And(forms=forms, line=a.line)


@special("OR")
def _or(a: Analyzer, form: Any, env: Environment) -> Any:
    forms = a.args(form.cdr, env)
    if not forms:
        return n.Constant(value=None)
    return forms[0] if len(forms) == 1 else n.Or(forms=forms, line=a.line)


def _pairs(bindings: Any, what: Any) -> list[tuple[Any, Any]]:
    result = []
    for b in a_list(bindings, what):
        if type(b) is Cons:
            if b.cdr is not None and (type(b.cdr) is not Cons or b.cdr.cdr is not None):
                error("PROGRAM-ERROR", "Malformed binding ~s.", b)
            result.append((b.car, b.cdr.car if b.cdr is not None else None))
        else:
            result.append((b, None))
    return result


def a_list(x: Any, what: Any) -> list[Any]:
    """Return the elements of the list *x*, part of the form *what*; `program-error` if it is none."""
    items = []
    rest = x
    while type(rest) is Cons:
        items.append(rest.car)
        rest = rest.cdr
    if rest is not None:
        error("PROGRAM-ERROR", "~s is not a proper list, in ~s.", x, what)
    return items


@special("LET", 1)
def _let(a: Analyzer, form: Any, env: Environment) -> Any:
    return a.bind(_pairs(form.cdr.car, form), False, form.cdr.cdr, env)


@special("LET*", 1)
def _let_star(a: Analyzer, form: Any, env: Environment) -> Any:
    return a.bind(_pairs(form.cdr.car, form), True, form.cdr.cdr, env)


@special("SETQ")
def _setq(a: Analyzer, form: Any, env: Environment) -> Any:
    items = a_list(form.cdr, form)
    if len(items) % 2:
        error("PROGRAM-ERROR", "SETQ with an odd number of arguments: ~s.", form)
    nodes = [_set(a, s, v, env) for s, v in zip(items[::2], items[1::2], strict=True)]
    if not nodes:
        return n.Constant(value=None)
    return nodes[0] if len(nodes) == 1 else n.Progn(forms=nodes, line=a.line)


def _set(a: Analyzer, symbol: Any, form: Any, env: Environment) -> Any:
    if type(symbol) is not Symbol:
        error("PROGRAM-ERROR", "SETQ of ~s, which is not a symbol.", symbol)
    entry = env.variables.get(symbol)
    if entry is None and symbol in SYMBOL_MACROS:
        entry = SymbolMacro(SYMBOL_MACROS[symbol])
    if isinstance(entry, SymbolMacro):
        return a.form(lisp_list(_SETF, entry.expansion, form), env)
    value = a.form(form, env)
    if isinstance(entry, n.Variable):
        a.refer(entry)
        entry.assigned = True
        return n.SetLocal(variable=entry, value=value, line=a.line)
    if symbol.special == "constant":
        error("PROGRAM-ERROR", "~s is a constant and cannot be set.", symbol)
    if entry is None:
        a.free_reference(symbol)
    return n.SetSpecial(symbol=symbol, value=value, line=a.line)


@special("PSETQ")
def _psetq(a: Analyzer, form: Any, env: Environment) -> Any:
    """Lexical variables are assigned in parallel; anything else is a `psetf`."""
    items = a_list(form.cdr, form)
    symbols = items[::2]
    if len(items) % 2 or not items or len(set(symbols)) < len(symbols) or not all(
            isinstance(env.variables.get(s) if type(s) is Symbol else None, n.Variable) for s in symbols):
        assert _PSETQ.macro is not None
        return a.form(a.expand(_PSETQ.macro, form, env), env)
    variables = []
    for symbol in symbols:
        variable = a.refer(env.variables[symbol])
        variable.assigned = True
        variables.append(variable)
    return n.SetAll(variables=variables, values=[a.form(x, env) for x in items[1::2]], line=a.line)


@special("FUNCTION", 1, 1)
def _function(a: Analyzer, form: Any, env: Environment) -> Any:
    name = form.cdr.car
    if type(name) is Cons:
        if name.car is _LAMBDA:
            return a.function(name.cdr.car, name.cdr.cdr, env)
        if name.car is _NAMED_LAMBDA:
            return a.function(name.cdr.cdr.car, name.cdr.cdr.cdr, env, name=name.cdr.car)
        if name.car is not _SETF or type(name.cdr) is not Cons or type(name.cdr.car) is not Symbol:
            error("PROGRAM-ERROR", "~s is not the name of a function.", name)
    elif name is not None and type(name) is not Symbol:
        error("PROGRAM-ERROR", "~s is not the name of a function.", name)
    local = env.functions.get(key_of(name))
    if isinstance(local, LocalMacro):
        if local.designated is not None:
            return a.form(local.designated, env)
        error("PROGRAM-ERROR", "~s is a local macro, not a function.", name)
    if local is not None:
        return n.Local(variable=a.refer(local), line=a.line)
    return n.FunctionRef(name=name, line=a.line)


@special("%NAMED-LAMBDA", 2)
def _named_lambda(a: Analyzer, form: Any, env: Environment) -> Any:
    """(%named-lambda name lambda-list . body): a function that knows its name, with a block of that name."""
    name = form.cdr.car
    block = name.cdr.car if type(name) is Cons and name.car is _SETF else name
    return a.function(form.cdr.cdr.car, form.cdr.cdr.cdr, env, name=name,
                      block=block if type(block) is Symbol else None)


@special("LOCALLY")
def _locally(a: Analyzer, form: Any, env: Environment) -> Any:
    return a.body(form.cdr, env)


@special("THE", 2, 2)
def _the(a: Analyzer, form: Any, env: Environment) -> Any:
    node = a.form(form.cdr.cdr.car, env)
    if type(node) is n.Constant and a.recovery.into_file:
        from acl.compiler.advice import check_the

        check_the(a, form.cdr.car, node.value)
    return node


@special("EVAL-WHEN", 1)
def _eval_when(a: Analyzer, form: Any, env: Environment) -> Any:
    situations = {s.name for s in a_list(form.cdr.car, form) if type(s) is Symbol}
    if "EXECUTE" in situations or "EVAL" in situations:
        return a.progn(form.cdr.cdr, env)
    return n.Constant(value=None)


@special("LOAD-TIME-VALUE", 1, 2)
def _load_time_value(a: Analyzer, form: Any, env: Environment) -> Any:
    return n.LoadTime(form=form.cdr.car, line=a.line)


@special("SYMBOL-MACROLET", 1)
def _symbol_macrolet(a: Analyzer, form: Any, env: Environment) -> Any:
    declarations, _, forms = parse_body(form.cdr.cdr)
    new = symbol_macros(form)
    return a.progn(forms, a.declare(declarations, env.with_variables(new), set(new)))


@special("MACROLET", 1)
def _macrolet(a: Analyzer, form: Any, env: Environment) -> Any:
    a_list(form.cdr.car, form)
    return a.body(form.cdr.cdr, with_macros(form, env))


def _local_functions(a: Analyzer, form: Any, env: Environment, recursive: bool) -> Any:
    definitions = [local_definition(d, form.car.name) for d in a_list(form.cdr.car, form)]
    variables: dict[str, Any] = {}
    for d in definitions:
        key = key_of(d.car)
        symbol = d.car.cdr.car if type(d.car) is Cons else d.car
        variables[key] = a.variable(symbol)
        variables[key].kind = FUNCTION
    inner = env.with_functions(variables)
    functions = []
    for d in definitions:
        block = d.car.cdr.car if type(d.car) is Cons else d.car
        node = a.function(d.cdr.car, d.cdr.cdr, inner if recursive else env, name=d.car, block=block)
        functions.append((variables[key_of(d.car)], node))
    body = a.body(form.cdr.cdr, inner)
    return n.Labels(functions=functions, body=body, line=a.line) if functions else body


@special("FLET", 1)
def _flet(a: Analyzer, form: Any, env: Environment) -> Any:
    return _local_functions(a, form, env, recursive=False)


@special("LABELS", 1)
def _labels(a: Analyzer, form: Any, env: Environment) -> Any:
    return _local_functions(a, form, env, recursive=True)


@special("BLOCK", 1)
def _block(a: Analyzer, form: Any, env: Environment) -> Any:
    if form.cdr.car is not None and type(form.cdr.car) is not Symbol:
        error("PROGRAM-ERROR", "The name of a block must be a symbol, not ~s.", form.cdr.car)
    return a.block(form.cdr.car, form.cdr.cdr, env)


@special("RETURN-FROM", 1, 2)
def _return_from(a: Analyzer, form: Any, env: Environment) -> Any:
    name = form.cdr.car
    block = env.blocks.get(name)
    if block is None:
        error("PROGRAM-ERROR", "RETURN-FROM ~s: no block of that name is in sight.", name)
    value = a.form(form.cdr.cdr.car, env) if form.cdr.cdr is not None else n.Constant(value=None)
    block.used = True
    local = block.scope is a.scope
    if not local:
        block.nonlocal_exit = True
        a.refer(block.token)
    node = n.ReturnFrom(block=block, value=value, local=local, line=a.line)
    block.exits.append(node)
    return node


@special("TAGBODY")
def _tagbody(a: Analyzer, form: Any, env: Environment) -> Any:
    items = a_list(form.cdr, form)
    if not any(x is None or type(x) in (Symbol, int) for x in items):
        return n.Progn(forms=[*a.args(form.cdr, env), n.Constant(value=None)], line=a.line)
    return a.nested(lambda: _tagged(a, items, env), TRY + LOOP)


def _tagged(a: Analyzer, items: list[Any], env: Environment) -> Any:
    """Return the node of a tagbody that has tags."""
    node = n.Tagbody(token=a.variable(None, "tags"), scope=a.scope, tags=[], segments=[], gos=[], line=a.line,
                     outside=a.count)
    new: dict[Any, Any] = {}
    count = 0
    for x in items:
        if x is None or type(x) in (Symbol, int):
            count += 1
            tag = n.Tag(name=x, index=count, tagbody=node)
            if x in new:
                error("PROGRAM-ERROR", "The tag ~s occurs twice in the same tagbody.", x)
            new[x] = tag
            node.tags.append(tag)
    inner = env.with_tags(new)
    segment: list[Any] = []
    node.segments.append(segment)
    a.scope.loops += 1
    try:
        for x in items:
            if x is None or type(x) in (Symbol, int):
                segment = []
                node.segments.append(segment)
            else:
                before = len(node.gos)
                segment.append(a.form(x, inner))
                for go in node.gos[before:]:
                    go.origin = len(node.segments) - 1
    finally:
        a.scope.loops -= 1
    if not node.gos and not any(t.nonlocal_exit for t in node.tags):
        forms = [f for s in node.segments for f in s]
        return n.Progn(forms=[*forms, n.Constant(value=None)], line=a.line)
    return node


@special("GO", 1, 1)
def _go(a: Analyzer, form: Any, env: Environment) -> Any:
    name = form.cdr.car
    tag = env.tags.get(name)
    if tag is None:
        error("PROGRAM-ERROR", "GO ~s: no tag of that name is in sight.", name)
    local = tag.tagbody.scope is a.scope
    node = n.Go(tag=tag, local=local, line=a.line)
    tag.used = True
    if local:
        tag.tagbody.gos.append(node)
    else:
        tag.nonlocal_exit = True
        a.refer(tag.tagbody.token)
    return node


@special("%WHILE", 1)
def _while(a: Analyzer, form: Any, env: Environment) -> Any:
    """(%while test . body): evaluate the body as long as the test is true; NIL."""
    def make() -> Any:
        outside = a.count
        a.scope.loops += 1
        try:
            test = a.form(form.cdr.car, env)
            body = a.progn(form.cdr.cdr, env)
        finally:
            a.scope.loops -= 1
        return n.While(test=test, body=body, outside=outside, line=a.line)

    return a.nested(make, LOOP)


@special("%FOR-RANGE", 1)
def _for_range(a: Analyzer, form: Any, env: Environment) -> Any:
    """(%for-range (var start end) . body): var runs over the integers from start below end; NIL."""
    return a.nested(lambda: _range(a, form, env), LOOP)


@special("%FOR-ITEMS", 1)
def _for_items(a: Analyzer, form: Any, env: Environment) -> Any:
    """(%for-items (var list) . body): var runs over the elements of a list that is made for this loop only; NIL."""
    return a.nested(lambda: _range(a, form, env), LOOP)


@special("%FOR-LIST", 1)
def _for_list(a: Analyzer, form: Any, env: Environment) -> Any:
    """(%for-list (var list) . body): var runs over the elements of a list; NIL."""
    return a.nested(lambda: _range(a, form, env, n.ForList), LOOP)


@special("%FOR-ELEMENTS", 1)
def _for_elements(a: Analyzer, form: Any, env: Environment) -> Any:
    """(%for-elements (var vector) . body): var runs over the elements of a vector; NIL."""
    var, vector = a_list(form.cdr.car, form)
    items = lisp_list(var, lisp_list(SYSTEM.intern("%LOOP-ELEMENTS"), vector))
    return a.nested(lambda: _range(a, Cons(form.car, Cons(items, form.cdr.cdr)), env), LOOP)


def _range(a: Analyzer, form: Any, env: Environment, over_items: Any = n.ForItems) -> Any:
    symbol, *bounds = a_list(form.cdr.car, form)
    outside = a.count
    nodes = [a.form(x, env) for x in bounds]

    def made(variable: n.Variable, body: Any) -> Any:
        if len(nodes) == 1:
            return over_items(variable=variable, items=nodes[0], body=body, outside=outside, line=a.line)
        return n.ForRange(variable=variable, start=nodes[0], end=nodes[1], body=body, outside=outside, line=a.line)

    declarations, _, forms = parse_body(form.cdr.cdr)
    a.scope.loops += 1
    try:
        if a.is_special(symbol, declarations):
            temp = a.variable(None)
            inner = a.declare(declarations, env.with_variables({symbol: "special"}), {symbol})
            body = a.nested(lambda: n.BindSpecial(symbols=[symbol], values=[n.Local(variable=a.refer(temp))],
                                                  body=a.progn(forms, inner), line=a.line))
            return made(temp, body)
        variable = a.variable(symbol)
        inner = a.declare(declarations, env.with_variables({symbol: variable}), {symbol})
        body = a.progn(forms, inner)
    finally:
        a.scope.loops -= 1
    return made(variable, body)


@special("CATCH", 1)
def _catch(a: Analyzer, form: Any, env: Environment) -> Any:
    tag = a.form(form.cdr.car, env)
    temp = a.variable(None, "tag")
    node = a.nested(lambda: n.Catch(tag=n.Local(variable=a.refer(temp)), body=a.progn(form.cdr.cdr, env), line=a.line))
    return n.Let(variable=temp, value=tag, body=node, line=a.line)


@special("THROW", 2, 2)
def _throw(a: Analyzer, form: Any, env: Environment) -> Any:
    return n.Throw(tag=a.form(form.cdr.car, env), value=a.form(form.cdr.cdr.car, env), line=a.line)


@special("UNWIND-PROTECT", 1)
def _unwind_protect(a: Analyzer, form: Any, env: Environment) -> Any:
    return a.nested(lambda: n.UnwindProtect(body=a.form(form.cdr.car, env), cleanup=a.progn(form.cdr.cdr, env),
                                            line=a.line))


@special("PROGV", 2)
def _progv(a: Analyzer, form: Any, env: Environment) -> Any:
    symbols, values = a.variable(None), a.variable(None)
    first, second = a.form(form.cdr.car, env), a.form(form.cdr.cdr.car, env)
    node = a.nested(lambda: n.Progv(
        symbols=n.Local(variable=a.refer(symbols)), values=n.Local(variable=a.refer(values)),
        body=a.progn(form.cdr.cdr.cdr, env), line=a.line))
    return n.Let(variable=symbols, value=first, body=n.Let(variable=values, value=second, body=node), line=a.line)


@special("MULTIPLE-VALUE-CALL", 1)
def _multiple_value_call(a: Analyzer, form: Any, env: Environment) -> Any:
    return n.MvCall(function=a.form(form.cdr.car, env), args=a.args(form.cdr.cdr, env), line=a.line)


@special("MULTIPLE-VALUE-PROG1", 1)
def _multiple_value_prog1(a: Analyzer, form: Any, env: Environment) -> Any:
    return n.MvProg1(first=a.form(form.cdr.car, env), rest=a.progn(form.cdr.cdr, env), line=a.line)


@special("MULTIPLE-VALUE-BIND", 2)
def _multiple_value_bind(a: Analyzer, form: Any, env: Environment) -> Any:
    value = a.form(form.cdr.cdr.car, env)
    declarations, _, forms = parse_body(form.cdr.cdr.cdr)
    variables: list[Any] = []
    entries: dict[Any, Any] = {}
    specials: list[tuple[Any, Any]] = []
    for symbol in a_list(form.cdr.car, form):
        if a.is_special(symbol, declarations):
            variable = a.variable(None)
            specials.append((symbol, variable))
            entries[symbol] = "special"
        else:
            variable = entries[symbol] = a.variable(symbol)
        variables.append(variable)
    inner = a.declare(declarations, env.with_variables(entries), set(entries))
    if specials:
        body = a.nested(lambda: n.BindSpecial(
            symbols=[s for s, _ in specials], values=[n.Local(variable=a.refer(v)) for _, v in specials],
            body=a.progn(forms, inner), line=a.line))
    else:
        body = a.progn(forms, inner)
    return n.MvBind(variables=variables, value=value, body=body, line=a.line)


@special("MULTIPLE-VALUE-LIST", 1, 1)
def _multiple_value_list(a: Analyzer, form: Any, env: Environment) -> Any:
    return n.MvList(value=a.form(form.cdr.car, env), line=a.line)


@special("%WITH-HANDLERS", 1)
def _with_handlers(a: Analyzer, form: Any, env: Environment) -> Any:
    """(%with-handlers ((type function-form)...) . body): what `handler-bind` is made of."""
    clauses, lets = [], []
    for clause in a_list(form.cdr.car, form):
        temp = a.variable(None, "handler")
        function = a.form(clause.cdr.car, env)
        if type(function) is n.Lambda:
            function.handler = True
        lets.append((temp, function))
        clauses.append((clause.car, temp))
    node = a.nested(lambda: n.WithHandlers(clauses=[(s, n.Local(variable=a.refer(v))) for s, v in clauses],
                                           body=a.progn(form.cdr.cdr, env), line=a.line))
    for temp, value in reversed(lets):
        node = n.Let(variable=temp, value=value, body=node, line=a.line)
    return node


@special("%HANDLER-CASE", 1)
def _handler_case(a: Analyzer, form: Any, env: Environment) -> Any:
    """(%handler-case form (type (var) . body)...): `handler-case` without :no-error."""
    def make() -> Any:
        body = a.form(form.cdr.car, env)
        clauses = []
        for clause in a_list(form.cdr.cdr, form):
            parameters = clause.cdr.car
            symbol = parameters.car if type(parameters) is Cons else None
            temp = a.variable(None, "condition")
            pairs = [(symbol, temp)] if symbol is not None else []
            clauses.append((clause.car, temp, _clause_body(a, pairs, clause.cdr.cdr, env)))
        return n.HandlerCase(form=body, clauses=clauses, token=a.variable(None, "token"), line=a.line)

    return a.nested(make)


def _clause_body(a: Analyzer, pairs: list[tuple[Any, Any]], body: Any, env: Environment) -> Any:
    """Analyze *body* with symbols bound to compiler variables."""
    declarations, _, forms = parse_body(body)
    special_pairs = [(s, v) for s, v in pairs if a.is_special(s, declarations)]
    entries: dict[Any, Any] = dict(pairs)
    for s, _ in special_pairs:
        entries[s] = "special"
    inner = a.declare(declarations, env.with_variables(entries), set(entries))
    if not special_pairs:
        return a.progn(forms, inner)
    return a.nested(lambda: n.BindSpecial(symbols=[s for s, _ in special_pairs],
                                          values=[n.Local(variable=a.refer(v)) for _, v in special_pairs],
                                          body=a.progn(forms, inner), line=a.line))


@special("%RESTART-CASE", 1)
def _restart_case(a: Analyzer, form: Any, env: Environment) -> Any:
    """(%restart-case form (name lambda report interactive test)...): what `restart-case` is made of."""
    lets: list[tuple[Any, Any]] = []
    parts = []
    for clause in a_list(form.cdr.cdr, form):
        name, function, *options = a_list(clause, form)
        variables: list[Any] = []
        for option in options:
            value = a.form(option, env)
            if type(value) is n.Constant:
                variables.append(value)
            else:
                temp = a.variable(None, "option")
                lets.append((temp, value))
                variables.append(temp)
        parts.append((name, variables, function))

    def make() -> Any:
        clauses = []
        body = a.form(form.cdr.car, env)
        for name, variables, function in parts:
            nodes = [x if type(x) is n.Constant else n.Local(variable=a.refer(x)) for x in variables]
            clauses.append((name, nodes, *_restart_clause(a, function.cdr.car, function.cdr.cdr, env)))
        return n.RestartCase(form=body, clauses=clauses, token=a.variable(None, "token"), line=a.line)

    node = a.nested(make)
    for temp, value in reversed(lets):
        node = n.Let(variable=temp, value=value, body=node, line=a.line)
    return node


def _restart_clause(a: Analyzer, lambda_list: Any, body: Any, env: Environment) -> tuple[Any, Any]:
    """Return variables and body of a clause, or None and a function; see `n.RestartCase`."""
    parsed = parse(lambda_list)
    if parsed.optional or parsed.rest is not None or parsed.has_key or parsed.aux or (
            len(set(parsed.required)) < len(parsed.required)):
        return None, a.function(lambda_list, body, env)
    pairs = [(symbol, a.variable(symbol)) for symbol in parsed.required]
    return [v for _, v in pairs], _clause_body(a, pairs, body, env)


@special("%WITH-RESTARTS", 1)
def _with_restarts(a: Analyzer, form: Any, env: Environment) -> Any:
    """(%with-restarts restarts-form . body): push a cluster, a list of restart objects, around the body."""
    temp = a.variable(None, "restarts")
    value = a.form(form.cdr.car, env)
    node = a.nested(lambda: n.WithRestarts(restarts=n.Local(variable=a.refer(temp)), body=a.progn(form.cdr.cdr, env),
                                           line=a.line))
    return n.Let(variable=temp, value=value, body=node, line=a.line)


# `declare` in a place of evaluation is an error of its own kind.


@special("DECLARE")
def _declare(a: Analyzer, form: Any, env: Environment) -> Any:
    error("PROGRAM-ERROR", "A declaration stands where a form is evaluated: ~s.", form)



@special("%COMPILER-LET", 1)
def _compiler_let(a: Analyzer, form: Any, env: Environment) -> Any:
    """(%compiler-let bindings . body): special variables are bound while the body is compiled."""
    from acl.runtime.dynamic import bind
    from acl.session import evaluate

    pairs = _pairs(form.cdr.car, form)
    for symbol, _ in pairs:
        if type(symbol) is not Symbol:
            error("PROGRAM-ERROR", "~s is not a symbol and cannot be bound.", symbol)
    with bind(*[x for symbol, value in pairs for x in (symbol, evaluate(value))]):
        return a.progn(form.cdr.cdr, env)
