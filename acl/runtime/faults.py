"""Faults: Python exceptions that escape from builtins and compiled code become Lisp conditions.

Compiled code calls `signal_fault` at the innermost frame that changed the dynamic environment, so the handlers in force
are those of the place of the fault.  The condition keeps the exception as `__cause__` and its traceback.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from acl.types.array import SimpleString
from acl.types.character import Char
from acl.types.cons import lisp_list
from acl.types.symbol import Symbol, cl

from . import messages
from .condition_classes import class_named
from .conditions import Condition, UnhandledCondition, make_condition, signal_error, type_named
from .control import Cluster, Transfer
from .dynamic import current

LISP_TYPE_OF_ATTRIBUTE = {
    "car": "LIST", "cdr": "LIST", "s": "STRING", "data": "VECTOR", "dimensions": "ARRAY", "element_type": "ARRAY",
    "fill_pointer": "VECTOR", "storage": "ARRAY", "plist": "SYMBOL", "key": "SYMBOL", "macro": "SYMBOL",
    "special": "SYMBOL", "value": "SYMBOL", "bound": "SYMBOL", "num": "RATIONAL", "den": "RATIONAL", "re": "NUMBER",
    "im": "NUMBER", "external": "PACKAGE", "internal": "PACKAGE", "uses": "PACKAGE", "used_by": "PACKAGE",
    "nicknames": "PACKAGE", "shadowing": "PACKAGE", "read_char": "STREAM", "unread_char": "STREAM",
    "write_char": "STREAM", "write_str": "STREAM", "read_byte": "STREAM", "write_byte": "STREAM", "listen": "STREAM",
    "fresh_line": "STREAM", "text": "STRING", "is_open": "STREAM", "scan": "READTABLE",
    "input_p": "STREAM", "output_p": "STREAM", "name": "SYMBOL", "resolve": "STREAM", "close": "STREAM",
    "characters_p": "STREAM", "in_fd": "STREAM", "macros": "READTABLE", "dispatch": "READTABLE",
    "allocation": "CLOS:SLOT-DEFINITION",
    "initargs": "CLOS:SLOT-DEFINITION", "functions": "SYSTEM:ENVIRONMENT", "variables": "SYSTEM:ENVIRONMENT",
    "tickets": "MULTIPROCESSING:CONDITION-VARIABLE", "entries": "EXCL:PPRINT-DISPATCH-TABLE",
}
"""What a builtin that asks a datum for this attribute takes it to be."""


def signal_fault(exception: Exception) -> None:
    """Signal the condition that *exception* stands for as an error; returns only by a `continue` restart.

    One that has come through Python code, where no handler took it, is not signalled again.
    """
    unhandled = exception.__dict__.get("unhandled")
    if unhandled is not None:
        raise UnhandledCondition(unhandled)
    if isinstance(exception, RecursionError):
        _stack_overflow(exception)
        return
    signal_error(condition_of(exception))


def caught(thunk: Callable[[], Any]) -> Any:
    """Call *thunk*; return the error that it signalled and did not handle, None if it returned."""
    state = current()
    saved = state.handlers
    token = state.handlers = (Cluster(class_named("ERROR")), None, saved)
    try:
        thunk()
        return None
    except Transfer as transfer:
        if transfer.args[0] is not token:
            raise
        return transfer.args[2]
    except Exception as fault:
        return condition_of(fault)
    finally:
        state.handlers = saved


def condition_of(exception: BaseException) -> Any:
    """Return the condition that *exception* stands for; a condition stands for itself."""
    if isinstance(exception, Condition):
        return exception
    condition = None
    foreign = exception.__dict__.get("foreign")
    for kind in type(exception).__mro__:
        translate = _TRANSLATIONS.get(kind) if not foreign or kind in _OF_ANY_CODE else None
        if translate is not None:
            condition = translate(exception)
            if condition is not None:
                break
    if condition is None:
        condition = make_condition("PYTHON-ERROR", exception=exception)
    if foreign:
        condition.stands_for = exception
    condition.__cause__ = exception
    condition.__traceback__ = exception.__traceback__
    return condition


def call_foreign(function: Callable[..., Any], args: list[Any], keywords: dict[str, Any]) -> Any:
    """Call a function of somebody's Python program: what it raises is its own, and says nothing of Lisp's objects."""
    try:
        return function(*args, **keywords)
    except Exception as fault:
        inside = fault.__traceback__ is not None and fault.__traceback__.tb_next is not None
        if inside and not isinstance(fault, Condition):  # else it could not be called with these arguments
            fault.__dict__["foreign"] = True
        raise


def as_exception(unhandled: UnhandledCondition) -> BaseException:
    """Return what goes on through Python code where no handler has taken a condition; it is not signalled again.

    That is the condition, or the exception of a Python program that it stands for.
    """
    condition = unhandled.condition
    exception: BaseException = condition.__dict__.get("stands_for") or condition
    exception.__dict__["unhandled"] = condition
    return exception


def _stack_overflow(exception: RecursionError) -> None:
    """Signal the overflow; handlers get some stack to run on."""
    import sys

    from .restarts import restart_case

    condition = make_condition("SYNCHRONOUS-OPERATING-SYSTEM-SIGNAL", number=1000, name=SimpleString("stack overflow"))
    condition.__cause__ = exception
    condition.__traceback__ = exception.__traceback__
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(limit + _SPARE_FRAMES)
    try:
        restart_case(lambda: signal_error(condition),
                     ("CONTINUE", lambda: None, lambda: messages.CONTINUE_COMPUTATION), condition=condition)
    finally:
        try:
            sys.setrecursionlimit(limit)
        except RecursionError:  # still deeper than the old limit: an outer frame will set it
            pass


_SPARE_FRAMES = 400

# Attributes


def _attribute_error(e: AttributeError) -> Any:
    name, datum = e.name, e.obj
    if name is None:
        name, found = _attribute_in_message(str(e))
        if name is None:
            return None
        datum = found if found is not _UNKNOWN else (operands(e, 1) or [None])[0]
    if name in ("car", "cdr"):
        return make_condition("TYPE-ERROR", messages.CAR_OF_NON_LIST, SimpleString(name), datum,
                              datum=datum, expected_type=cl("LIST"))
    expected = LISP_TYPE_OF_ATTRIBUTE.get(name)
    if expected is not None:
        return make_condition("TYPE-ERROR", datum=datum, expected_type=type_named(expected))
    if ":" in name:
        from acl.clos.base import class_of
        from acl.clos.slots import find_slot, symbol_of

        _, slot = find_slot(datum, symbol_of(name))
        if slot is not None:  # of a function: what other instances lack, __getattr__ sees first
            return make_condition("UNBOUND-SLOT", None, instance=datum, name=slot.slot_name)
        return make_condition("SIMPLE-ERROR", messages.MISSING_SLOT, symbol_of(name), datum, class_of(datum),
                              cl("SLOT-VALUE"))
    return None


_UNKNOWN = object()


def _attribute_in_message(text: str) -> tuple[str | None, Any]:
    """Return the attribute that `'X' object has no attribute 'y'` names (stores do not tell it otherwise)."""
    parts = text.split("'")
    if len(parts) >= 5 and parts[2] == " object has no attribute ":
        return parts[3], None if parts[1] == "NoneType" else _UNKNOWN
    if text in LISP_TYPE_OF_ATTRIBUTE:
        return text, _UNKNOWN
    return None, None


# Operators

_NUMBERS = frozenset({"int", "float", "SingleFloat", "Ratio", "Complex"})
_FITTING = {"NUMBER": _NUMBERS, "REAL": _NUMBERS - {"Complex"}, "INTEGER": frozenset({"int"})}
_EXPECTED = {"+": "NUMBER", "-": "NUMBER", "*": "NUMBER", "/": "NUMBER", "** or pow()": "NUMBER", "abs()": "NUMBER",
             "+=": "NUMBER", "-=": "NUMBER", "*=": "NUMBER", "%": "REAL", "//": "REAL", "divmod()": "REAL",
             "<": "REAL", ">": "REAL", "<=": "REAL", ">=": "REAL", "&": "INTEGER", "|": "INTEGER", "^": "INTEGER",
             "<<": "INTEGER", ">>": "INTEGER", "~": "INTEGER"}


def _type_error(e: TypeError) -> Any:
    text = str(e)
    for translate in (_bad_operands, _not_callable, _wrong_count, _wrong_object, _misfit):
        condition = translate(e, text)
        if condition is not None:
            return condition
    return None


def _bad_operands(e: TypeError, text: str) -> Any:
    """Find the operand that does not fit its operator, from the types in the message or from the frame."""
    parts = text.split("'")
    if text.startswith("unsupported operand type(s) for ") and len(parts) >= 5:
        operator, kinds = parts[0][32:].rstrip(": "), parts[1::2][:2]
    elif " not supported between instances of " in text and len(parts) >= 7:
        operator, kinds = parts[1], [parts[3], parts[5]]
    elif text.startswith("bad operand type for ") and len(parts) >= 3:
        operator, kinds = parts[0][21:].rstrip(": ").replace("unary ", ""), [parts[1]]
    else:
        return None
    expected = _EXPECTED.get(operator)
    if expected is None:
        return None
    fitting = _FITTING[expected]
    for i, kind in enumerate(kinds):
        if kind not in fitting:
            datum = None if kind == "NoneType" else _operand(e, len(kinds), i)
            return make_condition("TYPE-ERROR", datum=datum, expected_type=cl(expected))
    # Real numbers that do not go together, such as a Ratio and an integer: the operator wants something narrower.
    for i, kind in enumerate(kinds):
        if kind != "int" and operator in ("//", "%", "divmod()"):
            return make_condition("TYPE-ERROR", datum=_operand(e, len(kinds), i), expected_type=cl("INTEGER"))
    return None


def _operand(e: BaseException, count: int, index: int) -> Any:
    found = operands(e, count)
    datum = found[index] if found else None
    return datum[0] if type(datum) is tuple and len(datum) == 1 else datum  # all the arguments of a call


def _not_callable(e: TypeError, text: str) -> Any:
    if not text.endswith(" object is not callable"):
        return None
    kind = text.split("'")[1] if "'" in text else ""
    datum = None if kind == "NoneType" else called_object(e)
    return make_condition("TYPE-ERROR", messages.NON_FUNCTION, datum, datum=datum, expected_type=cl("FUNCTION"))


_OBJECT_FAULTS = {" object is not subscriptable": "VECTOR", " object does not support item assignment": "VECTOR",
                  " object is not iterable": "SEQUENCE", " has no len()": "SEQUENCE",
                  " object cannot be interpreted as an integer": "INTEGER"}


def _wrong_object(e: TypeError, text: str) -> Any:
    for ending, expected in _OBJECT_FAULTS.items():
        if text.endswith(ending):
            datum = None if "'NoneType'" in text else _operand(e, 1, 0)
            return make_condition("TYPE-ERROR", datum=datum, expected_type=cl(expected))
    return None


_MISFITS = {" must be a string or a real number, not ": "REAL", " bytes-like object or a real number, not ": "INTEGER",
            " should be integer, not ": "INTEGER", " must be str, not ": "STRING",
            " argument must be an iterable, not ": "LIST", "file descriptor cannot be a negative ": "(INTEGER 0)",
            " indices must be integers, not ": "INTEGER", " indices must be integers or slices, not ": "INTEGER",
            "Value after * must be an iterable, not ": "LIST", " expected str instance, ": "CHARACTER",
            "could not convert string to float: ": "REAL", "unsupported format string passed to ": "INTEGER",
            "Unknown format code 'x' for object of type ": "INTEGER", "int too large to convert to C ": "FIXNUM",
            "cannot fit 'int' into an index-sized integer": "FIXNUM", "slice indices must be integers": "INTEGER"}
"""What functions of Python's, called by ours, say of an argument of a wrong type, and the Lisp type it was to be of."""


