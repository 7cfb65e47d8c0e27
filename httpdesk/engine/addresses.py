"""Whether an address is one that the whole internet reaches (security.md R5)."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_WITH_IPV4_AT_THE_END = tuple(map(ip_network, ("::/96", "::ffff:0:0:0/96", "64:ff9b::/96")))
"""Addresses that translators take for the IPv4 address in their last 32 bits: the old compatible
ones (RFC 4291 section 2.5.5.1), SIIT's and NAT64's (RFC 6052); ::ffff:0:0/96 is told by Python."""


def is_public(address: str) -> bool:
    """Return whether `address`, an IP address with or without a port, is on the internet.

    Loopback, private, link-local and other special addresses are not, in none of the ways in
    which an IPv6 address holds an IPv4 one; a name is not either.
    """
    try:
        found = ip_address(_without_port(address))
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        inner = _ipv4_in(found)
        if inner is not None:
            return _is_global(inner)
        return _is_global(found) and not found.is_site_local
    return _is_global(found)


def _is_global(address: IPv4Address | IPv6Address) -> bool:
    # Python counts multicast as global.
    return address.is_global and not address.is_multicast


def _ipv4_in(address: IPv6Address) -> IPv4Address | None:
    if any(address in network for network in _WITH_IPV4_AT_THE_END):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def _without_port(address: str) -> str:
    if address.startswith("["):
        return address[1:].partition("]")[0].partition("%")[0]
    host = address.rpartition(":")[0] if address.count(":") == 1 else address
    return host.partition("%")[0]
