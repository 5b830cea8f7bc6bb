"""Both roles against other implementations of TLS: `python tests/ssl/interop.py` prints the whole matrix.

A cell is a role of the Lisp stream, a peer (`openssl`, `gnutls`, `python`), a protocol, a kind of key, whether the
client has a certificate too, and a variant: plain, with a server name that must arrive, or with a session that must
be resumed.  In each the certificates are verified by those who get them, a line goes over and comes back.
"""

from __future__ import annotations

import itertools
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

HOST = "www.good.example"
LINE = "hello over there"
VERSIONS = {"TLSv1.2": "tls1_2", "TLSv1.3": "tls1_3"}
TIMEOUT = 50.0


class Cell(NamedTuple):
    """A cell of the matrix."""

    role: str
    peer: str
    version: str
    key: str
    mutual: bool
    variant: str

    def __str__(self) -> str:
        return f"{self.role}-{self.peer}-{self.version}-{self.key}-{'mutual' if self.mutual else 'one'}-{self.variant}"


ALL = [Cell(*x) for x in itertools.product(("client", "server"), ("openssl", "gnutls", "python"), VERSIONS,
                                           ("rsa", "ecdsa", "ed25519"), (False, True), ("plain", "sni", "resumed"))]


class Failure(Exception):
    """A cell that does not work."""


def available(peer: str) -> bool:
    """True if the programs of *peer* are there."""
    return peer == "python" or all(shutil.which(p) for p in
                                   (("openssl",) if peer == "openssl" else ("gnutls-cli", "gnutls-serv")))


class Folder:
    """Certificates of each kind of key: `server-rsa.pem`, `client-rsa.pem` ..., signed by `ca-rsa.pem`."""

    def __init__(self, path: Path) -> None:
        from acl.testing.authority import KEY_KINDS, Authority

        self.path = path
        for kind in KEY_KINDS:
            authority = Authority.new(f"{kind} root", kind)
            (path / f"ca-{kind}.pem").write_bytes(authority.identity.certificates())
            (path / f"server-{kind}.pem").write_bytes(authority.issue([HOST, "127.0.0.1"], kind).pem())
            (path / f"client-{kind}.pem").write_bytes(authority.issue(["Alice"], kind, purposes=("client",)).pem())

    def __call__(self, name: str, cell: Cell) -> str:
        return str(self.path / f"{name}-{cell.key}.pem")


def check(condition: Any, what: str) -> None:
    """Raise `Failure` unless *condition*."""
    if not condition:
        raise Failure(what)


# The Lisp side

def lisp_options(cell: Cell, files: Folder) -> dict[str, Any]:
    from acl.types.array import string
    from acl.types.symbol import keyword

    server = cell.role == "server"
    options = {"ca_file": string(files("ca", cell)), "method": keyword(cell.version.upper())}
    if server or cell.mutual:
        options["certificate"] = string(files(cell.role, cell))
    options["verify"] = keyword("REQUIRED") if cell.mutual or not server else None
    return options


def lisp_context(cell: Cell, files: Folder) -> Any:
    from acl.ssl.operators import make_ssl_client_context, make_ssl_server_context

    return (make_ssl_server_context if cell.role == "server" else make_ssl_client_context)(**lisp_options(cell, files))


def lisp_stream(cell: Cell, context: Any, sock: socket.socket, name: Any) -> Any:
    from acl.socket.streams import SocketStreamInternetActive
    from acl.ssl.operators import make_ssl_client_stream, make_ssl_server_stream
    from acl.types.array import string

    base = SocketStreamInternetActive(sock, name)
    base.read_timeout = base.write_timeout = TIMEOUT
    if cell.role == "server":
        return make_ssl_server_stream(base, context=context)
    keys = {"server_name": string(HOST), "verify_host": string(HOST)} if cell.variant == "sni" else \
        {"verify_host": string("127.0.0.1")}
    return make_ssl_client_stream(base, context=context, **keys)


def serve(cell: Cell, files: Folder, listener: socket.socket, times: int, problems: list[str]) -> None:
    """Be the Lisp server for some connections: send a line back, and check what is known of the client."""
    from acl.runtime.conditions import UnhandledCondition
    from acl.ssl.operators import get_ssl_peer_certificate, ssl_protocol, ssl_server_name, ssl_session_reused_p

    context = lisp_context(cell, files)
    for i in range(times):
        stream = None
        try:
            stream = lisp_stream(cell, context, *listener.accept())
            stream.handshake()
            if cell.peer == "gnutls" and cell.variant == "resumed" and i == 0:
                stream.finish_output()  # it leaves after the handshake
                stream.engine.flush()
                stream.read_line()
                stream.close()
                continue
            found = stream.read_line()
            check(found == (LINE, False), f"the client says {found}")
            check(str(ssl_protocol(stream)[0]) == cell.version, f"protocol {ssl_protocol(stream)[0]}")
            certificate = get_ssl_peer_certificate(stream)
            check((certificate is not None) == cell.mutual, f"certificate {certificate}")
            if cell.variant == "sni":
                check(str(ssl_server_name(stream)) == HOST, f"server name {ssl_server_name(stream)}")
            if cell.variant == "resumed" and i > 0:
                check(ssl_session_reused_p(stream), "the session is not resumed")
            stream.write_str(LINE[::-1] + "\n")
            stream.close()
        except (Exception, UnhandledCondition) as problem:
            problems.append(f"{type(problem).__name__}: {problem}")
            if stream is not None:
                stream.close(True)