def _misfit(e: Exception, text: str) -> Any:
    """Find the argument that a function of Python's could not take among what our function that called it has."""
    from .fault_frames import local_variables

    phrase = next((p for p in _MISFITS if p in text), None)
    if phrase is None:
        return None
    expected = _MISFITS[phrase]
    word = text.partition(phrase)[2].split(".__")[0].removesuffix(" found").strip("'")
    fits = _CPYTHON_FITS.get(expected, lambda x: type(x).__name__ == word or (word[:1] == "#" and type(x) is Char))
    for name, datum in local_variables(e):
        if name in _INDICES and type(datum) is not int and datum is not None if phrase[0] == "s" else fits(datum):
            return make_condition("TYPE-ERROR", datum=datum, expected_type=_specifier(expected))
    return None


_INDICES = frozenset(("start", "end", "length"))
_CPYTHON_FITS: dict[str, Callable[[Any], bool]] = {
    "FIXNUM": lambda x: type(x) is int and abs(x) >= 1 << 31, "(INTEGER 0)": lambda x: type(x) is int and x < 0}


def _specifier(text: str) -> Any:
    return lisp_list(*(int(w) if w.isdigit() else cl(w) for w in text[1:-1].split())) if text[0] == "(" else cl(text)


# Numbers of arguments


