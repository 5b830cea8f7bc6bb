"""The dispatching macro character `#` and its standard sub-characters (CLHS 2.4.8)."""

from __future__ import annotations

from typing import Any

from acl.runtime.dynamic import bind, current
from acl.types.array import SimpleString, SimpleVector, SpecializedVector
from acl.types.casemode import char_upcase, converted
from acl.types.character import CHAR
from acl.types.cons import Cons, to_list
from acl.types.function import call_values
from acl.types.number import Ratio, make_complex
from acl.types.symbol import KEYWORD, Symbol, cl

from .faults import end_of_file, reader_error
from .features import has_feature, is_proper
from .labels import read_label, read_reference
from .macros import FUNCTION, NoCommas
from .reader import (
    CLOSE,
    EOF,
    NOTHING,
    STANDARD_FUNCTIONS,
    Mark,
    collect_token,
    context,
    current_readtable,
    lisp_macro,
    read_inner,
    read_item,
)
from .readtable import fold_case
from .tokens import BadNumber, rational_in_base
from .variables import PACKAGE, READ_BASE, READ_EVAL, READ_SUPPRESS, READ_SUPPRESS_KEY


def suppressed() -> bool:
    """Return true if *read-suppress* is."""
    return getattr(current(), READ_SUPPRESS_KEY)[0] is not None


@lisp_macro
def read_dispatch(stream: Any, char: Any) -> Any:
    """Read what a dispatching macro character begins; NOTHING for a comment."""
    number: int | None = None
    c = stream.read_char()
    digits = ""
    while c is not None and c in "0123456789":
        digits += c
        c = stream.read_char()
    if digits:
        number = int(digits)
    if c is None:
        end_of_file(stream, f"a {char} macro")
    readtable = current_readtable()
    function = readtable.dispatch.get(char, {}).get(char_upcase(c))
    if function is None:
        return _undefined(stream, char, c, readtable)
    standard = STANDARD_FUNCTIONS.get(function)
    if standard is not None:
        return standard(stream, CHAR[c], number)
    result = call_values(function, stream, CHAR[c], number)
    return result[0] if result else NOTHING


def _undefined(stream: Any, char: str, c: str, readtable: Any) -> Any:
    if suppressed() and c not in "<)" and not c.isspace():
        stream.unread_char(c)
        collect_token(stream, readtable)
        return None
    reader_error(stream, "the dispatch sequence ~c~:@c is not defined", CHAR[char], CHAR[c])


def _ignore_number(stream: Any, char: Any, number: int | None) -> None:
    if number is not None and not suppressed():
        reader_error(stream, "#~c takes no number", char)


def illegal(stream: Any, char: Any, number: int | None) -> Any:
    """Signal that this sub-character is never the start of anything."""
    reader_error(stream, "#~:@c cannot be read", char)


# Characters, functions, symbols


def read_character(stream: Any, char: Any, number: int | None) -> Any:
    """Read #\\x or #\\Name."""
    c = stream.read_char()
    if c is None:
        end_of_file(stream, "a character")
    name, _ = collect_token(stream, current_readtable(), context().consume, c)
    if suppressed():
        return None
    if len(name) == 1:
        return CHAR[name]
    from .characters import character_named

    found = character_named(name)
    if found is None:
        reader_error(stream, "there is no character named ~a", SimpleString(name))
    return found


def read_function(stream: Any, char: Any, number: int | None) -> Any:
    """Read #'x."""
    return Cons(FUNCTION, Cons(read_inner(stream), None))


def read_uninterned(stream: Any, char: Any, number: int | None) -> Any:
    """Read #:name."""
    readtable = current_readtable()
    token, escaped = collect_token(stream, readtable, context().consume)
    if suppressed():
        return None
    if any(c == ":" and i not in (escaped or ()) for i, c in enumerate(token)):
        reader_error(stream, "#:~a contains a package marker", SimpleString(token))
    return Symbol(converted(fold_case(token, escaped or set(), readtable.case)))


# Arrays


