"""Compiled files: they are loaded by processes that have not seen the source."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import acl as lisp

from .lisp import acl, form

DATA = Path(__file__).parent / "data"


def compiled(tmp_path: Path, text: str, name: str = "x.cl") -> Path:
    """Write *text* to a file and compile it here; return the compiled file."""
    source = tmp_path / name
    source.write_text(text)
    lisp.eval(f'(compile-file "{source}")')
    return source.with_suffix(".fasl")


def test_constants(tmp_path: Path) -> None:
    """All kinds of constants and definitions survive compilation by one process and loading by another."""
    target = tmp_path / "constants.fasl"
    compilation = acl(*form(f'(compile-file "{DATA / "constants.cl"}" :output-file "{target}")'))
    assert (compilation.returncode, compilation.stderr, compilation.stdout) == (0, "", "")
    loading = acl("-qq", "-batch", "-L", target)
    assert (loading.returncode, loading.stdout, loading.stderr) == (0, "done\n", "")
    again = acl(*form(f'(progn (load "{DATA / "constants.cl"}") (fresh-line))'))
    assert "FAIL" not in again.stdout


def test_return_values(tmp_path: Path) -> None:
    """The truename of the compiled file, and whether there were warnings and failures."""
    source = tmp_path / "x.cl"
    for text, expected in [
        ("(defun f (x) x)", "NIL NIL"),
        ("(eval-when (:compile-toplevel) (warn 'style-warning))", "T NIL"),
        ('(eval-when (:compile-toplevel) (warn "x"))', "T T"),
    ]:
        source.write_text(text)
        values = lisp.eval(f'(let ((v (multiple-value-list (handler-bind ((warning (function muffle-warning)))'
                           f' (compile-file "{source}"))))) (format nil "~s ~s" (second v) (third v)))')
        assert values == expected
    assert (tmp_path / "x.fasl").exists()


def test_carriage_returns(tmp_path: Path) -> None:
    """A carriage return in a string of a file is a character of the string in the compiled file too."""
    source = tmp_path / "x.cl"
    source.write_bytes(b'(defun\r\n cr ()\r\n "a\r\nb")\r\n')
    codes = lisp.eval(f"""(progn (load (compile-file "{source}")) (map 'list #'char-code (cr)))""")
    assert list(codes) == [97, 13, 10, 98]


def test_pathname_variables(tmp_path: Path) -> None:
    """The file being compiled and the file being loaded are known to the program."""
    target = compiled(tmp_path, """
        (defmacro file () (file-namestring *compile-file-pathname*))
        (format t "~a ~a ~a ~a" (file) *compile-file-truename* (pathname-type *load-pathname*)
                (pathname-name *load-truename*))""")
    assert acl("-qq", "-batch", "-L", target).stdout.strip() == "x.cl NIL fasl x"


def test_damaged_files(tmp_path: Path) -> None:
    """Cut files, flipped bytes and other versions are file errors; nothing of them runs."""
    target = compiled(tmp_path, '(defun f (x) (list x "abc" :key 1.5)) (setq cl-user::*damaged* (f 1))')
    good = target.read_bytes()
    assert "FILE-ERROR" in lisp_type(target, good[:len(good) // 2])
    assert "FILE-ERROR" in lisp_type(target, good[:12])
    assert "FILE-ERROR" in lisp_type(target, b"")
    for position in range(0, len(good), 41):
        flipped = bytearray(good)
        flipped[position] ^= 0x55
        assert "FILE-ERROR" in lisp_type(target, bytes(flipped)), position
    assert "FILE-ERROR" in lisp_type(target, good + b"more")


def lisp_type(path: Path, contents: bytes) -> str:
    """Return the type of the condition that loading a file with *contents* signals."""
    path.write_bytes(contents)
    values = lisp.eval(f'(handler-case (progn (load "{path}") "none")'
                       ' (file-error (c) (format nil "FILE-ERROR ~a" c)) (condition (c) (format nil "~s" c)))')
    return str(values)


def test_verbose(tmp_path: Path) -> None:
    """What `load` and `compile-file` say when they are asked to."""
    source = tmp_path / "x.cl"
    source.write_text("(defvar *x* 1)")
    done = acl(*form(f'(progn (compile-file "{source}" :verbose t) (load "{source}" :verbose t)'
                     f' (load "{tmp_path / "x"}" :verbose t) (load "{source}"))'))
    assert done.stdout.splitlines() == [
        f";;; Compiling file {source}", f";;; Writing fasl file {tmp_path / 'x.fasl'}", ";;; Fasl write complete",
        f"; Loading {source}", f"; Fast loading {tmp_path / 'x.fasl'}"]


def test_files_that_cannot_be_written(tmp_path: Path) -> None:
    """The error names the fasl file; what was there before stays, and nothing else does."""
    source, target = tmp_path / "x.cl", tmp_path / "x.fasl"
    source.write_text("(defvar *x* '(1 2 3))")
    target.write_bytes(b"old")
    code = ("import resource, acl; resource.setrlimit(resource.RLIMIT_FSIZE, (100, -1)); print(acl.eval('"
            f'(handler-case (compile-file "{source}") (file-error (c) (list c (princ-to-string c))))\'))')
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=100, check=False,
                          env={**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")})
    assert str(target) in done.stdout and "too large" in done.stdout, done.stderr
    assert target.read_bytes() == b"old" and not list(tmp_path.glob("*.new"))


def test_nested_loads(tmp_path: Path) -> None:
    """Each level of loading is indented; a long name goes to the next line."""
    inner = tmp_path / "inner.cl"
    inner.write_text("")
    outer = tmp_path / "outer.cl"
    outer.write_text(f'(let ((*print-right-margin* 200)) (load "{inner}" :verbose t)) '
                     f'(let ((*print-right-margin* 20)) (load "{inner}" :verbose t))')
    lines = acl(*form(f'(let ((*print-right-margin* 200)) (load "{outer}" :verbose t))')).stdout.splitlines()
    assert lines[1:] in ([f";   Loading {inner}", ";   Loading", f";      {inner}"],)


def test_undefined_functions(tmp_path: Path) -> None:
    """At the end of the compilation the functions that nobody defined are named, with their places."""
    source = tmp_path / "test.cl"
    source.write_text("(defun a () (no-such-function 1) (b))\n(defun b () (no-such-function 2) (other-one))\n"
                      "(defun c () (flet ((other () 1)) (other)))")
    done = acl(*form(f'(print (multiple-value-list (compile-file "{source}")))'))
    assert "undefined functions were referenced" in done.stdout
    assert "NO-SUCH-FUNCTION" in done.stdout and "OTHER-ONE" in done.stdout
    assert "NO-SUCH-FUNCTION from positions 0, 38 in test.cl" in done.stdout
    unit = acl(*form(f'(with-compilation-unit () (compile-file "{source}")'
                     " (eval '(defun no-such-function (x) x)) (eval '(defun other-one ())))"))
    assert "Warning" not in unit.stdout and unit.returncode == 0


def test_names_of_inline_templates(tmp_path: Path) -> None:
    """What is written in line finds its Python names in a process that has called nothing of its module yet."""
    functions = ["(equal x x)", "(equalp x x)", "(eql x x)", "(char (string x) 0)", "(char-code (code-char 65))",
                 "(char-upcase (character x))", "(alpha-char-p (character x))", "(upper-case-p (character x))",
                 "(remove x (list (list x)) :key #'first :test #'equal)", "(digit-char-p (character x))"]
    for number, body in enumerate(functions):
        file = compiled(tmp_path, f'(defun f (x) {body})', f"x{number}.cl")
        done = acl(*form(f'(progn (load "{file}") (f "a") (princ "done"))'))
        assert (done.stdout, done.stderr) == ("done", ""), (body, done.stdout, done.stderr)
