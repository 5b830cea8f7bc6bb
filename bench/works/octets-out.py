import socket


def bench(port, n):
    with socket.create_connection(("127.0.0.1", port)) as s:
        block = bytearray(b"\7" * 65536)
        s.sendall(b"take %d\n" % (n * 65536))
        for _ in range(n):
            s.sendall(block)
        return len(s.makefile().readline()) - 1
