"""Strings (CLHS 16): access, case, trimming, making.  Comparison is in `strings_compare`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from acl.builtins.declare import builtin, inline_names, predicate
from acl.reader.designators import name_text
from acl.types.array import (
    CHARACTER_TYPE,
    GeneralArray,
    SimpleString,
    bad_index,
    is_simple_string,
    is_string,
    simple_ref,
    simple_set,
    type_error,
)
from acl.types.base import wrong_type
from acl.types.casing import capitalize, downcase, upcase
from acl.types.character import CHAR, Char
from acl.types.cons import lisp_list
from acl.types.sequence import all_items, bounds
from acl.types.symbol import cl


@predicate("STRINGP", "object", test="(type({0}) is SimpleString or is_string({0}))")
def stringp(x: Any) -> bool:
    """Return true if OBJECT is a string."""
    return is_string(x)


@predicate("SIMPLE-STRING-P", "object", test="(type({0}) is SimpleString or is_simple_string({0}))")
def simple_string_p(x: Any) -> bool:
    """Return true if OBJECT is a simple string: not displaced, adjustable, or with a fill pointer."""
    return is_simple_string(x)


@builtin("STRING", "x", expr="{0} if type({0}) is SimpleString else designated_string({0})")
def string(x: Any) -> Any:
    """Return the string that X designates: itself, the name of a symbol, or the string of a character."""
    return x if type(x) is SimpleString else designated_string(x)


def designated_string(x: Any) -> Any:
    """Return the string that *x* designates."""
    return x if is_string(x) else SimpleString(name_text(x))


# Access.

def _place(string: Any, index: Any) -> tuple[Any, int]:
    """Return the simple string that holds element *index* of *string*, and its index there, both checked."""
    kind = type(string)
    if kind is SimpleString:
        size = len(string.s)
    elif kind is GeneralArray and string.is_string():
        size = string.total_size()
    else:
        wrong_type(string, "STRING")
    if type(index) is not int or not 0 <= index < size:
        bad_index(index, size)
    if kind is GeneralArray:
        string, index = string.locate(index)
        if index >= len(string.s):  # what it is displaced to has shrunk
            bad_index(index, len(string.s))
    return string, index


def char(string: Any, index: Any) -> Any:
    """Return character number INDEX of STRING, whatever its fill pointer."""
    if type(string) is SimpleString:
        s = string.s
        if type(index) is int and 0 <= index < len(s):
            return CHAR[s[index]]
    return simple_ref(*_place(string, index))


def schar(string: Any, index: Any) -> Any:
    """Return character number INDEX of STRING, a simple string."""
    if type(string) is not SimpleString:
        wrong_type(string, "SIMPLE-STRING")
    return char(string, index)


inline_names(CHAR=CHAR, Char=Char, SimpleString=SimpleString, is_simple_string=is_simple_string,
             is_string=is_string, string_char=char, string_schar=schar, designated_string=designated_string)
_READ = "CHAR[{0}.s[{1}]] if type({0}) is SimpleString and type({1}) is int and 0 <= {1} < len({0}.s) else "
builtin("CHAR", "string index", expr=_READ + "string_char({0}, {1})")(char)
builtin("SCHAR", "string index", expr=_READ + "string_schar({0}, {1})")(schar)

# The first write turns the contents into a list, the next ones are open-coded.
_STORE = ("type({0}) is Char and type({1}) is SimpleString and type({1}.s) is list and type({2}) is int and "
          "0 <= {2} < len({1}.s)", "{1}.s[{2}] = {0}")


@builtin("CHAR", "new-value string index", setf=True, store=(_STORE,))
def set_char(new_value: Any, string: Any, index: Any) -> Any:
    """Make NEW-VALUE character number INDEX of STRING."""
    place, at = _place(string, index)
    simple_set(place, at, new_value)
    return new_value


@builtin("SCHAR", "new-value string index", setf=True, store=(_STORE,))
def set_schar(new_value: Any, string: Any, index: Any) -> Any:
    """Make NEW-VALUE character number INDEX of STRING, a simple string."""
    if type(string) is not SimpleString:
        wrong_type(string, "SIMPLE-STRING")
    return set_char(new_value, string, index)


# Case.

def _changed(change: Callable[[str], str], string: Any, start: Any, end: Any) -> SimpleString:
    """Return a fresh string of the text that *string* designates, with *change* made between the bounds."""
    text = string.text() if type(string) is SimpleString else name_text(string)
    if end is None and start == 0 and type(start) is int:
        return SimpleString(change(text))
    start, end = bounds(start, end, len(text))
    return SimpleString(text[:start] + change(text[start:end]) + text[end:])


def _change(change: Callable[[str], str], string: Any, start: Any, end: Any) -> Any:
    """Make *change* in *string* itself between the bounds."""
    if not is_string(string):
        wrong_type(string, "STRING")
    text = string.text()
    start, end = bounds(start, end, len(text))
    new = change(text[start:end])
    storage, offset = string.locate() if type(string) is GeneralArray else (string, 0)
    if start < end:
        whole = storage.text()
        storage.s = whole[:offset + start] + new + whole[offset + end:]
    return string


@builtin("STRING-UPCASE", "string &key (start 0) end")
def string_upcase(string: Any, *, start: Any = 0, end: Any = None) -> Any:
    """Return STRING, a string designator, with the part from START to END in upper case."""
    return _changed(upcase, string, start, end)


@builtin("STRING-DOWNCASE", "string &key (start 0) end")
def string_downcase(string: Any, *, start: Any = 0, end: Any = None) -> Any:
    """Return STRING, a string designator, with the part from START to END in lower case."""
    return _changed(downcase, string, start, end)


@builtin("STRING-CAPITALIZE", "string &key (start 0) end")
def string_capitalize(string: Any, *, start: Any = 0, end: Any = None) -> Any:
    """Return STRING, a string designator, with the words between START and END capitalized.

    A word is a run of letters and digits.
    """
    return _changed(capitalize, string, start, end)


@builtin("NSTRING-UPCASE", "string &key (start 0) end")
def nstring_upcase(string: Any, *, start: Any = 0, end: Any = None) -> Any:
    """Change the part of STRING from START to END to upper case; return STRING."""
    return _change(upcase, string, start, end)


@builtin("NSTRING-DOWNCASE", "string &key (start 0) end")
def nstring_downcase(string: Any, *, start: Any = 0, end: Any = None) -> Any:
    """Change the part of STRING from START to END to lower case; return STRING."""
    return _change(downcase, string, start, end)


@builtin("NSTRING-CAPITALIZE", "string &key (start 0) end")
def nstring_capitalize(string: Any, *, start: Any = 0, end: Any = None) -> Any:
    """Capitalize the words of STRING between START and END; return STRING."""
    return _change(capitalize, string, start, end)


# Trimming.

def _bag(characters: Any) -> str:
    """Return the characters of a sequence of them."""
    if type(characters) is SimpleString:
        return characters.text()
    items = all_items(characters)
    for c in items:
        if type(c) is not Char:
            wrong_type(c, "CHARACTER")
    return "".join(items)


@builtin("STRING-TRIM", "character-bag string")
def string_trim(character_bag: Any, string: Any) -> Any:
    """Return STRING without the characters at both ends that are in the sequence CHARACTER-BAG."""
    return SimpleString(name_text(string).strip(_bag(character_bag)))


@builtin("STRING-LEFT-TRIM", "character-bag string")
def string_left_trim(character_bag: Any, string: Any) -> Any:
    """Return STRING without the characters at its start that are in the sequence CHARACTER-BAG."""
    return SimpleString(name_text(string).lstrip(_bag(character_bag)))


@builtin("STRING-RIGHT-TRIM", "character-bag string")
def string_right_trim(character_bag: Any, string: Any) -> Any:
    """Return STRING without the characters at its end that are in the sequence CHARACTER-BAG."""
    return SimpleString(name_text(string).rstrip(_bag(character_bag)))


# Making.

_LIMIT = 1 << 60
_CHARACTER = cl("CHARACTER")


@builtin("MAKE-STRING", "size &key (initial-element (code-char 0)) (element-type 'character)")
def make_string(size: Any, *, initial_element: Any = CHAR["\0"], element_type: Any = _CHARACTER) -> Any:
    """Return a fresh simple string of SIZE characters INITIAL-ELEMENT.

    ELEMENT-TYPE is a subtype of `character`; all of them make the same kind of string.
    """
    if type(size) is not int or not 0 <= size < _LIMIT:
        bad_index(size, _LIMIT)
    if type(initial_element) is not Char:
        wrong_type(initial_element, "CHARACTER")
    if element_type is not _CHARACTER:
        _check_element_type(element_type)
    return SimpleString(str(initial_element) * size)


def _check_element_type(element_type: Any) -> None:
    from acl.runtime.sequencetypes import upgrade

    if element_type is not None and upgrade(element_type) is not CHARACTER_TYPE:
        type_error(element_type, lisp_list(cl("MEMBER"), _CHARACTER, cl("BASE-CHAR"), cl("STANDARD-CHAR")))
