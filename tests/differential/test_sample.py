"""The stored sample of generated programs prints what SBCL printed for it."""

from __future__ import annotations

from . import compare, read_sample
from .generate import Generator, programs


def test_sample() -> None:
    """Every stored program prints the same under `acl`."""
    sources, expected = read_sample()
    assert len(sources) >= 500
    differences = compare(sources, expected)
    assert not differences, "\n".join(f"{source}\n;; wanted {wanted}\n;; got    {got}"
                                      for _, source, wanted, got in differences[:10])


def test_programs_are_repeatable() -> None:
    """The same seed makes the same programs, and every rule that a production names exists."""
    assert programs(50, 7) == programs(50, 7)
    assert programs(50, 7) != programs(50, 8)
    generator = Generator(9)
    for rule in generator.rules:
        if not rule.endswith("."):
            assert generator.expand(rule, 2)
