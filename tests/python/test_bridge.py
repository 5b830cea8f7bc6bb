"""acl inside Python and Hy."""

from __future__ import annotations

import enum
import functools
import inspect
import io
import operator
import os
import pydoc
import subprocess
import sys
import threading
import time
import traceback
import warnings
from contextlib import redirect_stderr, redirect_stdout
from fractions import Fraction
from pathlib import Path
from unittest import mock

import pytest

import acl
from acl.python import control

ROOT = Path(__file__).parent.parent.parent


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
    with pytest.raises(LookupError, match="with-open-file is no function but a macro"):
        acl.function("with-open-file")
    with pytest.raises(LookupError, match="catch is no function but a special operator"):
        acl.function("catch")


def test_conditions_are_exceptions() -> None:
    """An unhandled condition is raised; a handler in Python by `except`."""
    with pytest.raises(acl.Error, match="divide 1 by zero"):
        acl.eval("(/ 1 0)")
    with pytest.raises(acl.Error, match="no 3"):
        acl.eval('(error "no ~a" 3)')
    acl.define("bridge-fail", lambda: [].pop())
    assert acl.eval("(handler-case (bridge-fail) (error () :caught))") is acl.eval(":caught")


def test_conditions_in_tracebacks() -> None:
    """Python's traceback calls the condition what Lisp calls it."""
    try:
        acl.eval("(progn (define-condition out-of-stock (error) ()) (error 'out-of-stock))")
    except acl.Error as e:
        shown = traceback.format_exception(e)
    assert shown[-1] == "acl.OUT-OF-STOCK: Condition OUT-OF-STOCK was signalled.\n"


def test_keyword_arguments() -> None:
    """Keyword arguments cross in both directions."""
    acl.eval("(defun bridge-keys (a &key (b 2) long-name) (list a b long-name))")
    assert list(map(str, acl.function("bridge-keys")(1, b=3, long_name="x"))) == ["1", "3", "x"]

    def scale(x: int, *, factor: int = 2, plus_one: bool = False) -> int:
        return x * factor + plus_one

    acl.define("bridge-scale", scale)
    assert list(acl.eval("(list (bridge-scale 5) (bridge-scale 5 :factor 3 :plus-one t))")) == [10, 16]
    assert acl.eval("(bridge-scale 5 :factor 3 :factor 4)") == 15
    for wrong, problem in (("5 :fctor 3", "Illegal keyword given: :FCTOR"), ("5 :fctor 3 :factor 2", ":FCTOR"),
                           ("5 :factor", "Keyword argument :FACTOR has no value"), (":factor 2", "got 0 args")):
        with pytest.raises(acl.Error, match=problem):
            acl.eval(f"(bridge-scale {wrong})")


def test_keyword_arguments_that_lisp_does_not_take() -> None:
    """They are refused where they would be taken for positional ones; &rest alone takes them as initargs."""
    acl.eval("""(defun bridge-plain (a) a)
                (defun bridge-mixed (a &optional b &key class own_name) (list a b class own_name))
                (defun bridge-rest (a &rest initargs) (list a initargs))""")
    plain, mixed, rest = (acl.function(f"bridge-{name}") for name in ("plain", "mixed", "rest"))
    for wrong in (lambda: plain(a=1), lambda: plain(1, b_c=2), lambda: plain.values(a=1)):  # type: ignore[attr-defined]
        with pytest.raises(acl.Error, match=r"BRIDGE-PLAIN takes no keyword arguments, got (a|b_c)=; .* is \(A\)\."):
            wrong()
    with pytest.raises(acl.Error, match=r"BRIDGE-MIXED takes the keyword arguments class_= after all its positional"):
        mixed(1, class_=2)
    with pytest.raises(acl.Error, match="Illegal keyword given: :OTHER"):
        mixed(1, 2, other=3)
    assert repr(mixed(1, 2, class_=3, own_name=4)) == repr(mixed(1, 2, **{"class": 3}, own_name=4)) == "(1 2 3 4)"
    assert repr(rest(1, some_name=2)) == "(1 (:SOME-NAME 2))"
    with pytest.raises(acl.Error, match="BRIDGE-REST takes the keyword arguments"):
        rest(a=2)
    assert acl.eval("(constantly 5)")(a=1) == 5


