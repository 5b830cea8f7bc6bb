"""The committed index of declarations is that of the modules."""

from __future__ import annotations

import subprocess
import sys


def test_index_is_up_to_date() -> None:
    """`make index` would change nothing."""
    from acl import _index

    made = subprocess.run([sys.executable, "-c", "from acl.boot import make_index; print(make_index())"],
                          capture_output=True, text=True, check=True)
    assert made.stdout.strip() == _index.INDEX.strip(), "run `make index`"