def _wrong_count(e: TypeError, text: str) -> Any:
    """Say `FOO got 1 arg, wanted 2 args.` from CPython's words on missing and surplus arguments."""
    from .fault_frames import function_called, passed_arguments

    name, paren, rest = text.partition("() ")
    if not paren:
        return None
    words = rest.split()
    function = function_called(e, name)
    if words[0] == "takes":
        got = _number_before(words, ("was", "were")) if "given" in words else None
        if got is None:
            got = int(words[-2].lstrip("(")) if words[-1] == "given)" else None
        if got is None:
            return None
        most = {"no": 0, "exactly": 1}.get(words[1])
        if words[1] == "from":
            return _count_condition(name, function, got, "at most ", int(words[4]))
        return _count_condition(name, function, got, "", most if most is not None else int(words[1]))
    if words[0] == "missing" and "positional" in words:
        missing = int(words[1])
        least, exact = _required(function)
        got = passed_arguments(e)
        if least is None or least < missing:
            least = (got or 0) + missing
        elif got is None or got + missing != least:
            got = least - missing
        return _count_condition(name, function, got or 0, "" if exact else "at least ", least)
    if words[0] == "missing" and "keyword-only" in words:  # a Python program's function
        names = [word.strip("',").upper().replace("_", "-") for word in words if word[0] == "'"]
        return make_condition("PROGRAM-ERROR", "~a needs the keyword argument~p ~{:~a~^, ~}.", SimpleString(name),
                              len(names), lisp_list(*map(SimpleString, names)))
    return None


