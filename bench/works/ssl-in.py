import os
import socket
import ssl

context = ssl.create_default_context(cafile=os.environ["BENCH_CA"])


def bench(port, n):
    with socket.create_connection(("127.0.0.1", port)) as plain:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with context.wrap_socket(plain, server_hostname="localhost") as s:
            block = bytearray(65536)
            s.sendall(b"send %d\n" % (n * 65536))
            total = 0
            while got := s.recv_into(block):
                total += got
            return total
