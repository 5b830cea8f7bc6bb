"""`copy`, `pickle` and processes of Python with Lisp objects."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import acl

WAYS: list[Callable[[Any], Any]] = [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]
WITH_THEMSELVES_INSIDE = ["(let ((l (list 1 nil))) (setf (cadr l) l) l)",
                          "(let ((v (vector 1 nil))) (setf (aref v 1) (list v v)) v)"]
CONTENTS = [
    "'(1 (2 . 3) \"four\" #\\5 :six seven 2/3 1.5 1.5d0 #c(1 2))", "(vector 1 \"x\" (list 'y))", "#*1010",
    "(make-array '(2 2) :initial-contents '((1 2) (3 4)))", "(make-array 4 :element-type '(unsigned-byte 8))",
    "(make-array 3 :fill-pointer 2 :adjustable t :initial-element 1)", "#p\"/tmp/x.lisp\"", "#*",
    "(let ((l (list 1 2 3))) (setf (cdddr l) l) l)", "(let ((l (list 1 2 3 4))) (setf (cdddr l) (cdr l)) l)",
    *WITH_THEMSELVES_INSIDE, "(let ((s (copy-seq \"abc\"))) (setf (char s 0) #\\x) s)", "'(a . b)",
]


@pytest.mark.parametrize("text", CONTENTS)
@pytest.mark.parametrize("way", [*WAYS, copy.copy], ids=["deepcopy", "pickle", "copy"])
def test_contents(way: Callable[[Any], Any], text: str) -> None:
    """A copy prints as the original does."""
    original = acl.eval(f"(list {text})").car  # a string itself would become a Python one
    copied = way(original)
    assert copied is not original
    assert repr(copied) == repr(original) or (way is copy.copy and text in WITH_THEMSELVES_INSIDE)


@pytest.mark.parametrize("text", ["'symbol", ":keyword", "'car", "*package*", "(find-class 'standard-object)",
                                  "(find-class 'type-error)"])
@pytest.mark.parametrize("way", [*WAYS, copy.copy])
def test_what_is_itself(way: Callable[[Any], Any], text: str) -> None:
    """What Lisp knows by name is the same object afterwards, inside other objects too."""
    original = acl.eval(text)
    assert way(original) is original
    assert way(acl.eval(f"(list {text} #\\a)")).car is original
    assert acl.eval("(lambda (l) (eql (second l) #\\a))")(way(acl.eval(f"(list {text} #\\a)"))) is True


@pytest.mark.parametrize("way", WAYS)
def test_identity_inside(way: Callable[[Any], Any]) -> None:
    """What is one object in the original is one in the copy, and is not the original's."""
    pair = way(acl.eval("(let ((s (list \"x\"))) (vector s s (make-symbol \"G\")))"))
    assert acl.eval("(lambda (v) (eq (aref v 0) (aref v 1)))")(pair) is True
    acl.eval("(defclass copied-part () ((name :initarg :name) (whole :initarg :whole)))")
    acl.eval("(defstruct copied-whole parts)")
    whole = acl.eval("""(let ((w (make-copied-whole)))
                          (setf (copied-whole-parts w) (list (make-instance 'copied-part :name "a" :whole w))) w)""")
    copied = way(whole)
    assert copied is not whole
    part = copied.parts.car
    assert (part.name, part.whole is copied, type(part) is acl.eval("(find-class 'copied-part)")) == ("a", True, True)


def test_copies_are_apart() -> None:
    """Writing into a copy, a shallow one too, leaves the original alone."""
    change = acl.eval("""(lambda (x) (etypecase x (string (setf (char x 0) #\\z)) (array (setf (row-major-aref x 0) 1))
                                                  (cons (setf (cdr x) 7)) (hash-table (setf (gethash 1 x) 7))))""")
    for text in ("(vector 1 2)", "(copy-seq #*00)", "(make-array '(1 2) :initial-element 0)", "(list 1 2)",
                 "(make-array 2 :fill-pointer 1 :initial-element 0)", "(list (copy-seq \"ab\"))",
                 "(let ((h (make-hash-table))) (setf (gethash 1 h) 2) h)"):
        for way in (copy.copy, *WAYS):
            original = acl.eval(text)
            before = repr(acl.python_data(original))
            change(way(original))
            assert repr(acl.python_data(original)) == before


@pytest.mark.parametrize("way", [*WAYS, copy.copy])
def test_hash_tables(way: Callable[[Any], Any]) -> None:
    """Keys are found again, by whatever test."""
    table = acl.eval("""(let ((h (make-hash-table :test 'equal :size 50)))
                          (setf (gethash "a" h) 1 (gethash '(1 b) h) 2 (gethash :self h) h) h)""")
    copied = way(table)
    look = acl.eval("(lambda (h) (list (gethash \"a\" h) (gethash '(1 b) h) (hash-table-count h) (hash-table-test h)))")
    assert repr(look(copied)) == "(1 2 3 EQUAL)"
    if way is not copy.copy:
        assert acl.eval("(lambda (h) (eq h (gethash :self h)))")(copied) is True


