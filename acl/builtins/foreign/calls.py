"""Calls of C's functions: `def-foreign-call`, and variables of C."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from typing import Any

from acl.builtins.declare import builtin, macro, variable
from acl.builtins.foreign import libraries
from acl.builtins.foreign.memory import (
    ADDRESS_LIMIT,
    ForeignPointer,
    address_of,
    c_type,
    from_c,
    memref_int,
    set_memref_int,
    to_number,
)
from acl.builtins.foreign.objects import typed_object
from acl.builtins.foreign.types import ForeignObject, ForeignType, foreign_type
from acl.expand.options import macro_options
from acl.expand.template import template
from acl.runtime.conditions import error
from acl.types.array import GeneralArray, SimpleString, SimpleVector, SpecializedVector, is_string, string, type_error
from acl.types.cons import Cons, from_iterable, lisp_list, to_list
from acl.types.number import SingleFloat
from acl.types.symbol import EXCL, FF, SYSTEM, Symbol, T, keyword

_OPERATORS = frozenset(["*", "&", "STRUCT", "UNION", "CLASS", "ARRAY", "FUNCTION", "ALIGNED", "BIT"])
_OPTIONS = frozenset("""ARG-CHECKING CALL-DIRECT CALLBACK CONVENTION DOCUMENTATION ERROR-VALUE METHOD-INDEX
    OPTIMIZE-FOR-SPACE OS-SPECIFIC PASS-STRUCTS-BY-VALUE RELEASE-HEAP RELEASE-HEAP-IGNORABLE
    RELEASE-HEAP-IMPLIES-ALLOW-GC RETURNING STRINGS-CONVERT ALLOW-GC""".split())
_VOID, _INT = keyword("VOID"), keyword("INT")

PENDING: dict[int, BaseException] = {}
"""By thread: what left a function that C had called, and goes on when the call of C returns to Lisp."""


def call_type(spec: Any) -> ForeignType:
    """Return the type that *spec* says in an argument list or after :RETURNING: a type, or (type lisp-type...)."""
    if type(spec) is Cons and not (type(spec.car) is Symbol and spec.car.name in _OPERATORS):
        rest = spec.cdr
        if rest is None or rest.car is None:
            return foreign_type(spec.car)
        return foreign_type(lisp_list(spec.car, rest.car))
    return foreign_type(spec)


# ----------------------------------------------------------------------------------------------------------- arguments


_ELEMENTS: dict[str, Any] = {"(UNSIGNED-BYTE 16)": ctypes.c_uint16, "(UNSIGNED-BYTE 32)": ctypes.c_uint32,
             "(UNSIGNED-BYTE 64)": ctypes.c_uint64, "(SIGNED-BYTE 8)": ctypes.c_int8,
             "(SIGNED-BYTE 16)": ctypes.c_int16, "(SIGNED-BYTE 32)": ctypes.c_int32, "(SIGNED-BYTE 64)": ctypes.c_int64,
             "FIXNUM": ctypes.c_int64, "SINGLE-FLOAT": ctypes.c_float, "DOUBLE-FLOAT": ctypes.c_double}


def address_argument(x: Any, convert: bool, after: list[Any]) -> Any:
    """Return for ctypes the address that *x* is or has.

    A string becomes one of C for the time of the call; so do the elements of an array of numbers, which are stored
    back by the functions in *after*.  Octet vectors are passed as they are.
    """
    kind = type(x)
    if kind is int:
        return x if 0 <= x < ADDRESS_LIMIT else x & ADDRESS_LIMIT - 1
    if x is None:
        return None
    if isinstance(x, (ForeignObject, ForeignPointer)):
        return address_of(x)
    if is_string(x):
        text = x.text() if kind is SimpleString else "".join(str(c) for c in _elements(x)[0])
        # Fresh octets: Python shares those of one letter, and C may write there.
        return (text.encode("utf-8", "surrogateescape") if convert else text.encode("utf-16-le")) + b"\0\0"
    if kind in (SpecializedVector, GeneralArray):
        data, start, count = _elements(x)
        if type(data) is bytearray:
            if start == 0 and count == len(data):
                return (ctypes.c_ubyte * count).from_buffer(data) if count else 0
            return (ctypes.c_ubyte * count).from_buffer(data, start) if count else 0
        holder = x
        while type(holder) is GeneralArray:
            holder = holder.storage if holder.displaced_to is None else holder.displaced_to
        from acl.printer.writer import prin1_to_string

        ctype = _ELEMENTS.get(prin1_to_string(holder.element_type).upper()) if type(
            holder) is SpecializedVector else None
        if ctype is not None:
            copy = (ctype * count)(*data[start:start + count])

            def store() -> None:
                back = list(copy)
                data[start:start + count] = [SingleFloat(e) for e in back] if ctype is ctypes.c_float else back

            after.append(store)
            return copy
    return type_error(x, FF.export("FOREIGN-ADDRESS"))


def _elements(x: Any) -> tuple[Any, int, int]:
    """Return where the elements of an array are: a sequence, the index of the first, and how many there are."""
    if type(x) is not GeneralArray:
        return (x.s if type(x) is SimpleString else x.data), 0, len(x.s if type(x) is SimpleString else x.data)
    holder, start = x.locate()
    data = holder.s if type(holder) is SimpleString else holder.data
    count = x.total_size()
    return data[start:start + count] if type(holder) is SimpleString else data, start, count


def _is_address(kind: ForeignType) -> bool:
    return kind.kind in ("POINTER", "FUNCTION", "STRUCT", "UNION", "ARRAY") or kind.spec in (
        keyword("FOREIGN-ADDRESS"), keyword("LISP"))


def _argument(kind: ForeignType, convert: bool, by_value: bool) -> tuple[Any, Callable[[Any, list[Any]], Any]]:
    """Return the ctypes type for an argument of *kind*, and the function that makes one for it."""
    if by_value and kind.kind in ("STRUCT", "UNION"):
        structure = c_type(kind)
        return structure, lambda x, after: structure.from_address(address_of(x))
    if kind.spec is keyword("ALIGNED"):
        return ctypes.c_size_t, lambda x, after: to_number(kind, x) << 3
    if _is_address(kind):
        return ctypes.c_void_p, lambda x, after: x if type(x) is int and 0 <= x < ADDRESS_LIMIT else address_argument(
            x, convert, after)
    if kind.kind == "VOID":
        error("ERROR", "An argument cannot be of the foreign type ~s.", kind.spec)
    if kind.code in "fdg":
        return c_type(kind), lambda x, after: x if type(x) is float else to_number(kind, x)
    low, high = -1 << 8 * kind.size - 1, 1 << 8 * kind.size
    return c_type(kind), lambda x, after: x if type(x) is int and low <= x < high else to_number(kind, x)


def _by_value(x: Any) -> tuple[Any, Any]:
    """Return the ctypes type for an argument that no type is known of, and what it is."""
    kind = type(x)
    if kind is int:
        return ctypes.c_ssize_t if x < ADDRESS_LIMIT >> 1 else ctypes.c_size_t, x
    if kind is float or kind is SingleFloat:
        return ctypes.c_double, float(x)
    return ctypes.c_void_p, None


# --------------------------------------------------------------------------------------------------------------- calls


def raise_pending() -> None:
    """Go on with what left a function that C had called from this thread."""
    leaving = PENDING.pop(threading.get_ident(), None)
    if leaving is not None:
        raise leaving


def incoming(kind: ForeignType) -> tuple[Any, Callable[[Any], Any] | None]:
    """Return the ctypes type in which C gives a value of *kind*, and the function that makes Lisp's of it, if any."""
    if kind.kind in ("STRUCT", "UNION"):
        def copied(value: Any) -> Any:
            made = typed_object(kind)
            ctypes.memmove(made.address, ctypes.addressof(value), kind.size)
            return made

        return c_type(kind), copied
    if kind.kind == "ARRAY":
        return ctypes.c_size_t, None
    if kind.lisp is not None or kind.code == "f":
        return c_type(kind), lambda value: from_c(kind, value)
    return c_type(kind), None


