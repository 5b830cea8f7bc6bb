"""Hash tables and sxhash agree with the equality predicates."""

from __future__ import annotations

import gc
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from acl.builtins.hashtables import make_hash_table, set_gethash, sxhash
from acl.types.array import BIT_TYPE, CHAR, GeneralArray, SimpleVector, string
from acl.types.cons import Cons, lisp_list
from acl.types.equality import eql, equal, equalp
from acl.types.hashtable import eql_key, equal_key, equalp_key
from acl.types.number import make_complex, ratio, single
from acl.types.symbol import T, cl, keyword

FLOATS = (0.0, -0.0, 1.0, 0.5, 2.0, float("inf"))
ATOMS = st.one_of(
    st.integers(-2, 2), st.sampled_from(FLOATS), st.sampled_from(FLOATS).map(single),
    st.builds(ratio, st.integers(-2, 2), st.integers(1, 3)),
    st.builds(make_complex, st.integers(0, 1), st.integers(0, 1)),
    st.sampled_from("aAb").map(CHAR.__getitem__), st.sampled_from([None, T, cl("CAR"), keyword("A")]),
    st.text("aAb", max_size=2).map(string),
    st.lists(st.integers(0, 1), max_size=2).map(BIT_TYPE.make),
    st.text("aAb", min_size=2, max_size=3).map(lambda s: GeneralArray((len(s),), string(s), fill_pointer=1)),
)
OBJECTS = st.recursive(ATOMS, lambda x: st.one_of(st.builds(Cons, x, x), st.lists(x, max_size=2).map(SimpleVector)),
                       max_leaves=4)


@settings(max_examples=400, deadline=None)
@given(OBJECTS, OBJECTS)
def test_normal_forms(a: Any, b: Any) -> None:
    """Two objects have the same normal form exactly if the predicate says they are the same."""
    for same, key in ((eql, eql_key), (equal, equal_key), (equalp, equalp_key)):
        assert same(a, b) == (key(a) == key(b) and hash(key(a)) == hash(key(b)))
        assert same(a, a)
    if equal(a, b):
        assert sxhash(a) == sxhash(b)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(OBJECTS, st.integers()), max_size=8))
def test_table_against_list(pairs: list[tuple[Any, int]]) -> None:
    """A table holds for each key the value stored last, and the key that came first."""
    for test, same in (("EQL", eql), ("EQUAL", equal), ("EQUALP", equalp)):
        table = make_hash_table(test=cl(test))
        model: list[list[Any]] = []
        for key, value in pairs:
            set_gethash(value, key, table)
            found = next((entry for entry in model if same(entry[0], key)), None)
            if found is None:
                model.append([key, value])
            else:
                found[1] = value
        assert [value for _, value in table.entries()] == [value for _, value in model]
        assert all(eql(k, m[0]) for (k, _), m in zip(table.entries(), model, strict=True))


def test_weak_tables() -> None:
    """Entries go with their keys or values."""
    weak_keys = make_hash_table(weak_keys=T)
    weak_values = make_hash_table(values=keyword("WEAK"))
    x = lisp_list(1)
    set_gethash(1, x, weak_keys)
    set_gethash(x, 1, weak_values)
    assert weak_keys.get(x) == 1 and weak_values.get(1) is x
    del x
    gc.collect()
    assert weak_keys.count() == 0 and weak_values.count() == 0
