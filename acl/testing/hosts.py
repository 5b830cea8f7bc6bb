"""Hosts for documentation pages and lessons: Lisp processes, each with a loopback address of its own."""

from __future__ import annotations

import os
import re
import select
import socket
import subprocess
import sys
import threading
import time

_PROMPT_AT_END = re.compile(r"(?:^|\n)(?:\[\d+[ci]*\] )?[A-Za-z][\w-]*\(\d+\): $")
CHARGEN = "".join(chr(c) for c in range(32, 127))


class Services:
    """The little services of a host: chargen (RFC 864), on *port* or, if that is 0, one that the system chooses."""

    def __init__(self, address: str, port: int = 0) -> None:
        self.listener = socket.socket()
        self.listener.bind((address, port))
        self.listener.listen(8)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._chargen, args=(connection,), daemon=True).start()

    @staticmethod
    def _chargen(connection: socket.socket) -> None:
        with connection:
            start = 0
            try:
                while True:
                    line = (CHARGEN + CHARGEN)[start:start + 72]
                    connection.sendall((line + "\r\n").encode())
                    start = (start + 1) % len(CHARGEN)
            except OSError:
                return

    def close(self) -> None:
        """Stop serving."""
        self.listener.close()


class Host:
    """A Lisp of its own, spoken to through the top level that a person would see."""

    def __init__(self, name: str, environment: dict[str, str]) -> None:
        self.name = name
        self.process = subprocess.Popen([sys.executable, "-m", "acl", "-q"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        env={**os.environ, **environment}, bufsize=0)
        self.buffer = ""
        self.busy = True
        self.modern: bool | None = None
        self.wait(30)
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

    def wait(self, seconds: float) -> bool:
        """Wait until the Lisp prompts; return whether it does within *seconds*."""
        deadline = time.monotonic() + seconds
        while True:
            if _PROMPT_AT_END.search(self.buffer):
                self.busy = False
                return True
            remaining = deadline - time.monotonic()
            if remaining <= 0 or (self.process.poll() is not None and not self.busy):
                return False
            self.read(min(remaining, 0.2))

    def take(self) -> str:
        """Return what was printed since the last call, without the prompt."""
        text = _PROMPT_AT_END.sub("\n", self.buffer)
        self.buffer = ""
        return text.strip("\n")

    def send(self, form: str) -> None:
        """Type *form*."""
        assert self.process.stdin is not None
        self.busy = True
        self.process.stdin.write((form + "\n").encode())

    def set_mode(self, modern: bool) -> None:
        """Select the case mode, silently."""
        if self.modern is not modern and (modern or self.modern):
            mode = ":case-sensitive-lower" if modern else ":case-insensitive-upper"
            self.send(f"(progn (excl:set-case-mode {mode}) (values))")
            self.wait(20)
            self.take()
        self.modern = modern

    def close(self) -> None:
        """End the Lisp."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


class Network:
    """The hosts of one page: names, addresses from 127.0.0.2 on, services; Lisps are started when first used."""

    def __init__(self, names: list[str]) -> None:
        self.addresses = {name: f"127.0.0.{i + 2}" for i, name in enumerate(names)}
        self.local = f"127.0.0.{len(names) + 2}"
        self.services = self._start_services()
        self.hosts: dict[str, Host] = {}

    def _start_services(self) -> list[Services]:
        """Start the services of all hosts on the same port: a service has one number everywhere."""
        while self.addresses:
            started: list[Services] = []
            try:
                for address in self.addresses.values():
                    started.append(Services(address, started[0].port if started else 0))
                return started
            except OSError:  # another program has the port at that address
                for service in started:
                    service.close()
        return []

    def host(self, name: str) -> Host:
        """Return the host *name* ("" for one that the page does not name), starting its Lisp if need be."""
        if name not in self.hosts:
            environment = {
                "ACL_HOSTS": ",".join(f"{n}={a}" for n, a in self.addresses.items()),
                "ACL_LOCAL_ADDRESS": self.addresses.get(name, self.local),
                "ACL_SERVICES": ",".join(f"chargen/tcp={s.port}" for s in self.services[:1]),
            }
            self.hosts[name] = Host(name, environment)
        return self.hosts[name]

    def restart(self) -> None:
        """End all Lisps, so that the next example finds fresh ones."""
        for host in self.hosts.values():
            host.close()
        self.hosts.clear()

    def close(self) -> None:
        """End everything."""
        self.restart()
        for service in self.services:
            service.close()
