"""A sample of the matrix of `interop.py`, and what only openssl's client can be asked to do."""

from __future__ import annotations

import socket
import subprocess
import threading

import pytest

from .interop import LINE, Cell, Folder, available, run_cell, serve

SAMPLE = [Cell(role, peer, version, key, mutual, variant)
          for peer in ("openssl", "gnutls", "python")
          for role, version, key, mutual, variant in (
              ("client", "TLSv1.3", "ecdsa", True, "resumed"), ("client", "TLSv1.2", "rsa", False, "sni"),
              ("server", "TLSv1.3", "ed25519", False, "sni"), ("server", "TLSv1.2", "ecdsa", True, "resumed"))]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return Folder(tmp_path_factory.mktemp("interop"))


@pytest.mark.parametrize("cell", SAMPLE, ids=str)
def test_cell(cell: Cell, folder: Folder) -> None:
    if not available(cell.peer):
        pytest.skip(f"{cell.peer} is not installed")
    run_cell(cell, folder)


@pytest.mark.skipif(not available("openssl"), reason="openssl is not installed")
@pytest.mark.parametrize(("version", "command", "works"), [("TLSv1.3", "K", True), ("TLSv1.3", "k", True),
                                                           ("TLSv1.2", "R", False)])
def test_new_keys_and_renegotiation(version: str, command: str, works: bool, folder: Folder) -> None:
    """New keys, for one side (k) or both (K), are taken; a client that wants to renegotiate (R) is refused."""
    cell = Cell("server", "openssl", version, "ecdsa", False, "plain")
    problems: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(cell, folder, listener, 1, problems))
        thread.start()
        client = subprocess.Popen(["openssl", "s_client", "-connect", f"127.0.0.1:{listener.getsockname()[1]}",
                                   "-CAfile", folder("ca", cell)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, bufsize=0)
        assert client.stdin is not None and client.stdout is not None
        with client:
            client.stdin.write(command.encode() + b"\n")
            out = b""
            while b"KEYUPDATE" not in out and b"RENEGOTIATING" not in out and (more := client.stdout.read(65536)):
                out += more
            try:
                client.stdin.write(LINE.encode() + b"\n")
            except BrokenPipeError:  # it has been refused, and gone, already
                pass
            while more := client.stdout.read(65536):
                out += more
        thread.join(60)
    assert (LINE[::-1].encode() in out) is works, out
    assert (b"no renegotiation" in out) is not works, out
    assert bool(problems) is not works
