"""Characters (CLHS 13): attributes, codes, names, digits, case, comparison."""

from __future__ import annotations

from operator import ge, gt, le, lt
from typing import Any

from acl.builtins.declare import builtin, inline_names, predicate, variable
from acl.builtins.numbers.parse import digit_weight
from acl.printer.characters import NAMES
from acl.printer.characters import char_name as printed_name
from acl.reader.designators import name_text
from acl.types.array import SimpleString, bad_index, type_error
from acl.types.base import wrong_type
from acl.types.casing import LOWER, UPPER
from acl.types.character import CHAR, Char
from acl.types.cons import lisp_list
from acl.types.symbol import cl

LIMIT = 0x110000
variable("CHAR-CODE-LIMIT", LIMIT, "All codes of characters are below this.", constant=True)


def _character(x: Any) -> Any:
    """Return *x* if it is a character; `type-error` otherwise."""
    if type(x) is not Char:
        wrong_type(x, "CHARACTER")
    return x


@predicate("CHARACTERP", "object", test="type({0}) is Char")
def characterp(x: Any) -> bool:
    """Return true if OBJECT is a character."""
    return type(x) is Char


# Codes.

def char_code(character: Any) -> int:
    """Return the code of CHARACTER, its Unicode code point."""
    return ord(_character(character))


def code_char(code: Any) -> Char:
    """Return the character with CODE, an integer from 0 to below `char-code-limit`."""
    if type(code) is not int or not 0 <= code < LIMIT:
        bad_index(code, LIMIT)
    return CHAR[chr(code)]


inline_names(Char=Char, CHAR=CHAR, char_code=char_code, code_char=code_char)
_CODE = "ord({0}) if type({0}) is Char else char_code({0})"
builtin("CHAR-CODE", "character", expr=_CODE)(char_code)
builtin("CODE-CHAR", "code", expr=f"CHAR[chr({{0}})] if type({{0}}) is int and 0 <= {{0}} < {LIMIT} "
        "else code_char({0})")(code_char)


@builtin("CHAR-INT", "character", expr=_CODE)
def char_int(character: Any) -> int:
    """Return the integer that encodes CHARACTER: its code."""
    return char_code(character)


@builtin("CHARACTER", "character", expr="{0} if type({0}) is Char else designated_character({0})")
def character(x: Any) -> Any:
    """Return the character that CHARACTER designates: itself, or the only one of a string or of a symbol's name."""
    return x if type(x) is Char else designated_character(x)


def designated_character(x: Any) -> Char:
    """Return the character that *x*, a string or symbol, designates."""
    from acl.types.array import is_string
    from acl.types.symbol import Symbol

    if x is None or type(x) is Symbol or is_string(x):
        name = name_text(x)
        if len(name) == 1:
            return CHAR[name]
    wrong_type(x, "CHARACTER")


inline_names(designated_character=designated_character)


# Names.  Those that are printed are the printer's, `name-char` understands more.

_ASCII = ("NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS "
          "GS RS US SP")
_OTHERS = {"LINEFEED": 10, "DEL": 127, "DELETE": 127, "ALTMODE": 27, "NBSP": 160}
_codes: dict[str, int] = {}


def _code_named(name: str) -> int | None:
    """Return the code of the character with this name in upper case, None if there is none."""
    if not _codes:
        _codes.update({n: code for code, n in enumerate(_ASCII.split())}, **_OTHERS)
        _codes.update({n.upper(): code for code, n in NAMES.items()})
    code = _codes.get(name)
    if code is None and len(name) == 2 and name[0] == "^" and "@" <= name[1] <= "_":
        return ord(name[1]) - 64
    return code if code is not None else _unicode_code(name)


def _unicode_code(name: str) -> int | None:
    """Return the code of U+X, of X hexadecimal, or of a Unicode name with underscores for spaces."""
    if name[:1] == "U":
        digits = name[2:] if name[1:2] == "+" else name[1:]
        if 2 <= len(digits) <= 8 and all(c in "0123456789ABCDEF" for c in digits):
            code = int(digits, 16)
            return code if code < LIMIT else None
    if len(name) < 3 or not name.isascii():
        return None
    import unicodedata

    try:
        return ord(unicodedata.lookup(name.replace("_", " ")))
    except (KeyError, TypeError):  # a TypeError for a sequence of several characters that has a name
        return None


