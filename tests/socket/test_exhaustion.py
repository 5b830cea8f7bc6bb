"""No descriptors or threads left: a condition, and all is well once there are some again.

Nothing is inherited by children.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

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


def limited(command, form, **environment):
    """Return what acl prints of *form*, below a shell *command* that sets limits, in lines."""
    done = subprocess.run(["bash", "-c", f"{command} {sys.executable} -m acl -q -e '(progn {form})' -kill"],
                          capture_output=True, text=True, timeout=100, cwd=ROOT,
                          env=dict(os.environ, PYTHONPATH=str(ROOT), **environment), stdin=subprocess.DEVNULL)
    return [line.strip() for line in done.stdout.split("\n") if line], done.stdout + done.stderr


def test_no_descriptors():
    lines, seen = limited("ulimit -n 40; exec", FORM)
    assert lines == ["SOCKET-ERROR :UNKNOWN 24"] * 3 + ["recovered"], seen


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
FEW = """
(defvar *all* nil)
(defmacro report (form)
  `(handler-case ,form
     (error (c) (format t "~s ~d~%" (type-of c) (search "Cannot make a thread" (princ-to-string c))))))
(report (loop (push (mp:process-run-function "x" (function sleep) 1000) *all*)))
(report (sys:with-timeout (0.1 :late) (sleep 10)))
(report (socket:lookup-hostname "localhost" :ignore-cache t))
(report (socket:dns-query "name.test" :nameserver nil :timeout 1 :repeat 1))
(defun pooled (&aux got)
  (mp:process-pool-run (mp:ensure-default-process-pool) :function (function +) :arguments (quote (1 2))
    :report-end (lambda (item values condition) (declare (ignore item condition)) (setq got values)))
  (mp:process-wait "pool" (lambda () got))
  (first got))
(report (pooled))
(let* ((p (socket:make-socket :connect :passive :local-host "127.0.0.1"))
       (a (socket:make-socket :remote-host "127.0.0.1" :remote-port (socket:local-port p))) (b (accept-connection p)))
  (write-line "sockets need none" a) (force-output a) (write-line (read-line b)))
(dolist (p *all*) (mp:process-kill p :wait t))
(print (sys:with-timeout (0.1 :late) (sleep 10)))
(print (socket:lookup-hostname "localhost" :ignore-cache t))
(print (pooled))
"""


def test_no_threads():
    """A process needs room for its stack; without it there is a condition, not a dead Lisp."""
    lines, seen = limited("ulimit -v 1500000; exec", THREADS)
    assert lines == ["0", "0", "recovered"], seen


ANOTHER = (f"exec prlimit --nproc=40 setpriv --reuid={100_000 + os.getpid()} --clear-groups "
           "--inh-caps=+dac_read_search --ambient-caps=+dac_read_search")
"""A user with nothing else running, who may read the files of this one, and have forty threads."""


@pytest.mark.skipif(subprocess.run(["bash", "-c", f"{ANOTHER} true"], capture_output=True).returncode != 0,
                    reason="only root may be another user")
def test_no_threads_for_the_user():
    """All that needs a thread says that there is none; all is well once there are some again."""
    lines, seen = limited(ANOTHER, FEW, HOME="/proc/nonexistent", PYTHONDONTWRITEBYTECODE="1")
    assert lines == [*["SIMPLE-ERROR 0"] * 5, "sockets need none", ":LATE", "2130706433", "3"], seen


MEMORY = """
(dotimes (i 2)
  (format t "~s ~s~%" (handler-case (length (make-array (expt 10 9))) (storage-condition () :none-left))
          (handler-case (let ((s "x")) (loop (setq s (concatenate (quote string) s s))))
            (storage-condition () :none-left))))
(let* ((p (socket:make-socket :connect :passive :local-host "127.0.0.1"))
       (a (socket:make-socket :remote-host "127.0.0.1" :remote-port (socket:local-port p))) (b (accept-connection p)))
  (write-line "goes on" a) (force-output a) (write-line (read-line b)))
"""


def test_no_memory():
    """A `storage-condition`, and all goes on."""
    lines, seen = limited("ulimit -v 800000; exec", MEMORY)
    assert lines == [":NONE-LEFT :NONE-LEFT"] * 2 + ["goes on"], seen


LOCAL = """
(handler-case (socket:make-socket :address-family :file :remote-filename "%s")
  (socket-error (c) (format t "~s ~d~%%" (stream-error-identifier c) (stream-error-code c))))
"""


@pytest.mark.skipif(subprocess.run(["bash", "-c", f"{ANOTHER} true"], capture_output=True).returncode != 0,
                    reason="only root may be another user")
def test_no_permission_for_a_local_socket(tmp_path):
    """A socket in a file that others may not write is closed to them."""
    file = tmp_path / "mine"
    for folder in (tmp_path, *list(tmp_path.parents)[:-2]):
        folder.chmod(0o755)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(file))
        listener.listen()
        file.chmod(0o600)
        lines, seen = limited(ANOTHER, LOCAL % file, HOME="/proc/nonexistent", PYTHONDONTWRITEBYTECODE="1")
    assert lines == [":UNKNOWN 13"], seen
