import socket


def bench(port, n):
    total = 0
    for _ in range(n):
        with socket.create_connection(("127.0.0.1", port)) as s, s.makefile("rw", encoding="utf-8") as f:
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            f.write("hello\n")
            f.flush()
            total += len(f.readline()) - 1
    return total
