"""The functions and macros of the package TOP-LEVEL, and listeners on any stream."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin, macro
from acl.expand.template import template
from acl.runtime.dynamic import bind, current
from acl.toplevel import variables as v
from acl.types.array import SimpleString
from acl.types.cons import Cons, from_iterable, to_list
from acl.types.symbol import SYSTEM, TPL, TPL_DEBUG, cl, keyword

_alias = template("(%define-alias ',spec ,lambda-list-text ,doc (lambda ,parameters ,@body))")


@macro("ALIAS", "name-and-options lambda-list &body body", package=TPL)
def _alias_macro(form: Any, env: Any) -> Any:
    """Define a command of the top level, NAME-AND-OPTIONS: a name, or (name index :case-sensitive).

    The index is that of the last character of its shortest form.  The arguments on its line are read, not evaluated,
    and given to a function of LAMBDA-LIST and BODY, whose documentation string :help shows.
    """
    from acl.expand.declarations import parse_body
    from acl.printer.writer import princ_to_string

    spec, parameters, body = form.cdr.car, form.cdr.cdr.car, form.cdr.cdr.cdr
    _, doc, _ = parse_body(body, documentation=True)
    text = " ".join(princ_to_string(p).lower() for p in to_list(parameters))
    return _alias(spec=spec, lambda_list_text=SimpleString(text), doc=doc, parameters=parameters, body=body)


@builtin("%DEFINE-ALIAS", "spec lambda-list documentation function", package=SYSTEM, export=False)
def _define_alias(spec: Any, lambda_list: Any, documentation: Any, function: Any) -> Any:
    """Define the command SPEC, which calls FUNCTION; return its name."""
    from acl.toplevel.commands import define_alias

    define_alias(spec, lambda_list.text(), documentation.text() if documentation is not None else "", function)
    return spec.car if type(spec) is Cons else spec


@builtin("REMOVE-ALIAS", "&rest names", package=TPL)
def _remove_alias(*names: Any) -> Any:
    """Remove the commands NAMES that were defined by `alias`, all of them if :all is given; return how many."""
    from acl.printer.writer import princ_to_string
    from acl.toplevel.commands import table

    wanted = {princ_to_string(n).lower().lstrip(":") for n in names}
    gone = [c.name for c in table().values() if c.is_alias and ("all" in wanted or c.name in wanted)]
    for name in gone:
        del table()[name]
    return len(gone)


@builtin("DO-COMMAND", "name &rest arguments", package=TPL, values=True)
def _do_command(name: Any, *arguments: Any) -> tuple[Any, ...]:
    """Run the top level's command NAME, a string or symbol, with ARGUMENTS; return no values."""
    from acl.printer.writer import princ_to_string
    from acl.toplevel.commands import do_command
    from acl.toplevel.listener import Listener, current_listener

    listener = current_listener()
    if listener is None:
        listener = Listener()
        listener.open_on_stack()
    do_command(listener, princ_to_string(name).lstrip(":"), list(arguments))
    return ()


@builtin("ZOOM", "stream &key count all brief verbose length level &allow-other-keys", package=TPL_DEBUG)
def _zoom(stream: Any, *, count: Any = None, all_: Any = None, brief: Any = None, verbose: Any = None,
          length: Any = None, level: Any = None, **options: Any) -> Any:
    """Show the stack of the process on STREAM, as the command :zoom does, whose arguments the others are.

    LENGTH and LEVEL are how many elements, and how deep, the arguments of calls are shown.
    """
    from acl.toplevel.commands import do_command
    from acl.toplevel.listener import Listener

    pairs: list[Any] = [cl("*TERMINAL-IO*"), stream, v.ZOOM_DISPLAY, v.ZOOM_DISPLAY.value]
    for symbol, value in ((v.ZOOM_PRINT_LENGTH, length), (v.ZOOM_PRINT_LEVEL, level)):
        pairs += (symbol, value if value is not None else symbol.value)
    given = [("COUNT", count), ("ALL", all_), ("BRIEF", brief), ("VERBOSE", verbose)]
    with bind(*pairs):
        listener = Listener()
        listener.open_on_stack()
        do_command(listener, "zoom", [x for name, value in given if value is not None for x in (keyword(name), value)])
    return None


_setq_default = template("(progn (setq ,variable ,value) (%remember-default ',variable) ',variable)")


@macro("SETQ-DEFAULT", "variable value", package=TPL)
def _setq_default_macro(form: Any, env: Any) -> Any:
    """Set VARIABLE to VALUE, here and in the listeners that will be started; return its name."""
    return _setq_default(variable=form.cdr.car, value=form.cdr.cdr.car)


@builtin("%REMEMBER-DEFAULT", "variable", package=SYSTEM, export=False)
def _remember_default(variable: Any) -> Any:
    """Have new listeners bind VARIABLE to its present value."""
    from acl.types.cons import lisp_list

    others = [entry for entry in to_list(v.LISTENER_BINDINGS.value) if entry.car is not variable]
    quoted = lisp_list(cl("QUOTE"), variable.value)
    v.LISTENER_BINDINGS.set_global(from_iterable([Cons(variable, quoted), *others]))


@builtin("TOP-LEVEL-READ-EVAL-PRINT-LOOP", "", package=TPL)
def _loop() -> Any:
    """Run a listener on `*terminal-io*`, with a history and break levels of its own, until its input ends."""
    from acl.mp.running import bindings
    from acl.toplevel.listener import Listener

    pairs: list[Any] = [cl("*PACKAGE*"), cl("*PACKAGE*").value]
    for symbol in (*v.STARS, *v.SLASHES, *v.PLUSES, v.MINUS, v.HISTORY):
        pairs += (symbol, None)
    for symbol, value in bindings(v.LISTENER_BINDINGS.value):
        pairs += (symbol, value)
    with bind(*pairs):
        listener = Listener()
        wrapper = v.LOOP_WRAPPER.value
        if wrapper is None:
            listener.run_here()
        else:
            wrapper(lambda: listener.run_here())


@builtin("START-INTERACTIVE-TOP-LEVEL", "stream function arguments &key initial-bindings", package=TPL)
def _start(stream: Any, function: Any, arguments: Any, *, initial_bindings: Any = None) -> Any:
    """Bind `*terminal-io*` to STREAM and apply FUNCTION, mostly `top-level-read-eval-print-loop`, to the ARGUMENTS.

    INITIAL-BINDINGS, an alist of variables and forms (by default that of `excl:*cl-default-special-bindings*`), is
    bound around it unless the process has initial bindings of its own.
    """
    from acl.mp.running import DEFAULT_BINDINGS, bindings
    from acl.runtime.functions import coerce_function

    process = current().process
    pairs: list[Any] = [cl("*TERMINAL-IO*"), stream]
    if process is None or process.initial_bindings is None:
        alist = initial_bindings if initial_bindings is not None else DEFAULT_BINDINGS.value
        for symbol, value in bindings(alist):
            pairs += (symbol, value)
    with bind(*pairs):
        return coerce_function(function)(*to_list(arguments))
