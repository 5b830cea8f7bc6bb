"""An echo server of lines with a thread for each connection; the port is the first thing it prints."""

from __future__ import annotations

import socket
import threading


def serve(connection: socket.socket) -> None:
    """Echo lines until the peer goes."""
    try:
        with connection, connection.makefile("rw", encoding="utf-8") as file:
            for line in file:
                file.write(line)
                file.flush()
    except OSError:
        pass  # the peer reset the connection


with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
    print(listener.getsockname()[1], flush=True)
    while True:
        accepted, _ = listener.accept()
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=serve, args=(accepted,), daemon=True).start()
