"""A proxy that spoils connections on purpose: late, slow, in small pieces, cut, stalled, refused.

    with FaultProxy(("127.0.0.1", port), Faults(cut_after=10, cut="rst")) as proxy:
        ...connect to proxy.port...

From Lisp: `testing:make-fault-proxy`.  Each connection has a thread, which ends with it.
"""

from __future__ import annotations

import select
import socket
import struct
import threading
from collections import deque
from time import monotonic
from typing import Any, NamedTuple

_PIECE = 1 << 16
_BUFFERED = 1 << 18
"""How many octets one direction holds back before it stops reading."""
_RESET = struct.pack("ii", 1, 0)


class Faults(NamedTuple):
    """What happens to a connection.

    `delay`: seconds each piece is late.  `rate`: octets a second in each direction.  `slice`: most octets of a
    piece.  `cut_after`: after so many octets both ends see the connection end, by `cut` "fin" or "rst".
    `stall_after`: after so many nothing moves any more, though the connection stays.  `direction` says which octets
    count: "both", "to-client" or "to-server".  `refuse`: nobody can connect (only when the proxy is made).
    """

    delay: float = 0.0
    rate: float | None = None
    slice: int | None = None
    cut_after: int | None = None
    cut: str = "fin"
    stall_after: int | None = None
    direction: str = "both"
    refuse: bool = False