def _elements(stream: Any) -> list[Any]:
    """Read the elements of a vector up to `)`."""
    items: list[Any] = []
    start = stream.pos
    while True:
        item = read_item(stream, ")", False)
        if type(item) is Mark:
            if item is CLOSE:
                return items
            if item is EOF:
                end_of_file(stream, "a vector", start)
            reader_error(stream, "dot context error")
        items.append(item)


def read_vector(stream: Any, char: Any, number: int | None) -> Any:
    """Read #(...) or #n(...)."""
    items = _elements(stream)
    if suppressed():
        return None
    if number is not None:
        if len(items) > number:
            reader_error(stream, "a vector longer than ~d elements", number)
        if not items and number:
            reader_error(stream, "#~d() has no element to fill the vector with", number)
        _check_size(stream, number)
        items.extend(items[-1:] * (number - len(items)))
    return SimpleVector(items)


def _check_size(stream: Any, number: int) -> None:
    if number > 1 << 28:
        reader_error(stream, "~d is more than array-dimension-limit", number)


def read_bits(stream: Any, char: Any, number: int | None) -> Any:
    """Read #*0101 or #n*01."""
    token, escaped = collect_token(stream, current_readtable(), context().consume)
    if suppressed():
        return None
    if escaped is not None or token.strip("01"):
        reader_error(stream, "#*~a is no bit vector", SimpleString(token))
    bits = bytearray(c == "1" for c in token)
    if number is not None:
        if len(bits) > number:
            reader_error(stream, "a bit vector longer than ~d bits", number)
        if not bits and number:
            reader_error(stream, "#~d* has no bit to fill the vector with", number)
        _check_size(stream, number)
        bits.extend(bits[-1:] * (number - len(bits)))
    return SpecializedVector(bits, cl("BIT"))


def read_array(stream: Any, char: Any, number: int | None) -> Any:
    """Read #nA(...)."""
    with NoCommas():
        contents = read_inner(stream, "an array")
    if suppressed():
        return None
    if number is None:
        reader_error(stream, "#A needs the number of dimensions")
    from .arrays import array_of_contents

    return array_of_contents(stream, number, contents)


# Numbers


def _rational(stream: Any, base: int, char: Any) -> Any:
    token, escaped = collect_token(stream, current_readtable(), context().consume)
    if suppressed():
        return None
    try:
        value = rational_in_base(token, base) if escaped is None else None
    except BadNumber as fault:
        reader_error(stream, str(fault), SimpleString(token))
    if value is None:
        if not token:
            return _rational_form(stream, base, char)
        reader_error(stream, "#~c~a is no rational number of base ~d", char, SimpleString(token), base)
    return value


def _rational_form(stream: Any, base: int, char: Any) -> Any:
    """Read a rational behind whitespace, or what a reader macro gives."""
    with bind(READ_BASE, base):
        value = read_inner(stream, "a number")
    if type(value) is not int and type(value) is not Ratio:
        reader_error(stream, "#~c is followed by ~s, no rational number of base ~d", char, value, base)
    return value


def read_binary(stream: Any, char: Any, number: int | None) -> Any:
    """Read #b101."""
    _ignore_number(stream, char, number)
    return _rational(stream, 2, char)


def read_octal(stream: Any, char: Any, number: int | None) -> Any:
    """Read #o17."""
    _ignore_number(stream, char, number)
    return _rational(stream, 8, char)


def read_hexadecimal(stream: Any, char: Any, number: int | None) -> Any:
    """Read #xFF."""
    _ignore_number(stream, char, number)
    return _rational(stream, 16, char)


def read_radix(stream: Any, char: Any, number: int | None) -> Any:
    """Read #nR."""
    if suppressed():
        return _rational(stream, 10, char)
    if number is None:
        reader_error(stream, "#~c needs a radix", char)
    if not 2 <= number <= 36:
        reader_error(stream, "~d is no radix from 2 to 36", number)
    return _rational(stream, number, char)


