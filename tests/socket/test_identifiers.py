"""Every identifier of a `socket-error` by a real fault.

Some need nothing, some a network namespace (see namespace.py).  Two come from a filter of the kernel (see refusing.py),
since Linux's own TCP, UDP and local sockets never come to them: ENETRESET, which other systems say when keep-alive
probes find a peer that was started anew (Linux says ECONNRESET), and ESHUTDOWN, for sending after `shutdown` (Linux
says EPIPE).
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from acl.session import evaluate
from acl.socket.errors import IDENTIFIERS
from acl.types.array import string
from acl.types.function import FUNCTIONS
from tests.socket.refusing import CANNOT

ROOT = Path(__file__).parent.parent.parent
ENVIRONMENT = dict(os.environ, PYTHONPATH=str(ROOT))

SHOW = """(handler-case %s (error (c)
  (format t "~s ~(~s~) ~d ~a" (type-of c) (stream-error-identifier c) (stream-error-code c)
          (substitute #\\space #\\newline (princ-to-string c)))))"""
CONNECTED = """(let* ((p (socket:make-socket :connect :passive :local-host "127.0.0.1"))
                      (a (socket:make-socket :remote-host "127.0.0.1" :remote-port (socket:local-port p)))
                      (b (accept-connection p)))
                 %s)"""


def acl(form, *wrapper):
    """Return what acl prints for *form*, run below the command *wrapper*."""
    done = subprocess.run([*wrapper, sys.executable, "-m", "acl", "-q", "-e", form, "-kill"], capture_output=True,
                          text=True, timeout=100, cwd=ROOT, env=ENVIRONMENT, stdin=subprocess.DEVNULL)
    assert done.stdout, done.stderr
    return " ".join(done.stdout.split())


PLAIN = {
    "address-in-use": (98, CONNECTED % '(socket:make-socket :connect :passive :local-port (socket:local-port p))'),
    "address-not-available": (99, '(socket:make-socket :connect :passive :local-host "192.0.2.1")'),
    "connection-refused": (111, '(socket:make-socket :remote-host "127.0.0.1" :remote-port 1)'),
    "connection-reset": (104, CONNECTED % '(progn (write-char #\\x a) (force-output a) '  # what b has not read resets
                                          '(mp:wait-for-input-available (socket-os-fd b)) (close b :abort t) '
                                          '(read-char a))'),
    "no-buffer-space": (105, '(let ((s (socket:make-socket :type :datagram))) (dotimes (i 60000) '
                             '(socket:set-socket-options s :multicast-group (+ (* 239 256 256 256) i) '
                             ':multicast-interface "127.0.0.1")))'),
    "protocol-not-available": (92, '(socket:set-socket-options (socket:make-socket :type :datagram) '
                                   ':tcp-keepalive-idle-time 5)'),
}


@pytest.mark.parametrize("identifier", PLAIN)
def test_without_tools(identifier):
    code, form = PLAIN[identifier]
    text = f"(with-output-to-string (*standard-output*) {SHOW % form})"
    seen = evaluate(FUNCTIONS["COMMON-LISP:READ-FROM-STRING"](string(text))).text()
    assert seen.startswith(f"SOCKET-ERROR :{identifier} {code} ")


NAMESPACE = {
    "network-unreachable": ("NETWORK-UNREACHABLE 101", "connecting to a remote host 192.0.2.1 on port 80."),
    "network-unreachable-icmp": ("NETWORK-UNREACHABLE 101", "10.9.0.6"),
    "host-unreachable": ("HOST-UNREACHABLE 113", "10.5.0.1"),
    "host-unreachable-icmp": ("HOST-UNREACHABLE 113", "10.9.0.13"),
    "host-down": ("HOST-DOWN 112", '"Host is down" (errno 112) occurred while'),
    "protocol-not-available": ("PROTOCOL-NOT-AVAILABLE 92", "10.9.0.2"),
    "connection-refused": ("CONNECTION-REFUSED 111", "10.9.0.3"),
    "prohibited": ("UNKNOWN 13", "Permission denied"),
    "connection-timed-out": ("CONNECTION-TIMED-OUT 110", "10.9.0.200"),
    "connection-aborted": ("CONNECTION-ABORTED 103", "while reading from a socket"),
    "keepalive": ("CONNECTION-TIMED-OUT 110", "while reading from a socket"),
    "no-buffer-space": ("NO-BUFFER-SPACE 105", "sending a datagram to 127.0.0.1 on port 9"),
    "network-down": ("NETWORK-DOWN 100", "while receiving a datagram"),
}


@functools.cache
def namespace():
    """Return what was seen in the network namespace, by the name of the fault; None if there can be none."""
    if shutil.which("unshare") is None or not os.path.exists("/dev/net/tun") or shutil.which("ss") is None:
        return None
    if subprocess.run(["unshare", "-rn", "true"], capture_output=True).returncode:
        return None
    done = subprocess.run(["unshare", "-rn", sys.executable, "-m", "tests.socket.namespace"], capture_output=True,
                          text=True, timeout=100, cwd=ROOT, env=ENVIRONMENT)
    assert done.returncode == 0, done.stderr
    return dict(line.split(" ", 1) for line in done.stdout.splitlines())


@pytest.mark.parametrize("fault", NAMESPACE)
def test_in_a_namespace(fault):
    seen = namespace()
    if seen is None:
        pytest.skip("no network namespaces here")
    wanted, text = NAMESPACE[fault]
    assert seen[fault].startswith(f"(SOCKET-ERROR :{wanted} ")
    assert text in seen[fault].replace('\\"', '"')


DATAGRAM = '(socket:send-to (socket:make-socket :type :datagram) "x" 1 :remote-host "127.0.0.1" :remote-port 9)'
FILTERED = {
    "network-reset": ("connect", "ENETRESET", 102, PLAIN["connection-refused"][1]),
    "shutdown": ("send", "ESHUTDOWN", 108, DATAGRAM),
}


@pytest.mark.parametrize("identifier", FILTERED)
def test_by_a_filter_of_the_kernel(identifier):
    where, error, code, form = FILTERED[identifier]
    wrapper = [sys.executable, "-m", "tests.socket.refusing", where, error]
    if subprocess.run([*wrapper, "true"], capture_output=True, cwd=ROOT, env=ENVIRONMENT).returncode == CANNOT:
        pytest.skip("no filters here: not root, or an old kernel")
    assert acl(SHOW % form, *wrapper).startswith(f"SOCKET-ERROR :{identifier} {code} ")


TABLE = """
 98 address-in-use         Local socket address already in use
 99 address-not-available  Local socket address not available
100 network-down           Network is down
101 network-unreachable    Network is unreachable
102 network-reset          Network has been reset
103 connection-aborted     Connection aborted
104 connection-reset       Connection reset by peer
105 no-buffer-space        No buffer space
108 shutdown               Connection shut down
110 connection-timed-out   Connection timed out
111 connection-refused     Connection refused
112 host-down              Host is down
113 host-unreachable       Host is unreachable
 92 protocol-not-available Protocol not available
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the numbers are Linux's")
def test_table():
    """Numbers, identifiers and texts are those of the manual: any other table fails."""
    rows = [line.split(None, 2) for line in TABLE.strip().splitlines()]
    assert IDENTIFIERS == {int(code): (identifier.upper(), text) for code, identifier, text in rows}


def test_all_are_covered():
    """No identifier of the table is left out."""
    seen = {*PLAIN, *NAMESPACE, *FILTERED}
    assert {name.lower() for name, _ in IDENTIFIERS.values()} <= seen
