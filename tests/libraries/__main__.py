"""Load libraries from source and run their tests, under acl and another Lisp.

    python -m tests.libraries [NAME...] [--with sbcl] [--upstream DIR] [--logs DIR] [--timeout SECONDS]

Each library of `libraries.ini` is loaded by `load` of its files in the order that ASDF gives, in a Lisp of its own,
then by `asdf:load-system`, and then its tests run; a line tells what came of it under each Lisp.  The libraries are
those of Debian (packages `cl-NAME` and `cl-asdf`).  Tests that Debian leaves out are looked for in DIR/NAME, a
checkout of the repository and revision that `libraries.ini` names.
"""

from __future__ import annotations

import argparse
import configparser
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE.parents[1]), os.environ.get("PYTHONPATH", "")])}
COMMANDS = {
    "acl": [sys.executable, "-m", "acl", "-qq", "-batch", "-kill", "-L"],
    "sbcl": ["sbcl", "--noinform", "--non-interactive", "--no-userinit", "--load"],
}

# How test frameworks tell what passed: a pattern, and whether its numbers are (failed, all) or (passed,) or (failed,).
COUNTS = (
    (re.compile(r"Did (\d+) checks?\.\s+Pass: (\d+)"), "all passed"),
    (re.compile(r"Doing (\d+) pending tests of [^\0]*?No tests failed"), "passed"),
    (re.compile(r"(\d+) out of (\d+) total tests failed"), "failed all"),
    (re.compile(r"^(?:Successes this test:|Passed:) *(\d+)", re.M), "passed"),
    (re.compile(r"^(?:Errors this test:|Failed:|\s*\| Failed: *) *(\d+)", re.M), "failed"),
    (re.compile(r"(\d+) tests? run, all passed"), "passed"),
    (re.compile(r"(\d+) assertions? passed"), "passed"),
    (re.compile(r"(\d+) assertions? failed"), "failed"),
    (re.compile(r"(\d+) assertions, (\d+) failures in"), "all failed"),  # stefil
    (re.compile(r"All (\d+) test cases succeeded"), "passed"),  # md5
    (re.compile(r"(\d+) of (\d+) test cases failed"), "failed all"),
    (re.compile(r"^ {3}(\d+) passed\.", re.M), "passed"),  # unit-test
    (re.compile(r"^ {3}(\d+) (?:failed|crashed)\.", re.M), "failed"),
    (re.compile(r"Passed:\((\d+)\)"), "passed"),  # lisp-unit2
    (re.compile(r"(?:Failed|Errors):\((\d+)\)"), "failed"),
    (re.compile(r"(\d+) tests run, (\d+) (?:Failures?|Errors?)"), "all failed"),  # lift
    (re.compile(r"\[(\d+) Successful tests?\]"), "passed"),
)


def summary(output: str) -> str:
    """Return what *output* tells of tests: `passed of all` if it has counts, else the last thing it says."""
    passed = failed = 0
    for pattern, kinds in COUNTS:
        for found in pattern.findall(output):
            numbers = dict(zip(kinds.split(), map(int, (found,) if isinstance(found, str) else found), strict=True))
            whole = numbers.get("all")
            if whole is not None:
                bad = numbers.get("failed", whole - numbers.get("passed", 0))
                passed, failed = passed + whole - bad, failed + bad
            else:
                passed, failed = passed + numbers.get("passed", 0), failed + numbers.get("failed", 0)
    if passed or failed:
        return f"{passed} of {passed + failed}"
    for line in reversed(output.splitlines()):
        if re.search(r"\b(pass|fail|succe|test)", line, re.I):
            return line.strip()[:70]
    return "no counts"


