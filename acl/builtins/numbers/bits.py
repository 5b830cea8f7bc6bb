"""Integers as bits: logical operations, shifts, byte specifiers."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin, inline_names, predicate, variable
from acl.types.base import wrong_type
from acl.types.cons import Cons
from acl.types.number import need_integer


def _unsigned(x: Any) -> None:
    if type(x) is not int or x < 0:
        wrong_type(x, "UNSIGNED-BYTE")


@builtin("LOGAND", "&rest integers", expr="{0} & {1}")
def logand(*integers: Any) -> Any:
    """Return the bitwise AND of INTEGERS: -1 if there are none."""
    result = -1
    for x in integers:
        need_integer(x)
        result &= x
    return result


@builtin("LOGIOR", "&rest integers", expr="{0} | {1}")
def logior(*integers: Any) -> Any:
    """Return the bitwise inclusive OR of INTEGERS: 0 if there are none."""
    result = 0
    for x in integers:
        need_integer(x)
        result |= x
    return result


@builtin("LOGXOR", "&rest integers", expr="{0} ^ {1}")
def logxor(*integers: Any) -> Any:
    """Return the bitwise exclusive OR of INTEGERS: 0 if there are none."""
    result = 0
    for x in integers:
        need_integer(x)
        result ^= x
    return result


@builtin("LOGEQV", "&rest integers", expr="~({0} ^ {1})")
def logeqv(*integers: Any) -> Any:
    """Return the bitwise equivalence (exclusive NOR) of INTEGERS: -1 if there are none."""
    result = -1
    for x in integers:
        need_integer(x)
        result = ~(result ^ x)
    return result


@builtin("LOGNOT", "integer", expr="~{0}")
def lognot(integer: Any) -> Any:
    """Return the bitwise complement of INTEGER."""
    need_integer(integer)
    return ~integer


@builtin("LOGNAND", "integer-1 integer-2", expr="~({0} & {1})")
def lognand(integer_1: Any, integer_2: Any) -> Any:
    """Return the complement of the bitwise AND of INTEGER-1 and INTEGER-2."""
    return ~logand(integer_1, integer_2)


@builtin("LOGNOR", "integer-1 integer-2", expr="~({0} | {1})")
def lognor(integer_1: Any, integer_2: Any) -> Any:
    """Return the complement of the bitwise OR of INTEGER-1 and INTEGER-2."""
    return ~logior(integer_1, integer_2)


@builtin("LOGANDC1", "integer-1 integer-2", expr="~{0} & {1}")
def logandc1(integer_1: Any, integer_2: Any) -> Any:
    """Return the bitwise AND of the complement of INTEGER-1 and INTEGER-2."""
    return logand(lognot(integer_1), integer_2)


@builtin("LOGANDC2", "integer-1 integer-2", expr="{0} & ~{1}")
def logandc2(integer_1: Any, integer_2: Any) -> Any:
    """Return the bitwise AND of INTEGER-1 and the complement of INTEGER-2."""
    return logand(integer_1, lognot(integer_2))


@builtin("LOGORC1", "integer-1 integer-2", expr="~{0} | {1}")
def logorc1(integer_1: Any, integer_2: Any) -> Any:
    """Return the bitwise OR of the complement of INTEGER-1 and INTEGER-2."""
    return logior(lognot(integer_1), integer_2)


@builtin("LOGORC2", "integer-1 integer-2", expr="{0} | ~{1}")
def logorc2(integer_1: Any, integer_2: Any) -> Any:
    """Return the bitwise OR of INTEGER-1 and the complement of INTEGER-2."""
    return logior(integer_1, lognot(integer_2))


@predicate("LOGTEST", "integer-1 integer-2", test="{0} & {1} != 0")
def logtest(integer_1: Any, integer_2: Any) -> bool:
    """True if INTEGER-1 and INTEGER-2 have a 1 bit in common."""
    return bool(logand(integer_1, integer_2))


@predicate("LOGBITP", "index integer", test="{1} >> {0} & 1 == 1 if type({0}) is int and type({1}) is int and {0} >= 0 "
                                            "else number_logbitp({0}, {1})")
def logbitp(index: Any, integer: Any) -> bool:
    """True if bit INDEX of INTEGER, in two's complement, is 1."""
    _unsigned(index)
    need_integer(integer)
    return bool(integer >> index & 1)


