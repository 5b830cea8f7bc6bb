"""Load Franz's open-source programs into acl, run what tests they have, and print counts.

    python -m tests.franz FOLDER [--limit SECONDS] [--modern] [program ...]

FOLDER has checkouts of github.com/franzinc, one in a folder of its name each (tester, uri, aserve, xmlutils, zlib,
imap, aftpd ...); nothing is fetched, and they are not written to: each program is loaded, and compiled, in a copy of
all of them, by a Lisp of its own.  The exit code is 1 if one does not load or has more failures than are known
(docs/allegro-programs.md says why those are there).
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent

BEGIN = """
(defvar *folder* (current-directory))
(setq sys:*require-search-list* (list *folder*))
(defun here (name) (merge-pathnames name *folder*))
(defun checked (what value) (format t "~&##~:[failed~;passed~] ~a~%" value what))
"""


class Program(NamedTuple):
    """A program: how it is loaded, how it is tested, and how many of its tests are known to fail."""

    load: str
    test: str = ""
    known: int = 0


PROGRAMS = {
    "tester": Program('(require :tester)', '(checked "test" (util.test:test 3 (+ 1 2)))'),
    "uri": Program('(require :uri)', """
        (checked "parse" (string= "/b" (net.uri:uri-path (net.uri:parse-uri "http://a:80/b?c#d"))))
        (checked "merge" (string= "http://a/b/d" (net.uri:render-uri (net.uri:merge-uris "d" "http://a/b/c") nil)))"""),
    "zlib": Program('(require :inflate) (require :deflate)', """
        (dolist (kind '(:gzip :zlib :deflate))
          (let ((d (make-instance 'util.zip:deflate-stream :compression kind
                     :target (make-array 500 :element-type '(unsigned-byte 8)))))
            (dotimes (i 20000) (write-byte (mod (* i i) 251) d))
            (close d)
            (multiple-value-bind (data size) (util.zip:deflate-stream-vector-combined d)
              (let ((z (make-instance 'util.zip:inflate-stream :compression kind
                         :input-handle (make-buffer-input-stream (subseq data 0 size)))))
                (checked kind (loop for i below 20000 always (eql (read-byte z nil) (mod (* i i) 251))))))))"""),
    "xmlutils": Program('(chdir (here "xmlutils/")) (load "build.cl") (require :phtml)', """
        (checked "xml" (equal (second (net.xml.parser:parse-xml "<?xml version='1.0'?><a><b>t</b></a>"))
                              (read-from-string "(|a| (|b| \\"t\\"))")))
        (checked "html" (equal (net.html.parser:parse-html "<p>Hi <b>there</b></p>")
                               '((:p "Hi " (:b "there")))))"""),
    "imap": Program("""
        (chdir (here "imap/"))
        (dolist (f '("rfc2822" "mime-parse" "mime-transfer-encoding" "mime-api"))
          (load (compile-file-if-needed f)))
        (load "load.cl")""", """
        (checked "addresses" (equal (net.mail:extract-email-addresses "Joe <joe@a.com>, xy@b.org" :compact t)
                                    '("joe@a.com" "xy@b.org")))"""),
    "aftpd": Program('(chdir (here "aftpd/")) (load "load.cl")'),
    "aserve": Program("""
        (require :tester)
        (load (here "aserve/load.cl"))
        (setq *default-external-format* :latin1-base)  ; what a server on bare Unix has
        (chdir (here "aserve/"))
        (defvar user::*do-aserve-test* nil)
        (load (compile-file-if-needed (here "aserve/test/t-aserve.cl")))""", """
        (user::test-aserve-n :n 0 :proxy nil :proxyproxy nil :proxy-auth nil :ssl t :exit nil)""", 16),
}


class Result(NamedTuple):
    """What became of a program: whether it loaded, tests that passed and failed, seconds, the end of its output."""

    loaded: bool
    passed: int
    failed: int
    seconds: float
    output: str


def own_address() -> str:
    """Return an address of this machine that is not loopback, so that its name and `localhost` are told apart."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def run(folder: Path, program: Program, limit: float, modern: bool = False) -> Result:
    """Load and test *program* of *folder* for at most *limit* seconds, in modern mode if asked for."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="acl-franz-") as place:
        copy = Path(place) / "programs"
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(".git", "*.fasl"))
        script = Path(place) / "run.cl"
        script.write_text(f'{BEGIN}\n{program.load}\n(format t "~&##loaded~%")\n{program.test}\n')
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(Path(place) / "cache"),
                       "ACL_HOSTS": f"{socket.gethostname().lower()}={own_address()}"}
        try:
            mode = ["--modern"] if modern else []
            done = subprocess.run([sys.executable, "-m", "acl", *mode, "-q", "-L", str(script), "-kill"], cwd=copy,
                                  text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  timeout=limit, errors="replace", env=environment, check=False)
            output = done.stdout
        except subprocess.TimeoutExpired as late:
            output = (late.stdout or b"").decode("utf-8", "replace") + "\n(stopped: too late)\n"
    passed = len(re.findall(r"^##passed ", output, re.MULTILINE))
    failed = len(re.findall(r"^##failed ", output, re.MULTILINE))
    for kind, count in re.findall(r"^ ?(Successes this test|Errors detected in this test|Successes|Errors): +(\d+)",
                                  output, re.MULTILINE):
        passed += int(count) if kind.startswith("Successes") else 0
        failed += int(count) if kind.startswith("Errors") else 0
    if "aborted by signalling" in output or "Error:" in output[-3000:] or "(stopped" in output:
        failed += 1
    return Result("##loaded" in output, passed, failed, time.monotonic() - started, output)


def main() -> int:
    """Run the programs that are asked for; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.franz", description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("programs", nargs="*", help=", ".join(PROGRAMS))
    parser.add_argument("--limit", type=float, default=900, help="seconds for each program")
    parser.add_argument("--modern", action="store_true", help="in modern mode, in which no failure is known")
    parser.add_argument("--verbose", action="store_true", help="show what the programs print")
    arguments = parser.parse_args()
    worst = 0
    for name in arguments.programs or PROGRAMS:
        if name not in PROGRAMS or not (arguments.folder / name).is_dir():
            print(f"{name}: not there")
            continue
        result = run(arguments.folder.resolve(), PROGRAMS[name], arguments.limit, arguments.modern)
        known = 0 if arguments.modern else PROGRAMS[name].known
        state = "loads" if result.loaded else "DOES NOT LOAD"
        print(f"{name:10} {state}, {result.passed} passed, {result.failed} failed ({known} known), "
              f"{result.seconds:.0f} s", flush=True)
        if arguments.verbose or not result.loaded:
            print(result.output[-4000:])
        if not result.loaded or result.failed > known:
            worst = 1
    return worst


if __name__ == "__main__":
    sys.exit(main())
