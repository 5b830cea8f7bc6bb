"""Brings the image up once for all tests, and sees to it that none of them leaves anything behind."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import hypothesis
import pytest

import acl.boot
from acl.testing.leaks import live_threads, open_descriptors

os.environ.setdefault("ACL_CACHE", "off")  # tests leave nothing in the user's folders
os.environ.pop("PYTHONUNBUFFERED", None)  # with it nothing is ever left to be written at the end

acl.boot.boot()
sys.setrecursionlimit(20_000)  # as every way into Lisp does

# The same examples each time, so that a failure is of the change that made it; --hypothesis-profile=default looks for
# others.
hypothesis.settings.register_profile("steady", derandomize=True, database=None)
hypothesis.settings.load_profile("steady")

PATIENCE = 60.0
"""Seconds for what ends by itself: a thread whose connection was closed, a process that was killed."""


def children() -> int:
    """Return the number of processes that this one has started and not waited for; 0 if unknown."""
    count = 0
    for task in Path("/proc/self/task").glob("*/children"):
        try:
            count += len(task.read_text().split())
        except OSError:
            pass  # the thread has ended
    return count


def left() -> tuple[int, int, int]:
    """Return how many descriptors, threads and child processes there are."""
    return open_descriptors(), live_threads(), children()


@pytest.fixture(autouse=True)
def leaves_nothing() -> Iterator[None]:
    """Fail a test after which there are more descriptors, threads or child processes than before."""
    before = left()
    yield
    deadline = monotonic() + PATIENCE
    while any(more > less for more, less in zip(left(), before, strict=True)):
        gc.collect()
        assert monotonic() < deadline, (f"descriptors, threads and child processes are {left()}, were {before}: "
                                        f"{[t.name for t in threading.enumerate()]}")
        sleep(0.01)
