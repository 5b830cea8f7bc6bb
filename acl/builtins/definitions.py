"""Macros that define: functions, macros, variables, constants, symbol macros, compiler macros (CLHS 3, 5.3)."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin, macro
from acl.expand.declarations import check_type_name
from acl.expand.macroexpand import SYMBOL_MACROS
from acl.expand.macros import function_name, macro_lambda
from acl.expand.template import template
from acl.runtime.conditions import cerror, error
from acl.runtime.sources import COMPILER_MACRO, OPERATOR, SPECIAL, SYMBOL_MACRO, VARIABLE, record
from acl.types.array import SimpleString
from acl.types.cons import Cons, lisp_list, to_list
from acl.types.function import FUNCTIONS, fdefinition, set_fdefinition
from acl.types.symbol import SYSTEM, Symbol, cl

DOCUMENTATION: dict[tuple[Any, str], Any] = {}
"""Documentation strings by (name, kind): kind is "FUNCTION", "VARIABLE", "TYPE", "STRUCTURE", "SETF" ..."""

_defun = template("""(progn (eval-when (:compile-toplevel) (%note-function ',name))
    (%defun ',name (%named-lambda ,name ,lambda-list ,@body)))""")


@macro("DEFUN", "name lambda-list &body forms")
def _defun_macro(form: Any, env: Any) -> Any:
    """Define the global function NAME, whose FORMS are evaluated in a block of that name; return NAME."""
    name = function_name(form.cdr.car, "DEFUN")
    return _defun(name=name, lambda_list=form.cdr.cdr.car, body=form.cdr.cdr.cdr)


@builtin("%DEFUN", "name function", package=SYSTEM)
def define_function(name: Any, function: Any) -> Any:
    """Make FUNCTION the global function NAME, with its documentation; return NAME."""
    check_definition(name, "FUNCTION")
    if type(name) is Symbol and name.macro is not None:
        name.macro = None
    set_fdefinition(name, function)
    set_function_documentation(name, function)
    record(name, OPERATOR)
    return name


def check_definition(name: Any, kind: str) -> None:
    """Signal if the package lock of *name* forbids to define it (offered by the packages of the reader)."""
    symbol = name.cdr.car if type(name) is Cons else name
    if kind in ("CLASS", "STRUCTURE", "TYPE"):
        check_type_name(symbol)
    package = getattr(symbol, "package", None)
    if package is not None and package.locked:
        from acl.reader.packages import check_lock

        check_lock(package, kind, symbol.name)


def set_function_documentation(name: Any, function: Any) -> None:
    """Record the documentation string that *function* carries."""
    from acl.compiler.unit import function_info

    info = function_info(function)
    if info is not None and info.doc is not None:
        DOCUMENTATION[_doc_key(name), "FUNCTION"] = info.doc
    else:
        DOCUMENTATION.pop((_doc_key(name), "FUNCTION"), None)


def _doc_key(name: Any) -> Any:
    return ("setf", name.cdr.car) if type(name) is Cons else name


_defmacro = template("""(eval-when (:compile-toplevel :load-toplevel :execute)
    (%defmacro ',name ,function ',lambda-list))""")


@macro("DEFMACRO", "name lambda-list &body forms")
def _defmacro_macro(form: Any, env: Any) -> Any:
    """Define the global macro NAME: FORMS compute the expansion from the parts bound by LAMBDA-LIST."""
    name, lambda_list, body = form.cdr.car, form.cdr.cdr.car, form.cdr.cdr.cdr
    if type(name) is not Symbol:
        error("PROGRAM-ERROR", "DEFMACRO: ~s is not the name of a macro.", name)
    return _defmacro(name=name, lambda_list=lambda_list, function=macro_lambda(name, lambda_list, body))


@builtin("%DEFMACRO", "name function lambda-list", package=SYSTEM)
def _define_macro(name: Any, function: Any, lambda_list: Any) -> Any:
    """Make FUNCTION the macro function of NAME; return NAME."""
    from acl.types.function import undefine

    check_definition(name, "MACRO")
    if fdefinition(name) is not None:
        undefine(name)
    function.lambda_list = lambda_list
    name.macro = function
    set_function_documentation(name, function)
    record(name, OPERATOR)
    return name


_define_compiler_macro = template("""(eval-when (:compile-toplevel :load-toplevel :execute)
    (%define-compiler-macro ',name ,function))""")


@macro("DEFINE-COMPILER-MACRO", "name lambda-list &body forms")
def _define_compiler_macro_macro(form: Any, env: Any) -> Any:
    """Define a compiler macro for the function NAME: it returns a better form, or the form itself."""
    name = function_name(form.cdr.car, "DEFINE-COMPILER-MACRO")
    block = name.cdr.car if type(name) is Cons else name
    return _define_compiler_macro(name=name, function=macro_lambda(block, form.cdr.cdr.car, form.cdr.cdr.cdr))


@builtin("%DEFINE-COMPILER-MACRO", "name function", package=SYSTEM)
def _set_compiler_macro(name: Any, function: Any) -> Any:
    """Make FUNCTION the compiler macro function of NAME; return NAME."""
    from acl.compiler.analyze import COMPILER_MACROS
    from acl.types.function import key_of

    check_definition(name, "COMPILER-MACRO")
    COMPILER_MACROS[key_of(name)] = function
    record(name, COMPILER_MACRO)
    return name


@builtin("COMPILER-MACRO-FUNCTION", "name &optional environment")
def _compiler_macro_function(name: Any, environment: Any = None) -> Any:
    """Return the compiler macro function of NAME, or NIL."""
    from acl.compiler.analyze import COMPILER_MACROS
    from acl.types.function import key_of

    return COMPILER_MACROS.get(key_of(name))


@builtin("COMPILER-MACRO-FUNCTION", "new-function name &optional environment", setf=True)
def _setf_compiler_macro_function(new: Any, name: Any, environment: Any = None) -> Any:
    """Set the compiler macro function of NAME; NIL takes it away."""
    from acl.compiler.analyze import COMPILER_MACROS
    from acl.types.function import key_of

    check_definition(name, "COMPILER-MACRO")
    if new is None:
        COMPILER_MACROS.pop(key_of(name), None)
    else:
        COMPILER_MACROS[key_of(name)] = new
    return new


_define_symbol_macro = template("""(eval-when (:compile-toplevel :load-toplevel :execute)
    (%define-symbol-macro ',name ',expansion))""")


@macro("DEFINE-SYMBOL-MACRO", "symbol expansion")
def _define_symbol_macro_macro(form: Any, env: Any) -> Any:
    """Let references to the variable SYMBOL stand for the form EXPANSION."""
    return _define_symbol_macro(name=form.cdr.car, expansion=form.cdr.cdr.car)


@builtin("%DEFINE-SYMBOL-MACRO", "symbol expansion", package=SYSTEM)
def _set_symbol_macro(symbol: Any, expansion: Any) -> Any:
    """Make SYMBOL a global symbol macro; return it."""
    check_definition(symbol, "SYMBOL-MACRO")
    if type(symbol) is not Symbol or symbol.special is not None:
        error("PROGRAM-ERROR", "~s is special and cannot be a symbol macro.", symbol)
    SYMBOL_MACROS[symbol] = expansion
    record(symbol, SYMBOL_MACRO)
    return symbol


_defvar_init = template("(if (%boundp ',name) nil (%set-global ',name ,value))")
_document = template("(%document ',name ',kind ,doc)")


def _documented(name: Any, kind: str, doc: Any) -> list[Any]:
    return [_document(name=name, kind=SimpleString(kind), doc=doc)] if doc is not None else []


_defvar_forms = template("""(progn (eval-when (:compile-toplevel :load-toplevel :execute) (%defvar ',name))
    ,@init ,@document ',name)""")


@macro("DEFVAR", "name &optional initial-value documentation")
def _defvar_macro(form: Any, env: Any) -> Any:
    """Proclaim the variable NAME special; give it INITIAL-VALUE unless it has a value; return NAME."""
    name, *rest = to_list(form.cdr)
    init = [_defvar_init(name=name, value=rest[0])] if rest else []
    return _defvar_forms(name=_variable_name(name), init=init,
                         document=_documented(name, "VARIABLE", rest[1] if len(rest) > 1 else None))


def _variable_name(name: Any) -> Any:
    if type(name) is not Symbol:
        error("PROGRAM-ERROR", "~s is not the name of a variable.", name)
    return name


_set_symbol_value = template("(%set-global ',name ,value)")


@macro("DEFPARAMETER", "name initial-value &optional documentation")
def _defparameter_macro(form: Any, env: Any) -> Any:
    """Proclaim the variable NAME special and set it to INITIAL-VALUE; return NAME."""
    name, value, *docs = to_list(form.cdr)
    return _defvar_forms(name=_variable_name(name), init=[_set_symbol_value(name=name, value=value)],
                         document=_documented(name, "VARIABLE", docs[0] if docs else None))


_defconstant = template("""(eval-when (:compile-toplevel :load-toplevel :execute)
    (%defconstant ',name ,value) ,@document ',name)""")


@macro("DEFCONSTANT", "name value &optional documentation")
def _defconstant_macro(form: Any, env: Any) -> Any:
    """Make NAME a constant with the value of VALUE; return NAME."""
    name, value, *docs = to_list(form.cdr)
    return _defconstant(name=_variable_name(name), value=value,
                        document=_documented(name, "VARIABLE", docs[0] if docs else None))


@builtin("%DEFCONSTANT", "name value", package=SYSTEM)
def _define_constant(name: Any, value: Any) -> Any:
    """Make NAME a constant; if it is one with another value, an `error` that can be continued."""
    from acl.types.equality import eql

    check_definition(name, "CONSTANT")
    if name.special == "constant" and name.bound and not eql(name.value, value):
        if FUNCTIONS["COMMON-LISP:EQUALP"](name.value, value) is not None:
            return name
        cerror("Give it the new value; code that has been compiled keeps the old one.", "PROGRAM-ERROR",
               "The constant ~s has the value ~s and cannot get the value ~s.", name, name.value, value)
    name.special = "constant"
    name.set_global(value)
    record(name, VARIABLE, SPECIAL)
    return name


@builtin("%DEFVAR", "name", package=SYSTEM)
def _define_variable(name: Any) -> Any:
    """Proclaim the variable NAME special, unless the lock of its package forbids to define it."""
    check_definition(name, "VARIABLE")
    proclaim_special(name)
    record(name, VARIABLE, SPECIAL)
    return name


def proclaim_special(name: Any) -> Any:
    """Proclaim the variable *name* special."""
    if type(name) is not Symbol or name.special == "constant":
        error("PROGRAM-ERROR", "~s cannot be a special variable.", name)
    if name in SYMBOL_MACROS:
        error("PROGRAM-ERROR", "~s is a symbol macro and cannot be a special variable.", name)
    name.special = name.special or "special"
    name.special_key()
    return name


@builtin("%BOUNDP", "name", package=SYSTEM)
def _globally_bound(name: Any) -> Any:
    """True if the variable NAME has a value."""
    return cl("T") if name.bound else None


@builtin("%SET-GLOBAL", "name value", package=SYSTEM)
def _set_global(name: Any, value: Any) -> Any:
    """Set the variable NAME, in the binding that is in force."""
    name.value = value
    return value


@builtin("%DOCUMENT", "name kind doc", package=SYSTEM)
def _document_name(name: Any, kind: Any, doc: Any) -> Any:
    """Record the documentation string DOC of NAME as a KIND."""
    DOCUMENTATION[_doc_key(name), kind.text()] = doc
    return name


_lambda = template("(function ,form)")


@macro("LAMBDA", "lambda-list &body forms")
def _lambda_macro(form: Any, env: Any) -> Any:
    """The function with parameters LAMBDA-LIST whose body is FORMS."""
    return _lambda(form=form)


_declaim = template("(eval-when (:compile-toplevel :load-toplevel :execute) ,@forms nil)")


@macro("DECLAIM", "&rest specifiers")
def _declaim_macro(form: Any, env: Any) -> Any:
    """Make the declarations SPECIFIERS global, at compile time too."""
    proclaim = cl("PROCLAIM")
    return _declaim(forms=[lisp_list(proclaim, lisp_list(cl("QUOTE"), s)) for s in to_list(form.cdr)])


@builtin("PROCLAIM", "specifier")
def _proclaim(specifier: Any) -> Any:
    """Make the declaration SPECIFIER global."""
    from acl.expand.declarations import proclaim

    if type(specifier) is not Cons:
        error("TYPE-ERROR", None, datum=specifier, expected_type=cl("LIST"))
    if specifier.car is cl("SPECIAL"):
        for name in to_list(specifier.cdr):
            if getattr(name, "special", None) is None:  # to say again what is so defines nothing
                check_definition(name, "VARIABLE")
            proclaim_special(name)
            record(name, SPECIAL)
    proclaim(specifier)
    return None

