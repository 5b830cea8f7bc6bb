"""`acl doc FILE...`: run the example sessions of documentation pages and compare with what the pages show."""

from __future__ import annotations

import re
import sys
import time

from acl.testing.hosts import Host, Network
from acl.testing.page import Example, Step, host_names, parse

_SECONDS = 60.0
_ADDRESS_SECONDS = 75.0
"""How long to wait for an address that is in use: a connection that has ended holds its own for a minute."""
_ADDRESS_IN_USE = "address already in use"


def shows_mixed_case(example: Example) -> bool:
    """True if the page shows a symbol that keeps the case it was written in: so it was run in modern mode."""
    for step in example.steps:
        if "Restart actions" in step.expected or step.form.startswith(":"):
            continue  # the texts of errors, warnings and commands are in lower case in both modes
        bare = re.sub(r"^Warning: .*$|#<[^>]*>|\"[^\"]*\"|#\\\S+", " ", step.expected.partition("Error:")[0],
                      flags=re.MULTILINE)
        if any(re.search(r"[a-z]", word) for word in bare.split()):
            return True
    return False


def is_modern(example: Example) -> bool:
    """Tell in which case mode the example is true: by its prompts, else by what it shows.

    An example that changes the mode begins in that of its first prompt.
    """
    if any("set-case-mode" in s.form.lower() for s in example.steps):
        return example.steps[0].modern
    return any(s.modern for s in example.steps) or shows_mixed_case(example)


def normalized(text: str) -> str:
    """Return *text* without what differs from run to run: white space, addresses, chosen ports and hosts."""
    text = re.sub(r"@ #x[0-9a-f]+", "@", text)
    text = re.sub(r"#<[^>]*>", lambda match: re.sub(r"(?<=[/ ])\d{2,5}(?=[ >])", "N", match[0]), text)
    text = re.sub(r"\b127(\.\d+){3}\b", "HOST", text)
    text = re.sub(r"\b\d{8,10}\b", "HOST", text)
    text = re.sub(r"(?<![\w/.\"])(?:[1-9]\d{4}|[2-9]\d{3})(?![\w/.\"])", "PORT", text)
    return re.sub(r"\s+", "", text)


def agrees(expected: str, actual: str) -> bool:
    """True if a page that shows *expected* is right about *actual*.

    A page may show nothing, may cut a long text with `...`, may leave the value T or NIL of the last form out, and of
    an error what follows its report or its condition type.
    """
    wanted, got = normalized(expected), normalized(actual)
    if not wanted or wanted == got:
        return True
    if "..." in wanted:
        pattern = ".*".join(re.escape(part) for part in wanted.split("..."))
        return re.fullmatch(pattern, got, re.DOTALL) is not None
    if any(wanted + value == got for value in ("T", "NIL", "t", "nil")):
        return True
    rest = got[len(wanted):]
    if "Error:" in wanted and got.startswith(wanted) and re.match(r"\[conditiontype:|Restartactions", rest):
        return True
    # What follows the output on the page may be prose: it begins with a word.
    return bool(got) and wanted.startswith(got) and re.match(r"[A-Z][a-z]", wanted[len(got):]) is not None


def _lacks_address(differences: list[str]) -> bool:
    """True if a form has failed because the address it needs is in use."""
    return any(_ADDRESS_IN_USE in text for text in differences)


class Runner:
    """Runs the examples of one page."""

    def __init__(self, contents: str, private: bool = True) -> None:
        """*private*: let the hosts share a network that no other program is in, where the system allows it."""
        self.examples = parse(contents)
        self.network = Network(host_names(contents), private)

    def run_example(self, example: Example) -> list[str]:
        """Run an example; return a description of each difference."""
        modern = is_modern(example)
        differences: list[str] = []
        for index, step in enumerate(example.steps):
            host = self.network.host(step.host)
            following = example.steps[index + 1:]
            may_hang = any(s.host != step.host for s in following)
            if step.form:
                host.set_mode(modern)
                host.send(step.form)
                if not (host.wait_or_hang(_SECONDS) if may_hang else host.wait(_SECONDS)):
                    if not may_hang:
                        differences.append(f"line {step.line}: {step.form}\n  does not return")
                        break
                    continue
            else:
                host.wait(_SECONDS)
            differences += self.compare(host, step)
            if _lacks_address(differences):
                break  # another program has the port: what follows would talk to that one
        return differences

    def repeat_example(self, example: Example) -> list[str]:
        """Run an example in fresh Lisps, again as long as an address it needs is in use by others."""
        deadline = time.monotonic() + _ADDRESS_SECONDS
        while True:
            try:
                differences = self.run_example(example)
            finally:
                self.network.close()
            if not _lacks_address(differences) or time.monotonic() > deadline:
                return differences
            time.sleep(1)

    @staticmethod
    def compare(host: Host, step: Step) -> list[str]:
        """Compare what *host* printed with what the page shows."""
        actual = host.take()
        if "Error:" in actual and "Error:" not in step.expected:
            return [f"line {step.line}: {step.form}\n  signals\n{_indented(actual)}"]
        if agrees(step.expected, actual):
            return []
        shown = _indented(step.expected)
        return [f"line {step.line}: {step.form}\n  the page shows\n{shown}\n  acl gives\n{_indented(actual)}"]

    def run(self) -> tuple[int, int]:
        """Run all examples, print a line for each and the differences; return counts of passed and all."""
        passed = 0
        for number, example in enumerate(self.examples, 1):
            differences = self.repeat_example(example)
            passed += not differences
            first = " ".join(next(s.form for s in example.steps if s.form).split())
            verdict = "FAIL" if differences else "ok  "
            print(f"{verdict} {number}: line {example.line}: {first[:70]}", flush=True)
            for difference in differences:
                print(_indented(difference))
        return passed, len(self.examples)


def _indented(text: str) -> str:
    return "\n".join("    " + line for line in text.splitlines())


def main(files: list[str]) -> int:
    """Run the pages; return 0 if all their examples pass, 1 if some fail, 2 for a wrong command line."""
    if not files or files[0].startswith("-"):
        sys.stderr.write("usage: acl doc FILE...\n")
        return 2
    import acl.boot

    acl.boot.boot()
    passed = total = 0
    for name in files:
        try:
            with open(name, encoding="utf-8-sig", errors="replace") as file:
                contents = file.read()
        except OSError as fault:
            sys.stderr.write(f"acl doc: {name}: {fault.strerror}\n")
            return 2
        if len(files) > 1:
            print(f"{name}:")
        good, count = Runner(contents).run()
        passed, total = passed + good, total + count
    print(f"{passed} of {total} examples pass")
    return 0 if passed == total and total else 1
