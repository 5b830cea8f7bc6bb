"""Numbers in words and Roman numerals, for ~R."""

from __future__ import annotations

_SMALL = ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
          "seventeen eighteen nineteen").split()
_TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()
_GROUPS = ("", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion", "sextillion", "septillion",
           "octillion", "nonillion", "decillion", "undecillion", "duodecillion", "tredecillion", "quattuordecillion",
           "quindecillion", "sexdecillion", "septendecillion", "octodecillion", "novemdecillion", "vigintillion")
_ORDINALS = {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
             "twelve": "twelfth"}
_ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
          (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
LIMIT = 1000 ** len(_GROUPS)
"""Numbers from here on have no name."""


def _below_thousand(n: int) -> str:
    parts = []
    if n >= 100:
        parts.append(f"{_SMALL[n // 100]} hundred")
        n %= 100
    if n >= 20:
        tens = _TENS[n // 10]
        parts.append(f"{tens}-{_SMALL[n % 10]}" if n % 10 else tens)
    elif n:
        parts.append(_SMALL[n])
    return " ".join(parts)


def cardinal(n: int) -> str:
    """Return *n*, of magnitude below LIMIT, in English."""
    if n < 0:
        return "minus " + cardinal(-n)
    if n == 0:
        return "zero"
    parts = []
    for name in _GROUPS:
        n, group = divmod(n, 1000)
        if group:
            parts.append(f"{_below_thousand(group)} {name}".rstrip())
    return " ".join(reversed(parts))


def ordinal(n: int) -> str:
    """Return *n* as an English ordinal."""
    words = cardinal(n)
    cut = max(words.rfind(" "), words.rfind("-")) + 1
    last = words[cut:]
    last = _ORDINALS.get(last) or (last[:-1] + "ieth" if last.endswith("y") else last + "th")
    return words[:cut] + last


def roman(n: int, old: bool = False) -> str:
    """Return *n* in Roman numerals, without subtraction (IIII) if *old*."""
    parts = []
    for value, letters in _ROMAN:
        if not old or len(letters) == 1:
            count, n = divmod(n, value)
            parts.append(letters * count)
    return "".join(parts)
