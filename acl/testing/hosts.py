"""Hosts for documentation pages and lessons: Lisp processes, each with a loopback address of its own."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import time

from acl.testing import network

_PROMPT_AT_END = re.compile(r"(?:^|\n)(?:\[(?:step|\d+)[ci]*\] )?[A-Za-z][\w-]*\(\d+\): $")
_SAMPLE_SECONDS = 0.05
_IDLE_SAMPLES = 10
START_SECONDS = 120.0
"""How long a Lisp may take to greet; a machine can be very busy."""


def activity(pid: int) -> str:
    """Return something that stays the same while the process *pid* sleeps, "" if it runs or nothing is known."""
    folder = f"/proc/{pid}/task"
    try:
        tasks = []
        for task in sorted(os.listdir(folder)):
            with open(f"{folder}/{task}/stat", encoding="utf-8", errors="replace") as file:
                fields = file.read().rpartition(")")[2].split()
            if fields[0] != "S":
                return ""
            tasks.append(f"{task}:{fields[11]}+{fields[12]}")  # time in user and in system mode
        return " ".join(tasks)
    except (OSError, IndexError):
        return ""


class Host:
    """A Lisp of its own, spoken to through the top level that a person would see.

    *command* starts it, *environment* is added to that of this process.
    """

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, env={**os.environ, **environment}, bufsize=0)
        self.buffer = ""
        self.busy = True
        self.modern: bool | None = None
        self.wait(START_SECONDS)
        self.take()

    def read(self, seconds: float) -> None:
        """Take what the Lisp has printed, waiting up to *seconds* for more."""
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], seconds)
        if ready:
            data = os.read(self.process.stdout.fileno(), 65536)
            if not data:
                self.busy = False
                return
            self.buffer += data.decode("utf-8", "replace")

    def _prompts(self) -> bool:
        if _PROMPT_AT_END.search(self.buffer):
            self.busy = False
            return True
        return False

    def _ended(self) -> bool:
        return self.process.poll() is not None and not self.busy

    def wait(self, seconds: float) -> bool:
        """Wait until the Lisp prompts; return whether it does within *seconds*."""
        deadline = time.monotonic() + seconds
        while not self._prompts():
            remaining = deadline - time.monotonic()
            if remaining <= 0 or self._ended():
                return False
            self.read(min(remaining, 0.2))
        return True

    def wait_or_hang(self, seconds: float) -> bool:
        """Wait until the Lisp prompts (True), or hangs (False): has slept for half a second, or *seconds* are over."""
        deadline = time.monotonic() + seconds
        activity, same = self._activity(), 0
        while not self._prompts():
            if time.monotonic() > deadline or self._ended() or same >= _IDLE_SAMPLES:
                return False
            self.read(_SAMPLE_SECONDS)
            before, activity = activity, self._activity()
            same = same + 1 if activity and activity == before else 0
        return True

    def _activity(self) -> str:
        return activity(self.process.pid)

    def take(self) -> str:
        """Return what was printed since the last call, without the prompt."""
        text = _PROMPT_AT_END.sub("\n", self.buffer)
        self.buffer = ""
        return text.strip("\n")

    def send(self, form: str) -> None:
        """Type *form*."""
        assert self.process.stdin is not None
        self.busy = True
        try:
            self.process.stdin.write((form + "\n").encode())
        except BrokenPipeError:  # it has ended: waiting for it will tell
            return

    def set_mode(self, modern: bool) -> None:
        """Select the case mode, silently."""
        if self.modern is not modern and (modern or self.modern):
            mode = ":case-sensitive-lower" if modern else ":case-insensitive-upper"
            self.send(f"(progn (excl:set-case-mode {mode}) (values))")
            self.wait(START_SECONDS)
            self.take()
        self.modern = modern

    def close(self) -> None:
        """End the Lisp."""
        end_process(self.process)


def end_process(process: subprocess.Popen[bytes]) -> None:
    """Kill *process*, wait for its end and close the pipes to it."""
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


class Network:
    """The hosts of one page: names, addresses from 127.0.0.2 on, services; everything is started when first used.

    The network is private (no other program can have its ports) where the system allows it, unless *private* is false.
    """

    def __init__(self, names: list[str], private: bool = True) -> None:
        self.addresses = {name: f"127.0.0.{i + 2}" for i, name in enumerate(names)}
        self.local = f"127.0.0.{len(names) + 2}"
        self.private = private
        self.hosts: dict[str, Host] = {}
        self.server: subprocess.Popen[str] | None = None
        self.services = ""

    def _start(self) -> None:
        """Start the network, which is private if possible, and its services."""
        while self.server is None:
            kind = "private" if self.private else "shared"
            server = subprocess.Popen([sys.executable, network.__file__, "serve", kind, *self.addresses.values()],
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            assert server.stdout is not None
            line = server.stdout.readline()
            if line:
                self.services, self.server = line.strip(), server
                return
            status = _end(server)
            if status != network.NOT_ALLOWED:
                raise OSError(f"the services of {', '.join(self.addresses)} do not start (status {status})")
            self.private = False

    def command(self, name: str) -> tuple[list[str], dict[str, str]]:
        """Return what starts the Lisp of host *name* ("" for one that has no name), and its environment."""
        self._start()
        environment = {
            "ACL_HOSTS": ",".join(f"{n}={a}" for n, a in self.addresses.items()),
            "ACL_LOCAL_ADDRESS": self.addresses.get(name, self.local),
            "ACL_SERVICES": self.services,
        }
        command = [sys.executable, "-m", "acl", "-q"]
        if self.private and self.server is not None:
            command = [sys.executable, "-S", network.__file__, "join", str(self.server.pid), *command]
        return command, environment

    def host(self, name: str) -> Host:
        """Return the host *name*, starting its Lisp if need be."""
        if name not in self.hosts:
            self.hosts[name] = Host(*self.command(name))
        return self.hosts[name]

    def close(self) -> None:
        """End all Lisps and the network, so that what comes next finds fresh ones."""
        for host in self.hosts.values():
            host.close()
        self.hosts.clear()
        if self.server is not None:
            _end(self.server)
            self.server = None


def _end(server: subprocess.Popen[str]) -> int:
    """End the services; return the exit status."""
    for pipe in (server.stdin, server.stdout):
        if pipe is not None:
            pipe.close()
    return server.wait()
