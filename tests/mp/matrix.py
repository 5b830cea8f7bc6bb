"""Every blocking operation and every way out of it: `python -m tests.mp.matrix ROUNDS [OPERATION or WAY ...]`.

The operations and the ways are in matrix.cl.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from time import monotonic
from typing import Any

import acl.boot

acl.boot.boot()
sys.setrecursionlimit(20_000)

from acl.runtime.conditions import UnhandledCondition  # noqa: E402
from acl.runtime.dynamic import bind  # noqa: E402
from acl.session import evaluate  # noqa: E402
from acl.streams.descriptors import FdStream  # noqa: E402
from acl.testing.leaks import no_leaks  # noqa: E402
from acl.types.array import string  # noqa: E402
from acl.types.cons import to_list  # noqa: E402
from acl.types.function import FUNCTIONS, set_fdefinition  # noqa: E402
from acl.types.symbol import PACKAGES, USER, cl, keyword, make_package  # noqa: E402

WAYS = ("returns", "throws", "kill", "timeout", "close", "limit", "ctrl-c")


class Terminal(FdStream):
    """The slave side of a pseudo terminal."""

    def __init__(self) -> None:
        self.master, slave = os.openpty()
        super().__init__(slave, None)


def _hang_up(stream: Terminal) -> None:
    os.close(stream.master)


def _type(stream: Terminal, text: Any) -> None:
    os.write(stream.master, str(text).encode())


for name, function in (("TERMINAL", Terminal), ("TYPE", _type), ("HANG-UP", _hang_up), ("CLOCK", monotonic),
                       ("CTRL-C", lambda: os.kill(os.getpid(), signal.SIGINT))):
    set_fdefinition(USER.intern("MATRIX-" + name), lambda *args, function=function: function(*args))

PACKAGE = make_package("MATRIX", (), (PACKAGES["COMMON-LISP"], PACKAGES["EXCL"], PACKAGES["ACL-SOCKET"]))
with bind(cl("*PACKAGE*"), PACKAGE):
    FUNCTIONS["COMMON-LISP:LOAD"](string(str(Path(__file__).with_name("matrix.cl"))))



def _lisp(text: str) -> Any:
    return evaluate(FUNCTIONS["COMMON-LISP:READ-FROM-STRING"](string(text)))


_NAMES = "(loop for name being the hash-keys of matrix::*operations* collect name)"
OPERATIONS = [str(name) for name in to_list(_lisp(_NAMES))]


def one_round(operation: str, way: str) -> float | None:
    """Do one round; the latency in seconds, None if the operation has no such way out; AssertionError if it fails."""
    with no_leaks(patience=60):
        try:
            value = FUNCTIONS["MATRIX:ROUND-OF"](string(operation), keyword(way.upper()))
        except UnhandledCondition as unhandled:
            report = FUNCTIONS["COMMON-LISP:PRINC-TO-STRING"](unhandled.condition)
            raise AssertionError(f"{operation}, {way}: {report}") from None
    return float(value) if isinstance(value, (int, float)) else None


def with_ctrl_c() -> None:
    """Have SIGINT throw to OUT, as matrix.cl expects."""
    from acl.runtime.waiting import adopt_main_thread

    adopt_main_thread(_lisp("(lambda () (throw 'matrix::out :ctrl-c))"))


def main(arguments: list[str]) -> int:
    """Run the rounds and print a line for each operation: rounds of each way, the worst latencies' median."""
    rounds = int(arguments[0]) if arguments else 1
    names = [name for name in arguments[1:] if name in OPERATIONS] or OPERATIONS
    ways = [name for name in arguments[1:] if name in WAYS] or WAYS
    with_ctrl_c()
    failed = total = 0
    for operation in names:
        latencies: list[float] = []
        counts = dict.fromkeys(WAYS, 0)
        for way in ways:
            for _ in range(rounds):
                try:
                    latency = one_round(operation, way)
                except AssertionError as failure:
                    failed += 1
                    print("FAILED", failure, flush=True)
                    continue
                if latency is None:
                    break
                counts[way] += 1
                if way == "returns":
                    latencies.append(latency)
        total += sum(counts.values())
        latencies.sort()
        median = latencies[len(latencies) // 2] * 1000 if latencies else 0.0
        done = " ".join(f"{way}:{count}" for way, count in counts.items() if count)
        print(f"{operation:20} {done}  interrupt median {median:.2f} ms", flush=True)
    print(f"{total} rounds, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
