"""The protocols that the keyword :method names."""

from __future__ import annotations

from typing import Any, NamedTuple

from acl.ssl.errors import argument_error
from acl.types.cons import Cons, from_iterable, to_list
from acl.types.symbol import Symbol, keyword

_VERSIONS = ("SSLV2", "SSLV3", "TLSV1", "TLSV1.1", "TLSV1.2", "TLSV1.3")
"""The protocols, oldest first."""
_GONE = frozenset({"SSLV2", "SSLV3"})
"""Those that no OpenSSL of pyOpenSSL has any more."""
_SETS = {"SSLV23": ("SSLV2", "SSLV3", "TLSV1"),
         **{f"{name}+": _VERSIONS[i:] for i, name in enumerate(_VERSIONS) if i}}
_DEFAULT = ("TLSV1.2", "TLSV1.3")


class Method(NamedTuple):
    """A set of protocols; `versions` are their names, oldest first."""

    versions: tuple[str, ...]

    @property
    def is_old(self) -> bool:
        """True if there are protocols in it that OpenSSL thinks too weak for its usual level of security."""
        return self.versions[0] not in _DEFAULT

    def for_client(self) -> Method:
        """Return the newest of the protocols without a gap: older TLS does not let a client leave out one between."""
        end = _VERSIONS.index(self.versions[-1]) + 1
        start = end - 1
        while _VERSIONS[start - 1] in self.versions:
            start -= 1
        return Method(_VERSIONS[start:end])

    def install(self, context: Any) -> None:
        """Allow a pyOpenSSL context these protocols and no others."""
        from OpenSSL import SSL

        number = {"TLSV1": SSL.TLS1_VERSION, "TLSV1.1": SSL.TLS1_1_VERSION, "TLSV1.2": SSL.TLS1_2_VERSION,
                  "TLSV1.3": SSL.TLS1_3_VERSION}
        context.set_min_proto_version(number[self.versions[0]])
        context.set_max_proto_version(number[self.versions[-1]])
        for name, option in (("TLSV1.1", SSL.OP_NO_TLSv1_1), ("TLSV1.2", SSL.OP_NO_TLSv1_2)):
            if name not in self.versions:
                context.set_options(option)


DEFAULT = Method(_DEFAULT)


def parse_method(x: Any) -> Method:
    """Return the protocols that a value of :method means, a keyword or a list of keywords.

    Protocols that OpenSSL has no more are left out; an error if no other is left, or if *x* means nothing.
    """
    wanted: set[str] = set()
    for each in to_list(x) if type(x) is Cons else [x]:
        name = each.name if type(each) is Symbol else ""
        if keyword(name) is not each or (name not in _SETS and name not in _VERSIONS):
            argument_error("~s is not a valid value of :method, which is one of the keywords ~{~s~^ ~}, or a list of "
                           "some of the last ~r.", x, _keywords((*_SETS, *_VERSIONS)), len(_VERSIONS))
        wanted.update(_SETS.get(name, (name,)))
    versions = tuple(v for v in _VERSIONS if v in wanted and v not in _GONE)
    if not versions:
        argument_error(":method ~s asks for protocols that OpenSSL no longer has; the oldest is :tlsv1.", x)
    return Method(versions)


def _keywords(names: Any) -> Any:
    return from_iterable([keyword(n) for n in names])