def connect(cell: Cell, context: Any, address: tuple[str, int], echo: str) -> Any:
    """Be the Lisp client of one connection; return true if it resumed a session."""
    from acl.ssl.operators import get_ssl_verify_result, ssl_protocol, ssl_session_reused_p

    stream = lisp_stream(cell, context, socket.create_connection(address, TIMEOUT), address)
    try:
        stream.write_str(LINE + "\n")
        stream.force_output()
        found = stream.read_line()
        check(found == (echo, False), f"the server says {found}")
        check(str(ssl_protocol(stream)[0]) == cell.version, f"protocol {ssl_protocol(stream)[0]}")
        check(get_ssl_verify_result(stream) == 0, "the certificate does not verify")
        return ssl_session_reused_p(stream)
    finally:
        stream.close()


# The peers as clients

def run(command: list[str], text: str) -> str:
    """Run a client; return what it writes."""
    try:
        done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=TIMEOUT, check=False)
    except subprocess.TimeoutExpired as problem:
        raise Failure(f"{command[0]} does not end: {problem.stdout!r}") from None
    return (done.stdout + done.stderr).decode("latin-1")


def openssl_client(cell: Cell, files: Folder, port: int, scratch: Path) -> None:
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", f"-{VERSIONS[cell.version]}", "-quiet",
               "-CAfile", files("ca", cell), "-verify_return_error"]
    command += ["-servername", HOST] if cell.variant == "sni" else ["-noservername"]
    if cell.mutual:
        command += ["-cert", files("client", cell), "-key", files("client", cell)]
    session = str(scratch / "session")
    for more in ([["-sess_out", session], ["-sess_in", session]] if cell.variant == "resumed" else [[]]):
        out = run(command + more, LINE + "\n")
        check(LINE[::-1] in out, f"s_client: {out}")


def gnutls_priority(cell: Cell) -> str:
    return f"NORMAL:-VERS-ALL:+VERS-{cell.version.replace('v', '')}"


def gnutls_client(cell: Cell, files: Folder, port: int, scratch: Path) -> None:
    command = ["gnutls-cli", "-p", str(port), "127.0.0.1", "--priority", gnutls_priority(cell),
               "--x509cafile", files("ca", cell), "--logfile", str(scratch / "log")]
    command += ["--sni-hostname", HOST, "--verify-hostname", HOST] if cell.variant == "sni" else []
    if cell.mutual:
        command += ["--x509certfile", files("client", cell), "--x509keyfile", files("client", cell)]
    if cell.variant == "resumed":
        command += ["--resume", "--waitresumption"]
    out = run(command, LINE + "\n")
    check(LINE[::-1] in out, f"gnutls-cli: {out[-300:]}")


def python_context(cell: Cell, files: Folder, server: bool) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server else ssl.PROTOCOL_TLS_CLIENT)
    version = ssl.TLSVersion.TLSv1_2 if cell.version == "TLSv1.2" else ssl.TLSVersion.TLSv1_3
    context.minimum_version = context.maximum_version = version
    context.load_verify_locations(files("ca", cell))
    if server or cell.mutual:
        context.load_cert_chain(files("server" if server else "client", cell))
    if server:
        context.verify_mode = ssl.CERT_REQUIRED if cell.mutual else ssl.CERT_NONE
    return context


def python_client(cell: Cell, files: Folder, port: int, scratch: Path) -> None:
    context = python_context(cell, files, False)
    session = None
    for _ in range(2 if cell.variant == "resumed" else 1):
        with socket.create_connection(("127.0.0.1", port), TIMEOUT) as plain, \
                context.wrap_socket(plain, server_hostname=HOST if cell.variant == "sni" else "127.0.0.1",
                                    session=session) as secure:
            secure.sendall(LINE.encode() + b"\n")
            text = b""
            while data := secure.recv(100):
                text += data
            check(text.decode() == LINE[::-1] + "\n", f"Python: {text!r}")
            session = secure.session


# The peers as servers: a context manager that gives address and the answer to LINE

