"""Hash tables (CLHS chapter 18), with Allegro's weak tables and tables without values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from acl.builtins.declare import builtin, inline_names, macro, predicate
from acl.expand.template import template
from acl.runtime.functions import coerce_function
from acl.runtime.predicates import truth
from acl.types.base import wrong_type
from acl.types.cons import Cons
from acl.types.function import FUNCTIONS, Autoload
from acl.types.hashtable import TEXT, HashTable, UserHashTable, WeakHashTable, equal_key
from acl.types.symbol import EXCL, SYSTEM, Symbol, T, cl, keyword

_TESTS = {name: cl(name) for name in ("EQ", "EQL", "EQUAL", "EQUALP")}
_WEAK, _NOT = keyword("WEAK"), keyword("NOT")
_MISSING: Any = object()


@builtin("MAKE-HASH-TABLE", "&key (test 'eql) (size 65) (rehash-size 1.5) (rehash-threshold 0.75) weak-keys "
                            "(values t) hash-function")
def make_hash_table(*, test: Any = _TESTS["EQL"], size: Any = 65, rehash_size: Any = 1.5, rehash_threshold: Any = 0.75,
                    weak_keys: Any = None, values: Any = T, hash_function: Any = None) -> Any:
    """Return a fresh hash table.

    TEST is EQ, EQL, EQUAL, EQUALP or any function of two arguments; HASH-FUNCTION, a function from key to integer,
    makes the latter fast.  With WEAK-KEYS an entry goes when its key is garbage; with VALUES :WEAK when its value is;
    with VALUES NIL the table has keys only, see `puthash-key`.
    """
    if type(size) is not int or size < 0:
        wrong_type(size, "UNSIGNED-BYTE")
    table = _plain_table(test, hash_function)
    if (weak_keys is not None and weak_keys is not _NOT) or values is None or values is _WEAK:
        kind = "none" if values is None else "weak" if values is _WEAK else True
        table = WeakHashTable(table, weak_keys is not None and weak_keys is not _NOT, kind)
    table.size = size
    table.rehash_size = rehash_size
    table.rehash_threshold = rehash_threshold
    return table


def _plain_table(test: Any, hash_function: Any) -> HashTable:
    name = _standard_test(test)
    if name is not None and hash_function is None:
        return HashTable(_TESTS[name])
    if name is not None:
        test = _TESTS[name]
    hasher = None if hash_function is None else _hasher(coerce_function(hash_function))
    same = truth(test) if name is not None or type(test) is not Symbol else _named_test(test)
    return UserHashTable(test, same, hasher)


def _named_test(name: Symbol) -> Any:
    """Return a test that calls the function named *name*, which may be defined later, or again."""
    return lambda x, y: coerce_function(name)(x, y) is not None


def _standard_test(test: Any) -> str | None:
    if type(test) is Autoload:
        test = test.load()
    for name, symbol in _TESTS.items():
        if test is symbol or test is FUNCTIONS["COMMON-LISP:" + name]:
            return name
    return None


def _hasher(f: Callable[[Any], Any]) -> Callable[[Any], int]:
    return lambda key: hash(f(key))


def gethash_value(key: Any, table: Any, default: Any = None) -> Any:
    """Return the value of KEY in TABLE, DEFAULT if there is none: `gethash` without its second value."""
    if type(table) is HashTable:
        wrap = table.wrap[type(key)]
        if wrap is not None:
            key = key.s if wrap is TEXT and type(key.s) is str else wrap(key)
        return table.data.get(key, default)
    return _check(table).get(key, default)


inline_names(HashTable=HashTable, Symbol=Symbol, gethash_value=gethash_value)
_PLAIN = "type({1}) is HashTable and (type({0}) is Symbol or type({0}) is int)"
_INLINE = (f"{{1}}.data.get({{0}}) if {_PLAIN} else gethash_value({{0}}, {{1}})",
           f"{{1}}.data.get({{0}}, {{2}}) if {_PLAIN} else gethash_value({{0}}, {{1}}, {{2}})")


@builtin("GETHASH", "key hash-table &optional default", values=True, primary=gethash_value, expr=_INLINE)
def gethash(key: Any, table: Any, default: Any = None) -> Any:
    """Return the value of KEY in HASH-TABLE, and whether there is one; the value is DEFAULT if not."""
    if type(table) is not HashTable:
        value = _check(table).get(key, _MISSING)
    else:
        wrap = table.wrap[type(key)]
        value = table.data.get(key if wrap is None else wrap(key), _MISSING)
    return (default, None) if value is _MISSING else (value, T)


def _check(table: Any) -> HashTable:
    if not isinstance(table, HashTable):
        wrong_type(table, "HASH-TABLE")
    return table


@builtin("GETHASH", "new-value key hash-table &optional default", setf=True,
         store=(("type({2}) is HashTable and (type({1}) is Symbol or type({1}) is int)", "{2}.data[{1}] = {0}"),))
def set_gethash(new_value: Any, key: Any, table: Any, default: Any = None) -> Any:
    """Make NEW-VALUE the value of KEY in HASH-TABLE."""
    if type(table) is HashTable:
        wrap = table.wrap[type(key)]
        data = table.data
        if wrap is None:
            data[key] = new_value
            return new_value
        normal = key.s if wrap is TEXT and type(key.s) is str else wrap(key)
        if normal not in data and normal is not key:
            table.originals[normal] = key
        data[normal] = new_value
        return new_value
    elif type(table) is WeakHashTable and table.values == "none":
        from acl.runtime.conditions import error

        error("ERROR", "The hash table ~s has no values.", table)
    _check(table).put(key, new_value)
    return new_value


@builtin("PUTHASH-KEY", "key hash-table", package=EXCL)
def puthash_key(key: Any, table: Any) -> Any:
    """Put KEY into HASH-TABLE, usually made with :VALUES NIL; return the key that is there, as `gethash` does."""
    found = _check(table).get(key, _MISSING)
    if found is _MISSING:
        table.put(key, key)
        return key
    return found


@predicate("REMHASH", "key hash-table")
def remhash(key: Any, table: Any) -> bool:
    """Remove the entry of KEY from HASH-TABLE, and return true if there was one."""
    return _check(table).remove(key)


@builtin("CLRHASH", "hash-table")
def clrhash(table: Any) -> Any:
    """Remove all entries from HASH-TABLE, and return it."""
    _check(table).clear()
    return table


@builtin("MAPHASH", "function hash-table")
def maphash(function: Any, table: Any) -> Any:
    """Call FUNCTION with key and value of each entry of HASH-TABLE; it may change or remove that entry."""
    f = coerce_function(function)
    for key, value in _check(table).entries():
        f(key, value)
    return None


@predicate("HASH-TABLE-P", "object")
def hash_table_p(object: Any) -> bool:
    """Return true if OBJECT is a hash table."""
    return isinstance(object, HashTable)


@builtin("HASH-TABLE-COUNT", "hash-table")
def hash_table_count(table: Any) -> Any:
    """Return the number of entries of HASH-TABLE."""
    return _check(table).count()


@builtin("HASH-TABLE-SIZE", "hash-table")
def hash_table_size(table: Any) -> Any:
    """Return how many entries HASH-TABLE holds before it grows."""
    return max(_check(table).size, table.count())


@builtin("HASH-TABLE-REHASH-SIZE", "hash-table")
def hash_table_rehash_size(table: Any) -> Any:
    """Return the growth that HASH-TABLE was made with."""
    return _check(table).rehash_size


@builtin("HASH-TABLE-REHASH-THRESHOLD", "hash-table")
def hash_table_rehash_threshold(table: Any) -> Any:
    """Return the threshold that HASH-TABLE was made with."""
    return _check(table).rehash_threshold


@builtin("HASH-TABLE-TEST", "hash-table")
def hash_table_test(table: Any) -> Any:
    """Return the test of HASH-TABLE, a symbol for the standard ones."""
    return _check(table).test


@builtin("HASH-TABLE-WEAK-KEYS", "hash-table", package=EXCL)
def hash_table_weak_keys(table: Any) -> Any:
    """Return true if HASH-TABLE does not keep its keys from being garbage."""
    return T if _check(table).weak_keys else None


@builtin("HASH-TABLE-VALUES", "hash-table", package=EXCL)
def hash_table_values(table: Any) -> Any:
    """Return T, :WEAK, or NIL, the :VALUES that HASH-TABLE was made with."""
    return {"none": None, "weak": _WEAK}.get(_check(table).values, T)


@builtin("%HASH-TABLE-ITERATOR", "hash-table", package=SYSTEM)
def hash_table_iterator(table: Any) -> Any:
    """Return a function that returns T, key and value of the next entry of HASH-TABLE at each call, NIL at the end."""
    entries = _check(table).entries()

    def values() -> tuple[Any, ...]:
        for key, value in entries:
            return T, key, value
        return (None,)

    def advance() -> Any:
        return values()[0]

    advance.mv = values  # type: ignore[attr-defined]
    return advance


_with_iterator = template("(let ((#:next (%hash-table-iterator ,table))) "
                          "(macrolet ((,name () '(funcall #:next))) ,@body))")


@macro("WITH-HASH-TABLE-ITERATOR", "(name hash-table) &body body")
def with_hash_table_iterator(form: Any, env: Any) -> Any:
    """Run BODY with the local macro NAME, which returns T, key and value of the next entry of HASH-TABLE, or NIL."""
    binding = form.cdr.car
    return _with_iterator(name=binding.car, table=binding.cdr.car, body=form.cdr.cdr)


@builtin("SXHASH", "object")
def sxhash(object: Any) -> Any:
    """Return a hash code of OBJECT, a non-negative fixnum; EQUAL objects have the same in all sessions."""
    return _sxhash(object, 8)


_MASK = (1 << 60) - 1


def _sxhash(x: Any, depth: int) -> int:
    from zlib import crc32

    if type(x) is Cons:  # walked here, since it may be circular
        code = count = 0
        while type(x) is Cons and count < depth:
            code = (code * 31 + _sxhash(x.car, depth - 1)) & _MASK
            count += 1
            x = x.cdr
        return code ^ count
    if not isinstance(x, (tuple, bytes)):
        x = equal_key(x)
    if type(x) is int:
        return (x ^ (x >> 61)) & _MASK
    if isinstance(x, str):
        return crc32(x.lower().encode("utf-8", "surrogatepass"))  # as Allegro; users' tests of tables may ignore case
    if type(x) is Symbol:
        return crc32(x.name.encode("utf-8", "surrogatepass")) ^ 0x5BD1E995
    if type(x) is bytes:
        return crc32(x)
    if type(x) is tuple:
        code = len(x) if depth else 7
        for item in x[:depth]:
            code = (code * 31 + _sxhash(item, depth - 1)) & _MASK
        return code
    return crc32((x if isinstance(x, type) else type(x)).__name__.encode())


