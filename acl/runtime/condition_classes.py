"""The classes of conditions: ANSI's and Allegro's, how an instance is made, what it reports.

A condition class is a Python class below `Condition`, which is a Python exception and a Lisp standard object: slots are
attributes named by the key of the slot's symbol (in EXCL for the built-in ones).  From Python, `condition.datum`,
`condition.expected_type` read slots by name, and `str(condition)` is the report.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from weakref import WeakSet

from acl.clos.base import (
    CLASSES,
    StandardDirectSlotDefinition,
    StandardObject,
    find_class,
    make_class,
    missing_slot,
)
from acl.types.array import SimpleString
from acl.types.cons import to_list
from acl.types.function import FUNCTIONS, UndefinedFunction
from acl.types.symbol import CL, EXCL, MP, OSI, PYTHON, Package, Symbol, cl, function_key, keyword

from . import messages
from .dynamic import bind

_PRINT_CIRCLE = cl("*PRINT-CIRCLE*")


class Condition(StandardObject, Exception):
    """The class CONDITION.  Instances come from `make_condition`; its attributes are its slots."""

    def __getattr__(self, name: str) -> Any:
        if name[0] == "_":
            raise AttributeError(name)
        key = layout_of(type(self)).keys.get(name, name)
        if key in self.__dict__ or (key != name and key in type(self).__dict__):
            if ":" in name:
                return getattr(self, key)
            from acl.python.bridge import to_python

            return to_python(getattr(self, key))
        return missing_slot(self, key)

    def __str__(self) -> str:
        from acl.printer.circle import is_circular

        if _PRINT_CIRCLE.value is None and any(map(is_circular, self.__dict__.values())):
            with bind(_PRINT_CIRCLE, True):  # else the report would never end
                return str(self)
        if _has_print_method(type(self)):
            from acl.printer.writer import princ_to_string

            return princ_to_string(self)
        return self._report()

    def __repr__(self) -> str:
        return f"#<{type(self).__name__}: {self}>"

    def __reduce__(self) -> Any:
        return object.__reduce_ex__(self, 2)

    _report_function: Any = None
    """The Lisp :report of the class (a function of condition and stream), None if Python's `_report` tells."""

    def _report(self) -> str:
        """Return the report: the format control with its arguments, or the name of the class."""
        function = type(self)._report_function
        if function is not None:
            return _captured(function, self)
        fields = self.__dict__
        control = fields.get(_CONTROL)
        if control is not None:
            return format_text(control, *to_list(fields.get(_ARGUMENTS)))
        return self._default_report()

    def _default_report(self) -> str:
        return f"Condition {type(self).__name__} was signalled."


def _has_print_method(cls: Any) -> bool:
    """True if a method of the program on `print-object` says what conditions of the class *cls* report."""
    gf = getattr(FUNCTIONS.get("COMMON-LISP:PRINT-OBJECT"), "gf", None)
    if gf is None:
        return False
    printed = (m.specializers[0] for m in gf.methods if not m.system)
    return any(isinstance(c, type) and issubclass(c, Condition) and issubclass(cls, c) for c in printed)


def write_report(condition: Any, stream: Any) -> None:
    """Write the report of *condition* to the Lisp stream object *stream* (what `princ` of a condition does)."""
    function = type(condition)._report_function
    if function is not None:
        function(condition, stream)
    else:
        stream.write_str(condition._report())


def _captured(function: Any, condition: Any) -> str:
    from acl.printer.writer import Printer
    from acl.streams.strings import StringOutputStream

    stream = StringOutputStream()
    Printer(stream, stream.write_str).call(condition, function, condition, stream)
    return stream.take()


def format_text(control: Any, *args: Any) -> str:
    """Return what the Lisp FORMAT makes of *control* (a str, a Lisp string or a function) and *args*."""
    if type(control) is SimpleString:
        control = control.text()
    if type(control) is str:
        if not args and "~" not in control:
            return control
        control = SimpleString(control)
    formatter = FUNCTIONS.get("COMMON-LISP:FORMAT")
    if formatter is None or type(formatter) is UndefinedFunction:
        return " ".join([str(control), *map(repr, args)])
    return str(formatter(None, control, *args))


