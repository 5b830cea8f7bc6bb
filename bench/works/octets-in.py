import socket


def bench(port, n):
    with socket.create_connection(("127.0.0.1", port)) as s:
        block = bytearray(65536)
        s.sendall(b"send %d\n" % (n * 65536))
        total = 0
        while got := s.recv_into(block):
            total += got
        return total
