import os
import socket
import ssl

client = ssl.create_default_context(cafile=os.environ["BENCH_CA"])
server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
server.load_cert_chain(os.environ["BENCH_PEM"])


def bench(port, n):
    """The peer connects N times."""
    total = 0
    with socket.create_server(("127.0.0.1", 0), backlog=50) as p:
        plain = socket.create_connection(("127.0.0.1", port))
        c = client.wrap_socket(plain, server_hostname="localhost")
        c.sendall(b"connect %d %d\n" % (p.getsockname()[1], n))
        for _ in range(n):
            plain, _ = p.accept()
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            s = server.wrap_socket(plain, server_side=True)
            s.recv(1)
            s.sendall(b"\7")
            total += 1
            s.close()
        c.close()
    return total
