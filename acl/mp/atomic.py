"""Atomic operations on places, variables that cannot be bound, and objects with a lock of their own.

All atomic operations of all processes exclude each other by one lock, which is held for a read and a write only: what
the program supplies (a delta, a new value) is computed before, or, by `update-atomic`, tried again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from acl.builtins.declare import builtin, macro
from acl.clos.base import StandardObject, StructureObject
from acl.clos.structures import define_structure, make_slots
from acl.expand.lambda_list import gensym
from acl.expand.options import macro_options
from acl.expand.places import Expansion, bindings, expansion, let_star, plain_variable
from acl.expand.template import template
from acl.mp.locks import ProcessLock
from acl.runtime.waiting import mailbox, run_interrupts
from acl.types.array import SimpleString
from acl.types.base import wrong_type
from acl.types.cons import Cons, from_iterable, lisp_list
from acl.types.symbol import EXCL, SYSTEM, Symbol, T, cl, keyword

_lock = threading.RLock()  # reentrant: an interrupt of the main process may come within
_NOT_ATOMIC = frozenset(("GETHASH", "GETF", "GET", "VALUES", "APPLY", "LDB", "MASK-FIELD", "AREF", "CHAR", "BIT"))


@builtin("%ATOMICALLY", "function", package=SYSTEM, export=False)
def atomically(function: Callable[[], Any]) -> Any:
    """Return the value of FUNCTION; no other atomic operation happens meanwhile, and no interrupt."""
    box = mailbox()
    box.deferred += 1
    try:
        with _lock:
            return function()
    finally:
        box.deferred -= 1
        if box.pending and not box.deferred:
            run_interrupts()


def atomic_place(place: Any, env: Any) -> Expansion:
    """Return the setf expansion of a place that can be changed atomically; `program-error` for any other."""
    from acl.runtime.conditions import error

    if type(place) is Symbol and plain_variable(place, env):
        if place.special != "global":
            error("PROGRAM-ERROR", "The variable ~s is no place for an atomic operation; define it by ~s.", place,
                  EXCL.external["DEFVAR-NONBINDABLE"])
    elif type(place) is Cons and type(place.car) is Symbol and place.car.name in _NOT_ATOMIC \
            and place.car.package is cl("CAR").package:
        error("PROGRAM-ERROR", "~s is no place for an atomic operation.", place)
    return expansion(place, env)


_MODIFY = template("(%atomically #'(lambda () (let ((,store ,new)) ,writer)))")


def _modify(place: Any, env: Any, argument: Any, new: Callable[[Any, Any], Any], argument_first: bool = False) -> Any:
    """Return the form that stores *new* of the place's reader and a variable with the value of *argument*."""
    e = atomic_place(place, env)
    temp = gensym("ARGUMENT")
    body = _MODIFY(store=e.stores[0], new=new(e.reader, temp), writer=e.writer)
    given, own = [lisp_list(temp, argument)], bindings(e)
    return let_star(given + own if argument_first else own + given, body)


@macro("INCF-ATOMIC", "place &optional (delta 1)", package=EXCL)
def _incf_atomic(form: Any, env: Any) -> Any:
    """Add DELTA to the number in PLACE as one step that no other process can come between; return the sum.

    An atomic PLACE is a car or cdr, an element of a simple vector, a slot of an instance or structure, or a variable
    defined by `defvar-nonbindable`.
    """
    delta = form.cdr.cdr.car if form.cdr.cdr is not None else 1
    return _modify(form.cdr.car, env, delta, lambda old, by: lisp_list(cl("+"), old, by))


@macro("DECF-ATOMIC", "place &optional (delta 1)", package=EXCL)
def _decf_atomic(form: Any, env: Any) -> Any:
    """Subtract DELTA from the number in PLACE as one step; return the difference.  See `incf-atomic`."""
    delta = form.cdr.cdr.car if form.cdr.cdr is not None else 1
    return _modify(form.cdr.car, env, delta, lambda old, by: lisp_list(cl("-"), old, by))


@macro("PUSH-ATOMIC", "item place", package=EXCL)
def _push_atomic(form: Any, env: Any) -> Any:
    """Put ITEM at the front of the list in PLACE as one step; return the new list.  See `incf-atomic`."""
    return _modify(form.cdr.cdr.car, env, form.cdr.car, lambda old, item: lisp_list(cl("CONS"), item, old), True)


_POP = template("""(%atomically #'(lambda () (let ((#:list ,reader))
    (let ((,store (cdr #:list))) ,writer) (car #:list))))""")


@macro("POP-ATOMIC", "place", package=EXCL)
def _pop_atomic(form: Any, env: Any) -> Any:
    """Take the first element off the list in PLACE as one step; return it.  See `incf-atomic`."""
    e = atomic_place(form.cdr.car, env)
    return let_star(bindings(e), _POP(store=e.stores[0], reader=e.reader, writer=e.writer))


