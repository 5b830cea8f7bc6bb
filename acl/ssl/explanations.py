"""What is behind an error of OpenSSL, in words for people: which certificate, since when, what to do.

Names come out of the peer's certificates: they are printed without control characters.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from acl.ssl.certificates import certificate_names, key_text, name_text, printable, time_text

_SHOWN = 4
"""How many names of a certificate are listed."""

HINTS = (
    ("wrong version number", "does the peer speak SSL at all?"),
    ("packet length too long", "does the peer speak SSL at all?"),
    ("http request", "the peer speaks HTTP, not HTTPS"),
    ("https proxy request", "the peer takes us for an HTTP proxy"),
    ("unsupported protocol", "the peer offers only protocols that :method leaves out"),
    ("alert protocol version", "the peer wants other protocols than those of :method"),
    ("no shared cipher", "the peer offers only ciphers that :ciphers, or the kind of the key, leaves out"),
    ("alert handshake failure", "the peer wants other ciphers, or a certificate"),
    ("alert unknown ca", "the peer does not trust the authority that signed our certificate"),
    ("alert certificate expired", "our certificate has expired, the peer says"),
    ("alert certificate revoked", "our certificate is on the peer's list of revoked ones"),
    ("alert bad certificate", "the peer does not accept our certificate"),
    ("alert unsupported certificate", "our certificate is for another purpose, the peer says"),
    ("alert certificate unknown", "the peer does not accept our certificate"),
    ("alert certificate required", "the peer wants a certificate of ours: see :certificate"),
    ("peer did not return a certificate", "it must, because of :verify :required"),
    ("alert decrypt error", "the peer could not verify a signature of ours"),
    ("unrecognized name", "the peer is not the one that :server-name asks for"))
"""How OpenSSL's reason ends, and what that means here."""


def hint(reason: str) -> str:
    """Return what OpenSSL's *reason* means, empty if nothing is known."""
    return next((meaning for end, meaning in HINTS if reason.endswith(end)), "")


class Verification(NamedTuple):
    """A verification that failed: OpenSSL's code, the chain it has built, leaf first, and what was demanded."""

    code: int
    chain: list[Any]
    expected: str | None = None
    max_depth: int = 0
    lists: tuple[Any, ...] = ()
    role: str = "server"

    def explain(self) -> str:
        """Return a sentence about the certificate that is to blame; empty if there is nothing to say."""
        return _EXPLAIN.get(self.code, _whose)(self) if self.chain else ""

    def of(self, wrong: Callable[[Any], bool]) -> Any:
        """Return the certificate for which *wrong* is true, as OpenSSL does that nearest to the root; else the leaf."""
        return next((c for c in reversed(self.chain) if wrong(c)), self.chain[0])


def _owner(certificate: Any) -> str:
    return f"The certificate of {name_text(certificate.subject)}"


def _now() -> Any:
    from datetime import UTC, datetime

    return datetime.now(UTC)


_MORE = {7: ", but the signature is not of that authority's key",
         8: "; the signature of its list of revoked certificates is wrong",
         25: "; an authority above it may not sign authorities",
         34: "; an extension that must be heeded is unknown to OpenSSL",
         35: "; the signer of its list of revoked certificates may not sign such lists",
         47: "; an authority above it may not sign for such a name",
         48: "; an authority above it may not sign for such a name",
         79: "; somebody above it may not sign certificates"}


def _whose(v: Verification) -> str:
    leaf = v.chain[0]
    return f"{_owner(leaf)} is signed by {name_text(leaf.issuer)}{_MORE.get(v.code, '')}."


def _expired(v: Verification) -> str:
    old = v.of(lambda c: c.not_valid_after_utc < _now())
    return (f"{_owner(old)} was valid until {time_text(old.not_valid_after_utc)}: its owner needs a new one, "
            "unless the clock here is wrong.")


def _not_yet(v: Verification) -> str:
    new = v.of(lambda c: c.not_valid_before_utc > _now())
    return f"{_owner(new)} is valid from {time_text(new.not_valid_before_utc)} on, by the clock here."


def _self_signed(v: Verification) -> str:
    top = v.chain[-1]
    if len(v.chain) == 1:
        return f"{_owner(top)} is signed by its owner.  If you trust it, give it as :ca-file."
    return f"It leads to {name_text(top.subject)}, an authority that is not trusted; :ca-file names those that are."


def _unknown_issuer(v: Verification) -> str:
    top = v.chain[-1]
    return (f"{_owner(top)} is signed by {name_text(top.issuer)}, and neither the trusted certificates nor those that "
            "the peer has sent have that signer's key.  :ca-file names the trusted ones.")


def _names(v: Verification) -> str:
    names = [printable(text) for _, text in certificate_names(v.chain[0])]
    if not names:
        return (f"{_owner(v.chain[0])} has no alternative names, which alone count, so it is not for "
                f"{printable(v.expected or '')}.")
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"The certificate is for {', '.join(names[:_SHOWN])}{more}, not for {printable(v.expected or '')}."


def _revoked(v: Verification) -> str:
    for certificate in reversed(v.chain):
        for each in v.lists:
            entry = each.get_revoked_certificate_by_serial_number(certificate.serial_number)
            if each.issuer == certificate.issuer and entry is not None:
                return (f"{_owner(certificate)} was taken back by {name_text(certificate.issuer)} at "
                        f"{time_text(entry.revocation_date_utc)}.")
    return _whose(v)


def _no_list(v: Verification) -> str:
    known = {each.issuer for each in v.lists}
    alone = next((c for c in v.chain if c.issuer not in known), v.chain[0])
    return f"There is no list of revoked certificates of {name_text(alone.issuer)} in :crl-file."


def _list_dates(v: Verification) -> str:
    issuers = {c.issuer for c in v.chain}
    for each in v.lists:
        end = each.next_update_utc
        if each.issuer in issuers and (each.last_update_utc > _now() or (end is not None and end < _now())):
            until = f" until {time_text(end)}" if end is not None else ""
            return (f"The list of revoked certificates of {name_text(each.issuer)} is valid from "
                    f"{time_text(each.last_update_utc)}{until}: get a new one for :crl-file.")
    return ""


def _too_long(v: Verification) -> str:
    return (f"Between {name_text(v.chain[0].subject)} and the root there are more certificates than :max-depth "
            f"{v.max_depth}.")


def _purpose(v: Verification) -> str:
    return f"{_owner(v.chain[0])}, or one that it is signed with, is not for a {v.role} of SSL."


def _weak(v: Verification) -> str:
    keys = [f"{name_text(c.subject)}: {key_text(c)}" for c in (v.chain[:1] if v.code == 66 else v.chain[1:])]
    return f"A key is too short for today ({'; '.join(keys)})."


def _digest(v: Verification) -> str:
    signed = [f"{name_text(c.subject)}: {c.signature_algorithm_oid._name}" for c in v.chain]
    return f"A signature is too weak for today ({'; '.join(signed)})."


_EXPLAIN: dict[int, Callable[[Verification], str]] = {
    2: _unknown_issuer, 3: _no_list, 9: _not_yet, 10: _expired, 11: _list_dates, 12: _list_dates, 18: _self_signed,
    19: _self_signed, 20: _unknown_issuer, 21: _unknown_issuer, 22: _too_long, 23: _revoked, 26: _purpose, 62: _names,
    64: _names, 66: _weak, 67: _weak, 68: _digest}
"""By OpenSSL's codes; of others it is told whose certificate it is, and `_MORE`."""
