"""Break levels, restarts, frames, the stepper and the inspector, through the top level."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.toplevel.dialogue import talk

# The errors that Allegro's top level is known to show, by what is typed: message and type, and of each restart that is
# not a return to a level or an end of Lisp the report, what is typed before and after `:continue`, and what comes out.
# `@` in a name makes it another for each restart; DIR is a folder.
Restarts = list[tuple[str, str, str, str]]
ERRORS: list[tuple[str, str, str, Restarts]] = [
    ("(foo@ 3)", "attempt to call `FOO@' which is an undefined function.", "UNDEFINED-FUNCTION", [
        ("Try calling FOO@ again.", "(defun foo@ (x) (* 2 x))", "", "6"),
        ("Return a value instead of calling FOO@.", "", "(list 1 2)", "(1 2)"),
        ("Try calling a function other than FOO@.", "", "#'list", "(3)"),
        ("Setf the symbol-function of FOO@ and call it again.", "", "(lambda (x) (* x x))", "9")]),
    ("(list uu@)", "Attempt to take the value of the unbound variable `UU@'.", "UNBOUND-VARIABLE", [
        ("Try evaluating UU@ again.", "(setq uu@ 5)", "", "(5)"),
        ("Use :UU@ instead.", "", "", "(:UU@)"),
        ("Set the symbol-value of UU@ and use its value.", "", "(* 2 7)\nuu@", "14")]),
    ("(car 1)", "Attempt to take the car of 1 which is not listp.", "TYPE-ERROR", []),
    ("(cdr 1)", "Attempt to take the cdr of 1 which is not listp.", "TYPE-ERROR", []),
    ("(+ nil 1)", "`NIL' is not of the expected type `NUMBER'", "TYPE-ERROR", []),
    ("(/ 1 0)", "Attempt to divide 1 by zero.", "DIVISION-BY-ZERO", []),
    ("(funcall (defun two@ (a b) (list a b)) 1)", "TWO@ got 1 arg, wanted 2 args.", "PROGRAM-ERROR", []),
    ("(defparameter *totalsum*)",
     "MACRO DEFPARAMETER expects between 2 and 3 arguments.  It was given 1 argument: (*TOTALSUM*).", "PROGRAM-ERROR",
     []),
    ("(symbol-name '#1=(a . #1#))", "`#1=(A . #1#)' is not of the expected type `SYMBOL'", "TYPE-ERROR", []),
    ("(defstruct node@ next) (let ((n (make-node@))) (setf (node@-next n) (vector n)) (error \"Bad ~s.\" n))",
     "Bad #1=#S(NODE@ :NEXT #(#1#)).", "SIMPLE-ERROR", []),
    ("(funcall 3)", "Funcall of 3 which is a non-function.", "TYPE-ERROR", []),
    ("('foo x)", "Illegal function object: 'FOO.", "PROGRAM-ERROR", []),
    ("(defgeneric next-input@ (x)) (next-input@ 3)", "No methods applicable for generic function"
     " #<STANDARD-GENERIC-FUNCTION NEXT-INPUT@> with args (3) of classes (FIXNUM)", "PROGRAM-ERROR", [
        ("Try calling it again", "(defmethod next-input@ ((x integer)) (- x))", "", "-3")]),
    ("(defclass $person () ((nom :initarg nom))) (make-instance '$person :prenom 1 :nom 2)",
     ":PRENOM :NOM are invalid initargs to make-instance of class #<STANDARD-CLASS $PERSON>. The valid initargs are"
     " NOM.", "PROGRAM-ERROR", []),
    ("(funcall (defun keys@ (&key a) a) :types 1)", "Illegal keyword given: :TYPES.", "PROGRAM-ERROR", []),
    ("(setf 1 2)", "1: illegal atomic form for get-setf-expansion.", "PROGRAM-ERROR", []),
    ("(defun impression2 (1) 1)", "Non-symbol used as a lambda argument name in function IMPRESSION2.", "PROGRAM-ERROR",
     []),
    ('(error "foo ~a" 1)', "foo 1", "SIMPLE-ERROR", []),
    ('(read-line (make-string-input-stream ""))', "eof encountered on stream", "END-OF-FILE", []),
    ('(make-socket :remote-host "localhost" :remote-port 1)', '"Connection refused" (errno 111) occurred while creating'
     " a local socket and connecting to a remote host localhost on port 1.", "SOCKET-ERROR", []),
    ('(load "DIR/no@.cl")', '#P"DIR/no@.cl" does not exist, cannot load', "FILE-DOES-NOT-EXIST-ERROR", [
        ("retry the load of DIR/no@.cl", '(sys:copy-file "DIR/good.cl" "DIR/no@.cl")', "", "T"),
        ("skip loading DIR/no@.cl", "", "", "NIL")]),
    ('(sys:copy-file "DIR/bad.cl" "DIR/bad@.cl") (compile-file "DIR/bad@.cl") (load "DIR/bad@.fasl")',
     "Attempt to take the car of 5 which is not listp.", "TYPE-ERROR", [
        ("retry the load of DIR/bad@.fasl", "(setq *datum* '(6))", "", "T"),
        ("skip loading DIR/bad@.fasl", "", "", "NIL"),
        ("recompile bad@.cl", '(sys:copy-file "DIR/good.cl" "DIR/bad@.cl" :overwrite t)', "", "T")]),
    ("(let ((x 1)) (assert (= x 2) (x)) x)", "the assertion (= X 2) failed.", "SIMPLE-ERROR", [
        ("retry assertion with new value for X.", "", "(+ 1 1)", "2")]),
    ("(defvar *yes@* nil) (list (assert *yes@*))", "the assertion *YES@* failed.", "SIMPLE-ERROR", [
        ("retry assertion.", "(setq *yes@* t)", "", "(NIL)")]),
    ("(defpackage lib@ (:export a)) (defpackage use@ (:intern a)) (use-package 'lib@ 'use@)",
     "Using package `LIB@' results in name conflicts for these symbols: A", "PACKAGE-ERROR", [
        ("Keep the symbol USE@::A, as a shadowing symbol.", "", "(eq 'use@::a 'lib@:a)", "NIL"),
        ("Take the symbol LIB@::A, as a shadowing symbol.", "", "(eq 'use@::a 'lib@:a)", "T")]),
    ("(list (defun cl:second (x) (list x 2)))", "Attempt to make a FUNCTION definition for the name SECOND.  This is a"
     " violation of the COMMON-LISP package definition lock.", "PACKAGE-LOCKED-ERROR", [
        ("Set the FUNCTION definition of the name SECOND anyway.", "", "", "(SECOND)")]),
    ("(list (cerror \"Go on.\" \"Bad ~a.\" :thing))", "Bad THING.", "SIMPLE-ERROR", [("Go on.", "", "", "(NIL)")]),
    ('(list (break "debug me!"))', "debug me!", "", [("return from break.", "", "", "(NIL)")]),
    ("(defun deep@ (x) (+ 1 (deep@ x))) (list (deep@ 1))", "Stack overflow (signal 1000)",
     "SYNCHRONOUS-OPERATING-SYSTEM-SIGNAL", [("continue computation", "", "(list :alive)", "(:ALIVE)")]),
]
GENERAL = ['Return to Debug Level 1 (an "abort" restart).', 'Return to Top Level (an "abort" restart).',
           "Abort entirely from this (lisp) process."]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a file that loads and one that does not at first."""
    (tmp_path / "good.cl").write_text("(defvar *good* t)\n")
    (tmp_path / "bad.cl").write_text("(defvar *datum* 5)\n(car *datum*)\n(setq *datum* 5)\n")
    return tmp_path


