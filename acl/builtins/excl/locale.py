"""Locales: how times, numbers and sums of money are written somewhere, as the operating system knows it.

The program `locale` of the system is asked when a locale is first looked for; C and POSIX are built in.
"""

from __future__ import annotations

import os
from functools import cache
from typing import Any

from acl.builtins.declare import builtin, variable
from acl.clos.base import StandardObject
from acl.reader.designators import name_text
from acl.runtime.conditions import error
from acl.types.array import SimpleString
from acl.types.base import UNIX_EPOCH, wrong_type
from acl.types.cons import from_iterable
from acl.types.symbol import EXCL, T

_DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday"
_MONTHS = "January February March April May June July August September October November December"
_C: dict[str, list[str] | str | int] = {
    "day": _DAYS.split(), "abday": [d[:3] for d in _DAYS.split()],
    "mon": _MONTHS.split(), "abmon": [m[:3] for m in _MONTHS.split()], "am_pm": ["AM", "PM"],
    "d_t_fmt": "%a %b %e %H:%M:%S %Y", "d_fmt": "%m/%d/%y", "t_fmt": "%H:%M:%S", "t_fmt_ampm": "%I:%M:%S %p",
    "decimal_point": ".", "thousands_sep": "", "grouping": -1, "mon_decimal_point": "", "mon_thousands_sep": "",
    "mon_grouping": -1, "int_curr_symbol": "", "currency_symbol": "", "positive_sign": "", "negative_sign": "",
    "int_frac_digits": -1, "frac_digits": -1, "p_cs_precedes": -1, "p_sep_by_space": -1, "n_cs_precedes": -1,
    "n_sep_by_space": -1, "p_sign_posn": -1, "n_sign_posn": -1, "yesexpr": "^[yY]", "noexpr": "^[nN]", "yesstr": "",
    "nostr": "", "language": "", "territory": "", "charmap": "ANSI_X3.4-1968"}


class Locale(StandardObject, lisp="LOCALE", package=EXCL):
    """A locale: its name, and what the system says of it.  One that `make-instance` makes is like C."""

    name = "C"
    attributes: dict[str, Any] = _C

    def describe(self) -> str:
        """Return the text for the printer."""
        return f'locale "{self.name}"'


def _read(name: str) -> dict[str, Any] | None:
    """Return the attributes of the system's locale *name*, None if there is none."""
    import subprocess

    try:
        listed = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False).stdout.split()
        plain = {x.lower().replace("-", ""): x for x in listed}
        found = next((plain[x] for x in (name.lower().replace("-", ""), name.lower().replace("-", "") + ".utf8")
                      if x in plain), None)
        if found is None:
            return None
        shown = subprocess.run(["locale", "-k", "LC_TIME", "LC_NUMERIC", "LC_MONETARY", "LC_MESSAGES", "LC_CTYPE",
                                "LC_IDENTIFICATION"], capture_output=True, text=True, check=False,
                               env={**os.environ, "LC_ALL": found}).stdout
    except OSError:  # a system without that program
        return None
    attributes = dict(_C)
    for line in shown.splitlines():
        key, _, value = line.partition("=")
        if value.startswith('"'):
            texts = value[1:-1].split(";")
            attributes[key] = texts if isinstance(_C.get(key), list) else value[1:-1]
        else:
            first = value.split(";")[0]
            attributes[key] = int(first) if first.lstrip("-").isdigit() else value
    return attributes


_loaded: dict[str, Locale] = {}


@cache
def _locale(name: str) -> Locale | None:
    attributes = _C if name.upper() in ("C", "POSIX") else _read(name)
    if attributes is None:
        return None
    made = Locale.__new__(Locale)
    made.name, made.attributes = "C" if attributes is _C else name, attributes
    return _loaded.setdefault(made.name, made)


LOCALE = variable("*LOCALE*", _locale("C"), "The locale that is meant where none is given.", package=EXCL)


