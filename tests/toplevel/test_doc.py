"""`acl doc`: the private network of the hosts, and what happens where there is none."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from acl.testing import network
from acl.testing.doc import Runner, agrees
from acl.testing.hosts import Network

PORT_PAGE = """
on vapor: USER(1): (let* ((p (make-socket :connect :passive :local-port {port})) (s (accept-connection p)))
                     (prog1 (read s) (close s) (close p)))
.. this hangs ...
on frisky: USER(1): (let ((s (make-socket :remote-host "vapor" :remote-port {port})))
                      (print 'across s)
                      (close s))
Then you see on vapor: ACROSS |
"""


def allowed() -> bool:
    """True if the kernel allows private networks here."""
    server = subprocess.Popen([sys.executable, network.__file__, "serve", "private"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE)
    server.communicate(b"", timeout=60)
    return server.returncode != network.NOT_ALLOWED


def occupied(address: str) -> socket.socket:
    """Return a socket that listens at a port of *address* which the system chooses."""
    return socket.create_server((address, 0))


def test_private_network_has_all_its_ports() -> None:
    """A port that another program has on all interfaces does not matter, nor do pages that run at the same time."""
    if not allowed():
        pytest.skip("the kernel allows no private network")
    with closing(occupied("")) as taken:
        page = PORT_PAGE.format(port=taken.getsockname()[1])
        results: list[tuple[int, int]] = []
        threads = [threading.Thread(target=lambda: results.append(Runner(page).run())) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert results == [(1, 1), (1, 1)]


def test_shared_network_waits_for_the_port(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a private network an example is repeated until the port is free."""
    taken = occupied("127.0.0.2")
    runner = Runner(PORT_PAGE.format(port=taken.getsockname()[1]), private=False)
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        taken.close()

    monkeypatch.setattr("acl.testing.doc.time.sleep", wait)
    assert runner.run() == (1, 1)
    assert waits


def test_shared_network_gives_up(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A port that stays taken is told as what it is."""
    monkeypatch.setattr("acl.testing.doc._ADDRESS_SECONDS", 0.0)
    with closing(occupied("127.0.0.2")) as taken:
        assert Runner(PORT_PAGE.format(port=taken.getsockname()[1]), private=False).run() == (0, 1)
    assert "address already in use" in capsys.readouterr().out


def test_services_have_one_port_at_all_addresses() -> None:
    """Each host of a network answers at the port of chargen."""
    hosts = Network(["vapor", "frisky"], private=False)
    try:
        hosts.host("vapor")
        ports = dict(each.split("/tcp=") for each in hosts.services.split(","))
        assert set(ports) == {"chargen", "echo", "discard", "daytime", "time"}
        for address in hosts.addresses.values():
            with socket.create_connection((address, int(ports["chargen"])), timeout=60) as connection:
                assert connection.recv(3) == b" !\""
    finally:
        hosts.close()


def test_agreement() -> None:
    """What may differ between a page and a run, and what may not."""
    assert agrees("#<text datagram socket waiting for connection at */45602 @ #x20717fb2>",
                  "#<text datagram socket waiting for connection at */1234 @ #x7f>")
    assert agrees("(1\n 2)", "(1 2)")
    assert agrees("#\\space", "#\\space\nT")
    assert agrees("a long ... text", "a long and winding text")
    assert not agrees("11", "12")
    error = "Error: no foo\n  [condition type: SIMPLE-ERROR]\n\nRestart actions (select using :continue):\n 0: Return"
    assert all(agrees(error[:end], error) for end in (13, 46, len(error)))
    assert not agrees("Error: no fo", error) and not agrees("Error: no bar", error)
    assert not agrees("#\\space", "#\\!")


def test_exit_status(tmp_path: Path) -> None:
    """0 if all examples pass, 1 if one fails, 2 for a page that is not there."""
    page = tmp_path / "page.txt"
    for text, status in (("USER(1): (+ 1 2)\n3\n", 0), ("USER(1): (+ 1 2)\n4\n", 1)):
        page.write_text(text)
        done = subprocess.run([sys.executable, "-m", "acl", "doc", str(page)], capture_output=True, text=True,
                              timeout=100, check=False)
        assert done.returncode == status, done.stdout
        assert f"{1 - status} of 1 examples pass" in done.stdout
    done = subprocess.run([sys.executable, "-m", "acl", "doc", str(tmp_path / "nothing.txt")], capture_output=True,
                          text=True, timeout=100, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1


SEED = Path(__file__).parents[3] / "shared" / "seed" / "socket-documentation.txt"


@pytest.mark.skipif(not SEED.exists(), reason="not at hand; the pages of examples/ are run always")
@pytest.mark.xdist_group("addresses")
@pytest.mark.timeout(500)  # a taken port may be waited for
def test_seed_documentation() -> None:
    """The sessions of the documentation that the project comes from."""
    done = subprocess.run([sys.executable, "-m", "acl", "doc", str(SEED)], capture_output=True, text=True, timeout=400,
                          check=False)
    assert done.returncode == 0, done.stdout
    assert done.stdout.endswith("3 of 3 examples pass\n")


@pytest.mark.skipif(not SEED.exists(), reason="not at hand; the pages of examples/ are run always")
def test_seed_prose() -> None:
    """The forms that stand in its prose are used, as they are written there, by the sessions of `examples/`."""
    page = (Path(__file__).parents[2] / "examples" / "wakeups.txt").read_text()
    forms = re.findall(r"^\((?:setq (?:s-|str-)|mp:process-).*$", SEED.read_text(), re.MULTILINE)
    assert len(forms) == 5
    assert [form for form in forms if form not in page] == []


def test_the_text_of_an_error_is_no_sign_of_a_case_mode(capsys: pytest.CaptureFixture[str]) -> None:
    """A session that shows nothing in lower case but the report of an error is one of the mode of ANSI."""
    page = "USER(1): (list 'a)\n(A)\nUSER(2): (car 1)\nError: Attempt to take the car of 1 which is not listp.\n"
    assert Runner(page).run() == (1, 1), capsys.readouterr().out