class Library:
    """A section of `libraries.ini`."""

    def __init__(self, name: str, settings: configparser.SectionProxy, upstream: Path | None) -> None:
        self.name = name
        self.system = settings.get("system", name)
        self.extra = settings.get("load", "").split()
        self.tests = settings.get("tests", "").replace("HERE", str(HERE))
        self.needs_asdf = settings.getboolean("needs-asdf", False)
        self.features = settings.get("features", "").split()
        self.folders = [] if upstream is None else [
            f for f in (upstream / name, *(upstream / x for x in settings.get("beside", "").split())) if f.is_dir()]

    def prologue(self, asdf: bool = True) -> Iterator[str]:
        """Yield the lines that begin a program."""
        if asdf:
            yield "(require :asdf)"
            for folder in self.folders:
                yield f'(push #p"{folder.resolve()}/" asdf:*central-registry*)'
        for feature in self.features:
            yield f"(push :{feature} *features*)"

    def loading(self, *systems: str) -> Iterator[str]:
        """Yield the program that loads the system, and others."""
        yield from self.prologue()
        for system in (self.system, *systems):
            yield f'(handler-bind ((warning #\'muffle-warning)) (asdf:load-system "{system}"))'
        yield '(format t "~&LOADED~%")'

    def listing(self) -> Iterator[str]:
        """Yield the program that prints the files of the system and of all that it needs."""
        yield from self.prologue()
        yield (f'(dolist (c (asdf:required-components "{self.system}" :other-systems t :keep-component '
               "'asdf:cl-source-file :goal-operation 'asdf:load-op)) "
               '(format t "~&FILE ~a~%" (namestring (asdf:component-pathname c))))')

    def plainly(self, files: list[str]) -> Iterator[str]:
        """Yield the program that loads *files*."""
        yield from self.prologue(self.needs_asdf)
        for file in files:
            yield f'(handler-bind ((warning #\'muffle-warning)) (load "{file}"))'
        yield '(format t "~&LOADED~%")'


class Runner:
    """Runs programs under one Lisp, in the folder *logs*, where what they print is kept."""

    def __init__(self, lisp: str, logs: Path, timeout: float) -> None:
        self.lisp, self.logs, self.timeout = lisp, logs, timeout

    def run(self, name: str, lines: Iterator[str]) -> str:
        """Run a program; return what it prints, with `TIME OUT` at the end if it took too long."""
        program = (self.logs / f"{name}.{self.lisp}.cl").resolve()
        program.write_text("\n".join(lines) + "\n")
        try:
            done = subprocess.run([*COMMANDS[self.lisp], str(program)], check=False, cwd=self.logs, env=ENVIRONMENT,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  timeout=self.timeout)
            output = done.stdout.decode("utf-8", "replace")
        except subprocess.TimeoutExpired as late:
            output = (late.stdout or b"").decode("utf-8", "replace") + "\nTIME OUT\n"
        (self.logs / f"{name}.{self.lisp}.out").write_text(output)
        return output

    def result(self, library: Library, plain: bool) -> str:
        """Load and test *library*; return what came of it."""
        parts = []
        if plain:
            files = re.findall(r"^FILE (.*)$", self.run(library.name + ".files", library.listing()), re.M)
            loaded = files and "LOADED" in self.run(library.name + ".plain", library.plainly(files))
            parts.append("load " + ("ok" if loaded else "FAILS"))
        loaded = "LOADED" in self.run(library.name + ".asdf", library.loading())
        parts.append("asdf " + ("ok" if loaded else "FAILS"))
        if loaded and library.tests:
            output = self.run(library.name + ".tests", iter([*library.loading(*library.extra), library.tests,
                                                             '(format t "~&ENDED~%")']))
            began = output.partition("LOADED")[2]
            ended = "" if "ENDED" in began else " (time out)" if "TIME OUT" in output else " (ends with an error)"
            parts.append("tests " + summary(began or output) + ended)
        return ", ".join(parts)


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m tests.libraries")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--with", dest="other", choices=COMMANDS)
    parser.add_argument("--upstream", type=Path)
    parser.add_argument("--logs", type=Path)
    parser.add_argument("--timeout", type=float, default=600)
    parser.add_argument("--no-plain", dest="plain", action="store_false", help="leave out the loading by `load`")
    options = parser.parse_args()
    table = configparser.ConfigParser(interpolation=None)
    table.read(HERE / "libraries.ini")
    logs = options.logs or Path(tempfile.mkdtemp(prefix="libraries-"))
    logs.mkdir(parents=True, exist_ok=True)
    for name in options.names or table.sections():
        library = Library(name, table[name], options.upstream)
        for lisp in ("acl", options.other) if options.other else ("acl",):
            came = Runner(lisp, logs, options.timeout).result(library, options.plain)
            print(f"{name:22} {lisp:5} {came}", flush=True)
    print(f"what they printed: {logs}")


if __name__ == "__main__":
    main()
