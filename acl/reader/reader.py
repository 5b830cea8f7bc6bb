"""The reader algorithm (CLHS 2.2).

`read_item` is the heart: one object, or a `Mark` for what is no object (end of file, a closing parenthesis, a dot).
Streams offer `text` and `pos`, decoded characters and the place of the next one, so most tokens are a slice of
`text`; whatever that cannot decide goes through `read_char` and `unread_char`, one character at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from acl.runtime.dynamic import current
from acl.types import casemode
from acl.types.casemode import converted
from acl.types.character import CHAR
from acl.types.cons import Cons
from acl.types.function import call_values
from acl.types.symbol import KEYWORD, NIL_SYMBOL, Package, Symbol

from .faults import end_of_file, reader_error
from .readtable import (
    CONSTITUENT,
    INVALID,
    INVERT,
    MULTIPLE_ESCAPE,
    NON_TERMINATING,
    SINGLE_ESCAPE,
    TERMINATING,
    UPCASE,
    WHITESPACE,
    Readtable,
    fold_case,
)
from .tokens import BadNumber, parse_number, token_match
from .variables import FLOAT_FORMAT_KEY, PACKAGE_KEY, READ_BASE_KEY, READ_SUPPRESS_KEY, READTABLE_KEY


class Mark:
    """What reading can give instead of an object."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"<{self.name}>"


EOF: Final = Mark("EOF")
CLOSE: Final = Mark("CLOSE")
DOT: Final = Mark("DOT")
NOTHING: Final = Mark("NOTHING")
"""A reader macro read a comment."""


class Context:
    """What belongs to one outermost `read`: its labels (#n=), the level of backquotes, and how it treats the
    whitespace after a token."""

    __slots__ = ("consume", "labels", "level")

    def __init__(self, consume: bool) -> None:
        self.labels: dict[int, Any] | None = None
        self.level = 0
        self.consume = consume


def context() -> Context:
    """Return the context of the outermost `read` in progress, or one for macro functions called without a `read`."""
    properties = current().properties
    found = properties.get("reader")
    if found is None:
        found = properties["reader"] = Context(True)
    return found  # type: ignore[no-any-return]


def read(stream: Any, eof: Any = EOF, recursive: bool = False, preserving: bool = False) -> Any:
    """Read an object from *stream*; at its end return *eof*.

    *recursive*: called by a reader macro, so labels and backquotes are those of the outer call.
    *preserving*: leave the whitespace character after a token.
    """
    properties = current().properties
    outer = properties.get("reader")
    if recursive and outer is not None:
        item = read_item(stream, "", outer.consume)
    else:
        properties["reader"] = Context(not preserving)
        try:
            item = read_item(stream, "", not preserving)
        finally:
            properties["reader"] = outer
    if type(item) is Mark:
        if item is DOT:
            reader_error(stream, "dot context error")
        return eof
    return item


@contextmanager
def outermost() -> Iterator[None]:
    """Make a `with` block an outermost read: labels and backquotes begin anew."""
    properties = current().properties
    outer = properties.get("reader")
    properties["reader"] = Context(True)
    try:
        yield
    finally:
        properties["reader"] = outer


def read_inner(stream: Any, what: str = "") -> Any:
    """Read the object that a reader macro needs; `end-of-file` if there is none."""
    item = read_item(stream, "", context().consume)
    if type(item) is Mark:
        if item is EOF:
            end_of_file(stream, what)
        reader_error(stream, "dot context error")
    return item


def current_readtable() -> Readtable:
    """Return the value of *readtable*."""
    value = getattr(current(), READTABLE_KEY)[0]
    if type(value) is not Readtable:
        from acl.types.base import wrong_type

        wrong_type(value, "READTABLE")
    return value


