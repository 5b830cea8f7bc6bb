"""acl inside Python and Hy."""

from __future__ import annotations

import pydoc
import threading

import pytest

import acl
from acl.python import control


def test_values_cross() -> None:
    """Numbers, strings, T, NIL and lists cross the bridge."""
    assert acl.eval("(+ 1 2)") == 3
    assert acl.eval('"abc"') == "abc"
    assert acl.eval("(= 1 1)") is True
    assert acl.eval("nil") is None
    assert list(acl.eval("'(1 2 3)")) == [1, 2, 3]
    assert acl.eval("1.5") == 1.5


def test_functions_both_ways() -> None:
    """A Lisp function is a Python callable, and the other way round."""
    acl.eval("(defun bridge-add (a &optional (b 10)) (+ a b))")
    add = acl.function("bridge-add")
    assert add(1) == 11
    assert add(1, 2) == 3
    acl.define("bridge-join", lambda *parts: "-".join(parts))
    assert acl.eval('(bridge-join "a" "b")') == "a-b"
    assert acl.eval("(lambda (x) (* x x))")(7) == 49
    with pytest.raises(LookupError):
        acl.function("no-such-function-here")


def test_conditions_are_exceptions() -> None:
    """An unhandled condition is raised; a handler in Python by `except`."""
    with pytest.raises(acl.Error, match="divide 1 by zero"):
        acl.eval("(/ 1 0)")
    with pytest.raises(acl.Error, match="no 3"):
        acl.eval('(error "no ~a" 3)')
    acl.define("bridge-fail", lambda: [].pop())
    assert acl.eval("(handler-case (bridge-fail) (error () :caught))") is acl.eval(":caught")


def test_keyword_arguments() -> None:
    """Keyword arguments cross in both directions."""
    acl.eval("(defun bridge-keys (a &key (b 2) long-name) (list a b long-name))")
    assert list(map(str, acl.function("bridge-keys")(1, b=3, long_name="x"))) == ["1", "3", "x"]

    def scale(x: int, *, factor: int = 2, plus_one: bool = False) -> int:
        return x * factor + plus_one

    acl.define("bridge-scale", scale)
    assert list(acl.eval("(list (bridge-scale 5) (bridge-scale 5 :factor 3 :plus-one t))")) == [10, 16]


def test_output_keeps_its_order(capsys: pytest.CaptureFixture[str]) -> None:
    """What Lisp and Python print appears on Python's standard output, in the order in which it was printed."""
    acl.define("bridge-print", lambda: print("2 Python"))
    print("0 Python")
    acl.eval('(progn (format t "1 Lisp~%") (bridge-print) (format t "3 Lis\u00fc"))')
    print("4 Python")
    assert capsys.readouterr().out == "0 Python\n1 Lisp\n2 Python\n3 Lis\u00fc4 Python\n"