def variant(number: int, folder: Path) -> Callable[[str], str]:
    """Return what makes the text of a table that of one try."""
    return lambda text: text.replace("@", str(number)).replace("DIR", str(folder))


@pytest.mark.parametrize("form, message, kind, restarts", ERRORS, ids=[form[:30] for form, *_ in ERRORS])
def test_each_restart_of_each_error(form: str, message: str, kind: str, restarts: Restarts, folder: Path) -> None:
    """An error looks as in section 1.6; there are no other restarts, and each, by its number, does what it says."""
    texts = [variant(n, folder) for n in range(len(restarts) + 3)]
    tries = [f"(car 9)\n{text(form)}\n{text(before)}\n:continue {n}\n{text(after)}"
             for n, (text, (_, before, after, _)) in enumerate(zip(texts, restarts, strict=False))]
    tries += [f"(car 9)\n{texts[i](form)}\n:continue {i}\n:error" for i in range(len(tries), len(tries) + 2)]
    answers = talk(*tries, last=f"(car 9)\n{texts[-1](form)}\n:continue {len(restarts) + 2}\n(print :still-here)")
    for text, answer in zip(texts, answers, strict=True):
        shown = re.split(r"^(?:Error|Break):\s+", answer, flags=re.MULTILINE)[2]
        head, _, rest = shown.partition("\n\nRestart actions")
        shown = re.sub(r"\n {7}", " ", head)
        assert shown.startswith(text(message)), answer
        assert f"\n  [condition type: {kind}]" in shown or not kind
        offered = re.findall(r"^ +\d+: (.*)$", rest, re.MULTILINE)
        wanted = [*[text(report) for report, *_ in restarts], *GENERAL]
        assert len(offered) == len(wanted) and all(map(str.startswith, offered, wanted)), answer
    for text, (_, _, _, result), answer in zip(texts, restarts, answers, strict=False):
        assert answer.splitlines()[-1] == text(result), answer
    assert answers[-3].count("Error: Attempt to take the car of 9") == 2, answers[-3]
    assert answers[-2].endswith("\nThere is no error."), answers[-2]
    assert "STILL-HERE" not in answers[-1]


