"""What an environment knows of a name: Allegro's access to environments, for macros of programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from acl.builtins.declare import builtin, macro
from acl.expand.declarations import DECLARATION_NAMES, OPTIMIZE
from acl.expand.environment import NULL_ENVIRONMENT, Environment, LocalMacro, SymbolMacro
from acl.expand.macroexpand import SYMBOL_MACROS
from acl.expand.macros import macro_lambda
from acl.expand.template import template
from acl.runtime.conditions import error
from acl.types.base import wrong_type
from acl.types.cons import Cons, from_iterable, lisp_list, to_list
from acl.types.function import FUNCTIONS, UndefinedFunction, call_values, key_of
from acl.types.symbol import EXCL, SYSTEM, Symbol, T, cl, keyword

_TYPE, _FTYPE, _FUNCTION, _INLINE, _SPECIAL = (cl(n) for n in ("TYPE", "FTYPE", "FUNCTION", "INLINE", "SPECIAL"))
_OPTIMIZE = cl("OPTIMIZE")
_OF_VARIABLES = {cl("IGNORE"): cl("IGNORE"), cl("IGNORABLE"): cl("IGNORE"), cl("DYNAMIC-EXTENT"): cl("DYNAMIC-EXTENT")}
_OF_FUNCTIONS = {_INLINE: _INLINE, cl("NOTINLINE"): _INLINE}
"""The class of a declaration, of which the innermost one holds."""

_HANDLERS: dict[Symbol, tuple[Any, Symbol, Any]] = {}
"""Of declarations of programs: their class, kind, and the function that takes them apart, or NIL."""


def _environment(x: Any) -> Environment:
    if x is None:
        return NULL_ENVIRONMENT
    return x if isinstance(x, Environment) else wrong_type(x, "ENVIRONMENT")


def _information(specifier: Any, environment: Any, variables: bool) -> Iterator[tuple[Any, Any, Any]]:
    """Yield name, class and value for what a declaration says of variables, or of functions."""
    if type(specifier) is not Cons:
        return
    kind, names = specifier.car, specifier.cdr
    if kind in _HANDLERS:
        prop, where, function = _HANDLERS[kind]
        if function is None:
            found: list[Any] = [] if where is keyword("DECLARE") else [
                lisp_list(name, prop, kind) for name in to_list(names)]
        else:
            where, found_list = (*call_values(function, specifier, environment), None, None)[:2]
            found = [] if where is keyword("DECLARE") else to_list(found_list)
        if where is keyword("BOTH") or where is keyword("VARIABLE" if variables else "FUNCTION"):
            for entry in found:
                name, key, *value = to_list(entry)
                yield name, key, value[0] if value else None
    elif kind is _TYPE or kind is _FTYPE:
        if variables is (kind is _TYPE) and type(names) is Cons:
            for name in to_list(names.cdr):
                yield name, kind, names.car
    elif kind in _OF_VARIABLES or kind in _OF_FUNCTIONS:
        for name in to_list(names):
            function_p = type(name) is Cons and name.car is _FUNCTION
            if variables and kind in _OF_VARIABLES and not function_p:
                yield name, _OF_VARIABLES[kind], T if kind.name != "IGNORABLE" else kind
            elif not variables and (kind in _OF_FUNCTIONS or function_p):
                yield (name.cdr.car, kind, T) if function_p else (name, _OF_FUNCTIONS[kind], kind)
    elif variables and kind not in DECLARATION_NAMES and kind is not _SPECIAL and kind is not _OPTIMIZE:
        for name in to_list(names):  # a type
            yield name, _TYPE, kind


def _declared(name: Any, environment: Environment, key: Any, variables: bool) -> Any:
    """Return an alist of what *environment* knows to be declared of the variable or function *name*."""
    bindings = environment.variables if variables else environment.functions
    known: dict[Any, Any] = {}
    for record in reversed(environment.declarations):
        then = record.variables if variables else record.functions
        if then.get(key) is not bindings.get(key):
            continue  # about another binding
        for specifier in record.specifiers:
            for about, kind, value in _information(specifier, environment, variables):
                if about is name or (type(name) is Cons and type(about) is Cons and key_of(about) == key):
                    known.setdefault(kind, value)
    return from_iterable(Cons(kind, value) for kind, value in known.items())


@builtin("VARIABLE-INFORMATION", "symbol &optional environment all-declarations", package=SYSTEM, values=True)
def _variable_information(symbol: Any, environment: Any = None, all_declarations: Any = None) -> tuple[Any, ...]:
    """Return what kind of variable SYMBOL is in ENVIRONMENT: :SPECIAL, :LEXICAL, :CONSTANT, :SYMBOL-MACRO or NIL.

    Then a list of the constant's value or the macro's expansion, or NIL; an alist of what is declared of it: TYPE,
    IGNORE, DYNAMIC-EXTENT, and what `define-declaration` has defined; and whether the binding is local.
    """
    if type(symbol) is not Symbol:
        wrong_type(symbol, "SYMBOL")
    env = _environment(environment)
    local = env.variables.get(symbol)
    declared = _declared(symbol, env, symbol, True)
    if isinstance(local, SymbolMacro):
        return keyword("SYMBOL-MACRO"), lisp_list(local.expansion), declared, T
    if local is not None:
        return keyword("SPECIAL" if local == "special" else "LEXICAL"), None, declared, T
    if symbol in SYMBOL_MACROS:
        return keyword("SYMBOL-MACRO"), lisp_list(SYMBOL_MACROS[symbol]), declared, None
    if symbol.special is None:
        return None, None, declared, None
    if symbol.special == "constant":
        return keyword("CONSTANT"), lisp_list(symbol.value), declared, None
    return keyword("SPECIAL"), None, declared, None


@builtin("FUNCTION-INFORMATION", "name &optional environment all-declarations special-operators", package=SYSTEM,
         values=True)
def _function_information(name: Any, environment: Any = None, all_declarations: Any = None,
                          special_operators: Any = None) -> tuple[Any, ...]:
    """Return what kind of operator NAME is in ENVIRONMENT: :FUNCTION, :MACRO, :SPECIAL-OPERATOR or NIL.

    Then a list of the global function or the macro's function, or NIL; an alist of what is declared of it: FTYPE,
    INLINE, and what `define-declaration` has defined; and whether the binding is local.  If SPECIAL-OPERATORS, a macro
    that the compiler treats as a special operator is one.
    """
    from acl.compiler.analyze import SPECIAL_OPERATORS

    key = key_of(name)
    env = _environment(environment)
    local = env.functions.get(key)
    declared = _declared(name, env, key, False)
    if isinstance(local, LocalMacro):
        return keyword("MACRO"), lisp_list(local.function), declared, T
    if local is not None:
        return keyword("FUNCTION"), None, declared, T
    if type(name) is Symbol and name in SPECIAL_OPERATORS and (name.macro is None or special_operators is not None):
        return keyword("SPECIAL-OPERATOR"), None, declared, None
    if type(name) is Symbol and name.macro is not None:
        return keyword("MACRO"), lisp_list(name.macro), declared, None
    function = FUNCTIONS.get(key)
    if function is None or isinstance(function, UndefinedFunction):
        return None, None, declared, None
    return keyword("FUNCTION"), lisp_list(function), declared, None


@builtin("DECLARATION-INFORMATION", "declaration &optional environment", package=SYSTEM)
def _declaration_information(declaration: Any, environment: Any = None) -> Any:
    """Return what is declared in ENVIRONMENT or proclaimed of DECLARATION.

    For OPTIMIZE that is a list of qualities with their values, for DECLARATION a list of names, for one that
    `define-declaration` has defined with kind :DECLARE its value.
    """
    env = _environment(environment)
    specifiers = [s for record in env.declarations for s in record.specifiers if type(s) is Cons]
    if declaration is _OPTIMIZE:
        qualities = dict(OPTIMIZE)
        for specifier in specifiers:
            if specifier.car is _OPTIMIZE:
                for quality in to_list(specifier.cdr):
                    pair = to_list(quality) if type(quality) is Cons else [quality]
                    qualities[pair[0]] = pair[1] if len(pair) > 1 else 3
        return from_iterable([lisp_list(quality, value) for quality, value in qualities.items()])
    if declaration is cl("DECLARATION"):
        return from_iterable(DECLARATION_NAMES)
    for name, (_, kind, function) in _HANDLERS.items():
        if kind is keyword("DECLARE") and function is not None:
            for specifier in reversed(specifiers):
                if specifier.car is name:
                    for entry in to_list((*call_values(function, specifier, environment), None, None)[1]):
                        if entry.car is declaration:
                            return entry.cdr.car if type(entry.cdr) is Cons else entry.cdr
    if declaration in _HANDLERS or any(prop is declaration for prop, _, _ in _HANDLERS.values()):
        return None
    return error("ERROR", "~s knows nothing of the declaration ~s.", SYSTEM.external["DECLARATION-INFORMATION"],
                 declaration)


_DEFINE_DECLARATION = template("""(eval-when (:compile-toplevel :load-toplevel :execute)
    (%define-declaration ',name ',prop ',kind ,def))""")


@macro("DEFINE-DECLARATION", "name lambda-list prop kind &optional def", package=SYSTEM)
def _define_declaration(form: Any, env: Any) -> Any:
    """Make NAME a declaration that `variable-information` and its kin know; return NAME.

    KIND, :VARIABLE, :FUNCTION, :BOTH or :DECLARE, says what it is about, and PROP the class of declarations of which
    the innermost one holds.  DEF is a function of a declaration and an environment that returns KIND and a list of
    lists: name, class and value, or class and value for :DECLARE.  Without it (NAME a b) says of A and B that PROP is
    NAME.
    """
    name, _, prop, kind, *definition = to_list(form.cdr)
    return _DEFINE_DECLARATION(name=name, prop=prop, kind=kind, definition=None,
                               **{"def": definition[0] if definition else None})


@builtin("%DEFINE-DECLARATION", "name prop kind function", package=SYSTEM)
def _note_declaration(name: Any, prop: Any, kind: Any, function: Any) -> Any:
    """Make NAME a declaration of the class PROP and of KIND that FUNCTION takes apart; return NAME."""
    if type(name) is not Symbol:
        wrong_type(name, "SYMBOL")
    FUNCTIONS["COMMON-LISP:PROCLAIM"](lisp_list(cl("DECLARATION"), name))
    _HANDLERS[name] = prop, kind, function
    return name


def _pairs(definitions: Any) -> list[tuple[Any, Any]]:
    """Return names and definitions; the definition stands behind the name in a list or in an alist."""
    pairs = [(entry.car, entry.cdr) for entry in to_list(definitions)]
    return [(name, rest.car if type(rest) is Cons and rest.cdr is None else rest) for name, rest in pairs]


def _names(names: Any) -> list[Any]:
    """Return names, which may have something behind them in an alist."""
    return [x.car if type(x) is Cons and x.car is not cl("SETF") else x for x in to_list(names)]


@builtin("AUGMENT-ENVIRONMENT", "environment &key variable symbol-macro constant function macro declare "
         "special-operator block tag compiler-macro flavor-iv reuse locative", package=SYSTEM)
def augment_environment(environment: Any, *, variable: Any = None, symbol_macro: Any = None, constant: Any = None,
                        function: Any = None, macro: Any = None, declare: Any = None, special_operator: Any = None,
                        block: Any = None, tag: Any = None, compiler_macro: Any = None, flavor_iv: Any = None,
                        reuse: Any = None, locative: Any = None) -> Environment:
    """Return a new environment: ENVIRONMENT with more names.

    VARIABLE, FUNCTION, BLOCK and TAG are lists of names, SYMBOL-MACRO and CONSTANT of lists of a name and an expansion
    or value, MACRO of lists of a name and a function of a form and an environment; DECLARE is a list of declarations.
    The other arguments are for things that environments here do not have, and make no difference.
    """
    env = _environment(environment)
    specifiers = to_list(declare)
    special = {name for s in specifiers if type(s) is Cons and s.car is _SPECIAL for name in to_list(s.cdr)}
    new: dict[Any, Any] = dict.fromkeys(special, "special")
    for name in _names(variable):
        if type(name) is not Symbol:
            wrong_type(name, "SYMBOL")
        new[name] = "special" if name in special or name.special is not None else object()
    for name, expansion in _pairs(symbol_macro):
        new[name] = SymbolMacro(expansion)
    for name, value in _pairs(constant):
        new[name] = SymbolMacro(lisp_list(cl("QUOTE"), value))
    functions: dict[Any, Any] = {key_of(name): object() for name in _names(function)}
    for name, definition in _pairs(macro):
        functions[key_of(name)] = LocalMacro(definition)
    env = env.with_variables(new).with_functions(functions)
    for name in _names(block):
        env = env.with_block(name, None)
    env = env.with_tags(dict.fromkeys(_names(tag)))
    return env.with_declarations(specifiers) if specifiers else env


@builtin("ENSURE-PORTABLE-WALKING-ENVIRONMENT", "environment", package=SYSTEM)
def _walking_environment(environment: Any) -> Environment:
    """Return an environment like ENVIRONMENT for programs that walk code; all environments here are fit for that."""
    return _environment(environment)


@builtin("COMPILE-LAMBDA-EXPR-IN-ENV", "lambda-expression environment", package=EXCL)
def _compile_in_environment(expression: Any, environment: Any) -> Any:
    """Return the compiled function that LAMBDA-EXPRESSION means where the macros of ENVIRONMENT are defined."""
    from acl.session import evaluate_values

    return evaluate_values(lisp_list(_FUNCTION, expression), _environment(environment).only_macros())[0]


@builtin("DEFMACRO-EXPANDER", "definition environment", package=EXCL, export=False)
def _macro_expander(definition: Any, environment: Any) -> Any:
    """Return the lambda expression of the macro function that DEFINITION, (name lambda-list . body), describes."""
    named = macro_lambda(definition.car, definition.cdr.car, definition.cdr.cdr)
    return Cons(cl("LAMBDA"), named.cdr.cdr)
