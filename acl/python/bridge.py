"""Lisp inside Python programs: evaluation, functions in both directions, conditions as exceptions.

Values cross by `to_python` and `to_lisp`: numbers and NIL/None as they are, strings and characters as `str`, T as
True; other Lisp objects stay themselves (lists can be iterated), other Python objects are carried as they are.
"""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import BuiltinFunctionType, FunctionType, TracebackType
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakValueDictionary

import acl.boot
from acl.builtins.definitions import define_function
from acl.builtins.environment.documentation import documentation_of
from acl.clos.base import StandardObject, StructureObject, find_class
from acl.clos.generic import generic_of
from acl.compiler.unit import function_info
from acl.expand import chain
from acl.python import copying, terminal
from acl.python.foreign import foreign
from acl.python.foreign import install as install_numbers
from acl.python.parameters import Face, Signed, python_name
from acl.reader.packages import shadow_if_inherited
from acl.runtime.calls import parse_keys
from acl.runtime.condition_classes import Condition as Condition
from acl.runtime.conditions import UnhandledCondition
from acl.runtime.control import ControlTransfer
from acl.runtime.dynamic import bind as bind_specials
from acl.runtime.dynamic import binding_context, enter_thread
from acl.runtime.fault_frames import lisp_name
from acl.runtime.faults import as_exception, call_foreign, signal_fault
from acl.runtime.waiting import has_main_thread, run_interrupts
from acl.types.array import GeneralArray, SimpleString, SimpleVector, SpecializedVector, is_string, make_octets, string
from acl.types.base import LispObject
from acl.types.character import Char
from acl.types.cons import Cons, from_iterable
from acl.types.function import FUNCTIONS, call_values, fdefinition
from acl.types.hashtable import HashTable
from acl.types.number import SingleFloat
from acl.types.sequence import all_items
from acl.types.symbol import KEYWORD, USER, Symbol, T, cl

acl.boot.boot()
acl.boot.grow_stack()
if sys.getrecursionlimit() < 20_000:
    sys.setrecursionlimit(20_000)

install_numbers()


def _about_to_fork() -> None:
    from acl.mp.forking import about_to_fork

    about_to_fork()


os.register_at_fork(before=_about_to_fork)

if TYPE_CHECKING:
    class Error(Condition):
        """The Lisp class ERROR, to be caught by `except`."""

    class Warning(Condition):
        """The Lisp class WARNING."""
else:
    Error, Warning = find_class("ERROR"), find_class("WARNING")


class LispFunction(Protocol):
    """A Lisp function as a Python callable."""

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        """Call the function; return its primary value."""

    def values(self, *args: Any, **keywords: Any) -> tuple[Any, ...]:
        """Call the function; return all its values."""


_PACKAGE, _PRINT_CIRCLE = cl("*PACKAGE*"), cl("*PRINT-CIRCLE*")
_streams: tuple[Any, ...] = () if has_main_thread() else terminal.install()
_UNBOUND: Any = object()
_OWN_FOLDER = os.path.dirname(acl.__file__) + os.sep


def to_python(x: Any) -> Any:
    """Return the Python value for a Lisp one: `str` for strings and characters, True for T, `float` for singles."""
    if type(x) is SimpleString:
        return x.text()
    if type(x) is Char:
        return str(x)
    if x is T:
        return True
    if type(x) is SingleFloat:
        return float(x)
    if isinstance(x, GeneralArray) and is_string(x):
        return x.text()
    if type(x) is FunctionType:
        wrapped = x.__dict__.get("lisp_wrapped")
        return copying.wrapper_of(x, _wrap) if wrapped is None else wrapped
    if type(x) is BuiltinFunctionType or (
            isinstance(x, LispObject) and callable(x) and not isinstance(x, Symbol | type)):
        return copying.wrapper_of(x, _wrap)
    return x


def to_lisp(x: Any) -> Any:
    """Return the Lisp value for a Python one: strings, T and NIL for booleans, lists for tuples, vectors for lists."""
    kind = type(x)
    if kind is str:
        return string(x)
    if kind is bool:
        return T if x else None
    if kind is tuple:
        return from_iterable([to_lisp(e) for e in x])
    if kind is list:
        return SimpleVector([to_lisp(e) for e in x])
    if kind is int or kind is float or x is None or isinstance(x, LispObject):
        return x
    if callable(x):
        if kind is FunctionType and x.__code__ is _CALL:  # `functools.wraps` copies its attributes to what is none
            return x.lisp_function
        return x if kind is FunctionType and _is_lisp_s(x) else _lisp_function(x)
    return foreign(x)


def _is_lisp_s(function: FunctionType) -> bool:
    """True for a function of Lisp's, compiled or built in, as they stand in lists."""
    return (function.__globals__ is FUNCTIONS or (function.__module__ or "").startswith("acl.")
            or generic_of(function) is not None)