def _result(kind: ForeignType, by_value: bool) -> tuple[Any, Callable[[Any], Any] | None]:
    """Do as `incoming`, for the result of a call: structures come as their addresses unless *by_value*."""
    if kind.kind in ("STRUCT", "UNION") and not by_value:
        return ctypes.c_size_t, None
    if kind.kind == "LISP":
        error("ERROR", "C cannot return a value of the foreign type :LISP: Lisp objects have no addresses.")
    if kind.spec is keyword("ALIGNED"):
        return ctypes.c_size_t, lambda value: value >> 3
    return incoming(kind)


def make_call(name: str, kinds: list[ForeignType] | None, result: ForeignType, *, convert: bool = True,
              by_value: bool = False, errno: bool = False, address: int | None = None) -> Callable[..., Any]:
    """Return a Lisp function that calls C's function *name*, or the one at *address*.

    Without *kinds* it takes any arguments, passed as what they are.  With *errno* the second value is C's.
    """
    restype, finish = _result(result, by_value)
    prepared = [_argument(kind, convert, by_value) for kind in kinds or ()]
    makers = [maker for _, maker in prepared]
    count = len(makers)
    prototype = ctypes.CFUNCTYPE(restype, *[t for t, _ in prepared], use_errno=errno)
    bound: Any = prototype(address) if address else None
    when = libraries.epoch

    def foreign(*arguments: Any) -> Any:
        nonlocal bound, when
        after: list[Any] = []
        if kinds is None:
            called, passed = _untyped(libraries.entry_point(name), restype, arguments, convert, after, errno)
        else:
            if len(arguments) != count:
                error("PROGRAM-ERROR", "~a got ~d argument~:p, wanted ~d.", string(name), len(arguments), count)
            if when != libraries.epoch or bound is None:
                bound = prototype(address or libraries.entry_point(name))
                when = libraries.epoch
            called, passed = bound, [maker(x, after) for maker, x in zip(makers, arguments, strict=True)]
        value = called(*passed)
        if PENDING:
            raise_pending()
        for store in after:
            store()
        return value if finish is None else finish(value)

    return _with_errno(foreign) if errno else foreign


