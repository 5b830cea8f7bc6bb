"""External formats: how characters are made of octets.

A format is a Python codec and a newline convention.  Decoding is piecewise and keeps no octets: what is not
yet a whole character stays with the caller.  Malformed input becomes U+FFFD, one for each maximal malformed
part; a character that the encoding lacks is written as `?`.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from typing import Any

from acl.types.array import SimpleString
from acl.types.base import LispObject
from acl.types.cons import Cons, lisp_list
from acl.types.symbol import EXCL, Symbol, keyword

_STATELESS: dict[str, Callable[[Any, str, bool], tuple[str, int]]] = {
    "utf-8": codecs.utf_8_decode,
    "latin-1": lambda octets, errors, final: codecs.latin_1_decode(octets, errors),
    "ascii": lambda octets, errors, final: codecs.ascii_decode(octets, errors),
    "utf-16-le": codecs.utf_16_le_decode,
    "utf-16-be": codecs.utf_16_be_decode,
    "utf-32-le": codecs.utf_32_le_decode,
    "utf-32-be": codecs.utf_32_be_decode,
}

ALIASES = {
    "utf8": "utf-8", "latin1": "latin-1", "iso-8859-1": "latin-1", "iso8859-1": "latin-1", "8859-1": "latin-1",
    "octets": "latin-1", "void": "latin-1", "binary": "latin-1", "us-ascii": "ascii", "646": "ascii",
    "unicode": "utf-16", "utf16": "utf-16", "utf-16le": "utf-16-le", "utf16le": "utf-16-le",
    "utf-16be": "utf-16-be", "utf16be": "utf-16-be", "fat": "utf-16-be", "fat-little": "utf-16-le",
    "ucs-2": "utf-16-be", "ucs-2le": "utf-16-le", "ucs-2be": "utf-16-be", "utf32": "utf-32",
    "utf-32le": "utf-32-le", "utf-32be": "utf-32-be", "ucs-4": "utf-32-be", "ucs-4le": "utf-32-le",
    "shiftjis": "shift_jis", "sjis": "shift_jis", "euc": "euc_jp", "jis": "iso2022_jp", "latin9": "iso8859-15",
    "latin2": "iso8859-2", "emacs-mule": "utf-8",
}
"""Names of formats in Allegro, to Python codecs."""

_CRLF, _CR, _LF, _CRCRLF = (keyword(name) for name in ("E-CRLF", "E-CR", "E-LF", "E-CRCRLF"))
_NEWLINES: dict[Any, str] = {_CRLF: "\r\n", keyword("CRLF"): "\r\n", keyword("DOS"): "\r\n", _CR: "\r",
                             keyword("CR"): "\r", keyword("MAC"): "\r",
                             _CRCRLF: "\r\r\n", _LF: "\n", keyword("LF"): "\n", keyword("UNIX"): "\n"}

COMPOSERS = {"\r\n": _CRLF, "\r": _CR, "\r\r\n": _CRCRLF}
"""The names of what stands for a newline outside."""

DEFAULT_FORMAT = EXCL.export("*DEFAULT-EXTERNAL-FORMAT*")
DEFAULT_FORMAT.set_global(keyword("UTF-8"))
DEFAULT_FORMAT.special = "special"


class ExternalFormat(LispObject):
    """A codec with a newline convention (`newline` is what a newline is outside)."""

    lisp_class = "EXTERNAL-FORMAT"
    __slots__ = ("codec", "decoder", "designator", "encoder", "lag", "name", "newline", "width")

    def __init__(self, name: Symbol, codec: str, newline: str) -> None:
        self.name = name
        self.codec = codec
        self.newline = newline
        self.width = 1 if codec in ("latin-1", "ascii") and len(newline) == 1 else 0
        """Octets of a character, 0 if they differ or are more than one."""
        self.designator: Any = name if newline == "\n" else lisp_list(COMPOSERS[newline], name)
        self.decoder = _STATELESS.get(codec)
        self.encoder = codec + "-le" if codec in ("utf-16", "utf-32") else codec
        self.lag = len("\r".encode(self.encoder)) if len(newline) > 1 else 0

    def __repr__(self) -> str:
        return f"#<external-format {self.designator!r}>"

    def describe(self) -> str:
        """Return the text for the printer."""
        return f"external-format {self.designator!r}".lower()

    def decode(self, octets: Any, state: Any = None, final: bool = False) -> tuple[str, int, Any]:
        """Return the text of *octets*, how many of them it took, and the state after it.

        *final* says that no more follow, so that all are taken.
        """
        if self.decoder is not None:
            text, used = self.decoder(octets, "replace", final)
        else:
            text, used, state = _decode_by_decoder(self.codec, octets, state, final)
        if self.newline != "\n":
            if self.newline == "\r":
                return text.replace("\r", "\n"), used, state
            if text.endswith("\r") and not final:  # perhaps a newline begins with it
                held = 2 if self.newline == "\r\r\n" and text.endswith("\r\r") else 1
                text = text[:-held]
                used -= held * self.lag
            if "\r" in text:
                text = text.replace(self.newline, "\n")
        return text, used, state

    def encode(self, text: str) -> bytes:
        """Return the octets of *text*."""
        if self.newline != "\n":
            text = text.replace("\n", self.newline)
        return text.encode(self.encoder, "replace")

    def octets_of_prefix(self, octets: Any, text: str, count: int, state: Any, final: bool = False) -> int:
        """Return how many of *octets*, which were decoded to *text*, are the first *count* characters."""
        if count <= 0:
            return 0
        if count >= len(text):
            return len(octets)
        if self.width == 1:
            return count
        if not self.codec.startswith("iso2022"):  # whose encoder ends in its initial state
            prefix = self.encode(text[:count])
            if octets[:len(prefix)] == prefix:
                return len(prefix)
        low, high = 1, len(octets)  # malformed or mixed input: look for the shortest prefix with that many characters
        while low < high:
            middle = (low + high) // 2
            if len(self.decode(octets[:middle], state)[0]) >= count:
                high = middle
            else:
                low = middle + 1
        found, used, _ = self.decode(octets[:low], state)
        if len(found) > count:  # a malformed part is known as such one octet later
            for length in range(low - 1, 0, -1):
                if len(self.decode(octets[:length], state, True)[0]) == count:
                    return length
        return used


def _decode_by_decoder(codec: str, octets: Any, state: Any, final: bool) -> tuple[str, int, Any]:
    if codec in ("utf-16", "utf-32"):
        return _decode_marked(codec, octets, state, final)
    decoder = codecs.getincrementaldecoder(codec)("replace")
    if state is not None:
        decoder.setstate((b"", state))
    text = decoder.decode(bytes(octets), final)
    if final:
        return text, len(octets), None
    pending, after = decoder.getstate()
    used = len(octets) - len(pending)
    if codec.startswith("iso2022"):
        switch = _SWITCHES.search(octets, 0, used)
        if switch is not None:  # it belongs to the character that follows
            return _decode_by_decoder(codec, octets[:switch.start()], state, False)
    return text, used, after


_SWITCHES = re.compile(rb"(?:\x1b[\x20-\x2f]*[\x30-\x7e]|[\x0e\x0f])+\Z")
"""What switches from one set of characters to another, at the end of octets in ISO 2022."""


def _decode_marked(codec: str, octets: Any, state: Any, final: bool) -> tuple[str, int, Any]:
    """Decode UTF-16 or UTF-32 whose byte order a mark may tell; the state is "-le" or "-be", None before the mark."""
    width = 2 if codec == "utf-16" else 4
    used = 0
    if state is None:
        if len(octets) < width and not final:
            return "", 0, None
        mark = bytes(octets[:width])
        state = "-be" if mark == "\ufeff".encode(codec + "-be") else "-le"
        if mark == "\ufeff".encode(codec + state):
            used = width
    text, more = _STATELESS[codec + state](octets[used:], "replace", final)
    return text, used + more, state


_formats: dict[tuple[str, str], ExternalFormat] = {}
_by_symbol: dict[Symbol, ExternalFormat] = {}
"""The formats that were asked for by a symbol alone."""


def find_format(designator: Any = None) -> ExternalFormat | None:
    """Return the format that a Lisp designator means: NIL, a keyword, a list, or a format; None if unknown."""
    if isinstance(designator, ExternalFormat):
        return designator
    if designator is None:
        designator = DEFAULT_FORMAT.value
    found = _by_symbol.get(designator) if type(designator) is Symbol else None
    if found is not None:
        return found
    newline = "\n"
    while type(designator) is Cons:
        first = designator.car
        if first in _NEWLINES:
            newline = _NEWLINES[first]
            designator = designator.cdr.car if type(designator.cdr) is Cons else None
        else:
            rest = designator.cdr
            while type(rest) is Cons and type(rest.cdr) is Cons:
                newline = _NEWLINES.get(rest.cdr.car, newline)
                rest = rest.cdr.cdr
            designator = first
    if designator in _NEWLINES:
        newline, designator = _NEWLINES[designator], None
    if designator is None or designator is keyword("DEFAULT"):
        designator = DEFAULT_FORMAT.value
        if type(designator) is not Symbol or designator is keyword("DEFAULT"):
            designator = keyword("UTF-8")
    if type(designator) is SimpleString:
        designator = keyword(designator.text().upper())
    if type(designator) is not Symbol:
        return None
    found = _lookup(designator.name.lower(), newline)
    if found is not None and newline == "\n":
        _by_symbol[designator] = found
    return found


def _lookup(name: str, newline: str) -> ExternalFormat | None:
    if name.endswith("-base"):
        name = name[:-5]
    codec = ALIASES.get(name, name)
    found = _formats.get((codec, newline))
    if found is None:
        if codec not in _STATELESS:
            codec = _python_codec(codec)
            if not codec:
                return None
        label = {"latin-1": "latin1"}.get(codec, codec)
        found = _formats[codec, newline] = ExternalFormat(keyword(label.upper()), codec, newline)
        _formats[ALIASES.get(name, name), newline] = found
    return found


def _python_codec(name: str) -> str:
    for candidate in (name, "cp" + name):
        try:
            info = codecs.lookup(candidate)
        except LookupError:
            continue
        if getattr(info, "_is_text_encoding", True):
            return info.name
    return ""


UTF_8 = _lookup("utf-8", "\n")
LATIN_1 = _lookup("latin-1", "\n")


def external_format(designator: Any = None) -> ExternalFormat:
    """Return the format that *designator* means; an error if there is none."""
    found = find_format(designator)
    if found is None:
        from acl.runtime.conditions import error

        error("SIMPLE-ERROR", "~s is not the name of an external format.", designator)
        raise AssertionError("an error returned")
    return found