_callables: WeakValueDictionary[int, Any] = WeakValueDictionary()
"""By id of a Python callable that is given to Lisp: the function that stands for it there, and keeps it."""


def _lisp_function(function: Callable[..., Any]) -> Any:
    """Return the Lisp function that stands for a Python callable, the same one as long as somebody has it."""
    known = _callables.get(id(function))
    if known is None:
        known = _callables[id(function)] = _crossing(function, None)
    return known


def _crossing(function: Callable[..., Any], signed: Signed | None) -> Any:
    """Return a Lisp function that calls a Python callable: its arguments and value cross the bridge."""
    def call(*args: Any) -> Any:
        nonlocal signed
        flush()
        keywords = {}
        if signed is None and any(type(a) is Symbol and a.package is KEYWORD for a in args):
            signed = Signed(function, USER, to_lisp)
        if signed is not None and signed.named:
            named = signed.named
            while len(args) > 1 and args[-2] in named:
                keywords[named[args[-2]]] = to_python(args[-1])
                args = args[:-2]
            if signed.most is not None and len(args) > signed.most:  # an unknown keyword, or one without a value
                parse_keys(args[signed.most:], tuple(named), False, (None,) * len(named))
        return to_lisp(call_foreign(function, [to_python(a) for a in args], keywords))

    call.lisp_wrapped = function  # type: ignore[attr-defined]
    call.__name__ = call.__qualname__ = getattr(function, "__name__", type(function).__name__)
    return call


def read_slot(instance: Any, name: Symbol) -> Any:
    """Return the value of a slot for Python; AttributeError if it is unbound."""
    from acl.clos.slots import slot_boundp, slot_value

    value = guarded(lambda: to_python(slot_value(instance, name)) if slot_boundp(instance, name) else _UNBOUND)
    if value is _UNBOUND:
        raise AttributeError(f"the slot {name.name} is unbound", name=name.name, obj=instance)
    return value


def write_slot(instance: Any, name: Symbol, value: Any) -> None:
    """Set a slot from Python."""
    from acl.clos.slots import set_slot_value

    chain.end()
    guarded(lambda: set_slot_value(instance, name, to_lisp(value)))


def python_data(x: Any) -> Any:
    """Return *x* as Python data through and through: lists and arrays are lists, hash tables dicts; symbols stay.

    A dotted list or a circular one is no data (ValueError).
    """
    return _python_data(x, ())


def _python_data(x: Any, outer: tuple[int, ...]) -> Any:
    if not isinstance(x, Cons | SimpleVector | SpecializedVector | GeneralArray | HashTable) or is_string(x):
        return to_python(x)
    if id(x) in outer:
        raise ValueError("circular")
    outer = (*outer, id(x))
    if isinstance(x, HashTable):
        return {_python_data(key, outer): _python_data(value, outer) for key, value in x.entries()}
    if isinstance(x, GeneralArray) and len(x.dimensions) != 1:
        storage, start = x.locate()
        items = all_items(storage)[start:start + x.total_size()]
        return _rows([_python_data(e, outer) for e in items], x.dimensions)
    if not isinstance(x, Cons):
        return [_python_data(e, outer) for e in all_items(x)]
    result, seen = [], set()
    while type(x) is Cons:
        if id(x) in seen:
            raise ValueError("circular")
        seen.add(id(x))
        result.append(_python_data(x.car, outer))
        x = x.cdr
    if x is not None:
        raise ValueError("a dotted list")
    return result


def _rows(items: list[Any], dimensions: tuple[int, ...]) -> Any:
    """Return the elements of an array, in row-major order, as lists of lists of so many."""
    if not dimensions:
        return items[0]
    width = len(items) // dimensions[0] if dimensions[0] else 0
    return [_rows(items[i * width:(i + 1) * width], dimensions[1:]) for i in range(dimensions[0])]


def lisp_data(x: Any) -> Any:
    """Return Python's *x* as Lisp data through and through: lists are lists, dicts hash tables, bytes octets.

    So are tuples, and the arrays of numpy and of the module `array`.
    """
    if isinstance(x, list | tuple):
        return from_iterable([lisp_data(e) for e in x])
    if isinstance(x, dict):
        table = HashTable(cl("EQUAL"))
        for key, value in x.items():
            table.put(lisp_data(key), lisp_data(value))
        return table
    if isinstance(x, bytes | bytearray):
        return make_octets(x)
    if hasattr(x, "tolist") and not isinstance(x, type):
        return lisp_data(x.tolist())
    return to_lisp(x)


@contextmanager
def bind(bindings: dict[str, Any]) -> Iterator[None]:
    """Bind special variables, by their names as the reader reads them, around a `with` block.

    The bindings belong to the context: other threads and other tasks of asyncio do not see them.
    """
    cells = {_symbol(name).special_key(): [to_lisp(value)] for name, value in bindings.items()}
    with binding_context(cells):
        yield


