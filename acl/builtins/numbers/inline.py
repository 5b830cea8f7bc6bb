"""How the compiler open-codes functions of two values in `multiple-value-bind`: templates that give a tuple."""

from __future__ import annotations

from acl.builtins.declare import inline_names
from acl.builtins.numbers.division import floor_values, truncate_values

inline_names(number_floor_values=floor_values, number_truncate_values=truncate_values)

MV_INLINE: dict[str, str] = {
    "FLOOR": "divmod({0}, {1}) if type({0}) is int and type({1}) is int and {1} else number_floor_values({0}, {1})",
    "TRUNCATE": "divmod({0}, {1}) if type({0}) is int and type({1}) is int and {0} >= 0 and {1} > 0 "
                "else number_truncate_values({0}, {1})",
}
"""By name of the function; for calls with two arguments."""
