"""Lisp compiled by acl against hand-written Python for the same work: ratios, measured in one interleaved run.

    python bench/run.py [--full] [NAME...]

Each work is a pair of files in `works/`, both with a function `bench` of one number that returns the same.
Those of `NETWORK` and `SECURE` talk to `peer.py`, a process of its own, whose port is their first argument; they are
measured by the clock, the others by CPU time.  With --full they move all that is asked of them.
"""

from __future__ import annotations

import os
import runpy
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

WORKS: dict[str, tuple[int, float]] = {
    "fib": (23, 1.15), "tak": (18, 1.15), "loops": (60_000, 1.3), "mandelbrot": (60, 1.3), "nbody": (700, 1.3),
    "closures": (250, 1.5), "strings": (25_000, 1.5), "hashtables": (50_000, 1.5), "objects": (20_000, 2.0),
    "catch": (15_000, 1.3), "conditions": (5_000, 2.7), "values": (50_000, 1.5), "specials": (80_000, 1.8),
    "sort": (1_000, 1.5), "remove-if": (2_000, 1.5), "find": (2_000, 1.5), "position": (2_000, 1.5),
    "map": (2_000, 1.5), "reduce": (2_000, 1.5), "format": (3_000, 2.0), "readprint": (300, 3.0),
    "keywords": (30_000, 2.0),
}
"""Name of the work to its argument and the ratio to stay under."""

NETWORK: dict[str, tuple[int, int, float]] = {
    "echo": (2_000, 10_000, 1.3), "octets-out": (1024, 4096, 1.1), "octets-in": (1024, 4096, 1.1),
    "readchar": (500_000, 10_000_000, 1.3), "datagrams": (2_000, 20_000, 1.43),
}
"""Name to the usual argument, the one of --full, and the limit: lines, blocks of 64 KiB, characters, packets."""

SECURE: dict[str, tuple[int, int, float]] = {
    "ssl-out": (1024, 4096, 1.25), "ssl-in": (1024, 4096, 1.25), "ssl-connect": (60, 500, 1.25),
    "ssl-accept": (60, 500, 1.25),
}
"""The same over SSL: blocks of 64 KiB, and connections as client and as server, a handshake and an octet both ways."""

ROUNDS = 7


def lisp_function(name: str) -> Callable[[int], Any]:
    """Load the Lisp source of a work in a package of its own, compiled for speed; return its function."""
    from acl.builtins.loading import load_text
    from acl.expand.declarations import OPTIMIZE
    from acl.runtime.dynamic import bind
    from acl.types.function import fdefinition
    from acl.types.symbol import CL, EXCL, cl, make_package

    package = make_package(f"BENCH-{name.upper()}", (), (CL, EXCL))
    path = HERE / "works" / f"{name}.cl"
    OPTIMIZE[cl("SPEED")] = 3  # (declaim (optimize speed))
    with bind(cl("*PACKAGE*"), package):
        load_text(path.read_text(), str(path))
    symbol, _ = package.find("BENCH")
    return fdefinition(symbol)  # type: ignore[no-any-return]


def measure(name: str, arguments: tuple[int, ...], clock: Callable[[], float]) -> tuple[float, float, float]:
    """Return the median times (s) of Python and Lisp, and the median of the rounds' ratios."""
    lisp = lisp_function(name)
    python = runpy.run_path(str(HERE / "works" / f"{name}.py"))["bench"]
    expected, got = python(*arguments), lisp(*arguments)
    if abs(expected - got) > 1e-9 * abs(expected):
        raise SystemExit(f"{name}: Python gives {expected}, Lisp {got}")
    times: list[tuple[float, float]] = []
    for i in range(ROUNDS):
        pair = [0.0, 0.0]
        for which in (0, 1) if i % 2 else (1, 0):
            start = clock()
            (python, lisp)[which](*arguments)
            pair[which] = clock() - start
        times.append((pair[0], pair[1]))
    return (statistics.median(a for a, _ in times), statistics.median(b for _, b in times),
            statistics.median(b / a for a, b in times))


def start_up() -> tuple[float, float]:
    """Return the CPU time (s) of `acl -e '(+ 1 2)'` and of `python -c pass`, medians of interleaved runs."""
    import resource

    def cpu(command: list[str]) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True, cwd=HERE.parent)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    pairs = [(cpu([sys.executable, "-m", "acl", "-q", "-e", "(+ 1 2)", "-kill"]), cpu([sys.executable, "-c", "pass"]))
             for _ in range(ROUNDS)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def row(name: str, python: float, lisp: float, ratio: float, limit: float, also_over: bool = False) -> bool:
    """Print a line of the table; return true if the ratio is over the limit."""
    over = ratio > limit or also_over
    print(f"{name:<12} {python * 1e3:>10.1f} {lisp * 1e3:>10.1f} {ratio:>7.2f} {limit:>6.2f}{'  over' if over else ''}",
          flush=True)
    return over


def secure(names: list[str], full: bool) -> int:
    """Measure the works over SSL, with a certificate made for them."""
    from acl.testing.authority import CA_FILE, issue_into

    with tempfile.TemporaryDirectory() as folder:
        os.environ["BENCH_PEM"] = issue_into(folder, ["localhost"])
        os.environ["BENCH_CA"] = os.path.join(folder, CA_FILE)
        return network(names, full, SECURE, [os.environ["BENCH_PEM"], os.environ["BENCH_CA"]])


def network(names: list[str], full: bool, works: dict[str, tuple[int, int, float]], files: list[str]) -> int:
    """Measure the works that need a peer; return how many are over their limits."""
    over = 0
    with subprocess.Popen([sys.executable, str(HERE / "peer.py"), *files], stdout=subprocess.PIPE, text=True) as peer:
        try:
            assert peer.stdout is not None
            port = int(peer.stdout.readline())
            for name in names:
                usual, all_, limit = works[name]
                over += row(name, *measure(name, (port, all_ if full else usual), time.perf_counter), limit)
        finally:
            peer.kill()
    return over


def main(arguments: list[str]) -> int:
    """Print the table; return 1 if some ratio is over its limit."""
    import acl.boot

    full = "--full" in arguments
    names = [a for a in arguments if a != "--full"] or [*WORKS, *NETWORK, *SECURE, "start"]
    sys.setrecursionlimit(60_000)
    acl.boot.boot()
    over = 0
    print(f"{'work':<12} {'Python ms':>10} {'acl ms':>10} {'ratio':>7} {'limit':>6}")
    for name in names:
        if name in WORKS:
            size, limit = WORKS[name]
            over += row(name, *measure(name, (size,), time.process_time), limit)
    connected = [name for name in names if name in NETWORK]
    if connected:
        over += network(connected, full, NETWORK, [])
    secured = [name for name in names if name in SECURE]
    if secured:
        over += secure(secured, full)
    if "start" in names:
        ours, theirs = start_up()
        over += row("start", theirs, ours, ours / theirs, 8, ours > 0.12)
    return 1 if over else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
