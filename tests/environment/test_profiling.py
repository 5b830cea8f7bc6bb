"""The runtime analyzer: where the time of a program goes, and how often its functions are called."""

from __future__ import annotations

import re
import threading

import acl

# No clock is read there: where a machine is busy, threads take turns at calls of the system more than elsewhere.
PROGRAM = """
(defun spin (times) (dotimes (i times) (spin-a-bit)))
(defun spin-a-bit () (let ((n 0)) (dotimes (i 1000) (incf n (mod (* i i) 7))) n))
(defun long-work () (spin 3000))
(defun short-work () (spin 1000))
(defun all-work () (long-work) (short-work))
"""


def lines(text: str) -> dict[str, list[float]]:
    """Return the numbers of the lines of a flat profile by function."""
    found = re.findall(r"^((?: +[\d.]+)+) +([A-Z-]+)$", text, re.MULTILINE)
    return {name: [float(x) for x in numbers.split()] for numbers, name in found}


def test_time_is_that_of_the_function_that_ran() -> None:
    """Own time and time until the return, by function; callers and callees; what sleeps takes no processor time."""
    acl.eval(f"(progn {PROGRAM} (prof:with-profiling (:type :time) (all-work) (sleep 0.2)) 0)")
    flat = str(acl.eval("(with-output-to-string (s) (prof:show-flat-profile :stream s))"))
    graph = str(acl.eval("(with-output-to-string (s) (prof:show-call-graph :stream s :name 'spin))"))
    assert str(acl.eval("(prof:profiler-status :verbose nil)")) == ":ANALYZED"
    shown = lines(flat)
    assert shown["SPIN-A-BIT"][0] > 50  # percent
    assert "SLEEP" not in shown or shown["SLEEP"][0] < 10
    callers, callees = graph.split("  SPIN\n")
    times = {name: float(seconds) for seconds, name in re.findall(r"([\d.]+) +([A-Z-]+)$", callers, re.MULTILINE)}
    assert times["LONG-WORK"] > 1.5 * times["SHORT-WORK"]
    assert "SPIN-A-BIT" in callees
    assert "profiler" not in {thread.name for thread in threading.enumerate()}


def test_real_time_is_that_of_the_clock() -> None:
    """A function that waits takes real time; hidden functions give theirs to their callers."""
    acl.eval("(progn (defun waits () (sleep 0.3)) (prof:with-profiling (:type :real-time) (waits)) 0)")
    show = "(with-output-to-string (s) (prof:show-flat-profile :stream s))"
    assert lines(str(acl.eval(show)))["SLEEP"][2] > 0.2
    hidden = lines(str(acl.eval(f"(let ((prof:*hidden-functions* '(sleep))) {show})")))
    assert hidden["WAITS"][2] > 0.2
    assert "SLEEP" not in hidden


def test_calls_are_counted() -> None:
    """All, or those that are named; the values of the body are returned."""
    acl.eval("(defun fibonacci (n) (if (< n 2) n (+ (fibonacci (1- n)) (fibonacci (- n 2)))))")
    assert acl.eval("(prof:with-profiling (:count t) (fibonacci 10))") == 55
    assert acl.eval("(cdr (assoc 'fibonacci (prof:list-call-counts)))") == 177
    acl.eval("(prof:with-profiling (:count-list '(spin)) (fibonacci 5))")
    assert acl.eval("(prof:list-call-counts)") is None
    assert "177" not in str(acl.eval("(with-output-to-string (s) (prof:show-call-counts :stream s))"))


def test_time_by_instruction() -> None:
    """The instructions of a loop have its function's time, in per cent; another function none."""
    acl.eval(f"(progn {PROGRAM} (defun undo-nothing ()) (prof:with-profiling () (all-work)))")
    show = "(with-output-to-string (s) (prof:disassemble-profile '{} :stream s))"
    shares = re.findall(r"^ *(\d+\.\d) +\d+  [A-Z_]+", str(acl.eval(show.format("spin-a-bit"))), re.MULTILINE)
    assert 99 < sum(map(float, shares)) < 101
    assert ";; 0.00 seconds of its own" in str(acl.eval(show.format("undo-nothing")))
