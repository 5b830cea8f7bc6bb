"""A page that is stepped through in the lab as a lesson."""

from __future__ import annotations

from acl.testing.doc import is_modern
from acl.testing.page import Example, Step, host_names, parse


class LessonError(Exception):
    """A page that cannot be used: the text says why."""


class Lesson:
    """The steps of one example of a page; `at` is the number of the next one."""

    def __init__(self, example: Example, hosts: list[str], count: int) -> None:
        self.steps = [s for s in example.steps if s.form]
        self.hosts = hosts
        self.modern = is_modern(example)
        self.count = count
        self.at = 0

    @classmethod
    def read(cls, name: str, number: int) -> Lesson:
        """Read example *number* (from 1) of the page *name*."""
        try:
            with open(name, encoding="utf-8", errors="replace") as file:
                contents = file.read()
        except OSError as fault:
            raise LessonError(f"{name}: {fault.strerror}") from None
        examples = parse(contents)
        if not 1 <= number <= len(examples):
            raise LessonError(f"{name} has {len(examples)} examples; there is no number {number}")
        example = examples[number - 1]
        named = list(dict.fromkeys(s.host for s in example.steps if s.host))
        hosts = named + [h for h in host_names(contents) if h not in named and any(f'"{h}"' in s.form
                                                                                  for s in example.steps)]
        return cls(example, hosts or ["lisp"], len(examples))

    def host(self, step: Step) -> str:
        """Return the host that *step* is typed at."""
        return step.host or self.hosts[0]

    def next(self) -> Step | None:
        """Return the next step and go on, None at the end."""
        if self.at >= len(self.steps):
            return None
        self.at += 1
        return self.steps[self.at - 1]

    def hint(self) -> str:
        """Say what comes next."""
        if self.at >= len(self.steps):
            return "The lesson is over."
        step = self.steps[self.at]
        form = " ".join(step.form.split())
        return f"Next ({self.at + 1} of {len(self.steps)}), on {self.host(step)}: {form}"