def flush() -> None:
    """Hand what Lisp has printed to Python's standard output and error, where Python prints next."""
    for stream in _streams:
        stream.force_output()


def guarded(thunk: Callable[[], Any]) -> Any:
    """Call *thunk*: a condition that no handler takes is raised as a Python exception."""
    box = enter_thread().mailbox
    try:
        try:
            if box is not None and box.pending:  # others wanted something while the thread was Python's
                run_interrupts()
            return thunk()
        except Exception as fault:
            if isinstance(fault, Condition):
                raise
            signal_fault(fault)
        finally:
            flush()
    except UnhandledCondition as unhandled:
        leaving = as_exception(unhandled).with_traceback(_traceback(unhandled, unhandled.condition))
        if leaving is unhandled.condition:
            raise leaving from None
    except (ControlTransfer, SystemExit) as transfer:
        raise _quiet(transfer) from None
    raise leaving  # here, so that its own cause and context stay


def _quiet(leaving: BaseException) -> BaseException:
    """Return what unwinds a Python thread that *leaving* unwinds: Python is silent about plain SystemExit only."""
    if isinstance(leaving, SystemExit):
        return leaving if has_main_thread() else SystemExit(*leaving.args)
    from acl.mp.process import was_killed

    return SystemExit() if was_killed(leaving) else leaving


