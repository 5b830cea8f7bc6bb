"""Classes as Python sees them."""

from __future__ import annotations

from typing import Any

import pytest

from acl.boot import boot
from acl.clos.base import StandardObject, class_of, class_precedence, find_class, instance_of, intern_class, make_class
from acl.reader import read_from_text
from acl.session import evaluate
from acl.types.array import string
from acl.types.cons import Cons
from acl.types.symbol import USER, cl

boot()


def run(text: str) -> Any:
    """Evaluate all forms of *text*; return the value of the last."""
    return evaluate(read_from_text(f"(progn {text})", USER))


@pytest.mark.parametrize(("x", "name"), [
    (1, "FIXNUM"), (1 << 100, "BIGNUM"), (1.0, "DOUBLE-FLOAT"), (None, "NULL"), (Cons(1, None), "CONS"),
    (string("a"), "STRING"), (cl("CAR"), "SYMBOL"), (len, "FUNCTION"), (StandardObject, "STANDARD-CLASS"),
    (find_class("INTEGER"), "BUILT-IN-CLASS"), (find_class("T"), "BUILT-IN-CLASS"),
])
def test_class_of(x: Any, name: str) -> None:
    """Every object has a class."""
    assert class_of(x)._lisp.name is cl(name)


def test_precedence_list_of_null() -> None:
    """NULL is a symbol first, a list second."""
    names = [c._lisp.name.name for c in class_precedence(find_class("NULL"))]
    assert names == ["NULL", "SYMBOL", "LIST", "SEQUENCE", "T"]


def test_instance_of_stand_in() -> None:
    """Instances of a built-in class are Python's own."""
    assert instance_of(3, find_class("RATIONAL")) and not instance_of(3, find_class("FLOAT"))


def test_python_attribute() -> None:
    """A slot is an attribute, by its Lisp name in Python's spelling too."""
    x = run("(defclass car-of-mine () ((max-speed :initarg :max-speed))) (make-instance 'car-of-mine :max-speed 3)")
    assert x.max_speed == 3
    with pytest.raises(AttributeError):
        x.min_speed  # noqa: B018


def test_class_and_exception() -> None:
    """A Lisp class may also derive from a Python exception."""
    cls = make_class(USER.intern("OOPS"), (StandardObject, Exception))
    with pytest.raises(Exception) as caught:
        raise cls("x")
    assert class_of(caught.value) is cls


def test_intern_class_with_slots() -> None:
    """Python code makes a class with slots that Lisp initializes."""
    intern_class("BOX-OF-PYTHON", package=USER, slots=("CONTENTS", ("SIZE", "SIZE", lambda: 4)))
    assert run("(let ((b (make-instance 'box-of-python :contents 1)))"
               " (+ (slot-value b 'contents) (slot-value b 'size)))") == 5


def test_redefinition_reaches_callers() -> None:
    """Compiled code sees a class that is defined again, and new methods on initialize-instance."""
    run("(defclass again () ((a :initarg :a))) (defun make-again () (make-instance 'again :a 1))")
    assert run("(slot-value (make-again) 'a)") == 1
    run("(defclass again () ((b :initform 2) (a :initarg :a)))")
    assert run("(slot-value (make-again) 'b)") == 2
    run("(defmethod initialize-instance :after ((x again) &key) (setf (slot-value x 'b) 3))")
    assert run("(slot-value (make-again) 'b)") == 3


def test_generic_function_stays_the_same_object() -> None:
    """A function that was taken with #' sees methods that are added later."""
    f = run("(defgeneric kept (x) (:method (x) :t)) #'kept")
    assert f(1) is read_from_text(":t")
    run("(defmethod kept ((x integer)) :integer)")
    assert f(1) is read_from_text(":integer")