_CONDITIONAL = template("""(%atomically #'(lambda ()
    (if (eq ,reader ,old) (let ((,store ,new)) ,writer t) nil)))""")


def _conditional(e: Expansion, new: Any, old: Any) -> Any:
    return _CONDITIONAL(reader=e.reader, old=old, store=e.stores[0], new=new, writer=e.writer)


@macro("ATOMIC-CONDITIONAL-SETF", "place new-value old-value", package=EXCL)
def _atomic_conditional_setf(form: Any, env: Any) -> Any:
    """Store NEW-VALUE in PLACE if its value is OLD-VALUE, by `eq`, as one step; return true if it was stored."""
    place, new, old = form.cdr.car, form.cdr.cdr.car, form.cdr.cdr.cdr.car
    e = atomic_place(place, env)
    new_temp, old_temp = gensym("NEW"), gensym("OLD")
    return let_star([*bindings(e), lisp_list(new_temp, new), lisp_list(old_temp, old)],
                    _conditional(e, new_temp, old_temp))


_UPDATE = template("""(loop (let* ((,variable ,reader) (,new (progn ,@body)))
    (when ,store (return ,new))))""")


@macro("UPDATE-ATOMIC", "(variable place) &body body", package=EXCL)
def _update_atomic(form: Any, env: Any) -> Any:
    """Store the value of BODY, evaluated with VARIABLE bound to the value of PLACE, in PLACE; return it.

    If PLACE has got another value meanwhile, BODY is evaluated again.
    """
    variable, place = form.cdr.car.car, form.cdr.car.cdr.car
    e = atomic_place(place, env)
    new, old = gensym("NEW"), gensym("OLD")
    body = lisp_list(Cons(cl("LET"), Cons(lisp_list(lisp_list(variable, old)), form.cdr.cdr)))
    return let_star(bindings(e), _UPDATE(variable=old, reader=e.reader, new=new, body=body,
                                         store=_conditional(e, new, old)))


@builtin("GET-ATOMIC-MODIFY-EXPANSION", "place &optional environment", package=EXCL, values=True)
def get_atomic_modify_expansion(place: Any, environment: Any = None) -> tuple[Any, ...]:
    """Return what an atomic macro on PLACE is made of, six values.

    Temporaries and their forms, as of `get-setf-expansion`; a variable for the new and one for the old value; the
    form that stores the new value if the place still has the old one, and then is true; the form that reads.
    """
    e = atomic_place(place, environment)
    new, old = gensym("NEW"), gensym("OLD")
    return from_iterable(e.temps), from_iterable(e.values), new, old, _conditional(e, new, old), e.reader


_ATOMICALLY = template("(%atomically #'(lambda () ,@body))")


def _uninterrupted(name: str, export: bool) -> None:
    @macro(name, "&body body", package=EXCL, export=export)
    def expand(form: Any, env: Any) -> Any:
        """Return the value of BODY; no interrupt and no atomic operation of another process happens meanwhile."""
        return _ATOMICALLY(body=form.cdr)


_uninterrupted("FAST-AND-CLEAN", True)
_uninterrupted(".ATOMICALLY", False)
_uninterrupted("ATOMICALLY", False)


# Variables that cannot be bound

_DEFVAR = template("""(progn
    (eval-when (:compile-toplevel :load-toplevel :execute) (%nonbindable ',name))
    ,@init ,@doc ',name)""")
_INIT = template("(if (%boundp ',name) nil (%set-global ',name ,value))")
_DOC = template("(%document ',name ',kind ,doc)")


@builtin("%NONBINDABLE", "name", package=SYSTEM, export=False)
def nonbindable(name: Any) -> Any:
    """Make the variable NAME global: it cannot be bound."""
    if type(name) is not Symbol:
        wrong_type(name, "SYMBOL")
    if name.special == "constant":
        from acl.runtime.conditions import error

        error("PROGRAM-ERROR", "~s is a constant.", name)
    name.special = "global"
    name.special_key()
    return name


@macro("DEFVAR-NONBINDABLE", "name &optional initial-value documentation", package=EXCL)
def _defvar_nonbindable(form: Any, env: Any) -> Any:
    """Define the global variable NAME, which cannot be bound; give it INITIAL-VALUE unless it has a value."""
    name, rest = form.cdr.car, form.cdr.cdr
    init = [_INIT(name=name, value=rest.car)] if rest is not None else []
    doc = rest.cdr if rest is not None else None
    document = [_DOC(name=name, kind=SimpleString("VARIABLE"), doc=doc.car)] if doc is not None else []
    return _DEFVAR(name=name, init=init, doc=document)


