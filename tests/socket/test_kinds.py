"""The kinds of fault that a real one was made of, and the tests that make them.

A kind is a cause, or a point at which it strikes, with an outcome of its own.  `python -m tests.socket.test_kinds`
prints the list.
"""

from __future__ import annotations

from pathlib import Path

import pytest

TESTS = Path(__file__).parent.parent

KINDS = {
    # connecting
    "closed port": ("socket/test_identifiers.py", '"connection-refused": (111'),
    "refused by a message of ICMP": ("socket/test_identifiers.py", '"CONNECTION-REFUSED 111", "10.9.0.3"'),
    "nobody answers": ("socket/test_identifiers.py", '"CONNECTION-TIMED-OUT 110", "10.9.0.200"'),
    "full backlog": ("mp/matrix.cl", '(defoperation "connect"'),
    "full backlog of a local socket": ("mp/matrix.cl", '(defoperation "local-connect"'),
    "no route": ("socket/test_identifiers.py", '"network-unreachable": ('),
    "network unreachable, says ICMP": ("socket/test_identifiers.py", '"network-unreachable-icmp"'),
    "unreachable route": ("socket/test_identifiers.py", '"host-unreachable": ('),
    "host unreachable, says ICMP": ("socket/test_identifiers.py", '"host-unreachable-icmp"'),
    "host unknown, says ICMP": ("socket/test_identifiers.py", '"host-down": ('),
    "protocol unreachable, says ICMP": ("socket/test_identifiers.py", '"PROTOCOL-NOT-AVAILABLE 92", "10.9.0.2"'),
    "prohibited route": ("socket/test_identifiers.py", '"prohibited": ('),
    "blackhole route": ("socket/test_bad_line.py", "def test_blackhole"),
    "port 0": ("socket/test_bad_line.py", "def test_port_zero_of_a_peer"),
    "no IPv6": ("socket/test_bad_line.py", "def test_no_ipv6"),
    "first of two addresses dead": ("cases/socket-arguments.cl", "a host with two addresses, of which the first"),
    # names of sockets
    "address in use": ("socket/test_identifiers.py", '"address-in-use": ('),
    "port with old connections": ("socket/test_bad_line.py", "def test_port_with_old_connections"),
    "address of another machine": ("socket/test_identifiers.py", '"address-not-available": ('),
    "privileged port": ("socket/test_bad_line.py", "def test_privileged_port"),
    "stale file of a local socket": ("cases/acl-socket.cl", ":address-family :file :remote-filename f)"),
    "file name too long": ("cases/acl-socket.cl", '(36 "File name too long")'),
    "local socket of another user": ("socket/test_exhaustion.py", "def test_no_permission_for_a_local_socket"),
    # connections that break
    "reset before accept": ("socket/test_faults.py", "def test_reset_before_accept"),
    "reset while reading": ("socket/test_faults.py", "def test_reset_while_reading"),
    "reset in the middle of a write": ("socket/test_faults.py", "def test_reset_in_the_middle_of_a_write"),
    "reset between two writes": ("socket/test_faults.py", "def test_write_after_the_peer_has_gone"),
    "reset after a half close": ("socket/test_faults.py", "def test_reset_after_a_half_close"),
    "reset with unread data": ("socket/test_faults.py", "def test_reset_with_what_nobody_has_read"),
    "reset in the handshake": ("ssl/test_handshake.py", "def test_reset_during_the_handshake"),
    "aborted by the system": ("socket/test_identifiers.py", '"connection-aborted": ('),
    "ended by the peer after n octets": ("socket/test_cuts.py", "def test"),
    "reset by the peer after n octets": ("socket/cuts.py", "RST"),
    "handshake cut after n octets": ("ssl/test_handshake.py", "def test_cut_at_every_octet"),
    "half close": ("cases/sockets.cl", "(socket:shutdown *a* :direction :output)"),
    "peer without power": ("socket/test_identifiers.py", '"keepalive": ('),
    "broken pipe of standard output": ("toplevel/test_command_line.py", "def test_output_closed_early"),
    "SSL without a farewell": ("ssl/test_streams.py", "def test_truncation_is_an_error"),
    "garbage within SSL": ("ssl/test_streams.py", "def test_garbage_in_the_middle"),
    # slow, small, full
    "full buffers": ("socket/test_faults.py", "def test_full_buffers_lose_nothing"),
    "write that times out": ("socket/test_faults.py", "def test_interrupted_write_loses_nothing"),
    "stutter": ("socket/test_faults.py", "def test_any_split_gives_the_same_text"),
    "stall": ("testing/test_faults.py", "def test_stall"),
    "delay and a narrow line": ("testing/test_faults.py", "def test_delay_and_rate_take_time"),
    "silent peers in the handshake": ("ssl/test_handshake.py", "def test_silent_clients_block_only_their_processes"),
    "flood": ("ssl/test_hostile.py", "def test_flood_does_not_prolong_a_read"),
    "lies about chunks": ("socket/test_chunking.py", "def test_malformed"),
    "malformed characters": ("streams/test_splits.py", "def test_malformed_utf8_in_every_split"),
    # the line
    "lost packets": ("socket/test_bad_line.py", '"loss"'),
    "late packets": ("socket/test_bad_line.py", '"delay"'),
    "repeated packets": ("socket/test_bad_line.py", '"twice"'),
    "packets out of order": ("socket/test_bad_line.py", '"shuffled"'),
    "device down": ("socket/test_identifiers.py", '"network-down": ('),
    # packets
    "empty packet": ("cases/socket-arguments.cl", "packets: an empty one"),
    "packet that is too large": ("cases/socket-arguments.cl", "(send 65508)"),
    "largest packet": ("cases/acl-socket.cl", "(make-array 65507"),
    "packet larger than the buffer": ("cases/acl-socket.cl", '"truncated"'),
    "packet larger than the device takes": ("socket/test_identifiers.py", '"NO-BUFFER-SPACE 105", "sending a datagram'),
    "nobody receives": ("cases/socket-arguments.cl", '(send-to v "lost" 4)'),
    # names
    "name that does not exist": ("cases/dns.cl", '(q "nobody.test")'),
    "name server that does not answer": ("cases/dns.cl", '(q "drop.test"'),
    "name server that answers the second time": ("cases/dns.cl", '(q "once.test"'),
    "late answer": ("cases/dns.cl", '"late.test"'),
    "truncated answer": ("cases/dns.cl", '(q "big.test")'),
    "answer to another question": ("cases/dns.cl", '(q "false.test")'),
    "server failure": ("cases/dns.cl", '(q "bad.test")'),
    "refusing name server": ("cases/dns.cl", '(q "refused.test")'),
    "only IPv6": ("cases/dns.cl", '"six.test"'),
    "name too long": ("cases/dns.cl", "(make-string 300"),
    # the system
    "no descriptors": ("socket/test_exhaustion.py", "def test_no_descriptors"),
    "no room for threads": ("socket/test_exhaustion.py", "def test_no_threads()"),
    "no threads for the user": ("socket/test_exhaustion.py", "def test_no_threads_for_the_user"),
    "no memory": ("socket/test_exhaustion.py", "def test_no_memory"),
    "no stack": ("toplevel/test_terminal.py", "def test_endless_recursion"),
    "no buffers": ("socket/test_identifiers.py", '"no-buffer-space": (105'),
    "signals all the time": ("testing/test_contract.py", "def test_contract_in_a_storm_of_signals"),
    "clock that jumps": ("socket/test_bad_line.py", "def test_clock_that_jumps"),
    "any call fails": ("socket/test_torture.py", "def test_call_fails"),
    "kernel that resets networks": ("socket/test_identifiers.py", "network-reset"),
    "kernel that has shut down": ("socket/test_identifiers.py", "shutdown"),
    # the program's own
    "closed by another process": ("socket/test_faults.py", "def test_closed_just_before_the_wait"),
    "every way out of every wait": ("mp/test_matrix.py", "def test"),
    "arguments of every kind": ("socket/test_calls.py", "def test_calls"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_is_tested(kind: str) -> None:
    file, text = KINDS[kind]
    assert text in (TESTS / file).read_text()


def test_there_are_enough() -> None:
    assert len(KINDS) >= 40
    assert len(set(KINDS.values())) == len(KINDS)


if __name__ == "__main__":
    for kind, (file, text) in KINDS.items():
        print(f"{kind:42} {file}: {text}")
    print(f"{len(KINDS)} kinds")
