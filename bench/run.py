"""Lisp compiled by acl against hand-written Python for the same work: ratios, measured in one interleaved run.

    python bench/run.py [--full] [--default] [NAME...]

Each work is a pair of files in `works/`, both with a function `bench` of one number that returns the same.
Those of `NETWORK` and `SECURE` talk to `peer.py`, a process of its own, whose port is their first argument; they are
measured by the clock, the others by CPU time.  With --full they move all that is asked of them.  The Lisp is compiled
under (optimize (speed 3)), with --default under the qualities that a Lisp starts with.
"""

from __future__ import annotations

import os
import runpy
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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

PROGRAMS: dict[str, tuple[int, float]] = {
    "life": (8, 3.5), "matrix": (30, 4.5), "bits": (20_000, 1.6), "crc": (60, 4.0), "sieve": (30_000, 2.8),
    "fill-pointers": (10_000, 8.0), "structures": (300, 2.0), "simulation": (300, 2.3), "combination": (10_000, 4.0),
    "eql-methods": (10_000, 2.5), "builtin-classes": (2_000, 0.8), "typecase": (3_000, 1.4), "text": (300, 3.5),
    "characters": (30, 4.5), "split": (2_000, 5.5), "equal-tables": (5_000, 7.0), "equalp-tables": (5_000, 7.5),
    "alists": (1_000, 6.5), "loop": (300, 3.0), "arguments": (10_000, 4.5), "queens": (6, 0.8),
    "symbolic": (200, 4.0), "single-floats": (20_000, 24.0),
}
"""The same for what programs of several kinds do; the limits are there to notice what gets slower."""

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

SPEED = 1 if "--default" in sys.argv else 3
"""The quality: in the default a named function has a frame in which the debugger can go on after an error."""

ROUNDS = 7
ROUNDS_OF_OCTETS = 15
"""Where most of the time is the kernel's, and varies."""


def lisp_function(name: str) -> Callable[[int], Any]:
    """Load the Lisp source of a work in a package of its own; return its function."""
    from acl.builtins.loading import load_text
    from acl.expand.declarations import OPTIMIZE
    from acl.runtime.dynamic import bind
    from acl.types.function import fdefinition
    from acl.types.symbol import CL, EXCL, cl, make_package

    package = make_package(f"BENCH-{name.upper()}", (), (CL, EXCL))
    path = HERE / "works" / f"{name}.cl"
    OPTIMIZE[cl("SPEED")] = SPEED
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
    for i in range(ROUNDS_OF_OCTETS if name.startswith("octets") else ROUNDS):
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


@contextmanager
def cores_apart(peer: int) -> Iterator[None]:
    """Give the process *peer* a core of its own, if there are two.

    Whether the two share one decides how fast octets go, in Python and in Lisp, and the scheduler decides it anew each
    time.
    """
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) > 1:
        os.sched_setaffinity(peer, {cores[-1]})
        os.sched_setaffinity(0, {cores[0]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


def network(names: list[str], full: bool, works: dict[str, tuple[int, int, float]], files: list[str]) -> int:
    """Measure the works that need a peer; return how many are over their limits."""
    over = 0
    with subprocess.Popen([sys.executable, str(HERE / "peer.py"), *files], stdout=subprocess.PIPE, text=True) as peer:
        try:
            assert peer.stdout is not None
            port = int(peer.stdout.readline())
            for name in names:
                usual, all_, limit = works[name]
                with cores_apart(peer.pid):
                    figures = measure(name, (port, all_ if full else usual), time.perf_counter)
                over += row(name, *figures, limit)
        finally:
            peer.kill()
    return over


def main(arguments: list[str]) -> int:
    """Print the table; return 1 if some ratio is over its limit."""
    import acl.boot

    full = "--full" in arguments
    names = [a for a in arguments if not a.startswith("--")] or [*WORKS, *PROGRAMS, *NETWORK, *SECURE, "start"]
    sys.setrecursionlimit(60_000)
    acl.boot.boot()
    over = 0
    print(f"{'work':<12} {'Python ms':>10} {'acl ms':>10} {'ratio':>7} {'limit':>6}")
    for name in names:
        if name in WORKS or name in PROGRAMS:
            size, limit = {**WORKS, **PROGRAMS}[name]
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