RESTARTS = [
    # what is typed; how the last value prints
    ("(let ((x 1)) (check-type x string) x)\n:continue\n\"hi\"", '"hi"'),
    ("(let ((x 3)) (ccase x (4 :four)))\n:continue\n4", ":FOUR"),
    ("(let ((x 3)) (ctypecase x (string x)))\n:continue\n\"s\"", '"s"'),
    ("(defclass c1 () ((a :accessor c1-a)))\n(defvar *c* (make-instance 'c1))\n(c1-a *c*)\n:continue 0\n5", "5"),
    ("(c1-a *c*)\n:continue 1\n6", "6"),
    ("(c1-a *c*)", "6"),
    ("(fdefinition 'nothing)\n:continue 0\n#'car", "#<Function CAR>"),
    ("(restart-case (error \"x\") (mine (a) :interactive (lambda () (list 5)) (list a)))\n:continue mine", "(5)"),
    ("(list (handler-case (warn \"w\") (warning () :seen)))", "(:SEEN)"),
    ("(with-simple-restart (skip \"Skip it.\") (error \"x\"))\n:cont 0\n/", "(NIL T)"),
    ("(car 1)\n(car 2)\n(car 3)\n:continue 1\n(+ 1 1)", "2"),  # back to debug level 1
    ("(defun (setf s1) (v x) (list v x))\n(setf (s2 1) 2)\n:continue 2\n#'(setf s1)", "(2 1)"),
]


def test_restarts_continue() -> None:
    """Every restart of the errors of the system goes on as it says."""
    answers = talk(*(typed for typed, _ in RESTARTS))
    wrong = [(typed, wanted, answer) for (typed, wanted), answer in zip(RESTARTS, answers, strict=True)
             if answer.splitlines()[-1] != wanted]
    assert not wrong


def test_restarts_of_load(tmp_path: Path) -> None:
    """A load is tried again, skipped, or its source is compiled again; locked names are defined, conflicts resolved."""
    later, bad = tmp_path / "later.cl", tmp_path / "bad.cl"
    bad.write_text("(defvar *tried* 0)\n(car (if (= (incf *tried*) 1) 5 nil))\n(print :after)\n")

    def write(path: Path, form: str) -> str:
        return f'(with-open-file (s "{path}" :direction :output :if-exists :supersede) (prin1 \'{form} s))'

    fasl = bad.with_suffix(".fasl")
    answers = talk(
        f'(load "{later}")\n:continue 1',
        f'(load "{later}")\n{write(later, "(defvar *later* 7)")}\n:continue 0\n*later*',
        f'(load "{bad}")\n:continue 0\n*tried*',
        f'(setq *tried* 0)\n(compile-file "{bad}")\n(load "{fasl}")\n:continue 1\n*tried*',
        f'(setq *tried* 0)\n(load "{fasl}")\n{write(bad, "(defvar *recompiled* 8)")}\n:continue 2\n*recompiled*',
        "(defun cl:second (x) (list :mine x))\n:continue 0\n(funcall 'second 1)",
        '(defpackage foolib (:use) (:export "FOO"))\n(defvar foo)\n(use-package :foolib)\n:continue 1\n'
        "(eq 'foo 'foolib:foo)")
    assert [a.splitlines()[-1] for a in answers] == ["NIL", "7", "2", "1", "8", "(:MINE 1)", "T"], answers
    assert f" 2: recompile {bad.name}" in answers[4]


def test_errors_look_as_in_allegro() -> None:
    """Message, type, restarts and prompt; an error within an error adds a level."""
    [first, second, third] = talk("(car 1)\n(foo 3)", "(cerror \"go\" \"bad\")", "(break \"debug me!\")")
    assert first == """\
Error: Attempt to take the car of 1 which is not listp.
  [condition type: TYPE-ERROR]

Restart actions (select using :continue):
 0: Return to Top Level (an "abort" restart).
 1: Abort entirely from this (lisp) process.
Error: attempt to call `FOO' which is an undefined function.
  [condition type: UNDEFINED-FUNCTION]

Restart actions (select using :continue):
 0: Try calling FOO again.
 1: Return a value instead of calling FOO.
 2: Try calling a function other than FOO.
 3: Setf the symbol-function of FOO and call it again.
 4: Return to Debug Level 1 (an "abort" restart).
 5: Return to Top Level (an "abort" restart).
 6: Abort entirely from this (lisp) process."""
    assert " 0: go\n" in second
    assert third.startswith("Break: debug me!\n\nRestart actions")


