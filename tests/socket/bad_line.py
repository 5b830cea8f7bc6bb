"""Run by test_bad_line.py in a network namespace of its own: `unshare -rn python -m tests.socket.bad_line`.

A TUN device is a mirror: a packet from 10.9.0.1 to 10.9.0.X comes back as one from 10.9.0.X, so that what listens at
10.9.0.1 is reached through the device; which loses, delays, repeats and shuffles packets as X says.  Prints a line for
each fault.
"""

from __future__ import annotations

import fcntl
import heapq
import os
import random
import select
import struct
import subprocess
import sys
import threading
from pathlib import Path
from time import monotonic

import acl.boot

acl.boot.boot()
sys.setrecursionlimit(20_000)

from acl.session import evaluate  # noqa: E402
from acl.types.array import string  # noqa: E402
from acl.types.function import FUNCTIONS  # noqa: E402

_TUNSETIFF, _TUN_WITHOUT_HEADER = 0x400454CA, 0x1001
CLEAN, LOSS, DELAY, TWICE, SHUFFLED, ALL = 10, 11, 12, 13, 14, 15
"""The last octets of the addresses behind the mirror."""


def times(kind: int, chance: random.Random) -> list[float]:
    """Return after how many seconds a packet comes back: none if it is lost, several if it is repeated."""
    if kind in (LOSS, ALL) and chance.random() < 0.1:
        return []
    delay = 0.02 if kind == DELAY else 0.0
    if kind in (SHUFFLED, ALL):
        delay += chance.random() * 0.01
    return [delay, delay + 0.003] if kind in (TWICE, ALL) and chance.random() < 0.3 else [delay]


def mirror(tun: int) -> None:
    """Send packets back, for ever."""
    chance = random.Random(1)
    late: list[tuple[float, int, bytes]] = []
    count = 0
    while True:
        wait = max(0.0, late[0][0] - monotonic()) if late else None
        if select.select([tun], [], [], wait)[0]:
            packet = os.read(tun, 65536)
            if packet[0] >> 4 == 4:
                back = packet[:12] + packet[16:20] + packet[12:16] + packet[20:]  # the checksums stay right
                kind = packet[19] if packet[19] != 1 else packet[15]
                for seconds in times(kind, chance):
                    heapq.heappush(late, (monotonic() + seconds, count, back))
                    count += 1
        while late and late[0][0] <= monotonic():
            os.write(tun, heapq.heappop(late)[2])


def shell(command: str) -> None:
    """Run a command that must succeed."""
    subprocess.run(command, shell=True, check=True, capture_output=True)


LISP = """
(progn
  (setq socket:*print-hostname-in-stream* nil)
  (defvar user::*text* (coerce (loop for i below 60000 collect (code-char (+ 32 (mod (* i i) 95)))) 'string))
  (defun user::through (host)
    "Send a text there and back by TCP; true if it comes back as it was."
    (let* ((p (socket:make-socket :connect :passive :local-host "10.9.0.1")) (started (get-internal-real-time))
           (a (socket:make-socket :remote-host host :remote-port (socket:local-port p)))
           (b (socket:accept-connection p)))
      (mp:process-run-function "echo"
        (lambda () (loop for c = (read-char b nil) while c do (write-char c b)) (close b)))
      (mp:process-run-function "writer"
        (lambda () (write-string user::*text* a) (force-output a) (socket:shutdown a :direction :output)))
      (let ((got (make-string (+ 10 (length user::*text*)))))
        (list (eql (read-sequence got a) (length user::*text*))
              (not (mismatch got user::*text* :end1 (length user::*text*)))
              (equal (socket:ipaddr-to-dotted (socket:remote-host a)) host)
              (progn (close a) (close p) (/ (- (get-internal-real-time) started) internal-time-units-per-second))))))
  (defun user::packets (host)
    "Send a hundred packets; return how many have come, how many more than once, how many before an earlier one, and
how many that were never sent."
    (let ((u (socket:make-socket :type :datagram :local-host "10.9.0.1" :receive-buffer-size 400000))
          (v (socket:make-socket :type :datagram :local-host "10.9.0.1")) (got nil))
      (dotimes (i 100)
        (let ((text (format nil "packet ~d ~v,,,'xa" i (* 10 i) "")))
          (socket:send-to v text (length text) :remote-host host :remote-port (socket:local-port u))))
      (loop while (mp:wait-for-input-available u :timeout 0.5)
            do (let ((text (socket:receive-from u 2000 :extract t)))
                 (push (let ((n (parse-integer text :start 7 :junk-allowed t)))
                         (and n (string= text (format nil "packet ~d ~v,,,'xa" n (* 10 n) "")) n))
                       got)))
      (setq got (reverse got))
      (list (length (remove-duplicates got)) (- (length got) (length (remove-duplicates got)))
            (loop for (a b) on got count (and a b (< b a))) (count nil got)))))
"""
FAULTS = {
    "clean": f'(list (user::through "10.9.0.{CLEAN}") (user::packets "10.9.0.{CLEAN}"))',
    "loss": f'(list (user::through "10.9.0.{LOSS}") (user::packets "10.9.0.{LOSS}"))',
    "delay": f'(list (user::through "10.9.0.{DELAY}") (user::packets "10.9.0.{DELAY}"))',
    "twice": f'(list (user::through "10.9.0.{TWICE}") (user::packets "10.9.0.{TWICE}"))',
    "shuffled": f'(list (user::through "10.9.0.{SHUFFLED}") (user::packets "10.9.0.{SHUFFLED}"))',
    "all": f'(list (user::through "10.9.0.{ALL}") (user::packets "10.9.0.{ALL}"))',
    "blackhole": """(handler-case (socket:make-socket :remote-host "10.7.0.1" :remote-port 80)
                      (socket-error (c) (list (excl:stream-error-identifier c) (excl:stream-error-code c))))""",
    "no-ipv6": """(flet ((try (&rest args) (handler-case (progn (close (apply #'socket:make-socket args)) :made)
                           (socket-error (c) (list (excl:stream-error-identifier c) (excl:stream-error-code c))))))
                    (list (try :remote-host "::1" :remote-port 9) (try :connect :passive :local-host "::1")
                          (try :connect :passive :local-host "127.0.0.1")
                          (let ((socket:*ipv6* t)) (socket:lookup-hostname "127.0.0.1"))))""",
}


def main() -> None:
    """Make every fault and print what came of it."""
    tun = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tun, _TUNSETIFF, struct.pack("16sH14x", b"tun0", _TUN_WITHOUT_HEADER))
    shell("ip link set lo up; ip addr add 10.9.0.1/24 dev tun0; ip link set tun0 up")
    shell("ip route add blackhole 10.7.0.0/24")
    for name, value in (("ipv6/conf/all/disable_ipv6", "1"), ("ipv6/conf/lo/disable_ipv6", "1")):
        Path("/proc/sys/net", name).write_text(value)
    threading.Thread(target=mirror, args=(tun,), daemon=True).start()
    read = FUNCTIONS["COMMON-LISP:READ-FROM-STRING"]
    evaluate(read(string(LISP)))
    for name, form in FAULTS.items():
        seen = evaluate(read(string(form)))
        print(name, FUNCTIONS["COMMON-LISP:PRIN1-TO-STRING"](seen).text().replace("\n", " "), flush=True)


if __name__ == "__main__":
    main()
