"""Whether an address is one that the whole internet reaches (security.md R5)."""

from __future__ import annotations

from ipaddress import ip_address


def is_public(address: str) -> bool:
    """Return whether `address`, an IP address with or without a port, is on the internet.

    Loopback, private, link-local and other special addresses are not; a name is not either.
    """
    try:
        found = ip_address(_without_port(address))
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_global


def _without_port(address: str) -> str:
    if address.startswith("["):
        return address[1:].partition("]")[0].partition("%")[0]
    host = address.rpartition(":")[0] if address.count(":") == 1 else address
    return host.partition("%")[0]