def _traceback(unhandled: UnhandledCondition, condition: Any) -> TracebackType | None:
    """Return the traceback from here to where *condition* was signalled, without the frames of acl itself."""
    entries = list(_entries(unhandled.__traceback__))
    fault = {entry.tb_frame: entry for entry in _entries(condition.__traceback__)}
    reached = {entry.tb_frame for entry in entries}
    # A frame that a fault has come through stands, by now, where it has signalled the condition for it.
    entries = [fault.get(entry.tb_frame, entry) for entry in entries]
    entries += [entry for frame, entry in fault.items() if frame not in reached]
    result = None
    for entry in reversed(entries):
        if not entry.tb_frame.f_code.co_filename.startswith(_OWN_FOLDER):
            result = TracebackType(result, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    return result


def _entries(traceback: TracebackType | None) -> Iterator[TracebackType]:
    while traceback is not None:
        yield traceback
        traceback = traceback.tb_next


def eval(form: Any, package: str = "COMMON-LISP-USER") -> Any:
    """Evaluate the forms in the text *form* (or a Lisp form), in *package*; return the last one's value.

    Raises the Lisp condition, which is a Python exception, if an error is not handled; an exception of a Python
    callable goes on as itself.  LookupError if there is no package of that name.
    """
    from acl.reader import EOF, TextSource, read_form, typed_name
    from acl.session import evaluate_values
    from acl.types.symbol import find_package

    home = find_package(package)
    if home is None:
        raise LookupError(f"there is no Lisp package {package}")

    def run() -> Any:
        if not isinstance(form, str):
            values = evaluate_values(form)
            return to_python(values[0]) if values else None
        source, name = TextSource(form, "<python>"), typed_name(form, "python")
        values = ()
        with bind_specials(_PACKAGE, home):
            while True:
                read = read_form(source, EOF)
                if read is EOF:
                    return to_python(values[0]) if values else None
                values = evaluate_values(read, None, name, source.positions)

    return guarded(run)


def load(path: str | os.PathLike[str]) -> None:
    """Load the Lisp file *path*, in COMMON-LISP-USER; raises the condition of an unhandled error."""
    from acl.builtins.loading import load as lisp_load
    from acl.builtins.loading import named_outside

    in_user_package(lambda: lisp_load(named_outside(os.fspath(path))))


def in_user_package(thunk: Callable[[], Any]) -> Any:
    """Call *thunk* with COMMON-LISP-USER as the current package; conditions become exceptions."""
    def run() -> Any:
        with bind_specials(_PACKAGE, USER):
            return thunk()

    return guarded(run)


def _wrap(function: Any) -> Callable[..., Any]:
    face = Face(function, to_python)

    def arguments(args: tuple[Any, ...], keywords: dict[str, Any]) -> list[Any]:
        chain.end()
        given = [to_lisp(a) for a in args]
        if keywords:
            given += guarded(lambda: face.keyword_arguments(
                len(given), {name: to_lisp(value) for name, value in keywords.items()}))
        return given

    def call(*args: Any, **keywords: Any) -> Any:
        given = arguments(args, keywords)
        return guarded(lambda: to_python(function(*given)))

    def values(*args: Any, **keywords: Any) -> tuple[Any, ...]:
        """Call the function; return all its values."""
        given = arguments(args, keywords)
        return guarded(lambda: tuple([to_python(x) for x in call_values(function, *given)]))  # type: ignore[no-any-return]

    call.values = values  # type: ignore[attr-defined]
    call.lisp_function = function  # type: ignore[attr-defined]
    call.__wrapped__ = face  # type: ignore[attr-defined]
    call.__name__ = call.__qualname__ = _python_name(function)
    call.__doc__ = _documentation(function)
    return call


def _python_name(function: Any) -> str:
    """Return the name of *function* that `help` shows."""
    name = lisp_name(function, getattr(function, "__name__", "lisp_function"))
    text = name.name if type(name) is Symbol else str(name)
    return python_name(text) if any(c.isalnum() for c in text) else text


def _documentation(function: Any) -> str | None:
    """Return the Lisp documentation of *function*."""
    own = getattr(function, "__doc__", None)
    if own and function_info(function) is None and generic_of(function) is None:
        return own  # type: ignore[no-any-return]
    doc = documentation_of(function, "T")
    return doc.text() if type(doc) is SimpleString else None


_CALL = _wrap(len).__code__
"""The code of all callables that stand for Lisp functions."""


def _shown(x: Any) -> str:
    """The `repr` of a Lisp object inside a Python program: as `prin1` prints it, and it ends."""
    from acl.printer.circle import is_circular
    from acl.printer.writer import prin1_to_string

    def printed() -> str:
        if _PRINT_CIRCLE.value is not None or not is_circular(x):
            return prin1_to_string(x)
        with bind_specials(_PRINT_CIRCLE, T):
            return prin1_to_string(x)

    return guarded(printed)  # type: ignore[no-any-return]


for _kind in (LispObject, Cons, SimpleString, SimpleVector, SpecializedVector, GeneralArray, Symbol, StandardObject,
              StructureObject):
    _kind.__repr__ = _shown  # type: ignore[method-assign]


def _elements(vector: Any) -> Iterator[Any]:
    """Yield the elements of a vector, as Lisp has them; an array of another rank is a type-error."""
    return guarded(lambda: iter(all_items(vector)))  # type: ignore[no-any-return]


for _vector in (SimpleVector, SpecializedVector, GeneralArray):
    _vector.__iter__ = _elements  # type: ignore[union-attr]


def read_name(name: str) -> Any:
    """Return what the reader reads, in COMMON-LISP-USER, for *name*: a symbol, or a form such as a type."""
    from acl.reader import read_from_text

    return guarded(lambda: read_from_text(name, "COMMON-LISP-USER"))


def _symbol(name: str) -> Any:
    symbol = read_name(name)
    if type(symbol) is not Symbol:
        raise ValueError(f"{name!r} is not the name of a Lisp symbol")
    return symbol


def function(name: str) -> LispFunction:
    """Return the global Lisp function *name* (as the reader would read it) as a Python callable.

    The name of one that `setf` calls is a list: `"(setf title)"`.  Raises LookupError if there is none.
    """
    symbol = read_name(name)
    if isinstance(symbol, Cons) and symbol.car is cl("SETF") and isinstance(symbol.cdr, Cons) and (
            type(symbol.cdr.car) is Symbol and symbol.cdr.cdr is None):
        setter = fdefinition(symbol)
        if setter is None:
            raise LookupError(f"there is no Lisp function {name}")
        return to_python(setter)  # type: ignore[no-any-return]
    symbol = _symbol(name)
    special = FUNCTIONS["COMMON-LISP:SPECIAL-OPERATOR-P"](symbol)
    if special is not None or symbol.macro is not None:
        raise LookupError(f"{name} is no function but a {'macro' if special is None else 'special operator'} of Lisp")
    found = function_of(symbol)
    if found is None:
        raise LookupError(f"there is no Lisp function {name}")
    return found


def function_of(symbol: Symbol) -> LispFunction | None:
    """Return the global function of *symbol* as a Python callable, None if it has none."""
    found = fdefinition(symbol)
    return None if found is None else copying.wrapper_of(found, _wrap, symbol)


def define(name: str, function: Callable[..., Any]) -> Any:
    """Make a Python callable the global Lisp function *name*: its arguments and value cross the bridge.

    Parameters that it takes by name only are keyword arguments in Lisp: `end_line` is `:end-line`.  As a definition
    in Lisp does, it leaves what COMMON-LISP-USER inherits from Allegro's packages intact, and signals a
    `package-locked-error` for names of COMMON-LISP.
    """
    symbol = _symbol(name)
    if ":" not in name:
        symbol = shadow_if_inherited(symbol, USER)
    signed = Signed(function, symbol.package or USER, to_lisp)
    call = _crossing(function, signed)
    call.lambda_list = signed.lambda_list
    call.lisp_name = symbol
    call.documentation = inspect.cleandoc(function.__doc__ or "")
    chain.end()
    return guarded(lambda: define_function(symbol, call))


