"""Many connections and processes: acl against the same server in plain Python with threads.

    python bench/network.py [--full] [NAME...]

Each server is a process of its own (`servers/`); the clients are the same for both.  With --full the numbers of the
table are those asked for, else a tenth of them.
"""

from __future__ import annotations

import os
import resource
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(HERE.parent)}
SERVERS = {"python": [str(HERE / "servers" / "server.py")],
           "acl": ["-m", "acl", "-qq", str(HERE / "servers" / "server.cl")]}


class Server:
    """A running echo server of lines."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        assert process.stdout is not None
        self.port = int(process.stdout.readline())

    def connect(self) -> socket.socket:
        """Return a new connection."""
        connection = socket.create_connection(("127.0.0.1", self.port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def memory(self) -> float:
        """Return the resident memory in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def descriptors(self) -> tuple[int, int]:
        """Return how many descriptors are open: those that wake processes, and others."""
        wakeups = others = 0
        for name in os.listdir(f"/proc/{self.process.pid}/fd"):
            try:
                kind = os.readlink(f"/proc/{self.process.pid}/fd/{name}")
            except FileNotFoundError:
                continue  # closed meanwhile
            wakeups += "eventfd" in kind
            others += "eventfd" not in kind
        return wakeups, others


@contextmanager
def serving(kind: str) -> Iterator[Server]:
    """Run a server of the *kind* "python" or "acl" during a `with` block."""
    with subprocess.Popen([sys.executable, *SERVERS[kind]], stdout=subprocess.PIPE, text=True,
                          env=ENVIRONMENT) as process:
        try:
            yield Server(process)
        finally:
            process.kill()


def ask(connection: socket.socket, line: bytes = b"hello\n") -> None:
    """Send a line and wait for its echo."""
    connection.sendall(line)
    got = b""
    while len(got) < len(line):
        piece = connection.recv(len(line) - len(got))
        if not piece:
            raise SystemExit(f"the server closed after {got!r}")
        got += piece
    if got != line:
        raise SystemExit(f"sent {line!r}, got {got!r}")


def row(name: str, ours: float, theirs: float | None, unit: str, measure: float, limit: float) -> bool:
    """Print a line of the table; return true if *measure* is over *limit*."""
    plain = f"{theirs:>10.2f}" if theirs is not None else " " * 10
    over = "  over" if measure > limit else ""
    print(f"{name:<44} {plain} {ours:>10.2f} {unit:<5} {measure:>7.2f} {limit:>7.2f}{over}", flush=True)
    return measure > limit