def test_input_is_python_s(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lisp reads what Python's standard input holds, and leaves the lines behind."""
    import io
    import sys

    monkeypatch.setattr(sys, "stdin", io.StringIO("(1 2)\nrest\n"))
    assert list(acl.eval("(read)")) == [1, 2]
    acl.eval("(read-line)")
    assert sys.stdin.readline() == "rest\n"


def test_objects_are_shown_as_lisp_prints_them() -> None:
    """The repr of lists, vectors, symbols, structures."""
    assert repr(acl.eval("(list 1 \"a\" 'sym :key t nil #(1 #\\x) 1/2)")) == '(1 "a" SYM :KEY T NIL #(1 #\\x) 1/2)'
    acl.eval("(defstruct bridge-point x y)")
    assert repr(acl.eval("(make-bridge-point :x 1)")) == "#S(BRIDGE-POINT :X 1 :Y NIL)"


def test_a_condition_is_signalled_once() -> None:
    """A condition that comes back into Lisp through Python code does not call the handlers again."""
    acl.define("bridge-inner", lambda: acl.eval('(error "once")'))
    with pytest.raises(acl.Error, match="once"):
        acl.eval("(progn (defvar *bridge-count* 0) (setq *bridge-count* 0)"
                 " (handler-bind ((error (lambda (c) c (incf *bridge-count*)))) (list (bridge-inner))))")
    assert acl.eval("*bridge-count*") == 1


def test_load(tmp_path: object) -> None:
    """A file is loaded; a syntax error names file and line."""
    from pathlib import Path

    path = Path(str(tmp_path)) / "program.cl"
    path.write_text("(defvar *bridge-loaded* 42)\n")
    acl.load(path)
    assert acl.eval("*bridge-loaded*") == 42
    path.write_text("(list 1\n  (car 2)\n")
    with pytest.raises(acl.Error, match=r"program\.cl"):
        acl.load(path)


def test_threads_have_their_own_bindings() -> None:
    """Another Python thread sees the global value of a variable that this one has bound."""
    acl.eval("(defvar *bridge-special* 1)")
    seen = []

    def other() -> None:
        seen.append(acl.eval("*bridge-special*"))

    def run() -> None:
        thread = threading.Thread(target=other)
        thread.start()
        thread.join(30)

    acl.define("bridge-run", run)
    acl.eval("(let ((*bridge-special* 2)) (bridge-run))")
    assert seen == [1]


def test_control() -> None:
    """The control operators as functions."""
    assert control.catch("t", lambda: 1 + control.throw("t", 5)) == 5
    assert control.block(lambda leave: [leave(i) for i in range(10) if i == 3]) == 3
    log: list[int] = []
    assert control.catch("t", lambda: control.unwind_protect(lambda: control.throw("t", 1), lambda: log.append(2))) == 1
    assert log == [2]
    assert control.handler_case(lambda: 1 // 0, ("division-by-zero", lambda c: "div")) == "div"
    assert control.restart_case(
        lambda: control.handler_bind(lambda: control.error("error", "x"),
                                     ("error", lambda c: control.invoke_restart("use-value", 7))),
        ("USE-VALUE", lambda v: v, "Use a value.")) == 7


def test_python_exceptions_under_lisp_s_operators() -> None:
    """Python's exceptions can be handled by their own classes, and go on as themselves if nobody does."""
    assert control.handler_case(lambda: 1 // 0, (ZeroDivisionError, lambda e: type(e))) is ZeroDivisionError
    assert control.handler_case(lambda: 1 // 0, (KeyError, lambda e: 1), (ArithmeticError, lambda e: 2)) == 2
    with pytest.raises(KeyError):
        control.unwind_protect(lambda: {}["x"], lambda: None)
    with pytest.raises(acl.Error, match="x"):
        control.catch("t", lambda: control.error("error", "x"))


def test_hy() -> None:
    """From Hy: the same, with macros."""
    import hy

    program = """
(import acl)
(require acl.python.macros [catch throw block unwind-protect handler-case handler-bind restart-case invoke-restart])
(setv results [(acl.eval "(+ 1 2)")
               (catch "x" (+ 1 (throw "x" 5)))
               (block leave (for [i (range 10)] (when (= i 4) (leave i))))
               (handler-case (/ 1 0) ("division-by-zero" [c] "div"))
               (restart-case
                 (handler-bind [["error" (fn [c] (invoke-restart use-value 7))]]
                   (acl.eval "(error \\"x\\")"))
                 (use-value [v] v))])
"""
    names: dict[str, object] = {}
    for form in hy.read_many(program):
        hy.eval(form, names)
    assert names["results"] == [3, 5, 4, "div", 7]


def test_help_of_the_module_shows_its_functions() -> None:
    """`help` looks into the classes of conditions, which are instances of Lisp's metaclasses, without a Lisp error."""
    text = pydoc.plain(pydoc.render_doc(acl))
    assert "Evaluate the forms in the text" in text and "class ERROR" in text
    assert set(acl.__all__) <= set(dir(acl))


def test_data_is_converted() -> None:
    """Nested data cross as a whole; what is no tree is refused."""
    data = {"a": [1, 2.5, "x", None, {"b": [True]}], "o": b"\x00\xff"}
    lisp = acl.lisp_data(data)
    acl.define("bridge-data", lambda: lisp)
    assert acl.eval('(gethash "b" (fifth (gethash "a" (bridge-data))))') is not None
    assert acl.eval('(typep (gethash "o" (bridge-data)) \'(vector (unsigned-byte 8)))') is True
    assert acl.python_data(lisp) == {"a": data["a"], "o": [0, 255]}
    assert acl.python_data(acl.eval("'(1 #(2 (3)) \"s\" #\\c)")) == [1, [2, [3]], "s", "c"]
    for bad in ("'(1 . 2)", "(let ((l (list 1))) (setf (cdr l) l))", "(let ((l (list 1))) (setf (car l) l))"):
        with pytest.raises(ValueError, match=r"dotted|circular"):
            acl.python_data(acl.eval(bad))


def test_all_values() -> None:
    """A Lisp function gives all its values when it is asked for them."""
    assert acl.function("floor").values(7, 2) == (3, 1)  # type: ignore[attr-defined]
    assert acl.function("values").values() == ()  # type: ignore[attr-defined]


def test_missing_attribute_is_named() -> None:
    """What Python probes for in an instance is missing by its whole name."""
    instance = acl.eval("(progn (defclass probed () (a)) (make-instance 'probed))")
    with pytest.raises(AttributeError, match=r"^_no_such$"):
        instance._no_such  # noqa: B018