DEFINITIONS = """(defun inner (x) (let ((y (* x 2))) (car y)))
(defun outer (a &optional (b 3) &key c) (let ((z (inner a))) (list z b c)))"""

FRAMES = [
    ("(outer 5 7 :c 9)\n:zoom", [" ->(INNER 5)", "   (OUTER 5 7 ...)", "   (EVAL (OUTER 5 7 ...))"]),
    ("(outer 5)\n:bt", ["  INNER <- OUTER <- EVAL <- TPL:TOP-LEVEL-READ-EVAL-PRINT-LOOP"]),
    ("(outer 5)\n:local", ["  0: X = 5", "  1: Y = 10"]),
    ("(outer 5)\n:local y\n(list *)", ["10", "(10)"]),
    ("(outer 5)\n:dn\n:local", ["(OUTER 5", "  0: A = 5", "  1: B = 3", "  2: C = NIL"]),
    ("(outer 5)\n:return 42", ["(42 3 NIL)"]),
    ("(outer 5)\n:dn\n:return\n/", ["(NIL)"]),
    ("(outer 5)\n(defun inner (x) (list :new x))\n:restart", ["((:NEW 5) 3 NIL)"]),
    (DEFINITIONS, []),
    ("(outer 5)\n:restart (list 1)", ["((1) 3 NIL)"]),
    ("(outer 5)\n:dn\n:set-local b (list 8)\n:up\n:return :r", ["B = (8)", "(:R (8) NIL)"]),
    ("(outer 5)\n:evalmode :context\n(setf y '(1 2))\n:dn\n(list a b (+ a b))\n:evalmode :global",
     ["Forms are evaluated with the variables of the current frame.", "(5 3 8)"]),
    ("(outer 5)\n:frame", ["Expression: (INNER 5)", "Function:   #<Function INNER>", "Returnable: yes"]),
    ("(outer 5)\n:function\n(funcall * '(1 2))", ["#<Function INNER>"]),
    ("(outer 5)\n:find outer\n:args", ["0: 5"]),
    ("(outer 5)\n:bottom\n:return 1", ["This frame cannot be returned from: it is no named function"]),
    ("(outer 5)\n:top\n:current", ["(INNER 5)"]),
    ("(outer 5)\n:error", ["Error: Attempt to take the car of 10 which is not listp."]),
    ("(outer 5)\n:hide :functions outer\n:zoom\n:unhide", ["Hidden functions: OUTER", "   (EVAL (OUTER 5))"]),
    ("(outer 5)\n:prt", ["(OUTER 5)"]),
    ("(flet ((loc (q) (car q))) (list (loc 3)))\n:return :x", ["(:X)"]),
    ("(defmethod m1 ((x integer)) (values (car x) 2))\n(multiple-value-list (m1 4))\n:return 1 2", ["(1 2)"]),
    ("(let ((n 3)) (defun closed (x) (incf n) (car x)))\n(closed 1)\n:local n\n:set-local n 10\n:return n",
     ["4", "N = 10"]),
    ("(defun fails (x) (error \"no ~a\" x))\n(fails 1)\n:zoom\n:local",
     ['   (ERROR "no ~a" 1)', " ->(FAILS 1)", "  0: X = 1"]),
    ("(break \"b ~a\" 1)\n:zoom :top t\n:zoom :all t", [' ->(BREAK "b ~a" 1)', "   invoke_debugger  ; "]),
    ("(error \"~a ~a\" 1)\n:error", ["Error: #<Printer Error, obj=#x"]),
    ("(defclass zoomed () (x))\n(defun unset (z) (car (slot-value z 'x)))\n(unset (make-instance 'zoomed))\n:zoom",
     ["Evaluation stack:\n\n ->(UNSET #<ZOOMED @"]),
    (":zoom", ["Evaluation stack:"]),
    (":return 1", ["There is no frame."]),
    (":who-calls inner", ["OUTER"]),
    (":who-calls outer :inverse t\n(xref:who-calls 'inner :in-functions '(car))\n(xref:who-binds 3)",
     ["INNER", "No function that is compiled", "not of the expected type `SYMBOL'"]),
    ("(defvar *sp* 1)\n(defun usep () *sp*)\n(defun setp () (setq *sp* 2))\n(defun bindp () (let ((*sp* 3)) (usep)))\n"
     ":who-references *sp*\n:who-sets *sp*\n:who-binds *sp*\n:who-calls usep", ["USEP", "SETP", "BINDP"]),
]


