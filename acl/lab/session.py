"""The hosts of a lab and what happened on them, without a screen."""

from __future__ import annotations

import codecs
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable
from typing import NamedTuple

from acl.testing.hosts import Network, activity, end_process

_SETTLED_SECONDS = 0.4
PROMPT = re.compile(r"(?:^|\n)((?:\[(?:step|\d+[ci]*)\] )?[A-Za-z][\w-]*\(\d+\): )$")


class Event(NamedTuple):
    """Something that happened on a host: an input ("input", with the prompt it was typed at), or output."""

    host: str
    kind: str
    prompt: str
    text: str


class LabHost:
    """A Lisp with a name; `text` is all that stands in its pane, `prompt` the prompt that it waits at, or ""."""

    def __init__(self, lab: Lab, name: str) -> None:
        self.lab = lab
        self.name = name
        command, environment = lab.network.command(name)
        environment["ACL_SEQUENCE"] = self.traffic = os.path.join(lab.folder, name)
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, env={**os.environ, **environment}, bufsize=0)
        assert self.process.stdout is not None
        self.fd = self.process.stdout.fileno()
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.text = ""
        self.prompt = ""
        self.ended = False
        self.typed = False  # an input has been sent, and nothing came since
        self.early: list[str] | None = []  # inputs that wait for the first prompt

    def receive(self) -> None:
        """Take what the Lisp has printed; called when there is something, or the end."""
        data = os.read(self.fd, 65536)
        if not data:
            self.ended = True
            self._show("\n; This Lisp has ended.\n")
            return
        self._show(self.decoder.decode(data))

    def _show(self, text: str) -> None:
        if self.typed:
            text = text.removeprefix("\n")  # Lisp on a pipe does not know that Enter begins a line
            self.typed = False
        self.text += self.prompt + text
        self.prompt = ""
        found = PROMPT.search(self.text)
        if found:
            self.prompt = found[1]
            self.text = self.text[:found.start(1)]
        shown = text[:len(text) - len(self.prompt)] if found and text.endswith(self.prompt) else text
        self.lab.note(Event(self.name, "output", "", shown))
        if self.prompt and self.early is not None:
            early, self.early = self.early, None
            for each in early:
                self.send(each)

    def send(self, text: str) -> None:
        """Type *text* and Enter."""
        assert self.process.stdin is not None
        if self.early is not None:
            self.early.append(text)
            return
        if self.ended:
            return
        self.lab.note(Event(self.name, "input", self.prompt, text))
        self.text += f"{self.prompt}{text}\n"
        self.prompt = ""
        self.typed = True
        try:
            self.process.stdin.write((text + "\n").encode())
        except BrokenPipeError:
            self.ended = True

    async def settle(self) -> None:
        """Wait until the Lisp prompts, or waits for something: has slept for a while."""
        from asyncio import sleep

        before = ""
        while not self.prompt and not self.ended:
            now = activity(self.process.pid)
            if now and now == before:
                return
            before = now
            await sleep(_SETTLED_SECONDS)

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        if not self.ended:
            self.process.send_signal(signal.SIGINT)

    def close(self) -> None:
        """End the Lisp."""
        end_process(self.process)


class Lab:
    """Hosts with a network between them; `events` is what happened, in order."""

    def __init__(self, names: list[str], modern: bool = False) -> None:
        self.network = Network(names)
        self.folder = tempfile.mkdtemp(prefix="acl-lab-")
        self.events: list[Event] = []
        self.changed: Callable[[], None] = lambda: None
        self.hosts = [LabHost(self, name) for name in names]
        if modern:
            for host in self.hosts:
                self._silently(host, "(progn (excl:set-case-mode :case-sensitive-lower) (values))")

    def _silently(self, host: LabHost, form: str) -> None:
        """Have *host* evaluate *form* before its first prompt is shown."""
        while not host.prompt:
            host.receive()
        assert host.process.stdin is not None
        host.process.stdin.write((form + "\n").encode())
        host.prompt = ""
        while not host.prompt:
            host.receive()
        host.text = ""
        self.events.clear()

    def __getitem__(self, name: str) -> LabHost:
        """Return the host *name*."""
        return next(h for h in self.hosts if h.name == name)

    def note(self, event: Event) -> None:
        """Keep an event; output that goes on is joined."""
        last = self.events[-1] if self.events else None
        if event.kind == "output" and last is not None and last.kind == "output" and last.host == event.host:
            self.events[-1] = last._replace(text=last.text + event.text)
        elif event.kind == "input" or event.text:
            self.events.append(event)
        self.changed()

    def transcript(self) -> str:
        """Return the session as a page for `acl doc`.

        What an input prints stands behind it, unless something was typed at another host before it came: then it
        stands where it came.
        """
        entries: list[tuple[str, list[str]]] = []
        last = ""  # the host that was typed at last
        for event in self.events:
            text = event.text.strip("\n")
            if event.kind == "input":
                last = event.host
                entries.append((event.host, [f"{event.prompt.strip()} {text}".strip()]))
            elif last and text.strip():
                behind = next((e for e in reversed(entries) if e[0] == event.host), None)
                if behind is not None and event.host == last:
                    behind[1].append(text)
                else:
                    entries.append((event.host, [text]))
        lines: list[str] = []
        speaking = ""
        for host, texts in entries:
            if host != speaking:
                lines += [*([""] if lines else []), f"on {host}:"]
                speaking = host
            lines += texts
        return "\n".join(lines) + "\n"

    def save(self, name: str) -> None:
        """Write the session to the file *name*."""
        with open(name, "w", encoding="utf-8") as file:
            file.write(self.transcript())

    def sequence(self) -> str:
        """Return the traffic between all hosts as a page with a sequence chart."""
        from acl.socket.charts import chart, html_chart
        from acl.socket.recording import read_events

        events = [event for host in self.hosts for event in read_events(host.traffic)]
        return html_chart(chart(events), "Traffic in the lab: " + ", ".join(h.name for h in self.hosts))

    def close(self) -> None:
        """End everything."""
        for host in self.hosts:
            host.close()
        self.network.close()
        shutil.rmtree(self.folder, ignore_errors=True)
