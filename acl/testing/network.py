"""The network that the hosts of a page share, as a program of its own: loopback addresses and the little services.

    python network.py serve (private|shared) ADDRESS...   serve at the addresses until standard input ends
    python network.py join PID COMMAND [ARG...]           run a command in the network of process PID

A private network is a network namespace, where no program outside can have taken a port that the page wants; where the
kernel does not allow one, the hosts share the machine's loopback.  `serve` prints the ports of the services.  It
imports nothing of acl: a host is started through it, and starts as quickly as without.
"""

from __future__ import annotations

import os
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable

CHARGEN = "".join(chr(c) for c in range(32, 127))
NOT_ALLOWED = 3
"""The exit status of `serve private` where the kernel allows no private network."""

_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
_SET_INTERFACE_FLAGS, _UP_AND_RUNNING = 0x8914, 0x41


def _system_call(name: str, *args: int) -> None:
    """Call a function of the C library that Python 3.11 does not have; raise OSError if it fails."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, name):
        raise OSError(f"no {name} here")
    if getattr(libc, name)(*args):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def make_private() -> None:
    """Move this process into a network of its own, with nothing but loopback; raise OSError where that is forbidden."""
    user, group = os.getuid(), os.getgid()
    try:
        _system_call("unshare", _NEW_NETWORK)
    except OSError:  # only with a user namespace around it
        _system_call("unshare", _NEW_USER | _NEW_NETWORK)
        for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
            with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                file.write(text)
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SET_INTERFACE_FLAGS, struct.pack("16sH14x", b"lo", _UP_AND_RUNNING))


def join(process: int) -> None:
    """Move this process into the network of *process*."""
    for kind, flag in (("user", _NEW_USER), ("net", _NEW_NETWORK)):
        theirs = f"/proc/{process}/ns/{kind}"
        if not os.path.samefile(theirs, f"/proc/self/ns/{kind}"):
            with open(theirs, "rb") as file:
                _system_call("setns", file.fileno(), flag)


Serve = Callable[[socket.socket], None]


def _chargen(connection: socket.socket) -> None:
    start = 0
    while True:
        line = (CHARGEN + CHARGEN)[start:start + 72]
        connection.sendall((line + "\r\n").encode())
        start = (start + 1) % len(CHARGEN)


def _echo(connection: socket.socket) -> None:
    while data := connection.recv(65536):
        connection.sendall(data)


def _discard(connection: socket.socket) -> None:
    while connection.recv(65536):
        pass


def _daytime(connection: socket.socket) -> None:
    connection.sendall(time.strftime("%A, %B %d, %Y %H:%M:%S\r\n").encode())


def _time(connection: socket.socket) -> None:
    connection.sendall(struct.pack("!I", int(time.time()) + 2208988800))


SERVICES: dict[str, Serve] = {"chargen": _chargen, "echo": _echo, "discard": _discard, "daytime": _daytime,
                              "time": _time}
"""The little services (RFC 862, 863, 864, 867, 868): what each does with a connection."""


class Service:
    """One service of a host, on *port* or, if that is 0, one that the system chooses."""

    def __init__(self, serve: Serve, address: str, port: int = 0) -> None:
        self.serve = serve
        self.listener = socket.socket()
        try:
            self.listener.bind((address, port))
            self.listener.listen(8)
        except OSError:
            self.listener.close()
            raise
        self.port = self.listener.getsockname()[1]

    def start(self) -> None:
        """Serve from now on."""
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            connection, _ = self.listener.accept()
            threading.Thread(target=self._connected, args=(connection,), daemon=True).start()

    def _connected(self, connection: socket.socket) -> None:
        with connection:
            try:
                self.serve(connection)
            except OSError:
                return


def services(name: str, addresses: list[str]) -> list[Service]:
    """Return the service *name* at all *addresses*, on the same port: a service has one number everywhere."""
    while True:
        started: list[Service] = []
        try:
            for address in addresses:
                started.append(Service(SERVICES[name], address, started[0].port if started else 0))
            return started
        except OSError:  # another program has the port at that address
            if not started:
                raise
            for service in started:
                service.listener.close()


def serve(addresses: list[str]) -> None:
    """Serve at *addresses*, and say on which ports (as the variable ACL_SERVICES has it), until standard input ends."""
    ports = []
    for name in SERVICES:
        running = services(name, addresses)
        for service in running:
            service.start()
        if running:
            ports.append(f"{name}/tcp={running[0].port}")
    print(",".join(ports), flush=True)
    sys.stdin.read()


def main(args: list[str]) -> int:
    """Do what the module's head says; return the exit status."""
    if args[0] == "join":
        join(int(args[1]))
        os.execvp(args[2], args[2:])
    if args[1] == "private":
        try:
            make_private()
        except OSError:
            return NOT_ALLOWED
    serve(args[2:])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