def test_frames() -> None:
    """Frames of compiled code are shown, changed, evaluated in, returned from, called again."""
    _, *answers = talk(DEFINITIONS, *(typed for typed, _ in FRAMES))
    wrong = [(typed, line, answer) for (typed, lines), answer in zip(FRAMES, answers, strict=True)
             for line in lines if line not in answer]
    assert not wrong


def test_long_strings_in_a_stack() -> None:
    """A stack shows the beginning of a long string, all of it if nothing limits what is printed."""
    [answer] = talk("""(defun f (s) (car (length s)))
                       (f (make-string 3000 :initial-element #\\x))
                       :zoom
                       (setq tpl:*zoom-print-length* nil)
                       :zoom""")
    cut, whole = answer.split("Evaluation stack:")[1:]
    assert f'"{"x" * 240}...")' in cut and "x" * 241 not in cut
    assert "x" * 3000 in whole


def test_arguments_that_were_not_given_are_not_in_a_stack() -> None:
    """The call of a builtin is shown with the arguments it got."""
    [answer] = talk("(use-package :no-such-package)\n:zoom")
    assert "(USE-PACKAGE :NO-SUCH-PACKAGE)" in answer and "Python" not in answer


def test_source_places(tmp_path: Path) -> None:
    """Frames of loaded code say file and line."""
    source = tmp_path / "places.cl"
    source.write_text("(defun deep (x)\n  (list\n    (car x)))\n(defun shallow (x)\n  (list (deep x)))\n")
    answer, where = talk(f":ld {source}\n(shallow 1)\n:zoom",
                         "(defvar *typed* 1)\n:where shallow\n:where *typed*\n:where car")
    assert f"(DEEP 1)  ; {source}:3" in answer
    assert f"(SHALLOW 1)  ; {source}:5" in answer
    assert where.splitlines()[-3:] == [f"function: {source}, line 4", "variable: no file: it was typed",
                                       "It is not known where CAR is defined."]


def test_stepper() -> None:
    """Form by form into functions, over forms, on to the end."""
    [_, steps, rest, macro] = talk(
        "(defun sq (x) (* x x))\n(defun two (x) (list (sq x) (sq (+ x 1))))",
        ":step (two 3)\n:step\n:step\n:step\n:sover\n(list :evaluated)\n:sover",
        ":step (two 1)\n:scont 3\n:scont",
        "(step (sq 5))\n:scont")
    shown = [line.strip() for line in steps.splitlines()]
    assert shown[:7] == ["1: (TWO 3)", "2: (LIST (SQ X) (SQ (+ X 1)))", "3: (SQ X)", "4: (* X X)", "result 4: 9",
                         "result 3: 9", "3: (SQ (+ X 1))"]
    assert shown[7:] == ["(:EVALUATED)", "result 3: 16", "result 2: (9 16)", "result 1: (9 16)", "(9 16)"]
    assert rest.splitlines()[-1] == "(1 4)"
    assert macro.splitlines()[-1] == "25"


def test_stepper_in_a_function() -> None:
    """(step form) stops inside of a function, sees its variables, gives all values, and goes into methods."""
    [_, steps, methods, mode, off] = talk(
        "(defun sq (x) (* x x))\n(defun two (x) (multiple-value-list (step (floor (sq x) 2))))\n"
        "(defgeneric area (x))\n(defmethod area ((x integer)) (sq x))\n"
        "(defmethod area :around ((x integer)) (list (call-next-method)))",
        "(two 3)\n:step\n:step\n:step\n(list :evaluated)\n:step nil\n(two 5)\n:scont",
        ":step (area 2)\n:step\n:step\n:step\n:step\n:sover",
        ":step t\n(sq 2)\n:step\n:step\n(sq 3)\n:step nil", "(sq 4)")
    shown = [line.strip() for line in steps.splitlines()]
    assert shown == ["1: (FLOOR (SQ X) 2)", "2: (SQ X)", "3: (* X X)", "result 3: 9", "result 2: 9", "result 1: 4 1",
                     "(4 1)", "(:EVALUATED)", "1: (FLOOR (SQ X) 2)", "(12 1)"]
    assert [line.strip() for line in methods.splitlines()] == [
        "1: (AREA 2)", "2: (LIST (CALL-NEXT-METHOD))", "3: (CALL-NEXT-METHOD)", "4: (SQ X)", "5: (* X X)",
        "result 5: 4", "result 4: 4", "result 3: 4", "result 2: (4)", "result 1: (4)", "(4)"]
    assert [line.strip() for line in mode.splitlines()] == [
        "1: (SQ 2)", "2: (* X X)", "result 2: 4", "result 1: 4", "4", "1: (SQ 3)", "9"]
    assert off == "16"


