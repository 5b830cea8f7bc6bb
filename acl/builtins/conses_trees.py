"""Trees of conses: copying, comparing, substituting (CLHS 14.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from acl.builtins.declare import builtin, predicate
from acl.runtime.predicates import key_function, matcher, satisfies, two_tests
from acl.types.base import wrong_type
from acl.types.cons import Cons

Change = Callable[[Any], Any]


@builtin("COPY-TREE", "tree")
def copy_tree(tree: Any) -> Any:
    """Return a copy of all the conses of TREE."""
    if type(tree) is not Cons:
        return tree
    head = tail = Cons(copy_tree(tree.car), tree.cdr)
    x = tree.cdr
    while type(x) is Cons:
        tail.cdr = tail = Cons(copy_tree(x.car), x.cdr)
        x = x.cdr
    return head


@predicate("TREE-EQUAL", "tree-1 tree-2 &key test test-not")
def tree_equal(tree_1: Any, tree_2: Any, *, test: Any = None, test_not: Any = None) -> bool:
    """Return true if both trees have the same shape and their leaves satisfy the test."""
    return _tree_equal(tree_1, tree_2, two_tests(test, test_not))


def _tree_equal(a: Any, b: Any, same: Callable[[Any, Any], Any]) -> bool:
    while type(a) is Cons:
        if type(b) is not Cons or not _tree_equal(a.car, b.car, same):
            return False
        a, b = a.cdr, b.cdr
    return type(b) is not Cons and bool(same(a, b))


_SAME = object()
"""What a change returns for a subtree that is to be looked into."""


def _substitute(tree: Any, change: Change) -> Any:
    """Return *tree* with the subtrees that *change* maps to something replaced; unchanged parts are shared."""
    spine = []
    while True:
        new = change(tree)
        if new is not _SAME or type(tree) is not Cons:
            break
        spine.append((tree, _substitute(tree.car, change)))
        tree = tree.cdr
    result = tree if new is _SAME else new
    for cell, car in reversed(spine):
        result = cell if car is cell.car and result is cell.cdr else Cons(car, result)
    return result


def _nsubstitute(tree: Any, change: Change) -> Any:
    """Do the same by changing the conses of *tree*."""
    new = change(tree)
    if new is not _SAME:
        return new
    x = tree
    while type(x) is Cons:
        x.car = _nsubstitute(x.car, change)
        new = change(x.cdr)
        if new is not _SAME:
            x.cdr = new
            break
        x = x.cdr
    return tree


def _replacing(new: Any, matches: Change) -> Change:
    return lambda x: new if matches(x) else _SAME


@builtin("SUBST", "new old tree &key test test-not key")
def subst(new: Any, old: Any, tree: Any, *, test: Any = None, test_not: Any = None, key: Any = None) -> Any:
    """Return TREE with NEW in place of each subtree that satisfies the test with OLD."""
    return _substitute(tree, _replacing(new, matcher(old, test, test_not, key)))


@builtin("SUBST-IF", "new predicate tree &key key")
def subst_if(new: Any, predicate: Any, tree: Any, *, key: Any = None) -> Any:
    """Return TREE with NEW in place of each subtree that satisfies PREDICATE."""
    return _substitute(tree, _replacing(new, satisfies(predicate, key)))


@builtin("SUBST-IF-NOT", "new predicate tree &key key")
def subst_if_not(new: Any, predicate: Any, tree: Any, *, key: Any = None) -> Any:
    """Return TREE with NEW in place of each subtree that does not satisfy PREDICATE."""
    return _substitute(tree, _replacing(new, satisfies(predicate, key, True)))


@builtin("NSUBST", "new old tree &key test test-not key")
def nsubst(new: Any, old: Any, tree: Any, *, test: Any = None, test_not: Any = None, key: Any = None) -> Any:
    """Put NEW in place of each subtree of TREE that satisfies the test with OLD."""
    return _nsubstitute(tree, _replacing(new, matcher(old, test, test_not, key)))


@builtin("NSUBST-IF", "new predicate tree &key key")
def nsubst_if(new: Any, predicate: Any, tree: Any, *, key: Any = None) -> Any:
    """Put NEW in place of each subtree of TREE that satisfies PREDICATE."""
    return _nsubstitute(tree, _replacing(new, satisfies(predicate, key)))


@builtin("NSUBST-IF-NOT", "new predicate tree &key key")
def nsubst_if_not(new: Any, predicate: Any, tree: Any, *, key: Any = None) -> Any:
    """Put NEW in place of each subtree of TREE that does not satisfy PREDICATE."""
    return _nsubstitute(tree, _replacing(new, satisfies(predicate, key, True)))


def _by_alist(alist: Any, test: Any, test_not: Any, key: Any) -> Change:
    same = two_tests(test, test_not)
    k = key_function(key)
    pairs = []
    while type(alist) is Cons:
        if type(alist.car) is Cons:
            pairs.append((alist.car.car, alist.car.cdr))
        elif alist.car is not None:
            wrong_type(alist.car, "LIST")
        alist = alist.cdr
    if alist is not None:
        wrong_type(alist, "LIST")

    def change(x: Any) -> Any:
        probe = x if k is None else k(x)
        for old, new in pairs:
            if same(probe, old):
                return new
        return _SAME

    return change


@builtin("SUBLIS", "alist tree &key test test-not key")
def sublis(alist: Any, tree: Any, *, test: Any = None, test_not: Any = None, key: Any = None) -> Any:
    """Return TREE with each subtree that is a car of ALIST replaced by the cdr that goes with it."""
    return _substitute(tree, _by_alist(alist, test, test_not, key))


@builtin("NSUBLIS", "alist tree &key test test-not key")
def nsublis(alist: Any, tree: Any, *, test: Any = None, test_not: Any = None, key: Any = None) -> Any:
    """Replace each subtree of TREE that is a car of ALIST by the cdr that goes with it."""
    return _nsubstitute(tree, _by_alist(alist, test, test_not, key))