def read_complex(stream: Any, char: Any, number: int | None) -> Any:
    """Read #c(re im)."""
    with NoCommas():
        form = read_inner(stream, "a complex number")
    if suppressed():
        return None
    parts = to_list(form) if type(form) is Cons and is_proper(form) else []
    if len(parts) != 2 or not all(type(x) in (int, Ratio) or isinstance(x, float) for x in parts):
        reader_error(stream, "#C is followed by ~s, not by two real numbers in a list", form)
    return make_complex(parts[0], parts[1])


# Evaluation, structures, pathnames


def read_eval(stream: Any, char: Any, number: int | None) -> Any:
    """Read #.form and evaluate it."""
    form = read_inner(stream, "#.")
    if suppressed():
        return None
    if READ_EVAL.value is None:
        reader_error(stream, "#. may not be read while *read-eval* is nil")
    from acl.session import evaluate

    return evaluate(form)


def read_structure(stream: Any, char: Any, number: int | None) -> Any:
    """Read #S(name slot value...)."""
    with NoCommas():
        form = read_inner(stream, "a structure")
    if suppressed():
        return None
    if type(form) is not Cons or type(form.car) is not Symbol or not is_proper(form):
        reader_error(stream, "#S is followed by ~s, not by a list that begins with the name of a structure", form)
    from acl.clos.structures import make_from_reader

    return make_from_reader(form.car, form.cdr)


def read_pathname(stream: Any, char: Any, number: int | None) -> Any:
    """Read #P"name"."""
    name = read_inner(stream, "a pathname")
    if suppressed():
        return None
    if type(name) is not SimpleString:
        reader_error(stream, "#P is followed by ~s, not by a string", name)
    from acl.types.pathname import parse_namestring

    return parse_namestring(name.text())


# Labels


def read_equal(stream: Any, char: Any, number: int | None) -> Any:
    """Read #n=object."""
    if suppressed():
        read_inner(stream, "a label")
        return None
    if number is None:
        reader_error(stream, "#= needs a number")
    return read_label(stream, number)


def read_sharp(stream: Any, char: Any, number: int | None) -> Any:
    """Read #n#."""
    if suppressed():
        return None
    if number is None:
        reader_error(stream, "## needs a number")
    return read_reference(stream, number)


# Comments and features


@lisp_macro
def read_block_comment(stream: Any, char: Any, number: int | None) -> Any:
    """Read #| ... |#, which nests."""
    depth = 1
    start = stream.pos - 2
    read_char = stream.read_char
    last = ""
    while depth:
        c = read_char()
        if c is None:
            end_of_file(stream, "a comment", start)
        if last == "|" and c == "#":
            depth -= 1
            last = ""
        elif last == "#" and c == "|":
            depth += 1
            last = ""
        else:
            last = c
    return NOTHING


def _conditional(stream: Any, wanted: bool) -> Any:
    with bind(PACKAGE, KEYWORD, READ_SUPPRESS, None):
        feature = read_inner(stream, "a feature expression")
    if has_feature(feature, stream) is wanted:
        return read_inner(stream, "a conditional")
    with bind(READ_SUPPRESS, cl("T")):
        read_inner(stream, "a conditional")
    return NOTHING


@lisp_macro
def read_plus(stream: Any, char: Any, number: int | None) -> Any:
    """Read #+feature form."""
    return _conditional(stream, True)


@lisp_macro
def read_minus(stream: Any, char: Any, number: int | None) -> Any:
    """Read #-feature form."""
    return _conditional(stream, False)


STANDARD_DISPATCH: dict[str, Any] = {
    "\\": read_character, "'": read_function, ":": read_uninterned, "(": read_vector, "*": read_bits,
    "A": read_array, "B": read_binary, "O": read_octal, "X": read_hexadecimal, "R": read_radix, "C": read_complex,
    ".": read_eval, "S": read_structure, "P": read_pathname, "=": read_equal, "#": read_sharp,
    "|": read_block_comment, "+": read_plus, "-": read_minus,
    **dict.fromkeys("<)\b\t\n\f\r ", illegal),
}