# Slots


def _absent_text() -> None:
    """The initial value of the slots that every condition has."""


class Layout:
    """What `make_condition` needs to know of a class.

    `initargs`: keyword to slot keys.  `initforms`: pairs (key, function).  `defaults`: pairs (keyword, function).
    `keys`: Python names of slots to slot keys.
    """

    __slots__ = ("defaults", "initargs", "initforms", "keys", "makers", "slots")

    def __init__(self, cls: Any) -> None:
        self.initargs: dict[Any, tuple[str, ...]] = {}
        self.keys: dict[str, str] = {}
        self.slots: dict[Symbol, Any] = {}
        self.defaults: dict[Any, Callable[[], Any]] = {}
        forms: dict[str, Callable[[], Any]] = {}
        for c in cls.__mro__:
            info = c.__dict__.get("_lisp")
            for slot in info.direct_slots if info is not None else ():
                key = function_key(slot.slot_name)
                self.slots.setdefault(slot.slot_name, slot)
                self.keys.setdefault(python_slot_name(slot.slot_name.name), key)
                if slot.initfunction not in (None, _absent_text) and slot.allocation is not _CLASS:
                    forms.setdefault(key, slot.initfunction)
                for initarg in slot.initargs:
                    if key not in self.initargs.get(initarg, ()):
                        self.initargs[initarg] = (*self.initargs.get(initarg, ()), key)
            for initarg, _, function in info.direct_default_initargs if info is not None else ():
                self.defaults.setdefault(initarg, function)
        self.initforms = tuple(forms.items())
        self.makers: dict[tuple[Any, ...], Any] = {}

    def maker(self, cls: Any, names: tuple[Any, ...]) -> Any:
        """Return a function of the values of the initargs *names* that makes a condition; False if that is not easy."""
        made: Any = False
        if not cls._has_shared and len(set(names)) == len(names) and all(n in self.initargs for n in names):
            stores = [(self.initargs[n], i) for i, n in enumerate(names)]
            given = {key for keys, _ in stores for key in keys}
            defaults = [(self.initargs.get(n, ()), f) for n, f in self.defaults.items() if n not in names]
            given.update(key for keys, _ in defaults for key in keys)
            if len(given) == sum(len(keys) for keys, _ in [*stores, *defaults]):  # no slot twice
                initforms = [(k, f) for k, f in self.initforms if k not in given]
                made = _compiled_maker(cls, len(names), stores, defaults, initforms)
        self.makers[names] = made
        return made


def _compiled_maker(cls: Any, count: int, stores: list[tuple[Any, int]], defaults: list[tuple[Any, Any]],
                    initforms: list[tuple[str, Any]]) -> Any:
    """Return Python code of its own that makes a condition: one store for each slot."""
    space: dict[str, Any] = {"cls": cls}
    attributes: dict[str, str] = {}
    lines = [" c = cls()"]

    def store(keys: Any, value: str) -> None:
        for key in keys:
            attributes[f"s{len(attributes)}"] = key
            lines.append(f" c.s{len(attributes) - 1} = {value}")

    for keys, index in stores:
        store(keys, f"a{index}")
    for i, (keys, function) in enumerate([*defaults, *(((k,), f) for k, f in initforms)]):
        space[f"f{i}"] = function
        lines.append(f" v = f{i}()")
        store(keys, "v")
    text = f"def make({', '.join(f'a{i}' for i in range(count))}):\n" + "\n".join(lines) + "\n return c\n"
    exec(compile(text, f"<make-condition {cls.__name__}>", "exec"), space)
    make = space["make"]
    code = make.__code__
    make.__code__ = code.replace(co_names=tuple(attributes.get(n, n) for n in code.co_names))
    return make


LAYOUTS: dict[Any, Layout] = {}
_CLASS = keyword("CLASS")
_ALLOW = keyword("ALLOW-OTHER-KEYS")


def layout_of(cls: Any) -> Layout:
    """Return the `Layout` of a condition class."""
    layout = LAYOUTS.get(cls)
    if layout is None:
        layout = LAYOUTS[cls] = Layout(cls)
    return layout


