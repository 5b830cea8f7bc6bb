"""Numbers and strings of other Python classes than `int`, `float` and `str`: what they are in Lisp; and the reverse.

Lisp's pathnames are path-like in Python.
"""

from __future__ import annotations

import numbers
from operator import index
from typing import Any

from acl.types.array import string
from acl.types.number import Complex, Ratio, SingleFloat, make_complex, ratio
from acl.types.pathname import Pathname
from acl.types.symbol import T


def foreign(x: Any) -> Any:
    """Return what a Python object of no exact type that Lisp has is in Lisp.

    Members of an IntEnum, numpy's scalars, fractions and the like are numbers there, strings of a class of their own
    strings.  Everything else is itself.
    """
    kind = type(x)
    if kind is SingleFloat or kind is Ratio or kind is Complex:
        return x
    if isinstance(x, str):
        return string(str.__str__(x))
    if isinstance(x, numbers.Integral):
        return index(x)
    if isinstance(x, numbers.Rational):
        return ratio(index(x.numerator), index(x.denominator))
    if isinstance(x, numbers.Real):
        return float(x)
    if isinstance(x, numbers.Complex):
        return make_complex(float(x.real), float(x.imag))
    if kind.__module__ == "numpy" and kind.__name__ in ("bool", "bool_"):  # else NIL's counterpart would be true
        return T if x else None
    return x


def _python_complex(x: Complex) -> complex:
    return complex(float(x.re), float(x.im))


def _file_name(x: Pathname) -> str:
    from acl.builtins.pathnames import native_namestring
    from acl.python.bridge import guarded

    return guarded(lambda: native_namestring(x))  # type: ignore[no-any-return]


def install() -> None:
    """Make ratios, complex numbers and pathnames such as Python's functions on numbers and files take."""
    Ratio.numerator = property(lambda x: x.num)  # type: ignore[attr-defined]
    Ratio.denominator = property(lambda x: x.den)  # type: ignore[attr-defined]
    Ratio.as_integer_ratio = lambda x: (x.num, x.den)  # type: ignore[attr-defined]
    Complex.__complex__ = _python_complex  # type: ignore[attr-defined]
    numbers.Rational.register(Ratio)
    Pathname.__fspath__ = _file_name  # type: ignore[attr-defined]
