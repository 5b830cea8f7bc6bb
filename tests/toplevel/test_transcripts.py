"""Published sessions of Allegro, character for character on a pseudo-terminal; only addresses differ."""

from __future__ import annotations

import re

import pytest

from tests.toplevel.test_terminal import lisp

NESTED = """\
USER(1): (car 1)
Error: Attempt to take the car of 1 which is not listp.
  [condition type: TYPE-ERROR]

Restart actions (select using :continue):
 0: Return to Top Level (an "abort" restart).
 1: Abort entirely from this (lisp) process.
[1] USER(2): (foo 3)
Error: attempt to call `FOO' which is an undefined function.
  [condition type: UNDEFINED-FUNCTION]

Restart actions (select using :continue):
 0: Try calling FOO again.
 1: Return a value instead of calling FOO.
 2: Try calling a function other than FOO.
 3: Setf the symbol-function of FOO and call it again.
 4: Return to Debug Level 1 (an "abort" restart).
 5: Return to Top Level (an "abort" restart).
 6: Abort entirely from this (lisp) process.
[2] USER(3): :pop
[1] USER(4): :pop
USER(5): """

OUTPUT = """\
USER(1): (defun impression (l) (dolist (x l) (print x)))
IMPRESSION
USER(2): (impression '(0 1 2))

0{blank}
1{blank}
2{blank}
NIL
USER(3): (defun hello () (write-string "Hello, Everyone!"))
HELLO
USER(4): (hello)
Hello, Everyone!
"Hello, Everyone!"
USER(5): (make-array 1000000 :initial-element 0)
#(0 0 0 0 0 0 0 0 0 0 ...)
USER(6): (values 1 2)
1
2
USER(7): (values)
USER(8): """

PACKAGES = """\
USER(1): (defpackage :cl-base64)
#<The CL-BASE64 package>
USER(2): (progn (setq *package* (find-package :cl-base64)) (car 1))
Error: Attempt to take the car of 1 which is not listp.
  [condition type: TYPE-ERROR]

Restart actions (select using :continue):
 0: Return to Top Level (an "abort" restart).
 1: Abort entirely from this (lisp) process.
[changing package from "COMMON-LISP-USER" to "CL-BASE64"]
[1] CL-BASE64(3): """

MODERN = """\
USER(1): (set-case-mode :case-sensitive-lower)
:case-insensitive-upper
user(2): (socket:make-socket :remote-host "localhost" :remote-port 1)
Error: "Connection refused" (errno 111) occurred while creating a local socket
       and connecting to a remote host localhost on port 1.
  [condition type: socket-error]

Restart actions (select using :continue):
 0: Return to Top Level (an "abort" restart).
 1: Abort entirely from this (lisp) process.
[1] user(3): (break "debug me!")
Break: debug me!

Restart actions (select using :continue):
 0: return from break.
 1: Return to Debug Level 1 (an "abort" restart).
 2: Return to Top Level (an "abort" restart).
 3: Abort entirely from this (lisp) process.
[2c] user(4): """

DEBUGGER = """\
USER(1): (defun foo (foo) (bar foo))
FOO
USER(2): (defun bar (foo) (1+ foo))
BAR
USER(3): (foo 'foo)
Error: `FOO' is not of the expected type `NUMBER'
  [condition type: TYPE-ERROR]

Restart actions (select using :continue):
 0: Return to Top Level (an "abort" restart).
 1: Abort entirely from this (lisp) process.
[1] USER(4): :zoom
Evaluation stack:

 ->(BAR FOO)
   (FOO FOO)
   (EVAL (FOO 'FOO))
   (TOP-LEVEL:TOP-LEVEL-READ-EVAL-PRINT-LOOP)
[1] USER(5): :dn
(FOO FOO)
[1] USER(6): :reset
USER(7): (defun fact (n) (if (= n 0) 1 (* n (fact (1- n)))))
FACT
USER(8): (trace fact)
(FACT)
USER(9): (fact 2)
 0[2]: (FACT 2)
   1[2]: (FACT 1)
     2[2]: (FACT 0)
     2[2]: returned 1
   1[2]: returned 1
 0[2]: returned 2
2
USER(10): """


def plain(text: str) -> str:
    """Return *text* without what differs from run to run."""
    return re.sub(r"#x[0-9a-f]+", "#x", text)


@pytest.mark.parametrize("transcript", [NESTED, OUTPUT, PACKAGES, MODERN, DEBUGGER],
                         ids=["nested", "output", "packages", "modern", "debugger"])
def test_transcript(transcript: str) -> None:
    """What is typed, its echo, and what is printed make the transcript."""
    typed = re.findall(r"^(?:\[\w+\] )?[\w-]+\(\d+\): (.+)$", transcript, re.MULTILINE)
    transcript = transcript.replace("{blank}", " ")  # PRINT ends in one
    with lisp() as me:
        shown = me.greeting.rpartition("\n")[2]  # type: ignore[attr-defined]
        for line in typed:
            shown += me.type(line)
    assert plain(shown) == transcript
