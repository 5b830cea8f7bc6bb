"""Names that this session knows before it asks the system: hosts, services, and the address of this host.

The lessons of `acl doc` play several hosts on one machine: each is an operating-system process with an address of its
own on loopback, and a table of the others' names.  Set from the environment:

    ACL_HOSTS=vapor=127.0.0.2,frisky=127.0.0.3   ACL_LOCAL_ADDRESS=127.0.0.2   ACL_SERVICES=chargen/tcp=40019
"""

from __future__ import annotations

import os


def _pairs(text: str) -> list[tuple[str, str]]:
    """Parse `name=value,name=value`."""
    items = [item.split("=", 1) for item in text.split(",") if "=" in item]
    return [(name.strip().lower(), value.strip()) for name, value in items]


HOSTS: dict[str, str] = dict(_pairs(os.environ.get("ACL_HOSTS", "")))
"""Host name in lower case to dotted address."""

SERVICES: dict[str, int] = {k: int(v) for k, v in _pairs(os.environ.get("ACL_SERVICES", "")) if v.isdigit()}
"""Service (`chargen` or `chargen/tcp`) to port."""

LOCAL_ADDRESS: str | None = os.environ.get("ACL_LOCAL_ADDRESS") or None
"""The address that sockets without a `:local-host` are bound to, instead of all interfaces."""


def host_address(name: str) -> str | None:
    """Return the dotted address of a host of the session, None if it has none of that name; localhost is this one."""
    name = name.lower()
    return LOCAL_ADDRESS if name == "localhost" else HOSTS.get(name)


def host_name(dotted: str) -> str | None:
    """Return the name of the session's host with this address, None if there is none."""
    return next((name for name, address in HOSTS.items() if address == dotted), None)


def service_port(name: str, protocol: str) -> int | None:
    """Return the port of a service of the session, None if it has none of that name."""
    name = name.lower()
    port = SERVICES.get(f"{name}/{protocol}")
    return port if port is not None else SERVICES.get(name)
