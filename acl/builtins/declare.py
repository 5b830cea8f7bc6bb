"""How an operator written in Python is declared: once, with name, lambda list and docstring.

    @builtin("LAST", "list &optional (n 1)")
    def last(x, n=1):
        "Return the last N conses of LIST."

The lambda list is Lisp text.  Required and optional parameters are the Python function's positional
ones, &rest its `*args` (a tuple), &key its keyword-only ones: `from-end` is `from_end` (a trailing
underscore where Python has a keyword of that name).  Defaults are Python's; NIL is None.
"""

from __future__ import annotations

import keyword as python_keywords
import sys
from collections.abc import Callable, Iterator
from functools import cache, wraps
from types import FunctionType
from typing import Any, NamedTuple, TypeVar

from acl.types.cons import Cons
from acl.types.function import FUNCTIONS, Autoload, call_values
from acl.types.symbol import CL, KEYWORD, Package, Symbol, T, function_key
from acl.types.symbol import keyword as lisp_keyword

F = TypeVar("F", bound=Callable[..., Any])


class Declaration(NamedTuple):
    """What was declared of an operator: `kind` is "function", "predicate", "macro", "special" or "variable"."""

    symbol: Symbol
    kind: str
    lambda_list: str
    doc: str
    function: Any
    expr: str | tuple[str, ...] | None = None
    """Python expressions that may be emitted instead of a call; {0}, {1} are the arguments."""
    test: str | None = None
    """The same for a predicate: a Python condition."""
    values: bool = False
    """True if it returns other than exactly one value."""
    setf: bool = False
    store: tuple[tuple[str, str], ...] = ()
    """For a setf function: a condition, and the assignment statement that does it where that holds; by the number of
    arguments."""
    module: str = ""
    """The module that declares it, which makes the names of its templates known: not always that of `function`."""


DECLARATIONS: dict[str, Declaration] = {}
"""By key in FUNCTIONS for functions; macros and special operators by the same key."""

def declaration(key: str) -> Declaration | None:
    """Return the declaration of the function at *key*, importing its module if that has not been done."""
    found = DECLARATIONS.get(key)
    if found is None:
        function = FUNCTIONS.get(key)
        if type(function) is Autoload:
            function.load()
            found = DECLARATIONS.get(key)
    return found


def operator_declaration(symbol: Symbol) -> Declaration | None:
    """Return the declaration of the function, macro or special operator *symbol*; its module is imported for it."""
    load = getattr(symbol.macro, "load", None)
    if load is not None:
        load()
    found = declaration(function_key(symbol))
    if found is None and symbol.package is CL:
        import acl.builtins.special_operators  # noqa: F401

        found = DECLARATIONS.get(function_key(symbol))
    return found


def program_error(name: str, message: str) -> Any:
    """Signal a `program-error` for a bad call of the operator *name*."""
    from acl.runtime.conditions import error

    return error("PROGRAM-ERROR", message.replace("~", "~~"))


def parse_symbol(name: str, package: Package = CL, export: bool = True) -> Symbol:
    """Return the symbol *name* of *package*, exported if asked (inherited symbols are taken as they are)."""
    symbol, status = package.find(name)
    if symbol is not None and status in ("EXTERNAL", "INHERITED"):
        return symbol
    return package.export(name) if export else package.intern(name)


def inline_names(**names: Any) -> None:
    """Make Python objects known to inline templates, as globals of compiled code."""
    FUNCTIONS.update(names)


inline_names(T=T, Cons=Cons)


def builtin(name: str, lambda_list: str, *, package: Package = CL, export: bool = True,
            expr: str | tuple[str, ...] | None = None, test: str | None = None, values: bool = False,
            predicate: bool = False, setf: bool = False,
            primary: Callable[..., Any] | None = None, store: tuple[tuple[str, str], ...] = ()) -> Callable[[F], F]:
    """Declare a Lisp function.

    *values*: the Python function returns the tuple of all values.  *predicate*: it returns a Python
    bool, of which Lisp sees T or NIL.  *setf*: it is the function (setf NAME), new value first.
    *primary*: with *values*, a Python function that computes the primary value alone, faster.
    *expr*/*test*: inline forms, templates in which {0}, {1} are the arguments and free names are Python
    builtins or made known by `inline_names`; they serve calls with exactly as many arguments as the template
    has (*expr* may be several).  *store*: pairs of a condition template and a template of assignments, separated by
    semicolons, that replace the call where its value is not wanted.  The Python function itself is returned unchanged,
    for use in Python.
    """

    def declare(function: F) -> F:
        symbol = parse_symbol(name, package, export)
        key = f"(setf {function_key(symbol)})" if setf else function_key(symbol)
        shown = f"(SETF {name})" if setf else name
        own_code(function, shown)
        own = _counted(_named(function, shown), parse_lambda_list(lambda_list), shown)
        entry = _entry(own, lambda_list, shown, values, predicate, primary)
        doc = function.__doc__ or ""
        kind = "predicate" if predicate else "function"
        DECLARATIONS[key] = Declaration(symbol, kind, lambda_list, doc, function, expr, test, values, setf, store,
                                        sys._getframe(1).f_globals["__name__"])
        FUNCTIONS[key] = entry
        if "&key" in lambda_list and not predicate:
            FUNCTIONS[key + " kw"] = entry.kw = own
        if key + " mv" in FUNCTIONS:
            FUNCTIONS[key + " mv"] = getattr(entry, "mv", None) or (lambda *args: (entry(*args),))
        return function

    return declare


