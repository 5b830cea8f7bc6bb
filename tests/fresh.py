"""The cases of a file, each in a process in which nothing has been evaluated before: what a person types first.

    python -m tests.fresh FILE

Modules are loaded when they are first used.  A case that only works because an earlier one has loaded something fails
here.  Cases that use what the file defines are left out.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from acl.boot import boot
from acl.runtime.dynamic import bind
from acl.testing.cases import Case, check, read_cases
from acl.types.cons import Cons
from acl.types.symbol import USER, Symbol, cl, make_package

_FOR_READING = frozenset({"DEFPACKAGE", "IN-PACKAGE", "MAKE-PACKAGE", "REQUIRE", "DEFSTRUCT"})
"""What the reader needs in order to read the cases that follow."""

_SETTING = frozenset({"SETQ", "SETF", "PSETQ", "MAKE-PACKAGE", "IN-PACKAGE", "INTERN", "IMPORT", "SHADOW", "EXPORT",
                      "REQUIRE", "DELETE-PACKAGE", "UNINTERN", "TRACE", "PROCLAIM", "DECLAIM", "PUSH", "INCF"})

_MADE = ("acltest", "ensured", "watched", "*loads*", "+seven+", "/shout/", "(trace)", "franz-case", "*aclssl-name*",
         "*special-here*", "*nameservers*", "vapor", "domain name server", '"host"', ".test")
"""Words of cases that use what an earlier one has made in another way."""


def conses(form: Any) -> Iterator[Cons]:
    """Yield all conses of a form, each once."""
    seen: set[int] = set()
    left = [form]
    while left:
        form = left.pop()
        while type(form) is Cons and id(form) not in seen:
            seen.add(id(form))
            yield form
            left.append(form.car)
            form = form.cdr


def symbols(form: Any) -> Iterator[Any]:
    """Yield the symbols of a form."""
    for cons in conses(form):
        yield from (x for x in (cons.car, cons.cdr) if type(x) is Symbol)


def defined(form: Any) -> Iterator[Any]:
    """Yield what a form defines or sets, as far as its looks tell."""
    for cons in conses(form):
        head = cons.car
        if type(head) is Symbol and (head.name.startswith("DEF") or head.name in _SETTING) and type(cons.cdr) is Cons:
            name = cons.cdr.car
            yield from symbols(name) if type(name) is Cons else (name,)


def alone(case: Case) -> str | None:
    """Run *case* in a process of its own; return what is wrong, or None."""
    receive, send = os.pipe()
    pid = os.fork()
    if pid == 0:
        signal.alarm(60)
        try:
            os.write(send, (check(case) or "").encode()[:4000])
        except BaseException as fault:  # the process must not run on
            os.write(send, repr(fault).encode())
        os._exit(0)
    os.close(send)
    with os.fdopen(receive) as said:
        wrong = said.read()
    _, status = os.waitpid(pid, 0)
    return f"ended with status {status}" if status else wrong or None


def run(path: Path) -> list[str]:
    """Run the cases of a file that use nothing the file defines; return a line for each that fails."""
    text = path.read_text(encoding="utf-8")
    package = make_package("FRESH", (), tuple(USER.uses))
    failures = []
    with bind(cl("*PACKAGE*"), package):
        own: set[Any] = set()
        begin = 0
        for case in read_cases(text, path.name):
            begin, written = case.end, text[begin:case.end].lower()
            own.update(x.name for x in defined(case.form) if type(x) is Symbol and x.package is not cl("CAR").package)
            if case.expected is None or any(x.name in own for x in symbols(case.form)) \
                    or any(word in written for word in _MADE):
                if type(case.form) is Cons and getattr(case.form.car, "name", None) in _FOR_READING:
                    check(case)
                continue
            wrong = alone(case)
            if wrong is not None:
                failures.append(f"{path.name}:{case.line}: {wrong}")
    return failures


def main(files: list[str]) -> int:
    """Run the files; print a line for each case that fails."""
    boot()
    sys.setrecursionlimit(20_000)  # as every way into Lisp does
    failures = [line for name in files for line in run(Path(name))]
    print(*failures, sep="\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
