"""Conses and lists: making, taking apart, copying, joining (CLHS chapter 14)."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin, inline_names, predicate
from acl.types.base import wrong_type
from acl.types.cons import Cons, from_iterable, lisp_list

inline_names(Cons=Cons)


@builtin("CONS", "car cdr", expr="Cons({0}, {1})")
def cons(car: Any, cdr: Any) -> Any:
    """Return a fresh cons of CAR and CDR."""
    return Cons(car, cdr)


@predicate("CONSP", "object", test="type({0}) is Cons")
def consp(object: Any) -> bool:
    """Return true if OBJECT is a cons."""
    return type(object) is Cons


@predicate("ATOM", "object", test="type({0}) is not Cons")
def atom(object: Any) -> bool:
    """Return true if OBJECT is anything but a cons."""
    return type(object) is not Cons


@predicate("LISTP", "object", test="{0} is None or type({0}) is Cons")
def listp(object: Any) -> bool:
    """Return true if OBJECT is a cons or NIL."""
    return object is None or type(object) is Cons


@predicate("ENDP", "list")
def endp(list: Any) -> bool:
    """Return true if LIST is NIL, false if it is a cons; anything else is an error."""
    if list is None:
        return True
    if type(list) is not Cons:
        wrong_type(list, "LIST")
    return False


builtin("LIST", "&rest objects")(lisp_list)
lisp_list.__doc__ = "Return a fresh list of OBJECTS."


@builtin("LIST*", "object &rest more")
def list_star(object: Any, *more: Any) -> Any:
    """Return a list of all arguments but the last, which becomes its tail."""
    return from_iterable((object, *more[:-1]), more[-1]) if more else object


@builtin("MAKE-LIST", "size &key initial-element")
def make_list(size: Any, *, initial_element: Any = None) -> Any:
    """Return a fresh list of SIZE elements, each INITIAL-ELEMENT."""
    count = check_count(size)
    result: Any = None
    for _ in range(count):
        result = Cons(initial_element, result)
    return result


def check_count(n: Any) -> int:
    """Return *n* if it is a non-negative integer; `type-error` otherwise."""
    if type(n) is not int or n < 0:
        wrong_type(n, "UNSIGNED-BYTE")
    return n


@builtin("NTHCDR", "n list")
def nthcdr(n: Any, list: Any) -> Any:
    """Return the result of taking the cdr of LIST N times."""
    if type(n) is not int or n < 0:
        wrong_type(n, "UNSIGNED-BYTE")
    while n > 0:
        if type(list) is not Cons:
            if list is None:
                return None
            wrong_type(list, "LIST")
        list = list.cdr
        n -= 1
    return list


@builtin("NTH", "n list")
def nth(n: Any, list: Any) -> Any:
    """Return element N of LIST, counted from zero; NIL beyond its end."""
    if type(n) is not int or n < 0:
        wrong_type(n, "UNSIGNED-BYTE")
    while n > 0:
        if type(list) is not Cons:
            break
        list = list.cdr
        n -= 1
    if type(list) is Cons:
        return list.car
    if list is None:
        return None
    wrong_type(list, "LIST")


@builtin("NTH", "new-value n list", setf=True)
def set_nth(new_value: Any, n: Any, list: Any) -> Any:
    """Make NEW-VALUE element N of LIST."""
    place = nthcdr(n, list)
    if type(place) is not Cons:
        wrong_type(place, "CONS")
    place.car = new_value
    return new_value


@builtin("RPLACA", "cons object")
def rplaca(cons: Any, object: Any) -> Any:
    """Make OBJECT the car of CONS, and return CONS."""
    if type(cons) is not Cons:
        wrong_type(cons, "CONS")
    cons.car = object
    return cons


@builtin("RPLACD", "cons object")
def rplacd(cons: Any, object: Any) -> Any:
    """Make OBJECT the cdr of CONS, and return CONS."""
    if type(cons) is not Cons:
        wrong_type(cons, "CONS")
    cons.cdr = object
    return cons


@builtin("LAST", "list &optional (n 1)")
def last(list: Any, n: Any = 1) -> Any:
    """Return the last N conses of LIST (or its tail, for N = 0)."""
    if list is not None and type(list) is not Cons:
        wrong_type(list, "LIST")
    if n == 1 and type(n) is int:
        while type(list) is Cons and type(list.cdr) is Cons:
            list = list.cdr
        return list
    check_count(n)
    lead = list
    while n > 0 and type(lead) is Cons:
        lead = lead.cdr
        n -= 1
    while type(lead) is Cons:
        lead = lead.cdr
        list = list.cdr  # type: ignore[union-attr]
    return lead if n == 0 and type(list) is not Cons else list


@builtin("BUTLAST", "list &optional (n 1)")
def butlast(list: Any, n: Any = 1) -> Any:
    """Return a copy of LIST without its last N conses."""
    items = _cars(list)
    count = len(items) - check_count(n)
    return from_iterable(items[:count]) if count > 0 else None


def _cars(x: Any) -> list[Any]:
    """Return the elements of a list, proper or dotted."""
    if x is not None and type(x) is not Cons:
        wrong_type(x, "LIST")
    items = []
    while type(x) is Cons:
        items.append(x.car)
        x = x.cdr
    return items


@builtin("NBUTLAST", "list &optional (n 1)")
def nbutlast(list: Any, n: Any = 1) -> Any:
    """Cut the last N conses off LIST, changing it, and return what is left."""
    count = len(_cars(list)) - check_count(n)
    if count <= 0:
        return None
    x = list
    for _ in range(count - 1):
        x = x.cdr
    x.cdr = None
    return list


@builtin("FIRST", "list", expr="{0}.car if {0} is not None else None")
def first(list: Any) -> Any:
    """Return the first element of LIST."""
    if type(list) is Cons:
        return list.car
    if list is None:
        return None
    wrong_type(list, "LIST")


@builtin("REST", "list", expr="{0}.cdr if {0} is not None else None")
def rest(list: Any) -> Any:
    """Return LIST without its first element."""
    if type(list) is Cons:
        return list.cdr
    if list is None:
        return None
    wrong_type(list, "LIST")


@builtin("FIRST", "new-value list", setf=True)
def set_first(new_value: Any, list: Any) -> Any:
    """Make NEW-VALUE the first element of LIST."""
    rplaca(list, new_value)
    return new_value


@builtin("REST", "new-value list", setf=True)
def set_rest(new_value: Any, list: Any) -> Any:
    """Make NEW-VALUE the rest of LIST."""
    rplacd(list, new_value)
    return new_value


def _declare_ordinal(name: str, n: int) -> None:
    def get(list: Any) -> Any:
        return nth(n, list)

    def put(new_value: Any, list: Any) -> Any:
        return set_nth(new_value, n, list)

    get.__doc__ = f"Return the {name.lower()} element of LIST."
    put.__doc__ = f"Make NEW-VALUE the {name.lower()} element of LIST."
    builtin(name, "list")(get)
    builtin(name, "new-value list", setf=True)(put)


for _n, _name in enumerate("SECOND THIRD FOURTH FIFTH SIXTH SEVENTH EIGHTH NINTH TENTH".split(), 1):
    _declare_ordinal(_name, _n)


@builtin("LIST-LENGTH", "list")
def list_length(list: Any) -> Any:
    """Return the length of LIST, or NIL if it is circular."""
    count = 0
    slow = list
    while True:
        if type(list) is not Cons:
            break
        list = list.cdr
        count += 1
        if type(list) is not Cons:
            break
        list = list.cdr
        count += 1
        slow = slow.cdr
        if list is slow:
            return None
    if list is not None:
        wrong_type(list, "LIST")
    return count


@builtin("COPY-LIST", "list")
def copy_list(list: Any) -> Any:
    """Return a copy of LIST, sharing its elements; the tail of a dotted list is kept."""
    if type(list) is not Cons:
        if list is not None:
            wrong_type(list, "LIST")
        return None
    items: Any = []
    x = list
    while type(x) is Cons:
        items.append(x.car)
        x = x.cdr
    return from_iterable(items, x)


@builtin("COPY-ALIST", "alist")
def copy_alist(alist: Any) -> Any:
    """Return a copy of ALIST whose pairs are copied too."""
    return from_iterable([Cons(x.car, x.cdr) if type(x) is Cons else x for x in _proper(alist)])


def _proper(x: Any) -> list[Any]:
    items: list[Any] = []
    while type(x) is Cons:
        items.append(x.car)
        x = x.cdr
    if x is not None:
        wrong_type(x, "LIST")
    return items


@builtin("APPEND", "&rest lists")
def append(*lists: Any) -> Any:
    """Return the elements of all LISTS in one list; the last one is not copied and may be any object."""
    if not lists:
        return None
    result = lists[-1]
    for x in lists[-2::-1]:
        if x is not None:
            result = from_iterable(_proper(x), result)
    return result


@builtin("NCONC", "&rest lists")
def nconc(*lists: Any) -> Any:
    """Join LISTS into one by changing the last cdr of each, and return it."""
    result: Any = None
    tail: Any = None
    count = len(lists)
    for i, x in enumerate(lists):
        if x is None:
            continue
        if type(x) is not Cons and i < count - 1:
            wrong_type(x, "LIST")
        if tail is None:
            result = x
        else:
            tail.cdr = x
        if i < count - 1:
            while type(x.cdr) is Cons:
                x = x.cdr
            tail = x
    return result


@builtin("REVAPPEND", "list tail")
def revappend(list: Any, tail: Any) -> Any:
    """Return the elements of LIST in reverse order, followed by TAIL."""
    while type(list) is Cons:
        tail = Cons(list.car, tail)
        list = list.cdr
    if list is not None:
        wrong_type(list, "LIST")
    return tail


@builtin("NRECONC", "list tail")
def nreconc(list: Any, tail: Any) -> Any:
    """Reverse LIST by changing its cdrs, and end it with TAIL."""
    while type(list) is Cons:
        rest = list.cdr
        list.cdr = tail
        tail = list
        list = rest
    if list is not None:
        wrong_type(list, "LIST")
    return tail


@builtin("LDIFF", "list object")
def ldiff(list: Any, object: Any) -> Any:
    """Return a copy of LIST up to its tail OBJECT, or all of it if OBJECT is not a tail."""
    from acl.types.equality import eql

    if list is not None and type(list) is not Cons:
        wrong_type(list, "LIST")
    items: Any = []
    while type(list) is Cons:
        if list is object:
            return from_iterable(items)
        items.append(list.car)
        list = list.cdr
    return from_iterable(items, None if eql(list, object) else list)


@predicate("TAILP", "object list")
def tailp(object: Any, list: Any) -> bool:
    """Return true if OBJECT is LIST or one of its tails."""
    from acl.types.equality import eql

    if list is not None and type(list) is not Cons:
        wrong_type(list, "LIST")
    while type(list) is Cons:
        if list is object:
            return True
        list = list.cdr
    return eql(list, object)


@builtin("ACONS", "key datum alist", expr="Cons(Cons({0}, {1}), {2})")
def acons(key: Any, datum: Any, alist: Any) -> Any:
    """Return ALIST with the pair of KEY and DATUM in front."""
    return Cons(Cons(key, datum), alist)


@builtin("PAIRLIS", "keys data &optional alist")
def pairlis(keys: Any, data: Any, alist: Any = None) -> Any:
    """Return ALIST with the pairs of the elements of KEYS and DATA in front."""
    ks, ds = _proper(keys), _proper(data)
    if len(ks) != len(ds):
        from acl.runtime.conditions import error

        error("ERROR", "The lists ~s and ~s are of different lengths.", keys, data)
    return from_iterable([Cons(k, d) for k, d in zip(ks, ds, strict=True)], alist)
