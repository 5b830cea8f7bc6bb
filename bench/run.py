"""Lisp compiled by acl against hand-written Python for the same work: ratios, measured in one interleaved run.

    python bench/run.py [NAME...]

Each work is a pair of files in `works/`, both with a function `bench` of one number that returns the same.
"""

from __future__ import annotations

import runpy
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

WORKS: dict[str, tuple[int, float]] = {
    "fib": (23, 1.15), "tak": (18, 1.15), "loops": (60_000, 1.3), "mandelbrot": (60, 1.3), "nbody": (700, 1.3),
    "closures": (250, 1.5), "strings": (25_000, 1.5), "hashtables": (50_000, 1.5), "objects": (20_000, 2.0),
    "catch": (15_000, 1.3), "conditions": (5_000, 2.7), "values": (50_000, 1.8), "specials": (80_000, 1.8),
}
"""Name of the work to its argument and the ratio to stay under."""

ROUNDS = 7


def lisp_function(name: str) -> Callable[[int], Any]:
    """Load the Lisp source of a work in a package of its own; return its function."""
    from acl.builtins.loading import load_text
    from acl.runtime.dynamic import bind
    from acl.types.function import fdefinition
    from acl.types.symbol import CL, EXCL, cl, make_package

    package = make_package(f"BENCH-{name.upper()}", (), (CL, EXCL))
    path = HERE / "works" / f"{name}.cl"
    with bind(cl("*PACKAGE*"), package):
        load_text(path.read_text(), str(path))
    symbol, _ = package.find("BENCH")
    return fdefinition(symbol)  # type: ignore[no-any-return]


def measure(name: str) -> tuple[float, float, float]:
    """Return the median times (s) of Python and Lisp, and the median of the rounds' ratios."""
    size, _ = WORKS[name]
    lisp = lisp_function(name)
    python = runpy.run_path(str(HERE / "works" / f"{name}.py"))["bench"]
    expected, got = python(size), lisp(size)
    if abs(expected - got) > 1e-9 * abs(expected):
        raise SystemExit(f"{name}: Python gives {expected}, Lisp {got}")
    times: list[tuple[float, float]] = []
    for i in range(ROUNDS):
        pair = [0.0, 0.0]
        for which in (0, 1) if i % 2 else (1, 0):
            start = time.process_time()
            (python, lisp)[which](size)
            pair[which] = time.process_time() - start
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


def main(names: list[str]) -> int:
    """Print the table; return 1 if some ratio is over its limit."""
    import acl.boot

    sys.setrecursionlimit(60_000)
    acl.boot.boot()
    over = 0
    print(f"{'work':<12} {'Python ms':>10} {'acl ms':>10} {'ratio':>7} {'limit':>6}")
    for name in names or WORKS:
        if name not in WORKS:
            continue
        python, lisp, ratio = measure(name)
        limit = WORKS[name][1]
        over += ratio > limit
        print(f"{name:<12} {python * 1e3:>10.1f} {lisp * 1e3:>10.1f} {ratio:>7.2f} {limit:>6.2f}"
              f"{'  over' if ratio > limit else ''}", flush=True)
    if not names or "start" in names:
        ours, theirs = start_up()
        print(f"{'start':<12} {theirs * 1e3:>10.1f} {ours * 1e3:>10.1f} {ours / theirs:>7.2f} {8:>6.2f}"
              f"{'  over' if ours > 0.12 or ours > 8 * theirs else ''}")
    return 1 if over else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