class FaultProxy:
    """Stands before the server at *remote*, a (host, port) pair; `port` is its own, on the same host.

    `faults` may be changed at any time and holds for connections made from then on.  `accepted` counts them, and
    `forwarded` the octets by direction ("to-client", "to-server"); set it back as you like.
    """

    def __init__(self, remote: tuple[str, int], faults: Faults | None = None) -> None:
        self.remote = remote
        self.faults = faults or Faults()
        self.accepted = 0
        self.forwarded = {"to-client": 0, "to-server": 0}
        self.closing = threading.Event()
        self._connections: set[_Connection] = set()
        self._mutex = threading.Lock()
        family = socket.AF_INET6 if ":" in remote[0] else socket.AF_INET
        self._listener = socket.socket(family)
        self._listener.bind((remote[0], 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread: threading.Thread | None = None
        if not self.faults.refuse:  # a bound socket that does not listen refuses, and nobody else gets its port
            self._listener.listen(128)
            self._thread = threading.Thread(target=self._serve, name="fault proxy", daemon=True)
            try:
                self._thread.start()
            except RuntimeError:
                self._listener.close()
                raise

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self.closing.is_set():
                client.close()
                return
            self.accepted += 1
            try:
                server = socket.create_connection(self.remote)
            except OSError:
                _reset(client)
                continue
            connection = _Connection(self, client, server)
            with self._mutex:
                self._connections.add(connection)
            connection.thread.start()

    def forget(self, connection: _Connection) -> None:
        """A connection has ended."""
        with self._mutex:
            self._connections.discard(connection)

    def close(self) -> None:
        """End the proxy and all its connections, and wait until their threads have ended."""
        self.closing.set()
        if self._thread is not None:
            try:
                self._listener.shutdown(socket.SHUT_RDWR)  # wakes the accept
            except OSError:
                pass
            self._thread.join()
        self._listener.close()
        with self._mutex:
            connections = list(self._connections)
        for connection in connections:
            connection.wake()
            connection.thread.join()

    def __enter__(self) -> FaultProxy:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()


def _reset(sock: socket.socket) -> None:
    """Close with a reset instead of an end of file."""
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    except OSError:
        pass
    sock.close()


def _shut(sock: socket.socket) -> None:
    """Send the end of file, unless the connection has ended already."""
    try:
        sock.shutdown(socket.SHUT_WR)
    except OSError:
        pass


class _Way:
    """One direction of a connection: what was read from `source` and is not yet written to `target`."""

    def __init__(self, source: socket.socket, target: socket.socket, name: str) -> None:
        self.source, self.target, self.name = source, target, name
        self.pieces: deque[tuple[float, bytes]] = deque()
        self.held = 0
        self.free_at = 0.0
        self.ended = self.done = False

    def due(self, now: float) -> bool:
        """True if a piece may be written."""
        return bool(self.pieces) and max(self.pieces[0][0], self.free_at) <= now


class _Connection:
    """Moves octets between two sockets, one thread for both directions."""

    def __init__(self, proxy: FaultProxy, client: socket.socket, server: socket.socket) -> None:
        self.proxy = proxy
        self.faults = proxy.faults
        self.ways = _Way(client, server, "to-server"), _Way(server, client, "to-client")
        self.counted = 0
        self.thread = threading.Thread(target=self._run, name="fault proxy connection", daemon=True)
        for sock in (client, server):
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def wake(self) -> None:
        """Make the thread notice that the proxy closes."""
        for way in self.ways:
            try:
                way.source.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def _run(self) -> None:
        try:
            self._move()
        except OSError:  # one end was reset: so is the other
            for way in self.ways:
                _reset(way.source)
        finally:
            for way in self.ways:
                way.source.close()
            self.proxy.forget(self)

    def _move(self) -> None:
        while not all(way.done for way in self.ways) and not self.proxy.closing.is_set():
            if self._reached(self.faults.cut_after):
                return self._cut()
            if self._reached(self.faults.stall_after):
                self.proxy.closing.wait()
                return None
            self._wait()
            for way in self.ways:
                self._read(way)
                self._write(way)
        return None

    def _reached(self, limit: int | None) -> bool:
        return limit is not None and self.counted >= limit

    def _wait(self) -> None:
        poller = select.poll()
        now = monotonic()
        times = []
        masks: dict[int, int] = {}
        for way in self.ways:
            if not way.ended and way.held < _BUFFERED:
                masks[way.source.fileno()] = masks.get(way.source.fileno(), 0) | select.POLLIN
            if way.due(now):
                masks[way.target.fileno()] = masks.get(way.target.fileno(), 0) | select.POLLOUT
            elif way.pieces:
                times.append(max(way.pieces[0][0], way.free_at) - now)
        for fd, mask in masks.items():
            poller.register(fd, mask)
        poller.poll(max(0, min(times)) * 1000 + 1 if times else None)

    def _read(self, way: _Way) -> None:
        if way.ended or way.held >= _BUFFERED:
            return
        try:
            data = way.source.recv(_PIECE)
        except BlockingIOError:
            return
        if not data:
            way.ended = True
        size = self.faults.slice or _PIECE
        at = monotonic() + self.faults.delay
        way.pieces.extend((at, data[i:i + size]) for i in range(0, len(data), size))
        way.held += len(data)

    def _write(self, way: _Way) -> None:
        while way.due(monotonic()):
            at, piece = way.pieces[0]
            allowed = self._allowance(way, len(piece))
            if not allowed:
                return
            try:
                sent = way.target.send(piece[:allowed])
            except BlockingIOError:
                return
            way.held -= sent
            self.proxy.forwarded[way.name] += sent
            if sent == len(piece):
                way.pieces.popleft()
            else:
                way.pieces[0] = at, piece[sent:]
            if self._counts(way):
                self.counted += sent
            if self.faults.rate is not None:
                way.free_at = max(way.free_at, monotonic()) + sent / self.faults.rate
        if way.ended and not way.pieces and not way.done:
            way.done = True
            _shut(way.target)

    def _counts(self, way: _Way) -> bool:
        return self.faults.direction in ("both", way.name)

    def _allowance(self, way: _Way, size: int) -> int:
        """Return how many of *size* octets may go now."""
        for limit in (self.faults.cut_after, self.faults.stall_after):
            if limit is not None and self._counts(way):
                size = min(size, limit - self.counted)
        return size

    def _cut(self) -> None:
        if self.faults.cut == "rst":
            for way in self.ways:
                _reset(way.source)
            return
        for way in self.ways:
            _shut(way.target)
        # Closing with unread input would send a reset, so what still comes is read and dropped.
        open_ = [way.source for way in self.ways]
        while open_ and not self.proxy.closing.is_set():
            for sock in select.select(open_, [], [])[0]:
                try:
                    ended = not sock.recv(_PIECE)
                except OSError:
                    ended = True
                if ended:
                    open_.remove(sock)
