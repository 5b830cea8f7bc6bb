import os
import socket
import ssl

context = ssl.create_default_context(cafile=os.environ["BENCH_CA"])


def bench(port, n):
    total = 0
    for _ in range(n):
        plain = socket.create_connection(("127.0.0.1", port))
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        s = context.wrap_socket(plain, server_hostname="localhost")
        s.sendall(b"send 1\n")
        s.recv(1)
        total += 1
        s.close()
    return total