def predicate(name: str, lambda_list: str, *, package: Package = CL, test: str | None = None,
              export: bool = True) -> Callable[[F], F]:
    """Declare a Lisp predicate: the Python function returns a bool, Lisp sees T or NIL."""
    return builtin(name, lambda_list, package=package, test=test, predicate=True, export=export)


def macro(name: str, lambda_list: str, *, package: Package = CL, export: bool = True) -> Callable[[F], F]:
    """Declare a macro: the Python function gets `(form, env)` and returns the expansion.

    The number of arguments is checked against the top level of the lambda list before it is called.
    """

    def declare(function: F) -> F:
        symbol = parse_symbol(name, package, export)
        shapes: list[MacroShape] = []

        def expander(form: Any, env: Any) -> Any:
            if not shapes:
                shapes.append(macro_shape(lambda_list))
            shape = shapes[0]
            count = 0
            rest = form.cdr
            while type(rest) is Cons:
                inner = shape.lists.get(count)
                if inner is not None and rest.car is not None and not fits(inner, rest.car):
                    macro_shape_error(symbol, lambda_list, form)
                count += 1
                rest = rest.cdr
            if count < shape.least or (shape.most is not None and count > shape.most) or rest is not None:
                macro_arity(symbol, shape.least, shape.most, form)
            return function(form, env)

        expander.__qualname__ = name
        expander.lisp_name = name  # type: ignore[attr-defined]
        expander.lambda_list = lambda_list  # type: ignore[attr-defined]
        symbol.macro = expander
        key = function_key(symbol)
        DECLARATIONS[key] = Declaration(symbol, "macro", lambda_list, function.__doc__ or "", function)
        return function

    return declare


class MacroShape(NamedTuple):
    """How many arguments a lambda list takes, None if there is no greatest number; `lists` has the required ones that
    are lists; `keys` is the number of arguments before those of &key, None without it."""

    least: int
    most: int | None
    lists: dict[int, MacroShape]
    keys: int | None


def macro_shape(lambda_list: str) -> MacroShape:
    """Return the shape of a macro's lambda list, given as text."""
    tokens = lambda_list.replace("(", " ( ").replace(")", " ) ").split()
    return _shape(iter([*tokens, ")"]))


def _shape(tokens: Iterator[str]) -> MacroShape:
    """Return the shape of the list whose tokens come next, up to its closing parenthesis."""
    least = count = 0
    most: int | None = 0
    keys = None
    state = ""
    lists: dict[int, MacroShape] = {}
    for token in tokens:
        if token == ")":
            break
        if token.startswith("&"):
            state = token
            if token in ("&rest", "&body", "&key"):
                most = None
            if token == "&key":
                keys = count
            continue
        inner = _shape(tokens) if token == "(" else None
        if state == "":
            least += 1
            if inner is not None:
                lists[count] = inner
        count += 1
    return MacroShape(least, count if most is not None else None, lists, keys)


def fits(shape: MacroShape, x: Any) -> bool:
    """True if *x* is a list that a lambda list of that shape takes."""
    items = []
    while type(x) is Cons:
        items.append(x.car)
        x = x.cdr
    if x is not None or len(items) < shape.least or (shape.most is not None and len(items) > shape.most):
        return False
    options = items[shape.keys:] if shape.keys is not None else []
    return len(options) % 2 == 0 and all(type(key) is Symbol for key in options[::2])


def macro_shape_error(symbol: Symbol, lambda_list: str, form: Any) -> None:
    """Signal the `program-error` for a macro form with something else where a list of some shape is expected."""
    from acl.runtime.conditions import error
    from acl.types.array import SimpleString

    error("PROGRAM-ERROR", "MACRO ~a expects ~a.  It was given ~s.", symbol, SimpleString(lambda_list), form.cdr)