@builtin("LOGCOUNT", "integer")
def logcount(integer: Any) -> Any:
    """Return the number of 1 bits in INTEGER, of 0 bits if it is negative."""
    need_integer(integer)
    return (integer if integer >= 0 else ~integer).bit_count()


@builtin("INTEGER-LENGTH", "integer")
def integer_length(integer: Any) -> Any:
    """Return the number of bits that INTEGER needs in two's complement, without the sign."""
    need_integer(integer)
    return (integer if integer >= 0 else ~integer).bit_length()


_MAX_SHIFT = 1 << 40


def shift(integer: Any, count: Any) -> int:
    """ASH: shift left by *count* bits, right if it is negative."""
    need_integer(integer)
    need_integer(count)
    if count <= 0:
        return integer >> -count  # type: ignore[no-any-return]
    if integer == 0:
        return 0
    if count > _MAX_SHIFT:
        raise MemoryError("an integer of this size")
    return integer << count  # type: ignore[no-any-return]


inline_names(number_ash=shift, number_logbitp=logbitp)


@builtin("ASH", "integer count",
         expr="({0} << {1} if {1} >= 0 else {0} >> -{1}) if type({0}) is int and type({1}) is int and {1} < 4096 "
              "else number_ash({0}, {1})")
def ash(integer: Any, count: Any) -> int:
    """Return INTEGER shifted left by COUNT bits, right if COUNT is negative."""
    return shift(integer, count)


# ---------------------------------------------------------------- BOOLE

_BOOLE: list[tuple[str, Any]] = [
    ("CLR", lambda a, b: 0),
    ("SET", lambda a, b: -1),
    ("1", lambda a, b: a),
    ("2", lambda a, b: b),
    ("C1", lambda a, b: ~a),
    ("C2", lambda a, b: ~b),
    ("AND", lambda a, b: a & b),
    ("IOR", lambda a, b: a | b),
    ("XOR", lambda a, b: a ^ b),
    ("EQV", lambda a, b: ~(a ^ b)),
    ("NAND", lambda a, b: ~(a & b)),
    ("NOR", lambda a, b: ~(a | b)),
    ("ANDC1", lambda a, b: ~a & b),
    ("ANDC2", lambda a, b: a & ~b),
    ("ORC1", lambda a, b: ~a | b),
    ("ORC2", lambda a, b: a | ~b),
]

variable("BOOLE-CLR", 0, "BOOLE operation: always 0.", constant=True)
variable("BOOLE-SET", 1, "BOOLE operation: always 1 bits.", constant=True)
variable("BOOLE-1", 2, "BOOLE operation: the first integer.", constant=True)
variable("BOOLE-2", 3, "BOOLE operation: the second integer.", constant=True)
variable("BOOLE-C1", 4, "BOOLE operation: complement of the first integer.", constant=True)
variable("BOOLE-C2", 5, "BOOLE operation: complement of the second integer.", constant=True)
variable("BOOLE-AND", 6, "BOOLE operation: and.", constant=True)
variable("BOOLE-IOR", 7, "BOOLE operation: inclusive or.", constant=True)
variable("BOOLE-XOR", 8, "BOOLE operation: exclusive or.", constant=True)
variable("BOOLE-EQV", 9, "BOOLE operation: equivalence.", constant=True)
variable("BOOLE-NAND", 10, "BOOLE operation: not-and.", constant=True)
variable("BOOLE-NOR", 11, "BOOLE operation: not-or.", constant=True)
variable("BOOLE-ANDC1", 12, "BOOLE operation: and of the first integer's complement with the second.", constant=True)
variable("BOOLE-ANDC2", 13, "BOOLE operation: and of the first integer with the second's complement.", constant=True)
variable("BOOLE-ORC1", 14, "BOOLE operation: or of the first integer's complement with the second.", constant=True)
variable("BOOLE-ORC2", 15, "BOOLE operation: or of the first integer with the second's complement.", constant=True)


