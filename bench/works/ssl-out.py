import os
import socket
import ssl

context = ssl.create_default_context(cafile=os.environ["BENCH_CA"])


def bench(port, n):
    with socket.create_connection(("127.0.0.1", port)) as plain:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with context.wrap_socket(plain, server_hostname="localhost") as s:
            block = bytearray(b"\7" * 65536)
            s.sendall(b"take %d\n" % (n * 65536))
            for _ in range(n):
                s.sendall(block)
            return len(s.makefile().readline()) - 1
