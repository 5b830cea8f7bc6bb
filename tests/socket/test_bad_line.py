"""Packets that are lost, late, repeated or out of order; routes and protocols that are not there; clocks that jump."""

from __future__ import annotations

import functools
import os
import re
import shutil
import socket
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from acl.session import evaluate
from acl.types.array import string
from acl.types.function import FUNCTIONS

ROOT = Path(__file__).parent.parent.parent
ENVIRONMENT = dict(os.environ, PYTHONPATH=str(ROOT))


@functools.cache
def seen() -> dict[str, str] | None:
    """Return what was seen behind the mirror, by the name of the fault; None if there can be none."""
    if shutil.which("unshare") is None or not os.path.exists("/dev/net/tun"):
        return None
    if subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode:
        return None
    done = subprocess.run(["unshare", "-rn", sys.executable, "-m", "tests.socket.bad_line"], capture_output=True,
                          text=True, timeout=200, cwd=ROOT, env=ENVIRONMENT, check=False)
    assert done.returncode == 0, done.stderr
    return dict(line.split(" ", 1) for line in done.stdout.splitlines())


def fault(name: str) -> str:
    """Return what was seen of a fault; skip the test if there is no network namespace."""
    lines = seen()
    if lines is None:
        pytest.skip("there can be no network namespace here")
    return lines[name]


@pytest.mark.parametrize("kind", ["clean", "loss", "delay", "twice", "shuffled", "all"])
def test_connections_are_whole_and_packets_are_what_was_sent(kind: str) -> None:
    """TCP hides all of it; of packets some are lost, repeated or out of order, but none is cut, merged or made up."""
    found = re.fullmatch(r"\(\(T T T (\S+)\) \((\d+) (\d+) (\d+) (\d+)\)\)", fault(kind))
    assert found is not None, fault(kind)
    came, repeated, early, foreign = map(int, found.groups()[1:])
    assert foreign == 0
    assert (came < 100) == (kind in ("loss", "all"))  # each spoils what it says, else nothing would be tested
    assert (repeated > 0) == (kind in ("twice", "all"))
    assert early > 10 or kind not in ("shuffled", "all")
    if kind == "delay":
        assert Fraction(found[1]) > Fraction(1, 20)


def test_blackhole() -> None:
    """An errno without an identifier is kept."""
    assert fault("blackhole") == "(:UNKNOWN 22)"


def test_no_ipv6() -> None:
    """Without IPv6 its addresses are not available, and IPv4 works."""
    assert fault("no-ipv6") == "((:ADDRESS-NOT-AVAILABLE 99) (:ADDRESS-NOT-AVAILABLE 99) :MADE 2130706433)"


def lisp(text: str) -> str:
    """Return what the form *text* evaluates to, as it prints."""
    value = evaluate(FUNCTIONS["COMMON-LISP:READ-FROM-STRING"](string(text)))
    return str(FUNCTIONS["COMMON-LISP:PRIN1-TO-STRING"](value).text())


def test_port_with_old_connections() -> None:
    """Who closes first keeps the port busy for a while; servers with :REUSE-ADDRESS take it nevertheless."""
    assert lisp("""
        (let* ((p (socket:make-socket :connect :passive :local-host "127.0.0.1" :reuse-address t))
               (port (socket:local-port p))
               (a (socket:make-socket :remote-host "127.0.0.1" :remote-port port)) (b (socket:accept-connection p)))
          (close b) (read-char a nil) (close a) (close p)
          (flet ((again (&rest args)
                   (handler-case (progn (close (apply #'socket:make-socket :connect :passive :local-host "127.0.0.1"
                                                      :local-port port args))
                                        :made)
                     (socket-error (c) (excl:stream-error-identifier c)))))
            (list (again) (again :reuse-address nil) (again :reuse-address t))))
    """) == "(:ADDRESS-IN-USE :ADDRESS-IN-USE :MADE)"


def acl(form: str, *wrapper: str, **environment: str) -> str:
    """Return what acl prints for *form*, run below the command *wrapper*."""
    done = subprocess.run([*wrapper, sys.executable, "-m", "acl", "-q", "-e", form, "-kill"], capture_output=True,
                          text=True, timeout=100, cwd=ROOT, env={**ENVIRONMENT, **environment},
                          stdin=subprocess.DEVNULL, check=False)
    return done.stdout + done.stderr


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("setpriv") is None, reason="only root may be another user")
def test_privileged_port() -> None:
    """Below 1024 only root may bind."""
    form = """(handler-case (socket:make-socket :connect :passive :local-host "127.0.0.1" :local-port 81)
                (socket-error (c) (format t "~s ~d" (stream-error-identifier c) (stream-error-code c))))"""
    user = ["setpriv", f"--reuid={100_000 + os.getpid()}", "--clear-groups", "--inh-caps=+dac_read_search",
            "--ambient-caps=+dac_read_search"]
    with Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").open() as file:
        if int(file.read()) <= 81:
            pytest.skip("all ports are free for everybody")
    assert acl(form, *user, HOME="/proc/nonexistent", PYTHONDONTWRITEBYTECODE="1") == ":UNKNOWN 13"


FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)


@pytest.mark.skipif(FAKETIME is None, reason="libfaketime is not installed")
def test_clock_that_jumps(tmp_path: Path) -> None:
    """Deadlines do not care for the time of day, forwards or backwards."""
    clock = tmp_path / "clock"
    clock.write_text("+0\n")
    form = f"""
        (flet ((jump (text)
                 (with-open-file (f "{clock}" :direction :output :if-exists :supersede) (write-line text f))))
          (let* ((p (socket:make-socket :connect :passive :local-host "127.0.0.1"))
                 (a (socket:make-socket :remote-host "127.0.0.1" :remote-port (socket:local-port p)))
                 (began (get-internal-real-time)))
            (dolist (text '("+10d" "-20d"))
              (let ((before (get-universal-time)) (waited 0))
                (mp:process-run-function "clock" (lambda () (sleep 0.1) (jump text)))
                (sys:with-timeout (0.4 (incf waited)) (sleep 50))
                (unless (mp:process-wait-with-timeout "w" 0.2 (lambda () nil)) (incf waited))
                (setf (stream-input-timeout a) 1)
                (handler-case (read-char a)
                  (socket-error (c) (when (eq (stream-error-identifier c) :read-timeout) (incf waited))))
                (print (list waited (round (- (get-universal-time) before) 86400)))))
            (print (< 3 (/ (- (get-internal-real-time) began) internal-time-units-per-second) 60))))"""
    said = acl(form, LD_PRELOAD=str(FAKETIME), FAKETIME_TIMESTAMP_FILE=str(clock), FAKETIME_NO_CACHE="1",
               FAKETIME_DONT_FAKE_MONOTONIC="1")
    assert said.split("\n")[1:] == ["(3 10) ", "(3 -30) ", "T "], said


def test_port_zero_of_a_peer() -> None:
    """Nobody listens at port 0."""
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", 0)) != 0
    assert lisp("""(handler-case (socket:make-socket :remote-host "127.0.0.1" :remote-port 0)
                     (socket-error (c) (excl:stream-error-identifier c)))""") == ":CONNECTION-REFUSED"
