"""Foreign functions of a library of one's own, compiled here: structures by value, functions that C calls, threads."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
COMPILER = shutil.which("cc") or shutil.which("gcc")
SOURCE = """\
#include <pthread.h>
#include <stddef.h>
struct pair { int a; double b; };
struct fields {
  unsigned a:3; unsigned b:5; unsigned c:30; char d; unsigned e:4; short f; unsigned g:20; unsigned h:13; };
int counter = 7;
long call_times(long (*f)(long), long n) { long i, sum = 0; for (i = 0; i < n; i++) sum += f(i); return sum; }
double twice(double (*f)(double), double x) { return f(f(x)); }
float twice_single(float (*f)(float), float x) { return f(f(x)); }
static void *run(void *f) { return (void *) ((long (*)(long)) f)(20); }
long in_thread(long (*f)(long)) {
  pthread_t thread; void *result;
  pthread_create(&thread, NULL, run, (void *) f); pthread_join(thread, &result); return (long) result; }
struct pair swap(struct pair p) { struct pair q; q.a = (int) p.b; q.b = p.a; return q; }
double sum(struct pair p) { return p.a + p.b; }
double sum_called(double (*f)(struct pair)) { struct pair p = { 3, 4.5 }; return f(p); }
size_t size_of_fields(void) { return sizeof(struct fields); }
void fill_fields(struct fields *x) {
  x->a = 5; x->b = 17; x->c = 123456; x->d = 'd'; x->e = 9; x->f = -3; x->g = 0xabcde; x->h = 4660; }