def forget_layouts() -> None:
    """A class has changed: work the layouts out anew."""
    LAYOUTS.clear()
    for site in list(_found_sites):
        site.make = site.find
    _found_sites.clear()


class ConditionSite:
    """A call of `error` with a constant condition type and keywords: `make` is a function of the initargs' values."""

    __slots__ = ("__weakref__", "keys", "make", "name")

    def __init__(self, name: Symbol, keys: tuple[Any, ...]) -> None:
        self.name = name
        self.keys = keys
        self.make: Callable[..., Any] = self.find

    def find(self, *values: Any) -> Any:
        """Make the condition the general way; remember how to make it faster."""
        from .conditions import condition_class

        cls = condition_class(self.name)
        condition = make_instance(cls, [x for pair in zip(self.keys, values, strict=True) for x in pair])
        maker = layout_of(cls).makers.get(self.keys)
        if maker and CLASSES.get(self.name) is cls:
            self.make = maker
            _found_sites.add(self)
        return condition


_found_sites: WeakSet[ConditionSite] = WeakSet()


def python_slot_name(name: str) -> str:
    """Return the Python spelling of a slot's name."""
    return name.lower().replace("-", "_").replace("*", "").replace("?", "_p")


def make_instance(cls: Any, initargs: Sequence[Any]) -> Any:
    """Make a condition of the class *cls* from keywords and values; `program-error` for a keyword it does not know."""
    layout = LAYOUTS.get(cls) or layout_of(cls)
    names = tuple(initargs[::2])
    maker = layout.makers.get(names)
    if maker is None:
        maker = layout.maker(cls, names)
    if maker is not False and not len(initargs) % 2:
        return maker(*initargs[1::2])
    condition = cls.__new__(cls)
    if not layout.slots:
        return condition
    fields = condition.__dict__
    table = layout.initargs
    given: list[Any] = []
    stored: set[str] = set()
    if len(initargs) % 2:
        _odd(initargs)
    for i in range(0, len(initargs), 2):
        initarg = initargs[i]
        if initarg in given:
            continue
        given.append(initarg)
        keys = table.get(initarg)
        if keys is None:
            if initarg is not _ALLOW and not _allowed(initargs):
                _invalid(cls, initarg, table)
            continue
        _store(condition, stored, keys, initargs[i + 1])
    for initarg, function in layout.defaults.items():
        if initarg not in given:
            _store(condition, stored, table.get(initarg, ()), function())
    for key, function in layout.initforms:
        if key not in fields:
            fields[key] = function()
    return condition


def _store(condition: Any, stored: set[str], keys: tuple[str, ...], value: Any) -> None:
    """Set the slots *keys* but those that an earlier initarg has *stored*."""
    for key in keys:
        if key in stored:
            continue
        stored.add(key)
        owner = shared_owner(type(condition), key)
        if owner is None:
            condition.__dict__[key] = value
        else:
            setattr(owner, key, value)


def shared_owner(cls: Any, key: str) -> Any:
    """Return the class that holds the shared slot *key*, None if the slot belongs to the instances."""
    if not cls._has_shared:
        return None
    for c in cls.__mro__:
        info = c.__dict__.get("_lisp")
        for slot in info.direct_slots if info is not None else ():
            if function_key(slot.slot_name) == key:
                return c if slot.allocation is _CLASS else None
    return None


Condition._has_shared = False  # type: ignore[attr-defined]


def _allowed(initargs: Sequence[Any]) -> bool:
    for i in range(0, len(initargs), 2):
        if initargs[i] is _ALLOW:
            return initargs[i + 1] is not None
    return False


def _odd(initargs: Sequence[Any]) -> None:
    from acl.types.cons import from_iterable

    from .conditions import error

    error("PROGRAM-ERROR", messages.ODD_INITARGS, from_iterable(initargs))


def _invalid(cls: Any, initarg: Any, table: dict[Any, Any]) -> None:
    from acl.types.cons import from_iterable

    from .conditions import error

    names = from_iterable([Symbol(k.name) if type(k) is Symbol else k for k in table])
    error("PROGRAM-ERROR", messages.INVALID_INITARG, initarg, cls, names)


