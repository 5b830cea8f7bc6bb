"""Time: universal time, internal time, the macro `time` (CLHS 25.1.4)."""

from __future__ import annotations

import gc
import sys
import time
from operator import add, sub
from typing import Any

from acl.builtins.declare import builtin, macro, variable
from acl.expand.template import template
from acl.types.base import UNIX_EPOCH, wrong_type
from acl.types.cons import Cons
from acl.types.function import call_values
from acl.types.symbol import EXCL, SYSTEM, T, cl

_UNITS = 1000
_START = time.monotonic()

variable("INTERNAL-TIME-UNITS-PER-SECOND", _UNITS, "The number of internal time units in a second.", constant=True)


@builtin("GET-UNIVERSAL-TIME", "")
def _get_universal_time() -> int:
    """Return the current time as a universal time: seconds since 1900."""
    return int(time.time()) + UNIX_EPOCH


@builtin("GET-INTERNAL-REAL-TIME", "")
def _get_internal_real_time() -> int:
    """Return the real time that has passed, in internal time units."""
    return int((time.monotonic() - _START) * _UNITS)


@builtin("GET-INTERNAL-RUN-TIME", "")
def _get_internal_run_time() -> int:
    """Return the processor time that Lisp has used, in internal time units."""
    return int(time.process_time() * _UNITS)


@builtin("GET-INTERNAL-RUN-TIMES", "", package=EXCL, export=False, values=True)
def _get_internal_run_times() -> tuple[Any, ...]:
    """Return the user and system time that Lisp has used, and the same of garbage collection, in milliseconds.

    Python does not count the last two apart: they are 0 here, and a part of the first two.
    """
    user, system, *_ = _used(_PROCESS)
    return int(user * 1000), int(system * 1000), 0, 0


@builtin("GSGC-TOTALLOC", "vector &optional total", package=SYSTEM, export=False)
def _gsgc_totalloc(vector: Any, total: Any = None) -> Any:
    """Store the number of conses in element 0 of VECTOR, that of other objects in element 2; return VECTOR.

    Python keeps no count of what was allocated: these are the objects that there are now.
    """
    from acl.builtins.arrays import set_aref

    conses, others = _objects()
    set_aref(conses, vector, 0)
    set_aref(others, vector, 2)
    return vector


@builtin("GET-DECODED-TIME", "", values=True)
def _get_decoded_time() -> tuple[Any, ...]:
    """Return the current time decoded: second, minute, hour, date, month, year, day (0 = Monday), daylight-p, zone."""
    return decoded(_get_universal_time())


@builtin("DECODE-UNIVERSAL-TIME", "universal-time &optional time-zone", values=True)
def _decode_universal_time(universal_time: Any, time_zone: Any = None) -> tuple[Any, ...]:
    """Return UNIVERSAL-TIME as second, minute, hour, date, month, year, day (0 = Monday), daylight-p, zone.

    TIME-ZONE is the number of hours west of Greenwich; the local zone if not given.
    """
    return decoded(universal_time, time_zone)


def decoded(universal: int, zone: Any = None) -> tuple[Any, ...]:
    """Return the nine values of `decode-universal-time`."""
    if type(universal) is not int:
        wrong_type(universal, "INTEGER")
    daylight = False
    if zone is None:
        zone, daylight = local_zone(universal)
        offset = zone - (1 if daylight else 0)
    else:
        offset = zone
    days, second = divmod(universal - _seconds(offset), 86400)
    year, month, day = civil(days)
    hour, rest = divmod(second, 3600)
    return rest % 60, rest // 60, hour, day, month, year, days % 7, T if daylight else None, zone


def _seconds(zone: Any) -> int:
    product = zone * 3600
    return product if type(product) is int else int(product)


def local_zone(universal: int) -> tuple[Any, bool]:
    """Return the local zone in hours west of Greenwich, and whether daylight saving time is in force then."""
    try:
        local = time.localtime(universal - UNIX_EPOCH)
    except (OverflowError, ValueError, OSError):
        return _hours(time.timezone), False
    daylight = local.tm_isdst > 0
    return _hours(-local.tm_gmtoff + (3600 if daylight else 0)), daylight


def _hours(seconds: int) -> Any:
    from acl.types.number import ratio

    return ratio(seconds, 3600)


def civil(days: int) -> tuple[int, int, int]:
    """Return year, month and day for the number of days since the 1st of January 1900."""
    z = days + 693901  # days since the 1st of March of the year 0
    era, day_of_era = divmod(z, 146097)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * day_of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return year_of_era + era * 400 + (month <= 2), month, day_of_year - (153 * shifted + 2) // 5 + 1


def days_before(year: int, month: int, day: int) -> int:
    """Return the number of days from the 1st of January 1900; the inverse of `civil`."""
    y = year - (month <= 2)
    era, year_of_era = divmod(y, 400)
    day_of_year = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5 + day - 1
    return era * 146097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - 693901


