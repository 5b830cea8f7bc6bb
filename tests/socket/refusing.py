"""Runs a command below a filter of the kernel: `python -m tests.socket.refusing connect ENETRESET COMMAND ...`.

The filter is a BPF program on a control group that only the command is in; the kernel asks it about every `connect`
(TCP) or every `send` (datagrams), and fails as it says.  So policies of containers refuse connections.  For root; exits
with status 77 where the kernel allows no such filter.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import subprocess
import sys
import tempfile
from contextlib import contextmanager

ATTACH = {"connect": 10, "send": 14}
"""BPF_CGROUP_INET4_CONNECT, BPF_CGROUP_UDP4_SENDMSG."""
_CALLS = {"x86_64": 321, "aarch64": 280}
_LOAD, _PROG_ATTACH, _SOCK_ADDR, _SET_RETVAL = 5, 8, 18, 187
CANNOT = 77


def _bpf(command: int, attributes: bytes) -> int:
    """Call bpf(2)."""
    libc = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(attributes.ljust(128, b"\0"), 128)
    result: int = libc.syscall(_CALLS[platform.machine()], command, buffer, len(buffer))
    if result < 0:
        raise OSError(ctypes.get_errno(), "bpf")
    return result


def _instruction(code: int, register: int = 0, value: int = 0) -> bytes:
    return struct.pack("<BBhi", code, register, 0, value)


def _load(kind: int, error: int) -> int:
    """Return the descriptor of a program that lets the kernel fail with *error*."""
    program = (_instruction(0xB7, 1, -error) + _instruction(0x85, 0, _SET_RETVAL)  # set the result
               + _instruction(0xB7, 0, 0) + _instruction(0x95))  # and refuse
    text, licence = ctypes.create_string_buffer(program, len(program)), ctypes.create_string_buffer(b"GPL")
    return _bpf(_LOAD, struct.pack("<IIQQIIQII16sII", _SOCK_ADDR, len(program) // 8, ctypes.addressof(text),
                                   ctypes.addressof(licence), 0, 0, 0, 0, 0, b"", 0, kind))


@contextmanager
def _group():
    """A control group of its own, in a mount of its own, during a `with` block."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["mount", "-t", "cgroup2", "none", folder], check=True, capture_output=True)
        name = os.path.join(folder, f"acl-{os.getpid()}")
        try:
            os.mkdir(name)
            yield name
        finally:
            if os.path.isdir(name):
                os.rmdir(name)
            subprocess.run(["umount", folder], check=False)


def main(where: str, error: str, *command: str) -> int:
    """Run *command*, whose calls of the kind *where* fail with *error*; return its status."""
    try:
        program = _load(ATTACH[where], getattr(errno, error))
        with _group() as group:
            directory = os.open(group, os.O_RDONLY)
            _bpf(_PROG_ATTACH, struct.pack("<IIII", directory, program, ATTACH[where], 0))
            os.close(directory)

            def enter() -> None:
                with open(os.path.join(group, "cgroup.procs"), "w") as file:
                    file.write("0")

            return subprocess.run(command, preexec_fn=enter, check=False).returncode
    except (OSError, KeyError, subprocess.CalledProcessError) as problem:
        print(problem, file=sys.stderr)
        return CANNOT


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
