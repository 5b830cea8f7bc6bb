"""The cache of loaded files: the second load compiles nothing, and does what the first did, whatever has changed."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

DRIVER = """
import sys
import acl.boot
acl.boot.boot()
import acl.compiler
from acl.builtins import load_cache
compiled = 0
real = acl.compiler.compile_form
def counted(*args, **keywords):
    global compiled
    compiled += 1
    return real(*args, **keywords)
acl.compiler.compile_form = load_cache.compile_form = counted
import os, resource
import acl
if "LIMIT" in os.environ:  # no file can grow longer, as if the disk were full
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(os.environ["LIMIT"]), -1))
for file in sys.argv[1:-1]:
    acl.load(file)
print(compiled)
print(" ".join(str(acl.eval(sys.argv[-1])).split()))
"""

PROGRAM = """
(defpackage :cached (:use :cl) (:export #:area))
(in-package :cached)
(defvar *count* 0 "How often.")
(defparameter *table* (make-hash-table :test #'equal))
(defconstant +limit+ (* 2 21))
(deftype small () '(integer 0 100))
(defstruct point (x 0) (y 0 :type integer))
(defclass shape () ((name :initarg :name :accessor shape-name)) (:documentation "A shape."))
(define-condition cached-error (error) ((n :initarg :n :reader cached-error-n)))
(defgeneric area (shape))
(defmethod area ((shape shape)) (length (shape-name shape)))
(defmethod area :around ((shape point)) (list :around (call-next-method)))
(defmethod area ((p point)) (* (point-x p) (point-y p)))
(defmacro counting (&body body) `(progn (incf *count*) ,@body))
(defmacro with-gensym ((var value) &body body)
  (let ((g (gensym))) `(let* ((,g ,value) (,var ,g)) ,@body)))
(defun name-of (x) (intern (concatenate 'string "NAME-OF-" (symbol-name x))))
(defmacro define-named (x) `(defun ,(name-of x) () ',x))
(define-named apple)
(define-symbol-macro the-count *count*)
(defsetf head (c) (v) `(progn (rplaca ,c ,v) ,v))
(define-compiler-macro twice (x) `(* 2 ,x))
(defun twice (x) "Twice X." (+ x x))
(let ((n 0)) (defun next () (incf n)))
(defun summary (&optional (p (make-point :x 2 :y 3)) &key (test #'eql))
  (declare (ignore test))
  (counting
    (with-gensym (a (area p))
      (let ((c (list 1)))
        (setf (head c) +limit+ (point-x p) 7)
        (values (list a c (point-x p) (typep 5 'small) (twice 4) (next) (next) the-count (name-of-apple)
                      (handler-case (error 'cached-error :n 3) (cached-error (e) (cached-error-n e)))
                      (area (make-instance 'shape :name "abc")) (documentation 'twice 'function) '(a #1=b #1#))
                p)))))
(setf (gethash "k" *table*) '(1 2))
'only-read-here
(setq *count* 10)
"""
RESULT = '(prin1-to-string (list (multiple-value-list (cached::summary)) (gethash "k" cached::*table*)' \
         ' (find-symbol "ONLY-READ-HERE" :cached) (package-name *package*)))'


class Lisp:
    """Starts Lisps that share a cache folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cache = folder / "cache" / "acl" / "loaded"

    def run(self, *files: Path, form: str = RESULT, **environment: str) -> tuple[int, str]:
        """Load *files*, evaluate *form*; return how often something was compiled meanwhile, and the value."""
        settings = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "ACL_CACHE": "on",
                    "XDG_CACHE_HOME": str(self.folder / "cache"), **environment}
        done = subprocess.run([sys.executable, "-c", DRIVER, *map(str, files), form], env=settings, capture_output=True,
                              text=True, timeout=100, check=False)
        assert done.returncode == 0, done.stderr
        count, value = done.stdout.strip().split("\n")[-2:]
        return int(count), value

    def write(self, name: str, text: str) -> Path:
        """Write a file, padded to be worth caching."""
        path = self.folder / name
        path.write_text(text + "\n" + ";" * 300 + "\n")
        return path

    def files(self) -> list[Path]:
        """Return the cache files."""
        return sorted(self.cache.iterdir()) if self.cache.exists() else []


@pytest.fixture
def lisp(tmp_path: Path) -> Lisp:
    """A cache folder of its own."""
    return Lisp(tmp_path)


def test_second_load_compiles_nothing(lisp: Lisp) -> None:
    """What the cache does is what loading the source does: definitions, values, symbols that were only read."""
    program = lisp.write("program.cl", PROGRAM)
    plain = lisp.run(program, ACL_CACHE="off")
    first = lisp.run(program)
    second = lisp.run(program)
    assert plain[1] == first[1] == second[1]
    assert "ONLY-READ-HERE" in second[1]
    assert plain[0] == first[0] > 30
    assert second[0] == 0
    assert len(lisp.files()) == 1


def test_an_edit_is_seen(lisp: Lisp) -> None:
    """A file that has changed is compiled anew; so is one that uses the macros of another file that has changed."""
    macros = lisp.write("macros.cl", "(defmacro wrap (x) `(list :old ,x))")
    user = lisp.write("user.cl", "(defun use (x) (wrap x))")
    for expected in ((2, "(:OLD 1)"), (0, "(:OLD 1)")):
        assert lisp.run(macros, user, form="(prin1-to-string (use 1))") == expected
    lisp.write("macros.cl", "(defmacro wrap (x) `(list :new ,x))")
    assert lisp.run(macros, user, form="(prin1-to-string (use 1))") == (2, "(:NEW 1)")
    lisp.write("user.cl", "(defun use (x) (wrap (list x)))")
    assert lisp.run(macros, user, form="(prin1-to-string (use 1))") == (1, "(:NEW (1))")
    assert lisp.run(user, macros, form="(fboundp 'use)")[1] == "True"


OUTSIDE = [
    "(if (sys:getenv \"OUTSIDE\") (defmacro m () 2) (defmacro m () 1))",
    "(defun outside () (sys:getenv \"OUTSIDE\")) (defmacro m () (if (outside) 2 1))",
    "(defvar *m* (if (sys:getenv \"OUTSIDE\") 2 1)) (defmacro m () *m*)",
    "(defconstant +m+ (if (sys:getenv \"OUTSIDE\") 2 1)) (defmacro m () '+m+)",
    "(defmacro m () '#.(if (sys:getenv \"OUTSIDE\") 2 1))",
    "(defmacro m () (macrolet ((outside () (if (sys:getenv \"OUTSIDE\") 2 1))) (outside)))",
    "(defmacro m () (funcall 'outside)) (defun outside () (if (sys:getenv \"OUTSIDE\") 2 1))",
    "(deftype outside () (if (sys:getenv \"OUTSIDE\") 'integer 'symbol)) (defmacro m () '(if (typep 3 'outside) 2 1))",
    "(define-compiler-macro cm () (if (sys:getenv \"OUTSIDE\") 2 1)) (defun cm () 0) (defmacro m () '(cm))",
    "(defun set-up () (when (sys:getenv \"OUTSIDE\") (eval '(defmacro m () 2)))) (defmacro m () 1) (set-up)",
    "(define-symbol-macro sm (sys:getenv \"OUTSIDE\")) (defmacro m () '(if sm 2 1))",
    "(defvar *v* (sys:getenv \"OUTSIDE\")) (defconstant +m+ (if *v* 2 1)) (defmacro m () '+m+)",
    "(defvar *h* (make-hash-table)) (setf (gethash 1 *h*) (sys:getenv \"OUTSIDE\"))"
    " (defconstant +m+ (if (gethash 1 *h*) 2 1)) (defmacro m () '+m+)",
    "(setf (get 'm :out) (sys:getenv \"OUTSIDE\")) (defmacro m () (if (get 'm :out) 2 1))",
    "(defvar *v* 1) (defun set-v () (setq *v* (sys:getenv \"OUTSIDE\"))) (set-v)\n"
    "(defconstant +m+ (if *v* 2 1)) (defmacro m () '+m+)",
    "(defun a () 1) (defun b () 2)\n(setf (symbol-function 'o) (if (sys:getenv \"OUTSIDE\") #'b #'a))"
    " (defmacro m () (o))",
    "(setq *read-base* (if (sys:getenv \"OUTSIDE\") 16 10))\n"
    "(defconstant +m+ (if (= 10 #xa) 1 2)) (defmacro m () '+m+)",
    "(defun set-base () (setq *read-base* (if (sys:getenv \"OUTSIDE\") 16 10))) (set-base)\n"
    "(defconstant +m+ (if (= 10 #xa) 1 2)) (defmacro m () '+m+)",
    "(if (sys:getenv \"OUTSIDE\") (push :outside *features*))\n(defmacro m () #+outside 2 #-outside 1)",
]


@pytest.mark.parametrize("text", OUTSIDE)
def test_what_depends_on_the_world_is_not_cached(lisp: Lisp, text: str) -> None:
    """Code that depends on something outside the texts is compiled again at each load."""
    file = lisp.write("file.cl", text + "\n(defun value () (m))")
    later = lisp.write("later.cl", "(defun later () (list (m)))")
    form = "(prin1-to-string (list (value) (later)))"
    assert lisp.run(file, later, form=form)[1] == "(1 (1))"
    assert lisp.run(file, later, form=form, OUTSIDE="yes")[1] == "(2 (2))"


EFFECTS = """
(defstruct place name)
(defvar *places* (make-hash-table :test #'equal))
(defvar *log* nil)
(defvar *squares* (loop for i below 5 collect (* i i)))
(defvar *home* (or (sys:getenv "HOME") "none"))
(defvar *lock* (mp:make-process-lock))
(defun register (name) (push name *log*) (setf (gethash name *places*) (make-place :name name)))
(register "here")
(dolist (name '("a" "b")) (register name))
(setf (get 'register :count) (length *log*))
"""


def test_effects_on_data(lisp: Lisp) -> None:
    """Forms that fill tables and variables, whatever with, do not end what is cached; they run at each load."""
    file = lisp.write("file.cl", EFFECTS)
    form = "(prin1-to-string (list *squares* *log* (hash-table-count *places*) (get 'register :count)))"
    expected = '((0 1 4 9 16) ("b" "a" "here") 3 3)'
    assert lisp.run(file, form=form)[1] == expected
    assert lisp.run(file, form=form) == (0, expected)


def test_expanders_with_effects_are_called(lisp: Lisp) -> None:
    """A macro that keeps account of its calls does so at each load."""
    file = lisp.write("file.cl", "(defvar *seen* nil)\n(defmacro note (x) (push x *seen*) `',x)\n(note a)\n"
                                 "(defun f () (note b))\n(note c)")
    for _ in range(3):
        assert lisp.run(file, form="(prin1-to-string (list *seen* (f)))")[1] == "((C B A) B)"


def test_loads_inside_files(lisp: Lisp) -> None:
    """A file that loads others is cached together with them, and notices when they change."""
    part = lisp.write("part.cl", "(defmacro part () 1)")
    whole = lisp.write("whole.cl", f'(load "{part}")\n(defun whole () (list (part)))')
    for expected in (3, 0):
        assert lisp.run(whole, form="(prin1-to-string (whole))") == (expected, "(1)")
    lisp.write("part.cl", "(defmacro part () 2)")
    assert lisp.run(whole, form="(prin1-to-string (whole))")[1] == "(2)"


def test_damage_and_permissions(lisp: Lisp) -> None:
    """A cache file that is damaged, or that others can write, is as good as none; no folder, no cache."""
    program = lisp.write("program.cl", PROGRAM)
    result = lisp.run(program)[1]
    [file] = lisp.files()
    good = file.read_bytes()
    for bad in (b"", b"nonsense", good[:-10], good[:len(good) // 2] + b"\xff\xff" + good[len(good) // 2 + 2:]):
        file.write_bytes(bad)
        assert lisp.run(program)[1] == result
        assert file.read_bytes() == good
    file.chmod(0o666)
    assert lisp.run(program)[0] > 30
    file.unlink()
    assert lisp.run(program, LIMIT="1000")[1] == result
    assert lisp.files() == []
    lisp.cache.rmdir()
    lisp.cache.write_text("no folder")
    assert lisp.run(program)[1] == result


def test_whose_folder(lisp: Lisp, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that others can write in is not used; nor is a relative one, nor `~` where nobody has that home."""
    program = lisp.write("program.cl", PROGRAM)
    result = lisp.run(program)[1]
    lisp.cache.parent.chmod(0o777)
    [before] = lisp.files()
    before.write_bytes(b"planted")
    assert lisp.run(program) == (lisp.run(program, ACL_CACHE="off")[0], result)
    assert [file.read_bytes() for file in lisp.files()] == [b"planted"]
    monkeypatch.chdir(lisp.folder)
    assert lisp.run(program, XDG_CACHE_HOME="relative", HOME="")[1] == result
    assert lisp.run(program, XDG_CACHE_HOME="", HOME="here")[1] == result
    assert {path.name for path in lisp.folder.iterdir()} == {"cache", "program.cl"}


def test_switches(lisp: Lisp) -> None:
    """The cache can be switched off, by the environment and in Lisp."""
    program = lisp.write("program.cl", PROGRAM)
    lisp.run(program, ACL_CACHE="off")
    assert lisp.files() == []
    lisp.run(program, ACL_CACHE="")
    assert len(lisp.files()) == 1
    first = lisp.write("first.cl", "(setq excl:*cache-loaded-files* nil)")
    assert lisp.run(first, program)[0] > 30


def test_many_at_once(lisp: Lisp) -> None:
    """Lisps that load the same file at the same time do not disturb each other."""
    program = lisp.write("program.cl", PROGRAM)
    with ThreadPoolExecutor(4) as pool:
        values = {value for _, value in pool.map(lambda _: lisp.run(program), range(4))}
    assert len(values) == 1
    assert lisp.run(program)[0] == 0
    assert len(lisp.files()) == 1


def test_places_and_sources_survive(lisp: Lisp) -> None:
    """A cached function knows its line, its lambda list and the form it was compiled from."""
    file = lisp.write("file.cl", "\n\n(defun fail (x &key (y 2))\n  (car\n    x))\n(defun call () (fail 3))")
    form = """(handler-case (call) (error (e) (princ-to-string e)))"""
    source = """
import acl, acl.python.bridge, traceback, sys
acl.load(sys.argv[1])
from acl.types.function import FUNCTIONS
from acl.compiler.unit import function_info
try:
    acl.function("call")()
except acl.Error as e:
    print([(f.lineno, f.name) for f in traceback.extract_tb(e.__traceback__) if f.filename == sys.argv[1]])
info = function_info(FUNCTIONS["COMMON-LISP-USER:FAIL"])
print(info.lambda_list, info.unit.origin()[0])
"""
    assert lisp.run(file, form=form)[0] == 2
    settings = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "ACL_CACHE": "on",
                "XDG_CACHE_HOME": str(lisp.folder / "cache")}
    done = subprocess.run([sys.executable, "-c", source, str(file)], env=settings, capture_output=True, text=True,
                          timeout=100, check=False)
    lines = done.stdout.strip().split("\n")
    assert lines[0] == "[(6, 'CALL'), (4, 'FAIL')]", done.stderr
    assert lines[1].startswith("(X &KEY (Y 2)) (SYSTEM:%DEFUN 'FAIL "), lines
