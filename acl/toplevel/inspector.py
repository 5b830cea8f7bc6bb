"""The inspector: walk through the components of any object by number (`:inspect`)."""

from __future__ import annotations

from typing import Any

from acl.printer.writer import address, prin1_to_string, princ_to_string
from acl.runtime.dynamic import bind
from acl.toplevel import variables as v
from acl.types.array import Array, SimpleString, row_major_items
from acl.types.cons import Cons, from_iterable
from acl.types.function import FUNCTIONS, fdefinition
from acl.types.hashtable import HashTable
from acl.types.number import Complex, Ratio
from acl.types.symbol import Package, Symbol, cl

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


def parts(x: Any) -> list[tuple[str, Any]]:
    """Return the components of *x* with their labels."""
    if type(x) is Cons:
        return _list_parts(x)
    if isinstance(x, HashTable):
        return [(prin1_to_string(key), value) for key, value in x.entries()]
    if isinstance(x, Array):
        return [] if type(x) is SimpleString else list(zip(map(str, range(_MOST)), row_major_items(x), strict=False))
    if type(x) is Symbol:
        return [("name", SimpleString(x.name)), ("package", x.package), ("value", x.value if x.bound else UNBOUND),
                ("function", fdefinition(x) or UNBOUND), ("plist", x.plist)]
    if type(x) is Complex:
        return [("real", x.re), ("imaginary", x.im)]
    if type(x) is Ratio:
        return [("numerator", x.num), ("denominator", x.den)]
    if isinstance(x, Package):
        return [("name", SimpleString(x.name)), ("nicknames", from_iterable(map(SimpleString, x.nicknames))),
                ("uses", from_iterable(x.uses))]
    return [(slot.slot_name.name.lower(), value) for slot, value in _slots(x)]


_MOST = 10_000
"""How many elements of a list or an array are components."""


def _list_parts(x: Any) -> list[tuple[str, Any]]:
    items: list[tuple[str, Any]] = []
    rest = x
    seen: set[int] = set()
    while type(rest) is Cons and id(rest) not in seen and len(items) < _MOST:
        seen.add(id(rest))
        items.append((str(len(items)), rest.car))
        rest = rest.cdr
    if rest is not None:
        return [("car", x.car), ("cdr", x.cdr)] if len(items) == 1 else [*items, ("tail", rest)]
    return items


def _slots(x: Any) -> list[tuple[Any, Any]]:
    """Return the slots of an instance that have a place for their value, and the values."""
    from acl.clos.base import class_of, metaobject_of
    from acl.clos.slots import bound

    target = metaobject_of(x)
    return [(slot, getattr(target, slot.key) if bound(target, slot) else UNBOUND)
            for slot in class_of(x)._lisp.slots.values() if getattr(slot, "key", None) is not None]


def set_part(x: Any, label: str, index: int, value: Any) -> bool:
    """Give component *index* of *x*, labelled *label*, a new value; return false if it has none that can be set."""
    if type(x) is Cons:
        if label == "cdr":
            x.cdr = value
            return True
        while index and type(x.cdr) is Cons:
            x, index = x.cdr, index - 1
        if index:
            x.cdr = value
        else:
            x.car = value
        return True
    if isinstance(x, HashTable):
        FUNCTIONS["(setf COMMON-LISP:GETHASH)"](value, list(x.entries())[index][0], x)
        return True
    if isinstance(x, Array):
        FUNCTIONS["(setf COMMON-LISP:ROW-MAJOR-AREF)"](value, x, index)
        return True
    if type(x) is Symbol:
        if label == "value":
            x.value = value
        elif label == "plist":
            x.plist = value
        return label in ("value", "plist")
    slot = next((slot for slot, _ in _slots(x) if slot.slot_name.name.lower() == label), None)
    if slot is None:
        return False
    FUNCTIONS["(setf COMMON-LISP:SLOT-VALUE)"](value, x, slot.slot_name)
    return True


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
        result = [f"A {_kind(x)} @ {address(x)} = {prin1_to_string(x)}"]
        shown = found[inspector.first:inspector.first + inspector.count]
        width = max([16, *(len(label) + 4 for label, _ in shown)])
        for i, (label, value) in enumerate(shown, inspector.first):
            text = "<unbound>" if value is UNBOUND else f"{_kind(value)} {prin1_to_string(value)}"
            result.append(f"{i:4} {f'{label} '.ljust(width, '-')}> {text}")
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
        show(listener, start(listener, values[0] if values else None, prin1_to_string(form)))
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
            with bind(cl("*PRINT-LENGTH*"), 5, cl("*PRINT-LEVEL*"), 2):
                listener.say(f"{label}: {prin1_to_string(x)}")
        return False
    elif word in ("skip", "print") and len(args) > 1 and type(args[1]) is int:
        setattr(inspector, "first" if word == "skip" else "count", max(0 if word == "skip" else 1, args[1]))
    elif word == "set" and len(args) == 3:
        return _set(listener, inspector, found, args[1], args[2])
    return True


def _into(listener: Any, inspector: Inspector, found: list[tuple[str, Any]], index: int) -> bool:
    if not 0 <= index < len(found):
        listener.say(f"There is no component {index}.")
        return False
    label, value = found[index]
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
    at = next((i for i, (name, value) in enumerate(around) if name == label and value is x), 0) + distance
    if not 0 <= at < len(around):
        listener.say("There is no further component.")
        return False
    inspector.path[-1] = (around[at][1], around[at][0])
    inspector.first = 0
    return True


def _set(listener: Any, inspector: Inspector, found: list[tuple[str, Any]], which: Any, form: Any) -> bool:
    if type(which) is not int:
        name = which.text() if type(which) is SimpleString else getattr(which, "name", "")
        which = next((i for i, (label, _) in enumerate(found) if label.lower() == name.lower()), -1)
    if not 0 <= which < len(found):
        listener.say("There is no such component.")
        return False
    values = listener.values_of(form)
    if not set_part(inspector.object, found[which][0], which, values[0] if values else None):
        listener.say("This component cannot be set.")
        return False
    return True