@builtin("ENCODE-UNIVERSAL-TIME", "second minute hour date month year &optional time-zone")
def _encode_universal_time(second: Any, minute: Any, hour: Any, date: Any, month: Any, year: Any,
                           time_zone: Any = None) -> Any:
    """Return the universal time of the given date and time, in TIME-ZONE (hours west) or local time.

    A YEAR from 0 to 99 is the nearest such year.
    """
    if 0 <= year <= 99:
        this = time.localtime().tm_year
        year += this - this % 100
        if year < this - 50:
            year += 100
        elif year >= this + 50:
            year -= 100
    universal: int = days_before(year, month, date) * 86400 + hour * 3600 + minute * 60 + second
    if time_zone is not None:
        return universal + _seconds(time_zone)
    zone, daylight = local_zone(universal + _seconds(local_zone(universal)[0]))
    return universal + _seconds(zone - (1 if daylight else 0))


# The macro TIME

_time = template("(%time (lambda () ,form))")


@macro("TIME", "form")
def _time_macro(form: Any, env: Any) -> Any:
    """Evaluate FORM, print on `*trace-output*` what time and space it took, and return its values.

    Python keeps no count of what is allocated: what is shown is how many objects there are more than before.
    """
    return _time(form=form.cdr.car)


class _Usage:
    """What the process, this thread and the garbage collector have used between `start` and `stop`."""

    def start(self) -> None:
        """Begin to measure."""
        self.collector = (0.0, 0.0, 0, 0)
        gc.callbacks.append(self._collection)
        self.conses, self.objects = _objects()
        self.process, self.thread = _used(_PROCESS), _used(_THREAD)
        self.real = time.perf_counter()

    def stop(self) -> None:
        """End the measurement: the attributes are differences now."""
        self.real = time.perf_counter() - self.real
        self.process, self.thread = _since(self.process, _PROCESS), _since(self.thread, _THREAD)
        self.conses, self.objects = map(sub, _objects(), (self.conses, self.objects))
        gc.callbacks.remove(self._collection)

    def _collection(self, phase: str, info: Any) -> None:
        """Called by the collector when it starts and when it stops."""
        if phase == "start":
            self.began = _used(_PROCESS)
        elif hasattr(self, "began"):
            self.collector = tuple(map(add, self.collector, _since(self.began, _PROCESS)))

    def report(self) -> str:
        """Return the text for `*trace-output*`."""
        user, system, major, minor = self.process
        gc_user, gc_system, gc_major, gc_minor = self.collector
        share = min(100 * (user + system) / self.real if self.real > 0 else 100.0, 999.99)
        return (f"; cpu time (non-gc) {user - gc_user:.6f} sec user, {system - gc_system:.6f} sec system\n"
                f"; cpu time (gc)     {gc_user:.6f} sec user, {gc_system:.6f} sec system\n"
                f"; cpu time (total)  {user:.6f} sec user, {system:.6f} sec system\n"
                f"; cpu time (thread) {self.thread[0]:.6f} sec user, {self.thread[1]:.6f} sec system\n"
                f"; real time  {self.real:.6f} sec ({share:5.2f}%)\n"
                f"; space allocation:\n"
                f";  {max(self.conses, 0):,} cons cells, {max(self.objects, 0):,} other objects kept\n"
                f"; Page Faults: major: {major} (gc: {gc_major}), minor: {minor} (gc: {gc_minor})\n")


_PROCESS, _THREAD = 0, 1


def _used(whose: int) -> tuple[float, float, int, int]:
    """Return user and system time in seconds, and major and minor page faults, of the process or this thread."""
    try:
        import resource
    except ImportError:  # a system without it
        seconds = time.process_time() if whose == _PROCESS else time.thread_time()
        return seconds, 0.0, 0, 0
    usage = resource.getrusage(resource.RUSAGE_SELF if whose == _PROCESS else
                               getattr(resource, "RUSAGE_THREAD", resource.RUSAGE_SELF))
    return usage.ru_utime, usage.ru_stime, usage.ru_majflt, usage.ru_minflt


def _since(before: tuple[float, float, int, int], whose: int) -> tuple[float, float, int, int]:
    user, system, major, minor = map(sub, _used(whose), before)
    return user, system, int(major), int(minor)


def _objects() -> tuple[int, int]:
    """Return how many conses there are, and how many other objects."""
    conses = sys.getrefcount(Cons)  # every object refers to its class
    return conses, sys.getallocatedblocks() - conses


@builtin("%TIME", "function", package=SYSTEM, export=False, values=True)
def _run_timed(function: Any) -> tuple[Any, ...]:
    """Call FUNCTION, report what it used on `*trace-output*`, and return its values."""
    usage = _Usage()
    usage.start()
    try:
        values = call_values(function)
    finally:
        usage.stop()
    out = cl("*TRACE-OUTPUT*").value
    out.fresh_line()
    out.write_str(usage.report())
    return values