@builtin("CHAR-NAME", "character")
def char_name(character: Any) -> Any:
    """Return the name of CHARACTER as a string, NIL if it has none."""
    name = printed_name(_character(character))
    return None if name is None else SimpleString(name)


@builtin("NAME-CHAR", "name")
def name_char(name: Any) -> Any:
    """Return the character with NAME, a string designator, in any case; NIL if there is none."""
    text = name_text(name)
    code = _code_named(text.upper())
    return None if code is None else CHAR[chr(code)]


# Kinds of characters.

class _Weights(dict[str, int]):
    def __missing__(self, c: str) -> int:
        weight = self[str(c)] = digit_weight(str(c))
        return weight


WEIGHTS = _Weights()
"""Character to its weight as a digit, -1 if it is none."""


class _Decimals(dict[str, Any]):
    def __missing__(self, c: str) -> Any:
        weight = WEIGHTS[c]
        decimal = self[c] = weight if 0 <= weight < 10 else None
        return decimal


def _check_radix(radix: Any) -> None:
    if type(radix) is not int or not 2 <= radix <= 36:
        type_error(radix, lisp_list(cl("INTEGER"), 2, 36))


def digit_char_p(character: Any, radix: Any = 10) -> Any:
    """Return the weight of CHARACTER as a digit in RADIX, NIL if it is not one."""
    if type(character) is not Char:
        wrong_type(character, "CHARACTER")
    if radix != 10:
        _check_radix(radix)
    weight = WEIGHTS[character]
    return weight if 0 <= weight < radix else None


inline_names(DECIMALS=_Decimals(), digit_char_p=digit_char_p)
builtin("DIGIT-CHAR-P", "character &optional (radix 10)",
        expr="DECIMALS[{0}] if type({0}) is Char else digit_char_p({0})")(digit_char_p)