def _number_before(words: list[str], verbs: tuple[str, ...]) -> int | None:
    for i, word in enumerate(words):
        if word in verbs and words[i - 1].isdigit():
            return int(words[i - 1])
    return None


def _required(function: Any) -> tuple[int | None, bool]:
    """Return the number of required parameters, and whether there are no others."""
    code = getattr(function, "__code__", None)
    if code is None:
        return None, True
    optional = len(function.__defaults__ or ())
    return code.co_argcount - optional, not (optional or code.co_kwonlyargcount or code.co_flags & 12)


def _count_condition(name: str, function: Any, got: int, qualifier: str, wanted: int) -> Any:
    from .fault_frames import lisp_name

    name_ = lisp_name(function, name)
    shown = SimpleString(name_) if type(name_) is str else name_
    return make_condition("PROGRAM-ERROR", messages.WRONG_COUNT, shown, got, SimpleString(qualifier), wanted)


def wrong_count(name: str, got: int, wanted: Any, qualifier: str = "") -> None:
    """Signal that the function shown as *name* was called with *got* arguments, not the *wanted* number.

    *qualifier* may be "at least " or "at most ".
    """
    signal_error(_count_condition(name, None, got, qualifier, wanted))


# Arithmetic


def _zero_division(e: ZeroDivisionError) -> Any:
    if len(e.args) == 1 and not isinstance(e.args[0], str):
        pair: Any = [e.args[0], 0]
    else:
        pair = operands(e, 2)
        if pair and not _zero(pair[1]):
            pair = None
    return make_condition("DIVISION-BY-ZERO", operation=cl("/"), operands=lisp_list(*pair) if pair else None)


