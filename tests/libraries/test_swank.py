"""SLIME's server, unmodified, with its backend for Allegro: what Emacs asks for, over its protocol."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

LOADER = next((path for folder in ("swank", "slime") for path in
               [Path(f"/usr/share/common-lisp/source/{folder}/swank-loader.lisp")] if path.exists()), None)
SECONDS = 300
SOURCE = """\
(in-package :cl-user)

(defvar *depth* 5)

(defun inner (x)
  (car x))

(defun outer (y)
  (let ((z (* 2 y)))
    (inner z)
    :done))

(defun undefined () (no-such-function *depth*))
"""


class Emacs:
    """A connection to the server, as Emacs would have it."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.settimeout(SECONDS)
        self.count = 0

    def send(self, text: str) -> None:
        """Send a message: its length in six digits, and its text."""
        data = text.encode()
        self.socket.sendall(b"%06x%s" % (len(data), data))

    def receive(self) -> str:
        """Return the next message."""
        return self._octets(int(self._octets(6), 16)).decode()

    def _octets(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            got = self.socket.recv(count - len(data))
            assert got, "the server has closed the connection"
            data += got
        return data

    def ask(self, form: str, thread: str = "t") -> str:
        """Have *form* evaluated; return the answer."""
        self.start(form, thread)
        return self.until(rf"\(:return .* {self.count}\)")

    def start(self, form: str, thread: str) -> None:
        """Have *form* evaluated without waiting for the answer."""
        self.count += 1
        self.send(f'(:emacs-rex {form} "COMMON-LISP-USER" {thread} {self.count})')

    def until(self, pattern: str) -> str:
        """Return the next message that matches *pattern*; do on the way what is asked for."""
        while True:
            message = self.receive()
            done = re.fullmatch(r"\(:write-string .* (\d+)\)", message, re.DOTALL)
            if done:
                self.send(f"(:write-done {done[1]})")
            ping = re.fullmatch(r"\(:ping (\S+) (\S+)\)", message)
            if ping:
                self.send(f"(:emacs-pong {ping[1]} {ping[2]})")
            if re.fullmatch(pattern, message, re.DOTALL):
                return message
            assert not message.startswith("(:debug "), message


@pytest.fixture
def emacs(tmp_path: Path) -> Iterator[Emacs]:
    """Emacs, connected to a Lisp that has loaded the server."""
    program = tmp_path / "start.cl"
    program.write_text(f"""
        (load "{LOADER}")
        (setq swank-loader::*fasl-directory* "{tmp_path}/fasl/")
        (swank-loader:init)
        (format t "~&port ~d~%" (swank:create-server :port 0 :dont-close t :style :spawn))
        (finish-output)
        (loop (sleep 1000))""")
    with subprocess.Popen([sys.executable, "-m", "acl", "-q", "-batch", "-L", str(program)], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                          env={**os.environ, "HOME": str(tmp_path)}) as lisp:
        try:
            assert lisp.stdout is not None
            line = next(line for line in lisp.stdout if line.startswith("port "))
            connected = Emacs(int(line.split()[1]))
            yield connected
            connected.socket.close()
        finally:
            lisp.kill()


@pytest.mark.timeout(900)
@pytest.mark.skipif(LOADER is None, reason="the package cl-swank is not installed")
def test_slime(emacs: Emacs, tmp_path: Path) -> None:
    """Emacs evaluates, completes, compiles with notes, finds definitions and callers, debugs, inspects, interrupts."""
    assert ':type "acl"' in emacs.ask("(swank:connection-info)")
    emacs.ask("(swank:swank-require '(swank-repl swank-arglists))")
    emacs.ask("(swank-repl:create-repl nil)")
    emacs.ask('(swank-repl:listener-eval "(defun pair (name number) (list name number))\n")', ":repl-thread")
    assert "number" in emacs.ask("(swank:autodoc '(\"pair\" swank::%cursor-marker%))")
    assert "make-socket" in emacs.ask('(swank:simple-completions "make-so" "CL-USER")')
    assert "(IF 1 (IF 2 NIL 3) NIL)" in emacs.ask('(swank:swank-macroexpand-all "(when 1 (unless 2 3))")')

    source = tmp_path / "program.lisp"
    source.write_text(SOURCE)
    compiled = emacs.ask(f'(swank:compile-file-for-emacs "{source}" t)')
    place = f'(:location (:file "{source}") (:offset 1 {SOURCE.index("(defun undefined")}) nil)'
    assert f'"Undefined function referenced: NO-SUCH-FUNCTION" :severity :warning :location {place}' in compiled
    emacs.ask(f'(swank:load-file "{source.with_suffix(".fasl")}")')
    place = f'(:location (:file "{source}") (:offset 1 {SOURCE.index("(defun outer")}) nil)'
    assert place in emacs.ask('(swank:find-definitions-for-emacs "outer")')
    assert f'"(:OPERATOR OUTER)" {place}' in emacs.ask('(swank:xref :calls "inner")')
    assert "(:OPERATOR UNDEFINED)" in emacs.ask('(swank:xref :references "*depth*")')

    start = SOURCE.index("(defun outer") + 1
    part = SOURCE[start - 1:SOURCE.index("(defun undefined")].replace("(* 2 y)", "(* 3 y)) (unused 1")
    quoted = part.replace('"', '\\"')
    compiled = emacs.ask(f'(swank:compile-string-for-emacs "{quoted}" "program.lisp"'
                         f' \'((:position {start}) (:line 8 1)) "{source}" nil)')
    assert "Variable UNUSED is never used." in compiled
    assert '(:buffer "program.lisp") (:offset 1 ' in compiled
    assert f'(:file "{source}") (:function-name "OUTER")' in emacs.ask('(swank:find-definitions-for-emacs "outer")')

    emacs.start('(swank-repl:listener-eval "(outer 4)\n")', ":repl-thread")
    shown = emacs.until(r"\(:debug .*")
    assert '("Attempt to take the car of 12 which is not listp." "   [Condition of type TYPE-ERROR]"' in shown
    assert re.search(r'\(0 "\(INNER 12\)[^"]*" \(:restartable t\)\) \(1 "\(OUTER 4\)', shown)
    thread = re.match(r"\(:debug (\d+)", shown)[1]  # type: ignore[index]
    emacs.until(r"\(:debug-activate .*")
    assert '(:name "X" :id 0 :value "12")' in emacs.ask("(swank:frame-locals-and-catch-tags 0)", thread)
    assert '(:name "Z" :id 0 :value "12")' in emacs.ask("(swank:frame-locals-and-catch-tags 1)", thread)
    place = f'(:location (:file "{source}") (:position {SOURCE.index("  (car x)") + 1}) nil)'
    assert place in emacs.ask("(swank:frame-source-location 0)", thread)
    emacs.start('(swank:sldb-return-from-frame 1 "(list :returned 99)")', thread)
    assert "(:RETURNED 99)" in emacs.until(r"\(:write-string .*:repl-result\)")

    assert '"two"' in emacs.ask('(swank:init-inspector "(list 1 \\"two\\")")').replace('\\"', '"')
    emacs.start('(swank-repl:listener-eval "(loop)\n")', ":repl-thread")
    emacs.send("(:emacs-interrupt :repl-thread)")
    shown = emacs.until(r"\(:debug .*")
    assert '"Interrupt from Emacs"' in shown
    emacs.until(r"\(:debug-activate .*")
    emacs.start("(swank:throw-to-toplevel)", thread)
    emacs.until(r"\(:debug-return .*")
    emacs.start('(swank-repl:listener-eval "(read-line)\n")', ":repl-thread")
    asked = re.match(r"\(:read-string (\d+) (\d+)\)", emacs.until(r"\(:read-string .*"))
    assert asked is not None
    emacs.send(f'(:emacs-return-string {asked[1]} {asked[2]} "typed\n")')
    assert "typed" in emacs.until(r"\(:write-string .*:repl-result\)")