class Server:
    """A server process of openssl or gnutls, or a thread of Python's ssl."""

    def __init__(self, cell: Cell, files: Folder, times: int) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.reserved: socket.socket | None = None
        self.echo = LINE if cell.peer == "gnutls" else LINE[::-1]
        getattr(self, cell.peer)(cell, files, times)

    def openssl(self, cell: Cell, files: Folder, times: int) -> None:
        own = files("server", cell)
        command = ["openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", own, "-key", own,
                   f"-{VERSIONS[cell.version]}", "-CAfile", files("ca", cell), "-rev"]
        if cell.variant == "sni":
            command += ["-servername", HOST, "-servername_fatal", "-cert2", own, "-key2", own]
        if cell.mutual:
            command += ["-Verify", "2", "-verify_return_error"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                        stdin=subprocess.DEVNULL)
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith(b"ACCEPT"):
                self.address = "127.0.0.1", int(line.rsplit(b":", 1)[1])
                return
        raise Failure("s_server does not start")

    def gnutls(self, cell: Cell, files: Folder, times: int) -> None:
        # Bound but not listening: nobody else gets the port, gnutls-serv does, since it reuses addresses.
        self.reserved = socket.socket()
        self.reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.reserved.bind(("127.0.0.1", 0))
        self.address = self.reserved.getsockname()
        own = files("server", cell)
        command = ["gnutls-serv", "--echo", "-p", str(self.address[1]), "--priority", gnutls_priority(cell),
                   "--x509certfile", own, "--x509keyfile", own, "--x509cafile", files("ca", cell)]
        command += ["--sni-hostname", HOST, "--sni-hostname-fatal"] if cell.variant == "sni" else []
        command += ["--require-client-cert", "--verify-client-cert"] if cell.mutual else ["--disable-client-cert"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                        stdin=subprocess.DEVNULL)
        deadline = monotonic() + TIMEOUT
        while self.process.poll() is None and monotonic() < deadline:
            try:
                socket.create_connection(self.address, TIMEOUT).close()
                return
            except OSError:
                threading.Event().wait(0.05)
        self.__exit__()
        raise Failure("gnutls-serv does not start")

    def python(self, cell: Cell, files: Folder, times: int) -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        self.address = listener.getsockname()
        context = python_context(cell, files, True)
        names: list[Any] = []
        context.sni_callback = lambda _, name, __: names.append(name)

        def answer() -> None:
            with listener:
                for _ in range(times):
                    plain, _ = listener.accept()
                    plain.settimeout(TIMEOUT)
                    try:
                        with context.wrap_socket(plain, server_side=True) as secure:
                            text = secure.recv(100).decode().rstrip("\n")
                            if cell.variant == "sni" and names[-1] != HOST:
                                text = f"!{names[-1]}"
                            secure.sendall(text[::-1].encode() + b"\n")
                            secure.recv(1)
                            secure.unwrap()
                    except OSError:
                        pass

        threading.Thread(target=answer, daemon=True).start()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            if self.process.stdout is not None:
                self.process.stdout.close()
        if self.reserved is not None:
            self.reserved.close()


def run_cell(cell: Cell, files: Folder) -> None:
    """Try a cell; raises `Failure` or the condition that the Lisp side signals."""
    times = 2 if cell.variant == "resumed" else 1
    if cell.role == "client":
        context = lisp_context(cell, files)
        with Server(cell, files, times) as server:
            reused = [connect(cell, context, server.address, server.echo) for _ in range(times)]
        check(reused == [False, True][:times], f"resumed: {reused}")
        return
    problems: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listener, tempfile.TemporaryDirectory() as scratch:
        listener.settimeout(TIMEOUT)
        thread = threading.Thread(target=serve, args=(cell, files, listener, times, problems))
        thread.start()
        try:
            {"openssl": openssl_client, "gnutls": gnutls_client, "python": python_client}[cell.peer](
                cell, files, listener.getsockname()[1], Path(scratch))
        finally:
            thread.join(2 * TIMEOUT)
    check(not problems, "; ".join(problems))


def main(words: list[str]) -> int:
    """Print the matrix of the cells whose names contain all *words*; return 1 if one fails."""
    sys.path.insert(0, str(Path(__file__).parent.parent.parent))
    import acl.boot
    from acl.runtime.conditions import UnhandledCondition

    acl.boot.boot()
    failed = tried = 0
    with tempfile.TemporaryDirectory() as folder:
        files = Folder(Path(folder))
        for cell in ALL:
            if not all(word in str(cell) for word in words):
                continue
            if not available(cell.peer):
                print(f"{cell}: skipped, {cell.peer} is not installed")
                continue
            tried += 1
            try:
                run_cell(cell, files)
            except (Exception, UnhandledCondition) as problem:
                failed += 1
                print(f"{cell}: FAILED {type(problem).__name__}: {str(problem)[:300]}", flush=True)
    print(f"{tried - failed} of {tried} cells work")
    return 1 if failed else 0


if __name__ == "__main__":
    os.environ.setdefault("LC_ALL", "C")
    raise SystemExit(main(sys.argv[1:]))