def test_signatures() -> None:
    """`inspect.signature` and `help` know the lambda lists and documentation of Lisp functions."""
    acl.eval("""(defun bridge-area (w &optional (h (* 2 w)) (u "m") &rest more &key (scale 1) (mode :fast) class
                                    &allow-other-keys)
                  "The area of W." (list w h u more scale mode class))
                (defgeneric bridge-generic (a &key b) (:documentation "Of all."))
                (defun bridge-none () (declare (optimize speed)))""")
    area = acl.function("bridge-area")
    assert str(inspect.signature(area)) == (
        "(w, h=(* 2 W), u='m', /, *more, scale=1, mode=:FAST, class_=None, **keywords)")
    text = pydoc.plain(pydoc.render_doc(area))  # some versions of Python show a parameter a line
    assert "bridge_area(" in text and "h=(* 2 W)," in text and "The area of W." in text
    assert str(inspect.signature(acl.function("bridge-generic"))) == "(a, /, *, b=None, **keywords)"
    assert acl.function("bridge-generic").__doc__ == "Of all."
    assert str(inspect.signature(acl.function("bridge-none"))) == "()"
    assert str(inspect.signature(acl.eval("(lambda (a) a)"))) == "(a, /)"
    assert str(inspect.signature(acl.eval("(constantly 1)"))) == "(*args, **keywords)"
    assert str(inspect.signature(acl.function("parse-integer"))).startswith("(string, /, *, start=0, end=None, ra")
    assert (acl.function("open").__doc__ or "").startswith("Open")
    assert (acl.function("+").__name__, acl.function("open").__name__) == ("+", "open")


def test_wrapped_callables_stay_themselves() -> None:
    """What `functools.wraps` makes of a Lisp function's callable is another function, in Lisp too."""
    inner = acl.function("1+")

    @functools.wraps(inner)
    def twice(x: int) -> int:
        return 2 * x

    assert acl.function("mapcar")(twice, (1, 2)).car == 2
    assert acl.function("eq")(inner, acl.function("1+")) is True


def test_lisp_knows_what_python_defined() -> None:
    """`arglist`, `documentation` and `describe` of a function that Python defined."""
    def find(where: str, count: int = 3, *rest: int, end_line: int | None = None, kind: str = "x") -> None:
        """Find it.

        Somewhere.
        """

    acl.define("bridge-find", find)
    acl.define("bridge-max", max)  # has no signature that `inspect` knows
    acl.define("bridge-lambda", lambda x: x)
    assert repr(acl.eval("(arglist 'bridge-find)")) == '(WHERE &OPTIONAL (COUNT 3) &REST REST &KEY END-LINE (KIND "x"))'
    assert acl.eval("(equal (arglist 'bridge-find) (arglist #'bridge-find))") is True
    assert acl.eval("(documentation 'bridge-find 'function)") == "Find it.\n\nSomewhere."
    described = acl.eval("(with-output-to-string (*standard-output*) (describe 'bridge-find))")
    assert "The function takes arguments (WHERE &OPTIONAL" in described and "Somewhere." in described
    assert acl.eval("(princ-to-string #'bridge-find)") == "#<Function BRIDGE-FIND>"
    assert repr(acl.eval("(list (arglist 'bridge-max) (arglist 'bridge-lambda))")) == "((&REST ARGUMENTS) (X))"
    assert acl.eval("(documentation 'bridge-lambda 'function)") is None


def test_definitions_leave_what_is_there_intact() -> None:
    """A name of Allegro's packages becomes the program's own, as by `defun`; those of the standard are locked."""
    acl.define("shutdown", lambda: "own")
    assert acl.eval("(list (shutdown) (package-name (symbol-package 'shutdown)))").car.text() == "own"
    assert acl.eval("(eq #'shutdown #'socket:shutdown)") is None
    with pytest.raises(acl.Error, match=r"name REVERSE\.  This is a violation of the COMMON-LISP package"):
        acl.define("reverse", lambda x: x)
    acl.eval("(defmacro bridge-macro () 1)")
    acl.define("bridge-macro", lambda: 2)
    assert acl.eval("(bridge-macro)") == 2


