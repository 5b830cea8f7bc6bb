"""External formats as objects (package EXCL): finding, composing and asking them."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin, predicate
from acl.streams.base import any_stream
from acl.streams.formats import ALIASES, COMPOSERS, ExternalFormat, external_format, find_format
from acl.streams.octets import OctetStream
from acl.types.base import wrong_type
from acl.types.cons import from_iterable, lisp_list, to_list
from acl.types.symbol import EXCL, T, keyword

_CONVENTIONS = {"\n": keyword("UNIX"), "\r\n": keyword("DOS"), "\r": keyword("MAC")}


@builtin("STREAM-EXTERNAL-FORMAT", "stream")
def stream_external_format(stream: Any) -> Any:
    """Return the external format of STREAM.  It can be changed by SETF at any time."""
    return any_stream(stream).external_format


@builtin("STREAM-EXTERNAL-FORMAT", "new stream", setf=True)
def set_stream_external_format(new: Any, stream: Any) -> Any:
    """Read and write STREAM in the external format NEW from now on."""
    any_stream(stream).external_format = new
    return new


@builtin("FIND-EXTERNAL-FORMAT", "name &key (errorp t) try-variant", package=EXCL)
def find_external_format(name: Any, *, errorp: Any = T, try_variant: Any = None) -> Any:
    """Return the external format called NAME: a keyword, or a list such as (:E-CRLF :UTF-8).

    If there is none signal an error, or return NIL if ERRORP is NIL.  TRY-VARIANT makes no difference: a format that is
    a variant of another, with other ends of lines, is always made.
    """
    return external_format(name) if errorp is not None else find_format(name)


@builtin("ALL-EXTERNAL-FORMATS", "", package=EXCL)
def all_external_formats() -> Any:
    """Return a list of the external formats that do not depend on Python having them: those with names of Allegro."""
    found = dict.fromkeys(external_format(keyword(name.upper())) for name in ("utf-8", "latin-1", "ascii", *ALIASES))
    return from_iterable(list(found))


@builtin("EF-NAME", "external-format", package=EXCL)
def ef_name(format: Any) -> Any:
    """Return the name of EXTERNAL-FORMAT: a keyword, or a list if it is composed."""
    return external_format(format).designator


@builtin("EF-NICKNAMES", "external-format", package=EXCL)
def ef_nicknames(format: Any) -> Any:
    """Return a list of the other names of EXTERNAL-FORMAT, keywords."""
    base = external_format(external_format(format).name)
    names = [keyword(alias.upper()) for alias, codec in ALIASES.items() if codec == base.codec]
    return from_iterable([name for name in names if name is not base.name])


@builtin("EF-NICKNAMES", "names external-format", package=EXCL, setf=True)
def set_ef_nicknames(names: Any, format: Any) -> Any:
    """Have each of NAMES, keywords, mean EXTERNAL-FORMAT too; those that it has already stay."""
    base = external_format(external_format(format).name)
    for name in to_list(names):
        ALIASES.setdefault(name.name.lower(), base.codec)
    return names


@builtin("EF-WIDTH", "external-format", package=EXCL)
def ef_width(format: Any) -> Any:
    """Return how many octets the characters of EXTERNAL-FORMAT have at least: 1, 2 or 4."""
    return len("a".encode(external_format(format).encoder))


@builtin("EF-NULLS", "external-format", package=EXCL)
def ef_nulls(format: Any) -> Any:
    """Return how many zero octets end a string in EXTERNAL-FORMAT."""
    return len("\0".encode(external_format(format).encoder))


@builtin("SNIFF-FOR-UNICODE", "stream", package=EXCL)
def sniff_for_unicode(stream: Any) -> Any:
    """Return the external format of STREAM: made :UNICODE if the next octets are a byte order mark of UTF-16."""
    source = any_stream(stream).resolve()
    if isinstance(source, OctetStream) and source.peek_octets(2) in (b"\xff\xfe", b"\xfe\xff"):
        source.external_format = keyword("UNICODE")
    return source.external_format


# Composed formats


@builtin("CRLF-BASE-EF", "external-format", package=EXCL)
def crlf_base_ef(format: Any) -> Any:
    """Return EXTERNAL-FORMAT without its translation of newlines."""
    return external_format(external_format(format).name)


@builtin("FIND-COMPOSED-EXTERNAL-FORMAT", "composer base", package=EXCL)
def find_composed_external_format(composer: Any, base: Any) -> Any:
    """Return the external format that does COMPOSER, such as :E-CRLF, on top of BASE."""
    return external_format(lisp_list(composer, external_format(base).name))


@builtin("COMPOSE-EXTERNAL-FORMATS", "composer base", package=EXCL)
def compose_external_formats(composer: Any, base: Any) -> Any:
    """Return the external format that does COMPOSER, the name of a convention for newlines, on top of BASE."""
    return find_composed_external_format(composer, base)


@builtin("CREATE-NEWLINE-EF", "convention &key (base-ef :default)", package=EXCL)
def create_newline_ef(convention: Any, *, base_ef: Any = None) -> Any:
    """Return the external format BASE-EF with the newlines of CONVENTION: :UNIX, :DOS or :MAC."""
    if convention not in _CONVENTIONS.values():
        wrong_type(convention, "KEYWORD")
    return find_composed_external_format(convention, base_ef)


@predicate("COMPOSED-EXTERNAL-FORMAT-P", "external-format", package=EXCL)
def composed_external_format_p(format: Any) -> bool:
    """True if EXTERNAL-FORMAT translates newlines on top of another format."""
    return isinstance(format, ExternalFormat) and format.newline != "\n"


@builtin("EF-COMPOSER-EF", "external-format", package=EXCL)
def ef_composer_ef(format: Any) -> Any:
    """Return the name of what the composed EXTERNAL-FORMAT does on top of another, NIL if it is not composed."""
    return COMPOSERS.get(external_format(format).newline)


@builtin("EF-COMPOSEE-EF", "external-format", package=EXCL)
def ef_composee_ef(format: Any) -> Any:
    """Return the format that the composed EXTERNAL-FORMAT stands on, NIL if it is not composed."""
    format = external_format(format)
    return None if format.newline == "\n" else external_format(format.name)


@builtin("EOL-CONVENTION", "stream", package=EXCL)
def eol_convention(stream: Any) -> Any:
    """Return how lines end in STREAM: :UNIX, :DOS or :MAC, NIL for another way.  It can be changed by SETF."""
    return _CONVENTIONS.get(external_format(any_stream(stream).external_format).newline)


@builtin("EOL-CONVENTION", "new stream", package=EXCL, setf=True)
def set_eol_convention(new: Any, stream: Any) -> Any:
    """Have lines of STREAM end as NEW says from now on: :UNIX, :DOS or :MAC."""
    stream = any_stream(stream)
    stream.external_format = create_newline_ef(new, base_ef=stream.external_format)
    return new
