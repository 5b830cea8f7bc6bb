"""How the compiler open-codes functions of two values in `multiple-value-bind`: templates that give a tuple.

The names in them are those that `acl.builtins.numbers.division` makes known.
"""

from __future__ import annotations

VALUES_TEMPLATES: dict[str, str] = {
    "FLOOR": "divmod({0}, {1}) if type({0}) is int and type({1}) is int and {1} else number_floor_values({0}, {1})",
    "TRUNCATE": "divmod({0}, {1}) if type({0}) is int and type({1}) is int and {0} >= 0 and {1} > 0 "
                "else number_truncate_values({0}, {1})",
}
"""By name of the function; for calls with two arguments."""