def test_output_keeps_its_order(capsys: pytest.CaptureFixture[str]) -> None:
    """What Lisp and Python print appears on Python's standard output, in the order in which it was printed."""
    acl.define("bridge-print", lambda: print("2 Python"))
    print("0 Python")
    acl.eval('(progn (format t "1 Lisp~%") (bridge-print) (format t "3 Lis\u00fc"))')
    print("4 Python")
    assert capsys.readouterr().out == "0 Python\n1 Lisp\n2 Python\n3 Lis\u00fc4 Python\n"


def test_output_is_redirected() -> None:
    """`contextlib` catches what Lisp writes to its output and error streams; warnings are standard error's."""
    out, errors = io.StringIO(), io.StringIO()
    acl.define("bridge-errors", lambda: print("3 Python", file=sys.stderr))
    with redirect_stdout(out), redirect_stderr(errors):
        acl.eval("""(progn (princ "out") (warn "1 ~a" :lisp) (format *error-output* "2 L\u00efsp~%") (bridge-errors)
                           (format *error-output* "4 Lisp") (close *error-output*) (princ "more"))""")
        acl.eval("(warn 'simple-warning :format-control \"5\")")
    assert out.getvalue() == "outmore"
    assert errors.getvalue() == "Warning: 1 LISP\n2 L\u00efsp\n3 Python\n4 Lisp\nWarning: 5\n"