def _zero(x: Any) -> bool:
    return isinstance(x, (int, float)) and x == 0


def _overflow(e: OverflowError) -> Any:
    text = str(e)
    if "C " in text or "index-sized" in text or "too many digits" in text:
        return _misfit(e, text)
    return make_condition("FLOATING-POINT-OVERFLOW")


def _value_error(e: ValueError) -> Any:
    if "math domain error" in str(e) or "float NaN" in str(e):
        return make_condition("FLOATING-POINT-INVALID-OPERATION", "~a", SimpleString(str(e)))
    return _misfit(e, str(e))


def _index_error(e: IndexError) -> Any:
    """Compiled code tests of an index only that it is not negative; the end of the vector Python finds."""
    found = operands(e, 2)
    if not found or type(found[1]) is not int or not hasattr(found[0], "__len__"):
        return None
    container, index = found
    limit = lisp_list(cl("INTEGER"), 0, lisp_list(len(container)))
    return make_condition("TYPE-ERROR", datum=index, expected_type=limit)


# The system


def _os_error(e: OSError) -> Any:
    from os import strerror

    if e.errno is None:
        return None
    reason = SimpleString(e.strerror or strerror(e.errno))
    if e.filename is None:
        return make_condition("SYSCALL-ERROR", messages.SYSCALL, reason, e.errno, None, errno=e.errno)
    path = _pathname(e.filename)
    kind = "FILE-DOES-NOT-EXIST-ERROR" if isinstance(e, FileNotFoundError) else "FILE-ERROR"
    return make_condition(kind, messages.FILE_FAULT, path, reason, e.errno, pathname=path, errno=e.errno)


def _pathname(name: Any) -> Any:
    from os import fsdecode

    from acl.types.function import FUNCTIONS, UndefinedFunction

    text = SimpleString(fsdecode(name) if isinstance(name, (str, bytes)) else str(name))
    parse = FUNCTIONS.get("COMMON-LISP:PATHNAME")
    return text if parse is None or type(parse) is UndefinedFunction else parse(text)


def _memory_error(e: MemoryError) -> Any:
    return make_condition("STORAGE-CONDITION")


def operands(e: BaseException, count: int) -> list[Any] | None:
    """Return the operands of the instruction that raised *e*, if they can be read off its frame."""
    from .fault_frames import instruction_operands

    return instruction_operands(e, count)


def called_object(e: BaseException) -> Any:
    """Return what the instruction that raised *e* called, None if that is not known."""
    from .fault_frames import called

    return called(e)


def _runtime_error(e: RuntimeError) -> Any:
    """Python says so in words only that the system has no more threads."""
    if "start new thread" not in str(e):
        return None
    return make_condition("SIMPLE-ERROR", messages.NO_THREAD, SimpleString(str(e)))


_TRANSLATIONS: dict[type, Callable[[Any], Any]] = {
    AttributeError: _attribute_error, TypeError: _type_error, ZeroDivisionError: _zero_division,
    IndexError: _index_error, OverflowError: _overflow, ValueError: _value_error, OSError: _os_error,
    MemoryError: _memory_error, RuntimeError: _runtime_error,
}

_OF_ANY_CODE = frozenset((ZeroDivisionError, OverflowError, OSError, MemoryError))
"""What means the same whether Lisp code raises it or a Python program's; the rest tells of operands in Lisp code."""


def on_exception(kind: type, translate: Callable[[Any], Any]) -> None:
    """Let *translate* make the condition for Python exceptions of the class *kind*; None if it does not know."""
    _TRANSLATIONS[kind] = translate


__all__ = ["Symbol", "as_exception", "call_foreign", "condition_of", "on_exception", "signal_fault"]
