"""Call the operators on sockets, processes and streams with arguments of every kind: `python -m tests.socket.calls`.

    python -m tests.socket.calls [ROUNDS [SEED]]

calls.cl calls each operator ROUNDS times and prints the calls that came to something else than values or a condition of
Lisp's, that hung, or after which something that had arrived was lost; and at the end, how many there were of each kind.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def run(rounds: int, seed: int, limit: float | None = None) -> str:
    """Return what calls.cl prints, and what else is printed."""
    form = f"(call-all {rounds} {seed})"
    command = [sys.executable, "-m", "acl", "-q", "-batch", "-L", str(Path(__file__).with_name("calls.cl")), "-e", form]
    done = subprocess.run(command, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=limit, check=False, cwd=Path(__file__).parents[2])
    return done.stdout


def main(arguments: list[str]) -> int:
    """Run as many rounds as asked for; return the exit code."""
    rounds, seed = (int(x) for x in (*arguments, *("20", "1")[len(arguments):]))
    said = run(rounds, seed)
    print(said, end="")
    return 0 if said.endswith(" 0 wrong\n") else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