def test_input_is_python_s(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lisp reads what Python's standard input holds, and leaves the lines behind."""
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


class Missing(Exception):
    """An exception of a Python program."""


def test_an_exception_that_lisp_does_not_handle_goes_on_as_itself() -> None:
    """With its cause; Lisp sees it once, where it happens; what it says of Python's objects is not taken for Lisp's."""
    def look_up() -> None:
        try:
            {}["key"]
        except KeyError as e:
            raise Missing("no key") from e

    acl.define("bridge-look-up", look_up)
    acl.define("bridge-between", lambda: acl.eval("(list (bridge-look-up))"))
    acl.define("bridge-divide", lambda: 1 // 0)
    acl.define("bridge-nothing", lambda: getattr(None, "name"))  # noqa: B009
    acl.eval("(defvar *bridge-seen* 0)")
    with pytest.raises(Missing, match="no key") as raised:
        acl.eval("(handler-bind ((error (lambda (c) c (incf *bridge-seen*)))) (list (bridge-between)))")
    assert isinstance(raised.value.__cause__, KeyError)
    assert acl.eval("*bridge-seen*") == 1
    assert any(entry.name == "look_up" for entry in raised.traceback)
    assert acl.eval("(handler-case (bridge-between) (error (c) (princ-to-string c)))") == "Missing: no key"
    assert control.handler_case(lambda: acl.eval("(bridge-between)"), (Missing, str)) == "no key"
    with pytest.raises(ZeroDivisionError):
        acl.eval("(bridge-divide)")
    assert acl.eval("(handler-case (bridge-divide) (division-by-zero () 5))") == 5
    with pytest.raises(AttributeError):
        acl.eval("(bridge-nothing)")
    assert acl.eval("(handler-case (bridge-nothing) (type-error () 1) (error () 2))") == 2
    with pytest.raises(acl.Error, match="got 1 arg, wanted 0 args"):
        acl.eval("(bridge-nothing 1)")


def test_the_process_stays_as_it_is() -> None:
    """The use of Lisp leaves handlers of signals, hooks and streams alone; what it changes the manual tells."""
    program = """import gc, locale, os, resource, signal, sys, threading
def state():
    return ([signal.getsignal(s) for s in signal.valid_signals()], signal.set_wakeup_fd(-1),
            sys.excepthook, sys.displayhook, threading.excepthook, sys.unraisablehook, sys.stdin, sys.stdout,
            sys.stderr, dict(os.environ), os.getcwd(),
            locale.setlocale(locale.LC_ALL), sys.gettrace(), sys.getprofile(), sys.getswitchinterval(), gc.isenabled(),
            gc.get_freeze_count(), threading.stack_size(), threading.active_count())
before = state()
import acl
assert acl.eval("(handler-case (car 5) (error () (format nil \\"~a\\" (loop for i below 3 collect i))))") == "(0 1 2)"
after = state()
print([(x, y) for x, y in zip(before, after) if x != y])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_fork() -> None:
    """A forked child has Lisp: it evaluates, waits, starts processes; those of the parent are not there."""
    acl.eval("""(defvar *going* (mp:make-gate nil))""")
    acl.eval("""(mp:process-run-function "parent's" (lambda () (mp:process-wait "" #'mp:gate-open-p *going*)))""")
    program = """(list (sys:with-timeout (60 :late) (sleep 0.01) :slept) (sys:with-timeout (0.01 :late) (sleep 100))
                       (let ((x nil)) (mp:process-run-function "c" (lambda () (setq x 5)))
                         (mp:process-wait-with-timeout "for it" 60 (lambda () x)) x)
                       (count "parent's" mp:*all-processes* :key #'mp:process-name :test #'equal))"""
    assert repr(acl.eval(program)) == "(:SLEPT :LATE 5 1)"
    time.sleep(0.1)  # the thread of the process that has ended waits for another one now
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(write, repr(acl.eval(program)).encode())
        finally:
            os._exit(0)
    os.close(write)
    with open(read) as results:
        assert results.read() == "(:SLEPT :LATE 5 0)"
    os.waitpid(child, 0)
    acl.eval("(mp:open-gate *going*)")


def test_unknown_package() -> None:
    """There is no evaluating in a package that does not exist."""
    with pytest.raises(LookupError, match="NO-SUCH-PACKAGE"):
        acl.eval("1", package="NO-SUCH-PACKAGE")
    assert acl.eval("(package-name *package*)", package="CL") == "COMMON-LISP"


def test_vectors_are_iterated() -> None:
    """As lists are."""
    assert list(acl.eval("(vector 1 2 3)")) == [1, 2, 3]
    assert list(acl.eval("(make-array 2 :element-type '(unsigned-byte 8) :initial-element 7)")) == [7, 7]
    assert list(acl.eval("(make-array 3 :fill-pointer 2 :initial-element 0)")) == [0, 0]
    with pytest.raises(acl.Error):
        list(acl.eval("(make-array '(2 2))"))


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


def test_control_made_easy() -> None:
    """Conditions are made from a control string and arguments, restarts need no report, a block is left once."""
    with pytest.raises(acl.Error, match="no 3 in \"x\""):
        control.error("simple-error", "no ~a in ~s", 3, "x")
    told = control.handler_case(lambda: control.signal("simple-condition", "told ~a", "you"), ("simple-condition", str))
    assert told == "told you"
    assert control.signal("simple-condition", format_control="nobody") is None
    condition = acl.eval("(make-condition 'simple-error :format-control \"made\")")
    assert control.handler_case(lambda: control.error(condition), ("error", lambda c: c)) is condition
    shown = control.restart_case(lambda: [str(r) for r in control.compute_restarts()],
                                 ("use-it", lambda v: v), ("other", lambda: 1, "Do something else."))
    assert shown == ["USE-IT", "Do something else."]
    kept = []
    control.block(kept.append)
    with pytest.raises(acl.Error, match="has been left already"):
        kept[0](1)


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


def test_warnings_may_be_errors() -> None:
    """What Python's compiler thinks of the code of Lisp forms does not matter to a program that wants no warnings."""
    acl.eval("(+ 1 2)")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert acl.eval("(progn (defun is-it (x) (eq x 'it)) (is-it 'it))") is True
        assert acl.eval("(block nil (unwind-protect 1 (return 2)))") == 2
        with pytest.raises(acl.Error, match="Funcall of 5"):
            acl.eval("(funcall (lambda (x) (funcall 5 x)) 1)")


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


def test_other_numbers_and_strings() -> None:
    """Numbers and strings of other classes than Python's plain ones are numbers and strings in Lisp."""
    class Level(enum.IntEnum):
        HIGH = 3

    class Colour(enum.StrEnum):
        RED = "red"

    shown = acl.eval("(lambda (x) (format nil \"~s ~s\" x (if (numberp x) (+ x 1) (length x))))")
    for value, wanted in ((Level.HIGH, "3 4"), (Fraction(1, 3), "1/3 4/3"), (Fraction(4, 2), "2 3"),
                          (Colour.RED, '"red" 3'), (1 + 2j, "#C(1.0d0 2.0d0) #C(2.0d0 2.0d0)"), (True + 1, "2 3")):
        assert shown(value) == wanted
    third, root = acl.eval("1/3"), acl.eval("#c(1 1/2)")
    assert (Fraction(third), float(third), complex(root)) == (Fraction(1, 3), 1 / 3, 1 + 0.5j)
    assert third == Fraction(1, 3) and Fraction(1, 3) == third and third != 1 and third != "1/3"
    assert {third: 1}[Fraction(1, 3)] == 1
    assert acl.eval("(list (= 1/3 1.0) (eql 1/3 1/3) (equal 1/3 'a))").car is None


def test_numpy() -> None:
    """numpy's scalars are Lisp's numbers and booleans, its arrays data."""
    numpy = pytest.importorskip("numpy")
    shown = acl.eval("(lambda (x) (format nil \"~s\" x))")
    for value, wanted in ((numpy.int64(3), "3"), (numpy.float64(1.5), "1.5d0"), (numpy.float32(1.5), "1.5d0"),
                          (numpy.bool_(False), "NIL"), (numpy.bool_(True), "T"), (numpy.uint8(200), "200"),
                          (numpy.str_("a"), '"a"')):
        assert shown(value) == wanted
    assert shown(acl.lisp_data(numpy.arange(4).reshape(2, 2))) == "((0 1) (2 3))"
    assert acl.eval("(lambda (x) (aref #(a b c) x))")(numpy.int32(1)) is acl.eval("'b")


def test_callables_as_arguments() -> None:
    """What Lisp functions are given to call is called with Python's values, and its truth is Lisp's."""
    in_order = acl.eval("(lambda (l p) (sort (copy-list l) p))")
    numbers = acl.eval("'(3 1 2)")
    assert list(in_order(numbers, lambda a, b: a < b)) == [1, 2, 3]
    assert list(in_order(numbers, operator.gt)) == [3, 2, 1]
    words = acl.eval("'(\"a\" \"bb\")")
    assert acl.python_data(acl.function("mapcar")(str.upper, words)) == ["A", "BB"]
    assert acl.python_data(acl.function("mapcar")(len, words)) == [1, 2]
    assert acl.python_data(acl.function("mapcar")(int, acl.lisp_data(["1", "22"]))) == [1, 22]
    assert acl.python_data(acl.function("mapcar")(functools.partial(max, "b"), words)) == ["b", "bb"]
    assert acl.eval("(lambda (f) (funcall f 1 :times 3))")(lambda x, *, times: x * times) == 3
    found: list[str] = []
    acl.function("mapc")(found.append, words)
    assert found == ["a", "bb"]
    with pytest.raises(StopIteration):
        acl.eval("(lambda (f) (funcall f))")(lambda: next(iter([])))
    handled = acl.eval("(lambda (f) (handler-case (funcall f) (division-by-zero () \"none\")))")
    assert handled(lambda: 1 // 0) == "none"


def test_callables_stay_themselves() -> None:
    """They are one object in Lisp, and the same one when they come back; so are Lisp's own functions."""
    def own() -> None:
        """Do nothing."""

    both = acl.eval("(lambda (a b) (and (eq a b) (functionp a)))")
    for x in (own, len, str.upper, int, mock.Mock(), functools.partial(max, 1)):
        assert acl.eval("(lambda (x) x)")(x) is x
        assert both(x, x) is True
    assert both(acl.function("car"), acl.eval("(list #'car)").car) is True
    assert both(acl.eval("(list (lambda () 1))").car, 5) is None


def test_paths(tmp_path: Path) -> None:
    """Lisp's file functions take Python's paths, whatever is in their names, and Python's the pathnames of Lisp."""
    file = tmp_path / "a*[b] c.d.txt"
    file.write_text("text")
    assert acl.eval("(lambda (f) (with-open-file (s f) (read-line s)))")(file) == "text"
    found = acl.function("probe-file")(file)
    assert Path(found) == file
    with open(found) as f:
        assert f.read() == "text"
    assert acl.function("probe-file")(tmp_path / "none") is None
    assert os.fspath(acl.eval('#p"/tmp/x.y"')) == "/tmp/x.y"
    with pytest.raises(acl.Error, match="is wild"):
        os.fspath(acl.eval('#p"/tmp/*.y"'))
    assert acl.eval("(lambda (f) f)")(file) is file


def test_missing_keyword_argument() -> None:
    """A Python function that needs a keyword argument which Lisp does not give: a program-error that names it."""
    acl.define("needs-width", lambda *, line_width, h=1: line_width)
    for text in ("(needs-width)", "(needs-width :h 2)"):
        with pytest.raises(acl.Error, match="needs the keyword argument :LINE-WIDTH"):
            acl.eval(f"(handler-bind ((program-error (lambda (c) (error c)))) {text})")
    assert acl.eval("(needs-width :line-width 5)") == 5


def test_setf_functions() -> None:
    """`function` finds those that `setf` calls."""
    acl.eval("(progn (defclass titled () ((title :accessor title))) (defvar *titled* (make-instance 'titled)))")
    assert acl.function("(setf title)")("Lisp", acl.eval("*titled*")) == "Lisp"
    assert acl.eval("(title *titled*)") == "Lisp"
    for name in ("(setf nothing)", "(setf)", "(getf x)", "5"):
        with pytest.raises((LookupError, ValueError)):
            acl.function(name)


def test_arrays_are_rows() -> None:
    """An array of several dimensions becomes lists of lists, one of none its element."""
    for text, wanted in (("#2A((1 2 3) (4 5 6))", [[1, 2, 3], [4, 5, 6]]), ("#3A(((1) (2)))", [[[1], [2]]]),
                         ("#0A\"x\"", "x"), ("(make-array '(2 0))", [[], []]), ("(make-array '(0 2))", []),
                         ("(make-array '(1 2) :displaced-to #(1 2 3) :displaced-index-offset 1)", [[2, 3]]),
                         ("#2A(\"ab\" \"cd\")", [["a", "b"], ["c", "d"]]),
                         ("(make-array '(2 1) :element-type 'bit :initial-element 1)", [[1], [1]])):
        assert acl.python_data(acl.eval(text)) == wanted


def test_all_values() -> None:
    """A Lisp function gives all its values when it is asked for them."""
    assert acl.function("floor").values(7, 2) == (3, 1)  # type: ignore[attr-defined]
    assert acl.function("values").values() == ()  # type: ignore[attr-defined]


def test_missing_attribute_is_named() -> None:
    """What Python probes for in an instance is missing by its whole name."""
    instance = acl.eval("(progn (defclass probed () (a)) (make-instance 'probed))")
    with pytest.raises(AttributeError, match=r"^_no_such$"):
        instance._no_such  # noqa: B018


@pytest.mark.parametrize("command", [["examples/pricing.py"], ["-m", "hy", "examples/pricing.hy"]],
                         ids=lambda command: command[-1])
def test_pricing(command: list[str], tmp_path: Path) -> None:
    """The example programs that embed Lisp say what their transcripts say."""
    if "hy" in command:  # Hy 1.3 runs no program at all under CPython 3.12.1
        (tmp_path / "nothing.hy").write_text("")
        if subprocess.run([sys.executable, "-m", "hy", tmp_path / "nothing.hy"], capture_output=True).returncode:
            pytest.skip("this Hy cannot run programs")
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, timeout=100, cwd=ROOT,
                          env={**os.environ, "PYTHONPATH": str(ROOT)})
    name = Path(command[-1]).name
    assert (done.stdout, done.stderr) == ((Path(__file__).parent / "transcripts" / f"{name}.txt").read_text(), "")


def test_slots_are_attributes() -> None:
    """They are read and set in Python's spelling, with Python's values; what is unbound is no attribute."""
    acl.eval("""
        (defclass bridge-thing () ((long-name :initarg :long-name) (unset) (shared :allocation :class :initform "s")
                                   (items :initform '(1))))
        (defclass bridge-more (bridge-thing) ((more :initform nil)))
        (defmethod print-object ((thing bridge-thing) stream)
          (if (slot-boundp thing 'long-name) (format stream "<~a>" (slot-value thing 'long-name)) (error "nameless")))
        (defstruct bridge-record (first-name "Ada") (age 36 :type fixnum))""")
    thing = acl.eval('(make-instance \'bridge-more :long-name "x")')
    assert (thing.long_name, thing.shared, thing.more, repr(thing)) == ("x", "s", None, "<x>")
    thing.long_name, thing.shared, thing.more, thing.unset = "Ada", "t", True, (1, "b")
    thing.own = "Python's"
    acl.define("bridge-it", lambda: thing)
    assert repr(acl.eval("(with-slots (long-name more unset) (bridge-it) (list* long-name more unset))")) == (
        '("Ada" T 1 "b")')
    assert acl.eval("(slot-value (make-instance 'bridge-thing) 'shared)") == "t"
    fresh = acl.eval("(make-instance 'bridge-thing)")
    assert not hasattr(fresh, "unset") and not hasattr(fresh, "nothing")
    assert "Printer Error" in repr(fresh)
    record = acl.eval("(make-bridge-record)")
    assert record.first_name == "Ada"
    record.first_name = "Eve"
    assert repr(record) == '#S(BRIDGE-RECORD :FIRST-NAME "Eve" :AGE 36)'
    acl.eval("(defclass bridge-thing () ((name :initform \"new\")))")
    assert fresh.name == "new" and not hasattr(fresh, "long_name")
    with pytest.raises(acl.Error) as caught:
        acl.eval('(check-type (car (list "abc")) integer)')
    assert caught.value.datum == "abc"


def test_python_classes_below_lisp_s() -> None:
    """A `class` statement derives from a class of Lisp's: slots, methods of both sides, generic functions."""
    acl.eval("""(progn (defclass labelled () ((part-name :initarg :name) (price :initform 0)))
                  (defmethod told ((x labelled))
                    (format nil "~a/~a" (slot-value x 'part-name) (slot-value x 'price))))""")

    class Bolt(acl.eval("(find-class 'labelled)")):  # type: ignore[misc]
        def label(self) -> str:
            return f"{self.part_name}, {self.price}"

    bolt = acl.function("make-instance")(Bolt, name="M8")
    assert (bolt.label(), acl.function("told")(bolt)) == ("M8, 0", "M8/0")
    assert acl.eval("(lambda (x) (typep x 'labelled))")(bolt) is True
    bolt.note = [1]
    assert bolt.note == [1]


def test_slots_leave_the_attributes_of_streams_alone() -> None:
    """A program's class below one of ours may have slots that are named as ours has its attributes."""
    acl.eval("""(defclass bridge-stream (fundamental-character-output-stream)
                  ((column :initform "c") (buffer :initform "b") (written :initform '())))
                (defmethod stream-write-char ((s bridge-stream) c) (push c (slot-value s 'written)))
                (defmethod stream-line-column ((s bridge-stream)) 0)""")
    stream = acl.eval('(let ((s (make-instance \'bridge-stream))) (write-string "abc" s) s)')
    assert list(map(str, stream.written)) == ["c", "b", "a"]


def test_restarts_of_packages() -> None:
    """Restarts and types are named with their package or without it; values are Lisp's on one side, Python's here."""
    acl.eval("""(defpackage :bridge-p (:use :cl) (:export #:problem #:ask))
                (define-condition bridge-p:problem (error) ((what :initarg :what)))
                (defun bridge-p:ask (what)
                  (restart-case (error 'bridge-p:problem :what what)
                    (bridge-p::instead (value) :report "Use another." (list (stringp value) value))
                    (bridge-p::again () (bridge-p:ask "again"))))""")
    ask = acl.function("bridge-p:ask")
    seen: list[object] = []

    def handler(condition: object) -> None:
        seen.append(condition.what)  # type: ignore[attr-defined]
        if seen == ["first"]:
            control.invoke_restart("again")
        seen.append([str(restart) for restart in control.compute_restarts(condition)[:2]])
        control.invoke_restart("bridge-p::instead", "text")

    assert repr(control.handler_bind(lambda: ask("first"), ("bridge-p:problem", handler))) == '(T "text")'
    assert seen == ["first", "again", ["Use another.", "AGAIN"]]
    assert control.handler_case(lambda: ask("x"), ("(or warning bridge-p:problem)", lambda c: c.what)) == "x"
    assert control.restart_case(lambda: acl.eval("(invoke-restart 'bridge-own \"s\")"),
                                ("bridge-own", lambda value: [value], "")) == ["s"]
    with pytest.raises(LookupError, match="no condition class"):
        control.handler_case(lambda: 1, ("no-such-type", lambda c: 2))
    with pytest.raises(acl.Error, match="not external"):
        acl.function("bridge-p:again")
    with pytest.raises(acl.Error, match="not the name of an active restart"):
        control.invoke_restart("bridge-nothing")
