"""Message digests, base 64 and hexadecimal notation (EXCL), by Python's `hashlib`, `hmac` and `base64`."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin, parse_keywords
from acl.builtins.streams.buffers import octets_of
from acl.clos.base import StandardObject
from acl.reader.designators import string_text
from acl.runtime.conditions import error
from acl.streams.base import any_stream, rest_of
from acl.streams.formats import external_format as format_named
from acl.types.array import SimpleString, is_string, make_octets
from acl.types.base import wrong_type
from acl.types.symbol import EXCL, T, keyword

_INTEGER, _HEX, _USB8 = keyword("INTEGER"), keyword("HEX"), keyword("USB8")


class Digest(StandardObject, lisp="MESSAGE-DIGEST", package=EXCL):
    """What `md5-init` and its like return: the digest of what it has been given so far."""

    def __init__(self, state: Any) -> None:
        self.state = state


def _octets(x: Any, start: Any = 0, end: Any = None, external_format: Any = None) -> bytes:
    """Return the octets of a string or of a vector of octets."""
    if is_string(x):
        return bytes(format_named(external_format).encode(string_text(x)[start:end]))
    return octets_of(x, start, end)


def _returned(state: Any, kind: Any) -> Any:
    """Return the digest as an integer, a string of hexadecimal digits or a vector of octets."""
    if kind is _USB8:
        return make_octets(state.digest())
    if kind is _HEX:
        return SimpleString(state.hexdigest())
    if kind is not _INTEGER:
        error("SIMPLE-ERROR", "~s is not :integer, :hex or :usb8.", kind)
    return int.from_bytes(state.digest(), "big")


def _declare_digest(name: str) -> None:
    """Declare the operators of the digest *name*, and of its keyed form."""
    upper = name.upper()

    def new() -> Any:
        import hashlib

        return hashlib.new(name, usedforsecurity=False)

    def keyed(key: Any) -> Any:
        import hmac

        return hmac.new(_octets(key), digestmod=name)

    def init() -> Any:
        return Digest(new())

    def checked(digest: Any) -> Any:
        if not isinstance(digest, Digest):
            wrong_type(digest, "EXCL:MESSAGE-DIGEST")
        return digest.state

    def update(digest: Any, data: Any, *, start: Any = 0, end: Any = None, external_format: Any = None) -> Any:
        checked(digest).update(_octets(data, start, end, external_format))

    def final(digest: Any, *, return_: Any = _INTEGER) -> Any:
        return _returned(checked(digest), return_)

    def of_string(string: Any, *, start: Any = 0, end: Any = None, external_format: Any = None,
                  return_: Any = _INTEGER) -> Any:
        state = new()
        state.update(_octets(string, start, end, external_format))
        return _returned(state, return_)

    def of_file(file: Any, *, return_: Any = _INTEGER) -> Any:
        from acl.builtins.pathnames import native_namestring

        state = new()
        with open(native_namestring(file), "rb") as source:
            while block := source.read(1 << 16):
                state.update(block)
        return _returned(state, return_)

    def keyed_init(key: Any) -> Any:
        return Digest(keyed(key))

    def keyed_string(key: Any, string: Any, *, start: Any = 0, end: Any = None, external_format: Any = None,
                     return_: Any = _INTEGER) -> Any:
        state = keyed(key)
        state.update(_octets(string, start, end, external_format))
        return _returned(state, return_)

    update_list = "digest data &key (start 0) end external-format"
    returns = "RETURN is :INTEGER, :HEX for a string of digits or :USB8 for a vector of octets."
    string_list = "string &key (start 0) end external-format (return :integer)"
    for suffix, prefix, lambda_list, function, doc in (
            ("INIT", "", "", init, f"Return a new {upper} digest, of no data."),
            ("UPDATE", "", update_list, update, "Add DATA, a string or octets, from START to END to DIGEST."),
            ("FINAL", "", "digest &key (return :integer)", final, f"Return what DIGEST has come to.  {returns}"),
            ("STRING", "", string_list, of_string,
             f"Return the {upper} digest of STRING (or octets) from START to END.  {returns}"),
            ("FILE", "", "file &key (return :integer)", of_file,
             f"Return the {upper} digest of FILE's octets.  {returns}"),
            ("INIT", "HMAC-", "key", keyed_init, f"Return a new HMAC of {upper} with KEY, of no data."),
            ("UPDATE", "HMAC-", update_list, update, "Add DATA, a string or octets, from START to END to DIGEST."),
            ("FINAL", "HMAC-", "digest &key (return :integer)", final, f"Return what DIGEST has come to.  {returns}"),
            ("STRING", "HMAC-", f"key {string_list}", keyed_string,
             f"Return the HMAC of {upper} of STRING (or octets) with KEY.  {returns}")):
        function.__doc__ = doc
        builtin(f"{prefix}{upper}-{suffix}", lambda_list, package=EXCL)(function)


for _name in ("md5", "sha1", "sha256", "sha512"):
    _declare_digest(_name)


# Base 64


def _wrapped(text: bytes, wrap_at: Any) -> SimpleString:
    """Return *text* as a string, a newline after every *wrap_at* characters if that is not NIL."""
    s = text.decode("ascii")
    if wrap_at is None:
        return SimpleString(s)
    return SimpleString("\n".join(s[i:i + wrap_at] for i in range(0, len(s), wrap_at)))


def _decoded(string: Any) -> bytes:
    import base64
    import binascii

    text = "".join(string_text(string).split())
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return error("PARSE-ERROR", "~s is not in base 64.", string)


_COLUMN = 52
_KEYS = {keyword(name): name.lower().replace("-", "_") for name in ("WRAP-AT-COLUMN", "START", "END")}
_STRING_KEYS = {**_KEYS, keyword("EXTERNAL-FORMAT"): "external_format"}


def _encoded(x: Any, options: tuple[Any, ...], keys: dict[Any, str], name: str) -> SimpleString:
    """Return *x* in base 64 as *options* say: keywords and values, or in the style of old only where to wrap."""
    import base64

    given = {"wrap_at_column": options[0]} if len(options) == 1 else parse_keywords(options, 0, keys, False, name)
    wrap_at = given.get("wrap_at_column", _COLUMN)
    if wrap_at is not None and (type(wrap_at) is not int or wrap_at < 1):
        wrong_type(wrap_at, "INTEGER")
    octets = _octets(x, given.get("start") or 0, given.get("end"), given.get("external_format") or keyword("LATIN1"))
    return _wrapped(base64.b64encode(octets), wrap_at)


@builtin("USB8-ARRAY-TO-BASE64-STRING", "array &rest options", package=EXCL)
def usb8_array_to_base64_string(array: Any, *options: Any) -> Any:
    """Return the octets of ARRAY in base 64.

    OPTIONS are keywords: a newline stands after every :WRAP-AT-COLUMN (52) characters, unless that is NIL; :START and
    :END are the part of ARRAY.
    """
    return _encoded(array, options, _KEYS, "USB8-ARRAY-TO-BASE64-STRING")


@builtin("BASE64-STRING-TO-USB8-ARRAY", "string", package=EXCL)
def base64_string_to_usb8_array(string: Any) -> Any:
    """Return the octets that STRING is in base 64 as a vector."""
    return make_octets(_decoded(string))


@builtin("STRING-TO-BASE64-STRING", "string &rest options", package=EXCL)
def string_to_base64_string(string: Any, *options: Any) -> Any:
    """Return the octets of STRING in base 64.

    OPTIONS are those of `usb8-array-to-base64-string`, and :EXTERNAL-FORMAT, by default :LATIN1.
    """
    return _encoded(SimpleString(string_text(string)), options, _STRING_KEYS, "STRING-TO-BASE64-STRING")


@builtin("BASE64-STRING-TO-STRING", "string &key external-format", package=EXCL)
def base64_string_to_string(string: Any, *, external_format: Any = None) -> Any:
    """Return the string of EXTERNAL-FORMAT, by default :LATIN1, whose octets STRING is in base 64."""
    text, _, _ = format_named(external_format or keyword("LATIN1")).decode(_decoded(string), None, True)
    return SimpleString(text)


@builtin("BASE64-ENCODE-STREAM", "input output &key (wrap-at-column 72)", package=EXCL)
def base64_encode_stream(input: Any, output: Any, *, wrap_at_column: Any = 72) -> Any:
    """Write the octets of the stream INPUT to the stream OUTPUT in base 64, in lines of WRAP-AT-COLUMN characters."""
    import base64

    any_stream(output).write_str(_wrapped(base64.b64encode(rest_of(input)), wrap_at_column).text() + "\n")
    return T


@builtin("BASE64-DECODE-STREAM", "input output &key count (error-p t)", package=EXCL)
def base64_decode_stream(input: Any, output: Any, *, count: Any = None, error_p: Any = T) -> Any:
    """Write the octets that the stream INPUT is in base 64 to the stream OUTPUT.

    COUNT is how many octets of INPUT are read, else all.  With ERROR-P NIL what is not in base 64 is left out.
    """
    import re

    text = rest_of(input, count).decode("latin-1")
    if error_p is None:
        text = re.sub("[^A-Za-z0-9+/]", "", text)
        text = text[:-1] if len(text) % 4 == 1 else text
    any_stream(output).write_from(_decoded(SimpleString(text)))
    return T


@builtin("INTEGER-TO-BASE64-STRING", "integer &optional (wrap-at 52)", package=EXCL)
def integer_to_base64_string(integer: int, wrap_at: Any = _COLUMN) -> Any:
    """Return the octets of INTEGER, which is not negative, highest first, in base 64."""
    import base64

    if not isinstance(integer, int) or integer < 0:
        wrong_type(integer, "UNSIGNED-BYTE")
    size = max(1, (integer.bit_length() + 7) // 8)
    return _wrapped(base64.b64encode(integer.to_bytes(size, "big")), wrap_at)


@builtin("BASE64-STRING-TO-INTEGER", "string", package=EXCL)
def base64_string_to_integer(string: Any) -> int:
    """Return the integer whose octets, highest first, STRING is in base 64."""
    return int.from_bytes(_decoded(string), "big")


# Hexadecimal


def _from_hex(string: Any) -> bytes:
    text = string_text(string).strip()
    try:
        return bytes.fromhex("0" * (len(text) % 2) + text)
    except ValueError:
        return error("PARSE-ERROR", "~s is not hexadecimal.", string)


@builtin("USB8-ARRAY-TO-HEX-STRING", "array", package=EXCL)
def usb8_array_to_hex_string(array: Any) -> Any:
    """Return the octets of ARRAY as a string of two hexadecimal digits each."""
    return SimpleString(octets_of(array, 0, None).hex())


@builtin("HEX-STRING-TO-USB8-ARRAY", "string", package=EXCL)
def hex_string_to_usb8_array(string: Any) -> Any:
    """Return the octets that STRING gives two hexadecimal digits each for, as a vector."""
    return make_octets(_from_hex(string))


@builtin("INTEGER-TO-HEX-STRING", "integer", package=EXCL)
def integer_to_hex_string(integer: int) -> Any:
    """Return INTEGER in hexadecimal digits."""
    return SimpleString(format(integer, "x"))


@builtin("HEX-STRING-TO-INTEGER", "string", package=EXCL)
def hex_string_to_integer(string: Any) -> int:
    """Return the integer that STRING writes in hexadecimal digits."""
    return int.from_bytes(_from_hex(string), "big")
