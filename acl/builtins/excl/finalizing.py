"""Functions that are called with objects that nobody refers to any more."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin
from acl.clos.base import StandardObject
from acl.runtime.conditions import error
from acl.runtime.faults import caught
from acl.runtime.functions import coerce_function
from acl.types.base import wrong_type
from acl.types.cons import lisp_list, to_list
from acl.types.symbol import EXCL


class Finalization(StandardObject, lisp="FINALIZATION", package=EXCL):
    """What `schedule-finalization` returns: that `function` is to be called with the object of that identity."""

    function: Any
    queue: Any
    identity: int


_scheduled: dict[int, list[Finalization]] = {}
"""By the identity of the object, which must not be kept alive."""


def _call(function: Any, object: Any) -> None:
    """Call *function* in whatever process dropped the object; an error of it is only told."""
    condition = caught(lambda: function(object))
    if condition is not None:
        from acl.streams.base import ERROR_OUTPUT

        ERROR_OUTPUT.value.write_str(f"Error in the finalization of an object: {condition}\n")


def _finalize(object: Any) -> None:
    """Stand in for `__del__` of the classes of objects that have finalizations: Python calls it once for an object."""
    if _scheduled is None:  # Python ends, and has cleared this module
        return
    for each in _scheduled.pop(id(object), ()):
        if each.queue is None:
            _call(each.function, object)
        else:
            from acl.mp.gates import enqueue

            enqueue(each.queue, lisp_list(each.function, object))


@builtin("SCHEDULE-FINALIZATION", "object function &key queue", package=EXCL)
def schedule_finalization(object: Any, function: Any, *, queue: Any = None) -> Any:
    """Have FUNCTION called with OBJECT when nobody refers to OBJECT any more; return a finalization.

    OBJECT is an instance, a structure or a stream.  It is called by whoever drops the last reference, or by the garbage
    collector.  With QUEUE, an `mp:queue`, a list for `call-finalizer` is put there instead.
    """
    cls = type(object)
    if getattr(cls, "__del__", None) is not _finalize:
        try:
            cls.__del__ = _finalize
        except TypeError:
            error("TYPE-ERROR", None, datum=object, expected_type=EXCL.intern("FINALIZABLE-OBJECT"))
    made = Finalization.__new__(Finalization)
    made.function, made.queue, made.identity = coerce_function(function), queue, id(object)
    _scheduled.setdefault(id(object), []).append(made)
    return made


@builtin("CALL-FINALIZER", "finalizer", package=EXCL)
def call_finalizer(finalizer: Any) -> Any:
    """Call the function of FINALIZER, a list that a finalization put on its queue, with the object in it."""
    parts = to_list(finalizer)
    function, dead = parts if len(parts) == 2 else wrong_type(finalizer, "CONS")
    return coerce_function(function)(dead)


@builtin("UNSCHEDULE-FINALIZATION", "finalization", package=EXCL)
def unschedule_finalization(finalization: Any) -> Any:
    """Have the function of FINALIZATION, which `schedule-finalization` returned, not be called."""
    if not isinstance(finalization, Finalization):
        wrong_type(finalization, "EXCL:FINALIZATION")
    rest = [x for x in _scheduled.get(finalization.identity, ()) if x is not finalization]
    if rest:
        _scheduled[finalization.identity] = rest
    else:
        _scheduled.pop(finalization.identity, None)
    return None