def read_item(stream: Any, close: str, consume: bool) -> Any:
    """Read an object or a mark.  *close* is the macro character that gives CLOSE, or empty."""
    state = current()
    while True:
        readtable = getattr(state, READTABLE_KEY)[0]
        text = stream.text
        match = readtable.scan(text, stream.pos)
        end = match.end()
        start = match.start(1)
        if end < len(text):
            c = text[end]
            if start != end:
                if c in readtable.ends:
                    stream.pos = end + 1 if consume and readtable.syntax[c] == WHITESPACE else end
                    return interpret(text[start:end], stream, readtable, state, close)
                stream.pos = start
                return _read_token(stream, readtable, state, close, consume)
            stream.pos = end + 1
        else:
            stream.pos = start
            c = stream.read_char()
            if c is None:
                return EOF
        kind = readtable.syntax.get(c, CONSTITUENT)
        if kind == TERMINATING or kind == NON_TERMINATING:
            if c == close:
                return CLOSE
            value = call_macro(readtable.macros[c], stream, c)
            if value is NOTHING:
                continue
            return value if getattr(state, READ_SUPPRESS_KEY)[0] is None else None
        if kind != WHITESPACE:
            stream.unread_char(c)
            return _read_token(stream, readtable, state, close, consume)


STANDARD_FUNCTIONS: dict[Any, Callable[..., Any]] = {}
"""From each standard reader macro function to one that returns NOTHING where Lisp sees no values."""


