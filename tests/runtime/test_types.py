"""The set algebra behind `subtypep` against the predicates behind `typep`, with random types and many objects."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from acl.reader import read_from_text
from acl.runtime.typesys import subtypep, typep
from acl.runtime.typesys.algebra import parse
from acl.session import evaluate


def _forms(text: str) -> list[Any]:
    from acl.reader import read_all

    return list(read_all(text))


OBJECTS: list[Any] = [evaluate(form) for form in _forms(r"""
    nil t 'a :a 0 1 -1 5 100 (expt 2 70) (- (expt 2 70)) 1/2 -7/3 0.0 -0.0 0.0d0 -0.0d0 1.0 2.5 -1.5d0 1d300
    #\a #\Newline (code-char 1000) #c(1 2) #c(1/2 1) #c(1.0 2.0) #c(1d0 0d0) '(1) '(1 . 2) '(a b) '(nil) '((1))
    "" "abc" (vector) (vector 1 2) #*101 (make-array '(2 3)) (make-array nil) (make-array 3 :fill-pointer 2)
    (make-array 2 :element-type '(unsigned-byte 8)) (make-array 2 :element-type 'character :adjustable t)
    #'car (lambda (x) x) (find-package :cl) (make-hash-table) (make-condition 'type-error) *standard-output*
    (find-class 'integer) *random-state* *readtable*""")]

ATOMS = [*"""t nil atom cons list null symbol keyword boolean number real rational integer ratio float single-float
    double-float complex fixnum bignum bit unsigned-byte character standard-char array simple-array vector string
    simple-string simple-vector bit-vector simple-bit-vector sequence function hash-table package stream condition error
    type-error standard-object class""".split(),
    "(eql 0)", "(eql 0.0)", "(eql -0.0)", "(member a nil 1)", "(integer 0 5)", "(integer (0) 5)", "(rational 0 1)",
    "(rational (0) (1))", "(real -1.5 2)", "(single-float 0.0 (1.0))", "(float (0.0))", "(float * 0.0)", "(mod 3)",
    "(unsigned-byte 8)", "(signed-byte 8)", "(string 3)", "(array t (2 3))", "(array t 2)", "(array * 1)",
    "(simple-array * (2))", "(vector t 2)", "(array (unsigned-byte 8))", "(complex single-float)", "(complex rational)"]

specs = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.one_of(
        st.builds("(and {} {})".format, inner, inner), st.builds("(or {} {})".format, inner, inner),
        st.builds("(not {})".format, inner), st.builds("(cons {} {})".format, inner, inner)), max_leaves=5)


@settings(max_examples=150, deadline=None)
@given(specs)
def test_sets_hold_what_predicates_accept(text: str) -> None:
    """An object is in the set of a type just if it is of the type."""
    spec = read_from_text(text)
    bounds = parse(spec)
    for x in OBJECTS:
        assert bounds.lower.holds(x) == typep(x, spec), (text, x)


def _open(*specifiers: str) -> bool:
    """True if *specifiers* speak of CLASS and of what a program's class may be besides: a function, a stream."""
    words = set(re.findall(r"[\w-]+", " ".join(specifiers)))
    return "class" in words and not words.isdisjoint({"function", "stream"})


@settings(max_examples=200, deadline=None)
@given(specs, specs)
def test_subtypes_are_subsets(a: str, b: str) -> None:
    """No object refutes a subtype relation, and the relation is decided, where programs cannot change it."""
    first, second = read_from_text(a), read_from_text(b)
    is_it, sure = subtypep(first, second)
    assert sure or _open(a, b)
    if is_it:
        for x in OBJECTS:
            assert not typep(x, first) or typep(x, second), (a, b, x)


@settings(max_examples=100, deadline=None)
@given(specs, specs)
def test_laws(a: str, b: str) -> None:
    """Parts of unions and intersections, and double negation."""
    for left, right in ((a, f"(or {a} {b})"), (f"(and {a} {b})", a), (f"(not (not {a}))", a), (a, f"(not (not {a}))"),
                        (f"(not (or {a} {b}))", f"(and (not {a}) (not {b}))")):
        assert subtypep(read_from_text(left), read_from_text(right)) == (True, True), (left, right)
