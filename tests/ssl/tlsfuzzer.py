"""tlsfuzzer against a Lisp echo server: `python tests/ssl/tlsfuzzer.py FOLDER [--write] [--plain] [SCRIPT...]`.

FOLDER is a copy of https://github.com/tlsfuzzer/tlsfuzzer; tlslite-ng must be installed (pip install --pre tlslite-ng),
perhaps in a folder that PYTHONPATH names.  Neither is part of acl.  What is expected of each script, the conversations
that fail, is in `tlsfuzzer.json`: any difference is an error.  --write writes that file anew.  With --plain the server
is one in Python over the same OpenSSL, without Lisp: what fails with it too is OpenSSL's way, not acl's.
The server may not show a Python traceback, and must still serve at the end.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
EXPECTED = HERE / "tlsfuzzer.json"
TIMEOUT = 400
MOST_NAMES = 12
SKIPPED = re.compile("timing|marvin|bleichenbacher|lucky13|minerva|extract|post-handshake-auth|mlkem|mldsa|"
                     "brainpool-in|test-dsa-in|record-size-limit|certificate-compression")
"""Scripts for long measurements of time, and for what OpenSSL or a plain server does not have."""
SAMPLES = {"test-lengths.py": 100, "test-tls13-lengths.py": 100, "test-large-hello.py": 100,
           "test-tls13-certificate-verify.py": 100, "test-certificate-malformed.py": 100,
           "test-fuzzed-plaintext.py": 200,
           "test-tls13-dhe-shared-secret-padding.py": 5}
"""How many of the conversations of those that have very many are tried, at random."""

UNSTABLE = frozenset({"test-renegotiation-disabled.py", "test-tls13-zero-content-type.py",
                      "test-tls13-zero-length-data.py", "test-truncating-of-client-hello.py"})
"""Scripts whose outcome depends on whether the echo or their next message comes first: run, but not compared."""

SERVER = r"""
(require :ssl)
(defvar *plain* (socket:make-ssl-server-context :certificate "{folder}/server.pem" :ciphers "DEFAULT"))
(defvar *asking* (socket:make-ssl-server-context :certificate "{folder}/server.pem" :ciphers "DEFAULT" :verify :optional
                                                 :ca-file "{folder}/ca.pem"))
