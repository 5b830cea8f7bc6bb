"""What happens on sockets, recorded when somebody wants to see it (`acl.socket.charts` draws it).

The socket layer calls `note` where `on` is true; while it is false that test is all it costs.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Iterator
from typing import Any, NamedTuple

on = False
"""True while events are recorded."""
_LIMIT = 5000
_PREVIEW = 40
_events: deque[Event] = deque(maxlen=_LIMIT)
_file: Any = None


class Event(NamedTuple):
    """Something that happened: `kind` is connect, refused, accept, send, receive, end (of file), shutdown, close,
    reset, timeout, error, tls; `lane` the host and process it happened in; `local` and `remote` the ends of the
    connection; `size` in octets; `text` a preview of the octets, or what there is to say.
    """

    time: float
    kind: str
    lane: str
    local: str
    remote: str
    size: int = 0
    text: str = ""


def start() -> None:
    """Record from now on."""
    global on
    on = True


def stop() -> None:
    """Record no more."""
    global on
    on = False


def clear() -> None:
    """Forget what was recorded."""
    _events.clear()


def events() -> list[Event]:
    """Return what was recorded, oldest first; at most the last 5,000 events."""
    return list(_events)


def preview(data: Any) -> str:
    """Return the beginning of *data*, octets, as printable text."""
    octets = bytes(data[:_PREVIEW])
    shown = "".join(chr(c) if 32 <= c < 127 else {10: "\\n", 13: "\\r", 9: "\\t"}.get(c, "·") for c in octets)
    return shown + ("..." if len(data) > _PREVIEW else "")


def host_name() -> str:
    """Return the name of this host in a lab, "" elsewhere."""
    own = os.environ.get("ACL_LOCAL_ADDRESS")
    named = (pair.partition("=") for pair in os.environ.get("ACL_HOSTS", "").split(","))
    return next((name for name, _, address in named if own is not None and address == own), "")


def _lane() -> str:
    from acl.runtime.dynamic import current

    process = current().process
    name = str(process.name) if process is not None else "Initial Lisp Listener"
    host = host_name()
    return f"{host}: {name}" if host else name


def _end(address: Any, port: Any, filename: Any, unnamed: str) -> str:
    from acl.socket.addresses import address_text

    if filename:
        return str(filename)
    if port is None:
        return unnamed
    return f"{address_text(address) if address is not None else '*'}:{port}"


def ends(socket: Any) -> tuple[str, str]:
    """Return the two ends of *socket* as texts."""
    if socket.family == "file":
        here, there = socket.local_filename, socket.remote_filename
        return str(here or f"client of {there}"), str(there or f"client of {here}")
    return (_end(socket.local_address, socket.local_port, None, "?"),
            _end(socket.remote_address, socket.remote_port, None, "?"))


def note(kind: str, socket: Any, data: Any = b"", text: str = "", begun: float | None = None) -> None:
    """Record an event on *socket*; *data* are the octets that were moved.

    *begun* is when it began, by `time.monotonic`; now if not given.
    """
    local, remote = ends(getattr(socket, "base_socket", None) or socket)
    record(Event(_when(begun), kind, _lane(), local, remote, len(data), text or preview(data)))


def note_between(kind: str, local: str, remote: Any, data: Any = b"", text: str = "",
                 begun: float | None = None) -> None:
    """Record an event between two ends given as texts, or (host, port) as Python has it."""
    if not isinstance(remote, str):
        remote = f"{remote[0]}:{remote[1]}"
    record(Event(_when(begun), kind, _lane(), local, remote, len(data), text or preview(data)))


def _when(begun: float | None) -> float:
    return time.time() - (time.monotonic() - begun if begun is not None else 0.0)


def record(event: Event) -> None:
    """Keep *event*; in a lab, write it to the file that the lab reads, too."""
    _events.append(event)
    if _file is not None:
        import json

        _file.write(json.dumps(event) + "\n")
        _file.flush()


def record_in(name: str) -> None:
    """Record from now on, into the file *name*, too: the lab puts those of all its hosts together."""
    global _file
    _file = open(name, "a", encoding="utf-8")
    start()


def read_events(name: str) -> Iterator[Event]:
    """Yield the events in a file that `record_in` has made."""
    import json

    try:
        with open(name, encoding="utf-8") as file:
            for line in file:
                if line.endswith("\n"):
                    yield Event(*json.loads(line))
    except OSError:
        return


if "ACL_SEQUENCE" in os.environ:
    record_in(os.environ["ACL_SEQUENCE"])