@builtin("FIND-LOCALE", "name &key (errorp t)", package=EXCL)
def find_locale(name: Any, *, errorp: Any = T) -> Any:
    """Return the locale called NAME, such as C or fr_FR; a locale is returned as it is.

    If the system has none of that name signal an error, or return NIL if ERRORP is NIL.
    """
    if isinstance(name, Locale):
        return name
    found = _locale(name_text(name))
    if found is None and errorp is not None:
        error("ERROR", "There is no locale ~s.", name)
    return found


@builtin("ALL-LOCALES", "", package=EXCL)
def all_locales() -> Any:
    """Return a list of the locales that have been looked for and found; C is always among them."""
    return from_iterable(_loaded.values())


def _the(locale: Any) -> Locale:
    found = LOCALE.value if locale is None else locale
    if not isinstance(found, Locale):
        wrong_type(found, "EXCL:LOCALE")
    return found


@builtin("LOCALE-NAME", "locale", package=EXCL)
def locale_name(locale: Any) -> Any:
    """Return the name of LOCALE."""
    return SimpleString(_the(locale).name)


@builtin("LOCALE-ATTRIBUTE", "locale attribute &key category", package=EXCL)
def locale_attribute(locale: Any, attribute: Any, *, category: Any = None) -> Any:
    """Return the ATTRIBUTE of LOCALE, named by a string or symbol as in POSIX: a string, a number, or a list.

    NIL if it has none.  CATEGORY, such as LC_TIME, need not be given.
    """
    value = _the(locale).attributes.get(name_text(attribute).lower().replace("-", "_"))
    if isinstance(value, list):
        return from_iterable(SimpleString(x) for x in value)
    return SimpleString(value) if isinstance(value, str) else value


def _reader(key: str) -> None:
    def reader(locale: Any) -> Any:
        return locale_attribute(locale, SimpleString(key))

    reader.__doc__ = f"Return the attribute {key} of LOCALE; see `locale-attribute`."
    builtin(f"LOCALE-{key.upper().replace('_', '-')}", "locale", package=EXCL)(reader)


for _key in _C:
    if _key not in ("language", "territory", "charmap", "yesexpr", "noexpr", "yesstr", "nostr"):
        _reader(_key)


# --------------------------------------------------------------------------------------------------------- formatting


def _deliver(stream: Any, text: str) -> Any:
    """Write *text* as `format` would: to a stream, T being standard output; a string for NIL."""
    if stream is None:
        return SimpleString(text)
    from acl.streams.base import output_stream

    output_stream(None if stream is T else stream).write_str(text)
    return None


def format_time(universal_time: int, control: str, locale: Locale) -> str:
    """Return *universal_time*, local time, as *control* says, whose directives are those of `strftime`."""
    import re
    import time

    moment = time.localtime(universal_time - UNIX_EPOCH)
    a = locale.attributes
    names = {"a": a["abday"][(moment.tm_wday + 1) % 7], "A": a["day"][(moment.tm_wday + 1) % 7],
             "b": a["abmon"][moment.tm_mon - 1], "h": a["abmon"][moment.tm_mon - 1], "B": a["mon"][moment.tm_mon - 1],
             "p": a["am_pm"][moment.tm_hour >= 12]}
    whole = {"c": "d_t_fmt", "x": "d_fmt", "X": "t_fmt", "r": "t_fmt_ampm"}

    def one(found: Any) -> str:
        letter = found[1]
        if letter in whole:
            return format_time(universal_time, a[whole[letter]], locale)
        return str(names[letter]) if letter in names else time.strftime(found[0], moment)

    return re.sub(r"%[EO]?([a-zA-Z%+])", one, control)


