"""The inspector: walk through the components of any object by number (`:inspect`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NamedTuple

from acl.printer.writer import address, prin1_to_string, princ_to_string
from acl.runtime.dynamic import bind
from acl.runtime.faults import caught
from acl.toplevel import variables as v
from acl.types.array import Array, SimpleString, row_major_items, string
from acl.types.cons import Cons, from_iterable
from acl.types.function import FUNCTIONS, call_values
from acl.types.hashtable import HashTable
from acl.types.symbol import Symbol, cl

_SHOWN = 40
_HELP = """\
:i FORM         inspect the value of FORM          :i N        component N
:i *            inspect the value of *             :i -        the object before
:i + FORM       push another object                :i > :i <   next and previous component
:i set N FORM   change component N                 :i skip N   show from component N on
:i tree         how you came here                  :i print N  components shown at once
:i              show the object again              :i q        end"""


class Inspector:
    """What is inspected: a path of (object, label), and from which component on the last is shown."""

    def __init__(self) -> None:
        self.path: list[tuple[Any, str]] = []
        self.first = 0
        self.count = _SHOWN

    @property
    def object(self) -> Any:
        """The object that is looked at."""
        return self.path[-1][0]


class _Unbound:
    """Stands for the value of a slot or variable that has none."""


UNBOUND = _Unbound()


class Part(NamedTuple):
    """A component: its label, its value, and a function that gives it another value (None: it cannot be changed)."""

    label: str
    value: Any
    store: Callable[[Any], Any] | None = None


_MOST = 10_000
"""How many elements of a list or an array are components."""


def parts(x: Any) -> list[Part]:
    """Return the components of *x*."""
    if type(x) is Cons:
        return _list_parts(x)
    if isinstance(x, HashTable):
        return [Part(_short(key), value, _setter("COMMON-LISP:GETHASH", key, x)) for key, value in x.entries()]
    if isinstance(x, Array):
        return [Part(str(i), value, _setter("COMMON-LISP:ROW-MAJOR-AREF", x, i))
                for i, value in zip(range(_MOST), row_major_items(x), strict=False)]
    found = [_read(label, reader, x) for name in reversed(_class_names(x)) for label, reader in _READERS.get(name, ())]
    return [*found, *_slots(x)]


def _short(x: Any) -> str:
    """Return how *x* is printed as a label."""
    with bind(cl("*PRINT-LENGTH*"), 5, cl("*PRINT-LEVEL*"), 2, cl("*PRINT-PRETTY*"), None):
        return str(prin1_to_string(x))


def _setter(name: str, *args: Any) -> Callable[[Any], Any]:
    return lambda value: FUNCTIONS[f"(setf {name})"](value, *args)


def _list_parts(x: Any) -> list[Part]:
    items: list[Part] = []
    rest = x
    seen: set[int] = set()
    while type(rest) is Cons and id(rest) not in seen and len(items) < _MOST:
        seen.add(id(rest))
        items.append(Part(str(len(items)), rest.car, _setter("COMMON-LISP:CAR", rest)))
        last, rest = rest, rest.cdr
    if rest is None:
        return items
    tail = _setter("COMMON-LISP:CDR", last)
    if len(items) == 1:
        return [Part("car", *items[0][1:]), Part("cdr", rest, tail)]
    return [*items, Part("tail", rest, tail)]


def _slots(x: Any) -> Iterable[Part]:
    """Yield the slots of an instance that have a place for their value."""
    from acl.builtins.environment.describe import slots_of_class
    from acl.clos.base import class_of, metaobject_of
    from acl.clos.slots import bound

    target = metaobject_of(x)
    for slot in slots_of_class(class_of(x)):
        yield Part(slot.slot_name.name.lower(), getattr(target, slot.key) if bound(target, slot) else UNBOUND,
                   _setter("COMMON-LISP:SLOT-VALUE", x, slot.slot_name))


# What there is to see of an object of a class: labels, and the names of readers or functions of our own


def _closed_over(function: Any) -> Any:
    """Return the variables that a function closes over, and their values: a list of lists."""
    from acl.compiler.analyze import local_symbol_name

    found = []
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        shown = local_symbol_name(name)
        if shown is not None:
            value = caught_value(partial(getattr, cell, "cell_contents"))
            if type(value) is list:  # a variable that each turn of a loop binds, and that is assigned
                value = value[0]
            found.append(from_iterable([string(shown), value]))
    return from_iterable(found)


def _macro_characters(table: Any) -> Any:
    """Return the macro characters of a readtable, and their functions: an association list."""
    from acl.types.character import CHAR

    return from_iterable(Cons(CHAR[c], function) for c, function in table.macros.items())


def _dispatch_characters(table: Any) -> Any:
    """Return, for each dispatching macro character, a list of it and its subcharacters with their functions."""
    from acl.types.character import CHAR

    return from_iterable(Cons(CHAR[c], from_iterable(Cons(CHAR[sub], function) for sub, function in inner.items()))
                         for c, inner in table.dispatch.items())


def _symbols(which: str) -> Callable[[Any], Any]:
    from acl.types.array import SimpleVector

    return lambda package: SimpleVector(list(getattr(package, which).values()))


def _words(state: Any) -> Any:
    from acl.types.array import SimpleVector

    return SimpleVector(list(state.generator.getstate()))


def _dotted(reader: str) -> Callable[[Any], Any]:
    return lambda socket: FUNCTIONS["ACL-SOCKET:IPADDR-TO-DOTTED"](FUNCTIONS[reader](socket))


def _value(index: int, name: str) -> Callable[[Any], Any]:
    return lambda x: call_values(FUNCTIONS[name], x)[index]


def _named(prefix: str, words: str) -> list[tuple[str, Any]]:
    """Return the labels *words*, whose readers have the same names behind *prefix*."""
    return [(word.replace("-", " "), prefix + word.upper()) for word in words.split()]


_READERS: dict[str, list[tuple[str, Any]]] = {
    "SYMBOL": [("name", "SYMBOL-NAME"), ("package", "SYMBOL-PACKAGE"), ("value", "SYMBOL-VALUE"),
               ("function", "SYMBOL-FUNCTION"), ("plist", "SYMBOL-PLIST")],
    "CHARACTER": [("code", "CHAR-CODE"), ("name", "CHAR-NAME"), ("upper case", "CHAR-UPCASE"),
                  ("lower case", "CHAR-DOWNCASE"), ("digit", "DIGIT-CHAR-P")],
    "COMPLEX": [("real", "REALPART"), ("imaginary", "IMAGPART")],
    "RATIO": [("numerator", "NUMERATOR"), ("denominator", "DENOMINATOR")],
    "FLOAT": [(label, _value(i, "COMMON-LISP:INTEGER-DECODE-FLOAT"))
              for i, label in enumerate(("significand", "exponent", "sign"))],
    "FUNCTION": [("name", lambda f: call_values(FUNCTIONS["COMMON-LISP:FUNCTION-LAMBDA-EXPRESSION"], f)[2]),
                 ("lambda list", "EXCL:ARGLIST"), ("closed over", _closed_over),
                 ("documentation", lambda f: FUNCTIONS["COMMON-LISP:DOCUMENTATION"](f, cl("FUNCTION"))),
                 ("source file", "EXCL:SOURCE-FILE")],
    "GENERIC-FUNCTION": _named("CLOS:GENERIC-FUNCTION-", "name lambda-list methods method-combination method-class"),
    "METHOD": [*_named("CLOS:METHOD-", "generic-function specializers lambda-list function"),
               ("qualifiers", "METHOD-QUALIFIERS")],
    "CLASS": [("name", "CLASS-NAME"),
              *_named("CLOS:CLASS-", "direct-superclasses direct-subclasses precedence-list direct-slots slots"
                                     " direct-default-initargs"),
              ("direct methods", "CLOS:SPECIALIZER-DIRECT-METHODS"),
              ("documentation", lambda c: FUNCTIONS["COMMON-LISP:DOCUMENTATION"](c, cl("T")))],
    "SLOT-DEFINITION": _named("CLOS:SLOT-DEFINITION-", "name type allocation initargs initform initfunction"),
    "PACKAGE": [("name", "PACKAGE-NAME"), ("nicknames", "PACKAGE-NICKNAMES"), ("uses", "PACKAGE-USE-LIST"),
                ("used by", "PACKAGE-USED-BY-LIST"), ("shadowing", "PACKAGE-SHADOWING-SYMBOLS"),
                ("external", _symbols("external")), ("internal", _symbols("internal"))],
    "PATHNAME": _named("PATHNAME-", "host device directory name type version"),
    "READTABLE": [("case", "READTABLE-CASE"), ("macros", _macro_characters), ("dispatching", _dispatch_characters)],
    "RANDOM-STATE": [("state", _words)],
    "RESTART": [("name", "RESTART-NAME"), ("report", lambda r: string(princ_to_string(r))),
                ("function", lambda r: r.function)],
    "STREAM": [("open", "OPEN-STREAM-P"), ("input", "INPUT-STREAM-P"), ("output", "OUTPUT-STREAM-P"),
               ("interactive", "INTERACTIVE-STREAM-P"), ("element type", "STREAM-ELEMENT-TYPE"),
               ("external format", "STREAM-EXTERNAL-FORMAT")],
    "FILE-STREAM": [("pathname", "PATHNAME"), ("position", "FILE-POSITION"), ("length", "FILE-LENGTH")],
    "SYNONYM-STREAM": [("symbol", "SYNONYM-STREAM-SYMBOL")],
    "TWO-WAY-STREAM": _named("TWO-WAY-STREAM-", "input-stream output-stream"),
    "ECHO-STREAM": _named("ECHO-STREAM-", "input-stream output-stream"),
    "CONCATENATED-STREAM": [("streams", "CONCATENATED-STREAM-STREAMS")],
    "BROADCAST-STREAM": [("streams", "BROADCAST-STREAM-STREAMS")],
    "SOCKET": [("type", "ACL-SOCKET:SOCKET-TYPE"), ("connect", "ACL-SOCKET:SOCKET-CONNECT"),
               ("format", "ACL-SOCKET:SOCKET-FORMAT"), ("address family", "ACL-SOCKET:SOCKET-ADDRESS-FAMILY"),
               ("descriptor", "ACL-SOCKET:SOCKET-OS-FD")],
    "INTERNET-SOCKET": [("local host", _dotted("ACL-SOCKET:LOCAL-HOST")), ("local port", "ACL-SOCKET:LOCAL-PORT"),
                        ("remote host", _dotted("ACL-SOCKET:REMOTE-HOST")), ("remote port", "ACL-SOCKET:REMOTE-PORT")],
    "FILE-SOCKET": _named("ACL-SOCKET:", "local-filename remote-filename"),
    "PROCESS": _named("MULTIPROCESSING:PROCESS-", "name sequence state whostate priority quantum run-reasons"
                      " arrest-reasons property-list initial-bindings initial-form wait-function wait-args os-id"),
    "PROCESS-LOCK": _named("MULTIPROCESSING:PROCESS-LOCK-", "name locker"),
    "GATE": [("open", "MULTIPROCESSING:GATE-OPEN-P")],
}
"""By the name of a class: labels, and what reads them: a function of COMMON-LISP, of another package, of ours."""


def _class_names(x: Any) -> list[str]:
    """Return the names of the classes of *x*, the most specific first."""
    from acl.clos.base import class_of

    found = [c._lisp.name for c in class_of(x).__mro__ if "_lisp" in vars(c)]
    return [name.name if name is not None and hasattr(name, "name") else "NULL" for name in found]


def _read(label: str, reader: Any, x: Any) -> Part:
    """Return the component *label* of *x*; without value if reading it is an error."""
    if type(reader) is not str:
        return Part(label, caught_value(lambda: reader(x)))
    key = reader if ":" in reader else f"COMMON-LISP:{reader}"
    store = _setter(key, x) if f"(setf {key})" in FUNCTIONS else None
    return Part(label, caught_value(lambda: FUNCTIONS[key](x)), store)


def caught_value(thunk: Callable[[], Any]) -> Any:
    """Return what *thunk* returns, `UNBOUND` if it signals an error."""
    found: list[Any] = []
    caught(lambda: found.append(thunk()))
    return found[0] if found else UNBOUND


def start(listener: Any, x: Any, label: str = "object") -> Inspector:
    """Inspect *x*, as a component of what *listener* inspects already, if anything."""
    inspector: Inspector = listener.inspector
    if inspector is None:
        inspector = listener.inspector = Inspector()
    inspector.path.append((x, label))
    inspector.first = 0
    return inspector


def lines(inspector: Inspector) -> list[str]:
    """Return what is shown of the object that is looked at and its components."""
    x = inspector.object
    found = parts(x)
    with bind(cl("*PRINT-LENGTH*"), 10, cl("*PRINT-LEVEL*"), 3, cl("*PRINT-PRETTY*"), None):
        kind = _list_kind(x) if type(x) is Cons else _kind(x)
        result = [f"{'An' if kind[:1] in 'AEIOU' else 'A'} {kind} @ {address(x)} = {prin1_to_string(x)}"]
        shown = found[inspector.first:inspector.first + inspector.count]
        width = max([16, *(len(part.label) + 4 for part in shown)])
        for i, (label, value, _) in enumerate(shown, inspector.first):
            text = "<unbound>" if value is UNBOUND else f"{_kind(value)} {prin1_to_string(value)}"
            result.append(f"{i:4} {(f'{label} ' if label != str(i) else '').ljust(width, '-')}> {text}")
    left = len(found) - inspector.first - len(shown)
    if left:
        result.append(f"     ... {left} more (:i skip {inspector.first + len(shown)})")
    return result


def show(listener: Any, inspector: Inspector) -> None:
    """Show the object that is looked at, and its components."""
    for line in lines(inspector):
        listener.say(line)
    v.shift(v.STARS, inspector.object)


def _kind(x: Any) -> str:
    from acl.clos.base import class_of

    return princ_to_string(class_of(x)._lisp.name)


def _list_kind(x: Any) -> str:
    """Return how the heading calls a list, as Allegro does (allegro-environment.md 1.11)."""
    seen: set[int] = set()
    while type(x) is Cons and id(x) not in seen:
        seen.add(id(x))
        x = x.cdr
    return "proper list" if x is None else "circular list" if type(x) is Cons else "dotted list"


def steer(listener: Any, args: list[Any]) -> None:
    """Do what `:inspect` with *args*, as they were read, asks for."""
    inspector = listener.inspector
    word = args[0].name.lower() if args and type(args[0]) is Symbol else ""
    if word == "?":
        listener.say(_HELP)
        return
    if inspector is not None and len(args) == 1 and word in ("q", "quit"):
        listener.inspector = None
        return
    if inspector is None or word in ("*", "+") or not _moves(word, args):
        if not args:
            listener.say("Nothing is being inspected.")
            return
        form = args[1] if word == "+" and len(args) > 1 else args[0]
        values = listener.values_of(form)
        show(listener, start(listener, values[0] if values else None, _short(form)))
        return
    if args and not _move(listener, inspector, word, args):
        return
    if inspector.path:
        show(listener, inspector)


def _moves(word: str, args: list[Any]) -> bool:
    """True if the arguments steer an inspector that is at work."""
    return not args or type(args[0]) is int or word in ("-", ">", "<", "set", "skip", "tree", "print", "raw")


def _move(listener: Any, inspector: Inspector, word: str, args: list[Any]) -> bool:
    """Change what is looked at; return whether to show it."""
    found = parts(inspector.object)
    if type(args[0]) is int:
        return _into(listener, inspector, found, args[0])
    if word == "-":
        if len(inspector.path) == 1:
            listener.say("There is no object before this one.")
            return False
        inspector.path.pop()
        inspector.first = 0
    elif word in (">", "<"):
        return _sibling(listener, inspector, 1 if word == ">" else -1)
    elif word == "tree":
        for x, label in inspector.path:
            listener.say(f"{label}: {_short(x)}")
        return False
    elif word in ("skip", "print") and len(args) > 1 and type(args[1]) is int:
        setattr(inspector, "first" if word == "skip" else "count", max(0 if word == "skip" else 1, args[1]))
    elif word == "set" and len(args) == 3:
        return _set(listener, inspector, found, args[1], args[2])
    return True


def _into(listener: Any, inspector: Inspector, found: list[Part], index: int) -> bool:
    if not 0 <= index < len(found):
        listener.say(f"There is no component {index}.")
        return False
    label, value, _ = found[index]
    if value is UNBOUND:
        listener.say(f"Component {index} has no value.")
        return False
    start(listener, value, label)
    return True


def _sibling(listener: Any, inspector: Inspector, distance: int) -> bool:
    if len(inspector.path) < 2:
        listener.say("This object is no component of another.")
        return False
    x, label = inspector.path[-1]
    around = parts(inspector.path[-2][0])
    at = next((i for i, part in enumerate(around) if part.label == label and part.value is x), 0) + distance
    if not 0 <= at < len(around):
        listener.say("There is no further component.")
        return False
    inspector.path[-1] = (around[at].value, around[at].label)
    inspector.first = 0
    return True


def _set(listener: Any, inspector: Inspector, found: list[Part], which: Any, form: Any) -> bool:
    if type(which) is not int:
        name = which.text() if type(which) is SimpleString else getattr(which, "name", "")
        which = next((i for i, part in enumerate(found) if part.label.lower() == name.lower()), -1)
    if not 0 <= which < len(found):
        listener.say("There is no such component.")
        return False
    store = found[which].store
    if store is None:
        listener.say("This component cannot be set.")
        return False
    values = listener.values_of(form)
    store(values[0] if values else None)
    return True
