"""Run by test_identifiers.py in a network namespace of its own: `unshare -rn python -m tests.socket.namespace`.

A TUN device whose other end we play answers each SYN with the ICMP message of our choice, or not at all.  Prints one
line for each fault: its name and what Lisp saw.
"""

from __future__ import annotations

import fcntl
import os
import socket
import struct
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import acl.boot

acl.boot.boot()
sys.setrecursionlimit(20_000)

from acl.session import evaluate  # noqa: E402
from acl.socket.classes import SocketDatagramInternetActive  # noqa: E402
from acl.types.array import string  # noqa: E402
from acl.types.function import FUNCTIONS, set_fdefinition  # noqa: E402
from acl.types.symbol import USER  # noqa: E402

_TUNSETIFF, _TUN_WITHOUT_HEADER = 0x400454CA, 0x1001


def shell(command: str) -> None:
    """Run a command that must succeed."""
    subprocess.run(command, shell=True, check=True, capture_output=True)


def _checksum(octets: bytes) -> int:
    total = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


def unreachable(packet: bytes, code: int) -> bytes:
    """Return the ICMP message "destination unreachable" with *code* that answers *packet*."""
    icmp = struct.pack("!BBHI", 3, code, 0, 0) + packet[:28]
    icmp = icmp[:2] + struct.pack("!H", _checksum(icmp)) + icmp[4:]
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(icmp), 1, 0, 64, 1, 0, packet[16:20], packet[12:16])
    return head[:10] + struct.pack("!H", _checksum(head)) + head[12:] + icmp


def play_the_network() -> None:
    """Make the device 10.9.0.1/24: who connects to 10.9.0.CODE gets that ICMP code, from 100 on silence."""
    tun = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tun, _TUNSETIFF, struct.pack("16sH14x", b"tun0", _TUN_WITHOUT_HEADER))
    shell("ip link set lo up; ip addr add 10.9.0.1/24 dev tun0; ip link set tun0 up")

    def answer() -> None:
        while True:
            packet = os.read(tun, 2000)
            if packet[0] >> 4 == 4 and packet[19] < 100:
                os.write(tun, unreachable(packet, packet[19]))

    threading.Thread(target=answer, daemon=True).start()


FORM = """
(handler-case ,FORM
  (error (c) (list (type-of c) (excl:stream-error-identifier c) (excl:stream-error-code c) (princ-to-string c))))"""
CONNECT = '(socket:make-socket :remote-host "%s" :remote-port 80)'
FAULTS = {
    "network-unreachable": (CONNECT % "192.0.2.1"),
    "network-unreachable-icmp": (CONNECT % "10.9.0.6"),
    "host-unreachable": (CONNECT % "10.5.0.1"),
    "host-unreachable-icmp": (CONNECT % "10.9.0.13"),
    "host-down": (CONNECT % "10.9.0.7"),
    "protocol-not-available": (CONNECT % "10.9.0.2"),
    "connection-refused": (CONNECT % "10.9.0.3"),
    "prohibited": (CONNECT % "10.6.0.1"),
    "connection-timed-out": (CONNECT % "10.9.0.200"),
    "connection-aborted": """
        (let* ((p (socket:make-socket :connect :passive :local-host "127.0.0.1"))
               (a (socket:make-socket :remote-host "127.0.0.1" :remote-port (socket:local-port p))))
          (user::kill-connection (socket:local-port p))
          (read-char a))""",
    "keepalive": """
        (let* ((p (socket:make-socket :connect :passive :local-host "127.0.0.1"))
               (a (socket:make-socket :remote-host "127.0.0.1" :remote-port (socket:local-port p))))
          (socket:set-socket-options a :keepalive t :tcp-keepalive-idle-time 1 :tcp-keepalive-probe-interval 1
                                       :tcp-keepalive-max-probes 1)
          (user::cut-the-cable)
          (read-char a))""",
    "no-buffer-space": """
        (let ((s (socket:make-socket :type :datagram :send-buffer-size 1)))
          (user::shorten-packets)
          (socket:send-to s (make-string 60000) 60000 :remote-host "127.0.0.1" :remote-port 9))""",
    "network-down": "(socket:receive-from (user::socket-on-a-dead-link) 100)",
}


def socket_on_a_dead_link() -> Any:
    """Return a datagram socket that listens to a device which is down.

    What comes over a link that goes down is lost without a word to those that only know addresses; who listens to the
    device is told.  So the socket is one for packets.
    """
    result = SocketDatagramInternetActive(socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800)))
    result.sock.setblocking(False)
    result.sock.bind(("tun0", 0x0800))
    shell("ip link set tun0 down")
    return result


def main() -> None:
    """Make every fault and print what came of it."""
    play_the_network()
    shell("ip route add unreachable 10.5.0.0/24; ip route add prohibit 10.6.0.0/24")
    Path("/proc/sys/net/ipv4/tcp_syn_retries").write_text("1")  # sysctl is not on everybody's search path
    set_fdefinition(USER.intern("KILL-CONNECTION"), lambda port: shell(f"ss -K dst 127.0.0.1 dport = {port}"))
    set_fdefinition(USER.intern("CUT-THE-CABLE"), lambda: shell("ip link set lo down"))
    set_fdefinition(USER.intern("SOCKET-ON-A-DEAD-LINK"), socket_on_a_dead_link)
    set_fdefinition(USER.intern("SHORTEN-PACKETS"), lambda: shell("ip link set lo up mtu 1500"))
    for name, form in FAULTS.items():
        seen = evaluate(FUNCTIONS["COMMON-LISP:READ-FROM-STRING"](string(FORM.replace(",FORM", form))))
        print(name, FUNCTIONS["COMMON-LISP:PRIN1-TO-STRING"](seen).text().replace("\n", " "), flush=True)


if __name__ == "__main__":
    main()
