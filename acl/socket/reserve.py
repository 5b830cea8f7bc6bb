"""A few descriptors kept for the time when there are no others: then handlers can still load what they need.

Whoever makes a socket has the reserve filled first; when the system has no descriptors left the error is signalled with
the reserve given back, and no socket is made until it could be filled again.
"""

from __future__ import annotations

import errno
import os

_SIZE = 4
EXHAUSTED = (errno.EMFILE, errno.ENFILE)

_held: list[int] = []
complete = False
"""True while the reserve is full."""


def refill() -> bool:
    """Fill the reserve; false, with nothing kept, if that was not possible."""
    global complete
    try:
        while len(_held) < _SIZE:
            _held.append(os.eventfd(0) if hasattr(os, "eventfd") else os.open(os.devnull, os.O_RDONLY))
    except OSError:
        release()
        return False
    complete = True
    return True


def release() -> None:
    """Give the reserve back to the system."""
    global complete
    complete = False
    while _held:
        os.close(_held.pop())
