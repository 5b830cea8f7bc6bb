"""Arguments of every kind: only Lisp's conditions, nothing hangs or is lost; more: `python -m tests.socket.calls`."""

from __future__ import annotations

import pytest

from tests.socket.calls import run


@pytest.mark.parametrize("seed", [1, 2])
def test_calls(seed: int) -> None:
    said = run(1, seed, 300)
    assert said.endswith(" 0 wrong\n"), said
