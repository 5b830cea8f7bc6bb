import socket


def bench(port, n):
    total = 0
    message = bytes([7]) * 100
    with socket.socket(type=socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        for _ in range(n):
            s.sendto(message, ("127.0.0.1", port))
            answer, _ = s.recvfrom(100)
            total += len(answer)
    return total