def _untyped(address: int, restype: Any, arguments: tuple[Any, ...], convert: bool, after: list[Any],
             errno: bool) -> tuple[Any, list[Any]]:
    types, passed = [], []
    for x in arguments:
        kind, value = _by_value(x)
        types.append(kind)
        passed.append(address_argument(x, convert, after) if kind is ctypes.c_void_p else value)
    return ctypes.CFUNCTYPE(restype, *types, use_errno=errno)(address), passed


def _with_errno(foreign: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function whose second value is what `errno` is after the call."""
    def primary(*arguments: Any) -> Any:
        ctypes.set_errno(0)
        return foreign(*arguments)

    def every(*arguments: Any) -> tuple[Any, ...]:
        ctypes.set_errno(0)
        return foreign(*arguments), ctypes.get_errno()

    entry: Any = primary
    entry.mv = every
    return entry  # type: ignore[no-any-return]


_def_call = template("(progn (eval-when (:compile-toplevel) (%note-function ',name))"
                     " (setf (fdefinition ',name) (%foreign-call ',name ',entry ',arglist ',options)) ',name)")


@macro("DEF-FOREIGN-CALL", "name-and-options arglist &key &allow-other-keys", package=FF)
def _def_foreign_call(form: Any, env: Any) -> Any:
    """Define a Lisp function that calls one of C's; return its name.

    NAME-AND-OPTIONS is its name, or (name "c_name").  ARGLIST has arguments `name` or (name type [lisp-type]), of the
    type :INT if none is given; (:void) means none, NIL any.  :RETURNING is a type or (type lisp-type).  With
    :ERROR-VALUE :ERRNO the second value is `errno`.  Strings become C's unless :STRINGS-CONVERT is NIL.
    """
    name, arglist, *_ = to_list(form.cdr)
    settings = macro_options(form.cdr.cdr.cdr)
    unknown = [key for key in settings if key not in _OPTIONS]
    if unknown:
        error("PROGRAM-ERROR", "~s is not an option of ~s; there are ~{~s~^, ~}.", keyword(unknown[0]),
              form.car, from_iterable(keyword(n) for n in sorted(_OPTIONS)))
    lisp, converter = (name, None) if type(name) is not Cons else (name.car, name.cdr and name.cdr.car)
    if is_string(lisp):
        lisp, converter = Symbol(lisp.text().upper()), lisp
    entry = string(libraries.foreign_name(lisp, converter, settings.get("CONVENTION", keyword("C"))))
    options = from_iterable(x for key, value in settings.items() for x in (keyword(key), value))
    return _def_call(name=lisp, entry=entry, arglist=arglist, options=options)


@builtin("%FOREIGN-CALL", "name entry arglist options", package=SYSTEM)
def _foreign_call(name: Any, entry: Any, arglist: Any, options: Any) -> Any:
    """Return a function that calls C's function ENTRY, as the Lisp function NAME."""
    settings = macro_options(options)
    if settings.get("METHOD-INDEX") is not None:
        error("ERROR", "~s: there is no way to call methods of C++.", keyword("METHOD-INDEX"))
    if arglist is None:
        kinds = None
    elif arglist is _VOID or (arglist.car is _VOID and arglist.cdr is None):
        kinds = []
    else:
        kinds = [foreign_type(_INT) if type(a) is not Cons or a.cdr is None else call_type(_argument_spec(a))
                 for a in to_list(arglist)]
    default = FF.export("*PASS-STRUCTS-BY-VALUE*").value
    function = make_call(entry.text(), kinds, call_type(settings.get("RETURNING", _INT)),
                         convert=settings.get("STRINGS-CONVERT", T) is not None,
                         by_value=settings.get("PASS-STRUCTS-BY-VALUE", default) is not None,
                         errno=settings.get("ERROR-VALUE") is not None)
    function.__name__ = function.__qualname__ = name.name.lower() if type(name) is Symbol else entry.text()
    return function


def _argument_spec(argument: Cons) -> Any:
    """Return the type of (name type [lisp-type]) as `call_type` takes it."""
    rest = argument.cdr
    return rest.car if rest.cdr is None else rest


# ---------------------------------------------------------------------------- what the macros of Allegro's expand into


variable("EP-FLAG-NEVER-RELEASE", 2, "The heap is not released during a call.", package=FF, export=False)
variable("EP-FLAG-ALWAYS-RELEASE", 1, "The heap is released during a call.", package=FF, export=False)
variable("EP-FLAG-WHEN-OK-TO-RELEASE", 0, "The heap is released during a call if that does no harm.", package=FF,
         export=False)


@builtin("MAKE-ENTRY-VEC-BOA", "", package=EXCL, export=False)
def _make_entry_vec_boa() -> Any:
    """Return an entry vector, whose element 1 is to be the address of a function of C."""
    return SimpleVector([None, 0, 0, None])


@builtin("DETERMINE-FOREIGN-ADDRESS", "name &optional (flags 0) method-index", package=EXCL, export=False)
def _determine_foreign_address(name: Any, flags: Any = 0, method_index: Any = None) -> Any:
    """Return an entry vector for C's function NAME, a string or (string :language :c); a call looks it up."""
    return SimpleVector([name.car if type(name) is Cons else name, 0, flags, method_index])


_made: dict[Any, tuple[Any, Callable[..., Any]]] = {}


@builtin("FF-FUNCALL", "entry &rest types-and-arguments", package=SYSTEM, export=False)
def _ff_funcall(entry: Any, *rest: Any) -> Any:
    """Call the function of C that ENTRY, an entry vector or an address, is of.

    The other arguments are pairs of type and argument, each type a list (type lisp-type), and the type of the result.
    """
    name, address = (entry.data[0], entry.data[1]) if type(entry) is SimpleVector else (None, entry)
    text = name.text() if name is not None else f"#x{address:x}"
    key = (text, address, *map(id, rest[::2]))
    found = _made.get(key)
    if found is None:
        kinds = [call_type(t) for t in rest[:-1:2]]
        if len(_made) > 2000:
            _made.clear()
        # The lists are kept so that their ids stay their own.
        found = _made[key] = (rest[::2], make_call(text, kinds, call_type(rest[-1]), address=address or None))
    return found[1](*rest[1::2])


# ----------------------------------------------------------------------------------------------------------- variables


_def_variable = template("(progn (define-symbol-macro ,name (%foreign-variable ,entry ,type)) ',name)")


@macro("DEF-FOREIGN-VARIABLE", "name-and-options &key (type :unsigned-long) (convention :c)", package=FF)
def _def_foreign_variable(form: Any, env: Any) -> Any:
    """Define NAME, or (name "c_name"), as a symbol macro for C's variable; TYPE is one of `sys:memref-int`."""
    name = form.cdr.car
    settings = macro_options(form.cdr.cdr)
    lisp, converter = (name, None) if type(name) is not Cons else (name.car, name.cdr and name.cdr.car)
    entry = string(libraries.foreign_name(lisp, converter, settings.get("CONVENTION", keyword("C"))))
    return _def_variable(name=lisp, entry=entry, type=settings.get("TYPE", keyword("UNSIGNED-LONG")))


@builtin("%FOREIGN-VARIABLE", "entry type", package=SYSTEM)
def _foreign_variable(entry: Any, type: Any) -> Any:
    """Return the value of C's variable ENTRY, of TYPE."""
    return memref_int(libraries.entry_point(entry.text()), 0, 0, type)


@builtin("%FOREIGN-VARIABLE", "value entry type", package=SYSTEM, setf=True)
def _set_foreign_variable(value: Any, entry: Any, type: Any) -> Any:
    """Set C's variable ENTRY, of TYPE."""
    return set_memref_int(value, libraries.entry_point(entry.text()), 0, 0, type)

