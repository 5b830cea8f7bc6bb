"""Allegro's case modes (section 2 of the reference of its environment): what symbols are called in modern mode."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from acl.types import casemode
from tests.toplevel.dialogue import talk

MODERN = {
    "(list 'car (symbol-name 'car) (string :foo) (symbol-name nil) (length (string t)))":
        '(car "car" "foo" "nil" 1)',
    "(list (find-symbol \"car\" :cl) (find-symbol \"CAR\" :cl) (eq 'Foo 'foo) (eq 'foo '|foo|) (eq 'FOO '|foo|))":
        "(car nil nil t nil)",
    "(list 'Foo 'FOO '|a b| (intern \"Bar\") (make-symbol \"GENE\"))": "(Foo FOO |a b| Bar #:GENE)",
    "(list (eq (intern (string-downcase \"CAR\") :cl) 'car) (eq (intern \"k\" :keyword) :k))": "(t t)",
    "(list (readtable-case *readtable*) (readtable-case (copy-readtable nil)) *current-case-mode*)":
        "(:preserve :preserve :case-sensitive-lower)",
    "(list (package-name *package*) (package-name :excl) (package-nicknames :cl))":
        '("common-lisp-user" "excl" ("cl" "lisp"))',
    "(mapcar #'package-name (list (find-package \"EXCL\") (find-package \"excl\") (find-package :excl)))":
        '("excl" "excl" "excl")',
    "(list (symbol-name 'cl:car) (read-from-string \"EXCL:if*\") 'excl:if*)": '("car" if* if*)',
    "(defpackage #:shop (:use :cl) (:export #:buy \"sell\" \"Lend\"))": "#<The shop package>",
    "(list (find-symbol \"buy\" :shop) 'shop:sell 'shop:Lend)":
        "(shop:buy shop:sell shop:Lend)",
    "(list (subseq (symbol-name (gensym)) 0 1) (subseq (symbol-name (gensym \"Foo\")) 0 3))": '("g" "Foo")',
    "(list (string= 'foo \"foo\") (string-upcase 'foo) (coerce 'a 'character) (concatenate 'string \"a\" (string 'b)))":
        '(t "FOO" #\\a "ab")',
    "(format nil \"~a ~s ~(~a~) ~:(~a~) ~@:(~a~)\" 'foo 'Bar 'BAZ 'qux 'quux)": '"foo Bar baz Qux QUUX"',
    "(let ((*print-case* :upcase)) (princ-to-string 'foo))": '"foo"',
    "(with-standard-io-syntax (prin1-to-string (read-from-string \"(foo Foo FOO)\")))": '"(foo Foo FOO)"',
    "(progn (defstruct Foo bar (Baz 2)) (list (Foo-bar (make-Foo :bar 1)) (make-Foo :Baz 3) (Foo-p 1)))":
        "(1 #S(Foo :bar nil :Baz 3) nil)",
    "(progn (defstruct (cn (:conc-name \"the-\")) alpha) (the-alpha (copy-cn (make-cn :alpha 9))))": "9",
    "(list (class-of 3) #'car (find-class 'standard-object) (type-of \"abc\"))":
        "(#<built-in-class fixnum> #<Function car> #<standard-class standard-object>\n (simple-string 3))",
    "(loop for x from 1 to 3 when (oddp x) collect x)": "(1 3)",
    "(defun shout (stream x a b) (declare (ignore a b)) (format stream \"<~a>\" x))": "shout",
    "(format nil \"~/shout/ ~/cl-user::shout/\" 3 4)": '"<3> <4>"',
    "(list #\\Newline #\\newline #xFF #XfF #+ALLEGRO 1 #+allegro 2 1E2)":
        "(#\\newline #\\newline 255 255 1 2 100.0)",
}


def test_modern_mode() -> None:
    """The names of standard symbols are in lower case, other names are what was written."""
    answers = talk(*MODERN, options=("--modern",))
    assert dict(zip(MODERN, answers, strict=True)) == MODERN
    [answer] = talk("(|CAR| 1)", options=("--modern",))
    assert "attempt to call `CAR' which is an undefined function.\n  [condition type: undefined-function]" in answer


def test_the_mode_changes_names_and_changes_them_back() -> None:
    """`set-case-mode` renames what is there; with :adjust-readtables-case nil readtables stay."""
    answers = talk("(defvar *mine* (copy-readtable))", "(defun Hello () 'Hello)",
                   "(set-case-mode :case-sensitive-lower)", "(list (readtable-case *mine*) (hello) 'Hello)",
                   "(set-case-mode :case-insensitive-upper)", "(list (readtable-case *mine*) (symbol-name (hello)))",
                   "(progn (set-case-mode :case-sensitive-lower :adjust-readtables-case nil)"
                   " (unwind-protect (list (readtable-case *readtable*) (read-from-string \"abc\"))"
                   " (set-case-mode :case-insensitive-upper :adjust-readtables-case nil)))", "(set-case-mode :upper)")
    assert answers[2:4] == [":case-insensitive-upper", "(:preserve hello Hello)"]
    assert answers[4:6] == [":CASE-SENSITIVE-LOWER", '(:UPCASE "HELLO")']
    assert answers[6] == "(:UPCASE |abc|)"  # the readtable made "ABC" of it, the name in modern mode of |abc|
    assert "Error: :UPPER is not a case mode" in answers[-1]


def test_compiled_files_serve_both_modes(tmp_path: Path) -> None:
    """A file that was compiled in one mode names the same symbols and packages in the other."""
    source = tmp_path / "shop.cl"
    source.write_text("(defpackage #:shop (:use :cl) (:export #:price #:item))\n(in-package :shop)\n"
                      "(defstruct item Name price)\n(defun price (x) (list 'price (item-price x)))\n")
    use = "(list (shop:price (shop::make-item :price 3)) (package-name 'shop))"
    name = str(tmp_path / "shop")
    for compiling, loading, printed in (((), ("--modern",), '((shop:price 3) "shop")'),
                                        (("--modern",), (), '((SHOP:PRICE 3) "SHOP")')):
        talk(f'(compile-file "{name}.cl")', options=compiling)
        [_, answer] = talk(f'(load "{name}.fasl")', use, options=loading)
        assert answer == printed


PROGRAM = """
import acl
acl.eval("(set-case-mode :case-sensitive-lower)")
acl.eval("(defun Greet (who &key (Style :warm) end-line) (list who Style end-line))")
acl.define("py-upper", str.upper)
print(acl.function("Greet")("x", Style=3), acl.function("Greet")("x", style=4, end_line=5), acl.eval('(py-upper "a")'))
try:
    acl.eval("(car 1)")
except acl.Error as condition:
    print(condition, repr(acl.eval("'Foo")))
"""


def test_python_programs_in_modern_mode() -> None:
    """Python sees the names of the mode, and keyword arguments reach parameters of mixed case."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=100, check=True)
    assert done.stdout == '("x" 3 nil) ("x" 4 5) A\nAttempt to take the car of 1 which is not listp. Foo\n'


@pytest.mark.parametrize("name", ["CAR", "car", "Car", "+", "ÄÖ", "ß", "Straße", "ǅ", "ﬀ", "Σς", "ı", "İ"])
def test_names_and_what_is_stored_of_them_belong_together(name: str) -> None:
    """What leads from a stored name to the name leads back."""
    assert casemode.inverted(casemode.inverted(name)) == name


def test_every_character_leads_back() -> None:
    """There is no character whose name in the other case would be another symbol's."""
    for code in range(sys.maxunicode + 1):
        for name in (chr(code), f"A{chr(code)}", f"{chr(code)}b"):
            assert casemode.inverted(casemode.inverted(name)) == name, name
