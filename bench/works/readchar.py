import socket


def bench(port, n):
    with socket.create_connection(("127.0.0.1", port)) as s, s.makefile("r", encoding="utf-8") as f:
        s.sendall(b"send %d\n" % n)
        total = 0
        while f.read(1):
            total += 1
        return total