def define_class(name: str, parents: tuple[Any, ...], slots: str = "", package: Package = EXCL, *,
                 report: Callable[[Any], str] | None = None, initial: dict[str, Any] | None = None,
                 export: bool = True) -> Any:
    """Define the condition class *name* of *package*, with slots named in *slots* (symbols of EXCL).

    Each slot's initarg is the keyword of its name; *initial* holds functions for initial values.
    """
    symbol, status = package.find(name)
    if status in (None, "INTERNAL"):
        symbol = package.export(name) if export else package.intern(name)
    assert symbol is not None
    cls = make_class(symbol, parents)
    CLASSES[symbol] = cls
    for slot in slots.split():
        cls._lisp.direct_slots.append(StandardDirectSlotDefinition(
            EXCL.intern(slot.upper()), (keyword(slot.upper()),),
            initfunction=(initial or {}).get(slot)))
    if report is not None:
        cls._default_report = report
    return cls


_CONTROL_SYMBOL, _ARGUMENTS_SYMBOL = EXCL.intern("FORMAT-CONTROL"), EXCL.intern("FORMAT-ARGUMENTS")
_CONTROL, _ARGUMENTS = _CONTROL_SYMBOL.key, _ARGUMENTS_SYMBOL.key
CONTROL_KEY, ARGUMENTS_KEY = _CONTROL, _ARGUMENTS
"""The attributes that hold the format control and its arguments."""

# Every condition may carry a format control, as in Allegro.
Condition._lisp.name = CL.export("CONDITION")
CLASSES[Condition._lisp.name] = Condition
for _symbol in (_CONTROL_SYMBOL, _ARGUMENTS_SYMBOL):
    Condition._lisp.direct_slots.append(StandardDirectSlotDefinition(
        _symbol, (keyword(_symbol.name),), initfunction=_absent_text))
    setattr(Condition, _symbol.key, None)  # so that the instance needs no store


def _text(control: str, *names: str) -> Callable[[Any], str]:
    """Return a report: the format control with the slots named as arguments (:unbound for a slot without value)."""
    keys = [EXCL.intern(name).key for name in names]
    unbound = keyword("UNBOUND")

    def report(condition: Any) -> str:
        return format_text(control, *[getattr(condition, k) if has_slot(condition, k) else unbound for k in keys])

    return report


def has_slot(condition: Any, key: str) -> bool:
    """True if the slot with this key has a value."""
    return key in condition.__dict__ or any(key in c.__dict__ for c in type(condition).__mro__)


def _type_error_report(c: Any) -> str:
    names = ("EXCL:DATUM", "EXCL:EXPECTED-TYPE")
    datum, expected = (getattr(c, k) if has_slot(c, k) else keyword("UNBOUND") for k in names)
    return format_text(messages.WRONG_TYPE, datum, expected)


def _division_report(c: Any) -> str:
    operands = c.__dict__.get("EXCL:OPERANDS")
    if operands is None:
        return messages.DIVISION_BY_ZERO_UNKNOWN
    return format_text(messages.DIVISION_BY_ZERO, operands.car)


def _overflow_report(c: Any) -> str:
    if c.__dict__.get("EXCL:OPERATION") is None:
        return messages.FLOATING_POINT_OVERFLOW
    return format_text(messages.FLOATING_POINT_OVERFLOW_IN, c.operation, c.operands)


def _stream_error_report(c: Any) -> str:
    """Say `"Connection refused" (errno 111) occurred while ...` of an error of the operating system.

    Of one that says neither what nor why, such as a time-out, Allegro shows the condition.
    """
    code, fields = c.__dict__.get("EXCL:CODE"), c.__dict__
    action = fields.get("EXCL:ACTION")
    if code is None and action is None:
        return format_text("~s", c)
    from os import strerror

    given = fields.get("COMMON-LISP:STRING")
    text = given if given is not None else SimpleString(strerror(code) if type(code) is int else "unknown error")
    return format_text(messages.SYSCALL, text, code, action)


def _syscall_report(c: Any) -> str:
    from os import strerror

    code = c.__dict__.get("EXCL:ERRNO")
    if code is None:
        return "A system call failed."
    return format_text(messages.SYSCALL, SimpleString(strerror(code)), code, None)