def macro_arity(symbol: Symbol, least: int, most: int | None, form: Any) -> None:
    """Signal the `program-error` for a macro form with a wrong number of arguments, in Allegro's words."""
    from acl.runtime.conditions import error

    count = 0
    rest = form.cdr
    while type(rest) is Cons:
        count += 1
        rest = rest.cdr
    if most is None:
        wanted = f"at least {least} argument{'s' * (least != 1)}"
    elif least == most:
        wanted = f"{least} argument{'s' * (least != 1)}"
    else:
        wanted = f"between {least} and {most} arguments"
    error("PROGRAM-ERROR", f"MACRO ~a expects {wanted}.  It was given {count} argument{'s' * (count != 1)}: ~s.",
          symbol, form.cdr)


def variable(name: str, value: Any, doc: str, *, package: Package = CL, constant: bool = False,
             export: bool = True) -> Symbol:
    """Declare a special variable (or constant) with its initial value; returns the symbol."""
    symbol = parse_symbol(name, package, export)
    key = "variable " + function_key(symbol)
    if key in DECLARATIONS:
        raise ValueError(f"{key} is declared twice")
    symbol.set_global(value)
    symbol.special = "constant" if constant else "special"
    DECLARATIONS[key] = Declaration(symbol, "variable", "", doc, None)
    return symbol


class ParsedLambdaList(NamedTuple):
    """A declaration's lambda list: counts, and keywords to Python parameter names."""

    required: int
    optional: int
    rest: bool
    keys: dict[Symbol, str] | None
    allow_other_keys: bool


@cache
def parse_lambda_list(text: str) -> ParsedLambdaList:
    """Parse the text of a declared lambda list (flat: parameters, &optional, &rest/&body, &key, defaults in parens)."""
    required = optional = 0
    rest = allow = False
    keys: dict[Symbol, str] | None = None
    state = "required"
    depth = 0
    for token in text.replace("(", " ( ").replace(")", " ) ").split():
        if token == "(":
            depth += 1
            first = depth == 1
            continue
        if token == ")":
            depth -= 1
            continue
        if depth > 1 or (depth == 1 and not first):
            continue
        first = False
        if token.startswith("&"):
            state = token
            if token == "&key":
                keys = {}
            elif token == "&allow-other-keys":
                allow = True
            continue
        if state == "required":
            required += 1
        elif state == "&optional":
            optional += 1
        elif state in ("&rest", "&body"):
            rest = True
        elif state == "&key":
            assert keys is not None
            keys[lisp_keyword(token.upper())] = python_name(token)
    return ParsedLambdaList(required, optional, rest, keys, allow)


def python_name(name: str) -> str:
    """Return the Python parameter name of a Lisp parameter."""
    result = name.lower().replace("-", "_").replace("*", "").replace("?", "_p")
    return result + "_" if python_keywords.iskeyword(result) else result


def own_code(function: Any, name: str) -> None:
    """Give a closure, which shares its code with those of other operators, code of its own: so a frame tells which."""
    if isinstance(function, FunctionType) and function.__code__.co_freevars:
        function.__code__ = function.__code__.replace(co_name=name)


def _named(function: Any, name: str) -> Any:
    """Return *function*, or a copy if it is declared under a name already, with *name* in Python's message about the
    number of arguments."""
    if not isinstance(function, FunctionType) or function.__qualname__ == name:
        return function
    if function.__qualname__ != function.__code__.co_qualname:
        function = _copy_entry(function)
    function.__qualname__ = name
    return function


def _counted(function: Any, parsed: ParsedLambdaList, name: str) -> Any:
    """Return *function*, which takes what the lambda list says: one of `*args` alone gets the count of them checked."""
    code = getattr(function, "__code__", None)
    most = None if parsed.rest or parsed.keys is not None else parsed.required + parsed.optional
    if code is None or not code.co_flags & 4 or (most is None and code.co_argcount >= parsed.required):
        return function

    def counted(*args: Any) -> Any:
        if len(args) < parsed.required or (most is not None and len(args) > most):
            from acl.runtime.faults import wrong_count

            few = len(args) < parsed.required
            qualifier = "" if most == parsed.required else "at least " if few else "at most "
            wrong_count(name, len(args), parsed.required if few else most, qualifier)
        return function(*args)

    return wraps(function)(counted)


