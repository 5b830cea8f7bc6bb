"""The module :DATETIME: times in the notation of ISO 8601 (package UTIL.DATE-TIME), as far as calendar dates go."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin
from acl.clos.base import StandardObject
from acl.reader.designators import string_text
from acl.runtime.conditions import error
from acl.types.array import SimpleString
from acl.types.base import UNIX_EPOCH, wrong_type
from acl.types.symbol import UTIL_DATE_TIME


class DateTime(StandardObject, lisp="DATE-TIME", package=UTIL_DATE_TIME):
    """A date and a time of the day, with a zone or without."""

    value: Any

    def describe(self) -> str:
        """Return the text for the printer."""
        return f'date-time "{iso(self.value)}"'


def iso(value: Any) -> str:
    """Return a Python datetime in the notation of ISO 8601, Z for Greenwich."""
    return str(value.isoformat()).replace("+00:00", "Z")


def _make(value: Any) -> DateTime:
    made = DateTime.__new__(DateTime)
    made.value = value
    return made


@builtin("PARSE-ISO8601", "string", package=UTIL_DATE_TIME)
def parse_iso8601(text: Any) -> DateTime:
    """Return the date-time that STRING denotes: `1997-07-16T19:20:30Z`, `19970716`, `1997-W29-3` and the like."""
    from datetime import datetime

    try:
        return _make(datetime.fromisoformat(string_text(text).strip()))
    except ValueError:
        return error("PARSE-ERROR", "~s is no date and time of ISO 8601.", text)


@builtin("DATE-TIME", "thing", package=UTIL_DATE_TIME)
def date_time(thing: Any) -> DateTime:
    """Return the date-time of THING: a string in the notation of ISO 8601, a universal time, or a date-time."""
    if isinstance(thing, DateTime):
        return thing
    return ut_to_date_time(thing) if type(thing) is int else parse_iso8601(thing)


@builtin("UT-TO-DATE-TIME", "universal-time", package=UTIL_DATE_TIME)
def ut_to_date_time(universal_time: Any) -> DateTime:
    """Return UNIVERSAL-TIME as a date-time in the zone of Greenwich."""
    from datetime import UTC, datetime

    if type(universal_time) is not int:
        wrong_type(universal_time, "INTEGER")
    return _make(datetime.fromtimestamp(universal_time - UNIX_EPOCH, UTC))


def _value(x: Any) -> Any:
    if not isinstance(x, DateTime):
        wrong_type(x, "UTIL.DATE-TIME:DATE-TIME")
    return x.value


@builtin("DATE-TIME-TO-UT", "date-time", package=UTIL_DATE_TIME)
def date_time_to_ut(date_time: Any) -> int:
    """Return the universal time of DATE-TIME; without a zone it is a time of Greenwich."""
    from datetime import UTC

    value = _value(date_time)
    return int((value if value.tzinfo is not None else value.replace(tzinfo=UTC)).timestamp()) + UNIX_EPOCH


@builtin("DATE-TIME-ZONE", "date-time", package=UTIL_DATE_TIME)
def date_time_zone(date_time: Any) -> Any:
    """Return the zone of DATE-TIME as a string, such as +02:00, or NIL."""
    value = _value(date_time)
    return None if value.tzinfo is None else SimpleString(_zone(value))


def _zone(value: Any) -> str:
    minutes = int(value.utcoffset().total_seconds()) // 60
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _field(name: str, doc: str, read: Any) -> None:
    def reader(date_time: Any) -> Any:
        return read(_value(date_time))

    reader.__doc__ = f"Return the {doc} of DATE-TIME."
    builtin(f"DATE-TIME-{name}", "date-time", package=UTIL_DATE_TIME)(reader)


for _row in (("YEAR", "year", lambda v: v.year), ("YMD-MONTH", "month, from 1 on,", lambda v: v.month),
             ("YMD-DAY", "day of the month", lambda v: v.day), ("HOUR", "hour", lambda v: v.hour),
             ("MINUTE", "minute", lambda v: v.minute), ("SECOND", "second", lambda v: v.second),
             ("YD-DAY", "day of the year", lambda v: v.timetuple().tm_yday),
             ("YWD-WEEK", "week of ISO 8601", lambda v: v.isocalendar()[1]),
             ("YWD-DAY", "day of the week, Monday 1,", lambda v: v.isoweekday())):
    _field(*_row)