def _python_error_report(c: Any) -> str:
    e = c.__dict__.get("EXCL:EXCEPTION")
    return f"{type(e).__name__}: {e}" if e is not None else "A Python exception."


def _nil() -> Any:
    return None


_NIL_OPERATION = {"operation": _nil, "operands": _nil}
_STREAM_SLOTS = dict.fromkeys(("stream", "action", "code", "identifier"), _nil)


def _lattice() -> None:
    """Make the built-in classes."""
    d = define_class
    simple = d("SIMPLE-CONDITION", (Condition,), package=CL)
    warning = d("WARNING", (Condition,), "plist", CL, initial={"plist": _nil})
    serious = d("SERIOUS-CONDITION", (Condition,), package=CL)
    err = d("ERROR", (serious,), package=CL)
    d("SIMPLE-WARNING", (simple, warning), package=CL)
    style = d("STYLE-WARNING", (warning,), package=CL)
    storage = d("STORAGE-CONDITION", (serious,), package=CL, report=lambda c: messages.OUT_OF_MEMORY)
    simple_error = d("SIMPLE-ERROR", (simple, err), package=CL)
    type_error = d("TYPE-ERROR", (err,), "datum expected-type", CL, report=_type_error_report)
    d("SIMPLE-TYPE-ERROR", (simple, type_error), package=CL)
    program = d("PROGRAM-ERROR", (err,), package=CL)
    control = d("CONTROL-ERROR", (err,), package=CL, report=lambda c: messages.CONTROL_ERROR)
    parse = d("PARSE-ERROR", (err,), package=CL)
    package = d("PACKAGE-ERROR", (err,), "package", CL, report=_text(messages.PACKAGE_ERROR, "PACKAGE"))
    stream = d("STREAM-ERROR", (err,), "stream action code identifier", CL, report=_stream_error_report,
               initial=_STREAM_SLOTS)
    d("END-OF-FILE", (stream,), package=CL, report=_text(messages.END_OF_FILE, "STREAM"))
    reader = d("READER-ERROR", (parse, stream), package=CL)
    reader._default_report = lambda c: "A syntax error."
    file = d("FILE-ERROR", (err,), "pathname errno", CL, report=_text(messages.FILE_ERROR, "PATHNAME"))
    arithmetic = d("ARITHMETIC-ERROR", (err,), "operation operands", CL,
                   report=_text(messages.ARITHMETIC_ERROR, "OPERATION", "OPERANDS"), initial=_NIL_OPERATION)
    d("DIVISION-BY-ZERO", (arithmetic,), package=CL, report=_division_report)
    d("FLOATING-POINT-OVERFLOW", (arithmetic,), package=CL, report=_overflow_report)
    for name in ("FLOATING-POINT-UNDERFLOW", "FLOATING-POINT-INEXACT", "FLOATING-POINT-INVALID-OPERATION"):
        d(name, (arithmetic,), package=CL)
    cell = d("CELL-ERROR", (err,), "name", CL)
    d("UNBOUND-VARIABLE", (cell,), package=CL, report=_text(messages.UNBOUND_VARIABLE, "NAME"))
    d("UNDEFINED-FUNCTION", (cell,), package=CL, report=_text(messages.UNDEFINED_FUNCTION, "NAME"))
    d("UNBOUND-SLOT", (cell,), "instance", CL, report=_unbound_slot_report)
    d("PRINT-NOT-READABLE", (err,), "object", CL, report=_text(messages.NOT_READABLE, "OBJECT"))
    _allegro_errors(serious, err, simple, type_error, stream, file, package, simple_error, storage)
    _allegro_warnings(warning, style)
    _allegro_rest(serious, simple, err, program, control)


def _unbound_slot_report(c: Any) -> str:
    from acl.clos.base import class_of

    instance = c.__dict__.get("EXCL:INSTANCE")
    return format_text(messages.UNBOUND_SLOT, c.__dict__.get("EXCL:NAME"), instance, class_of(instance))


def _case_failure_report(c: Any) -> str:
    datum, expected = c.__dict__.get("EXCL:DATUM"), c.__dict__.get("EXCL:EXPECTED-TYPE")
    what = "an etypecase" if expected is not None and expected.car.name == "OR" else "an ecase"
    return format_text(messages.CASE_FAILURE, datum, SimpleString(what), expected and expected.cdr)