@macro("DEFVAR-UNBOUND", "name &optional documentation", package=EXCL)
def _defvar_unbound(form: Any, env: Any) -> Any:
    """Define the global variable NAME, which cannot be bound and has no value yet."""
    name, doc = form.cdr.car, form.cdr.cdr
    document = [_DOC(name=name, kind=SimpleString("VARIABLE"), doc=doc.car)] if doc is not None else []
    return _DEFVAR(name=name, init=[], doc=document)


# Objects with a lock

class LockableObject(StandardObject, lisp="LOCKABLE-OBJECT", package=EXCL):
    """A class to inherit from: an instance has a lock, for `with-locked-object`."""


SYNCHRONIZING = EXCL.export("SYNCHRONIZING-STRUCTURE")
define_structure(make_slots(SYNCHRONIZING, [], [], {}))

BASIC_LOCK = EXCL.export("BASIC-LOCK")
define_structure(make_slots(BASIC_LOCK, [], [], {"INCLUDE": SYNCHRONIZING}))


@builtin("MAKE-BASIC-LOCK", "&key name", package=EXCL)
def _make_basic_lock(*, name: Any = None) -> Any:
    """Return a structure that is nothing but a lock, for `with-locked-structure`; NAME is for the reader."""
    from acl.clos.structures import STRUCTURES

    cls = STRUCTURES[BASIC_LOCK].cls
    lock = cls.__new__(cls)
    lock_of(lock, keyword("STRUCT"), T).name = name
    return lock


_locks: WeakKeyDictionary[Any, ProcessLock] = WeakKeyDictionary()


@builtin("%LOCK-OF", "object kind typecheck", package=SYSTEM, export=False)
def lock_of(object: Any, kind: Any, typecheck: Any) -> ProcessLock:
    """Return the lock of OBJECT, which must inherit from what KIND says: :CLOS or :STRUCT."""
    root = StructureObject if kind is keyword("STRUCT") else StandardObject
    name = "EXCL:SYNCHRONIZING-STRUCTURE" if root is StructureObject else "EXCL:LOCKABLE-OBJECT"
    if not isinstance(object, root):
        wrong_type(object, name)
    if typecheck is not None and not isinstance(object, _synchronizing() if root is StructureObject
                                                else LockableObject):
        wrong_type(object, name)
    with _lock:
        lock = _locks.get(object)
        if lock is None:
            lock = _locks[object] = ProcessLock(None)
        return lock


def _synchronizing() -> Any:
    from acl.clos.structures import STRUCTURES

    return STRUCTURES[SYNCHRONIZING].cls


_WITH = template("""(,with-lock ((%lock-of ,object ,kind ,check) :timeout ,timeout) ,@body)""")


def _with_locked(form: Any, kind: Any) -> Any:
    from acl.types.symbol import MP

    options = macro_options(form.cdr.car.cdr)
    return _WITH(with_lock=MP.external["WITH-PROCESS-LOCK"], object=form.cdr.car.car, kind=options.get("TYPE", kind),
                 check=options.get("TYPECHECK", T), timeout=None if options.get("BLOCK", T) is not None else 0,
                 body=form.cdr.cdr)


@macro("WITH-LOCKED-OBJECT", "(object &key type block non-smp typecheck) &body body", package=EXCL)
def with_locked_object(form: Any, env: Any) -> Any:
    """Return the values of BODY, evaluated while the calling process holds the lock of OBJECT.

    OBJECT inherits from `lockable-object`, or, if TYPE is :STRUCT, from `synchronizing-structure`.  A process that has
    the lock already just goes on.  With BLOCK NIL return NIL at once if another has it.  NON-SMP says what other
    Lisps would do.  TYPECHECK NIL takes any instance.
    """
    return _with_locked(form, keyword("CLOS"))


@macro("WITH-LOCKED-STRUCTURE", "(structure &key block non-smp typecheck) &body body", package=EXCL)
def with_locked_structure(form: Any, env: Any) -> Any:
    """Do as WITH-LOCKED-OBJECT for STRUCTURE, whose type includes `synchronizing-structure`."""
    return _with_locked(form, keyword("STRUCT"))


@macro("WITH-LOCKED-STREAM", "(stream &key block non-smp) &body body", package=EXCL)
def with_locked_stream(form: Any, env: Any) -> Any:
    """Do as WITH-LOCKED-OBJECT for STREAM, so that what processes write so does not mix."""
    stream = lisp_list(_LOCKED_STREAM, form.cdr.car.car)
    options = from_iterable([keyword("TYPECHECK"), None], form.cdr.car.cdr)
    return _with_locked(Cons(None, Cons(Cons(stream, options), form.cdr.cdr)), keyword("CLOS"))


_LOCKED_STREAM = SYSTEM.intern("%LOCKED-STREAM")


@builtin("%LOCKED-STREAM", "stream", package=SYSTEM, export=False)
def locked_stream(stream: Any) -> Any:
    """Return the stream whose lock counts for STREAM: what a synonym stream, or T, stands for."""
    from acl.streams.base import output_stream

    return output_stream(stream).resolve()
