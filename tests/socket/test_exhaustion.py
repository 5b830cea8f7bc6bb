"""No descriptors left: a condition, and all is well once there are some again.  Nothing is inherited by children."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from acl.runtime.waiting import mailbox
from acl.session import evaluate
from acl.types.array import string
from acl.types.function import FUNCTIONS

ROOT = Path(__file__).parent.parent.parent

FORM = """
(let* ((p (socket:make-socket :connect :passive :local-host "127.0.0.1")) (all nil))
  (flet ((client () (socket:make-socket :remote-host "127.0.0.1" :remote-port (socket:local-port p))))
    (dotimes (i 3)
      (let ((c (handler-case (loop (push (client) all) (push (accept-connection p) all)) (socket-error (c) c))))
        (format t "~s ~s ~s~%" (type-of c) (stream-error-identifier c) (stream-error-code c)))
      (dolist (s all) (close s :abort t))
      (setq all nil)
      (loop for s = (accept-connection p :wait nil) while s do (close s :abort t)))
    (let* ((a (client)) (b (accept-connection p)))
      (write-line "recovered" a) (force-output a)
      (write-line (read-line b)))))
"""


def test_no_descriptors():
    command = f"ulimit -n 40; exec {sys.executable} -m acl -q -e '{FORM}' -kill"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=100, cwd=ROOT,
                          env=dict(os.environ, PYTHONPATH=str(ROOT)), stdin=subprocess.DEVNULL)
    assert done.stdout.split("\n")[:4] == ["SOCKET-ERROR :UNKNOWN 24"] * 3 + ["recovered"], done.stdout + done.stderr


def test_children_inherit_nothing():
    fds = evaluate(FUNCTIONS["COMMON-LISP:READ-FROM-STRING"](string("""
        (let* ((p (socket:make-socket :connect :passive :local-host "127.0.0.1"))
               (a (socket:make-socket :remote-host "127.0.0.1" :remote-port (socket:local-port p)))
               (b (accept-connection p)) (u (socket:make-socket :type :datagram)))
          (list p a b u))""")))
    mailbox().pause(0.0)  # makes the descriptor of wake-ups
    cell = fds
    while cell is not None:
        assert not os.get_inheritable(cell.car.fd)
        cell.car.close()
        cell = cell.cdr
    assert not os.get_inheritable(mailbox().wake_in)


THREADS = """
(let ((all nil))
  (dotimes (i 2)
    (let ((c (handler-case (dotimes (i 2000) (push (mp:process-run-function "x" (function sleep) 1000) all))
               (error (c) c))))
      (format t "~s~%" (and (typep c (quote error)) (search "Cannot make a thread" (princ-to-string c)))))
    (dolist (p all) (mp:process-kill p :wait t))
    (setq all nil))
  (mp:process-join (mp:process-run-function "y" (lambda () (write-line "recovered")))))
"""


def test_no_threads():
    """A process needs room for its stack; without it there is a condition, not a dead Lisp."""
    command = f"ulimit -v 1500000; exec {sys.executable} -m acl -q -e '{THREADS}' -kill"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=100, cwd=ROOT,
                          env=dict(os.environ, PYTHONPATH=str(ROOT)), stdin=subprocess.DEVNULL)
    assert done.stdout.split("\n")[:3] == ["0", "0", "recovered"], done.stdout + done.stderr