@builtin("LOCALE-FORMAT-TIME", "stream universal-time &optional show-date show-time locale format", package=EXCL)
def locale_format_time(stream: Any, universal_time: Any, show_date: Any = None, show_time: Any = None,
                       locale: Any = None, format: Any = None) -> Any:
    """Write UNIVERSAL-TIME as LOCALE has it to STREAM; with STREAM NIL return a string.

    FORMAT has the directives of the C library's strftime.  Without it the date is written if SHOW-DATE is true, the
    time if SHOW-TIME is true, both if both are, and the time of a twelve-hour clock if none is.  It can be called by
    `format`: ~:@/locale-format-time/.
    """
    if type(universal_time) is not int:
        wrong_type(universal_time, "INTEGER")
    where = _the(locale)
    control = {(True, True): "%c", (True, False): "%x", (False, True): "%X"}.get(
        (show_date is not None, show_time is not None), "%r")
    return _deliver(stream, format_time(universal_time, name_text(format) if format is not None else control, where))


@builtin("LOCALE-PRINT-TIME", "universal-time &key (stream *terminal-io*) show-date show-time fmt locale", package=EXCL)
def locale_print_time(universal_time: Any, *, stream: Any = T, show_date: Any = None, show_time: Any = None,
                      fmt: Any = None, locale: Any = None) -> Any:
    """Write UNIVERSAL-TIME to STREAM by `locale-format-time`, of which the other arguments are."""
    from acl.streams.base import TERMINAL_IO

    target = TERMINAL_IO.value if stream is T else stream
    return locale_format_time(target, universal_time, show_date, show_time, locale, fmt)


def _grouped(digits: str, size: int, separator: str) -> str:
    if size <= 0 or not separator:
        return digits
    head = len(digits) % size
    groups = [digits[i:i + size] for i in range(head, len(digits), size)]
    return separator.join([digits[:head], *groups] if head else groups)


def _written(number: Any, where: Locale, prefix: str, fraction: int) -> str:
    """Return *number* without sign, its digits grouped, with *fraction* digits behind the point; -1 is as it has."""
    from decimal import Decimal

    from acl.printer.writer import princ_to_string

    value = abs(number)
    text = princ_to_string(value) if fraction < 0 else format(Decimal(princ_to_string(value).replace("d", "e")),
                                                              f".{fraction}f")
    whole, point, rest = text.partition(".")
    a = where.attributes
    grouped = _grouped(whole, a[f"{prefix}grouping"], a[f"{prefix}thousands_sep"])
    return grouped + (a[f"{prefix}decimal_point"] or ".") * bool(point) + rest.partition("d")[0]


@builtin("LOCALE-FORMAT-NUMBER", "stream number &optional colon at locale", package=EXCL)
def locale_format_number(stream: Any, number: Any, colon: Any = None, at: Any = None, locale: Any = None) -> Any:
    """Write NUMBER as LOCALE has it to STREAM: its point, and its groups of digits; with STREAM NIL return a string.

    AT has a plus sign written before a positive number; COLON is for `format`, which can call it.
    """
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        wrong_type(number, "REAL")
    sign = "-" if number < 0 else "+" if at is not None else ""
    return _deliver(stream, sign + _written(number, _the(locale), "", -1))


@builtin("LOCALE-FORMAT-MONETARY", "stream number &optional colon at locale", package=EXCL)
def locale_format_monetary(stream: Any, number: Any, colon: Any = None, at: Any = None, locale: Any = None) -> Any:
    """Write NUMBER as a sum of money of LOCALE to STREAM; with STREAM NIL return a string.

    COLON has the international sign of the currency written in place of the local one.
    """
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        wrong_type(number, "REAL")
    where = _the(locale)
    a = where.attributes
    side = "n" if number < 0 else "p"
    text = _written(number, where, "mon_", a["int_frac_digits" if colon is not None else "frac_digits"])
    sign = (a["negative_sign"] or "-") if number < 0 else a["positive_sign"]
    symbol = a["int_curr_symbol"].strip() if colon is not None else a["currency_symbol"]
    space = " " if symbol and (colon is not None or a[f"{side}_sep_by_space"] == 1) else ""
    money = f"{symbol}{space}{text}" if a[f"{side}_cs_precedes"] != 0 else f"{text}{space}{symbol}"
    return _deliver(stream, sign + money)