def connections(part: float) -> bool:
    """Connect, echo, close, one after the other: the time of one against plain Python's."""
    count = int(2_000 * part)
    times: dict[str, list[float]] = {"python": [], "acl": []}
    with ExitStack() as stack:
        servers = {kind: stack.enter_context(serving(kind)) for kind in SERVERS}
        for _ in range(10):
            for kind, server in servers.items():
                start = time.perf_counter()
                for _ in range(count // 10):
                    with server.connect() as connection:
                        ask(connection)
                times[kind].append((time.perf_counter() - start) / (count // 10) * 1e3)
    ours, theirs = statistics.median(times["acl"]), statistics.median(times["python"])
    return row("connect, echo, close", ours, theirs, "ms", ours / theirs, 1 / 0.7)


def crowd(_: float) -> bool:
    """Many connections open at the same time, a process each, each echoing: the server's memory."""
    count = 2_000  # of few connections the memory is that of the system
    memory, taken = {}, {}
    for kind in SERVERS:
        with serving(kind) as server, ExitStack() as stack:
            start = time.perf_counter()
            open_ones = [stack.enter_context(server.connect()) for _ in range(count)]
            for connection in open_ones:
                ask(connection)
            for i, connection in enumerate(open_ones):
                ask(connection, b"line %d\n" % i)
            taken[kind] = time.perf_counter() - start
            memory[kind] = server.memory()
    print(f"    {count} connections took {taken['python']:.1f} and {taken['acl']:.1f} s")
    return row(f"{count} connections, memory", memory["acl"], memory["python"], "MB",
               memory["acl"] / memory["python"], 1.3)


def slow_peers(part: float) -> bool:
    """A quick connection beside many that send an octet a second: its echo time against that with none of them."""
    count, rounds = int(500 * part), int(600 * part)
    medians: dict[str, tuple[float, float]] = {}
    for kind in SERVERS:
        with serving(kind) as server, server.connect() as quick:
            idle = echo_time(quick, rounds)
            with trickling(server.port, count):
                medians[kind] = idle, echo_time(quick, rounds)
    (_, theirs), (idle, loaded) = medians["python"], medians["acl"]
    print(f"    with none of them: Python {medians['python'][0]:.3f} ms, acl {idle:.3f} ms")
    return row(f"echo beside {count} slow peers", loaded, theirs, "ms", loaded / idle, 2)


def echo_time(connection: socket.socket, rounds: int) -> float:
    """Return the median time of an echo in milliseconds, a hundred asked a second."""
    times = []
    for _ in range(rounds):
        time.sleep(0.01)
        start = time.perf_counter()
        ask(connection)
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1e3


@contextmanager
def trickling(port: int, count: int) -> Iterator[None]:
    """During a `with` block let another process keep *count* connections, each of which sends an octet a second."""
    with subprocess.Popen([sys.executable, str(HERE / "network.py"), "--trickle", str(port), str(count)],
                          stdout=subprocess.PIPE, text=True, env=ENVIRONMENT) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()  # all are connected
            yield
        finally:
            process.kill()


def trickle(port: int, count: int) -> None:
    """Be the slow peers of `trickling`: the octets are spread evenly over the second."""
    peers = [socket.create_connection(("127.0.0.1", port)) for _ in range(count)]
    print("connected", flush=True)
    start = time.perf_counter()
    sent = 0
    while True:
        time.sleep(max(0.0, start + sent / count - time.perf_counter()))
        peers[sent % count].sendall(b"x")
        sent += 1


def churn(part: float) -> bool:
    """Connections that come and go: descriptors and memory after a tenth of them and after all."""
    count = int(100_000 * part)
    figures = []
    with serving("acl") as server:
        for _ in range(10):
            for _ in range(count // 10):
                with server.connect() as connection:
                    ask(connection)
            time.sleep(0.5)  # the last ones are closed
            figures.append((server.memory(), server.descriptors()))
    first, last = figures[0], figures[-1]
    (some, before), (more, after) = first[1], last[1]
    print(f"    descriptors after a tenth and after all: {before}, {after}; wake-ups of processes: {some}, {more}")
    over = row(f"{count} connections come and go, memory", last[0], first[0], "MB", last[0] / first[0], 1.05)
    return over or before != after


def latency(part: float) -> bool:
    """How soon a blocked process notices an interrupt, a kill, a time-out: medians, alone and in a crowd."""
    over = False
    for crowd_size, limit in ((0, 5.0), (int(1_000 * part), 50.0)):
        done = subprocess.run([sys.executable, str(HERE / "network.py"), "--latency", str(crowd_size)],
                              capture_output=True, text=True, env=ENVIRONMENT, check=True)
        for line in done.stdout.splitlines():
            wait, way, milliseconds = line.split()
            over |= row(f"{way} in {wait}, {crowd_size} other processes", float(milliseconds), None, "ms",
                        float(milliseconds), limit)
    return over


def measure_latency(crowd_size: int) -> None:
    """Do the measuring of `latency`, in a process of its own."""
    import acl

    acl.define("NOW", time.monotonic)
    acl.eval(f"(defvar *crowd* {crowd_size})")
    acl.load(HERE / "servers" / "latency.cl")


ROWS: dict[str, Callable[[float], bool]] = {
    "connections": connections, "crowd": crowd, "slow-peers": slow_peers, "churn": churn, "latency": latency,
}


def main(arguments: list[str]) -> int:
    """Print the table; return 1 if some figure is over its limit."""
    if arguments[:1] == ["--latency"]:
        measure_latency(int(arguments[1]))
        return 0
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if arguments[:1] == ["--trickle"]:
        trickle(*map(int, arguments[1:]))
    part = 1.0 if "--full" in arguments else 0.1
    print(f"{'figure':<44} {'Python':>10} {'acl':>10} {'':<5} {'measure':>7} {'limit':>7}")
    names = [a for a in arguments if a != "--full"] or list(ROWS)
    return int(sum(ROWS[name](part) for name in names) > 0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
