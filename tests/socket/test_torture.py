"""A call of the system fails in the middle of a conversation; all: `python -m tests.socket.torture`."""

from __future__ import annotations

import functools

import pytest

from tests.socket.torture import ERRORS, attachable, attempt

possible = functools.cache(attachable)

SAMPLE = [(call, errors.split()[number % len(errors.split())], number % 3 + 1)
          for number, (call, errors) in enumerate(ERRORS.items())]


def test_all_calls_are_sampled():
    assert {call for call, _, _ in SAMPLE} == set(ERRORS)


@pytest.mark.parametrize(("call", "error", "number"), SAMPLE)
def test_call_fails(call, error, number):
    if not possible():
        pytest.skip("strace may not look at processes here")
    _, wrong = attempt(call, error, number)
    assert not wrong
