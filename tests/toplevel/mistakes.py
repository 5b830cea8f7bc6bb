"""Sessions of mistakes made at random from the written ones: `python -m tests.toplevel.mistakes SEED...`."""

from __future__ import annotations

import random
import re
import subprocess
import sys

from tests.toplevel.dialogue import ACL
from tests.toplevel.test_mistakes import FORMS, LEFT_ALONE

COUNT = 300
_ENDLESS = re.compile(r"\\|^:ex|print-base|forever|^.(loop|do|let|progv) ")
_TYPED = [form for form in FORMS if form not in LEFT_ALONE and not _ENDLESS.search(form)]
"""Without what may go on for ever when it is changed, or break the dialogue."""
_ATOMS = ["nil", "t", "0", "-1", "2/3", "1.5", '"text"', "#\\a", ":key", "'sym", "'(1 2 3)", "'(a . b)", "#(1 2)",
          "(lambda (x) x)", "*standard-output*", "(values)", "(values 1 2)", "(find-package :cl)", "(make-hash-table)"]
_PYTHON = re.compile(r"Traceback|PYTHON-ERROR|while displaying|has no attribute|NoneType")


def mistake(choose: random.Random) -> str:
    """Return a line: a written mistake with a part replaced, or something taken out, put in or left off."""
    line = choose.choice(_TYPED)
    if choose.random() < 0.5 and line[0] == "(":
        parts = re.findall(r"""[^\s()'"]+|[()'"]""", line)
        at = choose.randrange(len(parts))
        if parts[at] not in "()'\"" and at > 1:
            parts[at] = choose.choice(_ATOMS)
            line = " ".join(parts)
    at = choose.randrange(len(line))
    return choose.choice([line, line, line[:at] + line[at + 1:],
                          line[:at] + choose.choice("()'`,;: .@") + line[at:],
                          line[:at], line + choose.choice([")", "))", " junk", " ; c"])])

_NO_CODE = re.compile(r'#\\.|"[^"]*"|\|[^|]*\||;.*')
"""Characters, strings, names in bars and comments, whose parentheses do not count."""


def ended(line: str) -> str:
    """Return *line* with the strings, names, comments and lists closed that it leaves open."""
    if "#|" in line:
        line += "|#"
    for mark in '"|':
        line += mark * (line.count(mark) % 2)
    code = _NO_CODE.sub("", line)
    return line + "\n" + ")" * max(0, code.count("(") - code.count(")"))


def session(seed: int, count: int = COUNT) -> list[str]:
    """Return the lines of a session; after each mistake comes what shows that Lisp still answers."""
    choose = random.Random(seed)
    lines = ["(setq tpl:*print-length* 5)"]
    for i in range(count):
        lines += [ended(mistake(choose)), "'end", f"(list {i} :alive)"]
        if i % 4 == 0:
            lines += [":reset", "(in-package :user)"]
    return lines


def problems(seed: int, count: int = COUNT) -> list[str]:
    """Run a session; return what is wrong with its output."""
    lines = session(seed, count)
    typed = "\n".join([*lines, ":reset", "(list :end (* 6 7))"]) + "\n"
    done = subprocess.run(ACL, input=typed, capture_output=True, text=True, timeout=600, check=False)
    shown = done.stdout + done.stderr
    found = [shown[max(0, m.start() - 300):m.end() + 300] for m in _PYTHON.finditer(shown)]
    if "(:END 42)" not in shown or done.returncode != 0:
        found.append(f"status {done.returncode}, at the end: {shown[-500:]}")
    return found


if __name__ == "__main__":
    for each in sys.argv[1:]:
        for problem in problems(int(each)):
            print(f"--- seed {each}\n{problem}")
