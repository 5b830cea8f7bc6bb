"""A long session of everything that can be typed wrong: never a Python traceback, never the end of Lisp."""

from __future__ import annotations

from pathlib import Path

from tests.toplevel.dialogue import ACL
from tests.toplevel.pty import person

FORMS = """(car 1)
(undefined-function 1 2)
undefined-variable
nosuch:symbol
cl:nosuch
(nosuch::f)
)
))
(list 1 2))
'(1 . 2 3)
(1 2 3)
("string" 1)
((lambda (x)) 1 2)
(funcall 'nothing)
(funcall 17)
(funcall nil)
(apply #'car '(1 2))
(let ((x)) y)
(let (1) 2)
(let ((a 1 2)) a)
(defun)
(defun f)
(defun 3 (x))
(defun g (1) 1)
(defun h (&key &optional) 1)
(defmacro)
(defmacro m (a b) a)
(m 1)
(m)
(if)
(if 1 2 3 4)
(setq x)
(setq 1 2)
(setf (car 1) 2)
(setf (nothing 1) 2)
(incf 1)
(go nowhere)
(return-from nowhere 1)
(return 1)
(throw 'nobody 1)
(quote)
(quote 1 2)
(function)
#'(lambda)
#'nosuch
#<broken>
#.(car 1)
#.(error "at read time")
#\\Nosuchcharacter
#zfoo
#(1 2 . 3)
#3(1 2 3 4)
#*012
#:foo:bar
#+ignore-this-and foo
#xzz
1/0
1.0e9999
.
(a . )
(. a)
"\\q"
(error "plain")
(error 'no-such-condition)
(error 17)
(error (make-condition 'simple-error))
(signal 'type-error)
(cerror)
(warn 17)
(make-instance 'nosuch)
(make-instance 'standard-object :a 1)
(defclass c () ((a :initarg :a)))
(make-instance 'c :b 1)
(slot-value (make-instance 'c) 'a)
(slot-value 1 'a)
(defmethod nosuch-yet ((x nosuch)) 1)
(defgeneric gg (a b))
(gg 1)
(gg 1 2)
(defmethod gg (a) a)
(defstruct s a b)
(s-a 1)
(make-s :c 1)
(defpackage :p (:use :nosuch))
(in-package :nosuch)
(use-package :nosuch)
(export 'car)
(defun car (x) x)
(setq car 1)
(setq t 1)
(setq nil 1)
(setq pi 3)
(let ((pi 3)) pi)
(defconstant k 1)
(defconstant k 2)
(+ 1 "a")
(+ 'a 1)
(< 1 nil)
(/ 1 0)
(/ 1.0 0)
(mod 1 0)
(sqrt 'a)
(expt 0 -1)
(aref #(1 2) 5)
(aref 1 0)
(elt '(1 2) 9)
(nth -1 '(1))
(char "abc" 10)
(subseq "abc" 2 1)
(string-upcase 7)
(parse-integer "x")
(coerce 1 'string)
(coerce "a" 'nosuch)
(make-array -1)
(make-string 3 :initial-element 7)
(gethash 1 2)
(make-hash-table :test 'nosuch)
(format t "~q")
(format t "~a")
(format t "~{~a~}" 1)
(format nil 7)
(format 17 "x")
(read-from-string "(")
(read-from-string ")")
(read-line 17)
(open "/no/such/file")
(load "/no/such/file.cl")
(with-open-file (s "/no/such/dir/x" :direction :output) 1)
(close 1)
(loop for)
(loop for x in 3 do (print x))
(loop while)
(dolist (x 3) x)
(dotimes (i 'a) i)
(do ((i 0 (1+ i))) )
(case)
(ecase 3 (1 2))
(typep 1 'nosuch)
(the string 1)
(check-type 1 string)
(assert nil)
(multiple-value-bind a b)
(destructuring-bind (a b) '(1) a)
(flet ((f)) 1)
(labels f)
(macrolet ((m)) 1)
(block)
(catch)
(unwind-protect (car 1) (cdr 2))
(handler-case (car 1) (nosuch () 1))
(handler-bind ((error 17)) (car 1))
(restart-case (car 1) (r))
(invoke-restart 'nosuch)
(tagbody 1 (go 2))
(progv '(a) 17 a)
(eval '(car 1))
(compile 'nosuch)
(compile nil '(lambda (x) (y)))
(macroexpand 17 17)
(mp:process-kill 17)
(mp:process-run-function)
(mp:process-run-function "x" 17)
(mp:process-lock 17)
(make-socket :remote-host "nosuch.invalid" :remote-port 1)
(make-socket :remote-port 1)
(make-socket :connect :nosuch)
(accept-connection 1)
(send-to 1 2 3)
:nosuch-command
:continue 99
:continue nosuch
:pop 99
:zoom :nosuch t
:zoom 1 2
:local nosuch
:set-local nosuch 1
:return (car 1)
:up x
:find nosuch
:focus nosuch
:kill nosuch
:arrest
:inspect
:inspect nosuch
:step (car 1)
:scont
:99
:-99
::nosuch
:cd /no/such
:ld /no/such
:cload /no/such
:package nosuch
:macroexpand
:macroexpand (when)
:describe
:describe (car 1)
:trace nosuch
:help nosuch
:alias 17
:exit-not
(defun forever (x) (+ 1 (forever x)))
(forever 1)
(labels ((f (x) (list (f x)))) (f 1))
(let ((l (list 1))) (setf (cdr l) l) (list-length l) (car (list-length l)))
(print (make-list 3000 :initial-element 'many))
(make-list 100000)
(make-string 100000)
(expt 7 40000)
(define-condition bad (error) () (:report (lambda (c s) (car 1))))
(error 'bad)
(defmethod print-object ((x c) s) (car 1))
(make-instance 'c)
(setq *print-base* 99)
(setq *package* 17)
(setq *standard-output* 17)
(setq *print-length* 'x)
(let ((*readtable* 1)) (read-from-string "a"))
(setq tpl:*prompt* 17)""".splitlines()

