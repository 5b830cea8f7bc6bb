"""Operations on packages that look for conflicts and respect locks (CLHS 11); `acl.types.symbol` has the structure."""

from __future__ import annotations

from typing import Any

from acl.types.symbol import PACKAGES, Package


def package_named(name: str, current: Any = None) -> Package | None:
    """Return the package with this name or nickname, a local nickname of the package *current* first."""
    if type(current) is Package and current.local_nicknames:
        found = current.local_nicknames.get(name)
        if found is not None:
            return found
    return PACKAGES.get(name)


def check_lock(package: Package, operation: str, name: str) -> None:
    """Signal a `package-locked-error` if *package* is locked."""


def shadow_definitions(text: str, start: int) -> None:
    """Give USER symbols of its own for what the program *text* defines, from *start* on."""