def test_stepper_in_compiled_files(tmp_path: Path) -> None:
    """Functions loaded from a compiled file are stepped into as long as the form that they come from is found."""
    source, other = tmp_path / "lib.cl", tmp_path / "other"
    other.mkdir()
    source.write_text(""";;; é, so that octets and characters differ
(defpackage :lib (:use :cl) (:export #:twice #:three #:area))
(in-package :lib)
(defmacro bump (x) `(setq ,x (+ ,x 1)))
(progn (defvar *x* 1)
       (eval-when (:compile-toplevel :load-toplevel :execute) (defun helper (x) (bump x) (* x 2))))
(defun twice (x) (let ((y (helper x))) (+ y y)))
(macrolet ((m (name n) `(defun ,name (x) (list ,n (helper x))))) (m three 3))
(defmethod area ((b number)) (flet ((g (x) (helper x))) (+ b (g 1))))
""")
    load = f'(load "{other}/lib.fasl")'
    compiled, moved = (f'(compile-file "{source}" :output-file "{other}/lib.fasl")', f'(load "{tmp_path}/lib.fasl")')
    [_, _, twice, three, area] = talk(compiled, load, *[f":step ({call})\n:scont 50" for call in
                                                        ("lib:twice 3", "lib:three 3", "lib:area 5")])
    assert "    3: (LIB::HELPER LIB::X)\n     4: (LIB::BUMP LIB::X)\n" in twice
    assert "2: (LIST 3 (LIB::HELPER LIB::X))" in three
    assert "     4: (LIB::G 1)\n      5: (LIB::HELPER LIB::X)" in area
    (other / "lib.fasl").rename(tmp_path / "lib.fasl")
    source.rename(other / "lib.cl")
    [_, gone] = talk(moved, ":step (lib:twice 3)\n:scont 50")
    assert f"; not stepping into LIB:TWICE: its source file {source} is not there" in gone
    assert "result 1: 16" in gone
    (tmp_path / "lib.fasl").rename(other / "lib.fasl")
    [_, found] = talk(load, ":step (lib:twice 3)\n:scont 50")  # beside the compiled file
    assert "3: (LIB::HELPER LIB::X)" in found
    (other / "lib.cl").write_text((other / "lib.cl").read_text().replace("(+ y y)", "(- y y)"))
    [_, changed] = talk(load, ":step (lib:twice 3)\n:scont 50")
    assert f"its source file {other}/lib.cl has changed: compile and load it again" in changed
    assert "result 1: 16" in changed


def test_stepping_leaves_no_trace() -> None:
    """After stepping the functions are what they were, also after leaving in the middle."""
    [_, before, _, after] = talk("(defun sq2 (x) (* x x))\n(defun two2 (x) (sq2 x))", "#'sq2",
                                 ":step (two2 3)\n:step\n:reset", "(two2 4)\n#'sq2")
    assert before == after.splitlines()[-1]


def test_inspector() -> None:
    """Components by number, back, setting, the prompt."""
    [cons, table, instance] = talk(
        ":i '(1 2 (3 4))\n:i 2\n:i set 0 7\n:i -\n*\n:i tree\n:i q\n:i",
        "(setq h (make-hash-table))\n(setf (gethash :a h) 1)\n:i h\n:i 0\n:i q",
        "(defclass p () ((x :initarg :x)))\n(setq o (make-instance 'p :x 1))\n:i o\n:i set 0 5\n:i q\n"
        "(slot-value o 'x)")
    assert re.search(r"A proper list @ #x[0-9a-f]+ = \(1 2 \(3 4\)\)", cons)
    assert re.search(r"0 -+> FIXNUM 7", cons)
    assert "(1 2 (7 4))" in cons
    assert cons.endswith("Nothing is being inspected.")
    assert re.search(r"0 :A -+>", table)
    assert instance.endswith("5")


def test_stack_of_a_recursion_without_end() -> None:
    """After a stack overflow the frames of the recursion can be looked at; :bt names those at both ends only."""
    zoom, bt, local = talk("(defun down (x) (1+ (down x)))\n(down 41)\n:zoom\n:reset", "(down 42)\n:bt\n:reset",
                           "(down 43)\n:dn 3\n:local\n:reset")
    assert " ->(DOWN 41)\n   (DOWN 41)\n" in zoom and zoom.rstrip().endswith("... more older frames ...")
    assert re.search(r"\.\.\. \d+ more frames \.\.\.\s+<-", bt) and re.search(r"DOWN <-\s+EVAL <-\s+TPL:TOP-", bt)
    assert 30 < bt.count("DOWN") <= 121
    assert "0: X = 43" in local


