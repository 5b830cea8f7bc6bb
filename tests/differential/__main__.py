"""Compare `acl` with another Lisp on generated programs, or store a sample of what the other prints.

    python -m tests.differential --count 2000 --seed 1 [--with sbcl] [--store]
"""

from __future__ import annotations

import argparse
import sys

from . import STORED, compare, lisp_answers, read_sample, write_sample
from .generate import programs


def main() -> int:
    """Run; return 1 if the two differ, else 0."""
    parser = argparse.ArgumentParser(prog="python -m tests.differential", description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--with", dest="other", default="sbcl", choices=["sbcl", "clisp", "ecl", "stored"])
    parser.add_argument("--store", action="store_true", help=f"write the sample {STORED.name}")
    options = parser.parse_args()
    if options.other == "stored":
        sources, expected = read_sample()
    else:
        sources = programs(options.count, options.seed)
        expected = lisp_answers(sources, options.other)
    if options.store:
        write_sample(sources, expected)
        return 0
    differences = compare(sources, expected)
    for number, source, wanted, got in differences:
        print(f";; {number}\n{source}\n;; {options.other}: {wanted}\n;; acl: {got}\n")
    print(f"{len(sources) - len(differences)} of {len(sources)} programs print the same")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