def _allegro_errors(serious: Any, err: Any, simple: Any, type_error: Any, stream: Any, file: Any, package: Any,
                    simple_error: Any, storage: Any) -> None:
    d = define_class
    d("CASE-FAILURE", (type_error,), report=_case_failure_report)
    d("STREAM-CLOSED-ERROR", (stream,), report=_text(messages.STREAM_CLOSED, "STREAM"))
    errno = d("ERRNO-STREAM-ERROR", (stream,), "string", initial={"string": _nil})
    d("SOCKET-ERROR", (errno,))
    d("SOCKET-CHUNKING-END-OF-FILE", (simple,))
    d("SHARABLE-LOCK-ERROR", (simple_error,), package=MP)
    d("SSL-ERROR", (stream,), export=False)
    d("OPENSSL-LOAD-ERROR", (simple_error,))
    d("ACLSSL-LOAD-ERROR", (simple_error,))
    d("PACKAGE-LOCKED-ERROR", (package,), "name operation")
    missing = d("FILE-DOES-NOT-EXIST-ERROR", (file,), report=_text(messages.FILE_DOES_NOT_EXIST, "PATHNAME"))
    d("AUTOLOAD-FILE-DOES-NOT-EXIST-ERROR", (missing,))
    d("FILE-INCOMPATIBLE-FASL-ERROR", (file,))
    d("FASL-CASEMODE-MISMATCH", (file,))
    signal = d("OPERATING-SYSTEM-SIGNAL", (err,), "number name")
    d("SYNCHRONOUS-OPERATING-SYSTEM-SIGNAL", (signal, storage), report=lambda c: messages.STACK_OVERFLOW)
    asynchronous = d("ASYNCHRONOUS-OPERATING-SYSTEM-SIGNAL", (signal,))
    d("INTERRUPT-SIGNAL", (asynchronous,))
    d("SYSCALL-ERROR", (err,), "errno", report=_syscall_report, initial={"errno": _nil})
    d("OSI-NOT-SUPPORTED", (simple_error,), package=OSI)
    d("WINAPI-ERROR", (err,), "code", initial={"code": _nil})
    d("NO-EXTERNAL-FORMAT-ERROR", (err,))
    d("COMPILER-NOT-AVAILABLE-ERROR", (err,))
    d("PYTHON-ERROR", (simple_error,), "exception", PYTHON, report=_python_error_report)


def _allegro_warnings(warning: Any, style: Any) -> None:
    for name in ("COMPILER-UNDEFINED-FUNCTIONS-CALLED-WARNING", "COMPILER-NO-IN-PACKAGE-WARNING",
                 "COMPILER-INCONSISTENT-NAME-USAGE-WARNING", "COMPILER-UNREACHABLE-CODE-WARNING",
                 "INEFFECTIVE-DECLARATION-WARNING"):
        define_class(name, (style,))
    define_class("INCOMPATIBLE-CONFORMANCE-CHANGE-WARNING", (warning,))


def _allegro_rest(serious: Any, simple: Any, err: Any, program: Any, control: Any) -> None:
    for name in ("ADVANCE-WARNING", "INPUT-EDIT", "ICS-DEPENDENT-CLASSA", "ICS-DEPENDENT-CLASSB", "COMPILER-NOTE"):
        define_class(name, (Condition,))
    broken = define_class("BREAK-CONDITION", (serious,))
    define_class("SIMPLE-BREAK", (simple, broken))


_lattice()


def class_named(name: str) -> Any:
    """Return the condition class with the name *name* in COMMON-LISP, EXCL, ACL-SOCKET or PYTHON."""
    found = _by_name.get(name)
    if found is None:
        from acl.types.symbol import ACL_SOCKET, MP

        for package in (CL, EXCL, ACL_SOCKET, PYTHON, MP, OSI):
            symbol, _ = package.find(name)
            cls = find_class(symbol, False) if symbol is not None else None
            if cls is not None:
                found = _by_name[name] = cls
                return found
        raise LookupError(f"no condition class {name}")
    return found


_by_name: dict[str, Any] = {}
