"""Complex numbers: making them and their parts."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin
from acl.types.base import wrong_type
from acl.types.function import FUNCTIONS
from acl.types.number import Complex, make_complex, need_number, need_real
from acl.types.symbol import cl


@builtin("COMPLEX", "realpart &optional (imagpart 0)")
def complex_(realpart: Any, imagpart: Any = 0) -> Any:
    """Return the number with REALPART and IMAGPART: a rational if both are and IMAGPART is 0."""
    need_real(realpart)
    need_real(imagpart)
    return make_complex(realpart, imagpart)


@builtin("REALPART", "number")
def realpart(number: Any) -> Any:
    """Return the real part of NUMBER."""
    if type(number) is Complex:
        return number.re
    need_number(number)
    return number


@builtin("IMAGPART", "number")
def imagpart(number: Any) -> Any:
    """Return the imaginary part of NUMBER: 0 times NUMBER if it is real."""
    if type(number) is Complex:
        return number.im
    need_number(number)
    return 0 * number


@builtin("CONJUGATE", "number")
def conjugate(number: Any) -> Any:
    """Return the complex conjugate of NUMBER."""
    if type(number) is Complex:
        return Complex(number.re, -number.im)
    need_number(number)
    return number


@builtin("UPGRADED-COMPLEX-PART-TYPE", "typespec &optional environment")
def upgraded_complex_part_type(typespec: Any, environment: Any = None) -> Any:
    """Return the part type of the most specialized complex numbers that can hold parts of type TYPESPEC."""
    subtypep = FUNCTIONS["COMMON-LISP:SUBTYPEP"]
    for name in ("NIL", "SINGLE-FLOAT", "DOUBLE-FLOAT", "FLOAT", "RATIONAL", "REAL"):
        if subtypep(typespec, cl(name)) is not None:
            return cl(name)
    return wrong_type(typespec, "REAL")