def _entry(function: Any, lambda_list: str, name: str, values: bool, predicate: bool, primary: Any) -> Any:
    """Return the Lisp entry of a Python function: keywords parsed, bools to T and NIL, primary value only."""
    entry = function
    if "&key" in lambda_list:
        entry = _keyword_entry(function, parse_lambda_list(lambda_list), name)
    if predicate:
        entry = _predicate_entry(entry)
    if values:
        entry = _primary_entry(entry, primary)
    if hasattr(entry, "lisp_name") or not isinstance(entry, FunctionType):  # declared under a second name
        entry = _copy_entry(entry)
    entry.__qualname__ = name
    entry.lisp_name = name
    entry.lambda_list = lambda_list
    return entry


def keyword_entry(function: Any, lambda_list: str, name: str) -> Any:
    """Return *function* with the keywords of *lambda_list* parsed: what calls of Lisp's pass."""
    return _keyword_entry(function, parse_lambda_list(lambda_list), name)


def _predicate_entry(function: Any) -> Any:
    entry: Any = lambda *args: T if function(*args) else None  # noqa: E731
    entry.truth = function  # for Python code that only tests the result, see acl.runtime.predicates
    return entry


def _copy_entry(function: Any) -> Any:
    if not isinstance(function, FunctionType):
        return lambda *args: function(*args)
    copy = FunctionType(function.__code__, function.__globals__, function.__name__, function.__defaults__,
                        function.__closure__)
    copy.__kwdefaults__ = function.__kwdefaults__
    copy.__dict__.update(function.__dict__)
    return copy


def _primary_entry(function: Any, given: Any) -> Any:
    if given is not None:
        given.mv = function
        return given

    def primary(*args: Any) -> Any:
        result = function(*args)
        return result[0] if result else None

    primary.mv = function  # type: ignore[attr-defined]
    return primary


_ALLOW = lisp_keyword("ALLOW-OTHER-KEYS")
_PLANS = 100
"""How many combinations of keywords one function remembers."""


def _keyword_entry(function: Any, parsed: ParsedLambdaList, name: str) -> Any:
    positional = parsed.required + parsed.optional
    table = parsed.keys or {}
    plans: dict[tuple[Any, ...], tuple[str, ...]] = {}  # the keywords of calls that were right, to the parameters

    def entry(*args: Any) -> Any:
        count = len(args) - positional
        if count <= 0:
            return function(*args)
        if count == 2:
            key = args[positional]
            parameter = table.get(key) if type(key) is Symbol else None
            if parameter is not None:
                return function(*args[:positional], **{parameter: args[-1]})
        keys = args[positional::2]
        parameters = plans.get(keys)
        if parameters is None or count & 1:
            given = parse_keywords(args, positional, table, parsed.allow_other_keys, name)
            if len(given) == len(keys) and len(plans) < _PLANS:
                plans[keys] = tuple(given)
        else:
            given = dict(zip(parameters, args[positional + 1::2], strict=True))
        return function(*args[:positional], **given)

    return entry


def keyword_function(key: str, function: Any) -> Any:
    """Return what compiled code calls with Python's keywords when *function* stands at the *key* of a builtin.

    It returns what the builtin's Python function does: the tuple of all values if the declaration says so.
    """
    own = getattr(function, "kw", None)
    if own is not None:
        return own
    declaration = DECLARATIONS[key]
    symbols = {name: symbol for symbol, name in (parse_lambda_list(declaration.lambda_list).keys or {}).items()}

    def call(*args: Any, **given: Any) -> Any:
        rest = [x for name, value in given.items() for x in (symbols[name], value)]
        return call_values(function, *args, *rest) if declaration.values else function(*args, *rest)

    return call


def parse_keywords(args: tuple[Any, ...], start: int, table: dict[Symbol, str], allow: bool,
                   name: str) -> dict[str, Any]:
    """Return Python keyword arguments for the keyword part of *args*; `program-error` if it is malformed."""
    found: dict[str, Any] = {}
    unknown: Any = None
    end = len(args)
    if (end - start) % 2:
        program_error(name, f"{name} got an odd number of keyword arguments.")
    for i in range(start, end, 2):
        key = args[i]
        parameter = table.get(key) if type(key) is Symbol else None
        if parameter is not None:
            if parameter not in found:
                found[parameter] = args[i + 1]
        elif key is not _ALLOW:
            unknown = (key,)
    if unknown is not None and not allow:
        for i in range(start, end, 2):
            if args[i] is _ALLOW:
                if args[i + 1] is not None:
                    return found
                break
        from acl.runtime.calls import bad_keyword

        bad_keyword(unknown[0])
    return found


__all__ = [
    "CL",
    "DECLARATIONS",
    "KEYWORD",
    "Cons",
    "Declaration",
    "builtin",
    "macro",
    "parse_lambda_list",
    "predicate",
    "program_error",
    "variable",
]
