"""tlsfuzzer against a Lisp echo server: `python tests/ssl/tlsfuzzer.py FOLDER [--write] [SCRIPT...]`.

FOLDER is a copy of https://github.com/tlsfuzzer/tlsfuzzer; tlslite-ng must be installed (pip install --pre tlslite-ng).
Neither is part of acl.  What is expected of each script, the conversations that fail and why there are such, is in
`tlsfuzzer.json`: any difference is an error.  --write writes that file anew.  The server may not show a Python
traceback, and must still serve at the end.
"""

from __future__ import annotations

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
TIMEOUT = 120
SKIPPED = re.compile(r"timing|marvin|bleichenbacher|lucky13|test-certificate|client-auth|post-handshake-auth|extract|"
                     r"minerva|scripts-retention|tls13-conversation-ed|heartbleed-long|fuzzed-plaintext")
"""Scripts that need what a plain server does not have (certificates of clients, long measurements of time)."""

SERVER = r"""
(require :ssl)
(defvar *context* (socket:make-ssl-server-context :certificate "{pem}"))
(defun serve (s)
  (unwind-protect
      (handler-case
          (let ((stream (socket:make-ssl-server-stream s :context *context*))
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
(let ((p (socket:make-socket :connect :passive :local-host "127.0.0.1" :backlog 100)))
  (format t "~d~%" (socket:local-port p))
  (force-output)
  (loop (mp:process-run-function "session" #'serve (socket:accept-connection p))))
"""


def run_script(folder: Path, script: str, port: int) -> dict[str, Any]:
    """Run a script; return how many conversations there were, and the names of those that went otherwise."""
    source = folder / "tlsfuzzer" / "_apps" / script.replace("-", "_")
    if not source.exists():
        source = folder / "scripts" / script
    ephemeral = ["-d"] if re.search(r'print\(" -d .*DHE', source.read_text()) else []  # OpenSSL 4 has nothing else
    command = [sys.executable, f"scripts/{script}", "-h", "127.0.0.1", "-p", str(port), "-n", "0", *ephemeral]
    try:
        done = subprocess.run(command, cwd=folder, env={**os.environ, "PYTHONPATH": str(folder)}, capture_output=True,
                              text=True, timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        return {"total": 0, "failed": ["timeout"]}
    text = done.stdout
    total = re.findall(r"^TOTAL: (\d+)", text, re.MULTILINE)
    if not total:
        return {"total": 0, "failed": [(done.stderr.strip().splitlines() or ["no result"])[-1][:100]]}
    failed = re.findall(r"^\t\(?u?'([^']*)'|^\t\((?:u?)\"([^\"]*)\"", text[text.rindex("FAIL:"):], re.MULTILINE)
    return {"total": int(total[0]), "failed": sorted({a or b for a, b in failed})}


def main(arguments: list[str]) -> int:
    """Run the scripts; return 1 if something differs from what is expected."""
    folder = Path(arguments[0]).absolute()
    names = [a for a in arguments[1:] if not a.startswith("--")]
    scripts = names or sorted(p.name for p in (folder / "scripts").glob("test-*.py") if not SKIPPED.search(p.name))
    expected = json.loads(EXPECTED.read_text()) if EXPECTED.exists() else {}
    sys.path.insert(0, str(ROOT))
    from acl.testing.authority import issue_into

    with tempfile.TemporaryDirectory() as scratch:
        pem = issue_into(scratch, ["localhost"], kind="rsa")
        (Path(scratch) / "server.cl").write_text(SERVER.replace("{pem}", pem))
        log = Path(scratch) / "log"
        with log.open("w") as errors, subprocess.Popen(
                [sys.executable, "-m", "acl", f"{scratch}/server.cl"], stdout=subprocess.PIPE, stderr=errors, text=True,
                env={**os.environ, "PYTHONPATH": str(ROOT)}) as server:
            assert server.stdout is not None
            port = int(server.stdout.readline())
            with ThreadPoolExecutor(2) as pool:
                results = dict(zip(scripts, pool.map(lambda s: run_script(folder, s, port), scripts), strict=True))
            alive = server.poll() is None and not run_script(folder, "test-tls13-conversation.py", port)["failed"]
            server.kill()
        noise = log.read_text()
    different = [s for s in scripts if results[s] != expected.get(s)]
    total = sum(r["total"] for r in results.values())
    failed = sum(len(r["failed"]) for r in results.values())
    whole = sum(not r["failed"] for r in results.values())
    print(f"{len(scripts)} scripts, {total} conversations, {total - failed} as tlsfuzzer wants them, {whole} scripts "
          f"wholly; {len(different)} scripts other than expected")
    for script in different:
        print(f"  {script}: {results[script]}\n    expected {expected.get(script)}")
    print("the server still serves" if alive else "THE SERVER DOES NOT SERVE ANY MORE")
    if noise:
        print(f"THE SERVER SAID:\n{noise[:2000]}")
    if "--write" in arguments:
        EXPECTED.write_text(json.dumps({**expected, **results}, indent=0, sort_keys=True) + "\n")
    return 0 if alive and not noise and ("--write" in arguments or not different) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