(defun serve (s context)
  (unwind-protect
      (handler-case
          (let ((stream (socket:make-ssl-server-stream s :context context))
                (buffer (make-array 16384 :element-type '(unsigned-byte 8))))
            (setf s stream)
            (socket:socket-control stream :read-timeout 10 :write-timeout 10)
            (loop
              (let ((end (excl:read-vector buffer stream)))
                (when (zerop end) (return))
                (excl:write-vector buffer stream :end end)
                (force-output stream)))
            (close stream))
        (stream-error () nil))
    (close s :abort t)))
(defun start (context)
  (let ((p (socket:make-socket :connect :passive :local-host "127.0.0.1" :backlog 100)))
    (mp:process-run-function "acceptor"
      (lambda () (loop (mp:process-run-function "session" #'serve (socket:accept-connection p) context))))
    (socket:local-port p)))
(format t "~d ~d~%" (start *plain*) (start *asking*))
(force-output)
(loop (sleep 1000))
"""

PLAIN = r"""
import socket, struct, sys, threading
from OpenSSL import SSL
def context(asking):
    made = SSL.Context(SSL.TLS_METHOD)
    made.set_min_proto_version(SSL.TLS1_2_VERSION)
    made.set_options(SSL.OP_NO_COMPRESSION | SSL.OP_NO_RENEGOTIATION | SSL.OP_CIPHER_SERVER_PREFERENCE)
    made.set_cipher_list(b"DEFAULT")
    made.set_session_id(b"plain")
    made.use_certificate_chain_file("{folder}/server.pem")
    made.use_privatekey_file("{folder}/server.pem")
    if asking:
        made.load_verify_locations("{folder}/ca.pem")
        made.load_client_ca(b"{folder}/ca.pem")
        made.set_verify(SSL.VERIFY_PEER)
    return made
def serve(sock, context):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 10, 0))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    peer = SSL.Connection(context, sock)
    peer.set_accept_state()
    try:
        peer.do_handshake()
        try:
            while True:
                peer.sendall(peer.recv(16384))
        except SSL.ZeroReturnError:
            peer.shutdown()
    except (SSL.Error, OSError):
        pass
    try:
        sock.setblocking(False)
        while sock.recv(65536):
            pass
    except OSError:
        pass
    sock.close()
def start(context):
    listener = socket.create_server(("127.0.0.1", 0), backlog=100)
    def accept():
        while True:
            threading.Thread(target=serve, args=(listener.accept()[0], context), daemon=True).start()
    threading.Thread(target=accept).start()
    return listener.getsockname()[1]
print(start(context(False)), start(context(True)), flush=True)
"""
"""The same in Python."""


class Server:
    """The ports of the running server, and certificates for clients."""

    def __init__(self, folder: Path, scratch: Path, ports: list[int]) -> None:
        self.folder = folder
        self.scratch = scratch
        self.plain, self.asking = ports
        self.path = os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH"))))

    def run(self, script: str) -> dict[str, Any]:
        """Run a script; return how many conversations there were, and the names of those that went otherwise."""
        source = self.folder / "tlsfuzzer" / "_apps" / script.replace("-", "_")
        text = (source if source.exists() else self.folder / "scripts" / script).read_text()
        options = re.search(r'getopt\.getopt\(\w+,\s*"([^"]*)"', text)
        accepted = options[1] if options else ""
        command = [sys.executable, f"scripts/{script}", "-h", "127.0.0.1"]
        if "n:" in accepted:
            command += ["-n", str(SAMPLES.get(script, 0))]
        if re.search(r'print\(" -d .*DHE', text):  # OpenSSL 4 has nothing else
            command += ["-d"]
        port = self.plain
        if "k:" in accepted and "c:" in accepted:
            kind = next((k for k in ("ecdsa", "eddsa") if k in script), "rsa")
            command += ["-k", str(self.scratch / f"{kind}-key.pem"), "-c", str(self.scratch / f"{kind}.pem")]
            port = self.asking
        try:
            done = subprocess.run([*command, "-p", str(port)], cwd=self.folder, capture_output=True, text=True,
                                  timeout=TIMEOUT, env={**os.environ, "PYTHONPATH": self.path})
        except subprocess.TimeoutExpired:
            return {"total": 0, "failed": ["timeout"]}
        return result(done.stdout, done.stderr)


def result(out: str, errors: str) -> dict[str, Any]:
    """Return what a script says; many names are told by their number and a digest."""
    total = re.findall(r"^TOTAL: (\d+)", out, re.MULTILINE)
    if not total:
        return {"total": 0, "failed": [(errors.strip().splitlines() or ["no result"])[-1][:100]]}
    found = re.findall(r"^\t\(?u?'([^']*)'|^\t\((?:u?)\"([^\"]*)\"", out[out.rindex("FAIL:"):], re.MULTILINE)
    names = sorted({a or b for a, b in found})
    if len(names) > MOST_NAMES:
        digest = hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]
        return {"total": int(total[0]), "failed": names[:3], "count": len(names), "digest": digest}
    return {"total": int(total[0]), "failed": names}


def as_expected(script: str, got: dict[str, Any], expected: dict[str, Any] | None) -> bool:
    """True if a script gave what it should; where only a sample is tried, fewer conversations may fail."""
    if script in UNSTABLE or got == expected:
        return True
    return (expected is not None and script in SAMPLES and got["total"] == expected["total"]
            and set(got["failed"]) <= set(expected["failed"]))


def failures(each: dict[str, Any]) -> int:
    """Return how many conversations went otherwise."""
    return int(each.get("count", len(each["failed"])))


def main(arguments: list[str]) -> int:
    """Run the scripts; return 1 if something differs from what is expected."""
    folder = Path(arguments[0]).absolute()
    names = [a for a in arguments[1:] if not a.startswith("--")]
    scripts = names or sorted(p.name for p in (folder / "scripts").glob("test-*.py") if not SKIPPED.search(p.name))
    expected = json.loads(EXPECTED.read_text()) if EXPECTED.exists() else {}
    sys.path.insert(0, str(ROOT))
    from acl.testing.authority import Authority

    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        authority = Authority.new(kind="rsa")
        (place / "ca.pem").write_bytes(authority.identity.certificates())
        (place / "server.pem").write_bytes(authority.issue(["localhost"], "rsa").pem())
        for name, kind in (("rsa", "rsa"), ("ecdsa", "ecdsa"), ("eddsa", "ed25519")):
            client = authority.issue(["client"], kind, purposes=("client",))
            (place / f"{name}.pem").write_bytes(client.certificates())
            (place / f"{name}-key.pem").write_bytes(client.private_key())
        plain = "--plain" in arguments
        source = place / ("server.py" if plain else "server.cl")
        source.write_text((PLAIN if plain else SERVER).replace("{folder}", scratch))
        log = place / "log"
        with log.open("w") as errors, subprocess.Popen(
                [sys.executable, *(() if plain else ("-m", "acl")), str(source)], stdout=subprocess.PIPE, stderr=errors,
                text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}) as process:
            assert process.stdout is not None
            server = Server(folder, place, [int(x) for x in process.stdout.readline().split()])
            with ThreadPoolExecutor(2) as pool:
                results = dict(zip(scripts, pool.map(server.run, scripts), strict=True))
            alive = process.poll() is None and not server.run("test-tls13-conversation.py")["failed"]
            process.kill()
        noise = log.read_text()
    different = [s for s in scripts if not as_expected(s, results[s], expected.get(s))]
    total = sum(r["total"] for r in results.values())
    failed = sum(failures(r) for r in results.values() if r["total"])
    whole = sum(not r["failed"] for r in results.values())
    print(f"{len(scripts)} scripts, {total} conversations, {total - failed} as tlsfuzzer wants them, {whole} scripts "
          f"wholly; {len(different)} scripts other than expected")
    for script in different if "--write" not in arguments else ():
        print(f"  {script}: {results[script]}\n    expected {expected.get(script)}")
    print("the server still serves" if alive else "THE SERVER DOES NOT SERVE ANY MORE")
    if noise:
        print(f"THE SERVER SAID:\n{noise[:2000]}")
    if "--write" in arguments:
        kept = {s: r for s, r in {**expected, **results}.items() if s not in UNSTABLE}
        EXPECTED.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n")
    return 0 if alive and not noise and ("--write" in arguments or not different) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