INSPECTED = [
    ("#'car", "name lambda_list documentation source_file", "SYMBOL CAR"),
    ("(let ((n 3)) (lambda () (incf n)))", "closed_over", r'CONS \(\("N" 3\)\)'),
    ("#'print-object", "name methods method_combination method_class", "SYMBOL PRINT-OBJECT"),
    ("(first (clos:generic-function-methods #'print-object))", "generic_function specializers qualifiers function",
     "STANDARD-GENERIC-FUNCTION"),
    ("(find-class 'integer)", "name direct_superclasses precedence_list slots documentation", "SYMBOL INTEGER"),
    ("(make-condition 'simple-error :format-control \"a ~a\" :format-arguments '(1))",
     "format-control format-arguments", 'STRING "a ~a"'),
    ("(make-condition 'type-error :datum 1 :expected-type 'list)", "datum expected-type", "SYMBOL LIST"),
    ('#p"/a/b.c"', "host device directory name type version", 'STRING "b"'),
    ("*readtable*", "case macros dispatching", "SYMBOL :UPCASE"),
    ("*standard-output*", "open input output element_type external_format symbol", "SYMBOL \\*TERMINAL-IO\\*"),
    ("(open \"/dev/null\")", "open pathname position length", "SYMBOL CHARACTER"),
    ("*random-state*", "state", r"SIMPLE-VECTOR #\("),
    ("mp:*current-process*", "name state whostate priority run_reasons arrest_reasons", 'STRING "Initial'),
    ("(make-socket :connect :passive :local-host \"127.0.0.1\")",
     "type connect format address_family descriptor local_host local_port remote_port", 'STRING "127.0.0.1"'),
    ("(find-package :cl)", "name nicknames uses used_by external internal", 'STRING "COMMON-LISP"'),
    ("(find-restart 'abort)", "name report function", "SYMBOL ABORT"),
    ("(mp:make-process-lock :name \"l\")", "name locker", 'STRING "l"'),
    ("#\\a", "code name upper_case", "FIXNUM 97"),
    ("1.5", "significand exponent sign", "FIXNUM -23"),
    ("2/3", "numerator denominator", "FIXNUM 3"),
    ("'car", "name package value function plist", "FUNCTION #<Function CAR>"),
    ("'#1=(1 2 . #1#)", "0 1 tail", "FIXNUM 2"),
    ("'#1=((#1# . 2) . 1)", "car cdr", "FIXNUM 1"),
]


def test_inspector_of_any_object() -> None:
    """Each kind of object shows its parts, one without end too."""
    answers = talk(*[f":i {form}\n:i q" for form, _, _ in INSPECTED])
    for (_, labels, value), shown in zip(INSPECTED, answers, strict=True):
        for label in labels.split():
            name = label if label.isdigit() else rf"\d+ {label.replace('_', ' ')}"
            assert re.search(rf"^ +{name} -+> ", shown, re.MULTILINE), (label, shown)
        assert re.search(rf"-> {value}", shown), shown
        assert "Error" not in shown


def test_inspector_sets() -> None:
    """What can be changed is; what cannot says so."""
    [symbol, process, path, array] = talk(
        ":i 'zork\n:i set value 12\n:i set name \"x\"\n:i q\nzork",
        "(setq p (mp:make-process :name \"p\"))\n:i p\n:i set priority 3\n:i q\n(mp:process-priority p)",
        ':i #p"/a/b"\n:i set name "c"\n:i q', "(setq a (make-array '(2 2)))\n:i a\n:i set 3 9\n:i q\n(aref a 1 1)")
    assert "This component cannot be set." in symbol and symbol.endswith("\n12")
    assert process.endswith("\n3")
    assert "This component cannot be set." in path
    assert array.endswith("\n9")


def test_printer_variables() -> None:
    """:printer-variables asks, keeps what is possible and says what is not."""
    [shown] = talk(":pri\n-3\n7\n\n\n\n100\n\n:sideways\n\n\n"
                   "(list *print-length* *print-level* *print-base* *print-case*)")
    assert shown.count("is not possible there: it stays as it is.") == 3
    assert shown.endswith("(NIL 7 10 :UPCASE)")