@builtin("DIGIT-CHAR", "weight &optional (radix 10)")
def digit_char(weight: Any, radix: Any = 10) -> Any:
    """Return the character that is the digit of WEIGHT in RADIX, NIL if there is none."""
    _check_radix(radix)
    if type(weight) is not int or weight < 0:
        wrong_type(weight, "UNSIGNED-BYTE")
    return CHAR["0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[weight]] if weight < radix else None


def alpha_char_p(character: Any) -> bool:
    """Return true if CHARACTER is a letter."""
    return bool(_character(character).isalpha())


def alphanumericp(character: Any) -> bool:
    """Return true if CHARACTER is a letter or a digit."""
    return bool(_character(character).isalnum())


inline_names(alpha_char_p=alpha_char_p, alphanumericp=alphanumericp)
predicate("ALPHA-CHAR-P", "character", test="{0}.isalpha() if type({0}) is Char else alpha_char_p({0})")(alpha_char_p)
predicate("ALPHANUMERICP", "character",
          test="{0}.isalnum() if type({0}) is Char else alphanumericp({0})")(alphanumericp)


@predicate("GRAPHIC-CHAR-P", "character")
def graphic_char_p(character: Any) -> bool:
    """Return true if CHARACTER has a visible form, or is the space."""
    return bool(_character(character).isprintable())


@predicate("STANDARD-CHAR-P", "character")
def standard_char_p(character: Any) -> bool:
    """Return true if CHARACTER is one of the 96 that every Lisp has."""
    return 32 <= ord(_character(character)) < 127 or character == "\n"


# Case.

def upper_case_p(character: Any) -> bool:
    """Return true if CHARACTER is an upper-case letter that has a partner in lower case."""
    return LOWER[_character(character)] is not character


def lower_case_p(character: Any) -> bool:
    """Return true if CHARACTER is a lower-case letter that has a partner in upper case."""
    return UPPER[_character(character)] is not character


inline_names(UPPER=UPPER, LOWER=LOWER, upper_case_p=upper_case_p, lower_case_p=lower_case_p)
predicate("UPPER-CASE-P", "character",
          test="LOWER[{0}] is not {0} if type({0}) is Char else upper_case_p({0})")(upper_case_p)
predicate("LOWER-CASE-P", "character",
          test="UPPER[{0}] is not {0} if type({0}) is Char else lower_case_p({0})")(lower_case_p)


@predicate("BOTH-CASE-P", "character")
def both_case_p(character: Any) -> bool:
    """Return true if CHARACTER has a partner in the other case."""
    return LOWER[_character(character)] is not UPPER[character]


def char_upcase(character: Any) -> Char:
    """Return CHARACTER in upper case, itself if it has no case."""
    if type(character) is not Char:
        wrong_type(character, "CHARACTER")
    return UPPER[character]


def char_downcase(character: Any) -> Char:
    """Return CHARACTER in lower case, itself if it has no case."""
    if type(character) is not Char:
        wrong_type(character, "CHARACTER")
    return LOWER[character]


inline_names(char_upcase=char_upcase, char_downcase=char_downcase)
builtin("CHAR-UPCASE", "character", expr="UPPER[{0}] if type({0}) is Char else char_upcase({0})")(char_upcase)
builtin("CHAR-DOWNCASE", "character", expr="LOWER[{0}] if type({0}) is Char else char_downcase({0})")(char_downcase)


# Comparison.

def _keys(characters: tuple[Any, ...], fold: bool) -> list[int]:
    """Return the codes of *characters*, in lower case if *fold*; `type-error` if one is not a character."""
    for c in characters:
        if type(c) is not Char:
            wrong_type(c, "CHARACTER")
    return [ord(LOWER[c]) for c in characters] if fold else list(map(ord, characters))


def _same(fold: bool) -> Any:
    def compare(character: Any, *more_characters: Any) -> bool:
        if len(more_characters) == 1 and type(character) is type(more_characters[0]) is Char:
            return character is more_characters[0] or (fold and LOWER[character] is LOWER[more_characters[0]])
        return len(set(_keys((character, *more_characters), fold))) == 1

    return compare


def _different(fold: bool) -> Any:
    def compare(character: Any, *more_characters: Any) -> bool:
        return len(set(_keys((character, *more_characters), fold))) == 1 + len(more_characters)

    return compare


def _ordered(relation: Any, fold: bool) -> Any:
    def compare(character: Any, *more_characters: Any) -> bool:
        keys = _keys((character, *more_characters), fold)
        return all(map(relation, keys, keys[1:]))

    return compare


_COMPARISONS = (
    ("CHAR=", "==", _same(False), "Return true if all CHARACTERS are the same."),
    ("CHAR/=", "!=", _different(False), "Return true if no two CHARACTERS are the same."),
    ("CHAR<", "<", _ordered(lt, False), "Return true if the codes of CHARACTERS increase."),
    ("CHAR>", ">", _ordered(gt, False), "Return true if the codes of CHARACTERS decrease."),
    ("CHAR<=", "<=", _ordered(le, False), "Return true if the codes of CHARACTERS do not decrease."),
    ("CHAR>=", ">=", _ordered(ge, False), "Return true if the codes of CHARACTERS do not increase."),
    ("CHAR-EQUAL", "==", _same(True), "Return true if all CHARACTERS are the same but for case."),
    ("CHAR-NOT-EQUAL", "!=", _different(True), "Return true if no two CHARACTERS are the same, ignoring case."),
    ("CHAR-LESSP", "<", _ordered(lt, True), "Return true if the codes of CHARACTERS increase, ignoring case."),
    ("CHAR-GREATERP", ">", _ordered(gt, True), "Return true if the codes of CHARACTERS decrease, ignoring case."),
    ("CHAR-NOT-GREATERP", "<=", _ordered(le, True),
     "Return true if the codes of CHARACTERS do not decrease, ignoring case."),
    ("CHAR-NOT-LESSP", ">=", _ordered(ge, True),
     "Return true if the codes of CHARACTERS do not increase, ignoring case."),
)


def _declare_comparisons() -> None:
    for name, operator, function, doc in _COMPARISONS:
        function.__doc__ = doc
        function.__qualname__ = name
        called = f"compare_{name}".replace("=", "eq").replace("/", "n").replace("<", "lt").replace(">", "gt")
        called = called.lower().replace("-", "_")
        inline_names(**{called: function})
        fold = not name.endswith(("=", "<", ">"))
        if not fold and operator in ("==", "!="):
            quick = "{0} is {1}" if operator == "==" else "{0} is not {1}"
        elif fold:
            quick = f"ord(LOWER[{{0}}]) {operator} ord(LOWER[{{1}}])"
        else:
            quick = f"ord({{0}}) {operator} ord({{1}})"
        test = f"({quick}) if type({{0}}) is Char and type({{1}}) is Char else {called}({{0}}, {{1}})"
        predicate(name, "character &rest more-characters", test=test)(function)


_declare_comparisons()