@builtin("BOOLE", "op integer-1 integer-2")
def boole(op: Any, integer_1: Any, integer_2: Any) -> Any:
    """Combine the bits of INTEGER-1 and INTEGER-2 by OP, the value of one of the constants BOOLE-..."""
    if type(op) is not int or not 0 <= op < 16:
        _wrong_boole(op)
    need_integer(integer_1)
    need_integer(integer_2)
    return _BOOLE[op][1](integer_1, integer_2)


def _wrong_boole(op: Any) -> None:
    from acl.runtime.conditions import error
    from acl.types.cons import lisp_list
    from acl.types.symbol import cl

    error("TYPE-ERROR", None, datum=op, expected_type=lisp_list(cl("INTEGER"), 0, 15))


# ---------------------------------------------------------------- bytes: a byte specifier is (size . position)


@builtin("BYTE", "size position")
def byte(size: Any, position: Any) -> Any:
    """Return a byte specifier for SIZE bits of which the lowest has the weight of bit POSITION."""
    if type(size) is not int or type(position) is not int or size < 0 or position < 0:
        _unsigned(size)
        _unsigned(position)
    return Cons(size, position)


def _parts(bytespec: Any) -> tuple[int, int]:
    if type(bytespec) is not Cons:
        wrong_type(bytespec, "CONS")
    return bytespec.car, bytespec.cdr


@builtin("BYTE-SIZE", "bytespec")
def byte_size(bytespec: Any) -> int:
    """Return the size of BYTESPEC in bits."""
    return _parts(bytespec)[0]


@builtin("BYTE-POSITION", "bytespec")
def byte_position(bytespec: Any) -> int:
    """Return the position of BYTESPEC."""
    return _parts(bytespec)[1]


@builtin("LDB", "bytespec integer")
def ldb(bytespec: Any, integer: Any) -> Any:
    """Return the byte of INTEGER that BYTESPEC describes, as a nonnegative integer."""
    size, position = _parts(bytespec)
    need_integer(integer)
    return integer >> position & (1 << size) - 1


@predicate("LDB-TEST", "bytespec integer")
def ldb_test(bytespec: Any, integer: Any) -> bool:
    """True if a bit of the byte of INTEGER that BYTESPEC describes is 1."""
    return bool(ldb(bytespec, integer))


@builtin("MASK-FIELD", "bytespec integer")
def mask_field(bytespec: Any, integer: Any) -> Any:
    """Return INTEGER with only the bits that BYTESPEC describes."""
    size, position = _parts(bytespec)
    need_integer(integer)
    return integer & ((1 << size) - 1) << position


@builtin("DPB", "newbyte bytespec integer")
def dpb(newbyte: Any, bytespec: Any, integer: Any) -> Any:
    """Return INTEGER with the byte that BYTESPEC describes replaced by the low bits of NEWBYTE."""
    size, position = _parts(bytespec)
    need_integer(newbyte)
    need_integer(integer)
    mask = (1 << size) - 1
    return integer & ~(mask << position) | (newbyte & mask) << position


@builtin("DEPOSIT-FIELD", "newbyte bytespec integer")
def deposit_field(newbyte: Any, bytespec: Any, integer: Any) -> Any:
    """Return INTEGER with the bits that BYTESPEC describes taken from NEWBYTE."""
    size, position = _parts(bytespec)
    need_integer(newbyte)
    need_integer(integer)
    mask = ((1 << size) - 1) << position
    return integer & ~mask | newbyte & mask
