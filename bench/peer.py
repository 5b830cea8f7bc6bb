"""The other end of the network works, a process of its own: prints its port, then serves one connection at a time.

The first line of a connection says what to do: `echo`, `take N` octets and answer a line, or `send N` octets.
Datagrams to the same port are sent back.  With two arguments, a certificate with its key and its authority, it speaks
SSL, and `connect PORT N` connects to others.
"""

from __future__ import annotations

import socket
import ssl
import sys
import threading
from collections.abc import Callable

BLOCK = bytearray(b"abcdefgh ijklmno pqrstuv wxyz 0123456789 abcdefghijklmnopqrstuv\n" * 1024)


def echo(connection: socket.socket) -> None:
    """Send everything back."""
    while data := connection.recv(1 << 16):
        connection.sendall(data)


def take(connection: socket.socket, count: int) -> None:
    """Receive *count* octets, then say so."""
    buffer = bytearray(1 << 16)
    while count > 0:
        count -= connection.recv_into(buffer, min(count, len(buffer)))
    connection.sendall(b"done\n")


def send(connection: socket.socket, count: int) -> None:
    """Send *count* octets."""
    view = memoryview(BLOCK)
    for start in range(0, count, len(BLOCK)):
        connection.sendall(view[:count - start])


def datagrams(port: int) -> None:
    """Send datagrams back."""
    with socket.socket(type=socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", port))
        while True:
            sock.sendto(*sock.recvfrom(65536))


def connect(connection: socket.socket, port: int, count: int) -> None:
    """Connect to *port* over SSL so often, with an octet both ways."""
    context = ssl.create_default_context(cafile=sys.argv[2])
    for _ in range(count):
        with socket.create_connection(("127.0.0.1", port)) as plain:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with context.wrap_socket(plain, server_hostname="localhost") as secure:
                secure.sendall(b"x")
                secure.recv(1)


def serve(connection: socket.socket) -> None:
    """Do what the first line of a connection says."""
    request = b""
    while not request.endswith(b"\n"):
        request += connection.recv(1)
    name, *numbers = request.decode().split()
    services: dict[str, Callable[..., None]] = {"echo": echo, "take": take, "send": send, "connect": connect}
    services[name](connection, *map(int, numbers))


def main() -> None:
    """Serve until killed."""
    context = None
    if len(sys.argv) > 1:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1])
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=datagrams, args=(server.getsockname()[1],), daemon=True).start()
        print(server.getsockname()[1], flush=True)
        while True:
            connection, _ = server.accept()
            with connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if context is None:
                    serve(connection)
                    continue
                try:
                    with context.wrap_socket(connection, server_side=True) as secure:
                        serve(secure)
                        secure.unwrap()
                except OSError:
                    pass  # those that only try handshakes leave without a word


if __name__ == "__main__":
    main()