def test_weak_tables_and_tests_of_one_s_own() -> None:
    """They are copied as what they are, but not pickled."""
    acl.eval("(defun same-parity (a b) (eql (mod a 2) (mod b 2)))")
    for options in (":weak-keys t", ":values :weak", ":test 'same-parity"):
        table = acl.eval(f"(let ((h (make-hash-table {options}))) (setf (gethash 3 h) 'five) h)")
        assert acl.eval("(lambda (h) (not (null (gethash 3 h))))")(copy.copy(table)) is True
        assert acl.eval("(lambda (h) (not (null (gethash 3 h))))")(copy.deepcopy(table)) is True
        with pytest.raises(TypeError, match="cannot pickle"):
            pickle.dumps(table)
    assert acl.eval("(lambda (h) (eq (gethash 1 h) 'five))")(copy.copy(table)) is True


def test_long_lists() -> None:
    """Their length takes no stack."""
    numbers = acl.eval("(loop for i below 200000 collect i)")
    for way in (copy.copy, *WAYS):
        assert sum(way(numbers)) == sum(range(200_000))


def test_conditions() -> None:
    """Conditions keep class, slots and report."""
    acl.eval("""(define-condition copied-trouble (error) ((what :initarg :what :reader what))
                  (:report (lambda (c s) (format s "trouble with ~s" (what c)))))""")
    try:
        acl.eval("(error 'copied-trouble :what '(a \"b\"))")
    except acl.Error as e:
        trouble = e
    for way in WAYS:
        copied = way(trouble)
        assert (type(copied), str(copied), repr(copied.what)) == (type(trouble), 'trouble with (A "b")', '(A "b")')
        with pytest.raises(acl.Error, match="trouble with"):
            raise copied


def test_functions() -> None:
    """Global functions are pickled by name, which may have dots; one that is the function no more is not."""
    acl.eval("(defpackage :copied.web (:use :cl))")
    acl.eval("(progn (defun start (x) (* 2 x)) (defmethod area ((x integer)) x))", "COPIED.WEB")
    for name in ("copied.web::start", "copied.web::area", "car", "copied.web::area"):
        function = acl.function(name)
        assert acl.function(name) is function
        assert pickle.loads(pickle.dumps(function)) is function
    start = acl.function("copied.web::start")
    acl.eval("(defun start (x) (* 3 x))", "COPIED.WEB")
    with pytest.raises(pickle.PicklingError, match="not the same object"):
        pickle.dumps(start)
    with pytest.raises(pickle.PicklingError):
        pickle.dumps(acl.eval("(lambda (x) x)"))


def test_what_cannot_be_copied() -> None:
    """Streams, and instances of classes that no name leads to."""
    for way in (copy.copy, *WAYS):
        with pytest.raises(TypeError, match="cannot pickle or copy"):
            way(acl.eval("(make-string-input-stream \"a\")"))
    lost = acl.eval("(progn (defclass lost () ()) (prog1 (make-instance 'lost) (setf (find-class 'lost) nil)))")
    with pytest.raises(TypeError, match="not the class of its name"):
        pickle.dumps(lost)


def test_what_this_lisp_lacks(tmp_path: Path) -> None:
    """A pickle that names a package, class or function that is not loaded says so."""
    make = """import acl, pickle, sys
acl.eval("(defpackage :elsewhere (:use :cl))")
acl.eval("(progn (defclass thing () ()) (defun act () 1))", "ELSEWHERE")
for text in ("'elsewhere::x", "(list (make-instance 'elsewhere::thing))"):
    sys.stdout.write(pickle.dumps(acl.eval(text)).hex() + "\\n")
sys.stdout.write(pickle.dumps(acl.function("elsewhere::act")).hex() + "\\n")
"""
    done = subprocess.run([sys.executable, "-c", make], capture_output=True, text=True, check=True)
    for line in done.stdout.split():
        with pytest.raises(LookupError, match=r"there is no Lisp .*; load what defines it first"):
            pickle.loads(bytes.fromhex(line))


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_processes(method: str, tmp_path: Path) -> None:
    """Lisp functions work in the processes of `concurrent.futures`, whose errors come back as Lisp's."""
    program = tmp_path / "work.py"
    program.write_text(f"""import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import acl

acl.eval("(defun work (x) (if (eql x 3) (error 'type-error :datum x :expected-type 'symbol) (list x 'done)))")

if __name__ == "__main__":
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context({method!r})) as pool:
        print(list(pool.map(acl.function("work"), [1, acl.eval("'(a . b)")])))
        try:
            pool.submit(acl.function("work"), 3).result()
        except acl.Error as e:
            print(type(e).__name__, e.datum, e.expected_type is acl.eval("'symbol"), "in WORK" in str(e.__cause__))
""")
    done = subprocess.run([sys.executable, str(program)], capture_output=True, text=True, check=False, timeout=100)
    assert (done.stdout, done.stderr) == ("[(1 DONE), ((A . B) DONE)]\nTYPE-ERROR 3 True True\n", "")


def test_circular_objects_are_shown() -> None:
    """The `repr` of a circular list ends."""
    assert repr(acl.eval("(let ((l (list 1 2))) (setf (cddr l) l) l)")) == "#1=(1 2 . #1#)"
    assert repr(acl.eval("(let ((v (vector 1 nil))) (setf (aref v 1) v) v)")) == "#1=#(1 #1#)"
