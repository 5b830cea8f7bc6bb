"""Pseudo-random numbers."""

from __future__ import annotations

from _random import Random
from typing import Any

from acl.builtins.declare import builtin, predicate, variable
from acl.types.base import LispObject, wrong_type
from acl.types.number import SingleFloat, single
from acl.types.symbol import T


class RandomState(LispObject):
    """A `random-state`: a generator of its own."""

    __slots__ = ("generator",)

    def __init__(self, generator: Random) -> None:
        self.generator = generator

    def copy(self) -> RandomState:
        """Return a state that will give the same numbers."""
        return state_from(self.generator.getstate())


def state_from(words: tuple[int, ...]) -> RandomState:
    """Return the random state with these words, as `getstate` gives them."""
    generator = Random()
    generator.setstate(words)
    return RandomState(generator)


# Reproducible: two runs of a program see the same numbers unless it asks for (make-random-state t).
RANDOM_STATE = variable("*RANDOM-STATE*", RandomState(Random(42)), "The state that `random` uses by default.")


@builtin("RANDOM", "limit &optional (random-state *random-state*)")
def random(limit: Any, random_state: Any = None) -> Any:
    """Return a number from 0 below LIMIT, a positive integer or float, all equally likely."""
    if random_state is None:
        random_state = RANDOM_STATE.value
    if type(random_state) is not RandomState:
        wrong_type(random_state, "RANDOM-STATE")
    generator = random_state.generator
    if type(limit) is int and limit > 0:
        bits = limit.bit_length()
        result = generator.getrandbits(bits)
        while result >= limit:
            result = generator.getrandbits(bits)
        return result
    if type(limit) is float and limit > 0:
        value = generator.random() * limit
        return value if value < limit else 0.0
    if type(limit) is SingleFloat and limit > 0:
        value = single(generator.getrandbits(24) / 16777216.0 * float(limit))
        return value if value < limit else single(0.0)
    _wrong_limit(limit)


def _wrong_limit(limit: Any) -> None:
    from acl.runtime.conditions import error
    from acl.types.cons import lisp_list
    from acl.types.symbol import cl

    positive_integer = lisp_list(cl("INTEGER"), 1)
    positive_float = lisp_list(cl("FLOAT"), lisp_list(0))
    error("TYPE-ERROR", None, datum=limit, expected_type=lisp_list(cl("OR"), positive_integer, positive_float))


@builtin("MAKE-RANDOM-STATE", "&optional state")
def make_random_state(state: Any = None) -> RandomState:
    """Return a new random state: a copy of STATE, of the current one if it is NIL, a truly random one if T."""
    if state is T:
        from os import urandom

        return RandomState(Random(int.from_bytes(urandom(16), "little")))
    if state is None:
        state = RANDOM_STATE.value
    if type(state) is not RandomState:
        wrong_type(state, "RANDOM-STATE")
    return state.copy()


@predicate("RANDOM-STATE-P", "object")
def random_state_p(object: Any) -> bool:
    """True if OBJECT is a random state."""
    return type(object) is RandomState
