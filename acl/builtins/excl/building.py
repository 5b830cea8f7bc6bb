"""What Franz's own sources say to the Lisp that they are built in: patches, small macros for speed, internal errors."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin, macro, variable
from acl.expand.options import macro_options
from acl.expand.template import template
from acl.reader.designators import string_text
from acl.runtime.conditions import error
from acl.types.array import is_string, is_vector, string, vector_items
from acl.types.base import wrong_type
from acl.types.cons import Cons, from_iterable, lisp_list, to_list
from acl.types.symbol import EXCL, SYSTEM, T, cl, keyword

# -------------------------------------------------------------------------------------------------------------- patches

# Modules for Allegro 10.1 look for the patches they build on, and load them from files if they do not find them.
_CONTAINED = [lisp_list(string(name), 1, string("What programs ask of this patch is part of acl."), None)
              for name in ("ma023", "ma024", "ma025")]

PATCHES = variable("*PATCHES*", lisp_list(Cons(keyword("LISP"), from_iterable(_CONTAINED))),
                   "An alist of lists of patches, by type: (name version description problem); see `sys:defpatch`.",
                   package=SYSTEM)
variable(".BUILD-MODE.", None, "How this Lisp was built: a list of keywords.", package=EXCL, export=False)

_note_patch = template("(%note-patch ',name ,version ,description ,type)")


@macro("DEFPATCH", "name version description &key (type :lisp) feature post-loadable &allow-other-keys", package=SYSTEM)
def _defpatch(form: Any, env: Any) -> Any:
    """Say that loading this file brings the module NAME to VERSION; it is noted in `sys:*patches*` under TYPE."""
    name, version, description, *_ = to_list(form.cdr)
    given = macro_options(form.cdr.cdr.cdr.cdr)
    return _note_patch(name=name, version=version, description=description, type=given.get("TYPE", keyword("LISP")))


@builtin("%NOTE-PATCH", "name version description type", package=SYSTEM)
def _note(name: Any, version: Any, description: Any, kind: Any) -> Any:
    """Note in `*patches*` that the module NAME has VERSION; return NAME."""
    entry = lisp_list(name, version, description, None)
    groups = {group.car: [x for x in to_list(group.cdr) if string_text(x.car) != string_text(name)]
              for group in to_list(PATCHES.value)}
    groups.setdefault(kind, []).insert(0, entry)
    PATCHES.value = from_iterable(Cons(each, from_iterable(entries)) for each, entries in groups.items())
    return name


# --------------------------------------------------------------------------------------------------------------- macros

_progn = template("(progn ,@body)")


def _plain(name: str, lambda_list: str, doc: str, leading: int = 0, *, export: bool = False) -> None:
    """Declare a macro that is a progn of its arguments, the first *leading* left out."""

    def expand(form: Any, env: Any) -> Any:
        return _progn(body=from_iterable(to_list(form.cdr)[leading:]))

    expand.__doc__ = doc
    macro(name, lambda_list, package=EXCL, export=export)(expand)


_plain("FAST", "&body forms", "Evaluate FORMS, which are right whatever the compiler takes for granted.")
_plain("WITH-UNREACHABLE-CODE-ALLOWED", "&body forms", "Evaluate FORMS; the compiler tells of no code that is not "
       "reached, inside or outside.", export=True)
_plain("WITH-GC-VERBOSITY", "(verbosity) &body forms", "Evaluate FORMS; Python's collector says nothing, whatever "
       "VERBOSITY is.", 1)

_octets = template("""(let ((,variable (make-array ,length :element-type '(unsigned-byte 8))))
    (declare (dynamic-extent ,variable)) ,@body)""")


@macro("WITH-DYNAMIC-EXTENT-USB8-ARRAY", "(variable length) &body body", package=EXCL, export=False)
def _with_octets(form: Any, env: Any) -> Any:
    """Evaluate BODY with VARIABLE bound to a new vector of LENGTH octets, which BODY does not let out."""
    variable_, length = to_list(form.cdr.car)
    return _octets(variable=variable_, length=length, body=form.cdr.cdr)


_list_form = template("(let ((,variable (,maker ,@elements))) (declare (dynamic-extent ,variable)) ,@body)")


def _stack_list(name: str, maker: str) -> None:
    """Declare the macro that binds a variable to what *maker* makes of some elements."""

    def expand(form: Any, env: Any) -> Any:
        variable_, *elements = to_list(form.cdr.car)
        return _list_form(variable=variable_, maker=cl(maker), elements=from_iterable(elements), body=form.cdr.cdr)

    expand.__doc__ = (f"Evaluate BODY with VARIABLE bound to what `{maker.lower()}` makes of ELEMENTS, which BODY does "
                      "not let out.")
    macro(name, "(variable &rest elements) &body body", package=EXCL)(expand)


_stack_list("WITH-STACK-LIST", "LIST")
_stack_list("WITH-STACK-LIST*", "LIST*")

_defsubst = template("(progn (declaim (inline ,name)) (defun ,name ,lambda_list ,@body))")


@macro("DEFSUBST", "name lambda-list &body body", package=EXCL, export=False)
def _define_substituted(form: Any, env: Any) -> Any:
    """Define the function NAME, which is declared inline."""
    name, lambda_list, *body = to_list(form.cdr)
    return _defsubst(name=name, lambda_list=lambda_list, body=body)


@macro("MACHINE-CASE", "machine &rest clauses", package=EXCL, export=False)
def _machine_case(form: Any, env: Any) -> Any:
    """Evaluate the forms of the clause, (feature form...), whose feature MACHINE has; T and OTHERWISE stand for any.

    MACHINE is :HOST or :TARGET; both are the machine that acl runs on.
    """
    from acl.reader.features import has_feature

    for clause in to_list(form.cdr.cdr):
        tests = [clause.car]
        if type(clause.car) is Cons and clause.car.car not in (keyword("AND"), keyword("OR"), keyword("NOT")):
            tests = to_list(clause.car)
        if any(x in (T, cl("OTHERWISE")) or has_feature(x, None) for x in tests):
            return _progn(body=clause.cdr)
    return None


_STYLES = {"MP": "SMP", "CHAR": "CHAR16"}
"""What acl is of the kinds that there are of Allegro: its processes run at the same time, its characters are wide."""


@macro("WITH-STYLE-CASE", "style &rest clauses", package=EXCL)
def _with_style_case(form: Any, env: Any) -> Any:
    """Evaluate the forms of the clause, (key form...), for this kind of Lisp.

    STYLE is :MP, the clause then :SMP, or :CHAR, the clause then :CHAR16; T and OTHERWISE stand for any.
    """
    style = form.cdr.car
    ours = _STYLES.get(getattr(style, "name", ""))
    if ours is None:
        error("PROGRAM-ERROR", "There is no style ~s, only :MP and :CHAR.", style)
    for clause in to_list(form.cdr.cdr):
        keys = to_list(clause.car) if type(clause.car) is Cons else [clause.car]
        if any(key in (keyword(str(ours)), T, cl("OTHERWISE")) for key in keys):
            return _progn(body=clause.cdr)
    return None


# --------------------------------------------------------------------------------------------------- errors, small data


def _signaller(name: str, condition: str) -> None:
    def signal(control: Any, *arguments: Any) -> Any:
        return error(condition, string_text(control), *arguments)

    signal.__doc__ = f"Signal a `{condition.lower()}` with the report that CONTROL and ARGUMENTS are formatted to."
    builtin(name, "control &rest arguments", package=EXCL, export=False)(signal)


for _name, _condition in ((".ERROR", "SIMPLE-ERROR"), (".PARSE-ERROR", "PARSE-ERROR"),
                          (".PROGRAM-ERROR", "PROGRAM-ERROR")):
    _signaller(_name, _condition)


@builtin("LV_SIZE", "vector", package=EXCL, export=False)
def _vector_size(vector: Any) -> int:
    """Return the length of the simple VECTOR."""
    if is_string(vector):
        return len(vector.s)
    if is_vector(vector):
        return len(vector_items(vector))
    wrong_type(vector, "VECTOR")
    raise AssertionError


# ------------------------------------------------------------------------------------------------ threads' own bindings


@builtin("CURRENT-THREAD", "", package=EXCL, export=False)
def _current_thread() -> Any:
    """Return what `symeval-in-thread` takes for the thread that asks: its process."""
    from acl.mp.process import CURRENT_PROCESS

    return CURRENT_PROCESS.value


@builtin("SYMEVAL-IN-THREAD", "symbol thread", package=EXCL, export=False, values=True)
def _symeval_in_thread(symbol: Any, thread: Any) -> tuple[Any, ...]:
    """Do what `mp:symeval-in-process` does; THREAD is a process."""
    from acl.mp.operators import symeval_in_process

    return symeval_in_process(symbol, thread)