LEFT_ALONE = ("(setq *package* 17)", "(setq *standard-output* 17)", "(setq tpl:*prompt* 17)",
              "(setq tpl:*prompt* (lambda (s) s))", '(setq tpl:*prompt* "~{~}")')
"""What breaks the dialogue itself; typed on their own below."""


def test_session_of_mistakes(tmp_path: Path) -> None:
    """All of them, one after the other, at a terminal that shows nothing but text."""
    assert len(FORMS) >= 200
    import subprocess

    lines = []
    for i, form in enumerate(form for form in FORMS if form not in LEFT_ALONE):
        lines += [form, f"(list {i} (* 6 7))"] + ([":reset"] if i % 3 == 0 else [])
    done = subprocess.run(ACL, input="\n".join([*lines, ":reset", "(list :alive (* 6 7))"]) + "\n", capture_output=True,
                          text=True, timeout=300, check=False)
    shown = done.stdout + done.stderr
    assert "Traceback" not in shown, shown[shown.index("Traceback") - 2000:][:4000]
    assert "PYTHON-ERROR" not in shown, shown[shown.index("PYTHON-ERROR") - 1000:][:1500]
    assert "while displaying" not in shown, shown[shown.index("while displaying") - 1000:][:1500]
    missing = [f for i, f in enumerate(f for f in FORMS if f not in LEFT_ALONE) if f"\n({i} 42)\n" not in shown]
    assert not missing
    assert "(:ALIVE 42)" in shown
    assert done.returncode == 0


def test_random_mistakes() -> None:
    """The same for a session of mistakes made at random."""
    from tests.toplevel.mistakes import problems

    assert problems(1) == []


def test_broken_dialogue() -> None:
    """Variables of the dialogue that are set to nonsense: an error, and things can be put right."""
    import subprocess

    for form in LEFT_ALONE:
        done = subprocess.run(ACL, input=f"{form}\n(list :alive (* 6 7))\n", capture_output=True, text=True,
                              timeout=100, check=False)
        assert "Traceback" not in done.stdout + done.stderr, (form, done.stdout, done.stderr)
        assert "42" in done.stdout, (form, done.stdout, done.stderr)


def test_interrupted_load(tmp_path: Path) -> None:
    """A file that is interrupted while it loads, and endless output, at a terminal with an editor."""
    slow = tmp_path / "slow.cl"
    slow.write_text('(format t "loading~%")\n(sleep 1000)\n')
    with person(tmp_path, "-q") as me:
        me.see(r"USER\(1\):$")
        me.type(f":ld {slow}\n")
        me.see(r"^loading$")
        me.type("\x03")
        me.see(r"\[1c\] USER\(2\):$")
        me.type(":reset\n")
        me.see(r"^USER\(3\):$")
        me.type('(list "unbalanced"\n(car 1)\x03')
        me.type("(loop (print (make-list 50)))\n")
        me.see(r"^\(NIL NIL")
        me.type("\x03")
        me.see(r"\[1c\] USER\(4\):$")
        me.type(":pop\n")
        me.see(r"^USER\(5\):$")
        me.type("(list :alive (* 6 7))\n")
        me.see(r"^\(:ALIVE 42\)$")
        assert "Traceback" not in me.screen.text()