long long many(char a, short b, int c, long d, float e, double f, long long g, long h, long i, double j) {
  return a + b + c + d + (long) e + (long) f + g + h + i + (long) j; }
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the compiled library."""
    if COMPILER is None:
        pytest.skip("there is no compiler for C")
    folder = tmp_path_factory.mktemp("foreign")
    (folder / "own.c").write_text(SOURCE)
    subprocess.run([COMPILER, "-shared", "-fPIC", "-pthread", "-o", "libown.so", "own.c"], cwd=folder, check=True)
    return folder / "libown.so"


def run(library: Path, *forms: str) -> list[str]:
    """Return the lines that a Lisp prints which has loaded the library and evaluates *forms*."""
    text = "\n".join([f'(load "{library}" :verbose nil)', *forms])
    file = library.with_name("forms.cl")
    file.write_text(text)
    done = subprocess.run([sys.executable, "-m", "acl", "-q", "-batch", "-L", str(file), "-kill"], text=True,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False,
                          env={**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(library.parent / "cache")})
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]


PAIR = "(ff:def-foreign-type pair (:struct (a :int) (b :double)))"


def test_structures_by_value(library: Path) -> None:
    """Structures are passed, returned, and given to Lisp functions by value."""
    assert run(
        library, PAIR,
        "(ff:def-foreign-call swap ((p pair)) :returning pair :pass-structs-by-value t)",
        "(ff:def-foreign-call sum ((p pair)) :returning :double :pass-structs-by-value t)",
        "(ff:def-foreign-call sum-called ((f :foreign-address)) :returning :double)",
        "(ff:defun-foreign-callable product ((p pair)) (declare (:returning :double))"
        " (* (ff:fslot-value p 'a) (ff:fslot-value p 'b)))",
        "(let ((p (ff:allocate-fobject 'pair))) (setf (ff:fslot-value p 'a) 3 (ff:fslot-value p 'b) 4d0)",
        " (let ((q (swap p))) (print (list (sum p) (type-of q) (ff:fslot-value q 'a) (ff:fslot-value q 'b)))))",
        "(print (sum-called (ff:register-foreign-callable 'product nil t)))",
    ) == ["(7.0d0 PAIR 4 3.0d0)", "13.5d0"]


def test_fields_of_bits(library: Path) -> None:
    """Fields of bits lie where C has them."""
    assert run(
        library,
        "(ff:def-foreign-type fields (:struct (a (:bit 3)) (b (:bit 5)) (c (:bit 30)) (d :char) (e (:bit 4)) (f :short)"
        " (g (:bit 20)) (h (:bit 13))))",
        "(ff:def-foreign-call size-of-fields (:void) :returning :unsigned-long)",
        "(ff:def-foreign-call fill-fields ((x (* fields))) :returning :void)",
        "(let ((x (ff:allocate-fobject 'fields))) (fill-fields x)",
        " (print (list (= (size-of-fields) (ff:sizeof-fobject 'fields))",
        "   (mapcar (lambda (slot) (ff:fslot-value x slot)) '(a b c d e f g h)))))",
    ) == ["(T (5 17 123456 100 9 -3 703710 4660))"]


def test_functions_that_c_calls(library: Path) -> None:
    """They return integers and floats of either size, and what leaves one goes on when C has returned."""
    forms = [
        "(ff:def-foreign-call call-times ((f :foreign-address) (n :long)) :returning :long)",
        "(ff:def-foreign-call twice ((f :foreign-address) (x :double)) :returning :double)",
        "(ff:def-foreign-call twice-single ((f :foreign-address) (x :float)) :returning :float)",
        "(ff:defun-foreign-callable same (n) n)",
        "(ff:defun-foreign-callable half ((x :double)) (declare (:returning :double)) (/ x 2))",
        "(ff:defun-foreign-callable half-single ((x :float)) (declare (:returning :float)) (/ x 2))",
        "(defvar *calls* 0)",
        "(ff:defun-foreign-callable leave (n) (incf *calls*) (if (= n 5) (throw 'out n) n))",
        "(defun address (name) (ff:register-foreign-callable name nil t))",
        "(print (list (call-times (address 'same) 1000) (twice (address 'half) 3d0)",
        "  (twice-single (address 'half-single) 3.0)))",
        "(print (list (catch 'out (call-times (address 'leave) 100) :returned) *calls*))",
        "(ff:defun-foreign-callable inner (n) (catch 'out (call-times (address 'leave) 10) :returned))",
        "(print (call-times (address 'inner) 3))"]
    assert run(library, *forms) == ["(499500 0.75d0 0.75)", "(5 6)", "15"]


def test_results_that_nothing_declares(library: Path) -> None:
    """Without (:returning type) C gets an integer or a float of either size, as the value is."""
    from acl.builtins.foreign import closures

    if not closures._library():
        pytest.skip("only on Linux on x86-64 with libffi")
    assert run(
        library,
        "(ff:def-foreign-call call-times ((f :foreign-address) (n :long)) :returning :long)",
        "(ff:def-foreign-call twice ((f :foreign-address) (x :double)) :returning :double)",
        "(ff:def-foreign-call twice-single ((f :foreign-address) (x :float)) :returning :float)",
        "(ff:defun-foreign-callable minus (n) (- n))",
        "(ff:defun-foreign-callable half ((x :double)) (/ x 2))",
        "(ff:defun-foreign-callable half-single ((x :float)) (/ x 2))",
        "(defun address (name) (ff:register-foreign-callable name nil t))",
        "(print (list (call-times (address 'minus) 4) (twice (address 'half) 3d0)",
        "  (twice-single (address 'half-single) 3.0)))") == ["(-6 0.75d0 0.75)"]


def test_threads_of_c(library: Path) -> None:
    """A thread of C's that calls Lisp is a process; an error in it is reported, and C gets 0."""
    lines = run(
        library,
        "(ff:def-foreign-call in-thread ((f :foreign-address)) :returning :long)",
        "(defvar *process* nil)",
        "(ff:defun-foreign-callable next (n) (setq *process* mp:*current-process*) (1+ n))",
        "(ff:defun-foreign-callable wrong (n) (error \"wrong ~d\" n))",
        "(print (list (in-thread (ff:register-foreign-callable 'next nil t)) (typep *process* 'mp:process)",
        "  (eq *process* mp:*current-process*)))",
        "(print (in-thread (ff:register-foreign-callable 'wrong nil t)))", "(terpri)")
    assert lines[0] == "(21 T NIL)"
    assert "0" in lines[1:]
    assert any("wrong 20" in line for line in lines)


def test_variables_many_arguments_unloading(library: Path) -> None:
    """Variables of C are places; arguments go in all registers and on the stack; an unloaded library's are unknown."""
    assert run(
        library,
        "(ff:def-foreign-variable counter :type :signed-long)",
        "(print (list counter (incf counter) counter))",
        "(ff:def-foreign-call many ((a :char) (b :short) (c :int) (d :long) (e :float) (f :double) (g :long-long)"
        " (h :long) (i :long) (j :double)) :returning :long-long)",
        "(print (many 1 2 3 4 5.0 6d0 7 8 9 10d0))",
        f'(ff:unload-foreign-library "{library}")',
        "(print (handler-case (many 1 2 3 4 5.0 6d0 7 8 9 10d0) (error () :unknown)))",
    ) == ["(7 8 8)", "55", ":UNKNOWN"]


def test_others_run_meanwhile(library: Path) -> None:
    """Other processes run during a long call of C."""
    assert run(
        library,
        "(ff:def-foreign-call usleep ((n :unsigned-int)))",
        "(defvar *turns* 0)",
        "(mp:process-run-function \"turns\" (lambda () (loop (incf *turns*) (sleep 0.001))))",
        "(loop repeat 100 until (> *turns* 5) do (usleep 100000))",
        "(print (> *turns* 5))") == ["T"]
