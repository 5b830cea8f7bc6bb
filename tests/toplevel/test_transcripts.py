"""Published sessions of Allegro, character for character on a pseudo-terminal; only addresses differ."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

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
Error: "Connection refused" (errno 111) occurred while creating a local
       socket and connecting to a remote host localhost on port 1.
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
   (TPL:TOP-LEVEL-READ-EVAL-PRINT-LOOP)
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


INSTANCE = """\
USER(1): (defclass $point () (($abcisse :initform 0) ($ordonnee :initform 0)))
#<STANDARD-CLASS $POINT>
USER(2): (make-instance '$point)
#<$POINT @ #x213c81f2>
USER(3): (describe *)
#<$POINT @ #x213c81f2> is an instance of #<STANDARD-CLASS $POINT>:
 The following slots have :INSTANCE allocation:
  $ABCISSE  0
  $ORDONNEE 0
USER(4): :zoom
Evaluation stack:

 ->(TPL:TOP-LEVEL-READ-EVAL-PRINT-LOOP)
USER(5): (match-re "^[A-E]" "Boo")
T
"B"
USER(6): """

ENCAPSULATED = """\
USER(1): (set-case-mode :case-sensitive-lower)
:case-insensitive-upper
user(2): (def-stream-class base64-reader-stream (dual-channel-simple-stream) ())
#<standard-class base64-reader-stream>
user(3): (with-open-file (s "country.mime" :direction :output) (write-line "one" s))
"one"
user(4): (setq yyy (open "country.mime"))
#<file-simple-stream #P"country.mime" for input pos 0 @ #x10000e63f72>
user(5): (setq xxx (make-instance 'base64-reader-stream :input-handle yyy))
#<base64-reader-stream
   for input fd #<file-simple-stream #P"country.mime" for input pos 0>
  @ #x10000e67f02>
user(6): (read-line yyy)
"one"
nil
user(7): (error 'end-of-file :stream xxx)
Error: eof encountered on stream
       #<base64-reader-stream
          for input fd #<file-simple-stream
                         #P"country.mime" for input pos 4>
         @ #x10000c7c6b2>
  [condition type: end-of-file]

Restart actions (select using :continue):
 0: Return to Top Level (an "abort" restart).
 1: Abort entirely from this (lisp) process.
[1] user(8): """

FILES = """\
USER(1): (with-open-file (s "x.cl" :direction :output) (format s "(defun f () (status unif))"))
NIL
USER(2): (compile-file "x.cl")
;;; Compiling file x.cl
Warning: Free reference to undeclared variable UNIF assumed special.
Warning: While compiling these undefined functions were referenced:
         STATUS from position 0 in x.cl.
;;; Writing fasl file x.fasl
;;; Fasl write complete
#P"DIR/x.fasl"
T
T
USER(3): :cl x.cl
; Fast loading DIR/x.fasl
USER(4): (load "x.cl")
; Loading DIR/x.cl
T
USER(5): """

SERVER = """
(defvar *port* (make-socket :connect :passive :local-host "localhost"))
(defvar *in-session* nil)
(defun serve ()
  (loop (let ((connection (accept-connection *port*)))
          (format t "server: new connection~%")
          (mp:process-run-function "telnet session" 'session connection "localhost"))))
(defun session (s from)
  (unwind-protect (catch 'end
                    (let ((*in-session* t))
                      (tpl:start-interactive-top-level s 'tpl:top-level-read-eval-print-loop nil)))
    (close s))
  (format t "server: closing connection from ~a~%" from))
(defun quit () (throw 'end nil))
(def-fwrapper no-exit (&optional status &rest args)
  (declare (ignore args))
  (if* *in-session* then (format t "Use ~s instead of exit.~%" '(quit)) else (call-next-fwrapper)))
(fwrap 'excl:exit :server 'no-exit)
(fwrap 'tpl::exit-command :server 'no-exit)
"""

TELNET = """\
user(1): :zoom
:zoom
Evaluation stack:

 ->(tpl:top-level-read-eval-print-loop)
   (tpl:start-interactive-top-level
      #<multivalent stream socket connected from localhost/9999 to
        localhost/59100 @ #x209d126a>
      tpl:top-level-read-eval-print-loop ...)
   (session
      #<multivalent stream socket connected from localhost/9999 to
        localhost/59100 @ #x209d126a>
      "localhost")
user(2): :proc
:proc
DP Seq Dis Sec   dSec Pri State    Process Name, Whostate, Arrest
 *   2   0   0    0.0   0 waiting  Initial Lisp Listener, waiting-for-input
 *   3   0   0    0.0   0 waiting  telnet server, waiting for input
 *   4   0   0    0.0   0 runnable telnet session
user(3): (exit)
(exit)
Use (quit) instead of exit.
nil
user(4): (quit)
(quit)
"""


TRANSCRIPTS = {"nested": NESTED, "output": OUTPUT, "packages": PACKAGES, "modern": MODERN, "debugger": DEBUGGER,
               "instance": INSTANCE, "encapsulated": ENCAPSULATED, "files": FILES}


@pytest.mark.parametrize("transcript", TRANSCRIPTS.values(), ids=TRANSCRIPTS)
def test_transcript(transcript: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is typed, its echo, and what is printed make the transcript."""
    monkeypatch.chdir(tmp_path)
    transcript = transcript.replace("DIR", "/dir")
    typed = re.findall(r"^(?:\[\w+\] )?[\w-]+\(\d+\): (.+)$", transcript, re.MULTILINE)
    transcript = transcript.replace("{blank}", " ")  # PRINT ends in one
    with lisp() as me:
        shown = me.greeting.rpartition("\n")[2]  # type: ignore[attr-defined]
        for line in typed:
            shown += me.type(line)
    folder = os.path.realpath(tmp_path)  # its long name may have a line of its own
    shown = re.sub(rf"(?:\n;   )? {re.escape(folder)}", " /dir", shown).replace(folder, "/dir")
    assert plain(shown) == plain(transcript)


def session_text(text: str) -> str:
    """Return a session over a socket without addresses, times, and what processes are doing just now."""
    text = re.sub(r"localhost/\d+", "localhost/1", plain(text))
    text = re.sub(r"  ; \S+:\d+$", "", text, flags=re.MULTILINE)  # the place in a file, which Allegro does not show
    text = re.sub(r"^( \*   \d)[\d. ]+(?:waiting|runnable)( .+?)(, .*)?$", r"\1\2", text, flags=re.MULTILINE)
    return text.replace("\r\n", "\n")


def test_listener_over_a_socket(tmp_path: Path) -> None:
    """A listener sends back what it reads; it has a history of its own; leaving Lisp can be forbidden."""
    program = tmp_path / "server.cl"
    program.write_text(SERVER)
    with lisp("--modern", "-L", str(program)) as me:
        port = int(me.type("(local-port *port*)").split("\n")[1])
        me.type('(mp:process-run-function "telnet server" (quote serve))')
        with socket.create_connection(("127.0.0.1", port)) as client, client.makefile("r", newline="") as answers:
            shown = ""
            for line in re.findall(r"^user\(\d+\): (.+)$", TELNET, re.MULTILINE):
                while not re.search(r"^user\(\d+\): \Z", shown, re.MULTILINE):
                    shown += answers.read(1)
                client.sendall(f"{line}\n".encode())
                shown += f"{line}\n"  # the client's own echo
            shown += answers.read()
        assert session_text(shown) == session_text(TELNET)
        me.child.expect_exact("server: closing connection from localhost")


def test_trace_in_a_break_level() -> None:
    """An error in an option of `trace` does not keep the break level from tracing."""
    with lisp() as me:
        me.type("(defun twice (x) (* 2 x))")
        me.type("(trace (twice :condition (nosuch)))")
        assert "NOSUCH" in me.type("(twice 1)")
        me.type("(trace twice)")
        assert "0[2]: (TWICE 2)" in me.type("(twice 2)")


@pytest.mark.parametrize("form, end", [("(exit 3)", "; Exiting\r\n"), ("(exit 3 :quiet t)", ""),
                                       (":ex 3", "; Exiting\r\n")])
def test_exit_is_said(form: str, end: str) -> None:
    """`; Exiting` is the last that a terminal shows, unless it is not wanted."""
    with lisp() as me:
        me.child.sendline(form)
        assert me.ends() == 3
        assert me.child.before == f"{form}\r\n{end}"


CLOSED = """
(progn
  (defvar *p* (make-socket :connect :passive :local-host "127.0.0.1"))
  (format t "~d~%" (local-port *p*))
  (finish-output)
  (let* ((times 0)
         (p (mp:process-run-function "listener"
              (lambda (s) (incf times) (tpl:start-interactive-top-level s 'tpl:top-level-read-eval-print-loop nil))
              (accept-connection *p*))))
    (print (list (length (multiple-value-list (mp:process-join p :timeout 60))) (mp:process-alive-p p) times))))
"""


@pytest.mark.parametrize("form", ["(close *terminal-io*)", "(progn (close *terminal-io*) (mp:process-reset "
                                                          "mp:*current-process* t))"])
def test_listener_whose_stream_is_closed(form: str) -> None:
    """It ends; the terminal of Lisp is none of its business."""
    with subprocess.Popen([sys.executable, "-m", "acl", "-q", "-batch", "-e", CLOSED], text=True,
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as lisp_process:
        assert lisp_process.stdout is not None
        port = int(lisp_process.stdout.readline())
        with socket.create_connection(("127.0.0.1", port)) as peer, peer.makefile("rw") as stream:
            stream.write(form + "\n")
            stream.flush()
            assert stream.read() == f"USER(1): {form}\n"
        out, _ = lisp_process.communicate("(print :stolen)\n", timeout=100)
    times = 2 if "reset" in form else 1
    assert out.split() == ["(2", "NIL", f"{times})"]
