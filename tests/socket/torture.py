"""One call of the system fails, for every call, errno and number: `python -m tests.socket.torture [MOST [CALL ...]]`.

Two Lisp processes converse in torture.cl while strace lets the N-th call of each thread fail, N from 1 to MOST or as
far as there are calls.  The conversation must end well or in a condition, a second one must end well, no descriptor may
be left, and Python may not be seen.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent

ERRORS = {
    "socket": "EACCES EAFNOSUPPORT EINVAL EMFILE ENFILE ENOBUFS ENOMEM EPROTONOSUPPORT",
    "bind": "EACCES EADDRINUSE EADDRNOTAVAIL EBADF EINVAL ENOTSOCK",
    "listen": "EADDRINUSE EBADF ENOTSOCK EOPNOTSUPP",
    "connect": "EACCES EPERM EADDRINUSE EADDRNOTAVAIL EAFNOSUPPORT EAGAIN EBADF ECONNREFUSED EINTR EISCONN ENETUNREACH "
               "ENOTSOCK EPROTOTYPE ETIMEDOUT",
    "accept4": "EAGAIN EBADF ECONNABORTED EFAULT EINTR EINVAL EMFILE ENFILE ENOBUFS ENOMEM ENOTSOCK EOPNOTSUPP EPERM "
               "EPROTO",
    "sendto": "EACCES EAGAIN EBADF ECONNRESET EDESTADDRREQ EFAULT EINTR EINVAL EISCONN EMSGSIZE ENOBUFS ENOMEM "
              "ENOTCONN ENOTSOCK EOPNOTSUPP EPIPE",
    "recvfrom": "EAGAIN EBADF ECONNREFUSED ECONNRESET EFAULT EINTR EINVAL ENOMEM ENOTCONN ENOTSOCK ETIMEDOUT",
    "setsockopt": "EBADF EFAULT EINVAL ENOPROTOOPT ENOTSOCK",
    "getsockopt": "EBADF EFAULT EINVAL ENOPROTOOPT ENOTSOCK",
    "getsockname": "EFAULT EINVAL ENOBUFS",
    "shutdown": "EBADF EINVAL ENOTCONN ENOTSOCK",
    "poll": "EINTR ENOMEM",
}
"""The calls that sockets make, and what the system's manual says of how each can fail.

Without EBADF and ENOTSOCK of `getsockname`, by which Python's `accept` loses the descriptor that it has just got.
"""

GOOD = {"tcp": '("one" "two" "three")', "packets": '("one" "two")'}
"""What the two conversations come to if nothing fails."""
CONDITIONS = "(SOCKET-ERROR", "(ERRNO-STREAM-ERROR", "(STREAM-CLOSED-ERROR", "(END-OF-FILE"
"""What they may come to if something does."""


def converse() -> None:
    """Be the child: load torture.cl; tell before and after what strace is to spoil, and wait for a line."""
    import acl.boot

    acl.boot.boot()
    sys.setrecursionlimit(20_000)
    from acl.types.array import string
    from acl.types.function import FUNCTIONS, set_fdefinition
    from acl.types.symbol import USER

    def stop(word: str) -> None:
        print(word, flush=True)
        sys.stdin.readline()

    for word in ("begins", "ends"):
        set_fdefinition(USER.intern(f"TORTURE-{word.upper()}"), partial(stop, word))
    FUNCTIONS["COMMON-LISP:LOAD"](string(str(Path(__file__).with_name("torture.cl"))))


def attachable() -> bool:
    """True if strace can be had and may look at our children."""
    try:
        child = subprocess.Popen(["sleep", "100"])
        try:
            strace = subprocess.Popen(["strace", "-p", str(child.pid)], text=True, stderr=subprocess.PIPE)
            assert strace.stderr is not None
            attached = "attached" in strace.stderr.readline()
        finally:
            child.kill()
            child.wait()
        strace.communicate()
        return attached
    except OSError:
        return False


def attempt(call: str, error: str, number: int) -> tuple[bool, str]:
    """Do one conversation: whether the call was made so often, and what is wrong, or empty."""
    with tempfile.NamedTemporaryFile("r", prefix="acl-torture-") as log:
        child = subprocess.Popen([sys.executable, "-m", "tests.socket.torture", "--child"], text=True, cwd=ROOT,
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                 env=dict(os.environ, PYTHONPATH=str(ROOT), ACL_CACHE="off"))
        watchdog = threading.Timer(300, child.kill)
        watchdog.start()
        _until(child, "begins")
        strace = subprocess.Popen(["strace", "-f", "-o", log.name, "-e", f"trace={call}", "-e",
                                   f"inject={call}:error={error}:when={number}", "-p", str(child.pid)], text=True,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        assert strace.stderr is not None
        while "attached" not in strace.stderr.readline():  # to all threads that there are
            assert strace.poll() is None, "strace cannot attach"
        _go_on(child)
        said = _until(child, "ends")
        strace.terminate()
        strace.communicate()
        _go_on(child)
        said += child.communicate()[0]
        watchdog.cancel()
        happened = "INJECTED" in log.read()
    return happened, judge(said, child.returncode)


def _until(child: subprocess.Popen[str], word: str) -> str:
    """Return what *child* says before the line *word*, or its end."""
    assert child.stdout is not None
    lines = []
    while (line := child.stdout.readline()) not in (word + "\n", ""):
        lines.append(line)
    return "".join(lines)


def _go_on(child: subprocess.Popen[str]) -> None:
    """Give *child* the line that it waits for; it may have died."""
    assert child.stdin is not None
    with suppress(OSError):
        child.stdin.write("\n")
        child.stdin.flush()


def judge(said: str, code: int | None) -> str:
    """Return what the child *said* if something is wrong with it; empty if nothing is."""
    said = said or f"nothing was said; exit code {code}"
    lines = dict(line.split(" ", 1) for line in said.splitlines() if " " in line)
    if code != 0 or "Traceback" in said or "hangs" in said.lower() or "PYTHON-ERROR" in said:
        return said
    if lines.get("again") != " ".join(GOOD.values()) or lines.get("left") != "0":
        return said
    ends = [lines.get(name, "") for name, good in GOOD.items() if lines.get(name) != good]
    return "" if all(end.startswith(CONDITIONS) for end in ends) else said


def torture(call: str, error: str, most: int) -> tuple[int, list[str]]:
    """Let the first, the second ... call fail: how many did, and what was wrong."""
    failures = []
    for number in range(1, most + 1):
        happened, wrong = attempt(call, error, number)
        if wrong:
            failures.append(f"{call} {error} {number}: {wrong}")
        if not happened:
            return number - 1, failures
    return most, failures


def main(arguments: list[str]) -> int:
    """Torture, two at a time; print a line for each call and one for each failure."""
    most = int(arguments[0]) if arguments else 20
    calls = arguments[1:] or list(ERRORS)
    total: Counter[str] = Counter()
    with ThreadPoolExecutor(2) as pool:
        for call in calls:
            for count, failures in pool.map(lambda error, call=call: torture(call, error, most), ERRORS[call].split()):
                total[call] += count
                total["failed"] += len(failures)
                print(*failures, sep="\n", end="\n" if failures else "", flush=True)
            print(f"{call}: {len(ERRORS[call].split())} errors, {total[call]} failed calls", flush=True)
    print(f"{total.total() - total['failed']} failed calls, {total['failed']} failures")
    return 1 if total["failed"] else 0


if __name__ == "__main__":
    if sys.argv[1:] == ["--child"]:
        converse()
    else:
        sys.exit(main(sys.argv[1:]))
