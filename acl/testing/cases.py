"""Case files: Lisp forms with the values they must give.

    (floor 7 2)     => 3 1
    (car '(a . b))  => a
    (car 1)         => :error type-error
    (defun f () 1)

A form is followed by `=>` and, on the same line, the values as `prin1` shows them; or by `:error` and the type
of the condition that evaluating it must signal; a form without `=>` is just evaluated.

`python -m acl.testing.cases FILE...` runs files.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

from acl.reader import EOF, TextSource, read_form
from acl.runtime.conditions import UnhandledCondition
from acl.runtime.dynamic import bind
from acl.types.symbol import PACKAGES, USER, cl, make_package


class Case(NamedTuple):
    """One form, the line it stands on, the text of what is expected (None: nothing), and where both end in the file."""

    line: int
    form: Any
    expected: str | None
    end: int


def read_cases(text: str, filename: str) -> Iterator[Case]:
    """Yield the cases of a file one at a time, since a form may change how the next is read."""
    source = TextSource(text, filename)
    while True:
        form = read_form(source, EOF)
        if form is EOF:
            return
        line = text.count("\n", 0, source.pos) + 1
        rest, _, _ = text[source.pos:].partition("\n")
        expected = None
        stripped = rest.strip()
        if not stripped:
            following = text[source.pos:].lstrip()
            if following.startswith("=>"):
                skipped = len(text[source.pos:]) - len(following)
                rest = text[source.pos:source.pos + skipped] + following.partition("\n")[0]
                stripped = rest.strip()
        if stripped.startswith("=>"):
            expected = stripped[2:].strip()
            source.pos += len(rest)
        yield Case(line, form, expected, source.pos)


def check(case: Case) -> str | None:
    """Run one case; return what is wrong, or None."""
    from acl.printer.writer import prin1_to_string
    from acl.runtime.faults import signal_fault
    from acl.session import evaluate_values

    condition: Any = None
    values: tuple[Any, ...] = ()
    try:
        try:
            values = evaluate_values(case.form)
        except Exception as fault:
            signal_fault(fault)
    except UnhandledCondition as unhandled:
        condition = unhandled.condition
    expected = case.expected
    if expected is not None and expected.lower().startswith(":error"):
        wanted = expected.split()[1] if len(expected.split()) > 1 else "error"
        if condition is None:
            return f"no error, values {[prin1_to_string(v) for v in values]}"
        from acl.reader import read_from_text
        from acl.runtime.typesys import typep

        if not typep(condition, read_from_text(wanted)):
            return f"signalled {type(condition).__name__}: {condition}"
        return None
    if condition is not None:
        return f"signalled {type(condition).__name__}: {condition}"
    if expected is None:
        return None
    with bind(cl("*PRINT-PRETTY*"), None):
        actual = " ".join(prin1_to_string(v) for v in values)
    if normal(actual) != normal(expected):
        return f"gave {actual}, expected {expected}"
    return None


def normal(text: str) -> str:
    """Return *text* as read and printed again, so that layout and case do not matter."""
    from acl.printer.writer import prin1_to_string
    from acl.reader import read_all

    try:
        with bind(cl("*PRINT-PRETTY*"), None):
            return " ".join(prin1_to_string(x) for x in read_all(text))
    except UnhandledCondition:
        return text


def run_file(text: str, filename: str) -> list[str]:
    """Run all cases of a file, in a package of its own that uses what USER uses; return a line for each that fails."""
    failures = []
    package = make_package(f"CASES-{filename.upper()}-{len(PACKAGES)}", (), tuple(USER.uses))
    with bind(cl("*PACKAGE*"), package):
        for case in read_cases(text, filename):
            wrong = check(case)
            if wrong is not None:
                from acl.printer.writer import prin1_to_string

                failures.append(f"{filename}:{case.line}: {prin1_to_string(case.form)} {wrong}")
    return failures


def main(files: list[str]) -> int:
    """Run the files and print a line for each case that fails; return 1 if there are any, else 0."""
    from acl.boot import boot

    boot()
    sys.setrecursionlimit(20_000)  # as every way into Lisp does
    failures = []
    for name in files:
        with open(name, encoding="utf-8") as file:
            failures += run_file(file.read(), name.rpartition("/")[2])
    print(*failures, sep="\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