def test_debugger_hook() -> None:
    """*debugger-hook* comes before the break level; with it unset during its call."""
    [answer] = talk("(setq *debugger-hook* (lambda (c h) (declare (ignore h)) (print (list :hook *debugger-hook*))\n"
                    " (invoke-restart 'return-value 99)))\n(undefined-thing)\n(setq *debugger-hook* nil)")
    assert "(:HOOK NIL)" in answer
    assert "99" in answer.splitlines()


@pytest.mark.parametrize("setting, prompt", [
    ('(setq tpl:*prompt* "<cl> ")', "<cl> "),
    ('(setq tpl:*prompt* "~&~*~*~*~@[<~a> ~]~*~*~a ~a? ")', "<1> USER 3? "),
    ("(setq tpl:*prompt* (lambda (s process focus step level cont insp package n) "
     "(declare (ignore process focus step insp)) (format s \"~&{~a ~a ~a ~a} \" level cont package n)))",
     "{1 T USER 3} "),
    ('(setq tpl:*prompt* (concatenate (quote string) tpl:*prompt* "> "))', "[1c] USER(3): > "),
])
def test_prompt(setting: str, prompt: str) -> None:
    """tpl:*prompt* is a format string of eight arguments or a function of a stream and these."""
    import subprocess

    from tests.toplevel.dialogue import ACL

    done = subprocess.run(ACL, input=f"{setting}\n(break)\n", capture_output=True, text=True, timeout=100, check=False)
    assert done.stdout.endswith(prompt)


def test_names_of_frames_in_processes():
    """Frames have the names of what was called, also where many operators or generic functions share code."""
    definitions = """(defclass round () ())
(defclass rounder (round) ())
(defgeneric area (x))
(defmethod area ((x round)) (mp:process-wait "in area" (lambda () nil)))
(defmethod area ((x rounder)) (list (call-next-method)))
(defmethod area :around ((x rounder)) (list (call-next-method)))
(defmethod area :before ((x rounder)) (list x))
(defmethod initialize-instance :after ((x rounder) &key in) (when in (list (area x))))
(defmethod mp:enqueue :around ((q mp:queue) x) (list (area (make-instance 'round)) (call-next-method)))
(defgeneric late (x) (:method (x) (list (area x))))"""
    calls = [
        ("(list (area (make-instance 'rounder)))",
         "MULTIPROCESSING:PROCESS-WAIT <- AREA <- AREA <- AREA <- LAMBDA"),
        ("(list (make-instance 'rounder :in t))",
         "MULTIPROCESSING:PROCESS-WAIT <- AREA <- AREA <- AREA <- INITIALIZE-INSTANCE <- LAMBDA"),
        ("(list (late (make-instance 'round)))", "MULTIPROCESSING:PROCESS-WAIT <- AREA <- LATE <- LAMBDA"),
        ("(list (mp:enqueue (make-instance 'mp:queue) 1))",
         "MULTIPROCESSING:PROCESS-WAIT <- AREA <- MULTIPROCESSING:ENQUEUE <- LAMBDA"),
        ("(list (mp:dequeue (make-instance 'mp:queue) :wait t))", "MULTIPROCESSING:DEQUEUE <- LAMBDA"),
        ("(let ((p mp:*current-process*)) (list (mp:process-revoke-run-reason p :enable)))",
         "MULTIPROCESSING:PROCESS-REVOKE-RUN-REASON <- LAMBDA"),
        ("(list (mp:process-join (mp:make-process)))", "MULTIPROCESSING:PROCESS-JOIN <- LAMBDA"),
    ]
    typed = [f'(progn (setq p (mp:process-run-function "look{i}" (lambda () {form})))\n'
             '(mp:process-wait "it blocks" (lambda () (plusp (length (mp:process-whostate p))))) nil)\n'
             f":focus look{i}\n:bt\n:focus" for i, (form, _) in enumerate(calls)]
    shown = talk(definitions, "(defvar p)", *typed)[2:]
    for (form, wanted), text in zip(calls, shown, strict=True):
        assert wanted in " ".join(text.split()), (form, text)
    shown = talk("(string-lessp 1.5 2)\n:bt", "(remove 1 2)\n:bt", "(char< 1 2)\n:bt", "(cadr 5)\n:bt",
                 "(mp:process-name 5)\n:bt")
    names = ("STRING-LESSP", "REMOVE", "CHAR<", "CADR", "MULTIPROCESSING:PROCESS-NAME")
    for name, text in zip(names, shown, strict=True):
        stack = text.partition("Evaluation stack:")[2].split()
        assert stack[0] in (name, "EVAL"), text  # what is open-coded has no frame
    assert sum(text.partition("Evaluation stack:")[2].split()[0] != "EVAL" for text in shown) >= 2