def lisp_macro(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the Lisp function, in both entries, of a reader macro function that may return NOTHING."""

    def primary(*args: Any) -> Any:
        item = function(*args)
        return item if item is not NOTHING else None

    def values(*args: Any) -> tuple[Any, ...]:
        item = function(*args)
        return (item,) if item is not NOTHING else ()

    primary.mv = values  # type: ignore[attr-defined]
    primary.__qualname__ = function.__qualname__
    STANDARD_FUNCTIONS[primary] = function
    return primary


def call_macro(function: Any, stream: Any, c: str) -> Any:
    """Call a reader macro function; NOTHING if it returns no value."""
    standard = STANDARD_FUNCTIONS.get(function)
    if standard is not None:
        return standard(stream, CHAR[c])
    result = call_values(function, stream, CHAR[c])
    return result[0] if result else NOTHING


def _read_token(stream: Any, readtable: Readtable, state: Any, close: str, consume: bool) -> Any:
    token, escaped = collect_token(stream, readtable, consume)
    if escaped is None:
        return interpret(token, stream, readtable, state, close)
    if getattr(state, READ_SUPPRESS_KEY)[0] is not None:
        return None
    return _escaped_symbol(token, escaped, stream, readtable, state)


def collect_token(stream: Any, readtable: Readtable, consume: bool = False, first: str = "",
                  ) -> tuple[str, set[int] | None]:
    """Read the characters of a token: its text, and the indices of the escaped ones (None if nothing is escaped).

    *first*: a character that was read already and counts as escaped.
    """
    read_char = stream.read_char
    syntax = readtable.syntax
    chars: list[str] = []
    escaped: set[int] | None = None
    if first:
        chars.append(first)
        escaped = {0}
    while True:
        c = read_char()
        if c is None:
            break
        kind = syntax.get(c, CONSTITUENT)
        if kind == CONSTITUENT or kind == NON_TERMINATING:
            if c in INVALID:
                reader_error(stream, "the character ~:@c has no place in a token", CHAR[c])
            chars.append(c)
        elif kind == SINGLE_ESCAPE:
            c = read_char()
            if c is None:
                end_of_file(stream, "a token")
            if escaped is None:
                escaped = set()
            escaped.add(len(chars))
            chars.append(c)
        elif kind == MULTIPLE_ESCAPE:
            if escaped is None:
                escaped = set()
            _collect_escaped(stream, syntax, chars, escaped)
        else:
            if not (consume and kind == WHITESPACE):
                stream.unread_char(c)
            break
    return "".join(chars), escaped


def _collect_escaped(stream: Any, syntax: dict[str, int], chars: list[str], escaped: set[int]) -> None:
    """Read the rest of |...|."""
    while True:
        c = stream.read_char()
        if c is not None:
            kind = syntax.get(c, CONSTITUENT)
            if kind == MULTIPLE_ESCAPE:
                return
            if kind == SINGLE_ESCAPE:
                c = stream.read_char()
        if c is None:
            end_of_file(stream, "a token with |")
        escaped.add(len(chars))
        chars.append(c)


_NUMERIC = frozenset("0123456789+-.")


def interpret(token: str, stream: Any, readtable: Readtable, state: Any, close: str = "") -> Any:
    """Return the object that *token*, in which nothing is escaped, denotes; DOT for one dot within a list."""
    if getattr(state, READ_SUPPRESS_KEY)[0] is not None:
        return read_inner(stream) if token[-1] == ":" and _is_prefix(token, stream) else None
    base = getattr(state, READ_BASE_KEY)[0]
    if token[0] in _NUMERIC or base != 10:
        if token.isdigit() and token.isascii() and base == 10:
            return int(token)
        if len(token) > 1 or base != 10:
            value = _number(token, base, stream, state)
            if value is not None:
                return value
        if not token.strip("."):
            if token == ".":
                return DOT
            reader_error(stream, "the token ~a consists of dots only", _string(token))
    name = token.upper() if readtable.case is UPCASE and token.isascii() else fold_case(token, set(), readtable.case)
    if ":" in name:
        if readtable.case is INVERT:  # a package's name says nothing of the case of the symbol's
            name = ":".join(fold_case(part, set(), INVERT) for part in token.split(":"))
        return _qualified(name, stream, state)
    if casemode.modern:
        name = converted(name)
    package = getattr(state, PACKAGE_KEY)[0]
    if type(package) is not Package:
        from acl.types.base import wrong_type

        wrong_type(package, "PACKAGE")
    symbol = package.internal.get(name) or package.find(name)[0]
    if symbol is None:
        symbol = intern(name, package)
    return symbol if symbol is not NIL_SYMBOL else None


def _number(token: str, base: int, stream: Any, state: Any) -> Any:
    float_format = getattr(state, FLOAT_FORMAT_KEY)[0]
    try:
        return parse_number(token, base, float_format.name if type(float_format) is Symbol else "SINGLE-FLOAT")
    except BadNumber as fault:
        reader_error(stream, str(fault), _string(token))


def _string(text: str) -> Any:
    from acl.types.array import SimpleString

    return SimpleString(text)


def _qualified(name: str, stream: Any, state: Any) -> Any:
    """Return the symbol of a token with package markers."""
    match = token_match(name)
    kind = "" if match is None else match.lastgroup
    if kind == "KEYWORD":
        name = converted(name.lstrip(":"))
        return KEYWORD.external.get(name) or KEYWORD.intern(name)
    if kind not in ("EXTERNAL", "INTERNAL"):
        if _is_prefix(name, stream):
            return _after_marker(name.rstrip(":"), stream, state)
        reader_error(stream, "~a has package markers in wrong places", _string(name))
    prefix, _, rest = name.partition(":")
    return symbol_in(prefix, rest.lstrip(":"), kind == "INTERNAL", stream, state)


def _is_prefix(name: str, stream: Any) -> bool:
    """True if the token *name* is a package and its marker only, which belong to what follows: `excl::(a b)`."""
    next_char = stream.text[stream.pos:stream.pos + 1]
    prefix = name.rstrip(":")
    return ":" not in prefix and 1 <= len(name) - len(prefix) <= 2 and bool(next_char) and (
        prefix != "" or (name == ":" and next_char.isspace()))


def _after_marker(prefix: str, stream: Any, state: Any) -> Any:
    """Read what follows a package's prefix, or a lone colon, in that package, as Allegro does (sources count on it)."""
    from .packages import package_seen_as

    outer = getattr(state, PACKAGE_KEY)
    package = package_seen_as(prefix, outer[0]) if prefix else KEYWORD
    setattr(state, PACKAGE_KEY, [package or _missing_package(prefix, stream)])
    try:
        return read_inner(stream)
    finally:
        setattr(state, PACKAGE_KEY, outer)


def _escaped_symbol(token: str, escaped: set[int], stream: Any, readtable: Readtable, state: Any) -> Any:
    """Return the symbol of a token some of whose characters are escaped."""
    name = fold_case(token, escaped, readtable.case)
    markers = [i for i, c in enumerate(token) if c == ":" and i not in escaped]
    if not markers:
        return denil_symbol(intern(converted(name), getattr(state, PACKAGE_KEY)[0]))
    first, last = markers[0], markers[-1]
    if len(markers) > 2 or last - first != len(markers) - 1:
        reader_error(stream, "~a has package markers in wrong places", _string(token))
    if first == 0:
        return KEYWORD.intern(converted(name[last + 1:]))
    return symbol_in(name[:first], name[last + 1:], len(markers) == 2, stream, state)


def denil_symbol(symbol: Symbol) -> Symbol | None:
    """Return *symbol*, but None for the symbol NIL."""
    return symbol if symbol is not NIL_SYMBOL else None


def symbol_in(prefix: str, name: str, internal: bool, stream: Any, state: Any) -> Any:
    """Return the symbol prefix:name, or prefix::name if *internal*."""
    from .packages import autoloaded, package_seen_as

    current_package = getattr(state, PACKAGE_KEY)[0]
    package = package_seen_as(prefix, current_package)
    if package is None and getattr(state, READTABLE_KEY)[0].case is INVERT:  # what `package-name` returns, as it is
        package = package_seen_as(prefix.swapcase(), current_package)
    if package is None:
        package = autoloaded(converted(prefix)) or _missing_package(prefix, stream)
    name = converted(name)
    if internal:
        return denil_symbol(intern(name, package))
    symbol, status = package.find(name)
    if status == "EXTERNAL":
        assert symbol is not None
        return denil_symbol(symbol)
    if package is KEYWORD:
        return KEYWORD.intern(name)
    if symbol is None:
        reader_error(stream, "~s is not a symbol of the package ~a", _string(converted(name)),
                     _string(package.print_name))
    reader_error(stream, "the symbol ~s is not external in the ~a package", symbol, _string(package.print_name))


def _missing_package(prefix: str, stream: Any) -> Package:
    reader_error(stream, "Package ~s not found", _string(prefix))


def intern(name: str, package: Package) -> Symbol:
    """Return the symbol *name* of *package*, made if there is none and the package is not locked."""
    symbol, _ = package.find(name)
    if symbol is not None:
        return symbol
    if package.locked:
        from .packages import check_lock

        check_lock(package, "intern", name)
    return package.intern(name)


def read_list(stream: Any, char: Any = "(") -> Any:
    """Read the elements of a list up to `)`: the reader macro of `(`."""
    start = stream.pos - 1
    first: Any = None
    last: Any = None
    while True:
        item = read_item(stream, ")", False)
        if type(item) is Mark:
            if item is CLOSE:
                break
            if item is EOF:
                end_of_file(stream, "a list", start)
            if last is None:
                reader_error(stream, "a dot where an element of the list must stand before it")
            last.cdr = _read_tail(stream, start)
            break
        cell = Cons(item, None)
        if last is None:
            first = cell
        else:
            last.cdr = cell
        last = cell
    if first is not None and hasattr(stream, "record"):
        stream.record(first, start)
    return first


def _read_tail(stream: Any, start: int) -> Any:
    """Read what stands between a dot and `)`."""
    item = read_item(stream, ")", False)
    if type(item) is Mark:
        if item is EOF:
            end_of_file(stream, "a list", start)
        reader_error(stream, "no object follows the dot in a list")
    end = read_item(stream, ")", False)
    if end is EOF:
        end_of_file(stream, "a list", start)
    if end is not CLOSE:
        reader_error(stream, "more than one object follows the dot in a list")
    return item
